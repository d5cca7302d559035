//! Who asks: somebody who is signed in, and may do what is asked.

use super::answer::Refused;
use super::cookie;
use super::desk::Desk;
use super::now::Now;
use super::query;
use crate::config::SecondFactor;
use crate::store;
use crate::store::audit;
use crate::store::audit::Actor;
use crate::store::people;
use crate::store::people::PeopleError;
use crate::store::people::Role;
use crate::store::people::Session;
use crate::store::people::Way;
use axum::Form;
use axum::extract::FromRequestParts;
use axum::extract::rejection::FormRejection;
use axum::http::HeaderMap;
use axum::http::Method;
use axum::http::header;
use axum::http::request::Parts;
use axum::response::IntoResponse;
use axum::response::Redirect;
use axum::response::Response;
use jiff::Timestamp;
use serde::Deserialize;
use std::marker::PhantomData;
use std::sync::Arc;

/// Of a browser's `User-Agent` so much is kept, in bytes.
const AGENT: usize = 300;

/// Somebody who is signed in and has at least the role `R`, and when they ask.
pub struct Person<R> {
    /// Their session.
    pub session: Session,
    /// The session's secret, as their cookie has it.
    pub secret: String,
    /// When the request arrived.
    pub now: Timestamp,
    role: PhantomData<R>,
}

/// Somebody who may look.
pub type Viewer = Person<AsViewer>;
/// Somebody who may say what becomes of findings and laptops.
pub type Analyst = Person<AsAnalyst>;
/// Somebody who may say who may do what.
pub type Admin = Person<AsAdmin>;

/// The least role a page asks for.
pub trait Least: Send {
    /// That role.
    const ROLE: Role;
}

/// See [`Viewer`].
pub enum AsViewer {}
/// See [`Analyst`].
pub enum AsAnalyst {}
/// See [`Admin`].
pub enum AsAdmin {}

impl Least for AsViewer {
    const ROLE: Role = Role::Viewer;
}

impl Least for AsAnalyst {
    const ROLE: Role = Role::Analyst;
}

impl Least for AsAdmin {
    const ROLE: Role = Role::Admin;
}

/// What every form sends along.
#[derive(Default, Deserialize)]
pub struct Stamp {
    /// The session's token; empty if the form has none.
    #[serde(default)]
    csrf: String,
}

impl Stamp {
    /// One that was sent among other things.
    pub fn of(csrf: &str) -> Self {
        Self { csrf: csrf.to_owned() }
    }
}

/// What is around every page: who reads it, when, and where they are.
pub struct Frame {
    /// The page's entry in the navigation.
    pub here: &'static str,
    /// Who is signed in.
    pub account: String,
    /// What they may do.
    pub role: Role,
    /// What every form of the page must send along.
    pub csrf: String,
    /// When the page was asked for.
    pub now: Timestamp,
}

impl Frame {
    /// Whether the reader may say what becomes of findings and laptops.
    pub fn is_analyst(&self) -> bool {
        self.role >= Role::Analyst
    }

    /// Whether the reader may say who may do what.
    pub fn is_admin(&self) -> bool {
        self.role >= Role::Admin
    }
}

impl<R> Person<R> {
    /// The frame of a page, whose entry in the navigation is `here`.
    pub fn frame(self, here: &'static str) -> Frame {
        let Session { account, role, csrf, .. } = self.session;
        Frame { here, account, role, csrf, now: self.now }
    }

    /// Them, as the audit trail names them.
    pub fn actor(&self) -> Actor {
        Actor::Account(self.session.account.clone())
    }

    /// Refuses a form that was not made for this session.
    pub fn check(&self, form: Result<Form<Stamp>, FormRejection>) -> Result<(), Refused> {
        self.check_stamp(&form.map(|Form(stamp)| stamp).unwrap_or_default())
    }

    /// Refuses a form that was not made for this session.
    pub fn check_stamp(&self, stamp: &Stamp) -> Result<(), Refused> {
        if people::same_secret(&stamp.csrf, &self.session.csrf) {
            return Ok(());
        }
        tracing::warn!("refused a form of {} without its token", self.session.account);
        Err(Refused::stale_form())
    }
}

impl<R: Least> FromRequestParts<Arc<Desk>> for Person<R> {
    /// To where one signs in, or why not.
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, desk: &Arc<Desk>) -> Result<Self, Response> {
        let Ok(Now(now)) = Now::from_request_parts(parts, desk).await;
        let signed_in = signed_in(&parts.headers, desk, now).await;
        let signed_in = signed_in.map_err(IntoResponse::into_response)?;
        let Some((session, secret)) = signed_in else {
            return Err(to_login(parts).into_response());
        };
        if session.role < R::ROLE {
            tracing::warn!("refused {} to {}", parts.uri.path(), session.account);
            return Err(Refused::not_allowed(R::ROLE).into_response());
        }
        let lacks_code =
            desk.second_factor == SecondFactor::Required && session.way == Way::Password;
        if lacks_code && !is_own(parts.uri.path()) {
            return Err(Redirect::to("/account").into_response());
        }
        Ok(Self { session, secret, now, role: PhantomData })
    }
}

/// Whether a page is about the reader's own account.
fn is_own(path: &str) -> bool {
    path == "/account" || path.starts_with("/account/") || path == "/logout"
}

/// Whose session the cookie is of, if it is not over, and its secret.
///
/// A session that comes with another browser than the one it was begun with
/// was carried away: it is ended, whoever has it now.
pub async fn signed_in(
    headers: &HeaderMap,
    desk: &Desk,
    now: Timestamp,
) -> Result<Option<(Session, String)>, Refused> {
    let Some(secret) = cookie::value(headers, cookie::SESSION) else {
        return Ok(None);
    };
    let asked = secret.clone();
    let session = desk.read(move |store| people::session(store, &asked, now)).await?;
    let Some(session) = session else { return Ok(None) };
    if session.agent == agent(headers) {
        return Ok(Some((session, secret)));
    }
    tracing::warn!("ended a session of {} that came with another browser", session.account);
    desk.write(move |store| -> Result<(), PeopleError> {
        let change = store::change(store)?;
        people::end_session(&change, &secret)?;
        let subject = format!("account:{} session:{}", session.account, session.id);
        audit::note(&change, &Actor::System, ("session.stolen", &subject), now)?;
        Ok(change.commit()?)
    })
    .await?;
    Ok(None)
}

/// The browser that asks, as it calls itself.
pub fn agent(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    agent.unwrap_or_default().chars().take(AGENT).collect()
}

/// Remembers the page that was asked for, if it can be asked for again.
fn to_login(parts: &Parts) -> Redirect {
    let wanted = parts.uri.path_and_query().map_or("/", |wanted| wanted.as_str());
    if parts.method == Method::GET && wanted != "/" {
        return Redirect::to(&format!("/login?next={}", query::encoded(wanted)));
    }
    Redirect::to("/login")
}
