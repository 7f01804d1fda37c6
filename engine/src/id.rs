//! Typed ids: one macro, one append-only list. A bare `Uuid` never says whose it is.

/// Declares a UUID newtype that serialises as its hyphenated lower-case text.
macro_rules! typed_ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        #[cfg_attr(feature = "sqlx", derive(sqlx::Type), sqlx(transparent))]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = uuid::Uuid))]
        pub struct $name(pub uuid::Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }
    )+};
}

typed_ids! {
    /// A field agent: the person whose phone streams fixes.
    AgentId,
    /// A territory: the unit of assignment and of permission.
    TerritoryId,
    /// A fence: a shape whose entering and leaving is told, through all its versions.
    FenceId,
    /// Somebody who signs in.
    UserId,
    /// A trip, stop or other item of a timeline.
    ItemId,
    /// A phone enrolled for an agent.
    DeviceId,
    /// A team: agents that somebody leads, wherever they work.
    TeamId,
    /// Where somebody is signed in: one browser, one phone.
    SessionId,
    /// A key of a program that uses the API.
    ApiKeyId,
    /// A visit at a customer's place: planned, under way or done.
    VisitId,
    /// A dispatch job: a visit that somebody is sought for.
    JobId,
    /// A dispatch offer: an agent asked to take a job.
    OfferId,
    /// A change of a plan, named by whoever asks for it: sent again it changes nothing.
    ChangeId,
    /// A search for a better plan.
    PlanJobId,
    /// Somebody who is visited.
    CustomerId,
    /// Where a customer is visited: one of the customer's places. Its fence has the same id.
    PlaceId,
    /// Somebody who is asked for at a customer's.
    ContactId,
    /// Something that was told of a visit, by the phone, a person or the derivation.
    VisitEventId,
    /// A photo, signature or document.
    FileId,
    /// A form, through all its versions.
    FormId,
    /// A kind of activity that a visit may hold.
    ActivityTypeId,
    /// An activity of one visit, with the answers given in it.
    ActivityId,
    /// A beat: customers in an order, weekday by weekday, over and over.
    BeatId,
    /// A proposal to cut territories anew.
    TerritoryDesignId,
}
