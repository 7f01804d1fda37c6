//! The ground of a design: cells, who borders on whom, and the work that lies in each.
//!
//! Cells are those of accounts and of today's areas, widened by a ring so that neighbours meet. What still lies apart is joined by a link
//! between the two nearest cells, so that the ground as a whole hangs together; links are told, because a territory across one has two parts on the map.

use super::{CELLS_MAX, Draft};
use crate::Point;
use crate::geo::cell::{Cell, CellFlaw, cell_of, cover, ring};
use crate::geo::distance::{metres, shortest_lon};
use crate::geo::shape::Area;
use std::collections::{BTreeSet, HashMap};

/// The finest resolution used: cells some 350 m wide.
const RESOLUTION_FINEST: u8 = 9;
/// The coarsest: cells some 120 km wide.
const RESOLUTION_COARSEST: u8 = 3;
/// Cells a territory should have to be cut evenly: a cell holds a few per cent of it.
const CELLS_PER_SEAT: usize = 40;

/// Two cells that count as neighbours though they do not touch.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Link {
    pub from: Cell,
    pub to: Cell,
    pub distance_m: f64,
}

#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum GroundFlaw {
    #[error(
        "accounts and areas lie too far apart for {CELLS_MAX} cells of resolution {resolution}: give a coarser one, or design fewer territories at once"
    )]
    TooWide { resolution: u8 },
    #[error("resolution must be {RESOLUTION_COARSEST}..{RESOLUTION_FINEST}")]
    Resolution,
    #[error("there are {seats} territories and {cells} cells: a territory needs one at least")]
    TooFewCells { seats: usize, cells: usize },
    #[error("there is neither an account nor an area")]
    Nothing,
}

/// Work that lies in one cell, locked accounts left out: they count where they are.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(super) struct Load {
    pub service_s: f64,
    pub visits: f64,
    pub accounts: u32,
}

/// Cells as a graph.
#[derive(Clone, Debug)]
pub struct Ground {
    resolution: u8,
    cells: Vec<Cell>,
    /// Neighbours of cell i are `neighbours[starts[i]..starts[i + 1]]`.
    starts: Vec<u32>,
    neighbours: Vec<u32>,
    links: Vec<Link>,
    pub(super) loads: Vec<Load>,
    /// Metres east and north of the middle of the ground.
    pub(super) places: Vec<[f64; 2]>,
    /// Square metres.
    pub(super) areas: Vec<f64>,
    /// Accounts of each cell by today's territory, without locked ones: (territory, accounts), none for those in no territory.
    pub(super) today: Vec<Vec<(Option<u16>, u32)>>,
    cell_of_account: Vec<u32>,
    middle: Point,
    /// The territory whose area a cell's middle is in today.
    pub(super) holder: Vec<Option<u16>>,
}

/// Ground that is to be shared out, and whose it is.
#[derive(Clone, Copy, Debug)]
pub struct Today<'a> {
    pub area: &'a Area,
    /// By its place in `Draft::seats`; none for ground that nobody has.
    pub seat: Option<usize>,
}

impl Ground {
    /// Cuts the ground. Without a resolution the coarsest is taken that gives each territory some forty cells with work in them.
    pub fn new(draft: &Draft, areas: &[Today<'_>], resolution: Option<u8>) -> Result<Self, GroundFlaw> {
        if draft.accounts.is_empty() && areas.is_empty() {
            return Err(GroundFlaw::Nothing);
        }
        let resolution = match resolution {
            Some(resolution) if (RESOLUTION_COARSEST..=RESOLUTION_FINEST).contains(&resolution) => resolution,
            Some(_) => return Err(GroundFlaw::Resolution),
            None => chosen_resolution(draft, areas),
        };
        let cells = cells_of(draft, areas, resolution)?;
        if cells.len() < draft.seats.len() {
            return Err(GroundFlaw::TooFewCells { seats: draft.seats.len(), cells: cells.len() });
        }
        let index: HashMap<Cell, u32> = cells.iter().enumerate().map(|(at, cell)| (*cell, at as u32)).collect();
        let mut around: Vec<Vec<u32>> = cells.iter().map(|cell| bordering(*cell, &index)).collect();
        let links = link_parts(&cells, &mut around);
        let middle = middle_of(&cells);
        let mut ground = Self {
            resolution,
            starts: std::iter::once(0)
                .chain(around.iter().scan(0, |sum, near| {
                    *sum += near.len() as u32;
                    Some(*sum)
                }))
                .collect(),
            neighbours: around.concat(),
            links,
            loads: vec![Load::default(); cells.len()],
            places: cells.iter().map(|cell| place(middle, cell.centre())).collect(),
            areas: cells.iter().map(|cell| cell.area_m2()).collect(),
            today: vec![Vec::new(); cells.len()],
            cell_of_account: draft.accounts.iter().map(|account| index[&cell_of(account.point, resolution)]).collect(),
            middle,
            holder: cells.iter().map(|cell| holder_of(cell.centre(), areas)).collect(),
            cells,
        };
        ground.load(draft);
        Ok(ground)
    }

    fn load(&mut self, draft: &Draft) {
        for (account, cell) in draft.accounts.iter().zip(&self.cell_of_account) {
            if account.is_locked {
                continue;
            }
            let cell = *cell as usize;
            let load = &mut self.loads[cell];
            load.service_s += account.visits * account.visit_s;
            load.visits += account.visits;
            load.accounts += 1;
            let today = account.today.map(|seat| seat as u16);
            match self.today[cell].iter_mut().find(|(seat, _)| *seat == today) {
                Some((_, accounts)) => *accounts += 1,
                None => self.today[cell].push((today, 1)),
            }
        }
    }

    pub fn resolution(&self) -> u8 {
        self.resolution
    }

    /// Ascending.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// Where the ground was not in one piece.
    pub fn links(&self) -> &[Link] {
        &self.links
    }

    pub fn neighbours(&self, cell: usize) -> &[u32] {
        &self.neighbours[self.starts[cell] as usize..self.starts[cell + 1] as usize]
    }

    pub fn cell_of_account(&self, account: usize) -> usize {
        self.cell_of_account[account] as usize
    }

    /// Metres east and north of the middle of the ground.
    pub(super) fn place(&self, point: Point) -> [f64; 2] {
        place(self.middle, point)
    }
}

fn place(middle: Point, point: Point) -> [f64; 2] {
    let corner = Point::new(middle.lat(), point.lon()).unwrap_or(middle);
    let east = metres(middle, corner).0 * shortest_lon(point.lon() - middle.lon()).signum();
    let north = metres(corner, point).0 * (point.lat() - middle.lat()).signum();
    [east, north]
}

/// The place in the middle of the cells, seen from the first, so that the antimeridian is nothing special.
fn middle_of(cells: &[Cell]) -> Point {
    let first = cells[0].centre();
    let (mut lat, mut lon) = (0.0, 0.0);
    for cell in cells {
        let centre = cell.centre();
        lat += centre.lat();
        lon += shortest_lon(centre.lon() - first.lon());
    }
    let n = cells.len() as f64;
    Point::new(lat / n, shortest_lon(first.lon() + lon / n)).unwrap_or(first)
}

fn holder_of(centre: Point, areas: &[Today<'_>]) -> Option<u16> {
    areas
        .iter()
        .find(|today| today.seat.is_some() && today.area.contains(centre))
        .and_then(|today| today.seat.map(|seat| seat as u16))
}

fn chosen_resolution(draft: &Draft, areas: &[Today<'_>]) -> u8 {
    let wanted = CELLS_PER_SEAT * draft.seats.len();
    let fits = |resolution: u8| cells_of(draft, areas, resolution).is_ok_and(|cells| cells.len() >= draft.seats.len());
    let mut chosen = RESOLUTION_COARSEST;
    for resolution in RESOLUTION_COARSEST..=RESOLUTION_FINEST {
        if !fits(resolution) {
            if resolution > chosen {
                break;
            }
            continue;
        }
        chosen = resolution;
        let populated: BTreeSet<Cell> = draft.accounts.iter().map(|account| cell_of(account.point, resolution)).collect();
        if populated.len() >= wanted.min(draft.accounts.len() / 2) && populated.len() >= draft.seats.len() {
            break;
        }
    }
    chosen
}

fn cells_of(draft: &Draft, areas: &[Today<'_>], resolution: u8) -> Result<Vec<Cell>, GroundFlaw> {
    let too_wide = GroundFlaw::TooWide { resolution };
    let mut cells: BTreeSet<Cell> = BTreeSet::new();
    for Today { area, .. } in areas {
        let covered = cover(area, resolution).map_err(|_: CellFlaw| too_wide.clone())?;
        cells.extend(covered);
    }
    let populated: BTreeSet<Cell> = draft.accounts.iter().map(|account| cell_of(account.point, resolution)).collect();
    for cell in populated {
        cells.extend(ring(cell, 1).unwrap_or_default());
        if cells.len() > CELLS_MAX {
            return Err(too_wide);
        }
    }
    if cells.len() > CELLS_MAX { Err(too_wide) } else { Ok(cells.into_iter().collect()) }
}

fn bordering(cell: Cell, index: &HashMap<Cell, u32>) -> Vec<u32> {
    let around = ring(cell, 1).unwrap_or_default();
    around.into_iter().filter(|next| *next != cell).filter_map(|next| index.get(&next).copied()).collect()
}

/// Joins the parts of the ground: in each round every part but the largest is linked to the nearest cell outside it, until there is one part.
fn link_parts(cells: &[Cell], around: &mut [Vec<u32>]) -> Vec<Link> {
    let mut links = Vec::new();
    let mut parts = parts_of(around);
    if parts.len() == 1 {
        return links;
    }
    let tree = rstar::RTree::bulk_load((0..cells.len()).map(|at| Spot::new(cells[at].centre(), at as u32)).collect());
    while parts.len() > 1 {
        let mut part_of = vec![0; cells.len()];
        for (number, part) in parts.iter().enumerate() {
            part.iter().for_each(|cell| part_of[*cell as usize] = number);
        }
        let largest = (0..parts.len()).max_by_key(|number| (parts[*number].len(), std::cmp::Reverse(*number)));
        for (number, part) in parts.iter().enumerate().filter(|(number, _)| Some(*number) != largest) {
            let Some((from, to, distance_m)) = nearest_outside(cells, &tree, part, |cell| part_of[cell as usize] != number)
            else {
                continue;
            };
            // Two parts that are each other's nearest ask for the same link.
            if !around[from as usize].contains(&to) {
                around[from as usize].push(to);
                around[to as usize].push(from);
                links.push(Link { from: cells[from as usize], to: cells[to as usize], distance_m });
            }
        }
        parts = parts_of(around);
    }
    links
}

fn parts_of(around: &[Vec<u32>]) -> Vec<Vec<u32>> {
    let mut seen = vec![false; around.len()];
    let mut parts = Vec::new();
    for start in 0..around.len() {
        if std::mem::replace(&mut seen[start], true) {
            continue;
        }
        let mut part = vec![start as u32];
        let mut at = 0;
        while let Some(cell) = part.get(at).copied() {
            at += 1;
            for next in &around[cell as usize] {
                if !std::mem::replace(&mut seen[*next as usize], true) {
                    part.push(*next);
                }
            }
        }
        parts.push(part);
    }
    parts
}

/// The nearest two cells, one of the part and one outside it.
fn nearest_outside(
    cells: &[Cell],
    tree: &rstar::RTree<Spot>,
    part: &[u32],
    is_outside: impl Fn(u32) -> bool,
) -> Option<(u32, u32, f64)> {
    let pair = |from: &u32| {
        let unit = Spot::new(cells[*from as usize].centre(), *from).unit;
        let to = tree.nearest_neighbor_iter(unit).find(|near| is_outside(near.cell))?.cell;
        Some((*from, to, metres(cells[*from as usize].centre(), cells[to as usize].centre()).0))
    };
    part.iter().filter_map(pair).min_by(|a, b| a.2.total_cmp(&b.2).then((a.0, a.1).cmp(&(b.0, b.1))))
}

/// A cell's middle on the unit sphere, where near is near at poles and antimeridian too.
#[derive(Clone, Copy)]
struct Spot {
    unit: [f64; 3],
    cell: u32,
}

impl Spot {
    fn new(centre: Point, cell: u32) -> Self {
        let (lat, lon) = (centre.lat().to_radians(), centre.lon().to_radians());
        Self { unit: [lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()], cell }
    }
}

impl rstar::RTreeObject for Spot {
    type Envelope = rstar::AABB<[f64; 3]>;
    fn envelope(&self) -> Self::Envelope {
        rstar::AABB::from_point(self.unit)
    }
}

impl rstar::PointDistance for Spot {
    fn distance_2(&self, unit: &[f64; 3]) -> f64 {
        self.unit.iter().zip(unit).map(|(a, b)| (a - b) * (a - b)).sum()
    }
}
