//! Refusals of visits as answers: what the state, the rules or the form say no to is a conflict that names what it rests on.

use crate::error::{ApiError, Detailed};
use actix_web::http::StatusCode;
use salessync_actors::store::visits::{ActivityRefusal, PlanRefusal, Refusal};
use salessync_engine::flaw::FieldFlaw;
use salessync_engine::visit::Rejection;
use salessync_engine::wire::page::FieldError;
use serde_json::Value;

pub(crate) fn fields(flaws: Vec<FieldFlaw>) -> Vec<FieldError> {
    let field = |flaw: FieldFlaw| {
        let message = flaw.to_string();
        FieldError { field: flaw.field, limit: Some(flaw.limit), message }
    };
    flaws.into_iter().map(field).collect()
}

/// `path` says where in the request the visit of an index stands.
pub(crate) fn plan_refusal(refusal: PlanRefusal, path: impl Fn(usize) -> String) -> ApiError {
    match refusal {
        PlanRefusal::NotFound { index, .. } if path(index).is_empty() => ApiError::NotFound("visit"),
        PlanRefusal::NotFound { index, field, .. } => {
            let message = refusal.to_string();
            let limit = Some("the id of a visit".to_owned());
            let field = FieldError { field: format!("{}{field}", path(index)), limit, message };
            let message = "visit was not found".to_owned();
            let (status, code) = (StatusCode::NOT_FOUND, "not_found");
            ApiError::Detailed(Box::new(Detailed { status, code, message, fields: vec![field], details: Value::Null }))
        }
        PlanRefusal::Field { index, flaw } => {
            let message = flaw.to_string();
            ApiError::field(format!("{}{}", path(index), flaw.field), flaw.limit, message)
        }
        PlanRefusal::Overtaken { index, version, .. } => {
            let known = vec![FieldFlaw::new(format!("{}version", path(index)), format!("is {version}"))];
            ApiError::Rejected { code: "version_conflict", message: refusal.to_string(), fields: fields(known) }
        }
        PlanRefusal::Begun { index, status, .. } => {
            let known = vec![FieldFlaw::new(format!("{}status", path(index)), format!("is {status}"))];
            ApiError::Rejected { code: "visit_begun", message: refusal.to_string(), fields: fields(known) }
        }
        PlanRefusal::Store(error) => error.into(),
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotFound => Self::NotFound("visit"),
            Refusal::Erased => Self::Conflict { code: "visit_erased", message: refusal.to_string() },
            Refusal::IdTaken => Self::Conflict { code: "id_taken", message: refusal.to_string() },
            Refusal::Rejected(Rejection::Field(flaw)) => flaw.into(),
            Refusal::Rejected(rejection) => {
                Self::Rejected { code: rejection.code(), message: rejection.to_string(), fields: fields(rejection.fields()) }
            }
            Refusal::Store(error) => error.into(),
        }
    }
}

/// The refusal of one of several commands on `visits`.
pub(super) fn refused_at(index: usize, refusal: Refusal) -> ApiError {
    let field = format!("visits[{index}]");
    match refusal {
        Refusal::NotFound => ApiError::field(field, "the id of a visit", "there is no such visit"),
        // What all of them say is wrong.
        Refusal::Rejected(Rejection::Field(flaw)) => flaw.into(),
        Refusal::Rejected(rejection) => {
            let flaws = rejection.fields().into_iter().map(|flaw| flaw.within(&field)).collect();
            let message = format!("{field}: {rejection}");
            ApiError::Rejected { code: rejection.code(), message, fields: fields(flaws) }
        }
        Refusal::Erased | Refusal::IdTaken | Refusal::Store(_) => refusal.into(),
    }
}

impl From<ActivityRefusal> for ApiError {
    fn from(refusal: ActivityRefusal) -> Self {
        match refusal {
            ActivityRefusal::NotFound => Self::NotFound("visit"),
            ActivityRefusal::UnknownType(_) => Self::field("type_id", "the id of a type of activity", refusal.to_string()),
            ActivityRefusal::UnknownVersion(_) => Self::field("form_version", "a version of the form", refusal.to_string()),
            ActivityRefusal::NotThere(status) => {
                let known = vec![FieldFlaw::new("status", format!("is {status}"))];
                Self::Rejected { code: "not_checked_in", message: refusal.to_string(), fields: fields(known) }
            }
            ActivityRefusal::IdTaken => Self::Conflict { code: "id_taken", message: refusal.to_string() },
            ActivityRefusal::Answers(flaws) => {
                let message = "the answers are not as the form wants them".to_owned();
                Self::Unanswered { message, fields: fields(flaws) }
            }
            ActivityRefusal::Store(error) => error.into(),
        }
    }
}
