//! Incidents: the list with its filters, and one in full.

use super::named;
use super::schema;
use super::words;
use crate::store::incidents;
use crate::store::incidents::Kept;
use crate::store::incidents::StepRow;
use event::Incident;
use event::Outcome;
use event::State;
use jiff::Timestamp;
use model::Confidence;
use model::Severity;
use rusqlite::Connection;
use rusqlite::OptionalExtension;
use rusqlite::Row;
use rusqlite::ToSql;
use serde::Serialize;
use std::fmt::Display;
use utoipa::ToSchema;

/// Every severity, the mildest first.
const SEVERITIES: [Severity; 5] =
    [Severity::Informational, Severity::Low, Severity::Medium, Severity::High, Severity::Critical];

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
    /// The incident it was joined to.
    pub merged: Option<i64>,
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
    /// With these words, or beginnings of words, in its title, or in the host
    /// name or serial number of one of its laptops.
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

/// With the laptop's findings.
const OF_LAPTOP: &str = "incident.id in (
    select incident from finding join incident_finding on finding = finding.id
    where finding.laptop = :laptop)";

/// With the words in the title or in the host name or serial number of a laptop;
/// of words that very many have, only the newest incidents and some laptops are
/// looked at, so that no question takes long.
const WITH_WORDS: &str = "incident.id in (
    select rowid from (
        select rowid from incident_text where incident_text match :words
        order by rowid desc limit 1000)
    union
    select incident from (select id from laptop_text where laptop_text match :words limit 100) named
        cross join finding on finding.laptop = named.id
        cross join incident_finding on incident_finding.finding = finding.id)";

/// The incidents wanted, those that changed last first, after a row that was
/// seen; at most so many.
pub fn incidents(
    connection: &Connection,
    wanted: &Wanted,
    after: Option<&After>,
    most: u32,
) -> rusqlite::Result<Vec<IncidentRow>> {
    let words = wanted.text.as_deref().map(words::question);
    let (changed_at, id) = after.map(|after| (&after.changed_at, after.id)).unzip();
    let mut values: Vec<(&str, &dyn ToSql)> = vec![(":most", &most)];
    let mut asked = vec![states(&wanted.states)];
    if let Some(severity) = wanted.severity {
        asked.push(format!("severity in ({})", at_least(severity)));
    }
    if wanted.assignee.is_some() {
        asked.push("assignee = :assignee".to_owned());
        values.push((":assignee", &wanted.assignee));
    }
    if wanted.laptop.is_some() {
        asked.push(OF_LAPTOP.to_owned());
        values.push((":laptop", &wanted.laptop));
    }
    if words.is_some() {
        asked.push(WITH_WORDS.to_owned());
        values.push((":words", &words));
    }
    if after.is_some() {
        asked.push("(changed_at, id) < (:changed_at, :id)".to_owned());
        values.extend([(":changed_at", &changed_at as &dyn ToSql), (":id", &id)]);
    }
    let sql = format!(
        "select * from incident where {} order by changed_at desc, id desc limit :most",
        asked.join(" and ")
    );
    let mut rows: Vec<IncidentRow> = connection
        .prepare_cached(&sql)?
        .query_map(values.as_slice(), row)?
        .collect::<rusqlite::Result<_>>()?;
    for row in &mut rows {
        complete(connection, row)?;
    }
    Ok(rows)
}

/// Written so that an index is found for what is asked most.
fn states(states: &[State]) -> String {
    let all_but_closed = State::ALL
        .into_iter()
        .filter(|state| *state != State::Closed)
        .all(|state| states.contains(&state));
    match states {
        [] => "true".to_owned(),
        _ if all_but_closed && !states.contains(&State::Closed) => "state <> 'closed'".to_owned(),
        _ => format!("state in ({})", quoted(states.iter().map(|state| state.name()))),
    }
}

/// The names of this severity and of those above it.
fn at_least(severity: Severity) -> String {
    quoted(SEVERITIES.into_iter().filter(|one| *one >= severity))
}

fn quoted(names: impl Iterator<Item = impl Display>) -> String {
    names.map(|name| format!("'{name}'")).collect::<Vec<_>>().join(", ")
}

/// The worst open incidents, and of equally bad ones those that changed last.
pub fn worst(connection: &Connection, most: u32) -> rusqlite::Result<Vec<IncidentRow>> {
    let mut all = Vec::new();
    for severity in SEVERITIES.into_iter().rev() {
        let left = most.saturating_sub(u32::try_from(all.len()).unwrap_or(u32::MAX));
        let found = connection
            .prepare_cached(
                "select * from incident where state = 'open' and severity = ?1
                 order by changed_at desc, id desc limit ?2",
            )?
            .query_map((severity.to_string(), left), row)?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        all.extend(found);
    }
    for row in &mut all {
        complete(connection, row)?;
    }
    Ok(all)
}

/// The other incidents of these laptops, and those of laptops that were behind
/// a router with one of them; the newest first, at most so many.
pub fn related(
    connection: &Connection,
    incident: i64,
    most: u32,
) -> rusqlite::Result<Vec<IncidentRow>> {
    let mut rows: Vec<IncidentRow> = connection
        .prepare_cached(RELATED)?
        .query_map((incident, most), row)?
        .collect::<rusqlite::Result<_>>()?;
    for row in &mut rows {
        complete(connection, row)?;
    }
    Ok(rows)
}

/// An office's router has thousands: a hundred are enough to look at.
const RELATED: &str = "
    with own (laptop) as materialized (
        select distinct laptop from incident_finding cross join finding on finding.id = finding
        where incident = ?1 limit 20),
    near (laptop) as materialized (
        select laptop from own union select * from (
            select other.laptop from own
            cross join router on router.laptop = own.laptop
            cross join router other on other.token = router.token limit 100))
    select * from incident where id <> ?1 and id in (
        select incident from near
        cross join finding on finding.laptop = near.laptop
        cross join incident_finding on finding = finding.id)
    order by changed_at desc, id desc limit ?2";

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
    let told = incidents::told(connection, &kept)?;
    let mut row = IncidentRow::of(kept);
    complete(connection, &mut row)?;
    Ok(Some(IncidentDetail { row, told, steps: incidents::steps(connection, id)? }))
}

/// The title of the incident with this number.
pub fn incident_title(connection: &Connection, id: i64) -> rusqlite::Result<Option<String>> {
    connection
        .prepare_cached("select title from incident where id = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()
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
    Ok(IncidentRow::of(incidents::kept(row)?))
}

impl IncidentRow {
    /// Without its laptops and the number of its findings.
    fn of(kept: Kept) -> Self {
        Self {
            id: kept.id,
            title: kept.title,
            state: kept.state,
            outcome: kept.outcome,
            severity: kept.severity,
            confidence: kept.confidence,
            score: kept.score,
            opened_at: kept.opened_at,
            changed_at: kept.changed_at,
            quiet_at: kept.quiet_at,
            closed_at: kept.closed_at,
            silent_until: kept.silent_until,
            assignee: kept.assignee,
            merged: kept.merged,
            is_learned: kept.is_learned,
            hosts: Vec::new(),
            laptops: 0,
            findings: 0,
        }
    }
}
