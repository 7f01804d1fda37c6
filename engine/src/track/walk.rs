//! The walk along a track: one device's fixes in order of event time, folded into items and days. This is *the* derivation; live, late and
//! recomputed fixes all go through `Walker::step`, so that they cannot come out differently.
//!
//! What a walker carries is all that the future depends on: equal walkers have equal futures. So a late fix is walked forward from a
//! checkpoint before it, and at the end of a day the walk can be compared with what was there.

use super::Fix;
use super::item::{Body, Item, Key, Kind, subject_of};
use super::motion::{Leg, Motion};
use super::rules::{Profile, TrackRules, Versions};
use super::suspect::{Judge, Verdict};
use crate::fence::{FenceSet, FenceWatch, Passage};
use crate::geo::distance::millimetres;
use crate::{AgentId, Timestamp};
use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A segment at least this fast is motion, mm/s: the border between standing and walking, as everywhere.
const MOTION_MIN_MMPS: i64 = 500;
/// The mean of a longer segment says nothing about speed at its end, milliseconds.
const MEAN_SPEED_MAX_MS: i64 = 60_000;

/// What holds for everybody: the settings in force when.
#[derive(Clone, Debug)]
pub struct Book {
    pub zone: Tz,
    pub rules: Versions<TrackRules>,
    /// Every version of every fence.
    pub fences: Arc<FenceSet>,
}

/// What people decided about single fixes of a device.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Decisions {
    /// Vouched for: no suspicion is raised against them.
    pub vouched: BTreeSet<Fix>,
    /// Taken out: as if they had never come.
    pub excluded: BTreeSet<Fix>,
}

/// What the walk of one device goes by.
#[derive(Clone, Debug)]
pub struct Guide {
    pub agent: AgentId,
    pub book: Arc<Book>,
    pub profile: Versions<Profile>,
    pub decisions: Arc<Decisions>,
}

impl Book {
    /// The field's defaults.
    pub fn new(zone: Tz) -> Self {
        Self { zone, rules: Versions::default(), fences: Arc::default() }
    }
}

impl Guide {
    pub fn new(agent: AgentId, book: Arc<Book>) -> Self {
        Self { agent, book, profile: Versions::default(), decisions: Arc::default() }
    }
}

/// A civil day and the instants that bound it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Span {
    date: NaiveDate,
    from: Timestamp,
    to: Timestamp,
}

impl Span {
    fn of(at: Timestamp, zone: Tz) -> Self {
        let date = at.civil_date(zone);
        let tomorrow = date.succ_opt().unwrap_or(date);
        Self { date, from: Timestamp::start_of(date, zone), to: Timestamp::start_of(tomorrow, zone) }
    }
}

/// The running totals of a day.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Today {
    date: NaiveDate,
    from: Timestamp,
    fixes: u64,
    distance_mm: i64,
    motion_ms: i64,
    idle_ms: i64,
    gap_ms: i64,
    top_cmps: u32,
    first_at: Timestamp,
    last_at: Timestamp,
}

/// Time above the limit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Overspeed {
    since: Timestamp,
    at: crate::Point,
    limit_cmps: u32,
    top_cmps: u32,
    is_published: bool,
}

/// What a day of one device adds up to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DaySummary {
    /// Civil date in the organisation's time zone.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date", example = "2026-11-23"))]
    pub date: NaiveDate,
    /// Distinct fixes of the day, without those that are set aside.
    pub fixes: u64,
    /// Sum of the segments between them, millimetres on WGS84. The one over midnight counts with the day it ends in.
    pub distance_mm: i64,
    /// Time of the segments covered at 0.5 m/s or more, milliseconds.
    pub motion_ms: i64,
    /// Time of the slower ones.
    pub idle_ms: i64,
    /// Time of silences longer than `gap_after_s`.
    pub gap_ms: i64,
    /// Highest speed, reported or between fixes at most a minute apart, cm/s.
    pub max_speed_cmps: u32,
    pub first_at: Option<Timestamp>,
    pub last_at: Option<Timestamp>,
}

/// A day that is over, and the state the next one begins with.
#[derive(Clone, PartialEq, Debug)]
pub struct DayEnd {
    pub summary: DaySummary,
    /// `Walker::to_bytes` after the day's last fix; None while the day is under way.
    pub carry_out: Option<Vec<u8>>,
}

/// What a walk brings forth.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Yield {
    /// Items opened, closed or found; later ones with the same key replace earlier ones.
    pub items: Vec<Item>,
    /// Items that turned out not to be.
    pub removed: Vec<Key>,
    /// Days that ended.
    pub days: Vec<DayEnd>,
}

/// The carried state.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Walker {
    /// Newest believed fix.
    last: Option<Fix>,
    judge: Judge,
    motion: Motion,
    overspeed: Option<Overspeed>,
    fences: FenceWatch,
    /// The civil day of the newest fix, believed or not.
    span: Option<Span>,
    /// Totals from the day's first believed fix on.
    today: Option<Today>,
}

const FORM: u8 = 2;

impl Walker {
    /// Takes the next fix; fixes must come in ascending order.
    pub fn step(&mut self, fix: &Fix, guide: &Guide, out: &mut Yield) {
        if self.span.as_ref().is_some_and(|span| fix.recorded_at >= span.to) {
            self.end_day(guide, out);
        }
        if self.span.is_none() {
            self.span = Some(Span::of(fix.recorded_at, guide.book.zone));
        }
        let rules = guide.book.rules.at(fix.recorded_at);
        if guide.decisions.vouched.contains(fix) {
            self.judge.give_up(self.last.as_ref(), &guide.book.rules, &mut out.items);
            return self.believe(fix, false, &rules, guide, out);
        }
        match self.judge.judge(self.last.as_ref(), fix, &rules, &mut out.items) {
            Verdict::Believe | Verdict::RefuteAndBelieve => self.believe(fix, false, &rules, guide, out),
            Verdict::Hold | Verdict::SetAside => {}
            Verdict::ConfirmAndBelieve(held) => {
                out.removed.push(Key { start_at: held.recorded_at, kind: Kind::Suspect, subject: subject_of(&held) });
                self.believe(&held, true, &rules, guide, out);
                self.believe(fix, false, &rules, guide, out);
            }
        }
    }

    fn believe(&mut self, fix: &Fix, relocated: bool, rules: &TrackRules, guide: &Guide, out: &mut Yield) {
        let motion_rules = rules.motion(guide.profile.at(fix.recorded_at));
        let leg = self.last.as_ref().map(|last| leg(last, fix, relocated, rules));
        self.begin_day(fix.recorded_at);
        self.count(fix, leg.as_ref(), rules);
        if let (Some(last), Some(leg)) = (&self.last, &leg) {
            let stands = !self.motion.is_moving() && leg.mm < i64::from(motion_rules.distance_min_m) * 1000;
            if leg.relocated || (leg.ms > i64::from(rules.gap_after_s) * 1000 && !stands) {
                out.items.push(gap(last, fix, leg.relocated));
            }
        }
        self.motion.step(fix.recorded_at, fix.point, leg.as_ref(), motion_rules, rules.stop_gap_s, out);
        self.watch_speed(fix, leg.as_ref(), rules, out);
        self.watch_fences(fix, relocated, rules, guide, out);
        self.last = Some(*fix);
    }

    /// Ends the day after its last fix: what is still held by then is set aside, so that no day waits for the next one.
    pub fn end_day(&mut self, guide: &Guide, out: &mut Yield) {
        self.judge.give_up(self.last.as_ref(), &guide.book.rules, &mut out.items);
        self.span = None;
        self.motion.rebase();
        let Some(summary) = self.day() else { return };
        self.today = None;
        out.days.push(DayEnd { summary, carry_out: Some(self.to_bytes()) });
    }

    /// The first believed fix of a day.
    fn begin_day(&mut self, at: Timestamp) {
        let (None, Some(Span { date, from, .. })) = (&self.today, self.span) else { return };
        self.today = Some(Today {
            date,
            from,
            fixes: 0,
            distance_mm: 0,
            motion_ms: 0,
            idle_ms: 0,
            gap_ms: 0,
            top_cmps: 0,
            first_at: at,
            last_at: at,
        });
    }

    fn count(&mut self, fix: &Fix, leg: Option<&Leg>, rules: &TrackRules) {
        let Some(today) = &mut self.today else { return };
        today.fixes += 1;
        today.last_at = fix.recorded_at;
        let Some(leg) = leg else {
            today.top_cmps = today.top_cmps.max(fix.speed_cmps.unwrap_or(0));
            return;
        };
        today.distance_mm += leg.mm;
        today.top_cmps = today.top_cmps.max(leg.speed_cmps);
        // A segment over midnight counts with the day it ends in, its time from midnight on.
        let ms = leg.ms.min(fix.recorded_at.since_ms(today.from));
        if leg.relocated || leg.ms > i64::from(rules.gap_after_s) * 1000 {
            today.gap_ms += ms;
        } else if leg.motion_ms > 0 {
            today.motion_ms += ms;
        } else {
            today.idle_ms += ms;
        }
    }

    fn watch_speed(&mut self, fix: &Fix, leg: Option<&Leg>, rules: &TrackRules, out: &mut Yield) {
        let limit_cmps = rules.overspeed_mps * 100;
        let speed_cmps = leg.map_or(fix.speed_cmps.unwrap_or(0), |leg| leg.speed_cmps);
        let is_silent = leg.is_some_and(|leg| leg.relocated || leg.ms > i64::from(rules.gap_after_s) * 1000);
        let is_over = limit_cmps > 0 && speed_cmps > limit_cmps;
        if (!is_over || is_silent)
            && let Some(over) = self.overspeed.take_if(|_| true)
            && over.is_published
        {
            let end = if is_silent { self.last.map_or(fix.recorded_at, |last| last.recorded_at) } else { fix.recorded_at };
            out.items.push(over.item(Some(end), fix.recorded_at));
        }
        if !is_over {
            return;
        }
        let over = self.overspeed.get_or_insert(Overspeed {
            since: fix.recorded_at,
            at: fix.point,
            limit_cmps,
            top_cmps: 0,
            is_published: false,
        });
        over.top_cmps = over.top_cmps.max(speed_cmps);
        if !over.is_published && fix.recorded_at.since_ms(over.since) >= i64::from(rules.overspeed_min_s) * 1000 {
            over.is_published = true;
            out.items.push(over.item(None, over.since));
        }
    }

    /// Newest fix that is believed, or held for the next one to judge: where the device is as far as anybody knows.
    pub fn latest(&self) -> Option<&Fix> {
        self.judge.held().max(self.last.as_ref())
    }

    fn watch_fences(&mut self, fix: &Fix, relocated: bool, rules: &TrackRules, guide: &Guide, out: &mut Yield) {
        if guide.book.fences.is_empty() && self.fences.is_empty() {
            return;
        }
        let mut passages = Vec::new();
        // Nobody went the way over a jump.
        let previous = self.last.as_ref().filter(|_| !relocated);
        self.fences.step(guide.agent, previous, fix, &guide.book.fences, &rules.fences, &mut passages);
        out.items.extend(passages.iter().map(|passage| passage_item(passage, fix.recorded_at)));
    }

    /// Newest believed fix.
    pub const fn last(&self) -> Option<&Fix> {
        self.last.as_ref()
    }

    /// The items that are open, ready to be published.
    pub fn open_items(&self, guide: &Guide) -> Vec<Item> {
        let over = self.overspeed.as_ref().filter(|over| over.is_published).map(|over| over.item(None, over.since));
        let own = [self.motion.open_item(), over, self.judge.open_item(self.last.as_ref(), &guide.book.rules)];
        let passages = self.fences.open_passages().map(|passage| passage_item(passage, passage.entered_at));
        own.into_iter().flatten().chain(passages).collect()
    }

    /// The day under way.
    pub fn day(&self) -> Option<DaySummary> {
        self.today.as_ref().map(Today::summary)
    }

    /// The state as bytes: the same for equal states.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Writing plain values to a Vec cannot fail; an empty state would be the answer.
        postcard::to_extend(self, vec![FORM]).unwrap_or_default()
    }

    /// Reads what `to_bytes` wrote; None for anything else.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (&FORM, rest) = bytes.split_first()? else { return None };
        postcard::from_bytes(rest).ok()
    }
}

impl Today {
    fn summary(&self) -> DaySummary {
        DaySummary {
            date: self.date,
            fixes: self.fixes,
            distance_mm: self.distance_mm,
            motion_ms: self.motion_ms,
            idle_ms: self.idle_ms,
            gap_ms: self.gap_ms,
            max_speed_cmps: self.top_cmps,
            first_at: Some(self.first_at),
            last_at: Some(self.last_at),
        }
    }
}

impl Overspeed {
    fn item(&self, end_at: Option<Timestamp>, decided_at: Timestamp) -> Item {
        let max_speed_cmps = end_at.map(|_| self.top_cmps);
        let body = Body::Overspeed { at: self.at, limit_cmps: self.limit_cmps, max_speed_cmps };
        Item { start_at: self.since, end_at, decided_at, body }
    }
}

fn leg(last: &Fix, fix: &Fix, relocated: bool, rules: &TrackRules) -> Leg {
    let ms = fix.recorded_at.since_ms(last.recorded_at);
    let mm = if relocated { 0 } else { millimetres(last.point, fix.point) };
    let in_motion = !relocated && mm * 1000 >= MOTION_MIN_MMPS * ms && mm > 0 && ms <= i64::from(rules.gap_after_s) * 1000;
    let mean_cmps = if ms > 0 && ms <= MEAN_SPEED_MAX_MS { u32::try_from(mm * 100 / ms).unwrap_or(u32::MAX) } else { 0 };
    Leg { ms, mm, motion_ms: if in_motion { ms } else { 0 }, speed_cmps: fix.speed_cmps.unwrap_or(mean_cmps), relocated }
}

fn passage_item(passage: &Passage, decided_at: Timestamp) -> Item {
    let mut passage = passage.clone();
    let (start_at, end_at) = (passage.entered_at, passage.exited_at);
    if end_at.is_none() {
        (passage.fixes, passage.gap_max_s) = (0, 0);
    }
    let decided_at = if end_at.is_none() { start_at } else { decided_at };
    Item { start_at, end_at, decided_at, body: Body::FencePassage { passage } }
}

fn gap(last: &Fix, fix: &Fix, relocated: bool) -> Item {
    let body = Body::Gap { from: last.point, to: fix.point, distance_mm: millimetres(last.point, fix.point), relocated };
    Item { start_at: last.recorded_at, end_at: Some(fix.recorded_at), decided_at: fix.recorded_at, body }
}
