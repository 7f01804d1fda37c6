//! How much of what costs a lot is under way at once, and how many sockets and exports one principal has open.

use super::limit::Class;
use super::settings::Limits as Settings;
use crate::error::ApiError;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::web::Bytes;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

/// Longest wait for a permit.
const PATIENCE: Duration = Duration::from_secs(2);

/// The permits. Exports have their own: a client that reads its file slowly must not hold up everybody's history.
pub struct Permits {
    expensive: Option<Arc<Semaphore>>,
    exports: Option<Arc<Semaphore>>,
    exports_of: Seats,
}

impl Permits {
    pub fn new(settings: &Settings) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let semaphore = |per_core: usize| (settings.enabled && per_core > 0).then(|| Arc::new(Semaphore::new(per_core * cores)));
        Self {
            expensive: semaphore(settings.expensive_concurrency_per_core),
            exports: semaphore(settings.exports_concurrency_per_core),
            exports_of: Seats::new(if settings.enabled { settings.exports_per_principal } else { 0 }),
        }
    }

    /// Leave to begin, held until the answer's last byte. Nothing for what is cheap.
    pub async fn acquire(&self, class: Class, who: Option<Uuid>) -> Result<Held, ApiError> {
        let (semaphore, seat) = match class {
            Class::Read | Class::Write | Class::Auth => return Ok(Held::default()),
            Class::Expensive => (&self.expensive, None),
            Class::Export => {
                let seat = who.map(|who| self.exports_of.take(who).ok_or(ApiError::Overloaded)).transpose()?;
                (&self.exports, seat)
            }
        };
        let Some(semaphore) = semaphore else { return Ok(Held { _permit: None, seat }) };
        match tokio::time::timeout(PATIENCE, semaphore.clone().acquire_owned()).await {
            Ok(Ok(permit)) => Ok(Held { _permit: Some(permit), seat }),
            Ok(Err(_)) | Err(_) => Err(ApiError::Overloaded),
        }
    }
}

/// What an answer holds until it is written.
#[derive(Default)]
pub struct Held {
    _permit: Option<OwnedSemaphorePermit>,
    seat: Option<Seat>,
}

impl Held {
    /// The body that lets go when it ends.
    pub fn until_the_end_of(self, body: BoxBody) -> BoxBody {
        if self._permit.is_none() && self.seat.is_none() { body } else { BoxBody::new(Holding { body, _held: self }) }
    }
}

struct Holding {
    body: BoxBody,
    _held: Held,
}

impl MessageBody for Holding {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(cx)
    }
}

/// How many of something each principal has; 0 is no limit.
#[derive(Clone)]
pub struct Seats {
    max: u32,
    taken: Arc<Mutex<HashMap<Uuid, u32>>>,
}

impl Seats {
    pub fn new(max: u32) -> Self {
        Self { max, taken: Arc::default() }
    }

    /// One more for `who`; None when that would be too many.
    pub fn take(&self, who: Uuid) -> Option<Seat> {
        if self.max == 0 {
            return Some(Seat { who, of: None });
        }
        let mut taken = self.taken.lock();
        let count = taken.entry(who).or_default();
        if *count >= self.max {
            return None;
        }
        *count += 1;
        Some(Seat { who, of: Some(self.taken.clone()) })
    }
}

/// One of them, given back when it goes.
pub struct Seat {
    who: Uuid,
    of: Option<Arc<Mutex<HashMap<Uuid, u32>>>>,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let Some(of) = &self.of else { return };
        let mut taken = of.lock();
        if let Some(count) = taken.get_mut(&self.who) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.who);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use std::future::poll_fn;

    #[test]
    fn a_seat_is_given_back() {
        let seats = Seats::new(2);
        let (ada, bob) = (Uuid::now_v7(), Uuid::now_v7());
        let first = seats.take(ada);
        let second = seats.take(ada);
        assert!(first.is_some() && second.is_some() && seats.take(ada).is_none() && seats.take(bob).is_some());
        drop(first);
        assert!(seats.take(ada).is_some());
        drop(second);
        assert!(seats.taken.lock().is_empty());
        assert!((0..100).map(|_| Seats::new(0).take(ada)).all(|seat| seat.is_some()));
    }

    #[actix_web::test]
    async fn a_permit_is_held_until_the_body_ends_and_one_too_many_is_overloaded() {
        let config = Config::load(None, [("SALESSYNC_LIMITS__EXPORTS_PER_PRINCIPAL".to_owned(), "1".to_owned())]).unwrap();
        let permits = Permits::new(&config.limits);
        let who = Some(Uuid::now_v7());
        let mut body = permits.acquire(Class::Export, who).await.unwrap().until_the_end_of(BoxBody::new("file"));
        assert!(matches!(permits.acquire(Class::Export, who).await, Err(ApiError::Overloaded)));
        assert!(poll_fn(|cx| Pin::new(&mut body).poll_next(cx)).await.unwrap().is_ok());
        assert!(permits.acquire(Class::Export, who).await.is_err(), "read, but not ended");
        drop(body);
        assert!(permits.acquire(Class::Export, who).await.is_ok());

        let semaphore = permits.expensive.clone().unwrap();
        let all = semaphore.clone().acquire_many_owned(semaphore.available_permits() as u32).await.unwrap();
        let since = std::time::Instant::now();
        assert!(matches!(permits.acquire(Class::Expensive, who).await, Err(ApiError::Overloaded)));
        assert!(since.elapsed() >= PATIENCE);
        assert!(permits.acquire(Class::Read, who).await.is_ok(), "what is cheap waits for nobody");
        drop(all);
        assert!(permits.acquire(Class::Expensive, who).await.is_ok());
    }
}
