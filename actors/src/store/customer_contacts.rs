//! Customers' contacts as stored: sealed. Sealing and opening is `crate::customer_contacts`; they are written with their customer
//! (`customer_changes`).

use super::{Store, StoreError};
use salessync_engine::access::InScope;
use salessync_engine::{ContactId, CustomerId, Timestamp};
use sqlx::PgPool;

/// A row.
pub(crate) struct ContactRow {
    pub id: ContactId,
    pub role: String,
    pub name_sealed: Vec<u8>,
    pub email_sealed: Option<Vec<u8>>,
    pub phone_sealed: Option<Vec<u8>>,
    pub updated_at: Timestamp,
}

impl Store {
    /// A customer's contacts in their order.
    pub(crate) async fn sealed_customer_contacts(&self, customer: InScope<CustomerId>) -> Result<Vec<ContactRow>, StoreError> {
        let customer = customer.id();
        self.on(async move |pool: PgPool| {
            sqlx::query_as!(
                ContactRow,
                r#"select contact_id as "id: ContactId", role, name_sealed, email_sealed, phone_sealed, updated_at as "updated_at: Timestamp"
                   from customer_contacts
                   where customer_id = $1
                   order by position"#,
                customer as CustomerId
            )
            .fetch_all(&pool)
            .await
            .map_err(|error| StoreError::sql("read a customer's contacts", error))
        })
        .await
    }
}
