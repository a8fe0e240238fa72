//! An S3-compatible store in memory that speaks HTTP: PUT (also as a copy), GET with a range, HEAD, DELETE, and a list in
//! pages. What it does not know it refuses.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// So few that pages are met soon.
const PAGE: usize = 10;

#[derive(Default)]
struct Kept {
    objects: Mutex<BTreeMap<String, Vec<u8>>>,
    unsigned: AtomicBool,
}

/// The store. It ends with the test's runtime.
pub(crate) struct Endpoint {
    address: std::net::SocketAddr,
    kept: Arc<Kept>,
}

impl Endpoint {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let kept = Arc::new(Kept::default());
        let of = kept.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let kept = of.clone();
                tokio::spawn(async move {
                    let _ = serve(stream, kept).await;
                });
            }
        });
        Self { address, kept }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Of all objects, with their bucket.
    pub(crate) fn names(&self) -> Vec<String> {
        self.kept.objects.lock().unwrap().keys().cloned().collect()
    }

    #[allow(dead_code, reason = "not every test that takes this file asks")]
    pub(crate) fn is_signed(&self) -> bool {
        !self.kept.unsigned.load(Ordering::Relaxed)
    }
}

async fn serve(stream: TcpStream, kept: Arc<Kept>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let mut words = line.split_whitespace().map(str::to_owned);
        let (method, target) = (words.next().unwrap(), words.next().unwrap());
        let mut headers = BTreeMap::new();
        loop {
            let mut line = String::new();
            stream.read_line(&mut line).await?;
            let Some((name, value)) = line.trim_end().split_once(':') else {
                break;
            };
            headers.insert(name.to_lowercase(), value.trim().to_owned());
        }
        let length = headers
            .get("content-length")
            .map_or(0, |len| len.parse().unwrap());
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await?;
        let is_signed = headers
            .get("authorization")
            .is_some_and(|value| value.starts_with("AWS4-HMAC-SHA256"));
        kept.unsigned.fetch_or(!is_signed, Ordering::Relaxed);
        let (status, more, answer) = answer(&kept, &method, &target, &headers, body);
        let length = match method.as_str() {
            "HEAD" => String::new(),
            _ => format!("content-length: {}\r\n", answer.len()),
        };
        let head = format!("HTTP/1.1 {status} x\r\n{length}{more}\r\n");
        stream.write_all(head.as_bytes()).await?;
        if method != "HEAD" {
            stream.write_all(&answer).await?;
        }
        stream.flush().await?;
    }
}

const STAMP: &str = "last-modified: Mon, 01 Jan 2024 00:00:00 GMT\r\netag: \"e\"\r\n";

fn answer(
    kept: &Kept,
    method: &str,
    target: &str,
    headers: &BTreeMap<String, String>,
    body: Vec<u8>,
) -> (u16, String, Vec<u8>) {
    let mut objects = kept.objects.lock().unwrap();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let name = path.trim_start_matches('/').to_owned();
    let missing = || {
        let text = "<Error><Code>NoSuchKey</Code></Error>";
        (404, String::new(), text.as_bytes().to_vec())
    };
    match method {
        "PUT" => match headers.get("x-amz-copy-source") {
            None => {
                objects.insert(name, body);
                (200, STAMP.into(), Vec::new())
            }
            Some(source) => {
                let Some(object) = objects.get(source.trim_start_matches('/')).cloned() else {
                    return missing();
                };
                objects.insert(name, object);
                let text = "<CopyObjectResult><ETag>\"e\"</ETag><LastModified>2024-01-01T00:00:00.000Z</LastModified></CopyObjectResult>";
                (200, String::new(), text.as_bytes().to_vec())
            }
        },
        "GET" if query.contains("list-type=2") => list(&objects, &name, query),
        "GET" | "HEAD" => {
            let Some(object) = objects.get(&name) else {
                return missing();
            };
            match headers
                .get("range")
                .and_then(|range| range.strip_prefix("bytes="))
            {
                None => {
                    let more = match method {
                        "HEAD" => format!("content-length: {}\r\n{STAMP}", object.len()),
                        _ => STAMP.into(),
                    };
                    (200, more, object.clone())
                }
                Some(range) => {
                    let (from, to) = range.split_once('-').unwrap();
                    let from: usize = from.parse().unwrap();
                    let to = to.parse::<usize>().unwrap().min(object.len() - 1);
                    let more = format!(
                        "content-range: bytes {from}-{to}/{}\r\n{STAMP}",
                        object.len()
                    );
                    (206, more, object[from..=to].to_vec())
                }
            }
        }
        "DELETE" => {
            objects.remove(&name);
            (204, String::new(), Vec::new())
        }
        _ => (501, String::new(), Vec::new()),
    }
}

fn list(objects: &BTreeMap<String, Vec<u8>>, bucket: &str, query: &str) -> (u16, String, Vec<u8>) {
    let plain = |text: &str| text.replace("%2F", "/").replace("%2f", "/");
    let of = |key: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs
            .find(|(name, _)| *name == key)
            .map(|(_, value)| plain(value))
    };
    let bucket = format!("{}/", bucket.trim_end_matches('/'));
    let (prefix, after) = (of("prefix").unwrap_or_default(), of("continuation-token"));
    let all: Vec<_> = objects
        .iter()
        .filter_map(|(name, object)| Some((name.strip_prefix(&bucket)?, object)))
        .filter(|(name, _)| name.starts_with(&prefix))
        .filter(|(name, _)| after.as_deref().is_none_or(|after| *name > after))
        .collect();
    let mut text = String::from("<ListBucketResult>");
    for (name, object) in all.iter().take(PAGE) {
        text.push_str(&format!(
            "<Contents><Key>{name}</Key><LastModified>2024-01-01T00:00:00.000Z</LastModified><ETag>\"e\"</ETag><Size>{}</Size></Contents>",
            object.len()
        ));
    }
    if all.len() > PAGE {
        text.push_str(&format!(
            "<IsTruncated>true</IsTruncated><NextContinuationToken>{}</NextContinuationToken>",
            all[PAGE - 1].0
        ));
    }
    text.push_str("</ListBucketResult>");
    (200, String::new(), text.into_bytes())
}
