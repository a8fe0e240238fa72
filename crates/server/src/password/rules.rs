//! What a new password must not be: what everybody tries first. Pure.
//!
//! Promises: nothing is refused for want of capitals, digits or signs, which make passwords harder to remember and no
//! harder to guess; only what is short, common, or made by a rule that is.

use super::common::is_word;

/// A new password, in characters.
pub(super) const CHARS_MIN: usize = 10;
/// Digits alone are a date, a telephone number or a run; from so many on they may be chance.
const DIGITS_ALONE_MIN: usize = 16;
/// Different characters.
const DIFFERENT_MIN: usize = 5;
/// What has to be left of a password without its user's name.
const BESIDE_NAME_MIN: usize = 6;

/// Where fingers go: a step from one character to its neighbour in one of these says nothing new.
const WAYS: &[&str] = &[
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "qwertzuiop",
    "azertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "yxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "1q2w3e4r5t6y7u8i9o0p",
    "!@#$%^&*()",
];

/// Why the password is refused for a user of these names, if it is: the cause, as the end of a sentence.
pub(super) fn weakness(password: &str, names: &[&str]) -> Option<&'static str> {
    let folded = password.to_lowercase();
    let chars: Vec<char> = folded.chars().collect();
    let mut different = chars.clone();
    different.sort_unstable();
    different.dedup();
    if different.len() < DIFFERENT_MIN {
        return Some("it has too few different characters");
    }
    if chars.len() < DIGITS_ALONE_MIN && chars.iter().all(char::is_ascii_digit) {
        return Some("digits alone are easily tried");
    }
    let unit = unit(&chars);
    if unit < CHARS_MIN && 2 * unit <= chars.len() {
        return Some("it says the same thing over and over");
    }
    if runs(&chars) * 3 <= chars.len() {
        return Some("it follows the alphabet, the digits or the keyboard");
    }
    let of_name = |name: &&str| {
        let name = name.to_lowercase();
        let rest = folded.replace(&name, "");
        name.chars().count() >= 3
            && folded.contains(&name)
            && rest.chars().filter(|c| c.is_alphanumeric()).count() < BESIDE_NAME_MIN
    };
    if names.iter().any(of_name) {
        return Some("it is little more than your name");
    }
    readings(&folded)
        .iter()
        .any(|reading| is_common(reading))
        .then_some("it is one of the common ones, or made like them")
}

/// The length of the shortest piece of which the whole is a repetition, its last part perhaps cut off.
fn unit(chars: &[char]) -> usize {
    (1..=chars.len())
        .find(|length| chars.iter().zip(&chars[*length..]).all(|(a, b)| a == b))
        .unwrap_or(chars.len())
}

/// In how many runs along the ways, or of one character, the whole falls apart.
fn runs(chars: &[char]) -> usize {
    let is_step = |a: char, b: char| {
        let along = |way: &&str| {
            let mut pairs = way.chars().zip(way.chars().skip(1));
            pairs.any(|pair| pair == (a, b) || pair == (b, a))
        };
        a == b || WAYS.iter().any(along)
    };
    1 + chars.windows(2).filter(|w| !is_step(w[0], w[1])).count()
}

/// Which letters are meant: those that stand there, and those for which digits and signs stand.
fn readings(folded: &str) -> [String; 3] {
    let core = folded.trim_matches(|c: char| !c.is_alphabetic());
    let tail = folded.trim_end_matches(|c: char| !c.is_alphabetic());
    let meant = |text: &str| text.chars().map(letter_for).collect::<String>();
    let letters = |text: &str| text.chars().filter(char::is_ascii_lowercase).collect();
    [
        letters(folded),
        letters(&meant(core)),
        letters(&meant(tail)),
    ]
}

fn letter_for(c: char) -> char {
    match c {
        '0' => 'o',
        '1' | '!' | '|' => 'i',
        '3' | '€' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' | '+' => 't',
        other => other,
    }
}

/// One or two of the common words.
fn is_common(letters: &str) -> bool {
    let two = |at| is_word(&letters[..at]) && is_word(&letters[at..]);
    is_word(letters) || (1..letters.len()).any(two)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_everybody_tries_first_is_refused() {
        let table = [
            ("aaaaaaaaaaaa", "few different"),
            ("abababababab", "few different"),
            ("0000011111222", "few different"),
            ("0171555123987", "digits"),
            ("19851024198", "digits"),
            ("1234567890", "digits"),
            ("hunter2hunter2", "over and over"),
            ("abcdefabcdefabcdef", "over and over"),
            ("abcdefghij", "alphabet"),
            ("jihgfedcba", "alphabet"),
            ("qwertyuiop", "keyboard"),
            ("QWERTZuiop12", "keyboard"),
            ("1qaz2wsx3edc", "keyboard"),
            ("1q2w3e4r5t6y", "keyboard"),
            ("asdfghjkl123", "keyboard"),
            ("1234567890abc", "alphabet"),
            ("password2026", "common"),
            ("Passwort123!", "common"),
            ("P@ssw0rd2026!!", "common"),
            ("pa$$w0rd!2026", "common"),
            ("iloveyou2026", "common"),
            ("I-Love-You-99", "common"),
            ("!!Welcome2026", "common"),
            ("summer.dragon7", "common"),
            ("letmein-please", "common"),
            ("1l0vey0u!2026", "common"),
            ("Mara.K-2026", "name"),
            ("2026mara.k!!", "name"),
            ("Mara Kowalska1", "name"),
        ];
        for (password, why) in table {
            let found = weakness(password, &["mara.k", "Mara Kowalska"]);
            assert!(
                found.is_some_and(|found| found.contains(why)),
                "{password}: {found:?}"
            );
        }
    }

    #[test]
    fn what_nobody_tries_first_is_taken_without_capitals_digits_or_signs() {
        for password in [
            "correct horse",
            "correct horse battery staple",
            "battery staple",
            "something else",
            "seven lamps by the river",
            "ein Rad ohne Speichen",
            "три веселых гуся",
            "k7#vTq0w!zLp",
            "9f3c07aa51d2",
            "ends as it begins. e",
            "x7 lamp ox",
            "3141592653589793238",
            "mara likes long walks",
            "the password is a lie",
        ] {
            assert_eq!(weakness(password, &["mara"]), None, "{password}");
        }
    }

    #[test]
    fn a_short_name_does_not_spoil_what_it_happens_to_stand_in() {
        assert_eq!(weakness("stolen bicycle", &["ol", ""]), None);
    }
}
