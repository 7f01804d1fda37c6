//! How refusals of plans and dispatch are answered: stable codes, the visit and the field to blame, and what else is known.

use crate::error::{ApiError, Detailed};
use actix_web::http::StatusCode;
use salessync_actors::planner::{PlanError, Unplanned};
use salessync_actors::system::SearchError;
use salessync_engine::dispatch::Rejection as DispatchRejection;
use salessync_engine::plan::live::Rejection;
use salessync_engine::plan::model::{Flaw, FlawKind, Subject};
use salessync_engine::wire::page::FieldError;
use salessync_engine::wire::plan_answers::RelaxationShown;
use serde_json::{Value, json};

impl From<PlanError> for ApiError {
    fn from(error: PlanError) -> Self {
        let message = error.to_string();
        match error {
            PlanError::Conflict { base, current, since } => {
                let visits: std::collections::BTreeSet<_> = since.iter().flat_map(|since| since.visits.iter().copied()).collect();
                let details = json!({"base": base, "current": current, "since": since, "visits": visits});
                Self::detailed(StatusCode::CONFLICT, "version_conflict", message, details)
            }
            PlanError::Unplanned(unplanned) => unplanned.into(),
            PlanError::Dispatch(DispatchRejection::UnknownOffer) => Self::NotFound("offer"),
            PlanError::Dispatch(rejection) => {
                let state = match &rejection {
                    DispatchRejection::JobClosed(state) => Value::from(state.name()),
                    DispatchRejection::OfferClosed(state) => Value::from(state.name()),
                    DispatchRejection::UnknownOffer | DispatchRejection::AlreadyAsked | DispatchRejection::TooManyOffers => {
                        Value::Null
                    }
                };
                Self::detailed(StatusCode::CONFLICT, rejection.code(), message, json!({"state": state}))
            }
            PlanError::UnknownVersion(_) => Self::NotFound("version"),
            PlanError::NoLongerFits => Self::detailed(
                StatusCode::CONFLICT,
                "offer_closed",
                message,
                json!({"state": "withdrawn", "cause": "no_longer_fits"}),
            ),
            PlanError::UnknownJob => Self::NotFound("dispatch job"),
            PlanError::AlreadyPlanned(visit) => {
                Self::detailed(StatusCode::CONFLICT, "already_planned", message, json!({"visit": visit}))
            }
            PlanError::NothingLeft => Self::Conflict { code: "nothing_left", message },
            PlanError::Store(error) => error.into(),
            PlanError::Busy | PlanError::TimedOut => Self::SendAgain {
                status: StatusCode::SERVICE_UNAVAILABLE,
                code: "busy",
                message: "the plan has too much to do right now, send the same again in a moment",
                after_s: 1,
            },
            PlanError::Halted => Self::Conflict { code: "plan_halted", message },
        }
    }
}

impl From<Unplanned> for ApiError {
    fn from(unplanned: Unplanned) -> Self {
        let message = unplanned.to_string();
        match unplanned {
            Unplanned::Rejected(rejection) => rejected(&rejection, None, message),
            Unplanned::Relaxable { rejection, relaxations } => rejected(&rejection, Some(&relaxations), message),
            Unplanned::UnknownVisit(visit) => blame("operations.visit", "a visit of this plan", message, json!({"visit": visit})),
            Unplanned::NoShift { agent, date } => blame(
                "operations.agent",
                "an agent of this plan who works that day",
                message,
                json!({"agent": agent, "date": date}),
            ),
            Unplanned::Unfit { visit, why } => Self::detailed(
                StatusCode::UNPROCESSABLE_ENTITY,
                why.code(),
                message,
                json!({"visit": visit, "field": why.field()}),
            ),
            Unplanned::NotAlone(_) => blame("operations", "this operation alone", message, Value::Null),
            Unplanned::Commitment => {
                blame("operations.commitment", "fixed_agent, fixed_order or fixed_order_and_time", message, Value::Null)
            }
            Unplanned::GivesNoWay => {
                blame("operations.accept_relaxation", "what a refusal names in details.relaxations", message, Value::Null)
            }
            Unplanned::Relaxed(visit) => Self::detailed(StatusCode::CONFLICT, "relaxed", message, json!({"visit": visit})),
            Unplanned::NotSettled(visit) => {
                blame("operations.visit", "a visit in a route, settled", message, json!({"visit": visit}))
            }
        }
    }
}

/// A refusal of the live plan: contradictions are conflicts, what cannot be is unprocessable, with who comes nearest and what would have to give.
fn rejected(rejection: &Rejection, relaxations: Option<&[RelaxationShown]>, message: String) -> ApiError {
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
    ApiError::detailed(status, code, message, details)
}

fn blame(field: &str, limit: &str, message: String, details: Value) -> ApiError {
    let fields = vec![FieldError { field: field.to_owned(), limit: Some(limit.to_owned()), message: message.clone() }];
    ApiError::Detailed(Box::new(Detailed { status: StatusCode::BAD_REQUEST, code: "invalid_field", message, fields, details }))
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
