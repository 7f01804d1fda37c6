//! Every operation of the API and every topic, asked by nobody, by somebody without the permission, and by somebody with exactly the permission but
//! for another territory. Generated from `x-permission` of the OpenAPI document: an operation that is not in the table, or for which nothing is
//! said here of what to ask, fails the test.

use super::common::field::tomorrow;
use super::common::server::{Answer, answer};
use super::common::socket::Socket;
use super::common::{Agent, Console, Field, Server, eventually, fix, minutes_ago};
use super::visits::pictures::png;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Modules of which nothing belongs to a territory: a role cannot be narrower than everything there.
const INDIVISIBLE: [&str; 7] = ["teams", "settings", "users", "roles", "api_keys", "audit", "system"];

/// Two territories with the same things in each, and who may what in the near one.
struct World {
    server: Server,
    near: Side,
    far: Side,
    /// An agent who works nowhere.
    nowhere: Agent,
    /// A user, a role and so on, for operations about these.
    somebody: String,
}

struct Side {
    territory: String,
    agent: Agent,
    device: String,
    fence: String,
    customer: String,
    /// The customer's second place, and a contact there.
    place: String,
    contact: String,
    /// A design of the territory alone.
    design: String,
    /// Names a fix in quarantine.
    key: String,
    /// A visit that waits, somebody who is sought for it, and a search for a better plan.
    visit: String,
    job: String,
    search: String,
    /// A picture of the visit.
    file: String,
}

impl Side {
    fn ids(&self) -> [&str; 10] {
        [
            &self.territory,
            &self.agent.id,
            &self.device,
            &self.fence,
            &self.customer,
            &self.place,
            &self.design,
            &self.visit,
            &self.job,
            &self.file,
        ]
    }
}

async fn side(server: &Server, name: &str) -> Side {
    let territory = server.territory(name).await;
    let agent = server.agents(1, Some(&territory)).await.remove(0);
    let device = server.post(&format!("/agents/{}/devices", agent.id), json!({"app": "osmand"})).await;
    let circle = json!({"type": "Circle", "coordinates": [13.4, 52.5], "radius_m": 100.0});
    let owner = json!({"kind": "territory", "id": territory});
    let fence = server.post("/fences", json!({"name": format!("Fence {name}"), "shape": circle, "owner": owner})).await;
    let places = json!([{"address": "First"}, {"address": "Second", "point": {"lat": 52.5, "lon": 13.4}}]);
    let customer = json!({"name": format!("Customer {name}"), "territory_id": territory, "places": places});
    let customer = server.post("/customers", customer).await;
    let contact = uuid::Uuid::now_v7().to_string();
    let path = format!("/customers/{}/contacts/{contact}", customer["id"].as_str().unwrap());
    assert_eq!(server.call(Method::PUT, &path, Some(json!({"name": "Anna"}))).await.status, 200);
    let place = customer["places"][1]["id"].as_str().unwrap().to_owned();
    let mut fixes: Vec<_> = (1..=20).map(|n| fix(minutes_ago(21 - n), 52.5 + n as f64 / 1000.0, 13.4)).collect();
    fixes.push(fix(minutes_ago(-60 * 24), 52.5, 13.4)); // a day ahead: set aside
    server.ingest(&agent, &fixes).await;
    let key = server.quarantine(&agent).await[0]["key"].as_str().unwrap().to_owned();
    let text = |value: &Value| value["id"].as_str().unwrap().to_owned();
    let customer = text(&customer);
    let design = json!({"name": name, "territories": [{"territory_id": territory}], "rounds": 100});
    let design = text(&server.post("/territory-designs", design).await);
    let field = Field { territory: territory.clone(), agents: vec![agent.clone()] };
    let day = tomorrow(server).await;
    let visit = field.visit(server, (52.5, 13.4), &day, json!({})).await;
    let job = text(&server.post("/dispatch/jobs", json!({"visit_id": visit, "mode": "manual"})).await);
    let base = field.plan(server, &day).await["version"].clone();
    let search = server.post(&format!("/plans/{territory}/improve"), json!({"base_version": base, "seconds": 1})).await;
    let search = text(&search);
    let file = uuid::Uuid::now_v7().to_string();
    let photo = png(64, 48, |x, y| (x ^ y) as u8);
    let path = format!("/api/v1/visits/{visit}/files/{file}");
    let sent = server.request(Method::PUT, &path).header("authorization", server.bearer());
    assert_eq!(answer(sent.header("content-type", "image/png").body(photo)).await.status, 201);
    Side {
        territory,
        agent,
        device: text(&device),
        fence: text(&fence),
        customer,
        place,
        contact,
        design,
        key,
        visit,
        job,
        search,
        file,
    }
}

impl World {
    async fn new() -> Self {
        let server = Server::start().await;
        let (near, far) = (side(&server, "Near").await, side(&server, "Far").await);
        let nowhere = server.agent().await;
        let me = server.get("/me").await;
        let somebody = me["id"].as_str().unwrap().to_owned();
        Self { server, near, far, nowhere, somebody }
    }

    /// A new user of a new role with these permissions, who answers for the near territory; returns their access token.
    async fn user(&self, name: &str, permissions: &[Value]) -> String {
        let role = json!({"name": name, "title": name, "permissions": permissions});
        self.server.post("/roles", role).await;
        let email = format!("{name}@example.com");
        let territory = self.near.territory.as_str();
        let password = "a long enough password";
        let create =
            ["user", "create", "--email", &email, "--name", name, "--role", name, "--territory", territory, "--password-stdin"];
        self.server.cli(&create, password).await;
        let token = self.server.cli(&["token", "--user", &email], "").await;
        eventually("the server knows the user", async || {
            (self.ask(Some(&token), Method::GET, "/me", None).await.status == 200).then_some(())
        })
        .await;
        token
    }

    async fn ask(&self, token: Option<&str>, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let path = if path.starts_with("/health") || path.starts_with("/ready") || path.starts_with("/.well-known") {
            path.to_owned()
        } else {
            format!("/api/v1{path}")
        };
        let mut request = self.server.request(method, &path);
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        answer(request).await
    }
}

struct Operation {
    id: String,
    method: Method,
    path: String,
    need: Value,
    has_body: bool,
}

fn operations(document: &Value) -> Vec<Operation> {
    let mut all = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            all.push(Operation {
                id: operation["operationId"].as_str().unwrap().to_owned(),
                method: method.to_uppercase().parse().unwrap(),
                path: path.strip_prefix("/api/v1").unwrap_or(path).to_owned(),
                need: operation["x-permission"].clone(),
                has_body: operation.get("requestBody").is_some(),
            });
        }
    }
    all
}

/// Where to ask: a path of this side, with what it must be asked with.
fn address(operation: &Operation, world: &World, side: &Side) -> String {
    let id = match operation.path.split('/').nth(1) {
        Some("agents") => &side.agent.id,
        Some("devices") => &side.device,
        Some("fences") => &side.fence,
        Some("customers") => &side.customer,
        Some("territories") => &side.territory,
        Some("visits") => &side.visit,
        Some("files") => &side.file,
        Some("plan-jobs") => &side.search,
        Some("dispatch") => &side.job,
        Some("territory-designs") => &side.design,
        _ => &world.somebody,
    };
    let path = operation.path.replace("{id}", id).replace("{name}", "nobodys").replace("{token}", "guess");
    let path = path.replace("{place}", &side.place).replace("{contact}", &side.contact).replace("{code}", "A");
    let path = path.replace("{territory}", &side.territory).replace("{agent}", &side.agent.id).replace("{visit}", &side.visit);
    let path = path.replace("{version}", "1").replace("{file}", &side.file);
    let query = match operation.id.as_str() {
        "positionsAt" => format!("?time={}", minutes_ago(5)),
        "historyNear" => format!("?lat=52.5&lon=13.4&radius_m=5000&from={}&to={}", minutes_ago(60), minutes_ago(0)),
        "nearestAgents" => "?lat=52.5&lon=13.4".to_owned(),
        "agentsWithinBounds" => "?bbox=-180,-90,180,90".to_owned(),
        "geocode" => "?q=Berlin".to_owned(),
        "reverseGeocode" => "?lat=52.5&lon=13.4".to_owned(),
        "comparePlan" => "?from=0&to=0".to_owned(),
        "agentWorkDays" => "?from=2026-11-23&to=2026-11-30".to_owned(),
        "findAgentsByContact" => "?phone=%2B4915112345678".to_owned(),
        _ => String::new(),
    };
    path + &query
}

/// A body that the server would take from whoever may do it, about this side.
fn body(operation: &Operation, side: &Side) -> Option<Value> {
    let area =
        json!({"type": "Polygon", "coordinates": [[[13.0, 52.0], [14.0, 52.0], [14.0, 53.0], [13.0, 53.0], [13.0, 52.0]]]});
    let circle = json!({"type": "Circle", "coordinates": [13.4, 52.5], "radius_m": 100.0});
    let owner = json!({"kind": "territory", "id": side.territory});
    let (from, to) = (minutes_ago(60), minutes_ago(0));
    Some(match operation.id.as_str() {
        "createAgent" => json!({"name": "X", "territory_id": side.territory}),
        "createAgents" => json!({"agents": [{"name": "X", "territory_id": side.territory}]}),
        "updateAgent" => json!({"name": "X"}),
        "setMotionProfile" => json!({"profile": "foot"}),
        "setPrimaryDevice" => json!({"device": null}),
        "recomputeAgent" => json!({"from": from}),
        "createAgentToken" => json!({}),
        "createAgentTokens" => json!({"agents": [side.agent.id]}),
        "enrolDevice" => json!({"app": "overland"}),
        "updateDevice" => json!({"name": "x"}),
        "decideQuarantine" => json!({"key": side.key, "decision": "exclude"}),
        "createFence" => json!({"name": "X", "shape": circle, "owner": owner}),
        "createFences" => json!({"fences": [{"name": "X", "shape": circle, "owner": owner}]}),
        "updateFence" => json!({"name": "X"}),
        "createTerritory" => json!({"name": "X", "area": area, "parent_id": side.territory}),
        "updateTerritory" => json!({"name": "X"}),
        "createBeat" | "updateBeat" => {
            json!({"name": "X", "agent_id": side.agent.id, "territory_id": side.territory, "cycle_weeks": 1,
            "starts_on": "2026-11-23", "stops": []})
        }
        "generateVisits" => json!({}),
        "createVisit" => json!({"customer_id": side.customer}),
        "createVisits" => json!({"visits": [{"customer_id": side.customer}]}),
        "assignVisits" => json!({"assignments": [{"visit_id": side.visit, "agent_id": side.agent.id}]}),
        "updateVisit" => json!({"note": "X"}),
        "reportVisits" | "reportVisit" => json!({"agent_id": side.agent.id, "events": []}),
        "addActivity" => json!({"type_id": side.customer}),
        // What comes is looked at behind which visit's it is.
        "putFile" => json!({}),
        "abandonVisit" | "cancelVisit" => json!({"reason": "X"}),
        "cancelVisits" => json!({"visits": [side.visit], "reason": "X"}),
        "checkOut" => json!({"outcome": "productive"}),
        "checkIn" | "setOffForVisit" | "startVisit" | "reinstateVisit" => json!({}),
        "createTerritoryDesign" => json!({"name": "X", "territories": [{"territory_id": side.territory}], "rounds": 100}),
        "editTerritoryDesign" => json!({"version": 1, "territory_id": side.territory, "cells": ["871f1d489ffffff"]}),
        "applyTerritoryDesign" | "revertTerritoryDesign" => json!({"version": 1}),
        "historyCorridor" => {
            json!({"line": {"type": "LineString", "coordinates": [[13.4, 52.4], [13.4, 52.6]]}, "radius_m": 5000, "from": from, "to": to})
        }
        "historyArea" => json!({"area": area, "from": from, "to": to}),
        "agentsWithinArea" => json!({"area": area}),
        "createCustomer" => json!({"name": "X", "territory_id": side.territory, "places": [{}]}),
        "createCustomers" => json!({"customers": [{"name": "X", "territory_id": side.territory, "places": [{}]}]}),
        "importCustomers" | "importVisits" => json!({}),
        "putAgentWork" => json!({}),
        "tellDuty" => json!({"state": "on"}),
        "updateCustomer" => json!({"name": "X"}),
        "addCustomerPlace" => json!({"address": "X"}),
        "updateCustomerPlace" => json!({"address": "X"}),
        "putCustomerContact" => json!({"name": "X"}),
        "previewPlan" | "changePlan" => {
            json!({"base_version": 0, "operations": [{"op": "assign", "visit": side.visit, "agent": side.agent.id}]})
        }
        "undoPlanVersion" => json!({"base_version": 0}),
        "improvePlan" => json!({"base_version": 0, "seconds": 1}),
        "solvePlan" => json!({"seconds": 1, "problem": {"origin": from, "stops": [], "visits": [], "shifts": []}}),
        "createDispatchJob" => json!({"visit_id": side.visit}),
        "offerDispatchJob" | "assignDispatchJob" => json!({"agent": side.agent.id}),
        "bulkDispatch" => {
            let operations = json!([{"op": "unassign", "visit": side.visit}]);
            json!({"plans": [{"territory": side.territory, "operations": operations}]})
        }
        "declineOffer" => json!({"reason": "too far"}),
        "putAgentContacts" | "setAgentContacts" => json!({"phone": "+4915112345678"}),
        "eraseAgent" => json!({"confirm": "Agent 0"}),
        _ => return None,
    })
}

fn permission(module: &str, action: &str, scope: &str) -> Value {
    json!({"module": module, "action": action, "scope": scope})
}

/// Every permission there is, as broad as possible, but for one.
fn all_but(document: &Value, module: &str, action: &str) -> Vec<Value> {
    let names = |schema: &str| document["components"]["schemas"][schema]["enum"].as_array().unwrap().clone();
    let mut all = Vec::new();
    for known in names("Module") {
        for act in names("Action") {
            if known != module || act != action {
                all.push(permission(known.as_str().unwrap(), act.as_str().unwrap(), "all"));
            }
        }
    }
    all
}

#[tokio::test]
async fn every_operation_refuses_whoever_may_not() {
    let world = World::new().await;
    let document: Value = answer(world.server.request(Method::GET, "/api/openapi.json")).await.body;
    let operations = operations(&document);
    assert!(operations.len() > 50, "{}", operations.len());
    let flaw = |operation: &Operation, case: &str, answer: &Answer| {
        format!("{} {} ({}), {case}: {} {}", operation.method, operation.path, operation.id, answer.status, answer.body)
    };
    let mut flaws = Vec::new();
    for operation in &operations {
        let path = address(operation, &world, &world.near);
        let given = body(operation, &world.near).or_else(|| operation.has_body.then(|| json!({})));
        if operation.need == "public" {
            continue;
        }
        assert!(operation.need == "signed_in" || operation.need.is_object(), "{} is not in the permission table", operation.id);
        for token in [None, Some("nonsense"), Some("ssk_nonsense")] {
            let refused = world.ask(token, operation.method.clone(), &path, given.as_ref()).await;
            if (refused.status, refused.code()) != (401, "unauthenticated") {
                flaws.push(flaw(operation, &format!("token {token:?}"), &refused));
            }
        }
    }
    let needs: BTreeSet<(String, String)> = operations
        .iter()
        .filter_map(|operation| {
            Some((operation.need["module"].as_str()?.to_owned(), operation.need["action"].as_str()?.to_owned()))
        })
        .collect();
    for (module, action) in needs {
        let name = format!("but-{module}-{action}").replace('_', "-");
        let without = world.user(&name, &all_but(&document, &module, &action)).await;
        let is_narrow = !INDIVISIBLE.contains(&module.as_str());
        let near = if is_narrow {
            // What the answer is made of besides: places to the metre, contacts.
            let mut narrow = vec![permission(&module, &action, "territory")];
            for also in ["precise_location", "contacts"] {
                narrow.push(permission(also, "read", "territory"));
            }
            Some(world.user(&format!("near-{module}-{action}").replace('_', "-"), &narrow).await)
        } else {
            let role = json!({"name": "narrow", "title": "Narrow", "permissions": [permission(&module, &action, "territory")]});
            let refused = world.server.call(Method::POST, "/roles", Some(role)).await;
            assert_eq!(refused.status, 400, "{module} cannot be given for a territory: {refused:?}");
            None
        };
        for operation in operations.iter().filter(|o| o.need["module"] == module.as_str() && o.need["action"] == action.as_str())
        {
            let given = |side: &Side| body(operation, side).or_else(|| operation.has_body.then(|| json!({})));
            let here = address(operation, &world, &world.near);
            let refused = world.ask(Some(&without), operation.method.clone(), &here, given(&world.near).as_ref()).await;
            if (refused.status, refused.code()) != (403, "forbidden") {
                flaws.push(flaw(operation, "everything but the permission", &refused));
            }
            let Some(near) = &near else { continue };
            assert!(
                !operation.has_body || body(operation, &world.far).is_some(),
                "say in `body` what {} may be asked with",
                operation.id
            );
            let there = address(operation, &world, &world.far);
            let elsewhere = world.ask(Some(near), operation.method.clone(), &there, given(&world.far).as_ref()).await;
            let is_about_one = operation.path.contains("{id}") || operation.path.contains("{territory}");
            let is_right = match (is_about_one, elsewhere.status) {
                (true, 404) | (false, 403) => true,
                // Whose deeds are told is looked at before which visit's.
                (true, 400) if operation.id == "reportVisit" => elsewhere.field() == "agent_id",
                // What is made or asked for names what is not there.
                (false, 400 | 404) => !elsewhere.field().is_empty() || elsewhere.status == 404,
                (false, 200) => {
                    world.far.ids().iter().chain([&world.nowhere.id.as_str()]).all(|id| !elsewhere.body.to_string().contains(*id))
                }
                _ => false,
            };
            if !is_right {
                flaws.push(flaw(operation, "of another territory", &elsewhere));
            }
            // The same of one's own is answered: what was refused above was refused for the territory. Only asked, not done: an agent that is
            // erased has nothing that could be asked for afterwards.
            if operation.method != Method::GET {
                continue;
            }
            let own = world.ask(Some(near), operation.method.clone(), &here, given(&world.near).as_ref()).await;
            let is_fine = (200..300).contains(&own.status)
                || own.status == 409
                || ["deleteTerritory", "agentPosition", "listMyOffers", "readMyRoute", "readBeat", "readForm"]
                    .contains(&operation.id.as_str());
            if !is_fine {
                flaws.push(flaw(operation, "of one's own", &own));
            }
        }
    }
    assert!(flaws.is_empty(), "{} flaws:\n{}", flaws.len(), flaws.join("\n"));
}

/// The status an upgrade was refused with.
fn status(opened: anyhow::Result<Socket>) -> Option<u16> {
    match opened.err()?.downcast_ref::<tokio_tungstenite::tungstenite::Error>() {
        Some(tokio_tungstenite::tungstenite::Error::Http(response)) => Some(response.status().as_u16()),
        Some(_) | None => None,
    }
}

/// Each topic and the change feed, watched by nobody, by somebody without the permission, and for another territory.
#[tokio::test]
async fn every_topic_refuses_whoever_may_not() {
    let world = World::new().await;
    let topics = [
        format!("territory:{}", world.near.territory),
        format!("territory:{}", world.far.territory),
        "territory:none".to_owned(),
    ];
    let open = async |token: &str| {
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str()), ("sec-websocket-protocol", "salessync.v1")];
        Socket::open(world.server.url(), "/ws/live", &headers).await
    };
    let headers = [("sec-websocket-protocol", "salessync.v1")];
    assert_eq!(status(Socket::open(world.server.url(), "/ws/live", &headers).await), Some(401));
    let neither = world.user("neither", &[permission("agents", "read", "all")]).await;
    assert_eq!(status(open(&neither).await), Some(403));

    // Positions without tracks: topics, but no feed.
    let watcher = world
        .user("watcher", &[permission("positions", "read", "territory"), permission("precise_location", "read", "territory")])
        .await;
    let mut console = Console::welcomed(open(&watcher).await.unwrap()).await;
    for topic in &topics {
        console.say(json!({"type": "subscribe", "topics": [topic]})).await;
        let frame = console.step().await;
        if *topic == topics[0] {
            assert_eq!(frame["type"], "snapshot", "{frame}");
            assert!(frame["rows"].to_string().contains(&world.near.agent.id), "{frame}");
        } else {
            assert_eq!((frame["type"].as_str(), frame["code"].as_str()), (Some("error"), Some("topic_unknown")), "{frame}");
        }
    }
    console.say(json!({"type": "follow"})).await;
    let frame = console.step().await;
    assert_eq!((frame["type"].as_str(), frame["code"].as_str()), (Some("error"), Some("forbidden")), "{frame}");

    // Tracks without positions: the feed of one's own, but no topic.
    let follower = world.user("follower", &[permission("tracks", "read", "territory")]).await;
    let mut console = Console::welcomed(open(&follower).await.unwrap()).await;
    console.say(json!({"type": "subscribe", "topics": [topics[0]]})).await;
    assert_eq!(console.step().await["code"], "topic_unknown");
    console.say(json!({"type": "follow", "after": 0})).await;
    let feed = console.step().await;
    let (near, far) = (&world.near.agent.id, &world.far.agent.id);
    assert_eq!(feed["type"], "changes");
    assert!(feed.to_string().contains(near) && !feed.to_string().contains(far), "{feed}");
    // No precise location: no place to the metre (the fixes lie on whole thousandths of a degree).
    assert!(!feed.to_string().contains("13.4,") && !feed.to_string().contains("13.4}"), "{feed}");
}

/// The lanes of plans and dispatch, likewise: the permission, of the whole territory.
#[tokio::test]
async fn every_lane_refuses_whoever_may_not() {
    let world = World::new().await;
    let open = async |token: &str| {
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str()), ("sec-websocket-protocol", "salessync.v1")];
        Console::welcomed(Socket::open(world.server.url(), "/ws/live", &headers).await.unwrap()).await
    };
    for (module, lane, snapshot) in [("plans", "plan", "plan_snapshot"), ("dispatch", "dispatch", "dispatch_snapshot")] {
        let user = world.user(&format!("lane-{lane}"), &[permission(module, "read", "territory")]).await;
        let mut console = open(&user).await;
        for other in ["plan", "dispatch", "territory"] {
            for (territory, is_near) in
                [(world.near.territory.as_str(), true), (world.far.territory.as_str(), false), ("none", false)]
            {
                let topic = format!("{other}:{territory}");
                console.say(json!({"type": "subscribe", "topics": [topic]})).await;
                let frame = console.peek().await;
                if is_near && other == lane {
                    assert_eq!(
                        (frame["type"].as_str(), frame["topic"].as_str()),
                        (Some(snapshot), Some(topic.as_str())),
                        "{frame}"
                    );
                    console.ack(&frame).await;
                } else {
                    assert_eq!(
                        (frame["type"].as_str(), frame["code"].as_str()),
                        (Some("error"), Some("topic_unknown")),
                        "{frame}"
                    );
                }
            }
        }
    }
}

/// A live socket loses what its user loses, within a second.
#[tokio::test]
async fn a_live_socket_follows_what_its_user_may_see() {
    let world = World::new().await;
    let topic = format!("territory:{}", world.near.territory);
    let user = world.user("seer", &[permission("positions", "read", "territory")]).await;
    let bearer = format!("Bearer {user}");
    let headers = [("authorization", bearer.as_str()), ("sec-websocket-protocol", "salessync.v1")];
    let mut console = Console::welcomed(Socket::open(world.server.url(), "/ws/live", &headers).await.unwrap()).await;
    console.watch(&[&topic]).await;
    let coarse = console.topics[&topic].rows[&world.near.agent.id].clone();
    assert_ne!(coarse["lon"], 13.4, "{coarse}");
    assert_eq!(coarse.get("speed_mps"), None);

    // More is seen at once: to the metre.
    let permissions = [permission("positions", "read", "territory"), permission("precise_location", "read", "territory")];
    let role = json!({"title": "seer", "permissions": permissions});
    assert_eq!(world.server.call(Method::PUT, "/roles/seer", Some(role)).await.status / 100, 2);
    let frame = console.step().await;
    assert_eq!((frame["type"].as_str(), frame["partial"].as_bool()), (Some("snapshot"), Some(false)), "{frame}");
    assert_eq!(console.topics[&topic].rows[&world.near.agent.id]["lon"], 13.4);

    // Less: the connection ends.
    let me = world.ask(Some(&user), Method::GET, "/me", None).await.body["id"].as_str().unwrap().to_owned();
    let since = std::time::Instant::now();
    world.server.patch(&format!("/users/{me}"), json!({"territories": [world.far.territory]})).await;
    let (frames, code) = console.socket.closed().await;
    assert_eq!((frames.last().unwrap()["code"].as_str(), code), (Some("forbidden"), Some(4403)), "{frames:?}");
    assert!(since.elapsed().as_secs() < 5, "{:?}", since.elapsed());
}
