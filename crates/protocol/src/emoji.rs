//! What is an emoji: by the properties that Unicode gives to characters, without a table of all sequences.
//!
//! Taken is what keyboards write: one pictograph, perhaps with a colour of skin; several that are joined to one; a flag; a
//! keycap. That a sequence has a picture of its own on every device is not promised: fonts differ.

/// Characters of the property `Extended_Pictographic` (Unicode 14, `emoji-data.txt`): all pictographs, and those that are
/// kept free for further ones.
const PICTOGRAPHS: [(u32, u32); 78] = [
    (0xA9, 0xA9),
    (0xAE, 0xAE),
    (0x203C, 0x203C),
    (0x2049, 0x2049),
    (0x2122, 0x2122),
    (0x2139, 0x2139),
    (0x2194, 0x2199),
    (0x21A9, 0x21AA),
    (0x231A, 0x231B),
    (0x2328, 0x2328),
    (0x2388, 0x2388),
    (0x23CF, 0x23CF),
    (0x23E9, 0x23F3),
    (0x23F8, 0x23FA),
    (0x24C2, 0x24C2),
    (0x25AA, 0x25AB),
    (0x25B6, 0x25B6),
    (0x25C0, 0x25C0),
    (0x25FB, 0x25FE),
    (0x2600, 0x2605),
    (0x2607, 0x2612),
    (0x2614, 0x2685),
    (0x2690, 0x2705),
    (0x2708, 0x2712),
    (0x2714, 0x2714),
    (0x2716, 0x2716),
    (0x271D, 0x271D),
    (0x2721, 0x2721),
    (0x2728, 0x2728),
    (0x2733, 0x2734),
    (0x2744, 0x2744),
    (0x2747, 0x2747),
    (0x274C, 0x274C),
    (0x274E, 0x274E),
    (0x2753, 0x2755),
    (0x2757, 0x2757),
    (0x2763, 0x2767),
    (0x2795, 0x2797),
    (0x27A1, 0x27A1),
    (0x27B0, 0x27B0),
    (0x27BF, 0x27BF),
    (0x2934, 0x2935),
    (0x2B05, 0x2B07),
    (0x2B1B, 0x2B1C),
    (0x2B50, 0x2B50),
    (0x2B55, 0x2B55),
    (0x3030, 0x3030),
    (0x303D, 0x303D),
    (0x3297, 0x3297),
    (0x3299, 0x3299),
    (0x1F000, 0x1F0FF),
    (0x1F10D, 0x1F10F),
    (0x1F12F, 0x1F12F),
    (0x1F16C, 0x1F171),
    (0x1F17E, 0x1F17F),
    (0x1F18E, 0x1F18E),
    (0x1F191, 0x1F19A),
    (0x1F1AD, 0x1F1E5),
    (0x1F201, 0x1F20F),
    (0x1F21A, 0x1F21A),
    (0x1F22F, 0x1F22F),
    (0x1F232, 0x1F23A),
    (0x1F23C, 0x1F23F),
    (0x1F249, 0x1F3FA),
    (0x1F400, 0x1F53D),
    (0x1F546, 0x1F64F),
    (0x1F680, 0x1F6FF),
    (0x1F774, 0x1F77F),
    (0x1F7D5, 0x1F7FF),
    (0x1F80C, 0x1F80F),
    (0x1F848, 0x1F84F),
    (0x1F85A, 0x1F85F),
    (0x1F888, 0x1F88F),
    (0x1F8AE, 0x1F8FF),
    (0x1F90C, 0x1F93A),
    (0x1F93C, 0x1F945),
    (0x1F947, 0x1FAFF),
    (0x1FC00, 0x1FFFD),
];

/// Makes what comes before it coloured, …
const IS_PICTURE: char = '\u{FE0F}';
/// … joins it to what follows, …
const JOINER: char = '\u{200D}';
/// … and puts it on a key.
const KEYCAP: char = '\u{20E3}';
/// Which flag it is may be said behind it, …
const BLACK_FLAG: char = '\u{1F3F4}';
/// … up to this.
const TAGS_END: char = '\u{E007F}';

/// Whether a text is one emoji, and nothing else.
pub fn is_emoji(text: &str) -> bool {
    let mut rest = text.chars().peekable();
    match rest.peek().copied() {
        Some(c) if is_flag_letter(c) => {
            rest.next();
            rest.next().is_some_and(is_flag_letter) && rest.next().is_none()
        }
        Some('0'..='9' | '#' | '*') => {
            rest.next();
            rest.next_if_eq(&IS_PICTURE);
            rest.next() == Some(KEYCAP) && rest.next().is_none()
        }
        _ => loop {
            let Some(picture) = rest.next().filter(|c| is_pictograph(*c)) else {
                return false;
            };
            rest.next_if_eq(&IS_PICTURE);
            rest.next_if(|c| is_skin(*c));
            // Of the flags of countries' parts: which, in characters that are not seen, and that this is all.
            if picture == BLACK_FLAG && rest.next_if(|c| is_tag(*c)).is_some() {
                while rest.next_if(|c| is_tag(*c)).is_some() {}
                if rest.next() != Some(TAGS_END) {
                    return false;
                }
            }
            match rest.next() {
                None => return true,
                Some(JOINER) => {}
                Some(_) => return false,
            }
        },
    }
}

fn is_pictograph(c: char) -> bool {
    let c = u32::from(c);
    let at = PICTOGRAPHS.partition_point(|(_, to)| *to < c);
    PICTOGRAPHS.get(at).is_some_and(|(from, _)| *from <= c)
}

fn is_flag_letter(c: char) -> bool {
    ('\u{1F1E6}'..='\u{1F1FF}').contains(&c)
}

fn is_skin(c: char) -> bool {
    ('\u{1F3FB}'..='\u{1F3FF}').contains(&c)
}

fn is_tag(c: char) -> bool {
    ('\u{E0020}'..='\u{E007E}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_keyboards_write_is_one_emoji() {
        for emoji in [
            "👍",
            "👍🏽",
            "❤️",
            "❤",
            "☕",
            "🎉",
            "1️⃣",
            "#⃣",
            "🇵🇹",
            "👩‍🚀",
            "👩🏿‍❤️‍💋‍👨🏻",
            "👨‍👩‍👧‍👦",
            "🏳️‍🌈",
            "🏴\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}",
            "🏴",
            "🏴‍☠️",
            "🤷‍♀️",
            "🫠",
            "\u{1FAE8}",
        ] {
            assert!(is_emoji(emoji), "{emoji}");
        }
    }

    #[test]
    fn signs_letters_and_two_of_them_are_none() {
        for text in [
            "",
            "+",
            "+1",
            "a",
            "ж",
            "好",
            "1",
            "#",
            "👍👍",
            "👍 ",
            " 👍",
            "👍a",
            ":+1:",
            "🇵",
            "🇵🇹🇵🇹",
            "🇵a",
            "\u{200D}",
            "👩\u{200D}",
            "\u{FE0F}",
            "🏽",
            "1\u{FE0F}",
            "👍\u{E0067}\u{E007F}",
            "👍\u{E007F}",
            "🏴\u{E007F}",
            "🏴\u{E0067}\u{E0062}",
            "🏴\u{E0067}\u{E007F}\u{E0067}",
            "<b>",
            "→",
        ] {
            assert!(!is_emoji(text), "{text:?}");
        }
    }

    #[test]
    fn the_table_is_in_order() {
        assert!(PICTOGRAPHS.iter().all(|(from, to)| from <= to));
        assert!(PICTOGRAPHS.windows(2).all(|pair| pair[0].1 < pair[1].0));
    }
}
