//! A track read run by run, whole, simplified or downsampled, with bounded memory however long it is.
//!
//! A run is at most `RUN_FIXES` fixes in order. Devices are never mixed: each is thinned alone, and a line breaks where a device was
//! silent for longer than the gap. Not here: how a fix is written (`track`, `export`).

use crate::error::ApiError;
use actix_web::web;
use salessync_actors::store::Store;
use salessync_actors::store::tracks::{Start, Track, TrackFix, TrackPage};
use salessync_engine::geo::Metres;
use salessync_engine::geo::simplify::{Buckets, simplify};
use salessync_engine::track::Device;
use salessync_engine::track::item::Suspicion;
use salessync_engine::{Point, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// Fixes read and thinned together. The first and the last of each device in a run stay when it is simplified.
pub const RUN_FIXES: usize = 5_000;

/// Devices whose place in the current bucket a cursor carries; of one more, a fix too many may be given out.
const DEVICES_MAX: usize = 32;

/// What is left out.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Thinning {
    Nothing,
    /// What lies so near the line through the rest.
    Simplify(Metres),
    /// All but the first in so many seconds, and the last of all.
    Every(u32),
}

/// A fix that stays.
#[derive(Clone, PartialEq, Debug)]
pub struct Kept {
    pub fix: TrackFix,
    /// Why it is not believed, where such fixes are not left out.
    pub doubt: Option<Suspicion>,
    /// No line leads here: the device's first, or after a gap.
    pub begins: bool,
}

/// A track on its way out.
#[derive(Clone)]
pub struct Reader {
    store: Store,
    track: Track,
    thinning: Thinning,
    gap_ms: i64,
    next: Option<Start>,
    /// When each device was heard last, given out or not.
    last: BTreeMap<Device, Timestamp>,
    /// When each device last opened a bucket.
    opened: BTreeMap<Device, Timestamp>,
    /// Devices whose line broke at a fix that was left out: it breaks before the next that stays.
    broken: BTreeSet<Device>,
}

impl Reader {
    pub fn new(store: Store, track: Track, from: Start, thinning: Thinning, gap_ms: i64) -> Self {
        let (last, opened, broken) = Default::default();
        Self { store, track, thinning, gap_ms, next: Some(from), last, opened, broken }
    }

    /// Goes on where these devices last opened buckets.
    pub fn with_opened(mut self, opened: impl IntoIterator<Item = (Device, Timestamp)>) -> Self {
        self.opened.extend(opened);
        self
    }

    /// Where the next run begins; None at the end.
    pub const fn next(&self) -> Option<&Start> {
        self.next.as_ref()
    }

    /// The devices whose current bucket is open, the latest first: what `with_opened` wants.
    pub fn opened(&self) -> Vec<(&Device, Timestamp)> {
        let Thinning::Every(every_s) = self.thinning else { return Vec::new() };
        let mut opened: Vec<_> = self.opened.iter().map(|(device, at)| (device, *at)).collect();
        opened.sort_by_key(|(_, at)| std::cmp::Reverse(*at));
        // Time has passed beyond the buckets of the others.
        let latest = opened.first().map(|(_, at)| *at);
        let reaches = |at: Timestamp| latest.is_some_and(|latest| latest.since_ms(at) < i64::from(every_s) * 1000);
        opened.into_iter().filter(|(_, at)| reaches(*at)).take(DEVICES_MAX).collect()
    }

    /// The next run, thinned; None after the last. A run may be empty.
    pub async fn run(&mut self) -> Result<Option<Vec<Kept>>, ApiError> {
        let Some(start) = self.next.take() else { return Ok(None) };
        let TrackPage { fixes, suspects, next } = self.store.track_page(&self.track, start, RUN_FIXES).await?;
        self.next = next;
        let kept = |fix| Kept { begins: self.begins(&fix), doubt: suspects.get(&fix).copied(), fix };
        let run: Vec<_> = fixes.into_iter().map(kept).collect();
        match self.thinning {
            Thinning::Nothing => Ok(Some(run)),
            Thinning::Simplify(tolerance) => {
                // Some milliseconds of work, at the very worst some tens.
                let thinned = web::block(move || simplified(run, tolerance)).await;
                thinned.map(Some).map_err(|_| ApiError::Unavailable)
            }
            Thinning::Every(every_s) => self.downsampled(run, every_s).await.map(Some),
        }
    }

    fn begins(&mut self, fix: &TrackFix) -> bool {
        let at = fix.fix.recorded_at();
        match self.last.get_mut(&fix.device) {
            Some(last) => at.since_ms(std::mem::replace(last, at)) > self.gap_ms,
            None => {
                self.last.insert(fix.device.clone(), at);
                true
            }
        }
    }

    async fn downsampled(&mut self, run: Vec<Kept>, every_s: u32) -> Result<Vec<Kept>, ApiError> {
        let n = run.len();
        let (mut kept, mut left_out) = (Vec::new(), None);
        for (at, mut fix) in run.into_iter().enumerate() {
            let (device, time) = (&fix.fix.device, fix.fix.fix.recorded_at());
            let buckets = Buckets::new(every_s);
            let mut buckets = self.opened.get(device).map_or(buckets, |opened| buckets.after(*opened));
            let opens = buckets.opens(time);
            if opens {
                self.opened.insert(device.clone(), time);
                fix.begins |= self.broken.remove(device);
                kept.push(fix);
            } else {
                if fix.begins {
                    self.broken.insert(device.clone());
                }
                left_out = (at + 1 == n).then_some(fix);
            }
        }
        if let Some(mut last) = left_out
            && self.is_over().await?
        {
            last.begins |= self.broken.remove(&last.fix.device);
            kept.push(last);
        }
        Ok(kept)
    }

    /// Whether nothing follows. That there is a next page does not mean that anything is on it.
    async fn is_over(&mut self) -> Result<bool, ApiError> {
        while let Some(start) = self.next.clone() {
            let page = self.store.track_page(&self.track, start, 1).await?;
            if !page.fixes.is_empty() {
                return Ok(false);
            }
            self.next = page.next;
        }
        Ok(true)
    }
}

/// Each unbroken line of each device is simplified alone.
fn simplified(run: Vec<Kept>, tolerance: Metres) -> Vec<Kept> {
    let mut stays = vec![false; run.len()];
    let mut lines = BTreeMap::<&Device, Vec<usize>>::new();
    let settle = |line: &mut Vec<usize>, stays: &mut [bool]| {
        let points: Vec<Point> = line.iter().map(|&at| run[at].fix.fix.point()).collect();
        simplify(&points, tolerance).into_iter().for_each(|at| stays[line[at]] = true);
        line.clear();
    };
    for (at, kept) in run.iter().enumerate() {
        let line = lines.entry(&kept.fix.device).or_default();
        if kept.begins {
            settle(line, &mut stays);
        }
        line.push(at);
    }
    lines.values_mut().for_each(|line| settle(line, &mut stays));
    let mut stays = stays.into_iter();
    run.into_iter().filter(|_| stays.next().unwrap_or(true)).collect()
}
