//! All fences, all versions, as one immutable set: shared by everybody who derives, replaced as a whole when a fence changes.
//!
//! A tree of bounds finds the few fences a fix or a segment can concern: nodes that the segment itself does not touch are not
//! opened, so that neither a million fences elsewhere nor a long way between two fixes costs anything. Not here: the decision (`watch`).
//! The invariant: the versions of a fence never overlap in time, and stand in the order of (id, version).

use super::ground::Ground;
use super::{Definition, Fence, FenceRules};
use crate::geo::distance::shortest_lon;
use crate::geo::still::halves;
use crate::track::Fix;
use crate::{AgentId, FenceId, Point, Timestamp};
use rstar::{AABB, ParentNode, RStarInsertionStrategy, RTree, RTreeNode, RTreeObject, RTreeParams};
use std::collections::HashMap;
use std::f64::consts::PI;
use std::ops::Deref;
use std::sync::Arc;

/// Immutable; share it by `Arc`.
#[derive(Debug, Default)]
pub struct FenceSet {
    entries: Vec<Entry>,
    tree: RTree<Leaf, Wide>,
    /// Versions that name the agents they are for.
    named: HashMap<AgentId, Vec<u32>>,
}

/// One version, made ready once and shared by every set it is in.
#[derive(Debug)]
pub(super) struct Ready {
    pub fence: Fence,
    pub ground: Ground,
    area_m2: f64,
}

/// One version in a set.
#[derive(Debug)]
pub(super) struct Entry {
    ready: Arc<Ready>,
    /// The time for which this version or its like beside it is in force: what changes only the name ends nobody's visit.
    pub from: Timestamp,
    pub to: Option<Timestamp>,
    /// Which versions are alike: the slot of the first.
    pub chain: u32,
}

/// Fewer levels and so fewer misses of the cache than the six children of the default; measured.
#[derive(Clone, Debug)]
struct Wide;

impl RTreeParams for Wide {
    const MIN_SIZE: usize = 8;
    const MAX_SIZE: usize = 16;
    const REINSERTION_COUNT: usize = 4;
    type DefaultInsertionStrategy = RStarInsertionStrategy;
}

#[derive(Clone, Copy, Debug)]
struct Leaf {
    south_west: [f64; 2],
    north_east: [f64; 2],
    slot: u32,
}

impl RTreeObject for Leaf {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners(self.south_west, self.north_east)
    }
}

impl FenceSet {
    /// Takes fences in any order. Of two equal (id, version) the later one in the list stays.
    pub fn new(fences: impl IntoIterator<Item = Fence>) -> Self {
        Self::default().with(fences)
    }

    /// The same set with these versions added, or in the place of those with the same (id, version).
    pub fn with(&self, fences: impl IntoIterator<Item = Fence>) -> Self {
        let kept = self.entries.iter().map(|entry| entry.ready.clone());
        let mut all: Vec<Arc<Ready>> = kept.chain(fences.into_iter().map(|fence| Arc::new(Ready::new(fence)))).collect();
        all.sort_by_key(|ready| ready.key());
        // Of equals the last, which came last.
        all.reverse();
        all.dedup_by_key(|ready| ready.key());
        all.reverse();
        all.truncate(u32::MAX as usize);
        let mut entries: Vec<Entry> = Vec::with_capacity(all.len());
        for ready in all {
            let slot = entries.len() as u32;
            let before = entries.last().filter(|before| before.goes_on_as(&ready.fence));
            let (from, chain) = before.map_or((ready.fence.valid_from, slot), |before| (before.from, before.chain));
            entries.push(Entry { to: ready.fence.valid_to, ready, from, chain });
        }
        for slot in (1..entries.len()).rev() {
            if entries[slot].chain == entries[slot - 1].chain {
                entries[slot - 1].to = entries[slot].to;
            }
        }
        let tree =
            RTree::bulk_load_with_params(entries.iter().enumerate().flat_map(|(slot, entry)| leaves(slot, entry)).collect());
        let mut named = HashMap::<AgentId, Vec<u32>>::new();
        for (slot, entry) in entries.iter().enumerate() {
            for agent in entry.fence.definition.agents.iter().flatten() {
                named.entry(*agent).or_default().push(slot as u32);
            }
        }
        Self { entries, tree, named }
    }

    /// The fences in force at an instant that name this agent, by id, whatever their calendars say: the agent's own places.
    pub fn naming(&self, agent: AgentId, at: Timestamp) -> impl Iterator<Item = &Fence> {
        let slots = self.named.get(&agent).into_iter().flatten();
        slots.map(|slot| &self.entries[*slot as usize].fence).filter(move |fence| fence.is_valid(at))
    }

    /// Number of versions.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// One version of a fence.
    pub fn version(&self, id: FenceId, version: i64) -> Option<&Fence> {
        self.slot_of(id, version).map(|slot| &self.entry(slot).fence)
    }

    /// The fence as it stood at an instant.
    pub fn fence_at(&self, id: FenceId, at: Timestamp) -> Option<&Fence> {
        let first = self.entries.partition_point(|entry| entry.fence.id < id);
        let versions = self.entries[first..].iter().map(|entry| &entry.ready.fence).take_while(|fence| fence.id == id);
        versions.into_iter().find(|fence| fence.is_valid(at))
    }

    /// The ground of a fence as it stood at an instant, ready to be measured against.
    pub fn ground_at(&self, id: FenceId, at: Timestamp) -> Option<&Ground> {
        let first = self.entries.partition_point(|entry| entry.fence.id < id);
        let versions = self.entries[first..].iter().map(|entry| &*entry.ready).take_while(|ready| ready.fence.id == id);
        versions.into_iter().find(|ready| ready.fence.is_valid(at)).map(|ready| &ready.ground)
    }

    /// The fences that hold a point at an instant, whomever they are for and whatever their calendars say, by id.
    pub fn around(&self, point: Point, at: Timestamp) -> Vec<&Fence> {
        let mut slots = Vec::new();
        self.near(point, point, &mut slots);
        let entries = slots.into_iter().map(|slot| self.entry(slot));
        entries.filter(|entry| entry.fence.is_valid(at) && entry.ground.contains(point)).map(|entry| &entry.ready.fence).collect()
    }

    pub(super) fn entry(&self, slot: u32) -> &Entry {
        &self.entries[slot as usize]
    }

    pub(super) fn slot_of(&self, id: FenceId, version: i64) -> Option<u32> {
        let found = self.entries.binary_search_by_key(&(id, version), |entry| entry.key());
        found.ok().map(|slot| slot as u32)
    }

    /// The version in force at an instant, of those alike; the one given when none is.
    pub(super) fn in_force(&self, slot: u32, at: Timestamp) -> &Entry {
        let entry = self.entry(slot);
        let alike = self.entries[entry.chain as usize..].iter().take_while(|other| other.chain == entry.chain);
        alike.into_iter().find(|other| other.fence.is_valid(at)).unwrap_or(entry)
    }

    /// Puts in the slots of what the straight way between two points may touch, in order, each once.
    pub(super) fn near(&self, from: Point, to: Point, slots: &mut Vec<u32>) {
        let way =
            Way { lat: from.lat(), lon: from.lon(), d_lat: to.lat() - from.lat(), d_lon: shortest_lon(to.lon() - from.lon()) };
        way.collect(self.tree.root(), slots);
        // What goes on beyond the antimeridian goes on at the other end of the map, and a point on it stands at both.
        let end = way.lon + way.d_lon;
        if end >= 180.0 || way.lon >= 180.0 {
            Way { lon: way.lon - 360.0, ..way }.collect(self.tree.root(), slots);
        }
        if end <= -180.0 || way.lon <= -180.0 {
            Way { lon: way.lon + 360.0, ..way }.collect(self.tree.root(), slots);
        }
        if slots.len() > 1 {
            slots.sort_unstable();
            slots.dedup();
        }
    }
}

fn leaves(slot: usize, entry: &Entry) -> impl Iterator<Item = Leaf> {
    let parts = halves(&entry.ground.bounds()).into_iter().flatten();
    parts.map(move |part| Leaf { south_west: [part.south, part.west], north_east: [part.north, part.east], slot: slot as u32 })
}

impl Fence {
    pub fn is_valid(&self, at: Timestamp) -> bool {
        self.valid_from <= at && self.valid_to.is_none_or(|to| at < to)
    }

    pub fn is_for(&self, agent: AgentId) -> bool {
        self.definition.agents.as_ref().is_none_or(|agents| agents.binary_search(&agent).is_ok())
    }
}

impl Ready {
    fn new(fence: Fence) -> Self {
        let ground = Ground::new(&fence.definition.shape);
        Self { area_m2: ground.area_m2(), fence, ground }
    }

    const fn key(&self) -> (FenceId, i64) {
        (self.fence.id, self.fence.version)
    }
}

impl Deref for Entry {
    type Target = Ready;

    fn deref(&self) -> &Ready {
        &self.ready
    }
}

impl Entry {
    fn goes_on_as(&self, next: &Fence) -> bool {
        self.fence.id == next.id
            && self.fence.valid_to == Some(next.valid_from)
            && self.fence.definition.is_same_ground(&next.definition)
    }

    pub fn definition(&self) -> &Definition {
        &self.fence.definition
    }

    pub fn is_open(&self, at: Timestamp) -> bool {
        self.definition().calendar.as_ref().is_none_or(|calendar| calendar.is_open(at))
    }

    /// When it came into force, of the time it is in force at this instant.
    pub fn opened_at(&self, at: Timestamp) -> Timestamp {
        let calendar = self.definition().calendar.as_ref();
        calendar.and_then(|calendar| calendar.last_change(at)).map_or(self.from, |opened| opened.max(self.from))
    }

    /// A fix coarser than the fence cannot tell.
    pub fn is_coarse(&self, accuracy_m: f64) -> bool {
        PI * accuracy_m * accuracy_m > self.area_m2
    }

    pub fn enter_overlap(&self, rules: &FenceRules) -> f64 {
        if self.is_small(rules) { rules.enter_small } else { rules.enter_large }
    }

    pub fn exit_overlap(&self, rules: &FenceRules) -> f64 {
        if self.is_small(rules) { rules.exit_small } else { rules.exit_large }
    }

    fn is_small(&self, rules: &FenceRules) -> bool {
        self.area_m2 < PI * rules.small_radius_m * rules.small_radius_m
    }

    /// The part of the fix's accuracy circle within the fence; nothing when it is above or below.
    pub fn overlap(&self, fix: &Fix, accuracy_m: f64) -> f64 {
        if self.is_level(fix.altitude_m()) { self.ground.overlap(fix.point(), accuracy_m) } else { 0.0 }
    }

    pub fn is_level(&self, altitude_m: Option<f64>) -> bool {
        let Some(altitude_m) = altitude_m else { return true };
        let Definition { floor_m, ceiling_m, .. } = self.definition();
        floor_m.is_none_or(|floor_m| altitude_m >= floor_m) && ceiling_m.is_none_or(|ceiling_m| altitude_m <= ceiling_m)
    }
}

/// A straight way in the plane of degrees.
#[derive(Clone, Copy)]
struct Way {
    lat: f64,
    lon: f64,
    d_lat: f64,
    d_lon: f64,
}

impl Way {
    fn collect(&self, parent: &ParentNode<Leaf>, slots: &mut Vec<u32>) {
        for child in parent.children() {
            match child {
                RTreeNode::Leaf(leaf) => {
                    if self.touches(leaf.south_west, leaf.north_east) {
                        slots.push(leaf.slot);
                    }
                }
                RTreeNode::Parent(parent) => {
                    if self.touches(parent.envelope().lower(), parent.envelope().upper()) {
                        self.collect(parent, slots);
                    }
                }
            }
        }
    }

    /// First the boxes, then whether the corners of the box lie on both sides of the way.
    fn touches(&self, [south, west]: [f64; 2], [north, east]: [f64; 2]) -> bool {
        let (lat, lon, d_lat, d_lon) = (self.lat, self.lon, self.d_lat, self.d_lon);
        if lat.min(lat + d_lat) > north
            || lat.max(lat + d_lat) < south
            || lon.min(lon + d_lon) > east
            || lon.max(lon + d_lon) < west
        {
            return false;
        }
        let (s, n, w, e) = (south - lat, north - lat, west - lon, east - lon);
        let (rise, run) = (d_lat, d_lon);
        // The two corners farthest to the left and to the right of the way.
        let (left, right) =
            if rise * run >= 0.0 { (run * n - rise * w, run * s - rise * e) } else { (run * n - rise * e, run * s - rise * w) };
        left * right <= SLACK
    }
}

/// Degrees², for what rounding may move a corner that the way only touches.
const SLACK: f64 = 1e-18;
