//! Live questions: about one agent, asked of its actor; about everybody, asked of every station, answered from memory, and put together here.
//! Each carries whom its asker may see.

use super::{ASK_DEADLINE, SystemHandle, WALK_DEADLINE};
use crate::agent::AgentView;
use crate::station::{Found, Knock, Marker, Nearest, Positions, Station, Within};
use crate::supervision::AskError;
use actix::prelude::*;
use salessync_engine::AgentId;
use salessync_engine::access::InScope;

impl SystemHandle {
    /// What an agent shows of itself, from its actor.
    pub async fn describe(&self, agent: InScope<AgentId>) -> Result<AgentView, AskError> {
        self.inner.directory.ask(agent.id(), ASK_DEADLINE).await
    }

    /// Waits until what is derived from an agent's acknowledged fixes is in the store, so that a person who asks after an acknowledgement
    /// sees what it led to. A halted agent derives nothing until it is resumed: the store is read as it is.
    pub async fn settle(&self, agent: AgentId) -> Result<(), AskError> {
        match self.inner.directory.settle(agent, WALK_DEADLINE).await {
            Err(AskError::Halted) => Ok(()),
            settled => settled,
        }
    }

    /// The agents nearest to a point, nearest first, from all stations.
    pub async fn nearest(&self, ask: Nearest) -> Result<Vec<Found>, AskError> {
        let k = ask.k;
        let mut found = self.gather(|station| station.send(ask.clone())).await?;
        found.sort_by(|a, b| a.distance.0.total_cmp(&b.distance.0).then(a.marker.agent.cmp(&b.marker.agent)));
        found.truncate(k);
        Ok(found)
    }

    /// Agents in an area, by id.
    pub async fn within(&self, ask: Within) -> Result<Vec<Marker>, AskError> {
        let limit = ask.limit;
        let mut found = self.gather(|station| station.send(ask.clone())).await?;
        found.sort_by_key(|marker| marker.agent);
        found.truncate(limit);
        Ok(found)
    }

    /// Latest positions by agent id.
    pub async fn positions(&self, ask: Positions) -> Result<Vec<Marker>, AskError> {
        let limit = ask.limit;
        let mut found = self.gather(|station| station.send(ask.clone())).await?;
        found.sort_by_key(|marker| marker.agent);
        found.truncate(limit);
        Ok(found)
    }

    /// Asks every station and waits for all.
    async fn gather<T, M>(&self, ask: impl Fn(&Addr<Station>) -> Request<Station, M>) -> Result<Vec<T>, AskError>
    where
        M: Message<Result = Vec<T>> + Send + 'static,
        T: Send + 'static,
        Station: Handler<M>,
    {
        let asked: Vec<_> = self.inner.stations.iter().map(ask).collect();
        let all = async {
            let mut found = Vec::new();
            for answer in asked {
                found.extend(answer.await.map_err(|_| AskError::TimedOut)?);
            }
            Ok(found)
        };
        tokio::time::timeout(ASK_DEADLINE, all).await.unwrap_or(Err(AskError::TimedOut))
    }

    /// Do all arbiters answer?
    pub async fn is_responsive(&self) -> bool {
        self.gather(|station| station.send(Knock)).await.is_ok()
    }
}
