//! `hearth migrate`: makes the keyspace and brings its schema up to this version.
//!
//! Promises: can be run again, by several at once, and before or after `cqlsh < db.cql`, always to the same end.
//! It never drops anything, and never changes an existing keyspace's replication.

use scylla::{
    client::session::Session,
    statement::{Consistency, Statement},
};

use super::{
    options::{Options, Replication},
    probe::{Probe, only},
    routing::Profiles,
    schema::{MIGRATIONS, agreed},
    setup::SetupError,
    statements::Statements,
};

/// What `migrate` has done.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Report {
    /// Whether the keyspace was made.
    pub keyspace_made: bool,
    /// The migrations applied now, by name; none if all were there.
    pub applied: Vec<&'static str>,
    /// What the operator should know besides.
    pub notes: Vec<String>,
}

/// Makes the keyspace and applies what is missing.
///
/// # Errors
/// With what to do about it. What was applied stays; run it again.
pub async fn migrate(options: &Options) -> Result<Report, SetupError> {
    let probe = Box::pin(Probe::open(options)).await?;
    let keyspace = &options.keyspace;
    let mut report = Report::default();

    // All changes of the schema go through one node, which applies them one after the other: two nodes that create
    // one table at the same moment would each give it an id of its own.
    let through = probe.node_at_home().ok_or_else(|| {
        SetupError::Disagreement(format!("no node of {} is connected", probe.home))
    })?;
    let change = |text: String| {
        let mut statement = Statement::new(text);
        statement.set_load_balancing_policy(Some(only(through)));
        statement
    };
    agree(&probe.session).await?;

    match probe.replication(keyspace).await? {
        None => {
            check_replication(options, &probe)?;
            let text = format!(
                "CREATE KEYSPACE IF NOT EXISTS {keyspace} WITH replication = {}",
                options.replication.cql()
            );
            probe
                .tell("creating the keyspace", change(text), ())
                .await?;
            report.keyspace_made = true;
        }
        Some(found) => {
            if let Some(note) = replication_note(options, &found) {
                report.notes.push(note);
            }
        }
    }

    let needed = MIGRATIONS.last().map_or(0, |last| last.id);
    for migration in MIGRATIONS {
        // Each time anew: another `migrate` may be at it too.
        let installation = probe.installation(options).await?;
        installation.check_agreed(options, &probe.home)?;
        if installation.migration > needed {
            return Err(SetupError::SchemaNew {
                keyspace: keyspace.clone(),
                found: installation.migration,
                needed,
            });
        }
        if installation.migration >= migration.id {
            continue;
        }
        for text in migration.statements() {
            let text = in_keyspace(&text, keyspace);
            tracing::debug!(migration = migration.name, %text, "applying");
            probe.tell("changing the schema", change(text), ()).await?;
        }
        agree(&probe.session).await?;
        let mut done = Statement::new(format!(
            "INSERT INTO {keyspace}.migrations (id, name) VALUES (?, ?)"
        ));
        done.set_consistency(Consistency::Quorum);
        done.set_is_idempotent(true);
        probe
            .tell("noting a migration", done, (migration.id, migration.name))
            .await?;
        report.applied.push(migration.name);
    }

    let wanted = agreed(options.bucket_events, options.consistency, &probe.home);
    probe.agree(keyspace, &wanted).await?;
    // Someone else may have been first, with other settings.
    probe
        .installation(options)
        .await?
        .check(options, &probe.home)?;
    check_shape(options, &probe).await?;
    Ok(report)
}

/// Waits until all nodes that can be reached have the same schema.
async fn agree(session: &Session) -> Result<(), SetupError> {
    session
        .await_schema_agreement()
        .await
        .map(drop)
        .map_err(|error| SetupError::Disagreement(error.to_string()))
}

/// The tables that were there before may be somebody else's: only preparing tells.
async fn check_shape(options: &Options, probe: &Probe) -> Result<(), SetupError> {
    probe
        .session
        .use_keyspace(&options.keyspace, false)
        .await
        .map_err(SetupError::use_keyspace)?;
    Box::pin(Statements::prepare(
        &probe.session,
        &Profiles::new(options, None),
    ))
    .await
    .map(drop)
    .map_err(SetupError::prepare(&options.keyspace))
}

/// The migrations name their tables alone, so that `db.cql` can `USE` its keyspace.
fn in_keyspace(text: &str, keyspace: &str) -> String {
    if let Some(rest) = text.strip_prefix("ALTER TABLE ") {
        return format!("ALTER TABLE {keyspace}.{rest}");
    }
    text.replacen(" IF NOT EXISTS ", &format!(" IF NOT EXISTS {keyspace}."), 1)
}

fn check_replication(options: &Options, probe: &Probe) -> Result<(), SetupError> {
    let wrong = |why: String| {
        Err(SetupError::Setting {
            key: "cassandra_replication",
            why,
        })
    };
    let all = probe.datacenters();
    match &options.replication {
        Replication::Simple(_) if all.len() > 1 => wrong(format!(
            "simple:N is blind to datacenters, and Cassandra has {}: write them out, as in {}:3",
            all.join(", "),
            probe.home
        )),
        Replication::Simple(_) => Ok(()),
        Replication::Datacenters(list) => {
            if let Some((name, _)) = list.iter().find(|(name, _)| !all.contains(&name.as_str())) {
                return wrong(format!(
                    "there is no datacenter {name}; Cassandra has {}",
                    all.join(", ")
                ));
            }
            if !list.iter().any(|(name, _)| *name == probe.home) {
                return wrong(format!("it leaves out the home, {}", probe.home));
            }
            Ok(())
        }
    }
}

fn replication_note(
    options: &Options,
    found: &std::collections::BTreeMap<String, String>,
) -> Option<String> {
    let wanted: std::collections::BTreeMap<String, String> = match &options.replication {
        Replication::Simple(n) => [("replication_factor".to_owned(), n.to_string())].into(),
        Replication::Datacenters(list) => list
            .iter()
            .map(|(name, n)| (name.clone(), n.to_string()))
            .collect(),
    };
    let mut found = found.clone();
    found.remove("class");
    (found != wanted).then(|| {
        format!(
            "keyspace {} exists and replicates as {found:?}, not as cassandra_replication says ({}). To change it: \
             ALTER KEYSPACE {} WITH replication = {}, then `nodetool repair --full {}` on every node",
            options.keyspace,
            options.replication,
            options.keyspace,
            options.replication.cql(),
            options.keyspace,
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_statement_gets_its_keyspace() {
        for migration in MIGRATIONS {
            for text in migration.statements() {
                let text = in_keyspace(&text, "other");
                assert!(
                    text.starts_with("CREATE TABLE IF NOT EXISTS other.")
                        || (text.starts_with("ALTER TABLE other.")
                            && text.contains(" ADD IF NOT EXISTS ")),
                    "{text}"
                );
            }
        }
    }

    #[test]
    fn another_replication_is_pointed_out_and_the_same_is_not() {
        let options = Options {
            replication: "dc1:2,dc2:1".parse().unwrap(),
            ..Options::default()
        };
        let found = |text: &[(&str, &str)]| {
            text.iter()
                .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
                .collect()
        };
        let same = found(&[
            (
                "class",
                "org.apache.cassandra.locator.NetworkTopologyStrategy",
            ),
            ("dc1", "2"),
            ("dc2", "1"),
        ]);
        assert_eq!(replication_note(&options, &same), None);
        let other = found(&[
            ("class", "org.apache.cassandra.locator.SimpleStrategy"),
            ("replication_factor", "1"),
        ]);
        assert!(
            replication_note(&options, &other)
                .unwrap()
                .contains("ALTER KEYSPACE")
        );
    }
}
