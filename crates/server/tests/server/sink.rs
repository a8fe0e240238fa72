//! Whoever is told by a webhook: a receiver on this machine that answers as it is told.

use std::sync::{
    Arc,
    atomic::{AtomicU16, Ordering},
};

use axum::{
    Router,
    body::Bytes,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use serde_json::Value;
use tokio::{
    net::TcpListener,
    sync::mpsc::{UnboundedReceiver, unbounded_channel},
    task::JoinHandle,
    time::timeout,
};

use crate::world::LONG;

/// A post.
#[derive(Debug)]
pub(crate) struct Post {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Post {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn seq(&self) -> u64 {
        self.json()["seq"].as_u64().unwrap()
    }
}

pub(crate) struct Sink {
    pub(crate) url: String,
    posts: UnboundedReceiver<Post>,
    status: Arc<AtomicU16>,
    task: JoinHandle<()>,
}

impl Sink {
    pub(crate) async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/told", listener.local_addr().unwrap());
        let (told, posts) = unbounded_channel();
        let status = Arc::new(AtomicU16::new(200));
        let answers = status.clone();
        let take = move |headers: HeaderMap, body: Bytes| {
            let status = answers.load(Ordering::Relaxed);
            // Nobody may listen any more.
            let _ = told.send(Post { headers, body });
            async move { StatusCode::from_u16(status).unwrap() }
        };
        let router = Router::new().route("/told", post(take));
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            url,
            posts,
            status,
            task,
        }
    }

    /// From now on it answers so.
    pub(crate) fn answer(&self, status: u16) {
        self.status.store(status, Ordering::Relaxed);
    }

    /// What is posted next: where a server died, after its lease is over and another has looked.
    pub(crate) async fn next(&mut self) -> Post {
        let post = timeout(2 * LONG, self.posts.recv()).await;
        post.expect("nothing was posted in time").unwrap()
    }

    /// Everything that is posted, until an event of this number is.
    pub(crate) async fn until(&mut self, seq: u64) -> Vec<u64> {
        let mut seqs = Vec::new();
        while seqs.last() != Some(&seq) {
            seqs.push(self.next().await.seq());
        }
        seqs
    }

    /// Whether nothing was posted that was not taken out.
    #[allow(dead_code, reason = "not every suite asks")]
    pub(crate) fn is_empty(&self) -> bool {
        self.posts.is_empty()
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.task.abort();
    }
}
