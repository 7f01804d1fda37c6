//! The bones of the town, drawn before any side street: river, lake, docks, ring roads, avenues, quays, railway, parks, boundary.
//!
//! The plan is one fixed sketch; the seed moves its points, so that every town is a relative of the same family.

use super::plane::{Frame, V, along, blob, closed_curve, crossing, curve, inside, length, nearest_on_line, offset, resample, v};
use crate::rng::Rng;

/// What a road is, widest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Class {
    Motorway,
    Major,
    Minor,
    Path,
}

impl Class {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Motorway => "motorway",
            Self::Major => "major",
            Self::Minor => "minor",
            Self::Path => "path",
        }
    }

    /// What OpenStreetMap calls such a road, and what is posted there, kilometres an hour.
    pub const fn highway(self) -> (&'static str, Option<u32>) {
        match self {
            Self::Motorway => ("trunk", Some(100)),
            Self::Major => ("secondary", Some(50)),
            Self::Minor => ("residential", Some(30)),
            Self::Path => ("path", None),
        }
    }

    /// Half of the street from house to house, metres.
    pub const fn half_width_m(self) -> f64 {
        match self {
            Self::Motorway => 18.0,
            Self::Major => 10.5,
            Self::Minor => 5.5,
            Self::Path => 2.0,
        }
    }
}

/// A road drawn by hand. An empty name is invented later.
#[derive(Clone, Debug)]
pub struct Line {
    pub points: Vec<V>,
    pub class: Class,
    pub name: &'static str,
}

/// Ground on which no side street is built.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Use {
    Riverside,
    Railway,
    Belt,
    Park(&'static str),
    LakePark(&'static str),
    Harbour,
    Square(&'static str),
}

#[derive(Clone, Debug)]
pub struct Zone {
    pub ring: Vec<V>,
    frame: Frame,
    pub land_use: Use,
}

#[derive(Clone, Debug)]
pub struct District {
    pub name: &'static str,
    pub colour: &'static str,
    pub ring: Vec<V>,
}

#[derive(Clone, Debug)]
pub struct Layout {
    pub centre: V,
    pub boundary: Vec<V>,
    /// The inner ring closed along the river: inside is the old town.
    pub old_town: Vec<V>,
    /// The outer ring: inside is the dense town of the 19th century.
    pub inner_town: Vec<V>,
    pub river: Vec<V>,
    pub water: Vec<(&'static str, Vec<V>)>,
    water_frames: Vec<Frame>,
    pub roads: Vec<Line>,
    pub rails: Vec<Vec<V>>,
    pub zones: Vec<Zone>,
    pub districts: Vec<District>,
    pub station: (V, V),
    /// Middle lines of the piers between the docks, from the harbour road to the water.
    pub piers: Vec<Vec<V>>,
    pub woods: Vec<Vec<V>>,
}

const QUAY_M: f64 = 26.0; // from the water's edge to the middle of the quay road
const RIVER_HALF_M: f64 = 44.0;
const RAILSIDE_M: f64 = 36.0; // from the middle of the railway to the street beside it
const BELT_M: f64 = 84.0; // width of the green belt where the walls stood
/// Half of the mapped country, metres: the land reaches this far east and north.
pub const LAND_HALF: V = v(6000.0, 4200.0);

const DISTRICTS: [(&str, &str); 6] = [
    ("Old Town", "#c2410c"),
    ("Westfield", "#2563eb"),
    ("Northgate", "#7c3aed"),
    ("Lakeside", "#0d9488"),
    ("Eastharbour", "#be185d"),
    ("Southbank", "#4d7c0f"),
];

impl Layout {
    pub fn new(seed: u64) -> Self {
        let mut rng = Rng::stream(seed, 1);
        let mut moved = |points: &[(f64, f64)], by: f64| -> Vec<V> {
            points.iter().map(|&(x, y)| v(x + rng.range(-by, by), y + rng.range(-by, by))).collect()
        };

        let river = curve(
            &moved(
                &[
                    (-6200., -700.),
                    (-4600., -250.),
                    (-3200., -560.),
                    (-2150., -270.),
                    (-1250., -110.),
                    (-520., -390.),
                    (180., -490.),
                    (900., -240.),
                    (1600., -470.),
                    (2400., -860.),
                    (3400., -700.),
                    (4600., -1150.),
                    (6200., -900.),
                ],
                28.0,
            ),
            20.0,
        );
        let half: Vec<f64> =
            river.iter().map(|p| RIVER_HALF_M + 7.0 * super::plane::noise(seed, *p * 0.003) + (p.x.max(0.0) / 120.0)).collect();
        let centre = v(90.0, 110.0);
        let north_quay = between_x(&offset(&river, |i| half[i] + QUAY_M), -2240.0, 2300.0);
        let south_bank = offset(&river, |i| -half[i] - QUAY_M);
        let south_quay = between_x(&south_bank, -2240.0, 2420.0);

        // The inner ring stands on the north quay with both feet; the outer one crosses the river twice.
        let (foot_west, foot_east) = (at_x(&north_quay, -520.0), at_x(&north_quay, 730.0));
        let mut arc_points = vec![foot_west];
        arc_points.extend(moved(&[(-570., 20.), (-470., 400.), (-160., 640.), (260., 680.), (620., 460.), (765., 90.)], 18.0));
        arc_points.push(foot_east);
        let ring_arc = curve(&arc_points, 20.0);
        let belt_arc = {
            let outer = offset(&ring_arc, |_| BELT_M);
            let (first, last) = (at_x(&north_quay, foot_west.x - BELT_M), at_x(&north_quay, foot_east.x + BELT_M));
            let n = outer.len();
            [&[first][..], &outer[2..n - 2], &[last]].concat()
        };
        let outer_ring = closed_curve(
            &moved(
                &[
                    (100., 1480.),
                    (700., 1400.),
                    (1130., 1080.),
                    (1290., 620.),
                    (1440., 120.),
                    (1470., -420.),
                    (1250., -960.),
                    (740., -1310.),
                    (100., -1400.),
                    (-380., -1230.),
                    (-830., -990.),
                    (-1260., -660.),
                    (-1440., -120.),
                    (-1500., 330.),
                    (-1330., 850.),
                    (-960., 1240.),
                    (-450., 1440.),
                ],
                24.0,
            ),
            20.0,
        );

        let gate = |x: f64, y: f64| nearest_on_line(v(x, y), &ring_arc).1;
        let bridge_north = at_x(&north_quay, 110.0);
        let bridge_south = at_x(&south_quay, 118.0);
        let bridgehead = bridge_south + v(2.0, -70.0);
        let motorway = curve(
            &moved(
                &[
                    (-3750., -4400.),
                    (-3380., -2500.),
                    (-3180., -1080.),
                    (-3080., 200.),
                    (-2960., 1000.),
                    (-2480., 1960.),
                    (-1400., 2330.),
                    (100., 2430.),
                    (2000., 2390.),
                    (3600., 2700.),
                    (6200., 3100.),
                ],
                20.0,
            ),
            40.0,
        );
        let junction = |x: f64, y: f64| nearest_on_line(v(x, y), &motorway).1;
        let mut avenue = |from: V, through: &[(f64, f64)], to: V| {
            let mut points = vec![from];
            points.extend(moved(through, 22.0));
            points.push(to);
            curve(&points, 20.0)
        };
        let gates = [gate(60., 680.), gate(600., 480.), gate(-420., 470.), gate(-560., 60.), gate(760., 70.)];
        let north = avenue(gates[0], &[(80., 960.), (150., 1500.)], junction(100., 2430.));
        let north_east = avenue(gates[1], &[(960., 930.), (1290., 1480.), (1680., 1980.)], junction(2000., 2390.));
        let north_west = avenue(gates[2], &[(-820., 800.), (-1290., 1250.), (-1880., 1690.)], junction(-2450., 1980.));
        let west = avenue(gates[3], &[(-1200., 190.), (-2000., 150.)], junction(-3080., 220.));
        let east = avenue(gates[4], &[(1350., 130.), (2050., 30.), (3000., -180.), (4500., 60.)], v(6200., 150.));
        let south = avenue(bridgehead, &[(130., -980.), (70., -1480.), (170., -2200.), (80., -3200.)], v(140., -4400.));
        let south_west = avenue(bridgehead, &[(-640., -760.), (-1320., -650.), (-2200., -880.)], junction(-3180., -1080.));
        let south_east = avenue(bridgehead, &[(700., -860.), (1280., -960.), (1900., -1330.), (2800., -1640.)], v(6200., -2100.));

        let rail = curve(
            &moved(
                &[
                    (-6200., 1500.),
                    (-4000., 1150.),
                    (-2500., 740.),
                    (-1300., 850.),
                    (-420., 925.),
                    (300., 935.),
                    (950., 830.),
                    (1350., 560.),
                    (2050., 400.),
                    (3000., 520.),
                    (4500., 320.),
                    (6200., 480.),
                ],
                16.0,
            ),
            20.0,
        );
        let station_at = at_x(&rail, 330.0);
        let yard = |p: V| 46.0 * (-((p.x - station_at.x) / 260.0).powi(2)).exp();
        let rail_north = between_x(&offset(&rail, |_| RAILSIDE_M), -2350.0, 2450.0);
        let rail_south = between_x(&offset(&rail, |i| -RAILSIDE_M - yard(rail[i])), -2350.0, 2450.0);
        let station_dir = nearest_on_line(station_at, &rail).2;

        let castle_park = closed_curve(&blob(seed ^ 11, v(-840., -1440.), v(430., 300.), 0.15, 0.16, 18), 16.0);
        let lake_park = closed_curve(&blob(seed ^ 12, v(1850., 1060.), v(510., 380.), 0.1, 0.14, 20), 16.0);
        let lake = closed_curve(&blob(seed ^ 13, v(1880., 1050.), v(350., 210.), 0.3, 0.3, 22), 12.0);
        let pond = closed_curve(&blob(seed ^ 14, v(-760., -1480.), v(105., 52.), 0.6, 0.35, 12), 8.0);
        let cemetery = closed_curve(&blob(seed ^ 15, v(-1960., 1010.), v(190., 150.), 0.5, 0.1, 10), 16.0);
        let common = closed_curve(&blob(seed ^ 16, v(760., -1660.), v(230., 150.), -0.2, 0.2, 12), 16.0);
        let square: Vec<V> =
            [(-58., -40.), (-52., 44.), (50., 50.), (60., -34.)].iter().map(|&(x, y)| centre + v(x, y)).collect();

        // The harbour: two docks cut into the south bank, piers between them, a road around.
        let (harbour_west, harbour_east) = (1660.0, 2400.0);
        let river_dir = (at_x(&river, harbour_east) - at_x(&river, harbour_west)).unit();
        let inland = river_dir.left() * -1.0;
        let (hw, he) = (at_x(&south_quay, harbour_west), at_x(&south_quay, harbour_east));
        let harbour_road = curve(
            &[hw, hw + inland * 200.0, hw + inland * 440.0 + river_dir * 30.0, he + inland * 450.0, he + inland * 200.0, he],
            24.0,
        );
        let mut docks = Vec::new();
        let mut piers = Vec::new();
        for (k, share) in [0.26, 0.66].into_iter().enumerate() {
            let mouth = at_x(&river, harbour_west + (harbour_east - harbour_west) * share);
            let (a, b) = (mouth - river_dir * 46.0, mouth + river_dir * 46.0);
            let depth = 410.0 + 20.0 * k as f64;
            docks.push(vec![a, a + inland * depth, b + inland * depth, b]);
        }
        for share in [0.09, 0.46, 0.86] {
            let head = at_x(&south_bank, harbour_west + (harbour_east - harbour_west) * share) + inland * 12.0;
            let beyond = head + inland * 700.0;
            let gate = harbour_road
                .windows(2)
                .find_map(|w| crossing(head, beyond, w[0], w[1]))
                .map_or(beyond, |(t, _)| head.lerp(beyond, t));
            piers.push(vec![gate, head]);
        }

        let mut river_ring = offset(&river, |i| half[i]);
        river_ring.extend(offset(&river, |i| -half[i]).into_iter().rev());
        let mut riverside = offset(&river, |i| half[i] + QUAY_M - 2.0);
        riverside.extend(offset(&river, |i| -half[i] - QUAY_M + 2.0).into_iter().rev());
        let mut railway = offset(&rail, |_| RAILSIDE_M - 2.0);
        railway.extend(offset(&rail, |i| 2.0 - RAILSIDE_M - yard(rail[i])).into_iter().rev());
        let mut belt = belt_arc.clone();
        belt.extend(ring_arc.iter().rev());
        let mut old_town = ring_arc.clone();
        old_town.extend(between_x(&river, foot_west.x, foot_east.x).into_iter().rev());
        let mut harbour = harbour_road.clone();
        harbour.extend(between_x(&south_bank, hw.x, he.x).into_iter().rev());

        let boundary = closed_curve(&blob(seed ^ 17, v(0., 40.), v(2660., 2080.), 0.0, 0.09, 30), 60.0);
        // The districts reach past the last houses, most of all in the corners: lake and harbour belong to them whole.
        let outskirts: Vec<V> =
            boundary.iter().map(|p| *p * (1.05 + 0.11 * (2.0 * v(p.x / 2660., p.y / 2080.).angle()).sin().powi(2))).collect();
        let districts = districts(&outskirts, &old_town, [&river, &north_west, &north_east, &south], foot_west, foot_east);

        let road = |points: &[V], class: Class, name: &'static str| Line { points: points.to_vec(), class, name };
        let closed = |ring: &[V]| [ring, &ring[..1]].concat();
        let gate_street = |gate: V, name| {
            let from = square.iter().copied().min_by(|a, b| a.distance(gate).total_cmp(&b.distance(gate))).unwrap_or(centre);
            let middle = from.lerp(gate, 0.5) + (gate - from).unit().left() * 22.0;
            Line { points: curve(&[from, middle, gate], 16.0), class: Class::Minor, name }
        };
        let square_south = square[0].lerp(square[3], 0.5);
        let mut roads = vec![
            road(&motorway, Class::Motorway, "A7"),
            road(&outer_ring_closed(&outer_ring), Class::Major, "Outer Ring"),
            road(&ring_arc, Class::Major, "Inner Ring"),
            road(&north, Class::Major, "Station Avenue"),
            road(&north_east, Class::Major, "Swanmere Avenue"),
            road(&north_west, Class::Major, "Orchard Avenue"),
            road(&west, Class::Major, "Westfield Road"),
            road(&east, Class::Major, "Coast Road"),
            road(&south, Class::Major, "South Avenue"),
            road(&south_west, Class::Major, "Millbank Road"),
            road(&south_east, Class::Major, "Docklands Road"),
            road(&[square_south, bridge_north, bridge_south, bridgehead], Class::Major, "Old Bridge"),
            road(&[foot_east, nearest_on_line(foot_east, &south_quay).1], Class::Minor, "Chain Bridge"),
            road(&[at_x(&north_quay, -560.0), at_x(&south_quay, -590.0)], Class::Path, "Weir Footbridge"),
            road(&north_quay, Class::Major, "North Quay"),
            road(&between_x(&south_quay, -2240.0, harbour_west + 1.0), Class::Minor, "South Quay"),
            road(&harbour_road, Class::Minor, "Harbour Road"),
            road(&belt_arc, Class::Minor, "Rampart Walk"),
            road(&rail_north, Class::Minor, "Upper Railway Street"),
            road(&rail_south, Class::Minor, "Lower Railway Street"),
            road(&closed(&castle_park), Class::Minor, "Castle Park Row"),
            road(&closed(&lake_park), Class::Minor, "Swanmere Shore"),
            road(&closed(&cemetery), Class::Minor, "Yew Walk"),
            road(&closed(&common), Class::Minor, "Common Side"),
            road(&closed(&square), Class::Minor, "Market Square"),
            gate_street(gates[0], "North Gate Street"),
            gate_street(gates[1], "St Aldric Street"),
            gate_street(gates[2], "Orchard Gate"),
            gate_street(gates[3], "West Gate Street"),
            gate_street(gates[4], "East Gate Street"),
        ];
        roads.extend(piers.iter().map(|pier| road(pier, Class::Minor, "")));

        let mut water = vec![("River Alder", river_ring), ("Swanmere", lake), ("Castle Pond", pond)];
        water.extend(docks.into_iter().zip(["Herring Dock", "Timber Dock"]).map(|(ring, name)| (name, ring)));
        let zone = |ring: &[V], land_use| Zone { ring: ring.to_vec(), frame: Frame::around(ring), land_use };
        let zones = vec![
            zone(&riverside, Use::Riverside),
            zone(&railway, Use::Railway),
            zone(&belt, Use::Belt),
            zone(&harbour, Use::Harbour),
            zone(&castle_park, Use::Park("Castle Park")),
            zone(&lake_park, Use::LakePark("Swanmere Park")),
            zone(&cemetery, Use::Park("St Aldric's Cemetery")),
            zone(&common, Use::Park("South Common")),
            zone(&square, Use::Square("Market Square")),
        ];
        let rails = vec![
            rail.clone(),
            between_x(&offset(&rail, |i| -5.0 * (yard(rail[i]) / 46.0).min(1.0) - 4.5), -1400.0, 1300.0),
            between_x(&offset(&rail, |i| -14.0 * (yard(rail[i]) / 46.0) - 4.5), -330.0, 960.0),
        ];
        Self {
            centre,
            boundary,
            old_town,
            inner_town: outer_ring,
            river,
            water_frames: water.iter().map(|(_, ring)| Frame::around(ring)).collect(),
            water,
            roads,
            rails,
            zones,
            districts,
            station: (station_at + station_dir.left() * -42.0, station_dir),
            piers,
            woods: woods(seed),
        }
    }

    /// The use the plan reserves this place for, if any.
    pub fn reserved(&self, p: V) -> Option<Use> {
        let holds = |zone: &&Zone| zone.frame.is_near(p, 0.0) && inside(p, &zone.ring);
        self.zones.iter().find(holds).map(|zone| zone.land_use)
    }

    pub fn in_water(&self, p: V) -> bool {
        self.water.iter().zip(&self.water_frames).any(|((_, ring), frame)| frame.is_near(p, 0.0) && inside(p, ring))
    }
}

/// A closed outline as a line that ends where it began.
fn outer_ring_closed(ring: &[V]) -> Vec<V> {
    [ring, &ring[..1]].concat()
}

/// The point of a west-to-east line at `x`.
fn at_x(line: &[V], x: f64) -> V {
    line.windows(2)
        .find(|w| (w[0].x <= x) != (w[1].x <= x))
        .map_or(line[line.len() - 1], |w| w[0].lerp(w[1], (x - w[0].x) / (w[1].x - w[0].x)))
}

/// The part of a west-to-east line between two abscissae, ends included.
fn between_x(line: &[V], west: f64, east: f64) -> Vec<V> {
    let mut out = vec![at_x(line, west)];
    out.extend(line.iter().copied().filter(|p| p.x > west + 2.0 && p.x < east - 2.0));
    out.push(at_x(line, east));
    out
}

/// Cuts the town into the old town and five sectors along river and avenues. Neighbours share their border point by point.
fn districts(boundary: &[V], old_town: &[V], arms: [&[V]; 4], foot_west: V, foot_east: V) -> Vec<District> {
    let [river, north_west, north_east, south] = arms;
    let upstream: Vec<V> = {
        let mut arm: Vec<V> = river.iter().copied().filter(|p| p.x < foot_west.x).collect();
        arm.push(at_x(river, foot_west.x));
        arm.reverse();
        arm
    };
    let downstream: Vec<V> =
        std::iter::once(at_x(river, foot_east.x)).chain(river.iter().copied().filter(|p| p.x > foot_east.x)).collect();
    let southward: Vec<V> = std::iter::once(nearest_on_line(south[0], river).1).chain(south.iter().copied()).collect();
    // Counter-clockwise from the west.
    let arms = [upstream, southward, downstream, north_east.to_vec(), north_west.to_vec()];
    let names = [5usize, 4, 3, 2, 1];
    let cut: Vec<Vec<V>> = arms.iter().map(|arm| resample(&until_outside(arm, boundary), 60.0)).collect();

    let core = resample(&outer_ring_closed(old_town), 30.0);
    let core = &core[..core.len() - 1];
    let nearest = |p: V| (0..core.len()).min_by(|&a, &b| core[a].distance(p).total_cmp(&core[b].distance(p))).unwrap_or(0);
    let outer_nearest =
        |p: V| (0..boundary.len()).min_by(|&a, &b| boundary[a].distance(p).total_cmp(&boundary[b].distance(p))).unwrap_or(0);

    let mut out = vec![District { name: DISTRICTS[0].0, colour: DISTRICTS[0].1, ring: core.to_vec() }];
    for (i, &name) in names.iter().enumerate() {
        let (from, to) = (&cut[i], &cut[(i + 1) % cut.len()]);
        let mut ring = vec![core[nearest(from[0])]];
        ring.extend(&from[1..from.len() - 1]);
        ring.extend(walk(boundary, outer_nearest(from[from.len() - 1]), outer_nearest(to[to.len() - 1]), true));
        ring.extend(to[1..to.len() - 1].iter().rev());
        ring.extend(walk(core, nearest(to[0]), nearest(from[0]), super::plane::area(core) < 0.0));
        ring.pop();
        out.push(District { name: DISTRICTS[name].0, colour: DISTRICTS[name].1, ring });
    }
    out
}

fn until_outside(arm: &[V], boundary: &[V]) -> Vec<V> {
    let end = arm.iter().position(|p| !inside(*p, boundary)).unwrap_or(arm.len() - 1);
    arm[..=end].to_vec()
}

/// The ring's points from index `from` to index `to`, both included.
fn walk(ring: &[V], from: usize, to: usize, forward: bool) -> Vec<V> {
    let n = ring.len();
    let mut out = vec![ring[from]];
    let mut i = from;
    while i != to {
        i = if forward { (i + 1) % n } else { (i + n - 1) % n };
        out.push(ring[i]);
    }
    out
}

/// Forest in the country around, away from the built-up ground.
fn woods(seed: u64) -> Vec<Vec<V>> {
    [
        (-4700., 2600., 900., 620.),
        (-4500., -2300., 700., 800.),
        (3900., 1500., 620., 480.),
        (4600., -3000., 900., 500.),
        (1500., 3400., 1000., 380.),
        (-1500., -3200., 760., 420.),
        (4900., 2500., 500., 300.),
        (-1700., 3350., 640., 420.),
        (2100., -2900., 420., 300.),
    ]
    .iter()
    .enumerate()
    .map(|(i, &(x, y, rx, ry))| closed_curve(&blob(seed ^ (100 + i as u64), v(x, y), v(rx, ry), i as f64, 0.45, 26), 60.0))
    .collect()
}

/// Points along a line every `step` metres with the direction there.
pub fn stations(line: &[V], step: f64) -> Vec<(V, V)> {
    let n = (length(line) / step).ceil().max(1.0) as usize;
    (0..=n).map(|i| along(line, i as f64 * step)).collect()
}
