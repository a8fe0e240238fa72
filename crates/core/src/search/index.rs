//! The index of a segment of a room's log: from words to the messages in which they stand.
//!
//! A segment is a run of [`SEGMENT_EVENTS`] numbers. Its index has the words of its messages as they stand at one number of
//! the log, its clock. It is cut into [`INDEX_SHARDS`] rows by how words begin, so that to look one word up is to read a
//! small part; each row has its words in their order, so that all that begin alike lie beside each other.
//!
//! Promises: what is looked up names every message in which it stands, and perhaps others ("candidates"): of words that
//! are very long only the beginning is kept, and messages of very many words are candidates for all of them.
//! It must not know who wrote what for whom, and where rows are kept.

use std::collections::{BTreeMap, BTreeSet};

use hearth_protocol::{Event, MessageState, Seq, UserId};

use super::{
    query::Has,
    text::{Run, Term, has, index_words},
};

/// Events of one segment: to read and index one is some milliseconds, and a row of a common size is read at once.
pub const SEGMENT_EVENTS: u64 = 1_024;
/// Rows of one segment.
pub const INDEX_SHARDS: u8 = 16;
/// Letters of a word that are kept.
pub(super) const WORD_CHARS_MAX: usize = 24;
/// Different words of one message that are kept. One with more (some pages of prose) is a candidate for every word, so that
/// the longest messages cannot make rows large.
const WORDS_PER_MESSAGE_MAX: usize = 256;
/// Signs of a run without spaces that are looked up: what they leave over is seen in the message.
const PAIRS_MAX: usize = 8;
/// The layout of a row, as its first byte. A row of another is as one that was never written.
const LAYOUT: u8 = 1;

/// The segment in which an event lies.
pub fn segment_of(seq: Seq) -> u64 {
    seq.0.saturating_sub(1) / SEGMENT_EVENTS
}

/// The first and the last number of a segment.
pub fn range_of(segment: u64) -> (Seq, Seq) {
    let before = segment * SEGMENT_EVENTS;
    (Seq(before + 1), Seq(before + SEGMENT_EVENTS))
}

/// The segment whose rows have to be emptied for a changed message, if any: what was changed before its segment was full
/// is in no row, since rows are made of full segments as they stand at their end or later.
pub fn outdated(target: Seq, changed: Seq) -> Option<u64> {
    let segment = segment_of(target);
    (changed > range_of(segment).1).then_some(segment)
}

/// A word as it is looked up.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Words {
    begin: String,
    /// This word alone, or all that begin so.
    whole: bool,
}

impl Words {
    fn whole(word: String) -> Self {
        Self {
            begin: word,
            whole: true,
        }
    }

    /// The shard in which they are.
    pub fn shard(&self) -> u8 {
        shard_of(&self.begin)
    }

    /// What is looked up for a term: each names candidates, and a message with the term is named by all of them.
    pub(super) fn of(term: &Term) -> Vec<Self> {
        match term {
            Term::Begin(run) if !run.unspaced => vec![Self {
                begin: run.letters.iter().take(WORD_CHARS_MAX).collect(),
                // What is one letter long lies in another shard than the words that begin with it.
                whole: run.letters.len() == 1,
            }],
            Term::Begin(run) => Self::pairs(run),
            Term::Phrase(runs) => runs
                .iter()
                .flat_map(|run| match run.unspaced {
                    true => Self::pairs(run),
                    false => {
                        let word = run.letters.iter().take(WORD_CHARS_MAX).collect();
                        vec![Self::whole(word)]
                    }
                })
                .collect(),
        }
    }

    fn pairs(run: &Run) -> Vec<Self> {
        if run.letters.len() == 1 {
            return vec![Self {
                begin: run.text(),
                whole: false,
            }];
        }
        let pairs = run.letters.windows(2).take(PAIRS_MAX);
        pairs
            .map(|pair| Self::whole(pair.iter().collect()))
            .collect()
    }

    /// What is looked up for the messages of an author.
    pub fn by(user: UserId) -> Self {
        Self::whole(author_word(user))
    }

    /// What is looked up for messages that have something; `None`: the index does not know.
    pub(super) fn having(what: Has) -> Option<Self> {
        what.is_indexed().then(|| Self::whole(has_word(what)))
    }

    /// How much it narrows: the longer, the fewer.
    pub fn weight(&self) -> usize {
        self.begin.chars().count() + usize::from(self.whole)
    }
}

/// No word of a text has these signs in it.
fn author_word(user: UserId) -> String {
    format!("@{user}")
}

fn has_word(what: Has) -> String {
    format!("#{}", what.name())
}

/// By the first two signs, or by one where a script has no spaces: of all that begins with what is looked for these are the
/// same.
fn shard_of(word: &str) -> u8 {
    let unspaced = word.chars().next().is_some_and(crate::words::is_unspaced);
    let signs = word.chars().take(if unspaced { 1 } else { 2 });
    let hash = signs.fold(0x811C_9DC5_u32, |hash, sign| {
        (hash ^ u32::from(sign)).wrapping_mul(0x0100_0193)
    });
    // The upper bits are mixed best.
    u8::try_from((hash >> 24) % u32::from(INDEX_SHARDS)).unwrap_or_default()
}

/// What is known of one segment: the words of its messages.
#[derive(Debug, Default)]
pub struct Segment {
    words: BTreeMap<String, BTreeSet<u16>>,
    /// Candidates for every word.
    any: BTreeSet<u16>,
}

impl Segment {
    /// Adds a message of the segment as it stands: as it was sent, and its text now.
    pub fn add(&mut self, message: &Event, text: &str, state: Option<&MessageState>) {
        let at = message.seq.0.saturating_sub(1) % SEGMENT_EVENTS;
        let at = u16::try_from(at).unwrap_or_default();
        let mut words = index_words(text);
        if words.len() > WORDS_PER_MESSAGE_MAX {
            words.clear();
            self.any.insert(at);
        }
        words.insert(author_word(message.by));
        for what in Has::ALL.into_iter().filter(|what| what.is_indexed()) {
            if has(what, &message.body, text, state) {
                words.insert(has_word(what));
            }
        }
        for word in words {
            self.words.entry(word).or_default().insert(at);
        }
    }

    /// Its rows, by their shards.
    pub fn rows(&self) -> Vec<Vec<u8>> {
        let mut rows = vec![vec![LAYOUT]; usize::from(INDEX_SHARDS)];
        for row in &mut rows {
            put_positions(row, &self.any);
        }
        let mut before: Vec<&str> = vec![""; rows.len()];
        for (word, positions) in &self.words {
            let shard = usize::from(shard_of(word));
            let (row, before) = (&mut rows[shard], &mut before[shard]);
            let same = word
                .bytes()
                .zip(before.bytes())
                .take_while(|(a, b)| a == b)
                .count();
            put_number(row, same);
            put_number(row, word.len() - same);
            row.extend(&word.as_bytes()[same..]);
            put_positions(row, positions);
            *before = word;
        }
        rows
    }

    /// The messages of a segment that a row of it names for these words. `None`: the row was emptied, or never written.
    pub fn look_up(segment: u64, row: &[u8], words: &Words) -> Option<BTreeSet<Seq>> {
        let mut rest = row.strip_prefix(&[LAYOUT])?;
        let mut found = BTreeSet::new();
        take_positions(&mut rest, Some(&mut found))?;
        let (begin, mut word) = (words.begin.as_bytes(), Vec::new());
        while !rest.is_empty() {
            let same = take_number(&mut rest)?;
            let length = take_number(&mut rest)?;
            word.truncate(same);
            word.extend(rest.get(..length)?);
            rest = rest.get(length..)?;
            let fits = match words.whole {
                true => word == begin,
                false => word.starts_with(begin),
            };
            if !fits && word.as_slice() > begin {
                break;
            }
            take_positions(&mut rest, fits.then_some(&mut found))?;
        }
        let first = range_of(segment).0.0;
        Some(found.into_iter().map(|at| Seq(first + at as u64)).collect())
    }
}

/// A number in as few bytes as it needs, seven bits in each.
fn put_number(row: &mut Vec<u8>, mut number: usize) {
    while number > 0x7F {
        row.push(0x80 | (number & 0x7F) as u8);
        number >>= 7;
    }
    row.push(number as u8);
}

fn take_number(rest: &mut &[u8]) -> Option<usize> {
    let mut number = 0;
    for shift in [0, 7, 14] {
        let (byte, after) = rest.split_first()?;
        *rest = after;
        number |= usize::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

/// How many, and each as the distance from the one before.
fn put_positions(row: &mut Vec<u8>, positions: &BTreeSet<u16>) {
    put_number(row, positions.len());
    let mut before = 0;
    for at in positions {
        put_number(row, usize::from(*at - before));
        before = *at;
    }
}

fn take_positions(rest: &mut &[u8], mut into: Option<&mut BTreeSet<usize>>) -> Option<()> {
    let mut at = 0;
    for _ in 0..take_number(rest)? {
        at += take_number(rest)?;
        if let Some(found) = &mut into {
            found.insert(at);
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use hearth_protocol::{Body, Ordinal, SendId};
    use uuid::Uuid;

    use super::*;
    use crate::search::query::Query;

    fn user(n: u128) -> UserId {
        UserId(Uuid::from_u128(n))
    }

    fn segment(texts: &[&str]) -> Vec<Vec<u8>> {
        let mut segment = Segment::default();
        for (n, text) in texts.iter().enumerate() {
            let seq = Seq(SEGMENT_EVENTS * 3 + 1 + n as u64);
            let message = Event {
                seq,
                ordinal: Ordinal(seq.0),
                at_ms: 0,
                by: user(n as u128 % 2),
                name: "kim".into(),
                id: SendId::from_uuid(Uuid::from_u128(n as u128)),
                body: Body::message(*text),
            };
            segment.add(&message, text, None);
        }
        segment.rows()
    }

    fn named(rows: &[Vec<u8>], words: &[Words]) -> Vec<u64> {
        let looked = words.iter().map(|words| {
            let row = &rows[usize::from(words.shard())];
            Segment::look_up(3, row, words).expect("a row")
        });
        let all = looked.reduce(|a, b| &a & &b).unwrap();
        all.into_iter()
            .map(|seq| seq.0 - SEGMENT_EVENTS * 3)
            .collect()
    }

    fn words(query: &str) -> Vec<Words> {
        Query::parse(query, 0).unwrap().words()
    }

    #[test]
    fn every_message_in_which_it_stands_is_named() {
        let texts = [
            "The trams are late",
            "tram 12, a tram",
            "東京料理クラブ",
            "see https://tram.example",
            "日東",
            "a",
        ];
        let rows = segment(&texts);
        for (query, expected) in [
            ("tram", &[1, 2, 4][..]),
            ("tram late", &[1]),
            ("\"tram\"", &[2, 4]),
            ("a", &[2, 6]),
            ("料理", &[3]),
            ("東", &[3, 5]),
            ("東京", &[3]),
            ("京東", &[]),
            ("cafe", &[]),
            ("\"tram example\"", &[4]),
        ] {
            assert_eq!(named(&rows, &words(query)), expected, "{query}");
        }
        assert_eq!(named(&rows, &[Words::by(user(1))]), [2, 4, 6]);
        assert_eq!(named(&rows, &[Words::having(Has::Link).unwrap()]), [4]);
        assert_eq!(Words::having(Has::Reaction), None);
    }

    #[test]
    fn what_stands_in_a_text_is_named_whatever_the_words() {
        // Words of two letters over a small alphabet, so that beginnings, shards and shared beginnings all meet.
        let letters = ['a', 'b', 'é', '東', '京', 'z'];
        let mut texts = Vec::new();
        for a in letters {
            for b in letters {
                for c in letters {
                    texts.push(format!("{a}{b}{c} {c}{a}"));
                }
            }
        }
        let all: Vec<&str> = texts.iter().map(String::as_str).collect();
        let rows = segment(&all);
        for query in [
            "a", "ab", "éa", "東", "京東", "z京", "\"ab\"", "zz", "b東京",
        ] {
            let parsed = Query::parse(query, 0).unwrap();
            let named = named(&rows, &words(query));
            for (n, text) in texts.iter().enumerate() {
                let stands = parsed.fits(text).is_some();
                assert!(
                    !stands || named.contains(&(n as u64 + 1)),
                    "{query} in {text}"
                );
            }
        }
    }

    #[test]
    fn a_message_of_very_many_words_is_a_candidate_for_all_and_rows_stay_small() {
        let long: String = (0..2_000).map(|n| format!("w{n} ")).collect();
        let texts = vec![long.as_str(); 50];
        let rows = segment(&texts);
        assert_eq!(named(&rows, &words("anything")).len(), 50);
        assert!(rows.iter().all(|row| row.len() < 1_000));
        let word = "x".repeat(100);
        let rows = segment(&[&word]);
        assert_eq!(named(&rows, &words(&word)), [1]);
    }

    #[test]
    fn a_row_that_is_empty_broken_or_of_another_layout_says_nothing() {
        let rows = segment(&["tram"]);
        let tram = &words("tram")[0];
        let row = &rows[usize::from(tram.shard())];
        assert!(Segment::look_up(3, row, tram).is_some());
        assert_eq!(Segment::look_up(3, &[], tram), None);
        let mut other = row.clone();
        other[0] += 1;
        assert_eq!(Segment::look_up(3, &other, tram), None);
        assert_eq!(Segment::look_up(3, &row[..row.len() - 1], tram), None);
    }

    #[test]
    fn rows_are_emptied_only_for_what_was_changed_after_they_can_have_been_made() {
        let (first, last) = range_of(2);
        assert_eq!((segment_of(first), segment_of(last)), (2, 2));
        assert_eq!(segment_of(last.next()), 3);
        assert_eq!(outdated(first, last), None);
        assert_eq!(outdated(first, last.next()), Some(2));
        assert_eq!(outdated(Seq(1), Seq(SEGMENT_EVENTS + 1)), Some(0));
    }
}
