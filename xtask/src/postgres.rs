//! A throw-away Postgres for `codegen`: private folder, unix socket only, migrations applied, gone when dropped.
//! The server and the tests have their own (actors/src/store/local_postgres.rs); xtask depends on no crate of ours, hence this short one.

use std::{
    env, fs,
    os::unix::fs::chown,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result};

use crate::{
    children::{self, Output, Service, find_program},
    tools,
};

const LIMIT: Duration = Duration::from_secs(60);
const GRACE: Duration = Duration::from_secs(10);
const ROLE: &str = "salessync";

/// The folder that holds both `initdb` and `postgres`: SALESSYNC_PG_BIN, then PATH, then Debian's newest.
pub fn bin_dir() -> Option<PathBuf> {
    let named = env::var_os("SALESSYNC_PG_BIN").map(PathBuf::from);
    let on_path = find_program("postgres").and_then(|path| Some(fs::canonicalize(path).ok()?.parent()?.to_path_buf()));
    let debian = newest_debian(Path::new("/usr/lib/postgresql"));
    [named, on_path, debian].into_iter().flatten().find(|dir| dir.join("initdb").is_file() && dir.join("postgres").is_file())
}

pub fn psql() -> Option<PathBuf> {
    bin_dir().map(|dir| dir.join("psql")).filter(|path| path.is_file()).or_else(|| find_program("psql"))
}

fn newest_debian(base: &Path) -> Option<PathBuf> {
    let versions = fs::read_dir(base).ok()?.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    versions.max().map(|version| base.join(version.to_string()).join("bin"))
}

/// A running Postgres. Dropping it stops it, then removes its folder: the order of the fields.
#[derive(Debug)]
pub struct Postgres {
    service: Service,
    scratch: Scratch,
}

#[derive(Debug)]
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Postgres {
    pub fn start() -> Result<Self> {
        let bin = bin_dir().context("PostgreSQL is not installed; `cargo xtask tools` installs it")?;
        // Short, because a unix socket's path may have 107 bytes; not under target/, which another user may be unable to enter.
        let scratch = Scratch(PathBuf::from(format!("/tmp/salessync-codegen-{}", std::process::id())));
        let dir = scratch.0.clone();
        let cluster = dir.join("cluster");
        fs::create_dir(&dir).with_context(|| format!("create {}", dir.display()))?;
        let user = unprivileged_user()?;
        if let Some((uid, gid)) = user {
            chown(&dir, Some(uid), Some(gid)).with_context(|| format!("hand {} to user {uid}", dir.display()))?;
        }
        let as_user = |program: PathBuf| match user {
            None => Command::new(program),
            Some((uid, gid)) => {
                let mut command = Command::new("setpriv");
                command.arg(format!("--reuid={uid}")).arg(format!("--regid={gid}"));
                command.args(["--clear-groups", "--pdeathsig=KILL", "--"]).arg(program);
                command
            }
        };

        let log = dir.join("initdb.log");
        let mut initdb = as_user(bin.join("initdb"));
        initdb
            .arg("-D")
            .arg(&cluster)
            .args(["-U", ROLE, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"])
            .current_dir(&dir);
        children::run(&mut initdb, Output::Log(&log), LIMIT)?;

        let mut postgres = as_user(bin.join("postgres"));
        postgres.arg("-D").arg(&cluster).arg("-k").arg(&dir).current_dir(&dir);
        postgres.args(["-c", "listen_addresses=", "-c", "fsync=off", "-c", "full_page_writes=off"]);
        let service = Service::start("postgres", &mut postgres, &dir, "INT", GRACE)?;
        let mut started = Self { service, scratch };
        // It refuses for a moment after its socket is there, in words that nobody needs to read.
        let mut create = started.psql("postgres")?;
        create.args(["-c", &format!("create database {ROLE}")]).stderr(Stdio::null());
        started.service.wait_until("the first query", LIMIT, || Ok(children::capture(&mut create, LIMIT).ok()))?;
        Ok(started)
    }

    pub fn url(&self) -> String {
        format!("postgres://{ROLE}@localhost/{ROLE}?host={}", self.scratch.0.display())
    }

    /// Applies `migrations/*.sql` in the order of their names, each in one transaction as sqlx does.
    pub fn migrate(&self, migrations: &Path) -> Result<()> {
        let mut files: Vec<PathBuf> = fs::read_dir(migrations)
            .with_context(|| format!("read {}", migrations.display()))?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|extension| extension == "sql"))
            .collect();
        files.sort();
        for file in &files {
            let mut psql = self.psql(ROLE)?;
            if !fs::read_to_string(file)?.starts_with("-- no-transaction") {
                psql.arg("--single-transaction");
            }
            children::run(psql.arg("--file").arg(file), Output::Show, LIMIT)
                .with_context(|| format!("apply {}", file.display()))?;
        }
        Ok(())
    }

    fn psql(&self, database: &str) -> Result<Command> {
        let mut command = Command::new(psql().context("psql is not installed; `cargo xtask tools` installs it")?);
        command.args(["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--username", ROLE, "--dbname", database]);
        command.arg("--host").arg(&self.scratch.0);
        Ok(command)
    }
}

/// Postgres refuses to run as root; then it runs as `postgres`, or `nobody`.
fn unprivileged_user() -> Result<Option<(u32, u32)>> {
    if !tools::is_root()? {
        return Ok(None);
    }
    let passwd = fs::read_to_string("/etc/passwd").context("read /etc/passwd")?;
    let user = ["postgres", "nobody"].into_iter().find_map(|name| ids_of(&passwd, name));
    user.map(Some).context("Postgres cannot run as root and there is no user postgres or nobody")
}

fn ids_of(passwd: &str, name: &str) -> Option<(u32, u32)> {
    let fields: Vec<&str> = passwd.lines().find(|line| line.split(':').next() == Some(name))?.split(':').collect();
    Some((fields.get(2)?.parse().ok()?, fields.get(3)?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_by_whole_name() {
        let passwd = "root:x:0:0::/:/bin/sh\npostgresql:x:9:9:::\npostgres:x:104:111::/:/bin/bash\n";
        assert_eq!(ids_of(passwd, "postgres"), Some((104, 111)));
        assert_eq!(ids_of(passwd, "nobody"), None);
    }

    #[test]
    fn the_newest_version_wins_by_number() {
        let base = env::temp_dir().join(format!("xtask-pg-{}", std::process::id()));
        for version in ["9", "15", "17", "common"] {
            fs::create_dir_all(base.join(version)).unwrap();
        }
        assert_eq!(newest_debian(&base), Some(base.join("17/bin")));
        fs::remove_dir_all(&base).unwrap();
        assert_eq!(newest_debian(&base), None);
    }

    #[test]
    fn migrations_are_applied_in_order_and_a_wrong_one_is_named() {
        if bin_dir().is_none() {
            eprintln!("skipped: PostgreSQL is not installed");
            return;
        }
        let migrations = env::temp_dir().join(format!("xtask-migrations-{}", std::process::id()));
        fs::create_dir_all(&migrations).unwrap();
        fs::write(migrations.join("0002_b.sql"), "insert into a values (1);").unwrap();
        fs::write(migrations.join("0001_a.sql"), "create table a (n int);").unwrap();
        let postgres = Postgres::start().unwrap();
        postgres.migrate(&migrations).unwrap();
        fs::write(migrations.join("0003_c.sql"), "selekt;").unwrap();
        let error = format!("{:#}", postgres.migrate(&migrations).unwrap_err());
        let dir = postgres.scratch.0.clone();
        drop(postgres);
        fs::remove_dir_all(&migrations).unwrap();
        assert!(error.contains("0001_a.sql"), "a second run starts at the first file: {error}");
        assert!(!dir.exists());
    }
}
