//! Laptops: who is enrolled, how well each sees, which reports are missing.

use super::Part;
use super::Slice;
use super::count;
use super::from_json;
use super::parsed;
use super::parsed_if_any;
use super::schema;
use jiff::Timestamp;
use model::Sight;
use rusqlite::Connection;
use rusqlite::OptionalExtension;
use rusqlite::Params;
use rusqlite::Row;
use rusqlite::params_from_iter;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// An enrolled laptop, as its newest report says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Laptop)]
pub struct LaptopRow {
    /// Its id, the UUID in its certificate.
    pub id: String,
    /// Its host name, for people to read.
    pub host: String,
    /// `linux`, `windows` or `macos`.
    pub platform: String,
    /// The agent's version; empty until its first report.
    pub agent: String,
    /// When it was enrolled.
    #[schema(value_type = String, format = DateTime)]
    pub enrolled_at: Timestamp,
    /// When its newest report was taken in; nothing until there is one.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub heard_at: Option<Timestamp>,
    /// When its newest certificate ends.
    #[schema(value_type = String, format = DateTime)]
    pub not_after: Timestamp,
    /// When its certificate was revoked, if it was.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub revoked_at: Option<Timestamp>,
    /// How well each of its sensors sees.
    #[schema(value_type = BTreeMap<String, schema::Sight>)]
    pub sight: BTreeMap<String, Sight>,
    /// Reports its agent says it dropped, in all.
    pub lost: u64,
    /// Spool entries its agent set aside, in all.
    pub damaged: u64,
    /// How many of its findings are open and alert somebody.
    pub open_alerts: u64,
    /// How many of its findings are open and are leads.
    pub open_leads: u64,
    /// The reports that never arrived, run by run.
    pub gaps: Vec<Gap>,
}

/// Reports in a row that never arrived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Gap {
    /// The numbering the reports belong to.
    pub run: String,
    /// The number of the first report missing.
    pub first: u64,
    /// The number of the last report missing.
    pub last: u64,
    /// When a report after the gap was last taken in.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

const LAPTOP: &str = "
    select laptop.*, (
        select count(*) from finding
        where finding.laptop = laptop.id and closed_at is null and standing = 'alert'
    ) as open_alerts, (
        select count(*) from finding
        where finding.laptop = laptop.id and closed_at is null and standing = 'lead'
    ) as open_leads
    from laptop";

/// Numbers start at 1, so what is missing before the first range is a gap too.
fn gaps_where(wanted: &str) -> String {
    format!(
        "select * from (
            select laptop, run, at, first - 1 as gap_last,
                lag(last, 1, 0) over (partition by laptop, run order by first) + 1 as gap_first
            from numbering {wanted}
        ) where gap_first <= gap_last
        order by laptop, at, run, gap_first"
    )
}

/// All laptops, by host name; revoked ones last.
pub fn laptops(connection: &Connection) -> rusqlite::Result<Vec<LaptopRow>> {
    some(connection, "order by revoked_at is not null, host collate nocase, id", ())
}

/// The laptops that the end of the question asks for.
pub(super) fn some(
    connection: &Connection,
    wanted: &str,
    values: impl Params,
) -> rusqlite::Result<Vec<LaptopRow>> {
    let mut laptops: Vec<LaptopRow> = connection
        .prepare_cached(&format!("{LAPTOP} {wanted}"))?
        .query_map(values, laptop_row)?
        .collect::<rusqlite::Result<_>>()?;
    // One laptop's gaps are asked for alone, those of many at once.
    let only = laptops.first().filter(|_| laptops.len() == 1).map(|laptop| laptop.id.clone());
    let mut gaps = gaps_by_laptop(connection, only.as_deref())?;
    for laptop in &mut laptops {
        laptop.gaps = gaps.remove(&laptop.id).unwrap_or_default();
    }
    Ok(laptops)
}

/// Some of all laptops, in the same order.
pub fn laptops_on(connection: &Connection, slice: Slice) -> rusqlite::Result<Part<LaptopRow>> {
    let order = "order by revoked_at is not null, host collate nocase, id limit ?1 offset ?2";
    let mut rows: Vec<LaptopRow> = connection
        .prepare_cached(&format!("{LAPTOP} {order}"))?
        .query_map([slice.take, slice.skip], laptop_row)?
        .collect::<rusqlite::Result<_>>()?;
    for laptop in &mut rows {
        laptop.gaps = gaps(connection, &laptop.id)?;
    }
    let total = connection
        .prepare_cached("select count(*) as total from laptop")?
        .query_row([], |row| count(row, "total"))?;
    Ok(Part { rows, total })
}

/// The laptop with this id, if it is enrolled.
pub fn laptop(connection: &Connection, id: &str) -> rusqlite::Result<Option<LaptopRow>> {
    let found = connection
        .prepare_cached(&format!("{LAPTOP} where laptop.id = ?1"))?
        .query_row([id], laptop_row)
        .optional()?;
    let Some(mut laptop) = found else {
        return Ok(None);
    };
    laptop.gaps = gaps(connection, id)?;
    Ok(Some(laptop))
}

/// The reports of a laptop that never arrived, oldest first.
pub fn gaps(connection: &Connection, laptop: &str) -> rusqlite::Result<Vec<Gap>> {
    let mut gaps = gaps_by_laptop(connection, Some(laptop))?;
    Ok(gaps.remove(laptop).unwrap_or_default())
}

fn gaps_by_laptop(
    connection: &Connection,
    laptop: Option<&str>,
) -> rusqlite::Result<BTreeMap<String, Vec<Gap>>> {
    let wanted = laptop.map_or("", |_| "where laptop = ?1");
    let mut statement = connection.prepare_cached(&gaps_where(wanted))?;
    let rows = statement
        .query_map(params_from_iter(laptop), |row| Ok((row.get("laptop")?, gap_row(row)?)))?;
    let mut gaps: BTreeMap<String, Vec<Gap>> = BTreeMap::new();
    for row in rows {
        let (laptop, gap) = row?;
        gaps.entry(laptop).or_default().push(gap);
    }
    Ok(gaps)
}

fn gap_row(row: &Row) -> rusqlite::Result<Gap> {
    Ok(Gap {
        run: row.get("run")?,
        first: count(row, "gap_first")?,
        last: count(row, "gap_last")?,
        at: parsed(row, "at")?,
    })
}

/// The row without its gaps, which are filled in by the caller.
fn laptop_row(row: &Row) -> rusqlite::Result<LaptopRow> {
    Ok(LaptopRow {
        id: row.get("id")?,
        host: row.get("host")?,
        platform: row.get("platform")?,
        agent: row.get("agent")?,
        enrolled_at: parsed(row, "enrolled_at")?,
        heard_at: parsed_if_any(row, "heard_at")?,
        not_after: parsed(row, "not_after")?,
        revoked_at: parsed_if_any(row, "revoked_at")?,
        sight: from_json(row, "sight")?,
        lost: count(row, "lost")?,
        damaged: count(row, "damaged")?,
        open_alerts: count(row, "open_alerts")?,
        open_leads: count(row, "open_leads")?,
        gaps: Vec::new(),
    })
}
