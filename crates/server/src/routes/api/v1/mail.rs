//! `/api/v1/me/mail`, `/api/v1/mail/confirm`: the own mail address, to which a link for a new password can be sent. Only its
//! holder and administrators see it.

use axum::{Extension, Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    app::App,
    http::{Answer, Body, Caller, Client, identity},
    mail::sends_none,
    routes::api::{
        schema,
        v1::totp::{Password, show_password},
    },
};

/// The own mail address.
#[derive(Debug, Serialize, ToSchema)]
pub struct MailAddress {
    /// The address, once the link that was sent there has been followed.
    #[serde(skip_serializing_if = "Option::is_none")]
    mail: Option<String>,
    /// One to which a link was sent that nobody has followed yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pending: Option<String>,
    /// Whether this server sends mail: without it an address is of no use.
    sends: bool,
}

/// A new address.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewAddress {
    /// The address.
    mail: String,
    /// Your password: whoever finds your device open must not be able to set a new one by mail.
    current_password: String,
}

/// A link that was sent.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Confirmation {
    /// What in the link stands behind `#mail=`.
    token: String,
}

/// The own mail address.
#[utoipa::path(
    get, path = "/api/v1/me/mail", tag = "accounts",
    responses(
        (status = 200, description = "The address, if there is one", body = MailAddress),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn read(State(app): State<App>, Caller(user): Caller) -> Answer<Json<MailAddress>> {
    let mail = identity::account(&app, &user.id.to_string()).await?.mail;
    Ok(Json(MailAddress {
        mail: mail.address,
        pending: mail.pending.map(|pending| pending.address),
        sends: app.mailer().sends(),
    }))
}

/// Sends a link to an address; once it is followed the address is the account's. The one before stays until then.
#[utoipa::path(
    put, path = "/api/v1/me/mail", request_body = NewAddress, tag = "accounts",
    responses(
        (status = 202, description = "A link is on its way"),
        (status = 400, description = "This is no mail address", body = schema::Error),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "The password is wrong or there is none, or this server sends no mail", body = schema::Error),
        (status = 429, description = "A link was sent a moment ago, too many wrong passwords, or too much to do", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn change(
    State(app): State<App>,
    Caller(user): Caller,
    Extension(client): Extension<Client>,
    Body(body): Body<NewAddress>,
) -> Answer<StatusCode> {
    if !app.mailer().sends() {
        return Err(sends_none().into());
    }
    show_password(&app, &client, &user.id.to_string(), &body.current_password).await?;
    let link = app.node().note_mail(user.id, &body.mail).await?;
    app.mailer().confirm(link)?;
    Ok(StatusCode::ACCEPTED)
}

/// Takes the own mail address away.
#[utoipa::path(
    delete, path = "/api/v1/me/mail", request_body = Password, tag = "accounts",
    responses(
        (status = 204, description = "There is none any more"),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "The password is wrong, or there is none", body = schema::Error),
        (status = 429, description = "Too many wrong passwords, or too much to do", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn delete(
    State(app): State<App>,
    Caller(user): Caller,
    Extension(client): Extension<Client>,
    Body(body): Body<Password>,
) -> Answer<StatusCode> {
    // Else whoever finds a device open takes away the way back to the account.
    show_password(&app, &client, &user.id.to_string(), &body.current_password).await?;
    app.node().forget_mail(user.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Shows by a link that was mailed that the address is the account's.
#[utoipa::path(
    post, path = "/api/v1/mail/confirm", request_body = Confirmation, security(()), tag = "accounts",
    responses(
        (status = 204, description = "It is the account's address from now on"),
        (status = 403, description = "The link is not valid (any more)", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn confirm(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    Body(body): Body<Confirmation>,
) -> Answer<StatusCode> {
    app.passwords().may_guess(client.address)?;
    app.node().confirm_mail(body.token.trim()).await?;
    Ok(StatusCode::NO_CONTENT)
}
