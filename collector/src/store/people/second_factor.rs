//! One-time codes by time (RFC 6238), and what stands in for one when the
//! device that makes them is lost.

use super::PeopleError;
use super::hash_of;
use super::password;
use super::random;
use crate::store::audit;
use crate::store::audit::Actor;
use jiff::Timestamp;
use rusqlite::Connection;
use rusqlite::OptionalExtension;
use totp_rs::Builder;
use totp_rs::Secret;
use totp_rs::Totp;

/// What an authenticator calls us.
const ISSUER: &str = "Moored";
/// Codes to write down.
const RECOVERY_CODES: usize = 10;

/// What somebody's authenticator must be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrollment {
    /// The secret, as base32.
    pub secret: String,
    /// The same and all else, as an address for authenticators.
    pub address: String,
}

/// Makes a secret; it asks for no code until one was given.
pub fn begin(connection: &Connection, account: &str) -> Result<(), PeopleError> {
    connection.execute(
        "insert into second_factor (account, secret) values (?1, ?2)
         on conflict (account) do update set secret = excluded.secret, step = 0
         where confirmed_at is null",
        (account, random::<20>()?),
    )?;
    Ok(())
}

/// What the authenticator must be told, until a code was given.
pub fn enrollment(
    connection: &Connection,
    account: &str,
) -> Result<Option<Enrollment>, PeopleError> {
    let sql = "select secret from second_factor where account = ?1 and confirmed_at is null";
    let secret: Option<Vec<u8>> =
        connection.query_row(sql, [account], |row| row.get(0)).optional()?;
    Ok(secret.map(|secret| {
        let secret = Secret::from(secret).to_base32();
        // An account's name has no sign that an address would have to escape but `@`.
        let name = account.replace('@', "%40");
        let address = format!("otpauth://totp/{ISSUER}:{name}?secret={secret}&issuer={ISSUER}");
        Enrollment { secret, address }
    }))
}

/// Takes the first code: from now on codes are asked for. Gives the recovery
/// codes, which are kept nowhere; nothing if the code is wrong.
pub fn confirm(
    connection: &Connection,
    account: &str,
    code: &str,
    now: Timestamp,
) -> Result<Option<Vec<String>>, PeopleError> {
    let sql = "update second_factor set confirmed_at = ?2
         where account = ?1 and confirmed_at is null";
    if !spend_code(connection, account, code, now)?
        || connection.execute(sql, [account, &now.to_string()])? == 0
    {
        return Ok(None);
    }
    let mut codes = Vec::new();
    for _ in 0..RECOVERY_CODES {
        let code = password::readable::<16>()?;
        let sql = "insert into recovery_code (hash, account) values (?1, ?2)";
        connection.execute(sql, (hash_of(&code), account))?;
        codes.push(code);
    }
    note(connection, account, &Actor::Account(account.to_owned()), "on", now)?;
    Ok(Some(codes))
}

/// Whether codes are asked for.
pub fn is_on(connection: &Connection, account: &str) -> rusqlite::Result<bool> {
    let sql = "select exists (
        select 1 from second_factor where account = ?1 and confirmed_at is not null)";
    connection.query_row(sql, [account], |row| row.get(0))
}

/// How many recovery codes are left.
pub fn codes_left(connection: &Connection, account: &str) -> rusqlite::Result<u32> {
    let sql = "select count(*) from recovery_code where account = ?1";
    connection.query_row(sql, [account], |row| row.get(0))
}

/// Whether this is a code of the authenticator, or a recovery code. Each is
/// taken once.
pub fn spend(
    connection: &Connection,
    account: &str,
    code: &str,
    now: Timestamp,
) -> Result<bool, PeopleError> {
    if spend_code(connection, account, code, now)? {
        return Ok(true);
    }
    let plain = code.trim().to_ascii_lowercase();
    let sql = "delete from recovery_code where account = ?1 and hash = ?2";
    let spent = connection.execute(sql, (account, hash_of(&plain)))? == 1;
    if spent {
        note(connection, account, &Actor::Account(account.to_owned()), "recovery-code", now)?;
    }
    Ok(spent)
}

/// Asks for no code any more; false if none was asked for.
pub fn remove(
    connection: &Connection,
    account: &str,
    actor: &Actor,
    now: Timestamp,
) -> Result<bool, PeopleError> {
    let was_on = is_on(connection, account)?;
    connection.execute("delete from second_factor where account = ?1", [account])?;
    if was_on {
        connection.execute("delete from session where account = ?1", [account])?;
        note(connection, account, actor, "off", now)?;
    }
    Ok(was_on)
}

/// A code counts for half a minute before and after its own. One that was
/// taken, and all before it, are never taken again.
fn spend_code(
    connection: &Connection,
    account: &str,
    code: &str,
    now: Timestamp,
) -> Result<bool, PeopleError> {
    let sql = "select secret from second_factor where account = ?1";
    let secret: Option<Vec<u8>> =
        connection.query_row(sql, [account], |row| row.get(0)).optional()?;
    let Some(secret) = secret else { return Ok(false) };
    let code: String = code.chars().filter(|sign| !sign.is_whitespace()).collect();
    let second = u64::try_from(now.as_second()).unwrap_or_default();
    let Some(step) = codes(secret)?.check(&code, second) else { return Ok(false) };
    let step = i64::try_from(step).unwrap_or(i64::MAX);
    let sql = "update second_factor set step = ?2 where account = ?1 and step < ?2";
    Ok(connection.execute(sql, (account, step))? == 1)
}

/// Six digits every half minute by SHA-1: what every authenticator knows.
fn codes(secret: Vec<u8>) -> Result<Totp, PeopleError> {
    let built = Builder::new().with_secret(secret).build();
    built.map_err(|error| PeopleError::Secret(error.to_string()))
}

fn note(
    connection: &Connection,
    account: &str,
    actor: &Actor,
    what: &str,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let action = format!("account.second-factor.{what}");
    audit::note(connection, actor, (&action, &format!("account:{account}")), now)
}
