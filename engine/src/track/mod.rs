//! Fixes and what follows from a set of them. `fix` is one reading, `codec` its encoding, `plausible` the verdict at receipt; `walk` is
//! the derivation (with `suspect` and `motion`), `timeline` one device's live end of it, `amend` what changes for those who knew it before.

pub mod amend;
pub mod codec;
pub mod feed;
pub mod fix;
pub mod item;
pub mod motion;
pub mod plausible;
pub mod presence;
pub mod row;
pub mod rules;
pub mod suspect;
pub mod timeline;
pub mod varint;
pub mod walk;

pub use fix::{Device, Fix, FixField, FixFlaw, FlawCode, RawFix, Source};
pub use item::{Item, Kind, Published};
pub use plausible::{Admission, Quarantine, admit, repair_time};
pub use rules::{Profile, TrackRules};
pub use timeline::{Patch, Timeline};
pub use walk::{Book, DaySummary, Decisions, Guide, Walker};
