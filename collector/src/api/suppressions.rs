//! `/suppressions`: what alerts nobody for a time.

use super::answer;
use super::asked::Known;
use super::asked::Named;
use super::caller::Caller;
use super::gate::Gate;
use super::problem::Problem;
use super::problem::Refusals;
use crate::store::api_tokens::Scope;
use crate::store::suppressions;
use crate::store::suppressions::Suppression;
use crate::store::suppressions::Which;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::response::Response;
use jiff::Timestamp;
use serde::Deserialize;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// All suppressions.
#[derive(Serialize, ToSchema)]
pub struct All {
    /// The newest first.
    items: Vec<Suppression>,
}

/// A new one: all that is named must meet.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct New {
    /// Findings about this remote tool.
    #[schema(required = false)]
    tool: Option<String>,
    /// Findings of this signature, or of a family, written `kvm.*`.
    #[schema(required = false)]
    signature: Option<String>,
    /// Findings of laptops of this group.
    #[schema(required = false)]
    group: Option<String>,
    /// Findings of the laptop with this id.
    #[schema(required = false)]
    laptop: Option<String>,
    /// Why.
    #[schema(min_length = 1, max_length = 4000)]
    why: String,
    /// When it ends.
    #[schema(value_type = String, format = DateTime)]
    until: Timestamp,
}

/// The number of a suppression.
#[derive(Serialize, ToSchema)]
pub struct Made {
    /// It.
    id: i64,
}

pub(super) fn routes() -> OpenApiRouter<Arc<Gate>> {
    OpenApiRouter::new().routes(routes!(list, add)).routes(routes!(end))
}

/// Lists all suppressions.
#[utoipa::path(
    get, path = "/suppressions", tag = "incidents", security(("token" = ["incidents:read"])),
    params(Known),
    responses(
        (status = 200, body = All, headers(("ETag" = String))),
        (status = 304, description = "As it was"),
        Refusals
    )
)]
async fn list(
    caller: Caller,
    State(gate): State<Arc<Gate>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    caller.may(Scope::IncidentsRead)?;
    let items = gate.read(|store| Ok(suppressions::all(store)?)).await?;
    answer::tagged(&headers, &All { items })
}

/// Lets findings alert nobody for a time.
#[utoipa::path(
    post, path = "/suppressions", tag = "incidents", security(("token" = ["incidents:write"])),
    request_body(content = New),
    responses(
        (status = 201, body = Made),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        Refusals
    )
)]
async fn add(
    caller: Caller,
    State(gate): State<Arc<Gate>>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    caller.may(Scope::IncidentsWrite)?;
    let New { tool, signature, group, laptop, why, until } = answer::letter(body)?;
    let which = Which { tool, signature, group, laptop };
    let (actor, now) = (caller.actor(), caller.now);
    suppressions::fits(&which, (&why, until), now)
        .map_err(|text| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, text))?;
    let id = gate
        .write(move |store| Ok(suppressions::add(store, &which, (why.trim(), until), &actor, now)?))
        .await?;
    Ok((StatusCode::CREATED, axum::Json(Made { id })).into_response())
}

/// Ends one before its time.
#[utoipa::path(
    delete, path = "/suppressions/{id}", tag = "incidents", security(("token" = ["incidents:write"])),
    params(("id" = i64, Path)),
    responses(
        (status = 204, description = "It is over"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        Refusals
    )
)]
async fn end(
    caller: Caller,
    State(gate): State<Arc<Gate>>,
    Named(id): Named<i64>,
) -> Result<StatusCode, Problem> {
    caller.may(Scope::IncidentsWrite)?;
    let (actor, now) = (caller.actor(), caller.now);
    let ended = gate.write(move |store| Ok(suppressions::end(store, id, &actor, now)?)).await?;
    if ended {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(Problem::missing("There is no such suppression, or it is over."))
}
