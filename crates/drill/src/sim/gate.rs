//! Between one node and the rest of the world: everything that goes in or out passes it. Shut for a while it is a paused
//! process, shut for good a crashed one, whatever its tasks still do behind it.

use std::{
    collections::VecDeque,
    future::pending,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tokio::sync::oneshot;

type Act = Box<dyn FnOnce() + Send>;

/// The gate of one life of a node.
#[derive(Default)]
pub(super) struct Gate(Mutex<State>);

#[derive(Default)]
struct State {
    is_dead: bool,
    is_paused: bool,
    waiting: VecDeque<Act>,
}

impl Gate {
    /// Does it now if the gate is open, in its turn when it opens again, and never if the node is dead.
    pub(super) fn when_open(&self, act: impl FnOnce() + Send + 'static) {
        let mut state = self.lock();
        if state.is_dead {
            return;
        }
        if state.is_paused || !state.waiting.is_empty() {
            state.waiting.push_back(Box::new(act));
            return;
        }
        drop(state);
        act();
    }

    /// Waits until the gate is open: for ever if the node is dead.
    pub(super) async fn pass(&self) {
        let (open, opened) = oneshot::channel();
        self.when_open(move || {
            let _ = open.send(());
        });
        if opened.await.is_err() {
            pending::<()>().await;
        }
    }

    pub(super) fn is_dead(&self) -> bool {
        self.lock().is_dead
    }

    pub(super) fn is_open(&self) -> bool {
        let state = self.lock();
        !state.is_dead && !state.is_paused
    }

    pub(super) fn pause(&self) {
        self.lock().is_paused = true;
    }

    pub(super) fn resume(&self) {
        self.lock().is_paused = false;
        loop {
            let mut state = self.lock();
            if state.is_paused || state.is_dead {
                return;
            }
            let Some(act) = state.waiting.pop_front() else {
                return;
            };
            drop(state);
            act();
        }
    }

    pub(super) fn kill(&self) {
        let waiting = {
            let mut state = self.lock();
            state.is_dead = true;
            std::mem::take(&mut state.waiting)
        };
        drop(waiting);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
