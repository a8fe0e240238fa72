//! What a person looks for, as they type it: words, "words in quotes", `-without`, and the filters `from:`, `in:`,
//! `has:`, `before:` and `after:`.
//!
//! Pure. What does not fit is refused with the place where it stands, counted in characters from 1.

use hearth_protocol::ErrorCode;

use super::{
    index::Words,
    text::{Run, Term, begins, fits, phrase},
};
use crate::{date, refusal::Refusal};

/// What is looked for, in characters.
pub const QUERY_CHARS_MAX: usize = 250;
/// Words, phrases and exclusions of one query, and as many filters.
const TERMS_MAX: usize = 16;

/// What a message may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Has {
    /// A link in its text.
    Link,
    /// A file that comes with it.
    File,
    /// Somebody whom it mentions.
    Mention,
    /// A copy of another message.
    Forward,
    /// A message to which it replies.
    Reply,
    /// A reaction that stands.
    Reaction,
}

impl Has {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Link,
        Self::File,
        Self::Mention,
        Self::Forward,
        Self::Reply,
        Self::Reaction,
    ];

    /// Its name in a query.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::File => "file",
            Self::Mention => "mention",
            Self::Forward => "forward",
            Self::Reply => "reply",
            Self::Reaction => "reaction",
        }
    }

    /// Whether the index knows it: what later events may change it does not.
    pub(super) const fn is_indexed(self) -> bool {
        !matches!(self, Self::Reaction)
    }
}

/// A filter's value and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// What was typed.
    pub text: String,
    /// Its first character in the query, from 1.
    pub at: usize,
}

impl Place {
    /// A refusal that says where.
    pub fn refuse(&self, code: ErrorCode, text: &str) -> Refusal {
        Refusal::new(code, format!("{text} (At character {}.)", self.at))
    }

    fn bad(&self, text: &str) -> Refusal {
        self.refuse(ErrorCode::BadRequest, text)
    }
}

/// Who wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// Who asks.
    Me,
    /// An account, by name or id.
    Named(Place),
}

/// What is looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// All of these are to stand in the message.
    all: Vec<Term>,
    /// None of these.
    none: Vec<Term>,
    /// Who wrote it.
    pub from: Option<Who>,
    /// The room, by name or id.
    pub room: Option<Place>,
    /// What it has, all of these.
    pub has: Vec<Has>,
    /// Stored before this, in milliseconds since 1970.
    pub before_ms: Option<u64>,
    /// Stored at this or later.
    pub after_ms: Option<u64>,
}

/// One thing as it was typed.
struct Typed {
    /// A `-` stood before it.
    without: bool,
    /// The name of a filter.
    key: Option<Place>,
    value: Place,
    quoted: bool,
}

impl Query {
    /// Reads what was typed. Dates are days by a clock so many minutes ahead of UTC.
    ///
    /// # Errors
    /// With what does not fit, where it stands, and what would.
    pub fn parse(text: &str, offset_min: i32) -> Result<Self, Refusal> {
        if text.chars().count() > QUERY_CHARS_MAX {
            let text = format!("At most {QUERY_CHARS_MAX} characters can be looked for.");
            return Err(Refusal::new(ErrorCode::TooLarge, text));
        }
        let mut query = Self::default();
        let mut filters = 0;
        for typed in cut(text)? {
            match &typed.key {
                Some(key) if typed.without => {
                    return Err(key.bad("Only words can be left out by `-`, filters cannot."));
                }
                Some(key) => {
                    filters += 1;
                    query.filter(key, typed.value, offset_min)?;
                }
                None => query.word(&typed),
            }
        }
        if query.all.len() + query.none.len() > TERMS_MAX || filters > TERMS_MAX {
            let text = format!("At most {TERMS_MAX} words and filters can be looked for.");
            return Err(Refusal::new(ErrorCode::TooLarge, text));
        }
        if query.all.is_empty() && query.from.is_none() && query.has.is_empty() {
            let text = "Say what to look for: a word, `from:` or `has:`.";
            return Err(Refusal::new(ErrorCode::BadRequest, text));
        }
        Ok(query)
    }

    /// What is looked up for it in the index: a message that fits is named by all of these.
    pub fn words(&self) -> Vec<Words> {
        let terms = self.all.iter().flat_map(Words::of);
        let has = self.has.iter().copied().filter_map(Words::having);
        terms.chain(has).collect()
    }

    /// Where in a text it stands what is looked for. `None`: the text does not fit.
    pub fn fits(&self, text: &str) -> Option<Vec<(usize, usize)>> {
        fits(text, &self.all, &self.none)
    }

    fn word(&mut self, typed: &Typed) {
        let terms = match typed.quoted {
            true => phrase(&typed.value.text).into_iter().collect(),
            false => begins(&typed.value.text),
        };
        let of = match typed.without {
            true => &mut self.none,
            false => &mut self.all,
        };
        for term in terms {
            if !of.contains(&term) {
                of.push(term);
            }
        }
    }

    fn filter(&mut self, key: &Place, mut value: Place, offset_min: i32) -> Result<(), Refusal> {
        if value.text.is_empty() {
            let text = format!("`{}:` wants something after it, without a space.", key.text);
            return Err(key.bad(&text));
        }
        // As people write names elsewhere.
        let sign = match key.text.as_str() {
            "from" => "@",
            "in" => "#",
            _ => "",
        };
        if let Some(plain) = value.text.strip_prefix(sign) {
            value.text = plain.to_owned();
        }
        let twice = || key.bad(&format!("`{}:` can stand in a query once.", key.text));
        let time = || {
            date::when(&value.text, offset_min).ok_or_else(|| {
                let text = format!(
                    "\u{2018}{}\u{2019} is no date. Write it as 2026-01-31, or with a time as 2026-01-31T18:30+01:00.",
                    value.text
                );
                value.bad(&text)
            })
        };
        match key.text.as_str() {
            "from" if self.from.is_some() => return Err(twice()),
            "from" if value.text == "me" => self.from = Some(Who::Me),
            "from" => self.from = Some(Who::Named(value)),
            "in" if self.room.is_some() => return Err(twice()),
            "in" => self.room = Some(value),
            "before" if self.before_ms.is_some() => return Err(twice()),
            "before" => self.before_ms = Some(time()?.from_ms),
            "after" if self.after_ms.is_some() => return Err(twice()),
            // After a day is what comes when it is over.
            "after" => self.after_ms = Some(time()?.to_ms),
            "has" => match Has::ALL.into_iter().find(|has| has.name() == value.text) {
                Some(has) if self.has.contains(&has) => {}
                Some(has) => self.has.push(has),
                None => {
                    let all = Has::ALL.map(Has::name).join(", ");
                    let text = format!("`has:` knows {all}, not \u{2018}{}\u{2019}.", value.text);
                    return Err(value.bad(&text));
                }
            },
            other => {
                let text = format!(
                    "There is no filter `{other}:`. There are from, in, has, before and after; in quotes it is looked for \
                     as words."
                );
                return Err(key.bad(&text));
            }
        }
        Ok(())
    }
}

/// Cuts what was typed at its spaces, but for what stands in quotes.
fn cut(text: &str) -> Result<Vec<Typed>, Refusal> {
    let chars: Vec<char> = text.chars().collect();
    let (mut all, mut at) = (Vec::new(), 0);
    while at < chars.len() {
        if chars[at].is_whitespace() {
            at += 1;
            continue;
        }
        let without = chars[at] == '-' && chars.get(at + 1).is_some_and(|c| !c.is_whitespace());
        at += usize::from(without);
        let end = (at..chars.len()).find(|i| chars[*i].is_whitespace() || chars[*i] == '"');
        let end = end.unwrap_or(chars.len());
        let colon = (at..end).find(|i| chars[*i] == ':');
        let key = colon
            .filter(|colon| *colon > at && chars[at..*colon].iter().all(char::is_ascii_alphabetic));
        let key = key.map(|colon| {
            let name: String = chars[at..colon].iter().collect();
            let key = Place {
                text: name.to_ascii_lowercase(),
                at: at + 1,
            };
            at = colon + 1;
            key
        });
        let quoted = chars.get(at) == Some(&'"');
        let (from, to) = if quoted {
            let close = (at + 1..chars.len()).find(|i| chars[*i] == '"');
            let Some(close) = close else {
                let open = Place {
                    text: String::new(),
                    at: at + 1,
                };
                return Err(open.bad("This quote is not closed."));
            };
            (at + 1, close)
        } else {
            (at, end)
        };
        all.push(Typed {
            without,
            key,
            value: Place {
                text: chars[from..to].iter().collect(),
                at: from + 1,
            },
            quoted,
        });
        at = to + usize::from(quoted);
    }
    Ok(all)
}

impl Run {
    /// Its letters as a text.
    pub(super) fn text(&self) -> String {
        self.letters.iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        Query::parse(text, 0).unwrap_err().message
    }

    #[test]
    fn words_quotes_exclusions_and_filters_are_told_apart() {
        let query = Query::parse(
            "Tram \"the  late one\" -bus -\"on strike\" from:me in:\"our den\" has:link has:link \
             before:2026-01-31 AFTER:2026-01-01T00:00+01:00",
            -60,
        )
        .unwrap();
        assert_eq!((query.all.len(), query.none.len()), (2, 2));
        assert_eq!(query.from, Some(Who::Me));
        assert_eq!(query.room.unwrap().text, "our den");
        assert_eq!(query.has, [Has::Link]);
        assert_eq!(query.before_ms, Some(1_769_817_600_000 + 3_600_000));
        assert_eq!(query.after_ms, Some(1_767_225_600_000 - 3_600_000));
        let day = Query::parse("x after:2026-01-31", 0).unwrap();
        assert_eq!(day.after_ms, Some(1_769_817_600_000 + 86_400_000));
        // A hyphen between letters is none before a word, and a time of day is no filter.
        let plain = Query::parse("tram-lines 12:30 - :", 0).unwrap();
        assert_eq!((plain.all.len(), plain.none.len()), (4, 0));
        let signs = Query::parse("from:@ann in:#hall", 0).unwrap();
        assert_eq!(signs.all, []);
        assert!(matches!(signs.from, Some(Who::Named(who)) if who.text == "ann"));
        assert_eq!(signs.room.unwrap().text, "hall");
    }

    #[test]
    fn what_does_not_fit_is_refused_with_its_place() {
        for (text, part, at) in [
            ("tram form:ann", "no filter `form:`", 6),
            ("https://example.org", "no filter `https:`", 1),
            ("é before:2026-02-30", "‘2026-02-30’ is no date", 10),
            ("x has:wings", "`has:` knows link", 7),
            ("x from:", "`from:` wants something", 3),
            ("x from:a from:b", "`from:` can stand in a query once", 10),
            ("x in:a in:b", "`in:` can stand in a query once", 8),
            ("x -has:link", "filters cannot", 4),
            ("x \"never closed", "not closed", 3),
        ] {
            let message = refused(text);
            let place = format!("(At character {at}.)");
            assert!(
                message.contains(part) && message.contains(&place),
                "{text}: {message}"
            );
        }
        for text in ["", "  ", "-tram", "!?", "before:2026-01-31", "\"\""] {
            assert!(refused(text).contains("Say what to look for"), "{text}");
        }
        assert!(refused(&"a".repeat(QUERY_CHARS_MAX + 1)).contains("At most 250"));
        let many: String = (10..27).map(|n| format!("w{n} ")).collect();
        assert!(refused(&many).contains("At most 16"));
    }
}
