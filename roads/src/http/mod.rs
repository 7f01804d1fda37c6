//! What is said to routing services of others, and how their answers are read: OSRM and Valhalla, travel-time tables and routes.
//!
//! Deliberately absent: sending. A request is built from places and a reply is read from a status and bytes; who sends, how long they wait and what
//! they do when nothing comes stands elsewhere. Whatever a service answers, it is another's text: bounded, checked, never trusted.

mod osrm;
pub mod polyline;
mod valhalla;

use salessync_engine::Point;
use salessync_engine::plan::times::{Leg, Matrix, TravelProfile, UNREACHABLE};

/// Whose language is spoken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Service {
    Osrm,
    Valhalla,
}

/// What to send.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Request {
    pub url: String,
    /// JSON to post; None: a GET.
    pub body: Option<String>,
}

/// A way as a service draws it.
#[derive(Clone, PartialEq, Debug)]
pub struct Drawn {
    pub leg: Leg,
    pub points: Vec<Point>,
}

/// Why a reply gives no times.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ReplyFlaw {
    /// Some place has no road near it; which one, if the service says.
    #[error("a place has no road near it")]
    NoRoad { place: Option<usize> },
    #[error("too many places at once")]
    TooBig,
    /// The service has a fault or is overloaded: worth another try.
    #[error("the service answered {status}")]
    Unavailable { status: u16 },
    #[error("the service refused: {status} {code}")]
    Refused { status: u16, code: String },
    #[error("the reply is not understood: {field}")]
    Malformed { field: &'static str },
}

/// Longest code of somebody else's that is repeated.
const CODE_LEN_MAX: usize = 60;
/// Longest time and distance taken for one: a year, and ten times around the earth.
const DURATION_S_MAX: f64 = 31_536_000.0;
const DISTANCE_M_MAX: f64 = 400_000_000.0;

impl Service {
    /// The address of one profile: `{profile}` in it becomes car, bike or foot.
    fn base(url: &str, profile: TravelProfile) -> String {
        url.trim_end_matches('/').replace("{profile}", profile.as_str())
    }

    /// Asks for the times from each to each.
    pub fn matrix(self, url: &str, profile: TravelProfile, from: &[Point], to: &[Point]) -> Request {
        match self {
            Self::Osrm => osrm::matrix(&Self::base(url, profile), profile, from, to),
            Self::Valhalla => valhalla::matrix(&Self::base(url, profile), profile, from, to),
        }
    }

    /// Reads the reply to `matrix`: a table of so many rows and columns.
    pub fn read_matrix(self, (rows, columns): (usize, usize), status: u16, body: &[u8]) -> Result<Matrix, ReplyFlaw> {
        match self {
            Self::Osrm => osrm::read_matrix((rows, columns), status, body),
            Self::Valhalla => valhalla::read_matrix((rows, columns), status, body),
        }
    }

    /// Asks for the way from one place to another.
    pub fn route(self, url: &str, profile: TravelProfile, from: Point, to: Point) -> Request {
        match self {
            Self::Osrm => osrm::route(&Self::base(url, profile), profile, from, to),
            Self::Valhalla => valhalla::route(&Self::base(url, profile), profile, from, to),
        }
    }

    /// Reads the reply to `route`; None: there is no way.
    pub fn read_route(self, status: u16, body: &[u8]) -> Result<Option<Drawn>, ReplyFlaw> {
        match self {
            Self::Osrm => osrm::read_route(status, body),
            Self::Valhalla => valhalla::read_route(status, body),
        }
    }
}

/// Two tables of numbers, null where there is no way, as a matrix of whole seconds and metres.
fn tables(
    (rows, columns): (usize, usize),
    durations_s: &[Vec<Option<f64>>],
    distances_m: &[Vec<Option<f64>>],
) -> Result<Matrix, ReplyFlaw> {
    let is_shaped = |table: &[Vec<Option<f64>>]| table.len() == rows && table.iter().all(|row| row.len() == columns);
    if !is_shaped(durations_s) {
        return Err(ReplyFlaw::Malformed { field: "durations" });
    }
    if !is_shaped(distances_m) {
        return Err(ReplyFlaw::Malformed { field: "distances" });
    }
    let mut matrix = Matrix::unreachable(rows, columns);
    for (row, (durations_s, distances_m)) in durations_s.iter().zip(distances_m).enumerate() {
        for (column, cell) in durations_s.iter().zip(distances_m).enumerate() {
            if let (Some(duration_s), Some(distance_m)) = cell {
                matrix.set(row, column, Some(leg(*duration_s, *distance_m)?));
            }
        }
    }
    Ok(matrix)
}

fn leg(duration_s: f64, distance_m: f64) -> Result<Leg, ReplyFlaw> {
    let whole = |value: f64, max: f64, field| {
        let rounded = (0.0..=max).contains(&value).then(|| value.round() as u32).filter(|value| *value != UNREACHABLE);
        rounded.ok_or(ReplyFlaw::Malformed { field })
    };
    Ok(Leg {
        duration_s: whole(duration_s, DURATION_S_MAX, "duration")?,
        distance_m: whole(distance_m, DISTANCE_M_MAX, "distance")?,
    })
}

/// Somebody else's code, short and printable.
fn code(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').take(CODE_LEN_MAX).collect()
}
