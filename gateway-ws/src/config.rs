//! Configuration: built-in defaults < file < environment. config/default.toml is the one list of keys; what is not in it is unknown.
//!
//! A flaw names the key, the value and what it may be; the server exits with 64 before it binds anything.

use salessync_actors::ports::mail;
use salessync_actors::settings::{Actors, Journal, Live, Organisation, SettingFlaw, Settings, Storage};
use serde::Deserialize;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

const DEFAULTS: &str = include_str!("../../config/default.toml");
const ENV_PREFIX: &str = "SALESSYNC_";
/// Set in the environment, but not keys of the configuration.
const ENV_OTHERS: [&str; 5] = ["SALESSYNC_PG_BIN", "SALESSYNC_URL", "SALESSYNC_EMAIL", "SALESSYNC_PASSWORD", "SALESSYNC_CONFIG"];

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub data_dir: PathBuf,
    pub database_url: String,
    pub http: Http,
    pub auth: Auth,
    pub audit: Audit,
    pub mail: Mail,
    pub console: Console,
    pub map: Map,
    pub phones: Phones,
    pub log: Log,
    pub sockets: Sockets,
    organisation: Organisation,
    actors: Actors,
    journal: Journal,
    live: Live,
    storage: Storage,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Http {
    pub bind: String,
    pub port: u16,
    pub workers: usize,
    pub public_url: String,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Auth {
    pub token_secret: String,
    pub user_token_ttl_s: i64,
    pub agent_token_ttl_max_s: i64,
}

impl std::fmt::Debug for Auth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Auth").field("user_token_ttl_s", &self.user_token_ttl_s).finish_non_exhaustive()
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Audit {
    pub key_file: PathBuf,
    pub head_file: PathBuf,
    pub retention_days: i64,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    pub kind: String,
    pub host: String,
    pub port: u16,
    pub tls: String,
    pub user: String,
    pub password: String,
    pub from: String,
    pub folder: PathBuf,
}

impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mail")
            .field("kind", &self.kind)
            .field("host", &self.host)
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Console {
    pub dir: PathBuf,
    pub allowed_origins: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Map {
    pub basemap: String,
    pub town: String,
    pub attribution: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phones {
    pub osmand_port: u16,
    pub durable_timeout_s: u64,
    pub allow_external_id: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    pub filter: String,
}

/// When a phone's connection is given up.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sockets {
    pub unread_timeout_s: u64,
    pub silence_timeout_s: u64,
}

/// What is wrong with the settings for mail.
#[derive(Debug, PartialEq, Eq)]
pub struct MailFlaw {
    pub key: &'static str,
    pub value: String,
    pub limit: &'static str,
}

/// What is wrong with the configuration, and where.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigFlaw {
    #[error("configuration file {path}: {reason}")]
    File { path: String, reason: String },
    #[error("{origin}: unknown key {key}")]
    Unknown { origin: String, key: String },
    #[error("{origin}: {key} is {value}, must be {limit}")]
    Value { origin: String, key: String, value: String, limit: String },
}

impl Config {
    /// Reads the configuration from the file, if one is given, and the environment given as pairs.
    pub fn load(file: Option<&Path>, environment: impl IntoIterator<Item = (String, String)>) -> Result<Self, ConfigFlaw> {
        let defaults: Table = DEFAULTS.parse().expect("config/default.toml is valid, a test holds it");
        let mut merged = defaults.clone();
        if let Some(path) = file {
            let origin = path.display().to_string();
            let flaw = |reason: String| ConfigFlaw::File { path: origin.clone(), reason };
            let text = std::fs::read_to_string(path).map_err(|error| flaw(error.to_string()))?;
            let table: Table =
                text.parse().map_err(|error: toml::de::Error| flaw(error.to_string().trim_end().replace('\n', " ")))?;
            overlay(&mut merged, table, "", &origin)?;
        }
        for (name, text) in environment {
            let Some(key) = name.strip_prefix(ENV_PREFIX).filter(|_| !ENV_OTHERS.contains(&name.as_str())) else { continue };
            let path: Vec<_> = key.split("__").map(str::to_lowercase).collect();
            set_from_text(&mut merged, &path, &text, &name)?;
        }
        let flaw = |reason: String| ConfigFlaw::File { path: "configuration".to_owned(), reason };
        let config: Self = Value::Table(merged).try_into().map_err(|error: toml::de::Error| flaw(error.message().to_owned()))?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), ConfigFlaw> {
        let value = |key: &str, value: String, limit: &str| {
            Err(ConfigFlaw::Value { origin: "configuration".to_owned(), key: key.to_owned(), value, limit: limit.to_owned() })
        };
        let auth = &self.auth;
        if self.http.bind.parse::<IpAddr>().is_err() {
            return value("http.bind", format!("{:?}", self.http.bind), "an IP address such as 127.0.0.1");
        }
        if self.http.workers > 256 {
            return value("http.workers", self.http.workers.to_string(), "0..256");
        }
        if !self.http.public_url.is_empty() && !is_origin(&self.http.public_url) {
            return value(
                "http.public_url",
                format!("{:?}", self.http.public_url),
                "such as https://sales.example.com, or empty",
            );
        }
        if !(1..=60).contains(&self.phones.durable_timeout_s) {
            return value("phones.durable_timeout_s", self.phones.durable_timeout_s.to_string(), "1..60");
        }
        if self.phones.osmand_port != 0 && self.phones.osmand_port == self.http.port {
            return value("phones.osmand_port", self.phones.osmand_port.to_string(), "another port than http.port, or 0");
        }
        if !auth.token_secret.is_empty() && auth.token_secret.len() < 32 {
            return value(
                "auth.token_secret",
                format!("{} characters", auth.token_secret.len()),
                "at least 32 characters, or empty",
            );
        }
        if !(60..=86_400).contains(&auth.user_token_ttl_s) {
            return value("auth.user_token_ttl_s", auth.user_token_ttl_s.to_string(), "60..86400");
        }
        if !(60..=34_560_000).contains(&auth.agent_token_ttl_max_s) {
            return value("auth.agent_token_ttl_max_s", auth.agent_token_ttl_max_s.to_string(), "60..34560000");
        }
        if !(0..=36_500).contains(&self.audit.retention_days) {
            return value("audit.retention_days", self.audit.retention_days.to_string(), "0..36500");
        }
        if let Err(flaw) = self.mail() {
            return value(flaw.key, flaw.value, flaw.limit);
        }
        if let Some(origin) = self.console.allowed_origins.iter().find(|origin| !is_origin(origin)) {
            return value("console.allowed_origins", format!("{origin:?}"), "origins such as https://console.example.com");
        }
        for (key, path) in [("map.town", &self.map.town), ("map.basemap", &self.map.basemap)] {
            let is_file = !path.is_empty() && !path.starts_with("http://") && !path.starts_with("https://");
            if is_file && !Path::new(path).is_file() {
                return value(key, format!("{path:?}"), "a file that exists");
            }
        }
        if tracing_subscriber::EnvFilter::try_new(&self.log.filter).is_err() {
            return value("log.filter", format!("{:?}", self.log.filter), "level or target=level,…");
        }
        if !(1..=600).contains(&self.sockets.unread_timeout_s) {
            return value("sockets.unread_timeout_s", self.sockets.unread_timeout_s.to_string(), "1..600");
        }
        if !(2..=3_600).contains(&self.sockets.silence_timeout_s) {
            return value("sockets.silence_timeout_s", self.sockets.silence_timeout_s.to_string(), "2..3600");
        }
        let from_setting = |SettingFlaw { key, value, limit }: SettingFlaw| ConfigFlaw::Value {
            origin: "configuration".to_owned(),
            key: key.to_owned(),
            value,
            limit,
        };
        self.settings().check().map_err(from_setting)
    }

    /// Where the key that signs heads of the audit trail is.
    pub fn audit_key_file(&self) -> PathBuf {
        self.in_data_dir(&self.audit.key_file, "audit.key")
    }

    /// Where heads of the audit trail are kept outside the database.
    pub fn audit_head_file(&self) -> PathBuf {
        self.in_data_dir(&self.audit.head_file, "audit-heads.jsonl")
    }

    fn in_data_dir(&self, path: &Path, default: &str) -> PathBuf {
        if path.as_os_str().is_empty() { self.data_dir.join(default) } else { path.to_owned() }
    }

    /// How letters are sent.
    pub fn mail(&self) -> Result<mail::Mail, MailFlaw> {
        let Mail { kind, host, port, tls, user, password, from, folder } = &self.mail;
        let flaw = |key, value: &str, limit| MailFlaw { key, value: format!("{value:?}"), limit };
        let sender = || {
            mail::Sender::parse(from).map_err(|_| flaw("mail.from", from, "an address such as \"SalesSync <sales@example.com>\""))
        };
        match kind.as_str() {
            "off" => Ok(mail::Mail::Off),
            "folder" if folder.as_os_str().is_empty() => Err(flaw("mail.folder", "", "a folder, with mail.kind folder")),
            "folder" => Ok(mail::Mail::Folder { from: sender()?, folder: folder.clone() }),
            "smtp" => {
                let tls = match tls.as_str() {
                    "required" => mail::Tls::Required,
                    "starttls" => mail::Tls::StartTls,
                    "none" => mail::Tls::None,
                    other => return Err(flaw("mail.tls", other, "required, starttls or none")),
                };
                let login = (!user.is_empty()).then(|| (user.clone(), password.clone()));
                let settings = mail::SmtpSettings { host: host.clone(), port: *port, tls, login, from: sender()? };
                mail::Smtp::new(settings).map(mail::Mail::Smtp).map_err(|error| match error {
                    mail::SmtpFlaw::Host => flaw("mail.host", host, "the name of a mail server"),
                    mail::SmtpFlaw::Plain => flaw("mail.tls", "none", "required or starttls, unless mail.host is this machine"),
                })
            }
            other => Err(flaw("mail.kind", other, "off, smtp or folder")),
        }
    }

    /// What concerns the live system.
    pub fn settings(&self) -> Settings {
        Settings {
            organisation: self.organisation.clone(),
            actors: self.actors.clone(),
            journal: self.journal.clone(),
            live: self.live.clone(),
            storage: self.storage.clone(),
        }
    }
}

fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| !host.is_empty() && !host.contains('/'))
}

/// Puts the values of `from` over those of `into`; every key must be there already, with a value of the same kind.
fn overlay(into: &mut Table, from: Table, prefix: &str, origin: &str) -> Result<(), ConfigFlaw> {
    for (key, value) in from {
        let path = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        match (into.get_mut(&key), value) {
            (None, _) => return Err(ConfigFlaw::Unknown { origin: origin.to_owned(), key: path }),
            (Some(Value::Table(into)), Value::Table(from)) => overlay(into, from, &path, origin)?,
            (Some(slot), value) if slot.same_type(&value) => {
                check_integer(&path, &value, origin)?;
                *slot = value;
            }
            (Some(slot), value) => return Err(wrong_kind(origin, path, &value.to_string(), slot)),
        }
    }
    Ok(())
}

fn set_from_text(into: &mut Table, path: &[String], text: &str, origin: &str) -> Result<(), ConfigFlaw> {
    let joined = path.join(".");
    let unknown = || ConfigFlaw::Unknown { origin: origin.to_owned(), key: joined.clone() };
    let (last, sections) = path.split_last().ok_or_else(unknown)?;
    let mut table = into;
    for section in sections {
        table = table.get_mut(section).and_then(Value::as_table_mut).ok_or_else(unknown)?;
    }
    let slot = table.get_mut(last).filter(|slot| !slot.is_table()).ok_or_else(unknown)?;
    let parsed = match slot {
        Value::String(_) => Some(Value::String(text.to_owned())),
        Value::Integer(_) => text.trim().parse().ok().map(Value::Integer),
        Value::Boolean(_) => text.trim().parse().ok().map(Value::Boolean),
        Value::Float(_) => text.trim().parse().ok().map(Value::Float),
        Value::Array(_) => {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            Some(Value::Array(items.map(|item| Value::String(item.to_owned())).collect()))
        }
        Value::Datetime(_) | Value::Table(_) => None,
    };
    let value = parsed.ok_or_else(|| wrong_kind(origin, joined.clone(), &format!("{text:?}"), slot))?;
    check_integer(&joined, &value, origin)?;
    *slot = value;
    Ok(())
}

/// No key is negative; saying so here keeps serde from saying less.
fn check_integer(key: &str, value: &Value, origin: &str) -> Result<(), ConfigFlaw> {
    let max = if ["http.port", "mail.port", "phones.osmand_port"].contains(&key) { 65_535 } else { i64::MAX };
    match value {
        Value::Integer(n) if *n < 0 || *n > max => {
            let limit = if max == i64::MAX { "0 or more".to_owned() } else { format!("0..{max}") };
            Err(ConfigFlaw::Value { origin: origin.to_owned(), key: key.to_owned(), value: n.to_string(), limit })
        }
        _ => Ok(()),
    }
}

fn wrong_kind(origin: &str, key: String, value: &str, expected: &Value) -> ConfigFlaw {
    let limit = match expected {
        Value::String(_) => "a text",
        Value::Integer(_) => "an integer",
        Value::Float(_) => "a number",
        Value::Boolean(_) => "true or false",
        Value::Array(_) => "a list of texts",
        Value::Table(_) => "a section",
        Value::Datetime(_) => "a time",
    };
    ConfigFlaw::Value { origin: origin.to_owned(), key, value: value.to_owned(), limit: limit.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(env: &[(&str, &str)]) -> Result<Config, ConfigFlaw> {
        Config::load(None, env.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())))
    }

    #[test]
    fn the_defaults_are_complete_and_the_settings_repeat_them() {
        let config = load(&[]).unwrap();
        assert_eq!(format!("{:?}", config.settings()), format!("{:?}", Settings::default()));
    }

    #[test]
    fn the_environment_overrides_by_type() {
        let config = load(&[
            ("SALESSYNC_HTTP__PORT", "0"),
            ("SALESSYNC_DATA_DIR", "/tmp/x"),
            ("SALESSYNC_PG_BIN", "/usr/bin"),
            ("PATH", "x"),
        ]);
        let config = config.unwrap();
        assert_eq!((config.http.port, config.data_dir), (0, PathBuf::from("/tmp/x")));
    }

    #[test]
    fn a_flaw_names_the_key_and_what_it_may_be() {
        for (key, value, says) in [
            ("SALESSYNC_HTTP__PORT", "http", "http.port is \"http\", must be an integer"),
            ("SALESSYNC_HTTP__PORT", "70000", "http.port is 70000, must be 0..65535"),
            (
                "SALESSYNC_HTTP__PUBLIC_URL",
                "sales.example.com",
                "http.public_url is \"sales.example.com\", must be such as https://",
            ),
            ("SALESSYNC_PHONES__OSMAND_PORT", "70000", "phones.osmand_port is 70000, must be 0..65535"),
            ("SALESSYNC_PHONES__OSMAND_PORT", "8080", "phones.osmand_port is 8080, must be another port than http.port"),
            ("SALESSYNC_PHONES__DURABLE_TIMEOUT_S", "0", "phones.durable_timeout_s is 0, must be 1..60"),
            ("SALESSYNC_PHONES__ALLOW_EXTERNAL_ID", "maybe", "phones.allow_external_id is \"maybe\", must be true or false"),
            ("SALESSYNC_HTTP__PROT", "1", "unknown key http.prot"),
            ("SALESSYNC_NONSENSE", "1", "unknown key nonsense"),
            ("SALESSYNC_HTTP__BIND", "localhost", "http.bind is \"localhost\", must be an IP address"),
            ("SALESSYNC_LIVE__TICK_MS", "1", "live.tick_ms is 1, must be 20..10000"),
            ("SALESSYNC_ORGANISATION__TIME_ZONE", "Nowhere", "organisation.time_zone is \"Nowhere\""),
            ("SALESSYNC_AUTH__TOKEN_SECRET", "short", "auth.token_secret is 5 characters"),
            ("SALESSYNC_AUDIT__RETENTION_DAYS", "40000", "audit.retention_days is 40000, must be 0..36500"),
            ("SALESSYNC_MAIL__KIND", "pigeon", "mail.kind is \"pigeon\", must be off, smtp or folder"),
            ("SALESSYNC_MAIL__KIND", "folder", "mail.folder is \"\", must be a folder"),
            ("SALESSYNC_MAIL__KIND", "smtp", "mail.from is \"\", must be an address"),
            ("SALESSYNC_MAP__TOWN", "/no/such/file", "map.town is \"/no/such/file\", must be a file that exists"),
            ("SALESSYNC_STORAGE__DAYS_BEHIND", "-3", "storage.days_behind is -3, must be 0 or more"),
        ] {
            let flaw = load(&[(key, value)]).unwrap_err().to_string();
            assert!(flaw.contains(says), "{key}={value}: {flaw}");
        }
    }

    #[test]
    fn a_file_overrides_and_its_flaws_are_named() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("c.toml");
        for (text, says) in [
            ("[http]\nport = 9000\nhost = \"x\"", "unknown key http.host"),
            ("[http]\nport = \"9000\"", "http.port is \"9000\", must be an integer"),
            ("http = 3", "http is 3, must be a section"),
            ("[http", "configuration file"),
        ] {
            std::fs::write(&file, text).unwrap();
            let flaw = Config::load(Some(&file), []).unwrap_err().to_string();
            assert!(flaw.contains(says), "{text}: {flaw}");
        }
        std::fs::write(&file, "[http]\nport = 9000").unwrap();
        assert_eq!(Config::load(Some(&file), []).unwrap().http.port, 9000);
    }

    #[test]
    fn secrets_are_not_printed() {
        let secret = "0123456789abcdef0123456789abcdef";
        let config = load(&[("SALESSYNC_AUTH__TOKEN_SECRET", secret)]).unwrap();
        assert!(!format!("{config:?}").contains(secret));
        let config = load(&[("SALESSYNC_MAIL__PASSWORD", secret), ("SALESSYNC_MAIL__USER", "sales")]).unwrap();
        assert!(!format!("{config:?}").contains(secret));
    }
}
