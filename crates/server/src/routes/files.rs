//! `/files/{file}` and `/avatars/{avatar}/{side}`: files on their way out.
//!
//! Promises: whoever is given a file may read its message now. Whatever it is, it runs nothing and reaches nothing: its
//! type is that of its content, which no browser guesses again; it has a policy that lets nothing in and a sandbox
//! without an origin; and all but pictures, sounds and films is to be kept, not shown. A file takes two pieces of memory
//! on its way, however large it is.

use axum::{
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures_util::stream;
use hearth_core::{Refusal, files::StoredFile};
use hearth_protocol::{ErrorCode, FileId};
use tokio::sync::OwnedSemaphorePermit;

use super::api::v1::uploads::are_on;
use crate::{
    app::App,
    http::{Answer, ApiError, Caller},
    pictures::is_shown,
};

/// What is read of a file at once.
const PIECE_BYTES: u64 = 256 * 1024;
/// Nothing may be loaded, and what stands in it has no origin.
const POLICY: &str = "default-src 'none'; sandbox";
/// What is at an address never becomes anything else; no cache but the reader's own may keep it.
const CACHE: &str = "private, max-age=31536000, immutable";

fn no_file() -> ApiError {
    ApiError::new(
        ErrorCode::NotFound,
        "There is no such file, or its message was deleted.",
    )
}

/// A file of a message.
pub async fn file(
    State(app): State<App>,
    Caller(user): Caller,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> Answer<Response> {
    are_on(&app)?;
    let id: FileId = file.parse().map_err(|_| no_file())?;
    let file = app.node().file_for(&user, id).await?;
    let etag = format!("\"{id}\"");
    if is_known(&headers, &etag) {
        return Ok(dressed(StatusCode::NOT_MODIFIED, "", &etag, Body::empty()));
    }
    let Some(place) = app.deliver() else {
        let text = "Many files are on their way out. Ask again in a moment.";
        return Err(Refusal::new(ErrorCode::Busy, text)
            .retry_after(1_000)
            .into());
    };
    let range = headers
        .get(header::RANGE)
        .and_then(|range| range.to_str().ok());
    let (status, from, to) = match range.and_then(|range| asked(range, file.size)) {
        None => (StatusCode::OK, 0, file.size),
        Some(Some((from, to))) => (StatusCode::PARTIAL_CONTENT, from, to),
        Some(None) => {
            let none = StatusCode::RANGE_NOT_SATISFIABLE;
            let mut response = dressed(none, "", &etag, Body::empty());
            set(
                &mut response,
                header::CONTENT_RANGE,
                &format!("bytes */{}", file.size),
            );
            return Ok(response);
        }
    };
    let (media_type, size) = (file.r#type.clone(), file.size);
    let disposition = disposition(&media_type, &file.name);
    // The first piece before the answer: what cannot be read is an error, and not a file that breaks off.
    let first = app
        .node()
        .read_file(&file, from, PIECE_BYTES.min(to - from))
        .await?;
    let pieces = pieces(app, file, from, to, first, place);
    let mut response = dressed(status, &media_type, &etag, pieces);
    set(&mut response, header::CONTENT_DISPOSITION, &disposition);
    set(
        &mut response,
        header::CONTENT_LENGTH,
        &(to - from).to_string(),
    );
    set(&mut response, header::ACCEPT_RANGES, "bytes");
    if status == StatusCode::PARTIAL_CONTENT {
        let range = format!("bytes {from}-{}/{size}", to - 1);
        set(&mut response, header::CONTENT_RANGE, &range);
    }
    Ok(response)
}

/// A picture of a message, in small.
pub async fn thumb(
    State(app): State<App>,
    Caller(user): Caller,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> Answer<Response> {
    are_on(&app)?;
    let id: FileId = file.parse().map_err(|_| no_file())?;
    let file = app.node().file_for(&user, id).await?;
    let etag = format!("\"{id}-thumb\"");
    if is_known(&headers, &etag) {
        return Ok(dressed(StatusCode::NOT_MODIFIED, "", &etag, Body::empty()));
    }
    let bytes = app.node().read_thumb(&file).await?;
    Ok(dressed(StatusCode::OK, "image/jpeg", &etag, bytes.into()))
}

/// An avatar, for whoever is logged in.
pub async fn avatar(
    State(app): State<App>,
    Caller(_asking): Caller,
    Path((avatar, side)): Path<(String, String)>,
    headers: HeaderMap,
) -> Answer<Response> {
    are_on(&app)?;
    let (Ok(id), Ok(side)) = (avatar.parse::<FileId>(), side.parse::<u32>()) else {
        return Err(no_file());
    };
    let etag = format!("\"{id}-{side}\"");
    if is_known(&headers, &etag) {
        return Ok(dressed(StatusCode::NOT_MODIFIED, "", &etag, Body::empty()));
    }
    let (media_type, bytes) = app.node().read_avatar(id, side).await?;
    Ok(dressed(StatusCode::OK, &media_type, &etag, bytes.into()))
}

fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok());
    known.is_some_and(|known| known.split(',').any(|one| one.trim() == etag))
}

fn dressed(status: StatusCode, media_type: &str, etag: &str, body: Body) -> Response {
    let mut response = (status, body).into_response();
    response.headers_mut().remove(header::CONTENT_TYPE);
    if !media_type.is_empty() {
        let media_type = match media_type {
            "text/plain" => "text/plain; charset=utf-8",
            other => other,
        };
        set(&mut response, header::CONTENT_TYPE, media_type);
    }
    set(&mut response, header::CONTENT_SECURITY_POLICY, POLICY);
    set(&mut response, header::CACHE_CONTROL, CACHE);
    set(&mut response, header::ETAG, etag);
    let resource_policy = HeaderName::from_static("cross-origin-resource-policy");
    set(&mut response, resource_policy, "same-origin");
    response
}

/// Where a value is no header's, there is no header: none of them is made of what a person wrote but a file's name, which
/// is escaped.
fn set(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// Whether it is shown or kept, and under which name (RFC 6266, RFC 8187).
fn disposition(media_type: &str, name: &str) -> String {
    let how = match is_shown(media_type) {
        true => "inline",
        false => "attachment",
    };
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || "-_. ".contains(c) {
                c
            } else {
                '_'
            }
        })
        .collect();
    let mut escaped = String::new();
    for byte in name.bytes() {
        match byte {
            b'-' | b'_' | b'.' => escaped.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => escaped.push(char::from(byte)),
            byte => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    format!("{how}; filename=\"{plain}\"; filename*=UTF-8''{escaped}")
}

/// The part that is asked for, end excluded; `Some(None)` if there is no such part, `None` for what is to be ignored
/// (another unit, several parts).
fn asked(range: &str, size: u64) -> Option<Option<(u64, u64)>> {
    let (first, last) = range.trim().strip_prefix("bytes=")?.split_once('-')?;
    let number = |text: &str| text.trim().parse::<u64>().ok();
    let (from, to) = match (first.trim(), last.trim()) {
        ("", last) => (size.saturating_sub(number(last)?), size),
        (first, "") => (number(first)?, size),
        (first, last) => (number(first)?, number(last)?.saturating_add(1).min(size)),
    };
    Some((from < to).then_some((from, to)))
}

/// The pieces of a file, each read when the one before is on its way.
fn pieces(
    app: App,
    file: StoredFile,
    from: u64,
    to: u64,
    first: Bytes,
    place: OwnedSemaphorePermit,
) -> Body {
    let state = (app, file, from, Some(first), place);
    Body::from_stream(stream::try_unfold(
        state,
        move |(app, file, at, first, place)| async move {
            if at >= to {
                return Ok(None);
            }
            let piece = match first {
                Some(first) => first,
                None => {
                    let most = PIECE_BYTES.min(to - at);
                    app.node().read_file(&file, at, most).await?
                }
            };
            let next = at + piece.len() as u64;
            Ok::<_, Refusal>(Some((piece, (app, file, next, None, place))))
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_within_the_file_or_none() {
        let table = [
            ("bytes=0-0", Some(Some((0, 1)))),
            ("bytes=0-99", Some(Some((0, 10)))),
            ("bytes=4-", Some(Some((4, 10)))),
            ("bytes=-3", Some(Some((7, 10)))),
            ("bytes=-99", Some(Some((0, 10)))),
            ("bytes=10-", Some(None)),
            ("bytes=7-3", Some(None)),
            ("bytes=-0", Some(None)),
            ("bytes=0-1,4-5", None),
            ("lines=0-1", None),
            ("bytes=a-b", None),
        ];
        for (range, expected) in table {
            assert_eq!(asked(range, 10), expected, "{range}");
        }
    }

    #[test]
    fn only_what_runs_nothing_is_shown_and_a_name_is_no_header() {
        assert_eq!(
            disposition("image/png", "soup \"1\".png"),
            "inline; filename=\"soup _1_.png\"; filename*=UTF-8''soup%20%221%22.png"
        );
        assert!(disposition("text/plain", "a.svg").starts_with("attachment;"));
        assert!(disposition("application/pdf", "\u{e4}.pdf").ends_with("UTF-8''%C3%A4.pdf"));
    }
}
