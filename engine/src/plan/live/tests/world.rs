//! Random small problems in a town of a few kilometres, every kind of constraint in them, and travel along the straight line.

use crate::Point;
use crate::geo::distance::metres;
use crate::plan::live::{LivePlan, NO_WAY, Rules, Ways};
use crate::plan::model::*;
use crate::plan::times::ZoneTimes;
use crate::{AgentId, Timestamp, VisitId};
use chrono::NaiveDate;

/// 36 km/h, a third longer than the straight line; not from everywhere.
#[derive(Clone)]
pub struct Town {
    pub points: Vec<Point>,
    /// Stops that nothing leads to.
    pub islands: Vec<usize>,
    /// Times of this share longer, both ways: traffic.
    pub slow: f64,
}

const MPS: f64 = 10.0;

impl Travel for Town {
    fn leg(&self, profile: ProfileIx, from: StopIx, to: StopIx) -> Option<Leg> {
        if from == to {
            return Some(Leg::default());
        }
        if self.islands.contains(&from.at()) || self.islands.contains(&to.at()) {
            return None;
        }
        let m = metres(self.points[from.at()], self.points[to.at()]).0 * 1.3;
        let slower = 1.0 + f64::from(profile.0);
        Some(Leg { duration_s: (m / MPS * slower * self.slow).round() as i32, distance_m: m.round() as i32 })
    }
}

/// Zones of the town are squares of some 500 m, named after a few of their figures.
const ZONES: usize = 100;

impl Town {
    fn zone_of(&self, stop: usize) -> usize {
        let point = self.points[stop];
        let figure = |e7: i32| (e7 / 50_000).rem_euclid(10) as usize;
        figure(point.lat_e7()) * 10 + figure(point.lon_e7())
    }
}

impl Ways for Town {
    type Pin = (ProfileIx, u32, Vec<ZoneTimes>);

    fn pin(&self, pin: &mut Self::Pin, profile: ProfileIx, stop: StopIx) {
        *pin = (profile, stop.0, Vec::new());
    }

    fn pin_widely(&self, pin: &mut Self::Pin, profile: ProfileIx, stop: StopIx) {
        let mut zones = vec![ZoneTimes { away_s: NO_WAY as u32, back_s: NO_WAY as u32 }; ZONES];
        self.pin(pin, profile, stop);
        for other in 0..self.points.len() {
            let (zone, other) = (&mut zones[self.zone_of(other)], StopIx::from(other));
            zone.away_s = zone.away_s.min(self.away_s(pin, other) as u32);
            zone.back_s = zone.back_s.min(self.back_s(pin, other) as u32);
        }
        pin.2 = zones;
    }

    fn away_s(&self, pin: &Self::Pin, to: StopIx) -> i32 {
        self.leg(pin.0, StopIx(pin.1), to).map_or(NO_WAY, |leg| leg.duration_s)
    }

    fn back_s(&self, pin: &Self::Pin, from: StopIx) -> i32 {
        self.leg(pin.0, from, StopIx(pin.1)).map_or(NO_WAY, |leg| leg.duration_s)
    }

    fn zone(&self, _: ProfileIx, stop: StopIx) -> Option<u16> {
        (!stop.at().is_multiple_of(7)).then(|| self.zone_of(stop.at()) as u16)
    }

    fn zone_times<'a>(&self, pin: &'a Self::Pin) -> &'a [ZoneTimes] {
        &pin.2
    }

    fn place(&self, stop: StopIx) -> Option<Point> {
        self.points.get(stop.at()).copied()
    }

    fn top_mps(&self, profile: ProfileIx) -> f64 {
        MPS / (1.0 + f64::from(profile.0))
    }
}

#[derive(Clone)]
pub struct Rng(u64);

impl Rng {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    pub fn range(&mut self, low: i32, high: i32) -> i32 {
        low + self.below((high - low) as usize) as i32
    }

    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

pub fn agent(n: usize) -> AgentId {
    AgentId(uuid::Uuid::from_u128(0xA000 + n as u128))
}

pub fn visit_id(n: usize) -> VisitId {
    VisitId(uuid::Uuid::from_u128(0xB000 + n as u128))
}

pub fn shift_id(n: usize, day: u32) -> ShiftId {
    ShiftId { agent: agent(n), date: NaiveDate::from_ymd_opt(2026, 11, 2 + day).unwrap(), part: 0 }
}

/// What is in a world.
#[derive(Clone, Copy)]
pub struct Kind {
    pub shifts: usize,
    pub visits: usize,
    pub has_breaks: bool,
    pub has_promises: bool,
    /// Costs of duty and imbalance, which depend on when one departs.
    pub has_duty_costs: bool,
}

pub const ALL: Kind = Kind { shifts: 6, visits: 30, has_breaks: true, has_promises: true, has_duty_costs: true };

const STOPS: usize = 60;

/// Eight hours; second 0 is when the day begins.
const DAY_S: i32 = 8 * 3_600;

pub fn town(rng: &mut Rng) -> Town {
    let point =
        |rng: &mut Rng| Point::new(48.0 + rng.below(30_000) as f64 * 1e-6, 11.0 + rng.below(45_000) as f64 * 1e-6).unwrap();
    Town { points: (0..STOPS).map(|_| point(rng)).collect(), islands: vec![STOPS - 1], slow: 1.0 }
}

pub fn visit(rng: &mut Rng, n: usize, kind: Kind) -> VisitDraft {
    let opens = f64::from(rng.range(0, DAY_S - 5_400));
    let mut windows = vec![WindowDraft { opens_s: opens, closes_s: opens + f64::from(rng.range(600, 7_200)) }];
    if rng.chance(30) {
        let later = windows[0].closes_s + f64::from(rng.range(600, 5_000));
        windows.push(WindowDraft { opens_s: later, closes_s: later + f64::from(rng.range(300, 3_600)) });
    } else if rng.chance(40) {
        windows = vec![WindowDraft { opens_s: 0.0, closes_s: f64::from(DAY_S) }];
    }
    let promised = rng.range(0, DAY_S);
    // Of its own stream: a day is what it was, whoever waits.
    let mut aside = Rng::new(rng.0);
    let reached = if rng.chance(3) { STOPS } else { STOPS - 1 };
    VisitDraft {
        id: visit_id(n),
        stop: rng.below(reached),
        service_s: f64::from(rng.range(120, 1_800)),
        windows,
        demand: f64::from(rng.range(0, 4)),
        skills: if rng.chance(25) { vec!["cold".into()] } else { vec![] },
        allowed_agents: if rng.chance(10) { vec![agent(0), agent(1), agent(2)] } else { vec![] },
        forbidden_agents: if rng.chance(20) { vec![agent(rng.below(4))] } else { vec![] },
        preferred_agents: if rng.chance(20) { vec![agent(rng.below(4))] } else { vec![] },
        not_preferred_cost: 90.0,
        prize: rng.chance(40).then(|| f64::from(rng.range(100, 4_000))),
        priority: rng.below(4) as u8,
        pinned: None,
        promise: (kind.has_promises && rng.chance(35)).then(|| PromiseDraft {
            opens_s: f64::from(promised),
            closes_s: f64::from(promised + 1_800),
            agent: None,
            cost_broken: 500.0,
        }),
        awaited: (kind.has_promises && aside.chance(20))
            .then(|| AwaitedDraft { since_s: f64::from(aside.range(0, 12_000)), cost_per_s: f64::from(aside.range(0, 3)) }),
        current: None,
    }
}

pub fn shift(rng: &mut Rng, n: usize, kind: Kind) -> ShiftDraft {
    let begins = f64::from(rng.range(0, 3_600));
    let mut breaks = Vec::new();
    if kind.has_breaks && rng.chance(60) {
        let noon = f64::from(rng.range(9_000, 14_000));
        breaks.push(BreakDraft {
            earliest_start_s: noon,
            latest_start_s: noon + f64::from(rng.range(600, 3_600)),
            duration_s: 1_200.0,
        });
        if rng.chance(30) {
            let tea = noon + 6_000.0;
            breaks.push(BreakDraft { earliest_start_s: tea, latest_start_s: tea + 1_800.0, duration_s: 600.0 });
        }
    }
    ShiftDraft {
        id: shift_id(n / 2, n as u32 % 2),
        start_stop: rng.below(STOPS - 1),
        end_stop: rng.chance(70).then(|| rng.below(STOPS - 1)),
        earliest_start_s: begins,
        latest_start_s: rng.chance(40).then_some(begins + 5_000.0),
        latest_end_s: f64::from(DAY_S - rng.range(0, 7_200)),
        overtime_max_s: f64::from(rng.range(0, 3_600)),
        capacity: rng.chance(50).then_some(12.0),
        skills: if rng.chance(60) { vec!["cold".into()] } else { vec![] },
        visits_max: rng.chance(30).then(|| 4 + rng.below(6)),
        travel_max_s: rng.chance(30).then_some(2_500.0),
        distance_max_m: rng.chance(30).then_some(22_000.0),
        breaks,
        profile: rng.below(2),
        travel_factor: if rng.chance(25) { 1.25 } else { 1.0 },
        service_factor: if rng.chance(25) { 0.9 } else { 1.0 },
        costs: CostsDraft {
            fixed: if rng.chance(50) { 200.0 } else { 0.0 },
            per_travel_s: 1.0 + rng.below(2) as f64,
            per_km: if rng.chance(40) { 150.0 } else { 0.0 },
            per_duty_s: if kind.has_duty_costs && rng.chance(50) { 1.0 } else { 0.0 },
            per_overtime_s: 2.0,
            per_imbalance_s: if kind.has_duty_costs && rng.chance(40) { 1.0 } else { 0.0 },
        },
        target_duty_s: rng.chance(50).then_some(15_000.0),
        locked: vec![],
        under_way: None,
    }
}

pub fn draft(rng: &mut Rng, kind: Kind) -> ProblemDraft {
    ProblemDraft {
        origin: Timestamp::parse("2026-11-02T08:00:00Z").unwrap(),
        stops: vec![StopDraft::default(); STOPS],
        profiles: vec!["car".into(), "bike".into()],
        skills: vec!["cold".into()],
        visits: (0..kind.visits).map(|n| visit(rng, n, kind)).collect(),
        shifts: (0..kind.shifts).map(|n| shift(rng, n, kind)).collect(),
        agents: vec![AgentLimitsDraft { agent: agent(0), duty_max_s: Some(30_000.0), shifts_max: Some(1) }],
        matrices: vec![],
    }
}

/// A plan with nothing in it, and where things are.
pub fn empty_plan(rng: &mut Rng, kind: Kind) -> LivePlan<Town> {
    let town = town(rng);
    let problem = Problem::new(&draft(rng, kind)).unwrap();
    LivePlan::new(problem, None, town, Rules { grace_s: 0, near: 12, ask: 8, ..Rules::default() }, 0).unwrap()
}
