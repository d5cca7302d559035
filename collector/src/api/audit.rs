//! `/audit`: who did what.

use super::answer;
use super::answer::Page;
use super::asked;
use super::asked::Asked;
use super::asked::Known;
use super::caller::Caller;
use super::cursor;
use super::gate::Gate;
use super::problem::Problem;
use super::problem::Refusals;
use crate::store::api_tokens::Scope;
use crate::store::read;
use crate::store::read::AuditRow;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::Timestamp;
use serde::Deserialize;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Which entries are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// From then on.
    #[param(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// What the answer before said as `next`.
    after: Option<String>,
    /// Rows at most; 100 if nothing is said.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u32>,
}

pub(super) fn routes() -> OpenApiRouter<Arc<Gate>> {
    OpenApiRouter::new().routes(routes!(list))
}

/// Lists who did what, oldest first, each with the hash that seals it.
#[utoipa::path(
    get, path = "/audit", tag = "audit", security(("token" = ["audit:read"])),
    params(Wanted, Known),
    responses(
        (status = 200, body = Page<AuditRow>, headers(("ETag" = String))),
        (status = 304, description = "As it was"),
        Refusals
    )
)]
async fn list(
    caller: Caller,
    State(gate): State<Arc<Gate>>,
    Asked(wanted): Asked<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    caller.may(Scope::AuditRead)?;
    let limit = asked::limit(wanted.limit)?;
    let after: Option<i64> = cursor::key(wanted.after.as_ref())?;
    let rows = gate
        .read(move |store| {
            Ok(read::audit_after(store, wanted.since, after.unwrap_or(0), limit + 1)?)
        })
        .await?;
    let page = Page::of(rows, limit, |row| cursor::cursor(&row.id));
    answer::tagged(&headers, &page)
}
