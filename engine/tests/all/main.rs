//! The engine from outside: laws, oracles and pinned examples.
//! One program: each of its own would be linked with the whole engine again.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod any_order;
mod dispatch;
mod fence_oracle;
mod fence_vectors;
mod golden;
mod golden_plan;
mod golden_visits;
mod index_oracle;
mod motion;
mod phones;
mod pinned;
mod plan;
mod plan_book;
mod seeded;
mod simplify;
mod visits;
mod visits_any_order;
mod zone;
