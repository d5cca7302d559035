//! A request that is not granted: a sentence for outside, a line for the log.

use crate::figures;
use crate::store::Unwritten;
use axum::Json;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;
use model::Refused;
use std::fmt::Display;

/// How many seconds an agent should wait when there is too much to do.
const SOON: u64 = 10;

/// A request that is not granted.
#[derive(Debug)]
pub struct Refusal {
    status: StatusCode,
    outside: String,
    inside: String,
}

impl Refusal {
    /// Tells the same to both sides.
    pub fn new(status: StatusCode, outside: impl Into<String>) -> Self {
        Self { status, outside: outside.into(), inside: String::new() }
    }

    /// Adds what only the log is to know.
    #[must_use]
    pub fn because(mut self, inside: impl Display) -> Self {
        self.inside = inside.to_string();
        self
    }

    /// Adds whose request it was.
    #[must_use]
    pub fn of(mut self, laptop: &str) -> Self {
        let separator = if self.inside.is_empty() { "" } else { ": " };
        self.inside = format!("laptop {laptop}{separator}{}", self.inside);
        self
    }

    /// It is our fault.
    pub fn failed(error: impl Display) -> Self {
        let outside = "The collector could not do it. What went wrong is in its log.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, outside).because(error)
    }

    /// There is too much to do.
    pub fn busy(error: impl Display) -> Self {
        let outside = "The collector has too much to do. Try again a little later.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, outside).because(error)
    }

    /// The request cannot be understood.
    pub fn unclear(outside: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, outside)
    }

    /// The request is larger than the operator allows.
    pub fn too_large(outside: impl Into<String>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, outside)
    }

    fn log(&self) {
        let Self { status, outside, inside } = self;
        if status.is_server_error() {
            tracing::error!(status = status.as_u16(), inside, "refused a request: {outside}");
        } else {
            tracing::warn!(status = status.as_u16(), inside, "refused a request: {outside}");
        }
    }
}

impl From<Unwritten> for Refusal {
    fn from(error: Unwritten) -> Self {
        match error {
            Unwritten::Busy => Self::busy(error),
            Unwritten::Failed(_) => Self::failed(error),
        }
    }
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        Self::failed(error)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        self.log();
        figures::refused(reason(self.status));
        let mut response = (self.status, Json(Refused { error: self.outside })).into_response();
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, SOON.into());
        }
        response
    }
}

/// Why a request is refused, in a word or two, for those who count.
fn reason(status: StatusCode) -> &'static str {
    match status {
        StatusCode::UNAUTHORIZED => "not enrolled",
        StatusCode::FORBIDDEN => "revoked",
        StatusCode::SERVICE_UNAVAILABLE => "busy",
        StatusCode::PAYLOAD_TOO_LARGE => "too large",
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => "not there",
        status if status.is_server_error() => "failed",
        _ => "unclear",
    }
}

/// The answer where there is nothing.
pub async fn missing() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "There is nothing here.")
}

/// The answer to a method that is not taken.
pub async fn wrong_method() -> Refusal {
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "This cannot be asked for in this way.")
}
