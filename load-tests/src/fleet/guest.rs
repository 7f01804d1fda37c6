//! An agent of the fleet whose phone nobody drives: a person is to take it. They have a day like the others, and a form is there to be filled in.

use super::day::Today;
use super::walk::Habits;
use super::{NAMESPACE, agent_id, ground::Mode};
use crate::client::{Api, NewAgent};
use anyhow::{Result, ensure};
use reqwest::{Method, StatusCode};
use salessync_engine::{AgentId, TerritoryId};
use serde_json::{Value, json};
use uuid::Uuid;

const VISITS: usize = 5;
/// Of those who prefer the guest about a fifth are visited by nobody else on a day.
const PREFERRED: usize = 40;

/// The one after all others, in the first district.
pub fn guest(name: &str, territory: TerritoryId, seed: u64, number: usize) -> (NewAgent, Habits) {
    let agent = NewAgent { id: agent_id(seed, number), name: name.to_owned(), territory_id: Some(territory) };
    (agent, Habits { mode: Mode::Foot, district: 0, long_stops: 0.0, visit_scale: 1.0 })
}

/// Lets some of the territory that would have anybody prefer the guest: offices, which come last, for the fleet calls at shops.
pub fn prefer(guest: &NewAgent, customers: &mut [Value]) {
    let would_have_anybody = |customer: &&mut Value| {
        customer["territory_id"] == json!(guest.territory_id)
            && customer["preferred_agents"] == json!([])
            && customer["skills"] == json!([])
    };
    let mine = customers.iter_mut().rev().filter(would_have_anybody).take(PREFERRED);
    mine.for_each(|customer| customer["preferred_agents"] = json!([guest.id]));
}

/// A day for them, whatever the plan gives to whom: visits to customers who prefer them, and are not visited otherwise today.
pub fn visits(guest: AgentId, today: Today, customers: &[Value], made: &[Value], seed: u64) -> Vec<Value> {
    let is_free = |customer: &&Value| {
        let prefers = customer["preferred_agents"] == json!([guest]) && customer["skills"] == json!([]);
        prefers && made.iter().all(|visit| visit["customer_id"] != customer["id"])
    };
    let visit = |(number, customer): (usize, &Value)| {
        let name = format!("guest:{seed}:{}:{}", today.date, customer["id"]);
        json!({
            "id": Uuid::new_v5(&NAMESPACE, name.as_bytes()), "customer_id": customer["id"], "day": today.date, "agent_id": guest,
            "purpose": "order", "note": if number == 0 { "Bring the new price list" } else { "" },
        })
    };
    customers.iter().filter(is_free).take(VISITS).enumerate().map(visit).collect()
}

/// Makes a form and what it belongs to, unless they are there.
pub async fn ask_for_a_shelf(api: &Api) -> Result<()> {
    let id = |what: &str| Uuid::new_v5(&NAMESPACE, what.as_bytes());
    let (form, activity) = (id("form:shelf"), id("activity:shelf"));
    let body = json!({"id": form, "title": "Shelf check", "fields": [
        {"key": "facings", "label": "Facings of our brand", "required": "always", "kind": "number", "min": 0, "max": 99, "decimals": 0},
        {"key": "stock", "label": "Stock behind the shelf", "kind": "choice", "choices": [
            {"code": "enough", "label": "Enough"}, {"code": "low", "label": "Low"}, {"code": "none", "label": "None"},
        ]},
        {"key": "shelf", "label": "Photo of the shelf", "kind": "photo", "max": 3},
        {"key": "sign", "label": "Signature of the buyer", "kind": "signature"},
        {"key": "note", "label": "Anything else", "kind": "note"},
    ]});
    let (status, text) = api.exchange(Method::POST, "/forms", Some(&body)).await?;
    ensure!(status.is_success() || status == StatusCode::CONFLICT, "POST /forms: HTTP {status}: {text}");
    if status.is_success() {
        let body = json!({"name": "Shelf check", "form_id": form});
        let _: Value = api.call(Method::PUT, &format!("/activity-types/{activity}"), Some(&body)).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guest_visits_those_who_prefer_them_and_whom_nobody_visits() {
        let today = Today::new("2026-11-26T07:30:00Z".parse().unwrap(), chrono_tz::Europe::Berlin);
        let territory = TerritoryId(Uuid::from_u128(1));
        let agent = guest("Demo Agent", territory, 7, 60).0;
        let guest = agent.id;
        let customer = |n: u128, prefers: &[AgentId], skills: &[&str]| json!({"id": Uuid::from_u128(n), "territory_id": territory, "preferred_agents": prefers, "skills": skills});
        let of = [agent_id(7, 3)];
        let mut customers: Vec<Value> = (0..20)
            .map(|n| if n % 2 == 0 { customer(n, &[], if n == 4 { &["cold"] } else { &[] }) } else { customer(n, &of, &[]) })
            .collect();
        prefer(&agent, &mut customers);
        let made = [json!({"customer_id": Uuid::from_u128(2)})];
        let visits = visits(guest, today, &customers, &made, 7);
        let visited: Vec<_> = visits.iter().map(|visit| visit["customer_id"].clone()).collect();
        assert_eq!(visited, [0, 6, 8, 10, 12].map(|n| json!(Uuid::from_u128(n))));
        assert!(visits.iter().all(|visit| visit["agent_id"] == json!(guest) && visit["day"] == "2026-11-26"));
        assert!((0..60).all(|index| agent_id(7, index) != guest), "one of the fleet");
    }
}
