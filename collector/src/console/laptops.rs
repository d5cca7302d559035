//! The pages about laptops: the list, one in full, and taking one's certificate away.

use super::analyst::Analyst;
use super::analyst::Frame;
use super::analyst::Stamp;
use super::analyst::Viewer;
use super::answer;
use super::answer::Refused;
use super::desk::Desk;
use super::query;
use super::words;
use crate::judge::Told;
use crate::store::audit::Actor;
use crate::store::laptops;
use crate::store::places;
use crate::store::read;
use crate::store::read::Filter;
use crate::store::read::FindingRow;
use crate::store::read::Gap;
use crate::store::read::LaptopRow;
use crate::store::read::Part;
use crate::store::read::Slice;
use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::response::IntoResponse;
use axum::response::Redirect;
use axum::response::Response;
use jiff::SignedDuration;
use jiff::Timestamp;
use model::Blindness;
use model::Sight;
use rusqlite::Connection;
use std::sync::Arc;

/// Findings shown on the page of a laptop; the list has the others.
const FINDINGS: u32 = 20;
/// Gaps shown on the page of a laptop.
const GAPS: usize = 100;
/// A laptop silent for longer is said to be quiet.
const QUIET: SignedDuration = SignedDuration::from_hours(24);

#[derive(Template)]
#[template(path = "laptops.html")]
struct LaptopsPage {
    frame: Frame,
    laptops: Vec<LaptopRow>,
}

#[derive(Template)]
#[template(path = "laptop.html")]
struct LaptopPage {
    frame: Frame,
    laptop: LaptopRow,
    findings: Part<FindingRow>,
    place: Option<Told>,
}

/// `GET /laptops`.
pub async fn list(State(desk): State<Arc<Desk>>, viewer: Viewer) -> Result<Response, Refused> {
    let laptops = desk.read(read::laptops).await?;
    answer::page(&LaptopsPage { frame: viewer.frame("laptops"), laptops })
}

/// `GET /laptops/{id}`.
pub async fn one(
    State(desk): State<Arc<Desk>>,
    viewer: Viewer,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    let found = desk.read(move |store| all_of(store, id)).await?;
    let (laptop, findings, place) = found.ok_or_else(missing)?;
    answer::page(&LaptopPage { frame: viewer.frame("laptops"), laptop, findings, place })
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
            let change = store.unchecked_transaction()?;
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

type Laptop = (LaptopRow, Part<FindingRow>, Option<Told>);

fn all_of(store: &Connection, id: String) -> rusqlite::Result<Option<Laptop>> {
    let Some(laptop) = read::laptop(store, &id)? else {
        return Ok(None);
    };
    let place = places::of_laptop(store, &id)?;
    let filter = Filter { laptop: Some(id), ..Filter::default() };
    let findings = read::findings(store, &filter, Slice { skip: 0, take: FINDINGS })?;
    Ok(Some((laptop, findings, place)))
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
