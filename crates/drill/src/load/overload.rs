//! Overload: a server is asked for more than it can do. What it takes, what it refuses and sheds, that everything it
//! acknowledged is in the log and came to the readers, what its memory was, and that it comes out of it by itself.
//!
//! First as many senders as it can serve wait for each acknowledgement: that is what it can. Then three times as many
//! send at three times that rate, whatever they are answered, while others ask for history, move their marks, write
//! and never read. A sender is not faster than its socket: what the server no longer reads is held back, and counted.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use clap::Parser;
use futures_util::{SinkExt, StreamExt};
use hearth_protocol::{
    Body, ClientFrame, DeviceId, ErrorCode, Event, Retry, RoomId, SendId, Seq, ServerFrame,
    bounds::PAGE_EVENTS_MAX,
    client::{Client, Settings, Step},
};
use hyper::StatusCode;
use serde_json::Value;
use tokio::{task::JoinSet, time::timeout};
use tokio_tungstenite::tungstenite::Message;

use super::{
    crowd::{Counts, Heard, Hearing, Saying, Socket, heard, join, lock, room, run_name},
    places, senders,
};
use crate::{
    check::{scripts::server_binary, single::Single},
    http::{Http, Place, Said},
    wire::{Door, Wire},
};

/// More than a server can do.
#[derive(Debug, Parser)]
pub(crate) struct Args {
    /// The server. None: one is started here, with little room for what waits, and ended
    #[arg(long)]
    url: Option<String>,
    /// How many times what it can
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=20))]
    times: u16,
    /// Senders by whom it is measured what it can; in the overload there are `--times` as many
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=1_000))]
    senders: u16,
    /// Rooms among which they are divided
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=200))]
    rooms: u16,
    /// Members of all of them who never read
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(0..=1_000))]
    stalled: u16,
    /// Bytes of each message
    #[arg(long, default_value_t = 4_000, value_parser = clap::value_parser!(u16).range(1..=16_000))]
    bytes: u16,
    /// Seconds of it
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
}

const MEBIBYTE: f64 = 1_048_576.0;
/// What a server that is started here may hold: little, so that its bounds are reached.
const OWN_SENDS_MB: u32 = 1;
const OWN_OUTBOXES_MB: u32 = 8;
/// What such a server takes besides, at most, with this many times what may wait: JSON in and out, what an allocator keeps
/// of it, and the program itself, of which 40 MiB are mapped in a build that is not optimised.
const OWN_RESIDENT: f64 = 200.0 * MEBIBYTE;
const OWN_RESIDENT_TIMES: f64 = 4.0;
/// Seconds of each measure of what the server can.
const MEASURED: Duration = Duration::from_secs(3);
/// How long each way out of it may take, however slow the machine is.
const PATIENCE: Duration = Duration::from_secs(120);
/// How often the server's numbers are read.
const LOOK: Duration = Duration::from_millis(250);
/// The lanes that are shed.
const LANES: [&str; 4] = ["history", "receipts", "typing", "presence"];
/// Each so many messages a sender asks for history, moves its mark and says that it writes.
const ASIDE: u64 = 5;

/// What the senders are told, all together.
#[derive(Default)]
struct Told {
    said: AtomicU64,
    /// Due, and not written, since the server did not read.
    held_back: AtomicU64,
    /// Said to be sent again later.
    refused: AtomicU64,
    /// Requests of lower lanes that were shed.
    shed: AtomicU64,
    /// Answers `busy` that do not say when to try again.
    untimely: AtomicU64,
    /// Messages whose socket ended before their answer.
    unanswered: AtomicU64,
    acked: Mutex<HashMap<SendId, (RoomId, Seq)>>,
}

/// Who reads, and up to where.
#[derive(Default)]
struct Readers {
    live: AtomicUsize,
    /// Where each room ends, once it does.
    heads: Mutex<BTreeMap<RoomId, Seq>>,
    over: AtomicBool,
}

/// What one reader was shown.
#[derive(Default)]
struct Shown {
    seqs: BTreeSet<(RoomId, Seq)>,
    /// What it was told that it missed: history has it.
    missed: Vec<(RoomId, Seq, Seq)>,
}

impl Shown {
    fn knows_of(&self, room: RoomId, seq: Seq) -> bool {
        let is_missed =
            |(of, from, to): &(RoomId, Seq, Seq)| *of == room && (*from..=*to).contains(&seq);
        self.seqs.contains(&(room, seq)) || self.missed.iter().any(is_missed)
    }
}

pub(crate) async fn run(args: Args) -> Result<bool> {
    if let Some(url) = &args.url {
        return overload(&args, &places(std::slice::from_ref(url))?[0], None).await;
    }
    let folder = std::env::temp_dir().join(run_name());
    std::fs::create_dir_all(&folder)?;
    let (sends, outboxes) = (OWN_SENDS_MB.to_string(), OWN_OUTBOXES_MB.to_string());
    let settings = [
        "--sends-mb",
        &sends,
        "--outboxes-mb",
        &outboxes,
        "--admissions-per-s",
        "0",
    ];
    let single = Single::prepare(&server_binary()?, &folder)?.with(&settings);
    single.start().await?;
    let bounds = (
        f64::from(OWN_SENDS_MB) * MEBIBYTE,
        f64::from(OWN_OUTBOXES_MB) * MEBIBYTE,
    );
    let held = overload(&args, &single.place, Some(bounds)).await;
    single.stop().await?;
    std::fs::remove_dir_all(&folder)?;
    held
}

/// The crowd: its rooms, each with a reader, senders and those who never read.
struct Crowd {
    rooms: Vec<(RoomId, String)>,
    senders: Vec<String>,
    /// As many as the server is taken to serve well, of each room alike.
    few: Vec<String>,
    stalled: Vec<String>,
}

async fn overload(args: &Args, place: &Place, bounds: Option<(f64, f64)>) -> Result<bool> {
    let http = Http::new();
    let one = std::slice::from_ref(place);
    let crowd = gather(args, &http, place).await?;
    let readers = Arc::new(Readers::default());
    let mut reading = JoinSet::new();
    for (_, name) in &crowd.rooms {
        reading.spawn(read(place.clone(), name.clone(), readers.clone()));
    }
    until(
        || readers.live.load(Ordering::Relaxed) == crowd.rooms.len(),
        "the readers are not in",
    )
    .await?;

    let bytes = usize::from(args.bytes);
    let can = senders::round(&crowd.few, one, MEASURED, bytes)
        .await?
        .rate();
    println!(
        "{can:>10.0} messages a second are acknowledged to {} senders who wait",
        crowd.few.len()
    );
    ensure!(can > 0.0, "nothing was acknowledged");

    let before = Counts::of(&http, one).await?;
    let mut stalled = Vec::new();
    for name in &crowd.stalled {
        stalled.push(Socket::open_narrow(place, name).await?);
    }
    let told = Arc::new(Told::default());
    let began = Instant::now();
    let mut talk = begin(args, place, &crowd.senders, can, &told).await?;
    let mut resident: f64 = 0.0;
    while began.elapsed() < Duration::from_secs(args.seconds) {
        tokio::time::sleep(LOOK).await;
        // A server with so much to do may be late with its numbers; the peaks are kept by itself.
        if let Ok(Ok(now)) = timeout(Duration::from_secs(5), Counts::of(&http, one)).await {
            resident = resident.max(now.get("process_resident_memory_bytes"));
        }
    }
    let ended = Instant::now();
    while let Some(done) = timeout(PATIENCE, talk.join_next())
        .await
        .context("messages are not answered")?
    {
        done??;
    }
    drop(stalled);
    let answered = ended.elapsed();
    let after = Counts::of(&http, one).await?;
    resident = resident.max(after.get("process_resident_memory_bytes"));

    let again = senders::round(&crowd.few, one, MEASURED, bytes).await?;
    let calm = Counts::of(&http, one).await?;
    let mut stored: HashMap<SendId, (RoomId, Seq)> = HashMap::new();
    let mut twice = 0_u64;
    for (room, reader) in &crowd.rooms {
        let log = log(&http, place, *room, reader).await?;
        let head = log.last().map_or(Seq::ZERO, |event| event.seq);
        lock(&readers.heads).insert(*room, head);
        for event in log.into_iter().filter(|event| event.body.is_message()) {
            twice += u64::from(stored.insert(event.id, (*room, event.seq)).is_some());
        }
    }
    readers.over.store(true, Ordering::Relaxed);
    let mut shown = Shown::default();
    while let Some(read) = timeout(PATIENCE, reading.join_next())
        .await
        .context("the readers do not catch up")?
    {
        let read = read?;
        shown.seqs.extend(read.seqs);
        shown.missed.extend(read.missed);
    }
    let acked = std::mem::take(&mut *lock(&told.acked));
    let lost = acked
        .iter()
        .filter(|(id, at)| stored.get(*id) != Some(*at))
        .count();
    let unshown = stored
        .values()
        .filter(|(room, seq)| !shown.knows_of(*room, *seq))
        .count();

    let number = |of: &AtomicU64| of.load(Ordering::Relaxed);
    let (held_back, refused) = (number(&told.held_back), number(&told.refused));
    let due = number(&told.said) + held_back;
    let row = |what: &str, value: String| println!("{what:<48} {value:>12}");
    let grown = |name: &str| format!("{:.0}", after.since(&before, name));
    row("messages due in the overload", due.to_string());
    row(
        "  not written, since the server did not read",
        held_back.to_string(),
    );
    row("  acknowledged", acked.len().to_string());
    row("  refused: the same again, later", refused.to_string());
    row(
        "  unanswered: their socket ended",
        number(&told.unanswered).to_string(),
    );
    for lane in LANES {
        row(&format!("shed: {lane}"), grown(&shed_in(lane)));
    }
    row(
        "  of which requests were told so",
        number(&told.shed).to_string(),
    );
    row(
        "seconds until the last answer",
        format!("{:.1}", answered.as_secs_f64()),
    );
    let mebibytes = |bytes: f64| format!("{:.1} MiB", bytes / MEBIBYTE);
    let (waiting, queued) = (
        after.get("hearth_sends_bytes_peak"),
        after.get("hearth_outboxes_bytes_peak"),
    );
    row("most that waited to be stored", mebibytes(waiting));
    row("most that waited for sockets", mebibytes(queued));
    row("memory of the server, most", mebibytes(resident));
    row(
        "afterwards: messages a second, as at first",
        format!("{:.0}", again.rate()),
    );
    row(
        "  put off, shed",
        format!("{}, {:.0}", again.put_off, shed(&calm) - shed(&after)),
    );
    row("acknowledged and not in the log", lost.to_string());
    row("in the log twice", twice.to_string());
    row("in the log and not come to a reader", unshown.to_string());
    let is_bounded = bounds.is_none_or(|(sends, outboxes)| {
        // Each socket may be in the middle of one frame beyond it.
        let frames = f64::from(u32::from(args.senders * args.times + args.stalled))
            * f64::from(args.bytes)
            * 1.1;
        waiting <= sends && queued <= outboxes + frames
    });
    let is_small = bounds.is_none_or(|(sends, outboxes)| {
        resident <= OWN_RESIDENT + OWN_RESIDENT_TIMES * (sends + outboxes)
    });
    let held = [
        (lost == 0, "an acknowledged message is lost"),
        (twice == 0, "a message was stored twice"),
        (unshown == 0, "a reader was not shown a message"),
        (
            number(&told.untimely) == 0,
            "a `busy` did not say when to come again",
        ),
        (is_bounded, "more waits than the bounds allow"),
        (
            is_small,
            "the server took more memory than its bounds explain",
        ),
        (
            refused + held_back > due / 10,
            "it was no overload: raise --times",
        ),
        (again.put_off == 0, "afterwards senders are still put off"),
    ];
    for (_, what) in held.iter().filter(|(holds, _)| !holds) {
        println!("broken: {what}");
    }
    println!(
        "{} of {due} messages acknowledged at {} times what the server can, {lost} of them lost",
        acked.len(),
        args.times
    );
    Ok(held.iter().all(|(holds, _)| *holds))
}

fn shed_in(lane: &str) -> String {
    format!("hearth_shed_total{{lane=\"{lane}\"}}")
}

fn shed(counts: &Counts) -> f64 {
    LANES.iter().map(|lane| counts.get(&shed_in(lane))).sum()
}

async fn gather(args: &Args, http: &Http, place: &Place) -> Result<Crowd> {
    let (run, senders) = (run_name(), args.senders * args.times);
    println!("making {senders} senders in {} rooms", args.rooms);
    let few = usize::from(args.senders.div_ceil(args.rooms));
    let mut crowd = Crowd {
        rooms: Vec::new(),
        senders: Vec::new(),
        few: Vec::new(),
        stalled: Vec::new(),
    };
    for n in 0..args.rooms {
        let of_room = format!("{run}-{n}");
        room(http, place, &of_room).await?;
        let share = |all: u16| usize::from(all / args.rooms + u16::from(n < all % args.rooms));
        let (says, stalls) = (share(senders), share(args.stalled));
        let one = std::slice::from_ref(place);
        let people = join(
            http,
            one,
            &format!("{run}r{n}"),
            &of_room,
            1 + says + stalls,
        )
        .await?;
        let path = format!("/api/v1/rooms?id={}", people[0]);
        let rooms = http.call(place, &path, &Said::default(), None).await?.1;
        let id = serde_json::from_value(rooms["rooms"][0]["id"].clone())
            .context("a reader without a room")?;
        crowd.rooms.push((id, people[0].clone()));
        crowd.senders.extend_from_slice(&people[1..=says]);
        crowd.few.extend(people[1..=says].iter().take(few).cloned());
        crowd.stalled.extend_from_slice(&people[1 + says..]);
    }
    Ok(crowd)
}

/// Connects all senders, then lets them talk: all together at so many times what the server can.
async fn begin(
    args: &Args,
    place: &Place,
    names: &[String],
    can: f64,
    told: &Arc<Told>,
) -> Result<JoinSet<Result<()>>> {
    let count = u32::try_from(names.len())?;
    let pause = Duration::from_secs_f64(f64::from(count) / (can * f64::from(args.times)));
    let mut open = Vec::new();
    for name in names {
        open.push((name, Socket::open(place, name).await?));
    }
    let began = Instant::now();
    let mut talk = JoinSet::new();
    for (n, (name, (socket, rooms))) in (0_u32..).zip(open) {
        let (room, head) = *rooms.first().context("a sender without a room")?;
        let (saying, hearing) = socket.split();
        let asked = Arc::new(Asked::default());
        let pace = Pace {
            room,
            head,
            device: name.clone(),
            text: "x".repeat(usize::from(args.bytes)),
            first: began + pause.mul_f64(f64::from(n) / f64::from(count)),
            pause,
            until: began + Duration::from_secs(args.seconds),
        };
        talk.spawn(say(saying, pace, told.clone(), asked.clone()));
        talk.spawn(hear(hearing, room, told.clone(), asked));
    }
    Ok(talk)
}

/// What a sender says, and when.
struct Pace {
    room: RoomId,
    head: Seq,
    device: String,
    text: String,
    first: Instant,
    pause: Duration,
    until: Instant,
}

/// What a socket has been asked and not answered.
#[derive(Default)]
struct Asked {
    sends: AtomicU64,
    is_all: AtomicBool,
}

/// Says what is due, however it is answered, until the time is over.
async fn say(mut saying: Saying, pace: Pace, told: Arc<Told>, asked: Arc<Asked>) -> Result<()> {
    let device = DeviceId::new(&pace.device)?;
    let mut due = pace.first;
    let mut n = 0;
    'all: while due < pace.until {
        tokio::time::sleep_until(due.into()).await;
        due += pace.pause;
        n += 1;
        let send = ClientFrame::Send {
            room: pace.room,
            id: SendId::new(format!("{}-{n}", pace.device))?,
            after: pace.head,
            device: device.clone(),
            n,
            body: Body::message(pace.text.clone()),
        };
        let mut frames = vec![send];
        if n % ASIDE == 0 {
            frames.push(ClientFrame::Typing { room: pace.room });
            frames.push(ClientFrame::Mark {
                room: pace.room,
                seq: pace.head,
                back: false,
            });
            frames.push(ClientFrame::History {
                r#ref: n,
                room: pace.room,
                before: None,
                after: None,
                around: None,
                at_ms: None,
                limit: Some(1),
            });
        }
        for (at, frame) in frames.iter().enumerate() {
            let is_send = u64::from(at == 0);
            let text = Message::text(serde_json::to_string(frame)?);
            let left = pace.until.saturating_duration_since(Instant::now());
            asked.sends.fetch_add(is_send, Ordering::Relaxed);
            let fed = timeout(left, saying.feed(text)).await;
            if fed.is_err() {
                // It has not begun to go.
                asked.sends.fetch_sub(is_send, Ordering::Relaxed);
                told.held_back.fetch_add(is_send, Ordering::Relaxed);
                break 'all;
            }
            told.said.fetch_add(is_send, Ordering::Relaxed);
            let left = pace.until.saturating_duration_since(Instant::now());
            if !matches!(timeout(left, saying.flush()).await, Ok(Ok(()))) {
                break 'all;
            }
        }
        // What has become due while the socket took nothing is not made up for.
        while due < pace.until && due + pace.pause < Instant::now() {
            told.held_back.fetch_add(1, Ordering::Relaxed);
            due += pace.pause;
        }
    }
    while due < pace.until {
        told.held_back.fetch_add(1, Ordering::Relaxed);
        due += pace.pause;
    }
    // Whatever of the last frame is still here goes with the rest, now that there is time.
    let _ = timeout(PATIENCE, saying.flush()).await;
    asked.is_all.store(true, Ordering::Relaxed);
    Ok(())
}

/// Hears until everything that was said is answered, or the socket ends.
async fn hear(
    mut hearing: Hearing,
    room: RoomId,
    told: Arc<Told>,
    asked: Arc<Asked>,
) -> Result<()> {
    loop {
        if asked.is_all.load(Ordering::Relaxed) && asked.sends.load(Ordering::Relaxed) == 0 {
            return Ok(());
        }
        let frame = match timeout(LOOK, hearing.next()).await {
            Err(_) => continue,
            Ok(message) => match heard(message)? {
                Heard::Frame(frame) => frame,
                Heard::Nothing => continue,
                Heard::End => {
                    let left = asked.sends.swap(0, Ordering::Relaxed);
                    told.unanswered.fetch_add(left, Ordering::Relaxed);
                    return Ok(());
                }
            },
        };
        match *frame {
            ServerFrame::Ack { id, seq, .. } => {
                asked.sends.fetch_sub(1, Ordering::Relaxed);
                lock(&told.acked).insert(id, (room, seq));
            }
            ServerFrame::Error {
                id,
                code,
                message,
                retry_after_ms,
                ..
            } => {
                ensure!(code.retry() == Retry::Same, "refused for good: {message}");
                let is_untimely = code == ErrorCode::Busy && retry_after_ms.is_none();
                told.untimely
                    .fetch_add(u64::from(is_untimely), Ordering::Relaxed);
                if id.is_some() {
                    asked.sends.fetch_sub(1, Ordering::Relaxed);
                    told.refused.fetch_add(1, Ordering::Relaxed);
                } else {
                    told.shed.fetch_add(1, Ordering::Relaxed);
                }
            }
            _ => {}
        }
    }
}

/// A reader who comes back as often as it must, until it has the end of every room.
async fn read(place: Place, name: String, readers: Arc<Readers>) -> Shown {
    let mut shown = Shown::default();
    let Ok(device) = DeviceId::new(&name) else {
        return shown;
    };
    let door = Door {
        places: Arc::new(vec![place]),
        next: 0,
        id: name,
        token: None,
    };
    let mut wire = Wire::new(
        Client::new(Settings::new(device, 1)),
        door,
        tokio::time::Instant::now(),
    );
    let now = wire.now_ms();
    let steps = wire.machine.start(now);
    let mut steps = wire.carry(steps).await;
    let mut is_counted = false;
    loop {
        for step in steps {
            match step {
                Step::Welcome { .. } if !is_counted => {
                    is_counted = true;
                    readers.live.fetch_add(1, Ordering::Relaxed);
                }
                Step::Show { room, event } => {
                    shown.seqs.insert((room, event.seq));
                }
                Step::Missed { room, from, to } => shown.missed.push((room, from, to)),
                _ => {}
            }
        }
        if readers.over.load(Ordering::Relaxed) {
            let heads = lock(&readers.heads).clone();
            let mut rooms = wire.machine.rooms();
            if rooms.all(|(room, log)| heads.get(&room).is_none_or(|head| log.position() >= *head))
            {
                return shown;
            }
        }
        let Ok(input) = timeout(LOOK, wire.wait()).await else {
            steps = Vec::new();
            continue;
        };
        let told = wire.tell(input);
        steps = wire.carry(told).await;
    }
}

/// A room's log from its beginning.
async fn log(http: &Http, place: &Place, room: RoomId, reader: &str) -> Result<Vec<Event>> {
    let mut log: Vec<Event> = Vec::new();
    let began = Instant::now();
    loop {
        let after = log.last().map_or(0, |event| event.seq.0);
        let path = format!(
            "/api/v1/rooms/{room}/events?id={reader}&after={after}&limit={PAGE_EVENTS_MAX}"
        );
        let (status, page) = http.call(place, &path, &Said::default(), None).await?;
        if status == StatusCode::TOO_MANY_REQUESTS && began.elapsed() < PATIENCE {
            tokio::time::sleep(LOOK).await;
            continue;
        }
        ensure!(
            status == StatusCode::OK,
            "{path} was answered {status}: {page}"
        );
        let events: Vec<Event> =
            serde_json::from_value(page["events"].clone()).context("a page's events")?;
        let is_empty = events.is_empty();
        log.extend(events);
        if page["more_after"] != Value::Bool(true) {
            return Ok(log);
        }
        ensure!(
            !is_empty,
            "more after {after} of {room}, and nothing is shown"
        );
    }
}

async fn until(so: impl Fn() -> bool, otherwise: &str) -> Result<()> {
    let began = Instant::now();
    while !so() {
        if began.elapsed() > PATIENCE {
            bail!("{otherwise}");
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}
