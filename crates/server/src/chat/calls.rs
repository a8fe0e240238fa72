//! What is asked over HTTP, as the calls of `/api/v1` that it is.

use anyhow::{Context, bail};
use hyper::Method;
use serde_json::{Value, json};

use super::{
    files,
    own::{Mail, Totp},
    sign_in::token_in,
    talk::{AvatarOf, Call},
    terminal::Terminal,
    token_of,
    wire::Wire,
};

/// Makes a call about the own account.
pub(super) async fn account_call(
    wire: &mut Wire,
    terminal: &mut Terminal,
    call: &Call,
) -> anyhow::Result<(u16, Value)> {
    const SESSIONS: &str = "/api/v1/sessions";
    const SUBSCRIPTIONS: &str = "/api/v1/push/subscriptions";
    match call {
        Call::Find(words) => {
            let path = format!("/api/v1/directory?limit=20&q={}", escaped(words));
            wire.call(Method::GET, &path, None).await
        }
        Call::People(words) => {
            let path = format!("/api/v1/users?q={}", escaped(words));
            wire.call(Method::GET, &path, None).await
        }
        Call::Link { room, uses, ms } => {
            let path = format!("/api/v1/rooms/{room}/invitations");
            let mut body = json!({ "uses": uses });
            if let Some(ms) = ms {
                body["valid_s"] = json!(ms / 1_000);
            }
            wire.call(Method::POST, &path, Some(&body)).await
        }
        Call::Links(room) => {
            let path = format!("/api/v1/rooms/{room}/invitations");
            wire.call(Method::GET, &path, None).await
        }
        Call::Unlink { room, id } => {
            let path = format!("/api/v1/rooms/{room}/invitations/{}", escaped(id));
            wire.call(Method::DELETE, &path, None).await
        }
        Call::Accept(code) => {
            let path = format!("/api/v1/invitations/{}", escaped(code));
            wire.call(Method::POST, &path, None).await
        }
        Call::Webhooks(room) => {
            let path = format!("/api/v1/rooms/{room}/webhooks");
            wire.call(Method::GET, &path, None).await
        }
        Call::WayIn { room, name } => {
            let path = format!("/api/v1/rooms/{room}/webhooks/in");
            let body = json!({ "name": name });
            wire.call(Method::POST, &path, Some(&body)).await
        }
        Call::WayOut { room, url, kinds } => {
            let path = format!("/api/v1/rooms/{room}/webhooks/out");
            let mut body = json!({ "url": url });
            if !kinds.is_empty() {
                body["kinds"] = json!(kinds);
            }
            wire.call(Method::POST, &path, Some(&body)).await
        }
        Call::NameHook { room, id, name } => {
            let path = format!("/api/v1/rooms/{room}/webhooks/{}", escaped(id));
            let body = json!({ "name": name });
            wire.call(Method::PATCH, &path, Some(&body)).await
        }
        Call::ResumeHook { room, id } => {
            let path = format!("/api/v1/rooms/{room}/webhooks/{}/resume", escaped(id));
            wire.call(Method::POST, &path, None).await
        }
        Call::Unhook { room, id } => {
            let path = format!("/api/v1/rooms/{room}/webhooks/{}", escaped(id));
            wire.call(Method::DELETE, &path, None).await
        }
        Call::Sessions => wire.call(Method::GET, SESSIONS, None).await,
        Call::End(id) => {
            let path = format!("{SESSIONS}/{id}");
            wire.call(Method::DELETE, &path, None).await
        }
        Call::EndOthers => wire.call(Method::DELETE, SESSIONS, None).await,
        Call::EndAll => {
            let path = format!("{SESSIONS}?all=true");
            wire.call(Method::DELETE, &path, None).await
        }
        Call::LogOut => wire.call(Method::POST, "/api/v1/logout", None).await,
        Call::DeleteAccount => {
            let question = "Your password; it deletes your account for ever: ";
            let secrets = terminal.secrets(&[question]).await?;
            let secrets = secrets.context("there were no more lines to read it from")?;
            let body = json!({ "password": secrets[0] });
            wire.call(Method::DELETE, "/api/v1/me", Some(&body)).await
        }
        Call::Saved(before) => {
            let before = before.map_or_else(String::new, |before| format!("&before={before}"));
            let path = format!("/api/v1/saved?limit=20{before}");
            wire.call(Method::GET, &path, None).await
        }
        // From a day ago on, what there is.
        Call::Notifications => wire.told("/api/v1/notifications?after=0&for_s=0").await,
        Call::SendNow(id) => {
            let path = format!("/api/v1/scheduled/{id}/send");
            wire.call(Method::POST, &path, None).await
        }
        Call::Push => wire.call(Method::GET, SUBSCRIPTIONS, None).await,
        Call::Unpush(id) => {
            let path = format!("{SUBSCRIPTIONS}/{}", escaped(id));
            wire.call(Method::DELETE, &path, None).await
        }
        Call::Profile(None) => wire.call(Method::GET, "/api/v1/me", None).await,
        Call::Profile(Some(name)) => {
            let path = format!("/api/v1/users/{}", escaped(name));
            wire.call(Method::GET, &path, None).await
        }
        Call::Shown(users) => {
            let users: Vec<_> = users.iter().map(|user| format!("user={user}")).collect();
            let path = format!("/api/v1/profiles?{}", users.join("&"));
            wire.call(Method::GET, &path, None).await
        }
        Call::About(field, text) => {
            let body = json!({ (*field): text });
            wire.call(Method::PATCH, "/api/v1/me", Some(&body)).await
        }
        Call::Doing { emoji, text } => {
            let body = json!({ "status_emoji": emoji, "status_text": text });
            wire.call(Method::PATCH, "/api/v1/me", Some(&body)).await
        }
        Call::Attach {
            room,
            file,
            alt,
            message,
            at_ms,
        } => files::attach(wire, *room, (file, alt), (message, *at_ms)).await,
        Call::SaveAvatar { of, file } => {
            let id = match of {
                AvatarOf::File(id) => *id,
                AvatarOf::User(name) => {
                    let path = format!("/api/v1/users/{}", escaped(name));
                    let (status, answer) = wire.call(Method::GET, &path, None).await?;
                    if status != 200 {
                        return Ok((status, answer));
                    }
                    let id = answer["avatar"].as_str().and_then(|id| id.parse().ok());
                    id.with_context(|| format!("{name} has no picture"))?
                }
            };
            files::save_avatar(wire, id, file).await
        }
        Call::SaveFiles(which) => {
            for (id, path) in which {
                let (status, answer) = files::save(wire, *id, path).await?;
                if status != 200 {
                    return Ok((status, answer));
                }
            }
            Ok((200, Value::Null))
        }
        Call::Avatar { room, file } => files::avatar(wire, *room, file.as_deref()).await,
        Call::Totp(Totp::Confirm(code)) => {
            let body = json!({ "code": code });
            wire.call(Method::POST, "/api/v1/totp/confirm", Some(&body))
                .await
        }
        Call::Totp(step) => {
            let secrets = terminal.secrets(&["Your password: "]).await?;
            let secrets = secrets.context("there were no more lines to read it from")?;
            let body = json!({ "current_password": secrets[0] });
            let path = match step {
                Totp::Off => "/api/v1/totp/disable",
                Totp::Begin | Totp::Confirm(_) => "/api/v1/totp",
            };
            wire.call(Method::POST, path, Some(&body)).await
        }
        Call::Mail(step) => {
            const MAIL: &str = "/api/v1/me/mail";
            match step {
                Mail::Show => wire.call(Method::GET, MAIL, None).await,
                Mail::Off => {
                    let secrets = terminal.secrets(&["Your password: "]).await?;
                    let secrets = secrets.context("there were no more lines to read it from")?;
                    let body = json!({ "current_password": secrets[0] });
                    wire.call(Method::DELETE, MAIL, Some(&body)).await
                }
                Mail::Confirm(link) => {
                    let body = json!({ "token": token_in(link) });
                    wire.call(Method::POST, "/api/v1/mail/confirm", Some(&body))
                        .await
                }
                Mail::Set(address) => {
                    let secrets = terminal.secrets(&["Your password: "]).await?;
                    let secrets = secrets.context("there were no more lines to read it from")?;
                    let body = json!({ "mail": address, "current_password": secrets[0] });
                    wire.call(Method::PUT, MAIL, Some(&body)).await
                }
            }
        }
        Call::Password => {
            let questions = [
                "Your password until now (nothing if there is none): ",
                "The new one: ",
                "The new one, again: ",
            ];
            let secrets = terminal.secrets(&questions).await?;
            let secrets = secrets.context("there were no more lines to read it from")?;
            if secrets[1] != secrets[2] {
                bail!("the new one was not typed twice alike");
            }
            let body = json!({ "current_password": secrets[0], "new_password": secrets[1] });
            let path = "/api/v1/password";
            let (status, answer) = wire.call(Method::PUT, path, Some(&body)).await?;
            if status == 200 {
                wire.renew(token_of(&answer)?);
            }
            Ok((status, answer))
        }
    }
}

/// A text as a part of an address.
fn escaped(text: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(byte);
    let each = text.bytes().map(|byte| match plain(&byte) {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    });
    each.collect()
}
