//! Beats, the holidays that move their visits, and customers who have waited too long.

use crate::audit::actor_of;
use crate::auth::permit::{Can, CreateVisits, DeleteVisits, ReadSettings, ReadVisits, UpdateSettings, UpdateVisits};
use crate::cursor;
use crate::error::ApiError;
use crate::rest::checked_limit;
use crate::rest::input::{Body, Params};
use crate::rest::visits::parsed_date;
use crate::state::AppState;
use actix_web::web::{self, Data, Json, Path};
use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use chrono::NaiveDate;
use salessync_actors::store::visits::{BeatChange, BeatFilter, Generated, Holiday, Overdue};
use salessync_actors::visits::HORIZON_DAYS;
use salessync_engine::access::{Action, Module, Scope};
use salessync_engine::audit::{ActKind, Object};
use salessync_engine::beat::{Beat, BeatContent};
use salessync_engine::flaw::checked_line;
use salessync_engine::horizon::{CALENDAR, check_calendar};
use salessync_engine::wire::page::Page;
use salessync_engine::{AgentId, BeatId, CustomerId, TerritoryId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// How far ahead visits may be made on demand.
const DAYS_MAX: i64 = 180;
const HOLIDAYS_MAX: usize = 400;

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/beats", web::get().to(list))
        .route("/beats", web::post().to(create))
        .route("/beats/generate", web::post().to(generate))
        .route("/beats/{id}", web::get().to(read))
        .route("/beats/{id}", web::put().to(update))
        .route("/beats/{id}", web::delete().to(end))
        .route("/holidays", web::get().to(holidays))
        .route("/holidays", web::put().to(put_holidays))
        .route("/overdue-customers", web::get().to(overdue));
}

/// Beats that go on, by name.
#[utoipa::path(get, operation_id = "listBeats", path = "/api/v1/beats", tag = "beats", params(BeatsQuery),
    responses((status = 200, body = Page<Beat>), (status = 400, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn list(state: Data<AppState>, who: Can<ReadVisits>, query: Params<BeatsQuery>) -> Result<Json<Page<Beat>>, ApiError> {
    let limit = checked_limit(query.0.limit, 100, 500)?;
    let after = query.0.after.as_deref().map(cursor::decode::<(String, BeatId)>).transpose()?;
    let name = query.0.q.filter(|q| !q.is_empty());
    let filter = BeatFilter { name, territory: query.0.territory, agent: query.0.agent };
    let mut items = state.system.store().beats(&who.scope, filter, after, limit as i64 + 1).await?;
    let next = (items.len() > limit).then(|| items.truncate(limit)).and_then(|()| items.last());
    let next = next.map(|last| cursor::encode(&(&last.content.name, last.id)));
    Ok(Json(Page { items, next }))
}

/// Makes a beat; its visits of the weeks ahead follow within moments. With an id that exists already the existing beat is returned unchanged.
#[utoipa::path(post, operation_id = "createBeat", path = "/api/v1/beats", tag = "beats", request_body = NewBeat,
    responses((status = 201, body = Beat), (status = 200, body = Beat), (status = 400, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn create(
    state: Data<AppState>,
    by: Can<CreateVisits>,
    request: HttpRequest,
    body: Body<NewBeat>,
) -> Result<HttpResponse, ApiError> {
    let NewBeat { id, version: _, content } = body.0;
    let content = checked(&state, &by.scope, &by.also(Module::Customers, Action::Read)?, content).await?;
    let id = id.unwrap_or_else(|| BeatId(Uuid::now_v7()));
    let (beat, is_new) = state.system.store().create_beat(id, content, state.system.now()).await?;
    if !is_new {
        let seen = state.system.store().beat(&by.scope, id).await?.ok_or(ApiError::NotFound("beat"))?;
        return Ok(HttpResponse::Ok().json(seen));
    }
    state.system.visits().generate(HORIZON_DAYS).await?;
    note(&state, &request, &beat).await;
    Ok(HttpResponse::build(StatusCode::CREATED).json(beat))
}

/// Makes the visits of all beats so many days ahead, now rather than at the task's next turn. May be asked again and again: visits that people have
/// changed, cancelled or begun stay as they are.
#[utoipa::path(post, operation_id = "generateVisits", path = "/api/v1/beats/generate", tag = "beats", request_body = GenerateRequest,
    responses((status = 200, body = GeneratedView), (status = 400, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn generate(
    state: Data<AppState>,
    by: Can<UpdateVisits>,
    body: Body<GenerateRequest>,
) -> Result<Json<GeneratedView>, ApiError> {
    by.whole()?;
    let days = body.0.days.unwrap_or(HORIZON_DAYS as i64);
    if !(1..=DAYS_MAX).contains(&days) {
        return Err(ApiError::field("days", format!("1..{DAYS_MAX}"), format!("is {days}")));
    }
    let Generated { made, changed, withdrawn, reinstated } = state.system.visits().generate(days as u64).await?;
    Ok(Json(GeneratedView { made, changed, withdrawn, reinstated }))
}

/// One beat.
#[utoipa::path(get, operation_id = "readBeat", path = "/api/v1/beats/{id}", tag = "beats", params(("id" = BeatId, Path)),
    responses((status = 200, body = Beat), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn read(state: Data<AppState>, who: Can<ReadVisits>, id: Path<BeatId>) -> Result<Json<Beat>, ApiError> {
    state.system.store().beat(&who.scope, *id).await?.map(Json).ok_or(ApiError::NotFound("beat"))
}

/// Replaces what a beat says. Its visits to come follow, but for those that people have touched.
#[utoipa::path(put, operation_id = "updateBeat", path = "/api/v1/beats/{id}", tag = "beats", params(("id" = BeatId, Path)), request_body = NewBeat,
    responses((status = 200, body = Beat), (status = 400, body = salessync_engine::wire::page::ErrorBody),
        (status = 404, body = salessync_engine::wire::page::ErrorBody), (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn update(
    state: Data<AppState>,
    by: Can<UpdateVisits>,
    request: HttpRequest,
    id: Path<BeatId>,
    body: Body<NewBeat>,
) -> Result<Json<Beat>, ApiError> {
    state.system.store().beat(&by.scope, *id).await?.ok_or(ApiError::NotFound("beat"))?;
    let NewBeat { version, content, .. } = body.0;
    let content = checked(&state, &by.scope, &by.also(Module::Customers, Action::Read)?, content).await?;
    let change = state.system.store().change_beat(*id, version, Some(content), state.system.now()).await?;
    settled(&state, &request, change).await.map(Json)
}

/// Ends a beat. Its visits to come are withdrawn, but for those that people have touched.
#[utoipa::path(delete, operation_id = "endBeat", path = "/api/v1/beats/{id}", tag = "beats", params(("id" = BeatId, Path)),
    responses((status = 204), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn end(
    state: Data<AppState>,
    by: Can<DeleteVisits>,
    request: HttpRequest,
    id: Path<BeatId>,
) -> Result<HttpResponse, ApiError> {
    state.system.store().beat(&by.scope, *id).await?.ok_or(ApiError::NotFound("beat"))?;
    let change = state.system.store().change_beat(*id, None, None, state.system.now()).await?;
    settled(&state, &request, change).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Days that nobody works.
#[utoipa::path(get, operation_id = "listHolidays", path = "/api/v1/holidays", tag = "settings", params(SpanQuery),
    responses((status = 200, body = Page<HolidayView>), (status = 400, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn holidays(
    state: Data<AppState>,
    _: Can<ReadSettings>,
    query: Params<SpanQuery>,
) -> Result<Json<Page<HolidayView>>, ApiError> {
    let from = query.0.from.as_deref().map_or(Ok(*CALENDAR.start()), |date| parsed_date("from", date))?;
    let to = query.0.to.as_deref().map_or(Ok(*CALENDAR.end()), |date| parsed_date("to", date))?;
    let items = state.system.store().holidays(from, to).await?;
    let items = items.into_iter().map(|holiday| HolidayView { date: holiday.date, name: holiday.name }).collect();
    Ok(Json(Page { items, next: None }))
}

/// Names days that nobody works, and takes others out. Visits that beats have made there are moved, but for those that people have touched.
#[utoipa::path(put, operation_id = "putHolidays", path = "/api/v1/holidays", tag = "settings", request_body = HolidaysRequest,
    responses((status = 204), (status = 400, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn put_holidays(
    state: Data<AppState>,
    _: Can<UpdateSettings>,
    request: HttpRequest,
    body: Body<HolidaysRequest>,
) -> Result<HttpResponse, ApiError> {
    let HolidaysRequest { put, remove } = body.0;
    if put.len() + remove.len() > HOLIDAYS_MAX {
        return Err(ApiError::field("put", format!("0..{HOLIDAYS_MAX}"), "are too many at once"));
    }
    let named = put.into_iter().enumerate().map(|(index, holiday)| {
        let name = checked_line(&format!("put[{index}].name"), &holiday.name, 1, 120)?;
        check_calendar(&format!("put[{index}].date"), holiday.date)?;
        Ok(Holiday { date: holiday.date, name })
    });
    let named = named.collect::<Result<Vec<_>, ApiError>>()?;
    for (index, date) in remove.iter().enumerate() {
        check_calendar(&format!("remove[{index}]"), *date)?;
    }
    let what = json!({"put": named.iter().map(|holiday| holiday.date).collect::<Vec<_>>(), "removed": remove});
    state.system.store().put_holidays(named, remove).await?;
    state.system.visits().generate(HORIZON_DAYS).await?;
    let object = Some(Object::new("settings", "holidays"));
    state.audit.note(&request, actor_of(&request), ActKind::SettingsChanged, object, None, Some(what)).await;
    Ok(HttpResponse::NoContent().finish())
}

/// Customers who have waited longer than the frequency of their class says, longest first.
#[utoipa::path(get, operation_id = "listOverdueCustomers", path = "/api/v1/overdue-customers", tag = "visits", params(OverdueQuery),
    responses((status = 200, body = Page<OverdueView>), (status = 400, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn overdue(
    state: Data<AppState>,
    who: Can<ReadVisits>,
    query: Params<OverdueQuery>,
) -> Result<Json<Page<OverdueView>>, ApiError> {
    let limit = checked_limit(query.0.limit, 100, 1_000)?;
    let after = query.0.after.as_deref().map(cursor::decode::<(i32, CustomerId)>).transpose()?;
    let zone = state.system.visits().zone();
    let today = state.system.now().civil_date(zone);
    let mut items = state.system.store().overdue(&who.scope, today, zone, after, limit as i64 + 1).await?;
    let next = (items.len() > limit).then(|| items.truncate(limit)).and_then(|()| items.last());
    let next = next.map(|last| cursor::encode(&(last.days_overdue, last.customer_id)));
    Ok(Json(Page { items: items.into_iter().map(OverdueView::of).collect(), next }))
}

/// A beat may be made for one's own territories and agents, of customers one sees.
async fn checked(state: &AppState, scope: &Scope, customers: &Scope, content: BeatContent) -> Result<BeatContent, ApiError> {
    let content = content.checked()?;
    match (content.agent_id, content.territory_id) {
        (_, Some(territory)) if !scope.covers_territory(Some(territory)) => {
            return Err(ApiError::field("territory_id", "the id of a territory", "there is no such territory"));
        }
        (Some(agent), _) => {
            let seen = crate::auth::permit::see(state, scope, agent);
            seen.map_err(|_| ApiError::field("agent_id", "the id of an agent", "there is no such agent"))?;
        }
        (None, None) if !scope.is_everything() => {
            return Err(ApiError::field("territory_id", "a territory of yours", "a beat of nobody is not yours to make"));
        }
        (None, _) => {}
    }
    let named: Vec<CustomerId> = content.stops.iter().map(|stop| stop.customer_id).collect();
    let seen = state.system.store().customers_seen(customers, named).await?;
    if let Some(index) = content.stops.iter().position(|stop| !seen.contains(&stop.customer_id)) {
        let field = format!("stops[{index}].customer_id");
        return Err(ApiError::field(field, "the id of a customer", "there is no such customer"));
    }
    Ok(content)
}

async fn settled(state: &AppState, request: &HttpRequest, change: BeatChange) -> Result<Beat, ApiError> {
    match change {
        BeatChange::Done(beat) => {
            state.system.visits().generate(HORIZON_DAYS).await?;
            note(state, request, &beat).await;
            Ok(beat)
        }
        BeatChange::Overtaken { version } => Err(ApiError::Conflict {
            code: "version_conflict",
            message: format!("the beat has been changed since: it is version {version} by now"),
        }),
        BeatChange::Gone => Err(ApiError::NotFound("beat")),
    }
}

async fn note(state: &AppState, request: &HttpRequest, beat: &Beat) {
    let object = Some(Object::new("beat", beat.id));
    let content = &beat.content;
    let what = json!({"version": beat.version, "stops": content.stops.len(), "agent_id": content.agent_id,
        "territory_id": content.territory_id});
    state.audit.note(request, actor_of(request), ActKind::BeatChanged, object, None, Some(what)).await;
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BeatsQuery {
    /// `next` of the page before.
    after: Option<String>,
    /// 1..500, by default 100.
    limit: Option<i64>,
    /// Part of the name, in any case.
    q: Option<String>,
    territory: Option<TerritoryId>,
    agent: Option<AgentId>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SpanQuery {
    /// YYYY-MM-DD, both included.
    from: Option<String>,
    to: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OverdueQuery {
    /// `next` of the page before.
    after: Option<String>,
    /// 1..1000, by default 100.
    limit: Option<i64>,
}

#[derive(Deserialize, ToSchema)]
pub struct NewBeat {
    #[serde(default)]
    id: Option<BeatId>,
    /// Of a change: the version it was made from; when there is a newer one, it is refused.
    #[serde(default)]
    version: Option<i64>,
    #[serde(flatten)]
    content: BeatContent,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = GenerateVisitsRequest)]
pub struct GenerateRequest {
    /// 1 to 180; 28 when absent.
    #[serde(default)]
    days: Option<i64>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = GeneratedVisits)]
pub struct GeneratedView {
    made: usize,
    /// Followed a change of their beat, of holidays or absences.
    changed: usize,
    /// Their beat does not want them any more.
    withdrawn: usize,
    /// Withdrawn before, and wanted again.
    reinstated: usize,
}

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Holiday)]
pub struct HolidayView {
    #[schema(value_type = String, format = "date")]
    date: NaiveDate,
    /// 1 to 120 characters.
    name: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HolidaysRequest {
    #[serde(default)]
    put: Vec<HolidayView>,
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    remove: Vec<NaiveDate>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = OverdueCustomer)]
pub struct OverdueView {
    customer_id: CustomerId,
    name: String,
    class: String,
    territory_id: Option<TerritoryId>,
    /// Date of the newest completed visit; absent: never.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = "date")]
    last_visit: Option<NaiveDate>,
    /// Days between two visits, on average.
    interval_days: f64,
    days_overdue: i32,
    /// The next one that is planned.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = "date")]
    next_visit: Option<NaiveDate>,
}

impl OverdueView {
    fn of(overdue: Overdue) -> Self {
        let Overdue { customer_id, name, class, territory_id, last_visit, interval_days, days_overdue, next_visit } = overdue;
        Self { customer_id, name, class, territory_id, last_visit, interval_days, days_overdue, next_visit }
    }
}
