//! What is told of a visit by people and phones: "I set off", "I am here", "I am done and this came of it", "do not go". Each is told once, has
//! a time of its own and is kept for good, whatever it turns out to do.

use super::Outcome;
use crate::access::named;
use crate::audit::Actor;
use crate::geo::distance::metres;
use crate::{AgentId, FileId, Metres, Point, Timestamp, VisitEventId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Photos named in one report.
pub const PHOTOS_MAX: usize = 20;
pub const NOTE_LEN_MAX: usize = 2_000;

/// Where a phone says that it is.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[serde(try_from = "RawClaim", into = "RawClaim")]
pub struct Claim {
    pub point: Point,
    /// Metres; absent: the phone does not say.
    pub accuracy_m: Option<f64>,
    /// The phone itself says that the position is simulated.
    pub mock: bool,
}

/// A position as it is sent.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = VisitPosition))]
pub struct RawClaim {
    pub lat: f64,
    pub lon: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy_m: Option<f64>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mock: bool,
}

impl TryFrom<RawClaim> for Claim {
    type Error = String;

    fn try_from(raw: RawClaim) -> Result<Self, String> {
        let point = Point::new(raw.lat, raw.lon).map_err(|flaw| flaw.to_string())?;
        if raw.accuracy_m.is_some_and(|accuracy_m| !(0.0..=1_000_000.0).contains(&accuracy_m)) {
            return Err("accuracy_m must be within 0..1000000".to_owned());
        }
        // On the grid of fixes, so that what is stored reads back as the same.
        Ok(Self { point, accuracy_m: raw.accuracy_m.map(|accuracy_m| (accuracy_m * 10.0).round() / 10.0), mock: raw.mock })
    }
}

impl From<Claim> for RawClaim {
    fn from(claim: Claim) -> Self {
        Self { lat: claim.point.lat(), lon: claim.point.lon(), accuracy_m: claim.accuracy_m, mock: claim.mock }
    }
}

impl Claim {
    pub fn distance_to(&self, point: Point) -> Metres {
        metres(self.point, point)
    }
}

named! {
    /// Why the server closed a visit that nobody did.
    LeftOpen, "why" {
        /// The agent checked in somewhere else.
        NextCheckIn => "next_check_in",
        /// The agent's day was over.
        DayOver => "day_over",
    }
}

/// What is told.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = VisitTold))]
pub enum Told {
    /// On the way there.
    EnRoute {},
    CheckIn {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<RawClaim>))]
        position: Option<Claim>,
        /// Photos taken as a proof; they may be uploaded before or after.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        photos: Vec<FileId>,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
    },
    /// Work has begun.
    Start {},
    CheckOut {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<RawClaim>))]
        position: Option<Claim>,
        outcome: Outcome,
        /// Of an unproductive visit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        photos: Vec<FileId>,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
    },
    /// Given up by the agent.
    Abandon {
        reason: String,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
    },
    /// Not to be done.
    Cancel {
        reason: String,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
    },
    /// To be done after all.
    Reinstate {
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
    },
    /// Closed by the server, because nobody told of its end.
    LeftOpen { why: LeftOpen },
}

impl Told {
    pub const fn kind(&self) -> ToldKind {
        match self {
            Self::EnRoute {} => ToldKind::EnRoute,
            Self::CheckIn { .. } => ToldKind::CheckIn,
            Self::Start {} => ToldKind::Start,
            Self::CheckOut { .. } => ToldKind::CheckOut,
            Self::Abandon { .. } => ToldKind::Abandon,
            Self::Cancel { .. } => ToldKind::Cancel,
            Self::Reinstate { .. } => ToldKind::Reinstate,
            Self::LeftOpen { .. } => ToldKind::LeftOpen,
        }
    }

    pub const fn position(&self) -> Option<&Claim> {
        match self {
            Self::CheckIn { position, .. } | Self::CheckOut { position, .. } => position.as_ref(),
            Self::EnRoute {}
            | Self::Start {}
            | Self::Abandon { .. }
            | Self::Cancel { .. }
            | Self::Reinstate { .. }
            | Self::LeftOpen { .. } => None,
        }
    }

    pub fn note(&self) -> &str {
        match self {
            Self::CheckIn { note, .. }
            | Self::CheckOut { note, .. }
            | Self::Abandon { note, .. }
            | Self::Cancel { note, .. }
            | Self::Reinstate { note } => note,
            Self::EnRoute {} | Self::Start {} | Self::LeftOpen { .. } => "",
        }
    }

    pub fn photos(&self) -> &[FileId] {
        match self {
            Self::CheckIn { photos, .. } | Self::CheckOut { photos, .. } => photos,
            _ => &[],
        }
    }

    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::CheckOut { reason, .. } => reason.as_deref(),
            Self::Abandon { reason, .. } | Self::Cancel { reason, .. } => Some(reason),
            Self::EnRoute {} | Self::CheckIn { .. } | Self::Start {} | Self::Reinstate { .. } | Self::LeftOpen { .. } => None,
        }
    }
}

named! {
    /// Reports by kind. In this order at the same instant: whoever checks in and out at once was there first.
    ToldKind, "type" {
        Reinstate => "reinstate",
        EnRoute => "en_route",
        CheckIn => "check_in",
        Start => "start",
        CheckOut => "check_out",
        Abandon => "abandon",
        Cancel => "cancel",
        LeftOpen => "left_open",
    }
}

impl ToldKind {
    /// As in a sentence: "cannot check in".
    pub const fn words(self) -> &'static str {
        match self {
            Self::Reinstate => "be reinstated",
            Self::EnRoute => "be set off for",
            Self::CheckIn => "be checked in to",
            Self::Start => "be started",
            Self::CheckOut => "be checked out of",
            Self::Abandon => "be abandoned",
            Self::Cancel => "be cancelled",
            Self::LeftOpen => "be closed",
        }
    }

    /// Is it an agent's deed, or an office's decision?
    pub const fn is_deed(self) -> bool {
        matches!(self, Self::EnRoute | Self::CheckIn | Self::Start | Self::CheckOut | Self::Abandon)
    }
}

named! {
    AuthorKind, "kind" {
        User => "user",
        /// A phone with a token of its own.
        Agent => "agent",
        ApiKey => "api_key",
        System => "system",
    }
}

/// Who told it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = VisitAuthor))]
pub struct Author {
    pub kind: AuthorKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
}

impl Author {
    pub const SYSTEM: Self = Self { kind: AuthorKind::System, id: None };
}

impl From<Actor> for Author {
    fn from(actor: Actor) -> Self {
        let kind = match actor {
            Actor::User(_) => AuthorKind::User,
            Actor::Agent(_) => AuthorKind::Agent,
            Actor::ApiKey(_) => AuthorKind::ApiKey,
            Actor::System | Actor::Nobody => AuthorKind::System,
        };
        Self { kind, id: actor.id() }
    }
}

/// One report.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Report {
    pub id: VisitEventId,
    /// When it happened, by the clock of whoever told it.
    pub at: Timestamp,
    pub received_at: Timestamp,
    pub by: Author,
    /// Whose deed it is: the agent's own, or the one somebody tells it for.
    pub agent: Option<AgentId>,
    #[serde(flatten)]
    pub told: Told,
    /// The clock of the phone was ahead: `at` is when it came.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub clock_ahead: bool,
}

impl Report {
    /// The order in which reports are taken: by when it happened, then as in `ToldKind`, then by id.
    pub fn order(&self) -> (Timestamp, ToldKind, VisitEventId) {
        (self.at, self.told.kind(), self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_reads_as_it_is_written() {
        let text = r#"{"type":"check_in","position":{"lat":52.5,"lon":13.4,"accuracy_m":8.0}}"#;
        let told: Told = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&told).unwrap(), text);
        for kind in ToldKind::ALL {
            assert!(serde_json::to_string(kind).unwrap().contains(kind.name()));
        }
    }

    #[test]
    fn a_position_is_a_place_on_earth() {
        for (position, word) in [
            (r#"{"lat":91,"lon":0}"#, "lat"),
            (r#"{"lat":0,"lon":181}"#, "lon"),
            (r#"{"lat":0,"lon":0,"accuracy_m":-1}"#, "accuracy_m"),
            (r#"{"lat":0}"#, "lon"),
        ] {
            let error = serde_json::from_str::<Claim>(position).unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
    }
}
