//! A track as a file: CSV, GeoJSON of points or lines, GPX, KML. Streamed run by run, so that a year costs no more memory than a day.
//!
//! Points and CSV rows come in order of event time, all devices together, as in JSON. Lines never mix devices: GPX, KML and GeoJSON
//! lines hold one device after the other, and break where a device was silent for longer than the gap. Every fix is written once, but
//! for GeoJSON lines: one that goes on from another begins with the last position of that.

use crate::error::ApiError;
use crate::rest::thin::{Kept, RUN_FIXES, Reader, Thinning};
use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::Bytes;
use futures_util::stream::{self, Stream};
use salessync_actors::store::Store;
use salessync_actors::store::tracks::{Start, Suspects, Track, TrackFix};
use salessync_engine::access::InScope;
use salessync_engine::track::item::Suspicion;
use salessync_engine::track::row::{write_fields, write_position};
use salessync_engine::track::{Device, Fix};
use salessync_engine::{AgentId, Timestamp};
use std::collections::VecDeque;
use std::io::Write;

/// The files there are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum File {
    Csv,
    GeojsonPoints,
    GeojsonLines,
    Gpx,
    Kml,
}

/// What a file is to hold.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub agent: InScope<AgentId>,
    pub from: Timestamp,
    pub to: Timestamp,
    pub thinning: Thinning,
    pub gap_ms: i64,
    pub suspects: Suspects,
}

impl File {
    const fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::GeojsonPoints | Self::GeojsonLines => "application/geo+json",
            Self::Gpx => "application/gpx+xml",
            Self::Kml => "application/vnd.google-earth.kml+xml",
        }
    }

    const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::GeojsonPoints | Self::GeojsonLines => "geojson",
            Self::Gpx => "gpx",
            Self::Kml => "kml",
        }
    }

    const fn is_by_device(self) -> bool {
        match self {
            Self::Csv | Self::GeojsonPoints => false,
            Self::GeojsonLines | Self::Gpx | Self::Kml => true,
        }
    }
}

/// The whole range as a file to keep.
pub async fn download(store: Store, wanted: Wanted, file: File) -> Result<HttpResponse, ApiError> {
    let tracks = if file.is_by_device() {
        let devices = store.track_devices(wanted.agent, wanted.from, wanted.to).await?;
        devices
            .into_iter()
            .map(|device| Track { device: Some(device), ..Track::of(wanted.agent, wanted.to, wanted.suspects) })
            .collect()
    } else {
        VecDeque::from([Track::of(wanted.agent, wanted.to, wanted.suspects)])
    };
    let name = format!("attachment; filename=\"{}.{}\"", wanted.agent.id(), file.extension());
    let mut response = HttpResponse::Ok();
    response.insert_header((CONTENT_TYPE, file.content_type())).insert_header((CONTENT_DISPOSITION, name));
    let export = Export { store, wanted, tracks, reader: None, pen: Pen::of(file), stage: Stage::Head };
    Ok(response.streaming(export.stream()))
}

/// Where a stream stands.
enum Stage {
    Head,
    Body,
    Done,
}

struct Export {
    store: Store,
    wanted: Wanted,
    /// Still to be written.
    tracks: VecDeque<Track>,
    reader: Option<Reader>,
    pen: Pen,
    stage: Stage,
}

impl Export {
    fn stream(self) -> impl Stream<Item = Result<Bytes, ApiError>> {
        stream::try_unfold(self, |mut export| async move {
            let more = export.more().await?;
            Ok(more.map(|bytes| (Bytes::from(bytes), export)))
        })
    }

    /// The next piece of the file; None after the last.
    async fn more(&mut self) -> Result<Option<Vec<u8>>, ApiError> {
        let mut out = Vec::new();
        match self.stage {
            Stage::Head => {
                self.pen.head(&mut out, self.wanted.agent.id());
                self.stage = Stage::Body;
                return Ok(Some(out));
            }
            Stage::Done => return Ok(None),
            Stage::Body => {}
        }
        // An empty piece would end a chunked answer.
        while out.is_empty() {
            let Some(reader) = &mut self.reader else {
                let Some(track) = self.tracks.pop_front() else {
                    self.pen.tail(&mut out);
                    self.stage = Stage::Done;
                    break;
                };
                self.pen.open(&mut out, track.device.as_ref());
                let Wanted { from, thinning, gap_ms, .. } = self.wanted;
                self.reader = Some(Reader::new(self.store.clone(), track, Start::At(from), thinning, gap_ms));
                continue;
            };
            match reader.run().await? {
                Some(run) => self.pen.run(&mut out, run),
                None => {
                    self.pen.close(&mut out);
                    self.reader = None;
                }
            }
        }
        Ok(Some(out))
    }
}

/// A format, and how far it has been written. Writing to a `Vec` cannot fail.
enum Pen {
    Csv,
    Points { is_first: bool },
    Lines { is_first: bool, device: Option<Device>, line: Vec<Kept> },
    Gpx { is_open: bool },
    Kml { is_open: bool },
}

const GPX_HEAD: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8"?>"#,
    "\n",
    r#"<gpx version="1.1" creator="SalesSync" xmlns="http://www.topografix.com/GPX/1/1""#,
    r#" xmlns:gpxtpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v2" xmlns:salessync="urn:salessync:gpx:1">"#,
    "\n"
);

const KML_HEAD: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8"?>"#,
    "\n",
    r#"<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"><Document>"#
);

/// What a KML track says of each fix besides time and place.
const KML_ARRAYS: [(&str, &str); 6] = [
    ("accuracy_m", "float"),
    ("speed_mps", "float"),
    ("bearing_deg", "float"),
    ("battery", "float"),
    ("source", "string"),
    ("quarantine", "string"),
];

impl Pen {
    const fn of(file: File) -> Self {
        match file {
            File::Csv => Self::Csv,
            File::GeojsonPoints => Self::Points { is_first: true },
            File::GeojsonLines => Self::Lines { is_first: true, device: None, line: Vec::new() },
            File::Gpx => Self::Gpx { is_open: false },
            File::Kml => Self::Kml { is_open: false },
        }
    }

    fn head(&self, out: &mut Vec<u8>, agent: AgentId) {
        match self {
            Self::Csv => out.extend_from_slice(
                b"recorded_at,lat,lon,accuracy_m,speed_mps,bearing_deg,altitude_m,battery,source,device,quarantine\r\n",
            ),
            Self::Points { .. } | Self::Lines { .. } => {
                out.extend_from_slice(br#"{"type":"FeatureCollection","features":["#);
            }
            Self::Gpx { .. } => out.extend_from_slice(GPX_HEAD.as_bytes()),
            Self::Kml { .. } => {
                let _ = write!(out, r#"{KML_HEAD}<name>{agent}</name><Schema id="fix">"#);
                for (name, kind) in KML_ARRAYS {
                    let _ = write!(out, r#"<gx:SimpleArrayField name="{name}" type="{kind}"/>"#);
                }
                out.extend_from_slice(b"</Schema>\n");
            }
        }
    }

    fn tail(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(match self {
            Self::Csv => b"",
            Self::Points { .. } | Self::Lines { .. } => b"]}",
            Self::Gpx { .. } => b"</gpx>\n",
            Self::Kml { .. } => b"</Document></kml>\n",
        });
    }

    /// Before the first fix of a device.
    fn open(&mut self, out: &mut Vec<u8>, of: Option<&Device>) {
        let name = of.map_or("", Device::as_str);
        match self {
            Self::Csv | Self::Points { .. } => {}
            Self::Lines { device, .. } => *device = of.cloned(),
            Self::Gpx { is_open } => {
                *is_open = false;
                out.extend_from_slice(b"<trk><name>");
                put_text(out, name);
                out.extend_from_slice(b"</name>\n");
            }
            Self::Kml { is_open } => {
                *is_open = false;
                out.extend_from_slice(b"<Folder><name>");
                put_text(out, name);
                out.extend_from_slice(b"</name>\n");
            }
        }
    }

    fn run(&mut self, out: &mut Vec<u8>, run: Vec<Kept>) {
        out.reserve(run.len() * 200);
        match self {
            Self::Csv => run.iter().for_each(|kept| put_record(out, kept)),
            Self::Points { is_first } => {
                for kept in &run {
                    put_comma(out, is_first);
                    put_point(out, kept);
                }
            }
            Self::Lines { is_first, device, line } => {
                for kept in run {
                    if kept.begins || line.len() == RUN_FIXES {
                        put_line(out, is_first, device.as_ref(), line);
                        let last = line.pop().filter(|_| !kept.begins);
                        line.clear();
                        line.extend(last);
                    }
                    line.push(kept);
                }
            }
            Self::Gpx { is_open } => {
                for kept in &run {
                    if kept.begins || !*is_open {
                        out.extend_from_slice(if *is_open { b"</trkseg><trkseg>\n".as_slice() } else { b"<trkseg>\n" });
                        *is_open = true;
                    }
                    put_trackpoint(out, &kept.fix.fix, kept.doubt);
                }
            }
            Self::Kml { is_open } => {
                // A track's times come before its places: it can be no longer than what is in memory.
                for line in run.chunk_by(|_, next| !next.begins) {
                    if line[0].begins || !*is_open {
                        put_placemark(out, *is_open, line[0].fix.fix.recorded_at());
                        *is_open = true;
                    }
                    put_gx_track(out, line);
                }
            }
        }
    }

    /// After the last fix of a device.
    fn close(&mut self, out: &mut Vec<u8>) {
        match self {
            Self::Csv | Self::Points { .. } => {}
            Self::Lines { is_first, device, line } => {
                put_line(out, is_first, device.as_ref(), line);
                line.clear();
            }
            Self::Gpx { is_open } => out.extend_from_slice(if *is_open { b"</trkseg></trk>\n".as_slice() } else { b"</trk>\n" }),
            Self::Kml { is_open } => {
                let end: &[u8] = if *is_open { b"</gx:MultiTrack></Placemark></Folder>\n" } else { b"</Folder>\n" };
                out.extend_from_slice(end);
            }
        }
    }
}

fn put_comma(out: &mut Vec<u8>, is_first: &mut bool) {
    if !std::mem::take(is_first) {
        out.push(b',');
    }
}

/// A number, or nothing where it is unknown.
fn put_known(out: &mut Vec<u8>, before: &str, value: Option<f64>, after: &str) {
    if let Some(value) = value {
        let _ = write!(out, "{before}{value}{after}");
    }
}

/// Text between tags.
fn put_text(out: &mut Vec<u8>, text: &str) {
    for byte in text.bytes() {
        match byte {
            b'&' => out.extend_from_slice(b"&amp;"),
            b'<' => out.extend_from_slice(b"&lt;"),
            b'>' => out.extend_from_slice(b"&gt;"),
            byte => out.push(byte),
        }
    }
}

/// RFC 4180: quoted where it has to be.
fn put_cell(out: &mut Vec<u8>, text: &str) {
    if text.contains([',', '"', '\r', '\n']) {
        let _ = write!(out, "\"{}\"", text.replace('"', "\"\""));
    } else {
        out.extend_from_slice(text.as_bytes());
    }
}

fn put_record(out: &mut Vec<u8>, Kept { fix: TrackFix { fix, device }, doubt, .. }: &Kept) {
    let _ = write!(out, "{},{},{}", fix.recorded_at(), fix.point().lat(), fix.point().lon());
    for value in [fix.accuracy_m(), fix.speed_mps(), fix.bearing_deg(), fix.altitude_m(), fix.battery()] {
        out.push(b',');
        put_known(out, "", value, "");
    }
    let _ = write!(out, ",{},", fix.source().as_str());
    put_cell(out, device.as_str());
    let _ = write!(out, ",{}\r\n", doubt.map_or("", Suspicion::as_str));
}

fn put_point(out: &mut Vec<u8>, Kept { fix: TrackFix { fix, device }, doubt, .. }: &Kept) {
    out.extend_from_slice(br#"{"type":"Feature","geometry":{"type":"Point","coordinates":"#);
    write_position(out, fix);
    out.extend_from_slice(br#"},"properties":{"#);
    write_fields(out, fix, device);
    if let Some(doubt) = doubt {
        let _ = write!(out, r#","quarantine":"{}""#, doubt.as_str());
    }
    out.extend_from_slice(b"}}");
}

/// A feature of one unbroken line, its times beside it, and which of its fixes are not believed. A fix alone is a point.
fn put_line(out: &mut Vec<u8>, is_first: &mut bool, device: Option<&Device>, line: &[Kept]) {
    let (Some(first), Some(last)) = (line.first(), line.last()) else { return };
    put_comma(out, is_first);
    let kind = if line.len() == 1 { "Point" } else { "LineString" };
    let _ = write!(out, r#"{{"type":"Feature","geometry":{{"type":"{kind}","coordinates":"#);
    if let [only] = line {
        write_position(out, &only.fix.fix);
    } else {
        let mut separator = b'[';
        for fix in line {
            out.push(separator);
            write_position(out, &fix.fix.fix);
            separator = b',';
        }
        out.push(b']');
    }
    let _ = write!(
        out,
        r#"}},"properties":{{"device":"{}","from":"{}","to":"{}","fixes":{},"times":"#,
        device.map_or("", Device::as_str),
        first.fix.fix.recorded_at(),
        last.fix.fix.recorded_at(),
        line.len()
    );
    let mut separator = b'[';
    for fix in line {
        out.push(separator);
        let _ = write!(out, "\"{}\"", fix.fix.fix.recorded_at());
        separator = b',';
    }
    out.push(b']');
    if line.iter().any(|kept| kept.doubt.is_some()) {
        out.extend_from_slice(br#","quarantine":"#);
        let mut separator = b'[';
        for kept in line {
            out.push(separator);
            match kept.doubt {
                Some(doubt) => {
                    let _ = write!(out, "\"{}\"", doubt.as_str());
                }
                None => out.extend_from_slice(b"null"),
            }
            separator = b',';
        }
        out.push(b']');
    }
    out.extend_from_slice(b"}}");
}

fn put_trackpoint(out: &mut Vec<u8>, fix: &Fix, doubt: Option<Suspicion>) {
    let _ = write!(out, r#"<trkpt lat="{}" lon="{}">"#, fix.point().lat(), fix.point().lon());
    put_known(out, "<ele>", fix.altitude_m(), "</ele>");
    let _ = write!(out, "<time>{}</time>", fix.recorded_at());
    let (speed, course, accuracy) = (fix.speed_mps(), fix.bearing_deg(), fix.accuracy_m());
    if speed.is_some() || course.is_some() || accuracy.is_some() || doubt.is_some() {
        out.extend_from_slice(b"<extensions>");
        if speed.is_some() || course.is_some() {
            out.extend_from_slice(b"<gpxtpx:TrackPointExtension>");
            put_known(out, "<gpxtpx:speed>", speed, "</gpxtpx:speed>");
            put_known(out, "<gpxtpx:course>", course, "</gpxtpx:course>");
            out.extend_from_slice(b"</gpxtpx:TrackPointExtension>");
        }
        put_known(out, "<salessync:accuracy>", accuracy, "</salessync:accuracy>");
        if let Some(doubt) = doubt {
            let _ = write!(out, "<salessync:quarantine>{}</salessync:quarantine>", doubt.as_str());
        }
        out.extend_from_slice(b"</extensions>");
    }
    out.extend_from_slice(b"</trkpt>\n");
}

/// An unbroken line; the tracks in it are joined.
fn put_placemark(out: &mut Vec<u8>, is_open: bool, at: Timestamp) {
    if is_open {
        out.extend_from_slice(b"</gx:MultiTrack></Placemark>\n");
    }
    let _ = writeln!(out, "<Placemark><name>{at}</name><gx:MultiTrack><gx:interpolate>1</gx:interpolate>");
}

fn put_gx_track(out: &mut Vec<u8>, line: &[Kept]) {
    out.extend_from_slice(b"<gx:Track>\n");
    let fixes = || line.iter().map(|kept| &kept.fix.fix);
    for fix in fixes() {
        let _ = writeln!(out, "<when>{}</when>", fix.recorded_at());
    }
    for fix in fixes() {
        let _ = write!(out, "<gx:coord>{} {}", fix.point().lon(), fix.point().lat());
        put_known(out, " ", fix.altitude_m(), "");
        out.extend_from_slice(b"</gx:coord>\n");
    }
    out.extend_from_slice(br##"<ExtendedData><SchemaData schemaUrl="#fix">"##);
    for (name, _) in KML_ARRAYS {
        let _ = write!(out, r#"<gx:SimpleArrayData name="{name}">"#);
        for Kept { fix: TrackFix { fix, .. }, doubt, .. } in line {
            out.extend_from_slice(b"<gx:value>");
            match name {
                "accuracy_m" => put_known(out, "", fix.accuracy_m(), ""),
                "speed_mps" => put_known(out, "", fix.speed_mps(), ""),
                "bearing_deg" => put_known(out, "", fix.bearing_deg(), ""),
                "battery" => put_known(out, "", fix.battery(), ""),
                "quarantine" => out.extend_from_slice(doubt.map_or("", Suspicion::as_str).as_bytes()),
                _ => out.extend_from_slice(fix.source().as_str().as_bytes()),
            }
            out.extend_from_slice(b"</gx:value>");
        }
        out.extend_from_slice(b"</gx:SimpleArrayData>\n");
    }
    out.extend_from_slice(b"</SchemaData></ExtendedData></gx:Track>\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_break_a_file_is_escaped() {
        let written = |put: fn(&mut Vec<u8>, &str), text| {
            let mut out = Vec::new();
            put(&mut out, text);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(written(put_text, "a<b>&c"), "a&lt;b&gt;&amp;c");
        for (text, expected) in [("plain", "plain"), ("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\""), ("a\r\nb", "\"a\r\nb\"")] {
            assert_eq!(written(put_cell, text), expected);
        }
    }
}
