//! Finds the places of customers that have an address and no point, in the background, as fast as the geocoder likes to be asked.
//!
//! What it finds goes through the customer's actor like everybody's changes, upon the version it has seen: who puts the pin there meanwhile was first.

use crate::customer::Undone;
use crate::ports::geocode::Source;
use crate::store::StoreError;
use crate::store::customers::Unlocated;
use crate::system::SystemHandle;
use salessync_engine::access::{Action, BuiltIn, Grants, Module, Scope};
use salessync_engine::customer::place::RawPoint;
use salessync_engine::customer::{Command, LocatedBy, Order, PlacePatch, Rejection};
use std::time::Duration;

/// How often is looked whether there is something to do.
pub(crate) const LOOK_EVERY: Duration = Duration::from_secs(10);
/// Addresses in one look.
const AT_ONCE: i64 = 20;

/// Works until the system stops, where the settings want it.
pub(crate) fn start(system: &SystemHandle) {
    if !system.settings().geocode.locate {
        return;
    }
    let mut stopping = system.stopping();
    let (weak, store, metrics) = (system.downgrade(), system.store().clone(), system.metrics().clone());
    store.spawn(async move {
        let mut pause = LOOK_EVERY;
        loop {
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                _ = stopping.wait_for(|stop| *stop) => return,
            }
            let Some(system) = weak.upgrade() else { return };
            pause = match system.locate_customers().await {
                // There may be more, after a large import: the geocoder itself says how fast it likes to be asked.
                Ok(looked) if looked.is_more => Duration::ZERO,
                Ok(_) => LOOK_EVERY,
                Err(error) => {
                    metrics.task_failures.with_label_values(&["locate"]).inc();
                    tracing::warn!(task = "locate", error = error.chain(), "task failed, trying again at its next turn");
                    LOOK_EVERY
                }
            };
        }
    });
}

/// What came of one look.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Looked {
    /// Places that are on the map now.
    pub found: usize,
    /// There may be others to look for at once.
    pub is_more: bool,
}

impl SystemHandle {
    /// Looks for a few places that nobody has located yet.
    pub async fn locate_customers(&self) -> Result<Looked, StoreError> {
        let mut looked = Looked::default();
        if self.geocoder().source() == Source::Nobody {
            return Ok(looked);
        }
        let unlocated = self.store().unlocated_places(AT_ONCE).await?;
        let is_full = unlocated.len() as i64 == AT_ONCE;
        for unlocated in unlocated {
            let candidates = match self.geocoder().search(&unlocated.address, None, 1).await {
                Ok(candidates) => candidates,
                Err(error) => {
                    tracing::warn!(%error, "the geocoder does not answer, trying again later");
                    return Ok(looked);
                }
            };
            let Some(best) = candidates.into_iter().next() else {
                self.store().note_not_located(unlocated.place, unlocated.address).await?;
                continue;
            };
            looked.found += usize::from(self.put(unlocated, best.point, best.score).await?);
        }
        // A place that was found and could not be written comes again at the next turn, not at once.
        looked.is_more = is_full && looked.found > 0;
        Ok(looked)
    }

    /// False where somebody was quicker.
    async fn put(&self, unlocated: Unlocated, point: salessync_engine::Point, score: f64) -> Result<bool, StoreError> {
        let Some(scope) = everything() else { return Ok(false) };
        let patch = PlacePatch {
            point: Some(Some(RawPoint { lat: point.lat(), lon: point.lon() })),
            located_by: Some(LocatedBy::Geocoded),
            location_quality: Some(score),
            ..PlacePatch::default()
        };
        let Ok(change) = patch.checked() else { return Ok(false) };
        let command = Command::ChangePlace(unlocated.place, Box::new(change));
        let order = Order { command, expected: Some(unlocated.version) };
        match self.order(&scope, unlocated.customer, order, None).await {
            Ok(done) => Ok(done.is_changed),
            Err(Undone::Store(error)) => Err(error),
            Err(Undone::Rejected(Rejection::VersionConflict { .. })) => Ok(false),
            Err(undone) => {
                tracing::warn!(customer = %unlocated.customer, %undone, "a place that was found could not be written");
                Ok(false)
            }
        }
    }
}

/// The server itself may locate whomever it keeps.
fn everything() -> Option<Scope> {
    let permissions = BuiltIn::find("admin")?.permissions();
    Grants { permissions, ..Grants::default() }.scope(Module::Customers, Action::Update).ok()
}
