//! `POST /api/v1/admin/users/{user}/reset`: a link by which a new password can be set.

use axum::{
    Extension,
    extract::{Path, State},
    response::Response,
};

use super::{super::Link, account};
use crate::{
    app::App,
    http::{
        Administrator, Answer, Begun, Client, MakingBare,
        making::{self, KEY},
    },
    routes::api::schema,
};

/// Makes a link by which a new password can be set, once and within a day; it takes the place of the one before. To be
/// handed over to whom the account belongs.
#[utoipa::path(
    post, path = "/api/v1/admin/users/{user}/reset", tag = "administration",
    params(("user" = String, Path, description = "A name or an id"), ("Idempotency-Key" = Option<String>, Header, description = KEY)),
    responses(
        (status = 201, description = "The link", body = Link),
        (status = 400, description = "The key asked for something else", body = schema::Error),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Not an administrator", body = schema::Error),
        (status = 404, description = "There is no such user", body = schema::Error),
        (status = 503, description = "The store is away; the same again under its key goes on. Without one, one may be there that nobody can use", body = schema::Error),
    )
)]
pub async fn make(
    State(app): State<App>,
    Administrator(by): Administrator,
    Extension(client): Extension<Client>,
    Path(user): Path<String>,
    asked: MakingBare,
) -> Answer<Response> {
    let account = account(&app, &user).await?;
    let once = match asked.begin(&app, by.id).await? {
        Begun::Make(once) => once,
        Begun::Made(answer) => return Ok(answer),
    };
    let link = app.node().make_reset(&by, account.id, &once).await?;
    making::made(&app, &once, &Link::of(&client, "reset", link)).await
}
