//! The page about one incident, what people do there, and its evidence as a file.

use super::analyst::Analyst;
use super::analyst::Frame;
use super::analyst::Stamp;
use super::analyst::Viewer;
use super::answer;
use super::answer::Refused;
use super::desk::Desk;
use super::query;
use super::words;
use crate::incident::hands;
use crate::incident::hands::Act;
use crate::incident::hands::Undone;
use crate::judge::Told;
use crate::store;
use crate::store::places;
use crate::store::read;
use crate::store::read::IncidentDetail;
use crate::store::read::IncidentRow;
use askama::Template;
use axum::Form;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::extract::Path;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Redirect;
use axum::response::Response;
use axum::routing::get;
use axum::routing::post;
use event::Member;
use event::Outcome;
use event::State as Of;
use jiff::Timestamp;
use model::Standing;
use rusqlite::Connection;
use serde::Deserialize;
use settings::Interval;
use std::cmp::Reverse;
use std::sync::Arc;

/// The largest form taken, in bytes: a long note, each sign of it escaped.
const LARGEST: usize = 64 * 1024;
/// Laptops whose place is looked up.
const LAPTOPS: usize = 50;
/// Findings whose evidence is shown; the file has all.
const EVIDENCE: usize = 40;
/// Related incidents shown.
const RELATED: u32 = 20;
/// For how long one may be silenced from here, as a form says it and in words.
const LENGTHS: [(&str, &str); 5] =
    [("4h", "4 hours"), ("1d", "a day"), ("7d", "a week"), ("30d", "30 days"), ("90d", "90 days")];

#[derive(Template)]
#[template(path = "incident.html")]
struct IncidentPage {
    frame: Frame,
    incident: IncidentDetail,
    laptops: Vec<(event::Laptop, Option<String>)>,
    related: Vec<IncidentRow>,
    sent: Sent,
    /// Which act was refused, and why.
    trouble: Option<(String, String)>,
}

/// What the forms send; it stays in them if it is refused.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    csrf: String,
    note: String,
    outcome: String,
    length: String,
    next: String,
}

/// Something that happened on a laptop.
struct Beat<'a> {
    at: Timestamp,
    is_end: bool,
    member: &'a Member,
}

/// The page's addresses.
pub fn routes() -> Router<Arc<Desk>> {
    Router::new()
        .route("/incidents/{id}", get(one))
        .route("/incidents/{id}/export", get(export))
        .route("/incidents/{id}/{act}", post(act).layer(DefaultBodyLimit::max(LARGEST)))
}

/// `GET /incidents/{id}`.
async fn one(
    State(desk): State<Arc<Desk>>,
    viewer: Viewer,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    show(&desk, viewer.frame("incidents"), number(&id)?, Sent::default(), None).await
}

/// `GET /incidents/{id}/export`: the incident, its evidence and what was done, as JSON.
async fn export(
    State(desk): State<Arc<Desk>>,
    _viewer: Viewer,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    let id = number(&id)?;
    let found = desk.read(move |store| read::incident(store, id)).await?;
    let text = serde_json::to_vec_pretty(&found.ok_or_else(missing)?);
    let text = text.map_err(|error| Refused::failed(&error))?;
    let name = format!("attachment; filename=\"moored-incident-{id}.json\"");
    let kind = "application/json".to_owned();
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)], text).into_response())
}

/// `POST /incidents/{id}/{act}`.
async fn act(
    State(desk): State<Arc<Desk>>,
    analyst: Analyst,
    Path((id, word)): Path<(String, String)>,
    form: Result<Form<Sent>, FormRejection>,
) -> Result<Response, Refused> {
    let Form(sent) = form.map_err(|_| Refused::unclear("The form cannot be read."))?;
    analyst.check_stamp(&Stamp::of(&sent.csrf))?;
    let id = number(&id)?;
    let done = match sent.act(&word, analyst.now)? {
        Ok(act) => {
            let (actor, now, note) = (analyst.actor(), analyst.now, sent.note.clone());
            desk.write(move |store| -> Result<Result<(), String>, Refused> {
                let change = store::change(store)?;
                match hands::act(&change, id, (&act, &note), &actor, now) {
                    Ok(_) => Ok(Ok(change.commit()?)),
                    Err(Undone::Missing(_)) => Err(missing()),
                    Err(Undone::Unfit(text)) => Ok(Err(text)),
                    Err(Undone::Store(error)) => Err(error.into()),
                }
            })
            .await?
        }
        Err(text) => Err(text.to_owned()),
    };
    if let Err(text) = done {
        let trouble = Some((word, answer::sentence(&text)));
        let page = show(&desk, analyst.frame("incidents"), id, sent, trouble).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    Ok(Redirect::to(&sent.back(id)).into_response())
}

async fn show(
    desk: &Desk,
    frame: Frame,
    id: i64,
    sent: Sent,
    trouble: Option<(String, String)>,
) -> Result<Response, Refused> {
    let found = desk
        .read(move |store| -> rusqlite::Result<_> {
            let Some(incident) = read::incident(store, id)? else { return Ok(None) };
            let laptops = placed(store, &incident)?;
            Ok(Some((incident, laptops, read::related(store, id, RELATED)?)))
        })
        .await?;
    let (incident, laptops, related) = found.ok_or_else(missing)?;
    answer::page(&IncidentPage { frame, incident, laptops, related, sent, trouble })
}

/// The laptops, with what their place asks to be done.
fn placed(
    store: &Connection,
    incident: &IncidentDetail,
) -> rusqlite::Result<Vec<(event::Laptop, Option<String>)>> {
    let first = incident.told.laptops.iter().take(LAPTOPS);
    let placed = first.map(|laptop| {
        let told: Option<Told> = places::of_laptop(store, &laptop.id)?;
        Ok((laptop.clone(), told.map(|told| told.band)))
    });
    placed.collect()
}

fn number(text: &str) -> Result<i64, Refused> {
    text.parse().map_err(|_| missing())
}

fn missing() -> Refused {
    Refused::missing("There is no such incident.")
}

impl Sent {
    /// What is to be done, or why that cannot be.
    fn act(&self, word: &str, now: Timestamp) -> Result<Result<Act, &'static str>, Refused> {
        Ok(match word {
            "acknowledge" => Ok(Act::Acknowledge),
            "reopen" => Ok(Act::Reopen),
            "note" => Ok(Act::Note),
            "close" => Outcome::named(&self.outcome)
                .map(Act::Close)
                .ok_or("say what it was: true, benign or false"),
            "suppress" => Interval::try_from(self.length.clone())
                .ok()
                .and_then(|length| now.checked_add(length.duration()).ok())
                .map(Act::Suppress)
                .ok_or("say for how long it is to be silent"),
            _ => return Err(Refused::missing("There is no such page.")),
        })
    }

    /// Whether the form shows this length of time.
    fn is_for(&self, length: &str) -> bool {
        if self.length.is_empty() { length == "7d" } else { self.length == length }
    }

    /// Whether the form shows this outcome.
    fn is_as(&self, outcome: Outcome) -> bool {
        self.outcome == outcome.name()
    }

    /// Where one came from: the list, or the incident itself.
    fn back(&self, id: i64) -> String {
        let is_list = self.next == "/incidents" || self.next.starts_with("/incidents?");
        if is_list && self.next.bytes().all(|sign| sign.is_ascii_graphic()) {
            return format!("{}#incident-{id}", self.next);
        }
        format!("/incidents/{id}")
    }
}

impl IncidentPage {
    /// What happened on its laptops, in order of time, by their clocks.
    fn beats(&self) -> Vec<Beat<'_>> {
        let mut beats: Vec<Beat<'_>> = Vec::new();
        for member in &self.incident.told.findings {
            beats.push(Beat { at: member.finding.opened, is_end: false, member });
            if let Some(at) = member.finding.closed {
                beats.push(Beat { at, is_end: true, member });
            }
        }
        beats.sort_by_key(|beat| (beat.at, beat.is_end));
        beats
    }

    /// The findings whose evidence is shown: those that hold first.
    fn shown(&self) -> Vec<&Member> {
        let mut shown: Vec<&Member> = self.incident.told.findings.iter().collect();
        shown.sort_by_key(|member| {
            let finding = &member.finding;
            let is_lead = finding.standing == Standing::Lead;
            (finding.closed.is_some(), is_lead, Reverse(finding.severity), finding.opened)
        });
        shown.truncate(EVIDENCE);
        shown
    }

    /// The host name of the laptop a finding is of.
    fn host<'a>(&'a self, member: &'a Member) -> &'a str {
        let laptops = &self.incident.told.laptops;
        let found = laptops.iter().find(|laptop| laptop.id == member.laptop);
        found.map_or(member.laptop.as_str(), |laptop| &laptop.host)
    }

    /// Whether something can be done about it here.
    fn can_act(&self) -> bool {
        self.frame.is_analyst()
    }

    fn is_closed(&self) -> bool {
        self.incident.row.state == Of::Closed
    }

    fn is_open(&self) -> bool {
        self.incident.row.state == Of::Open
    }

    fn is_acknowledged(&self) -> bool {
        self.incident.row.state == Of::Acknowledged
    }

    /// Why this act was refused, if it was.
    fn refused(&self, act: &str) -> Option<&str> {
        self.trouble.as_ref().filter(|(word, _)| word == act).map(|(_, why)| why.as_str())
    }

    /// What was typed for this act.
    fn typed(&self, act: &str) -> &str {
        if self.refused(act).is_some() { &self.sent.note } else { "" }
    }
}
