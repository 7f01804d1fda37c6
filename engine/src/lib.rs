//! The pure domain of SalesSync: what a fix, a track, a territory and a live row *are*, and every rule about them.
//!
//! Deliberately absent: clocks, random ids, logging, I/O, async. `now` and ids are arguments, so the same input gives the same
//! output on every machine, for ever (engine/clippy.toml holds this). Start reading at `track::walk`.

pub mod access;
pub mod agent;
pub mod audit;
pub mod beat;
pub mod contact;
pub mod customer;
pub mod design;
pub mod device;
pub mod dispatch;
pub mod duty;
pub mod fence;
pub mod flaw;
pub mod form;
pub mod geo;
pub mod geocode;
pub mod horizon;
pub mod id;
pub mod import;
pub mod live;
pub mod mask;
pub mod photo;
pub mod plan;
pub mod sight;
pub mod territory;
mod text;
pub mod time;
pub mod track;
pub mod visit;
pub mod wire;
pub mod words;
pub mod work;

pub use geo::{Metres, Point};
pub use id::{
    ActivityId, ActivityTypeId, AgentId, ApiKeyId, BeatId, ChangeId, ContactId, CustomerId, DeviceId, FenceId, FileId, FormId,
    ItemId, JobId, OfferId, PlaceId, PlanJobId, SessionId, TeamId, TerritoryDesignId, TerritoryId, UserId, VisitEventId, VisitId,
};
pub use time::Timestamp;
pub use track::{Fix, FixFlaw};
