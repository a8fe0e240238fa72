//! `hearth serve`: from the settings to a running server, and its end.
//!
//! The end is soft, then hard: first the server says that it is not ready, then it takes no more connections and
//! sends its sockets elsewhere, and within `drain_s` it is gone. A second signal ends it at once.

use std::{net::SocketAddr, time::Duration};

use anyhow::Context;
use hearth_core::{
    node::{CanarySwitch, Node, NodeConfig, Parts},
    port::NodeName,
    room::RoomBounds,
};
use tokio::{
    net::TcpListener,
    select,
    signal::unix::{SignalKind, signal},
    sync::watch,
    task::JoinHandle,
    time::{Instant, sleep, timeout_at},
};

use crate::{
    app::App, config::Config, first, limits, listen, numbers, overview, parts, people, push,
    router::router, webhooks,
};

/// How long `/readyz` says no before connections are refused, at most: what is in front looks about once a second.
const NOTICE: Duration = Duration::from_secs(1);

/// A running server.
pub struct Server {
    address: SocketAddr,
    app: App,
    stop: watch::Sender<bool>,
    accepting: JoinHandle<()>,
    tickers: Vec<JoinHandle<()>>,
}

impl Server {
    /// Opens the parts and the address, and begins to serve.
    ///
    /// # Errors
    /// A part or the address that cannot be had.
    pub async fn start(config: Config) -> anyhow::Result<Self> {
        numbers::record();
        let listener = listen::bind(config.listen).with_context(|| {
            format!(
                "cannot listen on {}: is another server running there? Choose another --listen",
                config.listen
            )
        })?;
        let name = parts::node_name(&config);
        let parts = parts::open(&config, &name).await?;
        Self::run(listener, name, parts, config)
    }

    /// Begins to serve on parts that are given: for tests that break them.
    ///
    /// # Errors
    /// The address that cannot be had.
    pub fn start_on(config: Config, name: NodeName, parts: Parts) -> anyhow::Result<Self> {
        numbers::record();
        let listener = listen::bind(config.listen)?;
        Self::run(listener, name, parts, config)
    }

    fn run(
        listener: TcpListener,
        name: NodeName,
        parts: Parts,
        config: Config,
    ) -> anyhow::Result<Self> {
        let node_config = NodeConfig {
            name,
            build: hearth_protocol::BUILD.into(),
            canary: CanarySwitch::On,
            bounds: RoomBounds::default(),
        };
        let node = Node::start_within(node_config, parts, config.bounds);
        match parts::files(&config)? {
            Some(files) => {
                tracing::info!(place = %files.place(), "files are kept");
                if parts::files_must_be_shared(&config) {
                    tracing::warn!(
                        "`files` is a folder: every server must have the same one mounted there, or what is sent at one is \
                         not found at the others"
                    );
                }
                node.keep_files(files, config.file_bounds);
            }
            None => tracing::info!("no files are kept (`files`): no attachments, no avatars"),
        }
        node.begin_scheduled();
        let push = push::begin(&node, &config);
        let address = listener.local_addr()?;
        let connections_max = config.connections_max;
        let app = App::new(node, config);
        let (stop, stopped) = watch::channel(false);
        let accepting = tokio::spawn(listen::serve(
            listener,
            router(app.clone()),
            connections_max,
            stopped,
        ));
        let mut tickers = vec![
            tokio::spawn(app.pulse().clone().run()),
            tokio::spawn(numbers::upkeep()),
            tokio::spawn(numbers::watch_node(app.node().clone())),
            tokio::spawn(overview::report(app.clone(), address)),
            tokio::spawn(overview::looks(app.clone())),
            tokio::spawn(webhooks::run(app.clone())),
            tokio::spawn(people::list(app.node().clone())),
        ];
        if let Some(choice) = app.config().mail.clone() {
            let app = app.clone();
            let mails = async move { app.mailer().work(app.node().clone(), choice).await };
            tickers.push(tokio::spawn(mails));
        }
        tickers.extend(push);
        Ok(Self {
            address,
            app,
            stop,
            accepting,
            tickers,
        })
    }

    /// Where it listens: the port that the system gave, if 0 was asked for.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The node.
    pub fn node(&self) -> &Node {
        self.app.node()
    }

    /// Ends it softly, within the settings' `drain_s`.
    pub async fn stop(self) {
        let drain = Duration::from_secs(self.app.config().drain_s);
        let deadline = Instant::now() + drain;
        self.app.begin_drain();
        if self.app.node().sessions() > 0 {
            sleep(NOTICE.min(drain / 10)).await;
        }
        // Of what is left, the first half is for sending the sockets away, the second for their acknowledgements.
        let left = deadline.saturating_duration_since(Instant::now());
        self.app
            .node()
            .drain(u64::try_from((left / 2).as_millis()).unwrap_or(u64::MAX));
        self.stop.send_replace(true);
        if timeout_at(deadline, self.app.sockets_ended())
            .await
            .is_err()
        {
            tracing::warn!(
                sockets = self.app.node().sessions(),
                "not all sockets went in time; they reconnect elsewhere"
            );
        }
        let _ = timeout_at(
            deadline.max(Instant::now() + Duration::from_secs(1)),
            self.accepting,
        )
        .await;
        self.app.node().stop().await;
        for ticker in self.tickers {
            ticker.abort();
        }
    }
}

/// How many files may have to be open at once.
pub fn wanted_files(config: &Config) -> u64 {
    u64::try_from(config.connections_max).map_or(u64::MAX, |connections| {
        connections.saturating_add(limits::FILES_BESIDE)
    })
}

/// Serves until a signal says to stop.
///
/// # Errors
/// Why it could not begin.
pub async fn serve(mut config: Config) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    for stray in crate::config::stray_variables() {
        tracing::warn!("{stray}");
    }
    let files = limits::raise_files(wanted_files(&config));
    let fit = limits::connections_within(files, config.connections_max);
    if fit < config.connections_max {
        tracing::warn!(
            files,
            connections = fit,
            "only so many connections fit into the limit of open files; raise it (ulimit -n, LimitNOFILE=, nofile)"
        );
        config.connections_max = fit;
    }
    let (mode, store) = (config.mode, config.store.clone());
    let drain_s = config.drain_s;
    let server = select! {
        server = Server::start(config) => server?,
        // A store that is waited for is no reason to wait for a kill.
        _ = terminate.recv() => return Ok(()),
        _ = interrupt.recv() => return Ok(()),
    };
    let address = server.address();
    let place = first::place_of(server.app.config(), address.port());
    let first = tokio::spawn(first::say(server.node().clone(), place));
    tracing::info!(%address, ?mode, ?store, node = %server.node().name(), build = hearth_protocol::BUILD, "serving");
    select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    first.abort();
    tracing::info!(
        drain_s,
        "stopping: sending sockets elsewhere; a second signal ends it at once"
    );
    select! {
        () = server.stop() => tracing::info!("stopped"),
        _ = terminate.recv() => tracing::warn!("stopped at once"),
        _ = interrupt.recv() => tracing::warn!("stopped at once"),
    }
    Ok(())
}
