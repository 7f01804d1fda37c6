//! Configuration: built-in defaults < file < environment. config/default.toml is the one list of keys; what is not in it is unknown.
//!
//! A flaw names the key, the value and what it may be; the server exits with 64 before it binds anything.

mod files;
mod reading;
mod secrets;

use crate::edge::settings::{self, Limits};
use reading::{overlay, set_from_text};
use salessync_actors::ports::{geocode, mail};
use salessync_actors::settings::{Actors, Journal, Live, Organisation, Plan, Retention, SettingFlaw, Settings, Storage};
use salessync_actors::travel::TravelSettings;
use salessync_engine::wire::agent::FIXES_PER_FRAME_MAX;
pub use secrets::Vault;
use secrets::weakness;
use serde::Deserialize;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

const DEFAULTS: &str = include_str!("../../../config/default.toml");
const ENV_PREFIX: &str = "SALESSYNC_";
/// Set in the environment, but not keys of the configuration.
const ENV_OTHERS: [&str; 6] = [
    "SALESSYNC_PG_BIN",
    "SALESSYNC_URL",
    "SALESSYNC_EMAIL",
    "SALESSYNC_PASSWORD",
    "SALESSYNC_CONFIG",
    "SALESSYNC_VAULT_PASSPHRASE",
];

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
    pub limits: Limits,
    pub vault: Vault,
    pub files: files::Files,
    organisation: Organisation,
    actors: Actors,
    journal: Journal,
    live: Live,
    storage: Storage,
    retention: Retention,
    geocode: geocode::Settings,
    plan: Plan,
    travel: TravelSettings,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Http {
    pub bind: String,
    pub port: u16,
    pub workers: usize,
    pub public_url: String,
    pub trusted_proxies: Vec<String>,
    pub allow_plain: bool,
    pub tls_certificate: PathBuf,
    pub tls_key: PathBuf,
    pub redirect_port: u16,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Auth {
    pub token_algorithm: TokenAlgorithm,
    pub token_secret: String,
    pub issuer: String,
    pub audience: String,
    pub user_token_ttl_s: i64,
    pub agent_token_ttl_max_s: i64,
    pub refresh_idle_days: i64,
    pub refresh_days: i64,
    pub breached_list: PathBuf,
}

/// What access tokens are signed with. One of them, never both.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
pub enum TokenAlgorithm {
    #[serde(rename = "EdDSA")]
    EdDsa,
    #[serde(rename = "HS256")]
    Hs256,
}

impl std::fmt::Debug for Auth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Auth")
            .field("token_algorithm", &self.token_algorithm)
            .field("user_token_ttl_s", &self.user_token_ttl_s)
            .finish_non_exhaustive()
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
    pub sources: Vec<String>,
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

/// When a phone's connection is given up, and how much may come over one. A rate or a number of 0 is no limit.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sockets {
    pub unread_timeout_s: u64,
    pub silence_timeout_s: u64,
    pub frames_per_s: u32,
    pub frames_burst: u32,
    pub fixes_per_s: u32,
    pub fixes_burst: u32,
    pub live_frames_per_s: u32,
    pub live_frames_burst: u32,
    pub agent_per_principal_max: u32,
    pub live_per_principal_max: u32,
}

/// What is wrong with the settings for mail.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{key} is {value}, must be {limit}")]
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
        let environment: Vec<_> = environment.into_iter().collect();
        for (name, text) in &environment {
            let (name, text) = (name.as_str(), text.as_str());
            let Some(key) = name.strip_prefix(ENV_PREFIX).filter(|_| !ENV_OTHERS.contains(&name)) else { continue };
            let path: Vec<_> = key.split("__").map(str::to_lowercase).collect();
            set_from_text(&mut merged, &path, text, name)?;
        }
        let flaw = |reason: String| ConfigFlaw::File { path: "configuration".to_owned(), reason };
        let config: Self = Value::Table(merged).try_into().map_err(|error: toml::de::Error| flaw(error.message().to_owned()))?;
        config.check()?;
        config.vault.check(&environment)?;
        Ok(config)
    }

    fn check(&self) -> Result<(), ConfigFlaw> {
        let value = |key: &str, value: String, limit: &str| {
            Err(ConfigFlaw::Value { origin: "configuration".to_owned(), key: key.to_owned(), value, limit: limit.to_owned() })
        };
        let auth = &self.auth;
        let Ok(bind) = self.http.bind.parse::<IpAddr>() else {
            return value("http.bind", format!("{:?}", self.http.bind), "an IP address such as 127.0.0.1");
        };
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
        if let Some(weakness) = weakness(&auth.token_secret) {
            return value("auth.token_secret", weakness.to_owned(), "random: openssl rand -base64 48 makes one");
        }
        match (auth.token_algorithm, auth.token_secret.is_empty()) {
            (TokenAlgorithm::Hs256, true) => {
                return value("auth.token_secret", "empty".to_owned(), "set where auth.token_algorithm is HS256");
            }
            (TokenAlgorithm::EdDsa, false) => {
                return value("auth.token_secret", "set".to_owned(), "empty, or auth.token_algorithm must be HS256");
            }
            (TokenAlgorithm::Hs256, false) | (TokenAlgorithm::EdDsa, true) => {}
        }
        for (key, text) in [("auth.issuer", &auth.issuer), ("auth.audience", &auth.audience)] {
            if text.is_empty() || text.len() > 200 {
                return value(key, format!("{} characters", text.len()), "1..200 characters");
            }
        }
        if !(1..=365).contains(&auth.refresh_days) {
            return value("auth.refresh_days", auth.refresh_days.to_string(), "1..365");
        }
        if !(1..=auth.refresh_days).contains(&auth.refresh_idle_days) {
            return value("auth.refresh_idle_days", auth.refresh_idle_days.to_string(), "1..auth.refresh_days");
        }
        if !auth.breached_list.as_os_str().is_empty() && !auth.breached_list.is_file() {
            return value("auth.breached_list", format!("{:?}", auth.breached_list), "a file that exists, or empty");
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
        if let Err((key, flawed, limit)) = self.files.place(&self.data_dir) {
            return value(key, flawed, limit);
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
        // A frame holds up to 500 fixes: a smaller bucket would never have room for one.
        for (key, burst, min) in [
            ("sockets.frames_burst", self.sockets.frames_burst, 1),
            ("sockets.fixes_burst", self.sockets.fixes_burst, FIXES_PER_FRAME_MAX as u32),
            ("sockets.live_frames_burst", self.sockets.live_frames_burst, 1),
        ] {
            if burst < min {
                return value(key, burst.to_string(), &format!("{min} or more"));
            }
        }
        let guarded = self.http.check_guard(bind, self.phones.osmand_port);
        let guarded = guarded.and_then(|()| self.limits.check()).and_then(|()| settings::check_sources(&self.map.sources));
        if let Err((key, flawed, limit)) = guarded {
            return value(key, flawed, limit);
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
            retention: self.retention.clone(),
            geocode: self.geocode.clone(),
            plan: self.plan.clone(),
            travel: self.travel.clone(),
        }
    }
}

pub(crate) fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| !host.is_empty() && !host.contains('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "kX7vQ2mZr9Lw4TnB6pYs1HcJ8dGf3AeU";

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
            ("SALESSYNC_AUTH__TOKEN_SECRET", &"x".repeat(64), "auth.token_secret is a few characters again and again"),
            ("SALESSYNC_AUTH__TOKEN_SECRET", &"sales-sync".repeat(4), "auth.token_secret is one text again and again"),
            ("SALESSYNC_AUTH__TOKEN_SECRET", "abcdefghijklmnopqrstuvwxyz0123456789", "auth.token_secret is an alphabet"),
            (
                "SALESSYNC_AUTH__TOKEN_SECRET",
                SECRET,
                "auth.token_secret is set, must be empty, or auth.token_algorithm must be HS256",
            ),
            ("SALESSYNC_AUTH__TOKEN_ALGORITHM", "HS256", "auth.token_secret is empty, must be set where"),
            ("SALESSYNC_AUTH__TOKEN_ALGORITHM", "none", "unknown variant `none`"),
            ("SALESSYNC_AUTH__REFRESH_DAYS", "0", "auth.refresh_days is 0, must be 1..365"),
            ("SALESSYNC_AUTH__REFRESH_IDLE_DAYS", "31", "auth.refresh_idle_days is 31, must be 1..auth.refresh_days"),
            ("SALESSYNC_AUTH__BREACHED_LIST", "/no/such/file", "must be a file that exists"),
            ("SALESSYNC_AUTH__ISSUER", "", "auth.issuer is 0 characters"),
            ("SALESSYNC_VAULT__KEY_FILE", "/no/such/key", "vault.key_file is \"/no/such/key\", must be a file"),
            (
                "SALESSYNC_VAULT__PASSPHRASE_ENV",
                "NOT_SET",
                "vault.passphrase_env is \"NOT_SET\", must be the name of a variable that is set",
            ),
            ("SALESSYNC_GEOCODE__URL", "ftp://example.com", "geocode.url is \"ftp://example.com\""),
            ("SALESSYNC_GEOCODE__INTERVAL_MS", "90000", "geocode.interval_ms is 90000, must be 0..60000"),
            ("SALESSYNC_ORGANISATION__CURRENCY", "euro", "organisation.currency is \"euro\""),
            ("SALESSYNC_RETENTION__TIMELINE_DAYS", "-1", "retention.timeline_days is"),
            ("SALESSYNC_AUDIT__RETENTION_DAYS", "40000", "audit.retention_days is 40000, must be 0..36500"),
            ("SALESSYNC_MAIL__KIND", "pigeon", "mail.kind is \"pigeon\", must be off, smtp or folder"),
            ("SALESSYNC_MAIL__KIND", "folder", "mail.folder is \"\", must be a folder"),
            ("SALESSYNC_MAIL__KIND", "smtp", "mail.from is \"\", must be an address"),
            ("SALESSYNC_MAP__TOWN", "/no/such/file", "map.town is \"/no/such/file\", must be a file that exists"),
            ("SALESSYNC_TRAVEL__PROVIDER", "embedded", "travel.map is \"\", must be a map"),
            ("SALESSYNC_TRAVEL__DETOUR", "long", "travel.detour is \"long\", must be a number"),
            ("SALESSYNC_TRAVEL__PARTS", "00:00 a 1, 07:00 a", "travel.parts is \"07:00 a\", must be a time, a name"),
            ("SALESSYNC_STORAGE__DAYS_BEHIND", "-3", "storage.days_behind is -3, must be 0 or more"),
            ("SALESSYNC_HTTP__BIND", "0.0.0.0", "http.bind is \"0.0.0.0\", must be a loopback address, unless"),
            ("SALESSYNC_HTTP__BIND", "::", "http.allow_plain"),
            ("SALESSYNC_HTTP__TRUSTED_PROXIES", "10.0.0.0/8, nginx", "http.trusted_proxies is \"nginx\", must be addresses"),
            ("SALESSYNC_HTTP__TLS_CERTIFICATE", "a.pem", "http.tls_key is \"\", must be the key of"),
            ("SALESSYNC_HTTP__TLS_KEY", "a.pem", "http.tls_certificate is \"\", must be the certificate of"),
            ("SALESSYNC_HTTP__REDIRECT_PORT", "80", "http.redirect_port is 80, must be 0 without"),
            ("SALESSYNC_LIMITS__READ_BURST", "0", "limits.read_burst is 0, must be 1..1000000"),
            ("SALESSYNC_LIMITS__WRITE_PER_S", "2000000", "limits.write_per_s is 2000000, must be 0..1000000"),
            ("SALESSYNC_SOCKETS__FIXES_BURST", "499", "sockets.fixes_burst is 499, must be 500 or more"),
            ("SALESSYNC_MAP__SOURCES", "https://a.example/tiles", "map.sources is \"https://a.example/tiles\", must be origins"),
            ("SALESSYNC_MAP__SOURCES", "https://a.example;script-src *", "map.sources"),
        ] {
            let flaw = load(&[(key, value)]).unwrap_err().to_string();
            assert!(flaw.contains(says), "{key}={value}: {flaw}");
        }
    }

    #[test]
    fn a_public_address_needs_tls_a_proxy_or_leave() {
        let bind = ("SALESSYNC_HTTP__BIND", "0.0.0.0");
        for leave in [("SALESSYNC_HTTP__ALLOW_PLAIN", "true"), ("SALESSYNC_HTTP__TRUSTED_PROXIES", "10.0.0.1")] {
            load(&[bind, leave]).unwrap();
        }
        let tls = [bind, ("SALESSYNC_HTTP__TLS_CERTIFICATE", "c.pem"), ("SALESSYNC_HTTP__TLS_KEY", "k.pem")];
        load(&tls).unwrap();
        let osmand = ("SALESSYNC_PHONES__OSMAND_PORT", "5055");
        let flaw = load(&[tls[0], tls[1], tls[2], osmand]).unwrap_err().to_string();
        assert!(flaw.contains("phones.osmand_port is 5055, must be 0: it speaks plain HTTP"), "{flaw}");
        load(&[tls[0], tls[1], tls[2], osmand, ("SALESSYNC_HTTP__ALLOW_PLAIN", "true")]).unwrap();
        load(&[("SALESSYNC_HTTP__BIND", "::1"), osmand]).unwrap();
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
        std::fs::write(&file, "[http]\nport = 9000\n[travel]\ndetour = 2").unwrap();
        let config = Config::load(Some(&file), []).unwrap();
        assert_eq!((config.http.port, config.travel.detour), (9000, 2.0));
    }

    #[test]
    fn secrets_are_not_printed() {
        let config = load(&[("SALESSYNC_AUTH__TOKEN_SECRET", SECRET), ("SALESSYNC_AUTH__TOKEN_ALGORITHM", "HS256")]).unwrap();
        assert_eq!(config.auth.token_algorithm, TokenAlgorithm::Hs256);
        assert!(!format!("{config:?}").contains(SECRET));
        let secret = "hunter2hunter2";
        let config = load(&[("SALESSYNC_MAIL__PASSWORD", secret), ("SALESSYNC_MAIL__USER", "sales")]).unwrap();
        assert!(!format!("{config:?}").contains(secret));
    }
}
