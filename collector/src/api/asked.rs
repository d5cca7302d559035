//! What a request asks for, read from its address.

use super::problem::Problem;
use axum::extract::FromRequestParts;
use axum::extract::Path;
use axum::extract::Query;
use axum::http::request::Parts;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;

/// Rows in a part of a list at most.
pub const MOST: u32 = 500;
/// Rows if nothing is said.
const USUAL: u32 = 100;

/// Which part of a list is wanted that has no filters.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Part {
    /// What the answer before said as `next`.
    pub after: Option<String>,
    /// Rows at most; 100 if nothing is said.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<u32>,
}

/// The header by which a caller says what it has already.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only its shape is told")]
pub struct Known {
    /// The `ETag` of an answer before
    #[param(rename = "If-None-Match")]
    tag: Option<String>,
}

/// The part of the address after `?`.
pub struct Asked<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Query::from_request_parts(parts, state).await {
            Ok(Query(asked)) => Ok(Self(asked)),
            Err(error) => Err(Problem::unclear(error.body_text())),
        }
    }
}

/// What the address itself names.
pub struct Named<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Named<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path(named)) => Ok(Self(named)),
            Err(error) => Err(Problem::unclear(error.body_text())),
        }
    }
}

/// How many rows are wanted.
pub fn limit(asked: Option<u32>) -> Result<u32, Problem> {
    match asked.unwrap_or(USUAL) {
        limit @ 1..=MOST => Ok(limit),
        _ => Err(Problem::unclear("`limit` is from 1 to 500.")),
    }
}
