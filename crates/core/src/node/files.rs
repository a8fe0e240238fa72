//! Files: uploads, what messages bring along, avatars.
//!
//! A file is a record, with the parts of its bytes as objects in the place for files; what the files of a user and of a
//! room take stands in their ledgers (`crate::files`). A message refers to a file before it is appended, and its file is
//! watched before it is deleted: so whatever a crash leaves is in its owner's ledger, where the sweep finds it
//! (`docs/decisions/0033-files.md`).
//!
//! Promises: what is in the log of a file is the server's word; a file is shown to who may read its message now, and to
//! nobody once its deletion is answered; neither a user nor a room has more than they may, also in a race.

mod removal;
mod sent;

use std::{ops::RangeInclusive, sync::Arc, time::Duration};

use bytes::Bytes;
use hearth_protocol::{
    ErrorCode, FileId, Retry, RoomId, SendId, User, UserId, bounds::CHUNK_BYTES,
};
use rand::RngExt;
use tokio::sync::mpsc;

use super::{
    Node,
    accounts::{json, parse},
};
use crate::{
    files::{
        FileBounds, Ledger, Moving, Stage, StoredFile, Way, Whose, file_name, folder, part_name,
        picture_name,
    },
    port::{Files, FilesError, RecordKind, Version, Written},
    refusal::Refusal,
};

/// Races that a conditional write is repeated through before it is refused as busy: many may send into one room.
const RACES_MAX: u64 = 20;
/// The longest pause after the first lost race; it grows by as much with each.
const RACE_PAUSE_MS: u64 = 20;
/// Files that wait to have their bytes removed. Further ones wait for the sweep.
const DOOMED_MAX: usize = 256;
/// How long after one sweep the next begins.
const SWEEP_MS: RangeInclusive<u64> = 30 * 60 * 1_000..=90 * 60 * 1_000;
/// The object of a thumbnail.
const THUMB: &str = "thumb";

/// Where files are kept, and how much of them.
pub(super) struct Filing {
    pub(super) files: Arc<dyn Files>,
    bounds: FileBounds,
    doomed: mpsc::Sender<FileId>,
}

/// What is found out about a file once it is whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Measured {
    /// Its media type.
    pub r#type: String,
    /// A picture's width and height.
    pub pixels: Option<(u32, u32)>,
    /// It in very small, in base64.
    pub preview: String,
    /// Its thumbnail; empty if there is none.
    pub thumb: Bytes,
}

impl Node {
    /// Keeps files from now on; to be called once, before anybody is let in. Without it there are no attachments.
    pub fn keep_files(&self, files: Arc<dyn Files>, bounds: FileBounds) {
        let (doomed, mut waiting) = mpsc::channel(DOOMED_MAX);
        let filing = Filing {
            files,
            bounds,
            doomed,
        };
        if self.0.filing.set(filing).is_err() {
            return;
        }
        let node = self.clone();
        let clears = tokio::spawn(async move {
            while let Some(id) = waiting.recv().await {
                if let Err(refusal) = node.remove_file(id).await {
                    tracing::warn!(file.id = %id, %refusal, "a file could not be removed; the sweep will");
                }
            }
        });
        let node = self.clone();
        let sweeps = tokio::spawn(async move {
            loop {
                let pause_ms = node.chance(|chance| chance.random_range(SWEEP_MS));
                tokio::time::sleep(Duration::from_millis(pause_ms)).await;
                match node.sweep_files().await {
                    Ok(0) => {}
                    Ok(count) => tracing::info!(count, "files put in order"),
                    Err(refusal) => tracing::warn!(%refusal, "files were not put in order"),
                }
            }
        });
        super::lock(&self.0.tasks).extend([clears, sweeps]);
    }

    /// How much may be kept; `None` if there are no files here.
    pub fn file_bounds(&self) -> Option<FileBounds> {
        self.0.filing.get().map(|filing| filing.bounds)
    }

    /// The most bytes that a file may have; `None` if there is no place for files.
    pub fn file_bytes_max(&self) -> Option<u64> {
        Some(self.0.filing.get()?.bounds.file_bytes_max)
    }

    pub(super) fn filing(&self) -> Result<&Filing, Refusal> {
        self.0.filing.get().ok_or_else(|| {
            let text = "This server has no place for files, so there are no attachments. Its operator can name one (`files`).";
            Refusal::new(ErrorCode::Unavailable, text)
        })
    }

    pub(super) fn files_refused(&self, error: FilesError) -> Refusal {
        tracing::warn!(%error, "the place for files did not do it");
        let text = "The place for files is away. Try the same again in a moment.";
        Refusal::new(ErrorCode::Unavailable, text).retry_after(2_000)
    }

    /// Begins an upload for a room. The same user and key again: the same upload, as long as no message refers to it.
    ///
    /// # Errors
    /// Empty, too large or no place left; not a member; the room is archived; another upload has this key; or the store
    /// is away: then the same again tells.
    pub async fn begin_upload(
        &self,
        by: &User,
        key: &SendId,
        room: RoomId,
        name: &str,
        size: u64,
    ) -> Result<StoredFile, Refusal> {
        let max = self.filing()?.bounds.file_bytes_max;
        if size == 0 {
            return Err(Refusal::new(ErrorCode::BadRequest, "The file is empty."));
        }
        if size > max {
            let text = format!(
                "The file has {} MB, and one may have {} (`file_mb`): make it smaller, or send a link to where it is.",
                size.div_ceil(1 << 20),
                max >> 20
            );
            return Err(Refusal::new(ErrorCode::TooLarge, text));
        }
        if self.member_view(by.id, room).await?.archived {
            let text = "The room is archived: nothing more is written. An owner can open it again.";
            return Err(Refusal::new(ErrorCode::Archived, text));
        }
        let new = self.new_file(by.id, Some(room), file_name(name), size);
        self.bring_in(new, key.as_str()).await
    }

    pub(super) fn new_file(
        &self,
        by: UserId,
        room: Option<RoomId>,
        name: String,
        size: u64,
    ) -> StoredFile {
        StoredFile {
            id: FileId(self.uuid()),
            by,
            room,
            name,
            size,
            created_ms: self.0.clock.wall_ms(),
            parts: Vec::new(),
            r#type: String::new(),
            pixels: None,
            preview: String::new(),
            thumb_bytes: 0,
            stage: Stage::Open,
        }
    }

    /// Lets a file in: into the ledgers first, so that what a crash leaves is found.
    async fn bring_in(&self, new: StoredFile, key: &str) -> Result<StoredFile, Refusal> {
        let bounds = self.filing()?.bounds;
        let moving = Moving {
            key: key.to_owned(),
            way: Way::In,
            ..self.moving(&new)
        };
        let other = || {
            let text = "This key began another upload. Take another key for each.";
            Refusal::new(ErrorCode::BadRequest, text)
        };
        let users = user_key(new.by);
        let id = self.change_ledger(&users, |ledger| {
            let same = |one: &&Moving| one.key == key && one.way == Way::In;
            if let Some(one) = ledger.moving().iter().find(same) {
                return match (one.size, one.room) == (moving.size, moving.room) {
                    true => Ok(one.id),
                    false => Err(other()),
                };
            }
            ledger.hold(moving.clone(), bounds.user_bytes_max, Whose::User)?;
            Ok(moving.id)
        });
        let id = id.await?;
        if id != new.id
            && let Some((file, _)) = self.kept_file(id).await?
        {
            return match file.name == new.name {
                true => Ok(file),
                false => Err(other()),
            };
        }
        let (file, moving) = (StoredFile { id, ..new }, Moving { id, ..moving });
        if let Some(room) = file.room {
            let rooms = room_key(room);
            let held = self.change_ledger(&rooms, |ledger| {
                ledger.hold(moving.clone(), bounds.room_bytes_max, Whose::Room)
            });
            if let Err(refusal) = held.await {
                if refusal.code.retry() == Retry::Never {
                    self.drop_from_ledgers(&file).await?;
                }
                return Err(refusal);
            }
        }
        let (kind, key) = (RecordKind::File, id.to_string());
        let value = json(&file);
        let written = self.0.store.put_record(kind, &key, None, &value).await;
        match written.map_err(|error| self.refused(error))? {
            Written::Done(_) => Ok(file),
            Written::Conflict(Some(kept)) => parse(&kept.value),
            Written::Conflict(None) => Err(changing()),
        }
    }

    /// An own upload as it stands.
    ///
    /// # Errors
    /// There is none, or the store is away.
    pub async fn upload(&self, by: &User, id: FileId) -> Result<StoredFile, Refusal> {
        self.filing()?;
        let file = self.kept_file(id).await?.map(|(file, _)| file);
        file.filter(|file| is_upload_of(file, by.id))
            .ok_or_else(no_upload)
    }

    /// Adds the next part to an own upload: as many bytes as a part has, or as are left. A part that is there already is
    /// answered alike.
    ///
    /// # Errors
    /// There is none; not the next part, not a whole one; the place or the store is away: then the same again goes on.
    pub async fn add_part(
        &self,
        by: &User,
        id: FileId,
        offset: u64,
        bytes: &Bytes,
    ) -> Result<StoredFile, Refusal> {
        let files = &self.filing()?.files;
        let end = offset.saturating_add(bytes.len() as u64);
        for race in 0..RACES_MAX {
            self.pause_after_race(race).await;
            let kept = self.kept_file(id).await?;
            let Some((mut file, version)) = kept.filter(|(file, _)| is_upload_of(file, by.id))
            else {
                if race > 0 {
                    // It was removed while the part was put: what came after that is in nobody's way.
                    let removed = files.remove(&folder(id)).await;
                    removed.map_err(|error| self.files_refused(error))?;
                }
                return Err(no_upload());
            };
            let received = file.received();
            if end <= received {
                return Ok(file);
            }
            if offset != received {
                let text = format!("The upload has {received} bytes: go on from there.");
                return Err(Refusal::new(ErrorCode::OutOfOrder, text));
            }
            let part = received / CHUNK_BYTES as u64;
            let wanted = file.part_bytes(part);
            if bytes.len() as u64 != wanted {
                let text = format!("The next part has {wanted} bytes.");
                return Err(Refusal::new(ErrorCode::BadRequest, text));
            }
            let of: u32 = self.chance(|chance| chance.random());
            let put = files.put(&part_name(id, part, of), bytes.clone()).await;
            put.map_err(|error| self.files_refused(error))?;
            file.parts.push(of);
            if self.change_file(&file, version).await? {
                return Ok(file);
            }
        }
        Err(changing())
    }

    /// Ends an own upload, of which all parts are there and which was looked at.
    ///
    /// # Errors
    /// There is none, or not all of it; the place or the store is away: then the same again goes on.
    pub async fn finish_upload(
        &self,
        by: &User,
        id: FileId,
        measured: &Measured,
    ) -> Result<StoredFile, Refusal> {
        let files = &self.filing()?.files;
        if !measured.thumb.is_empty() {
            let name = picture_name(id, THUMB);
            let put = files.put(&name, measured.thumb.clone()).await;
            put.map_err(|error| self.files_refused(error))?;
        }
        for race in 0..RACES_MAX {
            self.pause_after_race(race).await;
            let (mut file, version) = self.kept_file(id).await?.ok_or_else(no_upload)?;
            if !is_upload_of(&file, by.id) {
                return Err(no_upload());
            }
            if file.stage != Stage::Open {
                return Ok(file);
            }
            if file.received() < file.size {
                let text = format!(
                    "The upload has {} bytes: go on from there.",
                    file.received()
                );
                return Err(Refusal::new(ErrorCode::OutOfOrder, text));
            }
            file.r#type.clone_from(&measured.r#type);
            file.pixels = measured.pixels;
            file.preview.clone_from(&measured.preview);
            file.thumb_bytes = measured.thumb.len() as u64;
            file.stage = Stage::Whole;
            if self.change_file(&file, version).await? {
                return Ok(file);
            }
        }
        Err(changing())
    }

    /// Removes an own upload to which no message refers.
    ///
    /// # Errors
    /// There is none; a message refers to it; or the store is away.
    pub async fn remove_upload(&self, by: &User, id: FileId) -> Result<(), Refusal> {
        let file = self.upload(by, id).await?;
        if let Stage::Attached { .. } = file.stage {
            let text =
                "A message has this file by now. Delete the message, and the file goes with it.";
            return Err(Refusal::new(ErrorCode::Forbidden, text));
        }
        self.remove_file(id).await
    }

    /// A file that a user may read now.
    ///
    /// # Errors
    /// There is none, it is not whole, or nobody's message has it; not a member of its room; or the store is away.
    pub async fn file_for(&self, by: &User, id: FileId) -> Result<StoredFile, Refusal> {
        self.filing()?;
        let (file, _) = self.kept_file(id).await?.ok_or_else(no_file)?;
        match (&file.stage, file.room) {
            (Stage::Whole, _) if file.by == by.id => Ok(file),
            (Stage::Attached { .. }, Some(room)) => {
                self.member_view(by.id, room).await?;
                Ok(file)
            }
            _ => Err(no_file()),
        }
    }

    /// Bytes of a file from a position on: at least one, so many at most.
    ///
    /// # Errors
    /// It has been removed, or the place is away.
    pub async fn read_file(
        &self,
        file: &StoredFile,
        from: u64,
        most: u64,
    ) -> Result<Bytes, Refusal> {
        let files = &self.filing()?.files;
        let (part, within) = (from / CHUNK_BYTES as u64, from % CHUNK_BYTES as u64);
        let end = within.saturating_add(most).min(file.part_bytes(part));
        let name = file
            .part(part)
            .filter(|_| within < end)
            .ok_or_else(no_file)?;
        let read = files.read(&name, within..end).await;
        let read = read.map_err(|error| self.files_refused(error))?;
        read.filter(|read| !read.is_empty()).ok_or_else(no_file)
    }

    /// A file's thumbnail.
    ///
    /// # Errors
    /// It has none, or has been removed; or the place is away.
    pub async fn read_thumb(&self, file: &StoredFile) -> Result<Bytes, Refusal> {
        if file.thumb_bytes == 0 {
            return Err(Refusal::new(
                ErrorCode::NotFound,
                "This file has no thumbnail.",
            ));
        }
        self.picture(file.id, THUMB, file.thumb_bytes).await
    }

    pub(super) async fn picture(
        &self,
        id: FileId,
        which: &str,
        bytes: u64,
    ) -> Result<Bytes, Refusal> {
        let name = picture_name(id, which);
        let read = self.filing()?.files.read(&name, 0..bytes).await;
        let read = read.map_err(|error| self.files_refused(error))?;
        read.ok_or_else(no_file)
    }

    async fn drop_from_ledgers(&self, file: &StoredFile) -> Result<(), Refusal> {
        for key in ledgers_of(file).into_iter().flatten() {
            self.change_ledger(&key, |ledger| {
                ledger.drop(file.id);
                Ok(())
            })
            .await?;
        }
        Ok(())
    }

    pub(super) fn moving(&self, file: &StoredFile) -> Moving {
        Moving {
            id: file.id,
            room: file.room,
            size: file.size,
            key: String::new(),
            at_ms: self.0.clock.wall_ms(),
            message: None,
            mark: 0,
            way: Way::In,
        }
    }

    pub(super) async fn kept_file(
        &self,
        id: FileId,
    ) -> Result<Option<(StoredFile, Version)>, Refusal> {
        let record = self.0.store.record(RecordKind::File, &id.to_string()).await;
        let record = record.map_err(|error| self.refused(error))?;
        match record {
            Some(record) => Ok(Some((parse(&record.value)?, record.version))),
            None => Ok(None),
        }
    }

    /// Writes a file if it stands as it was read; whether it did.
    async fn change_file(&self, file: &StoredFile, version: Version) -> Result<bool, Refusal> {
        let (kind, key) = (RecordKind::File, file.id.to_string());
        let (store, value) = (&self.0.store, json(file));
        let written = store.put_record(kind, &key, Some(version), &value).await;
        let written = written.map_err(|error| self.refused(error))?;
        Ok(matches!(written, Written::Done(_)))
    }

    /// Changes a ledger; one that stays as it is is not written.
    pub(super) async fn change_ledger<T: Send>(
        &self,
        key: &str,
        change: impl Fn(&mut Ledger) -> Result<T, Refusal> + Send + Sync,
    ) -> Result<T, Refusal> {
        let kind = RecordKind::FileLedger;
        for race in 0..RACES_MAX {
            self.pause_after_race(race).await;
            let record = self.0.store.record(kind, key).await;
            let record = record.map_err(|error| self.refused(error))?;
            let (expect, before) = match record {
                Some(record) => (Some(record.version), parse::<Ledger>(&record.value)?),
                None => (None, Ledger::default()),
            };
            let mut ledger = before.clone();
            let answer = change(&mut ledger)?;
            if ledger == before {
                return Ok(answer);
            }
            let value = json(&ledger);
            let written = self.0.store.put_record(kind, key, expect, &value).await;
            if let Written::Done(_) = written.map_err(|error| self.refused(error))? {
                return Ok(answer);
            }
        }
        Err(changing())
    }

    /// Whoever lost a race would meet the same others again in step.
    async fn pause_after_race(&self, race: u64) {
        if race > 0 {
            let pause_ms = self.chance(|chance| chance.random_range(0..=RACE_PAUSE_MS * race));
            tokio::time::sleep(Duration::from_millis(pause_ms)).await;
        }
    }
}

/// What the keys of users' ledgers begin with.
const USER: &str = "user:";

pub(super) fn user_key(user: UserId) -> String {
    format!("{USER}{user}")
}

pub(super) fn room_key(room: RoomId) -> String {
    format!("room:{room}")
}

/// The room's, then the owner's: what the second does not have any more is nowhere.
fn ledgers_of(file: &StoredFile) -> [Option<String>; 2] {
    [file.room.map(room_key), Some(user_key(file.by))]
}

fn is_upload_of(file: &StoredFile, user: UserId) -> bool {
    file.by == user && !matches!(file.stage, Stage::Doomed { .. } | Stage::Avatar)
}

fn no_upload() -> Refusal {
    let text = "There is no such upload of yours. One that no message refers to is kept for a day.";
    Refusal::new(ErrorCode::NotFound, text)
}

pub(super) fn no_file() -> Refusal {
    Refusal::new(
        ErrorCode::NotFound,
        "There is no such file, or its message was deleted.",
    )
}

pub(super) fn changing() -> Refusal {
    let text = "Many files are on their way at once. Try the same again in a moment.";
    Refusal::new(ErrorCode::Busy, text).retry_after(500)
}
