//! Which faults are asked for, and which of them can be done to what is checked, on this machine.

use std::collections::{BTreeMap, BTreeSet};

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
    /// What was asked for, and this machine does not allow.
    pub(super) left_out: BTreeSet<String>,
}

/// Whether all that can be done is asked for by that word: then nothing may be left out.
pub(super) fn is_all(args: &Args) -> bool {
    args.faults == ["all"]
}

/// The faults that are asked for and can be done. Those that this machine does not allow are left out, by name.
pub(super) fn asked(args: &Args, steps: &Steps, net: &Result<(), String>) -> Result<Asked> {
    let can = |class: Class| match class.part() {
        Part::Client => args.cluster.is_some() || !class.needs_net(),
        Part::Server if args.embedded => !class.needs_cluster(),
        Part::Server => args.cluster.is_some() && !class.needs_embedded(),
        _ => args.cluster.is_some(),
    };
    let mut asked = Asked::default();
    if args.faults.is_empty() || is_all(args) {
        asked.kinds.extend(steps.kinds());
        let all = Class::ALL.iter().copied();
        asked
            .kinds
            .extend(all.filter(|class| can(*class)).map(Kind::Own));
        let pairs = PAIRS.iter().filter(|(one, other)| can(*one) && can(*other));
        let pairs = pairs.map(|(one, other)| [Kind::Own(*one), Kind::Own(*other)]);
        asked.pairs.extend(pairs);
    } else if args.faults != ["none"] {
        let class = |word: &str| -> Result<Kind> {
            if let Some(kind) = steps.named(word) {
                return Ok(kind);
            }
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
            let is_one = steps.named(word).is_some();
            if let Some((one, other)) = word.split_once('+').filter(|_| !is_one) {
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
    let lacks = |kind: &Kind| match kind {
        Kind::Own(class) if class.needs_net() && args.cluster.is_some() && net.is_err() => net
            .clone()
            .map_err(|why| format!("no network of its own ({why})")),
        Kind::Own(Class::DiskFull) => disk::can_be_small(),
        Kind::Own(Class::DiskWrites | Class::DiskFlush) => disk::can_fail(),
        Kind::Own(class) if class.needs_clock() => clock::can_be_set(),
        Kind::Own(class) if class.needs_queue() => lateness::can_be(),
        _ => Ok(()),
    };
    for kind in asked.kinds.iter().chain(asked.pairs.iter().flatten()) {
        let word = word(kind, steps);
        if let Err(why) = lacks(kind)
            && !asked.left_out.contains(&word)
        {
            println!("check: {word} is left out: {why}");
            asked.left_out.insert(word);
        }
    }
    let is_left_out = |kind: &Kind| asked.left_out.contains(&word(kind, steps));
    asked.kinds.retain(|kind| !is_left_out(kind));
    asked.pairs.retain(|pair| !pair.iter().any(is_left_out));
    Ok(asked)
}

/// What it is called.
pub(super) fn word(kind: &Kind, steps: &Steps) -> String {
    match kind {
        Kind::Own(class) => class.word().to_owned(),
        Kind::Command { at, .. } => steps.name(*at),
    }
}

/// Of a class, or of two at once.
pub(super) fn words(kinds: &[Kind], steps: &Steps) -> String {
    let words: Vec<String> = kinds.iter().map(|kind| word(kind, steps)).collect();
    words.join("+")
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

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        args: Args,
    }

    fn asked_for(words: &[&str]) -> Result<Vec<String>> {
        let text = "[[fault]]\nname = \"a\"\nbegin = \"x\"\n\
                    [[fault]]\nname = \"server-kill\"\nbegin = \"x\"\n";
        let steps = Steps::parse(text)?;
        let line = ["check", "--url", "http://127.0.0.1:1"].into_iter();
        let args = Line::parse_from(line.chain(words.iter().copied())).args;
        let asked = asked(&args, &steps, &Err("none here".to_owned()))?;
        let kinds = asked.kinds.iter().map(|kind| word(kind, &steps));
        let pairs = asked.pairs.iter();
        let pairs =
            pairs.map(|[one, other]| format!("{}+{}", word(one, &steps), word(other, &steps)));
        Ok(kinds.chain(pairs).collect())
    }

    #[test]
    fn the_faults_of_a_file_are_named_like_others() {
        let own = ["client-reset", "client-half-open", "client-slow"];
        for words in [&[][..], &["--faults", "all"]] {
            let all = asked_for(words).unwrap();
            assert!(all.starts_with(&["a".to_owned(), "server-kill".to_owned()]));
            assert_eq!(all[2..], own, "{words:?}");
        }
        let of = |faults: &str| asked_for(&["--faults", faults]);
        assert!(of("none").unwrap().is_empty());
        assert_eq!(of("a").unwrap(), ["a"]);
        assert_eq!(of("client-slow").unwrap(), ["client-slow"]);
        assert_eq!(of("server-kill").unwrap(), ["server-kill"]);
        assert_eq!(
            of("client-slow,a+client-reset").unwrap(),
            ["client-slow", "a+client-reset"]
        );
        assert!(of("a+server-kill").is_err());
        assert!(of("redis-kill").is_err());
        assert!(of("b").is_err());
    }

    #[test]
    fn what_only_an_own_store_feels_is_not_left_out_of_a_cluster() {
        let why = || Err("none here".to_owned());
        let line = |words: &[&str]| {
            let line = ["check"].iter().chain(words).chain(&["--faults", "all"]);
            let args = Line::parse_from(line).args;
            asked(&args, &Steps::default(), &why()).unwrap()
        };
        let cluster = line(&["--cluster", "local"]);
        assert!(cluster.left_out.contains("client-loss"));
        assert!(!cluster.kinds.contains(&Kind::Own(Class::ClientLoss)));
        for class in Class::ALL.iter().filter(|class| class.needs_embedded()) {
            assert!(!cluster.left_out.contains(class.word()));
        }
        let embedded = line(&["--embedded"]);
        assert!(!embedded.left_out.contains("client-loss"));
    }
}
