//! The parts of a day: intervals during which travel times are taken as constant, each with the share of free speed that cars keep.
//!
//! A part has a name and may come more than once (the night is before and after the day). Times of day are civil, in the zone of whoever
//! plans.

use crate::Timestamp;
use chrono::Timelike;
use chrono_tz::Tz;

pub const SECONDS_OF_DAY: u32 = 86_400;
/// Parts with a name of their own: each is a set of weights, and of labels for every stop.
pub const PARTS_MAX: usize = 8;
/// Intervals of a day.
const INTERVALS_MAX: usize = 48;
const NAME_LEN_MAX: usize = 32;

/// Which part: an index into `DayParts::parts`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct DayPart(pub u8);

impl DayPart {
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// One part: what it is called, and how fast cars are in it.
#[derive(Clone, PartialEq, Debug)]
pub struct Part {
    pub name: String,
    /// Speed of cars as a share of the free one, above 0 and at most 1. Who walks or cycles is as fast as ever.
    pub car_factor: f64,
}

/// A day cut into parts.
#[derive(Clone, PartialEq, Debug)]
pub struct DayParts {
    parts: Vec<Part>,
    /// Second of the day at which an interval begins, and its part; the first is 0, ascending.
    intervals: Vec<(u32, DayPart)>,
}

/// What is wrong with an interval, and what it may be.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{value:?}, must be {limit}")]
pub struct DayPartsFlaw {
    pub value: String,
    pub limit: &'static str,
}

impl Default for DayParts {
    /// A working day in a large town. Peak hours take 1.3 to 1.45 times as long as free roads there (the order of what congestion reports
    /// such as TTI's Urban Mobility Report and TomTom's Traffic Index give for large cities); what is observed replaces it road by road.
    fn default() -> Self {
        let texts = Self::DEFAULT.map(str::to_owned);
        Self::parse(&texts).expect("the default parts are well formed, a test holds it")
    }
}

impl DayParts {
    pub const DEFAULT: [&str; 6] =
        ["00:00 night 1.0", "06:30 morning 0.75", "09:30 day 0.85", "16:00 evening 0.7", "19:00 late 0.9", "22:00 night 1.0"];

    /// The whole day alike, at free speed.
    pub fn whole() -> Self {
        Self { parts: vec![Part { name: "day".to_owned(), car_factor: 1.0 }], intervals: vec![(0, DayPart(0))] }
    }

    /// Reads intervals written as `06:30 morning 0.75`: from when, what it is called, the share of free speed. The first begins at 00:00,
    /// each lasts until the next, and those of one name have one share.
    pub fn parse(texts: &[String]) -> Result<Self, DayPartsFlaw> {
        let mut day = Self { parts: Vec::new(), intervals: Vec::new() };
        for text in texts {
            day.add(text).map_err(|limit| DayPartsFlaw { value: text.clone(), limit })?;
        }
        if day.intervals.is_empty() {
            return Err(DayPartsFlaw { value: String::new(), limit: "at least one interval, from 00:00" });
        }
        Ok(day)
    }

    fn add(&mut self, text: &str) -> Result<(), &'static str> {
        let mut words = text.split_whitespace();
        let (Some(from), Some(name), Some(factor), None) = (words.next(), words.next(), words.next(), words.next()) else {
            return Err("a time, a name and a share of free speed, such as 06:30 morning 0.75");
        };
        let from_s = second_of(from).ok_or("from a time such as 06:30")?;
        let car_factor = factor.parse::<f64>().ok().filter(|factor| *factor > 0.0 && *factor <= 1.0);
        let car_factor = car_factor.ok_or("a share of free speed above 0 and at most 1")?;
        match self.intervals.last() {
            None if from_s != 0 => return Err("from 00:00, being the first"),
            Some((before_s, _)) if *before_s >= from_s => return Err("later than the one before"),
            _ if self.intervals.len() == INTERVALS_MAX => return Err("one of at most 48"),
            _ if name.len() > NAME_LEN_MAX => return Err("a name of at most 32 bytes"),
            _ => {}
        }
        let part = match self.parts.iter().position(|part| part.name == name) {
            Some(known) if self.parts[known].car_factor != car_factor => {
                return Err("of the same share wherever it has the same name");
            }
            Some(known) => known,
            None if self.parts.len() == PARTS_MAX => return Err("one of at most 8 names"),
            None => {
                self.parts.push(Part { name: name.to_owned(), car_factor });
                self.parts.len() - 1
            }
        };
        self.intervals.push((from_s, DayPart(part as u8)));
        Ok(())
    }

    /// All parts, each once, by `DayPart::index`.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The part that a second of the day falls into; what lies beyond midnight belongs to the next day.
    pub fn at_second(&self, second: u32) -> DayPart {
        let second = second % SECONDS_OF_DAY;
        let next = self.intervals.partition_point(|(from_s, _)| *from_s <= second);
        self.intervals[next - 1].1 // the first interval begins at 0
    }

    /// The part that an instant falls into where clocks show the time of `zone`.
    pub fn at(&self, instant: Timestamp, zone: Tz) -> DayPart {
        self.at_second(instant.to_utc().with_timezone(&zone).num_seconds_from_midnight())
    }
}

fn second_of(text: &str) -> Option<u32> {
    let (hour, minute) = text.split_once(':')?;
    let number = |text: &str, max: u32| {
        let is_digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        is_digits.then(|| text.parse::<u32>().ok()).flatten().filter(|number| *number <= max)
    };
    Some(number(hour, 23)? * 3_600 + number(minute, 59)? * 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_belongs_to_the_interval_that_began_last() {
        let day = DayParts::default();
        let name = |second| day.parts()[day.at_second(second).index()].name.clone();
        for (second, expected) in [
            (0, "night"),
            (23_399, "night"),
            (23_400, "morning"),
            (12 * 3_600, "day"),
            (SECONDS_OF_DAY - 1, "night"),
            (SECONDS_OF_DAY + 7 * 3_600, "morning"),
        ] {
            assert_eq!(name(second), expected, "{second}");
        }
        assert_eq!(day.parts().len(), 5, "the night is one part");
    }

    #[test]
    fn an_instant_is_read_off_local_clocks() {
        let day = DayParts::default();
        let noon = Timestamp::parse("2026-07-01T10:00:00Z").unwrap();
        assert_eq!(day.parts()[day.at(noon, chrono_tz::America::Sao_Paulo).index()].name, "morning");
        assert_eq!(day.parts()[day.at(noon, chrono_tz::Asia::Tokyo).index()].name, "late");
    }

    #[test]
    fn what_cannot_be_a_day_is_refused_with_its_limit() {
        for (texts, limit) in [
            (&[][..], "at least one"),
            (&["06:00 a 1"], "from 00:00"),
            (&["00:00 a 1", "00:00 b 1"], "later"),
            (&["00:00 a 1", "24:00 b 1"], "a time such as"),
            (&["00:00 a 1", "6:00 b 1"], "a time such as"),
            (&["00:00 a 0"], "above 0"),
            (&["00:00 a 1.01"], "at most 1"),
            (&["00:00 a NaN"], "above 0"),
            (&["00:00 a"], "a time, a name"),
            (&["00:00 a 1 x"], "a time, a name"),
            (&["00:00 a 1", "06:00 a 0.5"], "of the same share"),
        ] {
            let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
            let flaw = DayParts::parse(&texts).unwrap_err();
            assert!(flaw.limit.contains(limit), "{texts:?}: {flaw}");
        }
        let many = |n: usize| (0..n).map(|i| format!("{:02}:00 p{i} 1", i)).collect::<Vec<_>>();
        assert!(DayParts::parse(&many(PARTS_MAX)).is_ok() && DayParts::parse(&many(PARTS_MAX + 1)).is_err());
    }
}
