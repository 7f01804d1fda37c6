//! Erasure of one person, in two steps. First, in one transaction under the journal's fence: the person is marked and nameless, their keys are
//! destroyed. Whoever writes tracks holds the fence for share and leaves out who is marked, so from then on nothing new of them is stored.
//! Then their rows go, table by table; interrupted, this is taken up again.
//!
//! The invariant: a table with rows about one person names them in a column `agent_id` or `user_id`, and so is found here by itself.

use super::vault::shred_within;
use super::{Store, StoreError};
use crate::journal::record;
use crate::vault::Person;
use salessync_engine::{AgentId, ContactId, Timestamp, UserId};
use serde::Serialize;
use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, PgPool, Row};
use std::collections::{BTreeMap, HashSet, VecDeque};
use uuid::Uuid;

/// What is left as a name.
pub const ERASED_AGENT: &str = "Erased agent";
pub const ERASED_USER: &str = "Erased user";
/// Journal rows rewritten in one transaction.
const ROWS_PER_STEP: i64 = 200;

/// Rows deleted or rewritten, by table.
pub type ErasedRows = BTreeMap<String, u64>;

/// An erasure.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Erasure {
    pub id: Uuid,
    pub at: Timestamp,
    #[serde(skip)]
    pub person: Person,
    pub decided_by: Option<UserId>,
    /// None while it goes on.
    pub rows: Option<ErasedRows>,
}

/// What became of a wish to erase somebody.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Begun {
    Begun(Erasure),
    /// There is nobody like that, or not any more.
    Unknown,
    /// Nobody would be left to administer.
    LastAdmin,
}

impl Store {
    /// The first step for an agent.
    pub(crate) async fn begin_erasing_agent(
        &self,
        agent: AgentId,
        by: Option<UserId>,
        now: Timestamp,
    ) -> Result<Begun, StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("begin to erase an agent", error);
            let mut tx = pool.begin().await.map_err(sql)?;
            // Waits for appends, compactions and snapshots under way, and is waited for by those to come: a few milliseconds.
            sqlx::query!("select epoch from journal_epoch for update").fetch_one(&mut *tx).await.map_err(sql)?;
            let done = sqlx::query!(
                r#"update agents
                   set name = $2, territory_id = null, erased_at = $3
                   where id = $1 and erased_at is null"#,
                agent as AgentId,
                ERASED_AGENT,
                now as Timestamp
            );
            if done.execute(&mut *tx).await.map_err(sql)?.rows_affected() == 0 {
                return Ok(Begun::Unknown);
            }
            sqlx::query!("update users set agent_id = null where agent_id = $1", agent as AgentId)
                .execute(&mut *tx)
                .await
                .map_err(sql)?;
            let erasure = note(&mut tx, Person::Agent(agent), by, now).await?;
            tx.commit().await.map_err(sql)?;
            Ok(Begun::Begun(erasure))
        })
        .await
    }

    /// The first step for a user, who cannot sign in any more. The last administrator is not erased.
    pub(crate) async fn begin_erasing_user(&self, user: UserId, by: Option<UserId>, now: Timestamp) -> Result<Begun, StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("begin to erase a user", error);
            let mut tx = pool.begin().await.map_err(sql)?;
            // All administrators are held, so that two of them cannot erase each other.
            let admins = sqlx::query_scalar!(
                r#"select id as "id: UserId"
                   from users
                   where role = 'admin' and disabled_at is null and erased_at is null
                   order by id
                   for update"#
            );
            if admins.fetch_all(&mut *tx).await.map_err(sql)? == [user] {
                return Ok(Begun::LastAdmin);
            }
            // What they were invited with names them as well, and is found by their address only.
            sqlx::query!(
                "delete from invitations where email_index = (select email_index from users where id = $1)",
                user as UserId
            )
            .execute(&mut *tx)
            .await
            .map_err(sql)?;
            // A hash that no password has: it is not in PHC form.
            let done = sqlx::query!(
                r#"update users
                   set name = $2, email = null, email_sealed = null, email_index = null, password_hash = 'erased', agent_id = null,
                       disabled_at = coalesce(disabled_at, $3), erased_at = $3
                   where id = $1 and erased_at is null"#,
                user as UserId,
                ERASED_USER,
                now as Timestamp
            );
            if done.execute(&mut *tx).await.map_err(sql)?.rows_affected() == 0 {
                return Ok(Begun::Unknown);
            }
            let erasure = note(&mut tx, Person::User(user), by, now).await?;
            tx.commit().await.map_err(sql)?;
            Ok(Begun::Begun(erasure))
        })
        .await
    }

    /// The second step: deletes what is left of the person, and says how much that was. May be run again.
    pub(crate) async fn finish_erasing(&self, erasure: Erasure) -> Result<Erasure, StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("finish an erasure", error);
            let mut connection = pool.acquire().await.map_err(sql)?;
            let (column, id) = match erasure.person {
                Person::Agent(agent) => ("agent_id", agent.0),
                Person::User(user) => ("user_id", user.0),
                Person::Contact(contact) => ("contact_id", contact.0),
            };
            if let Person::Agent(agent) = erasure.person {
                super::visits::forget_agent(&mut connection, agent, erasure.at).await?;
            }
            let mut rows = delete_rows(&mut connection, column, id).await?;
            if let Person::Agent(agent) = erasure.person {
                let rewritten = rewrite_journal(&mut connection, agent).await?;
                if rewritten > 0 {
                    rows.insert("ingest_journal".to_owned(), rewritten);
                }
            }
            let finished = sqlx::query_scalar!(
                r#"update erasures set rows = coalesce(rows, $2) where id = $1 returning rows as "rows!: Json<ErasedRows>""#,
                erasure.id,
                Json(&rows) as Json<&ErasedRows>
            );
            let Json(rows) = finished.fetch_one(&mut *connection).await.map_err(sql)?;
            Ok(Erasure { rows: Some(rows), ..erasure })
        })
        .await
    }

    /// Erasures that were begun and not finished: a crash, or a database that was away.
    pub(crate) async fn unfinished_erasures(&self) -> Result<Vec<Erasure>, StoreError> {
        self.on(async move |pool: PgPool| {
            let rows = sqlx::query!(
                r#"select id, at as "at: Timestamp", kind, subject, decided_by as "decided_by: UserId"
                   from erasures
                   where rows is null
                   order by at"#
            );
            let rows = rows.fetch_all(&pool).await.map_err(|error| StoreError::sql("look for unfinished erasures", error))?;
            let erasures = rows.into_iter().map(|row| {
                let person = match row.kind.as_str() {
                    "user" => Person::User(UserId(row.subject)),
                    "contact" => Person::Contact(ContactId(row.subject)),
                    _ => Person::Agent(AgentId(row.subject)),
                };
                Erasure { id: row.id, at: row.at, person, decided_by: row.decided_by, rows: None }
            });
            Ok(erasures.collect())
        })
        .await
    }

    /// Those of the agents given who were erased.
    pub(crate) async fn erased_agents(&self, agents: Vec<AgentId>) -> Result<HashSet<AgentId>, StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("look for erased agents", error);
            let mut connection = pool.acquire().await.map_err(sql)?;
            erased_among(&mut connection, agents.iter().map(|agent| agent.0)).await.map_err(sql)
        })
        .await
    }
}

/// Ends the person's sessions, and those that somebody led in their place. The rows stay until the last token signed for them has ended, because
/// that is how servers know whom to refuse; what they say of phones and browsers goes.
async fn end_sessions(connection: &mut PgConnection, id: Uuid, now: Timestamp) -> Result<(), sqlx::Error> {
    sqlx::query!(
        r#"update sessions
           set revoked_at = coalesce(revoked_at, $2), device = null, user_agent = null, address = null
           where agent_id = $1 or user_id = $1 or impersonator_id = $1"#,
        id,
        now as Timestamp
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        r#"delete from refresh_tokens t
           using sessions s
           where s.id = t.session_id and (s.agent_id = $1 or s.user_id = $1 or s.impersonator_id = $1)"#,
        id
    )
    .execute(connection)
    .await
    .map(drop)
}

/// Erases a contact of a customer as part of a change: in one step, since there is one row.
pub(super) async fn erase_contact(
    connection: &mut PgConnection,
    contact: ContactId,
    by: Option<UserId>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let erasure = note(connection, Person::Contact(contact), by, now).await?;
    let sql = |error| StoreError::sql("erase a contact", error);
    let done = sqlx::query!("delete from customer_contacts where contact_id = $1", contact as ContactId);
    let deleted = done.execute(&mut *connection).await.map_err(sql)?.rows_affected();
    let rows = ErasedRows::from([("customer_contacts".to_owned(), deleted)]);
    sqlx::query!("update erasures set rows = $2 where id = $1", erasure.id, Json(&rows) as Json<&ErasedRows>)
        .execute(connection)
        .await
        .map_err(sql)?;
    Ok(())
}

/// Marks what is to be done, destroys the person's keys and ends their sessions.
async fn note(connection: &mut PgConnection, person: Person, by: Option<UserId>, now: Timestamp) -> Result<Erasure, StoreError> {
    shred_within(connection, person).await?;
    let (kind, subject) = match person {
        Person::Agent(agent) => ("agent", agent.0),
        Person::User(user) => ("user", user.0),
        Person::Contact(contact) => ("contact", contact.0),
    };
    end_sessions(connection, subject, now).await.map_err(|error| StoreError::sql("end an erased person's sessions", error))?;
    let id = Uuid::now_v7();
    sqlx::query!(
        "insert into erasures (id, at, kind, subject, decided_by) values ($1, $2, $3, $4, $5)",
        id,
        now as Timestamp,
        kind,
        subject,
        by as Option<UserId>
    )
    .execute(connection)
    .await
    .map_err(|error| StoreError::sql("note an erasure", error))?;
    Ok(Erasure { id, at: now, person, decided_by: by, rows: None })
}

/// Who of these was erased. Whoever writes something about agents asks this after taking the fence, and leaves those out.
pub(super) async fn erased_among(
    connection: &mut PgConnection,
    agents: impl Iterator<Item = Uuid>,
) -> Result<HashSet<AgentId>, sqlx::Error> {
    let agents: Vec<_> = agents.collect::<HashSet<_>>().into_iter().collect();
    let erased =
        sqlx::query_scalar!(r#"select id as "id: AgentId" from agents where id = any($1) and erased_at is not null"#, &agents);
    Ok(erased.fetch_all(connection).await?.into_iter().collect())
}

/// Takes the fence without being of an epoch: for writes that any server, or none, may make.
pub(super) async fn hold_fence(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!("select epoch from journal_epoch for share").fetch_one(connection).await.map(drop)
}

/// Deletes every row whose `column` is `id`, in every table that has such a column. A table that others refer to is tried again after them.
async fn delete_rows(connection: &mut PgConnection, column: &str, id: Uuid) -> Result<ErasedRows, StoreError> {
    let sql = |error| StoreError::sql("erase a person's rows", error);
    // The audit log is kept: it says what was done, not where somebody was. Sessions have been ended and emptied. A user that was an agent is
    // another person's row.
    let tables: Vec<String> = sqlx::query_scalar!(
        r#"select quote_ident(c.relname) as "name!"
           from pg_class c
           join pg_attribute a on a.attrelid = c.oid
           where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
             and a.attname = $1 and not a.attisdropped and c.relname not in ('users', 'sessions') and c.relname not like 'audit%'
           order by c.relname"#,
        column
    )
    .fetch_all(&mut *connection)
    .await
    .map_err(sql)?;
    let mut left = VecDeque::from(tables);
    let mut deleted = ErasedRows::new();
    let mut refused_in_a_row = 0;
    while let Some(table) = left.pop_front() {
        let mut tx = connection.begin().await.map_err(sql)?;
        tx.execute("set local statement_timeout = '10min'").await.map_err(sql)?;
        // Both names come from the catalogue.
        let text = format!("delete from {table} where {column} = $1");
        match sqlx::query(AssertSqlSafe(text)).bind(id).execute(&mut *tx).await {
            Ok(done) => {
                tx.commit().await.map_err(sql)?;
                refused_in_a_row = 0;
                if done.rows_affected() > 0 {
                    deleted.insert(table, done.rows_affected());
                }
            }
            Err(error) if error.as_database_error().is_some_and(|error| error.is_foreign_key_violation()) => {
                tx.rollback().await.map_err(sql)?;
                left.push_back(table);
                refused_in_a_row += 1;
                if refused_in_a_row > left.len() {
                    return Err(sql(error));
                }
            }
            Err(error) => return Err(sql(error)),
        }
    }
    Ok(deleted)
}

/// Takes an agent's records out of the journal. A row holds the records of many agents, so it cannot go: it is written again without
/// those. Its number stays, even where nothing is left in it, because rows are counted without gaps. Returns how many fixes went.
async fn rewrite_journal(connection: &mut PgConnection, agent: AgentId) -> Result<u64, StoreError> {
    let sql = |error| StoreError::sql("take an erased agent out of the journal", error);
    let shard = super::journal::shard_of(agent) as i16;
    let (mut after, mut removed) = (i64::MIN, 0);
    loop {
        let mut tx = connection.begin().await.map_err(sql)?;
        tx.execute("set local statement_timeout = '10min'").await.map_err(sql)?;
        // The id may stand in a row by chance, inside the fixes of somebody else: such a row comes out as it was.
        let rows: Vec<PgRow> = sqlx::query(
            "select seq, at, data from ingest_journal where shard = $1 and seq > $2 and position($3 in data) > 0 order by seq limit $4 for update",
        )
        .bind(shard)
        .bind(after)
        .bind(&agent.0.as_bytes()[..])
        .bind(ROWS_PER_STEP)
        .fetch_all(&mut *tx)
        .await
        .map_err(sql)?;
        let Some(last) = rows.last() else { return Ok(removed) };
        after = last.try_get("seq").map_err(sql)?;
        for row in &rows {
            let (seq, at): (i64, Timestamp) = (row.try_get("seq").map_err(sql)?, row.try_get("at").map_err(sql)?);
            let data: Vec<u8> = row.try_get("data").map_err(sql)?;
            let (kept, fixes) = record::without(&data, agent).map_err(|_| StoreError::Damaged { what: "ingest_journal" })?;
            if fixes == 0 {
                continue;
            }
            sqlx::query!(
                "update ingest_journal set data = $4, n = n - $5 where shard = $1 and seq = $2 and at = $3",
                shard,
                seq,
                at as Timestamp,
                kept,
                fixes as i32
            )
            .execute(&mut *tx)
            .await
            .map_err(sql)?;
            removed += fixes as u64;
        }
        tx.commit().await.map_err(sql)?;
    }
}
