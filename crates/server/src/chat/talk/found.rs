//! Public rooms, as the directory shows them, and messages that were found.

use hearth_protocol::{
    Hit, RoomHits,
    client::{Ask, Client, Step},
};
use serde_json::Value;

use super::{Talk, Wanted, own::is_hidden_message};
use crate::chat::{
    command::local_offset_min,
    text::{Style, day_of, tame},
};

/// Messages shown for one `/search`: what fits on a screen.
const SHOWN_MAX: usize = 30;

impl Talk {
    /// Looks for messages, from the newest rooms on or where a page ended.
    pub(super) fn search(
        &mut self,
        client: &mut Client,
        now_ms: u64,
        q: String,
        cursor: Option<String>,
        shown: usize,
    ) -> Vec<Step> {
        let ask = Ask::Search {
            q: q.clone(),
            room: None,
            offset_min: local_offset_min(""),
            cursor,
            limit: None,
        };
        self.ask(client, now_ms, ask, Wanted::Found { q, shown })
    }

    /// A page of messages that were found: then the next, until enough is shown.
    pub(super) fn found(
        &mut self,
        client: &mut Client,
        now_ms: u64,
        (q, mut shown): (String, usize),
        rooms: Vec<RoomHits>,
        next: Option<String>,
    ) -> Vec<Step> {
        let mut is_part = false;
        for of in rooms {
            is_part |= of.at_least;
            let hits = of.hits.iter();
            let hits: Vec<&Hit> = hits
                .filter(|hit| !is_hidden_message(client, of.room, hit.seq, hit.by))
                .collect();
            if hits.is_empty() {
                continue;
            }
            shown += hits.len();
            let more = if of.at_least { " or more" } else { "" };
            let title = format!("— {}: {}{more}", self.room_name(client, of.room), of.count);
            self.lines.push(self.style.strong(&title));
            for hit in hits {
                let line = self.hit(hit);
                self.lines.push(line);
            }
        }
        match next {
            Some(_) if shown >= SHOWN_MAX => {
                self.note(
                    "There may be more. More words find fewer, and in:ROOM looks in one room.",
                );
            }
            Some(next) => return self.search(client, now_ms, q, Some(next), shown),
            None if is_part => {
                self.note("Large rooms were looked at in part. in:ROOM looks further back.")
            }
            None if shown == 0 => self.note("Nothing was found."),
            None => {}
        }
        Vec::new()
    }

    fn hit(&self, hit: &Hit) -> String {
        let about = self
            .style
            .faint(&format!("#{} {}", hit.seq, day_of(hit.at_ms)));
        let name = self.style.name(hit.by, &tame(&hit.name));
        let cut = |left_out| if left_out > 0 { "…" } else { "" };
        let (before, after) = (cut(hit.before), cut(hit.after));
        let text = marked(self.style, hit);
        format!("  {about} {name}: {before}{text}{after}")
    }

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

/// An excerpt on one line, with what was looked for in it.
fn marked(style: Style, hit: &Hit) -> String {
    let chars: Vec<char> = hit.excerpt.chars().collect();
    let part = |from: usize, to: usize| {
        let part: String = chars.get(from..to).unwrap_or_default().iter().collect();
        tame(&part.replace('\n', " "))
    };
    let (mut line, mut at) = (String::new(), 0);
    for (from, to) in &hit.marks {
        line.push_str(&part(at, *from));
        line.push_str(&style.strong(&part(*from, *to)));
        at = *to;
    }
    line + &part(at, chars.len())
}
