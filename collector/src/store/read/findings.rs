//! Findings: the list with its filters, and one in full.

use super::Part;
use super::Slice;
use super::StepRow;
use super::count;
use super::from_json;
use super::from_json_if_any;
use super::named;
use super::named_if_any;
use super::parsed;
use super::parsed_if_any;
use super::schema;
use super::steps;
use super::wanted::Wanted;
use jiff::Timestamp;
use model::Approval;
use model::Confidence;
use model::Finding;
use model::Kind;
use model::Rung;
use model::Severity;
use model::Standing;
use model::Verdict;
use rusqlite::Connection;
use rusqlite::OptionalExtension;
use rusqlite::Row;
use rusqlite::params_from_iter;
use serde::Deserialize;
use serde::Serialize;
use utoipa::ToSchema;

/// A finding in one line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Finding)]
pub struct FindingRow {
    /// Its number at this collector.
    pub id: i64,
    /// The id of the laptop it was found on.
    pub laptop: String,
    /// The host name of that laptop.
    pub host: String,
    /// The id of the signature that holds, such as `kvm.pikvm`.
    pub signature: String,
    /// The signature in one line.
    pub title: String,
    /// How bad it is if it is true.
    #[schema(value_type = schema::Severity)]
    pub severity: Severity,
    /// How sure the evidence makes us.
    #[schema(value_type = schema::Confidence)]
    pub confidence: Confidence,
    /// What kind of evidence it is.
    #[schema(value_type = schema::Kind)]
    pub kind: Kind,
    /// Whether it alerts somebody or is a lead.
    #[schema(value_type = schema::Standing)]
    pub standing: Standing,
    /// The MITRE ATT&CK technique, such as `T1219.003`.
    pub technique: String,
    /// When the signature first held, by the laptop's clock.
    #[schema(value_type = String, format = DateTime)]
    pub opened_at: Timestamp,
    /// When a report last changed it.
    #[schema(value_type = String, format = DateTime)]
    pub last_at: Timestamp,
    /// When it no longer held; nothing while it does.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub closed_at: Option<Timestamp>,
    /// How far the remote tool has come; nothing if it is about none.
    #[schema(value_type = Option<schema::Rung>)]
    pub rung: Option<Rung>,
    /// What the policy says of the tool.
    #[schema(value_type = Option<schema::Verdict>)]
    pub verdict: Option<Verdict>,
    /// The approval that speaks of the tool, in force or expired.
    #[schema(value_type = Option<schema::Approval>)]
    pub approval: Option<Approval>,
}

/// A finding in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = FindingInFull)]
pub struct FindingDetail {
    /// The finding in one line.
    pub row: FindingRow,
    /// What the agent reported, evidence and all.
    #[schema(value_type = Object)]
    pub body: Finding,
    /// How it went, as the reports came.
    pub steps: Vec<StepRow>,
}

/// Whether a finding still holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It does.
    Open,
    /// It no longer does.
    Closed,
    /// No matter.
    #[default]
    All,
}

/// Which findings are wanted; the default wants all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// At least this severe.
    pub severity: Option<Severity>,
    /// Open, closed or both.
    pub state: State,
    /// Alerts or leads; nothing for both.
    pub standing: Option<Standing>,
    /// On the laptop with this id.
    pub laptop: Option<String>,
    /// About a remote tool that has come at least this far.
    pub rung: Option<Rung>,
    /// About a remote tool of which the policy says this.
    pub verdict: Option<Verdict>,
    /// Of this family, the first part of the signature's id, such as `kvm`.
    pub family: Option<String>,
    /// With this text in its title, signature, technique or host name; case does not matter.
    pub text: Option<String>,
}

const FINDING: &str = "
    select finding.*, laptop.host from finding join laptop on laptop.id = finding.laptop";

/// Findings are counted up to this many, or to the end of the page shown: to
/// count a million would take longer than anybody waits.
pub const COUNTED: u64 = 1000;

/// The findings wanted, newest first. How many there are in all is only told up
/// to one more than [`COUNTED`], or than the page's end.
pub fn findings(
    connection: &Connection,
    filter: &Filter,
    slice: Slice,
) -> rusqlite::Result<Part<FindingRow>> {
    let wanted = Wanted::of(connection, filter)?;
    let (skip, take) = (u64::from(slice.skip), u64::from(slice.take));
    let rows = some(connection, &wanted, skip, take)?;
    let found = rows.len() as u64;
    if found < take && (found > 0 || skip == 0) {
        return Ok(Part { rows, total: skip + found });
    }
    let most = COUNTED.max(skip + take) + 1;
    let total = connection
        .prepare_cached(&format!("select count(*) as total from ({})", wanted.newest(most)))?
        .query_row(params_from_iter(&wanted.values), |row| count(row, "total"))?;
    Ok(Part { rows, total })
}

/// Some of those wanted. Which ones is found in an index; only these are read.
pub(super) fn some(
    connection: &Connection,
    wanted: &Wanted,
    skip: u64,
    take: u64,
) -> rusqlite::Result<Vec<FindingRow>> {
    let newest = wanted.newest(skip + take);
    connection
        .prepare_cached(&format!(
            "{FINDING} where finding.id in (select id from ({newest}) limit {take} offset {skip})
             order by opened_at desc, finding.id desc"
        ))?
        .query_map(params_from_iter(&wanted.values), finding_row)?
        .collect()
}

/// The finding with this number, in full.
pub fn finding(connection: &Connection, id: i64) -> rusqlite::Result<Option<FindingDetail>> {
    let steps = steps(connection, id)?;
    connection
        .prepare_cached(&format!("{FINDING} where finding.id = ?1"))?
        .query_row([id], |row| {
            Ok(FindingDetail { row: finding_row(row)?, body: from_json(row, "body")?, steps })
        })
        .optional()
}

/// The signature families that have findings, sorted. From each one the next is
/// looked up: there are few, and findings are many.
pub fn families(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    connection
        .prepare_cached(
            "with recursive family (name) as (
                 select substr(signature, 1, instr(signature || '.', '.') - 1)
                 from (select min(signature) as signature from finding)
                 union all
                 select (
                     select substr(signature, 1, instr(signature || '.', '.') - 1) from finding
                     where signature >= family.name || '/' order by signature limit 1)
                 from family where name is not null
             )
             select name from family where name is not null",
        )?
        .query_map([], |row| row.get(0))?
        .collect()
}

impl FindingDetail {
    /// How many steps between the first and the others are no longer kept.
    pub fn dropped_steps(&self) -> u64 {
        let kept = u64::try_from(self.steps.len()).unwrap_or(u64::MAX);
        self.steps.last().map_or(0, |last| last.number.saturating_sub(kept))
    }
}

pub(super) fn finding_row(row: &Row) -> rusqlite::Result<FindingRow> {
    Ok(FindingRow {
        id: row.get("id")?,
        laptop: row.get("laptop")?,
        host: row.get("host")?,
        signature: row.get("signature")?,
        title: row.get("title")?,
        severity: named(row, "severity")?,
        confidence: named(row, "confidence")?,
        kind: named(row, "kind")?,
        standing: named(row, "standing")?,
        technique: row.get("technique")?,
        opened_at: parsed(row, "opened_at")?,
        last_at: parsed(row, "last_at")?,
        closed_at: parsed_if_any(row, "closed_at")?,
        rung: named_if_any(row, "rung")?,
        verdict: named_if_any(row, "verdict")?,
        approval: from_json_if_any(row, "approval")?,
    })
}
