//! Live positions of all agents: latest, nearest, within. Answered from memory by the stations.

use crate::auth::permit::{Can, ReadPositions};
use crate::cursor;
use crate::error::ApiError;
use crate::rest::input::{Body, Params};
use crate::rest::territories::checked_area;
use crate::rest::{checked_limit, checked_point, checked_territory};
use crate::state::AppState;
use actix_web::HttpResponse;
use actix_web::web::{self, Data};
use salessync_actors::station::{Marker, Nearest, Positions, Seen, Within};
use salessync_actors::territory::TopicId;
use salessync_engine::AgentId;
use salessync_engine::geo::{Bounds, Metres};
use salessync_engine::live::{Status, write_row};
use salessync_engine::sight::coarse_fix;
use salessync_engine::wire::live::Row;
use salessync_engine::wire::page::Page;
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

/// Agents in one answer to `within`; more are cut off and `truncated` says so.
const WITHIN_MAX: usize = 10_000;

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/positions", web::get().to(list))
        .route("/positions/nearest", web::get().to(nearest))
        .route("/positions/within", web::get().to(within_bounds))
        .route("/positions/within", web::post().to(within_area));
}

/// Latest positions by agent id, a page at a time.
#[utoipa::path(get, operation_id = "listPositions", path = "/api/v1/positions", tag = "live", params(PositionsQuery),
    responses((status = 200, body = Page<Row>), (status = 401, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn list(
    state: Data<AppState>,
    who: Can<ReadPositions>,
    query: Params<PositionsQuery>,
) -> Result<HttpResponse, ApiError> {
    let limit = checked_limit(query.0.limit, 1_000, 10_000)?;
    let topic = checked_territory(query.0.territory.as_deref())?.map(TopicId::Territory);
    let after = query.0.after.as_deref().map(cursor::decode::<AgentId>).transpose()?;
    let mut found =
        state.system.positions(Positions { seen: Seen::all(who.scope.clone()), topic, after, limit: limit + 1 }).await?;
    let next = (found.len() > limit).then(|| found.truncate(limit)).and_then(|()| found.last());
    let tail = match next {
        Some(last) => format!(r#"],"next":"{}"}}"#, cursor::encode(&last.agent)),
        None => r#"],"next":null}"#.to_owned(),
    };
    let precise = who.precise();
    for marker in &mut found {
        let TopicId::Territory(territory) = marker.topic;
        if !precise.as_ref().is_some_and(|scope| scope.covers(marker.agent, territory)) {
            marker.fix = coarse_fix(&marker.fix);
        }
    }
    Ok(rows(&state, &found, &tail))
}

/// The agents nearest to a point, nearest first, of those whose place the asker may see to the metre.
#[utoipa::path(get, operation_id = "nearestAgents", path = "/api/v1/positions/nearest", tag = "live", params(NearestQuery),
    responses((status = 200, body = NearestAgents), (status = 400, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn nearest(
    state: Data<AppState>,
    who: Can<ReadPositions>,
    query: Params<NearestQuery>,
) -> Result<HttpResponse, ApiError> {
    let from = checked_point(query.0.lat, query.0.lon)?;
    let k = query.0.k.unwrap_or(10);
    if !(1..=100).contains(&k) {
        return Err(ApiError::field("k", "1..100", format!("is {k}, must be 1..100")));
    }
    let max = match query.0.max_distance_m {
        None => None,
        Some(metres) if metres.is_finite() && metres >= 0.0 => Some(Metres(metres)),
        Some(_) => return Err(ApiError::field("max_distance_m", "0 or more", "is not a distance")),
    };
    let found = state.system.nearest(Nearest { seen: to_the_metre(&who)?, from, k: k as usize, max }).await?;
    let now = state.system.now();
    let mut out = Vec::with_capacity(32 + found.len() * 200);
    out.extend_from_slice(br#"{"items":["#);
    for (index, found) in found.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        let marker = &found.marker;
        let duty = state.system.duty_now(marker.agent).state;
        write_row(&mut out, marker.agent, &marker.fix, Status::of(&marker.fix, now), duty);
        out.pop(); // the closing brace comes after the distance
        let _ = write!(out, r#","distance_m":{:.2}}}"#, found.distance.0);
    }
    out.extend_from_slice(b"]}");
    Ok(json(out))
}

/// Agents in a bounding box, of those whose place the asker may see to the metre.
#[utoipa::path(get, operation_id = "agentsWithinBounds", path = "/api/v1/positions/within", tag = "live", params(WithinQuery),
    responses((status = 200, body = AgentsWithin), (status = 400, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn within_bounds(
    state: Data<AppState>,
    who: Can<ReadPositions>,
    query: Params<WithinQuery>,
) -> Result<HttpResponse, ApiError> {
    within(&state, &who, checked_bbox(&query.0.bbox)?, None).await
}

/// Agents in a polygon, of those whose place the asker may see to the metre; its edge counts as inside.
#[utoipa::path(post, operation_id = "agentsWithinArea", path = "/api/v1/positions/within", tag = "live", request_body = WithinArea,
    responses((status = 200, body = AgentsWithin), (status = 400, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn within_area(
    state: Data<AppState>,
    who: Can<ReadPositions>,
    body: Body<WithinArea>,
) -> Result<HttpResponse, ApiError> {
    let area = checked_area(body.0.area).await?;
    within(&state, &who, area.bounds(), Some(Arc::new(area))).await
}

/// Reads `west,south,east,north`.
pub(crate) fn checked_bbox(bbox: &str) -> Result<Bounds, ApiError> {
    let flaw = |message: String| ApiError::field("bbox", "west,south,east,north in degrees", message);
    let edges: Vec<f64> = bbox
        .split(',')
        .map(|edge| edge.trim().parse().map_err(|_| flaw(format!("{edge:?} is not a number"))))
        .collect::<Result<_, _>>()?;
    let &[west, south, east, north] = edges.as_slice() else {
        return Err(flaw(format!("has {} numbers, must have 4", edges.len())));
    };
    Bounds { south, west, north, east }.check().map_err(|edge| flaw(edge.to_string()))
}

/// Whom a question about a place is about: where others are must not be found out by asking for smaller and smaller places.
fn to_the_metre(who: &Can<ReadPositions>) -> Result<Seen, ApiError> {
    Ok(Seen::both(who.scope.clone(), who.precise().ok_or(ApiError::Forbidden)?))
}

async fn within(
    state: &AppState,
    who: &Can<ReadPositions>,
    bounds: Bounds,
    area: Option<Arc<salessync_engine::geo::shape::Area>>,
) -> Result<HttpResponse, ApiError> {
    let mut found = state.system.within(Within { seen: to_the_metre(who)?, bounds, area, limit: WITHIN_MAX + 1 }).await?;
    let truncated = found.len() > WITHIN_MAX;
    found.truncate(WITHIN_MAX);
    Ok(rows(state, &found, &format!(r#"],"truncated":{truncated}}}"#)))
}

fn rows(state: &AppState, markers: &[Marker], tail: &str) -> HttpResponse {
    let now = state.system.now();
    let mut out = Vec::with_capacity(32 + markers.len() * 180);
    out.extend_from_slice(br#"{"items":["#);
    for (index, marker) in markers.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        let duty = state.system.duty_now(marker.agent).state;
        write_row(&mut out, marker.agent, &marker.fix, Status::of(&marker.fix, now), duty);
    }
    out.extend_from_slice(tail.as_bytes());
    json(out)
}

fn json(body: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(body)
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PositionsQuery {
    /// Id of a territory, or `none`; by default all.
    territory: Option<String>,
    /// `next` of the page before.
    after: Option<String>,
    /// 1..10000, by default 1000.
    limit: Option<i64>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NearestQuery {
    /// Degrees, -90..90.
    lat: f64,
    /// Degrees, -180..180.
    lon: f64,
    /// How many, 1..100, by default 10.
    k: Option<i64>,
    /// Not farther than this, metres.
    max_distance_m: Option<f64>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WithinQuery {
    /// `west,south,east,north` in degrees; `west` > `east` crosses the antimeridian.
    bbox: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithinArea {
    /// GeoJSON Polygon or MultiPolygon.
    #[schema(value_type = Object)]
    pub area: serde_json::Value,
}

/// Agents by distance; this type documents what is written by hand.
#[derive(Serialize, ToSchema)]
pub struct NearestAgents {
    pub items: Vec<NearRow>,
}

#[derive(Serialize, ToSchema)]
pub struct NearRow {
    #[serde(flatten)]
    pub row: Row,
    pub distance_m: f64,
}

/// Agents in an area, by id; this type documents what is written by hand.
#[derive(Serialize, ToSchema)]
pub struct AgentsWithin {
    pub items: Vec<Row>,
    /// More than 10,000 agents were found; these are the first by id.
    pub truncated: bool,
}
