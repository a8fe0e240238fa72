//! The port `Presence` over Redis: per user a sorted set of "node, status", each with the time at which it fades; and of
//! "seen", with the time at which it is forgotten when they were last there.
//!
//! Times are the server's own (`TIME`), so nodes whose clocks differ agree. A set is one key per user, which itself
//! expires: who has not been there for long costs nothing. It must not know what a status means to anybody.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use hearth_core::port::{NodeName, PRESENCE_SEEN_MS, PRESENCE_USERS_MAX, Presence, PresenceError};
use hearth_protocol::{Status, UserId};
use redis::{Cmd, Pipeline, ServerErrorKind, Value};
use tokio::time::{Instant, timeout_at};

use super::{
    channel::slot,
    machine::Gen,
    shell::{Shell, error_text, redirection},
};

/// How long a call may take in all.
const CALL_WAIT: Duration = Duration::from_secs(2);
/// How many users go into one piece: publishes pass between the pieces.
const USERS_BATCH: usize = 100;
/// The member of a user's set that tells when they were last there.
const SEEN: &str = "seen";
/// How often a user is looked for where a redirection says.
const REDIRECTIONS_MAX: usize = 2;

pub(super) struct RedisPresence {
    shell: Arc<Shell>,
    ttl_ms: u64,
}

/// One user's commands, and where they stand in the caller's list.
struct Job {
    index: usize,
    key: String,
}

impl RedisPresence {
    pub(super) fn new(shell: Arc<Shell>, ttl_ms: u64) -> Self {
        Self { shell, ttl_ms }
    }

    /// Runs `commands` of each user at the owner of their key, with that server's time in ms, and hands the time and the
    /// answers to `done`.
    async fn run(
        &self,
        users: impl ExactSizeIterator<Item = UserId>,
        commands: impl Fn(&Job, u64) -> Vec<Cmd> + Send + Sync,
        mut done: impl FnMut(&Job, u64, Vec<Value>) + Send,
    ) -> Result<(), PresenceError> {
        if users.len() > PRESENCE_USERS_MAX {
            return Err(PresenceError(format!(
                "{} users in one call; at most {PRESENCE_USERS_MAX}",
                users.len()
            )));
        }
        let until = Instant::now() + CALL_WAIT;
        let mut jobs = BTreeMap::<(Gen, bool), Vec<Job>>::new();
        for (index, user) in users.enumerate() {
            let key = self.shell.names.statuses(user);
            let slot = slot(&key);
            let generation = self
                .shell
                .machine(|machine, now| machine.route(slot, now))
                .map_err(PresenceError)?;
            jobs.entry((generation, false))
                .or_default()
                .push(Job { index, key });
        }
        for _ in 0..=REDIRECTIONS_MAX {
            let mut elsewhere = BTreeMap::<(Gen, bool), Vec<Job>>::new();
            for ((generation, asking), jobs) in jobs {
                self.run_at(
                    generation,
                    asking,
                    jobs,
                    until,
                    &commands,
                    &mut done,
                    &mut elsewhere,
                )
                .await?;
            }
            if elsewhere.is_empty() {
                return Ok(());
            }
            jobs = elsewhere;
        }
        Err(PresenceError("redirected too often".to_owned()))
    }

    /// The part of [`RedisPresence::run`] at one server.
    #[expect(
        clippy::too_many_arguments,
        reason = "the state of one call, in one place"
    )]
    async fn run_at(
        &self,
        generation: Gen,
        asking: bool,
        jobs: Vec<Job>,
        until: Instant,
        commands: &(impl Fn(&Job, u64) -> Vec<Cmd> + Send + Sync),
        done: &mut (impl FnMut(&Job, u64, Vec<Value>) + Send),
        elsewhere: &mut BTreeMap<(Gen, bool), Vec<Job>>,
    ) -> Result<(), PresenceError> {
        let mut time = Pipeline::new();
        time.cmd("TIME");
        let time = self.say(generation, &time, until).await?;
        let now_ms = time
            .first()
            .and_then(server_ms)
            .ok_or_else(|| PresenceError("the server's time is none".to_owned()))?;
        let mut jobs = jobs.into_iter().peekable();
        while jobs.peek().is_some() {
            let mut batch = Pipeline::new();
            let mut asked = Vec::new();
            for job in jobs.by_ref().take(USERS_BATCH) {
                let commands = commands(&job, now_ms);
                asked.push((job, commands.len()));
                for command in commands {
                    if asking {
                        batch.cmd("ASKING");
                    }
                    batch.add_command(command);
                }
            }
            let mut answers = self.say(generation, &batch, until).await?.into_iter();
            for (job, count) in asked {
                let answers: Vec<Value> = answers
                    .by_ref()
                    .take(if asking { 2 * count } else { count })
                    .enumerate()
                    .filter_map(|(at, answer)| (!asking || at % 2 == 1).then_some(answer))
                    .collect();
                let refusal = answers.iter().find_map(|answer| match answer {
                    Value::ServerError(error) => Some(error),
                    _ => None,
                });
                let Some(error) = refusal else {
                    done(&job, now_ms, answers);
                    continue;
                };
                let there = self.redirected(error);
                let there = there.ok_or_else(|| PresenceError(error_text(error)))?;
                elsewhere.entry(there).or_default().push(job);
            }
        }
        Ok(())
    }

    /// The connection to which an error sends us, and whether the server there must be told that we were sent.
    fn redirected(&self, error: &redis::ServerError) -> Option<(Gen, bool)> {
        let moved = redirection(error, ServerErrorKind::Moved);
        let asked = redirection(error, ServerErrorKind::Ask);
        self.shell.machine(|machine, now| {
            if let Some((slot, to)) = moved {
                machine.moved(slot, to.clone(), now);
                return Some((machine.mouth(&to, now)?, false));
            }
            let (_, to) = asked?;
            Some((machine.mouth(&to, now)?, true))
        })
    }

    async fn say(
        &self,
        generation: Gen,
        commands: &Pipeline,
        until: Instant,
    ) -> Result<Vec<Value>, PresenceError> {
        let away = || PresenceError("the connection has ended".to_owned());
        let mut connection = self.shell.connection(generation).ok_or_else(away)?;
        let all = commands.len();
        let Ok(answers) =
            timeout_at(until, connection.send_packed_commands(commands, 0, all)).await
        else {
            self.shell
                .machine(|machine, now| machine.doubt(generation, now));
            return Err(PresenceError("no answer in time".to_owned()));
        };
        answers.map_err(|error| PresenceError(error.to_string()))
    }
}

#[async_trait]
impl Presence for RedisPresence {
    async fn set(&self, node: &NodeName, users: &[(UserId, Status)]) -> Result<(), PresenceError> {
        let ttl_ms = self.ttl_ms;
        let commands = |job: &Job, now_ms: u64| {
            let (_, status) = users[job.index];
            let key = job.key.as_str();
            let mut all = Vec::with_capacity(5);
            // The new one first: between the two commands the higher shows, never nothing.
            let (seen, until) = (now_ms + PRESENCE_SEEN_MS, now_ms + ttl_ms);
            let (seen, until, member_now) =
                (seen.to_string(), until.to_string(), member(status, node));
            let mut words = vec![seen.as_str(), SEEN];
            if status != Status::Offline {
                words.extend([until.as_str(), &member_now]);
            }
            all.push(command("ZADD", key, &words));
            for other in [Status::Away, Status::Online, Status::DoNotDisturb] {
                if other != status {
                    all.push(command("ZREM", key, &[&member(other, node)]));
                }
            }
            // What dead nodes left goes, so that the set holds the living.
            all.push(command(
                "ZREMRANGEBYSCORE",
                key,
                &["-inf", &now_ms.to_string()],
            ));
            all.push(command("PEXPIRE", key, &[&PRESENCE_SEEN_MS.to_string()]));
            all
        };
        let ids = users.iter().map(|(user, _)| *user);
        self.run(ids, commands, |_, _, _| {}).await
    }

    async fn get(&self, users: &[UserId]) -> Result<Vec<Status>, PresenceError> {
        let mut statuses = vec![Status::Offline; users.len()];
        let commands = |job: &Job, now_ms: u64| {
            let from = format!("({now_ms}");
            vec![command("ZRANGEBYSCORE", &job.key, &[&from, "+inf"])]
        };
        let done = |job: &Job, _, answers: Vec<Value>| {
            statuses[job.index] = highest(&answers);
        };
        self.run(users.iter().copied(), commands, done).await?;
        Ok(statuses)
    }

    async fn unseen_ms(&self, users: &[UserId]) -> Result<Vec<Option<u64>>, PresenceError> {
        let mut unseen = vec![None; users.len()];
        let commands = |job: &Job, _| vec![command("ZSCORE", &job.key, &[SEEN])];
        let done = |job: &Job, now_ms: u64, answers: Vec<Value>| {
            let forgotten = answers.first().and_then(decimal);
            unseen[job.index] = forgotten.map(|at| (now_ms + PRESENCE_SEEN_MS).saturating_sub(at));
        };
        self.run(users.iter().copied(), commands, done).await?;
        Ok(unseen)
    }
}

fn command(name: &str, key: &str, rest: &[&str]) -> Cmd {
    let mut command = Cmd::new();
    command.arg(name).arg(key);
    for word in rest {
        command.arg(*word);
    }
    command
}

/// A node's status as a member of the user's set.
fn member(status: Status, node: &NodeName) -> String {
    let letter = match status {
        Status::Offline => '0',
        Status::Away => '1',
        Status::Online => '2',
        Status::DoNotDisturb => '3',
    };
    format!("{letter}{node}")
}

/// A score, as RESP3 or RESP2 has it; times in milliseconds are exact in a double.
fn decimal(answer: &Value) -> Option<u64> {
    let number = match answer {
        Value::Double(number) => *number,
        Value::BulkString(bytes) => std::str::from_utf8(bytes).ok()?.parse().ok()?,
        _ => return None,
    };
    Some(number as u64)
}

fn highest(answers: &[Value]) -> Status {
    let members = answers.iter().filter_map(|answer| match answer {
        Value::Array(members) => Some(members),
        _ => None,
    });
    let status = |member: &Value| match member {
        Value::BulkString(bytes) if bytes.starts_with(b"3") => Some(Status::DoNotDisturb),
        Value::BulkString(bytes) if bytes.starts_with(b"2") => Some(Status::Online),
        Value::BulkString(bytes) if bytes.starts_with(b"1") => Some(Status::Away),
        _ => None,
    };
    members
        .flatten()
        .filter_map(status)
        .max()
        .unwrap_or(Status::Offline)
}

/// An answer to `TIME`, in ms.
fn server_ms(answer: &Value) -> Option<u64> {
    let Value::Array(parts) = answer else {
        return None;
    };
    let number = |part: &Value| match part {
        Value::BulkString(bytes) => std::str::from_utf8(bytes).ok()?.parse::<u64>().ok(),
        _ => None,
    };
    let (seconds, micros) = (number(parts.first()?)?, number(parts.get(1)?)?);
    Some(seconds.checked_mul(1000)? + micros / 1000)
}
