//! `salessync serve`: start in order, serve, and stop in the reverse order.

use crate::config::Config;
use crate::edge::tls::Certificate;
use crate::identity::{self, Identity};
use crate::state::AppState;
use crate::{app, edge, phones, ws};
use actix_http::{HttpService, TlsAcceptorConfig};
use actix_service::{IntoServiceFactory, ServiceFactory, ServiceFactoryExt, fn_factory, fn_service, map_config};
use actix_web::dev::{AppConfig, Server};
use actix_web::http::header::LOCATION;
use actix_web::middleware::from_fn;
use actix_web::rt::net::TcpStream;
use actix_web::web::{self, Data};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use anyhow::Context;
use futures_util::future::join_all;
use salessync_actors::files::Files;
use salessync_actors::ports::files::FileStore;
use salessync_actors::ports::mail::Post;
use salessync_actors::sealer::{AuditKey, HeadFile, Sealer};
use salessync_actors::store::local_postgres::{IfRunning, LocalPostgres};
use salessync_actors::{Clock, Metrics, Store, system};
use socket2::{Domain, Protocol, Socket, Type};
use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;
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
/// A connection that nothing is asked over is closed after so long.
const KEEP_ALIVE: Duration = Duration::from_secs(5);
/// Longest handshake of TLS.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(5);
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

pub(crate) fn prepare_data_dir(dir: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(dir).with_context(|| format!("make the data folder {}", dir.display()))
}

/// The key that signs heads of the audit trail: configured, or made once and kept.
pub fn audit_key(config: &Config) -> anyhow::Result<AuditKey> {
    prepare_data_dir(&config.data_dir)?;
    Ok(AuditKey::open(&config.audit_key_file())?)
}

/// Runs until it is told to stop, or until another server has taken over the database.
pub fn serve(config: Config) -> anyhow::Result<()> {
    // Before anything is started.
    let certificate = match config.http.is_tls() {
        true => Some(Certificate::read(config.http.tls_certificate.clone(), config.http.tls_key.clone())?),
        false => None,
    };
    // Started from the main thread: Postgres ends with the thread that keeps it.
    let database = database(&config, IfRunning::Refuse)?;
    let store = Store::open(&database.url, config.settings().storage.connections)?;
    let outcome = actix_web::rt::System::new().block_on(run(config, store, certificate));
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
    .keep_alive(KEEP_ALIVE)
    .shutdown_timeout(SHUTDOWN_TIMEOUT_S)
    .disable_signals()
    .listen(listen(address).with_context(|| format!("listen on {address}, phones.osmand_port"))?)
    .context("serve phones on the socket")?;
    tracing::info!(%address, "serving the OsmAnd protocol");
    Ok(server.run())
}

/// A third one, which knows only where HTTPS is. Whatever it is asked, the client is to ask there.
fn redirect_listener(address: SocketAddr, https_port: u16, public_url: String) -> anyhow::Result<actix_web::dev::Server> {
    let server = HttpServer::new(move || {
        let public_url = public_url.clone();
        App::new().default_service(web::to(move |request: HttpRequest| {
            let to = edge::address::https_twin(&request, https_port, &public_url);
            async move {
                match to {
                    Some(to) => HttpResponse::PermanentRedirect().insert_header((LOCATION, to)).finish(),
                    None => HttpResponse::BadRequest().finish(),
                }
            }
        }))
    })
    .workers(1)
    .client_request_timeout(REQUEST_TIMEOUT)
    .keep_alive(KEEP_ALIVE)
    .shutdown_timeout(SHUTDOWN_TIMEOUT_S)
    .disable_signals()
    .listen(listen(address).with_context(|| format!("listen on {address}, http.redirect_port"))?)
    .context("redirect on the socket")?;
    tracing::info!(%address, "redirecting to HTTPS");
    Ok(server.run())
}

/// The HTTP layer around the application, for one kind of socket.
macro_rules! http_service {
    ($application:expr, $goodbye:expr, $bound:expr, $split:expr) => {{
        let (upgraded, goodbye) = ($application.clone(), $goodbye.clone());
        HttpService::build()
            .keep_alive(KEEP_ALIVE)
            .client_request_timeout(REQUEST_TIMEOUT)
            .client_disconnect_timeout(DISCONNECT_TIMEOUT)
            .graceful_shutdown_signal(move || goodbye.goodbye())
            .local_addr($bound)
            .upgrade(fn_factory(move || {
                let application = upgraded().new_service(());
                async move {
                    let application = Rc::new(application.await?);
                    Ok::<_, ()>(fn_service(move |(request, connection)| {
                        ws::carrier::upgrade(application.clone(), request, connection, $split)
                    }))
                }
            }))
            .finish($application())
    }};
}

async fn run(config: Config, store: Store, certificate: Option<Arc<Certificate>>) -> anyhow::Result<()> {
    let key = audit_key(&config)?;
    let system = system::start(config.settings(), store.clone(), Clock::System, Metrics::new()).await?;
    // What is sealed with another master key is noticed before anything serves.
    let identity = Identity::open(&config, &store, system.access(), &Clock::System).await?;
    identity.vault.keep(system.stopping());
    identity::start_sweeping(&store, Clock::System);
    let post = Post::new(config.mail().context("read the settings of mail")?, Handle::current());
    let place = config.files.place(&config.data_dir).map_err(|(key, _, limit)| anyhow::anyhow!("{key} must be {limit}"))?;
    let bytes = FileStore::open(&place).map_err(|error| anyhow::anyhow!(error.chain())).context("open the file store")?;
    let bounds = (system.clock().clone(), config.files.bytes_max);
    let files = Files::start(store.clone(), bytes, system.visits().clone(), bounds, system.stopping());
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
    let redirect = match config.http.redirect_port {
        0 => None,
        port => Some((SocketAddr::new(address.ip(), port), config.http.public_url.clone())),
    };
    let state = Data::new(AppState::new(system.clone(), identity, (post, files), config));
    phones::start_writing_down(&state);
    ws::sockets::start_looking(&state);
    state.audit.start();
    let audit = state.audit.clone();
    let (sockets, phones_state) = (state.clone(), state.clone());
    let listener = listen(address).with_context(|| format!("listen on {address}"))?;
    let bound = listener.local_addr().context("the server listens nowhere")?;
    let goodbye = state.clone();
    let mut others = Vec::new();
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
        .disable_signals();
    let server = match &certificate {
        None => server.listen("http", listener, move || http_service!(application, goodbye, bound, TcpStream::into_split).tcp()),
        Some(certificate) => {
            let tls = certificate.server_config()?;
            server.listen("https", listener, move || {
                let handshake = TlsAcceptorConfig::default().handshake_timeout(HANDSHAKE_TIMEOUT);
                http_service!(application, goodbye, bound, tokio::io::split).rustls_0_23_with_config(tls.clone(), handshake)
            })
        }
    };
    let server = server.context("serve on the socket")?.run();
    let scheme = if let Some(certificate) = certificate {
        actix_web::rt::spawn(certificate.follow());
        "https"
    } else {
        "http"
    };
    if let Some((address, public_url)) = redirect {
        others.push(redirect_listener(address, bound.port(), public_url)?);
    }
    if let Some(address) = osmand {
        others.push(osmand_listener(address, phones_state.clone())?);
    }
    let other_handles: Vec<_> = others.iter().map(actix_web::dev::Server::handle).collect();
    for other in others {
        actix_web::rt::spawn(other);
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
        let stop_others = join_all(other_handles.iter().map(|other| other.stop(true)));
        tokio::join!(handle.stop(true), stop_others);
    });
    // The one line on stdout: whoever started us waits for it.
    println!("listening on {scheme}://{bound}");
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
