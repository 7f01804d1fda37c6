//! Places for words, and words for a place: what a geocoder says, whoever it is. Deliberately absent: asking anybody (actors/src/ports/geocode.rs),
//! and the names of a map (whoever has loaded one is a `Gazetteer`).

use crate::Point;
use serde::{Deserialize, Serialize};

/// A place that a text may mean, or that lies at a point.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = GeocodeCandidate))]
pub struct Candidate {
    /// The whole of it, as one would write it on a letter.
    pub name: String,
    pub point: Point,
    /// What it is: `house`, `street`, `village`, `shop`…, in the geocoder's own words.
    pub kind: String,
    /// How well it fits, 0 to 1.
    pub score: f64,
}

/// The names of a map that is loaded. Answers from memory, at once.
pub trait Gazetteer: Send + Sync {
    /// Places that the text may mean, the best first, at most `limit`; those near a point are preferred where one is given.
    fn search(&self, text: &str, near: Option<Point>, limit: usize) -> Vec<Candidate>;

    /// What lies at a point; None where nothing is near.
    fn reverse(&self, point: Point) -> Option<Candidate>;
}
