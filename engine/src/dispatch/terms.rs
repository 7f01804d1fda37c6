//! How a job asks: who chooses, how long an agent may think, how many are asked at once and in all.

use super::Mode;
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// An agent at the wheel needs ten seconds at least; an hour is not urgent any more.
const TIMEOUT_S: RangeInclusive<i64> = 10..=3_600;
const AT_ONCE: RangeInclusive<i64> = 1..=5;
const CANDIDATES: RangeInclusive<i64> = 1..=50;

/// Checked terms.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = DispatchTerms))]
pub struct Terms {
    pub mode: Mode,
    /// How long an offer can be accepted.
    pub timeout_s: u32,
    /// Agents asked at the same time: the first to accept has it.
    pub at_once: u8,
    /// Agents asked in all before the job is unfilled.
    pub candidates_max: u16,
}

/// Terms as somebody wants them; what is absent is as in `Terms::default`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TermsWanted {
    pub mode: Option<Mode>,
    pub timeout_s: Option<i64>,
    pub at_once: Option<i64>,
    pub candidates_max: Option<i64>,
}

/// A term outside its limit.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{field} is {value}, must be {limit}")]
pub struct TermsFlaw {
    pub field: &'static str,
    pub value: i64,
    pub limit: String,
}

impl Default for Terms {
    fn default() -> Self {
        Self { mode: Mode::Auto, timeout_s: 60, at_once: 1, candidates_max: 10 }
    }
}

impl Terms {
    pub fn new(wanted: TermsWanted) -> Result<Self, TermsFlaw> {
        let defaults = Self::default();
        let timeout_s = within("timeout_s", wanted.timeout_s, i64::from(defaults.timeout_s), TIMEOUT_S)?;
        let at_once = within("at_once", wanted.at_once, i64::from(defaults.at_once), AT_ONCE)?;
        let candidates_max = within("candidates_max", wanted.candidates_max, i64::from(defaults.candidates_max), CANDIDATES)?;
        Ok(Self {
            mode: wanted.mode.unwrap_or(defaults.mode),
            timeout_s: timeout_s as u32,
            at_once: at_once as u8,
            candidates_max: candidates_max as u16,
        })
    }
}

fn within(field: &'static str, value: Option<i64>, default: i64, range: RangeInclusive<i64>) -> Result<i64, TermsFlaw> {
    match value.unwrap_or(default) {
        value if range.contains(&value) => Ok(value),
        value => Err(TermsFlaw { field, value, limit: format!("{}..{}", range.start(), range.end()) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_outside_its_limit_is_named() {
        let check = |wanted, flaw: Option<&str>| assert_eq!(Terms::new(wanted).err().map(|flaw| flaw.field), flaw, "{wanted:?}");
        check(TermsWanted::default(), None);
        for (timeout_s, flaw) in [(9, true), (10, false), (3_600, false), (3_601, true), (i64::MIN, true)] {
            check(TermsWanted { timeout_s: Some(timeout_s), ..TermsWanted::default() }, flaw.then_some("timeout_s"));
        }
        check(TermsWanted { at_once: Some(0), ..TermsWanted::default() }, Some("at_once"));
        check(TermsWanted { at_once: Some(6), ..TermsWanted::default() }, Some("at_once"));
        check(TermsWanted { candidates_max: Some(51), ..TermsWanted::default() }, Some("candidates_max"));
    }
}
