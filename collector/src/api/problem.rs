//! A request that is not granted: RFC 9457's problem, in JSON.

use crate::place::expected::Wrong;
use crate::secret::NoChance;
use crate::store::Unwritten;
use axum::Json;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;
use serde::Serialize;
use std::fmt::Display;
use utoipa::IntoResponses;
use utoipa::ToSchema;

/// How many seconds to wait when there is too much to do.
const SOON: u64 = 5;

/// Why a request is not granted (RFC 9457).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Problem {
    /// The same as the answer's status.
    status: u16,
    /// What kind of problem it is, in a few words.
    title: String,
    /// What is wrong with this request, in a sentence.
    detail: String,
    /// Everything that is wrong with what was sent, if it was a list.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<Place>,
    #[serde(skip)]
    retry_after: Option<u64>,
}

/// Something wrong with a list that was sent.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Place {
    /// The line of a CSV file or the number of a laptop in a JSON list, from 1.
    line: u64,
    /// What is wrong there.
    text: String,
}

/// What any request may be answered.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only its shape is told")]
pub enum Refusals {
    /// The request cannot be understood.
    #[response(status = 400, content_type = "application/problem+json")]
    Unclear(#[to_schema] Problem),
    /// There is no token, or it is not valid.
    #[response(status = 401, content_type = "application/problem+json")]
    Unknown(#[to_schema] Problem),
    /// The token's scopes do not allow it.
    #[response(status = 403, content_type = "application/problem+json")]
    NotAllowed(#[to_schema] Problem),
    /// It is understood, and still not possible: `problems` says all that is
    /// wrong with a list.
    #[response(status = 422, content_type = "application/problem+json")]
    Impossible(#[to_schema] Problem),
    /// Too many requests with this token: wait as long as `Retry-After` says.
    #[response(status = 429, content_type = "application/problem+json")]
    TooOften(#[to_schema] Problem),
    /// Too much to do: wait as long as `Retry-After` says.
    #[response(status = 503, content_type = "application/problem+json")]
    Busy(#[to_schema] Problem),
}

impl Problem {
    /// A problem with this status.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        let title = status.canonical_reason().unwrap_or("Problem").to_owned();
        let (detail, problems) = (detail.into(), Vec::new());
        Self { status: status.as_u16(), title, detail, problems, retry_after: None }
    }

    /// The request cannot be understood.
    pub fn unclear(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// There is no such thing.
    pub fn missing(detail: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    /// Something is wrong with the list that was sent: all of it.
    pub fn wrong(wrong: &[Wrong]) -> Self {
        let detail = "Nothing was taken in: see `problems`.";
        let place = |wrong: &Wrong| Place { line: wrong.line, text: wrong.text.clone() };
        let problems = wrong.iter().map(place).collect();
        Self { problems, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, detail) }
    }

    /// Too many requests: wait so many seconds.
    pub fn too_often(seconds: u64) -> Self {
        let detail = format!("Too many requests with this token: wait {seconds} s.");
        let retry_after = Some(seconds);
        Self { retry_after, ..Self::new(StatusCode::TOO_MANY_REQUESTS, detail) }
    }

    /// There is too much to do.
    pub fn busy() -> Self {
        let busy = Self::new(StatusCode::SERVICE_UNAVAILABLE, "There is too much to do.");
        Self { retry_after: Some(SOON), ..busy }
    }

    /// Something broke; what is for the log.
    pub fn failed(error: &dyn Display) -> Self {
        tracing::error!("cannot answer a request of the API: {error}");
        let detail = "The collector could not do it. What went wrong is in its log.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, detail)
    }
}

impl From<rusqlite::Error> for Problem {
    fn from(error: rusqlite::Error) -> Self {
        Self::failed(&error)
    }
}

impl From<Unwritten> for Problem {
    fn from(error: Unwritten) -> Self {
        Self::failed(&error)
    }
}

impl From<NoChance> for Problem {
    fn from(error: NoChance) -> Self {
        Self::failed(&error)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or_default();
        let retry_after = self.retry_after;
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        let kind = HeaderValue::from_static("application/problem+json");
        headers.insert(header::CONTENT_TYPE, kind);
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// The answer where there is nothing.
pub async fn missing() -> Problem {
    Problem::missing("There is nothing here; see openapi.json.")
}

/// The answer to a method that is not taken.
pub async fn wrong_method() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "This cannot be asked for in this way.")
}
