//! Visits that a change of plan gives to others: what is written of them, and what happens to them at the same moment.

use super::common::field::{route_of, spot, today, tomorrow};
use super::common::server::Answer;
use super::common::{Field, Server, eventually};
use reqwest::Method;
use serde_json::{Value, json};

async fn history(server: &Server, visit: &str) -> Vec<Value> {
    server.get(&format!("/visits/{visit}/events?limit=1000")).await["items"].as_array().unwrap().clone()
}

/// Each event follows from the one before it, and the visit is where the last one left it.
async fn follows(server: &Server, visit: &str) {
    let events = history(server, visit).await;
    for pair in events.windows(2) {
        assert_eq!(pair[1]["was"], pair[0]["status"], "{pair:?}");
        assert_eq!(pair[1]["revision"].as_i64(), pair[0]["revision"].as_i64().map(|revision| revision + 1), "{pair:?}");
        assert!(pair[1]["seq"].as_i64() > pair[0]["seq"].as_i64(), "{pair:?}");
    }
    let (last, read) = (events.last().unwrap(), server.get(&format!("/visits/{visit}")).await);
    assert_eq!((&last["status"], &last["revision"]), (&read["status"], &read["revision"]), "{events:?}");
}

#[tokio::test]
async fn a_visit_is_written_as_the_plan_has_it() {
    let server = Server::start().await;
    let field = Field::new(&server, "North", 2).await;
    let (day, [a, b]) = (tomorrow(&server).await, [&field.agents[0].id, &field.agents[1].id]);
    let visits = field.visits(&server, 3, &day).await;
    let visit = &visits[0];
    let mut version = field.plan(&server, &day).await["version"].as_i64().unwrap();
    let steps = [
        (json!({"op": "assign", "visit": visit, "agent": a}), json!(a)),
        (json!({"op": "assign", "visit": visit, "agent": b}), json!(b)),
        (json!({"op": "unassign", "visit": visit}), Value::Null),
        (json!({"op": "assign", "visit": visit, "agent": b}), json!(b)),
    ];
    for (n, (operation, agent)) in steps.into_iter().enumerate() {
        let at_once = server.metric("salessync_plan_commits_at_once_total").await;
        let before = server.get(&format!("/visits/{visit}")).await;
        let changed = field.change(&server, version, json!([operation])).await;
        assert_eq!(changed.status, 200, "{changed:?}");
        assert!(server.metric("salessync_plan_commits_at_once_total").await > at_once, "the visit was held first");
        version = changed.body["version"].as_i64().unwrap();
        let after = server.get(&format!("/visits/{visit}")).await;
        assert_eq!((&after["agent_id"], &after["day"], &after["date"]), (&agent, &json!(day), &json!(day)));
        for part in ["version", "revision"] {
            assert_eq!(after[part].as_i64(), before[part].as_i64().map(|was| was + 1), "{part}");
        }
        let events = history(&server, visit).await;
        let last = events.last().unwrap();
        assert_eq!((events.len(), &last["kind"]), (n + 2, &json!("replanned")), "{last}");
        assert_eq!((&last["by"]["kind"], &last["was"], &last["status"]), (&json!("user"), &json!("planned"), &json!("planned")));
        let acts = server.get(&format!("/audit?object=plan:{}&limit=1", field.territory)).await;
        assert_eq!(acts["items"][0]["after"]["version"].as_i64(), Some(version), "{acts}");
    }
    follows(&server, visit).await;

    // What is told of the versions names whom they are about.
    let name = server.get(&format!("/visits/{visit}")).await["customer_name"].clone();
    assert!(name.is_string());
    let versions = server.get(&format!("/plans/{}/versions?limit=2", field.territory)).await;
    assert_eq!(versions["items"][0]["customers"], json!({visit: name}), "{versions}");
    let compared = server.get(&format!("/plans/{}/compare?from=0&to={version}", field.territory)).await;
    assert_eq!(compared["customers"], json!({visit: name}), "{compared}");

    // A plan read anew and the list of those nobody has say the same.
    let plan = field.plan(&server, &day).await;
    assert_eq!((route_of(&plan, a), route_of(&plan, b)), (vec![], vec![visit.clone()]));
    let waiting = server.get(&format!("/visits?territory={}&unassigned=true", field.territory)).await;
    assert_eq!(waiting["items"].as_array().unwrap().len(), 2, "{waiting}");

    // Several at once, and one that the office has a word about: it was cancelled and made again, which is a past.
    for what in ["cancel", "reinstate"] {
        let body = if what == "cancel" { json!({"reason": "closed"}) } else { json!({}) };
        assert_eq!(server.call(Method::POST, &format!("/visits/{}/{what}", visits[1]), Some(body)).await.status, 200);
    }
    let version = field.plan(&server, &day).await["version"].as_i64().unwrap();
    let operations: Vec<Value> = visits.iter().map(|visit| json!({"op": "assign", "visit": visit, "agent": a})).collect();
    let changed = field.change(&server, version, json!(operations)).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    for visit in &visits {
        assert_eq!(server.get(&format!("/visits/{visit}")).await["agent_id"], json!(a));
        follows(&server, visit).await;
    }
    let version = &changed.body["version"];
    let path = format!("/plans/{}/versions/{version}/undo", field.territory);
    let undone = server.call(Method::POST, &path, Some(json!({"base_version": version}))).await;
    assert_eq!(undone.status, 200, "{undone:?}");
    assert_eq!(server.get(&format!("/visits/{visit}")).await["agent_id"], json!(b), "as it was");
    assert_eq!(server.get(&format!("/visits/{}", visits[2])).await["agent_id"], Value::Null);
}

/// Gives the visit to the agent as a client does: what met another change, or a visit that changed itself at that
/// moment, is sent again for the plan as it is then. Its last answer.
async fn give(server: &Server, field: &Field, day: &str, visit: &str, agent: &str) -> Answer {
    let path = format!("/plans/{}/changes", field.territory);
    for _ in 0..100 {
        let version = &field.plan(server, day).await["version"];
        let operations = json!([{"op": "assign", "visit": visit, "agent": agent}]);
        let answer = server.call(Method::POST, &path, Some(json!({"base_version": version, "operations": operations}))).await;
        if !matches!(answer.code(), "version_conflict" | "busy") {
            return answer;
        }
    }
    panic!("a change of plan is never taken");
}

#[tokio::test]
async fn changes_of_plan_and_of_visits_of_the_same_moment_follow_each_other() {
    let server = Server::start().await;
    let field = Field::new(&server, "North", 2).await;
    // One of today, whose tracks are asked again when it goes to somebody else, and one that can be planned at any hour.
    let days = [today(&server).await, tomorrow(&server).await];
    let mut visits = Vec::new();
    for (n, day) in days.iter().enumerate() {
        visits.push(field.visit(&server, spot(n), day, json!({})).await);
    }
    for round in 0..6 {
        let cancels = round % 2 == 1;
        let asked = futures_util::future::join_all((0..16).map(async |n| {
            let (visit, agent) = (&visits[n % 2], &field.agents[(round + n / 2) % 2].id);
            match n % 8 {
                0 | 1 | 6 | 7 => give(&server, &field, &days[n % 2], visit, agent).await,
                2 | 3 if cancels => {
                    server.call(Method::POST, &format!("/visits/{visit}/cancel"), Some(json!({"reason": "closed"}))).await
                }
                _ => {
                    let note = json!({"note": format!("round {round}, {n}")});
                    server.call(Method::PATCH, &format!("/visits/{visit}"), Some(note)).await
                }
            }
        }));
        let asked = asked.await;
        let odd: Vec<_> = asked.iter().filter(|answer| !matches!(answer.status, 200 | 409 | 422)).collect();
        assert!(odd.is_empty(), "{odd:?}");
        // Tomorrow's has room with either of the two, so nothing but its cancelling is in the way.
        for n in [1, 7, 9, 15] {
            assert!(
                asked[n].status == 200 || (cancels && matches!(asked[n].code(), "visit_begun" | "unknown_visit")),
                "{round}, {n}: {:?}",
                asked[n]
            );
        }
        for (visit, day) in visits.iter().zip(&days) {
            follows(&server, visit).await;
            let stands = server.get(&format!("/visits/{visit}")).await;
            assert!(!cancels || stands["status"] == "cancelled", "{stands}");
            if cancels {
                let again = server.call(Method::POST, &format!("/visits/{visit}/reinstate"), Some(json!({}))).await;
                assert_eq!(again.status, 200, "{again:?}");
                let is_in = async || field.plan(&server, day).await.to_string().contains(visit).then_some(());
                eventually("the plan has the visit again", is_in).await;
            }
        }
        // Whose visit it is, the plan and the visit agree.
        for (visit, day) in visits.iter().zip(&days) {
            let plan = field.plan(&server, day).await;
            let stands = server.get(&format!("/visits/{visit}")).await;
            for agent in &field.agents {
                if route_of(&plan, &agent.id).contains(visit) {
                    assert_eq!(stands["agent_id"], json!(agent.id), "{plan}");
                }
            }
        }
    }
    let events = history(&server, &visits[1]).await;
    assert!(events.iter().any(|event| event["kind"] == "told"), "no cancel was carried out: {events:?}");
    assert!(events.iter().any(|event| event["changes"]["agent_id"].is_array()), "no change of plan was: {events:?}");
}
