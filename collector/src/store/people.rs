//! People who may use the console: their accounts, and who is signed in.
//!
//! Passwords are kept as argon2id hashes, the secrets of sessions as SHA-256:
//! who reads the file can sign in as nobody.

#[cfg(test)]
mod tests;

use argon2::Argon2;
use argon2::PasswordHasher;
use argon2::PasswordVerifier;
use argon2::password_hash::phc::PasswordHash;
use jiff::Timestamp;
use ring::digest;
use ring::rand::SecureRandom;
use ring::rand::SystemRandom;
use rusqlite::Connection;
use rusqlite::OptionalExtension;
use rusqlite::Row;
use serde::Serialize;
use std::fmt::Display;
use std::fmt::Write as _;
use std::time::Duration;

/// 32 signs no two of which are mistaken for each other, so five bits each.
const SIGNS: &[u8; 32] = b"abcdefghjkmnpqrstvwxyz0123456789";
/// Signs of a password: 120 bits.
const PASSWORD_SIGNS: usize = 24;
const LONGEST_NAME: usize = 64;
/// Longer ones are not hashed: nobody has one, and hashing it costs.
const LONGEST_PASSWORD: usize = 1024;

/// Why an account or a session cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PeopleError {
    /// The name cannot be that of an account.
    #[error("cannot name an account `{0}`: use 1 to 64 of a-z, 0-9, `.`, `_`, `-` and `@`")]
    Name(String),
    /// The database does not answer.
    #[error("cannot read or write accounts: {0}")]
    Store(#[from] rusqlite::Error),
    /// Hashing or random numbers fail.
    #[error("cannot make a secret: {0}")]
    Secret(String),
}

/// Somebody who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The name of the account.
    pub account: String,
    /// What every form of this session must send along.
    pub csrf: String,
    /// When it ends by itself.
    pub expires_at: Timestamp,
}

/// An account, without its password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AccountRow {
    /// The name to sign in with.
    pub name: String,
    /// How many sessions it has that are not over.
    pub sessions: u64,
}

/// Gives the account a new random password and says it; makes the account if
/// there is none. Ends all its sessions and notes it in the audit trail.
pub fn set_password(
    connection: &Connection,
    name: &str,
    now: Timestamp,
) -> Result<String, PeopleError> {
    if !is_name(name) {
        return Err(PeopleError::Name(name.to_owned()));
    }
    let password = random_password()?;
    let hash = hash(&password)?;
    let change = connection.unchecked_transaction()?;
    change.execute(
        "insert into account (name, password) values (?1, ?2)
         on conflict (name) do update set password = excluded.password",
        [name, &hash],
    )?;
    change.execute("delete from session where account = ?1", [name])?;
    change.execute(
        "insert into audit (at, actor, action, subject)
         values (?1, 'cli', 'account.password', 'account:' || ?2)",
        [&now.to_string(), name],
    )?;
    change.commit()?;
    Ok(password)
}

/// All accounts, by name.
pub fn accounts(connection: &Connection, now: Timestamp) -> rusqlite::Result<Vec<AccountRow>> {
    connection
        .prepare(
            "select name, (
                 select count(*) from session
                 where session.account = account.name and expires_at > ?1
             ) from account order by name",
        )?
        .query_map([now.to_string()], |row| {
            let sessions: u32 = row.get(1)?;
            Ok(AccountRow { name: row.get(0)?, sessions: sessions.into() })
        })?
        .collect()
}

/// Whether this is the account's password. Slow on purpose, and as slow for an
/// account that does not exist.
pub fn verify(connection: &Connection, name: &str, password: &str) -> Result<bool, PeopleError> {
    if password.len() > LONGEST_PASSWORD {
        return Ok(false);
    }
    let stored: Option<String> = connection
        .query_row("select password from account where name = ?1", [name], |row| row.get(0))
        .optional()?;
    let Some(stored) = stored else {
        hash(password)?;
        return Ok(false);
    };
    let stored = PasswordHash::new(&stored).map_err(secret_error)?;
    Ok(Argon2::default().verify_password(password.as_bytes(), &stored).is_ok())
}

/// Signs the account in for at most `length` and gives the secret to keep in
/// the cookie. Sessions that are over are forgotten.
pub fn open_session(
    connection: &Connection,
    account: &str,
    length: Duration,
    now: Timestamp,
) -> Result<String, PeopleError> {
    let secret = random_secret()?;
    let expires_at = now.checked_add(length).unwrap_or(Timestamp::MAX);
    connection.execute("delete from session where expires_at <= ?1", [now.to_string()])?;
    connection.execute(
        "insert into session (hash, account, csrf, expires_at) values (?1, ?2, ?3, ?4)",
        (sha256(&secret), account, random_secret()?, expires_at.to_string()),
    )?;
    Ok(secret)
}

/// The session of this secret, if it is not over.
pub fn session(
    connection: &Connection,
    secret: &str,
    now: Timestamp,
) -> Result<Option<Session>, PeopleError> {
    let found = connection
        .query_row(
            "select account, csrf, expires_at from session where hash = ?1",
            [sha256(secret)],
            session_row,
        )
        .optional()?;
    Ok(found.filter(|session| now < session.expires_at))
}

/// Ends the session of this secret, if there is one.
pub fn end_session(connection: &Connection, secret: &str) -> Result<(), PeopleError> {
    connection.execute("delete from session where hash = ?1", [sha256(secret)])?;
    Ok(())
}

/// 256 random bits in hexadecimal.
pub fn random_secret() -> Result<String, PeopleError> {
    Ok(hexadecimal(&random::<32>()?))
}

/// Whether two secrets are the same; how long it takes tells nothing of them.
pub fn same_secret(one: &str, other: &str) -> bool {
    sha256(one) == sha256(other)
}

fn session_row(row: &Row) -> rusqlite::Result<Session> {
    let expires_at: String = row.get(2)?;
    // What cannot be read is over.
    let expires_at = expires_at.parse().unwrap_or(Timestamp::MIN);
    Ok(Session { account: row.get(0)?, csrf: row.get(1)?, expires_at })
}

fn is_name(name: &str) -> bool {
    let is_sign =
        |sign: u8| sign.is_ascii_lowercase() || sign.is_ascii_digit() || b"._-@".contains(&sign);
    (1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(is_sign)
}

/// Such as `k3fq-9xwm-…`: six groups of four.
fn random_password() -> Result<String, PeopleError> {
    let mut password = String::new();
    for (index, byte) in random::<PASSWORD_SIGNS>()?.into_iter().enumerate() {
        if index > 0 && index % 4 == 0 {
            password.push('-');
        }
        password.push(char::from(SIGNS[usize::from(byte % 32)]));
    }
    Ok(password)
}

fn hash(password: &str) -> Result<String, PeopleError> {
    let salt = random::<16>()?;
    let hash = Argon2::default().hash_password_with_salt(password.as_bytes(), &salt);
    Ok(hash.map_err(secret_error)?.to_string())
}

fn random<const COUNT: usize>() -> Result<[u8; COUNT], PeopleError> {
    let mut bytes = [0; COUNT];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| PeopleError::Secret("the system gives no random numbers".to_owned()))?;
    Ok(bytes)
}

fn sha256(secret: &str) -> Vec<u8> {
    digest::digest(&digest::SHA256, secret.as_bytes()).as_ref().to_vec()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn secret_error(error: impl Display) -> PeopleError {
    PeopleError::Secret(error.to_string())
}
