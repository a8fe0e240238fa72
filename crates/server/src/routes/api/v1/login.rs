//! `POST /api/v1/login`: opens a login.

use axum::{
    Extension, Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use hearth_core::node::{Account, LoginFrom};
use hearth_protocol::User;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    app::App,
    config::Mode,
    http::{Answer, Body, Client, cookie, device::login_from, identity},
    routes::api::schema,
};

/// Who logs in.
#[derive(Debug, Deserialize, ToSchema)]
pub struct LogIn {
    /// The account's name or id.
    name: String,
    /// Its password. An account without one can log in by name in mode `open`.
    password: Option<String>,
    /// A code of the second factor, or a recovery code, if the account has one.
    code: Option<String>,
    /// What the device is called, for the list of sessions; at most 64 characters. Else it is guessed.
    device_name: Option<String>,
}

#[derive(Debug, Serialize)]
struct LoggedIn {
    user: User,
    token: String,
}

/// Opens a login. A session of the same user whose cookie comes with the request ends.
#[utoipa::path(
    post, path = "/api/v1/login", request_body = LogIn, security(()), tag = "accounts",
    responses(
        (status = 200, description = "The login", body = schema::Login),
        (status = 400, description = "A field does not fit", body = schema::Error),
        (status = 401, description = "Name and password do not fit together; or `error` is `code needed` or `wrong code`", body = schema::Error),
        (status = 403, description = "The account is deactivated", body = schema::Error),
        (status = 429, description = "Too many wrong passwords, or too much to do", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn login(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
    Body(body): Body<LogIn>,
) -> Answer<Response> {
    let from = login_from(&client, &headers, body.device_name.as_deref())?;
    let account = app.node().account(body.name.trim()).await?;
    let hash = account
        .as_ref()
        .and_then(|account| account.password_hash.as_deref());
    let by_word = app.config().mode == Mode::Open && body.password.is_none() && hash.is_none();
    // Asked for a password, an unknown user and a wrong password get the same answer after the same time.
    let fits = match (by_word, &body.password) {
        (true, _) => account.is_some(),
        (false, password) => {
            app.passwords().may_guess(client.address)?;
            app.rates().login_to(&body.name, account.as_ref())?;
            app.passwords()
                .verify(
                    password.as_deref().unwrap_or_default(),
                    hash,
                    client.address,
                )
                .await?
        }
    };
    let account = account
        .filter(|_| fits)
        .ok_or_else(|| identity::sign_in("Name and password do not fit together."))?;
    // Told only to who has shown that it is theirs.
    identity::may_enter(&account)?;
    identity::second_factor(&app, &account, body.code.as_deref(), client.address).await?;
    let answer = logged_in(&app, &client, &account, &from, StatusCode::OK).await?;
    identity::end_replaced(&app, &headers, account.id).await;
    Ok(answer)
}

/// Opens a login for an account whose holder has shown that they may, and answers with it.
pub(super) async fn logged_in(
    app: &App,
    client: &Client,
    account: &Account,
    from: &LoginFrom,
    status: StatusCode,
) -> Answer<Response> {
    let token = app.node().open_login(account, from).await?;
    Ok(answer(client, account.user(), token, status))
}

/// A login, told to whom it belongs.
pub(super) fn answer(client: &Client, user: User, token: String, status: StatusCode) -> Response {
    let mut headers = HeaderMap::new();
    headers.append(
        header::SET_COOKIE,
        cookie::session(&token, !client.is_loopback()),
    );
    (status, headers, Json(LoggedIn { user, token })).into_response()
}

#[cfg(test)]
mod tests {
    use hearth_protocol::UserName;

    use super::*;

    #[tokio::test]
    async fn whether_somebody_exists_changes_neither_the_answer_nor_the_work() {
        let app = App::for_test();
        let hash = app.passwords().hash("correct horse", &[]).await.unwrap();
        for (name, hash) in [("ada", Some(hash)), ("bob", None)] {
            let name = UserName::new(name).unwrap();
            app.node().create_account(&name, None, hash).await.unwrap();
        }
        let ask = async |name: &str, password: &str| {
            let body = LogIn {
                name: name.into(),
                password: Some(password.into()),
                code: None,
                device_name: None,
            };
            let before = app.passwords().verified();
            let client = Extension(Client::for_test());
            let answer = login(State(app.clone()), client, HeaderMap::new(), Body(body)).await;
            let work = app.passwords().verified() - before;
            (
                answer.map(|_| ()).map_err(|error| format!("{error:?}")),
                work,
            )
        };
        let wrong = ask("ada", "wrong horse").await;
        assert!(wrong.0.is_err());
        assert_eq!(wrong.1, 1);
        // Nobody of this name, nobody of this id, nothing that could be a name, and somebody without a password.
        for name in [
            "nobody",
            "01985b3c-0000-7000-8000-000000000000",
            "no name!",
            "bob",
        ] {
            assert_eq!(ask(name, "wrong horse").await, wrong, "{name}");
        }
        assert_eq!(ask("ada", "correct horse").await, (Ok(()), 1));
    }
}
