//! How places are shown to somebody who may not see them to the metre: snapped to the centre of a cell some 350 m across, without speed,
//! bearing and altitude, which would tell the way between two cells. And how one viewer sees the rows of a territory.

use crate::access::Scope;
use crate::geo::Point;
use crate::geo::cell::cell_of;
use crate::track::{Fix, RawFix};
use crate::{AgentId, TerritoryId};
use serde_json::Value;

/// H3 resolution 9: cells of 0.1 km², edges of about 200 m.
const COARSE: u8 = 9;
/// What a coarse place says of its accuracy, metres: the farthest corner of such a cell.
const COARSE_ACCURACY_M: f64 = 220.0;

/// To the metre, or not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Precision {
    Precise,
    Coarse,
}

/// The centre of the cell a point lies in.
pub fn coarse(point: Point) -> Point {
    cell_of(point, COARSE).centre()
}

/// A fix as it is shown to whoever may not see the place to the metre.
pub fn coarse_fix(fix: &Fix) -> Fix {
    let point = coarse(fix.point());
    let raw = RawFix {
        lat: point.lat(),
        lon: point.lon(),
        accuracy_m: Some(COARSE_ACCURACY_M),
        speed_mps: None,
        bearing_deg: None,
        altitude_m: None,
        ..fix.to_raw()
    };
    // A cell's centre is a place; should it ever not be, nothing is shown rather than too much.
    Fix::new(&raw).or_else(|_| Fix::new(&RawFix { lat: 0.0, lon: 0.0, ..raw })).expect("0, 0 is a place")
}

/// The same for a whole answer: every object with `lat` and `lon` in it is moved to its cell, and what would tell the way is taken out.
pub fn coarse_json(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            let number = |name: &str| fields.get(name).and_then(Value::as_f64);
            if let (Some(lat), Some(lon)) = (number("lat"), number("lon")) {
                match Point::new(lat, lon).map(coarse) {
                    Ok(point) => {
                        fields.insert("lat".to_owned(), point.lat().into());
                        fields.insert("lon".to_owned(), point.lon().into());
                    }
                    Err(_) => {
                        fields.remove("lat");
                        fields.remove("lon");
                    }
                }
                for name in ["speed_mps", "bearing_deg", "altitude_m"] {
                    fields.remove(name);
                }
                if fields.contains_key("accuracy_m") {
                    fields.insert("accuracy_m".to_owned(), COARSE_ACCURACY_M.into());
                }
            }
            fields.values_mut().for_each(coarse_json);
        }
        Value::Array(items) => items.iter_mut().for_each(coarse_json),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// How one viewer sees the rows of a topic.
#[derive(Clone, Debug)]
pub enum Sight {
    /// Every row, to the metre.
    All,
    /// Every row, none to the metre.
    Coarse,
    /// Row by row.
    Each(Box<Sieve>),
}

/// Who is seen, and who of them to the metre.
#[derive(Clone, Debug)]
pub struct Sieve {
    pub seen: Scope,
    pub precise: Option<Scope>,
}

impl Sight {
    /// How rows of this territory are seen; None: not at all.
    pub fn of(territory: Option<TerritoryId>, seen: &Scope, precise: Option<&Scope>) -> Option<Self> {
        let covers_all = |scope: &Scope| scope.covers_territory(territory);
        match (covers_all(seen), precise) {
            (true, Some(precise)) if covers_all(precise) => Some(Self::All),
            (true, None) => Some(Self::Coarse),
            (true, Some(_)) => Some(Self::Each(Box::new(Sieve { seen: seen.clone(), precise: precise.cloned() }))),
            (false, _) if seen.covers_some_agents() => {
                Some(Self::Each(Box::new(Sieve { seen: seen.clone(), precise: precise.cloned() })))
            }
            (false, _) => None,
        }
    }
}

impl Sieve {
    /// How an agent of a territory is seen; None: not at all.
    pub fn see(&self, agent: AgentId, territory: Option<TerritoryId>) -> Option<Precision> {
        self.seen.covers(agent, territory).then(|| {
            let is_precise = self.precise.as_ref().is_some_and(|scope| scope.covers(agent, territory));
            if is_precise { Precision::Precise } else { Precision::Coarse }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Action, BuiltIn, Grants, Module};
    use crate::geo::distance::haversine;
    use serde_json::json;
    use std::collections::HashSet;
    use std::sync::Arc;
    use uuid::Uuid;

    #[test]
    fn a_coarse_fix_keeps_its_time_and_hides_its_place_and_way() {
        for (lat, lon) in [(52.520_006_6, 13.404_954), (0.0, 179.999), (-77.8, 166.6), (89.99, 0.0)] {
            let raw =
                RawFix { lat, lon, speed_mps: Some(9.0), bearing_deg: Some(45.0), altitude_m: Some(30.0), ..RawFix::default() };
            let fix = Fix::new(&raw).unwrap();
            let shown = coarse_fix(&fix);
            let off = haversine(fix.point(), shown.point()).0;
            assert!(off <= COARSE_ACCURACY_M + 60.0, "{off} m at {lat}, {lon}");
            assert_eq!(shown.recorded_at(), fix.recorded_at());
            assert_eq!((shown.speed_mps(), shown.bearing_deg(), shown.altitude_m()), (None, None, None));
            // Places of one cell are one place.
            let near = Fix::new(&RawFix { lat: shown.point().lat(), lon: shown.point().lon(), ..raw }).unwrap();
            assert_eq!(coarse_fix(&near).point(), shown.point());
        }
    }

    #[test]
    fn an_answer_is_coarse_wherever_it_has_a_place() {
        let mut answer = json!({"items": [{"from": {"lat": 52.520_006_6, "lon": 13.404_954, "speed_mps": 3.0}, "name": "x"},
            {"fix": {"lat": 91.0, "lon": 0.0}}], "lat": "text"});
        coarse_json(&mut answer);
        let place = &answer["items"][0]["from"];
        assert!((place["lat"].as_f64().unwrap() - 52.520_006_6).abs() > 1e-6);
        assert_eq!(place.get("speed_mps"), None);
        assert_eq!(answer["items"][1]["fix"], json!({}));
        assert_eq!(answer["lat"], "text");
    }

    #[test]
    fn a_topic_is_seen_whole_coarse_row_by_row_or_not_at_all() {
        let (agent, here, there) =
            (AgentId(Uuid::from_u128(1)), TerritoryId(Uuid::from_u128(2)), TerritoryId(Uuid::from_u128(3)));
        let sight = |role: &str, territory: Option<TerritoryId>| {
            let grants = Grants {
                permissions: BuiltIn::find(role).unwrap().permissions(),
                team: Arc::new(HashSet::from([agent])),
                territories: Arc::new(HashSet::from([here])),
                ..Grants::default()
            };
            let seen = grants.scope(Module::Positions, Action::Read).unwrap();
            Sight::of(territory, &seen, grants.scope(Module::PreciseLocation, Action::Read).ok().as_ref())
        };
        assert!(matches!(sight("dispatcher", Some(here)), Some(Sight::All)));
        assert!(sight("dispatcher", Some(there)).is_none());
        assert!(sight("dispatcher", None).is_none());
        assert!(matches!(sight("auditor", None), Some(Sight::Coarse)));
        assert!(matches!(sight("admin", None), Some(Sight::All)));
        let Some(Sight::Each(sieve)) = sight("manager", Some(there)) else { panic!("a manager sees the team everywhere") };
        assert_eq!(sieve.see(agent, Some(there)), Some(Precision::Precise));
        assert_eq!(sieve.see(AgentId(Uuid::from_u128(9)), Some(there)), None);
    }
}
