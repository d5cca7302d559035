//! The pages about laptops: the list, one in full, and taking one's certificate away.

use super::analyst::Analyst;
use super::analyst::Frame;
use super::analyst::Stamp;
use super::analyst::Viewer;
use super::answer;
use super::answer::Refused;
use super::desk::Desk;
use super::findings::Pages;
use super::findings::page_number;
use super::findings::slice;
use super::query;
use super::timeline;
use super::timeline::Picture;
use super::words;
use crate::judge::Told;
use crate::store;
use crate::store::audit::Actor;
use crate::store::incidents;
use crate::store::laptops;
use crate::store::places;
use crate::store::read;
use crate::store::read::Filter;
use crate::store::read::FindingRow;
use crate::store::read::Gap;
use crate::store::read::IncidentRow;
use crate::store::read::LapseRow;
use crate::store::read::LaptopRow;
use crate::store::read::Part;
use crate::store::read::Slice;
use crate::store::read::Wanted;
use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::extract::Query;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::extract::rejection::QueryRejection;
use axum::response::IntoResponse;
use axum::response::Redirect;
use axum::response::Response;
use event::Member;
use jiff::SignedDuration;
use jiff::Timestamp;
use model::Blindness;
use model::Sight;
use rusqlite::Connection;
use serde::Deserialize;
use std::sync::Arc;

/// Laptops on a page of the list.
const ROWS: u32 = 100;
/// Findings shown on the page of a laptop; the list has the others.
const FINDINGS: u32 = 20;
/// Findings its time is drawn of, and incidents, and lapses.
const DRAWN: u32 = 200;
const INCIDENTS: u32 = 20;
const LAPSES: u32 = 50;
/// Gaps shown on the page of a laptop.
const GAPS: usize = 100;
/// A laptop silent for longer is said to be quiet.
const QUIET: SignedDuration = SignedDuration::from_hours(24);

#[derive(Template)]
#[template(path = "laptops.html")]
struct LaptopsPage {
    frame: Frame,
    laptops: Vec<LaptopRow>,
    total: u64,
    pages: Pages,
}

/// Which page of the list is wanted.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    page: String,
}

#[derive(Template)]
#[template(path = "laptop.html")]
struct LaptopPage {
    frame: Frame,
    laptop: LaptopRow,
    findings: Part<FindingRow>,
    place: Option<Told>,
    /// Its serial number, whose it is, and its group.
    whose: event::Laptop,
    incidents: Vec<IncidentRow>,
    /// What its time is drawn of, and the picture.
    found: Vec<Member>,
    picture: Option<Picture>,
    lapses: Vec<LapseRow>,
}

/// `GET /laptops`.
pub async fn list(
    State(desk): State<Arc<Desk>>,
    viewer: Viewer,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Refused> {
    let Query(asked) = asked.map_err(|_| Refused::unclear("This address cannot be read."))?;
    let this = page_number(&asked.page)?;
    let part = desk.read(move |store| read::laptops_on(store, slice(this, ROWS))).await?;
    let Part { rows: laptops, total } = part;
    let pages = Pages::new(this, ROWS, total, "/laptops?");
    answer::page(&LaptopsPage { frame: viewer.frame("laptops"), laptops, total, pages })
}

/// `GET /laptops/{id}`.
pub async fn one(
    State(desk): State<Arc<Desk>>,
    viewer: Viewer,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    let frame = viewer.frame("laptops");
    let page = desk.read(move |store| all_of(store, id, frame)).await?;
    answer::page(&page.ok_or_else(missing)?)
}

/// `POST /laptops/{id}/revoke`.
pub async fn revoke(
    State(desk): State<Arc<Desk>>,
    analyst: Analyst,
    Path(id): Path<String>,
    form: Result<Form<Stamp>, FormRejection>,
) -> Result<Response, Refused> {
    analyst.check(form)?;
    let (account, now, laptop) = (analyst.session.account, analyst.now, id.clone());
    let is_there = desk
        .write(move |store| -> rusqlite::Result<bool> {
            let change = store::change(store)?;
            laptops::revoke(&change, &laptop, &Actor::Account(account), now)?;
            change.commit()?;
            Ok(read::laptop(store, &laptop)?.is_some())
        })
        .await?;
    if !is_there {
        return Err(missing());
    }
    Ok(Redirect::to(&format!("/laptops/{id}")).into_response())
}

fn missing() -> Refused {
    Refused::missing("There is no such laptop.")
}

fn all_of(store: &Connection, id: String, frame: Frame) -> rusqlite::Result<Option<LaptopPage>> {
    let Some(laptop) = read::laptop(store, &id)? else {
        return Ok(None);
    };
    let place = places::of_laptop(store, &id)?;
    let wanted = Wanted { laptop: Some(id.clone()), ..Wanted::default() };
    let incidents = read::incidents(store, &wanted, None, INCIDENTS)?;
    let found = read::timeline(store, &id, DRAWN)?;
    let picture = Picture::of(&found, &incidents, frame.now);
    let (whose, lapses) = (incidents::laptop(store, &id)?, read::lapses(store, &id, LAPSES)?);
    let filter = Filter { laptop: Some(id), ..Filter::default() };
    let findings = read::findings(store, &filter, Slice { skip: 0, take: FINDINGS })?;
    Ok(Some(LaptopPage {
        frame,
        laptop,
        findings,
        place,
        whose,
        incidents,
        found,
        picture,
        lapses,
    }))
}

impl LaptopRow {
    /// The sensors that see, sorted.
    fn seeing(&self) -> Vec<&str> {
        let seeing = self.sight.iter().filter(|(_, sight)| **sight == Sight::Seeing);
        seeing.map(|(sensor, _)| sensor.as_str()).collect()
    }

    /// The sensors that do not, sorted, and why.
    fn blind(&self) -> Vec<(&str, &Blindness)> {
        let blind = self.sight.iter().filter_map(|(sensor, sight)| match sight {
            Sight::Seeing => None,
            Sight::Blind(blindness) => Some((sensor.as_str(), blindness)),
        });
        blind.collect()
    }

    /// Whether it should have been heard of: not revoked, and silent for a day.
    fn is_quiet(&self, now: &Timestamp) -> bool {
        let last = self.heard_at.unwrap_or(self.enrolled_at);
        self.revoked_at.is_none() && last.duration_until(*now) > QUIET
    }

    /// The gaps that were found last, as many as a page can hold.
    fn newest_gaps(&self) -> &[Gap] {
        let hidden = self.gaps.len().saturating_sub(GAPS);
        self.gaps.get(hidden..).unwrap_or_default()
    }

    /// How many reports never arrived.
    fn missing_reports(&self) -> u64 {
        let missing = self.gaps.iter().map(|gap| (gap.last - gap.first).saturating_add(1));
        missing.fold(0, u64::saturating_add)
    }
}
