//! Teams: agents that somebody leads, wherever they work.

use super::{Store, StoreError};
use salessync_engine::access::Whole;
use salessync_engine::{AgentId, TeamId, Timestamp, UserId};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

#[derive(Clone, Debug)]
pub struct TeamRow {
    pub id: TeamId,
    pub name: String,
    pub agents: Vec<AgentId>,
    pub leads: Vec<UserId>,
    pub created_at: Timestamp,
}

impl Store {
    /// All teams by name. There are dozens.
    pub async fn teams(&self, _: Whole) -> Result<Vec<TeamRow>, StoreError> {
        self.on(async move |pool: PgPool| {
            let rows = sqlx::query_as!(
                TeamRow,
                r#"select id as "id: TeamId", name, created_at as "created_at: Timestamp",
                          array(select agent_id from team_agents a where a.team_id = t.id order by 1) as "agents!: Vec<AgentId>",
                          array(select user_id from team_leads l where l.team_id = t.id order by 1) as "leads!: Vec<UserId>"
                   from teams t
                   order by name, id"#
            );
            rows.fetch_all(&pool).await.map_err(|error| StoreError::sql("list teams", error))
        })
        .await
    }

    pub async fn team(&self, whole: Whole, id: TeamId) -> Result<Option<TeamRow>, StoreError> {
        Ok(self.teams(whole).await?.into_iter().find(|team| team.id == id))
    }

    /// Creates a team or puts another in its place.
    pub async fn put_team(&self, team: TeamRow) -> Result<(), StoreError> {
        self.on(async move |pool: PgPool| {
            const WHAT: &str = "put a team";
            let sql = |error| StoreError::sql(WHAT, error);
            let mut tx = pool.begin().await.map_err(sql)?;
            let put = sqlx::query!(
                "insert into teams (id, name, created_at)
                 values ($1, $2, $3)
                 on conflict (id) do update
                 set name = excluded.name",
                team.id as TeamId,
                team.name,
                team.created_at as Timestamp
            );
            put.execute(&mut *tx).await.map_err(sql)?;
            put_members(&mut tx, &team).await?;
            tx.commit().await.map_err(sql)
        })
        .await
    }

    /// False when there was none.
    pub async fn delete_team(&self, id: TeamId) -> Result<bool, StoreError> {
        self.on(async move |pool: PgPool| {
            let done = sqlx::query!("delete from teams where id = $1", id as TeamId).execute(&pool).await;
            Ok(done.map_err(|error| StoreError::sql("delete a team", error))?.rows_affected() == 1)
        })
        .await
    }
}

async fn put_members(tx: &mut PgConnection, team: &TeamRow) -> Result<(), StoreError> {
    let sql = |error| StoreError::sql("put a team's members", error);
    sqlx::query!("delete from team_agents where team_id = $1", team.id as TeamId).execute(&mut *tx).await.map_err(sql)?;
    sqlx::query!("delete from team_leads where team_id = $1", team.id as TeamId).execute(&mut *tx).await.map_err(sql)?;
    let agents: Vec<Uuid> = team.agents.iter().map(|id| id.0).collect();
    let added = sqlx::query!(
        "insert into team_agents (team_id, agent_id) select $1, unnest($2::uuid[]) on conflict do nothing",
        team.id as TeamId,
        &agents
    );
    added.execute(&mut *tx).await.map_err(sql)?;
    let leads: Vec<Uuid> = team.leads.iter().map(|id| id.0).collect();
    let added = sqlx::query!(
        "insert into team_leads (team_id, user_id) select $1, unnest($2::uuid[]) on conflict do nothing",
        team.id as TeamId,
        &leads
    );
    added.execute(&mut *tx).await.map_err(sql)?;
    Ok(())
}
