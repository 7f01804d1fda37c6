//! Reading queries and bodies so that a refusal names the field, whatever is wrong with it.

use super::BODY_BYTES_MAX;
use crate::edge::body;
use crate::error::ApiError;
use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use std::future::{Ready, ready};

/// The query string.
pub struct Params<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Params<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let pairs = form_urlencoded::parse(request.query_string().as_bytes());
        let read = serde_path_to_error::deserialize(serde_urlencoded::Deserializer::new(pairs));
        ready(
            read.map(Self)
                .map_err(|error| flaw("invalid_query", "the query", &error.path().to_string(), &error.inner().to_string())),
        )
    }
}

/// A JSON body.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Body<T> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json =
            request.content_type().eq_ignore_ascii_case("application/json") || !request.headers().contains_key(CONTENT_TYPE);
        let payload = payload.take();
        Box::pin(async move {
            if !is_json {
                let message = "the body must be sent as application/json".to_owned();
                return Err(ApiError::BadRequest { code: "content_type", message });
            }
            let body = body::read(payload, BODY_BYTES_MAX).await?;
            let mut json = serde_json::Deserializer::from_slice(&body);
            let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
                // Where the text itself is not JSON there is no field to blame.
                let path = if error.inner().is_data() { error.path().to_string() } else { ".".to_owned() };
                flaw("invalid_body", "the body", &path, &error.inner().to_string())
            })?;
            let end = json.end().map_err(|error| flaw("invalid_body", "the body", ".", &error.to_string()));
            end.map(|()| Self(value))
        })
    }
}

/// Names the field by its path; a missing or unknown one by serde's words, which hold it between backticks.
fn flaw(code: &'static str, what: &str, path: &str, message: &str) -> ApiError {
    let quoted = message.split('`').nth(1);
    let field = match (path, quoted) {
        (".", Some(field)) => field.to_owned(),
        (".", None) => return ApiError::BadRequest { code, message: format!("{what} cannot be read: {message}") },
        (path, Some(field)) if message.starts_with("missing field") => format!("{path}.{field}"),
        (path, _) => path.to_owned(),
    };
    ApiError::Field { field, limit: None, message: message.to_owned() }
}
