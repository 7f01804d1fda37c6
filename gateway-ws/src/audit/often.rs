//! Acts that an outsider can cause at will, refusals above all: a few of each are written, the rest are counted and become one row a minute.
//! Whatever comes, and from however many addresses, the trail grows by a bounded number of rows a minute.

use salessync_engine::Timestamp;
use salessync_engine::audit::{Act, ActKind, Actor};
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};

/// Acts of one kind and origin that are written one by one in a minute.
const EACH_MAX: u32 = 5;
/// Acts of all origins that are written one by one in a minute.
const ALL_MAX: u32 = 300;
/// Origins counted apart; those beyond are counted together.
const ORIGINS_MAX: usize = 1_000;
const WINDOW_S: i64 = 60;

/// What is counted together: acts of one kind by one principal, or from one address where nobody says who they are.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Origin {
    kind: ActKind,
    actor: Actor,
    network: Option<IpAddr>,
}

struct Slot {
    since: Timestamp,
    written: u32,
    counted: u32,
    /// The newest of those counted: it stands for the others.
    newest: Option<Act>,
}

#[derive(Default)]
pub struct Often {
    slots: HashMap<Origin, Slot>,
    waiting: Vec<Act>,
    window: Option<Timestamp>,
    written: u32,
}

impl Often {
    pub fn offer(&mut self, act: Act, now: Timestamp) {
        if self.window.is_none_or(|since| now.since_ms(since) >= WINDOW_S * 1000) {
            (self.window, self.written) = (Some(now), 0);
        }
        let mut origin = origin_of(&act);
        let is_full = self.slots.len() >= ORIGINS_MAX && !self.slots.contains_key(&origin);
        if is_full {
            origin = Origin { actor: Actor::Nobody, network: None, ..origin };
        }
        let slot = self.slots.entry(origin).or_insert(Slot { since: now, written: 0, counted: 0, newest: None });
        if slot.written < EACH_MAX && self.written < ALL_MAX && !is_full {
            slot.written += 1;
            self.written += 1;
            self.waiting.push(act);
        } else {
            slot.counted = slot.counted.saturating_add(act.count);
            slot.newest = Some(act);
        }
    }

    /// What is to be written now: acts that wait, and the counts of minutes that are over.
    pub fn due(&mut self, now: Timestamp) -> Vec<Act> {
        self.take(|slot| now.since_ms(slot.since) >= WINDOW_S * 1000)
    }

    /// Everything, whatever minute it is.
    pub fn all(&mut self) -> Vec<Act> {
        self.take(|_| true)
    }

    fn take(&mut self, is_over: impl Fn(&Slot) -> bool) -> Vec<Act> {
        let mut acts = std::mem::take(&mut self.waiting);
        self.slots.retain(|origin, slot| {
            let over = is_over(slot);
            if let Some(act) = slot.newest.take_if(|_| over) {
                let (actor, address) = if origin.actor == Actor::Nobody && origin.network.is_none() {
                    (Actor::Nobody, None)
                } else {
                    (act.actor, act.address)
                };
                acts.push(Act { count: slot.counted, actor, address, ..act });
            }
            !over
        });
        acts
    }
}

/// A network of IPv6 counts as one address: its owner has them all.
fn origin_of(act: &Act) -> Origin {
    let network = match act.address.filter(|_| act.actor == Actor::Nobody) {
        Some(IpAddr::V6(address)) => Some(IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64))),
        other => other,
    };
    Origin { kind: act.kind, actor: act.actor, network }
}

#[cfg(test)]
mod tests {
    use super::*;
    use salessync_engine::UserId;
    use salessync_engine::audit::Outcome;
    use uuid::Uuid;

    fn now() -> Timestamp {
        Timestamp::parse("2026-11-23T08:00:00Z").unwrap()
    }

    fn refusal(actor: Actor, address: &str) -> Act {
        let address = Some(address.parse().unwrap());
        Act { address, ..Act::new(now(), actor, ActKind::AccessRefused) }.ended(Outcome::Refused)
    }

    #[test]
    fn a_few_are_written_and_the_rest_is_one_row() {
        let mut often = Often::default();
        for _ in 0..1_000 {
            often.offer(refusal(Actor::Nobody, "192.0.2.1"), now());
        }
        often.offer(refusal(Actor::Nobody, "192.0.2.2"), now());
        assert_eq!(often.due(now().plus_s(1)).len(), 6, "five of the first, one of the other");
        assert!(often.due(now().plus_s(59)).is_empty());
        let counted = often.due(now().plus_s(60));
        assert_eq!(counted.iter().map(|act| act.count).collect::<Vec<_>>(), [995]);
        often.offer(refusal(Actor::Nobody, "192.0.2.1"), now().plus_s(61));
        assert_eq!(often.due(now().plus_s(62)).len(), 1, "a minute later it is written again");
    }

    #[test]
    fn a_flood_from_everywhere_makes_a_bounded_number_of_rows_and_loses_no_count() {
        let mut often = Often::default();
        for n in 0..200_000u32 {
            often.offer(refusal(Actor::Nobody, &std::net::Ipv4Addr::from_bits(n).to_string()), now());
        }
        let rows = often.all();
        assert!(rows.len() <= ALL_MAX as usize + ORIGINS_MAX + 1, "{}", rows.len());
        assert_eq!(rows.iter().map(|act| act.count).sum::<u32>(), 200_000);
        assert!(often.all().is_empty());
    }

    #[test]
    fn a_principal_is_one_origin_wherever_they_are_and_a_network_of_ipv6_is_too() {
        let mut often = Often::default();
        let user = Actor::User(UserId(Uuid::from_u128(1)));
        for n in 0..100 {
            often.offer(refusal(user, &format!("192.0.2.{n}")), now());
            often.offer(refusal(Actor::Nobody, &format!("2001:db8::{n:x}")), now());
        }
        let rows = often.all();
        assert_eq!(rows.len(), 2 * (EACH_MAX as usize + 1));
        assert!(rows.iter().any(|act| act.actor == user && act.count == 95));
    }
}
