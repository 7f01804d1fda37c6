//! The plan that dispatch is measured on: agents with their visits around home, in towns over a country or all in one town with its roads,
//! every kind of constraint in it, at eleven in the morning: what has begun is a fact, the leg in progress is settled.

use super::{BenchPlan, stop};
use crate::rng::Rng;
use anyhow::{Context, Result, anyhow};
use chrono::NaiveDate;
use salessync_engine::plan::live::{LivePlan, Rules, Tables};
use salessync_engine::plan::model::*;
use salessync_engine::plan::times::{DayPart, DayParts, Stop, StraightLine, StraightStops, TravelProfile, TravelTimes};
use salessync_engine::{AgentId, Point, Timestamp, VisitId};
use salessync_roads::{Ground as RoadGround, Network, RoadStops, Roads, osm};
use std::path::Path;
use std::sync::Arc;
use uuid::Uuid;

/// Where the road map is, from the root of the checkout.
pub const MAP: &str = "../shared/data/osm/r5r-porto-alegre.osm.pbf";
pub const NOW_S: i32 = 11 * 3_600;
const TOWNS: usize = 60;
const REACH_M: f64 = 500.0;
const METRES_A_DEGREE: f64 = 111_200.0;

/// Stops added one by one, whatever finds the ways between them.
#[derive(Clone)]
pub enum Table {
    Straight(StraightStops),
    Roads(Box<RoadStops>),
}

pub type AnyTables = Tables<Table>;

/// Where everything happens.
#[derive(Clone)]
pub struct Ground {
    table: Table,
    /// Middle of each town and its reach, metres.
    towns: Vec<(Point, f64)>,
    /// How far around home an agent's visits are, metres.
    beat_m: f64,
    /// Places of the town itself; empty: anywhere.
    places: Vec<Point>,
}

impl Ground {
    /// Sixty towns over 300 km by 300 km, straight lines × 1.3 at 30 km/h.
    pub fn country() -> Option<Self> {
        let mut rng = Rng::stream(7, 10);
        let towns = (0..TOWNS)
            .map(|_| {
                (
                    offset(Point::new(48.0, 8.0).expect("in range"), rng.range(0.0, 300e3), rng.range(0.0, 300e3)),
                    rng.range(3e3, 12e3),
                )
            })
            .collect();
        let line = StraightLine::new(1.3, [30.0, 15.0, 5.0], DayParts::whole()).expect("in range");
        let table = Table::Straight(StraightStops::new(line, TravelProfile::Car));
        Some(Self { table, towns, beat_m: 4e3, places: Vec::new() })
    }

    /// One town by its roads; None: there is no map.
    pub fn town() -> Result<Option<Self>> {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(MAP);
        if !file.exists() {
            return Ok(None);
        }
        let extract = osm::pbf::read(|| std::fs::File::open(&file).map(std::io::BufReader::new)).context("read the map")?;
        let network = Network::build(&extract, TravelProfile::Car);
        let places = (0..network.edges.len() as u32).map(|edge| network.points(edge)[0]).collect();
        let ground = RoadGround::new(network, extract.version);
        let roads = Roads::new(Arc::new(ground), Arc::new(DayParts::whole()));
        let table = Table::Roads(Box::new(RoadStops::new(roads, REACH_M)));
        Ok(Some(Self { table, towns: Vec::new(), beat_m: 1_200.0, places }))
    }

    fn somewhere(&self, rng: &mut Rng) -> Point {
        if self.places.is_empty() {
            let (middle, reach_m) = *rng.pick(&self.towns);
            offset(middle, rng.normal() * reach_m, rng.normal() * reach_m)
        } else {
            *rng.pick(&self.places)
        }
    }

    fn around(&self, home: Point, rng: &mut Rng) -> Point {
        offset(home, rng.normal() * self.beat_m * 0.6, rng.normal() * self.beat_m * 0.6)
    }
}

fn offset(point: Point, north_m: f64, east_m: f64) -> Point {
    let lat = point.lat() + north_m / METRES_A_DEGREE;
    let lon = point.lon() + east_m / (METRES_A_DEGREE * point.lat().to_radians().cos());
    Point::new(lat, lon).expect("far from the poles")
}

impl Table {
    /// The stop of a place, if ways lead there.
    fn add(&mut self, point: Point) -> Option<Stop> {
        match self {
            Self::Straight(table) => Some(table.add(point)),
            Self::Roads(table) => {
                let stop = table.add(point);
                table.place(stop).is_ok().then_some(stop)
            }
        }
    }
}

macro_rules! asks {
    ($self:ident, $table:ident => $ask:expr) => {
        match $self {
            Self::Straight($table) => $ask,
            Self::Roads($table) => $ask,
        }
    };
}

impl TravelTimes for Table {
    fn stop_count(&self) -> u32 {
        asks!(self, table => table.stop_count())
    }

    fn parts(&self) -> &DayParts {
        asks!(self, table => table.parts())
    }

    fn leg(&self, from: Stop, to: Stop, part: DayPart) -> Option<salessync_engine::plan::times::Leg> {
        asks!(self, table => table.leg(from, to, part))
    }

    fn pin(&self, pin: &mut salessync_engine::plan::times::Pin, stop: Stop, part: DayPart) {
        asks!(self, table => table.pin(pin, stop, part));
    }

    fn pin_widely(&self, pin: &mut salessync_engine::plan::times::Pin, stop: Stop, part: DayPart) {
        asks!(self, table => table.pin_widely(pin, stop, part));
    }

    fn away_s(&self, pin: &salessync_engine::plan::times::Pin, to: Stop) -> u32 {
        asks!(self, table => table.away_s(pin, to))
    }

    fn back_s(&self, pin: &salessync_engine::plan::times::Pin, from: Stop) -> u32 {
        asks!(self, table => table.back_s(pin, from))
    }

    fn zone(&self, stop: Stop) -> Option<u16> {
        asks!(self, table => table.zone(stop))
    }

    fn anchor(&self, stop: Stop) -> Option<Point> {
        asks!(self, table => table.anchor(stop))
    }

    fn top_mps(&self) -> f64 {
        asks!(self, table => table.top_mps())
    }
}

pub struct World {
    pub ground: Ground,
    pub plan: BenchPlan,
    pub shifts: Vec<ShiftId>,
}

impl World {
    /// As it stands at eleven.
    pub fn new(ground: Ground, agents: usize, visits: usize, seed: u64) -> Result<Self> {
        let (draft, orders, table) = planned(&ground, agents, visits, seed)?;
        let (draft, orders, table) = with_windows(draft, orders, table, seed)?;
        let draft = as_of_eleven(draft, &orders, &table)?;
        Self::from(ground, draft, &orders, table, NOW_S)
    }

    /// The same day before anybody has left home.
    pub fn before_work(ground: Ground, agents: usize, visits: usize, seed: u64) -> Result<Self> {
        let (draft, orders, table) = planned(&ground, agents, visits, seed)?;
        let (draft, orders, table) = with_windows(draft, orders, table, seed)?;
        Self::from(ground, draft, &orders, table, 0)
    }

    fn from(ground: Ground, draft: ProblemDraft, orders: &Orders, table: Table, now_s: i32) -> Result<Self> {
        let plan = live(&draft, orders, table, now_s)?;
        let late = plan.late().count();
        eprintln!("bench: … {} routes, {late} late from the start", orders.len());
        Ok(Self { ground, plan, shifts: draft.shifts.iter().map(|shift| shift.id).collect() })
    }

    /// An urgent visit somewhere, for the next hours; its stop is new.
    pub fn urgent(&mut self, rng: &mut Rng, number: usize) -> Result<VisitDraft> {
        let stop_ix = loop {
            let point = self.ground.somewhere(rng);
            let Some(table) = self.plan.ways_mut().tables_mut().first_mut() else { return Err(anyhow!("no table")) };
            let is_on_road = table.add(point).is_some();
            let stop_ix = self.plan.add_stop(stop(point)).map_err(anyhow::Error::from)?;
            if is_on_road {
                break stop_ix;
            }
        };
        let closes_s = f64::from(NOW_S) + rng.range(3_600.0, 10_800.0);
        Ok(VisitDraft {
            id: VisitId(Uuid::from_u128(0xF000_0000 + number as u128)),
            windows: vec![WindowDraft { opens_s: f64::from(NOW_S), closes_s }],
            service_s: 900.0,
            ..visit(rng, 0, stop_ix.at())
        })
    }
}

type Orders = Vec<Vec<usize>>;

const SKILLS: [&str; 4] = ["cold_chain", "repair", "contracts", "merchandising"];

fn visit(rng: &mut Rng, number: usize, stop: usize) -> VisitDraft {
    VisitDraft {
        id: VisitId(Uuid::from_u128(0x1000_0000 + number as u128)),
        stop,
        service_s: rng.range(600.0, 1_200.0),
        windows: vec![WindowDraft { opens_s: 0.0, closes_s: 86_400.0 }],
        demand: rng.range(0.0, 3.0).floor(),
        skills: if rng.chance(0.2) { vec![(*rng.pick(&SKILLS)).to_owned()] } else { Vec::new() },
        allowed_agents: Vec::new(),
        forbidden_agents: Vec::new(),
        preferred_agents: Vec::new(),
        not_preferred_cost: 120.0,
        prize: rng.chance(0.2).then_some(20_000.0),
        priority: rng.below(4) as u8,
        pinned: None,
        promise: None,
        awaited: None,
        current: None,
    }
}

fn agent(number: usize) -> AgentId {
    AgentId(Uuid::from_u128(0x2000_0000 + number as u128))
}

fn shift(rng: &mut Rng, number: usize, home: usize, skills: Vec<String>) -> ShiftDraft {
    let noon = 12.0 * 3_600.0;
    ShiftDraft {
        id: ShiftId { agent: agent(number), date: NaiveDate::from_ymd_opt(2026, 11, 26).expect("a date"), part: 0 },
        start_stop: home,
        end_stop: Some(home),
        earliest_start_s: 8.0 * 3_600.0,
        latest_start_s: None,
        latest_end_s: 18.0 * 3_600.0,
        overtime_max_s: 3_600.0,
        capacity: Some(60.0),
        skills,
        visits_max: Some(28),
        travel_max_s: Some(6.0 * 3_600.0),
        distance_max_m: Some(250_000.0),
        breaks: if rng.chance(0.5) {
            vec![BreakDraft { earliest_start_s: noon, latest_start_s: noon + 5_400.0, duration_s: 1_800.0 }]
        } else {
            Vec::new()
        },
        profile: 0,
        travel_factor: 1.0,
        service_factor: 1.0,
        costs: CostsDraft { per_duty_s: 0.0, per_imbalance_s: 1.0, per_overtime_s: 2.0, ..CostsDraft::default() },
        target_duty_s: Some(9.0 * 3_600.0),
        locked: Vec::new(),
        under_way: None,
    }
}

/// Everybody's round by the nearest neighbour, windows still open all day.
fn planned(ground: &Ground, agents: usize, visits: usize, seed: u64) -> Result<(ProblemDraft, Orders, Table)> {
    let mut rng = Rng::stream(seed, 20);
    let mut table = ground.table.clone();
    let mut draft = ProblemDraft {
        origin: Timestamp::parse("2026-11-26T00:00:00Z")?,
        stops: Vec::new(),
        profiles: vec!["car".to_owned()],
        skills: SKILLS.map(str::to_owned).to_vec(),
        visits: Vec::with_capacity(agents * visits),
        shifts: Vec::with_capacity(agents),
        agents: Vec::new(),
        matrices: Vec::new(),
    };
    let mut orders = Vec::with_capacity(agents);
    for number in 0..agents {
        let mut on_road = |rng: &mut Rng, draft: &mut ProblemDraft, pick: &dyn Fn(&mut Rng) -> Point| {
            (0..100)
                .find_map(|_| {
                    let point = pick(rng);
                    draft.stops.push(stop(point));
                    table.add(point).map(|stop| (stop, point))
                })
                .context("no place on a road")
        };
        let (home, home_point) = on_road(&mut rng, &mut draft, &|rng| ground.somewhere(rng))?;
        let mut pool = Vec::with_capacity(visits);
        let mut skills: Vec<String> = SKILLS.iter().filter(|_| rng.chance(0.5)).map(|skill| (*skill).to_owned()).collect();
        for _ in 0..visits {
            let (at, _) = on_road(&mut rng, &mut draft, &|rng| ground.around(home_point, rng))?;
            let index = draft.visits.len();
            let made = visit(&mut rng, index, at.index());
            skills.extend(made.skills.iter().filter(|skill| !skills.contains(skill)).cloned().collect::<Vec<_>>());
            draft.visits.push(made);
            pool.push((index, at));
        }
        let (mut here, mut order) = (home, Vec::with_capacity(visits));
        while !pool.is_empty() {
            let far = |to: Stop| table.leg(here, to, DayPart(0)).map_or(u32::MAX, |leg| leg.duration_s);
            let nearest = (0..pool.len()).min_by_key(|at| far(pool[*at].1)).context("a visit")?;
            let (index, at) = pool.swap_remove(nearest);
            order.push(index);
            here = at;
        }
        draft.shifts.push(shift(&mut rng, number, home.index(), skills));
        orders.push(order);
    }
    Ok((draft, orders, table))
}

fn live(draft: &ProblemDraft, orders: &Orders, table: Table, now_s: i32) -> Result<BenchPlan> {
    let problem = Problem::new(draft).map_err(|flaws| anyhow!("{flaws:?}"))?;
    let route =
        |order: &Vec<usize>| Route { visits: order.iter().map(|visit| VisitIx::from(*visit)).collect(), ..Route::default() };
    let start = Solution { routes: orders.iter().map(route).collect(), unassigned: Vec::new() };
    Ok(LivePlan::new(problem, Some(&start), Tables::new(vec![table], DayPart(0)), Rules::default(), now_s)?)
}

/// Windows around when each visit is made: half of them, some in two parts, a fifth promised.
fn with_windows(mut draft: ProblemDraft, orders: Orders, table: Table, seed: u64) -> Result<(ProblemDraft, Orders, Table)> {
    let mut rng = Rng::stream(seed, 21);
    // Who cannot make all of them in the day keeps those that fit.
    let plan = live(&draft, &orders, table, 0)?;
    let mut kept = vec![false; draft.visits.len()];
    for (shift, order) in draft.shifts.iter().zip(&orders) {
        let route = plan.route(shift.id).context("a shift of the plan")?;
        for ((_, start_s), index) in route.visits.iter().zip(order) {
            let start_s = f64::from(*start_s);
            let visit = &mut draft.visits[*index];
            kept[*index] = start_s < 17.0 * 3_600.0;
            if rng.chance(0.5) {
                let (opens_s, closes_s) = ((start_s - rng.range(0.0, 5_400.0)).max(0.0), start_s + rng.range(1_800.0, 9_000.0));
                visit.windows = vec![WindowDraft { opens_s, closes_s }];
                if rng.chance(0.3) {
                    visit.windows.push(WindowDraft { opens_s: closes_s + 3_600.0, closes_s: closes_s + 7_200.0 });
                }
            }
            if rng.chance(0.2) {
                let opens_s = (start_s - 1_800.0).max(0.0);
                visit.promise = Some(PromiseDraft { opens_s, closes_s: start_s + 3_600.0, agent: None, cost_broken: 1_800.0 });
            }
            if rng.chance(0.2) {
                visit.preferred_agents = vec![shift.id.agent];
            }
        }
    }
    let mut renumbered = vec![usize::MAX; kept.len()];
    let mut visits = Vec::with_capacity(kept.len());
    for (index, visit) in draft.visits.into_iter().enumerate().filter(|(index, _)| kept[*index]) {
        renumbered[index] = visits.len();
        visits.push(visit);
    }
    draft.visits = visits;
    let orders =
        orders.iter().map(|order| order.iter().map(|at| renumbered[*at]).filter(|at| *at != usize::MAX).collect()).collect();
    let [table]: [Table; 1] = plan.ways().tables().to_vec().try_into().map_err(|_| anyhow!("one table"))?;
    Ok((draft, orders, table))
}

/// What has begun by eleven is a fact, and where each is driving to is settled.
fn as_of_eleven(mut draft: ProblemDraft, orders: &Orders, table: &Table) -> Result<ProblemDraft> {
    let plan = live(&draft, orders, table.clone(), 0)?;
    for shift in &mut draft.shifts {
        let route = plan.route(shift.id).context("a shift of the plan")?;
        for (visit, start_s) in &route.visits {
            let ix = plan.problem().visit_ix(*visit).context("a visit of the plan")?;
            let end_s = start_s + plan.problem().visit(ix).service_s;
            let (commitment, is_next) = match (*start_s <= NOW_S, end_s <= NOW_S) {
                (_, true) => (Commitment::Done, false),
                (true, false) => (Commitment::InProgress, false),
                (false, false) => (Commitment::FixedOrder, true),
            };
            let has_begun = commitment <= Commitment::InProgress;
            shift.earliest_start_s = shift.earliest_start_s.min(f64::from(*start_s));
            shift.locked.push(LockedDraft {
                visit: *visit,
                commitment,
                start_s: has_begun.then(|| f64::from(*start_s)),
                end_s: (commitment == Commitment::Done).then(|| f64::from(end_s)),
            });
            if is_next {
                break;
            }
        }
    }
    Ok(draft)
}
