//! Who may do what, in memory: an immutable table behind one pointer, made anew when the database says that something changed. A question
//! costs a lookup and never touches the database.

use crate::store::access::AccessRows;
use crate::store::{Store, StoreError};
use parking_lot::RwLock;
use salessync_engine::access::{Action, BuiltIn, Grants, Module, Permissions, subtree};
use salessync_engine::{AgentId, ApiKeyId, TerritoryId, UserId};
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
    users: HashMap<UserId, Arc<Grants>>,
    roles: HashMap<String, Permissions>,
    children: BTreeMap<TerritoryId, Vec<TerritoryId>>,
}

impl Access {
    /// Reads the table and keeps it true until `stopping`.
    pub async fn start(store: Store, mut stopping: watch::Receiver<bool>) -> Result<Self, StoreError> {
        let access = Self { table: Arc::default(), store, version: watch::Sender::new(0) };
        access.refresh().await?;
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
        let table = Arc::new(Table::of(self.store.access_rows().await?));
        let version = table.version;
        {
            let mut current = self.table.write();
            if current.version >= version {
                return Ok(());
            }
            *current = table;
        }
        self.version.send_replace(version);
        Ok(())
    }

    /// What somebody may do; None when they are nobody any more, or may not sign in.
    pub fn grants_of(&self, who: PrincipalId) -> Option<Arc<Grants>> {
        match who {
            PrincipalId::User(id) => self.table.read().users.get(&id).cloned(),
            PrincipalId::Agent(id) => Some(Arc::new(Grants::of_phone(id))),
            PrincipalId::ApiKey(_) => None,
        }
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
        let mut users: Vec<_> = table.users.iter().filter(|(_, grants)| may(grants)).map(|(id, _)| *id).collect();
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
        let users = rows.users.into_iter().filter(|user| !user.is_disabled).map(|user| {
            let permissions =
                BuiltIn::find(&user.role).map(BuiltIn::permissions).or_else(|| roles.get(&user.role).cloned()).unwrap_or_default();
            let mut assigned = rows.assigned.get(&user.id).cloned().unwrap_or_default();
            assigned.sort_unstable();
            let territories =
                subtrees.entry(assigned).or_insert_with_key(|assigned| Arc::new(subtree(assigned, &children))).clone();
            let team = rows.led.get(&user.id).map(|agents| agents.iter().copied().collect::<HashSet<_>>()).unwrap_or_default();
            let grants =
                Grants { permissions, own: Arc::new(user.agent.into_iter().collect()), team: Arc::new(team), territories };
            (user.id, Arc::new(grants))
        });
        let users = users.collect();
        Self { version: rows.version, users, roles, children }
    }
}
