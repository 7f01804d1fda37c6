//! Which token is which device: asked of Postgres once, then remembered. Whoever changes a device calls `forget`, so a revoked token
//! is refused from the next request on.

use crate::edge::address::ClientAddress;
use crate::error::ApiError;
use crate::state::AppState;
use parking_lot::Mutex;
use salessync_actors::store::devices::TokenHash;
use salessync_engine::DeviceId;
use salessync_engine::device::{EnrolledDevice, checked_external_id};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// Devices remembered; beyond, all are forgotten and asked for anew.
const KNOWN_MAX: usize = 50_000;
/// Tokens remembered as nobody's, so that a stray phone does not ask Postgres at every try.
const STRANGERS_MAX: usize = 10_000;

/// What is remembered.
#[derive(Default)]
pub struct Known {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    devices: HashMap<Key, Arc<EnrolledDevice>>,
    strangers: HashMap<Key, ()>,
    /// Counts the forgetting: an answer that was on its way meanwhile is not remembered.
    round: u64,
}

/// A token, and whether an external id was looked for beside it.
type Key = (TokenHash, bool);

impl Known {
    /// Forgets the device that changed, and who is a stranger: one of them may be enrolled now.
    pub fn forget(&self, changed: DeviceId) {
        let mut inner = self.inner.lock();
        inner.round += 1;
        inner.devices.retain(|_, device| device.id != changed);
        inner.strangers.clear();
    }

    fn look(&self, key: &Key) -> Result<Option<Arc<EnrolledDevice>>, u64> {
        let inner = self.inner.lock();
        match inner.devices.get(key) {
            Some(device) => Ok(Some(device.clone())),
            None if inner.strangers.contains_key(key) => Ok(None),
            None => Err(inner.round),
        }
    }

    fn remember(&self, key: Key, device: Option<Arc<EnrolledDevice>>, round: u64) {
        let mut inner = self.inner.lock();
        if inner.round != round {
            return;
        }
        if inner.devices.len() >= KNOWN_MAX {
            inner.devices.clear();
        }
        if inner.strangers.len() >= STRANGERS_MAX {
            inner.strangers.clear();
        }
        match device {
            Some(device) => drop(inner.devices.insert(key, device)),
            None => drop(inner.strangers.insert(key, ())),
        }
    }
}

/// The device in use that shows `token`, or that is enrolled as `external_id`, where that is given.
pub async fn find(
    state: &AppState,
    from: ClientAddress,
    token: &str,
    external_id: Option<&str>,
) -> Result<Option<Arc<EnrolledDevice>>, ApiError> {
    // What cannot be an external id is not looked for as one.
    let external_id = external_id.and_then(|id| checked_external_id(id).ok());
    let key = (super::token_hash(token), external_id.is_some());
    let round = match state.phones.known.look(&key) {
        Ok(known) => return Ok(known),
        Err(round) => round,
    };
    state.guard.limits.phone_lookup(from.0)?;
    let patience = Duration::from_secs(state.config.phones.durable_timeout_s);
    let asked = state.system.store().device_in_use(key.0, external_id);
    let device = tokio::time::timeout(patience, asked).await.map_err(|_| ApiError::Unavailable)??.map(Arc::new);
    state.phones.known.remember(key, device.clone(), round);
    Ok(device)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_a_change_overtook_is_not_remembered() {
        let known = Known::default();
        let key = ([7; 32], false);
        let round = known.look(&key).unwrap_err();
        known.remember(key, None, round);
        assert_eq!(known.look(&key), Ok(None), "a stranger");
        let changed = DeviceId(uuid::Uuid::nil());
        known.forget(changed);
        let round = known.look(&key).unwrap_err();
        known.forget(changed);
        known.remember(key, None, round);
        assert!(known.look(&key).is_err(), "asked again after the change");
    }
}
