//! Stays: where the track shows an agent within a fence, over short ways out and over several phones. Made of the passages of a timeline, so
//! they follow late data as those do.
//!
//! The invariant: a function of the set of passages; ids of items are not part of it, since those depend on what was published when.

use crate::fence::{Evidence, Passage, PassageKind};
use crate::track::Device;
use crate::{FenceId, Timestamp};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// A passage of one of an agent's phones.
#[derive(Clone, PartialEq, Debug)]
pub struct Seen {
    pub device: Device,
    pub passage: Passage,
}

/// Time at one place.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = VisitStay))]
pub struct Stay {
    pub fence: FenceId,
    pub from: Timestamp,
    /// Absent while still there.
    pub to: Option<Timestamp>,
    /// The end, or the last that is known of being there.
    pub until: Timestamp,
    /// Time within the fence, without the ways out in between, milliseconds.
    pub inside_ms: i64,
    /// What coming and going rest on.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::fence::passage::EvidenceView))]
    pub enter: Evidence,
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::fence::passage::EvidenceView>))]
    pub exit: Option<Evidence>,
    /// Ways out and back.
    pub interruptions: u32,
}

impl Stay {
    /// Milliseconds of `[from, to]` that lie within the stay.
    pub fn overlap_ms(&self, from: Timestamp, to: Timestamp) -> i64 {
        self.until.min(to).since_ms(self.from.max(from)).max(0)
    }

    /// Does it touch `[from, to]`?
    pub fn touches(&self, from: Timestamp, to: Timestamp) -> bool {
        self.from <= to && from <= self.until
    }
}

/// The stays that passages amount to, by fence and time. `last_at`: when each phone was last heard, which is how long an agent is known to be
/// where nothing says that they left. Who comes back within `gap_s` has not left.
pub fn stays(seen: &[Seen], last_at: &BTreeMap<Device, Timestamp>, gap_s: u32) -> Vec<Stay> {
    let mut visits: Vec<&Seen> = seen.iter().filter(|seen| seen.passage.kind == PassageKind::Visit).collect();
    visits.sort_by(|a, b| key(a).cmp(&key(b)));
    visits.dedup();
    let gap_ms = i64::from(gap_s) * 1000;
    let mut out: Vec<Stay> = Vec::new();
    for Seen { device, passage } in visits {
        let known_until = last_at.get(device).copied().unwrap_or(passage.entered_at).max(passage.entered_at);
        let until = passage.exited_at.unwrap_or(known_until);
        let next = Stay {
            fence: passage.fence,
            from: passage.entered_at,
            to: passage.exited_at,
            until,
            inside_ms: until.since_ms(passage.entered_at),
            enter: passage.enter,
            exit: passage.exit,
            interruptions: 0,
        };
        match out.last_mut().filter(|last| last.fence == next.fence && next.from.since_ms(last.until) <= gap_ms) {
            Some(last) => last.go_on(next),
            None => out.push(next),
        }
    }
    out
}

fn key(seen: &Seen) -> (FenceId, Timestamp, Option<Timestamp>, &Device) {
    (seen.passage.fence, seen.passage.entered_at, seen.passage.exited_at, &seen.device)
}

impl Stay {
    fn go_on(&mut self, next: Self) {
        let already = self.until.since_ms(next.from).max(0);
        self.inside_ms += (next.inside_ms - already).max(0);
        self.interruptions += u32::from(next.from > self.until);
        // The phone that was heard last says whether they have left.
        match next.until.cmp(&self.until) {
            Ordering::Less => return,
            Ordering::Equal if self.to.is_none() => return,
            Ordering::Equal | Ordering::Greater => {}
        }
        (self.to, self.exit, self.until) = (next.to, next.exit, next.until);
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::Point;
    use crate::fence::PassageEnd;
    use uuid::Uuid;

    pub fn minute(n: i64) -> Timestamp {
        Timestamp::from_ms(1_795_420_800_000 + n * 60_000).unwrap()
    }

    pub fn fence(n: u128) -> FenceId {
        FenceId(Uuid::from_u128(n))
    }

    pub fn evidence(at: Timestamp) -> Evidence {
        Evidence {
            at,
            point: Point::new(52.5, 13.4).unwrap(),
            accuracy_dm: 80,
            overlap_e4: 9_000,
            signed_distance_dm: 300,
            already_inside: false,
            gap_s: 10,
        }
    }

    pub fn passage(device: &str, of: u128, from: i64, to: Option<i64>) -> Seen {
        let exited_at = to.map(minute);
        Seen {
            device: Device::new(device).unwrap(),
            passage: Passage {
                fence: fence(of),
                version: 1,
                kind: PassageKind::Visit,
                entered_at: minute(from),
                dwelled_at: None,
                exited_at,
                end: exited_at.map(|_| PassageEnd::Left),
                enter: evidence(minute(from)),
                exit: exited_at.map(evidence),
                fixes: 0,
                gap_max_s: 0,
                chord_m: None,
            },
        }
    }

    /// From, to, known until, minutes inside.
    fn check(seen: &[Seen], last: &[(&str, i64)], expected: &[(i64, Option<i64>, i64, i64)]) {
        let last_at = last.iter().map(|(device, at)| (Device::new(device).unwrap(), minute(*at))).collect();
        let shown = |stay: &Stay| {
            let n = |at: Timestamp| at.since_ms(minute(0)) / 60_000;
            (n(stay.from), stay.to.map(n), n(stay.until), stay.inside_ms / 60_000)
        };
        let got: Vec<_> = stays(seen, &last_at, 1_800).iter().map(shown).collect();
        assert_eq!(got, expected, "{seen:?}");
        let mut turned = seen.to_vec();
        turned.reverse();
        assert_eq!(stays(&turned, &last_at, 1_800), stays(seen, &last_at, 1_800), "the order does not matter");
    }

    #[test]
    fn who_comes_back_soon_has_not_left() {
        let a = |from, to| passage("a", 1, from, Some(to));
        check(&[a(0, 10), a(40, 50)], &[], &[(0, Some(50), 50, 20)]);
        check(&[a(0, 10), a(41, 50)], &[], &[(0, Some(10), 10, 10), (41, Some(50), 50, 9)]);
        check(&[a(0, 10), passage("a", 2, 12, Some(15))], &[], &[(0, Some(10), 10, 10), (12, Some(15), 15, 3)]);
    }

    #[test]
    fn who_has_not_left_is_known_to_be_there_until_the_phone_was_last_heard() {
        check(&[passage("a", 1, 0, None)], &[("a", 7)], &[(0, None, 7, 7)]);
        check(&[passage("a", 1, 0, None)], &[], &[(0, None, 0, 0)]);
        check(&[passage("a", 1, 0, Some(5)), passage("a", 1, 10, None)], &[("a", 30)], &[(0, None, 30, 25)]);
    }

    #[test]
    fn two_phones_of_one_agent_are_at_one_place_once() {
        check(&[passage("a", 1, 0, Some(20)), passage("b", 1, 5, Some(30))], &[], &[(0, Some(30), 30, 30)]);
        check(&[passage("a", 1, 0, Some(30)), passage("b", 1, 5, Some(20))], &[], &[(0, Some(30), 30, 30)]);
        check(&[passage("a", 1, 0, None), passage("b", 1, 5, Some(20))], &[("a", 25)], &[(0, None, 25, 25)]);
        check(&[passage("a", 1, 0, Some(20)), passage("b", 1, 5, None)], &[("b", 25)], &[(0, None, 25, 25)]);
        // One phone died inside; the other saw them leave.
        check(&[passage("a", 1, 0, None), passage("b", 1, 5, Some(20))], &[("a", 7)], &[(0, Some(20), 20, 20)]);
    }
}
