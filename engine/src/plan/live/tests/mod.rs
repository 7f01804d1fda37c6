//! The live plan against slower judges: a checker that shares no code with it, brute force, and itself from scratch.

mod chosen;
mod judge;
mod loads;
mod properties;
mod rooms;
mod scenes;
mod waits;
mod world;
