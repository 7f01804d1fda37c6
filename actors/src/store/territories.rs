//! Territories: a tree of areas, read through the scope of whoever asks.

use super::{Store, StoreError};
use salessync_engine::access::{InScope, Scope};
use salessync_engine::geo::shape::Area;
use salessync_engine::territory::Territory;
use salessync_engine::{TerritoryId, Timestamp};
use sqlx::PgPool;
use sqlx::types::Json;

struct Row {
    id: TerritoryId,
    name: String,
    colour: String,
    area: Json<Area>,
    parent_id: Option<TerritoryId>,
    created_at: Timestamp,
}

impl From<Row> for Territory {
    fn from(row: Row) -> Self {
        let Row { id, name, colour, area, parent_id, created_at } = row;
        Self { id, name, colour, area: area.0, parent_id, created_at }
    }
}

/// What became of the wish to delete a territory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TerritoryDeletion {
    Done,
    Gone,
    /// Agents work in it, customers are in it, or other territories lie below it.
    InUse,
}

impl Store {
    /// Territories of a scope by name, and those where agents work whom `agents` covers one by one. There are hundreds, not millions.
    pub async fn territories(&self, scope: &Scope, agents: &Scope) -> Result<Vec<Territory>, StoreError> {
        let (scope, agents) = (scope.condition(), agents.condition());
        self.on(async move |pool: PgPool| {
            let rows = sqlx::query_as!(
                Row,
                r#"select id as "id: TerritoryId", name, colour, area as "area: Json<Area>", parent_id as "parent_id: TerritoryId",
                          created_at as "created_at: Timestamp"
                   from territories
                   where $1 or id = any($2)
                      or exists (select 1 from agents a where a.territory_id = territories.id and a.id = any($3))
                   order by name, id"#,
                scope.all,
                &scope.territories,
                &agents.agents
            )
            .fetch_all(&pool)
            .await
            .map_err(|error| StoreError::sql("list territories", error))?;
            Ok(rows.into_iter().map(Territory::from).collect())
        })
        .await
    }

    /// All ids: what the system opens topics for at start.
    pub(crate) async fn territory_ids(&self) -> Result<Vec<TerritoryId>, StoreError> {
        self.on(async move |pool: PgPool| {
            let ids = sqlx::query_scalar!(r#"select id as "id: TerritoryId" from territories"#).fetch_all(&pool).await;
            ids.map_err(|error| StoreError::sql("list territories", error))
        })
        .await
    }

    /// Those of the ids that there are.
    pub(crate) async fn territories_by_id(&self, ids: Vec<TerritoryId>) -> Result<Vec<Territory>, StoreError> {
        let ids: Vec<_> = ids.into_iter().map(|id| id.0).collect();
        self.on(async move |pool: PgPool| {
            let rows = sqlx::query_as!(
                Row,
                r#"select id as "id: TerritoryId", name, colour, area as "area: Json<Area>", parent_id as "parent_id: TerritoryId",
                          created_at as "created_at: Timestamp"
                   from territories
                   where id = any($1)"#,
                &ids
            )
            .fetch_all(&pool)
            .await
            .map_err(|error| StoreError::sql("find territories", error))?;
            Ok(rows.into_iter().map(Territory::from).collect())
        })
        .await
    }

    pub async fn territory(&self, id: InScope<TerritoryId>) -> Result<Option<Territory>, StoreError> {
        self.territory_of(id.id()).await
    }

    async fn territory_of(&self, id: TerritoryId) -> Result<Option<Territory>, StoreError> {
        self.on(async move |pool: PgPool| {
            let row = sqlx::query_as!(
                Row,
                r#"select id as "id: TerritoryId", name, colour, area as "area: Json<Area>", parent_id as "parent_id: TerritoryId",
                          created_at as "created_at: Timestamp"
                   from territories
                   where id = $1"#,
                id as TerritoryId
            )
            .fetch_optional(&pool)
            .await
            .map_err(|error| StoreError::sql("find a territory", error))?;
            Ok(row.map(Territory::from))
        })
        .await
    }

    /// Creates a territory; an id that exists already stays as it is. Returns what is stored, and whether it is new.
    pub async fn create_territory(&self, new: Territory) -> Result<(Territory, bool), StoreError> {
        let id = new.id;
        let done = self
            .on(async move |pool: PgPool| {
                sqlx::query!(
                    r#"insert into territories (id, name, colour, area, parent_id, created_at)
                       values ($1, $2, $3, $4, $5, $6)
                       on conflict (id) do nothing"#,
                    new.id as TerritoryId,
                    new.name,
                    new.colour,
                    Json(&new.area) as _,
                    new.parent_id as Option<TerritoryId>,
                    new.created_at as Timestamp
                )
                .execute(&pool)
                .await
                .map_err(|error| StoreError::sql("create a territory", error))
            })
            .await?;
        let stored = self.territory_of(id).await?.ok_or(StoreError::missing("territory"))?;
        Ok((stored, done.rows_affected() == 1))
    }

    /// Writes name, colour, area and the territory above; None when there is no such territory.
    pub async fn update_territory(
        &self,
        id: InScope<TerritoryId>,
        territory: Territory,
    ) -> Result<Option<Territory>, StoreError> {
        let id = id.id();
        let done = self
            .on(async move |pool: PgPool| {
                sqlx::query!(
                    "update territories set name = $2, colour = $3, area = $4, parent_id = $5 where id = $1",
                    id as TerritoryId,
                    territory.name,
                    territory.colour,
                    Json(&territory.area) as _,
                    territory.parent_id as Option<TerritoryId>
                )
                .execute(&pool)
                .await
                .map_err(|error| StoreError::sql("update a territory", error))
            })
            .await?;
        if done.rows_affected() == 0 { Ok(None) } else { self.territory_of(id).await }
    }

    /// Deletes a territory that nobody works in and nothing lies below. Whoever answered for it answers for it no more.
    pub(crate) async fn delete_territory(&self, id: InScope<TerritoryId>) -> Result<TerritoryDeletion, StoreError> {
        let id = id.id();
        self.on(async move |pool: PgPool| {
            const WHAT: &str = "delete a territory";
            let sql = |error| StoreError::sql(WHAT, error);
            let mut tx = pool.begin().await.map_err(sql)?;
            let found = sqlx::query_scalar!("select 1 as one from territories where id = $1 for update", id as TerritoryId)
                .fetch_optional(&mut *tx)
                .await
                .map_err(sql)?;
            if found.is_none() {
                return Ok(TerritoryDeletion::Gone);
            }
            let is_used = sqlx::query_scalar!(
                r#"select exists (select 1 from agents where territory_id = $1)
                       or exists (select 1 from territories where parent_id = $1)
                       or exists (select 1 from customers where territory_id = $1)
                       or exists (select 1 from fences where owner_kind = 'territory' and owner_id = $1 and valid_to is null) as "used!""#,
                id as TerritoryId
            )
            .fetch_one(&mut *tx)
            .await
            .map_err(sql)?;
            if is_used {
                return Ok(TerritoryDeletion::InUse);
            }
            sqlx::query!("delete from user_territories where territory_id = $1", id as TerritoryId)
                .execute(&mut *tx)
                .await
                .map_err(sql)?;
            sqlx::query!("delete from territories where id = $1", id as TerritoryId).execute(&mut *tx).await.map_err(sql)?;
            tx.commit().await.map_err(sql)?;
            Ok(TerritoryDeletion::Done)
        })
        .await
    }
}
