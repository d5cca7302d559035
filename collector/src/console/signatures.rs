//! The pages about signatures: which ever held, and one with its hits over time.

use super::analyst::Frame;
use super::analyst::Viewer;
use super::answer;
use super::answer::Refused;
use super::desk::Desk;
use super::query;
use super::words;
use crate::store::incidents;
use crate::store::read;
use crate::store::read::Holder;
use crate::store::read::SignatureRow;
use askama::Template;
use axum::extract::Path;
use axum::extract::Query;
use axum::extract::State;
use axum::extract::rejection::QueryRejection;
use axum::response::Response;
use jiff::Timestamp;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::Finding;
use model::Standing;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Signatures listed at most: more than anybody has.
const MOST: u32 = 1000;
/// Laptops on a page.
const ROWS: usize = 50;
/// Weeks in the picture.
const WEEKS: i64 = 26;

/// What is asked for; empty text asks for nothing.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    text: String,
    after: String,
}

#[derive(Template)]
#[template(path = "signatures.html")]
struct SignaturesPage {
    frame: Frame,
    asked: Asked,
    rows: Vec<SignatureRow>,
    laptops: u64,
}

#[derive(Template)]
#[template(path = "signature.html")]
struct SignaturePage {
    frame: Frame,
    row: SignatureRow,
    body: Option<Finding>,
    laptops: u64,
    holders: Vec<Holder>,
    is_first: bool,
    next: Option<String>,
    weeks: Vec<(Date, u64)>,
}

/// A week's bar, in the units of the picture.
struct Bar {
    x: i64,
    y: u64,
    height: u64,
    monday: Date,
    opened: u64,
    /// Its day is written below it.
    is_named: bool,
}

/// `GET /signatures`.
pub async fn list(
    State(desk): State<Arc<Desk>>,
    viewer: Viewer,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Refused> {
    let Query(asked) = asked.map_err(|_| Refused::unclear("This address cannot be read."))?;
    let text = query::said(&asked.text);
    let (mut rows, laptops) = desk
        .read(move |store| -> rusqlite::Result<_> {
            let rows = read::signatures(store, text.as_deref(), MOST)?;
            Ok((rows, incidents::laptop_count(store)?))
        })
        .await?;
    rows.sort_by(|a, b| (a.holds == 0, &a.id).cmp(&(b.holds == 0, &b.id)));
    answer::page(&SignaturesPage { frame: viewer.frame("signatures"), asked, rows, laptops })
}

/// `GET /signatures/{id}`.
pub async fn one(
    State(desk): State<Arc<Desk>>,
    viewer: Viewer,
    Path(id): Path<String>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Refused> {
    let Query(asked) = asked.map_err(|_| Refused::unclear("This address cannot be read."))?;
    let after = query::said(&asked.after);
    let first = first_monday(viewer.now);
    let frame = viewer.frame("signatures");
    let page = desk
        .read(move |store| -> rusqlite::Result<Option<SignaturePage>> {
            let Some(row) = read::signature(store, &id)? else { return Ok(None) };
            let most = u32::try_from(ROWS + 1).unwrap_or(u32::MAX);
            let mut holders = read::holders(store, &id, after.as_deref(), most)?;
            let is_more = holders.len() > ROWS;
            holders.truncate(ROWS);
            Ok(Some(SignaturePage {
                body: read::finding_body(store, row.finding)?,
                laptops: incidents::laptop_count(store)?,
                is_first: after.is_none(),
                next: holders.last().filter(|_| is_more).map(|last| last.laptop.clone()),
                weeks: weeks(first, &read::weeks(store, &id, first)?),
                holders,
                row,
                frame,
            }))
        })
        .await?;
    answer::page(&page.ok_or_else(|| Refused::missing("No finding was ever of this signature."))?)
}

/// The Monday of the first week in the picture.
fn first_monday(now: Timestamp) -> Date {
    let today = TimeZone::UTC.to_datetime(now).date();
    let since = i64::from(today.weekday().to_monday_zero_offset());
    today.saturating_sub((since + 7 * (WEEKS - 1)).days())
}

/// Every week, also those in which nothing opened.
fn weeks(first: Date, counted: &BTreeMap<Date, u64>) -> Vec<(Date, u64)> {
    let mondays = (0..WEEKS).map(|week| first.saturating_add((7 * week).days()));
    mondays.map(|monday| (monday, counted.get(&monday).copied().unwrap_or_default())).collect()
}

impl SignatureRow {
    /// The part of its id before the first dot.
    pub fn family(&self) -> &str {
        self.id.split('.').next().unwrap_or_default()
    }

    /// Whether its newest finding alerts nobody.
    pub fn is_lead(&self) -> bool {
        self.standing == Standing::Lead
    }
}

impl SignaturePage {
    /// Where its page is in the documentation, if its id can be a path.
    fn page_path(&self) -> Option<String> {
        let (family, name) = self.row.id.split_once('.')?;
        let is_plain = |part: &str| {
            let is_plain = |sign: u8| sign.is_ascii_alphanumeric() || sign == b'-';
            !part.is_empty() && part.bytes().all(is_plain)
        };
        (is_plain(family) && is_plain(name)).then(|| format!("docs/signatures/{family}/{name}.md"))
    }

    fn most(&self) -> u64 {
        self.weeks.iter().map(|week| week.1).max().unwrap_or_default()
    }

    fn bars(&self) -> Vec<Bar> {
        let most = self.most().max(1);
        let bars = (0..).zip(&self.weeks).map(|(place, (monday, opened))| {
            let height = (opened * 100).div_ceil(most);
            Bar {
                x: 40 + place * 29,
                y: 110 - height,
                height,
                monday: *monday,
                opened: *opened,
                is_named: place % 5 == 0 && place < WEEKS - 1,
            }
        });
        bars.collect()
    }
}
