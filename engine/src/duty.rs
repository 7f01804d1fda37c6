//! On and off duty: when an agent is tracked. Off duty means not tracked (docs/adr/0012): a fix whose event time lies in a time off duty is not
//! kept.
//!
//! A history is a function of the set of changes, never of their order of arrival: a phone that was offline tells late when its agent went home.

use crate::flaw::FieldFlaw;
use crate::{AgentId, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A phone's clock may be ahead by so much; what is meant to happen later has not happened.
pub const AHEAD_MAX_S: i64 = 120;
/// How late a change may be told: a month without network, or a correction before the pay day.
pub const LATE_MAX_S: i64 = 31 * 86_400;

/// On duty or off.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Duty {
    On,
    Off,
}

impl Duty {
    pub const fn is_on(self) -> bool {
        matches!(self, Self::On)
    }

    pub const fn of(is_on: bool) -> Self {
        if is_on { Self::On } else { Self::Off }
    }
}

/// An agent goes on or off duty.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DutyChange {
    /// Minted by whoever tells it; told again it changes nothing.
    pub id: Uuid,
    pub agent_id: AgentId,
    /// When it happened.
    pub at: Timestamp,
    pub state: Duty,
    /// When it was told.
    pub received_at: Timestamp,
    /// The user who said so for the agent; absent where the agent or a program did.
    pub by: Option<Uuid>,
}

/// Checks when a change is said to have happened.
pub fn checked_at(at: Timestamp, now: Timestamp) -> Result<Timestamp, FieldFlaw> {
    let range = now.plus_s(-LATE_MAX_S)..=now.plus_s(AHEAD_MAX_S);
    if range.contains(&at) { Ok(at) } else { Err(FieldFlaw::new("at", "must lie within the last 31 days, or 2 minutes ahead")) }
}

/// All changes of an agent as the times at which the state turns: eight bytes for each.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DutyHistory {
    /// Ascending; the first one turns to `first`, each further one to the other state.
    turns: Vec<Timestamp>,
    first: Option<Duty>,
}

impl DutyHistory {
    /// Takes changes in any order. Of several at one instant off duty wins: in doubt nobody is tracked.
    pub fn new(changes: impl IntoIterator<Item = (Timestamp, Duty)>) -> Self {
        let mut changes: Vec<_> = changes.into_iter().collect();
        changes.sort_unstable();
        let mut history = Self::default();
        let mut state = None;
        for (index, (at, duty)) in changes.iter().enumerate() {
            // Sorted by state within an instant: the last one is off, if any is.
            let is_last_of_instant = changes.get(index + 1).is_none_or(|(next, _)| next > at);
            if is_last_of_instant && state != Some(*duty) {
                history.turns.push(*at);
                history.first = history.first.or(Some(*duty));
                state = Some(*duty);
            }
        }
        history
    }

    pub fn is_empty(&self) -> bool {
        self.turns.is_empty()
    }

    /// The state at an instant; None before the first change.
    pub fn at(&self, at: Timestamp) -> Option<Duty> {
        let turned = self.turns.partition_point(|turn| *turn <= at);
        self.state_after(turned)
    }

    /// The newest change: the state now, and since when.
    pub fn newest(&self) -> Option<(Duty, Timestamp)> {
        Some((self.state_after(self.turns.len())?, *self.turns.last()?))
    }

    fn state_after(&self, turns: usize) -> Option<Duty> {
        let first = self.first?;
        match turns {
            0 => None,
            turns => Some(Duty::of(first.is_on() == (turns % 2 == 1))),
        }
    }

    /// Times of `[from, to)` by what is said of them, in order and without a gap.
    pub fn spans(&self, from: Timestamp, to: Timestamp) -> Vec<(Timestamp, Timestamp, Option<Duty>)> {
        let mut spans = Vec::new();
        let mut begin = from;
        let within = self.turns.iter().copied().filter(|turn| *turn > from && *turn < to);
        for end in within.chain([to]).filter(|end| *end > from) {
            spans.push((begin, end, self.at(begin)));
            begin = end;
        }
        spans
    }

    /// Where another history says otherwise, as times with what it says: what changes when that one takes the place of this.
    pub fn differences(&self, other: &Self) -> Vec<(Timestamp, Timestamp, Option<Duty>)> {
        let mut edges: Vec<_> = self.turns.iter().chain(&other.turns).copied().collect();
        edges.sort_unstable();
        edges.dedup();
        let mut differences: Vec<(Timestamp, Timestamp, Option<Duty>)> = Vec::new();
        for (index, from) in edges.iter().enumerate() {
            let to = edges.get(index + 1).copied().unwrap_or(Timestamp::MAX);
            let (before, after) = (self.at(*from), other.at(*from));
            if before == after {
                continue;
            }
            match differences.last_mut() {
                Some(last) if last.1 == *from && last.2 == after => last.1 = to,
                _ => differences.push((*from, to, after)),
            }
        }
        differences
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::parse("2026-11-23T08:00:00Z").unwrap().plus_s(second)
    }

    fn history(changes: &[(i64, Duty)]) -> DutyHistory {
        DutyHistory::new(changes.iter().map(|(second, duty)| (at(*second), *duty)))
    }

    #[test]
    fn a_state_holds_until_the_next_change() {
        let day = history(&[(100, Duty::Off), (10, Duty::On), (50, Duty::On)]);
        for (second, state) in
            [(9, None), (10, Some(Duty::On)), (99, Some(Duty::On)), (100, Some(Duty::Off)), (9_999, Some(Duty::Off))]
        {
            assert_eq!(day.at(at(second)), state, "{second}");
        }
        assert_eq!(day.newest(), Some((Duty::Off, at(100))));
        assert_eq!(history(&[]).newest(), None);
        assert_eq!(history(&[(5, Duty::On), (5, Duty::Off)]).at(at(5)), Some(Duty::Off), "in doubt nobody is tracked");
    }

    #[test]
    fn spans_cover_what_is_asked_for() {
        let day = history(&[(10, Duty::On), (100, Duty::Off)]);
        let spans = day.spans(at(0), at(200));
        assert_eq!(spans, [(at(0), at(10), None), (at(10), at(100), Some(Duty::On)), (at(100), at(200), Some(Duty::Off))]);
        assert_eq!(day.spans(at(20), at(30)), [(at(20), at(30), Some(Duty::On))]);
        assert_eq!(day.spans(at(30), at(30)), []);
    }

    #[test]
    fn a_change_is_told_within_its_time() {
        assert!(checked_at(at(120), at(0)).is_ok() && checked_at(at(121), at(0)).is_err());
        let late = -31 * 86_400;
        assert!(checked_at(at(late), at(0)).is_ok());
        assert_eq!(checked_at(at(late - 1), at(0)).unwrap_err().field, "at");
    }

    fn any_changes() -> impl Strategy<Value = Vec<(i64, Duty)>> {
        proptest::collection::vec((0..30i64, prop_oneof![Just(Duty::On), Just(Duty::Off)]), 0..12)
    }

    /// The state at a second, from the changes themselves.
    fn plain(changes: &[(i64, Duty)], second: i64) -> Option<Duty> {
        changes.iter().filter(|(at, _)| *at <= second).max().map(|(_, duty)| *duty)
    }

    proptest! {
        #[test]
        fn a_history_says_what_its_changes_say_in_any_order(changes in any_changes(), other in any_changes(), turn in 0..12usize) {
            let known = history(&changes);
            let mut turned = changes.clone();
            if !turned.is_empty() {
                let by = turn % turned.len();
                turned.rotate_left(by);
            }
            prop_assert_eq!(&known, &history(&turned));
            let after = history(&other);
            let differences = known.differences(&after);
            let spans = known.spans(at(-2), at(33));
            for second in -2..33 {
                prop_assert_eq!(known.at(at(second)), plain(&changes, second));
                let span = spans.iter().find(|(from, to, _)| (*from..*to).contains(&at(second))).unwrap();
                prop_assert_eq!(span.2, plain(&changes, second));
                let told = differences.iter().find(|(from, to, _)| (*from..*to).contains(&at(second))).map(|(_, _, duty)| *duty);
                let (before, now) = (plain(&changes, second), plain(&other, second));
                prop_assert_eq!(told, (before != now).then_some(now), "{}", second);
            }
        }
    }
}
