//! What is left of visits when the agent who did them is erased: what was done at the customer and when, nothing of who and where from. Visits that were
//! still to come are nobody's. Rows that name the agent (events, proofs, files) go with all others that do.

use super::super::StoreError;
use super::change::{EventColumns, NewEvent};
use super::rows::named;
use super::{FEED_LOCK, Hand};
use salessync_engine::visit::report::Author;
use salessync_engine::visit::{EventBody, VisitStatus};
use salessync_engine::{AgentId, Timestamp, VisitId};
use sqlx::{Connection, PgConnection};

/// Takes an agent out of visits, activities and beats, and their files' bytes out of the file store. May be done again.
pub(in crate::store) async fn forget_agent(
    connection: &mut PgConnection,
    agent: AgentId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = |error| StoreError::sql("take an erased agent out of visits", error);
    let mut tx = connection.begin().await.map_err(sql)?;
    sqlx::query!(
        r#"insert into file_removals (key, since)
           select k.key, $2 from files f cross join lateral (values (f.key), (f.thumbnail)) k (key)
           where f.agent_id = $1 and k.key is not null
           on conflict (key) do nothing"#,
        agent as AgentId,
        now as Timestamp
    )
    .execute(&mut *tx)
    .await
    .map_err(sql)?;
    sqlx::query!("update visit_activities set by_id = null where by_id = $1", agent as AgentId)
        .execute(&mut *tx)
        .await
        .map_err(sql)?;
    sqlx::query!(
        r#"update beats
           set agent_id = null, content = jsonb_set(content, '{agent_id}', 'null'), version = version + 1
           where agent_id = $1"#,
        agent as AgentId
    )
    .execute(&mut *tx)
    .await
    .map_err(sql)?;
    // Whose visits it was before is nobody's business any more either.
    sqlx::query!(
        "update visits set former_agents = array_remove(former_agents, $1) where $1 = any(former_agents)",
        agent as AgentId
    )
    .execute(&mut *tx)
    .await
    .map_err(sql)?;
    sqlx::query!(
        r#"update visits
           set agent_id = null, arrival = null, under_way_since = null, arrived_at = null, left_at = null, awaits_track = false,
               status = case when status in ('en_route', 'arrived') then 'planned' else status end,
               version = version + 1, revision = revision + 1, updated_at = $2
           where agent_id = $1 and performed_by is null and erased_at is null"#,
        agent as AgentId,
        now as Timestamp
    )
    .execute(&mut *tx)
    .await
    .map_err(sql)?;
    let done = sqlx::query!(
        r#"update visits
           set agent_id = case when agent_id = $1 then null else agent_id end, performed_by = null, arrival = null, proof = null,
               under_way_since = null, awaits_track = false, erased_at = $2, revision = revision + 1, updated_at = $2,
               status = case when status in ('checked_in', 'in_progress') then 'abandoned' else status end
           where performed_by = $1
           returning id as "id: VisitId", status, revision"#,
        agent as AgentId,
        now as Timestamp
    );
    let done = done.fetch_all(&mut *tx).await.map_err(sql)?;
    let hand = Hand { by: Author::SYSTEM, now };
    let mut columns = EventColumns::default();
    for row in done {
        let status = named::<VisitStatus>(&row.status)?;
        columns.push(row.id, &NewEvent::own(&hand, None, EventBody::Erased {}), None, (status, status), row.revision);
    }
    sqlx::query!("select pg_advisory_xact_lock($1)", FEED_LOCK).fetch_one(&mut *tx).await.map_err(sql)?;
    columns.number(&mut tx, now).await?;
    tx.commit().await.map_err(sql)
}
