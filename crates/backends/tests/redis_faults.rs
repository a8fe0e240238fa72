//! What the Redis bus promises while Redis breaks, on servers of its own, started by the scripts in
//! `HEARTH_TEST_SCRIPTS`.
//!
//! One node talks on many topics all the time, another listens, something is broken and mended. Afterwards: every
//! topic stands and is heard; nothing came twice, out of order or inside a gap; and there was no silent deafness: each
//! publish that was taken was delivered, or its topic was told `Whole` after it (then whoever cares has re-read).
#![cfg(feature = "redis")]

mod redis_parts;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    process::{Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use hearth_backends::redis::{Mode, RedisConfig};
use hearth_core::port::{Bus, BusNews, NodeName, Presence, ServerHealth, Topic};
use hearth_protocol::{Status, UserId};
use redis_parts::{config, connected, variable};
use tokio::{
    sync::{MutexGuard, mpsc},
    task::{JoinHandle, JoinSet},
    time::{Instant, sleep, timeout},
};

/// One fault at a time: they would make each other's servers slow.
static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
/// How long anything may take that must come in the end.
const PATIENCE: Duration = Duration::from_secs(40);
const TOPICS: u16 = 60;
const SERVERS: usize = 6;

/// Servers of this test's own.
struct Servers {
    script: PathBuf,
    name: String,
    nodes: String,
    mode: Mode,
    _turn: MutexGuard<'static, ()>,
}

impl Servers {
    async fn start(test: &str, mode: Mode, options: &[&str]) -> Option<Self> {
        let scripts = variable(test, "HEARTH_TEST_SCRIPTS")?;
        let mut servers = Self {
            script: PathBuf::from(scripts).join("redis"),
            name: format!("test/redis-{test}"),
            nodes: String::new(),
            mode,
            _turn: TURN.lock().await,
        };
        let mut start = vec!["start"];
        if mode == Mode::Cluster {
            start.push("--cluster");
        }
        start.extend(options);
        servers.nodes = servers.run(&start).await.trim().to_owned();
        Some(servers)
    }

    /// A verb of the script; its answer.
    async fn run(&self, verb: &[&str]) -> String {
        let mut command = tokio::process::Command::new(&self.script);
        let (first, rest) = verb.split_first().expect("a verb");
        command.arg(first).args(["--name", &self.name]).args(rest);
        command.stdin(Stdio::null());
        let output = command.output().await.expect("the script runs");
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        assert!(
            output.status.success(),
            "{verb:?}: {}",
            text(&output.stderr)
        );
        text(&output.stdout)
    }

    /// The same verb for every server, at once.
    async fn run_each(self: &Arc<Self>, verb: &'static str) {
        let mut all = JoinSet::new();
        for n in 1..=SERVERS {
            let servers = self.clone();
            all.spawn(async move { servers.run(&[verb, &n.to_string()]).await });
        }
        while let Some(done) = all.join_next().await {
            done.expect("the script succeeds");
        }
    }

    fn config(&self) -> RedisConfig {
        config(self.mode, &self.nodes)
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        let stop = Command::new(&self.script)
            .args(["stop", "--name", &self.name, "--wipe"])
            .status();
        if !stop.is_ok_and(|status| status.success()) {
            println!("{} could not be stopped", self.name);
        }
    }
}

/// One publish.
struct Said {
    topic: Topic,
    n: u64,
    at: Instant,
    taken: bool,
}

/// A node that talks and one that listens.
struct Drill {
    talker: Arc<dyn Bus>,
    _ear: Arc<dyn Bus>,
    board: Arc<dyn Presence>,
    next: Arc<AtomicU64>,
    said: Arc<Mutex<Vec<Said>>>,
    heard: Arc<Mutex<Vec<(Instant, BusNews)>>>,
    ended: Arc<AtomicBool>,
    tasks: Vec<JoinHandle<()>>,
    /// How much had been heard when the fault began.
    fault_at: usize,
}

/// What came of it.
#[derive(Debug, Default)]
struct Outcome {
    taken: usize,
    refused: usize,
    delivered: usize,
    /// Taken, not delivered, but followed by a `Whole` of the topic.
    made_up: usize,
    /// Topics that were told a gap.
    gapped: BTreeSet<Topic>,
}

fn topics() -> Vec<Topic> {
    (0..TOPICS).map(|n| Topic::Shard(n * 17)).collect()
}

async fn say(talker: &dyn Bus, said: &Mutex<Vec<Said>>, topic: &Topic, n: u64) -> bool {
    let at = Instant::now();
    let payload = Bytes::copy_from_slice(&n.to_be_bytes());
    let taken = timeout(PATIENCE, talker.publish(topic, payload))
        .await
        .expect("a publish ends")
        .is_ok();
    said.lock().expect("nobody panicked").push(Said {
        topic: topic.clone(),
        n,
        at,
        taken,
    });
    taken
}

async fn listen(mut news: mpsc::Receiver<BusNews>, heard: Arc<Mutex<Vec<(Instant, BusNews)>>>) {
    while let Some(news) = news.recv().await {
        heard
            .lock()
            .expect("nobody panicked")
            .push((Instant::now(), news));
    }
}

fn number(payload: &Bytes) -> u64 {
    u64::from_be_bytes(payload.as_ref().try_into().expect("eight bytes"))
}

impl Drill {
    /// Talks and listens; returns when every topic has been heard.
    async fn begin(config: &RedisConfig) -> Self {
        let (talker, ear) = (connected(config).await, connected(config).await);
        let mut drill = Self {
            talker: talker.bus,
            _ear: ear.bus.clone(),
            board: talker.presence,
            next: Arc::default(),
            said: Arc::default(),
            heard: Arc::default(),
            ended: Arc::default(),
            tasks: Vec::new(),
            fault_at: 0,
        };
        for topic in topics() {
            ear.bus.subscribe(topic);
        }
        let (talker, said, next, ended) = (
            drill.talker.clone(),
            drill.said.clone(),
            drill.next.clone(),
            drill.ended.clone(),
        );
        let talk = async move {
            for topic in topics().iter().cycle() {
                if ended.load(Ordering::Relaxed) {
                    break;
                }
                let n = next.fetch_add(1, Ordering::Relaxed);
                say(talker.as_ref(), &said, topic, n).await;
                sleep(Duration::from_millis(1)).await;
            }
        };
        drill
            .tasks
            .push(tokio::spawn(listen(ear.news, drill.heard.clone())));
        drill.await_stands().await;
        drill.tasks.push(tokio::spawn(talk));
        drill.await_heard().await;
        drill.fault_at = drill.heard.lock().expect("nobody panicked").len();
        drill
    }

    /// Which topics stand now, by what was told.
    fn standing(&self) -> BTreeSet<Topic> {
        let mut standing = BTreeSet::new();
        for (_, news) in self.heard.lock().expect("nobody panicked").iter() {
            match news {
                BusNews::Whole(topics) => standing.extend(topics.iter().cloned()),
                BusNews::Gap(topics) => standing.retain(|topic| !topics.contains(topic)),
                BusNews::Hint(..) => {}
            }
        }
        standing
    }

    async fn until(&self, what: &str, reached: impl Fn(&Self) -> bool) {
        let until = Instant::now() + PATIENCE;
        while !reached(self) {
            assert!(Instant::now() < until, "in vain: {what}");
            sleep(Duration::from_millis(20)).await;
        }
    }

    async fn await_stands(&self) {
        self.until("every topic stands", |drill| {
            drill.standing().len() == usize::from(TOPICS)
        })
        .await;
    }

    /// Waits until every topic has been heard anew.
    async fn await_heard(&self) {
        let from = self.heard.lock().expect("nobody panicked").len();
        self.until("every topic is heard", |drill| {
            let heard = drill.heard.lock().expect("nobody panicked");
            let topics: BTreeSet<&Topic> = heard[from..]
                .iter()
                .filter_map(|(_, news)| match news {
                    BusNews::Hint(topic, _) => Some(topic),
                    BusNews::Gap(_) | BusNews::Whole(_) => None,
                })
                .collect();
            topics.len() == usize::from(TOPICS)
        })
        .await;
    }

    /// Waits until a gap has been told since the fault began.
    async fn await_gap(&self) {
        self.until("a gap is told", |drill| {
            drill.heard.lock().expect("nobody panicked")[drill.fault_at..]
                .iter()
                .any(|(_, news)| matches!(news, BusNews::Gap(_)))
        })
        .await;
    }

    /// Waits until all is well again, stops, and judges.
    async fn end(self) -> Outcome {
        self.await_stands().await;
        self.await_heard().await;
        self.ended.store(true, Ordering::Relaxed);
        // A last word on every topic: what was taken before it on the same topic has arrived when it arrives.
        for topic in topics() {
            let until = Instant::now() + PATIENCE;
            'said: loop {
                assert!(Instant::now() < until, "{topic:?} is not heard in the end");
                let n = self.next.fetch_add(1, Ordering::Relaxed);
                if !say(self.talker.as_ref(), &self.said, &topic, n).await {
                    sleep(Duration::from_millis(100)).await;
                    continue;
                }
                for _ in 0..100 {
                    if self.has_heard(&topic, n) {
                        break 'said;
                    }
                    sleep(Duration::from_millis(20)).await;
                }
            }
        }
        for task in &self.tasks {
            task.abort();
        }
        self.judge()
    }

    fn has_heard(&self, topic: &Topic, n: u64) -> bool {
        let heard = self.heard.lock().expect("nobody panicked");
        heard.iter().rev().any(|(_, news)| {
            matches!(news, BusNews::Hint(at, payload) if at == topic && number(payload) == n)
        })
    }

    fn judge(&self) -> Outcome {
        let (said, heard) = (
            self.said.lock().expect("nobody panicked"),
            self.heard.lock().expect("nobody panicked"),
        );
        let mut outcome = Outcome::default();
        let mut standing = BTreeSet::new();
        let mut delivered = BTreeSet::new();
        let mut last = BTreeMap::new();
        let mut wholes = BTreeMap::<&Topic, Instant>::new();
        let taken: BTreeSet<u64> = said
            .iter()
            .filter(|one| one.taken)
            .map(|one| one.n)
            .collect();
        for (at, news) in heard.iter() {
            match news {
                BusNews::Hint(topic, payload) => {
                    let n = number(payload);
                    assert!(standing.contains(topic), "{n} inside a gap of {topic:?}");
                    assert!(delivered.insert(n), "{n} came twice");
                    // What was given up may come late: a server that was stopped reads it when it goes on.
                    if taken.contains(&n) {
                        let before = last.insert(topic, n);
                        assert!(
                            before.is_none_or(|before| before < n),
                            "{n} after {before:?}"
                        );
                    }
                }
                BusNews::Gap(topics) => {
                    for topic in topics {
                        assert!(standing.remove(topic), "a gap of {topic:?} in a gap");
                        outcome.gapped.insert(topic.clone());
                        last.remove(topic);
                    }
                }
                BusNews::Whole(topics) => {
                    for topic in topics {
                        assert!(standing.insert(topic), "{topic:?} stands twice");
                        wholes.insert(topic, *at);
                    }
                }
            }
        }
        let mut silent = Vec::new();
        for one in said.iter() {
            if !one.taken {
                outcome.refused += 1;
                continue;
            }
            outcome.taken += 1;
            if delivered.contains(&one.n) {
                outcome.delivered += 1;
            } else if wholes.get(&one.topic).is_some_and(|whole| *whole >= one.at) {
                outcome.made_up += 1;
            } else {
                silent.push((&one.topic, one.n));
            }
        }
        println!(
            "taken {}, delivered {}, made up by a Whole {}, refused {}, topics with a gap {}",
            outcome.taken,
            outcome.delivered,
            outcome.made_up,
            outcome.refused,
            outcome.gapped.len()
        );
        assert!(silent.is_empty(), "lost in silence: {silent:?}");
        outcome
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_masters_topics_come_back_on_its_replica() {
    let Some(servers) = Servers::start("killed-master", Mode::Cluster, &[]).await else {
        return;
    };
    let drill = Drill::begin(&servers.config()).await;
    servers.run(&["kill", "1"]).await;
    drill.await_gap().await;
    let outcome = drill.end().await;
    assert!(!outcome.gapped.is_empty());
    assert!(outcome.refused > 0, "nobody owned its slots for a while");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_planned_failover_is_a_short_gap_at_most() {
    let Some(servers) = Servers::start("failover", Mode::Cluster, &[]).await else {
        return;
    };
    let drill = Drill::begin(&servers.config()).await;
    servers.run(&["failover", "1"]).await;
    drill.await_gap().await;
    drill.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn topics_follow_their_slots_through_a_reshard() {
    let Some(servers) = Servers::start("reshard", Mode::Cluster, &[]).await else {
        return;
    };
    let drill = Drill::begin(&servers.config()).await;
    servers.run(&["reshard", "1", "2"]).await;
    drill.await_gap().await;
    let outcome = drill.end().await;
    let moved = outcome.gapped.len();
    assert!(
        moved >= usize::from(TOPICS) / 6,
        "only {moved} topics moved"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_clients_come_back() {
    let Some(servers) = Servers::start("client-kill", Mode::Cluster, &[]).await else {
        return;
    };
    let drill = Drill::begin(&servers.config()).await;
    for kind in ["pubsub", "normal"] {
        for n in ["1", "2", "3"] {
            servers
                .run(&["cli", n, "CLIENT", "KILL", "TYPE", kind])
                .await;
        }
        drill.await_gap().await;
        drill.await_stands().await;
        drill.await_heard().await;
    }
    let outcome = drill.end().await;
    assert_eq!(outcome.gapped.len(), usize::from(TOPICS));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_master_that_stops_for_five_seconds_deafens_nobody() {
    let Some(servers) = Servers::start("paused-master", Mode::Cluster, &[]).await else {
        return;
    };
    let drill = Drill::begin(&servers.config()).await;
    servers.run(&["pause", "2"]).await;
    sleep(Duration::from_secs(5)).await;
    servers.run(&["resume", "2"]).await;
    drill.await_gap().await;
    drill.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flush_takes_statuses_until_they_are_renewed_and_no_hints() {
    let Some(servers) = Servers::start("flush", Mode::Cluster, &[]).await else {
        return;
    };
    let drill = Drill::begin(&servers.config()).await;
    let users: Vec<_> = (0..50).map(|n| UserId(uuid::Uuid::from_u128(n))).collect();
    let online: Vec<_> = users.iter().map(|user| (*user, Status::Online)).collect();
    let node = NodeName("a".to_owned());
    drill.board.set(&node, &online).await.expect("set");
    for n in ["1", "2", "3"] {
        servers.run(&["cli", n, "FLUSHALL"]).await;
    }
    let offline = vec![Status::Offline; users.len()];
    assert_eq!(drill.board.get(&users).await.expect("get"), offline);
    drill.board.set(&node, &online).await.expect("set");
    let statuses = drill.board.get(&users).await.expect("get");
    assert_eq!(statuses, vec![Status::Online; users.len()]);
    let outcome = drill.end().await;
    assert_eq!(outcome.made_up, 0);
    assert_eq!(outcome.refused, 0);
    assert!(outcome.gapped.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn all_of_redis_may_be_away_for_twenty_seconds() {
    let Some(servers) = Servers::start("away", Mode::Cluster, &[]).await else {
        return;
    };
    let servers = Arc::new(servers);
    let drill = Drill::begin(&servers.config()).await;
    servers.run_each("kill").await;
    drill.await_gap().await;
    sleep(Duration::from_secs(20)).await;
    assert!(drill.talker.ready().await.is_err());
    assert_eq!(drill.standing().len(), 0);
    servers.run_each("restart").await;
    let outcome = drill.end().await;
    assert_eq!(outcome.gapped.len(), usize::from(TOPICS));
    // Publishing fails at once while there is nobody: a second each would have been twenty.
    assert!(outcome.refused > 1_000, "{} refused", outcome.refused);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_server_may_be_killed_stopped_and_shaken() {
    let Some(servers) = Servers::start("one", Mode::Standalone, &[]).await else {
        return;
    };
    let drill = Drill::begin(&servers.config()).await;
    for kind in ["pubsub", "normal"] {
        servers
            .run(&["cli", "1", "CLIENT", "KILL", "TYPE", kind])
            .await;
        drill.await_gap().await;
        drill.await_stands().await;
        drill.await_heard().await;
    }
    servers.run(&["pause", "1"]).await;
    sleep(Duration::from_secs(5)).await;
    servers.run(&["resume", "1"]).await;
    drill.await_stands().await;
    drill.await_heard().await;
    servers.run(&["kill", "1"]).await;
    drill
        .until("Redis is away", |drill| drill.standing().is_empty())
        .await;
    servers.run(&["restart", "1"]).await;
    let outcome = drill.end().await;
    assert_eq!(outcome.gapped.len(), usize::from(TOPICS));
    assert!(outcome.refused > 0);
}

/// What the bus tells of its servers, once it is as it should be.
async fn health(bus: &dyn Bus, what: &str, is_so: impl Fn(&[ServerHealth]) -> bool) {
    let until = Instant::now() + PATIENCE;
    loop {
        let servers = bus.health().await;
        if is_so(&servers) {
            return;
        }
        assert!(Instant::now() < until, "never {what}: {servers:?}");
        sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_server_tells_how_it_is_and_one_that_dies_is_told_of() {
    for (mode, count, masters) in [(Mode::Standalone, 1, 1), (Mode::Cluster, SERVERS, 3)] {
        let Some(servers) = Servers::start("health", mode, &[]).await else {
            return;
        };
        let redis = connected(&servers.config()).await;
        let up = |servers: &[ServerHealth]| {
            let up = servers.iter().filter(|server| server.down.is_none());
            let asked = servers
                .iter()
                .filter(|server| server.round_trip_us.is_some() && server.memory_bytes.is_some());
            (up.count(), asked.count())
        };
        health(&*redis.bus, "all are well", |servers| {
            up(servers) == (count, masters)
        })
        .await;
        servers.run(&["kill", "1"]).await;
        health(&*redis.bus, "one is down", |servers| {
            servers.len() == count && servers[0].down.is_some() && up(servers).0 == count - 1
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_asked_for_and_given() {
    let word = "a word, with signs: @/%";
    let options = ["--password", word];
    for mode in [Mode::Standalone, Mode::Cluster] {
        let Some(servers) = Servers::start("password", mode, &options).await else {
            return;
        };
        let mut config = servers.config();
        let without = hearth_backends::redis::connect(config.clone())
            .await
            .expect("legal settings");
        let why = without.bus.ready().await.expect_err("not without it");
        assert!(why.to_string().contains("NOAUTH"), "{why}");
        config.password = Some(word.to_owned());
        let drill = Drill::begin(&config).await;
        let outcome = drill.end().await;
        assert_eq!(outcome.refused, 0);
    }
}
