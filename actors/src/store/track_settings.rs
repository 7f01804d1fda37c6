//! Versions of what shapes the derivation: the organisation's settings for tracks, and how each agent moves.

use super::{Store, StoreError};
use salessync_engine::access::Whole;
use salessync_engine::track::rules::{Profile, Since, TrackRules, Versions};
use salessync_engine::{AgentId, Timestamp, UserId};
use sqlx::PgPool;
use std::collections::BTreeMap;

/// A version to be stored.
#[derive(Clone, Debug)]
pub struct NewTrackRules {
    pub valid_from: Timestamp,
    pub rules: TrackRules,
    pub by: UserId,
    pub at: Timestamp,
}

/// A version as it is stored.
#[derive(Clone, PartialEq, Debug)]
pub struct TrackRulesVersion {
    pub valid_from: Timestamp,
    pub rules: TrackRules,
    pub created_at: Timestamp,
}

const fn profile_code(profile: Profile) -> i16 {
    match profile {
        Profile::Vehicle => 1,
        Profile::Foot => 2,
    }
}

fn profile_of(code: i16) -> Profile {
    if code == profile_code(Profile::Foot) { Profile::Foot } else { Profile::Vehicle }
}

impl Store {
    /// All versions, oldest first.
    pub async fn track_rule_versions(&self, _: Whole) -> Result<Vec<TrackRulesVersion>, StoreError> {
        self.all_track_rules().await
    }

    async fn all_track_rules(&self) -> Result<Vec<TrackRulesVersion>, StoreError> {
        self.on(async move |pool: PgPool| {
            let rows = sqlx::query!(
                r#"select valid_from as "valid_from: Timestamp", rules, created_at as "created_at: Timestamp"
                   from track_settings
                   order by valid_from"#
            )
            .fetch_all(&pool)
            .await
            .map_err(|error| StoreError::sql("read the settings for tracks", error))?;
            rows.into_iter()
                .map(|row| {
                    let rules = serde_json::from_value(row.rules).map_err(|_| StoreError::Damaged { what: "track_settings" })?;
                    Ok(TrackRulesVersion { valid_from: row.valid_from, rules, created_at: row.created_at })
                })
                .collect()
        })
        .await
    }

    pub async fn track_rules(&self) -> Result<Versions<TrackRules>, StoreError> {
        let versions = self.all_track_rules().await?;
        Ok(Versions::new(versions.into_iter().map(|v| Since { from: v.valid_from, value: v.rules }).collect()))
    }

    /// Adds a version, or replaces the one of the same beginning.
    pub async fn put_track_rules(&self, new: NewTrackRules) -> Result<(), StoreError> {
        self.on(async move |pool: PgPool| {
            let rules = serde_json::to_value(new.rules).map_err(|_| StoreError::Damaged { what: "track_settings" })?;
            sqlx::query!(
                r#"insert into track_settings (valid_from, rules, created_by, created_at)
                   values ($1, $2, $3, $4)
                   on conflict (valid_from) do update
                   set rules = excluded.rules, created_by = excluded.created_by, created_at = excluded.created_at"#,
                new.valid_from as Timestamp,
                rules,
                new.by as UserId,
                new.at as Timestamp
            )
            .execute(&pool)
            .await
            .map_err(|error| StoreError::sql("write the settings for tracks", error))?;
            Ok(())
        })
        .await
    }

    /// How every agent moves that was ever said to.
    pub async fn agent_profiles(&self) -> Result<BTreeMap<AgentId, Versions<Profile>>, StoreError> {
        self.on(async move |pool: PgPool| {
            let rows = sqlx::query!(
                r#"select agent_id as "agent: AgentId", valid_from as "from: Timestamp", profile from agent_profiles"#
            )
            .fetch_all(&pool)
            .await
            .map_err(|error| StoreError::sql("read how agents move", error))?;
            let mut profiles = BTreeMap::<AgentId, Vec<Since<Profile>>>::new();
            for row in rows {
                profiles.entry(row.agent).or_default().push(Since { from: row.from, value: profile_of(row.profile) });
            }
            Ok(profiles.into_iter().map(|(agent, versions)| (agent, Versions::new(versions))).collect())
        })
        .await
    }

    /// Says how an agent moves from an instant on. Returns all versions.
    pub async fn put_agent_profile(
        &self,
        agent: AgentId,
        from: Timestamp,
        profile: Profile,
    ) -> Result<Versions<Profile>, StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("say how an agent moves", error);
            sqlx::query!(
                r#"insert into agent_profiles (agent_id, valid_from, profile) values ($1, $2, $3)
                   on conflict (agent_id, valid_from) do update set profile = excluded.profile"#,
                agent as AgentId,
                from as Timestamp,
                profile_code(profile)
            )
            .execute(&pool)
            .await
            .map_err(sql)?;
            let rows = sqlx::query!(
                r#"select valid_from as "from: Timestamp", profile from agent_profiles where agent_id = $1"#,
                agent as AgentId
            )
            .fetch_all(&pool)
            .await
            .map_err(sql)?;
            Ok(Versions::new(rows.into_iter().map(|row| Since { from: row.from, value: profile_of(row.profile) }).collect()))
        })
        .await
    }
}
