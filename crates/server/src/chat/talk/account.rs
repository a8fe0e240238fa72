//! What is asked over HTTP, and how the answers are shown: the own account's sessions, password, second factor and
//! profile, what is saved, public rooms, invitations into rooms.

use hearth_protocol::{Body, FileId, RoomId, ScheduledId, UserId, client::Client};
use serde_json::Value;

use super::{Over, Talk, scheduled::SENT_THEN};
use crate::chat::{
    command::Which,
    own::{Mail, Totp},
    text::{day_of, tame},
};

/// What is to be asked beside the socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::chat) enum Call {
    /// Public rooms with these words.
    Find(String),
    /// People whose names begin so.
    People(String),
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
    /// The room's webhooks.
    Webhooks(RoomId),
    /// Make one by which programs write there.
    WayIn { room: RoomId, name: String },
    /// Make one by which programs are told what happens there.
    WayOut {
        room: RoomId,
        url: String,
        /// Of which kinds of events; of all if there is none.
        kinds: Vec<String>,
    },
    /// Give the webhook of this id another name.
    NameHook {
        room: RoomId,
        id: String,
        name: String,
    },
    /// Let the webhook of this id go on.
    ResumeHook { room: RoomId, id: String },
    /// Withdraw the webhook of this id.
    Unhook { room: RoomId, id: String },
    /// Which sessions there are.
    Sessions,
    /// End the session of this id.
    End(String),
    /// End all but this one.
    EndOthers,
    /// End this session.
    LogOut,
    /// End all, this one too.
    EndAll,
    /// Delete the account: the person is asked for the password first.
    DeleteAccount,
    /// The messages that are saved, or those that were saved before one.
    Saved(Option<u64>),
    /// The messages of which one is to be told, and has not read.
    Notifications,
    /// Send what is to be sent later at once.
    SendNow(ScheduledId),
    /// The browsers that are told of messages.
    Push,
    /// Tell the one of this id no more.
    Unpush(String),
    /// What somebody says of themselves; `None`: oneself.
    Profile(Option<String>),
    /// How these people want to be shown, behind their names.
    Shown(Vec<UserId>),
    /// Say something of oneself.
    About(&'static str, String),
    /// Say what one is doing.
    Doing { emoji: String, text: String },
    /// Upload a file of this machine, and send it with a message.
    Attach {
        room: RoomId,
        file: String,
        /// What is to be seen, for who does not see it.
        alt: String,
        message: Box<Body>,
        /// When, if it is to be sent later.
        at_ms: Option<u64>,
    },
    /// Keep files of a message on this machine: each with where.
    SaveFiles(Vec<(FileId, String)>),
    /// Give oneself or a room a picture from a file; `None` takes it away.
    Avatar {
        room: Option<RoomId>,
        file: Option<String>,
    },
    /// Keep the picture of somebody, or of the room if it has one, in a file.
    SaveAvatar { of: AvatarOf, file: String },
    /// Begin, confirm or end the second factor.
    Totp(Totp),
    /// Show, set, confirm or end the mail address.
    Mail(Mail),
    /// Change the password: the person is asked for it first.
    Password,
}

/// Whose picture is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::chat) enum AvatarOf {
    /// Somebody's, by their name.
    User(String),
    /// This one, which is a room's.
    File(FileId),
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
            Which::All => self.calls.push(Call::EndAll),
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
            // Their names are there already.
            Err(_) if matches!(call, Call::Shown(_)) => return,
            Err(why) => return self.alarm(&format!("Not done: {}.", tame(&why))),
        };
        if !(200..300).contains(&status) {
            if matches!(call, Call::Shown(_)) {
                return;
            }
            let message = answer.get("message").and_then(Value::as_str);
            let message = message.map_or_else(|| format!("The server answered {status}."), tame);
            return self.alarm(&format!("Not done. {message}"));
        }
        match call {
            Call::Find(_) => self.list_found(&answer),
            Call::People(_) => self.list_people(&answer),
            Call::Link { .. } => self.show_link(&answer),
            Call::Links(room) => self.list_links(*room, &answer),
            Call::Unlink { .. } => self.note("Nobody enters by it any more."),
            Call::Accept(_) => self.show_accepted(&answer),
            Call::Webhooks(room) => self.list_webhooks(*room, &answer),
            Call::WayIn { .. } | Call::WayOut { .. } => self.show_webhook(&answer),
            Call::Unhook { .. } => self.note("It is withdrawn."),
            Call::Sessions => self.list_sessions(&answer),
            Call::Saved(_) => self.list_saved(client, &answer),
            Call::Notifications => self.list_notifications(client, &answer),
            Call::Profile(_) | Call::About(..) | Call::Doing { .. } => self.show_profile(&answer),
            Call::Shown(_) => self.list_shown(&answer),
            // It comes over the socket.
            Call::SendNow(_) => {}
            Call::Push => self.list_browsers(&answer),
            Call::Unpush(_) => self.note("This browser is told no more."),
            Call::NameHook { .. } => self.note("It is called so from now on."),
            Call::ResumeHook { .. } => {
                self.note("It goes on, behind the last event that was taken.")
            }
            Call::SaveAvatar { file, .. } => self.note(&format!("kept as {}", tame(file))),
            Call::LogOut => self.leave_with("You are logged out here."),
            Call::EndAll => self.leave_with("You are logged out everywhere."),
            Call::DeleteAccount => {
                self.leave_with("Your account is deleted. What you wrote stays under its name.");
            }
            Call::Attach { at_ms: Some(_), .. } => self.note(SENT_THEN),
            // It comes over the socket.
            Call::Attach { at_ms: None, .. } => {}
            Call::SaveFiles(files) => {
                for (_, path) in files {
                    self.note(&format!("kept as {}", tame(path)));
                }
            }
            Call::Avatar { file: Some(_), .. } => self.note("The picture is shown from now on."),
            Call::Avatar { file: None, .. } => self.note("There is no picture any more."),
            Call::Totp(step) => self.show_totp(step, &answer),
            Call::Mail(step) => self.show_mail(step, &answer),
            Call::End(_) => self.note("It has ended, and its sockets are closed."),
            Call::EndOthers => self.note("You are logged in here only."),
            Call::Password => {
                self.note("Your password is changed, and you are logged in here only.");
            }
        }
    }

    fn leave_with(&mut self, word: &str) {
        self.note(word);
        self.over = Some(Over::Left);
    }

    pub(super) fn unpush(&mut self, number: usize) {
        match self.browsers.get(number - 1) {
            Some(id) => self.calls.push(Call::Unpush(id.clone())),
            None => self.alarm("There is no such browser. /push shows them with their numbers."),
        }
    }

    fn list_browsers(&mut self, answer: &Value) {
        let none = Vec::new();
        let browsers = answer.get("subscriptions").and_then(Value::as_array);
        let browsers = browsers.unwrap_or(&none);
        let text = |browser: &Value, key: &str| {
            tame(browser.get(key).and_then(Value::as_str).unwrap_or_default())
        };
        self.browsers = browsers.iter().map(|b| text(b, "id")).collect();
        for (number, browser) in (1..).zip(browsers) {
            let since_ms = browser.get("created_ms").and_then(Value::as_u64);
            let since = day_of(since_ms.unwrap_or_default());
            let texts = match browser.get("text").and_then(Value::as_bool) {
                Some(false) => ", without texts",
                _ => "",
            };
            let beside = self.style.faint(&format!("since {since}{texts}"));
            let service = text(browser, "service");
            self.lines.push(format!("  {number}  {service}  {beside}"));
        }
        match browsers.is_empty() {
            true => self.note("No browser is told of messages. Each asks for it by itself."),
            false => self.note("/unpush NUMBER ends one."),
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

    fn show_mail(&mut self, step: &Mail, answer: &Value) {
        let text = |key: &str| tame(answer.get(key).and_then(Value::as_str).unwrap_or_default());
        match step {
            Mail::Show => {
                let (mail, pending) = (text("mail"), text("pending"));
                if !mail.is_empty() {
                    self.lines.push(format!("  {}", self.style.strong(&mail)));
                }
                if !pending.is_empty() {
                    self.note(&format!(
                        "{pending} is not confirmed: /mail and the link that was sent there."
                    ));
                }
                if mail.is_empty() && pending.is_empty() {
                    self.note("You have none. /mail ADDRESS sets one.");
                }
                if answer.get("sends").and_then(Value::as_bool) == Some(false) {
                    self.note("This server sends no mail.");
                }
            }
            Mail::Set(_) => self.note("A link is on its way there. Type /mail and the link."),
            Mail::Confirm(_) => {
                self.note("A link for a new password can be sent there from now on.")
            }
            Mail::Off => self.note("You have no mail address any more."),
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

    fn list_people(&mut self, answer: &Value) {
        let none = Vec::new();
        let people = answer.get("users").and_then(Value::as_array);
        let people = people.unwrap_or(&none);
        for person in people {
            let text = |key| tame(person.get(key).and_then(Value::as_str).unwrap_or_default());
            let (name, display) = (text("name"), text("display"));
            let mut beside = Vec::new();
            if person.get("bot").and_then(Value::as_bool) == Some(true) {
                beside.push("bot".to_owned());
            }
            if display != name {
                beside.push(display);
            }
            let beside = match beside.is_empty() {
                true => String::new(),
                false => self.style.faint(&format!("({})", beside.join(": "))),
            };
            let line = format!("  @{name}  {beside}");
            self.lines.push(line.trim_end().to_owned());
        }
        let may_be_more = answer.get("more").and_then(Value::as_bool) == Some(true);
        match (people.is_empty(), may_be_more) {
            (_, true) => self.note("There may be more. More letters find fewer."),
            (true, false) => self.note("There is nobody by that name."),
            (false, false) => self.note("/direct NAME talks to one, /about NAME shows more."),
        }
    }

    /// Of several people those who are shown otherwise than by their names.
    fn list_shown(&mut self, answer: &Value) {
        let profiles = answer.get("profiles").and_then(Value::as_array);
        for profile in profiles.into_iter().flatten() {
            let says = |key: &str| profile.get(key).is_some_and(|said| said != "");
            if profile.get("display") != profile.get("name")
                || says("status_text")
                || says("status_emoji")
            {
                self.show_profile(profile);
            }
        }
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
        self.note("/revoke NUMBER ends one, /revoke others all but this one, /logout this one.");
    }
}
