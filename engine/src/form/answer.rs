//! Answers held against a form: each as its field wants it, and what had to be answered answered. Everything wrong is named at once.

use super::{FILES_MAX, Field, FieldKind, Form, Required, SCAN_LEN_MAX, TEXT_LEN_MAX};
use crate::FileId;
use crate::flaw::{FieldFlaw, checked_line, checked_text};
use crate::visit::Outcome;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// An answer that fits its field.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(untagged)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = FormAnswer))]
pub enum Answer {
    Boolean(bool),
    Number(f64),
    Text(String),
    /// Codes of choices, or ids of files.
    List(Vec<String>),
}

/// By the key of the field.
pub type Answers = BTreeMap<String, Answer>;

/// Checks answers as they came. An empty answer (`null`, "", []) is none. `outcome`: how the visit came out, where that is known.
pub fn validate(form: &Form, given: &BTreeMap<String, Value>, outcome: Option<Outcome>) -> Result<Answers, Vec<FieldFlaw>> {
    let mut flaws = Vec::new();
    let mut answers = Answers::new();
    let at = |key: &str| format!("answers.{key}");
    for key in given.keys().filter(|key| !form.content.fields.iter().any(|field| field.key == **key)) {
        flaws.push(FieldFlaw::new(at(key), format!("must be a field of version {} of the form", form.version)));
    }
    for field in &form.content.fields {
        match given.get(&field.key).filter(|value| !is_empty(value)).map(|value| read(field, value)) {
            Some(Ok(answer)) => {
                answers.insert(field.key.clone(), answer);
            }
            Some(Err(limit)) => flaws.push(FieldFlaw::new(at(&field.key), limit)),
            None if field.required.holds(&answers, outcome) => flaws.push(FieldFlaw::new(at(&field.key), "must be answered")),
            None => {}
        }
    }
    if flaws.is_empty() { Ok(answers) } else { Err(flaws) }
}

/// Fields that must be answered for this outcome and are not.
pub fn unanswered(form: &Form, answers: &Answers, outcome: Outcome) -> Vec<String> {
    let is_open = |field: &&Field| !answers.contains_key(&field.key) && field.required.holds(answers, Some(outcome));
    form.content.fields.iter().filter(is_open).map(|field| field.key.clone()).collect()
}

/// The files that answers name, photos and signatures apart.
pub fn files(form: &Form, answers: &Answers) -> (Vec<FileId>, Vec<FileId>) {
    let (mut photos, mut signatures) = (Vec::new(), Vec::new());
    for field in &form.content.fields {
        match (&field.kind, answers.get(&field.key)) {
            (FieldKind::Photo { .. }, Some(Answer::List(ids))) => {
                photos.extend(ids.iter().filter_map(|id| id.parse::<FileId>().ok()))
            }
            (FieldKind::Signature {}, Some(Answer::Text(id))) => signatures.extend(id.parse::<FileId>().ok()),
            _ => {}
        }
    }
    (photos, signatures)
}

/// How many scans and notes answers hold.
pub fn scans_and_notes(form: &Form, answers: &Answers) -> (u32, u32) {
    let count = |is: fn(&FieldKind) -> bool| {
        form.content.fields.iter().filter(|field| is(&field.kind) && answers.contains_key(&field.key)).count() as u32
    };
    (count(|kind| matches!(kind, FieldKind::Scan {})), count(|kind| matches!(kind, FieldKind::Note { .. })))
}

impl Required {
    fn holds(&self, answers: &Answers, outcome: Option<Outcome>) -> bool {
        match self {
            Self::Never => false,
            Self::Always => true,
            Self::Outcome(of) => outcome == Some(*of),
            Self::When { key, is } => answers.get(key).is_some_and(|answer| answer.is(is)),
        }
    }
}

impl Answer {
    /// Is it, or does it hold, this text?
    fn is(&self, text: &str) -> bool {
        match self {
            Self::Boolean(value) => text == if *value { "true" } else { "false" },
            Self::Number(value) => text.parse() == Ok(*value),
            Self::Text(value) => value == text,
            Self::List(values) => values.iter().any(|value| value == text),
        }
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    }
}

/// The answer, or what it must be.
fn read(field: &Field, value: &Value) -> Result<Answer, String> {
    match &field.kind {
        FieldKind::Text { max_len } => {
            let max = max_len.unwrap_or(TEXT_LEN_MAX) as usize;
            checked_line("", text_of(value)?, 1, max).map(Answer::Text).map_err(|flaw| flaw.limit)
        }
        FieldKind::Note { max_len } => {
            let max = max_len.unwrap_or(TEXT_LEN_MAX) as usize;
            checked_text("", text_of(value)?, max).map(Answer::Text).map_err(|flaw| flaw.limit)
        }
        FieldKind::Number { min, max, decimals } => number(value, *min, *max, *decimals),
        FieldKind::Choice { choices } => {
            let code = text_of(value)?;
            if choices.iter().any(|choice| choice.code == code) {
                Ok(Answer::Text(code.to_owned()))
            } else {
                Err(format!("must be one of {}", codes(choices)))
            }
        }
        FieldKind::MultiChoice { choices, min, max } => {
            let given: BTreeSet<&str> = texts_of(value)?.into_iter().collect();
            if given.iter().any(|code| !choices.iter().any(|choice| choice.code == *code)) {
                return Err(format!("must be some of {}", codes(choices)));
            }
            let (min, max) = (min.unwrap_or(1) as usize, max.map_or(choices.len(), |max| max as usize));
            if !(min..=max).contains(&given.len()) {
                return Err(format!("must be {min}..{max} of them"));
            }
            // In the order in which they are asked.
            let chosen = choices.iter().filter(|choice| given.contains(choice.code.as_str()));
            Ok(Answer::List(chosen.map(|choice| choice.code.clone()).collect()))
        }
        FieldKind::Date { min, max } => {
            let limit = "must be a date, YYYY-MM-DD";
            let date: NaiveDate = text_of(value)?.parse().map_err(|_| limit.to_owned())?;
            match (min, max) {
                (Some(min), _) if date < *min => Err(format!("must be from {min} on")),
                (_, Some(max)) if date > *max => Err(format!("must be {max} at the latest")),
                _ => Ok(Answer::Text(date.to_string())),
            }
        }
        FieldKind::Boolean {} => value.as_bool().map(Answer::Boolean).ok_or_else(|| "must be true or false".to_owned()),
        FieldKind::Photo { min, max } => {
            let ids = texts_of(value)?.into_iter().map(file).collect::<Result<BTreeSet<_>, _>>()?;
            let (min, max) = (min.unwrap_or(1) as usize, max.unwrap_or(FILES_MAX) as usize);
            if (min..=max).contains(&ids.len()) {
                Ok(Answer::List(ids.into_iter().collect()))
            } else {
                Err(format!("must be {min}..{max} photos"))
            }
        }
        FieldKind::Signature {} => text_of(value).and_then(file).map(Answer::Text),
        FieldKind::Scan {} => checked_line("", text_of(value)?, 1, SCAN_LEN_MAX).map(Answer::Text).map_err(|flaw| flaw.limit),
    }
}

fn number(value: &Value, min: Option<f64>, max: Option<f64>, decimals: Option<u32>) -> Result<Answer, String> {
    let number = value.as_f64().filter(|number| number.is_finite()).ok_or("must be a number")?;
    match (min, max) {
        (Some(min), _) if number < min => return Err(format!("must be at least {min}")),
        (_, Some(max)) if number > max => return Err(format!("must be at most {max}")),
        _ => {}
    }
    if let Some(decimals) = decimals {
        let scaled = number * f64::from(10u32.pow(decimals));
        if (scaled - scaled.round()).abs() > 1e-6 {
            return Err(format!("must have at most {decimals} digits after the point"));
        }
    }
    Ok(Answer::Number(number))
}

fn text_of(value: &Value) -> Result<&str, String> {
    value.as_str().ok_or_else(|| "must be text".to_owned())
}

fn texts_of(value: &Value) -> Result<Vec<&str>, String> {
    let items = value.as_array().ok_or("must be a list")?;
    items.iter().map(|item| item.as_str().ok_or_else(|| "must be a list of texts".to_owned())).collect()
}

fn file(text: &str) -> Result<String, String> {
    text.parse::<FileId>().map(|id| id.to_string()).map_err(|_| "must be the id of a file".to_owned())
}

fn codes(choices: &[super::Choice]) -> String {
    choices.iter().map(|choice| choice.code.as_str()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FormId, Timestamp};
    use serde_json::json;
    use uuid::Uuid;

    fn form() -> Form {
        let choices = json!([{"code": "good", "label": "Good"}, {"code": "bad", "label": "Bad"}]);
        let field = |key: &str, kind: &str, more: Value| {
            let mut field = json!({"key": key, "label": key, "kind": kind});
            field.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            field
        };
        let content = json!({"title": "Audit", "fields": [
            field("state", "choice", json!({"choices": choices, "required": "always"})),
            field("name", "text", json!({"max_len": 5})),
            field("facings", "number", json!({"min": 0.0, "max": 100.0, "decimals": 0})),
            field("brands", "multi_choice", json!({"choices": choices, "max": 1})),
            field("since", "date", json!({"min": "2026-01-01"})),
            field("open", "boolean", json!({})),
            field("shelf", "photo", json!({"max": 2, "required": {"when": {"key": "state", "is": "bad"}}})),
            field("signed", "signature", json!({})),
            field("code", "scan", json!({})),
            field("why", "note", json!({"required": {"outcome": "unproductive"}})),
        ]});
        let content = serde_json::from_value::<super::super::FormContent>(content).unwrap().checked().unwrap();
        Form { id: FormId(Uuid::nil()), version: 3, content, created_at: Timestamp::MIN }
    }

    /// The fields that are wrong.
    fn check(answers: Value, outcome: Option<Outcome>, wrong: &[&str]) {
        let given: BTreeMap<String, Value> = serde_json::from_value(answers.clone()).unwrap();
        let got = validate(&form(), &given, outcome);
        let flaws = got.as_ref().err().into_iter().flatten().map(|flaw| flaw.field.trim_start_matches("answers.").to_owned());
        assert_eq!(flaws.collect::<Vec<_>>(), wrong, "{answers}: {got:?}");
    }

    #[test]
    fn every_answer_is_as_its_field_wants_it() {
        let id = Uuid::from_u128(1);
        for (key, good, bad) in [
            ("name", json!("Ada"), json!("Adalbert")),
            ("name", json!("Ada"), json!(5)),
            ("facings", json!(12), json!(12.5)),
            ("facings", json!(0), json!(-1)),
            ("facings", json!(100), json!(101)),
            ("facings", json!(7), json!("7")),
            ("brands", json!(["good"]), json!(["good", "bad"])),
            ("brands", json!(["bad", "bad"]), json!(["ugly"])),
            ("brands", json!(["bad"]), json!("bad")),
            ("since", json!("2026-02-28"), json!("2026-02-30")),
            ("since", json!("2026-01-01"), json!("2025-12-31")),
            ("open", json!(false), json!("no")),
            ("shelf", json!([id]), json!([id, Uuid::from_u128(2), Uuid::from_u128(3)])),
            ("shelf", json!([id, id]), json!(["photo.jpg"])),
            ("signed", json!(id), json!("Ada")),
            ("code", json!("4006381333931"), json!("x".repeat(501))),
            ("why", json!("a\nb"), json!("x".repeat(4_001))),
        ] {
            check(json!({"state": "good", key: good}), None, &[]);
            check(json!({"state": "good", key: bad}), None, &[key]);
        }
        check(json!({"state": "good", "colour": "red"}), None, &["colour"]);
    }

    #[test]
    fn what_must_be_answered_depends_on_answers_and_outcome() {
        check(json!({}), None, &["state"]);
        check(json!({"state": null, "name": " "}), None, &["state"]);
        check(json!({"state": "bad"}), None, &["shelf"]);
        check(json!({"state": "good"}), Some(Outcome::Productive), &[]);
        check(json!({"state": "good"}), Some(Outcome::Unproductive), &["why"]);
        check(json!({"state": "bad", "facings": "x"}), Some(Outcome::Unproductive), &["facings", "shelf", "why"]);
        let given = serde_json::from_value(json!({"state": "good"})).unwrap();
        let answers = validate(&form(), &given, None).unwrap();
        assert_eq!(unanswered(&form(), &answers, Outcome::Unproductive), ["why"]);
        assert_eq!(unanswered(&form(), &answers, Outcome::Productive), [""; 0]);
    }

    #[test]
    fn answers_read_back_as_they_are_stored() {
        let id = Uuid::from_u128(9);
        let given = json!({"state": "bad", "facings": 3, "brands": ["good"], "open": true, "shelf": [id], "signed": id, "code": "1", "why": "w"});
        let answers = validate(&form(), &serde_json::from_value(given).unwrap(), None).unwrap();
        let text = serde_json::to_string(&answers).unwrap();
        assert_eq!(serde_json::from_str::<Answers>(&text).unwrap(), answers);
        assert_eq!(files(&form(), &answers), (vec![FileId(id)], vec![FileId(id)]));
        assert_eq!(scans_and_notes(&form(), &answers), (1, 1));
    }
}
