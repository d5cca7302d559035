//! Long lists in parts, each of which begins after the last row of the one
//! before: what is added or removed meanwhile shifts nothing.

use super::AuditRow;
use super::FindingRow;
use super::LaptopRow;
use super::audit_row;
use super::findings;
use super::findings::Filter;
use super::laptops;
use super::wanted::Wanted;
use jiff::Timestamp;
use rusqlite::Connection;
use rusqlite::types::Value;

/// Where a part of the list of findings begins: after the row that was opened
/// then and has this number.
pub type AfterFinding = (Timestamp, i64);

/// The findings wanted that follow, newest first. With `since`, only those
/// that a report has changed since then.
pub fn findings_after(
    connection: &Connection,
    filter: &Filter,
    since: Option<Timestamp>,
    after: Option<AfterFinding>,
    take: u32,
) -> rusqlite::Result<Vec<FindingRow>> {
    let mut wanted = Wanted::of(connection, filter)?;
    if let Some(since) = since {
        wanted.add("last_at >= ?", [since.to_string()]);
    }
    if let Some((at, id)) = after {
        wanted.add("(opened_at, id) < (?, ?)", [Value::Text(at.to_string()), Value::Integer(id)]);
    }
    findings::some(connection, &wanted, 0, take.into())
}

/// The laptops after this id, by id; with `text`, those with it in their host
/// name.
pub fn laptops_after(
    connection: &Connection,
    text: Option<&str>,
    after: Option<&str>,
    take: u32,
) -> rusqlite::Result<Vec<LaptopRow>> {
    let wanted = "where (?1 is null or laptop.id > ?1)
        and (?2 is null or instr(lower(host), lower(?2)) > 0) order by laptop.id limit ?3";
    laptops::some(connection, wanted, (after, text, take))
}

/// The rows of the audit trail after this number, oldest first; with `since`,
/// only those from then on.
pub fn audit_after(
    connection: &Connection,
    since: Option<Timestamp>,
    after: i64,
    take: u32,
) -> rusqlite::Result<Vec<AuditRow>> {
    connection
        .prepare_cached(
            "select * from audit where id > ?1 and (?2 is null or at >= ?2) order by id limit ?3",
        )?
        .query_map((after, since.map(|at| at.to_string()), take), audit_row)?
        .collect()
}
