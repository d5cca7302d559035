//! Reports waiting on disk until the collector has them.
//!
//! The folder is the only thing between looking and talking: [`Spool`] writes
//! it, [`Outbox`] reads it, and the two could be two processes.
//!
//! ```text
//! waiting/000000000012.f.zst   a report with findings (f) or a heartbeat (h)
//! sent/000000000011.h.zst      acknowledged; kept to be shown to the employee
//! aside/000000000010.f.zst     damaged or refused; .told once reported
//! run                          the numbering's name
//! ```
//!
//! An entry is one zstd frame with a checksum, holding one line of JSON: the
//! very bytes that are sent. The highest number of all entries is the last one
//! given, so numbering needs no file of its own; the newest entry is never removed.

mod entry;
mod outbox;
#[cfg(test)]
mod tests;

use crate::watch::Letter;
use entry::Entry;
use entry::Kind;
use jiff::Timestamp;
use model::Report;
use std::io;
use std::path::Path;
use std::path::PathBuf;

pub use entry::read as read_entry;
pub use outbox::Batch;
pub use outbox::Outbox;
pub use outbox::sent;

/// Who writes the reports: what stands in each of them.
#[derive(Clone, Debug)]
pub struct Writer {
    /// The laptop's host name.
    pub host: String,
    /// The laptop's platform.
    pub platform: String,
    /// The agent's version.
    pub agent: String,
    /// The laptop's serial number, for complete reports.
    pub serial: Option<String>,
    /// What tells the signatures from others, for complete reports.
    pub signatures: Option<String>,
}

/// What became of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pushed {
    /// The number it got; `None` for a heartbeat there was no room for.
    pub sequence: Option<u64>,
    /// True if reports with findings, or with what is told in any case, were
    /// dropped to make room: the next letter should tell everything again.
    pub lost_findings: bool,
}

/// The writing end of the spool.
pub struct Spool {
    folder: PathBuf,
    /// Bytes the waiting entries may take.
    limit: u64,
    writer: Writer,
    run: String,
    last: u64,
    lost: u64,
    /// Bytes the waiting entries take, or more: what the other end has taken
    /// out is only known after the next listing.
    used_at_most: u64,
}

impl Spool {
    /// Opens the spool in `folder`, or makes it; `limit` is in bytes. A spool
    /// without entries starts a new numbering, called `fresh`.
    pub fn open(folder: &Path, limit: u64, writer: Writer, fresh: &str) -> io::Result<Self> {
        entry::make_folders(folder)?;
        let last = entry::last_number(folder)?;
        let run = match entry::read_run(folder) {
            Some(run) if last > 0 => run,
            _ => {
                entry::write_run(folder, fresh)?;
                fresh.to_owned()
            }
        };
        let used_at_most = entry::list(folder, "waiting")?.iter().map(|(_, bytes)| bytes).sum();
        let folder = folder.to_owned();
        Ok(Self { folder, limit, writer, run, last, lost: 0, used_at_most })
    }

    /// Makes a numbered report of a letter and writes it: beside first, then
    /// renamed into place, both on disk before this returns.
    ///
    /// When there is no room the oldest heartbeats go first, then the oldest
    /// findings; a heartbeat never displaces a finding. What went is counted in
    /// the next report.
    pub fn push(&mut self, letter: Letter, now: Timestamp) -> io::Result<Pushed> {
        let is_heartbeat = letter.findings.is_empty() && letter.told.is_empty() && !letter.complete;
        let kind = if is_heartbeat { Kind::Heartbeat } else { Kind::Findings };
        let untold = entry::untold(&self.folder)?;
        let report = self.report(letter, untold.len() as u64, now);
        let wanted = entry::pack(&report)?.len() as u64;
        let room = self.make_room(kind, wanted)?;
        self.lost += room.dropped;
        if !room.fits {
            self.lost += 1;
            return Ok(Pushed { sequence: None, lost_findings: false });
        }
        let report = Report { lost: self.lost, ..report };
        entry::write(&self.folder, Entry { sequence: report.sequence, kind }, &report)?;
        self.used_at_most += wanted;
        self.last = report.sequence;
        self.lost = 0;
        entry::mark_told(&untold);
        Ok(Pushed { sequence: Some(self.last), lost_findings: room.lost_findings })
    }

    /// Takes over what tells the signatures from others; true if it is new.
    pub fn judges_by(&mut self, signatures: Option<String>) -> bool {
        let before = std::mem::replace(&mut self.writer.signatures, signatures);
        before != self.writer.signatures
    }

    fn report(&self, letter: Letter, damaged: u64, now: Timestamp) -> Report {
        Report {
            version: model::WIRE_VERSION,
            run: self.run.clone(),
            sequence: self.last + 1,
            at: now,
            host: self.writer.host.clone(),
            platform: self.writer.platform.clone(),
            agent: self.writer.agent.clone(),
            complete: letter.complete,
            findings: letter.findings,
            sight: letter.sight,
            lost: self.lost,
            damaged,
            unseen: letter.unseen,
            told: letter.told,
            serial: self.writer.serial.clone().filter(|_| letter.complete),
            signatures: self.writer.signatures.clone().filter(|_| letter.complete),
            landmarks: letter.landmarks,
        }
    }

    /// Removes waiting entries until `wanted` bytes more fit. The folder is only
    /// listed when it may be full: it can hold many thousands.
    fn make_room(&mut self, kind: Kind, wanted: u64) -> io::Result<Room> {
        if self.used_at_most + wanted <= self.limit {
            return Ok(Room { fits: true, dropped: 0, lost_findings: false });
        }
        let mut waiting = entry::list(&self.folder, "waiting")?;
        let mut used: u64 = waiting.iter().map(|(_, bytes)| bytes).sum();
        waiting.sort_by_key(|(entry, _)| (entry.kind == Kind::Findings, entry.sequence));
        let mut room = Room { fits: true, dropped: 0, lost_findings: false };
        for (entry, bytes) in waiting {
            if used + wanted <= self.limit {
                break;
            }
            if kind == Kind::Heartbeat && entry.kind == Kind::Findings {
                room.fits = false;
                break;
            }
            entry::remove(&self.folder, entry)?;
            used = used.saturating_sub(bytes);
            room.dropped += 1;
            room.lost_findings |= entry.kind == Kind::Findings;
        }
        self.used_at_most = used;
        Ok(room)
    }
}

struct Room {
    fits: bool,
    dropped: u64,
    lost_findings: bool,
}
