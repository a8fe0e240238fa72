//! Panics of tasks, which the runtime would swallow: each is an offence of its schedule.

use std::{
    cell::RefCell,
    sync::{Once, OnceLock},
};

thread_local! {
    static SEEN: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

type Hook = Box<dyn Fn(&std::panic::PanicHookInfo<'_>) + Sync + Send>;

/// From now on panics of threads that simulate are kept.
pub(super) fn watch() {
    static ONCE: Once = Once::new();
    static BEFORE: OnceLock<Hook> = OnceLock::new();
    ONCE.call_once(|| {
        let _ = BEFORE.set(std::panic::take_hook());
        std::panic::set_hook(Box::new(|info| {
            SEEN.with_borrow_mut(|seen| seen.push(format!("a task panicked: {info}")));
            if let Some(before) = BEFORE.get() {
                before(info);
            }
        }));
    });
}

/// What panicked on this thread since the last call.
pub(super) fn take() -> Vec<String> {
    SEEN.with_borrow_mut(std::mem::take)
}
