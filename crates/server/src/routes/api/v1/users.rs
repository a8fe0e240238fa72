//! `GET /api/v1/users/{user}` and `GET /api/v1/profiles`: what people show of themselves.

use axum::{
    Json,
    extract::{Path, State},
};
use hearth_core::{node::Account, profile};
use hearth_protocol::{ErrorCode, FileId, ProfileVersion, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    http::{Answer, ApiError, Caller, Params},
    routes::api::schema,
};

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
