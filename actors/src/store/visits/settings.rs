//! Versions of the organisation's settings for visits.

use super::super::{Store, StoreError};
use salessync_engine::access::Whole;
use salessync_engine::track::rules::{Since, Versions};
use salessync_engine::visit::VisitRules;
use salessync_engine::visit::rules::VisitRuleVersions;
use salessync_engine::{Timestamp, UserId};
use sqlx::PgPool;
use sqlx::types::Json;

/// A version to be stored.
#[derive(Clone, Debug)]
pub struct NewVisitRules {
    pub valid_from: Timestamp,
    pub rules: VisitRules,
    pub by: UserId,
    pub at: Timestamp,
}

/// A version as it is stored.
#[derive(Clone, PartialEq, Debug)]
pub struct VisitRulesVersion {
    pub valid_from: Timestamp,
    pub rules: VisitRules,
    pub created_at: Timestamp,
}

impl Store {
    /// All versions, oldest first.
    pub async fn visit_rule_versions(&self, _: Whole) -> Result<Vec<VisitRulesVersion>, StoreError> {
        self.all_visit_rules().await
    }

    async fn all_visit_rules(&self) -> Result<Vec<VisitRulesVersion>, StoreError> {
        self.on(async move |pool: PgPool| {
            let rows = sqlx::query!(
                r#"select valid_from as "valid_from: Timestamp", rules as "rules: Json<VisitRules>", created_at as "created_at: Timestamp"
                   from visit_settings
                   order by valid_from"#
            );
            let rows = rows.fetch_all(&pool).await.map_err(|error| StoreError::sql("read the settings for visits", error))?;
            let version = |valid_from, Json(rules), created_at| VisitRulesVersion { valid_from, rules, created_at };
            Ok(rows.into_iter().map(|row| version(row.valid_from, row.rules, row.created_at)).collect())
        })
        .await
    }

    pub(crate) async fn visit_rules(&self) -> Result<VisitRuleVersions, StoreError> {
        let versions = self.all_visit_rules().await?;
        let versions = versions.into_iter().map(|version| Since { from: version.valid_from, value: version.rules });
        Ok(VisitRuleVersions::new(Versions::new(versions.collect())))
    }

    /// Adds a version, or replaces the one of the same beginning.
    pub(crate) async fn put_visit_rules(&self, new: NewVisitRules) -> Result<(), StoreError> {
        self.on(async move |pool: PgPool| {
            sqlx::query!(
                r#"insert into visit_settings (valid_from, rules, created_by, created_at)
                   values ($1, $2, $3, $4)
                   on conflict (valid_from) do update
                   set rules = excluded.rules, created_by = excluded.created_by, created_at = excluded.created_at"#,
                new.valid_from as Timestamp,
                Json(&new.rules) as _,
                new.by as UserId,
                new.at as Timestamp
            )
            .execute(&pool)
            .await
            .map_err(|error| StoreError::sql("write the settings for visits", error))?;
            Ok(())
        })
        .await
    }
}
