//! The customer actor: the one line in which a customer's commands queue. Decide in the engine, commit in the store, apply in memory, say so;
//! in that order, one command after the other.
//!
//! It wakes when it is told something and sleeps when it is not. Nothing of it is unsaved: whoever does not know what became of a commit stops, and
//! is built again from the store. The commercial side will be further commands of this actor.

use crate::clock::Clock;
use crate::fences::Fences;
use crate::metrics::Metrics;
use crate::store::customer_changes::{ContactChange, CustomerChange, Written};
use crate::store::{Store, StoreError};
use crate::supervision::LifeGuard;
use crate::supervision::directory::Kind;
use crate::supervision::life::Entity;
use actix::prelude::*;
use salessync_engine::access::Scope;
use salessync_engine::customer::{Command, Customer, CustomerState, Event, Order, Rejection};
use salessync_engine::flaw::FieldFlaw;
use salessync_engine::{CustomerId, UserId};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::Instant;

/// Commands that wait for one customer before it is busy: people type them, and nobody waits for more than a few.
const MAILBOX: usize = 16;

/// Customers, in their directory: each lives wherever its id says, and is forgotten while it sleeps.
#[derive(Debug)]
pub enum Customers {}

impl Kind for Customers {
    type Id = CustomerId;
    type Message = CustomerMsg;
    type Actor = CustomerActor;
    type Note = ();

    fn entity(id: CustomerId) -> Entity {
        Entity::Customer(id)
    }

    fn hash(id: CustomerId) -> usize {
        let (high, low) = id.0.as_u64_pair();
        ((high ^ low).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 33) as usize
    }

    fn stranger() -> Option<()> {
        Some(())
    }

    fn must_arrive(message: &CustomerMsg) -> bool {
        matches!(message, CustomerMsg::Reload)
    }

    fn only_if_awake(message: &CustomerMsg) -> bool {
        matches!(message, CustomerMsg::Reload)
    }
}

/// Everything a customer can be told.
#[derive(Message)]
#[rtype(result = "()")]
pub enum CustomerMsg {
    Do(Box<Task>),
    /// Somebody has written past you: what you hold may be out of date.
    Reload,
    /// Damage yourself (tests of supervision).
    #[cfg(feature = "fault-injection")]
    Poison,
}

/// One command on its way.
pub struct Task {
    pub order: Order,
    /// To which customers whoever asks may do it.
    pub scope: Scope,
    pub(crate) contact: Option<ContactChange>,
    pub by: Option<UserId>,
    /// Not begun later: nobody waits for the answer any more.
    pub deadline: Instant,
    /// Set when it is begun: from then on a lost answer does not say that nothing was done.
    pub begun: Arc<AtomicBool>,
    pub answer: oneshot::Sender<Result<Done, Undone>>,
}

/// A command that is carried out, or was before.
#[derive(Clone, PartialEq, Debug)]
pub struct Done {
    /// None: there was no such customer.
    pub before: Option<Customer>,
    pub customer: Customer,
    /// False where it was so already.
    pub is_changed: bool,
}

/// Why a command is not carried out.
#[derive(Debug, thiserror::Error)]
pub enum Undone {
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// Certainly nothing was written.
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the customer has too much to do right now")]
    Busy,
    #[error("the customer is halted after repeated crashes")]
    Halted,
    /// It may have been done or not: whoever asks again finds out.
    #[error("what became of the command is not known")]
    Unknown,
    #[error("the customer did not answer in time")]
    TimedOut,
}

/// What a customer needs from the system.
#[derive(Clone)]
pub struct Surroundings {
    pub clock: Clock,
    pub metrics: Metrics,
    pub store: Store,
    pub fences: Fences,
    /// Without commands for so long it goes to sleep.
    pub idle: Duration,
}

/// One customer.
pub struct CustomerActor {
    state: CustomerState,
    heard: Instant,
    around: Surroundings,
    /// Last field: dropped after everything else.
    _life: LifeGuard,
}

impl CustomerActor {
    pub fn new(state: CustomerState, around: Surroundings, life: LifeGuard) -> Self {
        Self { state, heard: Instant::now(), around, _life: life }
    }

    fn carry_out(&mut self, task: Task, ctx: &mut Context<Self>) {
        self.heard = Instant::now();
        if task.deadline <= self.heard {
            let _ = task.answer.send(Err(Undone::TimedOut));
            return;
        }
        task.begun.store(true, Ordering::SeqCst);
        match self.decide(&task) {
            Err(rejection) => drop(task.answer.send(Err(rejection.into()))),
            Ok(events) if events.is_empty() => self.answer_same(task),
            Ok(events) => self.commit(task, &events, ctx),
        }
    }

    /// What it leads to, as far as whoever asks may. A customer outside their scope is not there for them, and none is put there.
    fn decide(&self, task: &Task) -> Result<Vec<Event>, Rejection> {
        let covers =
            |customer: &Customer| task.scope.covers_customer(customer.profile.territory_id, &customer.profile.preferred_agents);
        if self.state.customer().is_some_and(|customer| !covers(customer)) {
            return Err(match task.order.command {
                Command::Create(_) => FieldFlaw::new("id", "must be an id of your own").into(),
                _ => Rejection::Unknown,
            });
        }
        let events = self.state.decide(&task.order)?;
        let after = self.state.after(&events, self.around.clock.now());
        if after.customer().is_some_and(|customer| !covers(customer)) {
            return Err(FieldFlaw::new("territory_id", "must be the id of a territory of yours").into());
        }
        Ok(events)
    }

    fn answer_same(&self, task: Task) {
        let customer = self.state.customer().cloned();
        let done = customer.map(|customer| Done { before: Some(customer.clone()), customer, is_changed: false });
        let _ = task.answer.send(done.ok_or(Undone::Rejected(Rejection::Unknown)));
    }

    /// Further commands wait meanwhile.
    fn commit(&mut self, task: Task, events: &[Event], ctx: &mut Context<Self>) {
        let now = self.around.clock.now();
        let next = self.state.after(events, now);
        let Some(after) = next.customer().cloned() else { return };
        let Task { contact, by, begun, answer, .. } = task;
        let change = CustomerChange { before: self.state.customer().cloned(), after, contact };
        let store = self.around.store.clone();
        let write = async move { store.write_customers(vec![change.clone()], now, by).await.map(|written| (written, change)) };
        let committed = write.into_actor(self).map(move |written, this, ctx| match written {
            Ok((Written::Done { fences }, CustomerChange { before, after, .. })) => {
                this.state = next;
                if fences {
                    this.around.fences.has_changed();
                }
                let _ = answer.send(Ok(Done { before, customer: after, is_changed: true }));
            }
            Ok((Written::Overtaken, _)) => {
                // Written past this actor, by an import or another server. Nothing was done: it is sent again to who comes after.
                begun.store(false, Ordering::SeqCst);
                ctx.stop();
            }
            Err(error) if error.certainly_aborted() => drop(answer.send(Err(error.into()))),
            Err(error) => {
                tracing::warn!(customer = %this.state.id(), error = error.chain(), "what became of a commit is not known, reading again");
                let _ = answer.send(Err(Undone::Unknown));
                ctx.stop();
            }
        });
        ctx.wait(committed);
    }

    fn sleep_when_idle(&mut self, ctx: &mut Context<Self>) {
        if self.heard.elapsed() >= self.around.idle {
            ctx.stop();
        }
    }
}

impl Actor for CustomerActor {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        ctx.set_mailbox_capacity(MAILBOX);
        ctx.run_interval(self.around.idle.max(Duration::from_secs(1)) / 2, Self::sleep_when_idle);
        self.around.metrics.actors_awake.with_label_values(&["customer"]).inc();
    }
    // No `stopped`: it would run on damaged state during a panic. The count goes down in Drop.
}

impl Drop for CustomerActor {
    fn drop(&mut self) {
        self.around.metrics.actors_awake.with_label_values(&["customer"]).dec();
    }
}

impl Handler<CustomerMsg> for CustomerActor {
    type Result = ();

    fn handle(&mut self, message: CustomerMsg, ctx: &mut Context<Self>) {
        match message {
            CustomerMsg::Do(task) => self.carry_out(*task, ctx),
            CustomerMsg::Reload => ctx.stop(),
            #[cfg(feature = "fault-injection")]
            CustomerMsg::Poison => panic!("injected fault: poison message"),
        }
    }
}
