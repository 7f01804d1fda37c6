//! A row, asked for its cells. Every question that is answered wrongly is remembered with its column, value and limit; an empty cell says nothing.

use super::{CellFlaw, Columns, shown};
use crate::flaw::FieldFlaw;
use csv::StringRecord;

/// One row and what is wrong with it so far.
pub struct Row<'a> {
    pub line: u64,
    record: StringRecord,
    columns: &'a Columns,
    flaws: Vec<CellFlaw>,
}

impl<'a> Row<'a> {
    pub(super) fn new(line: u64, record: StringRecord, columns: &'a Columns) -> Self {
        Self { line, record, columns, flaws: Vec::new() }
    }

    /// What stands in the field's column, without surrounding space; None where that is nothing, or there is no such column.
    pub fn text(&self, field: &str) -> Option<&str> {
        let cell = self.record.get(self.columns.index(field)?)?.trim();
        (!cell.is_empty()).then_some(cell)
    }

    /// The same, checked.
    pub fn checked<T>(&mut self, field: &str, check: impl FnOnce(&str) -> Result<T, FieldFlaw>) -> Option<T> {
        match check(self.text(field)?) {
            Ok(value) => Some(value),
            Err(flaw) => {
                self.wrong(field, flaw.limit);
                None
            }
        }
    }

    /// A field that every row must have.
    pub fn required<T>(&mut self, field: &str, check: impl FnOnce(&str) -> Result<T, FieldFlaw>) -> Option<T> {
        if self.text(field).is_none() {
            self.wrong(field, "must not be empty");
            return None;
        }
        self.checked(field, check)
    }

    /// A number within `min..=max`, with a decimal point or comma.
    pub fn number(&mut self, field: &str, min: f64, max: f64) -> Option<f64> {
        self.checked(field, |text| {
            let limit = || FieldFlaw::new(field, format!("must be a number within {min}..{max}"));
            let number = decimal(text).ok_or_else(limit)?;
            if (min..=max).contains(&number) { Ok(number) } else { Err(limit()) }
        })
    }

    /// A whole number within `min..=max`.
    pub fn whole(&mut self, field: &str, min: i64, max: i64) -> Option<i64> {
        self.checked(field, |text| {
            let limit = || FieldFlaw::new(field, format!("must be a whole number within {min}..{max}"));
            // Spreadsheets write 30 as 30.0 or 30,00.
            let number = decimal(text).filter(|number| number.fract() == 0.0 && number.abs() < 9e15).ok_or_else(limit)?;
            let number = number as i64;
            if (min..=max).contains(&number) { Ok(number) } else { Err(limit()) }
        })
    }

    /// Several texts in one cell, parted by `|` or `;`, or by commas where there is neither.
    pub fn list(&self, field: &str) -> Option<Vec<String>> {
        let text = self.text(field)?;
        let signs: &[char] = if text.contains(['|', ';']) { &['|', ';'] } else { &[','] };
        Some(text.split(signs).map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect())
    }

    /// Each text of a list, checked; the first that is wrong makes it a flaw.
    pub fn several<T>(&mut self, field: &str, check: impl Fn(&str) -> Result<T, FieldFlaw>) -> Option<Vec<T>> {
        let parts = self.list(field)?;
        let checked: Result<Vec<T>, FieldFlaw> = parts.iter().map(|part| check(part)).collect();
        match checked {
            Ok(all) => Some(all),
            Err(flaw) => {
                self.wrong(field, flaw.limit);
                None
            }
        }
    }

    /// Notes that a field is wrong.
    pub fn wrong(&mut self, field: &str, limit: impl Into<String>) {
        let flaw = self.flaw(field, limit);
        self.flaws.push(flaw);
    }

    /// What would be noted of a field: where it stands, what stands there, what must.
    pub fn flaw(&self, field: &str, limit: impl Into<String>) -> CellFlaw {
        CellFlaw {
            line: self.line,
            field: field.to_owned(),
            column: self.columns.head(field).map(str::to_owned),
            value: self.text(field).map(shown).unwrap_or_default(),
            limit: limit.into(),
        }
    }

    /// Notes that the row has more cells than the file has columns: a value with a delimiter in it that was not put into quotes.
    pub fn check_width(&mut self, heads: usize) {
        let extra = self.record.iter().skip(heads).find(|cell| !cell.trim().is_empty());
        if let Some(extra) = extra {
            let value = shown(extra);
            let limit = format!("must have {heads} cells: a value with the delimiter in it stands in quotes");
            self.flaws.push(CellFlaw { line: self.line, field: "row".to_owned(), column: None, value, limit });
        }
    }

    pub fn is_good(&self) -> bool {
        self.flaws.is_empty()
    }

    pub fn into_flaws(self) -> Vec<CellFlaw> {
        self.flaws
    }
}

/// A number as people write it: 52.5, 52,5, 1.234,5, 1,234.5, -3, with or without a space between thousands.
fn decimal(text: &str) -> Option<f64> {
    let text: String = text.chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\'')).collect();
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b','));
    if !is_plain {
        return None;
    }
    let (dot, comma) = (text.rfind('.'), text.rfind(','));
    let plain = match (dot, comma) {
        (Some(dot), Some(comma)) if dot < comma => text.replace('.', "").replace(',', "."),
        (Some(_), Some(_)) => text.replace(',', ""),
        // One comma parts the decimals; several part thousands.
        (None, Some(comma)) if text.find(',') == Some(comma) => text.replace(',', "."),
        (None, Some(_)) => text.replace(',', ""),
        (Some(dot), None) if text.find('.') != Some(dot) => text.replace('.', ""),
        (Some(_) | None, None) => text,
    };
    plain.parse().ok()
}
