//! Which fixes of a track are not believed, by the fixes around them. A pure fold over the whole set, so that a verdict comes out
//! the same whatever arrives first, and a late fix may overturn it.
//!
//! A jump is judged by the next fix: if that one fits the place before, the jump was an outlier; if it fits the jump, the device
//! really is there now. Until then the fix is held, in nobody's totals. What is found here is called a fault, never a fraud.

use super::Fix;
use super::item::{Body, Evidence, Item, Suspicion};
use super::rules::{TrackRules, Versions};
use crate::Timestamp;
use crate::geo::Point;
use crate::geo::distance::metres;
use serde::{Deserialize, Serialize};

/// Reported speeds below this say little, cm/s: 5 m/s, above what a standing receiver reports.
const FROZEN_SPEED_MIN_CMPS: u32 = 500;
/// Identical positions before a receiver is called frozen.
const FROZEN_FIXES_MIN: u32 = 4;

/// What is remembered for judging the next fix.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Judge {
    /// A fix too far away to believe, until the next one confirms or refutes it.
    pending: Option<Fix>,
    /// A run of identical positions with reported speed: since when, how many.
    frozen: Option<(Timestamp, u32)>,
}

/// What is to be done with what was held and with what came.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// The fix belongs to the track.
    Believe,
    /// It is held until the next one; `refuted` names one held before that is an outlier for good.
    Hold,
    /// It is set aside.
    SetAside,
    /// What was held is an outlier (it has been set aside); the fix belongs to the track.
    RefuteAndBelieve,
    /// What was held is real, and so is the fix: the device was moved from one place to another.
    ConfirmAndBelieve(Fix),
}

impl Judge {
    /// Judges the next fix against the last believed one. Suspect items are pushed for what is set aside or held.
    pub fn judge(&mut self, last: Option<&Fix>, fix: &Fix, rules: &TrackRules, out: &mut Vec<Item>) -> Verdict {
        if let Some((reason, evidence)) = on_its_own(fix, rules) {
            out.push(set_aside(fix, reason, evidence, fix.recorded_at));
            return Verdict::SetAside;
        }
        let Some(last) = last else { return Verdict::Believe };
        let jump = implied(last, fix, rules);
        if let Some(held) = self.pending.take() {
            if jump.is_some() && implied(&held, fix, rules).is_none() {
                return Verdict::ConfirmAndBelieve(held);
            }
            let evidence = implied(last, &held, rules).unwrap_or_default();
            out.push(set_aside(&held, Suspicion::Jump, evidence, fix.recorded_at));
            if jump.is_none() {
                return Verdict::RefuteAndBelieve;
            }
        }
        if let Some(evidence) = jump {
            self.pending = Some(*fix);
            out.push(open_suspect(fix, evidence));
            return Verdict::Hold;
        }
        self.judge_frozen(last, fix, rules, out)
    }

    fn judge_frozen(&mut self, last: &Fix, fix: &Fix, rules: &TrackRules, out: &mut Vec<Item>) -> Verdict {
        let speeds = |fix: &Fix| fix.speed_cmps.is_some_and(|cmps| cmps >= FROZEN_SPEED_MIN_CMPS);
        if rules.frozen_after_s == 0 || fix.point != last.point || !speeds(fix) || !speeds(last) {
            self.frozen = None;
            return Verdict::Believe;
        }
        let (since, n) = self.frozen.map_or((last.recorded_at, 2), |(since, n)| (since, n + 1));
        self.frozen = Some((since, n));
        let still_ms = fix.recorded_at.since_ms(since);
        if n < FROZEN_FIXES_MIN || still_ms < i64::from(rules.frozen_after_s) * 1000 {
            return Verdict::Believe;
        }
        let evidence = Evidence {
            after_s: Some((still_ms / 1000) as u32),
            limit: Some(rules.frozen_after_s),
            reported_speed_cmps: fix.speed_cmps,
            ..Evidence::default()
        };
        out.push(set_aside(fix, Suspicion::Frozen, evidence, fix.recorded_at));
        Verdict::SetAside
    }

    /// Nothing more will speak for the fix that is held: it is set aside. So it is at the end of a day, and before a fix that a person
    /// vouches for.
    pub fn give_up(&mut self, last: Option<&Fix>, rules: &Versions<TrackRules>, out: &mut Vec<Item>) {
        if let Some(held) = self.pending.take() {
            let evidence = evidence_against(&held, last, rules);
            out.push(set_aside(&held, Suspicion::Jump, evidence, held.recorded_at));
        }
        self.frozen = None;
    }

    /// The fix that is held.
    pub const fn held(&self) -> Option<&Fix> {
        self.pending.as_ref()
    }

    /// The fix that is held, as an open item.
    pub fn open_item(&self, last: Option<&Fix>, rules: &Versions<TrackRules>) -> Option<Item> {
        let held = self.pending.as_ref()?;
        Some(open_suspect(held, evidence_against(held, last, rules)))
    }
}

fn evidence_against(held: &Fix, last: Option<&Fix>, rules: &Versions<TrackRules>) -> Evidence {
    last.and_then(|last| implied(last, held, &rules.at(held.recorded_at))).unwrap_or_default()
}

/// What can be said of a fix without its neighbours.
pub fn on_its_own(fix: &Fix, rules: &TrackRules) -> Option<(Suspicion, Evidence)> {
    if rules.null_island && Point::from_e7(0, 0) == Some(fix.point) {
        return Some((Suspicion::NullIsland, Evidence::default()));
    }
    let limit_dm = u64::from(rules.accuracy_max_m) * 10;
    match fix.accuracy_dm {
        Some(dm) if limit_dm > 0 && u64::from(dm) > limit_dm => {
            Some((Suspicion::PoorAccuracy, Evidence { limit: Some(rules.accuracy_max_m), ..Evidence::default() }))
        }
        _ => None,
    }
}

/// Why the way from one fix to a later one is impossible, if it is. The circles of accuracy count in its favour, and it has a second at
/// least: several fixes of one instant are measured from different places, not at infinite speed.
fn implied(from: &Fix, to: &Fix, rules: &TrackRules) -> Option<Evidence> {
    let slack = |fix: &Fix| match fix.accuracy_dm {
        None | Some(0) => f64::from(rules.accuracy_default_m),
        Some(dm) => f64::from(dm) / 10.0,
    };
    let distance_m = metres(from.point, to.point).0;
    let ms = to.recorded_at.since_ms(from.recorded_at);
    let way_m = distance_m - slack(from) - slack(to);
    let mps = way_m / (ms.max(1_000) as f64 / 1000.0);
    (mps > f64::from(rules.speed_max_mps)).then(|| Evidence {
        distance_m: Some(distance_m.round() as u32),
        after_s: Some(u32::try_from(ms / 1000).unwrap_or(u32::MAX)),
        implied_speed_mps: Some(mps.round() as u32),
        limit: Some(rules.speed_max_mps),
        reported_speed_cmps: None,
    })
}

fn set_aside(fix: &Fix, reason: Suspicion, evidence: Evidence, decided_at: Timestamp) -> Item {
    let body = Body::Suspect { reason, fix: *fix, evidence };
    Item { start_at: fix.recorded_at, end_at: Some(fix.recorded_at), decided_at, body }
}

fn open_suspect(fix: &Fix, evidence: Evidence) -> Item {
    let body = Body::Suspect { reason: Suspicion::Jump, fix: *fix, evidence };
    Item { start_at: fix.recorded_at, end_at: None, decided_at: fix.recorded_at, body }
}
