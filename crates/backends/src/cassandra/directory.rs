//! The directory's rows, of rooms and of people: a word, an id, and as timestamp the clock of what brought the row.
//!
//! Promises: what begins with some letters is one read of one partition. It must not know what the words are of.

use futures_util::future::try_join_all;
use hearth_core::port::{ListedRow, PersonRow, Shelf, StoreError, Version};
use hearth_protocol::{RoomId, Seq, UserId};
use uuid::Uuid;

use super::{
    Cassandra,
    events::signed,
    fate::corrupt,
    projections::{at_most, timestamp},
};

impl Cassandra {
    pub(super) async fn listed(
        &self,
        begin: &str,
        after: Option<&ListedRow>,
        limit: usize,
    ) -> Result<Vec<ListedRow>, StoreError> {
        let shelf = match begin {
            "" => Shelf::Name,
            _ => Shelf::Word,
        };
        let after = after.map(|row| (row.text.as_str(), row.room.0));
        let rows = self.listed_rows(shelf, begin, after, limit).await?;
        let rows = rows.into_iter().map(|(text, room)| ListedRow {
            text,
            room: RoomId(room),
        });
        Ok(rows.collect())
    }

    /// Rows of a shelf whose text begins so, after one of them.
    async fn listed_rows(
        &self,
        shelf: Shelf,
        begin: &str,
        after: Option<(&str, Uuid)>,
        limit: usize,
    ) -> Result<Vec<(String, Uuid)>, StoreError> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        // No id sorts before the empty text, and no letter after the last sign that there is.
        let (text, id) = match after {
            Some((text, id)) => (text.to_owned(), id.to_string()),
            None => (begin.to_owned(), String::new()),
        };
        let values = (
            shelf_text(shelf, begin),
            text,
            id,
            format!("{begin}\u{10FFFF}"),
            String::new(),
            at_most(limit),
        );
        let each = |(text, id): (String, String)| {
            let id = Uuid::parse_str(&id);
            Ok((text, id.map_err(|error| corrupt("a listed id", error))?))
        };
        self.collect(&self.statements.listed, values, each).await
    }

    pub(super) async fn unlist(
        &self,
        room: RoomId,
        rows: &[(Shelf, String)],
        clock: Seq,
    ) -> Result<(), StoreError> {
        let rows = rows.iter().map(|(shelf, text)| (*shelf, text.as_str()));
        self.remove_listed(room.0, rows, clock.0).await
    }

    async fn remove_listed<'r>(
        &self,
        id: Uuid,
        rows: impl Iterator<Item = (Shelf, &'r str)>,
        clock: u64,
    ) -> Result<(), StoreError> {
        let clock = timestamp(signed(clock)?);
        let removals = rows.map(|(shelf, text)| {
            let values = (clock, shelf_text(shelf, text), text, id.to_string());
            self.write("unlist", &self.statements.remove_listed, values)
        });
        let all = async { try_join_all(removals).await.map(drop) };
        self.within("unlist", all).await
    }

    pub(super) async fn people(
        &self,
        begin: &str,
        after: Option<&PersonRow>,
        limit: usize,
    ) -> Result<Vec<PersonRow>, StoreError> {
        let after = after.map(|row| (row.word.as_str(), row.user.0));
        let rows = self.listed_rows(Shelf::Person, begin, after, limit).await?;
        let rows = rows.into_iter().map(|(word, user)| PersonRow {
            word,
            user: UserId(user),
        });
        Ok(rows.collect())
    }

    pub(super) async fn list_person(
        &self,
        user: UserId,
        words: &[String],
        clock: Version,
    ) -> Result<(), StoreError> {
        let clock = timestamp(signed(clock.0)?);
        let writes = words.iter().map(|word| {
            let shelf = shelf_text(Shelf::Person, word);
            let values = (shelf, word, user.to_string(), clock);
            self.write("list", &self.statements.put_listed, values)
        });
        let all = async { try_join_all(writes).await.map(drop) };
        self.within("list", all).await
    }

    pub(super) async fn unlist_person(
        &self,
        user: UserId,
        words: &[String],
        clock: Version,
    ) -> Result<(), StoreError> {
        let rows = words.iter().map(|word| (Shelf::Person, word.as_str()));
        self.remove_listed(user.0, rows, clock.0).await
    }
}

/// The partition in which a text stands.
pub(super) fn shelf_text(shelf: Shelf, text: &str) -> String {
    match shelf {
        Shelf::Name => "#".to_owned(),
        Shelf::Word => text.chars().take(1).collect(),
        // No word of a room begins with that sign, nor is a partition of theirs of two.
        Shelf::Person => format!("@{}", text.chars().take(1).collect::<String>()),
    }
}
