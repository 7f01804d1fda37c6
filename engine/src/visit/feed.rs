//! API BOUNDARY: what happens to visits, as it is stored and sent. Each event says what changed and where the visit stands before and after; in the
//! order of `seq` they are the history of a visit and, of all visits together, a feed that is resumable and never coalesced.

use super::arrival::Arrival;
use super::plan::Plan;
use super::progress::Effect;
use super::proof::FilePurpose;
use super::report::{Author, Told};
use super::verify::Verification;
use super::{Visit, VisitStatus};
use crate::form::Answers;
use crate::photo::MediaType;
use crate::sight::coarse_json;
use crate::{ActivityId, ActivityTypeId, AgentId, FileId, FormId, TerritoryId, Timestamp, VisitEventId, VisitId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

crate::access::named! {
    /// What an event is about. The names are stored: append only.
    EventKind, "kind" {
        /// The visit was made.
        Planned => "planned",
        /// Its plan was changed.
        Replanned => "replanned",
        /// Something was told of it.
        Told => "told",
        /// The track shows an arrival, shows another one, or does not show it any more.
        Arrival => "arrival",
        /// The track shows the agent under way there, or not any more.
        UnderWay => "under_way",
        /// The day was over and nobody came, or somebody came after all.
        Missed => "missed",
        Activity => "activity",
        File => "file",
        /// The proof was weighed anew and came out otherwise.
        Verified => "verified",
        /// Whoever did it was erased.
        Erased => "erased",
    }
}

/// What changed.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = VisitEventBody))]
pub enum EventBody {
    Planned {
        plan: Plan,
    },
    /// Members of the plan, before and after.
    Replanned {
        #[cfg_attr(feature = "openapi", schema(value_type = Object))]
        changes: BTreeMap<String, [Value; 2]>,
    },
    Told {
        told: Told,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        clock_ahead: bool,
    },
    Arrival {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        old: Option<Arrival>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        new: Option<Arrival>,
    },
    UnderWay {
        since: Option<Timestamp>,
    },
    Missed {
        is_missed: bool,
    },
    Activity {
        activity: Activity,
    },
    File {
        file: FileHead,
    },
    Verified {
        old: Box<Verification>,
        new: Box<Verification>,
    },
    Erased {},
}

/// One event.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VisitEvent {
    /// Ascending, with holes.
    pub seq: i64,
    pub id: VisitEventId,
    pub visit_id: VisitId,
    /// When it happened, by the clock of whoever told it.
    pub at: Timestamp,
    pub received_at: Timestamp,
    pub by: Author,
    /// Whose deed, or whose track.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<AgentId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    #[serde(flatten)]
    pub body: EventBody,
    /// Of what was told: what it did, as far as is known by now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<Effect>,
    /// Where the visit stood before, and stands after.
    pub was: VisitStatus,
    pub status: VisitStatus,
    /// The visit's after it.
    pub revision: i64,
}

/// An event with the visit as it is now, which may be newer than the event. Whoever keeps the visit with the greatest `revision` holds what the
/// server holds.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VisitChange {
    pub event: VisitEvent,
    /// Absent: it has gone to somebody whose visits are not shown, so forget it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visit: Option<Visit>,
}

/// Where a visit was before its plan was changed, as far as that was changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Left {
    pub territory_id: Option<Option<TerritoryId>>,
    pub agent_id: Option<AgentId>,
}

/// An activity of a visit, as it is stored and sent.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = VisitActivity))]
pub struct Activity {
    pub id: ActivityId,
    pub visit_id: VisitId,
    pub type_id: ActivityTypeId,
    pub at: Timestamp,
    /// The form and its version that the answers were given under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form_id: Option<FormId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form_version: Option<i64>,
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub answers: Answers,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// A file of a visit, without its bytes.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = File))]
pub struct FileHead {
    pub id: FileId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visit_id: Option<VisitId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<AgentId>,
    pub purpose: FilePurpose,
    pub media_type: MediaType,
    pub bytes: i64,
    /// SHA-256, hexadecimal.
    pub sha256: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<i32>,
    /// By the camera's own word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<crate::Point>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duplicate: Option<Duplicate>,
    pub has_thumbnail: bool,
    pub created_at: Timestamp,
}

/// An earlier file that a file is, or looks like.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = FileDuplicate))]
pub struct Duplicate {
    pub file_id: FileId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visit_id: Option<VisitId>,
    pub by: DuplicateBy,
}

crate::access::named! {
    DuplicateBy, "by" {
        /// Byte by byte.
        Content => "content",
        /// It looks the same: saved again, resized, lightened.
        Looks => "looks",
    }
}

impl EventBody {
    pub const fn kind(&self) -> EventKind {
        match self {
            Self::Planned { .. } => EventKind::Planned,
            Self::Replanned { .. } => EventKind::Replanned,
            Self::Told { .. } => EventKind::Told,
            Self::Arrival { .. } => EventKind::Arrival,
            Self::UnderWay { .. } => EventKind::UnderWay,
            Self::Missed { .. } => EventKind::Missed,
            Self::Activity { .. } => EventKind::Activity,
            Self::File { .. } => EventKind::File,
            Self::Verified { .. } => EventKind::Verified,
            Self::Erased {} => EventKind::Erased,
        }
    }

    /// What a change of the plan took the visit away from.
    pub fn left(&self) -> Left {
        let Self::Replanned { changes } = self else { return Left::default() };
        let before = |member: &str| changes.get(member).map(|[before, _]| before.clone());
        Left {
            territory_id: before("territory_id").and_then(|before| serde_json::from_value(before).ok()),
            agent_id: before("agent_id").and_then(|before| serde_json::from_value(before).ok()),
        }
    }

    /// The members in which two plans differ.
    pub fn replanned(old: &Plan, new: &Plan) -> Option<Self> {
        let members = |plan: &Plan| match serde_json::to_value(plan) {
            Ok(Value::Object(members)) => members,
            Ok(_) | Err(_) => serde_json::Map::new(),
        };
        let (old, new) = (members(old), members(new));
        let changed = old.into_iter().filter_map(|(name, old)| {
            let new = new.get(&name).cloned().unwrap_or_default();
            (old != new).then_some((name, [old, new]))
        });
        let changes: BTreeMap<_, _> = changed.collect();
        (!changes.is_empty()).then_some(Self::Replanned { changes })
    }
}

impl VisitChange {
    /// As it is sent: with its places to the metre, or taken out to the cell. The whole goes through JSON, because places are everywhere in it.
    pub fn seen(&self, is_precise: bool) -> Value {
        let mut value = serde_json::to_value(self).unwrap_or_default();
        if !is_precise {
            coarse_json(&mut value);
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::super::plan::tests::plan;
    use super::*;

    #[test]
    fn bodies_say_their_kind() {
        for body in [EventBody::Erased {}, EventBody::Missed { is_missed: true }, EventBody::Planned { plan: plan() }] {
            let text = serde_json::to_string(&body).unwrap();
            assert!(text.contains(&format!(r#""kind":"{}""#, body.kind())), "{text}");
            assert_eq!(serde_json::from_str::<EventBody>(&text).unwrap(), body);
        }
    }

    #[test]
    fn a_change_of_plan_names_what_changed() {
        let (old, new) = (plan(), Plan { priority: 90, note: "ring twice".to_owned(), ..plan() });
        let Some(EventBody::Replanned { changes }) = EventBody::replanned(&old, &new) else { panic!() };
        assert_eq!(changes.keys().collect::<Vec<_>>(), ["note", "priority"]);
        assert_eq!(changes["priority"], [Value::from(50), Value::from(90)]);
        assert_eq!(EventBody::replanned(&old, &old), None);
    }

    #[test]
    fn a_change_of_plan_says_what_the_visit_left() {
        let (agent, territory) = (AgentId(uuid::Uuid::from_u128(1)), TerritoryId(uuid::Uuid::from_u128(2)));
        let taken = Plan { agent_id: Some(agent), territory_id: Some(territory), ..plan() };
        let free = Plan { agent_id: None, territory_id: None, ..plan() };
        let left = |old, new| EventBody::replanned(old, new).unwrap().left();
        assert_eq!(left(&taken, &free), Left { territory_id: Some(Some(territory)), agent_id: Some(agent) });
        assert_eq!(left(&free, &taken), Left { territory_id: Some(None), agent_id: None });
        let moved = Plan { priority: 90, ..taken.clone() };
        assert_eq!(left(&taken, &moved), Left::default());
    }
}
