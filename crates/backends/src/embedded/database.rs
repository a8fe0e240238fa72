//! The open database, and what happens when its file fails: closed, opened anew where that is honest, refused where
//! it is not.

use std::{
    sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
    time::{Duration, Instant},
};

use hearth_core::{
    port::{StoreError, StoreHealth},
    timing::Stopwatch,
};
use redb::{Builder, ReadTransaction, ReadableDatabase, ReadableTable};

use super::{
    disk::{FileBytes, FlushFailed, Medium, Watched},
    fault::{Fault, sentence},
    schema,
};

/// After a failed write the file is opened anew at most so often: on a full disk each try reads and writes.
const REOPEN_AFTER: Duration = Duration::from_millis(500);

/// The database of one process.
#[derive(Debug)]
pub(super) struct Database {
    medium: Box<dyn Medium>,
    cache_bytes: usize,
    flush_failed: FlushFailed,
    bytes: FileBytes,
    commits: Stopwatch,
    slot: RwLock<Slot>,
}

#[derive(Debug)]
enum Slot {
    Open(redb::Database),
    /// Closed after a failed write; opened anew by the next write that comes after `since` + [`REOPEN_AFTER`].
    Closed {
        why: String,
        since: Instant,
    },
    /// For good.
    Refused(String),
}

impl Database {
    /// Opens the database, repairs it after a crash, and makes its tables if it is new.
    pub(super) fn open(medium: Box<dyn Medium>, cache_bytes: usize) -> Result<Self, StoreError> {
        let (flush_failed, bytes) = (FlushFailed::default(), FileBytes::default());
        let open = open(&*medium, cache_bytes, &flush_failed, &bytes)?;
        Ok(Self {
            medium,
            cache_bytes,
            flush_failed,
            bytes,
            commits: Stopwatch::default(),
            slot: RwLock::new(Slot::Open(open)),
        })
    }

    /// Runs a read on a snapshot of what is committed. Blocks on the disk where the cache does not hold it.
    pub(super) fn read<T>(
        &self,
        work: impl FnOnce(&ReadTransaction) -> Result<T, Fault>,
    ) -> Result<T, StoreError> {
        match &*self.slot() {
            // A failed read changes nothing: whether the file is to be opened anew is the next write's business.
            Slot::Open(open) => Ok(work(&open.begin_read().map_err(Fault::from)?)?),
            closed => Err(closed.refusal()),
        }
    }

    /// Runs one write transaction's work on the open database, which it opens anew if need be.
    pub(super) fn write<T>(
        &self,
        work: impl FnOnce(&redb::Database) -> T,
    ) -> Result<T, StoreError> {
        self.reopen();
        match &*self.slot() {
            Slot::Open(open) => Ok(work(open)),
            closed => Err(closed.refusal()),
        }
    }

    /// Takes the database out of use after its file failed. Waits for the reads under way.
    pub(super) fn fail(&self, e: &redb::Error) -> String {
        let why = sentence(e);
        let mut slot = self.slot_mut();
        *slot = if self.flush_failed.get() {
            Slot::Refused(format!(
                "a flush to disk failed ({why}), and what the kernel says of this file since cannot be believed: check \
                 the disk, then start the server again"
            ))
        } else {
            Slot::Closed {
                why: why.clone(),
                since: Instant::now(),
            }
        };
        tracing::error!(error = %why, for_good = self.flush_failed.get(), "the store's file failed");
        why
    }

    /// A transaction took so long, its flush included.
    pub(super) fn committed(&self, took: Duration) {
        self.commits.took(took);
    }

    /// How long the file is, and how long its transactions take.
    pub(super) fn health(&self) -> StoreHealth {
        StoreHealth::File {
            bytes: self.bytes.get(),
            commits: self.commits.spread(),
        }
    }

    /// Whether a write could be done now.
    pub(super) fn ready(&self) -> Result<(), StoreError> {
        match &*self.slot() {
            Slot::Open(open) => {
                open.begin_read().map_err(Fault::from)?;
                Ok(())
            }
            closed => Err(closed.refusal()),
        }
    }

    /// Lets go of the file, once the reads under way are done.
    pub(super) fn close(&self) {
        *self.slot_mut() = Slot::Refused("the store was closed".into());
    }

    fn reopen(&self) {
        if !matches!(&*self.slot(), Slot::Closed { since, .. } if since.elapsed() >= REOPEN_AFTER) {
            return;
        }
        let opened = open(
            &*self.medium,
            self.cache_bytes,
            &self.flush_failed,
            &self.bytes,
        );
        let mut slot = self.slot_mut();
        *slot = match opened {
            Ok(open) => {
                tracing::info!("the store's file is open again");
                Slot::Open(open)
            }
            Err(StoreError::Away(why) | StoreError::Failed(why)) => Slot::Closed {
                why,
                since: Instant::now(),
            },
        };
    }

    // A panic elsewhere leaves the slot as whole as any assignment does.
    fn slot(&self) -> RwLockReadGuard<'_, Slot> {
        self.slot.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn slot_mut(&self) -> RwLockWriteGuard<'_, Slot> {
        self.slot.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Slot {
    fn refusal(&self) -> StoreError {
        match self {
            Self::Open(_) => StoreError::Away("the store was just opened again".into()),
            Self::Closed { why, .. } => StoreError::Away(why.clone()),
            Self::Refused(why) => StoreError::Failed(why.clone()),
        }
    }
}

fn open(
    medium: &dyn Medium,
    cache_bytes: usize,
    flush_failed: &FlushFailed,
    bytes: &FileBytes,
) -> Result<redb::Database, StoreError> {
    let inner = medium.open().map_err(redb::StorageError::Io);
    let inner = inner.map_err(Fault::from)?;
    let len = inner.len().map_err(redb::StorageError::Io);
    bytes.set(len.map_err(Fault::from)?);
    let watched = Watched {
        inner,
        flush_failed: flush_failed.clone(),
        bytes: bytes.clone(),
    };
    let opened = Builder::new()
        .set_cache_size(cache_bytes)
        .set_repair_callback(|repair| {
            let percent = (repair.progress() * 100.0) as u32;
            tracing::info!(
                percent,
                "the last run ended without closing the store: checking its file"
            );
        })
        .create_with_backend(watched);
    let database = opened.map_err(|e| match e {
        redb::DatabaseError::DatabaseAlreadyOpen => StoreError::Failed(
            "another program has the store's file open: stop it, then start again".into(),
        ),
        redb::DatabaseError::UpgradeRequired(version) => StoreError::Failed(format!(
            "the store's file has format {version} of an older redb: start the build that wrote it, and export"
        )),
        e => Fault::File(e.into()).into(),
    })?;
    check_schema(&database)?;
    Ok(database)
}

/// Refuses a file of a newer build; gives a new file its tables, so that no read meets one that is not there; and lets a
/// file of an older one say that it may hold now what that build cannot read.
fn check_schema(database: &redb::Database) -> Result<(), StoreError> {
    let prepared = || -> Result<Option<u64>, Fault> {
        let txn = database.begin_write()?;
        let found = txn
            .open_table(schema::META)?
            .get(schema::META_SCHEMA)?
            .map(|version| version.value());
        match found {
            Some(schema::VERSION_OLDEST..schema::VERSION) => {
                txn.open_table(schema::META)?
                    .insert(schema::META_SCHEMA, schema::VERSION)?;
                txn.open_table(schema::DIRECTORY)?;
                txn.open_table(schema::INDEX)?;
                txn.commit()?;
                return Ok(Some(schema::VERSION));
            }
            Some(_) => {
                txn.abort()?;
                return Ok(found);
            }
            None => {}
        }
        txn.open_table(schema::META)?
            .insert(schema::META_SCHEMA, schema::VERSION)?;
        txn.open_table(schema::EVENTS)?;
        txn.open_table(schema::HEADS)?;
        txn.open_table(schema::PROJECTED)?;
        txn.open_table(schema::CELLS)?;
        txn.open_table(schema::DIRECTORY)?;
        txn.open_table(schema::INDEX)?;
        txn.open_table(schema::ROOMS_OF)?;
        txn.open_table(schema::MARKS)?;
        txn.open_table(schema::RECORDS)?;
        txn.open_table(schema::CLAIMS)?;
        txn.commit()?;
        Ok(None)
    };
    match prepared()? {
        None | Some(schema::VERSION) => Ok(()),
        Some(version) => Err(StoreError::Failed(format!(
            "the store's file has schema {version}, and this build knows {} only: start the newer build again",
            schema::VERSION
        ))),
    }
}
