//! API BOUNDARY: timelines as they are sent. Items and days as rows, and the feed of what changed about them, which is resumable by its
//! sequence number and never coalesced.

use super::amend::Op;
use super::item::{Body, Item};
use super::walk::DaySummary;
use crate::sight::coarse_json;
use crate::{AgentId, ItemId, Timestamp};
use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

/// An item of an agent's timeline: a trip, stop, gap, fence passage, time above the limit or suspect fix.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = TimelineItem))]
pub struct ItemRow {
    pub id: ItemId,
    pub agent_id: AgentId,
    /// The phone it was derived from; several phones of an agent are derived each alone.
    pub device: String,
    /// Civil date it starts on, in the organisation's time zone: the day it belongs to.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date", example = "2026-11-23"))]
    pub date: NaiveDate,
    /// 1 when created; counts up with each amendment.
    pub revision: i64,
    pub start_at: Timestamp,
    /// Absent while it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_at: Option<Timestamp>,
    #[serde(flatten)]
    pub body: Body,
}

/// A day of one of an agent's phones.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = TimelineDay))]
pub struct DayRow {
    pub agent_id: AgentId,
    pub device: String,
    /// Counts up whenever late data changed the day.
    pub revision: i64,
    /// More fixes of this day may come in order: it has not been followed by a later one.
    pub under_way: bool,
    /// Of several phones of an agent on one day this one counts: the one a person chose, else the one with most fixes. Tracks of several phones
    /// are never mixed.
    pub primary: bool,
    /// Another phone of the agent was on at the same time.
    pub two_devices_at_once: bool,
    #[serde(flatten)]
    pub summary: DaySummary,
}

/// What a change is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Subject {
    Day,
    Trip,
    Stop,
    Gap,
    FencePassage,
    Overspeed,
    Suspect,
}

/// One change of one item or day. Apply them in the order of `seq`, each at least once, and you hold what the server holds.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = TimelineChange))]
pub struct FeedEntry {
    /// Ascending, with holes.
    pub seq: i64,
    /// When it was committed.
    pub at: Timestamp,
    pub agent_id: AgentId,
    pub device: String,
    pub op: Op,
    pub kind: Subject,
    /// Absent for a day, which is named by agent, device and date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<ItemId>,
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date", example = "2026-11-23"))]
    pub date: NaiveDate,
    /// Of the item or day after the change.
    pub revision: i64,
    /// What it was; absent when created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub old: Option<Document>,
    /// What it is; absent when withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub new: Option<Document>,
}

impl FeedEntry {
    /// Takes its places out to the cell, for whoever may not see them to the metre.
    pub fn coarsen(&mut self) {
        for document in [&mut self.old, &mut self.new].into_iter().flatten() {
            let mut value = document.to_value();
            coarse_json(&mut value);
            *document = Document::of(&value);
        }
    }
}

/// An item or day as it was or is, as JSON text: many of them wait in memory, and a tree of one takes ten times the room.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct Document(Box<RawValue>);

impl Document {
    fn of(shown: &impl Serialize) -> Self {
        Self(to_raw_value(shown).expect("plain data with text keys"))
    }

    pub fn as_raw(&self) -> &RawValue {
        &self.0
    }

    /// As a tree.
    pub fn to_value(&self) -> Value {
        serde_json::from_str(self.0.get()).expect("the text was made of JSON")
    }
}

/// By what they say, in whatever order.
impl PartialEq for Document {
    fn eq(&self, other: &Self) -> bool {
        self.to_value() == other.to_value()
    }
}

impl From<&Value> for Document {
    fn from(value: &Value) -> Self {
        Self::of(value)
    }
}

impl From<Box<RawValue>> for Document {
    fn from(text: Box<RawValue>) -> Self {
        Self(text)
    }
}

/// Through a tree, because text cannot be taken out of the middle of every frame.
impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(|value| Self::from(&value))
    }
}

impl Subject {
    pub const ALL: [Self; 7] = [Self::Day, Self::Trip, Self::Stop, Self::Gap, Self::FencePassage, Self::Overspeed, Self::Suspect];

    /// 0 for a day, else the item kind's code.
    pub fn from_code(code: i16) -> Option<Self> {
        usize::try_from(code).ok().and_then(|code| Self::ALL.get(code)).copied()
    }
}

/// An item's interval and body as they are sent in `old` and `new`.
pub fn outward(item: &Item) -> Document {
    #[derive(Serialize)]
    struct Outward<'a> {
        start_at: Timestamp,
        #[serde(skip_serializing_if = "Option::is_none")]
        end_at: Option<Timestamp>,
        #[serde(flatten)]
        body: &'a Body,
    }
    Document::of(&Outward { start_at: item.start_at, end_at: item.end_at, body: &item.body })
}

/// A day as it is sent in `old` and `new`.
pub fn outward_day(summary: &DaySummary) -> Document {
    Document::of(summary)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::track::Kind;

    #[test]
    fn subjects_are_named_and_numbered_like_the_kinds() {
        for kind in Kind::ALL {
            let subject = Subject::from_code(kind.code()).unwrap();
            assert_eq!(serde_json::to_string(&subject).unwrap(), format!("\"{}\"", kind.as_str()));
        }
        assert_eq!(Subject::from_code(0), Some(Subject::Day));
        assert_eq!((Subject::from_code(7), Subject::from_code(-1)), (None, None));
    }
}
