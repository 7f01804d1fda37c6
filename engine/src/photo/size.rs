//! How large a picture is, from its header alone: nothing is decoded, so a picture that would unfold into gigabytes costs nothing.

use super::MediaType;
use super::boxes;

/// Pixels.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Size {
    pub width: u32,
    pub height: u32,
}

/// The size by the header; None where it cannot be read.
pub fn size_of(bytes: &[u8], media_type: MediaType) -> Option<Size> {
    match media_type {
        MediaType::Jpeg => jpeg(bytes),
        MediaType::Png => png(bytes),
        MediaType::Webp => webp(bytes),
        MediaType::Heic => boxes::heic_size(bytes),
        MediaType::Pdf => None,
    }
}

/// The frame header behind the segments before it.
fn jpeg(bytes: &[u8]) -> Option<Size> {
    let mut at = 2;
    loop {
        if *bytes.get(at)? != 0xff {
            return None;
        }
        // Any number of fill bytes may stand before a marker.
        while *bytes.get(at)? == 0xff {
            at += 1;
        }
        let marker = *bytes.get(at)?;
        at += 1;
        match marker {
            // Markers that stand alone.
            0x01 | 0xd0..=0xd7 => continue,
            // The picture, or the file, begins or ends and no frame was found.
            0xd8..=0xda | 0x00 => return None,
            _ => {}
        }
        let len = usize::from(be16(bytes, at)?);
        let is_frame = matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc);
        if is_frame {
            let (height, width) = (be16(bytes, at + 3)?, be16(bytes, at + 5)?);
            return Some(Size { width: width.into(), height: height.into() });
        }
        at = at.checked_add(len.max(2))?;
    }
}

fn png(bytes: &[u8]) -> Option<Size> {
    (bytes.get(12..16)? == b"IHDR").then_some(())?;
    Some(Size { width: be32(bytes, 16)?, height: be32(bytes, 20)? })
}

fn webp(bytes: &[u8]) -> Option<Size> {
    match bytes.get(12..16)? {
        b"VP8 " => {
            (bytes.get(23..26)? == b"\x9d\x01\x2a").then_some(())?;
            Some(Size { width: u32::from(le16(bytes, 26)? & 0x3fff), height: u32::from(le16(bytes, 28)? & 0x3fff) })
        }
        b"VP8L" => {
            (*bytes.get(20)? == 0x2f).then_some(())?;
            let bits = u32::from_le_bytes(bytes.get(21..25)?.try_into().ok()?);
            Some(Size { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 })
        }
        b"VP8X" => {
            let le24 = |at: usize| bytes.get(at..at + 3).map(|b| u32::from(b[0]) | u32::from(b[1]) << 8 | u32::from(b[2]) << 16);
            Some(Size { width: le24(24)? + 1, height: le24(27)? + 1 })
        }
        _ => None,
    }
}

fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at.checked_add(2)?).map(|b| u16::from_be_bytes([b[0], b[1]]))
}

fn le16(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2).map(|b| u16::from_le_bytes([b[0], b[1]]))
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4).map(|b| u32::from_be_bytes([b[0], b[1], b[2], b[3]]))
}
