//! The place for the bytes of files. What a file is, whose, and who may read it, stands in the store's records.

use std::ops::Range;

use async_trait::async_trait;
use bytes::Bytes;

/// Why the place did not do it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum FilesError {
    /// It cannot be reached, or did not answer in time.
    #[error("the place for files is away: {0}")]
    Away(String),
    /// It refused for a reason that time does not cure (rights, a full disk, a bucket that is not there): the operator
    /// must look.
    #[error("the place for files failed: {0}")]
    Failed(String),
}

/// Objects by name: folders of them, `a/b/c`, of small letters, digits, `-` and `/`.
///
/// **Promises.** An object is there whole or not at all, and once `put` or `copy` is answered every later call on every
/// server sees it. What `remove` has answered is gone for every later call.
/// **Does not promise** anything of an object whose `put` is not answered or answered with an error: it may be there.
/// **The caller** gives each object a name that no other bytes had (so that a late `put` changes nothing that is read), keeps
/// each within [`crate::files::OBJECT_BYTES_MAX`], and does not put into a folder that it has begun to remove.
/// Every call ends within the adapter's deadline.
#[async_trait]
pub trait Files: Send + Sync {
    /// Stores an object.
    async fn put(&self, name: &str, bytes: Bytes) -> Result<(), FilesError>;

    /// Reads a part of an object, which lies within it; `None` if there is no such object.
    async fn read(&self, name: &str, range: Range<u64>) -> Result<Option<Bytes>, FilesError>;

    /// Copies an object, without its bytes coming here where the place can do that; whether there was one.
    async fn copy(&self, from: &str, to: &str) -> Result<bool, FilesError>;

    /// Removes everything beneath a folder. Where there is nothing it is done.
    async fn remove(&self, folder: &str) -> Result<(), FilesError>;

    /// Whether it takes and gives objects now.
    async fn ready(&self) -> Result<(), FilesError>;

    /// Where it is, for the log and `doctor`; without what is secret.
    fn place(&self) -> String;
}
