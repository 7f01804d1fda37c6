//! Who may do what, in memory: an immutable table behind one pointer, made anew when the database says that something changed. A question
//! costs a lookup and never touches the database.

use crate::store::access::AccessRows;
use crate::store::sessions::Hash;
use crate::store::signing_keys::SigningKey;
use crate::store::{Store, StoreError};
use parking_lot::RwLock;
use salessync_engine::access::{Action, BuiltIn, Grants, Module, Permissions, subtree};
use salessync_engine::{AgentId, ApiKeyId, SessionId, TerritoryId, Timestamp, UserId};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How often the version is looked at: a change over another server, the command line or by hand holds within this time and what it takes to
/// read the table.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// Who is asking.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum PrincipalId {
    User(UserId),
    /// A phone with a token of its own.
    Agent(AgentId),
    /// A program.
    ApiKey(ApiKeyId),
}

/// The table. Cheap to clone.
#[derive(Clone)]
pub struct Access {
    table: Arc<RwLock<Arc<Table>>>,
    store: Store,
    version: watch::Sender<i64>,
}

#[derive(Default)]
struct Table {
    version: i64,
    users: HashMap<UserId, User>,
    api_keys: HashMap<ApiKeyId, Program>,
    /// Sessions that ended before their tokens did.
    revoked: HashMap<SessionId, Timestamp>,
    /// The same value as long as nothing in it changes.
    signing_keys: Arc<Vec<SigningKey>>,
    roles: HashMap<String, Permissions>,
    children: BTreeMap<TerritoryId, Vec<TerritoryId>>,
}

struct User {
    role: String,
    grants: Arc<Grants>,
}

struct Program {
    hash: Hash,
    expires_at: Timestamp,
    grants: Arc<Grants>,
}

impl Access {
    /// Reads the table once, for a command that is soon over.
    pub async fn read(store: Store) -> Result<Self, StoreError> {
        let access = Self { table: Arc::default(), store, version: watch::Sender::new(0) };
        access.refresh().await?;
        Ok(access)
    }

    /// Reads the table and keeps it true until `stopping`.
    pub async fn start(store: Store, mut stopping: watch::Receiver<bool>) -> Result<Self, StoreError> {
        let access = Self::read(store).await?;
        let looking = access.clone();
        access.store.spawn(async move {
            loop {
                tokio::select! {
                    () = tokio::time::sleep(LOOK_EVERY) => {}
                    _ = stopping.wait_for(|stop| *stop) => return,
                }
                if let Err(error) = looking.refresh().await {
                    tracing::warn!(error = error.chain(), "cannot look whether access has changed, trying again");
                }
            }
        });
        Ok(access)
    }

    /// Reads the table anew if it has changed. Whoever changes it calls this, so that the answer to a change comes after it holds here.
    pub async fn refresh(&self) -> Result<(), StoreError> {
        if self.store.access_version().await? == self.table.read().version {
            return Ok(());
        }
        let mut table = Table::of(self.store.access_rows().await?);
        let version = table.version;
        {
            let mut current = self.table.write();
            if current.version >= version {
                return Ok(());
            }
            if current.signing_keys == table.signing_keys {
                table.signing_keys = current.signing_keys.clone();
            }
            *current = Arc::new(table);
        }
        self.version.send_replace(version);
        Ok(())
    }

    /// What somebody may do; None when they are nobody any more, or may not sign in.
    pub fn grants_of(&self, who: PrincipalId) -> Option<Arc<Grants>> {
        match who {
            PrincipalId::User(id) => self.table.read().users.get(&id).map(|user| user.grants.clone()),
            PrincipalId::Agent(id) => Some(Arc::new(Grants::of_phone(id))),
            PrincipalId::ApiKey(id) => self.table.read().api_keys.get(&id).map(|key| key.grants.clone()),
        }
    }

    /// Is somebody there, and not disabled? Whether `grants_of` would say anything.
    pub fn is_known(&self, who: PrincipalId) -> bool {
        match who {
            PrincipalId::User(id) => self.table.read().users.contains_key(&id),
            PrincipalId::Agent(_) => true,
            PrincipalId::ApiKey(id) => self.table.read().api_keys.contains_key(&id),
        }
    }

    /// The role of a user who may sign in.
    pub fn role_of(&self, user: UserId) -> Option<String> {
        self.table.read().users.get(&user).map(|user| user.role.clone())
    }

    /// Did this session end before its tokens?
    pub fn is_revoked(&self, session: SessionId) -> bool {
        self.table.read().revoked.contains_key(&session)
    }

    /// Until when a program's key is good, if the secret is its own.
    pub fn api_key(&self, id: ApiKeyId, secret: &Hash) -> Option<Timestamp> {
        let table = self.table.read();
        let key = table.api_keys.get(&id)?;
        aws_lc_rs::constant_time::verify_slices_are_equal(&key.hash, secret).ok()?;
        Some(key.expires_at)
    }

    /// The keys that sign and verify tokens, sealed. The same value until one of them changes.
    pub fn signing_keys(&self) -> Arc<Vec<SigningKey>> {
        self.table.read().signing_keys.clone()
    }

    /// The agent a user is.
    pub fn agent_of(&self, user: UserId) -> Option<AgentId> {
        let grants = self.grants_of(PrincipalId::User(user))?;
        grants.own.iter().next().copied()
    }

    /// Tells of every change.
    pub fn changes(&self) -> watch::Receiver<i64> {
        self.version.subscribe()
    }

    /// What a role allows, built in or made by people.
    pub fn role(&self, name: &str) -> Option<Permissions> {
        BuiltIn::find(name).map(BuiltIn::permissions).or_else(|| self.table.read().roles.get(name).cloned())
    }

    /// Who may do this to an agent who works there: the answer to "who may see this agent?".
    pub fn who_may(&self, module: Module, action: Action, agent: AgentId, territory: Option<TerritoryId>) -> Vec<UserId> {
        let table = self.table.read().clone();
        let may = |grants: &Grants| grants.scope(module, action).is_ok_and(|scope| scope.covers(agent, territory));
        let mut users: Vec<_> = table.users.iter().filter(|(_, user)| may(&user.grants)).map(|(id, _)| *id).collect();
        users.sort_unstable();
        users
    }

    /// Would `child` lie below itself if `parent` were above it?
    pub fn would_loop(&self, child: TerritoryId, parent: TerritoryId) -> bool {
        subtree(&[child], &self.table.read().children).contains(&parent)
    }
}

impl Table {
    fn of(rows: AccessRows) -> Self {
        let mut children = BTreeMap::<_, Vec<_>>::new();
        for (id, parent) in &rows.territories {
            if let Some(parent) = parent {
                children.entry(*parent).or_default().push(*id);
            }
        }
        let roles: HashMap<_, Permissions> =
            rows.roles.into_iter().map(|(name, permissions)| (name, permissions.into_iter().collect())).collect();
        // Many people answer for the same territories: the set is made once.
        let mut subtrees = HashMap::<Vec<TerritoryId>, Arc<HashSet<TerritoryId>>>::new();
        let mut below = |mut assigned: Vec<TerritoryId>| {
            assigned.sort_unstable();
            subtrees.entry(assigned).or_insert_with_key(|assigned| Arc::new(subtree(assigned, &children))).clone()
        };
        let of_role =
            |role: &str| BuiltIn::find(role).map(BuiltIn::permissions).or_else(|| roles.get(role).cloned()).unwrap_or_default();
        let users = rows.users.into_iter().filter(|user| !user.is_disabled).map(|user| {
            let permissions = of_role(&user.role);
            let territories = below(rows.assigned.get(&user.id).cloned().unwrap_or_default());
            let team = rows.led.get(&user.id).map(|agents| agents.iter().copied().collect::<HashSet<_>>()).unwrap_or_default();
            let grants =
                Grants { permissions, own: Arc::new(user.agent.into_iter().collect()), team: Arc::new(team), territories };
            (user.id, User { role: user.role, grants: Arc::new(grants) })
        });
        let users = users.collect();
        let api_keys = rows.api_keys.into_iter().map(|key| {
            let grants = Grants { permissions: of_role(&key.role), territories: below(key.territories), ..Grants::default() };
            (key.id, Program { hash: key.hash, expires_at: key.expires_at, grants: Arc::new(grants) })
        });
        let api_keys = api_keys.collect();
        Self {
            version: rows.version,
            users,
            api_keys,
            revoked: rows.revoked,
            signing_keys: Arc::new(rows.signing_keys),
            roles,
            children,
        }
    }
}
