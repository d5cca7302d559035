//! Findings as rows.

use super::steps;
use crate::policy;
use jiff::Timestamp;
use model::Finding;
use rusqlite::Connection;
use rusqlite::OptionalExtension;
use rusqlite::Row;
use rusqlite::types::Type;
use serde::Serialize;

/// A finding that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its number.
    pub id: i64,
    /// When the last report that changed it was written, by the laptop's clock.
    pub last_at: Timestamp,
    /// The finding itself.
    pub finding: Finding,
}

/// The finding of this signature that is open on the laptop.
pub fn open(
    connection: &Connection,
    laptop: &str,
    signature: &str,
) -> rusqlite::Result<Option<Kept>> {
    connection
        .prepare_cached(
            "select id, last_at, body from finding
             where laptop = ?1 and signature = ?2 and closed_at is null",
        )?
        .query_row([laptop, signature], kept)
        .optional()
}

/// The newest finding of this signature on the laptop, open or closed.
pub fn newest(
    connection: &Connection,
    laptop: &str,
    signature: &str,
) -> rusqlite::Result<Option<Kept>> {
    connection
        .prepare_cached(
            "select id, last_at, body from finding where laptop = ?1 and signature = ?2
             order by closed_at is not null, id desc limit 1",
        )?
        .query_row([laptop, signature], kept)
        .optional()
}

/// All findings that are open on the laptop.
pub fn all_open(connection: &Connection, laptop: &str) -> rusqlite::Result<Vec<Kept>> {
    connection
        .prepare_cached(
            "select id, last_at, body from finding
             where laptop = ?1 and closed_at is null order by signature",
        )?
        .query_map([laptop], kept)?
        .collect()
}

/// Keeps a finding nobody knew, and its first step, as a report written `at` tells it.
pub fn add(
    connection: &Connection,
    laptop: &str,
    finding: &Finding,
    at: Timestamp,
) -> rusqlite::Result<()> {
    let tool = ToolColumns::of(finding)?;
    connection
        .prepare_cached(
            "insert into finding (laptop, signature, title, severity, confidence, technique,
                 opened_at, last_at, closed_at, body, kind, standing, rung, verdict, approval)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
        )?
        .execute((
            laptop,
            &finding.signature,
            &finding.title,
            finding.severity.to_string(),
            finding.confidence.to_string(),
            &finding.technique,
            finding.opened.to_string(),
            at.to_string(),
            finding.closed.map(|closed| closed.to_string()),
            json(finding)?,
            finding.kind.to_string(),
            finding.standing.to_string(),
            tool.rung,
            tool.verdict,
            tool.approval,
        ))?;
    steps::begin(connection, connection.last_insert_rowid(), finding)
}

/// Puts a finding in the place of a kept one, and keeps a step if it says
/// something new, as a report written `at` tells it.
pub fn change(
    connection: &Connection,
    id: i64,
    finding: &Finding,
    at: Timestamp,
) -> rusqlite::Result<()> {
    let tool = ToolColumns::of(finding)?;
    connection
        .prepare_cached(
            "update finding set title = ?2, severity = ?3, confidence = ?4, technique = ?5,
                 opened_at = ?6, last_at = ?7, closed_at = ?8, body = ?9,
                 kind = ?10, standing = ?11, rung = ?12, verdict = ?13, approval = ?14
             where id = ?1",
        )?
        .execute((
            id,
            &finding.title,
            finding.severity.to_string(),
            finding.confidence.to_string(),
            &finding.technique,
            finding.opened.to_string(),
            at.to_string(),
            finding.closed.map(|closed| closed.to_string()),
            json(finding)?,
            finding.kind.to_string(),
            finding.standing.to_string(),
            tool.rung,
            tool.verdict,
            tool.approval,
        ))?;
    steps::go_on(connection, id, finding, at)
}

/// What the columns about a remote tool hold.
#[derive(Default)]
struct ToolColumns {
    rung: Option<&'static str>,
    verdict: Option<&'static str>,
    approval: Option<String>,
}

impl ToolColumns {
    fn of(finding: &Finding) -> rusqlite::Result<Self> {
        let Some(tool) = &finding.tool else { return Ok(Self::default()) };
        Ok(Self {
            rung: Some(policy::rung_name(tool.rung)),
            verdict: Some(policy::verdict_name(tool.verdict)),
            approval: tool.approval.as_ref().map(json).transpose()?,
        })
    }
}

fn json(thing: &impl Serialize) -> rusqlite::Result<String> {
    serde_json::to_string(thing)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

fn kept(row: &Row) -> rusqlite::Result<Kept> {
    let last_at: String = row.get(1)?;
    let body: String = row.get(2)?;
    Ok(Kept {
        id: row.get(0)?,
        last_at: last_at.parse().map_err(|error| unreadable(1, error))?,
        finding: serde_json::from_str(&body).map_err(|error| unreadable(2, error))?,
    })
}

fn unreadable(
    column: usize,
    error: impl std::error::Error + Send + Sync + 'static,
) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
}
