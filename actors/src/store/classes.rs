//! The organisation's lists: classes of customers, and skills.

use super::{Store, StoreError};
use salessync_engine::access::{Scope, Whole};
use salessync_engine::customer::{CustomerClass, Frequency, Skill};
use sqlx::PgPool;

/// What became of the wish to write a class.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ClassWritten {
    Created(CustomerClass),
    /// The class before, and as it is now.
    Changed {
        before: CustomerClass,
        after: CustomerClass,
    },
    Same(CustomerClass),
    /// Another version is in force.
    Overtaken {
        current: i64,
    },
}

/// What became of the wish to delete an entry of a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EntryDeletion {
    Done,
    Gone,
    InUse,
}

struct Row {
    code: String,
    name: String,
    version: i64,
    interval_days: Option<i16>,
    visits_per_cycle: Option<i16>,
    cycle_weeks: Option<i16>,
    visit_duration_s: i32,
}

impl From<Row> for CustomerClass {
    fn from(row: Row) -> Self {
        // The table's checks keep them within.
        let positive = |number: Option<i16>| number.and_then(|number| u16::try_from(number).ok());
        let frequency = Frequency {
            interval_days: positive(row.interval_days),
            visits_per_cycle: positive(row.visits_per_cycle),
            cycle_weeks: positive(row.cycle_weeks),
        };
        let visit_duration_s = u32::try_from(row.visit_duration_s).unwrap_or_default();
        Self { code: row.code, name: row.name, version: row.version, frequency, visit_duration_s }
    }
}

impl Store {
    /// All classes by code. They say nothing of anybody, so that whoever sees any customer may see them.
    pub async fn customer_classes(&self, _: &Scope) -> Result<Vec<CustomerClass>, StoreError> {
        self.on(async move |pool: PgPool| {
            let rows = sqlx::query_as!(
                Row,
                r#"select code, name, version, interval_days, visits_per_cycle, cycle_weeks, visit_duration_s
                   from customer_classes
                   order by code"#
            );
            let rows = rows.fetch_all(&pool).await.map_err(|error| StoreError::sql("list customer classes", error))?;
            Ok(rows.into_iter().map(CustomerClass::from).collect())
        })
        .await
    }

    /// Makes a class, or replaces it where `version` (any, when None) is the one in force.
    pub async fn put_customer_class(
        &self,
        _: Whole,
        class: CustomerClass,
        version: Option<i64>,
    ) -> Result<ClassWritten, StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("write a customer class", error);
            let small = |number: Option<u16>| number.and_then(|number| i16::try_from(number).ok());
            let mut tx = pool.begin().await.map_err(sql)?;
            let Frequency { interval_days, visits_per_cycle, cycle_weeks } = class.frequency;
            let inserted = sqlx::query!(
                r#"insert into customer_classes (code, name, version, interval_days, visits_per_cycle, cycle_weeks, visit_duration_s)
                   values ($1, $2, 1, $3, $4, $5, $6)
                   on conflict (code) do nothing"#,
                class.code,
                class.name,
                small(interval_days),
                small(visits_per_cycle),
                small(cycle_weeks),
                class.visit_duration_s as i32
            );
            if inserted.execute(&mut *tx).await.map_err(sql)?.rows_affected() == 1 {
                tx.commit().await.map_err(sql)?;
                return Ok(ClassWritten::Created(CustomerClass { version: 1, ..class }));
            }
            let before = sqlx::query_as!(
                Row,
                r#"select code, name, version, interval_days, visits_per_cycle, cycle_weeks, visit_duration_s
                   from customer_classes
                   where code = $1
                   for update"#,
                class.code
            );
            let before = before.fetch_optional(&mut *tx).await.map_err(sql)?.ok_or(StoreError::missing("class"))?;
            let before = CustomerClass::from(before);
            let after = CustomerClass { version: before.version + 1, ..class };
            if (CustomerClass { version: before.version, ..after.clone() }) == before {
                return Ok(ClassWritten::Same(before));
            }
            if version.is_some_and(|version| version != before.version) {
                return Ok(ClassWritten::Overtaken { current: before.version });
            }
            sqlx::query!(
                r#"update customer_classes
                   set name = $2, version = $3, interval_days = $4, visits_per_cycle = $5, cycle_weeks = $6, visit_duration_s = $7
                   where code = $1"#,
                after.code,
                after.name,
                after.version,
                small(interval_days),
                small(visits_per_cycle),
                small(cycle_weeks),
                after.visit_duration_s as i32
            )
            .execute(&mut *tx)
            .await
            .map_err(sql)?;
            tx.commit().await.map_err(sql)?;
            Ok(ClassWritten::Changed { before, after })
        })
        .await
    }

    pub async fn delete_customer_class(&self, _: Whole, code: String) -> Result<EntryDeletion, StoreError> {
        self.on(async move |pool: PgPool| {
            let done = sqlx::query!("delete from customer_classes where code = $1", code).execute(&pool).await;
            deletion("delete a customer class", done)
        })
        .await
    }

    /// All skills by code; any scope will do.
    pub async fn skills(&self, _: &Scope) -> Result<Vec<Skill>, StoreError> {
        self.on(async move |pool: PgPool| {
            let skills = sqlx::query_as!(Skill, "select code, name from skills order by code").fetch_all(&pool).await;
            skills.map_err(|error| StoreError::sql("list skills", error))
        })
        .await
    }

    /// Makes a skill or names it anew. Returns whether it is new.
    pub async fn put_skill(&self, _: Whole, skill: Skill) -> Result<bool, StoreError> {
        self.on(async move |pool: PgPool| {
            sqlx::query_scalar!(
                r#"insert into skills (code, name) values ($1, $2)
                   on conflict (code) do update set name = excluded.name
                   returning xmax = 0 as "is_new!""#,
                skill.code,
                skill.name
            )
            .fetch_one(&pool)
            .await
            .map_err(|error| StoreError::sql("write a skill", error))
        })
        .await
    }

    /// Deletes a skill that no agent has, and no customer and no visit to come asks for.
    pub async fn delete_skill(&self, _: Whole, code: String) -> Result<EntryDeletion, StoreError> {
        self.on(async move |pool: PgPool| {
            const WHAT: &str = "delete a skill";
            let sql = |error| StoreError::sql(WHAT, error);
            let mut tx = pool.begin().await.map_err(sql)?;
            // Whoever makes a visit that asks for it has it held: what they wrote is seen then.
            let held = sqlx::query_scalar!("select code from skills where code = $1 for update", code);
            if held.fetch_optional(&mut *tx).await.map_err(sql)?.is_none() {
                return Ok(EntryDeletion::Gone);
            }
            let is_asked_for = sqlx::query_scalar!(
                r#"select exists (
                       select from visits
                       where status in ('planned', 'en_route', 'checked_in', 'in_progress') and $1 = any(skills)) as "is_asked_for!""#,
                code
            );
            if is_asked_for.fetch_one(&mut *tx).await.map_err(sql)? {
                return Ok(EntryDeletion::InUse);
            }
            let done = sqlx::query!("delete from skills where code = $1", code).execute(&mut *tx).await;
            let done = deletion(WHAT, done)?;
            if done == EntryDeletion::Done {
                tx.commit().await.map_err(sql)?;
            }
            Ok(done)
        })
        .await
    }
}

fn deletion(what: &'static str, done: Result<sqlx::postgres::PgQueryResult, sqlx::Error>) -> Result<EntryDeletion, StoreError> {
    match done {
        Ok(done) if done.rows_affected() == 1 => Ok(EntryDeletion::Done),
        Ok(_) => Ok(EntryDeletion::Gone),
        Err(error) if error.as_database_error().is_some_and(|error| error.is_foreign_key_violation()) => Ok(EntryDeletion::InUse),
        Err(error) => Err(StoreError::sql(what, error)),
    }
}
