//! Reads an OpenStreetMap extract in PBF. Twice over: ways and relations first, then only the nodes they name, so that memory grows with
//! the roads and not with the buildings.
//!
//! A file that is cut off, or is something else, gives an error with what was being read. References to nodes beyond the extract's
//! border are normal: the way goes on behind them.

use super::restriction::{self, Found, Mapped, Member, Restriction};
use super::tags::{self, Tags, Travel};
use super::{Extract, ImportReport, NameId, Node, Place, PlaceKind, Way};
use osmpbf::{BlobDecode, BlobReader, PrimitiveBlock, RelMemberType};
use rayon::prelude::*;
use salessync_engine::Point;
use sha2::{Digest, Sha256};
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Places kept for the gazetteer: some 100 bytes each.
const PLACES_MAX: usize = 2_000_000;
/// Longest name kept, bytes: longer ones are no names.
const NAME_LEN_MAX: usize = 200;
/// Blocks decompressed at once, for each thread.
const BLOCKS_AT_ONCE: usize = 4;
/// Nodes of a building or a park that its middle is made of.
const OUTLINE_NODES: usize = 8;

/// Features a file may require of its reader.
const UNDERSTOOD: [&str; 2] = ["OsmSchema-V0.6", "DenseNodes"];
/// A node or a way with a name and one of these is a place to search for.
const POI_KEYS: [&str; 13] = [
    "shop",
    "amenity",
    "office",
    "tourism",
    "leisure",
    "craft",
    "healthcare",
    "historic",
    "railway",
    "aeroway",
    "man_made",
    "public_transport",
    "building",
];
const SETTLEMENTS: [&str; 9] =
    ["city", "town", "village", "hamlet", "suburb", "quarter", "neighbourhood", "borough", "isolated_dwelling"];

/// Why a file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum PbfError {
    #[error("read the map")]
    Read(#[source] io::Error),
    #[error("this is no OpenStreetMap PBF: it does not begin with a header")]
    NotPbf,
    #[error("the map ends in the middle of block {block}")]
    CutOff { block: u64 },
    #[error("block {block} of the map is damaged")]
    Damaged {
        block: u64,
        #[source]
        source: osmpbf::Error,
    },
    #[error("block {block} of the map is damaged: {what}")]
    Malformed { block: u64, what: &'static str },
    #[error("the map wants its reader to understand {feature}, which this one does not")]
    Unsupported { feature: String },
    #[error("the map has {count} {what}, more than {max}")]
    TooLarge { what: &'static str, count: u64, max: u64 },
    #[error("the map changed while it was read")]
    Changed,
}

/// Reads an extract; `open` is called twice and must give the same bytes each time.
pub fn read<R: Read + Send>(mut open: impl FnMut() -> io::Result<R>) -> Result<Extract, PbfError> {
    let mut ways = Ways::default();
    let digest = each_block(open().map_err(PbfError::Read)?, |block| ways.take(block))?;
    let mut nodes = Nodes::wanted(&ways)?;
    if each_block(open().map_err(PbfError::Read)?, |block| nodes.take(block))? != digest {
        return Err(PbfError::Changed);
    }
    let mut extract = join(ways, nodes)?;
    extract.version = digest;
    Ok(extract)
}

/// Reads an extract that is in memory.
pub fn read_bytes(bytes: &[u8]) -> Result<Extract, PbfError> {
    read(|| Ok(bytes))
}

/// Hands over all blocks in order. Returns a digest of the whole file.
fn each_block<R: Read + Send>(
    reader: R,
    mut take: impl FnMut(&PrimitiveBlock) -> Result<(), &'static str>,
) -> Result<u64, PbfError> {
    let mut watched = Watched { inner: reader, digest: Sha256::new(), ended_within_length: false };
    let mut blobs = BlobReader::new(&mut watched);
    let mut block = 0;
    let at_once = rayon::current_num_threads() * BLOCKS_AT_ONCE;
    loop {
        let mut some = Vec::with_capacity(at_once);
        for blob in blobs.by_ref().take(at_once) {
            some.push(blob.map_err(|source| damaged(block + some.len() as u64, source))?);
        }
        if some.is_empty() {
            break;
        }
        let decoded: Vec<_> = some.par_iter().map(osmpbf::Blob::decode).collect();
        for decoded in decoded {
            match decoded.map_err(|source| damaged(block, source))? {
                BlobDecode::OsmHeader(header) => {
                    let strange = header.required_features().iter().find(|feature| !UNDERSTOOD.contains(&feature.as_str()));
                    if let Some(feature) = strange {
                        return Err(PbfError::Unsupported { feature: feature.chars().take(100).collect() });
                    }
                }
                _ if block == 0 => return Err(PbfError::NotPbf),
                BlobDecode::Unknown(_) => {}
                // What is damaged within a block shows as arithmetic that overflows or an enumeration without the value, on which the
                // library panics.
                BlobDecode::OsmData(data) => match catch_unwind(AssertUnwindSafe(|| take(&data))) {
                    Ok(Ok(())) => {}
                    Ok(Err(what)) => return Err(PbfError::Malformed { block, what }),
                    Err(_) => return Err(PbfError::Malformed { block, what: "a number beyond its range" }),
                },
            }
            block += 1;
        }
    }
    if watched.ended_within_length {
        return Err(PbfError::CutOff { block });
    }
    if block == 0 {
        return Err(PbfError::NotPbf);
    }
    let digest = watched.digest.finalize();
    Ok(u64::from_be_bytes(std::array::from_fn(|i| digest[i])))
}

fn damaged(block: u64, source: osmpbf::Error) -> PbfError {
    match source.kind() {
        osmpbf::ErrorKind::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => PbfError::CutOff { block },
        _ if block == 0 => PbfError::NotPbf,
        _ => PbfError::Damaged { block, source },
    }
}

/// Digests what passes through, and notices an end within the four bytes of a block's length, which the library takes for the end of
/// the file.
struct Watched<R> {
    inner: R,
    digest: Sha256,
    ended_within_length: bool,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.digest.update(&buffer[..read]);
        self.ended_within_length |= read == 0 && (1..4).contains(&buffer.len());
        Ok(read)
    }
}

/// The tags of one element. A text that is not UTF-8 is nobody's tag; a number beyond the table is damage.
fn tags_of<'a>(table: &'a [Vec<u8>], raw: impl Iterator<Item = (usize, usize)>) -> Result<Tags<'a>, &'static str> {
    let text = |index: usize| table.get(index).map(|bytes| std::str::from_utf8(bytes).ok()).ok_or("a text that is not there");
    let mut tags = Vec::new();
    for (key, value) in raw {
        if let (Some(key), Some(value)) = (text(key)?, text(value)?) {
            tags.push((key, value));
        }
    }
    Ok(Tags(tags))
}

/// A way of the first pass.
struct MappedWay {
    id: i64,
    refs: std::ops::Range<usize>,
    travel: [Travel; 3],
    name: NameId,
}

/// A place that is drawn as a way: a building, a park.
struct Outline {
    kind: PlaceKind,
    name: String,
    refs: Vec<i64>,
}

/// The first pass.
#[derive(Default)]
struct Ways {
    ways: Vec<MappedWay>,
    refs: Vec<i64>,
    outlines: Vec<Outline>,
    restrictions: Vec<Mapped>,
    names: super::Names,
    report: ImportReport,
}

impl Ways {
    fn take(&mut self, block: &PrimitiveBlock) -> Result<(), &'static str> {
        let table = block.raw_stringtable();
        for group in block.groups() {
            for way in group.ways() {
                self.report.ways_seen += 1;
                let tags = tags_of(table, way.raw_tags().map(|(key, value)| (key as usize, value as usize)))?;
                self.take_way(way.id(), &tags, way.refs());
            }
            for relation in group.relations() {
                let tags = tags_of(table, relation.raw_tags().map(|(key, value)| (key as usize, value as usize)))?;
                let members = relation.members().map(|member| {
                    let id = match member.member_type {
                        RelMemberType::Node => Member::Node(member.member_id),
                        RelMemberType::Way => Member::Way(member.member_id),
                        RelMemberType::Relation => Member::Other,
                    };
                    (member.role().unwrap_or_default(), id)
                });
                match restriction::read(&tags, members) {
                    Found::Other => {}
                    Found::Restriction(mapped) => self.restrictions.push(mapped),
                    Found::ViaWay => self.report.restrictions_via_way += 1,
                    Found::Incomplete => self.report.restrictions_incomplete += 1,
                }
            }
        }
        Ok(())
    }

    fn take_way(&mut self, id: i64, tags: &Tags, refs: impl ExactSizeIterator<Item = i64>) {
        let travel = tags::travel(tags);
        if travel.iter().any(|travel| !travel.is_closed()) {
            if refs.len() < 2 {
                self.report.ways_degenerate += 1;
                return;
            }
            let start = self.refs.len();
            self.refs.extend(refs);
            let name = tags.get("name").or_else(|| tags.get("ref")).filter(|name| name.len() <= NAME_LEN_MAX);
            let name = self.names.intern(name.unwrap_or_default());
            self.ways.push(MappedWay { id, refs: start..self.refs.len(), travel, name });
        } else if let Some((kind, name)) = place(tags) {
            let every = refs.len().div_ceil(OUTLINE_NODES).max(1);
            self.outlines.push(Outline { kind, name, refs: refs.step_by(every).collect() });
        }
    }
}

/// What people would search for it by, if it is something to search for.
fn place(tags: &Tags) -> Option<(PlaceKind, String)> {
    let fits = |name: &&str| !name.is_empty() && name.len() <= NAME_LEN_MAX;
    let name = tags.get("name").filter(fits);
    if let Some(name) = name {
        if tags.get("place").is_some_and(|place| SETTLEMENTS.contains(&place)) {
            return Some((PlaceKind::Settlement, name.to_owned()));
        }
        if POI_KEYS.iter().any(|key| tags.get(key).is_some_and(|value| value != "no")) {
            return Some((PlaceKind::Poi, name.to_owned()));
        }
    }
    let street = tags.get("addr:street").or_else(|| tags.get("addr:place")).filter(fits)?;
    let number = tags.get("addr:housenumber").filter(fits)?;
    Some((PlaceKind::Address, format!("{street} {number}")))
}

/// The second pass: the nodes that ways, outlines and restrictions name.
struct Nodes {
    /// OSM's ids, ascending.
    ids: Vec<i64>,
    found: Vec<Option<Node>>,
    places: Vec<Place>,
    misplaced: u64,
    places_dropped: u64,
}

impl Nodes {
    fn wanted(ways: &Ways) -> Result<Self, PbfError> {
        let mut ids: Vec<i64> =
            ways.refs.iter().copied().chain(ways.outlines.iter().flat_map(|o| o.refs.iter().copied())).collect();
        ids.par_sort_unstable();
        ids.dedup();
        for (what, count) in [("nodes on roads", ids.len()), ("ways", ways.ways.len()), ("references to nodes", ways.refs.len())]
        {
            let max = u64::from(u32::MAX) / 4;
            if count as u64 > max {
                return Err(PbfError::TooLarge { what, count: count as u64, max });
            }
        }
        let found = vec![None; ids.len()];
        Ok(Self { ids, found, places: Vec::new(), misplaced: 0, places_dropped: 0 })
    }

    fn take(&mut self, block: &PrimitiveBlock) -> Result<(), &'static str> {
        let table = block.raw_stringtable();
        for group in block.groups() {
            for node in group.nodes() {
                let raw = node.raw_tags().map(|(key, value)| (key as usize, value as usize));
                self.take_node(node.id(), (node.nano_lat(), node.nano_lon()), table, raw)?;
            }
            for node in group.dense_nodes() {
                let raw = node.raw_tags().map(|(key, value)| (key as usize, value as usize));
                self.take_node(node.id(), (node.nano_lat(), node.nano_lon()), table, raw)?;
            }
        }
        Ok(())
    }

    fn take_node(
        &mut self,
        id: i64,
        (nano_lat, nano_lon): (i64, i64),
        table: &[Vec<u8>],
        raw: impl Iterator<Item = (usize, usize)>,
    ) -> Result<(), &'static str> {
        let at = self.ids.binary_search(&id).ok();
        let tags = tags_of(table, raw)?;
        if at.is_none() && tags.0.is_empty() {
            return Ok(());
        }
        let e7 = |nano: i64| i32::try_from(nano.div_euclid(100) + i64::from(nano.rem_euclid(100) >= 50)).ok();
        let Some(point) = e7(nano_lat).zip(e7(nano_lon)).and_then(|(lat, lon)| Point::from_e7(lat, lon)) else {
            self.misplaced += 1;
            return Ok(());
        };
        if let Some(at) = at {
            self.found[at] = Some(Node { point, blocks: tags::blocks(&tags), has_signals: tags::has_signals(&tags) });
        }
        if let Some((kind, name)) = place(&tags) {
            self.add_place(Place { kind, name, point });
        }
        Ok(())
    }

    fn add_place(&mut self, place: Place) {
        if self.places.len() < PLACES_MAX {
            self.places.push(place);
        } else {
            self.places_dropped += 1;
        }
    }

    fn index(&self, id: i64) -> Option<usize> {
        self.ids.binary_search(&id).ok().filter(|at| self.found[*at].is_some())
    }
}

/// Puts ways and nodes together. Where a node is missing a way is two ways, one before and one after it.
fn join(ways: Ways, mut nodes: Nodes) -> Result<Extract, PbfError> {
    let Ways { ways, refs, outlines, restrictions, names, mut report } = ways;
    for Outline { kind, name, refs } in outlines {
        let known: Vec<Point> = refs.iter().filter_map(|id| nodes.found[nodes.index(*id)?].map(|node| node.point)).collect();
        if let Some(point) = middle(&known) {
            nodes.add_place(Place { kind, name, point });
        }
    }
    let mut extract = Extract { names, ..Extract::default() };
    // Numbers of the nodes that are used: those of outlines are not.
    let mut number = vec![u32::MAX; nodes.ids.len()];
    for way in ways {
        let mut pieces = 0;
        let mut start = extract.way_nodes.len();
        for id in refs[way.refs.clone()].iter().map(Some).chain([None]) {
            let at = id.and_then(|id| nodes.index(*id));
            report.refs_missing += u64::from(id.is_some() && at.is_none());
            if let (Some(at), Some(node)) = (at, at.and_then(|at| nodes.found[at])) {
                if number[at] == u32::MAX {
                    number[at] = extract.nodes.len() as u32;
                    extract.nodes.push(node);
                }
                extract.way_nodes.push(number[at]);
                continue;
            }
            if extract.way_nodes.len() - start >= 2 {
                let nodes = start as u32..extract.way_nodes.len() as u32;
                extract.ways.push(Way { id: way.id, nodes, travel: way.travel, name: way.name });
                pieces += 1;
            } else {
                extract.way_nodes.truncate(start);
            }
            start = extract.way_nodes.len();
        }
        report.ways_degenerate += u64::from(pieces == 0);
        for (kept, travel) in report.ways_kept.iter_mut().zip(way.travel) {
            *kept += u64::from(pieces > 0 && !travel.is_closed());
        }
    }
    for Mapped { from_ways, via_node, to_ways, is_only, holds } in restrictions {
        let Some(via) = nodes.index(via_node).map(|at| number[at]).filter(|via| *via != u32::MAX) else {
            report.restrictions_incomplete += 1;
            continue;
        };
        report.restrictions_kept += 1;
        let pairs = from_ways.iter().flat_map(|from| to_ways.iter().map(move |to| (*from, *to)));
        extract.restrictions.extend(pairs.map(|(from_way, to_way)| Restriction { from_way, via, to_way, is_only, holds }));
    }
    extract.restrictions.sort_unstable();
    extract.restrictions.dedup();
    report.nodes_misplaced = nodes.misplaced;
    report.places_kept = nodes.places.len() as u64;
    report.places_dropped = nodes.places_dropped;
    extract.places = nodes.places;
    extract.report = report;
    Ok(extract)
}

fn middle(points: &[Point]) -> Option<Point> {
    let count = i64::try_from(points.len()).ok().filter(|count| *count > 0)?;
    let mean = |of: fn(Point) -> i32| (points.iter().map(|point| i64::from(of(*point))).sum::<i64>() / count) as i32;
    Point::from_e7(mean(Point::lat_e7), mean(Point::lon_e7))
}
