//! `hearth admin health`: the document of all servers as a table that people read.
//!
//! Pure: a document goes in, lines come out. What a server did not say is left out, so the document of another build
//! makes a table too.

use serde_json::Value;

use crate::chat::text::{tame, time_of};

/// Signs for a minute, from nothing to the most.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The document as lines.
pub(super) fn lines(health: &Value) -> Vec<String> {
    let mut lines = vec![format!(
        "as of {}, told by {}",
        time_of(number(&health["wall_ms"]).unwrap_or_default()),
        text(&health["node"])
    )];
    lines.extend(table(nodes(health)));
    for (name, why) in [("this server", "ready"), ("its bus", "bus")] {
        if let Some(why) = health[why]["why"].as_str() {
            lines.push(format!("{name}: {}", tame(why)));
        }
    }
    lines.push(String::new());
    lines.extend(store(&health["store"]));
    let redis = list(&health["redis"]);
    if !redis.is_empty() {
        lines.push(String::new());
        lines.push("Redis".into());
        lines.extend(table(redis.iter().map(backing).collect()));
    }
    lines.extend(hour(list(&health["minutes"])));
    lines
}

fn nodes(health: &Value) -> Vec<Vec<String>> {
    let heads = [
        "SERVER", "STATE", "UP", "SOCKETS", "USERS", "ROOMS", "IN/S", "OUT/S", "APPEND", "WAITING",
        "MEMORY",
    ];
    let mut rows = vec![heads.map(String::from).to_vec()];
    let now_ms = number(&health["wall_ms"]).unwrap_or_default();
    for node in list(&health["nodes"]) {
        let said = &node["said"];
        let name = match said["address"].as_str() {
            Some(address) if !address.is_empty() => tame(address),
            _ => text(&node["node"]),
        };
        let state = match number(&node["away_since_ms"]) {
            Some(since_ms) => format!("away since {}", time_of(since_ms)),
            None => text(&node["state"]),
        };
        if node["state"] == "away" || said.is_null() {
            rows.push(vec![name, state]);
            continue;
        }
        let up_ms = number(&said["started_ms"]).map(|since_ms| now_ms.saturating_sub(since_ms));
        let waiting = ["outboxes_bytes", "sends_bytes"];
        let waiting = waiting.iter().filter_map(|key| number(&said[key]["now"]));
        rows.push(vec![
            name,
            state,
            up_ms.map_or_else(String::new, lasting),
            said["sockets"]["now"].to_string(),
            said["users"].to_string(),
            said["rooms"].to_string(),
            rate(&said["messages_per_s"]),
            rate(&said["deliveries_per_s"]),
            took(&said["append"]),
            bytes(waiting.sum()),
            number(&said["memory_bytes"]).map_or_else(String::new, bytes),
        ]);
    }
    rows
}

fn store(store: &Value) -> Vec<String> {
    match store["kind"].as_str() {
        Some("embedded") => {
            let size = bytes(number(&store["bytes"]).unwrap_or_default());
            let commit = match took(&store["commit"]) {
                commit if commit.is_empty() => "no commit in the last minute".to_owned(),
                commit => format!("commits {commit}"),
            };
            vec![format!("embedded store  {size}, {commit}")]
        }
        Some("cassandra") => {
            let request = match took(&store["request"]) {
                request if request.is_empty() => "no request in the last minute".to_owned(),
                request => format!("requests {request}"),
            };
            let timeouts = number(&store["timeouts"]).unwrap_or_default();
            let mut lines = vec![format!(
                "Cassandra  {request}, {timeouts} without an answer in time"
            )];
            lines.extend(table(list(&store["servers"]).iter().map(backing).collect()));
            lines
        }
        _ => Vec::new(),
    }
}

fn backing(server: &Value) -> Vec<String> {
    let up = match (server["up"]["ok"].as_bool(), server["up"]["why"].as_str()) {
        (Some(true), _) => "up".to_owned(),
        (_, why) => format!("down: {}", tame(why.unwrap_or("no reason is said"))),
    };
    let trip = number(&server["round_trip_us"]).map(millis);
    let memory = number(&server["memory_bytes"]).map(bytes);
    let cells = [Some(text(&server["address"])), Some(up), trip, memory];
    cells.into_iter().flatten().collect()
}

/// The last hour's messages as a line of bars, with its most.
fn hour(minutes: &[Value]) -> Vec<String> {
    let messages: Vec<u64> = minutes
        .iter()
        .filter_map(|minute| number(&minute["messages"]))
        .collect();
    let (Some(most), Some(last)) = (messages.iter().max(), messages.last()) else {
        return Vec::new();
    };
    let top = BARS.len() as u64 - 1;
    let bar = |count: &u64| {
        let height = (count * top).div_ceil((*most).max(1));
        usize::try_from(height).map_or(BARS[0], |height| BARS[height.min(BARS.len() - 1)])
    };
    let bars: String = messages.iter().map(bar).collect();
    vec![
        String::new(),
        format!("messages a minute  {bars}  {last} in the last, {most} at most"),
    ]
}

/// Rows whose cells stand under each other. What follows the last column that a row has is not padded.
fn table(rows: Vec<Vec<String>>) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    // A row that ends early says something long in its last cell: it makes no column wide.
    let whole = |row: &&Vec<String>| row.len() == columns;
    let widths: Vec<usize> = (0..columns)
        .map(|at| {
            let cells = rows.iter().filter(whole).map(|row| row[at].chars().count());
            cells.max().unwrap_or_default()
        })
        .collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).enumerate();
        let cells = cells.map(|(at, (cell, width))| {
            let pad = width.saturating_sub(cell.chars().count());
            let pad = if at + 1 == row.len() { 0 } else { pad };
            format!("{cell}{}", " ".repeat(pad))
        });
        cells.collect::<Vec<_>>().join("  ")
    };
    rows.iter().map(line).collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn number(value: &Value) -> Option<u64> {
    value.as_u64()
}

fn text(value: &Value) -> String {
    tame(value.as_str().unwrap_or_default())
}

fn rate(value: &Value) -> String {
    value
        .as_f64()
        .map_or_else(String::new, |rate| format!("{rate:.1}"))
}

/// Half at most, and all but one in a hundred at most; empty if nothing was timed.
fn took(spread: &Value) -> String {
    match (number(&spread["p50_us"]), number(&spread["p99_us"])) {
        (Some(p50), Some(p99)) => format!("{}, p99 {}", millis(p50), millis(p99)),
        _ => String::new(),
    }
}

fn millis(us: u64) -> String {
    match us {
        0..10_000 => format!("{}.{} ms", us / 1_000, us % 1_000 / 100),
        _ => format!("{} ms", us / 1_000),
    }
}

fn bytes(count: u64) -> String {
    match count {
        0..1024 => format!("{count} B"),
        1024..1_048_576 => format!("{} KiB", count / 1024),
        1_048_576..1_073_741_824 => format!("{} MiB", count / 1_048_576),
        _ => format!("{} GiB", count / 1_073_741_824),
    }
}

fn lasting(ms: u64) -> String {
    let seconds = ms / 1_000;
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(address: &str) -> Value {
        json!({
            "address": address, "started_ms": 0, "sockets": {"now": 7, "max": 9}, "users": 5, "rooms": 3,
            "outboxes_bytes": {"now": 2048, "max": 1}, "sends_bytes": {"now": 1024, "max": 1},
            "messages_per_s": 2.25, "deliveries_per_s": 40.0, "append": {"p50_us": 1_500, "p99_us": 22_000},
            "memory_bytes": 50 * 1_048_576_u64,
        })
    }

    #[test]
    fn each_server_has_a_line_and_one_that_is_away_says_since_when() {
        let health = json!({
            "wall_ms": 3_600_000, "node": "n-1", "ready": {"ok": true}, "bus": {"ok": false, "why": "gone"},
            "nodes": [
                {"node": "n-1", "state": "well", "age_ms": 1, "said": said("one:1")},
                {"node": "n-2", "state": "away", "age_ms": 60_000, "away_since_ms": 3_540_000, "said": said("two:1")},
                {"node": "n-3", "state": "well", "age_ms": 1},
            ],
            "store": {"kind": "cassandra", "timeouts": 4, "request": {"p50_us": 900, "p99_us": 9_999},
                "servers": [{"address": "10.0.0.1:9042", "up": {"ok": false, "why": "no\u{1b}[31m connection"}}]},
            "redis": [{"address": "redis:6379", "up": {"ok": true}, "round_trip_us": 400, "memory_bytes": 2_097_152}],
            "minutes": [{"messages": 0}, {"messages": 4}, {"messages": 8}],
        });
        let lines = lines(&health);
        let find = |begin: &str| {
            let line = lines.iter().find(|line| line.starts_with(begin));
            line.unwrap_or_else(|| panic!("{begin}: {lines:#?}"))
        };
        assert!(find("as of").ends_with(", told by n-1"));
        let own: Vec<&str> = find("one:1").split("  ").map(str::trim).collect();
        let own: Vec<&str> = own.into_iter().filter(|cell| !cell.is_empty()).collect();
        assert_eq!(
            own,
            [
                "one:1",
                "well",
                "1 h",
                "7",
                "5",
                "3",
                "2.2",
                "40.0",
                "1.5 ms, p99 22 ms",
                "3 KiB",
                "50 MiB"
            ]
        );
        let since = format!("away since {}", time_of(3_540_000));
        assert!(find("two:1").ends_with(&since));
        assert!(find("n-3").ends_with("well"));
        assert_eq!(find("its bus"), "its bus: gone");
        assert!(
            find("Cassandra").ends_with("requests 0.9 ms, p99 9.9 ms, 4 without an answer in time")
        );
        assert!(find("10.0.0.1:9042").contains("down: no"));
        assert!(lines.iter().all(|line| !line.contains('\u{1b}')));
        assert!(find("redis:6379").ends_with("up  0.4 ms  2 MiB"));
        assert!(find("messages a minute").contains("▁▅█  8 in the last, 8 at most"));
    }

    #[test]
    fn a_server_alone_tells_of_its_file() {
        let health = json!({
            "wall_ms": 0, "node": "n", "nodes": [{"node": "n", "state": "well", "said": said("one:1")}],
            "store": {"kind": "embedded", "bytes": 1_048_576}, "redis": [], "minutes": [],
        });
        let lines = lines(&health);
        assert_eq!(
            lines.last().unwrap(),
            "embedded store  1 MiB, no commit in the last minute"
        );
    }

    #[test]
    fn what_another_build_leaves_out_is_left_out() {
        assert!(!lines(&json!({"node": "n"})).is_empty());
        assert!(!lines(&Value::Null).is_empty());
    }
}
