//! How long visits take, learned from visits that took place: by class of customer, by customer, and a factor for the agent.
//!
//! Everything kept is a counter, so two models of disjoint visits merge into the model of both, in any order. Estimates are shrunken
//! means of logarithms: a customer with two visits leans on their class, a class with three on what was planned. Tails are pulled in
//! before they are averaged (a phone forgotten in a drawer is not a visit of nine hours). Not here: what an estimate is used for.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Shorter visits count as this long, seconds: a check-in and a check-out by mistake.
const SHORTEST_S: f64 = 30.0;
/// Longer ones count as this long, seconds.
const LONGEST_S: f64 = 12.0 * 3600.0;
/// Bins an octave: 4.4 % wide each, so that a bin's middle is at most 2.2 % off.
const BINS_AN_OCTAVE: f64 = 16.0;
/// This share of the visits at either end is pulled in to the one next to it.
const TAIL: f64 = 0.1;
/// What is planned for a class weighs as many visits.
const PLANNED_WEIGHT: f64 = 8.0;
/// A class weighs as many visits of the customer.
const CLASS_WEIGHT: f64 = 4.0;
/// "Agents are alike" weighs as many visits of the agent.
const AGENT_WEIGHT: f64 = 20.0;
/// Spread of a visit of which nothing is known: standard deviation of the logarithm, some ±50 %.
const SPREAD_UNKNOWN: f64 = 0.45;
/// No estimate is surer of itself than this: ±10 %.
const SPREAD_LEAST: f64 = 0.1;
/// An agent is at most this many times slower or faster than their colleagues.
const AGENT_FACTOR_MOST: f64 = 2.0;

/// What was observed: one finished visit.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Observed<C, A> {
    /// Class of the customer, as the organisation numbers them.
    pub class: u16,
    pub customer: C,
    pub agent: A,
    /// From check-in to check-out, seconds. Not finite or not positive: not counted.
    pub duration_s: f64,
}

/// How long a visit will take.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Estimate {
    /// Expected, seconds.
    pub mean_s: f64,
    /// Standard deviation, seconds.
    pub sd_s: f64,
    /// Visits of this customer it rests on; 0 when it rests on the class or the plan alone.
    pub visits: u32,
}

/// Counters of all visits seen, by customers `C` and agents `A`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(bound = "C: Ord + Serialize + serde::de::DeserializeOwned, A: Ord + Serialize + serde::de::DeserializeOwned")]
pub struct DurationModel<C: Ord, A: Ord> {
    classes: BTreeMap<u16, Bins>,
    customers: BTreeMap<C, Bins>,
    agents: BTreeMap<(A, u16), Bins>,
}

impl<C: Ord, A: Ord> Default for DurationModel<C, A> {
    fn default() -> Self {
        Self { classes: BTreeMap::new(), customers: BTreeMap::new(), agents: BTreeMap::new() }
    }
}

impl<C: Ord + Copy, A: Ord + Copy> DurationModel<C, A> {
    /// Counts a visit; says whether it counts.
    pub fn observe(&mut self, visit: &Observed<C, A>) -> bool {
        if !visit.duration_s.is_finite() || visit.duration_s <= 0.0 {
            return false;
        }
        let bin = bin_of(visit.duration_s);
        self.classes.entry(visit.class).or_default().add(bin, 1);
        self.customers.entry(visit.customer).or_default().add(bin, 1);
        self.agents.entry((visit.agent, visit.class)).or_default().add(bin, 1);
        true
    }

    /// Was any visit of this class or this customer counted?
    pub fn has_seen(&self, class: u16, customer: C) -> bool {
        self.classes.contains_key(&class) || self.customers.contains_key(&customer)
    }

    /// Takes over the counters of other visits than ours.
    pub fn merge(&mut self, other: &Self) {
        let add = |mine: &mut Bins, theirs: &Bins| theirs.0.iter().for_each(|(&bin, &count)| mine.add(bin, count));
        other.classes.iter().for_each(|(&key, bins)| add(self.classes.entry(key).or_default(), bins));
        other.customers.iter().for_each(|(&key, bins)| add(self.customers.entry(key).or_default(), bins));
        other.agents.iter().for_each(|(&key, bins)| add(self.agents.entry(key).or_default(), bins));
    }

    /// How long a visit of this agent to this customer will take when `planned_s` is what the organisation plans for it.
    pub fn estimate(&self, class: u16, customer: C, agent: Option<A>, planned_s: f64) -> Estimate {
        let planned = planned_s.clamp(SHORTEST_S, LONGEST_S).log2();
        let of_class = self.classes.get(&class).map(Bins::summary).unwrap_or_default();
        let class_mean = shrunken(of_class, planned, PLANNED_WEIGHT);
        let class_spread = spread(of_class, SPREAD_UNKNOWN / std::f64::consts::LN_2, PLANNED_WEIGHT);
        let of_customer = self.customers.get(&customer).map(Bins::summary).unwrap_or_default();
        let mean = shrunken(of_customer, class_mean, CLASS_WEIGHT) + agent.map_or(0.0, |agent| self.agent_octaves(agent));
        let spread = spread(of_customer, class_spread, CLASS_WEIGHT) * std::f64::consts::LN_2;
        let spread = spread.max(SPREAD_LEAST);
        // Mean and deviation of a log-normal quantity.
        let mean_s = mean.exp2() * (spread * spread / 2.0).exp();
        Estimate { mean_s, sd_s: mean_s * ((spread * spread).exp() - 1.0).sqrt(), visits: of_customer.count as u32 }
    }

    /// How many times longer than their colleagues the agent takes: 1 for who is not known.
    pub fn agent_factor(&self, agent: A) -> f64 {
        self.agent_octaves(agent).exp2()
    }

    /// The agent's visits against everybody's of the same class, so that who has the long visits is not called slow.
    fn agent_octaves(&self, agent: A) -> f64 {
        let (mut excess, mut visits) = (0.0, 0.0);
        for ((_, class), bins) in self.agents.range((agent, 0)..=(agent, u16::MAX)) {
            let (own, all) = (bins.summary(), self.classes.get(class).map(Bins::summary).unwrap_or_default());
            excess += own.count * (own.mean - all.mean);
            visits += own.count;
        }
        let most = AGENT_FACTOR_MOST.log2();
        (excess / (visits + AGENT_WEIGHT)).clamp(-most, most)
    }
}

/// Counts by logarithmic bin; only bins that hold something.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
struct Bins(BTreeMap<u8, u32>);

/// Mean and variance of base-2 logarithms with the tails pulled in.
#[derive(Clone, Copy, Default)]
struct Summary {
    count: f64,
    mean: f64,
    variance: f64,
}

impl Bins {
    fn add(&mut self, bin: u8, count: u32) {
        let held = self.0.entry(bin).or_default();
        *held = held.saturating_add(count);
    }

    fn summary(&self) -> Summary {
        let count: f64 = self.0.values().map(|&count| f64::from(count)).sum();
        if count == 0.0 {
            return Summary::default();
        }
        let (low, high) = (self.quantile(count * TAIL), self.quantile(count * (1.0 - TAIL)));
        let pulled = || self.0.iter().map(|(&bin, &count)| (middle(bin.clamp(low, high)), f64::from(count)));
        let mean = pulled().map(|(at, weight)| at * weight).sum::<f64>() / count;
        let variance = pulled().map(|(at, weight)| weight * (at - mean).powi(2)).sum::<f64>() / count;
        Summary { count, mean, variance }
    }

    /// The bin holding the visit of this rank, counted from 0.
    fn quantile(&self, rank: f64) -> u8 {
        let mut passed = 0.0;
        for (&bin, &count) in &self.0 {
            passed += f64::from(count);
            if passed > rank {
                return bin;
            }
        }
        self.0.last_key_value().map_or(0, |(&bin, _)| bin)
    }
}

fn shrunken(own: Summary, towards: f64, weight: f64) -> f64 {
    (own.count * own.mean + weight * towards) / (own.count + weight)
}

/// Standard deviation in octaves: the variances weighed like the means.
fn spread(own: Summary, towards: f64, weight: f64) -> f64 {
    ((own.count * own.variance + weight * towards * towards) / (own.count + weight)).sqrt()
}

fn bin_of(duration_s: f64) -> u8 {
    ((duration_s.clamp(SHORTEST_S, LONGEST_S) / SHORTEST_S).log2() * BINS_AN_OCTAVE) as u8
}

/// Base-2 logarithm of the seconds in the middle of the bin.
fn middle(bin: u8) -> f64 {
    SHORTEST_S.log2() + (f64::from(bin) + 0.5) / BINS_AN_OCTAVE
}

#[cfg(test)]
mod tests {
    use super::*;

    type Model = DurationModel<u32, u32>;

    fn seen(visits: impl IntoIterator<Item = (u16, u32, u32, f64)>) -> Model {
        let mut model = Model::default();
        for (class, customer, agent, duration_s) in visits {
            model.observe(&Observed { class, customer, agent, duration_s });
        }
        model
    }

    #[test]
    fn what_is_planned_stands_until_something_is_seen() {
        let estimate = Model::default().estimate(1, 7, Some(3), 900.0);
        assert_eq!(estimate.visits, 0);
        assert!((900.0..1_050.0).contains(&estimate.mean_s) && estimate.sd_s > 300.0, "{estimate:?}");
    }

    #[test]
    fn a_customer_known_well_is_estimated_by_their_own_visits_and_one_known_little_by_their_class() {
        let many = (0..400).map(|i| (1, i % 40, 1, 600.0));
        let model = seen(many.chain((0..60).map(|_| (1, 99, 1, 1_800.0))).chain([(1, 98, 1, 1_800.0)]));
        let mean = |customer| model.estimate(1, customer, None, 900.0).mean_s;
        assert!((1_550.0..1_900.0).contains(&mean(99)), "{}", mean(99));
        assert!(mean(98) < 900.0 && mean(98) > mean(97), "{} {}", mean(98), mean(97));
        assert!((590.0..800.0).contains(&mean(97)), "{}", mean(97));
    }

    #[test]
    fn a_forgotten_check_out_moves_an_estimate_little() {
        let usual = || (0..30).map(|i| (1, 5, 1, 580.0 + f64::from(i)));
        let (clean, soiled) = (seen(usual()), seen(usual().chain([(1, 5, 1, 40_000.0), (1, 5, 1, 0.5)])));
        let mean = |model: &Model| model.estimate(1, 5, None, 600.0).mean_s;
        assert!((mean(&soiled) / mean(&clean) - 1.0).abs() < 0.05, "{} {}", mean(&soiled), mean(&clean));
    }

    #[test]
    fn an_agent_is_measured_against_colleagues_in_the_same_class_only() {
        let short = (0..200).map(|i| (1, i % 20, 1, 600.0));
        let long = (0..200).map(|i| (2, 100 + i % 20, 2, 3_600.0));
        let slow = (0..100).map(|i| (1, i % 20, 3, 900.0));
        let model = seen(short.chain(long).chain(slow));
        assert!((model.agent_factor(2) - 1.0).abs() < 0.01, "long visits are not slow ones: {}", model.agent_factor(2));
        assert!(model.agent_factor(3) > 1.15 && model.agent_factor(1) < 1.0);
        assert_eq!(model.agent_factor(77), 1.0);
    }

    #[test]
    fn models_merge_in_any_order_into_the_model_of_all_visits() {
        let visits: Vec<_> = (0..300u32).map(|i| ((i % 3) as u16, i % 17, i % 5, f64::from(200 + (i * 7919) % 3_000))).collect();
        let parts = visits.chunks(70).map(|part| seen(part.iter().copied())).collect::<Vec<_>>();
        let merged = |order: &mut dyn Iterator<Item = &Model>| {
            order.fold(Model::default(), |mut all, part| {
                all.merge(part);
                all
            })
        };
        let whole = seen(visits.iter().copied());
        assert_eq!(merged(&mut parts.iter()), whole);
        assert_eq!(merged(&mut parts.iter().rev()), whole);
    }

    #[test]
    fn what_is_no_duration_is_not_counted() {
        let mut model = Model::default();
        for duration_s in [f64::NAN, f64::INFINITY, 0.0, -5.0] {
            assert!(!model.observe(&Observed { class: 1, customer: 1, agent: 1, duration_s }));
        }
        assert_eq!(model, Model::default());
    }
}
