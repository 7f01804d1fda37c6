//! Users with their addresses opened. The store holds them sealed and the vault opens them; here the two meet, and nowhere else. An
//! address is written as its owner writes it and compared in lower case.

use crate::store::sessions::Hash;
use crate::store::users::{NewUserRow, UserChange, UserChanged, UserFilter, UserRow};
use crate::store::{Store, StoreError};
use crate::vault::{Place, Purpose, Vault, VaultError};
use salessync_engine::access::Whole;
use salessync_engine::{AgentId, TerritoryId, Timestamp, UserId};
use std::ops::Deref;
use uuid::Uuid;

/// Why a question about people has no answer.
#[derive(Debug, thiserror::Error)]
pub enum PeopleError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("open or seal an address")]
    Vault(#[from] VaultError),
}

impl PeopleError {
    /// The whole chain on one line, for the log.
    pub fn chain(&self) -> String {
        match self {
            Self::Store(error) => error.chain(),
            Self::Vault(error) => format!("{self}: {}", error.chain()),
        }
    }
}

/// Users, and who opens their addresses. Cheap to clone.
#[derive(Clone)]
pub struct People {
    store: Store,
    vault: Vault,
}

/// A user with their address.
#[derive(Clone)]
pub struct User {
    row: UserRow,
    /// Empty when their keys were destroyed.
    pub email: String,
}

impl Deref for User {
    type Target = UserRow;

    fn deref(&self) -> &UserRow {
        &self.row
    }
}

/// Somebody who is to have an account.
#[derive(Clone)]
pub struct NewUser {
    pub id: UserId,
    pub email: String,
    pub name: String,
    pub role: String,
    pub agent: Option<AgentId>,
    pub territories: Vec<TerritoryId>,
    pub password_hash: String,
    pub created_at: Timestamp,
}

impl People {
    pub fn new(store: Store, vault: Vault) -> Self {
        Self { store, vault }
    }

    pub async fn user(&self, id: UserId) -> Result<Option<User>, PeopleError> {
        self.opened(self.store.user(id).await?).await
    }

    pub async fn by_email(&self, email: &str) -> Result<Option<User>, PeopleError> {
        let lower = normalised(email);
        self.opened(self.store.user_by_email(self.index(email), lower).await?).await
    }

    /// A page of users; `q` is a part of their name or their whole address.
    pub async fn page(
        &self,
        _: Whole,
        q: Option<&str>,
        role: Option<String>,
        after: Option<(String, UserId)>,
        limit: i64,
    ) -> Result<Vec<User>, PeopleError> {
        let filter = UserFilter { name: q.map(str::to_owned), email_index: q.map(|address| self.index(address)), role };
        let mut users = Vec::new();
        for row in self.store.users(filter, after, limit).await? {
            users.push(self.open(row).await?);
        }
        Ok(users)
    }

    /// An address that is taken is `StoreError::Taken`.
    pub async fn create(&self, new: NewUser) -> Result<(), PeopleError> {
        let row = self.sealed(new).await?;
        Ok(self.store.create_user(row).await?)
    }

    /// Creates a user, or gives the one with this address the new name, role, agent, territories and password and ends their sessions.
    pub async fn put(&self, new: NewUser) -> Result<UserId, PeopleError> {
        let Some(known) = self.by_email(&new.email).await? else {
            let id = new.id;
            self.create(new).await?;
            return Ok(id);
        };
        let change = UserChange {
            name: Some(new.name),
            role: Some(new.role),
            agent: Some(new.agent),
            territories: Some(new.territories),
            is_disabled: Some(false),
        };
        if self.store.change_user(known.id, change, new.created_at).await? == UserChanged::LastAdmin {
            return Err(StoreError::Taken("the role of the last administrator").into());
        }
        self.store.set_password(known.id, new.password_hash, crate::store::sessions::Which::All, new.created_at).await?;
        Ok(known.id)
    }

    /// The row of a user to be, address sealed.
    pub async fn sealed(&self, new: NewUser) -> Result<NewUserRow, PeopleError> {
        let email_sealed = self.vault.seal_email(new.id, new.email.trim()).await?;
        Ok(NewUserRow {
            id: new.id,
            email_sealed,
            email_index: self.index(&new.email),
            name: new.name,
            role: new.role,
            agent: new.agent,
            territories: new.territories,
            password_hash: new.password_hash,
            created_at: new.created_at,
        })
    }

    /// What an address is found by.
    pub fn index(&self, email: &str) -> Hash {
        self.vault.email_index(email.trim())
    }

    /// The address of somebody who is invited, sealed for that invitation.
    pub fn seal_invited(&self, invitation: Uuid, email: &str) -> Result<Vec<u8>, PeopleError> {
        Ok(self.vault.seal(invited(&invitation.to_string()), email.trim().as_bytes())?)
    }

    pub fn open_invited(&self, invitation: Uuid, sealed: &[u8]) -> Result<String, PeopleError> {
        let opened = self.vault.open_sealed(invited(&invitation.to_string()), sealed)?;
        Ok(String::from_utf8_lossy(&opened).into_owned())
    }

    async fn opened(&self, row: Option<UserRow>) -> Result<Option<User>, PeopleError> {
        match row {
            Some(row) => Ok(Some(self.open(row).await?)),
            None => Ok(None),
        }
    }

    async fn open(&self, row: UserRow) -> Result<User, PeopleError> {
        let email = match (&row.email, &row.email_sealed) {
            (Some(plain), _) => plain.clone(),
            (None, Some(sealed)) => self.vault.open_email(row.id, sealed).await?.unwrap_or_default(),
            (None, None) => String::new(),
        };
        Ok(User { row, email })
    }
}

fn invited(row: &str) -> Place<'_> {
    Place { purpose: Purpose::Contacts, table: "invitations", column: "email_sealed", row }
}

/// An address as it is compared.
pub fn normalised(email: &str) -> String {
    email.trim().to_lowercase()
}
