//! Secrets at rest: as text in a file, sealed by the system where it can do that
//! for a service that nobody unlocks.
//!
//! A sealed text says what sealed it: `dpapi:` or `keychain:`, and what that
//! store gave. A text without it is the secret itself, as it is on Linux, and was
//! everywhere before; it is sealed when it is written again.

use super::store;
use std::io;

/// A secret as it is to be written. Where the system refuses to seal it, that is
/// told in the log and the secret stays plain: a laptop that cannot be
/// heard is worse than a key that only the file's rights protect.
pub fn seal(secret: &str) -> String {
    match store::seal(secret.as_bytes()) {
        Ok(Some(sealed)) => format!("{}:{sealed}", store::NAME),
        Ok(None) => secret.to_owned(),
        Err(error) => {
            tracing::warn!(%error, "the system does not seal the key; only its file's rights protect it");
            secret.to_owned()
        }
    }
}

/// The secret of what was written.
pub fn unseal(written: &str) -> io::Result<String> {
    let Some((name, sealed)) = parts(written) else {
        return Ok(written.to_owned());
    };
    if name != store::NAME {
        let why = format!("the key was sealed by {name}, which this system does not have");
        return Err(io::Error::new(io::ErrorKind::Unsupported, why));
    }
    String::from_utf8(store::unseal(sealed)?).map_err(io::Error::other)
}

/// Lets the system forget a secret that is not written anywhere any more.
pub fn forget(written: &str) {
    if let Some((name, sealed)) = parts(written)
        && name == store::NAME
    {
        store::forget(sealed);
    }
}

/// What sealed a text, and what it gave; `None` for a text that is not sealed.
fn parts(written: &str) -> Option<(&str, &str)> {
    let (name, sealed) = written.split_once(':')?;
    ["dpapi", "keychain"].contains(&name).then_some((name, sealed))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "-----BEGIN PRIVATE KEY-----\nMIG: \u{e9}\n";

    /// On Wine this is about DPAPI.
    #[test]
    fn what_was_sealed_is_read_back() {
        let written = seal(SECRET);
        assert_eq!(unseal(&written).unwrap(), SECRET);
        let is_sealed = parts(&written).is_some();
        assert_eq!(is_sealed, !store::NAME.is_empty(), "{written}");
        assert!(!is_sealed || !written.contains("PRIVATE"));
    }

    #[test]
    fn what_is_not_sealed_is_taken_as_it_is() {
        assert_eq!(unseal(SECRET).unwrap(), SECRET);
    }

    #[test]
    fn what_another_system_has_sealed_is_refused_with_a_reason() {
        let other = if store::NAME == "dpapi" { "keychain" } else { "dpapi" };
        let error = unseal(&format!("{other}:00")).unwrap_err();
        let expected = format!("the key was sealed by {other}, which this system does not have");
        assert_eq!(error.to_string(), expected);
    }
}
