//! REST under /api/v1, one file per resource: `routes` first, handlers in route order, then the bodies used only there.

pub mod agents;
pub mod auth;
pub mod health;
pub mod map;
pub mod positions;
pub mod quarantine;
pub mod system;
pub mod territories;
pub mod tokens;
pub mod track;

use crate::error::ApiError;
use actix_web::error::{JsonPayloadError, PathError, QueryPayloadError};
use actix_web::web;

/// Largest JSON body: a territory of 10,000 vertices, or 1,000 agents.
const BODY_BYTES_MAX: usize = 2 * 1024 * 1024;

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .app_data(web::JsonConfig::default().limit(BODY_BYTES_MAX).error_handler(|error, _| json_error(&error).into()))
        .app_data(web::QueryConfig::default().error_handler(|error, _| query_error(&error).into()))
        .app_data(web::PathConfig::default().error_handler(|error, _| path_error(&error).into()))
        .configure(auth::routes)
        .configure(tokens::routes)
        .configure(track::routes)
        .configure(quarantine::routes)
        .configure(agents::routes)
        .configure(territories::routes)
        .configure(positions::routes)
        .configure(map::routes)
        .configure(system::routes)
        .default_service(web::to(|| async { Err::<String, _>(ApiError::NotFound("this address")) }));
}

fn json_error(error: &JsonPayloadError) -> ApiError {
    match error {
        JsonPayloadError::Overflow { .. } | JsonPayloadError::OverflowKnownLength { .. } => {
            ApiError::TooLarge { limit: BODY_BYTES_MAX }
        }
        JsonPayloadError::ContentType => {
            ApiError::BadRequest { code: "content_type", message: "the body must be sent as application/json".to_owned() }
        }
        JsonPayloadError::Deserialize(error) => {
            ApiError::BadRequest { code: "invalid_body", message: format!("the body cannot be read: {error}") }
        }
        other => ApiError::BadRequest { code: "invalid_body", message: other.to_string() },
    }
}

fn query_error(error: &QueryPayloadError) -> ApiError {
    let message = error.to_string();
    // serde names the field between backticks, where it knows it.
    match message.split('`').nth(1).map(str::to_owned) {
        Some(field) => ApiError::Field { field, limit: None, message },
        None => ApiError::BadRequest { code: "invalid_query", message },
    }
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
