//! The page about where incidents are sent, and whether they arrive.

use super::analyst::Analyst;
use super::analyst::Frame;
use super::answer;
use super::answer::Refused;
use super::desk::Desk;
use super::words;
use crate::store::read;
use crate::store::read::DeadLetter;
use crate::store::read::SinkRow;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use std::sync::Arc;

/// What was given up and is shown.
const LETTERS: u32 = 50;

#[derive(Template)]
#[template(path = "sinks.html")]
struct SinksPage {
    frame: Frame,
    sinks: Vec<SinkRow>,
    letters: Vec<DeadLetter>,
}

/// `GET /sinks`.
pub async fn page(State(desk): State<Arc<Desk>>, analyst: Analyst) -> Result<Response, Refused> {
    let (sinks, letters) = desk
        .read(|store| -> rusqlite::Result<_> {
            Ok((read::sinks(store)?, read::dead_letters(store, LETTERS)?))
        })
        .await?;
    answer::page(&SinksPage { frame: analyst.frame("sinks"), sinks, letters })
}
