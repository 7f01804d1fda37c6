//! Frames of `/ws/live`. Snapshots and deltas are assembled from encoded rows (`live::write_row`) by the hub; the types here read
//! them back, and hold everything else.

use super::agent::{FrameCode, FrameFlaw};
use crate::geo::Bounds;
use crate::live::Status;
use crate::{AgentId, TerritoryId, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;

/// Longest text frame a console may send, bytes.
pub const FRAME_BYTES_MAX: usize = 16_384;
/// Most topics on one connection.
pub const TOPICS_MAX: usize = 200;

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
    },
    Unsubscribe {
        topics: Vec<String>,
    },
    Viewport(Viewport),
    Ack {
        topic: Topic,
        rev: u64,
    },
    Ping {},
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
    Welcome { epoch: String, server_time: Timestamp, tick_ms: u64 },
    Snapshot { topic: Topic, epoch: String, rev: u64, partial: bool, rows: Vec<Row> },
    Delta { topic: Topic, since: u64, rev: u64, gone: Vec<AgentId>, rows: Vec<Row> },
    Resync { topic: Topic, reason: ResyncReason },
    Error(FrameFlaw),
    Pong { at: Timestamp },
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
        "subscribe" => flaw.field("resume", "{topic: {epoch, rev}}"),
        "ack" if wrong("rev", &serde_json::Value::is_u64) => flaw.field("rev", "an integer from 0"),
        "ack" => flaw.field("topic", "territory:<id> or territory:none"),
        "viewport" => flaw.field("viewport", "south, west, north, east in degrees"),
        "unsubscribe" | "ping" => flaw,
        _ => flaw.field("type", TYPES),
    }
}

const TYPES: &str = "subscribe | unsubscribe | viewport | ack | ping";

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
            (r#"{"type":"ack","topic":"territory:none","rev":-1}"#, FrameCode::MalformedFrame, Some("rev")),
            (r#"{"type":"ack","topic":"weather","rev":1}"#, FrameCode::MalformedFrame, Some("topic")),
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
    }
}
