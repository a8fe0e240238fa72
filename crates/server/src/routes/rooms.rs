//! `GET /rooms/{room}/{seq}`: a link to a message, opened. A client takes it apart by itself; who opens it in a browser or
//! by hand, logged in, gets the messages around it.

use axum::{
    Json,
    extract::{Path, State},
};
use hearth_core::session::Window;
use hearth_protocol::{ErrorCode, Permalink, bounds::PAGE_EVENTS_DEFAULT};

use crate::{
    app::App,
    http::{Answer, ApiError, Caller},
    routes::api::v1::rooms::events::{History, page_of},
};

/// The page of history around the message.
pub async fn message(
    State(app): State<App>,
    Caller(user): Caller,
    Path((room, seq)): Path<(String, String)>,
) -> Answer<Json<History>> {
    let link: Permalink = format!("/rooms/{room}/{seq}")
        .parse()
        .map_err(|_| ApiError::new(ErrorCode::NotFound, "This leads to no message."))?;
    let window = Window::Around(link.seq);
    page_of(&app, &user, link.room, window, PAGE_EVENTS_DEFAULT).await
}
