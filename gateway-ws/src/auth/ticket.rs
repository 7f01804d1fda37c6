//! Tickets: how a browser, which cannot set headers on a WebSocket, shows who it is. Single use, 30 s, kept hashed and in memory.

use super::principal::Principal;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parking_lot::Mutex;
use salessync_engine::Timestamp;
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// Life of a ticket.
pub const TTL_S: i64 = 30;
/// Tickets not used yet; a new one beyond pushes out the expired ones, then is refused.
const TICKETS_MAX: usize = 10_000;

/// A principal, in a session and until its token ends, and until when the ticket is good.
struct Holder {
    principal: Principal,
    ticket_expires: Timestamp,
}

/// The tickets given out.
#[derive(Default)]
pub struct Tickets {
    open: Mutex<HashMap<[u8; 32], Holder>>,
}

impl Tickets {
    /// Gives out a ticket; None when too many are open or the system has no randomness.
    pub fn issue(&self, principal: Principal, now: Timestamp) -> Option<String> {
        let mut secret = [0u8; 32];
        getrandom::fill(&mut secret).ok()?;
        let ticket = URL_SAFE_NO_PAD.encode(secret);
        let mut open = self.open.lock();
        if open.len() >= TICKETS_MAX {
            open.retain(|_, holder| holder.ticket_expires > now);
        }
        if open.len() >= TICKETS_MAX {
            return None;
        }
        open.insert(hash(&ticket), Holder { principal, ticket_expires: now.plus_s(TTL_S) });
        Some(ticket)
    }

    /// Takes a ticket back: it works once. Whether its holder may still be here is for the caller to ask.
    pub fn redeem(&self, ticket: &str, now: Timestamp) -> Option<Principal> {
        let holder = self.open.lock().remove(&hash(ticket))?;
        (holder.ticket_expires > now).then_some(holder.principal)
    }
}

fn hash(ticket: &str) -> [u8; 32] {
    Sha256::digest(ticket.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use salessync_actors::PrincipalId;
    use salessync_engine::{SessionId, UserId};

    #[test]
    fn a_ticket_works_once_and_not_for_long() {
        let tickets = Tickets::default();
        let now = Timestamp::parse("2026-11-23T08:00:00Z").unwrap();
        let who = Principal {
            id: PrincipalId::User(UserId(uuid::Uuid::nil())),
            session: Some(SessionId(uuid::Uuid::nil())),
            expires: now.plus_s(900),
            impersonator: None,
        };
        let ticket = tickets.issue(who, now).unwrap();
        assert_eq!(tickets.redeem(&ticket, now), Some(who));
        assert_eq!(tickets.redeem(&ticket, now), None, "used");
        let late = tickets.issue(who, now).unwrap();
        assert_eq!(tickets.redeem(&late, now.plus_s(TTL_S)), None, "expired");
        assert_eq!(tickets.redeem("guess", now), None);
    }
}
