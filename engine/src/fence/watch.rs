//! Inside or outside: the state one device carries from fix to fix, and the passages that come out of it.
//!
//! Somebody is inside from the first fix whose accuracy circle overlaps the fence enough, up to the first that overlaps little enough;
//! in between, and while fixes are coarser than the fence, everything stays as it was. A passage is that time as far as the fence is
//! in force: a calendar that opens or a version that begins around somebody inside begins a passage at that instant, if a fix within
//! the new time confirms it; one that closes or ends, ends it at that instant.
//! The invariant: in one step exits come before dwells, crosses and enters, each in order of the fence's id.

use super::index::{Entry, FenceSet};
use super::passage::{take_fence, take_flag, take_time};
use super::{Evidence, FenceRules, Passage, PassageEnd, PassageKind};
use crate::track::Fix;
use crate::track::varint::{put_i64, put_u64, take_bytes, take_i64, take_u64};
use crate::{AgentId, FenceId, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What one device is within. A day begins with the watch of the day before.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FenceWatch {
    /// By fence id.
    inside: Vec<Presence>,
}

/// Within a fence, whether it is in force or not.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Presence {
    fence: FenceId,
    /// Of the version found inside; the one in force later may be another that stands on the same ground.
    version: i64,
    since: Timestamp,
    /// The last fix fine enough to tell.
    seen_at: Timestamp,
    /// While the fence is in force.
    passage: Option<Passage>,
    /// When the calendar ends the passage.
    closes_at: Option<Timestamp>,
}

const BYTES_VERSION: u8 = 1;

impl FenceWatch {
    /// Takes the next fix in order of event time; `previous` is the one taken before. Puts out what changed: a passage when it opens,
    /// again when its dwell time is reached and when it closes, a cross once. Allocates nothing when nothing is near.
    pub fn step(
        &mut self,
        agent: AgentId,
        previous: Option<&Fix>,
        fix: &Fix,
        set: &FenceSet,
        rules: &FenceRules,
        out: &mut Vec<Passage>,
    ) {
        let gap_ms = previous.map_or(0, |previous| fix.recorded_at().since_ms(previous.recorded_at()).max(0));
        let step = Step { agent, previous, fix, accuracy_m: rules.accuracy_m(fix), gap_ms, rules };
        let way_from = step.way_from().map_or(fix.point(), Fix::point);
        let mut near = Vec::new();
        set.near(way_from, fix.point(), &mut near);
        if near.is_empty() && self.inside.is_empty() {
            return;
        }
        near.retain(|&slot| step.may_concern(set.entry(slot)));
        let was_inside: Vec<FenceId> = self.inside.iter().map(|presence| presence.fence).collect();

        let mut told = Told::default();
        self.inside.retain_mut(|presence| step.settle(presence, set, out, &mut told));
        for slot in near {
            let entry = set.entry(slot);
            let id = entry.fence.id;
            let Err(place) = self.inside.binary_search_by_key(&id, |presence| presence.fence) else { continue };
            if let Some(presence) = step.entered(entry, &mut told) {
                self.inside.insert(place, presence);
            } else if was_inside.binary_search(&id).is_err() {
                told.crosses.extend(step.crossed(entry));
            }
        }
        told.enters.sort_by_key(|passage| passage.fence);
        out.append(&mut told.dwells);
        out.append(&mut told.crosses);
        out.append(&mut told.enters);
    }

    /// The passages that are not over, by fence id.
    pub fn open_passages(&self) -> impl Iterator<Item = &Passage> {
        self.inside.iter().filter_map(|presence| presence.passage.as_ref())
    }

    /// Within no fence at all, in force or not.
    pub fn is_empty(&self) -> bool {
        self.inside.is_empty()
    }

    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = vec![BYTES_VERSION];
        put_u64(&mut out, self.inside.len() as u64);
        for presence in &self.inside {
            out.extend_from_slice(presence.fence.0.as_bytes());
            put_i64(&mut out, presence.version);
            put_i64(&mut out, presence.since.ms());
            put_i64(&mut out, presence.seen_at.ms());
            put_u64(&mut out, presence.closes_at.is_some().into());
            presence.closes_at.iter().for_each(|at| put_i64(&mut out, at.ms()));
            put_u64(&mut out, presence.passage.is_some().into());
            presence.passage.iter().for_each(|passage| passage.put_open(&mut out));
        }
        out
    }

    /// Reads the bytes of `to_bytes`; None when they are not.
    pub fn from_bytes(mut input: &[u8]) -> Option<Self> {
        let input = &mut input;
        if take_bytes(input, 1)? != [BYTES_VERSION] {
            return None;
        }
        let mut inside: Vec<Presence> = Vec::new();
        for _ in 0..take_u64(input)? {
            let fence = take_fence(input)?;
            if inside.last().is_some_and(|before| before.fence >= fence) {
                return None;
            }
            let (version, since, seen_at) = (take_i64(input)?, take_time(input)?, take_time(input)?);
            let closes_at = if take_flag(input)? { Some(take_time(input)?) } else { None };
            let passage = if take_flag(input)? { Some(Passage::take_open(fence, input)?) } else { None };
            inside.push(Presence { fence, version, since, seen_at, passage, closes_at });
        }
        input.is_empty().then_some(Self { inside })
    }
}

impl Serialize for FenceWatch {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_bytes().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for FenceWatch {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = Vec::<u8>::deserialize(deserializer)?;
        Self::from_bytes(&bytes).ok_or_else(|| serde::de::Error::custom("bytes that are not a fence watch"))
    }
}

/// What is told after the exits.
#[derive(Default)]
struct Told {
    dwells: Vec<Passage>,
    crosses: Vec<Passage>,
    enters: Vec<Passage>,
}

/// What a fix says of a fence that somebody is within.
#[derive(Clone, Copy, PartialEq)]
enum Verdict {
    Abstains,
    Stays { overlap: f64 },
    Left { overlap: f64 },
}

struct Step<'a> {
    agent: AgentId,
    previous: Option<&'a Fix>,
    fix: &'a Fix,
    accuracy_m: f64,
    gap_ms: i64,
    rules: &'a FenceRules,
}

impl Step<'_> {
    fn at(&self) -> Timestamp {
        self.fix.recorded_at()
    }

    fn gap_s(&self) -> u32 {
        u32::try_from(self.gap_ms / 1000).unwrap_or(u32::MAX)
    }

    /// The fix from which the way to this one counts as gone: in no time nobody goes anywhere.
    fn way_from(&self) -> Option<&Fix> {
        self.previous.filter(|_| (1..=i64::from(self.rules.cross_gap_max_s) * 1000).contains(&self.gap_ms))
    }

    /// In force at some time since the fix before, and for this agent.
    fn may_concern(&self, entry: &Entry) -> bool {
        let from = self.way_from().map_or(self.at(), Fix::recorded_at);
        let fence = &entry.fence;
        fence.valid_from <= self.at() && fence.valid_to.is_none_or(|to| to > from) && fence.is_for(self.agent)
    }

    fn verdict(&self, entry: &Entry) -> Verdict {
        if entry.is_coarse(self.accuracy_m) {
            return Verdict::Abstains;
        }
        let overlap = entry.overlap(self.fix, self.accuracy_m);
        if overlap <= entry.exit_overlap(self.rules) { Verdict::Left { overlap } } else { Verdict::Stays { overlap } }
    }

    fn evidence(&self, entry: &Entry, overlap: f64) -> Evidence {
        let signed_distance_m = entry.ground.signed_distance_m(self.fix.point());
        Evidence::new(self.at(), self.fix.point(), self.accuracy_m, overlap, signed_distance_m, self.gap_s())
    }

    /// Brings a presence up to this fix; returns whether it goes on.
    fn settle(&self, presence: &mut Presence, set: &FenceSet, out: &mut Vec<Passage>, told: &mut Told) -> bool {
        let Some(slot) = set.slot_of(presence.fence, presence.version) else {
            // Not a version there ever was: nothing more can be said of it than that it is over.
            let seen_at = presence.seen_at;
            out.extend(presence.passage.take().map(|passage| ended(passage, seen_at, PassageEnd::Ended, None)));
            return false;
        };
        let entry = set.entry(slot);
        let verdict = self.verdict(entry);
        let ends_at = entry.to.filter(|to| *to <= self.at());
        if let Some(passage) = presence.passage.take() {
            presence.passage = self.carried(passage, presence, entry, verdict, ends_at, out, told);
        }
        if let Verdict::Stays { .. } = verdict {
            presence.seen_at = self.at();
        }
        match verdict {
            _ if ends_at.is_some() => false,
            Verdict::Left { .. } => false,
            Verdict::Abstains => true,
            Verdict::Stays { overlap } => {
                if presence.passage.is_none() && entry.is_open(self.at()) {
                    let opened_at = entry.opened_at(self.at()).max(presence.since);
                    self.open(presence, set.in_force(slot, self.at()), opened_at, overlap, told);
                }
                true
            }
        }
    }

    /// Goes on with an open passage; returns it unless it is over.
    #[allow(clippy::too_many_arguments, reason = "one decision, taken apart it would be harder to read")]
    fn carried(
        &self,
        mut passage: Passage,
        presence: &Presence,
        entry: &Entry,
        verdict: Verdict,
        ends_at: Option<Timestamp>,
        out: &mut Vec<Passage>,
        told: &mut Told,
    ) -> Option<Passage> {
        let closes_at = presence.closes_at.filter(|closes_at| *closes_at <= self.at());
        let over_at = match (ends_at, closes_at) {
            (Some(ends_at), closes_at) if closes_at.is_none_or(|closes_at| ends_at < closes_at) => {
                Some((ends_at, PassageEnd::Ended))
            }
            (_, closes_at) => closes_at.map(|closes_at| (closes_at, PassageEnd::Closed)),
        };
        let mut has_dwelled = false;
        if let Verdict::Stays { .. } = verdict {
            let gap_s = u32::try_from(self.at().since_ms(presence.seen_at).max(0) / 1000).unwrap_or(u32::MAX);
            passage.gap_max_s = passage.gap_max_s.max(gap_s);
            let dwelled_at = entry.definition().dwell_s.map(|dwell_s| passage.entered_at.plus_s(dwell_s.into()));
            let last = over_at.map_or(self.at(), |(at, _)| at);
            if let Some(dwelled_at) = dwelled_at.filter(|at| passage.dwelled_at.is_none() && *at <= last) {
                passage.dwelled_at = Some(dwelled_at);
                has_dwelled = true;
            }
        }
        match (over_at, verdict) {
            (Some((at, end)), _) => {
                out.push(ended(passage, at, end, self.previous.map(|fix| self.evidence_before(entry, fix, at))));
                None
            }
            (None, Verdict::Left { overlap }) => {
                out.push(ended(passage, self.at(), PassageEnd::Left, Some(self.evidence(entry, overlap))));
                None
            }
            (None, Verdict::Abstains) => Some(passage),
            (None, Verdict::Stays { .. }) => {
                passage.fixes = passage.fixes.saturating_add(1);
                if has_dwelled {
                    told.dwells.push(passage.clone());
                }
                Some(passage)
            }
        }
    }

    /// The fix before, as the evidence that somebody was inside when the fence went out of force.
    fn evidence_before(&self, entry: &Entry, fix: &Fix, at: Timestamp) -> Evidence {
        let accuracy_m = self.rules.accuracy_m(fix);
        let (overlap, signed_distance_m) = (entry.overlap(fix, accuracy_m), entry.ground.signed_distance_m(fix.point()));
        let gap_s = u32::try_from(at.since_ms(fix.recorded_at()).max(0) / 1000).unwrap_or(u32::MAX);
        Evidence { already_inside: true, ..Evidence::new(at, fix.point(), accuracy_m, overlap, signed_distance_m, gap_s) }
    }

    /// The presence of somebody who was outside and is inside now.
    fn entered(&self, entry: &Entry, told: &mut Told) -> Option<Presence> {
        if !entry.fence.is_valid(self.at()) || entry.is_coarse(self.accuracy_m) {
            return None;
        }
        let overlap = entry.overlap(self.fix, self.accuracy_m);
        if overlap < entry.enter_overlap(self.rules) {
            return None;
        }
        // Before this ground was a fence, nobody watched whether the agent was within it.
        let unwatched = self.previous.filter(|previous| previous.recorded_at() < entry.from);
        let since = unwatched.filter(|previous| self.is_within(entry, previous)).map_or(self.at(), Fix::recorded_at);
        let fence = &entry.fence;
        let mut presence =
            Presence { fence: fence.id, version: fence.version, since, seen_at: self.at(), passage: None, closes_at: None };
        if entry.is_open(self.at()) {
            let entered_at = if since < self.at() { entry.opened_at(self.at()).max(since) } else { since };
            self.open(&mut presence, entry, entered_at, overlap, told);
        }
        Some(presence)
    }

    fn is_within(&self, entry: &Entry, fix: &Fix) -> bool {
        let accuracy_m = self.rules.accuracy_m(fix);
        !entry.is_coarse(accuracy_m) && entry.overlap(fix, accuracy_m) >= entry.enter_overlap(self.rules)
    }

    fn open(&self, presence: &mut Presence, entry: &Entry, entered_at: Timestamp, overlap: f64, told: &mut Told) {
        let evidence = self.evidence(entry, overlap);
        let dwelled_at = entry.definition().dwell_s.map(|dwell_s| entered_at.plus_s(dwell_s.into()));
        let passage = Passage {
            fence: presence.fence,
            version: entry.fence.version,
            kind: PassageKind::Visit,
            entered_at,
            dwelled_at: dwelled_at.filter(|at| *at <= self.at()),
            exited_at: None,
            end: None,
            enter: Evidence { at: entered_at, already_inside: entered_at < self.at(), ..evidence },
            exit: None,
            fixes: 1,
            gap_max_s: u32::try_from(self.at().since_ms(entered_at).max(0) / 1000).unwrap_or(u32::MAX),
            chord_m: None,
        };
        let calendar = entry.definition().calendar.as_ref();
        presence.closes_at = calendar.and_then(|calendar| calendar.next_change(self.at()));
        presence.passage = Some(passage.clone());
        told.enters.push(passage);
    }

    /// A way through between two fixes outside, judged as an arrival is: the coarser accuracy circle of the two, put at the middle of
    /// the chord, must overlap the fence enough.
    fn crossed(&self, entry: &Entry) -> Option<Passage> {
        let previous = self.way_from()?;
        let accuracy_m = self.accuracy_m.max(self.rules.accuracy_m(previous));
        if entry.is_coarse(accuracy_m) || self.is_within(entry, previous) {
            return None;
        }
        let chord = entry.ground.chord(previous.point(), self.fix.point())?;
        let at = previous.recorded_at().plus_ms((self.gap_ms as f64 * chord.middle).round() as i64);
        let altitude_m = match (previous.altitude_m(), self.fix.altitude_m()) {
            (Some(from), Some(to)) => Some(from + (to - from) * chord.middle),
            (known, None) | (None, known) => known,
        };
        let overlap = entry.ground.overlap(chord.point, accuracy_m);
        if overlap < entry.enter_overlap(self.rules)
            || !entry.is_level(altitude_m)
            || !entry.fence.is_valid(at)
            || !entry.is_open(at)
        {
            return None;
        }
        let signed_distance_m = entry.ground.signed_distance_m(chord.point);
        let evidence = Evidence::new(at, chord.point, accuracy_m, overlap, signed_distance_m, self.gap_s());
        Some(Passage {
            fence: entry.fence.id,
            version: entry.fence.version,
            kind: PassageKind::Cross,
            entered_at: at,
            dwelled_at: None,
            exited_at: Some(at),
            end: Some(PassageEnd::Left),
            enter: evidence,
            exit: Some(evidence),
            fixes: 0,
            gap_max_s: self.gap_s(),
            chord_m: Some(chord.length_m.round() as u32),
        })
    }
}

fn ended(passage: Passage, at: Timestamp, end: PassageEnd, exit: Option<Evidence>) -> Passage {
    Passage { exited_at: Some(at), end: Some(end), exit, ..passage }
}

#[cfg(test)]
#[path = "tests/watch.rs"]
mod tests;
