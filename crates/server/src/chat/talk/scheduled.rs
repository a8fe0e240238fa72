//! What is to be sent later: when that is, listed, changed, cancelled, sent at once, and told of where it could not be.

use hearth_protocol::{
    Body, Own, RoomId, ScheduledId, ScheduledState,
    bounds::SCHEDULED_AHEAD_MS_MIN,
    client::{Client, Step},
};

use super::{Call, Talk};
use crate::chat::{
    own::When,
    text::{day_of, minute_of_day, tame},
};

/// What is said of what was scheduled.
pub(super) const SENT_THEN: &str = "It is sent then. /scheduled shows what is.";

const MINUTE_MS: u64 = 60_000;
/// Minutes of a day.
const DAY_MIN: i32 = 24 * 60;
/// What is to be sent as soon as can be is asked for this much later: it takes a moment until the server has it.
const ON_ITS_WAY_MS: u64 = 5_000;

impl Talk {
    /// When that is, by the server's clock.
    pub(super) fn at_ms(&self, now_ms: u64, when: When) -> u64 {
        let server_ms = self.server_ms(now_ms);
        let ms = match when {
            When::In(ms) => ms,
            When::At(minute) => {
                let ahead = i32::from(minute) - i32::from(minute_of_day(server_ms));
                let ahead = u64::try_from(ahead.rem_euclid(DAY_MIN)).unwrap_or_default();
                // At the minute's beginning.
                (ahead * MINUTE_MS).saturating_sub(server_ms % MINUTE_MS)
            }
        };
        server_ms.saturating_add(ms.max(SCHEDULED_AHEAD_MS_MIN + ON_ITS_WAY_MS))
    }

    pub(super) fn unschedule(
        &mut self,
        client: &mut Client,
        now_ms: u64,
        number: usize,
    ) -> Vec<Step> {
        let Some(Own::Scheduled { id, room, .. }) = self.scheduled_of(client, number) else {
            return Vec::new();
        };
        let own = Own::Scheduled {
            id,
            room,
            at_ms: 0,
            text: String::new(),
            reply_to: None,
            mentions: None,
            thread: None,
            attachments: Box::default(),
            state: ScheduledState::Waiting,
            reason: String::new(),
        };
        self.keep(client, now_ms, own, "It is not sent.")
    }

    /// Changes what stands: its time, its text, or both. One that failed is tried anew.
    pub(super) fn reschedule(
        &mut self,
        client: &mut Client,
        now_ms: u64,
        number: usize,
        (when, new): (Option<When>, String),
    ) -> Vec<Step> {
        let Some(mut own) = self.scheduled_of(client, number) else {
            return Vec::new();
        };
        if let Own::Scheduled {
            room,
            at_ms,
            text,
            mentions,
            state,
            reason,
            ..
        } = &mut own
        {
            if let Some(when) = when {
                *at_ms = self.at_ms(now_ms, when);
            }
            if !new.is_empty() {
                *mentions = self.mentioned(client, *room, &new);
                *text = new;
            }
            *state = ScheduledState::Waiting;
            reason.clear();
        }
        self.keep(client, now_ms, own, "It is changed. /scheduled shows it.")
    }

    pub(super) fn send_now(&mut self, client: &Client, number: usize) {
        if let Some(Own::Scheduled { id, .. }) = self.scheduled_of(client, number) {
            self.calls.push(Call::SendNow(id));
        }
    }

    /// The one with this number in the list.
    fn scheduled_of(&mut self, client: &Client, number: usize) -> Option<Own> {
        let found = scheduled(client).get(number - 1).copied().cloned();
        if found.is_none() {
            self.alarm("There is none of that number. /scheduled shows what there is.");
        }
        found
    }

    pub(super) fn list_scheduled(&mut self, client: &Client) {
        let all = scheduled(client);
        if all.is_empty() {
            self.note(
                "Nothing is to be sent later. /later 2h TEXT sends a text here in two hours.",
            );
        }
        for (number, own) in (1..).zip(all) {
            let Own::Scheduled {
                room,
                at_ms,
                text,
                thread,
                attachments,
                state,
                reason,
                ..
            } = own
            else {
                continue;
            };
            let mut name = self.room_name(client, *room);
            if let Some(root) = thread {
                name.push_str(&format!(", thread of #{root}"));
            }
            let files = match attachments.len() {
                0 => String::new(),
                1 => " (with a file)".to_owned(),
                many => format!(" (with {many} files)"),
            };
            let state = match state {
                ScheduledState::Waiting => String::new(),
                ScheduledState::Sending => " (being sent)".to_owned(),
                ScheduledState::Failed => format!(" (not sent: {})", tame(reason)),
                ScheduledState::Doubtful => format!(" (perhaps sent: {})", tame(reason)),
            };
            let line = format!(
                "{number}. {} {name}: {}{files}{state}",
                day_of(*at_ms),
                tame(text)
            );
            self.lines.push(format!("  {line}"));
        }
    }

    /// Says what could not be sent.
    pub(super) fn tell_scheduled(&mut self, client: &Client, told: &[Own]) {
        for own in told {
            let Own::Scheduled {
                room,
                state: ScheduledState::Failed | ScheduledState::Doubtful,
                reason,
                ..
            } = own
            else {
                continue;
            };
            let name = self.room_name(client, *room);
            self.alarm(&format!(
                "What was to be sent to {name} was not, or perhaps: {} /scheduled shows it.",
                tame(reason)
            ));
        }
    }
}

/// What is to be sent later, by its time.
fn scheduled(client: &Client) -> Vec<&Own> {
    let is_it = |own: &&Own| matches!(own, Own::Scheduled { .. });
    let mut all: Vec<&Own> = client.own().filter(is_it).collect();
    all.sort_by_key(|own| match own {
        Own::Scheduled { at_ms, id, .. } => Some((*at_ms, *id)),
        _ => None,
    });
    all
}

/// A message, as one that is sent at a time.
pub(super) fn later(id: ScheduledId, room: RoomId, at_ms: u64, message: Body) -> Option<Own> {
    let Body::Message {
        text,
        reply_to,
        mentions,
        attachments,
        thread,
        ..
    } = message
    else {
        return None;
    };
    Some(Own::Scheduled {
        id,
        room,
        at_ms,
        text,
        reply_to,
        mentions,
        thread: thread.map(|thread| thread.root),
        attachments,
        state: ScheduledState::Waiting,
        reason: String::new(),
    })
}
