//! Why a draft is no problem: each flaw names whose field it is, which limit it breaks, and has a stable code.

use super::ShiftId;
use crate::{AgentId, VisitId};
use serde::Serialize;
use std::fmt;

/// One thing wrong with a draft.
#[derive(Clone, PartialEq, Debug, Serialize, thiserror::Error)]
#[error("{of}: {field} {kind}")]
pub struct Flaw {
    pub of: Subject,
    pub field: &'static str,
    #[serde(flatten)]
    pub kind: FlawKind,
}

/// Whose field is wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    Problem,
    Visit(VisitId),
    Shift(ShiftId),
    Agent(AgentId),
    /// The stop with this index.
    Stop(usize),
    /// The travel profile with this index.
    Profile(usize),
}

/// What is wrong.
#[derive(Clone, PartialEq, Debug, Serialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum FlawKind {
    #[error("must be a finite number")]
    NotFinite,
    #[error("must be within {min}..{max}")]
    OutOfRange { min: f64, max: f64 },
    #[error("may hold at most {max}")]
    TooMany { max: usize },
    #[error("must hold at least one")]
    Empty,
    #[error("must not end before it begins")]
    EndsBeforeItBegins,
    #[error("must not overlap")]
    Overlap,
    #[error("is used twice")]
    Duplicate,
    #[error("names `{name}`, which is not among {known}")]
    Unknown { name: String, known: &'static str },
    #[error("must have {expected} entries")]
    WrongLength { expected: usize },
    #[error("is missing")]
    Missing,
    #[error("contradicts {other}")]
    Contradicts { other: &'static str },
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Problem => f.write_str("problem"),
            Self::Visit(id) => write!(f, "visit {id}"),
            Self::Shift(id) => write!(f, "shift {id}"),
            Self::Agent(id) => write!(f, "agent {id}"),
            Self::Stop(index) => write!(f, "stop {index}"),
            Self::Profile(index) => write!(f, "profile {index}"),
        }
    }
}
