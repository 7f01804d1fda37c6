//! History of everybody: where all agents were at an instant, and who was in a place between two. Answered from Postgres.
//!
//! Not here: what lies in a place, and for how long, which the engine decides (`geo::zone`, `track::presence`). A page looks at agents
//! in order of their ids until it is full or has looked at so many fixes; `next` goes on from there.

use crate::auth::permit::{Can, ReadTracks, see};
use crate::cursor;
use crate::error::ApiError;
use crate::rest::agents::FixView;
use crate::rest::input::{Body, Params};
use crate::rest::territories::checked_area;
use crate::rest::{checked_gap, checked_limit, checked_number, checked_point, checked_territory, checked_time};
use crate::state::AppState;
use actix_web::web::{self, Data, Json};
use futures_util::stream::{self, StreamExt};
use salessync_actors::store::Store;
use salessync_actors::store::history::{Around, Of, Span, Tail};
use salessync_engine::access::InScope;
use salessync_engine::geo::distance::between;
use salessync_engine::geo::zone::Zone;
use salessync_engine::geo::{Bounds, Metres};
use salessync_engine::sight::{coarse, coarse_fix};
use salessync_engine::track::presence::{Presence, Question, Stay};
use salessync_engine::wire::page::Page;
use salessync_engine::{AgentId, Point, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

/// Agents whose whereabouts are read with one statement, at least: many of them may have none.
const AGENTS_AT_ONCE_MIN: usize = 1_000;
/// Agents looked at side by side for one answer.
const SEARCHES_AT_ONCE: usize = 4;
/// Fixes looked at for one page: ten agents' month at one every ten seconds. Bounds how long a page takes.
const FIXES_PER_PAGE: usize = 2_500_000;
const RADIUS_MAX_M: f64 = 50_000.0;
const SPAN_MAX_DAYS: i64 = 31;
const LINE_POINTS_MAX: usize = 1_000;

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/positions/at", web::get().to(positions_at))
        .route("/history/near", web::get().to(near))
        .route("/history/corridor", web::post().to(corridor))
        .route("/history/area", web::post().to(area));
}

/// Where everybody was at an instant: for each agent the last fix at or before it, by agent id.
///
/// Agents without a fix within `max_age_s` before it are left out. With `interpolate`, the place is the one on the straight way to the
/// next fix of the same device, linear in time, where that is no more than `gap_s` after the last. `territory` is the one an agent is
/// assigned to now.
#[utoipa::path(get, operation_id = "positionsAt", path = "/api/v1/positions/at", tag = "history", params(AtQuery),
    responses((status = 200, body = Page<Whereabouts>), (status = 400, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn positions_at(
    state: Data<AppState>,
    who: Can<ReadTracks>,
    query: Params<AtQuery>,
) -> Result<Json<Page<Whereabouts>>, ApiError> {
    let query = query.0;
    let at = checked_time("time", &query.time)?;
    let max_age_s = checked_number("max_age_s", query.max_age_s.unwrap_or(3_600.0), 0, 86_400)?;
    let gap_ms = checked_gap(query.gap_s)?;
    let limit = checked_limit(query.limit, 1_000, 10_000)?;
    let of = checked_territory(query.territory.as_deref())?.map_or(Of::Everybody, Of::Territory);
    let mut after = query.after.as_deref().map(cursor::decode::<AgentId>).transpose()?;
    let until = if query.interpolate.unwrap_or(false) { at.plus_ms(gap_ms) } else { at };
    let store = state.system.store();
    let mut items: Vec<Whereabouts> = Vec::new();
    while items.len() <= limit {
        let agents = store.agents_in(&who.scope, of, after, AGENTS_AT_ONCE_MIN.max(limit + 1) as i64).await?;
        let Some(last) = agents.last() else { break };
        after = Some(last.id());
        let around = store.around(agents, at.plus_s(-max_age_s), at, until).await?;
        items.extend(around.iter().map(|around| Whereabouts::of(around, at, gap_ms, who.is_precise(&state, around.agent))));
    }
    let next = (items.len() > limit).then(|| items.truncate(limit)).and_then(|()| items.last());
    let next = next.map(|last| cursor::encode(&last.agent));
    Ok(Json(Page { items, next }))
}

/// Who was within `radius_m` metres of a point between two instants, by agent id.
///
/// The way between two fixes of one device counts as straight where they are no more than `gap_s` apart.
#[utoipa::path(get, operation_id = "historyNear", path = "/api/v1/history/near", tag = "history", params(NearQuery),
    responses((status = 200, body = Page<Visitor>), (status = 400, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn near(
    state: Data<AppState>,
    who: Can<ReadTracks>,
    query: Params<NearQuery>,
) -> Result<Json<Page<Visitor>>, ApiError> {
    let query = query.0;
    let centre = checked_point(query.lat, query.lon)?;
    let zone = Zone::near(centre, checked_radius(query.radius_m)?);
    let (from, to) = (checked_time("from", &query.from)?, checked_time("to", &query.to)?);
    let when = When { from, to, gap_s: query.gap_s, after: query.after, limit: query.limit };
    search(&state, &who, zone, when).await
}

/// Who was within `radius_m` metres of a line between two instants, by agent id. Ways between fixes count as in `near`.
#[utoipa::path(post, operation_id = "historyCorridor", path = "/api/v1/history/corridor", tag = "history", request_body = CorridorSearch,
    responses((status = 200, body = Page<Visitor>), (status = 400, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn corridor(
    state: Data<AppState>,
    who: Can<ReadTracks>,
    body: Body<CorridorSearch>,
) -> Result<Json<Page<Visitor>>, ApiError> {
    let body = body.0;
    let line = checked_line(&body.line)?;
    let zone = Zone::corridor(&line, checked_radius(body.radius_m)?);
    let (from, to) = (checked_json_time("from", &body.from)?, checked_json_time("to", &body.to)?);
    let when = When { from, to, gap_s: body.gap_s, after: body.after, limit: body.limit };
    search(&state, &who, zone, when).await
}

/// Who was in a polygon or a box between two instants, by agent id; edges count as inside. Ways between fixes count as in `near`.
#[utoipa::path(post, operation_id = "historyArea", path = "/api/v1/history/area", tag = "history", request_body = AreaSearch,
    responses((status = 200, body = Page<Visitor>), (status = 400, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn area(state: Data<AppState>, who: Can<ReadTracks>, body: Body<AreaSearch>) -> Result<Json<Page<Visitor>>, ApiError> {
    let body = body.0;
    let zone = match (body.area, body.bbox) {
        (Some(area), None) => Zone::area(checked_area(area).await?),
        (None, Some([west, south, east, north])) => {
            let bounds = Bounds { south, west, north, east }.check();
            let limit = "[west, south, east, north] in degrees, south at most north";
            Zone::bounds_only(bounds.map_err(|flaw| ApiError::field("bbox", limit, flaw.to_string()))?)
        }
        (Some(_), Some(_)) => return Err(ApiError::field("bbox", "not together with area", "area and bbox exclude each other")),
        (None, None) => return Err(ApiError::field("area", "a GeoJSON polygon, or bbox instead", "is missing")),
    };
    let (from, to) = (checked_json_time("from", &body.from)?, checked_json_time("to", &body.to)?);
    let when = When { from, to, gap_s: body.gap_s, after: body.after, limit: body.limit };
    search(&state, &who, zone, when).await
}

/// What all three searches are told besides the place.
struct When {
    from: Timestamp,
    to: Timestamp,
    gap_s: Option<f64>,
    after: Option<String>,
    limit: Option<i64>,
}

/// Searches the tracks of those whose places the asker may see to the metre: where others were must not be found out by asking for smaller
/// and smaller places.
async fn search(state: &AppState, who: &Can<ReadTracks>, zone: Zone, when: When) -> Result<Json<Page<Visitor>>, ApiError> {
    let precise = who.precise().ok_or(ApiError::Forbidden)?;
    let When { from, to, .. } = when;
    if from > to {
        return Err(ApiError::field("from", "at most `to`", "from is after to"));
    }
    if to.since_ms(from) > SPAN_MAX_DAYS * 86_400_000 {
        let limit = format!("at most {SPAN_MAX_DAYS} days after `from`");
        return Err(ApiError::field("to", limit, format!("is more than {SPAN_MAX_DAYS} days after from")));
    }
    let gap_ms = checked_gap(when.gap_s)?;
    let limit = checked_limit(when.limit, 100, 1_000)?;
    let after = when.after.as_deref().map(cursor::decode::<AgentId>).transpose()?;
    // A way may begin before the time asked about, and end after it.
    let span = Span { from: from.plus_ms(-gap_ms), to: to.plus_ms(gap_ms + 1) };
    let bounds = *zone.bounds();
    let (candidates, tail) = state.system.store().visitors(&who.scope, bounds, span, after).await?;
    let candidates: Vec<_> = candidates.into_iter().filter(|agent| see(state, &precise, agent.id()).is_ok()).collect();
    let search =
        Arc::new(Search { store: state.system.store().clone(), question: Question { zone, from, to, gap_ms }, span, tail });

    let mut looked_at = 0;
    let mut items = Vec::new();
    let mut next = None;
    let last = candidates.last().copied();
    let mut found = stream::iter(candidates).map(|agent| look(Arc::clone(&search), agent)).buffered(SEARCHES_AT_ONCE);
    while let Some(looked) = found.next().await {
        let Looked { agent, fixes, stay } = looked?;
        looked_at += fixes;
        items.extend(stay.map(|stay| Visitor::of(agent.id(), &stay)));
        if items.len() == limit || looked_at >= FIXES_PER_PAGE {
            next = (last != Some(agent)).then(|| cursor::encode(&agent.id()));
            break;
        }
    }
    Ok(Json(Page { items, next }))
}

struct Search {
    store: Store,
    question: Question,
    span: Span,
    tail: Tail,
}

struct Looked {
    agent: InScope<AgentId>,
    fixes: usize,
    stay: Option<Stay>,
}

/// Looks at one agent, a stretch at a time.
async fn look(search: Arc<Search>, agent: InScope<AgentId>) -> Result<Looked, ApiError> {
    let Search { store, question, span, tail } = &*search;
    let stretches = store.stretches(agent, *question.zone.bounds(), *span, question.gap_ms, tail).await?;
    let (mut presence, mut looked_at) = (Presence::default(), 0);
    for stretch in stretches {
        if !stretch.follows {
            presence.break_off();
        }
        let fixes = store.stretch(stretch).await?;
        looked_at += fixes.len();
        let search = Arc::clone(&search);
        let observed = web::block(move || {
            presence.observe(&search.question, &fixes);
            presence
        });
        presence = observed.await.map_err(|_| ApiError::Unavailable)?;
    }
    Ok(Looked { agent, fixes: looked_at, stay: presence.stay() })
}

fn checked_radius(radius_m: f64) -> Result<Metres, ApiError> {
    if radius_m > 0.0 && radius_m <= RADIUS_MAX_M {
        return Ok(Metres(radius_m));
    }
    let message = format!("is {radius_m}, must be more than 0 and at most {RADIUS_MAX_M}");
    Err(ApiError::field("radius_m", format!("0 < x <= {RADIUS_MAX_M}"), message))
}

/// A time of a JSON body: text or a number.
fn checked_json_time(name: &str, value: &Value) -> Result<Timestamp, ApiError> {
    match value {
        Value::String(text) => checked_time(name, text),
        other => checked_time(name, &other.to_string()),
    }
}

/// A GeoJSON LineString; altitudes are dropped.
fn checked_line(line: &Value) -> Result<Vec<Point>, ApiError> {
    let limit = format!("a GeoJSON LineString of 2..{LINE_POINTS_MAX} positions");
    let flaw = |field: String, message: String| ApiError::field(field, limit.clone(), message);
    if line["type"] != "LineString" {
        return Err(flaw("line.type".to_owned(), "must be LineString".to_owned()));
    }
    let positions = line["coordinates"].as_array();
    let positions = positions.ok_or_else(|| flaw("line.coordinates".to_owned(), "must be a list of positions".to_owned()))?;
    if !(2..=LINE_POINTS_MAX).contains(&positions.len()) {
        return Err(flaw("line.coordinates".to_owned(), format!("has {} positions", positions.len())));
    }
    let point = |(at, position): (usize, &Value)| {
        let field = || format!("line.coordinates[{at}]");
        let numbers = position.as_array().filter(|numbers| (2..=3).contains(&numbers.len()));
        let number = |index: usize| numbers.and_then(|numbers| numbers[index].as_f64());
        match (number(0), number(1)) {
            (Some(lon), Some(lat)) => {
                Point::new(lat, lon).map_err(|off| ApiError::field(field(), "[lon, lat] in degrees", off.to_string()))
            }
            _ => Err(ApiError::field(field(), "[lon, lat] in degrees", "must be [lon, lat]")),
        }
    };
    positions.iter().enumerate().map(point).collect()
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AtQuery {
    /// The instant, RFC 3339 or Unix milliseconds.
    time: String,
    /// Leave out whose last fix was older then, 0..86400 seconds, by default 3600.
    #[param(value_type = Option<u32>)]
    max_age_s: Option<f64>,
    /// Between two fixes give the place on the way; by default false.
    interpolate: Option<bool>,
    /// With `interpolate`: longest time between the two fixes, 1..86400 seconds, by default 3600.
    #[param(value_type = Option<u32>)]
    gap_s: Option<f64>,
    /// Id of a territory, or `none`; by default all.
    territory: Option<String>,
    /// `next` of the page before.
    after: Option<String>,
    /// 1..10000, by default 1000.
    limit: Option<i64>,
}

/// Where an agent was.
#[derive(Serialize, ToSchema)]
pub struct Whereabouts {
    pub agent: AgentId,
    pub lat: f64,
    pub lon: f64,
    /// Whether the place lies on the way between two fixes, instead of being that of the last.
    pub interpolated: bool,
    /// Seconds from the last fix to the instant asked about.
    pub age_s: f64,
    /// The last fix at or before the instant.
    pub fix: FixView,
}

impl Whereabouts {
    fn of(around: &Around, at: Timestamp, gap_ms: i64, is_precise: bool) -> Self {
        let before = &around.before.fix;
        let age_ms = at.since_ms(before.recorded_at());
        let apart_ms = around.after.map(|after| after.recorded_at().since_ms(before.recorded_at()));
        let way = around.after.zip(apart_ms).filter(|(_, apart_ms)| age_ms > 0 && *apart_ms <= gap_ms);
        let place = way
            .map_or(before.point(), |(after, apart_ms)| between(before.point(), after.point(), age_ms as f64 / apart_ms as f64));
        let (place, shown) = if is_precise { (place, *before) } else { (coarse(place), coarse_fix(before)) };
        Self {
            agent: around.agent,
            lat: place.lat(),
            lon: place.lon(),
            interpolated: way.is_some(),
            age_s: age_ms as f64 / 1000.0,
            fix: FixView::of(&shown, &around.before.device),
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NearQuery {
    /// Degrees, -90..90.
    lat: f64,
    /// Degrees, -180..180.
    lon: f64,
    /// Metres, more than 0, at most 50000.
    radius_m: f64,
    /// First instant, RFC 3339 or Unix milliseconds.
    from: String,
    /// First instant after, at most 31 days later.
    to: String,
    /// Longest time between two fixes that belong together, 1..86400 seconds, by default 3600.
    #[param(value_type = Option<u32>)]
    gap_s: Option<f64>,
    /// `next` of the page before.
    after: Option<String>,
    /// 1..1000, by default 100. A page may hold fewer and still have a `next`.
    limit: Option<i64>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CorridorSearch {
    /// GeoJSON LineString of 2..1000 positions.
    #[schema(value_type = Object)]
    pub line: Value,
    /// Metres, more than 0, at most 50000.
    pub radius_m: f64,
    /// First instant, RFC 3339 or Unix milliseconds.
    #[schema(value_type = String)]
    pub from: Value,
    /// First instant after, at most 31 days later.
    #[schema(value_type = String)]
    pub to: Value,
    /// Longest time between two fixes that belong together, 1..86400 seconds, by default 3600.
    #[schema(value_type = Option<u32>)]
    pub gap_s: Option<f64>,
    /// `next` of the page before.
    pub after: Option<String>,
    /// 1..1000, by default 100.
    pub limit: Option<i64>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AreaSearch {
    /// GeoJSON Polygon or MultiPolygon; or else `bbox`.
    #[schema(value_type = Option<Object>)]
    pub area: Option<Value>,
    /// `[west, south, east, north]` in degrees; `west` > `east` crosses the antimeridian.
    pub bbox: Option<[f64; 4]>,
    /// First instant, RFC 3339 or Unix milliseconds.
    #[schema(value_type = String)]
    pub from: Value,
    /// First instant after, at most 31 days later.
    #[schema(value_type = String)]
    pub to: Value,
    /// Longest time between two fixes that belong together, 1..86400 seconds, by default 3600.
    #[schema(value_type = Option<u32>)]
    pub gap_s: Option<f64>,
    /// `next` of the page before.
    pub after: Option<String>,
    /// 1..1000, by default 100.
    pub limit: Option<i64>,
}

/// Somebody who was there.
#[derive(Serialize, ToSchema)]
pub struct Visitor {
    pub agent: AgentId,
    /// First and last instant inside, within the time asked about.
    pub first_at: Timestamp,
    pub last_at: Timestamp,
    /// How near it came to the point or line, metres; 0 in an area.
    pub nearest_m: f64,
    /// Fixes inside: none where it passed between two.
    pub fixes: u64,
    /// Seconds inside, on fixes and on the ways between them.
    pub inside_s: f64,
}

impl Visitor {
    fn of(agent: AgentId, stay: &Stay) -> Self {
        let Stay { first_at, last_at, nearest, fixes, inside_ms } = *stay;
        let nearest_m = (nearest.0 * 100.0).round() / 100.0;
        Self { agent, first_at, last_at, nearest_m, fixes, inside_s: inside_ms as f64 / 1000.0 }
    }
}
