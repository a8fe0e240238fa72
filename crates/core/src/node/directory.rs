//! The directory of public rooms, searched.
//!
//! The store has a row for each word of what a public room says about itself; rows come with the room's projection and
//! may be out of date. So each is held against the room's cell before it is shown, and one that does not fit is taken
//! away (`docs/decisions/0027-finding-and-entering-rooms.md`). A request reads a bounded number of rows, however many
//! rooms there are: a page may be short, and still say where to go on.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt, stream};
use hearth_protocol::{ErrorCode, RoomId, RoomKind, Seq, User};

use super::{Lane, Node};
use crate::{
    port::{Cell, ListedRow, Shelf, StoreError},
    refusal::Refusal,
    words::{self, Listing},
};

/// Rooms on one page.
pub const DIRECTORY_PAGE_MAX: usize = 50;
/// What is looked for, in characters.
pub const SOUGHT_CHARS_MAX: usize = 100;
/// Rows read for one page, each with its room's cell.
const ROWS_MAX: usize = 100;
/// Cells, and rooms, read beside each other.
const CELLS_AT_ONCE: usize = 16;

/// A public room, as those see it who may not be in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicRoom {
    /// The room.
    pub id: RoomId,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: RoomKind,
    /// Its topic.
    pub topic: String,
    /// Its description.
    pub description: String,
    /// How many members it has.
    pub members: u64,
    /// Whether who asks is one of them.
    pub joined: bool,
}

impl Node {
    /// Public rooms in which each word begins one of the room's, in the order of the longest word's finds; without a
    /// word all of them by name. And where the next page begins, if there may be more.
    ///
    /// # Errors
    /// What is looked for is too long, `after` is no page's end, or the store is away.
    pub async fn directory(
        &self,
        by: &User,
        sought: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<(Vec<PublicRoom>, Option<String>), Refusal> {
        self.pressure().admit(Lane::History)?;
        if sought.chars().count() > SOUGHT_CHARS_MAX {
            let text = format!("At most {SOUGHT_CHARS_MAX} characters can be looked for.");
            return Err(Refusal::new(ErrorCode::TooLarge, text));
        }
        let after = after.map(row_at).transpose()?;
        let words = words::sought(sought);
        if words.is_empty() && !sought.trim().is_empty() {
            return Ok((Vec::new(), None));
        }
        // The longest finds the fewest.
        let lead = words.iter().max_by_key(|word| word.len());
        let lead = lead.map_or("", String::as_str);
        let limit = limit.clamp(1, DIRECTORY_PAGE_MAX);
        let store = &self.0.store;
        let (rows, own) = tokio::join!(
            store.listed(lead, after.as_ref(), ROWS_MAX),
            self.rooms_of(by.id)
        );
        let rows = rows.map_err(|error| self.refused(error))?;
        let own: BTreeSet<RoomId> = own?.into_iter().collect();
        let count = rows.len();
        let cells = stream::iter(rows).map(|row| async move {
            let cell = store.room_cell(row.room).await;
            (row, cell)
        });
        let mut cells = std::pin::pin!(cells.buffered(CELLS_AT_ONCE));
        let (mut rooms, mut stale, mut looked) = (Vec::new(), Stale::new(), 0);
        let mut last = None;
        while rooms.len() < limit
            && let Some((row, cell)) = cells.next().await
        {
            looked += 1;
            match judge(
                &row,
                cell.map_err(|error| self.refused(error))?,
                lead,
                &words,
            ) {
                Found::Shown(room) => rooms.push(room),
                Found::Stale(clock) => stale
                    .entry(row.room)
                    .or_default()
                    .push((row.text.clone(), clock)),
                Found::Passed => {}
            }
            last = Some(row);
        }
        let may_be_more = looked < count || count == ROWS_MAX;
        self.sweep_directory(lead, stale).await;
        let rooms = stream::iter(rooms).map(|mut room: PublicRoom| {
            let is_own = own.contains(&room.id);
            async move {
                // Of those that they are, or were, in.
                room.joined = is_own && self.is_in(by, room.id).await;
                room
            }
        });
        let rooms = rooms.buffered(CELLS_AT_ONCE).collect().await;
        let next = last.filter(|_| may_be_more).map(|row| text_of(&row));
        Ok((rooms, next))
    }

    /// One room of the directory, by its id: whoever has a link to it sees no more than by looking for it. None: there is
    /// none, or it is not in the directory.
    ///
    /// # Errors
    /// The store is away.
    pub async fn public_room(
        &self,
        by: &User,
        room: RoomId,
    ) -> Result<Option<PublicRoom>, Refusal> {
        self.pressure().admit(Lane::History)?;
        let cell = self.0.store.room_cell(room).await;
        let cell = cell.map_err(|error| self.refused(error))?;
        let listed = cell.filter(|cell| Listing::of(cell).is_some());
        let Some(mut found) = listed.and_then(|cell| shown(room, cell)) else {
            return Ok(None);
        };
        let own = self.rooms_of(by.id).await?;
        found.joined = own.contains(&room) && self.is_in(by, room).await;
        Ok(Some(found))
    }

    /// Whether somebody is in a room. Where that cannot be said now, it holds up no other room.
    async fn is_in(&self, by: &User, room: RoomId) -> bool {
        let view = self.view(by.id, room, Seq::ZERO).await;
        view.is_ok_and(|view| view.role.is_some())
    }

    /// Takes rows away that do not fit. Where that fails they are met again.
    async fn sweep_directory(&self, lead: &str, stale: Stale) {
        let shelf = match lead {
            "" => Shelf::Name,
            _ => Shelf::Word,
        };
        let sweeps = stale.into_iter().map(|(room, rows)| async move {
            let clock = rows.iter().map(|(_, clock)| *clock).min();
            let rows: Vec<_> = rows.into_iter().map(|(text, _)| (shelf, text)).collect();
            let store = &self.0.store;
            store.unlist(room, &rows, clock.unwrap_or_default()).await
        });
        let swept: Vec<Result<(), StoreError>> =
            stream::iter(sweeps).buffered(CELLS_AT_ONCE).collect().await;
        if let Some(error) = swept.into_iter().find_map(Result::err) {
            tracing::debug!(%error, "rows of the directory that do not fit were left");
        }
    }
}

/// Rows that do not fit, and the clocks of the cells that say so.
type Stale = BTreeMap<RoomId, Vec<(String, Seq)>>;

enum Found {
    Shown(PublicRoom),
    /// The row does not fit the room's cell of this clock.
    Stale(Seq),
    /// It fits, but the room is not looked for, is shown at another of its rows, or has no cell yet.
    Passed,
}

/// What a row comes to by its room's cell.
fn judge(row: &ListedRow, cell: Option<Cell>, lead: &str, sought: &[String]) -> Found {
    let Some(cell) = cell else {
        return Found::Passed;
    };
    let clock = cell.clock();
    let Some(listing) = Listing::of(&cell) else {
        return Found::Stale(clock);
    };
    let fits = match lead {
        "" => row.text == listing.name,
        _ => listing.words.contains(&row.text),
    };
    if !fits {
        return Found::Stale(clock);
    }
    let begins = |begin: &str| {
        let mut words = listing.words.range(begin.to_owned()..);
        words.next().filter(|word| word.starts_with(begin))
    };
    // A room with several words that begin so has several rows: it is shown at the first of them.
    let is_first = lead.is_empty() || begins(lead) == Some(&row.text);
    if !is_first || !sought.iter().all(|begin| begins(begin).is_some()) {
        return Found::Passed;
    }
    shown(row.room, cell).map_or(Found::Passed, Found::Shown)
}

/// A room as its cell describes it.
fn shown(id: RoomId, cell: Cell) -> Option<PublicRoom> {
    match cell {
        Cell::Room {
            name,
            kind,
            topic,
            members,
            settings,
            ..
        } => Some(PublicRoom {
            id,
            name,
            kind,
            topic,
            description: settings.description,
            members,
            joined: false,
        }),
        _ => None,
    }
}

/// A row as the end of a page.
fn text_of(row: &ListedRow) -> String {
    format!("{}.{}", row.room, row.text)
}

fn row_at(text: &str) -> Result<ListedRow, Refusal> {
    let row = text.split_once('.').and_then(|(room, text)| {
        Some(ListedRow {
            text: text.to_owned(),
            room: room.parse().ok()?,
        })
    });
    row.ok_or_else(|| {
        let text = "`after` is not the `next` of a page. Ask for the first page without it.";
        Refusal::new(ErrorCode::BadRequest, text)
    })
}
