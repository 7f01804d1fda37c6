//! PyVRP on the same instances in the same run, where its Python is given: the best open solver measured.

use super::Plan;
use crate::solve::best_known::BestKnown;
use anyhow::{Context, Result, bail};
use salessync_engine::plan::format::solomon::{self, Customer};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Distances are `floor(10 × euclid)`, windows and service ten times the file's: PyVRP's rounding `dimacs`.
const SCRIPT: &str = "
import sys, pyvrp, pyvrp.stop
instance = pyvrp.read(sys.argv[1], round_func='dimacs')
result = pyvrp.solve(instance, stop=pyvrp.stop.MaxRuntime(float(sys.argv[2])), seed=1, display=False)
print(result.cost() if result.is_feasible() else 'none')
";

/// `python` is an interpreter that can import pyvrp (`pip install pyvrp` into an environment of its own).
pub fn pyvrp(plan: &Plan, python: &Path, files: &[PathBuf], seconds: f64, known: &BestKnown) -> Result<Vec<(String, f64)>> {
    let mut gaps = Vec::new();
    for file in files {
        plan.progress(&format!("PyVRP on {} for {seconds} s", file.display()));
        let output = Command::new(python).args(["-c", SCRIPT]).arg(vrplib_copy(file)?.path()).arg(seconds.to_string()).output();
        let output = output.with_context(|| format!("run {}", python.display()))?;
        if !output.status.success() {
            bail!("PyVRP failed: {}", String::from_utf8_lossy(&output.stderr));
        }
        let cost = String::from_utf8_lossy(&output.stdout).trim().parse::<f64>().ok();
        let name = file.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
        let gap = cost.and_then(|cost| known.gap_percent(&name, cost / 10.0)).unwrap_or(100.0);
        gaps.push((name, gap));
    }
    Ok(gaps)
}

/// PyVRP reads VRPLIB's format only.
fn vrplib_copy(file: &Path) -> Result<tempfile::NamedTempFile> {
    let instance = solomon::read(&std::fs::read_to_string(file)?).with_context(|| format!("read {}", file.display()))?;
    let mut copy = tempfile::Builder::new().suffix(".vrp").tempfile()?;
    writeln!(copy, "NAME : {}\nTYPE : VRPTW\nDIMENSION : {}", instance.name, instance.customers.len() + 1)?;
    writeln!(copy, "VEHICLES : {}\nCAPACITY : {}\nEDGE_WEIGHT_TYPE : EUC_2D", instance.vehicles, instance.capacity)?;
    let mut section = |name: &str, row: &dyn Fn(&Customer) -> String| -> std::io::Result<()> {
        writeln!(copy, "{name}")?;
        for (at, customer) in std::iter::once(&instance.depot).chain(&instance.customers).enumerate() {
            writeln!(copy, "{} {}", at + 1, row(customer))?;
        }
        Ok(())
    };
    section("NODE_COORD_SECTION", &|customer| format!("{} {}", customer.x, customer.y))?;
    section("DEMAND_SECTION", &|customer| customer.demand.to_string())?;
    section("TIME_WINDOW_SECTION", &|customer| format!("{} {}", customer.ready, customer.due))?;
    section("SERVICE_TIME_SECTION", &|customer| customer.service.to_string())?;
    writeln!(copy, "DEPOT_SECTION\n1\n-1\nEOF")?;
    Ok(copy)
}
