//! The page that finds laptops, people, incidents and signatures by a few words.

use super::analyst::Frame;
use super::analyst::Viewer;
use super::answer;
use super::answer::Refused;
use super::desk::Desk;
use super::query;
use super::words;
use crate::store::read;
use crate::store::read::Hit;
use crate::store::read::IncidentRow;
use crate::store::read::SignatureRow;
use crate::store::read::Wanted;
use askama::Template;
use axum::extract::Query;
use axum::extract::State;
use axum::extract::rejection::QueryRejection;
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;

/// Shown of each kind at most.
const ROWS: u32 = 20;
/// The longest text looked for, in bytes.
const LONGEST: usize = 200;

/// What is looked for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
}

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage {
    frame: Frame,
    asked: Asked,
    found: Found,
}

/// What was found.
#[derive(Default)]
struct Found {
    laptops: Vec<Hit>,
    incidents: Vec<IncidentRow>,
    signatures: Vec<SignatureRow>,
    /// The number of an incident and of a finding, if such a number was typed.
    incident: Option<(i64, String)>,
    finding: Option<(i64, String)>,
}

/// `GET /search`.
pub async fn page(
    State(desk): State<Arc<Desk>>,
    viewer: Viewer,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Refused> {
    let Query(asked) = asked.map_err(|_| Refused::unclear("This address cannot be read."))?;
    let found = match query::said(&asked.q) {
        Some(text) if text.len() > LONGEST => {
            return Err(Refused::unclear("That is too long to look for."));
        }
        Some(text) => desk.read(move |store| find(store, &text)).await?,
        None => Found::default(),
    };
    answer::page(&SearchPage { frame: viewer.frame("search"), asked, found })
}

fn find(store: &rusqlite::Connection, text: &str) -> rusqlite::Result<Found> {
    let wanted = Wanted { text: Some(text.to_owned()), ..Wanted::default() };
    let number: Option<i64> = text.trim_start_matches('#').parse().ok();
    let incident = number.map(|id| read::incident_title(store, id)).transpose()?.flatten();
    let finding = number.map(|id| read::finding_body(store, id)).transpose()?.flatten();
    Ok(Found {
        laptops: read::find_laptops(store, text, ROWS)?,
        incidents: read::incidents(store, &wanted, None, ROWS)?,
        signatures: read::signatures(store, Some(text), ROWS)?,
        incident: number.zip(incident),
        finding: number.zip(finding.map(|finding| finding.title)),
    })
}

impl Found {
    fn is_nothing(&self) -> bool {
        self.laptops.is_empty()
            && self.incidents.is_empty()
            && self.signatures.is_empty()
            && self.incident.is_none()
            && self.finding.is_none()
    }
}
