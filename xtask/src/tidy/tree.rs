//! The text files of the work tree as the rules see them, and what a rule says about one.
//! Binary files are left out: no rule has anything to say about a picture.

use std::{fmt, fs, path::Path, process::Command, time::Duration};

use anyhow::{Context, Result};

use crate::children;

const GIT_LIMIT: Duration = Duration::from_secs(60);

#[derive(Debug)]
pub struct SourceFile {
    /// From the root of the work tree, with `/`.
    pub path: String,
    pub text: String,
}

#[derive(Debug)]
pub struct Tree {
    pub files: Vec<SourceFile>,
}

impl Tree {
    /// Everything git tracks or would track; what .gitignore names is nobody's business.
    pub fn load(root: &Path) -> Result<Self> {
        let mut git = Command::new("git");
        git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).current_dir(root);
        let mut files = Vec::new();
        for path in children::capture(&mut git, GIT_LIMIT)?.split_terminator('\0') {
            let file = root.join(path);
            // A file that is tracked but was removed, a link to a folder, a submodule: nothing to read.
            if !file.is_file() {
                continue;
            }
            let bytes = fs::read(&file).with_context(|| format!("read {path}"))?;
            if let Ok(text) = String::from_utf8(bytes) {
                files.push(SourceFile { path: path.to_owned(), text });
            }
        }
        Ok(Self { files })
    }

    pub fn with_extension<'a>(&'a self, extensions: &'a [&str]) -> impl Iterator<Item = &'a SourceFile> {
        self.files.iter().filter(|file| file.path.rsplit_once('.').is_some_and(|(_, extension)| extensions.contains(&extension)))
    }

    pub fn file(&self, path: &str) -> Option<&SourceFile> {
        self.files.iter().find(|file| file.path == path)
    }

    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Self {
        Self {
            files: files.iter().map(|(path, text)| SourceFile { path: (*path).to_owned(), text: (*text).to_owned() }).collect(),
        }
    }
}

impl SourceFile {
    /// Files that hold nothing but tests.
    pub fn is_test(&self) -> bool {
        let mut parts: Vec<&str> = self.path.split('/').collect();
        let name = parts.pop().unwrap_or_default();
        let is_named_so =
            name == "tests.rs" || [".spec.ts", ".spec.tsx", ".test.ts", ".test.tsx"].iter().any(|end| name.ends_with(end));
        is_named_so || parts.iter().any(|part| ["tests", "test", "benches", "__tests__"].contains(part))
    }

    /// Files that a program wrote, and whose first lines say so.
    pub fn is_generated(&self) -> bool {
        self.text.lines().take(3).any(|line| line.starts_with("// Generated ") || line.contains("@generated"))
    }

    pub fn flaw(&self, line: usize, message: impl Into<String>) -> Flaw {
        Flaw { place: format!("{}:{line}", self.path), message: message.into() }
    }
}

/// Lines of a Rust file that are neither comments nor inside a `#[cfg(test)]` item, numbered from 1.
/// It trusts rustfmt: an item ends at the closing brace that is indented like its attribute.
pub fn product_lines(text: &str) -> Vec<(usize, &str)> {
    let mut kept = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((n, line)) = lines.next() {
        let code = line.trim_start();
        if code.starts_with("#![cfg(test)]") {
            break;
        }
        if code.starts_with("#[cfg(test)]") || code.starts_with("#[cfg(all(test") {
            let end = format!("{}}}", &line[..line.len() - code.len()]);
            for (_, line) in lines.by_ref() {
                let is_one_line_item = !line.trim_start().starts_with("#[") && (line.ends_with(';') || line.ends_with('}'));
                if line == end || is_one_line_item && line.starts_with(&end[..end.len() - 1]) && indent(line) == end.len() - 1 {
                    break;
                }
            }
        } else if !code.starts_with("//") {
            kept.push((n + 1, line));
        }
    }
    kept
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

#[derive(Debug)]
pub struct Flaw {
    pub place: String,
    pub message: String,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

/// How many flaws a rule finds in each of some one-file trees.
#[cfg(test)]
pub fn check(rule: fn(&Tree) -> Vec<Flaw>, cases: &[(&str, &str, usize)]) {
    for (path, text, expected) in cases {
        let flaws = rule(&Tree::of(&[(path, text)]));
        assert_eq!(flaws.len(), *expected, "{path}: {text:?} gave {flaws:?}");
        assert!(flaws.iter().all(|flaw| flaw.place.starts_with(path)), "{flaws:?}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn product_lines_leave_tests_and_comments_out() {
        let text = "\
fn a() {}
// comment
#[cfg(test)]
use x::Y;
fn b() {}
#[cfg(test)]
mod inner {
    fn t() {
    }
}
impl C {
    #[cfg(test)]
    fn only_tests() {
        t();
    }
    #[cfg(test)]
    fn short() {}
    fn c() {}
}
#[cfg(test)]
#[allow(dead_code)]
mod tests {
    fn t() {}
}
fn d() {}";
        let kept: Vec<&str> = product_lines(text).into_iter().map(|(_, line)| line.trim()).collect();
        assert_eq!(kept, ["fn a() {}", "fn b() {}", "impl C {", "fn c() {}", "}", "fn d() {}"]);
        assert_eq!(product_lines(text)[1].0, 5, "lines keep their numbers");
        assert!(product_lines("//! docs\n#![cfg(test)]\nfn t() {}").is_empty());
    }

    #[test]
    fn test_files_are_known_by_place_or_name() {
        let is_test = |path: &str| Tree::of(&[(path, "")]).files[0].is_test();
        for path in ["engine/tests/a.rs", "console/test/e2e/a.ts", "console/src/a.spec.tsx", "actors/src/hub/tests.rs"] {
            assert!(is_test(path), "{path}");
        }
        for path in ["load-tests/src/main.rs", "engine/src/attest.rs", "console/src/contest.ts"] {
            assert!(!is_test(path), "{path}");
        }
    }

    #[test]
    fn the_work_tree_is_read() {
        let tree = Tree::load(&crate::repo::Repo::find().unwrap().root).unwrap();
        assert!(tree.file("Cargo.toml").is_some());
        assert!(tree.file("xtask/src/tidy/tree.rs").is_some());
    }
}
