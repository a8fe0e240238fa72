//! What mails say. Plain text, and nothing in it that somebody else could have written but a name.

use hearth_core::node::MailLink;
use lettre::{
    Message,
    message::{Mailbox, header::ContentType},
};
use uuid::Uuid;

use crate::config::MailChoice;

/// A link for a new password.
pub(super) fn reset(choice: &MailChoice, to: &MailLink) -> anyhow::Result<Message> {
    let (place, name) = (&choice.public_url, &to.user.name);
    let text = format!(
        "Somebody has asked {place} for a new password for the account {name}. To set one, open this link within an \
         hour:\n\n{place}/#reset={}\n\nIf that was not you, there is nothing to do: without the link the password stays \
         as it is.\n",
        to.link.token
    );
    letter(choice, to, &format!("A new password for {name}"), text)
}

/// A link that shows whose an address is.
pub(super) fn confirm(choice: &MailChoice, to: &MailLink) -> anyhow::Result<Message> {
    let (place, name) = (&choice.public_url, &to.user.name);
    let text = format!(
        "Somebody says at {place} that this is the mail address of the account {name}. If that was you, open this link \
         within a day:\n\n{place}/#mail={}\n\nIf it was not, there is nothing to do.\n",
        to.link.token
    );
    letter(choice, to, &format!("The mail address of {name}"), text)
}

fn letter(
    choice: &MailChoice,
    to: &MailLink,
    subject: &str,
    text: String,
) -> anyhow::Result<Message> {
    let from: Mailbox = choice.from.parse()?;
    let id = format!("<{}@{}>", Uuid::now_v7(), from.email.domain());
    Ok(Message::builder()
        .to(Mailbox::new(None, to.address.parse()?))
        .from(from)
        .subject(subject)
        .message_id(Some(id))
        .header(ContentType::TEXT_PLAIN)
        .body(text)?)
}
