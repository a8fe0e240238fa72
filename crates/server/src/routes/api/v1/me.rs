//! `/api/v1/me`: the own account.

use axum::{Extension, Json, extract::State};
use hearth_protocol::User;
use serde::Deserialize;
use utoipa::ToSchema;

use super::signup::display_name;
use crate::{
    app::App,
    http::{Answer, Body, Caller, Client, identity},
    routes::api::schema,
};

/// What is to change; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Change {
    /// The name that is shown.
    display: Option<String>,
    /// A new password, of at least 8 characters.
    password: Option<String>,
    /// The password until now; needed to change it, if there is one.
    current_password: Option<String>,
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

/// Changes the shown name or the password.
#[utoipa::path(
    patch, path = "/api/v1/me", request_body = Change, tag = "accounts",
    responses(
        (status = 200, description = "You, as you are now", body = schema::User),
        (status = 400, description = "A field does not fit", body = schema::Error),
        (status = 401, description = "Not logged in, or `current_password` is wrong", body = schema::Error),
    )
)]
pub async fn change(
    State(app): State<App>,
    Caller(user): Caller,
    Extension(client): Extension<Client>,
    Body(body): Body<Change>,
) -> Answer<Json<User>> {
    let display = body.display.as_deref().map(display_name).transpose()?;
    let mut hash = None;
    if let Some(password) = &body.password {
        let account = identity::account(&app, &user.id.to_string()).await?;
        if let Some(hash) = account.password_hash.as_deref() {
            let current = body.current_password.as_deref().unwrap_or_default();
            if !app
                .passwords()
                .verify(current, Some(hash), client.address)
                .await?
            {
                return Err(identity::sign_in(
                    "`current_password` is not your password.",
                ));
            }
        }
        hash = Some(app.passwords().hash(password).await?);
    }
    let changed = app.node().change_account(user.id, |account| {
        if let Some(display) = display {
            account.display = display.into();
        }
        if hash.is_some() {
            account.password_hash.clone_from(&hash);
        }
    });
    Ok(Json(changed.await?.user()))
}
