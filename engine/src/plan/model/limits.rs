//! What a problem may hold at most. Everything has a bound, so that no sum of costs can leave an `i64`.

/// A territory of ten thousand agents with fifty visits each.
pub const VISITS_MAX: usize = 500_000;
pub const SHIFTS_MAX: usize = 100_000;
pub const STOPS_MAX: usize = 1_000_000;
pub const PROFILES_MAX: usize = 16;
/// A set of skills is one `u128`.
pub const SKILLS_MAX: usize = 128;
pub const WINDOWS_MAX: usize = 16;
pub const BREAKS_MAX: usize = 4;
pub const AGENTS_NAMED_MAX: usize = 10_000;
/// Two months: longer plans are made of shorter ones.
pub const HORIZON_S: i32 = 62 * 86_400;
pub const SERVICE_S_MAX: i32 = 7 * 86_400;
pub const DEMAND_MAX: i32 = 1_000_000;
pub const COST_MAX: i64 = 1_000_000_000_000;
/// Cost of a second or a kilometre.
pub const RATE_MAX: i64 = 1_000_000;
pub const FACTOR_MIN: f64 = 0.1;
pub const FACTOR_MAX: f64 = 10.0;
/// Dense matrices are `n × n`: 6,000 stops take 288 MB.
pub const MATRIX_STOPS_MAX: usize = 6_000;
