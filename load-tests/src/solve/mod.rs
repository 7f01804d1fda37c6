//! `salessync-load solve`: plans files through the engine's public search, for whoever wants to see how good it is on their own.
//!
//! Every answer is judged by the engine's checker before it is shown.

pub mod best_known;
pub mod clock;

use anyhow::{Context, Result, bail};
use best_known::BestKnown;
use clock::{Clock, Stopwatch};
use salessync_engine::plan::check::check;
use salessync_engine::plan::format::{plan, solomon, vrplib};
use salessync_engine::plan::model::{Matrices, Problem, ProblemDraft, Solution};
use salessync_engine::plan::search::{Found, Progress, search};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// Instances: Solomon's format, or a problem as JSON (see docs/PLANNING.md).
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// How long to search each.
    #[arg(long, default_value_t = 10.0, value_parser = seconds)]
    seconds: f64,
    /// What the seconds are of.
    #[arg(long, value_enum, default_value_t = Clock::Wall)]
    clock: Clock,
    /// Stop after so many iterations: the same seed then gives the same plan on every machine.
    #[arg(long)]
    iterations: Option<u64>,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// What the files are; by default JSON where they end in .json.
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Write `NAME.sol` (VRPLIB) or `NAME.plan.json` here for each.
    #[arg(long)]
    sol_dir: Option<PathBuf>,
    /// Begin with this plan (.sol or .plan.json); for one file only.
    #[arg(long)]
    start: Option<PathBuf>,
    /// Best known costs, a CSV with columns instance and distance: adds the gap.
    #[arg(long)]
    best_known: Option<PathBuf>,
    /// One JSON object a file instead of a line.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
enum Format {
    Solomon,
    Json,
}

fn seconds(text: &str) -> Result<f64, String> {
    let seconds = text.parse::<f64>().map_err(|flaw| flaw.to_string())?;
    if (0.0..=86_400.0).contains(&seconds) { Ok(seconds) } else { Err("must be within 0..86400".to_owned()) }
}

/// Solves every file that can be; fails when one cannot.
pub fn run(args: &Args) -> Result<ExitCode> {
    if args.start.is_some() && args.files.len() > 1 {
        bail!("--start is for one file");
    }
    let best_known = args.best_known.as_deref().map(BestKnown::read).transpose()?.unwrap_or_default();
    if let Some(folder) = &args.sol_dir {
        std::fs::create_dir_all(folder).with_context(|| format!("create {}", folder.display()))?;
    }
    let mut failed = 0;
    for file in &args.files {
        if let Err(error) = solve(args, file, &best_known) {
            eprintln!("{}: {error:#}", file.display());
            failed += 1;
        }
    }
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A file read.
struct Question {
    name: String,
    problem: Problem,
    travel: Matrices,
    instance: Option<solomon::Instance>,
}

fn solve(args: &Args, file: &Path, best_known: &BestKnown) -> Result<()> {
    let question = read(args, file)?;
    let start = args.start.as_deref().map(|start| read_start(&question, start)).transpose()?;
    let stopwatch = Stopwatch::start(args.clock);
    let found = search(&question.problem, &question.travel, start.as_ref(), args.seed, &mut |progress: Progress| {
        args.iterations.is_none_or(|max| progress.iterations < max)
            && (args.iterations.is_some() || stopwatch.seconds() < args.seconds)
    });
    let seconds = stopwatch.seconds();
    let bill = check(&question.problem, &question.travel, &found.solution)
        .map_err(|violations| anyhow::anyhow!("the plan breaks a rule, which is a bug: {}", violations[0]))?;
    if bill != found.bill {
        bail!("the plan's bill is wrong, which is a bug: {:?} for {bill:?}", found.bill);
    }
    if let Some(folder) = &args.sol_dir {
        write(&question, &found, folder)?;
    }
    say(args, &question, &found, seconds, best_known);
    if question.instance.is_some() && !found.solution.unassigned.is_empty() {
        bail!("{} customers are left out: the fleet cannot serve all", found.solution.unassigned.len());
    }
    Ok(())
}

fn read(args: &Args, file: &Path) -> Result<Question> {
    let text = std::fs::read_to_string(file).context("read")?;
    let is_json = args.format.map_or_else(|| file.extension().is_some_and(|end| end == "json"), |format| format == Format::Json);
    let name = file.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let listed = |flaws: Vec<salessync_engine::plan::model::Flaw>| {
        let lines: Vec<String> = flaws.iter().take(20).map(ToString::to_string).collect();
        anyhow::anyhow!("{}{}", lines.join("; "), if flaws.len() > 20 { "; …" } else { "" })
    };
    if is_json {
        let draft: ProblemDraft = serde_json::from_str(&text)?;
        let problem = Problem::new(&draft).map_err(listed)?;
        let travel = Matrices::from_drafts(&draft.matrices, draft.stops.len(), draft.profiles.len()).map_err(listed)?;
        return Ok(Question { name, problem, travel, instance: None });
    }
    let instance = solomon::read(&text)?;
    let (problem, travel) = instance.problem().map_err(listed)?;
    Ok(Question { name, problem, travel, instance: Some(instance) })
}

fn read_start(question: &Question, file: &Path) -> Result<Solution> {
    let text = std::fs::read_to_string(file).with_context(|| format!("read {}", file.display()))?;
    let draft = match &question.instance {
        Some(instance) => {
            let (routes, _) = vrplib::read(&text).with_context(|| format!("read {}", file.display()))?;
            return instance.solution(&routes).map_err(|number| anyhow::anyhow!("no customer has number {number}"));
        }
        None => serde_json::from_str::<plan::PlanDraft>(&text).with_context(|| format!("read {}", file.display()))?,
    };
    Ok(draft.solution(&question.problem)?)
}

fn write(question: &Question, found: &Found, folder: &Path) -> Result<()> {
    let (end, text) = match &question.instance {
        Some(instance) => ("sol", vrplib::write(&instance.routes(&found.solution), found.bill.total())),
        None => {
            let draft = plan::PlanDraft::new(&question.problem, &found.solution);
            ("plan.json", serde_json::to_string_pretty(&draft)?)
        }
    };
    let path = folder.join(format!("{}.{end}", question.name));
    std::fs::write(&path, text).with_context(|| format!("write {}", path.display()))
}

fn say(args: &Args, question: &Question, found: &Found, seconds: f64, best_known: &BestKnown) {
    let scale = if question.instance.is_some() { 10.0 } else { 1.0 };
    let cost = found.bill.total() as f64 / scale;
    let gap = best_known.gap_percent(&question.name, cost);
    let routes = found.solution.routes.iter().filter(|route| !route.visits.is_empty()).count();
    let left_out = found.solution.unassigned.len();
    if args.json {
        let mut line = json!({
            "instance": question.name, "cost": cost, "gap_percent": gap, "routes": routes, "left_out": left_out,
            "iterations": found.iterations, "seconds": seconds, "seed": args.seed,
        });
        if question.instance.is_none() {
            line["answer"] = json!(plan::Answer::new(&question.problem, &found.solution, found.bill));
        }
        println!("{line}");
        return;
    }
    let gap = gap.map_or_else(String::new, |gap| format!("  gap {gap:.2} %"));
    let left_out = if left_out > 0 { format!("  left out {left_out}") } else { String::new() };
    println!(
        "{:<12} cost {cost:.1}{gap}  routes {routes}{left_out}  iterations {}  {seconds:.1} s",
        question.name, found.iterations
    );
}
