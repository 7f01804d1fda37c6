//! What rows refer to by name or code: territories, agents, classes, skills.

use crate::flaw::FieldFlaw;
use crate::words::folded;
use std::collections::{HashMap, HashSet};
use std::fmt::Display;

/// Ids by what people write for them: the name, however it is spelt, or the id itself.
#[derive(Clone, Debug)]
pub struct Names<T>(HashMap<String, Vec<T>>);

impl<T: Copy + Display> Names<T> {
    pub fn add(&mut self, name: &str, id: T) {
        self.0.entry(folded(name)).or_default().push(id);
        self.0.entry(id.to_string()).or_default().push(id);
    }
}

impl<T> Default for Names<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

/// What is called so, if exactly one thing is.
pub fn the_one<T: Copy>(names: &Names<T>, name: &str, field: &str, what: &str) -> Result<T, FieldFlaw> {
    match names.0.get(&folded(name)).map(Vec::as_slice) {
        Some([one]) => Ok(*one),
        Some([]) | None => Err(FieldFlaw::new(field, format!("must be the name or the id of {what} of yours"))),
        Some(_) => Err(FieldFlaw::new(field, format!("must be the id of {what}: several are called so"))),
    }
}

/// A code, if it is one of these.
pub fn known_in(codes: &HashSet<String>, code: &str, field: &str, what: &str) -> Result<String, FieldFlaw> {
    if codes.contains(code) { Ok(code.to_owned()) } else { Err(FieldFlaw::new(field, format!("must be the code of a {what}"))) }
}
