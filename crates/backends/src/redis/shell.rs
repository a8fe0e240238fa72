//! The sockets under the machine: it opens and closes connections, sends what the machine decides, and hands it what
//! comes back.
//!
//! Promises: everything that comes from Redis reaches the machine in the order in which its connection brought it,
//! under one lock that is never held across an await; news go on to the node without waiting. Every wait for Redis
//! has a deadline. It must not decide anything.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use bytes::Bytes;
use hearth_core::{
    news::NewsSender,
    port::{BusNews, PAYLOAD_BYTES_MAX, Topic},
};
use redis::{
    AsyncConnectionConfig, Client, Cmd, ConnectionAddr, IntoConnectionInfo, Pipeline,
    ProtocolVersion, PushInfo, PushKind, RedisConnectionInfo, RedisResult, ServerError,
    ServerErrorKind, Value, aio::MultiplexedConnection,
};
use tokio::{
    sync::{Notify, mpsc},
    task::{JoinHandle, JoinSet},
    time::{Instant, timeout},
};

use super::{
    RedisConfig,
    channel::Names,
    machine::{Act, Answer, Gen, Machine, Mode, Push, Role},
    slots::{Addr, View},
};

/// How long opening a connection may take, the greeting included.
const OPEN_WAIT: Duration = Duration::from_secs(1);
/// How long a question or a subscription may take; the machine gives up sooner.
const ANSWER_WAIT: Duration = Duration::from_secs(5);
/// How many subscriptions go into one piece: a server that is asked for all at once answers nobody else meanwhile.
const SUBSCRIBE_BATCH: usize = 128;

/// The shell with its tasks, which end with it.
pub(super) struct Shell {
    core: Arc<Core>,
    tasks: [JoinHandle<()>; 2],
}

/// What the tasks and the connections share.
pub(super) struct Core {
    pub(super) names: Names,
    pub(super) news: NewsSender,
    pub(super) mode: Mode,
    login: RedisConnectionInfo,
    state: Mutex<State>,
    /// There is something to do before the machine's next wake.
    work: Notify,
}

struct State {
    machine: Machine,
    connections: BTreeMap<Gen, MultiplexedConnection>,
    acts: Vec<Act>,
    /// When the working task looks again by itself.
    wake: Instant,
}

impl Shell {
    pub(super) fn start(
        config: &RedisConfig,
        seeds: Vec<Addr>,
    ) -> (Arc<Self>, mpsc::Receiver<BusNews>) {
        let (news, receiver) = NewsSender::new(config.news_max);
        let mut login = RedisConnectionInfo::default().set_protocol(ProtocolVersion::RESP3);
        if let Some(password) = &config.password {
            login = login.set_password(password);
        }
        let core = Arc::new(Core {
            names: Names::new(&config.prefix),
            news,
            mode: config.mode,
            login,
            state: Mutex::new(State {
                machine: Machine::new(config.mode, seeds, Instant::now()),
                connections: BTreeMap::new(),
                acts: Vec::new(),
                wake: Instant::now(),
            }),
            work: Notify::new(),
        });
        let payer = core.clone();
        let tasks = [
            tokio::spawn(work(core.clone())),
            tokio::spawn(async move { payer.news.pay().await }),
        ];
        (Arc::new(Self { core, tasks }), receiver)
    }
}

impl std::ops::Deref for Shell {
    type Target = Core;
    fn deref(&self) -> &Core {
        &self.core
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

impl Core {
    /// Hands the machine something, and passes on at once what it has to tell.
    pub(super) fn machine<T>(&self, act: impl FnOnce(&mut Machine, Instant) -> T) -> T {
        self.state(|state, now| act(&mut state.machine, now))
    }

    fn state<T>(&self, act: impl FnOnce(&mut State, Instant) -> T) -> T {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let done = act(&mut state, Instant::now());
        for (addr, trouble) in state.machine.take_troubles() {
            tracing::warn!(redis.node = %addr, trouble, "trouble with Redis");
        }
        for news in state.machine.take_news() {
            match news {
                BusNews::Hint(topic, payload) => self.news.hint(&topic, payload),
                BusNews::Gap(topics) => self.news.gap(topics),
                BusNews::Whole(topics) => self.news.whole(topics),
            }
        }
        let acts = state.machine.take_acts();
        let due = !acts.is_empty() || state.machine.is_unflushed();
        if due || state.machine.wake() < state.wake {
            self.work.notify_one();
        }
        state.acts.extend(acts);
        done
    }

    /// The connection of that opening, if it still stands.
    pub(super) fn connection(&self, generation: Gen) -> Option<MultiplexedConnection> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.connections.get(&generation).cloned()
    }

    async fn open(self: Arc<Self>, generation: Gen, addr: Addr, role: Role) {
        let opened = match timeout(OPEN_WAIT, self.connect(generation, &addr)).await {
            Ok(opened) => opened.map_err(|error| error.to_string()),
            Err(_) => Err("no answer in time".to_owned()),
        };
        match opened {
            Ok(connection) => {
                let wanted = self.state(|state, now| {
                    let wanted = state.machine.opened(generation, now);
                    if wanted {
                        state.connections.insert(generation, connection);
                    }
                    wanted
                });
                if wanted {
                    tracing::info!(redis.node = %addr, redis.link = ?role, "connected to Redis");
                }
            }
            Err(error) => {
                tracing::debug!(redis.node = %addr, redis.link = ?role, %error, "Redis cannot be reached");
                self.machine(|machine, now| machine.failed(generation, error, now));
            }
        }
    }

    async fn connect(
        self: &Arc<Self>,
        generation: Gen,
        addr: &Addr,
    ) -> RedisResult<MultiplexedConnection> {
        let (host, port) = addr.parts().unwrap_or_default();
        let info = ConnectionAddr::Tcp(host.to_owned(), port)
            .into_connection_info()?
            .set_redis_settings(self.login.clone());
        let core = Arc::downgrade(self);
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(OPEN_WAIT))
            .set_response_timeout(Some(ANSWER_WAIT))
            .set_push_sender(move |push| hear(&core, generation, push));
        Client::open(info)?
            .get_multiplexed_async_connection_with_config(&config)
            .await
    }

    async fn ask(self: Arc<Self>, generation: Gen, addr: Addr, role: Role) {
        let Some(mut connection) = self.connection(generation) else {
            return;
        };
        let views = role == Role::Ear && self.mode == Mode::Cluster;
        let mut question = Cmd::new();
        if views {
            question.arg("CLUSTER").arg("NODES");
        } else {
            question.arg("PING");
        }
        let answer = match connection.send_packed_command(&question).await {
            Ok(Value::ServerError(error)) => Answer::Complaint(error_text(&error)),
            Ok(Value::Push { .. }) => Answer::Odd,
            Ok(value) if views => view(&value, &addr).map_or(Answer::Odd, Answer::View),
            Ok(_) => Answer::Alive,
            // The connection has ended, which it says itself, or is silent, which the machine sees.
            Err(_) => return,
        };
        self.machine(|machine, now| machine.answered(generation, answer, now));
    }

    /// Sends the commands in pieces, one channel each (of a cluster, they lie in different slots), and hands over the
    /// refusals. That they took effect the server says by pushes.
    async fn change(self: Arc<Self>, generation: Gen, change: Change, topics: Vec<Topic>) {
        let name = match (change, self.mode) {
            (Change::Subscribe, Mode::Standalone) => "SUBSCRIBE",
            (Change::Subscribe, Mode::Cluster) => "SSUBSCRIBE",
            (Change::Unsubscribe, Mode::Standalone) => "UNSUBSCRIBE",
            (Change::Unsubscribe, Mode::Cluster) => "SUNSUBSCRIBE",
        };
        for topics in topics.chunks(SUBSCRIBE_BATCH) {
            let Some(mut connection) = self.connection(generation) else {
                return;
            };
            let mut commands = Pipeline::with_capacity(topics.len());
            for topic in topics {
                commands.cmd(name).arg(self.names.channel(topic));
            }
            let Ok(answers) = connection
                .send_packed_commands(&commands, 0, topics.len())
                .await
            else {
                return;
            };
            for (topic, answer) in topics.iter().zip(answers) {
                if let Value::ServerError(error) = answer {
                    self.refused(generation, change, topic, &error);
                }
            }
        }
    }

    fn refused(&self, generation: Gen, change: Change, topic: &Topic, error: &ServerError) {
        let moved = redirection(error, ServerErrorKind::Moved);
        // A redirection is no trouble.
        let why = moved.is_none().then(|| error_text(error));
        self.machine(|machine, now| {
            match change {
                Change::Subscribe => machine.refused(generation, topic, why, now),
                Change::Unsubscribe => machine.refused_to_leave(generation, topic, now),
            }
            if let Some((slot, to)) = moved {
                machine.moved(slot, to, now);
            }
        });
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Change {
    Subscribe,
    Unsubscribe,
}

/// The task that does what the machine decides, when it is due.
async fn work(core: Arc<Core>) {
    let mut tasks = JoinSet::new();
    loop {
        let (acts, wake) = core.state(|state, now| {
            state.machine.turn(now);
            let mut acts = std::mem::take(&mut state.acts);
            acts.extend(state.machine.take_acts());
            for act in &acts {
                if let Act::Close(generation, ..) = act {
                    state.connections.remove(generation);
                }
            }
            state.wake = state.machine.wake();
            (acts, state.wake)
        });
        let mut changes = BTreeMap::<_, Vec<Topic>>::new();
        for act in acts {
            match act {
                Act::Open(generation, addr, role) => {
                    tasks.spawn(core.clone().open(generation, addr, role));
                }
                Act::Close(_, addr, role) => {
                    tracing::warn!(redis.node = %addr, redis.link = ?role, "a connection to Redis is closed");
                }
                Act::Ask(generation, addr, role) => {
                    tasks.spawn(core.clone().ask(generation, addr, role));
                }
                Act::Subscribe(generation, topic) => changes
                    .entry((generation, Change::Subscribe))
                    .or_default()
                    .push(topic),
                Act::Unsubscribe(generation, topic) => changes
                    .entry((generation, Change::Unsubscribe))
                    .or_default()
                    .push(topic),
            }
        }
        for ((generation, change), topics) in changes {
            tasks.spawn(core.clone().change(generation, change, topics));
        }
        while let Some(ended) = tasks.try_join_next() {
            if let Err(error) = ended {
                tracing::error!(%error, "a task of the bus failed");
            }
        }
        tokio::select! {
            () = tokio::time::sleep_until(wake) => {}
            () = core.work.notified() => {}
        }
    }
}

/// Takes what a connection brings, in its order. Runs in the connection's own task, so it must not wait.
fn hear(core: &Weak<Core>, generation: Gen, push: PushInfo) -> Result<(), redis::aio::SendError> {
    let core = core.upgrade().ok_or(redis::aio::SendError)?;
    if let Some(push) = read(&core.names, push) {
        core.machine(|machine, now| machine.pushed(generation, push, now));
    }
    Ok(())
}

/// What a push says; `None` if it is nothing of ours.
fn read(names: &Names, push: PushInfo) -> Option<Push> {
    if push.kind == PushKind::Disconnection {
        return Some(Push::Lost);
    }
    let mut data = push.data.into_iter();
    let Some(Value::BulkString(channel)) = data.next() else {
        return None;
    };
    let topic = names.topic(&channel)?;
    match (push.kind, data.next()?) {
        (PushKind::Message | PushKind::SMessage, Value::BulkString(payload)) => {
            // A longer one is none of ours.
            (payload.len() <= PAYLOAD_BYTES_MAX).then(|| Push::Message(topic, Bytes::from(payload)))
        }
        (PushKind::Subscribe | PushKind::SSubscribe, Value::Int(count)) => Some(Push::Subscribed(
            topic,
            u64::try_from(count).unwrap_or_default(),
        )),
        (PushKind::Unsubscribe | PushKind::SUnsubscribe, _) => Some(Push::Unsubscribed(topic)),
        _ => None,
    }
}

fn view(value: &Value, from: &Addr) -> Option<View> {
    let text = match value {
        Value::VerbatimString { text, .. } => text,
        Value::BulkString(bytes) => std::str::from_utf8(bytes).ok()?,
        _ => return None,
    };
    View::parse(text, from)
}

/// Where an error of that kind sends the asker, and for which slot.
pub(super) fn redirection(error: &ServerError, kind: ServerErrorKind) -> Option<(u16, Addr)> {
    if error.kind() != Some(kind) {
        return None;
    }
    let (slot, addr) = error.details()?.split_once(' ')?;
    Some((slot.parse().ok()?, Addr::new(addr.trim())?))
}

pub(super) fn error_text(error: &ServerError) -> String {
    format!("{} {}", error.code(), error.details().unwrap_or_default())
}
