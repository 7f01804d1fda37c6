//! What a reader of JSON says is wrong, in the words of whoever wrote it: no names of types, the limit where there is one.
//!
//! The reader's words are serde's, of which the forms are few and fixed; what is not among them is a sentence of ours and stays as it is.

/// Longest text that is repeated to whoever sent it, characters.
const QUOTED_MAX: usize = 60;

const DATE: &str = "a date such as 2026-11-23";
const INSTANT: &str = "an RFC 3339 time or integer Unix milliseconds";

/// What chrono says of a text that is no date.
const NO_DATE: [&str; 6] = [
    "premature end of input",
    "input contains invalid characters",
    "input is out of range",
    "trailing input",
    "no possible date and time matching input",
    "input is not enough for unique date and time",
];

/// A flaw as it is told. Without a field it is one of the whole.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Plain {
    pub field: Option<String>,
    pub limit: Option<String>,
    pub message: String,
}

/// `path` leads to what was being read; `.` is all of it.
pub(crate) fn plain(path: &str, message: &str) -> Plain {
    let message = without_place(message);
    let named = |rest: &str| rest.split('`').nth(1).map(str::to_owned);
    let at = |name: Option<String>| match (path, name) {
        (".", name) => name,
        // A field that is not known is the end of the path where the reader had got so far.
        (path, Some(name)) if path == name || path.ends_with(&format!(".{name}")) => Some(path.to_owned()),
        (path, Some(name)) => Some(format!("{path}.{name}")),
        (path, None) => Some(path.to_owned()),
    };
    let of = |field: Option<String>, limit: Option<String>, message: String| Plain { field, limit, message };
    if let Some(rest) = message.strip_prefix("missing field ") {
        return of(at(named(rest)), None, "must be given".to_owned());
    }
    if let Some(rest) = message.strip_prefix("duplicate field ") {
        return of(at(named(rest)), None, "is given twice".to_owned());
    }
    if let Some(rest) = message.strip_prefix("unknown field ") {
        return of(at(named(rest)), choices(rest), "is no field here".to_owned());
    }
    let field = at(None);
    if let Some(rest) = message.strip_prefix("unknown variant ") {
        let (is, limit) = (named(rest).unwrap_or_default(), choices(rest));
        let must = limit.as_ref().map(|limit| format!(", must be {limit}")).unwrap_or_default();
        return of(field, limit, format!("is {:?}{must}", shortened(&is)));
    }
    for form in ["invalid type: ", "invalid value: ", "invalid length "] {
        if let Some((was, wanted)) = message.strip_prefix(form).and_then(|rest| rest.rsplit_once(", expected ")) {
            let (is, limit) = (found(form, was), expected(wanted));
            return of(field, Some(limit.clone()), format!("{is}, must be {limit}"));
        }
    }
    match sentence(message) {
        Some(limit) => of(field, Some(limit.to_owned()), format!("must be {limit}")),
        None => of(field, None, message.to_owned()),
    }
}

/// The line and column of a body that nobody sees as it was sent.
fn without_place(message: &str) -> &str {
    message.rsplit_once(" at line ").map_or(message, |(before, _)| before)
}

/// `x`, expected one of `a`, `b`: a or b.
fn choices(rest: &str) -> Option<String> {
    let (_, choices) = rest.split_once(", expected ")?;
    let names: Vec<&str> = choices.split('`').skip(1).step_by(2).collect();
    match names[..] {
        [] => None,
        [only] => Some(only.to_owned()),
        _ => Some(format!("one of {}", names.join(", "))),
    }
}

fn found(form: &str, was: &str) -> String {
    if form == "invalid length " {
        return format!("has {was} entries");
    }
    let is = match was {
        "null" | "unit value" | "Option value" => "null".to_owned(),
        "sequence" => "a list".to_owned(),
        "map" | "struct" => "an object".to_owned(),
        was => match was.split_once('`').and_then(|(_, rest)| rest.split_once('`')) {
            Some((literal, _)) if !was.starts_with("string") => literal.to_owned(),
            Some(_) | None => match was.strip_prefix("string ") {
                Some(text) => format!("the text {}", shortened(text)),
                None => "something else".to_owned(),
            },
        },
    };
    format!("is {is}")
}

/// What serde wants, without the names that only the code knows.
fn expected(wanted: &str) -> String {
    let whole = |min: i128, max: u64| format!("a whole number within {min}..{max}");
    match wanted {
        "u8" => whole(0, u8::MAX.into()),
        "u16" => whole(0, u16::MAX.into()),
        "u32" => whole(0, u32::MAX.into()),
        "u64" | "usize" => whole(0, u64::MAX),
        "i8" => whole(i8::MIN.into(), i8::MAX as u64),
        "i16" => whole(i16::MIN.into(), i16::MAX as u64),
        "i32" => whole(i32::MIN.into(), i32::MAX as u64),
        "i64" | "isize" => whole(i64::MIN.into(), i64::MAX as u64),
        "f32" | "f64" => "a number".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "a string" | "string" | "str" | "borrowed string" | "a borrowed string" | "identifier" | "variant identifier" => {
            "a text".to_owned()
        }
        "a sequence" | "sequence" => "a list".to_owned(),
        "a map" | "map" => "an object".to_owned(),
        "unit" | "null" => "null".to_owned(),
        "a formatted date string" => DATE.to_owned(),
        wanted if wanted.contains("UUID") => "a UUID".to_owned(),
        wanted if wanted.starts_with("an array of length ") || wanted.starts_with("a tuple of size ") => {
            let count = wanted.rsplit(' ').next().unwrap_or_default();
            format!("a list of {count} entries")
        }
        wanted if wanted.starts_with("tuple ") => "a list".to_owned(),
        wanted if wanted.starts_with("string or map") || wanted.starts_with("enum ") => "one of the names it may have".to_owned(),
        wanted if wanted.starts_with("struct ") || wanted.contains("tagged enum") || wanted.contains("variant") => {
            "an object".to_owned()
        }
        wanted => wanted.to_owned(),
    }
}

/// The limit behind a sentence of a library or of ours that does not say it as one.
fn sentence(message: &str) -> Option<&str> {
    match message {
        _ if message.starts_with("UUID parsing failed") => Some("a UUID"),
        _ if NO_DATE.contains(&message) => Some(DATE),
        "not an RFC 3339 time nor integer Unix milliseconds" => Some(INSTANT),
        "outside 1900-01-01..2200-01-01" => Some("an instant within 1900-01-01..2200-01-01"),
        "number out of range" => Some("a number that can be represented"),
        // Of a query, where everything is text at first.
        "invalid digit found in string" | "cannot parse integer from empty string" => Some("a whole number"),
        "number too large to fit in target type" => Some("a smaller whole number"),
        "number too small to fit in target type" => Some("a larger whole number"),
        "invalid float literal" | "cannot parse float from empty string" => Some("a number"),
        "provided string was not `true` or `false`" => Some("true or false"),
        _ if message.starts_with("data did not match any variant") => Some("in one of the documented forms"),
        _ => message.strip_prefix("must be "),
    }
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= QUOTED_MAX {
        return text.to_owned();
    }
    text.chars().take(QUOTED_MAX).chain(['…']).collect()
}
