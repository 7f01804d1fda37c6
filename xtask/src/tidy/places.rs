//! Rules on what may be said where: SQL only in the store, no path of somebody's machine, no address of somebody's registry.

use super::tree::{Flaw, Tree, product_lines};

/// Folders and files that may name the sqlx driver. The store's own tests look into the database behind its back.
const SQLX_PLACES: [&str; 4] = ["actors/src/store/", "actors/tests/", "engine/src/id.rs", "engine/src/time.rs"];
const SQLX: &str = concat!("sqlx", "::");
/// Folders that exist on a developer's or CI's machine only. In halves, or this file would be the first flaw.
const MACHINE_FOLDERS: [&str; 3] = [concat!("/", "work/"), concat!("/", "root/"), concat!("/", "home/")];
const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

pub fn sqlx(tree: &Tree) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    for file in tree.with_extension(&["rs"]).filter(|file| !SQLX_PLACES.iter().any(|place| file.path.starts_with(place))) {
        let lines = if file.is_test() {
            file.text.lines().enumerate().map(|(n, line)| (n + 1, line)).collect()
        } else {
            product_lines(&file.text)
        };
        for (n, line) in lines {
            // The engine may derive sqlx's traits under its feature; nothing runs there.
            let is_derive = file.path.starts_with("engine/") && line.contains("derive(");
            if line.contains(SQLX) && !is_derive {
                flaws.push(file.flaw(n, "the sqlx driver is for actors/src/store/ only: put the query there and call it"));
            }
        }
    }
    flaws
}

pub fn machine_paths(tree: &Tree) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    for file in &tree.files {
        for (n, line) in file.text.lines().enumerate() {
            if let Some(folder) = MACHINE_FOLDERS.iter().find(|folder| names_folder(line, folder)) {
                flaws.push(
                    file.flaw(
                        n + 1,
                        format!("`{folder}…` is a path of one machine: make it relative, or read it from a setting"),
                    ),
                );
            }
        }
    }
    flaws
}

/// A machine's folder counts where it begins a word; in an address it is part of a longer one.
fn names_folder(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|before| before.is_alphanumeric() || "._-}/*)".contains(before))
    })
}

/// A lock file must install anywhere, so it names no registry but the one everybody has.
pub fn registries(tree: &Tree) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    for file in &tree.files {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        for (n, line) in file.text.lines().map(str::trim).enumerate() {
            let mend = match name {
                "package-lock.json" if line.starts_with("\"resolved\": \"http") => {
                    "take the address out: `omit-lockfile-registry-resolved=true` in .npmrc, then `npm install --package-lock-only`"
                }
                "Cargo.lock" if line.starts_with("source = ") && line != format!("source = \"{CRATES_IO}\"") => {
                    "only crates.io is a source: publish the crate there, or do without it"
                }
                ".npmrc" if line.contains("registry=http") || line.contains("registry = http") => {
                    "take the registry out: it is the machine's affair"
                }
                "config.toml"
                    if file.path.ends_with(".cargo/config.toml")
                        && (line.starts_with("registry =") || line.starts_with("replace-with")) =>
                {
                    "take the registry out: it is the machine's affair"
                }
                _ => continue,
            };
            flaws.push(file.flaw(n + 1, mend));
        }
    }
    flaws
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::check;

    #[test]
    fn sqlx_stays_in_the_store() {
        let query = format!("let x = {SQLX}query!(\"select 1\");\n");
        let derive = format!("#[cfg_attr(feature = \"sqlx\", derive({SQLX}Type), sqlx(transparent))]\nstruct A(i64);\n");
        check(
            sqlx,
            &[
                ("actors/src/store/visits.rs", &query, 0),
                ("actors/tests/store.rs", &query, 0),
                ("actors/src/agent.rs", &query, 1),
                ("gateway-ws/src/rest/agents.rs", &query, 1),
                ("gateway-ws/tests/agents.rs", &query, 1),
                ("engine/src/visit.rs", &query, 1),
                ("engine/src/visit.rs", &derive, 0),
                ("gateway-ws/src/visit.rs", &derive, 1),
                ("engine/src/visit.rs", &format!("// {query}"), 0),
            ],
        );
    }

    #[test]
    fn a_path_of_one_machine_is_found_wherever_it_begins() {
        for folder in MACHINE_FOLDERS {
            check(
                machine_paths,
                &[
                    ("docs/a.md", &format!("see {folder}x"), 1),
                    ("a.toml", &format!("dir = \"{folder}x\""), 1),
                    ("a.rs", &format!("file:{folder}x\n"), 1),
                    ("a.md", &format!("https://site.example{folder}x"), 0),
                    ("a.rs", &format!("target{folder}x and {{dir}}{folder}x"), 0),
                ],
            );
        }
    }

    #[test]
    fn lock_files_name_no_registry() {
        check(
            registries,
            &[
                ("console/package-lock.json", "  \"resolved\": \"https://registry.example/a.tgz\",\n", 1),
                ("console/package-lock.json", "  \"resolved\": \"tools/x\",\n  \"url\": \"https://funding.example\"\n", 0),
                ("Cargo.lock", &format!("source = \"{CRATES_IO}\"\n"), 0),
                ("Cargo.lock", "source = \"git+https://git.example/a#1\"\n", 1),
                ("console/.npmrc", "registry=https://registry.example\n", 1),
                ("console/.npmrc", "omit-lockfile-registry-resolved=true\n", 0),
                (".cargo/config.toml", "replace-with = \"mirror\"\n", 1),
            ],
        );
    }
}
