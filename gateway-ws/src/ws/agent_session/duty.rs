//! A phone says that its agent goes on or off duty.

use super::*;

impl AgentSession {
    /// The agent goes on or off duty. Whatever comes behind waits until that is in force: it may be of the time it is about.
    pub(super) fn duty(&mut self, duty: DutyFrame, ctx: &mut WebsocketContext<Self>) {
        let (state, who) = (self.state.clone(), self.who);
        let allowed = grants(&state, who.id).and_then(|grants| {
            let scope = grants.scope(Module::Duty, Action::Create).map_err(|_| ApiError::Forbidden)?;
            see(&state, &scope, self.agent)
        });
        if allowed.is_err() {
            return self.refuse(FrameFlaw::new(FrameCode::Forbidden, "telling of duty is not allowed"), ctx);
        }
        let now = state.system.now();
        let at = match checked_at(duty.at.unwrap_or(now), now) {
            Ok(at) => at,
            Err(flaw) => {
                return self.refuse(FrameFlaw::new(FrameCode::OutOfRange, flaw.to_string()).field(flaw.field, flaw.limit), ctx);
            }
        };
        let change = DutyChange { id: duty.id, agent_id: self.agent, at, state: duty.state, received_at: now, by: None };
        let told = async move {
            let told = state.system.tell_duty(change).await;
            if let Ok(DutyAnswer::Told { change, is_new: true }) = &told {
                let after = json!({"id": change.id, "at": change.at, "state": change.state});
                let act = act(&state, &who, ActKind::DutyChanged).about(Object::new("agent", change.agent_id));
                state.audit.done(act.changing(None, Some(after))).await;
            }
            told
        };
        let answered = told.into_actor(self).map(|told, this, ctx| match told {
            Ok(DutyAnswer::Told { change, .. }) => {
                let DutyChange { id, at, state, .. } = change;
                this.send(&ServerFrame::Duty(DutyFrame { id, state, at: Some(at) }), ctx);
            }
            Ok(DutyAnswer::Taken) => {
                let flaw = FrameFlaw::new(FrameCode::OutOfRange, "the id is that of another agent's change");
                this.refuse(flaw.field("id", "an id of your own"), ctx);
            }
            Ok(DutyAnswer::Gone) => this.close(CloseCode::Policy, ctx),
            Err(error) => {
                tracing::warn!(agent = %this.agent, %error, "a change of duty could not be written");
                let flaw = FrameFlaw::new(FrameCode::Unavailable, "this cannot be written right now: send it again in a moment");
                this.refuse(flaw, ctx);
            }
        });
        ctx.wait(answered);
    }
}
