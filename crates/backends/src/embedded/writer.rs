//! The one writer: a thread that takes all writes that wait, does them in one transaction, flushes, and then answers.
//!
//! Writes are done in the order in which they were taken, each seeing all before it: that makes every conditional
//! write linearizable. No write is answered with success before the flush that holds it has returned.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use hearth_core::port::StoreError;
use redb::{Durability, Table, WriteTransaction};
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use super::{
    database::Database,
    fault::{Fault, Unwritten},
    queue::Waiting,
    schema,
};

/// Writes in one transaction: beyond it the first of them would wait too long for the last.
const JOBS_MAX: usize = 1024;
/// How long a transaction waits for writers that were there a moment ago, as a share of the last one's time.
const LINGER_SHARE: u32 = 4;
/// And at most.
const LINGER_MAX: Duration = Duration::from_millis(1);

/// Whether a job changed anything: a transaction that changed nothing needs no flush.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    Changed,
    Unchanged,
}

/// The tables of a transaction: the two of every append are open, the others are opened by those who need them.
pub(super) struct Tables<'t> {
    pub(super) txn: &'t WriteTransaction,
    pub(super) events: Table<'t, &'static [u8; 24], &'static [u8]>,
    pub(super) heads: Table<'t, &'static [u8; 16], &'static [u8; 16]>,
}

/// One write that waits.
pub(super) trait Job: Send {
    /// Does it. `Err` only if the file failed; what concerns this job alone is kept for its answer.
    fn run(&mut self, tables: &mut Tables<'_>) -> Result<Effect, redb::Error>;
    /// Whether nobody waits for it any more.
    fn given_up(&self) -> bool;
    /// Answers: with what it did, or with why none of the transaction holds.
    fn answer(self: Box<Self>, end: Result<(), Unwritten>);
}

/// A job from its work and the place where its answer is awaited.
pub(super) struct Write<T, F> {
    pub(super) work: Option<F>,
    pub(super) done: Option<Result<T, StoreError>>,
    pub(super) reply: oneshot::Sender<Result<T, Unwritten>>,
    /// Its share of the queue, given back with the answer.
    pub(super) _share: OwnedSemaphorePermit,
}

impl<T, F> Job for Write<T, F>
where
    T: Send,
    F: FnOnce(&mut Tables<'_>) -> Result<(T, Effect), Fault> + Send,
{
    fn run(&mut self, tables: &mut Tables<'_>) -> Result<Effect, redb::Error> {
        let Some(work) = self.work.take() else {
            return Ok(Effect::Unchanged);
        };
        match work(tables) {
            Ok((done, effect)) => {
                self.done = Some(Ok(done));
                Ok(effect)
            }
            // Whatever it wrote before is kept: no job writes before it has read all that it needs, but an erasure,
            // which may be left in part.
            Err(Fault::Value(why)) => {
                self.done = Some(Err(StoreError::Failed(why)));
                Ok(Effect::Changed)
            }
            Err(Fault::File(e)) => Err(e),
        }
    }

    fn given_up(&self) -> bool {
        self.reply.is_closed()
    }

    fn answer(self: Box<Self>, end: Result<(), Unwritten>) {
        let answer = match (end, self.done) {
            (Ok(()), Some(done)) => done.map_err(Unwritten::NotDone),
            (Err(unwritten), _) => Err(unwritten),
            (Ok(()), None) => Err(Unwritten::NotDone(StoreError::Away("not begun".into()))),
        };
        // Who gave up in the meantime hears nothing, and counts it as unknown.
        self.reply.send(answer).ok();
    }
}

/// The thread's whole life: until no one can send any more, and all that was sent is answered.
pub(super) fn run(database: &Arc<Database>, jobs: &Waiting<Box<dyn Job>>) {
    let (mut expected, mut took) = (1, Duration::ZERO);
    while let Some(mut batch) = jobs.take(expected, (took / LINGER_SHARE).min(LINGER_MAX), JOBS_MAX)
    {
        let begun = Instant::now();
        batch.retain(|job| !job.given_up());
        let end = commit(database, &mut batch);
        took = begun.elapsed();
        // Those who are answered now are about to write again, and those who came during the flush are there: a batch
        // that left without either would leave them a whole flush behind. Who writes alone never waits.
        expected = batch.len() + jobs.len();
        for job in batch {
            job.answer(end.clone());
        }
    }
}

/// Does the jobs in one transaction. When this returns `Ok`, all of them are on the disk.
fn commit(database: &Arc<Database>, jobs: &mut [Box<dyn Job>]) -> Result<(), Unwritten> {
    let begun = Instant::now();
    let done = database.write(|open| -> Result<(), (redb::Error, Stage)> {
        let before = |e: redb::Error| (e, Stage::Before);
        let mut txn = open.begin_write().map_err(|e| before(e.into()))?;
        txn.set_durability(Durability::Immediate)
            .map_err(|e| before(e.into()))?;
        let effect = do_all(&txn, jobs).map_err(before)?;
        match effect {
            Effect::Unchanged => txn.abort().map_err(|e| before(e.into())),
            Effect::Changed => {
                txn.commit().map_err(|e| (e.into(), Stage::Commit))?;
                metrics::counter!("hearth_embedded_commits_total").increment(1);
                database.committed(begun.elapsed());
                Ok(())
            }
        }
    });
    match done {
        Ok(Ok(())) => Ok(()),
        Ok(Err((e, Stage::Before))) => {
            let why = database.fail(&e);
            Err(Unwritten::NotDone(StoreError::Failed(why)))
        }
        Ok(Err((e, Stage::Commit))) => Err(Unwritten::Unknown(database.fail(&e))),
        Err(e) => Err(Unwritten::NotDone(e)),
    }
}

/// How far a transaction came that failed: before its commit began, nothing of it can be on the disk.
enum Stage {
    Before,
    Commit,
}

fn do_all(txn: &WriteTransaction, jobs: &mut [Box<dyn Job>]) -> Result<Effect, redb::Error> {
    let mut tables = Tables {
        txn,
        events: txn.open_table(schema::EVENTS)?,
        heads: txn.open_table(schema::HEADS)?,
    };
    let mut all = Effect::Unchanged;
    for job in jobs {
        if job.run(&mut tables)? == Effect::Changed {
            all = Effect::Changed;
        }
    }
    Ok(all)
}
