//! Which fixes are kept but set aside: out of the track, of the totals and of the marker, with the reason.
//!
//! Quarantine is not refusal: everything that can be represented is stored. `admit` decides once, when the fix arrives; a time that is
//! wrong by a known and exact amount is repaired there, and the reading as it came is kept beside it.

use super::Fix;
use crate::Timestamp;
use serde::{Deserialize, Serialize};

/// A fix further ahead of the server's clock than this is set aside: a wrong clock must not freeze the marker.
pub const AHEAD_MAX_S: i64 = 120;
/// 2000-01-01: earlier fixes come from receivers that do not know the date (GPS epoch 1980, week rollover 1999).
pub const ANCIENT_BEFORE: Timestamp = Timestamp::from_ms_clamped(946_684_800_000);

/// A time that had to be repaired is believed when it lies at most so far back: a week without network.
const REPAIRED_AGE_MAX_S: i64 = 7 * 86_400;

/// Why a fix was set aside. The codes are stored: append only.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Quarantine {
    /// More than two minutes ahead of the server's clock at receipt.
    TooFarAhead,
    /// Before 2000-01-01.
    Ancient,
    /// The phone itself reports a simulated position.
    Mock,
    /// Deriving the day from this fix failed; it is parked until somebody has looked at it.
    DerivationFailed,
    /// The receiver's week counter rolled over: this is the reading as it came, the track has it 1024 weeks later.
    WeekRollover,
    /// Seconds since 2001 sent as if since 1970: this is the reading as it came, the track has it 31 years later.
    AppleEpoch,
    /// It was kept before its agent's going off duty was told; the event time lies in a time off duty.
    OffDuty,
}

impl Quarantine {
    pub const ALL: [Self; 7] = [
        Self::TooFarAhead,
        Self::Ancient,
        Self::Mock,
        Self::DerivationFailed,
        Self::WeekRollover,
        Self::AppleEpoch,
        Self::OffDuty,
    ];

    /// 1 to 255; 0 stands for "not set aside" in stored records.
    pub const fn code(self) -> u8 {
        match self {
            Self::TooFarAhead => 1,
            Self::Ancient => 2,
            Self::Mock => 3,
            Self::DerivationFailed => 4,
            Self::WeekRollover => 5,
            Self::AppleEpoch => 6,
            Self::OffDuty => 7,
        }
    }

    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TooFarAhead => "too_far_ahead",
            Self::Ancient => "ancient",
            Self::Mock => "mock",
            Self::DerivationFailed => "derivation_failed",
            Self::WeekRollover => "week_rollover",
            Self::AppleEpoch => "apple_epoch",
            Self::OffDuty => "off_duty",
        }
    }
}

/// A known fault of a clock whose size is exact, so that the time meant can be told from the time said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Repair {
    /// GPS counts weeks in ten bits; old receivers fall back by 1024 of them.
    WeekRollover,
    /// Apple counts seconds from 2001; some apps send that count as Unix time.
    AppleEpoch,
}

impl Repair {
    const ALL: [Self; 2] = [Self::WeekRollover, Self::AppleEpoch];

    /// How far the time said lies before the time meant.
    const fn behind_s(self) -> i64 {
        match self {
            Self::WeekRollover => 1_024 * 7 * 86_400,
            Self::AppleEpoch => 978_307_200,
        }
    }

    /// Why the reading as it came is set aside.
    pub const fn reason(self) -> Quarantine {
        match self {
            Self::WeekRollover => Quarantine::WeekRollover,
            Self::AppleEpoch => Quarantine::AppleEpoch,
        }
    }
}

/// Returns the time that was meant, where a known fault explains `recorded_at` and puts it into the last week (as long as a phone may
/// have been offline) or at most two minutes ahead. Everything else stays what it was said to be.
pub fn repair_time(recorded_at: Timestamp, now: Timestamp) -> Option<(Timestamp, Repair)> {
    let believable = now.plus_s(-REPAIRED_AGE_MAX_S)..=now.plus_s(AHEAD_MAX_S);
    let repaired = Repair::ALL.map(|repair| (recorded_at.plus_s(repair.behind_s()), repair));
    repaired.into_iter().find(|(meant, _)| believable.contains(meant))
}

/// Where an arriving fix goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Admission {
    /// To the track, as it is.
    Taken(Fix),
    /// To quarantine.
    Aside(Quarantine, Fix),
    /// To quarantine as it came, and to the track with the time that was meant.
    Repaired { came: Fix, meant: Fix, repair: Repair },
}

impl Admission {
    /// When it happened, as far as one knows.
    pub const fn at(&self) -> Timestamp {
        match self {
            Self::Taken(fix) | Self::Aside(_, fix) | Self::Repaired { meant: fix, .. } => fix.recorded_at,
        }
    }
}

/// Decides about a fix arriving at `now`. Every way into the system asks here, so that a fix fares the same whichever app sent it.
pub fn admit(fix: Fix, now: Timestamp) -> Admission {
    if !fix.is_mock()
        && let Some((recorded_at, repair)) = repair_time(fix.recorded_at(), now)
    {
        return Admission::Repaired { came: fix, meant: Fix { recorded_at, ..fix }, repair };
    }
    match verdict(&fix, now) {
        None => Admission::Taken(fix),
        Some(reason) => Admission::Aside(reason, fix),
    }
}

/// Returns why `fix`, arriving at `now`, is set aside, or None when it belongs to the track.
fn verdict(fix: &Fix, now: Timestamp) -> Option<Quarantine> {
    if fix.is_mock() {
        Some(Quarantine::Mock)
    } else if fix.recorded_at() > now.plus_s(AHEAD_MAX_S) {
        Some(Quarantine::TooFarAhead)
    } else if fix.recorded_at() < ANCIENT_BEFORE {
        Some(Quarantine::Ancient)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::track::RawFix;

    #[test]
    fn the_limits_are_kept_to_the_millisecond() {
        let now = Timestamp::parse("2026-11-23T08:00:00Z").unwrap();
        for (at, mock, expected) in [
            (now, false, None),
            (now.plus_s(120), false, None),
            (now.plus_s(120).plus_ms(1), false, Some(Quarantine::TooFarAhead)),
            (now.plus_s(2 * 86_400), false, Some(Quarantine::TooFarAhead)),
            (ANCIENT_BEFORE, false, None),
            (ANCIENT_BEFORE.plus_ms(-1), false, Some(Quarantine::Ancient)),
            (Timestamp::parse("1980-01-06T00:00:00Z").unwrap(), false, Some(Quarantine::Ancient)),
            (now, true, Some(Quarantine::Mock)),
        ] {
            let fix = Fix::new(&RawFix { recorded_at: at, mock, ..RawFix::default() }).unwrap();
            assert_eq!(verdict(&fix, now), expected, "{at}");
        }
    }

    #[test]
    fn only_times_that_a_known_fault_explains_are_repaired() {
        let now = Timestamp::parse("2025-08-19T00:00:00Z").unwrap();
        let (weeks, apple, week) = (1_024 * 7 * 86_400, 978_307_200, 7 * 86_400);
        for (at, expected) in [
            (now.plus_s(-weeks), Some((now, Repair::WeekRollover))),
            (now.plus_s(-weeks - week), Some((now.plus_s(-week), Repair::WeekRollover))),
            (now.plus_s(-weeks - week).plus_ms(-1), None),
            (now.plus_s(-weeks + 120), Some((now.plus_s(120), Repair::WeekRollover))),
            (now.plus_s(-weeks + 121), None),
            (now.plus_s(-apple - 3_600), Some((now.plus_s(-3_600), Repair::AppleEpoch))),
            (now.plus_s(-apple - week - 1), None),
            // As said: a phone that was offline, and a receiver that does not know the date at all.
            (now, None),
            (now.plus_s(-week), None),
            (Timestamp::parse("1980-01-06T00:00:00Z").unwrap(), None),
            (Timestamp::MIN, None),
            (Timestamp::MAX, None),
        ] {
            assert_eq!(repair_time(at, now), expected, "{at}");
        }
    }

    #[test]
    fn a_repaired_fix_is_kept_as_it_came_and_as_it_was_meant() {
        let now = Timestamp::parse("2025-08-19T00:00:00Z").unwrap();
        let at = |recorded_at, mock| Fix::new(&RawFix { recorded_at, lat: 52.5, mock, ..RawFix::default() }).unwrap();
        let came = at(now.plus_s(-978_307_200), false);
        assert_eq!(admit(came, now), Admission::Repaired { came, meant: at(now, false), repair: Repair::AppleEpoch });
        let simulated = at(now.plus_s(-978_307_200), true);
        assert_eq!(admit(simulated, now), Admission::Aside(Quarantine::Mock, simulated), "nothing of it belongs to the track");
        assert_eq!(admit(at(now, false), now), Admission::Taken(at(now, false)));
    }

    #[test]
    fn stored_codes_read_back() {
        for reason in Quarantine::ALL {
            assert_eq!(Quarantine::from_code(reason.code()), Some(reason));
        }
        assert_eq!(Quarantine::from_code(0), None);
    }
}
