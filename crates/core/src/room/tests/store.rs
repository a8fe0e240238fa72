//! A store for tests: appends are linearizable, and a plain read may or may not show what is decided but not yet
//! committed at a quorum. Buckets are kept apart as Cassandra's partitions are: what finishes an append in one of them
//! says nothing of another.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use hearth_protocol::{Body, Event, Ordinal, Seq, UserId};

use crate::{
    log::{Entry, Head},
    port::{Appended, Cell, Freshness, MemberCell, Page},
    room::{BatchMax, Checkpoint, Effect, Input, Send, chance::Chance},
};

#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) entry: Entry,
    /// Whether a quorum has it: every plain read shows it.
    pub(super) visible: bool,
    /// Whether it can be read at all.
    pub(super) lost: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum CellKey {
    Room,
    Member(UserId),
    Spoke(UserId),
    Mentions(UserId),
    Thread(Seq),
    InThread(Seq, Seq),
    Text(Seq),
    Edit(Seq, Seq),
    Reaction(Seq, String, UserId),
}

fn key_and_clock(cell: &Cell) -> (CellKey, Seq) {
    match cell {
        Cell::Room { seq, .. } => (CellKey::Room, *seq),
        Cell::Member(c) => (CellKey::Member(c.user), c.seq),
        Cell::Spoke(c) => (CellKey::Spoke(c.user), c.seq),
        Cell::Mentions(c) => (CellKey::Mentions(c.user), c.seq),
        Cell::Thread(c) => (CellKey::Thread(c.root), c.seq),
        Cell::InThread(c) => (CellKey::InThread(c.root, c.seq), c.seq),
        Cell::Text(c) => (CellKey::Text(c.target), c.seq),
        Cell::Edit(c) => (CellKey::Edit(c.target, c.seq), c.seq),
        Cell::Reaction(c) => (CellKey::Reaction(c.target, c.emoji.clone(), c.user), c.seq),
    }
}

#[derive(Debug)]
pub(super) struct SimStore {
    bucket: u64,
    pub(super) rows: Vec<Row>,
    cells: BTreeMap<CellKey, Cell>,
    pub(super) mark: Head,
    /// `Some`: plain reads show what is not visible, stop early and so on by chance. `None`: they show the visible.
    chance: Option<Chance>,
    pub(super) reads: u64,
}

impl SimStore {
    pub(super) fn new(bucket: u64) -> Self {
        Self {
            bucket,
            rows: Vec::new(),
            cells: BTreeMap::new(),
            mark: Head::EMPTY,
            chance: None,
            reads: 0,
        }
    }

    pub(super) fn by_chance(bucket: u64, seed: u64) -> Self {
        Self {
            chance: Some(Chance::new(seed)),
            ..Self::new(bucket)
        }
    }

    pub(super) fn batch_max(&self) -> BatchMax {
        let bucket = self.bucket;
        Arc::new(move |head: Seq| usize::try_from(bucket - head.0 % bucket).unwrap())
    }

    pub(super) fn head(&self) -> Head {
        self.head_at(self.rows.len() as u64)
    }

    fn head_at(&self, seq: u64) -> Head {
        let ordinal = usize::try_from(seq)
            .ok()
            .and_then(|n| self.rows.get(n.checked_sub(1)?))
            .map_or(Ordinal::ZERO, |row| row.entry.event.ordinal);
        Head {
            seq: Seq(seq),
            ordinal,
        }
    }

    pub(super) fn entry(&self, seq: Seq) -> Option<&Entry> {
        let at = usize::try_from(seq.0).ok()?.checked_sub(1)?;
        self.rows.get(at).map(|row| &row.entry)
    }

    /// Adds a send at the end, as another node would have.
    pub(super) fn put(&mut self, send: Send) -> Entry {
        let head = self.head();
        let message = send.body.counts();
        let entry = Entry {
            event: Event {
                seq: head.seq.next(),
                ordinal: Ordinal(head.ordinal.0 + u64::from(message)),
                at_ms: head.seq.0,
                by: send.by,
                name: send.name,
                id: send.id,
                body: send.body,
            },
            device: send.device,
            n: send.n,
        };
        assert_eq!(
            self.append(head, vec![entry.clone()], true),
            Appended::Applied
        );
        entry
    }

    fn bucket_of(&self, seq: u64) -> u64 {
        seq.saturating_sub(1) / self.bucket
    }

    /// Finishes what is decided in the buckets of these rows.
    fn finish(&mut self, from: u64, to: u64) {
        let (first, last) = (self.bucket_of(from), self.bucket_of(to));
        for at in 0..self.rows.len() {
            let bucket = self.bucket_of(at as u64 + 1);
            if bucket >= first && bucket <= last {
                self.rows[at].visible = true;
            }
        }
    }

    /// Erases what the log's deletions delete, and its edits.
    pub(super) fn erase_deleted(&mut self) {
        let deleted: BTreeSet<Seq> = self
            .rows
            .iter()
            .filter_map(|row| match row.entry.event.body {
                Body::Delete { target } => Some(target),
                _ => None,
            })
            .collect();
        for row in &mut self.rows {
            let event = &mut row.entry.event;
            if deleted.contains(&event.body.edits().unwrap_or(event.seq)) {
                event.body = event.body.erased();
            }
        }
    }

    /// A conditional append. Without `commit` its rows are decided, but a quorum does not have them yet.
    pub(super) fn append(&mut self, expect: Head, batch: Vec<Entry>, commit: bool) -> Appended {
        let first = expect.seq.0 + 1;
        let last = expect.seq.0 + batch.len() as u64;
        assert!(!batch.is_empty(), "an empty batch");
        assert_eq!(
            self.bucket_of(first),
            self.bucket_of(last),
            "rule 1: a batch lies in one bucket"
        );
        // The ballot finishes what was decided before in this bucket, whether it wins or not.
        self.finish(first, last);
        let len = self.rows.len() as u64;
        if expect.seq.0 != len {
            // Only this bucket's head is seen.
            let end = (self.bucket_of(first) + 1) * self.bucket;
            return Appended::Lost(self.head_at(len.min(end)));
        }
        assert_eq!(expect, self.head(), "rule 9: the head carries both");
        for (i, entry) in batch.into_iter().enumerate() {
            assert_eq!(entry.seq().0, first + i as u64, "the log is dense");
            self.rows.push(Row {
                entry,
                visible: commit,
                lost: false,
            });
        }
        Appended::Applied
    }

    fn coin(&mut self, percent: u64) -> bool {
        self.chance.as_mut().is_some_and(|c| c.upto(99) < percent)
    }

    pub(super) fn read(&mut self, from: Seq, to: Seq, limit: usize, freshness: Freshness) -> Page {
        self.reads += 1;
        if freshness == Freshness::Serial {
            self.finish(from.0, to.0);
        }
        let mut entries = Vec::new();
        let cut = self.coin(10);
        for seq in from.0..=to.0 {
            let Some(row) = usize::try_from(seq)
                .ok()
                .and_then(|n| self.rows.get(n - 1))
                .cloned()
            else {
                break;
            };
            let shown = !row.lost && (row.visible || self.coin(50));
            if !shown || entries.len() >= limit || (cut && !entries.is_empty()) {
                break;
            }
            entries.push(row.entry);
        }
        // The head may be seen where rows are not (rule 20), and by a plain read of the buckets read only. A serial one
        // goes on from each full bucket to the next, and finishes what is decided there.
        let len = self.rows.len() as u64;
        let mut head = len.min((self.bucket_of(to.0) + 1) * self.bucket);
        if freshness == Freshness::Serial {
            while head < len && head.is_multiple_of(self.bucket) {
                self.finish(head + 1, head + 1);
                head = len.min(head + self.bucket);
            }
            return Page {
                entries,
                head: self.head_at(head),
            };
        }
        let seen = self.rows.iter().take_while(|row| row.visible).count() as u64;
        if self.coin(50) {
            head = head.min(seen);
        }
        if let Some(last) = entries.last() {
            head = head.max(last.seq().0);
        } else if self.chance.is_some() && self.bucket_of(from.0) > self.bucket_of(len) {
            head = 0; // a bucket not begun has no head
        }
        Page {
            entries,
            head: self.head_at(head),
        }
    }

    pub(super) fn project(&mut self, cells: &[Cell]) {
        for cell in cells {
            let (key, clock) = key_and_clock(cell);
            let stands = self.cells.get(&key).map(|old| key_and_clock(old).1);
            if stands.is_none_or(|stands| stands <= clock) {
                self.cells.insert(key, cell.clone());
            }
        }
    }

    pub(super) fn set_mark(&mut self, mark: Head) {
        self.mark = self.mark.max(mark);
    }

    pub(super) fn target_cells(&self, target: Seq) -> Vec<Cell> {
        let of_target = |key: &&CellKey| matches!(key, CellKey::Text(t) | CellKey::Reaction(t, ..) if *t == target);
        let keys = self.cells.keys().filter(of_target);
        keys.map(|key| self.cells[key].clone()).collect()
    }

    pub(super) fn cells(&self) -> impl Iterator<Item = &Cell> {
        self.cells.values()
    }

    /// The projection as a load reads it, with a mark that was read before.
    pub(super) fn checkpoint(&self, projected: Head) -> Checkpoint {
        let members = self.cells.values().filter_map(|cell| match cell {
            Cell::Member(cell) => Some(cell.clone()),
            _ => None,
        });
        let members: Vec<MemberCell> = members.collect();
        let spoke = self.cells.values().filter_map(|cell| match cell {
            Cell::Spoke(cell) => Some(cell.clone()),
            _ => None,
        });
        let mentions = self.cells.values().filter_map(|cell| match cell {
            Cell::Mentions(cell) => Some(cell.clone()),
            _ => None,
        });
        let threads = self.cells.values().filter_map(|cell| match cell {
            Cell::Thread(cell) => Some(cell.clone()),
            _ => None,
        });
        Checkpoint {
            projected,
            room: self.cells.get(&CellKey::Room).cloned(),
            members,
            spoke: spoke.collect(),
            mentions: mentions.collect(),
            threads: threads.collect(),
        }
    }

    /// Answers what can be answered by reading or projecting; appends and everything else are the caller's.
    pub(super) fn answer(&mut self, effect: &Effect) -> Option<Input> {
        Some(match effect {
            Effect::Load => Input::Loaded(Ok(self.checkpoint(self.mark))),
            Effect::Read {
                read,
                from,
                to,
                limit,
                freshness,
            } => Input::Read {
                read: *read,
                result: Ok(self.read(*from, *to, *limit, *freshness)),
            },
            Effect::Projection { read, target } => Input::Projection {
                read: *read,
                result: Ok((
                    self.mark,
                    target
                        .map(|target| self.target_cells(target))
                        .unwrap_or_default(),
                )),
            },
            Effect::Project { cells, head } => {
                self.project(cells);
                self.set_mark(*head);
                Input::Projected(Ok(*head))
            }
            _ => return None,
        })
    }
}
