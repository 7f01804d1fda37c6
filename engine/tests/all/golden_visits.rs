//! The frames of the feed of visits of docs/PROTOCOL.md, pinned as in `golden`: a change here is a change of the protocol.

use crate::pinned::{golden, pins};
use salessync_engine::photo::MediaType;
use salessync_engine::visit::feed::{Duplicate, DuplicateBy, EventBody, FileHead, VisitEvent};
use salessync_engine::visit::plan::{Plan, VisitKind, VisitSource, Window};
use salessync_engine::visit::proof::FilePurpose;
use salessync_engine::visit::report::{Author, AuthorKind};
use salessync_engine::visit::verify::VerificationStatus;
use salessync_engine::visit::{Progress, Visit, VisitChange, VisitStatus};
use salessync_engine::wire::visits::FollowVisits;
use salessync_engine::wire::{agent, live};
use salessync_engine::{AgentId, CustomerId, FileId, PlaceId, Point, TerritoryId, Timestamp, VisitEventId, VisitId};
use std::collections::BTreeSet;
use uuid::Uuid;

fn id(n: u128) -> Uuid {
    Uuid::from_u128(0x018f_3f2e_0000_7000_8000_0000_0000_0000 + n)
}

fn nine() -> Timestamp {
    Timestamp::parse("2026-11-23T09:00:00Z").unwrap()
}

fn visit() -> Visit {
    let plan = Plan {
        customer_id: CustomerId(id(21)),
        place_id: PlaceId(id(22)),
        territory_id: Some(TerritoryId(id(2))),
        agent_id: Some(AgentId(id(1))),
        kind: VisitKind::Routine,
        day: "2026-11-23".parse().unwrap(),
        windows: vec![Window { from: nine(), to: nine().plus_s(7_200) }],
        duration_s: 1_800,
        priority: 50,
        demand: 6,
        skills: vec!["crane".to_owned()],
        purpose: Some("audit".to_owned()),
        note: "Bring the new list.".to_owned(),
    };
    let progress = Progress {
        status: VisitStatus::CheckedIn,
        performed_by: Some(AgentId(id(1))),
        arrived_at: Some(nine().plus_s(-90)),
        checked_in_at: Some(nine()),
        ..Progress::none()
    };
    Visit {
        id: VisitId(id(7)),
        plan,
        customer_name: "Bakery Muster".to_owned(),
        address: "1 Mill Road".to_owned(),
        point: Some(Point::new(52.51, 13.41).unwrap()),
        source: VisitSource::Person,
        origin: None,
        position: 0,
        progress,
        date: "2026-11-23".parse().unwrap(),
        flags: BTreeSet::new(),
        verification: VerificationStatus::Partial,
        former_agents: vec![AgentId(id(3))],
        version: 2,
        revision: 5,
        created_at: nine().plus_s(-86_400),
        updated_at: nine().plus_s(60),
    }
}

/// A photo has come that looks like an earlier one.
fn photo() -> VisitEvent {
    let file = FileHead {
        id: FileId(id(31)),
        visit_id: Some(VisitId(id(7))),
        agent_id: Some(AgentId(id(1))),
        purpose: FilePurpose::CheckIn,
        media_type: MediaType::Jpeg,
        bytes: 248_113,
        sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
        width: Some(1_600),
        height: Some(1_200),
        taken_at: Some(nine().plus_s(30)),
        place: Some(Point::new(52.51, 13.41).unwrap()),
        duplicate: Some(Duplicate { file_id: FileId(id(30)), visit_id: Some(VisitId(id(6))), by: DuplicateBy::Looks }),
        has_thumbnail: true,
        created_at: nine().plus_s(60),
    };
    VisitEvent {
        seq: 901,
        id: VisitEventId(id(41)),
        visit_id: VisitId(id(7)),
        at: nine().plus_s(60),
        received_at: nine().plus_s(60),
        by: Author { kind: AuthorKind::Agent, id: Some(id(1)) },
        agent_id: Some(AgentId(id(1))),
        device: Some("pixel-7".to_owned()),
        body: EventBody::File { file },
        effect: None,
        was: VisitStatus::CheckedIn,
        status: VisitStatus::CheckedIn,
        revision: 5,
    }
}

/// Another visit has gone to somebody who is not seen from here.
fn gone() -> VisitEvent {
    let changes = [("agent_id".to_owned(), [serde_json::json!(id(1)), serde_json::json!(id(3))])];
    VisitEvent {
        seq: 902,
        id: VisitEventId(id(42)),
        visit_id: VisitId(id(8)),
        by: Author { kind: AuthorKind::User, id: Some(id(9)) },
        agent_id: None,
        device: None,
        body: EventBody::Replanned { changes: changes.into() },
        was: VisitStatus::Planned,
        status: VisitStatus::Planned,
        revision: 2,
        ..photo()
    }
}

#[test]
fn both_sockets_are_told_of_visits_in_the_same_words() {
    let items = vec![VisitChange { event: photo(), visit: Some(visit()) }, VisitChange { event: gone(), visit: None }];
    pins(golden!("server_visits"), &agent::ServerFrame::Visits { last: 902, items: items.clone() });
    pins(golden!("server_visits"), &live::ServerFrame::Visits { last: 902, items });
    pins(golden!("server_visits_begun"), &agent::ServerFrame::Visits { last: 900, items: Vec::new() });
    pins(golden!("server_visits_begun"), &live::ServerFrame::Visits { last: 900, items: Vec::new() });
}

#[test]
fn visits_are_followed_in_the_words_that_are_documented() {
    use live::ClientFrame as Frame;
    let follow = FollowVisits {
        after: Some(900),
        territories: Some([None, Some(TerritoryId(id(2)))].into()),
        agents: Some([AgentId(id(1))].into()),
    };
    pins(golden!("live_client_follow_visits"), &Frame::FollowVisits(follow));
    pins(golden!("live_client_unfollow_visits"), &Frame::UnfollowVisits {});
    pins(golden!("client_followed_visits"), &Frame::FollowedVisits { seq: 902 });
    for text in [golden!("live_client_follow_visits").1, golden!("agent_client_follow_visits").1] {
        assert!(live::read(text).is_ok(), "{text}");
    }
    assert_eq!(agent::read(golden!("agent_client_follow_visits").1), Ok(agent::ClientFrame::FollowVisits { after: Some(900) }));
    assert_eq!(agent::read(golden!("client_followed_visits").1), Ok(agent::ClientFrame::FollowedVisits { seq: 902 }));
}
