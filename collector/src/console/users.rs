//! The pages about who may use the console.

use super::analyst::Admin;
use super::analyst::Frame;
use super::analyst::Stamp;
use super::answer;
use super::answer::Refused;
use super::desk::Desk;
use super::query;
use super::words;
use crate::store;
use crate::store::audit::Actor;
use crate::store::people;
use crate::store::people::AccountRow;
use crate::store::people::PeopleError;
use crate::store::people::Role;
use crate::store::people::SessionRow;
use crate::store::people::password;
use crate::store::people::second_factor;
use askama::Template;
use axum::Form;
use axum::Router;
use axum::extract::Path;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::response::Redirect;
use axum::response::Response;
use axum::routing::get;
use axum::routing::post;
use jiff::Timestamp;
use rusqlite::Connection;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "users.html")]
struct UsersPage {
    frame: Frame,
    accounts: Vec<AccountRow>,
    /// The name and the password of an account that was just made.
    made: Option<(String, String)>,
    trouble: Option<String>,
}

#[derive(Template)]
#[template(path = "user.html")]
struct UserPage {
    frame: Frame,
    account: AccountRow,
    sessions: Vec<SessionRow>,
    /// The password that was just made.
    made: Option<String>,
}

/// Somebody to be added, or another role.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    csrf: String,
    name: String,
    role: String,
}

/// The pages' addresses.
pub fn routes() -> Router<Arc<Desk>> {
    Router::new()
        .route("/users", get(list).post(add))
        .route("/users/{name}", get(one))
        .route("/users/{name}/role", post(role))
        .route("/users/{name}/password", post(new_password))
        .route("/users/{name}/sessions/{id}/revoke", post(revoke))
        .route("/users/{name}/{action}", post(change))
}

/// `GET /users`.
pub async fn list(State(desk): State<Arc<Desk>>, admin: Admin) -> Result<Response, Refused> {
    show_all(&desk, admin, None, None).await
}

/// `POST /users`: makes an account and shows its password, once.
pub async fn add(
    State(desk): State<Arc<Desk>>,
    admin: Admin,
    form: Result<Form<Sent>, FormRejection>,
) -> Result<Response, Refused> {
    let (sent, role) = checked(&admin, form)?;
    let (name, password) = (sent.name.trim().to_owned(), password::random_password()?);
    let (wanted, secret, actor, now) = (name.clone(), password.clone(), admin.actor(), admin.now);
    let added = desk
        .write(move |store| -> Result<Result<(), PeopleError>, PeopleError> {
            let change = store::change(store)?;
            let added = people::add(&change, (&wanted, role), &secret, &actor, now);
            if added.is_ok() {
                change.commit()?;
            }
            Ok(added)
        })
        .await?;
    match added {
        Ok(()) => show_all(&desk, admin, Some((name, password)), None).await,
        Err(error @ (PeopleError::Name(_) | PeopleError::Taken(_))) => {
            let trouble = answer::sentence(&error.to_string());
            let page = show_all(&desk, admin, None, Some(trouble)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// `GET /users/{name}`.
pub async fn one(
    State(desk): State<Arc<Desk>>,
    admin: Admin,
    Path(name): Path<String>,
) -> Result<Response, Refused> {
    show(&desk, admin, name, None).await
}

/// `POST /users/{name}/role`.
pub async fn role(
    State(desk): State<Arc<Desk>>,
    admin: Admin,
    Path(name): Path<String>,
    form: Result<Form<Sent>, FormRejection>,
) -> Result<Response, Refused> {
    let (_, role) = checked(&admin, form)?;
    let wanted = name.clone();
    act(&desk, &admin, move |store, actor, now| {
        people::set_role(store, (&wanted, role), actor, now)
    })
    .await?;
    Ok(to(&name))
}

/// `POST /users/{name}/password`: makes a new password and shows it, once.
pub async fn new_password(
    State(desk): State<Arc<Desk>>,
    admin: Admin,
    Path(name): Path<String>,
    form: Result<Form<Stamp>, FormRejection>,
) -> Result<Response, Refused> {
    admin.check(form)?;
    let password = password::random_password()?;
    let (wanted, secret) = (name.clone(), password.clone());
    act(&desk, &admin, move |store, actor, now| {
        people::set_password(store, &wanted, &secret, actor, now)
    })
    .await?;
    show(&desk, admin, name, Some(password)).await
}

/// `POST /users/{name}/{action}`: what needs nothing but the name.
pub async fn change(
    State(desk): State<Arc<Desk>>,
    admin: Admin,
    Path((name, action)): Path<(String, String)>,
    form: Result<Form<Stamp>, FormRejection>,
) -> Result<Response, Refused> {
    admin.check(form)?;
    let (wanted, asked) = (name.clone(), action.clone());
    act(&desk, &admin, move |store, actor, now| match asked.as_str() {
        "disable" => people::disable(store, &wanted, actor, now),
        "enable" => people::enable(store, &wanted, actor, now),
        "remove" => people::remove(store, &wanted, actor, now),
        "no-code" => second_factor::remove(store, &wanted, actor, now).map(drop),
        "sign-out" => people::end_sessions(store, (&wanted, ""), actor, now).map(drop),
        _ => Err(PeopleError::Missing(wanted)),
    })
    .await?;
    Ok(if action == "remove" { Redirect::to("/users").into_response() } else { to(&name) })
}

/// `POST /users/{name}/sessions/{id}/revoke`.
pub async fn revoke(
    State(desk): State<Arc<Desk>>,
    admin: Admin,
    Path((name, id)): Path<(String, String)>,
    form: Result<Form<Stamp>, FormRejection>,
) -> Result<Response, Refused> {
    admin.check(form)?;
    let wanted = name.clone();
    act(&desk, &admin, move |store, actor, now| {
        people::end_session_by_id(store, (&id, Some(&wanted)), actor, now).map(drop)
    })
    .await?;
    Ok(to(&name))
}

fn checked(
    admin: &Admin,
    form: Result<Form<Sent>, FormRejection>,
) -> Result<(Sent, Role), Refused> {
    let Form(sent) = form.map_err(|_| Refused::unclear("The form was not filled in."))?;
    admin.check_stamp(&Stamp::of(&sent.csrf))?;
    let role = sent.role.parse().map_err(|_| Refused::unclear("There is no such role."))?;
    Ok((sent, role))
}

/// Does the change, whole or not at all.
async fn act<F>(desk: &Desk, admin: &Admin, change: F) -> Result<(), Refused>
where
    F: FnOnce(&Connection, &Actor, Timestamp) -> Result<(), PeopleError> + Send + 'static,
{
    let (actor, now) = (admin.actor(), admin.now);
    desk.write(move |store| -> Result<(), PeopleError> {
        let whole = store::change(store)?;
        change(&whole, &actor, now)?;
        Ok(whole.commit()?)
    })
    .await
}

fn to(name: &str) -> Response {
    Redirect::to(&format!("/users/{}", query::encoded(name))).into_response()
}

async fn show_all(
    desk: &Desk,
    admin: Admin,
    made: Option<(String, String)>,
    trouble: Option<String>,
) -> Result<Response, Refused> {
    let now = admin.now;
    let accounts = desk.read(move |store| people::accounts(store, now)).await?;
    answer::page(&UsersPage { frame: admin.frame("users"), accounts, made, trouble })
}

async fn show(
    desk: &Desk,
    admin: Admin,
    name: String,
    made: Option<String>,
) -> Result<Response, Refused> {
    let now = admin.now;
    let found = desk
        .read(move |store| -> rusqlite::Result<_> {
            let sessions = people::sessions(store, Some(&name), now)?;
            Ok(people::account(store, &name, now)?.map(|account| (account, sessions)))
        })
        .await?;
    let (account, sessions) = found.ok_or_else(|| Refused::missing("There is no such account."))?;
    answer::page(&UserPage { frame: admin.frame("users"), account, sessions, made })
}

impl UserPage {
    /// What can be done with one click: an action and what its button says.
    fn actions(&self) -> Vec<(&'static str, &'static str)> {
        let account = &self.account;
        let disabled = account.disabled_at.is_some();
        let all = [
            (account.issuer.is_none(), ("password", "Make a new password")),
            (account.second_factor, ("no-code", "Ask for no one-time code")),
            (!disabled, ("disable", "Disable")),
            (true, ("remove", "Remove")),
            (disabled, ("enable", "Enable")),
            (!self.sessions.is_empty(), ("sign-out", "End all sessions")),
        ];
        all.into_iter().filter(|(fits, _)| *fits).map(|(_, action)| action).collect()
    }
}
