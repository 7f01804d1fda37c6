//! A field agent: the profile people edit, and the live state that follows from the agent's committed fixes.
//!
//! `AgentState` is fed only with durable fixes, in journal order, and comes out the same in any order. The optimistic marker of the
//! live map is not here.

use crate::track::varint::{put_i64, put_u64, take_bytes, take_i64, take_u64};
use crate::track::{Day, DaySummary, Device, Fix, codec, day::Placed};
use crate::{AgentId, TerritoryId, Timestamp};
use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// Devices whose days are held live for one agent; the longest silent goes first.
pub const DEVICES_MAX: usize = 4;
const NAME_MAX: usize = 120;

/// An agent's profile.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Agent {
    pub id: AgentId,
    pub name: String,
    /// Where the agent works; none means the topic `territory:none`.
    pub territory_id: Option<TerritoryId>,
    pub created_at: Timestamp,
}

/// What makes a new agent. The client may mint the id; sending the same one again changes nothing.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewAgent {
    pub id: Option<AgentId>,
    /// 1 to 120 characters.
    pub name: String,
    #[serde(default)]
    pub territory_id: Option<TerritoryId>,
}

/// A change of a profile: what is absent stays.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, Default)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AgentPatch {
    pub name: Option<String>,
    /// `null` takes the agent out of every territory.
    #[serde(default, deserialize_with = "present")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<TerritoryId>))]
    pub territory_id: Option<Option<TerritoryId>>,
}

/// Tells an explicit `null` from an absent field.
fn present<'de, D: serde::Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("name must be 1..120 characters without control characters")]
pub struct NameFlaw;

/// Returns the name without surrounding space, if it can be shown to people.
pub fn checked_name(name: &str) -> Result<String, NameFlaw> {
    let name = name.trim();
    let fits = !name.is_empty() && name.chars().count() <= NAME_MAX && !name.chars().any(char::is_control);
    if fits { Ok(name.to_owned()) } else { Err(NameFlaw) }
}

/// What in force shapes the derivation.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// Zone whose civil dates bound the days.
    pub zone: Tz,
    /// Fixes held in memory for each device; older late ones are derived from the store.
    pub window_fixes: usize,
}

/// Live state of one agent.
#[derive(Clone, Debug, Default)]
pub struct AgentState {
    /// Newest first by last fix.
    tracks: Vec<(Device, Day)>,
    latest: Option<(Fix, Device)>,
}

/// What a batch did to the state.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Observed {
    pub appended: u32,
    pub late: u32,
    pub duplicates: u32,
    /// Fixes of civil dates other than the one held: durable, but nothing live follows from them.
    pub other_days: u32,
    /// This device's day must be derived anew from the store: a fix fell before the window.
    pub rederive: bool,
}

impl AgentState {
    /// Takes fixes of one device that have been committed.
    pub fn observe(&mut self, device: &Device, fixes: &[Fix], rules: Rules) -> Observed {
        let mut observed = Observed::default();
        for fix in fixes {
            if self.latest.as_ref().is_none_or(|(latest, from)| (fix, device) > (latest, from)) {
                self.latest = Some((*fix, device.clone()));
            }
            match self.place(device, fix, rules) {
                Placed::Appended => observed.appended += 1,
                Placed::Inserted => observed.late += 1,
                Placed::Duplicate => observed.duplicates += 1,
                Placed::OtherDay => observed.other_days += 1,
                Placed::Older => observed.rederive = true,
            }
        }
        observed
    }

    fn place(&mut self, device: &Device, fix: &Fix, rules: Rules) -> Placed {
        let index = match self.tracks.iter().position(|(known, _)| known == device) {
            Some(index) => index,
            None => {
                if self.tracks.len() == DEVICES_MAX {
                    self.drop_most_silent();
                }
                self.tracks.push((device.clone(), Day::new(fix.recorded_at().civil_date(rules.zone), rules.zone)));
                self.tracks.len() - 1
            }
        };
        let day = &mut self.tracks[index].1;
        if fix.recorded_at() >= day.span().1 {
            *day = Day::new(fix.recorded_at().civil_date(rules.zone), rules.zone);
        }
        day.place(fix, rules.window_fixes)
    }

    fn drop_most_silent(&mut self) {
        let silent = self.tracks.iter().enumerate().min_by_key(|(_, (_, day))| day.last()).map(|(index, _)| index);
        if let Some(index) = silent {
            self.tracks.remove(index);
        }
    }

    /// Replaces one device's day by one derived from the store.
    pub fn rederived(&mut self, device: &Device, day: Day) {
        if let Some(last) = day.last()
            && self.latest.as_ref().is_none_or(|(latest, from)| (&last, device) > (latest, from))
        {
            self.latest = Some((last, device.clone()));
        }
        if let Some((_, held)) = self.tracks.iter_mut().find(|(known, held)| known == device && held.date() == day.date()) {
            *held = day;
        }
    }

    /// Newest fix, by event time, and the device it came from.
    pub fn latest(&self) -> Option<(&Fix, &Device)> {
        self.latest.as_ref().map(|(fix, device)| (fix, device))
    }

    /// The day of the device that was heard last.
    pub fn day(&self) -> Option<DaySummary> {
        let (_, device) = self.latest.as_ref()?;
        self.day_of(device).map(Day::summary)
    }

    pub fn day_of(&self, device: &Device) -> Option<&Day> {
        self.tracks.iter().find(|(known, _)| known == device).map(|(_, day)| day)
    }

    /// Number of fixes held in memory and the bytes they take.
    pub fn held(&self) -> (usize, usize) {
        self.tracks.iter().map(|(_, day)| day.held()).fold((0, 0), |(n, bytes), (m, more)| (n + m, bytes + more))
    }

    /// The state as snapshot bytes: totals and end fixes, not the window.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = vec![SNAPSHOT_VERSION];
        put_u64(&mut out, self.tracks.len() as u64);
        for (device, day) in &self.tracks {
            let summary = day.summary();
            put_text(&mut out, device.as_str());
            put_i64(&mut out, i64::from(day.date().num_days_from_ce()));
            put_u64(&mut out, summary.fixes);
            put_i64(&mut out, summary.distance_mm);
            put_fixes(&mut out, &day.ends().map_or(vec![], |(first, last)| vec![first, last]));
        }
        match &self.latest {
            None => put_text(&mut out, ""),
            Some((fix, device)) => {
                put_text(&mut out, device.as_str());
                put_fixes(&mut out, &[*fix]);
            }
        }
        out
    }

    /// Reads snapshot bytes; None when they are not from `to_bytes`.
    pub fn from_bytes(mut input: &[u8], zone: Tz) -> Option<Self> {
        let input = &mut input;
        if take_bytes(input, 1)? != [SNAPSHOT_VERSION] {
            return None;
        }
        let mut state = Self::default();
        for _ in 0..take_u64(input)?.min(DEVICES_MAX as u64) {
            let device = Device::new(take_text(input)?).ok()?;
            let date = NaiveDate::from_num_days_from_ce_opt(i32::try_from(take_i64(input)?).ok()?)?;
            let (n, distance_mm) = (take_u64(input)?, take_i64(input)?);
            let ends = match take_fixes(input)?.as_slice() {
                [first, last] => Some((*first, *last)),
                _ => None,
            };
            state.tracks.push((device, Day::restore(date, zone, n, distance_mm, ends)));
        }
        let device = take_text(input)?;
        if !device.is_empty() {
            state.latest = Some((*take_fixes(input)?.first()?, Device::new(device).ok()?));
        }
        Some(state)
    }
}

const SNAPSHOT_VERSION: u8 = 1;

fn put_text(out: &mut Vec<u8>, text: &str) {
    put_u64(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

fn take_text<'a>(input: &mut &'a [u8]) -> Option<&'a str> {
    let len = usize::try_from(take_u64(input)?).ok()?;
    std::str::from_utf8(take_bytes(input, len)?).ok()
}

fn put_fixes(out: &mut Vec<u8>, fixes: &[Fix]) {
    let bytes = codec::encode(fixes);
    put_u64(out, bytes.len() as u64);
    out.extend_from_slice(&bytes);
}

fn take_fixes(input: &mut &[u8]) -> Option<Vec<Fix>> {
    let len = usize::try_from(take_u64(input)?).ok()?;
    codec::decode(take_bytes(input, len)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::track::RawFix;

    const RULES: Rules = Rules { zone: Tz::UTC, window_fixes: 64 };

    fn fix(minute: i64) -> Fix {
        let recorded_at = Timestamp::parse("2026-11-23T08:00:00Z").unwrap().plus_s(60 * minute);
        Fix::new(&RawFix { recorded_at, lat: 52.5, lon: 13.4 + minute as f64 * 1e-4, ..RawFix::default() }).unwrap()
    }

    #[test]
    fn a_late_fix_never_moves_the_agent_backwards() {
        let mut state = AgentState::default();
        let device = Device::default();
        state.observe(&device, &[fix(10)], RULES);
        let observed = state.observe(&device, &[fix(3)], RULES);
        assert_eq!(observed.late, 1);
        assert_eq!(state.latest().unwrap().0, &fix(10));
    }

    #[test]
    fn two_devices_are_never_interleaved() {
        let mut state = AgentState::default();
        let (phone, watch) = (Device::new("phone").unwrap(), Device::new("watch").unwrap());
        state.observe(&phone, &[fix(0), fix(2)], RULES);
        state.observe(&watch, &[fix(1)], RULES);
        assert_eq!(state.day().unwrap().fixes, 2, "the phone was heard last by event time");
        assert_eq!(state.day_of(&watch).unwrap().summary().distance_mm, 0);
    }

    #[test]
    fn a_new_date_starts_a_new_day_and_yesterdays_fixes_stay_out_of_it() {
        let mut state = AgentState::default();
        let device = Device::default();
        state.observe(&device, &[fix(0), fix(24 * 60)], RULES);
        assert_eq!(state.day().unwrap().fixes, 1);
        assert_eq!(state.observe(&device, &[fix(5)], RULES).other_days, 1);
    }

    #[test]
    fn a_snapshot_brings_back_latest_and_totals() {
        let mut state = AgentState::default();
        state.observe(&Device::new("a").unwrap(), &(0..200).map(fix).collect::<Vec<_>>(), RULES);
        state.observe(&Device::new("b").unwrap(), &[fix(300)], RULES);
        let back = AgentState::from_bytes(&state.to_bytes(), Tz::UTC).unwrap();
        assert_eq!(back.latest(), state.latest());
        assert_eq!(back.day(), state.day());
        assert_eq!(back.day_of(&Device::new("a").unwrap()).unwrap().summary().fixes, 200);
        assert!(AgentState::from_bytes(&[9], Tz::UTC).is_none());
    }

    #[test]
    fn a_fifth_device_takes_the_place_of_the_most_silent() {
        let mut state = AgentState::default();
        for (i, name) in ["a", "b", "c", "d", "e"].iter().enumerate() {
            state.observe(&Device::new(name).unwrap(), &[fix(i as i64)], RULES);
        }
        assert!(state.day_of(&Device::new("a").unwrap()).is_none());
        assert!(state.day_of(&Device::new("e").unwrap()).is_some());
    }
}
