//! TLS: HTTPS and WSS with certificate files that are renewed while the server runs, and the port that sends others there.

use super::common::server::command;
use super::common::{Server, eventually};
use futures_util::StreamExt;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

/// An authority that clients trust.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// A certificate for `name` and its key, as PEM.
    fn issue(&self, name: &str) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new([name.to_owned()]).unwrap().signed_by(&key, &self.0).unwrap();
        (certificate.pem(), key.serialize_pem())
    }

    /// Connects, believing in `name` only; the handshake fails when the server has a certificate for another.
    async fn connect(&self, address: &str, name: &'static str) -> std::io::Result<TlsStream<TcpStream>> {
        let mut roots = RootCertStore::empty();
        roots.add(self.0.der().clone()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config = config.with_root_certificates(roots).with_no_client_auth();
        let stream = TcpStream::connect(address).await?;
        TlsConnector::from(Arc::new(config)).connect(ServerName::try_from(name).unwrap(), stream).await
    }

    async fn get(&self, address: &str, name: &'static str, path: &str) -> std::io::Result<String> {
        let mut stream = self.connect(address, name).await?;
        let request = format!("GET {path} HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        Ok(answer)
    }
}

fn write(dir: &Path, (certificate, key): &(String, String)) {
    std::fs::write(dir.join("cert.pem"), certificate).unwrap();
    std::fs::write(dir.join("key.pem"), key).unwrap();
}

#[tokio::test]
async fn https_and_wss_are_served_and_the_certificate_is_renewed_under_them() {
    let (authority, dir) = (Authority::new(), tempfile::tempdir().unwrap());
    write(dir.path(), &authority.issue("one.example"));
    let (certificate, key) = (dir.path().join("cert.pem"), dir.path().join("key.pem"));
    let redirect = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let redirect_port = redirect.port().to_string();
    let server = Server::with(&[
        ("HTTP__TLS_CERTIFICATE", certificate.to_str().unwrap()),
        ("HTTP__TLS_KEY", key.to_str().unwrap()),
        ("HTTP__REDIRECT_PORT", &redirect_port),
    ])
    .await;
    let address = server.url().strip_prefix("https://").expect("it says that it speaks HTTPS");

    let answer = authority.get(address, "one.example", "/health").await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains(r#"{"status":"ok"}"#), "{answer}");
    assert!(answer.contains("strict-transport-security: max-age="), "{answer}");
    assert!(authority.connect(address, "two.example").await.is_err(), "the name is checked");

    // A socket, bearer or browser, whose page came by the same way.
    let open = async |origin: &'static str| {
        let mut request = "wss://one.example/ws/live".into_client_request().unwrap();
        for (name, value) in
            [("authorization", server.bearer().as_str()), ("sec-websocket-protocol", "salessync.v1"), ("origin", origin)]
        {
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        client_async(request, authority.connect(address, "one.example").await.unwrap()).await
    };
    assert!(open("http://one.example").await.is_err(), "a page that came in the clear");
    // The administrator was made by another process a moment ago.
    let (mut socket, _) = eventually("a socket is opened", async || open("https://one.example").await.ok()).await;
    let welcome: Value = serde_json::from_str(socket.next().await.unwrap().unwrap().to_text().unwrap()).unwrap();
    assert_eq!(welcome["type"], "welcome");

    // In the clear: nothing on this port, and the way to it on the other.
    let mut plain = TcpStream::connect(address).await.unwrap();
    plain.write_all(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    let _ = plain.read_to_end(&mut answer).await;
    assert!(!answer.starts_with(b"HTTP"), "{answer:?}");
    let port = address.rsplit_once(':').unwrap().1;
    for (host, to) in [
        ("one.example", format!("https://one.example:{port}/agents?q=1")),
        ("one.example:80", format!("https://one.example:{port}/agents?q=1")),
        ("[::1]:80", format!("https://[::1]:{port}/agents?q=1")),
    ] {
        let mut stream = TcpStream::connect(redirect).await.unwrap();
        let request = format!("GET /agents?q=1 HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 308") && answer.contains(&format!("location: {to}\r\n")), "{answer}");
    }

    // A broken file leaves the certificate, a good one takes its place; who was connected stays.
    std::fs::write(&certificate, "broken").unwrap();
    eventually("the broken file is noticed", async || {
        let log = std::fs::read_to_string(server.data_dir().join("server.log")).unwrap();
        (log.contains("the old certificate stays") && log.contains("cert.pem")).then_some(())
    })
    .await;
    assert!(authority.get(address, "one.example", "/health").await.is_ok());
    write(dir.path(), &authority.issue("two.example"));
    eventually("the new certificate is in use", async || authority.get(address, "two.example", "/health").await.ok()).await;
    assert!(authority.connect(address, "one.example").await.is_err());
    use futures_util::SinkExt;
    socket.send(tokio_tungstenite::tungstenite::Message::text(r#"{"type":"ping"}"#)).await.unwrap();
    let pong = loop {
        let message = socket.next().await.unwrap().unwrap();
        if message.is_text() {
            break message;
        }
    };
    assert!(pong.to_text().unwrap().contains("pong"), "{pong}");
}

#[test]
fn a_certificate_that_cannot_be_used_stops_the_server_before_anything_starts() {
    let dir = tempfile::tempdir().unwrap();
    let (certificate, key) = (dir.path().join("cert.pem"), dir.path().join("key.pem"));
    let data = dir.path().join("data");
    for (texts, says) in [(None, "No such file"), (Some(("nonsense", "nonsense")), "holds no certificate")] {
        if let Some((one, other)) = texts {
            std::fs::write(&certificate, one).unwrap();
            std::fs::write(&key, other).unwrap();
        }
        let output = command(dir.path(), &[])
            .env("SALESSYNC_DATA_DIR", &data)
            .env("SALESSYNC_HTTP__TLS_CERTIFICATE", &certificate)
            .env("SALESSYNC_HTTP__TLS_KEY", &key)
            .arg("serve")
            .output()
            .unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && stderr.contains(says) && stderr.contains("cert.pem"), "{stderr}");
        assert!(output.stdout.is_empty() && !data.exists());
    }
}
