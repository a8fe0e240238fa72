//! Idle connections: how much memory of the server each one holds, at rest and after a broadcast.

use anyhow::{Context, Result};
use clap::Parser;
use futures_util::{StreamExt, stream};
use hearth_protocol::{SendId, Seq, ServerFrame};

use super::{
    crowd::{Counts, Outgoing, Socket, join, room, run_name},
    places,
};
use crate::http::{Http, Place};

/// Idle connections of members of one room.
#[derive(Debug, Parser)]
pub(crate) struct Args {
    /// The server
    #[arg(long)]
    url: String,
    /// How many connections; each needs a descriptor on both sides (`ulimit -n`)
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(10..=50_000))]
    connections: u32,
    /// More bytes for each than this is a failure
    #[arg(long, default_value_t = 8 * 1024)]
    bytes_max: u64,
}

/// Connections opened at once.
const OPENING: usize = 64;

pub(crate) async fn run(args: Args) -> Result<bool> {
    let place = &places(std::slice::from_ref(&args.url))?[0];
    let (figure, _) = measure(&Http::new(), place, args.connections).await?;
    println!("{figure:.0} bytes of server memory for each connection, also after a broadcast");
    Ok(figure <= f64::from(u32::try_from(args.bytes_max)?))
}

/// Bytes of server memory for each of so many connections, the more of at rest and after a broadcast; and the
/// connections.
pub(crate) async fn measure(
    http: &Http,
    place: &Place,
    connections: u32,
) -> Result<(f64, Vec<Socket>)> {
    let places = std::slice::from_ref(place);
    let run = run_name();
    let name = format!("{run}-room");
    room(http, place, &name).await?;
    println!("making {connections} users");
    let count = usize::try_from(connections)?;
    let users = join(http, places, &run, &name, count).await?;
    // Once round and back, so that what the server keeps for good is not counted as a connection's.
    let warm = open(place, &users[..users.len().min(200)]).await?;
    drop(warm);
    settle().await;
    let before = memory(http, places).await?;
    let mut sockets = open(place, &users).await?;
    settle().await;
    let idle = memory(http, places).await?;
    let (first, rooms) = &mut sockets[0];
    let (room, head) = *rooms.first().context("the first user is in no room")?;
    let id = SendId::new(format!("{run}-hello"))?;
    first
        .send(&Outgoing {
            room,
            id,
            after: head,
            device: &run,
            n: 1,
            text: "hello, everybody",
        })
        .await?;
    let heard =
        stream::iter(sockets.iter_mut().skip(1)).map(|(socket, _)| hear(socket, head.next()));
    let heard: Vec<Result<()>> = heard.buffer_unordered(OPENING).collect().await;
    heard.into_iter().collect::<Result<()>>()?;
    settle().await;
    let after = memory(http, places).await?;
    let each = |bytes: f64| (bytes - before) / f64::from(connections);
    println!(
        "{connections} connections: {:.0} bytes each at rest",
        each(idle)
    );
    let sockets = sockets.into_iter().map(|(socket, _)| socket).collect();
    Ok((each(idle).max(each(after)), sockets))
}

async fn open(
    place: &Place,
    users: &[String],
) -> Result<Vec<(Socket, Vec<(hearth_protocol::RoomId, Seq)>)>> {
    let sockets = stream::iter(users).map(|user| Socket::open(place, user));
    let sockets: Vec<Result<_>> = sockets.buffer_unordered(OPENING).collect().await;
    sockets.into_iter().collect()
}

async fn hear(socket: &mut Socket, seq: Seq) -> Result<()> {
    loop {
        if let ServerFrame::Events { events, .. } = socket.read().await?
            && events.iter().any(|event| event.seq == seq)
        {
            return Ok(());
        }
    }
}

/// Lets the server return what it needed only for the opening.
pub(crate) async fn settle() {
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
}

/// Bytes of memory of all of them.
pub(crate) async fn memory(http: &Http, places: &[Place]) -> Result<f64> {
    Ok(Counts::of(http, places)
        .await?
        .get("process_resident_memory_bytes"))
}
