//! Where things are: the work tree, cargo's target folder, and a `cargo` that never talks to a developer's database.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::children;

const METADATA_LIMIT: Duration = Duration::from_secs(600); // a first run may download every dependency

#[derive(Debug, Clone)]
pub struct Repo {
    pub root: PathBuf,
    pub target: PathBuf,
}

impl Repo {
    pub fn find() -> Result<Self> {
        // Cargo tells where xtask lies at run time; the path from compile time serves when the binary is started by hand.
        let manifest_dir = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&manifest_dir).parent().context("xtask/ has no parent folder")?.to_path_buf();
        let mut command = cargo_in(&root);
        command.args(["metadata", "--no-deps", "--offline", "--format-version", "1"]);
        let metadata: Value = serde_json::from_str(&children::capture(&mut command, METADATA_LIMIT)?)?;
        let target = metadata["target_directory"].as_str().context("cargo metadata names no target_directory")?.into();
        Ok(Self { root, target })
    }

    /// A cargo command in the work tree. Queries are checked against .sqlx/, whatever DATABASE_URL the developer has set.
    pub fn cargo(&self) -> Command {
        let mut command = cargo_in(&self.root);
        command.env_remove("DATABASE_URL").env("SQLX_OFFLINE", "true");
        command
    }

    /// A binary of the workspace as cargo leaves it in `target/<profile>/`.
    pub fn binary(&self, profile: &str, name: &str) -> PathBuf {
        self.target.join(profile).join(name)
    }

    pub fn console(&self) -> PathBuf {
        self.root.join("console")
    }

    /// `cargo metadata` of the whole graph for this machine's platform.
    pub fn metadata(&self) -> Result<Value> {
        let mut rustc = Command::new("rustc");
        rustc.arg("-vV").current_dir(&self.root);
        let version = children::capture(&mut rustc, METADATA_LIMIT)?;
        let host = version.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc -vV names no host")?;
        let mut command = self.cargo();
        command.args(["metadata", "--format-version", "1", "--filter-platform", host]).args(self.locked());
        serde_json::from_str(&children::capture(&mut command, METADATA_LIMIT)?).context("read the output of cargo metadata")
    }

    /// `--locked`, once there is a Cargo.lock to hold to.
    pub fn locked(&self) -> Option<&'static str> {
        self.root.join("Cargo.lock").exists().then_some("--locked")
    }
}

fn cargo_in(root: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    command
}
