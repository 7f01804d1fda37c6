//! Plans: who makes which visits, in which order. One live plan for each territory, in versions; a change names the version it was made from.

use crate::audit::actor_of;
use crate::auth::permit::{Can, ReadPlans, UpdatePlans};
use crate::error::ApiError;
use crate::rest::input::{Body, Params};
use crate::rest::{checked_limit, checked_version};
use crate::state::AppState;
use actix_web::HttpRequest;
use actix_web::web::{self, Data, Json, Path};
use chrono::NaiveDate;
use salessync_actors::planner::messages::{Acting, Ask, ChangeAsk, RouteWithWay};
use salessync_actors::planner::{PlanError, PlanMsg, Unplanned};
use salessync_actors::store::plans::{StoredVersion, VERSIONS_MAX};
use salessync_actors::territory::TopicId;
use salessync_actors::travel::{Answered, Source, Way};
use salessync_engine::access::Scope;
use salessync_engine::audit::{ActKind, Object};
use salessync_engine::horizon::{Horizon, check_calendar};
use salessync_engine::plan::book::{Asked, Diff, OPERATIONS_MAX, Operation, PlanVersion};
use salessync_engine::plan::live::{RelaxationKind, STRETCH_S_MAX};
use salessync_engine::plan::model::Bill;
use salessync_engine::wire::page::Page;
use salessync_engine::wire::plan::{By, PlanDay, PlanSummary, RouteDay};
use salessync_engine::wire::plan_answers::{Changed, Comparison, Explanation, Preview, VersionShown};
use salessync_engine::{AgentId, ChangeId, Point, TerritoryId, VisitId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Plans summed up in one answer.
const SUMMARIES_MAX: usize = 500;

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/plans", web::get().to(list))
        .route("/plans/{territory}", web::get().to(read))
        .route("/plans/{territory}/routes/{agent}", web::get().to(route))
        .route("/plans/{territory}/preview", web::post().to(preview))
        .route("/plans/{territory}/changes", web::post().to(change))
        .route("/plans/{territory}/versions", web::get().to(versions))
        .route("/plans/{territory}/versions/{version}/undo", web::post().to(undo))
        .route("/plans/{territory}/compare", web::get().to(compare))
        .route("/plans/{territory}/visits/{visit}/explanation", web::get().to(explain));
}

/// The plans of one's territories on a day, at a glance.
#[utoipa::path(get, operation_id = "listPlans", path = "/api/v1/plans", tag = "plans", params(DayQuery),
    responses((status = 200, body = Page<PlanSummary>)))]
pub async fn list(
    state: Data<AppState>,
    who: Can<ReadPlans>,
    query: Params<DayQuery>,
) -> Result<Json<Page<PlanSummary>>, ApiError> {
    let territories = state.system.store().planned_territories().await?;
    let mut items = Vec::new();
    let date = query.0.checked()?;
    state.system.plans_have_heard().await;
    for (territory, _) in
        territories.into_iter().filter(|(territory, _)| who.scope.covers_territory(*territory)).take(SUMMARIES_MAX)
    {
        items.push(state.system.ask_plan(territory, |answer| PlanMsg::Ask(Ask::Summary { date, answer })).await?);
    }
    Ok(Json(Page { items, next: None }))
}

/// A day of a territory's plan; `none` for agents and visits without one.
#[utoipa::path(get, operation_id = "readPlan", path = "/api/v1/plans/{territory}", tag = "plans",
    params(("territory" = String, Path, description = "Id of a territory, or none"), DayQuery),
    responses((status = 200, body = PlanDay), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn read(
    state: Data<AppState>,
    who: Can<ReadPlans>,
    territory: Path<String>,
    query: Params<DayQuery>,
) -> Result<Json<PlanDay>, ApiError> {
    let territory = plan_of(&state, &who.scope, &territory)?;
    let precise = who.precise().is_some_and(|scope| scope.covers_territory(territory));
    let date = query.0.checked()?;
    let day = state.system.question(territory, |answer| Ask::Day { date, precise, answer }).await?;
    Ok(Json(*day))
}

/// An agent's routes of a day, and the ways they lead: along the roads where a map is loaded or a routing service answers.
#[utoipa::path(get, operation_id = "readPlanRoute", path = "/api/v1/plans/{territory}/routes/{agent}", tag = "plans",
    params(("territory" = String, Path, description = "Id of a territory, or none"), ("agent" = AgentId, Path), DayQuery),
    responses((status = 200, body = RoutesShown), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn route(
    state: Data<AppState>,
    who: Can<ReadPlans>,
    path: Path<(String, AgentId)>,
    query: Params<DayQuery>,
) -> Result<Json<RoutesShown>, ApiError> {
    let (territory, agent) = path.into_inner();
    let territory = checked_plan(&territory)?;
    let is_there = state.system.territory_of(agent) == Some(territory) && who.scope.covers(agent, territory);
    if !is_there {
        return Err(ApiError::NotFound("route"));
    }
    let date = query.0.checked()?;
    let (version, routes) = state.system.question(territory, |answer| Ask::WayPoints { agent, date, answer }).await?;
    let precise = who.is_precise(&state, agent);
    let mut shown = Vec::with_capacity(routes.len());
    for RouteWithWay { mut route, mut way, profile, part } in routes {
        if !precise {
            // Where the agent begins and ends is not the asker's to see.
            if route.start.take().is_some() {
                way.remove(0);
            }
            if route.end.take().is_some() && !route.stops.is_empty() {
                way.pop();
            }
        }
        let legs = state.system.travel().ways_along(profile, &way, part).await;
        let legs = way.windows(2).zip(legs).map(|(ends, answered)| LegShown::new(ends, answered)).collect();
        shown.push(RouteShown { route, way, legs });
    }
    Ok(Json(RoutesShown { version, routes: shown }))
}

/// What operations would do and cost, without doing them: for showing it while something is dragged.
#[utoipa::path(post, operation_id = "previewPlan", path = "/api/v1/plans/{territory}/preview", tag = "plans",
    params(("territory" = String, Path, description = "Id of a territory, or none")), request_body = PreviewAsked,
    responses((status = 200, body = Preview), (status = 409, body = salessync_engine::wire::page::ErrorBody),
        (status = 422, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn preview(
    state: Data<AppState>,
    who: Can<ReadPlans>,
    territory: Path<String>,
    body: Body<PreviewAsked>,
) -> Result<Json<Preview>, ApiError> {
    let territory = plan_of(&state, &who.scope, &territory)?;
    let PreviewAsked { base_version: base, operations } = body.0;
    check_operations(&state, "operations", &operations)?;
    let preview = state.system.question(territory, |answer| Ask::Preview { base, operations, answer });
    Ok(Json(preview.await?))
}

/// Changes a plan: all operations, or none. The same id again is answered as the first time if it asks for the same operations; for others the id
/// is taken: 409 `id_taken`.
#[utoipa::path(post, operation_id = "changePlan", path = "/api/v1/plans/{territory}/changes", tag = "plans",
    params(("territory" = String, Path, description = "Id of a territory, or none")), request_body = ChangeAsked,
    responses((status = 200, body = Changed), (status = 409, body = salessync_engine::wire::page::ErrorBody),
        (status = 422, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn change(
    state: Data<AppState>,
    by: Can<UpdatePlans>,
    request: HttpRequest,
    territory: Path<String>,
    body: Body<ChangeAsked>,
) -> Result<Json<Changed>, ApiError> {
    let territory = plan_of(&state, &by.scope, &territory)?;
    let ChangeAsked { id, base_version: base, operations } = body.0;
    check_operations(&state, "operations", &operations)?;
    let change = id.unwrap_or_else(|| ChangeId(Uuid::now_v7()));
    let acting = acting(&state, &request, ActKind::PlanChanged);
    let asked = Asked::of(&operations);
    let ask = |answer| PlanMsg::Change(Box::new(ChangeAsk { change, base, operations, by: acting, answer }));
    match state.system.ask_plan(territory, ask).await {
        Ok(changed) => Ok(Json(changed)),
        // Made before, longer ago than memory goes, or of another plan.
        Err(error) => match state.system.store().plan_changes(change).await?.pop() {
            Some((of, stored)) if of == territory && asked.is_of(stored.kind, stored.asked.as_ref()) => Ok(Json(stored.into())),
            Some(_) => Err(PlanError::IdTaken(change).into()),
            None => Err(error.into()),
        },
    }
}

/// Accepted changes, newest first, or with `after` those since, oldest first.
#[utoipa::path(get, operation_id = "listPlanVersions", path = "/api/v1/plans/{territory}/versions", tag = "plans",
    params(("territory" = String, Path, description = "Id of a territory, or none"), VersionsQuery),
    responses((status = 200, body = Page<VersionShown>), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn versions(
    state: Data<AppState>,
    who: Can<ReadPlans>,
    territory: Path<String>,
    query: Params<VersionsQuery>,
) -> Result<Json<Page<VersionShown>>, ApiError> {
    let territory = plan_of(&state, &who.scope, &territory)?;
    let limit = checked_limit(query.0.limit, 50, VERSIONS_MAX)? as i64;
    let store = state.system.store();
    let found = match (query.0.after, query.0.before) {
        (Some(after), _) => store.plan_versions(territory, PlanVersion(after), limit).await?,
        (None, before) => store.plan_versions_back(territory, before.map(PlanVersion), limit).await?,
    };
    let next = found.last().filter(|_| found.len() as i64 == limit).map(|last| last.version.to_string());
    let named = found.iter().flat_map(|stored| stored.diff.visits()).collect();
    let customers = store.customers_of_visits(territory, named).await?;
    Ok(Json(Page { items: found.into_iter().map(|stored| shown(stored, &customers)).collect(), next }))
}

/// Takes a version back, where the plan and the world still allow it: as a version of its own. Where later versions have changed the same, 409
/// `version_conflict` names them.
#[utoipa::path(post, operation_id = "undoPlanVersion", path = "/api/v1/plans/{territory}/versions/{version}/undo", tag = "plans",
    params(("territory" = String, Path, description = "Id of a territory, or none"), ("version" = i64, Path)), request_body = UndoAsked,
    responses((status = 200, body = Changed), (status = 404, body = salessync_engine::wire::page::ErrorBody),
        (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn undo(
    state: Data<AppState>,
    by: Can<UpdatePlans>,
    request: HttpRequest,
    path: Path<(String, String)>,
    body: Body<UndoAsked>,
) -> Result<Json<Changed>, ApiError> {
    let (territory, version) = path.into_inner();
    let territory = plan_of(&state, &by.scope, &territory)?;
    let version = PlanVersion(checked_version(&version)?);
    let base = body.0.base_version;
    let by = Box::new(acting(&state, &request, ActKind::PlanChanged));
    let changed = state.system.ask_plan(territory, |answer| PlanMsg::Undo { version, base, by, answer });
    Ok(Json(changed.await?))
}

/// What became of the plan between two versions.
#[utoipa::path(get, operation_id = "comparePlan", path = "/api/v1/plans/{territory}/compare", tag = "plans",
    params(("territory" = String, Path, description = "Id of a territory, or none"), CompareQuery),
    responses((status = 200, body = Comparison), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn compare(
    state: Data<AppState>,
    who: Can<ReadPlans>,
    territory: Path<String>,
    query: Params<CompareQuery>,
) -> Result<Json<Comparison>, ApiError> {
    let territory = plan_of(&state, &who.scope, &territory)?;
    let (from, to) = (query.0.from, query.0.to);
    if from < 0 || to < from {
        return Err(ApiError::field("to", "a version from `from` on", "to is before from"));
    }
    if to - from > VERSIONS_MAX {
        return Err(ApiError::field(
            "to",
            format!("at most {VERSIONS_MAX} versions after `from`"),
            "the versions are too far apart",
        ));
    }
    let between = state.system.store().plan_versions(territory, PlanVersion(from), to - from).await?;
    if between.last().map_or(0, |last| last.version.0) != to && to != from {
        return Err(ApiError::NotFound("version"));
    }
    let (mut diff, mut bill) = (Diff::default(), Bill::default());
    for stored in &between {
        diff = diff.then(&stored.diff);
        bill += stored.bill;
    }
    let customers = state.system.store().customers_of_visits(territory, diff.visits()).await?;
    let comparison = Comparison {
        from: PlanVersion(from),
        to: PlanVersion(to),
        changes: between.len() as u32,
        moves: diff.moves(),
        customers,
        diff,
        bill,
        cost: bill.total(),
    };
    Ok(Json(comparison))
}

/// Why a visit is made by whom it is, and what the next best would cost; or why nobody makes it.
#[utoipa::path(get, operation_id = "explainPlan", path = "/api/v1/plans/{territory}/visits/{visit}/explanation", tag = "plans",
    params(("territory" = String, Path, description = "Id of a territory, or none"), ("visit" = VisitId, Path)),
    responses((status = 200, body = Explanation), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn explain(
    state: Data<AppState>,
    who: Can<ReadPlans>,
    path: Path<(String, VisitId)>,
) -> Result<Json<Explanation>, ApiError> {
    let (territory, visit) = path.into_inner();
    let territory = plan_of(&state, &who.scope, &territory)?;
    let explained = state.system.question(territory, |answer| Ask::Explain { visit, answer }).await;
    match explained {
        Ok(explanation) => Ok(Json(explanation)),
        Err(PlanError::Unplanned(Unplanned::UnknownVisit(_))) => Err(ApiError::NotFound("visit")),
        Err(error) => Err(error.into()),
    }
}

/// The plan named in an address, if it is there and the scope covers its territory.
pub(super) fn plan_of(state: &AppState, scope: &Scope, text: &str) -> Result<Option<TerritoryId>, ApiError> {
    let territory = checked_plan(text)?;
    let is_there = scope.covers_territory(territory) && state.system.topics().exists(TopicId::Territory(territory));
    if is_there { Ok(territory) } else { Err(ApiError::NotFound("plan")) }
}

pub(super) fn checked_plan(text: &str) -> Result<Option<TerritoryId>, ApiError> {
    checked_plan_at("territory", text)
}

/// The same of a field of a body.
pub(super) fn checked_plan_at(field: &str, text: &str) -> Result<Option<TerritoryId>, ApiError> {
    if text == "none" {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| ApiError::field(field, "a UUID or none", "is not the id of a territory"))
}

/// Who acts, for the audit trail.
pub(super) fn acting(state: &AppState, request: &HttpRequest, kind: ActKind) -> Acting {
    Acting { act: state.audit.act(request, actor_of(request), kind) }
}

pub(super) fn check_operations(state: &AppState, path: &str, operations: &[Operation]) -> Result<(), ApiError> {
    if !(1..=OPERATIONS_MAX).contains(&operations.len()) {
        return Err(ApiError::field(path, format!("1..{OPERATIONS_MAX}"), format!("holds {} operations", operations.len())));
    }
    let horizon = horizon(state);
    for (index, operation) in operations.iter().enumerate() {
        if let Some(date) = operation.date() {
            horizon.check(&format!("{path}[{index}].date"), date)?;
        }
        if let Operation::Assign { accept_relaxation: accepts, .. } | Operation::Move { accept_relaxation: accepts, .. } =
            operation
        {
            checked_relaxation(&format!("{path}[{index}].accept_relaxation"), *accepts)?;
        }
    }
    Ok(())
}

/// What may be planned for by now.
pub(super) fn horizon(state: &AppState) -> Horizon {
    Horizon::around(state.system.now().civil_date(state.system.visits().zone()))
}

/// What a dispatcher lets give lies within what is ever asked for.
pub(super) fn checked_relaxation(path: &str, accepts: Option<RelaxationKind>) -> Result<(), ApiError> {
    match accepts {
        Some(RelaxationKind::Overtime { by_s } | RelaxationKind::Window { by_s }) if !(1..=STRETCH_S_MAX).contains(&by_s) => {
            Err(ApiError::field(format!("{path}.by_s"), format!("1..{STRETCH_S_MAX}"), format!("is {by_s}")))
        }
        Some(_) | None => Ok(()),
    }
}

fn shown(stored: StoredVersion, customers: &BTreeMap<VisitId, String>) -> VersionShown {
    let named = |visit: VisitId| Some((visit, customers.get(&visit)?.clone()));
    VersionShown {
        version: stored.version,
        change_id: stored.change,
        at: stored.at,
        by: By { kind: stored.actor_kind, id: stored.actor_id },
        kind: stored.kind,
        undoes: stored.undoes,
        moves: stored.diff.moves(),
        customers: stored.diff.visits().into_iter().filter_map(named).collect(),
        diff: stored.diff,
        cost: stored.bill.total(),
        bill: stored.bill,
    }
}

/// The object of acts about a plan.
pub(super) fn plan_object(territory: Option<TerritoryId>) -> Object {
    Object::new("plan", salessync_actors::store::plans::key_of(territory))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DayQuery {
    /// Today, in the organisation's zone, when absent.
    date: Option<NaiveDate>,
}

impl DayQuery {
    pub fn checked(&self) -> Result<Option<NaiveDate>, ApiError> {
        self.date.map_or(Ok(()), |date| check_calendar("date", date))?;
        Ok(self.date)
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct VersionsQuery {
    /// Versions after this one, oldest first.
    after: Option<i64>,
    /// Versions before this one, newest first.
    before: Option<i64>,
    /// 1..500, by default 50.
    limit: Option<i64>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CompareQuery {
    from: i64,
    to: i64,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreviewAsked {
    /// Refused with 409 when the plan is at another; without one it is of the plan as it is, and the answer's `base` says which that was.
    pub base_version: Option<PlanVersion>,
    /// 1 to 200.
    pub operations: Vec<Operation>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeAsked {
    /// Sent again it changes nothing.
    #[serde(default)]
    pub id: Option<ChangeId>,
    pub base_version: PlanVersion,
    /// 1 to 200.
    pub operations: Vec<Operation>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UndoAsked {
    pub base_version: PlanVersion,
}

/// Routes of an agent's day.
#[derive(Serialize, ToSchema)]
pub struct RoutesShown {
    pub version: PlanVersion,
    pub routes: Vec<RouteShown>,
}

#[derive(Serialize, ToSchema)]
pub struct RouteShown {
    #[serde(flatten)]
    pub route: RouteDay,
    /// The points it leads through, in order: the start, the visits, the end, as far as they are known and the asker may see them.
    pub way: Vec<Point>,
    /// From each of them to the next, as it is drawn.
    pub legs: Vec<LegShown>,
}

/// The way from one place to the next.
#[derive(Serialize, ToSchema)]
pub struct LegShown {
    /// Two or more, both ends included.
    pub points: Vec<Point>,
    /// straight_line, embedded (the roads of the loaded map), osrm or valhalla.
    #[schema(value_type = String)]
    pub source: Source,
    /// Not from where the settings say, or there is no way and the line stands for it.
    pub is_fallback: bool,
}

impl LegShown {
    fn new(ends: &[Point], Answered { value, source, is_fallback }: Answered<Option<Way>>) -> Self {
        match value {
            Some(way) => Self { points: way.points, source, is_fallback },
            None => Self { points: ends.to_vec(), source: Source::StraightLine, is_fallback: true },
        }
    }
}
