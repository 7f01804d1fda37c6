//! What follows from a track: trips, stops, gaps, times above the limit, suspect fixes. Each is an interval of event time.
//!
//! An item is open while its end is not known; then it says only how it began, so that it does not change with every fix. Equality
//! is by content: the id is given when an item is first published, and stays with it while it overlaps its former self.

use super::{Fix, codec};
use crate::fence::Passage;
use crate::geo::Point;
use crate::{ItemId, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The kinds of items. The codes are stored: append only.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Kind {
    Trip,
    Stop,
    Gap,
    FencePassage,
    Overspeed,
    Suspect,
}

impl Kind {
    pub const ALL: [Self; 6] = [Self::Trip, Self::Stop, Self::Gap, Self::FencePassage, Self::Overspeed, Self::Suspect];
    pub const NAMES: &'static str = "trip | stop | gap | fence_passage | overspeed | suspect";

    pub const fn code(self) -> i16 {
        match self {
            Self::Trip => 1,
            Self::Stop => 2,
            Self::Gap => 3,
            Self::FencePassage => 4,
            Self::Overspeed => 5,
            Self::Suspect => 6,
        }
    }

    pub fn from_code(code: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Trip => "trip",
            Self::Stop => "stop",
            Self::Gap => "gap",
            Self::FencePassage => "fence_passage",
            Self::Overspeed => "overspeed",
            Self::Suspect => "suspect",
        }
    }
}

impl std::str::FromStr for Kind {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(())
    }
}

/// Why a fix is not believed: a fault of the receiver until a person says otherwise, never an accusation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Suspicion {
    /// Exactly 0° N 0° E.
    NullIsland,
    /// Coarser than the settings allow.
    PoorAccuracy,
    /// Too far from the fixes around it for the time between them.
    Jump,
    /// The position stands still while the receiver reports a speed.
    Frozen,
}

impl Suspicion {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NullIsland => "null_island",
            Self::PoorAccuracy => "poor_accuracy",
            Self::Jump => "jump",
            Self::Frozen => "frozen",
        }
    }
}

/// What an item says beside its interval. Distances are integer millimetres, speeds cm/s.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Body {
    /// From leaving a place to the next stop. What is not known before the end is absent.
    Trip {
        from: Point,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<Point>,
        /// Sum of the segments, millimetres.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        distance_mm: Option<i64>,
        /// Time of the segments covered at 0.5 m/s or more, milliseconds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        motion_ms: Option<i64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max_speed_cmps: Option<u32>,
        /// Nobody saw it: the agent was silent between its ends.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        unobserved: bool,
    },
    Stop {
        at: Point,
    },
    /// Silence, longer than `gap_after_s`, during which the agent was not simply standing.
    Gap {
        from: Point,
        to: Point,
        /// The straight line, millimetres.
        distance_mm: i64,
        /// Too far for the time: not counted as travelled.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        relocated: bool,
    },
    /// A stay within a fence, or a way through it. While it goes on, what grows with every fix is 0.
    FencePassage {
        passage: Passage,
    },
    Overspeed {
        at: Point,
        limit_cmps: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max_speed_cmps: Option<u32>,
    },
    /// A fix that is kept out of the track, of totals and of everything above.
    Suspect {
        reason: Suspicion,
        #[cfg_attr(feature = "openapi", schema(value_type = crate::track::RawFix))]
        fix: Fix,
        evidence: Evidence,
    },
}

/// What a suspicion rests on. Absent: does not matter for the reason.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Evidence {
    /// Distance to the believed fix before, metres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distance_m: Option<u32>,
    /// Time since the believed fix before, seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_s: Option<u32>,
    /// Speed that would have been needed, with the accuracy of both in its favour, m/s.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub implied_speed_mps: Option<u32>,
    /// The limit that was passed, in the unit of the reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// Speed the receiver reported, cm/s.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reported_speed_cmps: Option<u32>,
}

/// An interval and what it is.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Item {
    pub start_at: Timestamp,
    /// Absent while it goes on.
    pub end_at: Option<Timestamp>,
    /// Event time of the fix that settled it as it is: a late fix before this may change it.
    pub decided_at: Timestamp,
    #[serde(flatten)]
    pub body: Body,
}

/// What tells items of one device apart while they are derived.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Key {
    pub start_at: Timestamp,
    pub kind: Kind,
    /// Which fence, or which of several suspect fixes of one instant; otherwise nil.
    pub subject: Uuid,
}

impl Body {
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Trip { .. } => Kind::Trip,
            Self::Stop { .. } => Kind::Stop,
            Self::Gap { .. } => Kind::Gap,
            Self::FencePassage { .. } => Kind::FencePassage,
            Self::Overspeed { .. } => Kind::Overspeed,
            Self::Suspect { .. } => Kind::Suspect,
        }
    }

    pub fn subject(&self) -> Uuid {
        match self {
            Self::Trip { .. } | Self::Stop { .. } | Self::Gap { .. } | Self::Overspeed { .. } => Uuid::nil(),
            Self::FencePassage { passage } => passage.fence.0,
            Self::Suspect { fix, .. } => subject_of(fix),
        }
    }
}

/// The same for the same fix, different for different ones.
pub fn subject_of(fix: &Fix) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, &codec::encode(&[*fix]))
}

impl Item {
    pub fn key(&self) -> Key {
        Key { start_at: self.start_at, kind: self.body.kind(), subject: self.body.subject() }
    }

    /// `self.key() == *key`, without working the key out where time or kind differ.
    pub fn has_key(&self, key: &Key) -> bool {
        self.start_at == key.start_at && self.body.kind() == key.kind && self.body.subject() == key.subject
    }

    pub const fn is_open(&self) -> bool {
        self.end_at.is_none()
    }

    /// Would a change at or after `since` in event time have had a say in it?
    pub fn is_touched_since(&self, since: Timestamp) -> bool {
        self.is_open() || self.decided_at >= since
    }
}

/// An item that has been published.
#[derive(Clone, PartialEq, Debug)]
pub struct Published {
    pub id: ItemId,
    /// Counts up with each amendment, from 1.
    pub revision: i64,
    pub item: Item,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::track::RawFix;

    #[test]
    fn codes_and_names_read_back() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_code(kind.code()), Some(kind));
            assert_eq!(kind.as_str().parse(), Ok(kind));
            assert!(Kind::NAMES.contains(kind.as_str()));
        }
    }

    #[test]
    fn a_body_says_its_kind_and_survives_json() {
        let fix = Fix::new(&RawFix { lat: 1.5, lon: -2.25, accuracy_m: Some(7.9), ..RawFix::default() }).unwrap();
        let evidence = Evidence { distance_m: Some(5), ..Evidence::default() };
        for body in [
            Body::Stop { at: fix.point() },
            Body::Suspect { reason: Suspicion::Jump, fix, evidence },
            Body::Gap { from: fix.point(), to: fix.point(), distance_mm: 4, relocated: true },
        ] {
            let text = serde_json::to_string(&body).unwrap();
            assert!(text.contains(&format!(r#""kind":"{}""#, body.kind().as_str())), "{text}");
            assert_eq!(serde_json::from_str::<Body>(&text).unwrap(), body);
        }
    }
}
