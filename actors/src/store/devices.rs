//! Enrolled phones. Tokens are looked up by their hash; what phones say of themselves is written for many at a time.

use super::{Store, StoreError};
use salessync_engine::access::{InScope, Scope};
use salessync_engine::device::{DEVICES_PER_AGENT_MAX, DeviceSettings, EnrolledDevice, PhoneApp};
use salessync_engine::wire::phone::Words;
use salessync_engine::{AgentId, DeviceId, Timestamp};
use sqlx::PgPool;
use sqlx::types::Json;

/// Devices of one agent in a list, the revoked ones among them.
const LISTED_MAX: i64 = 200;

/// SHA-256 of a device's token.
pub type TokenHash = [u8; 32];

/// What was heard of a phone since the last time it was written down.
#[derive(Clone, PartialEq, Debug)]
pub struct Heard {
    pub seen_at: Timestamp,
    pub words: Option<Words>,
}

/// A row as read; `query_as!` fills it.
struct Row {
    id: DeviceId,
    agent_id: AgentId,
    name: String,
    app: PhoneApp,
    external_id: Option<String>,
    settings: Json<DeviceSettings>,
    created_at: Timestamp,
    revoked_at: Option<Timestamp>,
    last_seen_at: Option<Timestamp>,
    last_words: Option<Json<Words>>,
}

impl From<Row> for EnrolledDevice {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            agent_id: row.agent_id,
            name: row.name,
            app: row.app,
            external_id: row.external_id,
            settings: row.settings.0,
            created_at: row.created_at,
            revoked_at: row.revoked_at,
            last_seen_at: row.last_seen_at,
            last_words: row.last_words.map(|words| words.0),
        }
    }
}

impl Store {
    /// Enrols a phone. False when the agent has as many as it may have.
    pub async fn create_device(&self, device: EnrolledDevice, token_hash: TokenHash) -> Result<bool, StoreError> {
        self.on(async move |pool: PgPool| {
            let done = sqlx::query!(
                r#"insert into devices (id, agent_id, name, app, external_id, settings, token_hash, created_at)
                   select $1, $2, $3, $4, $5, $6, $7, $8
                   where (select count(*) from devices where agent_id = $2 and revoked_at is null) < $9"#,
                device.id as DeviceId,
                device.agent_id as AgentId,
                device.name,
                device.app.as_str(),
                device.external_id,
                Json(&device.settings) as _,
                token_hash.as_slice(),
                device.created_at as Timestamp,
                DEVICES_PER_AGENT_MAX as i64
            )
            .execute(&pool)
            .await
            .map_err(|error| StoreError::sql("enrol a device", error))?;
            Ok(done.rows_affected() == 1)
        })
        .await
    }

    /// An agent's devices: those in use first, then by age, the newest first.
    pub async fn devices_of(&self, agent: InScope<AgentId>) -> Result<Vec<EnrolledDevice>, StoreError> {
        self.on(async move |pool: PgPool| {
            let rows = sqlx::query_as!(
                Row,
                r#"select id as "id: DeviceId", agent_id as "agent_id: AgentId", name, app as "app: PhoneApp", external_id,
                          settings as "settings: Json<DeviceSettings>", created_at as "created_at: Timestamp",
                          revoked_at as "revoked_at: Timestamp", last_seen_at as "last_seen_at: Timestamp",
                          last_words as "last_words: Json<Words>"
                   from devices
                   where agent_id = $1
                   order by revoked_at is not null, created_at desc, id desc
                   limit $2"#,
                agent.id() as AgentId,
                LISTED_MAX
            )
            .fetch_all(&pool)
            .await
            .map_err(|error| StoreError::sql("list an agent's devices", error))?;
            Ok(rows.into_iter().map(EnrolledDevice::from).collect())
        })
        .await
    }

    /// A device whose agent the scope covers.
    pub async fn device(&self, scope: &Scope, id: DeviceId) -> Result<Option<EnrolledDevice>, StoreError> {
        let scope = scope.condition();
        self.on(async move |pool: PgPool| {
            let row = sqlx::query_as!(
                Row,
                r#"select id as "id: DeviceId", agent_id as "agent_id: AgentId", name, app as "app: PhoneApp", external_id,
                          settings as "settings: Json<DeviceSettings>", created_at as "created_at: Timestamp",
                          revoked_at as "revoked_at: Timestamp", last_seen_at as "last_seen_at: Timestamp",
                          last_words as "last_words: Json<Words>"
                   from devices
                   where id = $1
                     and ($2 or agent_id = any($3)
                          or exists (select 1 from agents a where a.id = devices.agent_id and a.territory_id = any($4)))"#,
                id as DeviceId,
                scope.all,
                &scope.agents,
                &scope.territories
            )
            .fetch_optional(&pool)
            .await
            .map_err(|error| StoreError::sql("find a device", error))?;
            Ok(row.map(EnrolledDevice::from))
        })
        .await
    }

    /// The device in use that shows this token, or that calls itself so.
    pub async fn device_in_use(
        &self,
        token_hash: TokenHash,
        external_id: Option<String>,
    ) -> Result<Option<EnrolledDevice>, StoreError> {
        self.on(async move |pool: PgPool| {
            let row = sqlx::query_as!(
                Row,
                r#"select id as "id: DeviceId", agent_id as "agent_id: AgentId", name, app as "app: PhoneApp", external_id,
                          settings as "settings: Json<DeviceSettings>", created_at as "created_at: Timestamp",
                          revoked_at as "revoked_at: Timestamp", last_seen_at as "last_seen_at: Timestamp",
                          last_words as "last_words: Json<Words>"
                   from devices
                   where (token_hash = $1 or external_id = $2)
                     and revoked_at is null
                   order by token_hash = $1 desc
                   limit 1"#,
                token_hash.as_slice(),
                external_id
            )
            .fetch_optional(&pool)
            .await
            .map_err(|error| StoreError::sql("look up a device", error))?;
            Ok(row.map(EnrolledDevice::from))
        })
        .await
    }

    /// Writes name and settings of a device in use; false when there is none.
    pub async fn update_device(&self, id: DeviceId, name: String, settings: DeviceSettings) -> Result<bool, StoreError> {
        self.on(async move |pool: PgPool| {
            let done = sqlx::query!(
                "update devices set name = $2, settings = $3 where id = $1 and revoked_at is null",
                id as DeviceId,
                name,
                Json(&settings) as _
            )
            .execute(&pool)
            .await
            .map_err(|error| StoreError::sql("update a device", error))?;
            Ok(done.rows_affected() == 1)
        })
        .await
    }

    /// Gives a device in use another token; false when there is none.
    pub async fn rotate_device_token(&self, id: DeviceId, token_hash: TokenHash) -> Result<bool, StoreError> {
        self.on(async move |pool: PgPool| {
            let done = sqlx::query!(
                "update devices set token_hash = $2 where id = $1 and revoked_at is null",
                id as DeviceId,
                token_hash.as_slice()
            )
            .execute(&pool)
            .await
            .map_err(|error| StoreError::sql("rotate a device's token", error))?;
            Ok(done.rows_affected() == 1)
        })
        .await
    }

    /// Takes a device out of use. The first time stands; false when there is no such device.
    pub async fn revoke_device(&self, id: DeviceId, at: Timestamp) -> Result<bool, StoreError> {
        self.on(async move |pool: PgPool| {
            let done = sqlx::query!(
                "update devices set revoked_at = coalesce(revoked_at, $2) where id = $1",
                id as DeviceId,
                at as Timestamp
            )
            .execute(&pool)
            .await
            .map_err(|error| StoreError::sql("revoke a device", error))?;
            Ok(done.rows_affected() == 1)
        })
        .await
    }

    /// Writes down what was heard of many devices. New words are laid over the stored ones; words older than those fill gaps only.
    pub async fn write_heard(&self, heard: Vec<(DeviceId, Heard)>) -> Result<(), StoreError> {
        self.on(async move |pool: PgPool| {
            let ids: Vec<_> = heard.iter().map(|(id, _)| id.0).collect();
            let seen: Vec<_> = heard.iter().map(|(_, heard)| heard.seen_at).collect();
            let words: Vec<_> = heard.into_iter().map(|(_, heard)| heard.words.map(Json)).collect();
            sqlx::query!(
                r#"update devices
                   set last_seen_at = greatest(last_seen_at, heard.seen_at),
                       last_words = case
                           when heard.words is null then last_words
                           when last_words is null then heard.words
                           when heard.words ->> 'at' >= last_words ->> 'at' then last_words || heard.words
                           else heard.words || last_words
                       end
                   from unnest($1::uuid[], $2::timestamptz[], $3::jsonb[]) as heard (id, seen_at, words)
                   where devices.id = heard.id"#,
                &ids,
                &seen as &[Timestamp],
                &words as &[Option<Json<Words>>]
            )
            .execute(&pool)
            .await
            .map_err(|error| StoreError::sql("write what was heard of devices", error))?;
            Ok(())
        })
        .await
    }
}
