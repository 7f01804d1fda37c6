//! How the system itself is: actors, journal, who is halted.

use crate::auth::permit::{Can, ReadSystem, see};
use crate::error::ApiError;
use crate::state::AppState;
use actix_web::web::{self, Data, Json};
use salessync_actors::travel::MapState;
use salessync_actors::{SystemHandle, Travel};
use salessync_engine::access::InScope;
use salessync_engine::{AgentId, CustomerId, Timestamp};
use serde::Serialize;
use std::collections::HashMap;
use std::time::Duration;
use utoipa::ToSchema;

/// Longest wait for the names of halted agents.
const NAMES_PATIENCE: Duration = Duration::from_millis(500);

pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/system", web::get().to(system));
}

/// The state of actors and journal.
#[utoipa::path(get, operation_id = "system", path = "/api/v1/system", tag = "system",
    responses((status = 200, body = SystemView), (status = 401, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn system(state: Data<AppState>, who: Can<ReadSystem>) -> Result<Json<SystemView>, ApiError> {
    let system = &state.system;
    let census = system.census();
    let names =
        names_of(system, census.halted.iter().filter_map(|(agent, ..)| see(&state, &who.scope, *agent).ok()).collect()).await;
    let halted = census.halted.into_iter().map(|(agent, restarts, halt)| HaltedAgent {
        agent,
        name: names.get(&agent).cloned().unwrap_or_default(),
        restarts,
        since: halt.since,
        last_panic: halt.last_panic,
    });
    let halted: Vec<_> = halted.collect();
    let (waiting_fixes, is_failing) = system.journal_state();
    let now = system.now();
    Ok(Json(SystemView {
        version: env!("CARGO_PKG_VERSION"),
        epoch: system.topics().epoch().to_owned(),
        started_at: system.started_at(),
        uptime_s: now.since_ms(system.started_at()) / 1000,
        arbiters: (0..system.arbiters())
            .map(|index| ArbiterView { index, agents_awake: census.awake_at.get(&index).copied().unwrap_or_default() })
            .collect(),
        agents: AgentCounts { known: census.known, awake: census.awake, restarting: census.restarting, halted: halted.len() },
        journal: JournalView { waiting_fixes, is_failing },
        travel: TravelView::of(system.travel()),
        halted,
        halted_customers: system
            .customer_census()
            .halted
            .into_iter()
            .map(|(customer, restarts, halt)| HaltedCustomerActor {
                customer,
                restarts,
                since: halt.since,
                last_panic: halt.last_panic,
            })
            .collect(),
    }))
}

/// Names where the database gives them soon: this page is wanted most when it does not.
async fn names_of(system: &SystemHandle, agents: Vec<InScope<AgentId>>) -> HashMap<AgentId, String> {
    if agents.is_empty() {
        return HashMap::new();
    }
    let names = tokio::time::timeout(NAMES_PATIENCE, system.store().agent_names(agents)).await;
    names.ok().and_then(Result::ok).unwrap_or_default().into_iter().collect()
}

#[derive(Serialize, ToSchema)]
#[schema(as = System)]
pub struct SystemView {
    pub version: &'static str,
    /// Changes with every start.
    pub epoch: String,
    pub started_at: Timestamp,
    pub uptime_s: i64,
    /// Threads that agents and territories live on.
    pub arbiters: Vec<ArbiterView>,
    pub agents: AgentCounts,
    pub journal: JournalView,
    pub travel: TravelView,
    /// Agents past their restart bound.
    pub halted: Vec<HaltedAgent>,
    /// Customers past theirs.
    pub halted_customers: Vec<HaltedCustomerActor>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Arbiter)]
pub struct ArbiterView {
    pub index: usize,
    pub agents_awake: usize,
}

#[derive(Serialize, ToSchema)]
pub struct AgentCounts {
    pub known: usize,
    pub awake: usize,
    pub restarting: usize,
    pub halted: usize,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Journal)]
pub struct JournalView {
    /// Fixes taken and not durable yet.
    pub waiting_fixes: usize,
    /// The last commit failed; it is tried again until it succeeds.
    pub is_failing: bool,
}

/// Where travel times come from, and how the map of the roads is.
#[derive(Serialize, ToSchema)]
#[schema(as = Travel)]
pub struct TravelView {
    /// straight_line | embedded | osrm | valhalla
    pub provider: &'static str,
    /// none | loading | loaded | failed; until it is loaded, times are straight lines.
    pub map: &'static str,
    /// Why the map is not loaded.
    pub failure: Option<String>,
    /// Ways of the map that cars may take.
    pub car_ways: u64,
    /// Places of the map that can be searched for.
    pub places: usize,
    /// How often speeds were learned from our own vehicles since the start.
    pub speeds_learned: u64,
}

impl TravelView {
    fn of(travel: &Travel) -> Self {
        let view =
            |map, failure| Self { provider: travel.provider().as_str(), map, failure, car_ways: 0, places: 0, speeds_learned: 0 };
        match travel.map_state() {
            MapState::None => view("none", None),
            MapState::Loading => view("loading", None),
            MapState::Failed { reason } => view("failed", Some(reason)),
            MapState::Loaded { metric_version, report, places, .. } => {
                let [car_ways, ..] = report.ways_kept;
                Self { car_ways, places, speeds_learned: metric_version, ..view("loaded", None) }
            }
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct HaltedAgent {
    pub agent: AgentId,
    pub name: String,
    pub restarts: u32,
    pub since: Timestamp,
    pub last_panic: String,
}

#[derive(Serialize, ToSchema)]
pub struct HaltedCustomerActor {
    pub customer: CustomerId,
    pub restarts: u32,
    pub since: Timestamp,
    pub last_panic: String,
}
