//! Places by name: the streets, addresses, shops and settlements of an extract, found by the beginnings of their words, whatever their case
//! and accents.
//!
//! Deliberately absent: spelling mistakes, abbreviations, and the grammar of addresses: every word of a question must be the beginning of a
//! word of the place (a house number the whole of it). The invariant: the same question gives the same answers in the same order.

mod fold;
mod geocoding;

use crate::osm::{Extract, Place, PlaceKind};
use fold::{fold, words};
use rstar::primitives::GeomWithData;
use rstar::{AABB, RTree};
use salessync_engine::Point;
use salessync_engine::geo::distance::{Scale, metres};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Places a gazetteer holds; those beyond are left out.
const ENTRIES_MAX: usize = 3_000_000;
/// Words of a question that are looked at.
const WORDS_MAX: usize = 8;
/// Places looked at for one word of a question, the best known first.
const POSTINGS_MAX: usize = 20_000;
/// Longest question, bytes.
pub const QUESTION_LEN_MAX: usize = 200;
/// Pieces of a street this near to each other are one street, metres.
const STREET_CELL_M: f64 = 1_000.0;
/// A settlement this near names where a place is, metres.
const NEAR_M: f64 = 15_000.0;
/// Of the same name and kind within this, only the first is told, metres.
const SAME_M: f64 = 150.0;

/// A place that may be meant.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Candidate {
    pub name: String,
    pub kind: PlaceKind,
    pub point: Point,
    /// The settlement it is in or near.
    pub near: Option<String>,
    /// How well it fits, 0 to 1.
    pub score: f64,
}

#[derive(Clone, Debug)]
struct Entry {
    name: Box<str>,
    kind: PlaceKind,
    point: Point,
}

/// Searchable places.
#[derive(Clone, Debug, Default)]
pub struct Gazetteer {
    entries: Vec<Entry>,
    /// Folded words in order, and where the postings of each begin.
    words: Vec<(Box<str>, u32)>,
    /// Entries by word; in each the more likely kinds first.
    postings: Vec<u32>,
    /// Settlements, for `Candidate::near`.
    settlements: Vec<u32>,
    /// Everything but settlements, by place.
    by_place: RTree<GeomWithData<[f32; 2], u32>>,
}

impl Gazetteer {
    pub fn new(extract: &Extract) -> Self {
        let mut entries: Vec<Entry> = streets(extract);
        entries.extend(extract.places.iter().map(|Place { kind, name, point }| Entry {
            name: name.as_str().into(),
            kind: *kind,
            point: *point,
        }));
        entries.truncate(ENTRIES_MAX);
        // Postings are in the order of entries, so that what is looked at first is what is most likely meant.
        entries.sort_by(|a, b| {
            (weight(b.kind).total_cmp(&weight(a.kind))).then_with(|| (&a.name, a.point).cmp(&(&b.name, b.point)))
        });
        entries.dedup_by(|a, b| (a.kind, &a.name, a.point) == (b.kind, &b.name, b.point));
        let mut by_word: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for (index, entry) in entries.iter().enumerate() {
            let mut seen = HashSet::new();
            for word in words(&fold(&entry.name)) {
                if seen.insert(word.to_owned()) {
                    by_word.entry(word.to_owned()).or_default().push(index as u32);
                }
            }
        }
        let settlements =
            (0..entries.len() as u32).filter(|index| entries[*index as usize].kind == PlaceKind::Settlement).collect();
        let (mut words, mut postings) = (Vec::with_capacity(by_word.len()), Vec::new());
        for (word, of_word) in by_word {
            words.push((word.into_boxed_str(), postings.len() as u32));
            postings.extend(of_word);
        }
        let at = |index: u32| {
            let point = entries[index as usize].point;
            GeomWithData::new([point.lat() as f32, point.lon() as f32], index)
        };
        let others = (0..entries.len() as u32).filter(|index| entries[*index as usize].kind != PlaceKind::Settlement);
        let by_place = RTree::bulk_load(others.map(at).collect());
        Self { entries, words, postings, settlements, by_place }
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The places that may be meant, likeliest first. Nearer to `focus`, if there is one, is likelier.
    pub fn search(&self, question: &str, focus: Option<Point>, limit: usize) -> Vec<Candidate> {
        let question: String = question.chars().take(QUESTION_LEN_MAX).collect();
        let folded = fold(&question);
        let asked: Vec<&str> = words(&folded).take(WORDS_MAX).collect();
        // The word that fewest places have decides which are looked at.
        let Some(rarest) = asked.iter().map(|word| self.with_prefix(word)).min_by_key(Vec::len) else { return Vec::new() };
        let mut scored: Vec<(f64, u32)> = rarest
            .into_iter()
            .filter_map(|index| Some((self.score(&self.entries[index as usize], &folded, &asked, focus)?, index)))
            .collect();
        scored.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut told: Vec<(u32, f64)> = Vec::new();
        for (score, index) in scored {
            if told.len() == limit {
                break;
            }
            let entry = &self.entries[index as usize];
            let is_same = |(other, _): &(u32, f64)| {
                let other = &self.entries[*other as usize];
                other.kind == entry.kind && other.name == entry.name && metres(other.point, entry.point).0 < SAME_M
            };
            if !told.iter().any(is_same) {
                told.push((index, score));
            }
        }
        told.into_iter().map(|(index, score)| self.candidate(index, score)).collect()
    }

    /// The street, address or shop nearest to a point, if one is within the distance: what a pin on the map is called.
    pub fn nearest(&self, point: Point, within_m: f64) -> Option<Candidate> {
        let scale = Scale::at(point.lat());
        // Wider by what single precision may be off.
        let pad = |per_degree: f64| within_m / per_degree.max(1.0) + 1e-4;
        let corner =
            |sign: f64| [(point.lat() + sign * pad(scale.north_m)) as f32, (point.lon() + sign * pad(scale.east_m)) as f32];
        let near =
            self.by_place.locate_in_envelope_intersecting(AABB::from_corners(corner(-1.0), corner(1.0))).map(|near| near.data);
        let near = near
            .map(|index| (metres(self.entries[index as usize].point, point).0, index))
            .filter(|(off_m, _)| *off_m <= within_m);
        let (off_m, index) = near.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))?;
        Some(self.candidate(index, 1.0 - off_m / within_m.max(1.0)))
    }

    fn candidate(&self, index: u32, score: f64) -> Candidate {
        let Entry { name, kind, point } = &self.entries[index as usize];
        let near = match kind {
            PlaceKind::Settlement => None,
            PlaceKind::Street | PlaceKind::Address | PlaceKind::Poi => self.settlement_near(*point),
        };
        Candidate { name: name.to_string(), kind: *kind, point: *point, near, score }
    }

    fn settlement_near(&self, point: Point) -> Option<String> {
        let off = self.settlements.iter().map(|index| (metres(self.entries[*index as usize].point, point).0, *index));
        let (off_m, index) = off.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))?;
        (off_m <= NEAR_M).then(|| self.entries[index as usize].name.to_string())
    }

    /// Entries with a word that begins so, in their order.
    fn with_prefix(&self, prefix: &str) -> Vec<u32> {
        let first = self.words.partition_point(|(word, _)| &**word < prefix);
        let last = first + self.words[first..].partition_point(|(word, _)| word.starts_with(prefix));
        let start = |at: usize| self.words.get(at).map_or(self.postings.len(), |(_, start)| *start as usize);
        let mut found = self.postings[start(first)..start(last)].to_vec();
        found.sort_unstable();
        found.dedup();
        found.truncate(POSTINGS_MAX);
        found
    }

    /// How well an entry fits; None: some word of the question is not in it.
    fn score(&self, entry: &Entry, folded: &str, asked: &[&str], focus: Option<Point>) -> Option<f64> {
        let own = fold(&entry.name);
        let own: Vec<&str> = words(&own).collect();
        let mut fit = 0.0;
        for word in asked {
            // A house number is right or wrong; 1 is not the beginning of 17.
            let is_number = word.bytes().next().is_some_and(|byte| byte.is_ascii_digit());
            let best = own.iter().filter_map(|own| match own.strip_prefix(word) {
                Some("") => Some(1.0),
                Some(rest) if is_number && rest.bytes().next().is_some_and(|byte| byte.is_ascii_digit()) => None,
                Some(_) => Some(word.len() as f64 / own.len() as f64 * 0.9),
                None => None,
            });
            fit += best.max_by(f64::total_cmp)?;
        }
        let fit = fit / asked.len() as f64;
        let whole = asked.len() as f64 / own.len().max(asked.len()) as f64;
        let in_order = if own.join(" ").starts_with(&words(folded).collect::<Vec<_>>().join(" ")) { 1.0 } else { 0.0 };
        let near = focus.map_or(0.5, |focus| 1.0 / (1.0 + metres(focus, entry.point).0 / 5_000.0));
        Some(0.4 * fit + 0.2 * whole + 0.1 * in_order + 0.15 * weight(entry.kind) + 0.15 * near)
    }
}

/// How likely people mean one of these.
const fn weight(kind: PlaceKind) -> f64 {
    match kind {
        PlaceKind::Settlement => 1.0,
        PlaceKind::Street => 0.8,
        PlaceKind::Poi => 0.6,
        PlaceKind::Address => 0.5,
    }
}

/// Streets by name: ways of one name that lie near each other are one street, in the middle of its longest way.
fn streets(extract: &Extract) -> Vec<Entry> {
    let mut by_name: BTreeMap<&str, Vec<(Point, f64)>> = BTreeMap::new();
    for way in extract.ways.iter().filter(|way| way.name != crate::osm::NameId::NONE) {
        let nodes = extract.nodes_of(way);
        let at = |index: usize| extract.nodes[nodes[index] as usize].point;
        let length_m: f64 = (1..nodes.len()).map(|index| metres(at(index - 1), at(index)).0).sum();
        by_name.entry(extract.names.get(way.name)).or_default().push((at(nodes.len() / 2), length_m));
    }
    let mut entries = Vec::new();
    for (name, pieces) in by_name {
        for street in clusters(&pieces) {
            let longest = street.iter().max_by(|a, b| pieces[**a].1.total_cmp(&pieces[**b].1).then(b.cmp(a)));
            entries.extend(longest.map(|piece| Entry { name: name.into(), kind: PlaceKind::Street, point: pieces[*piece].0 }));
        }
    }
    entries
}

/// Groups pieces that lie in the same or in neighbouring cells.
fn clusters(pieces: &[(Point, f64)]) -> Vec<Vec<usize>> {
    let cell = |point: Point| {
        let scale = Scale::at((point.lat() * 2.0).round() / 2.0);
        let of = |metres: f64| (metres / STREET_CELL_M).floor() as i64;
        (of(point.lat() * scale.north_m), of(point.lon() * scale.east_m))
    };
    let mut cells: HashMap<(i64, i64), Vec<usize>> = HashMap::new();
    for (index, (point, _)) in pieces.iter().enumerate() {
        cells.entry(cell(*point)).or_default().push(index);
    }
    let mut is_taken = vec![false; pieces.len()];
    let mut clusters = Vec::new();
    for first in 0..pieces.len() {
        if is_taken[first] {
            continue;
        }
        is_taken[first] = true;
        let mut cluster = vec![first];
        let mut next = 0;
        while let Some(&piece) = cluster.get(next) {
            let (x, y) = cell(pieces[piece].0);
            for near in (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (x + dx, y + dy))) {
                for &other in cells.get(&near).into_iter().flatten() {
                    if !std::mem::replace(&mut is_taken[other], true) {
                        cluster.push(other);
                    }
                }
            }
            next += 1;
        }
        clusters.push(cluster);
    }
    clusters
}
