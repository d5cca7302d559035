//! The findings of incidents, and the laptops they are of.

use super::Kept;
use crate::place::expected::Expected;
use crate::store::assets;
use crate::store::read::from_json;
use event::Incident;
use event::Laptop;
use event::Member;
use rusqlite::Connection;
use rusqlite::OptionalExtension;
use rusqlite::Row;
use std::collections::BTreeSet;

/// Findings told of one incident at most, the oldest first.
const MOST: u32 = 500;

/// Puts a finding into an incident.
pub fn join(connection: &Connection, finding: i64, incident: i64) -> rusqlite::Result<()> {
    connection
        .prepare_cached("insert or replace into incident_finding values (?1, ?2)")?
        .execute([finding, incident])?;
    Ok(())
}

/// The incident a finding belongs to.
pub fn of_finding(connection: &Connection, finding: i64) -> rusqlite::Result<Option<i64>> {
    let found = connection
        .prepare_cached("select incident from incident_finding where finding = ?1")?
        .query_row([finding], |row| row.get(0))
        .optional()?;
    Ok(found.flatten())
}

/// Notes that a finding was over before anybody was to hear of it.
pub fn settle(connection: &Connection, finding: i64) -> rusqlite::Result<()> {
    connection
        .prepare_cached("insert or ignore into incident_finding values (?1, null)")?
        .execute([finding])?;
    Ok(())
}

/// The findings of an incident, in order of time.
pub fn members(connection: &Connection, incident: i64) -> rusqlite::Result<Vec<Member>> {
    connection
        .prepare_cached(
            "select finding.id, laptop, body from incident_finding
             join finding on finding.id = finding
             where incident = ?1 order by opened_at, finding.id limit ?2",
        )?
        .query_map((incident, MOST), member)?
        .collect()
}

/// An incident as others are told of it, with its findings and laptops.
pub fn told(connection: &Connection, kept: &Kept) -> rusqlite::Result<Incident> {
    let findings = members(connection, kept.id)?;
    let ids: BTreeSet<&str> = findings.iter().map(|member| member.laptop.as_str()).collect();
    let laptops = ids.into_iter().map(|id| laptop(connection, id));
    Ok(Incident {
        id: kept.id,
        title: kept.title.clone(),
        state: kept.state,
        outcome: kept.outcome,
        severity: kept.severity,
        confidence: kept.confidence,
        score: kept.score,
        opened_at: kept.opened_at,
        changed_at: kept.changed_at,
        closed_at: kept.closed_at,
        assignee: kept.assignee.clone(),
        laptops: laptops.collect::<rusqlite::Result<_>>()?,
        findings,
        reasons: kept.story.reasons.clone(),
        refutes: kept.story.refutes.clone(),
        innocent: kept.story.innocent.clone(),
        steps: kept.story.steps.clone(),
    })
}

/// The findings of a laptop that belong to no incident, in order of time: what
/// is open, and alerts that were over when the laptop could tell of them.
pub fn unjoined(connection: &Connection, laptop: &str) -> rusqlite::Result<Vec<Member>> {
    connection
        .prepare_cached(
            "select id, laptop, body from finding
             where laptop = ?1 and (closed_at is null or standing = 'alert')
                 and id not in (select finding from incident_finding)
             order by opened_at, id",
        )?
        .query_map([laptop], member)?
        .collect()
}

/// Puts all findings of one incident into another.
pub fn move_all(connection: &Connection, from: i64, to: i64) -> rusqlite::Result<()> {
    connection
        .execute("update incident_finding set incident = ?2 where incident = ?1", [from, to])?;
    Ok(())
}

/// A laptop as others are told of it; its id alone if it is not here.
///
/// Its group is what the company's list says, else that of its enrolment token.
pub fn laptop(connection: &Connection, id: &str) -> rusqlite::Result<Laptop> {
    let expected = assets::of_laptop(connection, id)?.unwrap_or_default();
    let found = connection
        .prepare_cached("select host, platform, agent, serial, team from laptop where id = ?1")?
        .query_row([id], |row| laptop_row(row, id, &expected))
        .optional()?;
    Ok(found.unwrap_or_else(|| Laptop { id: id.to_owned(), ..Laptop::default() }))
}

fn laptop_row(row: &Row, id: &str, expected: &Expected) -> rusqlite::Result<Laptop> {
    let team: Option<String> = row.get("team")?;
    Ok(Laptop {
        id: id.to_owned(),
        host: row.get("host")?,
        platform: row.get("platform")?,
        agent: row.get("agent")?,
        serial: row.get("serial")?,
        person: expected.person.clone(),
        group: expected.group.clone().or(team),
    })
}

fn member(row: &Row) -> rusqlite::Result<Member> {
    Ok(Member { id: row.get("id")?, laptop: row.get("laptop")?, finding: from_json(row, "body")? })
}
