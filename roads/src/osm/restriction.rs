//! Turn restrictions: "no left turn from this way into that", "only straight on".
//!
//! Modelled: one node as via, any number of ways as from and to, exceptions for bicycles and cars. Not modelled: restrictions over a
//! way as via, conditional ones, and those for lorries and buses; the importer counts the first.

use super::tags::Tags;

/// A rule at a node.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Restriction {
    pub from_way: i64,
    /// Index of the node in `Extract::nodes`.
    pub via: u32,
    pub to_way: i64,
    /// This turn and no other; else this one not.
    pub is_only: bool,
    /// By `TravelProfile::index`; never on foot.
    pub holds: [bool; 3],
}

/// A restriction as it was mapped, its node by OSM's id.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mapped {
    pub from_ways: Vec<i64>,
    pub via_node: i64,
    pub to_ways: Vec<i64>,
    pub is_only: bool,
    pub holds: [bool; 3],
}

/// What a relation is, as far as turning goes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Found {
    /// No restriction, or one for nobody we model.
    Other,
    Restriction(Mapped),
    ViaWay,
    Incomplete,
}

/// What a member of a relation is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Member {
    Node(i64),
    Way(i64),
    Other,
}

/// Reads a relation from its tags and its members with their roles.
pub fn read<'a>(tags: &Tags, members: impl Iterator<Item = (&'a str, Member)>) -> Found {
    if tags.get("type") != Some("restriction") {
        return Found::Other;
    }
    let Some((kind, mut holds)) = kind(tags) else { return Found::Other };
    for except in tags.get("except").unwrap_or_default().split(';').map(str::trim) {
        match except {
            "bicycle" => holds[1] = false,
            "motorcar" | "motor_vehicle" => holds[0] = false,
            "vehicle" => holds = [false; 3],
            _ => {}
        }
    }
    if holds == [false; 3] {
        return Found::Other;
    }
    let is_only = match kind.split_once('_') {
        Some(("no", _)) => false,
        Some(("only", _)) => true,
        _ => return Found::Incomplete,
    };
    let (mut from_ways, mut to_ways, mut via_node, mut has_via_way) = (Vec::new(), Vec::new(), None, false);
    for (role, member) in members {
        match (role, member) {
            ("from", Member::Way(id)) => from_ways.push(id),
            ("to", Member::Way(id)) => to_ways.push(id),
            ("via", Member::Node(id)) => via_node = Some(id),
            ("via", Member::Way(_)) => has_via_way = true,
            _ => {}
        }
    }
    match via_node {
        _ if from_ways.is_empty() || to_ways.is_empty() => Found::Incomplete,
        _ if has_via_way => Found::ViaWay,
        None => Found::Incomplete,
        Some(via_node) => Found::Restriction(Mapped { from_ways, via_node, to_ways, is_only, holds }),
    }
}

/// The rule and for whom it is, by `TravelProfile::index`.
fn kind<'a>(tags: &Tags<'a>) -> Option<(&'a str, [bool; 3])> {
    let particular = |keys: &[&str]| keys.iter().find_map(|key| tags.get(key));
    if let Some(kind) = tags.get("restriction") {
        return Some((kind, [true, true, false]));
    }
    if let Some(kind) = particular(&["restriction:vehicle"]) {
        return Some((kind, [true, true, false]));
    }
    match (particular(&["restriction:motorcar", "restriction:motor_vehicle"]), particular(&["restriction:bicycle"])) {
        (Some(kind), bicycle) => Some((kind, [true, bicycle == Some(kind), false])),
        (None, Some(kind)) => Some((kind, [false, true, false])),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEMBERS: [(&str, Member); 3] = [("from", Member::Way(1)), ("via", Member::Node(2)), ("to", Member::Way(3))];

    fn check(tags: &[(&str, &str)], expected: Option<(bool, [bool; 3])>) {
        let tags = Tags([&[("type", "restriction")], tags].concat());
        match (read(&tags, MEMBERS.into_iter()), expected) {
            (Found::Restriction(found), Some(expected)) => assert_eq!((found.is_only, found.holds), expected, "{tags:?}"),
            (Found::Other, None) => {}
            (found, _) => panic!("{tags:?} is {found:?}"),
        }
    }

    #[test]
    fn a_restriction_is_for_whom_it_says() {
        check(&[("restriction", "no_left_turn")], Some((false, [true, true, false])));
        check(&[("restriction", "only_straight_on"), ("except", "psv;bicycle")], Some((true, [true, false, false])));
        check(&[("restriction", "no_entry"), ("except", "motorcar")], Some((false, [false, true, false])));
        check(&[("restriction", "no_entry"), ("except", "vehicle")], None);
        check(&[("restriction:motorcar", "no_u_turn")], Some((false, [true, false, false])));
        check(&[("restriction:bicycle", "no_u_turn")], Some((false, [false, true, false])));
        check(&[("restriction:hgv", "no_u_turn")], None);
        check(&[("restriction:conditional", "no_left_turn @ (Mo-Fr 07:00-09:00)")], None);
    }

    #[test]
    fn what_is_incomplete_or_over_a_way_is_told_apart() {
        let tags = Tags(vec![("type", "restriction"), ("restriction", "no_left_turn")]);
        let without = |role| MEMBERS.into_iter().filter(move |(known, _)| *known != role);
        for role in ["from", "via", "to"] {
            assert_eq!(read(&tags, without(role)), Found::Incomplete, "{role}");
        }
        assert_eq!(read(&tags, without("via").chain([("via", Member::Way(7))])), Found::ViaWay);
        let strange = Tags(vec![("type", "restriction"), ("restriction", "give_way")]);
        assert_eq!(read(&strange, MEMBERS.into_iter()), Found::Incomplete);
        assert_eq!(read(&Tags(vec![("type", "multipolygon")]), MEMBERS.into_iter()), Found::Other);
    }
}
