//! How a file goes: with its message, by its owner's wish, or by the sweep, which finds what nobody uses and what broke
//! off.
//!
//! Promises: once a file is doomed nobody is given it; what it took is given back once, however many remove it and
//! wherever they stop (`crate::files`).

use hearth_protocol::{Body, FileId, RoomId, SendId, Seq, UserId, bounds::SCAN_EVENTS_MAX};
use rand::RngExt;

use super::{RACES_MAX, USER, changing, ledgers_of, room_key, user_key};
use crate::{
    files::{Ledger, Moving, STUCK_MS, Stage, StoredFile, UNUSED_MS, Way},
    node::{Node, accounts::parse, chat::far_behind},
    port::{Cell, RecordKind, Written},
    refusal::Refusal,
};

/// Ledgers read at once by a sweep.
const LEDGERS_PAGE: usize = 100;
/// Rows of a log looked through at once for a message.
const ROWS_PAGE: usize = 500;
/// Rows looked through for a message after what it was sent with: no append looks back over more than half of them.
const ROWS_MAX: u64 = 2 * SCAN_EVENTS_MAX;
/// Rows looked through for a deletion that is not in the projection yet.
const DELETIONS_MAX: usize = 20_000;

impl Node {
    /// Has files shown to nobody any more, and their bytes removed behind the caller's back.
    pub(in crate::node) async fn remove_soon(&self, ids: &[FileId]) -> Result<(), Refusal> {
        for id in ids {
            if self.doom(*id).await?.is_some() {
                // If many wait, the sweep finds it.
                let _ = self.filing()?.doomed.try_send(*id);
            }
        }
        Ok(())
    }

    /// Removes a file, and gives back what it took. Repeating it is harmless, and goes on with what broke off.
    pub(super) async fn remove_file(&self, id: FileId) -> Result<(), Refusal> {
        let Some(file) = self.doom(id).await? else {
            return Ok(());
        };
        let Stage::Doomed { user, room } = file.stage else {
            return Ok(());
        };
        let removed = self.filing()?.files.remove(&file.folder()).await;
        removed.map_err(|error| self.files_refused(error))?;
        for (key, mark) in ledgers_of(&file).into_iter().zip([room, user]) {
            let Some(key) = key else { continue };
            self.change_ledger(&key, |ledger| {
                ledger.free(id, mark);
                Ok(())
            })
            .await?;
        }
        for race in 0..RACES_MAX {
            self.pause_after_race(race).await;
            let Some((_, version)) = self.kept_file(id).await? else {
                break;
            };
            let (kind, key) = (RecordKind::File, id.to_string());
            let removed = self.0.store.remove_record(kind, &key, version).await;
            if let Written::Done(_) = removed.map_err(|error| self.refused(error))? {
                break;
            }
        }
        self.drop_from_ledgers(&file).await
    }

    /// Says that a file is being removed; as it is then, or `None` if it is gone.
    async fn doom(&self, id: FileId) -> Result<Option<StoredFile>, Refusal> {
        for race in 0..RACES_MAX {
            self.pause_after_race(race).await;
            let Some((mut file, version)) = self.kept_file(id).await? else {
                return Ok(None);
            };
            if matches!(file.stage, Stage::Doomed { .. }) {
                return Ok(Some(file));
            }
            let (user, room) = match file.stage {
                // It takes nothing, and stands in its ledger as long as it is there.
                Stage::Avatar => (0, 0),
                _ => self.watch(&file, None).await?.1,
            };
            file.stage = Stage::Doomed { user, room };
            if self.change_file(&file, version).await? {
                return Ok(Some(file));
            }
        }
        Err(changing())
    }

    /// Notes in the ledgers that a file may be going. The owner's first: it is by it that the sweep finds it.
    pub(super) async fn watch(
        &self,
        file: &StoredFile,
        message: Option<Seq>,
    ) -> Result<(Moving, (u32, u32)), Refusal> {
        let watched = Moving {
            message,
            mark: self.chance(|chance| chance.random_range(1..=u32::MAX)),
            way: Way::Watched,
            ..self.moving(file)
        };
        let watch = |ledger: &mut Ledger| Ok(ledger.watch(watched.clone()));
        let user = self.change_ledger(&user_key(file.by), watch).await?;
        let room = match file.room {
            Some(room) => self.change_ledger(&room_key(room), watch).await?,
            None => 0,
        };
        Ok((watched, (user, room)))
    }

    /// Ends the watch over files that stay, as far as it was this one.
    pub(super) async fn take_back_watch(&self, all: &[Moving]) -> Result<(), Refusal> {
        for watched in all {
            let Some((file, _)) = self.kept_file(watched.id).await? else {
                continue;
            };
            for key in ledgers_of(&file).into_iter().flatten() {
                self.change_ledger(&key, |ledger| {
                    ledger.take_back(watched);
                    Ok(())
                })
                .await?;
            }
        }
        Ok(())
    }

    /// Puts in order what a crash or a lost answer has left, and removes what nobody uses; how many files that were. Each
    /// node does it about once an hour.
    ///
    /// # Errors
    /// The store is away: what was not looked at is next time.
    pub async fn sweep_files(&self) -> Result<usize, Refusal> {
        self.filing()?;
        let mut count = 0;
        let mut after: Option<String> = None;
        loop {
            let kind = RecordKind::FileLedger;
            let page = self.0.store.records(kind, after.as_deref(), LEDGERS_PAGE);
            let page = page.await.map_err(|error| self.refused(error))?;
            let is_last = page.len() < LEDGERS_PAGE;
            after = page.last().map(|(key, _)| key.clone());
            for (key, record) in page {
                let ledger: Ledger = parse(&record.value)?;
                let since = self.0.clock.wall_ms().saturating_sub(STUCK_MS);
                let is_users = key.starts_with(USER);
                let stuck =
                    |one: &&Moving| one.at_ms <= since && (is_users || one.way == Way::Shown);
                for one in ledger.moving().iter().filter(stuck) {
                    match self.put_in_order(&key, one).await {
                        Ok(is_done) => count += usize::from(is_done),
                        Err(refusal) => {
                            tracing::warn!(file.id = %one.id, %refusal, "a file is not in order");
                        }
                    }
                }
            }
            if is_last {
                return Ok(count);
            }
        }
    }

    /// Whether a message that its owner sends later is to bring a file along.
    async fn is_scheduled(&self, file: &StoredFile) -> Result<bool, Refusal> {
        let (_, owned) = self.owned(file.by).await?;
        Ok(owned.scheduled().brings(file.id))
    }

    /// Puts one file in order that has stood on its way for long; whether there was anything to do.
    async fn put_in_order(&self, ledger: &str, one: &Moving) -> Result<bool, Refusal> {
        let id = one.id;
        let Some((file, _)) = self.kept_file(id).await? else {
            // The room's first: the owner's is where it is found.
            let room = one.room.filter(|_| one.way != Way::Shown).map(room_key);
            for key in room.iter().map(String::as_str).chain([ledger]) {
                self.change_ledger(key, |ledger| {
                    ledger.drop(id);
                    Ok(())
                })
                .await?;
            }
            return Ok(true);
        };
        let wall_ms = self.0.clock.wall_ms();
        let is_over = |since_ms: u64, ms: u64| since_ms.saturating_add(ms) <= wall_ms;
        match &file.stage {
            Stage::Doomed { .. } => {}
            Stage::Open | Stage::Whole if is_over(file.created_ms, UNUSED_MS) => {
                if self.is_scheduled(&file).await? {
                    return Ok(false);
                }
            }
            Stage::Open | Stage::Whole => return Ok(false),
            Stage::Avatar => {
                if self.is_avatar(&file).await? {
                    return Ok(false);
                }
            }
            Stage::Attached { at_ms, .. } if !is_over(*at_ms, STUCK_MS) => return Ok(false),
            Stage::Attached {
                id: send,
                after,
                at_ms,
            } => {
                let Some(room) = file.room else {
                    return Ok(false);
                };
                let seq = match one.message {
                    Some(seq) => Some(seq),
                    None => self.message_of(room, file.by, send, *after).await?,
                };
                match seq {
                    // It may still be sent.
                    None if !is_over(*at_ms, UNUSED_MS) => return Ok(false),
                    None if self.is_scheduled(&file).await? => return Ok(false),
                    Some(seq) if !self.is_deleted(room, seq).await? => {
                        for key in [room_key(room), user_key(file.by)] {
                            self.change_ledger(&key, |ledger| {
                                ledger.settle(&[id]);
                                ledger.unwatch(id);
                                Ok(())
                            })
                            .await?;
                        }
                        return Ok(true);
                    }
                    None | Some(_) => {}
                }
            }
        }
        self.remove_file(id).await?;
        Ok(true)
    }

    /// The number of the message of that id, if it is stored.
    async fn message_of(
        &self,
        room: RoomId,
        by: UserId,
        id: &SendId,
        after: Seq,
    ) -> Result<Option<Seq>, Refusal> {
        let mut next = after.next();
        let end = Seq(after.0.saturating_add(ROWS_MAX));
        loop {
            let rows = self.run(room, next, end, ROWS_PAGE).await;
            let rows = rows.map_err(|error| self.refused(error))?;
            let Some(last) = rows.last() else {
                return Ok(None);
            };
            next = last.seq().next();
            let is_it = |event: &hearth_protocol::Event| event.by == by && event.id == *id;
            if let Some(found) = rows.iter().find(|entry| is_it(&entry.event)) {
                return Ok(Some(found.seq()));
            }
        }
    }

    async fn is_deleted(&self, room: RoomId, seq: Seq) -> Result<bool, Refusal> {
        let store = &self.0.store;
        // The mark first, then the cells, then the log's end (LOG.md rule 29).
        let projected = store.projected(room).await;
        let projected = projected.map_err(|error| self.refused(error))?.seq;
        let cells = store.message_cells(room, seq, seq).await;
        let cells = cells.map_err(|error| self.refused(error))?;
        let is_gone = |cell: &Cell| matches!(cell, Cell::Text(cell) if cell.text.is_none());
        if cells.iter().any(is_gone) {
            return Ok(true);
        }
        let end = self.run(room, projected.next(), Seq(u64::MAX), DELETIONS_MAX + 1);
        let end = end.await.map_err(|error| self.refused(error))?;
        if end.len() > DELETIONS_MAX {
            return Err(far_behind(room));
        }
        let deletes = |body: &Body| matches!(body, Body::Delete { target } if *target == seq);
        Ok(end.iter().any(|entry| deletes(&entry.event.body)))
    }
}
