//! Postgres behind one door. All SQL of an aggregate is in its own file here; no other folder knows sqlx.
//!
//! The pools live on multi-thread runtimes of their own, because a connection belongs to the runtime that opened it and actix workers are
//! separate single-thread ones. Whoever asks waits for a permit first, so a slow database is felt as waiting, not as memory.

pub mod access;
pub mod agents;
pub mod api_keys;
pub mod audit;
pub mod audit_chain;
pub mod classes;
pub mod compaction;
pub mod contacts;
pub(crate) mod customer_changes;
mod customer_contacts;
pub mod customers;
pub mod decisions;
pub mod devices;
pub mod dispatch;
pub mod durations;
pub(crate) mod duty;
pub mod erasure;
mod error;
pub mod fences;
pub mod history;
pub mod invitations;
pub mod journal;
pub mod local_postgres;
mod partitions;
pub mod plan_commits;
pub mod plan_jobs;
pub(crate) mod plan_world;
pub mod plans;
pub mod quarantine;
pub mod retention;
pub mod roles;
pub mod second_factors;
pub mod sessions;
pub mod signing_keys;
mod snapshots;
pub mod stretch;
pub mod teams;
pub mod territories;
pub mod territory_designs;
mod timeline;
pub mod timeline_read;
pub mod track_settings;
pub mod tracks;
pub mod travel;
pub mod users;
pub mod vault;
pub mod visits;
pub mod work;

pub use error::StoreError;
pub use snapshots::SnapshotRow;

use sqlx::Connection;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use std::future::Future;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::sync::Semaphore;

/// Requests under way or waiting for a connection; one more waits for a permit.
const REQUESTS_MAX: usize = 256;
/// Longest wait for a connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// A connection that was used this lately is taken to be alive: asking it costs a round trip.
const SURELY_ALIVE: Duration = Duration::from_secs(1);
/// Of each of the two pools.
const THREADS: usize = 2;
/// Longest single statement of a reader; writers set their own.
const STATEMENT_TIMEOUT_MS: u32 = 30_000;

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pool: PgPool,
    /// For what people wait for at a desk.
    desk: PgPool,
    runtime: Arc<StoreRuntime>,
    desk_runtime: Arc<StoreRuntime>,
    permits: Arc<Semaphore>,
}

/// Shuts the runtime down without waiting, wherever the last handle is dropped (also inside another runtime).
struct StoreRuntime(Option<Runtime>);

impl StoreRuntime {
    fn start(name: &str) -> Result<Self, StoreError> {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let runtime = builder.worker_threads(THREADS).thread_name(name).enable_all().build();
        Ok(Self(Some(runtime.map_err(StoreError::runtime)?)))
    }

    fn get(&self) -> &Runtime {
        self.0.as_ref().expect("taken only by drop")
    }
}

impl Drop for StoreRuntime {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl Store {
    /// Connects lazily: the first request finds out whether Postgres is there. Half as many connections again are for the desk.
    pub fn open(url: &str, connections: u32) -> Result<Self, StoreError> {
        let options = PgConnectOptions::from_str(url).map_err(StoreError::url)?.application_name("salessync").options([
            ("synchronous_commit", "on"),
            // Compiling a plan takes longer than any of ours runs.
            ("jit", "off"),
            ("timezone", "UTC"),
            ("statement_timeout", &STATEMENT_TIMEOUT_MS.to_string()),
        ]);
        let by_ids = options.clone().options([
            ("plan_cache_mode", "force_generic_plan"),
            ("enable_hashjoin", "off"),
            ("enable_mergejoin", "off"),
            ("enable_seqscan", "off"),
        ]);
        let (runtime, desk_runtime) = (StoreRuntime::start("store")?, StoreRuntime::start("desk")?);
        let pool = lazy_pool(&runtime, options, connections);
        let desk = lazy_pool(&desk_runtime, by_ids, connections.div_ceil(2));
        let permits = Arc::new(Semaphore::new(REQUESTS_MAX));
        Ok(Self { pool, desk, runtime: Arc::new(runtime), desk_runtime: Arc::new(desk_runtime), permits })
    }

    /// Runs `work` on the store's runtime and waits for it from any other.
    async fn on<T, F>(&self, work: impl FnOnce(PgPool) -> F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, StoreError>> + Send + 'static,
    {
        let _permit = self.permits.acquire().await.map_err(|_| StoreError::Closed)?;
        self.spawn(work(self.pool.clone())).await.map_err(|_| StoreError::Closed)?
    }

    /// The same on connections and threads of their own, for a dispatcher's and an agent's changes and what tells others of them: they never wait
    /// for a long read or for the snapshots. A statement is planned once for each connection, whatever it is given: planned anew for every visit,
    /// as Postgres begins to do, planning was a fifth of what a change cost. Planned without the ids it takes them to be ten, and would read
    /// a whole table of customers to join it, or of visits while they are few: rows are looked up one by one instead. For statements,
    /// therefore, whose best plan does not depend on their parameters: rows by their ids, never a search whose filters may be missing.
    async fn on_desk<T, F>(&self, work: impl FnOnce(PgPool) -> F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, StoreError>> + Send + 'static,
    {
        let _permit = self.permits.acquire().await.map_err(|_| StoreError::Closed)?;
        self.spawn_at_desk(work(self.desk.clone())).await.map_err(|_| StoreError::Closed)?
    }

    /// Starts what goes on beside a desk's connections: it and what it waits for there need no other thread to wake up.
    pub(crate) fn spawn_at_desk<T: Send + 'static>(
        &self,
        task: impl Future<Output = T> + Send + 'static,
    ) -> tokio::task::JoinHandle<T> {
        self.desk_runtime.get().spawn(task)
    }

    /// Starts a long-lived task beside the pool.
    pub fn spawn<T: Send + 'static>(&self, task: impl Future<Output = T> + Send + 'static) -> tokio::task::JoinHandle<T> {
        self.runtime.get().spawn(task)
    }

    /// Brings the schema up to date. Several servers may do so at once: the migrator takes a lock.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        self.on(async move |pool: PgPool| sqlx::migrate!("../migrations").run(&pool).await.map_err(StoreError::migrate)).await
    }

    /// Does Postgres answer?
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.on(async move |pool: PgPool| {
            sqlx::query_scalar!("select 1 as one").fetch_one(&pool).await.map_err(|error| StoreError::sql("ping", error))?;
            Ok(())
        })
        .await
    }

    /// Closes the connections, after what is under way.
    pub async fn close(&self) {
        let (pool, desk) = (self.pool.clone(), self.desk.clone());
        let pool = self.spawn(async move { pool.close().await });
        let desk = self.spawn_at_desk(async move { desk.close().await });
        let _ = tokio::join!(pool, desk);
    }
}

/// A pool that connects when it is first asked.
fn lazy_pool(runtime: &StoreRuntime, options: PgConnectOptions, connections: u32) -> PgPool {
    let _inside = runtime.get().enter();
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            Box::pin(async move {
                if meta.idle_for > SURELY_ALIVE {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_lazy_with(options)
}
