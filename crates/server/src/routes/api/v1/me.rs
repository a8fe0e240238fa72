//! `/api/v1/me`: the own account, to look at, to change and to delete.

use axum::{Extension, Json, extract::State, response::Response};
use hearth_protocol::ErrorCode;
use serde::{Deserialize, Serialize, de::IgnoredAny};
use utoipa::ToSchema;

use super::{sessions::ended, signup::display_name, users::Profile};
use crate::{
    app::App,
    http::{Answer, ApiError, Body, Caller, Client, identity},
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

/// The own account, and what this server lets everybody do.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    #[serde(flatten)]
    profile: Profile,
    /// The most bytes that a file may have (the setting `file_mb`). Left out where the server takes no files.
    #[serde(skip_serializing_if = "Option::is_none")]
    file_bytes_max: Option<u64>,
    /// Whether a log-in needs a code: a second factor is on.
    totp: bool,
}

/// The own account.
#[utoipa::path(
    get, path = "/api/v1/me", tag = "accounts",
    responses(
        (status = 200, description = "You, as others see you, what this server takes, and whether your log-in needs a code", body = Me),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn read(State(app): State<App>, Caller(user): Caller) -> Answer<Json<Me>> {
    match app.node().account_of(user.id).await? {
        Some(account) => Ok(Json(Me {
            file_bytes_max: app.node().file_bytes_max(),
            totp: account.asks_for_code(),
            profile: account.into(),
        })),
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

/// That it is meant.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Farewell {
    /// The account's password.
    password: Option<String>,
}

/// Deletes the own account for ever, as an administrator does. It cannot be taken back.
#[utoipa::path(
    delete, path = "/api/v1/me", request_body = Farewell, tag = "accounts",
    responses(
        (status = 204, description = "It is deleted, and its sockets are closed"),
        (status = 400, description = "`password` is missing", body = schema::Error),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "`password` is wrong; the account has none, or the right `admin`", body = schema::Error),
        (status = 503, description = "The store is away; log in and ask again, or if that is refused ask an administrator to go on", body = schema::Error),
    )
)]
pub async fn delete(
    State(app): State<App>,
    Caller(user): Caller,
    Extension(client): Extension<Client>,
    Body(body): Body<Farewell>,
) -> Answer<Response> {
    let account = identity::account(&app, &user.id.to_string()).await?;
    let Some(hash) = account.password_hash.as_deref() else {
        // In mode `open` everybody could delete everybody.
        return Err(ApiError::new(
            ErrorCode::Forbidden,
            "An account without a password cannot be deleted by its name alone. Set a password first (PUT \
             /api/v1/password), or ask an administrator.",
        ));
    };
    let Some(password) = body.password else {
        return Err(ApiError::field("password", "it shows that you mean it"));
    };
    // As a log-in: the password may be guessed here too, and a hash takes as long.
    app.passwords().may_guess(client.address)?;
    app.rates().login_to(&account.name, Some(&account))?;
    let verified = app
        .passwords()
        .verify(&password, Some(hash), client.address);
    if !verified.await? {
        return Err(
            ApiError::new(ErrorCode::Forbidden, "`password` is not your password.")
                .named("wrong password"),
        );
    }
    app.node().delete_account(&user, user.id).await?;
    Ok(ended(true))
}
