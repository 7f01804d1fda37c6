//! What a map says about roads, before any profile looks at it: ways with their nodes, who may travel on them and how fast, turn
//! restrictions, and the places people search for. Read from an OpenStreetMap extract (`pbf`) or a generated town (`geojson`), or made of
//! plain streets (`streets`).
//!
//! Deliberately absent: everything the network does not need. An extract is let go once networks and gazetteer are built from it.

pub mod geojson;
pub mod pbf;
pub mod restriction;
pub mod streets;
pub mod tags;

use restriction::Restriction;
use salessync_engine::Point;
use std::collections::HashMap;
use std::ops::Range;
use tags::Travel;

/// A node of a way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Node {
    pub point: Point,
    /// Whom it stops, by `TravelProfile::index`.
    pub blocks: [bool; 3],
    pub has_signals: bool,
}

/// A stretch of road as it was mapped.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Way {
    pub id: i64,
    /// Of `Extract::way_nodes`: two or more.
    pub nodes: Range<u32>,
    /// By `TravelProfile::index`.
    pub travel: [Travel; 3],
    pub name: NameId,
}

/// Something that people search for by name or address.
#[derive(Clone, PartialEq, Debug)]
pub struct Place {
    pub kind: PlaceKind,
    pub name: String,
    pub point: Point,
}

/// What a place is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceKind {
    /// A city, a village, a quarter.
    Settlement,
    Street,
    /// A house number in a street.
    Address,
    /// A shop, an office, a school: anything with a name of its own.
    Poi,
}

/// What an extract holds.
#[derive(Clone, Debug, Default)]
pub struct Extract {
    pub nodes: Vec<Node>,
    /// Indexes of `nodes`, way after way.
    pub way_nodes: Vec<u32>,
    pub ways: Vec<Way>,
    pub restrictions: Vec<Restriction>,
    pub places: Vec<Place>,
    pub names: Names,
    pub report: ImportReport,
    /// Tells one map from another: a digest of what was read.
    pub version: u64,
}

impl Extract {
    pub fn nodes_of(&self, way: &Way) -> &[u32] {
        &self.way_nodes[way.nodes.start as usize..way.nodes.end as usize]
    }
}

/// What was found, and what was left out and why.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize)]
pub struct ImportReport {
    pub ways_seen: u64,
    /// By `TravelProfile::index`: ways on which it may travel.
    pub ways_kept: [u64; 3],
    /// Ways of fewer than two nodes, or of which no two neighbouring nodes are in the extract.
    pub ways_degenerate: u64,
    /// References to nodes that are not in the extract: its border cuts ways.
    pub refs_missing: u64,
    /// Nodes whose coordinates are no place on earth.
    pub nodes_misplaced: u64,
    pub restrictions_kept: u64,
    /// Restrictions over another way instead of a node: not modelled.
    pub restrictions_via_way: u64,
    /// Restrictions without from, via or to, or of a kind that is not known.
    pub restrictions_incomplete: u64,
    pub places_kept: u64,
    /// Places beyond the bound of the gazetteer.
    pub places_dropped: u64,
}

/// A name in `Names`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NameId(pub u32);

impl NameId {
    /// The empty name.
    pub const NONE: Self = Self(0);
}

/// Names of roads, each kept once.
#[derive(Clone, Debug)]
pub struct Names {
    text: String,
    ends: Vec<u32>,
    known: HashMap<String, NameId>,
}

impl Default for Names {
    fn default() -> Self {
        let mut names = Self { text: String::new(), ends: Vec::new(), known: HashMap::new() };
        names.intern("");
        names
    }
}

impl Names {
    pub fn intern(&mut self, name: &str) -> NameId {
        if let Some(id) = self.known.get(name) {
            return *id;
        }
        let id = NameId(self.ends.len() as u32);
        self.text.push_str(name);
        self.ends.push(self.text.len() as u32);
        self.known.insert(name.to_owned(), id);
        id
    }

    pub fn get(&self, id: NameId) -> &str {
        let end = |at: usize| self.ends[at] as usize;
        let start = (id.0 as usize).checked_sub(1).map_or(0, end);
        &self.text[start..end(id.0 as usize)]
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.len() == 1
    }

    /// Forgets how to find a name's id; ids still give their names.
    pub fn close(&mut self) {
        self.known = HashMap::new();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_kept_once_and_found_again() {
        let mut names = Names::default();
        let (a, b) = (names.intern("Rua da Praia"), names.intern("Äule"));
        assert_eq!((names.intern("Rua da Praia"), names.intern("")), (a, NameId::NONE));
        assert_eq!((names.get(a), names.get(b), names.get(NameId::NONE)), ("Rua da Praia", "Äule", ""));
        assert_eq!(names.len(), 3);
    }
}
