//! Public rooms, as the directory shows them.

use serde_json::Value;

use super::Talk;
use crate::chat::text::tame;

impl Talk {
    pub(super) fn list_found(&mut self, answer: &Value) {
        let none = Vec::new();
        let rooms = answer.get("rooms").and_then(Value::as_array);
        let rooms = rooms.unwrap_or(&none);
        let text = |room: &Value, key: &str| {
            tame(room.get(key).and_then(Value::as_str).unwrap_or_default())
        };
        for room in rooms {
            let members = room.get("members").and_then(Value::as_u64);
            let people = match members.unwrap_or_default() {
                1 => "1 member".to_owned(),
                members => format!("{members} members"),
            };
            let here = match room.get("joined").and_then(Value::as_bool) {
                Some(true) => ", you are in it",
                _ => "",
            };
            let about = [text(room, "topic"), text(room, "description")];
            let about: Vec<_> = about.into_iter().filter(|text| !text.is_empty()).collect();
            let beside = self
                .style
                .faint(&format!("({people}{here}) {}", about.join(" — ")));
            self.lines
                .push(format!("  #{}  {}", text(room, "name"), beside.trim_end()));
        }
        let may_be_more = answer.get("next").is_some_and(|next| !next.is_null());
        match (rooms.is_empty(), may_be_more) {
            (_, true) => self.note("There may be more. More words find fewer."),
            (true, false) => self.note("There is no such public room."),
            (false, false) => self.note("/join ROOM enters one."),
        }
    }
}
