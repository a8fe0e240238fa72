//! A small HTTP client for JSON calls: one deadline per call, answers of a bounded size.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::{Method, Request, StatusCode, header};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::Value;

/// How long one call may take.
const CALL: Duration = Duration::from_secs(15);
/// The largest answer that is read.
const ANSWER_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Where a server is reached: `host:port`, from any of `http://…`, `ws://…` or bare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// `host:port`.
    pub(crate) authority: String,
}

impl Place {
    /// Reads an address as it is typed.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        let rest = match text.split_once("://") {
            Some(("http" | "ws", rest)) => rest,
            Some((scheme, _)) => bail!("{scheme}:// is not spoken here; use http://HOST:PORT"),
            None => text,
        };
        let authority = rest.split('/').next().unwrap_or_default();
        if authority.is_empty() || authority.contains(char::is_whitespace) {
            bail!("{text:?} is no address; use http://HOST:PORT");
        }
        let has_port = authority
            .rsplit_once(':')
            .is_some_and(|(_, port)| port.parse::<u16>().is_ok());
        let authority = if has_port {
            authority.to_owned()
        } else {
            format!("{authority}:80")
        };
        Ok(Self { authority })
    }
}

/// Who calls, and under which key a repeated call is the same call.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Said<'a> {
    /// The token of a sign-in.
    pub(crate) token: Option<&'a str>,
    /// The `Idempotency-Key`.
    pub(crate) key: Option<&'a str>,
}

/// When to try again, in milliseconds, by an error's body: 0 where it does not say.
pub(crate) fn told_ms(answer: &Value) -> u64 {
    answer["retry_after_ms"].as_u64().unwrap_or(0)
}

/// The client. Clones share its connections.
#[derive(Debug, Clone)]
pub(crate) struct Http {
    client: Client<HttpConnector, Full<Bytes>>,
}

impl Http {
    pub(crate) fn new() -> Self {
        let client = Client::builder(TokioExecutor::new()).build_http();
        Self { client }
    }

    /// Posts JSON. The answer's body is `Null` if it is no JSON.
    pub(crate) async fn post(
        &self,
        place: &Place,
        path: &str,
        body: &Value,
    ) -> Result<(StatusCode, Value)> {
        self.call(place, path, &Said::default(), Some(body)).await
    }

    /// Posts JSON, or gets with no body; the answer's body is `Null` if it is no JSON.
    pub(crate) async fn call(
        &self,
        place: &Place,
        path: &str,
        said: &Said<'_>,
        body: Option<&Value>,
    ) -> Result<(StatusCode, Value)> {
        let method = if body.is_some() {
            Method::POST
        } else {
            Method::GET
        };
        let mut request = Request::builder()
            .method(&method)
            .uri(format!("http://{}{path}", place.authority));
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        if let Some(token) = said.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        if let Some(key) = said.key {
            request = request.header("Idempotency-Key", key);
        }
        let bytes = body.map(|body| Bytes::from(body.to_string()));
        let request = request.body(Full::new(bytes.unwrap_or_default()))?;
        let call = async {
            let answer = self.client.request(request).await?;
            let status = answer.status();
            let body = Limited::new(answer.into_body(), ANSWER_BYTES_MAX)
                .collect()
                .await
                .map_err(|e| anyhow::anyhow!("{e}"))?
                .to_bytes();
            anyhow::Ok((status, serde_json::from_slice(&body).unwrap_or(Value::Null)))
        };
        tokio::time::timeout(CALL, call)
            .await
            .context("no answer in time")?
            .with_context(|| format!("{method} {path} at {}", place.authority))
    }

    /// Gets a text; any other status than 200 is an error.
    pub(crate) async fn get_text(&self, place: &Place, path: &str) -> Result<String> {
        let request =
            Request::get(format!("http://{}{path}", place.authority)).body(Full::default())?;
        let call = async {
            let answer = self.client.request(request).await?;
            anyhow::ensure!(
                answer.status() == StatusCode::OK,
                "answered {}",
                answer.status()
            );
            let body = Limited::new(answer.into_body(), ANSWER_BYTES_MAX)
                .collect()
                .await
                .map_err(|e| anyhow::anyhow!("{e}"))?
                .to_bytes();
            anyhow::Ok(String::from_utf8_lossy(&body).into_owned())
        };
        tokio::time::timeout(CALL, call)
            .await
            .context("no answer in time")?
            .with_context(|| format!("GET {path} at {}", place.authority))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_they_are_typed() {
        let authority = |text| Place::parse(text).map(|p| p.authority).ok();
        let read = Some("127.0.0.1:8080".to_owned());
        assert_eq!(authority("http://127.0.0.1:8080"), read);
        assert_eq!(authority("ws://127.0.0.1:8080/ws"), read);
        assert_eq!(authority("127.0.0.1:8080/"), read);
        assert_eq!(authority("http://localhost"), Some("localhost:80".into()));
        assert_eq!(authority("https://localhost"), None);
        assert_eq!(authority("http://"), None);
    }
}
