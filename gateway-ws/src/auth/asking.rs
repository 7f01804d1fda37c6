//! How a request came: from which address, by which program, under which id; and writing down what was done by it.

use crate::audit::RequestId;
use crate::auth::Principal;
use crate::edge::address::ClientAddress;
use crate::state::AppState;
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use salessync_actors::PrincipalId;
use salessync_actors::store::sessions::Client;
use salessync_engine::audit::{Act, ActKind, Actor, Object, Outcome};
use serde_json::Value;
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::net::IpAddr;

/// Longest name of a program or of a device that is kept.
const NAME_CHARS_MAX: usize = 256;

/// Where a request came from.
#[derive(Clone, Debug)]
pub struct Asking {
    pub address: Option<IpAddr>,
    pub user_agent: Option<String>,
    pub request_id: Option<String>,
}

impl FromRequest for Asking {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let text = |name: &str| Some(request.headers().get(name)?.to_str().ok()?.to_owned());
        ready(Ok(Self {
            address: ClientAddress::of(request).0,
            user_agent: text(header::USER_AGENT.as_str()).map(|name| shortened(&name)),
            request_id: request.extensions().get::<RequestId>().map(|id| id.0.clone()),
        }))
    }
}

impl Asking {
    /// What a session remembers of its client; `device` is what it calls itself.
    pub fn client(&self, device: Option<&str>) -> Client {
        Client {
            device: device.map(shortened).filter(|name| !name.is_empty()),
            user_agent: self.user_agent.clone(),
            address: self.address.map(|address| address.to_string()),
        }
    }

    /// Writes an act down. It is done already: what keeps it from being written is told to the log and not to the client.
    pub async fn note(&self, state: &AppState, act: Act) {
        let act = Act { address: self.address, request_id: self.request_id.clone(), ..act };
        state.audit.done(act).await;
    }

    /// An act that somebody did to something.
    pub async fn done(&self, state: &AppState, who: &Principal, kind: ActKind, object: Object, changed: Changed) {
        let act = act(state, who, kind).about(object).changing(changed.before, changed.after);
        self.note(state, act).await;
    }

    /// What nobody in particular tried and could not do; `object` is whom they said they were, if that is somebody.
    pub async fn refused(&self, state: &AppState, kind: ActKind, object: Option<Object>) {
        let mut act = Act::new(state.system.now(), Actor::Nobody, kind).ended(Outcome::Refused);
        act.object = object;
        // Of many from one address a few are written, the rest is counted: nobody fills the trail with what they cannot do.
        state.audit.often(Act { address: self.address, request_id: self.request_id.clone(), ..act });
    }
}

/// What an act changed, in ids and settings.
#[derive(Default)]
pub struct Changed {
    pub before: Option<Value>,
    pub after: Option<Value>,
}

impl Changed {
    pub fn to(after: Value) -> Self {
        Self { before: None, after: Some(after) }
    }

    pub fn from_to(before: Value, after: Value) -> Self {
        Self { before: Some(before), after: Some(after) }
    }
}

/// An act of a principal; of whoever acts as a user, on the user's behalf.
pub fn act(state: &AppState, who: &Principal, kind: ActKind) -> Act {
    let now = state.system.now();
    match (who.id, who.impersonator) {
        (PrincipalId::User(user), Some(impersonator)) => {
            Act { on_behalf_of: Some(user), ..Act::new(now, Actor::User(impersonator), kind) }
        }
        (PrincipalId::User(id), None) => Act::new(now, Actor::User(id), kind),
        (PrincipalId::Agent(id), _) => Act::new(now, Actor::Agent(id), kind),
        (PrincipalId::ApiKey(id), _) => Act::new(now, Actor::ApiKey(id), kind),
    }
}

fn shortened(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(NAME_CHARS_MAX).collect::<String>().trim().to_owned()
}
