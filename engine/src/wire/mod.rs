//! API BOUNDARY: the frames of docs/PROTOCOL.md, the close codes, pages and error bodies. A serialised type here is a promise;
//! `engine/tests/golden/` pins every frame.

pub mod agent;
mod bare_numbers;
pub mod codes;
pub mod live;
pub mod page;
pub mod phone;
pub mod plan;
pub mod plan_answers;
pub mod visits;

/// The WebSocket subprotocol both sockets speak.
pub const SUBPROTOCOL: &str = "salessync.v1";

/// A text that is never printed.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

/// What a connection is to live on with. One of the two: a newer access token, or a ticket got with one.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub struct Refresh {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<Secret>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<Secret>,
}
