//! Places stand where they stand, whenever somebody wrote them down. A fence is in force from the moment it was made, so the timeline knows nothing of who
//! was there before: for the visits of such a place the passages of the time before are made here, by the same watch, from the fixes.

use super::stay::Seen;
use crate::fence::{Fence, FenceRules, FenceSet, FenceWatch, Passage, PassageEnd};
use crate::track::{Device, Fix};
use crate::{AgentId, FenceId, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// The fences of places that came into force within `[from, to)` for the first time, as if they had been in force before.
pub fn fences_made_within(fences: &FenceSet, of: &BTreeSet<FenceId>, from: Timestamp, to: Timestamp) -> Vec<Fence> {
    let first = of.iter().filter_map(|id| fences.version(*id, 1));
    let made_within = first.filter(|fence| (from..to).contains(&fence.valid_from));
    made_within.map(|fence| Fence { valid_from: Timestamp::MIN, valid_to: Some(fence.valid_from), ..fence.clone() }).collect()
}

/// An agent's passages through such fences. `fixes`: believed ones by phone, in order, from before the fences were made. `last_at`: when each phone was last
/// heard at all; who is inside then is inside still, and who is inside when their fence is made goes on in the timeline.
pub fn passages_before(
    agent: AgentId,
    fences: Vec<Fence>,
    fixes: &BTreeMap<Device, Vec<Fix>>,
    last_at: &BTreeMap<Device, Timestamp>,
    rules: &FenceRules,
) -> Vec<Seen> {
    let ends: BTreeMap<FenceId, Timestamp> = fences.iter().filter_map(|fence| Some((fence.id, fence.valid_to?))).collect();
    let set = FenceSet::new(fences);
    let mut seen = Vec::new();
    for (device, fixes) in fixes {
        let mut watch = FenceWatch::default();
        let mut passages = BTreeMap::<(FenceId, Timestamp), Passage>::new();
        let mut previous: Option<&Fix> = None;
        let mut out = Vec::new();
        for fix in fixes {
            watch.step(agent, previous, fix, &set, rules, &mut out);
            previous = Some(fix);
            for passage in out.drain(..) {
                passages.insert((passage.fence, passage.entered_at), passage);
            }
        }
        let last = fixes.last().map(Fix::recorded_at);
        for mut passage in passages.into_values() {
            let goes_on = last.is_some() && last_at.get(device).copied() <= last;
            if passage.exited_at.is_none() && !goes_on {
                let made_at = ends.get(&passage.fence).copied();
                passage.exited_at = last.zip(made_at).map(|(last, made_at)| last.min(made_at));
                passage.end = Some(PassageEnd::Ended);
            }
            seen.push(Seen { device: device.clone(), passage });
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::super::trail::tests::{fix, second};
    use super::*;
    use crate::fence::NewFence;
    use serde_json::json;
    use uuid::Uuid;

    fn made_at(at: Timestamp) -> FenceSet {
        let fence = json!({"name": "shop", "shape": {"type": "Circle", "coordinates": [13.4, 52.5], "radius_m": 100}});
        let definition = serde_json::from_value::<NewFence>(fence).unwrap().checked().unwrap();
        FenceSet::new([Fence { id: FenceId(Uuid::from_u128(1)), version: 1, valid_from: at, valid_to: None, definition }])
    }

    #[test]
    fn who_was_there_before_the_fence_was_made_was_there() {
        let ids = BTreeSet::from([FenceId(Uuid::from_u128(1))]);
        let set = made_at(second(5_000));
        assert!(fences_made_within(&set, &ids, second(5_001), second(9_000)).is_empty());
        let before = fences_made_within(&set, &ids, second(0), second(9_000));
        let device = Device::default();
        let track =
            |at: &[(i64, f64)]| BTreeMap::from([(device.clone(), at.iter().map(|(at, north)| fix(*at, *north)).collect())]);
        let passages = |fixes: &[(i64, f64)], last_s: i64| {
            let last_at = BTreeMap::from([(device.clone(), second(last_s))]);
            let seen = passages_before(AgentId(Uuid::nil()), before.clone(), &track(fixes), &last_at, &FenceRules::default());
            seen.into_iter().map(|seen| (seen.passage.entered_at, seen.passage.exited_at)).collect::<Vec<_>>()
        };
        let there = [(0, 900.0), (60, 5.0), (120, 5.0), (600, 5.0)];
        let gone = [&there[..], &[(660, 900.0)]].concat();
        assert_eq!(passages(&gone, 660), [(second(60), Some(second(660)))]);
        assert_eq!(passages(&there, 600), [(second(60), None)], "still there, as far as anybody knows");
        assert_eq!(passages(&there, 7_000), [(second(60), Some(second(600)))], "what comes after is the timeline's to say");
    }
}
