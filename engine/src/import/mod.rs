//! Tables that people bring: CSV files as spreadsheets write them, read row by row, each flaw with its line, column, value and limit.
//!
//! `sheet` makes rows of bytes; a `Row` is asked for its cells by field, checks them, and remembers every flaw, so that whoever brought the file
//! sees all that is wrong at once. What rows mean is said elsewhere (`crate::customer::import`, `crate::visit::import`). Deliberately absent: files, and the store.

pub mod cell;
pub mod hours;
pub mod known;
pub mod sheet;

pub use cell::Row;
pub use sheet::{Columns, Encoding, Options, Sheet, SheetFlaw};

use serde::Serialize;
use uuid::Uuid;

/// Bytes of a file.
pub const BYTES_MAX: usize = 16 * 1024 * 1024;
/// Rows of a file, without its head.
pub const ROWS_MAX: usize = 10_000;
/// Characters of a bad value that are shown again.
const VALUE_SHOWN_MAX: usize = 100;

/// A field that rows may have.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    pub name: &'static str,
    /// What people call the column, folded and without spaces; the name itself goes without saying.
    pub also: &'static [&'static str],
    pub is_required: bool,
}

impl Field {
    pub const fn new(name: &'static str, also: &'static [&'static str]) -> Self {
        Self { name, also, is_required: false }
    }

    pub const fn required(name: &'static str, also: &'static [&'static str]) -> Self {
        Self { name, also, is_required: true }
    }
}

/// What is wrong with a cell.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CellFlaw {
    /// Line of the file the row begins on, counted from 1.
    pub line: u64,
    pub field: String,
    /// The head of the column; absent where the file has none for this field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// At most 100 characters of what stands there.
    pub value: String,
    /// What must stand there.
    pub limit: String,
}

/// What a file comes to: what would be done, or was.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ImportReport))]
pub struct Report {
    /// Nothing was written: it was only asked.
    pub dry_run: bool,
    /// What follows was done; false of a dry run, and where bad rows kept all others out.
    pub applied: bool,
    /// With something in them.
    pub rows: usize,
    pub created: usize,
    pub updated: usize,
    pub unchanged: usize,
    /// Known already, and otherwise than the row says: they stay as they are.
    pub kept: usize,
    /// Good rows of customers whose place is on no map yet; a geocoder looks for it afterwards.
    pub to_locate: usize,
    /// Good rows of customers whose place nobody will find: no address, or no geocoder.
    pub not_located: usize,
    pub bad_rows: usize,
    /// Everything that is wrong, in the order of the lines.
    pub flaws: Vec<CellFlaw>,
    /// The good rows.
    pub outcomes: Vec<RowReport>,
    /// Heads of columns that stand for no field.
    pub ignored_columns: Vec<String>,
}

/// What becomes of a good row.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ImportRow))]
pub struct RowReport {
    pub line: u64,
    #[serde(rename = "ref")]
    pub reference: String,
    pub id: Uuid,
    pub outcome: RowOutcome,
    /// The fields that change, or would if it were not kept; of what is new none are named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    /// Of a customer whose place is on no map yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<PlaceSought>,
}

/// What becomes of a place without coordinates.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum PlaceSought {
    /// A geocoder looks for its address after the import.
    ToLocate,
    /// There is no address, or no geocoder to ask: somebody has to put the pin on the map.
    NotLocated,
}

/// What a row comes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum RowOutcome {
    Created,
    Updated,
    Unchanged,
    /// Known already, and otherwise than the row says: it stays as it is.
    Kept,
}

/// As much of a value as is shown again.
fn shown(value: &str) -> String {
    let mut text: String = value.chars().take(VALUE_SHOWN_MAX).collect();
    if text.len() < value.len() {
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests;
