//! Signatures, as far as findings tell of them: how often each held, and where.

use super::named;
use super::parsed;
use jiff::Timestamp;
use jiff::civil::Date;
use model::Finding;
use model::Severity;
use model::Standing;
use rusqlite::Connection;
use rusqlite::OptionalExtension;
use rusqlite::Row;
use serde::Serialize;
use std::collections::BTreeMap;

/// A signature that holds, or held, somewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SignatureRow {
    /// Its id, such as `kvm.pikvm`.
    pub id: String,
    /// Its newest finding in one line.
    pub title: String,
    /// How bad that is if it is true.
    pub severity: Severity,
    /// Whether that alerts somebody.
    pub standing: Standing,
    /// Its findings, in all.
    pub ever: u64,
    /// On how many laptops it holds now.
    pub holds: u64,
    /// When a report last told something of it.
    pub last_at: Timestamp,
    /// The number of its newest finding.
    pub finding: i64,
}

/// A laptop on which a signature holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Holder {
    /// Its id.
    pub laptop: String,
    /// Its host name.
    pub host: String,
    /// The finding.
    pub finding: i64,
    /// Since when, by its clock.
    pub opened_at: Timestamp,
}

const SIGNATURE: &str = "
    select signature.id, ever, holds, signature.last_at, finding, title, severity, standing
    from signature join finding on finding.id = finding";

/// All, by id; with `text`, those with it in their id or title.
pub fn signatures(
    connection: &Connection,
    text: Option<&str>,
    most: u32,
) -> rusqlite::Result<Vec<SignatureRow>> {
    connection
        .prepare_cached(&format!(
            "{SIGNATURE} where ever > 0 and (?1 is null or instr(lower(signature.id), lower(?1)) > 0
                 or instr(lower(title), lower(?1)) > 0)
             order by signature.id limit ?2"
        ))?
        .query_map((text, most), signature_row)?
        .collect()
}

/// The signature with this id, if it ever held.
pub fn signature(connection: &Connection, id: &str) -> rusqlite::Result<Option<SignatureRow>> {
    connection
        .prepare_cached(&format!("{SIGNATURE} where signature.id = ?1"))?
        .query_row([id], signature_row)
        .optional()
}

/// The finding with this number, as it was told.
pub fn finding_body(connection: &Connection, id: i64) -> rusqlite::Result<Option<Finding>> {
    connection
        .prepare_cached("select body from finding where id = ?1")?
        .query_row([id], |row| super::from_json(row, "body"))
        .optional()
}

/// How many of its findings opened in the weeks from this Monday on.
pub fn weeks(
    connection: &Connection,
    id: &str,
    since: Date,
) -> rusqlite::Result<BTreeMap<Date, u64>> {
    connection
        .prepare_cached(
            "select monday, opened from signature_week where signature = ?1 and monday >= ?2",
        )?
        .query_map((id, since.to_string()), |row| {
            Ok((parsed(row, "monday")?, super::count(row, "opened")?))
        })?
        .collect()
}

/// The laptops on which it holds, by id, after this one.
pub fn holders(
    connection: &Connection,
    id: &str,
    after: Option<&str>,
    most: u32,
) -> rusqlite::Result<Vec<Holder>> {
    connection
        .prepare_cached(
            "select finding.laptop, host, finding.id, opened_at from finding
             join laptop on laptop.id = finding.laptop
             where signature = ?1 and closed_at is null and finding.laptop > coalesce(?2, '')
             order by finding.laptop limit ?3",
        )?
        .query_map((id, after, most), |row| {
            Ok(Holder {
                laptop: row.get(0)?,
                host: row.get(1)?,
                finding: row.get(2)?,
                opened_at: parsed(row, "opened_at")?,
            })
        })?
        .collect()
}

fn signature_row(row: &Row) -> rusqlite::Result<SignatureRow> {
    Ok(SignatureRow {
        id: row.get("id")?,
        title: row.get("title")?,
        severity: named(row, "severity")?,
        standing: named(row, "standing")?,
        ever: super::count(row, "ever")?,
        holds: super::count(row, "holds")?,
        last_at: parsed(row, "last_at")?,
        finding: row.get("finding")?,
    })
}
