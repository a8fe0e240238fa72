//! The truth at the end, read from every server by plain HTTP: each room's log from its first event to its last, its
//! members, and what each person is told of their rooms.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use futures_util::{StreamExt, future::try_join_all, stream};
use hearth_protocol::{Event, Member, RoomId, RoomSnapshot, Seq, bounds::PAGE_EVENTS_MAX};
use hyper::StatusCode;
use serde_json::Value;
use tokio::time::{Instant, sleep};

use super::{cast::Nature, world::World};
use crate::{
    history::{Record, Row, Run, snap},
    http::{Place, Said},
};

/// How long one call is tried again.
const TRY_FOR: Duration = Duration::from_secs(60);
/// Calls at once.
const AT_ONCE: usize = 8;
/// People whose rooms are asked for at each server.
const ASKED: usize = 120;

/// Notes where each room ends, as the newest page of each server says; the highest counts.
pub(super) async fn find_heads(world: &World, nodes: &[(String, Place)]) -> Result<()> {
    for (at, room) in rooms(world) {
        let mut head = Seq::ZERO;
        for (_, place) in nodes {
            let page = get(
                world,
                place,
                at,
                &format!("/api/v1/rooms/{room}/events?limit=1"),
            )
            .await?;
            head = head.max(Seq(page["head"]
                .as_u64()
                .context("a page without a head")?));
        }
        world.ends_at(room, head);
    }
    Ok(())
}

/// Reads and records all of it. The first server's logs are the rows with which everything is compared.
pub(super) async fn read(world: &World, nodes: &[(String, Place)]) -> Result<()> {
    for (at, room) in rooms(world) {
        // All servers at once: a long run's logs are long.
        let each = nodes
            .iter()
            .enumerate()
            .map(|(n, (node, place))| async move {
                log(world, node, place, at, room, n == 0).await?;
                members(world, node, place, at, room).await
            });
        try_join_all(each).await?;
    }
    let people: Vec<usize> = (0..world.cast.people.len())
        .filter(|at| world.cast.people[*at].nature != Nature::Plain)
        .take(ASKED)
        .collect();
    for (node, place) in nodes {
        let asked = people.iter().map(|who| async move {
            let answer = get_as(world, place, *who, "/api/v1/rooms").await?;
            let rooms: Vec<RoomSnapshot> = serde_json::from_value(answer["rooms"].clone())?;
            let rooms = rooms
                .iter()
                .map(|room| snap(&world.recorder, room))
                .collect();
            world.recorder.put(Record::Final {
                node: node.clone(),
                u: world.recorder.user(world.accounts[*who].id),
                rooms,
            });
            anyhow::Ok(())
        });
        let done: Vec<Result<()>> = stream::iter(asked)
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        done.into_iter().collect::<Result<()>>()?;
    }
    Ok(())
}

fn rooms(world: &World) -> Vec<(usize, RoomId)> {
    let all = 0..world.cast.rooms.len();
    all.filter_map(|at| Some((at, world.room(at)?))).collect()
}

async fn log(
    world: &World,
    node: &str,
    place: &Place,
    at: usize,
    room: RoomId,
    is_first: bool,
) -> Result<()> {
    let recorder = &world.recorder;
    let no = recorder.room(room);
    let mut after = 0;
    loop {
        let path = format!("/api/v1/rooms/{room}/events?after={after}&limit={PAGE_EVENTS_MAX}");
        let page = get(world, place, at, &path).await?;
        let events: Vec<Event> =
            serde_json::from_value(page["events"].clone()).context("a page's events")?;
        let rows: Vec<Row> = events
            .iter()
            .map(|event| Row::of(event, &mut |user| recorder.user(user)))
            .collect();
        for run in Run::all(no, recorder.now(), &rows) {
            let node = node.to_owned();
            recorder.put(Record::Read { node, run });
        }
        if is_first {
            for row in rows {
                recorder.put(Record::Row { room: no, row });
            }
        }
        match events.last() {
            Some(last) if page["more_after"] == Value::Bool(true) => after = last.seq.0,
            None if page["more_after"] == Value::Bool(true) => {
                bail!("{node} says that {room} has more after {after}, and shows nothing")
            }
            _ => return Ok(()),
        }
    }
}

async fn members(world: &World, node: &str, place: &Place, at: usize, room: RoomId) -> Result<()> {
    let mut all = Vec::new();
    let mut after = String::new();
    loop {
        let path = format!("/api/v1/rooms/{room}/members?limit=200{after}");
        let page = get(world, place, at, &path).await?;
        let members: Vec<Member> =
            serde_json::from_value(page["members"].clone()).context("a page's members")?;
        all.extend(
            members
                .iter()
                .map(|m| (world.recorder.user(m.user), m.role)),
        );
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    world.recorder.put(Record::Members {
        node: node.to_owned(),
        room: world.recorder.room(room),
        members: all,
    });
    Ok(())
}

/// Asks as somebody who is certainly in the room: the director, or one of a pair.
async fn get(world: &World, place: &Place, at: usize, path: &str) -> Result<Value> {
    let room = &world.cast.rooms[at];
    let who = match room.kind {
        super::cast::Entry::Direct => room.members.first().copied().unwrap_or(0),
        _ => 0,
    };
    get_as(world, place, who, path).await
}

async fn get_as(world: &World, place: &Place, who: usize, path: &str) -> Result<Value> {
    let until = Instant::now() + TRY_FOR;
    let said = Said {
        token: Some(&world.accounts[who].token),
        key: None,
    };
    loop {
        let answer = world.http.call(place, path, &said, None).await;
        match answer {
            Ok((StatusCode::OK, answer)) => return Ok(answer),
            Ok((status, answer))
                if Instant::now() >= until
                    || status.is_client_error() && status != StatusCode::TOO_MANY_REQUESTS =>
            {
                bail!(
                    "{path} at {} was answered {status}: {answer}",
                    place.authority
                )
            }
            Err(error) if Instant::now() >= until => return Err(error),
            _ => sleep(Duration::from_millis(300)).await,
        }
    }
}
