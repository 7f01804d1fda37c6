//! The configuration's sections that guard the edge, and what their values may be.

use super::address::Proxies;
use crate::config::{Http, is_origin};
use serde::Deserialize;
use std::net::IpAddr;

/// Rates: requests, or fixes, a second, and how many at once. A rate of 0 is no limit.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    pub enabled: bool,
    pub read_per_s: u32,
    pub read_burst: u32,
    pub write_per_s: u32,
    pub write_burst: u32,
    pub expensive_per_s: u32,
    pub expensive_burst: u32,
    pub auth_per_s: u32,
    pub auth_burst: u32,
    pub unauthenticated_per_s: u32,
    pub unauthenticated_burst: u32,
    pub phone_fixes_per_s: u32,
    pub phone_fixes_burst: u32,
    pub phone_lookups_per_s: u32,
    pub phone_lookups_burst: u32,
    pub expensive_concurrency_per_core: usize,
    pub exports_concurrency_per_core: usize,
    pub exports_per_principal: u32,
}

/// Largest rate and burst.
const RATE_MAX: u32 = 1_000_000;
/// Most at once for each core.
const CONCURRENCY_MAX: usize = 1_024;

/// A key, its value, and what it must be instead.
pub type Flaw = (&'static str, String, &'static str);

impl Limits {
    pub fn check(&self) -> Result<(), Flaw> {
        for (key, rate) in [
            ("limits.read_per_s", self.read_per_s),
            ("limits.write_per_s", self.write_per_s),
            ("limits.expensive_per_s", self.expensive_per_s),
            ("limits.auth_per_s", self.auth_per_s),
            ("limits.unauthenticated_per_s", self.unauthenticated_per_s),
            ("limits.phone_fixes_per_s", self.phone_fixes_per_s),
            ("limits.phone_lookups_per_s", self.phone_lookups_per_s),
        ] {
            if rate > RATE_MAX {
                return Err((key, rate.to_string(), "0..1000000"));
            }
        }
        for (key, burst) in [
            ("limits.read_burst", self.read_burst),
            ("limits.write_burst", self.write_burst),
            ("limits.expensive_burst", self.expensive_burst),
            ("limits.auth_burst", self.auth_burst),
            ("limits.unauthenticated_burst", self.unauthenticated_burst),
            ("limits.phone_fixes_burst", self.phone_fixes_burst),
            ("limits.phone_lookups_burst", self.phone_lookups_burst),
        ] {
            if !(1..=RATE_MAX).contains(&burst) {
                return Err((key, burst.to_string(), "1..1000000"));
            }
        }
        for (key, permits) in [
            ("limits.expensive_concurrency_per_core", self.expensive_concurrency_per_core),
            ("limits.exports_concurrency_per_core", self.exports_concurrency_per_core),
        ] {
            if permits > CONCURRENCY_MAX {
                return Err((key, permits.to_string(), "0..1024"));
            }
        }
        Ok(())
    }
}

impl Http {
    /// Whether the server itself speaks TLS.
    pub fn is_tls(&self) -> bool {
        !self.tls_certificate.as_os_str().is_empty()
    }

    /// What the guard needs to be true of the listener; `osmand_port` is the second one's.
    pub fn check_guard(&self, bind: IpAddr, osmand_port: u16) -> Result<(), Flaw> {
        let proxies = Proxies::read(&self.trusted_proxies).map_err(|entry| {
            ("http.trusted_proxies", format!("{entry:?}"), "addresses or networks such as 127.0.0.1 or 10.0.0.0/8")
        })?;
        let has_key = !self.tls_key.as_os_str().is_empty();
        if self.is_tls() && !has_key {
            return Err(("http.tls_key", "\"\"".to_owned(), "the key of http.tls_certificate"));
        }
        if has_key && !self.is_tls() {
            return Err(("http.tls_certificate", "\"\"".to_owned(), "the certificate of http.tls_key"));
        }
        if self.redirect_port != 0 && !self.is_tls() {
            return Err(("http.redirect_port", self.redirect_port.to_string(), "0 without http.tls_certificate"));
        }
        if self.redirect_port != 0 && [self.port, osmand_port].contains(&self.redirect_port) {
            return Err((
                "http.redirect_port",
                self.redirect_port.to_string(),
                "another port than http.port and phones.osmand_port",
            ));
        }
        if bind.to_canonical().is_loopback() || self.allow_plain {
            return Ok(());
        }
        if !self.is_tls() && proxies.is_empty() {
            let limit = "a loopback address, unless http.tls_certificate or http.trusted_proxies is set: passwords and positions would \
                         travel in the clear. http.allow_plain = true allows it";
            return Err(("http.bind", format!("{:?}", self.bind), limit));
        }
        if osmand_port != 0 && proxies.is_empty() {
            let limit = "0: it speaks plain HTTP on http.bind, which is not loopback. http.allow_plain = true allows it";
            return Err(("phones.osmand_port", osmand_port.to_string(), limit));
        }
        Ok(())
    }
}

/// Origins that the map may load from.
pub fn check_sources(sources: &[String]) -> Result<(), Flaw> {
    let is_source = |text: &String| is_origin(text) && text.bytes().all(|b| b.is_ascii_graphic() && !b";,'\"".contains(&b));
    match sources.iter().find(|source| !is_source(source)) {
        Some(source) => Err(("map.sources", format!("{source:?}"), "origins such as https://tiles.example.com")),
        None => Ok(()),
    }
}
