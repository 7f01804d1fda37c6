//! What an agent does over the socket besides sending fixes: answers an offer, goes on or off duty.

use super::AgentSession;
use crate::auth::asking::act;
use crate::auth::permit::{grants, see};
use crate::error::ApiError;
use crate::rest::offers;
use actix::prelude::*;
use actix_http::ws::CloseCode;
use actix_web_actors::ws::WebsocketContext;
use salessync_actors::system::DutyAnswer;
use salessync_engine::OfferId;
use salessync_engine::access::{Action, Module};
use salessync_engine::audit::{ActKind, Object};
use salessync_engine::duty::{DutyChange, checked_at};
use salessync_engine::wire::agent::{DutyFrame, FrameCode, FrameFlaw, ServerFrame};
use serde_json::json;

impl AgentSession {
    /// The agent says yes or no to an offer; the answer is told when it is committed.
    pub(super) fn offer_reply(
        &mut self,
        offer: OfferId,
        accepts: bool,
        reason: Option<String>,
        ctx: &mut WebsocketContext<Self>,
    ) {
        let (state, agent, who) = (self.state.clone(), self.agent, self.who);
        let answer = async move {
            let by = offers::acting_of(&state, &who);
            let answer = if accepts { Ok(()) } else { Err(reason) };
            offers::told(offer, state.system.answer_offer(agent, offer, answer, by).await)
        };
        let told = answer.into_actor(self).map(|frame, this, ctx| this.send(&ServerFrame::Planning(Box::new(frame)), ctx));
        ctx.spawn(told);
    }

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
