//! A place for files in memory, whose removals can be made to fail.

use std::{
    collections::BTreeMap,
    ops::Range,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use async_trait::async_trait;
use bytes::Bytes;

use crate::port::{Files, FilesError};

/// The place.
#[derive(Debug, Default)]
pub struct MemoryFiles {
    objects: Mutex<BTreeMap<String, Bytes>>,
    is_away: AtomicBool,
}

impl MemoryFiles {
    /// The names of all objects.
    pub fn names(&self) -> Vec<String> {
        self.objects().keys().cloned().collect()
    }

    /// From now on nothing can be done, or again everything.
    pub fn set_away(&self, is_away: bool) {
        self.is_away.store(is_away, Ordering::Relaxed);
    }

    fn objects(&self) -> MutexGuard<'_, BTreeMap<String, Bytes>> {
        self.objects.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn there(&self) -> Result<MutexGuard<'_, BTreeMap<String, Bytes>>, FilesError> {
        if self.is_away.load(Ordering::Relaxed) {
            return Err(FilesError::Away("as the test wants it".into()));
        }
        Ok(self.objects())
    }
}

#[async_trait]
impl Files for MemoryFiles {
    async fn put(&self, name: &str, bytes: Bytes) -> Result<(), FilesError> {
        self.there()?.insert(name.to_owned(), bytes);
        Ok(())
    }

    async fn read(&self, name: &str, range: Range<u64>) -> Result<Option<Bytes>, FilesError> {
        let objects = self.there()?;
        let Some(object) = objects.get(name) else {
            return Ok(None);
        };
        let [from, to] =
            [range.start, range.end].map(|at| usize::try_from(at).unwrap_or(usize::MAX));
        match to <= object.len() && from <= to {
            true => Ok(Some(object.slice(from..to))),
            false => Err(FilesError::Failed("beyond the object's end".into())),
        }
    }

    async fn copy(&self, from: &str, to: &str) -> Result<bool, FilesError> {
        let mut objects = self.there()?;
        let Some(object) = objects.get(from).cloned() else {
            return Ok(false);
        };
        objects.insert(to.to_owned(), object);
        Ok(true)
    }

    async fn remove(&self, folder: &str) -> Result<(), FilesError> {
        let beneath = format!("{folder}/");
        self.there()?.retain(|name, _| !name.starts_with(&beneath));
        Ok(())
    }

    async fn ready(&self) -> Result<(), FilesError> {
        self.there().map(|_| ())
    }

    fn place(&self) -> String {
        "memory".to_owned()
    }
}
