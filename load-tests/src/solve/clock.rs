//! How long a search has taken: by the wall, or by the processor time of this thread, which other programs on the machine do not blur.

use rustix::time::{ClockId, clock_gettime};
use std::time::Instant;

#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Clock {
    Wall,
    Cpu,
}

#[derive(Clone, Copy, Debug)]
pub struct Stopwatch {
    clock: Clock,
    wall: Instant,
    cpu_s: f64,
}

impl Stopwatch {
    pub fn start(clock: Clock) -> Self {
        Self { clock, wall: Instant::now(), cpu_s: thread_cpu_s() }
    }

    pub fn seconds(&self) -> f64 {
        match self.clock {
            Clock::Wall => self.wall.elapsed().as_secs_f64(),
            Clock::Cpu => thread_cpu_s() - self.cpu_s,
        }
    }
}

fn thread_cpu_s() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}
