//! `hearth chat URL`: a terminal client to talk in all day.
//!
//! - [`command`] understands what is typed, [`text`] makes what came from elsewhere harmless and puts it into lines;
//! - [`talk`] is the conversation, pure; `hearth_protocol::client` below it resumes and resends;
//! - [`sign_in`] comes before, [`calls`] are what is asked beside the socket;
//! - [`wire`] is the socket, [`terminal`] the screen. Without a terminal it reads lines and writes lines.

mod calls;
mod command;
mod files;
mod mention;
mod own;
mod sign_in;
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
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};
use uuid::Uuid;

pub(crate) use self::sign_in::log_in;
use self::{
    calls::account_call,
    sign_in::sign_in,
    talk::{Over, Talk},
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
    /// Has a link for a new password mailed to the account of --name, if it has an address, and ends
    #[arg(long, requires = "name")]
    forgot: bool,
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
    if args.forgot {
        let body = json!({ "name": args.name });
        let (status, answer) =
            wire::post_patiently(&authority, "/api/v1/forgot", &body, None).await?;
        if status != 202 {
            bail!("{}", reason(status, &answer));
        }
        println!(
            "If this account has a mail address, a link is on its way. --reset LINK sets a new password."
        );
        return Ok(());
    }
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
    settings.follows_threads = true;
    settings.tells_delivered = true;
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
                Typed::Key => {
                    let now = wire.now_ms();
                    let steps = talk.keyed(&mut wire.machine, now);
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
