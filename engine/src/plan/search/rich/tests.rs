//! What the search remembers and takes short ways to is what it would work out anew.

use super::places::Places;
use super::tour::Tour;
use super::{Orders, Rich};
use crate::plan::model::{Leg, Matrices, Matrix, Problem, ProblemDraft};
use crate::plan::search::ground::Ground;
use crate::plan::search::rng::Rng;
use serde_json::{Value, json};

const STOPS: usize = 50;

/// More visits than three shifts can make: a plain shift, one with breaks, one that pays for its time.
fn overloaded_day(seed: u64) -> (Problem, Matrices) {
    let mut rng = Rng::new(seed);
    let places: Vec<(f64, f64)> = (0..STOPS).map(|_| (rng.unit() * 3_000.0, rng.unit() * 3_000.0)).collect();
    let visits: Vec<Value> = (3..STOPS)
        .map(|stop| {
            let opens_s = 20_000 + rng.below(20_000);
            let mut windows = vec![json!({"opens_s": opens_s, "closes_s": opens_s + 6_000})];
            if rng.one_in(3) {
                windows.push(json!({"opens_s": opens_s + 8_000, "closes_s": opens_s + 12_000}));
            }
            let prize = if rng.one_in(8) { None } else { Some(5_000 + rng.below(10_000)) };
            let id = uuid::Uuid::from_u128(1 << 100 | stop as u128);
            let awaited =
                rng.one_in(5).then(|| json!({"since_s": opens_s - 1_000 + rng.below(4_000), "cost_per_s": 1 + rng.below(2)}));
            let service_s = 600 + rng.below(1_800);
            json!({"id": id, "stop": stop, "service_s": service_s, "windows": windows, "prize": prize, "awaited": awaited})
        })
        .collect();
    let shift = |number: u128, more: Value| {
        let id = json!({"agent": uuid::Uuid::from_u128(2 << 100 | number), "date": "2026-11-26"});
        let mut shift = json!({"id": id, "start_stop": number, "end_stop": number, "earliest_start_s": 20_000,
            "latest_end_s": 48_000});
        shift.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        shift
    };
    let pause = json!({"earliest_start_s": 30_000, "latest_start_s": 34_000, "duration_s": 1_800});
    let costs =
        json!({"fixed": 500, "per_travel_s": 1, "per_km": 0, "per_duty_s": 0.5, "per_overtime_s": 2, "per_imbalance_s": 0});
    let draft: ProblemDraft = serde_json::from_value(json!({
        "origin": "2026-11-26T00:00:00Z",
        "stops": vec![json!({}); STOPS],
        "visits": visits,
        "shifts": [
            shift(0, json!({})),
            shift(1, json!({"breaks": [pause]})),
            shift(2, json!({"costs": costs, "overtime_max_s": 3_600})),
        ],
    }))
    .unwrap();
    let travel = Matrices::new(vec![Matrix::from_fn(STOPS, |from, to| {
        let duration_s = (places[from].0 - places[to].0).hypot(places[from].1 - places[to].1) as i32;
        Some(Leg { duration_s, distance_m: duration_s * 10 })
    })]);
    (Problem::new(&draft).unwrap(), travel)
}

#[test]
fn what_is_remembered_of_a_tour_is_what_is_found_anew() {
    for seed in 0..5 {
        let (problem, travel) = overloaded_day(seed);
        let ground = Ground::new(&problem, &travel);
        let mut rich = Rich::new(&ground, &Orders::new(), seed);
        rich.run(&mut |iterations, _| iterations < 300);
        let mut remembered = 0;
        for visit in 0..problem.visits().len() as u32 {
            for shift in 0..problem.shifts().len() {
                let recalled = rich.memory.recall(visit, shift, rich.tours[shift].id);
                let anew = rich.find_places(visit, shift, i64::MAX);
                match (recalled, anew) {
                    (Some(Places::AtLeast(least)), Places::Best([first, _])) => {
                        assert!(first.is_none_or(|first| first.delta >= least), "seed {seed}, visit {visit}, shift {shift}");
                    }
                    (Some(recalled), anew) => assert_eq!(recalled, anew, "seed {seed}, visit {visit}, shift {shift}"),
                    (None, _) => continue,
                }
                remembered += 1;
            }
        }
        assert!(remembered > 0 && !rich.pool.is_empty(), "seed {seed}");
    }
}

#[test]
fn a_tour_that_only_pays_its_way_costs_what_its_timetable_says() {
    for seed in 0..5 {
        let (problem, travel) = overloaded_day(seed);
        let ground = Ground::new(&problem, &travel);
        let mut rich = Rich::new(&ground, &Orders::new(), seed);
        let mut rng = Rng::new(seed);
        assert_eq!(rich.is_by_way, [true, true, false]);
        let mut made = 0;
        for _ in 0..2_000 {
            let mut visits: Vec<u32> = (0..problem.visits().len() as u32).collect();
            rng.shuffle(&mut visits);
            visits.truncate(rng.below(5));
            let quick = Tour::new(&mut rich.timetable, 0, visits.clone(), true).map(|tour| (tour.cost, tour.free, tour.reach));
            let timed = Tour::new(&mut rich.timetable, 0, visits, false).map(|tour| (tour.cost, tour.free, tour.reach));
            assert_eq!(quick, timed, "seed {seed}");
            made += usize::from(quick.is_some());
        }
        assert!((1..2_000).contains(&made), "seed {seed}: {made}");
    }
}
