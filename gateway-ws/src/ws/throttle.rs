//! How much a connection may send: refused frames, and frames and fixes a second.

use std::time::{Duration, Instant};

/// Refused frames within `WINDOW` that close a connection.
const ERRORS_MAX: u32 = 20;
const WINDOW: Duration = Duration::from_secs(60);

/// Counts refusals in a fixed window.
#[derive(Default)]
pub struct Refusals {
    since: Option<Instant>,
    count: u32,
}

impl Refusals {
    /// Notes one; true when it was one too many.
    pub fn one_too_many(&mut self) -> bool {
        if self.since.is_none_or(|since| since.elapsed() > WINDOW) {
            self.since = Some(Instant::now());
            self.count = 0;
        }
        self.count += 1;
        self.count >= ERRORS_MAX
    }
}

/// Tokens that come back at a rate, up to a burst.
#[derive(Clone, Copy, Debug)]
pub struct Bucket {
    /// 0: no limit.
    per_s: u32,
    burst: u32,
    left: f32,
    at: Instant,
}

impl Bucket {
    pub fn full(per_s: u32, burst: u32, now: Instant) -> Self {
        Self { per_s, burst, left: burst as f32, at: now }
    }

    /// Takes `n`, or the whole burst where that is less; an error is how long to wait until they are there.
    pub fn take(&mut self, n: u32, now: Instant) -> Result<(), Duration> {
        if self.per_s == 0 {
            return Ok(());
        }
        let (rate, burst) = (self.per_s as f32, self.burst as f32);
        self.left = (self.left + now.saturating_duration_since(self.at).as_secs_f32() * rate).min(burst);
        self.at = now;
        let wanted = (n as f32).min(burst);
        if self.left >= wanted {
            self.left -= wanted;
            return Ok(());
        }
        Err(Duration::from_secs_f32((wanted - self.left) / rate))
    }
}

/// Weight of a `busy` among what goes over a rate: who waits as told gets ten of them in a minute, and the frames that were on their way
/// behind each, `FRAMES_IN_FLIGHT_MAX` at most, are passed over.
const BUSY_WEIGHT: u32 = 50;
const OVER_MAX: u32 = 2_000;

/// What went over a connection's rates, in a fixed window.
#[derive(Default)]
pub struct Over {
    since: Option<Instant>,
    weight: u32,
}

impl Over {
    /// Notes a frame that was answered `busy`; true when it was one too many.
    pub fn told(&mut self, now: Instant) -> bool {
        self.add(BUSY_WEIGHT, now)
    }

    /// Notes a frame that was passed over.
    pub fn passed(&mut self, now: Instant) -> bool {
        self.add(1, now)
    }

    fn add(&mut self, weight: u32, now: Instant) -> bool {
        if self.since.is_none_or(|since| now.saturating_duration_since(since) > WINDOW) {
            self.since = Some(now);
            self.weight = 0;
        }
        self.weight += weight;
        self.weight >= OVER_MAX
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_gives_its_burst_and_then_its_rate() {
        let start = Instant::now();
        let at = |ms: u64| start + Duration::from_millis(ms);
        let mut bucket = Bucket::full(100, 500, start);
        assert_eq!(bucket.take(500, start), Ok(()));
        let wait = bucket.take(100, start).unwrap_err();
        assert!((0.99..=1.01).contains(&wait.as_secs_f32()), "{wait:?}");
        assert!(bucket.take(100, at(900)).is_err(), "a refusal costs nothing, and gives nothing");
        assert_eq!(bucket.take(100, at(1_010)), Ok(()));
        assert_eq!(bucket.take(500, at(60_000)), Ok(()), "never more than the burst");
        assert!(bucket.take(1, at(60_000)).is_err());
        assert_eq!(bucket.take(10_000, at(120_000)), Ok(()), "more than the burst is the burst");
        let mut unlimited = Bucket::full(0, 1, start);
        assert!((0..100).all(|_| unlimited.take(1_000_000, start).is_ok()));
    }

    #[test]
    fn who_waits_as_told_is_never_over_and_who_does_not_soon_is() {
        let start = Instant::now();
        let (mut patient, mut hasty) = (Over::default(), Over::default());
        let told = (0..100u64).any(|n| {
            let now = start + Duration::from_secs(6 * n);
            patient.told(now) || (0..31).any(|_| patient.passed(now))
        });
        assert!(!told);
        assert!((0..39).all(|_| !hasty.told(start)) && hasty.told(start), "the fortieth at once");
    }

    #[test]
    fn the_twentieth_is_one_too_many() {
        let mut refusals = Refusals::default();
        assert_eq!((0..20).filter(|_| refusals.one_too_many()).count(), 1);
    }
}
