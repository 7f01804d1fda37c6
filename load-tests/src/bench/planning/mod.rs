//! How good plans are, and how soon: public instances against the best costs known, and generated working days with every rule in them.
//!
//! One thread, seconds of processor time. The peers' figures were measured on a like machine with the same objective and checker, not in
//! this run, unless `--pyvrp` runs one of them beside.

mod days;
mod peer;

use super::Plan;
use super::table::Table;
use crate::solve::best_known::BestKnown;
use crate::solve::clock::{Clock, Stopwatch};
use anyhow::{Context, Result, anyhow};
use salessync_engine::plan::check::check;
use salessync_engine::plan::format::solomon;
use salessync_engine::plan::search::{Progress, search};
use std::path::{Path, PathBuf};

const SEED: u64 = 1;

/// Where instances are looked for when nothing else is said: beside the checkout.
pub const FOLDER: &str = "../shared/data/planning";

/// Mean gaps in percent of PyVRP 0.14.1 (ILS), OR-Tools 9.15, VROOM 1.15 and vrp-core 1.25 on one thread: six Solomon instances (C101,
/// C201, R101, R201, RC101, RC201), and R1_10_1 and RC2_10_1.
const PEERS_SMALL: &str =
    "peers on six of them: PyVRP 0.48 % in 1 s, 0.17 % in 10 s; VROOM 1.66 %, OR-Tools 1.64 %, vrp-core 1.96 % in 10 s";
const PEERS_LARGE: &str =
    "peers at 1,000 customers in 30 s: PyVRP 0.9-4.1 %, VROOM 7-18 %, vrp-core 11-17 %, OR-Tools 29-37 % and worse";

/// One instance, searched once, its best cost read at several instants.
struct Curve {
    name: String,
    /// Percent over the best known, at each mark.
    gaps: Vec<f64>,
}

pub fn run(plan: &Plan, table: &mut Table) -> Result<()> {
    let folder = plan.planning.clone().unwrap_or_else(|| PathBuf::from(FOLDER));
    if folder.join("best-known.csv").exists() {
        let known = BestKnown::read(&folder.join("best-known.csv"))?;
        solomon(plan, table, &folder.join("solomon"), &known)?;
        homberger(plan, table, &folder.join("homberger"), &known)?;
    } else {
        eprintln!("bench: SKIPPED the public instances: no {}/best-known.csv; say where with --planning DIR", folder.display());
    }
    days::run(plan, table)
}

/// All at 1 s; at 10 s every fourth, or all of them with `--full`.
fn solomon(plan: &Plan, table: &mut Table, folder: &Path, known: &BestKnown) -> Result<()> {
    let files = files(folder)?;
    let (mut short, mut long) = (Vec::new(), Vec::new());
    for (at, file) in files.iter().enumerate() {
        let is_long = !plan.is_quick && (plan.is_full || at % 4 == 0);
        let marks: &[f64] = if is_long { &[1.0, 10.0] } else { &[if plan.is_quick { 0.1 } else { 1.0 }] };
        plan.progress(&format!("{} for {} s", file.display(), marks[marks.len() - 1]));
        let curve = curve(file, marks, known)?;
        short.push((curve.name.clone(), curve.gaps[0]));
        if let Some(&gap) = curve.gaps.get(1) {
            long.push((curve.name, gap));
        }
    }
    if plan.is_quick {
        table.show("Solomon, 100 customers, 0.1 s", mean(&short), "% over best");
        return Ok(());
    }
    table.at_most(&format!("Solomon {}, 100 customers, 1 s", short.len()), mean(&short), 0.35, "% over best");
    table.note(&format!("{}; {PEERS_SMALL}", classes(&short)));
    table.at_most(&format!("Solomon {}, 100 customers, 10 s", long.len()), mean(&long), 0.15, "% over best");
    table.note(&classes(&long));
    if let Some(python) = &plan.pyvrp {
        let gaps = peer::pyvrp(plan, python, &files, 1.0, known)?;
        table.show(&format!("PyVRP, the same {}, 1 s", gaps.len()), mean(&gaps), "% over best");
        table.note(&classes(&gaps));
    }
    Ok(())
}

fn homberger(plan: &Plan, table: &mut Table, folder: &Path, known: &BestKnown) -> Result<()> {
    if plan.is_quick {
        return Ok(());
    }
    let (mut medium, mut large) = (Vec::new(), Vec::new());
    for file in files(folder)? {
        let is_large = file.file_stem().is_some_and(|stem| stem.to_string_lossy().contains("_10_"));
        if !plan.is_full && !is_large && medium.len() >= 2 {
            continue;
        }
        plan.progress(&format!("{} for 30 s", file.display()));
        let curve = curve(&file, &[30.0], known)?;
        if is_large { &mut large } else { &mut medium }.push((curve.name, curve.gaps[0]));
    }
    if !medium.is_empty() {
        table.at_most("Homberger, 200 customers, 30 s", mean(&medium), 0.3, "% over best");
        table.note(&named(&medium));
    }
    if !large.is_empty() {
        table.at_most("Homberger, 1,000 customers, 30 s", mean(&large), 1.5, "% over best");
        table.note(&format!("{}; {PEERS_LARGE}", named(&large)));
    }
    Ok(())
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("read {}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|file| file.extension().is_some_and(|end| end == "txt"));
    files.sort();
    Ok(files)
}

/// Searches until the last mark. The plan is judged by the checker.
fn curve(file: &Path, marks_s: &[f64], known: &BestKnown) -> Result<Curve> {
    let name = file.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let text = std::fs::read_to_string(file)?;
    let instance = solomon::read(&text).with_context(|| format!("read {}", file.display()))?;
    let (problem, travel) = instance.problem().map_err(|flaws| anyhow!("{}: {}", file.display(), flaws[0]))?;
    let stopwatch = Stopwatch::start(Clock::Cpu);
    let mut costs: Vec<Option<i64>> = Vec::new();
    let last_s = marks_s[marks_s.len() - 1];
    let found = search(&problem, &travel, None, SEED, &mut |progress: Progress| {
        let now_s = stopwatch.seconds();
        while costs.len() + 1 < marks_s.len() && now_s >= marks_s[costs.len()] {
            costs.push(progress.cost);
        }
        now_s < last_s
    });
    let bill = check(&problem, &travel, &found.solution).map_err(|violations| anyhow!("{name}: {}", violations[0]))?;
    let complete = (bill.mandatory_lost == 0).then(|| bill.total());
    costs.resize(marks_s.len() - 1, complete);
    costs.push(complete);
    // No plan yet counts as twice the best: it must not look better than a bad one.
    let gap = |cost: Option<i64>| cost.and_then(|cost| known.gap_percent(&name, cost as f64 / 10.0)).unwrap_or(100.0);
    let gaps = costs.into_iter().map(gap).collect();
    Ok(Curve { name, gaps })
}

fn mean(gaps: &[(String, f64)]) -> f64 {
    gaps.iter().map(|(_, gap)| gap).sum::<f64>() / gaps.len().max(1) as f64
}

/// The mean by class, and how many are as good as the best known.
fn classes(gaps: &[(String, f64)]) -> String {
    let class = |name: &str| {
        name.chars().take_while(char::is_ascii_alphabetic).collect::<String>()
            + &name.chars().filter(char::is_ascii_digit).take(1).collect::<String>()
    };
    let mut text = Vec::new();
    for wanted in ["C1", "C2", "R1", "R2", "RC1", "RC2"] {
        let of_class: Vec<(String, f64)> = gaps.iter().filter(|(name, _)| class(name) == wanted).cloned().collect();
        if !of_class.is_empty() {
            text.push(format!("{wanted} {:.2}", mean(&of_class)));
        }
    }
    let best = gaps.iter().filter(|(_, gap)| *gap < 1e-9).count();
    format!("{}; {best} of {} at the best known", text.join(", "), gaps.len())
}

fn named(gaps: &[(String, f64)]) -> String {
    gaps.iter().map(|(name, gap)| format!("{name} {gap:.2}")).collect::<Vec<_>>().join(", ")
}
