//! Commands to customers: one at a time through their actors, many at once past them.

use super::SystemHandle;
use crate::customer::{CustomerMsg, Done, Task, Undone};
use crate::customer_contacts::ContactPerson;
use crate::store::StoreError;
use crate::store::customer_changes::{ContactChange, CustomerChange, Written};
use crate::supervision::{Phase, Refusal};
use crate::vault::{Vault, VaultError};
use salessync_engine::access::Scope;
use salessync_engine::customer::{Command, ContactHead, Customer, CustomerState, Draft, Order};
use salessync_engine::{ContactId, CustomerId, UserId};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout_at};

/// Longest that whoever orders something waits for it.
pub const COMMAND_DEADLINE: Duration = Duration::from_secs(5);
/// Times that many changes at once are tried again because one of them was overtaken.
pub(super) const BULK_TRIES: usize = 3;

/// A contact that is not written.
#[derive(Debug, thiserror::Error)]
pub enum ContactUndone {
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error(transparent)]
    Undone(#[from] Undone),
}

/// What became of many new customers.
#[derive(Clone, PartialEq, Debug)]
pub enum ManyCreated {
    /// These are new; the others were there before.
    Done(Vec<Customer>),
    /// One of the ids is that of a customer outside the scope.
    Outside(CustomerId),
}

impl SystemHandle {
    /// Has a customer's actor carry out an order of somebody with this scope.
    pub async fn order(&self, scope: &Scope, customer: CustomerId, order: Order, by: Option<UserId>) -> Result<Done, Undone> {
        self.order_with(scope, customer, order, None, by).await
    }

    /// Writes a contact, sealed with its own key.
    pub async fn put_customer_contact(
        &self,
        vault: &Vault,
        scope: &Scope,
        customer: CustomerId,
        (head, person, expected): (ContactHead, ContactPerson, Option<i64>),
        by: Option<UserId>,
    ) -> Result<Done, ContactUndone> {
        let sealed = vault.seal_customer_contact(head.id, &person).await?;
        let contact = Some(ContactChange::Put(head.id, sealed));
        let order = Order { command: Command::PutContact(head), expected };
        Ok(self.order_with(scope, customer, order, contact, by).await?)
    }

    /// Takes a contact away and erases it: its key is destroyed with its row.
    pub async fn erase_customer_contact(
        &self,
        vault: &Vault,
        scope: &Scope,
        customer: CustomerId,
        (contact, expected): (ContactId, Option<i64>),
        by: Option<UserId>,
    ) -> Result<Done, Undone> {
        let order = Order { command: Command::RemoveContact(contact), expected };
        let done = self.order_with(scope, customer, order, Some(ContactChange::Erase(contact)), by).await?;
        vault.forget(crate::vault::Person::Contact(contact));
        Ok(done)
    }

    async fn order_with(
        &self,
        scope: &Scope,
        customer: CustomerId,
        order: Order,
        contact: Option<ContactChange>,
        by: Option<UserId>,
    ) -> Result<Done, Undone> {
        let deadline = Instant::now() + COMMAND_DEADLINE;
        loop {
            let begun = Arc::new(AtomicBool::new(false));
            let (answer, answered) = oneshot::channel();
            let (scope, order, contact) = (scope.clone(), order.clone(), contact.clone());
            let task = Task { order, scope, contact, by, deadline, begun: begun.clone(), answer };
            if let Err((refusal, _)) = self.inner.customers.tell(customer, CustomerMsg::Do(Box::new(task))) {
                return Err(match refusal {
                    Refusal::Full | Refusal::Restarting | Refusal::Unknown => Undone::Busy,
                    Refusal::Halted => Undone::Halted,
                });
            }
            match timeout_at(deadline, answered).await {
                Ok(Ok(answer)) => return answer,
                Err(_) => return Err(Undone::TimedOut),
                // The actor is gone. What it had not begun it has certainly not done.
                Ok(Err(_)) if begun.load(Ordering::SeqCst) => return Err(Undone::Unknown),
                Ok(Err(_)) => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
    }

    /// Makes customers, all or none; ids that exist already stay as they are.
    pub async fn create_customers(
        &self,
        scope: &Scope,
        drafts: Vec<Draft>,
        by: Option<UserId>,
    ) -> Result<ManyCreated, StoreError> {
        for _ in 0..BULK_TRIES {
            let ids = drafts.iter().map(|draft| draft.id).collect();
            let there = self.inner.store.read_customers(ids).await?;
            let there: HashMap<_, _> = there.into_iter().map(|customer| (customer.id, customer)).collect();
            let covers =
                |customer: &&Customer| scope.covers_customer(customer.profile.territory_id, &customer.profile.preferred_agents);
            if let Some(outside) = there.values().find(|customer| !covers(customer)) {
                return Ok(ManyCreated::Outside(outside.id));
            }
            let mut new = HashMap::new();
            for draft in drafts.iter().filter(|draft| !there.contains_key(&draft.id)) {
                new.entry(draft.id).or_insert_with(|| draft.clone());
            }
            let changes = new.into_values().filter_map(|draft| self.created(draft)).collect();
            if let Some(written) = self.write_many(changes, by).await? {
                return Ok(ManyCreated::Done(written));
            }
        }
        Err(StoreError::Taken("an id"))
    }

    fn created(&self, draft: Draft) -> Option<CustomerChange> {
        let state = CustomerState::new(draft.id, None);
        let order = Order { command: Command::Create(Box::new(draft)), expected: None };
        let events = state.decide(&order).ok()?;
        let after = state.after(&events, self.now()).customer().cloned()?;
        Some(CustomerChange { before: None, after, contact: None })
    }

    /// Writes changes past the actors, all or none, and has those that are awake read again. None: somebody was quicker.
    pub(crate) async fn write_many(
        &self,
        changes: Vec<CustomerChange>,
        by: Option<UserId>,
    ) -> Result<Option<Vec<Customer>>, StoreError> {
        if changes.is_empty() {
            return Ok(Some(Vec::new()));
        }
        let after: Vec<_> = changes.iter().map(|change| change.after.clone()).collect();
        let written = self.inner.store.write_customers(changes, self.now(), by).await?;
        let Written::Done { fences } = written else { return Ok(None) };
        if fences {
            self.inner.fences.has_changed();
        }
        for customer in &after {
            let _ = self.inner.customers.tell(customer.id, CustomerMsg::Reload);
        }
        Ok(Some(after))
    }

    /// How a customer's actor is.
    pub fn customer_phase(&self, customer: CustomerId) -> Phase {
        self.inner.customers.phase(customer).unwrap_or(Phase::Asleep)
    }

    /// Customers awake, and who is halted.
    pub fn customer_census(&self) -> crate::supervision::directory::Census<CustomerId> {
        self.inner.customers.census()
    }

    /// Lets a halted customer live again. False when it was not halted.
    pub fn resume_customer(&self, customer: CustomerId) -> bool {
        self.inner.customers.resume(customer)
    }

    /// Damages a customer's actor (tests of supervision).
    #[cfg(feature = "fault-injection")]
    pub fn poison_customer(&self, customer: CustomerId) {
        let _ = self.inner.customers.tell(customer, CustomerMsg::Poison);
    }
}
