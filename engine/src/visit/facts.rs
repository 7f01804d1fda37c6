//! Everything that one visit follows from. Facts are only ever added to, or replaced by what is derived anew; what they amount to is
//! `progress`, and nothing else remembers it.

use super::proof::Done;
use super::{Arrival, Plan, Report};
use crate::{Timestamp, VisitEventId};

/// The facts of a visit.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    pub plan: Plan,
    /// Of the customer, for rules that differ by class.
    pub class: Option<String>,
    /// In any order, each id once.
    pub reports: Vec<Report>,
    /// Where the track saw the agent.
    pub arrival: Option<Arrival>,
    /// The track shows the agent under way, and this is where they go next.
    pub under_way_since: Option<Timestamp>,
    /// The agent's day was over by then, and the reconciler says that nobody came.
    pub missed_at: Option<Timestamp>,
    pub done: Done,
}

impl Facts {
    pub fn new(plan: Plan) -> Self {
        Self {
            plan,
            class: None,
            reports: Vec::new(),
            arrival: None,
            under_way_since: None,
            missed_at: None,
            done: Done::default(),
        }
    }

    /// Adds a report, unless it is known.
    pub fn apply(&mut self, report: Report) {
        if !self.knows(report.id) {
            self.reports.push(report);
        }
    }

    pub fn knows(&self, id: VisitEventId) -> bool {
        self.reports.iter().any(|report| report.id == id)
    }
}
