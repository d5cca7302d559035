//! The page about what alerts nobody for a time.

use super::analyst::Analyst;
use super::analyst::Frame;
use super::analyst::Stamp;
use super::analyst::Viewer;
use super::answer;
use super::answer::Refused;
use super::desk::Desk;
use super::query;
use super::words;
use crate::store;
use crate::store::read;
use crate::store::suppressions;
use crate::store::suppressions::Suppression;
use crate::store::suppressions::Which;
use askama::Template;
use axum::Form;
use axum::Router;
use axum::extract::Path;
use axum::extract::Query;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::extract::rejection::QueryRejection;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::response::Redirect;
use axum::response::Response;
use axum::routing::get;
use axum::routing::post;
use jiff::SignedDuration;
use serde::Deserialize;
use std::sync::Arc;

/// Those that are over and are still shown.
const OVER: usize = 100;
/// The longest text of a field, in signs.
const LONGEST: usize = 500;
const MOST_DAYS: i64 = 400;

/// What the form asks for; an address may fill it in.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    csrf: String,
    tool: String,
    signature: String,
    group: String,
    laptop: String,
    why: String,
    days: String,
}

#[derive(Template)]
#[template(path = "suppressions.html")]
struct SuppressionsPage {
    frame: Frame,
    holding: Vec<Suppression>,
    over: Vec<Suppression>,
    sent: Sent,
    trouble: Option<String>,
}

/// The page's addresses.
pub fn routes() -> Router<Arc<Desk>> {
    Router::new()
        .route("/suppressions", get(list).post(add))
        .route("/suppressions/{id}/end", post(end))
}

/// `GET /suppressions`.
async fn list(
    State(desk): State<Arc<Desk>>,
    viewer: Viewer,
    sent: Result<Query<Sent>, QueryRejection>,
) -> Result<Response, Refused> {
    let Query(sent) = sent.map_err(|_| Refused::unclear("This address cannot be read."))?;
    show(&desk, viewer.frame("suppressions"), sent, None).await
}

/// `POST /suppressions`.
async fn add(
    State(desk): State<Arc<Desk>>,
    analyst: Analyst,
    form: Result<Form<Sent>, FormRejection>,
) -> Result<Response, Refused> {
    let Form(sent) = form.map_err(|_| Refused::unclear("The form cannot be read."))?;
    analyst.check_stamp(&Stamp::of(&sent.csrf))?;
    let (asked, actor, now) = (sent.clone(), analyst.actor(), analyst.now);
    let added = desk
        .write(move |store| -> rusqlite::Result<Result<(), &'static str>> {
            let (which, days) = match asked.which() {
                Ok(read) => read,
                Err(text) => return Ok(Err(text)),
            };
            if let Some(id) = &which.laptop
                && read::laptop(store, id)?.is_none()
            {
                return Ok(Err("There is no laptop with this id."));
            }
            let Ok(until) = now.checked_add(SignedDuration::from_hours(24 * days)) else {
                return Ok(Err("It ends after 1 to 400 days."));
            };
            let change = store::change(store)?;
            suppressions::add(&change, &which, (asked.why.trim(), until), &actor, now)?;
            change.commit().map(Ok)
        })
        .await?;
    if let Err(trouble) = added {
        let frame = analyst.frame("suppressions");
        let page = show(&desk, frame, sent, Some(trouble.to_owned())).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    Ok(Redirect::to("/suppressions").into_response())
}

/// `POST /suppressions/{id}/end`.
async fn end(
    State(desk): State<Arc<Desk>>,
    analyst: Analyst,
    Path(id): Path<String>,
    form: Result<Form<Stamp>, FormRejection>,
) -> Result<Response, Refused> {
    analyst.check(form)?;
    let missing = || Refused::missing("There is no such suppression that still holds.");
    let id: i64 = id.parse().map_err(|_| missing())?;
    let (actor, now) = (analyst.actor(), analyst.now);
    let is_ended = desk
        .write(move |store| -> rusqlite::Result<bool> {
            let change = store::change(store)?;
            let is_ended = suppressions::end(&change, id, &actor, now)?;
            change.commit()?;
            Ok(is_ended)
        })
        .await?;
    if !is_ended {
        return Err(missing());
    }
    Ok(Redirect::to("/suppressions").into_response())
}

async fn show(
    desk: &Desk,
    frame: Frame,
    sent: Sent,
    trouble: Option<String>,
) -> Result<Response, Refused> {
    let all = desk.read(suppressions::all).await?;
    let now = frame.now;
    let (holding, mut over): (Vec<_>, Vec<_>) = all.into_iter().partition(|one| one.holds(now));
    over.truncate(OVER);
    answer::page(&SuppressionsPage { frame, holding, over, sent, trouble })
}

impl Sent {
    /// What is to be suppressed and for how many days, or why that cannot be.
    fn which(&self) -> Result<(Which, i64), &'static str> {
        let all = [&self.tool, &self.signature, &self.group, &self.laptop, &self.why];
        if all.iter().any(|text| text.chars().count() > LONGEST) {
            return Err("One of these texts is too long.");
        }
        let which = Which {
            tool: query::said(&self.tool),
            signature: query::said(&self.signature),
            group: query::said(&self.group),
            laptop: query::said(&self.laptop),
        };
        if which.is_everything() {
            return Err(
                "Name a tool, a signature, a group or a laptop: this would silence everything.",
            );
        }
        if self.why.trim().is_empty() {
            return Err("Say why, for those who come after.");
        }
        match self.days.trim().parse() {
            Ok(days @ 1..=MOST_DAYS) => Ok((which, days)),
            _ => Err("It ends after 1 to 400 days."),
        }
    }

    /// The days the form shows at first.
    fn days(&self) -> &str {
        if self.days.is_empty() { "30" } else { &self.days }
    }
}
