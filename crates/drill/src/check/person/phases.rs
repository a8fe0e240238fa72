//! What a person does in each phase, and how they come and go.

use hearth_protocol::{bounds::PAGE_EVENTS_MAX, client::Window};

use super::*;

/// Longer than that nobody who is still shown things is to be without them: it would count as the server's delay.
const DEAF_MAX: Duration = Duration::from_secs(12);
/// Pages that are asked for before: fewer than a connection may have under way.
const PAGES_UNREAD: usize = 6;

impl Person {
    pub(super) async fn go_on(&mut self, phase: Phase) {
        let now = Instant::now();
        if self
            .deaf_until
            .is_some_and(|at| now >= at || phase > Phase::Play)
        {
            self.deaf_until = None;
        }
        while self.aside.try_join_next().is_some() {}
        while self.ghosts.try_join_next().is_some() {}
        match phase {
            _ if self.done == Some(phase) => {}
            Phase::Gather => {
                self.come_online(phase).await;
                self.gather().await;
            }
            Phase::Play => {
                self.obey().await;
                if self.nature == Nature::Visitor {
                    self.visit().await;
                } else {
                    self.come_online(phase).await;
                }
                if now >= self.next_act {
                    let from = match self.nature {
                        Nature::Pump => self.next_act.max(now - MADE_UP),
                        _ => now,
                    };
                    self.next_act = from + self.pause();
                    if self.is_live() && self.deaf_until.is_none() {
                        self.act().await;
                    }
                }
            }
            Phase::Settle | Phase::CatchUp => {
                self.away_until = None;
                self.come_online(phase).await;
            }
            Phase::Read | Phase::Leave => {}
        }
    }

    pub(super) fn has_done(&self, phase: Phase) -> bool {
        match phase {
            Phase::Gather => {
                let part = &self.world.cast.people[self.at];
                let is_in = |at: &usize| {
                    let room = self.world.room(*at);
                    room.is_some_and(|room| self.wire.machine.room(room).is_some())
                };
                let director = self.nature == Nature::Director;
                part.rooms.iter().all(is_in)
                    && (!director
                        || (0..self.world.cast.rooms.len()).all(|at| self.is_complete(at)))
            }
            Phase::Play | Phase::Read | Phase::Leave => false,
            Phase::Settle => {
                self.wire.machine.pending().next().is_none()
                    && self.asked.is_empty()
                    && self.aside.is_empty()
            }
            Phase::CatchUp => {
                let is_up = |(id, log): (RoomId, &RoomLog)| {
                    let head = self.world.head(id);
                    head.is_none_or(|head| log.position() >= head)
                };
                self.is_live() && self.wire.machine.rooms().all(is_up)
            }
        }
    }

    /// A phase is done: who comes by only leaves the socket to others.
    pub(super) async fn rest(&mut self, phase: Phase) {
        if let Some(ear) = &mut self.wire.ear {
            ear.flush();
        }
        if self.nature == Nature::Visitor && phase != Phase::Play {
            self.go(None).await;
            self.drop_permit();
        }
    }

    /// Comes into the rooms that are not one's own yet.
    pub(super) async fn gather(&mut self) {
        if !self.is_live() {
            return;
        }
        let director = self.nature == Nature::Director;
        for at in self.world.cast.people[self.at].rooms.clone() {
            let is_asked = self
                .asked
                .values()
                .any(|asked| matches!(asked, Asked::Enter(of) if *of == at));
            let room = self.world.room(at);
            if is_asked || room.is_some_and(|room| self.wire.machine.room(room).is_some()) {
                continue;
            }
            let spec = &self.world.cast.rooms[at];
            let ask = match (spec.kind, room) {
                (Entry::Direct, _) => {
                    let other = spec.members.iter().find(|other| **other != self.at);
                    other.map(|other| Ask::Direct(self.world.accounts[*other].id.to_string()))
                }
                (_, None) if director => {
                    SendId::new(format!("{}-make", spec.name))
                        .ok()
                        .map(|id| Ask::Create {
                            id,
                            name: spec.name.clone(),
                            kind: match spec.kind {
                                Entry::Private => hearth_protocol::RoomKind::Private,
                                _ => hearth_protocol::RoomKind::Public,
                            },
                        })
                }
                (Entry::Public, Some(room)) => Some(Ask::Join(room)),
                _ => None,
            };
            if let Some(ask) = ask {
                self.ask(ask, Asked::Enter(at)).await;
            }
        }
        if director {
            for at in 0..self.world.cast.rooms.len() {
                self.invite_the_missing(at).await;
            }
        }
    }

    /// Whether all whom the director must bring in were brought in.
    pub(super) fn is_complete(&self, at: usize) -> bool {
        let room = &self.world.cast.rooms[at];
        room.kind != Entry::Private
            || room
                .members
                .iter()
                .all(|who| self.invited.contains_key(&(at, *who)))
    }

    pub(super) async fn invite_the_missing(&mut self, at: usize) {
        let spec = self.world.cast.rooms[at].clone();
        let Some(room) = self.world.room(at).filter(|_| spec.kind == Entry::Private) else {
            return;
        };
        for who in spec.members {
            if self.wire.machine.room(room).is_some() && !self.invited.contains_key(&(at, who)) {
                self.invited.insert((at, who), Instant::now());
                self.invite(room, who).await;
            }
        }
    }

    pub(super) async fn invite(&mut self, room: RoomId, who: usize) {
        let body = Body::Invite {
            user: self.world.accounts[who].id,
            user_name: self.world.cast.people[who].name.clone(),
            accepted: false,
        };
        self.send(room, body).await;
    }

    // ---- Coming and going.

    pub(super) fn is_live(&self) -> bool {
        matches!(self.wire.machine.link(), Link::Live { .. })
    }

    pub(super) async fn come_online(&mut self, phase: Phase) {
        if self.away_until.is_some_and(|at| Instant::now() < at) {
            return;
        }
        self.away_until = None;
        if self.nature == Nature::Visitor && self.permit.is_none() {
            let sockets = Arc::clone(&self.world.sockets);
            self.permit = sockets.try_acquire_owned().ok();
            if self.permit.is_none() {
                return;
            }
        }
        let link = self.wire.machine.link();
        // From a pause the machine comes back by itself; at the end nobody waits for a long one.
        let is_slow = phase > Phase::Play && matches!(link, Link::Waiting { .. });
        if matches!(link, Link::Idle | Link::Ended(_)) || is_slow && self.chance.random_bool(0.2) {
            let steps = self.wire.machine.start(self.wire.now_ms());
            self.carry(steps).await;
        }
    }

    /// Goes politely, and stays away for a while.
    pub(super) async fn go(&mut self, pause: Option<Duration>) {
        self.is_own_will = true;
        let steps = self.wire.machine.stop();
        self.carry(steps).await;
        self.is_own_will = false;
        self.away_until = pause.map(|pause| Instant::now() + pause);
    }

    pub(super) fn drop_permit(&mut self) {
        self.permit = None;
    }

    pub(super) async fn visit(&mut self) {
        let now = Instant::now();
        if self.permit.is_none() {
            if self.away_until.is_none_or(|at| now >= at) {
                self.come_online(Phase::Play).await;
                let pause = if self.permit.is_some() {
                    500..6_000
                } else {
                    1_000..5_000
                };
                let pause = Duration::from_millis(self.chance.random_range(pause));
                self.away_until = Some(now + pause);
            }
        } else if self.away_until.is_some_and(|at| now >= at)
            && self.wire.machine.pending().next().is_none()
        {
            let pause = Duration::from_millis(self.chance.random_range(3_000..30_000));
            if self.chance.random_bool(0.3) {
                self.cut().await;
            }
            self.go(Some(pause)).await;
            self.drop_permit();
        }
    }

    pub(super) async fn cut(&mut self) {
        self.is_own_will = true;
        let steps = self.wire.cut().await;
        self.see(steps);
        self.is_own_will = false;
    }

    pub(super) async fn obey(&mut self) {
        if !self.wire.is_open() {
            return;
        }
        let Some((order, _)) = self
            .order
            .take()
            .filter(|(_, until)| Instant::now() < *until)
        else {
            return;
        };
        self.is_own_will = true;
        match order {
            Order::Reset => {
                let steps = self.wire.tear().await;
                self.see(steps);
                self.world.count(|tally| tally.torn += 1);
            }
            Order::HalfOpen => {
                let (socket, steps) = self.wire.abandon().await;
                self.see(steps);
                if let Some(socket) = socket {
                    self.world.count(|tally| {
                        tally.abandoned += 1;
                        tally.left_open += 1;
                    });
                    self.ghosts
                        .spawn(ghost::mute(Arc::clone(&self.world), socket));
                }
            }
            Order::Slow(hold) => {
                if self.nature == Nature::Pump || self.nature == Nature::Director {
                } else {
                    match self.busy_room() {
                        Some(room) if self.chance.random_bool(0.5) => {
                            let is_greedy = self.chance.random();
                            self.haunt(room, hold, is_greedy).await;
                        }
                        busy => self.be_deaf(busy, hold).await,
                    }
                }
            }
        }
        self.is_own_will = false;
    }

    /// Reads nothing for a while, and then reads on. In the busy room pages fill the way first: what is written there
    /// soon is too much, and what is shown afterwards must be without a hole all the same.
    async fn be_deaf(&mut self, busy: Option<RoomId>, hold: Duration) {
        for room in busy.into_iter().cycle().take(PAGES_UNREAD) {
            let (window, limit) = (Window::Newest, Some(PAGE_EVENTS_MAX));
            let ask = Ask::History {
                room,
                window,
                limit,
            };
            if let Ok((_, steps)) = self.wire.machine.ask(self.wire.now_ms(), ask) {
                self.carry(steps).await;
            }
        }
        self.deaf_until = Some(Instant::now() + hold.min(DEAF_MAX));
        self.world.count(|tally| tally.deaf += 1);
    }

    /// Asks for more than any socket takes and reads nothing, or asks for some of it and reads a byte a second, and stays
    /// away meanwhile. A server reads no more requests then; what is written in the busy room comes all the same, and
    /// soon is too much.
    async fn haunt(&mut self, room: RoomId, hold: Duration, is_greedy: bool) {
        let (socket, steps) = self.wire.abandon().await;
        self.see(steps);
        self.away_until = Some(Instant::now() + hold);
        let Some(socket) = socket else { return };
        if is_greedy {
            self.world.count(|tally| tally.greedy += 1);
            self.ghosts.spawn(ghost::greedy(socket, room, hold));
        } else {
            self.world.count(|tally| tally.dripping += 1);
            self.ghosts.spawn(ghost::dripping(socket, room, hold));
        }
    }
}
