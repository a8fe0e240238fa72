//! The accept loop: HTTP/1.1 on plain TCP, a bounded number of connections, small buffers, and time-outs against
//! whoever sends nothing.

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::Router;
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    select,
    sync::watch,
    time::{sleep, timeout},
};
use tower::ServiceExt;

/// How long a request's head may take, and how long a connection may wait for its next request. A proxy in front
/// should let go of idle connections a little earlier.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// How long the other end may take to acknowledge what was sent to it, or to make place for it, in milliseconds: the
/// kernel then ends the connection. hyper itself waits for ever on whoever asks and does not read the answer.
const UNREAD_MS: u32 = 30_000;
/// A request's head, in bytes, and hyper's buffers: they live only until a socket is upgraded.
const HEAD_BYTES_MAX: usize = 16 * 1024;
/// Connections that the kernel keeps while we are not accepting: a reconnecting crowd.
const BACKLOG: u32 = 4096;
/// How long requests under way may take once the server is told to stop.
const LAST_REQUESTS: Duration = Duration::from_secs(10);

/// One TCP connection. In each request's extensions.
#[derive(Debug, Clone)]
pub struct Connection {
    /// Unique as long as the server runs.
    pub id: u64,
    /// The other end: a client or a proxy. Never logged.
    pub peer: SocketAddr,
    /// Its place among the connections, free when the last clone is gone.
    #[expect(dead_code, reason = "held for its drop")]
    place: Arc<Place>,
}

#[cfg(test)]
impl Connection {
    /// A connection of which there is no other end.
    pub(crate) fn for_test() -> Self {
        let place = Arc::new(Place(Arc::new(AtomicUsize::new(1))));
        let peer = SocketAddr::from(([127, 0, 0, 1], 1));
        Self { id: 1, peer, place }
    }
}

#[derive(Debug)]
struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(taken: &Arc<AtomicUsize>, max: usize) -> Option<Arc<Self>> {
        if taken.fetch_add(1, Ordering::Relaxed) >= max {
            taken.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        metrics::gauge!("hearth_connections").increment(1.0);
        Some(Arc::new(Self(taken.clone())))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
        metrics::gauge!("hearth_connections").decrement(1.0);
    }
}

/// Opens the address.
///
/// # Errors
/// The address is in use, or not this machine's.
pub fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()
    } else {
        TcpSocket::new_v6()
    }?;
    // A restarted server takes its address back at once, also while old connections linger.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Accepts until `stop` says so, then closes the address, lets requests under way finish, and returns. Sockets that
/// were upgraded live on.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    connections_max: usize,
    mut stop: watch::Receiver<bool>,
) {
    let taken = Arc::new(AtomicUsize::new(0));
    let next = AtomicU64::new(1);
    // Each connection holds a receiver; `closed` tells when the last is gone.
    let requests = watch::Sender::new(());
    loop {
        let (stream, peer) = select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    refused(&error).await;
                    continue;
                }
            },
            () = told(&mut stop) => break,
        };
        let Some(place) = Place::take(&taken, connections_max) else {
            metrics::counter!("hearth_connections_refused_total").increment(1);
            continue;
        };
        // Without it a small frame waits for the acknowledgement of the one before.
        let _ = stream.set_nodelay(true);
        let _ = rustix::net::sockopt::set_tcp_user_timeout(&stream, UNREAD_MS);
        let connection = Connection {
            id: next.fetch_add(1, Ordering::Relaxed),
            peer,
            place,
        };
        let task = answer(stream, connection, router.clone(), stop.clone());
        let held = requests.subscribe();
        tokio::spawn(async move {
            task.await;
            drop(held);
        });
    }
    drop(listener);
    let _ = timeout(LAST_REQUESTS, requests.closed()).await;
}

async fn answer(
    stream: TcpStream,
    connection: Connection,
    router: Router,
    mut stop: watch::Receiver<bool>,
) {
    let id = connection.id;
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(connection.clone());
        router.clone().oneshot(request)
    });
    let http = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(HEAD_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut http = std::pin::pin!(http);
    let result = select! {
        result = http.as_mut() => Some(result),
        () = told(&mut stop) => None,
    };
    let result = match result {
        Some(result) => result,
        None => {
            http.as_mut().graceful_shutdown();
            http.await
        }
    };
    if let Err(error) = result {
        tracing::debug!(connection.id = id, %error, "connection ended");
    }
}

async fn told(stop: &mut watch::Receiver<bool>) {
    // An error means that the sender is gone, and with it the server.
    let _ = stop.wait_for(|stop| *stop).await;
}

/// What `accept` refuses is either one connection's fault, or all descriptors are in use: then a pause lets some go.
async fn refused(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    ) {
        tracing::error!(%error, "cannot accept connections; raise the limit of open files (ulimit -n)");
        sleep(Duration::from_millis(100)).await;
    }
}
