//! macOS' store of secrets: the system keychain, which is open as soon as the Mac
//! has started, and which root and who has its password may change.
//!
//! The keychain keeps the secret, and the file only the name of the entry there.
#![expect(unsafe_code, reason = "calls of the Security framework that no safe crate offers")]

use objc2_core_foundation::CFArray;
use objc2_core_foundation::CFBoolean;
use objc2_core_foundation::CFData;
use objc2_core_foundation::CFDictionary;
use objc2_core_foundation::CFRetained;
use objc2_core_foundation::CFString;
use objc2_core_foundation::CFType;
use objc2_security::SecItemAdd;
use objc2_security::SecItemCopyMatching;
use objc2_security::SecItemDelete;
use objc2_security::SecKeychain;
use objc2_security::SecPreferencesDomain;
use objc2_security::errSecDuplicateItem;
use objc2_security::errSecSuccess;
use objc2_security::kSecAttrAccount;
use objc2_security::kSecAttrService;
use objc2_security::kSecClass;
use objc2_security::kSecClassGenericPassword;
use objc2_security::kSecMatchSearchList;
use objc2_security::kSecReturnData;
use objc2_security::kSecUseKeychain;
use objc2_security::kSecValueData;
use ring::digest::SHA256;
use ring::digest::digest;
use std::io;
use std::ptr::NonNull;
use std::ptr::null;
use std::ptr::null_mut;

/// What a secret is called that this store keeps.
pub const NAME: &str = "keychain";

/// Under which service the keychain shows our entries.
const SERVICE: &str = "org.moored.agent";

/// Puts a secret into the keychain; gives the entry's account, which is made of the
/// secret, so that an old and a new one are there together until the file names the new.
pub fn seal(secret: &[u8]) -> io::Result<Option<String>> {
    let account: String = hex::encode(digest(&SHA256, secret)).chars().take(32).collect();
    let (keychain, data) = (system()?, CFData::from_bytes(secret));
    let mut entry = Entry::named(&account);
    // SAFETY: they are constants of the framework.
    let (within, value) = unsafe { (kSecUseKeychain, kSecValueData) };
    entry.say(within, &keychain);
    entry.say(value, &data);
    // SAFETY: keys and values are of the kinds that the call takes; no result is wanted.
    match unsafe { SecItemAdd(entry.whole().as_opaque(), null_mut()) } {
        #[expect(non_upper_case_globals, reason = "they are the framework's names")]
        errSecSuccess | errSecDuplicateItem => Ok(Some(account)),
        status => Err(refused(status)),
    }
}

/// The secret again.
pub fn unseal(account: &str) -> io::Result<Vec<u8>> {
    let mut entry = Entry::found(account)?;
    // SAFETY: it is a constant of the framework.
    entry.say(unsafe { kSecReturnData }, CFBoolean::new(true));
    let mut found: *const CFType = null();
    // SAFETY: keys and values are of the kinds that the call takes; it makes what it gives.
    checked(unsafe { SecItemCopyMatching(entry.whole().as_opaque(), &raw mut found) })?;
    let found = NonNull::new(found.cast_mut()).ok_or(io::ErrorKind::NotFound)?;
    // SAFETY: the call has made it for us, and nobody else gives it back.
    let found = unsafe { CFRetained::from_raw(found) };
    let data = found.downcast::<CFData>().map_err(|_| io::ErrorKind::InvalidData)?;
    Ok(data.to_vec())
}

/// Removes an entry, if it is there.
pub fn forget(account: &str) {
    // SAFETY: keys and values are of the kinds that the call takes.
    let removed = Entry::found(account)
        .and_then(|entry| checked(unsafe { SecItemDelete(entry.whole().as_opaque()) }));
    if let Err(error) = removed {
        tracing::debug!(%error, "an old key stays in the keychain");
    }
}

/// What the keychain is told of an entry, key by key.
struct Entry(Vec<(CFRetained<CFString>, CFRetained<CFType>)>);

impl Entry {
    fn named(account: &str) -> Self {
        let mut entry = Self(Vec::new());
        // SAFETY: they are constants of the framework.
        let (class, ours, service, name) =
            unsafe { (kSecClass, kSecClassGenericPassword, kSecAttrService, kSecAttrAccount) };
        entry.say(class, ours);
        entry.say(service, &CFString::from_static_str(SERVICE));
        entry.say(name, &CFString::from_str(account));
        entry
    }

    /// One that is looked for in the system keychain, and in no other.
    fn found(account: &str) -> io::Result<Self> {
        let mut entry = Self::named(account);
        let places = CFArray::from_retained_objects(&[system()?]);
        // SAFETY: it is a constant of the framework.
        entry.say(unsafe { kSecMatchSearchList }, places.as_opaque());
        Ok(entry)
    }

    fn say(&mut self, key: &'static CFString, value: &CFType) {
        self.0.push((key.into(), value.into()));
    }

    fn whole(&self) -> CFRetained<CFDictionary<CFString, CFType>> {
        let (keys, values): (Vec<&CFString>, Vec<&CFType>) =
            self.0.iter().map(|(key, value)| (&**key, &**value)).unzip();
        CFDictionary::from_slices(&keys, &values)
    }
}

/// The system keychain. What replaces it is a user's and needs somebody to be logged in.
#[expect(deprecated, reason = "there is no other that a daemon can use")]
fn system() -> io::Result<CFRetained<SecKeychain>> {
    let mut keychain: *mut SecKeychain = null_mut();
    let place = NonNull::from(&mut keychain);
    // SAFETY: the place is ours; the call makes what it puts there.
    checked(unsafe { SecKeychain::copy_domain_default(SecPreferencesDomain::System, place) })?;
    let keychain = NonNull::new(keychain).ok_or(io::ErrorKind::NotFound)?;
    // SAFETY: the call has made it for us, and nobody else gives it back.
    Ok(unsafe { CFRetained::from_raw(keychain) })
}

fn checked(status: i32) -> io::Result<()> {
    if status == errSecSuccess { Ok(()) } else { Err(refused(status)) }
}

fn refused(status: i32) -> io::Error {
    io::Error::other(format!("the keychain answers {status}"))
}
