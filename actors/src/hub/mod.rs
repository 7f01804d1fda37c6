//! The hub: how a territory's live rows reach the consoles that watch it. `topic` is what is shown and since which revision;
//! `viewer` is how far each console has followed. Both are plain state inside the territory actor. `lane` is for what nobody may miss: plans and
//! dispatch.

pub mod lane;
pub mod phones;
pub mod topic;
pub mod viewer;

pub use lane::Lane;
pub use phones::PhoneBook;
pub use topic::{Tick, Topic};
pub use viewer::{Push, Viewer, ViewerId};
