//! The chain of hashes through the audit trail.

use crate::secret;
use rusqlite::Connection;
use rusqlite::OptionalExtension;
use rusqlite::Row;
use serde::Serialize;
use serde::Serializer;

/// Where the chain ends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Head {
    /// The number of the last row.
    pub id: i64,
    /// Its hash; in JSON in hexadecimal.
    #[serde(serialize_with = "as_hexadecimal")]
    pub hash: Vec<u8>,
}

/// What the chain says of the trail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// How many rows there are.
    pub rows: u64,
    /// How many of them have no hash of their own.
    pub unsealed: u64,
    /// Where the chain ends; nothing if there is none.
    pub head: Option<Head>,
    /// The first place where it does not hold.
    pub broken: Option<Broken>,
}

/// A place where the chain does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Broken {
    /// The number of the row.
    pub row: i64,
    /// What is wrong, in a sentence.
    pub text: String,
}

/// What a row says, as it is hashed.
pub(super) struct Link<'a> {
    pub id: i64,
    pub at: &'a str,
    pub actor: &'a str,
    pub action: &'a str,
    pub subject: &'a str,
}

impl Link<'_> {
    /// SHA-256 of the hash before, in hexadecimal, a line feed, and the row as
    /// a JSON list: two rows that differ never read the same.
    pub(super) fn after(&self, before: &[u8]) -> Vec<u8> {
        let Self { id, at, actor, action, subject } = self;
        let row = serde_json::json!([id, at, actor, action, subject]);
        secret::sha256(format!("{}\n{row}", secret::hexadecimal(before)).as_bytes())
    }
}

/// A row as it is kept.
struct Kept {
    id: i64,
    at: String,
    actor: String,
    action: String,
    subject: String,
    hash: Option<Vec<u8>>,
}

impl Kept {
    fn of(row: &Row) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            at: row.get("at")?,
            actor: row.get("actor")?,
            action: row.get("action")?,
            subject: row.get("subject")?,
            hash: row.get("hash")?,
        })
    }

    fn after(&self, before: &[u8]) -> Vec<u8> {
        let Self { id, at, actor, action, subject, .. } = self;
        Link { id: *id, at, actor, action, subject }.after(before)
    }
}

/// Where the chain ends, as it is noted beside it.
pub(super) fn head(connection: &Connection) -> rusqlite::Result<Option<Head>> {
    connection
        .prepare_cached("select id, hash from audit_head")?
        .query_row([], |row| Ok(Head { id: row.get(0)?, hash: row.get(1)? }))
        .optional()
}

/// What the rows come to that were there before the chain.
pub(super) fn unsealed(connection: &Connection) -> rusqlite::Result<Head> {
    let mut end = Head::default();
    let mut statement = connection.prepare("select * from audit order by id")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let kept = Kept::of(row)?;
        end = Head { id: kept.id, hash: kept.after(&end.hash) };
    }
    Ok(end)
}

/// Reckons the whole chain anew.
pub fn verify(connection: &Connection) -> rusqlite::Result<Verdict> {
    let mut walk = Walk::default();
    let mut statement = connection.prepare("select * from audit order by id")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        walk.step(&Kept::of(row)?);
    }
    let head = head(connection)?;
    walk.end(head.as_ref());
    Ok(Verdict { rows: walk.rows, unsealed: walk.unsealed, head, broken: walk.broken })
}

/// Whether this hash, in hexadecimal, was the end of the chain once. Only a
/// chain that [`verify`] finds whole can say so.
pub fn holds(connection: &Connection, hash: &str) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare("select id from audit where lower(hex(hash)) = lower(?1)")?
        .query_row([hash], |row| row.get(0))
        .optional()
}

#[derive(Default)]
struct Walk {
    rows: u64,
    unsealed: u64,
    is_sealed: bool,
    last: Head,
    broken: Option<Broken>,
}

impl Walk {
    fn step(&mut self, kept: &Kept) {
        self.rows += 1;
        let hash = kept.after(&self.last.hash);
        match &kept.hash {
            None if !self.is_sealed => self.unsealed += 1,
            None => {
                self.breaks(kept.id, "it has no hash: it was put in later, or its hash taken out");
            }
            Some(found) if *found == hash => self.is_sealed = true,
            Some(_) if self.is_sealed => {
                self.breaks(kept.id, "it was changed, or a row before it was removed or put in");
            }
            Some(_) => self.breaks(kept.id, "it, or a row before there was a chain, was changed"),
        }
        // What follows is held against what is there: only the first break counts.
        self.is_sealed |= kept.hash.is_some();
        self.last = Head { id: kept.id, hash: kept.hash.clone().unwrap_or(hash) };
    }

    fn end(&mut self, head: Option<&Head>) {
        match head {
            Some(head) if *head != self.last => {
                self.breaks(head.id, "the chain ended here, and does no more: rows are missing");
            }
            None if self.is_sealed => {
                self.breaks(self.last.id, "the noted end of the chain is gone");
            }
            _ => {}
        }
    }

    fn breaks(&mut self, row: i64, text: &str) {
        let broken = Broken { row, text: text.to_owned() };
        self.broken.get_or_insert(broken);
    }
}

fn as_hexadecimal<S: Serializer>(hash: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&secret::hexadecimal(hash))
}
