//! What a message takes a cluster that has little else to do, from the send to its acknowledgement, beside the parts that
//! no server can do without: one conditional write, one publish, one way to and from a process on this machine. Each
//! by a client that does nothing else, in turns.

use std::{path::Path, time::Duration};

use anyhow::{Context, Result, bail, ensure};
use scylla::{
    client::session::Session,
    statement::batch::{Batch, BatchType},
    value::{CqlValue, Row as Values},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    time::{Instant, sleep, timeout},
};
use uuid::Uuid;

use super::{
    Args,
    durable::stored,
    fan_out::TEXT,
    floor::Running,
    installation::Installation,
    row::{Row, median},
    sender::Sender,
};
use crate::{
    http::Http,
    load::{
        crowd::{join, room, run_name},
        places,
    },
};

/// Rooms, each with a sender of its own: some are written by the server that was asked, and some by another.
const ROOMS: usize = 12;
/// Of each part and of the whole, in one round.
const TIMES: usize = 60;
/// Before each of them.
const PAUSE: Duration = Duration::from_millis(10);
/// Bytes of the way to and from: an acknowledgement's frame.
const ECHO_BYTES: u32 = 150;
/// How long Redis may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Of the time of its parts.
const GOAL: f64 = 1.3;

/// Measures it on the servers of `--url`.
pub(super) async fn measure(args: &Args, folder: &Path) -> Result<Vec<Row>> {
    Installation::with(args, folder, async |made| rounds(args, made).await).await
}

async fn rounds(args: &Args, installation: &Installation) -> Result<Vec<Row>> {
    let places = places(&args.url)?;
    let (http, run) = (Http::new(), run_name());
    println!("light load: {ROOMS} rooms, {} servers", places.len());
    let mut senders = Vec::new();
    for n in 0..ROOMS {
        let place = &places[n % places.len()];
        let name = format!("{run}-{n}");
        room(&http, place, &name).await?;
        for user in join(&http, std::slice::from_ref(place), &name, &name, 1).await? {
            senders.push(Sender::open(place, &user).await?);
        }
    }
    let mut cassandra = Cassandra::open(&installation.session, &installation.name).await?;
    let mut redis = Redis::open(&args.redis, &installation.name).await?;
    let mut echo = Echo::start(args).await?;
    let mut turns = Vec::new();
    for n in 0..=args.rounds {
        let mut times = [const { Vec::new() }; 4];
        for at in 0..TIMES {
            // Each begins after the same rest.
            sleep(PAUSE).await;
            times[0].push(senders[at % ROOMS].send().await?);
            sleep(PAUSE).await;
            times[1].push(cassandra.write().await?);
            sleep(PAUSE).await;
            times[2].push(redis.publish().await?);
            sleep(PAUSE).await;
            times[3].push(echo.once().await?);
        }
        let [whole, parts @ ..] = times.map(median);
        println!(
            "  round {n}, of which the first only warms up: {whole:.2} ms, its parts {parts:.2?}"
        );
        if n > 0 {
            turns.push(Turn { whole, parts });
        }
    }
    echo.floor.stop().await?;
    Ok(vec![beside(&turns)])
}

/// The medians of one round, in milliseconds.
struct Turn {
    whole: f64,
    parts: [f64; 3],
}

impl Turn {
    fn sum(&self) -> f64 {
        self.parts.iter().sum()
    }
}

/// The whole beside the sum of its parts, round by round.
fn beside(turns: &[Turn]) -> Row {
    let of = |what: &dyn Fn(&Turn) -> f64| median(turns.iter().map(what).collect());
    let what = "send until ack, p50, beside its bare parts";
    Row::plain("P10", 1, what, of(&|turn| turn.whole), "ms", GOAL)
        .beside(of(&Turn::sum), of(&|turn| turn.whole / turn.sum()))
}

fn since_ms(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1e3
}

/// A client that appends to one room as a server does.
struct Cassandra<'s> {
    session: &'s Session,
    append: Batch,
    room: Uuid,
    head: i64,
    entry: String,
}

impl<'s> Cassandra<'s> {
    async fn open(session: &'s Session, keyspace: &str) -> Result<Self> {
        let room = Uuid::now_v7();
        let begin = format!(
            "UPDATE {keyspace}.events SET head = 0, head_ordinal = 0 WHERE room = ? AND bucket = 0 \
             IF head = null AND head_ordinal = null"
        );
        session.query_unpaged(begin, (room,)).await?;
        let mut append = Batch::new(BatchType::Unlogged);
        for text in [
            format!(
                "UPDATE {keyspace}.events SET head = ?, head_ordinal = ? WHERE room = ? AND bucket = ? \
                 IF head = ? AND head_ordinal = ?"
            ),
            format!(
                "INSERT INTO {keyspace}.events \
                 (room, bucket, seq, ordinal, at_ms, sender, name, id, device, n, body) \
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            ),
        ] {
            append.append_statement(session.prepare(text).await?);
        }
        Ok(Self {
            session,
            append,
            room,
            head: 0,
            entry: serde_json::json!({"kind": "message", "text": TEXT}).to_string(),
        })
    }

    async fn write(&mut self) -> Result<f64> {
        let (room, from, to) = (self.room, self.head, self.head + 1);
        let (at_ms, id) = (1_700_000_000_000_i64, format!("somebody-{to}"));
        // Bound, so that the driver knows the partition and asks one of its replicas, as the server does.
        let bucket = 0_i64;
        let event = (
            room,
            bucket,
            to,
            to,
            at_ms,
            room,
            "somebody",
            &*id,
            "a-device",
            to,
            &*self.entry,
        );
        let began = Instant::now();
        let answer = self
            .session
            .batch(&self.append, ((to, to, room, bucket, from, from), event))
            .await?;
        let took = since_ms(began);
        let answer = answer.into_rows_result()?.first_row::<Values>()?;
        let applied = answer.columns.first().and_then(Option::as_ref);
        ensure!(
            applied.and_then(CqlValue::as_boolean) == Some(true),
            "a bare write was not applied"
        );
        self.head = to;
        Ok(took)
    }
}

/// A client that publishes what nobody hears.
struct Redis {
    stream: BufReader<TcpStream>,
    command: Vec<u8>,
}

impl Redis {
    /// To the one that has the channel.
    async fn open(addresses: &[String], prefix: &str) -> Result<Self> {
        let command = publish(&format!("{prefix}:bench"), &stored(TEXT)?);
        let mut refused = Vec::new();
        for address in addresses {
            let stream = TcpStream::connect(address).await;
            let stream = stream.with_context(|| format!("Redis at {address}"))?;
            stream.set_nodelay(true)?;
            let (stream, command) = (BufReader::new(stream), command.clone());
            let mut redis = Self { stream, command };
            match redis.publish().await {
                Ok(_) => return Ok(redis),
                Err(error) => refused.push(format!("{address}: {error:#}")),
            }
        }
        bail!("nobody publishes: {}", refused.join(", "))
    }

    async fn publish(&mut self) -> Result<f64> {
        let began = Instant::now();
        let asked = async {
            self.stream.get_mut().write_all(&self.command).await?;
            let mut answer = String::new();
            self.stream.read_line(&mut answer).await?;
            anyhow::Ok(answer)
        };
        let answer = timeout(PATIENCE, asked).await.context("no answer")??;
        let took = since_ms(began);
        ensure!(answer.starts_with(':'), "answered {}", answer.trim());
        Ok(took)
    }
}

/// The command as Redis reads it.
fn publish(channel: &str, payload: &[u8]) -> Vec<u8> {
    let mut command = b"*3\r\n".to_vec();
    for word in [&b"SPUBLISH"[..], channel.as_bytes(), payload] {
        command.extend(format!("${}\r\n", word.len()).into_bytes());
        command.extend(word);
        command.extend(b"\r\n");
    }
    command
}

/// The program that sends what it is told to, with one socket.
struct Echo {
    floor: Running,
    stream: TcpStream,
    bytes: Vec<u8>,
}

impl Echo {
    async fn start(args: &Args) -> Result<Self> {
        let (floor, mut streams) = Running::start(args, 1).await?;
        Ok(Self {
            floor,
            stream: streams.pop().context("the floor has no socket")?,
            bytes: vec![0; usize::try_from(ECHO_BYTES)?],
        })
    }

    async fn once(&mut self) -> Result<f64> {
        let began = Instant::now();
        self.floor.order(ECHO_BYTES).await?;
        let read = self.stream.read_exact(&mut self.bytes);
        timeout(PATIENCE, read).await.context("no echo")??;
        Ok(since_ms(began))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_stands_beside_the_sum_of_its_parts_of_the_same_round() {
        let turns = [
            (6.0, [3.0, 1.0, 1.0]),
            (9.0, [3.0, 2.0, 1.0]),
            (5.0, [2.0, 1.0, 1.0]),
        ];
        let turns = turns.map(|(whole, parts)| Turn { whole, parts });
        let row = beside(&turns);
        assert_eq!(
            (row.value, row.floor, row.ratio),
            (6.0, Some(5.0), Some(1.25))
        );
        assert!(row.holds);
    }

    #[test]
    fn a_publish_is_written_as_redis_reads_it() {
        let expected = b"*3\r\n$8\r\nSPUBLISH\r\n$3\r\na:b\r\n$2\r\nhi\r\n";
        assert_eq!(publish("a:b", b"hi"), expected);
    }
}
