//! `/api/v1`: accounts, logins, rooms and their logs over HTTP. Every route is listed here.

pub mod direct;
pub mod directory;
pub mod groups;
pub mod invitations;
pub mod login;
pub mod logout;
pub mod me;
pub mod password;
pub mod rooms;
pub mod sessions;
pub mod signup;

use axum::Router;
use utoipa::{
    Modify, OpenApi,
    openapi::{
        Content, Ref, ResponseBuilder,
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

/// What every call may be answered: to who asks too often.
fn describe_limits(document: &mut utoipa::openapi::OpenApi) {
    let text =
        "Too often, or too much to do; nothing was done. Try the same again after `Retry-After`";
    let error = Content::new(Some(Ref::from_schema_name("Error")));
    let limited = ResponseBuilder::new()
        .description(text)
        .content("application/json", error)
        .build();
    for path in document.paths.paths.values_mut() {
        let calls = [
            &mut path.get,
            &mut path.post,
            &mut path.patch,
            &mut path.put,
            &mut path.delete,
        ];
        for call in calls.into_iter().flatten() {
            let responses = &mut call.responses.responses;
            responses
                .entry("429".into())
                .or_insert_with(|| limited.clone().into());
        }
    }
}

/// The routes and their description.
pub fn router() -> (Router<App>, utoipa::openapi::OpenApi) {
    let (router, mut document) = routes().split_for_parts();
    describe_limits(&mut document);
    (router, document)
}

fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(signup::signup))
        .routes(routes!(login::login))
        .routes(routes!(logout::logout))
        .routes(routes!(me::read, me::change))
        .routes(routes!(password::change))
        .routes(routes!(sessions::list, sessions::end_all))
        .routes(routes!(sessions::end))
        .routes(routes!(directory::search))
        .routes(routes!(rooms::list, rooms::create))
        .routes(routes!(rooms::join::join))
        .routes(routes!(rooms::leave::leave))
        .routes(routes!(rooms::rename::rename))
        .routes(routes!(rooms::events::read, rooms::events::send))
        .routes(routes!(rooms::members::read))
        .routes(routes!(rooms::bans::read))
        .routes(routes!(rooms::invitations::make, rooms::invitations::list))
        .routes(routes!(rooms::invitations::withdraw))
        .routes(routes!(invitations::accept))
        .routes(routes!(rooms::mark::mark))
        .routes(routes!(direct::open))
        .routes(routes!(groups::make))
}
