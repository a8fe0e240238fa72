//! `POST /login`: who is this, by name or id; with a password also a session.

use axum::{
    Extension, Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use hearth_protocol::UserId;
use serde::{Deserialize, Serialize};

use crate::{
    app::App,
    config::Mode,
    http::{Answer, Body, Client, cookie, device::login_from, identity},
};

/// The body.
#[derive(Debug, Deserialize)]
pub struct Login {
    /// A name or an id.
    id: String,
    /// Not in the specification: needed for an account that has one.
    password: Option<String>,
    /// Nor is this: for an account that asks for a code beside the password.
    code: Option<String>,
}

#[derive(Debug, Serialize)]
struct LoggedIn {
    id: UserId,
    name: String,
}

/// 202 `{"id", "name"}` and the cookie `uid`, a label. With the right password also the cookie `hearth_session`, a
/// credential.
pub async fn login(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
    Body(body): Body<Login>,
) -> Answer<Response> {
    let account = app.node().account(body.id.trim()).await?;
    let hash = account
        .as_ref()
        .and_then(|account| account.password_hash.as_deref());
    let by_word = app.config().mode == Mode::Open && body.password.is_none() && hash.is_none();
    let from = login_from(&client, &headers, None)?;
    let mut answered = HeaderMap::new();
    let account = if by_word {
        // Only in mode `open` may it be told whether a name exists: there everybody can be everybody anyway.
        let account = identity::account(&app, body.id.trim()).await?;
        identity::may_enter(&account)?;
        account
    } else {
        app.passwords().may_guess(client.address)?;
        app.rates().login_to(&body.id, account.as_ref())?;
        let right = app
            .passwords()
            .verify(
                body.password.as_deref().unwrap_or_default(),
                hash,
                client.address,
            )
            .await?;
        let account = account.filter(|_| right).ok_or_else(|| {
            identity::sign_in("Name and password do not fit together.").named("invalid user")
        })?;
        identity::may_enter(&account)?;
        identity::second_factor(&app, &account, body.code.as_deref(), client.address).await?;
        let token = app.node().open_login(&account, &from).await?;
        identity::end_replaced(&app, &headers, account.id).await;
        answered.append(
            header::SET_COOKIE,
            cookie::session(&token, !client.is_loopback()),
        );
        account
    };
    answered.append(header::SET_COOKIE, cookie::label(account.id));
    let body = LoggedIn {
        id: account.id,
        name: account.name.to_string(),
    };
    Ok((StatusCode::ACCEPTED, answered, Json(body)).into_response())
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
            let body = Login {
                id: name.into(),
                password: Some(password.into()),
                code: None,
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
