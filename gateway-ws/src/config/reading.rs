//! How a file and the environment are put over the defaults: every key must be there already, with a value of the same kind.

use super::ConfigFlaw;
use toml::{Table, Value};

/// Puts the values of `from` over those of `into`; every key must be there already, with a value of the same kind.
pub(super) fn overlay(into: &mut Table, from: Table, prefix: &str, origin: &str) -> Result<(), ConfigFlaw> {
    for (key, value) in from {
        let path = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        match (into.get_mut(&key), value) {
            (None, _) => return Err(ConfigFlaw::Unknown { origin: origin.to_owned(), key: path }),
            (Some(Value::Table(into)), Value::Table(from)) => overlay(into, from, &path, origin)?,
            // Whoever writes 2 means 2.0.
            (Some(slot @ Value::Float(_)), Value::Integer(whole)) => *slot = Value::Float(whole as f64),
            (Some(slot), value) if slot.same_type(&value) => {
                check_integer(&path, &value, origin)?;
                *slot = value;
            }
            (Some(slot), value) => return Err(wrong_kind(origin, path, &value.to_string(), slot)),
        }
    }
    Ok(())
}

pub(super) fn set_from_text(into: &mut Table, path: &[String], text: &str, origin: &str) -> Result<(), ConfigFlaw> {
    let joined = path.join(".");
    let unknown = || ConfigFlaw::Unknown { origin: origin.to_owned(), key: joined.clone() };
    let (last, sections) = path.split_last().ok_or_else(unknown)?;
    let mut table = into;
    for section in sections {
        table = table.get_mut(section).and_then(Value::as_table_mut).ok_or_else(unknown)?;
    }
    let slot = table.get_mut(last).filter(|slot| !slot.is_table()).ok_or_else(unknown)?;
    let parsed = match slot {
        Value::String(_) => Some(Value::String(text.to_owned())),
        Value::Integer(_) => text.trim().parse().ok().map(Value::Integer),
        Value::Boolean(_) => text.trim().parse().ok().map(Value::Boolean),
        Value::Float(_) => text.trim().parse().ok().map(Value::Float),
        Value::Array(_) => {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            Some(Value::Array(items.map(|item| Value::String(item.to_owned())).collect()))
        }
        Value::Datetime(_) | Value::Table(_) => None,
    };
    let value = parsed.ok_or_else(|| wrong_kind(origin, joined.clone(), &format!("{text:?}"), slot))?;
    check_integer(&joined, &value, origin)?;
    *slot = value;
    Ok(())
}

/// No key is negative; saying so here keeps serde from saying less.
fn check_integer(key: &str, value: &Value, origin: &str) -> Result<(), ConfigFlaw> {
    let max =
        if ["http.port", "http.redirect_port", "mail.port", "phones.osmand_port"].contains(&key) { 65_535 } else { i64::MAX };
    match value {
        Value::Integer(n) if *n < 0 || *n > max => {
            let limit = if max == i64::MAX { "0 or more".to_owned() } else { format!("0..{max}") };
            Err(ConfigFlaw::Value { origin: origin.to_owned(), key: key.to_owned(), value: n.to_string(), limit })
        }
        _ => Ok(()),
    }
}

fn wrong_kind(origin: &str, key: String, value: &str, expected: &Value) -> ConfigFlaw {
    let limit = match expected {
        Value::String(_) => "a text",
        Value::Integer(_) => "an integer",
        Value::Float(_) => "a number",
        Value::Boolean(_) => "true or false",
        Value::Array(_) => "a list of texts",
        Value::Table(_) => "a section",
        Value::Datetime(_) => "a time",
    };
    ConfigFlaw::Value { origin: origin.to_owned(), key, value: value.to_owned(), limit: limit.to_owned() }
}
