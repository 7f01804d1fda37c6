//! What is known of files. Their bytes are in the file store (ports/files.rs); a row stands for bytes that are there.

use super::super::{Store, StoreError};
use super::change::{NewEvent, hold, mark_due, reread, write};
use super::facts::done;
use super::rows::named;
use super::{Hand, VisitBook};
use salessync_engine::photo::{LOOKS_APART_MAX, MediaType, apart, bands};
use salessync_engine::visit::feed::{Duplicate, DuplicateBy, FileHead};
use salessync_engine::visit::proof::FilePurpose;
use salessync_engine::visit::{EventBody, Visit};
use salessync_engine::{AgentId, FileId, Point, Timestamp, VisitId};
use sqlx::postgres::types::PgPoint;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

/// Files of one visit.
pub const FILES_MAX: i64 = 200;

/// A file that is to be known.
#[derive(Clone, Debug)]
pub struct NewFile {
    pub id: FileId,
    pub visit: VisitId,
    pub agent: Option<AgentId>,
    pub purpose: FilePurpose,
    pub media_type: MediaType,
    pub bytes: i64,
    pub sha256: [u8; 32],
    pub size: Option<(i32, i32)>,
    pub taken_at: Option<Timestamp>,
    pub place: Option<Point>,
    pub looks: Option<u64>,
    /// Where the bytes, and a small picture of them, are.
    pub key: String,
    pub thumbnail: Option<String>,
}

/// What became of it.
#[derive(Clone, PartialEq, Debug)]
pub enum StoredFile {
    Done {
        file: FileHead,
        visit: Box<Visit>,
    },
    /// It had been sent before: nothing was written, and the bytes of this time are not needed.
    Same(FileHead),
    /// The id stands for other bytes, or a file of another visit.
    IdTaken,
    /// The visit has as many files as it may.
    TooMany,
    /// There is no such visit any more.
    Gone,
}

/// A file and where its bytes are.
#[derive(Clone, PartialEq, Debug)]
pub struct FileRow {
    pub file: FileHead,
    pub key: String,
    pub thumbnail: Option<String>,
}

impl Store {
    /// Makes a file known, and its visit show it.
    pub(crate) async fn add_file(&self, book: &VisitBook, new: NewFile, hand: Hand) -> Result<StoredFile, StoreError> {
        let book = book.clone();
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("add a file", error);
            let mut tx = pool.begin().await.map_err(sql)?;
            let others: Vec<AgentId> = new.agent.into_iter().collect();
            let mut changes = hold(&mut tx, &[new.visit.0], &others, &book).await?;
            let Some(change) = changes.first_mut().filter(|change| !change.case.stored.is_erased) else {
                return Ok(StoredFile::Gone);
            };
            if let Some(row) = rows(&mut tx, &[new.id.0]).await?.pop() {
                let is_same = row.file.visit_id == Some(new.visit) && row.file.sha256 == hex(&new.sha256);
                return Ok(if is_same { StoredFile::Same(row.file) } else { StoredFile::IdTaken });
            }
            let count =
                sqlx::query_scalar!(r#"select count(*) as "count!" from files where visit_id = $1"#, new.visit as VisitId);
            if count.fetch_one(&mut *tx).await.map_err(sql)? >= FILES_MAX {
                return Ok(StoredFile::TooMany);
            }
            let duplicate = duplicate(&mut tx, &new).await?;
            insert(&mut tx, &new, duplicate, hand).await?;
            let row = rows(&mut tx, &[new.id.0]).await?.pop().ok_or(StoreError::Damaged { what: "files" })?;
            let id = change.id();
            change.case.facts.done = done(&mut tx, &[id.0]).await?.remove(&id).unwrap_or_default();
            let file = row.file;
            change.events.push(NewEvent::own(&hand, new.agent, EventBody::File { file: file.clone() }));
            let day = change.case.stored.visit.progress.performed_by.map(|agent| (agent, change.case.stored.visit.date));
            // The proof is weighed anew with it.
            mark_due(&mut tx, day).await?;
            change.is_derived = true;
            write(&mut tx, changes, &book, &hand).await?;
            let visit = reread(&mut tx, &[id.0]).await?.pop().ok_or(StoreError::Damaged { what: "visits" })?;
            tx.commit().await.map_err(sql)?;
            Ok(StoredFile::Done { file, visit: Box::new(visit) })
        })
        .await
    }

    /// A file by id, whoever's it is: whoever shows it looks at the scope of its visit.
    pub async fn file(&self, id: FileId) -> Result<Option<FileRow>, StoreError> {
        self.on(async move |pool: PgPool| {
            let mut connection = pool.acquire().await.map_err(|error| StoreError::sql("find a file", error))?;
            Ok(rows(&mut connection, &[id.0]).await?.pop())
        })
        .await
    }

    /// The files of a visit, in the order they came.
    pub async fn files_of(&self, visit: VisitId) -> Result<Vec<FileHead>, StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("list files", error);
            let mut connection = pool.acquire().await.map_err(sql)?;
            let ids = sqlx::query_scalar!("select id from files where visit_id = $1 order by created_at, id", visit as VisitId);
            let ids = ids.fetch_all(&mut *connection).await.map_err(sql)?;
            Ok(rows(&mut connection, &ids).await?.into_iter().map(|row| row.file).collect())
        })
        .await
    }

    /// Forgets files that came before an instant; their bytes go from the file store soon after. Returns how many.
    pub(crate) async fn drop_files_before(&self, before: Timestamp) -> Result<u64, StoreError> {
        self.on(async move |pool: PgPool| {
            let gone = sqlx::query_scalar!(
                r#"with gone as (delete from files where created_at < $1 returning key, thumbnail),
                        queued as (insert into file_removals (key, since)
                                   select k.key, now() from gone cross join lateral (values (gone.key), (gone.thumbnail)) k (key)
                                   where k.key is not null
                                   on conflict (key) do nothing)
                   select count(*) as "count!" from gone"#,
                before as Timestamp
            );
            let gone = gone.fetch_one(&pool).await.map_err(|error| StoreError::sql("delete old files", error))?;
            Ok(gone as u64)
        })
        .await
    }

    /// Keys whose bytes are to go, the longest due first.
    pub(crate) async fn file_removals(&self, limit: i64) -> Result<Vec<String>, StoreError> {
        self.on(async move |pool: PgPool| {
            let keys = sqlx::query_scalar!("select key from file_removals order by since, key limit $1", limit);
            keys.fetch_all(&pool).await.map_err(|error| StoreError::sql("look for bytes that are to go", error))
        })
        .await
    }

    /// The bytes under these keys are gone.
    pub(crate) async fn files_removed(&self, keys: Vec<String>) -> Result<(), StoreError> {
        self.on(async move |pool: PgPool| {
            sqlx::query!("delete from file_removals where key = any($1)", &keys)
                .execute(&pool)
                .await
                .map_err(|error| StoreError::sql("note that bytes are gone", error))?;
            Ok(())
        })
        .await
    }

    /// Which of these keys no file is under: bytes that were stored and never became known.
    pub(crate) async fn unknown_keys(&self, keys: Vec<String>) -> Result<Vec<String>, StoreError> {
        self.on(async move |pool: PgPool| {
            let rows = sqlx::query_scalar!(
                r#"select t.key as "key!" from unnest($1::text[]) as t (key)
                   where not exists (select 1 from files f where f.key = t.key or f.thumbnail = t.key)"#,
                &keys
            );
            rows.fetch_all(&pool).await.map_err(|error| StoreError::sql("look for files nobody knows", error))
        })
        .await
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn insert(
    connection: &mut PgConnection,
    new: &NewFile,
    duplicate: Option<(Uuid, DuplicateBy)>,
    hand: Hand,
) -> Result<(), StoreError> {
    let bands = new.looks.map(|looks| bands(looks).to_vec());
    sqlx::query!(
        r#"insert into files (id, visit_id, agent_id, purpose, media_type, bytes, sha256, width, height, taken_at, place, looks, bands,
                              duplicate_of, duplicate_by, key, thumbnail, by_kind, by_id, created_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)"#,
        new.id as FileId,
        new.visit as VisitId,
        new.agent.map(|agent| agent.0),
        new.purpose.name(),
        new.media_type.name(),
        new.bytes,
        &new.sha256[..],
        new.size.map(|(width, _)| width),
        new.size.map(|(_, height)| height),
        new.taken_at as Option<Timestamp>,
        new.place.map(|place| PgPoint { x: place.lon(), y: place.lat() }),
        new.looks.map(|looks| looks as i64),
        bands.as_deref(),
        duplicate.map(|(of, _)| of),
        duplicate.map(|(_, by)| by.name()),
        new.key,
        new.thumbnail,
        hand.by.kind.name(),
        hand.by.id,
        hand.now as Timestamp
    )
    .execute(connection)
    .await
    .map_err(|error| StoreError::sql("add a file", error))?;
    Ok(())
}

/// The earliest file that is this one, or looks like it. A signature looks like every other.
async fn duplicate(connection: &mut PgConnection, new: &NewFile) -> Result<Option<(Uuid, DuplicateBy)>, StoreError> {
    let sql = |error| StoreError::sql("look for the same file", error);
    let same = sqlx::query_scalar!("select id from files where sha256 = $1 order by created_at, id limit 1", &new.sha256[..]);
    if let Some(id) = same.fetch_optional(&mut *connection).await.map_err(sql)? {
        return Ok(Some((id, DuplicateBy::Content)));
    }
    let Some(looks) = new.looks.filter(|_| new.purpose != FilePurpose::Signature) else { return Ok(None) };
    let near = sqlx::query!(
        r#"select id, looks as "looks!" from files
           where bands && $1 and looks is not null and purpose <> 'signature'
           order by created_at, id"#,
        &bands(looks)
    );
    let near = near.fetch_all(connection).await.map_err(sql)?;
    let found = near.into_iter().find(|row| apart(row.looks as u64, looks) <= LOOKS_APART_MAX);
    Ok(found.map(|row| (row.id, DuplicateBy::Looks)))
}

/// Files by id, in the order they came.
async fn rows(connection: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<FileRow>, StoreError> {
    let rows = sqlx::query!(
        r#"select f.id as "id!: FileId", f.visit_id as "visit_id: VisitId", f.agent_id as "agent_id: AgentId", f.purpose as "purpose!", f.media_type as "media_type!",
                  f.bytes as "bytes!", encode(f.sha256, 'hex') as "sha256!", f.width, f.height, f.taken_at as "taken_at: Timestamp",
                  f.place[1] as lat, f.place[0] as lon, f.duplicate_of as "duplicate_of: FileId", f.duplicate_by,
                  d.visit_id as "duplicate_visit?: VisitId", f.key as "key!", f.thumbnail,
                  f.created_at as "created_at!: Timestamp"
           from files f
           left join files d on d.id = f.duplicate_of
           where f.id = any($1)
           order by f.created_at, f.id"#,
        ids
    )
    .fetch_all(connection)
    .await
    .map_err(|error| StoreError::sql("read files", error))?;
    rows.into_iter()
        .map(|row| {
            let duplicate = match (row.duplicate_of, row.duplicate_by) {
                (Some(file_id), Some(by)) => {
                    Some(Duplicate { file_id, visit_id: row.duplicate_visit, by: named::<DuplicateBy>(&by)? })
                }
                _ => None,
            };
            let media_type = MediaType::from_name(&row.media_type).ok_or(StoreError::Damaged { what: "files" })?;
            let file = FileHead {
                id: row.id,
                visit_id: row.visit_id,
                agent_id: row.agent_id,
                purpose: named::<FilePurpose>(&row.purpose)?,
                media_type,
                bytes: row.bytes,
                sha256: row.sha256,
                width: row.width,
                height: row.height,
                taken_at: row.taken_at,
                place: row.lat.zip(row.lon).and_then(|(lat, lon)| Point::new(lat, lon).ok()),
                duplicate,
                has_thumbnail: row.thumbnail.is_some(),
                created_at: row.created_at,
            };
            Ok(FileRow { file, key: row.key, thumbnail: row.thumbnail })
        })
        .collect()
}
