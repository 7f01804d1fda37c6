//! Fixes and what follows from a set of them: one reading, its encoding, its verdict, and an agent's day.

pub mod codec;
pub mod day;
pub mod fix;
pub mod plausible;
pub mod varint;

pub use day::{Day, DaySummary};
pub use fix::{Device, Fix, FixField, FixFlaw, FlawCode, RawFix, Source};
pub use plausible::{Admission, Quarantine, admit, repair_time};
