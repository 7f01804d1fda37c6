//! A territory: a named area that agents are assigned to, the unit of permission and of live topics.

use crate::geo::shape::Area;
use crate::{TerritoryId, Timestamp};
use serde::{Deserialize, Serialize};

/// A territory as stored and sent.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Territory {
    pub id: TerritoryId,
    pub name: String,
    /// `#rrggbb`
    pub colour: String,
    /// GeoJSON Polygon or MultiPolygon, positions in lon, lat order as RFC 7946 has it.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub area: Area,
    /// The territory this one lies below: whoever answers for that answers for this.
    #[serde(default)]
    pub parent_id: Option<TerritoryId>,
    pub created_at: Timestamp,
}

/// What makes a new territory. The client may mint the id; sending the same one again changes nothing.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewTerritory {
    pub id: Option<TerritoryId>,
    /// 1 to 120 characters.
    pub name: String,
    /// `#rrggbb`; a colour is chosen when absent.
    #[serde(default)]
    pub colour: Option<String>,
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub area: serde_json::Value,
    #[serde(default)]
    pub parent_id: Option<TerritoryId>,
}

/// A change of a territory: what is absent stays.
#[derive(Clone, PartialEq, Debug, Deserialize, Default)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TerritoryPatch {
    pub name: Option<String>,
    pub colour: Option<String>,
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub area: Option<serde_json::Value>,
    /// `null` makes it one with nothing above it.
    #[serde(default, deserialize_with = "crate::agent::present")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<TerritoryId>))]
    pub parent_id: Option<Option<TerritoryId>>,
}

/// Colours given to territories that do not choose one: distinct on a light and on a dark map.
const PALETTE: [&str; 10] =
    ["#2563eb", "#d97706", "#059669", "#dc2626", "#7c3aed", "#0891b2", "#c026d3", "#65a30d", "#e11d48", "#4f46e5"];

/// Returns the palette colour of the n-th territory.
pub fn default_colour(n: usize) -> &'static str {
    PALETTE[n % PALETTE.len()]
}

/// Is this `#rrggbb`?
pub fn is_colour(text: &str) -> bool {
    text.len() == 7 && text.starts_with('#') && text[1..].bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_six_hex_digits() {
        assert!(is_colour("#2563eb") && (0..30).all(|n| is_colour(default_colour(n))));
        for bad in ["2563eb", "#25", "#2563eg", "red", "#ääää"] {
            assert!(!is_colour(bad), "{bad}");
        }
    }
}
