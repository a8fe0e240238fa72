//! A room on one node: a pure machine. Inputs and now go in, effects come out; `crate::node` runs them.
//!
//! It promises the invariants of the log (`docs/architecture.md`): what it acknowledges is stored, in order, once; what
//! is stored reaches every reader or the reader is told; who is out neither writes nor reads. The same inputs at the
//! same times with the same seed give the same effects. It must not know tasks, channels, clocks, or which store and
//! bus there are.
//!
//! Parts, each in its file: the fold of the log (`fold`), the window of it that the node knows (`tail`), what lies below
//! the window (`past`), the rules of who may do what (`rules`), appending (`append`), forwarding to the writer
//! (`forward`), repairing holes (`timeline`), the readers (`hub`), and the projection (`checkpoint`). Each input goes to
//! its part; then every part starts what it can (`Room::settle`).

mod api;
mod append;
mod chance;
mod checkpoint;
mod config;
mod counters;
mod fold;
mod forward;
mod given_up;
mod hub;
mod mentions;
mod past;
mod rules;
mod tail;
#[cfg(test)]
mod tests;
mod threads;
mod timeline;
mod turned_away;

use std::collections::BTreeMap;

use hearth_protocol::{Ban, Member, Seq, ThreadLength, UserId};

pub use api::{
    Audience, Checkpoint, Effect, Input, Origin, ReadId, ReaderId, RoomView, Send, Ticket,
};
pub use config::{BatchMax, RoomBounds, RoomConfig};
pub use counters::RoomCounters;
pub use fold::Membership;
pub(crate) use rules::{Act, lacking, may, only_owner};
pub(crate) use tail::text_bytes;
pub use threads::ThreadView;

use self::{chance::Chance, fold::Fold, rules::Verdict, tail::Tail};
use crate::{
    log::Head,
    own::ThreadChoice,
    port::{Cell, Page, Pinned, StoreError},
    refusal::Refusal,
};

/// A room's machine.
#[derive(Debug)]
pub struct Room {
    config: RoomConfig,
    chance: Chance,
    counters: RoomCounters,
    /// `None` until the projection is there.
    tail: Option<Tail>,
    /// The projection is there, and the log above it is being read. Nothing is judged yet.
    loading: bool,
    load: Load,
    reads: Reads,
    sends: append::Sends,
    forwards: forward::Forwards,
    timeline: timeline::Timeline,
    past: past::Past,
    hub: hub::Hub,
    checkpoints: checkpoint::Checkpoints,
}

/// One input's surroundings.
struct Turn<'a> {
    now: u64,
    wall: u64,
    out: &'a mut Vec<Effect>,
}

#[derive(Debug, Default)]
struct Load {
    asked: bool,
    /// The shell wants it, whether or not anybody waits for it in here.
    wanted: bool,
    failures: u32,
    retry_at: Option<u64>,
}

/// What a read is for.
#[derive(Debug)]
enum Purpose {
    /// The log's end.
    Forward(timeline::Ask),
    /// The search for what can be read above a hole.
    Probe,
    /// Rows to be confirmed.
    Confirm,
    /// Rows below the window.
    Scan,
    /// A message that a send would change.
    Target(Seq),
    /// Its cells.
    TargetCell(Seq),
    /// A page for readers that catch up.
    Page,
    /// The projection's mark.
    Mark,
    /// Events between the mark and the window.
    Unprojected,
}

/// The reads under way.
#[derive(Debug, Default)]
struct Reads {
    next: u64,
    open: BTreeMap<ReadId, Purpose>,
}

impl Reads {
    fn begin(&mut self, purpose: Purpose) -> ReadId {
        let read = ReadId(self.next);
        self.next += 1;
        self.open.insert(read, purpose);
        read
    }
}

impl Room {
    /// A machine that has heard and done nothing yet. `seed` is all the chance that it has.
    pub fn new(config: RoomConfig, seed: u64) -> Self {
        Self {
            config,
            chance: Chance::new(seed),
            counters: RoomCounters::default(),
            tail: None,
            loading: false,
            load: Load::default(),
            reads: Reads::default(),
            sends: append::Sends::default(),
            forwards: forward::Forwards::default(),
            timeline: timeline::Timeline::default(),
            past: past::Past::default(),
            hub: hub::Hub::default(),
            checkpoints: checkpoint::Checkpoints::default(),
        }
    }

    /// Takes an input in and adds what is to be done to `out`. `now_ms` never runs backwards; `wall_ms` may.
    pub fn input(&mut self, now_ms: u64, wall_ms: u64, input: Input, out: &mut Vec<Effect>) {
        let mut turn = Turn {
            now: now_ms,
            wall: wall_ms,
            out,
        };
        let turn = &mut turn;
        match input {
            Input::Submit {
                ticket,
                origin,
                send,
            } => self.on_submit(ticket, origin, send, turn),
            Input::Loaded(result) => self.on_loaded(result, turn),
            Input::Read { read, result } => self.on_read(read, result, turn),
            Input::Projection { read, result } => self.on_projection(read, result, turn),
            Input::Appended(result) => self.on_appended(result, turn),
            Input::Projected(result) => self.on_projected(result, turn),
            Input::Hint(run) => self.on_hint(run, turn),
            Input::HeadSeen(seq) => {
                self.timeline.want(seq);
                self.load.wanted = true;
            }
            Input::Look => {
                self.timeline.looked(self.timeline.next_serial());
                self.load.wanted = true;
            }
            Input::Replied { ticket, result } => self.on_replied(ticket, result, turn),
            Input::Writer(writer) => self.forwards.set_writer(writer),
            Input::Attach { reader, user, from } => self.on_attach(reader, user, from, turn),
            Input::Detach(reader) => self.hub.remove(reader),
            Input::Tick => {}
        }
        self.settle(turn);
    }

    /// Takes in sends that came at once, as so many [`Input::Submit`] in their order; but their first batch is put
    /// together when all are in, where one by one the first would go alone.
    pub fn submit(
        &mut self,
        now_ms: u64,
        wall_ms: u64,
        sends: Vec<(Ticket, Origin, Send)>,
        out: &mut Vec<Effect>,
    ) {
        let mut turn = Turn {
            now: now_ms,
            wall: wall_ms,
            out,
        };
        for (ticket, origin, send) in sends {
            self.on_submit(ticket, origin, send, &mut turn);
        }
        self.settle(&mut turn);
    }

    /// Lets every part start what it can now.
    fn settle(&mut self, turn: &mut Turn<'_>) {
        self.past.targets.wake(turn.now);
        self.settle_deadlines(turn);
        self.settle_forwards(turn);
        self.settle_load(turn);
        self.settle_given_up(turn);
        self.settle_append(turn);
        self.settle_hub(turn);
        self.settle_scan(turn);
        self.settle_timeline(turn);
        self.settle_checkpoints(turn);
    }

    /// When [`Input::Tick`] is due; always later than the last input's now.
    pub fn deadline_ms(&self) -> Option<u64> {
        let times = [
            self.load.retry_at,
            self.sends.deadline_ms(),
            self.forwards.deadline_ms(),
            self.hub.deadline_ms(),
            self.past.scan.deadline_ms(),
            self.past.targets.deadline_ms(),
            // Without a tail there is nothing to read on from.
            self.tail.as_ref().and(self.timeline.deadline_ms()),
            self.checkpoints.deadline_ms(),
        ];
        times.into_iter().flatten().min()
    }

    fn settle_load(&mut self, turn: &mut Turn<'_>) {
        if self.load.retry_at.is_some_and(|at| at <= turn.now) {
            self.load.retry_at = None;
        }
        let wanted = self.load.wanted || !self.sends.is_empty() || !self.hub.is_empty();
        if self.tail.is_none() && !self.load.asked && self.load.retry_at.is_none() && wanted {
            self.load.asked = true;
            turn.out.push(Effect::Load);
        }
    }

    fn on_loaded(&mut self, result: Result<Checkpoint, StoreError>, turn: &mut Turn<'_>) {
        self.load.asked = false;
        if self.tail.is_some() {
            return;
        }
        match result {
            Ok(checkpoint) => {
                self.load.failures = 0;
                // Without the room's own cell nothing of it can be used: the log says it all.
                let (head, fold) = match Fold::load(&checkpoint) {
                    Some(fold) => (checkpoint.projected, fold),
                    None => (Head::EMPTY, Fold::empty()),
                };
                self.checkpoints.learn(head);
                // A cell may be ahead of the mark, and of what a plain read shows: the log is known up to it first.
                let members = checkpoint.members.iter().map(|member| member.seq);
                let spoke = checkpoint.spoke.iter().map(|cell| cell.seq);
                let mentions = checkpoint.mentions.iter().map(|cell| cell.seq);
                let threads = checkpoint.threads.iter().map(|cell| cell.seq);
                let newest = members.chain(spoke).chain(mentions).chain(threads);
                let newest = newest.chain(checkpoint.room.iter().map(Cell::clock)).max();
                self.timeline.want(newest.unwrap_or_default());
                self.tail = Some(Tail::new(head, fold));
                self.loading = true;
            }
            Err(error) => {
                self.counters.failures += 1;
                let pause = self.retry_pause(self.load.failures);
                self.load.failures += 1;
                self.load.retry_at = Some(turn.now + pause);
                self.load_failed(&error, turn);
            }
        }
    }

    /// Who waits for the room hears it at their deadline, or at once if time will not cure it.
    fn load_failed(&mut self, error: &StoreError, turn: &mut Turn<'_>) {
        if matches!(error, StoreError::Failed(_)) {
            let refusal = Refusal::from(error.clone());
            self.fail_sends(&refusal, turn);
            self.fail_attaches(&refusal, turn);
        }
    }

    fn on_read(&mut self, read: ReadId, result: Result<Page, StoreError>, turn: &mut Turn<'_>) {
        match self.reads.open.remove(&read) {
            Some(Purpose::Forward(ask)) => self.on_forward(ask, result, turn),
            Some(Purpose::Probe) => self.on_probe(result, turn),
            Some(Purpose::Confirm) => self.on_confirm(result, turn),
            Some(Purpose::Scan) => self.on_scan(result, turn),
            Some(Purpose::Target(seq)) => self.on_target(seq, result, turn),
            Some(Purpose::Page) => self.on_page(read, result, turn),
            Some(Purpose::Unprojected) => self.on_unprojected(result, turn),
            Some(Purpose::TargetCell(_) | Purpose::Mark) | None => {}
        }
    }

    fn on_projection(
        &mut self,
        read: ReadId,
        result: Result<(Head, Vec<Cell>), StoreError>,
        turn: &mut Turn<'_>,
    ) {
        match self.reads.open.remove(&read) {
            Some(Purpose::TargetCell(seq)) => self.on_target_cell(seq, result, turn),
            Some(Purpose::Mark) => self.on_mark(result, turn),
            _ => {}
        }
    }

    /// The pause before the store is asked again.
    fn retry_pause(&mut self, failures: u32) -> u64 {
        let bounds = &self.config.bounds;
        self.chance
            .backoff(failures, bounds.retry_ms, bounds.retry_ms_max)
    }

    fn loaded(&self) -> Option<&Tail> {
        self.tail.as_ref().filter(|_| !self.loading)
    }

    /// Whether the log was read to its end once.
    pub fn is_loaded(&self) -> bool {
        self.loaded().is_some()
    }

    /// The number of a look that is asked for now.
    pub fn next_look(&self) -> u64 {
        self.timeline.next_serial()
    }

    /// Whether the room has come up to the log's end as it was after this number was the next look's.
    pub fn has_looked(&self, since: u64) -> bool {
        self.is_loaded() && self.timeline.has_looked(since)
    }

    /// The node's position in the log; empty while not loaded.
    pub fn head(&self) -> Head {
        self.loaded().map_or(Head::EMPTY, Tail::head)
    }

    /// The room as it stands for a user, member or not; `None` while not loaded, or if there is no such room.
    pub fn view(&self, user: UserId) -> Option<RoomView> {
        let tail = self.loaded()?;
        let fold = tail.fold();
        fold.has_begun().then(|| RoomView {
            name: fold.called(user),
            kind: fold.kind,
            topic: fold.topic.clone(),
            description: fold.settings.description.clone(),
            role: fold.role(user),
            since: fold.membership(user).map_or(Seq::ZERO, |m| m.since),
            ban: fold.ban(user).cloned(),
            archived: fold.settings.archived,
            slow_seconds: fold.settings.slow_seconds,
            rights: fold.rights(),
            avatar: fold.settings.avatar,
            members: fold.count(),
            peer: fold.peer(user).map(|(id, name)| (id, name.to_owned())),
            mentioned: fold.mentioned(user),
            threaded: fold.settings.threaded > Seq::ZERO,
            head: tail.head(),
        })
    }

    /// A user's membership, also of one who is out; `None` if they never were in, or while not loaded.
    pub fn member(&self, user: UserId) -> Option<&Membership> {
        self.loaded()?.fold().membership(user)
    }

    /// Members in the order of their ids, after one; none while not loaded.
    pub fn members_after(&self, after: Option<UserId>, limit: usize) -> Vec<Member> {
        self.loaded()
            .map(|tail| tail.fold().members_after(after, limit))
            .unwrap_or_default()
    }

    /// Members whose names have words that begin so, in the order of their ids, after one; and where to go on. None while
    /// not loaded.
    pub fn members_found(
        &self,
        sought: &[String],
        after: Option<UserId>,
        limit: usize,
        look: usize,
    ) -> (Vec<Member>, Option<UserId>) {
        self.loaded()
            .map(|tail| tail.fold().members_found(sought, after, limit, look))
            .unwrap_or_default()
    }

    /// Bans that stand at a time, in the order of the users' ids, after one; none while not loaded.
    pub fn bans_after(&self, after: Option<UserId>, limit: usize, at_ms: u64) -> Vec<Ban> {
        self.loaded()
            .map(|tail| tail.fold().bans_after(after, limit, at_ms))
            .unwrap_or_default()
    }

    /// The threads that a user follows, by what they have chosen in this room; none while not loaded.
    pub fn followed(&self, user: UserId, choices: &BTreeMap<Seq, ThreadChoice>) -> Vec<ThreadView> {
        self.loaded()
            .map(|tail| tail.fold().followed(user, choices))
            .unwrap_or_default()
    }

    /// How long the threads are that begin at these messages; none while not loaded.
    pub fn thread_lengths(&self, from: Seq, to: Seq) -> Vec<(Seq, ThreadLength)> {
        self.loaded()
            .map(|tail| tail.fold().thread_lengths(from, to, tail.head().seq))
            .unwrap_or_default()
    }

    /// A thread as it stands for a user; as if nothing were in it while not loaded.
    pub fn thread(&self, root: Seq, user: UserId, choice: &ThreadChoice) -> ThreadView {
        self.loaded()
            .map(|tail| tail.fold().thread(root, user, choice))
            .unwrap_or_default()
    }

    /// The messages that are pinned, in the order in which they were; none while not loaded.
    pub fn pins(&self) -> Vec<Pinned> {
        self.loaded()
            .map(|tail| tail.fold().pins().to_vec())
            .unwrap_or_default()
    }

    /// Why a send would be refused if it were tried now, as far as the window shows; for one that has a step of its own
    /// before it is tried. `None` while not loaded.
    pub fn would_refuse(&self, send: &Send, wall_ms: u64) -> Option<Refusal> {
        let tail = self.loaded()?;
        let at_ms = wall_ms.max(tail.at_ms());
        let scan_events_max = self.config.bounds.scan_events_max;
        match rules::judge(tail, &self.past.targets, send, scan_events_max, at_ms) {
            Verdict::Refused(refusal) | Verdict::Unseen(refusal) | Verdict::Later(refusal) => {
                Some(refusal)
            }
            Verdict::Stored(_)
            | Verdict::Confirm(_)
            | Verdict::Scan
            | Verdict::Target(_)
            | Verdict::Add => None,
        }
    }

    /// Who is to be made an owner before this member leaves; nobody if the room keeps one, or while not loaded.
    pub fn heir(&self, of: UserId) -> Option<UserId> {
        self.loaded()?.fold().heir(of)
    }

    /// The name under which a user is or was in the room.
    pub fn name_of(&self, user: UserId) -> Option<&str> {
        Some(self.member(user)?.name.as_str())
    }

    /// The readers at the head, in a stable order.
    pub fn live(&self) -> impl Iterator<Item = (ReaderId, UserId)> {
        self.hub.live()
    }

    /// What it has counted.
    pub fn counters(&self) -> RoomCounters {
        self.counters
    }

    /// What it has counted since this was last asked.
    pub fn take_counters(&mut self) -> RoomCounters {
        std::mem::take(&mut self.counters)
    }

    /// About how many bytes it takes beside itself: its window of the log, its members, and pages kept for readers.
    /// Sends that wait are not counted: whoever takes them in bounds them for all rooms.
    pub fn bytes(&self) -> usize {
        self.tail.as_ref().map_or(0, Tail::bytes) + self.hub.kept_bytes() + self.past.bytes()
    }

    /// Gives back what collections hold without need: empty ones above all, of which a B-tree keeps its last node. For a
    /// room that is quiet.
    pub fn shrink(&mut self) {
        if let Some(tail) = &mut self.tail {
            tail.shrink();
        }
        if self.reads.open.is_empty() {
            self.reads.open = BTreeMap::new();
        }
        self.sends.shrink();
        self.forwards.shrink();
        self.timeline.shrink();
        self.past.shrink();
        self.hub.shrink();
    }

    /// Whether it may be left without a clock while it is idle, and be let go of whenever its memory is wanted: it waits
    /// for no deadline, and has answered no forward `busy`, whose second copy must not find a room that does not know it.
    pub fn may_sleep(&self) -> bool {
        self.deadline_ms().is_none() && !self.sends.has_turned_away()
    }

    /// Whether it may be let go: nobody reads or waits, nothing is under way, and the projection has what this node
    /// appended, or would not take it.
    pub fn is_idle(&self, now_ms: u64) -> bool {
        let head = self.tail.as_ref().map_or(Head::EMPTY, Tail::head);
        self.sends.is_empty()
            && !self.sends.is_resolving()
            && self.forwards.is_empty()
            && self.hub.is_empty()
            && !self.hub.has_pending()
            && !self.load.asked
            && !self.past.scan.is_reading()
            && self.reads.open.is_empty()
            && (self.tail.is_none() || self.timeline.is_quiet(head.seq))
            && self.checkpoints.is_quiet()
            && self.deadline_ms().is_none_or(|at| at > now_ms)
    }
}
