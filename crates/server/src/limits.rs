//! The limit of open files. Every connection is one.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Files that are open beside the connections: the store's, the bus', the listener, the logs.
pub const FILES_BESIDE: u64 = 200;

/// Raises the soft limit, as far as the hard one lets it, to so many files. Returns how many may be open now.
pub fn raise_files(wanted: u64) -> u64 {
    let limit = getrlimit(Resource::Nofile);
    // `None` is no limit.
    let soft = limit.current.unwrap_or(u64::MAX);
    let reachable = wanted.min(limit.maximum.unwrap_or(u64::MAX));
    if soft >= reachable {
        return soft;
    }
    let raised = Rlimit {
        current: Some(reachable),
        maximum: limit.maximum,
    };
    match setrlimit(Resource::Nofile, raised) {
        Ok(()) => reachable,
        Err(_) => soft,
    }
}

/// How many connections fit into so many files.
pub fn connections_within(files: u64, wanted: usize) -> usize {
    usize::try_from(files.saturating_sub(FILES_BESIDE)).map_or(wanted, |fit| wanted.min(fit.max(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_never_lowered() {
        let before = raise_files(0);
        assert_eq!(raise_files(1), before);
        assert!(raise_files(before.saturating_add(1)) >= before);
    }

    #[test]
    fn connections_leave_room_for_the_rest() {
        assert_eq!(connections_within(1024, 20_000), 824);
        assert_eq!(connections_within(100_000, 20_000), 20_000);
        assert_eq!(connections_within(u64::MAX, 20_000), 20_000);
        assert_eq!(connections_within(10, 20_000), 1);
    }
}
