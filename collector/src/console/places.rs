//! The page about places: where laptops come from against where they belong.

mod world;

use super::analyst::Frame;
use super::analyst::Viewer;
use super::answer;
use super::answer::Refused;
use super::desk::Desk;
use super::query;
use super::words;
use crate::judge::Told;
use crate::place::score::Band;
use crate::store::places;
use crate::store::read;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::sync::Arc;
use world::Land;
use world::lands;

/// Laptops shown in the table; those whose place asks for most come first.
const LAPTOPS: usize = 200;

#[derive(Template)]
#[template(path = "places.html")]
struct PlacesPage {
    frame: Frame,
    lands: Vec<Land>,
    countries: Vec<Country>,
    laptops: Vec<Placed>,
    total: usize,
    unclear: usize,
}

/// A country: how many laptops belong there and how many come from there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Country {
    code: String,
    name: String,
    belong: usize,
    come: usize,
    /// Of those that come from there, how many do not belong there.
    foreign: usize,
}

/// A laptop and what is told of its place.
struct Placed {
    id: String,
    host: String,
    told: Told,
}

/// `GET /places`.
pub async fn page(State(desk): State<Arc<Desk>>, viewer: Viewer) -> Result<Response, Refused> {
    let mut laptops = desk.read(placed).await?;
    let (countries, unclear) = countries(&laptops);
    let total = laptops.len();
    laptops.sort_by(|one, other| other.told.logit.total_cmp(&one.told.logit));
    laptops.truncate(LAPTOPS);
    let lands = lands(&countries);
    let frame = viewer.frame("places");
    answer::page(&PlacesPage { frame, lands, countries, laptops, total, unclear })
}

fn placed(store: &Connection) -> rusqlite::Result<Vec<Placed>> {
    let mut hosts = read::names(store)?;
    let all = places::all::<Told>(store)?.into_iter().filter_map(|(id, told)| {
        let host = hosts.remove(&id)?;
        Some(Placed { id, host, told })
    });
    Ok(all.collect())
}

/// By country, those with most laptops first; and of how many laptops the
/// country is not clear.
fn countries(laptops: &[Placed]) -> (Vec<Country>, usize) {
    let mut all: BTreeMap<String, Country> = BTreeMap::new();
    let mut unclear = 0;
    for Placed { told, .. } in laptops {
        let homes: Vec<&str> = told.expected.iter().filter_map(|area| area.get(..2)).collect();
        if let Some(home) = homes.first() {
            all.entry((*home).to_owned()).or_default().belong += 1;
        }
        let Some(country) = told.country else {
            unclear += 1;
            continue;
        };
        let entry = all.entry(country.to_string()).or_default();
        entry.come += 1;
        if !homes.is_empty() && !homes.contains(&country.as_str()) {
            entry.foreign += 1;
        }
    }
    let mut all: Vec<Country> = all
        .into_iter()
        .map(|(code, country)| Country { name: world::name(&code), code, ..country })
        .collect();
    all.sort_by_key(|country| std::cmp::Reverse((country.foreign, country.come, country.belong)));
    (all, unclear)
}

impl Placed {
    /// True if somebody is to look at it.
    fn is_marked(&self) -> bool {
        self.told.band != Band::Log.to_string()
    }
}
