//! One nick of a replay: an account, a client machine with a socket of its own, and a memory of what it said and saw.
//!
//! It acts in the order of its cues. It comes and goes besides: politely, or cut in the middle. If there are more nicks
//! than sockets, one that has nothing to do leaves its socket to another and resumes when it has.

use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use hearth_protocol::{
    Body, ErrorCode, Event, Retry, RoomId, SendId, Seq,
    bounds::PAGE_EVENTS_MAX,
    client::{Answer, Ask, Link, NotTaken, Outcome, Page, Refused, RoomLog, Step, Window},
};
use rand::{RngExt, rngs::SmallRng};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, mpsc},
    time::{Instant, sleep},
};

use super::{
    cast::Act,
    judge::{Said, SaidEnd, Testimony},
    view::{self, Stay},
};
use crate::wire::Wire;

/// How long an idle nick keeps its socket at least: less would be nothing but coming and going.
const STAY: Duration = Duration::from_millis(700);

/// What all people of a replay share.
pub(super) struct World {
    /// The rooms, by index.
    pub(super) rooms: Vec<RoomId>,
    /// And back.
    pub(super) index: HashMap<RoomId, usize>,
    /// One permit per open socket.
    pub(super) sockets: Arc<Semaphore>,
    /// People who wait for a socket.
    pub(super) hungry: AtomicUsize,
    /// How often somebody leaves after an act, in per mille.
    pub(super) churn: u32,
    /// How long somebody waits at the end for what is not coming.
    pub(super) patience: Duration,
    /// What happened so far.
    pub(super) counts: Counts,
}

/// What happened so far, for the progress lines and to tell slow from stuck.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) acts: AtomicU64,
    pub(super) acknowledged: AtomicU64,
    pub(super) shown: AtomicU64,
    pub(super) held: AtomicU64,
    pub(super) gaps: AtomicU64,
    pub(super) online: AtomicU64,
    pub(super) sockets: AtomicU64,
    pub(super) left: AtomicU64,
    pub(super) cut: AtomicU64,
    pub(super) ends: AtomicU64,
    pub(super) finished: AtomicU64,
}

/// What a person is told to do.
pub(super) enum Cue {
    /// Act in a room. The ticket comes back when it is done.
    Act {
        room: usize,
        act: Act,
        ticket: OwnedSemaphorePermit,
    },
    /// Everything is said: come up to date with these heads, and testify.
    Finish(Arc<Vec<u64>>),
}

/// What a person is in the middle of.
enum Doing {
    Joining {
        room: usize,
        number: Option<u64>,
        say: Option<String>,
        ticket: OwnedSemaphorePermit,
    },
    /// The first words after coming in.
    Saying {
        room: usize,
        text: String,
        ticket: OwnedSemaphorePermit,
    },
    Leaving {
        room: usize,
        number: Option<u64>,
        #[expect(dead_code, reason = "given back by being dropped")]
        ticket: OwnedSemaphorePermit,
    },
}

/// A part that was missed and is read from history.
struct Fill {
    room: usize,
    next: u64,
    to: u64,
    number: Option<u64>,
}

pub(super) struct Person {
    world: Arc<World>,
    wire: Wire,
    chance: SmallRng,
    permit: Option<OwnedSemaphorePermit>,
    online_since: Instant,
    away_until: Option<Instant>,
    doing: Option<Doing>,
    tickets: HashMap<SendId, (usize, OwnedSemaphorePermit)>,
    open: HashMap<usize, Stay>,
    fills: VecDeque<Fill>,
    finish: Option<Arc<Vec<u64>>>,
    /// How much it had seen when it last saw more, and when that was.
    progress: (usize, Instant),
    /// It leaves next, for a while.
    has_enough: bool,
    testimony: Testimony,
    ids: u64,
}

impl Person {
    pub(super) fn new(world: Arc<World>, wire: Wire, chance: SmallRng) -> Self {
        Self {
            world,
            wire,
            chance,
            permit: None,
            online_since: Instant::now(),
            away_until: None,
            doing: None,
            tickets: HashMap::new(),
            open: HashMap::new(),
            fills: VecDeque::new(),
            finish: None,
            progress: (0, Instant::now()),
            has_enough: false,
            testimony: Testimony::default(),
            ids: 0,
        }
    }

    /// Lives until it is told to finish and has seen everything, and testifies.
    pub(super) async fn live(mut self, mut cues: mpsc::UnboundedReceiver<Cue>) -> Testimony {
        loop {
            self.go_on().await;
            if self.testimony.failed.is_some()
                || self.has_seen_everything()
                || self.has_waited_enough()
            {
                break;
            }
            let takes_cues = self.doing.is_none() && self.finish.is_none();
            tokio::select! {
                input = self.wire.wait() => {
                    let steps = self.wire.tell(input);
                    self.carry(steps).await;
                }
                cue = cues.recv(), if takes_cues => match cue {
                    Some(cue) => self.take(cue).await,
                    None => break,
                },
                // Whether somebody wants the socket, and whether it is time to come back.
                () = sleep(Duration::from_millis(250)) => {}
            }
            if std::mem::take(&mut self.has_enough) && self.finish.is_none() {
                self.go_away().await;
            }
            self.make_room().await;
        }
        let steps = self.wire.machine.stop();
        self.carry(steps).await;
        self.drop_permit();
        self.world.counts.finished.fetch_add(1, Relaxed);
        let open = std::mem::take(&mut self.open);
        self.testimony.stays.extend(open);
        self.testimony
    }

    // ---- Acting.

    async fn take(&mut self, cue: Cue) {
        self.come_online().await;
        match cue {
            Cue::Finish(heads) => {
                self.away_until = None;
                self.finish = Some(heads);
                let steps = self.wire.machine.start(self.wire.now_ms());
                self.carry(steps).await;
            }
            Cue::Act { room, act, ticket } => {
                self.world.counts.acts.fetch_add(1, Relaxed);
                let is_in = self.open.contains_key(&room);
                match act {
                    Act::Join if !is_in => {
                        self.doing = Some(Doing::Joining {
                            room,
                            number: None,
                            say: None,
                            ticket,
                        });
                    }
                    Act::Leave if is_in => {
                        self.doing = Some(Doing::Leaving {
                            room,
                            number: None,
                            ticket,
                        });
                    }
                    // Was there already, or never was: logs begin and end in the middle.
                    Act::Join | Act::Leave => {}
                    Act::Say(text) if is_in => self.say(room, text, ticket).await,
                    Act::Say(text) => {
                        let say = Some(text);
                        self.doing = Some(Doing::Joining {
                            room,
                            number: None,
                            say,
                            ticket,
                        });
                    }
                }
                self.has_enough |= self.chance.random_range(0..1000) < self.world.churn;
            }
        }
    }

    async fn say(&mut self, room: usize, text: String, ticket: OwnedSemaphorePermit) {
        self.ids += 1;
        let body = Body::message(text);
        let Ok(id) = SendId::new(format!("said-{}", self.ids)) else {
            return;
        };
        let said = Said {
            room,
            id: id.clone(),
            body: view::digest_of(&body),
            end: SaidEnd::Open,
        };
        self.testimony.said.push(said);
        self.tickets.insert(id.clone(), (room, ticket));
        let now = self.wire.now_ms();
        match self
            .wire
            .machine
            .send(now, self.world.rooms[room], id.clone(), body)
        {
            Ok(steps) => self.carry(steps).await,
            // It left the room without having been told to: seen by the judge as well.
            Err(NotTaken::NotMember) => self.settle(&id, SaidEnd::Refused),
            Err(error) => self.fail(&format!("its outbox took nothing: {error}")),
        }
    }

    /// Goes on with what it is in the middle of, as far as that can be done now.
    async fn go_on(&mut self) {
        if self.away_until.is_some_and(|at| Instant::now() >= at) {
            self.away_until = None;
            let steps = self.wire.machine.start(self.wire.now_ms());
            self.carry(steps).await;
        }
        if let Some(Doing::Saying { .. }) = &self.doing
            && let Some(Doing::Saying { room, text, ticket }) = self.doing.take()
        {
            self.say(room, text, ticket).await;
        }
        if let Some(ask) = self.next_ask() {
            match self.wire.machine.ask(self.wire.now_ms(), ask) {
                Ok((asked, steps)) => {
                    match &mut self.doing {
                        Some(Doing::Joining { number, .. } | Doing::Leaving { number, .. }) => {
                            *number = Some(asked);
                        }
                        Some(Doing::Saying { .. }) | None => {}
                    }
                    self.carry(steps).await;
                }
                Err(error) => self.fail(&format!("it could not ask: {error}")),
            }
        }
        self.fill().await;
    }

    fn next_ask(&self) -> Option<Ask> {
        match &self.doing {
            Some(Doing::Joining {
                room, number: None, ..
            }) => Some(Ask::Join(self.world.rooms[*room])),
            // Not before everything of its own is said, and what it missed is read.
            Some(Doing::Leaving {
                room, number: None, ..
            }) => {
                let is_said = self.tickets.values().all(|(of, _)| of != room);
                let is_read = self.fills.iter().all(|fill| fill.room != *room);
                (is_said && is_read && self.is_up_to_date(*room))
                    .then(|| Ask::Leave(self.world.rooms[*room]))
            }
            _ => None,
        }
    }

    /// Whether it is connected and has the room up to where it was at the last `welcome`.
    fn is_up_to_date(&self, room: usize) -> bool {
        let log = self.wire.machine.room(self.world.rooms[room]);
        let head = log
            .and_then(RoomLog::snapshot)
            .map(|snapshot| snapshot.head);
        let is_live = matches!(self.wire.machine.link(), Link::Live { .. });
        is_live && log.map(RoomLog::position) >= head
    }

    async fn fill(&mut self) {
        let Some(fill) = self.fills.front_mut() else {
            return;
        };
        if fill.number.is_some() {
            return;
        }
        let ask = Ask::History {
            room: self.world.rooms[fill.room],
            window: Window::After(Seq(fill.next - 1)),
            limit: Some(PAGE_EVENTS_MAX),
        };
        if let Ok((number, steps)) = self.wire.machine.ask(self.wire.now_ms(), ask) {
            fill.number = Some(number);
            self.carry(steps).await;
        }
    }

    // ---- Coming and going.

    async fn come_online(&mut self) {
        if self.permit.is_some() {
            return;
        }
        self.world.hungry.fetch_add(1, Relaxed);
        let permit = Arc::clone(&self.world.sockets).acquire_owned().await;
        self.world.hungry.fetch_sub(1, Relaxed);
        self.permit = permit.ok();
        self.online_since = Instant::now();
        self.world.counts.online.fetch_add(1, Relaxed);
        let steps = self.wire.machine.start(self.wire.now_ms());
        self.carry(steps).await;
    }

    /// Leaves the socket to somebody who has something to do.
    async fn make_room(&mut self) {
        let is_idle = self.doing.is_none()
            && self.finish.is_none()
            && self.tickets.is_empty()
            && self.fills.is_empty()
            && self.permit.is_some()
            && self.online_since.elapsed() >= STAY;
        if is_idle && self.world.hungry.load(Relaxed) > 0 {
            let steps = self.wire.machine.stop();
            self.carry(steps).await;
            self.away_until = None;
            self.drop_permit();
        }
    }

    fn drop_permit(&mut self) {
        if self.permit.take().is_some() {
            self.world.counts.online.fetch_sub(1, Relaxed);
        }
    }

    /// Leaves and comes back: half of the time without a word, as a lost network does.
    async fn go_away(&mut self) {
        if !self.wire.is_open() {
            return;
        }
        if self.chance.random_range(0..2) == 0 {
            self.world.counts.cut.fetch_add(1, Relaxed);
            let steps = self.wire.cut().await;
            self.see(steps);
        } else {
            self.world.counts.left.fetch_add(1, Relaxed);
            let steps = self.wire.machine.stop();
            self.carry(steps).await;
            let pause = Duration::from_millis(self.chance.random_range(20..1500));
            self.away_until = Some(Instant::now() + pause);
        }
    }

    fn has_seen_everything(&self) -> bool {
        let Some(heads) = &self.finish else {
            return false;
        };
        let is_up_to_date = |(room, stay): (&usize, &Stay)| stay.last() >= heads[*room];
        matches!(self.wire.machine.link(), Link::Live { .. })
            && self.fills.is_empty()
            && self.tickets.is_empty()
            && self.open.iter().all(is_up_to_date)
    }

    /// At the end: whether nothing more comes, so that what is lacking is to be called lost.
    fn has_waited_enough(&mut self) -> bool {
        let seen = self
            .open
            .values()
            .map(|stay| stay.shown.len() + stay.filled.len())
            .sum();
        if self.finish.is_none() || seen != self.progress.0 {
            self.progress = (seen, Instant::now());
        }
        self.progress.1.elapsed() >= self.world.patience
    }

    // ---- Seeing.

    async fn carry(&mut self, steps: Vec<Step>) {
        let before = self.wire.opened;
        let rest = self.wire.carry(steps).await;
        self.world
            .counts
            .sockets
            .fetch_add(self.wire.opened - before, Relaxed);
        self.see(rest);
    }

    /// Takes in what was seen.
    fn see(&mut self, steps: Vec<Step>) {
        for step in steps {
            match step {
                Step::Welcome { user, .. } => self.testimony.user = Some(user.id),
                Step::Room(snapshot) => {
                    if let Some(room) = self.world.index.get(&snapshot.id) {
                        let new = Stay {
                            from: snapshot.head.0,
                            ..Stay::default()
                        };
                        self.open.entry(*room).or_insert(new);
                    }
                }
                Step::Show { room, event } => {
                    self.show(room, &event);
                    self.has_enough |= self.chance.random_range(0..100_000) < self.world.churn;
                }
                Step::Missed { room, from, to } => {
                    self.world.counts.gaps.fetch_add(1, Relaxed);
                    if let Some(room) = self.world.index.get(&room) {
                        let fill = Fill {
                            room: *room,
                            next: from.0,
                            to: to.0,
                            number: None,
                        };
                        self.fills.push_back(fill);
                    }
                }
                Step::Left { room, seq } => self.left(room, seq),
                Step::Settled { pending, outcome } => {
                    let end = match outcome {
                        Outcome::Stored(seq) => SaidEnd::Stored(seq.0),
                        Outcome::Refused(refused) => {
                            self.complain("refused", &refused.message);
                            SaidEnd::Refused
                        }
                        Outcome::Doubtful(_) | Outcome::GivenUp { .. } => SaidEnd::Doubtful,
                    };
                    self.settle(&pending.id, end);
                }
                Step::Held { .. } => {
                    self.world.counts.held.fetch_add(1, Relaxed);
                }
                Step::Answer { number, answer } => match answer {
                    Ok(answer) => self.answered(number, answer),
                    Err(refused) => self.not_answered(number, &refused),
                },
                Step::Wait { .. } => {
                    self.world.counts.ends.fetch_add(1, Relaxed);
                }
                Step::Ended(ended) => self.fail(&format!("the server wants it no more: {ended:?}")),
                Step::Reset { .. } => self.fail("the server said that its log is another one"),
                Step::Odd(cause) => {
                    self.fail(&format!("the server said what is no frame: {cause}"))
                }
                Step::Notice(refused) => self.complain("notice", &refused.message),
                _ => {}
            }
        }
    }

    fn show(&mut self, room: RoomId, event: &Event) {
        self.world.counts.shown.fetch_add(1, Relaxed);
        let stay = self
            .world
            .index
            .get(&room)
            .and_then(|room| self.open.get_mut(room));
        match stay {
            Some(stay) => stay.shown.push((event.seq.0, view::digest(event))),
            None => self.fail("an event of a room that is not its own was shown"),
        }
    }

    fn left(&mut self, room: RoomId, seq: Option<Seq>) {
        let Some(room) = self.world.index.get(&room).copied() else {
            return;
        };
        if let Some(mut stay) = self.open.remove(&room) {
            stay.to = Some(seq.map_or(stay.last(), |seq| seq.0));
            // What it was told to have missed can be read by members only.
            self.fills.retain(|fill| {
                if fill.room == room {
                    stay.forgone.push((fill.next, fill.to));
                }
                fill.room != room
            });
            self.testimony.stays.push((room, stay));
        }
        if let Some(Doing::Leaving { room: of, .. }) = &self.doing
            && *of == room
        {
            self.doing = None;
        }
    }

    fn settle(&mut self, id: &SendId, end: SaidEnd) {
        self.tickets.remove(id);
        self.world.counts.acknowledged.fetch_add(1, Relaxed);
        if let Some(said) = self
            .testimony
            .said
            .iter_mut()
            .rev()
            .find(|said| said.id == *id)
        {
            said.end = end;
        }
    }

    fn answered(&mut self, number: u64, answer: Answer) {
        match answer {
            Answer::Page(page) => self.page(number, page),
            Answer::Room(snapshot) => {
                if let Some(Doing::Joining {
                    number: Some(of), ..
                }) = &self.doing
                    && *of == number
                    && let Some(Doing::Joining {
                        room, say, ticket, ..
                    }) = self.doing.take()
                {
                    let new = Stay {
                        from: snapshot.head.0,
                        ..Stay::default()
                    };
                    self.open.entry(room).or_insert(new);
                    // The machine is in the middle of its steps: the first words wait for the next round.
                    self.doing = say.map(|text| Doing::Saying { room, text, ticket });
                }
            }
            Answer::Done
            | Answer::Members { .. }
            | Answer::Bans { .. }
            | Answer::Pins { .. }
            | Answer::Edits(_)
            | Answer::Found { .. }
            | Answer::Thread(_)
            | Answer::Threads(_)
            | Answer::Receipts { .. } => {}
        }
    }

    fn page(&mut self, number: u64, page: Page) {
        let Some(fill) = self
            .fills
            .front_mut()
            .filter(|fill| fill.number == Some(number))
        else {
            return;
        };
        fill.number = None;
        let stay = self.open.get_mut(&fill.room);
        let mut seen = Vec::new();
        for event in &page.events {
            if event.seq.0 >= fill.next && event.seq.0 <= fill.to {
                seen.push((event.seq.0, view::digest(event)));
                fill.next = event.seq.0 + 1;
            }
        }
        self.world
            .counts
            .shown
            .fetch_add(seen.len() as u64, Relaxed);
        // Once the room is left nothing more can be read; what was missed then counts as lost, and rightly.
        let is_open = stay.is_some();
        if let Some(stay) = stay {
            stay.filled.extend(seen);
        }
        if fill.next > fill.to || !is_open {
            self.fills.pop_front();
        }
    }

    fn not_answered(&mut self, number: u64, refused: &Refused) {
        if let Some(fill) = self
            .fills
            .front_mut()
            .filter(|fill| fill.number == Some(number))
        {
            fill.number = None;
            return self.complain("history not answered", &refused.message);
        }
        let of = match &mut self.doing {
            Some(Doing::Joining { number: of, .. } | Doing::Leaving { number: of, .. }) => of,
            Some(Doing::Saying { .. }) | None => return,
        };
        if *of != Some(number) {
            // Asked again after a cut, of something that had been done.
            return;
        }
        if refused.code.retry() == Retry::Same {
            *of = None;
            self.complain("not answered", &refused.message);
        } else if refused.code == ErrorCode::NotMember {
            // Left already; the room says so itself.
        } else {
            self.fail(&format!("{:?}: {}", refused.code, refused.message));
        }
    }

    fn fail(&mut self, why: &str) {
        self.complain("failed", why);
        self.testimony.failed.get_or_insert_with(|| why.to_owned());
    }

    /// Says what went wrong, but not for ever.
    fn complain(&self, what: &str, why: &str) {
        static SAID: AtomicU64 = AtomicU64::new(0);
        if SAID.fetch_add(1, Relaxed) < 20 {
            println!("replay: {what}: {why}");
        }
    }
}
