//! The line on which open pages hear of changes.

use super::*;
use axum::body::HttpBody;
use std::future;
use std::pin::Pin;

/// The next event; nothing once the line is closed.
async fn next(line: &mut Body) -> Option<String> {
    let frame = future::poll_fn(|context| Pin::new(&mut *line).poll_frame(context)).await?;
    let bytes = frame.unwrap().into_data().unwrap();
    Some(String::from_utf8(bytes.to_vec()).unwrap())
}

async fn listen(site: &mut Site) -> Body {
    let request = Request::get("/live").header(header::COOKIE, &site.cookie);
    let response = site.answer(request.body(Body::empty()).unwrap()).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
    assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
    response.into_body()
}

#[tokio::test]
async fn an_open_page_hears_of_changes_in_a_burst_once() {
    let mut site = Site::signed_in();
    let mut line = listen(&mut site).await;
    assert_eq!(next(&mut line).await.as_deref(), Some(": alive\n\n"));
    for number in 1..=100 {
        site.changes.send(number).unwrap();
    }
    assert_eq!(next(&mut line).await.as_deref(), Some("event: changed\ndata: \n\n"));
    drop(site.changes);
    assert_eq!(next(&mut line).await, None);
}

#[tokio::test]
async fn the_line_ends_with_the_session() {
    let mut site = Site::signed_in();
    let mut line = listen(&mut site).await;
    assert_eq!(next(&mut line).await.as_deref(), Some(": alive\n\n"));
    site.post("/logout", "csrf=token").await.leads_to("/login");
    site.changes.send(1).unwrap();
    assert_eq!(next(&mut line).await, None);
}

#[tokio::test]
async fn a_line_too_many_is_asked_to_come_later() {
    let mut site = Site::signed_in();
    let mut lines = Vec::new();
    for _ in 0..64 {
        lines.push(listen(&mut site).await);
    }
    let got = site.get("/live").await;
    assert_eq!(got.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(got.header(header::RETRY_AFTER), "15");
}
