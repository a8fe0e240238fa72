//! `/api/v1`: accounts, logins, rooms and their logs over HTTP. Every route is listed here.

pub mod admin;
pub mod avatar;
pub mod direct;
pub mod directory;
pub mod forgot;
pub mod groups;
pub mod invitations;
pub mod login;
pub mod logout;
pub mod mail;
pub mod me;
pub mod notifications;
pub mod own;
pub mod password;
pub mod push;
pub mod reset;
pub mod rooms;
pub mod saved;
pub mod scheduled;
pub mod search;
pub mod sessions;
pub mod signup;
pub mod threads;
pub mod totp;
pub mod uploads;
pub mod users;

use axum::Router;
use utoipa::{
    Modify, OpenApi,
    openapi::{
        Content, Ref, RefOr, ResponseBuilder,
        path::ParameterIn,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::app::App;

/// What is said about the interface as a whole.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Hearth",
        description = "Rooms as logs, over HTTP. Log in with `POST /api/v1/login` and send the token as \
            `Authorization: Bearer …` (browsers: the cookie `hearth_session`). Bodies are JSON of at most 64 KiB.\n\n\
            A send carries its own id in `Idempotency-Key`: the same id again, with the `after` of the first answer, \
            gives the first seq and never a second message. Live events come over the WebSocket at `/ws` \
            (subprotocol `hearth.v1`).",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    modifiers(&Credentials),
    security(("bearer" = []), ("cookie" = [])),
)]
struct Document;

struct Credentials;

impl Modify for Credentials {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
        let cookie = ApiKey::Cookie(ApiKeyValue::new("hearth_session"));
        components.add_security_scheme("cookie", SecurityScheme::ApiKey(cookie));
    }
}

/// What a call may be answered before it is looked at: status, and why.
const ANY_CALL: [(&str, &str); 3] = [
    (
        "403",
        "A page of another origin asks, or somebody other than the credential says",
    ),
    (
        "421",
        "Asked under a name that is not this server's (`Host`)",
    ),
    (
        "429",
        "Too often, or too much to do; nothing was done. Try the same again after `Retry-After`",
    ),
];
/// And where the call has a query.
const WITH_QUERY: [(&str, &str); 1] = [("400", "A part of the query does not fit")];
/// And where it has a body.
const WITH_BODY: [(&str, &str); 4] = [
    ("400", "The body is no JSON, or a field does not fit"),
    ("408", "The body came too slowly"),
    ("413", "The body, or a text in it, is too large"),
    ("415", "The body is not `application/json`"),
];

/// Adds these answers to each call that does not say its own.
fn describe_what_is_common(document: &mut utoipa::openapi::OpenApi) {
    for (path, item) in &mut document.paths.paths {
        let calls = [
            ("get", &mut item.get),
            ("post", &mut item.post),
            ("patch", &mut item.patch),
            ("put", &mut item.put),
            ("delete", &mut item.delete),
        ];
        for (method, call) in calls {
            let Some(call) = call else { continue };
            call.operation_id = Some(operation_id(method, path));
            let mut parameters = call.parameters.iter().flatten();
            let has_query = parameters.any(|parameter| {
                matches!(parameter, RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Query)
            });
            let has_body = call.request_body.is_some();
            let common = ANY_CALL
                .iter()
                .chain(WITH_QUERY.iter().filter(|_| has_query))
                .chain(WITH_BODY.iter().filter(|_| has_body));
            for (status, why) in common {
                let error = Content::new(Some(Ref::from_schema_name("Error")));
                let answer = ResponseBuilder::new()
                    .description(*why)
                    .content("application/json", error)
                    .build();
                let responses = &mut call.responses.responses;
                responses
                    .entry((*status).into())
                    .or_insert_with(|| answer.into());
            }
        }
    }
}

/// A call's name for those who make a client of the description: no other has it.
fn operation_id(method: &str, path: &str) -> String {
    let path = path.trim_start_matches("/api/v1/");
    let words = path.split(['/', '{', '}']).filter(|word| !word.is_empty());
    words.fold(method.to_owned(), |id, word| format!("{id}_{word}"))
}

/// The routes and their description.
pub fn router() -> (Router<App>, utoipa::openapi::OpenApi) {
    let (router, mut document) = routes().split_for_parts();
    describe_what_is_common(&mut document);
    (router, document)
}

fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(signup::signup))
        .routes(routes!(login::login))
        .routes(routes!(logout::logout))
        .routes(routes!(me::read, me::change, me::delete))
        .routes(routes!(totp::begin))
        .routes(routes!(totp::confirm))
        .routes(routes!(totp::disable))
        .routes(routes!(users::find))
        .routes(routes!(users::read))
        .routes(routes!(users::list))
        .routes(routes!(password::change))
        .routes(routes!(sessions::list, sessions::end_all))
        .routes(routes!(sessions::end))
        .routes(routes!(reset::reset))
        .routes(routes!(forgot::forgot))
        .routes(routes!(mail::read, mail::change, mail::delete))
        .routes(routes!(mail::confirm))
        .routes(routes!(admin::first::first))
        .routes(routes!(admin::users::list))
        .routes(routes!(admin::users::read, admin::users::delete))
        .routes(routes!(
            admin::users::admin::give,
            admin::users::admin::take
        ))
        .routes(routes!(admin::users::deactivate::deactivate))
        .routes(routes!(admin::users::reactivate::reactivate))
        .routes(routes!(admin::users::reset::make))
        .routes(routes!(admin::invitations::list, admin::invitations::make))
        .routes(routes!(admin::invitations::withdraw))
        .routes(routes!(admin::bots::make))
        .routes(routes!(admin::bots::list_tokens, admin::bots::make_token))
        .routes(routes!(admin::bots::revoke_token))
        .routes(routes!(admin::acts::read))
        .routes(routes!(admin::health::read))
        .routes(routes!(admin::rooms::list))
        .routes(routes!(directory::search))
        .routes(routes!(rooms::list, rooms::create))
        .routes(routes!(rooms::join::join))
        .routes(routes!(rooms::leave::leave))
        .routes(routes!(rooms::rename::rename))
        .routes(routes!(rooms::events::read, rooms::events::send))
        .routes(routes!(rooms::members::read))
        .routes(routes!(rooms::bans::read))
        .routes(routes!(rooms::pins::read))
        .routes(routes!(rooms::edits::read))
        .routes(routes!(rooms::threads::read))
        .routes(routes!(rooms::receipts::read))
        .routes(routes!(rooms::invitations::make, rooms::invitations::list))
        .routes(routes!(rooms::invitations::withdraw))
        .routes(routes!(rooms::webhooks::list))
        .routes(routes!(rooms::webhooks::make_in))
        .routes(routes!(rooms::webhooks::make_out))
        .routes(routes!(rooms::webhooks::rename, rooms::webhooks::withdraw))
        .routes(routes!(rooms::webhooks::resume))
        .routes(routes!(invitations::accept))
        .routes(routes!(rooms::mark::mark))
        .routes(routes!(direct::open))
        .routes(routes!(groups::make))
        .routes(routes!(own::read, own::set))
        .routes(routes!(saved::read))
        .routes(routes!(uploads::begin))
        .routes(routes!(uploads::read, uploads::add, uploads::remove))
        .routes(routes!(avatar::set_own, avatar::take_own))
        .routes(routes!(avatar::set_room, avatar::take_room))
        .routes(routes!(search::search))
        .routes(routes!(notifications::stream))
        .routes(routes!(push::read))
        .routes(routes!(push::list, push::subscribe))
        .routes(routes!(push::unsubscribe))
        .routes(routes!(scheduled::list, scheduled::make))
        .routes(routes!(scheduled::change, scheduled::cancel))
        .routes(routes!(scheduled::send))
        .routes(routes!(threads::read))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_call_has_a_name_of_its_own() {
        let (_, document) = router();
        let mut ids = BTreeSet::new();
        for (path, item) in &document.paths.paths {
            let calls = [&item.get, &item.post, &item.patch, &item.put, &item.delete];
            for call in calls.into_iter().flatten() {
                let id = call.operation_id.clone().unwrap_or_default();
                assert!(!id.is_empty() && ids.insert(id.clone()), "{path}: {id:?}");
            }
        }
        assert!(ids.contains("get_rooms_room_events"), "{ids:?}");
    }
}
