//! Sealing of what must not be readable in the database or a backup of it. A master key outside the database wraps data keys inside it; a
//! data key per purpose, and one per person for what is theirs, seals the values.
//!
//! The invariants: key bytes are in memory only, never printed, and wiped when dropped; sealed bytes open at their own table, column and row
//! only; a person's destroyed key is never replaced, so what was sealed for them stays closed. docs/adr/0007 says why it is built so.

mod columns;
mod emails;
mod master;
mod purpose;
pub mod rotation;
mod sealed;

pub use columns::{SEALED_COLUMNS, SealedBy, SealedColumn};
pub use master::{MasterKey, MasterSource, PASSPHRASE_MIN};
pub use purpose::{Owner, Person, Place, Purpose};
pub use sealed::OVERHEAD;

use crate::store::vault::{KeyRow, NewKey};
use crate::store::{Store, StoreError};
use aws_lc_rs::hmac;
use parking_lot::{Mutex, RwLock};
use sealed::{Key, fresh_key};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use zeroize::Zeroizing;

/// People whose keys are held in memory: some 300 bytes each. When it is full it is emptied; who is asked for next is read again.
const PEOPLE_MAX: usize = 4_096;

/// Why nothing was sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the master key file {} cannot be read", path.display())]
    KeyFile {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("the master key file {} must hold 32 random bytes, raw, as 64 hexadecimal digits or in base64", path.display())]
    KeyFileForm { path: PathBuf },
    #[error("the master key file {} has mode {mode:04o}: others can read it; chmod 600 it", path.display())]
    KeyFileOpen { path: PathBuf, mode: u32 },
    #[error(
        "vault.passphrase_env names {variable}, whose value has {characters} characters; it must have at least {PASSPHRASE_MIN}"
    )]
    WeakPassphrase { variable: String, characters: usize },
    #[error("what is sealed needs the master key {needed}, and there is no file {}: put it back, or set vault.key_file", path.display())]
    NoMaster { path: PathBuf, needed: String },
    #[error("what is sealed needs the master key {needed}, and {source_name} is the master key {given}")]
    WrongMaster { needed: String, given: String, source_name: String },
    #[error("the master key was changed to {needed} while this program runs with {given}; start it again with the new one")]
    MasterReplaced { needed: String, given: String },
    #[error("data key {id} does not open with the master key {master}")]
    DamagedKey { id: i64, master: String },
    #[error("sealed with data key {id}, which does not exist or was destroyed")]
    UnknownKey { id: u32 },
    #[error("{table}.{column} does not open: it was changed, or sealed at another place")]
    DoesNotOpen { table: String, column: String },
    #[error("this person was erased: nothing can be sealed for them")]
    Shredded,
    #[error("the new master key is the old one, {id}")]
    SameMaster { id: String },
    #[error("interrupted while a key was made")]
    Interrupted,
}

impl VaultError {
    /// The whole chain on one line, for the log.
    pub fn chain(&self) -> String {
        match self {
            Self::Store(error) => error.chain(),
            Self::KeyFile { source, .. } => format!("{self}: {source}"),
            other => other.to_string(),
        }
    }
}

/// The vault. Cheap to clone; prints nothing of what it holds.
#[derive(Clone)]
pub struct Vault {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    held: RwLock<Held>,
    people: Mutex<HashMap<Person, Arc<Ring>>>,
}

/// What is true as of one version of the vault.
struct Held {
    version: i64,
    master: Arc<MasterKey>,
    purposes: HashMap<Purpose, Arc<Ring>>,
    blind: hmac::Key,
}

/// The keys of one owner by version, newest last. Those destroyed are left out.
pub(crate) struct Ring {
    keys: Vec<(u32, Key)>,
    /// The newest was destroyed: nothing is sealed any more.
    is_shredded: bool,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault")
    }
}

impl Vault {
    /// Reads the data keys, and makes those that were never made. A master key that does not open them is an error; it never leads to
    /// new keys.
    pub async fn open(store: &Store, master: MasterKey) -> Result<Self, VaultError> {
        let master = Arc::new(master);
        let held = Held::read(store, master).await?;
        Ok(Self { inner: Arc::new(Inner { store: store.clone(), held: RwLock::new(held), people: Mutex::default() }) })
    }

    /// Seals with the purpose's newest key.
    pub fn seal(&self, place: Place<'_>, plain: &[u8]) -> Result<Vec<u8>, VaultError> {
        self.ring_of(place.purpose).seal(&place, plain)
    }

    /// Opens what `seal` sealed at this place, under any version of the purpose's key.
    pub fn open_sealed(&self, place: Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        self.ring_of(place.purpose).open(&place, sealed)
    }

    /// The same, looking for new keys first when this one is not known: another program may have made it a moment ago.
    pub async fn open_newest(&self, place: Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        match self.open_sealed(place, sealed) {
            Err(VaultError::UnknownKey { .. }) => {
                self.refresh().await?;
                self.open_sealed(place, sealed)
            }
            outcome => outcome,
        }
    }

    /// A name of `normalised` that the same text in the same column always has, and that tells nothing of the text: to look rows up by what is
    /// sealed in them.
    pub fn blind_index(&self, column: &'static str, normalised: &str) -> [u8; 32] {
        self.mac(column, normalised.as_bytes())
    }

    /// HMAC-SHA-256 under the blind indexes' key, for this use alone.
    pub fn mac(&self, usage: &'static str, message: &[u8]) -> [u8; 32] {
        let mut out = [0; 32];
        let mac = hmac::sign(&self.inner.held.read().blind, &sealed::joined(&[usage.as_bytes(), message]));
        out.copy_from_slice(mac.as_ref());
        out
    }

    /// Seals with a person's own key, which is made when they have none.
    pub async fn seal_for(&self, person: Person, place: Place<'_>, plain: &[u8]) -> Result<Vec<u8>, VaultError> {
        let mut ring = self.ring_for(person).await?;
        if ring.keys.is_empty() && !ring.is_shredded {
            self.make_keys_for(&[person]).await?;
            ring = self.ring_for(person).await?;
        }
        ring.seal(&place, plain)
    }

    /// Makes keys for many people who have none, in one go: sealing for each then makes none.
    pub(crate) async fn make_keys_for(&self, people: &[Person]) -> Result<(), VaultError> {
        let master = self.master();
        let new: Vec<_> = people.iter().map(|person| NewKey::first(&master, (*person).into())).collect();
        if new.is_empty() {
            return Ok(());
        }
        match self.inner.store.add_keys(master.id().to_owned(), new).await? {
            None => Ok(()),
            Some(needed) => Err(VaultError::MasterReplaced { needed, given: master.id().to_owned() }),
        }
    }

    /// Were the person's keys destroyed?
    pub(crate) async fn is_shredded(&self, person: Person) -> Result<bool, VaultError> {
        Ok(self.ring_for(person).await?.is_shredded)
    }

    /// Opens what `seal_for` sealed; None when the person's keys were destroyed.
    pub async fn open_for(
        &self,
        person: Person,
        place: Place<'_>,
        sealed: &[u8],
    ) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
        let ring = self.ring_for(person).await?;
        match ring.open(&place, sealed) {
            Err(VaultError::UnknownKey { .. }) => {
                // Perhaps a newer version than the one held.
                self.forget(person);
                let ring = self.ring_for(person).await?;
                if ring.is_shredded { Ok(None) } else { ring.open(&place, sealed).map(Some) }
            }
            opened => opened.map(Some),
        }
    }

    /// Destroys a person's keys, here and in the database: what was sealed for them is closed for good. Says how many keys there were.
    pub async fn shred(&self, person: Person) -> Result<u64, VaultError> {
        let destroyed = self.inner.store.shred(person).await?;
        self.forget(person);
        Ok(destroyed)
    }

    /// Forgets what is held of a person's keys.
    pub(crate) fn forget(&self, person: Person) {
        self.inner.people.lock().remove(&person);
    }

    /// Reads the keys again if any were made, destroyed or wrapped anew. Returns whether so.
    pub async fn refresh(&self) -> Result<bool, VaultError> {
        let (version, mut master) = {
            let held = self.inner.held.read();
            (held.version, held.master.clone())
        };
        let state = self.inner.store.vault_state().await?;
        if state.version == version {
            return Ok(false);
        }
        if state.kek_id.as_deref().is_some_and(|needed| needed != master.id()) {
            // Wrapped anew: the file may have been replaced with it.
            master = Arc::new(master.source().key(&self.inner.store).await?);
        }
        let held = match Held::read(&self.inner.store, master).await {
            Err(VaultError::WrongMaster { needed, given, .. }) => return Err(VaultError::MasterReplaced { needed, given }),
            held => held?,
        };
        self.inner.people.lock().clear();
        let mut current = self.inner.held.write();
        if held.version > current.version {
            *current = held;
        }
        Ok(true)
    }

    /// The name of the master key in use.
    pub fn master_id(&self) -> String {
        self.inner.held.read().master.id().to_owned()
    }

    pub(crate) fn store(&self) -> &Store {
        &self.inner.store
    }

    fn master(&self) -> Arc<MasterKey> {
        self.inner.held.read().master.clone()
    }

    fn ring_of(&self, purpose: Purpose) -> Arc<Ring> {
        self.inner.held.read().purposes[&purpose].clone()
    }

    /// A person's keys, from memory or the database. Empty when they have none yet.
    async fn ring_for(&self, person: Person) -> Result<Arc<Ring>, VaultError> {
        if let Some(ring) = self.inner.people.lock().get(&person) {
            return Ok(ring.clone());
        }
        let version = self.inner.held.read().version;
        let rows = self.inner.store.keys_of(person).await?;
        let master = self.master();
        let ring = Arc::new(Ring::read(&master, &rows).map_err(|error| match error {
            VaultError::WrongMaster { needed, given, .. } => VaultError::MasterReplaced { needed, given },
            error => error,
        })?);
        // What was read before the keys were looked at again may be out of date by now: it serves once and is not kept.
        let held = self.inner.held.read();
        if !ring.keys.is_empty() && held.version == version {
            let mut people = self.inner.people.lock();
            if people.len() >= PEOPLE_MAX {
                people.clear();
            }
            people.insert(person, ring.clone());
        }
        Ok(ring)
    }
}

impl Held {
    async fn read(store: &Store, master: Arc<MasterKey>) -> Result<Self, VaultError> {
        let wrong = |needed: String| VaultError::WrongMaster {
            needed,
            given: master.id().to_owned(),
            source_name: master.source().to_string(),
        };
        let mut state = store.vault_state().await?;
        if let Some(needed) = state.kek_id.take_if(|needed| needed != master.id()) {
            return Err(wrong(needed));
        }
        let owners = Purpose::ALL.map(Owner::from).into_iter().chain([Owner::BLIND_INDEX]);
        let mut rows = store.keys_of_purposes().await?;
        let missing: Vec<_> = owners
            .filter(|owner| !rows.iter().any(|row| row.purpose == owner.purpose))
            .map(|owner| NewKey::first(&master, owner))
            .collect();
        if !missing.is_empty() {
            if let Some(needed) = store.add_keys(master.id().to_owned(), missing).await? {
                return Err(wrong(needed));
            }
            rows = store.keys_of_purposes().await?;
        }
        let of = |owner: Owner| rows.iter().filter(|row| row.purpose == owner.purpose).cloned().collect::<Vec<_>>();
        let mut purposes = HashMap::new();
        for purpose in Purpose::ALL {
            purposes.insert(purpose, Arc::new(Ring::read(&master, &of(purpose.into()))?));
        }
        let blind_rows = of(Owner::BLIND_INDEX);
        let blind_row = blind_rows.last().ok_or(VaultError::UnknownKey { id: 0 })?;
        let blind = blind_row.unwrapped(&master)?.ok_or(VaultError::UnknownKey { id: blind_row.id as u32 })?;
        Ok(Self { version: state.version, purposes, blind: hmac::Key::new(hmac::HMAC_SHA256, &*blind), master: master.clone() })
    }
}

impl Ring {
    /// Unwraps rows, oldest first.
    fn read(master: &MasterKey, rows: &[KeyRow]) -> Result<Self, VaultError> {
        let mut keys = Vec::with_capacity(rows.len());
        for row in rows {
            if let Some(bytes) = row.unwrapped(master)? {
                keys.push((row.id as u32, Key::new(&bytes)));
            }
        }
        Ok(Self { keys, is_shredded: rows.last().is_some_and(|row| row.wrapped.is_none()) })
    }

    fn seal(&self, place: &Place<'_>, plain: &[u8]) -> Result<Vec<u8>, VaultError> {
        let (id, key) = self.keys.last().filter(|_| !self.is_shredded).ok_or(VaultError::Shredded)?;
        Ok(sealed::seal(key, *id, &place.associated(), plain))
    }

    fn open(&self, place: &Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let does_not = || VaultError::DoesNotOpen { table: place.table.to_owned(), column: place.column.to_owned() };
        let (id, body) = sealed::read(sealed).ok_or_else(does_not)?;
        let (_, key) = self.keys.iter().rev().find(|(known, _)| *known == id).ok_or(VaultError::UnknownKey { id })?;
        key.open(&place.associated(), body).map_err(|_| does_not())
    }
}

impl NewKey {
    fn first(master: &MasterKey, owner: Owner) -> Self {
        Self::next(master, owner, 1)
    }

    /// A random key of that version, wrapped.
    fn next(master: &MasterKey, owner: Owner, version: i32) -> Self {
        Self { purpose: owner.purpose, subject: owner.subject, version, wrapped: master.wrap(&owner, version, &fresh_key()) }
    }
}

impl KeyRow {
    fn owner(&self) -> Option<Owner> {
        Owner::read(&self.purpose, self.subject)
    }

    /// The key's bytes; None when it was destroyed.
    fn unwrapped(&self, master: &MasterKey) -> Result<Option<Zeroizing<[u8; sealed::KEY_LEN]>>, VaultError> {
        let Some(wrapped) = &self.wrapped else { return Ok(None) };
        if self.kek_id != master.id() {
            return Err(VaultError::WrongMaster {
                needed: self.kek_id.clone(),
                given: master.id().to_owned(),
                source_name: master.source().to_string(),
            });
        }
        let damaged = || VaultError::DamagedKey { id: self.id, master: master.id().to_owned() };
        let owner = self.owner().ok_or_else(damaged)?;
        master.unwrap(&owner, self.version, wrapped).map(Some).map_err(|_| damaged())
    }

    /// The person it belongs to, if any.
    pub fn person(&self) -> Option<Person> {
        self.owner().and_then(|owner| owner.person())
    }
}
