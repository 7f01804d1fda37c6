//! The thin edge: HTTP and WebSockets in front of the actors. `app` lists the routes, `ws` speaks docs/PROTOCOL.md, `phones` what stock
//! phone apps speak, `rest` has one file per resource.
//!
//! Deliberately absent: SQL (actors/src/store) and rules about fixes (engine). No lock is held across an await.

pub mod app;
pub mod audit;
pub mod audit_command;
pub mod auth;
pub mod commands;
pub mod config;
mod cursor;
mod edge;
pub mod error;
pub mod identity;
pub mod keys;
pub mod letters;
pub mod openapi;
mod phones;
pub mod rest;
pub mod serve;
pub mod state;
mod ws;
