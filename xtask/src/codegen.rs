//! `cargo xtask codegen`: the files that are committed but written by a program: `.sqlx/`, docs/openapi.json, the console's types.
//! `--check` writes none of them and names those that are out of date.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    process::Command,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context, Result, bail, ensure};

use crate::{
    children::{self, Output},
    console, demo,
    postgres::Postgres,
    repo::Repo,
    tools::{self, Tool, Tools},
};

const BUILD_LIMIT: Duration = Duration::from_secs(45 * 60);
const COMMAND_LIMIT: Duration = Duration::from_secs(60);
const NPM_LIMIT: Duration = Duration::from_secs(10 * 60);
const SCHEMA: &str = "console/src/api/schema.d.ts";
const OPENAPI: &str = "docs/openapi.json";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Write,
    Check,
}

pub fn run(repo: &Repo, args: &[String]) -> Result<()> {
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let mode = match words[..] {
        [] => Mode::Write,
        ["--check"] => Mode::Check,
        _ => bail!("codegen knows only --check, not {}", words.join(" ")),
    };
    generate(repo, mode)
}

/// In this order: the server is built from the queries, describes itself, and the console's types come from that.
pub fn generate(repo: &Repo, mode: Mode) -> Result<()> {
    let tools = tools::ensure(repo, &[Tool::Compiler, Tool::Postgres, Tool::Node])?;
    let mut stale = queries(repo, mode)?;
    stale.extend(openapi(repo, mode)?);
    stale.extend(console_types(repo, &tools, mode)?);
    match (mode, stale.is_empty()) {
        (Mode::Check, false) => bail!("out of date: {}; run `cargo xtask codegen` and commit what it writes", stale.join(", ")),
        (Mode::Check, true) => println!("Generated files are up to date."),
        (Mode::Write, true) => println!("Nothing changed."),
        (Mode::Write, false) => println!("Wrote {}.", stale.join(", ")),
    }
    Ok(())
}

/// The query cache, as sqlx's own macros write it when they see a database.
fn queries(repo: &Repo, mode: Mode) -> Result<Vec<String>> {
    println!("Checking every query against a fresh database…");
    let fresh = repo.target.join("sqlx-check");
    if fresh.exists() {
        fs::remove_dir_all(&fresh)?;
    }
    fs::create_dir_all(&fresh).with_context(|| format!("create {}", fresh.display()))?;
    let postgres = Postgres::start()?;
    postgres.migrate(&repo.root.join("migrations"))?;
    // The macros run only when the crate is compiled: a cfg of its own makes each run new without touching a source file.
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
    let mut cargo = repo.cargo();
    cargo
        .args(["rustc", "--quiet", "--package", "salessync-actors", "--lib", "--profile", "check"])
        .args(repo.locked())
        .args(["--", "--cfg", &format!("codegen_run=\"{now}\"")])
        .env("DATABASE_URL", postgres.url())
        .env("SQLX_OFFLINE_DIR", &fresh)
        .envs([("SQLX_OFFLINE", "false"), ("CARGO_INCREMENTAL", "0")]);
    children::run(&mut cargo, Output::Show, BUILD_LIMIT).context("check the queries of salessync-actors against migrations/")?;
    drop(postgres);

    let committed = repo.root.join(".sqlx");
    let (old, new) = (read_dir(&committed)?, read_dir(&fresh)?);
    let stale = differences(&old, &new);
    if mode == Mode::Write && !stale.is_empty() {
        fs::create_dir_all(&committed)?;
        for name in old.keys() {
            fs::remove_file(committed.join(name))?;
        }
        for (name, text) in &new {
            fs::write(committed.join(name), text)?;
        }
    }
    Ok(stale.into_iter().map(|name| format!(".sqlx/{name}")).collect())
}

fn openapi(repo: &Repo, mode: Mode) -> Result<Option<String>> {
    println!("Building the server, which describes itself…");
    demo::build_binaries(repo)?;
    let mut salessync = Command::new(repo.binary("debug", "salessync"));
    salessync.arg("openapi").current_dir(&repo.root).env_remove("DATABASE_URL");
    let mut document = children::capture(&mut salessync, COMMAND_LIMIT)?;
    ensure!(document.trim_start().starts_with('{'), "`salessync openapi` printed no JSON document");
    if !document.ends_with('\n') {
        document.push('\n');
    }
    let file = repo.root.join(OPENAPI);
    let is_stale = read(&file)?.as_deref() != Some(&document);
    if mode == Mode::Write && is_stale {
        fs::create_dir_all(repo.root.join("docs"))?;
        fs::write(&file, document)?;
    }
    Ok(is_stale.then(|| OPENAPI.to_owned()))
}

fn console_types(repo: &Repo, tools: &Tools, mode: Mode) -> Result<Option<String>> {
    println!("Generating the console's types…");
    let file = repo.root.join(SCHEMA);
    let before = read(&file)?;
    console::npm(repo, tools, &["run", "--silent", "codegen"], Output::Show, NPM_LIMIT)?;
    let after = read(&file)?;
    ensure!(after.is_some(), "`npm run codegen` in console/ wrote no {SCHEMA}");
    let is_stale = before != after;
    if mode == Mode::Check && is_stale {
        match before {
            Some(text) => fs::write(&file, text)?,
            None => fs::remove_file(&file)?,
        }
    }
    Ok(is_stale.then(|| SCHEMA.to_owned()))
}

fn read(file: &Path) -> Result<Option<String>> {
    match fs::read_to_string(file) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("read {}", file.display())),
    }
}

/// The JSON files of a folder by name; none when there is no folder.
fn read_dir(dir: &Path) -> Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    if !dir.exists() {
        return Ok(files);
    }
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".json") {
            files.insert(name, fs::read_to_string(entry.path())?);
        }
    }
    Ok(files)
}

/// The names that are in one but not the other, or differ.
fn differences(old: &BTreeMap<String, String>, new: &BTreeMap<String, String>) -> Vec<String> {
    let mut names: Vec<&String> = old.keys().chain(new.keys()).filter(|name| old.get(*name) != new.get(*name)).collect();
    names.sort();
    names.dedup();
    names.into_iter().cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_an_extra_and_a_changed_file_differ() {
        let files = |pairs: &[(&str, &str)]| pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        let old: BTreeMap<String, String> = files(&[("same", "1"), ("changed", "1"), ("gone", "1")]);
        let new: BTreeMap<String, String> = files(&[("same", "1"), ("changed", "2"), ("added", "1")]);
        assert_eq!(differences(&old, &new), ["added", "changed", "gone"]);
        assert!(differences(&new, &new).is_empty());
    }
}
