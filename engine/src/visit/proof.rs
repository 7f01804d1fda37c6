//! What a visit must show for itself: photos, a signature, a note, a scan, an activity; and what of it is lacking.

use super::{Outcome, VisitKind};
use crate::{ActivityTypeId, FileId, Point, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// One thing that is asked for. As text: `photo`, `activity:<id>`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Proof {
    /// Any photo of the visit.
    Photo,
    PhotoAtCheckIn,
    PhotoAtCheckOut,
    Signature,
    Note,
    /// A barcode read at the place.
    Scan,
    /// An activity of this type, with its form.
    Activity(ActivityTypeId),
}

impl Proof {
    const PLAIN: [(Self, &'static str); 6] = [
        (Self::Photo, "photo"),
        (Self::PhotoAtCheckIn, "photo_at_check_in"),
        (Self::PhotoAtCheckOut, "photo_at_check_out"),
        (Self::Signature, "signature"),
        (Self::Note, "note"),
        (Self::Scan, "scan"),
    ];
    pub const NAMES: &'static str =
        "photo | photo_at_check_in | photo_at_check_out | signature | note | scan | activity:<id of an activity type>";

    pub const fn activity(self) -> Option<ActivityTypeId> {
        match self {
            Self::Activity(id) => Some(id),
            Self::Photo | Self::PhotoAtCheckIn | Self::PhotoAtCheckOut | Self::Signature | Self::Note | Self::Scan => None,
        }
    }
}

impl std::fmt::Display for Proof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match Self::PLAIN.iter().find(|(plain, _)| plain == self) {
            Some((_, name)) => f.write_str(name),
            None => write!(f, "activity:{}", self.activity().unwrap_or(ActivityTypeId(uuid::Uuid::nil()))),
        }
    }
}

impl std::str::FromStr for Proof {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        if let Some((plain, _)) = Self::PLAIN.iter().find(|(_, name)| *name == text) {
            return Ok(*plain);
        }
        let id = text.strip_prefix("activity:").and_then(|id| id.parse().ok());
        id.map(Self::Activity).ok_or_else(|| format!("{text:?} is no proof, must be one of {}", Self::NAMES))
    }
}

impl TryFrom<String> for Proof {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Proof> for String {
    fn from(proof: Proof) -> Self {
        proof.to_string()
    }
}

/// What visits of some kinds, classes of customers and outcomes must show. An empty list stands for all.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = VisitRequirement))]
pub struct Requirement {
    pub kinds: Vec<VisitKind>,
    pub classes: Vec<String>,
    pub outcomes: Vec<Outcome>,
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub proofs: Vec<Proof>,
}

impl Requirement {
    pub fn concerns(&self, kind: VisitKind, class: Option<&str>, outcome: Outcome) -> bool {
        let named = |classes: &[String]| class.is_some_and(|class| classes.iter().any(|named| named == class));
        (self.kinds.is_empty() || self.kinds.contains(&kind))
            && (self.classes.is_empty() || named(&self.classes))
            && (self.outcomes.is_empty() || self.outcomes.contains(&outcome))
    }
}

crate::access::named! {
    /// What a file of a visit is for.
    FilePurpose, "purpose" {
        CheckIn => "check_in",
        CheckOut => "check_out",
        /// An answer in a form.
        Answer => "answer",
        Signature => "signature",
        Other => "other",
    }
}

/// A photo, as far as it proves something.
#[derive(Clone, PartialEq, Debug)]
pub struct PhotoFacts {
    pub file: FileId,
    pub purpose: FilePurpose,
    /// By its own word: what the camera wrote into it.
    pub taken_at: Option<Timestamp>,
    pub place: Option<Point>,
    /// It looks like, or is, one that was uploaded before.
    pub is_duplicate: bool,
}

/// What a visit has to show.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Done {
    pub photos: Vec<PhotoFacts>,
    pub signatures: u32,
    pub scans: u32,
    /// Notes given in activities.
    pub notes: u32,
    pub activities: BTreeSet<ActivityTypeId>,
}

impl Done {
    /// Which of these is not there; `note` is what was told at check-out.
    pub fn lacking(&self, required: &BTreeSet<Proof>, note: &str) -> Vec<Proof> {
        let has_photo = |purpose| self.photos.iter().any(|photo| photo.purpose == purpose);
        let is_there = |proof: &Proof| match proof {
            Proof::Photo => !self.photos.is_empty(),
            Proof::PhotoAtCheckIn => has_photo(FilePurpose::CheckIn),
            Proof::PhotoAtCheckOut => has_photo(FilePurpose::CheckOut),
            Proof::Signature => self.signatures > 0,
            Proof::Note => self.notes > 0 || !note.trim().is_empty(),
            Proof::Scan => self.scans > 0,
            Proof::Activity(id) => self.activities.contains(id),
        };
        required.iter().filter(|proof| !is_there(proof)).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn proofs_read_as_they_are_written() {
        let activity = Proof::Activity(ActivityTypeId(Uuid::from_u128(7)));
        for proof in Proof::PLAIN.iter().map(|(plain, _)| *plain).chain([activity]) {
            assert_eq!(proof.to_string().parse(), Ok(proof));
            assert!(activity == proof || Proof::NAMES.contains(&proof.to_string()));
        }
        assert!("dance".parse::<Proof>().unwrap_err().contains("photo_at_check_in"));
        assert!("activity:7".parse::<Proof>().is_err());
    }

    #[test]
    fn what_is_required_follows_from_kind_class_and_outcome() {
        let requirement = Requirement {
            kinds: vec![VisitKind::Routine],
            classes: vec!["A".to_owned()],
            outcomes: vec![Outcome::Productive],
            proofs: vec![],
        };
        let check = |kind, class, outcome, expected| assert_eq!(requirement.concerns(kind, class, outcome), expected);
        check(VisitKind::Routine, Some("A"), Outcome::Productive, true);
        check(VisitKind::Urgent, Some("A"), Outcome::Productive, false);
        check(VisitKind::Routine, Some("B"), Outcome::Productive, false);
        check(VisitKind::Routine, None, Outcome::Productive, false);
        check(VisitKind::Routine, Some("A"), Outcome::Unproductive, false);
        assert!(Requirement::default().concerns(VisitKind::Urgent, None, Outcome::Unproductive));
    }

    #[test]
    fn what_is_lacking_is_named_in_order() {
        let required = BTreeSet::from([Proof::Scan, Proof::Photo, Proof::Note, Proof::PhotoAtCheckIn]);
        let photo = PhotoFacts {
            file: FileId(Uuid::nil()),
            purpose: FilePurpose::Other,
            taken_at: None,
            place: None,
            is_duplicate: false,
        };
        let done = Done { photos: vec![photo], ..Done::default() };
        assert_eq!(done.lacking(&required, " "), [Proof::PhotoAtCheckIn, Proof::Note, Proof::Scan]);
        assert_eq!(done.lacking(&required, "spoke to the owner"), [Proof::PhotoAtCheckIn, Proof::Scan]);
    }
}
