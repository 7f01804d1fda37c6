//! The console's npm side: installs and builds it only when something it is made from has changed.
//! The invariant: after `build`, `console/dist` comes from the sources as they are now.

use std::{
    fs,
    path::Path,
    process::Command,
    time::{Duration, SystemTime},
};

use anyhow::{Context, Result, ensure};

use crate::{
    children::{self, Output},
    repo::Repo,
    tools::Tools,
};

const INSTALL_LIMIT: Duration = Duration::from_secs(15 * 60);
const BUILD_LIMIT: Duration = Duration::from_secs(10 * 60);
/// Of `console/`, what does not go into the build.
const NOT_SOURCES: [&str; 4] = ["node_modules", "dist", "test", "tools"];

/// `npm ci`, unless the lock file is the one of the last install.
pub fn install(repo: &Repo, tools: &Tools, output: Output<'_>) -> Result<()> {
    let dir = repo.console();
    let lock = fs::read(dir.join("package-lock.json")).context("read console/package-lock.json")?;
    let stamp = dir.join("node_modules/.installed-from");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    npm(repo, tools, &["ci", "--no-audit", "--no-fund", "--loglevel=error"], output, INSTALL_LIMIT)?;
    fs::write(&stamp, lock).with_context(|| format!("write {}", stamp.display()))
}

/// `npm run build`, unless the last build is newer than every source.
pub fn build(repo: &Repo, tools: &Tools, output: Output<'_>) -> Result<()> {
    let dir = repo.console();
    let index = dir.join("dist/index.html");
    if let Ok(built) = fs::metadata(&index).and_then(|meta| meta.modified())
        && newest(&dir)? < built
    {
        return Ok(());
    }
    npm(repo, tools, &["run", "build"], output, BUILD_LIMIT)?;
    ensure!(index.is_file(), "`npm run build` wrote no console/dist/index.html");
    Ok(())
}

pub fn npm(repo: &Repo, tools: &Tools, args: &[&str], output: Output<'_>, limit: Duration) -> Result<()> {
    children::run(&mut npm_command(repo, tools, args), output, limit)
}

pub fn npm_command(repo: &Repo, tools: &Tools, args: &[&str]) -> Command {
    let mut command = tools.command("npm");
    command.args(args).current_dir(repo.console()).env("NO_UPDATE_NOTIFIER", "1");
    command
}

fn newest(dir: &Path) -> Result<SystemTime> {
    let mut newest = SystemTime::UNIX_EPOCH;
    for entry in fs::read_dir(dir).with_context(|| format!("read {}", dir.display()))? {
        let entry = entry?;
        if NOT_SOURCES.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        let changed = if entry.file_type()?.is_dir() { newest_in(&entry.path())? } else { entry.metadata()?.modified()? };
        newest = newest.max(changed);
    }
    Ok(newest)
}

/// A folder counts itself too: a file taken away changes only the folder.
fn newest_in(dir: &Path) -> Result<SystemTime> {
    Ok(newest(dir)?.max(fs::metadata(dir)?.modified()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_count_and_the_rest_does_not() {
        let dir = std::env::temp_dir().join(format!("xtask-console-{}", std::process::id()));
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        for (path, seconds) in
            [("src/map/a.ts", 4_000_000_100), ("node_modules/b.js", 4_000_000_900), ("dist/index.html", 4_000_000_800)]
        {
            let path = dir.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::File::create(&path).unwrap().set_modified(at(seconds)).unwrap();
        }
        assert_eq!(newest(&dir).unwrap(), at(4_000_000_100));
        fs::remove_dir_all(&dir).unwrap();
    }
}
