//! A file of recorded fixes: CSV, by header name, possibly gzipped. Bad rows are counted and set aside, never guessed at.

use anyhow::{Context, Result, bail};
use salessync_engine::Timestamp;
use salessync_engine::track::{RawFix, Source};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

/// What the file holds.
#[derive(Debug, Default)]
pub struct Recording {
    /// Each entity's fixes in file order; `seq` is the line of the file.
    pub entities: BTreeMap<String, Vec<RawFix>>,
    pub rows: usize,
    /// Line and what is wrong with it.
    pub bad: Vec<(u64, String)>,
}

impl Recording {
    pub fn first(&self) -> Option<Timestamp> {
        self.entities.values().flatten().map(|fix| fix.recorded_at).min()
    }

    pub fn last(&self) -> Option<Timestamp> {
        self.entities.values().flatten().map(|fix| fix.recorded_at).max()
    }

    /// Moves every fix in time.
    pub fn shift_ms(&mut self, ms: i64) {
        for fix in self.entities.values_mut().flatten() {
            fix.recorded_at = fix.recorded_at.plus_ms(ms);
        }
    }
}

pub fn read_file(path: &Path) -> Result<Recording> {
    let file = std::fs::File::open(path).with_context(|| format!("open {}", path.display()))?;
    let is_gzip = path.extension().is_some_and(|extension| extension == "gz");
    let recording = if is_gzip { read(flate2::read::MultiGzDecoder::new(file)) } else { read(file) };
    recording.with_context(|| format!("read {}", path.display()))
}

pub fn read(text: impl Read) -> Result<Recording> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_reader(text);
    let columns = Columns::of(reader.headers()?)?;
    let mut out = Recording::default();
    for record in reader.into_records() {
        out.rows += 1;
        let line = out.rows as u64 + 1;
        match record.map_err(|error| error.to_string()).and_then(|record| columns.fix(&record, line)) {
            Ok((entity, fix)) => out.entities.entry(entity).or_default().push(fix),
            Err(why) => out.bad.push((line, why)),
        }
    }
    Ok(out)
}

/// Where each measure stands.
struct Columns {
    entity: usize,
    at: usize,
    lat: usize,
    lon: usize,
    speed: Option<usize>,
    bearing: Option<usize>,
    accuracy: Option<usize>,
    altitude: Option<usize>,
}

impl Columns {
    fn of(header: &csv::StringRecord) -> Result<Self> {
        let find = |name: &str| header.iter().position(|column| column.trim_start_matches('\u{feff}') == name);
        let (Some(entity), Some(at), Some(lat), Some(lon)) =
            (find("entity"), find("ts_iso").or_else(|| find("ts")), find("lat"), find("lon"))
        else {
            bail!(
                "the header needs entity, ts_iso (or ts), lat and lon; it has {}",
                header.iter().collect::<Vec<_>>().join(", ")
            );
        };
        Ok(Self {
            entity,
            at,
            lat,
            lon,
            speed: find("speed_mps"),
            bearing: find("bearing_deg"),
            accuracy: find("accuracy_m"),
            altitude: find("altitude_m"),
        })
    }

    fn fix(&self, record: &csv::StringRecord, line: u64) -> Result<(String, RawFix), String> {
        let text = |column: usize| record.get(column).filter(|text| !text.is_empty());
        let number = |name: &str, column: usize| match text(column) {
            None => Ok(None),
            Some(text) => match text.parse::<f64>() {
                Ok(value) if value.is_finite() => Ok(Some(value)),
                _ => Err(format!("{name} is {text:?}")),
            },
        };
        let optional = |name: &str, column: Option<usize>| column.map_or(Ok(None), |column| number(name, column));
        let entity = text(self.entity).ok_or("no entity")?;
        let at = text(self.at).ok_or("no time")?;
        let fix = RawFix {
            seq: i64::try_from(line).ok(),
            recorded_at: time(at).ok_or_else(|| format!("time is {at:?}"))?,
            lat: number("lat", self.lat)?.ok_or("no lat")?,
            lon: number("lon", self.lon)?.ok_or("no lon")?,
            speed_mps: optional("speed_mps", self.speed)?,
            bearing_deg: optional("bearing_deg", self.bearing)?,
            accuracy_m: optional("accuracy_m", self.accuracy)?,
            altitude_m: optional("altitude_m", self.altitude)?,
            source: Source::Gps,
            ..RawFix::default()
        };
        Ok((entity.to_owned(), fix))
    }
}

/// RFC 3339, or Unix seconds (with a fraction) or milliseconds.
fn time(text: &str) -> Option<Timestamp> {
    const MS_FROM: f64 = 1e11; // as seconds: the year 5138
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => {
            let ms = if number.abs() < MS_FROM { number * 1000.0 } else { number };
            Timestamp::from_ms(ms.round() as i64).ok()
        }
        _ => Timestamp::parse(text).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_by_name_in_any_order_and_unknown_ones_are_ignored() {
        let file = "lon,lat,route_id,entity,ts_iso,speed_mps\n-97.737236,30.231892,300,bus-2069,2017-03-21T11:00:00Z,1.78816\n";
        let recording = read(file.as_bytes()).unwrap();
        let fix = recording.entities["bus-2069"][0];
        assert_eq!((fix.lat, fix.lon, fix.speed_mps, fix.seq), (30.231_892, -97.737_236, Some(1.788_16), Some(2)));
        assert_eq!(fix.recorded_at.ms(), 1_490_094_000_000);
    }

    #[test]
    fn bad_rows_are_set_aside_with_their_line_and_the_rest_is_kept() {
        let file = "entity,ts_iso,lat,lon,speed_mps\n\
                    a,2017-03-21T11:00:00Z,1,2,\n\
                    a,yesterday,1,2,\n\
                    a,2017-03-21T11:00:01Z,north,2,\n\
                    ,2017-03-21T11:00:01Z,1,2,\n\
                    a,2017-03-21T11:00:02Z,1,2,NaN\n\
                    a,2017-03-21T11:00:03Z\n\
                    a,2017-03-21T11:00:04Z,1,2,3\n";
        let recording = read(file.as_bytes()).unwrap();
        assert_eq!(recording.rows, 7);
        assert_eq!(recording.entities["a"].len(), 2);
        assert_eq!(recording.bad.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [3, 4, 5, 6, 7]);
    }

    #[test]
    fn times_are_read_as_text_seconds_or_milliseconds() {
        for text in ["2017-03-21T11:00:00Z", "2017-03-21T12:00:00+01:00", "1490094000", "1490094000.0", "1490094000000"] {
            assert_eq!(time(text).map(Timestamp::ms), Some(1_490_094_000_000), "{text}");
        }
        assert_eq!(time("inf"), None);
    }

    #[test]
    fn a_header_without_a_position_is_refused() {
        assert!(read("entity,ts_iso,x,y\n".as_bytes()).is_err());
    }
}
