//! What many tests begin with is made once and copied by each: a new cluster and its migrations take longer than most tests.

use std::fs::{self, File, Permissions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

/// A data folder as `make` leaves it, stopped. The first who asks makes it, and whoever asks after `of`, a program or the files in a folder, has
/// changed. None where a copy would lack the cluster, because it lies elsewhere.
pub fn folder(of: &Path, make: impl FnOnce(&Path)) -> Option<PathBuf> {
    let base = std::env::temp_dir().join(format!("salessync-{}", print_of(of)));
    fs::create_dir_all(&base).unwrap();
    // Postgres runs as somebody else, who has to come through.
    fs::set_permissions(&base, Permissions::from_mode(0o711)).unwrap();
    let lock = File::create(base.join("lock")).unwrap();
    lock.lock().unwrap();
    let ready = base.join(print_of(state_of(of)));
    if !ready.exists() {
        for old in fs::read_dir(&base).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
            fs::remove_dir_all(old).unwrap();
        }
        let making = base.join("making");
        fs::create_dir(&making).unwrap();
        make(&making);
        fs::rename(making, &ready).unwrap();
    }
    ready.join("postgres/cluster/PG_VERSION").exists().then_some(ready)
}

fn print_of(what: impl Hash) -> String {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

fn state_of(of: &Path) -> Vec<(PathBuf, u64, SystemTime)> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(of).map_or_else(|_| vec![of.to_owned()], |entries| entries.map(|entry| entry.unwrap().path()).collect());
    files.sort_unstable();
    let state = |file: PathBuf| {
        let meta = fs::metadata(&file).unwrap();
        (file, meta.len(), meta.modified().unwrap())
    };
    files.into_iter().map(state).collect()
}

/// With owners and modes: Postgres takes no folder that is not its own.
pub fn copy(from: &Path, to: &Path) {
    let status = Command::new("cp").arg("-a").arg(from.join(".")).arg(to).status().unwrap();
    assert!(status.success(), "{} cannot be copied", from.display());
}
