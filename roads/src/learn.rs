//! How fast roads really are: what drives that were matched to the map took for each lane, by part of the day, and the times that follow.
//!
//! A lane's time is its usual one (free speed, slowed by the part's factor) times a ratio. Ratios begin at what all lanes of that part show
//! together, which begins at 1, and move towards what the lane itself shows as drives are seen; old drives fade.

use crate::network::{Lane, LaneTimes};
use crate::roads::{Ground, Roads};
use salessync_engine::plan::times::DayPart;
use std::collections::BTreeMap;
use std::sync::Arc;

/// So many drives of a lane count as much as what is known without them.
const DRIVES_TO_BELIEVE: f64 = 4.0;
/// So many, of any lanes, for what they show together.
const DRIVES_TO_BELIEVE_ALL: f64 = 200.0;
/// Drives of a lane that are remembered; one more, and all before fade a little.
const DRIVES_MAX: f64 = 60.0;
/// What a drive may show: from three times as fast to eight times as slow as usual. Beyond, somebody stopped, or it was not this road.
const RATIO_RANGE: std::ops::RangeInclusive<f64> = 0.33..=8.0;

/// What was seen of some drives: how many, and the sum of their ratios of real to usual time.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
struct Seen {
    drives: f64,
    ratios: f64,
}

impl Seen {
    fn add(&mut self, ratio: f64, max: f64) {
        if self.drives + 1.0 > max {
            let fade = (max - 1.0) / self.drives;
            (self.drives, self.ratios) = (self.drives * fade, self.ratios * fade);
        }
        (self.drives, self.ratios) = (self.drives + 1.0, self.ratios + ratio);
    }

    fn ratio(&self, before: f64, weight: f64) -> f64 {
        (before * weight + self.ratios) / (weight + self.drives)
    }
}

/// Everything seen on one profile's roads.
#[derive(Clone, Debug)]
pub struct Observed {
    /// Of `Ground::map_version`: numbers of lanes mean nothing on another map.
    map_version: u64,
    /// By part of the day.
    lanes: Vec<BTreeMap<Lane, Seen>>,
    together: Vec<Seen>,
    /// The times that ratios are of.
    usual: Vec<LaneTimes>,
    count: u64,
}

impl Observed {
    /// Nothing seen yet. `roads` are as they are without observations.
    pub fn new(roads: &Roads) -> Self {
        let parts = roads.parts().parts().len();
        let usual = (0..parts).map(|part| roads.speeds(DayPart(part as u8)).times.clone()).collect();
        Self {
            map_version: roads.ground.map_version,
            lanes: vec![BTreeMap::new(); parts],
            together: vec![Seen::default(); parts],
            usual,
            count: 0,
        }
    }

    /// Takes note that somebody took so long for the whole of a lane. Returns whether it was believed.
    pub fn observe(&mut self, lane: Lane, part: DayPart, duration_ms: u32) -> bool {
        let usual_ms = self.usual[part.index()].0.get(lane.index()).copied().unwrap_or(u32::MAX);
        if usual_ms == u32::MAX {
            return false;
        }
        let ratio = f64::from(duration_ms) / f64::from(usual_ms);
        if !RATIO_RANGE.contains(&ratio) {
            return false;
        }
        self.lanes[part.index()].entry(lane).or_default().add(ratio, DRIVES_MAX);
        self.together[part.index()].add(ratio, f64::MAX);
        self.count += 1;
        true
    }

    /// How many times a lane was driven that were believed.
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// Lanes seen at any part of the day.
    pub fn lanes_seen(&self) -> usize {
        let mut lanes: Vec<Lane> = self.lanes.iter().flat_map(BTreeMap::keys).copied().collect();
        lanes.sort_unstable();
        lanes.dedup();
        lanes.len()
    }

    /// The ratio of real to usual time of a lane.
    pub fn ratio(&self, lane: Lane, part: DayPart) -> f64 {
        let together = self.together[part.index()].ratio(1.0, DRIVES_TO_BELIEVE_ALL);
        self.lanes[part.index()].get(&lane).map_or(together, |seen| seen.ratio(together, DRIVES_TO_BELIEVE))
    }

    fn times(&self, ground: &Ground) -> Vec<LaneTimes> {
        let of_part = |(part, usual): (usize, &LaneTimes)| {
            let mut times = usual.clone();
            for lane in ground.network.lanes() {
                let ms = f64::from(usual.0[lane.index()]) * self.ratio(lane, DayPart(part as u8));
                times.0[lane.index()] = ms.round().clamp(1.0, f64::from(crate::network::LANE_MS_MAX)) as u32;
            }
            times
        };
        self.usual.iter().enumerate().map(of_part).collect()
    }
}

impl Roads {
    /// The same roads at the speeds that were observed. None when the observations are of another map.
    pub fn learned(&self, observed: &Observed) -> Option<Self> {
        let is_same = observed.map_version == self.ground.map_version && observed.usual.len() == self.parts().parts().len();
        is_same.then(|| {
            let times = observed.times(&self.ground);
            Self::with_times(Arc::clone(&self.ground), Arc::clone(self.parts()), times, self.metric_version + 1)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_moves_from_what_is_known_to_what_is_seen_and_old_drives_fade() {
        let mut seen = Seen::default();
        assert_eq!(seen.ratio(1.0, 4.0), 1.0);
        (0..4).for_each(|_| seen.add(2.0, 10.0));
        assert_eq!(seen.ratio(1.0, 4.0), 1.5);
        (0..200).for_each(|_| seen.add(3.0, 10.0));
        assert!((seen.drives - 10.0).abs() < 1e-9, "{seen:?}");
        assert!((seen.ratios / seen.drives - 3.0).abs() < 1e-6);
    }
}
