//! Tests of the live plan.
