//! What visits are worth for the time they take, which decides who stays out where not all can be made.

use crate::plan::search::ground::{Ground, MANDATORY};

/// A second of service counts as this part of what a mean second earns.
const RELIEF_PART: f64 = 0.2;

#[derive(Debug)]
pub struct Worths {
    rates: Vec<f64>,
    reliefs: Vec<i64>,
}

impl Worths {
    pub fn new(ground: &Ground<'_>) -> Self {
        let n = ground.problem.visits().len();
        let services: Vec<f64> = ground.problem.visits().iter().map(|visit| f64::from(visit.service_s)).collect();
        let mean_s = (services.iter().sum::<f64>() / n.max(1) as f64).max(1.0);
        let losses: Vec<i64> = (0..n as u32).map(|visit| ground.loss(visit)).collect();
        let prizes: Vec<f64> = losses.iter().filter(|&&loss| loss < MANDATORY).map(|&loss| loss as f64).collect();
        let earned = prizes.iter().sum::<f64>() / prizes.len().max(1) as f64 / mean_s;
        // The way to a visit and the wait for it are taken to last as long as a mean service.
        let rates = losses.iter().zip(&services).map(|(&loss, service_s)| loss as f64 / (service_s + mean_s)).collect();
        let relief = |(&loss, service_s): (&i64, &f64)| ((RELIEF_PART * earned * service_s) as i64).min(loss / 2);
        let reliefs = losses.iter().zip(&services).map(relief).collect();
        Self { rates, reliefs }
    }

    /// What a visit is worth by the second.
    pub fn rate(&self, visit: u32) -> f64 {
        self.rates[visit as usize]
    }

    /// What a plan without it is judged better for the room it leaves; never more than half of what it is worth.
    pub fn relief(&self, visit: u32) -> i64 {
        self.reliefs[visit as usize]
    }
}
