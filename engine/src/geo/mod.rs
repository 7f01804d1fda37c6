//! Places on the earth: checked points, distances, shapes, cells, and the two spatial indexes.
//!
//! Coordinates are WGS84 degrees, always `lat, lon`, kept as integers of 1e-7 degree so that what is stored, sent and compared is
//! the same number everywhere.

pub mod cell;
pub mod cut;
pub mod distance;
pub mod grid;
pub mod shape;
pub mod simplify;
pub mod still;
pub mod tile;
pub mod zone;

use serde::{Deserialize, Serialize};

/// Units of 1e-7 degree in one degree.
pub const E7: f64 = 1e7;

/// A point on WGS84, on a grid of 1e-7 degree (1.1 cm). Only made by checking.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Point {
    lat_e7: i32,
    lon_e7: i32,
}

/// Metres, where a bare number would have to be guessed at.
#[derive(Clone, Copy, PartialEq, PartialOrd, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Metres(pub f64);

/// Why two numbers are not a point.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PointFlaw {
    #[error("lat must be a finite number within -90..90")]
    Lat,
    #[error("lon must be a finite number within -180..180")]
    Lon,
}

impl Point {
    /// Returns the point on the grid nearest to the degrees given.
    pub fn new(lat: f64, lon: f64) -> Result<Self, PointFlaw> {
        if !(-90.0..=90.0).contains(&lat) {
            return Err(PointFlaw::Lat);
        }
        if !(-180.0..=180.0).contains(&lon) {
            return Err(PointFlaw::Lon);
        }
        Ok(Self { lat_e7: (lat * E7).round() as i32, lon_e7: (lon * E7).round() as i32 })
    }

    /// Returns the point, or None when a coordinate is out of range.
    pub fn from_e7(lat_e7: i32, lon_e7: i32) -> Option<Self> {
        let fits = lat_e7.unsigned_abs() <= 900_000_000 && lon_e7.unsigned_abs() <= 1_800_000_000;
        fits.then_some(Self { lat_e7, lon_e7 })
    }

    pub const fn lat_e7(self) -> i32 {
        self.lat_e7
    }

    pub const fn lon_e7(self) -> i32 {
        self.lon_e7
    }

    pub fn lat(self) -> f64 {
        f64::from(self.lat_e7) / E7
    }

    pub fn lon(self) -> f64 {
        f64::from(self.lon_e7) / E7
    }
}

/// How a point is written: degrees where people may read it, the grid's integers in compact forms.
#[derive(Serialize, Deserialize)]
struct Degrees {
    lat: f64,
    lon: f64,
}

impl Serialize for Point {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            Degrees { lat: self.lat(), lon: self.lon() }.serialize(serializer)
        } else {
            (self.lat_e7, self.lon_e7).serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Point {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        if deserializer.is_human_readable() {
            let Degrees { lat, lon } = Degrees::deserialize(deserializer)?;
            Self::new(lat, lon).map_err(D::Error::custom)
        } else {
            let (lat_e7, lon_e7) = <(i32, i32)>::deserialize(deserializer)?;
            Self::from_e7(lat_e7, lon_e7).ok_or_else(|| D::Error::custom("a point out of range"))
        }
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Point {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{ObjectBuilder, Type};
        let degrees = || ObjectBuilder::new().schema_type(Type::Number).build();
        let point = ObjectBuilder::new().description(Some("WGS84 degrees"));
        point.property("lat", degrees()).property("lon", degrees()).required("lat").required("lon").into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Point {}

/// A viewport in degrees. Where `west > east` it crosses the antimeridian.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Bounds {
    pub south: f64,
    pub west: f64,
    pub north: f64,
    pub east: f64,
}

/// Which edge of a viewport is wrong, and what it may be.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{field} must be within {limit}")]
pub struct BoundsFlaw {
    pub field: &'static str,
    pub limit: &'static str,
}

impl Bounds {
    pub fn check(self) -> Result<Self, BoundsFlaw> {
        let lat = -90.0..=90.0;
        let lon = -180.0..=180.0;
        let flaw = |field, limit| Err(BoundsFlaw { field, limit });
        match self {
            Self { south, .. } if !lat.contains(&south) => flaw("south", "-90..90"),
            Self { north, .. } if !lat.contains(&north) => flaw("north", "-90..90"),
            Self { west, .. } if !lon.contains(&west) => flaw("west", "-180..180"),
            Self { east, .. } if !lon.contains(&east) => flaw("east", "-180..180"),
            Self { south, north, .. } if south > north => flaw("south", "-90..north"),
            fine => Ok(fine),
        }
    }

    /// From west to east, degrees: 0 to 360.
    pub(crate) fn width(&self) -> f64 {
        if self.west <= self.east { self.east - self.west } else { self.east - self.west + 360.0 }
    }

    /// Do they share a point? Edges included.
    pub fn touches(&self, other: &Self) -> bool {
        let is_east_of = |a: &Self, b: &Self| (a.west - b.west).rem_euclid(360.0) <= b.width();
        let in_lat = self.south <= other.north && other.south <= self.north;
        in_lat && (is_east_of(self, other) || is_east_of(other, self))
    }

    /// The bounds with at least so many metres more on every side.
    pub fn widened(&self, by: Metres) -> Self {
        const SHORTEST_DEGREE_M: f64 = 110_500.0; // of latitude, at the equator
        let pad = by.0 / SHORTEST_DEGREE_M;
        let (south, north) = ((self.south - pad).max(-90.0), (self.north + pad).min(90.0));
        let pad = by.0 / (0.99 * distance::Scale::at(south.abs().max(north.abs())).east_m).max(f64::MIN_POSITIVE);
        if self.width() + 2.0 * pad >= 360.0 {
            return Self { south, west: -180.0, north, east: 180.0 };
        }
        let [west, east] = [self.west - pad, self.east + pad].map(distance::shortest_lon);
        Self { south, west, north, east }
    }

    /// Edges included.
    pub fn contains(&self, point: Point) -> bool {
        let (lat, lon) = (point.lat(), point.lon());
        let in_lon =
            if self.west <= self.east { (self.west..=self.east).contains(&lon) } else { lon >= self.west || lon <= self.east };
        (self.south..=self.north).contains(&lat) && in_lon
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_finite_degrees_in_range_make_a_point() {
        assert!(Point::new(90.0, -180.0).is_ok());
        for (lat, lon, flaw) in [
            (90.000_000_1, 0.0, PointFlaw::Lat),
            (91.0, 0.0, PointFlaw::Lat),
            (f64::NAN, 0.0, PointFlaw::Lat),
            (f64::NEG_INFINITY, 0.0, PointFlaw::Lat),
            (0.0, 180.1, PointFlaw::Lon),
            (0.0, f64::NAN, PointFlaw::Lon),
        ] {
            assert_eq!(Point::new(lat, lon), Err(flaw), "{lat}, {lon}");
        }
    }

    #[test]
    fn a_point_survives_its_own_degrees() {
        let point = Point::new(37.774_929_5, -122.419_415_5).unwrap();
        assert_eq!(Point::new(point.lat(), point.lon()), Ok(point));
    }

    #[test]
    fn a_point_survives_being_written_for_people_and_for_machines() {
        for (lat, lon) in [(37.774_929_5, -122.419_415_5), (-90.0, 180.0), (0.000_000_1, -0.000_000_1)] {
            let point = Point::new(lat, lon).unwrap();
            let text = serde_json::to_string(&point).unwrap();
            assert_eq!(serde_json::from_str::<Point>(&text).unwrap(), point, "{text}");
            assert_eq!(postcard::from_bytes::<Point>(&postcard::to_allocvec(&point).unwrap()), Ok(point));
        }
        assert!(serde_json::from_str::<Point>(r#"{"lat":91.0,"lon":0.0}"#).is_err());
    }

    #[test]
    fn bounds_may_cross_the_antimeridian() {
        let fiji = Bounds { south: -20.0, west: 175.0, north: -15.0, east: -175.0 }.check().unwrap();
        assert!(fiji.contains(Point::new(-18.0, 179.0).unwrap()));
        assert!(fiji.contains(Point::new(-18.0, -179.0).unwrap()));
        assert!(!fiji.contains(Point::new(-18.0, 0.0).unwrap()));
        assert_eq!(Bounds { south: 10.0, west: 0.0, north: 5.0, east: 1.0 }.check().unwrap_err().field, "south");
    }

    #[test]
    fn bounds_touch_across_the_antimeridian_too() {
        let bounds = |south, west, north, east| Bounds { south, west, north, east };
        let fiji = bounds(-20.0, 175.0, -15.0, -175.0);
        for (other, expected) in [
            (bounds(-16.0, -176.0, -14.0, -170.0), true),
            (bounds(-16.0, 170.0, -14.0, 175.0), true),
            (bounds(-16.0, 170.0, -14.0, 174.9), false),
            (bounds(-16.0, -174.9, -14.0, 174.9), false),
            (bounds(-14.9, 176.0, -14.0, 177.0), false),
            (bounds(-90.0, -180.0, 90.0, 180.0), true),
            (bounds(-17.0, 170.0, -16.0, -170.0), true),
        ] {
            assert_eq!((fiji.touches(&other), other.touches(&fiji)), (expected, expected), "{other:?}");
        }
    }

    #[test]
    fn widened_bounds_hold_what_is_that_near() {
        let near = |point: Point, metres| Bounds::from(point).widened(Metres(metres));
        let point = |lat, lon| Point::new(lat, lon).unwrap();
        let here = near(point(52.0, 179.999), 1_000.0);
        assert!(here.west > here.east && here.contains(point(52.008_9, -179.987)) && !here.contains(point(52.01, 179.999)));
        assert_eq!(
            near(point(89.999, 10.0), 5_000.0),
            Bounds { north: 90.0, west: -180.0, east: 180.0, ..near(point(89.999, 10.0), 5_000.0) }
        );
        let twice = Bounds { south: -1.0, west: -180.0, north: 1.0, east: 180.0 }.widened(Metres(1.0));
        assert_eq!((twice.west, twice.east), (-180.0, 180.0));
    }
}
