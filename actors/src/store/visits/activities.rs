//! Activities of visits: what was done there, with the answers given under a version of a form. An offline phone may send one after the visit is
//! over; what it should have shown is then not lacking any more.

use super::super::{Store, StoreError};
use super::change::{Change, NewEvent, hold, reread, write};
use super::facts::done;
use super::forms::{form_version, newest};
use super::plans::is_covered;
use super::rows::named;
use super::{Hand, VisitBook};
use salessync_engine::access::Scope;
use salessync_engine::flaw::{FieldFlaw, checked_text};
use salessync_engine::form::{Answers, validate};
use salessync_engine::visit::feed::Activity;
use salessync_engine::visit::report::{Author, AuthorKind, NOTE_LEN_MAX};
use salessync_engine::visit::{EventBody, Visit, VisitStatus};
use salessync_engine::{ActivityId, ActivityTypeId, AgentId, FormId, Timestamp, VisitId};
use serde_json::Value;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use std::collections::BTreeMap;

/// An activity as it was told.
#[derive(Clone, Debug)]
pub struct NewActivity {
    pub id: ActivityId,
    pub visit: VisitId,
    pub type_id: ActivityTypeId,
    pub at: Timestamp,
    /// The version of the form that was shown; the newest when absent.
    pub form_version: Option<i64>,
    pub answers: BTreeMap<String, Value>,
    pub note: String,
    /// The asker is this agent: what is or was theirs they may tell of, whatever else they may.
    pub own: Option<AgentId>,
    pub device: Option<String>,
}

/// An activity, and who told it.
#[derive(Clone, PartialEq, Debug)]
pub struct ToldActivity {
    pub activity: Activity,
    pub by: Author,
    pub received_at: Timestamp,
}

/// Why an activity is not kept.
#[derive(Debug, thiserror::Error)]
pub enum ActivityRefusal {
    #[error("there is no visit like that")]
    NotFound,
    #[error("there is no type of activity {0}")]
    UnknownType(ActivityTypeId),
    #[error("there is no version {0} of the form")]
    UnknownVersion(i64),
    #[error("an activity cannot be added: the visit is {}", .0.words())]
    NotThere(VisitStatus),
    #[error("the id of this activity was used for another visit")]
    IdTaken,
    /// What is wrong with the answers, all of it.
    #[error("the answers are not as the form wants them")]
    Answers(Vec<FieldFlaw>),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Adds an activity to a visit that somebody has begun. Returns the visit and whether the activity is new.
    pub async fn add_activity(
        &self,
        scope: &Scope,
        book: VisitBook,
        new: NewActivity,
        hand: Hand,
    ) -> Result<(Visit, Activity, bool), ActivityRefusal> {
        let scope = scope.clone();
        let done = self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("add an activity", error);
            let mut tx = pool.begin().await.map_err(sql)?;
            match add(&mut tx, &scope, &book, new, &hand).await {
                Ok(added) => {
                    tx.commit().await.map_err(sql)?;
                    Ok(Ok(added))
                }
                Err(ActivityRefusal::Store(error)) => Err(error),
                Err(refusal) => Ok(Err(refusal)),
            }
        });
        done.await?
    }

    /// The activities of a visit, in order of time.
    pub async fn activities(&self, visit: VisitId) -> Result<Vec<ToldActivity>, StoreError> {
        self.on(async move |pool: PgPool| {
            let mut connection = pool.acquire().await.map_err(|error| StoreError::sql("read activities", error))?;
            activities(&mut connection, visit, None).await
        })
        .await
    }
}

async fn add(
    connection: &mut PgConnection,
    scope: &Scope,
    book: &VisitBook,
    new: NewActivity,
    hand: &Hand,
) -> Result<(Visit, Activity, bool), ActivityRefusal> {
    let others: Vec<AgentId> = new.own.into_iter().collect();
    let mut changes = hold(connection, &[new.visit.0], &others, book).await?;
    let change = changes.first_mut().ok_or(ActivityRefusal::NotFound)?;
    let visit = &change.case.stored.visit;
    let is_theirs = new.own.is_some_and(|agent| visit.is_or_was_of(agent));
    if change.case.stored.is_erased || (!is_theirs && !is_covered(connection, scope, visit).await?) {
        return Err(ActivityRefusal::NotFound);
    }
    let known =
        sqlx::query_scalar!(r#"select visit_id as "visit: VisitId" from visit_activities where id = $1"#, new.id as ActivityId)
            .fetch_optional(&mut *connection)
            .await
            .map_err(|error| StoreError::sql("add an activity", error))?;
    if let Some(of) = known {
        if of != new.visit {
            return Err(ActivityRefusal::IdTaken);
        }
        let mut told = activities(connection, new.visit, Some(new.id)).await?;
        let activity = told.pop().ok_or(ActivityRefusal::NotFound)?.activity;
        return Ok((change.case.stored.visit.clone(), activity, false));
    }
    let status = change.before.progress.status;
    if change.before.check_in.is_none() {
        return Err(ActivityRefusal::NotThere(status));
    }
    let activity = checked(connection, new, change).await?;
    sqlx::query!(
        r#"insert into visit_activities (id, visit_id, type_id, at, received_at, by_kind, by_id, form_id, form_version, answers, note)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"#,
        activity.0.id as ActivityId,
        activity.0.visit_id as VisitId,
        activity.0.type_id as ActivityTypeId,
        activity.0.at as Timestamp,
        hand.now as Timestamp,
        hand.by.kind.name(),
        hand.by.id,
        activity.0.form_id.map(|id| id.0),
        activity.0.form_version,
        Json(&activity.0.answers) as _,
        activity.0.note
    )
    .execute(&mut *connection)
    .await
    .map_err(|error| StoreError::sql("add an activity", error))?;
    let (activity, device) = activity;
    let id = change.id();
    change.case.facts.done = done(connection, &[id.0]).await?.remove(&id).unwrap_or_default();
    let agent = change.before.progress.performed_by;
    let event =
        NewEvent { at: activity.at, device, ..NewEvent::own(hand, agent, EventBody::Activity { activity: activity.clone() }) };
    change.events.push(event);
    write(connection, changes, book, hand).await?;
    let visit = reread(connection, &[id.0]).await?.pop().ok_or(ActivityRefusal::NotFound)?;
    Ok((visit, activity, true))
}

/// The answers held against the form they were given under.
async fn checked(
    connection: &mut PgConnection,
    new: NewActivity,
    change: &Change,
) -> Result<(Activity, Option<String>), ActivityRefusal> {
    let form_id = sqlx::query_scalar!(
        r#"select form_id as "form_id: FormId" from activity_types where id = $1"#,
        new.type_id as ActivityTypeId
    )
    .fetch_optional(&mut *connection)
    .await
    .map_err(|error| StoreError::sql("add an activity", error))?
    .ok_or(ActivityRefusal::UnknownType(new.type_id))?;
    let form = match (form_id, new.form_version) {
        (None, _) => None,
        (Some(id), None) => newest(connection, id).await?,
        (Some(id), Some(version)) => {
            Some(form_version(connection, id, version).await?.ok_or(ActivityRefusal::UnknownVersion(version))?)
        }
    };
    let outcome = change.before.progress.outcome;
    let answers = match &form {
        Some(form) => validate(form, &new.answers, outcome).map_err(ActivityRefusal::Answers)?,
        None if new.answers.is_empty() => Answers::new(),
        None => return Err(ActivityRefusal::Answers(vec![FieldFlaw::new("answers", "must be empty: nothing is asked")])),
    };
    let note = checked_text("note", &new.note, NOTE_LEN_MAX).map_err(|flaw| ActivityRefusal::Answers(vec![flaw]))?;
    let activity = Activity {
        id: new.id,
        visit_id: new.visit,
        type_id: new.type_id,
        at: new.at,
        form_id: form.as_ref().map(|form| form.id),
        form_version: form.as_ref().map(|form| form.version),
        answers,
        note,
    };
    Ok((activity, new.device))
}

async fn activities(
    connection: &mut PgConnection,
    visit: VisitId,
    only: Option<ActivityId>,
) -> Result<Vec<ToldActivity>, StoreError> {
    let rows = sqlx::query!(
        r#"select id as "id: ActivityId", visit_id as "visit_id: VisitId", type_id as "type_id: ActivityTypeId",
                  at as "at: Timestamp", received_at as "received_at: Timestamp", by_kind, by_id, form_id as "form_id: FormId",
                  form_version, answers as "answers: Json<Answers>", note
           from visit_activities
           where visit_id = $1 and ($2::uuid is null or id = $2)
           order by at, id"#,
        visit as VisitId,
        only.map(|id| id.0)
    )
    .fetch_all(connection)
    .await
    .map_err(|error| StoreError::sql("read activities", error))?;
    rows.into_iter()
        .map(|row| {
            let activity = Activity {
                id: row.id,
                visit_id: row.visit_id,
                type_id: row.type_id,
                at: row.at,
                form_id: row.form_id,
                form_version: row.form_version,
                answers: row.answers.0,
                note: row.note,
            };
            let by = Author { kind: named::<AuthorKind>(&row.by_kind)?, id: row.by_id };
            Ok(ToldActivity { activity, by, received_at: row.received_at })
        })
        .collect()
}
