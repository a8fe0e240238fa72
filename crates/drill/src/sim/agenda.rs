//! What is to happen when: one queue for all that is simulated, so that the order of everything is the order of this
//! queue and of nothing else. Time is tokio's, held still: it jumps to the next moment when nobody has anything to do.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    sync::Notify,
    time::{Instant, sleep_until},
};

type Act = Box<dyn FnOnce() + Send>;

/// The queue. Clones are the same.
#[derive(Clone)]
pub(super) struct Agenda(Arc<Inner>);

struct Inner {
    began: Instant,
    queue: Mutex<Queue>,
    changed: Notify,
}

#[derive(Default)]
struct Queue {
    next: u64,
    acts: BTreeMap<(u64, u64), Act>,
}

impl Agenda {
    pub(super) fn new() -> Self {
        Self(Arc::new(Inner {
            began: Instant::now(),
            queue: Mutex::default(),
            changed: Notify::new(),
        }))
    }

    /// Milliseconds since the schedule began.
    pub(super) fn now_ms(&self) -> u64 {
        u64::try_from(self.0.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Does something in so many milliseconds, after all that is due then already.
    pub(super) fn later(&self, ms: u64, act: impl FnOnce() + Send + 'static) {
        self.at(self.now_ms() + ms, act);
    }

    /// Does something at a moment.
    pub(super) fn at(&self, ms: u64, act: impl FnOnce() + Send + 'static) {
        let mut queue = self.lock();
        queue.next += 1;
        let key = (ms.max(self.now_ms()), queue.next);
        let is_first = queue
            .acts
            .first_key_value()
            .is_none_or(|(first, _)| key < *first);
        queue.acts.insert(key, Box::new(act));
        drop(queue);
        if is_first {
            self.0.changed.notify_one();
        }
    }

    /// Does what is due, for ever.
    pub(super) async fn run(&self) {
        loop {
            while let Some(act) = self.due() {
                act();
                // Whoever was woken by it goes on before the next thing happens.
                tokio::task::yield_now().await;
            }
            let next = self.lock().acts.first_key_value().map(|((at, _), _)| *at);
            let changed = self.0.changed.notified();
            match next {
                Some(at) => {
                    let at = self.0.began + Duration::from_millis(at);
                    tokio::select! {
                        biased;
                        () = changed => {}
                        () = sleep_until(at) => {}
                    }
                }
                None => changed.await,
            }
        }
    }

    /// Forgets all that was to happen.
    pub(super) fn clear(&self) {
        let acts = std::mem::take(&mut self.lock().acts);
        drop(acts);
    }

    fn due(&self) -> Option<Act> {
        let now = self.now_ms();
        let mut queue = self.lock();
        let first = queue.acts.first_entry()?;
        (first.key().0 <= now).then(|| first.remove())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Queue> {
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
