//! `salessync audit verify` and `salessync audit export`. Verification ends with 0 when all fits, 1 when something was tampered with (a line
//! for each finding), 2 when it could not be done.

use crate::config::Config;
use anyhow::Context;
use clap::Subcommand;
use salessync_actors::sealer::{self, AuditKey, HeadFile, PublicKey, Sealer};
use salessync_actors::{Clock, Metrics, Store};
use salessync_engine::Timestamp;
use salessync_engine::audit::verify::Report;
use salessync_engine::audit::{Act, ActKind, Actor, Object};
use serde_json::json;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Something was tampered with.
const TAMPERED: u8 = 1;
/// It is not known whether something was.
const NOT_CHECKED: u8 = 2;
/// Findings printed: a broken chain of a million rows need not be a million lines.
const FINDINGS_MAX: usize = 1_000;
/// Rows read at once for an export.
const PAGE: i64 = 1_000;

#[derive(Subcommand)]
pub enum AuditCommand {
    /// Computes the chain anew and compares it with the signed heads in the database and in the head file. Ends with 1 if something does not
    /// fit.
    Verify {
        /// File of heads to compare with, better a copy from elsewhere; by default audit.head_file.
        #[arg(long)]
        head_file: Option<PathBuf>,
        /// Public key to trust, 64 hexadecimal digits; may be given several times. By default that of audit.key_file alone.
        #[arg(long)]
        public_key: Vec<PublicKey>,
    },
    /// Prints the trail as JSON lines, oldest first. That it was printed is in the trail.
    Export {
        /// First instant, RFC 3339; by default the beginning.
        #[arg(long, value_parser = Timestamp::parse)]
        from: Option<Timestamp>,
        /// First instant after; by default the end.
        #[arg(long, value_parser = Timestamp::parse)]
        to: Option<Timestamp>,
    },
    /// Prints the public key that heads are signed with, to be kept elsewhere and given to `verify`.
    PublicKey,
}

/// Runs a command; false when something was tampered with.
pub async fn run(command: AuditCommand, config: &Config, store: &Store) -> anyhow::Result<bool> {
    match command {
        AuditCommand::Verify { head_file, public_key } => verify(config, store, head_file, public_key).await,
        AuditCommand::Export { from, to } => export(config, store, from, to).await.map(|()| true),
        AuditCommand::PublicKey => {
            println!("{}", own_key(config)?.to_hex());
            Ok(true)
        }
    }
}

pub fn exit(outcome: anyhow::Result<bool>) -> ExitCode {
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(TAMPERED),
        Err(error) => {
            eprintln!("salessync: {error:#}");
            ExitCode::from(NOT_CHECKED)
        }
    }
}

fn own_key(config: &Config) -> anyhow::Result<PublicKey> {
    let path = config.audit_key_file();
    let key = AuditKey::read(&path)?;
    Ok(key.with_context(|| format!("there is no key {}: give --public-key", path.display()))?.public())
}

async fn verify(config: &Config, store: &Store, file: Option<PathBuf>, keys: Vec<PublicKey>) -> anyhow::Result<bool> {
    let keys = if keys.is_empty() { vec![own_key(config)?] } else { keys };
    let file = HeadFile::new(file.unwrap_or_else(|| config.audit_head_file()));
    let path = file.path().to_owned();
    let report =
        sealer::check(store, Some(file), sealer::trusting(keys), Clock::System.now()).await.context("check the audit trail")?;
    let Report { rows, heads, from_seq, to_seq, findings } = report;
    let mut out = std::io::stdout().lock();
    for finding in findings.iter().take(FINDINGS_MAX) {
        writeln!(out, "{finding}")?;
    }
    if findings.len() > FINDINGS_MAX {
        writeln!(out, "and {} more", findings.len() - FINDINGS_MAX)?;
    }
    let verdict = if findings.is_empty() { "all fits".to_owned() } else { format!("{} findings", findings.len()) };
    writeln!(out, "{verdict}: {rows} rows after seq {from_seq} up to {to_seq}, {heads} heads, and those in {}", path.display())?;
    Ok(findings.is_empty())
}

/// Seals what a command has written, which no server may be there to do.
pub async fn seal(config: &Config, store: &Store) -> anyhow::Result<()> {
    let key = AuditKey::open(&config.audit_key_file())?;
    let heads = Some(HeadFile::new(config.audit_head_file()));
    let sealer = Sealer::open(store.clone(), (Clock::System, Metrics::new()), key, heads, 0)?;
    sealer.seal().await.context("seal the audit trail")
}

async fn export(config: &Config, store: &Store, from: Option<Timestamp>, to: Option<Timestamp>) -> anyhow::Result<()> {
    let what = json!({"from": from, "to": to, "export": true});
    let act = Act::new(Clock::System.now(), Actor::System, ActKind::AuditRead).about(Object::new("data", "audit"));
    store.audit(act.changing(None, Some(what))).await.context("note that the trail is read")?;
    seal(config, store).await?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut after = None;
    loop {
        let page = store.audit_export(from, to, after, PAGE).await.context("read the audit trail")?;
        for entry in &page {
            serde_json::to_writer(&mut out, entry)?;
            out.write_all(b"\n")?;
        }
        after = page.last().map(|entry| entry.id);
        if page.len() < PAGE as usize {
            return Ok(out.flush()?);
        }
    }
}
