//! Visits from outside: over real HTTP and sockets, on a real Postgres.

mod field;
mod files;
mod followed;
mod lifecycle;
mod offline;
pub mod pictures;
mod tracked;

use super::common::server::Answer;
use super::common::{Agent, Server, fix, minutes_ago};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

pub const LAT: f64 = 52.5;
pub const LON: f64 = 13.4;
const LAT_METRE: f64 = 1.0 / 111_250.0;

/// A customer with one place, its pin in the middle of a fence of 100 m.
pub struct Shop {
    pub customer: String,
    pub place: String,
    pub lat: f64,
}

/// Everything a visit needs.
pub struct Field<'a> {
    pub server: &'a Server,
    pub territory: String,
    pub agent: Agent,
    pub shop: Shop,
}

impl<'a> Field<'a> {
    pub async fn new(server: &'a Server) -> Self {
        let territory = server.territory(&format!("T {}", Uuid::now_v7())).await;
        let agent = server.agents(1, Some(&territory)).await.remove(0);
        let shop = shop(server, &territory, LAT).await;
        Self { server, territory, agent, shop }
    }

    /// A visit of the agent at the shop, today unless said otherwise.
    pub async fn visit(&self, more: Value) -> String {
        self.visit_at(&self.shop, more).await
    }

    pub async fn visit_at(&self, shop: &Shop, more: Value) -> String {
        let mut new = json!({"customer_id": shop.customer, "agent_id": self.agent.id});
        for (name, value) in more.as_object().unwrap() {
            new[name] = value.clone();
        }
        self.server.post("/visits", new).await["id"].as_str().unwrap().to_owned()
    }

    pub async fn read(&self, visit: &str) -> Value {
        self.server.get(&format!("/visits/{visit}")).await
    }

    /// A command of the agent's own phone.
    pub async fn command(&self, visit: &str, what: &str, body: Value) -> Answer {
        let path = format!("/visits/{visit}/{what}");
        self.server.ask(Some(&self.agent.token), Method::POST, &path, Some(body)).await
    }

    /// The same, which must be carried out.
    pub async fn done(&self, visit: &str, what: &str, body: Value) -> Value {
        let answer = self.command(visit, what, body).await;
        assert_eq!(answer.status, 200, "{what}: {answer:?}");
        self.is_as_stored(&answer.body).await;
        answer.body
    }

    /// What a command answers is what is read afterwards, unless something else has changed the visit since.
    pub async fn is_as_stored(&self, answered: &Value) {
        let stored = self.read(answered["id"].as_str().unwrap()).await;
        if stored["revision"] == answered["revision"] {
            assert_eq!(stored, *answered);
        }
    }

    /// What the agent's phone tells after the fact.
    pub async fn tell(&self, events: &[Value]) -> Vec<Value> {
        let body = json!({"device": "default", "events": events});
        let answer = self.server.ask(Some(&self.agent.token), Method::POST, "/visit-reports", Some(body)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body["outcomes"].as_array().unwrap().clone()
    }

    /// A command of the office.
    pub async fn office(&self, visit: &str, what: &str, body: Value) -> Answer {
        self.server.call(Method::POST, &format!("/visits/{visit}/{what}"), Some(body)).await
    }
}

pub async fn shop(server: &Server, territory: &str, lat: f64) -> Shop {
    let place = json!({"address": "Main Street 1", "point": {"lat": lat, "lon": LON}});
    let customer = json!({"name": format!("Shop at {lat}"), "territory_id": territory, "places": [place]});
    let made = server.post("/customers", customer).await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    Shop { customer: text(&made["id"]), place: text(&made["places"][0]["id"]), lat }
}

/// A position so many metres north of a shop.
pub fn position(shop: &Shop, north_m: f64) -> Value {
    json!({"lat": shop.lat + north_m * LAT_METRE, "lon": LON, "accuracy_m": 8.0})
}

/// Fixes of somebody who comes, stands so many metres north of the shop from one minute ago to another, and goes: every fifteen seconds.
pub fn stay(shop: &Shop, north_m: f64, from_min: i64, to_min: i64) -> Vec<Value> {
    let at = |ms: i64, north_m: f64| {
        let mut fix = fix(ms, shop.lat + north_m * LAT_METRE, LON);
        fix["accuracy_m"] = json!(8.0);
        fix
    };
    let (from, to) = (minutes_ago(from_min), minutes_ago(to_min));
    let mut fixes: Vec<Value> = (1..=12).rev().map(|n| at(from - n * 15_000, north_m - n as f64 * 100.0)).collect();
    let mut ms = from;
    while ms <= to {
        fixes.push(at(ms, north_m));
        ms += 15_000;
    }
    fixes.extend((1..=12).map(|n| at(to + n * 15_000, north_m + n as f64 * 100.0)));
    fixes
}

pub fn event(visit: &str, kind: &str, at_ms: i64, more: Value) -> Value {
    let mut event = json!({"id": Uuid::now_v7(), "visit_id": visit, "type": kind, "at": at_ms});
    for (name, value) in more.as_object().unwrap() {
        event[name] = value.clone();
    }
    event
}

pub fn check_out() -> Value {
    json!({"outcome": "productive"})
}
