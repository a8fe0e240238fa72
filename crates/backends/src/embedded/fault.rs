//! What can go wrong between the adapter and its file.

use std::fmt;

use hearth_core::port::StoreError;

/// Why a transaction, or one part of it, was not done.
#[derive(Debug)]
pub(super) enum Fault {
    /// One value cannot be read or written: the others can.
    Value(String),
    /// The file: nothing of the transaction holds, and the next one must open it anew.
    File(redb::Error),
}

impl Fault {
    pub(super) fn unreadable(what: &str, why: impl fmt::Display) -> Self {
        Self::Value(format!("{what} cannot be read: {why}"))
    }
}

macro_rules! file_faults {
    ($($kind:ident),+) => {
        $(impl From<redb::$kind> for Fault {
            fn from(e: redb::$kind) -> Self {
                Self::File(e.into())
            }
        })+
    };
}
file_faults!(
    StorageError,
    TableError,
    TransactionError,
    CommitError,
    SetDurabilityError
);

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Value(why) => Self::Failed(why),
            Fault::File(e) => Self::Failed(sentence(&e)),
        }
    }
}

/// What the operator reads, with the cure where there is one.
pub(super) fn sentence(e: &redb::Error) -> String {
    match e {
        redb::Error::Io(io) if io.kind() == std::io::ErrorKind::StorageFull => {
            "the disk is full: free space where the data folder is; the store goes on by itself"
                .into()
        }
        redb::Error::Io(io) => format!("the disk answered: {io}"),
        redb::Error::PreviousIo => "the disk failed before".into(),
        other => other.to_string(),
    }
}

/// Why a write was not answered with what it did.
#[derive(Debug, Clone)]
pub(super) enum Unwritten {
    /// Certainly nothing of it holds.
    NotDone(StoreError),
    /// It may hold, now or later.
    Unknown(String),
}

impl From<Unwritten> for StoreError {
    fn from(unwritten: Unwritten) -> Self {
        match unwritten {
            Unwritten::NotDone(e) => e,
            Unwritten::Unknown(why) => Self::Away(format!("{why}; it may have happened")),
        }
    }
}
