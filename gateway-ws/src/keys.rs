//! The keys of what is sealed: opening the vault as configured, and the commands that change and list them. Key bytes are never printed.

use crate::config::Config;
use crate::serve::prepare_data_dir;
use anyhow::Context;
use salessync_actors::Store;
use salessync_actors::vault::rotation;
use salessync_actors::vault::{MasterKey, MasterSource, Vault};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// The vault of this installation; the master key's file is made when nothing was ever sealed.
pub async fn open(config: &Config, store: &Store) -> anyhow::Result<Vault> {
    let master = master(config, store).await?;
    Vault::open(store, master).await.context("open what is sealed")
}

async fn master(config: &Config, store: &Store) -> anyhow::Result<MasterKey> {
    let source = MasterSource::new(&config.vault.key_file, &config.vault.passphrase_env, &config.data_dir)?;
    if matches!(source, MasterSource::Default(_)) {
        prepare_data_dir(&config.data_dir)?;
    }
    source.key(store).await.context("read the master key")
}

/// Makes a new version of every data key. Running servers seal with them within a second, and seal anew what is sealed with old ones.
pub async fn rotate(config: &Config, store: &Store) -> anyhow::Result<String> {
    let made = rotation::rotate(store, master(config, store).await?).await?;
    Ok(format!("{made} data keys have a new version; the server seals old rows anew and then destroys the old versions"))
}

/// Wraps the data keys with the master key of another file, which is made when it is not there.
pub async fn rotate_master(config: &Config, store: &Store, new_file: &Path) -> anyhow::Result<String> {
    let old = master(config, store).await?;
    let (old_id, source) = (old.id().to_owned(), old.source().clone());
    let new = MasterKey::from_file_or_new(new_file)?;
    let new_id = new.id().to_owned();
    let wrapped = rotation::rotate_master(store, old, new).await?;
    let mut said = format!("{wrapped} data keys are wrapped with master key {new_id}\n");
    match source {
        MasterSource::Default(path) => {
            let kept = path.with_extension(format!("key.{old_id}"));
            install(new_file, &path, &kept)
                .with_context(|| format!("put the new key to {}: copy {} there", path.display(), new_file.display()))?;
            write!(
                said,
                "{} holds it now; {} is needed only for backups of the database made before",
                path.display(),
                kept.display()
            )?;
        }
        MasterSource::File(_) | MasterSource::Passphrase { .. } => {
            write!(
                said,
                "set vault.key_file to {} before the server starts again, and keep {source} for backups of the database made before",
                new_file.display()
            )?;
        }
    }
    Ok(said)
}

/// Puts a copy of `new` in the place of `path`, at once or not at all; what was there stays as `kept`.
fn install(new: &Path, path: &Path, kept: &Path) -> std::io::Result<()> {
    if !kept.exists() {
        fs::hard_link(path, kept)?;
    }
    let beside = path.with_extension("key.new");
    // Takes the permissions along, which were checked.
    fs::copy(new, &beside)?;
    fs::File::open(&beside)?.sync_all()?;
    fs::rename(&beside, path)
}

/// A line for every data key: id, purpose, whose, version, state, master key, and when it was made.
pub async fn list(store: &Store) -> anyhow::Result<String> {
    let keys = rotation::list(store).await?;
    let mut lines = String::from("id\tpurpose\tperson\tversion\tstate\tmaster key\tmade at");
    for (at, key) in keys.iter().enumerate() {
        let next = keys.get(at + 1).filter(|next| (&next.purpose, next.subject) == (&key.purpose, key.subject));
        let state = match (key.destroyed_at, next) {
            (Some(_), _) => "destroyed",
            (None, Some(_)) => "only opens",
            (None, None) => "seals",
        };
        let person = key.person().map_or_else(|| "-".to_owned(), |_| key.subject.to_string());
        let master = if key.kek_id.is_empty() { "-" } else { &key.kek_id };
        write!(lines, "\n{}\t{}\t{person}\t{}\t{state}\t{master}\t{}", key.id, key.purpose, key.version, key.created_at)?;
    }
    Ok(lines)
}
