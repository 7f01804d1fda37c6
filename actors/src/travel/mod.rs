//! Travel times for the whole product: from the road network of the loaded map, from a routing service, or by the straight line, whichever the
//! settings say and whichever answers. Every answer says where it is from.
//!
//! The map is loaded in the background: the server is ready without it, and times are straight lines until it is there. What is learned about
//! speeds makes a new map behind one pointer; whoever holds the old one goes on with it.

mod cache;
mod learning;
pub mod plans;
mod settings;
pub mod stops;

pub use settings::{Checked, Provider, TravelSettings};

use crate::clock::Clock;
use crate::metrics::Metrics;
use crate::ports::travel::Remote;
use crate::settings::SettingFlaw;
use crate::store::Store;
use cache::{Cache, Key, Version};
use futures_util::future::join_all;
use parking_lot::RwLock;
use salessync_engine::plan::times::{DayPart, DayParts, Leg, Matrix, TravelProfile};
use salessync_engine::{Point, Timestamp};
use salessync_roads::http::Service;
use salessync_roads::osm::ImportReport;
use salessync_roads::{Gazetteer, Place, RoadMap};
use serde::Serialize;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::watch;

/// A service's times are asked for again after so long.
const REMOTE_SPAN_MS: i64 = 600_000;
/// Places of one table by the embedded network; beyond, ask in pieces.
pub const PLACES_MAX: usize = 5_000;

/// Where travel times are from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    StraightLine,
    Embedded,
    Osrm,
    Valhalla,
}

impl Source {
    pub const ALL: [Self; 4] = [Self::StraightLine, Self::Embedded, Self::Osrm, Self::Valhalla];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::StraightLine => "straight_line",
            Self::Embedded => "embedded",
            Self::Osrm => "osrm",
            Self::Valhalla => "valhalla",
        }
    }

    const fn of(service: Service) -> Self {
        match service {
            Service::Osrm => Self::Osrm,
            Service::Valhalla => Self::Valhalla,
        }
    }
}

/// An answer and where it is from.
#[derive(Clone, PartialEq, Debug)]
pub struct Answered<T> {
    pub value: T,
    pub source: Source,
    /// It is not from where the settings say: the map is not loaded, or the service does not answer.
    pub is_fallback: bool,
}

/// A way to draw.
#[derive(Clone, PartialEq, Debug)]
pub struct Way {
    pub leg: Leg,
    pub points: Vec<Point>,
}

/// How the map is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum MapState {
    /// The settings name none.
    None,
    Loading,
    Loaded {
        version: u64,
        /// Counts how often speeds were learned.
        metric_version: u64,
        report: ImportReport,
        places: usize,
    },
    Failed {
        reason: String,
    },
}

/// More places than one table may have.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{places} places, must be at most {PLACES_MAX}")]
pub struct TooManyPlaces {
    pub places: usize,
}

/// Travel times. Cheap to clone.
#[derive(Clone)]
pub struct Travel {
    inner: Arc<Inner>,
}

struct Inner {
    settings: Checked,
    zone: chrono_tz::Tz,
    map: RwLock<Map>,
    loaded: watch::Sender<bool>,
    remote: Option<Remote>,
    cache: Cache,
    store: Store,
    clock: Clock,
    metrics: Metrics,
}

enum Map {
    None,
    Loading,
    Loaded(Arc<RoadMap>),
    Failed(String),
}

/// What `Travel` stands on.
pub struct Surroundings {
    pub store: Store,
    pub clock: Clock,
    pub metrics: Metrics,
    pub zone: chrono_tz::Tz,
}

impl Travel {
    /// Starts loading the map, if there is one, and returns at once.
    pub fn start(settings: &TravelSettings, around: Surroundings) -> Result<Self, SettingFlaw> {
        let settings = settings.check()?;
        let Surroundings { store, clock, metrics, zone } = around;
        let remote = settings.remote.clone().map(|remote| Remote::new(remote, clock.clone())).transpose();
        let remote = remote.map_err(|error| SettingFlaw {
            key: "travel.url",
            value: error.to_string(),
            limit: "an address that a client can be made for".to_owned(),
        })?;
        let map = RwLock::new(if settings.map.is_some() { Map::Loading } else { Map::None });
        let loaded = watch::Sender::new(settings.map.is_none());
        let inner = Inner { settings, zone, map, loaded, remote, cache: Cache::default(), store, clock, metrics };
        let travel = Self { inner: Arc::new(inner) };
        if let Some(path) = travel.inner.settings.map.clone() {
            let loading = travel.clone();
            travel.inner.store.spawn(async move {
                let parts = Arc::clone(&loading.inner.settings.parts);
                let read = tokio::task::spawn_blocking(move || read_map(&path, parts)).await;
                loading.take_map(read.unwrap_or_else(|error| Err(format!("reading it ended early: {error}"))));
            });
        }
        Ok(travel)
    }

    fn take_map(&self, read: Result<RoadMap, String>) {
        let map = match read {
            Ok(map) => {
                tracing::info!(version = map.version, places = map.gazetteer.len(), report = ?map.report, "the map is loaded");
                self.inner.metrics.travel_map_loaded.set(1);
                Map::Loaded(Arc::new(map))
            }
            Err(reason) => {
                tracing::error!(reason, "the map is not loaded; travel times are straight lines");
                Map::Failed(reason)
            }
        };
        *self.inner.map.write() = map;
        self.inner.loaded.send_replace(true);
    }

    /// Waits until the map is loaded, or is known not to be.
    pub async fn settled(&self) {
        let _ = self.inner.loaded.subscribe().wait_for(|is_loaded| *is_loaded).await;
    }

    /// Where times are from when all is well.
    pub fn provider(&self) -> Source {
        match self.inner.settings.provider {
            Provider::StraightLine => Source::StraightLine,
            Provider::Embedded => Source::Embedded,
            Provider::Remote(service) => Source::of(service),
        }
    }

    pub fn map_state(&self) -> MapState {
        match &*self.inner.map.read() {
            Map::None => MapState::None,
            Map::Loading => MapState::Loading,
            Map::Failed(reason) => MapState::Failed { reason: reason.clone() },
            Map::Loaded(map) => MapState::Loaded {
                version: map.version,
                metric_version: map.roads(TravelProfile::Car).metric_version,
                report: map.report,
                places: map.gazetteer.len(),
            },
        }
    }

    /// The loaded map as it is now.
    pub fn map(&self) -> Option<Arc<RoadMap>> {
        match &*self.inner.map.read() {
            Map::Loaded(map) => Some(Arc::clone(map)),
            Map::None | Map::Loading | Map::Failed(_) => None,
        }
    }

    /// The names of places, if there is a map.
    pub fn gazetteer(&self) -> Option<Arc<Gazetteer>> {
        self.map().map(|map| Arc::clone(&map.gazetteer))
    }

    pub fn parts(&self) -> &DayParts {
        &self.inner.settings.parts
    }

    /// The part of the day that an instant falls into, by the organisation's clocks.
    pub fn part_at(&self, instant: Timestamp) -> DayPart {
        self.inner.settings.parts.at(instant, self.inner.zone)
    }

    /// Times from each to each.
    pub async fn matrix(
        &self,
        profile: TravelProfile,
        from: &[Point],
        to: &[Point],
        part: DayPart,
    ) -> Result<Answered<Matrix>, TooManyPlaces> {
        if let Some(places) = [from.len(), to.len()].into_iter().find(|places| *places > PLACES_MAX) {
            return Err(TooManyPlaces { places });
        }
        if let Some(remote) = &self.inner.remote {
            match self.remote_matrix(remote, profile, from, to).await {
                Ok(matrix) => return Ok(self.answered(matrix, Source::of(remote.service()))),
                Err(error) => self.note_failure(&error),
            }
        }
        if let Some(map) = self.map().filter(|_| self.uses_map()) {
            let (from, to, reach_m) = (from.to_vec(), to.to_vec(), self.inner.settings.reach_m);
            let matrix = self.compute(move || {
                let roads = map.roads(profile);
                let places = |points: &[Point]| points.iter().map(|point| roads.snap(*point, reach_m).ok()).collect::<Vec<_>>();
                roads.matrix(&places(&from), &places(&to), part)
            });
            if let Some(matrix) = matrix.await {
                return Ok(self.answered(matrix, Source::Embedded));
            }
        }
        let mut matrix = Matrix::unreachable(from.len(), to.len());
        for (row, from) in from.iter().enumerate() {
            for (column, to) in to.iter().enumerate() {
                matrix.set(row, column, Some(self.inner.settings.straight.leg(profile, *from, *to, part)));
            }
        }
        Ok(self.answered(matrix, Source::StraightLine))
    }

    /// The time from one place to another; None in the answer: there is no way.
    pub async fn leg(&self, profile: TravelProfile, from: Point, to: Point, part: DayPart) -> Answered<Option<Leg>> {
        if let Some(roads) = self.map().filter(|_| self.inner.remote.is_none() && self.uses_map()) {
            let roads = roads.roads(profile);
            let version = Version::Roads { map: roads.ground.map_version, metric: roads.metric_version };
            let key = Key { from, to, profile, part, version };
            let leg = self.inner.cache.get(&key).unwrap_or_else(|| {
                let place = |point| -> Option<Place> { roads.snap(point, self.inner.settings.reach_m).ok() };
                let leg = place(from).zip(place(to)).and_then(|(from, to)| roads.leg(&from, &to, part));
                self.inner.cache.put(key, leg);
                leg
            });
            return self.answered(leg, Source::Embedded);
        }
        let answered = self.matrix(profile, &[from], &[to], part).await;
        let Answered { value, source, is_fallback } = answered.expect("one place is not too many");
        Answered { value: value.get(0, 0), source, is_fallback }
    }

    /// The way from one place to another, as it is drawn; None in the answer: there is none.
    pub async fn way(&self, profile: TravelProfile, from: Point, to: Point, part: DayPart) -> Answered<Option<Way>> {
        if let Some(remote) = &self.inner.remote {
            let asked = remote.clone();
            let drawn = self.inner.store.spawn(async move { asked.route(profile, from, to).await }).await;
            match drawn {
                Ok(Ok(drawn)) => {
                    let way = drawn.map(|drawn| Way { leg: drawn.leg, points: drawn.points });
                    return self.answered(way, Source::of(remote.service()));
                }
                Ok(Err(error)) => self.note_failure(&error),
                Err(error) => self.note_failure(&error),
            }
        }
        if let Some(map) = self.map().filter(|_| self.uses_map()) {
            let reach_m = self.inner.settings.reach_m;
            let way = self.compute(move || {
                let roads = map.roads(profile);
                let (start, end) = (roads.snap(from, reach_m).ok()?, roads.snap(to, reach_m).ok()?);
                let route = roads.route(&start, &end, part)?;
                // Drawn from door to door: the few metres to the road are not in the time, but in the line.
                let points = std::iter::once(from).chain(route.points).chain([to]).collect();
                Some(Way { leg: route.leg, points })
            });
            if let Some(way) = way.await {
                return self.answered(way, Source::Embedded);
            }
        }
        let leg = self.inner.settings.straight.leg(profile, from, to, part);
        self.answered(Some(Way { leg, points: vec![from, to] }), Source::StraightLine)
    }

    /// The ways along a row of places, one for each step, as they are drawn.
    pub async fn ways_along(&self, profile: TravelProfile, points: &[Point], part: DayPart) -> Vec<Answered<Option<Way>>> {
        join_all(points.windows(2).map(|pair| self.way(profile, pair[0], pair[1], part))).await
    }

    /// A map that was loaded is used when the settings say so, and when the service they name does not answer.
    fn uses_map(&self) -> bool {
        self.inner.settings.provider != Provider::StraightLine
    }

    fn answered<T>(&self, value: T, source: Source) -> Answered<T> {
        let is_fallback = source != self.provider();
        self.inner.metrics.travel_answers.with_label_values(&[source.as_str()]).inc();
        if is_fallback {
            self.inner.metrics.travel_fallbacks.inc();
        }
        Answered { value, source, is_fallback }
    }

    fn note_failure(&self, error: &(impl std::error::Error + 'static)) {
        self.inner.metrics.travel_remote_failures.inc();
        let error: &dyn std::error::Error = error;
        tracing::warn!(error, "the routing service gives no travel times");
    }

    /// Asks a service for what is not known of it from the last minutes.
    async fn remote_matrix(
        &self,
        remote: &Remote,
        profile: TravelProfile,
        from: &[Point],
        to: &[Point],
    ) -> Result<Matrix, crate::ports::travel::TravelError> {
        let version = Version::Remote { span: self.inner.clock.now().ms() / REMOTE_SPAN_MS };
        let key = |from: Point, to: Point| Key { from, to, profile, part: DayPart(0), version };
        let mut matrix = Matrix::unreachable(from.len(), to.len());
        let (mut rows, mut columns) = (Vec::new(), vec![false; to.len()]);
        for (row, &start) in from.iter().enumerate() {
            let mut is_whole = true;
            for (column, &end) in to.iter().enumerate() {
                match self.inner.cache.get(&key(start, end)) {
                    Some(leg) => matrix.set(row, column, leg),
                    None => (is_whole, columns[column]) = (false, true),
                }
            }
            rows.extend((!is_whole).then_some(row));
        }
        let columns: Vec<usize> = (0..to.len()).filter(|column| columns[*column]).collect();
        if rows.is_empty() {
            return Ok(matrix);
        }
        let asked_from: Vec<Point> = rows.iter().map(|row| from[*row]).collect();
        let asked_to: Vec<Point> = columns.iter().map(|column| to[*column]).collect();
        let remote = remote.clone();
        let timer = self.inner.metrics.travel_remote_seconds.start_timer();
        let asked = self.inner.store.spawn(async move {
            let matrix = remote.matrix(profile, &asked_from, &asked_to).await;
            (matrix, asked_from, asked_to)
        });
        let (answer, asked_from, asked_to) = asked.await.map_err(|_| crate::ports::travel::TravelError::Resting)?;
        timer.observe_duration();
        let answer = answer?;
        for (at_row, &row) in rows.iter().enumerate() {
            for (at_column, &column) in columns.iter().enumerate() {
                let leg = answer.get(at_row, at_column);
                matrix.set(row, column, leg);
                self.inner.cache.put(key(asked_from[at_row], asked_to[at_column]), leg);
            }
        }
        Ok(matrix)
    }

    /// Runs what takes longer than a moment where nobody waits. None: it did not end well, which is logged.
    async fn compute<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let done = self.inner.store.spawn(async move { tokio::task::spawn_blocking(work).await }).await;
        match done {
            Ok(Ok(value)) => Some(value),
            Ok(Err(error)) | Err(error) => {
                tracing::error!(%error, "computing travel times ended early");
                None
            }
        }
    }
}

fn read_map(path: &Path, parts: Arc<DayParts>) -> Result<RoadMap, String> {
    let map = RoadMap::read(|| std::fs::File::open(path).map(std::io::BufReader::new), parts);
    map.map_err(|error| {
        let error: &dyn std::error::Error = &error;
        let chain = std::iter::successors(Some(error), |error| error.source());
        chain.map(ToString::to_string).collect::<Vec<_>>().join(": ")
    })
}
