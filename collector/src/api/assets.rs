//! `/assets`: where laptops are expected, as the company says.

mod sent;

use super::answer;
use super::answer::Page;
use super::asked;
use super::asked::Asked;
use super::asked::Known;
use super::asked::Named;
use super::asked::Part;
use super::caller::Caller;
use super::cursor;
use super::gate::Gate;
use super::problem::Problem;
use super::problem::Refusals;
use crate::place::expected::Expected;
use crate::store::api_tokens::Scope;
use crate::store::assets;
use crate::store::audit;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::response::Response;
use jiff::Timestamp;
use sent::Asset;
use sent::Sent;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The largest list taken, in bytes: some hundred thousand laptops.
pub const LARGEST: usize = 16 << 20;

/// A laptop the company speaks of, and whether it is enrolled.
#[derive(Serialize, ToSchema)]
pub struct Listed {
    /// What the company says.
    #[schema(value_type = Asset)]
    expected: Expected,
    /// The laptop's id; null if none is enrolled.
    laptop: Option<String>,
    /// When the laptop was last heard of.
    #[schema(value_type = Option<String>, format = DateTime)]
    heard_at: Option<Timestamp>,
}

/// How many laptops were taken in.
#[derive(Serialize, ToSchema)]
pub struct Taken {
    /// So many.
    imported: usize,
}

pub(super) fn routes() -> OpenApiRouter<Arc<Gate>> {
    OpenApiRouter::new().routes(routes!(list, import)).routes(routes!(one, put, remove))
}

/// Lists where laptops are expected, by serial number.
#[utoipa::path(
    get, path = "/assets", tag = "assets", security(("token" = ["assets:read"])),
    params(Part, Known),
    responses(
        (status = 200, body = Page<Listed>, headers(("ETag" = String))),
        (status = 304, description = "As it was"),
        Refusals
    )
)]
async fn list(
    caller: Caller,
    State(gate): State<Arc<Gate>>,
    Asked(part): Asked<Part>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    caller.may(Scope::AssetsRead)?;
    let limit = asked::limit(part.limit)?;
    let after: Option<String> = cursor::key(part.after.as_ref())?;
    let rows =
        gate.read(move |store| Ok(assets::after(store, after.as_deref(), limit + 1)?)).await?;
    let listed =
        |assets::Asset { expected, laptop, heard_at }| Listed { expected, laptop, heard_at };
    let rows = rows.into_iter().map(listed).collect();
    let page = Page::of(rows, limit, |row: &Listed| cursor::cursor(&row.expected.serial));
    answer::tagged(&headers, &page)
}

/// Takes a list in: what was said of these laptops before is replaced, others
/// stay as they are. If anything is wrong, everything that is wrong is told,
/// and nothing is taken in.
#[utoipa::path(
    post, path = "/assets", tag = "assets", security(("token" = ["assets:write"])),
    request_body(
        description = "JSON, or CSV with the head line that `moored-collector assets import` takes",
        content((Vec<Asset> = "application/json"), (String = "text/csv"))
    ),
    responses(
        (status = 200, body = Taken),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json"),
        Refusals
    )
)]
async fn import(
    caller: Caller,
    State(gate): State<Arc<Gate>>,
    headers: HeaderMap,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Result<Response, Problem> {
    caller.may(Scope::AssetsWrite)?;
    let all = Sent::of(&headers, body)?.list()?;
    let (imported, actor, now) = (all.len(), caller.actor(), caller.now);
    gate.write(move |store| {
        assets::put(store, &all, now)?;
        let subject = format!("laptops:{imported}");
        Ok(audit::note(store, &actor, ("assets.import", &subject), now)?)
    })
    .await?;
    Ok(Json(Taken { imported }).into_response())
}

/// Tells where one laptop is expected.
#[utoipa::path(
    get, path = "/assets/{serial}", tag = "assets", security(("token" = ["assets:read"])),
    params(
        ("serial" = String, Path),
        Known
    ),
    responses(
        (status = 200, body = Asset, headers(("ETag" = String))),
        (status = 304, description = "As it was"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        Refusals
    )
)]
async fn one(
    caller: Caller,
    State(gate): State<Arc<Gate>>,
    Named(serial): Named<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    caller.may(Scope::AssetsRead)?;
    let found = gate.read(move |store| Ok(assets::one(store, &serial)?)).await?;
    answer::tagged(&headers, &found.ok_or_else(missing)?)
}

/// Says where one laptop is expected.
#[utoipa::path(
    put, path = "/assets/{serial}", tag = "assets", security(("token" = ["assets:write"])),
    params(
        ("serial" = String, Path),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of what is to be replaced"),
        ("If-None-Match" = Option<String>, Header, description = "`*`: only if there is none yet")
    ),
    request_body(content = Asset, description = "Its serial number is that of the address"),
    responses(
        (status = 200, body = Asset, headers(("ETag" = String))),
        (status = 412, body = Problem, content_type = "application/problem+json", description = "It is another one by now"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json"),
        Refusals
    )
)]
async fn put(
    caller: Caller,
    State(gate): State<Arc<Gate>>,
    Named(serial): Named<String>,
    headers: HeaderMap,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Result<Response, Problem> {
    caller.may(Scope::AssetsWrite)?;
    let new = Sent::of(&headers, body)?.one(&serial)?;
    let (actor, now, wanted, conditions) =
        (caller.actor(), caller.now, new.clone(), headers.clone());
    gate.write(move |store| {
        answer::unchanged(&conditions, assets::one(store, &serial)?.as_ref())?;
        assets::put(store, &[wanted], now)?;
        Ok(audit::note(store, &actor, ("assets.put", &format!("serial:{serial}")), now)?)
    })
    .await?;
    answer::tagged(&HeaderMap::new(), &new)
}

/// Takes one laptop off the list.
#[utoipa::path(
    delete, path = "/assets/{serial}", tag = "assets", security(("token" = ["assets:write"])),
    params(
        ("serial" = String, Path),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of what is to be removed")
    ),
    responses(
        (status = 204, description = "It is gone"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 412, body = Problem, content_type = "application/problem+json", description = "It is another one by now"),
        Refusals
    )
)]
async fn remove(
    caller: Caller,
    State(gate): State<Arc<Gate>>,
    Named(serial): Named<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    caller.may(Scope::AssetsWrite)?;
    let (actor, now) = (caller.actor(), caller.now);
    gate.write(move |store| {
        let found = assets::one(store, &serial)?.ok_or_else(missing)?;
        answer::unchanged(&headers, Some(&found))?;
        assets::remove(store, &serial)?;
        Ok(audit::note(store, &actor, ("assets.remove", &format!("serial:{serial}")), now)?)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

fn missing() -> Problem {
    Problem::missing("It is not on the list.")
}
