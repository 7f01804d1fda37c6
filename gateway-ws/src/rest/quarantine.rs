//! Fixes that were set aside, with their reasons.

use crate::auth::Console;
use crate::cursor;
use crate::error::ApiError;
use crate::rest::agents::FixView;
use crate::rest::checked_limit;
use crate::rest::input::Params;
use crate::state::AppState;
use actix_web::web::{self, Data, Json, Path};
use salessync_engine::track::{Device, Fix, Quarantine, RawFix};
use salessync_engine::wire::page::Page;
use salessync_engine::{AgentId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/agents/{id}/quarantine", web::get().to(list));
}

/// Fixes kept but set aside, by event time.
#[utoipa::path(get, operation_id = "listQuarantine", path = "/api/v1/agents/{id}/quarantine", tag = "history", params(("id" = AgentId, Path), QuarantineQuery),
    responses((status = 200, body = Page<QuarantinedView>), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn list(
    state: Data<AppState>,
    _: Console,
    id: Path<AgentId>,
    query: Params<QuarantineQuery>,
) -> Result<Json<Page<QuarantinedView>>, ApiError> {
    let limit = checked_limit(query.0.limit, 100, 1_000)?;
    if !state.system.knows(*id) {
        return Err(ApiError::NotFound("agent"));
    }
    let after = query.0.after.as_deref().map(cursor::decode::<(RawFix, String)>).transpose()?;
    let after = match after {
        None => None,
        Some((raw, device)) => {
            let bad = || ApiError::field("after", "the `next` of a page", "is not a cursor of this list");
            Some((Fix::new(&raw).map_err(|_| bad())?, Device::new(&device).map_err(|_| bad())?))
        }
    };
    let mut fixes = state.system.store().quarantine_page(*id, after, limit + 1).await?;
    let next = (fixes.len() > limit).then(|| fixes.truncate(limit)).and_then(|()| fixes.last());
    let next = next.map(|last| cursor::encode(&(last.fix.to_raw(), last.device.as_str())));
    let items = fixes
        .iter()
        .map(|q| QuarantinedView { fix: FixView::of(&q.fix, &q.device), reason: q.reason, received_at: q.received_at })
        .collect();
    Ok(Json(Page { items, next }))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct QuarantineQuery {
    /// `next` of the page before.
    after: Option<String>,
    /// 1..1000, by default 100.
    limit: Option<i64>,
}

/// A fix set aside.
#[derive(Serialize, ToSchema)]
#[schema(as = QuarantinedFix)]
pub struct QuarantinedView {
    #[serde(flatten)]
    pub fix: FixView,
    pub reason: Quarantine,
    pub received_at: Timestamp,
}
