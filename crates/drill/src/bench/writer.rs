//! The floor of what is durable: a program that commits rows of one size to a redb file of its own, in batches as it is
//! told, each with its flush, and nothing else. The tables and keys are those of the embedded store's appends.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use clap::Parser;
use redb::{Database, Durability, TableDefinition};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
    time::timeout,
};
use uuid::Uuid;

use super::{Args, cpu::pin};

const EVENTS: TableDefinition<&'static [u8; 24], &'static [u8]> = TableDefinition::new("events");
const HEADS: TableDefinition<&'static [u8; 16], &'static [u8; 16]> = TableDefinition::new("heads");
/// Memory for pages of the file, as the embedded store has it.
const CACHE_BYTES: usize = 64 * 1024 * 1024;
/// The most rooms of one order.
const ROOMS_MAX: usize = 1_024;
/// How long an answer may take beyond the time that was ordered.
const PATIENCE: Duration = Duration::from_secs(60);

/// Commits rows in batches.
#[derive(Debug, Parser)]
pub(crate) struct Writer {
    /// The file, which must not be there
    #[arg(long)]
    file: PathBuf,
    /// Bytes of each row
    #[arg(long)]
    bytes: usize,
}

/// What is to be written: so many rows in each commit, in turn to so many rooms, for that long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Order {
    pub(super) rooms: usize,
    pub(super) batch: usize,
    pub(super) time: Duration,
}

impl Order {
    fn line(self) -> String {
        format!("{} {} {}\n", self.rooms, self.batch, self.time.as_millis())
    }

    fn parse(line: &str) -> Result<Self> {
        let words: Vec<u64> = line
            .split_whitespace()
            .map(str::parse)
            .collect::<Result<_, _>>()?;
        let [rooms, batch, millis] = words[..] else {
            anyhow::bail!("no order: {line}")
        };
        Ok(Self {
            rooms: usize::try_from(rooms)?.clamp(1, ROOMS_MAX),
            batch: usize::try_from(batch)?.clamp(1, ROOMS_MAX),
            time: Duration::from_millis(millis),
        })
    }
}

/// Runs until the orders on standard input end. The answer to each is a line on standard output: rows, nanoseconds.
pub(crate) fn run(args: &Writer) -> Result<bool> {
    ensure!(!args.file.exists(), "{} is there", args.file.display());
    let database = Database::builder()
        .set_cache_size(CACHE_BYTES)
        .create(&args.file)?;
    let mut logs = Vec::new();
    let row = vec![b'x'; args.bytes];
    for line in io::stdin().lines() {
        let order = Order::parse(&line?)?;
        while logs.len() < order.rooms {
            logs.push((Uuid::now_v7().into_bytes(), 0_u64));
        }
        let began = Instant::now();
        let mut rows = 0;
        let mut turn = (0..order.rooms).cycle();
        while began.elapsed() < order.time {
            commit(&database, &mut logs, turn.by_ref().take(order.batch), &row)?;
            rows += order.batch;
        }
        println!("{rows} {}", began.elapsed().as_nanos());
        io::stdout().flush()?;
    }
    Ok(true)
}

/// One row to the log of each of these rooms, and where it ends now: in one transaction, flushed when this returns.
fn commit(
    database: &Database,
    logs: &mut [([u8; 16], u64)],
    rooms: impl Iterator<Item = usize>,
    row: &[u8],
) -> Result<()> {
    let mut txn = database.begin_write()?;
    txn.set_durability(Durability::Immediate)?;
    {
        let mut events = txn.open_table(EVENTS)?;
        let mut heads = txn.open_table(HEADS)?;
        for at in rooms {
            let (room, head) = &mut logs[at];
            *head += 1;
            let mut key = [0; 24];
            key[..16].copy_from_slice(room);
            key[16..].copy_from_slice(&head.to_be_bytes());
            events.insert(&key, row)?;
            let mut end = [0; 16];
            end[..8].copy_from_slice(&head.to_be_bytes());
            heads.insert(&*room, &end)?;
        }
    }
    Ok(txn.commit()?)
}

/// The floor as a process of its own.
pub(super) struct Running {
    child: Child,
    orders: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Running {
    /// On a new file, with rows of that size.
    pub(super) fn start(args: &Args, file: &Path, bytes: usize) -> Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["writer", "--bytes", &bytes.to_string(), "--file"])
            .arg(file)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let orders = child.stdin.take().context("the writer takes no orders")?;
        let answers = child.stdout.take().context("the writer has no output")?;
        if let Some(processors) = &args.server_cpu {
            pin(child.id().context("the writer has ended")?, processors)?;
        }
        Ok(Self {
            child,
            orders,
            answers: BufReader::new(answers).lines(),
        })
    }

    /// What each row took, in microseconds.
    pub(super) async fn turn(&mut self, order: Order) -> Result<f64> {
        self.orders.write_all(order.line().as_bytes()).await?;
        let answer = timeout(order.time + PATIENCE, self.answers.next_line()).await;
        let answer = answer.context("the writer does not answer")??;
        each_us(&answer.context("the writer has ended")?)
    }

    /// Ends it.
    pub(super) async fn stop(mut self) -> Result<()> {
        self.child.kill().await.context("ending the writer")
    }
}

/// Microseconds a row, of an answer.
fn each_us(answer: &str) -> Result<f64> {
    let (rows, ns) = answer.split_once(' ').context("no answer")?;
    let (rows, ns) = (rows.parse::<f64>()?, ns.parse::<f64>()?);
    ensure!(rows > 0.0, "nothing was written");
    Ok(ns / 1e3 / rows)
}

#[cfg(test)]
mod tests {
    use redb::ReadableDatabase;

    use super::*;

    #[test]
    fn an_order_is_read_as_it_is_written() {
        let order = Order {
            rooms: 128,
            batch: 57,
            time: Duration::from_millis(3_000),
        };
        assert_eq!(Order::parse(order.line().trim()).unwrap(), order);
        assert!(Order::parse("128 57").is_err());
        assert!(Order::parse("128 many 3000").is_err());
    }

    #[test]
    fn an_answer_says_what_each_row_took() {
        assert_eq!(each_us("4 10000").unwrap(), 2.5);
        assert!(each_us("0 10000").is_err());
        assert!(each_us("4").is_err());
    }

    #[test]
    fn a_commit_holds_a_row_of_each_room_and_where_its_log_ends() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::create(folder.path().join("bare.redb")).unwrap();
        let mut logs = [([1; 16], 0), ([2; 16], 0)];
        commit(&database, &mut logs, [0, 1].into_iter(), b"row").unwrap();
        commit(&database, &mut logs, [1].into_iter(), b"row").unwrap();
        let txn = database.begin_read().unwrap();
        let (events, heads) = (
            txn.open_table(EVENTS).unwrap(),
            txn.open_table(HEADS).unwrap(),
        );
        let mut last = [2; 24];
        last[16..].copy_from_slice(&2_u64.to_be_bytes());
        assert_eq!(events.get(&last).unwrap().unwrap().value(), b"row");
        let end = heads.get(&[2; 16]).unwrap().unwrap();
        assert_eq!(end.value()[..8], 2_u64.to_be_bytes());
        assert_eq!(logs.map(|(_, head)| head), [1, 2]);
    }
}
