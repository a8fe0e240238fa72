//! Calls beside the socket, by plain HTTP at any server: the very same send once more while the first is under way or
//! long settled, and sends of people who may have been put out. Each is recorded with its answer, or as unknown.

use std::{sync::Arc, time::Duration};

use hearth_protocol::{Body, DeviceId, RoomId, SendId, Seq, client::Pending};
use hyper::StatusCode;
use serde_json::json;
use tokio::time::sleep;

use super::world::World;
use crate::{
    history::{Command, Deed, Record},
    http::{Place, Said},
};

/// How often it is tried until something certain is answered.
const TRIES: usize = 5;

/// What is called.
pub(super) enum Aside {
    /// The same send again.
    Again(Pending),
    /// A message of its own.
    New { room: RoomId, tag: u64, after: Seq },
    /// What is in a room that one is not in.
    Pry(RoomId),
}

/// A device of its own for each way in: its counter is its own.
pub(super) fn device(way: &str, at: usize) -> DeviceId {
    DeviceId::new(format!("{way}-{at}")).unwrap_or_else(|_| unreachable!("a plain text"))
}

/// What there is in texts beside what tells them from one another.
pub(super) const WORDS: &str = "lorem ipsum";

/// A text that no other message has.
pub(super) fn text(at: usize, tag: u64, more: usize) -> String {
    let mut text = format!("{at}.{tag} ");
    text.extend(WORDS.chars().chain([' ']).cycle().take(more));
    text
}

/// Calls until something certain is answered, at another server each time.
pub(super) async fn call(world: Arc<World>, at: usize, first: usize, what: Aside) {
    let account = &world.accounts[at];
    let pending = match what {
        Aside::Again(pending) => pending,
        Aside::Pry(room) => return pry(&world, at, first, room).await,
        Aside::New { room, tag, after } => Pending {
            room,
            id: world.recorder.send_id(account.id, tag),
            after: Some(after),
            device: device("aside", at),
            n: tag,
            body: Body::message(text(at, tag, 10)),
        },
    };
    for turn in 0..TRIES {
        let place = &world.places[(first + turn) % world.places.len()];
        let heard = attempt(&world, place, at, &pending).await;
        if matches!(heard, Heard::Stored(_) | Heard::Refused) {
            world.count(|tally| tally.doubles += 1);
            return;
        }
        sleep(Duration::from_millis(400 << turn)).await;
    }
}

/// Asks for a room's events and members, at one server.
async fn pry(world: &World, at: usize, place: usize, room: RoomId) {
    let (account, place) = (
        &world.accounts[at],
        &world.places[place % world.places.len()],
    );
    let said = Said {
        token: Some(&account.token),
        key: None,
    };
    for what in ["events", "members"] {
        let path = format!("/api/v1/rooms/{room}/{what}");
        let answer = world.http.call(place, &path, &said, None).await;
        // Who is busy or fails has not said that it is nobody's business.
        let told = match answer {
            Ok((status, _)) if status.is_success() => true,
            Ok((StatusCode::FORBIDDEN | StatusCode::NOT_FOUND, _)) => false,
            _ => continue,
        };
        world.recorder.put(Record::Pried {
            u: world.recorder.user(account.id),
            room: world.recorder.room(room),
            what: what.to_owned(),
            told,
        });
    }
}

/// What one call came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heard {
    /// It is stored, there if the answer says so.
    Stored(Option<Seq>),
    /// For good.
    Refused,
    /// Not now: the same again later.
    PutOff,
    /// No answer that says anything.
    Nothing,
}

/// Calls once, and records it.
pub(super) async fn attempt(world: &World, place: &Place, at: usize, pending: &Pending) -> Heard {
    let account = &world.accounts[at];
    let o = world.recorder.op();
    let command = command(world, pending);
    let u = world.recorder.user(account.id);
    world.recorder.put(Record::Invoke {
        o,
        u,
        c: None,
        command,
    });
    let said = Said {
        token: Some(&account.token),
        key: Some(pending.id.as_str()),
    };
    let body = json!({
        "after": pending.after, "device": pending.device, "n": pending.n, "body": pending.body,
    });
    let path = format!("/api/v1/rooms/{}/events", pending.room);
    let answer = world.http.call(place, &path, &said, Some(&body)).await;
    match answer {
        Ok((status, answer)) if status.is_success() => {
            let seq = answer["seq"].as_u64().map(Seq);
            world.recorder.put(Record::Ok { o, seq, room: None });
            Heard::Stored(seq)
        }
        Ok((_, answer)) if answer["code"].is_string() => {
            let code = answer["code"].as_str().unwrap_or_default().to_owned();
            let again = matches!(
                code.as_str(),
                "busy" | "unavailable" | "internal" | "doubtful"
            );
            world.recorder.put(Record::Fail { o, code });
            if again {
                world.count(|tally| tally.held += 1);
                Heard::PutOff
            } else {
                Heard::Refused
            }
        }
        Ok((status, _)) => {
            let why = format!("answered {status} without a code");
            world.recorder.put(Record::Unknown { o, why });
            Heard::Nothing
        }
        Err(error) => {
            let why = format!("{error:#}");
            world.recorder.put(Record::Unknown { o, why });
            Heard::Nothing
        }
    }
}

fn command(world: &World, pending: &Pending) -> Command {
    let recorder = &world.recorder;
    Command::Send {
        room: recorder.room(pending.room),
        id: SendId::as_str(&pending.id).to_owned(),
        after: pending.after,
        device: pending.device.as_str().to_owned(),
        n: pending.n,
        deed: Deed::of(&pending.body, &mut |user| recorder.user(user)),
    }
}
