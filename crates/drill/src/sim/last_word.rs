//! The last word of a schedule: when all is whole and everybody has everything, something is said once more while hints
//! are lost, and after that nothing: no later event shows a reader that they are behind. Whoever is connected has it
//! within the time that is promised, or the history says so: its `quiet` comes then, and not when all have come up.

use std::sync::Arc;

use anyhow::{Result, bail};
use rand::{RngExt, SeedableRng, rngs::SmallRng};
use tokio::time::{Duration, sleep};

use super::{
    plan::{Act, SLOTS},
    world::World,
};

/// A hint's way, a read after it has shown a hole, once more at SERIAL, and a socket's way; far less than the audit
/// or a beat takes, which would find what these have forgotten.
const HINT_MS: u64 = 300;
/// A subscription that stands again: the same after a turn of the audit, which looks at what is suspect at once.
const WHOLE_MS: u64 = 400;
/// A loss that nobody is told of: the audit's five seconds, and the same.
const AUDIT_MS: u64 = 5_500;
/// For so long heads are told in beats.
const BEATS_MS: u64 = 4_000;
/// How slow the store is while rooms are read that a node has not got yet, …
const SLOW_MS: u64 = 100;
/// … in which time all speak, …
const BEGUN_MS: u64 = 500;
/// … and two reads of such a store, one after another.
const READS_MS: u64 = 550;
/// Of so many schedules one ends with that.
const BEGUN_ONE_OF: u32 = 4;
/// How long what is said may take to be acknowledged.
const SETTLE_MS: u64 = 40_000;
/// Acts of this are numbered beyond those of any plan.
const ITEM: usize = 100_000;

/// What becomes of the hints of it.
#[derive(Debug, Clone, Copy)]
enum Loss {
    None,
    /// One node has lost its subscriptions, and is told so. Who is there is silent: others cannot hear it.
    Told(usize),
    /// No node hears any other, and none is told.
    Untold,
    /// None, but somebody comes to a node that has only just begun, and its rooms are read while all speak.
    Begun {
        slot: usize,
        who: usize,
    },
}

/// Says it. Returns when all must have it.
///
/// # Errors
/// Somebody had no answer to it.
pub(super) async fn say(world: &Arc<World>) -> Result<()> {
    let mut chance = SmallRng::seed_from_u64(world.seed ^ 0x6c61_7374);
    let mut loss = match chance.random_range(0..3) {
        0 => Loss::None,
        1 => Loss::Told(chance.random_range(0..SLOTS)),
        _ => Loss::Untold,
    };
    if chance.random_range(0..BEGUN_ONE_OF) == 0 {
        let (slot, who) = (
            chance.random_range(0..SLOTS),
            chance.random_range(0..world.people.len()),
        );
        loss = Loss::Begun { slot, who };
    }
    world.trace.say(|| format!("the last word: {loss:?}"));
    match loss {
        Loss::None => {
            all_say(world, loss, &mut chance).await?;
            sleep(Duration::from_millis(HINT_MS)).await;
        }
        Loss::Told(slot) => {
            world.net.take_away(slot, true);
            all_say(world, loss, &mut chance).await?;
            world.net.take_away(slot, false);
            sleep(Duration::from_millis(WHOLE_MS)).await;
        }
        Loss::Untold => {
            // The rooms are active everywhere, and so among the first to be audited.
            let mut again = chance.clone();
            all_say(world, Loss::None, &mut again).await?;
            sleep(Duration::from_millis(HINT_MS)).await;
            cut(world, true);
            all_say(world, loss, &mut chance).await?;
            sleep(Duration::from_millis(BEATS_MS)).await;
            cut(world, false);
            sleep(Duration::from_millis(AUDIT_MS - BEATS_MS)).await;
        }
        Loss::Begun { slot, who } => {
            for who in 0..world.people.len() {
                if world.person(who).is_at(world, slot) {
                    world.person(who).move_to(world, slot + 1);
                }
            }
            all_are(world, "connected", is_connected).await?;
            world.crash(slot);
            world.start(slot);
            world.store.trouble(|trouble| trouble.slow_ms += SLOW_MS);
            world.person(who).move_to(world, slot);
            all_say(world, loss, &mut chance).await?;
            all_are(world, "connected", is_connected).await?;
            world.store.trouble(|trouble| trouble.slow_ms -= SLOW_MS);
            sleep(Duration::from_millis(READS_MS)).await;
        }
    }
    Ok(())
}

/// Everybody says something to one of their rooms at nearly the same time; waits until all is acknowledged.
async fn all_say(world: &Arc<World>, loss: Loss, chance: &mut SmallRng) -> Result<()> {
    let within = match loss {
        Loss::Begun { .. } => BEGUN_MS,
        Loss::None | Loss::Told(_) | Loss::Untold => 20,
    };
    for who in 0..world.people.len() {
        let is_silent = match loss {
            Loss::Told(slot) => world.person(who).is_at(world, slot),
            Loss::Begun { who: comes, .. } => who == comes,
            Loss::None | Loss::Untold => false,
        };
        if is_silent {
            continue;
        }
        let (ms, me) = (chance.random_range(0..within), Arc::clone(world));
        world.agenda.later(ms, move || {
            me.person(who).act(&me, ITEM + who, Act::Say);
        });
    }
    sleep(Duration::from_millis(within)).await;
    let is_settled = |world: &World, who: usize| world.person(who).is_settled();
    all_are(world, "answered", is_settled).await
}

fn is_connected(world: &World, who: usize) -> bool {
    world.person(who).is_connected()
}

/// Waits until that is so of everybody.
async fn all_are(world: &World, what: &str, is_so: impl Fn(&World, usize) -> bool) -> Result<()> {
    let until = world.agenda.now_ms() + SETTLE_MS;
    while !(0..world.people.len()).all(|who| is_so(world, who)) {
        if world.agenda.now_ms() >= until {
            bail!("the last word: not all are {what}");
        }
        sleep(Duration::from_millis(5)).await;
    }
    Ok(())
}

fn cut(world: &World, is_cut: bool) {
    for one in 0..SLOTS {
        for other in one + 1..SLOTS {
            world.net.cut(one, other, is_cut);
        }
    }
}
