//! The file under the database: who may open it, and whether a flush of it ever failed.

use std::{
    fmt,
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read, Write},
    ops::Bound,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use hearth_core::port::StoreError;
use redb::{BackendError, StorageBackend, backends::FileBackend};

/// Where the database's bytes lie, and how to open them again.
pub(super) trait Medium: Send + Sync + fmt::Debug {
    /// Opens them; makes an empty one if there is none.
    fn open(&self) -> io::Result<Box<dyn StorageBackend>>;
}

/// A file of the data folder. While this lives, no other process opens it.
#[derive(Debug)]
pub(super) struct Folder {
    dir: PathBuf,
    /// Locked; the kernel lets go of it when the process ends, however it ends.
    _lock: File,
}

const DATA: &str = "hearth.redb";
const LOCK: &str = "hearth.lock";

impl Folder {
    /// Makes the folder if need be, readable by its owner alone, and locks it for this process.
    pub(super) fn lock(dir: &Path) -> Result<Self, StoreError> {
        let failed = |what: &str, e: io::Error| {
            StoreError::Failed(format!(
                "the data folder {}: {what}: {e}. Give this user the right to write there, or name another folder \
                 with `data`",
                dir.display()
            ))
        };
        private_dir(dir).map_err(|e| failed("it cannot be made", e))?;
        let path = dir.join(LOCK);
        let mut lock = private_file(&path).map_err(|e| failed("no lock file", e))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut pid = String::new();
                // Only for the sentence: a holder that has not written it yet is still a holder.
                lock.read_to_string(&mut pid).ok();
                return Err(StoreError::Failed(format!(
                    "the data folder {} is in use by another process (pid {}): stop that one, or give this one a \
                     folder of its own with `data`",
                    dir.display(),
                    if pid.trim().is_empty() {
                        "unknown"
                    } else {
                        pid.trim()
                    },
                )));
            }
            Err(TryLockError::Error(e)) => return Err(failed("it cannot be locked", e)),
        }
        lock.set_len(0)
            .and_then(|()| write!(lock, "{}", std::process::id()))
            .map_err(|e| failed("no lock file", e))?;
        Ok(Self {
            dir: dir.to_owned(),
            _lock: lock,
        })
    }
}

impl Medium for Folder {
    fn open(&self) -> io::Result<Box<dyn StorageBackend>> {
        let file = private_file(&self.dir.join(DATA))?;
        // The name itself must survive a power cut before anything in the file is promised.
        if cfg!(unix) {
            File::open(&self.dir)?.sync_all()?;
        }
        let backend = FileBackend::new(file).map_err(io::Error::other)?;
        Ok(Box::new(backend))
    }
}

fn private_dir(dir: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Whether a flush failed. After that the kernel may hold as clean what never reached the disk, and a later flush
/// would say that all is well: nothing written through this process can be believed any more.
#[derive(Debug, Clone, Default)]
pub(super) struct FlushFailed(Arc<AtomicBool>);

impl FlushFailed {
    pub(super) fn get(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// How long the file is.
#[derive(Debug, Clone, Default)]
pub(super) struct FileBytes(Arc<AtomicU64>);

impl FileBytes {
    pub(super) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    pub(super) fn set(&self, bytes: u64) {
        self.0.store(bytes, Ordering::Relaxed);
    }
}

/// A medium's bytes, with a note of failed flushes and of how many there are.
#[derive(Debug)]
pub(super) struct Watched {
    pub(super) inner: Box<dyn StorageBackend>,
    pub(super) flush_failed: FlushFailed,
    pub(super) bytes: FileBytes,
}

type Edge = Bound<u64>;

impl StorageBackend for Watched {
    fn len(&self) -> io::Result<u64> {
        self.inner.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.inner.read(offset, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.inner.set_len(len)?;
        self.bytes.set(len);
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        self.inner
            .sync_data()
            .inspect_err(|_| self.flush_failed.0.store(true, Ordering::Release))
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.inner.write(offset, data)
    }

    fn close(&self) -> io::Result<()> {
        self.inner.close()
    }

    fn try_lock_range(&self, start: Edge, end: Edge) -> Result<bool, BackendError> {
        self.inner.try_lock_range(start, end)
    }

    fn try_lock_shared_range(&self, start: Edge, end: Edge) -> Result<bool, BackendError> {
        self.inner.try_lock_shared_range(start, end)
    }

    fn lock_range(&self, start: Edge, end: Edge) -> Result<(), BackendError> {
        self.inner.lock_range(start, end)
    }

    fn lock_shared_range(&self, start: Edge, end: Edge) -> Result<(), BackendError> {
        self.inner.lock_shared_range(start, end)
    }

    fn unlock_range(&self, start: Edge, end: Edge) -> Result<(), BackendError> {
        self.inner.unlock_range(start, end)
    }

    fn query_lock_range(&self, start: Edge, end: Edge) -> Result<bool, BackendError> {
        self.inner.query_lock_range(start, end)
    }
}
