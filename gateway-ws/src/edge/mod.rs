//! What stands around every request: who it comes from and how much of it is let in (`guard`, `limit`, `permit`, `cors`), request ids and
//! the log (`trace`), security headers, TLS, metrics, the console's files.

pub mod address;
pub mod body;
pub mod console;
pub mod cors;
pub mod guard;
pub mod headers;
pub mod limit;
pub mod metrics;
pub mod permit;
pub mod settings;
pub mod tls;
pub mod trace;
