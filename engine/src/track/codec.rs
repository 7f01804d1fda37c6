//! The delta-varint chunk: many fixes in about eight bytes each. Journal records and track chunks hold the same form.
//!
//! ```text
//! chunk  = version:u8=1  n:varint  fix*n
//! fix    = mask:u8  time:zigzag  lat:zigzag  lon:zigzag  [field:zigzag …]
//! ```
//! Time is milliseconds: the first absolute, the second a delta, then the change of the delta; lat and lon are deltas in 1e-7
//! degree (from 0, 0). `mask` bit 0 to 5 says that accuracy, speed, bearing, altitude, battery, source differ from the fix before
//! (from "absent" at first); each is then written as the change of its code, where 0 stands for absent and value + 1 (altitude:
//! value + 200,001) for present. Bit 6 is the mock flag. The order of fixes is kept as given. `migrations/` has the same decoder in
//! PL/pgSQL, `track_points()`: change both or neither.

use super::varint::{put_i64, put_u64, take_i64, take_u64};
use super::{Fix, Source};
use crate::{Point, Timestamp};

const VERSION: u8 = 1;
const MOCK: u8 = 1 << 6;
/// Shortest possible fix: mask, time, lat, lon. Bounds what a forged `n` can make us allocate.
const FIX_BYTES_MIN: usize = 4;
/// Moves altitude (down to -200,000 dm) above zero.
const ALTITUDE_SHIFT: i64 = 200_001;

/// Bytes that are not a chunk.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ChunkFlaw {
    #[error("unknown chunk version {0}")]
    Version(u8),
    #[error("chunk is cut off at fix {0}")]
    CutOff(usize),
    #[error("fix {0} of the chunk is out of range")]
    OutOfRange(usize),
    #[error("{0} bytes follow the last fix")]
    Trailing(usize),
}

/// The state both directions carry from fix to fix.
#[derive(Default)]
struct Previous {
    time: i64,
    time_delta: i64,
    lat: i64,
    lon: i64,
    fields: [i64; 6],
}

fn codes(fix: &Fix) -> [i64; 6] {
    let plus_one = |value: Option<u32>| value.map_or(0, |v| i64::from(v) + 1);
    [
        plus_one(fix.accuracy_dm),
        plus_one(fix.speed_cmps),
        plus_one(fix.bearing_ddeg.map(u32::from)),
        fix.altitude_dm.map_or(0, |dm| i64::from(dm) + ALTITUDE_SHIFT),
        plus_one(fix.battery_pct.map(u32::from)),
        i64::from(fix.source.code()),
    ]
}

/// Encodes fixes in the order given.
pub fn encode(fixes: &[Fix]) -> Vec<u8> {
    let mut out = Vec::with_capacity(8 + fixes.len() * 10);
    encode_into(fixes, &mut out);
    out
}

/// Appends a chunk to `out`.
pub fn encode_into(fixes: &[Fix], out: &mut Vec<u8>) {
    out.push(VERSION);
    put_u64(out, fixes.len() as u64);
    let mut previous = Previous::default();
    for (index, fix) in fixes.iter().enumerate() {
        let fields = codes(fix);
        let mut mask = if fix.mock { MOCK } else { 0 };
        for (bit, (now, before)) in fields.iter().zip(&previous.fields).enumerate() {
            mask |= u8::from(now != before) << bit;
        }
        out.push(mask);
        let delta = fix.recorded_at.ms() - previous.time;
        put_i64(out, delta - previous.time_delta);
        put_i64(out, i64::from(fix.point.lat_e7()) - previous.lat);
        put_i64(out, i64::from(fix.point.lon_e7()) - previous.lon);
        for (now, before) in fields.iter().zip(&previous.fields) {
            if now != before {
                put_i64(out, now - before);
            }
        }
        previous = Previous {
            time: fix.recorded_at.ms(),
            time_delta: if index == 0 { 0 } else { delta },
            lat: i64::from(fix.point.lat_e7()),
            lon: i64::from(fix.point.lon_e7()),
            fields,
        };
    }
}

/// Decodes a whole chunk. Never panics, never allocates more than the input could hold.
pub fn decode(mut input: &[u8]) -> Result<Vec<Fix>, ChunkFlaw> {
    let input = &mut input;
    match input.split_first() {
        Some((&VERSION, rest)) => *input = rest,
        Some((&other, _)) => return Err(ChunkFlaw::Version(other)),
        None => return Err(ChunkFlaw::CutOff(0)),
    }
    let n = take_u64(input).ok_or(ChunkFlaw::CutOff(0))?;
    if n > (input.len() / FIX_BYTES_MIN) as u64 {
        return Err(ChunkFlaw::CutOff(input.len() / FIX_BYTES_MIN));
    }
    let mut fixes = Vec::with_capacity(n as usize);
    let mut previous = Previous::default();
    for index in 0..n as usize {
        fixes.push(decode_fix(input, &mut previous, index)?);
    }
    if input.is_empty() { Ok(fixes) } else { Err(ChunkFlaw::Trailing(input.len())) }
}

fn decode_fix(input: &mut &[u8], previous: &mut Previous, index: usize) -> Result<Fix, ChunkFlaw> {
    let cut_off = ChunkFlaw::CutOff(index);
    let out_of_range = ChunkFlaw::OutOfRange(index);
    let (&mask, rest) = input.split_first().ok_or(cut_off)?;
    *input = rest;
    let mut step = |base: i64| take_i64(input).ok_or(cut_off).and_then(|change| base.checked_add(change).ok_or(out_of_range));
    let delta = step(previous.time_delta)?;
    previous.time = previous.time.checked_add(delta).ok_or(out_of_range)?;
    previous.time_delta = if index == 0 { 0 } else { delta };
    previous.lat = step(previous.lat)?;
    previous.lon = step(previous.lon)?;
    for (bit, field) in previous.fields.iter_mut().enumerate() {
        if mask & (1 << bit) != 0 {
            *field = step(*field)?;
        }
    }
    let [accuracy, speed, bearing, altitude, battery, source] = previous.fields;
    let unshift = |code: i64, max: i64| match code {
        0 => Ok(None),
        code if (1..=max + 1).contains(&code) => Ok(Some(code - 1)),
        _ => Err(out_of_range),
    };
    let altitude_dm = match altitude {
        0 => None,
        code if (1..=ALTITUDE_SHIFT + 1_000_000).contains(&code) => Some((code - ALTITUDE_SHIFT) as i32),
        _ => return Err(out_of_range),
    };
    let (lat, lon) = i32::try_from(previous.lat).ok().zip(i32::try_from(previous.lon).ok()).ok_or(out_of_range)?;
    Ok(Fix {
        recorded_at: Timestamp::from_ms(previous.time).map_err(|_| out_of_range)?,
        point: Point::from_e7(lat, lon).ok_or(out_of_range)?,
        accuracy_dm: unshift(accuracy, 10_000_000)?.map(|dm| dm as u32),
        speed_cmps: unshift(speed, 1_000_000)?.map(|cmps| cmps as u32),
        bearing_ddeg: unshift(bearing, 3_599)?.map(|ddeg| ddeg as u16),
        altitude_dm,
        battery_pct: unshift(battery, 100)?.map(|pct| pct as u8),
        source: u8::try_from(source).ok().and_then(Source::from_code).ok_or(out_of_range)?,
        mock: mask & MOCK != 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::track::RawFix;

    fn walk(n: i64) -> Vec<Fix> {
        (0..n)
            .map(|i| {
                Fix::new(&RawFix {
                    recorded_at: Timestamp::from_ms(1_795_420_800_000 + i * 5_000 + (i % 3)).unwrap(),
                    lat: 52.52 + i as f64 * 3.1e-5,
                    lon: 13.40 - i as f64 * 4.7e-5,
                    accuracy_m: (i % 7 != 0).then_some(8.0 + (i % 4) as f64),
                    speed_mps: Some(1.2 + (i % 5) as f64 * 0.13),
                    bearing_deg: Some((i * 3 % 360) as f64),
                    altitude_m: (i % 2 == 0).then_some(-3.5),
                    battery: Some(0.8),
                    source: Source::Gps,
                    mock: i % 11 == 10,
                    seq: None,
                })
                .unwrap()
            })
            .collect()
    }

    #[test]
    fn a_chunk_of_sixty_survives_in_few_bytes() {
        let fixes = walk(60);
        let bytes = encode(&fixes);
        assert_eq!(decode(&bytes).unwrap(), fixes);
        assert!(bytes.len() < 60 * 14, "{} bytes", bytes.len());
    }

    #[test]
    fn order_and_extremes_are_kept() {
        let corner = |lat, lon, at| Fix::new(&RawFix { recorded_at: at, lat, lon, ..RawFix::default() }).unwrap();
        let fixes =
            vec![corner(90.0, 180.0, Timestamp::MAX), corner(-90.0, -180.0, Timestamp::MIN), corner(0.0, 0.0, Timestamp::MAX)];
        assert_eq!(decode(&encode(&fixes)).unwrap(), fixes);
        assert_eq!(decode(&encode(&[])).unwrap(), vec![]);
    }

    #[test]
    fn damaged_chunks_are_refused_without_a_panic() {
        let bytes = encode(&walk(20));
        for len in 0..bytes.len() {
            assert!(decode(&bytes[..len]).is_err(), "cut at {len}");
        }
        assert_eq!(decode(&[7, 0]), Err(ChunkFlaw::Version(7)));
        let mut trailing = bytes.clone();
        trailing.push(0);
        assert_eq!(decode(&trailing), Err(ChunkFlaw::Trailing(1)));
        let forged = [1, 0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0, 0, 0];
        assert_eq!(decode(&forged), Err(ChunkFlaw::CutOff(1)), "a forged count allocates nothing");
    }
}
