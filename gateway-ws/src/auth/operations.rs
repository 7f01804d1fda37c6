//! What every operation of the API needs: the permission table. docs/openapi.json shows it as `x-permission`; the test `endpoint_coverage` asks every
//! operation without a token, without the permission, and for what is another territory's, and fails where an operation is not in it.

use crate::auth::permit::*;
use salessync_engine::access::{Action, Module};
use serde_json::{Value, json};
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::{OpenApi, path::Operation};

/// What an operation needs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Need {
    /// Anybody may ask.
    Public,
    /// Whoever is signed in, for themselves.
    SignedIn,
    Permission(Module, Action),
}

const fn may<P: Permit>() -> Need {
    Need::Permission(P::MODULE, P::ACTION)
}

/// By operation id.
pub const OPERATIONS: &[(&str, Need)] = &[
    ("health", Need::Public),
    ("ready", Need::Public),
    ("map", Need::Public),
    ("jwks", Need::Public),
    ("login", Need::Public),
    // These two take a refresh token, which is no access token.
    ("refresh", Need::Public),
    ("logout", Need::Public),
    ("forgotPassword", Need::Public),
    ("resetPassword", Need::Public),
    ("showInvitation", Need::Public),
    ("acceptInvitation", Need::Public),
    ("me", Need::SignedIn),
    ("createWsTicket", Need::SignedIn),
    ("listSessions", Need::SignedIn),
    ("revokeSession", Need::SignedIn),
    ("revokeOtherSessions", Need::SignedIn),
    ("changePassword", Need::SignedIn),
    ("beginSecondFactor", Need::SignedIn),
    ("confirmSecondFactor", Need::SignedIn),
    ("endSecondFactor", Need::SignedIn),
    ("renewRecoveryCodes", Need::SignedIn),
    ("listUsers", may::<ReadUsers>()),
    ("readUser", may::<ReadUsers>()),
    ("updateUser", may::<UpdateUsers>()),
    ("revokeUserSessions", may::<UpdateUsers>()),
    ("resetSecondFactor", may::<UpdateUsers>()),
    ("impersonate", may::<UpdateUsers>()),
    ("listInvitations", may::<ReadUsers>()),
    ("createInvitation", may::<CreateUsers>()),
    ("revokeInvitation", may::<CreateUsers>()),
    ("listRoles", may::<ReadRoles>()),
    ("createRole", may::<CreateRoles>()),
    ("updateRole", may::<UpdateRoles>()),
    ("deleteRole", may::<DeleteRoles>()),
    ("listTeams", may::<ReadTeams>()),
    ("createTeam", may::<CreateTeams>()),
    ("updateTeam", may::<UpdateTeams>()),
    ("deleteTeam", may::<DeleteTeams>()),
    ("listApiKeys", may::<ReadApiKeys>()),
    ("createApiKey", may::<CreateApiKeys>()),
    ("revokeApiKey", may::<DeleteApiKeys>()),
    ("listAgents", may::<ReadAgents>()),
    ("createAgent", may::<CreateAgents>()),
    ("createAgents", may::<CreateAgents>()),
    ("readAgent", may::<ReadAgents>()),
    ("updateAgent", may::<UpdateAgents>()),
    ("resumeAgent", may::<UpdateAgents>()),
    ("readAgentWork", may::<ReadAgents>()),
    ("putAgentWork", may::<UpdateAgents>()),
    ("agentWorkDays", may::<ReadAgents>()),
    ("readDuty", may::<ReadDuty>()),
    ("tellDuty", may::<CreateDuty>()),
    ("readAgentContacts", may::<ReadAgents>()),
    ("putAgentContacts", may::<UpdateContacts>()),
    ("findAgentsByContact", may::<ReadContacts>()),
    ("eraseAgent", may::<DeleteAgents>()),
    ("eraseUser", may::<DeleteUsers>()),
    ("readRetention", may::<ReadSettings>()),
    ("agentViewers", may::<ReadUsers>()),
    ("agentPosition", may::<ReadPositions>()),
    ("createAgentToken", may::<CreateDevices>()),
    ("createAgentTokens", may::<CreateDevices>()),
    ("listDevices", may::<ReadDevices>()),
    ("enrolDevice", may::<CreateDevices>()),
    ("updateDevice", may::<UpdateDevices>()),
    ("revokeDevice", may::<DeleteDevices>()),
    ("rotateDeviceToken", may::<UpdateDevices>()),
    ("agentTrack", may::<ReadTracks>()),
    ("countQuarantine", may::<ReadQuarantine>()),
    ("listQuarantine", may::<ReadQuarantine>()),
    ("decideQuarantine", may::<UpdateQuarantine>()),
    ("agentTimeline", may::<ReadTracks>()),
    ("agentTrips", may::<ReadTracks>()),
    ("agentStops", may::<ReadTracks>()),
    ("agentFenceEvents", may::<ReadTracks>()),
    ("agentDays", may::<ReadTracks>()),
    ("listDays", may::<ReadTracks>()),
    ("listChanges", may::<ReadTracks>()),
    ("recomputeAgent", may::<UpdateAgents>()),
    ("setMotionProfile", may::<UpdateAgents>()),
    ("setPrimaryDevice", may::<UpdateTracks>()),
    ("readTrackSettings", may::<ReadSettings>()),
    ("putTrackSettings", may::<UpdateSettings>()),
    ("positionsAt", may::<ReadTracks>()),
    ("historyNear", may::<ReadTracks>()),
    ("historyCorridor", may::<ReadTracks>()),
    ("historyArea", may::<ReadTracks>()),
    ("listTerritories", may::<ReadTerritories>()),
    ("createTerritory", may::<CreateTerritories>()),
    ("readTerritory", may::<ReadTerritories>()),
    ("updateTerritory", may::<UpdateTerritories>()),
    ("deleteTerritory", may::<DeleteTerritories>()),
    ("listTerritoryDesigns", may::<ReadTerritories>()),
    ("createTerritoryDesign", may::<UpdateTerritories>()),
    ("readTerritoryDesign", may::<ReadTerritories>()),
    ("listTerritoryDesignMoves", may::<ReadTerritories>()),
    ("editTerritoryDesign", may::<UpdateTerritories>()),
    ("applyTerritoryDesign", may::<UpdateTerritories>()),
    ("revertTerritoryDesign", may::<UpdateTerritories>()),
    ("discardTerritoryDesign", may::<UpdateTerritories>()),
    ("listFences", may::<ReadFences>()),
    ("createFence", may::<CreateFences>()),
    ("createFences", may::<CreateFences>()),
    ("readFence", may::<ReadFences>()),
    ("updateFence", may::<UpdateFences>()),
    ("deleteFence", may::<DeleteFences>()),
    ("listFenceVersions", may::<ReadFences>()),
    ("listCustomers", may::<ReadCustomers>()),
    ("createCustomer", may::<CreateCustomers>()),
    ("createCustomers", may::<CreateCustomers>()),
    ("listCustomerChanges", may::<ReadCustomers>()),
    ("readCustomer", may::<ReadCustomers>()),
    ("updateCustomer", may::<UpdateCustomers>()),
    ("resumeCustomer", may::<UpdateCustomers>()),
    ("addCustomerPlace", may::<UpdateCustomers>()),
    ("updateCustomerPlace", may::<UpdateCustomers>()),
    ("removeCustomerPlace", may::<UpdateCustomers>()),
    ("listCustomerContacts", may::<ReadCustomers>()),
    ("putCustomerContact", may::<UpdateCustomers>()),
    ("eraseCustomerContact", may::<UpdateCustomers>()),
    ("importCustomers", may::<CreateCustomers>()),
    ("importVisits", may::<CreateVisits>()),
    ("geocode", may::<ReadCustomers>()),
    ("reverseGeocode", may::<ReadCustomers>()),
    ("listCustomerClasses", may::<ReadCustomers>()),
    ("putCustomerClass", may::<UpdateSettings>()),
    ("deleteCustomerClass", may::<UpdateSettings>()),
    ("listSkills", may::<ReadCustomers>()),
    ("putSkill", may::<UpdateSettings>()),
    ("deleteSkill", may::<UpdateSettings>()),
    ("listPlans", may::<ReadPlans>()),
    ("readPlan", may::<ReadPlans>()),
    ("readPlanRoute", may::<ReadPlans>()),
    ("previewPlan", may::<ReadPlans>()),
    ("changePlan", may::<UpdatePlans>()),
    ("listPlanVersions", may::<ReadPlans>()),
    ("undoPlanVersion", may::<UpdatePlans>()),
    ("comparePlan", may::<ReadPlans>()),
    ("explainPlan", may::<ReadPlans>()),
    ("improvePlan", may::<UpdatePlans>()),
    ("readPlanJob", may::<ReadPlans>()),
    ("acceptPlanJob", may::<UpdatePlans>()),
    ("discardPlanJob", may::<UpdatePlans>()),
    ("solvePlan", may::<ReadPlans>()),
    ("listDispatchJobs", may::<ReadDispatch>()),
    ("createDispatchJob", may::<CreateDispatch>()),
    ("readDispatchJob", may::<ReadDispatch>()),
    ("listDispatchSteps", may::<ReadDispatch>()),
    ("listDispatchCandidates", may::<ReadDispatch>()),
    ("offerDispatchJob", may::<UpdateDispatch>()),
    ("assignDispatchJob", may::<UpdateDispatch>()),
    ("cancelDispatchJob", may::<UpdateDispatch>()),
    ("bulkDispatch", may::<UpdateDispatch>()),
    ("listMyOffers", may::<ReadDispatch>()),
    ("acceptOffer", may::<UpdateDispatch>()),
    ("declineOffer", may::<UpdateDispatch>()),
    ("readMyRoute", may::<ReadPlans>()),
    ("listPositions", may::<ReadPositions>()),
    ("nearestAgents", may::<ReadPositions>()),
    ("agentsWithinBounds", may::<ReadPositions>()),
    ("agentsWithinArea", may::<ReadPositions>()),
    ("listVisits", may::<ReadVisits>()),
    ("createVisit", may::<CreateVisits>()),
    ("createVisits", may::<CreateVisits>()),
    ("assignVisits", may::<UpdateVisits>()),
    ("readVisit", may::<ReadVisits>()),
    ("updateVisit", may::<UpdateVisits>()),
    ("visitHistory", may::<ReadVisits>()),
    ("visitProof", may::<ReadVisits>()),
    ("agentVisits", may::<ReadVisits>()),
    ("unplannedStays", may::<ReadVisits>()),
    ("listVisitChanges", may::<ReadVisits>()),
    ("setOffForVisit", may::<CreateVisitReports>()),
    ("checkIn", may::<CreateVisitReports>()),
    ("startVisit", may::<CreateVisitReports>()),
    ("checkOut", may::<CreateVisitReports>()),
    ("abandonVisit", may::<CreateVisitReports>()),
    ("cancelVisit", may::<DeleteVisits>()),
    ("cancelVisits", may::<DeleteVisits>()),
    ("reinstateVisit", may::<UpdateVisits>()),
    ("reportVisit", may::<CreateVisitReports>()),
    ("reportVisits", may::<CreateVisitReports>()),
    ("listActivities", may::<ReadVisits>()),
    ("addActivity", may::<CreateVisitReports>()),
    ("listFiles", may::<ReadVisits>()),
    ("putFile", may::<CreateVisitReports>()),
    ("readFile", may::<ReadVisits>()),
    ("readThumbnail", may::<ReadVisits>()),
    ("readVisitSettings", may::<ReadSettings>()),
    ("putVisitSettings", may::<UpdateSettings>()),
    // One's own visits, and what is needed for them.
    ("myDay", Need::SignedIn),
    ("listForms", may::<ReadSettings>()),
    ("createForm", may::<UpdateSettings>()),
    ("readForm", may::<ReadSettings>()),
    ("updateForm", may::<UpdateSettings>()),
    ("readFormVersion", may::<ReadSettings>()),
    ("listActivityTypes", may::<ReadSettings>()),
    ("putActivityType", may::<UpdateSettings>()),
    ("listBeats", may::<ReadVisits>()),
    ("createBeat", may::<CreateVisits>()),
    ("generateVisits", may::<UpdateVisits>()),
    ("readBeat", may::<ReadVisits>()),
    ("updateBeat", may::<UpdateVisits>()),
    ("endBeat", may::<DeleteVisits>()),
    ("listHolidays", may::<ReadSettings>()),
    ("putHolidays", may::<UpdateSettings>()),
    ("listOverdueCustomers", may::<ReadVisits>()),
    ("listAudit", may::<ReadAudit>()),
    ("system", may::<ReadSystem>()),
];

/// What an operation needs; None: it is not in the table.
pub fn need_of(operation: &str) -> Option<Need> {
    OPERATIONS.iter().find(|(id, _)| *id == operation).map(|(_, need)| *need)
}

impl Need {
    fn shown(self) -> Value {
        match self {
            Self::Public => json!("public"),
            Self::SignedIn => json!("signed_in"),
            Self::Permission(module, action) => json!({"module": module, "action": action}),
        }
    }
}

/// Writes the table into the document.
pub fn describe(document: &mut OpenApi) {
    for path in document.paths.paths.values_mut() {
        let operations = [&mut path.get, &mut path.put, &mut path.post, &mut path.patch, &mut path.delete];
        for operation in operations.into_iter().flatten() {
            describe_one(operation);
        }
    }
}

fn describe_one(operation: &mut Operation) {
    let need = operation.operation_id.as_deref().and_then(need_of);
    let shown = need.map_or(Value::Null, Need::shown);
    operation.extensions = Some(Extensions::builder().add("x-permission", shown).build());
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_operation_is_in_the_table_once_and_nothing_else() {
        let document: Value = serde_json::from_str(&crate::openapi::document()).unwrap();
        let paths = document["paths"].as_object().unwrap().values();
        let operations = paths.flat_map(|path| path.as_object().unwrap().values());
        let described: BTreeSet<_> = operations.map(|operation| operation["operationId"].as_str().unwrap().to_owned()).collect();
        let listed: BTreeSet<_> = OPERATIONS.iter().map(|(id, _)| (*id).to_owned()).collect();
        assert_eq!(described, listed);
        assert_eq!(listed.len(), OPERATIONS.len(), "an operation twice");
    }
}
