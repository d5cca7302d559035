//! Windows' store of secrets: DPAPI, under the machine's own key.
//!
//! The machine's and not a user's: an administrator enrolls, and the service reads.
//! So whoever runs programs on this machine could have it unsealed, if they could
//! read the file, which only its administrators and the service may; what it
//! keeps from is a disk, a backup or a file that was taken elsewhere.
#![expect(unsafe_code, reason = "two calls that no safe crate offers")]

use super::windows::Local;
use super::windows::done;
use std::io;
use std::ptr::null;
use std::ptr::null_mut;
use std::slice;
use windows_sys::Win32::Security::Cryptography::CRYPT_INTEGER_BLOB;
use windows_sys::Win32::Security::Cryptography::CRYPTPROTECT_LOCAL_MACHINE;
use windows_sys::Win32::Security::Cryptography::CRYPTPROTECT_UI_FORBIDDEN;
use windows_sys::Win32::Security::Cryptography::CryptProtectData;
use windows_sys::Win32::Security::Cryptography::CryptUnprotectData;

/// What a secret is called that this store keeps.
pub const NAME: &str = "dpapi";

/// What makes our sealed texts no other program's: no secret, for it is here.
const PURPOSE: &[u8] = b"moored identity";

/// Never a window: nobody would see it.
const FLAGS: u32 = CRYPTPROTECT_LOCAL_MACHINE | CRYPTPROTECT_UI_FORBIDDEN;

/// A secret, sealed, in hexadecimal.
pub fn seal(secret: &[u8]) -> io::Result<Option<String>> {
    let (secret, purpose) = (blob(secret)?, blob(PURPOSE)?);
    let mut sealed = CRYPT_INTEGER_BLOB::default();
    // SAFETY: both texts outlive the call, which only reads them; it makes what it gives.
    done(unsafe {
        CryptProtectData(
            &raw const secret,
            null(),
            &raw const purpose,
            null(),
            null(),
            FLAGS,
            &raw mut sealed,
        )
    })?;
    Ok(Some(hex::encode(taken(&sealed))))
}

/// The secret again.
pub fn unseal(sealed: &str) -> io::Result<Vec<u8>> {
    let sealed = hex::decode(sealed).map_err(io::Error::other)?;
    let (sealed, purpose) = (blob(&sealed)?, blob(PURPOSE)?);
    let mut secret = CRYPT_INTEGER_BLOB::default();
    // SAFETY: both texts outlive the call, which only reads them; it makes what it gives.
    done(unsafe {
        CryptUnprotectData(
            &raw const sealed,
            null_mut(),
            &raw const purpose,
            null(),
            null(),
            FLAGS,
            &raw mut secret,
        )
    })?;
    Ok(taken(&secret))
}

/// Nothing is to be forgotten: what is sealed is only in the file.
pub fn forget(_sealed: &str) {}

/// As the calls take bytes; they do not write into them.
fn blob(bytes: &[u8]) -> io::Result<CRYPT_INTEGER_BLOB> {
    let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
    Ok(CRYPT_INTEGER_BLOB { cbData: length, pbData: bytes.as_ptr().cast_mut() })
}

/// A copy of what a call has made, which is wiped and given back.
fn taken(made: &CRYPT_INTEGER_BLOB) -> Vec<u8> {
    let memory = Local(made.pbData);
    if memory.0.is_null() {
        return Vec::new();
    }
    // SAFETY: the call has made this many bytes there, and nobody else knows of them.
    let bytes = unsafe { slice::from_raw_parts_mut(memory.0, made.cbData as usize) };
    let copy = bytes.to_vec();
    bytes.fill(0);
    copy
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sealed_is_read_back_and_nothing_that_was_changed() {
        let sealed = seal(b"secret").unwrap().unwrap();
        assert_eq!(unseal(&sealed).unwrap(), b"secret");
        let half = &sealed[..sealed.len() / 2];
        assert!(unseal(half).is_err());
        assert!(unseal("no hexadecimal").is_err());
    }
}
