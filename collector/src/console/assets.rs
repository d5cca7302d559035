//! The page about where laptops are expected: the company's list, and taking
//! a new one in.

use super::analyst::Analyst;
use super::analyst::Frame;
use super::analyst::Stamp;
use super::analyst::Viewer;
use super::answer;
use super::answer::Refused;
use super::desk::Desk;
use super::query;
use super::words;
use crate::place::expected;
use crate::place::expected::Wrong;
use crate::store;
use crate::store::assets;
use crate::store::assets::Asset;
use crate::store::audit;
use crate::store::audit::Actor;
use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::response::Redirect;
use axum::response::Response;
use rusqlite::Connection;
use serde::Deserialize;
use std::sync::Arc;

/// The largest list taken, in bytes: some hundred thousand laptops.
pub const LARGEST: usize = 16 << 20;

/// Laptops shown; the command line lists all.
const SHOWN: u32 = 500;

#[derive(Template)]
#[template(path = "assets.html")]
struct AssetsPage {
    frame: Frame,
    assets: Vec<Asset>,
    total: u32,
    /// What was wrong with the list that was just sent.
    wrong: Vec<Wrong>,
    /// That list, to be mended.
    list: String,
}

/// The list, as the form sends it.
#[derive(Deserialize)]
pub struct Sent {
    #[serde(flatten)]
    stamp: Stamp,
    #[serde(default)]
    list: String,
}

/// `GET /assets`.
pub async fn page(State(desk): State<Arc<Desk>>, viewer: Viewer) -> Result<Response, Refused> {
    let (assets, total) = desk.read(shown).await?;
    let (frame, wrong, list) = (viewer.frame("assets"), Vec::new(), String::new());
    answer::page(&AssetsPage { frame, assets, total, wrong, list })
}

/// `POST /assets`: takes the list in, or tells all that is wrong with it.
pub async fn import(
    State(desk): State<Arc<Desk>>,
    analyst: Analyst,
    form: Result<Form<Sent>, FormRejection>,
) -> Result<Response, Refused> {
    let Ok(Form(Sent { stamp, list })) = form else {
        return Err(Refused::unclear("The list is not text, or longer than 16 MiB."));
    };
    analyst.check_stamp(&stamp)?;
    match expected::import(&list) {
        Ok(all) => {
            let (actor, now) = (Actor::Account(analyst.session.account), analyst.now);
            desk.write(move |store| -> rusqlite::Result<()> {
                let change = store::change(store)?;
                assets::put(&change, &all, now)?;
                let subject = format!("laptops:{}", all.len());
                audit::note(&change, &actor, ("assets.import", &subject), now)?;
                change.commit()
            })
            .await?;
            Ok(Redirect::to("/assets").into_response())
        }
        Err(wrong) => {
            let (assets, total) = desk.read(shown).await?;
            let frame = analyst.frame("assets");
            let page = answer::page(&AssetsPage { frame, assets, total, wrong, list })?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

fn shown(store: &Connection) -> rusqlite::Result<(Vec<Asset>, u32)> {
    Ok((assets::after(store, None, SHOWN)?, assets::count(store)?))
}

impl Asset {
    /// Where it belongs, without points.
    fn homes(&self) -> String {
        let homes: Vec<String> = self.expected.homes.iter().map(expected::Area::name).collect();
        homes.join(", ")
    }
}
