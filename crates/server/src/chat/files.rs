//! Files of this machine to the server and back, part by part.

use std::path::Path;

use anyhow::{Context, bail};
use bytes::Bytes;
use hearth_protocol::{Attachment, Body, FileId, RoomId};
use hyper::Method;
use serde_json::{Value, json};
use tokio::{
    fs::{File, OpenOptions},
    io::{AsyncReadExt, AsyncWriteExt},
};

use super::wire::Wire;

/// How often a part is tried whose answer did not come.
const TRIES: usize = 3;

/// Uploads a file and sends it with a message, at once or at a time.
pub(super) async fn attach(
    wire: &Wire,
    room: RoomId,
    (path, alt): (&str, &str),
    (message, at_ms): (&Body, Option<u64>),
) -> anyhow::Result<(u16, Value)> {
    let file = File::open(path).await.with_context(|| path.to_owned())?;
    let size = file.metadata().await?.len();
    let name = Path::new(path).file_name().unwrap_or_default();
    let body = json!({ "room": room, "name": name.to_string_lossy(), "size": size });
    let begun = wire.call(Method::POST, "/api/v1/uploads", Some(&body));
    let (status, upload) = begun.await?;
    if status != 201 {
        return Ok((status, upload));
    }
    let id = upload["id"].as_str().unwrap_or_default();
    let id: FileId = id.parse().context("the server's answer has no id")?;
    let part_bytes = upload["part_bytes"].as_u64().unwrap_or_default();
    let message = with_file(message, Attachment::of(id, alt))?;
    let sent = match put(wire, id, (file, size, part_bytes)).await? {
        (200, _) => send(wire, room, (message, at_ms)).await?,
        refused => refused,
    };
    if !(200..300).contains(&sent.0) {
        // Nobody refers to it: it need not take its place for a day. If that is not heard, it goes by itself.
        let path = format!("/api/v1/uploads/{id}");
        let _ = wire.call(Method::DELETE, &path, None).await;
    }
    Ok(sent)
}

fn with_file(message: &Body, file: Attachment) -> anyhow::Result<Body> {
    let mut message = message.clone();
    let Body::Message { attachments, .. } = &mut message else {
        bail!("only a message brings a file");
    };
    *attachments = Box::new([file]);
    Ok(message)
}

async fn send(
    wire: &Wire,
    room: RoomId,
    (body, at_ms): (Body, Option<u64>),
) -> anyhow::Result<(u16, Value)> {
    let Some(at_ms) = at_ms else {
        let path = format!("/api/v1/rooms/{room}/events");
        let body = json!({ "body": body });
        return wire.call(Method::POST, &path, Some(&body)).await;
    };
    let Body::Message {
        text,
        reply_to,
        mentions,
        attachments,
        thread,
        ..
    } = &body
    else {
        bail!("only a message is sent later");
    };
    let later = json!({
        "room": room,
        "at_ms": at_ms,
        "text": text,
        "reply_to": reply_to,
        "mentions": mentions,
        "attachments": attachments,
        "thread": thread.as_ref().map(|thread| thread.root),
    });
    wire.call(Method::POST, "/api/v1/scheduled", Some(&later))
        .await
}

/// Puts a file's parts.
async fn put(
    wire: &Wire,
    id: FileId,
    (mut file, size, part_bytes): (File, u64, u64),
) -> anyhow::Result<(u16, Value)> {
    let mut offset = 0;
    while offset < size {
        let length = part_bytes.min(size - offset);
        let mut part = vec![0; usize::try_from(length)?];
        file.read_exact(&mut part).await?;
        let path = format!("/api/v1/uploads/{id}?offset={offset}");
        let (status, answer) = patiently(wire, &path, part.into()).await?;
        if status != 200 {
            return Ok((status, answer));
        }
        offset += length;
    }
    Ok((200, Value::Null))
}

/// A part that is there already is answered alike, so one whose answer did not come is put again.
async fn patiently(wire: &Wire, path: &str, part: Bytes) -> anyhow::Result<(u16, Value)> {
    let mut tries = 1;
    loop {
        match wire.put(path, part.clone()).await {
            Err(_) if tries < TRIES => tries += 1,
            answered => return answered,
        }
    }
}

/// Keeps a file on this machine; what is there already stays.
pub(super) async fn save(wire: &Wire, id: FileId, path: &str) -> anyhow::Result<(u16, Value)> {
    let address = format!("/files/{id}");
    let (mut status, mut bytes) = wire.piece(&address, 0).await?;
    if status != 206 {
        return Ok((
            status,
            serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        ));
    }
    let mut file = create(path).await?;
    let mut at = 0;
    while status == 206 {
        file.write_all(&bytes).await?;
        at += bytes.len() as u64;
        (status, bytes) = wire.piece(&address, at).await?;
    }
    file.sync_all().await?;
    match status {
        // There is nothing behind its end.
        416 => Ok((200, Value::Null)),
        status => Ok((status, Value::Null)),
    }
}

async fn create(path: &str) -> anyhow::Result<File> {
    let mut options = OpenOptions::new();
    let file = options.write(true).create_new(true).open(path).await;
    file.with_context(|| format!("{path} cannot be written"))
}

/// Keeps a picture on this machine, in the larger size; what is there already stays.
pub(super) async fn save_avatar(
    wire: &Wire,
    id: FileId,
    path: &str,
) -> anyhow::Result<(u16, Value)> {
    let (status, bytes) = wire.bytes(&format!("/avatars/{id}/256")).await?;
    if status == 200 {
        let mut file = create(path).await?;
        file.write_all(&bytes).await?;
        file.sync_all().await?;
    }
    Ok((status, Value::Null))
}

/// Gives oneself or a room a picture, or takes it away.
pub(super) async fn avatar(
    wire: &Wire,
    room: Option<RoomId>,
    file: Option<&str>,
) -> anyhow::Result<(u16, Value)> {
    let path = match room {
        Some(room) => format!("/api/v1/rooms/{room}/avatar"),
        None => "/api/v1/me/avatar".to_owned(),
    };
    match file {
        Some(file) => {
            let bytes = tokio::fs::read(file).await;
            wire.put(&path, bytes.with_context(|| file.to_owned())?.into())
                .await
        }
        None => wire.call(Method::DELETE, &path, None).await,
    }
}
