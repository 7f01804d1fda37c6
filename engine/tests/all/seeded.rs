//! Laws tried on random cases that can be had again.

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestCaseResult, TestRunner};
use std::fmt::Debug;
use std::hash::{BuildHasher, RandomState};

/// A failure prints the seed that `PROPTEST_RNG_SEED` replays.
pub fn check<S: Strategy<Value: Debug>>(cases: u32, input: S, law: impl Fn(S::Value) -> TestCaseResult) {
    let mut config = Config { cases, failure_persistence: None, ..Config::default() };
    if config.rng_seed == RngSeed::Random {
        config.rng_seed = RngSeed::Fixed(RandomState::new().hash_one(cases));
    }
    let seed = config.rng_seed;
    if let Err(failure) = TestRunner::new(config).run(&input, law) {
        panic!("PROPTEST_RNG_SEED={seed}\n{failure}");
    }
}
