//! `/api/v1/me`: the own account.

use axum::{Json, extract::State};
use hearth_protocol::ErrorCode;
use serde::{Deserialize, de::IgnoredAny};
use utoipa::ToSchema;

use super::{signup::display_name, users::Profile};
use crate::{
    app::App,
    http::{Answer, ApiError, Body, Caller},
    routes::api::schema,
};

/// What is to change; what is left out stays, and but for the name an empty text takes it away.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Change {
    /// The name that is shown.
    display: Option<String>,
    /// What you are doing, at most 100 characters, for others to see.
    status_text: Option<String>,
    /// The same as an emoji.
    status_emoji: Option<String>,
    /// Where your clock stands: a name of the time zone database, as `Europe/Berlin`.
    zone: Option<String>,
    /// What you read: a language tag, as `pt-BR`.
    language: Option<String>,
    /// Known only to say where it belongs: whoever sends it must not think that it was changed.
    #[schema(ignore)]
    password: Option<IgnoredAny>,
}

/// The own account.
#[utoipa::path(
    get, path = "/api/v1/me", tag = "accounts",
    responses(
        (status = 200, description = "You, as others see you", body = Profile),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn read(State(app): State<App>, Caller(user): Caller) -> Answer<Json<Profile>> {
    match app.node().account_of(user.id).await? {
        Some(account) => Ok(Json(account.into())),
        None => Err(ApiError::new(
            ErrorCode::NotFound,
            "There is no such account.",
        )),
    }
}

/// Changes the shown name, and what you say of yourself.
#[utoipa::path(
    patch, path = "/api/v1/me", request_body = Change, tag = "accounts",
    responses(
        (status = 200, description = "You, as you are now", body = Profile),
        (status = 400, description = "A field does not fit", body = schema::Error),
        (status = 401, description = "Not logged in", body = schema::Error),
    )
)]
pub async fn change(
    State(app): State<App>,
    Caller(user): Caller,
    Body(body): Body<Change>,
) -> Answer<Json<Profile>> {
    if body.password.is_some() {
        return Err(ApiError::field(
            "password",
            "it is changed with PUT /api/v1/password",
        ));
    }
    let display = body.display.as_deref().map(display_name).transpose()?;
    let changed = app.node().change_account(user.id, |account| {
        if let Some(display) = display {
            account.display = display.into();
        }
        let profile = &mut account.profile;
        for (place, said) in [
            (&mut profile.status_text, &body.status_text),
            (&mut profile.status_emoji, &body.status_emoji),
            (&mut profile.zone, &body.zone),
            (&mut profile.language, &body.language),
        ] {
            if let Some(said) = said {
                said.trim().clone_into(place);
            }
        }
        profile.check()
    });
    Ok(Json(changed.await?.into()))
}
