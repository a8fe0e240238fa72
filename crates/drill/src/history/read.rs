//! The reader: line by line from the disk, so that a history may be larger than the memory.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use super::{FILE, Line};

/// A history on the disk; it can be gone through more than once.
#[derive(Debug, Clone)]
pub(crate) struct History {
    path: PathBuf,
}

impl History {
    /// The history in a directory.
    pub(crate) fn in_dir(dir: &Path) -> Self {
        Self {
            path: dir.join(FILE),
        }
    }

    /// Its lines in order. What is no line of a history is an error with its number.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub(crate) fn lines(&self) -> Result<impl Iterator<Item = Result<Line>> + use<>> {
        let path = self.path.clone();
        let file = File::open(&path).with_context(|| format!("open {}", path.display()))?;
        let lines = BufReader::with_capacity(1 << 20, file).lines();
        Ok(lines.zip(1u64..).map(move |(line, at)| {
            let place = || format!("{}, line {at}", path.display());
            let line = line.with_context(place)?;
            serde_json::from_str(&line).with_context(place)
        }))
    }
}
