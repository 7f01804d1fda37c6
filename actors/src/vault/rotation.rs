//! Changing keys while everything goes on: new versions of the data keys, another master key, and what was sealed with old versions sealed
//! anew, a few rows at a time.
//!
//! The order that makes it safe: a new version is stored first and seals from then on; old ones only open; one is destroyed when no row
//! needs it and every program has had time to notice its successor.

use super::columns::{SEALED_COLUMNS, SealedBy, SealedColumn};
use super::purpose::BLIND_INDEX;
use super::{MasterKey, Owner, Person, Place, Purpose, Vault, VaultError};
use crate::store::vault::{KeyRow, NewKey, OldKey, Rewrapped, SealedRow};
use crate::store::{Store, StoreError};
use std::time::Duration;
use tokio::sync::watch;

/// How often the keys are looked at: what another program has changed holds here within this time.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Old keys that wait for their end are looked for at every so many looks, and at once when something has changed.
const RESEAL_EVERY_LOOKS: u64 = 30;
/// Old keys looked after in one turn, and rows sealed anew with one statement.
const OLD_KEYS_PER_TURN: i64 = 100;
const ROWS_PER_STEP: i64 = 500;
/// An old key whose successor is younger than this is not destroyed: some program may not have seen the successor yet.
const GRACE_S: i64 = 60;

/// What one turn of sealing anew has done.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Resealed {
    pub rows: u64,
    pub keys_destroyed: u64,
}

/// Makes a new version of every data key in force. Returns how many.
pub async fn rotate(store: &Store, master: MasterKey) -> Result<usize, VaultError> {
    // Opened first: this says so where the master key does not fit, and makes the first keys where nothing was ever sealed.
    let master = Vault::open(store, master).await?.master();
    let kek_id = master.id().to_owned();
    let made = store.next_keys(kek_id, move |row: &KeyRow| {
        let owner = row.owner().filter(|owner| owner.purpose != BLIND_INDEX)?;
        Some(NewKey::next(&master, owner, row.version + 1))
    });
    Ok(made.await?)
}

/// Wraps every data key with another master key, all or none. What is sealed stays as it is. Returns how many keys.
pub async fn rotate_master(store: &Store, old: MasterKey, new: MasterKey) -> Result<usize, VaultError> {
    let (old_id, new_id) = (old.id().to_owned(), new.id().to_owned());
    if old_id == new_id {
        return Err(VaultError::SameMaster { id: new_id });
    }
    let source_name = old.source().to_string();
    let wrapping = store.rewrap_keys(old_id.clone(), new_id, move |rows: Vec<KeyRow>| {
        let mut rewrapped = Vec::with_capacity(rows.len());
        for row in &rows {
            let Some(bytes) = row.unwrapped(&old)? else { continue };
            let owner = row.owner().ok_or_else(|| VaultError::DamagedKey { id: row.id, master: old.id().to_owned() })?;
            rewrapped.push(Rewrapped { id: row.id, wrapped: new.wrap(&owner, row.version, &bytes) });
        }
        Ok::<_, VaultError>(rewrapped)
    });
    match wrapping.await?? {
        Some(count) => Ok(count),
        None => {
            let needed = store.vault_state().await?.kek_id.unwrap_or_else(|| "of a vault not opened yet".to_owned());
            Err(VaultError::WrongMaster { needed, given: old_id, source_name })
        }
    }
}

impl Vault {
    /// Keeps the keys true, and seals anew what is sealed with old ones, until `stopping`.
    pub fn keep(&self, mut stopping: watch::Receiver<bool>) {
        let vault = self.clone();
        self.store().spawn(async move {
            let mut looks = 0;
            let mut is_more = true;
            let mut said = String::new();
            loop {
                tokio::select! {
                    () = tokio::time::sleep(LOOK_EVERY) => {}
                    _ = stopping.wait_for(|stop| *stop) => return,
                }
                looks += 1;
                match vault.turn(is_more || looks % RESEAL_EVERY_LOOKS == 0).await {
                    Ok(more) => {
                        is_more = more;
                        said.clear();
                    }
                    Err(error) => {
                        is_more = false;
                        // Once, and not every second until somebody has put it right.
                        let chain = error.chain();
                        if chain != said {
                            tracing::warn!(error = chain, "cannot look after the keys, trying again");
                            said = chain;
                        }
                    }
                }
            }
        });
    }

    /// Returns whether there is more to be done at once.
    async fn turn(&self, is_resealing: bool) -> Result<bool, VaultError> {
        let has_changed = self.refresh().await?;
        if has_changed {
            tracing::info!(master = self.master_id(), "data keys have changed");
        }
        if !has_changed && !is_resealing {
            return Ok(false);
        }
        let Resealed { rows, keys_destroyed } = self.reseal(GRACE_S).await?;
        if rows > 0 || keys_destroyed > 0 {
            tracing::info!(rows, keys_destroyed, "sealed anew");
        }
        Ok(rows > 0)
    }

    /// Seals rows anew that are sealed with old keys, and destroys old keys that no row needs and whose successor is `grace_s` old. A turn is
    /// bounded; one that did nothing means that nothing is left.
    pub async fn reseal(&self, grace_s: i64) -> Result<Resealed, VaultError> {
        let mut done = Resealed::default();
        for old in self.store().old_keys(OLD_KEYS_PER_TURN).await? {
            let mut is_needed = false;
            let mut columns = 0;
            for column in SEALED_COLUMNS.iter().filter(|column| column.is_sealed_by(&old)) {
                columns += 1;
                let rows = self.store().rows_sealed_with(*column, old.id, old.person(), ROWS_PER_STEP).await?;
                is_needed |= !rows.is_empty();
                for row in rows {
                    done.rows += u64::from(self.reseal_row(*column, old.person(), row).await?);
                }
            }
            // A purpose without any column in the list: nobody knows where its bytes are, so its keys stay.
            if columns > 0 && !is_needed && old.successor_age_s >= grace_s {
                done.keys_destroyed += self.store().destroy_key(old.id).await?;
            }
        }
        Ok(done)
    }

    /// False when the row changed meanwhile; it is then looked at again.
    async fn reseal_row(&self, column: SealedColumn, person: Option<Person>, row: SealedRow) -> Result<bool, VaultError> {
        let purpose = if let SealedBy::Purpose(purpose) = column.by { purpose } else { Purpose::Contacts };
        let place = Place { purpose, table: column.table, column: column.column, row: &row.key };
        let resealed = match person {
            None => {
                let plain = self.open_newest(place, &row.sealed).await?;
                self.seal(place, &plain)?
            }
            Some(person) => match self.open_for(person, place, &row.sealed).await? {
                Some(plain) => self.seal_for(person, place, &plain).await?,
                // Shredded meanwhile: nothing is left to seal.
                None => return Ok(false),
            },
        };
        Ok(self.store().replace_sealed(column, row, resealed).await?)
    }
}

impl SealedColumn {
    fn is_sealed_by(&self, key: &OldKey) -> bool {
        match self.by {
            SealedBy::Purpose(purpose) => key.owner == Some(Owner::from(purpose)),
            SealedBy::User => matches!(key.person(), Some(Person::User(_))),
            SealedBy::Agent => matches!(key.person(), Some(Person::Agent(_))),
            SealedBy::Contact => matches!(key.person(), Some(Person::Contact(_))),
        }
    }
}

impl OldKey {
    pub(crate) fn person(&self) -> Option<Person> {
        self.owner.and_then(|owner| owner.person())
    }
}

/// Every data key, for people to look at. Nothing of the keys themselves.
pub async fn list(store: &Store) -> Result<Vec<KeyRow>, StoreError> {
    store.all_keys().await
}
