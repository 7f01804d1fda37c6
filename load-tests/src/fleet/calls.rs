//! What the fleet's agents do at customers: the shops of the town are customers, some of an agent's next shops are visits of today, and the phone tells of
//! check-in and check-out when it gets there. Out of coverage it keeps what it has to tell and sends it in one batch later, as real ones do.

use super::ground::Ground;
use super::walk::Truth;
use crate::client::Api;
use crate::rng::Rng;
use reqwest::{Method, StatusCode};
use salessync_engine::visit::{Visit, VisitStatus};
use salessync_engine::wire::page::Page;
use salessync_engine::{AgentId, CustomerId, Timestamp, VisitId};
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use uuid::Uuid;

/// Visits of an agent that are planned at a time.
const PLANNED: usize = 4;
/// Reports that are kept while nothing gets through; the oldest beyond are dropped with their visit.
const KEPT_MAX: usize = 200;
const REASONS: [&str; 3] = ["closed", "contact_absent", "no_interest"];

/// One agent's visits, as the phone knows them.
pub struct Calls {
    api: Arc<Api>,
    token: String,
    agent: AgentId,
    device: String,
    /// The customers that shops are.
    customers: Arc<BTreeMap<usize, CustomerId>>,
    rng: Rng,
    /// Planned and not begun, by shop.
    planned: BTreeMap<usize, VisitId>,
    /// Where the agent is checked in.
    open: Option<(usize, VisitId)>,
    /// Told, and not taken yet.
    waiting: VecDeque<Value>,
}

impl Calls {
    pub fn new(
        api: Arc<Api>,
        token: String,
        (agent, device): (AgentId, String),
        customers: Arc<BTreeMap<usize, CustomerId>>,
        rng: Rng,
    ) -> Self {
        Self { api, token, agent, device, customers, rng, planned: BTreeMap::new(), open: None, waiting: VecDeque::new() }
    }

    /// The shops to go to, in no order.
    pub fn shops(&self) -> Vec<usize> {
        self.planned.keys().copied().collect()
    }

    /// Reads what of today is planned, and plans some of these shops where nothing is. False while the server cannot be asked.
    pub async fn plan(&mut self, near: &[usize]) -> bool {
        let path = format!("/agents/{}/visits", self.agent);
        let Ok((StatusCode::OK, text)) = self.api.exchange_as(&self.token, Method::GET, &path, None).await else { return false };
        let Ok(today) = serde_json::from_str::<Page<Visit>>(&text) else { return false };
        let shops: BTreeMap<CustomerId, usize> = self.customers.iter().map(|(shop, customer)| (*customer, *shop)).collect();
        let is_ahead =
            |visit: &&Visit| matches!(visit.progress.status, VisitStatus::Planned | VisitStatus::EnRoute | VisitStatus::Arrived);
        let ahead: Vec<&Visit> = today.items.iter().filter(is_ahead).collect();
        let wanted = if ahead.is_empty() { PLANNED } else { 0 };
        self.planned = ahead.into_iter().filter_map(|visit| Some((*shops.get(&visit.plan.customer_id)?, visit.id))).collect();
        let been: Vec<usize> = today.items.iter().filter_map(|visit| shops.get(&visit.plan.customer_id).copied()).collect();
        for shop in near.iter().copied().filter(|shop| !been.contains(shop)).take(wanted) {
            let Some(customer) = self.customers.get(&shop) else { continue };
            let id = VisitId(Uuid::now_v7());
            let new = json!({"id": id, "customer_id": customer, "agent_id": self.agent, "duration_s": 600});
            let made = self.api.exchange_as(&self.token, Method::POST, "/visits", Some(&new)).await;
            if matches!(made, Ok((status, _)) if status.is_success()) {
                self.planned.insert(shop, id);
            }
        }
        true
    }

    /// Notices coming and going. Returns whether an agenda has come to its end.
    pub fn notice(&mut self, ground: &Ground, truth: Truth, now: Timestamp) -> bool {
        match (self.open, truth.visiting) {
            (None, Some(shop)) => {
                let Some(visit) = self.planned.remove(&shop) else { return false };
                self.tell(ground, truth, now, visit, json!({"type": "check_in"}));
                self.open = Some((shop, visit));
                false
            }
            (Some((shop, visit)), at) if at != Some(shop) => {
                let told = if self.rng.chance(0.8) {
                    json!({"type": "check_out", "outcome": "productive"})
                } else {
                    json!({"type": "check_out", "outcome": "unproductive", "reason": REASONS[self.rng.below(REASONS.len())]})
                };
                self.tell(ground, truth, now, visit, told);
                self.open = None;
                self.planned.is_empty()
            }
            _ => false,
        }
    }

    fn tell(&mut self, ground: &Ground, truth: Truth, now: Timestamp, visit: VisitId, mut told: Value) {
        let (lat, lon) = ground.projection.degrees(truth.at);
        told["id"] = json!(Uuid::now_v7());
        told["visit_id"] = json!(visit);
        told["at"] = json!(now);
        told["position"] = json!({"lat": lat, "lon": lon, "accuracy_m": 6.0 + self.rng.unit() * 12.0});
        self.waiting.push_back(told);
        if self.waiting.len() > KEPT_MAX {
            self.waiting.pop_front();
        }
    }

    /// Sends what waits, all of it in one batch. What the server could not be told is kept; what it does not take as it is, it never will.
    pub async fn send(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        let body = json!({"device": self.device, "events": self.waiting});
        let told = self.api.exchange_as(&self.token, Method::POST, "/visit-reports", Some(&body)).await;
        if told.is_ok_and(|(status, _)| is_settled(status)) {
            self.waiting.clear();
        }
    }
}

/// Says whether sending the same again would bring the same answer.
fn is_settled(status: StatusCode) -> bool {
    let is_for_now = matches!(status, StatusCode::UNAUTHORIZED | StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS);
    !is_for_now && !status.is_server_error()
}
