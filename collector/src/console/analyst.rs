//! Who asks: a page's reader who is signed in.

use super::answer::Refused;
use super::cookie;
use super::desk::Desk;
use super::now::Now;
use super::query;
use crate::store::people;
use crate::store::people::Session;
use axum::Form;
use axum::extract::FromRequestParts;
use axum::extract::rejection::FormRejection;
use axum::http::Method;
use axum::http::request::Parts;
use axum::response::IntoResponse;
use axum::response::Redirect;
use axum::response::Response;
use jiff::Timestamp;
use serde::Deserialize;
use std::sync::Arc;

/// Somebody who is signed in, and when they ask.
pub struct Analyst {
    /// Their session.
    pub session: Session,
    /// The session's secret, as their cookie has it.
    pub secret: String,
    /// When the request arrived.
    pub now: Timestamp,
}

/// What every form sends along.
#[derive(Deserialize)]
pub struct Stamp {
    /// The session's token; empty if the form has none.
    #[serde(default)]
    csrf: String,
}

/// What is around every page: who reads it, when, and where they are.
pub struct Frame {
    /// The page's entry in the navigation.
    pub here: &'static str,
    /// Who is signed in.
    pub account: String,
    /// What every form of the page must send along.
    pub csrf: String,
    /// When the page was asked for.
    pub now: Timestamp,
}

impl Analyst {
    /// The frame of a page, whose entry in the navigation is `here`.
    pub fn frame(self, here: &'static str) -> Frame {
        Frame { here, account: self.session.account, csrf: self.session.csrf, now: self.now }
    }

    /// Refuses a form that was not made for this session.
    pub fn check(&self, form: Result<Form<Stamp>, FormRejection>) -> Result<(), Refused> {
        let sent = form.map(|Form(stamp)| stamp.csrf).unwrap_or_default();
        if people::same_secret(&sent, &self.session.csrf) {
            return Ok(());
        }
        tracing::warn!("refused a form of {} without its token", self.session.account);
        Err(Refused::stale_form())
    }
}

impl FromRequestParts<Arc<Desk>> for Analyst {
    /// To where one signs in.
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, desk: &Arc<Desk>) -> Result<Self, Response> {
        let Ok(Now(now)) = Now::from_request_parts(parts, desk).await;
        match signed_in(parts, desk, now).await {
            Ok(Some(analyst)) => Ok(analyst),
            Ok(None) => Err(to_login(parts).into_response()),
            Err(refused) => Err(refused.into_response()),
        }
    }
}

/// Whose session the cookie is of, if it is not over.
async fn signed_in(parts: &Parts, desk: &Desk, now: Timestamp) -> Result<Option<Analyst>, Refused> {
    let Some(secret) = cookie::value(&parts.headers, cookie::SESSION) else {
        return Ok(None);
    };
    let asked = secret.clone();
    let session = desk.read(move |store| people::session(store, &asked, now)).await?;
    Ok(session.map(|session| Analyst { session, secret, now }))
}

/// Remembers the page that was asked for, if it can be asked for again.
fn to_login(parts: &Parts) -> Redirect {
    let wanted = parts.uri.path_and_query().map_or("/", |wanted| wanted.as_str());
    if parts.method == Method::GET && wanted != "/" {
        return Redirect::to(&format!("/login?next={}", query::encoded(wanted)));
    }
    Redirect::to("/login")
}
