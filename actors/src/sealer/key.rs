//! The key that signs heads of the audit trail: Ed25519, in a file of its own, outside the database on purpose. Whoever can write to the
//! database cannot sign.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use salessync_engine::audit::chain::{Head, from_hex, key_id, to_hex};
use salessync_engine::audit::verify::Signature;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Length of a public key.
const PUBLIC_LEN: usize = 32;

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyFlaw {
    #[error("read or make the audit key {}", path.display())]
    File {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("{} may be read by others: chmod 600", path.display())]
    Open { path: PathBuf },
    #[error("{} holds no Ed25519 key in PKCS#8 form", path.display())]
    Form { path: PathBuf },
    #[error("make an audit key")]
    Make,
    #[error("a public key is 64 hexadecimal digits, not {0:?}")]
    Public(String),
}

/// Signs heads. Prints nothing of itself but its name.
pub struct AuditKey {
    pair: Ed25519KeyPair,
    id: String,
}

impl std::fmt::Debug for AuditKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("AuditKey").field(&self.id).finish()
    }
}

impl AuditKey {
    /// Reads the key, or makes it if there is no such file.
    pub fn open(path: &Path) -> Result<Self, KeyFlaw> {
        match Self::read(path)? {
            Some(key) => Ok(key),
            None => {
                make(path)?;
                Self::read(path)?.ok_or(KeyFlaw::Make)
            }
        }
    }

    /// Reads the key; None if there is no such file.
    pub fn read(path: &Path) -> Result<Option<Self>, KeyFlaw> {
        let flaw = |source| KeyFlaw::File { path: path.to_owned(), source };
        let bytes = match fs::read(path) {
            Ok(bytes) => Zeroizing::new(bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(flaw(error)),
        };
        if fs::metadata(path).map_err(flaw)?.permissions().mode() & 0o077 != 0 {
            return Err(KeyFlaw::Open { path: path.to_owned() });
        }
        let pair = Ed25519KeyPair::from_pkcs8(&bytes).map_err(|_| KeyFlaw::Form { path: path.to_owned() })?;
        let id = key_id(pair.public_key().as_ref());
        Ok(Some(Self { pair, id }))
    }

    pub fn public(&self) -> PublicKey {
        PublicKey(self.pair.public_key().as_ref().to_vec())
    }

    /// Signs a head, in its place.
    pub fn sign(&self, mut head: Head) -> Head {
        head.key_id.clone_from(&self.id);
        head.signature = self.pair.sign(&head.message()).as_ref().to_vec();
        head
    }
}

/// Makes a key under its name at once: a reader sees it whole or not at all, and of two who make one, one wins.
fn make(path: &Path) -> Result<(), KeyFlaw> {
    let flaw = |source| KeyFlaw::File { path: path.to_owned(), source };
    let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| KeyFlaw::Make)?;
    let mut fresh = path.as_os_str().to_owned();
    fresh.push(format!(".{}", std::process::id()));
    let fresh = PathBuf::from(fresh);
    let written = || {
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
        file.write_all(pkcs8.as_ref())?;
        file.sync_all()?;
        match fs::hard_link(&fresh, path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
            Ok(()) | Err(_) => Ok(()),
        }
    };
    let outcome = written();
    let _ = fs::remove_file(&fresh);
    outcome.map_err(flaw)
}

/// Verifies what the key of the same name has signed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublicKey(Vec<u8>);

impl PublicKey {
    pub fn id(&self) -> String {
        key_id(&self.0)
    }

    pub fn to_hex(&self) -> String {
        to_hex(&self.0)
    }
}

impl std::str::FromStr for PublicKey {
    type Err = KeyFlaw;
    fn from_str(text: &str) -> Result<Self, KeyFlaw> {
        let bytes = from_hex(text).filter(|bytes| bytes.len() == PUBLIC_LEN);
        bytes.map(Self).ok_or_else(|| KeyFlaw::Public(text.to_owned()))
    }
}

/// Judges a head by the keys that are trusted.
pub fn judge(trusted: &[PublicKey], head: &Head) -> Signature {
    let Some(key) = trusted.iter().find(|key| key.id() == head.key_id) else { return Signature::UnknownKey };
    match UnparsedPublicKey::new(&ED25519, &key.0).verify(&head.message(), &head.signature) {
        Ok(()) => Signature::Good,
        Err(_) => Signature::Bad,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use salessync_engine::Timestamp;

    fn head() -> Head {
        let at = Timestamp::parse("2026-11-23T08:00:00Z").unwrap();
        Head { seq: 3, hash: [7; 32], rows: 2, at, checkpoint: false, key_id: String::new(), signature: Vec::new() }
    }

    #[test]
    fn a_key_is_made_once_and_is_nobody_elses_to_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("audit.key");
        assert!(AuditKey::read(&path).unwrap().is_none());
        let key = AuditKey::open(&path).unwrap();
        assert_eq!(AuditKey::open(&path).unwrap().public(), key.public());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "nothing else is left behind");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(AuditKey::open(&path).unwrap_err().to_string().contains("chmod 600"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&path, "not a key").unwrap();
        assert!(matches!(AuditKey::open(&path), Err(KeyFlaw::Form { .. })));
    }

    #[test]
    fn only_what_the_key_has_signed_is_good() {
        let dir = tempfile::tempdir().unwrap();
        let key = AuditKey::open(&dir.path().join("a")).unwrap();
        let other = AuditKey::open(&dir.path().join("b")).unwrap();
        let signed = key.sign(head());
        let trusted = [key.public()];
        assert_eq!(judge(&trusted, &signed), Signature::Good);
        assert_eq!(judge(&[other.public()], &signed), Signature::UnknownKey);
        let changes: [fn(&mut Head); 6] = [
            |head| head.seq += 1,
            |head| head.hash[0] = 0,
            |head| head.rows += 1,
            |head| head.at = head.at.plus_ms(1),
            |head| head.checkpoint = true,
            |head| head.signature[0] ^= 1,
        ];
        for change in changes {
            let mut changed = signed.clone();
            change(&mut changed);
            assert_eq!(judge(&trusted, &changed), Signature::Bad);
        }
        assert_eq!(key.public().to_hex().parse::<PublicKey>().unwrap(), key.public());
        assert!("abc".parse::<PublicKey>().is_err());
    }
}
