//! What comes out of a watch: passages through fences, the evidence for their ends, and the events they amount to.
//!
//! Everything is quantised (decimetres, hundredths of a per cent, seconds), so that equality is exact and survives JSON and bytes.
//! The identity of a passage is (fence, entered_at).

use crate::track::varint::{put_i64, put_u64, take_bytes, take_i64, take_u64};
use crate::{FenceId, Point, Timestamp};
use serde::{Deserialize, Serialize};

/// One stay within a fence, or one way through it between two fixes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Passage {
    pub fence: FenceId,
    /// The version in force on entering.
    pub version: i64,
    pub kind: PassageKind,
    pub entered_at: Timestamp,
    /// When the fence's dwell time was over, if a fix still inside showed that it was reached.
    pub dwelled_at: Option<Timestamp>,
    /// Absent while still inside.
    pub exited_at: Option<Timestamp>,
    pub end: Option<PassageEnd>,
    #[cfg_attr(feature = "openapi", schema(value_type = EvidenceView))]
    pub enter: Evidence,
    #[cfg_attr(feature = "openapi", schema(value_type = Option<EvidenceView>))]
    pub exit: Option<Evidence>,
    /// Fixes within the passage that were fine enough to tell.
    pub fixes: u32,
    /// The longest time without such a fix, seconds.
    pub gap_max_s: u32,
    /// Of a cross: metres of the way that lay within the fence, whole ones.
    pub chord_m: Option<u32>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum PassageKind {
    /// There were fixes inside.
    Visit,
    /// Neither of two fixes is inside, but the straight way between them leads through.
    Cross,
}

/// Why a passage is over. The codes are stored: append only.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum PassageEnd {
    /// A fix was outside; of a cross, the way led out.
    Left,
    /// The calendar closed.
    Closed,
    /// This version of the fence ended, by a change or because the fence was deleted.
    Ended,
}

/// What one end of a passage rests on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "EvidenceView", into = "EvidenceView")]
pub struct Evidence {
    pub at: Timestamp,
    pub point: Point,
    pub accuracy_dm: u32,
    /// Part of the accuracy circle within the fence, ten thousandths.
    pub overlap_e4: u16,
    /// To the fence's boundary, positive inside.
    pub signed_distance_dm: i32,
    /// The instant is that of the calendar or of a change of the fence, which found the agent inside, and not that of a fix.
    pub already_inside: bool,
    /// Time since the fix before, whole seconds: how sparse the evidence is. 0 for the first fix.
    pub gap_s: u32,
}

/// Evidence in outward units.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EvidenceView {
    pub at: Timestamp,
    pub lat: f64,
    pub lon: f64,
    pub accuracy_m: f64,
    /// Part of the accuracy circle within the fence, 0 to 1.
    pub overlap: f64,
    /// To the fence's boundary, positive inside.
    pub signed_distance_m: f64,
    /// The instant is that of the calendar or of a change of the fence, which found the agent inside, and not that of a fix.
    pub already_inside: bool,
    /// Time since the fix before, seconds.
    pub gap_s: u32,
}

/// One of the things a passage tells.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FenceEvent {
    pub fence: FenceId,
    pub version: i64,
    pub kind: FenceEventKind,
    pub at: Timestamp,
    /// Tells which passage this belongs to.
    pub entered_at: Timestamp,
    /// Time inside up to this event, milliseconds.
    pub inside_ms: i64,
    #[cfg_attr(feature = "openapi", schema(value_type = EvidenceView))]
    pub evidence: Evidence,
}

/// In the order in which they happen.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum FenceEventKind {
    Enter,
    Dwell,
    Exit,
    Cross,
}

impl Passage {
    /// What has happened so far, in order of time.
    pub fn events(&self) -> Vec<FenceEvent> {
        let event = |kind, at: Timestamp, evidence| FenceEvent {
            fence: self.fence,
            version: self.version,
            kind,
            at,
            entered_at: self.entered_at,
            inside_ms: at.since_ms(self.entered_at),
            evidence,
        };
        if self.kind == PassageKind::Cross {
            return vec![event(FenceEventKind::Cross, self.entered_at, self.enter)];
        }
        let enter = Some(event(FenceEventKind::Enter, self.entered_at, self.enter));
        let dwell = self.dwelled_at.map(|at| event(FenceEventKind::Dwell, at, self.enter));
        let exit = self.exited_at.map(|at| event(FenceEventKind::Exit, at, self.exit.unwrap_or(self.enter)));
        [enter, dwell, exit].into_iter().flatten().collect()
    }

    /// Time inside; None while that is not over.
    pub fn inside_ms(&self) -> Option<i64> {
        self.exited_at.map(|exited_at| exited_at.since_ms(self.entered_at))
    }

    /// The bytes of a passage that is still open: all that can be known of it.
    pub(super) fn put_open(&self, out: &mut Vec<u8>) {
        let dwelled_ms = self.dwelled_at.map_or(0, |at| at.since_ms(self.entered_at) + 1);
        put_i64(out, self.version);
        put_i64(out, self.entered_at.ms());
        put_i64(out, dwelled_ms);
        self.enter.put(out);
        put_u64(out, self.fixes.into());
        put_u64(out, self.gap_max_s.into());
    }

    pub(super) fn take_open(fence: FenceId, input: &mut &[u8]) -> Option<Self> {
        let version = take_i64(input)?;
        let entered_at = take_time(input)?;
        let dwelled_at = match take_i64(input)? {
            0 => None,
            ms => Some(Timestamp::from_ms(entered_at.ms().checked_add(ms)?.checked_sub(1)?).ok()?),
        };
        Some(Self {
            fence,
            version,
            kind: PassageKind::Visit,
            entered_at,
            dwelled_at,
            exited_at: None,
            end: None,
            enter: Evidence::take(input)?,
            exit: None,
            fixes: take_u32(input)?,
            gap_max_s: take_u32(input)?,
            chord_m: None,
        })
    }
}

impl PassageEnd {
    pub const fn code(self) -> u8 {
        match self {
            Self::Left => 1,
            Self::Closed => 2,
            Self::Ended => 3,
        }
    }

    pub fn from_code(code: u8) -> Option<Self> {
        [Self::Left, Self::Closed, Self::Ended].into_iter().find(|end| end.code() == code)
    }
}

const OVERLAP_STEPS: f64 = 10_000.0;

impl Evidence {
    pub fn overlap(&self) -> f64 {
        f64::from(self.overlap_e4) / OVERLAP_STEPS
    }

    pub fn accuracy_m(&self) -> f64 {
        f64::from(self.accuracy_dm) / 10.0
    }

    pub fn signed_distance_m(&self) -> f64 {
        f64::from(self.signed_distance_dm) / 10.0
    }

    /// `as` saturates: nothing that can be measured on the earth comes near the ends of these types.
    pub(super) fn new(at: Timestamp, point: Point, accuracy_m: f64, overlap: f64, signed_distance_m: f64, gap_s: u32) -> Self {
        Self {
            at,
            point,
            accuracy_dm: (accuracy_m * 10.0).round() as u32,
            overlap_e4: (overlap * OVERLAP_STEPS).round() as u16,
            signed_distance_dm: (signed_distance_m * 10.0).round() as i32,
            already_inside: false,
            gap_s,
        }
    }

    fn put(&self, out: &mut Vec<u8>) {
        put_i64(out, self.at.ms());
        put_i64(out, self.point.lat_e7().into());
        put_i64(out, self.point.lon_e7().into());
        put_u64(out, self.accuracy_dm.into());
        put_u64(out, self.overlap_e4.into());
        put_i64(out, self.signed_distance_dm.into());
        put_u64(out, self.already_inside.into());
        put_u64(out, self.gap_s.into());
    }

    fn take(input: &mut &[u8]) -> Option<Self> {
        let at = take_time(input)?;
        let (lat_e7, lon_e7) = (take_i64(input)?, take_i64(input)?);
        Some(Self {
            at,
            point: Point::from_e7(lat_e7.try_into().ok()?, lon_e7.try_into().ok()?)?,
            accuracy_dm: take_u32(input)?,
            overlap_e4: take_u64(input)?.try_into().ok()?,
            signed_distance_dm: take_i64(input)?.try_into().ok()?,
            already_inside: take_flag(input)?,
            gap_s: take_u32(input)?,
        })
    }
}

impl From<Evidence> for EvidenceView {
    fn from(evidence: Evidence) -> Self {
        Self {
            at: evidence.at,
            lat: evidence.point.lat(),
            lon: evidence.point.lon(),
            accuracy_m: evidence.accuracy_m(),
            overlap: evidence.overlap(),
            signed_distance_m: evidence.signed_distance_m(),
            already_inside: evidence.already_inside,
            gap_s: evidence.gap_s,
        }
    }
}

impl TryFrom<EvidenceView> for Evidence {
    type Error = crate::geo::PointFlaw;

    fn try_from(view: EvidenceView) -> Result<Self, Self::Error> {
        let point = Point::new(view.lat, view.lon)?;
        let evidence = Self::new(view.at, point, view.accuracy_m, view.overlap, view.signed_distance_m, view.gap_s);
        Ok(Self { already_inside: view.already_inside, ..evidence })
    }
}

pub(super) fn take_time(input: &mut &[u8]) -> Option<Timestamp> {
    Timestamp::from_ms(take_i64(input)?).ok()
}

pub(super) fn take_u32(input: &mut &[u8]) -> Option<u32> {
    take_u64(input)?.try_into().ok()
}

pub(super) fn take_flag(input: &mut &[u8]) -> Option<bool> {
    match take_u64(input)? {
        0 => Some(false),
        1 => Some(true),
        _ => None,
    }
}

pub(super) fn take_fence(input: &mut &[u8]) -> Option<FenceId> {
    uuid::Uuid::from_slice(take_bytes(input, 16)?).ok().map(FenceId)
}
