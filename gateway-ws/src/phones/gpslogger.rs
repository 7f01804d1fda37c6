//! `/phone/gpslogger`: a URL, and maybe a body, of the user's own making. The token stands in the path, in the query as `token`, or is
//! the password of HTTP Basic.

use super::{Holds, basic_password, by_token, flawed, path_token, query_value, read_body, silence, take_in};
use crate::edge::address::ClientAddress;
use crate::error::ApiError;
use crate::state::AppState;
use actix_web::http::Method;
use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse};
use salessync_engine::wire::phone::gpslogger;

pub async fn take(request: HttpRequest, payload: web::Payload, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    if ![Method::GET, Method::POST, Method::PUT].contains(request.method()) {
        return Err(ApiError::MethodNotAllowed);
    }
    let (in_query, password) = (query_value(&request, "token"), basic_password(&request));
    let device =
        by_token(&state, ClientAddress::of(&request), [path_token(&request), in_query.as_deref(), password.as_deref()]).await?;
    let body = read_body(payload).await?;
    let delivery = gpslogger::read(request.query_string(), &body, state.system.now()).map_err(|flaw| flawed(&flaw))?;
    take_in(&state, "gpslogger", &device, delivery, Holds::One).await?;
    Ok(silence())
}
