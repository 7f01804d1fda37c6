//! Files from the field as bytes: what they are by their own first bytes, how large a picture is before anybody decodes it, and what a picture
//! looks like in 64 bits. Everything here reads what strangers send: it may refuse, and never panics.
//!
//! Not here: decoding pictures, the camera's notes (EXIF), where files are kept.

mod boxes;
mod size;

pub use size::{Size, size_of};

use serde::{Deserialize, Serialize};

/// Longest side and most pixels of a picture that is kept: above any phone's camera, below what would cost anybody their memory.
pub const SIDE_MAX: u32 = 20_000;
pub const PIXELS_MAX: u64 = 120_000_000;
/// How far into a file readers look for what it is.
const LOOK_BYTES: usize = 1_024;
/// How far from its end a ZIP archive may say that it is one.
const TAIL_BYTES: usize = 65_557;

/// What may be kept.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = FileMediaType))]
pub enum MediaType {
    #[serde(rename = "image/jpeg")]
    Jpeg,
    #[serde(rename = "image/png")]
    Png,
    #[serde(rename = "image/webp")]
    Webp,
    #[serde(rename = "image/heic")]
    Heic,
    #[serde(rename = "application/pdf")]
    Pdf,
}

impl MediaType {
    pub const ALL: [Self; 5] = [Self::Jpeg, Self::Png, Self::Webp, Self::Heic, Self::Pdf];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Heic => "image/heic",
            Self::Pdf => "application/pdf",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }

    pub const fn is_picture(self) -> bool {
        !matches!(self, Self::Pdf)
    }

    /// As file names end.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
            Self::Heic => "heic",
            Self::Pdf => "pdf",
        }
    }

    /// What a client says it sends; some say it in other words.
    pub fn of_declared(text: &str) -> Option<Self> {
        let essence = text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match essence.as_str() {
            "image/jpg" | "image/pjpeg" => Some(Self::Jpeg),
            "image/heif" | "image/heic-sequence" | "image/heif-sequence" => Some(Self::Heic),
            other => Self::from_name(other),
        }
    }
}

impl std::fmt::Display for MediaType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// Why bytes are not kept.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PhotoFlaw {
    #[error("the file is empty")]
    Empty,
    #[error("the file is none of JPEG, PNG, WebP, HEIC and PDF")]
    UnknownType,
    #[error("the file is {found}, and was said to be {declared}")]
    OtherType { found: MediaType, declared: String },
    #[error("the file is {found} and something else at once")]
    TwoTypes { found: MediaType },
    #[error("the picture's size cannot be read: the file is cut off or damaged")]
    NoSize,
    #[error("the picture is {width} x {height}, must be at most {SIDE_MAX} on a side and {PIXELS_MAX} pixels")]
    TooLarge { width: u32, height: u32 },
}

impl PhotoFlaw {
    /// Stable: clients match on it.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "file_empty",
            Self::UnknownType => "file_type_unknown",
            Self::OtherType { .. } => "file_type_mismatch",
            Self::TwoTypes { .. } => "file_type_ambiguous",
            Self::NoSize => "picture_damaged",
            Self::TooLarge { .. } => "picture_too_large",
        }
    }
}

/// What a file is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Looked {
    pub media_type: MediaType,
    /// Of a picture.
    pub size: Option<Size>,
}

/// Looks at a whole file. `declared`: the type that was said, if any; it must be the type that is found.
pub fn look(bytes: &[u8], declared: Option<&str>) -> Result<Looked, PhotoFlaw> {
    if bytes.is_empty() {
        return Err(PhotoFlaw::Empty);
    }
    let found = sniff(bytes).ok_or(PhotoFlaw::UnknownType)?;
    if let Some(declared) = declared.filter(|declared| MediaType::of_declared(declared) != Some(found)) {
        return Err(PhotoFlaw::OtherType { found, declared: declared.chars().take(100).collect() });
    }
    if is_something_else_too(bytes, found) {
        return Err(PhotoFlaw::TwoTypes { found });
    }
    if !found.is_picture() {
        return Ok(Looked { media_type: found, size: None });
    }
    let size = size_of(bytes, found).ok_or(PhotoFlaw::NoSize)?;
    let Size { width, height } = size;
    if width == 0 || height == 0 {
        return Err(PhotoFlaw::NoSize);
    }
    if width > SIDE_MAX || height > SIDE_MAX || u64::from(width) * u64::from(height) > PIXELS_MAX {
        return Err(PhotoFlaw::TooLarge { width, height });
    }
    Ok(Looked { media_type: found, size: Some(size) })
}

/// The type by the first bytes.
pub fn sniff(bytes: &[u8]) -> Option<MediaType> {
    let at = |from: usize, what: &[u8]| bytes.get(from..from + what.len()) == Some(what);
    if at(0, b"\xff\xd8\xff") {
        Some(MediaType::Jpeg)
    } else if at(0, b"\x89PNG\r\n\x1a\n") {
        Some(MediaType::Png)
    } else if at(0, b"RIFF") && at(8, b"WEBP") {
        Some(MediaType::Webp)
    } else if at(0, b"%PDF-") {
        Some(MediaType::Pdf)
    } else if at(4, b"ftyp") && boxes::is_heic(bytes) {
        Some(MediaType::Heic)
    } else {
        None
    }
}

/// Files that are a picture to one reader and a document, an archive or a page to another are how pictures smuggle things in.
fn is_something_else_too(bytes: &[u8], found: MediaType) -> bool {
    let head = &bytes[..bytes.len().min(LOOK_BYTES)];
    let tail = &bytes[bytes.len().saturating_sub(TAIL_BYTES)..];
    let holds = |hay: &[u8], needle: &[u8]| hay.windows(needle.len()).any(|window| window.eq_ignore_ascii_case(needle));
    let is_document = found != MediaType::Pdf && holds(head, b"%pdf-");
    // The end of a ZIP archive; in a picture's noise these four bytes come once in four thousand million.
    let is_archive = tail.windows(4).rposition(|window| window == b"PK\x05\x06").is_some_and(|at| is_archive_end(&tail[at..]));
    let is_page = [&b"<html"[..], b"<script", b"<!doctype", b"<svg", b"<?php"].iter().any(|word| holds(head, word));
    is_document || is_archive || is_page
}

/// Does an end of a ZIP archive stand here, its comment reaching to the end of the file?
fn is_archive_end(record: &[u8]) -> bool {
    let comment = record.get(20..22).map(|len| usize::from(u16::from_le_bytes([len[0], len[1]])));
    comment.is_some_and(|comment| record.len() >= 22 + comment)
}

/// Columns and rows of the small picture that `looks_of` wants.
pub const LOOKS_COLUMNS: usize = 9;
pub const LOOKS_ROWS: usize = 8;
/// Pictures whose looks differ in at most so many of 64 bits look the same. Saved again, resized or lightened, a photo differs in up to four;
/// two photos of a thousand pairs of the same shelf in ten and more.
pub const LOOKS_APART_MAX: u32 = 5;

/// The looks of a picture in 64 bits (dHash): of nine by eight greys, row by row, whether each is darker than its neighbour to the right. None for a
/// picture that hardly has any: a wall, the inside of a pocket.
pub fn looks_of(greys: &[u8; LOOKS_COLUMNS * LOOKS_ROWS]) -> Option<u64> {
    let (darkest, lightest) = (greys.iter().min()?, greys.iter().max()?);
    if lightest - darkest < 16 {
        return None;
    }
    let pairs = greys.chunks_exact(LOOKS_COLUMNS).flat_map(|row| row.windows(2));
    Some(pairs.fold(0, |looks, pair| (looks << 1) | u64::from(pair[0] < pair[1])))
}

/// Bits in which two looks differ.
pub const fn apart(a: u64, b: u64) -> u32 {
    (a ^ b).count_ones()
}

/// Six parts of the looks, each with its place in it. Looks that differ in at most five bits have one of them in common, so that they are
/// found by an index.
pub fn bands(looks: u64) -> [i32; 6] {
    const WIDTHS: [u32; 6] = [11, 11, 11, 11, 10, 10];
    let mut rest = looks;
    let mut bands = [0; 6];
    for (index, width) in WIDTHS.into_iter().enumerate() {
        let part = (rest & ((1 << width) - 1)) as i32;
        bands[index] = (index as i32) << 11 | part;
        rest >>= width;
    }
    bands
}

#[cfg(test)]
mod tests;
