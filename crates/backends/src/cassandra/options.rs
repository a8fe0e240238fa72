//! What an operator says about Cassandra: where it is, how it replicates, and how much an answer must mean.

use std::{fmt, str::FromStr, time::Duration};

/// Everything [`connect`](super::Cassandra::connect) and [`migrate`](super::migrate) need to know.
#[derive(Clone)]
pub struct Options {
    /// Nodes of the home datacenter to begin with, `host:port`; the others are found through them.
    pub nodes: Vec<String>,
    /// The keyspace: a letter, then letters, digits and `_`, in lower case, at most 48.
    pub keyspace: String,
    /// How `migrate` creates the keyspace. An existing one is left as it is.
    pub replication: Replication,
    /// The home datacenter: all requests go through its nodes. `None`: the only one there is.
    pub home: Option<String>,
    /// How far conditional writes reach.
    pub consistency: Mode,
    /// User and password, if Cassandra asks for them.
    pub login: Option<(String, String)>,
    /// Events in a bucket. Fixed by the first migration; another value refuses to start.
    pub bucket_events: u64,
    /// How long one request may take: more than Cassandra's own time-outs of a conditional write (2 s by default),
    /// so that its more exact answer comes first.
    pub request: Duration,
    /// How long one call of the port may take, its second tries included.
    pub call: Duration,
    /// How long `connect` and `migrate` wait for a first node to answer.
    pub start: Duration,
}

/// Events in a bucket unless said otherwise: some hundred KiB to a few MiB a partition, and a page of history (200)
/// seldom touches two.
pub const BUCKET_EVENTS: u64 = 4_000;

impl Default for Options {
    fn default() -> Self {
        Self {
            nodes: vec!["127.0.0.1:9042".into()],
            keyspace: "chat".into(),
            replication: Replication::Simple(1),
            home: None,
            consistency: Mode::Home,
            login: None,
            bucket_events: BUCKET_EVENTS,
            request: Duration::from_secs(3),
            call: Duration::from_secs(8),
            start: Duration::from_secs(60),
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("nodes", &self.nodes)
            .field("keyspace", &self.keyspace)
            .field("replication", &self.replication)
            .field("home", &self.home)
            .field("consistency", &self.consistency)
            .field("user", &self.login.as_ref().map(|(user, _)| user))
            .finish_non_exhaustive()
    }
}

/// How far a conditional write, and a read after it, reaches. One for the whole installation: mixing the two would
/// let two datacenters acknowledge the same number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// `LOCAL_SERIAL` and `LOCAL_QUORUM` in the home datacenter. Losing that datacenter may lose acknowledged events.
    Home,
    /// `SERIAL` and `QUORUM` over all datacenters: slower by their distance, and survives the loss of one.
    Everywhere,
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Mode::Home => "home",
            Mode::Everywhere => "everywhere",
        })
    }
}

impl FromStr for Mode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "home" => Ok(Mode::Home),
            "everywhere" => Ok(Mode::Everywhere),
            _ => Err(format!("{text:?} is neither \"home\" nor \"everywhere\"")),
        }
    }
}

/// How a new keyspace replicates: `simple:N`, or `datacenter:N,datacenter:N`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replication {
    /// N replicas, blind to datacenters: for a cluster that has one.
    Simple(u8),
    /// So many replicas in each datacenter.
    Datacenters(Vec<(String, u8)>),
}

impl Replication {
    /// Its map in CQL.
    pub(super) fn cql(&self) -> String {
        match self {
            Replication::Simple(n) => {
                format!("{{'class': 'SimpleStrategy', 'replication_factor': {n}}}")
            }
            Replication::Datacenters(list) => {
                let each: Vec<String> = list.iter().map(|(dc, n)| format!("'{dc}': {n}")).collect();
                format!(
                    "{{'class': 'NetworkTopologyStrategy', {}}}",
                    each.join(", ")
                )
            }
        }
    }
}

impl fmt::Display for Replication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Replication::Simple(n) => write!(f, "simple:{n}"),
            Replication::Datacenters(list) => {
                let each: Vec<String> = list.iter().map(|(dc, n)| format!("{dc}:{n}")).collect();
                f.write_str(&each.join(","))
            }
        }
    }
}

impl FromStr for Replication {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut list: Vec<(String, u8)> = Vec::new();
        for part in text.split(',') {
            let wrong = || {
                format!(
                    "{part:?} is no replication: write simple:3, or the datacenters as in dc1:3,dc2:3"
                )
            };
            let (name, count) = part.trim().split_once(':').ok_or_else(wrong)?;
            let count: u8 = count.parse().map_err(|_| wrong())?;
            let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
            if count == 0 || name.is_empty() || !name.chars().all(plain) {
                return Err(wrong());
            }
            if list.iter().any(|(other, _)| other == name) {
                return Err(format!("{name} is named twice"));
            }
            list.push((name.to_owned(), count));
        }
        match list.as_slice() {
            [(name, count)] if name == "simple" => Ok(Replication::Simple(*count)),
            _ if list.iter().any(|(name, _)| name == "simple") => {
                Err("simple:N stands alone: it is blind to datacenters".into())
            }
            _ => Ok(Replication::Datacenters(list)),
        }
    }
}

/// Whether the text can stand in a statement as a keyspace's name, unquoted.
pub(super) fn is_keyspace(text: &str) -> bool {
    let mut chars = text.chars();
    text.len() <= 48
        && chars.next().is_some_and(|c| c.is_ascii_lowercase())
        && chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replication_reads_as_it_is_written() {
        for text in ["simple:3", "dc1:2,dc2:1", "eu-west_1.a:3"] {
            assert_eq!(text.parse::<Replication>().unwrap().to_string(), text);
        }
        assert_eq!(
            "dc1:2,dc2:1".parse::<Replication>().unwrap().cql(),
            "{'class': 'NetworkTopologyStrategy', 'dc1': 2, 'dc2': 1}"
        );
    }

    #[test]
    fn a_replication_that_would_not_hold_is_refused() {
        for text in [
            "",
            "simple",
            "simple:0",
            "dc1:3,dc1:3",
            "simple:1,dc1:3",
            "d'c:1",
            "dc1:300",
        ] {
            assert!(text.parse::<Replication>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_keyspace_needs_no_quotes() {
        assert!(is_keyspace("chat_2"));
        for text in ["", "2chat", "Chat", "a b", "a;b", &"x".repeat(49)] {
            assert!(!is_keyspace(text), "{text}");
        }
    }

    #[test]
    fn a_password_is_never_printed() {
        let options = Options {
            login: Some(("hearth".into(), "secret".into())),
            ..Options::default()
        };
        assert!(!format!("{options:?}").contains("secret"));
    }
}
