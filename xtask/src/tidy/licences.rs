//! Every dependency's licence is one we may ship under: an allow-list, so a new licence is a decision and not an accident.

use serde_json::Value;

use super::tree::Flaw;

const ALLOWED: [&str; 16] = [
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "OpenSSL",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "Unlicense",
    "Zlib",
];

pub fn check(metadata: &Value) -> Vec<Flaw> {
    let packages = metadata["packages"].as_array().into_iter().flatten();
    packages.filter_map(|package| judge(package).err().map(|message| flaw(package, message))).collect()
}

fn judge(package: &Value) -> Result<(), String> {
    match package["license"].as_str() {
        None => Err("names no licence: do without it, or ask its author to name one".to_owned()),
        Some(licence) if is_allowed(licence) => Ok(()),
        Some(licence) => Err(format!(
            "its licence `{licence}` is not on the list: do without it, or argue for it in xtask/src/tidy/licences.rs"
        )),
    }
}

fn flaw(package: &Value, message: String) -> Flaw {
    let word = |key: &str| package[key].as_str().unwrap_or("?").to_owned();
    Flaw { place: format!("{} {}", word("name"), word("version")), message }
}

/// An SPDX expression: of an OR one side must be allowed, of an AND both; `/` is the old way to write OR.
/// An exception (`WITH`) only adds permissions, so its licence decides.
fn is_allowed(expression: &str) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let tokens: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = tokens.as_slice();
    any_of(&mut rest) == Some(true) && rest.is_empty()
}

fn any_of(rest: &mut &[&str]) -> Option<bool> {
    let mut value = all_of(rest)?;
    while take(rest, "OR") {
        value |= all_of(rest)?;
    }
    Some(value)
}

fn all_of(rest: &mut &[&str]) -> Option<bool> {
    let mut value = one(rest)?;
    while take(rest, "AND") {
        value &= one(rest)?;
    }
    Some(value)
}

fn one(rest: &mut &[&str]) -> Option<bool> {
    if take(rest, "(") {
        let value = any_of(rest)?;
        return take(rest, ")").then_some(value);
    }
    let (licence, tail) = rest.split_first()?;
    *rest = tail;
    if take(rest, "WITH") {
        *rest = rest.split_first()?.1;
    }
    Some(ALLOWED.contains(licence))
}

fn take(rest: &mut &[&str], word: &str) -> bool {
    match rest.split_first() {
        Some((first, tail)) if *first == word => {
            *rest = tail;
            true
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn expressions_are_judged() {
        for (expression, expected) in [
            ("MIT", true),
            ("MIT/Apache-2.0", true),
            ("MIT OR GPL-3.0-only", true),
            ("MIT AND GPL-3.0-only", false),
            ("GPL-3.0-only", false),
            ("AGPL-3.0-or-later OR GPL-2.0", false),
            ("Apache-2.0 WITH LLVM-exception OR GPL-3.0-only", true),
            ("GPL-2.0 WITH Classpath-exception-2.0", false),
            ("ISC AND (Apache-2.0 OR ISC) AND OpenSSL", true),
            ("(MIT OR Apache-2.0) AND Unicode-3.0", true),
            ("(MIT OR Apache-2.0) AND Proprietary", false),
            ("MIT AND", false),
            ("(MIT", false),
            ("MIT MIT", false),
            ("", false),
        ] {
            assert_eq!(is_allowed(expression), expected, "{expression:?}");
        }
    }

    #[test]
    fn a_package_without_a_licence_is_a_flaw() {
        let metadata = json!({"packages": [
            {"name": "good", "version": "1.0.0", "license": "MIT"},
            {"name": "bare", "version": "2.0.0", "license": null},
            {"name": "viral", "version": "3.0.0", "license": "GPL-3.0"},
        ]});
        let places: Vec<String> = check(&metadata).into_iter().map(|flaw| flaw.place).collect();
        assert_eq!(places, ["bare 2.0.0", "viral 3.0.0"]);
    }
}
