//! `POST /api/v1/forgot`: a link for a new password, by mail.

use axum::{extract::State, http::StatusCode};
use hearth_protocol::{UserId, UserName};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    http::{Answer, Body},
    mail::sends_none,
    routes::api::schema,
};

/// Whose password is forgotten.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Forgot {
    /// The account, by name or id.
    name: String,
}

/// Has a link for a new password mailed to the account's address, if there is such an account and it has one. The answer
/// is the same in any case, and at once.
#[utoipa::path(
    post, path = "/api/v1/forgot", request_body = Forgot, security(()), tag = "accounts",
    responses(
        (status = 202, description = "If there is such an account with a mail address, a link is on its way. One in five minutes"),
        (status = 403, description = "This server sends no mail: an administrator can make a link", body = schema::Error),
        (status = 429, description = "Too often, or too much to do", body = schema::Error),
    )
)]
pub async fn forgot(State(app): State<App>, Body(body): Body<Forgot>) -> Answer<StatusCode> {
    if !app.mailer().sends() {
        return Err(sends_none().into());
    }
    let name = body.name.trim();
    // What can be nobody's takes no place in the queue, where it might be as long as a body. The answer is that of any
    // other name.
    if can_be_somebody(name) {
        app.rates().forgot(name)?;
        app.mailer().reset(name)?;
    }
    Ok(StatusCode::ACCEPTED)
}

/// Whether a text has the form of a name or an id; whether it is one only the worker asks.
fn can_be_somebody(name: &str) -> bool {
    name.parse::<UserId>().is_ok() || UserName::new(name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_queued_has_the_form_of_a_name_or_an_id_and_so_is_short() {
        // The longest name there can be, in bytes.
        let long = "\u{20000}".repeat(32);
        for name in ["ada", "01985b3c-0000-7000-8000-000000000000", &long] {
            assert!(can_be_somebody(name), "{name}");
        }
        for no_name in ["", "no name!", &"a".repeat(33), &"a".repeat(100_000)] {
            assert!(!can_be_somebody(no_name));
        }
    }
}
