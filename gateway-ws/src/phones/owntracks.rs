//! `/phone/owntracks`: one message a request. The token is the password of HTTP Basic, or stands in the path; the names in X-Limit-U
//! and X-Limit-D, in `?u=&d=` or in the topic are what the phone calls itself and give no right.
//!
//! The reply is a list of messages; with `send_fences` it carries the agent's fences as waypoints, when they changed.

use super::{Holds, basic_password, by_token, flawed, path_token, query_value, read_body, take_in};
use crate::edge::address::ClientAddress;
use crate::error::ApiError;
use crate::state::AppState;
use actix_web::http::Method;
use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse};
use salessync_engine::device::EnrolledDevice;
use salessync_engine::fence::{FenceSet, Shape};
use salessync_engine::wire::phone::owntracks::{self, Waypoint};
use salessync_engine::{AgentId, DeviceId, Timestamp};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// Fences are sent again after so long, in case a reply was lost on its way.
const FENCES_AGAIN_S: i64 = 3_600;
/// Phones whose last fences are remembered; beyond, all are sent theirs once more.
const FENCES_SENT_MAX: usize = 50_000;

/// Places sent to a phone at most: what Android watches for one app.
const WAYPOINTS_MAX: usize = 100;

/// What was sent to whom and when: the hash of the reply.
pub type FencesSent = HashMap<DeviceId, ([u8; 32], Timestamp)>;

pub async fn take(request: HttpRequest, payload: web::Payload, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    if request.method() != Method::POST {
        return Err(ApiError::MethodNotAllowed);
    }
    let password = basic_password(&request);
    let device = by_token(&state, ClientAddress::of(&request), [path_token(&request), password.as_deref(), None]).await?;
    let body = read_body(payload).await?;
    let mut delivery = owntracks::read(&body, state.system.now()).map_err(|flaw| flawed(&flaw))?;
    if let (Some(words), Some(named)) = (&mut delivery.words, named(&request)) {
        words.calls_itself = Some(named);
    }
    take_in(&state, "owntracks", &device, delivery, Holds::One).await?;
    Ok(HttpResponse::Ok().content_type("application/json").body(reply(&state, &device)))
}

/// `user/device` as the Recorder would file the message under.
fn named(request: &HttpRequest) -> Option<String> {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let user = header("x-limit-u").or_else(|| query_value(request, "u"))?;
    let device = header("x-limit-d").or_else(|| query_value(request, "d"))?;
    let named = format!("{user}/{device}").to_lowercase();
    Some(named.chars().filter(|c| !c.is_control()).take(64).collect())
}

fn reply(state: &AppState, device: &EnrolledDevice) -> String {
    if !device.settings.send_fences {
        return owntracks::reply(&[]);
    }
    let now = state.system.now();
    let reply = owntracks::reply(&fences_for(&state.system.fences().current(), device.agent_id, now));
    if is_due(&mut state.phones.fences_sent.lock(), device.id, &reply, now) { reply } else { owntracks::reply(&[]) }
}

/// Whether the phone has not been sent this reply lately; notes that it is now.
fn is_due(sent: &mut FencesSent, device: DeviceId, reply: &str, now: Timestamp) -> bool {
    let hash: [u8; 32] = Sha256::digest(reply.as_bytes()).into();
    let is_known = sent.get(&device).is_some_and(|(before, at)| *before == hash && now < at.plus_s(FENCES_AGAIN_S));
    if is_known {
        return false;
    }
    if sent.len() >= FENCES_SENT_MAX {
        sent.clear();
    }
    sent.insert(device, (hash, now));
    true
}

/// The places an agent's phone is to watch: the circles among the fences that name the agent. The app knows no other shape.
fn fences_for(fences: &FenceSet, agent: AgentId, now: Timestamp) -> Vec<Waypoint> {
    let circles = fences.naming(agent, now).filter_map(|fence| match &fence.definition.shape {
        Shape::Circle(circle) => Some(Waypoint {
            desc: fence.definition.name.clone(),
            lat: circle.centre().lat(),
            lon: circle.centre().lon(),
            radius_m: circle.radius_m().round() as u32,
            tst: fence.valid_from.ms() / 1000,
            rid: fence.id.to_string(),
        }),
        Shape::Polygon(_) | Shape::Corridor(_) => None,
    });
    circles.take(WAYPOINTS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn fences_are_sent_when_they_changed_and_once_an_hour() {
        let depot = |radius_m| Waypoint {
            desc: "Depot".to_owned(),
            lat: 52.5,
            lon: 13.4,
            radius_m,
            tst: 1_795_420_800,
            rid: "f1".to_owned(),
        };
        let (small, large) = (owntracks::reply(&[depot(100)]), owntracks::reply(&[depot(200)]));
        let (now, mut sent) = (Timestamp::parse("2026-11-23T08:00:00Z").unwrap(), FencesSent::new());
        let (ada, bob) = (DeviceId(Uuid::from_u128(1)), DeviceId(Uuid::from_u128(2)));
        let mut ask = |device, reply: &str, s| is_due(&mut sent, device, reply, now.plus_s(s));
        assert!(ask(ada, &small, 0));
        assert!(!ask(ada, &small, 1));
        assert!(ask(bob, &small, 1), "each phone for itself");
        assert!(ask(ada, &large, 2));
        assert!(!ask(ada, &large, 3_601));
        assert!(ask(ada, &large, 3_602));
    }
}
