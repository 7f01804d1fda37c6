//! The audit trail as handlers see it: who, from where and under which request is filled in here. An act is noted after it is done; what must
//! not happen untold is noted before (`first`); what an outsider can cause at will is counted rather than written (`often`).
//!
//! Never silent: an act that cannot be written is logged and counted, or its request fails.

mod often;

use crate::auth::Principal;
use crate::auth::principal::authenticate;
use crate::edge::address::ClientAddress;
use crate::error::ApiError;
use crate::state::AppState;
use actix_web::web::Data;
use actix_web::{HttpMessage, HttpRequest};
use often::Often;
use parking_lot::Mutex;
use salessync_actors::store::StoreError;
use salessync_actors::{Clock, Metrics, PrincipalId, Store, SystemHandle};
use salessync_engine::UserId;
use salessync_engine::audit::{Act, ActKind, Actor, Object, Outcome};
use serde_json::Value;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

/// How often what was put aside is written.
const WRITE_EVERY: Duration = Duration::from_secs(1);

/// The id of a request, in its extensions.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// Writes acts down. Cheap to clone.
#[derive(Clone)]
pub struct Auditor {
    store: Store,
    clock: Clock,
    metrics: Metrics,
    often: Arc<Mutex<Often>>,
}

impl Auditor {
    pub fn new(system: &SystemHandle) -> Self {
        Self {
            store: system.store().clone(),
            clock: system.clock().clone(),
            metrics: system.metrics().clone(),
            often: Arc::default(),
        }
    }

    /// Begins to write what `often` puts aside.
    pub fn start(&self) {
        let auditor = self.clone();
        self.store.spawn(async move {
            loop {
                tokio::time::sleep(WRITE_EVERY).await;
                let due = auditor.often.lock().due(auditor.clock.now());
                auditor.write(due).await;
            }
        });
    }

    /// Writes everything that is put aside, before the store is closed.
    pub async fn flush(&self) {
        let all = self.often.lock().all();
        self.write(all).await;
    }

    async fn write(&self, acts: Vec<Act>) {
        for act in acts {
            let kind = act.kind;
            self.outcome(kind, self.store.audit(act).await);
        }
    }

    /// An act of this request, as far as the request tells: to be completed and given to whoever writes it together with what it records.
    pub fn act(&self, request: &HttpRequest, actor: Actor, kind: ActKind) -> Act {
        Act {
            on_behalf_of: on_behalf_of(request),
            address: address_of(request),
            request_id: request.extensions().get::<RequestId>().map(|id| id.0.clone()),
            ..Act::new(self.clock.now(), actor, kind)
        }
    }

    /// Notes an act that was done.
    pub async fn note(
        &self,
        request: &HttpRequest,
        actor: Actor,
        kind: ActKind,
        object: Option<Object>,
        before: Option<Value>,
        after: Option<Value>,
    ) {
        let act = Act { object, ..self.act(request, actor, kind) }.changing(before, after);
        self.outcome(kind, self.store.audit(act).await);
    }

    /// Notes an act that was done and is told whole.
    pub async fn done(&self, act: Act) {
        let kind = act.kind;
        self.outcome(kind, self.store.audit(act).await);
    }

    /// Notes an act that must not happen untold: where it cannot be written, the request fails.
    pub async fn first(&self, act: Act) -> Result<(), ApiError> {
        let kind = act.kind;
        let written = self.store.audit(act).await;
        if let Err(error) = &written {
            self.failed(kind, error);
        }
        written.map_err(ApiError::from)
    }

    /// Notes a refusal; see `often`.
    pub fn refuse(&self, request: &HttpRequest, actor: Actor, kind: ActKind, object: Option<Object>, after: Option<Value>) {
        let act = Act { object, after, ..self.act(request, actor, kind) };
        self.often(act.ended(Outcome::Refused));
    }

    /// Puts an act aside to be written within a second; of many from one principal or address a few a minute are written, the rest is counted in
    /// one row. Takes no time of the request.
    pub fn often(&self, act: Act) {
        let now = self.clock.now();
        self.often.lock().offer(act, now);
    }

    fn outcome(&self, kind: ActKind, written: Result<(), StoreError>) {
        if let Err(error) = written {
            self.failed(kind, &error);
        }
    }

    fn failed(&self, kind: ActKind, error: &StoreError) {
        self.metrics.audit_failures.inc();
        tracing::error!(%kind, error = error.chain(), "an act is not in the audit trail");
    }
}

/// Whom a request comes from, as its token says; nobody when it has none that is good. Whoever acts as somebody else does it themselves.
pub fn actor_of(request: &HttpRequest) -> Actor {
    principal_of(request).map_or(Actor::Nobody, |who| match (who.id, who.impersonator) {
        (PrincipalId::User(_), Some(impersonator)) => Actor::User(impersonator),
        (PrincipalId::User(id), None) => Actor::User(id),
        (PrincipalId::Agent(id), _) => Actor::Agent(id),
        (PrincipalId::ApiKey(id), _) => Actor::ApiKey(id),
    })
}

/// In whose place, while somebody acts as them.
fn on_behalf_of(request: &HttpRequest) -> Option<UserId> {
    let who = principal_of(request)?;
    who.impersonator.and_then(|_| who.user().ok())
}

fn principal_of(request: &HttpRequest) -> Option<Principal> {
    authenticate(request, request.app_data::<Data<AppState>>()?).ok()
}

/// Notes that a request was refused for want of a right.
pub fn access_refused(request: &HttpRequest) {
    let Some(state) = request.app_data::<Data<AppState>>() else { return };
    // The pattern, not the path: a path may hold a secret, and is the caller's to choose.
    let pattern = request.match_pattern().unwrap_or_else(|| "unknown".to_owned());
    let operation = Object::new("operation", format!("{} {pattern}", request.method()));
    state.audit.refuse(request, actor_of(request), ActKind::AccessRefused, Some(operation), None);
}

/// Where a request comes from.
fn address_of(request: &HttpRequest) -> Option<IpAddr> {
    ClientAddress::of(request).0
}
