//! Travel times as plans hold them: tables of stops that answer at once, and the same tables anew when more is known.
//!
//! A plan begins with what there is at that moment (roads, what a service has not been asked yet by the straight line) and asks now and then
//! whether there is news: the map has been loaded, speeds were learned, a service has not been asked about places that came since. Making
//! the new table takes its time, beside the plan, which goes on with the old one.

use super::stops::{StopTimes, TableStops};
use super::{Source, Travel};
use crate::planner::PlanWays;
use salessync_engine::plan::times::{DayPart, TravelProfile};
use salessync_roads::RoadStops;

/// A plan has one part of the day, that of noon: most visits are made around it, and plans for days ahead do not change with the hour.
const NOON_S: u32 = 12 * 3_600;
/// A service is asked about a plan's places again after so long.
const ASKED_SPAN_MS: i64 = 3_600_000;
/// Places of a plan that a service is asked about, each to each; of further ones the straight line says what it can.
pub const ASKED_PLACES_MAX: usize = 600;

impl Travel {
    /// Times for a plan, without stops yet.
    pub fn plan_ways(&self) -> PlanWays {
        let settings = &self.inner.settings;
        if self.inner.remote.is_some() {
            // A service knows no parts of the day.
            let whole = DayPart(0);
            let oracle = |profile| StopTimes::Table(TableStops::new(settings.flat.clone(), profile));
            return PlanWays::new(TravelProfile::ALL.map(oracle), whole, (settings.flat.clone(), whole));
        }
        let noon = settings.parts.at_second(NOON_S);
        match self.map().filter(|_| self.uses_map()) {
            Some(map) => {
                let stops = |profile| RoadStops::at_part(map.roads(profile).clone(), settings.reach_m, noon, Vec::new());
                let oracle = |profile| StopTimes::Road(stops(profile));
                PlanWays::new(TravelProfile::ALL.map(oracle), noon, (settings.straight.clone(), noon))
            }
            None => PlanWays::straight(&settings.straight, noon),
        }
    }

    /// Would a plan's times be others if they were made anew?
    pub fn has_news_for(&self, ways: &PlanWays) -> bool {
        match ways.oracle(TravelProfile::Car) {
            StopTimes::Straight(_) => self.inner.remote.is_none() && self.uses_map() && self.map().is_some(),
            StopTimes::Road(stops) => self.map().is_some_and(|map| {
                let (now, then) = (map.roads(TravelProfile::Car), stops.roads());
                (now.ground.map_version, now.metric_version) != (then.ground.map_version, then.metric_version)
            }),
            StopTimes::Table(_) => {
                let count = ways.visited().count();
                let is_known =
                    |(asked, at_ms): (usize, i64)| asked == count && self.inner.clock.now().ms() - at_ms < ASKED_SPAN_MS;
                count > 0 && !ways.asked().is_some_and(is_known)
            }
        }
    }

    /// A plan's stops at the times known now; None: nothing better is known. `profiles`: those that anybody travels by.
    pub async fn renewed_ways(&self, ways: PlanWays, profiles: &[TravelProfile]) -> Option<PlanWays> {
        if self.inner.remote.is_some() {
            return self.asked_ways(ways, profiles).await;
        }
        let map = self.map().filter(|_| self.uses_map())?;
        let (noon, reach_m) = (self.inner.settings.parts.at_second(NOON_S), self.inner.settings.reach_m);
        self.compute(move || {
            let points = ways.points();
            let oracle = |profile| RoadStops::at_part(map.roads(profile).clone(), reach_m, noon, points.clone());
            ways.with(TravelProfile::ALL.map(|profile| StopTimes::Road(oracle(profile))), None)
        })
        .await
    }

    async fn asked_ways(&self, ways: PlanWays, profiles: &[TravelProfile]) -> Option<PlanWays> {
        let noon = self.inner.settings.parts.at_second(NOON_S);
        let count = ways.visited().count();
        let (stops, points): (Vec<_>, Vec<_>) = ways.visited().take(ASKED_PLACES_MAX).unzip();
        let mut oracles = TravelProfile::ALL.map(|profile| ways.oracle(profile).clone());
        for profile in profiles {
            let answered = self.matrix(*profile, &points, &points, noon).await.ok()?;
            let StopTimes::Table(table) = &mut oracles[profile.index()] else { return None };
            if answered.source == Source::StraightLine {
                return None; // the table says as much by itself
            }
            table.fill(&stops, &stops, &answered.value);
        }
        Some(ways.with(oracles, Some((count, self.inner.clock.now().ms()))))
    }
}
