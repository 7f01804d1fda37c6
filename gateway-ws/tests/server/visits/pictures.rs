//! Pictures for tests, made of nothing but what the formats ask for.

use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::io::Write;

/// A PNG of so many pixels, grey upon grey by `shade`.
pub fn png(width: u32, height: u32, shade: impl Fn(u32, u32) -> u8) -> Vec<u8> {
    let mut rows = Vec::new();
    for y in 0..height {
        rows.push(0);
        rows.extend((0..width).map(|x| shade(x, y)));
    }
    png_of(width, height, &rows)
}

/// A PNG whose header claims a size that its pixels do not have.
pub fn png_of(width: u32, height: u32, rows: &[u8]) -> Vec<u8> {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(rows).unwrap();
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
    header.extend([8, 0, 0, 0, 0]);
    chunk(&mut png, *b"IHDR", &header);
    chunk(&mut png, *b"IDAT", &packed.finish().unwrap());
    chunk(&mut png, *b"IEND", &[]);
    png
}

fn chunk(png: &mut Vec<u8>, kind: [u8; 4], body: &[u8]) {
    png.extend((body.len() as u32).to_be_bytes());
    let mut crc = flate2::Crc::new();
    crc.update(&kind);
    crc.update(body);
    png.extend(kind);
    png.extend(body);
    png.extend(crc.sum().to_be_bytes());
}

/// The same PNG with a camera's notes: taken at this second UTC, at this place.
pub fn with_notes(png: &[u8], at: chrono::DateTime<chrono::Utc>, (lat, lon): (f64, f64)) -> Vec<u8> {
    let tiff = notes(at, (lat, lon));
    // Right behind the header.
    let mut with = png[..33].to_vec();
    chunk(&mut with, *b"eXIf", &tiff);
    with.extend(&png[33..]);
    with
}

/// One directory with a pointer to that of the place, big-endian.
fn notes(at: chrono::DateTime<chrono::Utc>, (lat, lon): (f64, f64)) -> Vec<u8> {
    let date = format!("{}\0", at.format("%Y:%m:%d"));
    let clock = [at.format("%H").to_string(), at.format("%M").to_string(), at.format("%S").to_string()];
    let clock: Vec<u8> = clock.iter().flat_map(|part| rational(part.parse().unwrap())).collect();
    let entries = 6_u16;
    let start = 8 + 2 + 12 + 4;
    let mut data_at = start + 2 + u32::from(entries) * 12 + 4;
    let (mut directory, mut data) = (entries.to_be_bytes().to_vec(), Vec::<u8>::new());
    let mut entry = |tag: u16, kind: u16, count: u32, value: &[u8]| {
        directory.extend(tag.to_be_bytes());
        directory.extend(kind.to_be_bytes());
        directory.extend(count.to_be_bytes());
        if value.len() <= 4 {
            directory.extend(value);
            directory.extend(vec![0; 4 - value.len()]);
        } else {
            directory.extend(data_at.to_be_bytes());
            data.extend(value);
            data_at += value.len() as u32;
        }
    };
    entry(1, 2, 2, if lat < 0.0 { b"S\0" } else { b"N\0" });
    entry(2, 5, 3, &angle(lat));
    entry(3, 2, 2, if lon < 0.0 { b"W\0" } else { b"E\0" });
    entry(4, 5, 3, &angle(lon));
    entry(7, 5, 3, &clock);
    entry(29, 2, date.len() as u32, date.as_bytes());
    let mut tiff = b"MM\0\x2a\0\0\0\x08".to_vec();
    tiff.extend(1_u16.to_be_bytes());
    for part in [&0x8825_u16.to_be_bytes()[..], &4_u16.to_be_bytes(), &1_u32.to_be_bytes(), &start.to_be_bytes(), &[0; 4]] {
        tiff.extend(part);
    }
    tiff.extend(directory);
    tiff.extend([0; 4]);
    tiff.extend(data);
    tiff
}

fn rational(number: u32) -> [u8; 8] {
    let mut bytes = [0; 8];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    bytes[4..].copy_from_slice(&1_u32.to_be_bytes());
    bytes
}

fn angle(degrees: f64) -> Vec<u8> {
    let degrees = degrees.abs();
    let (whole, minutes) = (degrees.floor(), degrees.fract() * 60.0);
    let seconds = (minutes.fract() * 60.0 * 10_000.0).round();
    let mut bytes = [rational(whole as u32), rational(minutes.floor() as u32)].concat();
    bytes.extend((seconds as u32).to_be_bytes());
    bytes.extend(10_000_u32.to_be_bytes());
    bytes
}
