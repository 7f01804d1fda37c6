//! Where the bytes of files are: a folder of this server, or a bucket of anything that speaks S3. Bytes are written once under a key that is never
//! used again, read, and removed.

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{BackoffConfig, ClientOptions, ObjectStore, ObjectStoreExt, RetryConfig};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Longest wait for the bucket's server: to be reached, for one answer, and for all tries together.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);
const TRIES: usize = 3;
const TRY_FOR: Duration = Duration::from_secs(20);

/// Where they are to be.
#[derive(Clone, Debug)]
pub enum Place {
    Folder(PathBuf),
    Bucket(Bucket),
}

/// A bucket and how to get at it.
#[derive(Clone)]
pub struct Bucket {
    /// Empty: Amazon's own of the region.
    pub endpoint: String,
    pub region: String,
    pub name: String,
    pub access_key_id: String,
    pub secret_access_key: String,
    /// Whether the bucket is part of the server's name rather than of the path.
    pub is_virtual_hosted: bool,
    /// Plain HTTP, which only a loopback address may be asked over.
    pub allow_plain: bool,
}

/// Prints no secret.
impl std::fmt::Debug for Bucket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { endpoint, region, name, .. } = self;
        f.debug_struct("Bucket").field("endpoint", endpoint).field("region", region).field("name", name).finish_non_exhaustive()
    }
}

/// Why bytes could not be kept, read or removed.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    #[error("make the folder of files {path}")]
    Folder { path: PathBuf, source: std::io::Error },
    #[error("there are no bytes under {key}")]
    Missing { key: String },
    #[error("{what}")]
    Store { what: &'static str, source: object_store::Error },
}

impl FilesError {
    fn store(what: &'static str) -> impl Fn(object_store::Error) -> Self {
        move |source| Self::Store { what, source }
    }

    /// The message and everything behind it, in one line.
    pub fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut behind = std::error::Error::source(self);
        while let Some(error) = behind {
            text.push_str(": ");
            text.push_str(&error.to_string());
            behind = error.source();
        }
        text
    }
}

/// The bytes. Cheap to clone.
#[derive(Clone)]
pub struct FileStore {
    objects: Arc<dyn ObjectStore>,
}

impl FileStore {
    /// Makes the folder where it is missing. A bucket is not asked for anything yet.
    pub fn open(place: &Place) -> Result<Self, FilesError> {
        let objects: Arc<dyn ObjectStore> = match place {
            Place::Folder(path) => {
                std::fs::create_dir_all(path).map_err(|source| FilesError::Folder { path: path.clone(), source })?;
                let folder = LocalFileSystem::new_with_prefix(path).map_err(FilesError::store("open the folder of files"))?;
                // What was acknowledged outlives the machine, not only the server.
                Arc::new(folder.with_fsync(true).with_automatic_cleanup(true))
            }
            Place::Bucket(bucket) => {
                let options = ClientOptions::new()
                    .with_connect_timeout(CONNECT_TIMEOUT)
                    .with_timeout(ANSWER_TIMEOUT)
                    .with_allow_http(bucket.allow_plain);
                let retry = RetryConfig { backoff: BackoffConfig::default(), max_retries: TRIES, retry_timeout: TRY_FOR };
                let builder = AmazonS3Builder::new()
                    .with_client_options(options)
                    .with_retry(retry)
                    .with_region(&bucket.region)
                    .with_bucket_name(&bucket.name)
                    .with_access_key_id(&bucket.access_key_id)
                    .with_secret_access_key(&bucket.secret_access_key)
                    .with_virtual_hosted_style_request(bucket.is_virtual_hosted);
                let builder = if bucket.endpoint.is_empty() { builder } else { builder.with_endpoint(&bucket.endpoint) };
                Arc::new(builder.build().map_err(FilesError::store("open the bucket of files"))?)
            }
        };
        Ok(Self { objects })
    }

    /// Keeps bytes; when this returns they are durable.
    pub async fn put(&self, key: &str, bytes: Bytes) -> Result<(), FilesError> {
        self.objects.put(&Key::from(key), bytes.into()).await.map_err(FilesError::store("keep a file"))?;
        Ok(())
    }

    pub async fn get(&self, key: &str) -> Result<Bytes, FilesError> {
        let missing = || FilesError::Missing { key: key.to_owned() };
        let failed = |error| match error {
            object_store::Error::NotFound { .. } => missing(),
            source => FilesError::Store { what: "read a file", source },
        };
        self.objects.get(&Key::from(key)).await.map_err(failed)?.bytes().await.map_err(failed)
    }

    /// Removes bytes; those that are gone already are as good as removed.
    pub async fn remove(&self, key: &str) -> Result<(), FilesError> {
        let key = Ok(Key::from(key));
        let removed = self.objects.delete_stream(stream::iter([key]).boxed()).try_for_each(|_| async { Ok(()) }).await;
        match removed {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(source) => Err(FilesError::Store { what: "remove a file", source }),
        }
    }

    /// Keys of what was kept before an instant, in groups.
    pub async fn older_than(&self, before: chrono::DateTime<chrono::Utc>, group: usize) -> Result<Vec<Vec<String>>, FilesError> {
        let kept = self.objects.list(None).try_filter(|object| std::future::ready(object.last_modified < before));
        let keys = kept.map_ok(|object| object.location.to_string());
        keys.try_chunks(group.max(1))
            .map_err(|error| FilesError::Store { what: "list files", source: error.1 })
            .try_collect()
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_folder_keeps_gives_lists_and_removes() {
        let dir = tempfile::tempdir().unwrap();
        let store = FileStore::open(&Place::Folder(dir.path().join("a").join("b"))).unwrap();
        store.put("2026/11/a.jpg", Bytes::from_static(b"one")).await.unwrap();
        store.put("2026/11/a.jpg", Bytes::from_static(b"one")).await.unwrap();
        store.put("2026/12/b.jpg", Bytes::from_static(b"two")).await.unwrap();
        assert_eq!(store.get("2026/11/a.jpg").await.unwrap(), "one");
        let later = chrono::Utc::now() + chrono::TimeDelta::hours(1);
        let mut keys = store.older_than(later, 1).await.unwrap().concat();
        keys.sort();
        assert_eq!(keys, ["2026/11/a.jpg", "2026/12/b.jpg"]);
        let earlier = chrono::Utc::now() - chrono::TimeDelta::hours(1);
        assert!(store.older_than(earlier, 1).await.unwrap().is_empty());
        store.remove("2026/11/a.jpg").await.unwrap();
        store.remove("2026/11/a.jpg").await.unwrap();
        assert!(matches!(store.get("2026/11/a.jpg").await, Err(FilesError::Missing { .. })));
    }

    #[test]
    fn secrets_are_not_printed() {
        let bucket = Bucket {
            endpoint: String::new(),
            region: "eu-central-1".to_owned(),
            name: "photos".to_owned(),
            access_key_id: "AKIA".to_owned(),
            secret_access_key: "hunter2".to_owned(),
            is_virtual_hosted: false,
            allow_plain: false,
        };
        let text = format!("{:?}", Place::Bucket(bucket));
        assert!(text.contains("photos") && !text.contains("hunter2") && !text.contains("AKIA"), "{text}");
    }
}
