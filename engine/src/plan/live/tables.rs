//! The live plan over tables of travel times: one for each profile, all with the same stops, read at one part of the day.

use super::ways::{NO_WAY, Ways};
use crate::Point;
use crate::plan::model::{self, ProfileIx, StopIx, Travel};
use crate::plan::times::{DayPart, Pin, Stop, TravelTimes, ZoneTimes};

/// Travel times by profile. Stops of the plan are stops of every table, by the same number.
#[derive(Clone, Debug)]
pub struct Tables<T> {
    tables: Vec<T>,
    part: DayPart,
}

impl<T: TravelTimes> Tables<T> {
    pub const fn new(tables: Vec<T>, part: DayPart) -> Self {
        Self { tables, part }
    }

    /// For adding stops to: to all of them alike.
    pub fn tables_mut(&mut self) -> &mut [T] {
        &mut self.tables
    }

    pub fn tables(&self) -> &[T] {
        &self.tables
    }

    /// Reads another part of the day from now on; the plan has to be refreshed then.
    pub const fn set_part(&mut self, part: DayPart) {
        self.part = part;
    }

    fn table(&self, profile: ProfileIx) -> &T {
        &self.tables[usize::from(profile.0)]
    }
}

impl<T: TravelTimes> Travel for Tables<T> {
    fn leg(&self, profile: ProfileIx, from: StopIx, to: StopIx) -> Option<model::Leg> {
        let leg = self.table(profile).leg(Stop(from.0), Stop(to.0), self.part)?;
        Some(model::Leg { duration_s: seconds(leg.duration_s), distance_m: leg.distance_m.min(NO_WAY as u32) as i32 })
    }
}

impl<T: TravelTimes> Ways for Tables<T> {
    type Pin = TablesPin;

    fn pin(&self, pin: &mut Self::Pin, profile: ProfileIx, stop: StopIx) {
        pin.profile = profile;
        self.table(profile).pin(&mut pin.pin, Stop(stop.0), self.part);
    }

    fn pin_widely(&self, pin: &mut Self::Pin, profile: ProfileIx, stop: StopIx) {
        pin.profile = profile;
        self.table(profile).pin_widely(&mut pin.pin, Stop(stop.0), self.part);
    }

    fn away_s(&self, pin: &Self::Pin, to: StopIx) -> i32 {
        seconds(self.table(pin.profile).away_s(&pin.pin, Stop(to.0)))
    }

    fn back_s(&self, pin: &Self::Pin, from: StopIx) -> i32 {
        seconds(self.table(pin.profile).back_s(&pin.pin, Stop(from.0)))
    }

    fn place(&self, stop: StopIx) -> Option<Point> {
        self.tables.first().filter(|table| stop.0 < table.stop_count()).and_then(|table| table.anchor(Stop(stop.0)))
    }

    fn top_mps(&self, profile: ProfileIx) -> f64 {
        self.table(profile).top_mps()
    }

    fn zone(&self, profile: ProfileIx, stop: StopIx) -> Option<u16> {
        self.table(profile).zone(Stop(stop.0))
    }

    fn zone_times<'a>(&self, pin: &'a Self::Pin) -> &'a [ZoneTimes] {
        pin.pin.zones()
    }
}

/// A pinned stop, and the profile that it was pinned for.
#[derive(Clone, Debug, Default)]
pub struct TablesPin {
    profile: ProfileIx,
    pin: Pin,
}

fn seconds(duration_s: u32) -> i32 {
    duration_s.min(NO_WAY as u32) as i32
}
