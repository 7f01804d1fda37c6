//! What can be set of travel times, with its limits. config/default.toml shows every key.

use crate::ports::travel::RemoteSettings;
use crate::settings::SettingFlaw;
use salessync_engine::plan::times::{DETOUR, DayParts, StraightLine};
use salessync_roads::http::Service;
use salessync_roads::snap::REACH_M;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TravelSettings {
    /// Where travel times come from.
    pub provider: String,
    /// An OpenStreetMap extract or a generated town.
    pub map: PathBuf,
    /// Of the routing service.
    pub url: String,
    pub timeout_ms: u64,
    /// Places in one request to the routing service.
    pub places_max: usize,
    /// How much longer roads are than the straight line.
    pub detour: f64,
    pub car_kmh: f64,
    pub bike_kmh: f64,
    pub foot_kmh: f64,
    /// A place further from any road than this has none.
    pub reach_m: f64,
    /// The parts of the day.
    pub parts: Vec<String>,
    /// Days of tracks that speeds are learned from; 0: none.
    pub learn_days: i64,
}

impl Default for TravelSettings {
    fn default() -> Self {
        Self {
            provider: "straight_line".to_owned(),
            map: PathBuf::new(),
            url: String::new(),
            timeout_ms: 3_000,
            places_max: 100,
            detour: DETOUR,
            car_kmh: 30.0,
            bike_kmh: 15.0,
            foot_kmh: 5.0,
            reach_m: REACH_M,
            parts: DayParts::DEFAULT.map(str::to_owned).to_vec(),
            learn_days: 14,
        }
    }
}

/// Where travel times come from when all is well.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Provider {
    StraightLine,
    /// The road network of `travel.map`.
    Embedded,
    Remote(Service),
}

/// Settings that were checked.
#[derive(Clone, Debug)]
pub struct Checked {
    pub provider: Provider,
    pub map: Option<PathBuf>,
    pub remote: Option<RemoteSettings>,
    pub straight: StraightLine,
    /// The straight line where a service gives the times: the same all day.
    pub flat: StraightLine,
    pub parts: Arc<DayParts>,
    pub reach_m: f64,
    pub learn_days: i64,
}

impl TravelSettings {
    pub fn check(&self) -> Result<Checked, SettingFlaw> {
        let flaw = |key, value: String, limit: &str| SettingFlaw { key, value, limit: limit.to_owned() };
        let provider = match self.provider.as_str() {
            "straight_line" => Provider::StraightLine,
            "embedded" => Provider::Embedded,
            "osrm" => Provider::Remote(Service::Osrm),
            "valhalla" => Provider::Remote(Service::Valhalla),
            other => return Err(flaw("travel.provider", format!("{other:?}"), "straight_line, embedded, osrm or valhalla")),
        };
        let map = Some(self.map.clone()).filter(|map| !map.as_os_str().is_empty());
        if map.is_none() && provider == Provider::Embedded {
            return Err(flaw("travel.map", "\"\"".to_owned(), "a map, with travel.provider embedded"));
        }
        if map.as_deref().is_some_and(|map| !Path::is_file(map)) {
            return Err(flaw("travel.map", format!("{:?}", self.map), "a file that exists"));
        }
        if !(50..=60_000).contains(&self.timeout_ms) {
            return Err(flaw("travel.timeout_ms", self.timeout_ms.to_string(), "50..60000"));
        }
        if !(2..=10_000).contains(&self.places_max) {
            return Err(flaw("travel.places_max", self.places_max.to_string(), "2..10000"));
        }
        let remote = match provider {
            Provider::Remote(_) if !is_address(&self.url) => {
                // It may hold a password.
                let value = if self.url.is_empty() { "\"\"" } else { "no address" };
                return Err(flaw(
                    "travel.url",
                    value.to_owned(),
                    "such as http://127.0.0.1:5000, with travel.provider osrm or valhalla",
                ));
            }
            Provider::Remote(service) => Some(RemoteSettings {
                service,
                url: self.url.clone(),
                timeout: Duration::from_millis(self.timeout_ms),
                places_max: self.places_max,
            }),
            Provider::StraightLine | Provider::Embedded => None,
        };
        if !(1.0..=50_000.0).contains(&self.reach_m) {
            return Err(flaw("travel.reach_m", self.reach_m.to_string(), "1..50000"));
        }
        if !(0..=365).contains(&self.learn_days) {
            return Err(flaw("travel.learn_days", self.learn_days.to_string(), "0..365"));
        }
        let parts = DayParts::parse(&self.parts).map_err(|wrong| SettingFlaw {
            key: "travel.parts",
            value: format!("{:?}", wrong.value),
            limit: wrong.limit.to_owned(),
        })?;
        let straight = |parts| {
            let line = StraightLine::new(self.detour, [self.car_kmh, self.bike_kmh, self.foot_kmh], parts);
            line.map_err(|wrong| {
                let key = match wrong.field {
                    "detour" => "travel.detour",
                    "car_kmh" => "travel.car_kmh",
                    "bike_kmh" => "travel.bike_kmh",
                    _ => "travel.foot_kmh",
                };
                flaw(key, wrong.value.to_string(), wrong.limit)
            })
        };
        let (straight, flat) = (straight(parts.clone())?, straight(DayParts::whole())?);
        let (reach_m, learn_days) = (self.reach_m, self.learn_days);
        Ok(Checked { provider, map, remote, straight, flat, parts: Arc::new(parts), reach_m, learn_days })
    }
}

fn is_address(text: &str) -> bool {
    let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    rest.is_some_and(|rest| {
        !rest.is_empty() && !rest.starts_with('/') && !rest.contains(|c: char| c.is_whitespace() || c.is_control())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(set: impl FnOnce(&mut TravelSettings)) -> Result<Checked, SettingFlaw> {
        let mut settings = TravelSettings::default();
        set(&mut settings);
        settings.check()
    }

    #[test]
    fn defaults_are_within_their_own_limits() {
        assert_eq!(settings(|_| {}).unwrap().provider, Provider::StraightLine);
    }

    #[test]
    fn a_flaw_names_the_key_and_the_limit() {
        type Set = fn(&mut TravelSettings);
        let cases: [(Set, &str); 15] = [
            (
                |s| s.provider = "google".into(),
                "travel.provider is \"google\", must be straight_line, embedded, osrm or valhalla",
            ),
            (|s| s.provider = "embedded".into(), "travel.map is \"\", must be a map"),
            (|s| s.map = "/no/such/map".into(), "travel.map is \"/no/such/map\", must be a file that exists"),
            (|s| s.provider = "osrm".into(), "travel.url is \"\", must be such as http://"),
            (|s| (s.provider, s.url) = ("valhalla".into(), "user:secret@host".into()), "travel.url is no address, must be"),
            (|s| (s.provider, s.url) = ("osrm".into(), "http:///x".into()), "travel.url is no address, must be"),
            (|s| s.timeout_ms = 1, "travel.timeout_ms is 1, must be 50..60000"),
            (|s| s.places_max = 1, "travel.places_max is 1, must be 2..10000"),
            (|s| s.detour = 0.5, "travel.detour is 0.5, must be 1..5"),
            (|s| s.bike_kmh = f64::NAN, "travel.bike_kmh is NaN, must be 1..200"),
            (|s| s.foot_kmh = 0.0, "travel.foot_kmh is 0, must be 1..200"),
            (|s| s.reach_m = -1.0, "travel.reach_m is -1, must be 1..50000"),
            (|s| s.learn_days = 366, "travel.learn_days is 366, must be 0..365"),
            (|s| s.parts.clear(), "travel.parts is \"\", must be at least one interval"),
            (|s| s.parts[1] = "07:00 morning 2".into(), "travel.parts is \"07:00 morning 2\", must be a share of free speed"),
        ];
        for (set, expected) in cases {
            let flaw = settings(set).unwrap_err().to_string();
            assert!(flaw.starts_with(expected), "{flaw}");
        }
        assert!(settings(|s| (s.provider, s.url) = ("osrm".into(), "https://maps.example.com/{profile}".into())).is_ok());
    }
}
