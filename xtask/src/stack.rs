//! A running SalesSync for `demo` and the browser tests: town, users, server, fleet, in a folder of its own under `target/`.
//! It builds nothing. The invariant: a `Stack` that goes out of scope leaves no process behind.

use std::{
    fs::{self, File, TryLockError},
    io::Read,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use serde_json::json;

use crate::{
    children::{self, Output, Service},
    http::{Method, Server},
    repo::Repo,
};

const COMMAND_LIMIT: Duration = Duration::from_secs(120); // the first `user create` also makes the database
const READY_LIMIT: Duration = Duration::from_secs(120);
const FIRST_POSITION_LIMIT: Duration = Duration::from_secs(90);
const SERVER_GRACE: Duration = Duration::from_secs(20); // it drains: commits what it holds, stops its Postgres
const FLEET_GRACE: Duration = Duration::from_secs(5);
const PORTS_TRIED: u16 = 100;
const PASSWORD_LEN: usize = 16; // of 32 letters: 80 bits
const SEED: &str = "7";
const GUEST: &str = "Demo Agent";

#[derive(Debug)]
pub struct Plan {
    /// Holds the data, the town and the logs.
    pub dir: PathBuf,
    /// The first port to try; 0 lets the system choose.
    pub port: u16,
    pub agents: u32,
    /// Whether there is an agent more, whom nobody drives and a person signs in as.
    pub has_guest: bool,
    pub basemap: Option<PathBuf>,
    pub keep_data: bool,
    /// Variables for the server, besides those that make the stack.
    pub settings: Vec<(String, String)>,
}

#[derive(Debug, Clone)]
pub struct Login {
    pub role: &'static str,
    name: &'static str,
    pub email: &'static str,
    pub password: String,
}

#[derive(Debug)]
pub struct Stack {
    fleet: Service,
    server: Service,
    address: SocketAddr,
    admin: Login,
    dispatcher: Login,
    guest: Option<Login>,
    _lock: File,
}

impl Stack {
    /// Starts everything and waits for the first positions; `step` is told before each long part.
    pub fn start(repo: &Repo, plan: &Plan, mut step: impl FnMut(&str)) -> Result<Self> {
        fs::create_dir_all(&plan.dir).with_context(|| format!("create {}", plan.dir.display()))?;
        let lock = lock(&plan.dir)?;
        let setup = Setup { repo, plan, server: repo.binary("debug", "salessync"), load: repo.binary("debug", "salessync-load") };

        step("Preparing the town, the database and the log-ins");
        let data = setup.data();
        if !plan.keep_data && data.exists() {
            fs::remove_dir_all(&data).with_context(|| format!("remove {}", data.display()))?;
        }
        let log = plan.dir.join("prepare.log");
        let _ = fs::remove_file(&log);
        let mut town = Command::new(&setup.load);
        town.args(["town", "--seed", SEED, "--out"]).arg(setup.town());
        children::run(&mut town, Output::Log(&log), COMMAND_LIMIT)?;
        let admin = setup.create_user("admin", "Demo Admin", "admin@demo.salessync.local", &log)?;
        let dispatcher = setup.create_user("dispatcher", "Demo Dispatcher", "dispatcher@demo.salessync.local", &log)?;

        step("Starting the server");
        let mut server = Service::start("server", &mut setup.serve(free_port(plan.port)?), &plan.dir, "TERM", SERVER_GRACE)?;
        let out = server.out.clone();
        let address = server.wait_until("the server's `listening on` line", READY_LIMIT, || listening_on(&out))?;
        server.wait_until("a yes from /ready", READY_LIMIT, || {
            Ok(Server(address).get("/ready", None).ok().filter(|a| a.status == 200))
        })?;

        step(&format!("Sending {} agents out", plan.agents));
        let mut fleet = Service::start("fleet", &mut setup.drive(address, &admin), &plan.dir, "TERM", FLEET_GRACE)?;
        let token = access_token(Server(address), &admin)?;
        fleet.wait_until("the first position on the map", FIRST_POSITION_LIMIT, || {
            server.check_alive()?;
            let Ok(answer) = Server(address).get("/api/v1/positions?limit=1", Some(&token)) else { return Ok(None) };
            let is_somebody_there = answer.json()?["items"].as_array().is_some_and(|items| !items.is_empty());
            Ok(is_somebody_there.then_some(()))
        })?;
        answer_for_the_town(Server(address), &token, &dispatcher)?;
        let guest = if plan.has_guest { Some(setup.take_the_phone(&fleet.out, &log)?) } else { None };
        Ok(Self { fleet, server, address, admin, dispatcher, guest, _lock: lock })
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn admin(&self) -> &Login {
        &self.admin
    }

    pub fn dispatcher(&self) -> &Login {
        &self.dispatcher
    }

    /// The agent whom nobody drives.
    pub fn guest(&self) -> Option<&Login> {
        self.guest.as_ref()
    }

    /// Fails as soon as the server or the fleet has ended by itself.
    pub fn check_alive(&mut self) -> Result<()> {
        self.server.check_alive()?;
        self.fleet.check_alive()
    }

    /// The fleet first: a server without agents drains at once.
    pub fn stop(mut self) {
        self.fleet.stop();
        self.server.stop();
    }
}

/// How the two binaries are called: everything xtask assumes about their command lines is here.
struct Setup<'a> {
    repo: &'a Repo,
    plan: &'a Plan,
    server: PathBuf,
    load: PathBuf,
}

impl Setup<'_> {
    fn data(&self) -> PathBuf {
        self.plan.dir.join("data")
    }

    fn town(&self) -> PathBuf {
        self.plan.dir.join("town.geojson")
    }

    /// A `salessync` command on this stack's own data; never on the developer's database.
    fn salessync(&self) -> Command {
        let mut command = Command::new(&self.server);
        command
            .current_dir(&self.repo.root)
            .env_remove("DATABASE_URL")
            .env("SALESSYNC_DATA_DIR", self.data())
            .env("SALESSYNC_MAP__TOWN", self.town())
            .env("SALESSYNC_TRAVEL__PROVIDER", "embedded")
            .env("SALESSYNC_TRAVEL__MAP", self.town())
            .env("SALESSYNC_MAIL__KIND", "folder")
            .env("SALESSYNC_MAIL__FROM", "SalesSync <demo@salessync.local>")
            .env("SALESSYNC_MAIL__FOLDER", mail_folder(&self.plan.dir))
            .envs(self.plan.settings.iter().map(|(name, value)| (name, value)))
            .env("SALESSYNC_CONSOLE__DIR", self.repo.console().join("dist"));
        if let Some(basemap) = &self.plan.basemap {
            command.env("SALESSYNC_MAP__BASEMAP", basemap);
        }
        command
    }

    fn create_user(&self, role: &'static str, name: &'static str, email: &'static str, log: &Path) -> Result<Login> {
        self.create_user_with(&[], Login { role, name, email, password: random_password()? }, log)
    }

    /// A log-in for the agent whose phone the fleet does not drive.
    fn take_the_phone(&self, fleet_out: &Path, log: &Path) -> Result<Login> {
        let text = fs::read_to_string(fleet_out).with_context(|| format!("read {}", fleet_out.display()))?;
        let agent = text.lines().find_map(|line| line.strip_prefix("fleet: nobody drives the phone of "));
        let agent = agent.context("the fleet did not say whose phone nobody drives")?;
        let login = Login { role: "agent", name: GUEST, email: "agent@demo.salessync.local", password: random_password()? };
        self.create_user_with(&["--agent", agent], login, log)
    }

    fn create_user_with(&self, more: &[&str], login: Login, log: &Path) -> Result<Login> {
        let mut command = self.salessync();
        command.args(["user", "create", "--email", login.email, "--name", login.name, "--role", login.role, "--password-stdin"]);
        command.args(more);
        children::run_with_input(&mut command, &format!("{}\n", login.password), Output::Log(log), COMMAND_LIMIT)?;
        Ok(login)
    }

    fn serve(&self, port: u16) -> Command {
        let mut command = self.salessync();
        command.arg("serve").env("SALESSYNC_HTTP__PORT", port.to_string());
        command
    }

    fn drive(&self, address: SocketAddr, admin: &Login) -> Command {
        let mut command = Command::new(&self.load);
        command
            .args(["fleet", "--url", &format!("http://{address}"), "--seed", SEED])
            .args(["--agents", &self.plan.agents.to_string(), "--town"])
            .arg(self.town())
            .args(["--email", admin.email])
            .args(self.plan.has_guest.then_some(["--guest", GUEST]).into_iter().flatten())
            .env("SALESSYNC_PASSWORD", &admin.password)
            .current_dir(&self.repo.root);
        command
    }
}

fn lock(dir: &Path) -> Result<File> {
    let path = dir.join("lock");
    let file = File::create(&path).with_context(|| format!("create {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => bail!("another run is using {}; stop it first (Ctrl-C in its window)", dir.display()),
        Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("lock {}", path.display())),
    }
}

/// `first`, or the next port that nobody listens on. Port 0 stays 0: the server lets the system choose.
fn free_port(first: u16) -> Result<u16> {
    if first == 0 {
        return Ok(0);
    }
    (first..=first.saturating_add(PORTS_TRIED)).find(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok()).with_context(
        || format!("every port from {first} to {} is in use; name another with --port", first.saturating_add(PORTS_TRIED)),
    )
}

fn listening_on(out: &Path) -> Result<Option<SocketAddr>> {
    let text = fs::read_to_string(out).with_context(|| format!("read {}", out.display()))?;
    let whole_lines = text.rsplit_once('\n').map_or("", |(lines, _)| lines);
    let Some(address) = whole_lines.lines().find_map(|line| line.strip_prefix("listening on http://")) else { return Ok(None) };
    address.trim().parse().map(Some).with_context(|| format!("the server says it listens on {address:?}"))
}

/// Where a stack's letters go.
pub fn mail_folder(dir: &Path) -> PathBuf {
    dir.join("mail")
}

/// Gives the dispatcher every territory that the fleet has made: a dispatcher sees those they answer for.
fn answer_for_the_town(server: Server, admin: &str, dispatcher: &Login) -> Result<()> {
    let ids = |path: &str| -> Result<Vec<String>> {
        let page = server.get(path, Some(admin))?.json()?;
        let items = page["items"].as_array().context("a page has items")?;
        Ok(items.iter().filter_map(|item| item["id"].as_str().map(str::to_owned)).collect())
    };
    let territories = ids("/api/v1/territories")?;
    let found = ids("/api/v1/users?role=dispatcher")?;
    let user = found.first().with_context(|| format!("{} is not among the users", dispatcher.email))?;
    let answer = server.ask_as(Method::Patch, &format!("/api/v1/users/{user}"), admin, &json!({"territories": territories}))?;
    answer.json().map(drop)
}

pub fn access_token(server: Server, login: &Login) -> Result<String> {
    let answer = server.post("/api/v1/auth/login", &json!({"email": login.email, "password": login.password}))?;
    let token = answer.json()?["access_token"].as_str().map(str::to_owned);
    token.with_context(|| format!("the log-in of {} brought no access_token", login.email))
}

/// Letters and digits that are not mistaken for one another.
fn random_password() -> Result<String> {
    const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = [0; PASSWORD_LEN];
    File::open("/dev/urandom").and_then(|mut file| file.read_exact(&mut bytes)).context("read /dev/urandom")?;
    let password: String = bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect();
    ensure!(password.len() == PASSWORD_LEN, "a password of {PASSWORD_LEN} letters");
    Ok(password)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_passed_over() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        let free = free_port(port).unwrap();
        assert!(free > port, "{free} after {port}");
        assert_eq!(free_port(0).unwrap(), 0);
    }

    #[test]
    fn only_a_whole_line_names_the_address() {
        let out = std::env::temp_dir().join(format!("xtask-listening-{}", std::process::id()));
        let check = |text: &str, expected: Option<&str>| {
            fs::write(&out, text).unwrap();
            assert_eq!(listening_on(&out).unwrap().map(|address| address.to_string()).as_deref(), expected, "{text:?}");
        };
        check("", None);
        check("listening on http://127.0.0.1:80", None);
        check("listening on http://127.0.0.1:8080\n", Some("127.0.0.1:8080"));
        check("a note\nlistening on http://127.0.0.1:8080\n", Some("127.0.0.1:8080"));
        fs::remove_file(&out).unwrap();
    }

    #[test]
    fn passwords_differ() {
        assert_ne!(random_password().unwrap(), random_password().unwrap());
    }

    #[test]
    fn a_folder_serves_one_stack_at_a_time() {
        let dir = std::env::temp_dir().join(format!("xtask-lock-{}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        let first = lock(&dir).unwrap();
        assert!(lock(&dir).unwrap_err().to_string().contains("another run"));
        drop(first);
        lock(&dir).unwrap();
        fs::remove_dir_all(&dir).unwrap();
    }
}
