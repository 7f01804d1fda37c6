//! Timelines: trips, stops, gaps, fence passages, times above the limit, suspect fixes, days; and the feed of every change of them. All
//! from Postgres; nothing here asks a mailbox but the request to derive again.

use crate::audit::actor_of;
use crate::auth::permit::{Can, ReadSettings, ReadTracks, UpdateAgents, UpdateSettings, UpdateTracks};
use crate::cursor;
use crate::error::ApiError;
use crate::rest::input::{Body, Params};
use crate::rest::visits::parsed_date;
use crate::rest::{checked_limit, checked_span, shown};
use crate::state::AppState;
use actix_web::web::{self, Data, Json, Path};
use actix_web::{HttpRequest, HttpResponse};
use chrono::NaiveDate;
use salessync_actors::store::timeline_read::{DayQuery, ItemQuery};
use salessync_actors::store::track_settings::NewTrackRules;
use salessync_actors::walk_again::Reach;
use salessync_engine::access::{InScope, Scope};
use salessync_engine::audit::{ActKind, Object};
use salessync_engine::fence::FenceEvent;
use salessync_engine::track::feed::{DayRow, FeedEntry, ItemRow};
use salessync_engine::track::item::Body as ItemBody;
use salessync_engine::track::{Device, Kind, Profile, TrackRules};
use salessync_engine::wire::page::Page;
use salessync_engine::{AgentId, FenceId, ItemId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/agents/{id}/timeline", web::get().to(timeline))
        .route("/agents/{id}/trips", web::get().to(trips))
        .route("/agents/{id}/stops", web::get().to(stops))
        .route("/agents/{id}/fence-events", web::get().to(fence_events))
        .route("/agents/{id}/days", web::get().to(agent_days))
        .route("/agents/{id}/recompute", web::post().to(recompute))
        .route("/agents/{id}/motion-profile", web::put().to(set_profile))
        .route("/agents/{id}/primary-device", web::put().to(set_primary_device))
        .route("/days", web::get().to(days))
        .route("/changes", web::get().to(changes))
        .route("/settings/tracks", web::get().to(settings))
        .route("/settings/tracks", web::put().to(put_settings));
}

/// Everything on an agent's timeline that overlaps `[from, to)`, by start.
#[utoipa::path(get, operation_id = "agentTimeline", path = "/api/v1/agents/{id}/timeline", tag = "timeline", params(("id" = AgentId, Path), TimelineQuery),
    responses((status = 200, body = Page<ItemRow>), (status = 400, body = salessync_engine::wire::page::ErrorBody), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn timeline(
    state: Data<AppState>,
    who: Can<ReadTracks>,
    id: Path<AgentId>,
    query: Params<TimelineQuery>,
) -> Result<HttpResponse, ApiError> {
    let TimelineQuery { kind, from, to, after, limit } = query.0;
    let kinds = match kind.as_deref() {
        None | Some("") => Kind::ALL.to_vec(),
        Some(names) => {
            let kind = |name: &str| {
                let unknown = || ApiError::field("kind", Kind::NAMES, format!("{name:?} is not a kind of item"));
                name.trim().parse::<Kind>().map_err(|()| unknown())
            };
            names.split(',').map(kind).collect::<Result<_, _>>()?
        }
    };
    page_of_items(&state, &who, *id, kinds, ItemsQuery { from, to, after, limit }).await
}

/// An agent's trips that overlap `[from, to)`, by start.
#[utoipa::path(get, operation_id = "agentTrips", path = "/api/v1/agents/{id}/trips", tag = "timeline", params(("id" = AgentId, Path), ItemsQuery),
    responses((status = 200, body = Page<ItemRow>), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn trips(
    state: Data<AppState>,
    who: Can<ReadTracks>,
    id: Path<AgentId>,
    query: Params<ItemsQuery>,
) -> Result<HttpResponse, ApiError> {
    page_of_items(&state, &who, *id, vec![Kind::Trip], query.0).await
}

/// An agent's stops that overlap `[from, to)`, by start.
#[utoipa::path(get, operation_id = "agentStops", path = "/api/v1/agents/{id}/stops", tag = "timeline", params(("id" = AgentId, Path), ItemsQuery),
    responses((status = 200, body = Page<ItemRow>), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn stops(
    state: Data<AppState>,
    who: Can<ReadTracks>,
    id: Path<AgentId>,
    query: Params<ItemsQuery>,
) -> Result<HttpResponse, ApiError> {
    page_of_items(&state, &who, *id, vec![Kind::Stop], query.0).await
}

async fn page_of_items(
    state: &AppState,
    who: &Can<ReadTracks>,
    agent: AgentId,
    kinds: Vec<Kind>,
    query: ItemsQuery,
) -> Result<HttpResponse, ApiError> {
    let limit = checked_limit(query.limit, 500, 5_000)?;
    let (from, to) = checked_span(query.from, query.to)?;
    let seen = who.agent(state, agent)?;
    let after = query.after.as_deref().map(cursor::decode::<(Timestamp, ItemId)>).transpose()?;
    state.system.settle(agent).await?;
    let query = ItemQuery { agent: seen, kinds, fence: None, from, to, after, limit: limit as i64 + 1 };
    let mut items = state.system.store().items(query).await?;
    let next = (items.len() > limit).then(|| items.truncate(limit)).and_then(|()| items.last());
    let next = next.map(|last| cursor::encode(&(last.start_at, last.id)));
    Ok(shown(&Page { items, next }, who.is_precise(state, agent)))
}

/// An agent's fence events: enter, dwell, exit, cross, each with its evidence, of the passages that overlap `[from, to)`. A page holds
/// whole passages.
#[utoipa::path(get, operation_id = "agentFenceEvents", path = "/api/v1/agents/{id}/fence-events", tag = "timeline", params(("id" = AgentId, Path), FenceEventsQuery),
    responses((status = 200, body = Page<FenceEventView>), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn fence_events(
    state: Data<AppState>,
    who: Can<ReadTracks>,
    id: Path<AgentId>,
    query: Params<FenceEventsQuery>,
) -> Result<HttpResponse, ApiError> {
    let limit = checked_limit(query.0.limit, 500, 5_000)?;
    let (from, to) = checked_span(query.0.from, query.0.to)?;
    let agent = who.agent(&state, *id)?;
    let after = query.0.after.as_deref().map(cursor::decode::<(Timestamp, ItemId)>).transpose()?;
    let kinds = vec![Kind::FencePassage];
    state.system.settle(*id).await?;
    let query = ItemQuery { agent, kinds, fence: query.0.fence, from, to, after, limit: limit as i64 + 1 };
    let mut passages = state.system.store().items(query).await?;
    let next = (passages.len() > limit).then(|| passages.truncate(limit)).and_then(|()| passages.last());
    let next = next.map(|last| cursor::encode(&(last.start_at, last.id)));
    let mut items: Vec<_> = passages.into_iter().flat_map(FenceEventView::of).collect();
    items.sort_by_key(|event| event.event.at);
    Ok(shown(&Page { items, next }, who.is_precise(&state, *id)))
}

/// An agent's days, one for each of its phones, by date.
#[utoipa::path(get, operation_id = "agentDays", path = "/api/v1/agents/{id}/days", tag = "timeline", params(("id" = AgentId, Path), DaysQuery),
    responses((status = 200, body = Page<DayRow>), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn agent_days(
    state: Data<AppState>,
    who: Can<ReadTracks>,
    id: Path<AgentId>,
    query: Params<DaysQuery>,
) -> Result<Json<Page<DayRow>>, ApiError> {
    let agent = who.agent(&state, *id)?;
    page_of_days(&state, &who.scope, Some(agent), query.0).await
}

/// Everybody's days, by date, agent and phone.
#[utoipa::path(get, operation_id = "listDays", path = "/api/v1/days", tag = "timeline", params(DaysQuery),
    responses((status = 200, body = Page<DayRow>), (status = 400, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn days(state: Data<AppState>, who: Can<ReadTracks>, query: Params<DaysQuery>) -> Result<Json<Page<DayRow>>, ApiError> {
    page_of_days(&state, &who.scope, None, query.0).await
}

async fn page_of_days(
    state: &AppState,
    scope: &Scope,
    agent: Option<InScope<AgentId>>,
    query: DaysQuery,
) -> Result<Json<Page<DayRow>>, ApiError> {
    let limit = checked_limit(query.limit, 100, 1_000)?;
    let date = |name: &str, text: Option<String>, default: Timestamp| match text {
        None => Ok(default.to_utc().date_naive()),
        Some(text) => parsed_date(name, &text),
    };
    let from = date("from", query.from, Timestamp::MIN)?;
    let to = date("to", query.to, Timestamp::MAX)?;
    if from > to {
        return Err(ApiError::field("from", "at most `to`", "from is after to"));
    }
    let after = query.after.as_deref().map(cursor::decode::<(NaiveDate, AgentId, String)>).transpose()?;
    let only_primary = query.primary.unwrap_or(false);
    if let Some(agent) = agent {
        state.system.settle(agent.id()).await?;
    }
    let query = DayQuery { agent, scope: scope.clone(), only_primary, from, to, after, limit: limit as i64 + 1 };
    let mut items = state.system.store().days(query).await?;
    let next = (items.len() > limit).then(|| items.truncate(limit)).and_then(|()| items.last());
    let next = next.map(|last| cursor::encode(&(last.summary.date, last.agent_id, &last.device)));
    Ok(Json(Page { items, next }))
}

/// The change feed: every creation, amendment and withdrawal of an item, and every day that began, ended or was amended by late data, in
/// the order of commits. Keep the last `seq` you have applied and ask for what comes after it.
#[utoipa::path(get, operation_id = "listChanges", path = "/api/v1/changes", tag = "timeline", params(ChangesQuery),
    responses((status = 200, body = Changes), (status = 400, body = salessync_engine::wire::page::ErrorBody), (status = 410, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn changes(
    state: Data<AppState>,
    who: Can<ReadTracks>,
    query: Params<ChangesQuery>,
) -> Result<Json<Changes>, ApiError> {
    let limit = checked_limit(query.0.limit, 500, 5_000)?;
    let store = state.system.store();
    let after = match query.0.after {
        Some(after) if after < 0 => return Err(ApiError::field("after", "an integer from 0", format!("is {after}"))),
        Some(after) => after,
        None => 0,
    };
    let ends = store.feed_ends().await?;
    // From 0 means from whatever is still there.
    if after > 0 && ends.is_some_and(|(oldest, _)| after + 1 < oldest) {
        return Err(ApiError::Gone {
            code: "feed_gone",
            message: "changes right after this one are no longer kept: read days and timelines anew, then follow from `newest`",
        });
    }
    let (mut items, last) = store.changes_after(&who.scope, after, limit as i64).await?;
    for entry in &mut items {
        if !who.is_precise(&state, entry.agent_id) {
            entry.coarsen();
        }
    }
    Ok(Json(Changes { items, last, newest: ends.map_or(0, |(_, newest)| newest) }))
}

/// Derives an agent's days again from an instant on, by the settings and fences in force at each event time.
#[utoipa::path(post, operation_id = "recomputeAgent", path = "/api/v1/agents/{id}/recompute", tag = "timeline", params(("id" = AgentId, Path)), request_body = RecomputeRequest,
    responses((status = 204), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn recompute(
    state: Data<AppState>,
    who: Can<UpdateAgents>,
    request: HttpRequest,
    id: Path<AgentId>,
    body: Body<RecomputeRequest>,
) -> Result<HttpResponse, ApiError> {
    who.agent(&state, *id)?;
    state.system.walk_again(*id, None, body.0.from, Reach::ToTheEnd).await?;
    note(&state, &request, ActKind::Recompute, Object::new("agent", *id), (None, Some(json!({"from": body.0.from})))).await;
    Ok(HttpResponse::NoContent().finish())
}

/// Says how an agent moves: by vehicle, or on foot between shops that are near each other.
#[utoipa::path(put, operation_id = "setMotionProfile", path = "/api/v1/agents/{id}/motion-profile", tag = "timeline", params(("id" = AgentId, Path)), request_body = ProfileRequest,
    responses((status = 204), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn set_profile(
    state: Data<AppState>,
    who: Can<UpdateAgents>,
    request: HttpRequest,
    id: Path<AgentId>,
    body: Body<ProfileRequest>,
) -> Result<HttpResponse, ApiError> {
    who.agent(&state, *id)?;
    let from = body.0.valid_from.unwrap_or_else(|| state.system.now());
    state.system.set_profile(*id, from, body.0.profile).await?;
    let what = json!({"profile": body.0.profile, "valid_from": from});
    note(&state, &request, ActKind::AgentChanged, Object::new("agent", *id), (None, Some(what))).await;
    Ok(HttpResponse::NoContent().finish())
}

/// Says which of an agent's phones counts on days with several; null: the one with most fixes.
#[utoipa::path(put, operation_id = "setPrimaryDevice", path = "/api/v1/agents/{id}/primary-device", tag = "timeline", params(("id" = AgentId, Path)), request_body = PrimaryDeviceRequest,
    responses((status = 204), (status = 400, body = salessync_engine::wire::page::ErrorBody), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn set_primary_device(
    state: Data<AppState>,
    who: Can<UpdateTracks>,
    request: HttpRequest,
    id: Path<AgentId>,
    body: Body<PrimaryDeviceRequest>,
) -> Result<HttpResponse, ApiError> {
    let agent = who.agent(&state, *id)?;
    let device = body.0.device.map(|name| Device::new(&name)).transpose();
    let device = device.map_err(|flaw| ApiError::field("device", Device::LIMIT, flaw.to_string()))?;
    let what = json!({"has_primary_device": device.is_some()});
    state.system.store().set_primary_device(agent, device).await?;
    note(&state, &request, ActKind::AgentChanged, Object::new("agent", *id), (None, Some(what))).await;
    Ok(HttpResponse::NoContent().finish())
}

/// The settings for tracks: what is in force now, and every version.
#[utoipa::path(get, operation_id = "readTrackSettings", path = "/api/v1/settings/tracks", tag = "settings",
    responses((status = 200, body = TrackSettings)))]
pub async fn settings(state: Data<AppState>, who: Can<ReadSettings>) -> Result<Json<TrackSettings>, ApiError> {
    let versions = state.system.store().track_rule_versions(who.whole()?).await?;
    let now = state.system.now();
    let current = versions.iter().rev().find(|version| version.valid_from <= now).map(|version| version.rules);
    let versions = versions
        .into_iter()
        .map(|v| TrackSettingsVersion { valid_from: v.valid_from, rules: v.rules, created_at: v.created_at })
        .collect();
    Ok(Json(TrackSettings {
        time_zone: state.system.settings().organisation.time_zone.clone(),
        current: current.unwrap_or_default(),
        versions,
    }))
}

/// Puts a version of the settings for tracks into force, for event times from `valid_from` on. What is derived already stays until it is
/// recomputed.
#[utoipa::path(put, operation_id = "putTrackSettings", path = "/api/v1/settings/tracks", tag = "settings", request_body = TrackSettingsRequest,
    responses((status = 204), (status = 400, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn put_settings(
    state: Data<AppState>,
    by: Can<UpdateSettings>,
    request: HttpRequest,
    body: Body<TrackSettingsRequest>,
) -> Result<HttpResponse, ApiError> {
    let rules = body
        .0
        .rules
        .check()
        .map_err(|flaw| ApiError::field(format!("rules.{}", flaw.field), flaw.limit.clone(), flaw.to_string()))?;
    let now = state.system.now();
    let valid_from = body.0.valid_from.unwrap_or(now);
    let versions = state.system.store().track_rule_versions(by.whole()?).await?;
    let before = versions.iter().rev().find(|version| version.valid_from <= valid_from).map(|version| json!(version.rules));
    let after = json!({"valid_from": valid_from, "rules": rules});
    state.system.set_track_rules(NewTrackRules { valid_from, rules, by: by.author(), at: now }).await?;
    note(&state, &request, ActKind::SettingsChanged, Object::new("settings", "tracks"), (before, Some(after))).await;
    Ok(HttpResponse::NoContent().finish())
}

async fn note(
    state: &AppState,
    request: &HttpRequest,
    kind: ActKind,
    object: Object,
    (before, after): (Option<Value>, Option<Value>),
) {
    state.audit.note(request, actor_of(request), kind, Some(object), before, after).await;
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TimelineQuery {
    /// Kinds, separated by commas: trip, stop, gap, fence_passage, overspeed, suspect; by default all.
    kind: Option<String>,
    /// First instant, RFC 3339 or Unix milliseconds; by default the beginning.
    from: Option<String>,
    /// First instant after; by default the end.
    to: Option<String>,
    /// `next` of the page before.
    after: Option<String>,
    /// 1..5000, by default 500.
    limit: Option<i64>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ItemsQuery {
    /// First instant, RFC 3339 or Unix milliseconds; by default the beginning.
    from: Option<String>,
    /// First instant after; by default the end.
    to: Option<String>,
    /// `next` of the page before.
    after: Option<String>,
    /// 1..5000, by default 500.
    limit: Option<i64>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FenceEventsQuery {
    /// Only this fence.
    fence: Option<FenceId>,
    /// First instant, RFC 3339 or Unix milliseconds; by default the beginning.
    from: Option<String>,
    /// First instant after; by default the end.
    to: Option<String>,
    /// `next` of the page before.
    after: Option<String>,
    /// Passages: 1..5000, by default 500.
    limit: Option<i64>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DaysQuery {
    /// First civil date, YYYY-MM-DD; by default the beginning.
    from: Option<String>,
    /// Last civil date; by default the end.
    to: Option<String>,
    /// true: of several phones of an agent on one day only the one that counts.
    primary: Option<bool>,
    /// `next` of the page before.
    after: Option<String>,
    /// 1..1000, by default 100.
    limit: Option<i64>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ChangesQuery {
    /// The `seq` you have applied last; 0: from the oldest that is kept.
    after: Option<i64>,
    /// 1..5000, by default 500.
    limit: Option<i64>,
}

/// Changes in the order of the feed.
#[derive(Serialize, ToSchema)]
pub struct Changes {
    pub items: Vec<FeedEntry>,
    /// Ask for what comes after this next.
    pub last: i64,
    /// The newest change there is.
    pub newest: i64,
}

/// A fence event of an agent.
#[derive(Serialize, ToSchema)]
#[schema(as = AgentFenceEvent)]
pub struct FenceEventView {
    /// The passage it belongs to, an item of the timeline.
    pub passage_id: ItemId,
    pub agent_id: AgentId,
    pub device: String,
    /// Of the passage: counts up with each amendment.
    pub revision: i64,
    #[serde(flatten)]
    pub event: FenceEvent,
}

impl FenceEventView {
    fn of(row: ItemRow) -> Vec<Self> {
        let ItemBody::FencePassage { passage } = &row.body else { return Vec::new() };
        let view = |event| Self {
            passage_id: row.id,
            agent_id: row.agent_id,
            device: row.device.clone(),
            revision: row.revision,
            event,
        };
        passage.events().into_iter().map(view).collect()
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecomputeRequest {
    /// From the beginning of this instant's day on.
    pub from: Timestamp,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileRequest {
    pub profile: Profile,
    /// From when on; by default from now.
    pub valid_from: Option<Timestamp>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PrimaryDeviceRequest {
    /// The phone's name as it stands beside its fixes.
    pub device: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TrackSettingsRequest {
    /// From when on; by default from now.
    pub valid_from: Option<Timestamp>,
    /// What is left out has its default.
    pub rules: TrackRules,
}

#[derive(Serialize, ToSchema)]
pub struct TrackSettings {
    /// IANA zone whose civil dates bound the days: `organisation.time_zone` of the configuration.
    #[schema(example = "Europe/Berlin")]
    pub time_zone: String,
    pub current: TrackRules,
    /// Oldest first.
    pub versions: Vec<TrackSettingsVersion>,
}

#[derive(Serialize, ToSchema)]
pub struct TrackSettingsVersion {
    pub valid_from: Timestamp,
    pub rules: TrackRules,
    pub created_at: Timestamp,
}
