//! REST under /api/v1, one file per resource: `routes` first, handlers in route order, then the bodies used only there.

pub mod agents;
pub mod auth;
pub mod fences;
pub mod health;
pub(crate) mod input;
pub mod map;
pub mod positions;
pub mod quarantine;
pub mod system;
pub mod territories;
pub mod tokens;
pub mod track;

use crate::error::ApiError;
use actix_web::error::PathError;
use actix_web::web;

/// Largest JSON body: a territory of 10,000 vertices, or 1,000 agents.
const BODY_BYTES_MAX: usize = 2 * 1024 * 1024;

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .app_data(web::PathConfig::default().error_handler(|error, _| path_error(&error).into()))
        .configure(auth::routes)
        .configure(tokens::routes)
        .configure(track::routes)
        .configure(quarantine::routes)
        .configure(agents::routes)
        .configure(territories::routes)
        .configure(fences::routes)
        .configure(positions::routes)
        .configure(map::routes)
        .configure(system::routes)
        .default_service(web::to(|| async { Err::<String, _>(ApiError::NotFound("this address")) }));
}

/// Every path parameter of this API is an id.
fn path_error(_: &PathError) -> ApiError {
    ApiError::field("id", "a UUID", "is not a UUID")
}

/// A limit of a list: absent means `default`, and it must lie within `1..=max`.
pub(crate) fn checked_limit(limit: Option<i64>, default: i64, max: i64) -> Result<usize, ApiError> {
    match limit.unwrap_or(default) {
        limit if (1..=max).contains(&limit) => Ok(limit as usize),
        limit => Err(ApiError::field("limit", format!("1..{max}"), format!("is {limit}, must be 1..{max}"))),
    }
}
