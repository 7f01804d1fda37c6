//! The audit trail for those who may read it: newest first, by filters. That it was read is in the trail too.

use crate::audit::actor_of;
use crate::auth::permit::{Can, ReadAudit};
use crate::cursor;
use crate::error::ApiError;
use crate::rest::input::Params;
use crate::rest::{checked_limit, checked_time};
use crate::state::AppState;
use actix_web::HttpRequest;
use actix_web::web::{self, Data, Json};
use salessync_actors::store::audit::{ActorFilter, AuditFilter};
use salessync_engine::audit::{ActKind, AuditEntry, OBJECT_ID_LEN_MAX, Object, Outcome};
use salessync_engine::wire::page::Page;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

const ACTOR_KINDS: [&str; 5] = ["user", "agent", "api_key", "system", "nobody"];

pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/audit", web::get().to(list));
}

/// What was done that matters for security, newest first. Reading is noted as `audit_read`, many pages as one.
#[utoipa::path(get, operation_id = "listAudit", path = "/api/v1/audit", tag = "audit", params(AuditQuery),
    responses((status = 200, body = Page<AuditEntry>), (status = 400, body = salessync_engine::wire::page::ErrorBody),
        (status = 403, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn list(
    state: Data<AppState>,
    who: Can<ReadAudit>,
    request: HttpRequest,
    query: Params<AuditQuery>,
) -> Result<Json<Page<AuditEntry>>, ApiError> {
    let query = query.0;
    let limit = checked_limit(query.limit, 100, 1_000)?;
    let before = query.after.as_deref().map(cursor::decode::<Uuid>).transpose()?;
    let (object_kind, object_id) = query.object.as_deref().map(checked_object).transpose()?.unwrap_or_default();
    let filter = AuditFilter {
        from: query.from.map(|text| checked_time("from", &text)).transpose()?,
        to: query.to.map(|text| checked_time("to", &text)).transpose()?,
        actor: query.actor.as_deref().map(checked_actor).transpose()?,
        kind: query.kind,
        object_kind,
        object_id,
        outcome: query.outcome,
    };
    state.audit.often(state.audit.act(&request, actor_of(&request), ActKind::AuditRead).about(Object::new("data", "audit")));
    let mut entries = state.system.store().audit_entries(who.whole()?, filter, before, limit as i64 + 1).await?;
    let next = (entries.len() > limit).then(|| entries.truncate(limit)).and_then(|()| entries.last());
    let next = next.map(|last| cursor::encode(&last.id));
    Ok(Json(Page { items: entries, next }))
}

fn checked_actor(text: &str) -> Result<ActorFilter, ApiError> {
    if ACTOR_KINDS.contains(&text) {
        return Ok(ActorFilter::Kind(text.to_owned()));
    }
    text.parse().map(ActorFilter::Id).map_err(|_| {
        let limit = format!("a UUID, {}", ACTOR_KINDS.join(", "));
        ApiError::field("actor", limit, "is neither an id nor a kind of actor")
    })
}

/// `kind` or `kind:id`.
fn checked_object(text: &str) -> Result<(Option<String>, Option<String>), ApiError> {
    let (kind, id) = text.split_once(':').map_or((text, None), |(kind, id)| (kind, Some(id)));
    let is_kind = !kind.is_empty() && kind.len() <= 40 && kind.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    if !is_kind || id.is_some_and(|id| id.is_empty() || id.len() > OBJECT_ID_LEN_MAX || id.contains('\0')) {
        return Err(ApiError::field("object", "kind or kind:id", "must be a kind such as device, or a kind and an id"));
    }
    Ok((Some(kind.to_owned()), id.map(str::to_owned)))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// `next` of the page before.
    after: Option<String>,
    /// 1..1000, by default 100.
    limit: Option<i64>,
    /// First instant, RFC 3339 or Unix milliseconds; by default the beginning.
    from: Option<String>,
    /// First instant after; by default the end.
    to: Option<String>,
    /// Id of a user, agent or API key, or one of user, agent, api_key, system, nobody.
    actor: Option<String>,
    #[param(inline)]
    kind: Option<ActKind>,
    /// What it was done to: a kind such as `device`, or `kind:id`.
    object: Option<String>,
    #[param(inline)]
    outcome: Option<Outcome>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_a_kind_or_a_kind_and_an_id() {
        assert_eq!(checked_object("device").unwrap(), (Some("device".to_owned()), None));
        assert_eq!(checked_object("operation:GET /a:b").unwrap(), (Some("operation".to_owned()), Some("GET /a:b".to_owned())));
        for wrong in ["", ":x", "device:", "Device", "a b"] {
            assert!(checked_object(wrong).is_err(), "{wrong}");
        }
        assert!(checked_actor("somebody").is_err());
        assert_eq!(checked_actor("system").unwrap(), ActorFilter::Kind("system".to_owned()));
    }
}
