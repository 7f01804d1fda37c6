//! On and off duty: told, in force at once, and then settled: what is stored of the time is set aside or taken back (docs/adr/0012).

use super::{CommandError, SystemHandle};
use crate::store::StoreError;
use crate::store::duty::DutyTold;
use crate::territory::{TopicId, Update, Updates};
use crate::walk_again::Reach;
use salessync_engine::agent::Tracking;
use salessync_engine::duty::{Duty, DutyChange, DutyHistory};
use salessync_engine::{AgentId, Timestamp};
use std::sync::Arc;

/// What became of a change of duty.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DutyAnswer {
    /// It is written down and in force; false: it was before.
    Told { change: DutyChange, is_new: bool },
    /// The id is that of another agent's change.
    Taken,
    /// There is no such agent.
    Gone,
}

/// Whether an agent is on duty.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DutyNow {
    pub state: Duty,
    /// None while nothing was ever said.
    pub since: Option<Timestamp>,
}

impl SystemHandle {
    /// Writes a change of duty down and puts it into force. What comes of a time off duty is refused from now on; what is stored of it already is
    /// set aside before this returns, and what was set aside of a time on duty is taken back.
    pub async fn tell_duty(&self, change: DutyChange) -> Result<DutyAnswer, CommandError> {
        let agent = change.agent_id;
        // One after the other, so that the newest history is the one in force.
        let changing = self.inner.duty.lock().await;
        let history = match self.inner.store.put_duty_change(change.clone()).await? {
            DutyTold::Done { history } => history,
            DutyTold::Known(change) => return Ok(DutyAnswer::Told { change, is_new: false }),
            DutyTold::Taken => return Ok(DutyAnswer::Taken),
            DutyTold::Gone => return Ok(DutyAnswer::Gone),
        };
        let before = self.inner.almanac.duty(agent).unwrap_or_default();
        let differences = before.differences(&history);
        self.inner.almanac.set_duty(agent, Arc::new(history));
        self.tell_topic(agent);
        drop(changing);
        self.agent_works_otherwise(agent).await;
        let span = match (differences.first(), differences.last()) {
            (Some((from, ..)), Some((_, to, _))) => (*from, *to),
            // Said before, by a change that is not settled: its own time is looked at again.
            _ => (change.at, Timestamp::MAX),
        };
        self.settle_duty(agent, span).await?;
        Ok(DutyAnswer::Told { change, is_new: true })
    }

    /// Makes what is stored of `[from, to)` follow the history in force.
    async fn settle_duty(&self, agent: AgentId, (from, to): (Timestamp, Timestamp)) -> Result<(), CommandError> {
        let told_until = self.now();
        // What is said to have happened later is set aside anyway.
        let to = to.min(told_until.plus_s(86_400));
        let tracking = self.inner.almanac.tracking(agent);
        let history = self.inner.almanac.duty(agent).unwrap_or_default();
        let mut earliest: Option<Timestamp> = None;
        for (begin, end, _) in history.spans(from, to) {
            let is_tracked = tracking.as_ref().is_none_or(|tracking| tracking.is_tracked(begin));
            let moved = if is_tracked {
                self.inner.store.take_back_on_duty(agent, (begin, end)).await?
            } else {
                self.inner.store.set_aside_off_duty(agent, (begin, end), told_until).await?
            };
            earliest = [earliest, moved].into_iter().flatten().min();
        }
        if let Some(earliest) = earliest {
            self.walk_again(agent, None, earliest, Reach::UntilSame).await?;
        }
        Ok(self.inner.store.duty_is_settled(agent, told_until).await?)
    }

    /// Settles what a crash, or a database that was away, has left.
    pub async fn settle_all_duty(&self) -> Result<(), StoreError> {
        for (agent, from) in self.inner.store.unsettled_duty().await? {
            match self.settle_duty(agent, (from, Timestamp::MAX)).await {
                Ok(()) => {}
                Err(CommandError::Store(error)) => return Err(error),
                Err(CommandError::Ask(error)) => tracing::warn!(%agent, %error, "duty is not settled yet"),
            }
        }
        Ok(())
    }

    /// Says on the map how an agent's duty stands.
    fn tell_topic(&self, agent: AgentId) {
        if let Some(territory) = self.territory_of(agent) {
            let duty = self.duty_now(agent).state;
            self.inner.topics.tell(TopicId::Territory(territory), Updates(vec![Update::Duty(agent, duty)]));
        }
    }

    /// What of an agent is tracked; None: everything.
    pub fn tracking(&self, agent: AgentId) -> Option<Tracking> {
        self.inner.almanac.tracking(agent)
    }

    /// Notes fixes that were refused because they are of times off duty.
    pub fn count_off_duty(&self, fixes: usize) {
        self.inner.metrics.fixes.with_label_values(&["off_duty"]).inc_by(fixes as u64);
    }

    pub fn duty_now(&self, agent: AgentId) -> DutyNow {
        let newest = self.inner.almanac.duty(agent).as_deref().and_then(DutyHistory::newest);
        let state = self.inner.almanac.duty_now(agent, self.now());
        DutyNow { state, since: newest.map(|(_, since)| since) }
    }
}
