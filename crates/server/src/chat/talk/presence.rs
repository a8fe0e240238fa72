//! Who is here, and how.

use std::cmp::Reverse;

use hearth_protocol::{
    Member, PresenceOf, Status,
    bounds::WATCHED_USERS_MAX,
    client::{Client, Step},
};

use super::{Call, Talk};
use crate::chat::{
    own::HowOneIs,
    text::{day_of, tame},
};

/// How many who are not here are shown: who was here before them is of less interest.
const LAST_SEEN_MAX: usize = 20;

impl Talk {
    pub(super) fn presence(&mut self, client: &mut Client, users: &[PresenceOf]) -> Vec<Step> {
        let Some(members) = self.watched.take() else {
            return Vec::new();
        };
        let status = |user| {
            users
                .iter()
                .find(|of| of.user == user)
                .map_or(Status::Offline, |of| of.status)
        };
        let here: Vec<String> = members
            .iter()
            .filter(|member| status(member.user) != Status::Offline)
            .map(|member| {
                let how = match status(member.user) {
                    Status::Away => " (away)",
                    Status::DoNotDisturb => " (do not disturb)",
                    Status::Online | Status::Offline => "",
                };
                format!("{}{how}", self.style.name(member.user, &tame(&member.name)))
            })
            .collect();
        let more = members.len().saturating_sub(WATCHED_USERS_MAX);
        let more = if more > 0 {
            format!(" ({more} more were not looked at)")
        } else {
            String::new()
        };
        self.lines
            .push(format!("Here now: {}{more}", here.join(", ")));
        self.list_last_seen(&members, users);
        // Once is enough: nobody is watched further.
        client.presence(self.status, Vec::new())
    }

    /// Those who were here, the last first.
    fn list_last_seen(&mut self, members: &[Member], users: &[PresenceOf]) {
        let gone = users.iter().filter(|of| of.status == Status::Offline);
        let mut gone: Vec<_> = gone.filter_map(|of| Some((of.seen_ms?, of.user))).collect();
        gone.sort_by_key(|(seen_ms, _)| Reverse(*seen_ms));
        for (seen_ms, user) in gone.iter().take(LAST_SEEN_MAX) {
            let member = members.iter().find(|member| member.user == *user);
            let name = member.map_or_else(|| user.to_string(), |member| tame(&member.name));
            let name = self.style.name(*user, &name);
            let at = self.style.faint(&day_of(*seen_ms));
            self.lines.push(format!("  {name} was here last {at}"));
        }
        if gone.len() > LAST_SEEN_MAX {
            let more = gone.len() - LAST_SEEN_MAX;
            self.note(&format!("{more} more were here before them."));
        }
    }

    /// Shows how the person is, or says it.
    pub(super) fn status(&mut self, client: &mut Client, how: Option<HowOneIs>) -> Vec<Step> {
        let status = match how {
            None => {
                self.calls.push(Call::Profile(None));
                let how = how_they_are(self.status);
                self.note(&format!(
                    "You are {how}. /status online, away or dnd changes it."
                ));
                return Vec::new();
            }
            Some(HowOneIs::Doing { emoji, text }) => {
                self.calls.push(Call::Doing { emoji, text });
                return Vec::new();
            }
            Some(HowOneIs::Here(status)) => status,
        };
        self.status = status;
        self.note(&format!("You are {} from now on.", how_they_are(status)));
        // Whoever is looked at still is.
        let watched = self.watched.iter().flatten().take(WATCHED_USERS_MAX);
        let watch = watched.map(|member| member.user).collect();
        client.presence(status, watch)
    }
}

fn how_they_are(status: Status) -> &'static str {
    match status {
        Status::Online => "online",
        Status::Away => "away",
        Status::DoNotDisturb => "not to be disturbed",
        Status::Offline => "offline",
    }
}
