//! Files that people bring. A dry run tells every bad row and what the good ones would do; the real run does all of it or nothing.

use crate::audit::{RequestId, actor_of};
use crate::auth::permit::{Can, CreateCustomers, CreateVisits};
use crate::edge::body;
use crate::error::ApiError;
use crate::rest::input::Params;
use crate::rest::visits::hand;
use crate::state::AppState;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{self, Data, Payload};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use salessync_actors::system::{ImportMode, ImportUndone, Importer, VisitImporter};
use salessync_engine::access::{Action, Module};
use salessync_engine::audit::ActKind;
use salessync_engine::import::{BYTES_MAX, Encoding, Options, Report, SheetFlaw};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

/// What browsers and programs call a CSV file.
const CONTENT_TYPES: [&str; 6] = [
    "text/csv",
    "text/plain",
    "text/tab-separated-values",
    "application/csv",
    "application/vnd.ms-excel",
    "application/octet-stream",
];

pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/imports/customers", web::post().to(customers)).route("/imports/visits", web::post().to(visits));
}

/// Reads a CSV file of customers, at most 16 MiB and 10,000 rows. A customer is known by its `ref`: one that is not known is created, one that is
/// gets what the row says; a missing column and an empty cell leave what is there. Columns are found by their heads (`ref`, `name`, `class`, `status`,
/// `territory`, `preferred_agents`, `skills`, `tags`, `notes`, `address` or `street`, `postcode`, `city`, `country`, `lat`, `lon`, `fence_radius_m`,
/// `hours`, `visit_minutes`, `access_notes`, `contact_name`, `contact_role`, `contact_email`, `contact_phone`, and what these are often called). With
/// bad rows a real run writes nothing and answers 422, unless `only_good` is set.
#[utoipa::path(post, operation_id = "importCustomers", path = "/api/v1/imports/customers", tag = "customers", params(ImportQuery),
    request_body(content = String, content_type = "text/csv"),
    responses((status = 200, body = Report), (status = 400, body = salessync_engine::wire::page::ErrorBody),
        (status = 413, body = salessync_engine::wire::page::ErrorBody), (status = 422, body = BadRows)))]
pub async fn customers(
    state: Data<AppState>,
    who: Can<CreateCustomers>,
    request: HttpRequest,
    query: Params<ImportQuery>,
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    let (mode, options) = query.0.checked()?;
    let importer = Importer {
        create: who.scope.clone(),
        update: who.also(Module::Customers, Action::Update).ok(),
        agents: who.also(Module::Agents, Action::Read).ok(),
        by: who.user(),
    };
    let file = file_of(&request, payload).await?;
    let report = state.system.import_customers(&state.vault, importer, file.into(), options, mode).await.map_err(refused)?;
    answered(&state, &request, ActKind::CustomersImported, mode, report).await
}

/// Reads a CSV file of visits, at most 16 MiB and 10,000 rows, and makes those that are new. A visit is known by its `ref`, or else by customer, place,
/// date, hours and purpose; one that is there already stays as it is, and the report says where the row differs (`kept`). Columns are found by their
/// heads (`customer`, which is the customer's `ref`, `date` as 2026-11-23 or 23.11.2026, `ref`, `place`, `window` as 09:00-12:00 or `from` and `to`,
/// `agent`, `territory`, `kind`, `minutes`, `priority`, `skills`, `purpose`, `note`, and what these are often called). With bad rows a real run writes
/// nothing and answers 422, unless `only_good` is set.
#[utoipa::path(post, operation_id = "importVisits", path = "/api/v1/imports/visits", tag = "visits", params(ImportQuery),
    request_body(content = String, content_type = "text/csv"),
    responses((status = 200, body = Report), (status = 400, body = salessync_engine::wire::page::ErrorBody),
        (status = 413, body = salessync_engine::wire::page::ErrorBody), (status = 422, body = BadRows)))]
pub async fn visits(
    state: Data<AppState>,
    who: Can<CreateVisits>,
    request: HttpRequest,
    query: Params<ImportQuery>,
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    let (mode, options) = query.0.checked()?;
    let importer = VisitImporter {
        create: who.scope.clone(),
        read: who.also(Module::Visits, Action::Read)?,
        customers: who.also(Module::Customers, Action::Read)?,
        agents: who.also(Module::Agents, Action::Read).ok(),
        hand: hand(&state, &request),
    };
    let file = file_of(&request, payload).await?;
    let report = state.system.import_visits(importer, file.into(), options, mode).await.map_err(refused)?;
    answered(&state, &request, ActKind::VisitsImported, mode, report).await
}

async fn file_of(request: &HttpRequest, payload: Payload) -> Result<Vec<u8>, ApiError> {
    let content_type = request.content_type().to_ascii_lowercase();
    if request.headers().contains_key(CONTENT_TYPE) && !CONTENT_TYPES.contains(&content_type.as_str()) {
        return Err(ApiError::field("content-type", "text/csv", "the file itself must be sent, as text/csv"));
    }
    body::read(payload, BYTES_MAX).await
}

/// The report, and for the trail what was done.
async fn answered(
    state: &AppState,
    request: &HttpRequest,
    kind: ActKind,
    mode: ImportMode,
    report: Report,
) -> Result<HttpResponse, ApiError> {
    if report.applied {
        let Report { rows, created, updated, bad_rows, .. } = &report;
        let what = Some(json!({"rows": rows, "created": created, "updated": updated, "bad_rows": bad_rows}));
        state.audit.note(request, actor_of(request), kind, None, None, what).await;
    }
    if mode == ImportMode::All && !report.applied {
        let request_id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
        let message = format!("{} of {} rows are bad: nothing was imported", report.bad_rows, report.rows);
        return Ok(HttpResponse::UnprocessableEntity().json(BadRows { code: "bad_rows", message, request_id, report }));
    }
    Ok(HttpResponse::Ok().json(report))
}

fn refused(undone: ImportUndone) -> ApiError {
    match undone {
        ImportUndone::Sheet(flaw) => unreadable(&flaw),
        ImportUndone::Store(error) => error.into(),
        ImportUndone::Vault(error) => error.into(),
        ImportUndone::Stopped => ApiError::Unavailable,
    }
}

fn unreadable(flaw: &SheetFlaw) -> ApiError {
    ApiError::Field { field: flaw.field().to_owned(), limit: None, message: flaw.to_string() }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    /// Only tell what would be done; by default false.
    dry_run: Option<bool>,
    /// Import the good rows although others are bad; by default false.
    only_good: Option<bool>,
    /// By default `utf-8`, or what a byte order mark says.
    #[param(inline)]
    encoding: Option<Encoding>,
    /// `,`, `;` or `tab`; by default what the first line is parted by.
    delimiter: Option<String>,
    /// JSON object of heads and the fields they stand for, such as `{"Firma":"name"}`.
    columns: Option<String>,
}

impl ImportQuery {
    fn checked(self) -> Result<(ImportMode, Options), ApiError> {
        let mode = match (self.dry_run.unwrap_or_default(), self.only_good.unwrap_or_default()) {
            (true, _) => ImportMode::Dry,
            (false, true) => ImportMode::OnlyGood,
            (false, false) => ImportMode::All,
        };
        let delimiter = match self.delimiter.as_deref() {
            None => None,
            Some(",") => Some(b','),
            Some(";") => Some(b';'),
            Some("tab" | "\t") => Some(b'\t'),
            Some(other) => return Err(ApiError::field("delimiter", "comma, semicolon or tab", format!("is {other:?}"))),
        };
        let columns: BTreeMap<String, String> = match self.columns.as_deref() {
            None | Some("") => BTreeMap::new(),
            Some(text) => serde_json::from_str(text).map_err(|error| {
                ApiError::field("columns", "a JSON object of heads and fields", format!("are no JSON object: {error}"))
            })?,
        };
        let encoding = self.encoding.unwrap_or_default();
        Ok((mode, Options { encoding, delimiter, columns: columns.into_iter().collect() }))
    }
}

/// Nothing was imported, because of the bad rows in the report.
#[derive(Serialize, ToSchema)]
pub struct BadRows {
    pub code: &'static str,
    pub message: String,
    pub request_id: String,
    pub report: Report,
}
