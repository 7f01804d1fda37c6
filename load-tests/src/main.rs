//! `salessync-load`: generates a town, drives a fleet, replays real traces, measures the server.

use clap::{Parser, Subcommand};
use salessync_load::{bench, fleet, replay, solve, town};
use std::process::ExitCode;

#[derive(Debug, Parser)]
#[command(name = "salessync-load", version, about = "Clients that put SalesSync to work")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Draw a town and write it as GeoJSON.
    Town(town::Args),
    /// Let simulated agents walk, cycle and drive through a town.
    Fleet(fleet::Args),
    /// Send a file of recorded fixes as the phones of that day.
    Replay(replay::Args),
    /// Plan instances of the vehicle routing problem, or problems as JSON.
    Solve(solve::Args),
    /// Measure the server on this machine, beside Redis.
    Bench(bench::Args),
}

fn main() -> anyhow::Result<ExitCode> {
    // One thread: the clients share the machine with the server.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match Cli::parse().command {
        Command::Town(args) => town::run(&args)?,
        Command::Fleet(args) => runtime.block_on(fleet::run(args))?,
        Command::Bench(args) => runtime.block_on(bench::run(args))?,
        Command::Solve(args) => return solve::run(&args),
        Command::Replay(args) => return runtime.block_on(replay::run(args)),
    }
    Ok(ExitCode::SUCCESS)
}
