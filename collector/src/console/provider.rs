//! Signing in by way of a provider.

use super::analyst;
use super::answer;
use super::answer::Refused;
use super::cookie;
use super::desk::Desk;
use super::login;
use super::login::Destination;
use super::now::Now;
use crate::oidc;
use crate::oidc::OidcError;
use crate::oidc::Provider;
use crate::oidc::Told;
use crate::oidc::Trip;
use crate::store;
use crate::store::audit;
use crate::store::audit::Actor;
use crate::store::people;
use crate::store::people::Known;
use crate::store::people::Opening;
use crate::store::people::PeopleError;
use crate::store::people::Way;
use askama::Template;
use axum::Router;
use axum::extract::Query;
use axum::extract::State;
use axum::extract::rejection::QueryRejection;
use axum::http::HeaderMap;
use axum::http::header;
use axum::response::AppendHeaders;
use axum::response::IntoResponse;
use axum::response::Redirect;
use axum::response::Response;
use axum::routing::get;
use jiff::SignedDuration;
use jiff::Timestamp;
use serde::Deserialize;
use serde::Serialize;
use std::sync::Arc;

/// How long somebody may be away at the provider.
const PATIENCE: SignedDuration = SignedDuration::from_mins(10);
const PURPOSE: &str = "provider";

/// What the browser keeps meanwhile.
#[derive(Serialize, Deserialize)]
struct Away {
    trip: Trip,
    next: String,
}

/// What the provider sends back.
#[derive(Deserialize)]
pub struct Back {
    #[serde(default)]
    code: String,
    #[serde(default)]
    state: String,
}

/// A page that leads on: a cookie of this site alone is not sent along by a
/// browser that another site has sent here.
#[derive(Template)]
#[template(path = "onward.html")]
struct OnwardPage {
    next: String,
}

/// The addresses; nothing is there without a provider.
pub fn routes() -> Router<Arc<Desk>> {
    Router::new().route("/login/provider", get(leave)).route(oidc::BACK, get(back))
}

/// `GET /login/provider`: leads to the provider.
pub async fn leave(
    State(desk): State<Arc<Desk>>,
    Now(now): Now,
    destination: Result<Query<Destination>, QueryRejection>,
) -> Result<Response, Refused> {
    let provider = provider(&desk)?;
    let next = destination.map(|Query(destination)| destination.next).unwrap_or_default();
    let _turn = login::turn(&desk).await?;
    let (address, trip) = provider.begin().await.map_err(|error| refused(&error))?;
    let until = now.checked_add(PATIENCE).unwrap_or(Timestamp::MAX);
    let away = Away { trip, next: login::local(&next) };
    let sealed = desk.seal.close(PURPOSE, away, until);
    let sealed = sealed.map_err(|error| Refused::failed(&error))?;
    let cookie = [(header::SET_COOKIE, cookie::set_for_return(cookie::AWAY, &sealed))];
    Ok((AppendHeaders(cookie), Redirect::to(&address)).into_response())
}

/// `GET /login/provider/back`: takes in who the provider says it is.
pub async fn back(
    State(desk): State<Arc<Desk>>,
    Now(now): Now,
    headers: HeaderMap,
    back: Result<Query<Back>, QueryRejection>,
) -> Result<Response, Refused> {
    let provider = provider(&desk)?;
    let Query(back) = back.map_err(|_| Refused::unclear("This address cannot be read."))?;
    let kept = cookie::value(&headers, cookie::AWAY);
    let away: Option<Away> = kept.and_then(|kept| desk.seal.open(PURPOSE, &kept, now));
    let Some(away) = away.filter(|away| people::same_secret(&away.trip.state, &back.state)) else {
        return Err(Refused::forbidden(
            "This sign-in was not begun here, or too long ago. Begin again.",
        ));
    };
    if back.code.is_empty() {
        return Err(Refused::forbidden("The provider did not let you in."));
    }
    let turn = login::turn(&desk).await?;
    let told = provider.finish(away.trip, back.code).await;
    drop(turn);
    let told = match told {
        Ok(told) => told,
        Err(error) => {
            turned_away(&desk, &error, now).await?;
            return Err(refused(&error));
        }
    };
    let issuer = provider.issuer().to_owned();
    let secret = opened(&desk, issuer, told, analyst::agent(&headers), now).await?;
    let gone = [(header::SET_COOKIE, cookie::clear(cookie::AWAY))];
    let page = answer::page(&OnwardPage { next: away.next })?;
    Ok((login::welcome(&secret), AppendHeaders(gone), page).into_response())
}

fn provider(desk: &Desk) -> Result<Arc<Provider>, Refused> {
    desk.provider.clone().ok_or_else(|| Refused::missing("There is no such page."))
}

/// Notes who was turned away for want of a role.
async fn turned_away(desk: &Desk, error: &OidcError, now: Timestamp) -> Result<(), Refused> {
    let OidcError::NoRole(name) = error else { return Ok(()) };
    let subject = format!("provider:{}", name.chars().take(100).collect::<String>());
    let what = "account.turned-away";
    desk.write(move |store| audit::note(store, &Actor::System, (what, &subject), now)).await
}

fn refused(error: &OidcError) -> Refused {
    tracing::warn!("a sign-in by way of the provider failed: {error}");
    match error {
        OidcError::NoRole(_) => Refused::forbidden(
            "Your provider knows you, but none of your groups may use this console. \
             Ask whoever runs it.",
        ),
        OidcError::Token(_) => {
            Refused::forbidden("What the provider says of you cannot be believed. Begin again.")
        }
        OidcError::Provider(_) => Refused::unreachable(
            "The provider cannot be asked at the moment. What went wrong is in the collector's log.",
        ),
    }
}

/// The secret of a new session, of an account that is made if need be.
async fn opened(
    desk: &Desk,
    issuer: String,
    told: Told,
    agent: String,
    now: Timestamp,
) -> Result<String, Refused> {
    let length = desk.session;
    let admitted = desk
        .write(move |store| -> Result<Result<Option<String>, PeopleError>, PeopleError> {
            let change = store::change(store)?;
            let known = Known { issuer: &issuer, subject: &told.subject, role: told.role };
            let account = match people::admit(&change, (&told.name, known), now) {
                Ok(Some(account)) => account,
                other => return Ok(other),
            };
            let opening = Opening { account: &account, way: Way::Provider, agent: &agent };
            let secret = people::open_session(&change, opening, length, now)?;
            change.commit()?;
            Ok(Ok(Some(secret)))
        })
        .await?;
    match admitted {
        Ok(Some(secret)) => Ok(secret),
        Ok(None) => Err(Refused::forbidden("Your account is disabled.")),
        Err(PeopleError::Taken(_)) => Err(Refused::forbidden(
            "Somebody else has an account of your name here. Ask whoever runs this console.",
        )),
        Err(error) => Err(error.into()),
    }
}
