//! The master key: it wraps the data keys and seals nothing else. It comes from a file, or is stretched once from a passphrase; it is
//! never in the database, so a stolen database or backup opens nothing.

use super::sealed::{DoesNotOpen, KEY_LEN, Key, fresh_key, joined};
use super::{Owner, VaultError};
use crate::store::Store;
use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Characters of a passphrase at least: it protects everything, for as long as a backup exists.
pub const PASSPHRASE_MIN: usize = 16;
/// Argon2id: memory in KiB, passes, lanes. About 0.1 s, once at start.
const STRETCH: (u32, u32, u32) = (64 * 1024, 3, 1);
const SALT_LEN: usize = 16;
/// File in the data folder where no other is named.
const DEFAULT_FILE: &str = "master.key";

/// A master key in memory.
pub struct MasterKey {
    key: Key,
    id: String,
    source: MasterSource,
}

/// Where the master key comes from.
#[derive(Clone)]
pub enum MasterSource {
    /// `vault.key_file`.
    File(PathBuf),
    /// The passphrase in the environment variable of that name.
    Passphrase { variable: String, passphrase: Zeroizing<String> },
    /// `<data_dir>/master.key`, made when there is nothing sealed yet.
    Default(PathBuf),
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MasterKey").field("id", &self.id).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for MasterSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MasterSource({self})")
    }
}

impl std::fmt::Display for MasterSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) | Self::Default(path) => write!(f, "{}", path.display()),
            Self::Passphrase { variable, .. } => write!(f, "the passphrase in {variable}"),
        }
    }
}

impl MasterSource {
    /// From the configuration: a file, or the name of a variable with a passphrase, or neither.
    pub fn new(key_file: &Path, passphrase_env: &str, data_dir: &Path) -> Result<Self, VaultError> {
        if !key_file.as_os_str().is_empty() {
            return Ok(Self::File(key_file.to_owned()));
        }
        if passphrase_env.is_empty() {
            return Ok(Self::Default(data_dir.join(DEFAULT_FILE)));
        }
        let variable = passphrase_env.to_owned();
        let passphrase = Zeroizing::new(std::env::var(&variable).unwrap_or_default());
        let characters = passphrase.chars().count();
        if characters < PASSPHRASE_MIN {
            return Err(VaultError::WeakPassphrase { variable, characters });
        }
        Ok(Self::Passphrase { variable, passphrase })
    }

    /// The key. A missing default file is made, unless something was sealed with another key before.
    pub async fn key(&self, store: &Store) -> Result<MasterKey, VaultError> {
        match self {
            Self::File(path) => {
                check_permissions(path)?;
                self.key_in(path)
            }
            Self::Default(path) => {
                if !path.exists() {
                    if let Some(needed) = store.vault_state().await?.kek_id {
                        return Err(VaultError::NoMaster { path: path.clone(), needed });
                    }
                    write_new(path).map_err(|source| VaultError::KeyFile { path: path.clone(), source })?;
                }
                self.key_in(path)
            }
            Self::Passphrase { passphrase, .. } => {
                let mut fresh = [0; SALT_LEN];
                aws_lc_rs::rand::fill(&mut fresh).expect("the system gives randomness");
                let salt = store.vault_salt(fresh).await?;
                let passphrase = passphrase.clone();
                // Tens of milliseconds of computing.
                let stretched = tokio::task::spawn_blocking(move || stretch(&passphrase, &salt)).await;
                Ok(MasterKey::new(&stretched.map_err(|_| VaultError::Interrupted)?, self.clone()))
            }
        }
    }

    fn key_in(&self, path: &Path) -> Result<MasterKey, VaultError> {
        let content = Zeroizing::new(fs::read(path).map_err(|source| VaultError::KeyFile { path: path.to_owned(), source })?);
        let bytes = parse(&content).ok_or_else(|| VaultError::KeyFileForm { path: path.to_owned() })?;
        Ok(MasterKey::new(&bytes, self.clone()))
    }
}

impl MasterKey {
    fn new(bytes: &Zeroizing<[u8; KEY_LEN]>, source: MasterSource) -> Self {
        // A name that tells nothing of the key: the first half of a MAC of a fixed text.
        let name = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &**bytes), b"salessync master key");
        let id = name.as_ref()[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        Self { key: Key::new(bytes), id, source }
    }

    /// Reads a key from a file; makes the file with a random key when there is none.
    pub fn from_file_or_new(path: &Path) -> Result<Self, VaultError> {
        if !path.exists() {
            write_new(path).map_err(|source| VaultError::KeyFile { path: path.to_owned(), source })?;
        }
        check_permissions(path)?;
        MasterSource::File(path.to_owned()).key_in(path)
    }

    /// A random key that is nowhere else.
    #[cfg(test)]
    pub(crate) fn random() -> Self {
        Self::new(&fresh_key(), MasterSource::File(PathBuf::new()))
    }

    /// Names the key and tells nothing of it.
    pub fn id(&self) -> &str {
        &self.id
    }

    pub fn source(&self) -> &MasterSource {
        &self.source
    }

    pub(super) fn wrap(&self, owner: &Owner, version: i32, key: &[u8; KEY_LEN]) -> Vec<u8> {
        let mut out = Vec::new();
        self.key.seal_into(&mut out, &self.associated(owner, version), key);
        out
    }

    pub(super) fn unwrap(&self, owner: &Owner, version: i32, wrapped: &[u8]) -> Result<Zeroizing<[u8; KEY_LEN]>, DoesNotOpen> {
        let opened = self.key.open(&self.associated(owner, version), wrapped)?;
        key_of(&opened).ok_or(DoesNotOpen)
    }

    fn associated(&self, owner: &Owner, version: i32) -> Vec<u8> {
        joined(&[owner.purpose.as_bytes(), owner.subject.as_bytes(), &version.to_be_bytes(), self.id.as_bytes()])
    }
}

fn stretch(passphrase: &str, salt: &[u8]) -> Zeroizing<[u8; KEY_LEN]> {
    let (memory, passes, lanes) = STRETCH;
    let params = Params::new(memory, passes, lanes, Some(KEY_LEN)).expect("within Argon2's limits");
    let mut out = Zeroizing::new([0; KEY_LEN]);
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon2.hash_password_into(passphrase.as_bytes(), salt, &mut *out).expect("salt and output have lengths Argon2 takes");
    out
}

/// 32 bytes as they are, or as 64 hexadecimal digits, or in base64. One byte repeated is nobody's key.
fn parse(content: &[u8]) -> Option<Zeroizing<[u8; KEY_LEN]>> {
    let decoded = Zeroizing::new(if content.len() == KEY_LEN {
        content.to_vec()
    } else {
        let text = std::str::from_utf8(content).ok()?.trim();
        let base64 = [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD];
        unhex(text).or_else(|| base64.iter().find_map(|form| form.decode(text).ok()))?
    });
    key_of(&decoded).filter(|key| key.iter().any(|byte| *byte != key[0]))
}

/// The bytes as a key, without a copy that is not wiped; None where there are more or fewer.
fn key_of(bytes: &[u8]) -> Option<Zeroizing<[u8; KEY_LEN]>> {
    let mut key = Zeroizing::new([0; KEY_LEN]);
    (bytes.len() == KEY_LEN).then(|| key.copy_from_slice(bytes))?;
    Some(key)
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let is_hex = text.len() == 2 * KEY_LEN && text.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_hex.then(|| (0..KEY_LEN).filter_map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok()).collect())
}

/// A file that others can read is no secret.
fn check_permissions(path: &Path) -> Result<(), VaultError> {
    let metadata = fs::metadata(path).map_err(|source| VaultError::KeyFile { path: path.to_owned(), source })?;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 == 0 { Ok(()) } else { Err(VaultError::KeyFileOpen { path: path.to_owned(), mode }) }
}

/// Makes a file with a random key, whole or not at all: it appears under its name when it is written. Leaves one that is there alone.
fn write_new(path: &Path) -> io::Result<()> {
    let beside = path.with_extension(format!("new.{}", std::process::id()));
    let written = (|| {
        let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
        let text = Zeroizing::new(STANDARD.encode(*fresh_key()));
        file.write_all(text.as_bytes())?;
        file.write_all(b"\n")?;
        file.sync_all()?;
        fs::hard_link(&beside, path)
    })();
    let _ = fs::remove_file(&beside);
    match written {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        done => done,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::Purpose;

    #[test]
    fn a_key_file_is_read_in_every_form_and_nothing_else() {
        let bytes: [u8; KEY_LEN] = std::array::from_fn(|at| at as u8 ^ 0xa5);
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        for content in [
            bytes.to_vec(),
            hex.clone().into_bytes(),
            hex.to_uppercase().into_bytes(),
            format!("{hex}\n").into_bytes(),
            format!("{}\n", STANDARD.encode(bytes)).into_bytes(),
            URL_SAFE_NO_PAD.encode(bytes).into_bytes(),
        ] {
            assert_eq!(parse(&content).as_deref(), Some(&bytes), "{content:?}");
        }
        let mut short = STANDARD.encode(&bytes[..31]).into_bytes();
        for content in [&b""[..], b"correct horse battery staple", &[0; 32], &[7; 32], &bytes[..31]] {
            assert_eq!(parse(content), None, "{content:?}");
        }
        short.push(b'\n');
        assert_eq!(parse(&short), None);
    }

    #[test]
    fn a_wrapped_key_opens_only_as_what_it_was_wrapped_as() {
        let (master, other) = (MasterKey::random(), MasterKey::random());
        let (owner, key) = (Owner::from(Purpose::Audit), fresh_key());
        let wrapped = master.wrap(&owner, 1, &key);
        assert_eq!(master.unwrap(&owner, 1, &wrapped).unwrap(), key);
        assert!(master.unwrap(&owner, 2, &wrapped).is_err());
        assert!(master.unwrap(&Owner::from(Purpose::Contacts), 1, &wrapped).is_err());
        assert!(other.unwrap(&owner, 1, &wrapped).is_err());
    }

    #[test]
    fn a_passphrase_and_its_salt_make_one_key() {
        let one = stretch("correct horse battery", &[1; SALT_LEN]);
        assert_eq!(one, stretch("correct horse battery", &[1; SALT_LEN]));
        assert_ne!(one, stretch("correct horse battery", &[2; SALT_LEN]));
        assert_ne!(one, stretch("correct horse batterz", &[1; SALT_LEN]));
    }

    #[test]
    fn a_made_file_is_ours_alone_and_stays() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("k");
        let first = MasterKey::from_file_or_new(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(MasterKey::from_file_or_new(&path).unwrap().id(), first.id());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let refused = MasterKey::from_file_or_new(&path).unwrap_err().to_string();
        assert!(refused.contains("0640") && refused.contains("chmod 600"), "{refused}");
    }

    #[test]
    fn nothing_secret_is_printed() {
        let master = MasterKey::random();
        assert_eq!(format!("{master:?}"), format!("MasterKey {{ id: {:?}, .. }}", master.id()));
        let source =
            MasterSource::Passphrase { variable: "PHRASE".to_owned(), passphrase: Zeroizing::new("hush hush".to_owned()) };
        assert!(!format!("{source:?}{source}").contains("hush"));
    }
}
