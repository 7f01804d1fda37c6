//! One device's timeline at its live end: the walk up to now, the newest fixes, and what has changed since it was last written down.
//!
//! In order, a fix costs one step. A late one is put into its place among the fixes held, and the walk is done again from the checkpoint
//! before it; one that is older than what is held says so, and the days from it on are walked again from the store. Either way the
//! same `Walker` takes the same fixes in the same order, so the outcome cannot depend on how they arrived.

use super::item::{Item, Key};
use super::walk::{DayEnd, Guide, Walker, Yield};
use super::{DaySummary, Fix, codec};
use crate::Timestamp;
use chrono::NaiveDate;
use std::collections::{BTreeMap, VecDeque};

/// Fixes between two checkpoints.
const RUN_LEN: usize = 64;

/// Fixes in order, encoded, and the walker before the first of them.
#[derive(Clone, Debug)]
struct Run {
    before: Box<[u8]>,
    first: Fix,
    last: Fix,
    bytes: Box<[u8]>,
}

/// What became of a batch.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Placed {
    pub appended: u32,
    /// Late, put where they belong.
    pub inserted: u32,
    pub duplicates: u32,
    /// Taken out by a person before they came again.
    pub excluded: u32,
    /// Earliest fix that is older than what is held: walk again from the store.
    pub older: Option<Fix>,
    /// The newest fix of the batch was set aside: a marker that showed it has to go back.
    pub doubted: bool,
}

/// Items of a stretch of event time. Without `since` they are additions; with it, everything decided in `[since, until)` is exactly
/// these.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Section {
    pub since: Option<Timestamp>,
    /// None: to the live end, open items included.
    pub until: Option<Timestamp>,
    /// At most one of each key, in no order.
    pub items: Vec<Item>,
    /// Items that turned out not to be.
    pub removed: Vec<Key>,
    /// Latest start among `items`: a later one cannot be there yet.
    latest_start: Option<Timestamp>,
}

/// What changed in a timeline since it was last written.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Patch {
    /// To be applied one after the other.
    pub sections: Vec<Section>,
    /// Boxed: a leaf of the map has room for eleven, and hardly a patch has two.
    pub days: BTreeMap<NaiveDate, Box<DayEnd>>,
    /// Stretches `[since, until)` walked anew: a day whose last fix was in there and that is not in `days` is no more.
    pub walked: Vec<(Timestamp, Option<Timestamp>)>,
}

/// One device's timeline.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    /// Newest fix that is walked and no longer held.
    floor: Option<Fix>,
    runs: VecDeque<Run>,
    /// Newest fixes, and the walker before the first of them.
    open: Vec<Fix>,
    before_open: Box<[u8]>,
    now: Walker,
    patch: Patch,
}

impl Timeline {
    /// A timeline that goes on from a walker; `floor` is the newest fix the walker has taken.
    pub fn resume(now: Walker, floor: Option<Fix>) -> Self {
        Self { before_open: now.to_bytes().into(), now, floor, ..Self::default() }
    }

    /// Walks a whole track (sorted, distinct) from a carried state to the live end, replacing what was published since `since`.
    pub fn rewalk(carry: Walker, fixes: &[Fix], since: Timestamp, guide: &Guide, window_fixes: usize) -> Self {
        let mut timeline = Self::resume(carry, None);
        timeline.patch.rewind(since);
        for fix in fixes {
            timeline.append(fix, guide);
            timeline.trim(window_fixes);
        }
        timeline
    }

    /// Takes fixes that are durable, in any order.
    pub fn observe(&mut self, fixes: &[Fix], guide: &Guide, window_fixes: usize) -> Placed {
        let mut placed = Placed::default();
        let mut late = Vec::new();
        if self.open.is_empty() {
            self.open.reserve_exact(fixes.len().min(RUN_LEN));
        }
        for fix in fixes {
            if guide.decisions.excluded.contains(fix) {
                placed.excluded += 1;
            } else if self.newest().is_none_or(|newest| *fix > newest) {
                self.append(fix, guide);
                placed.appended += 1;
            } else {
                late.push(*fix);
            }
        }
        if !late.is_empty() {
            self.insert(late, guide, &mut placed);
        }
        self.trim(window_fixes);
        placed.doubted = self.newest().as_ref() > self.latest();
        placed
    }

    /// Walks again what is held from `since` on, because something that was in force then has become known. Returns false when `since`
    /// lies before what is held.
    pub fn reconsider(&mut self, since: Timestamp, guide: &Guide) -> bool {
        if self.newest().is_none_or(|newest| newest.recorded_at < since) {
            return true;
        }
        let Some((index, since)) = self.checkpoint_before(since) else { return false };
        self.walk_again(index, Vec::new(), since, guide);
        true
    }

    /// Newest fix taken, believed or not.
    pub fn newest(&self) -> Option<Fix> {
        self.open.last().copied().or_else(|| self.runs.back().map(|run| run.last)).or(self.floor)
    }

    /// Newest fix that is believed, or not judged yet.
    pub fn latest(&self) -> Option<&Fix> {
        self.now.latest()
    }

    /// The day under way.
    pub fn day(&self) -> Option<DaySummary> {
        self.now.day()
    }

    /// The walk as it stands.
    pub const fn walker(&self) -> &Walker {
        &self.now
    }

    /// Has an item begun, ended or been amended since the last patch was taken?
    pub fn is_amended(&self) -> bool {
        !self.patch.sections.is_empty()
    }

    /// Takes what changed, with the open items and the day as they stand.
    pub fn take_patch(&mut self, guide: &Guide) -> Patch {
        let mut patch = std::mem::take(&mut self.patch);
        if let Some(section) = patch.sections.last_mut() {
            for item in self.now.open_items(guide) {
                section.put(item);
            }
        }
        if let Some(summary) = self.now.day() {
            patch.days.insert(summary.date, Box::new(DayEnd { summary, carry_out: None }));
        }
        patch
    }

    /// This timeline replaces `old` from where it was walked again: what `old` had to be written from before stays to be written.
    pub fn after(&mut self, old: Self) {
        let mut patch = old.patch;
        patch.then(std::mem::take(&mut self.patch));
        self.patch = patch;
    }

    /// Adds amendments of days before the live end.
    pub fn amended(&mut self, patch: Patch) {
        self.patch.then(patch);
    }

    /// Number of fixes held and the bytes they take (an estimate for metrics).
    pub fn held(&self) -> (usize, usize) {
        let sealed: usize = self.runs.iter().map(|run| run.bytes.len() + run.before.len() + size_of::<Run>()).sum();
        (self.runs.len() * RUN_LEN + self.open.len(), sealed + self.open.capacity() * size_of::<Fix>())
    }

    fn append(&mut self, fix: &Fix, guide: &Guide) {
        if self.open.len() == RUN_LEN {
            self.seal();
        }
        let mut out = Yield::default();
        self.now.step(fix, guide, &mut out);
        self.open.push(*fix);
        self.patch.add(out);
    }

    fn seal(&mut self) {
        if let (Some(&first), Some(&last)) = (self.open.first(), self.open.last()) {
            let before = std::mem::replace(&mut self.before_open, self.now.to_bytes().into());
            self.runs.push_back(Run { before, first, last, bytes: codec::encode(&self.open).into() });
            self.open.clear();
        }
    }

    fn trim(&mut self, window_fixes: usize) {
        while self.runs.len() * RUN_LEN > window_fixes {
            let Some(run) = self.runs.pop_front() else { return };
            self.floor = Some(run.last);
        }
    }

    /// Puts late fixes into their places and walks again from the checkpoint before the earliest.
    fn insert(&mut self, mut late: Vec<Fix>, guide: &Guide, placed: &mut Placed) {
        late.sort_unstable();
        if let Some(floor) = self.floor {
            let older = late.partition_point(|fix| *fix <= floor);
            // The floor's own repetition is known; what lies before it is for the store to tell.
            placed.older = late[..older].iter().find(|fix| **fix != floor).copied();
            placed.duplicates += late[..older].iter().filter(|fix| **fix == floor).count() as u32;
            late.drain(..older);
        }
        let arrived = late.len();
        late.dedup();
        late.retain(|fix| !self.holds(fix));
        placed.duplicates += (arrived - late.len()) as u32;
        let Some(earliest) = late.first().copied() else { return };
        let Some((index, since)) = self.checkpoint_before(earliest.recorded_at) else {
            placed.older = Some(placed.older.map_or(earliest, |older| older.min(earliest)));
            return;
        };
        placed.inserted += late.len() as u32;
        self.walk_again(index, late, since, guide);
    }

    fn holds(&self, fix: &Fix) -> bool {
        let run = self.runs.partition_point(|run| run.first <= *fix);
        let sealed = run.checked_sub(1).map(|index| &self.runs[index]).filter(|run| *fix <= run.last);
        match sealed {
            Some(run) => run.fixes().binary_search(fix).is_ok(),
            None => self.open.binary_search(fix).is_ok(),
        }
    }

    /// The run to walk again from (its index; `runs.len()` is the open one) for a change at `earliest`, and the instant from which
    /// everything is decided anew. Nothing that was decided before the run may have been decided at that instant.
    fn checkpoint_before(&self, earliest: Timestamp) -> Option<(usize, Timestamp)> {
        let first_of = |index: usize| self.runs.get(index).map(|run| run.first).or(self.open.first().copied());
        let mut index = self.runs.partition_point(|run| run.first.recorded_at <= earliest);
        if index > 0 && (index < self.runs.len() || self.open.first().is_none_or(|first| first.recorded_at > earliest)) {
            index -= 1;
        }
        loop {
            let since = first_of(index).map_or(earliest, |first| first.recorded_at.min(earliest));
            let before = match index.checked_sub(1) {
                Some(before) => Some(self.runs[before].last),
                None => self.floor,
            };
            if before.is_none_or(|before| before.recorded_at < since) {
                return Some((index, since));
            }
            index = index.checked_sub(1)?;
        }
    }

    fn walk_again(&mut self, index: usize, late: Vec<Fix>, since: Timestamp, guide: &Guide) {
        let mut fixes = late;
        let dropped = self.runs.split_off(index);
        let before = dropped.front().map_or_else(|| std::mem::take(&mut self.before_open), |run| run.before.clone());
        for run in &dropped {
            fixes.extend(run.fixes());
        }
        fixes.append(&mut self.open);
        fixes.sort_unstable();
        self.now = walker_at(&before);
        self.before_open = before;
        self.patch.rewind(since);
        for fix in &fixes {
            self.append(fix, guide);
        }
    }
}

fn is_in(day: &DayEnd, since: Timestamp, until: Option<Timestamp>) -> bool {
    day.summary.last_at.is_some_and(|last| last >= since && until.is_none_or(|until| last < until))
}

/// The walker of a checkpoint; an empty one is where every walk begins.
fn walker_at(checkpoint: &[u8]) -> Walker {
    if checkpoint.is_empty() {
        return Walker::default();
    }
    Walker::from_bytes(checkpoint).expect("a checkpoint holds what to_bytes wrote")
}

impl Run {
    fn fixes(&self) -> Vec<Fix> {
        codec::decode(&self.bytes).expect("a run holds what encode wrote")
    }
}

impl Section {
    /// Does the section say all about this published item?
    pub fn covers(&self, item: &Item) -> bool {
        let Some(since) = self.since else { return false };
        match self.until {
            None => item.is_touched_since(since),
            Some(until) => !item.is_open() && item.decided_at >= since && item.decided_at < until,
        }
    }

    /// Adds an item, replacing one of the same key.
    pub fn put(&mut self, item: Item) {
        if self.latest_start.is_none_or(|latest| item.start_at > latest) {
            self.latest_start = Some(item.start_at);
            return self.items.push(item);
        }
        let key = item.key();
        self.removed.retain(|removed| *removed != key);
        match self.items.iter_mut().rev().find(|known| known.has_key(&key)) {
            Some(known) => *known = item,
            None => self.items.push(item),
        }
    }

    fn remove(&mut self, key: Key) {
        self.items.retain(|item| !item.has_key(&key));
        self.removed.push(key);
    }
}

impl Patch {
    pub fn is_empty(&self) -> bool {
        self.sections.is_empty() && self.days.is_empty() && self.walked.is_empty()
    }

    /// Adds what a step brought forth.
    fn add(&mut self, out: Yield) {
        for day in out.days {
            self.days.insert(day.summary.date, Box::new(day));
        }
        if out.items.is_empty() && out.removed.is_empty() {
            return;
        }
        if self.sections.last().is_none_or(|section| section.until.is_some()) {
            self.sections.push(Section::default());
        }
        let Some(section) = self.sections.last_mut() else { return };
        for key in out.removed {
            section.remove(key);
        }
        for item in out.items {
            section.put(item);
        }
    }

    /// Forgets what was decided since, because it is about to be decided anew.
    fn rewind(&mut self, since: Timestamp) {
        let mut anew = Section { since: Some(since), ..Section::default() };
        self.sections.retain_mut(|section| {
            section.items.retain(|item| !item.is_touched_since(since));
            match (section.since, section.until) {
                // It says all about its time to the live end, and so does the new one: they become one.
                (Some(own), None) => {
                    anew.since = anew.since.min(Some(own));
                    for item in section.items.drain(..) {
                        anew.put(item);
                    }
                    false
                }
                _ => true,
            }
        });
        self.sections.push(anew);
        self.days.retain(|_, day| day.summary.last_at.is_some_and(|last| last < since));
        self.walked.retain(|(own, until)| until.is_some() || *own < since);
        self.walked.push((since, None));
    }

    /// A patch for a past stretch that was walked anew and ended as before: what `out` brought forth is all of `[since, until)`.
    pub fn of_past(since: Timestamp, until: Timestamp, out: Yield) -> Self {
        let mut patch = Self { walked: vec![(since, Some(until))], ..Self::default() };
        patch.sections.push(Section { since: Some(since), until: Some(until), ..Section::default() });
        let Yield { items, removed, days } = out;
        patch.days.extend(days.into_iter().map(|day| (day.summary.date, Box::new(day))));
        if let Some(section) = patch.sections.first_mut() {
            for item in items {
                section.put(item);
            }
            for key in removed {
                section.remove(key);
            }
            // What is open at the end goes on as it did: the next days say so.
            section.items.retain(|item| !item.is_open());
        }
        patch
    }

    /// Appends a later patch of the same timeline.
    pub fn then(&mut self, later: Self) {
        for section in later.sections {
            if let (None, Some(since)) = (section.until, section.since) {
                self.rewind(since);
            }
            match self.sections.last_mut() {
                Some(last) if last.until.is_none() && section.until.is_none() => {
                    for key in section.removed {
                        last.remove(key);
                    }
                    for item in section.items {
                        last.put(item);
                    }
                }
                _ => self.sections.push(section),
            }
        }
        for (since, until) in later.walked {
            if until.is_some() {
                self.days.retain(|_, day| !is_in(day, since, until));
                self.walked.push((since, until));
            }
        }
        self.days.extend(later.days);
    }

    /// Is a published day, by its last fix, no more?
    pub fn is_withdrawn(&self, date: NaiveDate, last_at: Timestamp) -> bool {
        let is_walked =
            |(since, until): &(Timestamp, Option<Timestamp>)| last_at >= *since && until.is_none_or(|until| last_at < until);
        !self.days.contains_key(&date) && self.walked.iter().any(is_walked)
    }

    /// Earliest start or decision this patch speaks of: what has to be read of what is published.
    pub fn reaches_back_to(&self) -> Option<Timestamp> {
        let times = self
            .sections
            .iter()
            .flat_map(|section| section.since.into_iter().chain(section.items.iter().map(|item| item.start_at)));
        times.min()
    }
}
