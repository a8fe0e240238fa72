//! The servers of a suite: the program itself, in processes that are killed.

use std::{collections::BTreeMap, path::PathBuf, process::Stdio, sync::Arc};

use hearth_core::{clock::Clock, testing::secrets::Log};
use hearth_server::{config::Config, parts};
use serde_json::Value;
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    sync::watch,
    task::JoinHandle,
    time::timeout,
};

use crate::{
    postbox::{PLACE, Postbox, token},
    world::{LONG, Served},
};

/// Servers that are one installation.
pub(crate) struct Stage {
    /// Where they keep what they have in common.
    settings: Vec<(&'static str, String)>,
    /// How much they log.
    levels: &'static str,
    servers: Vec<Option<Server>>,
    /// Whether what was killed is started again.
    heals: bool,
    /// To which they send mails.
    postbox: Postbox,
    /// Kept until the end.
    _folder: Option<TempDir>,
}

/// A server that runs.
struct Server {
    process: Child,
    /// `host:port`.
    place: String,
    /// The link for the first administrator, once it has said one.
    first: watch::Receiver<Option<String>>,
    /// Looked through when it is gone.
    _log: Log,
    /// Reads its log.
    reading: JoinHandle<()>,
}

impl Stage {
    /// One server with a file of its own, which is started again on it whenever it was killed.
    pub(crate) async fn embedded() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data").display().to_string();
        let mut stage = Self {
            settings: vec![("data", data)],
            levels: "trace",
            servers: Vec::new(),
            heals: true,
            postbox: Postbox::open(0).await,
            _folder: Some(folder),
        };
        stage.add().await;
        stage
    }

    /// Two servers on one Cassandra and one Redis; `None` where these are not there, which is said.
    pub(crate) async fn two(test: &str) -> Option<Self> {
        let mut stage = Self::before_any(test).await?;
        stage.add().await;
        stage.add().await;
        Some(stage)
    }

    /// The same before there is a server.
    pub(crate) async fn before_any(test: &str) -> Option<Self> {
        let cassandra = part(test, "HEARTH_TEST_CASSANDRA")?;
        let redis = part(test, "HEARTH_TEST_REDIS")?;
        // No other run's; Redis takes 32 characters.
        let keyspace = format!("c{:030x}", rand::random::<u128>() >> 8);
        let folder = tempfile::tempdir().unwrap();
        let files = folder.path().display().to_string();
        let settings = vec![
            ("store", "cassandra".to_owned()),
            ("files", files),
            ("cassandra_nodes", cassandra),
            ("cassandra_keyspace", keyspace.clone()),
            ("bus", "redis".to_owned()),
            ("redis_nodes", redis),
            ("redis_prefix", keyspace),
        ];
        let made = program().arg("migrate").args(flags(&settings)).output();
        let made = made.await.unwrap();
        assert!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stderr)
        );
        Some(Self {
            settings,
            // The clients of Cassandra and Redis say every answer below it.
            levels: "debug",
            servers: Vec::new(),
            heals: false,
            postbox: Postbox::open(0).await,
            _folder: Some(folder),
        })
    }

    /// A server of this installation in this process, with a clock of its own.
    pub(crate) async fn with_clock(&self, clock: Arc<dyn Clock>) -> Served {
        let mut settings: BTreeMap<_, _> = self.settings.iter().cloned().collect();
        for (name, value) in [
            ("listen", "127.0.0.1:0"),
            ("limits", "off"),
            ("admissions_per_s", "0"),
            ("drain_s", "1"),
        ] {
            settings.insert(name, value.to_owned());
        }
        let config = Config::from_sources(None, &|_| None, &settings).unwrap();
        let name = parts::node_name(&config);
        let mut parts = parts::open(&config, &name).await.unwrap();
        parts.clock = clock;
        Served::on(config, name, parts)
    }

    /// Starts one more.
    pub(crate) async fn add(&mut self) {
        let server = start(&self.settings, self.levels, &self.postbox.place).await;
        self.servers.push(Some(server));
    }

    /// SIGKILL, and the process is gone.
    pub(crate) async fn kill(&mut self, n: usize) {
        if let Some(mut server) = self.servers[n].take() {
            server.process.kill().await.unwrap();
            // What it has written is there to its end.
            timeout(LONG, &mut server.reading).await.unwrap().unwrap();
        }
    }

    /// Starts again what was killed, if that is to be.
    pub(crate) async fn heal(&mut self) {
        for n in 0..self.servers.len() {
            if self.heals && self.servers[n].is_none() {
                let server = start(&self.settings, self.levels, &self.postbox.place).await;
                self.servers[n] = Some(server);
            }
        }
    }

    /// Those that run.
    pub(crate) fn living(&self) -> Vec<usize> {
        let all = self.servers.iter().enumerate();
        all.filter_map(|(n, server)| server.is_some().then_some(n))
            .collect()
    }

    /// `host:port` of one that runs.
    pub(crate) fn place(&self, n: usize) -> String {
        self.servers[n].as_ref().unwrap().place.clone()
    }

    /// What counts in the link that was mailed to an address, for it to be confirmed.
    pub(crate) async fn mailed(&mut self, address: &str) -> String {
        token(&self.postbox.next_to(address).await, "mail")
    }

    /// What counts in the link by which somebody becomes the first administrator: before any server is killed, and while
    /// there is none.
    pub(crate) async fn first(&mut self) -> String {
        let first = &mut self.servers[0].as_mut().unwrap().first;
        let said = timeout(LONG, first.wait_for(Option::is_some)).await;
        let link = said.unwrap().unwrap().clone().unwrap();
        let (_, token) = link.split_once("#first=").unwrap();
        token.to_owned()
    }
}

fn program() -> Command {
    let mut program = Command::new(PathBuf::from(env!("CARGO_BIN_EXE_hearth")));
    program.env_clear().kill_on_drop(true);
    program
}

/// Settings as the program takes them.
fn flags(settings: &[(&'static str, String)]) -> Vec<String> {
    let flag =
        |(name, value): &(&str, String)| [format!("--{}", name.replace('_', "-")), value.clone()];
    settings.iter().flat_map(flag).collect()
}

async fn start(settings: &[(&'static str, String)], levels: &str, postbox: &str) -> Server {
    let mut process = program()
        .args(["serve", "--listen", "127.0.0.1:0", "--log-format", "json"])
        // Tests say in a moment what people say in a day.
        .args(["--limits", "off", "--admissions-per-s", "0"])
        .args(["--log", levels])
        .args([
            "--smtp",
            postbox,
            "--mail-from",
            "Hearth <hearth@example.org>",
        ])
        .args(["--public-url", PLACE])
        // Whoever is told something stands on this machine.
        .args(["--outgoing-nets", "127.0.0.0/8"])
        .args(flags(settings))
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
    let (told, first) = watch::channel(None);
    // It may be said before or after the server serves.
    let log = Log::new("server-of-a-suite");
    let kept = log.lines();
    let read = move |line: &str| {
        kept.push(line);
        if !line.contains("#first=") && !line.contains(r#""serving""#) {
            return Value::Null;
        }
        let entry: Value = serde_json::from_str(line).unwrap_or_default();
        if let Some(link) = entry["link"].as_str() {
            told.send_replace(Some(link.to_owned()));
        }
        entry
    };
    let place = loop {
        let line = timeout(LONG, lines.next_line()).await.unwrap().unwrap();
        let line = line.unwrap_or_else(|| panic!("the server ended: {}", log.so_far()));
        let entry = read(&line);
        if entry["message"] == "serving" {
            break entry["address"].as_str().unwrap().to_owned();
        }
    };
    let reading = tokio::spawn(async move {
        while let Ok(Some(line)) = lines.next_line().await {
            read(&line);
        }
    });
    Server {
        process,
        place,
        first,
        _log: log,
        reading,
    }
}

/// A part's address. CI must have all of them.
fn part(test: &str, variable: &str) -> Option<String> {
    let address = std::env::var(variable).unwrap_or_default();
    if address.is_empty() {
        println!("SKIPPED {test}: {variable} is not set");
        assert!(
            std::env::var("CI").as_deref() != Ok("true"),
            "{variable} is not set"
        );
        return None;
    }
    Some(address)
}
