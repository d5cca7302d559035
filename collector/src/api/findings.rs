//! `/findings`: what was found.

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
use crate::policy;
use crate::store::api_tokens::Scope;
use crate::store::read;
use crate::store::read::AfterFinding;
use crate::store::read::Filter;
use crate::store::read::FindingDetail;
use crate::store::read::FindingRow;
use crate::store::read::State;
use crate::store::read::schema;
use axum::extract;
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::Timestamp;
use model::Rung;
use model::Severity;
use model::Standing;
use serde::Deserialize;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Which findings are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// At least this severe.
    #[param(value_type = Option<schema::Severity>)]
    severity: Option<Severity>,
    /// Open, closed or all; all if nothing is said.
    #[param(inline)]
    state: Option<State>,
    /// Alerts or leads; both if nothing is said.
    #[param(value_type = Option<schema::Standing>)]
    standing: Option<Standing>,
    /// On the laptop with this id.
    laptop: Option<String>,
    /// About a remote tool that has come at least this far.
    #[param(value_type = Option<schema::Rung>)]
    rung: Option<Rung>,
    /// About a remote tool of which the policy says this.
    #[param(value_type = Option<schema::Verdict>)]
    verdict: Option<String>,
    /// Of this family, such as `kvm`.
    family: Option<String>,
    /// With this text in its title, signature, technique or host name.
    text: Option<String>,
    /// That a report has changed since then.
    #[param(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// What the answer before said as `next`.
    after: Option<String>,
    /// Rows at most; 100 if nothing is said.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u32>,
}

pub(super) fn routes() -> OpenApiRouter<Arc<Gate>> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(one))
}

/// Lists findings, newest first.
#[utoipa::path(
    get, path = "/findings", tag = "findings", security(("token" = ["findings:read"])),
    params(Wanted, Known),
    responses(
        (status = 200, body = Page<FindingRow>, headers(("ETag" = String))),
        (status = 304, description = "As it was"),
        Refusals
    )
)]
async fn list(
    caller: Caller,
    extract::State(gate): extract::State<Arc<Gate>>,
    Asked(wanted): Asked<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    caller.may(Scope::FindingsRead)?;
    let limit = asked::limit(wanted.limit)?;
    let after: Option<AfterFinding> = cursor::key(wanted.after.as_ref())?;
    let since = wanted.since;
    let filter = wanted.filter()?;
    let rows = gate
        .read(move |store| Ok(read::findings_after(store, &filter, since, after, limit + 1)?))
        .await?;
    let page = Page::of(rows, limit, |row| cursor::cursor(&(row.opened_at, row.id)));
    answer::tagged(&headers, &page)
}

/// Tells one finding in full: its evidence, and how it went.
#[utoipa::path(
    get, path = "/findings/{id}", tag = "findings", security(("token" = ["findings:read"])),
    params(
        ("id" = i64, Path, minimum = 1),
        Known
    ),
    responses(
        (status = 200, body = FindingDetail, headers(("ETag" = String))),
        (status = 304, description = "As it was"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        Refusals
    )
)]
async fn one(
    caller: Caller,
    extract::State(gate): extract::State<Arc<Gate>>,
    Named(id): Named<i64>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    caller.may(Scope::FindingsRead)?;
    let found = gate.read(move |store| Ok(read::finding(store, id)?)).await?;
    let found = found.ok_or_else(|| Problem::missing("There is no such finding."))?;
    answer::tagged(&headers, &found)
}

impl Wanted {
    fn filter(self) -> Result<Filter, Problem> {
        // What comes from a laptop may be a verdict nobody knows here; a filter may not.
        let known = |name: String| {
            policy::verdict(&name).ok_or_else(|| Problem::unclear("There is no such `verdict`."))
        };
        Ok(Filter {
            severity: self.severity,
            state: self.state.unwrap_or_default(),
            standing: self.standing,
            laptop: self.laptop,
            rung: self.rung,
            verdict: self.verdict.map(known).transpose()?,
            family: self.family,
            text: self.text,
        })
    }
}
