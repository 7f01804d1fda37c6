//! A picture of the live map: logs in as a person would, in headless Chromium, driven by the console's own playwright-core.

use std::{path::Path, time::Duration};

use anyhow::{Context, Result};

use crate::{
    children::{self, Output},
    repo::Repo,
    stack::Login,
    tools::Tools,
};

const LIMIT: Duration = Duration::from_secs(120);
const SCRIPT: &str = include_str!("shot.mjs");

pub fn take(repo: &Repo, tools: &Tools, url: &str, login: &Login, file: &Path) -> Result<()> {
    let chromium = tools.chromium.as_deref().context("Chromium is not installed; `cargo xtask tools` installs it")?;
    let mut node = tools.command("node");
    node.args(["--input-type=module", "-"])
        .current_dir(repo.console()) // where the script's import finds playwright-core
        .env("SALESSYNC_URL", url)
        .env("SALESSYNC_EMAIL", login.email)
        .env("SALESSYNC_PASSWORD", &login.password)
        .env("CHROMIUM", chromium)
        .env("SHOT", file);
    children::run_with_input(&mut node, SCRIPT, Output::Show, LIMIT).context("take the picture")
}
