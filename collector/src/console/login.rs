//! Signing in and out.

use super::analyst;
use super::analyst::Stamp;
use super::analyst::Viewer;
use super::answer;
use super::answer::Refused;
use super::code;
use super::code::Pending;
use super::cookie;
use super::desk::Desk;
use super::now::Now;
use super::query;
use super::words;
use crate::store;
use crate::store::people;
use crate::store::people::Opening;
use crate::store::people::PeopleError;
use crate::store::people::Way;
use crate::store::people::password;
use crate::store::people::second_factor;
use askama::Template;
use axum::Form;
use axum::extract::Query;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::extract::rejection::QueryRejection;
use axum::http::HeaderMap;
use axum::http::HeaderName;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::AppendHeaders;
use axum::response::IntoResponse;
use axum::response::Redirect;
use axum::response::Response;
use jiff::Timestamp;
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;

/// How long somebody may wait for their password to be looked at.
const PATIENCE: Duration = Duration::from_secs(15);

/// Where to go afterwards.
#[derive(Deserialize)]
pub struct Destination {
    /// A page of this console.
    #[serde(default)]
    pub next: String,
}

/// The form, filled in.
#[derive(Deserialize)]
pub struct Credentials {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage {
    csrf: String,
    name: String,
    next: String,
    trouble: Option<String>,
    has_provider: bool,
}

/// `GET /login`.
pub async fn page(
    State(desk): State<Arc<Desk>>,
    destination: Result<Query<Destination>, QueryRejection>,
) -> Result<Response, Refused> {
    let next = destination.map(|Query(destination)| destination.next).unwrap_or_default();
    form(&desk, String::new(), local(&next), None)
}

/// `POST /login`.
pub async fn sign_in(
    State(desk): State<Arc<Desk>>,
    Now(now): Now,
    headers: HeaderMap,
    form: Result<Form<Credentials>, FormRejection>,
) -> Result<Response, Refused> {
    let Form(credentials) = form.map_err(|_| Refused::unclear("The form was not filled in."))?;
    let cookie = cookie::value(&headers, cookie::LOGIN);
    if !cookie.is_some_and(|cookie| people::same_secret(&cookie, &credentials.csrf)) {
        return Err(Refused::stale_form());
    }
    if let Some(seconds) = desk.try_again_in(&credentials.name, now) {
        return too_often(&desk, credentials, seconds);
    }
    let next = local(&credentials.next);
    let name = credentials.name.clone();
    match opened(&desk, credentials, analyst::agent(&headers), now).await? {
        Opened::In(secret) => {
            desk.forgive(&name);
            Ok((welcome(&secret), Redirect::to(&next)).into_response())
        }
        Opened::Half(stamp) => {
            desk.forgive(&name);
            code::ask(&desk, Pending { account: name, stamp, next }, now)
        }
        Opened::Not => wrong(&desk, name, next),
    }
}

/// `POST /logout`.
pub async fn sign_out(
    State(desk): State<Arc<Desk>>,
    viewer: Viewer,
    form: Result<Form<Stamp>, FormRejection>,
) -> Result<Response, Refused> {
    viewer.check(form)?;
    desk.write(move |store| people::end_session(store, &viewer.secret)).await?;
    let gone = [(header::SET_COOKIE, cookie::clear(cookie::SESSION))];
    Ok((AppendHeaders(gone), Redirect::to("/login")).into_response())
}

/// What a password opens.
enum Opened {
    /// A session, with this secret.
    In(String),
    /// The way to the one-time code; the password is known by this.
    Half(String),
    /// Nothing.
    Not,
}

async fn opened(
    desk: &Desk,
    credentials: Credentials,
    agent: String,
    now: Timestamp,
) -> Result<Opened, Refused> {
    let turn = turn(desk).await?;
    let length = desk.session;
    desk.write(move |store| -> Result<Opened, PeopleError> {
        // Held until the password is checked, even if the browser has gone.
        let _turn = turn;
        let Credentials { name, password, .. } = credentials;
        if !password::verify(store, &name, &password)? {
            return Ok(Opened::Not);
        }
        if second_factor::is_on(store, &name)? {
            return Ok(Opened::Half(password::stamp(store, &name)?));
        }
        let opening = Opening { account: &name, way: Way::Password, agent: &agent };
        let change = store::change(store)?;
        let secret = people::open_session(&change, opening, length, now)?;
        change.commit()?;
        Ok(Opened::In(secret))
    })
    .await
}

/// The right to have a password checked, which is held meanwhile.
pub async fn turn(desk: &Desk) -> Result<OwnedSemaphorePermit, Refused> {
    match timeout(PATIENCE, Arc::clone(&desk.passwords).acquire_owned()).await {
        Ok(Ok(turn)) => Ok(turn),
        _ => Err(Refused::busy(PATIENCE.as_secs())),
    }
}

/// The cookies of one who has just signed in.
pub fn welcome(secret: &str) -> AppendHeaders<[(HeaderName, String); 3]> {
    AppendHeaders([
        (header::SET_COOKIE, cookie::set(cookie::SESSION, secret)),
        (header::SET_COOKIE, cookie::clear(cookie::LOGIN)),
        (header::SET_COOKIE, cookie::clear(cookie::STEP)),
    ])
}

/// The same answer for a wrong password and for an account that does not exist.
fn wrong(desk: &Desk, name: String, next: String) -> Result<Response, Refused> {
    let shown: String = name.chars().take(64).collect();
    tracing::warn!("a sign-in as {shown:?} failed");
    let trouble = "This name and password do not belong together.".to_owned();
    let page = form(desk, name, next, Some(trouble))?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

fn too_often(desk: &Desk, credentials: Credentials, seconds: u64) -> Result<Response, Refused> {
    let page = form(desk, credentials.name, local(&credentials.next), Some(wait(seconds)))?;
    let wait = [(header::RETRY_AFTER, seconds.to_string())];
    Ok((StatusCode::TOO_MANY_REQUESTS, wait, page).into_response())
}

/// What is said to one who has failed too often.
pub fn wait(seconds: u64) -> String {
    let seconds = words::counted(seconds, "second");
    format!("Too many sign-ins for this name have failed. Wait {seconds} and try again.")
}

/// The form, with a fresh token in it and the same in the browser's cookie.
fn form(
    desk: &Desk,
    name: String,
    next: String,
    trouble: Option<String>,
) -> Result<Response, Refused> {
    let has_provider = desk.provider.is_some();
    let csrf = people::random_secret()?;
    let cookie = [(header::SET_COOKIE, cookie::set(cookie::LOGIN, &csrf))];
    let page = answer::page(&LoginPage { csrf, name, next, trouble, has_provider })?;
    Ok((AppendHeaders(cookie), page).into_response())
}

/// The destination if it is a page of this console, else its first page.
///
/// Only signs that our own addresses have are let through: a browser may read
/// others, such as `\`, as the beginning of another host's address.
pub fn local(next: &str) -> String {
    let is_plain = |sign: u8| sign.is_ascii_alphanumeric() || b"-._~/?&=%".contains(&sign);
    let is_page = next.starts_with('/') && !next.starts_with("//");
    let is_ours = is_page && next.len() <= 500 && next.bytes().all(is_plain);
    if is_ours { next.to_owned() } else { "/".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_this_console_come_after_signing_in() {
        assert_eq!(local("/findings/7?text=a%20b&page=2"), "/findings/7?text=a%20b&page=2");
        let strange = ["", "//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil"];
        for next in strange {
            assert_eq!(local(next), "/", "{next:?}");
        }
    }
}
