//! What is done with visits: commands, which are carried out or refused, and reports, which tell what has happened and are kept whatever they do.

use super::super::{Store, StoreError};
use super::at_once::write_alone;
use super::change::{Change, close_left, hold, write};
use super::facts::cases;
use super::plans::is_covered;
use super::rows::named;
use super::{Hand, VisitBook};
use salessync_engine::access::Scope;
use salessync_engine::flaw::FieldFlaw;
use salessync_engine::visit::decide::{Asking, representable};
use salessync_engine::visit::report::{Report, Told};
use salessync_engine::visit::{Effect, Rejection, Visit, decide};
use salessync_engine::{AgentId, Timestamp, VisitEventId, VisitId};
use sqlx::{PgConnection, PgPool};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// A report that lies further ahead of the server's clock is taken to have happened when it came: as with fixes.
const AHEAD_MAX_S: i64 = salessync_engine::track::plausible::AHEAD_MAX_S;

/// A command.
#[derive(Clone, Debug)]
pub struct Deed {
    pub visit: VisitId,
    pub id: VisitEventId,
    pub at: Timestamp,
    pub told: Told,
    /// Whose deed it is; None: that of the agent whose visit it is, told for them, or an office's decision.
    pub agent: Option<AgentId>,
    /// The asker is that agent: what is or was theirs they may tell of, whatever else they may.
    pub is_own: bool,
    pub device: Option<String>,
}

/// What became of a command.
#[derive(Clone, PartialEq, Debug)]
pub struct Performed {
    pub visit: Visit,
    /// As it was until then.
    pub before: Visit,
    /// False: it had been carried out before.
    pub is_new: bool,
}

/// Why a command was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    #[error("there is no visit like that")]
    NotFound,
    #[error("who did this visit was erased: it does not change any more")]
    Erased,
    #[error("the id of this event was used for another visit or by another agent")]
    IdTaken,
    #[error(transparent)]
    Rejected(#[from] Rejection),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A report that was told after the fact.
#[derive(Clone, Debug)]
pub struct ToldReport {
    pub visit: VisitId,
    pub id: VisitEventId,
    pub at: Timestamp,
    pub told: Told,
    pub device: Option<String>,
}

/// What became of a report.
#[derive(Clone, PartialEq, Debug)]
pub enum ToldOutcome {
    /// Kept, with what it did as far as is known by now.
    Taken(Effect),
    /// It was there before.
    Known(Effect),
    /// It cannot be kept.
    Refused { code: &'static str, flaw: FieldFlaw },
}

impl Store {
    /// Carries a command out, or says why not.
    pub async fn perform(&self, scope: &Scope, book: VisitBook, deed: Deed, hand: Hand) -> Result<Performed, Refusal> {
        let scope = scope.clone();
        let done = self.on_desk(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("carry out a command on a visit", error);
            if !deed.told.kind().is_deed() {
                let mut connection = pool.acquire().await.map_err(sql)?;
                match decide_at_once(&mut connection, &scope, &book, deed.clone(), &hand).await {
                    Ok(Some(performed)) => return Ok(Ok(performed)),
                    Err(Refusal::IdTaken) => return Ok(Err(Refusal::IdTaken)),
                    // Nothing was written. What is refused is refused on what is held.
                    Ok(None) | Err(_) => {}
                }
            }
            let mut tx = pool.begin().await.map_err(sql)?;
            match perform(&mut tx, &scope, &book, deed, &hand).await {
                Ok(performed) => {
                    tx.commit().await.map_err(sql)?;
                    Ok(Ok(performed))
                }
                Err(Refusal::Store(error)) => Err(error),
                Err(refusal) => Ok(Err(refusal)),
            }
        });
        done.await?
    }

    /// Carries several commands out, all or none: the first that is refused is named by its index.
    pub async fn perform_all(
        &self,
        scope: &Scope,
        book: VisitBook,
        deeds: Vec<Deed>,
        hand: Hand,
    ) -> Result<Vec<Performed>, (usize, Refusal)> {
        let scope = scope.clone();
        // Rows are locked in the order of visits, so that two such requests cannot wait for each other.
        let mut order: Vec<usize> = (0..deeds.len()).collect();
        order.sort_by_key(|index| deeds[*index].visit);
        let done = self.on_desk(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("carry out commands on visits", error);
            let mut tx = pool.begin().await.map_err(sql)?;
            let mut all = Vec::with_capacity(deeds.len());
            for index in order {
                match perform(&mut tx, &scope, &book, deeds[index].clone(), &hand).await {
                    Ok(performed) => all.push((index, performed)),
                    Err(Refusal::Store(error)) => return Err(error),
                    Err(refusal) => return Ok(Err((index, refusal))),
                }
            }
            tx.commit().await.map_err(sql)?;
            all.sort_by_key(|(index, _)| *index);
            Ok(Ok(all.into_iter().map(|(_, performed)| performed).collect()))
        });
        done.await.map_err(|error| (0, error.into()))?
    }

    /// Takes an agent's reports, in one transaction. What became of each is answered in their order.
    pub async fn tell_visits(
        &self,
        scope: &Scope,
        book: VisitBook,
        agent: AgentId,
        reports: Vec<ToldReport>,
        hand: Hand,
    ) -> Result<Vec<ToldOutcome>, StoreError> {
        let scope = scope.clone();
        self.on_desk(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("take what was told of visits", error);
            let mut tx = pool.begin().await.map_err(sql)?;
            let outcomes = tell(&mut tx, &scope, &book, agent, reports, &hand).await?;
            tx.commit().await.map_err(sql)?;
            Ok(outcomes)
        })
        .await
    }
}

async fn perform(
    connection: &mut PgConnection,
    scope: &Scope,
    book: &VisitBook,
    deed: Deed,
    hand: &Hand,
) -> Result<Performed, Refusal> {
    let others: Vec<AgentId> = deed.agent.into_iter().collect();
    let mut changes = hold(connection, &[deed.visit.0], &others, book).await?;
    let Some(change) = changes.first_mut() else { return Err(Refusal::NotFound) };
    let before = change.case.stored.visit.clone();
    if !carry_out(connection, scope, book, deed, hand, change).await? {
        return Ok(Performed { visit: before.clone(), before, is_new: false });
    }
    close_left(connection, &mut changes, book, hand).await?;
    let written = match write(connection, changes, book, hand).await {
        // Of another visit, or of one that another request tells right now.
        Err(StoreError::Taken("id")) => return Err(Refusal::IdTaken),
        written => written?,
    };
    let visit = written.into_iter().find(|change| change.id() == before.id).ok_or(Refusal::NotFound)?.case.stored.visit;
    Ok(Performed { visit, before, is_new: true })
}

/// Carries out what an office decides about one visit, without holding it; None where that does not do.
async fn decide_at_once(
    connection: &mut PgConnection,
    scope: &Scope,
    book: &VisitBook,
    deed: Deed,
    hand: &Hand,
) -> Result<Option<Performed>, Refusal> {
    let Some(case) = cases(connection, &[deed.visit.0]).await?.pop() else { return Ok(None) };
    let mut change = Change::of(case, book);
    let before = change.case.stored.visit.clone();
    if !carry_out(connection, scope, book, deed, hand, &mut change).await? {
        return Ok(None);
    }
    match write_alone(connection, &mut change, book, hand).await {
        Ok(true) => Ok(Some(Performed { visit: change.case.stored.visit, before, is_new: true })),
        Ok(false) => Ok(None),
        Err(StoreError::Taken("id")) => Err(Refusal::IdTaken),
        Err(error) => Err(error.into()),
    }
}

/// Decides on a deed and adds it to the change; false where it was carried out before.
async fn carry_out(
    connection: &mut PgConnection,
    scope: &Scope,
    book: &VisitBook,
    deed: Deed,
    hand: &Hand,
    change: &mut Change,
) -> Result<bool, Refusal> {
    let visit = &change.case.stored.visit;
    let is_theirs = deed.agent.is_some_and(|agent| deed.is_own && visit.is_or_was_of(agent));
    if !is_theirs && !is_covered(connection, scope, visit).await? {
        return Err(Refusal::NotFound);
    }
    if let Some(known) = change.case.facts.reports.iter().find(|report| report.id == deed.id) {
        return if known.told.kind() == deed.told.kind() { Ok(false) } else { Err(Refusal::IdTaken) };
    }
    if change.case.stored.is_erased {
        return Err(Refusal::Erased);
    }
    let agent = deed.agent.or(visit.progress.performed_by).or(visit.plan.agent_id).filter(|_| deed.told.kind().is_deed());
    let site = change.case.site(book, deed.at);
    let (open, last_check_out) = match (agent, &deed.told) {
        (Some(agent), Told::CheckIn { .. }) => around(connection, agent, change).await?,
        _ => (None, None),
    };
    let asking = Asking {
        id: deed.id,
        by: hand.by,
        agent,
        at: deed.at,
        now: hand.now,
        open,
        last_check_out,
        site: &site,
        rules: &book.rules,
    };
    let report = match decide(&change.case.facts, deed.told, &asking) {
        Ok(report) => report,
        // What it was used for says more than what it would be refused for.
        Err(_) if known(connection, &[deed.id.0]).await?.contains_key(&deed.id) => return Err(Refusal::IdTaken),
        Err(rejection) => return Err(rejection.into()),
    };
    // An office's decision is a person's; whatever is told, the beat leaves the visit alone from now on.
    change.is_touched = true;
    change.tell(report, deed.device);
    Ok(true)
}

/// The visit an agent has open, and when they last checked out at this place.
async fn around(
    connection: &mut PgConnection,
    agent: AgentId,
    change: &Change,
) -> Result<(Option<VisitId>, Option<Timestamp>), StoreError> {
    let row = sqlx::query!(
        r#"select (select id from visits
                   where performed_by = $1 and status in ('checked_in', 'in_progress') and id <> $2) as "open: VisitId",
                  (select max(ended_at) from visits
                   where doer = $1 and performed_by = $1 and place_id = $3 and status = 'completed' and id <> $2)
                      as "last_check_out: Timestamp""#,
        agent as AgentId,
        change.id() as VisitId,
        change.case.facts.plan.place_id.0
    )
    .fetch_one(connection)
    .await
    .map_err(|error| StoreError::sql("look for an agent's open visit", error))?;
    Ok((row.open, row.last_check_out))
}

async fn tell(
    connection: &mut PgConnection,
    scope: &Scope,
    book: &VisitBook,
    agent: AgentId,
    reports: Vec<ToldReport>,
    hand: &Hand,
) -> Result<Vec<ToldOutcome>, StoreError> {
    let visits: BTreeSet<Uuid> = reports.iter().map(|report| report.visit.0).collect();
    let visits: Vec<Uuid> = visits.into_iter().collect();
    let mut changes = hold(connection, &visits, &[agent], book).await?;
    let mut known = known(connection, &reports.iter().map(|report| report.id.0).collect::<Vec<_>>()).await?;
    // Whose visits they may tell of besides those that are or were the agent's: whoever tells it for an agent answers for the visit.
    let mut theirs = HashMap::new();
    for change in &changes {
        let visit = &change.case.stored.visit;
        let is_theirs = visit.is_or_was_of(agent) || is_covered(connection, scope, visit).await?;
        theirs.insert(change.id(), is_theirs);
    }
    let mut outcomes = Vec::with_capacity(reports.len());
    for report in reports {
        let id = report.id;
        let change = changes.iter_mut().find(|change| change.id() == report.visit).filter(|change| theirs[&change.id()]);
        let outcome = take(change, report, &mut known, (agent, hand));
        outcomes.push((id, outcome));
    }
    changes.retain(|change| !change.events.is_empty());
    close_left(connection, &mut changes, book, hand).await?;
    let effects: HashMap<VisitEventId, Effect> = changes.iter().flat_map(|change| change.standing(book).effects).collect();
    write(connection, changes, book, hand).await?;
    let settled = outcomes.into_iter().map(|(id, outcome)| {
        let effect = |before: Effect| effects.get(&id).copied().unwrap_or(before);
        match outcome {
            ToldOutcome::Taken(before) => ToldOutcome::Taken(effect(before)),
            ToldOutcome::Known(before) => ToldOutcome::Known(effect(before)),
            ToldOutcome::Refused { .. } => outcome,
        }
    });
    Ok(settled.collect())
}

/// Adds one report to the facts of its visit, unless it is known or cannot be kept. What it does is seen when all are in.
fn take(
    change: Option<&mut Change>,
    report: ToldReport,
    known: &mut HashMap<VisitEventId, Known>,
    (agent, hand): (AgentId, &Hand),
) -> ToldOutcome {
    let ToldReport { visit, id, at, told, device } = report;
    let refused = |code, field: &str, limit: &str| ToldOutcome::Refused { code, flaw: FieldFlaw::new(field, limit) };
    let Some(change) = change else { return refused("visit_unknown", "visit_id", "must be the id of a visit of the agent") };
    if change.case.stored.is_erased {
        return refused("visit_erased", "visit_id", "must be the id of a visit whose agent was not erased");
    }
    if let Some(known) = known.get(&id) {
        return match known.effect {
            Some(effect) if known.visit == visit && known.kind == told.kind().name() => ToldOutcome::Known(effect),
            _ => refused("id_taken", "id", "must be an id that was not used for something else"),
        };
    }
    if !told.kind().is_deed() {
        return refused("not_a_deed", "type", "must be en_route, check_in, start, check_out or abandon");
    }
    if let Err(flaw) = representable(&told) {
        return ToldOutcome::Refused { code: "invalid_field", flaw };
    }
    let clock_ahead = at > hand.now.plus_s(AHEAD_MAX_S);
    let at = if clock_ahead { hand.now } else { at };
    known.insert(id, Known { visit, kind: told.kind().name().to_owned(), effect: Some(Effect::Effective) });
    change.is_touched = true;
    change.tell(Report { id, at, received_at: hand.now, by: hand.by, agent: Some(agent), told, clock_ahead }, device);
    ToldOutcome::Taken(Effect::Effective)
}

/// An event that was told before.
struct Known {
    visit: VisitId,
    kind: String,
    effect: Option<Effect>,
}

async fn known(connection: &mut PgConnection, ids: &[Uuid]) -> Result<HashMap<VisitEventId, Known>, StoreError> {
    let rows = sqlx::query!(
        r#"select id as "id: VisitEventId", visit_id as "visit: VisitId", coalesce(body -> 'told' ->> 'type', kind) as "kind!", effect
           from visit_events
           where id = any($1)"#,
        ids
    )
    .fetch_all(connection)
    .await
    .map_err(|error| StoreError::sql("look for events told before", error))?;
    rows.into_iter()
        .map(|row| {
            let effect = row.effect.as_deref().map(named).transpose()?;
            Ok((row.id, Known { visit: row.visit, kind: row.kind, effect }))
        })
        .collect()
}
