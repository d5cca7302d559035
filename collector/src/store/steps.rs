//! How a finding went: a row whenever a report says something new of it.

use crate::policy;
use jiff::Timestamp;
use model::Finding;
use rusqlite::Connection;
use rusqlite::OptionalExtension;

/// Steps kept of one finding at most: the first, and the newest others.
pub const STEPS: i64 = 200;
/// Signs of a title that are kept at most.
const TITLE: usize = 200;

/// Keeps the first step of a finding that is new, and its end if that is known.
pub fn begin(connection: &Connection, id: i64, finding: &Finding) -> rusqlite::Result<()> {
    keep(connection, id, &Step::of(finding, finding.opened, true))?;
    match finding.closed {
        Some(closed) => keep(connection, id, &Step::of(finding, closed, false)),
        None => Ok(()),
    }
}

/// Keeps a step of a finding as a report written `at` tells it, unless it is
/// like the last one.
pub fn go_on(
    connection: &Connection,
    id: i64,
    finding: &Finding,
    at: Timestamp,
) -> rusqlite::Result<()> {
    let step = Step::of(finding, finding.closed.unwrap_or(at), finding.closed.is_none());
    keep(connection, id, &step)
}

struct Step {
    at: String,
    title: String,
    severity: String,
    standing: String,
    rung: Option<&'static str>,
    verdict: Option<&'static str>,
    open: bool,
}

impl Step {
    fn of(finding: &Finding, at: Timestamp, open: bool) -> Self {
        let tool = finding.tool.as_ref();
        Self {
            at: at.to_string(),
            title: finding.title.chars().take(TITLE).collect(),
            severity: finding.severity.to_string(),
            standing: finding.standing.to_string(),
            rung: tool.map(|tool| policy::rung_name(tool.rung)),
            verdict: tool.map(|tool| policy::verdict_name(tool.verdict)),
            open,
        }
    }

    /// The number of the finding's last step, and whether it is like this one.
    fn last(&self, connection: &Connection, id: i64) -> rusqlite::Result<Option<(i64, bool)>> {
        connection
            .prepare_cached(
                "select number, title = ?2 and severity = ?3 and standing = ?4
                     and rung is ?5 and verdict is ?6 and open = ?7
                 from finding_step where finding = ?1 order by number desc limit 1",
            )?
            .query_row(
                (
                    id,
                    &self.title,
                    &self.severity,
                    &self.standing,
                    &self.rung,
                    self.verdict,
                    self.open,
                ),
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()
    }
}

fn keep(connection: &Connection, id: i64, step: &Step) -> rusqlite::Result<()> {
    let number = match step.last(connection, id)? {
        Some((_, true)) => return Ok(()),
        Some((number, false)) => number + 1,
        None => 1,
    };
    connection
        .prepare_cached("insert into finding_step values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")?
        .execute((
            id,
            number,
            &step.at,
            &step.title,
            &step.severity,
            &step.standing,
            &step.rung,
            step.verdict,
            step.open,
        ))?;
    if number <= STEPS {
        return Ok(());
    }
    connection
        .prepare_cached("delete from finding_step where finding = ?1 and number between 2 and ?2")?
        .execute((id, number + 1 - STEPS))?;
    Ok(())
}
