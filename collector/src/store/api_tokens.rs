//! Tokens of the API: which programs may ask what.
//!
//! Only the SHA-256 of a secret is kept: who reads the file can ask nothing.

#[cfg(test)]
mod tests;

use super::audit;
use super::audit::Actor;
use crate::secret;
use crate::secret::NoChance;
use jiff::SignedDuration;
use jiff::Timestamp;
use rusqlite::Connection;
use rusqlite::OptionalExtension;
use rusqlite::Row;
use serde::Serialize;
use serde::Serializer;
use std::fmt;
use std::str::FromStr;

/// What every secret begins with, so that one is known where it should not be.
pub const MARK: &str = "moored_";
/// Uses that follow sooner are not noted: reading should not mean writing.
const BETWEEN: SignedDuration = SignedDuration::from_mins(1);

/// Something a token may allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Read incidents and suppressions.
    IncidentsRead,
    /// Do something about incidents, make suppressions and end them.
    IncidentsWrite,
    /// Read findings.
    FindingsRead,
    /// Read laptops and how well they see.
    LaptopsRead,
    /// Read what was decided about places.
    PlacesRead,
    /// Read where laptops are expected.
    AssetsRead,
    /// Say where laptops are expected.
    AssetsWrite,
    /// Read who did what.
    AuditRead,
}

/// What a new token is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// What it is for, for people to read.
    pub label: String,
    /// What it allows.
    pub scopes: Vec<Scope>,
    /// When it ends; nothing if it does not end by itself.
    pub expires_at: Option<Timestamp>,
}

/// A token, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ApiTokenRow {
    /// Its number.
    pub id: i64,
    /// What it is for.
    pub label: String,
    /// What it allows.
    pub scopes: Vec<Scope>,
    /// Who made it.
    pub actor: String,
    /// When it was made.
    pub created_at: String,
    /// When it ends.
    pub expires_at: Option<String>,
    /// When it was last used, to a minute.
    pub last_at: Option<String>,
    /// When it was revoked.
    pub revoked_at: Option<String>,
}

impl Scope {
    /// All.
    pub const ALL: [Self; 8] = [
        Self::IncidentsRead,
        Self::IncidentsWrite,
        Self::FindingsRead,
        Self::LaptopsRead,
        Self::PlacesRead,
        Self::AssetsRead,
        Self::AssetsWrite,
        Self::AuditRead,
    ];

    /// Its name, everywhere.
    pub fn name(self) -> &'static str {
        match self {
            Self::IncidentsRead => "incidents:read",
            Self::IncidentsWrite => "incidents:write",
            Self::FindingsRead => "findings:read",
            Self::LaptopsRead => "laptops:read",
            Self::PlacesRead => "places:read",
            Self::AssetsRead => "assets:read",
            Self::AssetsWrite => "assets:write",
            Self::AuditRead => "audit:read",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Scope {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|scope| scope.name() == text);
        let names = || Self::ALL.map(Self::name).join(", ");
        found.ok_or_else(|| format!("`{text}` is no scope; here go {}", names()))
    }
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// A new secret.
pub fn new_secret() -> Result<String, NoChance> {
    Ok(format!("{MARK}{}", secret::random()?))
}

/// Keeps a new token with this secret; gives its number.
pub fn add(
    connection: &Connection,
    wanted: &Wanted,
    secret: &str,
    actor: &Actor,
    now: Timestamp,
) -> rusqlite::Result<i64> {
    let scopes = joined(&wanted.scopes);
    connection.execute(
        "insert into api_token (hash, label, scopes, actor, created_at, expires_at)
         values (?1, ?2, ?3, ?4, ?5, ?6)",
        (
            hash(secret),
            &wanted.label,
            &scopes,
            actor.to_string(),
            now.to_string(),
            wanted.expires_at.map(|at| at.to_string()),
        ),
    )?;
    let id = connection.last_insert_rowid();
    let subject = format!("api-token:{id} scopes:{}", scopes.replace(' ', ","));
    audit::note(connection, actor, ("api-token.new", &subject), now)?;
    Ok(id)
}

/// All tokens, newest first.
pub fn list(connection: &Connection) -> rusqlite::Result<Vec<ApiTokenRow>> {
    connection.prepare("select * from api_token order by id desc")?.query_map([], row)?.collect()
}

/// Takes the token back; false if there is none that could be.
pub fn revoke(
    connection: &Connection,
    id: i64,
    actor: &Actor,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    let revoked = connection.execute(
        "update api_token set revoked_at = ?2 where id = ?1 and revoked_at is null",
        (id, now.to_string()),
    )?;
    if revoked == 1 {
        audit::note(connection, actor, ("api-token.revoke", &format!("api-token:{id}")), now)?;
    }
    Ok(revoked == 1)
}

/// The token of this secret, if it is neither revoked nor over.
pub fn find(
    connection: &Connection,
    secret: &str,
    now: Timestamp,
) -> rusqlite::Result<Option<ApiTokenRow>> {
    let found = connection
        .prepare_cached("select * from api_token where hash = ?1")?
        .query_row([hash(secret)], row)
        .optional()?;
    Ok(found.filter(|token| is_usable(token, now)))
}

/// Whether the token still allows something.
pub fn is_usable(token: &ApiTokenRow, now: Timestamp) -> bool {
    // What cannot be read is over.
    let holds = |end: &String| end.parse().is_ok_and(|end: Timestamp| now < end);
    token.revoked_at.is_none() && token.expires_at.as_ref().is_none_or(holds)
}

/// Whether a use now is worth noting.
pub fn is_news(token: &ApiTokenRow, now: Timestamp) -> bool {
    let last: Option<Timestamp> = token.last_at.as_ref().and_then(|at| at.parse().ok());
    last.is_none_or(|last| now.duration_since(last) >= BETWEEN)
}

/// Notes that the token was used.
pub fn used(connection: &Connection, id: i64, now: Timestamp) -> rusqlite::Result<()> {
    let sql = "update api_token set last_at = ?2 where id = ?1";
    connection.execute(sql, (id, now.to_string())).map(drop)
}

/// The names, with a space between.
pub fn joined(scopes: &[Scope]) -> String {
    scopes.iter().map(|scope| scope.name()).collect::<Vec<_>>().join(" ")
}

fn row(row: &Row) -> rusqlite::Result<ApiTokenRow> {
    let scopes: String = row.get("scopes")?;
    Ok(ApiTokenRow {
        id: row.get("id")?,
        label: row.get("label")?,
        // One that nobody knows any more allows nothing.
        scopes: scopes.split(' ').filter_map(|name| name.parse().ok()).collect(),
        actor: row.get("actor")?,
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
        last_at: row.get("last_at")?,
        revoked_at: row.get("revoked_at")?,
    })
}

fn hash(secret: &str) -> Vec<u8> {
    secret::sha256(secret.as_bytes())
}
