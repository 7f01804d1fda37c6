//! Who may depend on whom: the table of docs/ARCHITECTURE.md, held against what cargo says.
//! Direct dependencies of any kind count for the direction; bans look at everything that comes along.

use std::{collections::BTreeSet, time::Duration};

use anyhow::Result;
use serde_json::Value;

use super::tree::Flaw;
use crate::{children, repo::Repo};

const TREE_LIMIT: Duration = Duration::from_secs(600);

/// Each member and the members it may name.
const MAY_NAME: [(&str, &[&str]); 6] = [
    ("salessync-engine", &[]),
    ("salessync-roads", &["salessync-engine"]),
    ("salessync-actors", &["salessync-engine", "salessync-roads"]),
    ("salessync-gateway", &["salessync-engine", "salessync-actors"]),
    ("salessync-load", &["salessync-engine", "salessync-roads"]),
    ("xtask", &[]),
];

/// What must not come along with a member, directly or through others. `actix*` means every crate whose name begins so.
struct Ban {
    member: &'static str,
    edges: &'static str,
    crates: &'static [&'static str],
    reason: &'static str,
}

const BANS: [Ban; 3] = [
    Ban {
        member: "salessync-engine",
        edges: "normal",
        crates: &["tokio", "actix*", "sqlx*", "reqwest", "redis", "rayon"],
        reason: "the engine has no async runtime, no threads and no I/O; put what needs them into actors/ or roads/",
    },
    Ban {
        member: "salessync-roads",
        edges: "normal",
        crates: &["tokio", "actix*", "sqlx*", "reqwest", "redis"],
        reason: "the road network is computed, not served: what is asynchronous stands in actors/",
    },
    Ban {
        member: "salessync-load",
        edges: "normal,build,dev",
        crates: &["actix*"],
        reason: "a load client built on the server's own stack would share its faults; use tokio-tungstenite",
    },
];

/// Not in the whole graph.
const NOWHERE: [(&str, &str); 1] = [("actix-governor", "GPL; use the crate governor")];

pub fn directions(metadata: &Value) -> Vec<Flaw> {
    let members: BTreeSet<&str> = strings(&metadata["workspace_members"]).collect();
    let packages = array(&metadata["packages"]).filter(|package| package["id"].as_str().is_some_and(|id| members.contains(id)));
    let packages: Vec<&Value> = packages.collect();
    let names: BTreeSet<&str> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    let mut flaws = Vec::new();
    for package in packages {
        let name = package["name"].as_str().unwrap_or_default();
        let Some((_, allowed)) = MAY_NAME.iter().find(|(member, _)| *member == name) else {
            flaws.push(flaw(name, "say whom it may depend on: MAY_NAME in xtask/src/tidy/dependencies.rs"));
            continue;
        };
        let named = array(&package["dependencies"]).filter_map(|dependency| dependency["name"].as_str());
        for other in named.filter(|other| names.contains(other) && !allowed.contains(other)).collect::<BTreeSet<_>>() {
            flaws.push(flaw(name, format!("must not depend on {other}: move what it needs down into the engine, or pass it in")));
        }
    }
    flaws
}

pub fn nowhere(metadata: &Value) -> Vec<Flaw> {
    let is_used = |name: &str| array(&metadata["packages"]).any(|package| package["name"] == *name);
    NOWHERE.iter().filter(|(name, _)| is_used(name)).map(|(name, reason)| flaw(name, format!("take it out: {reason}"))).collect()
}

pub fn bans(repo: &Repo) -> Result<Vec<Flaw>> {
    let mut flaws = Vec::new();
    for ban in &BANS {
        let mut cargo = repo.cargo();
        cargo
            .args(["tree", "--package", ban.member, "--edges", ban.edges, "--prefix", "none", "--format", "{p}"])
            .args(repo.locked());
        flaws.extend(banned(ban, &children::capture(&mut cargo, TREE_LIMIT)?));
    }
    Ok(flaws)
}

/// `tree` is what `cargo tree` prints: a line `name vX.Y.Z …` for each crate.
fn banned(ban: &Ban, tree: &str) -> Vec<Flaw> {
    let names: BTreeSet<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    let is_banned = |name: &str| {
        ban.crates.iter().any(|pattern| match pattern.strip_suffix('*') {
            Some(start) => name.starts_with(start),
            None => name == *pattern,
        })
    };
    names
        .into_iter()
        .filter(|name| is_banned(name))
        .map(|name| flaw(ban.member, format!("must not bring {name} along: {}", ban.reason)))
        .collect()
}

fn flaw(place: &str, message: impl Into<String>) -> Flaw {
    Flaw { place: place.to_owned(), message: message.into() }
}

fn array(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn strings(value: &Value) -> impl Iterator<Item = &str> {
    array(value).filter_map(Value::as_str)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn workspace(members: &[(&str, &[&str])]) -> Value {
        let package = |(name, dependencies): &(&str, &[&str])| {
            let dependencies: Vec<Value> = dependencies.iter().map(|name| json!({"name": name, "kind": null})).collect();
            json!({"id": format!("path#{name}"), "name": name, "dependencies": dependencies})
        };
        json!({
            "packages": members.iter().map(package).collect::<Vec<_>>(),
            "workspace_members": members.iter().map(|(name, _)| format!("path#{name}")).collect::<Vec<_>>(),
        })
    }

    #[test]
    fn dependencies_point_downwards() {
        let check = |members: &[(&str, &[&str])], expected: usize| {
            let flaws = directions(&workspace(members));
            assert_eq!(flaws.len(), expected, "{flaws:?}");
        };
        let engine = ("salessync-engine", &["serde"][..]);
        check(&[engine, ("salessync-actors", &["salessync-engine", "actix"])], 0);
        check(&[("salessync-engine", &["salessync-actors"]), ("salessync-actors", &[])], 1);
        check(&[engine, ("salessync-actors", &[]), ("salessync-load", &["salessync-engine", "salessync-actors"])], 1);
        check(&[engine, ("xtask", &["salessync-engine"])], 1);
        check(&[("newcomer", &[])], 1);
    }

    #[test]
    fn a_ban_finds_what_comes_along() {
        let tree = "salessync-engine v0.1.0\nserde v1.0.0\ntokio-util v0.7.0\n";
        assert!(banned(&BANS[0], tree).is_empty(), "tokio-util is not tokio");
        assert_eq!(banned(&BANS[0], &format!("{tree}tokio v1.0.0 (*)\nactix-rt v2.0.0\n")).len(), 2);
        assert!(banned(&BANS[2], tree).is_empty());
        assert_eq!(banned(&BANS[2], "actix-web v4.0.0\n").len(), 1);
    }

    #[test]
    fn some_crates_are_used_nowhere() {
        assert!(nowhere(&workspace(&[("governor", &[])])).is_empty());
        assert_eq!(nowhere(&workspace(&[("actix-governor", &[])])).len(), 1);
    }
}
