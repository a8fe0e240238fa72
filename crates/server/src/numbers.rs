//! The numbers behind `/metrics`: one recorder per process, and what the kernel knows about the process.

use std::{fmt::Write, fs, sync::OnceLock, time::Duration};

use hearth_core::node::Node;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use crate::app::precise;

static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Begins to record. Once per process; later calls do nothing.
pub fn record() {
    HANDLE.get_or_init(|| {
        let buckets = [
            0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
        ];
        PrometheusBuilder::new()
            .set_buckets(&buckets)
            .ok()?
            .install_recorder()
            .ok()
    });
    for name in FROM_THE_START {
        metrics::counter!(*name).increment(0);
    }
}

/// What is counted outside the node, known at zero before it is met.
const FROM_THE_START: &[&str] = &[
    "hearth_connections_refused_total",
    "hearth_embedded_commits_total",
    "hearth_passwords_wrong_total",
    "hearth_sockets_slow_total",
];

/// Keeps the recorder's memory bounded, for ever.
pub async fn upkeep() {
    let mut ticks = tokio::time::interval(Duration::from_secs(5));
    loop {
        ticks.tick().await;
        if let Some(Some(handle)) = HANDLE.get() {
            handle.run_upkeep();
        }
    }
}

/// Reads off the node what it does not count itself, for ever.
pub async fn watch_node(node: Node) {
    let mut ticks = tokio::time::interval(Duration::from_secs(1));
    loop {
        ticks.tick().await;
        // Known before the first one: an addition of nothing leaves it as it is.
        metrics::gauge!("hearth_connections").increment(0.0);
        metrics::gauge!("hearth_sockets").increment(0.0);
        metrics::gauge!("hearth_sessions").set(precise(node.sessions()));
        let tasks = tokio::runtime::Handle::current().metrics();
        metrics::gauge!("hearth_tasks").set(precise(tasks.num_alive_tasks()));
        metrics::gauge!("hearth_rooms_warm").set(precise(node.rooms_warm()));
        metrics::gauge!("hearth_rooms_bytes").set(precise(node.rooms_bytes().0));
        metrics::gauge!("hearth_rooms_bytes_peak").set(precise(node.rooms_bytes().1));
        metrics::gauge!("hearth_nodes_heard").set(precise(node.others().len()));
        let pressure = node.pressure();
        metrics::gauge!("hearth_outboxes_bytes").set(precise(pressure.outboxes_bytes().0));
        metrics::gauge!("hearth_outboxes_bytes_peak").set(precise(pressure.outboxes_bytes().1));
        metrics::gauge!("hearth_sends_bytes").set(precise(pressure.sends_bytes().0));
        metrics::gauge!("hearth_sends_bytes_peak").set(precise(pressure.sends_bytes().1));
        let age_ms = u32::try_from(node.audit_age_ms()).unwrap_or(u32::MAX);
        metrics::gauge!("hearth_audit_oldest_seconds").set(f64::from(age_ms) / 1000.0);
    }
}

/// The numbers as text.
pub fn render() -> String {
    let mut text = match HANDLE.get() {
        Some(Some(handle)) => handle.render(),
        _ => String::new(),
    };
    let process = [
        ("process_resident_memory_bytes", resident_bytes()),
        ("process_open_fds", open_descriptors()),
        ("process_max_fds", descriptors_max()),
    ];
    for (name, value) in process {
        if let Some(value) = value {
            // Writing to a String does not fail.
            let _ = writeln!(text, "# TYPE {name} gauge\n{name} {value}");
        }
    }
    text
}

/// What the process holds in memory.
pub fn resident_bytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim()
        .strip_suffix("kB")?
        .trim()
        .parse::<u64>()
        .ok()
        .map(|kilobytes| kilobytes * 1024)
}

/// How many descriptors are open.
pub fn open_descriptors() -> Option<u64> {
    u64::try_from(fs::read_dir("/proc/self/fd").ok()?.count()).ok()
}

/// How many descriptors may be open.
pub fn descriptors_max() -> Option<u64> {
    let limits = fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_process_is_among_the_numbers() {
        let text = super::render();
        for name in [
            "process_resident_memory_bytes ",
            "process_open_fds ",
            "process_max_fds ",
        ] {
            let value = text
                .lines()
                .find_map(|line| line.strip_prefix(name))
                .unwrap();
            assert!(value.parse::<u64>().unwrap() > 0, "{name}");
        }
    }
}
