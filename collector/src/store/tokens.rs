//! Enrolment tokens: who knows one may enroll laptops.
//!
//! Only the SHA-256 of a secret is kept: who reads the file can enroll nothing.

#[cfg(test)]
mod tests;

use super::audit;
use super::audit::Actor;
use crate::secret;
use jiff::Timestamp;
use rusqlite::Connection;
use rusqlite::OptionalExtension;
use rusqlite::Row;
use serde::Serialize;

/// What a new token is to allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// What it is for, for people to read.
    pub label: String,
    /// When it ends; nothing if it does not end by itself.
    pub expires_at: Option<Timestamp>,
    /// How many laptops it enrolls; nothing for any number.
    pub uses: Option<u32>,
    /// The group the laptops belong to from then on.
    pub group: Option<String>,
}

/// A token, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TokenRow {
    /// Its number.
    pub id: i64,
    /// What it is for.
    pub label: String,
    /// When it was made.
    pub created_at: String,
    /// When it ends.
    pub expires_at: Option<String>,
    /// How many more laptops it enrolls; nothing for any number.
    pub uses_left: Option<u32>,
    /// How many laptops it has enrolled.
    pub used: u32,
    /// When it was revoked.
    pub revoked_at: Option<String>,
    /// The group of the laptops it enrolls.
    pub group: Option<String>,
}

/// Why a token enrolls nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// Nobody made it.
    #[error("unknown")]
    Unknown,
    /// Somebody took it back.
    #[error("revoked")]
    Revoked,
    /// Its time is over.
    #[error("expired")]
    Expired,
    /// It has enrolled as many laptops as it may.
    #[error("used up")]
    UsedUp,
}

/// Keeps a new token with this secret; gives its number.
pub fn add(
    connection: &Connection,
    wanted: &Wanted,
    secret: &str,
    now: Timestamp,
) -> rusqlite::Result<i64> {
    let expires_at = wanted.expires_at.map(|at| at.to_string());
    connection.execute(
        "insert into token (hash, label, created_at, expires_at, uses_left, team)
         values (?1, ?2, ?3, ?4, ?5, ?6)",
        (hash(secret), &wanted.label, now.to_string(), expires_at, wanted.uses, &wanted.group),
    )?;
    let id = connection.last_insert_rowid();
    audit::note(connection, &Actor::Cli, ("token.new", &subject(id)), now)?;
    Ok(id)
}

/// All tokens, newest first.
pub fn list(connection: &Connection) -> rusqlite::Result<Vec<TokenRow>> {
    connection.prepare("select * from token order by id desc")?.query_map([], row)?.collect()
}

/// Takes the token back; false if there is none that could be.
pub fn revoke(connection: &Connection, id: i64, now: Timestamp) -> rusqlite::Result<bool> {
    let revoked = connection.execute(
        "update token set revoked_at = ?2 where id = ?1 and revoked_at is null",
        (id, now.to_string()),
    )?;
    if revoked == 1 {
        audit::note(connection, &Actor::Cli, ("token.revoke", &subject(id)), now)?;
    }
    Ok(revoked == 1)
}

/// Uses the token of this secret once; changes nothing if it is not usable.
/// Gives its number.
pub fn spend(
    connection: &Connection,
    secret: &str,
    now: Timestamp,
) -> rusqlite::Result<Result<i64, Unusable>> {
    let found = find(connection, secret, now)?;
    if let Ok(id) = found {
        connection
            .prepare_cached(
                "update token set used = used + 1, uses_left = uses_left - 1 where id = ?1",
            )?
            .execute([id])?;
    }
    Ok(found)
}

/// The number of the token of this secret, if it is usable.
pub fn find(
    connection: &Connection,
    secret: &str,
    now: Timestamp,
) -> rusqlite::Result<Result<i64, Unusable>> {
    let token = connection
        .prepare_cached("select * from token where hash = ?1")?
        .query_row([hash(secret)], row)
        .optional()?;
    let Some(token) = token else { return Ok(Err(Unusable::Unknown)) };
    Ok(usable(&token, now).map(|()| token.id))
}

/// Whether the token still enrolls laptops, and if not, why.
pub fn usable(token: &TokenRow, now: Timestamp) -> Result<(), Unusable> {
    // What cannot be read is over.
    let holds = |end: &String| end.parse().is_ok_and(|end: Timestamp| now < end);
    if token.revoked_at.is_some() {
        return Err(Unusable::Revoked);
    }
    if token.expires_at.as_ref().is_some_and(|at| !holds(at)) {
        return Err(Unusable::Expired);
    }
    if token.uses_left == Some(0) {
        return Err(Unusable::UsedUp);
    }
    Ok(())
}

fn row(row: &Row) -> rusqlite::Result<TokenRow> {
    Ok(TokenRow {
        id: row.get("id")?,
        label: row.get("label")?,
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
        uses_left: row.get("uses_left")?,
        used: row.get("used")?,
        revoked_at: row.get("revoked_at")?,
        group: row.get("team")?,
    })
}

fn hash(secret: &str) -> Vec<u8> {
    secret::sha256(secret.as_bytes())
}

fn subject(id: i64) -> String {
    format!("token:{id}")
}
