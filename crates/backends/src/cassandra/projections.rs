//! What the logs come to: rooms, members, messages' cells, rooms of a user, read marks.
//!
//! Promises (LOG rules 27–32): every cell carries the log's number as its timestamp, so the later event's value stays
//! whatever the order of arrival; values take the place of deletes. It must not know how events are folded.

use std::{collections::BTreeMap, ops::ControlFlow};

use futures_util::future::try_join_all;
use hearth_core::{
    log::Head,
    port::{
        Cell, End, Mark, MemberCell, MentionsCell, ReactionCell, SpokeCell, StoreError, TextCell,
        ThreadCell, outdated_by, rows_of,
    },
};
use hearth_protocol::{
    Ordinal, Role, RoomId, RoomKind, Seq, UserId, bounds::ROOMS_PER_USER_MAX, mutant,
};
use scylla::{
    deserialize::row::DeserializeRow, serialize::row::SerializeRow,
    statement::prepared::PreparedStatement,
};
use serde::{Serialize, de::DeserializeOwned};

use super::{
    Cassandra,
    directory::shelf_text,
    events::{signed, unsigned},
    fate::corrupt,
};

/// Cells in one write; a partition's cells beyond it go in a second one.
const WRITE_MAX: usize = 100;
/// A mark's timestamp holds the revision above so many bits of seq: 10^12 events in a room, 8 million set-backs.
const MARK_SEQ_BITS: u32 = 40;

/// In which partition of a room a cell lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The room's own: its state, members and lists share the key.
    Room,
    /// That of a bucket of messages.
    Bucket(u64),
    /// That of a thread, by its root.
    Thread(Seq),
}

/// One prepared write and its values.
type Put = (PreparedStatement, Box<dyn SerializeRow + Send + Sync>);

impl Cassandra {
    pub(super) async fn project(&self, room: RoomId, cells: &[Cell]) -> Result<(), StoreError> {
        // By partition.
        let mut of_place: Vec<(Place, Vec<Put>)> = Vec::new();
        // And one per sign with which its words begin.
        let mut of_shelf: BTreeMap<String, Vec<Put>> = BTreeMap::new();
        for cell in cells {
            let (place, put) = self.put(room, cell)?;
            match of_place.iter_mut().find(|(known, _)| *known == place) {
                Some((_, puts)) => puts.push(put),
                None => of_place.push((place, vec![put])),
            }
            for (shelf, text) in rows_of(cell) {
                let shelf = shelf_text(shelf, &text);
                let clock = timestamp(signed(cell.clock().0)?);
                let values = (shelf.clone(), text, room.to_string(), clock);
                let put: Put = (self.statements.put_listed.clone(), Box::new(values));
                of_shelf.entry(shelf).or_default().push(put);
            }
        }
        let partitions = of_place.into_iter().map(|(_, puts)| puts);
        let partitions = partitions.chain(of_shelf.into_values());
        // Few: a page of events touches the room's own partition, one or two buckets, and some threads.
        let mut writes = Vec::new();
        for mut puts in partitions {
            while !puts.is_empty() {
                let rest = puts.split_off(puts.len().min(WRITE_MAX));
                let (statements, values): (Vec<_>, Vec<_>) =
                    std::mem::replace(&mut puts, rest).into_iter().unzip();
                writes.push(self.write_all("project", statements, values));
            }
        }
        let emptied = self.empty_index(room, outdated_by(cells));
        let all = async { tokio::try_join!(try_join_all(writes), emptied).map(drop) };
        self.within("project", all).await
    }

    /// A cell's write, and in which partition it lies.
    fn put(&self, room: RoomId, cell: &Cell) -> Result<(Place, Put), StoreError> {
        let statements = &self.statements;
        let room = room.0;
        Ok(match cell {
            Cell::Room {
                seq,
                name,
                kind,
                topic,
                members,
                settings,
            } => {
                let clock = signed(seq.0)?;
                let values = (
                    room,
                    clock,
                    name.clone(),
                    kind_text(*kind),
                    topic.clone(),
                    signed(*members)?,
                    match settings.is_nothing() {
                        true => String::new(),
                        false => written("a room's settings", settings)?,
                    },
                    timestamp(clock),
                );
                (
                    Place::Room,
                    (statements.put_room_cell.clone(), Box::new(values)),
                )
            }
            Cell::Member(member) => {
                let clock = signed(member.seq.0)?;
                let values = (
                    room,
                    member.user.to_string(),
                    clock,
                    member.name.clone(),
                    member.room_name.clone(),
                    role_text(member.role, member.was_guest),
                    match &member.ban {
                        None => String::new(),
                        Some(ban) => written("a ban", ban)?,
                    },
                    signed(member.entered.0)?,
                    timestamp(clock),
                );
                (
                    Place::Room,
                    (statements.put_member_cell.clone(), Box::new(values)),
                )
            }
            Cell::Spoke(spoke) => {
                let clock = signed(spoke.seq.0)?;
                let values = (
                    room,
                    spoke.user.to_string(),
                    clock,
                    signed(spoke.at_ms)?,
                    timestamp(clock),
                );
                (
                    Place::Room,
                    (statements.put_spoke_cell.clone(), Box::new(values)),
                )
            }
            Cell::Mentions(mentions) => {
                let clock = signed(mentions.seq.0)?;
                let values = (
                    room,
                    mentions.user.to_string(),
                    clock,
                    written("a list of mentions", &mentions.newest)?,
                    timestamp(clock),
                );
                let put: Put = (statements.put_mentions_cell.clone(), Box::new(values));
                (Place::Room, put)
            }
            Cell::Thread(thread) => {
                let clock = signed(thread.seq.0)?;
                let values = (
                    room,
                    signed(thread.root.0)?,
                    clock,
                    match &thread.counts {
                        None => String::new(),
                        Some(counts) => written("a thread", counts)?,
                    },
                    timestamp(clock),
                );
                (
                    Place::Room,
                    (statements.put_thread_cell.clone(), Box::new(values)),
                )
            }
            Cell::InThread(of) => {
                let clock = signed(of.seq.0)?;
                let values = (room, signed(of.root.0)?, clock, timestamp(clock));
                (
                    Place::Thread(of.root),
                    (statements.put_in_thread.clone(), Box::new(values)),
                )
            }
            Cell::Text(text) => {
                let bucket = self.buckets.of(text.target);
                let clock = signed(text.seq.0)?;
                #[cfg(feature = "mutants")]
                if mutant!("tombstones") && text.text.is_none() {
                    let place = (signed(bucket)?, signed(text.target.0)?);
                    let values = (timestamp(clock), room, place.0, place.1);
                    let put: Put = (statements.remove_text_cell.clone(), Box::new(values));
                    return Ok((Place::Bucket(bucket), put));
                }
                let values = (
                    room,
                    signed(bucket)?,
                    signed(text.target.0)?,
                    clock,
                    text.text.clone().unwrap_or_default(),
                    text.text.is_some(),
                    text.edited_ms.map(signed).transpose()?,
                    timestamp(clock),
                );
                (
                    Place::Bucket(bucket),
                    (statements.put_text_cell.clone(), Box::new(values)),
                )
            }
            Cell::Edit(edit) => {
                let bucket = self.buckets.of(edit.target);
                let clock = signed(edit.seq.0)?;
                let place = (signed(bucket)?, signed(edit.target.0)?);
                let values = (room, place.0, place.1, clock, timestamp(clock));
                let put: Put = (statements.put_edit_cell.clone(), Box::new(values));
                (Place::Bucket(bucket), put)
            }
            Cell::Reaction(reaction) => {
                let bucket = self.buckets.of(reaction.target);
                let clock = signed(reaction.seq.0)?;
                let values = (
                    room,
                    signed(bucket)?,
                    signed(reaction.target.0)?,
                    reaction.emoji.clone(),
                    reaction.user.to_string(),
                    clock,
                    reaction.on,
                    timestamp(clock),
                );
                (
                    Place::Bucket(bucket),
                    (statements.put_reaction_cell.clone(), Box::new(values)),
                )
            }
        })
    }

    pub(super) async fn set_projected(&self, room: RoomId, head: Head) -> Result<(), StoreError> {
        let clock = signed(head.seq.0)?;
        let values = (room.0, clock, signed(head.ordinal.0)?, timestamp(clock));
        let write = self.write("project", &self.statements.put_projected, values);
        self.within("project", write).await
    }

    pub(super) async fn projected(&self, room: RoomId) -> Result<Head, StoreError> {
        let read = self.row("projection", &self.statements.projected, (room.0,));
        let row: Option<(Option<i64>, Option<i64>)> = self.within("projection", read).await?;
        Ok(match row {
            Some((Some(seq), Some(ordinal))) => Head {
                seq: Seq(unsigned(seq)),
                ordinal: Ordinal(unsigned(ordinal)),
            },
            _ => Head::EMPTY,
        })
    }

    pub(super) async fn room_cell(&self, room: RoomId) -> Result<Option<Cell>, StoreError> {
        type StateRow = (
            Option<i64>,
            Option<String>,
            Option<String>,
            Option<String>,
            Option<i64>,
            Option<String>,
        );
        let read = self.row("projection", &self.statements.room_cell, (room.0,));
        let row: Option<StateRow> = self.within("projection", read).await?;
        let Some((Some(seq), Some(name), Some(kind), Some(topic), Some(members), settings)) = row
        else {
            return Ok(None);
        };
        Ok(Some(Cell::Room {
            seq: Seq(unsigned(seq)),
            name,
            kind: kind_of(&kind)?,
            topic,
            members: unsigned(members),
            settings: read_back("a room's settings", settings)?.unwrap_or_default(),
        }))
    }

    pub(super) async fn member_cells(
        &self,
        room: RoomId,
        after: Option<UserId>,
        limit: usize,
    ) -> Result<Vec<MemberCell>, StoreError> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        // No id sorts before the empty text.
        let after = after.map(|user| user.to_string()).unwrap_or_default();
        type MemberRow = (
            String,
            i64,
            String,
            String,
            String,
            Option<String>,
            Option<i64>,
        );
        self.collect(
            &self.statements.member_cells,
            (room.0, after, at_most(limit)),
            |(user, seq, name, room_name, role, ban, entered): MemberRow| {
                let (role, was_guest) = role_of(&role)?;
                Ok(MemberCell {
                    seq: Seq(unsigned(seq)),
                    user: user
                        .parse()
                        .map_err(|error| corrupt("a user's id", error))?,
                    name,
                    room_name,
                    role,
                    entered: Seq(unsigned(entered.unwrap_or_default())),
                    was_guest,
                    ban: read_back("a ban", ban)?,
                })
            },
        )
        .await
    }

    pub(super) async fn spoke_cells(
        &self,
        room: RoomId,
        after: Option<UserId>,
        limit: usize,
    ) -> Result<Vec<SpokeCell>, StoreError> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        let after = after.map(|user| user.to_string()).unwrap_or_default();
        self.collect(
            &self.statements.spoke_cells,
            (room.0, after, at_most(limit)),
            |(user, seq, at_ms): (String, i64, i64)| {
                Ok(SpokeCell {
                    seq: Seq(unsigned(seq)),
                    user: user
                        .parse()
                        .map_err(|error| corrupt("a user's id", error))?,
                    at_ms: unsigned(at_ms),
                })
            },
        )
        .await
    }

    pub(super) async fn mention_cells(
        &self,
        room: RoomId,
        after: Option<UserId>,
        limit: usize,
    ) -> Result<Vec<MentionsCell>, StoreError> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        let after = after.map(|user| user.to_string()).unwrap_or_default();
        self.collect(
            &self.statements.mention_cells,
            (room.0, after, at_most(limit)),
            |(user, seq, newest): (String, i64, String)| {
                Ok(MentionsCell {
                    seq: Seq(unsigned(seq)),
                    user: user
                        .parse()
                        .map_err(|error| corrupt("a user's id", error))?,
                    newest: read_back("a list of mentions", Some(newest))?.unwrap_or_default(),
                })
            },
        )
        .await
    }

    pub(super) async fn thread_cells(
        &self,
        room: RoomId,
        before: Option<Seq>,
        limit: usize,
    ) -> Result<Vec<ThreadCell>, StoreError> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        let before = before.map_or(Ok(i64::MAX), |before| signed(before.0))?;
        self.collect(
            &self.statements.thread_cells,
            (room.0, before, at_most(limit)),
            |(root, seq, counts): (i64, i64, Option<String>)| {
                Ok(ThreadCell {
                    seq: Seq(unsigned(seq)),
                    root: Seq(unsigned(root)),
                    counts: read_back("a thread", counts)?,
                })
            },
        )
        .await
    }

    pub(super) async fn thread_messages(
        &self,
        room: RoomId,
        root: Seq,
        (from, to): (Seq, Seq),
        end: End,
        limit: usize,
    ) -> Result<Vec<Seq>, StoreError> {
        if limit == 0 || from > to {
            return Ok(Vec::new());
        }
        let statement = match end {
            End::First => &self.statements.thread_first,
            End::Last => &self.statements.thread_last,
        };
        let (root, from) = (signed(root.0)?, signed(from.0)?);
        // No number is higher than what the store can hold.
        let to = i64::try_from(to.0).unwrap_or(i64::MAX);
        let values = (room.0, root, from, to, at_most(limit));
        let seqs = self.collect(statement, values, |(seq,): (i64,)| Ok(Seq(unsigned(seq))));
        let mut seqs = seqs.await?;
        if end == End::Last {
            seqs.reverse();
        }
        Ok(seqs)
    }

    pub(super) async fn message_cells(
        &self,
        room: RoomId,
        from: Seq,
        to: Seq,
    ) -> Result<Vec<Cell>, StoreError> {
        let mut cells = Vec::new();
        let mut next = from.max(Seq(1));
        while next <= to {
            let bucket = self.buckets.of(next);
            let last = to.min(self.buckets.end(bucket));
            let values = (room.0, signed(bucket)?, signed(next.0)?, signed(last.0)?);
            type CellRow = (
                i64,
                String,
                String,
                i64,
                Option<String>,
                bool,
                Option<i64>,
                Option<i64>,
            );
            let found: Vec<Cell> = self
                .collect(
                    &self.statements.message_cells,
                    values,
                    |(target, emoji, user, clock, text, standing, edited_ms, written): CellRow| {
                        let seq = Seq(unsigned(clock));
                        let target = Seq(unsigned(target));
                        if user.is_empty() {
                            return Ok(Cell::Text(TextCell {
                                seq,
                                target,
                                text: standing.then(|| text.unwrap_or_default()),
                                // A server from before it was kept leaves that of an earlier edit.
                                edited_ms: edited_ms
                                    .filter(|_| written == Some(timestamp(clock)))
                                    .map(unsigned),
                            }));
                        }
                        Ok(Cell::Reaction(ReactionCell {
                            seq,
                            target,
                            emoji,
                            user: user
                                .parse()
                                .map_err(|error| corrupt("a user's id", error))?,
                            on: standing,
                        }))
                    },
                )
                .await?;
            cells.extend(found);
            next = last.next();
        }
        Ok(cells)
    }

    pub(super) async fn edits(
        &self,
        room: RoomId,
        target: Seq,
        before: Seq,
        limit: usize,
    ) -> Result<Vec<Seq>, StoreError> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        let bucket = signed(self.buckets.of(target))?;
        let place = (signed(target.0)?, signed(before.0)?);
        self.collect(
            &self.statements.edit_cells,
            (room.0, bucket, place.0, place.1, at_most(limit)),
            |(seq,): (i64,)| Ok(Seq(unsigned(seq))),
        )
        .await
    }

    pub(super) async fn add_room_of(&self, user: UserId, room: RoomId) -> Result<(), StoreError> {
        let values = (user.0, room.to_string());
        let write = self.write("room of", &self.statements.put_room_of, values);
        self.within("room of", write).await
    }

    pub(super) async fn rooms_of(
        &self,
        user: UserId,
        after: Option<RoomId>,
        limit: usize,
    ) -> Result<Vec<RoomId>, StoreError> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        let after = after.map(|room| room.to_string()).unwrap_or_default();
        self.collect(
            &self.statements.rooms_of,
            (user.0, after, at_most(limit)),
            |(room,): (String,)| room.parse().map_err(|error| corrupt("a room's id", error)),
        )
        .await
    }

    pub(super) async fn set_mark(
        &self,
        user: UserId,
        room: RoomId,
        mark: Mark,
    ) -> Result<(), StoreError> {
        let values = (
            user.0,
            room.to_string(),
            signed(mark.revision)?,
            signed(mark.seq.0)?,
            signed(mark.ordinal.0)?,
            mark_clock(mark)?,
        );
        let write = self.write("mark", &self.statements.put_mark, values);
        self.within("mark", write).await
    }

    pub(super) async fn mark(&self, user: UserId, room: RoomId) -> Result<Mark, StoreError> {
        let read = self.row("mark", &self.statements.mark, (user.0, room.to_string()));
        let row: Option<(i64, i64, i64)> = self.within("mark", read).await?;
        Ok(row.map(mark_of).unwrap_or_default())
    }

    pub(super) async fn marks(&self, user: UserId) -> Result<Vec<(RoomId, Mark)>, StoreError> {
        self.collect(
            &self.statements.marks,
            (user.0, at_most(2 * ROOMS_PER_USER_MAX)),
            |(room, revision, seq, ordinal): (String, i64, i64, i64)| {
                let room = room
                    .parse()
                    .map_err(|error| corrupt("a room's id", error))?;
                Ok((room, mark_of((revision, seq, ordinal))))
            },
        )
        .await
    }

    /// All rows of a read of projections.
    pub(super) async fn collect<R, T>(
        &self,
        statement: &PreparedStatement,
        values: impl SerializeRow,
        mut each: impl FnMut(R) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError>
    where
        R: for<'frame, 'metadata> DeserializeRow<'frame, 'metadata>,
    {
        let mut all = Vec::new();
        let read = self.rows("projection", statement, values, |row: R| {
            all.push(each(row)?);
            Ok(ControlFlow::Continue(()))
        });
        self.within("projection", read).await?;
        Ok(all)
    }
}

/// JSON of a part of a cell.
fn written(what: &'static str, part: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(part).map_err(|error| corrupt(what, error))
}

/// It again; rows from before the column have null in it, and where there is nothing it is empty.
fn read_back<T: DeserializeOwned>(
    what: &'static str,
    text: Option<String>,
) -> Result<Option<T>, StoreError> {
    text.filter(|text| !text.is_empty())
        .map(|text| serde_json::from_str(&text).map_err(|error| corrupt(what, error)))
        .transpose()
}

/// A `LIMIT`.
pub(super) fn at_most(limit: usize) -> i32 {
    i32::try_from(limit).unwrap_or(i32::MAX)
}

fn mark_of((revision, seq, ordinal): (i64, i64, i64)) -> Mark {
    Mark {
        revision: unsigned(revision),
        seq: Seq(unsigned(seq)),
        ordinal: Ordinal(unsigned(ordinal)),
    }
}

/// The timestamp of a cell with this clock: the same.
pub(super) fn timestamp(clock: i64) -> i64 {
    if mutant!("clock-checkpoint") {
        let now = std::time::UNIX_EPOCH.elapsed().unwrap_or_default();
        return i64::try_from(now.as_micros()).unwrap_or(i64::MAX);
    }
    clock
}

/// Of two marks the greater (revision, seq) has the greater timestamp.
fn mark_clock(mark: Mark) -> Result<i64, StoreError> {
    if mark.seq.0 >> MARK_SEQ_BITS != 0 || mark.revision >> (63 - MARK_SEQ_BITS) != 0 {
        return Err(StoreError::Failed(format!(
            "a read mark at revision {}, seq {} is beyond what can be kept",
            mark.revision, mark.seq
        )));
    }
    signed(mark.revision << MARK_SEQ_BITS | mark.seq.0)
}

fn kind_text(kind: RoomKind) -> &'static str {
    match kind {
        RoomKind::Public => "public",
        RoomKind::Private => "private",
        RoomKind::Direct => "direct",
        RoomKind::Group => "group",
        RoomKind::Broadcast => "broadcast",
    }
}

fn kind_of(text: &str) -> Result<RoomKind, StoreError> {
    RoomKind::ALL
        .into_iter()
        .find(|kind| kind_text(*kind) == text)
        .ok_or_else(|| corrupt("a room's kind", text))
}

/// Each role with whether it is that of a guest who went, as it is written. Who is out is said so: `SELECT * FROM
/// room_members` must not show them as members.
const ROLES: [(Option<Role>, bool, &str); 6] = [
    (None, false, "out"),
    (None, true, "out as guest"),
    (Some(Role::Guest), false, "guest"),
    (Some(Role::Member), false, "member"),
    (Some(Role::Moderator), false, "moderator"),
    (Some(Role::Owner), false, "owner"),
];

fn role_text(role: Option<Role>, was_guest: bool) -> &'static str {
    let was_guest = role.is_none() && was_guest;
    let of = |(of, was, _): &&(Option<Role>, bool, &str)| (*of, *was) == (role, was_guest);
    ROLES.iter().find(of).map_or("out", |(.., text)| text)
}

fn role_of(text: &str) -> Result<(Option<Role>, bool), StoreError> {
    let found = ROLES.iter().find(|(.., of)| *of == text);
    let (role, was_guest, _) = found.ok_or_else(|| corrupt("a member's role", text))?;
    Ok((*role, *was_guest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_revision_outweighs_any_seq() {
        let clock = |revision, seq| {
            mark_clock(Mark {
                revision,
                seq: Seq(seq),
                ordinal: Ordinal(0),
            })
        };
        let last = (1 << MARK_SEQ_BITS) - 1;
        assert!(clock(0, 5).unwrap() < clock(0, 6).unwrap());
        assert!(clock(0, last).unwrap() < clock(1, 0).unwrap());
        assert!(clock((1 << 23) - 1, last).unwrap() > 0);
        assert!(clock(1 << 23, 0).is_err());
        assert!(clock(0, last + 1).is_err());
    }

    #[test]
    fn roles_and_kinds_come_back() {
        for (role, was_guest, _) in ROLES {
            let text = role_text(role, was_guest);
            assert_eq!(role_of(text).unwrap(), (role, was_guest));
        }
        for kind in RoomKind::ALL {
            assert_eq!(kind_of(kind_text(kind)).unwrap(), kind);
        }
        assert!(role_of("emperor").is_err() && kind_of("cellar").is_err());
    }
}
