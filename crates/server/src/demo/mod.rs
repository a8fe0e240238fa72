//! `hearth seed-demo`: a small team's rooms on a fresh server, so that there is something to look at.
//!
//! Everything is made by the calls that everybody has, and under fixed keys: run again, it goes on where it broke off
//! and does nothing twice. What is told is in [`story`]. It must not know the store.

mod story;

use std::{
    collections::BTreeMap,
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};
use hyper::Method;
use serde_json::{Value, json};

use self::story::{Act, Kind, PEOPLE, ROOMS, Room};
use crate::chat::wire;

/// How long a call is repeated that the server has no time for.
const PATIENCE: Duration = Duration::from_secs(60);
/// The pause before the same call, where the server names none.
const PAUSE_MS: u64 = 500;
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
    say(format!("{} people", PEOPLE.len()));
    for room in &ROOMS {
        let acts = demo.room(room).await?;
        let name = match room.kind {
            Kind::Direct => room.members.join(" and "),
            Kind::Public | Kind::Private => room.name.to_owned(),
        };
        say(format!("{name}: {acts} messages, edits and reactions"));
    }
    let them = PEOPLE.map(|person| person.name).join(", ");
    say(format!("Done: talk as any of {them}, for example"));
    let with = args.password_file.as_ref().map_or(String::new(), |file| {
        format!(" --password-file {}", file.display())
    });
    say(format!(
        "  hearth chat {} --name {}{with} --room {}",
        args.url, PEOPLE[0].name, ROOMS[0].name
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

    /// The room with all that happens in it; how many acts that are.
    async fn room(&self, room: &Room) -> anyhow::Result<usize> {
        let (maker, others) = room.members.split_first().context("a room of nobody")?;
        let made = match room.kind {
            Kind::Direct => {
                let body = json!({"user": others.first()});
                self.done(maker, Method::POST, "/api/v1/direct", &body, "")
                    .await?
            }
            Kind::Public | Kind::Private => {
                let kind = if room.kind == Kind::Public {
                    "public"
                } else {
                    "private"
                };
                let body = json!({"name": room.name, "kind": kind});
                let key = format!("demo-{}", room.name.replace(' ', "-"));
                let (by, path) = (Some(*maker), "/api/v1/rooms");
                let (status, answer) = self.call(by, Method::POST, path, &body, &key).await?;
                match status {
                    201 => answer,
                    409 => bail!(
                        "this server is not fresh: {} is the name of a room of somebody else's",
                        room.name
                    ),
                    _ => bail!("{}", why(status, &answer)),
                }
            }
        };
        let path = format!("/api/v1/rooms/{}", text(&made["id"])?);
        for other in others {
            match room.kind {
                Kind::Public => {
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
                Kind::Direct => {}
            }
        }
        let after = self.gathered(maker, &path, room).await?;
        if !room.topic.is_empty() {
            let body = json!({"after": after, "body": {"kind": "topic", "topic": room.topic}});
            self.send(maker, &path, "demo-topic", body).await?;
        }
        let mut numbers = Vec::new();
        for (n, act) in room.acts.iter().enumerate() {
            let of = |n: &usize| numbers.get(*n).copied().unwrap_or(0_u64);
            let (by, body) = match act {
                Act::Say(by, text) => (by, json!({"kind": "message", "text": text})),
                Act::Reply(by, to, text) => (
                    by,
                    json!({"kind": "message", "text": text, "reply_to": of(to)}),
                ),
                Act::Edit(by, what, text) => (
                    by,
                    json!({"kind": "edit", "target": of(what), "text": text}),
                ),
                Act::React(by, what, emoji) => (
                    by,
                    json!({"kind": "react", "target": of(what), "emoji": emoji, "on": true}),
                ),
            };
            let body = json!({"after": after, "device": DEVICE, "n": n, "body": body});
            numbers.push(self.send(by, &path, &format!("demo-{n}"), body).await?);
        }
        for reader in room.readers {
            let body = json!({"seq": numbers.last()});
            let mark = format!("{path}/mark");
            self.done(reader, Method::POST, &mark, &body, "").await?;
        }
        Ok(room.acts.len())
    }

    /// The number by which all have come in for the first time: every act says it as its `after`, now and when it is
    /// sent again.
    async fn gathered(&self, maker: &str, path: &str, room: &Room) -> anyhow::Result<u64> {
        let events = format!("{path}/events?after=0&limit=50");
        let page = self
            .done(maker, Method::GET, &events, &Value::Null, "")
            .await?;
        let events = page["events"].as_array().context("a page without events")?;
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
        Ok(after)
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
        let until = Instant::now() + PATIENCE;
        loop {
            let body = Some(body).filter(|body| !body.is_null());
            let key = Some(key).filter(|key| !key.is_empty());
            let call = wire::call(&self.authority, token, method.clone(), path, body, key);
            let (status, answer) = call.await.context("to go on, run it again with --force")?;
            if ![429, 503].contains(&status) || Instant::now() > until {
                return Ok((status, answer));
            }
            let pause = answer["retry_after_ms"].as_u64().unwrap_or(PAUSE_MS);
            tokio::time::sleep(Duration::from_millis(pause)).await;
        }
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
                    Act::Say(by, _) => (by, None),
                    Act::Reply(by, about, _)
                    | Act::Edit(by, about, _)
                    | Act::React(by, about, _) => (by, Some(*about)),
                };
                assert!(is_in(by), "{}: {n}: {by}", room.name);
                let Some(about) = about else { continue };
                assert!(about < n, "{}: {n}", room.name);
                let author = match &room.acts[about] {
                    Act::Say(author, _) | Act::Reply(author, ..) => author,
                    Act::Edit(..) | Act::React(..) => {
                        panic!("{}: {n} is about no message", room.name)
                    }
                };
                assert!(
                    !matches!(act, Act::Edit(..)) || author == by,
                    "{}: {n}",
                    room.name
                );
            }
            assert!(room.readers.iter().all(|name| is_in(name)));
        }
    }
}
