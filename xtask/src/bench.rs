//! `cargo xtask bench`: release builds of both binaries, then `salessync-load bench`, which starts and judges the server itself.

use std::{process::Command, time::Duration};

use anyhow::Result;

use crate::{
    children::{self, Output},
    repo::Repo,
    tools::{self, Tool},
};

const BUILD_LIMIT: Duration = Duration::from_secs(60 * 60);
const BENCH_LIMIT: Duration = Duration::from_secs(3 * 60 * 60);

pub fn run(repo: &Repo, args: &[String]) -> Result<()> {
    let tools = tools::ensure(repo, &[Tool::Compiler, Tool::Postgres, Tool::Redis])?;
    println!("Building for release (about 10 minutes the first time)…");
    let mut cargo = repo.cargo();
    cargo.args(["build", "--release", "--package", "salessync-gateway", "--package", "salessync-load"]).args(repo.locked());
    children::run(&mut cargo, Output::Show, BUILD_LIMIT)?;

    let mut bench = Command::new(repo.binary("release", "salessync-load"));
    bench.args(["bench", "--server"]).arg(repo.binary("release", "salessync")).args(args);
    bench.current_dir(&repo.root).env_remove("DATABASE_URL").env("PATH", &tools.path);
    children::run(&mut bench, Output::Show, BENCH_LIMIT)
}
