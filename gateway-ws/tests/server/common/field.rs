//! Customers to visit and visits to make, around a point of a territory.

use super::server::{Answer, answer};
use super::{Agent, Server};
use reqwest::Method;
use serde_json::{Value, json};

/// A territory with agents and a customer for each visit.
pub struct Field {
    pub territory: String,
    pub agents: Vec<Agent>,
}

/// Where the n-th customer of a field is: some hundred metres apart, on a spiral.
pub fn spot(n: usize) -> (f64, f64) {
    let (angle, radius) = (n as f64 * 2.4, 0.002 * (n as f64 + 1.0).sqrt());
    (52.5 + radius * angle.cos(), 13.4 + radius * 1.6 * angle.sin())
}

impl Field {
    pub async fn new(server: &Server, name: &str, agents: usize) -> Self {
        let territory = server.territory(name).await;
        let agents = server.agents(agents, Some(&territory)).await;
        Self { territory, agents }
    }

    /// Makes visits of a day, each at a customer of its own. They wait: nobody has them. None where there is no way to make any.
    pub async fn visits(&self, server: &Server, n: usize, day: &str) -> Vec<String> {
        let mut visits = Vec::new();
        for index in 0..n {
            visits.push(self.visit(server, spot(index), day, json!({})).await);
        }
        visits
    }

    /// One visit at a place, with what is said of it beside.
    pub async fn visit(&self, server: &Server, (lat, lon): (f64, f64), day: &str, more: Value) -> String {
        let places = json!([{"address": "Here", "point": {"lat": lat, "lon": lon}}]);
        let customer = json!({"name": format!("Customer {lat:.4}"), "territory_id": self.territory, "places": places});
        let customer = server.post("/customers", customer).await;
        let mut visit = json!({"customer_id": customer["id"], "day": day, "duration_s": 900});
        visit.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        server.post("/visits", visit).await["id"].as_str().unwrap().to_owned()
    }

    pub async fn plan(&self, server: &Server, day: &str) -> Value {
        server.get(&format!("/plans/{}?date={day}", self.territory)).await
    }

    /// Asks for a change; returns the answer, whatever it is.
    pub async fn change(&self, server: &Server, base: i64, operations: Value) -> Answer {
        let body = json!({"base_version": base, "operations": operations});
        server.call(Method::POST, &format!("/plans/{}/changes", self.territory), Some(body)).await
    }

    /// Gives each visit to its best place; returns the version then.
    pub async fn place_all(&self, server: &Server, visits: &[String]) -> i64 {
        let base = self.plan(server, &today(server).await).await["version"].as_i64().unwrap();
        let operations: Vec<Value> = visits.iter().map(|visit| json!({"op": "place", "visit": visit})).collect();
        let changed = self.change(server, base, json!(operations)).await;
        assert_eq!(changed.status, 200, "{changed:?}");
        changed.body["version"].as_i64().unwrap()
    }
}

/// A skill of the organisation.
pub async fn skill(server: &Server, code: &str) {
    let made = server.call(Method::PUT, &format!("/skills/{code}"), Some(json!({"name": code}))).await;
    assert!(made.status < 300, "{made:?}");
}

/// The day it is in the server's zone.
pub async fn today(server: &Server) -> String {
    server.get("/plans/none").await["date"].as_str().unwrap().to_owned()
}

/// The day after.
pub async fn tomorrow(server: &Server) -> String {
    let today: chrono::NaiveDate = today(server).await.parse().unwrap();
    today.succ_opt().unwrap().to_string()
}

/// A request in an agent's own name.
pub async fn as_agent(server: &Server, agent: &Agent, method: Method, path: &str, body: Option<Value>) -> Answer {
    let mut request =
        server.request(method, &format!("/api/v1{path}")).header("authorization", format!("Bearer {}", agent.token));
    if let Some(body) = body {
        request = request.json(&body);
    }
    answer(request).await
}

/// Visits of a route, in order.
pub fn route_of(plan: &Value, agent: &str) -> Vec<String> {
    let routes = plan["routes"].as_array().unwrap().iter().filter(|route| route["agent_id"] == agent);
    let stops = routes.flat_map(|route| route["stops"].as_array().unwrap());
    stops.map(|stop| stop["visit_id"].as_str().unwrap().to_owned()).collect()
}
