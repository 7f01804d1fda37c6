//! Whoever follows a plan's lane holds what `GET /plans/{territory}` says: nothing changes that is not told.

use super::common::field::{spot, tomorrow};
use super::common::{Console, Field, PATIENCE, Server};
use super::plans::{always, set_work};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A day of a plan, held by what its lane tells and nothing else.
struct Follower {
    console: Console,
    date: String,
    version: i64,
    /// By agent and part.
    routes: BTreeMap<String, Value>,
    waiting: BTreeMap<String, Value>,
}

/// Without expectations, which are told when they move by enough, and without where people begin.
fn settled(route: &Value) -> Value {
    let mut route = route.clone();
    for key in ["start", "end"] {
        route.as_object_mut().unwrap().remove(key);
    }
    for stop in route["stops"].as_array_mut().unwrap() {
        for key in ["eta", "eta_std_s", "risk"] {
            stop.as_object_mut().unwrap().remove(key);
        }
    }
    route
}

fn routes_of(list: &Value) -> impl Iterator<Item = (String, Value)> {
    let named = |route: &Value| (format!("{} {}", route["agent_id"], route["part"]), settled(route));
    list.as_array().unwrap().iter().map(named)
}

fn waiting_of(list: &Value) -> impl Iterator<Item = (String, Value)> {
    list.as_array().unwrap().iter().map(|left| (left["visit_id"].as_str().unwrap().to_owned(), left.clone()))
}

impl Follower {
    async fn of(server: &Server, field: &Field, date: &str) -> Self {
        let mut console = Console::connect(server).await;
        let topic = format!("plan:{}", field.territory);
        console.say(json!({"type": "subscribe", "topics": [topic], "date": date})).await;
        let frame = console.peek().await;
        assert_eq!(frame["type"], "plan_snapshot", "{frame}");
        console.ack(&frame).await;
        let day = &frame["day"];
        Self {
            console,
            date: date.to_owned(),
            version: day["version"].as_i64().unwrap(),
            routes: routes_of(&day["routes"]).collect(),
            waiting: waiting_of(&day["unassigned"]).collect(),
        }
    }

    /// What it holds, as it is asked for.
    fn held(&self) -> Value {
        json!({"routes": self.routes.values().collect::<Vec<_>>()})
    }

    async fn take(&mut self) -> Value {
        let frame = self.console.peek().await;
        self.console.ack(&frame).await;
        match frame["type"].as_str().unwrap() {
            "plan_diff" => {
                assert_eq!(frame["base"], self.version, "{frame}");
                self.version = frame["version"].as_i64().unwrap();
                for change in frame["changes"].as_array().unwrap() {
                    self.waiting.remove(change["visit"].as_str().unwrap());
                }
                self.waiting.extend(waiting_of(&frame["unassigned"]));
                self.routes.extend(routes_of(&frame["routes"]));
            }
            "plan_update" if frame["date"] == self.date.as_str() => {
                assert_eq!(frame["version"], self.version, "{frame}");
                for gone in frame["gone"].as_array().unwrap() {
                    self.waiting.remove(gone.as_str().unwrap());
                }
                self.waiting.extend(waiting_of(&frame["unassigned"]));
                self.routes.extend(routes_of(&frame["routes"]));
            }
            "plan_update" | "eta" | "plan_alert" => {}
            other => panic!("{other}: {frame}"),
        }
        frame
    }

    /// Takes frames until it holds what is asked for, which satisfies `is_so`.
    async fn agrees(&mut self, what: &str, server: &Server, field: &Field, is_so: impl Fn(&Value) -> bool) -> Value {
        let mut plan = Value::Null;
        let agreed = tokio::time::timeout(PATIENCE, async {
            loop {
                plan = field.plan(server, &self.date).await;
                let routes: BTreeMap<_, _> = routes_of(&plan["routes"]).collect();
                let waiting: BTreeMap<_, _> = waiting_of(&plan["unassigned"]).collect();
                let is_same = self.version == plan["version"] && self.routes == routes && self.waiting == waiting;
                if is_same && is_so(&plan) {
                    return;
                }
                // What is not told in a second is asked about again: the plan may not have heard of it.
                let _ = tokio::time::timeout(std::time::Duration::from_secs(1), self.take()).await;
            }
        });
        let is_agreed = agreed.await.is_ok();
        assert!(is_agreed, "{what}\nheld: {} {:?} {:?}\nasked: {plan}", self.version, self.routes, self.waiting);
        plan
    }
}

fn stop<'a>(plan: &'a Value, visit: &str) -> &'a Value {
    let stops = plan["routes"].as_array().unwrap().iter().flat_map(|route| route["stops"].as_array().unwrap());
    stops.into_iter().find(|stop| stop["visit_id"] == visit).unwrap_or(&Value::Null)
}

#[tokio::test]
async fn what_is_settled_of_visits_and_what_is_freed_is_told() {
    let server = Server::start().await;
    let field = Field::new(&server, "North", 2).await;
    let day = tomorrow(&server).await;
    let visits = field.visits(&server, 6, &day).await;
    field.place_all(&server, &visits).await;
    let mut follower = Follower::of(&server, &field, &day).await;
    let visit = &visits[2];
    let start = stop(&field.plan(&server, &day).await, visit)["start"].as_str().unwrap().to_owned();
    let later = chrono::DateTime::parse_from_rfc3339(&start).unwrap() + chrono::TimeDelta::minutes(20);
    let steps = [
        ("fixed_agent", json!({"op": "lock", "visit": visit, "commitment": "fixed_agent"})),
        ("free", json!({"op": "unlock", "visit": visit})),
        ("fixed_order", json!({"op": "lock", "visit": visit, "commitment": "fixed_order"})),
        ("free", json!({"op": "unlock", "visit": visit})),
        ("free", json!({"op": "pin_time", "visit": visit, "start_at": later})),
        ("free", json!({"op": "unlock", "visit": visit})),
        ("fixed_order_and_time", json!({"op": "lock", "visit": visit, "commitment": "fixed_order_and_time"})),
    ];
    for (commitment, operation) in steps {
        let changed = field.change(&server, follower.version, json!([operation])).await;
        assert_eq!(changed.status, 200, "{operation}: {changed:?}");
        let frame = follower.take().await;
        assert_eq!((frame["type"].as_str(), frame["version"].as_i64()), (Some("plan_diff"), changed.body["version"].as_i64()));
        assert_eq!(stop(&frame, visit)["commitment"], commitment, "{operation}: {frame}");
        follower.agrees(&operation.to_string(), &server, &field, |_| true).await;
    }
    let version = follower.version;
    let path = format!("/plans/{}/versions/{version}/undo", field.territory);
    let undone = server.call(Method::POST, &path, Some(json!({"base_version": version}))).await;
    assert_eq!(undone.status, 200, "{undone:?}");
    follower.agrees("undone", &server, &field, |plan| stop(plan, visit)["commitment"] == "free").await;
}

#[tokio::test]
async fn what_becomes_otherwise_without_a_version_is_told() {
    let server = Server::with(&[("ORGANISATION__TIME_ZONE", "UTC")]).await;
    let field = Field::new(&server, "North", 1).await;
    let day = tomorrow(&server).await;
    let after = day.parse::<chrono::NaiveDate>().unwrap().succ_opt().unwrap().to_string();
    let visits = field.visits(&server, 3, &day).await;
    field.place_all(&server, &visits).await;
    let mut follower = Follower::of(&server, &field, &day).await;
    let version = follower.version;
    let patch = async |visit: &str, body: Value| {
        let patched = server.call(Method::PATCH, &format!("/visits/{visit}"), Some(body)).await;
        assert_eq!(patched.status, 200, "{patched:?}");
    };
    let first = visits.iter().find(|visit| stop(&follower.held(), visit)["position"] == 0).unwrap();
    patch(first, json!({"duration_s": 2_700})).await;
    let plan = follower.agrees("it takes longer", &server, &field, |plan| stop(plan, first)["duration_s"] == 2_700).await;
    assert_eq!(plan["version"], version, "nothing moved: {plan}");
    let window = json!([{"from": format!("{day}T06:00:00Z"), "to": format!("{day}T20:00:00Z")}]);
    patch(first, json!({"windows": window})).await;
    let is_in_hours = |plan: &Value| stop(plan, first)["windows"].as_array().is_some_and(|hours| hours.len() == 1);
    follower.agrees("it has hours", &server, &field, is_in_hours).await;

    // One that waits comes, changes, goes to another day, comes back and ends.
    let waits = field.visit(&server, spot(7), &day, json!({})).await;
    let waiting = |plan: &Value| plan["unassigned"].as_array().unwrap().iter().any(|left| left["visit_id"] == waits.as_str());
    follower.agrees("one waits", &server, &field, waiting).await;
    patch(&waits, json!({"priority": 60})).await;
    follower.agrees("it counts more", &server, &field, |plan| plan["unassigned"][0]["priority"] == 60).await;
    patch(&waits, json!({"day": after})).await;
    follower.agrees("another day", &server, &field, |plan| !waiting(plan)).await;
    patch(&waits, json!({"day": day})).await;
    follower.agrees("back", &server, &field, waiting).await;
    let cancelled = server.call(Method::POST, &format!("/visits/{waits}/cancel"), Some(json!({"reason": "customer"}))).await;
    assert!(cancelled.status < 300, "{cancelled:?}");
    follower.agrees("cancelled", &server, &field, |plan| !waiting(plan)).await;
}

#[tokio::test]
async fn who_is_away_and_comes_back_is_told_so() {
    let server = Server::start().await;
    let field = Field::new(&server, "North", 1).await;
    let day = tomorrow(&server).await;
    let agent = &field.agents[0].id;
    set_work(&server, agent, always(json!({}))).await;
    let mut follower = Follower::of(&server, &field, &day).await;
    let closed = |is: bool| move |plan: &Value| plan["routes"][0]["is_closed"] == is;
    follower.agrees("at work", &server, &field, closed(false)).await;
    let noon = chrono::DateTime::parse_from_rfc3339(&format!("{day}T12:00:00Z")).unwrap();
    let absence = json!({"from": noon - chrono::TimeDelta::days(2), "to": noon + chrono::TimeDelta::days(2), "reason": "ill"});
    set_work(&server, agent, always(json!({"absences": [absence]}))).await;
    follower.agrees("away", &server, &field, closed(true)).await;
    set_work(&server, agent, always(json!({}))).await;
    follower.agrees("back", &server, &field, closed(false)).await;
}

#[tokio::test]
async fn a_break_is_shown_when_the_timetable_takes_it() {
    let server = Server::with(&[("ORGANISATION__TIME_ZONE", "UTC")]).await;
    let field = Field::new(&server, "North", 1).await;
    let (agent, day) = (&field.agents[0].id, tomorrow(&server).await);
    let pause = json!({"from": "11:30", "to": "13:30", "duration_s": 1_800});
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let shift = json!({"days": days, "from": "08:00", "to": "17:00", "breaks": [pause]});
    set_work(&server, agent, json!({"rotas": [{"valid_from": "2020-01-01", "shifts": [shift]}]})).await;
    let mut follower = Follower::of(&server, &field, &day).await;
    let shown = |plan: &Value| plan["routes"][0]["shift"]["breaks"][0].clone();
    let idle = follower.agrees("nothing to do", &server, &field, |plan| shown(plan).is_object()).await;
    assert_eq!(shown(&idle)["planned_at"], Value::Null, "who does nothing needs no break: {idle}");
    // From half past nine to half past twelve: the break is after it, and before the next.
    let at = |hour: &str| json!([{"from": format!("{day}T{hour}:00Z"), "to": format!("{day}T{hour}:59Z")}]);
    let long = field.visit(&server, spot(0), &day, json!({"windows": at("09:30"), "duration_s": 3 * 3_600})).await;
    let next = field.visit(&server, spot(1), &day, json!({"windows": at("15:00")})).await;
    field.place_all(&server, &[long, next]).await;
    let plan = follower.agrees("two visits", &server, &field, |plan| shown(plan)["planned_at"].is_string()).await;
    let taken = shown(&plan)["planned_at"].as_str().unwrap().to_owned();
    let expected = format!("{day}T12:30:00Z")..=format!("{day}T13:30:00Z");
    assert!(expected.contains(&taken), "{taken}: {plan}");
}
