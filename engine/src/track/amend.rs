//! What a new derivation changes for those who know the old one: items created, amended, withdrawn, each with its id and revision.
//!
//! An id stays with an item while the item overlaps its former self: a trip that a late fix makes longer is the same trip. The
//! invariant: whoever applies every change, in order, holds exactly what the derivation says.

use super::item::{Item, Key, Published};
use super::timeline::Section;
use crate::{ItemId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Op {
    Created,
    Amended,
    Withdrawn,
}

impl Op {
    pub const fn code(self) -> i16 {
        match self {
            Self::Created => 1,
            Self::Amended => 2,
            Self::Withdrawn => 3,
        }
    }

    pub fn from_code(code: i16) -> Option<Self> {
        [Self::Created, Self::Amended, Self::Withdrawn].into_iter().find(|op| op.code() == code)
    }
}

/// One change. `old` is absent when created, `new` when withdrawn.
#[derive(Clone, PartialEq, Debug)]
pub struct Change {
    pub op: Op,
    pub id: ItemId,
    /// Of the item after the change.
    pub revision: i64,
    pub old: Option<Item>,
    pub new: Option<Item>,
    /// Nothing that is published changed, only when it was decided.
    pub is_silent: bool,
}

/// Brings `published` in line with a section. `mint` gives fresh ids.
pub fn amend(published: &mut Vec<Published>, section: &Section, mut mint: impl FnMut() -> ItemId) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut unmatched: HashMap<Key, usize> = published.iter().enumerate().map(|(index, p)| (p.item.key(), index)).collect();
    let mut fresh = Vec::new();
    for item in &section.items {
        match unmatched.remove(&item.key()) {
            Some(index) => changes.extend(replace(&mut published[index], item)),
            None => fresh.push(item),
        }
    }
    let in_scope = |p: &Published| section.covers(&p.item);
    let mut orphans: Vec<usize> = unmatched.into_values().filter(|index| in_scope(&published[*index])).collect();
    orphans.sort_unstable_by_key(|index| published[*index].item.key());
    for (index, item) in pair(published, &orphans, &mut fresh) {
        orphans.retain(|orphan| *orphan != index);
        changes.extend(replace(&mut published[index], item));
    }
    // Those left are gone; highest index first, so that the others stay where they are.
    orphans.sort_unstable_by(|a, b| b.cmp(a));
    for index in orphans {
        changes.push(withdrawn(published.swap_remove(index)));
    }
    for key in &section.removed {
        if let Some(index) = published.iter().position(|p| p.item.key() == *key) {
            changes.push(withdrawn(published.swap_remove(index)));
        }
    }
    for item in fresh {
        let created = Published { id: mint(), revision: 1, item: item.clone() };
        changes.push(Change {
            op: Op::Created,
            id: created.id,
            revision: 1,
            old: None,
            new: Some(item.clone()),
            is_silent: false,
        });
        published.push(created);
    }
    changes
}

fn replace(published: &mut Published, item: &Item) -> Option<Change> {
    if published.item == *item {
        return None;
    }
    let old = std::mem::replace(&mut published.item, item.clone());
    let is_silent = Item { decided_at: item.decided_at, ..old.clone() } == *item;
    published.revision += i64::from(!is_silent);
    Some(Change {
        op: Op::Amended,
        id: published.id,
        revision: published.revision,
        old: Some(old),
        new: Some(item.clone()),
        is_silent,
    })
}

fn withdrawn(published: Published) -> Change {
    let Published { id, revision, item } = published;
    Change { op: Op::Withdrawn, id, revision: revision + 1, old: Some(item), new: None, is_silent: false }
}

/// Pairs what is gone with what is new by overlap in time, longest first; takes the paired ones out of `fresh`.
fn pair<'a>(published: &[Published], orphans: &[usize], fresh: &mut Vec<&'a Item>) -> Vec<(usize, &'a Item)> {
    let mut candidates: Vec<(i64, usize, usize)> = Vec::new();
    for &index in orphans {
        let old = &published[index].item;
        for (at, new) in fresh.iter().enumerate() {
            let (a, b) = (old.key(), new.key());
            let overlap_ms = overlap_ms(old, new);
            if a.kind == b.kind && a.subject == b.subject && overlap_ms > 0 {
                candidates.push((overlap_ms, index, at));
            }
        }
    }
    candidates
        .sort_by_key(|&(overlap_ms, index, at)| (std::cmp::Reverse(overlap_ms), published[index].item.key(), fresh[at].key()));
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for (_, index, at) in candidates {
        if pairs.iter().all(|(i, a)| *i != index && *a != at) {
            pairs.push((index, at));
        }
    }
    let items = pairs.iter().map(|(index, at)| (*index, fresh[*at])).collect();
    let mut taken: Vec<usize> = pairs.into_iter().map(|(_, at)| at).collect();
    taken.sort_unstable_by(|a, b| b.cmp(a));
    for at in taken {
        fresh.remove(at);
    }
    items
}

fn overlap_ms(a: &Item, b: &Item) -> i64 {
    let end = |item: &Item| item.end_at.unwrap_or(Timestamp::MAX);
    end(a).min(end(b)).since_ms(a.start_at.max(b.start_at))
}
