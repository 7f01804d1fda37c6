//! From what is asked for and what there is to a proposal: customers become accounts, areas become ground, cells become areas again.

use super::document::{DesignEdit, NewTerritoryDesign, Proposal, ProposedLink, ProposedTerritory};
use super::{
    Account, Balance, Breach, Design, Draft, Flaw, Ground, GroundFlaw, Seat, Today, Travel, balance, breaches, measure,
    measure_today, outline, propose,
};
use crate::geo::cell::Cell;
use crate::geo::shape::AreaFlaw;
use crate::territory::Territory;
use crate::{CustomerId, Point, TerritoryId};
use std::collections::{HashMap, HashSet};

/// A customer to be shared out.
#[derive(Clone, PartialEq, Debug)]
pub struct Shared {
    pub id: CustomerId,
    pub point: Point,
    /// Days between two visits, where that is set.
    pub days_between: Option<f64>,
    pub visit_s: f64,
    pub territory_id: Option<TerritoryId>,
    /// An agent of that territory should visit.
    pub is_preferred_there: bool,
}

/// What there is.
#[derive(Clone, PartialEq, Debug)]
pub struct Material {
    pub customers: Vec<Shared>,
    /// Those asked for, in the order asked for.
    pub territories: Vec<Territory>,
    /// Customers of these territories that have no place.
    pub unplaced: u32,
}

/// A proposal with what is told apart from it.
#[derive(Clone, PartialEq, Debug)]
pub struct Made {
    pub proposal: Proposal,
    pub before: Balance,
    pub after: Balance,
    /// Customers that go over: where to, and their visits in the days of the design.
    pub moves: Vec<(CustomerId, TerritoryId, f64)>,
}

/// Why there is no proposal.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
pub enum Failure {
    #[error(transparent)]
    Flaw(#[from] Flaw),
    #[error(transparent)]
    Ground(#[from] GroundFlaw),
    #[error("the outline of a territory is too ragged: {0}")]
    Outline(#[from] AreaFlaw),
    /// Customers or areas have changed so that the cells are not those of the proposal any more.
    #[error("customers or areas have changed since: make the design anew")]
    Outdated,
    #[error("cell {0} is not of the design's ground")]
    UnknownCell(Cell),
    #[error("territory_id is none of the design's territories")]
    UnknownTerritory,
    #[error("it would leave {name} with no ground")]
    Empty { name: String },
    #[error("it would tear {name} into {parts} parts")]
    Torn { name: String, parts: usize },
}

/// A working day in five of a week of seven: frequencies are in days of the calendar.
const CALENDAR_DAYS_PER_WORKING_DAY: f64 = 7.0 / 5.0;

/// Makes a proposal.
pub fn make(request: &NewTerritoryDesign, material: &Material) -> Result<Made, Failure> {
    let draft = draft_of(request, material)?;
    let ground = ground_of(&draft, material, request.resolution)?;
    let design = propose(&draft, &ground);
    shown(&draft, &ground, &design, material)
}

/// Gives cells of a proposal to a territory, and measures again.
pub fn edited(
    request: &NewTerritoryDesign,
    material: &Material,
    proposal: &Proposal,
    edit: &DesignEdit,
) -> Result<Made, Failure> {
    let draft = draft_of(request, material)?;
    let ground = ground_of(&draft, material, Some(proposal.resolution))?;
    let mut design = design_of(&ground, proposal, material)?;
    let seat = material.territories.iter().position(|territory| territory.id == edit.territory_id);
    let seat = seat.ok_or(Failure::UnknownTerritory)? as u16;
    for cell in &edit.cells {
        let at = ground.cells().binary_search(cell).map_err(|_| Failure::UnknownCell(*cell))?;
        design.seat_of[at] = seat;
    }
    let name = |seat: usize| material.territories[seat].name.clone();
    match breaches(&draft, &ground, &design).first() {
        None => shown(&draft, &ground, &design, material),
        Some(Breach::Torn { seat, parts }) => Err(Failure::Torn { name: name(*seat), parts: *parts }),
        Some(Breach::Empty { seat }) => Err(Failure::Empty { name: name(*seat) }),
        Some(_) => Err(Failure::Outdated),
    }
}

fn draft_of(request: &NewTerritoryDesign, material: &Material) -> Result<Draft, Failure> {
    let seat_at: HashMap<TerritoryId, usize> =
        material.territories.iter().enumerate().map(|(at, territory)| (territory.id, at)).collect();
    let locked: HashSet<CustomerId> = request.locked.iter().copied().collect();
    let account = |customer: &Shared| {
        let today = customer.territory_id.and_then(|territory| seat_at.get(&territory).copied());
        let visits = match customer.days_between {
            Some(days) => request.days * CALENDAR_DAYS_PER_WORKING_DAY / days,
            None => request.visits_default,
        };
        Account {
            point: customer.point,
            visits,
            visit_s: customer.visit_s,
            today,
            is_locked: today.is_some() && locked.contains(&customer.id),
        }
    };
    let seat = |(at, seat): (usize, &super::document::DesignSeat)| {
        let base = match seat.base {
            None => None,
            Some(base) => Some(Point::new(base.lat, base.lon).map_err(|flaw| Flaw {
                field: format!("territories[{at}].base"),
                limit: format!("a place on the earth: {flaw}"),
            })?),
        };
        Ok(Seat { base, share: seat.share })
    };
    let draft = Draft {
        accounts: material.customers.iter().map(account).collect(),
        seats: request.territories.iter().enumerate().map(seat).collect::<Result<_, Flaw>>()?,
        weights: request.weights,
        travel: Travel { speed_mps: request.speed_kmh / 3.6, days: request.days, ..Travel::default() },
        seed: u64::from(request.seed),
        rounds: request.rounds,
    };
    draft.check()?;
    Ok(draft)
}

fn ground_of(draft: &Draft, material: &Material, resolution: Option<u8>) -> Result<Ground, GroundFlaw> {
    let today: Vec<_> = material
        .territories
        .iter()
        .enumerate()
        .map(|(seat, territory)| Today { area: &territory.area, seat: Some(seat) })
        .collect();
    Ground::new(draft, &today, resolution)
}

/// The proposal as a partition of the ground, which must be that of the proposal.
fn design_of(ground: &Ground, proposal: &Proposal, material: &Material) -> Result<Design, Failure> {
    let mut seat_of = vec![u16::MAX; ground.cells().len()];
    for proposed in &proposal.territories {
        let seat = material.territories.iter().position(|territory| territory.id == proposed.territory_id);
        let seat = seat.ok_or(Failure::Outdated)? as u16;
        for cell in &proposed.cells {
            let at = ground.cells().binary_search(cell).map_err(|_| Failure::Outdated)?;
            seat_of[at] = seat;
        }
    }
    if seat_of.contains(&u16::MAX) { Err(Failure::Outdated) } else { Ok(Design { seat_of }) }
}

fn shown(draft: &Draft, ground: &Ground, design: &Design, material: &Material) -> Result<Made, Failure> {
    let (before, after) = (measure_today(draft, ground), measure(draft, ground, design));
    let mut territories = Vec::with_capacity(material.territories.len());
    for (seat, territory) in material.territories.iter().enumerate() {
        let cells = design.cells(ground, seat);
        territories.push(ProposedTerritory {
            territory_id: territory.id,
            name: territory.name.clone(),
            colour: territory.colour.clone(),
            area: outline(&cells)?.unwrap_or_else(|| territory.area.clone()),
            area_today: territory.area.clone(),
            cells,
            before: before[seat],
            after: after[seat],
        });
    }
    let seats = design.seats_of_accounts(ground, draft);
    let gone_over = || (0..seats.len()).filter(|at| draft.accounts[*at].today != Some(seats[*at]));
    let moves: Vec<_> = gone_over()
        .map(|at| (material.customers[at].id, material.territories[seats[at]].id, draft.accounts[at].visits))
        .collect();
    let link = |link: &super::Link| ProposedLink { from: link.from, to: link.to, distance_m: link.distance_m };
    let proposal = Proposal {
        resolution: ground.resolution(),
        territories,
        links: ground.links().iter().map(link).collect(),
        unplaced: material.unplaced,
        moved: moves.len() as u32,
        moved_from_preferred: gone_over().filter(|at| material.customers[*at].is_preferred_there).count() as u32,
    };
    Ok(Made { proposal, before: balance(&before), after: balance(&after), moves })
}
