//! The list of incidents, where triage is done.

use super::analyst::Frame;
use super::analyst::Viewer;
use super::answer;
use super::answer::Refused;
use super::desk::Desk;
use super::query;
use super::words;
use crate::store::read;
use crate::store::read::After;
use crate::store::read::IncidentRow;
use crate::store::read::Wanted;
use askama::Template;
use axum::extract::Query;
use axum::extract::State;
use axum::extract::rejection::QueryRejection;
use axum::response::Response;
use event::State as Of;
use jiff::Timestamp;
use serde::Deserialize;
use std::sync::Arc;

/// Rows on a page.
const ROWS: usize = 50;
/// What is wanted if nothing is said: all that is not closed.
const NOT_CLOSED: [Of; 3] = [Of::Open, Of::Acknowledged, Of::Suppressed];

/// What the form above the list asks for; empty text asks for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Asked {
    state: String,
    severity: String,
    mine: String,
    laptop: String,
    text: String,
    after: String,
}

#[derive(Template)]
#[template(path = "incidents.html")]
struct IncidentsPage {
    frame: Frame,
    asked: Asked,
    rows: Vec<IncidentRow>,
    /// How many are in each state that is not closed.
    counts: Vec<(Of, u32)>,
    older: Option<String>,
}

/// `GET /incidents`.
pub async fn list(
    State(desk): State<Arc<Desk>>,
    viewer: Viewer,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Refused> {
    let Query(asked) = asked.map_err(|_| Refused::unclear("This address cannot be read."))?;
    let frame = viewer.frame("incidents");
    let (wanted, after) = (asked.wanted(&frame.account)?, asked.after()?);
    let page = desk
        .read(move |store| -> rusqlite::Result<IncidentsPage> {
            let most = u32::try_from(ROWS + 1).unwrap_or(u32::MAX);
            let mut rows = read::incidents(store, &wanted, after.as_ref(), most)?;
            let is_more = rows.len() > ROWS;
            rows.truncate(ROWS);
            let older = rows.last().filter(|_| is_more).map(|last| asked.older(last));
            let counts = counts(&read::open_incidents(store)?);
            Ok(IncidentsPage { frame, asked, rows, counts, older })
        })
        .await?;
    answer::page(&page)
}

fn counts(all: &[(Of, model::Severity, u32)]) -> Vec<(Of, u32)> {
    let of = |state: Of| all.iter().filter(|one| one.0 == state).map(|one| one.2).sum();
    NOT_CLOSED.into_iter().map(|state| (state, of(state))).collect()
}

impl Asked {
    fn wanted(&self, account: &str) -> Result<Wanted, Refused> {
        let states = match self.state.trim() {
            "" => NOT_CLOSED.to_vec(),
            "all" => Vec::new(),
            name => vec![Of::named(name).ok_or_else(unclear)?],
        };
        let severity = query::said(&self.severity).map(serde_json::Value::String);
        let severity = severity.map(serde_json::from_value).transpose();
        Ok(Wanted {
            states,
            severity: severity.map_err(|_| unclear())?,
            laptop: query::said(&self.laptop),
            assignee: self.is_mine().then(|| account.to_owned()),
            text: query::said(&self.text),
        })
    }

    fn after(&self) -> Result<Option<After>, Refused> {
        let Some(text) = query::said(&self.after) else { return Ok(None) };
        let (id, changed_at) = text.split_once('.').ok_or_else(unclear)?;
        let changed_at: Timestamp = changed_at.parse().map_err(|_| unclear())?;
        let id = id.parse().map_err(|_| unclear())?;
        Ok(Some(After { changed_at: changed_at.to_string(), id }))
    }

    fn is_mine(&self) -> bool {
        !self.mine.is_empty()
    }

    /// Whether anything is asked for.
    fn is_narrow(&self) -> bool {
        Self { after: String::new(), ..self.clone() } != Self::default()
    }

    /// The address of this part of the list.
    fn address(&self) -> String {
        self.address_after(&self.after)
    }

    /// The address of the newest part.
    fn newest(&self) -> String {
        self.address_after("")
    }

    fn older(&self, last: &IncidentRow) -> String {
        self.address_after(&format!("{}.{}", last.id, last.changed_at))
    }

    fn address_after(&self, after: &str) -> String {
        let query = query::joined(&[
            ("state", &self.state),
            ("severity", &self.severity),
            ("mine", &self.mine),
            ("laptop", &self.laptop),
            ("text", &self.text),
            ("after", after),
        ]);
        if query.is_empty() { "/incidents".to_owned() } else { format!("/incidents?{query}") }
    }
}

impl IncidentRow {
    /// Whether nobody looks into it yet.
    pub fn is_open(&self) -> bool {
        self.state == Of::Open
    }

    /// How many laptops there are beside those that are named.
    pub fn other_laptops(&self) -> usize {
        usize::try_from(self.laptops).unwrap_or_default().saturating_sub(self.hosts.len())
    }
}

fn unclear() -> Refused {
    Refused::unclear("The filter has a value that this list does not know.")
}
