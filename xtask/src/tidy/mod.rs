//! `cargo xtask tidy`: the rules of the house that no compiler checks. A rule is a pure function from the tree to its flaws.
//! Every message says how to mend what it found; the tests of each rule prove that it can fail.

mod dependencies;
mod licences;
mod manifests;
mod places;
mod sources;
mod tree;

use anyhow::{Result, bail};

pub use tree::{Flaw, Tree};

use crate::repo::Repo;

const FILE_RULES: [fn(&Tree) -> Vec<Flaw>; 12] = [
    sources::opening_docs,
    sources::length,
    sources::unwraps,
    sources::leftovers,
    places::sqlx,
    places::machine_paths,
    places::registries,
    manifests::versions,
    manifests::lints,
    manifests::outsiders,
    manifests::config_comments,
    manifests::whole_locks,
];

pub fn run(repo: &Repo) -> Result<()> {
    let mut flaws = files(repo)?;
    flaws.extend(graph(repo)?);
    for flaw in &flaws {
        println!("{flaw}");
    }
    match flaws.len() {
        0 => {
            println!("The house is tidy.");
            Ok(())
        }
        n => bail!("{n} untidy {}, listed above", if n == 1 { "place" } else { "places" }),
    }
}

/// What is wrong in the files of the work tree.
fn files(repo: &Repo) -> Result<Vec<Flaw>> {
    let tree = Tree::load(&repo.root)?;
    Ok(FILE_RULES.iter().flat_map(|rule| rule(&tree)).collect())
}

/// What is wrong in who depends on whom, and under which licences.
fn graph(repo: &Repo) -> Result<Vec<Flaw>> {
    let metadata = repo.metadata()?;
    let mut flaws = dependencies::directions(&metadata);
    flaws.extend(dependencies::nowhere(&metadata));
    flaws.extend(dependencies::bans(repo)?);
    flaws.extend(licences::check(&metadata));
    Ok(flaws)
}

/// Whether some `///` holds an example that rustdoc would run.
pub fn has_doc_tests(repo: &Repo) -> Result<bool> {
    Ok(sources::has_doc_tests(&Tree::load(&repo.root)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_none(flaws: Vec<Flaw>) {
        let lines: Vec<String> = flaws.iter().map(Flaw::to_string).collect();
        assert!(lines.is_empty(), "{}", lines.join("\n"));
    }

    #[test]
    fn the_files_are_tidy() {
        assert_none(files(&Repo::find().unwrap()).unwrap());
    }

    #[test]
    fn the_dependencies_are_in_order() {
        assert_none(graph(&Repo::find().unwrap()).unwrap());
    }
}
