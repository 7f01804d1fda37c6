//! Frames of `/ws/live`. Snapshots and deltas are assembled from encoded rows (`live::write_row`) by the hub; the types here read
//! them back, and hold everything else.

use super::Refresh;
use super::agent::{FrameCode, FrameFlaw};
use super::visits::FollowVisits;
use crate::duty::Duty;
use crate::geo::Bounds;
use crate::live::Status;
use crate::track::feed::FeedEntry;
use crate::visit::VisitChange;
use crate::{AgentId, TerritoryId, Timestamp};
use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::{BTreeMap, BTreeSet};

/// Longest text frame a console may send, bytes.
pub const FRAME_BYTES_MAX: usize = 16_384;
/// Most topics on one connection.
pub const TOPICS_MAX: usize = 200;
/// Most agents a connection follows one by one.
pub const FOLLOWED_MAX: usize = 200;

/// What can be subscribed to: `territory:<id>`, or `territory:none` for agents without one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Topic {
    Territory(Option<TerritoryId>),
}

impl std::fmt::Display for Topic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Territory(Some(id)) => write!(f, "territory:{id}"),
            Self::Territory(None) => f.write_str("territory:none"),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a topic is territory:<id> or territory:none")]
pub struct TopicFlaw;

impl std::str::FromStr for Topic {
    type Err = TopicFlaw;
    fn from_str(text: &str) -> Result<Self, TopicFlaw> {
        match text.strip_prefix("territory:") {
            Some("none") => Ok(Self::Territory(None)),
            Some(id) => id.parse().map(|id| Self::Territory(Some(id))).map_err(|_| TopicFlaw),
            None => Err(TopicFlaw),
        }
    }
}

impl Serialize for Topic {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Topic {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Whatever can be subscribed to: a map topic, `plan:<territory>` or `dispatch:<territory>`, with `none` for agents without one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Channel {
    Map(Topic),
    Plan(Option<TerritoryId>),
    Dispatch(Option<TerritoryId>),
}

impl From<Topic> for Channel {
    fn from(topic: Topic) -> Self {
        Self::Map(topic)
    }
}

impl std::fmt::Display for Channel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (name, territory) = match self {
            Self::Map(topic) => return topic.fmt(f),
            Self::Plan(territory) => ("plan", territory),
            Self::Dispatch(territory) => ("dispatch", territory),
        };
        match territory {
            Some(id) => write!(f, "{name}:{id}"),
            None => write!(f, "{name}:none"),
        }
    }
}

impl std::str::FromStr for Channel {
    type Err = ChannelFlaw;
    fn from_str(text: &str) -> Result<Self, ChannelFlaw> {
        let territory = |id: &str| if id == "none" { Ok(None) } else { id.parse().map(Some).map_err(|_| ChannelFlaw) };
        match text.split_once(':') {
            Some(("plan", id)) => territory(id).map(Self::Plan),
            Some(("dispatch", id)) => territory(id).map(Self::Dispatch),
            Some(_) | None => text.parse().map(Self::Map).map_err(|TopicFlaw| ChannelFlaw),
        }
    }
}

/// What names of channels look like, for refusals.
pub const CHANNELS: &str = "territory:<id>, plan:<id> or dispatch:<id>, with none for no territory";

#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a topic is {CHANNELS}")]
pub struct ChannelFlaw;

impl Serialize for Channel {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Channel {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Where a console was: which server start, which revision.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ResumeToken {
    pub epoch: String,
    pub rev: u64,
}

/// A frame from a console. Topics are text until looked at, so that one unknown topic does not cost the others.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientFrame {
    Subscribe {
        topics: Vec<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        viewport: Option<Bounds>,
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        resume: BTreeMap<String, ResumeToken>,
        /// The day plans are shown for; today when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        date: Option<NaiveDate>,
    },
    Unsubscribe {
        topics: Vec<String>,
    },
    Viewport(Viewport),
    Ack {
        topic: Channel,
        rev: u64,
    },
    /// Follow the change feed of timelines; again with other agents or another position.
    Follow(Follow),
    /// Every change up to this one has been applied.
    Followed {
        seq: i64,
    },
    Unfollow {},
    /// Follow the feed of visits; again with others or another position.
    FollowVisits(FollowVisits),
    /// Every change of visits up to this one has been applied.
    FollowedVisits {
        seq: i64,
    },
    UnfollowVisits {},
    /// Shows that the console may watch on: a newer access token, or a ticket got with one.
    Refresh(Refresh),
    Ping {},
}

/// What to follow.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Follow {
    /// The change applied last; absent: from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<i64>,
    /// Only these agents; absent: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agents: Option<BTreeSet<AgentId>>,
}

/// Either all four edges or none.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Viewport {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub south: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub west: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub north: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub east: Option<f64>,
}

impl Viewport {
    /// The bounds, or None for "no limit".
    pub fn bounds(self) -> Result<Option<Bounds>, FrameFlaw> {
        match self {
            Self { south: None, west: None, north: None, east: None } => Ok(None),
            Self { south: Some(south), west: Some(west), north: Some(north), east: Some(east) } => {
                checked(Bounds { south, west, north, east }).map(Some)
            }
            Self { .. } => Err(FrameFlaw::new(FrameCode::MalformedFrame, "a viewport has all four edges or none")
                .field("viewport", "south, west, north, east")),
        }
    }
}

/// A frame to a console.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerFrame {
    Welcome {
        epoch: String,
        server_time: Timestamp,
        tick_ms: u64,
        /// When the access token expires; refresh before.
        expires_at: Timestamp,
    },
    /// The newer token is good until then.
    Refreshed {
        expires_at: Timestamp,
    },
    Snapshot {
        topic: Topic,
        epoch: String,
        rev: u64,
        partial: bool,
        rows: Vec<Row>,
    },
    Delta {
        topic: Topic,
        since: u64,
        rev: u64,
        gone: Vec<AgentId>,
        rows: Vec<Row>,
    },
    Resync {
        topic: Channel,
        reason: ResyncReason,
    },
    /// Changes of timelines, oldest first; acknowledge `last`, whether or not there are any.
    Changes {
        last: i64,
        items: Vec<FeedEntry>,
    },
    /// Changes right after the position given are no longer kept: read days and timelines anew, then follow.
    ChangesGone {
        oldest: i64,
    },
    /// Changes of visits, oldest first; acknowledge `last`, whether or not there are any.
    Visits {
        last: i64,
        items: Vec<VisitChange>,
    },
    Error(FrameFlaw),
    Pong {
        at: Timestamp,
    },
}

/// An agent's whole live state.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = LiveRow))]
pub struct Row {
    pub agent: AgentId,
    /// When the fix was taken, Unix milliseconds.
    pub at: i64,
    pub lat: f64,
    pub lon: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speed_mps: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bearing_deg: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy_m: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub battery: Option<f64>,
    pub status: Status,
    /// Said only of who is off duty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duty: Option<Duty>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResyncReason {
    EpochChanged,
    TooOld,
    UnknownRevision,
}

/// Reads a text frame from a console.
pub fn read(text: &str) -> Result<ClientFrame, FrameFlaw> {
    let frame: ClientFrame = serde_json::from_str(text).map_err(|error| malformed(text, &error))?;
    if let ClientFrame::Subscribe { viewport: Some(bounds), .. } = frame {
        checked(bounds)?;
    }
    if let ClientFrame::FollowVisits(follow) = &frame {
        follow.check()?;
    }
    if let ClientFrame::Follow(follow) = &frame {
        let refuse =
            |field: &str, limit: String, message: String| Err(FrameFlaw::new(FrameCode::OutOfRange, message).field(field, limit));
        if follow.after.is_some_and(|after| after < 0) {
            return refuse("after", "an integer from 0".to_owned(), "after is negative".to_owned());
        }
        if let Some(n) = follow.agents.as_ref().map(BTreeSet::len).filter(|n| *n > FOLLOWED_MAX) {
            return refuse("agents", format!("0..{FOLLOWED_MAX}"), format!("{n} agents are too many"));
        }
    }
    Ok(frame)
}

fn checked(bounds: Bounds) -> Result<Bounds, FrameFlaw> {
    bounds.check().map_err(|flaw| {
        FrameFlaw::new(FrameCode::OutOfRange, flaw.to_string()).field(format!("viewport.{}", flaw.field), flaw.limit)
    })
}

/// Names the first field that does not have its type, where serde's message does not.
fn malformed(text: &str, error: &serde_json::Error) -> FrameFlaw {
    let flaw = FrameFlaw::new(FrameCode::MalformedFrame, format!("not a frame: {error}"));
    let Ok(serde_json::Value::Object(fields)) = serde_json::from_str(text) else { return flaw };
    let Some(kind) = fields.get("type").and_then(serde_json::Value::as_str) else {
        return flaw.field("type", TYPES);
    };
    let wrong = |field: &str, fits: &dyn Fn(&serde_json::Value) -> bool| !fields.get(field).is_some_and(fits);
    match kind {
        "subscribe" | "unsubscribe"
            if wrong("topics", &|v| v.as_array().is_some_and(|a| a.iter().all(serde_json::Value::is_string))) =>
        {
            flaw.field("topics", "an array of topics")
        }
        "subscribe" if fields.get("viewport").is_some_and(|v| serde_json::from_value::<Option<Bounds>>(v.clone()).is_err()) => {
            flaw.field("viewport", "south, west, north, east in degrees")
        }
        "subscribe"
            if fields.get("date").is_some_and(|v| !v.is_null() && serde_json::from_value::<NaiveDate>(v.clone()).is_err()) =>
        {
            flaw.field("date", "a date such as 2026-11-23")
        }
        "subscribe" => flaw.field("resume", "{topic: {epoch, rev}}"),
        "ack" if wrong("rev", &serde_json::Value::is_u64) => flaw.field("rev", "an integer from 0"),
        "ack" => flaw.field("topic", CHANNELS),
        "viewport" => flaw.field("viewport", "south, west, north, east in degrees"),
        "follow" if fields.get("after").is_some_and(|v| !v.is_null() && !v.is_i64()) => flaw.field("after", "an integer from 0"),
        "follow" => flaw.field("agents", "an array of agent ids"),
        "followed" | "followed_visits" => flaw.field("seq", "an integer from 0"),
        "follow_visits" => {
            let (field, limit) = FollowVisits::wrong_member(&fields);
            flaw.field(field, limit)
        }
        "refresh" => flaw.field("token", "an access token, or a ticket"),
        "unsubscribe" | "unfollow" | "unfollow_visits" | "ping" => flaw,
        _ => flaw.field("type", TYPES),
    }
}

const TYPES: &str = "subscribe | unsubscribe | viewport | ack | follow | followed | unfollow | follow_visits | followed_visits | \
                     unfollow_visits | refresh | ping";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_frame_names_the_field() {
        for (text, code, field) in [
            ("nope", FrameCode::MalformedFrame, None),
            ("{}", FrameCode::MalformedFrame, Some("type")),
            (r#"{"type":"sing"}"#, FrameCode::MalformedFrame, Some("type")),
            (r#"{"type":"subscribe"}"#, FrameCode::MalformedFrame, Some("topics")),
            (r#"{"type":"subscribe","topics":"all"}"#, FrameCode::MalformedFrame, Some("topics")),
            (r#"{"type":"subscribe","topics":[],"viewport":{"south":1}}"#, FrameCode::MalformedFrame, Some("viewport")),
            (
                r#"{"type":"subscribe","topics":[],"viewport":{"south":-91,"west":0,"north":1,"east":1}}"#,
                FrameCode::OutOfRange,
                Some("viewport.south"),
            ),
            (r#"{"type":"subscribe","topics":[],"date":"soon"}"#, FrameCode::MalformedFrame, Some("date")),
            (r#"{"type":"ack","topic":"territory:none","rev":-1}"#, FrameCode::MalformedFrame, Some("rev")),
            (r#"{"type":"ack","topic":"weather","rev":1}"#, FrameCode::MalformedFrame, Some("topic")),
            (r#"{"type":"follow","after":"now"}"#, FrameCode::MalformedFrame, Some("after")),
            (r#"{"type":"follow","after":-1}"#, FrameCode::OutOfRange, Some("after")),
            (r#"{"type":"follow","agents":[1]}"#, FrameCode::MalformedFrame, Some("agents")),
            (r#"{"type":"followed"}"#, FrameCode::MalformedFrame, Some("seq")),
            (r#"{"type":"follow_visits","after":"now"}"#, FrameCode::MalformedFrame, Some("after")),
            (r#"{"type":"follow_visits","after":-1}"#, FrameCode::OutOfRange, Some("after")),
            (r#"{"type":"follow_visits","territories":["none"]}"#, FrameCode::MalformedFrame, Some("territories")),
            (r#"{"type":"follow_visits","territories":[null],"agents":7}"#, FrameCode::MalformedFrame, Some("agents")),
            (r#"{"type":"followed_visits","seq":"1"}"#, FrameCode::MalformedFrame, Some("seq")),
            (r#"{"type":"viewport","south":"low"}"#, FrameCode::MalformedFrame, Some("viewport")),
        ] {
            let flaw = read(text).unwrap_err();
            assert_eq!((flaw.code, flaw.field.as_deref()), (code, field), "{text}");
        }
    }

    #[test]
    fn a_viewport_has_all_edges_or_none() {
        let Ok(ClientFrame::Viewport(none)) = read(r#"{"type":"viewport"}"#) else { panic!() };
        assert_eq!(none.bounds(), Ok(None));
        let Ok(ClientFrame::Viewport(some)) = read(r#"{"type":"viewport","south":1}"#) else { panic!() };
        assert_eq!(some.bounds().unwrap_err().field.as_deref(), Some("viewport"));
    }

    #[test]
    fn topics_read_as_they_are_written() {
        for text in ["territory:none", "territory:018f3f2e-0000-7000-8000-000000000001"] {
            assert_eq!(text.parse::<Topic>().unwrap().to_string(), text);
        }
        assert!("territory:".parse::<Topic>().is_err() && "agent:1".parse::<Topic>().is_err());
        for text in ["territory:none", "plan:none", "dispatch:none", "plan:018f3f2e-0000-7000-8000-000000000001"] {
            assert_eq!(text.parse::<Channel>().unwrap().to_string(), text);
        }
        assert!(["plan", "plan:", "plan:x", "weather:none"].iter().all(|text| text.parse::<Channel>().is_err()));
    }
}
