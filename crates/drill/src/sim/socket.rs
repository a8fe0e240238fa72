//! A simulated socket between one client and one node: texts take their time in both directions and keep their order,
//! what is under way when it is cut is lost, a slow reader fills the way out, and each end may be the last to hear that
//! the other is gone.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use bytes::Bytes;
use hearth_core::{
    node::{Credential, Lane, Node, Outbox, Pushed},
    session::Dialect,
};
use hearth_protocol::{CloseCode, User};
use tokio::sync::{Notify, mpsc};

use super::{gate::Gate, world::World};

/// What may wait for a client: little, so that slow readers are met.
const OUTBOX_BYTES_MAX: usize = 24 * 1024;

/// One socket.
pub(super) struct Socket {
    world: Weak<World>,
    who: usize,
    /// Which of this client's dials made it.
    dial: u64,
    gate: Arc<Gate>,
    me: Weak<Socket>,
    state: Mutex<State>,
    up: mpsc::UnboundedSender<String>,
    over: Notify,
}

#[derive(Default)]
struct State {
    /// No text passes any more, either way.
    is_cut: bool,
    /// The server has closed, or has heard that the client is gone.
    is_over: bool,
    down: VecDeque<(u64, Down)>,
    waiting: usize,
    last_down_ms: u64,
    last_up_ms: u64,
    slow_until_ms: u64,
}

enum Down {
    Text(Bytes),
    Close(CloseCode),
}

impl Socket {
    /// Opens one at a node, for a client and its dial, and runs its session there.
    pub(super) fn open(
        world: &Arc<World>,
        (who, dial): (usize, u64),
        dialect: Dialect,
        node: &Node,
        gate: &Arc<Gate>,
        user: User,
    ) -> Arc<Self> {
        let (up, mut texts) = mpsc::unbounded_channel::<String>();
        let socket = Arc::new_cyclic(|me| Self {
            world: Arc::downgrade(world),
            who,
            dial,
            gate: Arc::clone(gate),
            me: me.clone(),
            state: Mutex::default(),
            up,
            over: Notify::new(),
        });
        let server = Arc::clone(&socket);
        let node = node.clone();
        tokio::spawn(async move {
            let mut session = node.open(user, Credential::Given, dialect, server.clone());
            while !server.lock().is_over {
                tokio::select! {
                    biased;
                    () = server.over.notified() => {}
                    text = texts.recv(), if session.may_read() => match text {
                        Some(text) => session.text(&text),
                        None => break,
                    },
                    () = session.turn() => {}
                }
            }
        });
        socket
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether texts pass.
    pub(super) fn is_whole(&self) -> bool {
        !self.lock().is_cut && !self.gate.is_dead()
    }

    /// A text from the client.
    pub(super) fn write(&self, text: String) {
        let (Some(world), Some(me)) = (self.world.upgrade(), self.me.upgrade()) else {
            return;
        };
        let at = {
            let ms = world.link_ms();
            let now = world.agenda.now_ms();
            let mut state = self.lock();
            if state.is_cut {
                return;
            }
            state.last_up_ms = state.last_up_ms.max(now + ms);
            state.last_up_ms
        };
        world.agenda.at(at, move || {
            let gate = Arc::clone(&me.gate);
            gate.when_open(move || {
                if !me.lock().is_cut {
                    let _ = me.up.send(text);
                }
            });
        });
    }

    /// Cut: nothing passes any more. The node hears of it after so long.
    pub(super) fn cut(&self, server_hears_ms: u64) {
        {
            let mut state = self.lock();
            state.is_cut = true;
            // What waits for a peer that is gone waits in vain.
            state.down.clear();
        }
        let (Some(world), Some(me)) = (self.world.upgrade(), self.me.upgrade()) else {
            return;
        };
        world.agenda.later(server_hears_ms, move || {
            let gate = Arc::clone(&me.gate);
            gate.when_open(move || me.over());
        });
    }

    /// The client reads nothing until then.
    pub(super) fn slow(&self, until_ms: u64) {
        self.lock().slow_until_ms = until_ms;
        if let Some(world) = self.world.upgrade() {
            self.pump_at(&world, until_ms);
        }
    }

    /// The node has died: the client hears that the socket is gone.
    pub(super) fn end(&self) {
        self.cut(0);
        if let Some(world) = self.world.upgrade() {
            world.closed(self.who, self.dial, None);
        }
    }

    fn over(&self) {
        self.lock().is_over = true;
        self.over.notify_one();
    }

    fn put(self: Arc<Self>, down: Down) {
        let Some(world) = self.world.upgrade() else {
            return;
        };
        let ms = world.link_ms();
        let at = {
            let mut state = self.lock();
            if state.is_cut {
                // Nobody tells the server yet; the bytes pile up until it closes.
                if let Down::Text(text) = &down {
                    state.waiting += text.len();
                }
                return;
            }
            let at = state.last_down_ms.max(world.agenda.now_ms() + ms);
            state.last_down_ms = at;
            state.down.push_back((at, down));
            at
        };
        self.pump_at(&world, at);
    }

    fn pump_at(&self, world: &World, at: u64) {
        let me = self.me.clone();
        world.agenda.at(at, move || {
            if let Some(me) = me.upgrade() {
                me.pump();
            }
        });
    }

    /// Hands the client what has come.
    fn pump(&self) {
        let Some(world) = self.world.upgrade() else {
            return;
        };
        loop {
            let now = world.agenda.now_ms();
            let down = {
                let mut state = self.lock();
                let is_due = state.down.front().is_some_and(|(at, _)| *at <= now);
                if state.is_cut || !is_due || now < state.slow_until_ms {
                    return;
                }
                let Some((_, down)) = state.down.pop_front() else {
                    return;
                };
                if let Down::Text(text) = &down {
                    state.waiting = state.waiting.saturating_sub(text.len());
                }
                down
            };
            match down {
                Down::Text(text) => world.heard(self.who, self.dial, &text),
                Down::Close(code) => {
                    self.lock().is_cut = true;
                    world.closed(self.who, self.dial, Some(code.number()));
                    return;
                }
            }
        }
    }
}

impl Outbox for Socket {
    fn push(&self, lane: Lane, text: &Bytes) -> Pushed {
        let is_full = {
            let mut state = self.lock();
            if state.is_over {
                return Pushed::Taken;
            }
            if state.waiting > 0 && !lane.fits(state.waiting + text.len(), OUTBOX_BYTES_MAX) {
                return Pushed::Shed;
            }
            let is_full = state.waiting > 0 && state.waiting + text.len() > OUTBOX_BYTES_MAX;
            if !is_full && !state.is_cut {
                state.waiting += text.len();
            }
            is_full
        };
        if is_full {
            if let Some(world) = self.world.upgrade() {
                world.met.add("slow readers closed");
            }
            self.close(CloseCode::Slow);
            return Pushed::Taken;
        }
        if let Some(me) = self.me.upgrade() {
            let text = text.clone();
            self.gate.when_open(move || me.put(Down::Text(text)));
        }
        Pushed::Taken
    }

    fn close(&self, code: CloseCode) {
        {
            let mut state = self.lock();
            if state.is_over {
                return;
            }
            state.is_over = true;
        }
        self.over.notify_one();
        if let Some(me) = self.me.upgrade() {
            self.gate.when_open(move || me.put(Down::Close(code)));
        }
    }
}
