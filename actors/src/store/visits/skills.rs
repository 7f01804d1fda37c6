//! Skills that visits ask for are those of the organisation: a name that nobody can have would leave a visit waiting for ever.
//!
//! A skill is held while a visit that asks for it is written, so that it is not deleted in between (`store::classes`).

use super::super::StoreError;
use salessync_engine::flaw::FieldFlaw;
use sqlx::PgConnection;
use std::collections::HashSet;

/// The skills that several lists name. Text that Postgres does not hold is no skill's.
pub(super) fn named<'a>(lists: impl Iterator<Item = &'a Vec<String>>) -> Vec<String> {
    lists.flatten().map(|skill| skill.trim().to_owned()).filter(|skill| !skill.contains('\0')).collect()
}

/// Those of the skills asked for that there are.
pub(super) async fn known(connection: &mut PgConnection, asked: Vec<String>) -> Result<HashSet<String>, StoreError> {
    if asked.is_empty() {
        return Ok(HashSet::new());
    }
    let known = sqlx::query_scalar!("select code from skills where code = any($1) order by code for key share", &asked);
    let known = known.fetch_all(connection).await.map_err(|error| StoreError::sql("look which skills there are", error))?;
    Ok(known.into_iter().collect())
}

/// The first of these that is no skill is blamed by its place in the list.
pub(super) fn check(asked: &[String], is_known: impl Fn(&str) -> bool) -> Result<(), FieldFlaw> {
    match asked.iter().enumerate().find(|(_, skill)| !is_known(skill.trim())) {
        None => Ok(()),
        Some((index, skill)) => {
            let limit = format!("must be the code of a skill of the organisation: there is no {:?}", skill.trim());
            Err(FieldFlaw::new(format!("skills[{index}]"), limit))
        }
    }
}
