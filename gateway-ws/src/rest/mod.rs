//! REST under /api/v1, one file per resource: `routes` first, handlers in route order, then the bodies used only there.

pub mod agents;
pub mod api_keys;
pub mod audit;
pub mod auth;
pub mod beats;
pub mod classes;
pub mod contacts;
pub mod customer_contacts;
pub mod customer_places;
pub mod customers;
pub mod devices;
pub mod dispatch;
pub mod duty;
pub mod erasure;
mod export;
pub mod fences;
pub mod files;
pub mod forms;
pub mod geocode;
mod granting;
pub mod health;
pub mod history;
pub mod imports;
pub(crate) mod input;
pub mod invitations;
pub mod jwks;
pub mod map;
pub mod offers;
pub mod passwords;
pub mod plan_jobs;
mod plan_refusals;
pub mod plans;
pub mod positions;
pub mod quarantine;
pub mod roles;
pub mod second_factor;
pub mod sessions;
pub mod system;
pub mod teams;
pub mod territories;
pub mod territory_designs;
mod thin;
pub mod timeline;
pub mod tokens;
pub mod track;
pub mod users;
pub mod visits;
pub mod work;

use crate::error::ApiError;
use actix_web::HttpRequest;
use actix_web::error::PathError;
use actix_web::{HttpResponse, web};
use salessync_engine::geo::PointFlaw;
use salessync_engine::sight::coarse_json;
use salessync_engine::{Point, TerritoryId, Timestamp};
use serde::Serialize;

/// Largest JSON body: a territory of 10,000 vertices, or 1,000 agents.
const BODY_BYTES_MAX: usize = 2 * 1024 * 1024;

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .app_data(web::PathConfig::default().error_handler(|error, _| path_error(&error).into()))
        // Addresses are tried in this order: what is asked most comes first.
        .configure(positions::routes)
        .configure(track::routes)
        .configure(visits::routes)
        .configure(plans::routes)
        .configure(dispatch::routes)
        .configure(offers::routes)
        .configure(history::routes)
        .configure(quarantine::routes)
        .configure(timeline::routes)
        .configure(contacts::routes)
        .configure(agents::routes)
        .configure(work::routes)
        .configure(duty::routes)
        .configure(erasure::routes)
        .configure(territories::routes)
        .configure(territory_designs::routes)
        .configure(customers::routes)
        .configure(customer_places::routes)
        .configure(customer_contacts::routes)
        .configure(classes::routes)
        .configure(imports::routes)
        .configure(geocode::routes)
        .configure(files::routes)
        .configure(beats::routes)
        .configure(forms::routes)
        .configure(fences::routes)
        .configure(audit::routes)
        .configure(auth::routes)
        .configure(sessions::routes)
        .configure(passwords::routes)
        .configure(second_factor::routes)
        .configure(invitations::routes)
        .configure(users::routes)
        .configure(roles::routes)
        .configure(teams::routes)
        .configure(api_keys::routes)
        .configure(tokens::routes)
        .configure(devices::routes)
        .configure(plan_jobs::routes)
        .configure(map::routes)
        .configure(system::routes)
        .default_service(web::to(nothing_here));
}

/// No handler takes this: there is no such address, or it is not asked this way.
pub async fn nothing_here(request: HttpRequest) -> Result<&'static str, ApiError> {
    Err(if request.match_pattern().is_some() { ApiError::MethodNotAllowed } else { ApiError::NotFound("this address") })
}

/// An answer about an agent: with its places to the metre, or snapped to cells.
pub(crate) fn shown(answer: &impl Serialize, is_precise: bool) -> HttpResponse {
    if is_precise {
        return HttpResponse::Ok().json(answer);
    }
    // Rows of ours always serialise.
    let mut value = serde_json::to_value(answer).unwrap_or_default();
    coarse_json(&mut value);
    HttpResponse::Ok().json(value)
}

/// Every path parameter of this API is an id.
fn path_error(_: &PathError) -> ApiError {
    ApiError::field("id", "a UUID", "is not a UUID")
}

/// Where a page of a list begins and how long it is.
#[derive(serde::Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// `next` of the page before.
    #[serde(default)]
    pub after: Option<String>,
    /// 1 to 500, by default 100.
    #[serde(default)]
    pub limit: Option<i64>,
}

/// A limit of a list: absent means `default`, and it must lie within `1..=max`.
pub(crate) fn checked_limit(limit: Option<i64>, default: i64, max: i64) -> Result<usize, ApiError> {
    match limit.unwrap_or(default) {
        limit if (1..=max).contains(&limit) => Ok(limit as usize),
        limit => Err(ApiError::field("limit", format!("1..{max}"), format!("is {limit}, must be 1..{max}"))),
    }
}

/// A version named in an address.
pub(crate) fn checked_version(text: &str) -> Result<i64, ApiError> {
    let version = text.parse().ok().filter(|version| *version >= 1);
    version.ok_or_else(|| ApiError::field("version", format!("1..{}", i64::MAX), format!("{text:?} is no version")))
}

/// The longest time between two fixes that belong to one line, by default.
const GAP_S_DEFAULT: f64 = 3_600.0;

/// A whole number of a query within `min..=max`; a fraction or no number at all is as wrong as one too large.
pub(crate) fn checked_number(name: &str, value: f64, min: i64, max: i64) -> Result<i64, ApiError> {
    let fits = value.fract() == 0.0 && (min as f64..=max as f64).contains(&value);
    if fits {
        Ok(value as i64)
    } else {
        Err(ApiError::field(name, format!("{min}..{max}"), format!("is {value}, must be a whole number within {min}..{max}")))
    }
}

/// `gap_s` in milliseconds.
pub(crate) fn checked_gap(gap_s: Option<f64>) -> Result<i64, ApiError> {
    checked_number("gap_s", gap_s.unwrap_or(GAP_S_DEFAULT), 1, 86_400).map(|gap_s| gap_s * 1000)
}

/// A time of a query.
pub(crate) fn checked_time(name: &str, text: &str) -> Result<Timestamp, ApiError> {
    Timestamp::parse(text)
        .or_else(|flaw| text.parse().map_err(|_| flaw).and_then(Timestamp::from_ms))
        .map_err(|flaw| ApiError::field(name, "RFC 3339 (write + as %2B) or integer Unix milliseconds", flaw.to_string()))
}

/// `from` and `to` of a query, by default all of time.
pub(crate) fn checked_span(from: Option<String>, to: Option<String>) -> Result<(Timestamp, Timestamp), ApiError> {
    let from = from.map_or(Ok(Timestamp::MIN), |text| checked_time("from", &text))?;
    let to = to.map_or(Ok(Timestamp::MAX), |text| checked_time("to", &text))?;
    if from > to {
        return Err(ApiError::field("from", "at most `to`", "from is after to"));
    }
    Ok((from, to))
}

/// A territory to keep to: an id, or `none` for those without; None for all.
pub(crate) fn checked_territory(territory: Option<&str>) -> Result<Option<Option<TerritoryId>>, ApiError> {
    match territory {
        None | Some("") => Ok(None),
        Some("none") => Ok(Some(None)),
        Some(id) => {
            let id = id.parse().map_err(|_| ApiError::field("territory", "a UUID or none", "is not the id of a territory"))?;
            Ok(Some(Some(id)))
        }
    }
}

/// `lat` and `lon` of a query.
pub(crate) fn checked_point(lat: f64, lon: f64) -> Result<Point, ApiError> {
    Point::new(lat, lon).map_err(|flaw| match flaw {
        PointFlaw::Lat => ApiError::field("lat", "-90..90", flaw.to_string()),
        PointFlaw::Lon => ApiError::field("lon", "-180..180", flaw.to_string()),
    })
}
