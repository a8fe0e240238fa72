//! What a send has to do with files: a message brings uploads along, or copies of them; with a deleted one its files go.
//!
//! Promises: a message refers to a file before it is appended, and a file is watched before its message is deleted. It
//! decides nothing about the send: that is the rules'.

use futures_util::{StreamExt, TryStreamExt, stream};
use hearth_protocol::{
    Attachment, Body, ErrorCode, FileId, Retry, RoomId, RoomKind, SendId, Seq, User, UserId,
    bounds::ATTACHMENTS_MAX,
};

use super::{RACES_MAX, THUMB, changing, room_key, user_key};
use crate::{
    files::{Moving, Stage, StoredFile, part_name, picture_name},
    node::{
        Node,
        chat::{Sent, Unsent},
    },
    refusal::Refusal,
    room::{Act, may},
};

/// Objects copied beside each other.
const COPIES_AT_ONCE: usize = 8;

/// What a send has to do with files, until it is known what became of it.
pub(in crate::node) enum SentFiles {
    /// A message brings these along.
    Brought {
        id: SendId,
        files: Vec<FileId>,
        /// Whether they are copies, of which a resend makes its own.
        is_forward: bool,
        /// Why it brings none, where it is not that there are none.
        refused: Option<Refusal>,
    },
    /// A message with these is deleted.
    Deleted {
        target: Seq,
        files: Vec<FileId>,
        /// As they are watched for it.
        watched: Vec<Moving>,
    },
}

impl Node {
    /// What a send has to do with files, before it is tried: of those that a message brings along the server's word is
    /// filled in, and it is noted that the message refers to them; those of one that is to be deleted are watched.
    ///
    /// Of what is no upload of the sender's for this room nothing is filled in, and the rules refuse it: not here, since
    /// the send may be one that is stored already, and then it is answered with its number.
    ///
    /// # Errors
    /// The place or the store is away: nothing was sent, and the same again is right.
    pub(in crate::node) async fn take_files(
        &self,
        by: &User,
        room: RoomId,
        id: &SendId,
        after: Seq,
        mut body: Body,
    ) -> Result<(Body, Option<SentFiles>), Refusal> {
        let (attachments, is_forward) = match &mut body {
            Body::Delete { target } if self.0.filing.get().is_some() => {
                let target = *target;
                let deleted = self.watch_message(by, room, target).await?;
                return Ok((body, deleted));
            }
            Body::Message {
                attachments,
                forward,
                ..
            } => (attachments, forward.is_some()),
            _ => return Ok((body, None)),
        };
        if attachments.is_empty() {
            return Ok((body, None));
        }
        let stage = Stage::Attached {
            id: id.clone(),
            after,
            at_ms: self.0.clock.wall_ms(),
        };
        let (mut files, mut refused) = (Vec::new(), None);
        let is_off = self.0.filing.get().is_none() || attachments.len() > ATTACHMENTS_MAX;
        for (n, slot) in attachments.iter_mut().enumerate() {
            let alt = std::mem::take(&mut slot.alt);
            let mut upload = slot.id;
            *slot = Attachment::of(upload, alt.clone());
            if is_off {
                continue;
            }
            if is_forward {
                match self
                    .copy_file(by.id, room, upload, &format!("{n}/{id}"))
                    .await
                {
                    Ok(Some(copy)) => upload = copy,
                    Ok(None) => continue,
                    Err(refusal) if refusal.code.retry() == Retry::Never => {
                        refused = Some(refusal);
                        continue;
                    }
                    Err(refusal) => return Err(refusal),
                }
            }
            if !files.contains(&upload)
                && let Some(file) = self.refer(by.id, room, upload, &stage).await?
            {
                files.push(upload);
                *slot = file.attachment(alt);
            }
        }
        let files = SentFiles::Brought {
            id: id.clone(),
            files,
            is_forward,
            refused,
        };
        Ok((body, Some(files)))
    }

    /// Whether a message of a user's could bring an upload along into a room later: under this id, if one refers to it
    /// already.
    ///
    /// # Errors
    /// It could not; or the store is away.
    pub(in crate::node) async fn may_bring(
        &self,
        by: UserId,
        room: RoomId,
        upload: FileId,
        send: &SendId,
    ) -> Result<(), Refusal> {
        self.filing()?;
        let kept = self.kept_file(upload).await?;
        let is_free = |file: &StoredFile| match &file.stage {
            Stage::Whole => true,
            // It was tried before.
            Stage::Attached { id, .. } => id == send,
            _ => false,
        };
        let fits = |file: &StoredFile| file.by == by && file.room == Some(room) && is_free(file);
        if kept.is_some_and(|(file, _)| fits(&file)) {
            return Ok(());
        }
        let text = "There is no such upload of yours for this room, it is not whole yet, or another message has it: one that was perhaps sent, too. Upload it anew.";
        Err(Refusal::new(ErrorCode::NotFound, text))
    }

    /// Has a message refer to an upload, if it is one that it may refer to.
    async fn refer(
        &self,
        by: UserId,
        room: RoomId,
        upload: FileId,
        stage: &Stage,
    ) -> Result<Option<StoredFile>, Refusal> {
        for race in 0..RACES_MAX {
            self.pause_after_race(race).await;
            let Some((mut file, version)) = self.kept_file(upload).await? else {
                return Ok(None);
            };
            let is_free = match (&file.stage, stage) {
                (Stage::Whole, _) => true,
                (Stage::Attached { id: has, .. }, Stage::Attached { id, .. }) => has == id,
                _ => false,
            };
            if !is_free || file.by != by || file.room != Some(room) {
                return Ok(None);
            }
            file.stage = match (&file.stage, stage) {
                // A resend that was composed anew has a later `after`: a copy may lie behind the first.
                (Stage::Attached { after: first, .. }, Stage::Attached { id, after, at_ms }) => {
                    Stage::Attached {
                        id: id.clone(),
                        after: *first.min(after),
                        at_ms: *at_ms,
                    }
                }
                _ => stage.clone(),
            };
            if self.change_file(&file, version).await? {
                return Ok(Some(file));
            }
        }
        Err(changing())
    }

    /// A copy of a message's file for another room; `None` if it is gone.
    async fn copy_file(
        &self,
        by: UserId,
        room: RoomId,
        of: FileId,
        key: &str,
    ) -> Result<Option<FileId>, Refusal> {
        let files = &self.filing()?.files;
        let Some((first, _)) = self.kept_file(of).await? else {
            return Ok(None);
        };
        if !matches!(first.stage, Stage::Attached { .. }) {
            return Ok(None);
        }
        let new = self.new_file(by, Some(room), first.name.clone(), first.size);
        let copy = self.bring_in(new, key).await?;
        if copy.stage != Stage::Open {
            return Ok(Some(copy.id));
        }
        let parts = first.parts.iter().zip(0..).map(|(of, part)| {
            let [from, to] = [first.id, copy.id].map(|id| part_name(id, part, *of));
            (from, to)
        });
        let thumb = (first.thumb_bytes > 0)
            .then(|| (picture_name(first.id, THUMB), picture_name(copy.id, THUMB)));
        let objects: Vec<_> = parts.chain(thumb).collect();
        let copies = stream::iter(objects)
            .map(|(from, to)| async move { files.copy(&from, &to).await })
            .buffered(COPIES_AT_ONCE);
        let copied: Vec<bool> = copies
            .try_collect()
            .await
            .map_err(|error| self.files_refused(error))?;
        if copied.contains(&false) {
            self.remove_file(copy.id).await?;
            return Ok(None);
        }
        for race in 0..RACES_MAX {
            self.pause_after_race(race).await;
            let Some((mut file, version)) = self.kept_file(copy.id).await? else {
                return Ok(None);
            };
            if file.stage != Stage::Open {
                return Ok(Some(file.id));
            }
            file.parts.clone_from(&first.parts);
            file.r#type.clone_from(&first.r#type);
            file.pixels = first.pixels;
            file.preview.clone_from(&first.preview);
            file.thumb_bytes = first.thumb_bytes;
            file.stage = Stage::Whole;
            if self.change_file(&file, version).await? {
                return Ok(Some(file.id));
            }
        }
        Err(changing())
    }

    /// What became of the send. What fails here the sweep does.
    pub(in crate::node) async fn settle_files(
        &self,
        by: &User,
        room: RoomId,
        files: SentFiles,
        sent: Result<Sent, Unsent>,
    ) -> Result<Sent, Unsent> {
        let (done, refused) = match files {
            SentFiles::Brought {
                id,
                files,
                is_forward,
                refused,
            } => {
                let done = match &sent {
                    Ok(sent) => {
                        let seq = is_forward.then_some(sent.seq);
                        self.settle_brought(by.id, room, &files, seq).await
                    }
                    Err(unsent) if unsent.refusal.code.retry() == Retry::Never => {
                        self.take_back_files(&files, &id).await
                    }
                    // It may be stored.
                    Err(_) => Ok(()),
                };
                (done, refused)
            }
            SentFiles::Deleted {
                target,
                files,
                watched,
            } => {
                let done = match &sent {
                    Ok(sent) => {
                        self.settle_deleted(room, sent.seq, target, &files, &watched)
                            .await
                    }
                    Err(unsent) if unsent.refusal.code.retry() == Retry::Never => {
                        self.take_back_watch(&watched).await
                    }
                    Err(_) => Ok(()),
                };
                (done, None)
            }
        };
        if let Err(refusal) = done {
            tracing::warn!(%refusal, "the files of a message are put in order later");
        }
        match (sent, refused) {
            (Err(unsent), Some(refusal)) if unsent.refusal.code == ErrorCode::NotFound => {
                Err(Unsent { refusal, ..unsent })
            }
            (sent, _) => sent,
        }
    }

    /// A message has these files now; the copies of a forward of this number may be those of an earlier try.
    async fn settle_brought(
        &self,
        by: UserId,
        room: RoomId,
        files: &[FileId],
        forward: Option<Seq>,
    ) -> Result<(), Refusal> {
        let mut settled = files.to_vec();
        if let Some(seq) = forward {
            let found = self.run(room, seq, seq, 1).await;
            let found = found.map_err(|error| self.refused(error))?;
            let stored = found
                .first()
                .map_or(&[][..], |entry| entry.event.body.attachments());
            let is_there = |id: &FileId| stored.iter().any(|file| file.id == *id);
            for id in files.iter().filter(|id| !is_there(id)) {
                self.remove_file(*id).await?;
            }
            settled.retain(is_there);
        }
        // The owner's last: it is by it that the sweep finds what was left.
        for key in [room_key(room), user_key(by)] {
            self.change_ledger(&key, |ledger| {
                ledger.settle(&settled);
                Ok(())
            })
            .await?;
        }
        Ok(())
    }

    async fn take_back_files(&self, ids: &[FileId], send: &SendId) -> Result<(), Refusal> {
        for id in ids {
            if let Some((mut file, version)) = self.kept_file(*id).await?
                && matches!(&file.stage, Stage::Attached { id, .. } if id == send)
            {
                file.stage = Stage::Whole;
                // Whoever was first has another use for it.
                self.change_file(&file, version).await?;
            }
        }
        Ok(())
    }

    /// A send that was to delete a message is this event: with the message its files go. If the event is another, nothing
    /// was deleted by it: a send is known by its id, whatever else it says.
    async fn settle_deleted(
        &self,
        room: RoomId,
        seq: Seq,
        target: Seq,
        files: &[FileId],
        watched: &[Moving],
    ) -> Result<(), Refusal> {
        let found = self.run(room, seq, seq, 1).await;
        let found = found.map_err(|error| self.refused(error))?;
        match found.first().map(|entry| &entry.event.body) {
            Some(Body::Delete { target: of }) if *of == target => self.remove_soon(files).await,
            Some(_) => self.take_back_watch(watched).await,
            None => Ok(()),
        }
    }

    /// The files of a message that is about to be deleted: from here on they are found, whatever becomes of it. Nothing is
    /// written for who may not delete it, as far as this node knows; the append has the last word.
    async fn watch_message(
        &self,
        by: &User,
        room: RoomId,
        target: Seq,
    ) -> Result<Option<SentFiles>, Refusal> {
        let found = self.run(room, target, target, 1).await;
        let found = found.map_err(|error| self.refused(error))?;
        let Some(event) = found.first().map(|entry| &entry.event) else {
            return Ok(None);
        };
        if event.body.attachments().is_empty() {
            return Ok(None);
        }
        let may_delete = match self.member_view(by.id, room).await {
            Ok(view) => {
                let may_others = |role| may(role, Act::DeleteOthers);
                let is_moderator =
                    view.kind != RoomKind::Direct && view.role.is_some_and(may_others);
                event.by == by.id || is_moderator
            }
            Err(refusal) if refusal.code.retry() == Retry::Never => false,
            Err(refusal) => return Err(refusal),
        };
        let (mut files, mut watched) = (Vec::new(), Vec::new());
        for id in event.body.attachments().iter().map(|file| file.id) {
            let Some((file, _)) = self.kept_file(id).await? else {
                continue;
            };
            files.push(id);
            if may_delete {
                watched.push(self.watch(&file, Some(target)).await?.0);
            }
        }
        let deleted = SentFiles::Deleted {
            target,
            files,
            watched,
        };
        Ok(Some(deleted))
    }
}
