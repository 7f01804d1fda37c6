//! The organisation's settings for visits: versions with a beginning.

use crate::audit::actor_of;
use crate::auth::permit::{Can, ReadSettings, UpdateSettings};
use crate::error::ApiError;
use crate::rest::input::Body;
use crate::state::AppState;
use actix_web::web::{self, Data, Json};
use actix_web::{HttpRequest, HttpResponse};
use salessync_actors::store::visits::NewVisitRules;
use salessync_engine::Timestamp;
use salessync_engine::audit::{ActKind, Object};
use salessync_engine::visit::VisitRules;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/settings/visits", web::get().to(read)).route("/settings/visits", web::put().to(put));
}

/// The settings for visits: what is in force now, and every version.
#[utoipa::path(get, operation_id = "readVisitSettings", path = "/api/v1/settings/visits", tag = "settings",
    responses((status = 200, body = VisitSettings)))]
pub async fn read(state: Data<AppState>, who: Can<ReadSettings>) -> Result<Json<VisitSettings>, ApiError> {
    let versions = state.system.store().visit_rule_versions(who.whole()?).await?;
    let now = state.system.now();
    let current = versions.iter().rev().find(|version| version.valid_from <= now).map(|version| version.rules.clone());
    let versions = versions
        .into_iter()
        .map(|v| VisitSettingsVersion { valid_from: v.valid_from, rules: v.rules, created_at: v.created_at })
        .collect();
    Ok(Json(VisitSettings { current: current.unwrap_or_default(), versions }))
}

/// Puts a version of the settings for visits into force, for what happens from `valid_from` on. What is derived already stays until the agent's days are
/// recomputed.
#[utoipa::path(put, operation_id = "putVisitSettings", path = "/api/v1/settings/visits", tag = "settings", request_body = VisitSettingsRequest,
    responses((status = 204), (status = 400, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn put(
    state: Data<AppState>,
    by: Can<UpdateSettings>,
    request: HttpRequest,
    body: Body<VisitSettingsRequest>,
) -> Result<HttpResponse, ApiError> {
    let rules = body.0.rules.checked().map_err(|flaw| {
        let message = flaw.to_string();
        ApiError::field(format!("rules.{}", flaw.field), flaw.limit, message)
    })?;
    let known = state.system.store().activity_types().await?;
    if let Some(unknown) = rules.activities().into_iter().find(|id| !known.iter().any(|known| known.id == *id)) {
        let message = format!("there is no type of activity {unknown}");
        return Err(ApiError::field("rules.requirements", "types of activities that there are", message));
    }
    let now = state.system.now();
    let valid_from = body.0.valid_from.unwrap_or(now);
    let versions = state.system.store().visit_rule_versions(by.whole()?).await?;
    let before = versions.iter().rev().find(|version| version.valid_from <= valid_from).map(|version| json!(version.rules));
    let after = json!({"valid_from": valid_from, "rules": rules});
    state.system.visits().set_rules(NewVisitRules { valid_from, rules, by: by.author(), at: now }).await?;
    let object = Some(Object::new("settings", "visits"));
    state.audit.note(&request, actor_of(&request), ActKind::SettingsChanged, object, before, Some(after)).await;
    Ok(HttpResponse::NoContent().finish())
}

#[derive(Serialize, ToSchema)]
pub struct VisitSettings {
    /// In force now.
    current: VisitRules,
    /// Oldest first.
    versions: Vec<VisitSettingsVersion>,
}

#[derive(Serialize, ToSchema)]
pub struct VisitSettingsVersion {
    valid_from: Timestamp,
    rules: VisitRules,
    created_at: Timestamp,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VisitSettingsRequest {
    /// Now when absent.
    #[serde(default)]
    valid_from: Option<Timestamp>,
    /// What is left out takes the field's default.
    rules: VisitRules,
}
