//! Files of visits: read, compared with what is there, told, and made all at once.
//!
//! The rows are judged by the engine; here is what it needs to know, whom one may plan visits for, and the one transaction. What is there already under
//! a row's id stays as it is.

use super::SystemHandle;
use super::customers::BULK_TRIES;
use super::imports::{ImportMode, ImportUndone, Judgement, on_a_thread, sought};
use crate::store::StoreError;
use crate::store::visits::{Hand, NewPlanned, PlanRefusal};
use salessync_engine::access::{Action, BuiltIn, Grants, Module, Scope};
use salessync_engine::flaw::FieldFlaw;
use salessync_engine::import::{CellFlaw, Options, Report, RowOutcome, RowReport, Sheet, SheetFlaw};
use salessync_engine::visit::import::{FIELDS, Known, Planned, Step, customers_named, plan};
use salessync_engine::visit::{Plan, VisitSource};
use salessync_engine::{CustomerId, VisitId};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

const OTHERS: &str = "must be another one: there is a visit of others that is called so";

/// Who brings a file of visits, and what they may do with it.
#[derive(Clone, Debug)]
pub struct VisitImporter {
    /// Which visits they may make, and which they may see.
    pub create: Scope,
    pub read: Scope,
    /// Whom they may visit.
    pub customers: Scope,
    /// Whom they may name, if anybody.
    pub agents: Option<Scope>,
    pub hand: Hand,
}

/// A step, what becomes of it, and what differs from what is there.
struct Judged {
    step: Step,
    outcome: RowOutcome,
    fields: Vec<&'static str>,
}

impl SystemHandle {
    /// Reads a file of visits and does with it what the mode says. Bad rows are told in the report; they keep the others out unless the mode says
    /// otherwise.
    pub async fn import_visits(
        &self,
        importer: VisitImporter,
        file: Arc<[u8]>,
        options: Options,
        mode: ImportMode,
    ) -> Result<Report, ImportUndone> {
        // What was refused while it was written: rows that somebody else's change overtook.
        let mut refused: HashMap<u64, CellFlaw> = HashMap::new();
        for _ in 0..BULK_TRIES {
            let (planned, known, ignored_columns) = self.read_visits(&importer, file.clone(), options.clone()).await?;
            let Planned { rows, steps, flaws, .. } = planned;
            let (steps, outside) = self.judge_visits(&importer, &known, steps).await?;
            let steps: Vec<Judged> = steps.into_iter().filter(|judged| !refused.contains_key(&judged.step.line)).collect();
            let flaws = flaws.into_iter().chain(outside).chain(refused.values().cloned()).collect();
            let outcomes = self.visit_rows(&known, &steps);
            let judgement = Judgement { rows, flaws, outcomes, ignored_columns };
            if !judgement.is_wanted(mode) {
                return Ok(judgement.report(mode, false));
            }
            match self.make(&importer, steps).await? {
                None => return Ok(judgement.report(mode, true)),
                Some(flaw) => drop(refused.insert(flaw.line, flaw)),
            }
        }
        Err(StoreError::Taken("a visit").into())
    }

    /// What the rows want, and what was known when they were looked at.
    async fn read_visits(
        &self,
        importer: &VisitImporter,
        file: Arc<[u8]>,
        options: Options,
    ) -> Result<(Planned, Arc<Known>, Vec<String>), ImportUndone> {
        let (bytes, head) = (file.clone(), options.clone());
        let named = on_a_thread(move || customers_named(&Sheet::open(&bytes, FIELDS, &head)?)).await??;
        let known = Arc::new(self.known_to_visits(importer, named).await?);
        let for_plan = known.clone();
        let planned = on_a_thread(move || {
            let sheet = Sheet::open(&file, FIELDS, &options)?;
            let planned = plan(&sheet, &for_plan)?;
            Ok::<_, SheetFlaw>((planned, sheet.columns().ignored()))
        });
        let (planned, ignored) = planned.await??;
        Ok((planned, known, ignored))
    }

    async fn known_to_visits(&self, importer: &VisitImporter, named: Vec<String>) -> Result<Known, ImportUndone> {
        let store = &self.inner.store;
        let zone = self.inner.visits.zone();
        let mut known = Known::nothing(importer.hand.now.civil_date(zone));
        known.zone = zone;
        let classes = store.customer_classes(&importer.customers).await?.into_iter();
        known.class_durations_s = classes.map(|class| (class.code, class.visit_duration_s)).collect();
        known.skills = store.skills(&importer.customers).await?.into_iter().map(|skill| skill.code).collect();
        known.territories = self.territories_named(&importer.create).await?;
        known.agents = self.agents_named(importer.agents.as_ref()).await?;
        for customer in store.customers_by_reference(named).await? {
            let profile = &customer.profile;
            let is_theirs = importer.customers.covers_customer(profile.territory_id, &profile.preferred_agents);
            if let Some(reference) = profile.reference.clone().filter(|_| is_theirs) {
                known.customers.insert(reference, customer);
            }
        }
        Ok(known)
    }

    /// What is there already, and what one may not plan. Rows that may not be are told as flaws.
    async fn judge_visits(
        &self,
        importer: &VisitImporter,
        known: &Known,
        steps: Vec<Step>,
    ) -> Result<(Vec<Judged>, Vec<CellFlaw>), ImportUndone> {
        let ids: Vec<VisitId> = steps.iter().map(|step| step.id).collect();
        let Some(whole) = everything() else { return Err(ImportUndone::Stopped) };
        let there = self.inner.store.visits_within(&whole, ids).await?;
        let seen = self.inner.store.visits_within(&importer.read, there.iter().map(|visit| visit.id).collect()).await?;
        let seen: HashSet<VisitId> = seen.into_iter().map(|visit| visit.id).collect();
        let there: HashMap<VisitId, Plan> = there.into_iter().map(|visit| (visit.id, visit.plan)).collect();
        let (mut good, mut flaws) = (Vec::with_capacity(steps.len()), Vec::new());
        for step in steps {
            let before = there.get(&step.id);
            let judged = if before.is_some() && !seen.contains(&step.id) {
                Err(FieldFlaw::new("ref", OTHERS))
            } else if before.is_none()
                && step.plan.agent_id.is_none()
                && !importer.create.covers_territory(step.plan.territory_id)
            {
                Err(FieldFlaw::new("territory", "must be a territory of yours, or name an agent"))
            } else {
                step.beside(before, known.today)
            };
            match judged {
                Ok((outcome, fields)) => good.push(Judged { step, outcome, fields }),
                Err(flaw) => flaws.push(step.flaw(&flaw)),
            }
        }
        Ok((good, flaws))
    }

    fn visit_rows(&self, known: &Known, steps: &[Judged]) -> Vec<RowReport> {
        let can_locate = self.can_locate();
        let customers: HashMap<CustomerId, _> = known.customers.values().map(|customer| (customer.id, customer)).collect();
        let rows = steps.iter().map(|Judged { step, outcome, fields }| {
            let places = customers.get(&step.plan.customer_id).into_iter().flat_map(|customer| &customer.places);
            let place = places.into_iter().find(|place| place.id == step.plan.place_id);
            let place = place.filter(|place| place.point.is_none()).map(|place| sought(!place.address.is_empty(), can_locate));
            RowReport {
                line: step.line,
                reference: step.reference.clone(),
                id: step.id.0,
                outcome: *outcome,
                fields: fields.iter().map(|field| (*field).to_owned()).collect(),
                place,
            }
        });
        rows.collect()
    }

    /// Makes the visits that are new, all or none. Returns what kept them out.
    async fn make(&self, importer: &VisitImporter, steps: Vec<Judged>) -> Result<Option<CellFlaw>, ImportUndone> {
        let steps: Vec<Step> =
            steps.into_iter().filter(|judged| judged.outcome == RowOutcome::Created).map(|judged| judged.step).collect();
        let new = steps.iter().map(|step| NewPlanned { id: step.id, new: step.new.clone(), source: VisitSource::Import });
        let made = self.inner.visits.plan(&importer.create, (&importer.customers, None), new.collect(), importer.hand).await;
        match made {
            Ok(_) => Ok(None),
            Err(PlanRefusal::Field { index, flaw }) => refused(steps.get(index), &flaw),
            Err(PlanRefusal::NotFound { index, .. }) => refused(steps.get(index), &FieldFlaw::new("ref", OTHERS)),
            // Only of visits whose plans are changed.
            Err(PlanRefusal::Overtaken { .. } | PlanRefusal::Begun { .. }) => Err(StoreError::Taken("a visit").into()),
            Err(PlanRefusal::Store(error)) => Err(error.into()),
        }
    }
}

/// The row that kept all others out.
fn refused(step: Option<&Step>, flaw: &FieldFlaw) -> Result<Option<CellFlaw>, ImportUndone> {
    step.map(|step| Some(step.flaw(flaw))).ok_or(ImportUndone::Stopped)
}

/// An id may be that of a visit whom the importer does not see: that has to be known.
fn everything() -> Option<Scope> {
    let permissions = BuiltIn::find("admin")?.permissions();
    Grants { permissions, ..Grants::default() }.scope(Module::Visits, Action::Read).ok()
}
