//! Rebuilding an agent's state: snapshot, then the journal's tail, fix by fix where a panic says so.
//!
//! A fix that makes the derivation panic is found, named, and left out, so that it costs itself and nothing else.

use salessync_engine::agent::{AgentState, Observed, Rules};
use salessync_engine::track::{Device, Fix};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A journalled frame, or what is left of one.
#[derive(Clone, Debug)]
pub struct Tail {
    pub seq: i64,
    pub device: Device,
    pub fixes: Vec<Fix>,
}

/// A state brought up to date, and what stood in the way.
#[derive(Debug)]
pub struct Rebuilt {
    pub state: AgentState,
    pub position: i64,
    /// Fixes that panic the derivation, to be parked durably.
    pub culprits: Vec<(Device, Fix)>,
    /// Fixes of times off duty, to be set aside where they are not yet.
    pub off_duty: Vec<(Device, Fix)>,
    /// Devices that must be walked again from the store, each from its earliest fix before what was held.
    pub older: BTreeMap<Device, Fix>,
}

/// Applies the tail after the snapshot's position.
pub fn rebuild(snapshot: AgentState, position: i64, tail: &[Tail], rules: &Rules) -> Rebuilt {
    let mut rebuilt = Rebuilt { state: snapshot, position, culprits: Vec::new(), off_duty: Vec::new(), older: BTreeMap::new() };
    for part in tail.iter().filter(|part| part.seq > position) {
        let before = rebuilt.state.clone();
        let whole = catch_unwind(AssertUnwindSafe(|| observe(&mut rebuilt.state, &part.device, &part.fixes, rules)));
        match whole {
            Ok(observed) => rebuilt.note(&observed, &part.device),
            Err(_) => {
                rebuilt.state = before;
                rebuilt.one_by_one(part, rules);
            }
        }
        rebuilt.position = part.seq;
    }
    rebuilt
}

impl Rebuilt {
    fn one_by_one(&mut self, part: &Tail, rules: &Rules) {
        for fix in &part.fixes {
            let before = self.state.clone();
            match catch_unwind(AssertUnwindSafe(|| observe(&mut self.state, &part.device, std::slice::from_ref(fix), rules))) {
                Ok(observed) => self.note(&observed, &part.device),
                Err(_) => {
                    // The state may be damaged anywhere: go back to the one before.
                    self.state = before;
                    self.culprits.push((part.device.clone(), *fix));
                }
            }
        }
    }

    fn note(&mut self, observed: &Observed, device: &Device) {
        if let Some(older) = observed.older {
            let earliest = self.older.entry(device.clone()).or_insert(older);
            *earliest = older.min(*earliest);
        }
        self.off_duty.extend(observed.off_duty.iter().map(|fix| (device.clone(), *fix)));
    }
}

/// Lets the state take fixes. The one door to the derivation, so that faults can be injected here.
pub fn observe(state: &mut AgentState, device: &Device, fixes: &[Fix], rules: &Rules) -> Observed {
    #[cfg(feature = "fault-injection")]
    if fixes.iter().any(is_poison) {
        panic!("injected fault: poison fix");
    }
    state.observe(device, fixes, rules)
}

/// A fix that damages the derivation, in builds with fault injection: one from 19,999 m below the sea.
#[cfg(feature = "fault-injection")]
pub fn is_poison(fix: &Fix) -> bool {
    fix.altitude_m() == Some(-19_999.0)
}

#[cfg(test)]
#[cfg(feature = "fault-injection")]
mod tests {
    use super::*;
    use salessync_engine::Timestamp;
    use salessync_engine::track::RawFix;

    fn fix(minute: i64, poison: bool) -> Fix {
        Fix::new(&RawFix {
            recorded_at: Timestamp::parse("2026-11-23T08:00:00Z").unwrap().plus_s(60 * minute),
            altitude_m: poison.then_some(-19_999.0),
            lat: 52.5,
            ..RawFix::default()
        })
        .unwrap()
    }

    #[test]
    fn poison_is_found_and_the_rest_goes_on() {
        let rules = Rules {
            book: std::sync::Arc::new(salessync_engine::track::Book::new(chrono_tz::UTC)),
            profile: Default::default(),
            duty: None,
            window_fixes: 64,
        };
        let agent = salessync_engine::AgentId(uuid::Uuid::nil());
        let device = Device::default();
        let tail = [
            Tail { seq: 3, device: device.clone(), fixes: vec![fix(0, false), fix(1, true), fix(2, false)] },
            Tail { seq: 4, device: device.clone(), fixes: vec![fix(3, false), fix(4, true)] },
        ];
        let rebuilt = rebuild(AgentState::new(agent), 0, &tail, &rules);
        assert_eq!(rebuilt.culprits.iter().map(|(_, fix)| *fix).collect::<Vec<_>>(), [fix(1, true), fix(4, true)]);
        assert_eq!(rebuilt.state.day().unwrap().fixes, 3);
        assert_eq!(rebuilt.position, 4);
    }
}
