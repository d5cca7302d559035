//! Keeps what the collector itself has found of a laptop as findings.

use crate::store::findings;
use jiff::SignedDuration;
use jiff::Timestamp;
use model::Finding;
use rusqlite::Connection;

/// What stays as it is is written down again this often.
const AGAIN: SignedDuration = SignedDuration::from_hours(1);

/// How long a finding of a signature stays although it is not found any more;
/// nothing for signatures that are somebody else's.
pub type Lasts = fn(&str) -> Option<SignedDuration>;

/// What is found opens or changes a finding; one that is not found any more is
/// closed once it has not been seen for as long as `lasts` says of its
/// signature. Signatures of which it says nothing are somebody else's.
///
/// True if anything changed.
pub fn keep(
    connection: &Connection,
    laptop: &str,
    (found, lasts): (&[Finding], Lasts),
    now: Timestamp,
) -> rusqlite::Result<bool> {
    let mut has_changed = false;
    for finding in found {
        let Some(kept) = findings::open(connection, laptop, &finding.signature)? else {
            has_changed = true;
            findings::add(connection, laptop, finding, now)?;
            continue;
        };
        let finding = Finding { opened: kept.finding.opened, ..finding.clone() };
        let is_new = finding != kept.finding;
        if is_new || now.duration_since(kept.last_at) > AGAIN {
            has_changed |= is_new;
            findings::change(connection, kept.id, &finding, now)?;
        }
    }
    for kept in findings::all_open(connection, laptop)? {
        let is_found = found.iter().any(|found| found.signature == kept.finding.signature);
        let is_over = lasts(&kept.finding.signature)
            .is_some_and(|lasts| now.duration_since(kept.last_at) > lasts);
        if !is_found && is_over {
            has_changed = true;
            let closed = Finding { closed: Some(now), ..kept.finding };
            findings::change(connection, kept.id, &closed, now)?;
        }
    }
    Ok(has_changed)
}
