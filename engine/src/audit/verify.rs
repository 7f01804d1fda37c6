//! Checks a chain from its rows and heads, one page after the other, and names what does not fit. Two witnesses are heard: the heads in the
//! database and those kept outside it; whoever holds only the database cannot make the second agree.
//!
//! A checker says what it sees and goes on from there, so that one altered row is one finding and not all rows after it.

use super::chain::{GENESIS, Hash, Head, Row, chain};
use crate::Timestamp;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Where a head was found.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Witness {
    Database,
    HeadFile,
}

impl std::fmt::Display for Witness {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Database => "the database",
            Self::HeadFile => "the head file",
        })
    }
}

/// What a signature is worth.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Signature {
    Good,
    Bad,
    /// By a key that is not trusted.
    UnknownKey,
}

/// Something that does not fit.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Finding {
    #[error("row {id} (seq {seq}) was altered or moved: its content does not fit its hash")]
    RowAltered { id: Uuid, seq: i64 },
    #[error("rows seq {from} to {to} are missing")]
    RowsMissing { from: i64, to: i64 },
    #[error("rows seq {from} to {to} are missing at the end: {witness} has a head beyond them")]
    TailMissing { from: i64, to: i64, witness: Witness },
    #[error("row {id} has seq {seq}, which another row has already")]
    SeqTwice { id: Uuid, seq: i64 },
    #[error("rows seq {from} to {to} are under no signed head: they were inserted by hand")]
    UnderNoHead { from: i64, to: i64 },
    #[error("the head at seq {seq} in {witness} does not fit the rows: the chain was computed anew")]
    HeadDoesNotFit { seq: i64, witness: Witness },
    #[error("the head at seq {seq} in {witness} has a wrong signature")]
    BadSignature { seq: i64, witness: Witness },
    #[error("the head at seq {seq} in {witness} is signed by the unknown key {key_id}")]
    UnknownKey { seq: i64, witness: Witness, key_id: String },
    #[error(
        "the heads at seq {after} and {seq} in {witness} do not join: heads between them are missing, or rows were inserted by hand"
    )]
    HeadsMissing { after: i64, seq: i64, witness: Witness },
    #[error("the head at seq {seq} is in {present} but not in {absent}")]
    HeadInOneOnly { seq: i64, present: Witness, absent: Witness },
    #[error(
        "{rows} rows have seq {seq} or less, which is before the chain begins: they were inserted by hand, or retention did not finish"
    )]
    BeforeTheStart { rows: i64, seq: i64 },
    #[error("{rows} rows are older than a minute and not sealed, the oldest is {oldest}")]
    Unsealed { rows: i64, oldest: Uuid },
}

/// What is kept of a head whose signature is good.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Known {
    hash: Hash,
    rows: i64,
    at: Timestamp,
}

/// A head in one place and not yet in the other is no finding for so long.
const LAG_S: i64 = 60;

/// Reads a chain in the order of its rows. Heads up to a row come before it: `heads`, then `rows`, page by page, then `finish`.
pub struct Checker {
    now: Timestamp,
    findings: Vec<Finding>,
    /// Heads outside the database, if there is such a place; None for one that is there and not to be trusted.
    outside: Option<BTreeMap<i64, Option<Known>>>,
    /// Heads in the database that rows were not yet read up to.
    inside: BTreeMap<i64, Option<Known>>,
    /// The newest head of the database read so far.
    inside_seq: i64,
    /// The newest row read so far, and the hash it has.
    seq: i64,
    hash: Hash,
    rows: i64,
    heads: i64,
}

/// What was checked, and what does not fit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    pub rows: i64,
    pub heads: i64,
    /// Where the check began: after the newest checkpoint, or at 0.
    pub from_seq: i64,
    pub to_seq: i64,
    pub findings: Vec<Finding>,
}

/// Judges a head's signature.
pub type Judge<'a> = &'a dyn Fn(&Head) -> Signature;

impl Checker {
    /// Begins at the newest good checkpoint of `checkpoints` (those of the database) or of the heads outside. `outside` is None when heads are
    /// kept nowhere but in the database.
    pub fn new(checkpoints: &[Head], outside: Option<&[Head]>, judge: Judge<'_>, now: Timestamp) -> Self {
        let mut findings = Vec::new();
        let good_inside: Vec<_> = checkpoints.iter().filter(|head| good(head, Witness::Database, judge, &mut findings)).collect();
        let outside_judged: Option<Vec<(&Head, bool)>> =
            outside.map(|heads| heads.iter().map(|head| (head, good(head, Witness::HeadFile, judge, &mut findings))).collect());
        let inside_start = good_inside.into_iter().max_by_key(|head| head.seq);
        let outside_start = outside_judged.as_ref().and_then(|heads| {
            let checkpoints = heads.iter().filter(|(head, is_good)| *is_good && head.checkpoint);
            checkpoints.map(|(head, _)| *head).max_by_key(|head| head.seq)
        });
        let of = |head: &Option<&Head>| head.map_or(0, |head| head.seq);
        if of(&outside_start) > of(&inside_start) {
            findings.push(in_one(of(&outside_start), Witness::HeadFile, Witness::Database));
        }
        if outside.is_some()
            && let Some(head) = inside_start.filter(|head| head.seq > of(&outside_start))
            && now.since_ms(head.at) > LAG_S * 1000
        {
            findings.push(in_one(head.seq, Witness::Database, Witness::HeadFile));
        }
        let start = if of(&outside_start) > of(&inside_start) { outside_start } else { inside_start };
        let (seq, hash) = start.map_or((0, GENESIS), |head| (head.seq, head.hash));
        let outside = outside_judged.map(|heads| known_outside(heads, seq, &mut findings));
        Self { now, findings, outside, inside: BTreeMap::new(), inside_seq: seq, seq, hash, rows: 0, heads: 0 }
    }

    /// The row after which the check goes on.
    pub fn seq(&self) -> i64 {
        self.seq
    }

    /// The head after which it goes on.
    pub fn heads_seq(&self) -> i64 {
        self.inside_seq
    }

    /// Takes heads of the database, checkpoints left out, in the order of seq.
    pub fn heads(&mut self, heads: &[Head], judge: Judge<'_>) {
        for head in heads {
            self.heads += 1;
            if head.seq.checked_sub(head.rows) != Some(self.inside_seq) {
                self.findings.push(Finding::HeadsMissing { after: self.inside_seq, seq: head.seq, witness: Witness::Database });
            }
            self.inside_seq = head.seq;
            let is_good = good(head, Witness::Database, judge, &mut self.findings);
            self.inside.insert(head.seq, is_good.then_some(Known { hash: head.hash, rows: head.rows, at: head.at }));
        }
    }

    /// Takes rows in the order of seq, each with the hash it was sealed with.
    pub fn rows(&mut self, rows: &[(i64, Option<Hash>, Row)]) {
        for (seq, hash, row) in rows {
            self.row(*seq, *hash, row);
        }
    }

    fn row(&mut self, seq: i64, hash: Option<Hash>, row: &Row) {
        self.rows += 1;
        if seq <= self.seq {
            self.findings.push(Finding::SeqTwice { id: row.id, seq });
            return;
        }
        let follows = seq == self.seq + 1;
        if !follows {
            self.findings.push(Finding::RowsMissing { from: self.seq + 1, to: seq - 1 });
            self.drop_heads_before(seq);
        }
        let computed = chain(&self.hash, &row.canonical(seq));
        // After a gap the hash before is not known: the row's own is taken, and the next head judges it.
        if (follows && hash != Some(computed)) || hash.is_none() {
            self.findings.push(Finding::RowAltered { id: row.id, seq });
        }
        (self.seq, self.hash) = (seq, hash.unwrap_or(computed));
        let inside = self.inside.remove(&seq);
        self.judge_head(seq, inside.flatten(), Witness::Database);
        let outside = self.outside.as_mut().and_then(|heads| heads.remove(&seq));
        self.judge_head(seq, outside.flatten(), Witness::HeadFile);
        let is_late = |head: Option<Known>| head.is_none_or(|head| self.now.since_ms(head.at) > LAG_S * 1000);
        match (inside, outside) {
            (Some(head), None) if self.outside.is_some() && is_late(head) => {
                self.findings.push(in_one(seq, Witness::Database, Witness::HeadFile));
            }
            (None, Some(_)) => self.findings.push(in_one(seq, Witness::HeadFile, Witness::Database)),
            (Some(_), Some(_) | None) | (None, None) => {}
        }
    }

    fn judge_head(&mut self, seq: i64, head: Option<Known>, witness: Witness) {
        if head.is_some_and(|head| head.hash != self.hash) {
            self.findings.push(Finding::HeadDoesNotFit { seq, witness });
        }
    }

    /// Heads of rows that are missing: the gap is the finding.
    fn drop_heads_before(&mut self, seq: i64) {
        self.inside = self.inside.split_off(&seq);
        if let Some(outside) = &mut self.outside {
            *outside = outside.split_off(&seq);
        }
    }

    /// Ends the check: what has a head but no row, and rows without a head. `before` is how many rows there are up to `from_seq`, where the
    /// check began; `unsealed` are the rows older than a minute that have no seq: how many, and the oldest.
    pub fn finish(mut self, from_seq: i64, before: i64, unsealed: Option<(i64, Uuid)>) -> Report {
        let beyond = |heads: &BTreeMap<i64, Option<Known>>| heads.last_key_value().map(|(seq, _)| *seq);
        let outside = self.outside.as_ref().and_then(beyond);
        let ends = [(beyond(&self.inside), Witness::Database), (outside, Witness::HeadFile)];
        for (end, witness) in ends {
            if let Some(to) = end.filter(|to| *to > self.seq) {
                self.findings.push(Finding::TailMissing { from: self.seq + 1, to, witness });
            }
        }
        if let Some(seq) = outside.filter(|seq| *seq > self.inside_seq && *seq > self.seq) {
            self.findings.push(in_one(seq, Witness::HeadFile, Witness::Database));
        }
        if self.seq > self.inside_seq {
            self.findings.push(Finding::UnderNoHead { from: self.inside_seq + 1, to: self.seq });
        }
        if before > 0 {
            self.findings.push(Finding::BeforeTheStart { rows: before, seq: from_seq });
        }
        if let Some((rows, oldest)) = unsealed.filter(|(rows, _)| *rows > 0) {
            self.findings.push(Finding::Unsealed { rows, oldest });
        }
        Report { rows: self.rows, heads: self.heads, from_seq, to_seq: self.seq, findings: self.findings }
    }
}

fn in_one(seq: i64, present: Witness, absent: Witness) -> Finding {
    Finding::HeadInOneOnly { seq, present, absent }
}

/// Is the head signed by a trusted key? If not, that is a finding.
fn good(head: &Head, witness: Witness, judge: Judge<'_>, findings: &mut Vec<Finding>) -> bool {
    match judge(head) {
        Signature::Good => true,
        Signature::Bad => {
            findings.push(Finding::BadSignature { seq: head.seq, witness });
            false
        }
        Signature::UnknownKey => {
            findings.push(Finding::UnknownKey { seq: head.seq, witness, key_id: head.key_id.clone() });
            false
        }
    }
}

/// The heads outside after `start`, by seq; heads that do not join, or contradict each other, are findings.
fn known_outside(heads: Vec<(&Head, bool)>, start: i64, findings: &mut Vec<Finding>) -> BTreeMap<i64, Option<Known>> {
    let witness = Witness::HeadFile;
    let mut known = BTreeMap::<i64, Option<Known>>::new();
    let mut joins = BTreeMap::<i64, i64>::new();
    for (head, is_good) in heads.into_iter().filter(|(head, _)| !head.checkpoint && head.seq > start) {
        joins.insert(head.seq, head.rows);
        let new = is_good.then_some(Known { hash: head.hash, rows: head.rows, at: head.at });
        // The same head may be there twice: it is written again where it is not known to have been.
        let old = known.insert(head.seq, new).flatten();
        if old.is_some_and(|old| new.is_some_and(|new| new.hash != old.hash)) {
            findings.push(Finding::HeadDoesNotFit { seq: head.seq, witness });
        }
    }
    let mut after = start;
    for (seq, rows) in joins {
        if seq.checked_sub(rows).is_none_or(|joined| joined > after) {
            findings.push(Finding::HeadsMissing { after, seq, witness });
        }
        after = seq;
    }
    known
}
