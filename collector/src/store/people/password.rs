//! Passwords: made, hashed, held against the hash.

use super::PeopleError;
use super::hash_of;
use super::random;
use crate::secret;
use argon2::Argon2;
use argon2::PasswordHasher;
use argon2::PasswordVerifier;
use argon2::password_hash::phc::PasswordHash;
use rusqlite::Connection;
use rusqlite::OptionalExtension;
use std::fmt::Display;

/// 32 signs no two of which are mistaken for each other, so five bits each.
pub(super) const SIGNS: &[u8; 32] = b"abcdefghjkmnpqrstvwxyz0123456789";
/// Characters of the shortest password taken.
pub const SHORTEST: usize = 12;
/// Longer ones are not hashed: nobody has one, and hashing it costs.
pub const LONGEST: usize = 1024;

/// A random password of 120 bits: six groups of four, such as `k3fq-9xwm-…`.
pub fn random_password() -> Result<String, PeopleError> {
    readable::<24>()
}

/// So many random signs, in groups of four.
pub(super) fn readable<const SIGNS_IN_ALL: usize>() -> Result<String, PeopleError> {
    let mut text = String::new();
    for (index, byte) in random::<SIGNS_IN_ALL>()?.into_iter().enumerate() {
        if index > 0 && index % 4 == 0 {
            text.push('-');
        }
        text.push(char::from(SIGNS[usize::from(byte % 32)]));
    }
    Ok(text)
}

/// Whether this is the password of an account that is not disabled. Slow on
/// purpose, and as slow for an account that does not exist.
pub fn verify(connection: &Connection, name: &str, password: &str) -> Result<bool, PeopleError> {
    if password.len() > LONGEST {
        return Ok(false);
    }
    let sql = "select password from account where name = ?1 and disabled_at is null";
    let stored: Option<String> = connection.query_row(sql, [name], |row| row.get(0)).optional()?;
    let Some(stored) = stored.filter(|stored| !stored.is_empty()) else {
        hash(password)?;
        return Ok(false);
    };
    let stored = PasswordHash::new(&stored).map_err(secret_error)?;
    Ok(Argon2::default().verify_password(password.as_bytes(), &stored).is_ok())
}

/// What an account's password is known by, without telling anything of it: it
/// is another one as soon as the password is.
pub fn stamp(connection: &Connection, name: &str) -> rusqlite::Result<String> {
    let sql = "select password from account where name = ?1 and disabled_at is null";
    let stored: Option<String> = connection.query_row(sql, [name], |row| row.get(0)).optional()?;
    Ok(secret::hexadecimal(&hash_of(&stored.unwrap_or_default())))
}

/// The hash to keep of a new password.
pub(super) fn hashed(password: &str) -> Result<String, PeopleError> {
    if !(SHORTEST..=LONGEST).contains(&password.chars().count()) || password.len() > LONGEST {
        return Err(PeopleError::Weak);
    }
    hash(password)
}

fn hash(password: &str) -> Result<String, PeopleError> {
    let salt = random::<16>()?;
    let hash = Argon2::default().hash_password_with_salt(password.as_bytes(), &salt);
    Ok(hash.map_err(secret_error)?.to_string())
}

fn secret_error(error: impl Display) -> PeopleError {
    PeopleError::Secret(error.to_string())
}
