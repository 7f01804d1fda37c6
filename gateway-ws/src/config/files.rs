//! Where files of visits are kept: a folder, or a bucket.

use salessync_actors::ports::files::{Bucket, Place};
use serde::Deserialize;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

/// Files of visits.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Files {
    pub kind: String,
    pub folder: PathBuf,
    pub bytes_max: usize,
    pub s3_endpoint: String,
    pub s3_region: String,
    pub s3_bucket: String,
    pub s3_access_key_id: String,
    pub s3_secret_access_key: String,
    pub s3_virtual_hosted: bool,
}

/// Prints no secret.
impl std::fmt::Debug for Files {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { kind, folder, bytes_max, s3_endpoint, s3_bucket, .. } = self;
        f.debug_struct("Files")
            .field("kind", kind)
            .field("folder", folder)
            .field("bytes_max", bytes_max)
            .field("s3_endpoint", s3_endpoint)
            .field("s3_bucket", s3_bucket)
            .finish_non_exhaustive()
    }
}

/// Key, value and limit of what is wrong.
type Flaw = (&'static str, String, &'static str);

impl Files {
    /// Where they are to be.
    pub fn place(&self, data_dir: &Path) -> Result<Place, Flaw> {
        if !(100_000..=100_000_000).contains(&self.bytes_max) {
            return Err(("files.bytes_max", self.bytes_max.to_string(), "100000..100000000"));
        }
        match self.kind.as_str() {
            "folder" if self.folder.as_os_str().is_empty() => Ok(Place::Folder(data_dir.join("files"))),
            "folder" => Ok(Place::Folder(self.folder.clone())),
            "s3" => self.bucket().map(Place::Bucket),
            other => Err(("files.kind", format!("{other:?}"), "folder or s3")),
        }
    }

    fn bucket(&self) -> Result<Bucket, Flaw> {
        for (key, value) in [("files.s3_bucket", &self.s3_bucket), ("files.s3_region", &self.s3_region)] {
            let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
            if value.is_empty() || !value.chars().all(is_name) {
                return Err((key, format!("{value:?}"), "a name, with files.kind s3"));
            }
        }
        for (key, value) in
            [("files.s3_access_key_id", &self.s3_access_key_id), ("files.s3_secret_access_key", &self.s3_secret_access_key)]
        {
            if value.is_empty() {
                return Err((key, "empty".to_owned(), "set, with files.kind s3"));
            }
        }
        let is_plain = self.s3_endpoint.starts_with("http://");
        if !self.s3_endpoint.is_empty() && !super::is_origin(&self.s3_endpoint) {
            return Err(("files.s3_endpoint", format!("{:?}", self.s3_endpoint), "such as https://s3.example.com, or empty"));
        }
        if is_plain && !is_loopback(&self.s3_endpoint) {
            return Err(("files.s3_endpoint", format!("{:?}", self.s3_endpoint), "https://, unless it is this machine"));
        }
        Ok(Bucket {
            endpoint: self.s3_endpoint.clone(),
            region: self.s3_region.clone(),
            name: self.s3_bucket.clone(),
            access_key_id: self.s3_access_key_id.clone(),
            secret_access_key: self.s3_secret_access_key.clone(),
            is_virtual_hosted: self.s3_virtual_hosted,
            allow_plain: is_plain,
        })
    }
}

fn is_loopback(origin: &str) -> bool {
    let host = origin.trim_start_matches("http://");
    let host = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn s3(endpoint: &str) -> Files {
        Files {
            kind: "s3".to_owned(),
            folder: PathBuf::new(),
            bytes_max: 15_000_000,
            s3_endpoint: endpoint.to_owned(),
            s3_region: "us-east-1".to_owned(),
            s3_bucket: "photos".to_owned(),
            s3_access_key_id: "AKIA".to_owned(),
            s3_secret_access_key: "hunter2hunter2".to_owned(),
            s3_virtual_hosted: false,
        }
    }

    #[test]
    fn a_bucket_is_asked_in_the_clear_on_this_machine_only() {
        let plain = |endpoint: &str| match s3(endpoint).place(Path::new("data")) {
            Ok(Place::Bucket(bucket)) => Some(bucket.allow_plain),
            Ok(Place::Folder(_)) | Err(_) => None,
        };
        assert_eq!(plain(""), Some(false));
        assert_eq!(plain("https://s3.example.com"), Some(false));
        assert_eq!(plain("http://127.0.0.1:9000"), Some(true));
        assert_eq!(plain("http://[::1]:9000"), Some(true));
        assert_eq!(plain("http://s3.example.com"), None);
        assert_eq!(plain("http://127.0.0.1.example.com"), None);
    }

    #[test]
    fn a_flaw_names_its_key() {
        let flaw = |files: Files| files.place(Path::new("data")).unwrap_err().0;
        assert_eq!(flaw(Files { kind: "tape".to_owned(), ..s3("") }), "files.kind");
        assert_eq!(flaw(Files { bytes_max: 5, ..s3("") }), "files.bytes_max");
        assert_eq!(flaw(Files { s3_bucket: String::new(), ..s3("") }), "files.s3_bucket");
        assert_eq!(flaw(Files { s3_secret_access_key: String::new(), ..s3("") }), "files.s3_secret_access_key");
        assert_eq!(flaw(s3("s3.example.com")), "files.s3_endpoint");
        let folder = Files { kind: "folder".to_owned(), ..s3("") }.place(Path::new("data")).unwrap();
        assert!(matches!(folder, Place::Folder(path) if path == Path::new("data/files")));
    }

    #[test]
    fn secrets_are_not_printed() {
        assert!(!format!("{:?}", s3("")).contains("hunter2"));
    }
}
