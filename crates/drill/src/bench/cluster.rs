//! What a stored message costs a cluster that runs already: calls of the store, hints, processor time of Redis, and a hot
//! room whose senders are on all servers beside the same room with all on one.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, sleep, timeout},
};

use super::{
    Args,
    row::{Row, median},
};
use crate::{
    http::{Http, Place},
    load::{
        crowd::{Counts, join, room, run_name},
        places,
        senders::{Round, round},
    },
};

/// Senders of the hot room.
const SENDERS: usize = 128;
/// How long each turn sends.
const TURN: Duration = Duration::from_secs(5);
/// Bytes of each message.
const BYTES: usize = 100;
/// What the servers have published.
const HINTS: &str = "hearth_hints_published_total";
/// How long Redis may take to say what it has used.
const PATIENCE: Duration = Duration::from_secs(10);

/// All that is counted, at one moment.
struct Count {
    counts: Counts,
    redis_s: f64,
}

impl Count {
    async fn of(http: &Http, args: &Args, places: &[Place]) -> Result<Self> {
        let redis_s = redis(args).await?;
        let counts = Counts::of(http, places).await?;
        Ok(Self { counts, redis_s })
    }
}

/// Processor time of all of Redis, in seconds.
async fn redis(args: &Args) -> Result<f64> {
    let mut sum = 0.0;
    for address in &args.redis {
        sum += used(address)
            .await
            .with_context(|| format!("Redis at {address}"))?;
    }
    Ok(sum)
}

/// What of each second goes on while nobody says anything.
struct Idle {
    /// Processor time of all of Redis: for its servers' own talk, and for what ours say.
    redis_s: f64,
    /// What ours say to find out that they are well.
    hints: f64,
}

impl Idle {
    async fn of(http: &Http, args: &Args, places: &[Place]) -> Result<Self> {
        let before = Count::of(http, args, places).await?;
        let began = Instant::now();
        sleep(TURN).await;
        let after = Count::of(http, args, places).await?;
        let seconds = began.elapsed().as_secs_f64();
        Ok(Self {
            redis_s: (after.redis_s - before.redis_s) / seconds,
            hints: after.counts.all_since(&before.counts, HINTS) / seconds,
        })
    }
}

/// What one turn came to, for each message.
struct Turn {
    rate: f64,
    appends: f64,
    reads: f64,
    hints: f64,
    races: f64,
    redis_us: f64,
}

/// Measures it on the servers of `--url` and the Redis of `--redis`.
pub(super) async fn measure(args: &Args) -> Result<Vec<Row>> {
    let places = places(&args.url)?;
    let (http, run) = (Http::new(), run_name());
    let mut users = Vec::new();
    for (name, senders) in [("one", 1), ("few", 16), ("hot", SENDERS)] {
        println!("cluster: a room of {senders} senders");
        let name = format!("{run}{name}");
        room(&http, &places[0], &name).await?;
        users.push(join(&http, &places, &name, &name, senders).await?);
    }
    let [one, few, hot] = &users[..] else {
        unreachable!("three were pushed")
    };
    let (mut ones, mut fews, mut alls, mut firsts) = (vec![], vec![], vec![], vec![]);
    let idle = &Idle::of(&http, args, &places).await?;
    for n in 0..=args.rounds.min(4) {
        let turns = (
            turn(&http, args, idle, &places, one, &places[..1]).await?,
            turn(&http, args, idle, &places, few, &places).await?,
            turn(&http, args, idle, &places, hot, &places).await?,
            turn(&http, args, idle, &places, hot, &places[..1]).await?,
        );
        println!("  round {n}, of which the first only warms up");
        if n > 0 {
            ones.push(turns.0);
            fews.push(turns.1);
            alls.push(turns.2);
            firsts.push(turns.3);
        }
    }
    let of = |turns: &[Turn], what: &dyn Fn(&Turn) -> f64| median(turns.iter().map(what).collect());
    let hot = u32::try_from(SENDERS)?;
    let rates = alls
        .iter()
        .zip(&firsts)
        .map(|(all, first)| first.rate / all.rate);
    let mut rows = vec![
        Row::plain(
            "P11",
            1,
            "appends a message, one sender",
            of(&ones, &|t| t.appends),
            "",
            1.05,
        ),
        Row::plain(
            "P11",
            1,
            "reads a message",
            of(&ones, &|t| t.reads),
            "",
            0.01,
        ),
        Row::plain(
            "P11",
            1,
            "publishes a message",
            of(&ones, &|t| t.hints),
            "",
            2.0,
        ),
        Row::plain(
            "P11",
            hot,
            "appends a message, senders on all servers",
            of(&alls, &|t| t.appends),
            "",
            1.0,
        ),
        Row::plain(
            "P11",
            hot,
            "publishes a message",
            of(&alls, &|t| t.hints),
            "",
            2.0,
        ),
        Row::plain(
            "P17",
            hot,
            "one server's messages/s, beside all servers'",
            of(&firsts, &|t| t.rate),
            "",
            2.0,
        )
        .beside(of(&alls, &|t| t.rate), median(rates.collect())),
        Row::plain(
            "P17",
            hot,
            "appends lost to another writer, of a hundred",
            of(&alls, &|t| 100.0 * t.races),
            "%",
            1.0,
        ),
    ];
    if !args.redis.is_empty() {
        let row = |n, what, turns: &[Turn], goal| {
            Row::plain("P12", n, what, of(turns, &|t| t.redis_us), "µs", goal)
        };
        rows.push(row(1, "Redis, a stored message, one sender", &ones, 3.0));
        rows.push(row(16, "Redis, a stored message, 16 senders", &fews, 1.0));
    } else {
        println!("P12 left out: needs the servers of its Redis (--redis)");
    }
    Ok(rows)
}

async fn turn(
    http: &Http,
    args: &Args,
    idle: &Idle,
    all: &[Place],
    users: &[String],
    doors: &[Place],
) -> Result<Turn> {
    let before = Count::of(http, args, all).await?;
    let began = Instant::now();
    let round: Round = round(users, doors, TURN, BYTES).await?;
    let after = Count::of(http, args, all).await?;
    ensure!(round.acked() > 0, "nothing was acknowledged");
    let acked = round.acked() as f64;
    let seconds = began.elapsed().as_secs_f64();
    let redis_s = after.redis_s - before.redis_s - idle.redis_s * seconds;
    let since = |name: &str| after.counts.all_since(&before.counts, name);
    let call = |call: &str| since_call(&before, &after, call);
    Ok(Turn {
        rate: round.rate(),
        appends: call("append") / acked,
        reads: call("read") / acked,
        hints: (since(HINTS) - idle.hints * seconds).max(0.0) / acked,
        races: since("hearth_appends_lost_total") / call("append").max(1.0),
        redis_us: redis_s.max(0.0) * 1e6 / acked,
    })
}

fn since_call(before: &Count, after: &Count, call: &str) -> f64 {
    let name = format!("hearth_store_calls_total{{call=\"{call}\"}}");
    after.counts.since(&before.counts, &name)
}

/// Processor time of one Redis, in seconds, as it says itself.
async fn used(address: &str) -> Result<f64> {
    let asked = async {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(b"INFO cpu\r\nQUIT\r\n").await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        anyhow::Ok(answer)
    };
    let answer = timeout(PATIENCE, asked).await.context("no answer")??;
    sum(&answer)
}

/// `used_cpu_sys` and `used_cpu_user` of an answer to `INFO cpu`.
fn sum(answer: &str) -> Result<f64> {
    let seconds = |name: &str| -> Result<f64> {
        let mut lines = answer.lines().filter_map(|line| line.split_once(':'));
        let value = lines.find(|(key, _)| *key == name);
        let (_, value) = value.with_context(|| format!("no {name} in {answer:?}"))?;
        Ok(value.trim().parse()?)
    };
    Ok(seconds("used_cpu_sys")? + seconds("used_cpu_user")?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redis_says_what_it_has_used() {
        let answer = "$200\r\n# CPU\r\nused_cpu_sys:1.5\r\nused_cpu_user:2.25\r\nused_cpu_sys_children:9\r\n+OK\r\n";
        assert_eq!(sum(answer).unwrap(), 3.75);
        assert!(sum("-ERR no\r\n").is_err());
    }
}
