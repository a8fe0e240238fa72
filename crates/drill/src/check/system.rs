//! What the drill has started and may break: a whole cluster, or one server with its embedded store.

use std::path::Path;

use anyhow::{Context, Result};

use super::{
    local::{Local, Process},
    single::Single,
};
use crate::http::Place;

/// What was started.
#[derive(Debug)]
pub(super) enum System {
    Whole(Local),
    One(Box<Single>),
}

/// What a server is called in the history; they are counted from 1.
pub(super) fn node_name(number: usize) -> String {
    format!("node{number}")
}

impl System {
    /// For the report.
    pub(super) fn says(&self) -> &'static str {
        match self {
            System::Whole(_) => {
                "local: three servers, Nginx, Redis Cluster of six, three Cassandra nodes"
            }
            System::One(_) => "embedded: one server with its own store",
        }
    }

    /// Starts all of it.
    pub(super) async fn start(&self) -> Result<()> {
        match self {
            System::Whole(local) => local.start().await,
            System::One(single) => single.start().await,
        }
    }

    /// Ends all of it; logs are kept in `out`.
    pub(super) async fn stop(&self, out: &Path) -> Result<()> {
        match self {
            System::Whole(local) => local.stop(out).await,
            System::One(single) => single.stop().await,
        }
    }

    /// Brings back whatever is paused or dead.
    pub(super) async fn mend(&self) -> Result<()> {
        match self {
            System::Whole(local) => {
                local.set_clock(0)?;
                local.mend().await
            }
            System::One(single) => single.mend().await,
        }
    }

    /// The cluster, for faults that need one.
    pub(super) fn whole(&self) -> Option<&Local> {
        match self {
            System::Whole(local) => Some(local),
            System::One(_) => None,
        }
    }

    /// The one server, for faults of its own store.
    pub(super) fn one(&self) -> Option<&Single> {
        match self {
            System::Whole(_) => None,
            System::One(single) => Some(single),
        }
    }

    /// The doors for clients.
    pub(super) fn doors(&self) -> Vec<Place> {
        let mut doors: Vec<Place> = self
            .whole()
            .map(|local| local.front.clone())
            .into_iter()
            .collect();
        doors.extend(self.servers());
        doors
    }

    /// The servers themselves.
    pub(super) fn servers(&self) -> Vec<Place> {
        match self {
            System::Whole(local) => local.servers.clone(),
            System::One(single) => vec![single.place.clone()],
        }
    }

    /// A server as it stands; they are counted from 1.
    pub(super) async fn server(&self, number: usize) -> Result<Process> {
        match self {
            System::Whole(local) => {
                let place = local.servers.get(number.wrapping_sub(1));
                Ok(local.server(number, place.context("no such server")?))
            }
            System::One(single) => Ok(single.process().await),
        }
    }

    /// `kill`, `pause`, `resume` or `restart` a server; `restart` returns when it is ready again.
    pub(super) async fn to_server(&self, verb: &str, number: usize) -> Result<()> {
        match self {
            System::Whole(local) => {
                local
                    .cluster(&[verb, "server", &number.to_string()])
                    .await?;
                Ok(())
            }
            System::One(single) => single.verb(verb).await,
        }
    }
}
