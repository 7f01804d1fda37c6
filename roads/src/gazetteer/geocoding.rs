//! The gazetteer as the server's geocoder: what it finds, written as on a letter.

use super::{Candidate, Gazetteer};
use crate::osm::PlaceKind;
use salessync_engine::Point;
use salessync_engine::geocode;

/// Farther from everything with a name a pin is nowhere in particular, metres.
const REVERSE_WITHIN_M: f64 = 250.0;

impl geocode::Gazetteer for Gazetteer {
    fn search(&self, text: &str, near: Option<Point>, limit: usize) -> Vec<geocode::Candidate> {
        Self::search(self, text, near, limit).into_iter().map(written).collect()
    }

    fn reverse(&self, point: Point) -> Option<geocode::Candidate> {
        self.nearest(point, REVERSE_WITHIN_M).map(written)
    }
}

fn written(Candidate { name, kind, point, near, score }: Candidate) -> geocode::Candidate {
    let kind = match kind {
        PlaceKind::Settlement => "settlement",
        PlaceKind::Street => "street",
        PlaceKind::Address => "address",
        PlaceKind::Poi => "poi",
    };
    let name = near.map_or(name.clone(), |near| format!("{name}, {near}"));
    geocode::Candidate { name, point, kind: kind.to_owned(), score: score.clamp(0.0, 1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_written_with_its_town() {
        let point = Point::new(47.1, 9.5).unwrap();
        let found = |near: Option<&str>| {
            let near = near.map(str::to_owned);
            written(Candidate { name: "Landstrasse 3".to_owned(), kind: PlaceKind::Address, point, near, score: 1.2 })
        };
        assert_eq!((found(Some("Vaduz")).name.as_str(), found(None).name.as_str()), ("Landstrasse 3, Vaduz", "Landstrasse 3"));
        assert_eq!((found(None).kind.as_str(), found(None).score), ("address", 1.0));
    }

    #[test]
    fn an_empty_map_knows_nothing() {
        let nothing = Gazetteer::default();
        let point = Point::new(47.1, 9.5).unwrap();
        let as_geocoder: &dyn geocode::Gazetteer = &nothing;
        assert_eq!((as_geocoder.search("Vaduz", Some(point), 5), as_geocoder.reverse(point)), (Vec::new(), None));
    }
}
