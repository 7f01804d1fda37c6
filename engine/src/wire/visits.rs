//! Frames of the feed of visits. Consoles and phones follow it alike, but that a phone is told of its agent's own visits only.

use super::agent::{FrameCode, FrameFlaw};
use crate::{AgentId, TerritoryId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Most territories, and most agents, a connection follows one by one.
pub const FOLLOWED_MAX: usize = 200;

/// What to follow.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct FollowVisits {
    /// The change applied last; absent: from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<i64>,
    /// Only visits of these territories, null for those of none; absent: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub territories: Option<BTreeSet<Option<TerritoryId>>>,
    /// Only visits of these agents; absent: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agents: Option<BTreeSet<AgentId>>,
}

impl FollowVisits {
    /// Looks whether it can be followed.
    pub fn check(&self) -> Result<(), FrameFlaw> {
        let refuse =
            |field: &str, limit: String, message: String| Err(FrameFlaw::new(FrameCode::OutOfRange, message).field(field, limit));
        if self.after.is_some_and(|after| after < 0) {
            return refuse("after", "an integer from 0".to_owned(), "after is negative".to_owned());
        }
        let counts =
            [("territories", self.territories.as_ref().map(BTreeSet::len)), ("agents", self.agents.as_ref().map(BTreeSet::len))];
        for (field, n) in counts.into_iter().filter_map(|(field, n)| Some((field, n?))) {
            if n > FOLLOWED_MAX {
                return refuse(field, format!("0..{FOLLOWED_MAX}"), format!("{n} {field} are too many"));
            }
        }
        Ok(())
    }

    /// Says which member does not have its type.
    pub(super) fn wrong_member(fields: &serde_json::Map<String, serde_json::Value>) -> (&'static str, &'static str) {
        let fits = |name: &str, fits: fn(&serde_json::Value) -> bool| {
            fields.get(name).is_none_or(|value| value.is_null() || fits(value))
        };
        let is_i64 = |value: &serde_json::Value| value.is_i64();
        let are_territories =
            |value: &serde_json::Value| serde_json::from_value::<BTreeSet<Option<TerritoryId>>>(value.clone()).is_ok();
        if !fits("after", is_i64) {
            ("after", "an integer from 0")
        } else if !fits("territories", are_territories) {
            ("territories", "an array of territory ids, null for visits of none")
        } else {
            ("agents", "an array of agent ids")
        }
    }
}
