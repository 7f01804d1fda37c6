//! A Postgres of our own, for when no DATABASE_URL is set: a direct child on a unix socket, dying with us, restarted when it dies.
//!
//! Postgres refuses to run as root, so as root it is started through `setpriv` as the user `postgres` (or `nobody`). A lock file
//! held by the server tells its own cluster from one that a killed server left behind.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Why the private Postgres could not be had. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum LocalPostgresError {
    #[error(
        "no Postgres found: install it (Debian: apt-get install postgresql), or set SALESSYNC_PG_BIN to its bin folder, or DATABASE_URL"
    )]
    NotFound,
    #[error("another salessync server runs on {0}: stop it, or give this one another data_dir")]
    InUse(PathBuf),
    #[error("running as root needs a user `postgres` or `nobody` to run Postgres as")]
    NoUser,
    #[error("{what}")]
    Io {
        what: String,
        #[source]
        source: io::Error,
    },
    #[error("{0} failed, see {1}")]
    Failed(&'static str, PathBuf),
}

fn io_error(what: impl Into<String>) -> impl FnOnce(io::Error) -> LocalPostgresError {
    let what = what.into();
    move |source| LocalPostgresError::Io { what, source }
}

/// The private cluster under a data folder, running while this value lives (or attached to, when another process runs it).
pub struct LocalPostgres {
    socket_dir: PathBuf,
    keeper: Option<Keeper>,
    /// Held for as long as we are the one who runs the cluster.
    _lock: Option<File>,
}

struct Keeper {
    stopping: Arc<AtomicBool>,
    thread: std::thread::JoinHandle<()>,
    pid: Arc<std::sync::atomic::AtomicU32>,
}

/// What to do when another live server already runs the cluster.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IfRunning {
    /// A second server on the same data is a mistake.
    Refuse,
    /// A command line tool uses the running one.
    Attach,
}

const START_TIMEOUT: Duration = Duration::from_secs(60);

impl LocalPostgres {
    /// Starts the cluster under `data_dir`, making it first where there is none.
    pub fn start(data_dir: &Path, if_running: IfRunning) -> Result<Self, LocalPostgresError> {
        let user = unprivileged_user()?;
        let home = home_under(data_dir, user.is_some())?;
        let lock_path = home.join("server.lock");
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&lock_path)
            .map_err(io_error(format!("open {}", lock_path.display())))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) if if_running == IfRunning::Attach => {
                return Ok(Self { socket_dir: home, keeper: None, _lock: None });
            }
            Err(TryLockError::WouldBlock) => return Err(LocalPostgresError::InUse(home)),
            Err(TryLockError::Error(error)) => return Err(io_error(format!("lock {}", lock_path.display()))(error)),
        }
        let bin = find_binaries().ok_or(LocalPostgresError::NotFound)?;
        let cluster = Cluster { user, cluster: home.join("cluster"), log: home.join("postgres.log"), bin, home: home.clone() };
        cluster.own_folder()?;
        cluster.end_orphan()?;
        if !cluster.cluster.join("PG_VERSION").exists() {
            cluster.initdb()?;
        }
        let keeper = cluster.keep()?;
        let local = Self { socket_dir: home, keeper: Some(keeper), _lock: Some(lock) };
        cluster.wait_ready()?;
        Ok(local)
    }

    /// The address to connect to.
    pub fn url(&self) -> String {
        let host: String = self.socket_dir.to_string_lossy().bytes().fold(String::new(), |mut out, byte| {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                out.push(char::from(byte));
            } else {
                out.push_str(&format!("%{byte:02X}"));
            }
            out
        });
        format!("postgres://salessync@{host}/postgres")
    }

    /// Process id of the postmaster, while it is ours.
    pub fn pid(&self) -> Option<u32> {
        self.keeper.as_ref().map(|keeper| keeper.pid.load(Ordering::Relaxed))
    }
}

impl Drop for LocalPostgres {
    fn drop(&mut self) {
        if let Some(keeper) = self.keeper.take() {
            keeper.stopping.store(true, Ordering::SeqCst);
            signal("INT", keeper.pid.load(Ordering::Relaxed)); // fast shutdown
            let _ = keeper.thread.join();
        }
    }
}

/// Longest folder whose socket `/.s.PGSQL.5432` still fits into a socket address (107 bytes).
const HOME_LEN_MAX: usize = 90;

/// The cluster's folder: `<data_dir>/postgres`, or, where the unprivileged user cannot reach that (a clone under /root) or the
/// socket's path would be too long, a folder in /var/lib/salessync named after it.
fn home_under(data_dir: &Path, as_root: bool) -> Result<PathBuf, LocalPostgresError> {
    let home = data_dir.join("postgres");
    fs::create_dir_all(&home).map_err(io_error(format!("make {}", home.display())))?;
    let home = home.canonicalize().map_err(io_error(format!("resolve {}", home.display())))?;
    let passable = |dir: &Path| fs::metadata(dir).is_ok_and(|meta| meta.mode() & 0o001 != 0);
    if as_root && let Some(data_dir) = home.parent().filter(|dir| !passable(dir)) {
        // The data folder is ours: let the other user pass through it, not list it.
        let mode = fs::metadata(data_dir).map_err(io_error("look at the data folder"))?.mode() | 0o001;
        fs::set_permissions(data_dir, fs::Permissions::from_mode(mode))
            .map_err(io_error("let Postgres through the data folder"))?;
    }
    let reachable = !as_root || home.ancestors().skip(2).all(passable);
    if reachable && home.as_os_str().len() <= HOME_LEN_MAX {
        return Ok(home);
    }
    let name = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_URL, home.as_os_str().as_encoded_bytes()).simple().to_string();
    let base = if as_root { PathBuf::from("/var/lib/salessync") } else { std::env::temp_dir() };
    let other = base.join(&name[..16]);
    fs::create_dir_all(&other).map_err(io_error(format!("make {}", other.display())))?;
    Ok(other)
}

struct Cluster {
    bin: PathBuf,
    home: PathBuf,
    cluster: PathBuf,
    log: PathBuf,
    /// uid and gid to run as, when we are root.
    user: Option<(u32, u32)>,
}

impl Cluster {
    /// The command, run as the unprivileged user and ended with the thread that started it.
    fn command(&self, program: &str, dies_with_us: bool) -> Command {
        let program = self.bin.join(program);
        let mut command = match (self.user, find_setpriv()) {
            (Some((uid, gid)), _) => {
                let mut command = Command::new("setpriv");
                command.args([format!("--reuid={uid}"), format!("--regid={gid}"), "--clear-groups".to_owned()]);
                if dies_with_us {
                    command.arg("--pdeathsig=INT");
                }
                command.arg("--").arg(program);
                command
            }
            (None, true) if dies_with_us => {
                let mut command = Command::new("setpriv");
                command.args(["--pdeathsig=INT", "--"]).arg(program);
                command
            }
            (None, _) => Command::new(program),
        };
        command
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("LC_ALL", "C.UTF-8")
            .current_dir(&self.home)
            .stdin(Stdio::null());
        command
    }

    fn log_file(&self) -> Result<File, LocalPostgresError> {
        OpenOptions::new().create(true).append(true).open(&self.log).map_err(io_error(format!("open {}", self.log.display())))
    }

    fn own_folder(&self) -> Result<(), LocalPostgresError> {
        let permissions = fs::Permissions::from_mode(0o700);
        fs::set_permissions(&self.home, permissions).map_err(io_error(format!("protect {}", self.home.display())))?;
        if let Some((uid, gid)) = self.user {
            std::os::unix::fs::chown(&self.home, Some(uid), Some(gid))
                .map_err(io_error(format!("give {} away", self.home.display())))?;
        }
        Ok(())
    }

    fn initdb(&self) -> Result<(), LocalPostgresError> {
        // Made beside and renamed, so that an interrupted first start leaves nothing half-made.
        let fresh = self.home.join("cluster.new");
        let _ = fs::remove_dir_all(&fresh);
        let log = self.log_file()?;
        let done = self
            .command("initdb", true)
            .arg("-D")
            .arg(&fresh)
            .args(["--username=salessync", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums"])
            .stdout(log.try_clone().map_err(io_error("share the log"))?)
            .stderr(log)
            .status()
            .map_err(io_error("run initdb"))?;
        if !done.success() {
            return Err(LocalPostgresError::Failed("initdb", self.log.clone()));
        }
        fs::rename(&fresh, &self.cluster).map_err(io_error("put the new cluster in place"))
    }

    fn spawn(&self) -> Result<Child, LocalPostgresError> {
        let log = self.log_file()?;
        self.command("postgres", true)
            .arg("-D")
            .arg(&self.cluster)
            .arg("-k")
            .arg(&self.home)
            .args(["-c", "listen_addresses=", "-c", "shared_buffers=128MB", "-c", "max_connections=220"])
            .args([
                "-c",
                "max_wal_size=2GB",
                "-c",
                "recovery_init_sync_method=syncfs",
                "-c",
                "timezone=UTC",
                "-c",
                "log_timezone=UTC",
            ])
            .stdout(log.try_clone().map_err(io_error("share the log"))?)
            .stderr(log)
            .spawn()
            .map_err(io_error("start postgres"))
    }

    /// Runs Postgres from a thread of its own (the parent-death signal is tied to the thread), and again whenever it ends.
    fn keep(&self) -> Result<Keeper, LocalPostgresError> {
        let stopping = Arc::new(AtomicBool::new(false));
        let pid = Arc::new(std::sync::atomic::AtomicU32::new(0));
        let (started, first) = std::sync::mpsc::channel();
        let cluster = Self {
            bin: self.bin.clone(),
            home: self.home.clone(),
            cluster: self.cluster.clone(),
            log: self.log.clone(),
            user: self.user,
        };
        let (flag, shown) = (stopping.clone(), pid.clone());
        let thread = std::thread::Builder::new()
            .name("postgres-keeper".to_owned())
            .spawn(move || {
                while !flag.load(Ordering::SeqCst) {
                    match cluster.spawn() {
                        Ok(mut child) => {
                            shown.store(child.id(), Ordering::SeqCst);
                            let _ = started.send(Ok(()));
                            if flag.load(Ordering::SeqCst) {
                                signal("INT", child.id());
                            }
                            let ended = child.wait();
                            if !flag.load(Ordering::SeqCst) {
                                tracing::error!(?ended, "private Postgres ended, starting it again");
                            }
                        }
                        Err(error) => {
                            let _ = started.send(Err(error));
                        }
                    }
                    std::thread::park_timeout(Duration::from_millis(200));
                }
            })
            .map_err(io_error("start the keeper of Postgres"))?;
        match first.recv_timeout(START_TIMEOUT) {
            Ok(Ok(())) => Ok(Keeper { stopping, thread, pid }),
            Ok(Err(error)) => {
                stopping.store(true, Ordering::SeqCst);
                Err(error)
            }
            Err(_) => Err(LocalPostgresError::Failed("starting postgres", self.log.clone())),
        }
    }

    /// We hold the lock, so a postmaster on this cluster was left behind by a killed server: it is on its way out, or gets told.
    fn end_orphan(&self) -> Result<(), LocalPostgresError> {
        let pid_file = self.cluster.join("postmaster.pid");
        let pid = fs::read_to_string(&pid_file)
            .ok()
            .and_then(|text| text.lines().next().and_then(|line| line.trim().parse::<u32>().ok()));
        let Some(pid) = pid else { return Ok(()) };
        let is_ours = |pid: u32| {
            fs::read(format!("/proc/{pid}/cmdline")).is_ok_and(|line| {
                let cluster = self.cluster.to_string_lossy();
                line.split(|byte| *byte == 0).any(|argument| argument == cluster.as_bytes())
            })
        };
        let since = Instant::now();
        let mut told = false;
        while is_ours(pid) {
            if !told {
                signal("INT", pid);
                told = true;
            }
            if since.elapsed() > START_TIMEOUT {
                return Err(LocalPostgresError::Failed("ending the Postgres of a killed server", self.log.clone()));
            }
            std::thread::park_timeout(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Postgres answers connections once its status line in postmaster.pid says `ready`.
    fn wait_ready(&self) -> Result<(), LocalPostgresError> {
        let since = Instant::now();
        let pid_file = self.cluster.join("postmaster.pid");
        while since.elapsed() < START_TIMEOUT {
            if fs::read_to_string(&pid_file).is_ok_and(|text| text.lines().nth(7).is_some_and(|line| line.trim() == "ready")) {
                return Ok(());
            }
            std::thread::park_timeout(Duration::from_millis(10));
        }
        Err(LocalPostgresError::Failed("starting postgres", self.log.clone()))
    }
}

fn signal(name: &str, pid: u32) {
    if pid > 1 {
        let _ = Command::new("kill").args([format!("-{name}"), pid.to_string()]).stderr(Stdio::null()).status();
    }
}

fn find_setpriv() -> bool {
    Command::new("setpriv")
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// uid and gid to run Postgres as, None when we are not root.
fn unprivileged_user() -> Result<Option<(u32, u32)>, LocalPostgresError> {
    let uid = fs::metadata("/proc/self").map_err(io_error("read /proc/self"))?.uid();
    if uid != 0 {
        return Ok(None);
    }
    let passwd = fs::read_to_string("/etc/passwd").map_err(io_error("read /etc/passwd"))?;
    let entry = |wanted: &str| {
        passwd.lines().find_map(|line| {
            let fields: Vec<_> = line.split(':').collect();
            match fields.as_slice() {
                [name, _, uid, gid, ..] if *name == wanted => Some((uid.parse().ok()?, gid.parse().ok()?)),
                _ => None,
            }
        })
    };
    entry("postgres").or_else(|| entry("nobody")).map(Some).ok_or(LocalPostgresError::NoUser)
}

/// The folder with `initdb` and `postgres`: SALESSYNC_PG_BIN, PATH, then Debian's newest.
fn find_binaries() -> Option<PathBuf> {
    let has_both = |dir: &PathBuf| dir.join("initdb").is_file() && dir.join("postgres").is_file();
    if let Some(dir) = std::env::var_os("SALESSYNC_PG_BIN") {
        return Some(PathBuf::from(dir)).filter(has_both);
    }
    let on_path = std::env::var_os("PATH").and_then(|path| std::env::split_paths(&path).find(has_both));
    on_path.or_else(|| {
        let versions = fs::read_dir("/usr/lib/postgresql").ok()?.filter_map(Result::ok);
        let mut dirs: Vec<_> = versions
            .filter_map(|entry| Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path().join("bin"))))
            .filter(|(_, dir)| has_both(dir))
            .collect();
        dirs.sort();
        dirs.pop().map(|(_, dir)| dir)
    })
}

/// Writes a secret file readable by us alone, unless it exists; returns its content.
pub fn secret_file(path: &Path, fresh: impl FnOnce() -> String) -> io::Result<String> {
    use std::os::unix::fs::OpenOptionsExt;
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(mut file) => {
            let secret = fresh();
            file.write_all(secret.as_bytes())?;
            file.sync_all()?;
            Ok(secret)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => fs::read_to_string(path),
        Err(error) => Err(error),
    }
}
