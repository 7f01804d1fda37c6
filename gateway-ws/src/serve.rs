//! `salessync serve`: start in order, serve, and stop in the reverse order.

use crate::auth::Tokens;
use crate::config::Config;
use crate::state::AppState;
use crate::{app, edge, phones, ws};
use actix_http::HttpService;
use actix_service::{IntoServiceFactory, ServiceFactory, ServiceFactoryExt, fn_factory, fn_service, map_config};
use actix_web::dev::{AppConfig, Server};
use actix_web::middleware::from_fn;
use actix_web::web::Data;
use actix_web::{App, HttpServer};
use anyhow::Context;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use salessync_actors::sealer::{AuditKey, HeadFile, Sealer};
use salessync_actors::store::local_postgres::{IfRunning, LocalPostgres, secret_file};
use salessync_actors::{Clock, Metrics, Store, system};
use socket2::{Domain, Protocol, Socket, Type};
use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};

/// Bytes of a connection that may wait in the kernel (it doubles this for its own bookkeeping): a phone that floods waits at its own end.
const RECEIVE_BUFFER: usize = 32 * 1024;
/// Connections that may wait to be accepted: a depot whose phones all come back at once.
const BACKLOG: i32 = 4_096;
/// Connections a worker accepts: phones and consoles together.
const CONNECTIONS_PER_WORKER: usize = 100_000;
/// Waiting for a connection's first request.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);
/// Longest wait for the last words of phones to be written when the server stops.
const LAST_WORDS: Duration = Duration::from_secs(2);
/// Closing a connection waits so long for the client to have read the answer.
const DISCONNECT_TIMEOUT: Duration = Duration::from_secs(1);
/// Workers wait so long for requests under way when the server stops.
const SHUTDOWN_TIMEOUT_S: u64 = 3;

/// How far the threads that read sockets stand back behind those that tick (Linux: about 1.25 to the power of it).
const SOCKET_NICENESS: i32 = 5;

/// Between telling the sockets and closing them: time for the goodbye to arrive.
const GOODBYE: Duration = Duration::from_millis(300);

/// A database to use: somebody's, or our private one (which ends with this value).
pub struct Database {
    pub url: String,
    _local: Option<LocalPostgres>,
}

/// The database the configuration and the environment name, or a private one.
pub fn database(config: &Config, if_running: IfRunning) -> anyhow::Result<Database> {
    let named = if config.database_url.is_empty() {
        std::env::var("DATABASE_URL").unwrap_or_default()
    } else {
        config.database_url.clone()
    };
    if !named.is_empty() {
        return Ok(Database { url: named, _local: None });
    }
    prepare_data_dir(&config.data_dir)?;
    let local = LocalPostgres::start(&config.data_dir, if_running).context("start the private Postgres")?;
    Ok(Database { url: local.url(), _local: Some(local) })
}

fn prepare_data_dir(dir: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(dir).with_context(|| format!("make the data folder {}", dir.display()))
}

/// The secret that signs tokens: configured, or made once and kept.
pub fn token_secret(config: &Config) -> anyhow::Result<Vec<u8>> {
    if !config.auth.token_secret.is_empty() {
        return Ok(config.auth.token_secret.as_bytes().to_vec());
    }
    prepare_data_dir(&config.data_dir)?;
    let mut fresh = [0u8; 48];
    getrandom::fill(&mut fresh).context("ask the system for randomness")?;
    let path = config.data_dir.join("token.secret");
    let secret = secret_file(&path, || STANDARD_NO_PAD.encode(fresh))
        .with_context(|| format!("keep the token secret in {}", path.display()))?;
    anyhow::ensure!(
        secret.trim().len() >= 32,
        "{} holds less than 32 characters: remove it to have a new one made",
        path.display()
    );
    Ok(secret.trim().as_bytes().to_vec())
}

/// The key that signs heads of the audit trail: configured, or made once and kept.
pub fn audit_key(config: &Config) -> anyhow::Result<AuditKey> {
    prepare_data_dir(&config.data_dir)?;
    Ok(AuditKey::open(&config.audit_key_file())?)
}

/// Runs until it is told to stop, or until another server has taken over the database.
pub fn serve(config: Config) -> anyhow::Result<()> {
    // Started from the main thread: Postgres ends with the thread that keeps it.
    let database = database(&config, IfRunning::Refuse)?;
    let tokens = Tokens::new(&token_secret(&config)?);
    let store = Store::open(&database.url, config.settings().storage.connections)?;
    let outcome = actix_web::rt::System::new().block_on(run(config, store, tokens));
    drop(database);
    outcome
}

/// A listening socket whose connections have a small receive buffer.
fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    socket.set_recv_buffer_size(RECEIVE_BUFFER)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

/// Lets the thread that calls it wait behind those that tick, when there are fewer cores than work: a socket read a little later is
/// pushed back on by TCP, a tick that is late is late on every map.
fn give_way() {
    if let Err(error) = rustix::process::setpriority_process(None, SOCKET_NICENESS) {
        tracing::debug!(%error, "a worker keeps its priority");
    }
}

/// The second listener, for phones and scripts that know a port and no path.
fn osmand_listener(address: SocketAddr, state: Data<AppState>) -> anyhow::Result<actix_web::dev::Server> {
    let server = HttpServer::new(move || {
        let state = state.clone();
        App::new().wrap(from_fn(edge::trace::trace)).configure(move |config| phones::osmand_only(config, &state))
    })
    .workers(1)
    .max_connections(CONNECTIONS_PER_WORKER)
    .client_request_timeout(REQUEST_TIMEOUT)
    .shutdown_timeout(SHUTDOWN_TIMEOUT_S)
    .disable_signals()
    .listen(listen(address).with_context(|| format!("listen on {address}, phones.osmand_port"))?)
    .context("serve phones on the socket")?;
    tracing::info!(%address, "serving the OsmAnd protocol");
    Ok(server.run())
}

async fn run(config: Config, store: Store, tokens: Tokens) -> anyhow::Result<()> {
    let key = audit_key(&config)?;
    let system = system::start(config.settings(), store, Clock::System, Metrics::new()).await?;
    let around = (system.clock().clone(), system.metrics().clone());
    let heads = Some(HeadFile::new(config.audit_head_file()));
    let sealer = Sealer::open(system.store().clone(), around, key, heads, config.audit.retention_days);
    let sealing = sealer.context("begin to seal the audit trail")?.start();
    let workers = match config.http.workers {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        n => n,
    };
    let address = SocketAddr::new(config.http.bind.parse().context("read http.bind")?, config.http.port);
    let osmand = match config.phones.osmand_port {
        0 => None,
        port => Some(SocketAddr::new(address.ip(), port)),
    };
    let state = Data::new(AppState::new(system.clone(), tokens, config));
    phones::start_writing_down(&state);
    state.audit.start();
    let audit = state.audit.clone();
    let (sockets, phones_state) = (state.clone(), state.clone());
    let listener = listen(address).with_context(|| format!("listen on {address}"))?;
    let bound = listener.local_addr().context("the server listens nowhere")?;
    let goodbye = state.clone();
    // The same application behind ordinary requests and behind upgrades.
    let application = move || {
        give_way();
        let state = state.clone();
        let app = App::new().wrap(from_fn(edge::trace::trace)).configure(move |config| app::configure(config, &state));
        map_config(app.into_factory().map_err(|error| error.error_response()), |()| AppConfig::default())
    };
    let server = Server::build()
        .workers(workers)
        .max_concurrent_connections(CONNECTIONS_PER_WORKER)
        .shutdown_timeout(SHUTDOWN_TIMEOUT_S)
        .disable_signals()
        .listen("http", listener, move || {
            let (upgraded, goodbye) = (application.clone(), goodbye.clone());
            HttpService::build()
                .client_request_timeout(REQUEST_TIMEOUT)
                .client_disconnect_timeout(DISCONNECT_TIMEOUT)
                .graceful_shutdown_signal(move || goodbye.goodbye())
                .local_addr(bound)
                .upgrade(fn_factory(move || {
                    let application = upgraded().new_service(());
                    async move {
                        let application = Rc::new(application.await?);
                        Ok::<_, ()>(fn_service(move |(request, connection)| {
                            ws::carrier::upgrade(application.clone(), request, connection)
                        }))
                    }
                }))
                .finish(application())
                .tcp()
        })
        .context("serve on the socket")?
        .run();
    let osmand = osmand.map(|address| osmand_listener(address, phones_state.clone())).transpose()?;
    let osmand_handle = osmand.as_ref().map(actix_web::dev::Server::handle);
    if let Some(osmand) = osmand {
        actix_web::rt::spawn(osmand);
    }
    let handle = server.handle();
    let mut fenced = system.fenced();
    let mut interrupt = signal(SignalKind::interrupt()).context("listen for SIGINT")?;
    let mut terminate = signal(SignalKind::terminate()).context("listen for SIGTERM")?;
    actix_web::rt::spawn(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = fenced.wait_for(|fenced| *fenced) => {}
        }
        tracing::info!("stopping");
        sockets.say_goodbye();
        tokio::time::sleep(GOODBYE).await;
        let stop_osmand = async {
            if let Some(osmand) = osmand_handle {
                osmand.stop(true).await;
            }
        };
        tokio::join!(handle.stop(true), stop_osmand);
    });
    // The one line on stdout: whoever started us waits for it.
    println!("listening on http://{bound}");
    std::io::stdout().flush().context("say that the server listens")?;
    tracing::info!(%bound, workers, "serving");
    server.await.context("serve")?;
    // What phones said of themselves in the last seconds is not worth waiting for a database that is away.
    let _ = tokio::time::timeout(LAST_WORDS, phones::write_down(&phones_state)).await;
    let _ = tokio::time::timeout(LAST_WORDS, audit.flush()).await;
    sealing.stop().await;
    let was_fenced = *system.fenced().borrow();
    system.stop().await;
    anyhow::ensure!(!was_fenced, "another server has taken over the database");
    tracing::info!("stopped");
    Ok(())
}
