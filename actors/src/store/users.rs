//! People who sign in. Hashing is the gateway's; here a hash is text.

use super::{Store, StoreError};
use salessync_engine::{Timestamp, UserId};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;

/// What a user may do. An agent's phone has a token of its own and no user.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Role {
    Dispatcher,
    Manager,
    Admin,
}

impl std::str::FromStr for Role {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "dispatcher" => Ok(Self::Dispatcher),
            "manager" => Ok(Self::Manager),
            "admin" => Ok(Self::Admin),
            other => Err(format!("role is {other:?}, must be dispatcher, manager or admin")),
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct User {
    pub id: UserId,
    pub email: String,
    pub name: String,
    pub role: Role,
    pub created_at: Timestamp,
}

/// A user with the hash to compare a password with. Has no `Serialize` on purpose.
pub struct UserWithSecret {
    pub user: User,
    pub password_hash: String,
}

pub struct NewUser {
    pub id: UserId,
    pub email: String,
    pub name: String,
    pub role: Role,
    pub password_hash: String,
}

impl Store {
    /// Creates a user, or gives an existing one (same e-mail) the new name, role and password.
    pub async fn put_user(&self, new: NewUser) -> Result<UserId, StoreError> {
        self.on(async move |pool: PgPool| {
            sqlx::query_scalar!(
                r#"insert into users (id, email, name, role, password_hash)
                   values ($1, $2, $3, $4, $5)
                   on conflict (lower(email)) do update
                   set name = excluded.name, role = excluded.role, password_hash = excluded.password_hash
                   returning id as "id: UserId""#,
                new.id as UserId,
                new.email,
                new.name,
                new.role as Role,
                new.password_hash
            )
            .fetch_one(&pool)
            .await
            .map_err(|error| StoreError::sql("put a user", error))
        })
        .await
    }

    pub async fn user_by_email(&self, email: &str) -> Result<Option<UserWithSecret>, StoreError> {
        let email = email.to_owned();
        self.on(async move |pool: PgPool| {
            let row = sqlx::query!(
                r#"select id as "id: UserId", email as "email!", name, role as "role: Role", created_at as "created_at: Timestamp", password_hash
                   from users
                   where lower(email) = lower($1)"#,
                email
            )
            .fetch_optional(&pool)
            .await
            .map_err(|error| StoreError::sql("find a user by e-mail", error))?;
            Ok(row.map(|row| UserWithSecret {
                user: User { id: row.id, email: row.email, name: row.name, role: row.role, created_at: row.created_at },
                password_hash: row.password_hash,
            }))
        })
        .await
    }

    pub async fn user(&self, id: UserId) -> Result<Option<User>, StoreError> {
        self.on(async move |pool: PgPool| {
            sqlx::query_as!(
                User,
                r#"select id as "id: UserId", email as "email!", name, role as "role: Role", created_at as "created_at: Timestamp"
                   from users
                   where id = $1"#,
                id as UserId
            )
            .fetch_optional(&pool)
            .await
            .map_err(|error| StoreError::sql("find a user", error))
        })
        .await
    }
}
