//! The outline of cells, with the sides between them dissolved.
//!
//! Every corner of a hexagonal grid is shared by three cells, so an outline passes it once at most and rings never have to be told apart at a crossing.

use crate::geo::Point;
use crate::geo::cell::Cell;
use crate::geo::cut::along_antimeridian;
use crate::geo::distance::shortest_lon;
use crate::geo::shape::{Area, AreaFlaw};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};

/// Returns the area of cells of one resolution, with straight sides between their corners. None of no cells; an outline of more corners than an
/// area may have is refused.
pub fn outline(cells: &[Cell]) -> Result<Option<Area>, AreaFlaw> {
    if cells.is_empty() {
        return Ok(None);
    }
    let rings = rings_of(cells);
    let (outer, holes): (Vec<_>, Vec<_>) = rings.into_iter().partition(|ring| twice_area(ring) > 0.0);
    let mut polygons: Vec<Vec<Vec<Point>>> = outer.into_iter().map(|ring| vec![ring]).collect();
    for hole in holes {
        // A hole lies in the smallest ring around it.
        let around = polygons.iter_mut().filter(|polygon| contains(&polygon[0], hole[0]));
        if let Some(polygon) = around.min_by(|a, b| twice_area(&a[0]).total_cmp(&twice_area(&b[0]))) {
            polygon.push(hole);
        }
    }
    let position = |point: &Point| json!([point.lon(), point.lat()]);
    let ring = |ring: &Vec<Point>| ring.iter().chain(ring.first()).map(position).collect::<Value>();
    let coordinates: Value = polygons.iter().map(|polygon| polygon.iter().map(ring).collect::<Value>()).collect();
    let geometry = json!({ "type": "MultiPolygon", "coordinates": coordinates });
    let cut = along_antimeridian(&geometry).ok().flatten();
    Area::from_geojson(cut.as_ref().unwrap_or(&geometry)).map(Some)
}

/// Rings, not closed, with the cells on their left. Ascending by their first corner.
fn rings_of(cells: &[Cell]) -> Vec<Vec<Point>> {
    let mut sides: HashMap<(u64, u64), ()> = HashMap::new();
    let mut places: HashMap<u64, Point> = HashMap::new();
    for cell in cells {
        let corners: Vec<(u64, Point)> = cell.corners().collect();
        for (at, (corner, point)) in corners.iter().enumerate() {
            places.insert(*corner, *point);
            let (next, _) = corners[(at + 1) % corners.len()];
            // The same side the other way round is the neighbour's: both are inside.
            if sides.remove(&(next, *corner)).is_none() {
                sides.insert((*corner, next), ());
            }
        }
    }
    let mut onward: BTreeMap<u64, u64> = sides.into_keys().collect();
    let mut rings = Vec::new();
    while let Some((first, mut next)) = onward.pop_first() {
        let mut ring = vec![places[&first]];
        while next != first {
            ring.push(places[&next]);
            match onward.remove(&next) {
                Some(after) => next = after,
                None => break,
            }
        }
        rings.push(ring);
    }
    rings
}

/// Positive counter-clockwise, in the plane of degrees from the first corner.
fn twice_area(ring: &[Point]) -> f64 {
    let first = ring[0];
    let at = |point: Point| (shortest_lon(point.lon() - first.lon()), point.lat() - first.lat());
    let side = |place: usize| {
        let ((ax, ay), (bx, by)) = (at(ring[place]), at(ring[(place + 1) % ring.len()]));
        ax * by - bx * ay
    };
    (0..ring.len()).map(side).sum()
}

/// Even-odd, in the plane of degrees from the point.
fn contains(ring: &[Point], point: Point) -> bool {
    let at = |corner: Point| (shortest_lon(corner.lon() - point.lon()), corner.lat() - point.lat());
    let crosses = |place: usize| {
        let ((ax, ay), (bx, by)) = (at(ring[place]), at(ring[(place + 1) % ring.len()]));
        (ay > 0.0) != (by > 0.0) && ax + (bx - ax) * (0.0 - ay) / (by - ay) > 0.0
    };
    (0..ring.len()).filter(|place| crosses(*place)).count() % 2 == 1
}
