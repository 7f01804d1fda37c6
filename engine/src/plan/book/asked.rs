//! What a change was asked for, in so many bytes: whoever sends an id again is answered as the first time, if they ask for the same.

use super::{ChangeKind, Operation};
use crate::TerritoryId;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// SHA-256 of the operations as they are written. The version they are to be made upon is not part of it: who tries again may have seen more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Asked(pub [u8; 32]);

impl Asked {
    /// Of one plan.
    pub fn of(operations: &[Operation]) -> Self {
        Self::of_written(&operations)
    }

    /// Of several plans at once, in the order of their territories.
    pub fn of_several<'a>(parts: impl Iterator<Item = (Option<TerritoryId>, &'a [Operation])>) -> Self {
        Self::of_written(&parts.collect::<Vec<_>>())
    }

    /// Was a change made for this? Of one that was made before such things were kept, only its kind is known.
    pub fn is_of(&self, kind: ChangeKind, kept: Option<&Self>) -> bool {
        kept.map_or(kind == ChangeKind::Edit, |kept| kept == self)
    }

    fn of_written(asked: &impl Serialize) -> Self {
        let written = serde_json::to_vec(asked).expect("operations hold nothing that JSON cannot");
        Self(Sha256::digest(written).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::VisitId;

    #[test]
    fn only_the_same_operations_are_the_same() {
        let place = |n| Operation::Place { visit: VisitId(uuid::Uuid::from_u128(n)) };
        let asked = Asked::of(&[place(1), place(2)]);
        assert_eq!(asked, Asked::of(&[place(1), place(2)]));
        for other in [vec![place(1)], vec![place(2), place(1)], vec![place(1), place(3)], vec![]] {
            let other = Asked::of(&other);
            assert!(!asked.is_of(ChangeKind::Edit, Some(&other)));
        }
        assert!(asked.is_of(ChangeKind::Edit, Some(&asked)) && asked.is_of(ChangeKind::Edit, None));
        assert!(!asked.is_of(ChangeKind::Undo, None), "nobody asked for operations there");
        let (north, south) = (Some(TerritoryId(uuid::Uuid::from_u128(1))), None);
        let several = |of| Asked::of_several([(of, &[place(1)][..])].into_iter());
        assert_ne!(several(north), several(south));
    }
}
