//! `POST /api/v1/groups`: makes a group of a few people.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    http::{
        Answer, Begun, Caller, Making,
        making::{self, KEY},
    },
    routes::api::schema,
};

/// With whom.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Group {
    /// The others' names or ids: 2 to 19.
    users: Vec<String>,
}

/// Makes a group: you, and those whom you name. It has no name; each of you may bring others in. Each call makes another
/// one, also with the same people.
#[utoipa::path(
    post, path = "/api/v1/groups", request_body = Group, tag = "rooms",
    params(("Idempotency-Key" = Option<String>, Header, description = KEY)),
    responses(
        (status = 201, description = "The group", body = schema::Room),
        (status = 400, description = "Too few people, or the key asked for something else", body = schema::Error),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 404, description = "There is no such user", body = schema::Error),
        (status = 409, description = "Somebody is in as many rooms as one can be in", body = schema::Error),
        (status = 413, description = "Too many people", body = schema::Error),
        (status = 503, description = "The store is away; try again with the same key", body = schema::Error),
    )
)]
pub async fn make(
    State(app): State<App>,
    Caller(user): Caller,
    asked: Making<Group>,
) -> Answer<Response> {
    let once = match asked.begin(&app, user.id).await? {
        Begun::Make(once) => once,
        Begun::Made(answer) => return Ok(answer),
    };
    let node = app.node();
    let made = node.make_group(&user, asked.id(), &asked.body.users);
    let (room, _) = made.await?;
    making::made(&app, &once, &room).await
}
