//! Looks at the servers as a balancer does, and writes down what has changed.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::{MissedTickBehavior, interval, timeout};

use crate::{
    history::{Record, Recorder},
    http::{Http, Place, Said},
};

/// Between two looks.
const LOOK: Duration = Duration::from_secs(1);
/// A server that takes longer does not answer.
const ANSWERS: Duration = Duration::from_secs(2);

/// Looks for ever.
pub(super) async fn look(nodes: &[(String, Place)], recorder: &Recorder) {
    let http = &Http::new();
    let looks = nodes
        .iter()
        .map(|(node, place)| look_at(http, node, place, recorder));
    join_all(looks).await;
}

async fn look_at(http: &Http, node: &str, place: &Place, recorder: &Recorder) {
    let mut tick = interval(LOOK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut before = None;
    loop {
        tick.tick().await;
        let (livez, readyz) = tokio::join!(
            status(http, place, "/livez"),
            status(http, place, "/readyz")
        );
        let now = Some((livez, readyz));
        if now != before {
            before = now;
            recorder.put(Record::Health {
                node: node.to_owned(),
                livez,
                readyz,
            });
        }
    }
}

/// The status of its answer; none if it does not answer.
pub(super) async fn status(http: &Http, place: &Place, path: &str) -> Option<u16> {
    let said = Said::default();
    let answer = timeout(ANSWERS, http.call(place, path, &said, None)).await;
    let (status, _) = answer.ok()?.ok()?;
    Some(status.as_u16())
}
