//! Ids, positions and names as types of their own, checked where they enter.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

use crate::{
    bounds::{DEVICE_ID_BYTES_MAX, ROOM_NAME_CHARS_MAX, SEND_ID_BYTES_MAX, USER_NAME_CHARS_MAX},
    look,
};

/// Why a text is no id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} must be 1 to {max} bytes of letters, digits, '-', '_', '.' or ':'")]
pub struct IdError {
    what: &'static str,
    max: usize,
}

/// Why a text is no name: the sentence is for the person who typed it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing but white space.
    #[error("the name is empty")]
    Empty,
    /// More characters than the bound.
    #[error("the name has {chars} characters; at most {max} fit")]
    Long {
        /// How many it has.
        chars: usize,
        /// How many fit.
        max: usize,
    },
    /// A character that cannot stand in this kind of name.
    #[error("the name has a character that cannot stand in it: {0:?}")]
    Character(char),
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    };
}

uuid_id!(
    /// A room, for ever: rooms are renamed, never re-identified.
    RoomId
);
uuid_id!(
    /// A user's account, for ever.
    UserId
);
uuid_id!(
    /// A file: an upload at first, then what comes with a message, or an avatar. Never another's again.
    FileId
);
uuid_id!(
    /// A message that is to be sent later: the id of the send that it becomes.
    ScheduledId
);

/// The version that the ids of bots have, as UUIDs; those of people have another.
const BOT_VERSION: u8 = 8;

impl UserId {
    /// The id of a bot: told by itself, wherever it stands.
    pub fn of_bot(id: Uuid) -> Self {
        let mut bytes = id.into_bytes();
        bytes[6] = bytes[6] & 0x0F | BOT_VERSION << 4;
        Self(Uuid::from_bytes(bytes))
    }

    /// Whether it is a bot's.
    pub fn is_bot(self) -> bool {
        self.0.as_bytes()[6] >> 4 == BOT_VERSION
    }
}

macro_rules! token_id {
    ($(#[$doc:meta])* $name:ident, $what:literal, $max:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Checks the text: 1 to the bound of ASCII letters, digits, `-`, `_`, `.` and `:`.
            ///
            /// # Errors
            /// [`IdError`] with the rule.
            pub fn new(text: impl Into<String>) -> Result<Self, IdError> {
                let text = text.into();
                let legal = |b: u8| b.is_ascii_alphanumeric() || b"-_.:".contains(&b);
                if text.is_empty() || text.len() > $max || !text.bytes().all(legal) {
                    return Err(IdError { what: $what, max: $max });
                }
                Ok(Self(text))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                Self::new(String::deserialize(d)?).map_err(serde::de::Error::custom)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:?}", self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::new(text)
            }
        }
    };
}

token_id!(
    /// The client's id of one send, the same in every resend: with the sender it names the message once and for all.
    SendId, "a send's id", SEND_ID_BYTES_MAX
);
token_id!(
    /// One device (installation) of a user; its sends in a room are counted by `n`.
    DeviceId, "a device's id", DEVICE_ID_BYTES_MAX
);

impl SendId {
    /// An id from a UUID, as the server makes them for calls that bring none.
    pub fn from_uuid(id: Uuid) -> Self {
        Self(id.to_string())
    }
}

macro_rules! number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl $name {
            /// Before the first.
            pub const ZERO: Self = Self(0);
            /// Above all that a store can count.
            pub const MAX: Self = Self(i64::MAX.cast_unsigned());

            /// The one after this.
            pub fn next(self) -> Self {
                Self(self.0 + 1)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

number!(
    /// An event's number in its room: 1, 2, 3 …, dense, given by the store. 0 is "before the first".
    Seq
);
number!(
    /// A message's number among the room's messages: unread = head's ordinal − ordinal at the read mark.
    Ordinal
);

/// Which state of somebody's profile: of two that differ so do the profiles. Neither is the later one by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProfileVersion(pub u32);

impl ProfileVersion {
    /// That of nobody: the account is deleted.
    pub const NOBODY: Self = Self(0);
}

/// A user's name, as it was typed. Two names that [fold](UserName::folded) alike are one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct UserName(String);

impl UserName {
    /// Checks the text: 1 to 32 letters and digits of any script, `.`, `_`, `-`.
    ///
    /// # Errors
    /// [`NameError`] with a sentence for the person who typed it.
    pub fn new(text: impl Into<String>) -> Result<Self, NameError> {
        let text = text.into();
        bounded(&text, USER_NAME_CHARS_MAX)?;
        match text
            .chars()
            .find(|c| !c.is_alphanumeric() && !"._-".contains(*c))
        {
            Some(c) => Err(NameError::Character(c)),
            None => Ok(Self(text)),
        }
    }

    /// The name by which it is claimed: lower case.
    pub fn folded(&self) -> String {
        self.0.to_lowercase()
    }

    /// What it is taken for at a glance: names of one look are not to be two people's. To be compared, never shown.
    pub fn look(&self) -> String {
        look::look(&self.0)
    }

    /// Whether it has letters of more than one of the alphabets that resemble each other (Latin, Greek, Cyrillic), as
    /// nobody writes but to deceive.
    pub fn is_mixed(&self) -> bool {
        look::is_mixed(&self.0)
    }

    /// The text as typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A room's name, as it was typed. Two names that [fold](RoomName::folded) alike are one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct RoomName(String);

impl RoomName {
    /// Checks the text: 1 to 25 characters, no control or formatting characters, no white space at its ends.
    ///
    /// # Errors
    /// [`NameError`] with a sentence for the person who typed it.
    pub fn new(text: impl Into<String>) -> Result<Self, NameError> {
        let text = text.into();
        bounded(&text, ROOM_NAME_CHARS_MAX)?;
        if let Some(c) = text.chars().find(|c| c.is_control() || is_invisible(*c)) {
            return Err(NameError::Character(c));
        }
        if text.trim() != text {
            return Err(NameError::Character(' '));
        }
        Ok(Self(text))
    }

    /// The name by which it is claimed: lower case.
    pub fn folded(&self) -> String {
        self.0.to_lowercase()
    }

    /// The text as typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! name_text {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                Self::new(String::deserialize(d)?).map_err(serde::de::Error::custom)
            }
        }

        impl FromStr for $name {
            type Err = NameError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::new(text)
            }
        }
    };
}
name_text!(UserName);
name_text!(RoomName);

fn bounded(text: &str, max: usize) -> Result<(), NameError> {
    if text.trim().is_empty() {
        return Err(NameError::Empty);
    }
    match text.chars().count() {
        chars if chars > max => Err(NameError::Long { chars, max }),
        _ => Ok(()),
    }
}

/// Characters that change how the text around them is drawn without being seen: zero width, and the bidi controls.
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_name_is_letters_digits_and_a_few_signs() {
        assert!(UserName::new("mara.k-2_ü").is_ok());
        assert_eq!(UserName::new(" "), Err(NameError::Empty));
        assert_eq!(UserName::new("a b"), Err(NameError::Character(' ')));
        assert!(matches!(
            UserName::new("x".repeat(33)),
            Err(NameError::Long { chars: 33, max: 32 })
        ));
    }

    #[test]
    fn names_that_differ_only_in_case_fold_alike() {
        assert_eq!(
            UserName::new("Mara").unwrap().folded(),
            UserName::new("mARA").unwrap().folded()
        );
    }

    #[test]
    fn a_room_name_may_hold_spaces_but_nothing_unseen() {
        assert!(RoomName::new("My room!").is_ok());
        assert!(RoomName::new("a\u{202E}b").is_err());
        assert!(RoomName::new("room ").is_err());
        assert!(RoomName::new("x".repeat(26)).is_err());
    }

    #[test]
    fn a_send_id_is_bounded_and_plain() {
        assert!(SendId::new("0190-a_b.c:d").is_ok());
        assert!(SendId::new("").is_err());
        assert!(SendId::new("a b").is_err());
        assert!(SendId::new("x".repeat(65)).is_err());
    }
}
