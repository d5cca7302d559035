//! What a caller sends: a list of laptops, or one, as CSV or JSON.

use crate::api::problem::Problem;
use crate::place::expected;
use crate::place::expected::Expected;
use crate::place::expected::Wrong;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

/// Where a laptop is expected. A place is written `US`, `US-TX` or
/// `US-TX@30.3,-97.7`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its shape is told")]
pub struct Asset {
    /// The laptop's serial number.
    #[schema(min_length = 1)]
    serial: String,
    /// Its host name, where the serial number is not enough.
    #[schema(required = false)]
    host: Option<String>,
    /// Whose it is.
    #[schema(required = false)]
    person: Option<String>,
    /// Where its user lives.
    #[schema(required = false)]
    homes: Vec<String>,
    /// The company's offices: places, or networks such as `192.0.2.0/24`.
    #[schema(required = false)]
    offices: Vec<String>,
    /// Journeys, such as `CA 2026-12-01..2026-12-14 TICKET-7`.
    #[schema(required = false)]
    travel: Vec<String>,
    /// Countries next door.
    #[schema(required = false)]
    borders: Vec<String>,
    /// Where it was sent to.
    #[schema(required = false)]
    delivered_to: Option<String>,
    /// When it was delivered.
    #[schema(required = false, format = Date)]
    delivered_at: Option<String>,
    /// When its user began.
    #[schema(required = false, format = Date)]
    start: Option<String>,
    /// The group of laptops it belongs to.
    #[schema(required = false)]
    group: Option<String>,
    /// When another of the company's systems last heard of it.
    #[schema(required = false, format = Date)]
    alive_at: Option<String>,
}

/// A body, by its kind.
pub(super) enum Sent {
    Csv(String),
    Json(Value),
}

impl Sent {
    pub(super) fn of(
        headers: &HeaderMap,
        body: Result<Bytes, BytesRejection>,
    ) -> Result<Self, Problem> {
        let body = body.map_err(|error| {
            Problem::new(
                error.into_response().status(),
                "The body is larger than 16 MiB, or broke off.",
            )
        })?;
        let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        match kind.and_then(|kind| kind.split(';').next()).map(str::trim) {
            Some("application/json") => serde_json::from_slice(&body)
                .map(Self::Json)
                .map_err(|error| Problem::unclear(format!("The body is not JSON: {error}."))),
            Some("text/csv") => String::from_utf8(body.to_vec())
                .map(Self::Csv)
                .map_err(|_| Problem::unclear("The body is not UTF-8.")),
            _ => {
                let detail = "Send application/json or text/csv.";
                Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail))
            }
        }
    }

    pub(super) fn list(self) -> Result<Vec<Expected>, Problem> {
        let read = match self {
            Self::Csv(text) => expected::import(&text),
            Self::Json(Value::Array(all)) => expected::import_json(&all),
            Self::Json(_) => return Err(Problem::unclear("Send a list of laptops.")),
        };
        read.map_err(|wrong| Problem::wrong(&wrong))
    }

    /// The laptop that is sent, which is the one of the address.
    pub(super) fn one(self, serial: &str) -> Result<Expected, Problem> {
        let Self::Json(body) = self else {
            let detail = "Send application/json.";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail));
        };
        let wrong = |text: &str| Problem::wrong(&[Wrong { line: 1, text: text.to_owned() }]);
        let mut all = expected::import_json(&[body]).map_err(|all| Problem::wrong(&all))?;
        let one = all.pop().ok_or_else(|| wrong("there is no laptop"))?;
        if one.serial == serial {
            return Ok(one);
        }
        Err(wrong("its serial number is not that of the address"))
    }
}
