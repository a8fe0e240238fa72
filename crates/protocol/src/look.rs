//! How names look: two that are taken for one another have the same look, and one whose letters are of several alphabets
//! that resemble each other is meant to deceive.
//!
//! Pure, and no more than what is met: Latin, Cyrillic and Greek letters, digits, and wide forms. It does not know the
//! thousands of rarer signs that resemble others, nor letters with marks above and below.

/// What the name is taken for at a glance: to be compared with others, never to be shown.
pub(crate) fn look(name: &str) -> String {
    let mut look = String::with_capacity(name.len());
    for typed in name.chars().map(narrow) {
        match ALIKE.iter().find(|(_, all)| all.contains(typed)) {
            Some((one, _)) => look.push(*one),
            None => look.extend(typed.to_lowercase()),
        }
    }
    look.replace("rn", "m").replace("vv", "w")
}

/// Whether letters of more than one of the alphabets stand in it that resemble each other.
pub(crate) fn is_mixed(name: &str) -> bool {
    let mut alphabets = name.chars().filter_map(alphabet);
    let first = alphabets.next();
    alphabets.any(|other| Some(other) != first)
}

/// The letter as which others are taken, and these, as they are typed: a capital may look like another letter than its
/// small form does.
const ALIKE: &[(char, &str)] = &[
    ('a', "аАΑα"),
    ('b', "ВвΒβ"),
    ('c', "сС"),
    ('d', "ԁ"),
    ('e', "еЕΕε"),
    ('g', "ɡԍ"),
    ('h', "НнһҺΗ"),
    ('j', "јЈ"),
    ('k', "КкΚκ"),
    ('i', "iıіι"),
    // Also a capital I, which has no dot.
    ('l', "1IlLІӏӀΙ"),
    ('m', "МмΜ"),
    ('n', "Νη"),
    ('o', "0оОΟο"),
    ('p', "рРΡρ"),
    ('q', "ԛԚ"),
    ('s', "ѕЅ"),
    ('t', "ТтΤτ"),
    ('u', "υ"),
    ('v', "νѵ"),
    ('w', "ԝԜω"),
    ('x', "хХΧχ"),
    ('y', "уУΥγ"),
    ('z', "Ζ"),
];

/// A wide letter or digit as the plain one.
fn narrow(c: char) -> char {
    match c {
        '\u{FF10}'..='\u{FF5A}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        other => other,
    }
}

#[derive(PartialEq, Eq)]
enum Alphabet {
    Latin,
    Greek,
    Cyrillic,
}

fn alphabet(c: char) -> Option<Alphabet> {
    match narrow(c) {
        'a'..='z' | 'A'..='Z' | '\u{C0}'..='\u{2AF}' | '\u{1E00}'..='\u{1EFF}' => {
            Some(Alphabet::Latin)
        }
        '\u{370}'..='\u{3FF}' | '\u{1F00}'..='\u{1FFF}' => Some(Alphabet::Greek),
        '\u{400}'..='\u{52F}' | '\u{A640}'..='\u{A69F}' => Some(Alphabet::Cyrillic),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_for_one_another_has_one_look() {
        let table = [
            ("paul", "PAUL"),
            ("paul", "pau1"),
            ("Il", "l1"),
            ("pauI", "paul"),
            ("mia", "міа"),
            ("bob", "b0b"),
            ("marna", "mama"),
            ("wim", "vvim"),
            ("BOB", "ВОВ"),
            ("pocc", "росс"),
            ("anna", "ａｎｎａ"),
            ("user2", "user２"),
            ("TOM", "ΤΟΜ"),
        ];
        for (one, other) in table {
            assert_eq!(look(one), look(other), "{one} {other}");
        }
    }

    #[test]
    fn what_is_told_apart_has_different_looks() {
        let names = [
            "ada",
            "adam",
            "ann",
            "anna",
            "bob",
            "bod",
            "hannes",
            "hänes",
            "jose",
            "josé",
            "maria",
            "marla",
            "user1",
            "user2",
            "user11",
            "a.b",
            "a-b",
            "a_b",
            "иван",
            "ивана",
            "νίκος",
            "田中",
            "田口",
        ];
        for (n, one) in names.iter().enumerate() {
            for other in &names[n + 1..] {
                assert_ne!(look(one), look(other), "{one} {other}");
            }
        }
    }

    #[test]
    fn a_name_is_of_one_alphabet_and_of_any_other_signs() {
        for name in [
            "mara.k-2",
            "José",
            "иван-2",
            "νίκος",
            "田中さん",
            "ｍａｒａ",
            "mara田中",
        ] {
            assert!(!is_mixed(name), "{name}");
        }
        for name in ["pаul", "іvan", "νiκος", "мaра"] {
            assert!(is_mixed(name), "{name}");
        }
    }
}
