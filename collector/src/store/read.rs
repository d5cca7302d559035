//! What the store answers: the rows that pages and lists show.
//!
//! Every function reads through the connection it is given and changes nothing.

mod figures;
mod findings;
mod called;
mod wanted;
mod laptops;
mod incidents;
mod steps;
mod keyed;
mod words;
mod signatures;
mod search;
mod fleet;
mod timeline;
mod sinks;
pub mod schema;
#[cfg(test)]
mod tests;

pub use figures::figures;
pub use findings::COUNTED;
pub use findings::Filter;
pub use findings::FindingDetail;
pub use findings::FindingRow;
pub use findings::State;
pub use findings::families;
pub use findings::finding;
pub use findings::findings;
pub use fleet::Coverage;
pub use fleet::Heard;
pub use fleet::coverage;
pub use fleet::heard;
pub use incidents::After;
pub use incidents::IncidentDetail;
pub use incidents::IncidentRow;
pub use incidents::Wanted;
pub use incidents::incident;
pub use incidents::incident_title;
pub use incidents::incidents;
pub use incidents::open_incidents;
pub use incidents::related;
pub use incidents::worst;
pub use keyed::AfterFinding;
pub use keyed::audit_after;
pub use keyed::findings_after;
pub use keyed::laptops_after;
pub use laptops::Gap;
pub use laptops::LaptopRow;
pub use laptops::gaps;
pub use laptops::laptop;
pub use laptops::laptops;
pub use laptops::laptops_on;
pub use search::Hit;
pub use search::find_laptops;
pub use signatures::Holder;
pub use signatures::SignatureRow;
pub use signatures::finding_body;
pub use signatures::holders;
pub use signatures::signature;
pub use signatures::signatures;
pub use signatures::weeks;
pub use sinks::DeadLetter;
pub use sinks::SinkRow;
pub use sinks::dead_letters;
pub use sinks::sinks;
pub use steps::StepRow;
pub use steps::steps;
pub use timeline::LapseRow;
pub use timeline::lapses;
pub use timeline::timeline;

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

/// The audit trail, newest first. Rows are only added at its end and forgotten
/// from its beginning, so that their numbers say how many there are.
pub fn audit(connection: &Connection, slice: Slice) -> rusqlite::Result<Part<AuditRow>> {
    let (first, last): (Option<i64>, Option<i64>) = connection
        .prepare_cached("select (select min(id) from audit), (select max(id) from audit)")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let (Some(first), Some(last)) = (first, last) else {
        return Ok(Part { rows: Vec::new(), total: 0 });
    };
    let rows = connection
        .prepare_cached(
            "select * from audit
             where id <= ?2 order by id desc limit ?1",
        )?
        .query_map((slice.take, last - i64::from(slice.skip)), audit_row)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Part { rows, total: u64::try_from(last - first + 1).unwrap_or_default() })
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
