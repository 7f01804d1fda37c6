//! What a picture shows of itself: the camera's notes, what it looks like, and a small copy of it.
//!
//! Decoding is bounded twice, because it is what strangers send: by the pixels that the header claims, and by the memory the decoder may take. What
//! cannot be decoded is kept all the same; it has no looks and no small copy.

use bytes::Bytes;
use chrono::{NaiveDate, NaiveDateTime, TimeZone};
use exif::{In, Tag, Value};
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, ImageFormat, ImageReader, Limits};
use salessync_engine::photo::{LOOKS_COLUMNS, LOOKS_ROWS, Looked, MediaType, looks_of};
use salessync_engine::{Point, Timestamp};
use std::io::Cursor;

/// Beyond so many pixels a picture is not decoded, nor with more memory than this.
const DECODED_PIXELS_MAX: u64 = 64_000_000;
const DECODER_BYTES_MAX: u64 = 320 * 1024 * 1024;
/// Longest side of the small copy.
const SMALL_SIDE: u32 = 320;
const SMALL_QUALITY: u8 = 78;

/// What was seen.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub taken_at: Option<Timestamp>,
    pub place: Option<Point>,
    pub looks: Option<u64>,
    /// A JPEG, without any of the camera's notes.
    pub thumbnail: Option<Bytes>,
}

/// Looks at a file that is what it says. `zone`: of a clock that does not say in which zone it is.
pub(super) fn see(bytes: &[u8], looked: Looked, zone: chrono_tz::Tz) -> Seen {
    if !looked.media_type.is_picture() {
        return Seen::default();
    }
    let notes = exif::Reader::new().read_from_container(&mut Cursor::new(bytes)).ok();
    let taken_at = notes.as_ref().and_then(|notes| taken_at(notes, zone));
    let place = notes.as_ref().and_then(place);
    let picture = decode(bytes, looked, notes.as_ref().and_then(orientation));
    let looks = picture.as_ref().and_then(looks);
    let thumbnail = picture.and_then(|picture| small(&picture));
    Seen { taken_at, place, looks, thumbnail }
}

fn decode(bytes: &[u8], looked: Looked, orientation: Option<Orientation>) -> Option<DynamicImage> {
    let format = match looked.media_type {
        MediaType::Jpeg => ImageFormat::Jpeg,
        MediaType::Png => ImageFormat::Png,
        MediaType::Webp | MediaType::Heic | MediaType::Pdf => return None,
    };
    let size = looked.size?;
    if u64::from(size.width) * u64::from(size.height) > DECODED_PIXELS_MAX {
        return None;
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(size.width);
    limits.max_image_height = Some(size.height);
    limits.max_alloc = Some(DECODER_BYTES_MAX);
    reader.limits(limits);
    let mut picture = reader.decode().ok()?;
    if let Some(orientation) = orientation {
        picture.apply_orientation(orientation);
    }
    Some(picture)
}

fn looks(picture: &DynamicImage) -> Option<u64> {
    let small = picture.resize_exact(LOOKS_COLUMNS as u32, LOOKS_ROWS as u32, FilterType::Triangle).into_luma8();
    let greys: [u8; LOOKS_COLUMNS * LOOKS_ROWS] = small.into_raw().try_into().ok()?;
    looks_of(&greys)
}

fn small(picture: &DynamicImage) -> Option<Bytes> {
    let small = picture.thumbnail(SMALL_SIDE, SMALL_SIDE).into_rgb8();
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, SMALL_QUALITY).encode_image(&small).ok()?;
    Some(jpeg.into())
}

fn orientation(notes: &exif::Exif) -> Option<Orientation> {
    let value = notes.get_field(Tag::Orientation, In::PRIMARY)?.value.get_uint(0)?;
    Orientation::from_exif(u8::try_from(value).ok()?)
}

/// When it was taken. The satellites' clock is told first: a phone's own can be set.
fn taken_at(notes: &exif::Exif, zone: chrono_tz::Tz) -> Option<Timestamp> {
    let at = by_satellites(notes).or_else(|| by_camera(notes, zone))?;
    Timestamp::from_ms(at.timestamp_millis()).ok()
}

fn by_satellites(notes: &exif::Exif) -> Option<chrono::DateTime<chrono::Utc>> {
    let date = NaiveDate::parse_from_str(text(notes, Tag::GPSDateStamp)?.trim(), "%Y:%m:%d").ok()?;
    let [hour, minute, second] = rationals(notes, Tag::GPSTimeStamp)?;
    let is_whole = |number: f64, below: f64| (0.0..below).contains(&number);
    if !is_whole(hour, 24.0) || !is_whole(minute, 60.0) || !is_whole(second, 61.0) {
        return None;
    }
    Some(date.and_hms_opt(hour as u32, minute as u32, (second as u32).min(59))?.and_utc())
}

fn by_camera(notes: &exif::Exif, zone: chrono_tz::Tz) -> Option<chrono::DateTime<chrono::Utc>> {
    let told = text(notes, Tag::DateTimeOriginal)?;
    let local = NaiveDateTime::parse_from_str(told.trim(), "%Y:%m:%d %H:%M:%S").ok()?;
    let offset = text(notes, Tag::OffsetTimeOriginal).and_then(|offset| offset.trim().parse::<chrono::FixedOffset>().ok());
    match offset {
        Some(offset) => offset.from_local_datetime(&local).single().map(|at| at.to_utc()),
        None => zone.from_local_datetime(&local).earliest().map(|at| at.to_utc()),
    }
}

/// Where it was taken.
fn place(notes: &exif::Exif) -> Option<Point> {
    let degrees = |value: Tag, side: Tag, negative: &str| {
        let [degrees, minutes, seconds] = rationals(notes, value)?;
        let angle = degrees + minutes / 60.0 + seconds / 3_600.0;
        let is_negative = text(notes, side)?.trim().eq_ignore_ascii_case(negative);
        Some(if is_negative { -angle } else { angle })
    };
    let lat = degrees(Tag::GPSLatitude, Tag::GPSLatitudeRef, "S")?;
    let lon = degrees(Tag::GPSLongitude, Tag::GPSLongitudeRef, "W")?;
    // Cameras without a fix write zeros.
    Point::new(lat, lon).ok().filter(|_| lat != 0.0 || lon != 0.0)
}

fn text(notes: &exif::Exif, tag: Tag) -> Option<String> {
    match &notes.get_field(tag, In::PRIMARY)?.value {
        Value::Ascii(texts) => texts.first().map(|text| String::from_utf8_lossy(text).trim_end_matches('\0').to_owned()),
        _ => None,
    }
}

fn rationals(notes: &exif::Exif, tag: Tag) -> Option<[f64; 3]> {
    let Value::Rational(numbers) = &notes.get_field(tag, In::PRIMARY)?.value else { return None };
    let [a, b, c] = numbers.first_chunk::<3>()?.map(|number| number.to_f64());
    [a, b, c].iter().all(|number| number.is_finite()).then_some([a, b, c])
}
