//! The way into a session that serves: look first, refuse what would break a promise, then open.
//!
//! Promises: every refusal names the cure; a server whose home or consistency differs from the installation's never
//! sends a write (LOG rules 33 and 34).

use std::{sync::Arc, time::Duration};

use scylla::{
    policies::host_filter::{DcHostFilter, HostFilter},
    statement::{Consistency, Statement},
};
use tokio::time::Instant;

use super::{
    Cassandra,
    events::Buckets,
    health::Requests,
    options::{Mode, Options},
    probe::{Probe, open},
    routing::Profiles,
    setup::SetupError,
    statements::Statements,
};

/// Before it is tried from the beginning again.
const AGAIN: Duration = Duration::from_millis(500);

impl Cassandra {
    /// Opens the store, waiting up to `options.start` for a node to answer; nodes that go silent in the middle are
    /// asked from the beginning until then.
    ///
    /// # Errors
    /// With what to do about it: no node, no keyspace, another schema, another home, another consistency.
    pub async fn connect(options: &Options) -> Result<Self, SetupError> {
        let begun = Instant::now();
        loop {
            let left = Options {
                start: options.start.saturating_sub(begun.elapsed()),
                ..options.clone()
            };
            let cause = match Box::pin(Self::connect_once(&left)).await {
                Ok(store) => return Ok(store),
                Err(cause) => cause,
            };
            if !cause.may_pass() || begun.elapsed() + AGAIN > options.start {
                return Err(cause);
            }
            tracing::info!(%cause, "Cassandra stopped answering; beginning anew");
            tokio::time::sleep(AGAIN).await;
        }
    }

    async fn connect_once(options: &Options) -> Result<Self, SetupError> {
        let probe = Box::pin(Probe::open(options)).await?;
        let Some(replication) = probe.replication(&options.keyspace).await? else {
            return Err(SetupError::KeyspaceMissing(options.keyspace.clone()));
        };
        let installation = probe.installation(options).await?;
        installation.check(options, &probe.home)?;
        if !installation.has_home() {
            // Loaded from `db.cql`, which knows no datacenter: the first server to come says which one is home.
            let home = [("home", probe.home.clone())];
            probe.agree(&options.keyspace, &home).await?;
            probe
                .installation(options)
                .await?
                .check(options, &probe.home)?;
        }
        let simple = replication
            .get("class")
            .is_some_and(|class| class.ends_with("SimpleStrategy"));
        if simple && probe.datacenters().len() > 1 {
            return Err(SetupError::Setting {
                key: "cassandra_replication",
                why: format!(
                    "keyspace {} replicates with SimpleStrategy, which is blind to datacenters, and there are {}: \
                     ALTER KEYSPACE to NetworkTopologyStrategy, then `nodetool repair --full`",
                    options.keyspace,
                    probe.datacenters().join(", ")
                ),
            });
        }
        // Replicas of SimpleStrategy are chosen without regard to datacenters, so is their use; there is one.
        let pinned = (!simple).then_some(probe.home.as_str());
        let filter = pinned
            .filter(|_| options.consistency == Mode::Home)
            .map(|home| Arc::new(DcHostFilter::new(home.to_owned())) as Arc<dyn HostFilter>);
        let session = open(options, filter).await?;
        session
            .use_keyspace(&options.keyspace, false)
            .await
            .map_err(SetupError::use_keyspace)?;
        let profiles = Profiles::new(options, pinned);
        check_datacenter(&session, &profiles, &probe.home).await?;
        let statements = Box::pin(Statements::prepare(&session, &profiles))
            .await
            .map_err(SetupError::prepare(&options.keyspace))?;
        let sync = match probe.node_at_home() {
            Some(node) => probe
                .node_setting(node, "commitlog_sync")
                .await
                .unwrap_or_default(),
            None => None,
        };
        Ok(Self {
            session,
            statements: Box::new(statements),
            profiles,
            buckets: Buckets::new(options.bucket_events),
            call: options.call,
            requests: Requests::default(),
            durability: durability(sync.as_deref(), options.consistency, &probe.home),
        })
    }
}

/// Asks a node, through the way that every request will take, where it is.
async fn check_datacenter(
    session: &scylla::client::session::Session,
    profiles: &Profiles,
    home: &str,
) -> Result<(), SetupError> {
    let what = "asking a node for its datacenter";
    let mut statement = Statement::new("SELECT data_center FROM system.local");
    statement.set_execution_profile_handle(Some(profiles.read.clone()));
    statement.set_consistency(Consistency::One);
    statement.set_is_idempotent(true);
    let (datacenter,): (String,) = session
        .query_unpaged(statement, ())
        .await
        .map_err(SetupError::request(what))?
        .into_rows_result()
        .map_err(SetupError::answer(what))?
        .first_row()
        .map_err(SetupError::answer(what))?;
    if datacenter == home {
        return Ok(());
    }
    Err(SetupError::WrongHome {
        node: "the node that answers".into(),
        datacenter,
        home: home.to_owned(),
    })
}

/// What an acknowledgement has flushed.
pub(super) fn durability(sync: Option<&str>, mode: Mode, home: &str) -> String {
    let whom = match mode {
        Mode::Home => format!("a quorum of the replicas in {home} has"),
        Mode::Everywhere => "a quorum of the replicas in all datacenters has".into(),
    };
    match sync {
        Some("batch" | "group") => format!(
            "Acknowledged means that {whom} written it to its commit log on disk: it survives a power cut of all nodes."
        ),
        Some("periodic") => format!(
            "Acknowledged means that {whom} it in its commit log in memory, on disk within commitlog_sync_period: it \
             survives the death of processes and of a minority of nodes, not a power cut of the whole quorum at once."
        ),
        _ => format!(
            "Acknowledged means that {whom} it in its commit log; when that reaches the disk is said by \
             commitlog_sync in cassandra.yaml, which could not be read."
        ),
    }
}
