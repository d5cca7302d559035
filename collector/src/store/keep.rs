//! What is forgotten once it is old.
//!
//! What is to go is found by a reader, so that the thread that writes only
//! deletes, by keys and a few rows at a time.

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use rusqlite::Connection;
use rusqlite::params_from_iter;
use rusqlite::types::Value;

/// Something that is kept for a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Findings that are closed, and their steps.
    Findings,
    /// Incidents that are closed, once all of their findings are forgotten.
    Incidents,
    /// Which laptops were behind which router.
    Routers,
    /// Which reports of earlier numberings came.
    Numbering,
    /// Laptops that are revoked and silent, and all of theirs.
    Revoked,
    /// How long ways were.
    Ways,
}

/// How something is forgotten.
struct Rule {
    kind: Kind,
    /// The keys of what is older than `?1`, at most `?2` of them.
    find: &'static str,
    /// What each key, from `?1` on, takes with it.
    forget: &'static [&'static str],
}

/// To forget one thing more, add it here. Where rows are added in the order of
/// their numbers, only the first ones are looked at.
const RULES: [Rule; 6] = [
    Rule {
        kind: Kind::Findings,
        find: "select id from finding where closed_at < ?1 order by closed_at limit ?2",
        forget: &["delete from finding where id = ?1"],
    },
    Rule {
        kind: Kind::Incidents,
        find: "select id from incident where state = 'closed' and closed_at < ?1
                   and not exists (select 1 from incident_finding where incident = incident.id)
               limit ?2",
        forget: &[
            "delete from incident_step where incident = ?1",
            "delete from incident where id = ?1",
        ],
    },
    Rule {
        kind: Kind::Routers,
        find: "select token, laptop from router where last_at < ?1 limit ?2",
        forget: &["delete from router where token = ?1 and laptop = ?2"],
    },
    Rule {
        kind: Kind::Numbering,
        find: "select laptop, run from numbering as one group by laptop, run
               having max(at) < ?1 and max(at) < (
                   select max(at) from numbering where laptop = one.laptop)
               limit ?2",
        forget: &["delete from numbering where laptop = ?1 and run = ?2"],
    },
    Rule {
        kind: Kind::Revoked,
        find: "select id from laptop where revoked_at < ?1 and not_after < ?1
                   and coalesce(heard_at, enrolled_at) < ?1
               limit ?2",
        // What is a laptop's, and the laptop last.
        forget: &[
            "delete from finding where laptop = ?1",
            "delete from numbering where laptop = ?1",
            "delete from way where laptop = ?1",
            "delete from exit where laptop = ?1",
            "delete from crossing where laptop = ?1",
            "delete from place where laptop = ?1",
            "delete from landmark where laptop = ?1",
            "delete from lapse where laptop = ?1",
            "delete from router where laptop = ?1",
            "delete from suppression where laptop = ?1",
            "delete from laptop where id = ?1",
        ],
    },
    Rule {
        kind: Kind::Ways,
        find: "select number from (select rowid as number, at from way order by rowid limit ?2)
               where at < ?1",
        forget: &["delete from way where rowid = ?1"],
    },
];

/// The key of a row that is to go.
pub type Key = Vec<Value>;

/// The keys of what has been too old since `before`, at most so many; nothing
/// is changed.
pub fn old(
    connection: &Connection,
    kind: Kind,
    most: u32,
    before: Timestamp,
) -> rusqlite::Result<Vec<Key>> {
    let mut keys = Vec::new();
    for rule in RULES.iter().filter(|rule| rule.kind == kind) {
        let mut statement = connection.prepare_cached(rule.find)?;
        let width = statement.column_count();
        let rows = statement.query_map((before.to_string(), most), |row| {
            (0..width).map(|column| row.get(column)).collect::<rusqlite::Result<Key>>()
        })?;
        for key in rows {
            keys.push(key?);
        }
    }
    Ok(keys)
}

/// Forgets what has these keys.
pub fn forget(connection: &Connection, kind: Kind, keys: &[Key]) -> rusqlite::Result<()> {
    for rule in RULES.iter().filter(|rule| rule.kind == kind) {
        for statement in rule.forget {
            let mut statement = connection.prepare_cached(statement)?;
            for key in keys {
                statement.execute(params_from_iter(key))?;
            }
        }
    }
    Ok(())
}
