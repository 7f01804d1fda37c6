//! The fuzz targets over their seeds, and over damage to them.

use crate::common::rng::Rng;
use std::path::Path;

#[path = "../../../fuzz/src/roads.rs"]
mod targets;

fn check(name: &str, target: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds").join(name);
    let mut rng = Rng::new(41);
    let mut seeds = 0;
    for seed in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(seed.unwrap().path()).unwrap();
        target(&bytes);
        for _ in 0..2_000 {
            let mut damaged = bytes.clone();
            for _ in 0..=rng.below(3) {
                let at = rng.below(damaged.len() as u64) as usize;
                match rng.below(3) {
                    0 => damaged[at] = rng.next() as u8,
                    1 => drop(damaged.remove(at)),
                    _ => damaged.insert(at, *rng.pick(b"0123456789.,-eE[]{}\":nul")),
                }
            }
            target(&damaged);
        }
        seeds += 1;
    }
    assert!(seeds > 1, "{name} has {seeds} seeds");
}

#[test]
fn towns_and_replies_of_any_kind_are_read_without_a_panic() {
    check("town", targets::town);
    check("routing_reply", targets::routing_reply);
}
