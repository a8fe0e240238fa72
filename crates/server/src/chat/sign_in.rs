//! Signing in, and up: before the conversation begins.

use anyhow::{Context, bail};
use serde_json::{Value, json};

use super::{
    Args, reason,
    terminal::{self, Terminal},
    text, token_of, wire,
};
use crate::http::device::DEVICE_NAME_CHARS_MAX;

/// The token of a sign-in: by name alone where the server allows it, else with a password. A new name makes an account.
pub(super) async fn sign_in(args: &Args, authority: &str) -> anyhow::Result<String> {
    let is_person = Terminal::is_person();
    let name = match &args.name {
        Some(name) => name.clone(),
        None if is_person => terminal::ask("Your name: ")?,
        None => bail!("--name says who you are"),
    };
    let mut password = match &args.password_file {
        Some(path) => {
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("reading {}", path.display()))?;
            Some(text.trim_end_matches(['\r', '\n']).to_owned())
        }
        None => None,
    };
    if let Some(link) = &args.reset {
        password = Some(reset(authority, link, password).await?);
    }
    let device = device_name();
    let invitation = args.invitation.as_deref().map(token_in);
    if password.is_none() {
        let body = json!({ "name": name, "device_name": device, "invitation": invitation });
        if let Some(token) = try_both(authority, &body).await? {
            return Ok(token);
        }
        if !is_person {
            bail!("{name} needs a password: --password-file FILE");
        }
        password = Some(terminal::ask_secret(&format!("Password of {name}: "))?);
    }
    let body = json!({ "name": name, "password": password, "device_name": device, "invitation": invitation });
    match try_both(authority, &body).await? {
        Some(token) => Ok(token),
        None => bail!("name and password do not fit together"),
    }
}

/// Logs in, and asks the person for a code where the account does.
pub(crate) async fn log_in(authority: &str, body: &Value) -> anyhow::Result<(u16, Value)> {
    let (status, answer) = wire::post_patiently(authority, "/api/v1/login", body, None).await?;
    if status != 401 || answer["error"] != "code needed" {
        return Ok((status, answer));
    }
    if !Terminal::is_person() {
        bail!("this account asks for a code beside the password: sign in at a terminal");
    }
    let mut body = body.clone();
    body["code"] = json!(terminal::ask("The code of your second factor: ")?);
    let (status, answer) = wire::post_patiently(authority, "/api/v1/login", &body, None).await?;
    if status != 200 {
        bail!("{}", reason(status, &answer));
    }
    Ok((status, answer))
}

/// Signs in, or up if there is no such account. `None`: another password is needed.
async fn try_both(authority: &str, body: &Value) -> anyhow::Result<Option<String>> {
    let (status, answer) = log_in(authority, body).await?;
    if status == 200 {
        return token_of(&answer).map(Some);
    }
    if status != 401 {
        bail!("{}", reason(status, &answer));
    }
    // Whatever becomes of the answer, it is one account.
    let (path, key) = ("/api/v1/signup", uuid::Uuid::now_v7().to_string());
    let (status, answer) = wire::post_patiently(authority, path, body, Some(&key)).await?;
    match status {
        201 => token_of(&answer).map(Some),
        409 if reason(status, &answer).contains("looks like") => {
            bail!("{}", reason(status, &answer))
        }
        // The name is taken, so it has a password, and this was not it; or the server wants one from everybody.
        409 => Ok(None),
        // It takes nobody new: so it is one who is there, and needs the right password.
        403 if body["invitation"].is_null() || body["password"].is_null() => Ok(None),
        400 if body.get("password").is_none() && reason(status, &answer).contains("password") => {
            Ok(None)
        }
        _ => bail!("{}", reason(status, &answer)),
    }
}

/// Sets a new password by a link; which one.
async fn reset(authority: &str, link: &str, given: Option<String>) -> anyhow::Result<String> {
    let new = match given {
        Some(new) => new,
        None if Terminal::is_person() => {
            let new = terminal::ask_secret("The new password: ")?;
            if terminal::ask_secret("The new password, again: ")? != new {
                bail!("the new one was not typed twice alike");
            }
            new
        }
        None => bail!("--password-file has the new password"),
    };
    let body = json!({ "token": token_in(link), "new_password": new });
    let (status, answer) = wire::post_patiently(authority, "/api/v1/reset", &body, None).await?;
    if status != 204 {
        bail!("{}", reason(status, &answer));
    }
    Ok(new)
}

/// What counts in a link.
pub(super) fn token_in(link: &str) -> &str {
    link.rsplit_once(['#', '='])
        .map_or(link, |(_, token)| token)
}

/// By which the person finds this login among their sessions.
fn device_name() -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let host = text::tame(host.trim());
    let name = match host.as_str() {
        "" => "hearth chat".to_owned(),
        host => format!("hearth chat on {host}"),
    };
    name.chars().take(DEVICE_NAME_CHARS_MAX).collect()
}
