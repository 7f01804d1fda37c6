//! The frames of docs/PROTOCOL.md, pinned: what the code writes is exactly the file, and the file reads back as the same value.
//! A change here is a change of the protocol.

use crate::pinned::{golden, pins};
use salessync_engine::ItemId;
use salessync_engine::duty::Duty;
use salessync_engine::track::amend::Op;
use salessync_engine::track::feed::{FeedEntry, Subject};
use salessync_engine::track::{Device, Fix, FlawCode, Quarantine, RawFix, Source};
use salessync_engine::wire::{Refresh, Secret, agent, live};
use salessync_engine::{AgentId, Timestamp};

fn agent_id(n: u8) -> AgentId {
    format!("018f3f2e-0000-7000-8000-00000000000{n}").parse().unwrap()
}

fn eight() -> Timestamp {
    Timestamp::parse("2026-11-23T08:00:00Z").unwrap()
}

fn duty() -> agent::DutyFrame {
    agent::DutyFrame { id: agent_id(7).0, state: Duty::Off, at: Some(eight()) }
}

#[test]
fn a_phones_frames_are_read_as_documented() {
    let raw = RawFix {
        seq: None,
        recorded_at: eight(),
        lat: 52.520_006_6,
        lon: 13.404_954,
        accuracy_m: Some(8.0),
        speed_mps: Some(1.4),
        bearing_deg: Some(87.5),
        altitude_m: Some(34.2),
        battery: Some(0.87),
        source: Source::Gps,
        mock: false,
    };
    let simulated = RawFix { recorded_at: eight().plus_s(5), lat: 52.520_01, lon: 13.404_96, mock: true, ..RawFix::default() };
    let taken = |index, seq, raw: &RawFix| agent::TakenFix { index, seq, fix: Fix::new(raw).unwrap() };
    let expected = agent::ClientFrame::Fixes(agent::FixesFrame {
        frame: 1,
        device: Device::new("pixel-7").unwrap(),
        agent: Some(agent_id(1)),
        fixes: vec![taken(0, Some(41), &raw), taken(1, None, &simulated)],
        rejected: vec![],
    });
    assert_eq!(agent::read(golden!("agent_client_fixes").1), Ok(expected));
    assert_eq!(agent::read(golden!("agent_client_ping").1), Ok(agent::ClientFrame::Ping));
    let refresh = |token: Option<&str>, ticket: Option<&str>| {
        let [token, ticket] = [token, ticket].map(|shown| shown.map(|shown| Secret(shown.to_owned())));
        Ok(agent::ClientFrame::Refresh(Refresh { token, ticket }))
    };
    assert_eq!(agent::read(golden!("agent_client_refresh").1), refresh(Some("eyJ…"), None));
    assert_eq!(agent::read(golden!("agent_client_refresh_ticket").1), refresh(None, Some("p2Hq…")));
    assert_eq!(agent::read(golden!("agent_client_duty").1), Ok(agent::ClientFrame::Duty(duty())));
}

#[test]
fn answers_to_a_phone_are_pinned() {
    use agent::ServerFrame as Frame;
    let rejected = agent::RejectedFix {
        index: 1,
        seq: Some(42),
        field: "lat".into(),
        code: FlawCode::OutOfRange,
        limit: "-90..90".into(),
        message: "lat: out of range, must be -90..90".to_owned(),
    };
    let aside = |index, seq, reason| agent::QuarantinedFix { index, seq, reason };
    let error =
        agent::FrameFlaw::new(agent::FrameCode::FrameOutOfOrder, "frame 9 came, 8 was expected").field("frame", "8").frame(9);
    let welcome = Frame::Welcome {
        agent: agent_id(1),
        server_time: eight(),
        expires_at: eight().plus_s(900),
        limits: agent::Limits::default(),
    };
    pins(golden!("agent_server_welcome"), &welcome);
    pins(golden!("agent_server_refreshed"), &agent::ServerFrame::Refreshed { expires_at: eight().plus_s(1_800) });
    pins(golden!("agent_server_ack"), &Frame::Ack { frame: 7 });
    pins(golden!("agent_server_rejected"), &Frame::Rejected { frame: 7, fixes: vec![rejected], omitted: 0 });
    let fixes = vec![aside(0, Some(41), Quarantine::TooFarAhead), aside(2, None, Quarantine::Ancient)];
    pins(golden!("agent_server_quarantined"), &Frame::Quarantined { frame: 7, fixes, omitted: 3 });
    pins(golden!("agent_server_busy"), &Frame::Busy { frame: 8, retry_after_ms: 200, code: agent::BusyCode::JournalFull });
    pins(golden!("agent_server_error"), &Frame::Error(error));
    pins(golden!("agent_server_pong"), &Frame::Pong { at: eight() });
    pins(golden!("agent_server_duty"), &Frame::Duty(duty()));
    let off_duty = vec![agent::RejectedFix::off_duty(0, Some(41))];
    pins(golden!("agent_server_rejected_off_duty"), &Frame::Rejected { frame: 7, fixes: off_duty, omitted: 0 });
}

#[test]
fn a_consoles_frames_are_pinned() {
    use live::ClientFrame as Frame;
    let none: live::Topic = "territory:none".parse().unwrap();
    let bounds = salessync_engine::geo::Bounds { south: 52.4, west: 13.2, north: 52.6, east: 13.6 };
    let subscribe = Frame::Subscribe {
        topics: vec!["territory:018f3f2e-0000-7000-8000-000000000002".to_owned(), none.to_string()],
        viewport: Some(bounds),
        resume: [(none.to_string(), live::ResumeToken { epoch: "3.1".to_owned(), rev: 17 })].into(),
        date: None,
    };
    let viewport = live::Viewport { south: Some(52.4), west: Some(13.2), north: Some(52.6), east: Some(13.6) };
    let everything = live::Viewport { south: None, west: None, north: None, east: None };
    pins(golden!("live_client_subscribe"), &subscribe);
    pins(golden!("live_client_unsubscribe"), &Frame::Unsubscribe { topics: vec![none.to_string()] });
    pins(golden!("live_client_viewport"), &Frame::Viewport(viewport));
    pins(golden!("live_client_viewport_everything"), &Frame::Viewport(everything));
    pins(golden!("live_client_ack"), &Frame::Ack { topic: none.into(), rev: 18 });
    pins(golden!("live_client_ping"), &Frame::Ping {});
    let refresh = Refresh { token: None, ticket: Some(Secret("p2Hq…".to_owned())) };
    pins(golden!("live_client_refresh"), &Frame::Refresh(refresh));
    let follow = live::Follow { after: Some(4_711), agents: Some([agent_id(1)].into()) };
    pins(golden!("live_client_follow"), &Frame::Follow(follow));
    pins(golden!("live_client_followed"), &Frame::Followed { seq: 4_712 });
    pins(golden!("live_client_unfollow"), &Frame::Unfollow {});
    for (name, text) in [golden!("live_client_subscribe"), golden!("live_client_viewport"), golden!("live_client_ack")] {
        assert!(live::read(text).is_ok(), "{name}");
    }
}

#[test]
fn frames_to_a_console_are_pinned() {
    use live::ServerFrame as Frame;
    use salessync_engine::live::Status;
    let topic: live::Topic = "territory:none".parse().unwrap();
    let row = live::Row {
        agent: agent_id(1),
        at: eight().ms(),
        lat: 52.520_006_6,
        lon: 13.404_954,
        speed_mps: None,
        bearing_deg: None,
        accuracy_m: None,
        battery: None,
        status: Status::Idle,
        duty: Some(Duty::Off),
    };
    let whole = live::Row {
        speed_mps: Some(1.4),
        bearing_deg: Some(87.5),
        accuracy_m: Some(8.0),
        battery: Some(0.87),
        status: Status::Moving,
        duty: None,
        ..row.clone()
    };
    let error = agent::FrameFlaw::new(agent::FrameCode::TopicUnknown, "there is no topic \"weather\"");
    pins(
        golden!("live_server_welcome"),
        &Frame::Welcome { epoch: "3".to_owned(), server_time: eight(), tick_ms: 200, expires_at: eight().plus_s(900) },
    );
    let snapshot = Frame::Snapshot { topic, epoch: "3.1".to_owned(), rev: 17, partial: false, rows: vec![whole] };
    pins(golden!("live_server_refreshed"), &live::ServerFrame::Refreshed { expires_at: eight().plus_s(1_800) });
    pins(golden!("live_server_snapshot"), &snapshot);
    pins(golden!("live_server_delta"), &Frame::Delta { topic, since: 17, rev: 18, gone: vec![agent_id(3)], rows: vec![row] });
    pins(golden!("live_server_resync"), &Frame::Resync { topic: topic.into(), reason: live::ResyncReason::EpochChanged });
    pins(golden!("live_server_error"), &Frame::Error(error.field("topics", "territory:<id> or territory:none")));
    pins(golden!("live_server_pong"), &Frame::Pong { at: eight() });
    let change = FeedEntry {
        seq: 4_712,
        at: eight(),
        agent_id: agent_id(1),
        device: "pixel-7".to_owned(),
        op: Op::Amended,
        kind: Subject::Stop,
        id: Some(ItemId(uuid::Uuid::from_u128(7))),
        date: eight().to_utc().date_naive(),
        revision: 2,
        old: Some(
            (&serde_json::json!({"kind": "stop", "start_at": "2026-11-23T07:10:00.000Z", "at": {"lat": 52.5, "lon": 13.4}}))
                .into(),
        ),
        new: Some(
            (&serde_json::json!({"kind": "stop", "start_at": "2026-11-23T07:04:20.000Z", "at": {"lat": 52.5, "lon": 13.4}}))
                .into(),
        ),
    };
    pins(golden!("live_server_changes"), &Frame::Changes { last: 4_712, items: vec![change] });
    pins(golden!("live_server_changes_gone"), &Frame::ChangesGone { oldest: 9_000 });
}
