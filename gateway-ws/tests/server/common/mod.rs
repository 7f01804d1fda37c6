//! The harness: a server of one's own, phones, consoles, and waiting without sleeping.

pub mod console;
pub mod field;
pub mod fixes;
pub mod nominatim;
pub mod people;
pub mod phone;
pub mod prepared;
pub mod processes;
pub mod server;
pub mod socket;

pub use console::Console;
pub use field::Field;
pub use fixes::{fix, key, keys, minutes_ago, now_ms};
pub use phone::Phone;
pub use server::{Agent, Server};

use std::time::{Duration, Instant};

/// Longest wait for anything that should happen at once; long because the machine may be busy with other tests.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Asks again and again until there is an answer.
pub async fn eventually<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let until = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < until, "waited {PATIENCE:?} in vain: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Random numbers from a printed seed.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        println!("seed {seed}");
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }

    /// Uniform in `[low, high)`, on the server's grid of 1e-7.
    pub fn degrees(&mut self, low: f64, high: f64) -> f64 {
        let steps = ((high - low) * 1e7) as u64;
        ((low * 1e7).round() + self.below(steps) as f64).round() / 1e7
    }
}
