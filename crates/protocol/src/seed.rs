//! The specification's own frames on `/ws` (no subprotocol): the seed's clients speak these, verbatim.

use serde::{Deserialize, Serialize};

use crate::bounds::{ROOM_NAME_CHARS_MAX, SEED_MSG_CHARS_MAX};

/// What the server greets with.
pub const GREETING: &str = "ok";

/// What a client sends. Unknown fields are ignored; absent ones are empty, as the first implementation had it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SeedSend {
    /// The text.
    pub msg: String,
    /// The receiver's name or id, for a private message.
    pub receiver: String,
    /// Whether it goes to a group.
    pub is_group: bool,
    /// The group's name.
    pub group_name: String,
}

/// What a client receives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeedEvent {
    /// The message's id.
    #[serde(rename = "Id")]
    pub id: String,
    /// The text.
    pub msg: String,
    /// The sender's name.
    pub sender: String,
    /// The receiver's name, for a private message.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub receiver: String,
    /// Whether it went to a group.
    pub is_group: bool,
    /// The group's name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub group_name: String,
}

/// A refusal, to the sender only. For a text that is no JSON it is [`SeedError::failed`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeedError {
    /// The field that is wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What is wrong.
    pub message: String,
}

impl SeedError {
    /// The answer to a text that is no JSON.
    pub fn failed() -> Self {
        Self {
            field: None,
            message: "Failed to send message".into(),
        }
    }

    /// The answer to a wrong field.
    pub fn field(field: &str, message: impl Into<String>) -> Self {
        Self {
            field: Some(field.into()),
            message: message.into(),
        }
    }
}

impl SeedSend {
    /// Checks the fields: `msg` of 1 to 1000 characters, `group_name` of 1 to 25 for a group, else a `receiver`.
    ///
    /// # Errors
    /// The first field that is wrong.
    pub fn check(&self) -> Result<(), SeedError> {
        let chars = self.msg.chars().count();
        if chars == 0 {
            return Err(SeedError::field("msg", "msg field is required"));
        }
        if chars > SEED_MSG_CHARS_MAX {
            return Err(SeedError::field(
                "msg",
                "character length should be between 1 and 1000",
            ));
        }
        let group = self.group_name.chars().count();
        if group > ROOM_NAME_CHARS_MAX || (self.is_group && group == 0) {
            return Err(SeedError::field(
                "group_name",
                "character length should be between 1 and 25",
            ));
        }
        if !self.is_group && self.receiver.is_empty() {
            return Err(SeedError::field(
                "receiver",
                "receiver field is required for a private message",
            ));
        }
        Ok(())
    }
}
