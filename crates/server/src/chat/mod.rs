//! `hearth chat URL`: a terminal client to talk in all day.
//!
//! - [`command`] understands what is typed, [`text`] makes what came from elsewhere harmless and puts it into lines;
//! - [`talk`] is the conversation, pure; `hearth_protocol::client` below it resumes and resends;
//! - [`wire`] is the socket, [`terminal`] the screen. Without a terminal it reads lines and writes lines.

mod command;
mod mention;
mod own;
mod talk;
pub(crate) mod terminal;
pub(crate) mod text;
pub(crate) mod wire;

use std::{
    path::PathBuf,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context, bail};
use hearth_protocol::{
    DeviceId,
    client::{Client, Settings, Step},
};
use hyper::Method;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use crate::http::device::DEVICE_NAME_CHARS_MAX;

use self::{
    own::Totp,
    talk::{Call, Over, Talk},
    terminal::{Terminal, Typed},
    text::Style,
    wire::Wire,
};

/// How long the end of a pipe waits for what was said to be stored.
const GOODBYE: Duration = Duration::from_secs(15);

/// What `hearth chat` is told.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The server: http://HOST:PORT
    url: String,
    /// Who you are; asked for if left out. In mode `open` a new name makes an account
    #[arg(long)]
    name: Option<String>,
    /// A file with your password; asked for if it is needed and left out
    #[arg(long)]
    password_file: Option<PathBuf>,
    /// The link of an invitation, or the token in it: makes the account where the server asks for one
    #[arg(long, value_name = "LINK")]
    invitation: Option<String>,
    /// A link for a new password, or the token in it: sets the one of --password-file, or the one that is typed, first
    #[arg(long, value_name = "LINK")]
    reset: Option<String>,
    /// The room to enter first
    #[arg(long)]
    room: Option<String>,
    /// No colours (also: NO_COLOR in the environment)
    #[arg(long)]
    no_color: bool,
}

/// Talks until the person leaves or the pipe ends.
///
/// # Errors
/// Signing in was refused, the server cannot be reached at first, it wants this client no more, or, at the end of a
/// pipe, something that was said is not stored.
pub async fn run(args: Args) -> anyhow::Result<()> {
    let authority = wire::authority_of(&args.url)?;
    let token = sign_in(&args, &authority).await?;
    let is_plain = args.no_color || Terminal::wants_no_colour();
    let style = if Terminal::is_person() && !is_plain {
        Style::Colour
    } else {
        Style::Plain
    };
    // Nothing is kept between two runs, so each is a device of its own.
    let device = DeviceId::new(format!("chat-{}", Uuid::now_v7()))?;
    let seed = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |t| t.subsec_nanos());
    let mut settings = Settings::new(device, u64::from(seed) ^ u64::from(std::process::id()));
    settings.follows_own = true;
    let machine = Client::new(settings);
    let server = format!("http://{authority}");
    let mut wire = Wire::new(machine, authority, token);
    let mut talk = Talk::new(style, server, args.room, Box::new(Uuid::now_v7));
    let mut terminal = Terminal::open()?;
    let ended = converse(&mut wire, &mut talk, &mut terminal).await;
    wire.close().await;
    terminal.print(&talk.take_lines())?;
    terminal.close()?;
    ended
}

async fn converse(wire: &mut Wire, talk: &mut Talk, terminal: &mut Terminal) -> anyhow::Result<()> {
    let steps = wire.machine.start(wire.now_ms());
    carry(wire, talk, steps).await;
    // Set at the end of a pipe: until then what was said may still be stored.
    let mut goodbye: Option<Instant> = None;
    loop {
        for call in talk.take_calls() {
            let called = account_call(wire, terminal, &call).await;
            let called = called.map_err(|error| format!("{error:#}"));
            talk.called(&wire.machine, &call, called);
        }
        terminal.print(&talk.take_lines())?;
        terminal.prompt(talk.prompt(&wire.machine, wire.now_ms()))?;
        match talk.over() {
            Some(Over::Left) => return Ok(()),
            Some(Over::Refused) => bail!("the conversation was ended by the server"),
            None => {}
        }
        let is_ready = wire.machine.user().is_some();
        if let Some(until) = goodbye {
            if !talk.is_waiting(&wire.machine) {
                return Ok(());
            }
            if Instant::now() >= until {
                bail!("not everything that was said could be stored");
            }
        }
        // A pipe's lines wait until the server knows us: they are commands as well.
        let is_person = matches!(terminal, Terminal::Editor { .. });
        let takes_lines =
            goodbye.is_none() && (is_person || is_ready && !talk.is_waiting(&wire.machine));
        tokio::select! {
            input = wire.wait() => {
                let steps = wire.tell(input);
                carry(wire, talk, steps).await;
            }
            typed = terminal.line(), if takes_lines => match typed? {
                Typed::Line(line) => {
                    let now = wire.now_ms();
                    let steps = talk.typed(&mut wire.machine, now, &line);
                    carry(wire, talk, steps).await;
                }
                Typed::Interrupt => return Ok(()),
                Typed::End if is_person => return Ok(()),
                Typed::End => goodbye = Some(Instant::now() + GOODBYE),
            },
            // The prompt counts down.
            () = sleep(Duration::from_millis(500)) => {}
        }
    }
}

async fn carry(wire: &mut Wire, talk: &mut Talk, steps: Vec<Step>) {
    let mut steps = wire.carry(steps).await;
    while !steps.is_empty() {
        let mut more = Vec::new();
        for step in steps {
            let now = wire.now_ms();
            more.extend(talk.see(&mut wire.machine, now, step));
        }
        steps = wire.carry(more).await;
    }
}

/// Makes a call about the own account.
async fn account_call(
    wire: &mut Wire,
    terminal: &mut Terminal,
    call: &Call,
) -> anyhow::Result<(u16, Value)> {
    const SESSIONS: &str = "/api/v1/sessions";
    match call {
        Call::Find(words) => {
            let path = format!("/api/v1/directory?limit=20&q={}", escaped(words));
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
        Call::Sessions => wire.call(Method::GET, SESSIONS, None).await,
        Call::End(id) => {
            let path = format!("{SESSIONS}/{id}");
            wire.call(Method::DELETE, &path, None).await
        }
        Call::EndOthers => wire.call(Method::DELETE, SESSIONS, None).await,
        Call::Saved => wire.call(Method::GET, "/api/v1/saved?limit=20", None).await,
        Call::Profile(None) => wire.call(Method::GET, "/api/v1/me", None).await,
        Call::Profile(Some(name)) => {
            // A name is letters and digits of any script: what a path does not take is said in bytes.
            let name: String = name.bytes().map(|byte| format!("%{byte:02X}")).collect();
            wire.call(Method::GET, &format!("/api/v1/users/{name}"), None)
                .await
        }
        Call::About(field, text) => {
            let body = json!({ (*field): text });
            wire.call(Method::PATCH, "/api/v1/me", Some(&body)).await
        }
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

// ---- Signing in.

/// The token of a sign-in: by name alone where the server allows it, else with a password. A new name makes an account.
async fn sign_in(args: &Args, authority: &str) -> anyhow::Result<String> {
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
    let (status, answer) = wire::post_patiently(authority, "/api/v1/login", body).await?;
    if status != 401 || answer["error"] != "code needed" {
        return Ok((status, answer));
    }
    if !Terminal::is_person() {
        bail!("this account asks for a code beside the password: sign in at a terminal");
    }
    let mut body = body.clone();
    body["code"] = json!(terminal::ask("The code of your second factor: ")?);
    let (status, answer) = wire::post_patiently(authority, "/api/v1/login", &body).await?;
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
    let (status, answer) = wire::post_patiently(authority, "/api/v1/signup", body).await?;
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
    let (status, answer) = wire::post_patiently(authority, "/api/v1/reset", &body).await?;
    if status != 204 {
        bail!("{}", reason(status, &answer));
    }
    Ok(new)
}

/// What counts in a link.
fn token_in(link: &str) -> &str {
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

pub(crate) fn token_of(answer: &Value) -> anyhow::Result<String> {
    let token = answer.get("token").and_then(Value::as_str);
    token
        .map(str::to_owned)
        .context("the server's answer has no token")
}

pub(crate) fn reason(status: u16, answer: &Value) -> String {
    let message = answer.get("message").and_then(Value::as_str);
    message.map_or_else(|| format!("the server answered {status}"), text::tame)
}
