//! Was this device in that place between two instants, since when, how long, and how near: from its fixes in order.
//!
//! Somebody is taken to have gone straight from one fix to the next when the two are no more than a gap apart, so that who passes
//! between two sparse fixes counts. Not here: which fixes to look at. The invariant: time inside is counted once, also where two
//! devices of one person were inside together.

use super::Fix;
use crate::Timestamp;
use crate::geo::Metres;
use crate::geo::distance::between;
use crate::geo::zone::Zone;

/// The question: a place, `[from, to)`, and the longest time between two fixes that belong together.
#[derive(Clone, Debug)]
pub struct Question {
    pub zone: Zone,
    pub from: Timestamp,
    pub to: Timestamp,
    pub gap_ms: i64,
}

/// What the fixes looked at so far say.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Presence {
    fixes: u64,
    nearest: Option<Metres>,
    /// Milliseconds since 1970, fractions too: begin and end, as they came.
    inside: Vec<(f64, f64)>,
    last: Option<Fix>,
}

/// The answer about somebody who was there.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Stay {
    pub first_at: Timestamp,
    pub last_at: Timestamp,
    /// To the point or line; 0 in an area.
    pub nearest: Metres,
    /// Fixes inside.
    pub fixes: u64,
    pub inside_ms: i64,
}

impl Presence {
    /// What comes next does not follow what came last: another device, or fixes in between that were not looked at.
    pub fn break_off(&mut self) {
        self.last = None;
    }

    /// Takes fixes of one device in order.
    pub fn observe(&mut self, question: &Question, fixes: &[Fix]) {
        for fix in fixes {
            let at = fix.recorded_at();
            if question.from <= at
                && at < question.to
                && let Some(near) = question.zone.nearness(fix.point())
            {
                self.fixes += 1;
                self.come(near, (at.ms() as f64, at.ms() as f64));
            }
            if let Some(last) = self.last.replace(*fix) {
                self.pass(question, &last, fix);
            }
        }
    }

    /// The way from one fix to the next, as far as it falls into the time asked about.
    fn pass(&mut self, question: &Question, a: &Fix, b: &Fix) {
        let (start, end) = (a.recorded_at(), b.recorded_at());
        let (from, to) = (start.max(question.from), end.min(question.to));
        if end.since_ms(start) > question.gap_ms || from >= to {
            return;
        }
        let whole_ms = end.since_ms(start) as f64;
        let place = |at: Timestamp| between(a.point(), b.point(), at.since_ms(start) as f64 / whole_ms);
        let passage = question.zone.passage(place(from), place(to));
        if let Some(nearest) = passage.nearest {
            let ms = |share: f64| from.ms() as f64 + share * to.since_ms(from) as f64;
            passage.inside.into_iter().for_each(|(enters, leaves)| self.come(nearest, (ms(enters), ms(leaves))));
        }
    }

    fn come(&mut self, near: Metres, (enters, leaves): (f64, f64)) {
        self.nearest = Some(self.nearest.map_or(near, |nearest| Metres(nearest.0.min(near.0))));
        match self.inside.last_mut() {
            Some(last) if last.0 <= enters && enters <= last.1 => last.1 = last.1.max(leaves),
            _ => self.inside.push((enters, leaves)),
        }
    }

    /// None for somebody who was not there.
    pub fn stay(&self) -> Option<Stay> {
        let mut inside = self.inside.clone();
        inside.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let (mut total, mut last) = (0.0, *inside.first()?);
        let first = last.0;
        for next in inside {
            if next.0 > last.1 {
                total += last.1 - last.0;
                last = next;
            }
            last.1 = last.1.max(next.1);
        }
        total += last.1 - last.0;
        let at = |ms: f64| Timestamp::from_ms_clamped(ms.round() as i64);
        Some(Stay {
            first_at: at(first),
            last_at: at(last.1),
            nearest: self.nearest?,
            fixes: self.fixes,
            inside_ms: total.round() as i64,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Point;
    use crate::track::RawFix;

    const START_MS: i64 = 1_795_420_800_000;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_ms(START_MS + second * 1000).unwrap()
    }

    fn fix(second: i64, lat: f64) -> Fix {
        Fix::new(&RawFix { recorded_at: at(second), lat, lon: 13.0, ..RawFix::default() }).unwrap()
    }

    /// Within 111.27 m of 52° north, 13° east: 0.001° of latitude.
    fn question(from: i64, to: i64) -> Question {
        let zone = Zone::near(Point::new(52.0, 13.0).unwrap(), Metres(111.27));
        Question { zone, from: at(from), to: at(to), gap_ms: 600_000 }
    }

    /// First and last second, fixes, seconds inside.
    fn check(question: &Question, devices: &[&[(i64, f64)]], expected: Option<(i64, i64, u64, i64)>) {
        let mut presence = Presence::default();
        for device in devices {
            presence.break_off();
            presence.observe(question, &device.iter().map(|&(second, lat)| fix(second, lat)).collect::<Vec<_>>());
        }
        let second = |at: Timestamp| (at.ms() - START_MS + 500).div_euclid(1000);
        let got = presence.stay().map(|s| (second(s.first_at), second(s.last_at), s.fixes, (s.inside_ms + 500) / 1000));
        assert_eq!(got, expected, "{devices:?}");
    }

    #[test]
    fn who_passes_between_two_fixes_was_there() {
        let q = question(0, 3_600);
        check(&q, &[&[(0, 51.99), (200, 52.01)]], Some((90, 110, 0, 20)));
        check(&q, &[&[(0, 51.99), (601, 52.01)]], None);
        check(&q, &[&[(0, 51.99), (100, 52.0), (200, 52.01)]], Some((90, 110, 1, 20)));
        check(&q, &[&[(0, 51.99)], &[(200, 52.01)]], None);
        check(&q, &[&[]], None);
    }

    #[test]
    fn a_lone_fix_was_there_for_no_time() {
        check(&question(0, 3_600), &[&[(50, 52.0), (5_000, 52.0)]], Some((50, 50, 1, 0)));
        check(&question(0, 50), &[&[(50, 52.0)]], None);
        check(&question(50, 51), &[&[(50, 52.0)]], Some((50, 50, 1, 0)));
    }

    #[test]
    fn only_the_time_asked_about_counts() {
        check(&question(100, 3_600), &[&[(0, 51.99), (200, 52.01)]], Some((100, 110, 0, 10)));
        check(&question(0, 95), &[&[(0, 51.99), (200, 52.01)]], Some((90, 95, 0, 5)));
        check(&question(111, 3_600), &[&[(0, 51.99), (200, 52.01)]], None);
        check(&question(0, 300), &[&[(0, 52.0), (300, 52.0), (400, 52.0)]], Some((0, 300, 1, 300)));
    }

    #[test]
    fn two_devices_in_one_place_are_one_person() {
        let q = question(0, 3_600);
        check(&q, &[&[(0, 52.0), (100, 52.0)], &[(50, 52.0), (150, 52.0)]], Some((0, 150, 4, 150)));
        check(&q, &[&[(500, 52.0), (600, 52.0)], &[(0, 52.0), (100, 52.0)]], Some((0, 600, 4, 200)));
    }
}
