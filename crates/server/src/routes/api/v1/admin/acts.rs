//! `GET /api/v1/admin/acts`: who of the administrators did what to whom, and when.

use axum::{Json, extract::State};
use hearth_core::node::{Act, ActKind};
use hearth_protocol::UserId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    app::App,
    http::{Administrator, Answer, Params},
    routes::api::schema,
};

/// Acts in one answer.
const PAGE_MAX: usize = 100;

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// Where the page before ended: its `next`.
    before: Option<u64>,
    /// How many at most: 100 if left out, never more.
    limit: Option<usize>,
}

/// A page of acts.
#[derive(Debug, Serialize, ToSchema)]
pub struct Acts {
    /// The newest first.
    acts: Vec<Told>,
    /// Where the next page begins, if there may be one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u64>,
}

/// An act. It was written down before it was begun, so it may have come to nothing.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Act)]
pub struct Told {
    /// Its number.
    n: u64,
    /// When, in milliseconds since 1970 (UTC).
    at_ms: u64,
    /// Who.
    #[schema(value_type = Uuid)]
    by: UserId,
    /// What they were called then.
    by_name: String,
    /// What: `first_administrator`, `admin_given`, `admin_taken`, `deactivated`, `reactivated`, `deleted`,
    /// `reset_made`, `reset_link_made`, `reset_used`, `first_link_made`, `invitation_made`, `invitation_withdrawn`,
    /// `bot_made`, `bot_token_made`, `bot_token_revoked`, `rooms_listed`. There may be others.
    #[schema(value_type = String)]
    act: ActKind,
    /// Whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>)]
    whom: Option<UserId>,
    /// What they were called then.
    #[serde(skip_serializing_if = "Option::is_none")]
    whom_name: Option<String>,
    /// What else there is to say.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(value_type = Option<String>)]
    detail: String,
}

impl From<Act> for Told {
    fn from(act: Act) -> Self {
        Self {
            n: act.n,
            at_ms: act.at_ms,
            by: act.by,
            by_name: act.by_name,
            act: act.act,
            whom: act.whom,
            whom_name: act.whom_name,
            detail: act.detail,
        }
    }
}

/// Reads a page of administrators' acts. The last 10,000 are kept.
#[utoipa::path(
    get, path = "/api/v1/admin/acts", tag = "administration", params(Page),
    responses(
        (status = 200, description = "The page", body = Acts),
        (status = 401, description = "Not logged in", body = schema::Error),
        (status = 403, description = "Not an administrator", body = schema::Error),
        (status = 503, description = "The store is away; try again after `Retry-After`", body = schema::Error),
    )
)]
pub async fn read(
    State(app): State<App>,
    _: Administrator,
    Params(page): Params<Page>,
) -> Answer<Json<Acts>> {
    let limit = page.limit.unwrap_or(PAGE_MAX).clamp(1, PAGE_MAX);
    let (acts, next) = app.node().acts(page.before, limit).await?;
    Ok(Json(Acts {
        acts: acts.into_iter().map(Told::from).collect(),
        next,
    }))
}
