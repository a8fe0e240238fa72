//! Somebody who speaks the specification's own frames, on the same rooms: no ids, no resends, no resume. What one writes
//! is certain only when its echo comes.

use std::{collections::HashMap, sync::Arc, time::Duration};

use anyhow::{Result, ensure};
use futures_util::{SinkExt, StreamExt};
use hearth_protocol::{
    RoomId,
    seed::{GREETING, SeedEvent, SeedSend},
};
use rand::{RngExt, SeedableRng, rngs::SmallRng};
use serde_json::json;
use tokio::{
    net::TcpStream,
    time::{Instant, sleep, sleep_until, timeout},
};
use tokio_tungstenite::{WebSocketStream, client_async, tungstenite::Message};

use super::{
    aside,
    world::{Phase, World},
};
use crate::{
    history::{ClientNo, Command, Digest, ODD_CHARS, OpNo, Record, SocketNo},
    http::Said,
};

/// How long opening may take.
const OPEN: Duration = Duration::from_secs(10);
/// How long an echo may take until its message is given up as unknown.
const ECHO: Duration = Duration::from_secs(30);

pub(super) struct Plain {
    world: Arc<World>,
    at: usize,
    room: usize,
    chance: SmallRng,
    door: usize,
    tags: u64,
    client: ClientNo,
    socket: Option<SocketNo>,
    /// What was written and has not come back.
    written: HashMap<String, (OpNo, Instant)>,
}

impl Plain {
    pub(super) fn new(world: Arc<World>, at: usize) -> Self {
        let mut chance =
            SmallRng::seed_from_u64(world.seed.wrapping_mul(7_001).wrapping_add(at as u64));
        Self {
            room: world.cast.people[at].rooms.first().copied().unwrap_or(0),
            at,
            door: chance.random_range(0..world.places.len()),
            chance,
            tags: 0,
            client: world.recorder.client(),
            socket: None,
            written: HashMap::new(),
            world,
        }
    }

    /// Lives until all leave.
    pub(super) async fn live(mut self) {
        let mut phases = self.world.phase();
        while !self.enter().await {
            sleep(Duration::from_millis(300)).await;
            if *phases.borrow() == Phase::Leave {
                return;
            }
        }
        self.world.done();
        if phases
            .wait_for(|phase| *phase >= Phase::Play)
            .await
            .is_err()
        {
            return;
        }
        while *phases.borrow() == Phase::Play {
            // A socket that ends is as good as one that cannot be had: the next door, after a pause.
            if self.talk().await.is_err() {
                self.world.count(|tally| tally.ends += 1);
            }
            self.forget("the socket ended");
            if let Some(s) = self.socket.take() {
                self.world.recorder.put(Record::Close { s, code: None });
            }
            self.door += 1;
            sleep(Duration::from_millis(self.chance.random_range(50..800))).await;
        }
        for phase in [Phase::Settle, Phase::CatchUp] {
            if phases.wait_for(|now| *now >= phase).await.is_err() {
                return;
            }
            self.world.done();
        }
        let _ = phases.wait_for(|now| *now == Phase::Leave).await;
    }

    /// Enters the room, once it is there.
    async fn enter(&mut self) -> bool {
        let Some(room) = self.world.room(self.room) else {
            return false;
        };
        let recorder = &self.world.recorder;
        let (o, no) = (recorder.op(), recorder.room(room));
        recorder.put(Record::Invoke {
            o,
            u: recorder.user(self.world.accounts[self.at].id),
            c: None,
            command: Command::Join { room: no },
        });
        let said = Said {
            token: Some(&self.world.accounts[self.at].token),
            key: None,
        };
        let place = &self.world.places[self.door % self.world.places.len()];
        let path = format!("/api/v1/rooms/{room}/join");
        let answer = self
            .world
            .http
            .call(place, &path, &said, Some(&json!({})))
            .await;
        match answer {
            Ok((status, _)) if status.is_success() => {
                let room = Some(no);
                recorder.put(Record::Ok { o, seq: None, room });
                true
            }
            Ok((_, answer)) if answer["code"].is_string() => {
                let code = answer["code"].as_str().unwrap_or_default().to_owned();
                recorder.put(Record::Fail { o, code });
                false
            }
            other => {
                let why = format!("{other:?}");
                recorder.put(Record::Unknown { o, why });
                false
            }
        }
    }

    /// One connection, until it ends or the play does.
    async fn talk(&mut self) -> Result<()> {
        let mut phases = self.world.phase();
        let mut socket = timeout(OPEN, self.open()).await??;
        self.world.count(|tally| tally.opened += 1);
        let recorder = &self.world.recorder;
        let (s, c) = (recorder.socket(), self.client);
        let u = recorder.user(self.world.accounts[self.at].id);
        recorder.put(Record::Open { s, c, u });
        self.socket = Some(s);
        let until = Instant::now() + Duration::from_millis(self.chance.random_range(2_000..30_000));
        let mut next = Instant::now();
        while *phases.borrow_and_update() == Phase::Play && Instant::now() < until {
            tokio::select! {
                heard = socket.next() => match heard {
                    Some(Ok(Message::Text(text))) => self.hear(&text),
                    Some(Ok(Message::Close(_)) | Err(_)) | None => anyhow::bail!("it ended"),
                    Some(Ok(_)) => {}
                },
                () = sleep_until(next) => {
                    next = Instant::now() + Duration::from_millis(self.chance.random_range(200..3_000));
                    let text = self.say();
                    socket.send(Message::text(text)).await?;
                }
                _ = phases.changed() => {}
            }
        }
        // What is under way may still come back.
        let end = Instant::now() + Duration::from_secs(3);
        while !self.written.is_empty() && Instant::now() < end {
            match timeout(Duration::from_millis(500), socket.next()).await {
                Ok(Some(Ok(Message::Text(text)))) => self.hear(&text),
                Ok(Some(Ok(_))) | Err(_) => {}
                Ok(_) => break,
            }
        }
        Ok(())
    }

    async fn open(&self) -> Result<WebSocketStream<TcpStream>> {
        let place = &self.world.places[self.door % self.world.places.len()];
        let stream = TcpStream::connect(&place.authority).await?;
        let name = &self.world.cast.people[self.at].name;
        let url = format!("ws://{}/ws?id={name}", place.authority);
        let (mut socket, _) = client_async(url, stream).await?;
        match socket.next().await {
            Some(Ok(Message::Text(text))) => {
                ensure!(text.as_str() == GREETING, "it greeted with {text}")
            }
            other => anyhow::bail!("no greeting: {other:?}"),
        }
        Ok(socket)
    }

    fn room(&self) -> Option<RoomId> {
        self.world.room(self.room)
    }

    fn say(&mut self) -> String {
        self.tags += 1;
        let text = aside::text(self.at, self.tags, 10);
        let recorder = &self.world.recorder;
        if let Some(room) = self.room() {
            let o = recorder.op();
            recorder.put(Record::Invoke {
                o,
                u: recorder.user(self.world.accounts[self.at].id),
                c: None,
                command: Command::SeedSend {
                    room: recorder.room(room),
                    text: Digest::of(&text),
                },
            });
            self.written
                .insert(text.clone(), (o, Instant::now() + ECHO));
            self.world.count(|tally| tally.sent += 1);
        }
        json!(SeedSend {
            msg: text,
            receiver: String::new(),
            is_group: true,
            group_name: self.world.cast.rooms[self.room].name.clone(),
        })
        .to_string()
    }

    fn hear(&mut self, text: &str) {
        if let Ok(event) = serde_json::from_str::<SeedEvent>(text) {
            self.note(text, &event);
            if let Some((o, _)) = self.written.remove(&event.msg) {
                self.world.count(|tally| tally.acked += 1);
                self.world.recorder.put(Record::Ok {
                    o,
                    seq: None,
                    room: None,
                });
            }
        }
        let now = Instant::now();
        let late: Vec<String> = self
            .written
            .iter()
            .filter(|(_, (_, until))| now >= *until)
            .map(|(text, _)| text.clone())
            .collect();
        for text in late {
            self.unknown(&text, "no echo came");
        }
    }

    /// A message came. One of a room or a person that the run does not have is nothing that could have been sent.
    fn note(&self, text: &str, event: &SeedEvent) {
        let Some(s) = self.socket else { return };
        let (world, cast) = (&self.world, &self.world.cast);
        let room = cast
            .rooms
            .iter()
            .position(|room| event.is_group && room.name == event.group_name);
        let room = room.and_then(|room| world.room(room));
        let by = cast
            .people
            .iter()
            .position(|person| person.name == event.sender);
        world.recorder.put(match room.zip(by) {
            Some((room, by)) => Record::Plain {
                s,
                room: world.recorder.room(room),
                by: world.recorder.user(world.accounts[by].id),
                id: event.id.clone(),
                text: Digest::of(&event.msg),
            },
            None => Record::Odd {
                s,
                text: text.chars().take(ODD_CHARS).collect(),
            },
        });
    }

    fn forget(&mut self, why: &str) {
        let all: Vec<String> = self.written.keys().cloned().collect();
        for text in all {
            self.unknown(&text, why);
        }
    }

    fn unknown(&mut self, text: &str, why: &str) {
        if let Some((o, _)) = self.written.remove(text) {
            let why = why.to_owned();
            self.world.recorder.put(Record::Unknown { o, why });
        }
    }
}
