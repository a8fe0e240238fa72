//! `/api/v1`: accounts, logins, rooms and their logs over HTTP. Every route is listed here.

pub mod admin;
pub mod direct;
pub mod directory;
pub mod groups;
pub mod invitations;
pub mod login;
pub mod logout;
pub mod me;
pub mod own;
pub mod password;
pub mod reset;
pub mod rooms;
pub mod saved;
pub mod sessions;
pub mod signup;
pub mod totp;
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
    for path in document.paths.paths.values_mut() {
        let calls = [
            &mut path.get,
            &mut path.post,
            &mut path.patch,
            &mut path.put,
            &mut path.delete,
        ];
        for call in calls.into_iter().flatten() {
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
        .routes(routes!(users::read))
        .routes(routes!(password::change))
        .routes(routes!(sessions::list, sessions::end_all))
        .routes(routes!(sessions::end))
        .routes(routes!(reset::reset))
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
        .routes(routes!(admin::acts::read))
        .routes(routes!(admin::health::read))
        .routes(routes!(directory::search))
        .routes(routes!(rooms::list, rooms::create))
        .routes(routes!(rooms::join::join))
        .routes(routes!(rooms::leave::leave))
        .routes(routes!(rooms::rename::rename))
        .routes(routes!(rooms::events::read, rooms::events::send))
        .routes(routes!(rooms::members::read))
        .routes(routes!(rooms::bans::read))
        .routes(routes!(rooms::pins::read))
        .routes(routes!(rooms::invitations::make, rooms::invitations::list))
        .routes(routes!(rooms::invitations::withdraw))
        .routes(routes!(invitations::accept))
        .routes(routes!(rooms::mark::mark))
        .routes(routes!(direct::open))
        .routes(routes!(groups::make))
        .routes(routes!(own::read, own::set))
        .routes(routes!(saved::read))
}
