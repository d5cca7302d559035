//! The second step of signing in: a one-time code.

use super::analyst;
use super::answer;
use super::answer::Refused;
use super::cookie;
use super::desk::Desk;
use super::login;
use super::now::Now;
use crate::store;
use crate::store::people;
use crate::store::people::Opening;
use crate::store::people::PeopleError;
use crate::store::people::Way;
use crate::store::people::password;
use crate::store::people::second_factor;
use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::AppendHeaders;
use axum::response::IntoResponse;
use axum::response::Redirect;
use axum::response::Response;
use jiff::SignedDuration;
use jiff::Timestamp;
use serde::Deserialize;
use serde::Serialize;
use std::sync::Arc;

/// How long after the password a code is taken.
const PATIENCE: SignedDuration = SignedDuration::from_mins(5);
const PURPOSE: &str = "code";

/// Somebody whose password was right.
#[derive(Clone, Serialize, Deserialize)]
pub struct Pending {
    /// Whose.
    pub account: String,
    /// What the password is known by: with another one this counts no more.
    pub stamp: String,
    /// Where to go afterwards.
    pub next: String,
}

/// The form, filled in.
#[derive(Deserialize)]
pub struct Sent {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    code: String,
}

#[derive(Template)]
#[template(path = "code.html")]
struct CodePage {
    csrf: String,
    trouble: Option<String>,
}

/// Lets the browser keep whose password was right, and leads to the form.
pub fn ask(desk: &Desk, pending: Pending, now: Timestamp) -> Result<Response, Refused> {
    let until = now.checked_add(PATIENCE).unwrap_or(Timestamp::MAX);
    let sealed = desk.seal.close(PURPOSE, pending, until);
    let sealed = sealed.map_err(|error| Refused::failed(&error))?;
    let cookie = [(header::SET_COOKIE, cookie::set(cookie::STEP, &sealed))];
    Ok((AppendHeaders(cookie), Redirect::to("/login/code")).into_response())
}

/// `GET /login/code`.
pub async fn page(
    State(desk): State<Arc<Desk>>,
    Now(now): Now,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    match pending(&desk, &headers, now) {
        Some(_) => form(None),
        None => Ok(Redirect::to("/login").into_response()),
    }
}

/// `POST /login/code`.
pub async fn sign_in(
    State(desk): State<Arc<Desk>>,
    Now(now): Now,
    headers: HeaderMap,
    form: Result<Form<Sent>, FormRejection>,
) -> Result<Response, Refused> {
    let Form(sent) = form.map_err(|_| Refused::unclear("The form was not filled in."))?;
    let Some(pending) = pending(&desk, &headers, now) else {
        return Ok(Redirect::to("/login").into_response());
    };
    let cookie = cookie::value(&headers, cookie::LOGIN);
    if !cookie.is_some_and(|cookie| people::same_secret(&cookie, &sent.csrf)) {
        return Err(Refused::stale_form());
    }
    // No account's name has a space: this is counted apart from passwords.
    let tried = format!("code {}", pending.account);
    if let Some(seconds) = desk.try_again_in(&tried, now) {
        let wait = [(header::RETRY_AFTER, seconds.to_string())];
        let page = self::form(Some(login::wait(seconds)))?;
        return Ok((StatusCode::TOO_MANY_REQUESTS, wait, page).into_response());
    }
    let next = pending.next.clone();
    let opened = opened(&desk, pending, sent.code, analyst::agent(&headers), now).await?;
    let Some(secret) = opened else {
        tracing::warn!("a one-time code for {tried:?} was wrong");
        let page = self::form(Some("This code is wrong, or was used already.".to_owned()))?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    desk.forgive(&tried);
    Ok((login::welcome(&secret), Redirect::to(&next)).into_response())
}

/// The secret of a new session, if the code is right.
async fn opened(
    desk: &Desk,
    pending: Pending,
    code: String,
    agent: String,
    now: Timestamp,
) -> Result<Option<String>, Refused> {
    let length = desk.session;
    desk.write(move |store| -> Result<Option<String>, PeopleError> {
        let change = store::change(store)?;
        let Pending { account, stamp, .. } = pending;
        let is_still = people::same_secret(&stamp, &password::stamp(&change, &account)?);
        if !is_still || !second_factor::spend(&change, &account, &code, now)? {
            return Ok(None);
        }
        let opening = Opening { account: &account, way: Way::Code, agent: &agent };
        let secret = people::open_session(&change, opening, length, now)?;
        change.commit()?;
        Ok(Some(secret))
    })
    .await
}

fn pending(desk: &Desk, headers: &HeaderMap, now: Timestamp) -> Option<Pending> {
    desk.seal.open(PURPOSE, &cookie::value(headers, cookie::STEP)?, now)
}

fn form(trouble: Option<String>) -> Result<Response, Refused> {
    let csrf = people::random_secret()?;
    let cookie = [(header::SET_COOKIE, cookie::set(cookie::LOGIN, &csrf))];
    let page = answer::page(&CodePage { csrf, trouble })?;
    Ok((AppendHeaders(cookie), page).into_response())
}
