//! Planning: who visits whom, when, in which order, and how they get there.
//!
//! `model` says what a planning problem and its answer are; everything else speaks in its words. `search` finds plans for a whole problem,
//! `live` keeps one going through the day and `book` keeps it as a document in versions, `check` judges any plan by the problem alone,
//! `explain` says why, `times` is how long ways take, `format` reads and writes the files that planners exchange. Deliberately absent here as
//! everywhere in the engine: clocks and randomness; a search is told its seed and asks a callback whether to go on.

pub mod book;
pub mod check;
pub mod explain;
pub mod format;
pub mod live;
pub mod model;
pub mod search;
pub mod times;
