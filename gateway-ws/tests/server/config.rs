//! How the binary starts, and how it refuses to.

use super::common::Server;
use super::common::server::command;
use std::process::{Command, Output};

fn output(command: &mut Command) -> Output {
    command.output().unwrap()
}

/// Runs `serve` with a setting that must be refused; the data folder stays untouched and the port unbound.
fn refused(key: &str, value: &str, says: &[&str]) {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut command = command(dir.path(), &[("HTTP__PORT".to_owned(), taken.local_addr().unwrap().port().to_string())]);
    command.env("SALESSYNC_DATA_DIR", &data).env(key, value).arg("serve");
    let output = output(&mut command);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(64), "{key}={value}: {stderr}");
    assert!(says.iter().all(|word| stderr.contains(word)), "{key}={value}: {stderr}");
    assert!(output.stdout.is_empty() && !data.exists(), "{key}={value} was noticed too late");
}

#[test]
fn a_bad_configuration_exits_64_and_names_the_key_before_anything_is_touched() {
    for (key, value, says) in [
        ("SALESSYNC_HTTP__PORT", "http", &["http.port", "\"http\"", "integer"][..]),
        ("SALESSYNC_HTTP__PORT", "70000", &["http.port", "70000", "0..65535"]),
        ("SALESSYNC_HTTP__BIND", "localhost", &["http.bind", "IP address"]),
        ("SALESSYNC_HTTP__PROT", "1", &["unknown key", "http.prot"]),
        ("SALESSYNC_LIVE__TICK_MS", "1", &["live.tick_ms", "20..10000"]),
        ("SALESSYNC_JOURNAL__SPILL_FIXES_MAX", "0", &["journal.spill_fixes_max", "1000"]),
        ("SALESSYNC_STORAGE__DAYS_BEHIND", "-3", &["storage.days_behind", "-3"]),
        ("SALESSYNC_ORGANISATION__TIME_ZONE", "Mars/Olympus", &["organisation.time_zone", "Mars/Olympus"]),
        ("SALESSYNC_AUTH__TOKEN_SECRET", "short", &["auth.token_secret", "32"]),
        ("SALESSYNC_MAP__TOWN", "/no/such/file", &["map.town", "/no/such/file"]),
        ("SALESSYNC_TRAVEL__PROVIDER", "horse", &["travel.provider", "straight_line, embedded, osrm or valhalla"]),
        ("SALESSYNC_TRAVEL__PROVIDER", "osrm", &["travel.url", "such as http://"]),
        ("SALESSYNC_TRAVEL__MAP", "/no/such/map", &["travel.map", "/no/such/map"]),
        ("SALESSYNC_TRAVEL__DETOUR", "9", &["travel.detour is 9", "1..5"]),
        ("SALESSYNC_SOCKETS__UNREAD_TIMEOUT_S", "0", &["sockets.unread_timeout_s", "1..600"]),
        ("SALESSYNC_SOCKETS__SILENCE_TIMEOUT_S", "1", &["sockets.silence_timeout_s", "2..3600"]),
        ("SALESSYNC_LOG__FILTER", "=loud=", &["log.filter"]),
    ] {
        refused(key, value, says);
    }

    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("salessync.toml");
    for (text, says) in [
        ("[http]\nhost = \"x\"", "http.host"),
        ("[http]\nport = \"9000\"", "http.port"),
        ("[journal]\nflush_interval_ms = 51", "journal.flush_interval_ms is 51, must be 1..50"),
        ("[http", "salessync.toml"),
    ] {
        std::fs::write(&file, text).unwrap();
        let output = output(command(dir.path(), &[]).arg("serve").arg("--config").arg(&file));
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(64), "{text}: {stderr}");
        assert!(stderr.contains(says), "{text}: {stderr}");
    }
    let missing = output(command(dir.path(), &[]).args(["serve", "--config", "/no/such.toml"]));
    assert_eq!(missing.status.code(), Some(64));
    let argument = output(command(dir.path(), &[]).args(["serve", "--sideways"]));
    assert_eq!(argument.status.code(), Some(64));
}

#[tokio::test]
async fn a_second_server_on_the_same_data_is_refused_and_the_first_goes_on() {
    let server = Server::start().await;
    let mut second = command(server.data_dir(), &[]);
    second.arg("serve");
    let output = tokio::task::spawn_blocking(move || output(&mut second)).await.unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("another salessync server runs on"), "{stderr}");
    assert!(output.stdout.is_empty());
    assert!(server.text("/ready").await.contains(r#""status":"ok""#));
    // Command line tools share the running one.
    server
        .cli(
            &["user", "create", "--email", "d@example.com", "--name", "D", "--role", "dispatcher", "--password-stdin"],
            "ten letters",
        )
        .await;
}
