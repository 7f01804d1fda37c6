//! A territory design as asked for, stored and shown.

use super::{Balance, Measure, Weights};
use crate::geo::cell::Cell;
use crate::geo::shape::Area;
use crate::{TerritoryDesignId, TerritoryId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// What is asked for.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewTerritoryDesign {
    /// The client may mint it; sending the same one again changes nothing.
    #[serde(default)]
    pub id: Option<TerritoryDesignId>,
    /// 1 to 120 characters.
    pub name: String,
    /// The territories to be cut anew, 1 to 200. Their customers and ground are shared out among them.
    pub territories: Vec<DesignSeat>,
    /// Customers in no territory, with a place within the ground, are shared out too.
    #[serde(default)]
    pub include_unassigned: bool,
    #[serde(default)]
    pub weights: Weights,
    /// Working days that the work is measured over, 1 to 366, by default 20.
    #[serde(default = "default_days")]
    pub days: f64,
    /// In town by road, km/h, 1 to 200, by default 30.
    #[serde(default = "default_speed_kmh")]
    pub speed_kmh: f64,
    /// Visits in that time to a customer whose class says nothing of them, 0 to 100, by default 1.
    #[serde(default = "default_visits")]
    pub visits_default: f64,
    /// Customers that stay where they are, at most 10,000.
    #[serde(default)]
    pub locked: Vec<crate::CustomerId>,
    /// H3 resolution of the cells, 3 to 9; chosen when absent.
    #[serde(default)]
    pub resolution: Option<u8>,
    /// The same seed makes the same design of the same customers.
    #[serde(default = "default_seed")]
    pub seed: u32,
    /// Tries to move a cell, 0 to 5,000,000, by default 1,000,000.
    #[serde(default = "default_rounds")]
    pub rounds: u32,
}

/// A territory of a design, and its part of the work.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DesignSeat {
    pub territory_id: TerritoryId,
    /// 0.01 to 100, by default 1: a full share.
    #[serde(default = "one")]
    pub share: f64,
    /// Where its days begin and end.
    #[serde(default)]
    pub base: Option<DesignBase>,
}

#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DesignBase {
    pub lat: f64,
    pub lon: f64,
}

fn one() -> f64 {
    1.0
}

fn default_days() -> f64 {
    20.0
}

fn default_speed_kmh() -> f64 {
    30.0
}

fn default_visits() -> f64 {
    1.0
}

fn default_seed() -> u32 {
    1
}

fn default_rounds() -> u32 {
    1_000_000
}

/// How far a design is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum DesignState {
    Computing,
    /// To be looked at, edited, applied or discarded.
    Ready,
    /// It could not be made; `failure` says why.
    Failed,
    Applied,
    /// It was applied, and what was before is in force again.
    Reverted,
    Discarded,
}

impl DesignState {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Computing => "computing",
            Self::Ready => "ready",
            Self::Failed => "failed",
            Self::Applied => "applied",
            Self::Reverted => "reverted",
            Self::Discarded => "discarded",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Computing, Self::Ready, Self::Failed, Self::Applied, Self::Reverted, Self::Discarded]
            .into_iter()
            .find(|state| state.as_str() == name)
    }
}

/// A design without its ground.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TerritoryDesignHead {
    pub id: TerritoryDesignId,
    pub name: String,
    pub state: DesignState,
    /// Counts from 1, with every edit and change of state.
    pub version: i64,
    pub territory_ids: Vec<TerritoryId>,
    pub before: Option<Balance>,
    pub after: Option<Balance>,
    /// Why it failed.
    pub failure: Option<String>,
    pub made_by: Option<UserId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A design as a whole.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TerritoryDesign {
    #[serde(flatten)]
    pub head: TerritoryDesignHead,
    pub request: NewTerritoryDesign,
    /// Absent while it is being made, and when it failed.
    pub proposal: Option<Proposal>,
}

/// What was found.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = DesignProposal))]
pub struct Proposal {
    /// H3 resolution of the cells.
    pub resolution: u8,
    pub territories: Vec<ProposedTerritory>,
    /// Cells that count as neighbours though they do not touch: a territory across one is in two parts on the map.
    pub links: Vec<ProposedLink>,
    /// Customers without a place on the map: they stay where they are.
    pub unplaced: u32,
    /// Customers that change their territory.
    pub moved: u32,
    /// Of those, whom an agent of the territory they leave should visit.
    pub moved_from_preferred: u32,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProposedTerritory {
    pub territory_id: TerritoryId,
    pub name: String,
    pub colour: String,
    pub cells: Vec<Cell>,
    /// GeoJSON, as it would be applied.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub area: Area,
    /// GeoJSON, as it is today.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub area_today: Area,
    pub before: Measure,
    pub after: Measure,
}

#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProposedLink {
    pub from: Cell,
    pub to: Cell,
    pub distance_m: f64,
}

/// A customer that goes over.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DesignMove {
    pub customer_id: crate::CustomerId,
    pub name: String,
    pub lat: f64,
    pub lon: f64,
    pub from: Option<TerritoryId>,
    pub to: TerritoryId,
    /// In the days of the design.
    pub visits: f64,
}

/// Cells given to a territory by hand.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DesignEdit {
    /// The version that was looked at.
    pub version: i64,
    pub territory_id: TerritoryId,
    /// 1 to 20,000 cells of the design's ground.
    pub cells: Vec<Cell>,
}
