//! Takes each report in once.
//!
//! Reports may come twice, in part, or late. A number that was taken in already
//! changes nothing. A late one adds what is missing and takes back nothing that
//! a newer one has said.

#[cfg(test)]
mod tests;

use crate::store::findings;
use crate::store::findings::Kept;
use crate::store::lapses;
use crate::store::laptops;
use crate::store::numbering::Run;
use jiff::Timestamp;
use model::Finding;
use model::Report;
use model::Sight;
use rusqlite::Connection;

/// Takes in reports of one run of a laptop, inside the caller's transaction.
///
/// A run that another one has followed is told by its last words: none of
/// these reports counts as the laptop's newest then. True if findings may have
/// changed.
pub fn take(
    connection: &Connection,
    laptop: &str,
    reports: &[Report],
    now: Timestamp,
) -> rusqlite::Result<bool> {
    let mut reports: Vec<&Report> = reports.iter().collect();
    reports.sort_by_key(|report| report.sequence);
    let Some(first) = reports.first() else { return Ok(false) };
    let run = Run { laptop, run: &first.run };
    let is_present = run.is_present(connection)?;
    let mut has_changed = false;
    for report in reports {
        let number = i64::try_from(report.sequence)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
        let is_ahead = run.highest(connection)?.is_none_or(|highest| highest < number);
        if !run.take(connection, number, now)? {
            continue;
        }
        has_changed |= report.complete || !report.findings.is_empty();
        laptops::missed(connection, laptop, report)?;
        if !is_present {
            lapses::followed(connection, laptop, report, now)?;
        }
        let inbox = Inbox { connection, laptop, report };
        if is_present && is_ahead { inbox.newest(now)? } else { inbox.late()? }
    }
    Ok(has_changed)
}

/// A report whose number was not taken in before.
struct Inbox<'a> {
    connection: &'a Connection,
    laptop: &'a str,
    report: &'a Report,
}

impl Inbox<'_> {
    fn newest(&self, now: Timestamp) -> rusqlite::Result<()> {
        laptops::heard(self.connection, self.laptop, self.report, now)?;
        lapses::heard(self.connection, self.laptop, self.report, now)?;
        for finding in &self.report.findings {
            self.tell(finding)?;
        }
        if self.report.complete { self.close_unmentioned() } else { Ok(()) }
    }

    /// Only what no newer report has told of is worth hearing.
    fn late(&self) -> rusqlite::Result<()> {
        for finding in &self.report.findings {
            let known = findings::newest(self.connection, self.laptop, &finding.signature)?;
            if known.is_none_or(|known| known.last_at < self.report.at) {
                self.tell(finding)?;
            }
        }
        Ok(())
    }

    /// What is open stays one row, opened when it was first seen.
    fn tell(&self, finding: &Finding) -> rusqlite::Result<()> {
        match findings::open(self.connection, self.laptop, &finding.signature)? {
            Some(kept) => {
                let opened = kept.finding.opened.min(finding.opened);
                let finding = Finding { opened, ..finding.clone() };
                findings::change(self.connection, kept.id, &finding, self.report.at)
            }
            None if self.is_over(finding)? => Ok(()),
            None => findings::add(self.connection, self.laptop, finding, self.report.at),
        }
    }

    /// True for the end of a finding whose end is known already.
    fn is_over(&self, finding: &Finding) -> rusqlite::Result<bool> {
        if finding.closed.is_none() {
            return Ok(false);
        }
        let known = findings::newest(self.connection, self.laptop, &finding.signature)?;
        let end = known.and_then(|known| known.finding.closed);
        Ok(end.is_some_and(|end| end >= finding.opened))
    }

    /// Blind is not clean: what a sensor that does not see has shown stays open.
    fn close_unmentioned(&self) -> rusqlite::Result<()> {
        for kept in findings::all_open(self.connection, self.laptop)? {
            if !self.mentions(&kept) && self.sees(&kept.finding) {
                let closed = Some(self.report.at.max(kept.finding.opened));
                let finding = Finding { closed, ..kept.finding };
                findings::change(self.connection, kept.id, &finding, self.report.at)?;
            }
        }
        Ok(())
    }

    fn mentions(&self, kept: &Kept) -> bool {
        let mut told = self.report.findings.iter();
        told.any(|finding| finding.signature == kept.finding.signature)
    }

    fn sees(&self, finding: &Finding) -> bool {
        let sight = |sensor: &str| self.report.sight.get(sensor);
        finding.evidence.iter().all(|seen| sight(&seen.sensor) == Some(&Sight::Seeing))
    }
}
