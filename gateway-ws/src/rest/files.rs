//! Photos, signatures and documents of visits: sent as they are, shown to whoever sees the visit. What a client says of a file is believed in
//! nothing: its type is told by its own first bytes, and it goes out as an attachment that no browser runs.

use super::visits::{hand, is_precise, own_agent, settled};
use crate::audit::actor_of;
use crate::auth::permit::{Can, CreateVisitReports, ReadVisits};
use crate::error::ApiError;
use crate::rest::input::Params;
use crate::rest::shown;
use crate::state::AppState;
use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{StatusCode, header::HeaderMap};
use actix_web::web::{self, Bytes, Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use aws_lc_rs::digest::{Context, SHA256};
use futures_util::StreamExt;
use salessync_actors::files::{NotTakenIn, TakenIn, Upload};
use salessync_actors::ports::files::FilesError;
use salessync_actors::store::visits::FileRow;
use salessync_engine::audit::{ActKind, Object};
use salessync_engine::visit::Visit;
use salessync_engine::visit::feed::FileHead;
use salessync_engine::visit::proof::FilePurpose;
use salessync_engine::wire::page::Page;
use salessync_engine::{FileId, VisitId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::time::Duration;
use utoipa::{IntoParams, ToSchema};

/// Longest time for a file to come in: 15 MB over a bad network.
const TIMEOUT: Duration = Duration::from_secs(180);
/// Bytes that are written at once while it comes.
const WRITE_BYTES: usize = 256 * 1024;

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/visits/{id}/files", web::get().to(list))
        .route("/visits/{id}/files/{file}", web::put().to(upload))
        .route("/files/{id}", web::get().to(read))
        .route("/files/{id}/thumbnail", web::get().to(thumbnail));
}

/// The files of a visit, in the order they came.
#[utoipa::path(get, operation_id = "listFiles", path = "/api/v1/visits/{id}/files", tag = "visits", params(("id" = VisitId, Path)),
    responses((status = 200, body = Page<FileHead>), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn list(state: Data<AppState>, who: Can<ReadVisits>, id: Path<VisitId>) -> Result<HttpResponse, ApiError> {
    let visit = state.system.store().visit(&who.scope, *id).await?.ok_or(ApiError::NotFound("visit"))?;
    let items = state.system.store().files_of(*id).await?;
    Ok(shown(&Page { items, next: None }, is_precise(&state, &who, &visit)))
}

/// Adds a file to a visit: the body is the file itself, JPEG, PNG, WebP, HEIC or PDF, and its `Content-Type` must be what it is. The same id with the same
/// bytes is the same file, however often it comes. When the answer is there, the file is durable.
#[utoipa::path(put, operation_id = "putFile", path = "/api/v1/visits/{id}/files/{file}", tag = "visits",
    params(("id" = VisitId, Path), ("file" = FileId, Path, description = "Minted by whoever sends it."), FileQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = AddedFile), (status = 200, body = AddedFile), (status = 400, body = salessync_engine::wire::page::ErrorBody),
        (status = 404, body = salessync_engine::wire::page::ErrorBody), (status = 409, body = salessync_engine::wire::page::ErrorBody),
        (status = 413, body = salessync_engine::wire::page::ErrorBody), (status = 415, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn upload(
    state: Data<AppState>,
    by: Can<CreateVisitReports>,
    request: HttpRequest,
    ids: Path<(VisitId, FileId)>,
    query: Params<FileQuery>,
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    let (id, file) = *ids;
    let purpose = query.0.purpose.as_deref().unwrap_or("other").parse::<FilePurpose>();
    let purpose =
        purpose.map_err(|message| ApiError::field("purpose", "check_in, check_out, answer, signature or other", message))?;
    if request.headers().contains_key(header::CONTENT_ENCODING) {
        return Err(ApiError::Encoded);
    }
    let own = own_agent(&state, by.id);
    let visit = state.system.store().reportable_visit(&by.scope, own, id).await?.ok_or(ApiError::NotFound("visit"))?;
    let bytes_max = state.files.bytes_max();
    if announced(request.headers()).is_some_and(|bytes| bytes > bytes_max as u64) {
        return Err(ApiError::TooLarge { limit: bytes_max });
    }
    let coming = state.files.coming().ok_or(ApiError::Overloaded)?;
    let received = receive(payload, bytes_max).await?;
    drop(coming);
    let _held = state.files.hold().await;
    let upload = Upload {
        id: file,
        visit: id,
        agent: own.or(visit.progress.performed_by),
        purpose,
        declared: declared(request.headers()),
        sha256: received.sha256,
        bytes: received.read().await?,
    };
    let (status, file) = match state.files.take_in(upload, hand(&state, &request)).await.map_err(refused)? {
        TakenIn::Done { file, .. } => (StatusCode::CREATED, file),
        TakenIn::Same(file) => (StatusCode::OK, file),
    };
    let visit = state.system.store().reportable_visit(&by.scope, own, id).await?.ok_or(ApiError::NotFound("visit"))?;
    Ok(HttpResponse::build(status).json(AddedFile { file, visit }))
}

/// A file as it was sent. A photo that says where it was taken is shown to those alone who may see places to the metre.
#[utoipa::path(get, operation_id = "readFile", path = "/api/v1/files/{id}", tag = "visits", params(("id" = FileId, Path)),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn read(
    state: Data<AppState>,
    who: Can<ReadVisits>,
    request: HttpRequest,
    id: Path<FileId>,
) -> Result<HttpResponse, ApiError> {
    let (row, visit) = seen(&state, &who, *id).await?;
    if row.file.place.is_some() && !is_precise(&state, &who, &visit) {
        return Err(ApiError::Forbidden);
    }
    let bytes = state.files.read(&row, false).await.map_err(unread)?;
    let object = Some(Object::new("file", *id));
    let what = json!({"visit_id": visit.id, "purpose": row.file.purpose});
    state.audit.note(&request, actor_of(&request), ActKind::FileRead, object, None, Some(what)).await;
    let name = format!("{id}.{}", row.file.media_type.extension());
    Ok(attachment(row.file.media_type.name(), &name, bytes))
}

/// A small copy of a picture, without the camera's notes.
#[utoipa::path(get, operation_id = "readThumbnail", path = "/api/v1/files/{id}/thumbnail", tag = "visits", params(("id" = FileId, Path)),
    responses((status = 200, content_type = "image/jpeg", body = Vec<u8>), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn thumbnail(state: Data<AppState>, who: Can<ReadVisits>, id: Path<FileId>) -> Result<HttpResponse, ApiError> {
    let (row, _) = seen(&state, &who, *id).await?;
    if row.thumbnail.is_none() {
        return Err(ApiError::NotFound("thumbnail"));
    }
    let bytes = state.files.read(&row, true).await.map_err(unread)?;
    Ok(attachment("image/jpeg", &format!("{id}.small.jpg"), bytes))
}

/// A file of a visit that may be seen.
async fn seen(state: &AppState, who: &Can<ReadVisits>, id: FileId) -> Result<(FileRow, Visit), ApiError> {
    let row = state.system.store().file(id).await?.ok_or(ApiError::NotFound("file"))?;
    let visit = row.file.visit_id.ok_or(ApiError::NotFound("file"))?;
    let visit = settled(state, &who.scope, visit).await.map_err(|error| match error {
        ApiError::NotFound(_) => ApiError::NotFound("file"),
        other => other,
    })?;
    Ok((row, visit))
}

fn attachment(media_type: &'static str, name: &str, bytes: Bytes) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CONTENT_TYPE, HeaderValue::from_static(media_type)));
    response.insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")));
    // It never changes; a browser may keep it for whoever is signed in.
    response.insert_header((header::CACHE_CONTROL, "private, max-age=3600"));
    response.body(bytes)
}

/// The type that is said; none is said by a type that says nothing.
fn declared(headers: &HeaderMap) -> Option<String> {
    let said = headers.get(header::CONTENT_TYPE)?;
    let said = String::from_utf8_lossy(said.as_bytes()).into_owned();
    let essence = said.split(';').next().unwrap_or_default().trim();
    (!essence.is_empty() && !essence.eq_ignore_ascii_case("application/octet-stream")).then(|| essence.to_owned())
}

fn announced(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// A file that has come, on disk under no name: when the server dies it is gone.
struct Received {
    file: File,
    sha256: [u8; 32],
}

impl Received {
    async fn read(self) -> Result<Bytes, ApiError> {
        let Self { mut file, .. } = self;
        let read = blocking(move || {
            let mut bytes = Vec::new();
            file.rewind()?;
            file.read_to_end(&mut bytes)?;
            Ok(bytes)
        });
        read.await.map(Bytes::from)
    }
}

/// Takes a body in, to disk: a slow phone holds no memory.
async fn receive(payload: Payload, bytes_max: usize) -> Result<Received, ApiError> {
    tokio::time::timeout(TIMEOUT, receive_all(payload, bytes_max)).await.unwrap_or(Err(ApiError::RequestTimeout))
}

async fn receive_all(mut payload: Payload, bytes_max: usize) -> Result<Received, ApiError> {
    let mut file = blocking(tempfile::tempfile).await?;
    let mut hash = Context::new(&SHA256);
    let (mut waiting, mut total) = (Vec::new(), 0);
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| ApiError::BadRequest { code: "invalid_body", message: error.to_string() })?;
        total += chunk.len();
        if total > bytes_max {
            return Err(ApiError::TooLarge { limit: bytes_max });
        }
        hash.update(&chunk);
        waiting.extend_from_slice(&chunk);
        if waiting.len() >= WRITE_BYTES {
            file = written(file, std::mem::take(&mut waiting)).await?;
        }
    }
    let file = written(file, waiting).await?;
    let mut sha256 = [0; 32];
    sha256.copy_from_slice(hash.finish().as_ref());
    Ok(Received { file, sha256 })
}

async fn written(mut file: File, bytes: Vec<u8>) -> Result<File, ApiError> {
    blocking(move || file.write_all(&bytes).map(|()| file)).await
}

/// Runs where waiting for the disk keeps nobody else waiting.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T, ApiError> {
    match web::block(work).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => {
            tracing::error!(%error, "a file that comes in cannot be laid down");
            Err(ApiError::Unavailable)
        }
        Err(_) => Err(ApiError::Unavailable),
    }
}

fn refused(error: NotTakenIn) -> ApiError {
    match error {
        NotTakenIn::Flaw(flaw) => ApiError::BadRequest { code: flaw.code(), message: flaw.to_string() },
        NotTakenIn::IdTaken => ApiError::Conflict { code: "id_taken", message: error.to_string() },
        NotTakenIn::TooMany => ApiError::Conflict { code: "too_many_files", message: error.to_string() },
        NotTakenIn::Gone => ApiError::NotFound("visit"),
        NotTakenIn::Bytes(error) => unread(error),
        NotTakenIn::Store(error) => error.into(),
    }
}

fn unread(error: FilesError) -> ApiError {
    tracing::error!(error = error.chain(), "the file store does not do what it is to do");
    match error {
        FilesError::Missing { .. } => ApiError::NotFound("file"),
        FilesError::Folder { .. } | FilesError::Store { .. } => ApiError::Unavailable,
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FileQuery {
    /// check_in, check_out, answer, signature or other, the default.
    purpose: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct AddedFile {
    file: FileHead,
    visit: Visit,
}
