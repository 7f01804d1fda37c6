//! Legs that were asked for before. Bounded: when the newer half is full it becomes the older one, and what was the older one is forgotten.

use parking_lot::Mutex;
use salessync_engine::Point;
use salessync_engine::plan::times::{DayPart, Leg, TravelProfile};
use std::collections::HashMap;

/// Legs in each half: some 100 bytes each.
const HALF_MAX: usize = 200_000;

/// Which leg, of which times: a changed map, metric or hour is another key, so that nothing old is told.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Key {
    pub from: Point,
    pub to: Point,
    pub profile: TravelProfile,
    pub part: DayPart,
    pub version: Version,
}

/// Which times.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Version {
    Roads {
        map: u64,
        metric: u64,
    },
    /// A service does not say when its times change, so they are asked for again now and then: which of these spans.
    Remote {
        span: i64,
    },
}

#[derive(Default)]
pub struct Cache {
    halves: Mutex<Halves>,
}

#[derive(Default)]
struct Halves {
    newer: HashMap<Key, Option<Leg>>,
    older: HashMap<Key, Option<Leg>>,
}

impl Cache {
    /// What is known of a leg: nothing, that there is no way, or how long it takes.
    pub fn get(&self, key: &Key) -> Option<Option<Leg>> {
        let mut halves = self.halves.lock();
        if let Some(leg) = halves.newer.get(key) {
            return Some(*leg);
        }
        let leg = halves.older.remove(key)?;
        halves.put(*key, leg);
        Some(leg)
    }

    pub fn put(&self, key: Key, leg: Option<Leg>) {
        self.halves.lock().put(key, leg);
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        let halves = self.halves.lock();
        halves.newer.len() + halves.older.len()
    }
}

impl Halves {
    fn put(&mut self, key: Key, leg: Option<Leg>) {
        if self.newer.len() >= HALF_MAX {
            self.older = std::mem::take(&mut self.newer);
        }
        self.newer.insert(key, leg);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(n: i32, version: Version) -> Key {
        let from = Point::from_e7(n, 0).unwrap();
        Key { from, to: from, profile: TravelProfile::Car, part: DayPart(0), version }
    }

    const FIRST: Version = Version::Roads { map: 1, metric: 0 };

    #[test]
    fn a_leg_is_known_until_its_times_change() {
        let cache = Cache::default();
        let leg = Some(Leg { duration_s: 7, distance_m: 70 });
        cache.put(key(1, FIRST), leg);
        cache.put(key(2, FIRST), None);
        assert_eq!(
            (cache.get(&key(1, FIRST)), cache.get(&key(2, FIRST)), cache.get(&key(3, FIRST))),
            (Some(leg), Some(None), None)
        );
        assert_eq!(cache.get(&key(1, Version::Roads { map: 1, metric: 1 })), None);
        assert_eq!(cache.get(&key(1, Version::Remote { span: 1 })), None);
    }

    #[test]
    fn it_never_holds_more_than_its_bound_and_keeps_what_is_asked_for() {
        let cache = Cache::default();
        for n in 0..(3 * HALF_MAX as i32) {
            cache.put(key(n, FIRST), None);
            assert!(cache.get(&key(0, FIRST)).is_some(), "asked for all the time");
        }
        assert!(cache.len() <= 2 * HALF_MAX + 1, "{}", cache.len());
        assert!(cache.get(&key(1, FIRST)).is_none(), "never asked for again");
    }
}
