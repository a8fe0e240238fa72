//! The web client, as it was taken into the binary (`build.rs`), or nothing.
//!
//! Its page says how the server lets people in, so that it is the same for everybody who asks by one name; all that it
//! loads is named by its content, and so never changes.

use std::{io::Write, sync::LazyLock};

use axum::http::{HeaderMap, HeaderValue, header};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};

use crate::{
    config::{Config, Mode, SignUp},
    http::Client,
    page::escaped,
};

include!(concat!(env!("OUT_DIR"), "/web.rs"));

/// What the page may do: run the script that it carries, known by its digest; load and run what this server serves beside
/// it, and speak with this server. Of scripts that would make HTML of text only Svelte's own templates are let through
/// (`{@html}` is not used; a lint holds that). Pictures may also be ones that the page itself holds, to be looked at before
/// they are sent. The second policy is for the addresses of its two workers.
pub static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    HeaderValue::try_from(policy(INDEX.unwrap_or_default()))
        .unwrap_or(HeaderValue::from_static("default-src 'none'"))
});

fn policy(page: &str) -> String {
    let carried = page
        .split_once("<script>")
        .and_then(|(_, rest)| rest.split_once("</script>"))
        .map(|(script, _)| format!(" 'sha256-{}'", STANDARD.encode(Sha256::digest(script))))
        .unwrap_or_default();
    format!(
        "default-src 'none'; script-src 'self'{carried}; style-src 'self'; img-src 'self' blob:; \
         media-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
         trusted-types svelte-trusted-html hearth-workers"
    )
}

/// One file, as it is and as it was compressed.
struct File {
    name: &'static str,
    plain: &'static [u8],
    gzip: Option<&'static [u8]>,
    brotli: Option<&'static [u8]>,
}

/// A file as it is to be sent.
#[derive(Debug, PartialEq, Eq)]
pub struct Sent {
    /// Its bytes.
    pub bytes: &'static [u8],
    /// How they are compressed.
    pub encoding: Option<&'static str>,
    /// What they are.
    pub kind: &'static str,
}

/// The client's page and its tag; `None` if the binary has no client.
pub fn index(config: &Config, client: &Client) -> Option<(String, String)> {
    let mode = match config.mode {
        Mode::Open => "open",
        Mode::Password => "password",
    };
    let signup = match config.signup {
        SignUp::Open => "open",
        SignUp::Invitation => "invitation",
        SignUp::Closed => "closed",
    };
    let http = format!("{}://{}", client.scheme, escaped(&client.host));
    let page = INDEX?
        .replace("{mode}", mode)
        .replace("{signup}", signup)
        .replace("{http}", &http);
    let tag = tag(page.as_bytes());
    Some((page, tag))
}

/// A page as it is sent to who takes it compressed; `None`: as it is. Some kilobytes, so it is done for each who asks.
pub fn gzipped(page: &str, headers: &HeaderMap) -> Option<Vec<u8>> {
    let mut small = GzEncoder::new(Vec::new(), Compression::best());
    takes(headers, "gzip")
        .then(|| {
            small
                .write_all(page.as_bytes())
                .and_then(|()| small.finish())
        })?
        .ok()
}

/// A file by its name, which is made from its content, compressed as the client takes it.
pub fn asset(name: &str, headers: &HeaderMap) -> Option<Sent> {
    find(FILES, name).map(|file| sent(file, headers))
}

/// A file that has one name for ever and stands beside the page: the service worker, and what says how to install it.
/// With its tag.
pub fn top(name: &str, headers: &HeaderMap) -> Option<(Sent, String)> {
    find(TOP, name).map(|file| (sent(file, headers), tag(file.plain)))
}

fn find(files: &'static [File], name: &str) -> Option<&'static File> {
    files.iter().find(|file| file.name == name)
}

/// What a browser asks with whether it has the newest.
fn tag(bytes: &[u8]) -> String {
    let hash = URL_SAFE_NO_PAD.encode(&Sha256::digest(bytes)[..12]);
    format!("\"{hash}\"")
}

fn sent(file: &File, headers: &HeaderMap) -> Sent {
    let kind = match file.name.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("webmanifest") => "application/manifest+json",
        _ => "application/octet-stream",
    };
    let compressed = [("br", file.brotli), ("gzip", file.gzip)];
    let taken = compressed.into_iter().find_map(|(encoding, bytes)| {
        bytes
            .filter(|_| takes(headers, encoding))
            .map(|bytes| (encoding, bytes))
    });
    match taken {
        Some((encoding, bytes)) => Sent {
            bytes,
            encoding: Some(encoding),
            kind,
        },
        None => Sent {
            bytes: file.plain,
            encoding: None,
            kind,
        },
    }
}

/// Whether the client takes this encoding: it names it, and not with a weight of nought.
fn takes(headers: &HeaderMap, encoding: &str) -> bool {
    let values = headers.get_all(header::ACCEPT_ENCODING);
    let mut named = values
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|one| one.trim().split(';').map(str::trim));
    named.any(|mut one| {
        let is_it = one
            .next()
            .is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        let is_nought = |weight: &str| {
            weight
                .strip_prefix("q=")
                .and_then(|q| q.parse::<f32>().ok())
                == Some(0.0)
        };
        is_it && !one.any(is_nought)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: File = File {
        name: "index-1.js",
        plain: b"plain",
        gzip: Some(b"gzip"),
        brotli: Some(b"brotli"),
    };

    fn encoding(accepted: &'static str) -> Option<&'static str> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(accepted));
        sent(&FILE, &headers).encoding
    }

    #[test]
    fn a_script_runs_if_it_is_the_one_that_the_page_carries() {
        let policy_of = |script: &str| policy(&format!("<head><script>{script}</script></head>"));
        assert!(policy("").contains("script-src 'self'; "));
        // The digest of `1`, as `printf 1 | openssl dgst -sha256 -binary | base64` says it.
        let one = "'sha256-a4ayc/80/OGda4BO/1o/V0etpOqiLx1JwB5S3beHW0s='";
        assert!(policy_of("1").contains(&format!("script-src 'self' {one}; ")));
        assert!(!policy_of("2").contains(one));
    }

    #[test]
    fn a_file_is_sent_in_the_smallest_form_that_the_client_takes() {
        assert_eq!(encoding("gzip, deflate, br, zstd"), Some("br"));
        assert_eq!(encoding("gzip;q=0.8, br;q=0"), Some("gzip"));
        assert_eq!(encoding("identity"), None);
        assert_eq!(encoding("brotli"), None);
        let none = sent(&FILE, &HeaderMap::new());
        let kind = "text/javascript; charset=utf-8";
        assert_eq!(
            none,
            Sent {
                bytes: b"plain",
                encoding: None,
                kind
            }
        );
    }

    #[test]
    fn what_is_not_there_is_not_served() {
        assert_eq!(asset("../index.html", &HeaderMap::new()), None);
    }

    #[tokio::test]
    async fn the_page_has_no_place_left_to_be_filled_and_its_tag_follows_it() {
        let (config, client) = (crate::app::App::for_test(), Client::for_test());
        let Some((page, tag)) = index(config.config(), &client) else {
            assert!(FILES.is_empty(), "files without a page");
            return;
        };
        for place in ["{mode}", "{signup}", "{http}"] {
            assert!(!page.contains(place), "{page}");
        }
        // What is filled in changes nothing of the script that it carries.
        assert_eq!(Ok(policy(&page).as_str()), POLICY.to_str().map_err(drop));
        let again = index(config.config(), &client).unwrap();
        assert_eq!(again.1, tag);
        assert!(
            FILES
                .iter()
                .any(|file| page.contains(&format!("/assets/{}", file.name)))
        );
    }
}
