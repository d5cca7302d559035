//! The page about tokens of the API.

use super::analyst::Admin;
use super::analyst::Frame;
use super::analyst::Stamp;
use super::answer;
use super::answer::Refused;
use super::desk::Desk;
use super::words;
use crate::store;
use crate::store::api_tokens;
use crate::store::api_tokens::ApiTokenRow;
use crate::store::api_tokens::Scope;
use crate::store::api_tokens::Wanted;
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
use jiff::SignedDuration;
use std::collections::BTreeMap;
use std::sync::Arc;

const LONGEST_LABEL: usize = 100;
const MOST_DAYS: i64 = 3650;

#[derive(Template)]
#[template(path = "tokens.html")]
struct TokensPage {
    frame: Frame,
    tokens: Vec<ApiTokenRow>,
    /// The secret of a token that was just made.
    made: Option<String>,
    trouble: Option<String>,
}

/// The page's addresses.
pub fn routes() -> Router<Arc<Desk>> {
    Router::new().route("/tokens", get(list).post(make)).route("/tokens/{id}/revoke", post(revoke))
}

/// `GET /tokens`.
pub async fn list(State(desk): State<Arc<Desk>>, admin: Admin) -> Result<Response, Refused> {
    show(&desk, admin, None, None).await
}

/// `POST /tokens`: makes a token and shows it, once.
pub async fn make(
    State(desk): State<Arc<Desk>>,
    admin: Admin,
    form: Result<Form<BTreeMap<String, String>>, FormRejection>,
) -> Result<Response, Refused> {
    let Form(sent) = form.map_err(|_| Refused::unclear("The form was not filled in."))?;
    let text = |name: &str| sent.get(name).map_or("", |text| text.trim());
    admin.check_stamp(&Stamp::of(text("csrf")))?;
    let scopes = Scope::ALL.into_iter().filter(|scope| sent.contains_key(scope.name())).collect();
    let wanted = match wanted(text("label"), text("days"), scopes, &admin) {
        Ok(wanted) => wanted,
        Err(trouble) => {
            let page = show(&desk, admin, None, Some(trouble.to_owned())).await?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
    };
    let secret = api_tokens::new_secret().map_err(|error| Refused::failed(&error))?;
    let (kept, actor, now) = (secret.clone(), admin.actor(), admin.now);
    desk.write(move |store| -> rusqlite::Result<()> {
        let change = store::change(store)?;
        api_tokens::add(&change, &wanted, &kept, &actor, now)?;
        change.commit()
    })
    .await?;
    show(&desk, admin, Some(secret), None).await
}

/// `POST /tokens/{id}/revoke`.
pub async fn revoke(
    State(desk): State<Arc<Desk>>,
    admin: Admin,
    Path(id): Path<String>,
    form: Result<Form<Stamp>, FormRejection>,
) -> Result<Response, Refused> {
    admin.check(form)?;
    let id: i64 = id.parse().map_err(|_| Refused::missing("There is no such token."))?;
    let (actor, now) = (admin.actor(), admin.now);
    desk.write(move |store| -> rusqlite::Result<()> {
        let change = store::change(store)?;
        api_tokens::revoke(&change, id, &actor, now)?;
        change.commit()
    })
    .await?;
    Ok(Redirect::to("/tokens").into_response())
}

fn wanted(
    label: &str,
    days: &str,
    scopes: Vec<Scope>,
    admin: &Admin,
) -> Result<Wanted, &'static str> {
    if label.is_empty() || label.chars().count() > LONGEST_LABEL {
        return Err("Say in at most 100 characters what the token is for.");
    }
    if scopes.is_empty() {
        return Err("A token without a scope allows nothing: choose one.");
    }
    let expires_at = match days.parse::<i64>() {
        _ if days.is_empty() => None,
        Ok(days @ 1..=MOST_DAYS) => {
            admin.now.checked_add(SignedDuration::from_hours(24 * days)).ok()
        }
        _ => return Err("A token ends after 1 to 3650 days."),
    };
    Ok(Wanted { label: label.to_owned(), scopes, expires_at })
}

async fn show(
    desk: &Desk,
    admin: Admin,
    made: Option<String>,
    trouble: Option<String>,
) -> Result<Response, Refused> {
    let tokens = desk.read(api_tokens::list).await?;
    answer::page(&TokensPage { frame: admin.frame("tokens"), tokens, made, trouble })
}

impl TokensPage {
    fn is_usable(&self, token: &ApiTokenRow) -> bool {
        api_tokens::is_usable(token, self.frame.now)
    }
}
