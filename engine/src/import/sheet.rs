//! Bytes to rows. UTF-8 with or without a byte order mark, UTF-16 with one, Windows-1252 where it is said; commas, semicolons or tabs; the
//! `sep=;` that spreadsheets write; quotes, line ends of any kind, blank lines.

use super::{Field, ROWS_MAX, Row};
use crate::words::folded;
use csv::{ReaderBuilder, StringRecord};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Longest head of a column that is looked at.
const COLUMNS_MAX: usize = 200;

/// How a file is read.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Options {
    pub encoding: Encoding,
    /// Found out from the first line when absent.
    pub delimiter: Option<u8>,
    /// Heads of columns and the fields they stand for, where they do not say so themselves.
    pub columns: Vec<(String, String)>,
}

/// What the bytes mean.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Encoding {
    /// UTF-8, or UTF-16 where a byte order mark says so.
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    /// What older spreadsheets write in western Europe.
    #[serde(rename = "windows-1252")]
    Windows1252,
}

/// Why a file cannot be read at all.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SheetFlaw {
    #[error("line {line} is not UTF-8: save the file as CSV UTF-8, or say encoding=windows-1252")]
    NotUtf8 { line: u64 },
    #[error("the file is UTF-16 with something in it that is no character")]
    NotUtf16,
    #[error("the file is {0}: save the sheet as CSV UTF-8 and choose that file")]
    NotText(&'static str),
    #[error("line {line} opens a quote that is never closed: all that follows would be one cell")]
    OpenQuote { line: u64 },
    #[error("the file is empty: its first line must hold the heads of the columns")]
    Empty,
    #[error("the file has more than {ROWS_MAX} rows")]
    TooManyRows,
    #[error("the file has more than {COLUMNS_MAX} columns")]
    TooManyColumns,
    #[error("no column is called {0}")]
    MissingColumn(String),
    #[error("columns {0} and {1} both stand for {2}")]
    TwiceTheSame(String, String, String),
    #[error("columns says {0} stands for {1}, which is no field; there are {2}")]
    NoSuchField(String, String, String),
    #[error("columns names {0}, and no column is called so")]
    NoSuchColumn(String),
    #[error("line {line} cannot be read: {why}")]
    Broken { line: u64, why: String },
}

impl SheetFlaw {
    /// What of the request to change.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::NotUtf8 { .. } | Self::NotUtf16 => "encoding",
            Self::MissingColumn(_) | Self::TwiceTheSame(..) | Self::NoSuchField(..) | Self::NoSuchColumn(_) => "columns",
            Self::Empty
            | Self::TooManyRows
            | Self::TooManyColumns
            | Self::NotText(_)
            | Self::OpenQuote { .. }
            | Self::Broken { .. } => "file",
        }
    }
}

/// Which column holds which field.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Columns {
    heads: Vec<String>,
    /// For each field its column.
    of: Vec<(&'static str, usize)>,
}

impl Columns {
    pub const fn len(&self) -> usize {
        self.heads.len()
    }

    pub const fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    pub fn index(&self, field: &str) -> Option<usize> {
        self.of.iter().find(|(name, _)| *name == field).map(|(_, index)| *index)
    }

    pub fn head(&self, field: &str) -> Option<&str> {
        self.index(field).map(|index| self.heads[index].as_str())
    }

    /// Heads of columns that stand for nothing.
    pub fn ignored(&self) -> Vec<String> {
        let is_used = |index: usize| self.of.iter().any(|(_, used)| *used == index);
        self.heads
            .iter()
            .enumerate()
            .filter(|(index, head)| !is_used(*index) && !head.is_empty())
            .map(|(_, head)| head.clone())
            .collect()
    }
}

/// A file whose head was understood. Its rows are read one by one.
pub struct Sheet<'a> {
    text: Cow<'a, str>,
    /// Bytes of text before the rows: a `sep=` line.
    begin: usize,
    lines_before: u64,
    delimiter: u8,
    columns: Columns,
}

impl<'a> Sheet<'a> {
    /// Reads the head.
    pub fn open(bytes: &'a [u8], fields: &[Field], options: &Options) -> Result<Self, SheetFlaw> {
        let text = decoded(bytes, options.encoding)?;
        let (begin, lines_before, said) = separator_line(&text);
        let delimiter = options.delimiter.or(said).unwrap_or_else(|| likely_delimiter(&text[begin..]));
        if let Some(at) = open_quote(&text.as_bytes()[begin..], delimiter) {
            return Err(SheetFlaw::OpenQuote { line: 1 + line_ends(&text.as_bytes()[..begin + at]) });
        }
        let mut sheet = Self { text, begin, lines_before, delimiter, columns: Columns { heads: Vec::new(), of: Vec::new() } };
        let head = sheet.records().next().ok_or(SheetFlaw::Empty)??;
        if head.len() > COLUMNS_MAX {
            return Err(SheetFlaw::TooManyColumns);
        }
        let heads: Vec<String> = head.iter().map(|head| head.trim().to_owned()).collect();
        if heads.iter().all(String::is_empty) {
            return Err(SheetFlaw::Empty);
        }
        sheet.columns = mapped(heads, fields, &options.columns)?;
        Ok(sheet)
    }

    pub const fn columns(&self) -> &Columns {
        &self.columns
    }

    /// The rows, lines with nothing in them left out. At most `ROWS_MAX`, then a flaw.
    pub fn rows(&self) -> impl Iterator<Item = Result<Row<'_>, SheetFlaw>> {
        let is_blank = |record: &StringRecord| record.iter().all(|cell| cell.trim().is_empty());
        let mut lines = Lines { text: self.text.as_bytes(), at: 0, line: 1 };
        let records = self.records().skip(1).map(move |record| {
            let record = record?;
            let line = lines.of(self.begin + record.position().map_or(0, |position| position.byte() as usize));
            Ok((line, record))
        });
        let records = records.filter(move |row: &Result<_, SheetFlaw>| !row.as_ref().is_ok_and(|(_, record)| is_blank(record)));
        records.enumerate().map_while(move |(index, record)| match record {
            Ok(_) if index == ROWS_MAX => Some(Err(SheetFlaw::TooManyRows)),
            Ok(_) if index > ROWS_MAX => None,
            Ok((line, record)) => Some(Ok(Row::new(line, record, &self.columns))),
            Err(flaw) => Some(Err(flaw)),
        })
    }

    fn records(&self) -> impl Iterator<Item = Result<StringRecord, SheetFlaw>> {
        let reader = ReaderBuilder::new()
            .delimiter(self.delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(&self.text.as_bytes()[self.begin..]);
        let lines_before = self.lines_before;
        reader.into_records().map(move |record| {
            record.map_err(|error| {
                let line = lines_before + error.position().map_or(0, csv::Position::line);
                SheetFlaw::Broken { line, why: error.to_string() }
            })
        })
    }
}

/// Counts lines as an editor does, forwards only. A record is said to begin at the end of the line before it, or of blank lines.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    fn of(&mut self, byte: usize) -> u64 {
        let ends = self.text.get(byte..).unwrap_or_default().iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
        let begin = byte + ends.count();
        self.line += line_ends(&self.text[self.at..begin]);
        self.at = begin;
        self.line
    }
}

/// Ends of lines, of whichever kind: two bytes together are one.
fn line_ends(text: &[u8]) -> u64 {
    let ends = text.iter().enumerate().filter(|(at, byte)| match byte {
        b'\n' => true,
        b'\r' => text.get(at + 1) != Some(&b'\n'),
        _ => false,
    });
    ends.count() as u64
}

/// Where the quote stands that is open at the end. The reader closes it without a word, and rows would be missing.
fn open_quote(text: &[u8], delimiter: u8) -> Option<usize> {
    let (mut opened, mut is_begin) = (None, true);
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'"' if opened.is_some() && text.get(at + 1) == Some(&b'"') => at += 1,
            b'"' if opened.is_some() => opened = None,
            b'"' if is_begin => opened = Some(at),
            _ => {}
        }
        is_begin = byte == delimiter || matches!(byte, b'\r' | b'\n');
        at += 1;
    }
    opened
}

/// What some files are that are chosen by mistake, told by how they begin; a zero byte is in no text.
fn no_text(bytes: &[u8]) -> Option<&'static str> {
    const LOOKED_AT: usize = 1_024;
    match bytes {
        [b'P', b'K', 3, 4, ..] => Some("an Excel workbook, or another archive"),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => Some("an old Excel workbook"),
        [b'%', b'P', b'D', b'F', ..] => Some("a PDF"),
        _ => bytes[..bytes.len().min(LOOKED_AT)].contains(&0).then_some("no text"),
    }
}

fn decoded(bytes: &[u8], encoding: Encoding) -> Result<Cow<'_, str>, SheetFlaw> {
    if let Some(rest) = bytes.strip_prefix(b"\xFF\xFE") {
        return utf16(rest, u16::from_le_bytes).map(Cow::Owned);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFE\xFF") {
        return utf16(rest, u16::from_be_bytes).map(Cow::Owned);
    }
    if let Some(what) = no_text(bytes) {
        return Err(SheetFlaw::NotText(what));
    }
    // A byte order mark says more than whoever chose the encoding.
    let (bytes, is_marked) = bytes.strip_prefix(b"\xEF\xBB\xBF").map_or((bytes, false), |rest| (rest, true));
    if encoding == Encoding::Windows1252 && !is_marked {
        return Ok(Cow::Owned(bytes.iter().map(|byte| windows_1252(*byte)).collect()));
    }
    std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|error| {
        let line = 1 + line_ends(&bytes[..error.valid_up_to()]);
        SheetFlaw::NotUtf8 { line }
    })
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, SheetFlaw> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(SheetFlaw::NotUtf16);
    }
    char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).collect::<Result<String, _>>().map_err(|_| SheetFlaw::NotUtf16)
}

/// The code page as browsers read it: what it leaves open stands for the control character of the same number.
fn windows_1252(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}', '\u{90}', '‘', '’', '“',
        '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9F => HIGH[usize::from(byte - 0x80)],
        byte => char::from(byte),
    }
}

/// `sep=;` as the first line: how long it is, how many lines, and what it says.
fn separator_line(text: &str) -> (usize, u64, Option<u8>) {
    let first = text.split_inclusive('\n').next().unwrap_or_default();
    let said = first.trim_end().trim_matches('"').strip_prefix("sep=").map(str::as_bytes);
    match said {
        Some([delimiter]) => (first.len(), 1, Some(*delimiter)),
        Some([]) if first.starts_with("sep=\t") => (first.len(), 1, Some(b'\t')),
        Some(_) | None => (0, 0, None),
    }
}

/// What there is most of in the head, outside of quotes.
fn likely_delimiter(text: &str) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut is_quoted = false;
    for byte in text.trim_start_matches(['\r', '\n']).bytes() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\r' | b'\n' if !is_quoted => break,
            byte if !is_quoted => counts.iter_mut().filter(|(sign, _)| *sign == byte).for_each(|(_, n)| *n += 1),
            _ => {}
        }
    }
    // The first of equals.
    counts.iter().rev().max_by_key(|(_, n)| *n).map_or(b',', |(sign, _)| *sign)
}

/// A head as it is compared: `E-Mail Address` and `email_address` are one.
fn plain(head: &str) -> String {
    folded(head).chars().filter(|c| c.is_alphanumeric()).collect()
}

fn mapped(heads: Vec<String>, fields: &[Field], said: &[(String, String)]) -> Result<Columns, SheetFlaw> {
    let plain_heads: Vec<String> = heads.iter().map(|head| plain(head)).collect();
    let names = || fields.iter().map(|field| field.name).collect::<Vec<_>>().join(", ");
    let mut of: Vec<(&'static str, usize)> = Vec::new();
    for (head, name) in said {
        let index = plain_heads.iter().position(|known| *known == plain(head));
        let index = index.ok_or_else(|| SheetFlaw::NoSuchColumn(head.clone()))?;
        let field = fields.iter().find(|field| field.name == name);
        let field = field.ok_or_else(|| SheetFlaw::NoSuchField(head.clone(), name.clone(), names()))?;
        take(&mut of, field.name, index, &heads)?;
    }
    for (index, head) in plain_heads.iter().enumerate() {
        if of.iter().any(|(_, used)| *used == index) {
            continue;
        }
        let field = fields.iter().find(|field| plain(field.name) == *head || field.also.contains(&head.as_str()));
        match field {
            // Said in so many words of another column.
            Some(field) if said.iter().any(|(_, name)| name == field.name) => {}
            Some(field) => take(&mut of, field.name, index, &heads)?,
            None => {}
        }
    }
    let missing = fields.iter().find(|field| field.is_required && !of.iter().any(|(name, _)| *name == field.name));
    match missing {
        Some(field) => Err(SheetFlaw::MissingColumn(field.name.to_owned())),
        None => Ok(Columns { heads, of }),
    }
}

fn take(of: &mut Vec<(&'static str, usize)>, name: &'static str, index: usize, heads: &[String]) -> Result<(), SheetFlaw> {
    if let Some((_, other)) = of.iter().find(|(known, _)| *known == name) {
        return Err(SheetFlaw::TwiceTheSame(heads[*other].clone(), heads[index].clone(), name.to_owned()));
    }
    of.push((name, index));
    Ok(())
}
