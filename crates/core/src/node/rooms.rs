//! All rooms that have a name, private ones included, by pages, for administrators: what they are called and how large
//! they are, never what is in them. Direct rooms and groups have no name, and are not here.
//!
//! The store has no order of names. So a search looks at claims of names one after the other, in the store's own order, a
//! bounded number a call, and says where to go on: a page may be short, or empty, and not the last. A room keeps the names
//! that it had: it is listed by the one that it has.
//!
//! What private rooms are called is for their members, so that somebody looks is written down before they do.

use futures_util::{StreamExt, stream};
use hearth_protocol::{ErrorCode, RoomId, RoomKind, RoomName, Seq, User, UserId};

use super::{Node, acts::ActKind, lock};
use crate::{
    port::{Cell, Claim, ClaimSpace, Freshness},
    refusal::Refusal,
    words,
};

/// Rooms on one page.
pub const ROOMS_PAGE_MAX: usize = 50;
/// Claims that one call looks at, so that it ends.
pub const ROOMS_LOOKED_AT_MAX: usize = 2_000;
/// Claims read from the store at once.
const READ: usize = 200;
/// Rooms read beside each other.
const AT_ONCE: usize = 16;
/// That the same administrator looks again within this is no other act.
const LOOK_MS: u64 = 60 * 60 * 1_000;
/// Acts among which an earlier look is found; where more has happened since, one more is written.
const ACTS_LOOKED_AT: usize = 100;

/// A room, as administrators see it who may not be in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnyRoom {
    /// The room.
    pub id: RoomId,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: RoomKind,
    /// How many members it has.
    pub members: u64,
    /// Whether it is archived.
    pub archived: bool,
    /// When something last happened in it, in milliseconds since 1970 (UTC), as the log says.
    pub last_ms: Option<u64>,
}

impl Node {
    /// Rooms in whose name each sought word begins a word, after a place of the page before. With the place from which to
    /// go on, if there may be more. An act of whoever asks, once an hour.
    ///
    /// # Errors
    /// The store is away, or a part of it has just died.
    pub async fn any_rooms(
        &self,
        by: &User,
        sought: &str,
        after: Option<String>,
        limit: usize,
    ) -> Result<(Vec<AnyRoom>, Option<String>), Refusal> {
        self.write_down_look(by).await?;
        let limit = limit.clamp(1, ROOMS_PAGE_MAX);
        let words = words::sought(sought);
        if words.is_empty() && !sought.trim().is_empty() {
            return Ok((Vec::new(), None));
        }
        let (mut found, mut place, mut looked_at) = (Vec::new(), after, 0);
        while looked_at < ROOMS_LOOKED_AT_MAX {
            let claims = &self.0.store;
            let claims = claims.claims(ClaimSpace::Room, place.as_deref(), READ);
            let claims = claims.await.map_err(|error| self.refused(error))?;
            let Some((last, _)) = claims.last() else {
                return Ok((found, None));
            };
            looked_at += claims.len();
            let end = last.clone();
            let fit = claims.into_iter();
            let fit = fit.filter(|(_, claim)| words::fit(&claim.name, &words));
            let rooms = stream::iter(fit).map(|(folded, claim)| async move {
                let room = self.room_by_claim(&folded, &claim).await;
                (folded, room)
            });
            let mut rooms = std::pin::pin!(rooms.buffered(AT_ONCE));
            while let Some((folded, room)) = rooms.next().await {
                match room {
                    Ok(room) => found.extend(room),
                    Err(refusal) if refusal.code == ErrorCode::Unavailable => return Err(refusal),
                    // What stands behind it would else be out of reach for as long as it cannot be read.
                    Err(refusal) => {
                        tracing::warn!(%refusal, "a room is left out of the list of all")
                    }
                }
                if found.len() >= limit {
                    return Ok((found, Some(folded)));
                }
            }
            place = Some(end);
        }
        Ok((found, place))
    }

    /// The room of a claim; `None`: it has another name by now, or was never made.
    async fn room_by_claim(&self, folded: &str, claim: &Claim) -> Result<Option<AnyRoom>, Refusal> {
        let id = RoomId(claim.id);
        let store = &self.0.store;
        let is_warm = lock(&self.0.rooms).has(id);
        // In memory it stands as it is now.
        let cell = match is_warm {
            true => Ok(None),
            false => store.room_cell(id).await,
        };
        let (mut room, hint) = match cell.map_err(|error| self.refused(error))? {
            Some(Cell::Room {
                seq,
                name,
                kind,
                members,
                settings,
                ..
            }) => {
                let room = AnyRoom {
                    id,
                    name,
                    kind,
                    members,
                    archived: settings.archived,
                    last_ms: None,
                };
                (room, seq)
            }
            _ => {
                let nobody = UserId(uuid::Uuid::nil());
                let view = self.view(nobody, id, Seq::ZERO).await?;
                let room = AnyRoom {
                    id,
                    name: view.name,
                    kind: view.kind,
                    members: view.members,
                    archived: view.archived,
                    last_ms: None,
                };
                (room, view.head.seq)
            }
        };
        let is_its_name = RoomName::new(room.name.as_str());
        let is_its_name = is_its_name.is_ok_and(|name| name.folded() == folded);
        if hint == Seq::ZERO || !is_its_name {
            return Ok(None);
        }
        let head = store.head(id, hint, Freshness::Quorum).await;
        let end = head.map_err(|error| self.refused(error))?.seq;
        let last = store.read(id, end, end, 1, Freshness::Quorum).await;
        let last = last.map_err(|error| self.refused(error))?;
        room.last_ms = last.entries.last().map(|entry| entry.event.at_ms);
        Ok(Some(room))
    }

    async fn write_down_look(&self, by: &User) -> Result<(), Refusal> {
        let since_ms = self.0.clock.wall_ms().saturating_sub(LOOK_MS);
        let (acts, _) = self.acts(None, ACTS_LOOKED_AT).await?;
        let is_written = acts
            .iter()
            .any(|act| act.act == ActKind::RoomsListed && act.by == by.id && act.at_ms > since_ms);
        match is_written {
            true => Ok(()),
            false => self.write_down(by, ActKind::RoomsListed, None, "").await,
        }
    }
}
