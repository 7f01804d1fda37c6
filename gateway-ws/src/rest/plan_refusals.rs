//! How refusals of plans and dispatch are answered: stable codes, the visit and the field to blame, and what else is known.

use crate::error::{ApiError, Detailed, taken};
use actix_web::http::StatusCode;
use salessync_actors::planner::messages::Since;
use salessync_actors::planner::{NotDone, PlanError, Unplanned, within};
use salessync_actors::store::StoreError;
use salessync_actors::system::SearchError;
use salessync_engine::VisitId;
use salessync_engine::dispatch::Rejection as DispatchRejection;
use salessync_engine::plan::live::Rejection;
use salessync_engine::plan::model::{Flaw, FlawKind, Subject};
use salessync_engine::wire::page::FieldError;
use salessync_engine::wire::plan_answers::RelaxationShown;
use serde_json::{Value, json};
use std::collections::BTreeSet;

impl From<PlanError> for ApiError {
    fn from(error: PlanError) -> Self {
        plan_refusal(error, "")
    }
}

/// `within` is where in the request the change of the plan stands, among several: `plans[1].`.
pub(super) fn plan_refusal(error: PlanError, within: &str) -> ApiError {
    let message = error.to_string();
    match error {
        PlanError::Conflict { base, current, since } => {
            let visits = visits_of(&since);
            let details = json!({"base": base, "current": current, "since": since, "visits": visits});
            let field = named(format!("{within}base_version"), Some(format!("is {current}")), &message);
            refusal((StatusCode::CONFLICT, "version_conflict"), message, vec![field], details)
        }
        PlanError::GoneOn { version, current, since } => {
            let visits = visits_of(&since);
            let details = json!({"version": version, "current": current, "since": since, "visits": visits});
            let field = named("version".to_owned(), None, &message);
            refusal((StatusCode::CONFLICT, "version_conflict"), message, vec![field], details)
        }
        PlanError::IdTaken(_) => taken("id", message),
        PlanError::Unplanned(unplanned) => unplanned.into(),
        PlanError::Named { error, customers } => naming(plan_refusal(*error, within), json!(customers)),
        PlanError::NotDone(NotDone { operation, field, why }) => {
            let operation = format!("{within}operations[{operation}]");
            let place = Place::Operation { path: if field.is_empty() { operation } else { format!("{operation}.{field}") } };
            unplanned(why, &place)
        }
        PlanError::Dispatch(DispatchRejection::UnknownOffer) => ApiError::NotFound("offer"),
        PlanError::Dispatch(rejection) => {
            let state = match &rejection {
                DispatchRejection::JobClosed(state) => Value::from(state.name()),
                DispatchRejection::OfferClosed(state) => Value::from(state.name()),
                DispatchRejection::UnknownOffer | DispatchRejection::AlreadyAsked | DispatchRejection::TooManyOffers => {
                    Value::Null
                }
            };
            ApiError::detailed(StatusCode::CONFLICT, rejection.code(), message, json!({"state": state}))
        }
        PlanError::UnknownVersion(_) => ApiError::NotFound("version"),
        PlanError::NoLongerFits => ApiError::detailed(
            StatusCode::CONFLICT,
            "offer_closed",
            message,
            json!({"state": "withdrawn", "cause": "no_longer_fits"}),
        ),
        PlanError::UnknownJob => ApiError::NotFound("dispatch job"),
        PlanError::AlreadyPlanned(visit) => {
            ApiError::detailed(StatusCode::CONFLICT, "already_planned", message, json!({"visit": visit}))
        }
        PlanError::NothingLeft => ApiError::Conflict { code: "nothing_left", message },
        PlanError::Store(StoreError::VisitWentOn { .. }) => ApiError::SendAgain {
            status: StatusCode::SERVICE_UNAVAILABLE,
            code: "busy",
            message: "a visit of the change is changing itself right now, send the same again in a moment",
            after_s: 1,
        },
        PlanError::Store(error) => error.into(),
        PlanError::Busy | PlanError::TimedOut => ApiError::SendAgain {
            status: StatusCode::SERVICE_UNAVAILABLE,
            code: "busy",
            message: "the plan has too much to do right now, send the same again in a moment",
            after_s: 1,
        },
        PlanError::Halted => ApiError::Conflict { code: "plan_halted", message },
    }
}

impl From<Unplanned> for ApiError {
    fn from(why: Unplanned) -> Self {
        unplanned(why, &Place::Job)
    }
}

/// Where the visits and agents stand that a refusal is about.
enum Place {
    /// In a body of dispatch.
    Job,
    /// Here in a change of a plan.
    Operation { path: String },
}

impl Place {
    /// The path of a field that a body of dispatch calls so.
    fn of(&self, in_job: &str) -> String {
        match self {
            Self::Job => in_job.to_owned(),
            Self::Operation { path } => path.clone(),
        }
    }
}

fn unplanned(why: Unplanned, place: &Place) -> ApiError {
    let message = why.to_string();
    let blame = |in_job: &str, limit: &str, message: String, details: Value| {
        let fields = vec![named(place.of(in_job), Some(limit.to_owned()), &message)];
        refusal((StatusCode::BAD_REQUEST, "invalid_field"), message, fields, details)
    };
    // What cannot be done is told with the operation, where it is one of several.
    let told = |limit: Option<String>, message: &str| match place {
        Place::Operation { path } => vec![named(path.clone(), limit, message)],
        Place::Job => Vec::new(),
    };
    match why {
        Unplanned::Rejected(rejection) => {
            let limit = match &rejection {
                Rejection::Position { min, max } => Some(format!("{min}..{max}")),
                _ => None,
            };
            rejected(&rejection, None, (told(limit, &message), message))
        }
        Unplanned::Relaxable { rejection, relaxations } => {
            rejected(&rejection, Some(&relaxations), (told(None, &message), message))
        }
        Unplanned::OutsideWindows { visit, start_at, windows, zone } => {
            let fields = told(Some(within(&windows, zone)), &message);
            let details = json!({"code": "outside_windows", "visit": visit, "start_at": start_at, "windows": windows});
            refusal((StatusCode::UNPROCESSABLE_ENTITY, "outside_windows"), message, fields, details)
        }
        Unplanned::UnknownVisit(visit) => blame("visit_id", "a visit of this plan", message, json!({"visit": visit})),
        Unplanned::NoShift { agent, date } => {
            blame("agent", "an agent of this plan who works that day", message, json!({"agent": agent, "date": date}))
        }
        Unplanned::Unfit { visit, why } => {
            let fields = told(None, &message);
            let details = json!({"visit": visit, "field": why.field()});
            refusal((StatusCode::UNPROCESSABLE_ENTITY, why.code()), message, fields, details)
        }
        Unplanned::NotAlone(_) => blame("operations", "this operation alone", message, Value::Null),
        Unplanned::Commitment => blame("commitment", "fixed_agent, fixed_order or fixed_order_and_time", message, Value::Null),
        Unplanned::GivesNoWay => blame("accept_relaxation", "what a refusal names in details.relaxations", message, Value::Null),
        Unplanned::Relaxed(visit) => {
            let fields = told(None, &message);
            refusal((StatusCode::CONFLICT, "relaxed"), message, fields, json!({"visit": visit}))
        }
        Unplanned::NotSettled(visit) => blame("visit_id", "a visit in a route, settled", message, json!({"visit": visit})),
        Unplanned::NotCovered { field, index, limit, .. } => ApiError::field(format!("{field}[{index}]"), limit, message),
    }
}

/// A refusal of the live plan: contradictions are conflicts, what cannot be is unprocessable, with who comes nearest and what would have to give.
fn rejected(
    rejection: &Rejection,
    relaxations: Option<&[RelaxationShown]>,
    (fields, message): (Vec<FieldError>, String),
) -> ApiError {
    let mut details = serde_json::to_value(rejection).unwrap_or_default();
    if let Some(relaxations) = relaxations {
        details["relaxations"] = json!(relaxations);
    }
    let code = match rejection {
        Rejection::Conflict { .. } => "version_conflict",
        Rejection::UnknownVisit { .. } => "unknown_visit",
        Rejection::UnknownShift { .. } => "unknown_shift",
        Rejection::AlreadyPlanned { .. } => "already_planned",
        Rejection::NotPlanned { .. } => "not_planned",
        Rejection::Locked { .. } => "locked",
        Rejection::Position { .. } => "position",
        Rejection::NotTheVisits { .. } => "not_the_visits",
        Rejection::OutsideWindows { .. } => "outside_windows",
        Rejection::Flawed { .. } => "invalid_problem",
        Rejection::Infeasible { .. } => "infeasible",
        Rejection::Breaks { .. } => "breaks_constraint",
        Rejection::Times { .. } => "times",
    };
    let status = match rejection {
        Rejection::Conflict { .. }
        | Rejection::AlreadyPlanned { .. }
        | Rejection::NotPlanned { .. }
        | Rejection::Locked { .. } => StatusCode::CONFLICT,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    refusal((status, code), message, fields, details)
}

fn visits_of(since: &[Since]) -> BTreeSet<VisitId> {
    since.iter().flat_map(|since| since.visits.iter().copied()).collect()
}

/// Names beside the ids: `customers`, by visit.
fn naming(mut refusal: ApiError, customers: Value) -> ApiError {
    if let ApiError::Detailed(detailed) = &mut refusal {
        detailed.details["customers"] = customers;
    }
    refusal
}

fn named(field: String, limit: Option<String>, message: &str) -> FieldError {
    FieldError { field, limit, message: message.to_owned() }
}

fn refusal((status, code): (StatusCode, &'static str), message: String, fields: Vec<FieldError>, details: Value) -> ApiError {
    ApiError::Detailed(Box::new(Detailed { status, code, message, fields, details }))
}

impl From<SearchError> for ApiError {
    fn from(error: SearchError) -> Self {
        let message = error.to_string();
        match error {
            SearchError::Plan(error) => error.into(),
            SearchError::Full(_) => Self::SendAgain {
                status: StatusCode::SERVICE_UNAVAILABLE,
                code: "busy",
                message: "as many searches as may wait are waiting, try again when one has ended",
                after_s: 5,
            },
            SearchError::Unknown => Self::NotFound("search"),
            SearchError::State(state) => Self::detailed(StatusCode::CONFLICT, "job_closed", message, json!({"state": state})),
            SearchError::Failed(_) => {
                tracing::error!(message, "a search failed");
                Self::Internal
            }
        }
    }
}

/// Every flaw of a problem, each with whose field it is and which limit it breaks.
pub(super) fn flawed(flaws: &[Flaw]) -> ApiError {
    let first = flaws.first().map(ToString::to_string).unwrap_or_default();
    let fields = flaws.iter().take(100).map(|flaw| FieldError {
        field: path_of(flaw),
        limit: Some(flaw.kind.to_string()),
        message: flaw.to_string(),
    });
    ApiError::Detailed(Box::new(Detailed {
        status: StatusCode::BAD_REQUEST,
        code: "invalid_problem",
        message: format!("{} flaws, the first: {first}", flaws.len()),
        fields: fields.collect(),
        details: json!({"flaws": flaws.iter().take(1_000).map(shown).collect::<Vec<_>>()}),
    }))
}

/// A flaw as it is told: infinite limits have no JSON.
fn shown(flaw: &Flaw) -> Value {
    let mut value = serde_json::to_value(flaw).unwrap_or_default();
    if let (Some(object), FlawKind::NotFinite) = (value.as_object_mut(), &flaw.kind) {
        object.insert("limit".to_owned(), Value::from("a finite number"));
    }
    value
}

fn path_of(flaw: &Flaw) -> String {
    match flaw.of {
        Subject::Problem => flaw.field.to_owned(),
        Subject::Visit(id) => format!("visits[{id}].{}", flaw.field),
        Subject::Shift(id) => format!("shifts[{id}].{}", flaw.field),
        Subject::Agent(id) => format!("agents[{id}].{}", flaw.field),
        Subject::Stop(index) => format!("stops[{index}].{}", flaw.field),
        Subject::Profile(index) => format!("matrices[{index}].{}", flaw.field),
    }
}
