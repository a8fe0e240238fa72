//! Where the tests find their Redis.

use std::sync::atomic::{AtomicU64, Ordering};

use hearth_backends::redis::{Mode, Redis, RedisConfig, connect};

/// The value of the variable; without it the test is skipped, or fails where `CI=true` says that nothing may be.
pub(crate) fn variable(test: &str, name: &str) -> Option<String> {
    match std::env::var(name) {
        Ok(value) if !value.is_empty() => Some(value),
        _ => {
            assert!(
                std::env::var("CI").as_deref() != Ok("true"),
                "{test} needs {name}"
            );
            println!("SKIPPED {test}: {name} is not set");
            None
        }
    }
}

/// A prefix that no other test uses, in this run or in another on the same Redis.
pub(crate) fn fresh_prefix() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let next = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("test-{}-{next}", uuid::Uuid::now_v7().simple())
}

/// Settings for the servers of a comma list.
pub(crate) fn config(mode: Mode, nodes: &str) -> RedisConfig {
    RedisConfig {
        prefix: fresh_prefix(),
        ..RedisConfig::new(mode, nodes.split(',').map(str::to_owned).collect())
    }
}

/// A node's Redis that answers.
pub(crate) async fn connected(config: &RedisConfig) -> Redis {
    let redis = connect(config.clone()).await.expect("legal settings");
    for _ in 0..20 {
        if redis.bus.ready().await.is_ok() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    }
    redis.bus.ready().await.expect("Redis answers");
    redis
}
