//! No input makes the API fail: schemathesis reads the OpenAPI document of a running server and asks it everything it can think of, within a
//! bounded time. Twice at once: as a program with every right, and as a person for what only persons may do.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context, Result, bail, ensure};
use serde_json::json;

use crate::{
    children::{self, Output},
    demo,
    http::{Method, Server},
    repo::Repo,
    stack::{self, Plan, Stack},
    tools::{self, Tool},
};

/// A version that is known to work; its dependencies follow.
const PACKAGE: &str = "schemathesis==4.32.5";
const INSTALL_LIMIT: Duration = Duration::from_secs(10 * 60);
/// Seconds for both runs, which share the processor, and examples for each operation.
const BUDGET_S: u32 = 100;
const EXAMPLES: &str = "40";
const RUN_LIMIT: Duration = Duration::from_secs(6 * 60);
const AGENTS: u32 = 5;
/// What ends the session that asks, or makes others wait for letters.
const NOT_ASKED_AS_A_PERSON: &str = "^(logout|login|refresh|revokeSession|revokeOtherSessions|changePassword)$";

/// The step of `cargo xtask test`.
pub fn run(repo: &Repo) -> Result<()> {
    let tools = tools::ensure(repo, &[Tool::Compiler, Tool::Postgres, Tool::Node])?;
    let schemathesis = install(repo)?;
    demo::build(repo, &tools, |what| println!("{what}…"))?;
    let plan = Plan {
        dir: repo.target.join("schema"),
        port: 0,
        agents: AGENTS,
        has_guest: false,
        basemap: None,
        keep_data: false,
        // What is looked for here is what the handlers do, not what keeps people from them.
        settings: vec![("SALESSYNC_LIMITS__ENABLED".to_owned(), "false".to_owned())],
    };
    let stack = Stack::start(repo, &plan, |what| println!("{what}…"))?;
    let server = Server(stack.address());
    let admin = stack::access_token(server, stack.admin())?;
    let tomorrow = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis() as u64 + 86_400_000;
    let key = json!({"name": "schemathesis", "role": "admin", "expires_at": tomorrow});
    let key = server.ask_as(Method::Post, "/api/v1/api-keys", &admin, &key)?.json()?;
    let key = key["key"].as_str().context("the server gave no API key")?;
    // Whoever lost their rights on the way was answered 401 from then on, which proves nothing.
    let still_asks = |token: &str, path: &str| -> Result<()> {
        let answer = server.get(path, Some(token))?;
        ensure!(answer.status == 200, "{path} is answered {} at the end of the run: {}", answer.status, answer.body);
        Ok(())
    };
    let person_says = plan.dir.join("asked-as-a-person.log");
    let of_persons = ["--include-tag", "auth", "--exclude-operation-id-regex", NOT_ASKED_AS_A_PERSON];
    let (as_program, as_person) = thread::scope(|scope| {
        let as_person = scope.spawn(|| ask(&schemathesis, &stack, &admin, &of_persons, Output::Log(&person_says)));
        let as_program = ask(&schemathesis, &stack, key, &["--exclude-tag", "auth"], Output::Show);
        (as_program, as_person.join())
    });
    println!("{}", fs::read_to_string(&person_says).unwrap_or_default());
    let asked = as_program
        .and_then(|()| as_person.unwrap_or_else(|_| bail!("what asks as a person panicked")))
        .and_then(|()| still_asks(key, "/api/v1/agents?limit=1"));
    let alive = server.get("/ready", None).is_ok_and(|answer| answer.status == 200);
    let log = plan.dir.join("server.log");
    stack.stop();
    asked.with_context(|| format!("the server's log is {}", log.display()))?;
    if !alive {
        bail!("the server is not ready after it was asked; its log is {}", log.display());
    }
    Ok(())
}

fn ask(schemathesis: &Path, stack: &Stack, token: &str, which: &[&str], output: Output<'_>) -> Result<()> {
    let mut command = Command::new(schemathesis);
    command
        .args(["run", &format!("{}/api/openapi.json", stack.url()), "--url", &stack.url(), "--no-color"])
        .args(["--checks", "not_a_server_error", "--continue-on-failure", "--generation-deterministic", "--warnings", "off"])
        // One worker: Python 3.11 may fail by itself when two threads read its own sources at once.
        .args(["--max-examples", EXAMPLES, "--max-time", &BUDGET_S.to_string(), "--workers", "1"])
        .args(["--header", &format!("Authorization: Bearer {token}"), "--request-timeout", "30"])
        .args(["--suppress-health-check", "all"])
        .args(which)
        .stdin(Stdio::null());
    children::run(&mut command, output, RUN_LIMIT).context("the API failed, or schemathesis did")
}

/// Puts schemathesis into a folder of its own under target/.
fn install(repo: &Repo) -> Result<PathBuf> {
    let venv = repo.target.join("tools/schemathesis");
    let program = venv.join("bin/schemathesis");
    let is_there = |program: &PathBuf| {
        let mut command = Command::new(program);
        let version = children::capture(command.arg("--version").stderr(Stdio::null()), INSTALL_LIMIT);
        version.is_ok_and(|version| PACKAGE.ends_with(version.trim().rsplit([' ', ',']).next().unwrap_or("?")))
    };
    if is_there(&program) {
        return Ok(program);
    }
    println!("Fetching {PACKAGE} from PyPI (about half a minute)…");
    tools::install_from_pypi(repo, &venv, PACKAGE, &tools::tools_dir(repo)?.join("schemathesis.log"))
        .context("install schemathesis")?;
    Ok(program)
}
