//! Erasure of one person, and what is deleted by age. What was erased stays erased: there is no way back, so an agent's name is asked for.

use crate::auth::asking::{Asking, Changed};
use crate::auth::permit::{Can, DeleteAgents, DeleteUsers, ReadSettings};
use crate::error::ApiError;
use crate::rest::granting::may_touch;
use crate::rest::input::Body;
use crate::state::AppState;
use actix_web::web::{self, Data, Json, Path};
use salessync_actors::NotErased;
use salessync_actors::retention::Kind;
use salessync_actors::store::erasure::{ErasedRows, Erasure};
use salessync_engine::audit::{ActKind, Object};
use salessync_engine::{AgentId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

/// Runs of the retention task that are shown.
const RUNS_SHOWN: i64 = 200;

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/agents/{id}/erase", web::post().to(erase_agent))
        .route("/users/{id}", web::delete().to(erase_user))
        .route("/retention", web::get().to(retention));
}

/// Erases an agent for good: keys, contacts, tracks, timelines, decisions, devices. The profile stays without a name, and the phone is told that
/// it is not known.
#[utoipa::path(post, operation_id = "eraseAgent", path = "/api/v1/agents/{id}/erase", tag = "agents", params(("id" = AgentId, Path)),
    request_body = EraseAgent,
    responses((status = 200, body = ErasureView), (status = 400, body = salessync_engine::wire::page::ErrorBody),
        (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn erase_agent(
    state: Data<AppState>,
    by: Can<DeleteAgents>,
    asking: Asking,
    id: Path<AgentId>,
    body: Body<EraseAgent>,
) -> Result<Json<ErasureView>, ApiError> {
    let seen = by.agent(&state, *id)?;
    let agent = state.system.store().agent(seen).await?.ok_or(ApiError::NotFound("agent"))?;
    if body.0.confirm.trim() != agent.name {
        return Err(ApiError::field("confirm", "the agent's name", "is not the name of this agent"));
    }
    let devices = state.system.store().devices_of(seen).await?;
    let erasure = state.system.erase_agent(*id, by.user(), &state.vault).await.map_err(|error| refused(error, "agent"))?;
    asking
        .done(&state, &by.principal, ActKind::Erasure, Object::new("agent", *id), Changed::to(json!({ "rows": erasure.rows })))
        .await;
    for device in devices {
        state.phones.forget(device.id);
    }
    if let Err(error) = state.files.remove_due().await {
        tracing::warn!(%error, "the files of an erased agent are removed later");
    }
    Ok(Json(ErasureView::of(erasure)))
}

/// Erases a user for good: keys, e-mail address, sessions, assignments. The row stays without a name, so that what they decided stays decided
/// by somebody. Nobody erases themselves, and the last administrator stays.
#[utoipa::path(delete, operation_id = "eraseUser", path = "/api/v1/users/{id}", tag = "users", params(("id" = UserId, Path)),
    responses((status = 200, body = ErasureView), (status = 404, body = salessync_engine::wire::page::ErrorBody),
        (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn erase_user(
    state: Data<AppState>,
    by: Can<DeleteUsers>,
    asking: Asking,
    id: Path<UserId>,
) -> Result<Json<ErasureView>, ApiError> {
    let user = state.people.user(*id).await?.ok_or(ApiError::NotFound("user"))?;
    may_touch(&state, &by.grants, user.id, &user.role)?;
    if by.user() == Some(*id) {
        return Err(ApiError::Conflict { code: "oneself", message: "nobody can erase themselves".to_owned() });
    }
    let erasure = state.system.erase_user(*id, by.user(), &state.vault).await.map_err(|error| refused(error, "user"))?;
    state.system.access().refresh().await?;
    asking
        .done(&state, &by.principal, ActKind::UserErased, Object::new("user", *id), Changed::to(json!({ "rows": erasure.rows })))
        .await;
    Ok(Json(ErasureView::of(erasure)))
}

/// How long each kind of data is kept, and what was deleted lately, newest first.
#[utoipa::path(get, operation_id = "readRetention", path = "/api/v1/retention", tag = "system",
    responses((status = 200, body = RetentionView), (status = 403, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn retention(state: Data<AppState>, who: Can<ReadSettings>) -> Result<Json<RetentionView>, ApiError> {
    let settings = state.system.settings();
    let kept = |kind: &Kind| KeptView { kind: kind.name(), days: kind.days(settings), key: kind.key() };
    let runs = state.system.store().retention_runs(who.whole()?, RUNS_SHOWN).await?;
    let runs = runs.into_iter().map(|run| RunView { at: run.at, kind: run.kind, before: run.before, deleted: run.deleted });
    Ok(Json(RetentionView { kinds: Kind::ALL.iter().map(kept).collect(), runs: runs.collect() }))
}

fn refused(error: NotErased, what: &'static str) -> ApiError {
    match error {
        NotErased::Store(error) => error.into(),
        NotErased::Unknown => ApiError::NotFound(what),
        NotErased::LastAdmin => {
            ApiError::Conflict { code: "last_admin", message: "the last administrator cannot be erased".to_owned() }
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EraseAgent {
    /// The agent's name, as a sign that this one is meant.
    confirm: String,
}

/// What was erased.
#[derive(Serialize, ToSchema)]
#[schema(as = Erasure)]
pub struct ErasureView {
    pub id: Uuid,
    pub at: Timestamp,
    /// Rows deleted, by table; of `ingest_journal` fixes taken out.
    #[schema(value_type = std::collections::BTreeMap<String, u64>)]
    pub rows: ErasedRows,
}

impl ErasureView {
    fn of(erasure: Erasure) -> Self {
        Self { id: erasure.id, at: erasure.at, rows: erasure.rows.unwrap_or_default() }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = Retention)]
pub struct RetentionView {
    pub kinds: Vec<KeptView>,
    pub runs: Vec<RunView>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = KeptData)]
pub struct KeptView {
    pub kind: &'static str,
    /// null: for ever
    pub days: Option<i64>,
    /// The setting.
    pub key: &'static str,
}

#[derive(Serialize, ToSchema)]
#[schema(as = RetentionRun)]
pub struct RunView {
    pub at: Timestamp,
    pub kind: String,
    /// Everything older went.
    pub before: Timestamp,
    /// Rows; of tracks daily partitions, and rows of days far from now.
    pub deleted: i64,
}
