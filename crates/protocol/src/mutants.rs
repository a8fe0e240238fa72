//! Seeded bugs: single guards that are switched off by name, to see that the drill finds what breaks.
//!
//! Promises: there is no mutant in a release (it does not compile), none is on unless [`turn_on`] was called, and
//! without the feature `mutants` a guard's question is the constant `false`. One registry for all crates, here because
//! every crate knows this one; [`crate::mutant`] is the question. A name that is not listed does not compile.
//!
//! It must not know who turns one on, or read anything by itself.

use std::sync::atomic::{AtomicUsize, Ordering};

#[cfg(not(debug_assertions))]
compile_error!(
    "the feature `mutants` breaks Hearth on purpose: it is never part of a release build"
);

/// A guard that can be switched off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mutant {
    /// Its name; where the model of the log has the same breakage, that one's.
    pub name: &'static str,
    /// The rule of the log that it breaks, or the promise.
    pub rule: &'static str,
    /// What is wrong while it is on.
    pub says: &'static str,
}

/// There is no such mutant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no mutant `{0}`; testdata/mutants.txt names them all")]
pub struct Unknown(pub String);

macro_rules! mutants {
    ($($rule:literal $name:literal $says:literal)*) => {
        /// All of them, in the order of the rules.
        pub const ALL: &[Mutant] = &[$(Mutant { name: $name, rule: $rule, says: $says }),*];
    };
}

mutants! {
    "1" "batch-skips-to-next-bucket" "a batch that does not fit into the bucket is not cut to it"
    "1" "two-appends-in-flight" "an append begins while another of the same room and node is under way"
    "2" "dedup-memory-only" "a send is looked for only in the rows that are in memory"
    "2" "refuse-behind-after" "a send from above the node's window is refused without a look at the log's end"
    "3" "no-dedup" "a send is not looked for in the log"
    "3" "member-before-dedup" "membership is asked before whether the send is stored already"
    "3" "member-at-batch-start" "membership is asked at the head, not at the place in the batch"
    "4" "no-dedup-in-batch" "a second copy of a send may go into the same batch"
    "5" "plain-membership-rule" "only who is no member at the head is refused, whatever happened since `after`"
    "6" "refuse-on-unapplied" "a refusal that rests on an event of the batch does not wait for the batch"
    "7" "no-order-fence" "a send may be appended after a later one of the same device"
    "8" "member-at-stale-head" "membership is not asked again after a lost race"
    "9" "unread-by-messages-seen" "unread is counted by events, not by the ordinals of messages"
    "10" "ack-on-unknown" "an append of unknown outcome is acknowledged"
    "11" "unknown-by-head" "an unknown outcome counts as stored if the head is where it would be"
    "11" "unknown-first-id-acks-batch" "one send that is found acknowledges its whole batch"
    "12" "unknown-absent-is-failed" "an unknown outcome that is not found is called failed for good"
    "14" "plain-found-is-acked" "what a plain read showed is acknowledged without a SERIAL read"
    "14" "publish-before-append" "a batch is published before it is stored"
    "14" "ack-before-append" "a batch is acknowledged before it is stored"
    "15" "after-taken-at-resend" "the client takes a new `after` for each resend"
    "15" "ack-moves-cursor" "the client takes an acknowledgement for its position in the log"
    "17" "raise-over-a-gap" "the client raises a send's `after` over what it has not seen"
    "20" "head-trusted-over-rows" "the node goes on at the head where rows are missing, and tells nobody"
    "22" "read-before-subscribe" "the room is read before its hints are asked for"
    "22" "forget-hints-while-reading" "what is hinted while a read is under way is forgotten"
    "23" "hole-skipped" "the next hint is delivered over a hole"
    "23" "never-repair-a-hole" "a hole is never read"
    "23" "resume-from-newest" "who comes back goes on at the newest event, not at the oldest that they miss"
    "24" "no-audit" "heads are never compared with the store"
    "24" "audit-own-bucket-only" "where a bucket is full, the next one's head is not looked at"
    "24" "resubscription-taken-for-whole" "a subscription that stands again is taken for one that lost nothing"
    "25" "attach-unchecked" "a reader goes live before it has come up to the node's position"
    "25" "replay-past-timeline" "what is replayed goes beyond the node's position"
    "26" "shared-buffer" "one buffer goes out over a removal"
    "27" "clock-checkpoint" "of two writes of a cell the later one wins, not the one of the later event"
    "27" "tombstones" "an erased text's cell is removed instead of written"
    "28" "seq-last-n" "only the last event is applied again before the mark moves"
    "28" "seq-mark-own" "the mark moves over events that this node did not apply"
    "29" "seq-no-overlay" "a page shows the cells without the log above their mark"
    "forwards" "forward-believed-after-timeout" "a writer's answer is believed after the send was tried here"
    "outbox" "outbox-drops-on-overflow" "what does not fit into the outbox is dropped, and the socket stays open"
    "drain" "drain-drops-acks" "a drain closes sockets before their sends are answered"
}

const NONE: usize = usize::MAX;

/// The place in [`ALL`] of the one that is on.
static ON: AtomicUsize = AtomicUsize::new(NONE);

/// Switches one guard of this process off, instead of any before.
///
/// # Errors
/// There is none of that name.
pub fn turn_on(name: &str) -> Result<&'static Mutant, Unknown> {
    let place = ALL
        .iter()
        .position(|mutant| mutant.name == name)
        .ok_or_else(|| Unknown(name.to_owned()))?;
    ON.store(place, Ordering::Relaxed);
    Ok(&ALL[place])
}

/// The one that is on.
pub fn on() -> Option<&'static Mutant> {
    ALL.get(ON.load(Ordering::Relaxed))
}

/// Whether the mutant at this place is on. For [`crate::mutant`].
#[doc(hidden)]
pub fn is_on(place: usize) -> bool {
    ON.load(Ordering::Relaxed) == place
}

/// The place of a name, while compiling. For [`crate::mutant`].
///
/// # Panics
/// There is none of that name: the build fails.
#[doc(hidden)]
pub const fn place(name: &str) -> usize {
    let mut place = 0;
    while place < ALL.len() {
        if same(ALL[place].name.as_bytes(), name.as_bytes()) {
            return place;
        }
        place += 1;
    }
    panic!("no mutant has this name")
}

const fn same(a: &[u8], b: &[u8]) -> bool {
    let mut at = 0;
    while a.len() == b.len() && at < a.len() && a[at] == b[at] {
        at += 1;
    }
    a.len() == b.len() && at == a.len()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_table_of_seeds_has_a_line_for_each() {
        let table = include_str!("../../../testdata/mutants.txt");
        let lines = table.lines().filter(|line| !line.starts_with('#'));
        let names: Vec<_> = lines.filter_map(|line| line.split(' ').next()).collect();
        let all: Vec<_> = ALL.iter().map(|mutant| mutant.name).collect();
        assert_eq!(names, all);
    }

    #[test]
    fn each_has_a_name_of_its_own_and_its_own_switch() {
        let names: BTreeSet<_> = ALL.iter().map(|mutant| mutant.name).collect();
        assert_eq!(names.len(), ALL.len());
        for (at, mutant) in ALL.iter().enumerate() {
            assert_eq!(place(mutant.name), at);
        }
        // One test only, since the switch is the whole process's; it ends with none on.
        assert_eq!(on(), None);
        assert_eq!(turn_on("no-such"), Err(Unknown("no-such".to_owned())));
        assert_eq!(on(), None);
        assert_eq!(turn_on("no-audit").unwrap().name, "no-audit");
        assert!(crate::mutant!("no-audit") && !crate::mutant!("no-dedup"));
        ON.store(NONE, Ordering::Relaxed);
        assert!(!crate::mutant!("no-audit"));
    }
}
