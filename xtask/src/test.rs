//! `cargo xtask test`: everything CI runs, cheapest first, stopping at the first failure with the name of the step.
//! The invariant: it needs no terminal, no network but the package registries, and no service that it does not start itself.

use std::{
    fs,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context, Result, bail};

use crate::{
    children::{self, Interrupted, Output},
    codegen::{self, Mode},
    console, demo,
    repo::Repo,
    schema,
    stack::{self, Plan, Stack},
    tidy,
    tools::{self, Tool},
};

const BUILD_LIMIT: Duration = Duration::from_secs(60 * 60);
const NPM_LIMIT: Duration = Duration::from_secs(15 * 60);
/// Some for each territory; the server works off the morning of each when it starts.
const E2E_AGENTS: u32 = 25;
/// What draws most comes last: at first the server has the morning of all agents to work off, and the map is drawn by the processor.
const JOURNEYS: [&str; 5] = ["e2e:identity", "e2e:field", "e2e:planning", "e2e:design", "e2e"];
const FAULTS: &str = "fault-injection";

struct Step {
    name: &'static str,
    what: &'static str,
    is_quick: bool,
    run: fn(&Repo, &Options) -> Result<()>,
}

#[rustfmt::skip]
const STEPS: [Step; 9] = [
    Step { name: "tools", what: "PostgreSQL, Redis, Chromium and Node are there", is_quick: false, run: |repo, _| tools::run(repo) },
    Step { name: "format", what: "cargo fmt --check", is_quick: true, run: format },
    Step { name: "tidy", what: "the rules of the house", is_quick: true, run: |repo, _| tidy::run(repo) },
    Step { name: "lints", what: "cargo clippy, with and without fault injection", is_quick: true, run: lints },
    Step { name: "rust", what: "Rust tests on a real Postgres and Redis", is_quick: true, run: rust },
    Step { name: "generated", what: "generated files are up to date", is_quick: false, run: |repo, _| codegen::generate(repo, Mode::Check) },
    Step { name: "console", what: "the console's types, tests and build", is_quick: false, run: console_tests },
    Step { name: "schema", what: "no input makes the API fail", is_quick: false, run: |repo, _| schema::run(repo) },
    Step { name: "browser", what: "the console in Chromium against a live server", is_quick: false, run: browser },
];

#[derive(Debug, Default, PartialEq, Eq)]
struct Options {
    quick: bool,
    list: bool,
    steps: Vec<String>,
    /// Words that Rust tests' names must contain.
    names: Vec<String>,
}

pub fn run(repo: &Repo, args: &[String]) -> Result<()> {
    let options = parse(args)?;
    if options.list {
        STEPS.iter().for_each(|step| println!("{:<10} {}", step.name, step.what));
        return Ok(());
    }
    let steps: Vec<&Step> = STEPS.iter().filter(|step| options.wants(step)).collect();
    let mut durations = Vec::new();
    let mut outcome = Ok(());
    for (n, step) in steps.iter().enumerate() {
        println!("\n=== [{}/{}] {}: {}", n + 1, steps.len(), step.name, step.what);
        let began = Instant::now();
        outcome = (step.run)(repo, &options);
        durations.push((step.name, began.elapsed(), outcome.is_ok()));
        if outcome.is_err() {
            break;
        }
    }
    println!("\n=== Durations");
    for (name, duration, is_ok) in &durations {
        println!("{name:<10} {:>6.1} s{}", duration.as_secs_f64(), if *is_ok { "" } else { "   FAILED" });
    }
    let Err(error) = outcome else {
        println!("Everything is fine.");
        return Ok(());
    };
    if error.is::<Interrupted>() {
        return Err(error);
    }
    let failed = durations.last().map_or("?", |(name, ..)| name);
    Err(error.context(format!("step {failed} failed (again: cargo xtask test {failed})")))
}

impl Options {
    fn wants(&self, step: &Step) -> bool {
        match (self.steps.is_empty(), self.names.is_empty()) {
            (true, true) => step.is_quick || !self.quick,
            (true, false) => step.name == "rust",
            (false, _) => self.steps.iter().any(|name| name == step.name),
        }
    }
}

fn parse(args: &[String]) -> Result<Options> {
    let mut options = Options::default();
    for arg in args {
        match arg.as_str() {
            "--quick" => options.quick = true,
            "--list" => options.list = true,
            other if other.starts_with('-') => bail!("test does not know {other}; `cargo xtask` lists what it does"),
            name if STEPS.iter().any(|step| step.name == name) => options.steps.push(name.to_owned()),
            name => options.names.push(name.to_owned()),
        }
    }
    Ok(options)
}

fn format(repo: &Repo, _: &Options) -> Result<()> {
    children::run(repo.cargo().args(["fmt", "--all", "--check"]), Output::Show, BUILD_LIMIT)
        .context("mend it with `cargo fmt --all`")
}

fn lints(repo: &Repo, _: &Options) -> Result<()> {
    let clippy = |which: &[String]| {
        let mut cargo = repo.cargo();
        cargo.args(["clippy", "--workspace", "--locked"]).args(which).args(["--", "-D", "warnings"]);
        children::run(&mut cargo, Output::Show, BUILD_LIMIT)
    };
    // What is shipped. Tests are compiled, and run, with faults only.
    clippy(&[])?;
    clippy(&[vec!["--all-targets".to_owned()], faults(repo)?].concat())
}

fn rust(repo: &Repo, options: &Options) -> Result<()> {
    tools::ensure(repo, &[Tool::Compiler, Tool::Postgres, Tool::Redis])?;
    let has_nextest = children::capture(repo.cargo().args(["nextest", "--version"]).stderr(Stdio::null()), BUILD_LIMIT).is_ok();
    let mut cargo = repo.cargo();
    if has_nextest {
        // Half of the tests wait for a server, a disk or a clock most of the time.
        let threads = 2 * thread::available_parallelism()?.get();
        cargo.args(["nextest", "run", "--test-threads", &threads.to_string()]);
    } else {
        println!("cargo-nextest is not installed (cargo install cargo-nextest --locked): using cargo test");
        cargo.args(["test", "--no-fail-fast"]);
    }
    cargo.args(["--workspace", "--locked"]).args(faults(repo)?);
    if !has_nextest && options.names.len() > 1 {
        bail!("without cargo-nextest only one word can be looked for in test names");
    }
    children::run(cargo.args(&options.names), Output::Show, BUILD_LIMIT)?;
    // `cargo test` has run the examples in the docs already; nextest cannot.
    if has_nextest && options.names.is_empty() && tidy::has_doc_tests(repo)? {
        children::run(repo.cargo().args(["test", "--doc", "--workspace", "--locked"]), Output::Show, BUILD_LIMIT)?;
    }
    Ok(())
}

/// `--features` for every member that can inject faults; without it the tests of restarts and panics would not be compiled.
fn faults(repo: &Repo) -> Result<Vec<String>> {
    let mut cargo = repo.cargo();
    cargo.args(["metadata", "--no-deps", "--format-version", "1"]);
    let metadata: serde_json::Value = serde_json::from_str(&children::capture(&mut cargo, BUILD_LIMIT)?)?;
    let members = metadata["packages"].as_array().context("cargo metadata names no packages")?;
    let able = members.iter().filter(|member| member["features"].get(FAULTS).is_some());
    Ok(able.filter_map(|member| Some(format!("--features={}/{FAULTS}", member["name"].as_str()?))).collect())
}

fn console_tests(repo: &Repo, _: &Options) -> Result<()> {
    let tools = tools::ensure(repo, &[Tool::Node])?;
    console::install(repo, &tools, Output::Show)?;
    for args in [["run", "typecheck"], ["run", "test"]] {
        console::npm(repo, &tools, &args, Output::Show, NPM_LIMIT)?;
    }
    console::build(repo, &tools, Output::Show)
}

/// The zone in which it is past noon and not yet one.
fn noon_zone(now: SystemTime) -> String {
    let hour = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() / 3_600 % 24);
    // The signs of these zones are those of POSIX: what is west of Greenwich is positive.
    format!("Etc/GMT{:+}", hour as i64 - 12)
}

fn browser(repo: &Repo, _: &Options) -> Result<()> {
    let tools = tools::ensure(repo, &[Tool::Compiler, Tool::Postgres, Tool::Node, Tool::Chromium])?;
    demo::build(repo, &tools, |what| println!("{what}…"))?;
    let shots = repo.target.join("e2e-shots");
    fs::create_dir_all(&shots)?;
    // The day must not end during a journey: an agent of whom nobody said when they work has the usual hours.
    let settings = vec![("SALESSYNC_ORGANISATION__TIME_ZONE".to_owned(), noon_zone(SystemTime::now()))];
    let plan = Plan {
        dir: repo.target.join("e2e"),
        port: 0,
        agents: E2E_AGENTS,
        has_guest: false,
        basemap: None,
        keep_data: false,
        settings,
    };
    let stack = Stack::start(repo, &plan, |what| println!("{what}…"))?;
    for journeys in JOURNEYS {
        let mut e2e: Command = console::npm_command(repo, &tools, &["run", journeys]);
        e2e.env("SALESSYNC_URL", stack.url())
            .env("SALESSYNC_EMAIL", stack.dispatcher().email)
            .env("SALESSYNC_PASSWORD", &stack.dispatcher().password)
            .env("SALESSYNC_ADMIN_EMAIL", stack.admin().email)
            .env("SALESSYNC_ADMIN_PASSWORD", &stack.admin().password)
            .env("SALESSYNC_MAIL_FOLDER", stack::mail_folder(&plan.dir))
            .env("CHROMIUM", tools.chromium.as_deref().context("Chromium was found a moment ago")?)
            .env("SHOTS", &shots);
        children::run(&mut e2e, Output::Show, NPM_LIMIT)
            .with_context(|| format!("pictures are in {}, the server's log in {}", shots.display(), plan.dir.display()))?;
    }
    stack.stop();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(line: &str) -> Vec<&'static str> {
        let options = parse(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).unwrap();
        STEPS.iter().filter(|step| options.wants(step)).map(|step| step.name).collect()
    }

    #[test]
    fn it_is_past_noon_in_the_zone_of_the_journeys() {
        let at = |hour: u64| noon_zone(UNIX_EPOCH + Duration::from_secs(20_000 * 86_400 + hour * 3_600 + 1_800));
        assert_eq!([0, 12, 16, 23].map(at), ["Etc/GMT-12", "Etc/GMT+0", "Etc/GMT+4", "Etc/GMT+11"]);
    }

    #[test]
    fn arguments_choose_the_steps() {
        assert_eq!(chosen("").len(), STEPS.len());
        assert_eq!(chosen("--quick"), ["format", "tidy", "lints", "rust"]);
        assert_eq!(chosen("browser tidy"), ["tidy", "browser"], "in the order of the steps");
        assert_eq!(chosen("a_second_reversal"), ["rust"]);
        assert!(parse(&["--fast".to_owned()]).is_err());
    }
}
