//! Nobody gives more than they have: what somebody must be allowed themselves before they give a role, a territory, an agent or a team to
//! somebody else, or change somebody who has them.

use crate::error::ApiError;
use crate::state::AppState;
use salessync_engine::access::{Breadth, Grants, Permission, Permissions};
use salessync_engine::{AgentId, TerritoryId, UserId};

/// What a role allows; the field `role` is wrong when there is none such.
pub fn permissions_of(state: &AppState, role: &str) -> Result<Permissions, ApiError> {
    let known = state.system.access().role(role);
    known.ok_or_else(|| ApiError::field("role", "a built-in role or one of /api/v1/roles", format!("there is no role {role:?}")))
}

/// What somebody is to have.
#[derive(Default)]
pub struct Given<'a> {
    pub permissions: Permissions,
    pub territories: &'a [TerritoryId],
    pub agents: &'a [AgentId],
}

/// Refuses to give what the giver does not have.
pub fn may_give(giver: &Grants, given: &Given<'_>) -> Result<(), ApiError> {
    if !giver.permissions.include(&given.permissions) {
        return Err(ApiError::Forbidden);
    }
    let reaches = |breadth: Breadth, is_theirs: bool| {
        is_theirs || given.permissions.iter().filter(|held| held.breadth == breadth).all(|held| has_all(giver, held))
    };
    let territories_are_theirs = given.territories.iter().all(|id| giver.territories.contains(id));
    let agents_are_theirs = given.agents.iter().all(|id| giver.own.contains(id) || giver.team.contains(id));
    let fits = reaches(Breadth::Territory, territories_are_theirs)
        && reaches(Breadth::Own, agents_are_theirs)
        && reaches(Breadth::Team, agents_are_theirs);
    if fits { Ok(()) } else { Err(ApiError::Forbidden) }
}

fn has_all(giver: &Grants, held: Permission) -> bool {
    giver.permissions.contains(Permission { breadth: Breadth::All, ..held })
}

/// Refuses to touch somebody who may do more than whoever would touch them. Somebody disabled is judged by their role.
pub fn may_touch(state: &AppState, giver: &Grants, user: UserId, role: &str) -> Result<(), ApiError> {
    let theirs = match state.system.access().role_of(user) {
        Some(role) => state.system.access().role(&role),
        None => state.system.access().role(role),
    };
    if giver.permissions.include(&theirs.unwrap_or_default()) { Ok(()) } else { Err(ApiError::Forbidden) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use salessync_engine::access::{Action, BuiltIn, Module};
    use std::collections::HashSet;
    use std::sync::Arc;
    use uuid::Uuid;

    fn territory(n: u128) -> TerritoryId {
        TerritoryId(Uuid::from_u128(n))
    }

    fn agent(n: u128) -> AgentId {
        AgentId(Uuid::from_u128(n))
    }

    /// Whoever answers for territory 1, agent 1 in their team, and may manage users.
    fn giver(role: &str) -> Grants {
        let own = BuiltIn::find(role).unwrap().permissions();
        let users = Permission { module: Module::Users, action: Action::Update, breadth: Breadth::All };
        Grants {
            permissions: own.iter().chain([users]).collect(),
            territories: Arc::new(HashSet::from([territory(1)])),
            team: Arc::new(HashSet::from([agent(1)])),
            ..Grants::default()
        }
    }

    #[test]
    fn nobody_gives_a_role_a_territory_or_an_agent_they_do_not_have() {
        let check = |giver: &Grants, role: &str, territories: &[TerritoryId], agents: &[AgentId], is_allowed: bool| {
            let given = Given { permissions: BuiltIn::find(role).unwrap().permissions(), territories, agents };
            assert_eq!(may_give(giver, &given).is_ok(), is_allowed, "{role} {territories:?} {agents:?}");
        };
        let (admin, manager, dispatcher) = (giver("admin"), giver("manager"), giver("dispatcher"));
        for role in ["agent", "dispatcher", "manager", "admin", "auditor"] {
            check(&admin, role, &[territory(9)], &[agent(9)], true);
        }
        check(&manager, "dispatcher", &[territory(1)], &[], true);
        check(&manager, "dispatcher", &[], &[], true);
        check(&manager, "dispatcher", &[territory(2)], &[], false);
        check(&manager, "dispatcher", &[territory(1), territory(2)], &[], false);
        check(&manager, "manager", &[territory(1)], &[agent(1)], true);
        check(&manager, "manager", &[territory(1)], &[agent(2)], false);
        check(&manager, "admin", &[], &[], false);
        check(&manager, "auditor", &[], &[], false);
        check(&dispatcher, "manager", &[territory(1)], &[], false);
    }
}
