//! The place for files: a folder, or a bucket of an S3-compatible store, both by `object_store`.
//!
//! A folder is for one server, or for several that have it mounted, with what a file system promises there: what one has
//! written the others see. Objects are written beside their place, flushed, and moved there.
//!
//! It must not know what the objects are.

use std::{ops::Range, path::Path, sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt};
use hearth_core::port::{Files, FilesError};
use object_store::{
    ClientOptions, Error, ObjectStore, ObjectStoreExt, RetryConfig, aws::AmazonS3Builder,
    local::LocalFileSystem, path::Path as Name,
};
use tokio::time::timeout;

/// A call ends within this: of an object of 1 MiB, over a slow line.
const DEADLINE: Duration = Duration::from_secs(20);
/// A folder may have thousands of objects.
const REMOVAL_DEADLINE: Duration = Duration::from_secs(60);
/// An address that does not answer is away.
const CONNECT_DEADLINE: Duration = Duration::from_secs(3);
/// How often the store is asked again before it counts as away.
const RETRIES: usize = 3;

/// A bucket, and how it is reached.
#[derive(Debug, Clone)]
pub struct S3Options {
    /// The bucket.
    pub bucket: String,
    /// What all names begin with; empty for nothing.
    pub prefix: String,
    /// The store's address; `None` for Amazon's own.
    pub endpoint: Option<String>,
    /// The region.
    pub region: String,
    /// The key's id and its secret; `None`: as the machine is known to the store.
    pub key: Option<(String, String)>,
}

/// The place.
#[derive(Debug, Clone)]
pub struct ObjectFiles {
    store: Arc<dyn ObjectStore>,
    prefix: Name,
    place: String,
}

impl ObjectFiles {
    /// A folder, made if it is not there.
    ///
    /// # Errors
    /// It cannot be made or read.
    pub fn folder(path: &Path) -> anyhow::Result<Self> {
        std::fs::create_dir_all(path)?;
        let store = LocalFileSystem::new_with_prefix(path)?;
        Ok(Self {
            store: Arc::new(store.with_automatic_cleanup(true).with_fsync(true)),
            prefix: Name::default(),
            place: format!("the folder {}", path.display()),
        })
    }

    /// A bucket.
    ///
    /// # Errors
    /// An address or a name that is none. One that does not answer is no error: it may come.
    pub fn s3(options: &S3Options) -> anyhow::Result<Self> {
        // If another was installed before, that one is used.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = ClientOptions::new()
            .with_allow_http(true)
            .with_connect_timeout(CONNECT_DEADLINE)
            .with_timeout(DEADLINE);
        let retry = RetryConfig {
            max_retries: RETRIES,
            retry_timeout: DEADLINE,
            ..RetryConfig::default()
        };
        // Objects are removed one by one: not every store can remove many at once.
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&options.bucket)
            .with_region(&options.region)
            .with_client_options(client)
            .with_retry(retry)
            .with_disable_bulk_delete(true);
        let mut place = format!("the bucket {}", options.bucket);
        if let Some(endpoint) = &options.endpoint {
            builder = builder.with_endpoint(endpoint);
            place = format!("{place} at {endpoint}");
        }
        if let Some((id, secret)) = &options.key {
            builder = builder
                .with_access_key_id(id)
                .with_secret_access_key(secret);
        }
        Ok(Self {
            store: Arc::new(builder.build()?),
            prefix: Name::parse(&options.prefix)?,
            place,
        })
    }

    fn name(&self, name: &str) -> Name {
        self.prefix
            .parts()
            .chain(Name::from(name).parts())
            .collect()
    }
}

/// `None` for what is not there.
fn found<T>(result: Result<T, Error>) -> Result<Option<T>, FilesError> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(failed(&error)),
    }
}

fn failed(error: &Error) -> FilesError {
    match error {
        Error::Generic { .. } | Error::JoinError { .. } => FilesError::Away(error.to_string()),
        _ => FilesError::Failed(error.to_string()),
    }
}

/// Whatever does not answer is away.
async fn within<T>(
    deadline: Duration,
    call: impl Future<Output = Result<T, FilesError>>,
) -> Result<T, FilesError> {
    timeout(deadline, call).await.unwrap_or_else(|_| {
        Err(FilesError::Away(format!(
            "no answer within {} s",
            deadline.as_secs()
        )))
    })
}

#[async_trait]
impl Files for ObjectFiles {
    async fn put(&self, name: &str, bytes: Bytes) -> Result<(), FilesError> {
        let name = self.name(name);
        within(DEADLINE, async {
            let put = self.store.put(&name, bytes.into()).await;
            put.map(|_| ()).map_err(|error| failed(&error))
        })
        .await
    }

    async fn read(&self, name: &str, range: Range<u64>) -> Result<Option<Bytes>, FilesError> {
        let name = self.name(name);
        within(DEADLINE, async {
            found(self.store.get_range(&name, range).await)
        })
        .await
    }

    async fn copy(&self, from: &str, to: &str) -> Result<bool, FilesError> {
        let (from, to) = (self.name(from), self.name(to));
        within(DEADLINE, async {
            Ok(found(self.store.copy(&from, &to).await)?.is_some())
        })
        .await
    }

    async fn remove(&self, folder: &str) -> Result<(), FilesError> {
        let folder = self.name(folder);
        within(REMOVAL_DEADLINE, async {
            let names = self
                .store
                .list(Some(&folder))
                .map_ok(|object| object.location);
            let mut removed = self.store.delete_stream(names.boxed());
            while let Some(one) = removed.next().await {
                // Another may be removing the same.
                found(one)?;
            }
            Ok(())
        })
        .await
    }

    async fn ready(&self) -> Result<(), FilesError> {
        let probe = "ready/probe";
        self.put(probe, Bytes::from_static(b"ready")).await?;
        match self.read(probe, 0..5).await? {
            Some(_) => self.remove("ready").await,
            None => Err(FilesError::Failed("what was put is not there".into())),
        }
    }

    fn place(&self) -> String {
        self.place.clone()
    }
}
