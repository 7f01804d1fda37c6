//! Activities of visits: what was done there, with answers to a form. An offline phone sends them with ids and times of their own.

use super::{hand, own_agent, settled};
use crate::auth::permit::{Can, CreateVisitReports, ReadVisits};
use crate::error::ApiError;
use crate::rest::input::Body;
use crate::state::AppState;
use actix_web::web::{self, Data, Json, Path};
use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use salessync_actors::store::visits::{NewActivity, ToldActivity};
use salessync_engine::visit::feed::Activity;
use salessync_engine::visit::report::Author;
use salessync_engine::visit::{Visit, VisitStatus};
use salessync_engine::wire::page::Page;
use salessync_engine::{ActivityId, ActivityTypeId, Timestamp, VisitId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/visits/{id}/activities", web::get().to(list)).route("/visits/{id}/activities", web::post().to(add));
}

/// The activities of a visit, in order of time.
#[utoipa::path(get, operation_id = "listActivities", path = "/api/v1/visits/{id}/activities", tag = "visits", params(("id" = VisitId, Path)),
    responses((status = 200, body = Page<ActivityView>), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn list(state: Data<AppState>, who: Can<ReadVisits>, id: Path<VisitId>) -> Result<Json<Page<ActivityView>>, ApiError> {
    settled(&state, &who.scope, *id).await?;
    let items = state.system.store().activities(*id).await?;
    Ok(Json(Page { items: items.into_iter().map(ActivityView::of).collect(), next: None }))
}

/// Adds an activity to a visit that somebody has checked in to. The answers are held against the version of the form that is named, or the newest; all
/// that is wrong with them is named at once. With an id that exists already the existing activity is returned unchanged.
#[utoipa::path(post, operation_id = "addActivity", path = "/api/v1/visits/{id}/activities", tag = "visits", params(("id" = VisitId, Path)), request_body = ActivityRequest,
    responses((status = 201, body = AddedActivity), (status = 200, body = AddedActivity), (status = 400, body = salessync_engine::wire::page::ErrorBody),
        (status = 404, body = salessync_engine::wire::page::ErrorBody), (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn add(
    state: Data<AppState>,
    by: Can<CreateVisitReports>,
    request: HttpRequest,
    id: Path<VisitId>,
    body: Body<ActivityRequest>,
) -> Result<HttpResponse, ApiError> {
    let ActivityRequest { id: activity, type_id, at, form_version, answers, note, device } = body.0;
    let now = state.system.now();
    let new = NewActivity {
        id: activity.unwrap_or_else(|| ActivityId(Uuid::now_v7())),
        visit: *id,
        type_id,
        at: at.unwrap_or(now).min(now),
        form_version,
        answers,
        note,
        own: own_agent(&state, by.id),
        device,
    };
    let (visit, activity, is_new) = state.system.visits().add_activity(&by.scope, new, hand(&state, &request)).await?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok(HttpResponse::build(status).json(AddedActivity { activity, status: visit.progress.status, visit }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewVisitActivity)]
pub struct ActivityRequest {
    #[serde(default)]
    id: Option<ActivityId>,
    type_id: ActivityTypeId,
    /// Now when absent.
    #[serde(default)]
    at: Option<Timestamp>,
    /// The version of the form that was shown; the newest when absent.
    #[serde(default)]
    form_version: Option<i64>,
    /// By the key of the field.
    #[serde(default)]
    #[schema(value_type = Object)]
    answers: BTreeMap<String, Value>,
    #[serde(default)]
    note: String,
    #[serde(default)]
    device: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = AddedVisitActivity)]
pub struct AddedActivity {
    activity: Activity,
    status: VisitStatus,
    visit: Visit,
}

/// An activity and who told it.
#[derive(Serialize, ToSchema)]
#[schema(as = VisitActivityView)]
pub struct ActivityView {
    #[serde(flatten)]
    activity: Activity,
    by: Author,
    received_at: Timestamp,
}

impl ActivityView {
    pub(super) fn of(told: ToldActivity) -> Self {
        Self { activity: told.activity, by: told.by, received_at: told.received_at }
    }
}
