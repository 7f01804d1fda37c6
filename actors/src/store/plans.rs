//! Plans: the current place of every visit, and every accepted change. An accepted change is one transaction: the plan's version goes up by
//! one from the very version it was decided on, entries, visits and dispatch rows follow, and so do the acts of the audit trail.

use super::audit::audit_within;
use super::dispatch::{JobCommit, put_jobs};
use super::visits::{Hand, PlanRefusal, VisitBook, replan_within};
use super::{Store, StoreError};
use crate::planner::Reassigned;
use chrono::NaiveDate;
use salessync_engine::access::{Action, BuiltIn, Grants, Module, Scope};
use salessync_engine::audit::{Act, Actor};
use salessync_engine::plan::book::{Book, ChangeKind, Diff, Hold, PlanVersion};
use salessync_engine::plan::model::{Bill, Commitment, ShiftId};
use salessync_engine::visit::plan::PlanPatch;
use salessync_engine::visit::report::Author;
use salessync_engine::{AgentId, ChangeId, TerritoryId, Timestamp, VisitId};
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// Versions one question goes back at most.
pub const VERSIONS_MAX: i64 = 500;

/// Tries of a commit that another transaction was in the way of.
const TRIES: usize = 4;

/// A territory as its plan's key: nil for none.
pub fn key_of(territory: Option<TerritoryId>) -> Uuid {
    territory.map_or(Uuid::nil(), |territory| territory.0)
}

/// The territory of a key.
pub fn territory_of(key: Uuid) -> Option<TerritoryId> {
    (!key.is_nil()).then_some(TerritoryId(key))
}

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

/// An accepted change, as stored.
#[derive(Clone, Debug)]
pub struct StoredVersion {
    pub version: PlanVersion,
    pub change: ChangeId,
    pub at: Timestamp,
    pub actor_kind: String,
    pub actor_id: Option<Uuid>,
    pub kind: ChangeKind,
    pub undoes: Option<PlanVersion>,
    pub diff: Diff,
    pub bill: Bill,
}

impl Store {
    /// Commits accepted changes of several plans, all or none. Locks are taken in the order of territories; the visits come last, because their
    /// feed is held until the end. What another transaction was in the way of is tried again.
    pub async fn commit_plans(&self, mut commits: Vec<PlanCommit>, book: VisitBook, epoch: i64) -> Result<(), StoreError> {
        commits.sort_by_key(|commit| key_of(commit.territory));
        let mut tries = 1;
        loop {
            match self.try_commit_plans(commits.clone(), book.clone(), epoch).await {
                Err(error) if error.is_knot() && tries < TRIES => tries += 1,
                done => return done,
            }
        }
    }

    async fn try_commit_plans(&self, commits: Vec<PlanCommit>, book: VisitBook, epoch: i64) -> Result<(), StoreError> {
        self.on(async move |pool: PgPool| {
            const WHAT: &str = "commit a plan";
            let mut tx = pool.begin().await.map_err(|error| StoreError::sql(WHAT, error))?;
            for commit in &commits {
                step_version(&mut tx, commit, epoch, WHAT).await?;
                if !commit.diff.is_empty() {
                    put_version(&mut tx, commit, WHAT).await?;
                    put_entries(&mut tx, commit, WHAT).await?;
                }
                put_closed(&mut tx, commit, WHAT).await?;
                put_jobs(&mut tx, commit.by, &commit.jobs).await?;
                for act in &commit.acts {
                    audit_within(&mut tx, act).await?;
                }
            }
            assign_visits(&mut tx, &commits, &book, WHAT).await?;
            tx.commit().await.map_err(|error| StoreError::sql(WHAT, error))
        })
        .await
    }

    /// The plan of a territory as it was accepted last. One that was never made is made, empty.
    pub async fn plan_book(&self, territory: Option<TerritoryId>) -> Result<Book, StoreError> {
        let key = key_of(territory);
        self.on(async move |pool: PgPool| {
            const WHAT: &str = "read a plan";
            let mut tx = pool.begin().await.map_err(|error| StoreError::sql(WHAT, error))?;
            let version = sqlx::query_scalar!(
                r#"insert into plans (territory, version)
                   values ($1, 0)
                   on conflict (territory) do update set version = plans.version
                   returning version"#,
                key
            )
            .fetch_one(&mut *tx)
            .await
            .map_err(|error| StoreError::sql(WHAT, error))?;
            let rows = sqlx::query!(
                r#"select visit_id as "visit_id: VisitId", agent_id as "agent_id: AgentId", date, part, commitment,
                          start_at as "start_at: Timestamp", start_until as "start_until: Timestamp",
                          shift_until as "shift_until: Timestamp"
                   from plan_entries
                   where territory = $1
                   order by agent_id, date, part, position"#,
                key
            )
            .fetch_all(&mut *tx)
            .await
            .map_err(|error| StoreError::sql(WHAT, error))?;
            tx.commit().await.map_err(|error| StoreError::sql(WHAT, error))?;
            let (mut routes, mut holds) = (BTreeMap::<ShiftId, Vec<VisitId>>::new(), BTreeMap::new());
            for row in rows {
                let part = u8::try_from(row.part).map_err(|_| StoreError::Damaged { what: "a plan" })?;
                routes.entry(ShiftId { agent: row.agent_id, date: row.date, part }).or_default().push(row.visit_id);
                if let Some(commitment) = row.commitment {
                    let commitment = commitment_of(&commitment).ok_or(StoreError::Damaged { what: "a plan" })?;
                    let (start_at, start_until, shift_until) = (row.start_at, row.start_until, row.shift_until);
                    holds.insert(row.visit_id, Hold { commitment, start_at, start_until, shift_until });
                }
            }
            Ok(Book::new(PlanVersion(version), routes, holds))
        })
        .await
    }

    /// Days of a plan that dispatchers ended, from a date on.
    pub(crate) async fn plan_closed(
        &self,
        territory: Option<TerritoryId>,
        from: NaiveDate,
    ) -> Result<BTreeSet<ShiftId>, StoreError> {
        let key = key_of(territory);
        self.on(async move |pool: PgPool| {
            let rows = sqlx::query!(
                r#"select agent_id as "agent: AgentId", date, part
                   from plan_closed_days
                   where territory = $1 and date >= $2"#,
                key,
                from
            );
            let rows = rows.fetch_all(&pool).await.map_err(|error| StoreError::sql("read a plan's ended days", error))?;
            let shift = |part| u8::try_from(part).map_err(|_| StoreError::Damaged { what: "a plan" });
            rows.into_iter().map(|row| Ok(ShiftId { agent: row.agent, date: row.date, part: shift(row.part)? })).collect()
        })
        .await
    }

    /// Accepted changes after a version, oldest first.
    pub async fn plan_versions(
        &self,
        territory: Option<TerritoryId>,
        after: PlanVersion,
        limit: i64,
    ) -> Result<Vec<StoredVersion>, StoreError> {
        let key = key_of(territory);
        self.on(async move |pool: PgPool| {
            let rows = sqlx::query_as!(
                VersionRow,
                r#"select version, change_id as "change: ChangeId", at as "at: Timestamp", actor_kind, actor_id, kind, undoes,
                          diff as "diff: Json<Diff>", bill as "bill: Json<Bill>"
                   from plan_versions
                   where territory = $1 and version > $2
                   order by version
                   limit $3"#,
                key,
                after.0,
                limit
            )
            .fetch_all(&pool)
            .await
            .map_err(|error| StoreError::sql("list a plan's versions", error))?;
            rows.into_iter().map(VersionRow::stored).collect()
        })
        .await
    }

    /// The newest changes, newest first; before a version, where one is given.
    pub async fn plan_versions_back(
        &self,
        territory: Option<TerritoryId>,
        before: Option<PlanVersion>,
        limit: i64,
    ) -> Result<Vec<StoredVersion>, StoreError> {
        let key = key_of(territory);
        self.on(async move |pool: PgPool| {
            let rows = sqlx::query_as!(
                VersionRow,
                r#"select version, change_id as "change: ChangeId", at as "at: Timestamp", actor_kind, actor_id, kind, undoes,
                          diff as "diff: Json<Diff>", bill as "bill: Json<Bill>"
                   from plan_versions
                   where territory = $1 and ($2::bigint is null or version < $2)
                   order by version desc
                   limit $3"#,
                key,
                before.map(|before| before.0),
                limit
            )
            .fetch_all(&pool)
            .await
            .map_err(|error| StoreError::sql("list a plan's versions", error))?;
            rows.into_iter().map(VersionRow::stored).collect()
        })
        .await
    }

    /// The change of this id, and whose plan it changed.
    pub async fn plan_change(&self, change: ChangeId) -> Result<Option<(Option<TerritoryId>, StoredVersion)>, StoreError> {
        self.on(async move |pool: PgPool| {
            let row = sqlx::query!(
                r#"select territory, version, at as "at: Timestamp", actor_kind, actor_id, kind, undoes,
                          diff as "diff: Json<Diff>", bill as "bill: Json<Bill>"
                   from plan_versions
                   where change_id = $1"#,
                change as ChangeId
            )
            .fetch_optional(&pool)
            .await
            .map_err(|error| StoreError::sql("find a plan's change", error))?;
            let found = row.map(|row| {
                let stored = VersionRow {
                    version: row.version,
                    change,
                    at: row.at,
                    actor_kind: row.actor_kind,
                    actor_id: row.actor_id,
                    kind: row.kind,
                    undoes: row.undoes,
                    diff: row.diff,
                    bill: row.bill,
                };
                stored.stored().map(|stored| (territory_of(row.territory), stored))
            });
            found.transpose()
        })
        .await
    }

    /// Territories that have a plan, with its version.
    pub async fn planned_territories(&self) -> Result<Vec<(Option<TerritoryId>, PlanVersion)>, StoreError> {
        self.on(async move |pool: PgPool| {
            let rows = sqlx::query!("select territory, version from plans order by territory")
                .fetch_all(&pool)
                .await
                .map_err(|error| StoreError::sql("list plans", error))?;
            Ok(rows.into_iter().map(|row| (territory_of(row.territory), PlanVersion(row.version))).collect())
        })
        .await
    }
}

/// A row as it is stored.
struct VersionRow {
    version: i64,
    change: ChangeId,
    at: Timestamp,
    actor_kind: String,
    actor_id: Option<Uuid>,
    kind: String,
    undoes: Option<i64>,
    diff: Json<Diff>,
    bill: Json<Bill>,
}

impl VersionRow {
    fn stored(self) -> Result<StoredVersion, StoreError> {
        Ok(StoredVersion {
            version: PlanVersion(self.version),
            change: self.change,
            at: self.at,
            actor_kind: self.actor_kind,
            actor_id: self.actor_id,
            kind: self.kind.parse().map_err(|_| StoreError::Damaged { what: "a plan's version" })?,
            undoes: self.undoes.map(PlanVersion),
            diff: self.diff.0,
            bill: self.bill.0,
        })
    }
}

/// Takes the plan from the version the change was decided on to the next, under the epoch's fence.
async fn step_version(
    connection: &mut PgConnection,
    commit: &PlanCommit,
    epoch: i64,
    what: &'static str,
) -> Result<(), StoreError> {
    let grows = i64::from(!commit.diff.is_empty());
    let done = sqlx::query!(
        r#"with fence as materialized (select epoch from journal_epoch where epoch = $5 for share)
           update plans
           set version = version + $3, changed_at = case when $3 > 0 then $4 else changed_at end
           from fence
           where territory = $1 and version = $2"#,
        key_of(commit.territory),
        commit.base.0,
        grows,
        commit.at as Timestamp,
        epoch
    )
    .execute(&mut *connection)
    .await
    .map_err(|error| StoreError::sql(what, error))?;
    if done.rows_affected() == 1 {
        return Ok(());
    }
    let current = sqlx::query_scalar!("select epoch from journal_epoch")
        .fetch_one(connection)
        .await
        .map_err(|error| StoreError::sql(what, error))?;
    Err(if current == epoch { StoreError::Overtaken { what } } else { StoreError::Fenced { epoch } })
}

async fn put_version(connection: &mut PgConnection, commit: &PlanCommit, what: &'static str) -> Result<(), StoreError> {
    let visits: Vec<Uuid> = commit.diff.visits().into_iter().map(|visit| visit.0).collect();
    sqlx::query!(
        r#"insert into plan_versions (territory, version, change_id, at, actor_kind, actor_id, kind, undoes, diff, visits, bill)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"#,
        key_of(commit.territory),
        commit.base.next().0,
        commit.change as ChangeId,
        commit.at as Timestamp,
        commit.by.kind(),
        commit.by.id(),
        commit.kind.name(),
        commit.undoes.map(|undoes| undoes.0),
        Json(&commit.diff) as _,
        &visits,
        Json(&commit.bill) as _
    )
    .execute(connection)
    .await
    .map_err(|error| StoreError::sql(what, error))?;
    Ok(())
}

/// Writes which days dispatchers ended, and which they opened again.
async fn put_closed(connection: &mut PgConnection, commit: &PlanCommit, what: &'static str) -> Result<(), StoreError> {
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
        done.map_err(|error| StoreError::sql(what, error))?;
    }
    Ok(())
}

/// Writes the touched routes as they are now; what has left them and is in no other has no entry any more.
async fn put_entries(connection: &mut PgConnection, commit: &PlanCommit, what: &'static str) -> Result<(), StoreError> {
    let mut rows = Entries::default();
    let mut stays = BTreeSet::new();
    for change in &commit.diff.routes {
        for (position, visit) in change.after.iter().enumerate() {
            stays.insert(*visit);
            rows.push(change.shift, (position, *visit), commit.holds.get(visit), commit.planned.get(visit));
        }
    }
    let before = commit.diff.routes.iter().flat_map(|change| &change.before);
    let gone: Vec<Uuid> = before.filter(|visit| !stays.contains(visit)).map(|visit| visit.0).collect();
    sqlx::query!(
        r#"with gone as (delete from plan_entries where visit_id = any($1))
           insert into plan_entries (visit_id, territory, agent_id, date, part, position, commitment, start_at, planned_at,
                                     start_until, shift_until)
           select r.visit, $2, r.agent, r.date, r.part, r.position, r.commitment, r.start_at, r.planned_at, r.start_until, r.shift_until
           from unnest($3::uuid[], $4::uuid[], $5::date[], $6::smallint[], $7::integer[], $8::text[], $9::timestamptz[],
                       $10::timestamptz[], $11::timestamptz[], $12::timestamptz[])
                as r (visit, agent, date, part, position, commitment, start_at, planned_at, start_until, shift_until)
           on conflict (visit_id) do update
           set territory = excluded.territory, agent_id = excluded.agent_id, date = excluded.date, part = excluded.part,
               position = excluded.position, commitment = excluded.commitment, start_at = excluded.start_at,
               planned_at = excluded.planned_at, start_until = excluded.start_until, shift_until = excluded.shift_until"#,
        &gone,
        key_of(commit.territory),
        &rows.visits,
        &rows.agents,
        &rows.dates,
        &rows.parts,
        &rows.positions,
        &rows.commitments as &[Option<&str>],
        &rows.starts as &[Option<Timestamp>],
        &rows.planned as &[Option<Timestamp>],
        &rows.starts_until as &[Option<Timestamp>],
        &rows.shifts_until as &[Option<Timestamp>]
    )
    .execute(&mut *connection)
    .await
    .map_err(|error| StoreError::sql(what, error))?;
    // A hold of a visit whose route is not touched.
    for change in commit.diff.holds.iter().filter(|change| !stays.contains(&change.visit)) {
        sqlx::query!(
            "update plan_entries set commitment = $2, start_at = $3, start_until = $4, shift_until = $5 where visit_id = $1",
            change.visit as VisitId,
            change.after.map(|hold| commitment_name(hold.commitment)),
            change.after.and_then(|hold| hold.start_at) as Option<Timestamp>,
            change.after.and_then(|hold| hold.start_until) as Option<Timestamp>,
            change.after.and_then(|hold| hold.shift_until) as Option<Timestamp>
        )
        .execute(&mut *connection)
        .await
        .map_err(|error| StoreError::sql(what, error))?;
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
        self.planned.push(planned.copied());
    }
}

/// Tells the visits who is to make them, and on which day. A visit that has begun meanwhile, or is gone, makes the change one of the past.
async fn assign_visits(
    connection: &mut PgConnection,
    commits: &[PlanCommit],
    book: &VisitBook,
    what: &'static str,
) -> Result<(), StoreError> {
    let moved = commits.iter().flat_map(|commit| &commit.moved);
    let patch = |moved: &Reassigned| PlanPatch { agent_id: Some(moved.agent), day: Some(moved.day), ..PlanPatch::default() };
    let patches: Vec<_> = moved.map(|moved| (moved.visit, patch(moved))).collect();
    let Some(first) = commits.first().filter(|_| !patches.is_empty()) else { return Ok(()) };
    let hand = Hand { by: Author::from(first.by), now: first.at };
    match replan_within(connection, &everything(), book, patches, &hand).await {
        Ok(()) => Ok(()),
        Err(PlanRefusal::Store(error)) => Err(error),
        Err(refusal) => {
            tracing::info!(%refusal, "a plan is overtaken by its visits");
            Err(StoreError::Overtaken { what })
        }
    }
}

/// A plan writes to all its visits, whoever may change the plan.
fn everything() -> Scope {
    let permissions = BuiltIn::find("admin").map(BuiltIn::permissions).unwrap_or_default();
    let grants = Grants { permissions, ..Grants::default() };
    grants.scope(Module::Plans, Action::Update).expect("an administrator may change everything")
}

fn commitment_name(commitment: Commitment) -> &'static str {
    match commitment {
        Commitment::Done | Commitment::InProgress | Commitment::FixedOrderAndTime => "fixed_order_and_time",
        Commitment::FixedOrder => "fixed_order",
        Commitment::FixedAgent => "fixed_agent",
        Commitment::Free => "free",
    }
}

fn commitment_of(name: &str) -> Option<Commitment> {
    let known = [Commitment::FixedOrderAndTime, Commitment::FixedOrder, Commitment::FixedAgent, Commitment::Free];
    known.into_iter().find(|commitment| commitment_name(*commitment) == name)
}
