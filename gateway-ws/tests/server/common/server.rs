//! The binary under test with a data folder of its own: started, killed, stopped, asked.

use super::processes::{descendants, is_alive, signal};
use super::{PATIENCE, Phone, eventually, prepared};
use reqwest::Method;
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::time::Instant;
use tempfile::TempDir;

pub const PASSWORD: &str = "a long enough password";
pub const EMAIL: &str = "admin@example.com";
const NEW_ADMIN: [&str; 9] = ["user", "create", "--email", EMAIL, "--name", "Ada", "--role", "admin", "--password-stdin"];
const TOKEN: &str = "admin.token";

/// A server; when the value goes, so do its processes and its data.
pub struct Server {
    dir: TempDir,
    settings: Vec<(String, String)>,
    child: Child,
    url: String,
    admin: String,
    http: reqwest::Client,
}

/// An agent and the token of its phone.
#[derive(Clone, Debug)]
pub struct Agent {
    pub id: String,
    pub token: String,
}

/// An answer of REST.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
    pub request_id: String,
}

impl Answer {
    /// The first field that the answer says is wrong.
    pub fn field(&self) -> &str {
        self.body["fields"][0]["field"].as_str().unwrap_or_default()
    }

    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }
}

impl Server {
    pub async fn start() -> Self {
        Self::with(&[]).await
    }

    /// Starts with settings such as `("LIVE__TICK_MS", "50")` and signs an administrator in.
    pub async fn with(settings: &[(&str, &str)]) -> Self {
        let dir = TempDir::new().unwrap();
        let settings: Vec<_> = settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let begun_with = dir.path().to_owned();
        // What is sealed with another key than the one that is made has to begin without any.
        let token = match settings.iter().any(|(key, _)| key.starts_with("VAULT")) {
            true => None,
            false => tokio::task::spawn_blocking(move || begin(&begun_with)).await.unwrap(),
        };
        let (child, url) = spawn(dir.path(), &settings).await;
        let http = reqwest::Client::builder().timeout(PATIENCE).build().unwrap();
        let mut server = Self { dir, settings, child, url, admin: String::new(), http };
        server.admin = match token {
            Some(token) => token,
            None => {
                server.cli(&NEW_ADMIN, PASSWORD).await;
                server.cli(&["token", "--user", EMAIL], "").await
            }
        };
        // Made by another process: the server knows within a quarter of a second.
        let known = async || {
            (server.url.starts_with("https") || server.call(Method::GET, "/territories", None).await.status == 200).then_some(())
        };
        eventually("the server knows its administrator", known).await;
        server
    }

    /// Runs another command of the binary on the same data; returns what it prints.
    pub async fn cli(&self, arguments: &[&str], input: &str) -> String {
        let mut command = command(self.dir.path(), &self.settings);
        command.args(arguments);
        let input = input.to_owned();
        tokio::task::spawn_blocking(move || said(command, &input)).await.unwrap()
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn bearer(&self) -> String {
        format!("Bearer {}", self.admin)
    }

    pub fn data_dir(&self) -> &Path {
        self.dir.path()
    }

    pub fn set(&mut self, key: &str, value: &str) {
        self.settings.push((key.to_owned(), value.to_owned()));
    }

    // REST

    pub async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let mut request = self.http.request(method, format!("{}/api/v1{path}", self.url)).header("authorization", self.bearer());
        if let Some(body) = body {
            request = request.json(&body);
        }
        answer(request).await
    }

    /// A request of one's own making, to any address of the server.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url))
    }

    pub async fn get(&self, path: &str) -> Value {
        succeeded(self.call(Method::GET, path, None).await, path)
    }

    pub async fn post(&self, path: &str, body: Value) -> Value {
        succeeded(self.call(Method::POST, path, Some(body)).await, path)
    }

    pub async fn patch(&self, path: &str, body: Value) -> Value {
        succeeded(self.call(Method::PATCH, path, Some(body)).await, path)
    }

    pub async fn text(&self, path: &str) -> String {
        let request = self.request(Method::GET, path).header("authorization", self.bearer());
        request.send().await.unwrap().error_for_status().unwrap().text().await.unwrap()
    }

    /// Sum over the labels of a metric.
    pub async fn metric(&self, name: &str) -> f64 {
        let text = self.text("/metrics").await;
        let lines = text.lines().filter(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(['{', ' '])));
        lines.filter_map(|line| line.rsplit_once(' ')?.1.parse::<f64>().ok()).sum()
    }

    /// Makes agents with tokens.
    pub async fn agents(&self, n: usize, territory: Option<&str>) -> Vec<Agent> {
        let ids: Vec<_> = (0..n).map(|_| uuid::Uuid::now_v7().to_string()).collect();
        let new: Vec<_> = ids
            .iter()
            .enumerate()
            .map(|(index, id)| json!({"id": id, "name": format!("Agent {index}"), "territory_id": territory}))
            .collect();
        self.post("/agents/bulk", json!({"agents": new})).await;
        let tokens = self.post("/tokens", json!({"agents": ids})).await;
        let tokens = tokens["items"].as_array().unwrap().iter();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        tokens.map(|token| Agent { id: text(&token["agent"]), token: text(&token["access_token"]) }).collect()
    }

    /// One more agent.
    pub async fn agent(&self) -> Agent {
        self.agents(1, None).await.remove(0)
    }

    /// Makes a territory, a small square; returns its id.
    pub async fn territory(&self, name: &str) -> String {
        let area =
            json!({"type": "Polygon", "coordinates": [[[13.0, 52.0], [14.0, 52.0], [14.0, 53.0], [13.0, 53.0], [13.0, 52.0]]]});
        self.post("/territories", json!({"name": name, "area": area})).await["id"].as_str().unwrap().to_owned()
    }

    /// Every fix of an agent's track, in the order of the answer.
    pub async fn track(&self, agent: &Agent) -> Vec<Value> {
        let mut fixes = Vec::new();
        let mut after = String::new();
        loop {
            let page = self.get(&format!("/agents/{}/track?limit=10000{after}", agent.id)).await;
            fixes.extend(page["items"].as_array().unwrap().iter().cloned());
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => return fixes,
            }
        }
    }

    /// The same, numbers as floats: 90 and 90.0 are the same.
    pub async fn track_in_floats(&self, agent: &Agent) -> Vec<Value> {
        self.track(agent).await.into_iter().map(floats).collect()
    }

    /// An agent's position once so many fixes are derived, counted or doubted: the derivation follows the acknowledgement a moment later.
    pub async fn position_after(&self, agent: &Agent, fixes: u64) -> Value {
        eventually("the fixes are derived", async || {
            let position = self.call(Method::GET, &format!("/agents/{}/position", agent.id), None).await;
            let counted = position.body["day"]["fixes"].as_u64().unwrap_or(0);
            assert!(counted <= fixes, "{position:?}");
            let doubts = ["jump", "null_island", "poor_accuracy", "frozen"];
            let is_doubted = |listed: &&Value| doubts.iter().any(|doubt| listed["reason"] == *doubt);
            let derived = if counted == fixes {
                fixes
            } else {
                counted + self.quarantine(agent).await.iter().filter(is_doubted).count() as u64
            };
            println!("{counted} counted, {derived} derived of {fixes}");
            (derived == fixes).then_some(position.body)
        })
        .await
    }

    pub async fn quarantine(&self, agent: &Agent) -> Vec<Value> {
        self.get(&format!("/agents/{}/quarantine?limit=1000", agent.id)).await["items"].as_array().unwrap().clone()
    }

    /// An agent's live row in `GET /positions`.
    pub async fn marker(&self, agent: &Agent) -> Option<Value> {
        let rows = self.get("/positions?limit=10000").await;
        rows["items"].as_array().unwrap().iter().find(|row| row["agent"] == agent.id.as_str()).cloned()
    }

    /// Sends a batch from a new connection and waits for its acknowledgement; returns what else came.
    pub async fn ingest(&self, agent: &Agent, fixes: &[Value]) -> Vec<Value> {
        Phone::connect(self, agent).await.deliver(fixes).await
    }

    // Postgres

    /// Runs SQL in the private Postgres; rows of columns separated by `|`. None where there is no psql.
    pub async fn sql(&self, query: &str) -> Option<Vec<Vec<String>>> {
        let mut command = Command::new("psql");
        command.arg("-h").arg(self.dir.path().join("postgres")).args(["-U", "salessync", "-d", "postgres"]);
        command.args(["-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", query]);
        let output = match tokio::task::spawn_blocking(move || command.output()).await.unwrap() {
            Ok(output) => output,
            Err(error) => {
                eprintln!("SKIPPED: a check through SQL, psql cannot be run: {error}");
                return None;
            }
        };
        assert!(output.status.success(), "{query}: {}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        Some(text.lines().map(|line| line.split('|').map(str::to_owned).collect()).collect())
    }

    /// The private Postgres: the postmaster first, then its processes.
    pub fn postgres(&self) -> Vec<u32> {
        descendants(self.child.id())
    }

    fn postmaster(&self) -> Option<u32> {
        let text = std::fs::read_to_string(self.dir.path().join("postgres/cluster/postmaster.pid")).ok()?;
        text.lines().next()?.trim().parse().ok()
    }

    // Life and death

    /// Ends the server as a power cut would.
    pub fn kill(&mut self) {
        signal("KILL", self.child.id());
        self.child.wait().unwrap();
    }

    /// Asks the server to stop; returns how it exited.
    pub async fn terminate(&mut self) -> ExitStatus {
        signal("TERM", self.child.id());
        let child = &mut self.child;
        eventually("the server stops", async || child.try_wait().unwrap()).await
    }

    /// Starts again on the same data, after `kill` or `terminate`.
    pub async fn start_again(&mut self) {
        (self.child, self.url) = spawn(self.dir.path(), &self.settings).await;
    }

    fn log(&self) -> PathBuf {
        self.dir.path().join("server.log")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let mut processes = self.postgres();
        processes.extend(self.postmaster().filter(|pid| !processes.contains(pid) && is_postgres(*pid, self.dir.path())));
        let _ = self.child.kill();
        let _ = self.child.wait();
        let since = Instant::now();
        // Immediate shutdown; a stopped process cannot even take that.
        for pid in &processes {
            signal("QUIT", *pid);
            signal("CONT", *pid);
        }
        while processes.iter().any(|pid| is_alive(*pid)) && since.elapsed() < PATIENCE {
            std::thread::park_timeout(std::time::Duration::from_millis(5));
        }
        if std::thread::panicking() {
            let mut log = String::new();
            let _ = File::open(self.log()).and_then(|mut file| file.read_to_string(&mut log));
            let lines: Vec<_> = log.lines().collect();
            eprintln!("the server's log ends:\n{}", lines[lines.len().saturating_sub(40)..].join("\n"));
        }
    }
}

/// The binary on a data folder, with nothing else of our environment.
pub fn command(dir: &Path, settings: &[(String, String)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_salessync"));
    command.env_clear().current_dir(dir);
    for name in ["PATH", "HOME", "TMPDIR", "SALESSYNC_PG_BIN"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command
        .env("SALESSYNC_DATA_DIR", dir)
        .env("SALESSYNC_HTTP__PORT", "0")
        .env("SALESSYNC_LOG__FILTER", "warn")
        // A test asks as fast as it can; those of the limits set their own.
        .env("SALESSYNC_LIMITS__ENABLED", "false")
        .env("SALESSYNC_ORGANISATION__TIME_ZONE", noon_zone());
    for (key, value) in settings {
        command.env(format!("SALESSYNC_{key}"), value);
    }
    command
}

/// A zone where it is about noon, so that no test's fixes straddle midnight.
fn noon_zone() -> String {
    use chrono::Timelike;
    let west = chrono::Utc::now().hour() as i64 - 12;
    format!("Etc/GMT{west:+}")
}

async fn spawn(dir: &Path, settings: &[(String, String)]) -> (Child, String) {
    let (child, stdout) = serve(dir, settings);
    let line = tokio::task::spawn_blocking(move || first_line(stdout));
    let line = tokio::time::timeout(2 * PATIENCE, line).await.expect("the server starts in time").unwrap();
    match line.trim().strip_prefix("listening on ") {
        Some(url) => (child, url.to_owned()),
        None => panic!("the server did not start: {line:?} {}", std::fs::read_to_string(dir.join("server.log")).unwrap()),
    }
}

fn serve(dir: &Path, settings: &[(String, String)]) -> (Child, ChildStdout) {
    let log = File::options().create(true).append(true).open(dir.join("server.log")).unwrap();
    let mut command = command(dir, settings);
    command.arg("serve").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log);
    let mut child = command.spawn().unwrap();
    let stdout = child.stdout.take().unwrap();
    (child, stdout)
}

fn first_line(stdout: ChildStdout) -> String {
    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line).unwrap();
    line
}

/// Fills a new data folder: migrated, with an administrator, whose token it returns. None: it stays empty.
fn begin(dir: &Path) -> Option<String> {
    let prepared = prepared::folder(Path::new(env!("CARGO_BIN_EXE_salessync")), |dir| {
        let (mut child, stdout) = serve(dir, &[]);
        let line = first_line(stdout);
        assert!(line.starts_with("listening on "), "{line:?} {}", std::fs::read_to_string(dir.join("server.log")).unwrap());
        let with = |arguments: &[&str]| {
            let mut command = command(dir, &[]);
            command.args(arguments);
            command
        };
        said(with(&NEW_ADMIN), PASSWORD);
        std::fs::write(dir.join(TOKEN), said(with(&["token", "--user", EMAIL]), "")).unwrap();
        signal("TERM", child.id());
        assert!(child.wait().unwrap().success());
        std::fs::remove_file(dir.join("server.log")).unwrap();
    })?;
    prepared::copy(&prepared, dir);
    let token = std::fs::read_to_string(dir.join(TOKEN)).unwrap();
    std::fs::remove_file(dir.join(TOKEN)).unwrap();
    Some(token)
}

/// What a command of the binary prints.
fn said(mut command: Command, input: &str) -> String {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Whether the process is the postmaster of this data folder, and not one that got its number later.
fn is_postgres(pid: u32, dir: &Path) -> bool {
    std::fs::read(format!("/proc/{pid}/cmdline"))
        .is_ok_and(|line| String::from_utf8_lossy(&line).contains(&*dir.to_string_lossy()))
}

pub async fn answer(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let request_id = response.headers().get("x-request-id").map_or("", |id| id.to_str().unwrap()).to_owned();
    let text = if status == 101 { String::new() } else { response.text().await.unwrap() };
    Answer { status, body: serde_json::from_str(&text).unwrap_or(Value::String(text)), request_id }
}

fn succeeded(answer: Answer, path: &str) -> Value {
    assert!((200..300).contains(&answer.status), "{path}: {answer:?}");
    answer.body
}

fn floats(value: Value) -> Value {
    match value {
        Value::Number(number) => json!(number.as_f64()),
        Value::Object(fields) => fields.into_iter().map(|(name, value)| (name, floats(value))).collect(),
        other => other,
    }
}
