//! The logs: events in buckets, and the heads that number them.
//!
//! Promises (docs of [`hearth_core::port::Log`], LOG rules 18–21): an append is one conditional batch in one
//! partition; a bucket is begun only by one who knows that the last one is full; rows are shown only as a dense run;
//! heads are never deleted.

use std::{collections::HashMap, ops::ControlFlow};

use hearth_core::{
    log::{Entry, Head, head_after},
    port::{Appended, Freshness, PAGE_BYTES_MAX, Page, StoreError},
};
use hearth_protocol::{DeviceId, Event, Ordinal, RoomId, SendId, Seq, UserId, mutant};
use scylla::serialize::row::SerializeRow;
use uuid::Uuid;

use super::{Cassandra, ask::Condition, fate::corrupt};

/// Entries in one append. 64 take little longer than one, and 64 of the longest texts, escaped at the worst, are
/// 6 MiB: well below the 16 MiB that Cassandra takes as one mutation or frame.
pub(super) const BATCH_MAX: usize = 64;
/// What an entry's numbers and ids take besides its texts.
const ROW_BYTES: usize = 64;
/// The greatest number that Cassandra keeps. No log comes near; a range may end beyond.
const SEQ_MAX: Seq = Seq(i64::MAX as u64);
/// Bodies erased by one conditional batch.
const ERASE_MAX: usize = 100;
/// With so many bytes of what is left of them it is full: a server refuses batches of 50 KiB, and one body has 3 at most.
const ERASE_BYTES: usize = 32 * 1024;
/// Rooms of which is remembered which bucket is known to be full. Forgetting costs a read at a bucket's beginning.
const FULL_MAX: usize = 10_000;

/// Bucket numbers, and which buckets are known to be full.
pub(super) struct Buckets {
    size: u64,
    full: std::sync::Mutex<HashMap<RoomId, u64>>,
}

impl Buckets {
    pub(super) fn new(size: u64) -> Self {
        Self {
            size,
            full: std::sync::Mutex::default(),
        }
    }

    /// The bucket of an entry.
    pub(super) fn of(&self, seq: Seq) -> u64 {
        seq.min(SEQ_MAX).0.saturating_sub(1) / self.size
    }

    /// Its last entry's number.
    pub(super) fn end(&self, bucket: u64) -> Seq {
        Seq((bucket + 1).saturating_mul(self.size))
    }

    fn remember(&self, room: RoomId, head: Head) {
        if head.seq == Seq::ZERO || !head.seq.0.is_multiple_of(self.size) {
            return;
        }
        let mut full = self
            .full
            .lock()
            .unwrap_or_else(|broken| broken.into_inner());
        if full.len() >= FULL_MAX {
            full.clear();
        }
        full.insert(room, self.of(head.seq));
    }

    fn is_full(&self, room: RoomId, bucket: u64) -> bool {
        let full = self
            .full
            .lock()
            .unwrap_or_else(|broken| broken.into_inner());
        full.get(&room).is_some_and(|known| *known >= bucket)
    }
}

/// One row of a page, as it is read.
type EventRow = (
    Option<i64>,
    Option<i64>,
    i64,
    Option<i64>,
    Option<i64>,
    Option<Uuid>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<i64>,
    Option<String>,
);

impl Cassandra {
    pub(super) fn batch_max(&self, head: Seq) -> usize {
        let room_left = self.buckets.size - head.0 % self.buckets.size;
        usize::try_from(room_left).map_or(BATCH_MAX, |left| left.min(BATCH_MAX))
    }

    pub(super) async fn append(
        &self,
        room: RoomId,
        expect: Head,
        batch: &[Entry],
    ) -> Result<Appended, StoreError> {
        let head = self.check_batch(expect, batch)?;
        let skips =
            mutant!("batch-skips-to-next-bucket") && batch.len() > self.batch_max(expect.seq);
        let bucket = expect.seq.0 / self.buckets.size + u64::from(skips);
        let begins = expect.seq.0.is_multiple_of(self.buckets.size) || skips;
        if begins && bucket > 0 && !self.buckets.is_full(room, bucket - 1) {
            // Rule 18. One read in a bucket's life, and none for who filled the last one.
            let before = self
                .within(
                    "bucket",
                    self.bucket_head(room, bucket - 1, Freshness::Quorum),
                )
                .await?;
            if before != Some(expect) {
                return self.lost(room, before).await;
            }
        }
        let place = (room.0, signed(bucket)?);
        let mut statements = Vec::with_capacity(batch.len() + 1);
        let mut values: Vec<Box<dyn SerializeRow + Send + Sync>> =
            Vec::with_capacity(batch.len() + 1);
        let to = (signed(head.seq.0)?, signed(head.ordinal.0)?);
        if begins {
            statements.push(self.statements.begin_bucket.clone());
            values.push(Box::new((to.0, to.1, place.0, place.1)));
        } else {
            let from = (signed(expect.seq.0)?, signed(expect.ordinal.0)?);
            statements.push(self.statements.move_head.clone());
            values.push(Box::new((to.0, to.1, place.0, place.1, from.0, from.1)));
        }
        for entry in batch {
            statements.push(self.statements.insert_event.clone());
            values.push(Box::new(event_values(place, entry)?));
        }
        match self.conditional_all("append", statements, values).await? {
            Condition::Applied => {
                self.buckets.remember(room, head);
                Ok(Appended::Applied)
            }
            Condition::Unknown(why) => Ok(Appended::Unknown(why)),
            Condition::Not(stands) => {
                let seen = head_of(stands.bigint("head"), stands.bigint("head_ordinal"));
                self.lost(room, seen).await
            }
        }
    }

    /// The batch's head, if the caller kept the contract: it follows `expect`, within the bucket and the bound.
    fn check_batch(&self, expect: Head, batch: &[Entry]) -> Result<Head, StoreError> {
        let max = self.batch_max(expect.seq);
        if batch.len() > max && !mutant!("batch-skips-to-next-bucket") {
            return Err(StoreError::Failed(format!(
                "append: {} entries after {}, where {max} fit",
                batch.len(),
                expect.seq
            )));
        }
        head_after(expect, batch).map_err(|why| StoreError::Failed(format!("append: {why}")))
    }

    /// `None`: the bucket on which the write was conditioned is not begun, so the log ends before it.
    async fn lost(&self, room: RoomId, seen: Option<Head>) -> Result<Appended, StoreError> {
        let head = match seen {
            Some(head) => head,
            None => self.head(room, Seq::ZERO, Freshness::Serial).await?,
        };
        self.buckets.remember(room, head);
        Ok(Appended::Lost(head))
    }

    async fn bucket_head(
        &self,
        room: RoomId,
        bucket: u64,
        freshness: Freshness,
    ) -> Result<Option<Head>, StoreError> {
        let statement = self.statements.bucket_head.at(freshness);
        let row: Option<(Option<i64>, Option<i64>)> = self
            .row("head", statement, (room.0, signed(bucket)?))
            .await?;
        Ok(row.and_then(|(seq, ordinal)| head_of(seq, ordinal)))
    }

    pub(super) async fn head(
        &self,
        room: RoomId,
        hint: Seq,
        freshness: Freshness,
    ) -> Result<Head, StoreError> {
        let head = self
            .within("head", self.gallop(room, hint, freshness))
            .await?;
        self.buckets.remember(room, head);
        Ok(head)
    }

    /// Steps forward in doubling strides while buckets are full, then halves back between the last begun and the
    /// first not begun. A hint that was never true (its bucket is not begun) costs a start from the first bucket.
    async fn gallop(
        &self,
        room: RoomId,
        hint: Seq,
        freshness: Freshness,
    ) -> Result<Head, StoreError> {
        let mut begun = self.buckets.of(hint);
        let mut head = self.bucket_head(room, begun, freshness).await?;
        if head.is_none() && begun > 0 {
            begun = 0;
            head = self.bucket_head(room, begun, freshness).await?;
        }
        let Some(mut head) = head else {
            return Ok(Head::EMPTY);
        };
        let mut not_begun = None;
        let mut stride = 1;
        while head.seq == self.buckets.end(begun) && !mutant!("audit-own-bucket-only") {
            let next = match not_begun {
                None => begun + stride,
                Some(end) if begun + 1 < end => begun + (end - begun) / 2,
                Some(_) => break,
            };
            match self.bucket_head(room, next, freshness).await? {
                Some(found) => {
                    begun = next;
                    head = found;
                    stride *= 2;
                }
                None => not_begun = Some(next),
            }
        }
        Ok(head)
    }

    pub(super) async fn read(
        &self,
        room: RoomId,
        from: Seq,
        to: Seq,
        limit: usize,
        freshness: Freshness,
    ) -> Result<Page, StoreError> {
        self.within("read", self.page(room, from, to, limit, freshness))
            .await
    }

    async fn page(
        &self,
        room: RoomId,
        from: Seq,
        to: Seq,
        limit: usize,
        freshness: Freshness,
    ) -> Result<Page, StoreError> {
        let to = to.min(SEQ_MAX);
        let mut run = Run {
            next: from.max(Seq(1)),
            limit,
            bytes: 0,
            ended: false,
            page: Page::default(),
        };
        let (asked, mut freshness) = (freshness, freshness);
        loop {
            if run.next > to || run.is_full() {
                break;
            }
            let bucket = self.buckets.of(run.next);
            let end = self.buckets.end(bucket);
            let before = run.next;
            self.fill(room, bucket, end.min(to), freshness, &mut run)
                .await?;
            if run.next > end {
                continue;
            }
            if run.next > to || run.is_full() {
                break;
            }
            // Nothing of this bucket was read: its head is not known from its rows.
            if run.next == before && run.page.head.seq < run.next {
                let head = self.bucket_head(room, bucket, freshness).await?;
                run.page.head = run.page.head.max(head.unwrap_or_default());
            }
            if run.page.head.seq < run.next {
                break;
            }
            // Rule 20: a head without its row. What is under way is finished by a serial read; what is still
            // missing then is a hole, at which the page ends.
            if freshness == Freshness::Serial {
                break;
            }
            freshness = Freshness::Serial;
        }
        // Where a bucket is full, and where nothing was read, the log's end is elsewhere. A reader at a quorum is told
        // the head that it has passed, which costs nothing; who asks serially wants to know where the log ends.
        let head = run.page.head;
        let elsewhere = head == Head::EMPTY
            || (asked == Freshness::Serial
                && head.seq == self.buckets.end(self.buckets.of(head.seq)));
        if elsewhere {
            let hint = head.seq.max(Seq(run.next.0 - 1).min(to));
            run.page.head = head.max(self.gallop(room, hint, freshness).await?);
        }
        self.buckets.remember(room, run.page.head);
        Ok(run.page)
    }

    /// Reads the run on, within one bucket.
    async fn fill(
        &self,
        room: RoomId,
        bucket: u64,
        to: Seq,
        freshness: Freshness,
        run: &mut Run,
    ) -> Result<(), StoreError> {
        let left = i32::try_from(run.limit - run.page.entries.len()).unwrap_or(i32::MAX);
        let values = (
            room.0,
            signed(bucket)?,
            signed(run.next.0)?,
            signed(to.0)?,
            left,
        );
        self.rows(
            "read",
            self.statements.rows.at(freshness),
            values,
            |row: EventRow| run.push(row),
        )
        .await
    }

    pub(super) async fn erase(&self, room: RoomId, from: Seq, to: Seq) -> Result<(), StoreError> {
        self.within("erase", async {
            let head = self.gallop(room, from, Freshness::Serial).await?;
            let to = to.min(head.seq);
            let mut next = from.max(Seq(1));
            while next <= to {
                let bucket = self.buckets.of(next);
                let last = to
                    .min(self.buckets.end(bucket))
                    .min(Seq(next.0 + ERASE_MAX as u64 - 1));
                // A body changes in no other way: what is written is what follows from what is read, whoever writes it.
                let page = self.page(room, next, last, ERASE_MAX, Freshness::Serial);
                let page = Box::pin(page).await?;
                let (mut rows, mut bytes) = (Vec::new(), 0);
                let left = page.entries.iter();
                for entry in left.filter(|entry| !entry.event.body.is_erased()) {
                    let body = serde_json::to_string(&entry.event.body.erased());
                    let body = body.map_err(|error| corrupt("a body", error))?;
                    bytes += body.len();
                    rows.push((entry.seq(), body));
                    if bytes >= ERASE_BYTES {
                        self.erase_rows(room, bucket, &rows).await?;
                        (rows, bytes) = (Vec::new(), 0);
                    }
                }
                if !rows.is_empty() {
                    self.erase_rows(room, bucket, &rows).await?;
                }
                // Of a row that cannot be read there is nothing to be erased.
                next = page.entries.last().map_or(next, Entry::seq).next();
            }
            Ok(())
        })
        .await
    }

    /// Erases within one bucket, on condition that its head is what it was: so it is ordered with the appends. Tried
    /// again while others move the head; repeating after an unknown outcome does no harm.
    async fn erase_rows(
        &self,
        room: RoomId,
        bucket: u64,
        rows: &[(Seq, String)],
    ) -> Result<(), StoreError> {
        let mut head = self.bucket_head(room, bucket, Freshness::Serial).await?;
        let partition = signed(bucket)?;
        loop {
            let Some(Head { seq, ordinal }) = head else {
                return Err(StoreError::Failed(format!(
                    "erase: bucket {bucket} has rows and no head"
                )));
            };
            let head_values = (signed(seq.0)?, signed(ordinal.0)?);
            let mut statements = vec![self.statements.move_head.clone()];
            let mut values: Vec<Box<dyn SerializeRow + Send + Sync>> = vec![Box::new((
                head_values.0,
                head_values.1,
                room.0,
                partition,
                head_values.0,
                head_values.1,
            ))];
            for (seq, body) in rows {
                statements.push(self.statements.erase_body.clone());
                values.push(Box::new((body.clone(), room.0, partition, signed(seq.0)?)));
            }
            match self.conditional_all("erase", statements, values).await? {
                Condition::Applied => return Ok(()),
                Condition::Not(stands) => {
                    head = head_of(stands.bigint("head"), stands.bigint("head_ordinal"));
                }
                Condition::Unknown(_) => {}
            }
        }
    }
}

/// The dense run that a page becomes.
struct Run {
    next: Seq,
    limit: usize,
    bytes: usize,
    /// Whether one more entry would have been beyond the bound of bytes.
    ended: bool,
    page: Page,
}

impl Run {
    fn is_full(&self) -> bool {
        self.ended || self.page.entries.len() >= self.limit
    }

    fn push(&mut self, row: EventRow) -> Result<ControlFlow<()>, StoreError> {
        let (head, head_ordinal, seq, ordinal, at_ms, sender, name, id, device, n, body) = row;
        if let Some(head) = head_of(head, head_ordinal) {
            self.page.head = self.page.head.max(head);
        }
        let (
            true,
            Some(ordinal),
            Some(at_ms),
            Some(sender),
            Some(name),
            Some(id),
            Some(device),
            Some(n),
            Some(body),
        ) = (
            unsigned(seq) == self.next.0,
            ordinal,
            at_ms,
            sender,
            name,
            id,
            device,
            n,
            body,
        )
        else {
            return Ok(ControlFlow::Break(()));
        };
        let bytes = body.len() + name.len() + id.len() + device.len() + ROW_BYTES;
        if !self.page.entries.is_empty() && self.bytes + bytes > PAGE_BYTES_MAX {
            self.ended = true;
            return Ok(ControlFlow::Break(()));
        }
        self.bytes += bytes;
        let event = Event {
            seq: self.next,
            ordinal: Ordinal(unsigned(ordinal)),
            at_ms: unsigned(at_ms),
            by: UserId(sender),
            name,
            id: SendId::new(id).map_err(|error| corrupt("a send's id", error))?,
            body: serde_json::from_str(&body).map_err(|error| corrupt("a body", error))?,
        };
        self.page.entries.push(Entry {
            event,
            device: DeviceId::new(device).map_err(|error| corrupt("a device's id", error))?,
            n: unsigned(n),
        });
        self.next = self.next.next();
        Ok(match self.is_full() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        })
    }
}

type EventValues = (
    Uuid,
    i64,
    i64,
    i64,
    i64,
    Uuid,
    String,
    String,
    String,
    i64,
    String,
);

fn event_values(place: (Uuid, i64), entry: &Entry) -> Result<EventValues, StoreError> {
    let event = &entry.event;
    let body = serde_json::to_string(&event.body).map_err(|error| corrupt("a body", error))?;
    Ok((
        place.0,
        place.1,
        signed(event.seq.0)?,
        signed(event.ordinal.0)?,
        event.at_ms.cast_signed(),
        event.by.0,
        event.name.clone(),
        event.id.as_str().to_owned(),
        entry.device.as_str().to_owned(),
        entry.n.cast_signed(),
        body,
    ))
}

/// A position as Cassandra keeps it: its numbers end at 2^63, which no log reaches.
pub(super) fn signed(position: u64) -> Result<i64, StoreError> {
    i64::try_from(position)
        .map_err(|_| StoreError::Failed(format!("{position} is no position of a log")))
}

/// The inverse of [`signed`], and of `cast_signed` for numbers that are only kept.
pub(super) fn unsigned(kept: i64) -> u64 {
    kept.cast_unsigned()
}

fn head_of(seq: Option<i64>, ordinal: Option<i64>) -> Option<Head> {
    Some(Head {
        seq: Seq(unsigned(seq?)),
        ordinal: Ordinal(unsigned(ordinal?)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_meet_without_gap_or_overlap() {
        let buckets = Buckets::new(4);
        let of: Vec<u64> = (0..=9).map(|seq| buckets.of(Seq(seq))).collect();
        assert_eq!(of, [0, 0, 0, 0, 0, 1, 1, 1, 1, 2]);
        assert_eq!(buckets.end(0), Seq(4));
        assert_eq!(buckets.end(1), Seq(8));
    }

    #[test]
    fn only_an_end_of_a_bucket_is_remembered_as_full() {
        let buckets = Buckets::new(4);
        let room = RoomId(Uuid::nil());
        let head = |seq| Head {
            seq: Seq(seq),
            ordinal: Ordinal(seq),
        };
        buckets.remember(room, head(7));
        assert!(!buckets.is_full(room, 0));
        buckets.remember(room, head(8));
        assert!(buckets.is_full(room, 1) && buckets.is_full(room, 0));
        assert!(!buckets.is_full(room, 2));
    }
}
