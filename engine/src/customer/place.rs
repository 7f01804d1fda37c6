//! Where a customer is visited: an address, its point, the fence around it, and when it is open.
//!
//! The fence is an ordinary one (`crate::fence`), owned by the place and with its id: it follows the place wherever it is moved, and is gone
//! while the customer is closed or nobody knows where the place is. What passes it is derived like every other passage.

use crate::fence::{Calendar, Circle, Definition, Owner, OwnerKind, Shape};
use crate::flaw::{FieldFlaw, checked_line, checked_text};
use crate::words::folded;
use crate::{FenceId, PlaceId, Point};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// What the field uses most: wide enough for a phone between houses, narrow enough to tell neighbours apart.
pub const FENCE_RADIUS_M: f64 = 100.0;
/// A visit is longer than a drive past.
pub const FENCE_DWELL_S: u32 = 300;
/// A place is not a county.
const RADIUS_M: std::ops::RangeInclusive<f64> = 10.0..=5_000.0;
const DWELL_S: std::ops::RangeInclusive<i64> = 1..=86_400;
/// From ringing the bell to a day's stocktaking.
pub const VISIT_DURATION_S: std::ops::RangeInclusive<i64> = 60..=86_400;
const LABEL_MAX: usize = 120;
const ADDRESS_MAX: usize = 300;
const ACCESS_NOTES_MAX: usize = 2_000;
/// Characters of a fence's name.
const FENCE_NAME_MAX: usize = 120;

/// One of a customer's places.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CustomerPlace))]
pub struct Place {
    pub id: PlaceId,
    /// What it is called where there are several: "warehouse". May be empty.
    pub label: String,
    /// Where the customer is visited unless something else is said. Exactly one is.
    pub is_primary: bool,
    pub address: String,
    /// Absent until somebody or something has found the address: nobody can be sent there.
    pub point: Option<Point>,
    /// Who put the point there.
    pub located_by: Option<LocatedBy>,
    /// How sure the geocoder was, 0 to 1.
    pub location_quality: Option<f64>,
    pub fence: PlaceFence,
    /// Always open when absent.
    pub hours: Option<Calendar>,
    /// How long a visit here takes; that of the customer's class when absent.
    pub visit_duration_s: Option<u32>,
    /// How to get in: "ring at the back".
    pub access_notes: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum LocatedBy {
    /// A geocoder found the address.
    Geocoded,
    /// Somebody put the pin there.
    Pinned,
    /// It came with an import or from another system.
    Imported,
}

impl LocatedBy {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Geocoded => "geocoded",
            Self::Pinned => "pinned",
            Self::Imported => "imported",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Geocoded, Self::Pinned, Self::Imported].into_iter().find(|by| by.as_str() == name)
    }
}

/// The fence a place has: a circle around its point, or what somebody has drawn.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlaceFence {
    /// Of the circle; of no account where a shape is drawn.
    pub radius_m: f64,
    /// GeoJSON Polygon or MultiPolygon.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub shape: Option<Shape>,
    /// Seconds inside after which an arrival is told.
    pub dwell_s: u32,
}

impl Default for PlaceFence {
    fn default() -> Self {
        Self { radius_m: FENCE_RADIUS_M, shape: None, dwell_s: FENCE_DWELL_S }
    }
}

impl Place {
    /// Every place's fence has the place's own id, through all its versions.
    pub const fn fence_id(&self) -> FenceId {
        FenceId(self.id.0)
    }

    /// The fence around the place of a customer of that name; None while nobody knows where the place is and nothing is drawn.
    pub fn fence_definition(&self, customer: &str) -> Option<Definition> {
        let shape = match &self.fence.shape {
            Some(shape) => shape.clone(),
            None => Shape::Circle(Circle::new(self.point?, self.fence.radius_m).ok()?),
        };
        let name = if self.label.is_empty() { customer.to_owned() } else { format!("{customer}, {}", self.label) };
        Some(Definition {
            name: name.chars().take(FENCE_NAME_MAX).collect(),
            shape,
            owner: Owner { kind: OwnerKind::Place, id: Some(self.id.0) },
            agents: None,
            dwell_s: Some(self.fence.dwell_s),
            calendar: None,
            floor_m: None,
            ceiling_m: None,
        })
    }
}

/// What makes a new place, before anything is checked. The client may mint the id; sending the same one again changes nothing.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewPlace {
    #[serde(default)]
    pub id: Option<PlaceId>,
    /// At most 120 characters.
    #[serde(default)]
    pub label: String,
    /// Makes this the primary place, and the one that was no more. The first place is primary anyway.
    #[serde(default)]
    pub is_primary: bool,
    /// At most 300 characters.
    #[serde(default)]
    pub address: String,
    #[serde(default)]
    pub point: Option<RawPoint>,
    /// `pinned` when absent.
    #[serde(default)]
    pub located_by: Option<LocatedBy>,
    /// 0 to 1.
    #[serde(default)]
    pub location_quality: Option<f64>,
    #[serde(default)]
    pub fence: Option<RawFence>,
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Calendar>))]
    pub hours: Option<Value>,
    /// 60 to 86400.
    #[serde(default)]
    pub visit_duration_s: Option<i64>,
    /// At most 2,000 characters.
    #[serde(default)]
    pub access_notes: String,
}

/// Degrees before they are checked.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RawPoint {
    pub lat: f64,
    pub lon: f64,
}

/// What is said of a place's fence; what is absent is the default, or stays.
#[derive(Clone, PartialEq, Debug, Deserialize, Default)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RawFence {
    /// 10 to 5000.
    #[serde(default)]
    pub radius_m: Option<f64>,
    /// GeoJSON Polygon or MultiPolygon; `null` makes it a circle again.
    #[serde(default, deserialize_with = "crate::agent::present")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub shape: Option<Option<Value>>,
    /// 1 to 86400.
    #[serde(default)]
    pub dwell_s: Option<i64>,
}

/// A change of a place: what is absent stays, `null` takes away what may be absent.
#[derive(Clone, PartialEq, Debug, Deserialize, Default)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlacePatch {
    pub label: Option<String>,
    /// `true` makes this the primary place; to take it away make another one primary.
    pub is_primary: Option<bool>,
    /// A place that was found by its address is looked for again by another, unless the point comes along.
    pub address: Option<String>,
    #[serde(default, deserialize_with = "crate::agent::present")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<RawPoint>))]
    pub point: Option<Option<RawPoint>>,
    /// `pinned` when the point changes and nothing is said.
    pub located_by: Option<LocatedBy>,
    pub location_quality: Option<f64>,
    pub fence: Option<RawFence>,
    #[serde(default, deserialize_with = "crate::agent::present")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Calendar>))]
    pub hours: Option<Option<Value>>,
    #[serde(default, deserialize_with = "crate::agent::present")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<i64>))]
    pub visit_duration_s: Option<Option<i64>>,
    pub access_notes: Option<String>,
}

/// A `PlacePatch` that was read and checked.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct PlaceChange {
    label: Option<String>,
    pub(super) is_primary: Option<bool>,
    address: Option<String>,
    location: Option<Location>,
    located_by: Option<LocatedBy>,
    location_quality: Option<f64>,
    radius_m: Option<f64>,
    shape: Option<Option<Shape>>,
    dwell_s: Option<u32>,
    hours: Option<Option<Calendar>>,
    visit_duration_s: Option<Option<u32>>,
    access_notes: Option<String>,
}

/// Where to, None: not known any more.
type Location = Option<Point>;

impl NewPlace {
    /// Checks everything. A large polygon takes up to half a second. `mint` gives an id where the client gave none.
    pub fn checked(self, mint: &mut dyn FnMut() -> Uuid) -> Result<Place, FieldFlaw> {
        let point = self.point.map(checked_point).transpose()?;
        let quality = self.location_quality.map(checked_quality).transpose()?;
        let RawFence { radius_m, shape, dwell_s } = self.fence.unwrap_or_default();
        Ok(Place {
            id: self.id.unwrap_or_else(|| PlaceId(mint())),
            label: checked_line("label", &self.label, 0, LABEL_MAX)?,
            is_primary: self.is_primary,
            address: checked_line("address", &self.address, 0, ADDRESS_MAX)?,
            point,
            located_by: point.map(|_| self.located_by.unwrap_or(LocatedBy::Pinned)),
            location_quality: point.and(quality),
            fence: PlaceFence {
                radius_m: radius_m.map_or(Ok(FENCE_RADIUS_M), checked_radius)?,
                shape: shape.flatten().as_ref().map(checked_shape).transpose()?,
                dwell_s: dwell_s.map_or(Ok(FENCE_DWELL_S), checked_dwell)?,
            },
            hours: self.hours.map(checked_hours).transpose()?,
            visit_duration_s: self
                .visit_duration_s
                .map(|duration_s| checked_duration("visit_duration_s", duration_s))
                .transpose()?,
            access_notes: checked_text("access_notes", &self.access_notes, ACCESS_NOTES_MAX)?,
        })
    }
}

impl PlacePatch {
    /// Checks everything that can be checked without the place.
    pub fn checked(self) -> Result<PlaceChange, FieldFlaw> {
        let RawFence { radius_m, shape, dwell_s } = self.fence.unwrap_or_default();
        let duration = |duration_s: Option<i64>| duration_s.map(|s| checked_duration("visit_duration_s", s)).transpose();
        Ok(PlaceChange {
            label: self.label.map(|label| checked_line("label", &label, 0, LABEL_MAX)).transpose()?,
            is_primary: self.is_primary,
            address: self.address.map(|address| checked_line("address", &address, 0, ADDRESS_MAX)).transpose()?,
            location: self.point.map(|point| point.map(checked_point).transpose()).transpose()?,
            located_by: self.located_by,
            location_quality: self.location_quality.map(checked_quality).transpose()?,
            radius_m: radius_m.map(checked_radius).transpose()?,
            shape: shape.map(|shape| shape.as_ref().map(checked_shape).transpose()).transpose()?,
            dwell_s: dwell_s.map(checked_dwell).transpose()?,
            hours: self.hours.map(|hours| hours.map(checked_hours).transpose()).transpose()?,
            visit_duration_s: self.visit_duration_s.map(duration).transpose()?,
            access_notes: self.access_notes.map(|notes| checked_text("access_notes", &notes, ACCESS_NOTES_MAX)).transpose()?,
        })
    }
}

impl PlaceChange {
    /// The place afterwards. `is_primary` is not decided here: it concerns the others too.
    pub fn applied(&self, to: &Place) -> Place {
        let mut place = to.clone();
        if let Some(label) = &self.label {
            place.label.clone_from(label);
        }
        if let Some(address) = &self.address {
            // What was found by an address is nowhere by another: it is looked for again.
            if place.located_by == Some(LocatedBy::Geocoded) && folded(address) != folded(&place.address) {
                (place.point, place.located_by, place.location_quality) = (None, None, None);
            }
            place.address.clone_from(address);
        }
        if let Some(point) = self.location {
            if point != place.point {
                // What was said of the former point is not true of this one.
                place.located_by = point.map(|_| LocatedBy::Pinned);
                place.location_quality = None;
            }
            place.point = point;
        }
        if place.point.is_some() {
            place.located_by = self.located_by.or(place.located_by);
            place.location_quality = self.location_quality.or(place.location_quality);
        }
        if let Some(radius_m) = self.radius_m {
            place.fence.radius_m = radius_m;
        }
        if let Some(shape) = &self.shape {
            place.fence.shape.clone_from(shape);
        }
        if let Some(dwell_s) = self.dwell_s {
            place.fence.dwell_s = dwell_s;
        }
        if let Some(hours) = &self.hours {
            place.hours.clone_from(hours);
        }
        if let Some(visit_duration_s) = self.visit_duration_s {
            place.visit_duration_s = visit_duration_s;
        }
        if let Some(notes) = &self.access_notes {
            place.access_notes.clone_from(notes);
        }
        place
    }
}

fn checked_point(raw: RawPoint) -> Result<Point, FieldFlaw> {
    Point::new(raw.lat, raw.lon).map_err(|flaw| match flaw {
        crate::geo::PointFlaw::Lat => FieldFlaw::new("point.lat", "must be a number within -90..90"),
        crate::geo::PointFlaw::Lon => FieldFlaw::new("point.lon", "must be a number within -180..180"),
    })
}

fn checked_quality(quality: f64) -> Result<f64, FieldFlaw> {
    let fits = (0.0..=1.0).contains(&quality);
    if fits { Ok(quality) } else { Err(FieldFlaw::new("location_quality", "must be a number within 0..1")) }
}

fn checked_radius(radius_m: f64) -> Result<f64, FieldFlaw> {
    let fits = RADIUS_M.contains(&radius_m);
    if fits { Ok(radius_m) } else { Err(FieldFlaw::new("fence.radius_m", "must be a number within 10..5000")) }
}

fn checked_shape(shape: &Value) -> Result<Shape, FieldFlaw> {
    match Shape::from_geojson(shape) {
        Ok(shape @ Shape::Polygon(_)) => Ok(shape),
        Ok(Shape::Circle(_) | Shape::Corridor(_)) => {
            Err(FieldFlaw::new("fence.shape.type", "must be Polygon or MultiPolygon; a circle has a radius_m"))
        }
        Err(flaw) => Err(FieldFlaw::new(format!("fence.shape.{}", flaw.path), flaw.rule.to_string())),
    }
}

fn checked_dwell(dwell_s: i64) -> Result<u32, FieldFlaw> {
    match u32::try_from(dwell_s) {
        Ok(s) if DWELL_S.contains(&dwell_s) => Ok(s),
        Ok(_) | Err(_) => Err(FieldFlaw::new("fence.dwell_s", "must be within 1..86400")),
    }
}

fn checked_hours(hours: Value) -> Result<Calendar, FieldFlaw> {
    serde_json::from_value(hours).map_err(|bad| FieldFlaw::new("hours", format!("must be opening hours: {bad}")))
}

/// How long a visit may take.
pub fn checked_duration(field: &str, duration_s: i64) -> Result<u32, FieldFlaw> {
    match u32::try_from(duration_s) {
        Ok(s) if VISIT_DURATION_S.contains(&duration_s) => Ok(s),
        Ok(_) | Err(_) => Err(FieldFlaw::new(field, "must be within 60..86400")),
    }
}
