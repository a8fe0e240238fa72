//! `POST /api/v1/admin/users/{user}/reset`: a link by which a new password can be set.

use axum::{
    Extension, Json,
    extract::{Path, State},
    http::StatusCode,
};

use super::{super::Link, account};
use crate::{
    app::App,
    http::{Administrator, Answer, Client},
    routes::api::schema,
};

/// Makes a link by which a new password can be set, once and within a day; it takes the place of the one before. To be
/// handed over to whom the account belongs.
#[utoipa::path(
    post, path = "/api/v1/admin/users/{user}/reset", tag = "administration",
    params(("user" = String, Path, description = "A name or an id")),
    responses(
        (status = 201, description = "The link", body = Link),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Not an administrator", body = schema::Error),
        (status = 404, description = "There is no such user", body = schema::Error),
        (status = 503, description = "The store is away; one may be there that nobody can use", body = schema::Error),
    )
)]
pub async fn make(
    State(app): State<App>,
    Administrator(by): Administrator,
    Extension(client): Extension<Client>,
    Path(user): Path<String>,
) -> Answer<(StatusCode, Json<Link>)> {
    let account = account(&app, &user).await?;
    let link = app.node().make_reset(&by, account.id).await?;
    Ok((StatusCode::CREATED, Json(Link::of(&client, "reset", link))))
}
