//! Accepted changes of plans on their way into the tables. One change is one statement: the plan's version goes up by one from the very
//! version it was decided on, and the version's row, the entries, the visits that others make now and the acts of the audit trail follow from
//! that, or nothing is written. Where more of visits, ended days or dispatch are written too, it is one transaction.

use super::audit::ActColumns;
use super::dispatch::{JobCommit, put_jobs};
use super::plans::{commitment_name, key_of};
use super::visits::{FEED_LOCK, Hand, PlanRefusal, Reassign, VisitBook, replan_within};
use super::{Store, StoreError};
use crate::planner::Reassigned;
use chrono::NaiveDate;
use salessync_engine::access::{Action, BuiltIn, Grants, Module, Scope};
use salessync_engine::audit::{Act, Actor};
use salessync_engine::plan::book::{Asked, ChangeKind, Diff, Hold, HoldChange, PlanVersion};
use salessync_engine::plan::model::{Bill, ShiftId};
use salessync_engine::visit::EventBody;
use salessync_engine::visit::plan::PlanPatch;
use salessync_engine::visit::report::Author;
use salessync_engine::{AgentId, ChangeId, TerritoryId, Timestamp, VisitId};
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

const WHAT: &str = "commit a plan";

/// Tries of a commit that another transaction was in the way of.
const TRIES: usize = 4;

/// Everything that one accepted change of one plan writes.
#[derive(Clone, Debug)]
pub struct PlanCommit {
    pub territory: Option<TerritoryId>,
    /// The version it was decided on.
    pub base: PlanVersion,
    pub change: ChangeId,
    pub at: Timestamp,
    pub by: Actor,
    pub kind: ChangeKind,
    pub undoes: Option<PlanVersion>,
    pub asked: Option<Asked>,
    /// The change of several plans that it is a part of.
    pub of_bulk: Option<ChangeId>,
    /// Visits whose own agent or day this changes.
    pub moved: Vec<Reassigned>,
    /// Days that a dispatcher ends (true) or opens again.
    pub closes: BTreeMap<ShiftId, bool>,
    /// Empty: only dispatch is written, and the version stays.
    pub diff: Diff,
    /// What it changed of the cost.
    pub bill: Bill,
    /// When visits of the touched routes are to begin.
    pub planned: HashMap<VisitId, Timestamp>,
    /// Holds of visits in the touched routes, as they are afterwards.
    pub holds: BTreeMap<VisitId, Hold>,
    pub jobs: Vec<JobCommit>,
    pub acts: Vec<Act>,
}

/// What was committed.
#[derive(Clone, Debug)]
pub struct Committed {
    /// Of the visits that were moved.
    pub revisions: Vec<(VisitId, i64)>,
    /// It was one statement, without holding anything before.
    pub at_once: bool,
}

impl PlanCommit {
    /// Is it written whole by `put`, if its visits are?
    fn is_one_statement(&self) -> bool {
        self.closes.is_empty() && self.jobs.is_empty() && loose_holds(&self.diff).next().is_none()
    }

    /// What it changes of visits.
    fn patches(&self) -> impl Iterator<Item = (VisitId, PlanPatch)> {
        let patch = |moved: &Reassigned| PlanPatch { agent_id: Some(moved.agent), day: Some(moved.day), ..PlanPatch::default() };
        self.moved.iter().map(move |moved| (moved.visit, patch(moved)))
    }

    fn hand(&self) -> Hand {
        Hand { by: Author::from(self.by), now: self.at }
    }
}

impl Store {
    /// Commits accepted changes of several plans, all or none. Locks are taken in the order of territories; the visits come last, because their
    /// feed is held until the end. What another transaction was in the way of is tried again.
    pub async fn commit_plans(&self, mut commits: Vec<PlanCommit>, book: VisitBook, epoch: i64) -> Result<Committed, StoreError> {
        commits.sort_by_key(|commit| key_of(commit.territory));
        let mut tries = 1;
        loop {
            match self.try_commit_plans(commits.clone(), book.clone(), epoch).await {
                Err(error) if error.is_knot() && tries < TRIES => tries += 1,
                done => return done,
            }
        }
    }

    async fn try_commit_plans(&self, commits: Vec<PlanCommit>, book: VisitBook, epoch: i64) -> Result<Committed, StoreError> {
        self.on_desk(async move |pool: PgPool| {
            let sql = |error| StoreError::sql(WHAT, error);
            if let [commit] = &*commits
                && commit.is_one_statement()
            {
                let mut connection = pool.acquire().await.map_err(sql)?;
                match put_at_once(&mut connection, commit, &book, epoch).await {
                    // Perhaps it was a visit that went on: whoever holds it will know.
                    Ok(None) | Err(StoreError::Overtaken { .. }) if !commit.moved.is_empty() => {}
                    written => {
                        return written.map(|revisions| Committed { revisions: revisions.unwrap_or_default(), at_once: true });
                    }
                }
            }
            let mut tx = pool.begin().await.map_err(sql)?;
            for commit in &commits {
                put(&mut tx, commit, &Reassign::default(), epoch).await?;
                put_loose_holds(&mut tx, commit).await?;
                put_closed(&mut tx, commit).await?;
                put_jobs(&mut tx, commit.by, &commit.jobs).await?;
            }
            let revisions = assign_visits(&mut tx, &commits, &book).await?;
            tx.commit().await.map_err(sql)?;
            Ok(Committed { revisions, at_once: false })
        })
        .await
    }
}

/// Writes a change as one statement, and returns the revisions of its visits. None: nothing was written, for the visits need more than that.
async fn put_at_once(
    connection: &mut PgConnection,
    commit: &PlanCommit,
    book: &VisitBook,
    epoch: i64,
) -> Result<Option<Vec<(VisitId, i64)>>, StoreError> {
    if commit.moved.is_empty() {
        put(connection, commit, &Reassign::default(), epoch).await?;
        return Ok(Some(Vec::new()));
    }
    let Some(visits) = Reassign::read(connection, commit.patches().collect(), book, &commit.hand()).await? else {
        return Ok(None);
    };
    put(connection, commit, &visits, epoch).await?;
    Ok(Some(visits.written()))
}

/// Takes the plan from the version the change was decided on to the next, under the epoch's fence, and writes all that depends on nothing else: the
/// version, the touched routes as they are now (what has left them and is in no other has no entry any more), the visits that others make now, if
/// all of them are as they were read, and the acts. The plan is locked first, then the visits; their feed is held last.
async fn put(connection: &mut PgConnection, commit: &PlanCommit, visits: &Reassign, epoch: i64) -> Result<(), StoreError> {
    let sql = |error| StoreError::sql(WHAT, error);
    let diff = &commit.diff;
    let mut rows = Entries::default();
    for change in &diff.routes {
        for (position, visit) in change.after.iter().enumerate() {
            rows.push(change.shift, (position, *visit), commit.holds.get(visit), commit.planned.get(visit));
        }
    }
    let stays = placed(diff);
    let before = diff.routes.iter().flat_map(|change| &change.before);
    let gone: Vec<Uuid> = before.filter(|visit| !stays.contains(visit)).map(|visit| visit.0).collect();
    let touched: Vec<Uuid> = diff.visits().into_iter().map(|visit| visit.0).collect();
    let acts = ActColumns::of(&commit.acts);
    let asked: Option<Vec<u8>> = commit.asked.map(|Asked(hash)| hash.to_vec());
    let author = commit.hand().by;
    let steps = sqlx::query_scalar!(
        r#"with fence as materialized (select epoch from journal_epoch where epoch = $1 for share),
                held as materialized (
                    select v.id
                    from plans p
                    cross join unnest($41::uuid[], $42::bigint[], $43::uuid[]) as t (id, revision, agent)
                    join visits v on v.id = t.id and v.revision = t.revision
                    where p.territory = $2 and p.version = $3
                          and (t.agent is null or (select a.erased_at is null from agents a where a.id = t.agent))
                    order by v.id
                    for update of p, v),
                stepped as (
                    update plans
                    set version = version + $4, changed_at = case when $4 > 0 then $5 else changed_at end
                    from fence
                    where territory = $2 and version = $3 and (select count(*) from held) = cardinality($41)
                    returning territory, version),
                versioned as (
                    insert into plan_versions (territory, version, change_id, at, actor_kind, actor_id, kind, undoes, diff, visits, bill,
                                               asked, of_bulk)
                    select territory, version, $6, $5, $7, $8, $9, $10, $11, $12, $13, $39, $40
                    from stepped
                    where $4 > 0),
                gone as (delete from plan_entries using stepped where visit_id = any($14) returning 1),
                entered as (
                    insert into plan_entries (visit_id, territory, agent_id, date, part, position, commitment, start_at, planned_at,
                                              start_until, shift_until, chosen)
                    select r.visit, s.territory, r.agent, r.date, r.part, r.position, r.commitment, r.start_at, r.planned_at,
                           r.start_until, r.shift_until, r.chosen
                    from stepped s,
                         unnest($15::uuid[], $16::uuid[], $17::date[], $18::smallint[], $19::integer[], $20::text[],
                                $21::timestamptz[], $22::timestamptz[], $23::timestamptz[], $24::timestamptz[], $57::boolean[])
                         as r (visit, agent, date, part, position, commitment, start_at, planned_at, start_until, shift_until, chosen)
                    on conflict (visit_id) do update
                    set territory = excluded.territory, agent_id = excluded.agent_id, date = excluded.date, part = excluded.part,
                        position = excluded.position, commitment = excluded.commitment, start_at = excluded.start_at,
                        planned_at = excluded.planned_at, start_until = excluded.start_until, shift_until = excluded.shift_until,
                        chosen = excluded.chosen
                    returning 1),
                moved as (
                    update visits v
                    set agent_id = t.agent, day = t.day, date = t.date, starts_at = t.starts_at, is_touched = true,
                        former_agents = case when v.agent_id is null or v.agent_id is not distinct from t.agent then v.former_agents
                                             else array_remove(array_remove(v.former_agents, v.agent_id), t.agent) || v.agent_id end,
                        version = v.version + 1, revision = v.revision + 1, updated_at = $5
                    from stepped,
                         unnest($41::uuid[], $43::uuid[], $44::date[], $45::date[], $46::timestamptz[])
                         as t (id, agent, day, date, starts_at)
                    where v.id = t.id
                    returning 1),
                due as (
                    insert into visit_due (agent_id, date)
                    select t.agent_id, t.date
                    from stepped, unnest($52::uuid[], $53::date[]) as t (agent_id, date)
                    on conflict (agent_id, date) do update set mark = visit_due.mark + 1
                    returning 1),
                feed as materialized (
                    select pg_advisory_xact_lock($54)
                    from stepped, (select count(*) from gone) g, (select count(*) from entered) e, (select count(*) from moved) m,
                         (select count(*) from due) d
                    where cardinality($41) > 0),
                told as (
                    insert into visit_events (id, visit_id, at, received_at, by_kind, by_id, agent_id, kind, body, was, status, revision)
                    select t.id, t.visit_id, $5, $5, $55, $56, t.agent_id, t.kind, t.body, t.status, t.status, t.revision + 1
                    from feed,
                         unnest($48::uuid[], $41::uuid[], $49::uuid[], $50::text[], $51::jsonb[], $47::text[], $42::bigint[])
                         with ordinality as t (id, visit_id, agent_id, kind, body, status, revision, place)
                    order by t.place),
                acted as (
                    insert into audit_log (id, at, actor_kind, actor_id, on_behalf_of, kind, object_kind, object_id, outcome, address,
                                           request_id, count, before, after)
                    select t.id, t.at, t.actor_kind, t.actor_id, t.on_behalf_of, t.kind, t.object_kind, t.object_id, t.outcome,
                           t.address::inet, t.request_id, t.count, t.before, t.after
                    from stepped,
                         unnest($25::uuid[], $26::timestamptz[], $27::text[], $28::uuid[], $29::uuid[], $30::text[], $31::text[],
                                $32::text[], $33::text[], $34::text[], $35::text[], $36::integer[], $37::jsonb[], $38::jsonb[])
                         as t (id, at, actor_kind, actor_id, on_behalf_of, kind, object_kind, object_id, outcome, address, request_id,
                               count, before, after))
           select count(*) as "steps!" from stepped"#,
        epoch,
        key_of(commit.territory),
        commit.base.0,
        i64::from(!diff.is_empty()),
        commit.at as Timestamp,
        commit.change as ChangeId,
        commit.by.kind(),
        commit.by.id(),
        commit.kind.name(),
        commit.undoes.map(|undoes| undoes.0),
        Json(diff) as _,
        &touched,
        Json(&commit.bill) as _,
        &gone,
        &rows.visits,
        &rows.agents,
        &rows.dates,
        &rows.parts,
        &rows.positions,
        &rows.commitments as &[Option<&str>],
        &rows.starts as &[Option<Timestamp>],
        &rows.planned as &[Option<Timestamp>],
        &rows.starts_until as &[Option<Timestamp>],
        &rows.shifts_until as &[Option<Timestamp>],
        &acts.ids,
        &acts.ats as &[Timestamp],
        &acts.actor_kinds as &[&str],
        &acts.actor_ids as &[Option<Uuid>],
        &acts.on_behalf_of as &[Option<Uuid>],
        &acts.kinds as &[&str],
        &acts.object_kinds as &[Option<String>],
        &acts.object_ids as &[Option<String>],
        &acts.outcomes as &[&str],
        &acts.addresses as &[Option<String>],
        &acts.request_ids as &[Option<String>],
        &acts.counts,
        &acts.befores as &[Option<Json<serde_json::Value>>],
        &acts.afters as &[Option<Json<serde_json::Value>>],
        asked.as_deref(),
        commit.of_bulk as Option<ChangeId>,
        &visits.visits,
        &visits.revisions,
        &visits.agents as &[Option<Uuid>],
        &visits.days,
        &visits.dates,
        &visits.starts as &[Timestamp],
        &visits.statuses as &[&str],
        &visits.events,
        &visits.concerns as &[Option<Uuid>],
        &visits.kinds as &[&str],
        &visits.bodies as &[Json<EventBody>],
        &visits.due_agents,
        &visits.due_dates,
        FEED_LOCK,
        author.kind.name(),
        author.id,
        &rows.chosen
    )
    .fetch_one(&mut *connection)
    .await
    .map_err(sql)?;
    if steps == 1 {
        return Ok(());
    }
    let current = sqlx::query_scalar!("select epoch from journal_epoch").fetch_one(connection).await.map_err(sql)?;
    Err(if current == epoch { StoreError::Overtaken { what: WHAT } } else { StoreError::Fenced { epoch } })
}

/// Visits that have a place in the touched routes.
fn placed(diff: &Diff) -> BTreeSet<VisitId> {
    diff.routes.iter().flat_map(|change| &change.after).copied().collect()
}

/// Holds of visits whose routes are not touched.
fn loose_holds(diff: &Diff) -> impl Iterator<Item = &HoldChange> {
    // What leaves its route takes its hold along.
    let touched: BTreeSet<VisitId> =
        diff.routes.iter().flat_map(|change| change.before.iter().chain(&change.after)).copied().collect();
    diff.holds.iter().filter(move |change| !touched.contains(&change.visit))
}

async fn put_loose_holds(connection: &mut PgConnection, commit: &PlanCommit) -> Result<(), StoreError> {
    for change in loose_holds(&commit.diff) {
        sqlx::query!(
            "update plan_entries set commitment = $2, start_at = $3, start_until = $4, shift_until = $5, chosen = $6 where visit_id = $1",
            change.visit as VisitId,
            change.after.map(|hold| commitment_name(hold.commitment)),
            change.after.and_then(|hold| hold.start_at) as Option<Timestamp>,
            change.after.and_then(|hold| hold.start_until) as Option<Timestamp>,
            change.after.and_then(|hold| hold.shift_until) as Option<Timestamp>,
            change.after.is_some_and(|hold| hold.chosen)
        )
        .execute(&mut *connection)
        .await
        .map_err(|error| StoreError::sql(WHAT, error))?;
    }
    Ok(())
}

/// Writes which days dispatchers ended, and which they opened again.
async fn put_closed(connection: &mut PgConnection, commit: &PlanCommit) -> Result<(), StoreError> {
    for (shift, is_closed) in &commit.closes {
        let (key, agent, date, part) = (key_of(commit.territory), shift.agent, shift.date, i16::from(shift.part));
        let done = if *is_closed {
            sqlx::query!(
                r#"insert into plan_closed_days (territory, agent_id, date, part, closed_at)
                   values ($1, $2, $3, $4, $5)
                   on conflict do nothing"#,
                key,
                agent as AgentId,
                date,
                part,
                commit.at as Timestamp
            )
            .execute(&mut *connection)
            .await
        } else {
            sqlx::query!(
                "delete from plan_closed_days where territory = $1 and agent_id = $2 and date = $3 and part = $4",
                key,
                agent as AgentId,
                date,
                part
            )
            .execute(&mut *connection)
            .await
        };
        done.map_err(|error| StoreError::sql(WHAT, error))?;
    }
    Ok(())
}

/// Columns of the rows to be written.
#[derive(Default)]
struct Entries {
    visits: Vec<Uuid>,
    agents: Vec<Uuid>,
    dates: Vec<NaiveDate>,
    parts: Vec<i16>,
    positions: Vec<i32>,
    commitments: Vec<Option<&'static str>>,
    starts: Vec<Option<Timestamp>>,
    starts_until: Vec<Option<Timestamp>>,
    shifts_until: Vec<Option<Timestamp>>,
    chosen: Vec<bool>,
    planned: Vec<Option<Timestamp>>,
}

impl Entries {
    fn push(&mut self, shift: ShiftId, (position, visit): (usize, VisitId), hold: Option<&Hold>, planned: Option<&Timestamp>) {
        self.visits.push(visit.0);
        self.agents.push(shift.agent.0);
        self.dates.push(shift.date);
        self.parts.push(i16::from(shift.part));
        self.positions.push(position as i32);
        self.commitments.push(hold.map(|hold| commitment_name(hold.commitment)));
        self.starts.push(hold.and_then(|hold| hold.start_at));
        self.starts_until.push(hold.and_then(|hold| hold.start_until));
        self.shifts_until.push(hold.and_then(|hold| hold.shift_until));
        self.chosen.push(hold.is_some_and(|hold| hold.chosen));
        self.planned.push(planned.copied());
    }
}

/// Tells the visits who is to make them, and on which day; returns their revisions. One that has begun or was cancelled meanwhile refuses the change;
/// one that is gone, or goes where it cannot, makes it one of the past.
async fn assign_visits(
    connection: &mut PgConnection,
    commits: &[PlanCommit],
    book: &VisitBook,
) -> Result<Vec<(VisitId, i64)>, StoreError> {
    let patches: Vec<_> = commits.iter().flat_map(PlanCommit::patches).collect();
    let Some(first) = commits.first().filter(|_| !patches.is_empty()) else { return Ok(Vec::new()) };
    match replan_within(connection, &everything(), book, patches, &first.hand()).await {
        Ok(visits) => Ok(visits.into_iter().map(|visit| (visit.id, visit.revision)).collect()),
        Err(PlanRefusal::Store(error)) => Err(error),
        Err(PlanRefusal::Begun { .. }) => Err(StoreError::VisitWentOn { what: WHAT }),
        Err(refusal) => {
            tracing::info!(%refusal, "a plan is overtaken by its visits");
            Err(StoreError::Overtaken { what: WHAT })
        }
    }
}

/// A plan writes to all its visits, whoever may change the plan.
fn everything() -> Scope {
    let permissions = BuiltIn::find("admin").map(BuiltIn::permissions).unwrap_or_default();
    let grants = Grants { permissions, ..Grants::default() };
    grants.scope(Module::Plans, Action::Update).expect("an administrator may change everything")
}
