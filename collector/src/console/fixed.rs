//! The style sheet, the scripts and the mark: files that are part of the program.

use super::answer::Refused;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;
use ring::digest;
use std::fmt::Write as _;

/// Name, type and content of each file.
const FILES: [(&str, &str, &str); 4] = [
    ("console.css", "text/css; charset=utf-8", include_str!("../../templates/static/console.css")),
    (
        "console.js",
        "text/javascript; charset=utf-8",
        include_str!("../../templates/static/console.js"),
    ),
    (
        "triage.js",
        "text/javascript; charset=utf-8",
        include_str!("../../templates/static/triage.js"),
    ),
    ("mark.svg", "image/svg+xml", include_str!("../../templates/static/mark.svg")),
];

/// `GET /static/{name}`. A browser may keep the file, but asks whether it is still the same.
pub async fn file(Path(name): Path<String>, headers: HeaderMap) -> Result<Response, Refused> {
    let found = FILES.iter().find(|(file, _, _)| *file == name);
    let Some((_, kind, content)) = found else {
        return Err(Refused::missing("There is no such file."));
    };
    let tag = tag(content);
    let kept = headers.get(header::IF_NONE_MATCH).is_some_and(|kept| kept == tag.as_str());
    let caching = [(header::ETAG, tag), (header::CACHE_CONTROL, "public, no-cache".to_owned())];
    if kept {
        return Ok((StatusCode::NOT_MODIFIED, caching).into_response());
    }
    Ok((caching, [(header::CONTENT_TYPE, *kind)], *content).into_response())
}

/// The first half of the content's SHA-256, as an entity tag.
fn tag(content: &str) -> String {
    let hash = digest::digest(&digest::SHA256, content.as_bytes());
    let mut tag = String::from("\"");
    for byte in hash.as_ref().iter().take(16) {
        // Writing to a string cannot fail.
        let _ = write!(tag, "{byte:02x}");
    }
    tag.push('"');
    tag
}
