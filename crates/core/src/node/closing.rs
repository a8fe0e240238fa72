//! Accounts that are closed: deactivated for a time, or deleted.
//!
//! Promises: from the answer on no call and no new socket is let in by the account, on any node, and its sessions do not
//! come back with it; open sockets are closed as those of a login that has ended (`logins.rs`). A deletion that broke
//! off goes on when it is asked for again: the account is the last thing that goes.

use futures_util::future::join_all;
use hearth_protocol::{
    ErrorCode, Ordinal, ProfileVersion, RoomId, RoomKind, Seq, User, UserId, UserName,
};

use super::{Account, Node, acts::ActKind};
use crate::{
    hint::UserHint,
    port::{ClaimSpace, Mark, RecordKind, Version, Written},
    refusal::Refusal,
    words,
};

/// Rooms left beside each other.
const LEFT_AT_ONCE: usize = 8;
/// How often the removal of a record is tried that somebody else has just changed.
const RACES_MAX: usize = 5;
/// A version that no account comes to.
const EVER: Version = Version(u32::MAX as u64);

impl Account {
    /// Whether its holder may use it.
    ///
    /// # Errors
    /// It is deactivated.
    pub fn may_enter(&self) -> Result<(), Refusal> {
        if self.deactivated {
            return Err(Refusal::new(
                ErrorCode::Forbidden,
                "This account is deactivated. Ask an administrator of this server.",
            ));
        }
        Ok(())
    }
}

impl Node {
    /// Keeps an account's holder out until it is reactivated. All sessions end with it, and a link for a new password.
    ///
    /// # Errors
    /// No such account, an administrator's, or the store is away: then it may be deactivated.
    pub async fn deactivate(&self, by: &User, user: UserId) -> Result<(), Refusal> {
        let account = self.account_or_refusal(user).await?;
        if account.deactivated {
            return Ok(());
        }
        self.is_no_administrator(user).await?;
        self.write_down(by, ActKind::Deactivated, Some(&account.user()), "")
            .await?;
        self.close(user).await
    }

    /// Lets an account be used again. Its sessions stay ended.
    ///
    /// # Errors
    /// No such account, or the store is away.
    pub async fn reactivate(&self, by: &User, user: UserId) -> Result<(), Refusal> {
        let account = self.account_or_refusal(user).await?;
        if !account.deactivated {
            return Ok(());
        }
        self.write_down(by, ActKind::Reactivated, Some(&account.user()), "")
            .await?;
        self.open_again(user).await
    }

    /// Deletes an account: its record, its password and sessions, its read marks, its own; it leaves its rooms. Its name stays
    /// taken, and what it wrote stays in the logs, under its name and id.
    ///
    /// # Errors
    /// No such account, an administrator's, or the store is away: then the same again goes on.
    pub async fn delete_account(&self, by: &User, user: UserId) -> Result<(), Refusal> {
        let account = self.account_or_refusal(user).await?;
        self.is_no_administrator(user).await?;
        self.write_down(by, ActKind::Deleted, Some(&account.user()), "")
            .await?;
        self.close(user).await?;
        self.clear_out(&account.user()).await?;
        let key = user.to_string();
        self.end_logins(user, None).await?;
        self.remove(RecordKind::Logins, &key).await?;
        // A claim that a crash left pending would give the name, and this id with it, to whoever asks next.
        if let Ok(name) = UserName::new(&account.name) {
            let store = &self.0.store;
            let confirmed = store
                .confirm(ClaimSpace::User, &name.folded(), user.0)
                .await;
            confirmed.map_err(|error| self.refused(error))?;
        }
        // A socket that was open until now may have done something meanwhile, and so may others with them.
        self.clear_out(&account.user()).await?;
        if self.file_bounds().is_some() {
            self.take_avatar(user).await?;
        }
        // Also what a build that knew no words, or a store that was away, has left: the id never comes back.
        let words = words::of_person(&account.name, &account.display);
        let words: Vec<_> = words.into_iter().collect();
        let unlisted = self.0.store.unlist_person(user, &words, EVER).await;
        unlisted.map_err(|error| self.refused(error))?;
        self.remove(RecordKind::Account, &key).await?;
        self.profile_changed(user, ProfileVersion::NOBODY);
        self.tell_user(user, UserHint::Logins);
        Ok(())
    }

    async fn close(&self, user: UserId) -> Result<(), Refusal> {
        let closed = self.change_account(user, |account| {
            if !account.deactivated {
                account.deactivated = true;
                account.password_changes += 1;
                account.reset = None;
                account.mail.void_links();
            }
            Ok(())
        });
        closed.await?;
        // Who gives a right looks at the account after it, so one of the two sees the other.
        if let Err(refusal) = self.is_no_administrator(user).await {
            self.open_again(user).await?;
            return Err(refusal);
        }
        self.tell_user(user, UserHint::Logins);
        Ok(())
    }

    async fn open_again(&self, user: UserId) -> Result<(), Refusal> {
        let opened = self.change_account(user, |account| {
            account.deactivated = false;
            Ok(())
        });
        opened.await.map(|_| ())
    }

    async fn is_no_administrator(&self, user: UserId) -> Result<(), Refusal> {
        if self.is_administrator(user).await? {
            return Err(Refusal::new(
                ErrorCode::Forbidden,
                "This account is an administrator's. Take the right `admin` from it first.",
            ));
        }
        Ok(())
    }

    /// Leaves a room, if they are in it and it is one that can be left.
    async fn quit(&self, user: &User, room: RoomId) -> Result<(), Refusal> {
        let mut tries = 0;
        loop {
            let Err(refusal) = self.leave_room(user, room).await else {
                return Ok(());
            };
            tries += 1;
            let may_be_out = matches!(
                refusal.code,
                ErrorCode::NotMember | ErrorCode::NotFound | ErrorCode::Forbidden
            );
            if !may_be_out || tries > RACES_MAX {
                return Err(refusal);
            }
            // It may have rested on what this node had not heard yet.
            let view = self.looked_view(user.id, room).await?;
            if view.role.is_none() || view.kind == RoomKind::Direct {
                return Ok(());
            }
        }
    }

    /// Takes away what is somebody's beside their account.
    pub(super) async fn clear_out(&self, user: &User) -> Result<(), Refusal> {
        let rooms = self.rooms_of(user.id).await?;
        for some in rooms.chunks(LEFT_AT_ONCE) {
            let left = join_all(some.iter().map(|room| self.quit(user, *room))).await;
            left.into_iter().collect::<Result<(), _>>()?;
        }
        self.blank_marks(user.id).await?;
        self.remove(RecordKind::Push, &user.id.to_string()).await?;
        self.remove(RecordKind::Requests, &user.id.to_string())
            .await?;
        self.remove(RecordKind::Own, &user.id.to_string()).await
    }

    /// What somebody has read is theirs: the marks are set back to nothing, in a revision of their own.
    async fn blank_marks(&self, user: UserId) -> Result<(), Refusal> {
        let marks = self.0.store.marks(user).await;
        for (room, mark) in marks.map_err(|error| self.refused(error))? {
            if mark.seq == Seq::ZERO {
                continue;
            }
            let blank = Mark {
                revision: mark.revision + 1,
                seq: Seq::ZERO,
                ordinal: Ordinal::ZERO,
            };
            let written = self.0.store.set_mark(user, room, blank).await;
            written.map_err(|error| self.refused(error))?;
        }
        Ok(())
    }

    pub(super) async fn remove(&self, kind: RecordKind, key: &str) -> Result<(), Refusal> {
        for _ in 0..RACES_MAX {
            let record = self.0.store.record(kind, key).await;
            let Some(record) = record.map_err(|error| self.refused(error))? else {
                return Ok(());
            };
            let removed = self.0.store.remove_record(kind, key, record.version).await;
            if let Written::Done(_) = removed.map_err(|error| self.refused(error))? {
                return Ok(());
            }
        }
        Err(
            Refusal::new(ErrorCode::Busy, "The account is being changed elsewhere.")
                .retry_after(500),
        )
    }
}
