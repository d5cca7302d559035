//! Findings as rows.

use jiff::Timestamp;
use model::Finding;
use rusqlite::Connection;
use rusqlite::OptionalExtension;
use rusqlite::Row;
use rusqlite::types::Type;

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

/// Keeps a finding nobody knew, as a report written `at` tells it.
pub fn add(
    connection: &Connection,
    laptop: &str,
    finding: &Finding,
    at: Timestamp,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "insert into finding (laptop, signature, title, severity, confidence, technique,
                 opened_at, last_at, closed_at, body, kind, standing)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
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
            body(finding)?,
            finding.kind.to_string(),
            finding.standing.to_string(),
        ))?;
    Ok(())
}

/// Puts a finding in the place of a kept one, as a report written `at` tells it.
pub fn change(
    connection: &Connection,
    id: i64,
    finding: &Finding,
    at: Timestamp,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "update finding set title = ?2, severity = ?3, confidence = ?4, technique = ?5,
                 opened_at = ?6, last_at = ?7, closed_at = ?8, body = ?9,
                 kind = ?10, standing = ?11
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
            body(finding)?,
            finding.kind.to_string(),
            finding.standing.to_string(),
        ))?;
    Ok(())
}

fn body(finding: &Finding) -> rusqlite::Result<String> {
    serde_json::to_string(finding)
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
