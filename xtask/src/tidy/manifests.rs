//! Rules on manifests: versions and lints live in the root Cargo.toml only, every key of the default configuration is explained,
//! and a package-lock.json is whole.

use std::collections::HashSet;

use toml::{Table, Value};

use super::tree::{Flaw, SourceFile, Tree};

const DEPENDENCY_TABLES: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

/// A manifest that is a workspace of its own, because its tool wants it so, and what it may use beside crates of this repository. It
/// inherits nothing, ships nothing, and no graph rule sees it: so the list is short, and each crate's licence was looked at.
struct Outsider {
    path: &'static str,
    crates: &'static [&'static str],
}

const OUTSIDERS: [Outsider; 1] = [
    // libfuzzer-sys: (MIT OR Apache-2.0) AND NCSA, uuid: MIT OR Apache-2.0, all permissive; linked into fuzz targets only.
    Outsider { path: "fuzz/Cargo.toml", crates: &["libfuzzer-sys", "uuid"] },
];

pub fn versions(tree: &Tree) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    for (file, manifest) in members(tree, &mut flaws) {
        let targets = manifest.get("target").and_then(Value::as_table).into_iter().flat_map(|targets| targets.values());
        for table in targets.filter_map(Value::as_table).chain([&manifest]) {
            for dependencies in DEPENDENCY_TABLES.iter().filter_map(|name| table.get(*name)?.as_table()) {
                for (name, _) in dependencies.iter().filter(|(_, dependency)| !is_inherited(dependency)) {
                    let message =
                        format!("write `{name}.workspace = true` here and the version in [workspace.dependencies] of the root");
                    flaws.push(file.flaw(line_of(&file.text, name), message));
                }
            }
        }
        let package = manifest.get("package").and_then(Value::as_table);
        for key in ["version", "edition", "license", "rust-version"] {
            if !package.and_then(|package| package.get(key)).is_some_and(is_inherited) {
                flaws.push(file.flaw(line_of(&file.text, key), format!("write `{key}.workspace = true` in [package]")));
            }
        }
    }
    flaws
}

pub fn lints(tree: &Tree) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    for (file, manifest) in members(tree, &mut flaws) {
        if !manifest.get("lints").is_some_and(is_inherited) {
            flaws.push(file.flaw(1, "add `[lints]` with `workspace = true`: it forbids unsafe code"));
        }
    }
    if let Some(root) = tree.file("Cargo.toml") {
        let unsafe_code = root.text.parse::<Table>().ok().and_then(|manifest| {
            Some(manifest.get("workspace")?.get("lints")?.get("rust")?.get("unsafe_code")?.as_str()?.to_owned())
        });
        if unsafe_code.as_deref() != Some("forbid") {
            flaws.push(root.flaw(1, "[workspace.lints.rust] must say `unsafe_code = \"forbid\"`"));
        }
    }
    flaws
}

/// What an outsider repeats of the root's manifest must be the same there, and its dependencies must be on its list.
pub fn outsiders(tree: &Tree) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    let root = tree.file("Cargo.toml").and_then(|root| root.text.parse::<Table>().ok()).unwrap_or_default();
    let shared = root.get("workspace").and_then(|workspace| workspace.get("package"));
    for (file, manifest) in manifests(tree, &mut flaws) {
        let Some(outsider) = outsider(file, &manifest) else { continue };
        for key in ["version", "edition", "license", "rust-version"] {
            let own = manifest.get("package").and_then(|package| package.get(key));
            if own != shared.and_then(|shared| shared.get(key)) {
                flaws.push(
                    file.flaw(line_of(&file.text, key), format!("`{key}` must be what the root's [workspace.package] says")),
                );
            }
        }
        if manifest.get("package").and_then(|package| package.get("publish")).and_then(Value::as_bool) != Some(false) {
            flaws.push(file.flaw(1, "add `publish = false` to [package]"));
        }
        for dependencies in DEPENDENCY_TABLES.iter().filter_map(|name| manifest.get(*name)?.as_table()) {
            for (name, dependency) in dependencies {
                let is_ours = dependency.get("path").is_some() && dependency.get("version").is_none();
                if !is_ours && !outsider.crates.contains(&name.as_str()) {
                    let message =
                        format!("`{name}` is not on the list of this workspace: OUTSIDERS in xtask/src/tidy/manifests.rs");
                    flaws.push(file.flaw(line_of(&file.text, name), message));
                }
            }
        }
        let is_excluded =
            root.get("workspace").and_then(|workspace| workspace.get("exclude")?.as_array()).is_some_and(|folders| {
                folders.iter().any(|folder| Some(folder.as_str().unwrap_or("/")) == file.path.strip_suffix("/Cargo.toml"))
            });
        if !is_excluded {
            flaws.push(file.flaw(1, "name its folder in `exclude` of the root's [workspace]"));
        }
    }
    flaws
}

fn outsider(file: &SourceFile, manifest: &Table) -> Option<&'static Outsider> {
    OUTSIDERS.iter().find(|outsider| outsider.path == file.path).filter(|_| manifest.contains_key("workspace"))
}

pub fn config_comments(tree: &Tree) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    let Some(file) = tree.file("config/default.toml") else { return flaws };
    let mut before = "";
    for (n, line) in file.text.lines().enumerate() {
        if let Some(key) = key_of(line)
            && !before.starts_with('#')
        {
            flaws.push(file.flaw(n + 1, format!("put a comment above `{key}`: what it does, its unit, when to change it")));
        }
        before = line;
    }
    flaws
}

/// The key of a line `key = …` at the left margin, where TOML keys stand here; array entries are indented.
fn key_of(line: &str) -> Option<&str> {
    let (key, _) = line.split_once('=')?;
    let key = key.trim_end();
    (!key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c))).then_some(key)
}

/// npm leaves packages of other platforms out of the lock when its registry does not offer them, and then `npm ci` refuses the lock.
pub fn whole_locks(tree: &Tree) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    for file in tree.files.iter().filter(|file| file.path.rsplit('/').next() == Some("package-lock.json")) {
        let Ok(lock) = serde_json::from_str::<serde_json::Value>(&file.text) else {
            flaws.push(file.flaw(1, "not JSON: write it anew with `npm install --package-lock-only`"));
            continue;
        };
        let packages = lock["packages"].as_object().into_iter().flatten();
        let locked: HashSet<&str> = packages.clone().filter_map(|(place, _)| place.rsplit("node_modules/").next()).collect();
        for (_, package) in packages {
            let optional = package["optionalDependencies"].as_object().into_iter().flatten();
            for (name, version) in optional.filter(|(name, _)| !locked.contains(name.as_str())) {
                let entry =
                    format!("\"node_modules/{name}\": {{\"version\": {version}, \"optional\": true, \"os\": […], \"cpu\": […]}}");
                flaws.push(file.flaw(
                    line_of(&file.text, &format!("\"{name}\":")),
                    format!("`npm ci` misses it: add {entry} to `packages`"),
                ));
            }
        }
    }
    flaws
}

/// Every member's Cargo.toml.
fn members<'a>(tree: &'a Tree, flaws: &mut Vec<Flaw>) -> Vec<(&'a SourceFile, Table)> {
    let mut members = manifests(tree, flaws);
    members.retain(|(file, manifest)| outsider(file, manifest).is_none());
    members
}

/// Every Cargo.toml but the root's. One that cannot be read is a flaw of its own.
fn manifests<'a>(tree: &'a Tree, flaws: &mut Vec<Flaw>) -> Vec<(&'a SourceFile, Table)> {
    let mut members = Vec::new();
    for file in tree.files.iter().filter(|file| file.path.ends_with("/Cargo.toml")) {
        match file.text.parse::<Table>() {
            Ok(manifest) => members.push((file, manifest)),
            Err(error) => flaws.push(file.flaw(1, format!("not TOML: {}", error.message()))),
        }
    }
    members
}

fn is_inherited(value: &Value) -> bool {
    let is_true = |key: &str| value.get(key).and_then(Value::as_bool) == Some(true);
    is_true("workspace") && ["version", "git", "path"].iter().all(|key| value.get(key).is_none())
}

/// Where `key` is set, for the reader's eye; line 1 when it is absent.
fn line_of(text: &str, key: &str) -> usize {
    let is_here = |line: &str| line.trim_start().strip_prefix(key).is_some_and(|rest| rest.starts_with([' ', '=', '.']));
    text.lines().position(is_here).map_or(1, |n| n + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::check;

    const PACKAGE: &str = "[package]\nversion.workspace = true\nedition.workspace = true\nlicense.workspace = true\nrust-version.workspace = true\n";

    #[test]
    fn a_member_names_no_version() {
        for (dependencies, expected) in [
            ("[dependencies]\na.workspace = true\nb = { workspace = true, features = [\"x\"] }\n", 0),
            ("[dependencies]\na = \"1\"\n", 1),
            ("[dependencies]\na = { path = \"../a\" }\n", 1),
            ("[dev-dependencies]\na = { version = \"1\" }\n", 1),
            ("[target.'cfg(unix)'.dependencies]\na = \"1\"\n", 1),
            ("[dependencies.a]\nversion = \"1\"\n[build-dependencies]\nb = \"1\"\n", 2),
        ] {
            check(versions, &[("a/Cargo.toml", &format!("{PACKAGE}{dependencies}"), expected), ("Cargo.toml", dependencies, 0)]);
        }
        check(
            versions,
            &[("a/Cargo.toml", &PACKAGE.replace("edition.workspace = true", "edition = \"2024\""), 1), ("a/Cargo.toml", "[", 1)],
        );
    }

    #[test]
    fn an_outsider_repeats_the_root_and_uses_what_is_listed() {
        let root = "[workspace]\nexclude = [\"fuzz\"]\n[workspace.package]\nversion = \"0.1.0\"\nedition = \"2024\"\nlicense = \"MIT\"\nrust-version = \"1.95\"\n";
        let own = "[workspace]\n[package]\nversion = \"0.1.0\"\nedition = \"2024\"\nlicense = \"MIT\"\nrust-version = \"1.95\"\npublish = false\n[dependencies]\n";
        let check = |root: &str, own: &str, expected: usize| {
            let tree = Tree::of(&[("Cargo.toml", root), ("fuzz/Cargo.toml", own)]);
            let flaws = outsiders(&tree);
            assert_eq!(flaws.len(), expected, "{own}: {flaws:?}");
            assert!(versions(&tree).is_empty() && lints(&tree).iter().all(|flaw| flaw.place.starts_with("Cargo.toml")));
        };
        check(root, &format!("{own}libfuzzer-sys = \"0.4\"\nengine = {{ path = \"../engine\" }}\n"), 0);
        check(root, &format!("{own}rand = \"1\"\n"), 1);
        check(root, &own.replace("2024", "2021"), 1);
        check(root, &own.replace("publish = false\n", ""), 1);
        check(&root.replace("exclude = [\"fuzz\"]\n", ""), own, 1);
        // Anywhere else a manifest is a member, whatever it says of itself.
        assert!(!versions(&Tree::of(&[("Cargo.toml", root), ("other/Cargo.toml", own)])).is_empty());
    }

    #[test]
    fn a_flaw_points_at_its_line() {
        let text = format!("{PACKAGE}[dependencies]\nab.workspace = true\na = \"1\"\n");
        assert_eq!(versions(&Tree::of(&[("a/Cargo.toml", &text)]))[0].place, "a/Cargo.toml:8");
    }

    #[test]
    fn every_member_inherits_the_lints_and_the_root_forbids_unsafe() {
        check(
            lints,
            &[
                ("a/Cargo.toml", "[lints]\nworkspace = true\n", 0),
                ("a/Cargo.toml", "[package]\nname = \"a\"\n", 1),
                ("Cargo.toml", "[workspace.lints.rust]\nunsafe_code = \"forbid\"\n", 0),
                ("Cargo.toml", "[workspace.lints.rust]\nunsafe_code = \"deny\"\n", 1),
            ],
        );
    }

    #[test]
    fn a_lock_holds_what_its_packages_may_want() {
        let lock = |more: &str| {
            format!(r#"{{"packages": {{"": {{}}, "node_modules/a": {{"optionalDependencies": {{"@x/b": "1.0.0"}}}}{more}}}}}"#)
        };
        check(
            whole_locks,
            &[
                ("console/package-lock.json", &lock(""), 1),
                ("console/package-lock.json", &lock(r#", "node_modules/@x/b": {"version": "1.0.0"}"#), 0),
                ("console/package-lock.json", &lock(r#", "node_modules/a/node_modules/@x/b": {}"#), 0),
                ("console/package-lock.json", "{", 1),
            ],
        );
    }

    #[test]
    fn every_key_has_its_comment() {
        check(
            config_comments,
            &[
                ("config/default.toml", "[http]\n# The port; 0 lets the system choose.\nport = 8080\n", 0),
                ("config/default.toml", "[http]\nport = 8080\n", 1),
                ("config/default.toml", "# A port.\nport = 1\nhost = \"x\"\n", 1),
                ("config/default.toml", "# Hosts.\nhosts = [\n  \"a=b\",\n]\n", 0),
                ("config/production.example.toml", "port = 1\n", 0),
            ],
        );
    }
}
