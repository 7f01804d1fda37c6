//! The boxes of HEIC files, as far as the size of the picture wants them: `ftyp` says what the file is, `meta/iprp/ipco/ispe` how large.

use super::Size;

/// What phones write, and what holds the same.
const BRANDS: [&[u8; 4]; 8] = [b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"];
/// Properties looked at; a picture of tiles has a few.
const BOXES_MAX: usize = 512;

/// Does the `ftyp` box name one of the brands?
pub fn is_heic(bytes: &[u8]) -> bool {
    let Some((kind, body, _)) = next_box(bytes) else { return false };
    let (major, compatible) = (body.get(..4), body.get(8..).unwrap_or_default());
    let is_known = |brand: &[u8]| BRANDS.iter().any(|known| known.as_slice() == brand);
    kind == *b"ftyp" && (major.is_some_and(is_known) || compatible.chunks_exact(4).any(is_known))
}

/// The largest picture of the file.
pub fn heic_size(bytes: &[u8]) -> Option<Size> {
    let meta = find(bytes, *b"meta")?;
    // A full box: version and flags first.
    let properties = find(find(meta.get(4..)?, *b"iprp")?, *b"ipco")?;
    let mut largest: Option<Size> = None;
    for (kind, body) in boxes(properties) {
        if kind != *b"ispe" {
            continue;
        }
        let be32 = |at: usize| body.get(at..at + 4).map(|b| u32::from_be_bytes([b[0], b[1], b[2], b[3]]));
        let size = Size { width: be32(4)?, height: be32(8)? };
        let pixels = |size: Size| u64::from(size.width) * u64::from(size.height);
        if largest.is_none_or(|largest| pixels(size) > pixels(largest)) {
            largest = Some(size);
        }
    }
    largest
}

fn find(bytes: &[u8], wanted: [u8; 4]) -> Option<&[u8]> {
    boxes(bytes).find(|(kind, _)| *kind == wanted).map(|(_, body)| body)
}

fn boxes(bytes: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    let mut rest = bytes;
    let next = move || {
        let (kind, body, after) = next_box(rest)?;
        rest = after;
        Some((kind, body))
    };
    std::iter::from_fn(next).take(BOXES_MAX)
}

/// A box's kind, its body, and what follows it.
fn next_box(bytes: &[u8]) -> Option<([u8; 4], &[u8], &[u8])> {
    let short = u32::from_be_bytes(bytes.get(..4)?.try_into().ok()?);
    let kind: [u8; 4] = bytes.get(4..8)?.try_into().ok()?;
    let (head, len) = match short {
        0 => (8, bytes.len()),
        1 => (16, usize::try_from(u64::from_be_bytes(bytes.get(8..16)?.try_into().ok()?)).ok()?),
        len => (8, len as usize),
    };
    Some((kind, bytes.get(head..len)?, bytes.get(len..)?))
}
