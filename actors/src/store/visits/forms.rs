//! Forms by version, and the types of activities that ask them.

use super::super::{Store, StoreError};
use salessync_engine::form::{Form, FormContent};
use salessync_engine::{ActivityTypeId, FormId, Timestamp, UserId};
use serde::Serialize;
use sqlx::{PgConnection, PgPool};

/// What became of a change of a form.
#[derive(Clone, PartialEq, Debug)]
pub enum FormChange {
    Done(Form),
    /// It says so already.
    Same(Form),
    /// Somebody else has changed it since.
    Overtaken {
        version: i64,
    },
    Gone,
}

/// A kind of activity, as it is stored and sent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ActivityType {
    pub id: ActivityTypeId,
    pub name: String,
    /// Asked when it is done: always the newest version.
    pub form_id: Option<FormId>,
    pub is_active: bool,
    pub version: i64,
    pub created_at: Timestamp,
}

impl Store {
    /// Makes a form; with an id that exists already it stays as it is.
    pub async fn create_form(
        &self,
        id: FormId,
        content: FormContent,
        by: UserId,
        now: Timestamp,
    ) -> Result<FormChange, StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("make a form", error);
            let mut tx = pool.begin().await.map_err(sql)?;
            if let Some(form) = newest(&mut tx, id).await? {
                return Ok(FormChange::Same(form));
            }
            let form = Form { id, version: 1, content, created_at: now };
            let is_new = insert(&mut tx, &form, by).await?;
            tx.commit().await.map_err(sql)?;
            Ok(if is_new { FormChange::Done(form) } else { FormChange::Overtaken { version: 1 } })
        })
        .await
    }

    /// Adds a version of a form, upon the one that was seen.
    pub async fn change_form(
        &self,
        id: FormId,
        seen: Option<i64>,
        content: FormContent,
        by: UserId,
        now: Timestamp,
    ) -> Result<FormChange, StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("change a form", error);
            let mut tx = pool.begin().await.map_err(sql)?;
            let Some(form) = newest(&mut tx, id).await? else { return Ok(FormChange::Gone) };
            if seen.is_some_and(|seen| seen != form.version) {
                return Ok(FormChange::Overtaken { version: form.version });
            }
            if form.content == content {
                return Ok(FormChange::Same(form));
            }
            let form = Form { id, version: form.version + 1, content, created_at: now };
            // Two at once have the same number: the second is overtaken.
            let is_new = insert(&mut tx, &form, by).await?;
            tx.commit().await.map_err(sql)?;
            Ok(if is_new { FormChange::Done(form) } else { FormChange::Overtaken { version: form.version } })
        })
        .await
    }

    /// Forms as they are by now, by title, then id.
    pub async fn forms(&self, after: Option<(String, FormId)>, limit: i64) -> Result<Vec<Form>, StoreError> {
        let (after_title, after_id) = after.unzip();
        self.on(async move |pool: PgPool| {
            let rows = sqlx::query!(
                r#"select form_id as "id: FormId", version, title, fields, created_at as "created_at: Timestamp"
                   from forms f
                   where version = (select max(version) from forms n where n.form_id = f.form_id)
                     and ($1::text is null or (title, form_id) > ($1, $2))
                   order by title, form_id
                   limit $3"#,
                after_title,
                after_id.map(|id| id.0),
                limit
            );
            let rows = rows.fetch_all(&pool).await.map_err(|error| StoreError::sql("list forms", error))?;
            rows.into_iter().map(|row| form_of(row.id, row.version, row.title, row.fields, row.created_at)).collect()
        })
        .await
    }

    /// One form, by now or in a version.
    pub async fn form(&self, id: FormId, version: Option<i64>) -> Result<Option<Form>, StoreError> {
        self.on(async move |pool: PgPool| {
            let mut connection = pool.acquire().await.map_err(|error| StoreError::sql("read a form", error))?;
            match version {
                None => newest(&mut connection, id).await,
                Some(version) => form_version(&mut connection, id, version).await,
            }
        })
        .await
    }

    /// Makes a type, or changes the one with this id upon the version that was seen. None: somebody else has changed it since.
    pub async fn put_activity_type(&self, new: ActivityType, seen: Option<i64>) -> Result<Option<ActivityType>, StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("write a type of activity", error);
            let mut tx = pool.begin().await.map_err(sql)?;
            if let Some(form) = new.form_id
                && newest(&mut tx, form).await?.is_none()
            {
                return Err(StoreError::missing("form_id"));
            }
            let written = sqlx::query_as!(
                ActivityType,
                r#"insert into activity_types (id, name, form_id, is_active, created_at)
                   values ($1, $2, $3, $4, $5)
                   on conflict (id) do update
                   set name = excluded.name, form_id = excluded.form_id, is_active = excluded.is_active,
                       version = activity_types.version + 1
                   where $6::bigint is null or activity_types.version = $6
                   returning id as "id: ActivityTypeId", name, form_id as "form_id: FormId", is_active, version,
                             created_at as "created_at: Timestamp""#,
                new.id as ActivityTypeId,
                new.name,
                new.form_id.map(|id| id.0),
                new.is_active,
                new.created_at as Timestamp,
                seen
            )
            .fetch_optional(&mut *tx)
            .await
            .map_err(sql)?;
            tx.commit().await.map_err(sql)?;
            Ok(written)
        })
        .await
    }

    /// All types of activities by name: tens, perhaps a hundred.
    pub async fn activity_types(&self) -> Result<Vec<ActivityType>, StoreError> {
        self.on(async move |pool: PgPool| {
            let rows = sqlx::query_as!(
                ActivityType,
                r#"select id as "id: ActivityTypeId", name, form_id as "form_id: FormId", is_active, version,
                          created_at as "created_at: Timestamp"
                   from activity_types
                   order by name"#
            );
            rows.fetch_all(&pool).await.map_err(|error| StoreError::sql("list types of activities", error))
        })
        .await
    }
}

async fn insert(connection: &mut PgConnection, form: &Form, by: UserId) -> Result<bool, StoreError> {
    let fields = serde_json::to_value(&form.content.fields).map_err(|_| StoreError::Damaged { what: "forms" })?;
    let done = sqlx::query!(
        r#"insert into forms (form_id, version, title, fields, created_by, created_at)
           values ($1, $2, $3, $4, $5, $6)
           on conflict (form_id, version) do nothing"#,
        form.id as FormId,
        form.version,
        form.content.title,
        fields,
        by as UserId,
        form.created_at as Timestamp
    )
    .execute(connection)
    .await
    .map_err(|error| StoreError::sql("write a form", error))?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn newest(connection: &mut PgConnection, id: FormId) -> Result<Option<Form>, StoreError> {
    let version = sqlx::query_scalar!("select max(version) from forms where form_id = $1", id as FormId);
    let version = version.fetch_one(&mut *connection).await.map_err(|error| StoreError::sql("read a form", error))?;
    match version {
        Some(version) => form_version(connection, id, version).await,
        None => Ok(None),
    }
}

pub(super) async fn form_version(connection: &mut PgConnection, id: FormId, version: i64) -> Result<Option<Form>, StoreError> {
    let row = sqlx::query!(
        r#"select title, fields, created_at as "created_at: Timestamp" from forms where form_id = $1 and version = $2"#,
        id as FormId,
        version
    )
    .fetch_optional(connection)
    .await
    .map_err(|error| StoreError::sql("read a form", error))?;
    row.map(|row| form_of(id, version, row.title, row.fields, row.created_at)).transpose()
}

fn form_of(
    id: FormId,
    version: i64,
    title: String,
    fields: serde_json::Value,
    created_at: Timestamp,
) -> Result<Form, StoreError> {
    let fields = serde_json::from_value(fields).map_err(|_| StoreError::Damaged { what: "forms" })?;
    Ok(Form { id, version, content: FormContent { title, fields }, created_at })
}
