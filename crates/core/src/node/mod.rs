//! A node: the shell that runs rooms, sessions, beats and the audit over a store, a bus and a presence board.
//!
//! It owns every task and channel; the rules are in the machines that it drives (`room`, `session`, `nodes`, `audit`).
//! A line of calls, never a ring: session → chat → room task → ports.

mod accounts;
mod acts;
mod administrators;
mod avatars;
mod beat;
mod bots;
mod canary;
mod chat;
mod closing;
mod counts;
mod directory;
mod edits;
mod files;
mod flight;
mod forward;
mod groups;
mod invitations;
mod lane;
mod limits;
mod link;
mod live;
mod logins;
mod mail;
mod marks;
mod members;
mod notifications;
mod once;
mod overview;
mod own;
mod people;
mod pins;
mod presence;
mod pressure;
mod profiles;
mod push;
mod receipts;
mod records;
mod reset;
mod room_invitations;
mod room_task;
mod rooms;
mod scheduled;
mod search;
mod second;
mod session;
mod settings;
mod sign_ups;
mod threads;
mod topics;
mod users;
mod warm;
mod webhook_in;
mod webhook_out;
mod webhooks;
mod writers;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use hearth_protocol::{CloseCode, ErrorCode, RoomId, SendId, Seq, User, UserId};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use tokio::{
    sync::{Notify, Semaphore, mpsc},
    task::JoinHandle,
};

pub use accounts::Account;
pub use acts::{ACTS_MAX, Act, ActKind};
pub use administrators::ADMINISTRATORS_MAX;
pub use avatars::{AVATAR_SIDES, AvatarPictures};
pub use bots::{BOT_TOKENS_MAX, NewToken, TOKEN_DAYS_MAX};
pub use chat::{Sent, Unsent};
pub use directory::{DIRECTORY_PAGE_MAX, PublicRoom, SOUGHT_CHARS_MAX};
pub use files::Measured;
pub use flight::{Flight, FlightStep, Sought, Whose, key_of};
pub use invitations::{DAYS_MAX, INVITATIONS_MAX, Invitation, InvitationId, USES_MAX};
pub use lane::{Lane, Outbox, Pushed};
pub use limits::{LimitBounds, limited};
pub use link::{KeptLink, Link};
pub use logins::{Credential, LOGINS_MAX, LoggedIn, Login, LoginFrom, LoginId};
pub use mail::{Mail, MailLink, PendingMail};
pub use notifications::{NotificationStream, STREAMS_MAX, StreamEnd, StreamWanted, Streamed};
pub use once::{Once, REQUESTS_MAX, REQUESTS_MS};
pub use overview::Around;
pub use own::SavedMessage;
pub use people::PEOPLE_MAX;
pub use pressure::{Pressure, PressureBounds};
pub use push::Zones;
pub use room_invitations::{
    ROOM_INVITATION_S, ROOM_INVITATION_USES_MAX, ROOM_INVITATIONS_MAX, RoomInvitation,
};
pub use rooms::{AnyRoom, ROOMS_LOOKED_AT_MAX, ROOMS_PAGE_MAX};
pub use scheduled::scheduled_id;
pub use second::SecondTried;
pub use session::Session;
pub use sign_ups::SignUpKey;
pub use users::{Accounts, LOOKED_AT_MAX};
pub use webhook_in::{WEBHOOK_RESEND_EVENTS, WebhookPost};
pub use webhook_out::{Beside, Delivery, Followed, WebhookFeed};
pub use webhooks::{
    Direction, NewWebhook, WAYS_OUT_MAX, WEBHOOK_NAME_CHARS_MAX, WEBHOOK_URL_BYTES_MAX,
    WEBHOOKS_MAX, Webhook, WebhookId, WebhookMade,
};

use crate::{
    admission::{Admission, AdmissionBounds},
    audit::Audit,
    canary::{Canary, Unready},
    clock::Clock,
    grant::Grant,
    nodes::Nodes,
    overview::Overview,
    port::{Bus, BusNews, Counted, NodeName, Presence, Store, Topic},
    recheck::Recheck,
    refusal::Refusal,
    room::{BatchMax, RoomBounds},
    session::{Dialect, Notice},
    timing::Stopwatch,
};
use files::Filing;
use flight::Recorder;
use limits::Limits;
use live::{Live, Shows};
use marks::Marks;
use notifications::Streams;
use overview::Tally;
use profiles::Profiles;
use push::PushedUsers;
use receipts::Receipts;
use room_task::Command;
use topics::Topics;
use warm::{Handle, Warm};
use writers::Writers;

/// Rooms that one node holds in memory; the next takes the place of one that is asleep, and is refused `busy` while all
/// are in use.
const ROOMS_WARM_MAX: usize = 200_000;
/// Unused rooms that are let go of under one lock: a crowd of them must not stop those who want a room.
const COOLED_AT_ONCE: usize = 256;
/// Hints that wait for the bus, per lane. A full lane drops: readers elsewhere are repaired by beats and the audit.
const LANE_HINTS_MAX: usize = 1_024;
/// Lanes keep one topic's hints in order while another topic's publish is slow.
const LANES: usize = 8;
/// Room loads and other bursts of store calls under way at once.
const LOADS_MAX: usize = 64;
/// A stopping node waits in steps for what leaves it, and for rooms that still append what was forwarded here.
const STEP: Duration = Duration::from_millis(50);
const FORWARDED_STEPS: u32 = 40;

/// What a node is told about itself.
#[derive(Debug, Clone)]
pub struct NodeConfig {
    /// Its name: unique among the nodes that run, and new at each start.
    pub name: NodeName,
    /// The build that `welcome` names.
    pub build: String,
    /// The bounds of its rooms: the defaults, but for simulations, which meet small ones sooner.
    pub bounds: RoomBounds,
    /// Whether it sends canaries.
    pub canary: CanarySwitch,
}

/// Whether a node sends canaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CanarySwitch {
    /// Each round, and its readiness follows them.
    On,
    /// None: for simulations that are about something else. It answers those of others.
    Off,
}

/// What a node takes on at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// What may wait.
    pub pressure: PressureBounds,
    /// How many come in.
    pub admission: AdmissionBounds,
    /// How often one user, and one room.
    pub limits: LimitBounds,
    /// About how many bytes the rooms in memory may take together. Those that are in use stay, also if they alone take
    /// more; the others are let go of, the one that was used longest ago first.
    pub rooms_bytes_max: usize,
}

impl Default for Bounds {
    /// A hundred thousand rooms in which little has happened, or some hundreds whose windows are full.
    fn default() -> Self {
        Self {
            pressure: PressureBounds::default(),
            admission: AdmissionBounds::default(),
            limits: LimitBounds::default(),
            rooms_bytes_max: 256 * 1024 * 1024,
        }
    }
}

/// What a node is given.
pub struct Parts {
    /// The only truth.
    pub store: Arc<dyn Store>,
    /// Hints between nodes.
    pub bus: Arc<dyn Bus>,
    /// What the bus tells.
    pub news: mpsc::Receiver<BusNews>,
    /// Who is connected somewhere.
    pub presence: Arc<dyn Presence>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance: from the system's generator in production, since login tokens are drawn from it.
    pub seed: [u8; 32],
}

/// A running node. Clones are the same node.
#[derive(Clone)]
pub struct Node(Arc<Inner>);

pub(crate) struct Inner {
    config: NodeConfig,
    store: Arc<dyn Store>,
    bus: Arc<dyn Bus>,
    presence: Arc<dyn Presence>,
    clock: Arc<dyn Clock>,
    chance: Mutex<StdRng>,
    /// Tickets, readers, sessions: one counter for all, unique on this node.
    next_id: AtomicU64,
    rooms: Mutex<Warm>,
    /// What all rooms' machines share.
    room_bounds: Arc<RoomBounds>,
    batch_max: BatchMax,
    topics: Mutex<Topics>,
    nodes: Mutex<Nodes>,
    overview: Mutex<Overview>,
    tally: Tally,
    /// How long appends take.
    appends: Arc<Stopwatch>,
    /// How often the set of nodes has changed.
    writers: Writers,
    audit: Mutex<Audit>,
    canary: Mutex<Canary>,
    flight: Recorder,
    /// Heads published lately, for the beat: the head, and when.
    published: Mutex<BTreeMap<RoomId, (Seq, u64)>>,
    live: Mutex<Live>,
    profiles: Mutex<Profiles>,
    recheck: Mutex<Recheck>,
    recheck_told: Notify,
    /// Users whose logins' use is being written down.
    uses: Mutex<BTreeSet<UserId>>,
    marks: Mutex<Marks>,
    /// Users with push subscriptions, as far as this node knows.
    pushed_users: Mutex<PushedUsers>,
    /// Streams of notifications that are open here.
    streams: Mutex<Streams>,
    receipts: Mutex<Receipts>,
    pressure: Arc<Pressure>,
    admission: Mutex<Admission>,
    limits: Limits,
    /// Set before anybody is let in, if there is a place for files.
    filing: OnceLock<Filing>,
    lanes: Vec<mpsc::Sender<(Topic, Bytes)>>,
    loads: Semaphore,
    sessions: AtomicUsize,
    /// Whether the others' hints for this node arrive: its own topic has stood once.
    reachable: AtomicBool,
    draining: AtomicBool,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

impl Node {
    /// Starts the node's tasks on the current runtime.
    pub fn start(config: NodeConfig, parts: Parts) -> Self {
        Self::start_within(config, parts, Bounds::default())
    }

    /// As [`Node::start`], with bounds of one's own.
    pub fn start_within(config: NodeConfig, parts: Parts, bounds: Bounds) -> Self {
        counts::begin();
        let mut lanes = Vec::new();
        let mut ends = Vec::new();
        for _ in 0..LANES {
            let (lane, end) = mpsc::channel(LANE_HINTS_MAX);
            lanes.push(lane);
            ends.push(end);
        }
        let canary = Canary::new(config.name.clone(), parts.clock.now_ms());
        let canary_switch = config.canary;
        let flight = Recorder::new(parts.clock.now_ms());
        let appends = Arc::new(Stopwatch::default());
        let store: Arc<dyn Store> = Arc::new(Counted(parts.store, appends.clone()));
        let batches = store.clone();
        let node = Self(Arc::new(Inner {
            flight,
            canary: Mutex::new(canary),
            nodes: Mutex::new(Nodes::new(config.name.clone())),
            overview: Mutex::new(Overview::new(config.name.clone())),
            tally: Tally::default(),
            appends,
            room_bounds: Arc::new(config.bounds.clone()),
            batch_max: Arc::new(move |head| batches.batch_max(head)),
            config,
            store,
            bus: parts.bus,
            presence: parts.presence,
            clock: parts.clock,
            chance: Mutex::new(StdRng::from_seed(parts.seed)),
            next_id: AtomicU64::new(1),
            rooms: Mutex::new(Warm::new(ROOMS_WARM_MAX, bounds.rooms_bytes_max)),
            topics: Mutex::default(),
            writers: Writers::default(),
            audit: Mutex::default(),
            published: Mutex::default(),
            live: Mutex::default(),
            profiles: Mutex::default(),
            recheck: Mutex::default(),
            recheck_told: Notify::new(),
            uses: Mutex::default(),
            marks: Mutex::default(),
            pushed_users: Mutex::default(),
            streams: Mutex::default(),
            receipts: Mutex::default(),
            pressure: Pressure::new(bounds.pressure),
            admission: Mutex::new(Admission::new(bounds.admission)),
            limits: Limits::new(bounds.limits),
            filing: OnceLock::new(),
            lanes,
            loads: Semaphore::new(LOADS_MAX),
            sessions: AtomicUsize::new(0),
            reachable: AtomicBool::new(false),
            draining: AtomicBool::new(false),
            tasks: Mutex::default(),
        }));
        let mut tasks = Vec::new();
        for end in ends {
            tasks.push(tokio::spawn(beat::lane(node.0.bus.clone(), end)));
        }
        tasks.push(tokio::spawn(beat::listen(node.clone(), parts.news)));
        tasks.push(tokio::spawn(beat::beats(node.clone())));
        tasks.push(tokio::spawn(beat::audits(node.clone())));
        tasks.push(tokio::spawn(logins::rechecks(node.clone())));
        tasks.push(tokio::spawn(marks::flushes(node.clone())));
        tasks.push(tokio::spawn(receipts::turns(node.clone())));
        tasks.push(tokio::spawn(presence::renewals(node.clone())));
        if canary_switch == CanarySwitch::On {
            canary::begin();
            tasks.push(tokio::spawn(canary::rounds(node.clone())));
        }
        lock(&node.0.tasks).extend(tasks);
        node
    }

    /// Opens a session on a connection whose user is known, and by what.
    pub fn open(
        &self,
        user: User,
        credential: Credential,
        dialect: Dialect,
        outbox: Arc<dyn Outbox>,
    ) -> Session {
        let node = self.clone();
        Session::open(node, user, credential, None, dialect, outbox, Shows::There)
    }

    /// Opens a session of a bot, by a token that lets it do so much. It speaks our own frames.
    pub fn open_bot(
        &self,
        user: User,
        login: LoginId,
        grant: Arc<Grant>,
        outbox: Arc<dyn Outbox>,
    ) -> Session {
        let credential = Credential::Login(login);
        let node = self.clone();
        let dialect = Dialect::V1;
        Session::open(
            node,
            user,
            credential,
            Some(grant),
            dialect,
            outbox,
            Shows::There,
        )
    }

    /// Lets one more client in, or says when to come back: to be asked before anything is done for it.
    ///
    /// # Errors
    /// `unavailable` while another node is known to be better off; `busy` while more come than are let in, with a time
    /// of its own for each who asks.
    pub fn admit(&self) -> Result<(), Refusal> {
        if self.0.config.canary == CanarySwitch::On {
            let verdict = lock(&self.0.canary).verdict_beside_others(self.now_ms());
            verdict.map_err(unready)?;
        }
        let asked = lock(&self.0.admission).ask(self.now_ms());
        asked.map_err(|wait_ms| {
            metrics::counter!("hearth_admissions_refused_total").increment(1);
            let text = "Many are coming at once, and this server takes them one after the other. Come back in a moment.";
            Refusal::new(ErrorCode::Busy, text).retry_after(wait_ms)
        })
    }

    /// What waits on this node, against its bounds.
    pub fn pressure(&self) -> &Arc<Pressure> {
        &self.0.pressure
    }

    /// How many sessions are open.
    pub fn sessions(&self) -> usize {
        self.0.sessions.load(Ordering::Relaxed)
    }

    /// How many rooms are in memory.
    pub fn rooms_warm(&self) -> usize {
        lock(&self.0.rooms).len()
    }

    /// About how many bytes they take together, and the most that they ever took: their windows of the log and their
    /// members, and a round number for the rest. Messages that wait in them are counted by [`Node::pressure`].
    pub fn rooms_bytes(&self) -> (usize, usize) {
        lock(&self.0.rooms).bytes()
    }

    /// The node's name.
    pub fn name(&self) -> &NodeName {
        &self.0.config.name
    }

    /// Whether this node writes a room, as far as it knows.
    fn writes(&self, room: RoomId) -> bool {
        lock(&self.0.nodes).writer(room).is_none()
    }

    /// Nodes heard, beside this one.
    pub fn others(&self) -> Vec<NodeName> {
        lock(&self.0.nodes).others().cloned().collect()
    }

    /// Age of the room longest unaudited, in milliseconds.
    pub fn audit_age_ms(&self) -> u64 {
        lock(&self.0.audit).oldest_age_ms(self.now_ms())
    }

    /// Whether clients should be sent here: the store answers and takes writes, the node hears itself or no other does,
    /// its clock is like most others', and it is not going away.
    ///
    /// # Errors
    /// Why not. A bus that is away for all is no reason: users notice a delay, nothing else.
    pub async fn ready(&self) -> Result<(), Refusal> {
        if self.0.draining.load(Ordering::Relaxed) {
            return Err(Refusal::new(
                ErrorCode::Unavailable,
                "This server is going away.",
            ));
        }
        if self.0.config.canary == CanarySwitch::On {
            let verdict = lock(&self.0.canary).verdict(self.now_ms());
            verdict.map_err(unready)?;
        }
        self.0
            .store
            .ready()
            .await
            .map_err(|error| self.refused(error))
    }

    /// How far this node's clock is ahead of the median of the others', if enough of them have been measured.
    pub fn clock_ahead_ms(&self) -> Option<i64> {
        lock(&self.0.canary).ahead_ms(self.now_ms())
    }

    /// Whether the bus answers now.
    ///
    /// # Errors
    /// Why not, for people.
    pub async fn bus_ready(&self) -> Result<(), crate::port::BusError> {
        self.0.bus.ready().await
    }

    /// Sends every session elsewhere, spread over `within_ms`, and hands the rooms to the other nodes.
    pub fn drain(&self, within_ms: u64) {
        if self.0.draining.swap(true, Ordering::Relaxed) {
            return;
        }
        lock(&self.0.nodes).leave();
        beat::beat(self);
        self.writers_changed();
        let mut sessions: Vec<_> = lock(&self.0.live)
            .all()
            .map(|session| (session.mailbox.clone(), session.outbox.clone()))
            .collect();
        let node = self.clone();
        // Shuffled, so that no user's devices all go first; spaced, so that the others are not stormed.
        for at in (1..sessions.len()).rev() {
            let with = node.chance(|chance| chance.random_range(0..=at));
            sessions.swap(at, with);
        }
        let count = u64::try_from(sessions.len()).unwrap_or(u64::MAX).max(1);
        let task = tokio::spawn(async move {
            for (at, (mailbox, outbox)) in (0..).zip(sessions) {
                if at % 32 == 31 {
                    tokio::time::sleep(Duration::from_millis(within_ms * 32 / count)).await;
                }
                let after_ms = node.chance(|chance| chance.random_range(0..2_000));
                if !mailbox.push(Notice::Drain { after_ms }) {
                    outbox.close(CloseCode::Drain);
                }
            }
        });
        lock(&self.0.tasks).push(task);
    }

    /// Ends the node after its sessions have gone: writes what is still held back, says goodbye, appends what others had
    /// forwarded to it before they heard of it (two seconds at most: then they append by themselves), stops its tasks.
    pub async fn stop(&self) {
        self.drain(0);
        marks::flush(self).await;
        beat::beat(self);
        // The goodbye leaves through a lane; a moment is enough, and nothing rests on it.
        tokio::time::sleep(STEP).await;
        let others = !self.others().is_empty();
        let mut left = if others { FORWARDED_STEPS } else { 0 };
        while left > 0 && lock(&self.0.rooms).awake() > 0 {
            tokio::time::sleep(STEP).await;
            left -= 1;
        }
        // What was appended for others may have moved their senders' marks.
        marks::flush(self).await;
        for task in lock(&self.0.tasks).drain(..) {
            task.abort();
        }
        lock(&self.0.rooms).clear();
    }

    /// Ends all tasks at once, as a crash does: nothing is written, nobody is told. The ports must be shut before.
    #[cfg(feature = "testing")]
    pub fn crash(&self) {
        for task in lock(&self.0.tasks).drain(..) {
            task.abort();
        }
        lock(&self.0.rooms).clear();
    }

    fn now_ms(&self) -> u64 {
        self.0.clock.now_ms()
    }

    fn next_id(&self) -> u64 {
        self.0.next_id.fetch_add(1, Ordering::Relaxed)
    }

    fn chance<T>(&self, draw: impl FnOnce(&mut StdRng) -> T) -> T {
        draw(&mut lock(&self.0.chance))
    }

    /// A new UUID, sorted by time.
    fn uuid(&self) -> uuid::Uuid {
        let bytes = self.chance(|chance| chance.random());
        uuid::Builder::from_unix_timestamp_millis(self.0.clock.wall_ms(), &bytes).into_uuid()
    }

    fn send_id(&self) -> SendId {
        SendId::from_uuid(self.uuid())
    }

    /// The refusal for a store's error; its cause goes to the log here, once.
    fn refused(&self, error: crate::port::StoreError) -> Refusal {
        tracing::warn!(%error, "the store did not do it");
        error.into()
    }

    /// Hands a hint to the bus without waiting. Whether there was a place for it.
    fn publish(&self, topic: Topic, payload: Bytes) -> bool {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut hasher = DefaultHasher::new();
        topic.hash(&mut hasher);
        let lane = usize::try_from(hasher.finish() % LANES as u64).unwrap_or_default();
        metrics::counter!("hearth_hints_published_total").increment(1);
        let taken = self.0.lanes[lane].try_send((topic, payload)).is_ok();
        if !taken {
            metrics::counter!("hearth_hints_dropped_total").increment(1);
        }
        taken
    }

    /// Asks for a topic, for one more that cares.
    fn retain(&self, topic: Topic) {
        // Under the lock, as is the unsubscribing: in the other order, a topic just asked for would be let go.
        let mut topics = lock(&self.0.topics);
        if topics.retain(topic.clone()) {
            self.0.bus.subscribe(topic);
        }
    }

    /// One less cares; the subscription ends after a grace.
    fn release(&self, topic: &Topic) {
        lock(&self.0.topics).release(self.now_ms(), topic);
    }

    /// The way to the room's task, for somebody who uses the room. One that is asleep is woken, one that is cold
    /// begins.
    fn room(&self, room: RoomId) -> Result<Handle, Refusal> {
        let mut rooms = lock(&self.0.rooms);
        if let Some(handle) = rooms.handle(room) {
            return Ok(handle.clone());
        }
        if !rooms.has(room) && !rooms.has_place() {
            let text = "This server holds as many rooms as it can. Try again in a moment.";
            return Err(Refusal::new(ErrorCode::Busy, text).retry_after(5_000));
        }
        let handle = self.wake(&mut rooms, room, Some(self.now_ms()));
        self.cool(rooms);
        Ok(handle)
    }

    /// The way to the room's task, if the room is warm, for what is no use of it. One that is asleep is woken.
    fn room_if_warm(&self, room: RoomId) -> Option<Handle> {
        let mut rooms = lock(&self.0.rooms);
        if let Some(handle) = rooms.handle(room) {
            return Some(handle.clone());
        }
        rooms.has(room).then(|| self.wake(&mut rooms, room, None))
    }

    /// The way to the room's task, if it is awake: one that is asleep has no reader and waits for nothing.
    fn room_if_awake(&self, room: RoomId) -> Option<Handle> {
        lock(&self.0.rooms).handle(room).cloned()
    }

    fn wake(&self, rooms: &mut Warm, room: RoomId, used_ms: Option<u64>) -> Handle {
        let (handle, inbox) = mpsc::channel(room_task::COMMANDS_MAX);
        let mut asleep = rooms.wake(room, handle.clone());
        if let (Some(asleep), Some(used_ms)) = (&mut asleep, used_ms) {
            asleep.used_ms = used_ms;
        }
        tokio::spawn(room_task::run(self.clone(), room, asleep, inbox));
        handle
    }

    /// Lets go of rooms that are asleep while all together take more than they may.
    fn cool(&self, mut rooms: MutexGuard<'_, Warm>) {
        let cooled = rooms.cool();
        if cooled.is_empty() {
            return;
        }
        metrics::counter!("hearth_rooms_cooled_total").increment(cooled.len() as u64);
        self.let_go(rooms, cooled.iter().map(|(room, _)| *room));
    }

    /// Lets go of some rooms that nobody has used for long. Whether there may be more.
    fn cool_unused(&self) -> bool {
        let Some(since_ms) = self.now_ms().checked_sub(room_task::IDLE_MS) else {
            return false;
        };
        let mut rooms = lock(&self.0.rooms);
        let cooled = rooms.cool_unused(since_ms, COOLED_AT_ONCE);
        self.let_go(rooms, cooled.iter().map(|(room, _)| *room));
        cooled.len() == COOLED_AT_ONCE
    }

    /// Forgets rooms that were taken out: under the lock, so that the watch of one that begins anew is not taken with it.
    fn let_go(&self, rooms: MutexGuard<'_, Warm>, cooled: impl Iterator<Item = RoomId> + Clone) {
        {
            let mut audit = lock(&self.0.audit);
            cooled.clone().for_each(|room| audit.forget(room));
        }
        drop(rooms);
        cooled.for_each(|room| self.release(&Topic::of(room.0)));
    }

    /// Hands something to a warm room that may be lost: a full inbox makes the room suspect instead.
    fn hint_room(&self, room: RoomId, input: crate::room::Input) {
        if let Some(task) = self.room_if_warm(room)
            && task.try_send(Box::new(Command::Input(input))).is_err()
        {
            lock(&self.0.audit).suspect(room);
        }
    }

    /// Tells a warm room up to where the log goes; one that is asleep and has come so far is let sleep.
    fn head_seen(&self, room: RoomId, seq: Seq) {
        let is_known = lock(&self.0.rooms).sleeps_at(room, seq);
        if !is_known {
            self.hint_room(room, crate::room::Input::HeadSeen(seq));
        }
    }

    /// Lets every warm room ask who writes it now. A value, not a message: a room's full inbox cannot lose it.
    fn writers_changed(&self) {
        self.0.writers.change();
    }
}

fn unready(why: Unready) -> Refusal {
    let text = match why {
        Unready::Unwritten => "This server cannot write to the store.".into(),
        Unready::Deaf => "This server does not hear the others, who hear each other.".into(),
        Unready::Clock(ahead_ms) => format!(
            "This server's clock is {} ms {} most others'.",
            ahead_ms.unsigned_abs(),
            if ahead_ms < 0 { "behind" } else { "ahead of" }
        ),
    };
    Refusal::new(ErrorCode::Unavailable, text).retry_after(2_000)
}

/// The panic of one task must not take the node's shared state from the others: each critical section leaves it whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The user by whom the installation itself acts (a room made by the specification's `/create`, which names nobody).
pub fn system_user() -> User {
    User {
        id: UserId(uuid::Uuid::nil()),
        name: "hearth".into(),
        display: "Hearth".into(),
    }
}
