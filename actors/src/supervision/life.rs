//! The death notice: a value that an actor owns and whose drop tells the warden how the actor ended.

use super::warden::{Died, Warden};
use crate::territory::TopicId;
use actix::Addr;
use salessync_engine::{AgentId, CustomerId, TerritoryId};
use std::cell::RefCell;
use std::panic::PanicHookInfo;
use std::sync::Once;

/// Which actor.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Entity {
    Agent(AgentId),
    Customer(CustomerId),
    /// A territory's plan.
    Plan(Option<TerritoryId>),
    Territory(TopicId),
}

impl Entity {
    /// Label in metrics.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Agent(_) => "agent",
            Self::Customer(_) => "customer",
            Self::Plan(_) => "plan",
            Self::Territory(_) => "territory",
        }
    }
}

/// Dropped with its actor; says whether a panic did it.
pub struct LifeGuard {
    entity: Entity,
    warden: Addr<Warden>,
}

impl LifeGuard {
    pub fn new(entity: Entity, warden: Addr<Warden>) -> Self {
        Self { entity, warden }
    }
}

impl Drop for LifeGuard {
    fn drop(&mut self) {
        let crash = std::thread::panicking().then(|| LAST_PANIC.with_borrow(Clone::clone));
        // Unbounded, but an actor dies once.
        self.warden.do_send(Died { entity: self.entity, crash });
    }
}

thread_local! {
    /// What the last panic of this thread said.
    static LAST_PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Makes panics remember what they said (for the death notice) and logs them as one line.
pub fn install_panic_hook() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let otherwise = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let text = describe(info);
            if tracing::enabled!(tracing::Level::ERROR) {
                tracing::error!(panic = text, "panic");
            } else {
                otherwise(info); // nobody listens to the log, as in a test
            }
            LAST_PANIC.with_borrow_mut(|last| *last = text);
        }));
    });
}

fn describe(info: &PanicHookInfo<'_>) -> String {
    let said = info
        .payload()
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| info.payload().downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without words".to_owned());
    match info.location() {
        Some(at) => format!("{said} ({}:{})", at.file(), at.line()),
        None => said,
    }
}
