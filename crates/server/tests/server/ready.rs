//! `/readyz` over HTTP: a server that alone is worse off leaves and returns, and `/livez` does not follow.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use hearth_core::{
    local::{LocalNet, LocalPresence},
    node::Parts,
    port::NodeName,
    testing::MemoryStore,
};
use hearth_server::{config::Config, parts::SystemClock, serve::Server};
use tokio::time::{interval, timeout};

use crate::world::{LONG, call};

fn server(name: &NodeName, net: &LocalNet, store: &Arc<MemoryStore>) -> Server {
    let (bus, news) = net.join(name.clone());
    let parts = Parts {
        store: store.clone(),
        bus,
        news,
        presence: Arc::new(LocalPresence::new()),
        clock: Arc::new(SystemClock::new()),
        seed: [name.0.as_bytes()[0]; 32],
    };
    let flags = BTreeMap::from([("listen", "127.0.0.1:0".to_owned())]);
    let config = Config::from_sources(None, &|_| None, &flags).unwrap();
    Server::start_on(config, name.clone(), parts).unwrap()
}

/// Asks all servers as a balancer does, until their answers are these; all the while each is alive. Returns the bodies.
async fn until(servers: &[Server], expected: &[u16]) -> Vec<String> {
    let asking = async {
        let mut ticks = interval(Duration::from_millis(100));
        loop {
            ticks.tick().await;
            let mut answers = Vec::new();
            for server in servers {
                let place = server.address().to_string();
                answers.push(call(&place, "GET", "/readyz", &[], "").await);
                let alive = call(&place, "GET", "/livez", &[], "").await;
                assert_eq!(alive.status, 200, "{}", alive.body);
            }
            if answers
                .iter()
                .map(|answer| answer.status)
                .eq(expected.iter().copied())
            {
                return answers.into_iter().map(|answer| answer.body).collect();
            }
        }
    };
    let waited = timeout(LONG, asking).await;
    waited.unwrap_or_else(|_| panic!("it never became {expected:?}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_worse_off_than_the_others_is_not_ready_until_it_is_well_again() {
    let (net, store) = (LocalNet::new(), Arc::new(MemoryStore::new(1000)));
    let names = ["one", "two", "three"].map(|name| NodeName(name.into()));
    let servers = names.each_ref().map(|name| server(name, &net, &store));
    until(&servers, &[200; 3]).await;

    net.take_away(&names[1]);
    let bodies = until(&servers, &[200, 503, 200]).await;
    assert!(bodies[1].contains("does not hear"), "{}", bodies[1]);
    net.give_back(&names[1]);
    until(&servers, &[200; 3]).await;

    store.set_full(true);
    let bodies = until(&servers, &[503; 3]).await;
    assert!(bodies[0].contains("cannot write"), "{}", bodies[0]);
    store.set_full(false);
    until(&servers, &[200; 3]).await;
    for server in servers {
        server.stop().await;
    }
}
