//! What is written down of acts that matter for security: an *act* is who did what to which object, from where, and how it ended. Acts are
//! only ever added; a background task *seals* them into a chain (`chain`), and `verify` finds what was changed afterwards.
//!
//! Deliberately absent: the database, keys and signatures (actors). The one rule for whoever writes an act: `before` and `after` hold ids and
//! settings, never a secret, an e-mail address, a telephone number, a name of a person or a position. Rows of the chain outlive the erasure of
//! a person.

pub mod chain;
pub mod verify;

use crate::access::named;
use crate::{AgentId, ApiKeyId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::net::IpAddr;
use uuid::Uuid;

/// Largest `before` or `after` as JSON; a larger one is replaced by its size: a trail is not a store of shapes.
pub const JSON_BYTES_MAX: usize = 64 * 1024;
/// Longest id of an object that is not a UUID: the name of a role, say.
pub const OBJECT_ID_LEN_MAX: usize = 200;

/// Who did it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Actor {
    User(UserId),
    /// A phone with a token of its own.
    Agent(AgentId),
    /// A program that uses the API.
    ApiKey(ApiKeyId),
    /// The server itself, or somebody at its command line.
    System,
    /// Somebody who did not say who they are, or could not prove it.
    Nobody,
}

impl Actor {
    pub fn kind(self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Agent(_) => "agent",
            Self::ApiKey(_) => "api_key",
            Self::System => "system",
            Self::Nobody => "nobody",
        }
    }

    pub fn id(self) -> Option<Uuid> {
        match self {
            Self::User(id) => Some(id.0),
            Self::Agent(id) => Some(id.0),
            Self::ApiKey(id) => Some(id.0),
            Self::System | Self::Nobody => None,
        }
    }
}

named! {
    /// What was done. The names are stored: append only.
    ActKind, "kind" {
        SignIn => "sign_in",
        SignInRefused => "sign_in_refused",
        SecondFactorRefused => "second_factor_refused",
        SignOut => "sign_out",
        SessionRevoked => "session_revoked",
        RefreshTokenReused => "refresh_token_reused",
        PasswordChanged => "password_changed",
        PasswordResetAsked => "password_reset_asked",
        PasswordReset => "password_reset",
        SecondFactorEnabled => "second_factor_enabled",
        SecondFactorDisabled => "second_factor_disabled",
        AccessRefused => "access_refused",
        UserInvited => "user_invited",
        UserCreated => "user_created",
        UserChanged => "user_changed",
        UserDisabled => "user_disabled",
        UserErased => "user_erased",
        RoleChanged => "role_changed",
        RoleCreated => "role_created",
        RoleUpdated => "role_updated",
        RoleDeleted => "role_deleted",
        TerritoryChanged => "territory_changed",
        TerritoryAssigned => "territory_assigned",
        TeamChanged => "team_changed",
        ApiKeyCreated => "api_key_created",
        ApiKeyRevoked => "api_key_revoked",
        TokenMinted => "token_minted",
        KeyRotated => "key_rotated",
        ImpersonationBegun => "impersonation_begun",
        /// A track or a list was taken away as a file.
        Export => "export",
        QuarantineDecided => "quarantine_decided",
        SettingsChanged => "settings_changed",
        DeviceEnrolled => "device_enrolled",
        DeviceChanged => "device_changed",
        DeviceRevoked => "device_revoked",
        AgentCreated => "agent_created",
        AgentChanged => "agent_changed",
        FenceChanged => "fence_changed",
        /// Days were derived again by the settings in force.
        Recompute => "recompute",
        AgentResumed => "agent_resumed",
        RetentionRun => "retention_run",
        Erasure => "erasure",
        AuditRead => "audit_read",
        /// Visits were given to others, moved or settled.
        PlanChanged => "plan_changed",
        /// A better plan was searched for, accepted or discarded.
        PlanSearched => "plan_searched",
        /// A step of a dispatch job.
        DispatchChanged => "dispatch_changed",
        /// A visit was made, replanned, cancelled or reinstated by a person.
        VisitPlanned => "visit_planned",
        /// A check-in or the like was told for somebody else.
        VisitToldFor => "visit_told_for",
        FormChanged => "form_changed",
        BeatChanged => "beat_changed",
        /// A photo or document was looked at.
        FileRead => "file_read",
        CustomerCreated => "customer_created",
        CustomerChanged => "customer_changed",
        CustomerResumed => "customer_resumed",
        CustomersImported => "customers_imported",
        VisitsImported => "visits_imported",
        /// How agents work: shifts, absences, skills, vehicle and the like.
        WorkChanged => "work_changed",
        DutyChanged => "duty_changed",
    }
}

named! {
    /// How it ended.
    Outcome, "outcome" {
        Done => "done",
        /// The actor was not allowed to, or could not prove who they are.
        Refused => "refused",
        /// It was begun and did not come to an end.
        Failed => "failed",
    }
}

/// What it was done to: a kind such as `device` or `role`, and its id.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = AuditObject))]
pub struct Object {
    pub kind: String,
    pub id: String,
}

impl Object {
    pub fn new(kind: &'static str, id: impl std::fmt::Display) -> Self {
        Self { kind: kind.to_owned(), id: id.to_string() }
    }
}

/// One act, before it is stored.
#[derive(Clone, PartialEq, Debug)]
pub struct Act {
    pub at: Timestamp,
    pub actor: Actor,
    /// The user whose place the actor takes while impersonating them.
    pub on_behalf_of: Option<UserId>,
    pub kind: ActKind,
    pub object: Option<Object>,
    pub outcome: Outcome,
    pub address: Option<IpAddr>,
    pub request_id: Option<String>,
    pub before: Option<Value>,
    pub after: Option<Value>,
    /// How many such acts this row stands for: refusals beyond a few a minute are counted, not written one by one.
    pub count: u32,
}

impl Act {
    /// An act that was done, with nothing more said of it.
    pub fn new(at: Timestamp, actor: Actor, kind: ActKind) -> Self {
        Self {
            at,
            actor,
            on_behalf_of: None,
            kind,
            object: None,
            outcome: Outcome::Done,
            address: None,
            request_id: None,
            before: None,
            after: None,
            count: 1,
        }
    }

    #[must_use]
    pub fn about(mut self, object: Object) -> Self {
        self.object = Some(object);
        self
    }

    #[must_use]
    pub fn changing(mut self, before: Option<Value>, after: Option<Value>) -> Self {
        (self.before, self.after) = (before, after);
        self
    }

    #[must_use]
    pub fn ended(mut self, outcome: Outcome) -> Self {
        self.outcome = outcome;
        self
    }
}

/// An act as it is stored and shown.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditEntry {
    pub id: Uuid,
    pub at: Timestamp,
    /// user, agent, api_key, system or nobody
    pub actor_kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor_id: Option<Uuid>,
    /// What the actor is called today, where they are still there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor_name: Option<String>,
    /// The user whose place the actor took.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<UserId>,
    /// One of `ActKind`; a text, because a newer server may have written it.
    pub kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<Object>,
    /// done, refused or failed
    pub outcome: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
    /// How many such acts this row stands for.
    pub count: u32,
    /// Its place in the chain; absent for the second until it is sealed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seq: Option<i64>,
    /// The chain's hash up to here, in hexadecimal digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
}

/// What may be stored of a `before` or `after`: bounded, and without the one character that Postgres cannot keep in JSON.
pub fn storable(value: Value) -> Value {
    let value = without_nul(value);
    let bytes = value.to_string().len();
    if bytes <= JSON_BYTES_MAX { value } else { json!({ "left_out_bytes": bytes }) }
}

fn without_nul(value: Value) -> Value {
    let clean = |text: String| if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text };
    match value {
        Value::String(text) => Value::String(clean(text)),
        Value::Array(items) => Value::Array(items.into_iter().map(without_nul).collect()),
        Value::Object(fields) => {
            Value::Object(fields.into_iter().map(|(name, value)| (clean(name), without_nul(value))).collect())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_stable_and_read_back() {
        for kind in ActKind::ALL {
            assert_eq!(kind.name().parse(), Ok(*kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), json!(kind.name()), "one name, wherever it is written");
        }
        assert!("sign_in_maybe".parse::<ActKind>().unwrap_err().contains("sign_in_refused"));
    }

    #[test]
    fn what_is_stored_is_bounded_and_holds_no_nul() {
        assert_eq!(storable(json!({"a\0": ["b\0c"]})), json!({"a\u{fffd}": ["b\u{fffd}c"]}));
        let large = json!("x".repeat(JSON_BYTES_MAX));
        assert_eq!(storable(large), json!({ "left_out_bytes": JSON_BYTES_MAX + 2 }));
    }
}
