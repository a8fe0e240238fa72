//! What users say of themselves for others to see, beside their names: checked here, kept with the account.

use hearth_protocol::{
    ErrorCode,
    bounds::{EMOJI_BYTES_MAX, LANGUAGE_BYTES_MAX, STATUS_CHARS_MAX},
};
use serde::{Deserialize, Serialize};

use crate::{own::check_zone, refusal::Refusal};

/// A profile. What is empty was not said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// What one is doing.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub status_text: String,
    /// The same as an emoji.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub status_emoji: String,
    /// Where one's clock stands: a name of the time zone database.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub zone: String,
    /// What one reads: a language tag.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub language: String,
}

impl Profile {
    /// Whether nothing was said.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// Whether everything in it is of the right form.
    ///
    /// # Errors
    /// With the field and the rule.
    pub fn check(&self) -> Result<(), Refusal> {
        let bad = |text: String| Err(Refusal::new(ErrorCode::BadRequest, text));
        let unseen = |c: char| {
            c.is_control() || matches!(c, '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
        };
        let status = &self.status_text;
        if status.chars().count() > STATUS_CHARS_MAX || status.chars().any(unseen) {
            return bad(format!(
                "`status_text`: at most {STATUS_CHARS_MAX} characters, none of them a control character."
            ));
        }
        let emoji = &self.status_emoji;
        // Of ASCII only what stands in keycaps, which goes on with what is none.
        let plain = |c: char| c.is_ascii() && !c.is_ascii_digit() && !"#*".contains(c);
        if emoji.len() > EMOJI_BYTES_MAX
            || emoji
                .chars()
                .any(|c| plain(c) || unseen(c) || c.is_alphabetic())
            || emoji.is_ascii() && !emoji.is_empty()
        {
            return bad(format!(
                "`status_emoji`: one emoji, of at most {EMOJI_BYTES_MAX} bytes."
            ));
        }
        if !self.zone.is_empty() {
            check_zone(&self.zone)?;
        }
        let is_part = |part: &str| {
            (1..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric())
        };
        let language = &self.language;
        if !language.is_empty()
            && (language.len() > LANGUAGE_BYTES_MAX || !language.split('-').all(is_part))
        {
            return bad("`language` is a language tag, as `de` or `pt-BR`.".into());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(field: &str, value: &str) -> Result<(), Refusal> {
        let mut of = Profile::default();
        let place = match field {
            "status_text" => &mut of.status_text,
            "status_emoji" => &mut of.status_emoji,
            "zone" => &mut of.zone,
            _ => &mut of.language,
        };
        *place = value.to_owned();
        of.check()
    }

    #[test]
    fn each_field_takes_what_it_is_for_and_nothing_else() {
        let good = [
            ("status_text", "in a meeting, back at 3 \u{2615}"),
            ("status_emoji", "\u{1F334}"),
            (
                "status_emoji",
                "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}\u{200D}\u{1F466}",
            ),
            ("status_emoji", "1\u{FE0F}\u{20E3}"),
            ("status_emoji", "\u{1F1E9}\u{1F1EA}"),
            ("zone", "America/Argentina/ComodRivadavia"),
            ("zone", "Etc/GMT+5"),
            ("language", "pt-BR"),
            ("language", "zh-Hant-TW"),
        ];
        for (field, value) in good {
            assert_eq!(profile(field, value), Ok(()), "{field}: {value}");
            assert_eq!(profile(field, ""), Ok(()), "{field}");
        }
        let long = "x".repeat(STATUS_CHARS_MAX + 1);
        let bad = [
            ("status_text", long.as_str()),
            ("status_text", "a\nb"),
            ("status_text", "a\u{202E}b"),
            ("status_emoji", "palm"),
            ("status_emoji", "12"),
            ("status_emoji", "\u{1F334} "),
            ("status_emoji", "\u{43F}"),
            ("zone", "at home"),
            ("language", "german language"),
            ("language", "de-"),
        ];
        for (field, value) in bad {
            let refused = profile(field, value).unwrap_err();
            assert_eq!(refused.code, ErrorCode::BadRequest, "{field}: {value}");
        }
    }
}
