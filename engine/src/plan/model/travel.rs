//! Travel between stops: what the planner asks, and the dense matrix that answers it fastest.

use super::{Flaw, FlawKind, MatrixDraft, StopIx, Subject, limits};

/// A way to travel: an index into `Problem::profiles`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct ProfileIx(pub u16);

/// A way from a stop to another.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Leg {
    pub duration_s: i32,
    pub distance_m: i32,
}

/// Answers how far it is. The same question always gets the same answer, and a stop is no way from itself.
pub trait Travel {
    /// None where there is no way.
    fn leg(&self, profile: ProfileIx, from: StopIx, to: StopIx) -> Option<Leg>;
}

/// Travel between all stops, known beforehand: one matrix per profile.
#[derive(Clone, Debug)]
pub struct Matrices {
    matrices: Vec<Matrix>,
}

/// Row-major, `n × n`.
#[derive(Clone, Debug)]
pub struct Matrix {
    n: usize,
    duration_s: Vec<i32>,
    distance_m: Vec<i32>,
}

/// In `Matrix::duration_s`: no way.
const NO_WAY: i32 = i32::MAX;

impl Matrix {
    /// Asks for every pair of `n` stops. The way from a stop to itself is nothing, whatever is answered.
    pub fn from_fn(n: usize, mut leg: impl FnMut(usize, usize) -> Option<Leg>) -> Self {
        let (mut duration_s, mut distance_m) = (Vec::with_capacity(n * n), Vec::with_capacity(n * n));
        for from in 0..n {
            for to in 0..n {
                let leg = if from == to { Some(Leg::default()) } else { leg(from, to) };
                let known = leg.filter(|leg| (0..=limits::HORIZON_S).contains(&leg.duration_s) && leg.distance_m >= 0);
                duration_s.push(known.map_or(NO_WAY, |leg| leg.duration_s));
                distance_m.push(known.map_or(0, |leg| leg.distance_m));
            }
        }
        Self { n, duration_s, distance_m }
    }

    pub const fn stops(&self) -> usize {
        self.n
    }

    pub fn leg(&self, from: StopIx, to: StopIx) -> Option<Leg> {
        let at = from.at() * self.n + to.at();
        let duration_s = self.duration_s[at];
        (duration_s != NO_WAY).then(|| Leg { duration_s, distance_m: self.distance_m[at] })
    }
}

impl Matrices {
    /// Returns the matrices, which must be as many as there are profiles and all of the same size.
    pub fn new(matrices: Vec<Matrix>) -> Self {
        Self { matrices }
    }

    /// Checks what a draft says of travel between its `stops` by each of its `profiles`.
    pub fn from_drafts(drafts: &[MatrixDraft], stops: usize, profiles: usize) -> Result<Self, Vec<Flaw>> {
        let flaw = |of, field, kind| Flaw { of, field, kind };
        if drafts.len() != profiles {
            return Err(vec![flaw(Subject::Problem, "matrices", FlawKind::WrongLength { expected: profiles })]);
        }
        if stops > limits::MATRIX_STOPS_MAX {
            return Err(vec![flaw(Subject::Problem, "stops", FlawKind::TooMany { max: limits::MATRIX_STOPS_MAX })]);
        }
        let mut flaws = Vec::new();
        for (profile, draft) in drafts.iter().enumerate() {
            for (field, rows, may_be_empty) in [("duration_s", &draft.duration_s, false), ("distance_m", &draft.distance_m, true)]
            {
                if may_be_empty && rows.is_empty() {
                    continue;
                }
                if rows.len() != stops || rows.iter().any(|row| row.len() != stops) {
                    flaws.push(flaw(Subject::Profile(profile), field, FlawKind::WrongLength { expected: stops }));
                    continue;
                }
                let max = if may_be_empty { f64::from(i32::MAX / 2) } else { f64::from(limits::HORIZON_S) };
                // One flaw a matrix says enough.
                if let Some(&wrong) = rows.iter().flatten().flatten().find(|value| !(0.0..=max).contains(*value)) {
                    let kind = if wrong.is_nan() { FlawKind::NotFinite } else { FlawKind::OutOfRange { min: 0.0, max } };
                    flaws.push(flaw(Subject::Profile(profile), field, kind));
                }
            }
        }
        if !flaws.is_empty() {
            return Err(flaws);
        }
        let matrix = |draft: &MatrixDraft| {
            Matrix::from_fn(stops, |from, to| {
                let duration_s = draft.duration_s[from][to]?.round() as i32;
                let distance_m = draft.distance_m.get(from).and_then(|row| row[to]).unwrap_or(0.0).round() as i32;
                Some(Leg { duration_s, distance_m })
            })
        };
        Ok(Self { matrices: drafts.iter().map(matrix).collect() })
    }

    pub fn matrix(&self, profile: ProfileIx) -> &Matrix {
        &self.matrices[usize::from(profile.0)]
    }
}

impl Travel for Matrices {
    fn leg(&self, profile: ProfileIx, from: StopIx, to: StopIx) -> Option<Leg> {
        self.matrix(profile).leg(from, to)
    }
}
