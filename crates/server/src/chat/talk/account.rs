//! What is asked over HTTP, and how the answers are shown: the own account's sessions, password, second factor and
//! profile, what is saved, public rooms, invitations into rooms.

use hearth_protocol::{RoomId, client::Client};
use serde_json::Value;

use super::Talk;
use crate::chat::{
    command::Which,
    own::Totp,
    text::{day_of, tame},
};

/// What is to be asked beside the socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::chat) enum Call {
    /// Public rooms with these words.
    Find(String),
    /// Make an invitation link into a room.
    Link {
        room: RoomId,
        uses: u32,
        ms: Option<u64>,
    },
    /// The room's invitation links.
    Links(RoomId),
    /// Withdraw the link of this id.
    Unlink { room: RoomId, id: String },
    /// Enter by a link's code.
    Accept(String),
    /// Which sessions there are.
    Sessions,
    /// End the session of this id.
    End(String),
    /// End all but this one.
    EndOthers,
    /// The messages that are saved.
    Saved,
    /// What somebody says of themselves; `None`: oneself.
    Profile(Option<String>),
    /// Say something of oneself.
    About(&'static str, String),
    /// Begin, confirm or end the second factor.
    Totp(Totp),
    /// Change the password: the person is asked for it first.
    Password,
}

/// The status of an answer and the answer, or why there is none.
pub(in crate::chat) type Called = Result<(u16, Value), String>;

impl Talk {
    /// What is to be asked, for the only time.
    pub(in crate::chat) fn take_calls(&mut self) -> Vec<Call> {
        std::mem::take(&mut self.calls)
    }

    pub(super) fn revoke(&mut self, which: Which) {
        match which {
            Which::Others => self.calls.push(Call::EndOthers),
            Which::Number(number) => match self.sessions.get(number - 1) {
                Some(id) => self.calls.push(Call::End(id.clone())),
                None => {
                    self.alarm("There is no such session. /sessions shows them with their numbers.")
                }
            },
        }
    }

    /// Shows what a call came to.
    pub(in crate::chat) fn called(&mut self, client: &Client, call: &Call, called: Called) {
        let (status, answer) = match called {
            Ok(called) => called,
            Err(why) => return self.alarm(&format!("Not done: {}.", tame(&why))),
        };
        if !(200..300).contains(&status) {
            let message = answer.get("message").and_then(Value::as_str);
            let message = message.map_or_else(|| format!("The server answered {status}."), tame);
            return self.alarm(&format!("Not done. {message}"));
        }
        match call {
            Call::Find(_) => self.list_found(&answer),
            Call::Link { .. } => self.show_link(&answer),
            Call::Links(room) => self.list_links(*room, &answer),
            Call::Unlink { .. } => self.note("Nobody enters by it any more."),
            Call::Accept(_) => self.show_accepted(&answer),
            Call::Sessions => self.list_sessions(&answer),
            Call::Saved => self.list_saved(client, &answer),
            Call::Profile(_) | Call::About(..) => self.show_profile(&answer),
            Call::Totp(step) => self.show_totp(step, &answer),
            Call::End(_) => self.note("It has ended, and its sockets are closed."),
            Call::EndOthers => self.note("You are logged in here only."),
            Call::Password => {
                self.note("Your password is changed, and you are logged in here only.");
            }
        }
    }

    fn show_totp(&mut self, step: &Totp, answer: &Value) {
        let text = |key: &str| tame(answer.get(key).and_then(Value::as_str).unwrap_or_default());
        match step {
            Totp::Begin => {
                let (secret, url) = (text("secret"), text("url"));
                self.lines.push(format!("  {}", self.style.strong(&secret)));
                self.lines.push(format!("  {url}"));
                self.note("Give one of these to your authenticator, then type /totp and the code that it shows.");
            }
            Totp::Confirm(_) => {
                let codes = answer.get("recovery_codes").and_then(Value::as_array);
                for code in codes.into_iter().flatten() {
                    let code = tame(code.as_str().unwrap_or_default());
                    self.lines.push(format!("  {}", self.style.strong(&code)));
                }
                self.note("Logging in needs a code from now on. Keep these on paper: each takes the place of one code, once, and they are not shown again.");
            }
            Totp::Off => self.note("Logging in needs no code any more."),
        }
    }

    fn show_profile(&mut self, answer: &Value) {
        let text = |key: &str| tame(answer.get(key).and_then(Value::as_str).unwrap_or_default());
        let (name, display) = (text("name"), text("display"));
        let shown = if name == display {
            name
        } else {
            format!("{name} ({display})")
        };
        let parts = ["status_emoji", "status_text", "zone", "language"].map(text);
        let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        let line = format!("  {}  {}", self.style.strong(&shown), parts.join("  "));
        self.lines.push(line.trim_end().to_owned());
    }

    fn list_sessions(&mut self, answer: &Value) {
        let none = Vec::new();
        let sessions = answer.get("sessions").and_then(Value::as_array);
        let sessions = sessions.unwrap_or(&none);
        let text = |session: &Value, key: &str| {
            tame(session.get(key).and_then(Value::as_str).unwrap_or_default())
        };
        self.sessions = sessions.iter().map(|s| text(s, "id")).collect();
        for (number, session) in (1..).zip(sessions) {
            let used_ms = session.get("used_ms").and_then(Value::as_u64);
            let here = match session.get("current").and_then(Value::as_bool) {
                Some(true) => " (here)",
                _ => "",
            };
            let name = text(session, "device_name");
            let beside = format!(
                "{}, last used {}",
                text(session, "address"),
                day_of(used_ms.unwrap_or_default())
            );
            let beside = self.style.faint(&beside);
            self.lines
                .push(format!("  {number}  {name}{here}  {beside}"));
        }
        self.note("/revoke NUMBER ends one, /revoke others all but this one.");
    }
}
