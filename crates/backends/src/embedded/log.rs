//! The logs and their projections, in redb's tables.

use async_trait::async_trait;
use hearth_core::{
    log::{Entry, Head, head_after},
    port::{
        Appended, Cell, End, Freshness, IndexRow, ListedRow, Log, Mark, MemberCell, MentionsCell,
        PAGE_BYTES_MAX, Page, Shelf, SpokeCell, StoreError, ThreadCell, outdated_by, rows_of,
    },
    search::INDEX_SHARDS,
};
use hearth_protocol::{RoomId, Seq, UserId, bounds::ROOMS_PER_USER_MAX};
use redb::{ReadTransaction, ReadableTable};

use super::{
    Embedded,
    directory::put_listed,
    fault::{Fault, Unwritten},
    schema::{self, cell_key, decode_cell, decode_entry, event_key, pair_key},
    writer::Effect,
};

/// Entries in one batch. There are no buckets here, so only the transaction's length bounds it.
const BATCH_MAX: usize = 256;
/// Entries erased in one transaction: appends go on between two.
const ERASE_RUN: u64 = 256;

fn head_of(
    heads: &impl ReadableTable<&'static [u8; 16], &'static [u8; 16]>,
    room: RoomId,
) -> Result<Head, Fault> {
    let head = heads.get(room.0.as_bytes())?;
    Ok(head.map_or(Head::EMPTY, |head| schema::decode_head(head.value())))
}

fn read_page(
    txn: &ReadTransaction,
    room: RoomId,
    from: Seq,
    to: Seq,
    limit: usize,
) -> Result<Page, Fault> {
    let head = head_of(&txn.open_table(schema::HEADS)?, room)?;
    let mut page = Page {
        entries: Vec::new(),
        head,
    };
    let (from, to) = (from.max(Seq(1)), to.min(head.seq));
    if from > to {
        return Ok(page);
    }
    let events = txn.open_table(schema::EVENTS)?;
    let (first, last) = (event_key(room, from), event_key(room, to));
    let mut bytes = 0;
    for row in events.range::<&[u8; 24]>(&first..=&last)?.take(limit) {
        let row = row?.1;
        bytes += row.value().len();
        if bytes > PAGE_BYTES_MAX && !page.entries.is_empty() {
            break;
        }
        page.entries.push(decode_entry(row.value())?);
    }
    Ok(page)
}

#[async_trait]
impl Log for Embedded {
    fn batch_max(&self, _: Seq) -> usize {
        BATCH_MAX
    }

    // One lookup whatever the hint; what is committed is all that there is, so both freshnesses are one.
    async fn head(&self, room: RoomId, _: Seq, _: Freshness) -> Result<Head, StoreError> {
        self.snapshot(move |txn| head_of(&txn.open_table(schema::HEADS)?, room))
            .await
    }

    async fn append(
        &self,
        room: RoomId,
        expect: Head,
        batch: &[Entry],
    ) -> Result<Appended, StoreError> {
        let after = head_after(expect, batch).map_err(StoreError::Failed)?;
        if batch.len() > BATCH_MAX {
            let len = batch.len();
            return Err(StoreError::Failed(format!(
                "a batch has at most {BATCH_MAX} entries, not {len}"
            )));
        }
        let rows = batch.iter().map(schema::encode_entry);
        let rows: Vec<Vec<u8>> = rows.collect::<Result<_, Fault>>()?;
        let bytes = rows.iter().map(Vec::len).sum();
        let appended = self.commit(bytes, move |tables| {
            let head = head_of(&tables.heads, room)?;
            if head != expect {
                return Ok((Appended::Lost(head), Effect::Unchanged));
            }
            let mut seq = expect.seq;
            for row in &rows {
                seq = seq.next();
                tables
                    .events
                    .insert(&event_key(room, seq), row.as_slice())?;
            }
            let after = schema::encode_head(after);
            tables.heads.insert(room.0.as_bytes(), &after)?;
            Ok((Appended::Applied, Effect::Changed))
        });
        match appended.await {
            Ok(appended) => Ok(appended),
            Err(Unwritten::NotDone(e)) => Err(e),
            Err(Unwritten::Unknown(why)) => Ok(Appended::Unknown(why)),
        }
    }

    async fn read(
        &self,
        room: RoomId,
        from: Seq,
        to: Seq,
        limit: usize,
        _: Freshness,
    ) -> Result<Page, StoreError> {
        self.snapshot(move |txn| read_page(txn, room, from, to, limit))
            .await
    }

    async fn erase(&self, room: RoomId, from: Seq, to: Seq) -> Result<(), StoreError> {
        let mut next = from.max(Seq(1));
        while next <= to {
            let first = next;
            let last = Seq(to.0.min(first.0.saturating_add(ERASE_RUN - 1)));
            let head = self.commit(0, move |tables| {
                let head = head_of(&tables.heads, room)?;
                let mut effect = Effect::Unchanged;
                let mut seq = first;
                while seq <= last.min(head.seq) {
                    let key = event_key(room, seq);
                    let row = tables.events.get(&key)?;
                    let entry = row.map(|row| decode_entry(row.value())).transpose()?;
                    if let Some(mut entry) = entry
                        && !entry.event.body.is_erased()
                    {
                        entry.event.body = entry.event.body.erased();
                        let row = schema::encode_entry(&entry)?;
                        tables.events.insert(&key, row.as_slice())?;
                        effect = Effect::Changed;
                    }
                    seq = seq.next();
                }
                Ok((head, effect))
            });
            let head = head.await?;
            if last >= head.seq {
                break;
            }
            next = last.next();
        }
        Ok(())
    }

    async fn project(&self, room: RoomId, cells: &[Cell]) -> Result<(), StoreError> {
        let mut rows = Vec::with_capacity(cells.len());
        let mut listed = Vec::new();
        for cell in cells {
            let (key, seq) = cell_key(room, cell);
            rows.push((key, seq, schema::encode_cell(seq, cell)?));
            let texts = rows_of(cell).into_iter();
            listed.extend(
                texts.map(|(shelf, text)| (schema::listed_key(shelf, &text, room.0), seq.0)),
            );
        }
        let mut emptied = Vec::new();
        for (segment, seq) in outdated_by(cells) {
            let keys = (0..INDEX_SHARDS).map(|shard| schema::index_key(room, shard, segment));
            emptied.extend(keys.map(|key| (key, seq)));
        }
        let bytes = rows.iter().map(|(key, _, row)| key.len() + row.len()).sum();
        let written = self.commit(bytes, move |tables| {
            let mut effect = Effect::Unchanged;
            let mut table = tables.txn.open_table(schema::CELLS)?;
            for (key, seq, row) in &rows {
                let stands = table.get(key.as_slice())?;
                let clock = stands.map(|row| schema::cell_clock(row.value()));
                if clock.transpose()?.is_none_or(|clock| clock < *seq) {
                    table.insert(key.as_slice(), row.as_slice())?;
                    effect = Effect::Changed;
                }
            }
            if !emptied.is_empty() {
                let mut table = tables.txn.open_table(schema::INDEX)?;
                for (key, seq) in &emptied {
                    let stands = table.get(key)?.map(|row| schema::cell_clock(row.value()));
                    if stands.transpose()?.is_none_or(|clock| clock < *seq) {
                        table.insert(key, schema::encode_index(*seq, &[]).as_slice())?;
                        effect = Effect::Changed;
                    }
                }
            }
            if !listed.is_empty() && put_listed(tables, &listed)? == Effect::Changed {
                effect = Effect::Changed;
            }
            Ok(((), effect))
        });
        Ok(written.await?)
    }

    async fn listed(
        &self,
        begin: &str,
        after: Option<&ListedRow>,
        limit: usize,
    ) -> Result<Vec<ListedRow>, StoreError> {
        let shelf = if begin.is_empty() {
            Shelf::Name
        } else {
            Shelf::Word
        };
        let after = after.map(|row| (row.text.as_str(), row.room.0));
        let rows = self.listed_rows(shelf, begin, after, limit).await?;
        let rows = rows.into_iter().map(|(text, room)| ListedRow {
            text,
            room: RoomId(room),
        });
        Ok(rows.collect())
    }

    async fn unlist(
        &self,
        room: RoomId,
        rows: &[(Shelf, String)],
        clock: Seq,
    ) -> Result<(), StoreError> {
        let keys = rows.iter();
        let keys = keys.map(|(shelf, text)| schema::listed_key(*shelf, text, room.0));
        self.remove_listed(keys.collect(), clock.0).await
    }

    async fn index_rows(
        &self,
        room: RoomId,
        shard: u8,
        from: u64,
        to: u64,
    ) -> Result<Vec<IndexRow>, StoreError> {
        let [first, last] = [from, to].map(|segment| schema::index_key(room, shard, segment));
        self.snapshot(move |txn| {
            if first > last {
                return Ok(Vec::new());
            }
            let table = txn.open_table(schema::INDEX)?;
            let rows = ReadableTable::range::<&[u8; 25]>(&table, &first..=&last)?;
            let rows = rows.map(|row| {
                let (key, row) = row?;
                Ok(IndexRow {
                    segment: schema::segment_of_key(key.value()),
                    words: schema::decode_index(row.value())?,
                })
            });
            rows.collect()
        })
        .await
    }

    async fn put_index(
        &self,
        room: RoomId,
        segment: u64,
        clock: Seq,
        rows: &[Vec<u8>],
    ) -> Result<(), StoreError> {
        let rows: Vec<_> = (0..)
            .zip(rows)
            .map(|(shard, words)| {
                let key = schema::index_key(room, shard, segment);
                (key, schema::encode_index(clock, words))
            })
            .collect();
        let bytes = rows.iter().map(|(key, row)| key.len() + row.len()).sum();
        let written = self.commit(bytes, move |tables| {
            let mut effect = Effect::Unchanged;
            let mut table = tables.txn.open_table(schema::INDEX)?;
            for (key, row) in &rows {
                let stands = table.get(key)?.map(|row| schema::cell_clock(row.value()));
                if stands.transpose()?.is_none_or(|stands| stands <= clock) {
                    table.insert(key, row.as_slice())?;
                    effect = Effect::Changed;
                }
            }
            Ok(((), effect))
        });
        Ok(written.await?)
    }

    async fn set_projected(&self, room: RoomId, head: Head) -> Result<(), StoreError> {
        let written = self.commit(0, move |tables| {
            let mut table = tables.txn.open_table(schema::PROJECTED)?;
            if head_of(&table, room)?.seq >= head.seq {
                return Ok(((), Effect::Unchanged));
            }
            table.insert(room.0.as_bytes(), &schema::encode_head(head))?;
            Ok(((), Effect::Changed))
        });
        Ok(written.await?)
    }

    async fn projected(&self, room: RoomId) -> Result<Head, StoreError> {
        self.snapshot(move |txn| head_of(&txn.open_table(schema::PROJECTED)?, room))
            .await
    }

    async fn room_cell(&self, room: RoomId) -> Result<Option<Cell>, StoreError> {
        self.snapshot(move |txn| {
            let cells = txn.open_table(schema::CELLS)?;
            let cell = ReadableTable::get(&cells, schema::room_cell_key(room).as_slice())?;
            cell.map(|cell| decode_cell(cell.value())).transpose()
        })
        .await
    }

    async fn member_cells(
        &self,
        room: RoomId,
        after: Option<UserId>,
        limit: usize,
    ) -> Result<Vec<MemberCell>, StoreError> {
        self.snapshot(move |txn| {
            let mut from = schema::member_cell_key(room, after);
            if after.is_some() {
                // The next key there can be.
                from.push(0);
            }
            let cells = range(txn, &from, &schema::member_cells_end(room), limit)?;
            let members = cells.into_iter().map(|cell| match cell {
                Cell::Member(member) => Ok(member),
                other => Err(Fault::unreadable("a member's cell", format!("{other:?}"))),
            });
            members.collect()
        })
        .await
    }

    async fn spoke_cells(
        &self,
        room: RoomId,
        after: Option<UserId>,
        limit: usize,
    ) -> Result<Vec<SpokeCell>, StoreError> {
        self.snapshot(move |txn| {
            let mut from = schema::spoke_cell_key(room, after);
            if after.is_some() {
                // The next key there can be.
                from.push(0);
            }
            let cells = range(txn, &from, &schema::spoke_cells_end(room), limit)?;
            let spoke = cells.into_iter().map(|cell| match cell {
                Cell::Spoke(spoke) => Ok(spoke),
                other => Err(Fault::unreadable(
                    "a last message's cell",
                    format!("{other:?}"),
                )),
            });
            spoke.collect()
        })
        .await
    }

    async fn mention_cells(
        &self,
        room: RoomId,
        after: Option<UserId>,
        limit: usize,
    ) -> Result<Vec<MentionsCell>, StoreError> {
        self.snapshot(move |txn| {
            let mut from = schema::mentions_cell_key(room, after);
            if after.is_some() {
                // The next key there can be.
                from.push(0);
            }
            let cells = range(txn, &from, &schema::mentions_cells_end(room), limit)?;
            let mentions = cells.into_iter().map(|cell| match cell {
                Cell::Mentions(mentions) => Ok(mentions),
                other => Err(Fault::unreadable(
                    "a list of mentions",
                    format!("{other:?}"),
                )),
            });
            mentions.collect()
        })
        .await
    }

    async fn thread_cells(
        &self,
        room: RoomId,
        before: Option<Seq>,
        limit: usize,
    ) -> Result<Vec<ThreadCell>, StoreError> {
        self.snapshot(move |txn| {
            let from = schema::thread_cell_key(room, None);
            let end = match before {
                Some(before) => schema::thread_cell_key(room, Some(before)),
                None => schema::thread_cells_end(room),
            };
            let table = txn.open_table(schema::CELLS)?;
            let rows = ReadableTable::range::<&[u8]>(&table, from.as_slice()..end.as_slice())?;
            let newest = rows.rev().take(limit);
            let threads = newest.map(|row| match decode_cell(row?.1.value())? {
                Cell::Thread(thread) => Ok(thread),
                other => Err(Fault::unreadable("a thread's cell", format!("{other:?}"))),
            });
            threads.collect()
        })
        .await
    }

    async fn thread_messages(
        &self,
        room: RoomId,
        root: Seq,
        (first, last): (Seq, Seq),
        end: End,
        limit: usize,
    ) -> Result<Vec<Seq>, StoreError> {
        self.snapshot(move |txn| {
            let keys = [first, last].map(|seq| schema::in_thread_key(room, root, seq));
            if keys[0] > keys[1] {
                return Ok(Vec::new());
            }
            let table = txn.open_table(schema::CELLS)?;
            let [from, to] = &keys;
            let rows = ReadableTable::range::<&[u8]>(&table, from.as_slice()..=to.as_slice())?;
            // A message's number is its cell's clock.
            match end {
                End::First => rows
                    .take(limit)
                    .map(|row| schema::cell_clock(row?.1.value()))
                    .collect(),
                End::Last => {
                    let rows = rows.rev().take(limit);
                    let seqs = rows.map(|row| schema::cell_clock(row?.1.value()));
                    let mut seqs: Vec<Seq> = seqs.collect::<Result<_, Fault>>()?;
                    seqs.reverse();
                    Ok(seqs)
                }
            }
        })
        .await
    }

    async fn message_cells(
        &self,
        room: RoomId,
        from: Seq,
        to: Seq,
    ) -> Result<Vec<Cell>, StoreError> {
        self.snapshot(move |txn| {
            let end = match to.0.checked_add(1) {
                Some(end) => schema::message_cells_key(room, Seq(end)),
                None => schema::message_cells_end(room),
            };
            range(
                txn,
                &schema::message_cells_key(room, from),
                &end,
                usize::MAX,
            )
        })
        .await
    }

    async fn edits(
        &self,
        room: RoomId,
        target: Seq,
        before: Seq,
        limit: usize,
    ) -> Result<Vec<Seq>, StoreError> {
        self.snapshot(move |txn| {
            let first = schema::edit_key(room, target, Seq::ZERO);
            let end = schema::edit_key(room, target, before);
            let table = txn.open_table(schema::CELLS)?;
            let rows = ReadableTable::range::<&[u8]>(&table, first.as_slice()..end.as_slice())?;
            let newest = rows.rev().take(limit);
            newest
                .map(|row| schema::cell_clock(row?.1.value()))
                .collect()
        })
        .await
    }

    async fn add_room_of(&self, user: UserId, room: RoomId) -> Result<(), StoreError> {
        let written = self.commit(0, move |tables| {
            let mut table = tables.txn.open_table(schema::ROOMS_OF)?;
            let key = pair_key(user, room);
            if table.get(&key)?.is_some() {
                return Ok(((), Effect::Unchanged));
            }
            table.insert(&key, ())?;
            Ok(((), Effect::Changed))
        });
        Ok(written.await?)
    }

    async fn rooms_of(
        &self,
        user: UserId,
        after: Option<RoomId>,
        limit: usize,
    ) -> Result<Vec<RoomId>, StoreError> {
        self.snapshot(move |txn| {
            let table = txn.open_table(schema::ROOMS_OF)?;
            let (first, last) = all_pairs(user, after);
            let rows = ReadableTable::range::<&[u8; 32]>(&table, &first..=&last)?;
            let rooms = rows.map(|row| Ok(schema::room_of_pair(row?.0.value())));
            // The one after which to go on is the first of its range, if it is there.
            let later = rooms.filter(|room| !matches!(room, Ok(room) if Some(*room) == after));
            later.take(limit).collect()
        })
        .await
    }

    async fn set_mark(&self, user: UserId, room: RoomId, mark: Mark) -> Result<(), StoreError> {
        let written = self.commit(0, move |tables| {
            let mut table = tables.txn.open_table(schema::MARKS)?;
            let key = pair_key(user, room);
            let stands = table.get(&key)?.map(|row| schema::decode_mark(row.value()));
            if stands.is_some_and(|stands| stands >= mark) {
                return Ok(((), Effect::Unchanged));
            }
            table.insert(&key, &schema::encode_mark(mark))?;
            Ok(((), Effect::Changed))
        });
        Ok(written.await?)
    }

    async fn mark(&self, user: UserId, room: RoomId) -> Result<Mark, StoreError> {
        self.snapshot(move |txn| {
            let table = txn.open_table(schema::MARKS)?;
            let mark = ReadableTable::get(&table, &pair_key(user, room))?;
            Ok(mark.map_or(Mark::default(), |mark| schema::decode_mark(mark.value())))
        })
        .await
    }

    async fn marks(&self, user: UserId) -> Result<Vec<(RoomId, Mark)>, StoreError> {
        self.snapshot(move |txn| {
            let table = txn.open_table(schema::MARKS)?;
            let (first, last) = all_pairs(user, None);
            let rows = ReadableTable::range::<&[u8; 32]>(&table, &first..=&last)?;
            let marks = rows.map(|row| {
                let (key, mark) = row?;
                let mark = schema::decode_mark(mark.value());
                Ok((schema::room_of_pair(key.value()), mark))
            });
            marks.take(ROOMS_PER_USER_MAX * 2).collect()
        })
        .await
    }
}

/// The user's first and last possible pair, or the one from which to go on.
fn all_pairs(user: UserId, after: Option<RoomId>) -> ([u8; 32], [u8; 32]) {
    let nil = RoomId(uuid::Uuid::nil());
    let max = RoomId(uuid::Uuid::max());
    (pair_key(user, after.unwrap_or(nil)), pair_key(user, max))
}

/// The cells of `from .. end`.
fn range(txn: &ReadTransaction, from: &[u8], end: &[u8], limit: usize) -> Result<Vec<Cell>, Fault> {
    if from >= end {
        return Ok(Vec::new());
    }
    let table = txn.open_table(schema::CELLS)?;
    let rows = ReadableTable::range::<&[u8]>(&table, from..end)?;
    let cells = rows.map(|row| decode_cell(row?.1.value()));
    cells.take(limit).collect()
}
