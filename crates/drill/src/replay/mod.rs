//! `hearth-drill replay`: real conversations against a real server, and a judgement at the end.
//!
//! Each nick is a user with a socket of its own, each file a room. Every nick acts in the order of its lines; between
//! nicks the order is roughly that of the files. Readers leave and resume all the while. At the end the stored history
//! of each room is read, and held against what was acknowledged and against what every reader saw, message by message.
//!
//! - [`irc`] reads logs; [`cast`] makes roles, rooms and cues of them.
//! - [`person`] plays one nick; [`stage`] signs them up, gives them their cues, and reads the history.
//! - [`view`] and [`judge`] compare.

mod cast;
mod irc;
mod judge;
mod person;
mod stage;
mod view;

use std::{
    path::PathBuf,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use anyhow::{Result, bail};

use self::{cast::Play, judge::Verdict};
use crate::http::Place;

/// What `replay` is told.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Args {
    /// IRC logs: `[HH:MM] <nick> text`, `[HH:MM] * nick action`, `=== nick … has joined`
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Where the server is; given more than once, or with commas between, the clients are spread over them
    #[arg(long, required = true, value_delimiter = ',')]
    url: Vec<String>,
    /// Lines per second, over all files; 0 is as fast as it goes
    #[arg(long, default_value_t = 500)]
    speed: u64,
    /// Lines of each file; the rest is left out
    #[arg(long)]
    limit: Option<usize>,
    /// Sockets open at once; nicks beyond it share them, and idle ones leave and resume
    #[arg(long, default_value_t = 1000)]
    sockets: usize,
    /// How often somebody leaves after a line, in per mille; half of the time cut in the middle
    #[arg(long, default_value_t = 20)]
    churn: u32,
    /// Where chance begins: who leaves when, and the jitter of pauses
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Gives up when nothing has happened for so long, in seconds
    #[arg(long, default_value_t = 120)]
    patience: u64,
    /// The password of the accounts that are made; without it they are used by name, as mode `open` allows
    #[arg(long)]
    password: Option<String>,
}

/// Runs the replay. Whether everything held.
pub(crate) fn run(args: Args) -> Result<bool> {
    let places: Vec<Place> = args
        .url
        .iter()
        .map(|url| Place::parse(url))
        .collect::<Result<_>>()?;
    let play = cast::cast(&args.files, &run_tag(args.seed), args.limit);
    for unread in &play.unread {
        println!("replay: not read: {unread}");
    }
    if play.unread.len() == args.files.len() {
        bail!("none of the files could be read");
    }
    describe(&args, &play);
    let began = Instant::now();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let unread = play.unread.len();
    let outcome = runtime.block_on(stage::perform(&args, places, play))?;
    let seconds = began.elapsed().as_secs_f64();
    Ok(report(&outcome, unread, seconds))
}

/// What a performance came to.
#[derive(Debug)]
struct Outcome {
    verdict: Verdict,
    people: usize,
    rooms: usize,
    /// How long the lines were played, without signing up and judging.
    played: Duration,
    sockets: u64,
    /// Why it was broken off, if it was.
    stuck: Option<String>,
}

fn describe(args: &Args, play: &Play) {
    let tally = play.tally;
    println!(
        "replay: {} files, {} nicks, {} messages, {} acts; at most {} sockets, seed {}",
        play.scenes.len(),
        play.roles.len(),
        play.messages(),
        play.acts(),
        args.sockets,
        args.seed,
    );
    println!(
        "replay: lines of the system {}, without a text {}, of no known form {}, not UTF-8 {}, cut at the bound {}",
        tally.system, tally.blank, tally.odd, tally.not_utf8, tally.cut,
    );
}

fn report(outcome: &Outcome, unread: usize, seconds: f64) -> bool {
    let v = &outcome.verdict;
    println!(
        "history: {} messages stored, {} acknowledged; lost {}, doubled {}, out of order {}, different {}, strange {}",
        v.stored,
        v.acknowledged,
        v.history.lost,
        v.history.doubled,
        v.history.disordered,
        v.history.different,
        v.strange,
    );
    println!(
        "views: {} compared, {} events seen over {} sockets; lost {}, doubled {}, out of order {}, different {} \
         (told to be missing and not read before leaving: {})",
        v.views,
        v.seen,
        outcome.sockets,
        v.view.lost,
        v.view.doubled,
        v.view.disordered,
        v.view.different,
        v.view.forgone,
    );
    println!(
        "sends: refused {}, doubtful {}, unanswered {}; people failed {}",
        v.refused, v.doubtful, v.open, v.failed
    );
    if let Some(stuck) = &outcome.stuck {
        println!("broken off: {stuck}");
    }
    let held = v.held() && outcome.stuck.is_none() && unread == 0;
    let rate = v.acknowledged as f64 / outcome.played.as_secs_f64().max(0.001);
    println!(
        "replay {}: {} messages of {} nicks in {} rooms, {rate:.0}/s, {seconds:.0} s in all: lost {}, doubled {}, out of order {}",
        if held { "held" } else { "FAILED" },
        v.acknowledged,
        outcome.people,
        outcome.rooms,
        v.lost(),
        v.doubled(),
        v.disordered(),
    );
    held
}

/// A short tag that no other run has: names made with it are new on any server.
fn run_tag(seed: u64) -> String {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |t| t.as_millis());
    let mut number = (now as u64).wrapping_mul(64).wrapping_add(seed % 64) % 36u64.pow(8);
    let mut tag = String::from("r");
    while number > 0 {
        let digit = u32::try_from(number % 36).unwrap_or(0);
        tag.extend(char::from_digit(digit, 36));
        number /= 36;
    }
    tag
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_short_and_legal() {
        let tag = run_tag(7);
        assert!((2..=9).contains(&tag.len()) && tag.chars().all(|c| c.is_ascii_alphanumeric()));
    }
}
