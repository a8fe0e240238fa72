//! Our own pages: no script, nothing from a third party, and headers that hold the browser to that.

use std::{fmt::Write, sync::LazyLock};

use axum::{
    http::{HeaderValue, header},
    response::Response,
};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use sha2::{Digest, Sha256};

const STYLE: &str = include_str!("page.css");
const WELCOME: &str = include_str!("welcome.html");

/// Nothing may be loaded or run but the style that the page carries, known by its digest.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let digest = BASE64.encode(Sha256::digest(STYLE));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
});

/// Adds the headers of a page.
pub fn secured(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(header::CONTENT_SECURITY_POLICY, POLICY.clone());
    response
}

/// A whole page around its body, which is HTML.
pub fn whole(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{}</title>\n<style>{STYLE}</style>\n</head>\n\
         <body>\n<main>\n{body}</main>\n</body>\n</html>\n",
        escaped(title)
    )
}

/// The page at `/`.
pub fn welcome(scheme: &str, host: &str) -> String {
    let host = escaped(host);
    whole(
        "Hearth",
        &WELCOME
            .replace("{http}", &format!("{scheme}://{host}"))
            .replace("{host}", &host),
    )
}

/// Text as HTML shows it.
pub fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c if c.is_control() && c != '\n' => {
                let _ = write!(html, "&#{};", 0xFFFD);
            }
            c => html.push(c),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_cannot_bring_markup_into_the_page() {
        let page = welcome("http", "<script>alert(1)</script>\"'");
        assert!(!page.contains("<script"), "{page}");
        assert!(page.contains("&lt;script&gt;"));
    }

    #[test]
    fn the_page_names_no_third_party() {
        let page = welcome("http", "chat.example");
        for (at, _) in page.match_indices("://") {
            assert!(
                page[at..].starts_with("://chat.example"),
                "{}",
                &page[at.saturating_sub(8)..at + 20]
            );
        }
        assert!(!page.contains("{http}") && !page.contains("{host}"));
    }

    #[test]
    fn the_policy_knows_the_style() {
        let policy = POLICY.to_str().unwrap();
        assert!(
            policy.starts_with("default-src 'none'; style-src 'sha256-"),
            "{policy}"
        );
    }
}
