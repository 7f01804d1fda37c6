//! Files that planners exchange: Solomon's instances, VRPLIB solutions, and a plan as JSON. A problem as JSON is its
//! [`ProblemDraft`](crate::plan::model::ProblemDraft).

pub mod plan;
pub mod solomon;
pub mod vrplib;

/// What is wrong with a file, and where.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct FileFlaw {
    /// Counted from 1; the line after the last where something is missing.
    pub line: usize,
    pub what: String,
}

impl FileFlaw {
    fn new(line: usize, what: impl Into<String>) -> Self {
        Self { line, what: what.into() }
    }
}

/// Lines that say something, with their numbers; whatever ends them, and whatever stands before the first.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.lines().enumerate().map(|(at, line)| (at + 1, line.trim())).filter(|(_, line)| !line.is_empty())
}

/// At most this much of a file is quoted back.
fn quoted(text: &str) -> String {
    text.chars().take(40).collect()
}
