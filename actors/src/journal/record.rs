//! The bytes of a journal row: records one after the other, each a run of fixes of one agent, device and verdict.
//!
//! ```text
//! record = agent:16 bytes  verdict:u8  device length:u8  device  chunk length:varint  chunk
//! ```
//! `verdict` is 0 for fixes of the track, else the quarantine reason. Records can be skipped without decoding their chunk. The SQL
//! function `salessync_decode_journal` reads the same bytes: change both or neither.

use salessync_engine::AgentId;
use salessync_engine::track::varint::{put_u64, take_bytes, take_u64};
use salessync_engine::track::{Device, Fix, Quarantine, codec};

/// One record, its chunk not decoded yet.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Record<'a> {
    pub agent: AgentId,
    pub verdict: Option<Quarantine>,
    pub device: &'a str,
    chunk: &'a [u8],
}

/// Bytes that are not records.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("journal row is damaged at byte {0} from its end")]
pub struct RecordFlaw(usize);

/// Fixes of one frame in the form they are journalled in, a tenth of their size in memory: what a flood leaves waiting for the disk, and
/// then for its agents, is held like this.
#[derive(Clone, Debug)]
pub struct Packed {
    chunk: Box<[u8]>,
    len: u32,
}

impl Packed {
    pub fn new(fixes: &[Fix]) -> Self {
        Self { chunk: codec::encode(fixes).into_boxed_slice(), len: fixes.len() as u32 }
    }

    pub fn len(&self) -> usize {
        self.len as usize
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The fixes, in their order.
    pub fn fixes(&self) -> Vec<Fix> {
        codec::decode(&self.chunk).expect("a chunk that `new` has encoded")
    }
}

/// Appends a record to `out`.
pub fn put(out: &mut Vec<u8>, agent: AgentId, device: &Device, verdict: Option<Quarantine>, fixes: &Packed) {
    out.extend_from_slice(agent.0.as_bytes());
    out.push(verdict.map_or(0, Quarantine::code));
    out.push(device.as_str().len() as u8); // at most 64, by Device::new
    out.extend_from_slice(device.as_str().as_bytes());
    put_u64(out, fixes.chunk.len() as u64);
    out.extend_from_slice(&fixes.chunk);
}

impl Record<'_> {
    pub fn fixes(&self) -> Result<Vec<Fix>, RecordFlaw> {
        codec::decode(self.chunk).map_err(|_| RecordFlaw(self.chunk.len()))
    }

    pub fn device(&self) -> Result<Device, RecordFlaw> {
        Device::new(self.device).map_err(|_| RecordFlaw(self.chunk.len()))
    }
}

/// Walks through a row's records; the first damaged one ends the walk with an error.
pub fn records(mut data: &[u8]) -> impl Iterator<Item = Result<Record<'_>, RecordFlaw>> {
    std::iter::from_fn(move || {
        if data.is_empty() {
            return None;
        }
        let left = data.len();
        let record = take(&mut data);
        if record.is_none() {
            data = &[];
        }
        Some(record.ok_or(RecordFlaw(left)))
    })
}

/// The row without an agent's records, and how many fixes were in those.
pub fn without(mut data: &[u8], agent: AgentId) -> Result<(Vec<u8>, usize), RecordFlaw> {
    let (mut kept, mut fixes) = (Vec::with_capacity(data.len()), 0);
    while !data.is_empty() {
        let whole = data;
        let record = take(&mut data).ok_or(RecordFlaw(whole.len()))?;
        if record.agent == agent {
            fixes += record.fixes()?.len();
        } else {
            kept.extend_from_slice(&whole[..whole.len() - data.len()]);
        }
    }
    Ok((kept, fixes))
}

fn take<'a>(data: &mut &'a [u8]) -> Option<Record<'a>> {
    let agent = AgentId(uuid::Uuid::from_slice(take_bytes(data, 16)?).ok()?);
    let &[verdict, device_len] = take_bytes(data, 2)? else { return None };
    let verdict = match verdict {
        0 => None,
        code => Some(Quarantine::from_code(code)?),
    };
    let device = std::str::from_utf8(take_bytes(data, usize::from(device_len))?).ok()?;
    let chunk_len = usize::try_from(take_u64(data)?).ok()?;
    Some(Record { agent, verdict, device, chunk: take_bytes(data, chunk_len)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use salessync_engine::track::RawFix;

    #[test]
    fn records_read_back_in_order_and_damage_is_an_error() {
        let fix = Fix::new(&RawFix { lat: 1.0, lon: 2.0, ..RawFix::default() }).unwrap();
        let (a, b) = (AgentId(uuid::Uuid::from_u128(1)), AgentId(uuid::Uuid::from_u128(2)));
        let device = Device::new("pixel-7").unwrap();
        let mut data = Vec::new();
        put(&mut data, a, &device, None, &Packed::new(&[fix, fix]));
        put(&mut data, b, &device, Some(Quarantine::Mock), &Packed::new(&[fix]));
        let read: Vec<_> = records(&data).map(Result::unwrap).collect();
        assert_eq!((read[0].agent, read[0].verdict, read[0].fixes().unwrap().len()), (a, None, 2));
        assert_eq!((read[1].agent, read[1].verdict, read[1].device), (b, Some(Quarantine::Mock), "pixel-7"));
        for cut in 1..data.len() {
            let whole: Result<Vec<_>, _> = records(&data[..cut]).collect();
            assert!(whole.is_err() || whole.unwrap().len() == 1, "cut at {cut}");
        }
    }

    #[test]
    fn an_agents_records_go_and_the_others_stay_byte_for_byte() {
        let fix = |lat: f64| Fix::new(&RawFix { lat, lon: 2.0, ..RawFix::default() }).unwrap();
        let (a, b) = (AgentId(uuid::Uuid::from_u128(1)), AgentId(uuid::Uuid::from_u128(2)));
        let device = Device::new("pixel-7").unwrap();
        let (mut all, mut of_a) = (Vec::new(), Vec::new());
        for lat in [1.0, 2.0, 3.0] {
            put(&mut all, a, &device, None, &Packed::new(&[fix(lat)]));
            put(&mut of_a, a, &device, None, &Packed::new(&[fix(lat)]));
            put(&mut all, b, &device, Some(Quarantine::Mock), &Packed::new(&[fix(lat), fix(-lat)]));
        }
        assert_eq!(without(&all, b), Ok((of_a.clone(), 6)));
        assert_eq!(without(&of_a, a), Ok((Vec::new(), 3)));
        assert_eq!(without(&of_a, b), Ok((of_a.clone(), 0)));
        assert!(without(&all[..all.len() - 1], a).is_err());
    }
}
