//! Answers in JSON, with a tag that tells whether anything has changed.

use super::problem::Problem;
use crate::secret;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::http::HeaderMap;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;
use serde::Serialize;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;

/// Part of a list.
#[derive(Serialize, ToSchema)]
pub struct Page<T: ToSchema> {
    /// The rows, as many as were asked for at most.
    pub items: Vec<T>,
    /// What to send as `after` for the rows that follow; null at the end.
    pub next: Option<String>,
}

impl<T: ToSchema> Page<T> {
    /// The first `limit` of the rows, of which one more was asked for.
    pub fn of(mut items: Vec<T>, limit: u32, next: impl Fn(&T) -> String) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let is_more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| is_more).map(next);
        Self { items, next }
    }
}

/// What was sent, as JSON.
pub fn letter<T: DeserializeOwned>(body: Result<Bytes, BytesRejection>) -> Result<T, Problem> {
    let body = body.map_err(|error| {
        Problem::new(error.into_response().status(), "The body is too large, or broke off.")
    })?;
    serde_json::from_slice(&body)
        .map_err(|error| Problem::unclear(format!("The body is not what it should be: {error}.")))
}

/// The body, or that it is the one that the caller has.
pub fn tagged(headers: &HeaderMap, body: &impl Serialize) -> Result<Response, Problem> {
    let text = serde_json::to_vec(body).map_err(|error| Problem::failed(&error))?;
    let tag = tag(&text);
    let caching = [(header::ETAG, tag.clone())];
    if matches(headers, &header::IF_NONE_MATCH, &tag) == Some(true) {
        return Ok((StatusCode::NOT_MODIFIED, caching).into_response());
    }
    let kind = [(header::CONTENT_TYPE, "application/json")];
    Ok((caching, kind, text).into_response())
}

/// Refuses to change what is no longer as the caller has seen it. Without
/// `If-Match` whatever is there is changed.
pub fn unchanged(headers: &HeaderMap, body: Option<&impl Serialize>) -> Result<(), Problem> {
    let tag = match body {
        Some(body) => tag(&serde_json::to_vec(body).map_err(|error| Problem::failed(&error))?),
        None => String::new(),
    };
    let is_fine = match matches(headers, &header::IF_MATCH, &tag) {
        Some(is_same) => is_same && body.is_some(),
        None => true,
    };
    let is_new = matches(headers, &header::IF_NONE_MATCH, &tag) != Some(true) || body.is_none();
    if is_fine && is_new {
        return Ok(());
    }
    let detail = "It is no longer as you have seen it: ask for it again.";
    Err(Problem::new(StatusCode::PRECONDITION_FAILED, detail))
}

/// Whether one of the tags in the header is this one; nothing without a header.
fn matches(headers: &HeaderMap, name: &header::HeaderName, tag: &str) -> Option<bool> {
    let mut told = headers.get_all(name).iter().peekable();
    told.peek()?;
    let texts = told.filter_map(|value| value.to_str().ok()).flat_map(|text| text.split(','));
    let mut tags = texts.map(|text| text.trim().trim_start_matches("W/"));
    Some(tags.any(|told| told == "*" || told == tag))
}

/// The first half of the SHA-256, as an entity tag.
fn tag(text: &[u8]) -> String {
    let hash = secret::sha256(text);
    format!("\"{}\"", secret::hexadecimal(hash.get(..16).unwrap_or_default()))
}

/// Adds what every answer carries.
pub async fn guard(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let policy = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    let caching = HeaderValue::from_static("private, no-cache");
    headers.entry(header::CACHE_CONTROL).or_insert(caching);
    response
}
