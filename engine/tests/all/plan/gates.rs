//! What a fixed seed and number of iterations find must not get worse: costs recorded when they were last improved.

use salessync_engine::plan::check::check;
use salessync_engine::plan::format::solomon;
use salessync_engine::plan::search::search;

/// Clustered, random and mixed customers with short and long days, made by Solomon's recipe.
pub fn instance(class: &str, customers: u64) -> String {
    let mut dice = super::dice::Dice::new(class.len() as u64 * 31 + customers);
    let (is_long, is_clustered) = (class.ends_with('2'), class.starts_with('C'));
    let horizon = if is_long { 1_000 } else { 240 };
    let mut text = format!(
        "{class}\n\nVEHICLE\nNUMBER CAPACITY\n{} {}\n\nCUSTOMER\nCUST NO. XCOORD. YCOORD. DEMAND READY TIME DUE DATE SERVICE TIME\n0 35 35 0 0 {horizon} 0\n",
        customers / 2,
        if is_long { 1_000 } else { 200 },
    );
    let centres: Vec<(f64, f64)> = (0..customers / 8).map(|_| (dice.between(5, 65), dice.between(5, 65))).collect();
    for number in 1..=customers {
        let is_near = is_clustered || (class.starts_with("RC") && number % 2 == 0);
        let (x, y) = if is_near {
            let (x, y) = centres[number as usize % centres.len()];
            (x + dice.between(0, 8) - 4.0, y + dice.between(0, 8) - 4.0)
        } else {
            (dice.between(0, 70), dice.between(0, 70))
        };
        let reach = (x - 35.0).hypot(y - 35.0).ceil();
        let width = if is_long { 120.0 } else { 30.0 };
        let ready = reach + dice.between(0, (f64::from(horizon) - 2.0 * reach - 10.0 - width) as u64);
        let demand = dice.between(1, 40);
        text += &format!("{number} {x} {y} {demand} {ready} {} 10\n", ready + width);
    }
    text
}

#[test]
fn a_fixed_seed_and_number_of_iterations_cost_no_more_than_they_did() {
    let mut costs = Vec::new();
    let mut is_worse = false;
    for (class, recorded) in [("R1", 9_979), ("C1", 5_694), ("RC2", 6_989)] {
        let (problem, travel) = solomon::read(&instance(class, 60)).unwrap().problem().unwrap();
        let found = search(&problem, &travel, None, 1, &mut |progress| progress.iterations < 200);
        assert_eq!(check(&problem, &travel, &found.solution), Ok(found.bill), "{class}");
        assert_eq!(found.bill.mandatory_lost, 0, "{class}");
        let cost = found.bill.total();
        is_worse |= cost > recorded;
        costs.push((class, cost, recorded));
    }
    assert!(!is_worse, "class, cost, recorded: {costs:?}");
}
