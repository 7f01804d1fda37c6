//! Whom one asks for at a customer's: name, e-mail address and telephone number, sealed with a key of the contact's own before they are stored.
//! Who is removed is erased: the key goes with the row.

use crate::store::customer_changes::SealedContact;
use crate::vault::{Person, Place, Purpose, Vault, VaultError};
use salessync_engine::access::InScope;
use salessync_engine::contact::{Email, Phone};
use salessync_engine::{ContactId, CustomerId, Timestamp};

const TABLE: &str = "customer_contacts";

/// What is sealed of a contact.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ContactPerson {
    pub name: String,
    pub email: Option<Email>,
    pub phone: Option<Phone>,
}

/// A contact, opened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CustomerContact {
    pub id: ContactId,
    pub role: String,
    pub person: ContactPerson,
    pub updated_at: Timestamp,
}

impl Vault {
    /// A customer's contacts in their order. Whose key is destroyed is left out.
    pub async fn customer_contacts(&self, customer: InScope<CustomerId>) -> Result<Vec<CustomerContact>, VaultError> {
        let mut contacts = Vec::new();
        for row in self.store().sealed_customer_contacts(customer).await? {
            let id = row.id;
            let Some(name) = self.open_of_contact(id, "name_sealed", Some(row.name_sealed)).await? else { continue };
            let email = self.open_of_contact(id, "email_sealed", row.email_sealed).await?;
            let phone = self.open_of_contact(id, "phone_sealed", row.phone_sealed).await?;
            let person = ContactPerson {
                name,
                email: email.and_then(|text| Email::new(&text).ok()),
                phone: phone.and_then(|text| Phone::new(&text).ok()),
            };
            contacts.push(CustomerContact { id, role: row.role, person, updated_at: row.updated_at });
        }
        Ok(contacts)
    }

    /// Seals a contact for its row. Fails for one who was erased.
    pub(crate) async fn seal_customer_contact(&self, id: ContactId, person: &ContactPerson) -> Result<SealedContact, VaultError> {
        let seal = async |column, text: Option<&str>| match text {
            None => Ok(None),
            Some(text) => self.seal_of_contact(id, column, text).await.map(Some),
        };
        Ok(SealedContact {
            name_sealed: self.seal_of_contact(id, "name_sealed", &person.name).await?,
            email_sealed: seal("email_sealed", person.email.as_ref().map(Email::as_str)).await?,
            phone_sealed: seal("phone_sealed", person.phone.as_ref().map(Phone::as_str)).await?,
        })
    }

    async fn seal_of_contact(&self, id: ContactId, column: &str, text: &str) -> Result<Vec<u8>, VaultError> {
        let row = id.to_string();
        let place = Place { purpose: Purpose::Contacts, table: TABLE, column, row: &row };
        self.seal_for(Person::Contact(id), place, text.as_bytes()).await
    }

    async fn open_of_contact(&self, id: ContactId, column: &str, sealed: Option<Vec<u8>>) -> Result<Option<String>, VaultError> {
        let Some(sealed) = sealed else { return Ok(None) };
        let row = id.to_string();
        let place = Place { purpose: Purpose::Contacts, table: TABLE, column, row: &row };
        let opened = self.open_for(Person::Contact(id), place, &sealed).await?;
        Ok(opened.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }
}
