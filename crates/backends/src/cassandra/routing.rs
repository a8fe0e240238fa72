//! To which node a request goes, and whether it is tried again.
//!
//! Promises: in mode `home` nothing leaves the home datacenter; a conditional write is sent once, to the first
//! living replica of its partition in an order that all servers share.

use std::{sync::Arc, time::Duration};

use scylla::{
    client::execution_profile::{ExecutionProfile, ExecutionProfileHandle},
    cluster::{ClusterState, NodeRef},
    policies::{
        load_balancing::{DefaultPolicy, FallbackPlan, LoadBalancingPolicy, RoutingInfo},
        retry::{FallthroughRetryPolicy, RequestInfo, RetryDecision, RetryPolicy, RetrySession},
        speculative_execution::SimpleSpeculativeExecutionPolicy,
    },
    routing::Shard,
    statement::{Consistency, SerialConsistency},
};

use super::{
    fate::Fate,
    options::{Mode, Options},
};

/// How the four kinds of requests are sent.
pub(super) struct Profiles {
    /// Reads at a quorum.
    pub(super) read: ExecutionProfileHandle,
    /// Reads that finish or rule out conditional writes under way.
    pub(super) serial: ExecutionProfileHandle,
    /// Plain writes that may be repeated.
    pub(super) write: ExecutionProfileHandle,
    /// Conditional writes.
    pub(super) conditional: ExecutionProfileHandle,
}

impl Profiles {
    /// `pinned`: the datacenter that is never left, if the keyspace knows datacenters at all.
    pub(super) fn new(options: &Options, pinned: Option<&str>) -> Self {
        let (serial, serial_read, quorum) = match options.consistency {
            Mode::Home => (
                SerialConsistency::LocalSerial,
                Consistency::LocalSerial,
                Consistency::LocalQuorum,
            ),
            Mode::Everywhere => (
                SerialConsistency::Serial,
                Consistency::Serial,
                Consistency::Quorum,
            ),
        };
        let mut policy = DefaultPolicy::builder().token_aware(true);
        policy = match pinned {
            // Everywhere, any datacenter's coordinator is as good, only slower.
            Some(home) => policy
                .prefer_datacenter(home.to_owned())
                .permit_dc_failover(options.consistency == Mode::Everywhere),
            None => policy.prefer_no_datacenter(),
        };
        let replicas = policy.build();
        let base = || {
            ExecutionProfile::builder()
                .request_timeout(Some(options.request))
                .consistency(quorum)
                .serial_consistency(Some(serial))
                .load_balancing_policy(replicas.clone())
                .retry_policy(Arc::new(NextNode))
                .speculative_execution_policy(None)
        };
        // A coordinator that hangs costs a read this pause, not the whole time-out.
        let second_try = |ms| {
            Some(Arc::new(SimpleSpeculativeExecutionPolicy {
                max_retry_count: 1,
                retry_interval: Duration::from_millis(ms),
            }) as Arc<_>)
        };
        Self {
            read: base()
                .speculative_execution_policy(second_try(400))
                .build()
                .into_handle(),
            // Later: two serial reads of one partition get in each other's way.
            serial: base()
                .consistency(serial_read)
                .speculative_execution_policy(second_try(1_000))
                .build()
                .into_handle(),
            write: base().build().into_handle(),
            conditional: base()
                .load_balancing_policy(Arc::new(FirstReplica(replicas.clone())))
                .retry_policy(Arc::new(FallthroughRetryPolicy::new()))
                .build()
                .into_handle(),
        }
    }
}

/// Tries a request that may be repeated once more, on the next node, unless it was refused for good.
#[derive(Debug)]
struct NextNode;

impl RetryPolicy for NextNode {
    fn new_session(&self) -> Box<dyn RetrySession> {
        Box::new(Tries(0))
    }
}

/// How often the request has failed.
struct Tries(u8);

impl RetrySession for Tries {
    fn decide_should_retry(&mut self, request: RequestInfo) -> RetryDecision {
        self.0 += 1;
        if !request.is_idempotent
            || self.0 > 1
            || super::fate::of_attempt(request.error) == Fate::Refused
        {
            return RetryDecision::DontRetry;
        }
        RetryDecision::RetryNextTarget(None)
    }

    fn reset(&mut self) {
        self.0 = 0;
    }
}

/// The inner policy's plan with the replicas in the ring's order instead of shuffled. Writers on several servers then
/// meet at one coordinator, whose lock lines them up, instead of outbidding each other's ballots. The driver can do
/// this, but only where the database says that a statement is conditional, which Cassandra does not.
#[derive(Debug)]
struct FirstReplica(Arc<dyn LoadBalancingPolicy>);

impl LoadBalancingPolicy for FirstReplica {
    fn pick<'a>(
        &'a self,
        request: &'a RoutingInfo,
        cluster: &'a ClusterState,
    ) -> Option<(NodeRef<'a>, Option<Shard>)> {
        let (node, shard) = {
            let request = ordered(request);
            let (node, shard) = self.0.pick(&request, cluster)?;
            (node.host_id, shard)
        };
        Some((cluster.get_node_by_host_id(node)?, shard))
    }

    fn fallback<'a>(
        &'a self,
        request: &'a RoutingInfo,
        cluster: &'a ClusterState,
    ) -> FallbackPlan<'a> {
        let request = ordered(request);
        let plan: Vec<_> = self
            .0
            .fallback(&request, cluster)
            .map(|(node, shard)| (node.host_id, shard))
            .collect();
        Box::new(
            plan.into_iter()
                .filter_map(move |(node, shard)| Some((cluster.get_node_by_host_id(node)?, shard))),
        )
    }

    fn name(&self) -> String {
        "FirstReplica".into()
    }
}

fn ordered<'a>(request: &RoutingInfo<'a>) -> RoutingInfo<'a> {
    let mut request = request.clone();
    request.is_confirmed_lwt = true;
    request
}
