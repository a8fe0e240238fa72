//! `hearth seed-demo`: a small team's rooms on a fresh server, so that there is something to look at.
//!
//! Everything is made by the calls that everybody has, and under fixed keys: run again, it goes on where it broke off
//! and does nothing twice: what a log has is not sent again. What is told is in [`story`], [`picture`] draws, and
//! [`bridge`] is what programs write. It must not know the store.

mod bridge;
mod picture;
mod story;

use std::{
    collections::BTreeMap,
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};
use bytes::Bytes;
use hyper::Method;
use serde_json::{Value, json};

use self::story::{Act, Content, File, Kind, Own, PEOPLE, ROOMS, Room};
use crate::chat::wire;

/// How long a call is repeated that the server has no time for.
const PATIENCE: Duration = Duration::from_secs(60);
/// The pause before the same call, where the server names none.
const PAUSE_MS: u64 = 500;
/// A room has fewer events than this, so that one page shows them all.
const EVENTS_MAX: usize = 200;
/// The device that all of it is sent from.
const DEVICE: &str = "demo";

/// What `hearth seed-demo` is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The server, which runs already
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    url: String,
    /// A file with a password that all of the team get; needed in mode `password`
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// Go on although the team is there already, as after a run that broke off
    #[arg(long)]
    force: bool,
}

/// Fills the server, and says how far it is.
///
/// # Errors
/// The server cannot be reached, refuses something, or is not fresh.
pub async fn run(args: &Args, say: &mut dyn FnMut(String)) -> anyhow::Result<()> {
    let password = match &args.password_file {
        Some(path) => {
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("reading {}", path.display()))?;
            Some(text.trim_end_matches(['\r', '\n']).to_owned())
        }
        None => None,
    };
    let mut demo = Demo {
        authority: wire::authority_of(&args.url)?,
        password,
        tokens: BTreeMap::new(),
        ids: BTreeMap::new(),
    };
    demo.people(args.force).await?;
    demo.profiles().await?;
    say(format!("{} people", PEOPLE.len()));
    for room in &ROOMS {
        let acts = demo.room(room).await?;
        let name = match room.kind {
            Kind::Direct | Kind::Group => room.members.join(" and "),
            Kind::Public | Kind::Private | Kind::Broadcast => room.name.to_owned(),
        };
        say(format!(
            "{name}: {acts} messages, edits, reactions and the like"
        ));
    }
    let them = PEOPLE.map(|person| person.name).join(", ");
    say(format!("Done: talk as any of {them}, for example"));
    let with = args.password_file.as_ref().map_or(String::new(), |file| {
        format!(" --password-file {}", file.display())
    });
    say(format!(
        "  {} chat {} --name {}{with} --room {}",
        // As it was called: it may be in no folder that the shell looks through.
        std::env::args()
            .next()
            .unwrap_or_else(|| "hearth".to_owned()),
        args.url,
        PEOPLE[0].name,
        ROOMS[0].name
    ));
    Ok(())
}

struct Demo {
    authority: String,
    password: Option<String>,
    tokens: BTreeMap<&'static str, String>,
    ids: BTreeMap<&'static str, String>,
}

impl Demo {
    /// The accounts. Nothing is made before it is known that none of them is there.
    async fn people(&mut self, force: bool) -> anyhow::Result<()> {
        for person in &PEOPLE {
            let body =
                json!({"name": person.name, "password": self.password, "device_name": "demo"});
            let (status, answer) = self
                .call(None, Method::POST, "/api/v1/login", &body, "")
                .await?;
            match status {
                200 if !force => bail!(
                    "this server is not fresh: {} is there already. --force goes on with who is there and does nothing twice",
                    person.name
                ),
                200 => self.came_in(person.name, &answer)?,
                401 => {}
                _ => bail!("{}", why(status, &answer)),
            }
        }
        for person in &PEOPLE {
            if self.tokens.contains_key(person.name) {
                continue;
            }
            let body = json!({"name": person.name, "display": person.display, "password": self.password,
                "device_name": "demo"});
            let (status, answer) = self
                .call(None, Method::POST, "/api/v1/signup", &body, "")
                .await?;
            match status {
                201 => self.came_in(person.name, &answer)?,
                409 => bail!(
                    "this server is not fresh: the name {} is somebody else's, or has another password (--password-file)",
                    person.name
                ),
                400 if self.password.is_none() => {
                    bail!(
                        "{} --password-file names a file with one",
                        why(status, &answer)
                    )
                }
                _ => bail!("{}", why(status, &answer)),
            }
        }
        Ok(())
    }

    fn came_in(&mut self, name: &'static str, answer: &Value) -> anyhow::Result<()> {
        let token = text(&answer["token"])?;
        let id = text(&answer["user"]["id"])?;
        self.tokens.insert(name, token);
        self.ids.insert(name, id);
        Ok(())
    }

    /// What they say of themselves, and their pictures.
    async fn profiles(&self) -> anyhow::Result<()> {
        for person in &PEOPLE {
            let (emoji, status) = person.status;
            let body = json!({"status_emoji": emoji, "status_text": status, "zone": person.zone,
                "language": person.language});
            let (by, path) = (person.name, "/api/v1/me");
            let me = self.done(by, Method::PATCH, path, &body, "").await?;
            if let Some(colour) = person.colour {
                let avatar = format!("{path}/avatar");
                self.avatar(by, me["avatar"].is_string(), &avatar, (person.name, colour))
                    .await?;
            }
        }
        Ok(())
    }

    /// Gives somebody or a room a picture, unless it has one.
    async fn avatar(
        &self,
        by: &str,
        has_one: bool,
        path: &str,
        (name, colour): (&str, [u8; 3]),
    ) -> anyhow::Result<()> {
        if has_one {
            return Ok(());
        }
        let picture = picture::avatar(name, colour)?;
        let (status, answer) = self.put(by, path, picture).await?;
        // A server may have no place for pictures.
        ensure!(
            status == 200 || status == 501,
            "{by}, {path}: {}",
            why(status, &answer)
        );
        Ok(())
    }

    /// The room with all that happens in it; how many acts that are.
    async fn room(&self, room: &Room) -> anyhow::Result<usize> {
        let (maker, others) = room.members.split_first().context("a room of nobody")?;
        let made = self.made(room, maker, others).await?;
        let path = format!("/api/v1/rooms/{}", text(&made["id"])?);
        for other in others {
            match room.kind {
                Kind::Public | Kind::Broadcast => {
                    let join = format!("{path}/join");
                    self.done(other, Method::POST, &join, &Value::Null, "")
                        .await?;
                }
                Kind::Private => {
                    let body =
                        json!({"after": 1, "body": {"kind": "invite", "user": self.ids[other]}});
                    self.send(maker, &path, &format!("demo-invite-{other}"), body)
                        .await?;
                }
                Kind::Direct | Kind::Group => {}
            }
        }
        let page = format!("{path}/events?after=0&limit={EVENTS_MAX}");
        let page = self
            .done(maker, Method::GET, &page, &Value::Null, "")
            .await?;
        let events = page["events"].as_array().context("a page without events")?;
        let mut log = Log {
            path: &path,
            events,
            after: self.gathered(events, room),
        };
        for (kind, said) in [("topic", room.topic), ("description", room.description)] {
            if !said.is_empty() {
                let body = json!({"kind": kind, (kind): said});
                self.act(&log, maker, &format!("demo-{kind}"), body, None)
                    .await?;
            }
        }
        if let Some(colour) = room.colour {
            let avatar = format!("{path}/avatar");
            let has_one = events.iter().any(|e| e["body"]["kind"] == "avatar");
            self.avatar(maker, has_one, &avatar, (room.name, colour))
                .await?;
        }
        let mut numbers = Vec::new();
        for (n, act) in room.acts.iter().enumerate() {
            let (by, body) = self.body(room, act, &numbers);
            let id = format!("demo-{n}");
            let known = log.seq_of(&self.ids[by], &id);
            let seq = match (known, act) {
                (Some(seq), _) => seq,
                (None, Act::File(_, _, file)) => {
                    let body = self.attached(by, &made, file, body).await?;
                    self.act(&log, by, &id, body, Some(n)).await?
                }
                (None, _) => self.act(&log, by, &id, body, Some(n)).await?,
            };
            // Whoever was given a right since is known to have it from there on.
            log.after = log.after.max(seq);
            numbers.push(seq);
        }
        let mut count = room.acts.len();
        if let Some(lines) = room.bridge {
            count += self.bridge(maker, &path, lines, events).await?;
        }
        for own in room.own {
            let (by, body) = match own {
                Own::Saves(by, what) => (
                    by,
                    json!({"kind": "saved", "room": made["id"], "seq": numbers[*what], "on": true}),
                ),
                Own::Drafts(by, text) => (
                    by,
                    json!({"kind": "draft", "room": made["id"], "text": text}),
                ),
            };
            self.done(by, Method::PUT, "/api/v1/own", &body, "").await?;
        }
        for reader in room.readers {
            let body = json!({"seq": numbers.last()});
            let mark = format!("{path}/mark");
            self.done(reader, Method::POST, &mark, &body, "").await?;
        }
        Ok(count)
    }

    /// The room, made or there already.
    async fn made(
        &self,
        room: &Room,
        maker: &&'static str,
        others: &[&str],
    ) -> anyhow::Result<Value> {
        let kind = match room.kind {
            Kind::Direct => {
                let body = json!({"user": others.first()});
                return self
                    .done(maker, Method::POST, "/api/v1/direct", &body, "")
                    .await;
            }
            Kind::Group => {
                let body = json!({ "users": others });
                let key = format!("demo-{}", room.members.join("-"));
                return self
                    .done(maker, Method::POST, "/api/v1/groups", &body, &key)
                    .await;
            }
            Kind::Public => "public",
            Kind::Private => "private",
            Kind::Broadcast => "broadcast",
        };
        let body = json!({"name": room.name, "kind": kind});
        let key = format!("demo-{}", room.name.replace(' ', "-"));
        let (by, path) = (Some(*maker), "/api/v1/rooms");
        let (status, answer) = self.call(by, Method::POST, path, &body, &key).await?;
        match status {
            201 => Ok(answer),
            409 => bail!(
                "this server is not fresh: {} is the name of a room of somebody else's",
                room.name
            ),
            _ => bail!("{}", why(status, &answer)),
        }
    }

    /// Who does it, and what goes into the log for it.
    fn body(&self, room: &Room, act: &Act, numbers: &[u64]) -> (&'static str, Value) {
        let of = |n: &usize| numbers.get(*n).copied().unwrap_or_default();
        let message = |text: &str| {
            let mut body = json!({"kind": "message", "text": text});
            if let Some(mentions) = self.mentions(room, text) {
                body["mentions"] = mentions;
            }
            body
        };
        let (by, body) = match act {
            Act::Say(by, text) | Act::File(by, text, _) => (by, message(text)),
            Act::Reply(by, to, text) => {
                let mut body = message(text);
                body["reply_to"] = json!(of(to));
                (by, body)
            }
            Act::Thread(by, root, text) => {
                let mut body = message(text);
                body["thread"] = json!({"root": of(root)});
                (by, body)
            }
            Act::Edit(by, what, text) => (
                by,
                json!({"kind": "edit", "target": of(what), "text": text}),
            ),
            Act::React(by, what, emoji) => (
                by,
                json!({"kind": "react", "target": of(what), "emoji": emoji, "on": true}),
            ),
            Act::Pin(by, what) => (by, json!({"kind": "pin", "target": of(what), "on": true})),
            Act::Delete(by, what) => (by, json!({"kind": "delete", "target": of(what)})),
            Act::Moderator(by, whom) => (
                by,
                json!({"kind": "role", "user": self.ids[whom], "role": "moderator"}),
            ),
        };
        (*by, body)
    }

    /// Whom a text calls, by `@name`.
    fn mentions(&self, room: &Room, text: &str) -> Option<Value> {
        let called = |name: &str| {
            let mut words = text.split(|c: char| c.is_whitespace() || ",.:".contains(c));
            words.any(|word| word.strip_prefix('@') == Some(name))
        };
        let users = room.members.iter().filter(|name| called(name));
        let users: Vec<_> = users.map(|name| &self.ids[name]).collect();
        match (called("room"), users.is_empty()) {
            (false, true) => None,
            (false, false) => Some(json!({ "users": users })),
            (true, _) => Some(json!({"users": users, "everyone": "room"})),
        }
    }

    /// The message with its file, which is uploaded; without, where the server has no place for files.
    async fn attached(
        &self,
        by: &str,
        room: &Value,
        file: &File,
        mut body: Value,
    ) -> anyhow::Result<Value> {
        let bytes = match file.content {
            Content::Text(text) => text.as_bytes().to_vec(),
            Content::Chart(bars) => picture::chart(bars)?,
        };
        let new = json!({"room": room["id"], "name": file.name, "size": bytes.len()});
        let key = format!("demo-{}", file.name);
        let (who, path) = (Some(by), "/api/v1/uploads");
        let (status, upload) = self.call(who, Method::POST, path, &new, &key).await?;
        match status {
            201 => {}
            501 => return Ok(body),
            _ => bail!("{by}, {path}: {}", why(status, &upload)),
        }
        let id = text(&upload["id"])?;
        if upload["whole"] != true {
            // It has one part: what is drawn here is small.
            let part = format!("{path}/{id}?offset=0");
            let (status, answer) = self.put(by, &part, bytes).await?;
            ensure!(status == 200, "{by}, {part}: {}", why(status, &answer));
        }
        body["attachments"] = json!([{"id": id, "alt": file.alt}]);
        Ok(body)
    }

    /// An event of a room, unless it is there; its number.
    async fn act(
        &self,
        log: &Log<'_>,
        by: &str,
        id: &str,
        body: Value,
        n: Option<usize>,
    ) -> anyhow::Result<u64> {
        if let Some(seq) = log.seq_of(&self.ids[by], id) {
            return Ok(seq);
        }
        let mut send = json!({"after": log.after, "body": body});
        if let Some(n) = n {
            send["device"] = json!(DEVICE);
            send["n"] = json!(n);
        }
        self.send(by, log.path, id, send).await
    }

    /// The number by which all have come in for the first time.
    fn gathered(&self, events: &[Value], room: &Room) -> u64 {
        let mut after = 1;
        for member in room.members {
            let id = self.ids[member].as_str();
            let came = events.iter().find(|event| {
                let body = &event["body"];
                match body["kind"].as_str() {
                    Some("join") => event["by"] == id,
                    Some("invite") => body["user"] == id,
                    _ => false,
                }
            });
            let seq = came.and_then(|event| event["seq"].as_u64());
            after = after.max(seq.unwrap_or(1));
        }
        after
    }

    /// Sends under a fixed id; the number.
    async fn send(&self, by: &str, path: &str, id: &str, body: Value) -> anyhow::Result<u64> {
        let events = format!("{path}/events");
        let sent = self.done(by, Method::POST, &events, &body, id).await?;
        sent["seq"].as_u64().context("an answer without a number")
    }

    /// A call that must succeed.
    async fn done(
        &self,
        by: &str,
        method: Method,
        path: &str,
        body: &Value,
        key: &str,
    ) -> anyhow::Result<Value> {
        let (status, answer) = self.call(Some(by), method, path, body, key).await?;
        ensure!(
            (200..300).contains(&status),
            "{by}, {path}: {}",
            why(status, &answer)
        );
        Ok(answer)
    }

    /// A call; the same again where the server asks for it.
    async fn call(
        &self,
        by: Option<&str>,
        method: Method,
        path: &str,
        body: &Value,
        key: &str,
    ) -> anyhow::Result<(u16, Value)> {
        let token = by.and_then(|by| self.tokens.get(by)).map(String::as_str);
        let body = Some(body).filter(|body| !body.is_null());
        let key = Some(key).filter(|key| !key.is_empty());
        patiently(async || {
            wire::call(&self.authority, token, method.clone(), path, body, key).await
        })
        .await
    }

    /// Puts bytes; the same again where the server asks for it.
    async fn put(&self, by: &str, path: &str, bytes: Vec<u8>) -> anyhow::Result<(u16, Value)> {
        let (token, bytes) = (self.tokens[by].as_str(), Bytes::from(bytes));
        patiently(async || wire::put(&self.authority, token, path, bytes.clone()).await).await
    }
}

/// What a room's log has.
struct Log<'a> {
    /// The room's.
    path: &'a str,
    events: &'a [Value],
    /// What was sent has seen the log up to here. What is there is not sent again, so another run may say another.
    after: u64,
}

impl Log<'_> {
    /// The number of what somebody sent under this id.
    fn seq_of(&self, by: &str, id: &str) -> Option<u64> {
        let mut events = self.events.iter();
        let sent = events.find(|event| event["by"] == by && event["id"] == id)?;
        sent["seq"].as_u64()
    }
}

/// A call, again after a pause where the server has no time for it.
async fn patiently(
    call: impl AsyncFn() -> anyhow::Result<(u16, Value)>,
) -> anyhow::Result<(u16, Value)> {
    let until = Instant::now() + PATIENCE;
    loop {
        let (status, answer) = call()
            .await
            .context("to go on, run it again with --force")?;
        if ![429, 503].contains(&status) || Instant::now() > until {
            return Ok((status, answer));
        }
        let pause = answer["retry_after_ms"].as_u64().unwrap_or(PAUSE_MS);
        tokio::time::sleep(Duration::from_millis(pause)).await;
    }
}

fn text(value: &Value) -> anyhow::Result<String> {
    let text = value
        .as_str()
        .context("the server's answer lacks a field")?;
    Ok(text.to_owned())
}

fn why(status: u16, answer: &Value) -> String {
    let message = answer["message"].as_str();
    message.map_or_else(|| format!("the server answered {status}."), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_does_something_is_in_the_room_and_what_it_is_about_is_a_message_before_it() {
        for room in &ROOMS {
            let is_in = |name: &str| room.members.contains(&name);
            for name in room.members {
                assert!(PEOPLE.iter().any(|person| person.name == *name), "{name}");
            }
            for (n, act) in room.acts.iter().enumerate() {
                let (by, about) = match act {
                    Act::Say(by, _) | Act::File(by, ..) => (by, None),
                    Act::Moderator(by, whom) => {
                        assert!(is_in(whom) && by == &room.members[0], "{}: {n}", room.name);
                        continue;
                    }
                    Act::Reply(by, about, _)
                    | Act::Edit(by, about, _)
                    | Act::React(by, about, _)
                    | Act::Thread(by, about, _)
                    | Act::Pin(by, about)
                    | Act::Delete(by, about) => (by, Some(*about)),
                };
                assert!(is_in(by), "{}: {n}: {by}", room.name);
                let Some(about) = about else { continue };
                assert!(about < n, "{}: {n}", room.name);
                let author = match &room.acts[about] {
                    Act::Say(author, _) | Act::Reply(author, ..) | Act::File(author, ..) => author,
                    // No thread begins in another.
                    Act::Thread(author, ..) if !matches!(act, Act::Thread(..)) => author,
                    _ => panic!("{}: {n} is about no message", room.name),
                };
                let of_ones_own = matches!(act, Act::Edit(..) | Act::Delete(..));
                assert!(!of_ones_own || author == by, "{}: {n}", room.name);
            }
            assert!(room.readers.iter().all(|name| is_in(name)));
            let writes = |name: &str| room.kind != Kind::Broadcast || name == room.members[0];
            let said = room.acts.iter().filter_map(|act| match act {
                Act::Say(by, _) | Act::Reply(by, ..) | Act::Edit(by, ..) => Some(by),
                _ => None,
            });
            assert!(said.into_iter().all(|by| writes(by)), "{}", room.name);
        }
    }

    #[test]
    fn a_room_is_seen_on_one_page() {
        for room in &ROOMS {
            let lines = room.bridge.map_or(0, |lines| lines.lines().count());
            // Its beginning, who comes in, what is set, a webhook that is made and withdrawn.
            let others = 10 + room.members.len();
            let events = room.acts.len() + lines + others;
            assert!(events < EVENTS_MAX, "{}: {events}", room.name);
        }
    }

    #[test]
    fn pictures_are_the_same_each_time_and_small() {
        let colour = [1, 2, 3];
        let picture = picture::avatar("mara", colour).unwrap();
        assert_eq!(picture::avatar("mara", colour).unwrap(), picture);
        assert_ne!(picture::avatar("jonas", colour).unwrap(), picture);
        let chart = picture::chart(&[10, 100]).unwrap();
        assert!(picture.len() < 20_000 && chart.len() < 20_000);
    }
}
