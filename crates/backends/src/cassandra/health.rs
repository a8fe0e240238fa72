//! How Cassandra is, as this process sees it: which nodes the driver reaches, and how long requests take.
//!
//! Known without asking: the driver holds connections to every node that it may use, and each request is timed.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Instant,
};

use hearth_core::{
    port::{ServerHealth, StoreHealth},
    timing::Stopwatch,
};
use scylla::errors::{DbError, ExecutionError, RequestAttemptError};

use super::Cassandra;

/// The requests of one session.
#[derive(Debug, Default)]
pub(super) struct Requests {
    took: Stopwatch,
    timeouts: AtomicU64,
}

impl Requests {
    /// A request that was begun then has this answer.
    pub(super) fn answered<T>(&self, begun: Instant, answer: &Result<T, ExecutionError>) {
        self.took.took(begun.elapsed());
        if answer.as_ref().err().is_some_and(is_timeout) {
            self.timeouts.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Whether nobody answered in time: the driver's word, or a coordinator's about replicas.
fn is_timeout(error: &ExecutionError) -> bool {
    match error {
        ExecutionError::RequestTimeout(_) => true,
        ExecutionError::LastAttemptError(RequestAttemptError::DbError(error, _)) => matches!(
            error,
            DbError::ReadTimeout { .. } | DbError::WriteTimeout { .. }
        ),
        _ => false,
    }
}

impl Cassandra {
    pub(super) fn health(&self) -> StoreHealth {
        let state = self.session.get_cluster_state();
        // Those of other datacenters are none of this server's where it keeps to its own.
        let nodes = state.get_nodes_info().iter();
        let nodes = nodes.filter(|node| node.is_enabled());
        let servers = nodes.map(|node| ServerHealth {
            name: node.address.to_string(),
            down: (!node.is_connected()).then(|| "no connection to it stands".to_owned()),
            round_trip_us: None,
            memory_bytes: None,
        });
        StoreHealth::Servers {
            servers: ServerHealth::told(servers.collect()),
            requests: self.requests.took.spread(),
            timeouts: self.requests.timeouts.load(Ordering::Relaxed),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use scylla::{errors::WriteType, statement::Consistency};

    use super::*;

    #[test]
    fn what_had_no_answer_in_time_is_counted_whoever_says_so() {
        let requests = Requests::default();
        let told = |error| {
            let attempt = RequestAttemptError::DbError(error, String::new());
            ExecutionError::LastAttemptError(attempt)
        };
        let late = DbError::WriteTimeout {
            consistency: Consistency::LocalSerial,
            received: 1,
            required: 2,
            write_type: WriteType::Cas,
        };
        for answer in [
            Ok(()),
            Err(ExecutionError::RequestTimeout(Duration::from_secs(1))),
            Err(ExecutionError::EmptyPlan),
            Err(told(late)),
            Err(told(DbError::Overloaded)),
        ] {
            requests.answered(Instant::now(), &answer);
        }
        assert_eq!(requests.timeouts.load(Ordering::Relaxed), 2);
        assert!(requests.took.spread().is_some());
    }
}
