//! Territory design: a partition of the ground, cut into H3 cells, into territories of equal work that hang together.
//!
//! `ground` makes cells and their neighbours of accounts and of today's areas, `tally` says what a territory costs, `search` moves cells
//! between territories, `outline` draws what comes out, `check` looks at it again with nothing but the definition. The invariant: every cell is in exactly one
//! territory, every territory hangs together over the ground's neighbours, and a locked account stays where it is.
//!
//! Work is time at accounts plus travel. Travel within a territory is estimated for a day's tour of its n visits over its area A as
//! 2 r + 0.7124 √(A n): the line haul of Daganzo (Logistics Systems Analysis, 1991), r the mean distance from the base, and the tour constant of
//! Beardwood, Halton and Hammersley (1959), as measured by Johnson and McGeoch (1996).

mod assemble;
mod check;
pub mod document;
mod ground;
mod outline;
mod search;
mod tally;
#[cfg(test)]
mod tests;

pub use assemble::{Failure, Made, Material, Shared, edited, make};
pub use check::{Breach, breaches};
pub use ground::{Ground, GroundFlaw, Link, Today};
pub use outline::outline;
pub use search::propose;
pub use tally::{Balance, Measure, balance, measure, measure_today};

use crate::Point;
use crate::geo::cell::Cell;
use serde::{Deserialize, Serialize};

/// Territories in one design: what a region's manager can look over.
pub const SEATS_MAX: usize = 200;
/// Accounts in one design.
pub const ACCOUNTS_MAX: usize = 100_000;
/// Cells in one design; the resolution is chosen so that there are no more.
pub const CELLS_MAX: usize = 20_000;
/// Rounds of the search, each one try to move a cell.
pub const ROUNDS_MAX: u32 = 5_000_000;

/// Somebody who is visited.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Account {
    pub point: Point,
    /// In the period.
    pub visits: f64,
    /// At the account, each visit, seconds.
    pub visit_s: f64,
    /// Territory the account is in today, by its place in `Draft::seats`.
    pub today: Option<usize>,
    /// Stays in today's territory whatever comes of its cell.
    pub is_locked: bool,
}

/// A territory to be made.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Seat {
    /// Where its days begin and end; none means in the midst of its work, with no line haul.
    pub base: Option<Point>,
    /// How much of the work it should have, against the others: 1 is a full share.
    pub share: f64,
}

/// How much each end counts. All zero but one gives that one alone.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = DesignWeights))]
pub struct Weights {
    /// Equal work, 0 to 100.
    pub balance: f64,
    /// Round rather than long, 0 to 100.
    pub compactness: f64,
    /// Accounts that stay where they are, 0 to 100.
    pub stability: f64,
    /// Short ways, 0 to 100.
    pub travel: f64,
}

impl Default for Weights {
    fn default() -> Self {
        Self { balance: 10.0, compactness: 2.0, stability: 1.0, travel: 1.0 }
    }
}

/// How travel is estimated.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Travel {
    /// Along the road.
    pub speed_mps: f64,
    /// Way along the road over the straight line.
    pub detour: f64,
    /// Working days in the period.
    pub days: f64,
}

impl Default for Travel {
    /// 30 km/h in town, roads 1.3 times as long as the straight line, four weeks of five days.
    fn default() -> Self {
        Self { speed_mps: 30.0 / 3.6, detour: 1.3, days: 20.0 }
    }
}

/// What a design is made from.
#[derive(Clone, PartialEq, Debug)]
pub struct Draft {
    pub accounts: Vec<Account>,
    pub seats: Vec<Seat>,
    pub weights: Weights,
    pub travel: Travel,
    pub seed: u64,
    pub rounds: u32,
}

/// What cannot be designed: the field, and what it must be.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{field} must be {limit}")]
pub struct Flaw {
    pub field: String,
    pub limit: String,
}

impl Draft {
    /// Everything finite, within its limits and pointing at what there is?
    pub fn check(&self) -> Result<(), Flaw> {
        let flaw = |field: String, limit: String| Err(Flaw { field, limit });
        if self.seats.is_empty() || self.seats.len() > SEATS_MAX {
            return flaw("territories".into(), format!("1..{SEATS_MAX}"));
        }
        if self.accounts.len() > ACCOUNTS_MAX {
            return flaw("accounts".into(), format!("at most {ACCOUNTS_MAX}"));
        }
        let within = |value: f64, max: f64| (0.0..=max).contains(&value);
        for (at, seat) in self.seats.iter().enumerate() {
            if !(seat.share >= 0.01 && seat.share <= 100.0) {
                return flaw(format!("territories[{at}].share"), "0.01..100".into());
            }
        }
        for (at, account) in self.accounts.iter().enumerate() {
            if !within(account.visits, 10_000.0) {
                return flaw(format!("accounts[{at}].visits"), "0..10000".into());
            }
            if !within(account.visit_s, 86_400.0) {
                return flaw(format!("accounts[{at}].visit_s"), "0..86400".into());
            }
            if account.today.is_some_and(|seat| seat >= self.seats.len()) || (account.is_locked && account.today.is_none()) {
                return flaw(format!("accounts[{at}].today"), "one of the territories, of a locked account always".into());
            }
        }
        let Weights { balance, compactness, stability, travel } = self.weights;
        for (name, weight) in [("balance", balance), ("compactness", compactness), ("stability", stability), ("travel", travel)] {
            if !within(weight, 100.0) {
                return flaw(format!("weights.{name}"), "0..100".into());
            }
        }
        let Travel { speed_mps, detour, days } = self.travel;
        for (name, value, min, max) in
            [("speed_mps", speed_mps, 0.1, 60.0), ("detour", detour, 1.0, 5.0), ("days", days, 1.0, 366.0)]
        {
            if !(value >= min && value <= max) {
                return flaw(format!("travel.{name}"), format!("{min}..{max}"));
            }
        }
        if self.rounds > ROUNDS_MAX {
            return flaw("rounds".into(), format!("0..{ROUNDS_MAX}"));
        }
        Ok(())
    }
}

/// A partition of the ground.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Design {
    /// The territory of each cell of the ground, by its place in `Draft::seats`.
    pub seat_of: Vec<u16>,
}

impl Design {
    /// The cells of one territory, ascending.
    pub fn cells(&self, ground: &Ground, seat: usize) -> Vec<Cell> {
        let of_seat = ground.cells().iter().zip(&self.seat_of).filter(|(_, owner)| usize::from(**owner) == seat);
        of_seat.map(|(cell, _)| *cell).collect()
    }

    /// The territory of each account: that of its cell, or its own if it is locked.
    pub fn seats_of_accounts(&self, ground: &Ground, draft: &Draft) -> Vec<usize> {
        let account = |(at, account): (usize, &Account)| match account.today {
            Some(seat) if account.is_locked => seat,
            _ => usize::from(self.seat_of[ground.cell_of_account(at)]),
        };
        draft.accounts.iter().enumerate().map(account).collect()
    }
}
