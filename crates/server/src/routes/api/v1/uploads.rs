//! `/api/v1/uploads`: files on their way in, part by part. What came is kept in the store and in the place for files, so
//! an upload goes on at any server.

use axum::{
    Json,
    extract::{FromRequestParts, Path, State},
    http::{HeaderMap, StatusCode, header, request::Parts},
};
use bytes::Bytes;
use hearth_core::{
    Refusal,
    files::{Stage, StoredFile},
    node::Measured,
};
use hearth_protocol::{ErrorCode, FileId, RoomId, User, bounds::CHUNK_BYTES};
use serde::{Deserialize, Serialize};
use tokio::sync::OwnedSemaphorePermit;
use utoipa::{IntoParams, ToSchema};

use crate::{
    app::App,
    http::{Answer, ApiError, Body, Caller, Params, Raw, idempotency_key},
    pictures::{HEAD_BYTES, PICTURE_BYTES_MAX, media_type},
    routes::api::schema,
};

/// A piece of a file that is read at once, to look at it.
const PIECE_BYTES: u64 = CHUNK_BYTES as u64;

/// A file that is to come.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewUpload {
    /// The room into which it will be sent.
    #[schema(value_type = Uuid)]
    room: RoomId,
    /// What it is called.
    name: String,
    /// How many bytes it has.
    size: u64,
}

/// An upload as it stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct Upload {
    /// By which it is gone on with, and by which a message names it.
    #[schema(value_type = Uuid)]
    id: FileId,
    /// The room into which it can be sent.
    #[schema(value_type = Option<Uuid>)]
    room: Option<RoomId>,
    /// What it is called from now on.
    name: String,
    /// How many bytes it has.
    size: u64,
    /// How many have come: where the next part begins.
    offset: u64,
    /// How many bytes each part has, but the last.
    part_bytes: u64,
    /// Whether it is whole, and a message can bring it along.
    whole: bool,
    /// Its media type, by its content, once it is whole.
    #[serde(rename = "type", skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    media_type: String,
    /// A picture's width in pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<u32>,
    /// A picture's height.
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<u32>,
}

impl From<StoredFile> for Upload {
    fn from(file: StoredFile) -> Self {
        Self {
            id: file.id,
            room: file.room,
            offset: file.received(),
            part_bytes: CHUNK_BYTES as u64,
            whole: file.stage != Stage::Open,
            name: file.name,
            size: file.size,
            media_type: file.r#type,
            width: file.pixels.map(|(width, _)| width),
            height: file.pixels.map(|(_, height)| height),
        }
    }
}

/// A place for bytes on their way in, asked for before any of them is read: for as many megabytes as are announced, or
/// for so many at most.
pub struct Place<const MEGABYTES_MAX: u32>(
    #[expect(dead_code, reason = "held for its drop")] OwnedSemaphorePermit,
);

impl<const MEGABYTES_MAX: u32> FromRequestParts<App> for Place<MEGABYTES_MAX> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        are_on(app)?;
        let announced = parts
            .headers
            .get(header::CONTENT_LENGTH)
            .and_then(|length| length.to_str().ok()?.parse::<u64>().ok())
            .and_then(|bytes| u32::try_from(bytes.div_ceil(1 << 20)).ok());
        let megabytes = announced.unwrap_or(MEGABYTES_MAX).clamp(1, MEGABYTES_MAX);
        app.take_in(megabytes).map(Self).ok_or_else(|| {
            let text = "Many files are on their way in. Send the same again in a moment.";
            Refusal::new(ErrorCode::Busy, text)
                .retry_after(1_000)
                .into()
        })
    }
}

/// Whether there is a place for files.
///
/// # Errors
/// 501, with what helps.
pub fn are_on(app: &App) -> Answer<()> {
    match app.node().file_bounds() {
        Some(_) => Ok(()),
        None => Err(ApiError::new(
            ErrorCode::Unavailable,
            "This server has no place for files, so there are no attachments and no avatars. Its operator can name one \
             (`files`).",
        )
        .named("files are off")
        .status(StatusCode::NOT_IMPLEMENTED)),
    }
}

fn upload_id(text: &str) -> Answer<FileId> {
    text.parse()
        .map_err(|_| ApiError::new(ErrorCode::NotFound, "There is no upload of this id."))
}

/// Begins an upload.
#[utoipa::path(
    post, path = "/api/v1/uploads", request_body = NewUpload, tag = "files",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key again answers the same upload")),
    responses(
        (status = 201, description = "The upload", body = Upload),
        (status = 400, description = "A field does not fit, or the key began another upload", body = schema::Error),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Not a member", body = schema::Error),
        (status = 404, description = "There is no such room", body = schema::Error),
        (status = 409, description = "No place left for you or for the room, or the room is archived", body = schema::Error),
        (status = 413, description = "The file is larger than the operator lets in", body = schema::Error),
        (status = 501, description = "This server has no place for files", body = schema::Error),
        (status = 503, description = "The store is away; try again with the same key", body = schema::Error),
    )
)]
pub async fn begin(
    State(app): State<App>,
    Caller(user): Caller,
    headers: HeaderMap,
    Body(body): Body<NewUpload>,
) -> Answer<(StatusCode, Json<Upload>)> {
    are_on(&app)?;
    let key = idempotency_key(&headers)?;
    let begun = app
        .node()
        .begin_upload(&user, &key, body.room, &body.name, body.size);
    Ok((StatusCode::CREATED, Json(begun.await?.into())))
}

/// How far an own upload has come.
#[utoipa::path(
    get, path = "/api/v1/uploads/{upload}", tag = "files",
    params(("upload" = String, Path, description = "The upload's id")),
    responses(
        (status = 200, description = "The upload", body = Upload),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 404, description = "There is no such upload of yours", body = schema::Error),
        (status = 501, description = "This server has no place for files", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn read(
    State(app): State<App>,
    Caller(user): Caller,
    Path(upload): Path<String>,
) -> Answer<Json<Upload>> {
    are_on(&app)?;
    let file = app.node().upload(&user, upload_id(&upload)?).await?;
    Ok(Json(file.into()))
}

/// Where a part belongs.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Where {
    /// How many bytes come before it; 0 if left out.
    #[serde(default)]
    #[param(required = false)]
    offset: u64,
}

/// Adds the next part: the bytes themselves, as many as a part has, or as are left. One that is there already is answered
/// alike. With the last one the file is whole.
#[utoipa::path(
    put, path = "/api/v1/uploads/{upload}", tag = "files",
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    params(("upload" = String, Path, description = "The upload's id"), Where),
    responses(
        (status = 200, description = "The upload", body = Upload),
        (status = 400, description = "Not as many bytes as the next part has", body = schema::Error),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 404, description = "There is no such upload of yours", body = schema::Error),
        (status = 409, description = "Not the next part: ask where to go on", body = schema::Error),
        (status = 501, description = "This server has no place for files", body = schema::Error),
        (status = 503, description = "The store or the place for files is away; the same again goes on", body = schema::Error),
    )
)]
pub async fn add(
    State(app): State<App>,
    Caller(user): Caller,
    Path(upload): Path<String>,
    Params(at): Params<Where>,
    _place: Place<1>,
    Raw(bytes): Raw<CHUNK_BYTES>,
) -> Answer<Json<Upload>> {
    let id = upload_id(&upload)?;
    let file = app.node().add_part(&user, id, at.offset, &bytes).await?;
    drop(bytes);
    let file = match file.stage == Stage::Open && file.received() == file.size {
        true => finished(&app, &user, &file).await?,
        false => file,
    };
    Ok(Json(file.into()))
}

/// Looks at a file of which all has come.
async fn finished(app: &App, user: &User, file: &StoredFile) -> Answer<StoredFile> {
    let node = app.node();
    let head = node.read_file(file, 0, HEAD_BYTES).await?;
    let media_type = media_type(&head);
    let mut measured = Measured {
        r#type: media_type.to_owned(),
        ..Measured::default()
    };
    if file.size <= PICTURE_BYTES_MAX {
        let whole = async {
            let mut whole = Vec::new();
            while (whole.len() as u64) < file.size {
                let piece = node
                    .read_file(file, whole.len() as u64, PIECE_BYTES)
                    .await?;
                whole.extend_from_slice(&piece);
            }
            Ok::<Bytes, Refusal>(whole.into())
        };
        if let Some(seen) = app.pictures().look(media_type, whole).await? {
            measured.pixels = Some(seen.pixels);
            measured.preview = seen.preview;
            measured.thumb = seen.thumb;
        }
    }
    Ok(node.finish_upload(user, file.id, &measured).await?)
}

/// Removes an own upload to which no message refers. What it took is free again.
#[utoipa::path(
    delete, path = "/api/v1/uploads/{upload}", tag = "files",
    params(("upload" = String, Path, description = "The upload's id")),
    responses(
        (status = 204, description = "It is removed"),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "A message has it by now", body = schema::Error),
        (status = 404, description = "There is no such upload of yours", body = schema::Error),
        (status = 501, description = "This server has no place for files", body = schema::Error),
        (status = 503, description = "The store or the place for files is away; the same again goes on", body = schema::Error),
    )
)]
pub async fn remove(
    State(app): State<App>,
    Caller(user): Caller,
    Path(upload): Path<String>,
) -> Answer<StatusCode> {
    are_on(&app)?;
    app.node().remove_upload(&user, upload_id(&upload)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
