//! Which roads somebody took: a track put on the map, reading by reading, by the likeliest sequence of lanes (a hidden Markov model after
//! Newson and Krumm, 2009: a reading is likely near the road it is put on, and the way along roads between two readings is likely as long as the
//! straight line between them).
//!
//! Good enough to learn speeds from, so doubt is let go: where no sequence is likely, or readings are too far apart, the track is cut, and
//! only lanes that were taken from beginning to end within a piece are told.

mod local;

use crate::network::{Lane, LaneTimes, Network, Place};
use crate::roads::Ground;
use local::Local;
use salessync_engine::geo::distance;
use salessync_engine::track::Fix;
use salessync_engine::{Metres, Point};

/// A place at a time, and how sure it is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Reading {
    pub point: Point,
    /// Radius within which it is with a probability of two thirds; None: unknown.
    pub accuracy_m: Option<f64>,
    pub at_ms: i64,
}

impl From<&Fix> for Reading {
    fn from(fix: &Fix) -> Self {
        Self { point: fix.point(), accuracy_m: fix.accuracy_m().filter(|m| *m > 0.0), at_ms: fix.recorded_at().ms() }
    }
}

/// A lane taken from its beginning to its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Traversal {
    pub lane: Lane,
    pub entered_at_ms: i64,
    pub left_at_ms: i64,
}

impl Traversal {
    pub fn duration_ms(&self) -> u32 {
        (self.left_at_ms - self.entered_at_ms).clamp(0, i64::from(u32::MAX)) as u32
    }
}

/// A stretch of track without a doubt in it.
#[derive(Clone, PartialEq, Debug)]
pub struct Piece {
    /// All lanes in order, first and last perhaps in part.
    pub lanes: Vec<Lane>,
    pub traversals: Vec<Traversal>,
}

/// A track on the map.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Matched {
    pub pieces: Vec<Piece>,
    /// Readings that no road is near, that are too coarse or out of order.
    pub set_aside: usize,
    /// Places where the track was cut.
    pub cuts: usize,
}

/// What of a reading is unknown, metres: its accuracy, or this.
const USUAL_SIGMA_M: f64 = 10.0;
const SIGMA_RANGE_M: (f64, f64) = (4.0, 40.0);
/// Two thirds of readings lie within the accuracy; within its sigma, in one direction, too. The radius is wider by this.
const SIGMA_IN_ACCURACY: f64 = 1.5;
/// Coarser readings say nothing about roads.
const ACCURACY_MAX_M: f64 = 100.0;
/// Roads this many sigmas off are looked at, and in any case within the least radius.
const LOOK_SIGMAS: f64 = 3.5;
const LOOK_LEAST_M: f64 = 25.0;
/// Lanes looked at for a reading.
const CANDIDATES_MAX: usize = 16;
/// Readings nearer than this many sigmas to the one before say nothing new.
const APART_SIGMAS: f64 = 2.0;
/// Between readings further apart than this the way is a guess.
const GAP_MS: i64 = 120_000;
const GAP_M: f64 = 2_500.0;
/// Readings of one piece: what bounds the memory of a day without a break.
const STEPS_MAX: usize = 2_000;
/// How much longer the way along roads may be than the straight line is still looked for.
const DETOUR_MAX: f64 = 2.0;
const DETOUR_SLACK_M: f64 = 250.0;
/// How much longer it usually is, metres and share of the line: the scale at which longer ways become unlikely.
const DETOUR_USUAL_M: f64 = 8.0;
const DETOUR_USUAL: f64 = 0.15;
/// Faster than this nobody travels, metres a second, by `TravelProfile::index`.
const TOP_MPS: [f64; 3] = [60.0, 17.0, 5.0];

/// A lane that a reading may have been on.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    lane: Lane,
    /// How far along the lane, 0 to 1.
    share: f64,
    emission: f64,
}

/// A step of the track: a reading and what it may have been.
struct Step {
    at_ms: i64,
    candidates: Vec<Candidate>,
    /// By candidate: how likely the best sequence up to it is (logarithm), and the candidate before in it.
    best: Vec<(f64, Option<usize>)>,
    /// By candidate: the way from the one before.
    ways: Vec<Vec<Lane>>,
}

/// Puts a track on the map. Readings are taken in the order given, which should be that of time.
pub fn matched(ground: &Ground, times: &LaneTimes, readings: impl IntoIterator<Item = Reading>) -> Matched {
    let mut out = Matched::default();
    let mut chain: Vec<Step> = Vec::new();
    let mut before: Option<(Reading, f64)> = None;
    let mut local = Local::default();
    for reading in readings {
        let sigma_m = sigma(&reading);
        if reading.accuracy_m.is_some_and(|m| m > ACCURACY_MAX_M) || before.is_some_and(|(last, _)| reading.at_ms <= last.at_ms) {
            out.set_aside += 1;
            continue;
        }
        let straight_m = before.map(|(last, _)| distance::metres(last.point, reading.point));
        if let (Some(Metres(straight_m)), Some((_, last_sigma_m))) = (straight_m, before)
            && straight_m < APART_SIGMAS * sigma_m.max(last_sigma_m)
        {
            continue;
        }
        let candidates = candidates(ground, reading.point, sigma_m);
        if candidates.is_empty() {
            out.set_aside += 1;
            continue;
        }
        let gap_ms = before.map_or(i64::MAX, |(last, _)| reading.at_ms - last.at_ms);
        let straight_m = straight_m.map_or(f64::INFINITY, |m| m.0);
        let next = if gap_ms <= GAP_MS && straight_m <= GAP_M && chain.len() < STEPS_MAX {
            chain.last().and_then(|last| follow(ground, last, &candidates, (straight_m, gap_ms, sigma_m), &mut local))
        } else {
            None
        };
        let (best, ways) = next.unwrap_or_else(|| {
            if !chain.is_empty() {
                out.cuts += 1;
                out.pieces.extend(piece(&ground.network, times, &chain));
                chain.clear();
            }
            (candidates.iter().map(|candidate| (candidate.emission, None)).collect(), vec![Vec::new(); candidates.len()])
        });
        chain.push(Step { at_ms: reading.at_ms, candidates, best, ways });
        before = Some((reading, sigma_m));
    }
    out.pieces.extend(piece(&ground.network, times, &chain));
    out
}

fn sigma(reading: &Reading) -> f64 {
    let sigma_m = reading.accuracy_m.map_or(USUAL_SIGMA_M, |m| m / SIGMA_IN_ACCURACY);
    sigma_m.clamp(SIGMA_RANGE_M.0, SIGMA_RANGE_M.1)
}

fn candidates(ground: &Ground, point: Point, sigma_m: f64) -> Vec<Candidate> {
    let near = ground.snapper.within(&ground.network, point, (LOOK_SIGMAS * sigma_m).max(LOOK_LEAST_M));
    let of_place = |place: Place| {
        let emission = -0.5 * (place.off_m / sigma_m).powi(2);
        ground.network.open_lanes(place.edge).map(move |lane| Candidate { lane, share: lane.share(place.share), emission })
    };
    near.into_iter().flat_map(of_place).take(CANDIDATES_MAX).collect()
}

type Followed = (Vec<(f64, Option<usize>)>, Vec<Vec<Lane>>);

/// The likeliest ways from the candidates of one step to those of the next; None: there is none.
fn follow(
    ground: &Ground,
    last: &Step,
    candidates: &[Candidate],
    (straight_m, gap_ms, sigma_m): (f64, i64, f64),
    local: &mut Local,
) -> Option<Followed> {
    let network = &ground.network;
    let reach_m = straight_m * DETOUR_MAX + DETOUR_SLACK_M;
    let usual_m = DETOUR_USUAL_M + DETOUR_USUAL * straight_m;
    let top_m = TOP_MPS[network.profile.index()] * gap_ms as f64 / 1000.0 + 2.0 * sigma_m;
    let mut best = vec![(f64::NEG_INFINITY, None); candidates.len()];
    for (from, candidate) in last.candidates.iter().enumerate() {
        let so_far = last.best[from].0;
        if so_far == f64::NEG_INFINITY {
            continue;
        }
        local.search(network, candidate.lane, candidate.share, (reach_m * 10.0) as u32);
        for (to, next) in candidates.iter().enumerate() {
            let Some(way_m) = local.metres_to(network, next.lane, next.share, 2.0 * sigma_m) else { continue };
            if way_m > reach_m || way_m > top_m {
                continue;
            }
            let likely = so_far + next.emission - (way_m - straight_m).abs() / usual_m;
            if likely > best[to].0 {
                best[to] = (likely, Some(from));
            }
        }
    }
    if best.iter().all(|(likely, _)| *likely == f64::NEG_INFINITY) {
        return None;
    }
    // The lanes between, once it is known from where.
    let mut ways = vec![Vec::new(); candidates.len()];
    for from in 0..last.candidates.len() {
        let mine: Vec<usize> = (0..candidates.len()).filter(|to| best[*to].1 == Some(from)).collect();
        if mine.is_empty() {
            continue;
        }
        let candidate = last.candidates[from];
        local.search(network, candidate.lane, candidate.share, (reach_m * 10.0) as u32);
        for to in mine {
            ways[to] = local.lanes_to(network, candidates[to].lane);
        }
    }
    Some((best, ways))
}

/// A place of a piece at a time: which of its lanes, how far along.
#[derive(Clone, Copy)]
struct Anchor {
    lane: usize,
    share: f64,
    at_ms: i64,
}

/// The likeliest sequence of a chain of steps, with the times at which lanes were entered and left.
fn piece(network: &Network, times: &LaneTimes, chain: &[Step]) -> Option<Piece> {
    if chain.len() < 2 {
        return None;
    }
    let last = chain.len() - 1;
    let mut at =
        (0..chain[last].best.len()).max_by(|a, b| chain[last].best[*a].0.total_cmp(&chain[last].best[*b].0).then(b.cmp(a)))?;
    let mut chosen = vec![at];
    for step in chain[1..].iter().rev() {
        at = step.best[at].1?;
        chosen.push(at);
    }
    chosen.reverse();
    let first = chain[0].candidates[chosen[0]];
    let mut lanes = vec![first.lane];
    let mut anchors = vec![Anchor { lane: 0, share: first.share, at_ms: chain[0].at_ms }];
    for (step, &which) in chain.iter().zip(&chosen).skip(1) {
        lanes.extend(&step.ways[which]);
        let (lane, mut share) = (lanes.len() - 1, step.candidates[which].share);
        let before = anchors[anchors.len() - 1];
        // Who seems to have gone back a little along the same lane stood still.
        if before.lane == lane {
            share = share.max(before.share);
        }
        anchors.push(Anchor { lane, share, at_ms: step.at_ms });
    }
    let traversals = traversals(&lanes, &anchors, times);
    // What a piece is for: whoever wants to see it needs a line, and a single lane in part is one.
    debug_assert!(lanes.windows(2).all(|pair| network.head(pair[0]) == network.tail(pair[1])));
    Some(Piece { lanes, traversals })
}

/// When lanes were entered and left: between two anchors time passes as it usually does on the lanes between them.
fn traversals(lanes: &[Lane], anchors: &[Anchor], times: &LaneTimes) -> Vec<Traversal> {
    let usual = |lane: usize| f64::from(times.0[lanes[lane].index()]);
    // When the end of each lane was reached.
    let mut left_at: Vec<Option<f64>> = vec![None; lanes.len()];
    for pair in anchors.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        if from.lane == to.lane {
            continue;
        }
        let ends: Vec<f64> =
            std::iter::once((1.0 - from.share) * usual(from.lane)).chain((from.lane + 1..to.lane).map(usual)).collect();
        let whole = ends.iter().sum::<f64>() + to.share * usual(to.lane);
        let span_ms = (to.at_ms - from.at_ms) as f64;
        let mut so_far = 0.0;
        for (offset, part) in ends.into_iter().enumerate() {
            so_far += part;
            let share = if whole > 0.0 { so_far / whole } else { 1.0 };
            left_at[from.lane + offset] = Some(from.at_ms as f64 + span_ms * share);
        }
    }
    let complete = (1..lanes.len()).filter_map(|lane| {
        let (entered, left) = (left_at[lane - 1]?, left_at[lane]?);
        Some(Traversal { lane: lanes[lane], entered_at_ms: entered.round() as i64, left_at_ms: left.round() as i64 })
    });
    complete.collect()
}
