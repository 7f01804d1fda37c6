//! Seals the audit trail: gives new rows their place in the chain within a second, signs the head, and puts it outside the database as well.
//! Checks the whole before it forgets what is too old.
//!
//! The chain is continued from what is known outside the database, not from what the database says: whoever cuts off its end leaves a gap
//! that no later row closes.

mod head_file;
mod key;

pub use head_file::{HeadFile, HeadLine};
pub use key::{AuditKey, KeyFlaw, PublicKey, judge};

use crate::clock::Clock;
use crate::metrics::Metrics;
use crate::store::audit_chain::{Judge, Sealed, Sealing, Tail};
use crate::store::{Store, StoreError};
use parking_lot::Mutex;
use salessync_engine::Timestamp;
use salessync_engine::audit::chain::{End, Head, Row, continued};
use salessync_engine::audit::verify::{Report, Signature};
use salessync_engine::audit::{Act, ActKind, Actor, Object};
use serde_json::json;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How often new rows are looked for: a row that is deleted before it is sealed leaves no trace, so this is short.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Rows sealed in one transaction.
const BATCH: i64 = 2_000;
/// Heads copied to the file at once.
const HEADS_AT_ONCE: i64 = 1_000;
/// The first look for rows that are too old, and the pause between two.
const FORGET_AFTER: Duration = Duration::from_secs(60);
const FORGET_EVERY: Duration = Duration::from_secs(6 * 3_600);
/// Longest wait for the last rows to be sealed when the server stops.
const LAST_SEAL: Duration = Duration::from_secs(5);
const DAY_S: i64 = 86_400;

/// Seals, and knows where the chain ended.
pub struct Sealer {
    store: Store,
    clock: Clock,
    metrics: Metrics,
    key: Arc<AuditKey>,
    file: Option<HeadFile>,
    /// Rows older than so many days are forgotten; 0: never.
    retention_days: i64,
    known: Mutex<Known>,
}

/// What is known of the chain outside the database.
#[derive(Clone, Copy, Default)]
struct Known {
    /// The end of the chain as it was sealed here, or as the file has it.
    end: End,
    /// The newest head in the file.
    in_file: i64,
    /// Has the end been compared with the database since the start?
    compared: bool,
}

/// Why rows were not sealed, heads not put outside, or nothing was forgotten.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("keep heads of the audit trail outside the database")]
    File(#[source] io::Error),
    #[error("the audit trail does not fit ({0} findings): run `salessync audit verify`; nothing is forgotten")]
    Tampered(usize),
}

impl SealError {
    /// The whole chain of causes on one line, for the log.
    pub fn chain(&self) -> String {
        match self {
            Self::Store(error) => error.chain(),
            Self::File(source) => format!("{self}: {source}"),
            Self::Tampered(_) => self.to_string(),
        }
    }
}

impl Sealer {
    /// Reads where the chain ended from the file of heads; without one it is read from the database.
    pub fn open(
        store: Store,
        around: (Clock, Metrics),
        key: AuditKey,
        file: Option<HeadFile>,
        retention_days: i64,
    ) -> Result<Self, SealError> {
        let newest = file.as_ref().map(HeadFile::newest).transpose().map_err(SealError::File)?.unwrap_or_default();
        let trusted = [key.public()];
        let last = newest.iter().filter(|head| judge(&trusted, head) != Signature::Bad).max_by_key(|head| head.seq);
        let end = last.map_or(End::GENESIS, |head| End { seq: head.seq, hash: head.hash });
        let known = Known { end, in_file: end.seq, compared: false };
        let (clock, metrics) = around;
        Ok(Self { store, clock, metrics, key: Arc::new(key), file, retention_days, known: Mutex::new(known) })
    }

    /// Seals until it is told to stop.
    pub fn start(self) -> Running {
        let (stop, mut stopping) = watch::channel(false);
        let store = self.store.clone();
        let task = store.spawn(async move {
            let mut forget_at = tokio::time::Instant::now() + FORGET_AFTER;
            loop {
                self.note(self.seal().await);
                if self.retention_days > 0 && tokio::time::Instant::now() >= forget_at {
                    forget_at = tokio::time::Instant::now() + FORGET_EVERY;
                    self.note(self.forget().await.map(drop));
                }
                tokio::select! {
                    () = tokio::time::sleep(LOOK_EVERY) => {}
                    _ = stopping.wait_for(|stop| *stop) => break,
                }
            }
            self.note(self.seal().await);
        });
        Running { stop, task }
    }

    fn note(&self, outcome: Result<(), SealError>) {
        if let Err(error) = outcome {
            self.metrics.task_failures.with_label_values(&["sealer"]).inc();
            tracing::error!(error = error.chain(), "the audit trail is not looked after, trying again at the next turn");
        }
    }

    /// Seals what is there and puts the heads outside.
    pub async fn seal(&self) -> Result<(), SealError> {
        loop {
            let (known, now, key, metrics) = (self.known.lock().end, self.clock.now(), self.key.clone(), self.metrics.clone());
            let link = move |tail: &Tail, rows: &[Row]| linked(known, tail, rows, now, &key, &metrics);
            match self.store.seal_audit(BATCH, link).await? {
                Sealing::Nothing => break,
                Sealing::Done { head, rows } => {
                    self.metrics.audit_rows_sealed.inc_by(rows);
                    let mut known = self.known.lock();
                    (known.end, known.compared) = (End { seq: head.seq, hash: head.hash }, true);
                }
            }
        }
        self.put_outside().await
    }

    /// Appends to the file the heads that it does not have: those just signed, and those that a crash has kept from it.
    async fn put_outside(&self) -> Result<(), SealError> {
        let Some(file) = &self.file else { return Ok(()) };
        let trusted = [self.key.public()];
        if !self.known.lock().compared {
            let newest = self.store.audit_tail().await?.heads.into_iter().find(|head| judge(&trusted, head) == Signature::Good);
            let mut known = self.known.lock();
            known.compared = true;
            if let Some(head) = newest.filter(|head| head.seq > known.end.seq) {
                known.end = End { seq: head.seq, hash: head.hash };
            }
        }
        loop {
            let Known { end, in_file, .. } = *self.known.lock();
            if in_file >= end.seq {
                return Ok(());
            }
            let mut heads = self.store.audit_heads_after(in_file, HEADS_AT_ONCE).await?;
            let up_to = heads.last().map_or(end.seq, |head| head.seq.min(end.seq));
            // What somebody put beyond the end, or did not sign, has no place outside.
            heads.retain(|head| head.seq <= end.seq && judge(&trusted, head) != Signature::Bad);
            if !heads.is_empty() {
                self.append(file, heads).await?;
            }
            self.known.lock().in_file = up_to;
        }
    }

    async fn append(&self, file: &HeadFile, heads: Vec<Head>) -> Result<(), SealError> {
        let (file, public) = (file.clone(), self.key.public());
        blocking(move || file.append(&heads, &public)).await.map_err(SealError::File)
    }

    /// Checks the whole chain.
    pub async fn check(&self) -> Result<Report, SealError> {
        let judge: Judge = trusting(vec![self.key.public()]);
        let report = check(&self.store, self.file.clone(), judge, self.clock.now()).await?;
        self.metrics.audit_findings.set(i64::try_from(report.findings.len()).unwrap_or(i64::MAX));
        Ok(report)
    }

    /// Forgets rows that are too old, up to a checkpoint that is signed and kept in both places first. Returns how many.
    pub async fn forget(&self) -> Result<i64, SealError> {
        if self.retention_days == 0 {
            return Ok(0);
        }
        let now = self.clock.now();
        if let Some(cut) = self.store.audit_cut(now.plus_s(-self.retention_days * DAY_S)).await? {
            let report = self.check().await?;
            if !report.findings.is_empty() {
                return Err(SealError::Tampered(report.findings.len()));
            }
            self.store.add_audit_checkpoint(self.key.sign(Head { rows: 0, at: now, checkpoint: true, ..cut })).await?;
        }
        // Also one that a crash came after.
        let Some(checkpoint) = self.store.audit_checkpoint().await? else { return Ok(0) };
        if judge(&[self.key.public()], &checkpoint) != Signature::Good {
            return Err(SealError::Tampered(1));
        }
        if let Some(file) = &self.file {
            let reading = file.clone();
            let outside = blocking(move || reading.read()).await.map_err(SealError::File)?.map(|(heads, _)| heads);
            if !outside.is_some_and(|heads| heads.contains(&checkpoint)) {
                self.append(file, vec![checkpoint.clone()]).await?;
            }
        }
        let forgotten = self.store.forget_audit(checkpoint.seq).await?;
        if forgotten > 0 {
            let what = json!({ "rows": forgotten, "up_to_seq": checkpoint.seq });
            let act = Act::new(now, Actor::System, ActKind::RetentionRun).about(Object::new("data", "audit"));
            self.store.audit(act.changing(None, Some(what))).await?;
        }
        Ok(forgotten)
    }
}

/// A sealer at work.
pub struct Running {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Running {
    /// Seals what is left and ends, before the store is closed.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        if tokio::time::timeout(LAST_SEAL, self.task).await.is_err() {
            tracing::warn!("the last rows of the audit trail are not sealed; the next start does it");
        }
    }
}

/// Judges by these keys and no others.
pub fn trusting(keys: Vec<PublicKey>) -> Judge {
    Arc::new(move |head| judge(&keys, head))
}

/// Checks the whole chain against the heads in the database and those outside.
pub async fn check(store: &Store, file: Option<HeadFile>, judge: Judge, now: Timestamp) -> Result<Report, SealError> {
    // The file first: what is sealed meanwhile is then in the database only, and not the other way round.
    let outside = match file {
        None => None,
        // A file that is gone is one without heads, and the heads of the database are missing in it.
        Some(file) => Some(blocking(move || file.read()).await.map_err(SealError::File)?.unwrap_or_default().0),
    };
    Ok(store.check_audit(outside, judge, now).await?)
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}

/// Where rows go in the chain, and the head that says so.
fn linked(known: End, tail: &Tail, rows: &[Row], now: Timestamp, key: &AuditKey, metrics: &Metrics) -> Option<Sealed> {
    let trusted = [key.public()];
    // A head by another key is another server's, or a finding for whoever checks; one with a wrong signature is nobody's.
    let heads = tail.heads.iter().filter(|head| judge(&trusted, head) != Signature::Bad);
    let head = heads.map(|head| End { seq: head.seq, hash: head.hash }).max_by_key(|end| end.seq).unwrap_or(End::GENESIS);
    let row = tail.row.map(|(seq, hash)| End { seq, hash });
    let continued = continued(known, head, row, rows);
    if continued.is_broken {
        metrics.audit_findings.set(1);
        tracing::error!(
            known_seq = known.seq,
            head_seq = head.seq,
            row_seq = row.map_or(0, |row| row.seq),
            "the end of the audit trail is not where it was left: run `salessync audit verify`"
        );
    }
    let last = continued.end;
    let unsigned = Head {
        seq: last.seq,
        hash: last.hash,
        rows: continued.rows,
        at: now,
        checkpoint: false,
        key_id: String::new(),
        signature: Vec::new(),
    };
    Some(Sealed { first_seq: continued.first_seq, hashes: continued.hashes, head: key.sign(unsigned) })
}
