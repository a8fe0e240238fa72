//! The stage: signs the cast up, makes the rooms, gives everybody their cues, waits until all is said and seen, and
//! reads the history.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use anyhow::{Context, Result, bail};
use futures_util::{StreamExt, stream};
use hearth_protocol::{
    DeviceId, Event, RoomId, RoomKind, SendId, Seq,
    bounds::PAGE_EVENTS_MAX,
    client::{Answer, Ask, Client, Settings, Step, Window},
};
use hyper::StatusCode;
use rand::{SeedableRng, rngs::SmallRng};
use serde_json::json;
use tokio::{
    sync::{Mutex, Semaphore, mpsc},
    task::JoinSet,
    time::{Instant, sleep, sleep_until, timeout},
};

use super::{
    Args, Outcome,
    cast::{Play, Role, Scene},
    judge::{self, Testimony},
    person::{Counts, Cue, Person, World},
};
use crate::{
    http::{Http, Place, told_ms},
    wire::{Door, Wire},
};

/// Acts given out and not done yet: the bound of everything that waits.
const TICKETS: usize = 2_048;
/// Accounts made at the same time.
const SIGNUPS: usize = 32;
/// How long a call of the stage itself is tried again.
const TRY_FOR: Duration = Duration::from_secs(90);

/// Plays it.
pub(super) async fn perform(args: &Args, places: Vec<Place>, play: Play) -> Result<Outcome> {
    let places = Arc::new(places);
    let began = Instant::now();
    let people = play.roles.len();
    let mut roles = play.roles;
    let rooms = play.scenes.len();
    // The one who makes the rooms and reads them at the end takes part in none.
    let reader = Role {
        display: "replay".into(),
        name: format!("{}-reader", room_tag(&play.scenes)),
    };
    roles.push(reader);
    let mut doors = sign_up(args, &places, &roles).await?;
    println!(
        "replay: {} accounts made in {:.1} s",
        doors.len(),
        began.elapsed().as_secs_f64()
    );
    let door = doors.pop().context("no reader")?;
    let mut reader = Reader::new(door, args.seed, began);
    let mut ids = Vec::new();
    for scene in &play.scenes {
        ids.push(reader.make_room(&scene.room).await?);
    }

    let world = Arc::new(World {
        index: ids
            .iter()
            .enumerate()
            .map(|(at, id)| (*id, at))
            .collect::<HashMap<RoomId, usize>>(),
        rooms: ids,
        sockets: Arc::new(Semaphore::new(args.sockets.max(1))),
        hungry: AtomicUsize::new(0),
        churn: args.churn,
        patience: Duration::from_secs(args.patience) / 2,
        counts: Counts::default(),
    });
    let mut living = JoinSet::new();
    let mut cues = Vec::new();
    for (at, door) in doors.into_iter().enumerate() {
        let (send, receive) = mpsc::unbounded_channel();
        let chance =
            SmallRng::seed_from_u64(args.seed.wrapping_mul(1_000_003).wrapping_add(at as u64));
        let wire = Wire::new(machine(args.seed, at), door, began);
        living.spawn(Person::new(Arc::clone(&world), wire, chance).live(receive));
        cues.push(send);
    }

    let played = Instant::now();
    let play_all = async {
        give_cues(args, play.scenes, &cues).await;
        let played = played.elapsed();
        let histories = reader.read_all(&world.rooms).await?;
        let heads: Vec<u64> = histories.iter().map(|events| events.len() as u64).collect();
        println!(
            "replay: everything is said; {} events are stored",
            heads.iter().sum::<u64>()
        );
        let heads = Arc::new(heads);
        for cue in &cues {
            // One who is gone has said why.
            let _ = cue.send(Cue::Finish(Arc::clone(&heads)));
        }
        let mut testimonies = Vec::new();
        while let Some(testimony) = living.join_next().await {
            testimonies.push(testimony.unwrap_or_else(|error| Testimony {
                failed: Some(error.to_string()),
                ..Testimony::default()
            }));
        }
        anyhow::Ok((histories, testimonies, played))
    };
    let (result, stuck) = tokio::select! {
        result = play_all => (Some(result?), None),
        stuck = watch(args, &world, began) => (None, Some(stuck)),
    };
    let counts = &world.counts;
    println!(
        "replay: left {} times, cut {} times, connections ended {} times, sends held {} times, gaps {}",
        counts.left.load(Relaxed),
        counts.cut.load(Relaxed),
        counts.ends.load(Relaxed),
        counts.held.load(Relaxed),
        counts.gaps.load(Relaxed),
    );
    let (verdict, played) = match result {
        Some((histories, testimonies, played)) => (judge::judge(&histories, &testimonies), played),
        None => (judge::Verdict::default(), played.elapsed()),
    };
    Ok(Outcome {
        verdict,
        people,
        rooms,
        played,
        sockets: counts.sockets.load(Relaxed),
        stuck,
    })
}

fn room_tag(scenes: &[Scene]) -> &str {
    let first = scenes.first().map_or("r", |scene| scene.room.as_str());
    first.split('-').next().unwrap_or("r")
}

fn machine(seed: u64, at: usize) -> Client {
    let seed = seed.wrapping_mul(7_919).wrapping_add(at as u64);
    let device =
        DeviceId::new(format!("replay-{at}")).unwrap_or_else(|_| unreachable!("a plain text"));
    let mut settings = Settings::new(device, seed);
    // The drill remembers by itself.
    settings.keep_events = 8;
    Client::new(settings)
}

// ---- Accounts.

async fn sign_up(args: &Args, places: &Arc<Vec<Place>>, roles: &[Role]) -> Result<Vec<Door>> {
    let http = Http::new();
    let done = AtomicUsize::new(0);
    let calls = roles.iter().enumerate().map(|(at, role)| {
        let (http, done) = (&http, &done);
        async move {
            let token = sign_up_one(http, places, at, role, args.password.as_deref()).await?;
            let done = done.fetch_add(1, Relaxed) + 1;
            if done % 1000 == 0 {
                println!("replay: {done} of {} accounts made", roles.len());
            }
            anyhow::Ok(Door {
                places: Arc::clone(places),
                next: at,
                id: role.name.clone(),
                token,
            })
        }
    });
    let calls: Vec<_> = calls.collect();
    let doors: Vec<Result<Door>> = stream::iter(calls).buffered(SIGNUPS).collect().await;
    doors.into_iter().collect()
}

/// Makes one account; the token, if there is a password. Tries the specification's own call where ours is not there.
async fn sign_up_one(
    http: &Http,
    places: &[Place],
    at: usize,
    role: &Role,
    password: Option<&str>,
) -> Result<Option<String>> {
    let until = Instant::now() + TRY_FOR;
    let mut body = json!({ "name": role.name });
    if !role.display.is_empty() {
        body["display"] = json!(role.display);
    }
    if let Some(password) = password {
        body["password"] = json!(password);
    }
    let mut path = "/api/v1/signup";
    for try_number in 0.. {
        let place = &places[(at + try_number) % places.len()];
        let mut pause = 200 * (try_number as u64 + 1).min(10);
        let last = match http.post(place, path, &body).await {
            Ok((status, answer)) if status.is_success() => {
                let token = answer
                    .get("token")
                    .and_then(|t| t.as_str())
                    .map(str::to_owned);
                return Ok(password.and(token));
            }
            // An earlier try had done it, and its answer was lost.
            Ok((StatusCode::CONFLICT, _)) if try_number > 0 => {
                let Some(password) = password else {
                    return Ok(None);
                };
                path = "/api/v1/login";
                body = json!({ "name": role.name, "password": password });
                continue;
            }
            Ok((StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED, _))
                if path != "/signin" && password.is_none() =>
            {
                path = "/signin";
                body = json!({ "username": role.name });
                continue;
            }
            Ok((status, answer))
                if status.is_client_error() && status != StatusCode::TOO_MANY_REQUESTS =>
            {
                bail!("signing {} up was refused: {status} {answer}", role.name);
            }
            Ok((status, answer)) => {
                pause = pause.max(told_ms(&answer));
                status.to_string()
            }
            Err(error) => format!("{error:#}"),
        };
        if Instant::now() >= until {
            bail!("signing {} up did not succeed: {last}", role.name);
        }
        sleep(Duration::from_millis(pause)).await;
    }
    unreachable!("an endless loop")
}

// ---- Cues.

/// Gives everybody their cues, file beside file, and waits until all are done.
async fn give_cues(args: &Args, scenes: Vec<Scene>, cues: &[mpsc::UnboundedSender<Cue>]) {
    let tickets = Arc::new(Semaphore::new(TICKETS));
    let pace = Mutex::new(Instant::now());
    let step = (args.speed > 0).then(|| Duration::from_secs_f64(1.0 / args.speed as f64));
    let files = scenes.into_iter().enumerate().map(|(room, scene)| {
        let (tickets, pace) = (&tickets, &pace);
        async move {
            for cue in scene.cues {
                if let Some(step) = step {
                    let at = {
                        let mut next = pace.lock().await;
                        let at = (*next).max(Instant::now() - Duration::from_millis(50));
                        *next = at + step;
                        at
                    };
                    sleep_until(at).await;
                }
                let Ok(ticket) = Arc::clone(tickets).acquire_owned().await else {
                    return;
                };
                // One who is gone has said why.
                let _ = cues[cue.role].send(Cue::Act {
                    room,
                    act: cue.act,
                    ticket,
                });
            }
        }
    });
    futures_util::future::join_all(files).await;
    // All tickets back: all acts are done, all messages settled.
    let _ = tickets.acquire_many(TICKETS as u32).await;
}

/// Prints progress, and returns once nothing has happened for too long.
async fn watch(args: &Args, world: &World, began: Instant) -> String {
    let mut last = (0, Instant::now());
    loop {
        sleep(Duration::from_secs(2)).await;
        let counts = &world.counts;
        let (acts, acknowledged, shown) = (
            counts.acts.load(Relaxed),
            counts.acknowledged.load(Relaxed),
            counts.shown.load(Relaxed),
        );
        let (online, finished) = (counts.online.load(Relaxed), counts.finished.load(Relaxed));
        println!(
            "replay: {:.0} s: {acts} acts, {acknowledged} messages settled, {shown} events seen, {online} online, \
             {} waiting for a socket, {finished} done",
            began.elapsed().as_secs_f64(),
            world.hungry.load(Relaxed),
        );
        let sum = acts + acknowledged + shown + finished + counts.sockets.load(Relaxed) / 1000;
        if sum != last.0 {
            last = (sum, Instant::now());
        } else if last.1.elapsed() >= Duration::from_secs(args.patience) {
            return format!("nothing has happened for {} s", args.patience);
        }
    }
}

// ---- Rooms and their history.

/// The one who makes the rooms and reads them.
struct Reader {
    wire: Wire,
    ids: u64,
}

impl Reader {
    fn new(door: Door, seed: u64, began: Instant) -> Self {
        Self {
            wire: Wire::new(machine(seed, usize::MAX / 2), door, began),
            ids: 0,
        }
    }

    async fn make_room(&mut self, name: &str) -> Result<RoomId> {
        self.ids += 1;
        let id = SendId::new(format!("make-{}", self.ids))?;
        let ask = Ask::Create {
            id,
            name: name.to_owned(),
            kind: RoomKind::Public,
        };
        match self
            .ask(ask)
            .await
            .with_context(|| format!("making the room {name:?}"))?
        {
            Answer::Room(snapshot) => Ok(snapshot.id),
            other => bail!("making the room {name:?} was answered {other:?}"),
        }
    }

    /// Every room's log, from its first event to its end.
    async fn read_all(&mut self, rooms: &[RoomId]) -> Result<Vec<Vec<Event>>> {
        let mut all = Vec::new();
        for room in rooms {
            let mut events: Vec<Event> = Vec::new();
            loop {
                let after = events.last().map_or(Seq::ZERO, |event| event.seq);
                let ask = Ask::History {
                    room: *room,
                    window: Window::After(after),
                    limit: Some(PAGE_EVENTS_MAX),
                };
                let Answer::Page(page) = self.ask(ask).await? else {
                    bail!("history was answered otherwise")
                };
                let is_whole = page.events.last().map_or(after, |event| event.seq) >= page.head;
                if page.events.is_empty() && !is_whole {
                    bail!(
                        "history after {after} is empty, but the log ends at {}",
                        page.head
                    );
                }
                events.extend(page.events);
                if is_whole {
                    break;
                }
            }
            all.push(events);
        }
        Ok(all)
    }

    async fn ask(&mut self, ask: Ask) -> Result<Answer> {
        let answer = async {
            let steps = self.wire.machine.start(self.wire.now_ms());
            self.wire.carry(steps).await;
            let mut asked = self.wire.machine.ask(self.wire.now_ms(), ask.clone())?;
            loop {
                let steps = self.wire.carry(std::mem::take(&mut asked.1)).await;
                for step in steps {
                    match step {
                        Step::Answer {
                            number,
                            answer: Ok(answer),
                        } if number == asked.0 => return Ok(answer),
                        Step::Answer {
                            number,
                            answer: Err(refused),
                        } if number == asked.0 => {
                            if refused.code.retry() != hearth_protocol::Retry::Same {
                                bail!("{:?}: {}", refused.code, refused.message);
                            }
                            asked = self.wire.machine.ask(self.wire.now_ms(), ask.clone())?;
                        }
                        Step::Ended(ended) => {
                            bail!("the server wants the drill's own reader no more: {ended:?}")
                        }
                        _ => {}
                    }
                }
                if asked.1.is_empty() {
                    let input = self.wire.wait().await;
                    asked.1 = self.wire.tell(input);
                }
            }
        };
        timeout(TRY_FOR, answer)
            .await
            .context("no answer in time")?
    }
}
