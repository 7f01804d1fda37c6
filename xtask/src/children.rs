//! Starts programs and never leaves one behind: every child has a process group of its own, a log or a limit, and an end.
//! Deliberately no threads but the one that reads a pipe, and no `unsafe`: signals are sent by the shell's own `kill`.
//! The invariant: a `Service` that goes out of scope has been stopped, and a wait notices Ctrl-C within `POLL`.

use std::{
    fs::{self, File},
    io::{Read, Write},
    os::{fd::AsFd, unix::process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use signal_hook::consts::{SIGINT, SIGTERM};

const POLL: Duration = Duration::from_millis(50);
const STOP_GRACE: Duration = Duration::from_secs(10); // a build tool asked to stop; services name their own
const LOG_TAIL_LINES: usize = 20;

static STOP: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// Ctrl-C or SIGTERM arrived. Carried as an error, so that every caller unwinds and every guard stops its child.
#[derive(Debug)]
pub struct Interrupted;

impl std::fmt::Display for Interrupted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("stopped by a signal")
    }
}

impl std::error::Error for Interrupted {}

pub fn watch_signals() -> Result<()> {
    let stop = STOP.get_or_init(Arc::default);
    for signal in [SIGINT, SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(stop)).context("watch for Ctrl-C")?;
    }
    Ok(())
}

pub fn check_interrupt() -> Result<()> {
    match STOP.get() {
        Some(stop) if stop.load(Ordering::Relaxed) => bail!(Interrupted),
        _ => Ok(()),
    }
}

/// Sleeps one poll interval; fails when a signal arrived.
pub fn pause() -> Result<()> {
    check_interrupt()?;
    thread::sleep(POLL);
    check_interrupt()
}

/// Where a program's words go.
#[derive(Debug, Clone, Copy)]
pub enum Output<'a> {
    /// Both streams to our stdout, so that a test runner's closing lines are where a reader looks.
    Show,
    /// Both streams appended to a file; its end is shown when the program fails.
    Log(&'a Path),
}

/// Runs a program to its end, at most `limit`.
pub fn run(command: &mut Command, output: Output<'_>, limit: Duration) -> Result<()> {
    run_with_input(command, "", output, limit)
}

/// The same, with `input` on its standard input (a password, say: never in the arguments, where `ps` shows them).
pub fn run_with_input(command: &mut Command, input: &str, output: Output<'_>, limit: Duration) -> Result<()> {
    check_interrupt()?;
    let words = describe(command);
    let (out, err) = streams(output)?;
    let stdin = if input.is_empty() { Stdio::null() } else { Stdio::piped() };
    let mut child =
        command.stdin(stdin).stdout(out).stderr(err).process_group(0).spawn().with_context(|| format!("start `{words}`"))?;
    if let Some(mut pipe) = child.stdin.take() {
        // A program that ends without reading closes the pipe; its exit status says more than our write error.
        let _ = pipe.write_all(input.as_bytes());
    }
    let status = wait(&mut child, &words, limit)?;
    if status.success() {
        return Ok(());
    }
    if let Output::Log(log) = output {
        show_tail(log);
    }
    bail!("`{words}` failed ({status})")
}

/// Runs a program and returns what it printed on stdout; its stderr is shown.
pub fn capture(command: &mut Command, limit: Duration) -> Result<String> {
    check_interrupt()?;
    let words = describe(command);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .process_group(0)
        .spawn()
        .with_context(|| format!("start `{words}`"))?;
    let mut pipe = child.stdout.take().context("the child's stdout is a pipe")?;
    let reader = thread::spawn(move || {
        let mut text = String::new();
        pipe.read_to_string(&mut text).map(|_| text)
    });
    let status = wait(&mut child, &words, limit)?;
    if !status.success() {
        bail!("`{words}` failed ({status})");
    }
    match reader.join() {
        Ok(text) => text.with_context(|| format!("read the output of `{words}`")),
        Err(_) => bail!("reading the output of `{words}` panicked"),
    }
}

fn wait(child: &mut Child, words: &str, limit: Duration) -> Result<ExitStatus> {
    let began = Instant::now();
    loop {
        if let Some(status) = child.try_wait().with_context(|| format!("wait for `{words}`"))? {
            check_interrupt()?; // a child that Ctrl-C ended is no failure of its own
            return Ok(status);
        }
        let interrupted = pause();
        if interrupted.is_err() || began.elapsed() > limit {
            stop_group(child, "TERM", STOP_GRACE);
            interrupted?;
            bail!("`{words}` did not end within {} s and was stopped", limit.as_secs());
        }
    }
}

/// A program that runs until it is stopped. Dropping it stops it.
#[derive(Debug)]
pub struct Service {
    name: &'static str,
    child: Child,
    /// What it prints on stdout; its stderr is in `log`.
    pub out: PathBuf,
    pub log: PathBuf,
    stop_signal: &'static str,
    grace: Duration,
}

impl Service {
    /// Starts `command` with stdout in `DIR/NAME.out` and stderr in `DIR/NAME.log`, both new.
    pub fn start(
        name: &'static str,
        command: &mut Command,
        dir: &Path,
        stop_signal: &'static str,
        grace: Duration,
    ) -> Result<Self> {
        check_interrupt()?;
        let (out, log) = (dir.join(format!("{name}.out")), dir.join(format!("{name}.log")));
        let create = |path: &Path| File::create(path).with_context(|| format!("create {}", path.display()));
        let mut command = dying_with_us(command);
        let child = command
            .stdin(Stdio::null())
            .stdout(create(&out)?)
            .stderr(create(&log)?)
            .process_group(0)
            .spawn()
            .with_context(|| format!("start `{}`", describe(&command)))?;
        Ok(Self { name, child, out, log, stop_signal, grace })
    }

    /// Fails with the end of the log when the program has ended by itself.
    pub fn check_alive(&mut self) -> Result<()> {
        match self.child.try_wait().with_context(|| format!("look after the {}", self.name))? {
            None => Ok(()),
            Some(status) => {
                check_interrupt()?;
                show_tail(&self.log);
                bail!("the {} ended by itself ({status}); its whole log is in {}", self.name, self.log.display())
            }
        }
    }

    /// Waits until `ready` answers; fails when the program dies, on Ctrl-C, and after `limit`.
    pub fn wait_until<T>(&mut self, what: &str, limit: Duration, mut ready: impl FnMut() -> Result<Option<T>>) -> Result<T> {
        let began = Instant::now();
        loop {
            self.check_alive()?;
            if let Some(found) = ready()? {
                return Ok(found);
            }
            if began.elapsed() > limit {
                show_tail(&self.log);
                bail!(
                    "{what} did not happen within {} s; the {}'s whole log is in {}",
                    limit.as_secs(),
                    self.name,
                    self.log.display()
                );
            }
            pause()?;
        }
    }

    pub fn stop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            stop_group(&mut self.child, self.stop_signal, self.grace);
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Asks the group to stop, then insists. Works also after Ctrl-C, so it does not look at the interrupt flag.
fn stop_group(child: &mut Child, signal: &str, grace: Duration) {
    send(signal, child.id());
    let began = Instant::now();
    while began.elapsed() < grace {
        if !matches!(child.try_wait(), Ok(None)) {
            return;
        }
        thread::sleep(POLL);
    }
    // Not reaped yet, so the id still means this group.
    send("KILL", child.id());
    let _ = child.wait();
}

fn send(signal: &str, group: u32) {
    let _ = Command::new("sh").args(["-c", &format!("kill -{signal} -{group}")]).stderr(Stdio::null()).status();
}

/// Wraps a command so that Linux stops it even when xtask itself is killed. Without `setpriv` it is left as it is.
fn dying_with_us(command: &Command) -> Command {
    let is_setpriv = command.get_program() == "setpriv";
    let mut wrapped = if is_setpriv || find_program("setpriv").is_none() {
        Command::new(command.get_program())
    } else {
        let mut setpriv = Command::new("setpriv");
        setpriv.args(["--pdeathsig", "TERM", "--"]).arg(command.get_program());
        setpriv
    };
    wrapped.args(command.get_args());
    for (key, value) in command.get_envs() {
        match value {
            Some(value) => wrapped.env(key, value),
            None => wrapped.env_remove(key),
        };
    }
    if let Some(dir) = command.get_current_dir() {
        wrapped.current_dir(dir);
    }
    wrapped
}

pub fn find_program(name: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?).map(|dir| dir.join(name)).find(|path| path.is_file())
}

fn streams(output: Output<'_>) -> Result<(Stdio, Stdio)> {
    match output {
        Output::Show => {
            let ours = std::io::stdout();
            Ok((ours.as_fd().try_clone_to_owned()?.into(), ours.as_fd().try_clone_to_owned()?.into()))
        }
        Output::Log(path) => {
            let file =
                File::options().create(true).append(true).open(path).with_context(|| format!("open {}", path.display()))?;
            Ok((file.try_clone()?.into(), file.into()))
        }
    }
}

fn show_tail(log: &Path) {
    let text = fs::read(log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    eprintln!("--- the last lines of {} ---\n{}\n---", log.display(), tail(&text));
}

fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(LOG_TAIL_LINES)..].join("\n")
}

fn describe(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned();
    std::iter::once(program).chain(command.get_args().map(|arg| arg.to_string_lossy().into_owned())).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(30);

    fn sh(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn output_is_captured_and_a_failure_names_the_command() {
        assert_eq!(capture(&mut sh("echo one; echo two"), LIMIT).unwrap(), "one\ntwo\n");
        let error = capture(&mut sh("exit 3"), LIMIT).unwrap_err().to_string();
        assert!(error.contains("sh -c exit 3") && error.contains("3"), "{error}");
    }

    #[test]
    fn input_reaches_the_program() {
        let log = std::env::temp_dir().join(format!("xtask-input-{}", std::process::id()));
        run_with_input(&mut sh("cat"), "secret", Output::Log(&log), LIMIT).unwrap();
        assert_eq!(fs::read_to_string(&log).unwrap(), "secret");
        fs::remove_file(&log).unwrap();
    }

    #[test]
    fn a_program_past_its_limit_is_stopped() {
        let began = Instant::now();
        let error = run(&mut sh("sleep 60"), Output::Show, Duration::from_millis(100)).unwrap_err().to_string();
        assert!(error.contains("did not end"), "{error}");
        assert!(began.elapsed() < STOP_GRACE);
    }

    #[test]
    fn a_service_is_stopped_with_its_children_and_a_dead_one_is_noticed() {
        let dir = std::env::temp_dir().join(format!("xtask-service-{}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        let mut service = Service::start("sleeper", &mut sh("sleep 60 & echo $!; wait"), &dir, "TERM", LIMIT).unwrap();
        let out = service.out.clone();
        let grandchild =
            service.wait_until("a line", LIMIT, || Ok(fs::read_to_string(&out)?.lines().next().map(str::to_owned))).unwrap();
        service.stop();
        let gone = || !sh(&format!("kill -0 {grandchild} 2>&-")).status().unwrap().success() || is_zombie(&grandchild);
        let began = Instant::now();
        while !gone() && began.elapsed() < LIMIT {
            thread::sleep(POLL);
        }
        assert!(gone(), "the grandchild outlived the service");

        let mut dead = Service::start("dead", &mut sh("exit 4"), &dir, "TERM", LIMIT).unwrap();
        let error = dead.wait_until("anything", LIMIT, || Ok(None::<()>)).unwrap_err().to_string();
        assert!(error.contains("ended by itself"), "{error}");
        fs::remove_dir_all(&dir).unwrap();
    }

    fn is_zombie(pid: &str) -> bool {
        fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| stat.contains(") Z "))
    }

    #[test]
    fn the_tail_is_the_end() {
        let text = (1..=30).map(|n| n.to_string()).collect::<Vec<_>>().join("\n");
        assert!(tail(&text).starts_with("11\n") && tail(&text).ends_with("30"));
        assert_eq!(tail(""), "");
    }
}
