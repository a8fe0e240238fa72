//! What a node counts: every name is there from the start, so that zero can be told from "not counted".
//!
//! A room's machine counts plain sums (`room/counters.rs`); its task takes them after each turn.

use crate::room::RoomCounters;

type Read = fn(&RoomCounters) -> u64;

/// The sums of all rooms, by the name under which operators see them.
const OF_ROOMS: &[(&str, Read)] = &[
    ("hearth_appends_total", |c| c.appends),
    ("hearth_appends_lost_total", |c| c.lost),
    ("hearth_appends_unknown_total", |c| c.unknown),
    ("hearth_events_appended_total", |c| c.appended),
    ("hearth_events_hinted_total", |c| c.hinted),
    ("hearth_events_read_total", |c| c.read),
    ("hearth_holes_total", |c| c.holes),
    ("hearth_holes_repaired_total", |c| c.repaired),
    ("hearth_gaps_total", |c| c.gaps),
    ("hearth_conflicts_total", |c| c.conflicts),
    ("hearth_resends_total", |c| c.resends),
    ("hearth_forwards_total", |c| c.forwards),
    ("hearth_forward_fallbacks_total", |c| c.fallbacks),
    ("hearth_sends_refused_total", |c| c.refused),
    ("hearth_sends_busy_total", |c| c.busy),
    ("hearth_sends_expired_total", |c| c.expired),
    ("hearth_readers_skipped_total", |c| c.skipped),
    ("hearth_store_failures_total", |c| c.failures),
    ("hearth_projections_total", |c| c.projections),
];

/// What is counted where it happens.
const OF_NODE: &[&str] = &[
    "hearth_admissions_refused_total",
    "hearth_audit_found_total",
    "hearth_bus_gaps_total",
    "hearth_hints_published_total",
    "hearth_hints_dropped_total",
    "hearth_hints_poisoned_total",
    "hearth_bus_hints_dropped_total",
    "hearth_rooms_cooled_total",
    "hearth_signed_out_total",
    "hearth_store_events_total",
    "hearth_webhooks_delivered_total",
    "hearth_webhooks_failed_total",
    "hearth_webhooks_suspended_total",
];

/// From an event's append, by the clock of the node that appended it, until it was handed to the sockets of its readers
/// here; 0 where that clock is ahead of this one. In seconds; one sample per run of events.
pub(super) const DELIVERY: &str = "hearth_delivery_seconds";

/// Makes every number known at zero.
pub(super) fn begin() {
    for (name, _) in OF_ROOMS {
        metrics::counter!(*name).increment(0);
    }
    for name in OF_NODE {
        metrics::counter!(*name).increment(0);
    }
    drop(metrics::histogram!(DELIVERY));
}

/// Hands on what a room has counted.
pub(super) fn tell(counted: &RoomCounters) {
    if *counted == RoomCounters::default() {
        return;
    }
    for (name, read) in OF_ROOMS {
        let more = read(counted);
        if more > 0 {
            metrics::counter!(*name).increment(more);
        }
    }
}
