//! Territory designs: made on a thread of their own, one after the other, and brought into force as a whole.

use super::SystemHandle;
use crate::customer::CustomerMsg;
use crate::store::StoreError;
use crate::store::territory_designs::{AreaChange, Enforced};
use salessync_engine::access::Scope;
use salessync_engine::customer::Customer;
use salessync_engine::design::document::{DesignEdit, DesignState, NewTerritoryDesign, Proposal, TerritoryDesign};
use salessync_engine::design::{Failure, Made, Material, edited, make};
use salessync_engine::geo::cell::cell_of;
use salessync_engine::{TerritoryDesignId, TerritoryId, UserId};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Designs being made or waiting for their turn.
const WAITING_MAX: usize = 8;

/// Room for designs: those that wait, and the one that is made.
#[derive(Clone, Debug)]
pub(crate) struct Drawing {
    room: Arc<Semaphore>,
    turn: Arc<Semaphore>,
}

impl Default for Drawing {
    fn default() -> Self {
        Self { room: Arc::new(Semaphore::new(WAITING_MAX)), turn: Arc::new(Semaphore::new(1)) }
    }
}

/// A design that cannot be begun or changed.
#[derive(Debug, thiserror::Error)]
pub enum DesignUndone {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("too many designs are being made")]
    Busy,
    #[error("there is no such design")]
    Gone,
    #[error("the design is {} at version {version}", state.as_str())]
    Not { state: DesignState, version: i64 },
    #[error("customers or areas have changed since the design was made: make it anew")]
    Outdated,
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl SystemHandle {
    /// Begins a design of territories of the scope. An id that exists already is returned as it is: is it new?
    pub async fn begin_territory_design(
        &self,
        scope: &Scope,
        id: TerritoryDesignId,
        request: NewTerritoryDesign,
        by: Option<UserId>,
    ) -> Result<(TerritoryDesign, bool), DesignUndone> {
        let room = self.inner.drawing.room.clone().try_acquire_owned().map_err(|_| DesignUndone::Busy)?;
        let store = self.store();
        let is_new = store.begin_territory_design(id, request.clone(), by, self.now()).await?;
        if is_new {
            let system = self.clone();
            store.spawn(async move {
                let _room = room;
                system.make_territory_design(id, request).await;
            });
        }
        let design = store.territory_design(scope, id).await?.ok_or(DesignUndone::Store(StoreError::Taken("id")))?;
        Ok((design, is_new))
    }

    async fn make_territory_design(&self, id: TerritoryDesignId, request: NewTerritoryDesign) {
        let store = self.store();
        let made = async {
            let material = store.territory_design_material(&request).await?;
            let (made, material) = self.drawn(material, move |material| make(&request, material)).await?;
            store.put_territory_design(id, 1, (made, material), self.now()).await?;
            Ok::<_, DesignUndone>(())
        };
        let Err(error) = made.await else { return };
        let failure = match &error {
            DesignUndone::Failure(failure) => failure.to_string(),
            _ => "it could not be made: ask again".to_owned(),
        };
        tracing::warn!(design = %id, error = %error, "a territory design was not made");
        if let Err(error) = store.fail_territory_design(id, failure, self.now()).await {
            tracing::warn!(design = %id, error = error.chain(), "a failed territory design was not written");
        }
    }

    /// Runs `work` on a thread of its own, after the one before.
    async fn drawn(
        &self,
        material: Material,
        work: impl FnOnce(&Material) -> Result<Made, Failure> + Send + 'static,
    ) -> Result<(Made, Material), DesignUndone> {
        let _turn = self.inner.drawing.turn.acquire().await.map_err(|_| DesignUndone::Busy)?;
        let drawn = tokio::task::spawn_blocking(move || work(&material).map(|made| (made, material)));
        Ok(drawn.await.map_err(|_| DesignUndone::Store(StoreError::Closed))??)
    }

    /// Gives cells of a design to a territory, upon the version that was looked at.
    pub async fn edit_territory_design(
        &self,
        scope: &Scope,
        id: TerritoryDesignId,
        edit: DesignEdit,
    ) -> Result<TerritoryDesign, DesignUndone> {
        let store = self.store().clone();
        let system = self.clone();
        let design = store.territory_design(scope, id).await?.ok_or(DesignUndone::Gone)?;
        let TerritoryDesign { head, request, proposal } = design;
        let (Some(proposal), DesignState::Ready, true) = (proposal, head.state, head.version == edit.version) else {
            return Err(DesignUndone::Not { state: head.state, version: head.version });
        };
        let version = edit.version;
        let task = self.store().spawn(async move {
            let material = system.store().territory_design_material(&request).await?;
            let drawn = system.drawn(material, move |material| edited(&request, material, &proposal, &edit)).await?;
            let is_written = system.store().put_territory_design(id, version, drawn, system.now()).await?;
            Ok::<_, DesignUndone>(is_written)
        });
        let is_written = task.await.map_err(|_| DesignUndone::Store(StoreError::Closed))??;
        let design = store.territory_design(scope, id).await?.ok_or(DesignUndone::Gone)?;
        if is_written {
            return Ok(design);
        }
        Err(DesignUndone::Not { state: design.head.state, version: design.head.version })
    }

    /// Brings a design into force.
    pub async fn apply_territory_design(
        &self,
        scope: &Scope,
        id: TerritoryDesignId,
        version: i64,
        by: Option<UserId>,
    ) -> Result<TerritoryDesign, DesignUndone> {
        self.enforce(scope, id, (DesignState::Ready, version, DesignState::Applied), by).await
    }

    /// Brings into force what was before a design.
    pub async fn revert_territory_design(
        &self,
        scope: &Scope,
        id: TerritoryDesignId,
        version: i64,
        by: Option<UserId>,
    ) -> Result<TerritoryDesign, DesignUndone> {
        self.enforce(scope, id, (DesignState::Applied, version, DesignState::Reverted), by).await
    }

    async fn enforce(
        &self,
        scope: &Scope,
        id: TerritoryDesignId,
        step: (DesignState, i64, DesignState),
        by: Option<UserId>,
    ) -> Result<TerritoryDesign, DesignUndone> {
        let store = self.store();
        let design = store.territory_design(scope, id).await?.ok_or(DesignUndone::Gone)?;
        let is_at = (design.head.state, design.head.version) == (step.0, step.1);
        let Some(proposal) = design.proposal.as_ref().filter(|_| is_at) else {
            return Err(DesignUndone::Not { state: design.head.state, version: design.head.version });
        };
        let is_back = step.2 == DesignState::Reverted;
        let areas = proposal.territories.iter().map(|territory| {
            let (today, proposed) = (territory.area_today.clone(), territory.area.clone());
            let (before, after) = if is_back { (proposed, today) } else { (today, proposed) };
            AreaChange { territory: territory.territory_id, before, after }
        });
        let moves = store.all_territory_design_moves(id).await?;
        let ends: HashMap<_, (Option<TerritoryId>, Option<TerritoryId>)> = moves
            .into_iter()
            .map(|(customer, from, to)| (customer, if is_back { (Some(to), from) } else { (from, Some(to)) }))
            .collect();
        let customers = store.read_customers(ends.keys().copied().collect()).await?;
        let mut moved = Vec::with_capacity(customers.len());
        for customer in customers {
            let (from, to) = ends[&customer.id];
            if customer.profile.territory_id != from || !(is_back || is_where_drawn(proposal, &customer, to)) {
                return Err(DesignUndone::Outdated);
            }
            moved.push((customer, to));
        }
        if moved.len() != ends.len() {
            return Err(DesignUndone::Outdated);
        }
        match store.enforce_territory_design(id, step, areas.collect(), moved, (self.now(), by)).await? {
            Enforced::Done { customers, fences } => {
                if fences {
                    self.inner.fences.has_changed();
                }
                for customer in customers {
                    let _ = self.inner.customers.tell(customer, CustomerMsg::Reload);
                }
                self.access().refresh().await?;
            }
            Enforced::Not { state, version } => return Err(DesignUndone::Not { state, version }),
            Enforced::Outdated => return Err(DesignUndone::Outdated),
            Enforced::Gone => return Err(DesignUndone::Gone),
        }
        store.territory_design(scope, id).await?.ok_or(DesignUndone::Gone)
    }

    /// Lays a design aside.
    pub async fn discard_territory_design(&self, scope: &Scope, id: TerritoryDesignId) -> Result<TerritoryDesign, DesignUndone> {
        let store = self.store();
        store.territory_design(scope, id).await?.ok_or(DesignUndone::Gone)?;
        let is_done = store.discard_territory_design(id, self.now()).await?;
        let design = store.territory_design(scope, id).await?.ok_or(DesignUndone::Gone)?;
        if is_done { Ok(design) } else { Err(DesignUndone::Not { state: design.head.state, version: design.head.version }) }
    }
}

/// Whoever was put elsewhere on the map since the design was made would go over to where they are not.
fn is_where_drawn(proposal: &Proposal, customer: &Customer, to: Option<TerritoryId>) -> bool {
    let Some(point) = customer.primary_place().and_then(|place| place.point) else { return false };
    let cell = cell_of(point, proposal.resolution);
    proposal.territories.iter().any(|territory| Some(territory.territory_id) == to && territory.cells.contains(&cell))
}
