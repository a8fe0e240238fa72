//! One person of a check: a client machine with a socket and an ear, who writes, reads, comes and goes as is their
//! nature. What the machine promises is the machine's; here is only what a person wants.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};

use hearth_protocol::{
    Body, Role, RoomId, SendId, Seq,
    client::{
        Answer, Ask, Client, End, Link, Outcome, Pending, Refused, RoomLog, Settings, Step, Window,
    },
};
use rand::{RngExt, SeedableRng, rngs::SmallRng, seq::IndexedRandom};
use tokio::{
    net::TcpStream,
    sync::{OwnedSemaphorePermit, broadcast::error::RecvError},
    task::JoinSet,
    time::{Instant, sleep_until},
};
use tokio_tungstenite::WebSocketStream;

use super::{
    aside::{self, Aside},
    cast::{Entry, Nature},
    world::{Order, Phase, World},
};
use crate::{
    history::Ear,
    wire::{Door, Wire},
};

/// How often somebody without anything to do looks around.
const LOOK: Duration = Duration::from_millis(250);
/// Own and foreign messages that are remembered, to edit and react to.
const REMEMBERED: usize = 50;
/// Sends that may wait in a talker's outbox: more would only be older when they are sent.
const WAITING_MAX: usize = 8;
/// Calls beside the socket at once.
const ASIDE_MAX: usize = 2;
/// Pages of one walk through history.
const WALK_PAGES: u32 = 12;

/// A walk through a room's history, page by page.
#[derive(Debug, Clone, Copy)]
struct Walk {
    room: RoomId,
    is_back: bool,
    left: u32,
}

/// What was asked.
#[derive(Debug, Clone, Copy)]
enum Asked {
    Enter(usize),
    Leave,
    Walk(Walk),
}

/// Somebody whom the director has put out of a room.
#[derive(Debug, Clone, Copy)]
struct PutOut {
    room: usize,
    person: usize,
    until: Instant,
}

pub(super) struct Person {
    world: Arc<World>,
    at: usize,
    nature: Nature,
    wire: Wire,
    chance: SmallRng,
    permit: Option<OwnedSemaphorePermit>,
    /// Not before that: the person is away.
    away_until: Option<Instant>,
    /// Reads nothing until then.
    deaf_until: Option<Instant>,
    next_act: Instant,
    mine: VecDeque<(RoomId, Seq)>,
    seen: VecDeque<(RoomId, Seq)>,
    settled: VecDeque<(Pending, Seq)>,
    asked: HashMap<u64, Asked>,
    /// Pages that are to be asked for next.
    turns: VecDeque<(Walk, Window)>,
    /// Rooms that one was put out of or left, and when to come back.
    outside: HashMap<usize, Instant>,
    put_out: Vec<PutOut>,
    invited: HashMap<(usize, usize), Instant>,
    open: Vec<WebSocketStream<TcpStream>>,
    aside: JoinSet<()>,
    tags: u64,
    /// The last phase of which everything is done.
    done: Option<Phase>,
    /// The end of a connection that comes next is of the person's own will.
    is_own_will: bool,
}

impl Person {
    pub(super) fn new(world: Arc<World>, at: usize, began: Instant) -> Self {
        let part = &world.cast.people[at];
        let account = &world.accounts[at];
        let mut chance =
            SmallRng::seed_from_u64(world.seed.wrapping_mul(1_000_003).wrapping_add(at as u64));
        let device = aside::device("check", at);
        let mut settings = Settings::new(device, chance.random());
        settings.keep_events = 16;
        let door = Door {
            places: Arc::clone(&world.places),
            next: chance.random_range(0..world.places.len()),
            id: part.name.clone(),
            token: Some(account.token.clone()),
        };
        let mut wire = Wire::new(Client::new(settings), door, began);
        wire.ear = Some(Ear::new(world.recorder.clone(), account.id));
        Self {
            nature: part.nature,
            at,
            wire,
            chance,
            permit: None,
            away_until: None,
            deaf_until: None,
            next_act: Instant::now(),
            mine: VecDeque::new(),
            seen: VecDeque::new(),
            settled: VecDeque::new(),
            asked: HashMap::new(),
            turns: VecDeque::new(),
            outside: HashMap::new(),
            put_out: Vec::new(),
            invited: HashMap::new(),
            open: Vec::new(),
            aside: JoinSet::new(),
            tags: 0,
            done: None,
            is_own_will: false,
            world,
        }
    }

    /// Lives until all leave.
    pub(super) async fn live(mut self) {
        let mut phases = self.world.phase();
        let mut orders = self.world.orders();
        loop {
            let phase = *phases.borrow_and_update();
            if phase == Phase::Leave {
                break;
            }
            self.go_on(phase).await;
            if self.done != Some(phase) && self.has_done(phase) {
                self.done = Some(phase);
                self.rest(phase).await;
                self.world.done();
            }
            let wake = self.wake();
            let is_deaf = self.deaf_until.is_some();
            tokio::select! {
                input = self.wire.wait(), if !is_deaf => {
                    let steps = self.wire.tell(input);
                    self.carry(steps).await;
                }
                changed = phases.changed() => if changed.is_err() { break },
                order = orders.recv() => match order {
                    Ok(order) if phase == Phase::Play => self.obey(order).await,
                    Ok(_) | Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => break,
                },
                () = sleep_until(wake) => {}
            }
        }
        self.is_own_will = true;
        let steps = self.wire.machine.stop();
        self.carry(steps).await;
        self.drop_permit();
    }

    fn wake(&self) -> Instant {
        let now = Instant::now();
        let look = if self.nature == Nature::Visitor && self.permit.is_none() {
            4 * LOOK
        } else {
            LOOK
        };
        (now + look).min(self.next_act.max(now + Duration::from_millis(1)))
    }

    // ---- The phases.

    async fn go_on(&mut self, phase: Phase) {
        let now = Instant::now();
        if self
            .deaf_until
            .is_some_and(|at| now >= at || phase > Phase::Play)
        {
            self.deaf_until = None;
        }
        while self.aside.try_join_next().is_some() {}
        match phase {
            _ if self.done == Some(phase) => {}
            Phase::Gather => {
                self.come_online(phase).await;
                self.gather().await;
            }
            Phase::Play => {
                if self.nature == Nature::Visitor {
                    self.visit().await;
                } else {
                    self.come_online(phase).await;
                }
                if now >= self.next_act {
                    self.next_act = now + self.pause();
                    if self.is_live() && self.deaf_until.is_none() {
                        self.act().await;
                    }
                }
            }
            Phase::Settle | Phase::CatchUp => {
                self.away_until = None;
                self.come_online(phase).await;
            }
            Phase::Leave => {}
        }
    }

    fn has_done(&self, phase: Phase) -> bool {
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
            Phase::Play | Phase::Leave => false,
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
    async fn rest(&mut self, phase: Phase) {
        if let Some(ear) = &mut self.wire.ear {
            ear.flush();
        }
        if self.nature == Nature::Visitor && phase != Phase::Play {
            self.go(None).await;
            self.drop_permit();
        }
    }

    /// Comes into the rooms that are not one's own yet.
    async fn gather(&mut self) {
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
    fn is_complete(&self, at: usize) -> bool {
        let room = &self.world.cast.rooms[at];
        room.kind != Entry::Private
            || room
                .members
                .iter()
                .all(|who| self.invited.contains_key(&(at, *who)))
    }

    async fn invite_the_missing(&mut self, at: usize) {
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

    async fn invite(&mut self, room: RoomId, who: usize) {
        let body = Body::Invite {
            user: self.world.accounts[who].id,
            user_name: self.world.cast.people[who].name.clone(),
        };
        self.send(room, body).await;
    }

    // ---- Coming and going.

    fn is_live(&self) -> bool {
        matches!(self.wire.machine.link(), Link::Live { .. })
    }

    async fn come_online(&mut self, phase: Phase) {
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
    async fn go(&mut self, pause: Option<Duration>) {
        self.is_own_will = true;
        let steps = self.wire.machine.stop();
        self.carry(steps).await;
        self.is_own_will = false;
        self.away_until = pause.map(|pause| Instant::now() + pause);
    }

    fn drop_permit(&mut self) {
        self.permit = None;
    }

    async fn visit(&mut self) {
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

    async fn cut(&mut self) {
        self.is_own_will = true;
        let steps = self.wire.cut().await;
        self.see(steps);
        self.is_own_will = false;
    }

    async fn obey(&mut self, order: Order) {
        if !self.wire.is_open() || !self.chance.random_bool(0.35) {
            return;
        }
        self.is_own_will = true;
        match order {
            Order::Reset => {
                let steps = self.wire.tear().await;
                self.see(steps);
                self.world.count(|tally| tally.torn += 1);
            }
            Order::HalfOpen => {
                let (socket, steps) = self.wire.abandon().await;
                self.open.extend(socket);
                self.see(steps);
                self.world.count(|tally| tally.abandoned += 1);
            }
            Order::Slow(hold) => {
                if self.nature != Nature::Pump && self.nature != Nature::Director {
                    self.deaf_until = Some(Instant::now() + hold);
                    self.world.count(|tally| tally.slowed += 1);
                }
            }
        }
        self.is_own_will = false;
    }

    // ---- Acting.

    /// Between two acts.
    fn pause(&mut self) -> Duration {
        let mean_ms = match self.nature {
            Nature::Pump => 25.0,
            Nature::Director => 900.0,
            Nature::Talker => 1_200.0,
            Nature::Reader | Nature::Plain => 1_800.0,
            Nature::Visitor => 2_500.0,
        };
        let part: f64 = self.chance.random_range(0.001..1.0);
        Duration::from_secs_f64(mean_ms * -part.ln() / 1e3)
    }

    async fn act(&mut self) {
        self.come_back_in().await;
        let Some(room) = self.any_room() else { return };
        let die = self.chance.random_range(0..1000);
        match self.nature {
            Nature::Pump if die < 970 => self.say(self.busy_room().unwrap_or(room)).await,
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
    async fn small_act(&mut self, room: RoomId) {
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
            30..50 => self.walk(room).await,
            50..55 => {
                let steps = self.wire.machine.typing(now, room);
                self.carry(steps).await;
            }
            55..75 => {
                let ms = self.chance.random_range(20..2_500);
                self.go(Some(Duration::from_millis(ms))).await;
            }
            75..85 => self.cut().await,
            // Says something and is gone before the answer; the resend comes later, elsewhere.
            85..95 => {
                self.say(room).await;
                self.cut().await;
                let ms = self.chance.random_range(0..20_000);
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

    fn any_room(&mut self) -> Option<RoomId> {
        let rooms: Vec<RoomId> = self.wire.machine.rooms().map(|(id, _)| id).collect();
        rooms.choose(&mut self.chance).copied()
    }

    fn busy_room(&self) -> Option<RoomId> {
        let at = self.world.cast.rooms.iter().position(|room| room.is_busy)?;
        let room = self.world.room(at)?;
        self.wire.machine.room(room).map(|_| room)
    }

    async fn say(&mut self, room: RoomId) {
        let is_busy = self
            .world
            .index(room)
            .is_some_and(|at| self.world.cast.rooms[at].is_busy);
        let more = if is_busy && self.world.is_swollen.load(Relaxed) {
            self.chance.random_range(6_000..14_000)
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
        self.send(room, Body::Message { text, reply_to }).await;
    }

    fn seen_in(&mut self, room: RoomId) -> Option<Seq> {
        let seen: Vec<Seq> = self
            .seen
            .iter()
            .filter(|(of, _)| *of == room)
            .map(|(_, seq)| *seq)
            .collect();
        seen.choose(&mut self.chance).copied()
    }

    /// Edits, deletes or reacts.
    async fn change(&mut self) {
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

    async fn send(&mut self, room: RoomId, body: Body) {
        if self.wire.machine.pending().count() >= WAITING_MAX && self.nature != Nature::Director {
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

    async fn ask(&mut self, ask: Ask, asked: Asked) {
        if let Ok((number, steps)) = self.wire.machine.ask(self.wire.now_ms(), ask) {
            self.asked.insert(number, asked);
            self.carry(steps).await;
        }
    }

    async fn walk(&mut self, room: RoomId) {
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

    async fn turn(&mut self, walk: Walk, window: Window) {
        let limit = Some([20, 50, 200][self.chance.random_range(0..3)]);
        let room = walk.room;
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

    async fn leave(&mut self, room: RoomId) {
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

    async fn come_back_in(&mut self) {
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
                    let limit = Some(50);
                    let window = Window::Newest;
                    let walk = Walk {
                        room,
                        is_back: true,
                        left: 0,
                    };
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
                self.call_aside(room);
            }
        }
    }

    /// The director puts people out and lets them in again, and changes topics and roles.
    async fn direct(&mut self) {
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
                self.send(room, Body::Remove { user }).await;
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
    fn call_aside(&mut self, room: RoomId) {
        if self.aside.len() >= ASIDE_MAX {
            return;
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
        let place = self.chance.random_range(0..self.world.places.len());
        self.aside
            .spawn(aside::call(Arc::clone(&self.world), self.at, place, what));
    }

    // ---- Seeing.

    async fn carry(&mut self, steps: Vec<Step>) {
        let before = self.wire.opened;
        let rest = self.wire.carry(steps).await;
        let opened = self.wire.opened - before;
        self.world.count(|tally| tally.opened += opened);
        self.see(rest);
        self.follow().await;
    }

    /// Goes on with walks whose page has come.
    async fn follow(&mut self) {
        while let Some((walk, window)) = self.turns.pop_front() {
            Box::pin(self.turn(walk, window)).await;
        }
    }

    fn see(&mut self, steps: Vec<Step>) {
        for step in steps {
            match step {
                Step::Show { room, event } => {
                    self.world.count(|tally| tally.shown += 1);
                    if event.body.is_message() {
                        remember(&mut self.seen, (room, event.seq));
                    }
                }
                Step::Missed { .. } => self.world.count(|tally| tally.gaps += 1),
                Step::Settled { pending, outcome } => self.settle(pending, outcome),
                Step::Held { .. } => self.world.count(|tally| tally.held += 1),
                Step::Drain { .. } => self.world.count(|tally| tally.drains += 1),
                Step::Wait { why, .. } => {
                    let is_own = self.is_own_will;
                    self.world.count(|tally| {
                        tally.ends += u64::from(!is_own);
                        tally.slow += u64::from(why == End::Code(4000));
                    });
                }
                Step::Ended(_) => {
                    self.world.count(|tally| tally.ends += 1);
                    self.away_until = Some(Instant::now() + Duration::from_secs(1));
                }
                Step::Left { room, .. } => {
                    if let Some(at) = self.world.index(room) {
                        let ms = self.chance.random_range(100..4_000);
                        self.outside
                            .insert(at, Instant::now() + Duration::from_millis(ms));
                    }
                }
                Step::Answer { number, answer } => self.answered(number, answer),
                _ => {}
            }
        }
    }

    fn settle(&mut self, pending: Pending, outcome: Outcome) {
        match outcome {
            Outcome::Stored(seq) => {
                self.world.count(|tally| tally.acked += 1);
                if pending.body.is_message() {
                    remember(&mut self.mine, (pending.room, seq));
                }
                remember(&mut self.settled, (pending, seq));
            }
            Outcome::Refused(_) => self.world.count(|tally| tally.refused += 1),
            Outcome::Doubtful(_) | Outcome::GivenUp { .. } => {
                self.world.count(|tally| tally.doubtful += 1);
            }
        }
    }

    fn answered(&mut self, number: u64, answer: Result<Answer, Refused>) {
        match (self.asked.remove(&number), answer) {
            (Some(Asked::Enter(at)), Ok(Answer::Room(room))) => self.world.found(at, room.id),
            (Some(Asked::Enter(at)), Err(_)) => {
                let ms = self.chance.random_range(1_000..6_000);
                self.outside
                    .insert(at, Instant::now() + Duration::from_millis(ms));
            }
            (Some(Asked::Walk(walk)), Ok(Answer::Page(page))) => {
                self.world.count(|tally| tally.pages += 1);
                let window = match (walk.is_back, page.events.first(), page.events.last()) {
                    (true, Some(first), _) if page.more_before => Window::Before(first.seq),
                    (false, _, Some(last)) if page.more_after => Window::After(last.seq),
                    _ => return,
                };
                if walk.left > 0 {
                    let walk = Walk {
                        left: walk.left - 1,
                        ..walk
                    };
                    self.turns.push_back((walk, window));
                }
            }
            _ => {}
        }
    }
}

fn remember<T>(list: &mut VecDeque<T>, item: T) {
    list.push_back(item);
    if list.len() > REMEMBERED {
        list.pop_front();
    }
}
