//! What stands around every request: request ids and the log, security headers, metrics, the console's files.

pub mod console;
pub mod metrics;
pub mod trace;
