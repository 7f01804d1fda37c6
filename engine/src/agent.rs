//! A field agent: the profile people edit, and the live state that follows from the agent's committed fixes.
//!
//! `AgentState` is fed only with durable fixes, in journal order, and comes out the same in any order. The optimistic marker of the
//! live map is not here.

use crate::duty::DutyHistory;
use crate::track::rules::Versions;
use crate::track::timeline::Placed;
use crate::track::{Book, DaySummary, Decisions, Device, Fix, Guide, Patch, Profile, Timeline, Walker};
use crate::{AgentId, TerritoryId, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

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
pub(crate) fn present<'de, D: serde::Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
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

/// What in force shapes the derivation, and how much is held.
#[derive(Clone, Debug)]
pub struct Rules {
    pub book: Arc<Book>,
    /// How the agent moves, from when on.
    pub profile: Versions<Profile>,
    /// When the agent was on duty; nothing is said where it is absent.
    pub duty: Option<Arc<DutyHistory>>,
    /// Fixes held in memory for each device; older late ones are derived from the store.
    pub window_fixes: usize,
}

/// When an agent is tracked.
#[derive(Clone, Debug)]
pub struct Tracking {
    pub duty: Option<Arc<DutyHistory>>,
    pub book: Arc<Book>,
}

impl Tracking {
    /// Is what happens at this time tracked?
    pub fn is_tracked(&self, at: Timestamp) -> bool {
        is_tracked(self.duty.as_deref(), &self.book, at)
    }
}

impl Rules {
    /// Is what happens at this time tracked?
    pub fn is_tracked(&self, at: Timestamp) -> bool {
        is_tracked(self.duty.as_deref(), &self.book, at)
    }
}

/// Off duty nobody is tracked; where nothing is said, unless duty is required.
fn is_tracked(duty: Option<&DutyHistory>, book: &Book, at: Timestamp) -> bool {
    match duty.and_then(|duty| duty.at(at)) {
        Some(duty) => duty.is_on(),
        None => !book.rules.at(at).duty_required,
    }
}

/// One device's part of an agent.
#[derive(Clone, Debug)]
struct Track {
    device: Device,
    timeline: Timeline,
    decisions: Arc<Decisions>,
}

/// Live state of one agent.
#[derive(Clone, Debug)]
pub struct AgentState {
    id: AgentId,
    tracks: Vec<Track>,
    latest: Option<(Fix, Device)>,
}

/// What a batch did to the state.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Observed {
    pub appended: u32,
    pub late: u32,
    pub duplicates: u32,
    /// Taken out by a person before they came again.
    pub excluded: u32,
    /// A fix fell before what memory holds: walk this device again from the store, from this fix's date on.
    pub older: Option<Fix>,
    /// The newest fix was set aside: a marker that shows it has to go back.
    pub doubted: bool,
    /// Of times off duty: passed over, and to be set aside where they are stored.
    pub off_duty: Vec<Fix>,
}

/// A device's walk from a day on, read from the store.
#[derive(Clone, Debug)]
pub struct Rewalk {
    /// The state the first day begins with.
    pub carry: Walker,
    /// Everything before is untouched.
    pub since: Timestamp,
    /// The device's fixes from there on, sorted and distinct.
    pub fixes: Vec<Fix>,
}

impl AgentState {
    /// An agent nothing is known of.
    pub fn new(id: AgentId) -> Self {
        Self { id, tracks: Vec::new(), latest: None }
    }

    fn guide(&self, decisions: &Arc<Decisions>, rules: &Rules) -> Guide {
        Guide { agent: self.id, book: rules.book.clone(), profile: rules.profile.clone(), decisions: decisions.clone() }
    }

    /// Takes fixes of one device that have been committed.
    pub fn observe(&mut self, device: &Device, fixes: &[Fix], rules: &Rules) -> Observed {
        if fixes.iter().any(|fix| !rules.is_tracked(fix.recorded_at())) {
            let (on, off_duty): (Vec<_>, Vec<_>) = fixes.iter().copied().partition(|fix| rules.is_tracked(fix.recorded_at()));
            return Observed { off_duty, ..self.observe_tracked(device, &on, rules) };
        }
        self.observe_tracked(device, fixes, rules)
    }

    fn observe_tracked(&mut self, device: &Device, fixes: &[Fix], rules: &Rules) -> Observed {
        let decisions = self.track_mut(device).decisions.clone();
        let guide = self.guide(&decisions, rules);
        let track = self.track_mut(device);
        let Placed { appended, inserted, duplicates, excluded, older, doubted } =
            track.timeline.observe(fixes, &guide, rules.window_fixes);
        self.note_latest();
        Observed { appended, late: inserted, duplicates, excluded, older, doubted, off_duty: Vec::new() }
    }

    fn track_mut(&mut self, device: &Device) -> &mut Track {
        let index = match self.tracks.iter().position(|track| track.device == *device) {
            Some(index) => index,
            None => {
                if self.tracks.len() == DEVICES_MAX {
                    self.drop_most_silent();
                }
                // Nearly everybody has one phone, and room for four would cost more than what is held of it.
                self.tracks.reserve_exact(1);
                self.tracks.push(Track { device: device.clone(), timeline: Timeline::default(), decisions: Arc::default() });
                self.tracks.len() - 1
            }
        };
        &mut self.tracks[index]
    }

    fn drop_most_silent(&mut self) {
        let silent = self.tracks.iter().enumerate().min_by_key(|(_, track)| track.timeline.newest()).map(|(index, _)| index);
        if let Some(index) = silent {
            self.tracks.remove(index);
        }
    }

    /// The latest position follows from what each device believes now: a fix that is doubted after all is taken back.
    fn note_latest(&mut self) {
        let newest = self.tracks.iter().filter_map(|track| Some((*track.timeline.latest()?, track.device.clone()))).max();
        let Some(newest) = newest else { return };
        let is_held = |(_, device): &(Fix, Device)| self.track(device).is_some();
        if self.latest.as_ref().is_none_or(|latest| is_held(latest) || newest > *latest) {
            self.latest = Some(newest);
        }
    }

    fn track(&self, device: &Device) -> Option<&Track> {
        self.tracks.iter().find(|track| track.device == *device)
    }

    /// Walks again what is held from `since` on, by rules that have become known since. Returns the devices that must be walked from the
    /// store.
    pub fn reconsider(&mut self, since: Timestamp, rules: &Rules) -> Vec<Device> {
        let mut from_store = Vec::new();
        for index in 0..self.tracks.len() {
            let guide = self.guide(&self.tracks[index].decisions, rules);
            let track = &mut self.tracks[index];
            if !track.timeline.reconsider(since, &guide) {
                from_store.push(track.device.clone());
            }
        }
        from_store
    }

    /// Replaces one device's timeline by one walked again from the store. What had changed before stays to be written, except where it is
    /// decided anew.
    pub fn rewalked(&mut self, device: &Device, rewalk: Rewalk, decisions: Decisions, rules: &Rules) {
        let decisions = Arc::new(decisions);
        let guide = self.guide(&decisions, rules);
        let track = self.track_mut(device);
        track.decisions = decisions;
        let Rewalk { carry, since, fixes } = rewalk;
        let mut timeline = Timeline::rewalk(carry, &fixes, since, &guide, rules.window_fixes);
        timeline.after(std::mem::take(&mut track.timeline));
        track.timeline = timeline;
        self.note_latest();
    }

    /// Adds days of one device that were walked again and ended as before: the live end is not touched.
    pub fn past_amended(&mut self, device: &Device, patch: Patch) {
        self.track_mut(device).timeline.amended(patch);
    }

    /// People decided about fixes of a device whose days before the live end have been walked again.
    pub fn decided(&mut self, device: &Device, decisions: Decisions) {
        self.track_mut(device).decisions = Arc::new(decisions);
    }

    /// The devices held, each with the newest fix it has taken.
    pub fn devices(&self) -> Vec<(Device, Option<Fix>)> {
        self.tracks.iter().map(|track| (track.device.clone(), track.timeline.newest())).collect()
    }

    /// What a walk of one device goes by.
    pub fn guide_for(&self, device: &Device, rules: &Rules) -> Guide {
        let decisions = self.track(device).map(|track| track.decisions.clone()).unwrap_or_default();
        self.guide(&decisions, rules)
    }

    /// Newest fix, by event time, that is believed or not judged yet, and the device it came from.
    pub fn latest(&self) -> Option<(&Fix, &Device)> {
        self.latest.as_ref().map(|(fix, device)| (fix, device))
    }

    /// The day of the device that was heard last.
    pub fn day(&self) -> Option<DaySummary> {
        let (_, device) = self.latest.as_ref()?;
        self.timeline_of(device)?.day()
    }

    pub fn timeline_of(&self, device: &Device) -> Option<&Timeline> {
        self.track(device).map(|track| &track.timeline)
    }

    /// Has an item of any device begun, ended or been amended since it was last written?
    pub fn is_amended(&self) -> bool {
        self.tracks.iter().any(|track| track.timeline.is_amended())
    }

    /// What changed since this was last asked, device by device.
    pub fn take_patches(&mut self, rules: &Rules) -> Vec<(Device, Patch)> {
        let mut patches = Vec::new();
        for index in 0..self.tracks.len() {
            let guide = self.guide(&self.tracks[index].decisions, rules);
            let track = &mut self.tracks[index];
            let patch = track.timeline.take_patch(&guide);
            if !patch.is_empty() {
                patches.push((track.device.clone(), patch));
            }
        }
        patches
    }

    /// Number of fixes held in memory and the bytes they take.
    pub fn held(&self) -> (usize, usize) {
        self.tracks.iter().map(|track| track.timeline.held()).fold((0, 0), |(n, bytes), (m, more)| (n + m, bytes + more))
    }

    /// The state as snapshot bytes: where each walk stands, not the fixes behind it.
    pub fn to_bytes(&self) -> Vec<u8> {
        let tracks = self.tracks.iter().map(|track| StoredTrack {
            device: track.device.as_str().into(),
            walker: track.timeline.walker().clone(),
            newest: track.timeline.newest(),
            decisions: (*track.decisions).clone(),
        });
        let latest = self.latest.as_ref().map(|(fix, device)| (*fix, device.as_str().into()));
        let stored = Stored { tracks: tracks.collect(), latest };
        let mut out = vec![SNAPSHOT_VERSION];
        // Writing to a Vec of plain values cannot fail; an unreadable snapshot would be the answer, and the store would be read instead.
        out.extend(postcard::to_allocvec(&stored).unwrap_or_default());
        out
    }

    /// Reads snapshot bytes; None when they are not from `to_bytes`.
    pub fn from_bytes(id: AgentId, input: &[u8]) -> Option<Self> {
        let (&SNAPSHOT_VERSION, rest) = input.split_first()? else { return None };
        let stored: Stored = postcard::from_bytes(rest).ok()?;
        let mut state = Self::new(id);
        for track in stored.tracks.into_iter().take(DEVICES_MAX) {
            state.tracks.push(Track {
                device: Device::new(&track.device).ok()?,
                timeline: Timeline::resume(track.walker, track.newest),
                decisions: Arc::new(track.decisions),
            });
        }
        if let Some((fix, device)) = stored.latest {
            state.latest = Some((fix, Device::new(&device).ok()?));
        }
        Some(state)
    }
}

const SNAPSHOT_VERSION: u8 = 2;

/// A snapshot's form. Append only, with a new version for anything else.
#[derive(Serialize, Deserialize)]
struct Stored {
    tracks: Vec<StoredTrack>,
    latest: Option<(Fix, String)>,
}

#[derive(Serialize, Deserialize)]
struct StoredTrack {
    device: String,
    walker: Walker,
    newest: Option<Fix>,
    decisions: Decisions,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::track::RawFix;
    use chrono_tz::Tz;

    fn id() -> AgentId {
        AgentId(uuid::Uuid::from_u128(1))
    }

    fn rules() -> Rules {
        Rules { book: Arc::new(Book::new(Tz::UTC)), profile: Versions::default(), duty: None, window_fixes: 64 }
    }

    fn fix(minute: i64) -> Fix {
        let recorded_at = Timestamp::parse("2026-11-23T08:00:00Z").unwrap().plus_s(60 * minute);
        Fix::new(&RawFix { recorded_at, lat: 52.5, lon: 13.4 + minute as f64 * 1e-4, ..RawFix::default() }).unwrap()
    }

    #[test]
    fn a_late_fix_never_moves_the_agent_backwards() {
        let mut state = AgentState::new(id());
        let device = Device::default();
        state.observe(&device, &[fix(10)], &rules());
        let observed = state.observe(&device, &[fix(3)], &rules());
        assert_eq!(observed.late, 1);
        assert_eq!(state.latest().unwrap().0, &fix(10));
    }

    #[test]
    fn a_fix_that_is_refuted_counts_nowhere_and_one_set_aside_moves_nothing() {
        let mut state = AgentState::new(id());
        let device = Device::default();
        state.observe(&device, &[fix(0), fix(1)], &rules());
        let jump = RawFix { recorded_at: fix(2).recorded_at(), lat: 10.0, lon: 10.0, ..RawFix::default() };
        let jump = Fix::new(&jump).unwrap();
        assert!(!state.observe(&device, &[jump], &rules()).doubted);
        assert_eq!(state.latest().unwrap().0, &jump, "not judged yet");
        state.observe(&device, &[fix(3)], &rules());
        assert_eq!(state.day().unwrap().fixes, 3, "the outlier is out of the totals");
        let island = RawFix { recorded_at: fix(4).recorded_at(), ..RawFix::default() };
        assert!(state.observe(&device, &[Fix::new(&island).unwrap()], &rules()).doubted);
        assert_eq!(state.latest().unwrap().0, &fix(3));
    }

    #[test]
    fn two_devices_are_never_interleaved() {
        let mut state = AgentState::new(id());
        let (phone, watch) = (Device::new("phone").unwrap(), Device::new("watch").unwrap());
        state.observe(&phone, &[fix(0), fix(2)], &rules());
        state.observe(&watch, &[fix(1)], &rules());
        assert_eq!(state.day().unwrap().fixes, 2, "the phone was heard last by event time");
        assert_eq!(state.timeline_of(&watch).unwrap().day().unwrap().distance_mm, 0);
    }

    #[test]
    fn a_new_date_starts_a_new_day_and_a_late_fix_of_yesterday_amends_yesterday() {
        let mut state = AgentState::new(id());
        let device = Device::default();
        state.observe(&device, &[fix(0), fix(24 * 60)], &rules());
        assert_eq!(state.day().unwrap().fixes, 1);
        let before = state.take_patches(&rules()).remove(0).1;
        assert_eq!(before.days.values().map(|day| day.summary.fixes).collect::<Vec<_>>(), [1, 1]);
        assert_eq!(state.observe(&device, &[fix(5)], &rules()).late, 1);
        let after = state.take_patches(&rules()).remove(0).1;
        assert_eq!(after.days.values().map(|day| day.summary.fixes).collect::<Vec<_>>(), [2, 1]);
    }

    #[test]
    fn a_snapshot_brings_back_latest_and_totals_and_goes_on_the_same() {
        let mut state = AgentState::new(id());
        let (a, b) = (Device::new("a").unwrap(), Device::new("b").unwrap());
        state.observe(&a, &(0..200).map(fix).collect::<Vec<_>>(), &rules());
        state.observe(&b, &[fix(300)], &rules());
        let mut back = AgentState::from_bytes(id(), &state.to_bytes()).unwrap();
        assert_eq!(back.latest(), state.latest());
        assert_eq!(back.day(), state.day());
        for state in [&mut state, &mut back] {
            state.observe(&a, &(200..300).map(fix).collect::<Vec<_>>(), &rules());
        }
        assert_eq!(back.timeline_of(&a).unwrap().walker(), state.timeline_of(&a).unwrap().walker());
        assert!(back.observe(&a, &[fix(40)], &rules()).older.is_some());
        assert!(AgentState::from_bytes(id(), &[9]).is_none() && AgentState::from_bytes(id(), &[2, 200, 1]).is_none());
    }

    #[test]
    fn a_fifth_device_takes_the_place_of_the_most_silent() {
        let mut state = AgentState::new(id());
        for (i, name) in ["a", "b", "c", "d", "e"].iter().enumerate() {
            state.observe(&Device::new(name).unwrap(), &[fix(i as i64)], &rules());
        }
        assert!(state.timeline_of(&Device::new("a").unwrap()).is_none());
        assert!(state.timeline_of(&Device::new("e").unwrap()).is_some());
    }
}
