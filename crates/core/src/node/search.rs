//! Messages by their words, in one room or over one's rooms.
//!
//! The index of a room's full segments (`crate::search`) only names candidates; each is read as it stands and held against
//! the query, so an edit counts with its new words and nothing that was deleted is shown. What has no index yet is looked
//! through, and its index is written on the way: a room that nobody searches costs nothing
//! (`docs/decisions/0034-search.md`). Every request has a budget of reads; where that ends the answer says where to go on.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt, TryStreamExt, stream};
use hearth_protocol::{
    Body, ErrorCode, Hit, MessageState, Retry, RoomHits, RoomId, Seq, User, UserId,
    bounds::{PAGE_EVENTS_MAX, SEARCH_HITS_MAX},
};

use super::{
    Lane, Node,
    chat::{OVERLAY_EVENTS_MAX, far_behind, no_room, not_member, overlay},
};
use crate::{
    date::OFFSET_MIN_MAX,
    log::Entry,
    port::{Cell, INDEX_READ_MAX, StoreError},
    refusal::Refusal,
    search::{Query, Segment, Who, Words, excerpt, has, range_of, segment_of},
    session::{SearchFor, SearchPage},
};

/// A search reads as much as some other requests together, and counts as so many; one of them was counted by who asks.
const COUNTS_AS: usize = 4;
/// Hits listed where nobody says how many.
const HITS_DEFAULT: usize = 20;
/// Reads for one room: eight segments without an index, or as many messages that lie apart.
const READS_ONE_ROOM: usize = 48;
/// Reads for each of several rooms: a segment without an index, and what is looked up for it.
const READS_EACH_ROOM: usize = 12;
/// Hits listed of each of several rooms: who wants more asks for that room.
const HITS_EACH_ROOM: usize = 5;
/// Rooms of one request.
const ROOMS_AT_ONCE: usize = 8;
/// Words of one query that are looked up: each more narrows little, and is seen in the message.
const LOOK_UPS_MAX: usize = 4;
/// Reads beside each other for one room.
const READS_AT_ONCE: usize = 8;
/// Candidates nearer to each other than this are read at once.
const GAP_MAX: u64 = 16;

/// What is looked for, once names have become ids.
struct Sought {
    query: Query,
    by: Option<UserId>,
    /// What is looked up in the index: a message that fits is named by all of these.
    words: Vec<Words>,
}

/// How much one look at a room may cost and list. What `after:` and `before:` take to find their place, a row for each
/// halving of the log, comes on top.
struct Budget {
    reads: usize,
    hits: usize,
}

impl Node {
    /// A page of what fits, as of the log's end in the store: whatever was acknowledged before is found.
    ///
    /// # Errors
    /// Too many asked for (`busy`); the query does not fit, names nobody or no room; not a member; or the store is away.
    pub async fn search(&self, by: &User, asked: SearchFor) -> Result<SearchPage, Refusal> {
        self.pressure().admit(Lane::History)?;
        for _ in 1..COUNTS_AS {
            self.may_request(by.id)?;
        }
        if !(-OFFSET_MIN_MAX..=OFFSET_MIN_MAX).contains(&asked.offset_min) {
            let text = format!("`offset_min` is from -{OFFSET_MIN_MAX} to {OFFSET_MIN_MAX}.");
            return Err(Refusal::new(ErrorCode::BadRequest, text));
        }
        let query = Query::parse(&asked.q, asked.offset_min)?;
        let room = match (asked.room, &query.room) {
            (Some(_), Some(place)) => {
                let text = "The room is said already: leave `in:` out.";
                return Err(place.refuse(ErrorCode::BadRequest, text));
            }
            (Some(room), None) => Some(room),
            (None, Some(place)) => Some(match place.text.parse() {
                Ok(room) => room,
                Err(_) => {
                    let found = self.find_room(&place.text).await;
                    found.map_err(|refusal| Refusal {
                        message: place.refuse(refusal.code, &refusal.message).message,
                        ..refusal
                    })?
                }
            }),
            (None, None) => None,
        };
        let author = match &query.from {
            None => None,
            Some(Who::Me) => Some(by.id),
            Some(Who::Named(place)) => match self.account(&place.text).await? {
                Some(account) => Some(account.id),
                None => {
                    let text = format!("There is no user named \u{2018}{}\u{2019}.", place.text);
                    return Err(place.refuse(ErrorCode::NotFound, &text));
                }
            },
        };
        let mut words = query.words();
        words.extend(author.map(Words::by));
        words.sort_by_key(|words| std::cmp::Reverse(words.weight()));
        words.truncate(LOOK_UPS_MAX);
        let sought = Sought {
            query,
            by: author,
            words,
        };
        match room {
            Some(room) => {
                let before = asked.cursor.as_deref().map(seq_at).transpose()?;
                let budget = Budget {
                    reads: READS_ONE_ROOM,
                    hits: asked
                        .limit
                        .unwrap_or(HITS_DEFAULT)
                        .clamp(1, SEARCH_HITS_MAX),
                };
                let hits = self.search_room(by, room, &sought, before, budget).await?;
                Ok(SearchPage {
                    rooms: vec![hits],
                    next: None,
                })
            }
            None => {
                self.search_rooms(by, &sought, asked.cursor.as_deref())
                    .await
            }
        }
    }

    /// Some of one's rooms, in the order of their ids: those without a hit are left out once they were looked through.
    async fn search_rooms(
        &self,
        by: &User,
        sought: &Sought,
        cursor: Option<&str>,
    ) -> Result<SearchPage, Refusal> {
        let from: Option<RoomId> = match cursor {
            None => None,
            Some(cursor) => Some(cursor.parse().map_err(|_| no_cursor())?),
        };
        let mut rooms = self.rooms_of(by.id).await?;
        rooms.retain(|room| Some(*room) >= from);
        let next = rooms.get(ROOMS_AT_ONCE).map(RoomId::to_string);
        rooms.truncate(ROOMS_AT_ONCE);
        let looks = rooms.into_iter().map(|room| async move {
            let budget = Budget {
                reads: READS_EACH_ROOM,
                hits: HITS_EACH_ROOM,
            };
            (room, self.search_room(by, room, sought, None, budget).await)
        });
        let looks: Vec<_> = stream::iter(looks).buffered(ROOMS_AT_ONCE).collect().await;
        let mut page = SearchPage {
            rooms: Vec::new(),
            next,
        };
        for (room, hits) in looks {
            match hits {
                Ok(hits) if hits.count == 0 && !hits.at_least => {}
                Ok(hits) => page.rooms.push(hits),
                // The list keeps rooms that were left.
                Err(refusal)
                    if matches!(refusal.code, ErrorCode::NotMember | ErrorCode::NotFound) => {}
                // One that cannot be read now holds up no other, and is not left out in silence.
                Err(refusal) if refusal.code.retry() == Retry::Same => page.rooms.push(RoomHits {
                    room,
                    count: 0,
                    at_least: true,
                    hits: Vec::new(),
                    next: Some(u64::MAX.to_string()),
                }),
                Err(refusal) => return Err(refusal),
            }
        }
        Ok(page)
    }

    /// One room, from before a number down, as far as the budget goes.
    async fn search_room(
        &self,
        by: &User,
        room: RoomId,
        sought: &Sought,
        before: Option<Seq>,
        budget: Budget,
    ) -> Result<RoomHits, Refusal> {
        let view = self.looked_view(by.id, room).await?;
        let head = view.head.seq;
        match view.role {
            Some(_) => {}
            None if head == Seq::ZERO => return Err(no_room()),
            None => return Err(not_member()),
        }
        let failed = |error| self.refused(error);
        let mut to = before.map_or(head, |before| Seq(before.0.saturating_sub(1)).min(head));
        let mut from = Seq(1);
        if let Some(ms) = sought.query.after_ms {
            from = self.first_at(room, head, ms).await.map_err(failed)?;
        }
        if let Some(ms) = sought.query.before_ms {
            let first = self.first_at(room, head, ms).await.map_err(failed)?;
            to = to.min(Seq(first.0 - 1));
        }
        let mut look = Look::begin(self, room, head, budget).await?;
        let at = look.down(sought, from, to).await.map_err(failed)?;
        if look.newest > head {
            // Nobody is shown what came after their removal.
            let view = self.view(by.id, room, look.newest).await?;
            view.role.ok_or_else(not_member)?;
        }
        look.keep().await;
        let at_least = at >= from;
        let next = match look.hits.last() {
            Some(last) if look.count > look.hits.len() => Some(last.seq),
            _ => at_least.then(|| at.next()),
        };
        Ok(RoomHits {
            room,
            count: look.count,
            at_least,
            hits: look.hits,
            next: next.map(|seq| seq.to_string()),
        })
    }

    /// The first event at a time or later, by bisection over the log's times, which never go back; the number after `head`
    /// if there is none. Where an event cannot be read it counts as earlier.
    pub(super) async fn first_at(
        &self,
        room: RoomId,
        head: Seq,
        at_ms: u64,
    ) -> Result<Seq, StoreError> {
        let (mut low, mut high) = (1, head.0 + 1);
        while low < high {
            let middle = low + (high - low) / 2;
            let rows = self.run(room, Seq(middle), Seq(middle), 1).await?;
            match rows.first().is_none_or(|row| row.event.at_ms < at_ms) {
                true => low = middle + 1,
                false => high = middle,
            }
        }
        Ok(Seq(low))
    }
}

/// A look at one room: what is known as of its end, what it has cost, and what it has found.
struct Look<'n> {
    node: &'n Node,
    room: RoomId,
    head: Seq,
    /// The log from the projection's mark to `head`, to be laid over what is read.
    end: Vec<Entry>,
    /// Whether that is all of it: else no index is made.
    whole: bool,
    /// Messages that were edited in it: no index has their words yet.
    edited: BTreeSet<Seq>,
    /// The highest clock that was met.
    newest: Seq,
    /// What is left of it.
    budget: Budget,
    hits: Vec<Hit>,
    count: usize,
    /// Rows of the index that were read, by the word for which, and from which segment on.
    rows: Vec<BTreeMap<u64, Vec<u8>>>,
    rows_from: u64,
    /// Segments whose index was made.
    made: Vec<(u64, Vec<Vec<u8>>)>,
}

/// A run of the log with its messages as they stand.
struct Span {
    entries: Vec<Entry>,
    states: BTreeMap<Seq, MessageState>,
    newest: Seq,
}

impl<'n> Look<'n> {
    /// The mark first; rows and cells are read after it, and the log's end is laid over them (LOG.md rule 29).
    async fn begin(
        node: &'n Node,
        room: RoomId,
        head: Seq,
        budget: Budget,
    ) -> Result<Self, Refusal> {
        let failed = |error| node.refused(error);
        let projected = node.0.store.projected(room).await.map_err(failed)?.seq;
        let end = node.run(room, projected.next(), head, OVERLAY_EVENTS_MAX + 1);
        let end = end.await.map_err(failed)?;
        if end.len() > OVERLAY_EVENTS_MAX {
            return Err(far_behind(room));
        }
        let edited = end.iter().filter_map(|entry| match &entry.event.body {
            Body::Edit { target, .. } => Some(*target),
            _ => None,
        });
        Ok(Self {
            edited: edited.collect(),
            whole: projected >= head || end.last().is_some_and(|last| last.seq() == head),
            newest: Seq::ZERO,
            budget,
            hits: Vec::new(),
            count: 0,
            rows: Vec::new(),
            rows_from: u64::MAX,
            made: Vec::new(),
            node,
            room,
            head,
            end,
        })
    }

    /// Looks from `to` down to `from`, and says at which number it has stopped: below `from` if at none.
    async fn down(&mut self, sought: &Sought, from: Seq, to: Seq) -> Result<Seq, StoreError> {
        let mut at = to;
        let begun = self.budget.reads;
        while at >= from && at > Seq::ZERO {
            let segment = segment_of(at);
            let (first, last) = range_of(segment);
            let is_full = last <= self.head;
            let low = first.max(from);
            if is_full && let Some(mut named) = self.named(sought, segment).await? {
                named.extend(self.edited.range(first..=last));
                let named: Vec<Seq> = named.range(low..=at).copied().collect();
                let mut spans = spans_of(&named);
                let left = spans.len().saturating_sub(self.budget.reads);
                // From the newest down, as far as it goes.
                spans.drain(..left);
                let stopped = spans.first().map(|(from, _)| *from);
                let named: BTreeSet<Seq> = named.into_iter().collect();
                self.read(sought, spans, |seq| named.contains(&seq), None)
                    .await?;
                if left > 0 {
                    return Ok(Seq(stopped.map_or(at.0, |from| from.0 - 1)));
                }
            } else {
                // A full segment is read whole, so that it has an index from then on.
                let end = if is_full { last } else { at };
                let spans = pages_of(first, end);
                if self.budget.reads < spans.len() && self.budget.reads < begun {
                    return Ok(at);
                }
                let mut index = Segment::default();
                let makes = is_full && self.whole && !sought.words.is_empty();
                let whole = self
                    .read(
                        sought,
                        spans,
                        |seq| low <= seq && seq <= at,
                        makes.then_some(&mut index),
                    )
                    .await?;
                if makes && whole {
                    self.made.push((segment, index.rows()));
                }
            }
            at = Seq(first.0 - 1);
            if self.budget.reads == 0 {
                break;
            }
        }
        Ok(at)
    }

    /// The messages of a full segment that its index names. `None`: it has none, or nothing is looked up.
    async fn named(
        &mut self,
        sought: &Sought,
        segment: u64,
    ) -> Result<Option<BTreeSet<Seq>>, StoreError> {
        if sought.words.is_empty() {
            return Ok(None);
        }
        if segment < self.rows_from {
            let from = (segment + 1).saturating_sub(INDEX_READ_MAX);
            let (store, room) = (&self.node.0.store, self.room);
            let reads = sought.words.iter().map(|words| async move {
                let rows = store.index_rows(room, words.shard(), from, segment);
                let rows = rows.await?.into_iter().map(|row| (row.segment, row.words));
                Ok::<_, StoreError>(rows.collect())
            });
            let reads: Vec<_> = reads.collect();
            self.rows = stream::iter(reads)
                .buffered(READS_AT_ONCE)
                .try_collect()
                .await?;
            self.budget.reads = self.budget.reads.saturating_sub(self.rows.len());
            self.rows_from = from;
        }
        let mut named: Option<BTreeSet<Seq>> = None;
        for (words, rows) in sought.words.iter().zip(&self.rows) {
            let row = rows.get(&segment).map(Vec::as_slice).unwrap_or_default();
            let Some(found) = Segment::look_up(segment, row, words) else {
                return Ok(None);
            };
            named = Some(match named {
                Some(named) => &named & &found,
                None => found,
            });
        }
        Ok(named)
    }

    /// Reads spans and judges those of their messages that are wanted, the newest first; all of them go into the index that
    /// is being made. Whether every row was there.
    async fn read(
        &mut self,
        sought: &Sought,
        spans: Vec<(Seq, Seq)>,
        is_wanted: impl Fn(Seq) -> bool,
        mut index: Option<&mut Segment>,
    ) -> Result<bool, StoreError> {
        self.budget.reads = self.budget.reads.saturating_sub(spans.len());
        let (node, room, end) = (self.node, self.room, &self.end);
        let asked: usize = spans
            .iter()
            .map(|(from, to)| (to.0 - from.0) as usize + 1)
            .sum();
        let reads: Vec<_> = spans
            .into_iter()
            .rev()
            .map(|(from, to)| span(node, room, end, from, to))
            .collect();
        let reads = stream::iter(reads).buffered(READS_AT_ONCE);
        let spans: Vec<Span> = reads.try_collect().await?;
        let mut found = 0;
        for span in spans {
            found += span.entries.len();
            self.newest = self.newest.max(span.newest);
            for entry in span.entries.iter().rev() {
                let state = span.states.get(&entry.seq());
                let Some(text) = text_of(&entry.event.body, state) else {
                    continue;
                };
                if let Some(index) = &mut index {
                    index.add(&entry.event, text, state);
                }
                if !is_wanted(entry.seq()) {
                    continue;
                }
                if let Some(hit) = judge(sought, entry, text, state) {
                    self.count += 1;
                    if self.hits.len() < self.budget.hits {
                        self.hits.push(hit);
                    }
                }
            }
        }
        Ok(found == asked)
    }

    /// Writes the index that was made on the way. Where that fails it is made again by whoever looks next.
    async fn keep(&mut self) {
        for (segment, rows) in std::mem::take(&mut self.made) {
            let store = &self.node.0.store;
            if let Err(error) = store.put_index(self.room, segment, self.head, &rows).await {
                tracing::debug!(%error, room = %self.room, "a segment's index was not written");
            }
        }
    }
}

async fn span(
    node: &Node,
    room: RoomId,
    end: &[Entry],
    from: Seq,
    to: Seq,
) -> Result<Span, StoreError> {
    let (entries, cells) = tokio::try_join!(
        node.run(room, from, to, PAGE_EVENTS_MAX),
        node.0.store.message_cells(room, from, to)
    )?;
    Ok(Span {
        newest: cells.iter().map(Cell::clock).max().unwrap_or_default(),
        states: overlay(from, to, &cells, end),
        entries,
    })
}

/// A message's text as it stands; `None`: it is none, or was deleted.
fn text_of<'t>(body: &'t Body, state: Option<&'t MessageState>) -> Option<&'t str> {
    let Body::Message { text, .. } = body else {
        return None;
    };
    match state {
        Some(state) if state.deleted.is_some() => None,
        Some(state) => Some(state.text.as_deref().unwrap_or(text)),
        None => Some(text),
    }
}

fn judge(sought: &Sought, entry: &Entry, text: &str, state: Option<&MessageState>) -> Option<Hit> {
    let (event, query) = (&entry.event, &sought.query);
    let in_time = query.after_ms.is_none_or(|ms| event.at_ms >= ms)
        && query.before_ms.is_none_or(|ms| event.at_ms < ms);
    let by_them = sought.by.is_none_or(|by| by == event.by);
    if !in_time
        || !by_them
        || !query
            .has
            .iter()
            .all(|what| has(*what, &event.body, text, state))
    {
        return None;
    }
    let marks = query.fits(text)?;
    let excerpt = excerpt(text, &marks);
    Some(Hit {
        seq: event.seq,
        at_ms: event.at_ms,
        by: event.by,
        name: event.name.clone(),
        excerpt: excerpt.text,
        before: excerpt.before,
        after: excerpt.after,
        marks: excerpt.marks,
    })
}

/// Numbers, ascending, as runs that are read at once.
fn spans_of(named: &[Seq]) -> Vec<(Seq, Seq)> {
    let mut spans: Vec<(Seq, Seq)> = Vec::new();
    for seq in named {
        match spans.last_mut() {
            Some((from, to))
                if seq.0 - to.0 <= GAP_MAX && seq.0 - from.0 < PAGE_EVENTS_MAX as u64 =>
            {
                *to = *seq;
            }
            _ => spans.push((*seq, *seq)),
        }
    }
    spans
}

/// A run in pages.
fn pages_of(from: Seq, to: Seq) -> Vec<(Seq, Seq)> {
    let starts = (from.0..=to.0).step_by(PAGE_EVENTS_MAX);
    let page = |start| {
        (
            Seq(start),
            Seq(to.0.min(start + PAGE_EVENTS_MAX as u64 - 1)),
        )
    };
    starts.map(page).collect()
}

fn seq_at(cursor: &str) -> Result<Seq, Refusal> {
    cursor.parse().map(Seq).map_err(|_| no_cursor())
}

fn no_cursor() -> Refusal {
    let text = "`cursor` is not the `next` of a page: that of a room goes with this `room`, the other one without. Begin \
                again without it.";
    Refusal::new(ErrorCode::BadRequest, text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::SEGMENT_EVENTS;

    #[test]
    fn what_lies_near_each_other_is_read_at_once_and_no_run_is_longer_than_a_page() {
        let seqs = |numbers: &[u64]| numbers.iter().copied().map(Seq).collect::<Vec<_>>();
        let spans = |numbers: &[u64]| {
            let spans = spans_of(&seqs(numbers)).into_iter();
            spans.map(|(from, to)| (from.0, to.0)).collect::<Vec<_>>()
        };
        assert_eq!(spans(&[]), []);
        assert_eq!(spans(&[3, 4, 20, 37, 900]), [(3, 20), (37, 37), (900, 900)]);
        let all: Vec<u64> = (1..=SEGMENT_EVENTS).collect();
        let runs = spans(&all);
        assert_eq!(runs.len(), 6);
        assert!(
            runs.iter()
                .all(|(from, to)| to - from < PAGE_EVENTS_MAX as u64)
        );
        let pages = pages_of(Seq(1), Seq(SEGMENT_EVENTS));
        assert_eq!((pages.len(), pages[0]), (6, (Seq(1), Seq(200))));
        assert_eq!(pages[5], (Seq(1_001), Seq(1_024)));
        assert_eq!(pages_of(Seq(5), Seq(4)), []);
    }
}
