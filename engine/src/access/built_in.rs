//! The roles there are from the start: who may do what, to whom, before anybody made a role of their own.

use super::{Action, Breadth, Module, Permission, Permissions};

/// A role that comes with the product and cannot be changed.
pub struct BuiltIn {
    pub name: &'static str,
    pub title: &'static str,
    /// Module, actions, breadth.
    pub may: &'static [(Module, &'static [Action], Breadth)],
}

const READ: &[Action] = &[Action::Read];
const TELL: &[Action] = &[Action::Read, Action::Create];
const CHANGE: &[Action] = &[Action::Read, Action::Create, Action::Update, Action::Delete];
const ALL_ACTIONS: &[Action] = Action::ALL;

/// Who may do what, out of the box. Custom roles are rows of the same form.
pub const BUILT_IN: &[BuiltIn] = &[
    BuiltIn {
        name: "agent",
        title: "Agent",
        may: &[
            (Module::Agents, READ, Breadth::Own),
            (Module::Positions, READ, Breadth::Own),
            (Module::Tracks, TELL, Breadth::Own),
            (Module::Duty, TELL, Breadth::Own),
            (Module::Devices, READ, Breadth::Own),
            (Module::Plans, READ, Breadth::Own),
            (Module::Dispatch, &[Action::Read, Action::Update], Breadth::Own),
            // What they make themselves is ad hoc.
            (Module::Visits, &[Action::Read, Action::Create], Breadth::Own),
            (Module::VisitReports, &[Action::Create], Breadth::Own),
            (Module::Customers, READ, Breadth::Own),
            (Module::Contacts, READ, Breadth::Own),
            (Module::PreciseLocation, READ, Breadth::Own),
        ],
    },
    BuiltIn {
        name: "dispatcher",
        title: "Dispatcher",
        may: &[
            (Module::Agents, READ, Breadth::Territory),
            (Module::Positions, READ, Breadth::Territory),
            (Module::Tracks, &[Action::Read, Action::Update], Breadth::Territory),
            (Module::Duty, TELL, Breadth::Territory),
            (Module::Quarantine, &[Action::Read, Action::Update], Breadth::Territory),
            (Module::Devices, READ, Breadth::Territory),
            (Module::Fences, READ, Breadth::Territory),
            (Module::Plans, CHANGE, Breadth::Territory),
            (Module::Dispatch, CHANGE, Breadth::Territory),
            (Module::Customers, &[Action::Read, Action::Create, Action::Update], Breadth::Territory),
            (Module::Territories, READ, Breadth::Territory),
            (Module::Settings, READ, Breadth::All),
            (Module::System, READ, Breadth::All),
            (Module::Visits, CHANGE, Breadth::Territory),
            (Module::VisitReports, &[Action::Create], Breadth::Territory),
            (Module::Contacts, READ, Breadth::Territory),
            (Module::PreciseLocation, READ, Breadth::Territory),
        ],
    },
    BuiltIn {
        name: "manager",
        title: "Manager",
        may: &[
            (Module::Agents, &[Action::Read, Action::Update], Breadth::Territory),
            (Module::Positions, READ, Breadth::Territory),
            (Module::Tracks, &[Action::Read, Action::Update, Action::Export], Breadth::Territory),
            (Module::Duty, TELL, Breadth::Territory),
            (Module::Quarantine, &[Action::Read, Action::Update], Breadth::Territory),
            (Module::Devices, CHANGE, Breadth::Territory),
            (Module::Fences, CHANGE, Breadth::Territory),
            (Module::Plans, CHANGE, Breadth::Territory),
            (Module::Dispatch, CHANGE, Breadth::Territory),
            (Module::Plans, READ, Breadth::Team),
            (Module::Customers, CHANGE, Breadth::Territory),
            (Module::Territories, READ, Breadth::Territory),
            (Module::Teams, READ, Breadth::All),
            (Module::Settings, READ, Breadth::All),
            (Module::System, READ, Breadth::All),
            (Module::Visits, ALL_ACTIONS, Breadth::Territory),
            (Module::VisitReports, &[Action::Create], Breadth::Territory),
            (Module::Contacts, READ, Breadth::Territory),
            (Module::PreciseLocation, READ, Breadth::Territory),
            // A manager who leads a team sees it wherever its agents work.
            (Module::Agents, READ, Breadth::Team),
            (Module::Positions, READ, Breadth::Team),
            (Module::Tracks, &[Action::Read, Action::Update, Action::Export], Breadth::Team),
            (Module::Duty, TELL, Breadth::Team),
            (Module::Quarantine, &[Action::Read, Action::Update], Breadth::Team),
            (Module::Devices, READ, Breadth::Team),
            (Module::Visits, CHANGE, Breadth::Team),
            (Module::VisitReports, &[Action::Create], Breadth::Team),
            (Module::Customers, READ, Breadth::Team),
            (Module::Contacts, READ, Breadth::Team),
            (Module::PreciseLocation, READ, Breadth::Team),
        ],
    },
    BuiltIn {
        name: "admin",
        title: "Administrator",
        may: &[
            (Module::Agents, ALL_ACTIONS, Breadth::All),
            (Module::Positions, ALL_ACTIONS, Breadth::All),
            (Module::Tracks, ALL_ACTIONS, Breadth::All),
            (Module::Duty, ALL_ACTIONS, Breadth::All),
            (Module::Quarantine, ALL_ACTIONS, Breadth::All),
            (Module::Devices, ALL_ACTIONS, Breadth::All),
            (Module::Fences, ALL_ACTIONS, Breadth::All),
            (Module::Plans, ALL_ACTIONS, Breadth::All),
            (Module::Dispatch, ALL_ACTIONS, Breadth::All),
            (Module::Customers, ALL_ACTIONS, Breadth::All),
            (Module::Territories, ALL_ACTIONS, Breadth::All),
            (Module::Teams, ALL_ACTIONS, Breadth::All),
            (Module::Settings, ALL_ACTIONS, Breadth::All),
            (Module::Users, ALL_ACTIONS, Breadth::All),
            (Module::Roles, ALL_ACTIONS, Breadth::All),
            (Module::ApiKeys, ALL_ACTIONS, Breadth::All),
            (Module::Audit, ALL_ACTIONS, Breadth::All),
            (Module::System, ALL_ACTIONS, Breadth::All),
            (Module::Visits, ALL_ACTIONS, Breadth::All),
            (Module::VisitReports, ALL_ACTIONS, Breadth::All),
            (Module::Contacts, ALL_ACTIONS, Breadth::All),
            (Module::PreciseLocation, ALL_ACTIONS, Breadth::All),
        ],
    },
    BuiltIn {
        name: "auditor",
        title: "Auditor",
        // Sees everything that was done and nothing to the metre: no contacts, no precise location.
        may: &[
            (Module::Agents, READ, Breadth::All),
            (Module::Positions, READ, Breadth::All),
            (Module::Tracks, READ, Breadth::All),
            (Module::Duty, READ, Breadth::All),
            (Module::Quarantine, READ, Breadth::All),
            (Module::Devices, READ, Breadth::All),
            (Module::Fences, READ, Breadth::All),
            (Module::Plans, READ, Breadth::All),
            (Module::Dispatch, READ, Breadth::All),
            (Module::Customers, READ, Breadth::All),
            (Module::Territories, READ, Breadth::All),
            (Module::Teams, READ, Breadth::All),
            (Module::Settings, READ, Breadth::All),
            (Module::Users, READ, Breadth::All),
            (Module::Roles, READ, Breadth::All),
            (Module::ApiKeys, READ, Breadth::All),
            (Module::Audit, &[Action::Read, Action::Export], Breadth::All),
            (Module::System, READ, Breadth::All),
            (Module::Visits, READ, Breadth::All),
        ],
    },
];

impl BuiltIn {
    pub fn find(name: &str) -> Option<&'static Self> {
        BUILT_IN.iter().find(|role| role.name == name)
    }

    pub fn permissions(&self) -> Permissions {
        let listed = self.may.iter().flat_map(|(module, actions, breadth)| {
            actions.iter().map(|action| Permission { module: *module, action: *action, breadth: *breadth })
        });
        listed.collect()
    }
}
