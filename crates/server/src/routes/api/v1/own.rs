//! `/api/v1/own`: what only you see, the same on all your devices.

use axum::{Json, extract::State, http::StatusCode};
use hearth_protocol::{ErrorCode, Own, OwnKind};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    app::App,
    http::{Answer, ApiError, Body, Caller, Params},
    routes::api::schema,
};

/// Of what.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Kinds {
    /// The kinds, with commas between them; all if left out.
    kinds: Option<String>,
}

/// What is your own.
#[derive(Debug, Serialize, ToSchema)]
pub struct All {
    /// One more with each change.
    version: u64,
    /// Every thing that was set, by its kind.
    #[schema(value_type = Vec<schema::Own>)]
    own: Vec<Own>,
}

/// What is your own: quiet hours, what you are told of each room, whom you have blocked, drafts, messages that you have
/// hidden and saved, whether you tell what you have read, threads that you follow and how far you have read them.
#[utoipa::path(
    get, path = "/api/v1/own", tag = "own", params(Kinds),
    responses(
        (status = 200, description = "All of it", body = All),
        (status = 400, description = "There is no such kind", body = schema::Error),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn read(
    State(app): State<App>,
    Caller(user): Caller,
    Params(kinds): Params<Kinds>,
) -> Answer<Json<All>> {
    let words = kinds.kinds.unwrap_or_default();
    let words = words.split(',').filter(|word| !word.is_empty());
    let kinds: Vec<OwnKind> = words.map(kind).collect::<Answer<_>>()?;
    let (version, own) = app.node().own(user.id, &kinds).await?;
    Ok(Json(All { version, own }))
}

/// Sets one thing of it, as it is to stand. All your devices are told.
#[utoipa::path(
    put, path = "/api/v1/own", request_body = schema::Own, tag = "own",
    responses(
        (status = 204, description = "It stands"),
        (status = 400, description = "It does not fit", body = schema::Error),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "A thread of a room of which you are no member", body = schema::Error),
        (status = 404, description = "A thread of a room that is not there", body = schema::Error),
        (status = 409, description = "There are as many as there may be", body = schema::Error),
        (status = 413, description = "It is too large", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn set(
    State(app): State<App>,
    Caller(user): Caller,
    Body(own): Body<Own>,
) -> Answer<StatusCode> {
    app.node().set_own(user.id, own).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn kind(word: &str) -> Answer<OwnKind> {
    let known = OwnKind::ALL.iter().find(|kind| kind.as_str() == word);
    known.copied().ok_or_else(|| {
        let all = OwnKind::ALL.map(OwnKind::as_str).join(", ");
        let text = format!("`kinds` has words that are no kind. There are: {all}.");
        ApiError::new(ErrorCode::BadRequest, text).named("invalid kinds")
    })
}
