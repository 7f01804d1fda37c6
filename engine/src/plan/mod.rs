//! Planning: who visits whom, when, in which order, and how they get there.
//!
//! `model` says what a planning problem and its answer are; everything else speaks in its words. `book` is the plan as a document, in versions.
//! Deliberately absent here as everywhere in the engine: clocks and randomness; a search is told its seed and asks a callback whether to go
//! on.

pub mod book;
pub mod explain;
pub mod live;
pub mod model;
pub mod times;
