//! The chain: every sealed row hashed together with the hash before it, and the *heads* that are signed. The bytes that are hashed are
//! unambiguous: a version, then every field in a fixed order, absent or with its length in front.
//!
//! What is hashed is the row as the database holds it, not the act as it was written: the sealer and whoever checks read the same thing.

use crate::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A hash of the chain.
pub type Hash = [u8; 32];

/// Before the first row.
pub const GENESIS: Hash = [0; 32];

const ROW_DOMAIN: &[u8] = b"salessync.audit.row\0";
const HEAD_DOMAIN: &[u8] = b"salessync.audit.head\0";
/// Of both forms; a change of either is a new version beside the old one.
const VERSION: u8 = 1;
/// JSON nested deeper is hashed as the text it is: the walk over it must end, whatever somebody put into the table.
const JSON_DEPTH_MAX: usize = 64;

/// A row as the database holds it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    pub id: Uuid,
    /// Microseconds since 1970: all that a timestamp of the database holds.
    pub at_us: i64,
    pub actor_kind: String,
    pub actor_id: Option<Uuid>,
    pub on_behalf_of: Option<Uuid>,
    pub kind: String,
    pub object_kind: Option<String>,
    pub object_id: Option<String>,
    pub outcome: String,
    /// With its mask, such as 192.0.2.7/32.
    pub address: Option<String>,
    pub request_id: Option<String>,
    pub count: i32,
    /// JSON as the database writes it.
    pub before: Option<String>,
    pub after: Option<String>,
}

impl Row {
    /// The bytes that are hashed when the row is sealed as number `seq`.
    pub fn canonical(&self, seq: i64) -> Vec<u8> {
        let mut out = Vec::with_capacity(512);
        out.push(VERSION);
        let mut field = |bytes: Option<&[u8]>| match bytes {
            None => out.push(0),
            Some(bytes) => {
                out.push(1);
                out.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
                out.extend_from_slice(bytes);
            }
        };
        let text = |text: &'_ Option<String>| text.as_ref().map(|text| text.clone().into_bytes());
        field(Some(&seq.to_be_bytes()));
        field(Some(self.id.as_bytes()));
        field(Some(&self.at_us.to_be_bytes()));
        field(Some(self.actor_kind.as_bytes()));
        field(self.actor_id.as_ref().map(|id| id.as_bytes().as_slice()));
        field(self.on_behalf_of.as_ref().map(|id| id.as_bytes().as_slice()));
        field(Some(self.kind.as_bytes()));
        field(text(&self.object_kind).as_deref());
        field(text(&self.object_id).as_deref());
        field(Some(self.outcome.as_bytes()));
        field(text(&self.address).as_deref());
        field(text(&self.request_id).as_deref());
        field(Some(&self.count.to_be_bytes()));
        field(self.before.as_deref().map(canonical_json).as_deref());
        field(self.after.as_deref().map(canonical_json).as_deref());
        out
    }
}

/// The hash after a row, given the one before it.
pub fn chain(before: &Hash, row: &[u8]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(ROW_DOMAIN);
    hasher.update(before);
    hasher.update((row.len() as u64).to_be_bytes());
    hasher.update(row);
    hasher.finalize().into()
}

/// An end of the chain: a row's seq and the hash up to it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct End {
    pub seq: i64,
    pub hash: Hash,
}

impl End {
    pub const GENESIS: Self = Self { seq: 0, hash: GENESIS };
}

impl Default for End {
    fn default() -> Self {
        Self::GENESIS
    }
}

/// Rows put at the end of the chain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Continued {
    pub first_seq: i64,
    pub hashes: Vec<Hash>,
    pub end: End,
    /// Rows since the newest head, for the next one.
    pub rows: i64,
    /// The end was not where it was left.
    pub is_broken: bool,
}

/// A row put in by hand this far beyond the end is left where it is; the chain does not follow it.
const FOLLOWED_MAX: i64 = 1_000_000;

/// Continues the chain with `rows`, given its end as it is known outside the database, the newest head and the newest row in it. Where the
/// database has less than is known, the chain goes on from what is known: the gap stays visible for ever.
pub fn continued(known: End, head: End, row: Option<End>, rows: &[Row]) -> Continued {
    let base = if known.seq >= head.seq { known } else { head };
    let contradicts = |end: End| end.seq == base.seq && end.hash != base.hash;
    let is_broken = known.seq > head.seq || contradicts(head) || row.is_some_and(|row| row.seq != base.seq || contradicts(row));
    // Seqs that somebody used beyond the end cannot be used again.
    let start = row.filter(|row| row.seq > base.seq && row.seq - base.seq < FOLLOWED_MAX).unwrap_or(base);
    let mut end = start;
    let mut hashes = Vec::with_capacity(rows.len());
    for row in rows {
        let seq = end.seq.saturating_add(1);
        end = End { seq, hash: chain(&end.hash, &row.canonical(seq)) };
        hashes.push(end.hash);
    }
    Continued { first_seq: start.seq.saturating_add(1), hashes, end, rows: end.seq - start.seq, is_broken }
}

/// JSON with its keys sorted by their bytes, without spaces; numbers keep the digits they were written with, so that no two are taken for
/// one.
pub fn canonical_json(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    match write_canonical(text, JSON_DEPTH_MAX, &mut out) {
        Ok(()) => out,
        Err(_) => text.as_bytes().to_vec(),
    }
}

struct NotCanonical;

fn write_canonical(text: &str, depth_left: usize, out: &mut Vec<u8>) -> Result<(), NotCanonical> {
    let not = |_: serde_json::Error| NotCanonical;
    let text = text.trim();
    let depth_left = depth_left.checked_sub(1).ok_or(NotCanonical)?;
    let quoted = |text: &str, out: &mut Vec<u8>| serde_json::to_writer(out, text).map_err(not);
    match text.as_bytes().first() {
        Some(b'{') => {
            let fields: BTreeMap<String, Box<RawValue>> = serde_json::from_str(text).map_err(not)?;
            for (index, (name, value)) in fields.iter().enumerate() {
                out.push(if index == 0 { b'{' } else { b',' });
                quoted(name, out)?;
                out.push(b':');
                write_canonical(value.get(), depth_left, out)?;
            }
            out.extend_from_slice(if fields.is_empty() { b"{}" } else { b"}" });
        }
        Some(b'[') => {
            let items: Vec<Box<RawValue>> = serde_json::from_str(text).map_err(not)?;
            for (index, value) in items.iter().enumerate() {
                out.push(if index == 0 { b'[' } else { b',' });
                write_canonical(value.get(), depth_left, out)?;
            }
            out.extend_from_slice(if items.is_empty() { b"[]" } else { b"]" });
        }
        Some(b'"') => quoted(&serde_json::from_str::<String>(text).map_err(not)?, out)?,
        Some(_) => out.extend_from_slice(text.as_bytes()),
        None => return Err(NotCanonical),
    }
    Ok(())
}

/// The state of the chain after a row, to be signed and kept outside the database as well.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Head {
    /// The newest row it speaks of.
    pub seq: i64,
    #[serde(with = "hex")]
    pub hash: Hash,
    /// Rows sealed since the head before; so heads join, and a missing one leaves a gap. None for a checkpoint.
    pub rows: i64,
    pub at: Timestamp,
    /// Rows up to here may be gone: they were too old to be kept.
    #[serde(default)]
    pub checkpoint: bool,
    pub key_id: String,
    #[serde(with = "hex_bytes")]
    pub signature: Vec<u8>,
}

impl Head {
    /// The bytes that are signed.
    pub fn message(&self) -> Vec<u8> {
        let mut out = HEAD_DOMAIN.to_vec();
        out.push(VERSION);
        out.extend_from_slice(&self.seq.to_be_bytes());
        out.extend_from_slice(&self.hash);
        out.extend_from_slice(&self.rows.to_be_bytes());
        out.extend_from_slice(&self.at.ms().to_be_bytes());
        out.push(u8::from(self.checkpoint));
        out.extend_from_slice(self.key_id.as_bytes());
        out
    }
}

/// Names a public key: the beginning of its hash.
pub fn key_id(public_key: &[u8]) -> String {
    to_hex(&Sha256::digest(public_key)[..8])
}

pub fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// None for anything but pairs of hexadecimal digits.
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text.chars().map(|c| c.to_digit(16).map(|digit| digit as u8)).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    Some(digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

mod hex {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(hash: &super::Hash, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&super::to_hex(hash))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<super::Hash, D::Error> {
        let bytes = super::from_hex(&String::deserialize(deserializer)?).and_then(|bytes| bytes.try_into().ok());
        bytes.ok_or_else(|| D::Error::custom("a hash is 64 hexadecimal digits"))
    }
}

mod hex_bytes {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&super::to_hex(bytes))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        super::from_hex(&String::deserialize(deserializer)?).ok_or_else(|| D::Error::custom("must be hexadecimal digits"))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub fn row(n: u128) -> Row {
        Row {
            id: Uuid::from_u128(n),
            at_us: 1_795_420_800_250_000,
            actor_kind: "user".to_owned(),
            actor_id: Some(Uuid::from_u128(7)),
            on_behalf_of: None,
            kind: "role_changed".to_owned(),
            object_kind: Some("user".to_owned()),
            object_id: Some("8".to_owned()),
            outcome: "done".to_owned(),
            address: Some("192.0.2.7/32".to_owned()),
            request_id: None,
            count: 1,
            before: Some(r#"{"role": "agent"}"#.to_owned()),
            after: Some(r#"{"role": "admin"}"#.to_owned()),
        }
    }

    #[test]
    fn every_field_and_the_place_in_the_chain_are_in_the_bytes() {
        let plain = row(1);
        let changes: [fn(&mut Row); 14] = [
            |row| row.id = Uuid::from_u128(2),
            |row| row.at_us += 1,
            |row| row.actor_kind = "agent".to_owned(),
            |row| row.actor_id = None,
            |row| row.on_behalf_of = Some(Uuid::nil()),
            |row| row.kind = "sign_in".to_owned(),
            |row| row.object_kind = None,
            |row| row.object_id = Some("9".to_owned()),
            |row| row.outcome = "refused".to_owned(),
            |row| row.address = Some("192.0.2.7/31".to_owned()),
            |row| row.request_id = Some(String::new()),
            |row| row.count = 2,
            |row| row.before = None,
            |row| row.after = Some("null".to_owned()),
        ];
        for (index, change) in changes.iter().enumerate() {
            let mut changed = plain.clone();
            change(&mut changed);
            assert_ne!(changed.canonical(1), plain.canonical(1), "change {index}");
        }
        assert_ne!(plain.canonical(1), plain.canonical(2));
    }

    #[test]
    fn text_moved_from_one_field_to_the_next_is_another_row() {
        let (mut a, mut b) = (row(1), row(1));
        (a.object_kind, a.object_id) = (Some("ab".to_owned()), Some("c".to_owned()));
        (b.object_kind, b.object_id) = (Some("a".to_owned()), Some("bc".to_owned()));
        assert_ne!(a.canonical(1), b.canonical(1));
        (a.object_kind, a.object_id) = (Some("x".to_owned()), None);
        (b.object_kind, b.object_id) = (None, Some("x".to_owned()));
        assert_ne!(a.canonical(1), b.canonical(1));
    }

    #[test]
    fn json_is_the_same_however_it_is_laid_out_and_only_then() {
        let same = |a: &str, b: &str| canonical_json(a) == canonical_json(b);
        assert!(same(r#"{"b": [1, {"y": null, "x": true}], "a": "\u00e9"}"#, r#"{ "a":"é","b":[1,{"x":true,"y":null}] }"#));
        assert_eq!(canonical_json(r#"{"b": {}, "a": []}"#), br#"{"a":[],"b":{}}"#);
        for (a, b) in [
            (r#"{"a": 1}"#, r#"{"a": "1"}"#),
            (r#"{"a": 0.1}"#, r#"{"a": 0.10000000000000000001}"#),
            (r#"{"a": null}"#, "{}"),
            (r#"["a,b"]"#, r#"["a", "b"]"#),
            (r#"{"a": "\"}"}"#, r#"{"a": "}"}"#),
        ] {
            assert!(!same(a, b), "{a} {b}");
        }
    }

    #[test]
    fn json_nested_without_end_is_hashed_as_its_text() {
        let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
        assert_eq!(canonical_json(&deep), deep.as_bytes());
    }

    #[test]
    fn a_hash_depends_on_all_before_it() {
        let (a, b) = (row(1).canonical(1), row(2).canonical(2));
        let in_order = chain(&chain(&GENESIS, &a), &b);
        assert_ne!(in_order, chain(&chain(&GENESIS, &b), &a));
        assert_ne!(in_order, chain(&GENESIS, &b));
    }

    #[test]
    fn a_chain_goes_on_from_what_is_known_and_says_when_it_is_not_there() {
        let end = |seq| End { seq, hash: [seq as u8; 32] };
        let check = |known: i64, head: i64, row: Option<i64>, first_seq: i64, is_broken: bool| {
            let continued = continued(end(known), end(head), row.map(end), &[super::tests::row(1), super::tests::row(2)]);
            assert_eq!((continued.first_seq, continued.is_broken), (first_seq, is_broken), "{known} {head} {row:?}");
            assert_eq!((continued.rows, continued.end.seq), (2, first_seq + 1));
        };
        check(0, 0, None, 1, false);
        check(5, 5, Some(5), 6, false);
        check(3, 5, Some(5), 6, false); // a crash kept the last heads from the file
        check(5, 5, None, 6, false); // all is forgotten up to a checkpoint
        check(5, 4, Some(4), 6, true); // the end is cut off
        check(5, 5, Some(4), 6, true); // its rows are
        check(5, 5, Some(9), 10, true); // rows were put in beyond the end
        check(5, 5, Some(i64::MAX), 6, true);
        let other = End { seq: 5, hash: [9; 32] };
        assert!(continued(end(5), other, Some(end(5)), &[]).is_broken, "another head");
        assert!(continued(end(5), end(5), Some(other), &[]).is_broken, "another row");
    }

    /// The bytes are a promise: chains sealed years ago must verify.
    #[test]
    fn the_form_of_a_row_does_not_change() {
        let expected = "e3885cf7ad2d41e66d63387b0a54d0e67fe0c9797fbb4d409d91e858f2e489e2";
        assert_eq!(to_hex(&chain(&GENESIS, &row(1).canonical(1))), expected);
    }

    #[test]
    fn hexadecimal_digits_read_back() {
        assert_eq!(from_hex(&to_hex(&[0, 255, 16])), Some(vec![0, 255, 16]));
        assert_eq!((from_hex("0"), from_hex("zz"), from_hex("é1")), (None, None, None));
    }
}
