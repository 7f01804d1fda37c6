//! The public keys that verify access tokens, for whoever verifies them elsewhere (RFC 7517).

use crate::state::AppState;
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{self, Data};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

/// A next key is published long before it signs, so an answer may be kept for a while.
const KEEP_S: u32 = 300;

pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/.well-known/jwks.json", web::get().to(jwks));
}

/// Public keys of access tokens: the one that signs, the next, and those whose tokens may still live. Empty where one secret signs.
#[utoipa::path(get, operation_id = "jwks", path = "/.well-known/jwks.json", tag = "auth", security(()),
    responses((status = 200, body = JsonWebKeys)))]
pub async fn jwks(state: Data<AppState>) -> HttpResponse {
    let keys = state.tokens.published(state.system.now());
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, format!("public, max-age={KEEP_S}"))).json(json!({ "keys": keys }))
}

#[derive(Serialize, ToSchema)]
pub struct JsonWebKeys {
    #[schema(value_type = Vec<Object>)]
    pub keys: Vec<Value>,
}
