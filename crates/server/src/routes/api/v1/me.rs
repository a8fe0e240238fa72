//! `/api/v1/me`: the own account.

use axum::{Json, extract::State};
use hearth_protocol::User;
use serde::{Deserialize, de::IgnoredAny};
use utoipa::ToSchema;

use super::signup::display_name;
use crate::{
    app::App,
    http::{Answer, ApiError, Body, Caller},
    routes::api::schema,
};

/// What is to change; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Change {
    /// The name that is shown.
    display: Option<String>,
    /// Known only to say where it belongs: whoever sends it must not think that it was changed.
    #[schema(ignore)]
    password: Option<IgnoredAny>,
}

/// The own account.
#[utoipa::path(
    get, path = "/api/v1/me", tag = "accounts",
    responses(
        (status = 200, description = "You", body = schema::User),
        (status = 401, description = "Not logged in", body = schema::Error),
    )
)]
pub async fn read(Caller(user): Caller) -> Json<User> {
    Json(user)
}

/// Changes the shown name.
#[utoipa::path(
    patch, path = "/api/v1/me", request_body = Change, tag = "accounts",
    responses(
        (status = 200, description = "You, as you are now", body = schema::User),
        (status = 400, description = "A field does not fit", body = schema::Error),
        (status = 401, description = "Not logged in", body = schema::Error),
    )
)]
pub async fn change(
    State(app): State<App>,
    Caller(user): Caller,
    Body(body): Body<Change>,
) -> Answer<Json<User>> {
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
        Ok(())
    });
    Ok(Json(changed.await?.user()))
}
