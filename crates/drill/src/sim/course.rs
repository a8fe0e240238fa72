//! The course of one schedule: a cluster and its rooms are made in peace, the plan happens, everything is healed, the
//! truth is read, and the history is judged as any other.

use std::{collections::BTreeSet, sync::Arc};

use anyhow::{Context, Result, bail};
use hearth_core::{
    node::Node,
    session::{NewSend, RoomRef, Window},
};
use hearth_protocol::{
    Body, DeviceId, RoomId, RoomKind, RoomName, SendId, Seq, User, bounds::PAGE_EVENTS_MAX,
};
use tokio::time::{Duration, sleep, timeout};

use super::{
    agenda::Agenda,
    last_word,
    person::user_of,
    plan::{Fault, HALL, PLAY_MS, Plan, SLOTS, What},
    tally::{Met, OfNodes},
    trace::Trace,
    world::World,
};
use crate::{
    history::{
        Begin, Command, Deed, FORMAT, Limits, Line, OpNo, Record, Recorder, Row, Run, When, snap,
    },
    verdict::{self, Judgement, Promise},
};

/// Faults are forgiven for so long after their beginning and their end.
const HEALS_US: u64 = 8_000_000;
/// How long people may take to settle what is under way: longer than any pause or patience.
const SETTLE_MS: u64 = 120_000;
/// And to catch up: an audit finds within five seconds what hints have lost, and a client within 35 that nobody is there.
const CATCH_UP_MS: u64 = 60_000;
/// After that the last late append has landed, and what was gathered is written: marks.
const REST_MS: u64 = 7_000;
/// One call at the end.
const CALL: Duration = Duration::from_secs(30);

/// One schedule that has run.
pub(super) struct Ran {
    pub(super) judgement: Judgement,
    pub(super) lines: Vec<Line>,
    pub(super) trace: Vec<String>,
    pub(super) met: Met,
}

impl Ran {
    /// The verdicts that are broken. How much a process holds, and whether each class of faults bit, are for real
    /// processes.
    pub(super) fn broken(&self) -> BTreeSet<Promise> {
        let verdicts = self.judgement.verdicts.iter();
        verdicts
            .filter(|(_, verdict)| !verdict.held())
            .map(|(promise, _)| *promise)
            .filter(|promise| *promise != Promise::Bitten)
            .collect()
    }
}

/// Runs a schedule without the items that are left out.
///
/// # Errors
/// There is no runtime to be had, or its history cannot be judged.
pub(super) fn run(plan: &Plan, left_out: &[usize], command: &str, is_traced: bool) -> Result<Ran> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()?;
    let met = Met::default();
    let recorder = OfNodes(met.clone());
    let (lines, trace) = metrics::with_local_recorder(&recorder, || {
        runtime.block_on(async {
            let agenda = Agenda::new();
            let trace = Trace::new(agenda.clone(), is_traced);
            let recorder = Recorder::in_memory(begin(plan, command));
            let world = World::new(plan, agenda.clone(), trace.clone(), met.clone(), recorder);
            for plain in &world.plains {
                let mut plain = plain
                    .lock()
                    .unwrap_or_else(std::sync::PoisonError::into_inner);
                plain.world = Arc::downgrade(&world);
            }
            for person in &world.people {
                let mut person = person
                    .lock()
                    .unwrap_or_else(std::sync::PoisonError::into_inner);
                person.world = Arc::downgrade(&world);
            }
            let clockwork = tokio::spawn({
                let agenda = agenda.clone();
                async move { agenda.run().await }
            });
            if let Err(error) = course(&world, plan, left_out).await {
                let what = format!("{error:#}");
                world.recorder.put(Record::Broken { what });
            }
            for what in super::panics::take() {
                world.recorder.put(Record::Broken { what });
            }
            let _ = world.recorder.end();
            clockwork.abort();
            agenda.clear();
            (world.recorder.take(), trace.take())
        })
    });
    drop(runtime);
    let judgement = verdict::judge(|| Ok(lines.iter().cloned().map(Ok)))?;
    met.more("resends recognised", judgement.tally.recognised);
    met.more("gaps told to readers", judgement.tally.gaps);
    let refused = lines
        .iter()
        .filter(|line| matches!(&line.record, Record::Fail { code, .. } if code == "not_member"));
    met.more("writes of who was out, refused", refused.count() as u64);
    Ok(Ran {
        judgement,
        lines,
        trace,
        met,
    })
}

fn begin(plan: &Plan, command: &str) -> Begin {
    Begin {
        format: FORMAT,
        seed: plan.seed,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        cluster: "three simulated nodes".to_owned(),
        command: command.to_owned(),
        wall: "simulated".to_owned(),
        faults: Vec::new(),
        each_bites: false,
        nodes: (0..SLOTS).map(node_name).collect(),
        limits: Limits {
            fds_slack: 0,
            // A client whose node is gone without a word finds out by the silence; at the end there may be no other.
            silence_us: 45_000_000,
            // The smallest resume that is drawn, without its newest page.
            gap_events: 4,
            leaves_us: 0,
            ..Limits::default()
        },
    }
}

async fn course(world: &Arc<World>, plan: &Plan, left_out: &[usize]) -> Result<()> {
    sample(world, When::Before);
    make(world, plan).await.context("making the rooms")?;
    for who in 0..world.people.len() {
        world.person(who).come(world);
    }
    for plain in plains(world) {
        world.plain(plain).connect(world);
    }
    let began = world.agenda.now_ms() + 300;
    for (number, item) in plan.without(left_out) {
        let (at, what, me) = (began + item.at_ms, item.what.clone(), Arc::clone(world));
        world.agenda.at(at, move || match what {
            What::Act(who, act) => me.person(who).act(&me, number, act),
            What::Plain(at, act) => {
                let who = me.people.len() + at;
                me.trace.say(|| format!("#{number} p{who} {act:?}"));
                if me.plain(who).act(&me, act) {
                    me.met.add(act.kind());
                }
            }
            What::Fault(fault) => break_it(&me, fault),
        });
    }
    // The longest fault is over by then.
    let longest = plan.without(left_out).into_iter().map(|(_, item)| {
        let ms = match item.what {
            What::Fault(fault) => fault.ms(),
            What::Act(..) | What::Plain(..) => 0,
        };
        item.at_ms + ms
    });
    let over = longest.max().unwrap_or(0).max(PLAY_MS) + 1;
    sleep(Duration::from_millis(300 + over)).await;
    world.heal_all();
    settle(world).await?;
    sleep(Duration::from_millis(REST_MS)).await;
    catch_up(world).await;
    last_word::say(world).await?;
    for who in 0..world.people.len() {
        world.person(who).ear.flush();
    }
    for plain in plains(world) {
        world.plain(plain).go(world);
    }
    world.recorder.put(Record::Quiet);
    // What is gathered is written: marks.
    sleep(Duration::from_millis(REST_MS)).await;
    read(world).await.context("reading the truth")?;
    for who in 0..world.people.len() {
        let mut person = world.person(who);
        let steps = person.machine.stop();
        person.carry(world, steps);
    }
    for _ in 0..100 {
        if (0..SLOTS).all(|slot| sessions(world, slot) == 0) {
            break;
        }
        sleep(Duration::from_millis(200)).await;
    }
    sample(world, When::After);
    Ok(())
}

/// The numbers of those who speak the specification's own frames.
fn plains(world: &World) -> std::ops::Range<usize> {
    world.people.len()..world.people.len() + world.plains.len()
}

/// All users.
fn users(world: &World) -> Vec<User> {
    let mut users: Vec<User> = (1..world.people.len().max(2)).map(user_of).collect();
    users.extend(plains(world).map(user_of));
    users
}

/// Sessions that are open on the node in a slot.
fn sessions(world: &World, slot: usize) -> usize {
    world.life(slot).map_or(0, |life| life.node.sessions())
}

/// What nodes hold: here the sessions that are open.
fn sample(world: &World, when: When) {
    for slot in 0..SLOTS {
        world.recorder.put(Record::Sample {
            when,
            node: node_name(slot),
            pid: 0,
            rss_bytes: 0,
            fds: sessions(world, slot) as u64,
            tasks: 0,
        });
    }
}

/// As it is called in the history, whatever life it is in.
fn node_name(slot: usize) -> String {
    format!("n{}", slot + 1)
}

fn break_it(world: &Arc<World>, fault: Fault) {
    if !world.begin(fault) {
        return;
    }
    world.met.add(fault.class());
    let f = world.recorder.fault();
    let class = fault.class().to_owned();
    world.recorder.put(Record::Fault {
        f,
        class,
        target: format!("{fault:?}"),
        outage: matches!(
            fault,
            Fault::StoreAway { .. }
                | Fault::StoreCut { .. }
                | Fault::Appends { .. }
                | Fault::AppendsFail { .. }
        ),
        heals_us: HEALS_US,
        leaves: None,
    });
    let me = Arc::clone(world);
    world.agenda.later(fault.ms(), move || {
        me.heal(fault);
        let what = "done".to_owned();
        me.recorder.put(Record::Bit { f, what, n: 1 });
        me.recorder.put(Record::Healed { f });
    });
}

/// A public room with all, a private one with some, and a pair.
async fn make(world: &Arc<World>, plan: &Plan) -> Result<()> {
    for slot in 0..SLOTS {
        world.start(slot);
    }
    for user in &users(world) {
        world.store.admit(user);
    }
    let users: Vec<User> = (1..plan.people.max(2)).map(user_of).collect();
    let node = world.life(0).context("no node")?.node;
    let owner = &users[0];
    let hall = made(world, &node, owner, HALL, RoomKind::Public).await?;
    let den = made(world, &node, owner, "den", RoomKind::Private).await?;
    for (at, user) in users.iter().enumerate().skip(1) {
        join(world, &node, user, hall).await?;
        if at % 2 == 1 {
            invite(world, &node, owner, user, den, at as u64).await?;
        }
    }
    for plain in plains(world) {
        let user = user_of(plain);
        join(world, &node, &user, hall).await?;
        world.plain(plain).room = Some(hall);
    }
    if let [.., one, other] = users.as_slice() {
        let with = Some(world.recorder.user(other.id));
        let o = invoke(world, one, Command::Direct { with });
        let room = node.direct_room(one, &other.id.to_string()).await;
        let (room, _) = room.map_err(|refusal| anyhow::anyhow!("{refusal}"))?;
        ok(world, o, Some(room.id));
    }
    Ok(())
}

async fn join(world: &World, node: &Node, user: &User, hall: RoomId) -> Result<()> {
    let room = world.recorder.room(hall);
    let o = invoke(world, user, Command::Join { room });
    let joined = node.join_room(user, &RoomRef::Id(hall)).await;
    joined.map_err(|refusal| anyhow::anyhow!("{refusal}"))?;
    ok(world, o, None);
    Ok(())
}

fn invoke(world: &World, user: &User, command: Command) -> OpNo {
    let o = world.recorder.op();
    world.recorder.put(Record::Invoke {
        o,
        u: world.recorder.user(user.id),
        c: None,
        command,
    });
    o
}

fn ok(world: &World, o: OpNo, room: Option<RoomId>) {
    let room = room.map(|room| world.recorder.room(room));
    let seq = None;
    world.recorder.put(Record::Ok { o, seq, room });
}

async fn made(
    world: &World,
    node: &Node,
    owner: &User,
    name: &str,
    kind: RoomKind,
) -> Result<RoomId> {
    let id = SendId::new(format!("make-{name}"))?;
    let o = invoke(
        world,
        owner,
        Command::Create {
            id: id.as_str().to_owned(),
        },
    );
    let room = node
        .create_room(owner, id, &RoomName::new(name)?, kind)
        .await;
    let room = room.map_err(|refusal| anyhow::anyhow!("{refusal}"))?;
    ok(world, o, Some(room.id));
    Ok(room.id)
}

async fn invite(
    world: &World,
    node: &Node,
    owner: &User,
    user: &User,
    room: RoomId,
    n: u64,
) -> Result<()> {
    let recorder = &world.recorder;
    let body = Body::Invite {
        user: user.id,
        user_name: user.name.clone(),
        accepted: false,
    };
    let id = SendId::new(format!("invite-{n}"))?;
    let device = DeviceId::new("setup")?;
    let deed = Deed::of(&body, &mut |user| recorder.user(user));
    let o = invoke(
        world,
        owner,
        Command::Send {
            room: recorder.room(room),
            id: id.as_str().to_owned(),
            after: None,
            device: device.as_str().to_owned(),
            n,
            deed,
        },
    );
    let send = NewSend {
        room,
        id,
        after: None,
        device: Some(device),
        n,
        body,
    };
    let sent = node.send(owner, send).await;
    let sent = sent.map_err(|unsent| anyhow::anyhow!("{}", unsent.refusal))?;
    let (seq, room) = (Some(sent.seq), None);
    recorder.put(Record::Ok { o, seq, room });
    Ok(())
}

/// Waits until everybody is connected and has nothing under way.
async fn settle(world: &Arc<World>) -> Result<()> {
    let until = world.agenda.now_ms() + SETTLE_MS;
    let mut last = String::new();
    while world.agenda.now_ms() < until {
        last.clear();
        for who in 0..world.people.len() {
            let mut person = world.person(who);
            if !person.is_live() {
                person.come(world);
            }
            if !person.is_live() || !person.is_settled() {
                last = format!("client {who} has not settled: {}", person.under_way());
            }
        }
        if last.is_empty() {
            break;
        }
        sleep(Duration::from_millis(500)).await;
    }
    if !last.is_empty() {
        bail!("{last}");
    }
    Ok(())
}

/// Waits until everybody has what there is. Who is behind even then is shown by the verdict.
async fn catch_up(world: &World) {
    let until = world.agenda.now_ms() + CATCH_UP_MS;
    while world.agenda.now_ms() < until && !is_up(world) {
        sleep(Duration::from_millis(250)).await;
    }
    // Who has only just come back is told of rooms by notices that are on their way.
    sleep(Duration::from_millis(CATCH_UP_MS / 20)).await;
}

fn is_up(world: &World) -> bool {
    if (0..world.people.len()).any(|who| !world.person(who).is_connected()) {
        return false;
    }
    let rooms = world.store.rooms();
    let is_behind = |who: usize, room: RoomId| {
        let person = world.person(who);
        let head = world.store.end(room);
        person
            .machine
            .room(room)
            .is_some_and(|log| log.position() < head)
    };
    let mut all =
        (0..world.people.len()).flat_map(|who| rooms.iter().map(move |room| (who, *room)));
    !all.any(|(who, room)| is_behind(who, room))
}

/// The truth: the logs from the store itself, and what each node says of them.
async fn read(world: &Arc<World>) -> Result<()> {
    let recorder = &world.recorder;
    let users = users(world);
    let mut rooms = Vec::new();
    for room in world.store.rooms() {
        let entries = world.store.entries(room);
        if entries.is_empty() {
            continue;
        }
        let no = recorder.room(room);
        let mut members = BTreeSet::new();
        for entry in &entries {
            match &entry.event.body {
                Body::Create { with, .. } => {
                    members.insert(entry.event.by);
                    members.extend(with.iter().map(|(user, _)| *user));
                }
                Body::Join => drop(members.insert(entry.event.by)),
                Body::Invite { user, .. } => drop(members.insert(*user)),
                Body::Leave => drop(members.remove(&entry.event.by)),
                Body::Remove { user, .. } => drop(members.remove(user)),
                _ => {}
            }
            let row = Row::of(&entry.event, &mut |user| recorder.user(user));
            recorder.put(Record::Row { room: no, row });
        }
        let who = users.iter().find(|user| members.contains(&user.id));
        rooms.push((room, who.context("a room with nobody in it")?.clone()));
    }
    for slot in 0..SLOTS {
        let node = world.life(slot).context("no node at the end")?.node;
        let name = node_name(slot);
        for (room, who) in &rooms {
            log(world, &node, &name, *room, who).await?;
        }
        for user in &users {
            let said = timeout(CALL, node.rooms(user)).await.context("rooms")?;
            let said = said.map_err(|refusal| anyhow::anyhow!("rooms: {refusal}"))?;
            let rooms = said.iter().map(|room| snap(recorder, room)).collect();
            recorder.put(Record::Final {
                node: name.clone(),
                u: recorder.user(user.id),
                rooms,
            });
        }
    }
    Ok(())
}

async fn log(world: &World, node: &Node, name: &str, room: RoomId, who: &User) -> Result<()> {
    let recorder = &world.recorder;
    let no = recorder.room(room);
    let mut after = Seq::ZERO;
    loop {
        let page = node.history(who, room, Window::After(after), PAGE_EVENTS_MAX);
        let page = timeout(CALL, page).await.context("a page")?;
        let page = page.map_err(|refusal| anyhow::anyhow!("a page: {refusal}"))?;
        let rows: Vec<Row> = page
            .events
            .iter()
            .map(|event| Row::of(event, &mut |user| recorder.user(user)))
            .collect();
        for run in Run::all(no, recorder.now(), &rows) {
            let node = name.to_owned();
            recorder.put(Record::Read { node, run });
        }
        match page.events.last() {
            Some(last) if page.more_after => after = last.seq,
            _ => break,
        }
    }
    let mut all = Vec::new();
    let mut after = None;
    loop {
        let page = node.members(who, room, after, PAGE_EVENTS_MAX);
        let page = timeout(CALL, page).await.context("members")?;
        let (members, next) = page.map_err(|refusal| anyhow::anyhow!("members: {refusal}"))?;
        all.extend(members.iter().map(|m| (recorder.user(m.user), m.role)));
        after = next;
        if after.is_none() {
            break;
        }
    }
    recorder.put(Record::Members {
        node: name.to_owned(),
        room: no,
        members: all,
    });
    Ok(())
}
