//! A stretch of a route as its time windows see it: enough to join two stretches in constant time.
//!
//! Windows may be missed: the time by which service would have to go back to be in time is the stretch's *warp*, and is penalised
//! (Vidal et al., "A hybrid genetic algorithm with adaptive diversity management for a large class of vehicle routing problems with
//! time windows", 2013).

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Segment {
    /// From the start of the first service to the end of the last, waiting and warp included.
    pub duration: i32,
    pub warp: i32,
    /// The first service starts in `early..=late`, so that neither more waiting nor more warp arises.
    pub early: i32,
    pub late: i32,
}

impl Segment {
    pub const fn single(service: i32, opens: i32, closes: i32) -> Self {
        Self { duration: service, warp: 0, early: opens, late: closes }
    }

    /// `self`, then `travel`, then `next`.
    #[inline(always)]
    pub fn then(self, travel: i32, next: Self) -> Self {
        let delta = self.duration - self.warp + travel;
        let wait = (next.early - delta - self.late).max(0);
        let warp = (self.early + delta - next.late).max(0);
        Self {
            duration: self.duration + next.duration + travel + wait,
            warp: self.warp + next.warp + warp,
            early: (next.early - delta).max(self.early) - wait,
            late: (next.late - delta).min(self.late) + warp,
        }
    }

    /// The warp of `self`, then `travel`, then `next`, alone.
    #[inline(always)]
    pub fn warp_with(self, travel: i32, next: Self) -> i32 {
        self.warp + next.warp + (self.early + self.duration - self.warp + travel - next.late).max(0)
    }
}

/// One service, as a node carries it: a stretch that cannot have warp.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Service {
    duration: i32,
    early: i32,
    late: i32,
}

impl From<Segment> for Service {
    fn from(single: Segment) -> Self {
        Self { duration: single.duration, early: single.early, late: single.late }
    }
}

impl Service {
    #[inline(always)]
    pub const fn alone(self) -> Segment {
        Segment::single(self.duration, self.early, self.late)
    }
}
