//! Where what is looked for stands in a message.
//!
//! A text is cut into runs of letters and digits, as [`crate::words`] cuts it: of a script with spaces a run is a word;
//! of one without, whatever stands anywhere in it is found. Positions are counted in characters (Unicode scalar values)
//! of the text as it was written.

use hearth_protocol::{Body, MessageState};

use super::{index::WORD_CHARS_MAX, query::Has};
use crate::words::{fold, is_unspaced};

/// An excerpt, in characters: some lines.
const EXCERPT_CHARS_MAX: usize = 240;
/// Of an excerpt, what stands before the first place that fits.
const BEFORE_CHARS: usize = 60;
/// Places named in one excerpt.
const MARKS_MAX: usize = 20;

/// One thing that a message must have, or must not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Term {
    /// A word that begins so; in a script without spaces, these signs anywhere. One letter alone is a whole word.
    Begin(Run),
    /// Words that stand so one after the other, whole.
    Phrase(Vec<Run>),
}

/// A run of letters and digits, folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run {
    /// Its letters, folded.
    pub(super) letters: Vec<char>,
    /// Whether its script has no spaces.
    pub(super) unspaced: bool,
}

/// A run as it stands in a text.
#[derive(Debug)]
pub(super) struct Standing {
    pub(super) run: Run,
    /// Of each of its letters the character that it comes from.
    origins: Vec<usize>,
    /// The first character after it.
    end: usize,
}

impl Standing {
    /// The characters from a letter on, so many letters.
    fn chars(&self, from: usize, letters: usize) -> (usize, usize) {
        let end = match self.origins.get(from + letters) {
            // Of one character that folds to two letters the second alone may fit.
            Some(next) => (*next).max(self.origins[from + letters - 1] + 1),
            None => self.end,
        };
        (self.origins[from], end)
    }

    fn all(&self) -> (usize, usize) {
        self.chars(0, self.origins.len())
    }
}

/// The runs of a text, in their order.
pub(super) fn runs(text: &str) -> Vec<Standing> {
    let mut runs: Vec<Standing> = Vec::new();
    let mut open = false;
    let mut folded = String::new();
    for (at, c) in text.chars().enumerate() {
        folded.clear();
        fold(c, &mut folded);
        if folded.is_empty() {
            // A mark of its own belongs to the letter before it.
            if let Some(last) = runs.last_mut().filter(|_| open) {
                last.end = at + 1;
            }
        }
        for letter in folded.chars() {
            if !letter.is_alphanumeric() {
                open = false;
                continue;
            }
            let unspaced = is_unspaced(letter);
            match runs
                .last_mut()
                .filter(|run| open && run.run.unspaced == unspaced)
            {
                Some(run) => {
                    run.run.letters.push(letter);
                    run.origins.push(at);
                    run.end = at + 1;
                }
                None => runs.push(Standing {
                    run: Run {
                        letters: vec![letter],
                        unspaced,
                    },
                    origins: vec![at],
                    end: at + 1,
                }),
            }
            open = true;
        }
    }
    runs
}

/// The terms of a word as it was typed: one for each of its runs.
pub(super) fn begins(word: &str) -> Vec<Term> {
    let runs = runs(word).into_iter();
    runs.map(|standing| Term::Begin(standing.run)).collect()
}

/// The term of what was typed in quotes; `None`: there is no letter in it.
pub(super) fn phrase(words: &str) -> Option<Term> {
    let runs: Vec<Run> = runs(words).into_iter().map(|s| s.run).collect();
    (!runs.is_empty()).then_some(Term::Phrase(runs))
}

impl Term {
    /// Adds where it stands; whether it does.
    fn find(&self, text: &[Standing], marks: &mut Vec<(usize, usize)>) -> bool {
        let before = marks.len();
        match self {
            Self::Begin(sought) if sought.unspaced => {
                for standing in text.iter().filter(|s| s.run.unspaced) {
                    marks.extend(inside(standing, sought));
                }
            }
            Self::Begin(sought) => {
                let fits = |run: &Run| match sought.letters.len() {
                    1 => run.letters == sought.letters,
                    _ => run.letters.starts_with(&sought.letters),
                };
                let fitting = text.iter().filter(|s| !s.run.unspaced && fits(&s.run));
                marks.extend(fitting.map(Standing::all));
            }
            Self::Phrase(sought) => match &sought[..] {
                [one] if one.unspaced => {
                    for standing in text.iter().filter(|s| s.run.unspaced) {
                        marks.extend(inside(standing, one));
                    }
                }
                _ => {
                    for window in text.windows(sought.len()) {
                        marks.extend(in_order(window, sought));
                    }
                }
            },
        }
        marks.len() > before
    }
}

/// Where signs stand in a run without spaces.
fn inside<'s>(
    standing: &'s Standing,
    sought: &'s Run,
) -> impl Iterator<Item = (usize, usize)> + 's {
    let length = sought.letters.len();
    let windows = standing.run.letters.windows(length).enumerate();
    let fitting = windows.filter(move |(_, letters)| *letters == &sought.letters[..]);
    fitting.map(move |(from, _)| standing.chars(from, length))
}

/// Whether runs stand in this order: whole, but for what is written without spaces before the first and after the last.
fn in_order(window: &[Standing], sought: &[Run]) -> Option<(usize, usize)> {
    let last = sought.len() - 1;
    let (mut from, mut to) = (window[0].all().0, window[last].all().1);
    for (at, (standing, sought)) in window.iter().zip(sought).enumerate() {
        let (there, letters) = (&standing.run.letters, &sought.letters);
        if standing.run.unspaced != sought.unspaced || there.len() < letters.len() {
            return None;
        }
        let rest = there.len() - letters.len();
        let fits = if sought.unspaced && at == 0 && last > 0 {
            from = standing.chars(rest, letters.len()).0;
            there.ends_with(letters)
        } else if sought.unspaced && at == last && last > 0 {
            to = standing.chars(0, letters.len()).1;
            there.starts_with(letters)
        } else {
            there == letters
        };
        if !fits {
            return None;
        }
    }
    Some((from, to))
}

/// Where the terms stand in a text: merged, ascending. `None`: not all of them do, or one does that must not.
pub(super) fn fits(text: &str, all: &[Term], none: &[Term]) -> Option<Vec<(usize, usize)>> {
    let runs = runs(text);
    let mut marks = Vec::new();
    if !all.iter().all(|term| term.find(&runs, &mut marks)) {
        return None;
    }
    if none.iter().any(|term| term.find(&runs, &mut Vec::new())) {
        return None;
    }
    marks.sort_unstable();
    let mut merged: Vec<(usize, usize)> = Vec::new();
    for (from, to) in marks {
        match merged.last_mut() {
            Some(last) if from < last.1 => last.1 = last.1.max(to),
            _ => merged.push((from, to)),
        }
    }
    Some(merged)
}

/// A part of a message with what was found in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The part, as it was written.
    pub text: String,
    /// How many characters of the message stand before it.
    pub before: usize,
    /// How many characters of the message stand after it.
    pub after: usize,
    /// Where in the part what was looked for stands: from a character up to another, which is no more part of it.
    pub marks: Vec<(usize, usize)>,
}

/// The part of a text around the first place that fits.
pub fn excerpt(text: &str, marks: &[(usize, usize)]) -> Excerpt {
    let length = text.chars().count();
    let first = marks.first().map_or(0, |mark| mark.0);
    let from = match length <= EXCERPT_CHARS_MAX {
        true => 0,
        false => first
            .saturating_sub(BEFORE_CHARS)
            .min(length - EXCERPT_CHARS_MAX),
    };
    let to = length.min(from + EXCERPT_CHARS_MAX);
    let inside = marks.iter().filter(|mark| from <= mark.0 && mark.0 < to);
    Excerpt {
        text: text.chars().skip(from).take(to - from).collect(),
        before: from,
        after: length - to,
        marks: inside
            .map(|mark| (mark.0 - from, mark.1.min(to) - from))
            .take(MARKS_MAX)
            .collect(),
    }
}

/// Whether a message has something, as it stands: its body as it was sent, its text now, and what later events made of it.
pub fn has(what: Has, body: &Body, text: &str, state: Option<&MessageState>) -> bool {
    let Body::Message {
        reply_to,
        mentions,
        forward,
        attachments,
        ..
    } = body
    else {
        return false;
    };
    match what {
        Has::Link => ["http://", "https://"].iter().any(|begin| {
            let found = text.find(begin);
            found.is_some_and(|at| text[at + begin.len()..].starts_with(char::is_alphanumeric))
        }),
        Has::File => !attachments.is_empty(),
        Has::Mention => mentions.is_some(),
        Has::Forward => forward.is_some(),
        Has::Reply => reply_to.is_some(),
        Has::Reaction => state.is_some_and(|state| !state.reactions.is_empty()),
    }
}

/// The different words by which a text is found in the index: of a script without spaces each two signs beside each other,
/// and the last one.
pub(super) fn index_words(text: &str) -> std::collections::BTreeSet<String> {
    let mut words = std::collections::BTreeSet::new();
    for standing in runs(text) {
        let letters = &standing.run.letters;
        if standing.run.unspaced {
            for from in 0..letters.len() {
                words.insert(letters[from..].iter().take(2).collect());
            }
        } else {
            words.insert(letters.iter().take(WORD_CHARS_MAX).collect());
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::query::Query;

    fn found(text: &str, query: &str) -> Option<Vec<(usize, usize)>> {
        Query::parse(query, 0).unwrap().fits(text)
    }

    #[test]
    fn words_are_found_by_their_beginnings_and_whole_in_quotes() {
        for (text, query, marks) in [
            ("The trams are late", "tram", &[(4, 9)][..]),
            ("Trams, tram!", "TRAM", &[(0, 5), (7, 11)]),
            ("Trams, tram!", "\"tram\"", &[(7, 11)]),
            ("a tram is late", "late tram", &[(2, 6), (10, 14)]),
            ("late tram, tram late", "\"tram late\"", &[(11, 20)]),
            ("Straße und Café", "strasse cafe", &[(0, 6), (11, 15)]),
            ("Cafe\u{301} noir", "café", &[(0, 5)]),
            ("plan b", "b", &[(5, 6)]),
            ("ｔｏｋｙｏ 2026", "tokyo 20", &[(0, 5), (6, 10)]),
        ] {
            assert_eq!(
                found(text, query).as_deref(),
                Some(marks),
                "{query} in {text}"
            );
        }
        for (text, query) in [
            ("trams", "\"tram\""),
            ("plans", "p"),
            ("tram bus", "tram -bus"),
            ("tram, the late", "\"tram late\""),
            ("subway", "way"),
        ] {
            assert_eq!(found(text, query), None, "{query} in {text}");
        }
    }

    #[test]
    fn what_is_written_without_spaces_is_found_wherever_it_stands() {
        for (text, query, marks) in [
            ("東京料理クラブ", "料理", &[(2, 4)][..]),
            ("東京料理クラブ", "理", &[(3, 4)]),
            ("今日は東京Rust部です", "東京rust", &[(3, 5), (5, 9)]),
            ("今日は東京Rust部です", "\"東京rust\"", &[(3, 9)]),
            ("한국어교실", "교실", &[(3, 5)]),
            ("ห้องอาหารไทย", "ไทย", &[(9, 12)]),
            ("猫猫猫", "猫猫", &[(0, 3)]),
        ] {
            assert_eq!(
                found(text, query).as_deref(),
                Some(marks),
                "{query} in {text}"
            );
        }
        assert_eq!(found("東京料理", "京都"), None);
        assert_eq!(found("東京、Rust", "\"京都rust\""), None);
    }

    #[test]
    fn an_excerpt_lies_around_the_first_place_and_counts_characters() {
        let short = excerpt("héllo wörld", &[(6, 11)]);
        assert_eq!((short.before, short.after), (0, 0));
        assert_eq!(
            (short.text.as_str(), &short.marks[..]),
            ("héllo wörld", &[(6, 11)][..])
        );
        let long = format!("{}needle {}", "é ".repeat(400), "z ".repeat(400));
        let marks = found(&long, "needle").unwrap();
        assert_eq!(marks, [(800, 806)]);
        let cut = excerpt(&long, &marks);
        assert_eq!(cut.text.chars().count(), EXCERPT_CHARS_MAX);
        let [(from, to)] = cut.marks[..] else {
            panic!("{cut:?}");
        };
        let word: String = cut.text.chars().skip(from).take(to - from).collect();
        assert_eq!((word.as_str(), cut.before + from), ("needle", 800));
        let end = excerpt(&long, &[(1_606, 1_607)]);
        assert_eq!(
            (end.text.chars().count(), end.after),
            (EXCERPT_CHARS_MAX, 0)
        );
        let many: Vec<_> = (0..100).map(|n| (n * 2, n * 2 + 1)).collect();
        assert_eq!(excerpt(&"a ".repeat(100), &many).marks.len(), MARKS_MAX);
    }

    #[test]
    fn what_a_message_has_is_said_by_it_as_it_stands() {
        let body = Body::message("see https://example.org");
        let text = |text| has(Has::Link, &body, text, None);
        assert!(text("see https://example.org") && text("HTTP no, http://x yes"));
        assert!(!text("gone") && !text("https:// alone"));
        assert!(has(
            Has::Reply,
            &Body::reply("x", Some(hearth_protocol::Seq(1))),
            "x",
            None
        ));
        let mut with_file = Body::message("");
        if let Body::Message { attachments, .. } = &mut with_file {
            *attachments = Box::new([hearth_protocol::Attachment::of(
                hearth_protocol::FileId(uuid::Uuid::nil()),
                "",
            )]);
        }
        assert!(has(Has::File, &with_file, "", None));
        for what in Has::ALL {
            assert!(
                !has(what, &Body::Join, "https://example.org", None),
                "{what:?}"
            );
            assert!(!has(what, &Body::message("x"), "x", None), "{what:?}");
        }
    }
}
