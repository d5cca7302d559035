//! Tells open pages that something has changed, as server-sent events.

use super::analyst;
use super::answer::Refused;
use super::desk::Desk;
use super::now::Now;
use crate::clock;
use crate::store::people;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;
use hyper::body::Bytes;
use hyper::body::Frame;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Context;
use std::task::Poll;
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::mpsc;
use tokio::time::timeout;

/// How often a page is told that the line still holds, and its session looked at.
const SIGN_OF_LIFE: Duration = Duration::from_secs(15);
/// Changes that follow sooner are told as one.
const BETWEEN: Duration = Duration::from_secs(1);

const CHANGED: &str = "event: changed\ndata: \n\n";
/// A comment, which browsers skip.
const ALIVE: &str = ": alive\n\n";

/// `GET /live`: one event `changed` when something has, until the session is over.
pub async fn stream(
    State(desk): State<Arc<Desk>>,
    Now(now): Now,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let signed_in = analyst::signed_in(&headers, &desk, now).await?;
    let (_, secret) = signed_in.ok_or_else(Refused::signed_out)?;
    let permit = Arc::clone(&desk.streams).try_acquire_owned();
    let permit = permit.map_err(|_| Refused::busy(SIGN_OF_LIFE.as_secs()))?;
    let (events, waiting) = mpsc::channel(1);
    tokio::spawn(tell(desk, secret, events, permit));
    let kind = [(header::CONTENT_TYPE, "text/event-stream")];
    Ok((kind, Body::new(Events(waiting))).into_response())
}

/// Tells of changes until the page, its session or the collector is gone.
async fn tell(
    desk: Arc<Desk>,
    secret: String,
    events: mpsc::Sender<&'static str>,
    _permit: OwnedSemaphorePermit,
) {
    let mut changes = desk.changes.clone();
    changes.mark_unchanged();
    let mut event = ALIVE;
    while events.send(event).await.is_ok() {
        if timeout(BETWEEN, events.closed()).await.is_ok() {
            return;
        }
        event = tokio::select! {
            () = events.closed() => return,
            change = timeout(SIGN_OF_LIFE, changes.changed()) => match change {
                Ok(Ok(())) => CHANGED,
                Ok(Err(_)) => return,
                Err(_) => ALIVE,
            },
        };
        if !is_signed_in(&desk, secret.clone()).await {
            return;
        }
    }
}

async fn is_signed_in(desk: &Desk, secret: String) -> bool {
    let now = clock::now();
    let session = desk.read(move |store| people::session(store, &secret, now)).await;
    matches!(session, Ok(Some(_)))
}

/// A body that is written while it is read.
struct Events(mpsc::Receiver<&'static str>);

impl hyper::body::Body for Events {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let event = self.0.poll_recv(context);
        event.map(|event| event.map(|text| Ok(Frame::data(Bytes::from_static(text.as_bytes())))))
    }
}
