//! Words by which something is found: of what a public room says about itself, and of what a person looks for.
//!
//! Pure. Case, accents and wide forms make no difference. Where a script is written without spaces every sign begins a
//! word, so that what stands in the middle of a text is found as well. It knows the Latin, Greek and Cyrillic letters
//! with marks that are met, and no dictionary: nothing is found by another form of its word.

use std::collections::BTreeSet;

use crate::port::Cell;

/// Different words by which one room is found: those of its name, then of its topic, then of its description. So many
/// rows one room may have in the directory.
pub const WORDS_PER_ROOM_MAX: usize = 100;
/// Different words by which one person is found: the whole name, its parts, then the shown name's. So many rows one account
/// may have in the directory.
pub const WORDS_PER_PERSON_MAX: usize = 24;
/// Letters of a word that count.
const WORD_CHARS_MAX: usize = 24;
/// Signs that count of a word in a script without spaces: what is looked for is mostly two to four.
const UNSPACED_CHARS_MAX: usize = 8;

/// How a public room stands in the directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// Its name as all rooms are sorted by it.
    pub name: String,
    /// The words by which it is found.
    pub words: BTreeSet<String>,
}

impl Listing {
    /// How a room stands there by its cell; `None`: not at all. Only what anybody may enter does: an archived room takes
    /// nobody in.
    pub fn of(cell: &Cell) -> Option<Self> {
        let Cell::Room {
            name,
            kind,
            topic,
            settings,
            ..
        } = cell
        else {
            return None;
        };
        if settings.archived || !kind.is_open() {
            return None;
        }
        let mut words = BTreeSet::new();
        for text in [name, topic, &settings.description] {
            each_word(text, Every::Sign, |word| {
                if words.len() < WORDS_PER_ROOM_MAX {
                    words.insert(word);
                }
            });
        }
        Some(Self {
            name: folded(name),
            words,
        })
    }
}

/// The words by which a person is found: the name as a whole, and each word of it and of the name that is shown.
pub fn of_person(name: &str, display: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::from([folded(name)]);
    for text in [name, display] {
        each_word(text, Every::Sign, |word| {
            if words.len() < WORDS_PER_PERSON_MAX {
                words.insert(word);
            }
        });
    }
    words
}

/// Of some words the first that begins so.
pub fn first_of<'w>(words: &'w BTreeSet<String>, begin: &str) -> Option<&'w String> {
    let first = words.range(begin.to_owned()..).next();
    first.filter(|word| word.starts_with(begin))
}

/// The words of what somebody looks for: each is to be the beginning of a word there.
pub fn sought(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    each_word(text, Every::Few, |word| {
        if !words.contains(&word) {
            words.push(word);
        }
    });
    words
}

/// Whether each of the sought words begins one of a text's.
pub fn fit(text: &str, sought: &[String]) -> bool {
    let mut words = Vec::new();
    each_word(text, Every::Sign, |word| words.push(word));
    sought
        .iter()
        .all(|begin| words.iter().any(|word| word.starts_with(begin.as_str())))
}

/// A text by which things are sorted and found: in lower case, without accents.
pub fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|c| fold(c, &mut out));
    out
}

/// Where words begin in a script without spaces.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Every {
    /// At each sign: of a text in which is looked.
    Sign,
    /// At every few signs: of what is looked for.
    Few,
}

fn each_word(text: &str, every: Every, mut each: impl FnMut(String)) {
    let folded: Vec<char> = folded(text).chars().collect();
    let class = |c: &char| (c.is_alphanumeric(), is_unspaced(*c));
    for run in folded.chunk_by(|a, b| class(a) == class(b)) {
        match (class(&run[0]), every) {
            ((false, _), _) => {}
            ((true, false), _) => each(run.iter().take(WORD_CHARS_MAX).collect()),
            ((true, true), Every::Few) => run
                .chunks(UNSPACED_CHARS_MAX)
                .for_each(|few| each(few.iter().collect())),
            ((true, true), Every::Sign) => (0..run.len())
                .for_each(|from| each(run[from..].iter().take(UNSPACED_CHARS_MAX).collect())),
        }
    }
}

/// Whether a sign is of a script whose words are written without spaces: Han, Kana, Hangul (whose words have endings),
/// Thai, Lao, Burmese, Khmer.
pub(crate) fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{0E00}'..='\u{0EFF}'
        | '\u{1000}'..='\u{109F}'
        | '\u{1780}'..='\u{17FF}'
        | '\u{3005}'..='\u{3007}'
        | '\u{3040}'..='\u{30FF}'
        | '\u{3400}'..='\u{9FFF}'
        | '\u{AC00}'..='\u{D7A3}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{3FFFF}')
}

pub(crate) fn fold(c: char, out: &mut String) {
    for c in narrow(c).to_lowercase() {
        if matches!(c, '\u{0300}'..='\u{036F}') {
            // A mark of its own, above or below the letter before it.
            continue;
        }
        let plain = MARKED.iter().find(|(_, marked)| marked.contains(c));
        match plain {
            Some((plain, _)) => out.push_str(plain),
            None => out.push(c),
        }
    }
}

/// A wide letter or digit as the plain one.
fn narrow(c: char) -> char {
    match c {
        '\u{FF10}'..='\u{FF5A}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '\u{3000}' => ' ',
        other => other,
    }
}

/// Small letters with marks, and what they are without.
const MARKED: &[(&str, &str)] = &[
    ("a", "àáâãäåāăąǎȁȃạảấầẩẫậắằẳẵặ"),
    ("ae", "æǽ"),
    ("c", "çćĉċč"),
    ("d", "ďđð"),
    ("e", "èéêëēĕėęěȅȇẹẻẽếềểễệ"),
    ("g", "ĝğġģǧ"),
    ("h", "ĥħ"),
    ("i", "ìíîïĩīĭįıǐȉȋịỉ"),
    ("j", "ĵ"),
    ("k", "ķǩ"),
    ("l", "ĺļľŀł"),
    ("n", "ñńņňŋ"),
    ("o", "òóôõöøōŏőơǒǫọỏốồổỗộớờởỡợ"),
    ("oe", "œ"),
    ("r", "ŕŗř"),
    ("s", "śŝşšșſ"),
    ("ss", "ß"),
    ("t", "ţťŧț"),
    ("th", "þ"),
    ("u", "ùúûüũūŭůűųưǔụủứừửữự"),
    ("w", "ŵ"),
    ("y", "ýÿŷỳỵỷỹ"),
    ("z", "źżž"),
    ("α", "άἀἁ"),
    ("ε", "έ"),
    ("η", "ή"),
    ("ι", "ίϊΐ"),
    ("ο", "ό"),
    ("σ", "ς"),
    ("υ", "ύϋΰ"),
    ("ω", "ώ"),
    ("е", "ёѐ"),
    ("и", "ѝ"),
    ("і", "ї"),
];

#[cfg(test)]
mod tests {
    use hearth_protocol::{RoomKind, Seq};

    use super::*;
    use crate::port::RoomSettings;

    fn room(name: &str, topic: &str, description: &str) -> Cell {
        Cell::Room {
            seq: Seq(1),
            name: name.into(),
            kind: RoomKind::Public,
            topic: topic.into(),
            members: 1,
            settings: RoomSettings {
                description: description.into(),
                ..RoomSettings::default()
            },
        }
    }

    #[test]
    fn case_accents_and_wide_forms_make_no_difference() {
        for (text, begin) in [
            ("Café Zürich", "cafe"),
            ("CAFE", "Café"),
            ("Cafe\u{301}", "café"),
            ("Straße", "STRASSE"),
            ("Łódź trains", "lodz"),
            ("Ωραία μέρα", "ωραια ΜΕΡΑ"),
            ("Ёлка", "елка"),
            ("ｔｏｋｙｏ", "tok"),
            ("tram-lines 2026", "lin 2026"),
            ("İstanbul", "istan"),
        ] {
            assert!(fit(text, &sought(begin)), "{begin} in {text}");
        }
        for (text, begin) in [("tram", "ram"), ("tram", "tramp"), ("tram", "tram bus")] {
            assert!(!fit(text, &sought(begin)), "{begin} in {text}");
        }
    }

    #[test]
    fn what_is_written_without_spaces_is_found_from_each_of_its_signs() {
        for (text, begin) in [
            ("東京料理クラブ", "料理"),
            ("東京料理クラブ", "東京料理クラブ"),
            ("東京Rust部", "rust"),
            ("東京Rust部", "部"),
            ("한국어교실", "교실"),
            ("ห้องอาหารไทย", "ไทย"),
            ("一二三四五六七八九十", "一二三四五六七八九十"),
        ] {
            assert!(fit(text, &sought(begin)), "{begin} in {text}");
        }
        assert!(!fit("東京料理", &sought("京都")));
    }

    #[test]
    fn nothing_to_look_for_is_no_word() {
        for text in ["", " ", "!?", "\u{301}"] {
            assert_eq!(sought(text), Vec::<String>::new(), "{text:?}");
        }
    }

    #[test]
    fn a_room_has_a_bounded_number_of_words_its_names_first() {
        let long: String = (0..500).map(|n| format!("w{n} ")).collect();
        let listing = Listing::of(&room("Tram lines", &long, "never reached")).unwrap();
        assert_eq!(listing.words.len(), WORDS_PER_ROOM_MAX);
        assert!(listing.words.contains("tram") && listing.words.contains("lines"));
        assert_eq!(listing.name, "tram lines");
        assert!(
            listing
                .words
                .iter()
                .all(|word| word.chars().count() <= WORD_CHARS_MAX)
        );
    }

    #[test]
    fn a_person_is_found_by_the_whole_name_and_by_each_word_of_both() {
        let words = of_person("anna.lee_2", "Doctor Łee, Anna");
        let expected = ["2", "anna", "anna.lee_2", "doctor", "lee"];
        assert_eq!(words, expected.map(str::to_owned).into());
        assert_eq!(of_person("--", "!?"), BTreeSet::from(["--".to_owned()]));
        assert_eq!(first_of(&words, "ann").map(String::as_str), Some("anna"));
        assert_eq!(first_of(&words, "nn"), None);
        let display: String = (0..40).map(|n| format!("w{n} ")).collect();
        let long = of_person("東京料理", &display);
        assert_eq!(long.len(), WORDS_PER_PERSON_MAX);
        assert!(long.contains("東京料理") && long.contains("料理"));
    }

    #[test]
    fn only_what_anybody_may_enter_is_listed() {
        for hidden in RoomKind::ALL.into_iter().filter(|kind| !kind.is_open()) {
            let Cell::Room { settings, .. } = room("den", "", "") else {
                unreachable!("a room's cell");
            };
            let cell = Cell::Room {
                seq: Seq(1),
                name: "den".into(),
                kind: hidden,
                topic: String::new(),
                members: 1,
                settings,
            };
            assert_eq!(Listing::of(&cell), None, "{hidden:?}");
        }
        let mut archived = room("old", "", "");
        if let Cell::Room { settings, .. } = &mut archived {
            settings.archived = true;
        }
        assert_eq!(Listing::of(&archived), None);
        assert!(Listing::of(&room("new", "", "")).is_some());
    }
}
