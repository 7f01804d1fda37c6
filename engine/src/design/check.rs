//! Looks at a design again with nothing but the definition: shares no code with the search.

use super::{Design, Draft, Ground};

/// What a design breaks.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Breach {
    #[error("{cells} cells are told a territory, the ground has {ground}")]
    Length { cells: usize, ground: usize },
    #[error("cell {cell} is given to territory {seat}, which there is not")]
    UnknownSeat { cell: usize, seat: u16 },
    #[error("territory {seat} has no cell")]
    Empty { seat: usize },
    #[error("territory {seat} is in {parts} parts")]
    Torn { seat: usize, parts: usize },
    #[error("locked account {account} has left its territory")]
    LockedMoved { account: usize },
}

/// Returns everything that is wrong with a design; nothing if all is well.
pub fn breaches(draft: &Draft, ground: &Ground, design: &Design) -> Vec<Breach> {
    let cells = ground.cells().len();
    if design.seat_of.len() != cells {
        return vec![Breach::Length { cells: design.seat_of.len(), ground: cells }];
    }
    let seats = draft.seats.len();
    let mut found = Vec::new();
    let unknown = design.seat_of.iter().enumerate().filter(|(_, seat)| usize::from(**seat) >= seats);
    found.extend(unknown.map(|(cell, seat)| Breach::UnknownSeat { cell, seat: *seat }));
    for seat in 0..seats {
        match parts(ground, &design.seat_of, seat) {
            0 => found.push(Breach::Empty { seat }),
            1 => {}
            parts => found.push(Breach::Torn { seat, parts }),
        }
    }
    if found.is_empty() {
        let seats = design.seats_of_accounts(ground, draft);
        let moved = draft
            .accounts
            .iter()
            .zip(seats)
            .enumerate()
            .filter(|(_, (account, seat))| account.is_locked && account.today != Some(*seat));
        found.extend(moved.map(|(account, _)| Breach::LockedMoved { account }));
    }
    found
}

/// Union-find over all pairs of neighbours.
fn parts(ground: &Ground, seat_of: &[u16], seat: usize) -> usize {
    let mut parent: Vec<usize> = (0..seat_of.len()).collect();
    fn root(parent: &mut [usize], mut at: usize) -> usize {
        while parent[at] != at {
            parent[at] = parent[parent[at]];
            at = parent[at];
        }
        at
    }
    let is_own = |cell: usize| usize::from(seat_of[cell]) == seat;
    let mut parts = (0..seat_of.len()).filter(|cell| is_own(*cell)).count();
    for cell in (0..seat_of.len()).filter(|cell| is_own(*cell)) {
        for next in ground.neighbours(cell).iter().map(|next| *next as usize).filter(|next| is_own(*next)) {
            let (a, b) = (root(&mut parent, cell), root(&mut parent, next));
            if a != b {
                parent[a] = b;
                parts -= 1;
            }
        }
    }
    parts
}
