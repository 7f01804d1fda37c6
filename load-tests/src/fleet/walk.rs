//! Where somebody really is: along the streets from shop to shop, with acceleration, bends, lights, visits and breaks.
//!
//! Pure and seeded; time is what `advance` is told. What the phone makes of it is in `handset`.

use super::ground::{Ground, Leg, Mode};
use crate::rng::Rng;
use crate::town::layout::Class;
use crate::town::plane::V;

const STEP_S: f64 = 1.0;
const NEAR_SHOPS: usize = 7; // the next customer is one of this many nearest

/// How this person spends the day.
#[derive(Clone, Copy, Debug)]
pub struct Habits {
    pub mode: Mode,
    pub district: usize,
    /// Share of stops that last long, 10 to 35 minutes.
    pub long_stops: f64,
    /// 1: visits of 20 to 90 seconds.
    pub visit_scale: f64,
}

#[derive(Clone, Debug)]
pub struct Walker {
    habits: Habits,
    rng: Rng,
    at: V,
    speed_mps: f64,
    heading: V,
    /// The legs still ahead, the next one last.
    way: Vec<Leg>,
    node: usize,
    goal: usize,
    idle_s: f64,
    visited: Vec<usize>,
    /// Shops to go to before any other: those with a visit.
    agenda: Vec<usize>,
    /// The shop, since the last arrival.
    inside: Option<usize>,
    /// Own pace against the usual one.
    pace: f64,
}

/// The truth at an instant.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Truth {
    pub at: V,
    pub speed_mps: f64,
    pub heading: V,
    pub is_visiting: bool,
    /// The shop, while inside.
    pub visiting: Option<usize>,
}

impl Walker {
    /// Starts at a place (on the nearest street), or at some shop of the district.
    pub fn new(ground: &Ground, habits: Habits, start: Option<V>, mut rng: Rng) -> Self {
        let homes: Vec<usize> = (0..ground.shops.len()).filter(|i| ground.shops[*i].district == Some(habits.district)).collect();
        let home = if homes.is_empty() { rng.below(ground.shops.len()) } else { *rng.pick(&homes) };
        let (node, at) = match start {
            Some(start) => {
                let node = ground.nearest_node(start, habits.mode);
                (node, ground.nodes[node])
            }
            None => (ground.shops[home].node, ground.nodes[ground.shops[home].node]),
        };
        let pace = rng.range(0.85, 1.12);
        let idle_s = rng.range(0.0, 60.0);
        Self {
            habits,
            rng,
            at,
            speed_mps: 0.0,
            heading: V { x: 1.0, y: 0.0 },
            way: Vec::new(),
            node,
            goal: home,
            idle_s,
            visited: Vec::new(),
            agenda: Vec::new(),
            inside: None,
            pace,
        }
    }

    /// These shops come next, the nearest first, and are stayed at for some minutes.
    pub fn call_at(&mut self, shops: Vec<usize>) {
        self.agenda = shops;
    }

    /// The shops that may come next, the nearest first.
    pub fn near(&self, ground: &Ground, count: usize) -> Vec<usize> {
        let mut shops: Vec<usize> = (0..ground.shops.len())
            .filter(|shop| ground.shops[*shop].district == Some(self.habits.district) && ground.shops[*shop].node != self.node)
            .collect();
        shops.sort_by(|a, b| ground.shops[*a].at.distance(self.at).total_cmp(&ground.shops[*b].at.distance(self.at)));
        shops.truncate(count);
        shops
    }

    /// Lets `s` seconds pass.
    pub fn advance(&mut self, ground: &Ground, s: f64) -> Truth {
        let mut left = s;
        while left > 0.0 {
            let step = left.min(STEP_S);
            self.step(ground, step);
            left -= step;
        }
        Truth {
            at: self.at,
            speed_mps: self.speed_mps,
            heading: self.heading,
            is_visiting: self.idle_s > 0.0 && self.way.is_empty(),
            visiting: self.inside.filter(|_| self.idle_s > 0.0),
        }
    }

    fn step(&mut self, ground: &Ground, s: f64) {
        if self.idle_s > 0.0 {
            self.idle_s -= s;
            self.speed_mps = 0.0;
            return;
        }
        if self.way.is_empty() {
            self.set_out(ground);
            return;
        }
        let reach = self.safe_speed_mps();
        let change = self.habits.mode.acceleration_mps2() * s;
        self.speed_mps = if self.speed_mps < reach {
            (self.speed_mps + change).min(reach)
        } else {
            (self.speed_mps - 2.0 * change).max(reach)
        };
        let mut metres = self.speed_mps.max(0.3) * s;
        while let Some(leg) = self.way.last().copied() {
            let ahead = leg.to - self.at;
            if ahead.len() > 0.01 {
                self.heading = ahead.unit();
            }
            if ahead.len() > metres {
                self.at = self.at + self.heading * metres;
                return;
            }
            metres -= ahead.len();
            self.at = leg.to;
            self.way.pop();
            if leg.is_junction && !self.way.is_empty() && self.rng.chance(self.light_chance(leg.class)) {
                self.idle_s = self.rng.range(4.0, 24.0);
                self.speed_mps = 0.0;
                return;
            }
        }
        self.arrive();
    }

    /// Chance that a junction makes one wait.
    fn light_chance(&self, class: Class) -> f64 {
        match (self.habits.mode, class) {
            (Mode::Car, Class::Major) => 0.07,
            (Mode::Car, Class::Minor) => 0.04,
            (Mode::Bicycle, Class::Major) => 0.04,
            (Mode::Foot, Class::Major) => 0.05,
            _ => 0.0,
        }
    }

    /// The speed from which everything ahead can still be taken: bends, and the end of the way.
    fn safe_speed_mps(&self) -> f64 {
        let Some(leg) = self.way.last() else { return 0.0 };
        let cruise = self.habits.mode.cruise_mps(leg.class).unwrap_or(1.0) * self.pace;
        let braking = self.habits.mode.acceleration_mps2() * 1.4;
        let mut safe = cruise;
        let (mut from, mut direction, mut distance) = (self.at, None::<V>, 0.0);
        for (ahead, leg) in self.way.iter().rev().enumerate() {
            let way = leg.to - from;
            let next = way.unit();
            if let Some(before) = direction {
                // Straight on: full speed. At right angles: about a third. Back: walking pace.
                let corner = (cruise * (0.15 + 0.85 * ((1.0 + next.dot(before)) / 2.0).powi(2))).max(1.2);
                safe = f64::min(safe, (corner * corner + 2.0 * braking * distance).sqrt());
            }
            distance += way.len();
            (from, direction) = (leg.to, Some(next));
            if distance > 120.0 {
                return safe;
            }
            if ahead + 1 == self.way.len() {
                safe = safe.min((2.0 * braking * distance).sqrt());
            }
        }
        safe
    }

    fn arrive(&mut self) {
        self.speed_mps = 0.0;
        self.inside = Some(self.goal);
        let is_call = self.agenda.contains(&self.goal);
        self.agenda.retain(|shop| *shop != self.goal);
        self.idle_s = if is_call {
            self.rng.range(330.0, 600.0)
        } else if self.rng.chance(self.habits.long_stops) {
            self.rng.range(600.0, 2100.0)
        } else {
            self.rng.range(20.0, 90.0) * self.habits.visit_scale
        };
        self.visited.push(self.goal);
    }

    /// Picks the next customer and the way there.
    fn set_out(&mut self, ground: &Ground) {
        let in_district: Vec<usize> =
            (0..ground.shops.len()).filter(|i| ground.shops[*i].district == Some(self.habits.district)).collect();
        if self.visited.len() >= in_district.len().max(NEAR_SHOPS) {
            self.visited.clear();
        }
        let mut open: Vec<usize> =
            in_district.iter().copied().filter(|i| !self.visited.contains(i) && ground.shops[*i].node != self.node).collect();
        if open.is_empty() {
            open = (0..ground.shops.len()).filter(|i| ground.shops[*i].node != self.node).collect();
        }
        open.sort_by(|a, b| ground.shops[*a].at.distance(self.at).total_cmp(&ground.shops[*b].at.distance(self.at)));
        // People on foot stay near; by car the next customer may be anywhere in the district.
        let choice = match self.habits.mode {
            Mode::Foot => 3,
            Mode::Bicycle => NEAR_SHOPS,
            Mode::Car => open.len(),
        };
        let call = self.agenda.iter().copied().filter(|shop| ground.shops[*shop].node != self.node);
        let call = call.min_by(|a, b| ground.shops[*a].at.distance(self.at).total_cmp(&ground.shops[*b].at.distance(self.at)));
        let some = open.get(self.rng.below(choice.min(open.len()))).copied();
        let Some(goal) = call.or(some) else {
            self.idle_s = 60.0;
            return;
        };
        let shop = &ground.shops[goal];
        let Some(mut way) = ground.way(self.node, shop.node, self.habits.mode) else {
            self.agenda.retain(|shop| *shop != goal);
            self.visited.push(goal);
            self.idle_s = 5.0;
            return;
        };
        // Out of the last shop onto the street, and into the next one; cars stay at the kerb.
        way.insert(0, Leg { to: ground.nodes[self.node], class: Class::Minor, is_junction: false });
        if self.habits.mode != Mode::Car {
            way.push(Leg { to: shop.at, class: Class::Minor, is_junction: false });
        }
        way.reverse();
        self.inside = None;
        self.way = way;
        self.goal = goal;
        self.node = shop.node;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ground() -> Ground {
        Ground::read(&crate::town::generate(7, 54.0, 2.0)).unwrap()
    }

    #[test]
    fn people_move_at_the_speed_of_their_kind_never_jump_and_visit_shops() {
        let ground = ground();
        for (mode, fastest) in [(Mode::Foot, 1.6), (Mode::Bicycle, 5.8), (Mode::Car, 30.0)] {
            let habits = Habits { mode, district: 0, long_stops: 0.0, visit_scale: 1.0 };
            let mut walker = Walker::new(&ground, habits, None, Rng::new(5));
            let mut before = walker.advance(&ground, 1.0);
            let (mut moved, mut visits) = (0.0, 0);
            for _ in 0..3600 {
                let now = walker.advance(&ground, 1.0);
                let metres = now.at.distance(before.at);
                assert!(metres <= fastest, "{mode:?} moved {metres} m in a second");
                moved += metres;
                visits += usize::from(now.is_visiting && !before.is_visiting);
                before = now;
            }
            assert!(visits >= 4 && moved > 900.0, "{mode:?}: {visits} visits, {moved:.0} m in an hour");
        }
    }

    #[test]
    fn the_same_seed_walks_the_same_way() {
        let ground = ground();
        let habits = Habits { mode: Mode::Bicycle, district: 1, long_stops: 0.1, visit_scale: 1.0 };
        let end = |seed| Walker::new(&ground, habits, None, Rng::new(seed)).advance(&ground, 2_000.0);
        assert_eq!(end(3), end(3));
        assert_ne!(end(3), end(4));
    }
}
