//! What an error of the driver says about a request: whether it can have happened.
//!
//! Promises: an error of a conditional write is called certain only where Cassandra cannot have proposed it, in
//! either of its Paxos variants; all else, and all that is new, is `Unknown`.

use hearth_core::port::StoreError;
use scylla::{
    errors::{DbError, ExecutionError, PrepareError, RequestAttemptError},
    statement::Consistency,
};

/// What became of a request that was answered by an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Not done, and never will be by trying again.
    Refused,
    /// Not done; later perhaps.
    NotDone,
    /// Done, not done, or yet to be done.
    Unknown,
}

/// The fate of a conditional write.
pub(super) fn of_conditional(error: &ExecutionError) -> Fate {
    match error {
        // Not sent: no values, no plan, no connection. The driver asks the next node only as long as none was sent to.
        ExecutionError::BadQuery(_) | ExecutionError::PrepareError(_) => Fate::Refused,
        ExecutionError::EmptyPlan | ExecutionError::ConnectionPoolError(_) => Fate::NotDone,
        ExecutionError::LastAttemptError(attempt) => of_attempt(attempt),
        // The driver's own time-out; and what may be added to this enum.
        _ => Fate::Unknown,
    }
}

pub(super) fn of_attempt(error: &RequestAttemptError) -> Fate {
    match error {
        RequestAttemptError::SerializationError(_)
        | RequestAttemptError::CqlRequestSerialization(_) => Fate::Refused,
        // All stream ids of the connection are taken: found before sending.
        RequestAttemptError::UnableToAllocStreamId => Fate::NotDone,
        RequestAttemptError::DbError(error, _) => of_answer(error),
        // A broken connection may have carried the request and lost the answer; an answer that cannot be read may
        // have been "applied".
        _ => Fate::Unknown,
    }
}

fn of_answer(error: &DbError) -> Fate {
    match error {
        // Found by the coordinator while it reads and checks the statement, before the first phase.
        DbError::SyntaxError
        | DbError::Invalid
        | DbError::AuthenticationError
        | DbError::Unauthorized
        | DbError::ConfigError
        | DbError::AlreadyExists { .. }
        | DbError::FunctionFailure { .. }
        | DbError::ProtocolError => Fate::Refused,
        // Too few replicas for the promises, at the serial consistency: said before anything is proposed, also when
        // an attempt that nobody accepted is repeated. At the commit's consistency (Paxos v1 says it when a replica
        // goes down between the phases) the proposal has been accepted and will be finished by whoever comes next.
        DbError::Unavailable {
            consistency: Consistency::Serial | Consistency::LocalSerial,
            ..
        } => Fate::NotDone,
        // A node that is still joining reads for nobody, and the reading comes before the proposing.
        DbError::IsBootstrapping => Fate::NotDone,
        // Unprepared is answered before execution; the driver prepares and repeats by itself, so it is seen only
        // if that went wrong.
        DbError::Unprepared { .. } => Fate::NotDone,
        // Time-outs and failures of any phase; Overloaded, which is also said for too many hints while committing;
        // server errors; 0x1700 (unknown outcome of a conditional write) and every code that is not known here.
        _ => Fate::Unknown,
    }
}

/// The port's error for a request that is no conditional write, or one that is certain not to have happened.
pub(super) fn store_error(what: &str, error: &ExecutionError) -> StoreError {
    let lasting = match error {
        ExecutionError::BadQuery(_) => true,
        ExecutionError::PrepareError(PrepareError::AllAttemptsFailed { first_attempt }) => {
            of_attempt(first_attempt) == Fate::Refused
        }
        ExecutionError::LastAttemptError(attempt) => of_attempt(attempt) == Fate::Refused,
        _ => false,
    };
    let text = format!("{what}: {error}");
    if lasting {
        StoreError::Failed(text)
    } else {
        StoreError::Away(text)
    }
}

/// The port's error for something read that no version of this program wrote.
pub(super) fn corrupt(what: &str, cause: impl std::fmt::Display) -> StoreError {
    StoreError::Failed(format!("{what} cannot be read: {cause}"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use scylla::errors::WriteType;

    use super::*;

    fn answered(error: DbError) -> Fate {
        of_conditional(&ExecutionError::LastAttemptError(
            RequestAttemptError::DbError(error, String::new()),
        ))
    }

    #[test]
    fn a_time_out_of_a_conditional_write_is_unknown_whoever_says_it() {
        assert_eq!(
            answered(DbError::WriteTimeout {
                consistency: Consistency::LocalSerial,
                received: 1,
                required: 2,
                write_type: WriteType::Cas,
            }),
            Fate::Unknown
        );
        assert_eq!(
            of_conditional(&ExecutionError::RequestTimeout(Duration::from_secs(1))),
            Fate::Unknown
        );
        assert_eq!(answered(DbError::Other(0x1700)), Fate::Unknown);
        assert_eq!(answered(DbError::Overloaded), Fate::Unknown);
        assert_eq!(answered(DbError::ServerError), Fate::Unknown);
    }

    #[test]
    fn too_few_replicas_is_certain_only_before_the_proposal() {
        let unavailable = |consistency| DbError::Unavailable {
            consistency,
            required: 2,
            alive: 1,
        };
        assert_eq!(
            answered(unavailable(Consistency::LocalSerial)),
            Fate::NotDone
        );
        assert_eq!(answered(unavailable(Consistency::Serial)), Fate::NotDone);
        assert_eq!(
            answered(unavailable(Consistency::LocalQuorum)),
            Fate::Unknown
        );
        assert_eq!(answered(unavailable(Consistency::Quorum)), Fate::Unknown);
    }

    #[test]
    fn a_wrong_statement_is_the_operators_and_an_absent_node_is_not() {
        let failed = ExecutionError::LastAttemptError(RequestAttemptError::DbError(
            DbError::Invalid,
            "unconfigured table".into(),
        ));
        assert!(matches!(
            store_error("reading", &failed),
            StoreError::Failed(_)
        ));
        assert!(matches!(
            store_error("reading", &ExecutionError::EmptyPlan),
            StoreError::Away(_)
        ));
    }
}
