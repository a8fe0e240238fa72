//! The store for one machine: a redb file in the data folder.
//!
//! It promises what the port promises, with an fsync behind every acknowledgement. One thread writes
//! ([`writer`]), so that each conditional write sees all before it; what waits while it flushes goes into its next
//! transaction. Reads are snapshots of what is committed and run beside it. It must not know rooms' rules, only their
//! numbers.

mod database;
mod directory;
mod disk;
mod fault;
mod log;
mod queue;
mod records;
mod schema;
mod writer;

#[cfg(test)]
mod tests;

use std::{fmt, path::Path, sync::Arc, thread::JoinHandle, time::Duration};

use async_trait::async_trait;
use hearth_core::port::{Store, StoreError, StoreHealth};
use redb::ReadTransaction;
use tokio::{
    sync::{Semaphore, oneshot},
    time::{Instant, timeout_at},
};

use self::{
    database::Database,
    disk::{Folder, Medium},
    fault::{Fault, Unwritten},
    queue::Queue,
    writer::{Effect, Job, Tables, Write},
};

/// Reads under way at once, each with a thread of the blocking pool; the next waits, within the deadline.
const READS_MAX: usize = 32;
/// What writes that wait for the writer may hold together, in KiB; the next waits, within the deadline.
const QUEUE_KIB_MAX: u32 = 32 * 1024;

/// How the store is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// Memory for pages of the file: the hot rooms' ends and the upper parts of the tables fit into far less than the
    /// default of 64 MiB, the rest is the kernel's.
    pub cache_bytes: usize,
    /// How long a call may take before it is answered `Away`, or `Unknown` if it may still happen.
    pub deadline: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            cache_bytes: 64 * 1024 * 1024,
            deadline: Duration::from_secs(10),
        }
    }
}

/// The store. Dropping it answers what waits, and lets go of the file.
pub struct Embedded {
    database: Arc<Database>,
    jobs: Option<Queue<Box<dyn Job>>>,
    writer: Option<JoinHandle<()>>,
    queue: Arc<Semaphore>,
    reads: Arc<Semaphore>,
    deadline: Duration,
}

impl Embedded {
    /// Opens the store in that folder, making both if need be. Blocks; after a crash for as long as the check of the
    /// file takes.
    ///
    /// # Errors
    /// `Failed` with the cause and the cure: in use by another process, no right to write, of a newer build, damaged.
    pub fn open(dir: impl AsRef<Path>, options: Options) -> Result<Self, StoreError> {
        Self::open_on(Box::new(Folder::lock(dir.as_ref())?), options)
    }

    fn open_on(medium: Box<dyn Medium>, options: Options) -> Result<Self, StoreError> {
        let database = Arc::new(Database::open(medium, options.cache_bytes)?);
        // The queue's bound is the semaphore: what is in it holds a share.
        let (jobs, waiting) = queue::queue();
        let of_writer = Arc::clone(&database);
        let writer = std::thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || writer::run(&of_writer, &waiting))
            .map_err(|e| StoreError::Failed(format!("no thread for the store's writer: {e}")))?;
        Ok(Self {
            database,
            jobs: Some(jobs),
            writer: Some(writer),
            queue: Arc::new(Semaphore::new(QUEUE_KIB_MAX as usize)),
            reads: Arc::new(Semaphore::new(READS_MAX)),
            deadline: options.deadline,
        })
    }

    /// Has the writer do this, in its next transaction; answers when it is on the disk. `bytes` is about what it holds
    /// in memory while it waits.
    async fn commit<T, F>(&self, bytes: usize, work: F) -> Result<T, Unwritten>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tables<'_>) -> Result<(T, Effect), Fault> + Send + 'static,
    {
        let until = Instant::now() + self.deadline;
        let away = |why: &str| Unwritten::NotDone(StoreError::Away(why.into()));
        let kib = u32::try_from(bytes / 1024 + 1).unwrap_or(u32::MAX);
        let share = Arc::clone(&self.queue).acquire_many_owned(kib.min(QUEUE_KIB_MAX));
        let Ok(Ok(share)) = timeout_at(until, share).await else {
            return Err(away("busy: too much waits to be written"));
        };
        let (reply, answer) = oneshot::channel();
        let job = Write {
            work: Some(work),
            done: None,
            reply,
            _share: share,
        };
        let sent = self.jobs.as_ref().map(|jobs| jobs.push(Box::new(job)));
        if !matches!(sent, Some(Ok(()))) {
            return Err(Unwritten::NotDone(StoreError::Failed(DEAD.into())));
        }
        match timeout_at(until, answer).await {
            Ok(Ok(answer)) => answer,
            // The thread ended with the job in its hands.
            Ok(Err(_)) => Err(Unwritten::Unknown(DEAD.into())),
            Err(_) => Err(Unwritten::Unknown("the disk takes too long".into())),
        }
    }

    /// Reads from a snapshot, on the blocking pool: a page that is not cached costs a disk's time.
    async fn snapshot<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&ReadTransaction) -> Result<T, Fault> + Send + 'static,
    {
        let until = Instant::now() + self.deadline;
        let place = timeout_at(until, Arc::clone(&self.reads).acquire_owned()).await;
        let Ok(Ok(place)) = place else {
            return Err(StoreError::Away("busy: too many reads wait".into()));
        };
        let database = Arc::clone(&self.database);
        let read = tokio::task::spawn_blocking(move || {
            let _place = place;
            database.read(work)
        });
        match timeout_at(until, read).await {
            Ok(Ok(done)) => done,
            Ok(Err(e)) => Err(StoreError::Failed(format!("a read broke off: {e}"))),
            Err(_) => Err(StoreError::Away("the disk takes too long".into())),
        }
    }
}

const DEAD: &str = "the store's writer ended unexpectedly: start the server again";

impl Drop for Embedded {
    fn drop(&mut self) {
        // The writer ends when nobody can send; it first does and answers what was sent: a few flushes at most.
        drop(self.jobs.take());
        if let Some(writer) = self.writer.take()
            && writer.join().is_err()
        {
            tracing::error!("{DEAD}");
        }
        self.database.close();
    }
}

impl fmt::Debug for Embedded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Embedded").finish_non_exhaustive()
    }
}

#[async_trait]
impl Store for Embedded {
    async fn ready(&self) -> Result<(), StoreError> {
        if self.writer.as_ref().is_none_or(JoinHandle::is_finished) {
            return Err(StoreError::Failed(DEAD.into()));
        }
        self.database.ready()
    }

    fn durability(&self) -> String {
        "Every acknowledgement waited for an fsync of the store's file: it survives the death of the process, of the \
         kernel and of the power, as far as the disk keeps what it has confirmed."
            .into()
    }

    fn health(&self) -> StoreHealth {
        self.database.health()
    }
}
