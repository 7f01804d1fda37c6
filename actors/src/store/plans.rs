//! Plans: the current place of every visit, and every accepted change. How a change is written is in `plan_commits`.

use super::{Store, StoreError};
use chrono::NaiveDate;
use salessync_engine::plan::book::{Asked, Book, ChangeKind, Diff, Hold, PlanVersion};
use salessync_engine::plan::model::{Bill, Commitment, ShiftId};
use salessync_engine::{AgentId, ChangeId, TerritoryId, Timestamp, VisitId};
use sqlx::PgPool;
use sqlx::types::Json;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Versions one question goes back at most.
pub const VERSIONS_MAX: i64 = 500;

/// A territory as its plan's key: nil for none.
pub fn key_of(territory: Option<TerritoryId>) -> Uuid {
    territory.map_or(Uuid::nil(), |territory| territory.0)
}

/// The territory of a key.
pub fn territory_of(key: Uuid) -> Option<TerritoryId> {
    (!key.is_nil()).then_some(TerritoryId(key))
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
    /// What it was asked for, where somebody asked.
    pub asked: Option<Asked>,
}

impl Store {
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
                          shift_until as "shift_until: Timestamp", chosen
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
                    holds.insert(row.visit_id, Hold { commitment, start_at, start_until, shift_until, chosen: row.chosen });
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
                          diff as "diff: Json<Diff>", bill as "bill: Json<Bill>", asked
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
                          diff as "diff: Json<Diff>", bill as "bill: Json<Bill>", asked
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

    /// Whose these visits are, as the customers are called now; visits that are no more, or are another plan's, are left out.
    pub async fn customers_of_visits(
        &self,
        territory: Option<TerritoryId>,
        visits: BTreeSet<VisitId>,
    ) -> Result<BTreeMap<VisitId, String>, StoreError> {
        let visits: Vec<Uuid> = visits.into_iter().map(|visit| visit.0).collect();
        if visits.is_empty() {
            return Ok(BTreeMap::new());
        }
        self.on(async move |pool: PgPool| {
            let rows = sqlx::query!(
                r#"select v.id as "visit: VisitId", c.name from visits v join customers c on c.id = v.customer_id
                   where v.id = any($1) and v.territory_id is not distinct from $2"#,
                &visits,
                territory as Option<TerritoryId>
            )
            .fetch_all(&pool)
            .await
            .map_err(|error| StoreError::sql("name the customers of a plan's visits", error))?;
            Ok(rows.into_iter().map(|row| (row.visit, row.name)).collect())
        })
        .await
    }

    /// What was changed under this id: one plan, several together, or none.
    pub async fn plan_changes(&self, change: ChangeId) -> Result<Vec<(Option<TerritoryId>, StoredVersion)>, StoreError> {
        self.on(async move |pool: PgPool| {
            let rows = sqlx::query!(
                r#"select territory, version, change_id as "change: ChangeId", at as "at: Timestamp", actor_kind, actor_id, kind, undoes,
                          diff as "diff: Json<Diff>", bill as "bill: Json<Bill>", asked
                   from plan_versions
                   where change_id = $1 or of_bulk = $1
                   order by territory"#,
                change as ChangeId
            )
            .fetch_all(&pool)
            .await
            .map_err(|error| StoreError::sql("find a plan's change", error))?;
            let found = rows.into_iter().map(|row| {
                let stored = VersionRow {
                    version: row.version,
                    change: row.change,
                    at: row.at,
                    actor_kind: row.actor_kind,
                    actor_id: row.actor_id,
                    kind: row.kind,
                    undoes: row.undoes,
                    diff: row.diff,
                    bill: row.bill,
                    asked: row.asked,
                };
                stored.stored().map(|stored| (territory_of(row.territory), stored))
            });
            found.collect()
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
    asked: Option<Vec<u8>>,
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
            asked: self.asked.and_then(|bytes| bytes.try_into().ok()).map(Asked),
        })
    }
}

pub(super) fn commitment_name(commitment: Commitment) -> &'static str {
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
