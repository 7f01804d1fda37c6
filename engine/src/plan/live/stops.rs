//! Stops and skills that come after the plan was laid out.

use super::LivePlan;
use super::change::Rejection;
use super::ways::Ways;
use crate::plan::model::{StopDraft, StopIx};

impl<W: Ways> LivePlan<W> {
    /// Tells a skill apart from now on. False: there are too many.
    pub fn learn_skill(&mut self, name: &str) -> bool {
        self.grounds.problem.learn_skill(name)
    }

    /// Adds the stops that the ways have and the plan does not know yet. Returns how many stops there are.
    pub fn add_stops(&mut self, count: usize) -> Result<StopIx, Rejection> {
        while self.grounds.problem.stops().len() < count {
            self.grounds.problem.add_stop(StopDraft::default()).map_err(|flaws| Rejection::Flawed { flaws })?;
        }
        self.grounds.learn_stops();
        Ok(StopIx::from(self.grounds.problem.stops().len()))
    }
}
