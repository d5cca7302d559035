//! Signing in and out.

use super::analyst::Analyst;
use super::analyst::Stamp;
use super::answer;
use super::answer::Refused;
use super::cookie;
use super::desk::Desk;
use super::now::Now;
use super::words;
use crate::store::people;
use crate::store::people::PeopleError;
use askama::Template;
use axum::Form;
use axum::extract::Query;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::extract::rejection::QueryRejection;
use axum::http::HeaderMap;
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
use tokio::time::timeout;

/// How long somebody may wait for their password to be looked at.
const PATIENCE: Duration = Duration::from_secs(15);

/// Where to go afterwards.
#[derive(Deserialize)]
pub struct Destination {
    #[serde(default)]
    next: String,
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
}

/// `GET /login`.
pub async fn page(
    destination: Result<Query<Destination>, QueryRejection>,
) -> Result<Response, Refused> {
    let next = destination.map(|Query(destination)| destination.next).unwrap_or_default();
    form(String::new(), local(&next), None)
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
        return too_often(credentials, seconds);
    }
    let next = local(&credentials.next);
    let name = credentials.name.clone();
    match opened(&desk, credentials, now).await? {
        Some(secret) => {
            desk.forgive(&name);
            Ok(welcome(&secret, &next))
        }
        None => wrong(name, next),
    }
}

/// `POST /logout`.
pub async fn sign_out(
    State(desk): State<Arc<Desk>>,
    analyst: Analyst,
    form: Result<Form<Stamp>, FormRejection>,
) -> Result<Response, Refused> {
    analyst.check(form)?;
    desk.write(move |store| people::end_session(store, &analyst.secret)).await?;
    let gone = [(header::SET_COOKIE, cookie::clear(cookie::SESSION))];
    Ok((AppendHeaders(gone), Redirect::to("/login")).into_response())
}

/// The secret of a new session, if the password is right.
async fn opened(
    desk: &Desk,
    credentials: Credentials,
    now: Timestamp,
) -> Result<Option<String>, Refused> {
    let turn = timeout(PATIENCE, Arc::clone(&desk.passwords).acquire_owned()).await;
    let Ok(Ok(turn)) = turn else {
        return Err(Refused::busy(PATIENCE.as_secs()));
    };
    let length = desk.session;
    desk.write(move |store| -> Result<Option<String>, PeopleError> {
        // Held until the password is checked, even if the browser has gone.
        let _turn = turn;
        let Credentials { name, password, .. } = credentials;
        if !people::verify(store, &name, &password)? {
            return Ok(None);
        }
        let secret = people::open_session(store, &name, length, now)?;
        store.execute(
            "insert into audit (at, actor, action, subject)
             values (?1, 'account:' || ?2, 'account.login', 'account:' || ?2)",
            [&now.to_string(), &name],
        )?;
        Ok(Some(secret))
    })
    .await
}

fn welcome(secret: &str, next: &str) -> Response {
    let cookies = [
        (header::SET_COOKIE, cookie::set(cookie::SESSION, secret)),
        (header::SET_COOKIE, cookie::clear(cookie::LOGIN)),
    ];
    (AppendHeaders(cookies), Redirect::to(next)).into_response()
}

/// The same answer for a wrong password and for an account that does not exist.
fn wrong(name: String, next: String) -> Result<Response, Refused> {
    let shown: String = name.chars().take(64).collect();
    tracing::warn!("a sign-in as {shown:?} failed");
    let trouble = "This name and password do not belong together.".to_owned();
    let page = form(name, next, Some(trouble))?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

fn too_often(credentials: Credentials, seconds: u64) -> Result<Response, Refused> {
    let trouble = format!(
        "Too many sign-ins for this name have failed. Wait {} and try again.",
        words::counted(seconds, "second")
    );
    let page = form(credentials.name, local(&credentials.next), Some(trouble))?;
    let wait = [(header::RETRY_AFTER, seconds.to_string())];
    Ok((StatusCode::TOO_MANY_REQUESTS, wait, page).into_response())
}

/// The form, with a fresh token in it and the same in the browser's cookie.
fn form(name: String, next: String, trouble: Option<String>) -> Result<Response, Refused> {
    let csrf = people::random_secret()?;
    let cookie = [(header::SET_COOKIE, cookie::set(cookie::LOGIN, &csrf))];
    let page = answer::page(&LoginPage { csrf, name, next, trouble })?;
    Ok((AppendHeaders(cookie), page).into_response())
}

/// The destination if it is a page of this console, else its first page.
///
/// Only signs that our own addresses have are let through: a browser may read
/// others, such as `\`, as the beginning of another host's address.
fn local(next: &str) -> String {
    let is_plain = |sign: u8| sign.is_ascii_alphanumeric() || b"-._~/?&=%".contains(&sign);
    let is_page = next.starts_with('/') && !next.starts_with("//");
    let is_ours = is_page && next.len() <= 500 && next.bytes().all(is_plain);
    if is_ours { next.to_owned() } else { "/findings".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_this_console_come_after_signing_in() {
        assert_eq!(local("/findings/7?text=a%20b&page=2"), "/findings/7?text=a%20b&page=2");
        let strange = ["", "//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil"];
        for next in strange {
            assert_eq!(local(next), "/findings", "{next:?}");
        }
    }
}
