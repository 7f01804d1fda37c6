//! Fences: shapes whose entering and leaving is told, with the evidence for it.
//!
//! `shape` and `calendar` say where and when; `ground` measures; `index` finds the few fences near; `watch` decides, fix by fix.
//! What is decided is a function of the fixes in order of event time, of the fences as they stood then, and of the rules.

mod bands;
pub mod calendar;
pub mod ground;
pub mod index;
pub mod passage;
pub mod roam;
pub mod rules;
pub mod shape;
pub mod watch;

pub use calendar::Calendar;
pub use index::FenceSet;
pub use passage::{Evidence, FenceEvent, FenceEventKind, Passage, PassageEnd, PassageKind};
pub use rules::{AccuracyDefaults, FenceRules};
pub use shape::{Circle, Corridor, Shape};
pub use watch::FenceWatch;

use crate::agent::checked_name;
use crate::{AgentId, FenceId, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A team; a fence for everybody names nobody.
pub const AGENTS_MAX: usize = 1000;
/// From a moment to a week: what takes longer is not a visit.
const DWELL_S: std::ops::RangeInclusive<i64> = 1..=604_800;
/// What an altitude of a fix may be.
const HEIGHT_M: std::ops::RangeInclusive<f64> = -20_000.0..=100_000.0;

/// One version of a fence, in force in `[valid_from, valid_to)`. A change ends one version and begins the next.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Fence {
    pub id: FenceId,
    /// Counts from 1.
    pub version: i64,
    pub valid_from: Timestamp,
    /// Absent while this version is the one in force.
    pub valid_to: Option<Timestamp>,
    #[serde(flatten)]
    pub definition: Definition,
}

/// What a version of a fence says.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Definition {
    pub name: String,
    /// GeoJSON Polygon or MultiPolygon; `Circle` with `coordinates: [lon, lat]` and `radius_m`; `Corridor` with `coordinates` of a
    /// line and `half_width_m`.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub shape: Shape,
    pub owner: Owner,
    /// Whom it is for, in order; everybody when absent.
    pub agents: Option<Vec<AgentId>>,
    /// Seconds inside after which a dwell is told; never when absent.
    pub dwell_s: Option<u32>,
    /// Always in force when absent.
    pub calendar: Option<Calendar>,
    /// Fixes that know their altitude must lie between these; the others are taken to.
    pub floor_m: Option<f64>,
    pub ceiling_m: Option<f64>,
}

/// Whose fence it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Owner {
    pub kind: OwnerKind,
    /// Of the territory or the place; an ad hoc fence may do without.
    #[serde(default)]
    pub id: Option<Uuid>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum OwnerKind {
    Territory,
    Place,
    AdHoc,
}

impl OwnerKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Territory => "territory",
            Self::Place => "place",
            Self::AdHoc => "ad_hoc",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Territory, Self::Place, Self::AdHoc].into_iter().find(|kind| kind.as_str() == name)
    }
}

/// What makes a new fence, before anything is checked. The client may mint the id; sending the same one again changes nothing.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewFence {
    #[serde(default)]
    pub id: Option<FenceId>,
    /// 1 to 120 characters.
    pub name: String,
    /// GeoJSON Polygon or MultiPolygon; `Circle` with `coordinates: [lon, lat]` and `radius_m`; `Corridor` with `coordinates` of a
    /// line and `half_width_m`.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub shape: serde_json::Value,
    /// Ad hoc when absent.
    #[serde(default)]
    pub owner: Option<Owner>,
    #[serde(default)]
    pub agents: Option<Vec<AgentId>>,
    /// 1 to 604800.
    #[serde(default)]
    pub dwell_s: Option<i64>,
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Calendar>))]
    pub calendar: Option<serde_json::Value>,
    #[serde(default)]
    pub floor_m: Option<f64>,
    #[serde(default)]
    pub ceiling_m: Option<f64>,
}

/// A change of a fence: what is absent stays, `null` takes away what may be absent.
#[derive(Clone, PartialEq, Debug, Deserialize, Default)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FencePatch {
    pub name: Option<String>,
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub shape: Option<serde_json::Value>,
    pub owner: Option<Owner>,
    #[serde(default, deserialize_with = "present")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<AgentId>>))]
    pub agents: Option<Option<Vec<AgentId>>>,
    #[serde(default, deserialize_with = "present")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<i64>))]
    pub dwell_s: Option<Option<i64>>,
    #[serde(default, deserialize_with = "present")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Calendar>))]
    pub calendar: Option<Option<serde_json::Value>>,
    #[serde(default, deserialize_with = "present")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<f64>))]
    pub floor_m: Option<Option<f64>>,
    #[serde(default, deserialize_with = "present")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<f64>))]
    pub ceiling_m: Option<Option<f64>>,
}

/// Tells an explicit `null` from an absent field.
fn present<'de, D: serde::Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Which member of a fence is wrong, and what it must be.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{field} {limit}")]
pub struct FenceFlaw {
    pub field: String,
    pub limit: String,
}

impl NewFence {
    /// Checks everything. A large polygon takes up to half a second.
    pub fn checked(self) -> Result<Definition, FenceFlaw> {
        Definition {
            name: checked_fence_name(&self.name)?,
            shape: checked_shape(&self.shape)?,
            owner: self.owner.unwrap_or(Owner { kind: OwnerKind::AdHoc, id: None }),
            agents: self.agents,
            dwell_s: checked_dwell(self.dwell_s)?,
            calendar: checked_calendar(self.calendar)?,
            floor_m: self.floor_m,
            ceiling_m: self.ceiling_m,
        }
        .checked()
    }
}

impl FencePatch {
    /// Returns what the fence says afterwards.
    pub fn applied(self, to: Definition) -> Result<Definition, FenceFlaw> {
        Definition {
            name: self.name.map_or(Ok(to.name), |name| checked_fence_name(&name))?,
            shape: self.shape.map_or(Ok(to.shape), |shape| checked_shape(&shape))?,
            owner: self.owner.unwrap_or(to.owner),
            agents: self.agents.unwrap_or(to.agents),
            dwell_s: self.dwell_s.map_or(Ok(to.dwell_s), checked_dwell)?,
            calendar: self.calendar.map_or(Ok(to.calendar), checked_calendar)?,
            floor_m: self.floor_m.unwrap_or(to.floor_m),
            ceiling_m: self.ceiling_m.unwrap_or(to.ceiling_m),
        }
        .checked()
    }
}

impl Definition {
    /// What no single member tells, and the order of the agents.
    fn checked(mut self) -> Result<Self, FenceFlaw> {
        if self.owner.id.is_none() && self.owner.kind != OwnerKind::AdHoc {
            return flaw("owner.id", "must be the id of the territory or place");
        }
        if let Some(agents) = &mut self.agents {
            agents.sort_unstable();
            agents.dedup();
            if !(1..=AGENTS_MAX).contains(&agents.len()) {
                return flaw("agents", "must name 1..1000 agents, or be null for everybody");
            }
        }
        for (field, height) in [("floor_m", self.floor_m), ("ceiling_m", self.ceiling_m)] {
            if height.is_some_and(|height| !HEIGHT_M.contains(&height)) {
                return flaw(field, "must be within -20000..100000");
            }
        }
        if let (Some(floor), Some(ceiling)) = (self.floor_m, self.ceiling_m)
            && floor >= ceiling
        {
            return flaw("ceiling_m", "must be above floor_m");
        }
        Ok(self)
    }

    /// Is this said of the same ground, times and people? A visit goes on when only the name or the like has changed.
    fn is_same_ground(&self, other: &Self) -> bool {
        let Self { name: _, shape, owner: _, agents, dwell_s: _, calendar, floor_m, ceiling_m } = self;
        (shape, agents, calendar) == (&other.shape, &other.agents, &other.calendar)
            && (floor_m, ceiling_m) == (&other.floor_m, &other.ceiling_m)
    }
}

fn flaw<T>(field: impl Into<String>, limit: impl Into<String>) -> Result<T, FenceFlaw> {
    Err(FenceFlaw { field: field.into(), limit: limit.into() })
}

fn checked_fence_name(name: &str) -> Result<String, FenceFlaw> {
    checked_name(name).or_else(|_| flaw("name", "must be 1..120 characters without control characters"))
}

fn checked_shape(shape: &serde_json::Value) -> Result<Shape, FenceFlaw> {
    Shape::from_geojson(shape).or_else(|bad| flaw(format!("shape.{}", bad.path), bad.rule.to_string()))
}

fn checked_dwell(dwell_s: Option<i64>) -> Result<Option<u32>, FenceFlaw> {
    match dwell_s {
        Some(dwell_s) if !DWELL_S.contains(&dwell_s) => flaw("dwell_s", "must be within 1..604800"),
        dwell_s => Ok(dwell_s.and_then(|dwell_s| u32::try_from(dwell_s).ok())),
    }
}

fn checked_calendar(calendar: Option<serde_json::Value>) -> Result<Option<Calendar>, FenceFlaw> {
    let Some(calendar) = calendar else { return Ok(None) };
    serde_json::from_value(calendar).map(Some).or_else(|bad| flaw("calendar", format!("must be a calendar: {bad}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn new(more: serde_json::Value) -> Result<Definition, FenceFlaw> {
        let mut fence = json!({ "name": "Depot", "shape": { "type": "Circle", "coordinates": [13.4, 52.5], "radius_m": 100 } });
        fence.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        serde_json::from_value::<NewFence>(fence).unwrap().checked()
    }

    #[test]
    fn a_flaw_names_the_field_and_the_limit() {
        for (more, field, limit) in [
            (json!({ "name": " " }), "name", "1..120"),
            (
                json!({ "shape": { "type": "Circle", "coordinates": [13.4, 52.5], "radius_m": 0 } }),
                "shape.radius_m",
                "1..1000000",
            ),
            (json!({ "owner": { "kind": "territory" } }), "owner.id", "id of the territory"),
            (json!({ "agents": [] }), "agents", "1..1000"),
            (json!({ "dwell_s": 0 }), "dwell_s", "1..604800"),
            (json!({ "dwell_s": 604_801 }), "dwell_s", "1..604800"),
            (json!({ "calendar": { "zone": "Mars/Olympus" } }), "calendar", "IANA"),
            (json!({ "floor_m": -30_000.0 }), "floor_m", "-20000..100000"),
            (json!({ "floor_m": 30.0, "ceiling_m": 30.0 }), "ceiling_m", "above floor_m"),
        ] {
            let got = new(more.clone()).unwrap_err();
            assert!(got.field == field && got.limit.contains(limit), "{got} for {more}");
        }
    }

    #[test]
    fn a_patch_changes_what_it_names_and_null_takes_away() {
        let fence = new(json!({ "dwell_s": 300, "floor_m": 10.0 })).unwrap();
        let patch: FencePatch = serde_json::from_value(json!({ "name": "Yard", "dwell_s": null })).unwrap();
        let patched = patch.applied(fence.clone()).unwrap();
        assert_eq!(patched, Definition { name: "Yard".into(), dwell_s: None, ..fence.clone() });
        assert!(patched.is_same_ground(&fence));
        let patch: FencePatch = serde_json::from_value(json!({ "floor_m": null })).unwrap();
        assert!(!patch.applied(fence.clone()).unwrap().is_same_ground(&fence));
    }

    #[test]
    fn json_there_and_back_is_the_same_fence() {
        let fence = Fence {
            id: FenceId(Uuid::from_u128(7)),
            version: 2,
            valid_from: Timestamp::parse("2026-11-23T08:00:00Z").unwrap(),
            valid_to: None,
            definition: new(json!({ "agents": [Uuid::from_u128(9), Uuid::from_u128(8), Uuid::from_u128(9)] })).unwrap(),
        };
        let json = serde_json::to_value(&fence).unwrap();
        assert_eq!(json["shape"]["radius_m"], 100.0);
        assert_eq!(serde_json::from_value::<Fence>(json).unwrap(), fence);
        assert_eq!(fence.definition.agents.unwrap().len(), 2);
    }
}
