//! Forms: what an agent is asked at a customer's, as the organisation configures it, and answers held against it.
//!
//! A form changes by new versions; an answer keeps the version it was given under, so that it can be read as it was meant. Not here: where files
//! are and whether they were uploaded.

pub mod answer;

pub use answer::{Answer, Answers, validate};

use crate::flaw::{FieldFlaw, checked_code, checked_line};
use crate::visit::Outcome;
use crate::{FormId, Timestamp};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub const FIELDS_MAX: usize = 100;
const CHOICES_MAX: usize = 200;
const LABEL_LEN_MAX: usize = 200;
const TITLE_LEN_MAX: usize = 120;
pub const TEXT_LEN_MAX: u32 = 4_000;
pub const FILES_MAX: u32 = 20;
/// Codes on goods are shorter; a QR code may hold this much.
pub const SCAN_LEN_MAX: usize = 500;

/// One version of a form.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Form {
    pub id: FormId,
    /// Counts from 1.
    pub version: i64,
    #[serde(flatten)]
    pub content: FormContent,
    pub created_at: Timestamp,
}

/// What a version of a form says.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FormContent {
    /// 1 to 120 characters.
    pub title: String,
    /// At most 100, in the order in which they are asked.
    pub fields: Vec<Field>,
}

/// One question.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = FormField))]
pub struct Field {
    /// What the answer is found by: 1 to 32 characters of `A-Z a-z 0-9 - _ .`, once in a form.
    pub key: String,
    /// What people read, 1 to 200 characters.
    pub label: String,
    #[serde(default)]
    pub required: Required,
    #[serde(flatten)]
    pub kind: FieldKind,
}

/// When an answer must be there.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = FormRequired))]
pub enum Required {
    #[default]
    Never,
    Always,
    /// Where the visit comes out so.
    Outcome(Outcome),
    /// Where another field, asked before, has this answer.
    When {
        key: String,
        is: String,
    },
}

/// What sort of answer it takes.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = FormFieldKind))]
pub enum FieldKind {
    /// One line.
    Text {
        /// At most 4000.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max_len: Option<u32>,
    },
    /// Several lines.
    Note {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max_len: Option<u32>,
    },
    Number {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<f64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<f64>,
        /// Digits after the point, 0 to 6; any number of them when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        decimals: Option<u32>,
    },
    Choice {
        choices: Vec<Choice>,
    },
    MultiChoice {
        choices: Vec<Choice>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<u32>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<u32>,
    },
    Date {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "date"))]
        min: Option<NaiveDate>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "date"))]
        max: Option<NaiveDate>,
    },
    Boolean {},
    /// Ids of files.
    Photo {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<u32>,
        /// At most 20.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<u32>,
    },
    /// The id of a file.
    Signature {},
    /// What a barcode or QR code said.
    Scan {},
}

/// One of the answers to choose from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = FormChoice))]
pub struct Choice {
    pub code: String,
    pub label: String,
}

/// The kinds of fields as messages name them.
pub const KINDS: &str = "text | note | number | choice | multi_choice | date | boolean | photo | signature | scan";

impl FormContent {
    /// Checks a form that is to be put into force.
    pub fn checked(mut self) -> Result<Self, FieldFlaw> {
        self.title = checked_line("title", &self.title, 1, TITLE_LEN_MAX)?;
        if !(1..=FIELDS_MAX).contains(&self.fields.len()) {
            return Err(FieldFlaw::new("fields", format!("must be 1..{FIELDS_MAX}")));
        }
        for index in 0..self.fields.len() {
            let path = format!("fields[{index}]");
            let (before, rest) = self.fields.split_at_mut(index);
            let field = &mut rest[0];
            field.key = checked_code("key", &field.key).map_err(|flaw| flaw.within(&path))?;
            field.label = checked_line("label", &field.label, 1, LABEL_LEN_MAX).map_err(|flaw| flaw.within(&path))?;
            if before.iter().any(|other| other.key == field.key) {
                return Err(FieldFlaw::new("key", "must be the key of no other field").within(&path));
            }
            if let Required::When { key, .. } = &field.required
                && !before.iter().any(|other| other.key == *key)
            {
                return Err(FieldFlaw::new("required.when.key", "must be the key of a field before").within(&path));
            }
            field.kind.check().map_err(|flaw| flaw.within(&path))?;
        }
        Ok(self)
    }
}

impl FieldKind {
    fn check(&mut self) -> Result<(), FieldFlaw> {
        let flaw = |field: &str, limit: String| Err(FieldFlaw::new(field, limit));
        match self {
            Self::Text { max_len } | Self::Note { max_len } => match max_len {
                Some(len) if !(1..=TEXT_LEN_MAX).contains(len) => flaw("max_len", format!("must be within 1..{TEXT_LEN_MAX}")),
                Some(_) | None => Ok(()),
            },
            Self::Number { min, max, decimals } => {
                if min.is_some_and(|min| !min.is_finite()) || max.is_some_and(|max| !max.is_finite()) {
                    return flaw("min", "must be a finite number".to_owned());
                }
                if min.zip(*max).is_some_and(|(min, max)| min > max) {
                    return flaw("max", "must be at least min".to_owned());
                }
                if decimals.is_some_and(|decimals| decimals > 6) {
                    return flaw("decimals", "must be within 0..6".to_owned());
                }
                Ok(())
            }
            Self::Choice { choices } => check_choices(choices),
            Self::MultiChoice { choices, min, max } => {
                check_choices(choices)?;
                let n = choices.len() as u32;
                if min.is_some_and(|min| min > n) {
                    return flaw("min", format!("must be at most {n}"));
                }
                if max.is_some_and(|max| max == 0 || max < min.unwrap_or(0)) {
                    return flaw("max", "must be at least 1, and at least min".to_owned());
                }
                Ok(())
            }
            Self::Date { min, max } => {
                if min.zip(*max).is_some_and(|(min, max)| min > max) {
                    return flaw("max", "must be at least min".to_owned());
                }
                Ok(())
            }
            Self::Photo { min, max } => {
                if max.is_some_and(|max| !(1..=FILES_MAX).contains(&max)) {
                    return flaw("max", format!("must be within 1..{FILES_MAX}"));
                }
                if min.is_some_and(|min| min > max.unwrap_or(FILES_MAX)) {
                    return flaw("min", "must be at most max".to_owned());
                }
                Ok(())
            }
            Self::Boolean {} | Self::Signature {} | Self::Scan {} => Ok(()),
        }
    }
}

fn check_choices(choices: &mut [Choice]) -> Result<(), FieldFlaw> {
    if !(1..=CHOICES_MAX).contains(&choices.len()) {
        return Err(FieldFlaw::new("choices", format!("must be 1..{CHOICES_MAX}")));
    }
    for index in 0..choices.len() {
        let path = format!("choices[{index}]");
        let (before, rest) = choices.split_at_mut(index);
        let choice = &mut rest[0];
        choice.code = checked_code("code", &choice.code).map_err(|flaw| flaw.within(&path))?;
        choice.label = checked_line("label", &choice.label, 1, LABEL_LEN_MAX).map_err(|flaw| flaw.within(&path))?;
        if before.iter().any(|other| other.code == choice.code) {
            return Err(FieldFlaw::new("code", "must be the code of no other choice").within(&path));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn form(fields: Value) -> Result<FormContent, FieldFlaw> {
        serde_json::from_value::<FormContent>(json!({"title": "Audit", "fields": fields})).unwrap().checked()
    }

    #[test]
    fn a_flaw_of_a_form_names_the_field() {
        let ok = json!({"key": "a", "label": "A", "kind": "boolean"});
        for (fields, field) in [
            (json!([]), "fields"),
            (json!([ok, ok]), "fields[1].key"),
            (json!([{"key": "a b", "label": "A", "kind": "boolean"}]), "fields[0].key"),
            (json!([{"key": "a", "label": "", "kind": "boolean"}]), "fields[0].label"),
            (json!([{"key": "a", "label": "A", "kind": "text", "max_len": 4_001}]), "fields[0].max_len"),
            (json!([{"key": "a", "label": "A", "kind": "number", "min": 2.0, "max": 1.0}]), "fields[0].max"),
            (json!([{"key": "a", "label": "A", "kind": "choice", "choices": []}]), "fields[0].choices"),
            (
                json!([{"key": "a", "label": "A", "kind": "choice", "choices": [{"code": "x", "label": "X"}, {"code": "x", "label": "Y"}]}]),
                "fields[0].choices[1].code",
            ),
            (json!([{"key": "a", "label": "A", "kind": "photo", "max": 21}]), "fields[0].max"),
            (
                json!([{"key": "a", "label": "A", "kind": "scan", "required": {"when": {"key": "b", "is": "x"}}}]),
                "fields[0].required.when.key",
            ),
        ] {
            assert_eq!(form(fields.clone()).unwrap_err().field, field, "{fields}");
        }
        assert!(form(json!([ok])).is_ok());
    }

    #[test]
    fn a_form_reads_as_it_is_written() {
        let fields = json!([
            {"key": "facing", "label": "Facings", "required": "always", "kind": "number", "min": 0.0, "decimals": 0},
            {"key": "why", "label": "Why not?", "required": {"outcome": "unproductive"}, "kind": "text"},
        ]);
        let form = form(fields.clone()).unwrap();
        assert_eq!(serde_json::to_value(&form).unwrap()["fields"], fields);
    }
}
