//! One person of a check: a client machine with a socket and an ear, who writes, reads, comes and goes as is their
//! nature. What the machine promises is the machine's; here is only what a person wants.

mod acts;
mod phases;

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
    sync::{OwnedSemaphorePermit, broadcast::error::RecvError},
    task::JoinSet,
    time::{Instant, sleep_until},
};

use super::{
    aside::{self, Aside},
    cast::{Entry, Nature},
    ghost,
    world::{Order, Phase, World},
};
use crate::{
    history::{Ear, Record},
    wire::{Door, Wire},
};

/// How often somebody without anything to do looks around.
const LOOK: Duration = Duration::from_millis(250);
/// Own and foreign messages that are remembered, to edit and react to.
const REMEMBERED: usize = 50;
/// Sends that may wait in a talker's outbox: more would only be older when they are sent.
const WAITING_MAX: usize = 8;
/// Sends of a pump that may wait in one room.
const PUMPED_MAX: usize = 3;
/// A pump that is late makes up for so much.
const MADE_UP: Duration = Duration::from_millis(250);
/// One in so many calls beside the socket asks for a room that is none of one's business.
const NOSY: u32 = 8;
/// Calls beside the socket at once.
const ASIDE_MAX: usize = 2;
/// Pages of one walk through history.
const WALK_PAGES: u32 = 12;

/// An acknowledgement after which the goodbye comes so soon was let out by a drain.
const JUST: Duration = Duration::from_millis(300);
/// How long an order waits for a socket.
const ORDER: Duration = Duration::from_secs(8);

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
    /// What the nemesis wants, and until when.
    order: Option<(Order, Instant)>,
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
    /// Connections that were left without a word.
    ghosts: JoinSet<()>,
    aside: JoinSet<()>,
    tags: u64,
    /// The last phase of which everything is done.
    done: Option<Phase>,
    /// When something was last acknowledged.
    acked: Option<Instant>,
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
            order: None,
            next_act: Instant::now(),
            mine: VecDeque::new(),
            seen: VecDeque::new(),
            settled: VecDeque::new(),
            asked: HashMap::new(),
            turns: VecDeque::new(),
            outside: HashMap::new(),
            put_out: Vec::new(),
            invited: HashMap::new(),
            ghosts: JoinSet::new(),
            aside: JoinSet::new(),
            tags: 0,
            done: None,
            acked: None,
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
                    // Some follow it; who has no socket just now, when there is one.
                    Ok(order) if self.chance.random_bool(0.35) => {
                        self.order = Some((order, Instant::now() + ORDER));
                    }
                    Ok(_) | Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => break,
                },
                () = sleep_until(wake) => {}
            }
        }
        if self.done != Some(Phase::CatchUp) {
            let u = self.world.recorder.user(self.world.accounts[self.at].id);
            self.world.recorder.put(Record::Behind { u });
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
                Step::Drain { .. } => {
                    let just = self.acked.is_some_and(|at| at.elapsed() < JUST);
                    self.world.count(|tally| {
                        tally.drains += 1;
                        tally.goodbyes += u64::from(just);
                    });
                }
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
                self.acked = Some(Instant::now());
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
