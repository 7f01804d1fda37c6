//! Who may do what, to whom. A *permission* is a module, an action and a breadth; a *role* is a set of permissions; *grants* are a role as
//! one person holds it, with the territories, teams and agents that are theirs; a *scope* is the answer to one question of `Grants::scope`
//! and the only key to what is stored and shown.
//!
//! The invariant: a `Scope` comes from `Grants::scope`, and an `InScope` from a `Scope`. Whoever asks the store for something must hold one of
//! them, so a forgotten check does not compile. To answer "who may see this agent?", read `BUILT_IN` and `Scope::covers`.

use crate::{AgentId, CustomerId, TerritoryId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

mod built_in;

pub use built_in::{BUILT_IN, BuiltIn};

/// Declares an enum with stable names.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident, $flaw:literal { $($(#[$item:meta])* $variant:ident => $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum $name { $($(#[$item])* $variant),+ }

        impl $name {
            /// All of them, in the order people read them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, String> {
                Self::ALL.iter().copied().find(|known| known.name() == text).ok_or_else(|| {
                    let names: Vec<_> = Self::ALL.iter().map(|known| known.name()).collect();
                    format!(concat!($flaw, " is {:?}, must be one of {}"), text, names.join(", "))
                })
            }
        }
    };
}
pub(crate) use named;

named! {
    /// What is done something to.
    Module, "module" {
        /// Profiles of agents and the health of their actors.
        Agents => "agents",
        /// Where agents are now: live map, latest, nearest, within.
        Positions => "positions",
        /// Where agents were: tracks, days, trips, the change feed; the sending of fixes (create), and which phone counts (update).
        Tracks => "tracks",
        /// When agents are on duty, which is when they are tracked; the telling of it (create).
        Duty => "duty",
        /// Fixes set aside, and people's decisions about them.
        Quarantine => "quarantine",
        /// Phones enrolled for agents, and tokens minted for them.
        Devices => "devices",
        Fences => "fences",
        /// Who makes which visits, in which order: plans, their versions, and searches for better ones.
        Plans => "plans",
        /// Visits that somebody is sought for, and the offers made; an agent's own are answered with it (update).
        Dispatch => "dispatch",
        /// Who is visited: profiles and places of customers. Their places are addresses, and shown as they are.
        Customers => "customers",
        Territories => "territories",
        Teams => "teams",
        /// Settings of the organisation.
        Settings => "settings",
        Users => "users",
        Roles => "roles",
        ApiKeys => "api_keys",
        Audit => "audit",
        /// The health of the installation.
        System => "system",
        /// Visits: what is planned, what became of it, the proof; beats.
        Visits => "visits",
        /// What is told of visits from the field: checking in and out, activities, photos.
        VisitReports => "visit_reports",
        /// E-mail addresses and telephone numbers of agents and of customers' contacts, unmasked.
        Contacts => "contacts",
        /// Places of agents to the metre; without it they are snapped to a cell some 200 m wide.
        PreciseLocation => "precise_location",
    }
}

named! {
    /// What is done.
    Action, "action" {
        Read => "read",
        Create => "create",
        Update => "update",
        Delete => "delete",
        /// Taking away many at once, as a file.
        Export => "export",
    }
}

named! {
    /// To whom.
    Breadth, "scope" {
        /// The agent one is.
        Own => "own",
        /// Agents of the teams one leads.
        Team => "team",
        /// Agents of the territories one is assigned, and of all that lie below these.
        Territory => "territory",
        All => "all",
    }
}

impl Module {
    /// Can a permission for this be narrower than everything? What belongs to no agent and no territory has no narrower part.
    pub fn is_divisible(self) -> bool {
        match self {
            Self::Agents
            | Self::Positions
            | Self::Tracks
            | Self::Duty
            | Self::Quarantine
            | Self::Devices
            | Self::Fences
            | Self::Plans
            | Self::Dispatch
            | Self::Customers
            | Self::Territories
            | Self::Visits
            | Self::VisitReports
            | Self::Contacts
            | Self::PreciseLocation => true,
            Self::Teams | Self::Settings | Self::Users | Self::Roles | Self::ApiKeys | Self::Audit | Self::System => false,
        }
    }
}

/// One thing that may be done.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = AccessPermission))]
pub struct Permission {
    pub module: Module,
    pub action: Action,
    #[serde(rename = "scope")]
    pub breadth: Breadth,
}

/// A permission that cannot be given.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{module} belong to no agent and no territory: their scope must be all")]
pub struct PermissionFlaw {
    pub module: Module,
}

impl Permission {
    pub fn new(module: Module, action: Action, breadth: Breadth) -> Result<Self, PermissionFlaw> {
        if breadth == Breadth::All || module.is_divisible() {
            Ok(Self { module, action, breadth })
        } else {
            Err(PermissionFlaw { module })
        }
    }
}

/// A set of permissions: for each module and action a bit for each breadth.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Permissions([[u8; Action::ALL.len()]; Module::ALL.len()]);

impl Permissions {
    pub fn contains(&self, permission: Permission) -> bool {
        self.0[permission.module as usize][permission.action as usize] & bit(permission.breadth) != 0
    }

    /// Is everything that `other` allows allowed here, at least as broadly? "All" is broader than anything; own, team and territory are
    /// broader than nothing but themselves.
    pub fn include(&self, other: &Self) -> bool {
        let pairs = self.0.iter().flatten().zip(other.0.iter().flatten());
        pairs.into_iter().all(|(ours, theirs)| ours & bit(Breadth::All) != 0 || theirs & !ours == 0)
    }

    pub fn iter(&self) -> impl Iterator<Item = Permission> + '_ {
        let all = Module::ALL.iter().flat_map(|module| Action::ALL.iter().map(move |action| (*module, *action)));
        let all = all.flat_map(|(module, action)| {
            Breadth::ALL.iter().map(move |breadth| Permission { module, action, breadth: *breadth })
        });
        all.filter(|permission| self.contains(*permission))
    }

    fn bits(&self, module: Module, action: Action) -> u8 {
        self.0[module as usize][action as usize]
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        let mut set = Self::default();
        for permission in permissions {
            set.0[permission.module as usize][permission.action as usize] |= bit(permission.breadth);
        }
        set
    }
}

impl std::fmt::Debug for Permissions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.iter().map(|p| format!("{}:{}:{}", p.module, p.action, p.breadth))).finish()
    }
}

fn bit(breadth: Breadth) -> u8 {
    1 << breadth as u8
}

/// Agents somebody answers for.
pub type AgentSet = Arc<HashSet<AgentId>>;
/// Territories somebody answers for, with all that lie below them.
pub type TerritorySet = Arc<HashSet<TerritoryId>>;

/// What one principal may do: the permissions of their role, and what is theirs.
#[derive(Clone, Debug, Default)]
pub struct Grants {
    pub permissions: Permissions,
    /// The agent they are.
    pub own: AgentSet,
    /// Agents of the teams they lead.
    pub team: AgentSet,
    pub territories: TerritorySet,
}

/// Not allowed at all, whatever it is done to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{action} on {module} is not allowed")]
pub struct Denied {
    pub module: Module,
    pub action: Action,
}

impl Grants {
    /// A phone with a token of its own: its agent's role and nothing else.
    pub fn of_phone(agent: AgentId) -> Self {
        let permissions = BuiltIn::find("agent").map(BuiltIn::permissions).unwrap_or_default();
        Self { permissions, own: Arc::new(HashSet::from([agent])), ..Self::default() }
    }

    /// The one question: may this be done, and to whom?
    pub fn scope(&self, module: Module, action: Action) -> Result<Scope, Denied> {
        let bits = self.permissions.bits(module, action);
        if bits == 0 {
            return Err(Denied { module, action });
        }
        let has = |breadth| bits & bit(breadth) != 0;
        if has(Breadth::All) {
            return Ok(Scope(Reach::All));
        }
        Ok(Scope(Reach::Some(Parts {
            own: if has(Breadth::Own) { self.own.clone() } else { Arc::default() },
            team: if has(Breadth::Team) { self.team.clone() } else { Arc::default() },
            territories: if has(Breadth::Territory) { self.territories.clone() } else { Arc::default() },
        })))
    }

    /// The same where nobody in particular is asked about: is it allowed to anybody at all?
    pub fn allow(&self, module: Module, action: Action) -> bool {
        self.permissions.bits(module, action) != 0
    }
}

/// To whom something may be done. Cheap to clone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scope(Reach);

#[derive(Clone, PartialEq, Eq, Debug)]
enum Reach {
    All,
    Some(Parts),
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Parts {
    own: AgentSet,
    team: AgentSet,
    territories: TerritorySet,
}

/// A thing that its asker's scope covers. Only a `Scope` makes one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct InScope<T>(T);

impl<T: Copy> InScope<T> {
    pub fn id(&self) -> T {
        self.0
    }
}

/// A scope as a query's condition: `all or agent = any(agents) or territory = any(territories)`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Condition {
    pub all: bool,
    pub agents: Vec<uuid::Uuid>,
    pub territories: Vec<uuid::Uuid>,
}

/// That somebody may do something to all there is: what opens lists of what belongs to no agent and no territory. Only a `Scope` makes one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Whole(());

impl Scope {
    /// Everything, where that is what it covers.
    pub fn whole(&self) -> Option<Whole> {
        self.is_everything().then_some(Whole(()))
    }

    pub fn is_everything(&self) -> bool {
        matches!(self.0, Reach::All)
    }

    /// Does it cover this agent, who works in this territory? The one rule, for stored rows, live rows and frames alike.
    pub fn covers(&self, agent: AgentId, territory: Option<TerritoryId>) -> bool {
        match &self.0 {
            Reach::All => true,
            Reach::Some(parts) => {
                territory.is_some_and(|territory| parts.territories.contains(&territory))
                    || parts.own.contains(&agent)
                    || parts.team.contains(&agent)
            }
        }
    }

    /// The agent, if it is covered.
    pub fn agent(&self, agent: AgentId, territory: Option<TerritoryId>) -> Option<InScope<AgentId>> {
        self.covers(agent, territory).then_some(InScope(agent))
    }

    /// Does it cover this territory and so everybody in it? None: those without a territory.
    pub fn covers_territory(&self, territory: Option<TerritoryId>) -> bool {
        match &self.0 {
            Reach::All => true,
            Reach::Some(parts) => territory.is_some_and(|territory| parts.territories.contains(&territory)),
        }
    }

    /// The territory, if it is covered.
    pub fn territory(&self, territory: TerritoryId) -> Option<InScope<TerritoryId>> {
        self.covers_territory(Some(territory)).then_some(InScope(territory))
    }

    /// Does it cover this customer, who is in this territory and should be visited by these agents? A customer is everybody's who should visit:
    /// one's own, one's team's.
    pub fn covers_customer(&self, territory: Option<TerritoryId>, preferred: &[AgentId]) -> bool {
        self.covers_territory(territory) || preferred.iter().any(|agent| self.covers(*agent, None))
    }

    /// The customer, if it is covered.
    pub fn customer(
        &self,
        customer: CustomerId,
        territory: Option<TerritoryId>,
        preferred: &[AgentId],
    ) -> Option<InScope<CustomerId>> {
        self.covers_customer(territory, preferred).then_some(InScope(customer))
    }

    /// Does it cover a visit that belongs to this territory and is, or was done, by these agents, each with where they work?
    pub fn covers_visit(
        &self,
        territory: Option<TerritoryId>,
        agents: impl IntoIterator<Item = (AgentId, Option<TerritoryId>)>,
    ) -> bool {
        self.covers_territory(territory) || agents.into_iter().any(|(agent, works_in)| self.covers(agent, works_in))
    }

    /// Agents covered one by one, whatever territory they work in: those of one's teams, and oneself.
    pub fn covers_some_agents(&self) -> bool {
        matches!(&self.0, Reach::Some(parts) if !parts.own.is_empty() || !parts.team.is_empty())
    }

    /// Does it cover every one of them by name?
    pub fn covers_all(&self, agents: impl IntoIterator<Item = (AgentId, Option<TerritoryId>)>) -> bool {
        agents.into_iter().all(|(agent, territory)| self.covers(agent, territory))
    }

    pub fn condition(&self) -> Condition {
        match &self.0 {
            Reach::All => Condition { all: true, ..Condition::default() },
            Reach::Some(parts) => Condition {
                all: false,
                agents: parts.own.iter().chain(parts.team.iter()).map(|id| id.0).collect(),
                territories: parts.territories.iter().map(|id| id.0).collect(),
            },
        }
    }
}

/// The territories a person answers for: those assigned and everything below them. A tree that bites its own tail ends where it began.
pub fn subtree(assigned: &[TerritoryId], children: &BTreeMap<TerritoryId, Vec<TerritoryId>>) -> HashSet<TerritoryId> {
    let mut reached = HashSet::new();
    let mut ahead = assigned.to_vec();
    while let Some(id) = ahead.pop() {
        if reached.insert(id) {
            ahead.extend(children.get(&id).into_iter().flatten());
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn agent(n: u128) -> AgentId {
        AgentId(Uuid::from_u128(n))
    }

    fn territory(n: u128) -> TerritoryId {
        TerritoryId(Uuid::from_u128(n))
    }

    fn grants(role: &str) -> Grants {
        Grants {
            permissions: BuiltIn::find(role).unwrap().permissions(),
            own: Arc::new(HashSet::from([agent(1)])),
            team: Arc::new(HashSet::from([agent(2)])),
            territories: Arc::new(HashSet::from([territory(10)])),
        }
    }

    #[test]
    fn each_breadth_covers_what_is_its_own() {
        let check = |role, covered: [bool; 4]| {
            let scope = grants(role).scope(Module::Tracks, Action::Read).unwrap();
            let asked = [(agent(1), None), (agent(2), Some(territory(11))), (agent(3), Some(territory(10))), (agent(4), None)];
            assert_eq!(asked.map(|(agent, territory)| scope.covers(agent, territory)), covered, "{role}");
        };
        check("agent", [true, false, false, false]);
        check("dispatcher", [false, false, true, false]);
        check("manager", [false, true, true, false]);
        check("admin", [true, true, true, true]);
        check("auditor", [true, true, true, true]);
    }

    #[test]
    fn a_customer_is_seen_through_its_territory_and_whoever_should_visit() {
        let check = |role, covered: [bool; 4]| {
            let scope = grants(role).scope(Module::Customers, Action::Read).unwrap();
            let asked = [(None, agent(1)), (None, agent(2)), (Some(territory(10)), agent(9)), (Some(territory(11)), agent(9))];
            assert_eq!(asked.map(|(territory, agent)| scope.covers_customer(territory, &[agent])), covered, "{role}");
        };
        check("agent", [true, false, false, false]);
        check("dispatcher", [false, false, true, false]);
        check("manager", [false, true, true, false]);
        check("auditor", [true, true, true, true]);
    }

    #[test]
    fn what_no_permission_names_is_denied() {
        for (role, module, action) in [
            ("agent", Module::Users, Action::Read),
            ("dispatcher", Module::Fences, Action::Create),
            ("manager", Module::Agents, Action::Create),
            ("auditor", Module::Agents, Action::Update),
            ("auditor", Module::PreciseLocation, Action::Read),
        ] {
            assert_eq!(grants(role).scope(module, action).unwrap_err(), Denied { module, action }, "{role}");
        }
        for module in Module::ALL {
            for action in Action::ALL {
                assert!(grants("admin").allow(*module, *action), "admin {module} {action}");
                assert!(!Grants::default().allow(*module, *action));
            }
        }
    }

    #[test]
    fn built_in_roles_are_such_as_could_be_made() {
        for role in BUILT_IN {
            for permission in role.permissions().iter() {
                assert_eq!(
                    Permission::new(permission.module, permission.action, permission.breadth),
                    Ok(permission),
                    "{}",
                    role.name
                );
            }
        }
    }

    #[test]
    fn nobody_gives_more_than_they_have() {
        let of = |role: &str| BuiltIn::find(role).unwrap().permissions();
        for role in BUILT_IN {
            assert!(of("admin").include(&role.permissions()), "{}", role.name);
            assert!(role.permissions().include(&role.permissions()));
        }
        assert!(!of("manager").include(&of("admin")));
        assert!(!of("manager").include(&of("agent")), "own is not part of territory: the agent may work elsewhere");
        assert!(of("manager").include(&Permissions::default()));
    }

    #[test]
    fn a_tree_of_territories_is_walked_once() {
        let below = BTreeMap::from([
            (territory(1), vec![territory(2), territory(3)]),
            (territory(3), vec![territory(4)]),
            (territory(4), vec![territory(3)]),
        ]);
        assert_eq!(subtree(&[territory(3)], &below), HashSet::from([territory(3), territory(4)]));
        assert_eq!(subtree(&[territory(1)], &below).len(), 4);
        assert_eq!(subtree(&[], &below), HashSet::new());
    }

    #[test]
    fn names_are_read_back_and_others_are_refused() {
        for module in Module::ALL {
            assert_eq!(module.name().parse(), Ok(*module));
            assert_eq!(serde_json::to_string(module).unwrap(), format!("{:?}", module.name()));
        }
        for (action, breadth) in Action::ALL.iter().zip(Breadth::ALL) {
            assert_eq!((action.name().parse(), breadth.name().parse()), (Ok(*action), Ok(*breadth)));
        }
        assert!("everything".parse::<Breadth>().unwrap_err().starts_with("scope is \"everything\", must be one of own, team"));
    }
}
