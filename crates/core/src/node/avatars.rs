//! Avatars: the pictures of users and rooms, written anew by the server in fixed sizes.
//!
//! An avatar is a file that takes nothing of anybody's quota. It stands in the ledger of its user or its room for as long
//! as it is kept, so that the sweep sees whether it is still the one; a room's is an event in its log. Its address is its
//! own for ever: another picture is another avatar.

use bytes::Bytes;
use hearth_protocol::{Body, FileId, RoomId, RoomSnapshot, Seq, User, UserId};
use tokio::sync::oneshot;

use super::{
    Node,
    accounts::json,
    chat::answered,
    files::{changing, no_file, room_key, user_key},
    room_task::Command,
};
use crate::{
    files::{Moving, Stage, StoredFile, Way, picture_name},
    port::{RecordKind, Written},
    refusal::Refusal,
    room::Send,
};

/// An avatar's sides in pixels: as it is shown beside a profile, and beside a line.
pub const AVATAR_SIDES: [u32; 2] = [256, 64];

/// An avatar's pictures, in the order of [`AVATAR_SIDES`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AvatarPictures {
    /// Their media type.
    pub r#type: String,
    /// Their bytes.
    pub sides: [Bytes; 2],
}

impl Node {
    /// Gives a user another avatar.
    ///
    /// # Errors
    /// There is no place for files; it, or the store, is away: then it may be given.
    pub async fn set_avatar(&self, by: &User, pictures: AvatarPictures) -> Result<FileId, Refusal> {
        let avatar = self.keep_avatar(by.id, None, pictures).await?;
        self.change_avatar(by.id, Some(avatar)).await?;
        Ok(avatar)
    }

    /// Takes a user's avatar away, if they have one.
    ///
    /// # Errors
    /// There is no place for files; or the store is away: then it may be taken.
    pub async fn take_avatar(&self, user: UserId) -> Result<(), Refusal> {
        self.filing()?;
        self.change_avatar(user, None).await
    }

    async fn change_avatar(&self, user: UserId, avatar: Option<FileId>) -> Result<(), Refusal> {
        let was = std::sync::Mutex::new(None);
        self.change_account(user, |account| {
            *super::lock(&was) = std::mem::replace(&mut account.avatar, avatar);
            Ok(())
        })
        .await?;
        let was = *super::lock(&was);
        self.avatar_is_over(was.filter(|was| Some(*was) != avatar))
            .await;
        Ok(())
    }

    /// Gives a room another avatar; who may describe the room may.
    ///
    /// # Errors
    /// Not a member or not one who may; a direct room; archived; no place for files; or something is away: then it may be
    /// given.
    pub async fn set_room_avatar(
        &self,
        by: &User,
        room: RoomId,
        pictures: AvatarPictures,
    ) -> Result<(RoomSnapshot, Seq), Refusal> {
        self.filing()?;
        // Before anything is kept: who may not is not to fill the place.
        let (send, _) = self.avatar_send(by, room, None).await?;
        let avatar = self.keep_avatar(by.id, Some(room), pictures).await?;
        self.send_avatar(by, room, send, Some(avatar)).await
    }

    /// Whether a user may give a room another avatar.
    ///
    /// # Errors
    /// As [`Node::set_room_avatar`].
    pub async fn may_set_room_avatar(&self, by: &User, room: RoomId) -> Result<(), Refusal> {
        self.filing()?;
        self.avatar_send(by, room, None).await.map(|_| ())
    }

    /// Takes a room's avatar away.
    ///
    /// # Errors
    /// As [`Node::set_room_avatar`].
    pub async fn take_room_avatar(
        &self,
        by: &User,
        room: RoomId,
    ) -> Result<(RoomSnapshot, Seq), Refusal> {
        self.filing()?;
        let (send, has) = self.avatar_send(by, room, None).await?;
        if has.is_none() {
            return self.room_of(by, room, Seq::ZERO).await;
        }
        self.send_avatar(by, room, send, None).await
    }

    /// Composes the event and has it judged; and which avatar there is.
    async fn avatar_send(
        &self,
        by: &User,
        room: RoomId,
        avatar: Option<FileId>,
    ) -> Result<(Send, Option<FileId>), Refusal> {
        self.member_view(by.id, room).await?;
        let view = self.looked_view(by.id, room).await?;
        let send = Send {
            after: view.head.seq,
            ..self.own_send(by, self.send_id(), Body::Avatar { avatar })
        };
        let (reply, answer) = oneshot::channel();
        let judge = Command::Judge {
            send: Box::new(send.clone()),
            reply,
        };
        self.command(room, judge).await?;
        match answered(answer).await? {
            Some(refusal) => Err(refusal),
            None => Ok((send, view.avatar)),
        }
    }

    async fn send_avatar(
        &self,
        by: &User,
        room: RoomId,
        send: Send,
        avatar: Option<FileId>,
    ) -> Result<(RoomSnapshot, Seq), Refusal> {
        let was = self.view(by.id, room, Seq::ZERO).await?.avatar;
        let send = Send {
            body: Body::Avatar { avatar },
            ..send
        };
        let seq = self.submit(send, room).await?;
        self.avatar_is_over(was.filter(|was| Some(*was) != avatar))
            .await;
        self.room_of(by, room, seq).await
    }

    /// An avatar as anybody may see it.
    ///
    /// # Errors
    /// There is none, or not any more; none of this side; or the place is away.
    pub async fn read_avatar(&self, id: FileId, side: u32) -> Result<(String, Bytes), Refusal> {
        let file = self.kept_file(id).await?.map(|(file, _)| file);
        let file = file.filter(|file| file.stage == Stage::Avatar);
        let file = file.ok_or_else(no_file)?;
        let [large, small] = AVATAR_SIDES;
        let bytes = match side {
            side if side == large => file.size,
            side if side == small => file.thumb_bytes,
            _ => return Err(no_file()),
        };
        let picture = self.picture(id, &side.to_string(), bytes).await?;
        Ok((file.r#type, picture))
    }

    /// Keeps the pictures: into the ledger first, so that they are found if nobody comes to show them.
    async fn keep_avatar(
        &self,
        by: UserId,
        room: Option<RoomId>,
        pictures: AvatarPictures,
    ) -> Result<FileId, Refusal> {
        let [large, small] = &pictures.sides;
        let file = StoredFile {
            r#type: pictures.r#type,
            thumb_bytes: small.len() as u64,
            stage: Stage::Avatar,
            ..self.new_file(by, room, "avatar".to_owned(), large.len() as u64)
        };
        let shown = Moving {
            size: 0,
            way: Way::Shown,
            ..self.moving(&file)
        };
        let key = room.map_or_else(|| user_key(by), room_key);
        self.change_ledger(&key, |ledger| {
            ledger.watch(shown.clone());
            Ok(())
        })
        .await?;
        let (kind, key) = (RecordKind::File, file.id.to_string());
        let value = json(&file);
        let written = self.0.store.put_record(kind, &key, None, &value).await;
        if let Written::Conflict(_) = written.map_err(|error| self.refused(error))? {
            return Err(changing());
        }
        for (side, bytes) in AVATAR_SIDES.into_iter().zip(&pictures.sides) {
            let name = picture_name(file.id, &side.to_string());
            let put = self.filing()?.files.put(&name, bytes.clone()).await;
            put.map_err(|error| self.files_refused(error))?;
        }
        Ok(file.id)
    }

    /// An avatar is not shown any more. What fails here the sweep does.
    async fn avatar_is_over(&self, id: Option<FileId>) {
        if let Err(refusal) = self.remove_soon(id.as_slice()).await {
            tracing::debug!(%refusal, "an avatar that is over is removed later");
        }
    }

    /// Whether it is still the one of its user or room.
    pub(super) async fn is_avatar(&self, file: &StoredFile) -> Result<bool, Refusal> {
        let shown = match file.room {
            Some(room) => self.looked_view(file.by, room).await?.avatar,
            None => match self.account_of(file.by).await? {
                Some(account) => account.avatar,
                None => None,
            },
        };
        Ok(shown == Some(file.id))
    }
}
