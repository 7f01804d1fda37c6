//! The road network: how long it really takes from one customer to the next.
//!
//! Begin at `osm` (what a map says), `network` (what a profile may travel on), `hierarchy` (how ways are found fast), `roads` (all of it
//! for one profile), `stops` (how a planner asks in its inner loops). Deliberately absent: async, sockets, clocks. A map is read from
//! bytes; services of others are only spoken to (`http` builds requests and reads answers), never called.

pub mod cost;
pub mod gazetteer;
pub mod hierarchy;
pub mod http;
pub mod labels;
pub mod learn;
pub mod map;
pub mod matching;
pub mod network;
pub mod osm;
pub mod roads;
pub mod search;
pub mod snap;
pub mod stops;
pub mod zones;

pub use gazetteer::Gazetteer;
pub use learn::Observed;
pub use map::{MapError, RoadMap};
pub use network::{Lane, Network, Place};
pub use osm::Extract;
pub use roads::{Ground, Roads, Route};
pub use snap::Unsnappable;
pub use stops::RoadStops;
