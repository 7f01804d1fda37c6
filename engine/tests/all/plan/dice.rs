//! Random planning problems with every rule in them, from a seed.

use chrono::NaiveDate;
use salessync_engine::plan::model::*;
use salessync_engine::{AgentId, Timestamp, VisitId};

pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xD1B5_4A32_D192_ED03)
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) * n) >> 31
    }

    pub fn between(&mut self, low: u64, high: u64) -> f64 {
        (low + self.below(high - low + 1)) as f64
    }

    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

pub fn visit_id(number: usize) -> VisitId {
    VisitId(uuid::Uuid::from_u128(1 << 100 | number as u128))
}

pub fn agent_id(number: usize) -> AgentId {
    AgentId(uuid::Uuid::from_u128(2 << 100 | number as u128))
}

pub fn shift_id(agent: usize, day: usize) -> ShiftId {
    let date = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap() + chrono::Days::new(day as u64);
    ShiftId { agent: agent_id(agent), date, part: 0 }
}

pub fn visit(number: usize, stop: usize, service_s: f64, windows: &[(f64, f64)]) -> VisitDraft {
    VisitDraft {
        id: visit_id(number),
        stop,
        service_s,
        windows: windows.iter().map(|&(opens_s, closes_s)| WindowDraft { opens_s, closes_s }).collect(),
        demand: 0.0,
        skills: Vec::new(),
        allowed_agents: Vec::new(),
        forbidden_agents: Vec::new(),
        preferred_agents: Vec::new(),
        not_preferred_cost: 0.0,
        prize: None,
        priority: 0,
        pinned: None,
        promise: None,
        awaited: None,
        current: None,
    }
}

pub fn shift(agent: usize, day: usize, stop: usize, from_s: f64, to_s: f64) -> ShiftDraft {
    ShiftDraft {
        id: shift_id(agent, day),
        start_stop: stop,
        end_stop: Some(stop),
        earliest_start_s: from_s,
        latest_start_s: None,
        latest_end_s: to_s,
        overtime_max_s: 0.0,
        capacity: None,
        skills: Vec::new(),
        visits_max: None,
        travel_max_s: None,
        distance_max_m: None,
        breaks: Vec::new(),
        profile: 0,
        travel_factor: 1.0,
        service_factor: 1.0,
        costs: CostsDraft::default(),
        target_duty_s: None,
        locked: Vec::new(),
        under_way: None,
    }
}

pub fn problem(stops: usize, visits: Vec<VisitDraft>, shifts: Vec<ShiftDraft>) -> ProblemDraft {
    ProblemDraft {
        origin: Timestamp::parse("2026-11-23T00:00:00Z").unwrap(),
        stops: vec![StopDraft::default(); stops],
        profiles: vec!["car".to_owned()],
        skills: Vec::new(),
        visits,
        shifts,
        agents: Vec::new(),
        matrices: Vec::new(),
    }
}

const DAY_S: u64 = 86_400;

/// A problem with up to `visits` visits and every rule, some of them impossible to keep for all. Travel is not metric.
pub fn rich(seed: u64, visits_max: u64) -> (Problem, Matrices) {
    let mut dice = Dice::new(seed);
    let (agents, days) = (1 + dice.below(3) as usize, 1 + dice.below(2) as usize);
    let visits = 1 + dice.below(visits_max) as usize;
    let stops = 2 + dice.below(12) as usize;
    let profiles = 1 + dice.below(2) as usize;
    let skills = ["fridge", "french", "ladder"];
    let mut draft = problem(stops, Vec::new(), Vec::new());
    draft.profiles = (0..profiles).map(|profile| format!("profile {profile}")).collect();
    draft.skills = skills.map(str::to_owned).to_vec();
    let places: Vec<(f64, f64)> = (0..stops).map(|_| (dice.between(0, 2_000), dice.between(0, 2_000))).collect();
    for profile in 0..profiles {
        let has_hole = dice.chance(10);
        let mut leg = |from: usize, to: usize| {
            let (a, b) = (places[from], places[to]);
            let time = ((a.0 - b.0).hypot(a.1 - b.1) * (1.0 + profile as f64)).round() + dice.between(0, 200);
            if has_hole && dice.chance(5) { None } else { Some(time) }
        };
        let duration_s: Vec<Vec<Option<f64>>> = (0..stops).map(|from| (0..stops).map(|to| leg(from, to)).collect()).collect();
        let distance_m = duration_s.iter().map(|row| row.iter().map(|cell| cell.map(|time| time * 8.0)).collect()).collect();
        draft.matrices.push(MatrixDraft { duration_s, distance_m });
    }
    for agent in 0..agents {
        for day in 0..days {
            if dice.chance(10) {
                continue;
            }
            draft.shifts.push(rich_shift(&mut dice, agent, day, stops, profiles, &skills));
        }
        if dice.chance(20) {
            draft.agents.push(AgentLimitsDraft {
                agent: agent_id(agent),
                duty_max_s: dice.chance(50).then(|| dice.between(3_600, 40_000)),
                shifts_max: dice.chance(50).then_some(1),
            });
        }
    }
    for number in 0..visits {
        let new = rich_visit(&mut dice, number, stops, agents, days, &draft.shifts, &skills);
        draft.visits.push(new);
    }
    lock_some(&mut dice, &mut draft);
    let problem = Problem::new(&draft).unwrap_or_else(|flaws| panic!("seed {seed}: {flaws:?}"));
    let travel = Matrices::from_drafts(&draft.matrices, stops, profiles).unwrap();
    (problem, travel)
}

fn rich_shift(dice: &mut Dice, agent: usize, day: usize, stops: usize, profiles: usize, skills: &[&str]) -> ShiftDraft {
    let from_s = (day as u64 * DAY_S) as f64 + dice.between(6, 9) * 3_600.0;
    let to_s = from_s + dice.between(3, 9) * 3_600.0;
    let mut new = shift(agent, day, dice.below(stops as u64) as usize, from_s, to_s);
    new.end_stop = dice.chance(70).then(|| dice.below(stops as u64) as usize);
    new.latest_start_s = dice.chance(20).then(|| from_s + dice.between(0, 7_200));
    new.overtime_max_s = if dice.chance(40) { dice.between(0, 7_200) } else { 0.0 };
    new.capacity = dice.chance(40).then(|| dice.between(0, 60));
    new.skills = skills.iter().filter(|_| dice.chance(60)).map(|&name| name.to_owned()).collect();
    new.visits_max = dice.chance(20).then(|| dice.below(6) as usize);
    new.travel_max_s = dice.chance(20).then(|| dice.between(500, 12_000));
    new.distance_max_m = dice.chance(20).then(|| dice.between(5_000, 90_000));
    for _ in 0..dice.below(3) {
        let earliest_start_s = from_s + dice.between(0, 6) * 1_800.0;
        let latest_start_s = earliest_start_s + 3_600.0;
        new.breaks.push(BreakDraft { earliest_start_s, latest_start_s, duration_s: dice.between(300, 2_700) });
    }
    new.profile = dice.below(profiles as u64) as usize;
    if dice.chance(30) {
        (new.travel_factor, new.service_factor) = (dice.between(5, 20) / 10.0, dice.between(5, 20) / 10.0);
    }
    let mut rate = |percent: u64, max: u64| if dice.chance(percent) { dice.between(0, max) } else { 0.0 };
    new.costs = CostsDraft {
        fixed: rate(40, 5_000),
        per_travel_s: rate(90, 3),
        per_km: rate(40, 200),
        per_duty_s: rate(40, 2),
        per_overtime_s: rate(60, 5),
        per_imbalance_s: rate(40, 3),
    };
    new.target_duty_s = dice.chance(40).then(|| dice.between(3_600, 20_000));
    new
}

fn rich_visit(
    dice: &mut Dice,
    number: usize,
    stops: usize,
    agents: usize,
    days: usize,
    shifts: &[ShiftDraft],
    skills: &[&str],
) -> VisitDraft {
    let mut windows = Vec::new();
    let mut from_s = dice.below(days as u64) * DAY_S + dice.between(5, 12) as u64 * 3_600;
    for _ in 0..1 + dice.below(3) {
        let to_s = from_s + dice.between(0, 4 * 3_600) as u64;
        windows.push((from_s as f64, to_s as f64));
        from_s = to_s + dice.between(60, 20_000) as u64;
    }
    let mut new = visit(number, dice.below(stops as u64) as usize, dice.between(0, 3_600), &windows);
    new.demand = dice.between(0, 30);
    new.skills = skills.iter().filter(|_| dice.chance(15)).map(|&name| name.to_owned()).collect();
    let mut some = |percent: u64| -> Vec<AgentId> {
        if dice.chance(percent) { vec![agent_id(dice.below(agents as u64) as usize)] } else { Vec::new() }
    };
    (new.allowed_agents, new.forbidden_agents, new.preferred_agents) = (some(10), some(10), some(20));
    new.not_preferred_cost = dice.between(0, 2_000);
    new.prize = dice.chance(40).then(|| dice.between(0, 6_000));
    new.priority = dice.below(10) as u8;
    let any_shift = |dice: &mut Dice| shifts.get(dice.below(shifts.len().max(1) as u64) as usize).map(|shift| shift.id);
    new.pinned = if dice.chance(10) { any_shift(dice) } else { None };
    if dice.chance(20) {
        let opens_s = windows[0].0 + dice.between(0, 3_600);
        let agent = dice.chance(30).then(|| agent_id(dice.below(agents as u64) as usize));
        let promise = PromiseDraft { opens_s, closes_s: opens_s + 1_800.0, agent, cost_broken: dice.between(0, 3_000) };
        new.promise = Some(promise);
    }
    if dice.chance(15) {
        let since_s = windows[0].0 + dice.between(0, 7_200);
        new.awaited = Some(AwaitedDraft { since_s, cost_per_s: dice.between(0, 3) });
    }
    new.current = if dice.chance(30) {
        any_shift(dice).map(|shift| CurrentDraft { shift, cost_moved: dice.between(0, 3_000) })
    } else {
        None
    };
    new
}

/// Some shifts are under way, with visits done and in progress, and others settled.
fn lock_some(dice: &mut Dice, draft: &mut ProblemDraft) {
    let mut next_visit = 0;
    for at in 0..draft.shifts.len() {
        if !dice.chance(30) {
            continue;
        }
        let mut at_s = draft.shifts[at].earliest_start_s;
        let mut commitments = Vec::new();
        if dice.chance(60) {
            commitments.extend((0..dice.below(2)).map(|_| Commitment::Done));
            if dice.chance(50) {
                commitments.push(Commitment::InProgress);
            }
        }
        commitments.extend((0..dice.below(2)).map(|_| Commitment::FixedOrderAndTime));
        commitments.extend((0..dice.below(2)).map(|_| Commitment::FixedOrder));
        let mut has_facts = false;
        for commitment in commitments {
            let Some(visit) = draft.visits.get_mut(next_visit) else { break };
            next_visit += 1;
            visit.pinned = None;
            let start_s = at_s + dice.between(0, 3_000);
            let end_s = start_s + dice.between(0, 3_000);
            at_s = end_s;
            has_facts |= commitment <= Commitment::InProgress;
            draft.shifts[at].locked.push(LockedDraft {
                visit: visit.id,
                commitment,
                start_s: (commitment <= Commitment::FixedOrderAndTime).then_some(start_s),
                end_s: (commitment == Commitment::Done).then_some(end_s),
            });
        }
        if has_facts || dice.chance(30) {
            let under_way =
                UnderWayDraft { stop: dice.below(draft.stops.len() as u64) as usize, at_s: at_s + dice.between(0, 1_800) };
            draft.shifts[at].under_way = Some(under_way);
        }
    }
}
