//! The frames of plans and dispatch of docs/PROTOCOL.md, pinned as in `golden`: a change here is a change of the protocol.

use crate::pinned::{golden, pins};
use salessync_engine::dispatch::{Candidate, Cause, Command, Job, OfferState, Terms};
use salessync_engine::plan::book::{ChangeKind, Hold, Move, PlanVersion, Spot};
use salessync_engine::plan::model::{Bill, Commitment, ShiftId};
use salessync_engine::wire::plan::{
    Alert, By, Eta, Hours, LaneFrame, LeftOut, OfferShown, PhoneFrame, PlanDay, Risk, RouteDay, ShiftHours, Stop, Totals,
};
use salessync_engine::wire::{agent, live};
use salessync_engine::{AgentId, ChangeId, CustomerId, JobId, OfferId, PlaceId, Point, Timestamp, VisitId};
use uuid::Uuid;

fn id(n: u128) -> Uuid {
    Uuid::from_u128(0x018f_3f2e_0000_7000_8000_0000_0000_0000 + n)
}

fn nine() -> Timestamp {
    Timestamp::parse("2026-11-23T09:00:00Z").unwrap()
}

fn shift() -> ShiftId {
    ShiftId { agent: AgentId(id(1)), date: "2026-11-23".parse().unwrap(), part: 0 }
}

fn left_out() -> LeftOut {
    LeftOut {
        visit_id: VisitId(id(8)),
        customer_id: CustomerId(id(21)),
        customer: "Bakery Muster".to_owned(),
        place_id: PlaceId(id(22)),
        point: Some(Point::new(52.51, 13.41).unwrap()),
        status: "planned".to_owned(),
        windows: vec![Hours { from: nine(), to: nine().plus_s(7_200) }],
        duration_s: 1_800,
        priority: 80,
        demand: 3,
        is_mandatory: true,
        skills: vec!["crane".to_owned()],
        reasons: Vec::new(),
    }
}

fn route() -> RouteDay {
    let stop = Stop {
        visit_id: VisitId(id(7)),
        customer_id: CustomerId(id(21)),
        customer: "Bakery Muster".to_owned(),
        place_id: PlaceId(id(22)),
        point: Some(Point::new(52.51, 13.41).unwrap()),
        position: 0,
        status: "planned".to_owned(),
        commitment: Commitment::FixedAgent,
        hold: Some(Hold::new(Commitment::FixedAgent)),
        windows: Vec::new(),
        promise: None,
        duration_s: 900,
        demand: 4,
        travel_s: 420,
        distance_m: 3_500,
        arrival: nine(),
        start: nine(),
        end: nine().plus_s(900),
        wait_s: 0,
        eta: Some(nine().plus_s(60)),
        eta_std_s: Some(120),
        risk: Some(Risk { probability: 0.34, late_by_s: 120 }),
    };
    let totals =
        Totals { visits: 1, travel_s: 840, distance_m: 7_000, service_s: 900, wait_s: 0, duty_s: 1_740, load: 4, cost: 840 };
    RouteDay {
        agent_id: AgentId(id(1)),
        date: "2026-11-23".parse().unwrap(),
        part: 0,
        shift: ShiftHours { from: nine().plus_s(-3_600), to: nine().plus_s(8 * 3_600), breaks: Vec::new() },
        start: None,
        end: None,
        departs_at: Some(nine().plus_s(-420)),
        ends_at: Some(nine().plus_s(1_320)),
        stops: vec![stop],
        totals,
        capacity: Some(20),
        overtime_s: 0,
        late_s: 0,
        is_closed: false,
        is_ended: false,
    }
}

fn job() -> Job {
    let (_, mut job) = Job::open(JobId(id(30)), VisitId(id(8)), None, Terms::default(), nine());
    let candidate = Candidate {
        agent_id: AgentId(id(1)),
        cost: 420,
        arrival: Some(nine().plus_s(1_200)),
        detour_s: Some(420),
        gives_way: vec![],
    };
    let mut ids = std::iter::once(OfferId(id(31)));
    job.carry_out(Command::Advance { candidates: vec![candidate] }, nine(), &mut ids).unwrap();
    job
}

#[test]
fn frames_of_lanes_are_pinned() {
    let plan = "plan:none".parse().unwrap();
    let desk = "dispatch:none".parse().unwrap();
    let day = PlanDay {
        territory_id: None,
        version: PlanVersion(41),
        date: "2026-11-23".parse().unwrap(),
        zone: "Europe/Berlin".to_owned(),
        routes: vec![route()],
        unassigned: vec![left_out()],
        at_risk: Vec::new(),
        totals: Totals::default(),
    };
    pins(golden!("plan_snapshot"), &LaneFrame::PlanSnapshot { topic: plan, epoch: "3.1".to_owned(), rev: 7, day: Box::new(day) });
    let moved = Move { visit: VisitId(id(8)), from: Some(Spot { shift: shift(), position: 1 }), to: None };
    let diff = LaneFrame::PlanDiff {
        topic: plan,
        rev: 8,
        version: PlanVersion(42),
        base: PlanVersion(41),
        by: By { kind: "user".to_owned(), id: Some(id(40)) },
        kind: ChangeKind::Edit,
        change_id: ChangeId(id(41)),
        changes: vec![moved],
        routes: vec![route()],
        unassigned: vec![left_out()],
        bill: Bill { travel: -420, mandatory_lost: 1, ..Bill::default() },
    };
    pins(golden!("plan_diff"), &diff);
    let update = LaneFrame::PlanUpdate {
        topic: plan,
        rev: 9,
        version: PlanVersion(42),
        date: "2026-11-23".parse().unwrap(),
        routes: vec![route()],
        unassigned: vec![left_out()],
        gone: vec![VisitId(id(9))],
    };
    pins(golden!("plan_update"), &update);
    let risk = Some(Risk { probability: 0.34, late_by_s: 120 });
    let eta = Eta { visit_id: VisitId(id(7)), eta: nine().plus_s(60), eta_std_s: 120, risk };
    pins(golden!("plan_eta"), &LaneFrame::Eta { topic: plan, rev: 9, visits: vec![eta] });
    let alert = Alert::PromiseAtRisk {
        visit_id: VisitId(id(7)),
        agent_id: AgentId(id(1)),
        probability: 0.34,
        late_by_s: 120,
        is_over: false,
    };
    pins(golden!("plan_alert"), &LaneFrame::PlanAlert { topic: plan, rev: 10, alert });
    let snapshot = LaneFrame::DispatchSnapshot { topic: desk, epoch: "3.2".to_owned(), rev: 3, jobs: vec![job()] };
    pins(golden!("dispatch_snapshot"), &snapshot);
    pins(golden!("dispatch_job"), &LaneFrame::Dispatch { topic: desk, rev: 4, job: Box::new(job()) });
}

#[test]
fn frames_of_phones_are_pinned() {
    let shown = OfferShown {
        offer: OfferId(id(31)),
        job: JobId(id(30)),
        state: OfferState::Offered,
        offered_at: nine(),
        expires_at: nine().plus_s(60),
        visit: left_out(),
        address: "1 Mill Road".to_owned(),
        purpose: Some("repair".to_owned()),
        note: "Ring twice".to_owned(),
        arrival: Some(nine().plus_s(1_200)),
        detour_s: Some(420),
    };
    let offer = OfferId(id(31));
    let told = |frame: PhoneFrame| agent::ServerFrame::Planning(Box::new(frame));
    pins(golden!("agent_server_offer"), &told(PhoneFrame::Offer(Box::new(shown))));
    let withdrawn = PhoneFrame::OfferWithdrawn { offer, state: OfferState::Withdrawn, cause: Some(Cause::TakenByAnother) };
    pins(golden!("agent_server_offer_withdrawn"), &told(withdrawn));
    let state = PhoneFrame::OfferState { offer, state: Some(OfferState::TimedOut), code: Some("offer_closed".to_owned()) };
    pins(golden!("agent_server_offer_state"), &told(state));
    let changed = PhoneFrame::PlanChanged { version: PlanVersion(42), day: Box::new(route()) };
    pins(golden!("agent_server_plan_changed"), &told(changed));
    // A frame of the other sort is still read as what it is.
    let pong = serde_json::to_string(&agent::ServerFrame::Pong { at: nine() }).unwrap();
    assert_eq!(serde_json::from_str::<agent::ServerFrame>(&pong).unwrap(), agent::ServerFrame::Pong { at: nine() });
}

#[test]
fn an_answer_to_an_offer_is_read_as_documented() {
    let reply = |accepts, reason: Option<&str>| agent::ClientFrame::OfferReply {
        offer: OfferId(id(31)),
        accepts,
        reason: reason.map(str::to_owned),
    };
    assert_eq!(agent::read(golden!("agent_client_offer_accept").1), Ok(reply(true, None)));
    assert_eq!(agent::read(golden!("agent_client_offer_decline").1), Ok(reply(false, Some("too far"))));
    for (text, field) in [
        (r#"{"type":"offer_reply","answer":"accept"}"#, "offer"),
        (r#"{"type":"offer_reply","offer":"x","answer":"accept"}"#, "offer"),
        (r#"{"type":"offer_reply","offer":"018f3f2e-0000-7000-8000-00000000001f"}"#, "answer"),
        (r#"{"type":"offer_reply","offer":"018f3f2e-0000-7000-8000-00000000001f","answer":"maybe"}"#, "answer"),
        (r#"{"type":"offer_reply","offer":"018f3f2e-0000-7000-8000-00000000001f","answer":"decline","reason":7}"#, "reason"),
    ] {
        assert_eq!(agent::read(text).unwrap_err().field.as_deref(), Some(field), "{text}");
    }
}

#[test]
fn topics_of_lanes_are_subscribed_to_as_documented() {
    let subscribe = live::ClientFrame::Subscribe {
        topics: vec!["plan:none".to_owned(), "dispatch:none".to_owned()],
        viewport: None,
        resume: [("plan:none".to_owned(), live::ResumeToken { epoch: "3.1".to_owned(), rev: 7 })].into(),
        date: Some("2026-11-23".parse().unwrap()),
    };
    pins(golden!("live_client_subscribe_plan"), &subscribe);
    pins(golden!("live_client_ack_plan"), &live::ClientFrame::Ack { topic: "plan:none".parse().unwrap(), rev: 8 });
}
