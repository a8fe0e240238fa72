//! `POST /hooks/{secret}`: a message into a room by whoever has the secret of a webhook, in the body that Slack's incoming
//! webhooks take. The secret stands in the path, which this server logs nowhere.

use axum::extract::{Path, Request, State};
use hearth_core::node::WebhookPost;
use hearth_protocol::{ErrorCode, bounds::TEXT_BYTES_MAX};

use crate::{
    app::App,
    http::{
        Answer, ApiError,
        input::{bytes_of, given_key},
    },
    slack,
};

/// What is answered when it is stored, as Slack does.
const OK: &str = "ok";

/// Writes a message.
pub async fn post(
    State(app): State<App>,
    Path(secret): Path<String>,
    request: Request,
) -> Answer<&'static str> {
    let key = given_key(request.headers())?;
    let body = bytes_of(request).await?;
    let post = slack::read(&body).map_err(|no_post| {
        ApiError::new(ErrorCode::BadRequest, format!("{no_post}.")).named(no_post.name())
    })?;
    if post.text.len() > TEXT_BYTES_MAX {
        let text = format!("The text has more than {TEXT_BYTES_MAX} bytes.");
        return Err(ApiError::new(ErrorCode::TooLarge, text).named("msg_too_long"));
    }
    let post = WebhookPost {
        text: post.text,
        name: post.name,
        key,
    };
    app.node().post_webhook(&secret, post).await?;
    Ok(OK)
}
