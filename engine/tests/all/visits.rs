//! What may be done with a visit when, what is refused and with which words, and what becomes of reports that come late, twice or in conflict.

use chrono::NaiveDate;
use chrono_tz::Tz;
use proptest::prelude::*;
use proptest::test_runner::{Config, FileFailurePersistence};
use salessync_engine::track::rules::{Since, Versions};
use salessync_engine::visit::proof::{Done, Requirement};
use salessync_engine::visit::report::{AuthorKind, LeftOpen};
use salessync_engine::visit::rules::{Outside, VisitRuleVersions};
use salessync_engine::visit::{
    Asking, Author, Claim, Effect, Facts, Flag, Outcome, Plan, Proof, Rejection, Report, Site, Standing, Told, VisitKind,
    VisitRules, VisitStatus, decide, progress,
};
use salessync_engine::{AgentId, CustomerId, PlaceId, Point, Timestamp, VisitEventId, VisitId};
use uuid::Uuid;

const ANNA: AgentId = AgentId(Uuid::from_u128(1));
const BEN: AgentId = AgentId(Uuid::from_u128(2));

fn minute(n: i64) -> Timestamp {
    Timestamp::parse("2026-11-23T08:00:00Z").unwrap().plus_s(n * 60)
}

fn plan(agent: Option<AgentId>) -> Plan {
    Plan {
        customer_id: CustomerId(Uuid::from_u128(7)),
        place_id: PlaceId(Uuid::from_u128(8)),
        territory_id: None,
        agent_id: agent,
        kind: VisitKind::Routine,
        day: NaiveDate::from_ymd_opt(2026, 11, 23).unwrap(),
        windows: vec![],
        duration_s: 1_800,
        priority: 50,
        demand: 0,
        skills: vec![],
        purpose: None,
        note: String::new(),
    }
}

fn site() -> Site<'static> {
    Site { point: Some(Point::new(52.5, 13.4).unwrap()), ground: None, radius_m: 100 }
}

/// So many metres north of the place.
fn claim(north_m: f64) -> Claim {
    Claim { point: Point::new(52.5 + north_m / 111_270.0, 13.4).unwrap(), accuracy_m: Some(8.0), mock: false }
}

fn rules(rules: VisitRules) -> VisitRuleVersions {
    VisitRuleVersions::new(Versions::new(vec![Since { from: Timestamp::MIN, value: rules.checked().unwrap() }]))
}

fn check_in(north_m: f64) -> Told {
    Told::CheckIn { position: Some(claim(north_m)), photos: vec![], note: String::new() }
}

fn check_out() -> Told {
    Told::CheckOut { position: Some(claim(3.0)), outcome: Outcome::Productive, reason: None, photos: vec![], note: String::new() }
}

fn abandon() -> Told {
    Told::Abandon { reason: "flat tyre".to_owned(), note: String::new() }
}

fn cancel() -> Told {
    Told::Cancel { reason: "customer called".to_owned(), note: String::new() }
}

fn reinstate() -> Told {
    Told::Reinstate { note: String::new() }
}

fn report(id: u128, at: i64, agent: Option<AgentId>, told: Told) -> Report {
    let by = Author { kind: AuthorKind::Agent, id: agent.map(|agent| agent.0) };
    let agent = if told.kind().is_deed() { agent } else { None };
    Report { id: VisitEventId(Uuid::from_u128(id)), at: minute(at), received_at: minute(at), by, agent, told, clock_ahead: false }
}

fn standing(facts: &Facts) -> Standing {
    progress::standing(facts, &site(), &VisitRuleVersions::default())
}

fn facts_of(reports: impl IntoIterator<Item = (i64, AgentId, Told)>) -> Facts {
    let mut facts = Facts::new(plan(Some(ANNA)));
    for (index, (at, agent, told)) in reports.into_iter().enumerate() {
        facts.apply(report(index as u128 + 1, at, Some(agent), told));
    }
    facts
}

fn ask(facts: &Facts, told: Told, at: i64, agent: AgentId, rules: &VisitRuleVersions) -> Result<Report, Rejection> {
    decide(facts, told, &asking(at, agent, rules, &site()))
}

fn asking<'a>(at: i64, agent: AgentId, rules: &'a VisitRuleVersions, site: &'a Site<'a>) -> Asking<'a> {
    Asking {
        id: VisitEventId(Uuid::from_u128(1_000 + at as u128)),
        by: Author { kind: AuthorKind::Agent, id: Some(agent.0) },
        agent: Some(agent),
        at: minute(at),
        now: minute(at),
        open: None,
        last_check_out: None,
        site,
        rules,
    }
}

#[test]
fn the_way_of_a_visit_is_walked_step_by_step() {
    let rules = VisitRuleVersions::default();
    let mut facts = Facts::new(plan(Some(ANNA)));
    let steps = [
        (Told::EnRoute {}, VisitStatus::EnRoute),
        (check_in(20.0), VisitStatus::CheckedIn),
        (Told::Start {}, VisitStatus::InProgress),
        (check_out(), VisitStatus::Completed),
    ];
    for (n, (told, expected)) in steps.into_iter().enumerate() {
        facts.apply(ask(&facts, told, n as i64 * 10, ANNA, &rules).unwrap());
        assert_eq!(standing(&facts).progress.status, expected);
    }
    let progress = standing(&facts).progress;
    assert_eq!((progress.performed_by, progress.outcome), (Some(ANNA), Some(Outcome::Productive)));
    assert_eq!((progress.en_route_at, progress.checked_in_at), (Some(minute(0)), Some(minute(10))));
    assert_eq!((progress.started_at, progress.ended_at), (Some(minute(20)), Some(minute(30))));
}

/// Every command in every state: what is not listed as allowed is refused, and the refusal names the state.
#[test]
fn what_the_state_does_not_allow_is_refused_with_the_state_named() {
    use VisitStatus as S;
    type Way = (S, Vec<(i64, AgentId, Told)>);
    let reach: [Way; 8] = [
        (S::Planned, vec![]),
        (S::EnRoute, vec![(0, ANNA, Told::EnRoute {})]),
        (S::CheckedIn, vec![(0, ANNA, check_in(0.0))]),
        (S::InProgress, vec![(0, ANNA, check_in(0.0)), (1, ANNA, Told::Start {})]),
        (S::Completed, vec![(0, ANNA, check_in(0.0)), (9, ANNA, check_out())]),
        (S::Cancelled, vec![(0, ANNA, cancel())]),
        (S::Abandoned, vec![(0, ANNA, abandon())]),
        (S::Missed, vec![]),
    ];
    let commands = [Told::EnRoute {}, check_in(0.0), Told::Start {}, check_out(), abandon(), cancel(), reinstate()];
    let allowed = |status, told: &Told| match (status, told) {
        (S::Planned, Told::EnRoute {} | Told::CheckIn { .. } | Told::Abandon { .. } | Told::Cancel { .. }) => true,
        (S::EnRoute, Told::CheckIn { .. } | Told::Abandon { .. } | Told::Cancel { .. }) => true,
        (S::CheckedIn, Told::Start {} | Told::CheckOut { .. } | Told::Abandon { .. }) => true,
        (S::InProgress, Told::CheckOut { .. } | Told::Abandon { .. }) => true,
        (S::Cancelled | S::Abandoned, Told::Reinstate { .. }) => true,
        // Late, but there: whoever comes after the day is over has come.
        (
            S::Missed,
            Told::EnRoute {} | Told::CheckIn { .. } | Told::Abandon { .. } | Told::Cancel { .. } | Told::Reinstate { .. },
        ) => true,
        _ => false,
    };
    for (status, reports) in reach {
        let mut facts = facts_of(reports);
        facts.missed_at = (status == S::Missed).then(|| minute(20));
        assert_eq!(standing(&facts).progress.status, status);
        for told in &commands {
            let got = ask(&facts, told.clone(), 30, ANNA, &VisitRuleVersions::default());
            if allowed(status, told) {
                assert!(got.is_ok(), "{status}: {told:?}: {got:?}");
                continue;
            }
            let refused = got.unwrap_err();
            assert_eq!(refused, Rejection::IllegalTransition { told: told.kind(), status }, "{status}: {told:?}");
            assert!(refused.to_string().ends_with(status.words()), "{refused}");
        }
    }
}

#[test]
fn who_is_not_assigned_or_has_another_visit_open_is_refused() {
    let rules = VisitRuleVersions::default();
    let facts = Facts::new(plan(Some(ANNA)));
    assert_eq!(ask(&facts, check_in(0.0), 0, BEN, &rules), Err(Rejection::NotAssigned));
    assert_eq!(ask(&Facts::new(plan(None)), check_in(0.0), 0, ANNA, &rules), Err(Rejection::NotAssigned));
    let open = VisitId(Uuid::from_u128(99));
    let here = site();
    let busy = Asking { open: Some(open), ..asking(0, ANNA, &rules, &here) };
    assert_eq!(decide(&facts, check_in(0.0), &busy), Err(Rejection::AnotherOpen { open }));
    let fresh = Asking { last_check_out: Some(minute(-1)), ..asking(0, ANNA, &rules, &here) };
    assert_eq!(decide(&facts, check_in(0.0), &fresh), Err(Rejection::CoolingDown { until: minute(1) }));
    let rested = Asking { last_check_out: Some(minute(-2)), ..asking(0, ANNA, &rules, &here) };
    assert!(decide(&facts, check_in(0.0), &rested).is_ok());
    let done = facts_of([(0, ANNA, check_in(0.0))]);
    assert_eq!(ask(&done, check_out(), 5, BEN, &rules), Err(Rejection::DoneByAnother));
}

#[test]
fn out_of_the_radius_is_refused_marked_or_wants_a_photo() {
    let far = facts_of([]);
    let with = |outside| rules(VisitRules { outside_check_in: outside, ..VisitRules::default() });
    let refused = ask(&far, check_in(250.0), 0, ANNA, &with(Outside::Block)).unwrap_err();
    assert_eq!(refused, Rejection::OutsideRadius { distance_m: 250, radius_m: 100 });
    let nowhere = Told::CheckIn { position: None, photos: vec![], note: String::new() };
    let needed = ask(&far, nowhere.clone(), 0, ANNA, &with(Outside::Block)).unwrap_err();
    assert_eq!((needed.code(), needed.fields()[0].field.as_str()), ("position_needed", "position"));
    assert!(ask(&far, check_in(90.0), 0, ANNA, &with(Outside::Block)).is_ok());

    let mut marked = far.clone();
    marked.apply(ask(&far, check_in(250.0), 0, ANNA, &with(Outside::Flag)).unwrap());
    assert!(standing(&marked).flags.contains(&Flag::OutsideAtCheckIn));

    let wanted = ask(&far, check_in(250.0), 0, ANNA, &with(Outside::Proof)).unwrap_err();
    assert_eq!(wanted, Rejection::ProofLacking(vec![Proof::PhotoAtCheckIn]));
    assert!(wanted.to_string().contains("photo_at_check_in"));
    let photos = vec![salessync_engine::FileId(Uuid::from_u128(5))];
    let shown = Told::CheckIn { position: Some(claim(250.0)), photos, note: String::new() };
    assert!(ask(&far, shown, 0, ANNA, &with(Outside::Proof)).is_ok());
    // By telephone nobody has to be anywhere.
    let mut call = far;
    call.plan.kind = VisitKind::PhoneCall;
    assert!(ask(&call, nowhere, 0, ANNA, &with(Outside::Block)).is_ok());
}

#[test]
fn what_is_lacking_is_named_and_a_reason_must_be_known() {
    let proofs = vec![Proof::Photo, Proof::Signature, Proof::Note];
    let requirement = Requirement { outcomes: vec![Outcome::Productive], proofs, ..Requirement::default() };
    let rules = rules(VisitRules { requirements: vec![requirement], ..VisitRules::default() });
    let mut facts = facts_of([(0, ANNA, check_in(0.0))]);
    let refused = ask(&facts, check_out(), 10, ANNA, &rules).unwrap_err();
    assert_eq!(refused, Rejection::ProofLacking(vec![Proof::Photo, Proof::Signature, Proof::Note]));
    facts.done = Done { signatures: 1, notes: 1, ..Done::default() };
    let Err(Rejection::ProofLacking(left)) = ask(&facts, check_out(), 10, ANNA, &rules) else { panic!() };
    assert_eq!(left, [Proof::Photo]);

    let unproductive = |reason: Option<&str>| Told::CheckOut {
        position: None,
        outcome: Outcome::Unproductive,
        reason: reason.map(str::to_owned),
        photos: vec![],
        note: String::new(),
    };
    assert!(ask(&facts, unproductive(Some("closed")), 10, ANNA, &rules).is_ok(), "nothing is asked of it");
    for reason in [None, Some("rain"), Some("")] {
        let Err(Rejection::Field(flaw)) = ask(&facts, unproductive(reason), 10, ANNA, &rules) else { panic!("{reason:?}") };
        assert_eq!(flaw.field, "reason");
    }
    let long = Told::Abandon { reason: "x".repeat(121), note: String::new() };
    assert!(matches!(ask(&facts, long, 10, ANNA, &rules), Err(Rejection::Field(_))));
}

/// Reports told after the fact: what they amount to, and the effect of each in the order in which they happened.
fn settles(facts: Facts, status: VisitStatus, performer: Option<AgentId>, effects: &[Effect]) -> Standing {
    let got = standing(&facts);
    assert_eq!((got.progress.status, got.progress.performed_by), (status, performer), "{:?}", facts.reports);
    assert_eq!(got.effects.iter().map(|(_, effect)| *effect).collect::<Vec<_>>(), effects, "{:?}", facts.reports);
    let mut turned = facts;
    turned.reports.reverse();
    assert_eq!(standing(&turned), got, "the order of receipt does not matter");
    got
}

#[test]
fn a_report_waits_for_the_one_before_it() {
    use Effect::{Effective, NotCheckedIn};
    settles(facts_of([(10, ANNA, check_out())]), VisitStatus::Planned, None, &[NotCheckedIn]);
    let whole = [(10, ANNA, check_out()), (0, ANNA, check_in(0.0))];
    settles(facts_of(whole), VisitStatus::Completed, Some(ANNA), &[Effective, Effective]);
}

#[test]
fn a_cancellation_does_not_undo_what_was_done() {
    use Effect::{AlreadyDone, AlreadyOver, Effective};
    // Cancelled while the agent was there, offline.
    let there = [(5, ANNA, cancel()), (0, ANNA, check_in(0.0)), (10, ANNA, check_out())];
    settles(facts_of(there), VisitStatus::Completed, Some(ANNA), &[Effective, AlreadyDone, Effective]);
    // Cancelled before, and the agent did not know.
    let unknowing = [(0, ANNA, cancel()), (5, ANNA, check_in(0.0)), (10, ANNA, check_out())];
    let got = settles(facts_of(unknowing), VisitStatus::Completed, Some(ANNA), &[Effective; 3]);
    assert!(got.flags.contains(&Flag::AfterCancellation));
    let after = [(0, ANNA, check_in(0.0)), (5, ANNA, check_out()), (10, ANNA, cancel())];
    settles(facts_of(after), VisitStatus::Completed, Some(ANNA), &[Effective, Effective, AlreadyOver]);
}

#[test]
fn whoever_was_there_first_did_it_whoever_is_assigned() {
    use Effect::{DoneByAnother, Effective, NotAssigned};
    let reassigned = |reports: Vec<(i64, AgentId, Told)>| Facts { plan: plan(Some(BEN)), ..facts_of(reports) };
    let by_anna = vec![(0, ANNA, check_in(0.0)), (10, ANNA, check_out())];
    let got = settles(reassigned(by_anna.clone()), VisitStatus::Completed, Some(ANNA), &[Effective; 2]);
    assert!(got.flags.contains(&Flag::NotAssigned));
    let both = [by_anna, vec![(20, BEN, check_in(0.0)), (30, BEN, check_out())]].concat();
    settles(reassigned(both), VisitStatus::Completed, Some(ANNA), &[Effective, Effective, DoneByAnother, DoneByAnother]);
    // What she meant to do does not hold him up.
    let gave_up = vec![(0, ANNA, Told::EnRoute {}), (5, ANNA, abandon())];
    settles(reassigned(gave_up), VisitStatus::Planned, None, &[NotAssigned, NotAssigned]);
}

#[test]
fn the_agents_word_is_better_than_the_servers_guess() {
    use Effect::{AlreadyOver, Effective};
    let closed = || Told::LeftOpen { why: LeftOpen::DayOver };
    let left = [(0, ANNA, check_in(0.0)), (600, ANNA, closed())];
    settles(facts_of(left.clone()), VisitStatus::Abandoned, Some(ANNA), &[Effective; 2]);
    for (out_at, effects) in [(10, [Effective, Effective, AlreadyOver]), (700, [Effective, Effective, Effective])] {
        let told = [left.to_vec(), vec![(out_at, ANNA, check_out())]].concat();
        let got = settles(facts_of(told), VisitStatus::Completed, Some(ANNA), &effects);
        assert_eq!(got.progress.ended_at, Some(minute(out_at)));
    }
}

#[test]
fn where_it_is_refused_a_report_from_elsewhere_is_kept_without_effect() {
    let block = rules(VisitRules { outside_check_in: Outside::Block, ..VisitRules::default() });
    let facts = facts_of([(0, ANNA, check_in(500.0)), (10, ANNA, check_out())]);
    let got = progress::standing(&facts, &site(), &block);
    let effects: Vec<_> = got.effects.iter().map(|(_, effect)| *effect).collect();
    assert_eq!((got.progress.status, effects), (VisitStatus::Planned, vec![Effect::OutsideRadius, Effect::NotCheckedIn]));
}

#[test]
fn a_missed_visit_is_missed_until_something_is_known_of_it() {
    let mut facts = facts_of([]);
    facts.missed_at = Some(minute(900));
    assert_eq!(standing(&facts).progress.status, VisitStatus::Missed);
    let mut late = facts.clone();
    late.apply(report(1, 30, Some(ANNA), check_in(0.0)));
    assert_eq!(standing(&late).progress.status, VisitStatus::CheckedIn);
    let mut reinstated = facts.clone();
    reinstated.apply(report(1, 950, None, reinstate()));
    assert_eq!(standing(&reinstated).progress.status, VisitStatus::Planned);
    reinstated.missed_at = Some(minute(2_000));
    assert_eq!(standing(&reinstated).progress.status, VisitStatus::Missed);
}

fn told() -> impl Strategy<Value = Told> {
    prop_oneof![
        Just(Told::EnRoute {}),
        (0.0..300.0).prop_map(check_in),
        Just(Told::Start {}),
        Just(check_out()),
        Just(abandon()),
        Just(cancel()),
        Just(reinstate()),
        Just(Told::LeftOpen { why: LeftOpen::NextCheckIn }),
    ]
}

proptest! {
    #![proptest_config(Config { cases: 2_000, failure_persistence: Some(Box::new(FileFailurePersistence::Off)), ..Config::default() })]

    /// Reports in any order, some twice: the same progress; and at most one of its times is before another that must come first.
    #[test]
    fn any_order_of_reports_gives_the_same_progress(
        reports in proptest::collection::vec((told(), 0i64..40, any::<bool>()), 0..12),
        order in proptest::collection::vec(any::<prop::sample::Index>(), 0..40),
        assigned in prop_oneof![Just(None), Just(Some(ANNA)), Just(Some(BEN))],
        missed in proptest::option::of(0i64..60),
    ) {
        let reports: Vec<_> = reports
            .into_iter()
            .enumerate()
            .map(|(id, (told, at, is_anna))| report(id as u128, at, Some(if is_anna { ANNA } else { BEN }), told))
            .collect();
        let facts = |order: &[&Report]| {
            let mut facts = Facts::new(plan(assigned));
            facts.missed_at = missed.map(minute);
            order.iter().for_each(|report| facts.apply((*report).clone()));
            facts
        };
        let in_order: Vec<_> = reports.iter().collect();
        let mut shuffled: Vec<_> = if reports.is_empty() { vec![] } else { order.iter().map(|pick| pick.get(&reports)).collect() };
        shuffled.extend(reports.iter().rev());
        let expected = standing(&facts(&in_order));
        prop_assert_eq!(&standing(&facts(&shuffled)), &expected);

        let progress = &expected.progress;
        let begun = [progress.checked_in_at, progress.started_at].into_iter().flatten().collect::<Vec<_>>();
        prop_assert!(begun.is_sorted(), "{:?}", progress);
        prop_assert_eq!(progress.checked_in_at.is_some(), progress.performed_by.is_some() || expected.check_in.is_some());
        prop_assert_eq!(progress.status == VisitStatus::Completed, progress.outcome.is_some());
        prop_assert!(!progress.status.is_open() || progress.ended_at.is_none());
    }

    /// What is decided is effective at once: a command that is taken has its effect, and no other command takes it back.
    #[test]
    fn a_command_that_is_taken_has_its_effect(commands in proptest::collection::vec((told(), any::<bool>()), 0..12)) {
        let rules = VisitRuleVersions::default();
        let mut facts = Facts::new(plan(Some(ANNA)));
        for (n, (told, is_anna)) in commands.into_iter().enumerate() {
            let agent = if is_anna { ANNA } else { BEN };
            let before = standing(&facts);
            match ask(&facts, told, n as i64, agent, &rules) {
                Ok(report) => {
                    let id = report.id;
                    facts.apply(report);
                    let after = standing(&facts);
                    prop_assert_eq!(after.effects.iter().find(|(of, _)| *of == id).map(|(_, effect)| *effect), Some(Effect::Effective));
                    prop_assert_eq!(&after.effects[..before.effects.len()], &before.effects[..]);
                }
                Err(_) => prop_assert_eq!(&standing(&facts), &before),
            }
        }
    }
}

#[test]
fn the_day_of_a_visit_is_the_day_it_starts() {
    use salessync_engine::visit::derive::date_of;
    let facts = facts_of([]);
    assert_eq!(date_of(&facts, &standing(&facts), Tz::UTC), facts.plan.day);
    let late = facts_of([(17 * 60, ANNA, check_in(0.0))]);
    assert_eq!(date_of(&late, &standing(&late), Tz::UTC), facts.plan.day.succ_opt().unwrap());
}
