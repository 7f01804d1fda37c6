//! Territories.

use super::{Store, StoreError};
use salessync_engine::geo::shape::Area;
use salessync_engine::territory::Territory;
use salessync_engine::{TerritoryId, Timestamp};
use sqlx::PgPool;
use sqlx::types::Json;

impl Store {
    /// All territories by name. There are hundreds, not millions.
    pub async fn territories(&self) -> Result<Vec<Territory>, StoreError> {
        self.on(async move |pool: PgPool| {
            let rows = sqlx::query!(
                r#"select id as "id: TerritoryId", name, colour, area as "area: Json<Area>", created_at as "created_at: Timestamp"
                   from territories
                   order by name, id"#
            )
            .fetch_all(&pool)
            .await
            .map_err(|error| StoreError::sql("list territories", error))?;
            Ok(rows
                .into_iter()
                .map(|row| Territory {
                    id: row.id,
                    name: row.name,
                    colour: row.colour,
                    area: row.area.0,
                    created_at: row.created_at,
                })
                .collect())
        })
        .await
    }

    /// Creates a territory; an id that exists already stays as it is. Returns what is stored.
    pub async fn create_territory(&self, new: Territory) -> Result<Territory, StoreError> {
        let id = new.id;
        self.on(async move |pool: PgPool| {
            sqlx::query!(
                r#"insert into territories (id, name, colour, area, created_at)
                   values ($1, $2, $3, $4, $5)
                   on conflict (id) do nothing"#,
                new.id as TerritoryId,
                new.name,
                new.colour,
                Json(&new.area) as _,
                new.created_at as Timestamp
            )
            .execute(&pool)
            .await
            .map_err(|error| StoreError::sql("create a territory", error))
        })
        .await?;
        self.territory(id).await?.ok_or(StoreError::Missing("territory"))
    }

    pub async fn territory(&self, id: TerritoryId) -> Result<Option<Territory>, StoreError> {
        self.on(async move |pool: PgPool| {
            let row = sqlx::query!(
                r#"select id as "id: TerritoryId", name, colour, area as "area: Json<Area>", created_at as "created_at: Timestamp"
                   from territories
                   where id = $1"#,
                id as TerritoryId
            )
            .fetch_optional(&pool)
            .await
            .map_err(|error| StoreError::sql("find a territory", error))?;
            Ok(row.map(|row| Territory {
                id: row.id,
                name: row.name,
                colour: row.colour,
                area: row.area.0,
                created_at: row.created_at,
            }))
        })
        .await
    }

    /// Writes name, colour and area; None when there is no such territory.
    pub async fn update_territory(&self, territory: Territory) -> Result<Option<Territory>, StoreError> {
        let id = territory.id;
        let done = self
            .on(async move |pool: PgPool| {
                sqlx::query!(
                    "update territories set name = $2, colour = $3, area = $4 where id = $1",
                    territory.id as TerritoryId,
                    territory.name,
                    territory.colour,
                    Json(&territory.area) as _
                )
                .execute(&pool)
                .await
                .map_err(|error| StoreError::sql("update a territory", error))
            })
            .await?;
        if done.rows_affected() == 0 { Ok(None) } else { self.territory(id).await }
    }
}
