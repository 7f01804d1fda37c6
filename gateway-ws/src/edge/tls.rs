//! TLS with certificate files that may be renewed under the running server: looked at every few seconds, taken over when they can be used.
//! Connections that are open go on with the certificate they began with.

use anyhow::{Context, ensure};
use parking_lot::RwLock;
use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use zeroize::Zeroizing;

/// How often the files are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// The certificate in use, and the files it comes from.
pub struct Certificate {
    certificate: PathBuf,
    key: PathBuf,
    provider: Arc<CryptoProvider>,
    in_use: RwLock<Arc<CertifiedKey>>,
}

impl std::fmt::Debug for Certificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Certificate").field("certificate", &self.certificate).finish_non_exhaustive()
    }
}

/// The files as they were.
#[derive(PartialEq, Eq)]
struct Files {
    certificate: Vec<u8>,
    key: Zeroizing<Vec<u8>>,
}

impl Certificate {
    /// Reads the files; an error names the one that cannot be used.
    pub fn read(certificate: PathBuf, key: PathBuf) -> anyhow::Result<Arc<Self>> {
        let provider = Arc::new(default_provider());
        let files = Files::read(&certificate, &key)?;
        let in_use = files.certified(&provider, &certificate, &key)?;
        Ok(Arc::new(Self { certificate, key, provider, in_use: RwLock::new(Arc::new(in_use)) }))
    }

    /// What a listener needs.
    pub fn server_config(self: &Arc<Self>) -> anyhow::Result<ServerConfig> {
        let config = ServerConfig::builder_with_provider(self.provider.clone())
            .with_safe_default_protocol_versions()
            .context("choose the versions of TLS")?;
        Ok(config.with_no_client_auth().with_cert_resolver(self.clone()))
    }

    /// Looks at the files every so often, as long as the server lives.
    pub async fn follow(self: Arc<Self>) {
        let mut seen: Option<Files> = None;
        loop {
            let read = {
                let this = self.clone();
                tokio::task::spawn_blocking(move || Files::read(&this.certificate, &this.key)).await
            };
            match read {
                Ok(Ok(files)) if seen.as_ref() != Some(&files) => {
                    // The first look is at what is in use already.
                    if seen.is_some() || !self.is_in_use(&files) {
                        self.take_over(&files);
                    }
                    seen = Some(files);
                }
                Ok(Ok(_)) | Err(_) => {}
                Ok(Err(error)) => {
                    tracing::error!(error = format!("{error:#}"), "the certificate stays, its files cannot be read")
                }
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    fn is_in_use(&self, files: &Files) -> bool {
        files.certified(&self.provider, &self.certificate, &self.key).is_ok_and(|new| new.cert == self.in_use.read().cert)
    }

    fn take_over(&self, files: &Files) {
        match files.certified(&self.provider, &self.certificate, &self.key) {
            Ok(new) => {
                *self.in_use.write() = Arc::new(new);
                tracing::info!(certificate = %self.certificate.display(), "a new certificate is in use");
            }
            // While a renewal writes one file after the other they do not fit for a moment.
            Err(error) => tracing::error!(error = format!("{error:#}"), "the old certificate stays, the new one cannot be used"),
        }
    }
}

impl Files {
    fn read(certificate: &Path, key: &Path) -> anyhow::Result<Self> {
        Ok(Self {
            certificate: std::fs::read(certificate)
                .with_context(|| format!("read http.tls_certificate {}", certificate.display()))?,
            key: Zeroizing::new(std::fs::read(key).with_context(|| format!("read http.tls_key {}", key.display()))?),
        })
    }

    fn certified(&self, provider: &CryptoProvider, certificate: &Path, key: &Path) -> anyhow::Result<CertifiedKey> {
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&self.certificate).collect();
        let chain = chain.with_context(|| format!("read the certificates of http.tls_certificate {}", certificate.display()))?;
        ensure!(!chain.is_empty(), "http.tls_certificate {} holds no certificate", certificate.display());
        let secret = PrivateKeyDer::from_pem_slice(&self.key)
            .with_context(|| format!("read the key of http.tls_key {}", key.display()))?;
        CertifiedKey::from_der(chain, secret, provider)
            .with_context(|| format!("use http.tls_key {} with http.tls_certificate {}", key.display(), certificate.display()))
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.in_use.read().clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(name: &str) -> (String, String) {
        let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
        (made.cert.pem(), made.signing_key.serialize_pem())
    }

    #[test]
    fn files_that_fit_are_taken_over_and_others_leave_what_is() {
        let dir = tempfile::tempdir().unwrap();
        let (certificate, key) = (dir.path().join("cert.pem"), dir.path().join("key.pem"));
        let write = |texts: (&str, &str)| {
            std::fs::write(&certificate, texts.0).unwrap();
            std::fs::write(&key, texts.1).unwrap();
        };
        let (one, two) = (pair("one.example"), pair("two.example"));
        write((&one.0, &one.1));
        let held = Certificate::read(certificate.clone(), key.clone()).unwrap();
        let first = held.in_use.read().cert.clone();
        assert!(held.is_in_use(&Files::read(&certificate, &key).unwrap()));

        for (what, texts, says) in [
            ("another's key", (two.0.as_str(), one.1.as_str()), "use http.tls_key"),
            ("no certificate", ("", one.1.as_str()), "holds no certificate"),
            ("no key", (one.0.as_str(), "nonsense"), "read the key of http.tls_key"),
            ("half a certificate", (&one.0[..one.0.len() / 2], one.1.as_str()), "http.tls_certificate"),
        ] {
            write(texts);
            let files = Files::read(&certificate, &key).unwrap();
            held.take_over(&files);
            assert_eq!(held.in_use.read().cert, first, "{what}");
            let error = format!("{:#}", Certificate::read(certificate.clone(), key.clone()).unwrap_err());
            assert!(error.contains(says) && error.contains(".pem"), "{what}: {error}");
        }
        write((&two.0, &two.1));
        held.take_over(&Files::read(&certificate, &key).unwrap());
        assert_ne!(held.in_use.read().cert, first);
        assert!(format!("{:#}", Certificate::read("/no/such.pem".into(), key).unwrap_err()).contains("/no/such.pem"));
    }
}
