//! Searches: for a better plan of a territory, and for a plan of a problem that somebody brings.

use super::plan_refusals::flawed;
use super::plans::{acting, horizon, plan_object, plan_of};
use crate::audit::actor_of;
use crate::auth::permit::{Can, ReadPlans, UpdatePlans};
use crate::error::ApiError;
use crate::rest::input::Body;
use crate::state::AppState;
use actix_web::web::{self, Data, Json, Path};
use actix_web::{HttpRequest, HttpResponse};
use chrono::NaiveDate;
use salessync_engine::access::Scope;
use salessync_engine::audit::{Act, ActKind};
use salessync_engine::plan::book::PlanVersion;
use salessync_engine::plan::model::{
    Bill, Flaw, FlawKind, Leg, Matrices, Matrix, Problem, ProblemDraft, ShiftId, Solution, Subject,
};
use salessync_engine::plan::times::{DayParts, StraightLine, TravelProfile};
use salessync_engine::wire::plan_answers::{CurvePoint, JobRequest, PlanJob};
use salessync_engine::{AgentId, PlanJobId, VisitId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

/// Longest search for a territory's plan, and for a problem that its asker waits for, seconds.
const IMPROVE_S_MAX: i64 = 60;
const SOLVE_S_MAX: i64 = 30;
/// Largest problem that is solved while its asker waits.
const SOLVE_VISITS_MAX: usize = 2_000;
const SOLVE_SHIFTS_MAX: usize = 2_000;
const SOLVE_STOPS_MAX: usize = 4_000;
/// Agents and dates a search may be narrowed to.
const NARROWED_MAX: usize = 1_000;

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/plans/solve", web::post().to(solve))
        .route("/plans/{territory}/improve", web::post().to(improve))
        .route("/plan-jobs/{id}", web::get().to(read))
        .route("/plan-jobs/{id}/accept", web::post().to(accept))
        .route("/plan-jobs/{id}/discard", web::post().to(discard));
}

/// Begins a search for a better plan, from a version on. Where it is full: 503 `busy`.
#[utoipa::path(post, operation_id = "improvePlan", path = "/api/v1/plans/{territory}/improve", tag = "plans",
    params(("territory" = String, Path, description = "Id of a territory, or none")), request_body = ImproveAsked,
    responses((status = 202, body = PlanJob), (status = 409, body = salessync_engine::wire::page::ErrorBody),
        (status = 503, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn improve(
    state: Data<AppState>,
    by: Can<UpdatePlans>,
    request: HttpRequest,
    territory: Path<String>,
    body: Body<ImproveAsked>,
) -> Result<HttpResponse, ApiError> {
    let territory = plan_of(&state, &by.scope, &territory)?;
    let ImproveAsked { base_version, seconds, dates, agents, seed, apply } = body.0;
    let seconds = within("seconds", seconds, IMPROVE_S_MAX)?;
    for (field, len) in [("dates", dates.len()), ("agents", agents.len())] {
        if len > NARROWED_MAX {
            return Err(ApiError::field(field, format!("0..{NARROWED_MAX}"), format!("holds {len}")));
        }
    }
    let horizon = horizon(&state);
    for (index, date) in dates.iter().enumerate() {
        horizon.check(&format!("dates[{index}]"), *date)?;
    }
    let asked = JobRequest { seconds, dates, agents, seed: seed.unwrap_or(1), apply };
    let job = state.system.improve(territory, base_version, asked, acting(&state, &request, ActKind::PlanSearched)).await?;
    note(&state, &request, &job).await;
    Ok(HttpResponse::Accepted().json(job))
}

/// A search, how far it has come, and what it found.
#[utoipa::path(get, operation_id = "readPlanJob", path = "/api/v1/plan-jobs/{id}", tag = "plans", params(("id" = PlanJobId, Path)),
    responses((status = 200, body = PlanJob), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn read(state: Data<AppState>, who: Can<ReadPlans>, id: Path<PlanJobId>) -> Result<Json<PlanJob>, ApiError> {
    seen(&state, &who.scope, *id).await.map(Json)
}

/// Accepts what a search has proposed: whole, or rebased to the plan as it is by now.
#[utoipa::path(post, operation_id = "acceptPlanJob", path = "/api/v1/plan-jobs/{id}/accept", tag = "plans", params(("id" = PlanJobId, Path)),
    responses((status = 200, body = PlanJob), (status = 404, body = salessync_engine::wire::page::ErrorBody),
        (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn accept(
    state: Data<AppState>,
    by: Can<UpdatePlans>,
    request: HttpRequest,
    id: Path<PlanJobId>,
) -> Result<Json<PlanJob>, ApiError> {
    seen(&state, &by.scope, *id).await?;
    let job = state.system.accept_search(*id, acting(&state, &request, ActKind::PlanSearched)).await?;
    note(&state, &request, &job).await;
    Ok(Json(job))
}

/// Forgets what a search has proposed, or stops it.
#[utoipa::path(post, operation_id = "discardPlanJob", path = "/api/v1/plan-jobs/{id}/discard", tag = "plans",
    params(("id" = PlanJobId, Path)),
    responses((status = 200, body = PlanJob), (status = 404, body = salessync_engine::wire::page::ErrorBody),
        (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn discard(
    state: Data<AppState>,
    by: Can<UpdatePlans>,
    request: HttpRequest,
    id: Path<PlanJobId>,
) -> Result<Json<PlanJob>, ApiError> {
    seen(&state, &by.scope, *id).await?;
    let job = state.system.discard_search(*id).await?;
    note(&state, &request, &job).await;
    Ok(Json(job))
}

/// Solves a planning problem and waits for it; nothing is stored. Flaws are all named, with the visit or shift and the field.
#[utoipa::path(post, operation_id = "solvePlan", path = "/api/v1/plans/solve", tag = "plans", request_body = SolveAsked,
    responses((status = 200, body = SolutionShown), (status = 400, body = salessync_engine::wire::page::ErrorBody),
        (status = 503, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn solve(state: Data<AppState>, _who: Can<ReadPlans>, body: Body<SolveAsked>) -> Result<Json<SolutionShown>, ApiError> {
    let SolveAsked { problem: draft, seconds, seed } = body.0;
    let seconds = within("seconds", seconds, SOLVE_S_MAX)?;
    let too_many = |field, len: usize, max: usize| {
        (len > max).then_some(Flaw { of: Subject::Problem, field, kind: FlawKind::TooMany { max } })
    };
    let bounds = [
        too_many("visits", draft.visits.len(), SOLVE_VISITS_MAX),
        too_many("shifts", draft.shifts.len(), SOLVE_SHIFTS_MAX),
        too_many("stops", draft.stops.len(), SOLVE_STOPS_MAX),
    ];
    let bounds: Vec<Flaw> = bounds.into_iter().flatten().collect();
    if !bounds.is_empty() {
        return Err(flawed(&bounds));
    }
    let made = web::block(move || checked(&draft)).await.map_err(|_| ApiError::Unavailable)?;
    let (problem, matrices) = made.map_err(|flaws| flawed(&flaws))?;
    let solved = state.system.solve(problem, matrices, seconds, seed.unwrap_or(1)).await?;
    Ok(Json(shown(&solved.problem, &solved.solution, solved.bill, solved.iterations, solved.curve)))
}

/// The problem of a draft and its travel times: those given, else straight lines between its stops.
fn checked(draft: &ProblemDraft) -> Result<(Problem, Matrices), Vec<Flaw>> {
    let problem = Problem::new(draft)?;
    if !draft.matrices.is_empty() {
        let matrices = Matrices::from_drafts(&draft.matrices, draft.stops.len(), draft.profiles.len())?;
        return Ok((problem, matrices));
    }
    let missing = problem.stops().iter().position(Option::is_none);
    if let Some(index) = missing {
        // Without degrees and without a matrix nobody knows how far it is.
        return Err(vec![Flaw { of: Subject::Stop(index), field: "lat", kind: FlawKind::Missing }]);
    }
    let line = StraightLine::new(salessync_engine::plan::times::DETOUR, [30.0, 15.0, 5.0], DayParts::whole());
    let line = line.expect("the usual figures lie within their limits");
    let part = line.parts().at_second(0);
    let profile = |name: &String| TravelProfile::ALL.into_iter().find(|known| known.as_str() == name).unwrap_or_default();
    let stops = problem.stops();
    let matrix = |name: &String| {
        Matrix::from_fn(stops.len(), |from, to| {
            let leg = line.leg(profile(name), stops[from]?, stops[to]?, part);
            Some(Leg { duration_s: i32::try_from(leg.duration_s).ok()?, distance_m: i32::try_from(leg.distance_m).ok()? })
        })
    };
    let matrices = Matrices::new(draft.profiles.iter().map(matrix).collect());
    Ok((problem, matrices))
}

fn shown(problem: &Problem, solution: &Solution, bill: Bill, iterations: u64, curve: Vec<CurvePoint>) -> SolutionShown {
    let routes = problem.shifts().iter().zip(&solution.routes).filter(|(_, route)| !route.visits.is_empty());
    let routes = routes.map(|(shift, route)| SolvedRoute {
        shift: shift.id,
        departs_s: route.departs_s,
        ends_s: route.ends_s,
        visits: route
            .visits
            .iter()
            .zip(&route.starts_s)
            .map(|(ix, start_s)| SolvedVisit { id: problem.visit(*ix).id, start_s: *start_s })
            .collect(),
        breaks_s: route.breaks_s.clone(),
    });
    let unassigned = solution.unassigned.iter().map(|left| SolvedLeft {
        id: problem.visit(left.visit).id,
        reason: salessync_engine::plan::explain::reason_code(left.reason).to_owned(),
    });
    SolutionShown { routes: routes.collect(), unassigned: unassigned.collect(), cost: bill.total(), bill, iterations, curve }
}

/// A search whose plan the scope covers.
async fn seen(state: &AppState, scope: &Scope, id: PlanJobId) -> Result<PlanJob, ApiError> {
    let job = state.system.store().plan_job(id).await?;
    job.filter(|job| scope.covers_territory(job.territory_id)).ok_or(ApiError::NotFound("search"))
}

async fn note(state: &AppState, request: &HttpRequest, job: &PlanJob) {
    let after = json!({"job": job.id, "state": job.state, "base": job.base, "version": job.version});
    let act: Act = state.audit.act(request, actor_of(request), ActKind::PlanSearched);
    state.audit.done(act.about(plan_object(job.territory_id)).changing(None, Some(after))).await;
}

fn within(field: &str, value: i64, max: i64) -> Result<u32, ApiError> {
    match value {
        value if (1..=max).contains(&value) => Ok(value as u32),
        value => Err(ApiError::field(field, format!("1..{max}"), format!("is {value}, must be 1..{max}"))),
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImproveAsked {
    pub base_version: PlanVersion,
    /// 1 to 60.
    pub seconds: i64,
    /// Only these days; empty: all.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub dates: Vec<NaiveDate>,
    /// Only these agents; empty: all.
    #[serde(default)]
    pub agents: Vec<AgentId>,
    /// The same seed and the same plan search the same way.
    #[serde(default)]
    pub seed: Option<u64>,
    /// Whether what is found is accepted at once.
    #[serde(default)]
    pub apply: bool,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SolveAsked {
    problem: ProblemDraft,
    /// 1 to 30.
    seconds: i64,
    /// The same seed and the same problem search the same way.
    #[serde(default)]
    seed: Option<u64>,
}

/// A plan for a problem. Seconds are from the problem's origin.
#[derive(Serialize, ToSchema)]
pub struct SolutionShown {
    pub routes: Vec<SolvedRoute>,
    pub unassigned: Vec<SolvedLeft>,
    /// The sum of `bill`, in whatever the problem's costs are given in; by default seconds of travel.
    pub cost: i64,
    /// By cause.
    pub bill: Bill,
    pub iterations: u64,
    pub curve: Vec<CurvePoint>,
}

#[derive(Serialize, ToSchema)]
pub struct SolvedRoute {
    pub shift: ShiftId,
    pub departs_s: i32,
    pub ends_s: i32,
    pub visits: Vec<SolvedVisit>,
    pub breaks_s: Vec<Option<i32>>,
}

#[derive(Serialize, ToSchema)]
pub struct SolvedVisit {
    pub id: VisitId,
    pub start_s: i32,
}

#[derive(Serialize, ToSchema)]
pub struct SolvedLeft {
    pub id: VisitId,
    /// The first that holds for every shift: no_shift, nobody_allowed, nobody_skilled, unreachable, too_large, no_time, no_room, not_worth_it.
    pub reason: String,
}
