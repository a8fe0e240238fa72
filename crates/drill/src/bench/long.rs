//! A long room: what a page of it costs beside one of a short room, and how soon a server with all of it is ready.

use std::time::Instant;

use anyhow::Result;

use super::{Args, row::Row};
use crate::{check::single::Single, http::Http, load::history};

/// Reads of each page.
const READS: u32 = 300;

/// Writes the room, reads it, and starts the server again.
pub(super) async fn measure(args: &Args, single: &Single) -> Result<Vec<Row>> {
    let events = args.events;
    let pages = history::measure(&Http::new(), &single.place, u64::from(events), READS).await?;
    let [short, last, stored, middle] =
        [pages.short, pages.last, pages.stored, pages.middle].map(|took| took.as_secs_f64() * 1e3);
    single.end().await?;
    let began = Instant::now();
    single.start().await?;
    let ready = began.elapsed().as_secs_f64();
    Ok(vec![
        Row::plain(
            "P13",
            events,
            "the last 50 events, beside a room of 200",
            last,
            "ms",
            1.25,
        )
        .beside(short, last / short),
        Row::plain(
            "P13",
            events,
            "50 in its middle, beside the last 50",
            middle,
            "ms",
            1.25,
        )
        .beside(last, middle / last),
        Row::plain(
            "P13",
            events,
            "50 in its middle, beside 50 that lie 3,000 back",
            middle,
            "ms",
            1.25,
        )
        .beside(stored, middle / stored),
        Row::plain(
            "P20",
            events,
            "from the start until it is ready",
            ready,
            "s",
            1.0,
        ),
    ])
}
