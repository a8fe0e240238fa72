//! What a person does with a room: write, change, read, leave; and what the director does with the others.

use super::*;

impl Person {
    /// Between two acts.
    pub(super) fn pause(&mut self) -> Duration {
        let mean_ms = match self.nature {
            Nature::Pump => 1e3 / self.world.cast.pump_rate,
            Nature::Director => 900.0,
            Nature::Talker => 1_200.0,
            Nature::Reader | Nature::Plain => 1_800.0,
            Nature::Visitor => 2_500.0,
        };
        let part: f64 = self.chance.random_range(0.001..1.0);
        Duration::from_secs_f64(mean_ms * -part.ln() / 1e3)
    }

    pub(super) async fn act(&mut self) {
        self.come_back_in().await;
        let Some(room) = self.any_room() else { return };
        let die = self.chance.random_range(0..1000);
        match self.nature {
            // What else a pump does takes it away for seconds.
            Nature::Pump if die < 994 => self.pump().await,
            Nature::Director if die < 850 => self.direct().await,
            Nature::Talker if die < 560 => self.say(room).await,
            Nature::Talker if die < 680 => self.change().await,
            Nature::Talker if die < 740 => self.call_aside(room),
            Nature::Visitor if die < 250 => self.say(room).await,
            Nature::Reader if die < 120 => self.say(room).await,
            Nature::Reader if die < 200 => self.call_aside(room),
            _ => self.small_act(room).await,
        }
    }

    /// What anybody does now and then.
    pub(super) async fn small_act(&mut self, room: RoomId) {
        let now = self.wire.now_ms();
        let position = self
            .wire
            .machine
            .room(room)
            .map_or(Seq::ZERO, RoomLog::position);
        match self.chance.random_range(0..100) {
            0..25 => {
                let steps = self.wire.machine.read(now, room, position);
                self.carry(steps).await;
            }
            25..30 => {
                let back = Seq(position.0.saturating_sub(self.chance.random_range(0..40)));
                let steps = self.wire.machine.unread_from(now, room, back);
                self.carry(steps).await;
            }
            30..32 => {
                if let Some(room) = self.foreign_room() {
                    self.walk(room).await;
                }
            }
            32..50 => self.walk(room).await,
            50..55 => {
                let steps = self.wire.machine.typing(now, room);
                self.carry(steps).await;
            }
            55..75 => {
                let ms = self.chance.random_range(20..2_500);
                self.go(Some(Duration::from_millis(ms))).await;
            }
            75..85 => self.cut().await,
            // Says something and is gone before the answer; the resend comes later, elsewhere, now and then minutes
            // later.
            85..95 => {
                self.say(room).await;
                self.cut().await;
                let ms = match self.chance.random_bool(0.02) {
                    true => self.chance.random_range(60_000..150_000),
                    false => self.chance.random_range(0..20_000),
                };
                self.go(Some(Duration::from_millis(ms))).await;
            }
            // Long enough to be far behind.
            95..97 => {
                let ms = self.chance.random_range(15_000..40_000);
                self.go(Some(Duration::from_millis(ms))).await;
            }
            _ => self.leave(room).await,
        }
    }

    pub(super) fn any_room(&mut self) -> Option<RoomId> {
        let rooms: Vec<RoomId> = self.wire.machine.rooms().map(|(id, _)| id).collect();
        rooms.choose(&mut self.chance).copied()
    }

    pub(super) fn busy_room(&self) -> Option<RoomId> {
        let at = self.world.cast.rooms.iter().position(|room| room.is_busy)?;
        let room = self.world.room(at)?;
        self.wire.machine.room(room).map(|_| room)
    }

    /// One more into any of the rooms that are for it.
    async fn pump(&mut self) {
        let rooms = self.world.cast.rooms.iter().enumerate();
        let rooms: Vec<RoomId> = rooms
            .filter(|(_, room)| room.is_busy || room.is_belt)
            .filter_map(|(at, _)| self.world.room(at))
            .filter(|room| self.wire.machine.room(*room).is_some())
            .collect();
        // In a room whose last sends still wait one more would only be older when it is sent.
        let waits = |room: &RoomId| {
            let pending = self.wire.machine.pending();
            pending.filter(|pending| pending.room == *room).count() >= PUMPED_MAX
        };
        let free: Vec<RoomId> = rooms.into_iter().filter(|room| !waits(room)).collect();
        if let Some(room) = free.choose(&mut self.chance).copied() {
            self.say(room).await;
        }
    }

    pub(super) async fn say(&mut self, room: RoomId) {
        let is_busy = self
            .world
            .index(room)
            .is_some_and(|at| self.world.cast.rooms[at].is_busy);
        let more = if is_busy && self.world.is_swollen.load(Relaxed) {
            self.chance.random_range(12_000..16_000)
        } else if self.chance.random_bool(0.01) {
            self.chance.random_range(1_000..8_000)
        } else {
            self.chance.random_range(0..120)
        };
        let text = aside::text(self.at, self.tags, more);
        let reply_to = self
            .chance
            .random_bool(0.05)
            .then(|| self.seen_in(room))
            .flatten();
        self.send(room, Body::reply(text, reply_to)).await;
    }

    pub(super) fn seen_in(&mut self, room: RoomId) -> Option<Seq> {
        let seen: Vec<Seq> = self
            .seen
            .iter()
            .filter(|(of, _)| *of == room)
            .map(|(_, seq)| *seq)
            .collect();
        seen.choose(&mut self.chance).copied()
    }

    /// Edits, deletes or reacts.
    pub(super) async fn change(&mut self) {
        let own = self.mine.iter().copied().collect::<Vec<_>>();
        let die = self.chance.random_range(0..10);
        let (room, body) = if die < 5 {
            let seen: Vec<_> = self.seen.iter().copied().collect();
            let Some((room, target)) = seen.choose(&mut self.chance).copied() else {
                return;
            };
            let emoji = ["👍", "❤️", "🎉", "👀"][self.chance.random_range(0..4)].to_owned();
            let on = self.chance.random_bool(0.75);
            (room, Body::React { target, emoji, on })
        } else {
            let Some((room, target)) = own.choose(&mut self.chance).copied() else {
                return;
            };
            if die < 8 {
                let text = aside::text(self.at, self.tags, 20);
                (room, Body::Edit { target, text })
            } else {
                self.mine.retain(|mine| *mine != (room, target));
                (room, Body::Delete { target })
            }
        };
        self.send(room, body).await;
    }

    pub(super) async fn send(&mut self, room: RoomId, body: Body) {
        let is_patient = matches!(self.nature, Nature::Director | Nature::Pump);
        if self.wire.machine.pending().count() >= WAITING_MAX && !is_patient {
            return;
        }
        self.tags += 1;
        let me = self.world.accounts[self.at].id;
        let id = self.world.recorder.send_id(me, self.tags);
        if let Ok(steps) = self.wire.machine.send(self.wire.now_ms(), room, id, body) {
            self.world.count(|tally| tally.sent += 1);
            self.carry(steps).await;
        }
    }

    pub(super) async fn ask(&mut self, ask: Ask, asked: Asked) {
        if let Ok((number, steps)) = self.wire.machine.ask(self.wire.now_ms(), ask) {
            self.asked.insert(number, asked);
            self.carry(steps).await;
        }
    }

    pub(super) async fn walk(&mut self, room: RoomId) {
        let is_back = self.chance.random_bool(0.5);
        let position = self
            .wire
            .machine
            .room(room)
            .map_or(Seq::ZERO, RoomLog::position);
        let window = match self.chance.random_range(0..4) {
            0 => Window::Newest,
            1 => Window::Around(Seq(self.chance.random_range(0..=position.0) + 1)),
            _ if is_back => Window::Before(position.next()),
            _ => Window::After(Seq(self.chance.random_range(0..=position.0))),
        };
        let left = self.chance.random_range(1..WALK_PAGES);
        self.turn(
            Walk {
                room,
                is_back,
                left,
            },
            window,
        )
        .await;
    }

    pub(super) async fn turn(&mut self, walk: Walk, window: Window) {
        let limit = [20, 50, 200][self.chance.random_range(0..3)];
        self.page(walk, window, limit).await;
    }

    async fn page(&mut self, walk: Walk, window: Window, limit: usize) {
        let (room, limit) = (walk.room, Some(limit));
        self.ask(
            Ask::History {
                room,
                window,
                limit,
            },
            Asked::Walk(walk),
        )
        .await;
    }

    pub(super) async fn leave(&mut self, room: RoomId) {
        let Some(at) = self.world.index(room) else {
            return;
        };
        let is_public = self.world.cast.rooms[at].kind == Entry::Public;
        let can_leave = is_public && self.nature != Nature::Director && self.nature != Nature::Pump;
        // Not while something of one's own is under way there: it would be refused for a reason of our own.
        if can_leave
            && self
                .wire
                .machine
                .pending()
                .all(|pending| pending.room != room)
        {
            self.ask(Ask::Leave(room), Asked::Leave).await;
        }
    }

    pub(super) async fn come_back_in(&mut self) {
        let now = Instant::now();
        let due = self
            .outside
            .iter()
            .find(|(_, at)| now >= **at)
            .map(|(at, _)| *at);
        if let Some(at) = due {
            self.outside.remove(&at);
            let room = self.world.room(at);
            if let Some(room) = room
                && self.wire.machine.room(room).is_none()
            {
                // Also where it must be refused: a private room.
                self.ask(Ask::Join(room), Asked::Enter(at)).await;
                if self.chance.random_bool(0.5) {
                    let walk = Walk {
                        room,
                        is_back: true,
                        left: 0,
                    };
                    self.page(walk, Window::Newest, 50).await;
                }
                self.call_aside(room);
            }
        }
    }

    /// The director puts people out and lets them in again, and changes topics and roles.
    pub(super) async fn direct(&mut self) {
        let now = Instant::now();
        if let Some(at) = self.put_out.iter().position(|put| now >= put.until) {
            let put = self.put_out.swap_remove(at);
            if let Some(room) = self.world.room(put.room) {
                self.invite(room, put.person).await;
            }
            return;
        }
        let rooms = &self.world.cast.rooms;
        let open: Vec<usize> = (0..rooms.len())
            .filter(|at| rooms[*at].kind != Entry::Direct)
            .collect();
        let Some(at) = open.choose(&mut self.chance).copied() else {
            return;
        };
        let Some(room) = self.world.room(at) else {
            return;
        };
        let spec = &self.world.cast.rooms[at];
        // The pumps stay: they are there to write.
        let members: Vec<usize> = spec
            .members
            .iter()
            .copied()
            .filter(|who| self.world.cast.people[*who].nature != Nature::Pump)
            .collect();
        let Some(person) = members.choose(&mut self.chance).copied() else {
            return;
        };
        let user = self.world.accounts[person].id;
        match self.chance.random_range(0..10) {
            0..6 => {
                let until = now + Duration::from_millis(self.chance.random_range(200..6_000));
                self.put_out.push(PutOut {
                    room: at,
                    person,
                    until,
                });
                let reason = String::new();
                self.send(room, Body::Remove { user, reason }).await;
            }
            6..8 => {
                let topic = format!("topic {}", self.tags);
                self.send(room, Body::Topic { topic }).await;
            }
            _ => {
                let role = if self.chance.random_bool(0.5) {
                    Role::Moderator
                } else {
                    Role::Member
                };
                self.send(room, Body::Role { user, role }).await;
            }
        }
    }

    /// Beside the socket, by HTTP at any server: the same send again, or one of a person who may be outside.
    pub(super) fn call_aside(&mut self, room: RoomId) {
        if self.aside.len() >= ASIDE_MAX {
            return;
        }
        if self.chance.random_ratio(1, NOSY)
            && let Some(room) = self.foreign_room()
        {
            return self.call(Aside::Pry(room));
        }
        let under_way = self
            .wire
            .machine
            .pending()
            .find(|pending| pending.after.is_some())
            .cloned();
        let settled: Vec<_> = self.settled.iter().collect();
        let again = match under_way {
            Some(pending) => Some(pending),
            None => settled
                .choose(&mut self.chance)
                .map(|(pending, _)| pending.clone()),
        };
        let what = match again {
            Some(pending) if self.wire.machine.room(room).is_some() => Aside::Again(pending),
            _ => {
                self.tags += 1;
                Aside::New {
                    room,
                    tag: self.tags,
                    after: self
                        .wire
                        .machine
                        .room(room)
                        .map_or(Seq::ZERO, RoomLog::position),
                }
            }
        };
        self.call(what);
    }

    fn call(&mut self, what: Aside) {
        let place = self.chance.random_range(0..self.world.places.len());
        self.aside
            .spawn(aside::call(Arc::clone(&self.world), self.at, place, what));
    }

    /// A room that only its members may look into, and that one is never let into.
    fn foreign_room(&mut self) -> Option<RoomId> {
        let (rooms, own) = (
            &self.world.cast.rooms,
            &self.world.cast.people[self.at].rooms,
        );
        let foreign = rooms.iter().enumerate().filter(|(at, room)| {
            matches!(room.kind, Entry::Private | Entry::Direct) && !own.contains(at)
        });
        let foreign: Vec<RoomId> = foreign.filter_map(|(at, _)| self.world.room(at)).collect();
        foreign.choose(&mut self.chance).copied()
    }
}
