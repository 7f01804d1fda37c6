//! Processes by id, from /proc: who descends from whom, who is still there, and signals.

use std::process::{Command, Stdio};

/// Sends a signal such as "KILL" to one process. A process that has ended already is no error.
pub fn signal(name: &str, pid: u32) {
    assert!(pid > 1, "not a process of ours: {pid}");
    let _ = Command::new("kill").args([format!("-{name}"), pid.to_string()]).stderr(Stdio::null()).status().unwrap();
}

/// Every process that descends from `root`, parents first.
pub fn descendants(root: u32) -> Vec<u32> {
    let all: Vec<(u32, u32)> = std::fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter_map(|pid| Some((pid, parent(pid)?)))
        .collect();
    let mut found = vec![root];
    let mut next = 0;
    while let Some(&of) = found.get(next) {
        found.extend(all.iter().filter(|(_, parent)| *parent == of).map(|(pid, _)| *pid));
        next += 1;
    }
    found.split_off(1)
}

/// A process that runs: neither gone nor a zombie.
pub fn is_alive(pid: u32) -> bool {
    stat(pid).is_some_and(|fields| !fields.starts_with('Z'))
}

fn parent(pid: u32) -> Option<u32> {
    stat(pid)?.split_whitespace().nth(1)?.parse().ok()
}

/// What follows the name in /proc/PID/stat: state, parent, …
fn stat(pid: u32) -> Option<String> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    Some(text.rsplit_once(") ")?.1.to_owned())
}
