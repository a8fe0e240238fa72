//! The in-process adapters keep the contracts of their ports.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use hearth_core::{
    conformance::{bus::BusBench, presence::PresenceBench},
    local::{LocalNet, LocalPresence},
    port::{Bus, BusNews, NodeName, PRESENCE_TTL_MS, Presence},
};
use tokio::sync::mpsc;

struct Local {
    net: LocalNet,
    board: Arc<LocalPresence>,
}

fn local() -> Option<Local> {
    Some(Local {
        net: LocalNet::new(),
        board: Arc::new(LocalPresence::new()),
    })
}

#[async_trait]
impl BusBench for Local {
    async fn join(
        &self,
        node: NodeName,
        news_max: usize,
    ) -> (Arc<dyn Bus>, mpsc::Receiver<BusNews>) {
        self.net.join_bounded(node, news_max)
    }
}

#[async_trait]
impl PresenceBench for Local {
    async fn board(&self) -> Arc<dyn Presence> {
        self.board.clone()
    }

    async fn pass(&self, percent: u32) {
        tokio::time::advance(Duration::from_millis(PRESENCE_TTL_MS) * percent / 100).await;
    }

    async fn flush(&self) {
        self.board.flush();
    }
}

mod bus {
    hearth_core::bus_conformance!(super::local());
}

mod presence {
    hearth_core::presence_conformance!([start_paused = true] super::local());
}
