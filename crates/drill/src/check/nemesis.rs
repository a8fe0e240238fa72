//! Breaks things by plan until the time is over, and records each fault with its evidence. A fault that did not
//! come to its end, as what was broken did not do what it must or the drill could not, is recorded as that, and what it may
//! have left half done is mended.

use std::{collections::BTreeMap, time::Duration};

use anyhow::Result;
use tokio::time::{Instant, sleep, timeout};

use super::{
    asked::words,
    faults::{Hand, heals, leaves},
    operator::Steps,
    plan::{Class, Kind, Plan, Planned},
};
use crate::history::{Record, Recorder};

/// What one slot may take beside its hold: a node of Cassandra that starts again beside a busy cluster takes 175 s.
const SLOT: Duration = Duration::from_secs(300);

/// How often a class was tried, and how often it bit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tried {
    pub(super) tried: u64,
    pub(super) bit: u64,
    /// What was seen of it, over all times.
    pub(super) seen: u64,
    /// For how long after its end no send need be acknowledged.
    pub(super) heals: Duration,
}

/// What came of one fault.
struct Done {
    word: String,
    /// How much was seen of it.
    n: u64,
    heals: Duration,
}

/// Gives up a count that is not reached after so many times what the run was to take.
const PATIENCE: u32 = 3;
/// Between two slots at least.
const PEACE_MIN: Duration = Duration::from_millis(500);

/// Who breaks things.
pub(super) struct Nemesis<'a> {
    pub(super) hand: Hand<'a>,
    pub(super) steps: &'a Steps,
    pub(super) recorder: &'a Recorder,
}

impl Nemesis<'_> {
    /// Runs until the time is over, each of `wanted` was tried and so much was seen of it. What came of each class.
    pub(super) async fn run(
        &self,
        mut plan: Plan,
        play: Duration,
        wanted: &BTreeMap<String, u64>,
    ) -> Result<BTreeMap<String, Tried>> {
        let mut all = BTreeMap::<String, Tried>::new();
        let (until, end) = (Instant::now() + play, Instant::now() + PATIENCE * play);
        loop {
            let now = Instant::now();
            let is_untried = wanted.keys().any(|word| !all.contains_key(word));
            let is_short = short(&all, wanted).next().is_some() && now < end;
            if now >= until && !is_untried && !is_short {
                break;
            }
            if now >= until && !is_untried {
                let lacking: Vec<&str> = short(&all, wanted).map(|(word, _)| word).collect();
                plan.only(|kinds| lacking.contains(&words(kinds, self.steps).as_str()));
            }
            let Some(slot) = plan.next() else { break };
            let faults = slot.faults.iter().map(|fault| self.one(fault));
            let mut done = futures_util::future::join_all(faults).await;
            if let [one, other] = &done[..] {
                let pair = Done {
                    word: format!("{}+{}", one.word, other.word),
                    n: one.n.min(other.n),
                    heals: one.heals.max(other.heals),
                };
                if wanted.contains_key(&pair.word) {
                    if let ([one, other], 0) = (&slot.faults[..], pair.n) {
                        plan.again([one.kind, other.kind]);
                    }
                    done.push(pair);
                }
            }
            for Done { word, n, heals } in done {
                let tried = all.entry(word).or_default();
                tried.tried += 1;
                tried.bit += u64::from(n > 0);
                tried.seen += n;
                tried.heals = heals;
            }
            // The run ends in its time, however long a peace may be.
            let left = until.saturating_duration_since(Instant::now());
            sleep(slot.peace.min(left.max(PEACE_MIN))).await;
        }
        Ok(all)
    }

    /// Does one fault.
    async fn one(&self, fault: &Planned) -> Done {
        sleep(fault.delay).await;
        let (word, says, heals, outage) = match fault.kind {
            Kind::Own(class) => (
                class.word().to_owned(),
                class.says(),
                heals(class),
                is_outage(class),
            ),
            Kind::Command { at, .. } => (
                self.steps.name(at),
                "a command of the file",
                self.steps.heals(at),
                self.steps.is_outage(at),
            ),
        };
        let target = match fault.kind {
            Kind::Own(class) => self.hand.target(class, fault.pick).await,
            Kind::Command { .. } => Ok("as the file says".to_owned()),
        };
        let target = match target {
            Ok(target) => target,
            Err(error) => {
                let what = format!("{word} found nothing to be done to: {error:#}");
                println!("  {what}");
                self.recorder.put(Record::Broken { what });
                return Done { word, n: 0, heals };
            }
        };
        println!("  {word} {target}: {says}");
        let f = self.recorder.fault();
        self.recorder.put(Record::Fault {
            f,
            class: word.clone(),
            target: target.clone(),
            outage,
            heals_us: heals.as_micros() as u64,
            leaves: match fault.kind {
                Kind::Own(class) => leaves(class, &target),
                Kind::Command { .. } => None,
            },
        });
        let done = async {
            match fault.kind {
                Kind::Own(class) => self.hand.inflict(class, &target, fault.hold).await,
                Kind::Command { at, .. } => self.steps.inflict(at, fault.hold).await,
            }
        };
        let bite = match timeout(fault.hold + SLOT, done).await {
            Ok(bite) => bite,
            Err(_) => Err(anyhow::anyhow!("it did not end in time")),
        };
        if bite.is_err()
            && let Some(system) = self.hand.system
            && let Err(error) = system.mend().await
        {
            println!("  {word} {target}: could not be mended: {error:#}");
        }
        self.recorder.put(Record::Healed { f });
        let n = match bite {
            Ok(bite) => {
                let (what, n) = (bite.what, bite.n);
                println!(
                    "  {word} {target}: {} {what} ({n})",
                    if n > 0 { "bit:" } else { "did NOT bite:" }
                );
                if n > 0 {
                    self.recorder.put(Record::Bit { f, what, n });
                }
                n
            }
            Err(error) => {
                let why = format!("{error:#}");
                println!("  {word} {target}: could not be done: {why}");
                self.recorder.put(Record::Undone { f, why });
                0
            }
        };
        Done { word, n, heals }
    }
}

/// The classes of which less was seen than was wanted.
pub(super) fn short<'a>(
    all: &BTreeMap<String, Tried>,
    wanted: &'a BTreeMap<String, u64>,
) -> impl Iterator<Item = (&'a str, u64)> {
    let wanted = wanted.iter().map(|(word, least)| (word.as_str(), *least));
    wanted.filter(|(word, least)| all.get(*word).map_or(0, |tried| tried.seen) < *least)
}

/// Whether all sends may stop while it lasts.
fn is_outage(class: Class) -> bool {
    class == Class::CassandraMajority || class.needs_embedded()
}
