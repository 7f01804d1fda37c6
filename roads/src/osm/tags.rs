//! What the tags of a way say: who may travel on it, in which direction, how fast. One pure function for each profile.
//!
//! Default speeds, the share of a posted limit that is driven, surfaces and barriers are those of OSRM's profiles (car, bicycle and
//! foot of its 6th version), which were tuned on real drives. Deliberately absent: conditional tags (`access:conditional`), lanes, widths
//! and weights, and the difference between "no entry" and "no through traffic": who visits customers is a destination.

/// The tags of one element.
#[derive(Clone, Debug, Default)]
pub struct Tags<'a>(pub Vec<(&'a str, &'a str)>);

impl<'a> Tags<'a> {
    pub fn get(&self, key: &str) -> Option<&'a str> {
        self.0.iter().find(|(known, _)| *known == key).map(|(_, value)| *value)
    }

    fn is(&self, key: &str, values: &[&str]) -> bool {
        self.get(key).is_some_and(|value| values.contains(&value))
    }

    /// The value of the first of these keys that is there: the most particular rule wins.
    fn first(&self, keys: &[&str]) -> Option<&'a str> {
        keys.iter().find_map(|key| self.get(key))
    }
}

/// How fast a profile gets along a way, tenths of a kilometre an hour; 0: not at all.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Travel {
    pub forward_dkmh: u16,
    pub backward_dkmh: u16,
}

impl Travel {
    pub const fn is_closed(self) -> bool {
        self.forward_dkmh == 0 && self.backward_dkmh == 0
    }

    fn both(kmh: f64) -> Self {
        let dkmh = dkmh(kmh);
        Self { forward_dkmh: dkmh, backward_dkmh: dkmh }
    }

    fn along(self, way: Direction) -> Self {
        match way {
            Direction::Both => self,
            Direction::Forward => Self { backward_dkmh: 0, ..self },
            Direction::Backward => Self { forward_dkmh: 0, ..self },
            Direction::Neither => Self::default(),
        }
    }
}

/// Nothing on a road is slower; below it a typing error would make a street a wall.
const SLOWEST_KMH: f64 = 1.0;

fn dkmh(kmh: f64) -> u16 {
    (kmh.max(SLOWEST_KMH) * 10.0).round() as u16
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Direction {
    Both,
    Forward,
    Backward,
    Neither,
}

/// By `TravelProfile::index`.
pub fn travel(tags: &Tags) -> [Travel; 3] {
    if tags.is("area", &["yes"]) || tags.is("impassable", &["yes"]) || tags.is("smoothness", &["impassable"]) {
        return [Travel::default(); 3];
    }
    [car(tags), bike(tags), foot(tags)]
}

const CAR_KEYS: [&str; 4] = ["motorcar", "motor_vehicle", "vehicle", "access"];
const BIKE_KEYS: [&str; 3] = ["bicycle", "vehicle", "access"];
const FOOT_KEYS: [&str; 2] = ["foot", "access"];
/// Whoever is not named by it may not go.
const CLOSED: [&str; 10] =
    ["no", "private", "agricultural", "forestry", "emergency", "psv", "bus", "military", "use_sidepath", "residents"];
const OPEN: [&str; 7] = ["yes", "permissive", "designated", "destination", "customers", "delivery", "official"];
const YES: [&str; 3] = ["yes", "true", "1"];
const NO: [&str; 3] = ["no", "false", "0"];
const BACKWARD: [&str; 2] = ["-1", "reverse"];
/// Directions that change by the hour: nobody can rely on them.
const CHANGING: [&str; 2] = ["reversible", "alternating"];

/// Share of a posted limit that traffic keeps on the whole way, junctions and queues included.
const DRIVEN_OF_LIMIT: f64 = 0.8;
const FERRY_KMH: f64 = 5.0;
/// On ways that are not made for cars but say that they may go.
const ALLOWED_KMH: f64 = 10.0;

fn car(tags: &Tags) -> Travel {
    let access = tags.first(&CAR_KEYS);
    if access.is_some_and(|access| CLOSED.contains(&access)) {
        return Travel::default();
    }
    let highway = tags.get("highway").unwrap_or_default();
    let is_invited = tags.first(&CAR_KEYS[..2]).is_some_and(|access| OPEN.contains(&access));
    let kmh = match highway {
        "motorway" => 90.0,
        "motorway_link" => 45.0,
        "trunk" => 85.0,
        "trunk_link" => 40.0,
        "primary" => 65.0,
        "primary_link" => 30.0,
        "secondary" => 55.0,
        "secondary_link" => 25.0,
        "tertiary" => 40.0,
        "tertiary_link" => 20.0,
        "unclassified" | "residential" | "road" => 25.0,
        "living_street" => 10.0,
        "service" => 15.0,
        "" if tags.is("route", &["ferry"]) && !tags.is("motor_vehicle", &NO) => return Travel::both(FERRY_KMH),
        "track" | "pedestrian" | "footway" | "path" | "cycleway" if is_invited => ALLOWED_KMH,
        _ => return Travel::default(),
    };
    let cap = car_surface_kmh(tags);
    let limited = |suffix: &str| {
        let limit = tags.get(&format!("maxspeed{suffix}")).or_else(|| tags.get("maxspeed")).and_then(limit_kmh);
        let kmh = match limit {
            _ if highway == "living_street" => limit.map_or(kmh, |limit| limit.min(kmh)),
            Some(limit) => limit * DRIVEN_OF_LIMIT,
            None => kmh,
        };
        dkmh(kmh.min(cap))
    };
    Travel { forward_dkmh: limited(":forward"), backward_dkmh: limited(":backward") }.along(car_direction(tags, highway))
}

fn car_direction(tags: &Tags, highway: &str) -> Direction {
    let is_implied = tags.is("junction", &["roundabout", "circular"]) || highway == "motorway" || highway == "motorway_link";
    let posted = one_way(tags.get("oneway"), is_implied);
    closed_sides(tags, &CAR_KEYS, posted)
}

fn one_way(value: Option<&str>, is_implied: bool) -> Direction {
    match value {
        Some(value) if YES.contains(&value) => Direction::Forward,
        Some(value) if BACKWARD.contains(&value) => Direction::Backward,
        Some(value) if CHANGING.contains(&value) => Direction::Neither,
        Some(value) if NO.contains(&value) => Direction::Both,
        _ if is_implied => Direction::Forward,
        _ => Direction::Both,
    }
}

/// Takes away the direction that `vehicle:forward = no` and its like close.
fn closed_sides(tags: &Tags, keys: &[&str], way: Direction) -> Direction {
    let is_closed = |suffix: &str| {
        let value = keys.iter().find_map(|key| tags.get(&format!("{key}:{suffix}")));
        value.is_some_and(|value| CLOSED.contains(&value))
    };
    let (forward, backward) = match way {
        Direction::Both => (true, true),
        Direction::Forward => (true, false),
        Direction::Backward => (false, true),
        Direction::Neither => (false, false),
    };
    match (forward && !is_closed("forward"), backward && !is_closed("backward")) {
        (true, true) => Direction::Both,
        (true, false) => Direction::Forward,
        (false, true) => Direction::Backward,
        (false, false) => Direction::Neither,
    }
}

/// What the ground allows, kilometres an hour.
fn car_surface_kmh(tags: &Tags) -> f64 {
    let surface = match tags.get("surface").unwrap_or_default() {
        "cement" | "compacted" | "fine_gravel" => 80.0,
        "paving_stones" | "metal" | "bricks" => 60.0,
        "grass" | "wood" | "sett" | "grass_paver" | "gravel" | "unpaved" | "ground" | "dirt" | "pebblestone" | "tartan" => 40.0,
        "cobblestone" | "unhewn_cobblestone" | "clay" => 30.0,
        "earth" | "stone" | "rocky" | "sand" => 20.0,
        "mud" => 10.0,
        _ => f64::INFINITY,
    };
    let smoothness = match tags.get("smoothness").unwrap_or_default() {
        "intermediate" => 80.0,
        "bad" => 40.0,
        "very_bad" => 20.0,
        "horrible" => 10.0,
        "very_horrible" => 5.0,
        _ => f64::INFINITY,
    };
    let track = match tags.get("tracktype").unwrap_or_default() {
        "grade1" => 60.0,
        "grade2" => 40.0,
        "grade3" => 30.0,
        "grade4" => 25.0,
        "grade5" => 20.0,
        _ => f64::INFINITY,
    };
    surface.min(smoothness).min(track)
}

const LIMIT_RANGE_KMH: std::ops::RangeInclusive<f64> = 1.0..=200.0;
const KMH_IN_MPH: f64 = 1.609_344;
const KMH_IN_KNOTS: f64 = 1.852;

/// A posted limit: `50`, `30 mph`, `walk`, `none`, `DE:rural`. What is not understood, or is no limit of a road, is none.
fn limit_kmh(text: &str) -> Option<f64> {
    let text = text.split(';').next().unwrap_or_default().trim();
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let kmh = match (number.parse::<f64>().ok(), unit.trim()) {
        (Some(kmh), "" | "km/h" | "kmh" | "kph") => kmh,
        (Some(mph), "mph" | "mp/h") => mph * KMH_IN_MPH,
        (Some(knots), "knots") => knots * KMH_IN_KNOTS,
        (Some(_), _) => return None,
        (None, "walk") => 7.0,
        (None, "none") => 140.0,
        (None, unit) => match unit.split_once(':')?.1 {
            "living_street" | "walk" => 7.0,
            "urban" => 50.0,
            "rural" => 90.0,
            "trunk" => 100.0,
            "motorway" => 120.0,
            zone => zone.strip_prefix("zone").map(|zone| zone.trim_start_matches(':'))?.parse().ok()?,
        },
    };
    LIMIT_RANGE_KMH.contains(&kmh).then_some(kmh)
}

const CYCLING_KMH: f64 = 15.0;
/// Pushing a bicycle.
const PUSHING_KMH: f64 = 4.0;

fn bike(tags: &Tags) -> Travel {
    let access = tags.first(&BIKE_KEYS);
    let is_invited = tags.get("bicycle").is_some_and(|access| OPEN.contains(&access));
    let is_pushed = tags.is("bicycle", &["dismount"]);
    if access.is_some_and(|access| CLOSED.contains(&access)) || (tags.is("motorroad", &YES) && !is_invited) {
        return Travel::default();
    }
    let highway = tags.get("highway").unwrap_or_default();
    let kmh = match highway {
        "primary" | "primary_link" | "secondary" | "secondary_link" | "tertiary" | "tertiary_link" | "unclassified"
        | "residential" | "living_street" | "road" | "service" | "cycleway" => CYCLING_KMH,
        "track" | "path" => 12.0,
        "bridleway" if is_invited => 12.0,
        "footway" | "pedestrian" if is_invited => CYCLING_KMH,
        "footway" | "pedestrian" => PUSHING_KMH,
        "steps" => 2.0,
        "trunk" | "trunk_link" | "motorway" | "motorway_link" if is_invited => CYCLING_KMH,
        "" if tags.is("route", &["ferry"]) => return Travel::both(FERRY_KMH),
        _ => return Travel::default(),
    };
    let surface = match tags.get("surface").unwrap_or_default() {
        "cobblestone" | "unhewn_cobblestone" | "sett" => 9.0,
        "gravel" | "pebblestone" | "grass" | "grass_paver" | "unpaved" | "earth" | "dirt" => 8.0,
        "ground" | "compacted" | "fine_gravel" | "wood" | "metal" | "paving_stones" => 12.0,
        "mud" | "sand" => 3.0,
        _ => f64::INFINITY,
    };
    let kmh = if is_pushed { PUSHING_KMH } else { kmh.min(surface) };
    Travel::both(kmh).along(bike_direction(tags, highway))
}

/// Bicycles often may ride against the one way of cars.
fn bike_direction(tags: &Tags, highway: &str) -> Direction {
    let is_implied = tags.is("junction", &["roundabout", "circular"]) || highway.starts_with("motorway");
    if tags.get("oneway:bicycle").is_some() {
        return closed_sides(tags, &BIKE_KEYS, one_way(tags.get("oneway:bicycle"), is_implied));
    }
    let is_opposite = ["cycleway", "cycleway:left", "cycleway:right", "cycleway:both"]
        .iter()
        .any(|key| tags.get(key).is_some_and(|value| value.starts_with("opposite")));
    let has_both = ["cycleway:left:oneway", "cycleway:right:oneway"].iter().any(|key| tags.is(key, &["no", "-1"]));
    match one_way(tags.get("oneway"), is_implied) {
        Direction::Forward | Direction::Backward if is_opposite || has_both || tags.is("bicycle:backward", &OPEN) => {
            Direction::Both
        }
        way => closed_sides(tags, &BIKE_KEYS, way),
    }
}

const WALKING_KMH: f64 = 5.0;

fn foot(tags: &Tags) -> Travel {
    let access = tags.first(&FOOT_KEYS);
    let is_invited = tags.get("foot").is_some_and(|access| OPEN.contains(&access));
    if access.is_some_and(|access| CLOSED.contains(&access)) || (tags.is("motorroad", &YES) && !is_invited) {
        return Travel::default();
    }
    let has_pavement = ["sidewalk", "sidewalk:both", "sidewalk:left", "sidewalk:right"]
        .iter()
        .any(|key| tags.is(key, &["yes", "both", "left", "right", "separate"]));
    let kmh = match tags.get("highway").unwrap_or_default() {
        "primary" | "primary_link" | "secondary" | "secondary_link" | "tertiary" | "tertiary_link" | "unclassified"
        | "residential" | "living_street" | "road" | "service" | "track" | "path" | "footway" | "pedestrian" | "bridleway"
        | "corridor" => WALKING_KMH,
        "cycleway" if !tags.is("foot", &NO) => WALKING_KMH,
        "trunk" | "trunk_link" if is_invited || has_pavement => WALKING_KMH,
        "steps" => 3.0,
        "" if tags.is("route", &["ferry"]) => return Travel::both(FERRY_KMH),
        "" if tags.is("man_made", &["pier"]) || tags.is("railway", &["platform"]) => WALKING_KMH,
        _ => return Travel::default(),
    };
    let way = one_way(tags.get("oneway:foot"), false);
    Travel::both(kmh).along(closed_sides(tags, &FOOT_KEYS, way))
}

/// Which profiles a node stops, by `TravelProfile::index`: bollards, walls, gates that are locked.
pub fn blocks(tags: &Tags) -> [bool; 3] {
    let barrier = tags.get("barrier");
    // Access on a crossing is about those who cross.
    if tags.is("highway", &["crossing"]) {
        return [false; 3];
    }
    let passes: [(&[&str], &[&str]); 3] = [
        (
            &CAR_KEYS,
            &[
                "cattle_grid",
                "border_control",
                "toll_booth",
                "sally_port",
                "gate",
                "lift_gate",
                "swing_gate",
                "no",
                "entrance",
                "height_restrictor",
                "arch",
                "kerb",
                "bump_gate",
            ],
        ),
        (&BIKE_KEYS, &[]),
        (&FOOT_KEYS, &[]),
    ];
    std::array::from_fn(|profile| {
        let (keys, let_through) = passes[profile];
        match (tags.first(keys), barrier) {
            (Some(access), _) if CLOSED.contains(&access) => true,
            (Some(_), _) | (None, None) => false,
            (None, Some(barrier)) if profile == 0 => !let_through.contains(&barrier),
            (None, Some(barrier)) => ["yes", "wall", "fence"].contains(&barrier),
        }
    })
}

pub fn has_signals(tags: &Tags) -> bool {
    tags.is("highway", &["traffic_signals"])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tags written as `key=value key=value`.
    fn tags(text: &str) -> Tags<'_> {
        Tags(text.split_whitespace().filter_map(|tag| tag.split_once('=')).collect())
    }

    /// Forward and backward speed of car, bike, foot in whole kilometres an hour.
    fn check(text: &str, expected: [(u16, u16); 3]) {
        let found = travel(&tags(text)).map(|travel| (travel.forward_dkmh / 10, travel.backward_dkmh / 10));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn roads_are_for_whom_they_are_made() {
        check("highway=residential", [(25, 25), (15, 15), (5, 5)]);
        check("highway=motorway", [(90, 0), (0, 0), (0, 0)]);
        check("highway=motorway oneway=no", [(90, 90), (0, 0), (0, 0)]);
        check("highway=trunk", [(85, 85), (0, 0), (0, 0)]);
        check("highway=trunk sidewalk=both", [(85, 85), (0, 0), (5, 5)]);
        check("highway=footway", [(0, 0), (4, 4), (5, 5)]);
        check("highway=footway bicycle=designated", [(0, 0), (15, 15), (5, 5)]);
        check("highway=steps", [(0, 0), (2, 2), (3, 3)]);
        check("highway=track", [(0, 0), (12, 12), (5, 5)]);
        check("highway=track motor_vehicle=yes", [(10, 10), (12, 12), (5, 5)]);
        check("highway=construction", [(0, 0); 3]);
        check("highway=pedestrian area=yes", [(0, 0); 3]);
        check("building=yes", [(0, 0); 3]);
        check("route=ferry", [(5, 5); 3]);
    }

    #[test]
    fn the_most_particular_access_wins() {
        check("highway=service access=private", [(0, 0); 3]);
        check("highway=service access=no motor_vehicle=yes", [(15, 15), (0, 0), (0, 0)]);
        check("highway=residential vehicle=no", [(0, 0), (0, 0), (5, 5)]);
        check("highway=residential vehicle=no bicycle=yes", [(0, 0), (15, 15), (5, 5)]);
        check("highway=residential motor_vehicle=destination", [(25, 25), (15, 15), (5, 5)]);
        check("highway=residential foot=use_sidepath", [(25, 25), (15, 15), (0, 0)]);
        check("highway=primary motorroad=yes", [(65, 65), (0, 0), (0, 0)]);
        check("highway=path bicycle=dismount", [(0, 0), (4, 4), (5, 5)]);
    }

    #[test]
    fn one_way_is_for_wheels_and_may_run_backwards() {
        check("highway=residential oneway=yes", [(25, 0), (15, 0), (5, 5)]);
        check("highway=residential oneway=-1", [(0, 25), (0, 15), (5, 5)]);
        check("highway=residential oneway=reversible", [(0, 0), (0, 0), (5, 5)]);
        check("highway=tertiary junction=roundabout", [(40, 0), (15, 0), (5, 5)]);
        check("highway=residential oneway=yes oneway:bicycle=no", [(25, 0), (15, 15), (5, 5)]);
        check("highway=residential oneway=yes cycleway=opposite_lane", [(25, 0), (15, 15), (5, 5)]);
        check("highway=residential oneway=-1 cycleway:left=opposite", [(0, 25), (15, 15), (5, 5)]);
        check("highway=residential vehicle:backward=no", [(25, 0), (15, 0), (5, 5)]);
        check("highway=footway oneway:foot=yes", [(0, 0), (4, 4), (5, 0)]);
    }

    #[test]
    fn limits_are_read_in_all_their_spellings() {
        for (text, expected) in [
            ("50", Some(50.0)),
            ("30 mph", Some(48.280_32)),
            ("20mph", Some(32.186_88)),
            ("50 km/h", Some(50.0)),
            ("10 knots", Some(18.52)),
            ("walk", Some(7.0)),
            ("none", Some(140.0)),
            ("BR:urban", Some(50.0)),
            ("DE:zone30", Some(30.0)),
            ("DE:zone:20", Some(20.0)),
            ("60;80", Some(60.0)),
            ("signals", None),
            ("variable", None),
            ("0", None),
            ("5000", None),
            ("50 furlongs", None),
            ("", None),
            ("-50", None),
            ("DE:", None),
        ] {
            assert_eq!(limit_kmh(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_limit_is_not_kept_on_the_whole_way_and_the_ground_slows_too() {
        check("highway=residential maxspeed=50", [(40, 40), (15, 15), (5, 5)]);
        check("highway=primary maxspeed=60 maxspeed:backward=40", [(48, 32), (15, 15), (5, 5)]);
        check("highway=primary maxspeed=junk", [(65, 65), (15, 15), (5, 5)]);
        check("highway=living_street maxspeed=30", [(10, 10), (15, 15), (5, 5)]);
        check("highway=secondary surface=cobblestone", [(30, 30), (9, 9), (5, 5)]);
        check("highway=track motor_vehicle=yes tracktype=grade5 smoothness=very_horrible", [(5, 5), (12, 12), (5, 5)]);
        check("highway=residential smoothness=impassable", [(0, 0); 3]);
    }

    #[test]
    fn barriers_stop_those_they_are_for() {
        for (text, expected) in [
            ("barrier=bollard", [true, false, false]),
            ("barrier=bollard motor_vehicle=yes", [false, false, false]),
            ("barrier=gate", [false, false, false]),
            ("barrier=gate access=private", [true, true, true]),
            ("barrier=gate access=private foot=yes", [true, true, false]),
            ("barrier=wall", [true, true, true]),
            ("highway=crossing access=no", [false, false, false]),
            ("highway=traffic_signals", [false, false, false]),
        ] {
            assert_eq!(blocks(&tags(text)), expected, "{text}");
        }
    }
}
