//! A proxy before each Cassandra node, of the drill's own: the servers know only these. It carries frames as they come,
//! and on demand is slow, mute, cuts, passes one byte at a time, keeps an append or its answer for itself, or stops at an
//! append until it is let go.
//!
//! It promises that nothing is changed or put out of order, and that each connection holds one frame each way at most.

mod cql;

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use tokio::{
    io::AsyncWriteExt,
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::{oneshot, watch},
    task::JoinSet,
    time::{sleep, timeout},
};

use self::cql::{Appends, Frame, Talk};

/// How long an append waits to be let go.
const HELD: Duration = Duration::from_secs(10);

/// How a proxy carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weather {
    Fair,
    /// Each frame waits for so long.
    Slow(Duration),
    /// Nothing gets through, and nothing is closed.
    Mute,
    /// Connections are closed, and new ones too.
    Cut,
    /// One byte at a time.
    Slices,
}

/// What is done to the next append, wherever it comes by.
#[derive(Debug)]
pub(super) enum Trap {
    /// It does not reach the node.
    Lose,
    /// It does; its answer does not come back.
    Hide,
    /// It waits: who sent it is told, and it goes on when that is dropped.
    Hold(oneshot::Sender<Held>),
}

/// An append that waits.
#[derive(Debug)]
pub(super) struct Held {
    /// The server's end of the connection.
    pub(super) from: SocketAddr,
    _go_on: oneshot::Sender<()>,
}

/// The proxies of one cluster.
#[derive(Debug)]
pub(super) struct Proxies {
    shared: Arc<Shared>,
    weather: Vec<watch::Sender<Weather>>,
    _tasks: JoinSet<()>,
}

#[derive(Debug, Default)]
struct Shared {
    appends: Appends,
    traps: Mutex<Vec<Trap>>,
    counts: Counts,
}

/// What the proxies have seen and done.
#[derive(Debug, Default)]
struct Counts {
    appends: AtomicU64,
    lost: AtomicU64,
    /// Answers that were kept, of appends that were applied.
    hidden: AtomicU64,
    /// Frames that met other weather than fair.
    touched: AtomicU64,
}

impl Proxies {
    /// Listens at each first address and carries to the second.
    pub(super) async fn listen(pairs: &[(SocketAddr, SocketAddr)]) -> io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let (mut weather, mut tasks) = (Vec::new(), JoinSet::new());
        for (at, to) in pairs {
            let listener = TcpListener::bind(at).await?;
            let sender = watch::Sender::new(Weather::Fair);
            tasks.spawn(accept(listener, *to, Arc::clone(&shared), sender.clone()));
            weather.push(sender);
        }
        Ok(Self {
            shared,
            weather,
            _tasks: tasks,
        })
    }

    /// How the proxy of a node carries from now on; nodes are counted from 1.
    pub(super) fn set(&self, number: usize, weather: Weather) {
        if let Some(sender) = self.weather.get(number.wrapping_sub(1)) {
            sender.send_replace(weather);
        }
    }

    /// Lays traps: each is for one append.
    pub(super) fn lay(&self, traps: impl IntoIterator<Item = Trap>) {
        self.traps().extend(traps);
    }

    /// Takes those away into which nothing went.
    pub(super) fn clear(&self) {
        self.traps().clear();
    }

    /// Appends that came by.
    pub(super) fn appends(&self) -> u64 {
        self.shared.counts.appends.load(Relaxed)
    }

    /// Appends that were kept from their node.
    pub(super) fn lost(&self) -> u64 {
        self.shared.counts.lost.load(Relaxed)
    }

    /// Answers "applied" that were kept from their server.
    pub(super) fn hidden(&self) -> u64 {
        self.shared.counts.hidden.load(Relaxed)
    }

    /// Frames that were delayed, sliced, or cut off with their connection.
    pub(super) fn touched(&self) -> u64 {
        self.shared.counts.touched.load(Relaxed)
    }

    fn traps(&self) -> std::sync::MutexGuard<'_, Vec<Trap>> {
        self.shared
            .traps
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

async fn accept(
    listener: TcpListener,
    to: SocketAddr,
    shared: Arc<Shared>,
    weather: watch::Sender<Weather>,
) {
    let mut connections = JoinSet::new();
    loop {
        let Ok((client, from)) = listener.accept().await else {
            // Out of descriptors, at worst: later.
            sleep(Duration::from_millis(100)).await;
            continue;
        };
        while connections.try_join_next().is_some() {}
        if *weather.borrow() != Weather::Cut {
            let shared = Arc::clone(&shared);
            connections.spawn(carry(client, from, to, shared, weather.subscribe()));
        }
    }
}

/// One connection, until either side ends it or it is cut.
async fn carry(
    client: TcpStream,
    from: SocketAddr,
    to: SocketAddr,
    shared: Arc<Shared>,
    weather: watch::Receiver<Weather>,
) {
    let Ok(node) = TcpStream::connect(to).await else {
        return;
    };
    let _ = (client.set_nodelay(true), node.set_nodelay(true));
    let (client_in, client_out) = client.into_split();
    let (node_in, node_out) = node.into_split();
    let link = Link {
        from,
        talk: Mutex::new(Talk::new(shared.appends.clone())),
        hidden: Mutex::default(),
        shared,
    };
    let mut cut = weather.clone();
    tokio::select! {
        _ = there(&link, client_in, node_out, weather.clone()) => {}
        _ = back(&link, node_in, client_out, weather) => {}
        _ = cut.wait_for(|now| *now == Weather::Cut) => link.touch(),
    }
}

struct Link {
    from: SocketAddr,
    talk: Mutex<Talk>,
    /// Streams whose answer is kept.
    hidden: Mutex<Vec<i16>>,
    shared: Arc<Shared>,
}

impl Link {
    fn touch(&self) {
        self.shared.counts.touched.fetch_add(1, Relaxed);
    }

    fn asked(&self, frame: &Frame) -> Option<Trap> {
        let mut talk = self.talk.lock().unwrap_or_else(PoisonError::into_inner);
        if !talk.asked(frame) {
            return None;
        }
        let shared = &self.shared;
        shared.counts.appends.fetch_add(1, Relaxed);
        let mut traps = shared.traps.lock().unwrap_or_else(PoisonError::into_inner);
        traps.pop()
    }

    /// Whether the answer is kept.
    fn answered(&self, frame: &Frame) -> bool {
        let mut talk = self.talk.lock().unwrap_or_else(PoisonError::into_inner);
        talk.answered(frame);
        let mut hidden = self.hidden.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(at) = hidden.iter().position(|stream| *stream == frame.stream()) else {
            return false;
        };
        hidden.swap_remove(at);
        let is_applied = frame.is_applied();
        let counts = &self.shared.counts;
        counts.hidden.fetch_add(u64::from(is_applied), Relaxed);
        // One that was not applied tells nothing but that somebody else was first: it may come back.
        is_applied
    }
}

async fn there(
    link: &Link,
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut weather: watch::Receiver<Weather>,
) -> io::Result<()> {
    while let Some(frame) = Frame::read(&mut from).await? {
        match link.asked(&frame) {
            None => {}
            Some(Trap::Lose) => {
                link.shared.counts.lost.fetch_add(1, Relaxed);
                continue;
            }
            Some(Trap::Hide) => {
                let mut hidden = link.hidden.lock().unwrap_or_else(PoisonError::into_inner);
                hidden.push(frame.stream());
            }
            Some(Trap::Hold(tell)) => {
                let (_go_on, gone) = oneshot::channel();
                let from = link.from;
                // Nobody waits for it any more: it goes on at once.
                let _ = tell.send(Held { from, _go_on });
                let _ = timeout(HELD, gone).await;
            }
        }
        pass(link, &frame, &mut to, &mut weather).await?;
    }
    Ok(())
}

async fn back(
    link: &Link,
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut weather: watch::Receiver<Weather>,
) -> io::Result<()> {
    while let Some(frame) = Frame::read(&mut from).await? {
        if !link.answered(&frame) {
            pass(link, &frame, &mut to, &mut weather).await?;
        }
    }
    Ok(())
}

async fn pass(
    link: &Link,
    frame: &Frame,
    to: &mut OwnedWriteHalf,
    weather: &mut watch::Receiver<Weather>,
) -> io::Result<()> {
    let now = *weather.borrow_and_update();
    if now != Weather::Fair {
        link.touch();
    }
    match now {
        Weather::Fair | Weather::Cut => {}
        Weather::Slow(delay) => sleep(delay).await,
        Weather::Mute => {
            // An error: the proxies end.
            let _ = weather.wait_for(|now| *now != Weather::Mute).await;
        }
        Weather::Slices => {
            for byte in frame.0.chunks(1) {
                to.write_all(byte).await?;
                tokio::task::yield_now().await;
            }
            return Ok(());
        }
    }
    to.write_all(&frame.0).await
}
