//! Planning the day of a field force: who visits whom, when, and how they get there.

pub mod times;
