//! Webhooks into rooms: who has the secret writes, as the bot that the webhook is in its room.
//!
//! The bot is a member like others, brought in by who made the webhook: so the log judges what it writes, all see it
//! among the members, and who puts it out ends it. What it is called by for one message stands in that message's event,
//! with a mark that no user's name can have.

use hearth_protocol::{Body, ErrorCode, RoomId, SendId, Seq, User, UserId, is_invisible};
use serde::{Deserialize, Serialize};

use super::{Account, Node, Sent, logins::hash, webhooks::WEBHOOK_NAME_CHARS_MAX};
use crate::{port::RecordKind, refusal::Refusal, session::NewSend};

/// Over so many events of the room a post that is made again under its key is known.
pub const WEBHOOK_RESEND_EVENTS: u64 = 1_000;

/// A webhook into a room, as it is kept by its secret's hash.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct KeptIn {
    pub(super) room: RoomId,
    pub(super) bot: UserId,
}

/// What is posted.
#[derive(Debug, Clone)]
pub struct WebhookPost {
    /// The text of the message.
    pub text: String,
    /// Under which name; `None`: the webhook's own.
    pub name: Option<String>,
    /// By which the same again is known; `None`: it is another one.
    pub key: Option<SendId>,
}

/// What a webhook is called in its room: no user's name has a space or a bracket.
pub(super) fn shown_name(name: &str) -> String {
    let name: String = name.chars().take(WEBHOOK_NAME_CHARS_MAX).collect();
    format!("{name} (webhook)")
}

impl Node {
    /// Writes a message into the room of a secret.
    ///
    /// # Errors
    /// There is no such webhook, it was put out or may not write, its account is deactivated, what any message is refused
    /// for, too much at once, or the store is away: then the same again under its key is never a second message.
    pub async fn post_webhook(&self, secret: &str, post: WebhookPost) -> Result<Seq, Refusal> {
        let key = hash(secret);
        let kept = self.kept_as::<KeptIn>(RecordKind::WebhookIn, &key).await?;
        let (_, kept) = kept.ok_or_else(no_webhook)?;
        let account = self.account_of(kept.bot).await?.ok_or_else(no_webhook)?;
        account.may_enter()?;
        let by = writer(&account, post.name.as_deref());
        let again = match post.key {
            // A resend is known by the events behind its `after`, and whoever posts has kept none: so it is looked for
            // over a part of the log, as far back as the bot is in.
            Some(_) => {
                let view = self.member_view(kept.bot, kept.room).await;
                let view = view.map_err(put_out)?;
                let back = view.head.seq.0.saturating_sub(WEBHOOK_RESEND_EVENTS);
                Some(Seq(back).max(view.since))
            }
            None => None,
        };
        let send = NewSend {
            room: kept.room,
            id: post.key.unwrap_or_else(|| self.send_id()),
            after: again,
            device: None,
            n: 0,
            body: Body::message(post.text),
        };
        let mut sent = self.send(&by, send.clone()).await;
        // Refused for what happened since: so it is not stored, and it is composed now.
        if again.is_some()
            && let Err(unsent) = &sent
            && matches!(
                unsent.refusal.code,
                ErrorCode::NotMember
                    | ErrorCode::Forbidden
                    | ErrorCode::Archived
                    | ErrorCode::TooOld
            )
        {
            let after = None;
            sent = self.send(&by, NewSend { after, ..send }).await;
        }
        match sent {
            Ok(Sent { seq, .. }) => Ok(seq),
            Err(unsent) => Err(put_out(unsent.refusal)),
        }
    }
}

/// Who writes, under the name of this message.
fn writer(account: &Account, name: Option<&str>) -> User {
    let clean = |name: &str| -> String {
        let plain = name
            .chars()
            .filter(|c| !c.is_control() && !is_invisible(*c));
        plain.collect::<String>().trim().to_owned()
    };
    let name = name.map(clean).filter(|name| !name.is_empty());
    let name = name.map_or_else(|| account.name.clone(), |name| shown_name(&name));
    User {
        id: account.id,
        display: name.clone(),
        name,
    }
}

fn no_webhook() -> Refusal {
    let text = "There is no webhook of this address (any more). Ask a moderator of the room for another one.";
    Refusal::new(ErrorCode::NotFound, text)
}

/// Whoever posts cannot look at the room.
fn put_out(refusal: Refusal) -> Refusal {
    match refusal.code {
        ErrorCode::NotMember | ErrorCode::NotFound => Refusal::new(
            ErrorCode::NotMember,
            "This webhook was put out of its room. Ask a moderator of the room for another one.",
        ),
        _ => refusal,
    }
}

#[cfg(test)]
mod tests {
    use hearth_protocol::{UserName, bounds::DISPLAY_NAME_CHARS_MAX};

    use super::*;

    #[test]
    fn what_a_webhook_is_called_can_be_no_users_name() {
        let shown = shown_name("mara");
        assert_eq!(shown, "mara (webhook)");
        assert!(UserName::new(shown).is_err());
        let long = shown_name(&"x".repeat(500));
        assert!(long.chars().count() <= DISPLAY_NAME_CHARS_MAX);
    }

    #[test]
    fn the_name_of_one_message_cannot_turn_the_mark_round_or_hide_it() {
        let account = Account::new(UserId(uuid::Uuid::nil()), "CI (webhook)", 0);
        let by = writer(&account, Some("\u{202E}ma\u{200B}ra\n"));
        assert_eq!(
            (by.name.as_str(), by.display.as_str()),
            ("mara (webhook)", "mara (webhook)")
        );
        assert_eq!(writer(&account, Some("\u{200B} ")).name, "CI (webhook)");
    }
}
