//! `GET /api/v1/users`: people by the beginnings of their names; `GET /api/v1/users/{user}` and `GET /api/v1/profiles`: what
//! people show of themselves.

use axum::{
    Json,
    extract::{Path, State},
};
use hearth_core::{
    node::{Account, PEOPLE_MAX},
    profile,
};
use hearth_protocol::{ErrorCode, FileId, ProfileVersion, UserId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    app::App,
    config::FindPeople,
    http::{Answer, ApiError, Caller, Params},
    routes::api::schema,
};

/// Who is looked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Sought {
    /// Beginnings of words, each of which is to begin one of the name or of the name that is shown. Case and accents make
    /// no difference; an `@` before it neither. At least one letter.
    q: String,
    /// How many at most: 20 if left out, never more.
    limit: Option<usize>,
}

/// People who were found.
#[derive(Debug, Serialize, ToSchema)]
pub struct People {
    /// Who is called exactly so first, then in the order of the words by which they are found.
    users: Vec<Profile>,
    /// Whether there may be more: they are found by one letter more. Left out: these are all.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    more: bool,
}

/// A user as they show themselves. What they have not said is left out.
#[derive(Debug, Serialize, ToSchema)]
pub struct Profile {
    /// The account.
    #[schema(value_type = Uuid)]
    id: UserId,
    /// The name by which they are called.
    name: String,
    /// The name that is shown.
    display: String,
    /// Whether it is a bot; left out: it is none.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    bot: bool,
    /// What they are doing.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    status_text: String,
    /// The same as an emoji.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    status_emoji: String,
    /// Where their clock stands: a name of the time zone database.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    zone: String,
    /// What they read: a language tag.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    language: String,
    /// Their avatar, shown at `/avatars/{avatar}/256` and `/avatars/{avatar}/64`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>)]
    avatar: Option<FileId>,
    /// Which state of all this it is: another number, another state. Presence tells it when it changes.
    #[schema(value_type = u32)]
    version: ProfileVersion,
}

impl From<Account> for Profile {
    fn from(account: Account) -> Self {
        let (avatar, version) = (account.avatar, account.profile_version());
        let profile::Profile {
            status_text,
            status_emoji,
            zone,
            language,
        } = account.profile;
        Self {
            id: account.id,
            bot: account.id.is_bot(),
            name: account.name,
            display: account.display,
            status_text,
            status_emoji,
            zone,
            language,
            avatar,
            version,
        }
    }
}

/// What a user shows of themselves.
#[utoipa::path(
    get, path = "/api/v1/users/{user}", tag = "accounts",
    params(("user" = String, Path, description = "Their name or id")),
    responses(
        (status = 200, description = "The user", body = Profile),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 404, description = "There is no such user", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn read(
    State(app): State<App>,
    Caller(_asking): Caller,
    Path(user): Path<String>,
) -> Answer<Json<Profile>> {
    match app.node().account(user.trim()).await? {
        Some(account) => Ok(Json(account.into())),
        None => Err(ApiError::new(ErrorCode::NotFound, "There is no such user.")),
    }
}

/// People and bots by the beginnings of their names. Accounts that are deactivated are left out.
#[utoipa::path(
    get, path = "/api/v1/users", tag = "accounts",
    params(Sought),
    responses(
        (status = 200, description = "Who was found", body = People),
        (status = 400, description = "Nobody is looked for", body = schema::Error),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "This server lets only administrators find people so", body = schema::Error),
        (status = 413, description = "What is looked for is too long", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn find(
    State(app): State<App>,
    Caller(user): Caller,
    Params(sought): Params<Sought>,
) -> Answer<Json<People>> {
    let node = app.node();
    if app.config().people == FindPeople::Administrators && !node.is_administrator(user.id).await? {
        let text = "Here only administrators find people by the beginnings of their names. Write the whole name.";
        return Err(ApiError::new(ErrorCode::Forbidden, text));
    }
    let limit = sought.limit.unwrap_or(PEOPLE_MAX);
    let (found, more) = node.people(&sought.q, limit).await?;
    let users = found.into_iter().map(Profile::from).collect();
    Ok(Json(People { users, more }))
}

/// Of several people.
#[derive(Debug, Serialize, ToSchema)]
pub struct Profiles {
    /// Each once, in no order. Whom there is not, or not any more, is left out.
    profiles: Vec<Profile>,
}

/// What several people show of themselves.
#[utoipa::path(
    get, path = "/api/v1/profiles", tag = "accounts",
    params(("user" = Vec<Uuid>, Query, description = "Their ids, at most 100: `user=ID&user=ID`")),
    responses(
        (status = 200, description = "Those that there are", body = Profiles),
        (status = 400, description = "One is no id, or there are more than 100", body = schema::Error),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn list(
    State(app): State<App>,
    Caller(_asking): Caller,
    Params(query): Params<Vec<(String, String)>>,
) -> Answer<Json<Profiles>> {
    let ids = query.iter().filter(|(name, _)| name == "user");
    let ids = ids.map(|(_, id)| id.parse::<UserId>());
    let ids = ids.collect::<Result<Vec<_>, _>>();
    let ids = ids.map_err(|_| ApiError::field("user", "an id of a user"))?;
    let accounts = app.node().profiles(&ids).await?;
    let profiles = accounts.into_iter().map(Profile::from).collect();
    Ok(Json(Profiles { profiles }))
}
