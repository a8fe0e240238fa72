//! Invitation links: made, listed, withdrawn, used.

use hearth_protocol::RoomId;
use serde_json::Value;

use super::{Call, Talk};
use crate::chat::text::{day_of, tame};

impl Talk {
    pub(super) fn unlink(&mut self, room: RoomId, number: usize) {
        match self.links.get(number - 1) {
            Some((of, id)) if *of == room => {
                let id = id.clone();
                self.calls.push(Call::Unlink { room, id });
            }
            _ => self.alarm("There is no such link. /invitations shows them with their numbers."),
        }
    }

    pub(super) fn show_link(&mut self, answer: &Value) {
        let code = tame(
            answer
                .get("code")
                .and_then(Value::as_str)
                .unwrap_or_default(),
        );
        self.lines.push(format!("  {code}"));
        let link = answer.get("invitation").unwrap_or(&Value::Null);
        let text = about(link);
        self.note(&format!("/accept with this code enters this room: {text}."));
    }

    pub(super) fn list_links(&mut self, room: RoomId, answer: &Value) {
        let none = Vec::new();
        let links = answer.get("invitations").and_then(Value::as_array);
        let links = links.unwrap_or(&none);
        let text = |link: &Value, key: &str| {
            tame(link.get(key).and_then(Value::as_str).unwrap_or_default())
        };
        self.links = links.iter().map(|link| (room, text(link, "id"))).collect();
        for (number, link) in (1..).zip(links) {
            let beside = self.style.faint(&about(link));
            let name = text(link, "name");
            self.lines.push(format!("  {number}  by {name}  {beside}"));
        }
        match links.is_empty() {
            true => self.note("There is no invitation link. /invitation makes one."),
            false => self.note("/withdraw NUMBER withdraws one."),
        }
    }

    pub(super) fn show_accepted(&mut self, answer: &Value) {
        let name = tame(
            answer
                .get("name")
                .and_then(Value::as_str)
                .unwrap_or_default(),
        );
        self.note(&format!("You are in {name}. /join {name} goes there."));
    }
}

/// How often a link was used, and until when it can be.
fn about(link: &Value) -> String {
    let number = |key: &str| link.get(key).and_then(Value::as_u64).unwrap_or_default();
    format!(
        "used {} of {}, good until {}",
        number("used"),
        number("uses"),
        day_of(number("until_ms"))
    )
}
