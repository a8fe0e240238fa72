//! Where the nodes under test are, how they are stopped, and entries to write into them.

use std::{path::PathBuf, process::Stdio, sync::Arc, time::Duration};

use hearth_backends::cassandra::{Cassandra, Options, migrate};
use hearth_core::log::{Entry, Head};
use hearth_protocol::{Body, DeviceId, Event, Ordinal, RoomId, SendId, Seq, UserId};
use tokio::{process::Command, sync::Mutex};

/// The three nodes of one datacenter are one test's at a time: some stop them.
pub(crate) static THREE: Mutex<()> = Mutex::const_new(());
/// So are those of two datacenters.
pub(crate) static DATACENTERS: Mutex<()> = Mutex::const_new(());

/// Nodes to test against.
pub(crate) struct Place {
    pub(crate) nodes: Vec<String>,
    control: Option<Control>,
}

/// The script that started them.
struct Control {
    script: PathBuf,
    name: String,
}

impl Place {
    /// One node.
    pub(crate) fn one(test: &str) -> Option<Self> {
        Self::find(test, "HEARTH_TEST_CASSANDRA", false)
    }

    /// Three nodes of one datacenter.
    pub(crate) fn three(test: &str) -> Option<Self> {
        Self::find(test, "HEARTH_TEST_CASSANDRA3", false)
    }

    /// Three nodes that can be stopped.
    pub(crate) fn three_to_stop(test: &str) -> Option<Self> {
        Self::find(test, "HEARTH_TEST_CASSANDRA3", true)
    }

    /// Two nodes in `dc1`, one in `dc2`.
    pub(crate) fn datacenters(test: &str) -> Option<Self> {
        Self::find(test, "HEARTH_TEST_CASSANDRA_DCS", false)
    }

    /// The same, to stop.
    pub(crate) fn datacenters_to_stop(test: &str) -> Option<Self> {
        Self::find(test, "HEARTH_TEST_CASSANDRA_DCS", true)
    }

    fn find(test: &str, variable: &str, to_stop: bool) -> Option<Self> {
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let Some(nodes) = set(variable) else {
            return skipped(test, &format!("{variable} is not set"));
        };
        let control = set("HEARTH_TEST_SCRIPTS")
            .zip(set(&format!("{variable}_NAME")))
            .map(|(scripts, name)| Control {
                script: PathBuf::from(scripts).join("cassandra"),
                name,
            });
        if to_stop && control.is_none() {
            let why = format!("HEARTH_TEST_SCRIPTS or {variable}_NAME is not set");
            return skipped(test, &why);
        }
        Some(Self {
            nodes: nodes.split(',').map(str::to_owned).collect(),
            control,
        })
    }

    /// Settings for a keyspace of this test's own.
    pub(crate) fn options(&self, bucket_events: u64) -> Options {
        Options {
            nodes: self.nodes.clone(),
            keyspace: keyspace(),
            replication: match self.nodes.len() {
                1 => "simple:1",
                _ => "datacenter1:3",
            }
            .parse()
            .expect("a replication"),
            bucket_events,
            ..Options::default()
        }
    }

    /// A store in a keyspace of its own.
    pub(crate) async fn store(&self, bucket_events: u64) -> Arc<Cassandra> {
        let options = self.options(bucket_events);
        migrate(&options).await.expect("migrate");
        Arc::new(Cassandra::connect(&options).await.expect("connect"))
    }

    /// SIGKILL to node 1, 2 or 3, until it is restarted.
    pub(crate) async fn kill(&self, number: u8) -> Down<'_> {
        self.down(number, "kill", "restart").await
    }

    /// SIGSTOP to node 1, 2 or 3, until it is resumed.
    pub(crate) async fn pause(&self, number: u8) -> Down<'_> {
        self.down(number, "pause", "resume").await
    }

    async fn down(&self, number: u8, verb: &str, back: &'static str) -> Down<'_> {
        let control = self.control.as_ref().expect("nodes that can be stopped");
        let down = Down {
            control,
            number,
            back: Some(back),
        };
        control.run(verb, number).await;
        down
    }
}

/// A node that is down; comes back at the latest when this is dropped, so that a failed test leaves no trace.
pub(crate) struct Down<'a> {
    control: &'a Control,
    number: u8,
    back: Option<&'static str>,
}

impl Down<'_> {
    pub(crate) async fn up(mut self) {
        if let Some(verb) = self.back.take() {
            self.control.run(verb, self.number).await;
        }
    }
}

impl Drop for Down<'_> {
    fn drop(&mut self) {
        if let Some(verb) = self.back.take() {
            let arguments = self.control.arguments(verb, self.number);
            let done = std::process::Command::new(&self.control.script)
                .args(arguments)
                .status();
            println!("{verb} {}: {done:?}", self.number);
        }
    }
}

impl Control {
    fn arguments(&self, verb: &str, number: u8) -> [String; 4] {
        [
            verb.into(),
            number.to_string(),
            "--name".into(),
            self.name.clone(),
        ]
    }

    async fn run(&self, verb: &str, number: u8) {
        let status = Command::new(&self.script)
            .args(self.arguments(verb, number))
            .stdin(Stdio::null())
            .status()
            .await
            .expect("the script runs");
        assert!(status.success(), "{verb} {number}: {status}");
    }
}

pub(crate) fn skipped<T>(test: &str, why: &str) -> Option<T> {
    assert!(
        std::env::var("CI").as_deref() != Ok("true"),
        "{test}: {why}"
    );
    println!("SKIPPED {test}: {why}");
    None
}

/// A name that no other run has.
pub(crate) fn keyspace() -> String {
    format!("t_{}", uuid::Uuid::now_v7().simple())
}

pub(crate) fn room() -> RoomId {
    RoomId(uuid::Uuid::now_v7())
}

/// A head in a room in which every event is a message.
pub(crate) fn head(seq: u64) -> Head {
    Head {
        seq: Seq(seq),
        ordinal: Ordinal(seq),
    }
}

/// A message whose content follows from its number.
pub(crate) fn message(seq: u64) -> Entry {
    named(seq, &format!("send-{seq}"))
}

/// A message with an id of its own.
pub(crate) fn named(seq: u64, id: &str) -> Entry {
    Entry {
        event: Event {
            seq: Seq(seq),
            ordinal: Ordinal(seq),
            at_ms: 1_700_000_000_000 + seq,
            by: UserId(uuid::Uuid::from_u128(7)),
            name: "Mara".into(),
            id: SendId::new(id).expect("a legal id"),
            body: Body::message(format!("message {seq} ☃ 'quoted'")),
        },
        device: DeviceId::new("laptop").expect("a legal id"),
        n: u64::MAX - seq,
    }
}

/// Waits until the condition holds; panics after a minute.
pub(crate) async fn until<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let patience = tokio::time::timeout(Duration::from_secs(60), async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    patience.await.unwrap_or_else(|_| panic!("never: {what}"));
}
