//! Agents and territories made and changed, and what people decide about their days.

use super::*;
use crate::store::work::WorkWritten;
use salessync_engine::work::Work;

impl SystemHandle {
    /// Creates agents and makes them known. Returns how many are new.
    pub async fn create_agents(&self, agents: Vec<Agent>) -> Result<u64, StoreError> {
        let places: Vec<_> = agents.iter().map(|agent| (agent.id, agent.territory_id)).collect();
        let ids = agents.iter().map(|agent| agent.id).collect();
        let created = self.inner.store.create_agents(agents).await?;
        // An id that was erased stays nobody's.
        let erased = self.inner.store.erased_agents(ids).await?;
        let known: Vec<_> = places.into_iter().filter(|(agent, _)| !erased.contains(agent)).collect();
        for (agent, territory) in &known {
            self.know(*agent, *territory);
        }
        self.agents_changed(known.into_iter().map(|(agent, territory)| (territory, agent)));
        Ok(created)
    }

    /// Makes a territory and its topic, and known to whoever answers for what is above it. Returns what is stored, and whether it is new.
    pub async fn create_territory(&self, territory: Territory) -> Result<(Territory, bool), StoreError> {
        let (stored, is_new) = self.inner.store.create_territory(territory).await?;
        self.inner.topics.open(TopicId::Territory(Some(stored.id)));
        self.inner.access.refresh().await?;
        Ok((stored, is_new))
    }

    /// Deletes a territory that is not in use, and its topic.
    pub async fn delete_territory(&self, id: InScope<TerritoryId>) -> Result<TerritoryDeletion, StoreError> {
        let deletion = self.inner.store.delete_territory(id).await?;
        if deletion == TerritoryDeletion::Done {
            self.inner.access.refresh().await?;
        }
        Ok(deletion)
    }

    /// Writes an agent's profile and moves it to its territory's topic.
    pub async fn update_agent(&self, seen: InScope<AgentId>, agent: Agent) -> Result<Option<Agent>, StoreError> {
        let agent = Agent { id: seen.id(), ..agent };
        let worked_in = self.territory_of(agent.id);
        let updated = self.inner.store.update_agent(agent).await?;
        if let Some(agent) = &updated {
            let plans = worked_in.into_iter().chain([agent.territory_id]).collect::<BTreeSet<_>>();
            self.agents_changed(plans.into_iter().map(|territory| (territory, agent.id)));
            let topic = TopicId::Territory(agent.territory_id);
            if let Some(arbiter) = self.inner.directory.renote(agent.id, topic) {
                self.inner.stations[arbiter].do_send(Retopic { agent: agent.id, topic });
            }
        }
        Ok(updated)
    }

    /// Says how an agent works, where `expected` (any, when None) is the version in force; their plan follows.
    pub async fn put_agent_work(
        &self,
        agent: InScope<AgentId>,
        work: Work,
        expected: Option<i64>,
    ) -> Result<WorkWritten, StoreError> {
        let id = agent.id();
        let written = self.inner.store.put_agent_work(agent, work, expected, self.now()).await?;
        if matches!(written, WorkWritten::Done { .. }) {
            self.agent_works_otherwise(id).await;
        }
        Ok(written)
    }

    /// Puts a person's decision about a fix into force: stored, then the days from the fix on are walked again.
    pub async fn decide_fix(&self, agent: AgentId, decision: FixDecision) -> Result<(), CommandError> {
        let (device, at) = (decision.device.clone(), decision.fix.recorded_at());
        self.inner.store.decide_fix(agent, decision).await?;
        self.walk_again(agent, Some(device), at, Reach::UntilSame).await?;
        Ok(())
    }

    /// Walks an agent's days again from `earliest` on, by the settings and fences in force at each event time.
    pub async fn walk_again(
        &self,
        agent: AgentId,
        device: Option<Device>,
        earliest: Timestamp,
        reach: Reach,
    ) -> Result<(), AskError> {
        let (done, walked) = tokio::sync::oneshot::channel();
        let message = AgentMsg::WalkAgain { device, earliest, reach, done };
        self.inner.directory.tell(agent, message).map_err(|(refusal, _)| match refusal {
            Refusal::Unknown => AskError::Unknown,
            Refusal::Halted => AskError::Halted,
            Refusal::Full | Refusal::Restarting => AskError::TimedOut,
        })?;
        match tokio::time::timeout(WALK_DEADLINE, walked).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(AskError::TimedOut),
        }
    }

    /// Puts a version of the settings for tracks into force.
    pub async fn set_track_rules(&self, version: NewTrackRules) -> Result<(), StoreError> {
        self.inner.store.put_track_rules(version).await?;
        self.inner.almanac.set_rules(self.inner.store.track_rules().await?);
        Ok(())
    }

    /// Says how an agent moves, from an instant on.
    pub async fn set_profile(&self, agent: AgentId, from: Timestamp, profile: Profile) -> Result<(), StoreError> {
        let versions = self.inner.store.put_agent_profile(agent, from, profile).await?;
        self.inner.almanac.set_profile(agent, versions);
        Ok(())
    }
}
