//! Cutting a polygon along the antimeridian, as RFC 7946 (3.1.9) wants it, for those that were drawn straight across.
//!
//! Read as across: longitudes beyond ±180 (maps that unroll the world write 181 for -179), and sides that span more than half the
//! world, which mean the short way round. Not here: checking what comes out (`shape`), and polygons that go round a pole.
//! The invariant: what does not cross is left alone, to the letter; of what does, the two parts together are the same area.

use serde_json::{Value, json};

/// A polygon that cannot be cut in two.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CutFlaw {
    #[error("must not go round a pole: draw the side along latitude 90 or -90 too")]
    RoundAPole,
    #[error("must span less than 360 degrees of longitude")]
    TooWide,
}

/// Longitude, unrolled, and latitude.
type Corner = (f64, f64);
/// Without the closing position.
type Ring = Vec<Corner>;

const EAST_END: f64 = 180.0;

/// Returns the `Polygon` or `MultiPolygon` cut along the antimeridian, or None when no ring crosses it, or when it cannot be
/// read at all: then whoever checks areas says why.
pub fn along_antimeridian(geometry: &Value) -> Result<Option<Value>, CutFlaw> {
    let coordinates = &geometry["coordinates"];
    let polygons: Option<Vec<Vec<Ring>>> = match geometry["type"].as_str() {
        Some("Polygon") => rings_of(coordinates).map(|polygon| vec![polygon]),
        Some("MultiPolygon") => coordinates.as_array().and_then(|polygons| polygons.iter().map(rings_of).collect()),
        _ => None,
    };
    let Some(polygons) = polygons else { return Ok(None) };
    if !polygons.iter().flatten().any(is_across) {
        return Ok(None);
    }
    let mut parts: Vec<Vec<Ring>> = Vec::new();
    for polygon in polygons {
        parts.extend(cut(unrolled(polygon)?));
    }
    let ring = |ring: &Ring| {
        let closed = ring.iter().chain(ring.first());
        closed.map(|(lon, lat)| json!([lon, lat])).collect::<Value>()
    };
    let coordinates: Value = parts.iter().map(|polygon| polygon.iter().map(ring).collect::<Value>()).collect();
    Ok(Some(json!({ "type": "MultiPolygon", "coordinates": coordinates })))
}

/// None when a position is not two numbers that could be one, or a ring is not closed.
fn rings_of(polygon: &Value) -> Option<Vec<Ring>> {
    polygon.as_array()?.iter().map(ring_of).collect()
}

fn ring_of(ring: &Value) -> Option<Ring> {
    let position = |value: &Value| {
        let numbers = value.as_array().filter(|numbers| (2..=3).contains(&numbers.len()))?;
        let (lon, lat) = (numbers[0].as_f64()?, numbers[1].as_f64()?);
        ((-540.0..=540.0).contains(&lon) && (-90.0..=90.0).contains(&lat)).then_some((lon, lat))
    };
    let mut corners: Ring = ring.as_array()?.iter().map(position).collect::<Option<_>>()?;
    let (first, last) = (*corners.first()?, corners.pop()?);
    let is_closed = first.1 == last.1 && (first.0 - last.0).rem_euclid(360.0) == 0.0;
    (is_closed && corners.len() >= 3).then_some(corners)
}

fn is_across(ring: &Ring) -> bool {
    ring.iter().any(|(lon, _)| lon.abs() > 180.0) || sides(ring).any(|(a, b)| spans_half_the_world(b.0 - a.0))
}

/// A side of exactly 360 degrees is the edge of a map of the world, and stays that.
fn spans_half_the_world(d_lon: f64) -> bool {
    d_lon.abs() > 180.0 && d_lon.abs() < 360.0
}

fn sides(ring: &Ring) -> impl Iterator<Item = (Corner, Corner)> + '_ {
    (0..ring.len()).map(|at| (ring[at], ring[(at + 1) % ring.len()]))
}

/// The rings with every side the short way round, the west end of the outer one within -180..180 and the holes beside it.
fn unrolled(polygon: Vec<Ring>) -> Result<Vec<Ring>, CutFlaw> {
    let mut rings: Vec<Ring> = Vec::with_capacity(polygon.len());
    for mut ring in polygon {
        for at in 1..ring.len() {
            let d_lon = ring[at].0 - ring[at - 1].0;
            ring[at].0 = ring[at - 1].0 + d_lon - 360.0 * (d_lon / 360.0).round();
        }
        if (ring[0].0 - ring[ring.len() - 1].0).abs() > 180.0 {
            return Err(CutFlaw::RoundAPole);
        }
        let (west, east) = span(&ring);
        if east - west >= 360.0 {
            return Err(CutFlaw::TooWide);
        }
        let west_end = rings.first().map_or(-180.0, |outer| span(outer).0);
        let turns = ((west - west_end) / 360.0).floor() * 360.0;
        ring.iter_mut().for_each(|corner| corner.0 -= turns);
        rings.push(ring);
    }
    Ok(rings)
}

fn span(ring: &Ring) -> (f64, f64) {
    ring.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(west, east), corner| (west.min(corner.0), east.max(corner.0)))
}

/// A run of corners on one side of the antimeridian, between two crossings.
struct Chain {
    ends: [usize; 2],
    corners: Ring,
}

/// The parts west and east of the antimeridian, each a polygon; the eastern ones moved to where longitudes begin.
fn cut(rings: Vec<Ring>) -> Vec<Vec<Ring>> {
    let mut crossings: Vec<f64> = Vec::new();
    let mut chains: [Vec<Chain>; 2] = [Vec::new(), Vec::new()];
    let mut whole: [Vec<Ring>; 2] = [Vec::new(), Vec::new()];
    let is_outer_cut = rings.first().is_some_and(|outer| split(outer, &mut crossings, &mut chains).is_some());
    let mut outer = Vec::new();
    for (at, ring) in rings.into_iter().enumerate() {
        let beyond = usize::from(is_beyond(&ring[0]));
        if at == 0 {
            if !is_outer_cut {
                outer = vec![(beyond, ring)];
            }
        } else if split(&ring, &mut crossings, &mut chains).is_none() {
            whole[beyond].push(ring);
        }
    }
    let partners = partners(&crossings);
    for (beyond, chains) in chains.into_iter().enumerate() {
        outer.extend(stitched(chains, &partners).into_iter().map(|ring| (beyond, ring)));
    }
    let mut parts: Vec<(usize, Vec<Ring>)> = outer.into_iter().map(|(beyond, ring)| (beyond, vec![ring])).collect();
    for (beyond, holes) in whole.into_iter().enumerate() {
        for hole in holes {
            let home = parts.iter().position(|(side, part)| *side == beyond && surrounds(&part[0], hole[0]));
            if let Some((_, part)) = home.and_then(|home| parts.get_mut(home)) {
                part.push(hole);
            }
        }
    }
    parts.into_iter().map(|(beyond, part)| moved(part, if beyond == 1 { -360.0 } else { 0.0 })).collect()
}

fn is_beyond(corner: &Corner) -> bool {
    corner.0 >= EAST_END
}

/// Splits a ring into its chains; None when it lies on one side.
fn split(ring: &Ring, crossings: &mut Vec<f64>, chains: &mut [Vec<Chain>; 2]) -> Option<()> {
    let n = ring.len();
    let start = (0..n).find(|&at| is_beyond(&ring[at]) != is_beyond(&ring[(at + 1) % n]))?;
    let mut cross = |a: Corner, b: Corner| {
        let lat = a.1 + (b.1 - a.1) * (EAST_END - a.0) / (b.0 - a.0);
        crossings.push(lat);
        (crossings.len() - 1, (EAST_END, lat))
    };
    let (first, first_at) = cross(ring[start], ring[(start + 1) % n]);
    let (mut from, mut corners) = (first, vec![first_at]);
    for step in 1..=n {
        let (here, next) = (ring[(start + step) % n], ring[(start + step + 1) % n]);
        corners.push(here);
        if is_beyond(&here) != is_beyond(&next) {
            let (to, at) = if step == n { (first, first_at) } else { cross(here, next) };
            corners.push(at);
            chains[usize::from(is_beyond(&here))].push(Chain { ends: [from, to], corners: std::mem::take(&mut corners) });
            (from, corners) = (to, vec![at]);
        }
    }
    Some(())
}

/// Between the first crossing from the south and the second lies the polygon, between the second and the third it does not…
fn partners(crossings: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..crossings.len()).collect();
    order.sort_by(|&a, &b| crossings[a].total_cmp(&crossings[b]));
    let mut partners = vec![0; crossings.len()];
    for pair in order.chunks_exact(2) {
        (partners[pair[0]], partners[pair[1]]) = (pair[1], pair[0]);
    }
    partners
}

/// Joins the chains of one side along the antimeridian. What has no corner off it encloses nothing.
fn stitched(mut chains: Vec<Chain>, partners: &[usize]) -> Vec<Ring> {
    let mut rings = Vec::new();
    while let Some(Chain { ends: [start, mut end], corners: mut ring }) = chains.pop() {
        while partners[end] != start {
            let joint = partners[end];
            let Some(next) = chains.iter().position(|chain| chain.ends.contains(&joint)) else { break };
            let mut next = chains.swap_remove(next);
            if next.ends[0] != joint {
                next.ends.reverse();
                next.corners.reverse();
            }
            ring.extend(next.corners);
            end = next.ends[1];
        }
        ring.dedup();
        if ring.first() == ring.last() {
            ring.pop();
        }
        if ring.iter().any(|corner| corner.0 != EAST_END) {
            rings.push(ring);
        }
    }
    rings
}

fn surrounds(ring: &Ring, (lon, lat): Corner) -> bool {
    let crossed = sides(ring).filter(|(a, b)| (a.1 > lat) != (b.1 > lat));
    crossed.filter(|(a, b)| a.0 + (b.0 - a.0) * (lat - a.1) / (b.1 - a.1) > lon).count() % 2 == 1
}

fn moved(mut part: Vec<Ring>, d_lon: f64) -> Vec<Ring> {
    part.iter_mut().flatten().for_each(|corner| corner.0 += d_lon);
    part
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Point;
    use crate::geo::shape::Area;

    fn cut_area(geometry: &Value) -> Area {
        let cut = along_antimeridian(geometry).unwrap().expect("it crosses");
        Area::from_geojson(&cut).unwrap_or_else(|flaw| panic!("{flaw}: {cut}"))
    }

    fn polygon(rings: Value) -> Value {
        json!({ "type": "Polygon", "coordinates": rings })
    }

    fn holds(area: &Area, lat: f64, lon: f64) -> bool {
        area.contains(Point::new(lat, lon).unwrap())
    }

    #[test]
    fn what_does_not_cross_is_left_alone() {
        for geometry in [
            polygon(json!([[[0, 0], [1, 0], [1, 1], [0, 0]]])),
            polygon(json!([[[-180, -90], [180, -90], [180, 90], [-180, 90], [-180, -90]]])),
            polygon(json!([[[170, 0], [180, 0], [180, 1], [170, 0]]])),
            polygon(json!([[["a"]]])),
            json!({ "type": "Point", "coordinates": [181, 0] }),
            json!(null),
        ] {
            assert_eq!(along_antimeridian(&geometry), Ok(None), "{geometry}");
        }
    }

    #[test]
    fn a_box_across_is_the_same_written_three_ways() {
        for (west, east) in [(179.0, -179.0), (179.0, 181.0), (-181.0, -179.0)] {
            let area = cut_area(&polygon(json!([[[west, -18], [east, -18], [east, -17], [west, -17], [west, -18]]])));
            assert!(holds(&area, -17.5, 179.5) && holds(&area, -17.5, 180.0) && holds(&area, -17.5, -179.5), "{west}..{east}");
            assert!(!holds(&area, -17.5, 178.9) && !holds(&area, -16.9, 179.5) && !holds(&area, -17.5, 0.0), "{west}..{east}");
        }
    }

    #[test]
    fn a_polygon_written_beyond_180_is_brought_back() {
        let area = cut_area(&polygon(json!([[[190, 0], [191, 0], [191, 1], [190, 1], [190, 0]]])));
        assert!(holds(&area, 0.5, -169.5) && !holds(&area, 0.5, 169.5));
    }

    #[test]
    fn teeth_and_holes_across_come_out_right() {
        // A comb with three teeth across, and two holes: one across, one on each of the sides.
        let comb = json!([[170, 0], [190, 0], [190, 10], [172, 10], [172, 12], [190, 12], [190, 20], [170, 20], [170, 0]]);
        let across = json!([[178, 4], [182, 4], [182, 6], [178, 6], [178, 4]]);
        let west = json!([[174, 14], [176, 14], [176, 16], [174, 16], [174, 14]]);
        let east = json!([[184, 2], [184, 3], [186, 3], [186, 2], [184, 2]]);
        let area = cut_area(&polygon(json!([comb, across, west, east])));
        for (lat, lon, expected) in [
            (5.0, 175.0, true),
            (5.0, 179.0, false),
            (5.0, -179.0, false),
            (5.0, -171.0, true),
            (11.0, 175.0, false),
            (11.0, -175.0, false),
            (11.0, 171.0, true),
            (15.0, 175.0, false),
            (15.0, 179.0, true),
            (15.0, -175.0, true),
            (2.5, -175.0, false),
            (3.5, -175.0, true),
            (5.0, 180.0, false),
            (8.0, -180.0, true),
        ] {
            assert_eq!(holds(&area, lat, lon), expected, "{lat}, {lon}");
        }
    }

    #[test]
    fn a_corner_on_the_antimeridian_is_no_trouble() {
        let area = cut_area(&polygon(json!([[[179, 0], [180, 1], [181, 0], [181, 3], [180, 2], [179, 3], [179, 0]]])));
        assert!(holds(&area, 1.5, 180.0) && holds(&area, 1.5, -179.5) && holds(&area, 1.5, 179.5));
        assert!(!holds(&area, 0.5, 179.9) && !holds(&area, 2.5, -179.9));
        let touching = json!([[[538, 0], [540, 1], [538, 2], [538, 0]], [[539, 0.9], [539.2, 1.0], [539, 1.1], [539, 0.9]]]);
        let touching = cut_area(&polygon(touching));
        assert!(holds(&touching, 1.0, 178.5) && !holds(&touching, 1.0, 179.1));
    }

    #[test]
    fn a_ring_round_a_pole_or_the_world_is_refused() {
        let round = polygon(json!([[[-120, 80], [0, 80], [120, 80], [-120, 80]]]));
        assert_eq!(along_antimeridian(&round), Err(CutFlaw::RoundAPole));
        let wide = json!([[-180, 0], [-60, 1], [60, 1], [170, 1], [185, 1], [185, 2], [60, 2], [-60, 2], [-180, 2], [-180, 0]]);
        assert_eq!(along_antimeridian(&polygon(json!([wide]))), Err(CutFlaw::TooWide));
    }
}
