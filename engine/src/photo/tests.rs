//! Headers made by hand, byte by byte, and everything that is wrong with a file.

use super::*;

fn jpeg(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00".to_vec();
    bytes.extend(b"\xff\xff\xdb\x00\x04\x00\x00"); // a fill byte, a table
    bytes.extend(b"\xff\xc2\x00\x11\x08");
    bytes.extend(height.to_be_bytes());
    bytes.extend(width.to_be_bytes());
    bytes.extend(
        b"\x03\x01\x11\x00\x02\x11\x01\x03\x11\x01\xff\xda\x00\x0c\x03\x01\x00\x02\x11\x03\x11\x00\x3f\x00\x12\x34\xff\xd9",
    );
    bytes
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend(b"\x08\x02\x00\x00\x00\x00\x00\x00\x00");
    bytes
}

fn webp(chunk: &[u8]) -> Vec<u8> {
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((chunk.len() as u32 + 4).to_le_bytes());
    bytes.extend(b"WEBP");
    bytes.extend(chunk);
    bytes
}

fn in_box(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let mut bytes = (body.len() as u32 + 8).to_be_bytes().to_vec();
    bytes.extend(kind);
    bytes.extend(body);
    bytes
}

fn heic(sizes: &[(u32, u32)]) -> Vec<u8> {
    let ispe =
        |(width, height): &(u32, u32)| in_box(b"ispe", &[&[0; 4][..], &width.to_be_bytes(), &height.to_be_bytes()].concat());
    let ipco = in_box(b"ipco", &sizes.iter().flat_map(ispe).collect::<Vec<_>>());
    let meta = in_box(b"meta", &[&[0; 4][..], &in_box(b"hdlr", b"xyz"), &in_box(b"iprp", &ipco)].concat());
    [in_box(b"ftyp", b"heic\x00\x00\x00\x00mif1heic"), meta].concat()
}

fn check(bytes: &[u8], media_type: MediaType, size: Option<(u32, u32)>) {
    let size = size.map(|(width, height)| Size { width, height });
    assert_eq!(look(bytes, Some(media_type.name())), Ok(Looked { media_type, size }));
    assert_eq!(look(bytes, None), Ok(Looked { media_type, size }));
}

#[test]
fn files_are_what_their_first_bytes_say() {
    check(&jpeg(4_000, 3_000), MediaType::Jpeg, Some((4_000, 3_000)));
    check(&png(800, 600), MediaType::Png, Some((800, 600)));
    check(&webp(b"VP8 \x20\x00\x00\x00\x10\x00\x00\x9d\x01\x2a\x80\x02\xe0\x41"), MediaType::Webp, Some((640, 480)));
    check(&webp(b"VP8L\x20\x00\x00\x00\x2f\x7f\xc2\x77\x00"), MediaType::Webp, Some((640, 480)));
    check(&webp(b"VP8X\x0a\x00\x00\x00\x10\x00\x00\x00\x7f\x02\x00\xdf\x01\x00"), MediaType::Webp, Some((640, 480)));
    check(&heic(&[(320, 240), (4_032, 3_024), (512, 512)]), MediaType::Heic, Some((4_032, 3_024)));
    check(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", MediaType::Pdf, None);
}

#[test]
fn what_cannot_be_kept_is_refused_with_the_reason() {
    let code = |bytes: &[u8], declared: Option<&str>| look(bytes, declared).unwrap_err().code();
    assert_eq!(code(b"", None), "file_empty");
    assert_eq!(code(b"GIF89a......", None), "file_type_unknown");
    assert_eq!(code(b"<html><body>", Some("image/jpeg")), "file_type_unknown");
    assert_eq!(code(&png(8, 8), Some("image/jpeg")), "file_type_mismatch");
    assert_eq!(code(&png(8, 8), Some("text/html")), "file_type_mismatch");
    assert!(look(&jpeg(8, 8), Some("image/JPG; charset=x")).is_ok());
    for damaged in [&jpeg(8, 8)[..30], b"\xff\xd8\xff\xda\x00\x02\xff\xd9", b"\x89PNG\r\n\x1a\n", &heic(&[])[..], &webp(b"VP9 ")]
    {
        assert_eq!(code(damaged, None), "picture_damaged", "{damaged:?}");
    }
    assert_eq!(code(&png(0, 8), None), "picture_damaged");
}

#[test]
fn a_picture_that_would_unfold_into_gigabytes_is_refused_by_its_header() {
    for (width, height) in [(20_001, 1), (1, 20_001), (12_000, 10_001), (u32::MAX, u32::MAX)] {
        assert_eq!(look(&png(width, height), None), Err(PhotoFlaw::TooLarge { width, height }));
    }
    check(&png(12_000, 10_000), MediaType::Png, Some((12_000, 10_000)));
}

#[test]
fn a_picture_that_is_something_else_too_is_refused() {
    let comment = |text: &[u8]| {
        let picture = jpeg(8, 8);
        let head = [&picture[..2], b"\xff\xfe", &(text.len() as u16 + 2).to_be_bytes(), text].concat();
        [&head[..], &picture[2..]].concat()
    };
    let zip = |picture: Vec<u8>| [&picture[..], b"PK\x03\x04....PK\x05\x06", &[0; 18]].concat();
    for (bytes, what) in [
        (comment(b"%PDF-1.4 1 0 obj"), "a document"),
        (comment(b"--><SCRIPT src=x>"), "a page"),
        (comment(b"<svg onload=alert(1)>"), "a drawing"),
        (zip(jpeg(8, 8)), "an archive"),
        (zip(png(8, 8)), "an archive"),
        ([&png(8, 8)[..], b"<?php system(1);"].concat(), "a program"),
    ] {
        assert_eq!(look(&bytes, None).unwrap_err().code(), "file_type_ambiguous", "{what}");
    }
    assert!(look(&comment(b"Holiday in Rome, PK and me"), None).is_ok());
}

#[test]
fn every_cut_of_a_file_is_read_without_a_panic() {
    let whole = [jpeg(9, 9), png(9, 9), heic(&[(9, 9)]), webp(b"VP8X\x0a\x00\x00\x00\x10\x00\x00\x00\x7f\x02\x00\xdf\x01\x00")];
    for bytes in whole {
        for cut in 0..bytes.len() {
            let _ = look(&bytes[..cut], None);
            let mut flipped = bytes.clone();
            flipped[cut] ^= 0xff;
            let _ = look(&flipped, None);
        }
    }
}

#[test]
fn looks_that_are_near_have_a_band_in_common() {
    let mut seed = 7u64;
    for _ in 0..2_000 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let (a, mut b) = (seed, seed);
        for bit in 0..5 {
            b ^= 1 << ((seed >> (bit * 6)) & 63);
        }
        assert!(apart(a, b) <= LOOKS_APART_MAX);
        assert!(bands(a).iter().any(|band| bands(b).contains(band)), "{a:x} {b:x}");
    }
    assert_eq!(bands(u64::MAX)[5] & 0x7ff, 0x3ff);
}

#[test]
fn looks_tell_light_from_dark_and_nothing_of_a_wall() {
    let mut greys = [0u8; LOOKS_COLUMNS * LOOKS_ROWS];
    assert_eq!(looks_of(&greys), None);
    for (index, grey) in greys.iter_mut().enumerate() {
        *grey = (index % LOOKS_COLUMNS) as u8 * 20;
    }
    assert_eq!(looks_of(&greys), Some(u64::MAX), "each lighter than the one before");
    greys.reverse();
    assert_eq!(looks_of(&greys), Some(0));
}
