//! The two sockets. `upgrade` says who may open one, `carrier` takes the connection out of the HTTP layer, `inbound` reads frames at our
//! pace, a session actor speaks the protocol of docs/PROTOCOL.md. Everything that would change with another WebSocket library is in this
//! folder.

mod agent_session;
pub mod carrier;
mod follower;
mod inbound;
mod live_session;
mod rights;
pub mod sockets;
mod throttle;
pub mod upgrade;
