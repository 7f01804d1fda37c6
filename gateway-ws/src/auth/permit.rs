//! What a handler needs to be allowed: it says so in its signature, `who: Can<permit::ReadTracks>`, and gets the `Scope` without which the
//! store gives nothing. The table below is all of them; docs/openapi.json shows it at each operation and a test holds every operation to it.

use crate::auth::Principal;
use crate::error::ApiError;
use crate::state::AppState;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use salessync_actors::PrincipalId;
use salessync_engine::access::{Action, Grants, InScope, Module, Scope, Whole};
use salessync_engine::{AgentId, TerritoryId, UserId};
use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::sync::Arc;

/// One permission, as a type.
pub trait Permit: 'static {
    const MODULE: Module;
    const ACTION: Action;
}

macro_rules! permits {
    ($($name:ident: $module:ident $action:ident),+ $(,)?) => {
        $(
            #[derive(Clone, Copy, Debug)]
            pub struct $name;
            impl Permit for $name {
                const MODULE: Module = Module::$module;
                const ACTION: Action = Action::$action;
            }
        )+
    };
}

permits! {
    ReadAgents: Agents Read,
    CreateAgents: Agents Create,
    UpdateAgents: Agents Update,
    DeleteAgents: Agents Delete,
    ReadPositions: Positions Read,
    ReadTracks: Tracks Read,
    UpdateTracks: Tracks Update,
    ReadDuty: Duty Read,
    CreateDuty: Duty Create,
    ReadQuarantine: Quarantine Read,
    UpdateQuarantine: Quarantine Update,
    ReadDevices: Devices Read,
    CreateDevices: Devices Create,
    UpdateDevices: Devices Update,
    DeleteDevices: Devices Delete,
    ReadFences: Fences Read,
    CreateFences: Fences Create,
    UpdateFences: Fences Update,
    DeleteFences: Fences Delete,
    ReadPlans: Plans Read,
    UpdatePlans: Plans Update,
    ReadDispatch: Dispatch Read,
    CreateDispatch: Dispatch Create,
    UpdateDispatch: Dispatch Update,
    ReadCustomers: Customers Read,
    CreateCustomers: Customers Create,
    UpdateCustomers: Customers Update,
    ReadTerritories: Territories Read,
    CreateTerritories: Territories Create,
    UpdateTerritories: Territories Update,
    DeleteTerritories: Territories Delete,
    ReadTeams: Teams Read,
    CreateTeams: Teams Create,
    UpdateTeams: Teams Update,
    DeleteTeams: Teams Delete,
    ReadSettings: Settings Read,
    UpdateSettings: Settings Update,
    ReadUsers: Users Read,
    CreateUsers: Users Create,
    UpdateUsers: Users Update,
    DeleteUsers: Users Delete,
    ReadRoles: Roles Read,
    CreateRoles: Roles Create,
    UpdateRoles: Roles Update,
    DeleteRoles: Roles Delete,
    ReadApiKeys: ApiKeys Read,
    CreateApiKeys: ApiKeys Create,
    DeleteApiKeys: ApiKeys Delete,
    ReadAudit: Audit Read,
    ExportAudit: Audit Export,
    ReadContacts: Contacts Read,
    UpdateContacts: Contacts Update,
    ReadVisits: Visits Read,
    CreateVisits: Visits Create,
    UpdateVisits: Visits Update,
    DeleteVisits: Visits Delete,
    CreateVisitReports: VisitReports Create,
    ReadSystem: System Read,
    UpdateSystem: System Update,
}

/// Somebody who may do what `P` says, and to whom.
pub struct Can<P> {
    pub id: PrincipalId,
    pub principal: Principal,
    pub scope: Scope,
    pub grants: Arc<Grants>,
    permit: PhantomData<P>,
}

impl<P> Can<P> {
    /// The user, where it is one: what is done is written down under their name.
    pub fn user(&self) -> Option<UserId> {
        match self.id {
            PrincipalId::User(id) => Some(id),
            PrincipalId::Agent(_) | PrincipalId::ApiKey(_) => None,
        }
    }

    /// Whose name stands under what is decided: the user's, or the id of the program that decided for somebody.
    pub fn author(&self) -> UserId {
        match self.id {
            PrincipalId::User(id) => id,
            PrincipalId::Agent(id) => UserId(id.0),
            PrincipalId::ApiKey(id) => UserId(id.0),
        }
    }

    /// The agent, if it exists and the scope covers it; otherwise it is not there for this asker.
    pub fn agent(&self, state: &AppState, agent: AgentId) -> Result<InScope<AgentId>, ApiError> {
        see(state, &self.scope, agent)
    }

    /// The territory, if the scope covers it.
    pub fn territory(&self, territory: TerritoryId) -> Result<InScope<TerritoryId>, ApiError> {
        self.scope.territory(territory).ok_or(ApiError::NotFound("territory"))
    }

    /// Whose places are shown to the metre.
    pub fn precise(&self) -> Option<Scope> {
        self.grants.scope(Module::PreciseLocation, Action::Read).ok()
    }

    /// Is this agent's place shown to the metre?
    pub fn is_precise(&self, state: &AppState, agent: AgentId) -> bool {
        self.precise().is_some_and(|scope| see(state, &scope, agent).is_ok())
    }

    /// A further permission, for what only a part of the answer needs.
    pub fn also(&self, module: Module, action: Action) -> Result<Scope, ApiError> {
        self.grants.scope(module, action).map_err(|_| ApiError::Forbidden)
    }

    /// Refuses whoever may do it to some only.
    pub fn whole(&self) -> Result<Whole, ApiError> {
        self.scope.whole().ok_or(ApiError::Forbidden)
    }
}

/// The agent in this scope; unknown ones and those outside are alike not found.
pub fn see(state: &AppState, scope: &Scope, agent: AgentId) -> Result<InScope<AgentId>, ApiError> {
    let territory = state.system.territory_of(agent).ok_or(ApiError::NotFound("agent"))?;
    scope.agent(agent, territory).ok_or(ApiError::NotFound("agent"))
}

/// What this principal may do, as it stands now.
pub fn grants(state: &AppState, id: PrincipalId) -> Result<Arc<Grants>, ApiError> {
    state.system.access().grants_of(id).ok_or(ApiError::Unauthenticated)
}

/// Is this principal's token still good, its session not ended, and may they still sign in?
pub fn is_good(state: &AppState, who: &Principal) -> bool {
    who.is_still_good(state, state.system.now())
}

fn allowed<P: Permit>(request: &HttpRequest, principal: Principal) -> Result<Can<P>, ApiError> {
    let state = request.app_data::<web::Data<AppState>>().ok_or(ApiError::Internal)?;
    let grants = grants(state, principal.id)?;
    let scope = grants.scope(P::MODULE, P::ACTION).map_err(|_| ApiError::Forbidden)?;
    Ok(Can { id: principal.id, principal, scope, grants, permit: PhantomData })
}

impl<P: Permit> FromRequest for Can<P> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let principal = Principal::from_request(request, payload).into_inner();
        ready(principal.and_then(|principal| allowed(request, principal)))
    }
}
