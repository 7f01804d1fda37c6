//! The place of a visit as distances are measured to it: its point and, where it has a fence, the fence's ground.

use super::{Claim, VisitRules};
use crate::Point;
use crate::fence::ground::Ground;
use crate::geo::distance::metres;

/// Where a customer is. Without a point nothing can be told.
#[derive(Clone, Copy, Debug, Default)]
pub struct Site<'a> {
    pub point: Option<Point>,
    pub ground: Option<&'a Ground>,
    /// The radius of the organisation, or of the customer's class.
    pub radius_m: u32,
}

/// Is somebody there?
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Whereabouts {
    Inside {
        distance_m: u32,
    },
    Outside {
        distance_m: u32,
    },
    /// The place is not known, or the position is too coarse.
    Unknown {
        distance_m: Option<u32>,
    },
}

impl Whereabouts {
    pub const fn distance_m(self) -> Option<u32> {
        match self {
            Self::Inside { distance_m } | Self::Outside { distance_m } => Some(distance_m),
            Self::Unknown { distance_m } => distance_m,
        }
    }
}

impl Site<'_> {
    /// Whole metres from the place's point.
    pub fn distance_m(&self, point: Point) -> Option<u32> {
        self.point.map(|site| metres(site, point).0.round() as u32)
    }

    /// Inside the fence or within the radius, the accuracy in their favour; a position coarser than the rules allow tells nothing.
    pub fn whereabouts(&self, point: Point, accuracy_m: Option<f64>, rules: &VisitRules) -> Whereabouts {
        let Some(distance_m) = self.distance_m(point) else { return Whereabouts::Unknown { distance_m: None } };
        let accuracy_m = accuracy_m.unwrap_or(0.0);
        if accuracy_m > f64::from(rules.accuracy_max_m) {
            return Whereabouts::Unknown { distance_m: Some(distance_m) };
        }
        let is_near = f64::from(distance_m) - accuracy_m <= f64::from(self.radius_m);
        let is_within = || self.ground.is_some_and(|ground| ground.signed_distance_m(point) + accuracy_m >= 0.0);
        if is_near || is_within() { Whereabouts::Inside { distance_m } } else { Whereabouts::Outside { distance_m } }
    }

    pub fn of_claim(&self, claim: &Claim, rules: &VisitRules) -> Whereabouts {
        self.whereabouts(claim.point, claim.accuracy_m, rules)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fence::Shape;
    use serde_json::json;

    /// 0.001° of latitude is 111 m here.
    #[test]
    fn the_radius_the_fence_and_the_accuracy_decide() {
        let rules = VisitRules::default();
        let at = |lat: f64| Point::new(lat, 13.4).unwrap();
        let site = Site { point: Some(at(52.5)), ground: None, radius_m: 100 };
        let is_inside = |site: &Site<'_>, lat, accuracy_m| match site.whereabouts(at(lat), accuracy_m, &rules) {
            Whereabouts::Inside { .. } => Some(true),
            Whereabouts::Outside { .. } => Some(false),
            Whereabouts::Unknown { .. } => None,
        };
        for (lat, accuracy_m, expected) in [
            (52.5, None, Some(true)),
            (52.5008, None, Some(true)),
            (52.5010, None, Some(false)),
            (52.5010, Some(12.0), Some(true)),
            (52.5020, Some(100.0), Some(false)),
            (52.5, Some(101.0), None),
        ] {
            assert_eq!(is_inside(&site, lat, accuracy_m), expected, "{lat} {accuracy_m:?}");
        }
        let shape = Shape::from_geojson(&json!({"type": "Circle", "coordinates": [13.4, 52.51], "radius_m": 500.0})).unwrap();
        let ground = Ground::new(&shape);
        let fenced = Site { ground: Some(&ground), ..site };
        assert_eq!(is_inside(&fenced, 52.512, None), Some(true), "the yard is part of the place");
        assert_eq!(is_inside(&fenced, 52.516, None), Some(false));
        assert_eq!(is_inside(&Site::default(), 52.5, None), None);
    }
}
