//! Where the nodes under test are, and entries to write into them.

use hearth_backends::cassandra::{Cassandra, Options, migrate};
use hearth_core::log::{Entry, Head};
use hearth_protocol::{Body, DeviceId, Event, Ordinal, SendId, Seq, UserId};

/// Nodes to test against.
pub(crate) struct Place {
    pub(crate) nodes: Vec<String>,
}

impl Place {
    /// One node, or `None` with a line that says why.
    pub(crate) fn one(test: &str) -> Option<Self> {
        Self::from("HEARTH_TEST_CASSANDRA", test)
    }

    fn from(variable: &str, test: &str) -> Option<Self> {
        match std::env::var(variable) {
            Ok(nodes) if !nodes.is_empty() => Some(Self {
                nodes: nodes.split(',').map(str::to_owned).collect(),
            }),
            _ => {
                assert!(
                    std::env::var("CI").as_deref() != Ok("true"),
                    "{test}: {variable} is not set"
                );
                println!("SKIPPED {test}: {variable} is not set");
                None
            }
        }
    }

    /// Settings for a keyspace of this test's own.
    pub(crate) fn options(&self, bucket_events: u64) -> Options {
        Options {
            nodes: self.nodes.clone(),
            keyspace: keyspace(),
            bucket_events,
            ..Options::default()
        }
    }

    /// A store in a keyspace of its own.
    pub(crate) async fn store(&self, bucket_events: u64) -> Cassandra {
        let options = self.options(bucket_events);
        migrate(&options).await.expect("migrate");
        Cassandra::connect(&options).await.expect("connect")
    }
}

/// A name that no other run has.
pub(crate) fn keyspace() -> String {
    format!("t_{}", uuid::Uuid::now_v7().simple())
}

pub(crate) fn head(seq: u64, ordinal: u64) -> Head {
    Head {
        seq: Seq(seq),
        ordinal: Ordinal(ordinal),
    }
}

/// A message whose content follows from its numbers.
pub(crate) fn message(seq: u64, ordinal: u64) -> Entry {
    Entry {
        event: Event {
            seq: Seq(seq),
            ordinal: Ordinal(ordinal),
            at_ms: 1_700_000_000_000 + seq,
            by: UserId(uuid::Uuid::from_u128(7)),
            name: "Mara".into(),
            id: SendId::new(format!("send-{seq}")).expect("a legal id"),
            body: Body::Message {
                text: format!("message {seq} ☃ 'quoted'"),
                reply_to: None,
            },
        },
        device: DeviceId::new("laptop").expect("a legal id"),
        n: u64::MAX - seq,
    }
}

pub(crate) use message as entry;
