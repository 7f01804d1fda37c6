//! How often somebody may ask: a bucket for each principal and class of request, and for each address where nobody is known.
//!
//! GCRA by governor, kept in memory, bounded in keys. What is refused has cost a look-up and no more.

use super::address::neighbourhood;
use super::settings::Limits as Settings;
use crate::error::ApiError;
use actix_web::http::Method;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use parking_lot::Mutex;
use prometheus::{IntCounterVec, Opts};
use salessync_actors::Metrics;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Keys remembered in a bucket. Beyond, those that have rested are forgotten, and while there are still too many, strangers share.
const KEYS_MAX: usize = 50_000;
/// How often is looked for those that have rested.
const FORGET_EVERY: Duration = Duration::from_secs(1);
/// Buckets that keys share when there are too many of them.
const SHARED: u64 = 1_024;

/// What a request costs, by its address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    Read,
    Write,
    Expensive,
    /// Expensive, and streamed for as long as somebody reads.
    Export,
    Auth,
}

impl Class {
    /// The class of a request; None for what is free, or judged where more is known: files, health, phones, sockets.
    pub fn of(method: &Method, path: &str, query: &str) -> Option<Self> {
        let Some(rest) = path.strip_prefix("/api/v1/") else {
            return ["/ready", "/metrics", "/api/openapi.json"].contains(&path).then_some(Self::Read);
        };
        let reads = method == Method::GET || method == Method::HEAD;
        Some(match rest {
            rest if rest.starts_with("auth/") => Self::Auth,
            "positions/at" => Self::Expensive,
            "positions/within" if !reads => Self::Expensive,
            rest if rest.starts_with("history/") || rest.starts_with("imports/") || rest.ends_with("/recompute") => {
                Self::Expensive
            }
            rest if rest.starts_with("agents/") && rest.ends_with("/track") && wants_file(query) => Self::Export,
            _ if reads => Self::Read,
            _ => Self::Write,
        })
    }

    const fn label(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Expensive | Self::Export => "expensive",
            Self::Auth => "auth",
        }
    }
}

/// Whether the query of a track asks for a file.
fn wants_file(query: &str) -> bool {
    form_urlencoded::parse(query.as_bytes()).any(|(key, value)| key == "format" && value != "json")
}

/// All buckets.
pub struct Limits {
    read: Bucket<Uuid>,
    write: Bucket<Uuid>,
    expensive: Bucket<Uuid>,
    auth: Bucket<Uuid>,
    auth_from: Bucket<IpAddr>,
    strangers: Bucket<IpAddr>,
    phone_fixes: Bucket<Uuid>,
    phone_lookups: Bucket<IpAddr>,
    refused: IntCounterVec,
}

impl Limits {
    pub fn new(settings: &Settings, metrics: &Metrics) -> Self {
        let opts = Opts::new("salessync_rate_limited_total", "Requests answered 429, and frames over the rate of their socket");
        let refused = IntCounterVec::new(opts, &["class"]).expect("a valid metric name");
        metrics.registry.register(Box::new(refused.clone())).expect("made once for each system");
        let rate = |per_s: u32| if settings.enabled { per_s } else { 0 };
        Self {
            read: Bucket::new(rate(settings.read_per_s), settings.read_burst),
            write: Bucket::new(rate(settings.write_per_s), settings.write_burst),
            expensive: Bucket::new(rate(settings.expensive_per_s), settings.expensive_burst),
            auth: Bucket::new(rate(settings.auth_per_s), settings.auth_burst),
            auth_from: Bucket::new(rate(settings.auth_per_s), settings.auth_burst),
            strangers: Bucket::new(rate(settings.unauthenticated_per_s), settings.unauthenticated_burst),
            phone_fixes: Bucket::new(rate(settings.phone_fixes_per_s), settings.phone_fixes_burst),
            phone_lookups: Bucket::new(rate(settings.phone_lookups_per_s), settings.phone_lookups_burst),
            refused,
        }
    }

    /// A request of somebody known.
    pub fn of_principal(&self, class: Class, who: Uuid) -> Result<(), ApiError> {
        let bucket = match class {
            Class::Read => &self.read,
            Class::Write => &self.write,
            Class::Expensive | Class::Export => &self.expensive,
            Class::Auth => &self.auth,
        };
        self.counted(class.label(), bucket.take(&who, 1))
    }

    /// A request of nobody known.
    pub fn of_address(&self, class: Class, from: Option<IpAddr>) -> Result<(), ApiError> {
        let Some(from) = from.map(neighbourhood) else { return Ok(()) };
        match class {
            Class::Auth => self.counted("auth", self.auth_from.take(&from, 1)),
            Class::Read | Class::Write | Class::Expensive | Class::Export => {
                self.counted("unauthenticated", self.strangers.take(&from, 1))
            }
        }
    }

    /// Whoever showed a token, a ticket or an id that is nobody's.
    pub fn stranger(&self, from: Option<IpAddr>) -> Result<(), ApiError> {
        self.of_address(Class::Read, from)
    }

    /// Fixes of a device.
    pub fn phone_fixes(&self, device: Uuid, fixes: usize) -> Result<(), ApiError> {
        self.counted("phones", self.phone_fixes.take(&device, u32::try_from(fixes).unwrap_or(u32::MAX)))
    }

    /// A phone's token that has to be looked up.
    pub fn phone_lookup(&self, from: Option<IpAddr>) -> Result<(), ApiError> {
        let Some(from) = from.map(neighbourhood) else { return Ok(()) };
        self.counted("phones", self.phone_lookups.take(&from, 1))
    }

    /// Notes a refusal that was decided elsewhere.
    pub fn count(&self, class: &'static str) {
        self.refused.with_label_values(&[class]).inc();
    }

    fn counted(&self, class: &'static str, taken: Result<(), u32>) -> Result<(), ApiError> {
        taken.map_err(|after_s| {
            self.count(class);
            ApiError::RateLimited(after_s)
        })
    }
}

/// Keys that many others share when there are too many.
trait Shared {
    fn shared(number: u64) -> Self;
}

impl Shared for Uuid {
    fn shared(number: u64) -> Self {
        Self::from_u64_pair(0, number)
    }
}

impl Shared for IpAddr {
    fn shared(number: u64) -> Self {
        Self::V6(Ipv6Addr::from_bits(u128::from(number)))
    }
}

/// One rate for many keys.
struct Bucket<K: Clone + Eq + Hash> {
    /// None: no limit.
    limiter: Option<DefaultKeyedRateLimiter<K>>,
    burst: u32,
    keys_max: usize,
    forgot_at: Mutex<Instant>,
}

impl<K: Clone + Eq + Hash + Shared> Bucket<K> {
    fn new(per_s: u32, burst: u32) -> Self {
        let quota = NonZeroU32::new(per_s).map(Quota::per_second);
        let quota = quota.zip(NonZeroU32::new(burst)).map(|(quota, burst)| quota.allow_burst(burst));
        Self { limiter: quota.map(RateLimiter::keyed), burst, keys_max: KEYS_MAX, forgot_at: Mutex::new(Instant::now()) }
    }

    /// Takes `n`, or the whole burst where that is less; an error is how long to wait, in whole seconds.
    fn take(&self, key: &K, n: u32) -> Result<(), u32> {
        let Some(limiter) = &self.limiter else { return Ok(()) };
        let Some(n) = NonZeroU32::new(n.min(self.burst)) else { return Ok(()) };
        let is_crowded = limiter.len() >= self.keys_max && {
            self.forget_the_rested(limiter);
            limiter.len() >= self.keys_max
        };
        let taken = if is_crowded {
            let mut hasher = DefaultHasher::new();
            key.hash(&mut hasher);
            limiter.check_key_n(&K::shared(hasher.finish() % SHARED), n)
        } else {
            limiter.check_key_n(key, n)
        };
        match taken {
            Ok(Ok(())) => Ok(()),
            Ok(Err(not_until)) => {
                let wait = not_until.wait_time_from(DefaultClock::default().now());
                Err(u32::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u32::MAX).max(1))
            }
            Err(_) => Ok(()), // more than the burst, which `min` rules out
        }
    }

    fn forget_the_rested(&self, limiter: &DefaultKeyedRateLimiter<K>) {
        let mut forgot_at = self.forgot_at.lock();
        if forgot_at.elapsed() >= FORGET_EVERY {
            *forgot_at = Instant::now();
            limiter.retain_recent();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_has_the_class_of_its_address() {
        for (method, path, query, class) in [
            (Method::GET, "/api/v1/agents", "", Some(Class::Read)),
            (Method::HEAD, "/api/v1/agents", "", Some(Class::Read)),
            (Method::POST, "/api/v1/agents", "", Some(Class::Write)),
            (Method::DELETE, "/api/v1/devices/7", "", Some(Class::Write)),
            (Method::POST, "/api/v1/auth/login", "", Some(Class::Auth)),
            (Method::GET, "/api/v1/auth/sessions", "", Some(Class::Auth)),
            (Method::GET, "/api/v1/positions/at", "t=1", Some(Class::Expensive)),
            (Method::GET, "/api/v1/positions/within", "", Some(Class::Read)),
            (Method::POST, "/api/v1/positions/within", "", Some(Class::Expensive)),
            (Method::POST, "/api/v1/history/area", "", Some(Class::Expensive)),
            (Method::POST, "/api/v1/agents/7/recompute", "", Some(Class::Expensive)),
            (Method::POST, "/api/v1/imports/customers", "dry_run=true", Some(Class::Expensive)),
            (Method::GET, "/api/v1/agents/7/track", "limit=10", Some(Class::Read)),
            (Method::GET, "/api/v1/agents/7/track", "format=json", Some(Class::Read)),
            (Method::GET, "/api/v1/agents/7/track", "limit=1&%66ormat=gpx", Some(Class::Export)),
            (Method::GET, "/metrics", "", Some(Class::Read)),
            (Method::GET, "/health", "", None),
            (Method::GET, "/assets/x.js", "", None),
            (Method::POST, "/phone/osmand", "", None),
        ] {
            assert_eq!(Class::of(&method, path, query), class, "{method} {path}?{query}");
        }
    }

    #[test]
    fn a_burst_then_the_rate_each_for_itself() {
        let bucket = Bucket::<Uuid>::new(1, 3);
        let (one, other) = (Uuid::now_v7(), Uuid::now_v7());
        assert_eq!((0..4).map(|_| bucket.take(&one, 1)).collect::<Vec<_>>(), [Ok(()), Ok(()), Ok(()), Err(1)]);
        assert_eq!(bucket.take(&other, 1), Ok(()));
        assert_eq!(bucket.take(&other, 3), Err(1));
        let fresh = Uuid::now_v7();
        assert_eq!(
            (bucket.take(&fresh, 50), bucket.take(&fresh, 1)),
            (Ok(()), Err(1)),
            "a delivery larger than the burst is one burst"
        );
        let unlimited = Bucket::<Uuid>::new(0, 3);
        assert!((0..100).all(|_| unlimited.take(&one, 1).is_ok()));
    }

    #[test]
    fn a_crowd_of_keys_shares_and_is_forgotten() {
        let bucket = Bucket::<IpAddr> { keys_max: 100, ..Bucket::new(1, 2) };
        let address = |n: u32| IpAddr::from(n.to_be_bytes());
        let refused = (0..100_000).filter(|n| bucket.take(&address(*n), 1).is_err()).count();
        assert!(refused > 90_000, "{refused}");
        assert!(bucket.limiter.as_ref().unwrap().len() <= 100 + SHARED as usize);
    }

    #[test]
    fn an_ipv6_network_is_one_address() {
        let metrics = Metrics::new();
        let limits = Limits::new(&crate::config::Config::load(None, []).unwrap().limits, &metrics);
        let from = |text: &str| Some(text.parse::<IpAddr>().unwrap());
        for n in 0..300 {
            limits.stranger(from(&format!("2001:db8::{n:x}"))).unwrap();
        }
        assert!(limits.stranger(from("2001:db8::ffff")).is_err());
        limits.stranger(from("2001:db8:0:1::1")).unwrap();
        limits.stranger(from("203.0.113.9")).unwrap();
    }
}
