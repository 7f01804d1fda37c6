//! Which stay is whose: the track's stays at places, given to the visits planned there. This is what makes a planned visit `arrived` without
//! anybody saying so, and what finds stays that nobody had planned.
//!
//! The rule, in order, for each place by itself:
//! 1. A visit that was checked in to has the stay it overlaps most; of equals the earlier. Several visits may share one stay.
//! 2. The stays that are left, if long enough, are given to the visits that nobody has begun, one each: the pair with the least time between
//!    stay and promised hours first; of equals the earlier stay, then the earlier promise, then the smaller id.
//!
//! A stay belongs to the day it starts on, and to a visit whose promised hours it touches. Where the grounds of two places overlap, one stay may
//! show at both: both visits have arrived, and are marked as sharing it. The invariant: a function of the sets of visits and stays.

use super::Window;
use super::stay::Stay;
use crate::fence::Evidence;
use crate::{FenceId, Timestamp, VisitId};
use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Where the track saw the agent of a visit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = VisitArrival))]
pub struct Arrival {
    pub arrived_at: Timestamp,
    /// Absent while still there.
    pub left_at: Option<Timestamp>,
    /// Time within the fence, milliseconds; of a stay that goes on it is what was known when it began to count as an arrival.
    pub inside_ms: i64,
    #[cfg_attr(feature = "openapi", schema(value_type = crate::fence::passage::EvidenceView))]
    pub enter: Evidence,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::fence::passage::EvidenceView>))]
    pub exit: Option<Evidence>,
    /// Other visits that the same stay shows at, because their places share the ground.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shared_with: Vec<VisitId>,
}

/// A visit as far as stays are given to it.
#[derive(Clone, PartialEq, Debug)]
pub struct Due {
    pub id: VisitId,
    pub fence: FenceId,
    pub day: NaiveDate,
    pub windows: Vec<Window>,
    /// Time inside after which somebody has arrived.
    pub dwell_s: u32,
    /// When it was checked in to and, once it is, out of.
    pub told: Option<(Timestamp, Option<Timestamp>)>,
    /// Nobody has begun it, and it is neither cancelled nor given up.
    pub is_ahead: bool,
}

/// Which stay each visit has, by index, and the stays that are nobody's.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Given {
    pub stays: BTreeMap<VisitId, usize>,
    /// Long enough to be a visit, and not part of a stay that a visit has.
    pub unplanned: Vec<usize>,
    pub shared_with: BTreeMap<VisitId, Vec<VisitId>>,
}

impl Due {
    /// Whether the stay can be this visit's, by its time.
    fn fits(&self, stay: &Stay, zone: Tz) -> bool {
        stay.fence == self.fence
            && stay.inside_ms >= i64::from(self.dwell_s) * 1000
            && (stay.from.civil_date(zone) == self.day || self.windows.iter().any(|window| stay.touches(window.from, window.to)))
    }

    /// Milliseconds between the stay and the nearest promised hour; none where any hour will do.
    fn apart_ms(&self, stay: &Stay) -> i64 {
        let apart = |window: &Window| stay.from.since_ms(window.to).max(window.from.since_ms(stay.until)).max(0);
        self.windows.iter().map(apart).min().unwrap_or(0)
    }

    fn promised_from(&self, zone: Tz) -> Timestamp {
        self.windows.first().map_or_else(|| Timestamp::start_of(self.day, zone), |window| window.from)
    }
}

/// Gives the stays of one agent to the agent's visits. `dwell_s`: how long an unplanned stay must be.
pub fn give(dues: &[Due], stays: &[Stay], dwell_s: u32, zone: Tz) -> Given {
    let mut given = Given::default();
    for due in dues {
        let Some((from, to)) = due.told else { continue };
        let to = to.unwrap_or(Timestamp::MAX);
        let overlapping = stays.iter().enumerate().filter(|(_, stay)| stay.fence == due.fence && stay.touches(from, to));
        let most = overlapping
            .max_by_key(|(index, stay)| (stay.overlap_ms(from, to), std::cmp::Reverse(stay.from), std::cmp::Reverse(*index)));
        if let Some((index, _)) = most {
            given.stays.insert(due.id, index);
        }
    }
    let mut taken: BTreeSet<usize> = given.stays.values().copied().collect();
    let ahead = dues.iter().filter(|due| due.told.is_none() && due.is_ahead);
    let mut pairs: Vec<_> = ahead
        .flat_map(|due| stays.iter().enumerate().map(move |(index, stay)| (due, index, stay)))
        .filter(|(due, index, stay)| !taken.contains(index) && due.fits(stay, zone))
        .map(|(due, index, stay)| ((due.apart_ms(stay), stay.from, due.promised_from(zone), due.id), index))
        .collect();
    pairs.sort_unstable();
    for ((_, _, _, visit), index) in pairs {
        if !taken.contains(&index) && !given.stays.contains_key(&visit) {
            given.stays.insert(visit, index);
            taken.insert(index);
        }
    }
    share(&mut given, stays);
    given.unplanned = unplanned(stays, &taken, dwell_s);
    given
}

/// Visits at different places that one and the same stay shows at.
fn share(given: &mut Given, stays: &[Stay]) {
    let of: Vec<_> = given.stays.iter().map(|(visit, index)| (*visit, *index)).collect();
    for (visit, index) in &of {
        let stay = &stays[*index];
        let others = of.iter().filter(|(_, other)| stays[*other].fence != stay.fence && is_same_time(&stays[*other], stay));
        let others: Vec<_> = others.map(|(other, _)| *other).collect();
        if !others.is_empty() {
            given.shared_with.insert(*visit, others);
        }
    }
}

fn unplanned(stays: &[Stay], taken: &BTreeSet<usize>, dwell_s: u32) -> Vec<usize> {
    let is_long = |stay: &Stay| stay.inside_ms >= i64::from(dwell_s) * 1000;
    let is_free = |index: &usize| {
        !taken.contains(index)
            && is_long(&stays[*index])
            && !taken.iter().any(|other| is_same_time(&stays[*other], &stays[*index]))
    };
    (0..stays.len()).filter(is_free).collect()
}

/// Do two stays cover each other for more than half of the shorter one?
fn is_same_time(a: &Stay, b: &Stay) -> bool {
    let shorter = a.until.since_ms(a.from).min(b.until.since_ms(b.from));
    a.overlap_ms(b.from, b.until) * 2 > shorter
}

impl Arrival {
    /// The arrival that a stay amounts to. While it goes on, what grows with every fix stays as it was when it began to count.
    pub fn of(stay: &Stay, dwell_s: u32, shared_with: Vec<VisitId>) -> Self {
        let inside_ms = if stay.to.is_some() { stay.inside_ms } else { stay.inside_ms.min(i64::from(dwell_s) * 1000) };
        Self { arrived_at: stay.from, left_at: stay.to, inside_ms, enter: stay.enter, exit: stay.exit, shared_with }
    }
}

/// Which visit an agent under way goes to: the first of the day that nobody has begun, in the order of the plan.
pub fn next_of<'a>(dues: impl IntoIterator<Item = &'a Due>, order: impl Fn(VisitId) -> Option<i32>, zone: Tz) -> Option<VisitId> {
    let ahead = dues.into_iter().filter(|due| due.is_ahead && due.told.is_none());
    let key = |due: &&Due| (order(due.id).is_none(), order(due.id), due.promised_from(zone), due.id);
    ahead.min_by_key(key).map(|due| due.id)
}

#[cfg(test)]
mod tests {
    use super::super::stay::stays;
    use super::super::stay::tests::{fence, minute, passage};
    use super::*;
    use uuid::Uuid;

    fn due(id: u128, of: u128, windows: &[(i64, i64)], told: Option<(i64, i64)>) -> Due {
        Due {
            id: VisitId(Uuid::from_u128(id)),
            fence: fence(of),
            day: minute(0).civil_date(Tz::UTC),
            windows: windows.iter().map(|(from, to)| Window { from: minute(*from), to: minute(*to) }).collect(),
            dwell_s: 300,
            told: told.map(|(from, to)| (minute(from), Some(minute(to)))),
            is_ahead: told.is_none(),
        }
    }

    /// Visits with the beginning of their stays in minutes, and the beginnings of unplanned stays.
    fn check(dues: &[Due], passages: &[(u128, i64, i64)], expected: &[(u128, i64)], unplanned: &[i64]) {
        let seen: Vec<_> = passages.iter().map(|(of, from, to)| passage("a", *of, *from, Some(*to))).collect();
        let found = stays(&seen, &BTreeMap::new(), 600);
        let n = |index: usize| found[index].from.since_ms(minute(0)) / 60_000;
        for turn in 0..dues.len().max(1) {
            let mut turned = dues.to_vec();
            turned.rotate_left(turn);
            let given = give(&turned, &found, 300, Tz::UTC);
            let got: Vec<_> = given.stays.iter().map(|(visit, index)| (visit.0.as_u128(), n(*index))).collect();
            assert_eq!(got, expected, "{dues:?}");
            assert_eq!(given.unplanned.iter().map(|index| n(*index)).collect::<Vec<_>>(), unplanned, "{dues:?}");
        }
    }

    #[test]
    fn a_stay_that_is_long_enough_is_an_arrival() {
        check(&[due(1, 1, &[], None)], &[(1, 0, 10)], &[(1, 0)], &[]);
        check(&[due(1, 1, &[], None)], &[(1, 0, 4)], &[], &[]);
        check(&[due(1, 1, &[], None)], &[(2, 0, 10)], &[], &[0]);
        check(&[], &[(1, 0, 10), (1, 60, 62)], &[], &[0]);
    }

    #[test]
    fn two_visits_of_a_day_at_one_place_have_the_stay_nearest_to_their_hours() {
        let morning_and_noon = [due(1, 1, &[(120, 180)], None), due(2, 1, &[(0, 60)], None)];
        check(&morning_and_noon, &[(1, 10, 30), (1, 130, 150)], &[(1, 130), (2, 10)], &[]);
        check(&morning_and_noon, &[(1, 100, 115)], &[(1, 100)], &[]);
        check(&morning_and_noon, &[(1, 10, 30)], &[(2, 10)], &[]);
        check(&[due(1, 1, &[], None), due(2, 1, &[], None)], &[(1, 10, 30)], &[(1, 10)], &[]);
    }

    #[test]
    fn what_was_told_comes_first_and_may_share_a_stay() {
        let told = [due(1, 1, &[], Some((5, 15))), due(2, 1, &[], Some((15, 25))), due(3, 1, &[], None)];
        check(&told, &[(1, 0, 30)], &[(1, 0), (2, 0)], &[]);
        check(&told, &[(1, 0, 30), (1, 60, 70)], &[(1, 0), (2, 0), (3, 60)], &[]);
        check(&[due(1, 1, &[], Some((5, 15)))], &[(1, 40, 50)], &[], &[40]);
    }

    #[test]
    fn of_one_stay_on_shared_ground_both_visits_have_arrived() {
        let dues = [due(1, 1, &[], None), due(2, 2, &[], None)];
        let seen = [passage("a", 1, 0, Some(30)), passage("a", 2, 2, Some(29))];
        let found = stays(&seen, &BTreeMap::new(), 600);
        let given = give(&dues, &found, 300, Tz::UTC);
        assert_eq!(given.stays.len(), 2);
        assert_eq!(given.shared_with[&dues[0].id], [dues[1].id]);
        // Planned at one of them only: the other is no visit of its own.
        let given = give(&dues[..1], &found, 300, Tz::UTC);
        assert_eq!((given.unplanned.len(), given.shared_with.len()), (0, 0));
    }

    #[test]
    fn a_stay_belongs_to_the_day_it_starts_or_to_the_hours_it_touches() {
        let tomorrow = minute(0).civil_date(Tz::UTC).succ_opt().unwrap();
        let plain = Due { day: tomorrow, ..due(1, 1, &[], None) };
        check(&[plain], &[(1, 0, 30)], &[], &[0]);
        let promised = Due { day: tomorrow, ..due(1, 1, &[(20, 60)], None) };
        check(&[promised], &[(1, 0, 30)], &[(1, 0)], &[]);
    }

    #[test]
    fn the_next_visit_is_the_first_that_nobody_has_begun() {
        let dues = [due(1, 1, &[(0, 60)], Some((5, 15))), due(2, 2, &[(120, 180)], None), due(3, 3, &[(60, 90)], None)];
        let id = |n| VisitId(Uuid::from_u128(n));
        assert_eq!(next_of(&dues, |_| None, Tz::UTC), Some(id(3)));
        assert_eq!(next_of(&dues, |visit| (visit == id(2)).then_some(1), Tz::UTC), Some(id(2)));
        assert_eq!(next_of(&dues[..1], |_| None, Tz::UTC), None);
    }
}
