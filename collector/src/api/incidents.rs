//! `/incidents`: what needs a person, and what people do about it.

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
use crate::incident::hands;
use crate::incident::hands::Undone;
use crate::store::api_tokens::Scope;
use crate::store::read;
use crate::store::read::After;
use crate::store::read::IncidentDetail;
use crate::store::read::IncidentRow;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::response::Response;
use event::Outcome;
use jiff::Timestamp;
use model::Severity;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Which incidents are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// In this state: open, acknowledged, suppressed or closed.
    #[param(value_type = Option<read::schema::IncidentState>)]
    state: Option<event::State>,
    /// At least this severe.
    #[param(value_type = Option<read::schema::Severity>)]
    severity: Option<Severity>,
    /// With a finding on the laptop with this id.
    laptop: Option<String>,
    /// Somebody looks into it: this account.
    assignee: Option<String>,
    /// With this text in its title, or in the host name of one of its laptops.
    text: Option<String>,
    /// What the answer before said as `next`.
    after: Option<String>,
    /// Rows at most; 100 if nothing is said.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u32>,
}

/// Something to do about an incident.
#[derive(Deserialize, ToSchema)]
#[schema(as = IncidentAct)]
#[serde(deny_unknown_fields)]
pub struct Act {
    /// What to do.
    #[serde(rename = "act")]
    deed: Deed,
    /// What it was; for `close`.
    #[schema(value_type = Option<read::schema::Outcome>, required = false)]
    outcome: Option<Outcome>,
    /// Until when it is silent; for `suppress`.
    #[schema(value_type = Option<String>, format = DateTime, required = false)]
    until: Option<Timestamp>,
    /// Why; must be there for `close`, `suppress` and `note`.
    #[serde(default)]
    #[schema(required = false, max_length = 4000)]
    note: String,
}

/// What can be done about an incident.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Deed {
    /// Say that somebody looks into it.
    Acknowledge,
    /// Let it be silent for a time.
    Suppress,
    /// Close it, and say what it was.
    Close,
    /// Open it again.
    Reopen,
    /// Add a note to it.
    Note,
}

pub(super) fn routes() -> OpenApiRouter<Arc<Gate>> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(one)).routes(routes!(act))
}

/// Lists incidents, those that changed last first.
#[utoipa::path(
    get, path = "/incidents", tag = "incidents", security(("token" = ["incidents:read"])),
    params(Wanted, Known),
    responses(
        (status = 200, body = Page<IncidentRow>, headers(("ETag" = String))),
        (status = 304, description = "As it was"),
        Refusals
    )
)]
async fn list(
    caller: Caller,
    State(gate): State<Arc<Gate>>,
    Asked(asked): Asked<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    caller.may(Scope::IncidentsRead)?;
    let limit = asked::limit(asked.limit)?;
    let after: Option<(String, i64)> = cursor::key(asked.after.as_ref())?;
    let after = after.map(|(changed_at, id)| After { changed_at, id });
    let wanted = read::Wanted {
        states: asked.state.into_iter().collect(),
        severity: asked.severity,
        laptop: asked.laptop,
        assignee: asked.assignee,
        text: asked.text,
    };
    let rows = gate
        .read(move |store| Ok(read::incidents(store, &wanted, after.as_ref(), limit + 1)?))
        .await?;
    let next = |row: &IncidentRow| cursor::cursor(&(row.changed_at.to_string(), row.id));
    answer::tagged(&headers, &Page::of(rows, limit, next))
}

/// Tells one incident, with its findings, its story and what was done about it.
#[utoipa::path(
    get, path = "/incidents/{id}", tag = "incidents", security(("token" = ["incidents:read"])),
    params(
        ("id" = i64, Path),
        Known
    ),
    responses(
        (status = 200, body = IncidentDetail, headers(("ETag" = String))),
        (status = 304, description = "As it was"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        Refusals
    )
)]
async fn one(
    caller: Caller,
    State(gate): State<Arc<Gate>>,
    Named(id): Named<i64>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    caller.may(Scope::IncidentsRead)?;
    let found = gate.read(move |store| Ok(read::incident(store, id)?)).await?;
    answer::tagged(&headers, &found.ok_or_else(|| missing(id))?)
}

/// Does something about an incident.
#[utoipa::path(
    post, path = "/incidents/{id}/acts", tag = "incidents", security(("token" = ["incidents:write"])),
    params(
        ("id" = i64, Path),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the incident as it was seen")
    ),
    request_body(content = Act),
    responses(
        (status = 200, body = IncidentDetail, headers(("ETag" = String))),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "It cannot be done to an incident that is as this one is"),
        (status = 412, body = Problem, content_type = "application/problem+json", description = "It has changed"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        Refusals
    )
)]
async fn act(
    caller: Caller,
    State(gate): State<Arc<Gate>>,
    Named(id): Named<i64>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    caller.may(Scope::IncidentsWrite)?;
    let act: Act = answer::letter(body)?;
    let (wanted, note) = (act.wanted()?, act.note);
    let (actor, now) = (caller.actor(), caller.now);
    let after = gate
        .write(move |store| {
            let seen = read::incident(store, id)?.ok_or_else(|| missing(id))?;
            answer::unchanged(&headers, Some(&seen))?;
            hands::act(store, id, (&wanted, &note), &actor, now).map_err(undone)?;
            read::incident(store, id)?.ok_or_else(|| missing(id))
        })
        .await?;
    answer::tagged(&HeaderMap::new(), &after)
}

impl Act {
    fn wanted(&self) -> Result<hands::Act, Problem> {
        match (self.deed, self.until, self.outcome) {
            (Deed::Acknowledge, None, None) => Ok(hands::Act::Acknowledge),
            (Deed::Reopen, None, None) => Ok(hands::Act::Reopen),
            (Deed::Note, None, None) => Ok(hands::Act::Note),
            (Deed::Suppress, Some(until), None) => Ok(hands::Act::Suppress(until)),
            (Deed::Close, None, Some(outcome)) => Ok(hands::Act::Close(outcome)),
            _ => {
                let detail = "`suppress` needs `until`, `close` needs `outcome`, and nothing else takes these.";
                Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, detail))
            }
        }
    }
}

fn undone(error: Undone) -> Problem {
    match error {
        Undone::Missing(id) => missing(id),
        Undone::Unfit(text) => Problem::new(StatusCode::CONFLICT, text),
        Undone::Store(error) => error.into(),
    }
}

fn missing(id: i64) -> Problem {
    Problem::missing(&format!("There is no incident {id}."))
}
