//! The course of a check, from the first account to the last line of the history: gather, play while the nemesis breaks
//! things, play on in peace, mend, settle, catch up, read the truth, leave.

use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use futures_util::{StreamExt, stream};
use hearth_core::testing::secrets;
use hearth_protocol::bounds::PING_INTERVAL_MS;
use hyper::StatusCode;
use serde_json::json;
use tokio::{
    task::JoinSet,
    time::{Instant, MissedTickBehavior, interval, sleep, sleep_until},
};

use super::{
    cast::{Cast, Nature},
    faults::Hand,
    health,
    nemesis::{Nemesis, Tried},
    operator::Steps,
    person::Person,
    plain::Plain,
    plan::Plan,
    system::System,
    truth,
    watch::Watch,
    world::{Account, Phase, World},
};
use crate::{
    history::{Limits, Record, Recorder, When},
    http::{Http, Place, told_ms},
};

/// Accounts made at once.
const SIGNUPS: usize = 16;
/// How long one account is tried.
const TRY_FOR: Duration = Duration::from_secs(60);
/// How long everybody may take to come into their rooms.
const GATHER: Duration = Duration::from_secs(180);
/// How long a server may keep a connection on which nobody answers: four pings, of which the third goes unanswered for
/// sure, and a pause of its own process.
const LET_GO: Duration = Duration::from_millis(4 * PING_INTERVAL_MS + 30_000);
/// Between the moment at which the longest wait that is allowed would be over and the end of the play: so much is judged
/// besides.
const JUDGED: Duration = Duration::from_secs(5);
/// How long what is under way may take to be settled once all is mended.
const SETTLE: Duration = Duration::from_secs(120);
/// How long everybody may take to come up to date.
const CATCH_UP: Duration = Duration::from_secs(120);
/// Between the last goodbye and the last look at what the servers hold.
const COOL: Duration = Duration::from_secs(6);

/// What is put on the stage.
pub(super) struct Stage<'a> {
    pub(super) system: Option<&'a System>,
    /// The doors for clients.
    pub(super) doors: Vec<Place>,
    /// Names and addresses of the servers whose truth is read.
    pub(super) nodes: Vec<(String, Place)>,
    pub(super) cast: Cast,
    pub(super) plan: Plan,
    /// Classes that must come, whatever time it takes, and how much is to be seen of each.
    pub(super) wanted: BTreeMap<String, u64>,
    pub(super) steps: &'a Steps,
    pub(super) recorder: Recorder,
    /// By which the history is judged.
    pub(super) limits: Limits,
    pub(super) seed: u64,
    pub(super) play: Duration,
    /// Sockets for those who come by.
    pub(super) visits: usize,
    pub(super) password: Option<String>,
}

/// What came of it, besides the history.
#[derive(Debug)]
pub(super) struct Played {
    pub(super) tried: BTreeMap<String, Tried>,
    /// What was to be seen.
    pub(super) wanted: BTreeMap<String, u64>,
}

impl Stage<'_> {
    /// Performs all of it. The history is whole when it returns without an error.
    pub(super) async fn perform(self) -> Result<Played> {
        let began = Instant::now();
        let accounts = sign_up(&self.cast, &self.doors, self.password.as_deref()).await?;
        println!(
            "check: {} accounts after {:.0} s",
            accounts.len(),
            began.elapsed().as_secs_f64()
        );
        self.sample(When::Before).await;
        let world = Arc::new(World::new(
            self.cast.clone(),
            accounts,
            self.doors.clone(),
            self.recorder.clone(),
            self.visits,
            self.seed,
        ));
        let people = world.cast.people.len();
        world.enter(Phase::Gather, people);
        let mut living = JoinSet::new();
        for (at, part) in world.cast.people.iter().enumerate() {
            let world = Arc::clone(&world);
            match part.nature {
                Nature::Plain => living.spawn(Plain::new(world, at).live()),
                _ => living.spawn(Person::new(world, at, began).live()),
            };
        }
        let tried = tokio::select! {
            tried = self.course(&world, people) => tried?,
            () = self.narrate(&world) => bail!("the narrator fell silent"),
            () = health::look(&self.nodes, &self.recorder) => bail!("nobody looks any more"),
            died = died(&mut living) => bail!("a person of the drill died: {died}"),
        };
        world.enter(Phase::Leave, 0);
        while living.join_next().await.is_some() {}
        sleep(COOL).await;
        self.sample(When::After).await;
        Ok(Played {
            tried,
            wanted: self.wanted,
        })
    }

    async fn course(&self, world: &Arc<World>, people: usize) -> Result<BTreeMap<String, Tried>> {
        if !wait_all(world, GATHER).await {
            bail!(
                "{} of {people} people did not come into their rooms",
                world.busy.load(Relaxed)
            );
        }
        println!("check: everybody is in their rooms");
        world.enter(Phase::Play, people);
        let until = Instant::now() + self.play;
        // A time of peace, so that the first fault finds everything in full swing.
        sleep(Duration::from_secs(3).min(self.play / 10)).await;
        let watch = Watch::new(
            &self
                .nodes
                .iter()
                .map(|(_, place)| place.clone())
                .collect::<Vec<_>>(),
        );
        let nemesis = Nemesis {
            hand: Hand {
                system: self.system,
                world,
                watch: &watch,
            },
            steps: self.steps,
            recorder: &self.recorder,
        };
        let play = until.saturating_duration_since(Instant::now());
        let tried = nemesis.run(self.plan.clone(), play, &self.wanted).await?;
        if let Some(peace) = peace(&tried, self.limits) {
            println!(
                "check: peace until {:.0} s after the last fault",
                peace.as_secs_f64()
            );
            sleep(peace).await;
        }
        sleep_until(until).await;
        self.see_the_left_off(world).await;
        if let Some(system) = self.system {
            system.mend().await.context("mending at the end")?;
        }
        println!("check: everything is mended; settling");
        world.enter(Phase::Settle, people);
        if !wait_all(world, SETTLE).await {
            let what = format!(
                "{} people have sends that were not settled in {SETTLE:?}",
                world.busy.load(Relaxed)
            );
            println!("check: {what}");
            self.recorder.put(Record::Broken { what });
        }
        truth::find_heads(world, &self.nodes)
            .await
            .context("looking for the rooms' ends")?;
        println!("check: catching up");
        world.enter(Phase::CatchUp, people);
        if !wait_all(world, CATCH_UP).await {
            // No fault of the drill: what is missing on whose screen is for the verdict to see.
            println!(
                "check: {} people did not come up to date in {CATCH_UP:?}",
                world.busy.load(Relaxed)
            );
        }
        world.enter(Phase::Read, 0);
        self.recorder.put(Record::Quiet);
        println!("check: reading every log from every server");
        truth::read(world, &self.nodes)
            .await
            .context("reading the truth")?;
        Ok(tried)
    }

    /// Connections that nobody answers on must be ended by the server's pings.
    async fn see_the_left_off(&self, world: &World) {
        let until = Instant::now() + LET_GO;
        while world.counts().left_open > 0 && Instant::now() < until {
            sleep(Duration::from_millis(200)).await;
        }
        let counts = world.counts();
        if counts.abandoned > 0 {
            println!(
                "check: of {} connections left open by their clients the servers' pings ended {}",
                counts.abandoned, counts.idle
            );
        }
        if counts.left_open > 0 {
            let open = counts.left_open;
            let what = format!("{open} connections on which nobody answers are still open");
            println!("check: {what}");
            self.recorder.put(Record::Broken { what });
        }
    }

    /// A line each second, and what a report draws.
    async fn narrate(&self, world: &World) {
        let mut tick = interval(Duration::from_secs(1));
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut before = world.counts();
        let mut seconds = 0u64;
        let mut phase = world.phase();
        loop {
            tick.tick().await;
            let now = world.counts();
            self.recorder.pace();
            let phase = *phase.borrow_and_update();
            println!(
                "{seconds:>4} s {phase:?}: {:>5} acked/s {:>6} shown/s | sent {} acked {} put off {} refused {} in doubt {} | \
                 sockets opened {} lost {} drained {} slow {} | gaps {} pages {} aside {}",
                now.acked - before.acked,
                now.shown - before.shown,
                now.sent,
                now.acked,
                now.held,
                now.refused,
                now.doubtful,
                now.opened,
                now.ends,
                now.drains,
                now.slow,
                now.gaps,
                now.pages,
                now.doubles,
            );
            if seconds % 10 == 5 {
                self.sample(When::During).await;
            }
            before = now;
            seconds += 1;
        }
    }

    /// What each server holds: of the drill's own as the kernel says it, of others as they say it themselves.
    async fn sample(&self, when: When) {
        let watch = Watch::new(&[]);
        for (at, (node, place)) in self.nodes.iter().enumerate() {
            let pid = match self.system {
                Some(system) => {
                    let process = system.server(at + 1).await;
                    let Some(pid) = process.ok().and_then(|process| process.pid) else {
                        continue;
                    };
                    Some(pid)
                }
                None => None,
            };
            // One that is paused says nothing; it is looked at again.
            let Some(numbers) = watch.counts_of(place).await else {
                continue;
            };
            let count = |name| numbers.get(name).map(|number| *number as u64);
            let held = match pid {
                Some(pid) => held_by(pid),
                None => count("process_resident_memory_bytes").zip(count("process_open_fds")),
            };
            let (Some(tasks), Some((rss_bytes, fds))) = (count("hearth_tasks"), held) else {
                continue;
            };
            self.recorder.put(Record::Sample {
                when,
                node: node.clone(),
                pid: pid.unwrap_or(0),
                rss_bytes,
                fds,
                tasks,
            });
        }
    }
}

/// How long the play goes on after the last fault, so that readers and senders are held to their bounds for a while at
/// least, however many faults excuse them before; nothing where none was done.
fn peace(tried: &BTreeMap<String, Tried>, limits: Limits) -> Option<Duration> {
    let heals = tried.values().map(|tried| tried.heals).max()?;
    let bound = Duration::from_micros(limits.late_us.max(limits.silence_us));
    Some(heals + bound + JUDGED)
}

/// Resident memory and open files of a process.
fn held_by(pid: u32) -> Option<(u64, u64)> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let field = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name))?;
        line.split_whitespace().nth(1)?.parse::<u64>().ok()
    };
    let fds = std::fs::read_dir(format!("/proc/{pid}/fd")).ok()?.count() as u64;
    Some((field("VmRSS:")? * 1024, fds))
}

/// Waits until everybody has done what the phase asks, or the time is over.
async fn wait_all(world: &World, patience: Duration) -> bool {
    let until = Instant::now() + patience;
    while world.busy.load(Relaxed) > 0 {
        if Instant::now() >= until {
            return false;
        }
        sleep(Duration::from_millis(100)).await;
    }
    true
}

/// Returns when a person ends that should live.
async fn died(living: &mut JoinSet<()>) -> String {
    match living.join_next().await {
        Some(Err(error)) => error.to_string(),
        Some(Ok(())) => "it ended by itself".to_owned(),
        None => "there was none".to_owned(),
    }
}

async fn sign_up(cast: &Cast, doors: &[Place], password: Option<&str>) -> Result<Vec<Account>> {
    let http = Http::new();
    let calls = cast.people.iter().enumerate().map(|(at, part)| {
        let http = &http;
        async move {
            let mut body = json!({ "name": part.name });
            if let Some(password) = password {
                body["password"] = json!(password);
            }
            let until = Instant::now() + TRY_FOR;
            let mut path = "/api/v1/signup";
            for turn in at.. {
                let place = &doors[turn % doors.len()];
                let answer = http.post(place, path, &body).await;
                match answer {
                    Ok((StatusCode::CREATED | StatusCode::OK, answer)) => {
                        let id = serde_json::from_value(answer["user"]["id"].clone())
                            .context("an account without an id")?;
                        let token = answer["token"]
                            .as_str()
                            .context("an account without a token")?;
                        secrets::note("a token", token);
                        let token = token.to_owned();
                        return Ok(Account { id, token });
                    }
                    // An earlier try was done, and its answer lost.
                    Ok((StatusCode::CONFLICT, _)) if turn > at => path = "/api/v1/login",
                    Ok((StatusCode::TOO_MANY_REQUESTS, answer)) if Instant::now() < until => {
                        sleep(Duration::from_millis(told_ms(&answer))).await;
                    }
                    Ok((status, answer)) if status.is_client_error() => {
                        bail!("signing up was answered {status}: {answer}")
                    }
                    Err(error) if Instant::now() >= until => return Err(error),
                    Ok((status, _)) if Instant::now() >= until => {
                        bail!("signing up was answered {status}")
                    }
                    _ => sleep(Duration::from_millis(300)).await,
                }
            }
            bail!("no door")
        }
    });
    let calls: Vec<_> = calls.collect();
    let accounts: Vec<Result<Account>> = stream::iter(calls).buffered(SIGNUPS).collect().await;
    accounts.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_the_last_fault_there_is_time_to_be_late_in() {
        let limits = Limits::default();
        let tried = |heals| Tried {
            heals: Duration::from_secs(heals),
            ..Tried::default()
        };
        let all = BTreeMap::from([("a".to_owned(), tried(30)), ("b".to_owned(), tried(15))]);
        let bound = Duration::from_micros(limits.late_us.max(limits.silence_us));
        assert!(peace(&all, limits).unwrap() > Duration::from_secs(30) + bound);
        assert_eq!(peace(&BTreeMap::new(), limits), None);
    }
}
