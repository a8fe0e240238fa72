//! `GET /api/v1/threads`: the threads that you follow.

use axum::{Json, extract::State};
use hearth_protocol::{Thread, bounds::THREADS_PAGE_MAX};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    app::App,
    http::{Answer, Caller, Params},
    routes::api::schema,
};

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// Where the page before ended: its `next`.
    after: Option<String>,
    /// How many at most: 50 if left out, never more.
    limit: Option<usize>,
}

/// A page of the threads that you follow.
#[derive(Debug, Serialize, ToSchema)]
pub struct Threads {
    /// The page: the one written in last first.
    #[schema(value_type = Vec<schema::Thread>)]
    threads: Vec<Thread>,
    /// How many of all that you follow have something unread.
    unread: u64,
    /// Where the next page begins, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Reads a page of the threads that you follow, with what is unread in each.
#[utoipa::path(
    get, path = "/api/v1/threads", tag = "own", params(Page),
    responses(
        (status = 200, description = "The page", body = Threads),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn read(
    State(app): State<App>,
    Caller(user): Caller,
    Params(page): Params<Page>,
) -> Answer<Json<Threads>> {
    let limit = page.limit.unwrap_or(THREADS_PAGE_MAX);
    let after = page.after.as_deref();
    let list = app.node().threads(&user, after, limit).await?;
    Ok(Json(Threads {
        threads: list.threads,
        unread: list.unread,
        next: list.next,
    }))
}
