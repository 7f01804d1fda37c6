//! Real fleets through the real server: every row of the files below `../shared/data/gps` is sent over sockets, acknowledged, read
//! back over REST and compared; a repeated row counts once. Skips, and says so, where the files or the server's binary are not there.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use salessync_load::bench::host::{EMAIL, Host, PASSWORD};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The server built beside this test.
fn server() -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_BIN_EXE_salessync-load"));
    Some(here.with_file_name("salessync")).filter(|path| path.is_file())
}

fn replay(host: &Host, file: &Path, more: &[&str]) {
    let done = Command::new(env!("CARGO_BIN_EXE_salessync-load"))
        .args(["replay", "--verify", "--url", &host.url, "--email", EMAIL])
        .args(more)
        .arg(file)
        .env("SALESSYNC_PASSWORD", PASSWORD)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    println!("{}\n{said}", file.display());
    assert!(done.status.success(), "{said}{}", String::from_utf8_lossy(&done.stderr));
    assert!(said.contains(" 0 differences"), "{said}");
}

#[test]
fn every_row_of_the_real_traces_comes_back_once() {
    let traces = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/gps");
    let (Ok(folder), Some(server)) = (traces.read_dir(), server()) else {
        println!("SKIPPED: needs {} and the built server", traces.display());
        return;
    };
    let mut files: Vec<_> = folder.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    files.retain(|path| path.to_string_lossy().ends_with(".csv.gz"));
    files.sort();
    assert!(!files.is_empty(), "{} holds no traces", traces.display());

    let host = Host::start(&server).unwrap();
    for file in &files {
        replay(&host, file, &[]);
    }
    // Delivered once more, in other batches: nothing counts twice.
    replay(&host, &files[0], &["--batch", "7"]);
    replay(&host, &files[0], &["--shift-to-now"]);
}
