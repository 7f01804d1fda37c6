//! The planner judged from outside: by an independent checker, by brute force, and by what it found before.

mod brute;
mod dice;
mod flaws;
mod gates;
mod search;
