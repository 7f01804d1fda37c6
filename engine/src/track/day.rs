//! One device's day: how many fixes, how far, first and last. A pure function of the *set* of its fixes.
//!
//! In order, a fix costs constant work. A late one is put into its place and only the two segments beside it change; distances are
//! whole millimetres, so the sum comes out the same in any order. The newest fixes are held, delta-encoded, in a bounded window;
//! what is older is only counted, and a fix that falls in there says `Older`: the caller derives the day anew from the store.
//!
//! Not here: trips, stops, fences. A day's distance is made of the segments between fixes of that day.

use super::{Fix, codec};
use crate::Timestamp;
use crate::geo::distance::millimetres;
use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::Serialize;

/// Fixes in one sealed block of the window: what a late fix has to decode.
const BLOCK_LEN: usize = 32;

/// What became of a fix.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Placed {
    /// Newest of the day so far.
    Appended,
    /// Late, put where it belongs.
    Inserted,
    /// Already there: nothing changed.
    Duplicate,
    /// Earlier than what the window holds: nothing changed, derive the day from the store.
    Older,
    /// Belongs to another civil date: nothing changed.
    OtherDay,
}

/// A run of fixes in order, encoded; the first is kept for searching.
#[derive(Clone, Debug)]
struct Block {
    first: Fix,
    bytes: Box<[u8]>,
}

/// The day of one device.
#[derive(Clone, Debug)]
pub struct Day {
    date: NaiveDate,
    from: Timestamp,
    to: Timestamp,
    n: u64,
    distance_mm: i64,
    first: Option<Fix>,
    /// Newest fix that is counted but no longer held.
    settled: Option<Fix>,
    blocks: std::collections::VecDeque<Block>,
    /// Newest fixes, in order, not yet sealed: at most `BLOCK_LEN` between calls.
    open: Vec<Fix>,
}

/// What a day adds up to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DaySummary {
    /// Civil date in the organisation's time zone.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date", example = "2026-11-23"))]
    pub date: NaiveDate,
    /// Distinct fixes of the day, without those in quarantine.
    pub fixes: u64,
    /// Sum of the segments between them, millimetres on WGS84.
    pub distance_mm: i64,
    pub first_at: Option<Timestamp>,
    pub last_at: Option<Timestamp>,
}

impl Day {
    /// An empty day.
    pub fn new(date: NaiveDate, zone: Tz) -> Self {
        let tomorrow = date.succ_opt().unwrap_or(date);
        Self {
            date,
            from: Timestamp::start_of(date, zone),
            to: Timestamp::start_of(tomorrow, zone),
            n: 0,
            distance_mm: 0,
            first: None,
            settled: None,
            blocks: std::collections::VecDeque::new(),
            open: Vec::new(),
        }
    }

    /// Derives a day from all its fixes, in any order, repeated or not; fixes of other dates are ignored.
    pub fn derive(date: NaiveDate, zone: Tz, mut fixes: Vec<Fix>, window_fixes: usize) -> Self {
        let mut day = Self::new(date, zone);
        fixes.sort_unstable();
        for fix in &fixes {
            day.place(fix, window_fixes);
        }
        day
    }

    /// Rebuilds the counted part of a day from a snapshot; the window starts empty.
    pub fn restore(date: NaiveDate, zone: Tz, n: u64, distance_mm: i64, ends: Option<(Fix, Fix)>) -> Self {
        let (first, settled) = ends.unzip();
        Self { n, distance_mm, first, settled, ..Self::new(date, zone) }
    }

    pub const fn date(&self) -> NaiveDate {
        self.date
    }

    /// First instant of the day and first of the next.
    pub const fn span(&self) -> (Timestamp, Timestamp) {
        (self.from, self.to)
    }

    pub fn summary(&self) -> DaySummary {
        DaySummary {
            date: self.date,
            fixes: self.n,
            distance_mm: self.distance_mm,
            first_at: self.first.map(|fix| fix.recorded_at),
            last_at: self.last().map(|fix| fix.recorded_at),
        }
    }

    /// First and last fix, or None when there is none.
    pub fn ends(&self) -> Option<(Fix, Fix)> {
        self.first.zip(self.last())
    }

    /// Newest fix of the day.
    pub fn last(&self) -> Option<Fix> {
        // A block is only ever sealed with a newer fix left open, so `open` is empty only before the first held fix.
        self.open.last().copied().or(self.settled)
    }

    /// Puts a fix where it belongs and drops the oldest held ones beyond `window_fixes` (kept in whole blocks).
    pub fn place(&mut self, fix: &Fix, window_fixes: usize) -> Placed {
        if fix.recorded_at < self.from || fix.recorded_at >= self.to {
            return Placed::OtherDay;
        }
        match self.last() {
            None => {
                self.first = Some(*fix);
                self.append(fix);
            }
            Some(last) if *fix > last => {
                self.distance_mm += millimetres(last.point, fix.point);
                self.append(fix);
            }
            Some(last) if *fix == last => return Placed::Duplicate,
            Some(_) => return self.insert(fix),
        }
        self.trim(window_fixes);
        Placed::Appended
    }

    fn append(&mut self, fix: &Fix) {
        self.n += 1;
        if self.open.len() == BLOCK_LEN {
            self.seal();
        }
        self.open.push(*fix);
    }

    fn seal(&mut self) {
        if let Some(&first) = self.open.first() {
            self.blocks.push_back(Block { first, bytes: codec::encode(&self.open).into() });
            self.open.clear();
        }
    }

    fn trim(&mut self, window_fixes: usize) {
        while self.blocks.len() * BLOCK_LEN > window_fixes {
            let Some(block) = self.blocks.pop_front() else { return };
            self.settled = block.fixes().last().copied().or(self.settled);
        }
    }

    /// A fix that is not the newest: duplicate, late, or older than the window.
    fn insert(&mut self, fix: &Fix) -> Placed {
        match self.settled {
            Some(settled) if *fix == settled => return Placed::Duplicate,
            Some(settled) if *fix < settled => return Placed::Older,
            Some(_) | None => {}
        }
        let after = self.blocks.partition_point(|block| block.first <= *fix);
        let in_open = after == self.blocks.len() && self.open.first().is_some_and(|first| first <= fix);
        // The run the fix falls into: the open one, else the last block that starts at or before it, else the very first run.
        let index = after.saturating_sub(1);
        let use_open = in_open || self.blocks.is_empty();
        let mut run = if use_open { std::mem::take(&mut self.open) } else { self.blocks[index].fixes() };
        let at = match run.binary_search(fix) {
            Ok(_) => {
                if use_open {
                    self.open = run;
                }
                return Placed::Duplicate;
            }
            Err(at) => at,
        };
        let before = if at > 0 {
            Some(run[at - 1])
        } else if use_open {
            self.blocks.back().and_then(|block| block.fixes().last().copied()).or(self.settled)
        } else {
            self.settled // only the first block can have `at == 0`: any other starts at or before the fix
        };
        let next = run.get(at).copied().or_else(|| {
            if use_open { None } else { self.blocks.get(index + 1).map(|block| block.first).or(self.open.first().copied()) }
        });
        self.n += 1;
        if let Some(before) = before {
            self.distance_mm += millimetres(before.point, fix.point);
        } else {
            self.first = Some(*fix);
        }
        if let Some(next) = next {
            self.distance_mm += millimetres(fix.point, next.point);
        }
        if let (Some(before), Some(next)) = (before, next) {
            self.distance_mm -= millimetres(before.point, next.point);
        }
        run.insert(at, *fix);
        self.put_back(run, use_open, index);
        Placed::Inserted
    }

    /// Stores a run that has grown by one, splitting it when it is twice a block.
    fn put_back(&mut self, run: Vec<Fix>, use_open: bool, index: usize) {
        if use_open {
            self.open = run;
            if self.open.len() > BLOCK_LEN {
                let newest = self.open.split_off(BLOCK_LEN);
                self.seal();
                self.open = newest;
            }
            return;
        }
        let split = if run.len() >= 2 * BLOCK_LEN { BLOCK_LEN } else { run.len() };
        let (head, tail) = run.split_at(split);
        self.blocks[index] = Block { first: head[0], bytes: codec::encode(head).into() };
        if let Some(&first) = tail.first() {
            self.blocks.insert(index + 1, Block { first, bytes: codec::encode(tail).into() });
        }
    }

    /// Number of fixes held and the bytes they take (an estimate for metrics).
    pub fn held(&self) -> (usize, usize) {
        let sealed: usize = self.blocks.iter().map(|block| block.bytes.len() + size_of::<Block>()).sum();
        (self.blocks.len() * BLOCK_LEN + self.open.len(), sealed + self.open.capacity() * size_of::<Fix>())
    }
}

impl Block {
    fn fixes(&self) -> Vec<Fix> {
        codec::decode(&self.bytes).expect("a block holds what encode wrote")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::track::RawFix;

    const ZONE: Tz = Tz::UTC;

    fn fix(i: i64) -> Fix {
        Fix::new(&RawFix {
            recorded_at: Timestamp::parse("2026-11-23T08:00:00Z").unwrap().plus_s(i * 5),
            lat: 52.5 + (i % 17) as f64 * 1e-4,
            lon: 13.4 + i as f64 * 2e-5,
            ..RawFix::default()
        })
        .unwrap()
    }

    fn day() -> Day {
        Day::new(NaiveDate::from_ymd_opt(2026, 11, 23).unwrap(), ZONE)
    }

    #[test]
    fn a_late_fix_adds_its_detour_and_moves_nothing_else() {
        let mut day = day();
        for i in [0, 1, 3] {
            day.place(&fix(i), 512);
        }
        assert_eq!(day.place(&fix(2), 512), Placed::Inserted);
        let in_order = Day::derive(day.date(), ZONE, (0..4).map(fix).collect(), 512);
        assert_eq!(day.summary(), in_order.summary());
        assert_eq!(day.last(), Some(fix(3)));
    }

    #[test]
    fn a_repeated_fix_never_counts_twice_wherever_it_lies() {
        let mut day = Day::derive(day().date(), ZONE, (0..300).map(fix).collect(), 512);
        let before = day.summary();
        for i in [299, 298, 150, 64, 32, 31, 1, 0] {
            assert_eq!(day.place(&fix(i), 512), Placed::Duplicate, "fix {i}");
        }
        assert_eq!(day.summary(), before);
    }

    #[test]
    fn what_the_window_no_longer_holds_is_older_and_changes_nothing() {
        let mut day = Day::derive(day().date(), ZONE, (1..1000).map(fix).collect(), 128);
        let before = day.summary();
        assert!(day.held().0 <= 128 + BLOCK_LEN);
        assert_eq!(day.place(&fix(0), 128), Placed::Older);
        assert_eq!(day.place(&fix(500), 128), Placed::Older, "a duplicate down there is for the store to tell");
        assert_eq!(day.summary(), before);
        assert_eq!(before.fixes, 999);
    }

    #[test]
    fn other_dates_stay_out() {
        let mut day = day();
        assert_eq!(day.place(&fix(24 * 720), 512), Placed::OtherDay);
        assert_eq!(day.place(&fix(-24 * 720), 512), Placed::OtherDay);
        assert_eq!(day.summary().fixes, 0);
    }

    #[test]
    fn a_restored_day_goes_on_where_it_was() {
        let mut live = Day::derive(day().date(), ZONE, (0..100).map(fix).collect(), 64);
        let mut restored = Day::restore(live.date(), ZONE, live.summary().fixes, live.summary().distance_mm, live.ends());
        for i in 100..200 {
            live.place(&fix(i), 64);
            restored.place(&fix(i), 64);
        }
        assert_eq!(live.summary(), restored.summary());
        assert_eq!(restored.place(&fix(40), 64), Placed::Older);
    }
}
