//! Files of visits on the running system: taken in with a bound on how much is held at once, looked at, kept, shown, and removed when they are to go.
//!
//! The order of what is written makes a crash harmless. Bytes first, then the row that makes them known: bytes nobody knows of are swept. Rows go first,
//! leaving the keys in `file_removals`, then the bytes: a removal that failed is tried again.

mod picture;

use crate::clock::Clock;
use crate::ports::files::{FileStore, FilesError};
use crate::store::visits::{FILES_MAX, FileRow, Hand, NewFile, StoredFile};
use crate::store::{Store, StoreError};
use crate::visits::Visits;
use bytes::Bytes;
use picture::Seen;
use salessync_engine::photo::{MediaType, PhotoFlaw};
use salessync_engine::visit::Visit;
use salessync_engine::visit::feed::FileHead;
use salessync_engine::visit::proof::FilePurpose;
use salessync_engine::{AgentId, FileId, Timestamp, VisitId};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// Files on their way in at once; whoever comes beyond is asked to come again.
const COMING_AT_ONCE: usize = 64;
/// Files held in memory at once, whole; the others wait for their turn on disk.
const HELD_AT_ONCE: usize = 4;
/// Pictures decoded at once.
const DECODED_AT_ONCE: usize = 2;
/// How often bytes that are to go are looked for, and how many go at once.
const REMOVE_EVERY: Duration = Duration::from_secs(5);
const REMOVED_AT_ONCE: i64 = 200;
/// How often bytes that nobody knows of are looked for, and how old those are at least: an upload under way is younger.
const SWEEP_EVERY: Duration = Duration::from_secs(6 * 3_600);
const UNKNOWN_AFTER_S: i64 = 3_600;
const SWEPT_AT_ONCE: usize = 500;

/// The files. Cheap to clone.
#[derive(Clone)]
pub struct Files {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    bytes: FileStore,
    visits: Visits,
    clock: Clock,
    bytes_max: usize,
    coming: Arc<Semaphore>,
    held: Arc<Semaphore>,
    decoders: Arc<Semaphore>,
}

/// A file that has come whole.
#[derive(Debug)]
pub struct Upload {
    pub id: FileId,
    pub visit: VisitId,
    pub agent: Option<AgentId>,
    pub purpose: FilePurpose,
    /// The type that was said.
    pub declared: Option<String>,
    pub bytes: Bytes,
    pub sha256: [u8; 32],
}

/// What became of it.
#[derive(Debug)]
pub enum TakenIn {
    Done {
        file: FileHead,
        visit: Box<Visit>,
    },
    /// It had come before.
    Same(FileHead),
}

/// Why a file is not taken.
#[derive(Debug, thiserror::Error)]
pub enum NotTakenIn {
    #[error(transparent)]
    Flaw(#[from] PhotoFlaw),
    #[error("the id stands for another file")]
    IdTaken,
    #[error("a visit has at most {FILES_MAX} files")]
    TooMany,
    #[error("there is no such visit")]
    Gone,
    #[error(transparent)]
    Bytes(#[from] FilesError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Room for one file, for as long as this is held.
pub struct Seat(#[expect(dead_code, reason = "held, not read")] OwnedSemaphorePermit);

impl Files {
    /// Starts removing what is to go, until the system stops.
    pub fn start(
        store: Store,
        bytes: FileStore,
        visits: Visits,
        (clock, bytes_max): (Clock, usize),
        stopping: watch::Receiver<bool>,
    ) -> Self {
        let inner = Inner {
            store: store.clone(),
            bytes,
            visits,
            clock,
            bytes_max,
            coming: Arc::new(Semaphore::new(COMING_AT_ONCE)),
            held: Arc::new(Semaphore::new(HELD_AT_ONCE)),
            decoders: Arc::new(Semaphore::new(DECODED_AT_ONCE)),
        };
        let files = Self { inner: Arc::new(inner) };
        let keeper = files.clone();
        store.spawn(async move { keeper.keep_house(stopping).await });
        files
    }

    pub fn bytes_max(&self) -> usize {
        self.inner.bytes_max
    }

    /// Room for one more that comes in; None: as many as may be are on their way.
    pub fn coming(&self) -> Option<Seat> {
        self.inner.coming.clone().try_acquire_owned().ok().map(Seat)
    }

    /// Waits for the turn of one that has come, to be held in memory.
    pub async fn hold(&self) -> Seat {
        Seat(self.inner.held.clone().acquire_owned().await.expect("the semaphore is never closed"))
    }

    /// Keeps a file and makes it known. When this returns, both are durable.
    pub async fn take_in(&self, upload: Upload, hand: Hand) -> Result<TakenIn, NotTakenIn> {
        let Inner { store, bytes, visits, .. } = &*self.inner;
        if let Some(known) = store.file(upload.id).await? {
            let is_same = known.file.visit_id == Some(upload.visit) && known.file.sha256 == hex(&upload.sha256);
            return if is_same { Ok(TakenIn::Same(known.file)) } else { Err(NotTakenIn::IdTaken) };
        }
        let zone = visits.zone();
        let (looked, seen) = {
            let _decoder = self.inner.decoders.acquire().await.expect("the semaphore is never closed");
            let (body, declared) = (upload.bytes.clone(), upload.declared.clone());
            let looking = tokio::task::spawn_blocking(move || {
                let looked = salessync_engine::photo::look(&body, declared.as_deref())?;
                Ok::<_, PhotoFlaw>((looked, picture::see(&body, looked, zone)))
            });
            // A decoder that panics has met a file that is no picture.
            looking.await.unwrap_or(Err(PhotoFlaw::NoSize))?
        };
        let Seen { taken_at, place, looks, thumbnail } = seen;
        let key = key_of(&upload, looked.media_type, hand.now);
        let thumbnail_key = thumbnail.as_ref().map(|_| format!("{key}.small.jpg"));
        bytes.put(&key, upload.bytes.clone()).await?;
        if let Some((key, thumbnail)) = thumbnail_key.as_ref().zip(thumbnail) {
            bytes.put(key, thumbnail).await?;
        }
        let new = NewFile {
            id: upload.id,
            visit: upload.visit,
            agent: upload.agent,
            purpose: upload.purpose,
            media_type: looked.media_type,
            bytes: upload.bytes.len() as i64,
            sha256: upload.sha256,
            size: looked.size.and_then(|size| Some((i32::try_from(size.width).ok()?, i32::try_from(size.height).ok()?))),
            taken_at,
            place,
            looks,
            key,
            thumbnail: thumbnail_key,
        };
        match visits.add_file(new, hand).await? {
            StoredFile::Done { file, visit } => Ok(TakenIn::Done { file, visit }),
            StoredFile::Same(file) => Ok(TakenIn::Same(file)),
            // Its bytes are swept.
            StoredFile::IdTaken => Err(NotTakenIn::IdTaken),
            StoredFile::TooMany => Err(NotTakenIn::TooMany),
            StoredFile::Gone => Err(NotTakenIn::Gone),
        }
    }

    /// The bytes of a file, or the small picture of it.
    pub async fn read(&self, row: &FileRow, is_thumbnail: bool) -> Result<Bytes, FilesError> {
        let key = if is_thumbnail { row.thumbnail.as_ref() } else { Some(&row.key) };
        match key {
            Some(key) => self.inner.bytes.get(key).await,
            None => Err(FilesError::Missing { key: row.file.id.to_string() }),
        }
    }

    /// Removes what is to go, all of it. Returns how many.
    pub async fn remove_due(&self) -> Result<usize, NotTakenIn> {
        let Inner { store, bytes, .. } = &*self.inner;
        let mut removed = 0;
        loop {
            let keys = store.file_removals(REMOVED_AT_ONCE).await?;
            let n = keys.len();
            for key in &keys {
                bytes.remove(key).await?;
            }
            store.files_removed(keys).await?;
            removed += n;
            if (n as i64) < REMOVED_AT_ONCE {
                return Ok(removed);
            }
        }
    }

    /// Removes bytes that were kept and never became known. Returns how many.
    pub async fn sweep(&self) -> Result<usize, NotTakenIn> {
        let Inner { store, bytes, clock, .. } = &*self.inner;
        let before = clock.now().plus_s(-UNKNOWN_AFTER_S).to_utc();
        let mut swept = 0;
        for keys in bytes.older_than(before, SWEPT_AT_ONCE).await? {
            for key in store.unknown_keys(keys).await? {
                bytes.remove(&key).await?;
                swept += 1;
            }
        }
        Ok(swept)
    }

    async fn keep_house(&self, mut stopping: watch::Receiver<bool>) {
        let mut swept = tokio::time::Instant::now();
        loop {
            tokio::select! {
                () = tokio::time::sleep(REMOVE_EVERY) => {}
                _ = stopping.wait_for(|stop| *stop) => return,
            }
            match self.remove_due().await {
                Ok(0) => {}
                Ok(removed) => tracing::info!(removed, "bytes of files are removed"),
                Err(error) => tracing::warn!(%error, "bytes of files could not be removed, trying again"),
            }
            if swept.elapsed() < SWEEP_EVERY {
                continue;
            }
            swept = tokio::time::Instant::now();
            match self.sweep().await {
                Ok(0) => {}
                Ok(swept) => tracing::info!(swept, "bytes that no file is known for are removed"),
                Err(error) => tracing::warn!(%error, "the file store could not be swept, trying again later"),
            }
        }
    }
}

/// By day, so that a folder does not grow without end; with a part of the hash, so that other bytes under the same id are elsewhere.
fn key_of(upload: &Upload, media_type: MediaType, now: Timestamp) -> String {
    let day = now.to_utc().format("%Y/%m/%d");
    format!("{day}/{}-{}.{}", upload.id, hex(&upload.sha256[..8]), media_type.extension())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
