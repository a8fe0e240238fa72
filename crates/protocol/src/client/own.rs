//! What is the person's own, as far as the server has told it.

use std::collections::BTreeMap;

use super::{Client, Step, asks::Asker};
use crate::{
    Alert, ClientFrame, Event, Listener, NotifyLevel, Own, OwnKey, RoomId, RoomKind, alert,
};

/// All of it, and up to which version that is known; `None` until it was told.
#[derive(Debug, Clone, Default)]
pub(super) struct OwnList {
    version: Option<u64>,
    /// The highest version of which there was word while all of it was asked for.
    heard: u64,
    own: BTreeMap<OwnKey, Own>,
}

/// What news came to.
#[derive(Debug, PartialEq, Eq)]
enum Taken {
    /// Known already, or not asked for.
    Old,
    /// Taken in.
    New,
    /// Something before it is missing.
    Hole,
}

impl OwnList {
    /// One thing of it.
    pub(super) fn of(&self, key: OwnKey) -> Option<&Own> {
        self.own.get(&key)
    }

    /// The answer may have been overtaken by a change that is not in it.
    fn whole(&mut self, version: u64, own: &[Own]) -> Taken {
        self.version = Some(version);
        self.own = own.iter().map(|own| (own.key(), own.clone())).collect();
        if std::mem::take(&mut self.heard) > version {
            return Taken::Hole;
        }
        Taken::New
    }

    fn take(&mut self, version: u64, changed: &[Own]) -> Taken {
        self.heard = self.heard.max(version);
        let Some(known) = self.version.filter(|known| *known < version) else {
            return Taken::Old;
        };
        if version > known + 1 || changed.is_empty() {
            return Taken::Hole;
        }
        self.version = Some(version);
        for own in changed {
            if own.is_nothing() {
                self.own.remove(&own.key());
            } else {
                self.own.insert(own.key(), own.clone());
            }
        }
        Taken::New
    }
}

impl Client {
    /// What is the person's own, by its keys; nothing before the server has told it.
    pub fn own(&self) -> impl Iterator<Item = &Own> {
        self.own.own.values()
    }

    /// One thing of it; `None`: nothing was set.
    pub fn own_of(&self, key: OwnKey) -> Option<&Own> {
        self.own.of(key)
    }

    /// Whether the person is to be told of a message that came live, and why: by the server's clock, and by the minute of
    /// the day where they are.
    pub fn alert(
        &self,
        room: RoomId,
        event: &Event,
        server_ms: u64,
        minute_of_day: u16,
    ) -> Option<Alert> {
        let (level, muted_until_ms) = match self.own_of(OwnKey::Notify(room)) {
            Some(Own::Notify {
                level,
                muted_until_ms,
                ..
            }) => (*level, *muted_until_ms),
            _ => (NotifyLevel::All, None),
        };
        let is_hour = match self.own_of(OwnKey::Quiet) {
            Some(Own::Quiet { hours: Some(hours) }) => hours.holds(minute_of_day),
            _ => false,
        };
        let is_muted = muted_until_ms.is_some_and(|until_ms| until_ms > server_ms);
        let is_set = |key| self.own_of(key).is_some();
        let snapshot = self.room(room).and_then(|log| log.snapshot());
        let user = self.user()?;
        let to = Listener {
            user: user.id,
            room: snapshot.map_or(RoomKind::Public, |snapshot| snapshot.kind),
            level,
            is_quiet: is_hour || is_muted,
            is_hidden: is_set(OwnKey::Blocked(event.by)) || is_set(OwnKey::Hidden(room, event.seq)),
            has_read: false,
            is_here: true,
            follows: event.body.thread().is_some_and(|of| {
                let known = self
                    .threads()
                    .any(|(at, root, _)| (at, root) == (room, of.root));
                match self.own_of(OwnKey::Follow(room, of.root)) {
                    Some(Own::Follow { on: Some(on), .. }) => *on,
                    _ => known || of.by == user.id,
                }
            }),
        };
        alert(event, &to)
    }

    /// Asks for all of it, unless that is under way.
    pub(super) fn ask_own(&mut self) {
        if self.settings.follows_own && !self.asks.asks_own() {
            let kinds = Vec::new();
            self.asks
                .add(Asker::Own, |r#ref| ClientFrame::Own { r#ref, kinds });
        }
    }

    pub(super) fn own_said(&mut self, r#ref: Option<u64>, version: u64, own: Vec<Own>) {
        match r#ref {
            Some(number) => {
                if let Some((Asker::Own, _)) = self.asks.settle(number) {
                    let taken = self.own.whole(version, &own);
                    self.threads_own(&own);
                    self.out.push(Step::Own(own));
                    if taken == Taken::Hole {
                        self.ask_own();
                    }
                }
            }
            None => match self.own.take(version, &own) {
                Taken::New => {
                    self.threads_own(&own);
                    self.out.push(Step::Own(own));
                }
                Taken::Hole => self.ask_own(),
                Taken::Old => {}
            },
        }
    }
}
