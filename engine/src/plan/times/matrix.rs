//! Travel times in a table: made by an oracle for a solver, or given, as benchmark instances are.

use super::{DayPart, DayParts, Leg, Pin, Stop, TravelTimes, UNREACHABLE};
use crate::Point;

/// Seconds and metres from each of some places to each of some places.
#[derive(Clone, PartialEq, Debug)]
pub struct Matrix {
    rows: usize,
    columns: usize,
    /// Row-major, rows × columns, seconds; `UNREACHABLE` where there is no way.
    durations_s: Vec<u32>,
    /// The same in metres.
    distances_m: Vec<u32>,
    parts: DayParts,
}

/// Tables that are no matrix.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum MatrixFlaw {
    #[error("{field} has {len} cells, must be {rows} rows of {columns}")]
    Cells { field: &'static str, len: usize, rows: usize, columns: usize },
    #[error("duration and distance of row {row}, column {column} must both be known or both be unreachable")]
    Half { row: usize, column: usize },
}

impl Matrix {
    /// No way from anywhere to anywhere.
    pub fn unreachable(rows: usize, columns: usize) -> Self {
        let cells = || vec![UNREACHABLE; rows * columns];
        Self { rows, columns, durations_s: cells(), distances_m: cells(), parts: DayParts::whole() }
    }

    /// Takes tables as they are: row-major, seconds and metres, `UNREACHABLE` in both where there is no way.
    pub fn new(rows: usize, columns: usize, durations_s: Vec<u32>, distances_m: Vec<u32>) -> Result<Self, MatrixFlaw> {
        for (field, len) in [("durations_s", durations_s.len()), ("distances_m", distances_m.len())] {
            if rows.checked_mul(columns) != Some(len) {
                return Err(MatrixFlaw::Cells { field, len, rows, columns });
            }
        }
        let is_half = |(duration, distance): (&u32, &u32)| (*duration == UNREACHABLE) != (*distance == UNREACHABLE);
        if let Some(cell) = durations_s.iter().zip(&distances_m).position(is_half) {
            return Err(MatrixFlaw::Half { row: cell / columns, column: cell % columns });
        }
        Ok(Self { rows, columns, durations_s, distances_m, parts: DayParts::whole() })
    }

    pub const fn rows(&self) -> usize {
        self.rows
    }

    pub const fn columns(&self) -> usize {
        self.columns
    }

    pub fn get(&self, row: usize, column: usize) -> Option<Leg> {
        let cell = self.cell(row, column);
        let duration_s = self.durations_s[cell];
        (duration_s != UNREACHABLE).then(|| Leg { duration_s, distance_m: self.distances_m[cell] })
    }

    pub fn set(&mut self, row: usize, column: usize, leg: Option<Leg>) {
        let cell = self.cell(row, column);
        (self.durations_s[cell], self.distances_m[cell]) = match leg {
            Some(leg) => (leg.duration_s, leg.distance_m),
            None => (UNREACHABLE, UNREACHABLE),
        };
    }

    /// Row-major, seconds; `UNREACHABLE` where there is no way.
    pub fn durations_s(&self) -> &[u32] {
        &self.durations_s
    }

    /// Row-major, metres; `UNREACHABLE` where there is no way.
    pub fn distances_m(&self) -> &[u32] {
        &self.distances_m
    }

    /// Puts a smaller matrix into this one, its first cell at this row and column.
    pub fn paste(&mut self, row: usize, column: usize, piece: &Self) {
        for from in 0..piece.rows {
            let (source, into) = (from * piece.columns, self.cell(row + from, column));
            let (source, into) = (source..source + piece.columns, into..into + piece.columns);
            self.durations_s[into.clone()].copy_from_slice(&piece.durations_s[source.clone()]);
            self.distances_m[into].copy_from_slice(&piece.distances_m[source]);
        }
    }

    fn cell(&self, row: usize, column: usize) -> usize {
        assert!(row < self.rows && column < self.columns, "row {row}, column {column} of {} by {}", self.rows, self.columns);
        row * self.columns + column
    }
}

/// A square matrix between the stops of a table, the same all day.
impl TravelTimes for Matrix {
    fn stop_count(&self) -> u32 {
        self.rows.min(self.columns) as u32
    }

    fn parts(&self) -> &DayParts {
        &self.parts
    }

    fn leg(&self, from: Stop, to: Stop, _: DayPart) -> Option<Leg> {
        self.get(from.index(), to.index())
    }

    fn pin(&self, pin: &mut Pin, stop: Stop, part: DayPart) {
        pin.begin(stop, part, 0);
    }

    fn away_s(&self, pin: &Pin, to: Stop) -> u32 {
        self.durations_s[pin.stop().index() * self.columns + to.index()]
    }

    fn back_s(&self, pin: &Pin, from: Stop) -> u32 {
        self.durations_s[from.index() * self.columns + pin.stop().index()]
    }

    fn anchor(&self, _: Stop) -> Option<Point> {
        None
    }

    fn top_mps(&self) -> f64 {
        f64::INFINITY
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leg(duration_s: u32) -> Leg {
        Leg { duration_s, distance_m: duration_s * 10 }
    }

    #[test]
    fn a_table_of_the_wrong_size_or_half_a_way_is_refused() {
        assert!(Matrix::new(1, 2, vec![1, 2], vec![3, 4]).is_ok());
        let flaw = Matrix::new(2, 2, vec![0; 4], vec![0; 3]).unwrap_err();
        assert_eq!(flaw, MatrixFlaw::Cells { field: "distances_m", len: 3, rows: 2, columns: 2 });
        let flaw = Matrix::new(2, 2, vec![0, 0, 0, UNREACHABLE], vec![0; 4]).unwrap_err();
        assert_eq!(flaw, MatrixFlaw::Half { row: 1, column: 1 });
        assert!(Matrix::new(usize::MAX, 2, Vec::new(), Vec::new()).is_err());
    }

    #[test]
    fn pinned_answers_are_those_of_the_table() {
        let mut matrix = Matrix::unreachable(3, 3);
        matrix.set(0, 1, Some(leg(5)));
        matrix.set(2, 0, Some(leg(7)));
        let mut pin = Pin::new();
        matrix.pin(&mut pin, Stop(0), DayPart(0));
        assert_eq!((matrix.away_s(&pin, Stop(1)), matrix.away_s(&pin, Stop(2))), (5, UNREACHABLE));
        assert_eq!((matrix.back_s(&pin, Stop(2)), matrix.back_s(&pin, Stop(1))), (7, UNREACHABLE));
        assert_eq!(matrix.leg(Stop(2), Stop(0), DayPart(0)), Some(leg(7)));
        assert_eq!(matrix.least_s(Stop(0), Stop(1)), 0);
    }

    #[test]
    fn a_piece_lands_where_it_belongs() {
        let mut piece = Matrix::unreachable(1, 2);
        piece.set(0, 1, Some(leg(3)));
        let mut whole = Matrix::unreachable(3, 3);
        whole.set(2, 1, Some(leg(9)));
        whole.paste(2, 1, &piece);
        assert_eq!((whole.get(2, 1), whole.get(2, 2)), (None, Some(leg(3))));
    }
}
