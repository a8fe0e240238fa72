//! `hearth-drill load`: bounded load from outside, with the server's own counts beside the client's.
//!
//! Ratios, not seconds: what is compared runs in interleaved rounds of one run. Everything is bounded in count and
//! time. The last line is the figure.

pub(crate) mod crowd;
pub(crate) mod history;
pub(crate) mod idle;
mod overload;
pub(crate) mod senders;
mod storm;

use anyhow::Result;
use clap::Subcommand;

use crate::http::Place;

/// What to load with.
#[derive(Debug, Subcommand)]
pub(crate) enum Load {
    /// Senders that wait for each acknowledgement: messages per second, and what one costs the store and the bus
    Senders(senders::Args),
    /// Idle, authenticated, subscribed connections: memory of the server for each
    Idle(idle::Args),
    /// The last page of a long room against that of a short one
    History(history::Args),
    /// Three times what the server can do: what is refused and shed, and that nothing acknowledged is lost
    Overload(overload::Args),
    /// All clients of a server that dies: how long until each has everything again, and what it cost
    Storm(storm::Args),
}

/// Runs it. `true`: everything held.
pub(crate) fn run(load: Load) -> Result<bool> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        match load {
            Load::Senders(args) => senders::run(args).await,
            Load::Idle(args) => idle::run(args).await,
            Load::History(args) => history::run(args).await,
            Load::Overload(args) => overload::run(args).await,
            Load::Storm(args) => storm::run(args).await,
        }
    })
}

/// Where these are.
pub(crate) fn places(urls: &[String]) -> Result<Vec<Place>> {
    urls.iter().map(|url| Place::parse(url)).collect()
}
