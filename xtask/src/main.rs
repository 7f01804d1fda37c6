//! `cargo xtask`: the commands a developer, a newcomer and CI type. This file reads the arguments; each command has a file of its own.
//! Nothing here is part of the product. The invariant: whatever a command started has ended when the command ends.

mod bench;
mod children;
mod codegen;
mod console;
mod demo;
mod http;
mod postgres;
mod repo;
mod schema;
mod shot;
mod stack;
mod test;
mod tidy;
mod tools;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::{children::Interrupted, repo::Repo};

const HELP: &str = "\
SalesSync's own commands. Usage: cargo xtask COMMAND

  demo      Installs what is missing, builds everything, starts the server with a simulated fleet, prints the address
            and the log-ins. Ctrl-C stops it all.
              --port N               first port to try (8080); the next free one is taken when it is in use
              --agents N             agents in the fleet (60)
              --basemap FILE         a .pmtiles basemap instead of the generated town
              --keep-data            go on with the last demo's database instead of a new one
              --headless-shot FILE   save a picture of the live map to FILE.png, then stop
  test      Everything CI runs: format, tidy rules, lints, Rust tests, generated files, console, a real browser.
              --quick                only format, tidy rules, lints and Rust tests
              WORD…                  only the named steps (see `cargo xtask test --list`), or Rust tests whose name has WORD
  bench     Builds for release and runs the benchmarks; further arguments go to `salessync-load bench`.
  tidy      The rules of the house that no compiler checks; each message says how to mend it.
  codegen   Writes .sqlx/, docs/openapi.json and the console's types; with --check says whether they are out of date.
  tools     Installs PostgreSQL, Redis, Chromium and Node where they are missing.
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is::<Interrupted>() => {
            eprintln!("stopped");
            ExitCode::from(130)
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(args: &[String]) -> Result<()> {
    let Some((command, rest)) = args.split_first() else {
        print!("{HELP}");
        return Ok(());
    };
    if matches!(command.as_str(), "help" | "--help" | "-h")
        || rest.iter().any(|arg| arg == "--help" || arg == "-h") && command != "bench"
    {
        print!("{HELP}");
        return Ok(());
    }
    children::watch_signals()?;
    let repo = Repo::find()?;
    match command.as_str() {
        "demo" => demo::run(&repo, rest),
        "test" => test::run(&repo, rest),
        "bench" => bench::run(&repo, rest),
        "tidy" => tidy::run(&repo),
        "codegen" => codegen::run(&repo, rest),
        "tools" => tools::run(&repo),
        other => bail!("there is no command {other:?}; `cargo xtask` lists them"),
    }
}
