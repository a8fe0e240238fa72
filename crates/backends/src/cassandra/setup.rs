//! What goes wrong before a server can serve: each with what to do about it.

use std::time::Duration;

use scylla::errors::{ExecutionError, NewSessionError, PrepareError, UseKeyspaceError};

use super::fate::{Fate, of_attempt, of_conditional};

/// Why `connect` or `migrate` gave up. The text is for the operator and names the cure.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SetupError {
    /// A setting that cannot be right whatever the cluster is.
    #[error("{key}: {why}")]
    Setting {
        /// The setting's key.
        key: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// No node answered in time.
    #[error(
        "no Cassandra node answered at {nodes} within {waited:?}: {cause}. Is Cassandra up, and cassandra_nodes right?"
    )]
    Unreachable {
        /// Those that were tried.
        nodes: String,
        /// How long.
        waited: Duration,
        /// The last error.
        cause: Box<NewSessionError>,
    },
    /// A node answered, and went silent before it had said which others there are.
    #[error(
        "no Cassandra node says which nodes there are. Are they overloaded, or going up and down?"
    )]
    Unseen,
    /// The nodes answer, but not to this user.
    #[error("Cassandra refuses the login: {0}. Set cassandra_user and cassandra_password_file")]
    Login(Box<NewSessionError>),
    /// A node that was named lies elsewhere.
    #[error(
        "{node} is in datacenter {datacenter}, but cassandra_home is {home}: name nodes of {home} in cassandra_nodes"
    )]
    WrongHome {
        /// The node, or what was asked of it.
        node: String,
        /// Where it is.
        datacenter: String,
        /// Where it should be.
        home: String,
    },
    /// The cluster does not have the home.
    #[error(
        "there is no datacenter {home}; Cassandra has {datacenters}: set cassandra_home to one of them"
    )]
    NoSuchHome {
        /// The home as set.
        home: String,
        /// Those there are.
        datacenters: String,
    },
    /// Nobody said which datacenter is home.
    #[error(
        "Cassandra has the datacenters {0}: set cassandra_home to the one through which everything is written"
    )]
    HomeUnset(String),
    /// The keyspace is not there.
    #[error("there is no keyspace {0}: run `hearth migrate`")]
    KeyspaceMissing(String),
    /// Migrations are missing.
    #[error(
        "keyspace {keyspace} is at migration {found}, this server needs {needed}: run `hearth migrate`"
    )]
    SchemaOld {
        /// The keyspace.
        keyspace: String,
        /// The last migration applied.
        found: i32,
        /// The last one that this server knows.
        needed: i32,
    },
    /// A newer program has been here.
    #[error(
        "keyspace {keyspace} is at migration {found}, this server knows {needed}: use the newer version of hearth"
    )]
    SchemaNew {
        /// The keyspace.
        keyspace: String,
        /// The last migration applied.
        found: i32,
        /// The last one that this server knows.
        needed: i32,
    },
    /// Tables of these names have other columns.
    #[error(
        "the tables of keyspace {keyspace} are not Hearth's ({cause}): use another cassandra_keyspace, or move the other \
         application's tables away"
    )]
    Foreign {
        /// The keyspace.
        keyspace: String,
        /// What did not fit.
        cause: Box<PrepareError>,
    },
    /// The servers of an installation must agree on this one.
    #[error("{key} is {ours} here, but keyspace {keyspace} was set up with {theirs}: {cure}")]
    Disagrees {
        /// The keyspace.
        keyspace: String,
        /// What it is about.
        key: &'static str,
        /// This server's value.
        ours: String,
        /// The installation's.
        theirs: String,
        /// What to do.
        cure: &'static str,
    },
    /// A statement could not be prepared, and no node said that it is wrong.
    #[error("{0}. Are Cassandra's nodes overloaded, or going up and down?")]
    Unprepared(Box<PrepareError>),
    /// A request failed.
    #[error("{what}: {cause}")]
    Request {
        /// What was being done.
        what: &'static str,
        /// Why it failed.
        cause: Box<ExecutionError>,
    },
    /// An answer was not what Cassandra 5.0 answers.
    #[error("{what}: {cause}")]
    Answer {
        /// What was being done.
        what: &'static str,
        /// What was wrong.
        cause: String,
    },
    /// The nodes do not agree on the schema.
    #[error(
        "the nodes do not agree on the schema ({0}): see `nodetool describecluster`, then run `hearth migrate` again"
    )]
    Disagreement(String),
}

impl SetupError {
    pub(super) fn request(what: &'static str) -> impl FnOnce(ExecutionError) -> Self {
        move |cause| Self::Request {
            what,
            cause: Box::new(cause),
        }
    }

    /// A statement that was not prepared: its table is another's, if a node has looked and refused it.
    pub(super) fn prepare(keyspace: &str) -> impl FnOnce(PrepareError) -> Self {
        move |cause| {
            let is_refused = match &cause {
                PrepareError::AllAttemptsFailed { first_attempt } => {
                    of_attempt(first_attempt) == Fate::Refused
                }
                _ => false,
            };
            let cause = Box::new(cause);
            if is_refused {
                Self::Foreign {
                    keyspace: keyspace.to_owned(),
                    cause,
                }
            } else {
                Self::Unprepared(cause)
            }
        }
    }

    pub(super) fn use_keyspace(cause: UseKeyspaceError) -> Self {
        let what = "using the keyspace";
        match cause {
            UseKeyspaceError::RequestError(attempt) => Self::request(what)(attempt.into()),
            UseKeyspaceError::RequestTimeout(waited) => {
                Self::request(what)(ExecutionError::RequestTimeout(waited))
            }
            other => Self::answer(what)(other),
        }
    }

    /// Whether nothing is wrong but that nodes did not answer just then.
    pub(super) fn may_pass(&self) -> bool {
        match self {
            Self::Unprepared(_) => true,
            Self::Request { cause, .. } => of_conditional(cause) != Fate::Refused,
            _ => false,
        }
    }

    pub(super) fn answer<E: std::fmt::Display>(what: &'static str) -> impl FnOnce(E) -> Self {
        move |cause| Self::Answer {
            what,
            cause: cause.to_string(),
        }
    }
}
