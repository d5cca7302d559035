//! `/laptops`: which are enrolled, and how well each sees.

use super::answer;
use super::answer::Page;
use super::asked;
use super::asked::Asked;
use super::asked::Known;
use super::asked::Named;
use super::caller::Caller;
use super::cursor;
use super::gate::Gate;
use super::problem::Problem;
use super::problem::Refusals;
use crate::store::api_tokens::Scope;
use crate::store::read;
use crate::store::read::LaptopRow;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Which laptops are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// With this text in its host name.
    text: Option<String>,
    /// What the answer before said as `next`.
    after: Option<String>,
    /// Rows at most; 100 if nothing is said.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u32>,
}

pub(super) fn routes() -> OpenApiRouter<Arc<Gate>> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(one))
}

/// Lists laptops, by id; revoked ones as well.
#[utoipa::path(
    get, path = "/laptops", tag = "laptops", security(("token" = ["laptops:read"])),
    params(Wanted, Known),
    responses(
        (status = 200, body = Page<LaptopRow>, headers(("ETag" = String))),
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
    caller.may(Scope::LaptopsRead)?;
    let limit = asked::limit(wanted.limit)?;
    let after: Option<String> = cursor::key(wanted.after.as_ref())?;
    let rows = gate
        .read(move |store| {
            let (text, after) = (wanted.text.as_deref(), after.as_deref());
            Ok(read::laptops_after(store, text, after, limit + 1)?)
        })
        .await?;
    let page = Page::of(rows, limit, |row| cursor::cursor(&row.id));
    answer::tagged(&headers, &page)
}

/// Tells one laptop.
#[utoipa::path(
    get, path = "/laptops/{id}", tag = "laptops", security(("token" = ["laptops:read"])),
    params(
        ("id" = String, Path),
        Known
    ),
    responses(
        (status = 200, body = LaptopRow, headers(("ETag" = String))),
        (status = 304, description = "As it was"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        Refusals
    )
)]
async fn one(
    caller: Caller,
    State(gate): State<Arc<Gate>>,
    Named(id): Named<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    caller.may(Scope::LaptopsRead)?;
    let found = gate.read(move |store| Ok(read::laptop(store, &id)?)).await?;
    let found = found.ok_or_else(|| Problem::missing("There is no such laptop."))?;
    answer::tagged(&headers, &found)
}
