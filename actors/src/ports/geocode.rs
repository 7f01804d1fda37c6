//! The geocoder: a server that speaks as Nominatim does when one is configured, the names of a loaded map otherwise, or nobody.
//!
//! A public server is asked politely: one request at a time with a pause between, under a name, answers remembered. Nobody waits long: more than a few
//! waiting, and the next is told to come again. What is asked leaves the house only where a server is configured.

use parking_lot::{Mutex, RwLock};
use reqwest::{Client, Url};
use salessync_engine::Point;
use salessync_engine::geocode::{Candidate, Gazetteer};
use salessync_engine::words::folded;
use serde::Deserialize;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::Instant;

/// Questions that wait for the server; a person types one at a time.
const WAITING_MAX: usize = 8;
/// Answers remembered.
const REMEMBERED_MAX: usize = 10_000;
/// Towns are built slowly.
const REMEMBERED_FOR: Duration = Duration::from_secs(24 * 3600);
/// Largest answer that is read.
const ANSWER_BYTES_MAX: usize = 1024 * 1024;
/// Half the side of the box that is preferred around a point, degrees.
const NEAR_DEG: f64 = 0.5;
pub const LIMIT_MAX: usize = 20;

/// How a geocoding server is asked.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Where it is, such as https://nominatim.example.com; empty: there is none.
    pub url: String,
    /// What we call ourselves: public servers want to know whom to tell when something is wrong.
    pub user_agent: String,
    /// Shortest pause between two questions.
    pub interval_ms: u64,
    /// Longest wait for an answer.
    pub timeout_ms: u64,
    /// Look for the places of customers that have an address and no point, whenever there is time.
    pub locate: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { url: String::new(), user_agent: "SalesSync".to_owned(), interval_ms: 1_000, timeout_ms: 5_000, locate: true }
    }
}

/// Why nothing was answered.
#[derive(Debug, thiserror::Error)]
pub enum GeocodeError {
    #[error("too many questions are waiting for the geocoder")]
    Busy,
    #[error("the geocoder did not answer")]
    Unreachable(#[source] reqwest::Error),
    #[error("the geocoder refused with HTTP {0}")]
    Refused(u16),
    #[error("the geocoder's answer cannot be read: {0}")]
    Unreadable(String),
}

/// Why a server cannot be used.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum GeocodeFlaw {
    #[error("must be an http or https address, or empty")]
    Url,
    #[error("must be 1..200 printable characters")]
    UserAgent,
    #[error("the client cannot be made: {0}")]
    Client(String),
}

/// Who answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    Server,
    Map,
    Nobody,
}

impl Source {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Map => "map",
            Self::Nobody => "nobody",
        }
    }
}

/// Cheap to clone.
#[derive(Clone)]
pub struct Geocoder {
    server: Option<Arc<Nominatim>>,
    map: Arc<RwLock<Option<Arc<dyn Gazetteer>>>>,
}

impl Geocoder {
    pub fn new(settings: &Settings) -> Result<Self, GeocodeFlaw> {
        let server = if settings.url.is_empty() { None } else { Some(Arc::new(Nominatim::new(settings)?)) };
        Ok(Self { server, map: Arc::default() })
    }

    /// Puts the names of a map in the place of nobody. A configured server is asked first all the same.
    pub fn set_map(&self, map: Arc<dyn Gazetteer>) {
        *self.map.write() = Some(map);
    }

    pub fn source(&self) -> Source {
        match (&self.server, &*self.map.read()) {
            (Some(_), _) => Source::Server,
            (None, Some(_)) => Source::Map,
            (None, None) => Source::Nobody,
        }
    }

    /// Places that a text may mean, the best first, at most `limit` (1 to 20).
    pub async fn search(&self, text: &str, near: Option<Point>, limit: usize) -> Result<Vec<Candidate>, GeocodeError> {
        let limit = limit.clamp(1, LIMIT_MAX);
        if let Some(server) = &self.server {
            return server.search(text, near, limit).await;
        }
        let map = self.map.read().clone();
        Ok(map.map(|map| map.search(text, near, limit)).unwrap_or_default())
    }

    /// What lies at a point.
    pub async fn reverse(&self, point: Point) -> Result<Option<Candidate>, GeocodeError> {
        if let Some(server) = &self.server {
            return server.reverse(point).await;
        }
        let map = self.map.read().clone();
        Ok(map.and_then(|map| map.reverse(point)))
    }
}

/// A server that speaks as Nominatim does.
struct Nominatim {
    client: Client,
    url: Url,
    interval: Duration,
    /// Held by whoever asks: when the next may.
    next: tokio::sync::Mutex<Instant>,
    waiting: Semaphore,
    remembered: Mutex<Remembered>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Question {
    /// The folded text, the place in tenths of a degree, how many.
    Search(String, Option<(i32, i32)>, usize),
    Reverse(Point),
}

/// Answers by question, the oldest forgotten first.
#[derive(Default)]
struct Remembered {
    answers: HashMap<Question, (Instant, Vec<Candidate>)>,
    order: VecDeque<Question>,
}

impl Remembered {
    fn recall(&self, question: &Question) -> Option<Vec<Candidate>> {
        let (at, answer) = self.answers.get(question)?;
        (at.elapsed() < REMEMBERED_FOR).then(|| answer.clone())
    }

    fn remember(&mut self, question: Question, answer: Vec<Candidate>) {
        if self.answers.insert(question.clone(), (Instant::now(), answer)).is_none() {
            self.order.push_back(question);
        }
        while self.order.len() > REMEMBERED_MAX {
            if let Some(oldest) = self.order.pop_front() {
                self.answers.remove(&oldest);
            }
        }
    }
}

/// What of an answer is of use. Numbers come as text.
#[derive(Deserialize)]
struct Found {
    lat: Option<String>,
    lon: Option<String>,
    display_name: Option<String>,
    addresstype: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    importance: Option<f64>,
    error: Option<serde_json::Value>,
}

impl Found {
    /// None: a place without a name or a point, of no use.
    fn candidate(self) -> Option<Candidate> {
        let point = Point::new(self.lat?.trim().parse().ok()?, self.lon?.trim().parse().ok()?).ok()?;
        let score = self.importance.filter(|score| score.is_finite()).unwrap_or_default().clamp(0.0, 1.0);
        let kind = self.addresstype.or(self.kind).unwrap_or_default();
        Some(Candidate { name: self.display_name?, point, kind, score })
    }
}

impl Nominatim {
    fn new(settings: &Settings) -> Result<Self, GeocodeFlaw> {
        let mut url = Url::parse(&settings.url).map_err(|_| GeocodeFlaw::Url)?;
        if !matches!(url.scheme(), "http" | "https") || url.cannot_be_a_base() {
            return Err(GeocodeFlaw::Url);
        }
        if !url.path().ends_with('/') {
            url.set_path(&format!("{}/", url.path()));
        }
        let name = &settings.user_agent;
        if !(1..=200).contains(&name.len()) || !name.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
            return Err(GeocodeFlaw::UserAgent);
        }
        let client = Client::builder()
            .user_agent(name)
            .timeout(Duration::from_millis(settings.timeout_ms))
            .redirect(reqwest::redirect::Policy::none())
            // Asked from several runtimes, and a connection belongs to the one that opened it.
            .pool_max_idle_per_host(0)
            .build()
            .map_err(|error| GeocodeFlaw::Client(error.to_string()))?;
        Ok(Self {
            client,
            url,
            interval: Duration::from_millis(settings.interval_ms),
            next: tokio::sync::Mutex::new(Instant::now()),
            waiting: Semaphore::new(WAITING_MAX),
            remembered: Mutex::default(),
        })
    }

    async fn search(&self, text: &str, near: Option<Point>, limit: usize) -> Result<Vec<Candidate>, GeocodeError> {
        let tenths = |point: Point| ((point.lat() * 10.0).round() as i32, (point.lon() * 10.0).round() as i32);
        let question = Question::Search(folded(text), near.map(tenths), limit);
        let mut pairs = vec![("q", text.to_owned()), ("format", "jsonv2".to_owned()), ("limit", limit.to_string())];
        if let Some(near) = near {
            let (lat, lon) = (near.lat(), near.lon());
            let view = format!("{},{},{},{}", lon - NEAR_DEG, lat + NEAR_DEG, lon + NEAR_DEG, lat - NEAR_DEG);
            pairs.push(("viewbox", view));
        }
        self.ask(question, "search", &pairs, |bytes| {
            let found: Vec<Found> = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
            Ok(found.into_iter().filter_map(Found::candidate).take(limit).collect())
        })
        .await
    }

    async fn reverse(&self, point: Point) -> Result<Option<Candidate>, GeocodeError> {
        let pairs = [("lat", point.lat().to_string()), ("lon", point.lon().to_string()), ("format", "jsonv2".to_owned())];
        let found = self.ask(Question::Reverse(point), "reverse", &pairs, |bytes| {
            let found: Found = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
            // Nothing near is an answer, not a failure.
            Ok(if found.error.is_some() { Vec::new() } else { found.candidate().into_iter().collect() })
        });
        Ok(found.await?.pop())
    }

    async fn ask(
        &self,
        question: Question,
        path: &str,
        pairs: &[(&str, String)],
        read: impl FnOnce(&[u8]) -> Result<Vec<Candidate>, String>,
    ) -> Result<Vec<Candidate>, GeocodeError> {
        if let Some(answer) = self.remembered.lock().recall(&question) {
            return Ok(answer);
        }
        let _waits = self.waiting.try_acquire().map_err(|_| GeocodeError::Busy)?;
        let mut next = self.next.lock().await;
        // Somebody before us may have asked the same.
        if let Some(answer) = self.remembered.lock().recall(&question) {
            return Ok(answer);
        }
        tokio::time::sleep_until(*next).await;
        *next = Instant::now() + self.interval;
        // Held until the answer is there: one question at a time.
        let answered = self.exchange(path, pairs).await;
        drop(next);
        let answer = read(&answered?).map_err(GeocodeError::Unreadable)?;
        self.remembered.lock().remember(question, answer.clone());
        Ok(answer)
    }

    async fn exchange(&self, path: &str, pairs: &[(&str, String)]) -> Result<Vec<u8>, GeocodeError> {
        let url = self.url.join(path).map_err(|error| GeocodeError::Unreadable(error.to_string()))?;
        // Its own words never hold the question: an address may be a person's.
        let unreachable = |error: reqwest::Error| GeocodeError::Unreachable(error.without_url());
        let mut response = self.client.get(url).query(pairs).send().await.map_err(unreachable)?;
        if !response.status().is_success() {
            return Err(GeocodeError::Refused(response.status().as_u16()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
            if body.len() + chunk.len() > ANSWER_BYTES_MAX {
                return Err(GeocodeError::Unreadable(format!("it is larger than {ANSWER_BYTES_MAX} bytes")));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}
