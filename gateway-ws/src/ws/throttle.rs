//! How many refused frames a connection may send.

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_twentieth_is_one_too_many() {
        let mut refusals = Refusals::default();
        assert_eq!((0..20).filter(|_| refusals.one_too_many()).count(), 1);
    }
}
