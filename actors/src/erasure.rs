//! Erasure of one person on the running system: what is in memory of them goes with what is stored.
//!
//! The order is what makes it sound. The database marks the agent first; from then on nothing of them is written. Then the directory forgets
//! them, so that their phone is told `agent_unknown`; the journal passes over what it still holds; markers, snapshots and the feed's memory
//! are cleared. Only then are the rows deleted: nothing can follow them.

use crate::almanac::Almanac;
use crate::chronicle::Chronicle;
use crate::customer::{CustomerMsg, Customers};
use crate::journal::Journal;
use crate::planner::{PlanMsg, Planners};
use crate::station::{Forget, Station};
use crate::store::erasure::{Begun, Erasure};
use crate::store::{Store, StoreError};
use crate::supervision::{Agents, Directory};
use crate::system::SystemHandle;
use crate::vault::{Person, Vault};
use crate::visits::Visits;
use actix::Addr;
use salessync_engine::{AgentId, Timestamp, UserId};
use std::sync::Arc;
use std::time::Duration;

/// Longest wait for the commit under way; beyond, the task finishes the erasure later.
const COMMIT_TIMEOUT: Duration = Duration::from_secs(10);

/// Whoever holds something of an agent in memory.
#[derive(Clone)]
pub(crate) struct Eraser {
    pub store: Store,
    pub journal: Journal,
    pub directory: Arc<Directory<Agents>>,
    pub customers: Arc<Directory<Customers>>,
    pub planners: Arc<Directory<Planners>>,
    pub stations: Vec<Addr<Station>>,
    pub chronicle: Chronicle,
    pub almanac: Arc<Almanac>,
    pub visits: Visits,
}

/// Why an erasure is not finished.
#[derive(Debug, thiserror::Error)]
pub enum NotErased {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("there is nobody like that")]
    Unknown,
    #[error("the last administrator cannot be erased")]
    LastAdmin,
}

impl Eraser {
    pub async fn erase_agent(
        &self,
        agent: AgentId,
        by: Option<UserId>,
        now: Timestamp,
        vault: &Vault,
    ) -> Result<Erasure, NotErased> {
        let erasure = begun(self.store.begin_erasing_agent(agent, by, now).await?)?;
        vault.forget(Person::Agent(agent));
        Ok(self.finish(erasure).await?)
    }

    pub async fn erase_user(
        &self,
        user: UserId,
        by: Option<UserId>,
        now: Timestamp,
        vault: &Vault,
    ) -> Result<Erasure, NotErased> {
        let erasure = begun(self.store.begin_erasing_user(user, by, now).await?)?;
        vault.forget(Person::User(user));
        Ok(self.finish(erasure).await?)
    }

    /// Finishes what was begun, by whomever.
    pub async fn finish_all(&self) -> Result<(), StoreError> {
        for erasure in self.store.unfinished_erasures().await? {
            let id = erasure.id;
            self.finish(erasure).await?;
            tracing::info!(erasure = %id, "an interrupted erasure is finished");
        }
        Ok(())
    }

    async fn finish(&self, erasure: Erasure) -> Result<Erasure, StoreError> {
        if let Person::Agent(agent) = erasure.person {
            self.directory.forget(agent);
            for station in &self.stations {
                station.do_send(Forget(agent));
            }
            self.almanac.forget(agent);
            let passed = self.journal.shut_out(agent);
            tokio::time::timeout(COMMIT_TIMEOUT, passed).await.map_err(|_| StoreError::TimedOut {
                what: "wait for the journal",
                after_ms: COMMIT_TIMEOUT.as_millis() as u64,
            })?;
            self.chronicle.forget(agent).await;
            self.visits.forget(agent);
        }
        let agent = if let Person::Agent(agent) = erasure.person { Some(agent) } else { None };
        let finished = self.store.finish_erasing(erasure).await?;
        if let Some(agent) = agent {
            // What was theirs to do is given to others.
            self.planners.tell_awake(|| PlanMsg::Agents(vec![agent]));
            // Customers that named the agent do so no more.
            self.customers.tell_awake(|| CustomerMsg::Reload);
        }
        Ok(finished)
    }
}

/// Finishes at start what a crash has interrupted, before anything of the person is read again.
pub(crate) async fn finish_interrupted(store: &Store) -> Result<(), StoreError> {
    for erasure in store.unfinished_erasures().await? {
        store.finish_erasing(erasure).await?;
    }
    Ok(())
}

impl SystemHandle {
    /// Erases an agent: their keys, their tracks and everything that follows from them. Their phone is told that it is not known.
    pub async fn erase_agent(&self, agent: AgentId, by: Option<UserId>, vault: &Vault) -> Result<Erasure, NotErased> {
        let erasure = self.eraser().erase_agent(agent, by, self.now(), vault).await?;
        self.access().refresh().await?;
        Ok(erasure)
    }

    /// Erases a user: their keys, address, sessions and assignments. They cannot sign in any more.
    pub async fn erase_user(&self, user: UserId, by: Option<UserId>, vault: &Vault) -> Result<Erasure, NotErased> {
        let erasure = self.eraser().erase_user(user, by, self.now(), vault).await?;
        self.access().refresh().await?;
        Ok(erasure)
    }
}

fn begun(begun: Begun) -> Result<Erasure, NotErased> {
    match begun {
        Begun::Begun(erasure) => Ok(erasure),
        Begun::Unknown => Err(NotErased::Unknown),
        Begun::LastAdmin => Err(NotErased::LastAdmin),
    }
}
