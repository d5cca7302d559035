//! The page about one's own account: password, one-time codes, sessions.

use super::analyst;
use super::analyst::Frame;
use super::analyst::Stamp;
use super::analyst::Viewer;
use super::answer;
use super::answer::Refused;
use super::desk::Desk;
use super::login;
use super::words;
use crate::config::SecondFactor;
use crate::store;
use crate::store::people;
use crate::store::people::AccountRow;
use crate::store::people::Opening;
use crate::store::people::PeopleError;
use crate::store::people::SessionRow;
use crate::store::people::Way;
use crate::store::people::password;
use crate::store::people::second_factor;
use crate::store::people::second_factor::Enrollment;
use askama::Template;
use askama::filters::HtmlSafeOutput;
use axum::Form;
use axum::Router;
use axum::extract::Path;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::response::Redirect;
use axum::response::Response;
use axum::routing::get;
use axum::routing::post;
use qrcode::QrCode;
use qrcode::render::svg;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    frame: Frame,
    account: AccountRow,
    /// The id of the session that asks.
    this: String,
    sessions: Vec<SessionRow>,
    is_required: bool,
    enrollment: Option<Enrollment>,
    codes_left: u32,
    /// Recovery codes that were just made, to be written down.
    codes: Vec<String>,
    trouble: Option<String>,
}

/// Any of the page's forms, filled in.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    csrf: String,
    password: String,
    new: String,
    again: String,
    code: String,
}

/// The page's addresses.
pub fn routes() -> Router<Arc<Desk>> {
    Router::new()
        .route("/account", get(page))
        .route("/account/password", post(change_password))
        .route("/account/second-factor", post(begin))
        .route("/account/second-factor/confirm", post(confirm))
        .route("/account/second-factor/remove", post(remove))
        .route("/account/sessions/others/revoke", post(revoke_others))
        .route("/account/sessions/{id}/revoke", post(revoke))
}

/// `GET /account`.
pub async fn page(State(desk): State<Arc<Desk>>, viewer: Viewer) -> Result<Response, Refused> {
    show(&desk, viewer, Vec::new(), None).await
}

/// `POST /account/password`.
pub async fn change_password(
    State(desk): State<Arc<Desk>>,
    viewer: Viewer,
    headers: HeaderMap,
    form: Result<Form<Sent>, FormRejection>,
) -> Result<Response, Refused> {
    let sent = checked(&viewer, form)?;
    if sent.new != sent.again {
        return again(&desk, viewer, "The new password was not typed twice the same.").await;
    }
    let name = viewer.session.account.clone();
    if let Some(seconds) = desk.try_again_in(&name, viewer.now) {
        return again(&desk, viewer, &login::wait(seconds)).await;
    }
    let turn = login::turn(&desk).await?;
    let (actor, now, length) = (viewer.actor(), viewer.now, desk.session);
    let (way, agent, account) = (viewer.session.way, analyst::agent(&headers), name.clone());
    let changed = desk
        .write(move |store| -> Result<Result<Option<String>, PeopleError>, PeopleError> {
            let _turn = turn;
            if !password::verify(store, &account, &sent.password)? {
                return Ok(Ok(None));
            }
            let change = store::change(store)?;
            if let Err(error) = people::set_password(&change, &account, &sent.new, &actor, now) {
                return Ok(Err(error));
            }
            let opening = Opening { account: &account, way, agent: &agent };
            let secret = people::open_session(&change, opening, length, now)?;
            change.commit()?;
            Ok(Ok(Some(secret)))
        })
        .await?;
    match changed {
        Ok(Some(secret)) => {
            desk.forgive(&name);
            Ok((login::welcome(&secret), Redirect::to("/account")).into_response())
        }
        Ok(None) => again(&desk, viewer, "Your present password is another one.").await,
        Err(error @ PeopleError::Weak) => {
            desk.forgive(&name);
            again(&desk, viewer, &answer::sentence(&error.to_string())).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /account/second-factor`: makes a secret for an authenticator.
pub async fn begin(
    State(desk): State<Arc<Desk>>,
    viewer: Viewer,
    form: Result<Form<Stamp>, FormRejection>,
) -> Result<Response, Refused> {
    viewer.check(form)?;
    if viewer.session.way == Way::Provider {
        return again(&desk, viewer, "Your provider asks for codes, not this console.").await;
    }
    let name = viewer.session.account.clone();
    desk.write(move |store| second_factor::begin(store, &name)).await?;
    Ok(Redirect::to("/account#second-factor").into_response())
}

/// `POST /account/second-factor/confirm`: takes the first code.
pub async fn confirm(
    State(desk): State<Arc<Desk>>,
    viewer: Viewer,
    form: Result<Form<Sent>, FormRejection>,
) -> Result<Response, Refused> {
    let sent = checked(&viewer, form)?;
    let tried = format!("code {}", viewer.session.account);
    if let Some(seconds) = desk.try_again_in(&tried, viewer.now) {
        return again(&desk, viewer, &login::wait(seconds)).await;
    }
    let (name, secret, now) = (viewer.session.account.clone(), viewer.secret.clone(), viewer.now);
    let codes = desk
        .write(move |store| -> Result<Option<Vec<String>>, PeopleError> {
            let change = store::change(store)?;
            let codes = second_factor::confirm(&change, &name, &sent.code, now)?;
            if codes.is_some() {
                people::raise_session(&change, &secret)?;
                change.commit()?;
            }
            Ok(codes)
        })
        .await?;
    match codes {
        Some(codes) => {
            desk.forgive(&tried);
            show(&desk, viewer, codes, None).await
        }
        None => again(&desk, viewer, "This code is wrong: look at the time of both devices.").await,
    }
}

/// `POST /account/second-factor/remove`.
pub async fn remove(
    State(desk): State<Arc<Desk>>,
    viewer: Viewer,
    form: Result<Form<Sent>, FormRejection>,
) -> Result<Response, Refused> {
    let sent = checked(&viewer, form)?;
    let tried = format!("code {}", viewer.session.account);
    if let Some(seconds) = desk.try_again_in(&tried, viewer.now) {
        return again(&desk, viewer, &login::wait(seconds)).await;
    }
    let (actor, now, name) = (viewer.actor(), viewer.now, viewer.session.account.clone());
    let removed = desk
        .write(move |store| -> Result<bool, PeopleError> {
            let change = store::change(store)?;
            let is_right = second_factor::spend(&change, &name, &sent.code, now)?;
            if is_right {
                second_factor::remove(&change, &name, &actor, now)?;
                change.commit()?;
            }
            Ok(is_right)
        })
        .await?;
    if !removed {
        return again(&desk, viewer, "This code is wrong, or was used already.").await;
    }
    desk.forgive(&tried);
    Ok(Redirect::to("/login").into_response())
}

/// `POST /account/sessions/{id}/revoke`.
pub async fn revoke(
    State(desk): State<Arc<Desk>>,
    viewer: Viewer,
    Path(id): Path<String>,
    form: Result<Form<Stamp>, FormRejection>,
) -> Result<Response, Refused> {
    viewer.check(form)?;
    let (actor, now, name) = (viewer.actor(), viewer.now, viewer.session.account);
    desk.write(move |store| -> Result<(), PeopleError> {
        let change = store::change(store)?;
        people::end_session_by_id(&change, (&id, Some(&name)), &actor, now)?;
        Ok(change.commit()?)
    })
    .await?;
    Ok(Redirect::to("/account").into_response())
}

/// `POST /account/sessions/others/revoke`.
pub async fn revoke_others(
    State(desk): State<Arc<Desk>>,
    viewer: Viewer,
    form: Result<Form<Stamp>, FormRejection>,
) -> Result<Response, Refused> {
    viewer.check(form)?;
    let (actor, now, session) = (viewer.actor(), viewer.now, viewer.session);
    desk.write(move |store| -> Result<(), PeopleError> {
        let change = store::change(store)?;
        people::end_sessions(&change, (&session.account, &session.id), &actor, now)?;
        Ok(change.commit()?)
    })
    .await?;
    Ok(Redirect::to("/account").into_response())
}

fn checked(viewer: &Viewer, form: Result<Form<Sent>, FormRejection>) -> Result<Sent, Refused> {
    let Form(sent) = form.map_err(|_| Refused::unclear("The form was not filled in."))?;
    viewer.check_stamp(&Stamp::of(&sent.csrf))?;
    Ok(sent)
}

async fn again(desk: &Desk, viewer: Viewer, trouble: &str) -> Result<Response, Refused> {
    let page = show(desk, viewer, Vec::new(), Some(trouble.to_owned())).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

async fn show(
    desk: &Desk,
    viewer: Viewer,
    codes: Vec<String>,
    trouble: Option<String>,
) -> Result<Response, Refused> {
    let is_required = desk.second_factor == SecondFactor::Required;
    let page = desk
        .read(move |store| -> Result<Option<AccountPage>, PeopleError> {
            let (name, now) = (viewer.session.account.clone(), viewer.now);
            let Some(account) = people::account(store, &name, now)? else { return Ok(None) };
            Ok(Some(AccountPage {
                account,
                this: viewer.session.id.clone(),
                sessions: people::sessions(store, Some(&name), now)?,
                is_required,
                enrollment: second_factor::enrollment(store, &name)?,
                codes_left: second_factor::codes_left(store, &name)?,
                codes,
                trouble,
                frame: viewer.frame("account"),
            }))
        })
        .await?;
    answer::page(&page.ok_or_else(|| Refused::missing("There is no such account."))?)
}

impl Enrollment {
    /// The address as a picture for the authenticator's camera.
    fn picture(&self) -> HtmlSafeOutput<String> {
        let drawn = QrCode::new(self.address.as_bytes()).map(|code| {
            let mut picture = code.render::<svg::Color>();
            picture.min_dimensions(220, 220).build()
        });
        // Without a picture there is still the text.
        let drawn = drawn.unwrap_or_default();
        HtmlSafeOutput(
            drawn.trim_start_matches(r#"<?xml version="1.0" standalone="yes"?>"#).to_owned(),
        )
    }
}
