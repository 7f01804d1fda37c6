//! `/phone/overland`: a batch a request, with the token as bearer or in the path. Only the exact reply makes the app delete its batch,
//! so a batch is answered with it even when some of it was refused for good.

use super::{Holds, by_token, flawed, path_token, query_value, read_body, take_in};
use crate::auth::principal::bearer_token;
use crate::edge::address::ClientAddress;
use crate::error::ApiError;
use crate::state::AppState;
use actix_web::http::Method;
use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse};
use salessync_engine::wire::phone::overland;

pub async fn take(request: HttpRequest, payload: web::Payload, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    if request.method() != Method::POST {
        return Err(ApiError::MethodNotAllowed);
    }
    let in_query = query_value(&request, "token");
    let device =
        by_token(&state, ClientAddress::of(&request), [path_token(&request), bearer_token(&request), in_query.as_deref()])
            .await?;
    let body = read_body(payload).await?;
    let delivery = overland::read(&body, state.system.now()).map_err(|flaw| flawed(&flaw))?;
    take_in(&state, "overland", &device, delivery, Holds::Batch).await?;
    Ok(HttpResponse::Ok().content_type("application/json").body(overland::REPLY))
}
