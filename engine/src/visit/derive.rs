//! What an agent's track says of the agent's visits, all of a day together: who has arrived where, who is under way, and how far each visit is proved.
//!
//! Not here: where the passages and fixes come from. The invariant: a function of the sets of visits, reports, passages and fixes and of the
//! settings in force; derived again after every change, it comes out as if everything had been known from the beginning.

use super::arrival::{Arrival, Due, give, next_of};
use super::progress::{Standing, standing};
use super::report::Report;
use super::rules::VisitRuleVersions;
use super::site::Site;
use super::stay::{Seen, Stay, stays};
use super::trail::{Around, Trail};
use super::verify::{Case, End, Verification, verify};
use super::{Facts, Flag};
use crate::track::Device;
use crate::{FenceId, Timestamp, VisitId};
use chrono::NaiveDate;
use chrono_tz::Tz;
use std::collections::{BTreeMap, BTreeSet};

/// A visit and what is known around it.
#[derive(Clone, Debug)]
pub struct Subject<'a> {
    pub id: VisitId,
    pub facts: &'a Facts,
    pub site: Site<'a>,
    /// Of its place.
    pub fence: Option<FenceId>,
    /// Its place in the agent's plan of the day.
    pub sequence: Option<i32>,
    /// The fixes of `span`.
    pub around: &'a Around,
}

/// The track of an agent around one day.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Track {
    pub seen: Vec<Seen>,
    pub last_at: BTreeMap<Device, Timestamp>,
    /// Beginning of the trip that goes on at the moment, by the phone that was heard last.
    pub under_way_since: Option<Timestamp>,
}

/// What came out.
#[derive(Clone, PartialEq, Debug)]
pub struct Derived {
    pub arrival: Option<Arrival>,
    pub under_way_since: Option<Timestamp>,
    pub standing: Standing,
    pub verification: Verification,
    /// The track does not reach as far as the visit yet: more of it changes what came out, although nothing of it is amended.
    pub awaits_track: bool,
}

/// Stays long enough to be visits that nobody had planned.
pub type Unplanned = Vec<Stay>;

/// The check-in and check-out that count.
fn ends(facts: &Facts, standing: &Standing) -> (Option<End>, Option<End>) {
    let end = |id| {
        let report: Option<&Report> = facts.reports.iter().find(|report| Some(report.id) == id);
        report.map(|report| End { at: report.at, claim: report.told.position().copied() })
    };
    let check_out = end(standing.check_out);
    // A visit that was given up, or closed, ended without a word of where.
    let given_up = standing.progress.ended_at.filter(|_| standing.check_in.is_some());
    (end(standing.check_in), check_out.or(given_up.map(|at| End { at, claim: None })))
}

/// The civil date a visit belongs to: that of its check-in, else the one it is planned for.
pub fn date_of(facts: &Facts, standing: &Standing, zone: Tz) -> NaiveDate {
    standing.progress.checked_in_at.map_or(facts.plan.day, |at| at.civil_date(zone))
}

impl Subject<'_> {
    /// The time whose fixes have a say in the visit's proof.
    pub fn span(&self, rules: &VisitRuleVersions) -> Option<(Timestamp, Timestamp)> {
        span_of(self.facts, &self.site, rules)
    }
}

/// The same without the rest of a subject.
pub fn span_of(facts: &Facts, site: &Site<'_>, rules: &VisitRuleVersions) -> Option<(Timestamp, Timestamp)> {
    let told = standing(facts, site, rules);
    let (from, to) = ends(facts, &told);
    let from = from.filter(|_| !facts.plan.kind.is_by_telephone())?;
    let margin_s = Trail::margin_s(rules.at(from.at));
    Some((from.at.plus_s(-margin_s), to.map_or(from.at, |end| end.at).plus_s(margin_s)))
}

/// Derives one agent's visits around `day`. The stays returned are those that start on it.
pub fn derive(
    subjects: &[Subject<'_>],
    track: &Track,
    day: NaiveDate,
    zone: Tz,
    rules: &VisitRuleVersions,
) -> (BTreeMap<VisitId, Derived>, Unplanned) {
    let of_day = rules.at(Timestamp::start_of(day, zone));
    let found = stays(&track.seen, &track.last_at, of_day.stay_gap_s);
    let told: Vec<Standing> = subjects.iter().map(|subject| standing(subject.facts, &subject.site, rules)).collect();
    let dues: Vec<Due> = subjects.iter().zip(&told).filter_map(|(subject, told)| due(subject, told, rules, zone)).collect();
    let given = give(&dues, &found, of_day.arrival_dwell_s, zone);
    let todays = dues.iter().filter(|due| due.day == day && !given.stays.contains_key(&due.id));
    let sequence = |visit| subjects.iter().find(|subject| subject.id == visit).and_then(|subject| subject.sequence);
    let under_way_since = track.under_way_since.filter(|since| since.civil_date(zone) == day);
    let next = under_way_since.and_then(|_| next_of(todays, sequence, zone));
    let heard_until = track.last_at.values().max().copied();
    let derived = subjects.iter().zip(&told).map(|(subject, told)| {
        let stay = given.stays.get(&subject.id).map(|index| &found[*index]);
        let shared_with = given.shared_with.get(&subject.id).cloned().unwrap_or_default();
        let under_way_since = under_way_since.filter(|_| next == Some(subject.id));
        (subject.id, one(subject, told, (stay, shared_with, under_way_since), &found, heard_until, rules))
    });
    let derived = derived.collect();
    let unplanned = given.unplanned.iter().map(|index| found[*index].clone());
    (derived, unplanned.filter(|stay| stay.from.civil_date(zone) == day).collect())
}

fn due(subject: &Subject<'_>, told: &Standing, rules: &VisitRuleVersions, zone: Tz) -> Option<Due> {
    let Facts { plan, class, .. } = subject.facts;
    let (check_in, check_out) = ends(subject.facts, told);
    let is_over = told.progress.ended_at.is_some() && check_in.is_none();
    Some(Due {
        id: subject.id,
        fence: subject.fence.filter(|_| !plan.kind.is_by_telephone())?,
        day: plan.day,
        windows: plan.windows.clone(),
        dwell_s: rules.at(plan.earliest(zone)).arrival_dwell_for(class.as_deref()),
        told: check_in.map(|end| (end.at, check_out.map(|end| end.at))),
        is_ahead: check_in.is_none() && !is_over,
    })
}

fn one(
    subject: &Subject<'_>,
    told: &Standing,
    (stay, shared_with, under_way_since): (Option<&Stay>, Vec<VisitId>, Option<Timestamp>),
    found: &[Stay],
    heard_until: Option<Timestamp>,
    rules: &VisitRuleVersions,
) -> Derived {
    let (check_in, check_out) = ends(subject.facts, told);
    let from = check_in.map(|end| end.at).or(stay.map(|stay| stay.from)).unwrap_or(Timestamp::MIN);
    let of_visit = rules.at(from);
    let class = subject.facts.class.as_deref();
    let until = check_out.map(|end| end.at);
    let trail = check_in.map(|end| Trail::of(subject.around, end.at, until, &subject.site, of_visit)).unwrap_or_default();
    let no_flags = BTreeSet::<Flag>::new();
    let verification = verify(&Case {
        check_in,
        check_out,
        stay,
        trail: &trail,
        photos: &subject.facts.done.photos,
        told: if check_in.is_some() { &told.flags } else { &no_flags },
        is_shared: !shared_with.is_empty(),
        is_by_telephone: subject.facts.plan.kind.is_by_telephone(),
        dwell_min_s: of_visit.dwell_min_for(class),
        site: &subject.site,
        rules: of_visit,
    });
    let dwell_s = of_visit.arrival_dwell_for(class);
    let arrival = stay.map(|stay| Arrival::of(stay, dwell_s, shared_with));
    // Nobody has left this place yet, or the fixes of the visit are still to come.
    let is_nearly_there = subject.fence.is_some_and(|fence| found.iter().any(|stay| stay.fence == fence && stay.to.is_none()));
    let margin_s = Trail::margin_s(of_visit);
    let is_ahead_of_track = |until: Timestamp| heard_until.is_none_or(|heard| heard < until.plus_s(margin_s));
    let awaits_track =
        (arrival.is_none() && is_nearly_there) || check_in.is_some_and(|end| is_ahead_of_track(until.unwrap_or(end.at)));
    let facts = Facts { arrival: arrival.clone(), under_way_since, ..subject.facts.clone() };
    Derived { arrival, under_way_since, standing: standing(&facts, &subject.site, rules), verification, awaits_track }
}
