//! What `hearth doctor` asks about Cassandra.
//!
//! Promises: reads only; every finding says what to do; ends within the settings' deadlines.

use super::{
    Cassandra,
    options::{Mode, Options},
    probe::Probe,
    setup::SetupError,
};
use hearth_core::port::Store;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Good to know.
    Note,
    /// It works, with less safety or speed than promised.
    Risk,
    /// The server does not start, or must not.
    Refusal,
}

/// One thing found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How much it matters.
    pub weight: Weight,
    /// What was found.
    pub what: String,
    /// What to do about it; empty if nothing.
    pub cure: String,
}

impl Finding {
    fn new(weight: Weight, what: impl Into<String>, cure: impl Into<String>) -> Self {
        Self {
            weight,
            what: what.into(),
            cure: cure.into(),
        }
    }
}

/// Looks at the cluster and the installation as a server with these settings would.
pub async fn check(options: &Options) -> Vec<Finding> {
    let probe = match Box::pin(Probe::open(options)).await {
        Ok(probe) => probe,
        Err(error) => return vec![refusal(&error)],
    };
    let mut findings = Vec::new();
    findings.extend(check_nodes(options, &probe).await);
    match probe.replication(&options.keyspace).await {
        Ok(Some(replication)) => findings.extend(check_replication(options, &probe, &replication)),
        // `connect` says it below.
        Ok(None) => {}
        Err(error) => findings.push(refusal(&error)),
    }
    match Box::pin(Cassandra::connect(options)).await {
        Err(error) => findings.push(refusal(&error)),
        Ok(store) => {
            match store.ready().await {
                Ok(()) => findings.push(Finding::new(
                    Weight::Note,
                    format!(
                        "Cassandra can append: keyspace {}, home {}, consistency {}.",
                        options.keyspace, probe.home, options.consistency
                    ),
                    "",
                )),
                Err(error) => findings.push(Finding::new(
                    Weight::Refusal,
                    format!("Cassandra cannot append: {error}"),
                    "see `nodetool status`: a quorum of the replicas at home must be up",
                )),
            }
            findings.push(Finding::new(Weight::Note, store.durability(), ""));
        }
    }
    findings
}

fn refusal(error: &SetupError) -> Finding {
    Finding::new(
        Weight::Refusal,
        error.to_string(),
        "the sentence says what to do",
    )
}

/// Each node's own settings: one that differs from the others is found only by asking all.
async fn check_nodes(options: &Options, probe: &Probe) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (id, node) in &probe.nodes {
        let elsewhere = node.datacenter != probe.home;
        if elsewhere && options.consistency == Mode::Home {
            continue;
        }
        if !node.connected {
            findings.push(Finding::new(
                Weight::Risk,
                format!("{} ({}) cannot be reached.", node.address, node.datacenter),
                "see `nodetool status`, and whether this machine may connect to it",
            ));
            continue;
        }
        if let Ok(Some(variant)) = probe.node_setting(*id, "paxos_variant").await
            && variant.starts_with("v1")
        {
            findings.push(Finding::new(
                Weight::Risk,
                format!(
                    "{} runs paxos_variant {variant}: an append takes four round trips between the nodes instead of \
                     two.",
                    node.address
                ),
                "set paxos_variant: v2 in cassandra.yaml on every node, and restart them one by one",
            ));
        }
    }
    findings
}

fn check_replication(
    options: &Options,
    probe: &Probe,
    replication: &std::collections::BTreeMap<String, String>,
) -> Vec<Finding> {
    let count = |key: &str| replication.get(key).and_then(|n| n.parse::<u32>().ok());
    let at_home = count("replication_factor").or_else(|| count(&probe.home));
    let many = probe.nodes.len() > 1;
    match at_home {
        None | Some(0) => vec![Finding::new(
            Weight::Refusal,
            format!(
                "keyspace {} has no replica in the home datacenter {}.",
                options.keyspace, probe.home
            ),
            "ALTER KEYSPACE to give it three there, then `nodetool repair --full`",
        )],
        Some(1 | 2) if many => vec![Finding::new(
            Weight::Risk,
            format!(
                "keyspace {} has fewer than three replicas in {}: no node may stop.",
                options.keyspace, probe.home
            ),
            "ALTER KEYSPACE to give it three there, then `nodetool repair --full`",
        )],
        Some(_) => Vec::new(),
    }
}
