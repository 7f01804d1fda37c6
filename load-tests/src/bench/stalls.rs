//! When the machine itself was slow: moments in which the same work took several times its usual processor time. A virtual machine whose
//! host gives its processor to others shows it in no other way, and a percentile of milliseconds measured then tells of the host.
//!
//! It is processor time that is compared: waiting for a core that this machine's own load has taken does not count.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// A probe is some 50 µs of work.
const ROUNDS: u64 = 60_000;
const EVERY: Duration = Duration::from_millis(2);
/// So many times its median and the machine was slow: what caches and a busy second thread of a core do to it stays below.
const SLOW: u32 = 3;

/// Probes until it is asked.
#[derive(Debug)]
pub struct Meter {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Vec<(Instant, Instant, Duration)>>,
}

/// When the machine was slow.
#[derive(Debug)]
pub struct Stalls {
    slow: Vec<(Instant, Instant)>,
    lasted: Duration,
}

impl Meter {
    pub fn start() -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let asked = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            let mut probes = Vec::new();
            while !asked.load(Ordering::Relaxed) {
                let (begun, used) = (Instant::now(), cpu_time());
                std::hint::black_box((0..ROUNDS).fold(0_u64, |sum, n| std::hint::black_box(sum.wrapping_add(n * n))));
                probes.push((begun, Instant::now(), cpu_time().saturating_sub(used)));
                std::thread::sleep(EVERY);
            }
            probes
        });
        Self { stop, thread }
    }

    pub fn stop(self) -> Stalls {
        self.stop.store(true, Ordering::Relaxed);
        stalls_among(&self.thread.join().unwrap_or_default())
    }
}

fn stalls_among(probes: &[(Instant, Instant, Duration)]) -> Stalls {
    let mut used: Vec<Duration> = probes.iter().map(|probe| probe.2).collect();
    used.sort_unstable();
    let usual = used.get(used.len() / 2).copied().unwrap_or_default();
    let slow = probes.iter().filter(|probe| probe.2 > usual * SLOW);
    // It was slow since the probe before, perhaps, and until the one after.
    let around = slow.map(|probe| (probe.0.checked_sub(EVERY).unwrap_or(probe.0), probe.1 + EVERY));
    let mut stalls: Vec<(Instant, Instant)> = Vec::new();
    for (from, to) in around {
        match stalls.last_mut().filter(|last| from <= last.1 + EVERY) {
            Some(last) => last.1 = to,
            None => stalls.push((from, to)),
        }
    }
    let lasted =
        probes.first().zip(probes.last()).map_or(Duration::ZERO, |(first, last)| last.1.saturating_duration_since(first.0));
    Stalls { slow: stalls, lasted }
}

impl Stalls {
    /// Was the machine slow at some time between the two?
    pub fn touch(&self, from: Instant, to: Instant) -> bool {
        self.slow.iter().any(|stall| stall.0 < to && from < stall.1)
    }

    /// In words: how often, how long, which share of the time.
    pub fn told(&self) -> String {
        let mut lengths: Vec<Duration> = self.slow.iter().map(|stall| stall.1.saturating_duration_since(stall.0)).collect();
        lengths.sort_unstable();
        let half = lengths.get(lengths.len() / 2).copied().unwrap_or_default();
        let share = lengths.iter().sum::<Duration>().as_secs_f64() / self.lasted.as_secs_f64().max(f64::MIN_POSITIVE);
        format!("{} times, half of them {} ms or longer, {:.1} % of the time", lengths.len(), half.as_millis(), share * 100.0)
    }
}

fn cpu_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stall_touches_what_goes_on_while_the_machine_is_slow() {
        let begun = Instant::now();
        let at = |ms: u64| begun + Duration::from_millis(ms);
        let probe = |ms: u64, us: u64| (at(ms), at(ms) + Duration::from_micros(us), Duration::from_micros(us));
        let probes: Vec<_> = (0..100).map(|n| probe(100 + 3 * n, if n == 50 { 500 } else { 50 + n % 20 })).collect();
        let stalls = stalls_among(&probes);
        assert_eq!(stalls.slow.len(), 1);
        assert_eq!(stalls.told(), "1 times, half of them 4 ms or longer, 1.5 % of the time");
        assert!(stalls.touch(at(230), at(270)) && stalls.touch(at(249), at(250)));
        assert!(!stalls.touch(at(100), at(240)) && !stalls.touch(at(260), at(400)));
    }
}
