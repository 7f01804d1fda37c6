//! Fixes that were set aside, with reason and evidence, and what people decide about them. A reason names a fault of a receiver or a
//! clock; it never accuses anybody.

use crate::audit::actor_of;
use crate::auth::permit::{Can, Permit, ReadQuarantine, UpdateQuarantine};
use crate::cursor;
use crate::error::ApiError;
use crate::rest::agents::FixView;
use crate::rest::input::{Body, Params};
use crate::rest::{checked_limit, checked_span};
use crate::state::AppState;
use actix_web::web::{self, Data, Json, Path};
use actix_web::{HttpRequest, HttpResponse};
use salessync_actors::store::decisions::{Decision, FixDecision, Was};
use salessync_actors::store::quarantine::{List, Listed, Reason};
use salessync_actors::system::CommandError;
use salessync_engine::access::InScope;
use salessync_engine::audit::{ActKind, Object};
use salessync_engine::track::item::Evidence;
use salessync_engine::track::plausible::AHEAD_MAX_S;
use salessync_engine::track::{Device, Fix, Quarantine, RawFix};
use salessync_engine::wire::page::Page;
use salessync_engine::{AgentId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

const NOTE_MAX: usize = 500;

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/quarantine", web::get().to(counts))
        .route("/agents/{id}/quarantine", web::get().to(list))
        .route("/agents/{id}/quarantine/decisions", web::post().to(decide));
}

/// Agents with fixes set aside, and how many, most first.
#[utoipa::path(get, operation_id = "countQuarantine", path = "/api/v1/quarantine", tag = "history", params(CountQuery),
    responses((status = 200, body = QuarantineCounts), (status = 400, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn counts(
    state: Data<AppState>,
    who: Can<ReadQuarantine>,
    query: Params<CountQuery>,
) -> Result<Json<QuarantineCounts>, ApiError> {
    let (from, to) = checked_span(query.0.from, query.0.to)?;
    let counts = state.system.store().quarantine_counts(&who.scope, from, to).await?;
    let items = counts.into_iter().map(|(agent_id, fixes)| QuarantineCount { agent_id, fixes }).collect();
    Ok(Json(QuarantineCounts { items }))
}

/// Fixes kept but set aside, and those a person decided about, by event time.
#[utoipa::path(get, operation_id = "listQuarantine", path = "/api/v1/agents/{id}/quarantine", tag = "history", params(("id" = AgentId, Path), QuarantineQuery),
    responses((status = 200, body = Page<QuarantinedView>), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn list(
    state: Data<AppState>,
    who: Can<ReadQuarantine>,
    id: Path<AgentId>,
    query: Params<QuarantineQuery>,
) -> Result<Json<Page<QuarantinedView>>, ApiError> {
    let limit = checked_limit(query.0.limit, 100, 1_000)?;
    let (from, to) = checked_span(query.0.from, query.0.to)?;
    let agent = to_the_metre(&state, &who, *id)?;
    let after = query.0.after.as_deref().map(|after| named(after, "after", "the `next` of a page")).transpose()?;
    state.system.settle(*id).await?;
    let list = state.system.store().quarantine_list(agent, from, to).await?;
    let skews = skews(&list);
    let mut rest = list.into_iter().filter(|(key, _)| after.as_ref().is_none_or(|after| key > after)).peekable();
    let items: Vec<_> =
        rest.by_ref().take(limit).map(|((fix, device), listed)| QuarantinedView::of(&fix, &device, &listed, &skews)).collect();
    let next = rest.peek().and_then(|_| items.last()).map(|last| last.key.clone());
    Ok(Json(Page { items, next }))
}

/// Restores a fix to the track, confirms that it stays out, or takes an earlier decision back. The days from the fix on are derived
/// again before the answer.
#[utoipa::path(post, operation_id = "decideQuarantine", path = "/api/v1/agents/{id}/quarantine/decisions", tag = "history", params(("id" = AgentId, Path)), request_body = DecisionRequest,
    responses((status = 204), (status = 400, body = salessync_engine::wire::page::ErrorBody), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn decide(
    state: Data<AppState>,
    by: Can<UpdateQuarantine>,
    request: HttpRequest,
    id: Path<AgentId>,
    body: Body<DecisionRequest>,
) -> Result<HttpResponse, ApiError> {
    let DecisionRequest { key, decision, note } = body.0;
    let agent = to_the_metre(&state, &by, *id)?;
    let (fix, device) = named(&key, "key", "the `key` of a fix in quarantine")?;
    if note.chars().count() > NOTE_MAX {
        return Err(ApiError::field("note", format!("0..{NOTE_MAX} characters"), "is too long"));
    }
    let now = state.system.now();
    let at = fix.recorded_at();
    state.system.settle(*id).await?;
    let list = state.system.store().quarantine_list(agent, at, at.plus_ms(1)).await?;
    let listed = list.get(&(fix, device.clone()));
    let was = listed.and_then(|listed| match listed.reason {
        Reason::Suspicion(reason, evidence) => Some(Was { reason, evidence }),
        Reason::Receipt(_) | Reason::Decided => None,
    });
    if listed.is_none() && !state.system.store().is_in_track(agent, &fix, &device).await? {
        return Err(ApiError::field("key", "the `key` of a fix of this agent", "there is no such fix"));
    }
    if decision == DecisionKind::Restore && at > now.plus_s(AHEAD_MAX_S) {
        return Err(ApiError::field("key", "a fix that is not ahead of the clock", format!("{at} has not come yet")));
    }
    let what = json!({
        "recorded_at": at, "decision": decision, "was": was.map(|was| was.reason.as_str()),
        "earlier": listed.and_then(|listed| listed.decision).map(decided_name),
    });
    let decision = match decision {
        DecisionKind::Restore => Some(Decision::Vouched),
        DecisionKind::Exclude => Some(Decision::Excluded),
        DecisionKind::Clear => None,
    };
    let decided = FixDecision { device, fix, decision, was, by: by.author(), at: now, note };
    state.system.decide_fix(*id, decided).await.map_err(|error| match error {
        CommandError::Store(error) => ApiError::from(error),
        CommandError::Ask(error) => ApiError::from(error),
    })?;
    let of = Some(Object::new("agent", *id));
    state.audit.note(&request, actor_of(&request), ActKind::QuarantineDecided, of, None, Some(what)).await;
    Ok(HttpResponse::NoContent().finish())
}

/// Fixes, and the keys that name them, tell places to the metre.
fn to_the_metre<P: Permit>(state: &AppState, who: &Can<P>, agent: AgentId) -> Result<InScope<AgentId>, ApiError> {
    let seen = who.agent(state, agent)?;
    if who.is_precise(state, agent) { Ok(seen) } else { Err(ApiError::Forbidden) }
}

fn decided_name(decision: Decision) -> &'static str {
    match decision {
        Decision::Vouched => "restored",
        Decision::Excluded => "excluded",
    }
}

/// How far ahead each device's clock goes, in seconds, where it is always about the same: the median over its fixes that came from the
/// future, if there are three and nine in ten lie within a minute of it.
fn skews(list: &List) -> BTreeMap<Device, i64> {
    let mut ahead = BTreeMap::<Device, Vec<i64>>::new();
    for ((fix, device), listed) in list {
        if let (Reason::Receipt(Quarantine::TooFarAhead), Some(received_at)) = (listed.reason, listed.received_at) {
            ahead.entry(device.clone()).or_default().push(fix.recorded_at().since_ms(received_at) / 1000);
        }
    }
    let steady = ahead.into_iter().filter_map(|(device, mut seconds)| {
        seconds.sort_unstable();
        let median = seconds[seconds.len() / 2];
        let near = seconds.iter().filter(|s| (**s - median).abs() <= 60).count();
        (seconds.len() >= 3 && near * 10 >= seconds.len() * 9).then_some((device, median))
    });
    steady.collect()
}

/// A fix and its phone as lists and decisions name them.
pub(crate) fn key_of(fix: &Fix, device: &Device) -> String {
    cursor::encode(&(fix.to_raw(), device.as_str()))
}

fn named(key: &str, field: &'static str, limit: &'static str) -> Result<(Fix, Device), ApiError> {
    let bad = || ApiError::field(field, limit, "cannot be read");
    let (raw, device) = cursor::decode::<(RawFix, String)>(key).map_err(|_| bad())?;
    Ok((Fix::new(&raw).map_err(|_| bad())?, Device::new(&device).map_err(|_| bad())?))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CountQuery {
    /// First instant of event time, RFC 3339 or Unix milliseconds; by default the beginning.
    from: Option<String>,
    /// First instant after; by default the end.
    to: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct QuarantineQuery {
    /// First instant of event time, RFC 3339 or Unix milliseconds; by default the beginning.
    from: Option<String>,
    /// First instant after; by default the end.
    to: Option<String>,
    /// `next` of the page before.
    after: Option<String>,
    /// 1..1000, by default 100.
    limit: Option<i64>,
}

#[derive(Serialize, ToSchema)]
pub struct QuarantineCounts {
    pub items: Vec<QuarantineCount>,
}

/// How many fixes of an agent are set aside.
#[derive(Serialize, ToSchema)]
pub struct QuarantineCount {
    pub agent_id: AgentId,
    pub fixes: i64,
}

/// What a person decides about a fix.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionRequest {
    /// The fix's `key`.
    pub key: String,
    pub decision: DecisionKind,
    /// Why, up to 500 characters.
    #[serde(default)]
    pub note: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DecisionKind {
    /// It belongs to the track, whatever raised suspicion.
    Restore,
    /// It stays out, as if it had never come.
    Exclude,
    /// Back to what the rules say.
    Clear,
}

/// A fix set aside, or one that a person decided about.
#[derive(Serialize, ToSchema)]
#[schema(as = QuarantinedFix)]
pub struct QuarantinedView {
    /// Names the fix in a decision.
    pub key: String,
    #[serde(flatten)]
    pub fix: FixView,
    /// too_far_ahead, clock_skew, ancient, mock, derivation_failed, week_rollover, apple_epoch (found at receipt); null_island, poor_accuracy, jump,
    /// frozen (found from the fixes around it); decided (only a decision speaks of it).
    pub reason: String,
    /// What the suspicion rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
    /// When it arrived, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub received_at: Option<Timestamp>,
    /// With clock_skew: how far the phone's clock goes ahead, seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock_skew_s: Option<i64>,
    /// The next fix will confirm or refute it.
    pub unconfirmed: bool,
    /// restored or excluded, by a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<&'static str>,
}

impl QuarantinedView {
    fn of(fix: &Fix, device: &Device, listed: &Listed, skews: &BTreeMap<Device, i64>) -> Self {
        let skew_s = skews.get(device).copied().filter(|_| listed.reason == Reason::Receipt(Quarantine::TooFarAhead));
        let (reason, evidence) = match listed.reason {
            Reason::Receipt(Quarantine::TooFarAhead) if skew_s.is_some() => ("clock_skew".to_owned(), None),
            Reason::Receipt(reason) => (reason.as_str().to_owned(), None),
            Reason::Suspicion(reason, evidence) => (reason.as_str().to_owned(), Some(evidence)),
            Reason::Decided => ("decided".to_owned(), None),
        };
        Self {
            key: key_of(fix, device),
            fix: FixView::of(fix, device),
            reason,
            evidence,
            received_at: listed.received_at,
            clock_skew_s: skew_s,
            unconfirmed: listed.is_open,
            decision: listed.decision.map(decided_name),
        }
    }
}
