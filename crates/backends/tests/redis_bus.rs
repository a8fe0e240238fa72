//! The Redis adapters keep the contracts of their ports: on one server and on a cluster, run with
//! `HEARTH_TEST_REDIS=HOST:PORT` and `HEARTH_TEST_REDIS_CLUSTER=HOST:PORT,…`.
#![cfg(feature = "redis")]

mod redis_parts;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use hearth_backends::redis::{Mode, RedisConfig};
use hearth_core::{
    conformance::{bus::BusBench, presence::PresenceBench},
    port::{Bus, BusNews, NodeName, Presence},
};
use redis_parts::{config, connected, variable};
use tokio::sync::mpsc;

/// The time to live in these tests: the real one would take minutes.
const TTL_MS: u64 = 2_400;

struct Bench {
    config: RedisConfig,
}

fn bench(mode: Mode) -> Option<Bench> {
    let name = match mode {
        Mode::Standalone => "HEARTH_TEST_REDIS",
        Mode::Cluster => "HEARTH_TEST_REDIS_CLUSTER",
    };
    let nodes = variable("the suite of bus and presence", name)?;
    let mut config = config(mode, &nodes);
    config.presence_ttl_ms = TTL_MS;
    Some(Bench { config })
}

#[async_trait]
impl BusBench for Bench {
    async fn join(
        &self,
        _node: NodeName,
        news_max: usize,
    ) -> (Arc<dyn Bus>, mpsc::Receiver<BusNews>) {
        let config = RedisConfig {
            news_max,
            ..self.config.clone()
        };
        let redis = connected(&config).await;
        (redis.bus, redis.news)
    }
}

#[async_trait]
impl PresenceBench for Bench {
    async fn board(&self) -> Arc<dyn Presence> {
        connected(&self.config).await.presence
    }

    async fn pass(&self, percent: u32) {
        tokio::time::sleep(Duration::from_millis(TTL_MS) * percent / 100).await;
    }

    /// Removes the bench's keys: other tests share the server.
    async fn flush(&self) {
        for node in &self.config.nodes {
            let client = redis::Client::open(format!("redis://{node}")).expect("an address");
            let mut connection = client
                .get_multiplexed_async_connection()
                .await
                .expect("it answers");
            let keys: Vec<String> = redis::cmd("KEYS")
                .arg(format!("{}:*", self.config.prefix))
                .query_async(&mut connection)
                .await
                .expect("keys");
            for key in keys {
                // A replica refuses, its master has done it.
                let _: redis::RedisResult<i64> = redis::cmd("DEL")
                    .arg(key)
                    .query_async(&mut connection)
                    .await;
            }
        }
    }
}

mod standalone_bus {
    hearth_core::bus_conformance!(super::bench(super::Mode::Standalone));
}
mod standalone_presence {
    hearth_core::presence_conformance!([] super::bench(super::Mode::Standalone));
}
mod cluster_bus {
    hearth_core::bus_conformance!(super::bench(super::Mode::Cluster));
}
mod cluster_presence {
    hearth_core::presence_conformance!([] super::bench(super::Mode::Cluster));
}
