//! A first look at the cluster, from which `connect`, `migrate` and `check` judge: who is there, where, and what the
//! installation has agreed on.

use std::{collections::BTreeMap, num::NonZeroUsize, sync::Arc, time::Duration};

use scylla::{
    client::{PoolSize, session::Session, session_builder::SessionBuilder},
    deserialize::row::DeserializeRow,
    errors::{
        ConnectionError, ConnectionPoolError, ConnectionSetupRequestErrorKind, DbError,
        ExecutionError, MetadataError, NewSessionError,
    },
    policies::{
        host_filter::HostFilter,
        load_balancing::{NodeIdentifier, SingleTargetLoadBalancingPolicy},
    },
    response::query_result::QueryResult,
    serialize::row::SerializeRow,
    statement::{Consistency, SerialConsistency, Statement},
};

use super::{
    fate::{Fate, of_conditional},
    options::{Mode, Options, is_keyspace},
    schema::MIGRATIONS,
    setup::SetupError,
};

/// How often a connection is asked whether it still lives, and how long the answer may take: a node that hangs is
/// avoided after at most the sum. Pauses of the garbage collector are shorter.
const ALIVE_EVERY: Duration = Duration::from_secs(2);
const ALIVE_WITHIN: Duration = Duration::from_secs(3);
/// Time for a node to know a table that it lists.
const KNOWN_WITHIN: Duration = Duration::from_secs(5);
/// Time for the nodes to agree on a change of the schema. One that was away when the others heard of it asks them a
/// minute after it has seen that they differ.
const AGREE_WITHIN: Duration = Duration::from_secs(150);

/// A session for looking, open to all nodes of all datacenters.
pub(super) struct Probe {
    pub(super) session: Session,
    /// Every node's datacenter, by its host id: an order that all look at alike.
    pub(super) nodes: BTreeMap<uuid::Uuid, NodeSeen>,
    /// The home, as set or as the only one.
    pub(super) home: String,
    patience: Duration,
}

/// A node as the cluster describes it.
#[derive(Debug, Clone)]
pub(super) struct NodeSeen {
    pub(super) address: std::net::SocketAddr,
    pub(super) datacenter: String,
    pub(super) connected: bool,
}

/// What the keyspace says about itself.
pub(super) struct Installation {
    /// The last migration applied, 0 if none.
    pub(super) migration: i32,
    agreed: BTreeMap<&'static str, String>,
}

/// The settings that both kinds of sessions share.
pub(super) fn builder(options: &Options) -> SessionBuilder {
    let mut builder = SessionBuilder::new()
        .known_nodes(&options.nodes)
        .pool_size(PoolSize::PerHost(NonZeroUsize::MIN))
        .connection_timeout(options.request)
        .keepalive_interval(ALIVE_EVERY)
        .keepalive_timeout(ALIVE_WITHIN)
        .tcp_nodelay(true)
        // `migrate` waits by itself, once for many statements.
        .auto_await_schema_agreement(false)
        .schema_agreement_timeout(AGREE_WITHIN);
    if let Some((user, password)) = &options.login {
        builder = builder.user(user, password);
    }
    builder
}

/// Opens a session, again and again until `options.start` has passed: in a composed start the database comes up last.
pub(super) async fn open(
    options: &Options,
    filter: Option<Arc<dyn HostFilter>>,
) -> Result<Session, SetupError> {
    let begun = tokio::time::Instant::now();
    let mut pause = Duration::from_millis(250);
    loop {
        let mut builder = builder(options);
        if let Some(filter) = &filter {
            builder = builder.host_filter(filter.clone());
        }
        let built = builder.build().await;
        let waited = begun.elapsed();
        let cause = match built {
            Ok(session) if has_seen_nodes(&session) => return Ok(session),
            Ok(_) => SetupError::Unseen,
            Err(cause) if is_login(&cause) => return Err(SetupError::Login(Box::new(cause))),
            Err(cause) => SetupError::Unreachable {
                nodes: options.nodes.join(", "),
                waited,
                cause: Box::new(cause),
            },
        };
        if waited + pause > options.start {
            return Err(cause);
        }
        tracing::info!(%cause, "Cassandra does not answer yet");
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(Duration::from_secs(2));
    }
}

/// Whether the driver knows who is there: where it could not read that, it goes on with the addresses alone.
fn has_seen_nodes(session: &Session) -> bool {
    let state = session.get_cluster_state();
    state
        .get_nodes_info()
        .iter()
        .all(|node| node.datacenter.is_some())
}

/// Whether trying again cannot help, because it is the login that is wrong.
fn is_login(error: &NewSessionError) -> bool {
    let NewSessionError::MetadataError(MetadataError::ConnectionPoolError(
        ConnectionPoolError::Broken {
            last_connection_error: ConnectionError::ConnectionSetupRequestError(setup),
        },
    )) = error
    else {
        return false;
    };
    matches!(
        setup.error,
        ConnectionSetupRequestErrorKind::MissingAuthentication
            | ConnectionSetupRequestErrorKind::DbError(DbError::AuthenticationError, _)
            | ConnectionSetupRequestErrorKind::StartAuthSessionError(_)
    )
}

impl Probe {
    pub(super) async fn open(options: &Options) -> Result<Self, SetupError> {
        check_settings(options)?;
        let session = open(options, None).await?;
        let nodes: BTreeMap<_, _> = session
            .get_cluster_state()
            .get_nodes_info()
            .iter()
            .map(|node| {
                let seen = NodeSeen {
                    address: (node.address.ip(), node.address.port()).into(),
                    datacenter: node.datacenter.clone().unwrap_or_default(),
                    connected: node.is_connected(),
                };
                (node.host_id, seen)
            })
            .collect();
        let home = home(options, &nodes)?;
        check_named_nodes(options, &nodes, &home).await?;
        Ok(Self {
            session,
            nodes,
            home,
            patience: options.start,
        })
    }

    /// The datacenters that the cluster has.
    pub(super) fn datacenters(&self) -> Vec<&str> {
        datacenters(&self.nodes)
    }

    /// How the keyspace replicates: Cassandra's own map, `None` if there is no such keyspace.
    pub(super) async fn replication(
        &self,
        keyspace: &str,
    ) -> Result<Option<BTreeMap<String, String>>, SetupError> {
        let rows: Vec<(BTreeMap<String, String>,)> = self
            .ask(
                "reading the keyspaces",
                Statement::new(
                    "SELECT replication FROM system_schema.keyspaces WHERE keyspace_name = ?",
                ),
                (keyspace,),
            )
            .await?;
        Ok(rows.into_iter().next().map(|(map,)| map))
    }

    /// What stands in the keyspace's `migrations` and `installation`; nothing if these are not there yet.
    pub(super) async fn installation(&self, options: &Options) -> Result<Installation, SetupError> {
        let keyspace = options.keyspace.as_str();
        // From the node that is asked below too: others may not have heard of a table just made.
        let mut tables = self
            .at_home("SELECT table_name FROM system_schema.tables WHERE keyspace_name = ?".into());
        tables.set_consistency(Consistency::One);
        let tables: Vec<(String,)> = self.ask("reading the tables", tables, (keyspace,)).await?;
        let has = |name: &str| tables.iter().any(|(table,)| table == name);
        let mut migration = 0;
        if has("migrations") {
            let text = format!("SELECT id FROM {keyspace}.migrations");
            let rows: Vec<(i32,)> = self
                .ask("reading the migrations", self.at_home(text), ())
                .await?;
            let applied = |id: i32| rows.iter().any(|(found,)| *found == id);
            let newest = rows.iter().map(|(id,)| *id).max().unwrap_or(0);
            // One that is missing below is still to be applied; one above is not known here.
            migration = match MIGRATIONS.iter().find(|known| !applied(known.id)) {
                Some(missing) => missing.id - 1,
                None => newest,
            };
        }
        let mut agreed = BTreeMap::new();
        if has("installation") {
            for (key, _) in super::schema::agreed(options.bucket_events, options.consistency, "") {
                if let Some(value) = self.agreed_on(keyspace, key).await? {
                    agreed.insert(key, value);
                }
            }
        }
        Ok(Installation { migration, agreed })
    }

    /// One of the things agreed on. Found at home as a rule; if not, the other datacenters are asked, because it was
    /// agreed on by a majority of them all.
    async fn agreed_on(
        &self,
        keyspace: &str,
        key: &'static str,
    ) -> Result<Option<String>, SetupError> {
        let what = "reading the installation";
        let text = format!("SELECT value FROM {keyspace}.installation WHERE key = ?");
        let mut serial = Statement::new(text.as_str());
        serial.set_consistency(Consistency::Serial);
        for statement in [self.at_home(text), serial] {
            let rows: Vec<(Option<String>,)> = self.ask(what, statement, (key,)).await?;
            if let Some((Some(value),)) = rows.into_iter().next() {
                return Ok(Some(value));
            }
        }
        Ok(None)
    }

    /// Writes what is not agreed yet.
    pub(super) async fn agree(
        &self,
        keyspace: &str,
        wanted: &[(&'static str, String)],
    ) -> Result<(), SetupError> {
        for (key, value) in wanted {
            let what = "writing the installation";
            self.ask_if(
                what,
                format!(
                    "INSERT INTO {keyspace}.installation (key, value) VALUES (?, ?) IF NOT EXISTS"
                ),
                (*key, value.as_str()),
            )
            .await?;
            // `db.cql` cannot know the datacenter; the first who does says it.
            if *key == "home" && !value.is_empty() {
                self.ask_if(
                    what,
                    format!(
                        "UPDATE {keyspace}.installation SET value = ? WHERE key = ? IF value = ''"
                    ),
                    (value.as_str(), *key),
                )
                .await?;
            }
        }
        Ok(())
    }

    /// A read that a datacenter cut off from the others can do.
    fn at_home(&self, text: String) -> Statement {
        let mut statement = Statement::new(text);
        statement.set_consistency(Consistency::LocalQuorum);
        if let Some(node) = self.node_at_home() {
            statement.set_load_balancing_policy(Some(only(node)));
        }
        statement
    }

    /// A node for what must be done through one only; the same for all who see the same nodes.
    pub(super) fn node_at_home(&self) -> Option<uuid::Uuid> {
        self.nodes
            .iter()
            .find(|(_, node)| node.datacenter == self.home && node.connected)
            .map(|(id, _)| *id)
    }

    /// Conditional, and serial over all datacenters: what the installation agrees on is agreed everywhere.
    async fn ask_if(
        &self,
        what: &'static str,
        text: String,
        values: impl SerializeRow,
    ) -> Result<(), SetupError> {
        let mut statement = Statement::new(text);
        statement.set_serial_consistency(Some(SerialConsistency::Serial));
        statement.set_consistency(Consistency::Quorum);
        self.tell(what, statement, values).await
    }

    /// A request whose answer says nothing.
    pub(super) async fn tell(
        &self,
        what: &'static str,
        statement: Statement,
        values: impl SerializeRow,
    ) -> Result<(), SetupError> {
        self.patiently(what, statement, values).await.map(drop)
    }

    /// Everything that is asked before serving can be asked again, and is while it may help: several servers and
    /// migrations start at the same moment, on nodes that have just started too.
    async fn patiently(
        &self,
        what: &'static str,
        statement: Statement,
        values: impl SerializeRow,
    ) -> Result<QueryResult, SetupError> {
        let begun = tokio::time::Instant::now();
        loop {
            let error = match self.session.query_unpaged(statement.clone(), &values).await {
                Ok(result) => return Ok(result),
                Err(error) => error,
            };
            let patience = match of_conditional(&error) {
                // Another `migrate` may just be making the table: its node lists it a moment before it knows it.
                Fate::Refused => KNOWN_WITHIN.min(self.patience),
                Fate::NotDone | Fate::Unknown => self.patience,
            };
            if begun.elapsed() > patience {
                return Err(SetupError::request(what)(error));
            }
            tracing::debug!(what, %error, "asking again");
            tokio::time::sleep(Duration::from_millis(rand::random_range(50..500))).await;
        }
    }

    pub(super) async fn ask<R>(
        &self,
        what: &'static str,
        statement: Statement,
        values: impl SerializeRow,
    ) -> Result<Vec<R>, SetupError>
    where
        R: for<'frame, 'metadata> DeserializeRow<'frame, 'metadata>,
    {
        let result = self
            .patiently(what, statement, values)
            .await?
            .into_rows_result()
            .map_err(SetupError::answer(what))?;
        result
            .rows::<R>()
            .map_err(SetupError::answer(what))?
            .collect::<Result<_, _>>()
            .map_err(SetupError::answer(what))
    }

    /// A setting of one node, if it shows it.
    pub(super) async fn node_setting(
        &self,
        node: uuid::Uuid,
        name: &str,
    ) -> Result<Option<String>, ExecutionError> {
        let mut statement =
            Statement::new("SELECT value FROM system_views.settings WHERE name = ?");
        statement.set_consistency(Consistency::One);
        statement.set_load_balancing_policy(Some(only(node)));
        let result = self.session.query_unpaged(statement, (name,)).await?;
        Ok(result
            .into_rows_result()
            .ok()
            .and_then(|rows| rows.maybe_first_row::<(Option<String>,)>().ok().flatten())
            .and_then(|(value,)| value))
    }
}

/// Sends to this node and no other.
pub(super) fn only(
    node: uuid::Uuid,
) -> Arc<dyn scylla::policies::load_balancing::LoadBalancingPolicy> {
    SingleTargetLoadBalancingPolicy::new(NodeIdentifier::HostId(node), None)
}

impl Installation {
    /// Whether this server may serve it.
    pub(super) fn check(&self, options: &Options, home: &str) -> Result<(), SetupError> {
        let needed = MIGRATIONS.last().map_or(0, |last| last.id);
        let keyspace = options.keyspace.clone();
        let found = self.migration;
        match found.cmp(&needed) {
            std::cmp::Ordering::Less => {
                return Err(SetupError::SchemaOld {
                    keyspace,
                    found,
                    needed,
                });
            }
            std::cmp::Ordering::Greater => {
                return Err(SetupError::SchemaNew {
                    keyspace,
                    found,
                    needed,
                });
            }
            std::cmp::Ordering::Equal => {}
        }
        self.check_agreed(options, home)
    }

    /// Whether this server's settings are the installation's, as far as they are written.
    pub(super) fn check_agreed(&self, options: &Options, home: &str) -> Result<(), SetupError> {
        let ours = super::schema::agreed(options.bucket_events, options.consistency, home);
        for (key, ours) in ours {
            let Some(theirs) = self.agreed.get(key) else {
                continue;
            };
            if *theirs == ours || (key == "home" && theirs.is_empty()) {
                continue;
            }
            // Where everything is serial everywhere, home is only who is asked first.
            if key == "home" && options.consistency == Mode::Everywhere {
                continue;
            }
            return Err(SetupError::Disagrees {
                keyspace: options.keyspace.clone(),
                key: match key {
                    "home" => "cassandra_home",
                    "consistency" => "cassandra_consistency",
                    _ => "cassandra_bucket_events",
                },
                ours,
                theirs: theirs.clone(),
                cure: match key {
                    "home" => {
                        "two homes would give one number to two events, so set it back. Moving home is a fenced act \
                         of its own: stop every server, repair the keyspace, then change its row in the table \
                         installation"
                    }
                    "consistency" => {
                        "mixing the two would give one number to two events, so set it back. To change it, stop \
                         every server, repair the keyspace, then change its row in the table installation"
                    }
                    _ => "it cannot be changed once there are events",
                },
            });
        }
        Ok(())
    }

    /// Whether it is written which datacenter is home.
    pub(super) fn has_home(&self) -> bool {
        self.agreed.get("home").is_some_and(|home| !home.is_empty())
    }
}

fn check_settings(options: &Options) -> Result<(), SetupError> {
    let wrong = |key, why: &str| {
        Err(SetupError::Setting {
            key,
            why: why.into(),
        })
    };
    if options.nodes.is_empty() || options.nodes.iter().any(|node| node.trim().is_empty()) {
        return wrong("cassandra_nodes", "name at least one node as host:port");
    }
    if !is_keyspace(&options.keyspace) {
        return wrong(
            "cassandra_keyspace",
            "a keyspace is a lower-case letter, then lower-case letters, digits and _, at most 48 in all",
        );
    }
    if options.bucket_events == 0 {
        return wrong("bucket_events", "a bucket holds at least one event");
    }
    Ok(())
}

fn datacenters(nodes: &BTreeMap<uuid::Uuid, NodeSeen>) -> Vec<&str> {
    let mut names: Vec<&str> = nodes
        .values()
        .map(|node| node.datacenter.as_str())
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn home(options: &Options, nodes: &BTreeMap<uuid::Uuid, NodeSeen>) -> Result<String, SetupError> {
    let all = datacenters(nodes);
    match (&options.home, all.as_slice()) {
        (Some(home), all) if all.contains(&home.as_str()) => Ok(home.clone()),
        (Some(home), all) => Err(SetupError::NoSuchHome {
            home: home.clone(),
            datacenters: all.join(", "),
        }),
        (None, [only]) => Ok((*only).to_owned()),
        (None, all) => Err(SetupError::HomeUnset(all.join(", "))),
    }
}

/// Compares where the nodes named in the settings are with the home: who is told of nodes elsewhere has been given
/// another server's settings. An address that the cluster does not know (one translated on the way) proves nothing;
/// `connect` asks `system.local` besides.
async fn check_named_nodes(
    options: &Options,
    nodes: &BTreeMap<uuid::Uuid, NodeSeen>,
    home: &str,
) -> Result<(), SetupError> {
    for named in &options.nodes {
        let with_port = if named.contains(':') {
            named.clone()
        } else {
            format!("{named}:9042")
        };
        // A name that does not resolve here was not the one through which the session came.
        let Ok(addresses) = tokio::net::lookup_host(with_port).await else {
            continue;
        };
        for address in addresses {
            let elsewhere = nodes
                .values()
                .find(|node| node.address == address && node.datacenter != home);
            if let Some(node) = elsewhere {
                return Err(SetupError::WrongHome {
                    node: named.clone(),
                    datacenter: node.datacenter.clone(),
                    home: home.to_owned(),
                });
            }
        }
    }
    Ok(())
}
