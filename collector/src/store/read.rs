//! What the store answers: the rows that pages and lists show.
//!
//! Every function reads through the connection it is given and changes nothing.

mod findings;
mod laptops;
mod incidents;
mod steps;
mod keyed;
pub mod schema;
#[cfg(test)]
mod tests;

pub use findings::Filter;
pub use findings::FindingDetail;
pub use findings::FindingRow;
pub use findings::State;
pub use findings::families;
pub use findings::finding;
pub use findings::findings;
pub use incidents::After;
pub use incidents::IncidentDetail;
pub use incidents::IncidentRow;
pub use incidents::Wanted;
pub use incidents::incident;
pub use incidents::incidents;
pub use incidents::open_incidents;
pub use keyed::AfterFinding;
pub use keyed::audit_after;
pub use keyed::findings_after;
pub use keyed::laptops_after;
pub use laptops::Gap;
pub use laptops::LaptopRow;
pub use laptops::gaps;
pub use laptops::laptop;
pub use laptops::laptops;
pub use steps::StepRow;
pub use steps::steps;

use crate::secret;
use jiff::Timestamp;
use rusqlite::Connection;
use rusqlite::Row;
use rusqlite::types::Type;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Display;
use std::str::FromStr;
use utoipa::ToSchema;

/// Which part of a long list is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    /// How many rows to leave out at the beginning.
    pub skip: u32,
    /// How many rows to give at most.
    pub take: u32,
}

/// Part of a list, and how long the whole list is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Part<T> {
    /// The rows asked for.
    pub rows: Vec<T>,
    /// How many rows there are in all.
    pub total: u64,
}

/// Who did what, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = AuditEntry)]
pub struct AuditRow {
    /// Its number; rows are only ever added.
    pub id: i64,
    /// When it was done.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// `account:NAME`, `api-token:ID`, `laptop:ID`, `cli` or `system`.
    pub actor: String,
    /// What was done, such as `laptop.revoke`.
    pub action: String,
    /// What it was done to.
    pub subject: String,
    /// SHA-256 of the hash before it and of the row, in hexadecimal; nothing if
    /// it is from before there was a chain.
    pub hash: Option<String>,
}

/// The audit trail, newest first.
pub fn audit(connection: &Connection, slice: Slice) -> rusqlite::Result<Part<AuditRow>> {
    let rows = connection
        .prepare_cached(
            "select * from audit
             order by id desc limit ?1 offset ?2",
        )?
        .query_map([slice.take, slice.skip], audit_row)?
        .collect::<rusqlite::Result<_>>()?;
    let total = connection
        .query_row("select count(*) as total from audit", [], |row| count(row, "total"))?;
    Ok(Part { rows, total })
}

fn audit_row(row: &Row) -> rusqlite::Result<AuditRow> {
    Ok(AuditRow {
        id: row.get("id")?,
        at: parsed(row, "at")?,
        actor: row.get("actor")?,
        action: row.get("action")?,
        subject: row.get("subject")?,
        hash: row.get::<_, Option<Vec<u8>>>("hash")?.map(|hash| secret::hexadecimal(&hash)),
    })
}

/// The column's text, parsed; text that does not parse is an error naming the column.
pub(super) fn parsed<T>(row: &Row, column: &str) -> rusqlite::Result<T>
where
    T: FromStr<Err: Display>,
{
    let text: String = row.get(column)?;
    text.parse().map_err(|error: T::Err| unreadable(row, column, &error))
}

/// The column's text, parsed, or nothing where the column is null.
pub(super) fn parsed_if_any<T>(row: &Row, column: &str) -> rusqlite::Result<Option<T>>
where
    T: FromStr<Err: Display>,
{
    let text: Option<String> = row.get(column)?;
    text.map(|text| text.parse().map_err(|error: T::Err| unreadable(row, column, &error)))
        .transpose()
}

/// The column's number, which cannot be negative.
pub(super) fn count(row: &Row, column: &str) -> rusqlite::Result<u64> {
    let number: i64 = row.get(column)?;
    u64::try_from(number).map_err(|error| unreadable(row, column, &error))
}

/// The column's JSON, as a value.
pub(super) fn from_json<T: DeserializeOwned>(row: &Row, column: &str) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map_err(|error| unreadable(row, column, &error))
}

/// The column's text, as the value serde calls by that name.
pub(super) fn named<T: DeserializeOwned>(row: &Row, column: &str) -> rusqlite::Result<T> {
    let name = serde_json::Value::String(row.get(column)?);
    serde_json::from_value(name).map_err(|error| unreadable(row, column, &error))
}

/// The column's text, as the value serde calls by that name, or nothing where
/// the column is null.
pub(super) fn named_if_any<T: DeserializeOwned>(
    row: &Row,
    column: &str,
) -> rusqlite::Result<Option<T>> {
    let name: Option<String> = row.get(column)?;
    name.map(|_| named(row, column)).transpose()
}

/// The column's JSON, as a value, or nothing where the column is null.
pub(super) fn from_json_if_any<T: DeserializeOwned>(
    row: &Row,
    column: &str,
) -> rusqlite::Result<Option<T>> {
    let text: Option<String> = row.get(column)?;
    text.map(|_| from_json(row, column)).transpose()
}

fn unreadable(row: &Row, column: &str, error: &dyn Display) -> rusqlite::Error {
    let index = row.as_ref().column_index(column).unwrap_or_default();
    let error = format!("cannot read column {column}: {error}");
    rusqlite::Error::FromSqlConversionFailure(index, Type::Text, error.into())
}
