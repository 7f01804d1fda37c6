//! Files of customers: read, compared with what is known, told, and written all at once.
//!
//! The rows are judged by the engine; here is what it needs to know, whose customers one may touch, what is sealed, and the one transaction. Customers
//! that are awake read again what was written past them.

use super::SystemHandle;
use super::customers::BULK_TRIES;
use crate::customer_contacts::ContactPerson;
use crate::ports::geocode::{Geocoder, Source};
use crate::store::StoreError;
use crate::store::agents::AgentFilter;
use crate::store::customer_changes::{ContactChange, CustomerChange};
use crate::vault::{Person, Vault, VaultError};
use salessync_engine::access::Scope;
use salessync_engine::customer::import::{FIELDS, ImportedContact, Known, Plan, Step, plan, references};
use salessync_engine::customer::{Command, Customer, CustomerState, Order};
use salessync_engine::flaw::FieldFlaw;
use salessync_engine::import::known::Names;
use salessync_engine::import::{CellFlaw, Options, PlaceSought, Report, RowOutcome, RowReport, Sheet, SheetFlaw};
use salessync_engine::{AgentId, CustomerId, TerritoryId, UserId};
use std::collections::HashSet;
use std::sync::Arc;
use uuid::Uuid;

/// Agents that a file may name.
const AGENTS_MAX: i64 = 100_000;

/// Who brings a file, and what they may do with it.
#[derive(Clone, Debug)]
pub struct Importer {
    /// Where they may make customers, and which they may change, if any.
    pub create: Scope,
    pub update: Option<Scope>,
    /// Whom they may name, if anybody.
    pub agents: Option<Scope>,
    pub by: Option<UserId>,
}

/// How far an import goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ImportMode {
    /// Says what would be done.
    Dry,
    /// All rows or none.
    All,
    /// The good rows, whatever the others are.
    OnlyGood,
}

/// Why a file was not read to its end.
#[derive(Debug, thiserror::Error)]
pub enum ImportUndone {
    #[error(transparent)]
    Sheet(#[from] SheetFlaw),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The server stops.
    #[error("the file could not be worked on")]
    Stopped,
}

/// A step, whether its contact is another than before, and whether the customer's main place is on the map then.
struct Judged {
    step: Step,
    contact: Option<ImportedContact>,
    is_located: bool,
    has_address: bool,
}

impl SystemHandle {
    /// Whoever finds places for words.
    pub fn geocoder(&self) -> &Geocoder {
        &self.inner.geocoder
    }

    /// Reads a file of customers and does with it what the mode says. Bad rows are told in the report; they keep the others out unless the mode says
    /// otherwise.
    pub async fn import_customers(
        &self,
        vault: &Vault,
        importer: Importer,
        file: Arc<[u8]>,
        options: Options,
        mode: ImportMode,
    ) -> Result<Report, ImportUndone> {
        for _ in 0..BULK_TRIES {
            let (plan, known, ignored_columns) = self.understand(&importer, file.clone(), options.clone()).await?;
            let Plan { rows, steps, flaws, .. } = plan;
            let (steps, refused) = judge(vault, &importer, &known, steps).await?;
            let flaws = flaws.into_iter().chain(refused).collect();
            let judgement = Judgement { rows, flaws, outcomes: rows_of(&steps, self.can_locate()), ignored_columns };
            let is_wanted = judgement.is_wanted(mode);
            let report = judgement.report(mode, is_wanted);
            if !is_wanted {
                return Ok(report);
            }
            let changes = self.changes(vault, &known, steps).await?;
            if self.write_many(changes, importer.by).await?.is_some() {
                return Ok(report);
            }
        }
        Err(StoreError::Taken("a customer").into())
    }

    /// What the rows want, and what was known when they were looked at.
    async fn understand(
        &self,
        importer: &Importer,
        file: Arc<[u8]>,
        options: Options,
    ) -> Result<(Plan, Arc<Known>, Vec<String>), ImportUndone> {
        let (bytes, head) = (file.clone(), options.clone());
        let wanted = on_a_thread(move || references(&Sheet::open(&bytes, FIELDS, &head)?)).await??;
        let known = Arc::new(self.known(importer, wanted).await?);
        let for_plan = known.clone();
        let planned = on_a_thread(move || {
            let sheet = Sheet::open(&file, FIELDS, &options)?;
            let planned = plan(&sheet, &for_plan, &mut Uuid::now_v7)?;
            Ok::<_, SheetFlaw>((planned, sheet.columns().ignored()))
        });
        let (plan, ignored) = planned.await??;
        Ok((plan, known, ignored))
    }

    async fn known(&self, importer: &Importer, references: Vec<String>) -> Result<Known, ImportUndone> {
        let store = &self.inner.store;
        let classes = store.customer_classes(&importer.create).await?.into_iter().map(|class| class.code).collect();
        let skills = store.skills(&importer.create).await?.into_iter().map(|skill| skill.code).collect();
        let territories = self.territories_named(&importer.create).await?;
        let agents = self.agents_named(importer.agents.as_ref()).await?;
        let customers = store.customers_by_reference(references).await?.into_iter();
        let customers = customers.filter_map(|customer| Some((customer.profile.reference.clone()?, customer))).collect();
        let zone = self.inner.settings.zone().unwrap_or(chrono_tz::UTC);
        Ok(Known { classes, skills, territories, agents, customers, zone })
    }

    /// The territories of a scope, by what a file calls them.
    pub(super) async fn territories_named(&self, scope: &Scope) -> Result<Names<TerritoryId>, StoreError> {
        let mut names = Names::default();
        let territories = self.inner.store.territories(scope, scope).await?.into_iter();
        for territory in territories.filter(|territory| scope.covers_territory(Some(territory.id))) {
            names.add(&territory.name, territory.id);
        }
        Ok(names)
    }

    /// The agents of a scope, if there is one, by what a file calls them.
    pub(super) async fn agents_named(&self, scope: Option<&Scope>) -> Result<Names<AgentId>, StoreError> {
        let mut names = Names::default();
        let Some(scope) = scope else { return Ok(names) };
        for agent in self.inner.store.agents(scope, AgentFilter::default(), None, AGENTS_MAX).await? {
            names.add(&agent.name, agent.id);
        }
        Ok(names)
    }

    /// Are addresses looked for in the background?
    pub(super) fn can_locate(&self) -> bool {
        self.inner.settings.geocode.locate && self.geocoder().source() != Source::Nobody
    }

    /// The steps as changes to be written, with what is sealed.
    async fn changes(&self, vault: &Vault, known: &Known, steps: Vec<Judged>) -> Result<Vec<CustomerChange>, ImportUndone> {
        let people: Vec<_> = steps.iter().filter_map(|judged| judged.contact.as_ref()).collect();
        let people: Vec<_> = people.into_iter().map(|contact| Person::Contact(contact.head.id)).collect();
        vault.make_keys_for(&people).await?;
        let mut changes = Vec::new();
        for Judged { step, contact, .. } in steps {
            let before = known.customers.get(&step.reference).cloned();
            let mut commands = step.commands;
            let mut sealed = None;
            if let Some(ImportedContact { head, name, email, phone }) = contact {
                let row = vault.seal_customer_contact(head.id, &ContactPerson { name, email, phone }).await?;
                sealed = Some(ContactChange::Put(head.id, row));
                commands.push(Command::PutContact(head));
            }
            if let Some(after) = self.after(step.id, before.as_ref(), commands) {
                changes.push(CustomerChange { before, after, contact: sealed });
            }
        }
        Ok(changes)
    }

    /// The customer after commands that the engine has judged before; None: nothing changes.
    fn after(&self, id: CustomerId, before: Option<&Customer>, commands: Vec<Command>) -> Option<Customer> {
        let now = self.now();
        let mut state = CustomerState::new(id, before.cloned());
        let mut is_changed = false;
        for command in commands {
            let events = state.decide(&Order { command, expected: None }).ok()?;
            is_changed |= !events.is_empty();
            state = state.after(&events, now);
        }
        state.customer().filter(|_| is_changed).cloned()
    }
}

/// Whose customers are meant, and whether what is sealed of a contact is another than before. Rows that may not be are told as flaws.
async fn judge(
    vault: &Vault,
    importer: &Importer,
    known: &Known,
    steps: Vec<Step>,
) -> Result<(Vec<Judged>, Vec<CellFlaw>), ImportUndone> {
    let (mut good, mut flaws) = (Vec::with_capacity(steps.len()), Vec::new());
    for step in steps {
        let before = known.customers.get(&step.reference);
        let after = state_after(before, &step);
        if let Some(flaw) = outside(importer, before, after.customer()) {
            flaws.push(cell_flaw(&step, &flaw));
            continue;
        }
        let place = after.customer().and_then(Customer::primary_place);
        let is_located = place.is_some_and(|place| place.point.is_some());
        let has_address = place.is_some_and(|place| !place.address.is_empty());
        let contact = match step.contact.clone() {
            None => None,
            Some(contact) if vault.is_shredded(Person::Contact(contact.head.id)).await? => {
                let limit = "must be empty: whoever came with this customer was erased";
                flaws.push(cell_flaw(&step, &FieldFlaw::new("contact_name", limit)));
                continue;
            }
            Some(contact) => is_new_to(vault, before, &contact, importer).await?.then_some(contact),
        };
        good.push(Judged { step, contact, is_located, has_address });
    }
    Ok((good, flaws))
}

fn cell_flaw(step: &Step, flaw: &FieldFlaw) -> CellFlaw {
    let value = if flaw.field == "ref" { step.reference.clone() } else { String::new() };
    CellFlaw { line: step.line, field: flaw.field.clone(), column: None, value, limit: flaw.limit.clone() }
}

/// The customer as the step leaves it, but for the time.
fn state_after(before: Option<&Customer>, step: &Step) -> CustomerState {
    let mut state = CustomerState::new(step.id, before.cloned());
    for command in &step.commands {
        let events = state.decide(&Order { command: command.clone(), expected: None }).unwrap_or_default();
        state = state.after(&events, salessync_engine::Timestamp::MIN);
    }
    state
}

/// What of a step lies outside of what its importer may do.
fn outside(importer: &Importer, before: Option<&Customer>, after: Option<&Customer>) -> Option<FieldFlaw> {
    let covers = |scope: &Scope, customer: &Customer| {
        scope.covers_customer(customer.profile.territory_id, &customer.profile.preferred_agents)
    };
    let others = || FieldFlaw::new("ref", "must be the code of a customer of yours");
    let scope = match (before, &importer.update) {
        (None, _) => &importer.create,
        (Some(before), Some(update)) if covers(update, before) => update,
        (Some(_), Some(_) | None) => return Some(others()),
    };
    let is_outside = after.is_some_and(|after| !covers(scope, after));
    is_outside.then(|| FieldFlaw::new("territory", "must be a territory of yours"))
}

/// Is what a row says of a contact another than what is sealed?
async fn is_new_to(
    vault: &Vault,
    before: Option<&Customer>,
    contact: &ImportedContact,
    importer: &Importer,
) -> Result<bool, VaultError> {
    let Some(before) = before.filter(|before| before.contacts.contains(&contact.head)) else { return Ok(true) };
    let (territory, preferred) = (before.profile.territory_id, &before.profile.preferred_agents);
    let seen = importer.update.as_ref().and_then(|scope| scope.customer(before.id, territory, preferred));
    let Some(seen) = seen else { return Ok(true) };
    let ImportedContact { head, name, email, phone } = contact.clone();
    let said = ContactPerson { name, email, phone };
    let known = vault.customer_contacts(seen).await?;
    Ok(!known.into_iter().any(|known| known.id == head.id && known.person == said))
}

fn rows_of(steps: &[Judged], can_locate: bool) -> Vec<RowReport> {
    let rows = steps.iter().map(|Judged { step, contact, is_located, has_address }| {
        let mut fields: Vec<String> = step.fields.iter().map(|field| (*field).to_owned()).collect();
        let outcome = match step.outcome() {
            RowOutcome::Unchanged if contact.is_some() => RowOutcome::Updated,
            outcome => outcome,
        };
        if contact.is_some() && outcome == RowOutcome::Updated {
            fields.push("contact".to_owned());
        }
        let place = (!is_located).then(|| sought(*has_address, can_locate));
        RowReport { line: step.line, reference: step.reference.clone(), id: step.id.0, outcome, fields, place }
    });
    rows.collect()
}

/// What becomes of a place without coordinates.
pub(super) fn sought(has_address: bool, can_locate: bool) -> PlaceSought {
    if has_address && can_locate { PlaceSought::ToLocate } else { PlaceSought::NotLocated }
}

/// What a file comes to.
pub(super) struct Judgement {
    pub rows: usize,
    pub flaws: Vec<CellFlaw>,
    pub outcomes: Vec<RowReport>,
    pub ignored_columns: Vec<String>,
}

impl Judgement {
    /// Is it to be written?
    pub fn is_wanted(&self, mode: ImportMode) -> bool {
        match mode {
            ImportMode::Dry => false,
            ImportMode::All => self.flaws.is_empty(),
            ImportMode::OnlyGood => true,
        }
    }

    pub fn report(mut self, mode: ImportMode, applied: bool) -> Report {
        self.flaws.sort_by_key(|flaw| flaw.line);
        let Self { rows, flaws, outcomes, ignored_columns } = self;
        let count = |wanted: RowOutcome| outcomes.iter().filter(|row| row.outcome == wanted).count();
        let places = |wanted: PlaceSought| outcomes.iter().filter(|row| row.place == Some(wanted)).count();
        Report {
            dry_run: mode == ImportMode::Dry,
            applied,
            rows,
            created: count(RowOutcome::Created),
            updated: count(RowOutcome::Updated),
            unchanged: count(RowOutcome::Unchanged),
            kept: count(RowOutcome::Kept),
            to_locate: places(PlaceSought::ToLocate),
            not_located: places(PlaceSought::NotLocated),
            bad_rows: flaws.iter().map(|flaw| flaw.line).collect::<HashSet<_>>().len(),
            flaws,
            outcomes,
            ignored_columns,
        }
    }
}

/// A large file takes a while to read: not on a thread that serves others.
pub(super) async fn on_a_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, ImportUndone> {
    tokio::task::spawn_blocking(work).await.map_err(|_| ImportUndone::Stopped)
}
