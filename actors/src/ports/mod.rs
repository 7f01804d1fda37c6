//! Doors to the world outside: what is sent to others' servers. Each has a way of being shut, and one that a demo can look behind.

pub mod files;
pub mod geocode;
pub mod mail;
pub mod travel;
