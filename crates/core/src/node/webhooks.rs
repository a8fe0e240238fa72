//! Webhooks of a room: ways in by which programs write there, and ways out by which they are told what happens. Made,
//! listed, renamed, withdrawn, resumed, by moderators and owners.
//!
//! A list by room names them; what makes one work is a record of its own (`webhook_in.rs`, `webhook_out.rs`), written
//! last and removed first. So one that a crash left half made or half withdrawn is listed, does nothing, and is withdrawn
//! as any other (`docs/decisions/0037-webhooks.md`).

use std::str::FromStr;

use hearth_protocol::{
    Body, ErrorCode, ProfileVersion, Right, Role, RoomId, RoomKind, User, UserId,
    bounds::USER_NAME_CHARS_MAX, is_invisible,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use uuid::Uuid;

use super::{
    Account, Node, Once,
    accounts::{json, parse},
    logins::hash,
    webhook_in::{KeptIn, shown_name},
    webhook_out::KeptOut,
};
use crate::{
    delivery::Progress,
    port::{Record, RecordKind, Version, Written},
    refusal::Refusal,
    room::{Act, RoomView, Send, may},
};

/// Webhooks of one room, in each direction: what its moderators can look through.
pub const WEBHOOKS_MAX: usize = 10;
/// Ways out that go by the right of one person, over all rooms: so nobody takes all the places that servers have for
/// posts.
pub const WAYS_OUT_MAX: usize = 50;
/// A webhook's name, in characters: as a user's, for in the room it is called by it.
pub const WEBHOOK_NAME_CHARS_MAX: usize = USER_NAME_CHARS_MAX;
/// Where a webhook goes, in bytes.
pub const WEBHOOK_URL_BYTES_MAX: usize = 2_048;
/// Races that a conditional write is repeated through before it is refused as busy.
const RACES_MAX: usize = 8;

/// A webhook, as the members of its room point at it. Knowing it does nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WebhookId(pub Uuid);

impl FromStr for WebhookId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::parse_str(text).map(Self)
    }
}

/// Which way a webhook goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Programs write into the room.
    In,
    /// Programs are told what happens there.
    Out,
}

/// A webhook that is to be made.
#[derive(Debug, Clone)]
pub enum NewWebhook {
    /// A way in.
    In,
    /// A way out.
    Out {
        /// Where events are posted to. Whether that is an address to which this server may go is the caller's to check.
        url: String,
        /// Of which kinds; none: of all.
        kinds: Vec<String>,
    },
}

/// A webhook as it is shown. It does not say its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// By which it is renamed and withdrawn; of a way in also its bot's id.
    pub id: WebhookId,
    /// Which way it goes.
    pub direction: Direction,
    /// What it is called.
    pub name: String,
    /// Who made it; of a way out, or resumed it last: it is told what they may read.
    pub by: UserId,
    /// Their name then.
    pub by_name: String,
    /// When it was made, in milliseconds since 1970.
    pub created_ms: u64,
    /// Where events go, of which kinds, and how far they have come.
    pub out: Option<(String, Vec<String>, Progress)>,
}

/// A webhook that has just been made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookMade {
    /// The webhook.
    pub webhook: Webhook,
    /// What counts: of a way in, who has it writes; of a way out, by it events are signed. Told once.
    pub secret: String,
}

/// A webhook in its room's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Listed {
    id: WebhookId,
    /// The hash of a way in's secret; a way out has its record by its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    name: String,
    by: UserId,
    by_name: String,
    created_ms: u64,
}

impl Listed {
    fn direction(&self) -> Direction {
        match self.key {
            Some(_) => Direction::In,
            None => Direction::Out,
        }
    }

    fn shown(self, out: Option<KeptOut>) -> Webhook {
        let direction = self.direction();
        let (by, by_name) = match &out {
            Some(out) => (out.by, out.by_name.clone()),
            None => (self.by, self.by_name),
        };
        Webhook {
            id: self.id,
            direction,
            name: self.name,
            by,
            by_name,
            created_ms: self.created_ms,
            out: out.map(|out| (out.url, out.kinds, out.progress)),
        }
    }
}

impl Node {
    /// Makes a webhook of a room.
    ///
    /// # Errors
    /// Not a member or one who may not, a direct room, an archived one, a name or an address that does not fit, too many,
    /// or the store is away: then one may be listed that does nothing; withdraw it.
    pub async fn make_webhook(
        &self,
        by: &User,
        room: RoomId,
        name: &str,
        new: NewWebhook,
        once: &Once,
    ) -> Result<WebhookMade, Refusal> {
        let view = self.webhook_view(by, room).await?;
        let name = checked_name(name)?;
        if view.kind == RoomKind::Direct {
            let text = "A direct room has no webhooks.";
            return Err(Refusal::new(ErrorCode::Forbidden, text));
        }
        if view.archived {
            let text = "The room is archived. An owner can open it again.";
            return Err(Refusal::new(ErrorCode::Archived, text));
        }
        let secret = once.secret();
        let id = match new {
            NewWebhook::In => UserId::of_bot(once.uuid()).0,
            NewWebhook::Out { .. } => once.uuid(),
        };
        let listed = Listed {
            id: WebhookId(id),
            key: matches!(new, NewWebhook::In).then(|| hash(&secret)),
            name: name.to_owned(),
            by: by.id,
            by_name: by.name.clone(),
            created_ms: once.at_ms(),
        };
        if listed.key.is_some() {
            let text = match view.lowest(Right::Write) {
                Role::Owner => Some("Only owners write here, and no webhook is one."),
                Role::Moderator if view.role != Some(Role::Owner) => {
                    Some("Where few write, a way in is made by an owner, who lets it write.")
                }
                _ => None,
            };
            if let Some(text) = text {
                return Err(Refusal::new(ErrorCode::Forbidden, text));
            }
        }
        if listed.direction() == Direction::Out && self.kept_out(listed.id).await?.is_none() {
            self.one_more_way_out(by.id).await?;
        }
        self.unanswered(once).await?;
        self.change_webhooks(room, |all| {
            // It was asked for before.
            if all.iter().any(|one| one.id == listed.id) {
                return Ok(());
            }
            let direction = listed.direction();
            let alike = all.iter().filter(|one| one.direction() == direction);
            if alike.count() >= WEBHOOKS_MAX {
                let text = format!(
                    "The room has {WEBHOOKS_MAX} webhooks of this direction; more do not fit. Withdraw one first."
                );
                return Err(Refusal::new(ErrorCode::Full, text));
            }
            all.push(listed.clone());
            Ok(())
        })
        .await?;
        let webhook = match new {
            NewWebhook::In => {
                self.make_way_in(by, room, &view, &listed, once).await?;
                listed.shown(None)
            }
            NewWebhook::Out { url, kinds } => {
                let out = KeptOut {
                    id: listed.id,
                    room,
                    by: by.id,
                    by_name: by.name.clone(),
                    url,
                    kinds,
                    secret: secret.clone(),
                    progress: Progress::behind(view.head.seq),
                    lease: None,
                };
                let key = listed.id.0.to_string();
                self.unanswered(once).await?;
                self.put_new(RecordKind::WebhookOut, &key, &out).await?;
                listed.shown(Some(out))
            }
        };
        Ok(WebhookMade { webhook, secret })
    }

    /// The bot by which a way in writes, in the room; then what makes the secret work.
    async fn make_way_in(
        &self,
        by: &User,
        room: RoomId,
        view: &RoomView,
        listed: &Listed,
        once: &Once,
    ) -> Result<(), Refusal> {
        let bot = UserId(listed.id.0);
        let name = shown_name(&listed.name);
        let account = Account::new(bot, &name, listed.created_ms);
        self.put_new(RecordKind::Account, &bot.to_string(), &account)
            .await?;
        let send = |after, body| Send {
            after,
            ..self.own_send(by, self.send_id(), body)
        };
        let invite = Body::Invite {
            user: bot,
            user_name: name,
            accepted: false,
        };
        let there = self.view(bot, room, view.head.seq).await?.role;
        let mut seq = view.head.seq;
        if there.is_none() {
            seq = self.submit(send(seq, invite), room).await?;
        }
        if view.lowest(Right::Write) == Role::Moderator && there != Some(Role::Moderator) {
            let role = Body::Role {
                user: bot,
                role: Role::Moderator,
            };
            seq = self.submit(send(seq, role), room).await?;
        }
        // Who posts at once is to find the bot in.
        self.view(bot, room, seq).await?;
        let kept = KeptIn { room, bot };
        let key = listed.key.as_deref().unwrap_or_default();
        self.unanswered(once).await?;
        self.put_new(RecordKind::WebhookIn, key, &kept).await
    }

    /// A room's webhooks, the newest first.
    ///
    /// # Errors
    /// Not a member or one who may not see them, or the store is away.
    pub async fn webhooks(&self, by: &User, room: RoomId) -> Result<Vec<Webhook>, Refusal> {
        self.webhook_view(by, room).await?;
        let listed = self.webhooks_of(room).await?;
        let keys: Vec<_> = listed.iter().map(|one| one.id.0.to_string()).collect();
        let store = &self.0.store;
        let outs = store.records_by_key(RecordKind::WebhookOut, &keys).await;
        let outs = outs.map_err(|error| self.refused(error))?;
        let mut shown = Vec::new();
        for (listed, out) in listed.into_iter().zip(outs) {
            let out = out.map(|record| parse(&record.value)).transpose()?;
            shown.push(listed.shown(out));
        }
        shown.sort_by_key(|one| std::cmp::Reverse((one.created_ms, one.id)));
        Ok(shown)
    }

    /// Gives a webhook another name. Of a way in, what it writes from now on is written under it.
    ///
    /// # Errors
    /// Not a member or one who may not, a name that does not fit, no such webhook, or the store is away.
    pub async fn rename_webhook(
        &self,
        by: &User,
        room: RoomId,
        id: WebhookId,
        name: &str,
    ) -> Result<Webhook, Refusal> {
        let name = checked_name(name)?;
        self.webhook_view(by, room).await?;
        let listed = self.webhook(room, id).await?;
        if listed.direction() == Direction::In {
            let shown = shown_name(name);
            let renamed = self.change_account(UserId(id.0), |account| {
                account.name.clone_from(&shown);
                account.display.clone_from(&shown);
                Ok(())
            });
            renamed.await?;
        }
        self.change_webhooks(room, |all| {
            let one = all.iter_mut().find(|one| one.id == id).ok_or_else(none)?;
            one.name = name.to_owned();
            Ok(())
        })
        .await?;
        let out = self.kept_out(id).await?.map(|(_, out)| out);
        let name = name.to_owned();
        Ok(Listed { name, ..listed }.shown(out))
    }

    /// Withdraws a webhook: from the answer on nobody writes by it, and no event is begun to be delivered. The bot of a way
    /// in leaves the room.
    ///
    /// # Errors
    /// Not a member or one who may not, no such webhook, or the store is away: then the same again goes on.
    pub async fn withdraw_webhook(
        &self,
        by: &User,
        room: RoomId,
        id: WebhookId,
    ) -> Result<(), Refusal> {
        self.webhook_view(by, room).await?;
        let listed = self.webhook(room, id).await?;
        match &listed.key {
            Some(key) => {
                self.remove(RecordKind::WebhookIn, key).await?;
                let bot = User {
                    id: UserId(id.0),
                    name: shown_name(&listed.name),
                    display: shown_name(&listed.name),
                };
                self.clear_out(&bot).await?;
                self.remove(RecordKind::Account, &bot.id.to_string())
                    .await?;
                self.profile_changed(bot.id, ProfileVersion::NOBODY);
            }
            None => {
                self.remove(RecordKind::WebhookOut, &id.0.to_string())
                    .await?;
            }
        }
        self.change_webhooks(room, |all| {
            all.retain(|one| one.id != id);
            Ok(())
        })
        .await
    }

    /// Has a way out go on from where it stands, by the right of who asks from now on.
    ///
    /// # Errors
    /// Not a member or one who may not, no such way out, too many that go by this right, or the store is away: then it may
    /// go on.
    pub async fn resume_webhook(
        &self,
        by: &User,
        room: RoomId,
        id: WebhookId,
    ) -> Result<(), Refusal> {
        self.webhook_view(by, room).await?;
        if self.webhook(room, id).await?.direction() == Direction::In {
            let text = "A way in does not rest: there is nothing to resume.";
            return Err(Refusal::new(ErrorCode::BadRequest, text));
        }
        for _ in 0..RACES_MAX {
            let (version, mut out) = self.kept_out(id).await?.ok_or_else(none)?;
            if out.by != by.id {
                self.one_more_way_out(by.id).await?;
            }
            out.progress.resume();
            (out.by, out.by_name) = (by.id, by.name.clone());
            if self.put_out(version, &out).await?.is_some() {
                return Ok(());
            }
        }
        Err(changing())
    }

    /// The room for somebody who may look after its webhooks.
    async fn webhook_view(&self, by: &User, room: RoomId) -> Result<RoomView, Refusal> {
        let view = self.member_view(by.id, room).await?;
        if !view.role.is_some_and(|role| may(role, Act::Webhooks)) {
            let text = "Only a moderator or an owner may see and change a room's webhooks.";
            return Err(Refusal::new(ErrorCode::Forbidden, text));
        }
        Ok(view)
    }

    async fn webhook(&self, room: RoomId, id: WebhookId) -> Result<Listed, Refusal> {
        let all = self.webhooks_of(room).await?;
        all.into_iter().find(|one| one.id == id).ok_or_else(none)
    }

    async fn webhooks_of(&self, room: RoomId) -> Result<Vec<Listed>, Refusal> {
        let key = room.to_string();
        let kept = self.kept_as(RecordKind::RoomWebhooks, &key).await?;
        Ok(kept.map_or_else(Vec::new, |(_, all)| all))
    }

    async fn change_webhooks(
        &self,
        room: RoomId,
        change: impl Fn(&mut Vec<Listed>) -> Result<(), Refusal> + std::marker::Send + Sync,
    ) -> Result<(), Refusal> {
        let (kind, key) = (RecordKind::RoomWebhooks, room.to_string());
        for _ in 0..RACES_MAX {
            let kept = self.kept_as::<Vec<Listed>>(kind, &key).await?;
            let (expect, mut all) = match kept {
                Some((version, all)) => (Some(version), all),
                None => (None, Vec::new()),
            };
            change(&mut all)?;
            let store = &self.0.store;
            let written = store.put_record(kind, &key, expect, &json(&all)).await;
            if let Written::Done(_) = written.map_err(|error| self.refused(error))? {
                return Ok(());
            }
        }
        Err(changing())
    }

    /// Reads a record as what it holds.
    pub(super) async fn kept_as<T: DeserializeOwned>(
        &self,
        kind: RecordKind,
        key: &str,
    ) -> Result<Option<(Version, T)>, Refusal> {
        let record = self.0.store.record(kind, key).await;
        let record = record.map_err(|error| self.refused(error))?;
        let read = |Record { version, value }| Ok((version, parse(&value)?));
        record.map(read).transpose()
    }

    /// Writes a record that is new. One that is there was written by the same request before: nobody else has its key.
    async fn put_new(
        &self,
        kind: RecordKind,
        key: &str,
        value: &(impl Serialize + Sync),
    ) -> Result<(), Refusal> {
        let written = self.0.store.put_record(kind, key, None, &json(value)).await;
        written.map(|_| ()).map_err(|error| self.refused(error))
    }
}

fn checked_name(name: &str) -> Result<&str, Refusal> {
    let name = name.trim();
    let chars = name.chars().count();
    let is_odd = |c: char| c.is_control() || is_invisible(c);
    if chars == 0 || chars > WEBHOOK_NAME_CHARS_MAX || name.chars().any(is_odd) {
        let text = format!(
            "A webhook's name has 1 to {WEBHOOK_NAME_CHARS_MAX} characters, none of them a control character or invisible."
        );
        return Err(Refusal::new(ErrorCode::BadRequest, text));
    }
    Ok(name)
}

/// No position of the log is told by it.
pub(super) fn none() -> Refusal {
    let text = "The room has no webhook of this id (any more).";
    Refusal::new(ErrorCode::NotFound, text)
}

fn changing() -> Refusal {
    let text = "The room's webhooks are being changed elsewhere. Try again in a moment.";
    Refusal::new(ErrorCode::Busy, text).retry_after(500)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_webhooks_name_hides_nothing_and_turns_nothing_round() {
        assert_eq!(checked_name(" CI builds ").ok(), Some("CI builds"));
        for c in ['\u{200B}', '\u{202E}', '\u{2066}', '\u{FEFF}', '\u{7}'] {
            assert!(checked_name(&format!("CI{c}x")).is_err(), "{c:?}");
        }
    }
}
