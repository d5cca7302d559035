//! Incidents: the list with its filters, and one in full.

use super::named;
use super::named_if_any;
use super::parsed;
use super::parsed_if_any;
use super::schema;
use crate::store::incidents;
use crate::store::incidents::StepRow;
use event::Incident;
use event::Outcome;
use event::State;
use jiff::Timestamp;
use model::Confidence;
use model::Severity;
use rusqlite::Connection;
use rusqlite::Row;
use rusqlite::named_params;
use serde::Serialize;
use utoipa::ToSchema;

/// An incident in one line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Incident)]
pub struct IncidentRow {
    /// Its number.
    pub id: i64,
    /// What it is.
    pub title: String,
    /// What has become of it.
    #[schema(value_type = schema::IncidentState)]
    pub state: State,
    /// What it was, as somebody said.
    #[schema(value_type = Option<schema::Outcome>)]
    pub outcome: Option<Outcome>,
    /// How bad it is if it is true.
    #[schema(value_type = schema::Severity)]
    pub severity: Severity,
    /// How sure its evidence makes us.
    #[schema(value_type = schema::Confidence)]
    pub confidence: Confidence,
    /// The same in shades, from 0 to 100.
    pub score: u8,
    /// When its first finding opened, by the laptop's clock.
    #[schema(value_type = String, format = DateTime)]
    pub opened_at: Timestamp,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    pub changed_at: Timestamp,
    /// Since when nothing of it holds.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub quiet_at: Option<Timestamp>,
    /// When it was closed.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub closed_at: Option<Timestamp>,
    /// Until when it is silent.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub silent_until: Option<Timestamp>,
    /// Who looks into it.
    pub assignee: Option<String>,
    /// True if it was opened while the collector was learning.
    pub is_learned: bool,
    /// The host names of its laptops, at most three, and their number.
    pub hosts: Vec<String>,
    /// How many laptops it is about.
    pub laptops: u32,
    /// How many findings belong to it.
    pub findings: u32,
}

/// An incident in full.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = IncidentInFull)]
pub struct IncidentDetail {
    /// In one line.
    pub row: IncidentRow,
    /// As others are told of it.
    #[schema(value_type = Object)]
    pub told: Incident,
    /// What happened to it and what was done about it.
    pub steps: Vec<StepRow>,
}

/// Which incidents are wanted; the default wants all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// In one of these states; none for any.
    pub states: Vec<State>,
    /// At least this severe.
    pub severity: Option<Severity>,
    /// With a finding on this laptop.
    pub laptop: Option<String>,
    /// Somebody looks into it: this account.
    pub assignee: Option<String>,
    /// With this text in its title, or in the host name of one of its laptops.
    pub text: Option<String>,
}

/// Where in the list to go on: the last row seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct After {
    /// When it last changed, as the store writes it.
    pub changed_at: String,
    /// Its number.
    pub id: i64,
}

const WHERE: &str = "
    where (:states is null or instr(:states, incident.state) > 0)
        and (:severity is null or :severity <= case incident.severity
            when 'informational' then 0 when 'low' then 1 when 'medium' then 2
            when 'high' then 3 else 4 end)
        and (:assignee is null or :assignee = assignee)
        and (:laptop is null or exists (
            select 1 from incident_finding join finding on finding.id = finding
            where incident = incident.id and finding.laptop = :laptop))
        and (:text is null or instr(lower(incident.title), lower(:text)) > 0 or exists (
            select 1 from incident_finding join finding on finding.id = finding
                join laptop on laptop.id = finding.laptop
            where incident = incident.id and instr(lower(laptop.host), lower(:text)) > 0))";

/// The incidents wanted, those that changed last first, after a row that was
/// seen; at most so many.
pub fn incidents(
    connection: &Connection,
    wanted: &Wanted,
    after: Option<&After>,
    most: u32,
) -> rusqlite::Result<Vec<IncidentRow>> {
    let sql = format!(
        "select * from incident {WHERE}
            and (:changed_at is null or (changed_at, id) < (:changed_at, :id))
         order by changed_at desc, id desc limit :most"
    );
    let states: Vec<&str> = wanted.states.iter().map(|state| state.name()).collect();
    let mut rows: Vec<IncidentRow> = connection
        .prepare_cached(&sql)?
        .query_map(
            named_params! {
                ":states": (!states.is_empty()).then(|| states.join(" ")),
                ":severity": wanted.severity.map(|severity| severity as i64),
                ":assignee": wanted.assignee,
                ":laptop": wanted.laptop,
                ":text": wanted.text,
                ":changed_at": after.map(|after| &after.changed_at),
                ":id": after.map(|after| after.id),
                ":most": most,
            },
            row,
        )?
        .collect::<rusqlite::Result<_>>()?;
    for row in &mut rows {
        complete(connection, row)?;
    }
    Ok(rows)
}

/// How many incidents are in each state, but for closed ones.
pub fn open_incidents(connection: &Connection) -> rusqlite::Result<Vec<(State, Severity, u32)>> {
    connection
        .prepare_cached(
            "select state, severity, count(*) as number from incident
             where state <> 'closed' group by state, severity",
        )?
        .query_map([], |row| {
            Ok((named(row, "state")?, named(row, "severity")?, row.get("number")?))
        })?
        .collect()
}

/// The incident with this number, in full.
pub fn incident(connection: &Connection, id: i64) -> rusqlite::Result<Option<IncidentDetail>> {
    let Some(kept) = incidents::get(connection, id)? else { return Ok(None) };
    let mut row =
        connection.prepare_cached("select * from incident where id = ?1")?.query_row([id], row)?;
    complete(connection, &mut row)?;
    let told = incidents::told(connection, &kept)?;
    Ok(Some(IncidentDetail { row, told, steps: incidents::steps(connection, id)? }))
}

/// The laptops and the number of findings.
fn complete(connection: &Connection, row: &mut IncidentRow) -> rusqlite::Result<()> {
    row.findings = connection
        .prepare_cached("select count(*) from incident_finding where incident = ?1")?
        .query_row([row.id], |row| row.get(0))?;
    let hosts: Vec<String> = connection
        .prepare_cached(
            "select distinct host, laptop.id from incident_finding
             join finding on finding.id = finding join laptop on laptop.id = finding.laptop
             where incident = ?1 order by host",
        )?
        .query_map([row.id], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    row.laptops = u32::try_from(hosts.len()).unwrap_or(u32::MAX);
    row.hosts = hosts.into_iter().take(3).collect();
    Ok(())
}

fn row(row: &Row) -> rusqlite::Result<IncidentRow> {
    Ok(IncidentRow {
        id: row.get("id")?,
        title: row.get("title")?,
        state: named(row, "state")?,
        outcome: named_if_any(row, "outcome")?,
        severity: named(row, "severity")?,
        confidence: named(row, "confidence")?,
        score: row.get("score")?,
        opened_at: parsed(row, "opened_at")?,
        changed_at: parsed(row, "changed_at")?,
        quiet_at: parsed_if_any(row, "quiet_at")?,
        closed_at: parsed_if_any(row, "closed_at")?,
        silent_until: parsed_if_any(row, "silent_until")?,
        assignee: row.get("assignee")?,
        is_learned: row.get("is_learned")?,
        hosts: Vec::new(),
        laptops: 0,
        findings: 0,
    })
}
