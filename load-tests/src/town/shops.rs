//! The shops of the town, which are the field agents' customers: along the streets, dense in the middle, sparse at the edge.

use super::layout::{Class, Layout};
use super::names::Namer;
use super::net::Net;
use super::plane::{V, along, inside, length};
use crate::rng::Rng;

const SHOPS: usize = 150;
const APART_M: f64 = 42.0;

#[derive(Clone, Debug)]
pub struct Shop {
    pub at: V,
    pub name: String,
    pub category: &'static str,
    pub address: String,
}

pub fn open(layout: &Layout, net: &Net, street_names: &[String], namer: &mut Namer, seed: u64) -> Vec<Shop> {
    let mut rng = Rng::stream(seed, 9);
    let mut shops: Vec<Shop> = Vec::new();
    let streets: Vec<usize> = (0..net.edges.len())
        .filter(|i| {
            let edge = &net.edges[*i];
            matches!(edge.class, Class::Major | Class::Minor)
                && edge.points.iter().all(|p| inside(*p, &layout.boundary))
                && !street_names[edge.line].is_empty()
        })
        .collect();
    for _ in 0..40_000 {
        if shops.len() == SHOPS || streets.is_empty() {
            break;
        }
        let edge = &net.edges[*rng.pick(&streets)];
        let (on_street, way) = along(&edge.points, rng.range(0.1, 0.9) * length(&edge.points));
        let out = on_street.distance(layout.centre);
        let wanted = if inside(on_street, &layout.old_town) { 1.0 } else { 0.75 * (-(out / 1500.0).powi(2)).exp() };
        let side = if rng.chance(0.5) { 1.0 } else { -1.0 };
        let at = on_street + way.left() * (side * (edge.class.half_width_m() + 5.0));
        let fits = layout.reserved(at).is_none()
            && !layout.in_water(at)
            && layout.districts.iter().any(|d| inside(at, &d.ring))
            && shops.iter().all(|shop| shop.at.distance(at) > APART_M + out / 25.0);
        if rng.chance(wanted + if edge.class == Class::Major { 0.2 } else { 0.0 }) && fits {
            let (category, name) = namer.shop();
            let address = format!("{} {}", 1 + rng.below(120), street_names[edge.line]);
            shops.push(Shop { at, name, category, address });
        }
    }
    shops
}
