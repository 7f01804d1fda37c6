//! How often somebody may try to sign in: for an account, known or not, and from an address. Each try counts, right or wrong, so that what
//! is refused says nothing about passwords.

use crate::edge::address::neighbourhood;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use salessync_engine::UserId;
use sha2::{Digest, Sha256};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

/// Tries for one account: this many at once, then one every so often.
const ACCOUNT_BURST: u32 = 10;
const ACCOUNT_PERIOD: Duration = Duration::from_secs(6);
/// The same from one address, behind which there may be an office.
const ADDRESS_BURST: u32 = 60;
const ADDRESS_PERIOD: Duration = Duration::from_secs(1);
/// Tries of a second factor's codes for one account, whose password was right: five at once, then five in five minutes.
const CODE_BURST: u32 = 5;
const CODE_PERIOD: Duration = Duration::from_secs(60);
/// Letters to one address about a forgotten password: three at once, then one every twenty minutes.
const LETTER_BURST: u32 = 3;
const LETTER_PERIOD: Duration = Duration::from_secs(1_200);
/// Accounts and addresses remembered; beyond, those that have rested long enough are forgotten.
const REMEMBERED_MAX: usize = 10_000;

/// Counts tries to sign in.
pub struct Attempts {
    accounts: DefaultKeyedRateLimiter<[u8; 32]>,
    addresses: DefaultKeyedRateLimiter<IpAddr>,
    codes: DefaultKeyedRateLimiter<UserId>,
    letters: DefaultKeyedRateLimiter<UserId>,
}

impl Default for Attempts {
    fn default() -> Self {
        Self {
            accounts: RateLimiter::keyed(quota(ACCOUNT_PERIOD, ACCOUNT_BURST)),
            addresses: RateLimiter::keyed(quota(ADDRESS_PERIOD, ADDRESS_BURST)),
            codes: RateLimiter::keyed(quota(CODE_PERIOD, CODE_BURST)),
            letters: RateLimiter::keyed(quota(LETTER_PERIOD, LETTER_BURST)),
        }
    }
}

impl Attempts {
    /// Counts one; an error is how long to wait, in whole seconds.
    pub fn check(&self, email: &str, from: Option<IpAddr>) -> Result<(), u32> {
        let account = Sha256::digest(email.trim().to_lowercase()).into();
        if let Some(from) = from.map(neighbourhood) {
            checked(&self.addresses, &from)?;
        }
        checked(&self.accounts, &account)
    }

    /// Counts one from an address, about nobody in particular.
    pub fn check_address(&self, from: Option<IpAddr>) -> Result<(), u32> {
        from.map(neighbourhood).map_or(Ok(()), |from| checked(&self.addresses, &from))
    }

    /// Counts a try of somebody's code, right or wrong.
    pub fn check_code(&self, user: UserId) -> Result<(), u32> {
        checked(&self.codes, &user)
    }

    /// Counts a letter to somebody.
    pub fn check_letter(&self, user: UserId) -> Result<(), u32> {
        checked(&self.letters, &user)
    }
}

fn quota(period: Duration, burst: u32) -> Quota {
    let quota = Quota::with_period(period).expect("the period is not zero");
    quota.allow_burst(NonZeroU32::new(burst).expect("the burst is not zero"))
}

fn checked<K: Clone + Eq + std::hash::Hash>(limiter: &DefaultKeyedRateLimiter<K>, key: &K) -> Result<(), u32> {
    if limiter.len() > REMEMBERED_MAX {
        limiter.retain_recent();
    }
    limiter.check_key(key).map_err(|not_until| {
        let wait = not_until.wait_time_from(DefaultClock::default().now());
        u32::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u32::MAX).max(1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_tried_ten_times_however_it_is_written_and_wherever_from() {
        let attempts = Attempts::default();
        for n in 0..ACCOUNT_BURST {
            let from = IpAddr::from([10, 0, 0, n as u8]);
            assert_eq!(attempts.check(if n % 2 == 0 { "ada@example.com" } else { " Ada@Example.com " }, Some(from)), Ok(()));
        }
        let wait = attempts.check("ada@example.com", None).unwrap_err();
        assert!((1..=6).contains(&wait), "{wait}");
        assert_eq!(attempts.check("bob@example.com", None), Ok(()));
    }

    #[test]
    fn an_address_is_a_network_of_its_own() {
        let attempts = Attempts::default();
        let address = |last: u16| {
            Some("2001:db8:0:1::".parse::<std::net::Ipv6Addr>().unwrap().segments()).map(|mut parts| {
                parts[7] = last;
                IpAddr::from(parts)
            })
        };
        for n in 0..ADDRESS_BURST {
            assert_eq!(attempts.check(&format!("u{n}@example.com"), address(n as u16)), Ok(()));
        }
        assert!(attempts.check("one-more@example.com", address(9_999)).is_err());
        assert_eq!(attempts.check("one-more@example.com", Some("2001:db8:0:2::1".parse().unwrap())), Ok(()));
    }
}
