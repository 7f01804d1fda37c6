//! Learning how fast roads are from the trips of our own agents: each trip that ends is put on the map, and the lanes it took from end to end
//! show how long they take at that time of day. Every few minutes what was learned becomes the times everybody asks.
//!
//! Nothing of it is stored: after a start the last days' trips are read again. Only vehicles teach, and only those as fast as one: a cyclist
//! whose profile nobody set would make every road slow.

use super::{Map, Travel};
use crate::almanac::Almanac;
use crate::store::StoreError;
use crate::store::travel::EndedTrip;
use salessync_engine::plan::times::TravelProfile;
use salessync_engine::track::Fix;
use salessync_engine::track::rules::Profile;
use salessync_engine::{Timestamp, geo::distance};
use salessync_roads::matching::{Matched, Reading, matched};
use salessync_roads::{Observed, RoadMap};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How often trips that ended are looked at.
const LEARN_EVERY: Duration = Duration::from_secs(300);
/// Changes of timelines read at once.
const CHANGES_AT_ONCE: i64 = 2_000;
/// Longest trip that is put on the map, and most fixes of one: what bounds the memory of one.
const TRIP_MAX_S: i64 = 12 * 3_600;
const FIXES_MAX: usize = 50_000;
/// A vehicle goes at least this fast at times, metres a second: 30 km/h.
const VEHICLE_MPS: f64 = 8.3;
/// A trip that takes longer than this many times what its lanes usually take was not driven by car.
const SLOWEST_RATIO: f64 = 5.0;
/// Speeds are made anew when this many lanes more were seen taken.
const NEWS_MIN: u64 = 50;

/// What has been learned, and from where on.
struct Learner {
    travel: Travel,
    almanac: Arc<Almanac>,
    observed: Observed,
    /// As it was before anything was learned: what tracks are matched by.
    ground: Arc<RoadMap>,
    after: i64,
    published: u64,
}

impl Travel {
    /// Learns for as long as the system runs, once the map is loaded.
    pub(crate) fn start_learning(&self, almanac: Arc<Almanac>, mut stopping: watch::Receiver<bool>) {
        let days = self.inner.settings.learn_days;
        if days == 0 || !self.uses_map() {
            return;
        }
        let travel = self.clone();
        self.inner.store.spawn(async move {
            tokio::select! {
                () = travel.settled() => {}
                _ = stopping.wait_for(|stop| *stop) => return,
            }
            let Some(map) = travel.map() else { return };
            let since = travel.inner.clock.now().plus_s(-days * 86_400);
            let observed = Observed::new(map.roads(TravelProfile::Car));
            let mut learner = Learner { travel, almanac, observed, ground: map, after: i64::MIN, published: 0 };
            loop {
                if let Err(error) = learner.turn(since).await {
                    learner.travel.inner.metrics.task_failures.with_label_values(&["learning"]).inc();
                    tracing::warn!(error = error.chain(), "speeds are not learned, trying again at the next turn");
                }
                tokio::select! {
                    () = tokio::time::sleep(LEARN_EVERY) => {}
                    _ = stopping.wait_for(|stop| *stop) => return,
                }
            }
        });
    }

    /// One turn of learning by hand, from everything there is (tests). Returns how many lanes were seen taken.
    pub async fn learn_now(&self, almanac: Arc<Almanac>) -> Result<u64, StoreError> {
        let Some(map) = self.map() else { return Ok(0) };
        let observed = Observed::new(map.roads(TravelProfile::Car));
        let mut learner = Learner { travel: self.clone(), almanac, observed, ground: map, after: i64::MIN, published: 0 };
        learner.turn(Timestamp::MIN).await?;
        Ok(learner.observed.count())
    }
}

impl Learner {
    /// Takes all trips that ended since the last turn.
    async fn turn(&mut self, since: Timestamp) -> Result<(), StoreError> {
        let store = self.travel.inner.store.clone();
        if self.after == i64::MIN {
            self.after = store.feed_position_at(since).await?;
        }
        loop {
            let (trips, last) = store.trips_ended_after(self.after, CHANGES_AT_ONCE).await?;
            for trip in trips {
                self.take(trip).await?;
            }
            if last == self.after {
                break;
            }
            self.after = last;
        }
        if self.observed.count() >= self.published + NEWS_MIN {
            self.publish().await;
        }
        Ok(())
    }

    async fn take(&mut self, trip: EndedTrip) -> Result<(), StoreError> {
        let (rules, _) = self.almanac.rules(trip.agent);
        let seconds = trip.end_at.since_ms(trip.start_at) / 1000;
        if rules.profile.at(trip.start_at) != Profile::Vehicle || !(1..=TRIP_MAX_S).contains(&seconds) {
            return Ok(());
        }
        let span = self.travel.inner.store.track_span(trip.agent, trip.start_at, trip.end_at.plus_ms(1)).await?;
        let fixes: Vec<Fix> =
            span.fixes.into_iter().filter(|fix| fix.device.as_str() == trip.device).map(|fix| fix.fix).collect();
        if fixes.len() < 2 || fixes.len() > FIXES_MAX || !is_vehicle(&fixes) {
            return Ok(());
        }
        let ground = Arc::clone(&self.ground);
        let part = self.travel.part_at(trip.start_at);
        let on_map = self.travel.compute(move || {
            let roads = ground.roads(TravelProfile::Car);
            matched(&roads.ground, &roads.speeds(part).times, fixes.iter().map(Reading::from))
        });
        if let Some(on_map) = on_map.await {
            self.observe(&on_map);
        }
        Ok(())
    }

    fn observe(&mut self, on_map: &Matched) {
        let roads = self.ground.roads(TravelProfile::Car);
        let traversals: Vec<_> = on_map.pieces.iter().flat_map(|piece| &piece.traversals).collect();
        let at = |ms: i64| self.travel.part_at(Timestamp::from_ms_clamped(ms));
        let taken: u64 = traversals.iter().map(|traversal| u64::from(traversal.duration_ms())).sum();
        let usual: u64 = traversals
            .iter()
            .map(|traversal| u64::from(roads.speeds(at(traversal.entered_at_ms)).times.0[traversal.lane.index()]))
            .sum();
        if taken as f64 > usual as f64 * SLOWEST_RATIO {
            return;
        }
        let parts: Vec<_> = traversals.iter().map(|traversal| at(traversal.entered_at_ms)).collect();
        for (traversal, part) in traversals.into_iter().zip(parts) {
            if self.observed.observe(traversal.lane, part, traversal.duration_ms()) {
                self.travel.inner.metrics.travel_learned_lanes.inc();
            }
        }
    }

    /// Makes the times everybody asks anew.
    async fn publish(&mut self) {
        let Some(current) = self.travel.map() else { return };
        let observed = self.observed.clone();
        let learned = self.travel.compute(move || current.learned(&observed, TravelProfile::Car)).await.flatten();
        if let Some(map) = learned {
            self.published = self.observed.count();
            let metric_version = map.roads(TravelProfile::Car).metric_version;
            *self.travel.inner.map.write() = Map::Loaded(Arc::new(map));
            self.travel.inner.metrics.travel_metric_version.set(metric_version as i64);
            tracing::info!(metric_version, lanes = self.observed.lanes_seen(), drives = self.published, "speeds are learned");
        }
    }
}

/// Does it move as fast as a vehicle now and then? One step in twenty does.
fn is_vehicle(fixes: &[Fix]) -> bool {
    let steps = fixes.windows(2).filter_map(|pair| {
        let span_s = pair[1].recorded_at().since_ms(pair[0].recorded_at()) as f64 / 1000.0;
        (span_s > 0.0).then(|| distance::metres(pair[0].point(), pair[1].point()).0 / span_s)
    });
    let mut speeds: Vec<f64> = steps.collect();
    speeds.sort_unstable_by(f64::total_cmp);
    let fast = speeds.len().saturating_sub(1) - speeds.len() / 20;
    speeds.get(fast).is_some_and(|mps| *mps >= VEHICLE_MPS)
}
