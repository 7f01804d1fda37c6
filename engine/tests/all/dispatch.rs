//! Whatever dispatchers, agents and clocks do to a job, in any order: it is the fold of its steps, one agent has it at most, nobody gets in
//! after time, and a restart in between changes nothing.

use proptest::prelude::*;
use proptest::test_runner::{Config, FileFailurePersistence};
use salessync_engine::dispatch::{
    Candidate, Cause, Command, Event, Job, JobState, Mode, OFFERS_MAX, OfferState, Rejection, Step, Terms, reason,
};
use salessync_engine::{AgentId, JobId, OfferId, Timestamp, VisitId};
use std::collections::HashSet;
use uuid::Uuid;

const AGENTS: u8 = 6;

fn agent(n: u8) -> AgentId {
    AgentId(Uuid::from_u128(u128::from(n) + 1))
}

fn offers_from(n: u128) -> impl Iterator<Item = OfferId> {
    (n..).map(|n| OfferId(Uuid::from_u128(n + 1_000)))
}

fn candidate(n: u8) -> Candidate {
    Candidate {
        agent_id: agent(n),
        cost: i64::from(n) * 60,
        arrival: None,
        detour_s: Some(i32::from(n) * 60),
        gives_way: Vec::new(),
    }
}

fn start() -> Timestamp {
    Timestamp::parse("2026-11-23T08:00:00Z").unwrap()
}

fn open(terms: Terms) -> (Step, Job) {
    Job::open(JobId(Uuid::from_u128(1)), VisitId(Uuid::from_u128(2)), None, terms, start())
}

/// What somebody tries; offers are named by their place among those made so far.
#[derive(Clone, Debug)]
enum Try {
    Advance(Vec<u8>),
    Offer(u8),
    Accept { nth: usize, by: u8, own: bool },
    Decline { nth: usize, by: u8, own: bool },
    Expire,
    Withdraw(u8),
    Assign(u8),
    Cancel,
}

fn tries() -> impl Strategy<Value = Vec<(i64, Try, bool)>> {
    let one = prop_oneof![
        4 => prop::collection::vec(0..AGENTS, 0..5).prop_map(Try::Advance),
        3 => (0..AGENTS).prop_map(Try::Offer),
        3 => (0usize..8, 0..AGENTS, prop::bool::weighted(0.8)).prop_map(|(nth, by, own)| Try::Accept { nth, by, own }),
        4 => (0usize..8, 0..AGENTS, prop::bool::weighted(0.8)).prop_map(|(nth, by, own)| Try::Decline { nth, by, own }),
        3 => Just(Try::Expire),
        1 => (0..AGENTS).prop_map(Try::Withdraw),
        1 => (0..AGENTS).prop_map(Try::Assign),
        1 => Just(Try::Cancel),
    ];
    // Seconds that pass before, what is tried, and whether the server restarts after.
    prop::collection::vec((0i64..25, one, prop::bool::weighted(0.2)), 1..40)
}

fn terms() -> impl Strategy<Value = Terms> {
    (prop_oneof![Just(Mode::Auto), Just(Mode::Manual)], 1u8..4, 1u16..8).prop_map(|(mode, at_once, candidates_max)| Terms {
        mode,
        timeout_s: 30,
        at_once,
        candidates_max,
    })
}

fn command(job: &Job, what: &Try) -> Command {
    let named = |nth: usize, by: u8, own: bool| match job.offers.get(nth) {
        Some(offer) => (offer.id, if own { offer.agent_id } else { agent(by) }),
        None => (OfferId(Uuid::nil()), agent(by)),
    };
    match what {
        Try::Advance(ranked) => Command::Advance { candidates: ranked.iter().map(|n| candidate(*n)).collect() },
        Try::Offer(n) => Command::Offer { to: candidate(*n) },
        Try::Accept { nth, by, own } => {
            let (offer, by) = named(*nth, *by, *own);
            Command::Accept { offer, by }
        }
        Try::Decline { nth, by, own } => {
            let (offer, by) = named(*nth, *by, *own);
            Command::Decline { offer, by, reason: reason(" too far ") }
        }
        Try::Expire => Command::Expire,
        Try::Withdraw(n) => Command::Withdraw { agent: agent(*n), cause: Cause::AgentGone },
        Try::Assign(n) => Command::Assign { agent: agent(*n), relaxed: None },
        Try::Cancel => Command::Cancel { cause: Cause::Dispatcher },
    }
}

fn config() -> Config {
    Config { cases: 2_000, failure_persistence: Some(Box::new(FileFailurePersistence::Off)), ..Config::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_job_is_the_fold_of_its_steps_and_one_agent_has_it_at_most(terms in terms(), tries in tries()) {
        let (first, mut job) = open(terms);
        let mut steps = vec![first];
        let mut now = start();
        let mut winner: Option<AgentId> = None;
        for (wait_s, what, restarts) in tries {
            now = now.plus_s(wait_s);
            let before = job.clone();
            let command = command(&job, &what);
            let decided = job.decide(command.clone(), now, &mut offers_from(steps.len() as u128 * 10));
            prop_assert_eq!(&job, &before, "deciding changes nothing");
            if let Ok(new) = &decided {
                for step in new {
                    job.apply(step);
                }
                steps.extend(new.iter().cloned());
                // The same command again is refused or leads to nothing, unless it asks for more.
                if !matches!(command, Command::Advance { .. } | Command::Offer { .. }) {
                    let again = job.decide(command, now, &mut offers_from(90_000));
                    prop_assert!(again.as_ref().map_or(true, Vec::is_empty), "{:?}", again);
                }
            }
            if restarts {
                // Through the stored form, as rows have it.
                let stored = serde_json::to_string(&steps).unwrap();
                let read: Vec<Step> = serde_json::from_str(&stored).unwrap();
                job = Job::fold(&read).unwrap();
                let text = serde_json::to_string(&job).unwrap();
                prop_assert_eq!(&serde_json::from_str::<Job>(&text).unwrap(), &job);
            }
            let folded = Job::fold(&steps);
            prop_assert_eq!(folded.as_ref(), Some(&job));
            check(&job, &before, now, &mut winner, &what);
        }
    }
}

/// What holds after every attempt.
fn check(job: &Job, before: &Job, now: Timestamp, winner: &mut Option<AgentId>, what: &Try) {
    let accepted: Vec<_> = job.offers.iter().filter(|offer| offer.state == OfferState::Accepted).collect();
    assert!(accepted.len() <= 1);
    assert_eq!(job.state == JobState::Accepted, job.agent_id.is_some());
    if let Some(offer) = accepted.first() {
        assert_eq!(job.agent_id, Some(offer.agent_id));
        assert!(offer.answered_at.unwrap() < offer.expires_at, "accepted after its time");
    }
    if let Some(winner) = *winner {
        assert_eq!(job.agent_id, Some(winner), "a job that somebody has stays theirs");
    }
    *winner = job.agent_id;
    if before.state.is_final() {
        assert_eq!(job, before, "the end is the end");
    }
    let pending: Vec<_> = job.pending().collect();
    assert_eq!(job.state == JobState::Offering, !pending.is_empty());
    let asked: HashSet<_> = pending.iter().map(|offer| offer.agent_id).collect();
    assert_eq!(asked.len(), pending.len(), "nobody is asked twice at once");
    assert_eq!(job.next_expiry(), pending.iter().map(|offer| offer.expires_at).min());
    let is_expire = matches!(what, Try::Expire);
    assert!(!is_expire || pending.iter().all(|offer| now < offer.expires_at), "what has run out is closed");
    if job.terms.mode == Mode::Auto && matches!(what, Try::Advance(_)) && !job.state.is_final() {
        assert!(job.state == JobState::Offering || job.state == JobState::Unfilled, "{:?}", job.state);
    }
    assert!(job.offers.len() <= OFFERS_MAX);
    assert!(job.revision >= before.revision);
}

/// Takes a command and returns the events it led to.
fn does(job: &mut Job, command: Command, now: Timestamp, ids: u128) -> Result<Vec<Event>, Rejection> {
    let steps = job.carry_out(command, now, &mut offers_from(ids))?;
    Ok(steps.into_iter().map(|step| step.event).collect())
}

fn ranked(agents: &[u8]) -> Command {
    Command::Advance { candidates: agents.iter().map(|n| candidate(*n)).collect() }
}

#[test]
fn the_next_candidate_is_asked_when_one_says_no_or_nothing() {
    let (_, mut job) = open(Terms::default());
    does(&mut job, ranked(&[0, 1, 2]), start(), 0).unwrap();
    let first = job.offers[0].clone();
    assert_eq!((first.agent_id, first.expires_at), (agent(0), start().plus_s(60)));
    let decline = Command::Decline { offer: first.id, by: agent(0), reason: reason("too far") };
    does(&mut job, decline, start().plus_s(5), 10).unwrap();
    assert_eq!(job.state, JobState::Open);
    does(&mut job, ranked(&[0, 1, 2]), start().plus_s(5), 20).unwrap();
    assert_eq!(job.offers[1].agent_id, agent(1), "who said no is not asked again");
    does(&mut job, Command::Expire, start().plus_s(65), 30).unwrap();
    does(&mut job, ranked(&[1, 2]), start().plus_s(65), 40).unwrap();
    let third = job.offers[2].clone();
    does(&mut job, Command::Accept { offer: third.id, by: agent(2) }, start().plus_s(70), 50).unwrap();
    let states: Vec<_> = job.offers.iter().map(|offer| offer.state).collect();
    assert_eq!(states, [OfferState::Declined, OfferState::TimedOut, OfferState::Accepted]);
    assert_eq!((job.state, job.agent_id, job.closed_at), (JobState::Accepted, Some(agent(2)), Some(start().plus_s(70))));
    assert_eq!(job.offers[0].reason.as_deref(), Some("too far"));
}

#[test]
fn of_two_who_accept_at_once_one_wins_and_the_other_is_told() {
    let (_, mut job) = open(Terms { at_once: 2, ..Terms::default() });
    does(&mut job, ranked(&[0, 1]), start(), 0).unwrap();
    let (a, b) = (job.offers[0].id, job.offers[1].id);
    let at = start().plus_s(1);
    let events = does(&mut job, Command::Accept { offer: b, by: agent(1) }, at, 10).unwrap();
    assert_eq!(events, [Event::Accepted { offer: b }, Event::Withdrawn { offer: a, cause: Cause::TakenByAnother }]);
    let late = does(&mut job, Command::Accept { offer: a, by: agent(0) }, at, 20).unwrap_err();
    assert_eq!((late, late.code()), (Rejection::OfferClosed(OfferState::Withdrawn), "offer_closed"));
    assert_eq!(does(&mut job, Command::Accept { offer: b, by: agent(1) }, at, 30), Ok(Vec::new()), "said twice");
}

#[test]
fn the_instant_of_expiry_is_too_late_even_before_the_timer_comes() {
    let (_, mut job) = open(Terms::default());
    does(&mut job, ranked(&[0]), start(), 0).unwrap();
    let accept = Command::Accept { offer: job.offers[0].id, by: agent(0) };
    let late = job.decide(accept.clone(), start().plus_s(60), &mut offers_from(10));
    assert_eq!(late, Err(Rejection::OfferClosed(OfferState::TimedOut)));
    assert!(job.decide(accept, start().plus_ms(59_999), &mut offers_from(10)).is_ok());
}

#[test]
fn anothers_offer_is_not_there() {
    let (_, mut job) = open(Terms::default());
    does(&mut job, ranked(&[0]), start(), 0).unwrap();
    let offer = job.offers[0].id;
    for command in [Command::Accept { offer, by: agent(1) }, Command::Decline { offer, by: agent(1), reason: None }] {
        assert_eq!(does(&mut job, command, start(), 10), Err(Rejection::UnknownOffer));
    }
}

#[test]
fn all_asked_is_unfilled_and_people_may_go_on() {
    let (_, mut job) = open(Terms { candidates_max: 1, ..Terms::default() });
    does(&mut job, ranked(&[0, 1]), start(), 0).unwrap();
    does(&mut job, Command::Expire, start().plus_s(60), 10).unwrap();
    assert_eq!(does(&mut job, ranked(&[0, 1]), start().plus_s(60), 20).unwrap().last(), Some(&Event::Exhausted));
    assert_eq!(does(&mut job, ranked(&[0, 1]), start().plus_s(61), 30), Ok(Vec::new()), "said once");
    does(&mut job, Command::Offer { to: candidate(0) }, start().plus_s(70), 40).unwrap();
    assert_eq!(job.state, JobState::Offering);
    does(&mut job, Command::Assign { agent: agent(3), relaxed: None }, start().plus_s(71), 50).unwrap();
    assert_eq!((job.state, job.agent_id, job.cause), (JobState::Accepted, Some(agent(3)), Some(Cause::Assigned)));
    assert_eq!(job.offers[1].cause, Some(Cause::Assigned));
    let closed = does(&mut job, Command::Cancel { cause: Cause::Dispatcher }, start().plus_s(72), 60);
    assert_eq!(closed, Err(Rejection::JobClosed(JobState::Accepted)));
}

#[test]
fn an_unfilled_job_asks_on_when_there_is_somebody_new() {
    let (_, mut job) = open(Terms { candidates_max: 3, ..Terms::default() });
    does(&mut job, ranked(&[0]), start(), 0).unwrap();
    let decline = Command::Decline { offer: job.offers[0].id, by: agent(0), reason: None };
    does(&mut job, decline, start().plus_s(1), 10).unwrap();
    let is_exhausted = |events: Result<Vec<Event>, Rejection>| events.unwrap().last() == Some(&Event::Exhausted);
    assert!(is_exhausted(does(&mut job, ranked(&[0]), start().plus_s(1), 20)));
    for again in [&[][..], &[0]] {
        assert_eq!(does(&mut job, ranked(again), start().plus_s(2), 30), Ok(Vec::new()), "nobody new is nothing new");
    }
    does(&mut job, ranked(&[0, 1]), start().plus_s(3), 40).unwrap();
    assert_eq!((job.state, job.offers.len(), job.offers[1].agent_id), (JobState::Offering, 2, agent(1)));

    // Who went off duty said neither yes nor no, and may be asked when they are back; nor did who had no room any more.
    for (n, cause) in [(50, Cause::AgentGone), (70, Cause::NoLongerFits)] {
        does(&mut job, Command::Withdraw { agent: agent(1), cause }, start().plus_s(4), n).unwrap();
        assert!(is_exhausted(does(&mut job, ranked(&[0]), start().plus_s(4), n + 5)));
        does(&mut job, ranked(&[0, 1]), start().plus_s(5), n + 10).unwrap();
        assert_eq!((job.state, job.offers.last().unwrap().agent_id), (JobState::Offering, agent(1)));
    }
    // As many as the terms say, and no more.
    does(&mut job, Command::Expire, start().plus_s(100), 90).unwrap();
    does(&mut job, ranked(&[2, 3]), start().plus_s(100), 100).unwrap();
    does(&mut job, Command::Expire, start().plus_s(200), 110).unwrap();
    assert!(is_exhausted(does(&mut job, ranked(&[2, 3]), start().plus_s(200), 120)));
    assert!(!job.may_ask_more());
}

#[test]
fn jobs_stored_before_anything_gave_way_are_read() {
    let ranked = r#"{"at":"2026-11-23T08:00:00.000Z","event":"ranked","candidates":[{"agent_id":"00000000-0000-0000-0000-000000000001","cost":0,"arrival":null,"detour_s":0}]}"#;
    let step: Step = serde_json::from_str(ranked).unwrap();
    assert_eq!(step.event, Event::Ranked { candidates: vec![candidate(0)] });
    assert_eq!(serde_json::to_string(&step).unwrap(), ranked, "and written the same where nothing gives way");
}

#[test]
fn by_hand_nobody_is_asked_on_its_own() {
    let (_, mut job) = open(Terms { mode: Mode::Manual, ..Terms::default() });
    assert_eq!(does(&mut job, ranked(&[0, 1]), start(), 0), Ok(Vec::new()));
    does(&mut job, Command::Offer { to: candidate(1) }, start(), 10).unwrap();
    assert_eq!(does(&mut job, Command::Offer { to: candidate(1) }, start(), 20), Err(Rejection::AlreadyAsked));
}

#[test]
fn a_reason_is_kept_short_and_clean() {
    assert_eq!(reason("  \n "), None);
    assert_eq!(reason(" a\u{7}b "), Some("ab".to_owned()));
    assert_eq!(reason(&"x".repeat(500)).unwrap().len(), 200);
}
