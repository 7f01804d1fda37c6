//! Roles people made. The built-in ones are in the engine; their names are taken here.

use super::{Store, StoreError};
use salessync_engine::Timestamp;
use salessync_engine::access::Whole;
use salessync_engine::access::{BuiltIn, Permission};
use sqlx::{PgConnection, PgPool};

/// A custom role.
#[derive(Clone, Debug)]
pub struct RoleRow {
    pub name: String,
    pub title: String,
    pub created_at: Timestamp,
}

/// How deleting a role went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RoleDeleted {
    Deleted,
    /// So many users, keys and open invitations have it.
    InUse(i64),
    Unknown,
}

impl Store {
    pub async fn custom_roles(&self, _: Whole) -> Result<Vec<RoleRow>, StoreError> {
        self.on(async move |pool: PgPool| {
            let rows = sqlx::query_as!(
                RoleRow,
                r#"select name, title, created_at as "created_at: Timestamp"
                   from roles
                   order by name"#
            );
            rows.fetch_all(&pool).await.map_err(|error| StoreError::sql("list roles", error))
        })
        .await
    }

    /// Creates a role; a name that is there is `Taken`.
    pub async fn create_role(&self, role: RoleRow, permissions: Vec<Permission>) -> Result<(), StoreError> {
        self.on(async move |pool: PgPool| {
            const WHAT: &str = "create a role";
            let sql = |error| StoreError::sql(WHAT, error);
            let mut tx = pool.begin().await.map_err(sql)?;
            let inserted = sqlx::query!(
                "insert into roles (name, title, created_at) values ($1, $2, $3)",
                role.name,
                role.title,
                role.created_at as Timestamp
            );
            inserted.execute(&mut *tx).await.map_err(sql)?;
            put_permissions(&mut tx, &role.name, &permissions).await?;
            tx.commit().await.map_err(sql)
        })
        .await
    }

    /// Gives a role another title and other permissions; False when there is none of this name.
    pub async fn update_role(&self, name: String, title: String, permissions: Vec<Permission>) -> Result<bool, StoreError> {
        self.on(async move |pool: PgPool| {
            const WHAT: &str = "update a role";
            let sql = |error| StoreError::sql(WHAT, error);
            let mut tx = pool.begin().await.map_err(sql)?;
            let updated = sqlx::query!("update roles set title = $2 where name = $1", name, title);
            if updated.execute(&mut *tx).await.map_err(sql)?.rows_affected() == 0 {
                return Ok(false);
            }
            put_permissions(&mut tx, &name, &permissions).await?;
            tx.commit().await.map_err(sql)?;
            Ok(true)
        })
        .await
    }

    /// Deletes a role that nobody has.
    pub async fn delete_role(&self, name: String) -> Result<RoleDeleted, StoreError> {
        self.on(async move |pool: PgPool| {
            const WHAT: &str = "delete a role";
            let sql = |error| StoreError::sql(WHAT, error);
            let mut tx = pool.begin().await.map_err(sql)?;
            let locked = sqlx::query_scalar!("select name from roles where name = $1 for update", name);
            if locked.fetch_optional(&mut *tx).await.map_err(sql)?.is_none() {
                return Ok(RoleDeleted::Unknown);
            }
            let used = sqlx::query_scalar!(
                r#"select (select count(*) from users where role = $1)
                        + (select count(*) from api_keys where role = $1 and revoked_at is null and expires_at > now())
                        + (select count(*) from invitations
                           where role = $1 and revoked_at is null and expires_at > now()) as "used!""#,
                name
            );
            let used = used.fetch_one(&mut *tx).await.map_err(sql)?;
            if used > 0 {
                return Ok(RoleDeleted::InUse(used));
            }
            sqlx::query!("delete from roles where name = $1", name).execute(&mut *tx).await.map_err(sql)?;
            tx.commit().await.map_err(sql)?;
            Ok(RoleDeleted::Deleted)
        })
        .await
    }
}

/// Keeps a custom role from being deleted until the transaction ends; `Missing` when it is not there. Built-in ones are always there.
pub(super) async fn hold_role(tx: &mut PgConnection, name: &str) -> Result<(), StoreError> {
    if BuiltIn::find(name).is_some() {
        return Ok(());
    }
    let held = sqlx::query_scalar!("select name from roles where name = $1 for share", name).fetch_optional(tx).await;
    held.map_err(|error| StoreError::sql("find a role", error))?.map(|_| ()).ok_or(StoreError::missing("role"))
}

async fn put_permissions(tx: &mut PgConnection, role: &str, permissions: &[Permission]) -> Result<(), StoreError> {
    let sql = |error| StoreError::sql("put a role's permissions", error);
    sqlx::query!("delete from role_permissions where role = $1", role).execute(&mut *tx).await.map_err(sql)?;
    for permission in permissions {
        let inserted = sqlx::query!(
            "insert into role_permissions (role, module, action, scope)
             values ($1, $2, $3, $4)
             on conflict do nothing",
            role,
            permission.module.name(),
            permission.action.name(),
            permission.breadth.name()
        );
        inserted.execute(&mut *tx).await.map_err(sql)?;
    }
    Ok(())
}
