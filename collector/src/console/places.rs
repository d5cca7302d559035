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
use crate::store::places::Group;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::sync::Arc;
use world::Land;
use world::lands;

/// Laptops shown in the table; those whose place asks for most come first.
const LAPTOPS: u32 = 200;

#[derive(Template)]
#[template(path = "places.html")]
struct PlacesPage {
    frame: Frame,
    lands: Vec<Land>,
    countries: Vec<Country>,
    laptops: Vec<Placed>,
    total: u32,
    unclear: u32,
}

/// A country: how many laptops belong there and how many come from there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Country {
    code: String,
    name: String,
    belong: u32,
    come: u32,
    /// Of those that come from there, how many do not belong there.
    foreign: u32,
}

/// A laptop and what is told of its place.
struct Placed {
    id: String,
    host: String,
    told: Told,
}

/// `GET /places`.
pub async fn page(State(desk): State<Arc<Desk>>, viewer: Viewer) -> Result<Response, Refused> {
    let (groups, laptops) = desk.read(placed).await?;
    let (countries, unclear) = countries(&groups);
    let total = groups.iter().map(|group| group.laptops).sum();
    let lands = lands(&countries);
    let frame = viewer.frame("places");
    answer::page(&PlacesPage { frame, lands, countries, laptops, total, unclear })
}

fn placed(store: &Connection) -> rusqlite::Result<(Vec<Group>, Vec<Placed>)> {
    let most = places::most::<Told>(store, LAPTOPS)?.into_iter();
    let laptops = most.map(|(id, host, told)| Placed { id, host, told }).collect();
    Ok((places::groups(store)?, laptops))
}

/// By country, those with most laptops first; and of how many laptops the
/// country is not clear.
fn countries(groups: &[Group]) -> (Vec<Country>, u32) {
    let mut all: BTreeMap<String, Country> = BTreeMap::new();
    let mut unclear = 0;
    for Group { country, expected, laptops } in groups {
        let homes: Vec<&str> = expected.iter().filter_map(|area| area.get(..2)).collect();
        if let Some(home) = homes.first() {
            all.entry((*home).to_owned()).or_default().belong += laptops;
        }
        let Some(country) = country else {
            unclear += laptops;
            continue;
        };
        let entry = all.entry(country.clone()).or_default();
        entry.come += laptops;
        if !homes.is_empty() && !homes.contains(&country.as_str()) {
            entry.foreign += laptops;
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
