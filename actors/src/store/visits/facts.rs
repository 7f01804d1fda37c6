//! The facts of visits as the engine wants them: what was told, what was done, what the track showed; and the ground of their places.

use super::super::StoreError;
use super::rows::{Stored, named};
use super::{VisitBook, rows};
use salessync_engine::fence::ground::Ground;
use salessync_engine::form::answer::scans_and_notes;
use salessync_engine::form::{Answers, Form, FormContent};
use salessync_engine::visit::facts::Facts;
use salessync_engine::visit::proof::{Done, FilePurpose, PhotoFacts};
use salessync_engine::visit::report::{Author, AuthorKind, Report, Told};
use salessync_engine::visit::{EventBody, Site};
use salessync_engine::{ActivityTypeId, AgentId, FenceId, FileId, FormId, Point, Timestamp, VisitEventId, VisitId};
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::HashMap;
use uuid::Uuid;

/// A visit with its facts.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub stored: Stored,
    pub facts: Facts,
}

impl Case {
    pub fn id(&self) -> VisitId {
        self.stored.visit.id
    }

    /// The place's own fence has the place's id.
    pub fn fence(&self) -> FenceId {
        FenceId(self.facts.plan.place_id.0)
    }

    /// The place as it is measured against at an instant.
    pub fn site<'a>(&self, book: &'a VisitBook, at: Timestamp) -> Site<'a> {
        let ground: Option<&Ground> = book.fences.ground_at(self.fence(), at);
        let radius_m = book.rules.at(at).radius_for(self.facts.class.as_deref());
        Site { point: self.stored.visit.point, ground, radius_m }
    }

    /// The instant the place is measured at: when it was checked in to, else when it is planned for.
    pub fn measured_at(&self, book: &VisitBook) -> Timestamp {
        let told = self.facts.reports.iter().filter(|report| matches!(report.told, Told::CheckIn { .. }));
        told.map(|report| report.at).min().unwrap_or_else(|| self.facts.plan.earliest(book.zone))
    }
}

/// Locks visits and reads them with their facts, in the order of the ids.
pub(super) async fn lock_cases(connection: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Case>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    sqlx::query!("select id from visits where id = any($1) order by id for update", ids)
        .fetch_all(&mut *connection)
        .await
        .map_err(|error| StoreError::sql("lock visits", error))?;
    cases(connection, ids).await
}

/// Visits with their facts. Most that are changed lie ahead and have no past: one statement tells.
pub(super) async fn cases(connection: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Case>, StoreError> {
    let stored = rows::stored_with_past(connection, ids).await?;
    let with_past: Vec<Uuid> = stored.iter().filter(|stored| stored.has_past).map(|stored| stored.visit.id.0).collect();
    let (mut reports, mut done) = past(connection, &with_past).await?;
    let with_facts = stored.into_iter().map(|stored| {
        let id = stored.visit.id;
        let facts = Facts {
            plan: stored.visit.plan.clone(),
            class: stored.class.clone(),
            reports: reports.remove(&id).unwrap_or_default(),
            arrival: stored.arrival.clone(),
            under_way_since: stored.under_way_since,
            missed_at: stored.missed_mark,
            done: done.remove(&id).unwrap_or_default(),
        };
        Case { stored, facts }
    });
    Ok(with_facts.collect())
}

/// What was told of visits and done on them.
async fn past(
    connection: &mut PgConnection,
    ids: &[Uuid],
) -> Result<(HashMap<VisitId, Vec<Report>>, HashMap<VisitId, Done>), StoreError> {
    if ids.is_empty() {
        return Ok(Default::default());
    }
    let (reports, has_done) = reports(connection, ids).await?;
    let done = if has_done { done(connection, ids).await? } else { HashMap::new() };
    Ok((reports, done))
}

/// What was told of visits, and whether any of them has something to show.
async fn reports(connection: &mut PgConnection, ids: &[Uuid]) -> Result<(HashMap<VisitId, Vec<Report>>, bool), StoreError> {
    let rows = sqlx::query!(
        r#"select h.has_done as "has_done!", e.id as "id?: VisitEventId", e.visit_id as "visit_id?: VisitId", e.at as "at?: Timestamp",
                  e.received_at as "received_at?: Timestamp", e.by_kind as "by_kind?", e.by_id as "by_id?",
                  e.agent_id as "agent_id?: AgentId", e.body as "body?: Json<EventBody>"
           from (select exists (select from files where visit_id = any($1))
                        or exists (select from visit_activities where visit_id = any($1)) as has_done) h
           left join visit_events e on e.visit_id = any($1) and e.kind = 'told'
           order by e.seq"#,
        ids
    )
    .fetch_all(connection)
    .await
    .map_err(|error| StoreError::sql("read what was told of visits", error))?;
    let has_done = rows.first().is_none_or(|row| row.has_done);
    let mut reports = HashMap::<VisitId, Vec<Report>>::new();
    for row in rows {
        let (Some(id), Some(visit), Some(at), Some(received_at), Some(by_kind), Some(Json(body))) =
            (row.id, row.visit_id, row.at, row.received_at, row.by_kind, row.body)
        else {
            continue; // nothing was told of any
        };
        let EventBody::Told { told, clock_ahead } = body else {
            return Err(StoreError::Damaged { what: "visit_events" });
        };
        let by = Author { kind: named::<AuthorKind>(&by_kind)?, id: row.by_id };
        reports.entry(visit).or_default().push(Report { id, at, received_at, by, agent: row.agent_id, told, clock_ahead });
    }
    Ok((reports, has_done))
}

/// What visits have to show: their files and activities.
pub(super) async fn done(connection: &mut PgConnection, ids: &[Uuid]) -> Result<HashMap<VisitId, Done>, StoreError> {
    let sql = |error| StoreError::sql("read what was done on visits", error);
    let mut done = HashMap::<VisitId, Done>::new();
    let files = sqlx::query!(
        r#"select id as "id: FileId", visit_id as "visit_id!: VisitId", purpose, media_type, taken_at as "taken_at: Timestamp",
                  place[1] as lat, place[0] as lon, duplicate_of is not null as "is_duplicate!"
           from files
           where visit_id = any($1)
           order by created_at, id"#,
        ids
    );
    for row in files.fetch_all(&mut *connection).await.map_err(sql)? {
        let of_visit = done.entry(row.visit_id).or_default();
        let purpose = named::<FilePurpose>(&row.purpose)?;
        if purpose == FilePurpose::Signature {
            of_visit.signatures += 1;
        } else if row.media_type.starts_with("image/") {
            let place = row.lat.zip(row.lon).and_then(|(lat, lon)| Point::new(lat, lon).ok());
            let photo = PhotoFacts { file: row.id, purpose, taken_at: row.taken_at, place, is_duplicate: row.is_duplicate };
            of_visit.photos.push(photo);
        }
    }
    let activities = sqlx::query!(
        r#"select a.visit_id as "visit_id!: VisitId", a.type_id as "type_id!: ActivityTypeId", a.note as "note!",
                  a.answers as "answers!: Json<Answers>", f.form_id as "form_id?: FormId", f.version as "version?",
                  f.title as "title?", f.fields as "fields?", f.created_at as "created_at?: Timestamp"
           from visit_activities a
           left join forms f on f.form_id = a.form_id and f.version = a.form_version
           where a.visit_id = any($1)"#,
        ids
    );
    for row in activities.fetch_all(connection).await.map_err(sql)? {
        let of_visit = done.entry(row.visit_id).or_default();
        of_visit.activities.insert(row.type_id);
        of_visit.notes += u32::from(!row.note.trim().is_empty());
        if let (Some(id), Some(version), Some(title), Some(fields), Some(created_at)) =
            (row.form_id, row.version, row.title, row.fields, row.created_at)
        {
            let fields = serde_json::from_value(fields).map_err(|_| StoreError::Damaged { what: "forms" })?;
            let form = Form { id, version, content: FormContent { title, fields }, created_at };
            let (scans, notes) = scans_and_notes(&form, &row.answers.0);
            of_visit.scans += scans;
            of_visit.notes += notes;
        }
    }
    Ok(done)
}
