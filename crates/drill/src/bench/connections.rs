//! What a connection costs that only is there: memory, and processor time for its pings.

use std::time::Duration;

use anyhow::Result;
use futures_util::StreamExt;
use tokio::task::JoinSet;

use super::{Args, cpu::Meter, pid, row::Row};
use crate::{
    check::single::Single,
    http::Http,
    load::{crowd::Socket, idle},
};

/// Measures both.
pub(super) async fn measure(args: &Args, single: &Single) -> Result<Vec<Row>> {
    let http = Http::new();
    let (bytes, sockets) = idle::measure(&http, &single.place, args.connections).await?;
    let mut reading = JoinSet::new();
    for Socket { stream, .. } in sockets {
        // Reading answers the pings.
        reading.spawn(async move { stream.for_each(|_| std::future::ready(())).await });
    }
    println!(
        "{} connections: {} s of nothing but pings",
        args.connections, args.seconds
    );
    let mut meter = Meter::of(pid(single).await?);
    let before = meter.read()?;
    tokio::time::sleep(Duration::from_secs(args.seconds)).await;
    let used = (meter.read()? - before).as_secs_f64() * 1e6;
    reading.abort_all();
    let each = used / f64::from(args.connections) / Duration::from_secs(args.seconds).as_secs_f64();
    let n = args.connections;
    Ok(vec![
        Row::plain(
            "P7",
            n,
            "memory of an idle connection",
            bytes / 1024.0,
            "KiB",
            4.0,
        ),
        Row::plain("P8", n, "processor time of one, a second", each, "µs", 1.0),
    ])
}
