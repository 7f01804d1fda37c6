//! Finds the field that a reader has lost. An object that is told apart by one of its fields, or that is a part of another, is read a second time
//! from memory, and an error then names the object only. The field is the one without which the error is another; where that holds of several, as of
//! those that are right or wrong together, it stays with the object.

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::Segment;

/// Larger bodies are blamed as far as the reader got: each guess reads the whole of it.
const BODY_BYTES_MAX: usize = 16 * 1024;
const FIELDS_MAX: usize = 40;
const DEPTH_MAX: usize = 4;
/// Fields that tell objects apart: without them every error is another, so they are blamed last.
const TAGS: [&str; 4] = ["op", "kind", "type", "give"];

/// The path of an error, led on to the field that causes it, where that can be told.
pub(super) fn narrowed<T: DeserializeOwned>(body: &[u8], path: &str, message: &str) -> String {
    let whole = if body.len() <= BODY_BYTES_MAX { serde_json::from_slice::<Value>(body).ok() } else { None };
    whole.and_then(|whole| within::<T>(&whole, message)).unwrap_or_else(|| path.to_owned())
}

/// The same of a value, where there is a field to name.
pub(super) fn within<T: DeserializeOwned>(whole: &Value, message: &str) -> Option<String> {
    let of_the_whole = ["missing field", "unknown field", "duplicate field"];
    if of_the_whole.iter().any(|form| message.starts_with(form)) {
        return None;
    }
    let (error, mut steps) = error_of::<T>(whole)?;
    for _ in 0..DEPTH_MAX {
        let Some(next) = culprit::<T>(whole, &steps, &error) else { break };
        steps.push(next);
    }
    (!steps.is_empty()).then(|| written(&steps))
}

/// A step into a value.
#[derive(Clone, Debug)]
enum Step {
    Key(String),
    Index(usize),
}

fn error_of<T: DeserializeOwned>(whole: &Value) -> Option<(String, Vec<Step>)> {
    let error = serde_path_to_error::deserialize::<_, T>(whole).err()?;
    let steps = error.path().iter().filter_map(|segment| match segment {
        Segment::Seq { index } => Some(Step::Index(*index)),
        Segment::Map { key } => Some(Step::Key(key.clone())),
        Segment::Enum { .. } | Segment::Unknown => None,
    });
    Some((error.inner().to_string(), steps.collect()))
}

/// The child of what these steps lead to without which the error is another.
fn culprit<T: DeserializeOwned>(whole: &Value, steps: &[Step], error: &str) -> Option<Step> {
    let children: Vec<Step> = match at(whole, steps)? {
        Value::Object(fields) => fields.keys().cloned().map(Step::Key).collect(),
        Value::Array(entries) => (0..entries.len()).map(Step::Index).collect(),
        _ => return None,
    };
    if children.len() > FIELDS_MAX {
        return None;
    }
    let is_cause = |child: &Step| {
        let mut without = whole.clone();
        let is_gone = match (at_mut(&mut without, steps), child) {
            (Some(Value::Object(fields)), Step::Key(key)) => fields.remove(key).is_some(),
            (Some(Value::Array(entries)), Step::Index(index)) => {
                entries.remove(*index);
                true
            }
            _ => false,
        };
        is_gone && error_of::<T>(&without).is_none_or(|(other, _)| other != error)
    };
    let is_tag = |step: &Step| matches!(step, Step::Key(key) if TAGS.contains(&key.as_str()));
    let (tags, others): (Vec<Step>, Vec<Step>) = children.into_iter().filter(is_cause).partition(is_tag);
    let mut causes = if others.is_empty() { tags } else { others };
    if causes.len() == 1 { causes.pop() } else { None }
}

fn at<'a>(mut value: &'a Value, steps: &[Step]) -> Option<&'a Value> {
    for step in steps {
        value = match step {
            Step::Key(key) => value.get(key)?,
            Step::Index(index) => value.get(index)?,
        };
    }
    Some(value)
}

fn at_mut<'a>(mut value: &'a mut Value, steps: &[Step]) -> Option<&'a mut Value> {
    for step in steps {
        value = match step {
            Step::Key(key) => value.get_mut(key)?,
            Step::Index(index) => value.get_mut(index)?,
        };
    }
    Some(value)
}

fn written(steps: &[Step]) -> String {
    let mut path = String::new();
    for step in steps {
        match step {
            Step::Key(key) if path.is_empty() => path.push_str(key),
            Step::Key(key) => path.extend([".", key]),
            Step::Index(index) => path.push_str(&format!("[{index}]")),
        }
    }
    path
}
