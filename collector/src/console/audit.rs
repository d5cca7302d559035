//! The page about who did what.

use super::analyst::Analyst;
use super::analyst::Frame;
use super::answer;
use super::answer::Refused;
use super::desk::Desk;
use super::findings::Pages;
use super::findings::page_number;
use super::findings::slice;
use super::words;
use crate::store::read;
use crate::store::read::AuditRow;
use crate::store::read::Part;
use askama::Template;
use axum::extract::Query;
use axum::extract::State;
use axum::extract::rejection::QueryRejection;
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;

/// Rows on a page.
const ROWS: u32 = 100;

/// Which page is wanted.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    page: String,
}

#[derive(Template)]
#[template(path = "audit.html")]
struct AuditPage {
    frame: Frame,
    part: Part<AuditRow>,
    pages: Pages,
}

/// `GET /audit`.
pub async fn list(
    State(desk): State<Arc<Desk>>,
    analyst: Analyst,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Refused> {
    let Query(asked) = asked.map_err(|_| Refused::unclear("This address cannot be read."))?;
    let this = page_number(&asked.page)?;
    let part = desk.read(move |store| read::audit(store, slice(this, ROWS))).await?;
    let pages = Pages::new(this, ROWS, part.total, "/audit?");
    answer::page(&AuditPage { frame: analyst.frame("audit"), part, pages })
}
