//! Which faults are asked for, and which of them can be done to what is checked, on this machine.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};

use super::{
    Args, clock, disk, lateness,
    operator::Steps,
    plan::{Class, Kind, Pair, Part},
};

/// Pairs that are done at once on purpose where nothing is asked for by name: what repairs the one needs what the other
/// takes away.
const PAIRS: &[(Class, Class)] = &[
    (Class::HintsLost, Class::AppendUnanswered),
    (Class::HintsShuffled, Class::RollOverKill),
    (Class::RedisSplit, Class::AppendLost),
    (Class::RedisAway, Class::AppendKill),
    (Class::RedisMute, Class::ServerPause),
    (Class::CassandraPause, Class::DrainKill),
    (Class::CassandraMute, Class::RedisFailover),
    (Class::CassandraAway, Class::HintsLost),
    (Class::RollOverUnanswered, Class::ServerKill),
    (Class::NginxCut, Class::ServerDrain),
    (Class::ClientReset, Class::AppendUnanswered),
];

/// What is to be done.
#[derive(Debug, Default)]
pub(super) struct Asked {
    pub(super) kinds: Vec<Kind>,
    pub(super) pairs: Vec<Pair>,
}

/// The faults that are asked for and can be done. Those that this machine does not allow are left out, by name.
pub(super) fn asked(args: &Args, steps: &Steps, net: &Result<(), String>) -> Result<Asked> {
    let can = |class: Class| match class.part() {
        Part::Client => args.cluster.is_some() || !class.needs_net(),
        Part::Server if args.embedded => !class.needs_cluster(),
        Part::Server => args.cluster.is_some() && !class.needs_embedded(),
        _ => args.cluster.is_some(),
    };
    let mut asked = Asked {
        kinds: steps.kinds(),
        pairs: Vec::new(),
    };
    if args.faults.is_empty() || args.faults == ["all"] {
        let all = Class::ALL.iter().copied();
        asked
            .kinds
            .extend(all.filter(|class| can(*class)).map(Kind::Own));
        let pairs = PAIRS.iter().filter(|(one, other)| can(*one) && can(*other));
        let pairs = pairs.map(|(one, other)| [Kind::Own(*one), Kind::Own(*other)]);
        asked.pairs.extend(pairs);
    } else if args.faults != ["none"] {
        let class = |word: &str| -> Result<Kind> {
            let class: Class = word
                .parse()
                .map_err(|error| anyhow::anyhow!("--faults {word}: {error}"))?;
            if !can(class) {
                bail!(
                    "--faults {word}: only in a cluster of the drill's own; name a command for it in --nemesis"
                );
            }
            Ok(Kind::Own(class))
        };
        for word in &args.faults {
            if let Some((one, other)) = word.split_once('+') {
                let pair = [class(one)?, class(other)?];
                if pair[0].part() == pair[1].part() {
                    bail!(
                        "--faults {word}: two at once that hit the same part cannot be told apart"
                    );
                }
                if !asked.pairs.contains(&pair) {
                    asked.pairs.push(pair);
                }
                continue;
            }
            let kind = class(word)?;
            if !asked.kinds.contains(&kind) {
                asked.kinds.push(kind);
            }
        }
    }
    if let (Some(_), Err(why)) = (&args.cluster, net) {
        let lacks = |kind: &Kind| matches!(kind, Kind::Own(class) if class.needs_net());
        for kind in asked.kinds.iter().filter(|kind| lacks(kind)) {
            let word = word(kind, steps);
            println!("check: {word} is left out: no network of its own ({why})");
        }
        asked.kinds.retain(|kind| !lacks(kind));
        asked.pairs.retain(|pair| !pair.iter().any(lacks));
    }
    let lacks = |kind: &Kind| match kind {
        Kind::Own(Class::DiskFull) => disk::can_be_small(),
        Kind::Own(Class::DiskWrites | Class::DiskFlush) => disk::can_fail(),
        Kind::Own(class) if class.needs_clock() => clock::can_be_set(),
        Kind::Own(class) if class.needs_queue() => lateness::can_be(),
        _ => Ok(()),
    };
    asked.kinds.retain(|kind| {
        let lacks = lacks(kind);
        if let Err(why) = &lacks {
            println!("check: {} is left out: {why}", word(kind, steps));
        }
        lacks.is_ok()
    });
    asked
        .pairs
        .retain(|pair| pair.iter().all(|kind| lacks(kind).is_ok()));
    Ok(asked)
}

/// What it is called.
pub(super) fn word(kind: &Kind, steps: &Steps) -> String {
    match kind {
        Kind::Own(class) => class.word().to_owned(),
        Kind::Command { at, .. } => steps.name(*at),
    }
}

/// What `--bites` says.
pub(super) fn least(
    said: &[String],
    kinds: &[Kind],
    steps: &Steps,
) -> Result<BTreeMap<String, u64>> {
    let each = said.iter().map(|said| {
        let (class, n) = said.split_once('=').context("say CLASS=N")?;
        if !kinds.iter().any(|kind| word(kind, steps) == class) {
            bail!("{class} is none of the faults of this run");
        }
        anyhow::Ok((class.to_owned(), n.parse()?))
    });
    let all: Result<_> = each.collect();
    all.context("--bites")
}
