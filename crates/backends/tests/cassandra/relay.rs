//! A way to a node that breaks off: all connections at once, at one request of all that go through, and none after.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use tokio::{
    io::{self, AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};

/// The native protocol's frames: version, flags, stream, opcode, and how long the body is.
const HEADER_BYTES: usize = 9;

pub(crate) struct Relay {
    pub(crate) address: SocketAddr,
    requests: Arc<AtomicU64>,
    accepting: JoinHandle<()>,
}

impl Relay {
    /// To the node, until it has carried so many requests.
    pub(crate) async fn to(node: String, breaks_at: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(AtomicU64::new(0));
        let counted = requests.clone();
        let (broken, _) = watch::channel(false);
        let broken = Arc::new(broken);
        let accepting = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (node, counted, broken) = (node.clone(), counted.clone(), broken.clone());
                tokio::spawn(async move {
                    let Ok(node) = TcpStream::connect(node).await else {
                        return;
                    };
                    let mut end = broken.subscribe();
                    tokio::select! {
                        _ = carry(client, node, &counted, breaks_at) => {}
                        _ = end.changed() => {}
                    }
                    if counted.load(Relaxed) >= breaks_at && !*broken.borrow() {
                        broken.send_replace(true);
                    }
                });
            }
        });
        Self {
            address,
            requests,
            accepting,
        }
    }

    /// Whether the request at which it breaks came.
    pub(crate) fn has_broken(&self, breaks_at: u64) -> bool {
        self.requests.load(Relaxed) >= breaks_at
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Until either side ends it, or the request comes that is not to get through.
async fn carry(
    client: TcpStream,
    node: TcpStream,
    counted: &AtomicU64,
    breaks_at: u64,
) -> io::Result<()> {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_node, mut to_node) = node.into_split();
    let requests = async {
        loop {
            let mut frame = vec![0; HEADER_BYTES];
            from_client.read_exact(&mut frame).await?;
            let [.., a, b, c, d] = frame[..] else {
                unreachable!("a header is longer");
            };
            let length = u32::from_be_bytes([a, b, c, d]) as usize;
            frame.resize(HEADER_BYTES + length, 0);
            from_client.read_exact(&mut frame[HEADER_BYTES..]).await?;
            if counted.fetch_add(1, Relaxed) + 1 == breaks_at {
                return Ok(());
            }
            to_node.write_all(&frame).await?;
        }
    };
    tokio::select! {
        ended = requests => ended,
        ended = io::copy(&mut from_node, &mut to_client) => ended.map(drop),
    }
}
