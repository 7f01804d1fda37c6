//! Every column that holds sealed bytes: what is sealed anew when keys change. A column that is missing here keeps its key's old versions
//! alive for ever, so whoever seals into a new column adds it. Columns are named `…_sealed` by custom; a test looks for forgotten ones.

use super::Purpose;

/// Whose key seals a column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SealedBy {
    Purpose(Purpose),
    /// The user, the agent, or the contact, whose id the row's key is.
    User,
    Agent,
    Contact,
}

/// A column of sealed bytes. The row's key, as text, is the row of its `Place`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SealedColumn {
    pub table: &'static str,
    pub column: &'static str,
    pub key: &'static str,
    pub by: SealedBy,
}

pub const SEALED_COLUMNS: &[SealedColumn] = &[
    SealedColumn { table: "users", column: "email_sealed", key: "id", by: SealedBy::User },
    SealedColumn { table: "signing_keys", column: "private_key_sealed", key: "kid", by: SealedBy::Purpose(Purpose::SigningKeys) },
    SealedColumn {
        table: "second_factors",
        column: "secret_sealed",
        key: "user_id",
        by: SealedBy::Purpose(Purpose::SecondFactor),
    },
    SealedColumn { table: "invitations", column: "email_sealed", key: "id", by: SealedBy::Purpose(Purpose::Contacts) },
    SealedColumn { table: "agent_contacts", column: "phone_sealed", key: "agent_id", by: SealedBy::Agent },
    SealedColumn { table: "agent_contacts", column: "email_sealed", key: "agent_id", by: SealedBy::Agent },
    SealedColumn { table: "customer_contacts", column: "name_sealed", key: "contact_id", by: SealedBy::Contact },
    SealedColumn { table: "customer_contacts", column: "email_sealed", key: "contact_id", by: SealedBy::Contact },
    SealedColumn { table: "customer_contacts", column: "phone_sealed", key: "contact_id", by: SealedBy::Contact },
];
