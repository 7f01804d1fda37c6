//! `cargo xtask demo`: from a fresh clone to a live map, without a question. What runs is in `stack.rs`; this file builds and tells.
//! The line `SalesSync is ready: http://…` is printed once, when the map already moves.

use std::{fs, path::PathBuf, time::Duration};

use anyhow::{Context, Result, bail};

use crate::{
    children::{self, Interrupted, Output},
    console,
    repo::Repo,
    shot,
    stack::{self, Login, Plan, Stack},
    tools::{self, Tool, Tools},
};

const BUILD_LIMIT: Duration = Duration::from_secs(45 * 60); // the very first build on a slow machine
const STEPS: u32 = 6;

#[derive(Debug, PartialEq, Eq)]
struct Options {
    port: u16,
    agents: u32,
    basemap: Option<PathBuf>,
    keep_data: bool,
    headless_shot: Option<PathBuf>,
}

pub fn run(repo: &Repo, args: &[String]) -> Result<()> {
    let options = parse(args)?;
    match show(repo, &options) {
        // Ctrl-C is how a demo ends, not how it fails. Everything it started has been stopped by its guards.
        Err(error) if error.is::<Interrupted>() => {
            println!("\nStopped.");
            Ok(())
        }
        other => other,
    }
}

fn show(repo: &Repo, options: &Options) -> Result<()> {
    let mut done = 0;
    let mut step = |what: &str| {
        done += 1;
        println!("[{done}/{STEPS}] {what}…");
    };
    step("Looking for PostgreSQL and Node");
    let mut wanted = vec![Tool::Compiler, Tool::Postgres, Tool::Node];
    wanted.extend(options.headless_shot.is_some().then_some(Tool::Chromium));
    let tools = tools::ensure(repo, &wanted)?;
    build(repo, &tools, &mut step)?;

    let plan = Plan {
        dir: repo.target.join("demo"),
        port: options.port,
        agents: options.agents,
        has_guest: true,
        basemap: options.basemap.clone(),
        keep_data: options.keep_data,
        settings: Vec::new(),
    };
    let mut stack = Stack::start(repo, &plan, step)?;
    println!("SalesSync is ready: {}", stack.url());
    for Login { role, email, password, .. } in [stack.dispatcher(), stack.admin()].into_iter().chain(stack.guest()) {
        println!("  {role:<11} {email:<33} {password}");
    }
    if stack.guest().is_some() {
        println!("The agent's phone is {}/field; nobody else drives it", stack.url());
    }
    if let Some(file) = &options.headless_shot {
        shot::take(repo, &tools, &stack.url(), stack.dispatcher(), file)?;
        println!("The picture is in {}", file.display());
        stack.stop();
        return Ok(());
    }
    println!("Letters (invitations, new passwords) are in {}", stack::mail_folder(&plan.dir).display());
    println!("Ctrl-C stops everything. Logs are in {}", plan.dir.display());
    loop {
        children::pause()?;
        stack.check_alive()?;
    }
}

/// Builds the console and both binaries as the demo and the browser tests run them; tells `step` twice.
pub fn build(repo: &Repo, tools: &Tools, mut step: impl FnMut(&str)) -> Result<()> {
    step("Building the console (about a minute the first time)");
    fs::create_dir_all(&repo.target)?;
    let log = repo.target.join("console-build.log");
    let _ = fs::remove_file(&log);
    console::install(repo, tools, Output::Log(&log))?;
    console::build(repo, tools, Output::Log(&log))?;

    step("Building the server (about 5 minutes the first time)");
    build_binaries(repo)
}

pub fn build_binaries(repo: &Repo) -> Result<()> {
    let mut cargo = repo.cargo();
    cargo.args(["build", "--quiet", "--package", "salessync-gateway", "--package", "salessync-load"]).args(repo.locked());
    children::run(&mut cargo, Output::Show, BUILD_LIMIT)
}

fn parse(args: &[String]) -> Result<Options> {
    let mut options = Options { port: 8080, agents: 60, basemap: None, keep_data: false, headless_shot: None };
    let mut words = args.iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().with_context(|| format!("{word} wants a value"));
        match word.as_str() {
            "--port" => options.port = value()?.parse().context("--port wants a number from 1 to 65535")?,
            "--agents" => options.agents = value()?.parse().context("--agents wants a number")?,
            "--basemap" => options.basemap = Some(std::path::absolute(value()?)?),
            "--keep-data" => options.keep_data = true,
            "--headless-shot" => options.headless_shot = Some(std::path::absolute(value()?)?),
            other => bail!("demo does not know {other:?}; `cargo xtask` lists what it does"),
        }
    }
    if let Some(basemap) = options.basemap.as_ref().filter(|file| !file.is_file()) {
        bail!("there is no basemap {}", basemap.display());
    }
    Ok(options)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn options_are_read() {
        let options = parse(&words("--port 9000 --agents 5 --keep-data --headless-shot /x.png")).unwrap();
        assert_eq!((options.port, options.agents, options.keep_data), (9000, 5, true));
        assert_eq!(options.headless_shot, Some("/x.png".into()));
        assert_eq!(parse(&[]).unwrap().port, 8080);
    }

    #[test]
    fn a_wrong_option_is_named() {
        for (line, expected) in [
            ("--prot 1", "--prot"),
            ("--port", "--port wants a value"),
            ("--port x", "--port wants a number"),
            ("--basemap /none", "/none"),
        ] {
            let error = format!("{:#}", parse(&words(line)).unwrap_err());
            assert!(error.contains(expected), "{line}: {error}");
        }
    }
}
