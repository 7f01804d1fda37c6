//! Writes OpenStreetMap PBF, as little of it as maps for tests need: plain nodes, ways, relations, one block of each.

use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::io::Write;

/// Keys and values.
type Pairs = Vec<(String, String)>;
/// Role, type (0 node, 1 way, 2 relation), id.
type Member = (String, u64, i64);

#[derive(Clone, Default)]
pub struct Map {
    pub nodes: Vec<(i64, f64, f64, Pairs)>,
    pub ways: Vec<(i64, Vec<i64>, Pairs)>,
    pub relations: Vec<(i64, Vec<Member>, Pairs)>,
}

/// Tags written as `key=value key=value`; `~` stands for a space in a value.
fn tags(text: &str) -> Pairs {
    let tags = text.split_whitespace().filter_map(|tag| tag.split_once('='));
    tags.map(|(key, value)| (key.into(), value.replace('~', " "))).collect()
}

impl Map {
    pub fn node(mut self, id: i64, lat: f64, lon: f64, text: &str) -> Self {
        self.nodes.push((id, lat, lon, tags(text)));
        self
    }

    pub fn way(mut self, id: i64, refs: &[i64], text: &str) -> Self {
        self.ways.push((id, refs.to_vec(), tags(text)));
        self
    }

    pub fn relation(mut self, id: i64, members: &[(&str, u64, i64)], text: &str) -> Self {
        let members = members.iter().map(|(role, kind, id)| ((*role).to_owned(), *kind, *id)).collect();
        self.relations.push((id, members, tags(text)));
        self
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut header = Vec::new();
        for feature in ["OsmSchema-V0.6", "DenseNodes"] {
            bytes_field(&mut header, 4, feature.as_bytes());
        }
        let mut out = blob("OSMHeader", &header);
        out.extend(blob("OSMData", &self.block()));
        out
    }

    fn block(&self) -> Vec<u8> {
        let mut texts = vec![String::new()];
        let mut text = |value: &str| match texts.iter().position(|known| known == value) {
            Some(at) => at as u64,
            None => {
                texts.push(value.to_owned());
                texts.len() as u64 - 1
            }
        };
        let mut groups: [Vec<u8>; 3] = Default::default();
        for (id, lat, lon, tags) in &self.nodes {
            let mut node = Vec::new();
            varint_field(&mut node, 1, zigzag(*id));
            packed_tags(&mut node, tags, &mut text);
            varint_field(&mut node, 8, zigzag((lat * 1e7).round() as i64));
            varint_field(&mut node, 9, zigzag((lon * 1e7).round() as i64));
            bytes_field(&mut groups[0], 1, &node);
        }
        for (id, refs, tags) in &self.ways {
            let mut way = Vec::new();
            varint_field(&mut way, 1, *id as u64);
            packed_tags(&mut way, tags, &mut text);
            bytes_field(&mut way, 8, &packed_deltas(refs));
            bytes_field(&mut groups[1], 3, &way);
        }
        for (id, members, tags) in &self.relations {
            let mut relation = Vec::new();
            varint_field(&mut relation, 1, *id as u64);
            packed_tags(&mut relation, tags, &mut text);
            bytes_field(&mut relation, 8, &packed(members.iter().map(|(role, ..)| text(role))));
            bytes_field(&mut relation, 9, &packed_deltas(&members.iter().map(|(.., id)| *id).collect::<Vec<_>>()));
            bytes_field(&mut relation, 10, &packed(members.iter().map(|(_, kind, _)| *kind)));
            bytes_field(&mut groups[2], 4, &relation);
        }
        let mut table = Vec::new();
        for text in &texts {
            bytes_field(&mut table, 1, text.as_bytes());
        }
        let mut block = Vec::new();
        bytes_field(&mut block, 1, &table);
        for group in groups.iter().filter(|group| !group.is_empty()) {
            bytes_field(&mut block, 2, group);
        }
        varint_field(&mut block, 17, 100); // granularity: 1e-7 degree
        block
    }
}

/// One block of a file: four bytes of length, a header, the content compressed.
pub fn blob(kind: &str, content: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(content).unwrap();
    let mut body = Vec::new();
    varint_field(&mut body, 2, content.len() as u64);
    bytes_field(&mut body, 3, &encoder.finish().unwrap());
    let mut header = Vec::new();
    bytes_field(&mut header, 1, kind.as_bytes());
    varint_field(&mut header, 3, body.len() as u64);
    let mut out = (header.len() as u32).to_be_bytes().to_vec();
    out.extend(header);
    out.extend(body);
    out
}

fn packed_tags(out: &mut Vec<u8>, tags: &[(String, String)], text: &mut impl FnMut(&str) -> u64) {
    bytes_field(out, 2, &packed(tags.iter().map(|(key, _)| text(key))));
    bytes_field(out, 3, &packed(tags.iter().map(|(_, value)| text(value))));
}

fn packed(numbers: impl Iterator<Item = u64>) -> Vec<u8> {
    let mut out = Vec::new();
    numbers.for_each(|number| varint(&mut out, number));
    out
}

fn packed_deltas(numbers: &[i64]) -> Vec<u8> {
    let mut before = 0;
    packed(numbers.iter().map(|number| {
        let delta = number - before;
        before = *number;
        zigzag(delta)
    }))
}

fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)) as u64
}

pub fn varint(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

pub fn varint_field(out: &mut Vec<u8>, field: u64, number: u64) {
    varint(out, field << 3);
    varint(out, number);
}

pub fn bytes_field(out: &mut Vec<u8>, field: u64, bytes: &[u8]) {
    varint(out, field << 3 | 2);
    varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}
