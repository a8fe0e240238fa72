//! The four ways in which a request is sent and its answer read: rows, a plain write, a batch of plain writes, and a
//! conditional write.
//!
//! Promises: everything ends within the request's time-out, and what a conditional write came to is said exactly.

use std::{future::Future, ops::ControlFlow, time::Instant};

use hearth_core::port::StoreError;
use scylla::{
    deserialize::row::DeserializeRow,
    errors::ExecutionError,
    response::{PagingState, query_result::QueryResult},
    serialize::{batch::BatchValues, row::SerializeRow},
    statement::{
        batch::{Batch, BatchType},
        prepared::PreparedStatement,
    },
    value::{CqlValue, Row},
};

use super::{
    Cassandra,
    fate::{self, Fate, corrupt, store_error},
};

/// What a conditional write came to.
#[derive(Debug)]
pub(super) enum Condition {
    /// It held: all is written.
    Applied,
    /// It did not hold; what the compared columns are instead.
    Not(Stands),
    /// Not known.
    Unknown(String),
}

/// The columns that come with "not applied", by name.
#[derive(Debug, Default)]
pub(super) struct Stands(Vec<(String, CqlValue)>);

impl Stands {
    fn get(&self, column: &str) -> Option<&CqlValue> {
        self.0
            .iter()
            .find(|(name, _)| name == column)
            .map(|(_, value)| value)
    }

    pub(super) fn bigint(&self, column: &str) -> Option<i64> {
        self.get(column)?.as_bigint()
    }

    pub(super) fn uuid(&self, column: &str) -> Option<uuid::Uuid> {
        self.get(column)?.as_uuid()
    }

    pub(super) fn text(&self, column: &str) -> Option<String> {
        self.get(column)?.as_text().cloned()
    }

    pub(super) fn boolean(&self, column: &str) -> Option<bool> {
        self.get(column)?.as_boolean()
    }
}

impl Cassandra {
    /// Ends a call that needs more than one request at the call's deadline.
    pub(super) async fn within<T>(
        &self,
        what: &str,
        call: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        tokio::time::timeout(self.call, call)
            .await
            .unwrap_or_else(|_| {
                Err(StoreError::Away(format!(
                    "{what}: no answer within {:?}",
                    self.call
                )))
            })
    }

    /// Hands every row of a read to `each`, until it breaks.
    pub(super) async fn rows<R>(
        &self,
        what: &'static str,
        statement: &PreparedStatement,
        values: impl SerializeRow,
        mut each: impl FnMut(R) -> Result<ControlFlow<()>, StoreError>,
    ) -> Result<(), StoreError>
    where
        R: for<'frame, 'metadata> DeserializeRow<'frame, 'metadata>,
    {
        let mut state = PagingState::start();
        loop {
            count(what);
            let begun = Instant::now();
            let answer = self
                .session
                .execute_single_page(statement, &values, state)
                .await;
            self.requests.answered(begun, &answer);
            let (result, next) = answer.map_err(|error| store_error(what, &error))?;
            let result = result
                .into_rows_result()
                .map_err(|error| corrupt(what, error))?;
            for row in result.rows::<R>().map_err(|error| corrupt(what, error))? {
                if each(row.map_err(|error| corrupt(what, error))?)?.is_break() {
                    return Ok(());
                }
            }
            match next.into_paging_control_flow() {
                ControlFlow::Break(()) => return Ok(()),
                ControlFlow::Continue(more) => state = more,
            }
        }
    }

    /// The only row of a read.
    pub(super) async fn row<R>(
        &self,
        what: &'static str,
        statement: &PreparedStatement,
        values: impl SerializeRow,
    ) -> Result<Option<R>, StoreError>
    where
        R: for<'frame, 'metadata> DeserializeRow<'frame, 'metadata>,
    {
        let mut found = None;
        self.rows(what, statement, values, |row| {
            found = Some(row);
            Ok(ControlFlow::Break(()))
        })
        .await?;
        Ok(found)
    }

    /// A plain write, which may be repeated.
    pub(super) async fn write(
        &self,
        what: &'static str,
        statement: &PreparedStatement,
        values: impl SerializeRow,
    ) -> Result<(), StoreError> {
        count(what);
        let begun = Instant::now();
        let answer = self.session.execute_unpaged(statement, values).await;
        self.requests.answered(begun, &answer);
        answer.map(drop).map_err(|error| store_error(what, &error))
    }

    /// Plain writes of one partition, as one mutation.
    pub(super) async fn write_all(
        &self,
        what: &'static str,
        statements: Vec<PreparedStatement>,
        values: impl BatchValues,
    ) -> Result<(), StoreError> {
        count(what);
        let mut batch = one_partition(statements);
        batch.set_execution_profile_handle(Some(self.profiles.write.clone()));
        batch.set_is_idempotent(true);
        let begun = Instant::now();
        let answer = self.session.batch(&batch, values).await;
        self.requests.answered(begun, &answer);
        answer.map(drop).map_err(|error| store_error(what, &error))
    }

    /// One conditional statement. `Err` is certain: nothing was written.
    pub(super) async fn conditional(
        &self,
        what: &'static str,
        statement: &PreparedStatement,
        values: impl SerializeRow,
    ) -> Result<Condition, StoreError> {
        count(what);
        let begun = Instant::now();
        let answer = self.session.execute_unpaged(statement, values).await;
        self.requests.answered(begun, &answer);
        condition(what, answer)
    }

    /// One conditional batch in one partition. `Err` is certain: nothing was written.
    pub(super) async fn conditional_all(
        &self,
        what: &'static str,
        statements: Vec<PreparedStatement>,
        values: impl BatchValues,
    ) -> Result<Condition, StoreError> {
        count(what);
        let mut batch = one_partition(statements);
        batch.set_execution_profile_handle(Some(self.profiles.conditional.clone()));
        let begun = Instant::now();
        let answer = self.session.batch(&batch, values).await;
        self.requests.answered(begun, &answer);
        condition(what, answer)
    }
}

/// Unlogged, because it is one mutation of one partition: atomic by itself.
fn one_partition(statements: Vec<PreparedStatement>) -> Batch {
    Batch::new_with_statements(
        BatchType::Unlogged,
        statements.into_iter().map(Into::into).collect(),
    )
}

fn condition(
    what: &str,
    answer: Result<QueryResult, ExecutionError>,
) -> Result<Condition, StoreError> {
    let result = match answer {
        Ok(result) => result,
        Err(error) => {
            return match fate::of_conditional(&error) {
                Fate::Refused | Fate::NotDone => Err(store_error(what, &error)),
                Fate::Unknown => Ok(Condition::Unknown(format!("{what}: {error}"))),
            };
        }
    };
    // From here on it was answered, but an answer that cannot be read says nothing.
    let unread = |cause: &dyn std::fmt::Display| {
        Ok(Condition::Unknown(format!(
            "{what}: the answer cannot be read: {cause}"
        )))
    };
    let result = match result.into_rows_result() {
        Ok(result) => result,
        Err(error) => return unread(&error),
    };
    let names: Vec<String> = result
        .column_specs()
        .iter()
        .map(|column| column.name().to_owned())
        .collect();
    let row = match result.first_row::<Row>() {
        Ok(row) => row,
        Err(error) => return unread(&error),
    };
    let stands = Stands(
        names
            .into_iter()
            .zip(row.columns)
            .filter_map(|(name, value)| Some((name, value?)))
            .collect(),
    );
    match stands.boolean("[applied]") {
        Some(true) => Ok(Condition::Applied),
        Some(false) => Ok(Condition::Not(stands)),
        None => unread(&"it does not say whether it was applied"),
    }
}

/// Requests by kind: what shows that an append costs one and a message no read.
fn count(what: &'static str) {
    metrics::counter!("hearth_cassandra_requests_total", "kind" => what).increment(1);
}
