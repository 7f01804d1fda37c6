//! Is what the server stored what the file says? Compared fix by fix on the storage grid; an exactly repeated row counts once.

use crate::client::rest::StoredFix;
use salessync_engine::Fix;
use salessync_engine::track::RawFix;
use std::collections::{BTreeMap, BTreeSet};

/// How file and store differ for one agent.
#[derive(Debug, Default, PartialEq)]
pub struct Comparison {
    /// Distinct fixes of the file that are stored in the track, and believed.
    pub in_track: usize,
    /// Those set aside at receipt, and those doubted by the derivation.
    pub in_quarantine: usize,
    /// Rows that cannot be represented; the server must have refused them.
    pub refused: usize,
    pub differences: Vec<String>,
}

/// Compares the rows of one entity with its stored track (of the same time range) and its quarantine.
pub fn compare(rows: &[RawFix], track: &[StoredFix], quarantine: &[StoredFix]) -> Comparison {
    let mut out = Comparison::default();
    let mut expected: BTreeMap<Fix, Option<i64>> = BTreeMap::new();
    for row in rows {
        match Fix::new(row) {
            Ok(fix) => {
                expected.entry(fix).or_insert(row.seq);
            }
            Err(_) => out.refused += 1,
        }
    }
    let mut stored = BTreeSet::new();
    // Fixes that only the derivation doubts are in both, and marked in the track.
    let marked: BTreeSet<Fix> = track.iter().filter(|fix| fix.quarantine.is_some()).filter_map(|fix| on_grid(fix).ok()).collect();
    for fix in track {
        match on_grid(fix) {
            Ok(fix) if !stored.insert(fix) => out.differences.push(format!("stored twice: {}", shown(&fix))),
            Ok(_) => {}
            Err(why) => out.differences.push(format!("stored but not a fix ({why}): {fix:?}")),
        }
    }
    let aside: BTreeSet<Fix> = quarantine.iter().filter_map(|fix| on_grid(fix).ok()).collect();
    for (fix, line) in &expected {
        match (stored.contains(fix), aside.contains(fix)) {
            (true, false) => out.in_track += 1,
            (false, true) => out.in_quarantine += 1,
            (true, true) if marked.contains(fix) => out.in_quarantine += 1,
            (true, true) => {
                out.differences.push(format!("line {}: both in the track and in quarantine: {}", line.unwrap_or(0), shown(fix)))
            }
            (false, false) => out.differences.push(format!("line {}: not stored: {}", line.unwrap_or(0), shown(fix))),
        }
    }
    out.differences
        .extend(stored.iter().filter(|fix| !expected.contains_key(fix)).map(|fix| format!("not in the file: {}", shown(fix))));
    out
}

/// The time range that holds all rows of an entity: from the first to just after the last.
pub fn range(rows: &[RawFix]) -> Option<(salessync_engine::Timestamp, salessync_engine::Timestamp)> {
    let times = || rows.iter().map(|row| row.recorded_at);
    Some((times().min()?, times().max()?.plus_ms(1)))
}

fn on_grid(stored: &StoredFix) -> Result<Fix, salessync_engine::FixFlaw> {
    Fix::new(&RawFix {
        seq: None,
        recorded_at: stored.recorded_at,
        lat: stored.lat,
        lon: stored.lon,
        accuracy_m: stored.accuracy_m,
        speed_mps: stored.speed_mps,
        bearing_deg: stored.bearing_deg,
        altitude_m: stored.altitude_m,
        battery: None,
        source: stored.source,
        mock: false,
    })
}

fn shown(fix: &Fix) -> String {
    let raw = fix.to_raw();
    let mut text = format!("{} {:.7},{:.7}", raw.recorded_at, raw.lat, raw.lon);
    for (name, value) in [
        ("speed_mps", raw.speed_mps),
        ("bearing_deg", raw.bearing_deg),
        ("accuracy_m", raw.accuracy_m),
        ("altitude_m", raw.altitude_m),
    ] {
        if let Some(value) = value {
            text.push_str(&format!(" {name}={value}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use salessync_engine::Timestamp;
    use salessync_engine::track::Source;

    fn row(second: i64, lat: f64) -> RawFix {
        RawFix {
            seq: Some(second + 2),
            recorded_at: Timestamp::from_ms(1_490_094_000_000 + second * 1000).unwrap(),
            lat,
            lon: -97.7,
            speed_mps: Some(1.788_16),
            source: Source::Gps,
            ..RawFix::default()
        }
    }

    fn stored(row: &RawFix) -> StoredFix {
        let raw = Fix::new(row).unwrap().to_raw();
        StoredFix {
            recorded_at: raw.recorded_at,
            lat: raw.lat,
            lon: raw.lon,
            accuracy_m: None,
            speed_mps: raw.speed_mps,
            bearing_deg: None,
            altitude_m: None,
            source: raw.source,
            reason: None,
            quarantine: None,
        }
    }

    #[test]
    fn a_repeated_row_counts_once_and_an_impossible_one_not_at_all() {
        let rows = [row(0, 30.0), row(0, 30.0), row(1, 30.1), row(2, 95.0)];
        let track = [stored(&rows[0]), stored(&rows[2])];
        assert_eq!(compare(&rows, &track, &[]), Comparison { in_track: 2, refused: 1, ..Comparison::default() });
    }

    #[test]
    fn two_rows_of_one_instant_with_other_content_are_two_fixes() {
        let rows = [row(0, 30.0), row(0, 30.000_000_1)];
        let comparison = compare(&rows, &[stored(&rows[0])], &[]);
        assert_eq!((comparison.in_track, comparison.differences.len()), (1, 1));
    }

    #[test]
    fn a_quarantined_row_is_found_in_quarantine_only() {
        let rows = [row(0, 30.0)];
        assert_eq!(compare(&rows, &[], &[stored(&rows[0])]).in_quarantine, 1);
        assert_eq!(compare(&rows, &[stored(&rows[0])], &[stored(&rows[0])]).differences.len(), 1);
    }

    #[test]
    fn what_is_missing_doubled_or_not_from_the_file_is_a_difference() {
        let rows = [row(0, 30.0), row(1, 30.1)];
        let track = [stored(&rows[0]), stored(&rows[0]), stored(&row(7, 31.0))];
        assert_eq!(compare(&rows, &track, &[]).differences.len(), 3);
    }
}
