//! How a finding went, step by step.

use super::count;
use super::named;
use super::named_if_any;
use super::parsed;
use super::schema;
use jiff::Timestamp;
use model::Rung;
use model::Severity;
use model::Standing;
use model::Verdict;
use rusqlite::Connection;
use rusqlite::Row;
use serde::Serialize;
use utoipa::ToSchema;

/// What a finding was from one report that changed it to the next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Step)]
pub struct StepRow {
    /// Its number, from 1; a hole is steps that were dropped.
    pub number: u64,
    /// When it began, by the laptop's clock.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// The finding in one line, as it was then.
    pub title: String,
    /// How bad it was if it was true.
    #[schema(value_type = schema::Severity)]
    pub severity: Severity,
    /// Whether it alerted somebody or was a lead.
    #[schema(value_type = schema::Standing)]
    pub standing: Standing,
    /// How far the remote tool had come; nothing if it is about none.
    #[schema(value_type = Option<schema::Rung>)]
    pub rung: Option<Rung>,
    /// What the policy said of the tool.
    #[schema(value_type = Option<schema::Verdict>)]
    pub verdict: Option<Verdict>,
    /// Whether it held; the last step may be its end.
    pub open: bool,
}

/// The steps of the finding with this number, as they came.
pub fn steps(connection: &Connection, finding: i64) -> rusqlite::Result<Vec<StepRow>> {
    connection
        .prepare_cached("select * from finding_step where finding = ?1 order by number")?
        .query_map([finding], step_row)?
        .collect()
}

fn step_row(row: &Row) -> rusqlite::Result<StepRow> {
    Ok(StepRow {
        number: count(row, "number")?,
        at: parsed(row, "at")?,
        title: row.get("title")?,
        severity: named(row, "severity")?,
        standing: named(row, "standing")?,
        rung: named_if_any(row, "rung")?,
        verdict: named_if_any(row, "verdict")?,
        open: row.get("open")?,
    })
}
