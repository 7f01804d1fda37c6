//! What can go wrong with the database, and whether the transaction certainly did not happen.

use sqlx::postgres::PgDatabaseError;

/// A failure of the store. Display never includes its source; the log prints the chain.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the database address cannot be read")]
    Url(#[source] sqlx::Error),
    #[error("start the store's threads")]
    Runtime(#[source] std::io::Error),
    #[error("bring the schema up to date")]
    Migrate(#[source] sqlx::migrate::MigrateError),
    #[error("{what}")]
    Sql {
        what: &'static str,
        #[source]
        source: sqlx::Error,
    },
    #[error("{what} took longer than {after_ms} ms")]
    TimedOut { what: &'static str, after_ms: u64 },
    /// Another server has taken over this database.
    #[error("this server's epoch {epoch} is over")]
    Fenced { epoch: i64 },
    #[error("{what} holds bytes that cannot be decoded")]
    Damaged { what: &'static str },
    #[error("the store is closed")]
    Closed,
    /// Somebody else has changed since what this was decided on.
    #[error("{what}: it was changed meanwhile")]
    Overtaken { what: &'static str },
    /// A visit of it is not ahead any more: whoever follows visits is about to hear.
    #[error("{what}: a visit has gone on meanwhile")]
    VisitWentOn { what: &'static str },
    /// The request contradicts what is stored; named for the client.
    #[error("{0} is already taken")]
    Taken(&'static str),
    /// What a field names is not there; with the name, where the database tells it.
    #[error("{field}: there is no {}", .value.as_ref().map_or_else(|| "such thing".to_owned(), |value| format!("{value:?}")))]
    Missing { field: &'static str, value: Option<String> },
    #[error("{field} {limit}")]
    Outside { field: &'static str, limit: &'static str },
}

impl StoreError {
    pub(super) fn url(source: sqlx::Error) -> Self {
        Self::Url(source)
    }

    pub(super) fn runtime(source: std::io::Error) -> Self {
        Self::Runtime(source)
    }

    pub(super) fn migrate(source: sqlx::migrate::MigrateError) -> Self {
        Self::Migrate(source)
    }

    /// Wraps a driver error, turning broken named constraints into what they mean.
    pub(super) fn sql(what: &'static str, source: sqlx::Error) -> Self {
        let constraint = source.as_database_error().and_then(|error| error.constraint());
        let missing = |field| Self::Missing { field, value: key_of(&source) };
        match constraint {
            Some("users_email_key" | "users_email_index_key") => Self::Taken("email"),
            Some("agents_territory_exists") => missing("territory_id"),
            Some("territories_parent_exists" | "territories_not_own_parent") => missing("parent_id"),
            Some("beats_agent_exists" | "visits_agent_exists") => missing("agent_id"),
            Some("users_agent_exists" | "invitations_agent_exists" | "sessions_agent_exists") => missing("agent_id"),
            Some("user_territories_territory_exists" | "api_key_territories_territory_exists") => missing("territories"),
            Some("teams_name_key" | "roles_pkey" | "roles_not_built_in") => Self::Taken("name"),
            Some("team_agents_agent_exists") => missing("agents"),
            Some("team_leads_user_exists") => missing("leads"),
            Some("customers_territory_exists" | "beats_territory_exists" | "visits_territory_exists") => missing("territory_id"),
            Some("visits_customer_exists") => missing("customer_id"),
            Some("visits_demand_range") => Self::Outside { field: "demand", limit: "must be within 0..1000000" },
            Some("visit_activities_type_exists") => missing("type_id"),
            Some("customers_class_exists") => missing("class"),
            Some("customers_reference_key") => Self::Taken("ref"),
            Some("customer_agents_agent_exists") => missing("preferred_agents or forbidden_agents"),
            Some("customer_skills_skill_exists" | "agent_skills_skill_exists") => missing("skills"),
            Some("customer_places_key") => Self::Taken("places.id"),
            Some("customer_contacts_key") => Self::Taken("id"),
            Some("devices_agent_exists") => missing("agent"),
            Some("devices_name_key" | "activity_types_name_key") => Self::Taken("name"),
            Some("devices_external_id_key") => Self::Taken("external_id"),
            Some("dispatch_jobs_one_open") => Self::Taken("visit_id"),
            Some("plan_versions_change_key" | "visit_events_key") => Self::Taken("id"),
            Some(_) | None => Self::Sql { what, source },
        }
    }

    pub(super) const fn missing(field: &'static str) -> Self {
        Self::Missing { field, value: None }
    }

    /// Was another transaction in the way (a knot of locks, or of what both read)? Then nothing was written, and trying again is the cure.
    pub fn is_knot(&self) -> bool {
        let Self::Sql { source, .. } = self else { return false };
        source.as_database_error().and_then(|error| error.code()).is_some_and(|code| matches!(&*code, "40001" | "40P01"))
    }

    /// Is it sure that nothing was written? If not, the state must be read again before it is trusted.
    pub fn certainly_aborted(&self) -> bool {
        match self {
            Self::Url(_)
            | Self::Runtime(_)
            | Self::Fenced { .. }
            | Self::Overtaken { .. }
            | Self::VisitWentOn { .. }
            | Self::Taken(_)
            | Self::Missing { .. }
            | Self::Outside { .. } => true,
            // The server answered with an error: it rolled back. Anything else may have happened after the commit.
            Self::Sql { source, .. } => matches!(source, sqlx::Error::Database(_) | sqlx::Error::PoolTimedOut),
            Self::Migrate(_) | Self::TimedOut { .. } | Self::Damaged { .. } | Self::Closed => false,
        }
    }

    /// The whole chain on one line, for the log.
    pub fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut source = std::error::Error::source(self);
        while let Some(error) = source {
            text.push_str(": ");
            text.push_str(&error.to_string());
            source = error.source();
        }
        text
    }
}

/// The key that a foreign key looked for in vain: the server says `Key (skill)=(crane) is not …`, in its own language but for the brackets.
fn key_of(error: &sqlx::Error) -> Option<String> {
    let detail = error.as_database_error()?.try_downcast_ref::<PgDatabaseError>()?.detail()?;
    let (_, after) = detail.split_once(")=(")?;
    after.split_once(')').map(|(key, _)| key.to_owned())
}
