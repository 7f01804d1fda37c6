//! What a benchmark starts and looks at: the server on a database of its own, a real Redis, and what the kernel says of both.
//!
//! Everything started here is stopped by its own process id when the value is dropped, also on error.

use crate::client::Api;
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

pub const EMAIL: &str = "bench@salessync.local";
pub const PASSWORD: &str = "bench-only-password-1";
const STOP_WITHIN: Duration = Duration::from_secs(30);
/// Rates and numbers of sockets: one token and one connection stand for thousands here.
const SOCKETS_UNLIMITED: [&str; 5] = [
    "SALESSYNC_SOCKETS__FRAMES_PER_S",
    "SALESSYNC_SOCKETS__FIXES_PER_S",
    "SALESSYNC_SOCKETS__LIVE_FRAMES_PER_S",
    "SALESSYNC_SOCKETS__AGENT_PER_PRINCIPAL_MAX",
    "SALESSYNC_SOCKETS__LIVE_PER_PRINCIPAL_MAX",
];
const FILES: &str = "65536";

/// A child process that does not outlive its owner.
#[derive(Debug)]
struct Owned {
    child: Child,
}

impl Owned {
    fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(Some(_))) {
            return;
        }
        let _ = Command::new("kill").args(["-TERM", &self.pid().to_string()]).status();
        let end = Instant::now() + STOP_WITHIN;
        while Instant::now() < end {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A running SalesSync with an empty database.
#[derive(Debug)]
pub struct Host {
    process: Owned, // dropped, and thereby stopped, before the folder goes
    pub url: String,
    folder: TempDir,
}

impl Host {
    /// Starts the server and creates an administrator.
    pub fn start(binary: &Path) -> Result<Self> {
        Self::start_with(binary, &[])
    }

    /// The same with settings such as `("SALESSYNC_LIVE__TICK_MS", "50")`.
    pub fn start_with(binary: &Path, set: &[(&str, &str)]) -> Result<Self> {
        let binary = binary.canonicalize().with_context(|| format!("find the server at {}", binary.display()))?;
        let folder = tempfile::Builder::new().prefix("salessync-bench-").tempdir()?;
        open_to_postgres(folder.path())?;
        let settings = |command: &mut Command| {
            command
                .current_dir(folder.path())
                .env_remove("DATABASE_URL")
                .env("SALESSYNC_DATA_DIR", folder.path().join("data"))
                .env("SALESSYNC_CONSOLE__DIR", folder.path().join("no-console"))
                .env("SALESSYNC_HTTP__PORT", "0")
                .env("SALESSYNC_LOG__FILTER", "warn")
                // What is measured is what the server can do, not what it allows one client.
                .env("SALESSYNC_LIMITS__ENABLED", "false")
                .envs(SOCKETS_UNLIMITED.map(|key| (key, "0")))
                .envs(set.iter().copied());
        };
        let log = std::fs::File::create(folder.path().join("server.log"))?;
        create_admin(&binary, &settings, &log)?;

        let mut serve = Command::new("sh");
        serve
            .args(["-c", &format!("ulimit -n {FILES} 2>/dev/null || ulimit -n $(ulimit -H -n); exec \"$0\" serve")])
            .arg(&binary);
        settings(&mut serve);
        let mut child = serve.stdout(Stdio::piped()).stderr(log).stdin(Stdio::null()).spawn().context("start the server")?;
        let stdout = child.stdout.take();
        let process = Owned { child };
        let Some(url) = stdout.and_then(listening) else {
            let log = std::fs::read_to_string(folder.path().join("server.log")).unwrap_or_default();
            bail!("the server did not say where it listens; its log:\n{log}");
        };
        Ok(Self { process, url, folder })
    }

    pub async fn api(&self) -> Result<Api> {
        Api::sign_in(&self.url, EMAIL, PASSWORD).await
    }

    pub fn authority(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// The last lines the server logged: warnings and errors only.
    pub fn complaints(&self) -> Vec<String> {
        let log = std::fs::read_to_string(self.folder.path().join("server.log")).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(5)..].iter().map(|line| line.chars().take(400).collect()).collect()
    }
}

/// As root the private Postgres runs as somebody else, who must be able to pass through the folder.
fn open_to_postgres(folder: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755)).context("open the temporary folder")
}

fn create_admin(binary: &Path, settings: &impl Fn(&mut Command), log: &std::fs::File) -> Result<()> {
    let mut create = Command::new(binary);
    create.args(["user", "create", "--email", EMAIL, "--name", "Bench", "--role", "admin", "--password-stdin"]);
    settings(&mut create);
    let mut child =
        create.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(log.try_clone()?).spawn().context("run `user create`")?;
    if let Some(mut stdin) = child.stdin.take() {
        writeln!(stdin, "{PASSWORD}")?;
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("`user create` ended with {status}");
    }
    Ok(())
}

/// Reads the one line that says where the server listens. None when it ends without it.
fn listening(stdout: std::process::ChildStdout) -> Option<String> {
    let mut lines = BufReader::new(stdout).lines();
    let line = lines.by_ref().map_while(Result::ok).find(|line| line.starts_with("listening on "))?;
    std::thread::spawn(move || lines.for_each(drop)); // keeps the pipe open and empty
    line.strip_prefix("listening on ").map(|url| url.trim().trim_end_matches('/').to_owned())
}

/// A Redis that keeps nothing.
#[derive(Debug)]
pub struct Redis {
    process: Owned,
    pub address: String,
    _folder: TempDir,
}

impl Redis {
    pub fn start(binary: &Path) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("salessync-bench-redis-").tempdir()?;
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let child = Command::new(binary)
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--daemonize", "no"])
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("start {}", binary.display()))?;
        let redis = Self { process: Owned { child }, address: format!("127.0.0.1:{port}"), _folder: folder };
        let end = Instant::now() + Duration::from_secs(10);
        while std::net::TcpStream::connect(&redis.address).is_err() {
            if Instant::now() > end {
                bail!("redis-server does not answer at {}", redis.address);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(redis)
    }

    pub fn pid(&self) -> u32 {
        self.process.pid()
    }
}

/// Processor seconds a process has used so far, user and system.
pub fn cpu_s(pid: u32) -> Result<f64> {
    const TICKS_PER_S: f64 = 100.0; // USER_HZ: part of Linux's ABI
    let stat =
        std::fs::read_to_string(format!("/proc/{pid}/stat")).with_context(|| format!("read the state of process {pid}"))?;
    // The name in parentheses may hold anything; what follows it is plain.
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let ticks = |i: usize| fields.get(i).and_then(|text| text.parse::<f64>().ok()).context("read utime and stime");
    Ok((ticks(11)? + ticks(12)?) / TICKS_PER_S)
}

/// Resident memory of a process, bytes.
pub fn resident_bytes(pid: u32) -> Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let kb = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|text| text.trim().trim_end_matches(" kB").parse::<u64>().ok());
    Ok(kb.context("read VmRSS")? * 1024)
}

/// Waits until a process's memory stands still: three readings within half a percent.
pub async fn settled_bytes(pid: u32) -> Result<u64> {
    let mut last = resident_bytes(pid)?;
    let mut calm = 0;
    for _ in 0..40 {
        tokio::time::sleep(Duration::from_millis(400)).await;
        let now = resident_bytes(pid)?;
        calm = if now.abs_diff(last) < last / 200 { calm + 1 } else { 0 };
        last = now;
        if calm == 3 {
            break;
        }
    }
    Ok(last)
}

/// The machine, in one line.
pub fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let cpuinfo = read("/proc/cpuinfo");
    let model = cpuinfo
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map_or("unknown processor", |text| text.trim_start_matches([' ', '\t', ':']));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let memory_gb = read("/proc/meminfo")
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:")?.trim().trim_end_matches(" kB").parse::<f64>().ok())
        .map_or(0.0, |kb| kb / 1e6);
    let kernel = read("/proc/sys/kernel/osrelease");
    let load = read("/proc/loadavg");
    format!(
        "{cores} cores of {model}, {memory_gb:.0} GB, Linux {}, load before {}",
        kernel.trim(),
        load.split_whitespace().next().unwrap_or("?")
    )
}

/// Raises this process's own limit of open files where that is allowed.
pub fn raise_file_limit(wanted: u64) {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let soft = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files")?.split_whitespace().next()?.parse::<u64>().ok())
        .unwrap_or(0);
    if soft < wanted {
        let raised =
            Command::new("prlimit").args(["--pid", &std::process::id().to_string(), &format!("--nofile={wanted}:")]).status();
        if !raised.is_ok_and(|status| status.success()) {
            eprintln!("bench: only {soft} files may be open, {wanted} are needed; raise it with `ulimit -n {wanted}`");
        }
    }
}

/// The server binary: as told, else the release build of this workspace.
pub fn server_binary(told: Option<PathBuf>) -> PathBuf {
    told.unwrap_or_else(|| {
        let beside = std::env::current_exe().ok().and_then(|own| own.parent().map(|folder| folder.join("salessync")));
        beside.filter(|path| path.exists()).unwrap_or_else(|| PathBuf::from("target/release/salessync"))
    })
}
