//! Answers: pages, refusals, and the headers every answer carries.

use crate::store::Unwritten;
use crate::store::people::PeopleError;
use crate::store::people::Role;
use askama::Template;
use axum::http::HeaderName;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::Html;
use axum::response::IntoResponse;
use axum::response::Response;
use std::fmt::Display;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// A request that is not granted: a page that says so in a sentence.
#[derive(Debug)]
pub struct Refused {
    status: StatusCode,
    title: &'static str,
    sentence: String,
    retry_after: Option<u64>,
}

#[derive(Template)]
#[template(path = "refused.html")]
struct RefusedPage<'a> {
    title: &'a str,
    sentence: &'a str,
}

impl Refused {
    /// There is no such page or thing.
    pub fn missing(sentence: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "Not found", sentence)
    }

    /// The request cannot be understood.
    pub fn unclear(sentence: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "Not understood", sentence)
    }

    /// The form was not made for this session.
    pub fn stale_form() -> Self {
        let sentence = "Nothing was changed: this form does not belong to your present session. \
            Go back, reload the page and try again.";
        Self::new(StatusCode::FORBIDDEN, "Not allowed", sentence)
    }

    /// One who asks may not do it.
    pub fn not_allowed(needed: Role) -> Self {
        let sentence =
            format!("Nothing was changed: this needs the role {needed}, and yours is less.");
        Self::new(StatusCode::FORBIDDEN, "Not allowed", &sentence)
    }

    /// One who asks is not let in.
    pub fn forbidden(sentence: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, "Not allowed", sentence)
    }

    /// Somebody else who must answer does not.
    pub fn unreachable(sentence: &str) -> Self {
        Self::new(StatusCode::BAD_GATEWAY, "No answer", sentence)
    }

    /// It cannot be done, for a reason the one who asks can mend.
    pub fn impossible(sentence: &str) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "Not possible", sentence)
    }

    /// Nobody is signed in, said to a script.
    pub fn signed_out() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Signed out", "Sign in to see this.")
    }

    /// Too much is asked at a time.
    pub fn busy(seconds: u64) -> Self {
        let sentence = "The console is busy. Wait a moment and try again.";
        let busy = Self::new(StatusCode::SERVICE_UNAVAILABLE, "Busy", sentence);
        Self { retry_after: Some(seconds), ..busy }
    }

    /// Something broke; what is for the log, not for the page.
    pub fn failed(error: &dyn Display) -> Self {
        tracing::error!("cannot answer a console request: {error}");
        let sentence = "The console could not answer. What went wrong is in the collector's log.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong", sentence)
    }

    fn new(status: StatusCode, title: &'static str, sentence: &str) -> Self {
        Self { status, title, sentence: sentence.to_owned(), retry_after: None }
    }
}

impl From<rusqlite::Error> for Refused {
    fn from(error: rusqlite::Error) -> Self {
        Self::failed(&error)
    }
}

impl From<Unwritten> for Refused {
    fn from(error: Unwritten) -> Self {
        Self::failed(&error)
    }
}

impl From<PeopleError> for Refused {
    fn from(error: PeopleError) -> Self {
        match error {
            PeopleError::Store(_) | PeopleError::Secret(_) => Self::failed(&error),
            PeopleError::Missing(_) => Self::missing("There is no such account."),
            _ => Self::impossible(&sentence(&error.to_string())),
        }
    }
}

/// An error's text, as a sentence.
pub fn sentence(text: &str) -> String {
    let mut signs = text.chars();
    signs
        .next()
        .map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), signs.as_str()))
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let page = RefusedPage { title: self.title, sentence: &self.sentence };
        // A page that cannot be written leaves its sentence.
        let text = page.render().unwrap_or_else(|_| self.sentence.clone());
        let mut response = (self.status, Html(text)).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// The page, written.
pub fn page(template: &impl Template) -> Result<Response, Refused> {
    match template.render() {
        Ok(text) => Ok(Html(text).into_response()),
        Err(error) => Err(Refused::failed(&error)),
    }
}

/// The answer where there is no page.
pub async fn missing() -> Refused {
    Refused::missing("There is no such page.")
}

/// The answer where a page does not take what was sent.
pub async fn wrong_method() -> Refused {
    let sentence = "This page cannot be asked for in this way.";
    Refused::new(StatusCode::METHOD_NOT_ALLOWED, "Not possible", sentence)
}

/// Adds what every answer carries; only answers that say so may be kept by a cache.
pub async fn guard(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
