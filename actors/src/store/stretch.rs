//! Which parts of a device's track are worth reading when a question is about a place: chunks are known by their time and box only. Pure;
//! the questions are in `history`.

use super::history::Span;
use salessync_engine::geo::Bounds;
use salessync_engine::track::{Device, Fix};
use salessync_engine::{AgentId, Timestamp};

/// Fixes of a stretch, about: what is decoded and looked at in one go.
const STRETCH_FIXES: i64 = 50_000;

/// A part of one device's track that can be read at once.
#[derive(Clone, PartialEq, Debug)]
pub struct Stretch {
    pub(super) agent: AgentId,
    pub device: Device,
    /// Nothing lies between this stretch and the one before it.
    pub follows: bool,
    /// Event times of its first and last fix.
    pub(super) ends: (Timestamp, Timestamp),
    pub(super) span: Span,
    pub(super) chunks: Vec<(Timestamp, i64)>,
    pub(super) tail: Vec<Fix>,
}

/// A box in 1e-7 degree that knows nothing of the antimeridian, as a chunk's columns have it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Extent {
    pub(super) south: i32,
    pub(super) west: i32,
    pub(super) north: i32,
    pub(super) east: i32,
}

impl Extent {
    pub(super) fn of(fix: &Fix) -> Self {
        let (lat, lon) = (fix.point().lat_e7(), fix.point().lon_e7());
        Self { south: lat, west: lon, north: lat, east: lon }
    }

    pub(super) fn with(self, other: Self) -> Self {
        Self {
            south: self.south.min(other.south),
            west: self.west.min(other.west),
            north: self.north.max(other.north),
            east: self.east.max(other.east),
        }
    }

    /// Where the way from one fix to the next goes over the antimeridian, the two are more than half the world apart this way round,
    /// and only all longitudes are sure to hold it.
    pub(super) fn bounds(self) -> Bounds {
        let degrees = |e7: i32| f64::from(e7) / salessync_engine::geo::E7;
        let (south, north) = (degrees(self.south), degrees(self.north));
        if i64::from(self.east) - i64::from(self.west) >= 1_800_000_000 {
            return Bounds { south, west: -180.0, north, east: 180.0 };
        }
        Bounds { south, west: degrees(self.west), north, east: degrees(self.east) }
    }
}

/// A chunk not read yet, or a fix of the journal's tail.
pub(super) struct Piece {
    pub(super) t0: Timestamp,
    pub(super) t1: Timestamp,
    pub(super) n: i64,
    pub(super) extent: Extent,
    pub(super) content: Content,
}

pub(super) enum Content {
    Chunk { t0: Timestamp, part: i64 },
    Fix(Fix),
}

impl Piece {
    pub(super) fn of_fix(fix: Fix) -> Self {
        let at = fix.recorded_at();
        Self { t0: at, t1: at, n: 1, extent: Extent::of(&fix), content: Content::Fix(fix) }
    }
}

/// Pieces whose times overlap: their fixes may follow each other in any way. A chunk is never longer than a day, so neither is a knot
/// that holds one.
struct Knot {
    t0: Timestamp,
    t1: Timestamp,
    n: i64,
    extent: Extent,
    pieces: Vec<Piece>,
}

/// Decides what of one device's track is worth reading: the knots whose box touches the place, and both ends of a way from one knot to
/// the next that may.
pub(super) fn stretches_of(
    agent: AgentId,
    device: &Device,
    mut pieces: Vec<Piece>,
    touches: impl Fn(Extent) -> bool,
    span: Span,
    gap_ms: i64,
) -> Vec<Stretch> {
    pieces.sort_by_key(|piece| piece.t0);
    let mut knots: Vec<Knot> = Vec::new();
    for piece in pieces {
        match knots.last_mut() {
            Some(knot) if piece.t0 <= knot.t1 => {
                knot.t1 = knot.t1.max(piece.t1);
                knot.n += piece.n;
                knot.extent = knot.extent.with(piece.extent);
                knot.pieces.push(piece);
            }
            _ => knots.push(Knot { t0: piece.t0, t1: piece.t1, n: piece.n, extent: piece.extent, pieces: vec![piece] }),
        }
    }
    let mut is_wanted: Vec<_> = knots.iter().map(|knot| touches(knot.extent)).collect();
    for (at, pair) in knots.windows(2).enumerate() {
        if pair[1].t0.since_ms(pair[0].t1) <= gap_ms && touches(pair[0].extent.with(pair[1].extent)) {
            is_wanted[at] = true;
            is_wanted[at + 1] = true;
        }
    }
    let mut stretches: Vec<Stretch> = Vec::new();
    let (mut fixes, mut was_wanted) = (0, false);
    for (knot, is_wanted) in knots.into_iter().zip(is_wanted) {
        if is_wanted {
            if !was_wanted || fixes + knot.n > STRETCH_FIXES {
                let (device, ends) = (device.clone(), (knot.t0, knot.t1));
                stretches.push(Stretch { agent, device, follows: was_wanted, ends, span, chunks: Vec::new(), tail: Vec::new() });
                fixes = 0;
            }
            fixes += knot.n;
            if let Some(stretch) = stretches.last_mut() {
                stretch.ends.1 = knot.t1;
                for piece in knot.pieces {
                    match piece.content {
                        Content::Chunk { t0, part } => stretch.chunks.push((t0, part)),
                        Content::Fix(fix) => stretch.tail.push(fix),
                    }
                }
            }
        }
        was_wanted = is_wanted;
    }
    stretches
}

#[cfg(test)]
mod tests {
    use super::*;
    use salessync_engine::track::RawFix;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_ms(1_795_420_800_000).unwrap().plus_s(second)
    }

    /// A chunk of so many fixes between two seconds and two latitudes, in degrees.
    fn chunk((t0, t1): (i64, i64), (south, north): (i32, i32), n: i64) -> Piece {
        let extent = Extent { south: south * 10_000_000, west: 0, north: north * 10_000_000, east: 0 };
        Piece { t0: at(t0), t1: at(t1), n, extent, content: Content::Chunk { t0: at(t0), part: 1 } }
    }

    fn check(pieces: Vec<Piece>, expected: &[(bool, &[i64])]) {
        let place = Bounds { south: 4.9, west: -1.0, north: 5.1, east: 1.0 };
        let span = Span { from: at(0), to: at(100_000) };
        let touches = |extent: Extent| extent.bounds().touches(&place);
        let stretches = stretches_of(AgentId(uuid::Uuid::nil()), &Device::default(), pieces, touches, span, 600_000);
        let got: Vec<(bool, Vec<i64>)> = stretches
            .iter()
            .map(|stretch| {
                let chunks = stretch.chunks.iter().map(|(t0, _)| t0.since_ms(at(0)) / 1000);
                let tail = stretch.tail.iter().map(|fix| fix.recorded_at().since_ms(at(0)) / 1000);
                (stretch.follows, chunks.chain(tail).collect())
            })
            .collect();
        let expected: Vec<_> = expected.iter().map(|(follows, begins)| (*follows, begins.to_vec())).collect();
        assert_eq!(got, expected);
    }

    #[test]
    fn only_chunks_that_may_touch_the_place_are_read() {
        check(vec![], &[]);
        check(
            vec![chunk((0, 100), (0, 1), 9), chunk((200, 300), (4, 5), 9), chunk((5_000, 5_100), (9, 9), 9)],
            &[(false, &[0, 200])],
        );
        check(
            vec![chunk((0, 100), (5, 5), 9), chunk((5_000, 5_100), (9, 9), 9), chunk((9_000, 9_100), (5, 5), 9)],
            &[(false, &[0]), (false, &[9_000])],
        );
    }

    #[test]
    fn a_way_from_one_chunk_to_the_next_may_lead_through_the_place() {
        check(vec![chunk((0, 100), (0, 1), 9), chunk((700, 800), (9, 9), 9)], &[(false, &[0, 700])]);
        check(vec![chunk((0, 100), (0, 1), 9), chunk((701, 800), (9, 9), 9)], &[]);
        // Late parts: neither touches the place, but what is between their fixes may.
        check(
            vec![chunk((0, 1_000), (0, 1), 9), chunk((500, 600), (9, 9), 9), chunk((5_000, 5_000), (0, 0), 1)],
            &[(false, &[0, 500])],
        );
        let fix = RawFix { recorded_at: at(150), lat: 9.0, lon: 0.0, ..RawFix::default() };
        let tail = Piece::of_fix(Fix::new(&fix).unwrap());
        check(vec![chunk((0, 100), (0, 1), 9), tail], &[(false, &[0, 150])]);
    }

    #[test]
    fn a_long_visit_is_read_in_stretches_that_follow_each_other() {
        let chunks = (0..3).map(|hour| chunk((hour * 3_600, hour * 3_600 + 3_599), (5, 5), 30_000)).collect();
        check(chunks, &[(false, &[0]), (true, &[3_600]), (true, &[7_200])]);
    }

    #[test]
    fn a_box_over_the_antimeridian_holds_all_longitudes() {
        let extent = Extent { south: 0, west: -1_799_000_000, north: 0, east: 1_799_000_000 };
        assert_eq!((extent.bounds().west, extent.bounds().east), (-180.0, 180.0));
        assert_eq!((Extent { west: 0, ..extent }.bounds().west, Extent { west: 0, ..extent }.bounds().east), (0.0, 179.9));
    }
}
