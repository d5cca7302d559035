//! The pages about findings: the list and one in full.

use super::analyst::Frame;
use super::analyst::Viewer;
use super::answer;
use super::answer::Refused;
use super::desk::Desk;
use super::query;
use super::words;
use crate::corroboration;
use crate::policy;
use crate::store::incidents;
use crate::store::read;
use crate::store::read::Filter;
use crate::store::read::FindingDetail;
use crate::store::read::FindingRow;
use crate::store::read::LaptopRow;
use crate::store::read::Slice;
use askama::Template;
use axum::extract::Path;
use axum::extract::Query;
use axum::extract::State;
use axum::extract::rejection::QueryRejection;
use axum::response::Response;
use model::Standing;
use rusqlite::Connection;
use serde::Deserialize;
use std::sync::Arc;

/// What the filter says if leads are wanted as well.
const WITH_LEADS: &str = "all";
/// Rows on a page.
const ROWS: u32 = 50;

/// What the form above the list asks for; empty text asks for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Asked {
    severity: String,
    state: String,
    standing: String,
    rung: String,
    verdict: String,
    laptop: String,
    family: String,
    text: String,
    page: String,
}

#[derive(Template)]
#[template(path = "findings.html")]
struct FindingsPage {
    frame: Frame,
    asked: Asked,
    families: Vec<String>,
    laptop: Option<LaptopRow>,
    rows: Vec<FindingRow>,
    total: u64,
    hidden_leads: u64,
    pages: Pages,
}

#[derive(Template)]
#[template(path = "finding.html")]
struct FindingPage {
    frame: Frame,
    finding: FindingDetail,
    incident: Option<i64>,
}

/// Where a page is among the others of its list.
pub struct Pages {
    /// Its number, beginning at 1.
    pub this: u32,
    /// The address of the page with newer rows.
    pub newer: Option<String>,
    /// The address of the page with older rows.
    pub older: Option<String>,
}

/// `GET /findings`.
pub async fn list(
    State(desk): State<Arc<Desk>>,
    viewer: Viewer,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Refused> {
    let Query(asked) = asked.map_err(|_| Refused::unclear("This address cannot be read."))?;
    let filter = asked.filter()?;
    let this = page_number(&asked.page)?;
    let page = desk
        .read(move |store| -> rusqlite::Result<FindingsPage> {
            let part = read::findings(store, &filter, slice(this, ROWS))?;
            let laptop = filter.laptop.as_deref().map(|id| read::laptop(store, id));
            Ok(FindingsPage {
                families: read::families(store)?,
                laptop: laptop.transpose()?.flatten(),
                pages: Pages::new(this, ROWS, part.total, &asked.address()),
                rows: part.rows,
                total: part.total,
                hidden_leads: hidden_leads(store, &filter)?,
                frame: viewer.frame("findings"),
                asked,
            })
        })
        .await?;
    answer::page(&page)
}

/// `GET /findings/{id}`.
pub async fn one(
    State(desk): State<Arc<Desk>>,
    viewer: Viewer,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    let missing = || Refused::missing("There is no such finding.");
    let id: i64 = id.parse().map_err(|_| missing())?;
    let (found, incident) = desk
        .read(move |store| -> rusqlite::Result<_> {
            Ok((read::finding(store, id)?, incidents::of_finding(store, id)?))
        })
        .await?;
    let finding = found.ok_or_else(missing)?;
    answer::page(&FindingPage { frame: viewer.frame("findings"), finding, incident })
}

/// How many leads the filter would show if it did not leave them out.
fn hidden_leads(store: &Connection, filter: &Filter) -> rusqlite::Result<u64> {
    if filter.standing.is_none() {
        return Ok(0);
    }
    let leads = Filter { standing: Some(Standing::Lead), ..filter.clone() };
    Ok(read::findings(store, &leads, Slice { skip: 0, take: 0 })?.total)
}

impl FindingRow {
    /// Whether it is to alert nobody.
    pub fn is_lead(&self) -> bool {
        self.standing == Standing::Lead
    }

    /// What the policy says of the tool, in a few words, as the laptop sent them.
    pub fn verdict_label(&self) -> Option<String> {
        policy::brief(self.verdict?, self.approval.as_ref())
    }

    /// Whether the policy speaks against the tool.
    pub fn is_against_policy(&self) -> bool {
        self.verdict.is_some_and(policy::is_against)
    }
}

impl FindingDetail {
    /// What the other kinds of evidence say, in sentences.
    fn others(&self) -> Vec<String> {
        corroboration::told(self.row.standing, &self.body.corroboration)
    }
}

impl Asked {
    /// The same, as the store understands it.
    fn filter(&self) -> Result<Filter, Refused> {
        let named = |name: String| serde_json::Value::String(name);
        let standing = match self.standing.trim() {
            "" => Some(Standing::Alert),
            WITH_LEADS => None,
            _ => return Err(unclear()),
        };
        let severity = query::said(&self.severity).map(named).map(serde_json::from_value);
        let state = query::said(&self.state).map(named).map(serde_json::from_value);
        Ok(Filter {
            severity: severity.transpose().map_err(|_| unclear())?,
            state: state.transpose().map_err(|_| unclear())?.unwrap_or_default(),
            standing,
            rung: one_of(&self.rung, policy::rung)?,
            verdict: one_of(&self.verdict, policy::verdict)?,
            laptop: query::said(&self.laptop),
            family: query::said(&self.family),
            text: query::said(&self.text),
        })
    }

    /// The address of the list with this filter, without a page.
    fn address(&self) -> String {
        self.address_with(&self.standing)
    }

    /// The address of the list with this filter and leads as well.
    fn address_with_leads(&self) -> String {
        self.address_with(WITH_LEADS)
    }

    fn address_with(&self, standing: &str) -> String {
        let query = query::joined(&[
            ("severity", &self.severity),
            ("state", &self.state),
            ("standing", standing),
            ("rung", &self.rung),
            ("verdict", &self.verdict),
            ("laptop", &self.laptop),
            ("family", &self.family),
            ("text", &self.text),
        ]);
        format!("/findings?{query}")
    }

    /// Whether anything but leads is left out.
    fn is_narrow(&self) -> bool {
        self.address_with("") != "/findings?"
    }

    fn has_leads(&self) -> bool {
        self.standing == WITH_LEADS
    }
}

/// What the text names; nothing if it names nothing.
fn one_of<T>(text: &str, named: fn(&str) -> Option<T>) -> Result<Option<T>, Refused> {
    query::said(text).map(|text| named(&text).ok_or_else(unclear)).transpose()
}

fn unclear() -> Refused {
    Refused::unclear("The filter has a value that this list does not know.")
}

impl Pages {
    /// The page with this number of a list with so many rows.
    pub fn new(this: u32, rows: u32, total: u64, address: &str) -> Self {
        let at = |page: u32| {
            let between = if address.ends_with('?') { "" } else { "&" };
            format!("{address}{between}page={page}")
        };
        let is_more = u64::from(this) * u64::from(rows) < total;
        Self {
            this,
            newer: (this > 1).then(|| at(this - 1)),
            older: is_more.then(|| at(this.saturating_add(1))),
        }
    }
}

/// The number of the page, 1 if none is asked for.
pub fn page_number(text: &str) -> Result<u32, Refused> {
    let missing = || Refused::missing("There is no such page of this list.");
    let number = query::said(text).map_or(Ok(1), |text| text.parse());
    match number {
        Ok(number @ 1..=1_000_000) => Ok(number),
        _ => Err(missing()),
    }
}

/// The rows of a page.
pub fn slice(page: u32, rows: u32) -> Slice {
    Slice { skip: page.saturating_sub(1).saturating_mul(rows), take: rows }
}
