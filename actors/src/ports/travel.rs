//! Travel times of a routing service beside ours, OSRM or Valhalla, over HTTP: what to say and how to read is in `salessync_roads::http`, when
//! and how often is here.
//!
//! Large tables are asked for in pieces that services take; a few requests are under way at once. A place without a road makes a whole request
//! fail, so it is found by halves and left out. A service that does not answer is left alone for a while: nobody waits for it again and again.

use crate::clock::Clock;
use futures_util::future::try_join_all;
use salessync_engine::Point;
use salessync_engine::plan::times::{Matrix, TravelProfile};
use salessync_roads::http::{Drawn, ReplyFlaw, Request, Service};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::time::Duration;
use tokio::sync::Semaphore;

/// Requests under way at once.
const AT_ONCE_MAX: usize = 4;
/// Longest reply that is read: a table of 100 by 100 is a tenth of it.
const REPLY_BYTES_MAX: usize = 8 * 1024 * 1024;
/// After so many failures in a row the service is left alone.
const FAILURES_MAX: u32 = 3;
/// For so long, milliseconds.
const REST_MS: i64 = 30_000;
/// Requests one table may cost, halving included.
const REQUESTS_MAX: usize = 4_096;

/// Why there are no times.
#[derive(Debug, thiserror::Error)]
pub enum TravelError {
    #[error("the routing service did not answer")]
    Unreachable(#[source] reqwest::Error),
    #[error("the routing service answers nobody for {} s", REST_MS / 1000)]
    Resting,
    #[error("the routing service answered more than {REPLY_BYTES_MAX} bytes")]
    ReplyTooLong,
    #[error(transparent)]
    Reply(#[from] ReplyFlaw),
    #[error("a table of {rows} by {columns} would take more than {REQUESTS_MAX} requests")]
    TooLarge { rows: usize, columns: usize },
}

impl TravelError {
    /// Is it the service that has a fault, rather than the question?
    fn is_service(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::ReplyTooLong => true,
            Self::Reply(flaw) => {
                matches!(flaw, ReplyFlaw::Unavailable { .. } | ReplyFlaw::Malformed { .. } | ReplyFlaw::Refused { .. })
            }
            Self::Resting | Self::TooLarge { .. } => false,
        }
    }
}

/// Where a service is and how it is treated.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RemoteSettings {
    pub service: Service,
    /// `http://host:port`; `{profile}` in it becomes car, bike or foot.
    pub url: String,
    pub timeout: Duration,
    /// Places in one request: rows and columns together.
    pub places_max: usize,
}

/// A routing service. Cheap to clone.
#[derive(Clone)]
pub struct Remote {
    inner: Arc<Inner>,
}

struct Inner {
    settings: RemoteSettings,
    client: reqwest::Client,
    permits: Semaphore,
    clock: Clock,
    failures: AtomicU32,
    rests_until_ms: AtomicI64,
}

impl Remote {
    pub fn new(settings: RemoteSettings, clock: Clock) -> Result<Self, TravelError> {
        // What a service redirects to was not configured by anybody.
        let client = reqwest::Client::builder()
            .timeout(settings.timeout)
            .connect_timeout(settings.timeout)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .map_err(TravelError::Unreachable)?;
        let inner = Inner {
            settings,
            client,
            permits: Semaphore::new(AT_ONCE_MAX),
            clock,
            failures: AtomicU32::new(0),
            rests_until_ms: AtomicI64::new(i64::MIN),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    pub fn service(&self) -> Service {
        self.inner.settings.service
    }

    /// Is the service being left alone?
    pub fn is_resting(&self) -> bool {
        self.inner.clock.now().ms() < self.inner.rests_until_ms.load(Ordering::Relaxed)
    }

    /// Times from each to each. A place without a road has no times.
    pub async fn matrix(&self, profile: TravelProfile, from: &[Point], to: &[Point]) -> Result<Matrix, TravelError> {
        let side = (self.inner.settings.places_max / 2).max(1);
        let pieces = from.len().div_ceil(side) * to.len().div_ceil(side);
        if pieces > REQUESTS_MAX {
            return Err(TravelError::TooLarge { rows: from.len(), columns: to.len() });
        }
        let mut matrix = Matrix::unreachable(from.len(), to.len());
        let budget = AtomicU32::new(REQUESTS_MAX as u32);
        let asked = from.chunks(side).enumerate().flat_map(|(row, from)| {
            let budget = &budget;
            to.chunks(side).enumerate().map(move |(column, to)| async move {
                let piece = self.piece(profile, from, to, budget).await?;
                Ok::<_, TravelError>((row * side, column * side, piece))
            })
        });
        for (row, column, piece) in try_join_all(asked).await? {
            matrix.paste(row, column, &piece);
        }
        Ok(matrix)
    }

    /// The way between two places; None: there is none.
    pub async fn route(&self, profile: TravelProfile, from: Point, to: Point) -> Result<Option<Drawn>, TravelError> {
        let RemoteSettings { service, url, .. } = &self.inner.settings;
        let reply = self.ask(service.route(url, profile, from, to)).await;
        let read = reply.and_then(|(status, body)| Ok(service.read_route(status, &body)?));
        match self.judged(read) {
            Err(TravelError::Reply(ReplyFlaw::NoRoad { .. })) => Ok(None),
            read => read,
        }
    }

    /// One request; where a place has no road, two of half the size.
    async fn piece(
        &self,
        profile: TravelProfile,
        from: &[Point],
        to: &[Point],
        budget: &AtomicU32,
    ) -> Result<Matrix, TravelError> {
        let RemoteSettings { service, url, .. } = &self.inner.settings;
        let shape = (from.len(), to.len());
        let is_spent = budget.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_err();
        if is_spent {
            return Err(TravelError::TooLarge { rows: shape.0, columns: shape.1 });
        }
        let reply = self.ask(service.matrix(url, profile, from, to)).await;
        let read = reply.and_then(|(status, body)| Ok(service.read_matrix(shape, status, &body)?));
        let (no_road, too_big) = match self.judged(read) {
            Err(TravelError::Reply(ReplyFlaw::NoRoad { place })) => (place, false),
            Err(TravelError::Reply(ReplyFlaw::TooBig)) => (None, true),
            read => return read,
        };
        let mut matrix = Matrix::unreachable(shape.0, shape.1);
        if shape == (1, 1) {
            return if too_big { Err(ReplyFlaw::TooBig.into()) } else { Ok(matrix) };
        }
        // Without the place it named; else by halves, the longer side.
        let (rows, columns) = match no_road {
            Some(place) if place < shape.0 => ((0..place, place + 1..shape.0), (0..shape.1, 0..0)),
            Some(place) if place < shape.0 + shape.1 => {
                let column = place - shape.0;
                ((0..shape.0, 0..0), (0..column, column + 1..shape.1))
            }
            _ if shape.0 >= shape.1 => ((0..shape.0 / 2, shape.0 / 2..shape.0), (0..shape.1, 0..0)),
            _ => ((0..shape.0, 0..0), (0..shape.1 / 2, shape.1 / 2..shape.1)),
        };
        for rows in [rows.0, rows.1] {
            for columns in [columns.0.clone(), columns.1.clone()] {
                if !rows.is_empty() && !columns.is_empty() {
                    let piece = Box::pin(self.piece(profile, &from[rows.clone()], &to[columns.clone()], budget)).await?;
                    matrix.paste(rows.start, columns.start, &piece);
                }
            }
        }
        Ok(matrix)
    }

    async fn ask(&self, request: Request) -> Result<(u16, Vec<u8>), TravelError> {
        let _permit = self.inner.permits.acquire().await.map_err(|_| TravelError::Resting)?;
        if self.is_resting() {
            return Err(TravelError::Resting);
        }
        let sent = match request.body {
            None => self.inner.client.get(&request.url),
            Some(body) => self.inner.client.post(&request.url).header("content-type", "application/json").body(body),
        };
        // The address is configured and may hold a password.
        let mut reply = sent.send().await.map_err(|error| TravelError::Unreachable(error.without_url()))?;
        let status = reply.status().as_u16();
        let mut body = Vec::new();
        while let Some(chunk) = reply.chunk().await.map_err(|error| TravelError::Unreachable(error.without_url()))? {
            if body.len() + chunk.len() > REPLY_BYTES_MAX {
                return Err(TravelError::ReplyTooLong);
            }
            body.extend_from_slice(&chunk);
        }
        Ok((status, body))
    }

    /// Counts failures, and lets the service rest after some.
    fn judged<T>(&self, outcome: Result<T, TravelError>) -> Result<T, TravelError> {
        match &outcome {
            Err(error) if error.is_service() => {
                if self.inner.failures.fetch_add(1, Ordering::Relaxed) + 1 >= FAILURES_MAX {
                    self.inner.failures.store(0, Ordering::Relaxed);
                    self.inner.rests_until_ms.store(self.inner.clock.now().ms() + REST_MS, Ordering::Relaxed);
                    tracing::warn!("the routing service fails and is left alone for {} s", REST_MS / 1000);
                }
            }
            Err(TravelError::Resting) => {}
            Ok(_) | Err(_) => self.inner.failures.store(0, Ordering::Relaxed),
        }
        outcome
    }
}
