//! `/places`: what was last decided about where laptops are.

use super::answer;
use super::answer::Page;
use super::asked;
use super::asked::Asked;
use super::asked::Known;
use super::asked::Part;
use super::caller::Caller;
use super::cursor;
use super::gate::Gate;
use super::problem::Problem;
use super::problem::Refusals;
use crate::judge::Told;
use crate::store::api_tokens::Scope;
use crate::store::places;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What was last decided about a laptop's place.
#[derive(Serialize, ToSchema)]
pub struct Place {
    /// The laptop's id.
    laptop: String,
    /// When it was first decided so.
    #[schema(format = DateTime)]
    decided_at: String,
    /// What was decided: without an address and without a point.
    #[schema(value_type = Decision)]
    decision: Told,
}

/// How [`Told`] looks.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its shape is told")]
struct Decision {
    /// The country of its exit, by its two letters, if the databases agree.
    country: Option<String>,
    /// What they say, in words.
    vote: String,
    /// What kind of network it comes from.
    class: String,
    /// Whose network that is.
    organization: Option<String>,
    /// Where it belongs; empty if nobody has said.
    expected: Vec<String>,
    /// The way to it, in words.
    way: String,
    /// What was left aside, each in a sentence.
    notes: Vec<String>,
    /// What the findings are worth together.
    logit: f64,
    /// What is to be done: log, review or case.
    band: String,
    /// What waits to be seen for longer.
    waits: Vec<String>,
}

pub(super) fn routes() -> OpenApiRouter<Arc<Gate>> {
    OpenApiRouter::new().routes(routes!(list))
}

/// Lists what was decided about laptops that are not revoked, by their ids.
#[utoipa::path(
    get, path = "/places", tag = "places", security(("token" = ["places:read"])),
    params(Part, Known),
    responses(
        (status = 200, body = Page<Place>, headers(("ETag" = String))),
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
    caller.may(Scope::PlacesRead)?;
    let limit = asked::limit(part.limit)?;
    let after: Option<String> = cursor::key(part.after.as_ref())?;
    let rows =
        gate.read(move |store| Ok(places::after(store, after.as_deref(), limit + 1)?)).await?;
    let place = |(laptop, decided_at, decision)| Place { laptop, decided_at, decision };
    let rows = rows.into_iter().map(place).collect();
    let page = Page::of(rows, limit, |row: &Place| cursor::cursor(&row.laptop));
    answer::tagged(&headers, &page)
}
