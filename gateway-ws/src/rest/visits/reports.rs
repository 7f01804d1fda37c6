//! What offline phones tell: events with times of their own, in batches, in any order, each as often as it takes. Nothing is refused because of the state
//! of a visit: it has happened. Each event is answered with what it did.

use super::{hand, own_agent};
use crate::auth::permit::{Can, CreateVisitReports, see};
use crate::error::ApiError;
use crate::rest::input::{Body, read_value};
use crate::state::AppState;
use actix_web::HttpRequest;
use actix_web::web::{self, Data, Json, Path};
use salessync_actors::store::visits::{ToldOutcome, ToldReport};
use salessync_engine::flaw::FieldFlaw;
use salessync_engine::visit::report::ToldKind;
use salessync_engine::visit::{Effect, Told};
use salessync_engine::{AgentId, Timestamp, VisitEventId, VisitId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// Events in one request: several days of an agent.
const EVENTS_MAX: usize = 500;

pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/visits/{id}/events", web::post().to(of_one)).route("/visit-reports", web::post().to(of_many));
}

/// Takes what happened on one visit. See `POST /visit-reports`.
#[utoipa::path(post, operation_id = "reportVisit", path = "/api/v1/visits/{id}/events", tag = "visits", params(("id" = VisitId, Path)), request_body = VisitReports,
    responses((status = 200, body = ReportOutcomes), (status = 400, body = salessync_engine::wire::page::ErrorBody), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn of_one(
    state: Data<AppState>,
    by: Can<CreateVisitReports>,
    request: HttpRequest,
    id: Path<VisitId>,
    body: Body<VisitReports>,
) -> Result<Json<ReportOutcomes>, ApiError> {
    let outcomes = tell(&state, &by, &request, Some(*id), body.0).await?;
    // One that is not theirs is not there.
    let is_unknown = |outcome: &ReportOutcome| outcome.code.as_deref() == Some("visit_unknown");
    if !outcomes.is_empty() && outcomes.iter().all(is_unknown) {
        return Err(ApiError::NotFound("visit"));
    }
    Ok(Json(ReportOutcomes { outcomes }))
}

/// Takes what happened on an agent's visits: events with times of their own, late, in any order, each as often as it takes. What does not fit the state of
/// its visit is kept with the reason and may come to have its effect when an earlier event arrives. Refused is only what cannot be kept; the others of the
/// batch are taken all the same. When the answer is there, what was taken is durable.
#[utoipa::path(post, operation_id = "reportVisits", path = "/api/v1/visit-reports", tag = "visits", request_body = VisitReports,
    responses((status = 200, body = ReportOutcomes), (status = 400, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn of_many(
    state: Data<AppState>,
    by: Can<CreateVisitReports>,
    request: HttpRequest,
    body: Body<VisitReports>,
) -> Result<Json<ReportOutcomes>, ApiError> {
    tell(&state, &by, &request, None, body.0).await.map(|outcomes| Json(ReportOutcomes { outcomes }))
}

async fn tell(
    state: &AppState,
    by: &Can<CreateVisitReports>,
    request: &HttpRequest,
    only: Option<VisitId>,
    body: VisitReports,
) -> Result<Vec<ReportOutcome>, ApiError> {
    let VisitReports { agent_id, device, events } = body;
    let own = own_agent(state, by.id);
    let agent = agent_id.or(own).ok_or_else(|| ApiError::field("agent_id", "the id of an agent", "say whose deeds these are"))?;
    if Some(agent) != own {
        see(state, &by.scope, agent).map_err(|_| ApiError::field("agent_id", "the id of an agent", "there is no such agent"))?;
    }
    if !(1..=EVENTS_MAX).contains(&events.len()) {
        return Err(ApiError::field("events", format!("1..{EVENTS_MAX}"), format!("holds {} events", events.len())));
    }
    // Each is read by itself: one that cannot be read does not cost the others.
    let mut outcomes: Vec<Option<ReportOutcome>> = Vec::with_capacity(events.len());
    let (mut reports, mut places) = (Vec::new(), Vec::new());
    for (index, event) in events.into_iter().enumerate() {
        match read(event, only, device.as_deref()) {
            Ok(report) => {
                reports.push(report);
                places.push(index);
                outcomes.push(None);
            }
            Err(outcome) => outcomes.push(Some(outcome)),
        }
    }
    let ids: Vec<VisitEventId> = reports.iter().map(|report| report.id).collect();
    let taken = state.system.visits().tell(&by.scope, agent, reports, hand(state, request)).await?;
    for ((place, id), outcome) in places.into_iter().zip(ids).zip(taken) {
        outcomes[place] = Some(ReportOutcome::of(id, outcome));
    }
    Ok(outcomes.into_iter().flatten().collect())
}

/// One event, or what is wrong with it.
fn read(event: Value, only: Option<VisitId>, device: Option<&str>) -> Result<ToldReport, ReportOutcome> {
    let id = event.get("id").and_then(|id| serde_json::from_value::<VisitEventId>(id.clone()).ok());
    let refused = |code: &str, flaw: FieldFlaw| ReportOutcome::refused(id, code, &flaw);
    let missing = |field: &str, limit: &str| refused("invalid_field", FieldFlaw::new(field, limit));
    let Some(event_id) = id else { return Err(missing("id", "must be a UUID")) };
    let at = event.get("at").and_then(|at| serde_json::from_value::<Timestamp>(at.clone()).ok());
    let at = at.ok_or_else(|| missing("at", "must be RFC 3339 or integer Unix milliseconds"))?;
    let said = event.get("visit_id").and_then(|visit| serde_json::from_value::<VisitId>(visit.clone()).ok());
    let visit = match (only, said) {
        (Some(only), Some(said)) if only != said => return Err(missing("visit_id", "must be the visit of the address")),
        (Some(only), _) => only,
        (None, Some(said)) => said,
        (None, None) => return Err(missing("visit_id", "must be the id of a visit")),
    };
    let kind = event.get("type").and_then(Value::as_str).unwrap_or_default();
    if kind.parse::<ToldKind>().is_err() {
        return Err(missing("type", "must be en_route, check_in, start, check_out or abandon"));
    }
    let told = read_value::<Told>(event).map_err(|flaw| {
        let field = flaw.field.unwrap_or_else(|| "event".to_owned());
        refused("invalid_field", FieldFlaw::new(field, flaw.message))
    })?;
    Ok(ToldReport { visit, id: event_id, at, told, device: device.map(|device| device.chars().take(64).collect()) })
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VisitReports {
    /// Whose deeds they are; one's own by default.
    #[serde(default)]
    agent_id: Option<AgentId>,
    /// The phone they are told from.
    #[serde(default)]
    device: Option<String>,
    /// 1 to 500: `{id, visit_id, at, type, …}` with `type` `en_route`, `check_in`, `start`, `check_out` or `abandon` and the members of the command of that name.
    #[schema(value_type = Vec<Object>)]
    events: Vec<Value>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = VisitReportOutcomes)]
pub struct ReportOutcomes {
    /// In the order of the events.
    outcomes: Vec<ReportOutcome>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = VisitReportResult)]
pub enum Became {
    Taken,
    /// It was there before.
    Known,
    Refused,
}

/// What became of one event.
#[derive(Serialize, ToSchema)]
#[schema(as = VisitReportOutcome)]
pub struct ReportOutcome {
    /// Absent where it could not be read.
    id: Option<VisitEventId>,
    result: Became,
    /// What it did, as far as is known by now; `effective`, or why it has no effect (yet).
    #[serde(skip_serializing_if = "Option::is_none")]
    effect: Option<Effect>,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<String>,
}

impl ReportOutcome {
    fn of(id: VisitEventId, outcome: ToldOutcome) -> Self {
        let plain = |result, effect| Self { id: Some(id), result, effect: Some(effect), code: None, field: None, limit: None };
        match outcome {
            ToldOutcome::Taken(effect) => plain(Became::Taken, effect),
            ToldOutcome::Known(effect) => plain(Became::Known, effect),
            ToldOutcome::Refused { code, flaw } => Self::refused(Some(id), code, &flaw),
        }
    }

    fn refused(id: Option<VisitEventId>, code: &str, flaw: &FieldFlaw) -> Self {
        let (field, limit) = (Some(flaw.field.clone()), Some(flaw.limit.clone()));
        Self { id, result: Became::Refused, effect: None, code: Some(code.to_owned()), field, limit }
    }
}
