//! Every route of the server, on one page.

use axum::{
    Router,
    http::StatusCode,
    middleware::{from_fn, from_fn_with_state},
    routing::{get, post},
};
use hearth_protocol::ErrorCode;

use crate::{
    app::App,
    http::{ApiError, guard, limit, trace},
    routes::{
        api, assets, create, files, health, hooks, join, login, metrics, rooms, root, signin,
        trace as flight, ws,
    },
};

/// The server's router.
pub fn router(app: App) -> Router {
    let (api_v1, document) = api::v1::router();
    let router = Router::new()
        // The specification's surface.
        .route("/", get(root::root))
        .route("/signin", post(signin::signin))
        .route("/login", post(login::login))
        .route("/create", post(create::create))
        .route("/join", post(join::join))
        .route("/health", get(health::health))
        .route("/ws", get(ws::ws))
        // The web client, beside its page at `/`.
        .route("/assets/{name}", get(assets::asset))
        .route("/sw.js", get(assets::top))
        .route("/manifest.webmanifest", get(assets::top))
        // For programs that write into rooms.
        .route("/hooks/{secret}", post(hooks::post))
        // A link to a message.
        .route("/rooms/{room}/{seq}", get(rooms::message))
        // What comes with messages, and avatars.
        .route("/files/{file}", get(files::file))
        .route("/files/{file}/thumb", get(files::thumb))
        .route("/avatars/{avatar}/{side}", get(files::avatar))
        // For operators.
        .route("/livez", get(health::livez))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(metrics::metrics))
        .route("/trace", get(flight::trace))
        // Our own interface: `/api/v1/…` is listed in `routes::api::v1`.
        .route("/api", get(api::page::page))
        .route("/api/openapi.json", get(api::openapi::openapi))
        .merge(api_v1);
    // For a conformance suite.
    #[cfg(feature = "conformance")]
    let router = router.route("/echo", get(crate::routes::echo::echo));
    router
        .fallback(no_route)
        .method_not_allowed_fallback(no_method)
        .layer(axum::Extension(api::openapi::Document::new(document)))
        // After the guard: it says from where a request comes.
        .layer(from_fn_with_state(app.clone(), limit::limit))
        .layer(from_fn_with_state(app.clone(), guard::guard))
        .layer(from_fn(trace::trace))
        .with_state(app)
}

/// The answer where there is nothing.
pub(crate) async fn no_route() -> ApiError {
    ApiError::new(
        ErrorCode::NotFound,
        "There is nothing at this address. GET / says what there is.",
    )
}

async fn no_method() -> ApiError {
    ApiError::new(
        ErrorCode::BadRequest,
        "This address does not take that method; `Allow` says which it takes.",
    )
    .named("method not allowed")
    .status(StatusCode::METHOD_NOT_ALLOWED)
}
