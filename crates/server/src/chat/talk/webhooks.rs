//! Webhooks of a room: made, listed, renamed, resumed, withdrawn.

use hearth_protocol::RoomId;
use serde_json::Value;

use super::{Call, Talk};
use crate::chat::text::tame;

impl Talk {
    /// A call about the one with this number in the list.
    pub(super) fn of_webhook(
        &mut self,
        room: RoomId,
        number: usize,
        call: impl FnOnce(RoomId, String) -> Call,
    ) {
        match self.webhooks.get(number - 1) {
            Some((of, id)) if *of == room => {
                let call = call(room, id.clone());
                self.calls.push(call);
            }
            _ => self.alarm("There is no such webhook. /webhooks shows them with their numbers."),
        }
    }

    pub(super) fn show_webhook(&mut self, answer: &Value) {
        let (url, secret) = (text(answer, "url"), text(answer, "secret"));
        if url.is_empty() {
            self.lines.push(format!("  {}", self.style.strong(&secret)));
            self.note("With this what is posted is signed. It is not shown again.");
        } else {
            self.lines.push(format!("  {}", self.style.strong(&url)));
            self.note("Whoever has this address writes here. It is not shown again.");
        }
    }

    pub(super) fn list_webhooks(&mut self, room: RoomId, answer: &Value) {
        let none = Vec::new();
        let webhooks = answer.get("webhooks").and_then(Value::as_array);
        let webhooks = webhooks.unwrap_or(&none);
        self.webhooks = webhooks.iter().map(|one| (room, text(one, "id"))).collect();
        for (number, webhook) in (1..).zip(webhooks) {
            let name = text(webhook, "name");
            let beside = self.style.faint(&about(webhook));
            self.lines.push(format!("  {number}  {name}  {beside}"));
        }
        match webhooks.is_empty() {
            true => {
                self.note("There is no webhook. /webhook in NAME or /webhook out URL makes one.")
            }
            false => self.note(
                "/unhook NUMBER withdraws one, /webhook name NUMBER NAME renames it, /webhook resume NUMBER lets it go on.",
            ),
        }
    }
}

fn text(of: &Value, key: &str) -> String {
    tame(of.get(key).and_then(Value::as_str).unwrap_or_default())
}

/// Which way it goes, and how it stands.
fn about(webhook: &Value) -> String {
    let by = text(webhook, "by_name");
    let Some(out) = webhook.get("out") else {
        return format!("in, by {by}");
    };
    let seq = out.get("seq").and_then(Value::as_u64).unwrap_or_default();
    let mut about = format!("out to {}, by {by}, told up to #{seq}", text(out, "url"));
    let error = text(out, "error");
    match (text(out, "suspended").as_str(), error.as_str()) {
        ("", "") => {}
        ("", error) => about.push_str(&format!(", tried again: {error}")),
        (why, "") => about.push_str(&format!(", suspended ({why})")),
        (why, error) => about.push_str(&format!(", suspended ({why}): {error}")),
    }
    about
}
