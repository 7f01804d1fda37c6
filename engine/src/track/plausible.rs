//! Which fixes are kept but set aside: out of the track, of the totals and of the marker, with the reason.
//!
//! Quarantine is not refusal: everything that can be represented is stored. The verdict is taken once, when the fix first arrives.

use super::Fix;
use crate::Timestamp;
use serde::{Deserialize, Serialize};

/// A fix further ahead of the server's clock than this is set aside: a wrong clock must not freeze the marker.
pub const AHEAD_MAX_S: i64 = 120;
/// 2000-01-01: earlier fixes come from receivers that do not know the date (GPS epoch 1980, week rollover 1999).
pub const ANCIENT_BEFORE: Timestamp = Timestamp::from_ms_clamped(946_684_800_000);

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
}

impl Quarantine {
    pub const ALL: [Self; 4] = [Self::TooFarAhead, Self::Ancient, Self::Mock, Self::DerivationFailed];

    /// 1 to 255; 0 stands for "not set aside" in stored records.
    pub const fn code(self) -> u8 {
        match self {
            Self::TooFarAhead => 1,
            Self::Ancient => 2,
            Self::Mock => 3,
            Self::DerivationFailed => 4,
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
        }
    }
}

/// Returns why `fix`, arriving at `now`, is set aside, or None when it belongs to the track.
pub fn verdict(fix: &Fix, now: Timestamp) -> Option<Quarantine> {
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
    fn stored_codes_read_back() {
        for reason in Quarantine::ALL {
            assert_eq!(Quarantine::from_code(reason.code()), Some(reason));
        }
        assert_eq!(Quarantine::from_code(0), None);
    }
}
