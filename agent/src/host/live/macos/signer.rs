//! macOS: who has signed a program.
//!
//! Checked is the program itself and not what else is in its bundle, which can
//! be gigabytes. Nothing is asked over the network.
#![expect(unsafe_code, reason = "the signature is checked by calls of macOS")]

use crate::host::SignerRow;
use objc2_core_foundation::CFArray;
use objc2_core_foundation::CFDictionary;
use objc2_core_foundation::CFRetained;
use objc2_core_foundation::CFString;
use objc2_core_foundation::CFType;
use objc2_core_foundation::CFURL;
use objc2_security::SecCSFlags;
use objc2_security::SecCertificate;
use objc2_security::SecCode;
use objc2_security::SecRequirement;
use objc2_security::SecStaticCode;
use objc2_security::kSecCodeInfoCertificates;
use objc2_security::kSecCodeInfoIdentifier;
use objc2_security::kSecCodeInfoTeamIdentifier;
use std::io;
use std::ptr;
use std::ptr::NonNull;

/// Whose certificate counts: without it, anybody could write a team's id into
/// a certificate of their own (Apple, TN3127).
const APPLE: &str = "anchor apple generic";

/// `kSecCSDoNotValidateResources` and `kSecCSSigningInformation` (`SecStaticCode.h`, `SecCode.h`).
const WITHOUT_RESOURCES: SecCSFlags = SecCSFlags(1 << 2);
const SIGNING_INFORMATION: SecCSFlags = SecCSFlags(1 << 1);

/// `errSecCSUnsigned` (`CSCommon.h`).
const UNSIGNED: i32 = -67062;

/// Who has signed a program.
pub fn signer(path: &str) -> io::Result<SignerRow> {
    let code = code(path)?;
    let requirement = requirement()?;
    let flags = WITHOUT_RESOURCES | SecCSFlags::NoNetworkAccess;
    // SAFETY: both were made by the calls that are documented to make them.
    let status = unsafe { code.check_validity(flags, Some(&requirement)) };
    if status == UNSIGNED {
        return Err(io::ErrorKind::NotFound.into());
    }
    let told = told(&code)?;
    Ok(SignerRow {
        trusted: status == 0,
        name: leaf(&told),
        // SAFETY: names of the system's own, never written to.
        team: text(&told, unsafe { kSecCodeInfoTeamIdentifier }),
        // SAFETY: as above.
        identifier: text(&told, unsafe { kSecCodeInfoIdentifier }),
    })
}

/// An error for what is no code.
fn code(path: &str) -> io::Result<CFRetained<SecStaticCode>> {
    let url = CFURL::from_file_path(path).ok_or(io::ErrorKind::InvalidInput)?;
    let mut code = ptr::null();
    // SAFETY: `code` is a place for one reference, which is ours if one is written.
    unsafe {
        let place = NonNull::from(&mut code);
        let status = SecStaticCode::create_with_path(&url, SecCSFlags::DefaultFlags, place);
        owned(code).ok_or_else(|| failed(status))
    }
}

fn requirement() -> io::Result<CFRetained<SecRequirement>> {
    let mut requirement = ptr::null_mut();
    // SAFETY: as for `code`.
    unsafe {
        let place = NonNull::from(&mut requirement);
        let text = CFString::from_static_str(APPLE);
        let status = SecRequirement::create_with_string(&text, SecCSFlags::DefaultFlags, place);
        owned(requirement).ok_or_else(|| failed(status))
    }
}

fn told(code: &SecStaticCode) -> io::Result<CFRetained<CFDictionary>> {
    let mut told = ptr::null();
    // SAFETY: as for `code`.
    unsafe {
        let place = NonNull::from(&mut told);
        let status = SecCode::copy_signing_information(code, SIGNING_INFORMATION, place);
        owned(told).ok_or_else(|| failed(status))
    }
}

/// SAFETY: it must be null, or a reference that is the caller's to release.
unsafe fn owned<T: objc2_core_foundation::Type>(reference: *const T) -> Option<CFRetained<T>> {
    let reference = NonNull::new(reference.cast_mut())?;
    // SAFETY: the caller says so.
    Some(unsafe { CFRetained::from_raw(reference) })
}

fn failed(status: i32) -> io::Error {
    io::Error::other(format!("the signature cannot be read: error {status}"))
}

/// What is under a name, whatever it is.
fn value<'a>(told: &'a CFDictionary, name: &CFString) -> Option<&'a CFType> {
    // SAFETY: the dictionary's names are `CFString`s and its values objects,
    // which live as long as it.
    unsafe { told.value(ptr::from_ref(name).cast()).cast::<CFType>().as_ref() }
}

fn text(told: &CFDictionary, name: &CFString) -> Option<String> {
    Some(value(told, name)?.downcast_ref::<CFString>()?.to_string())
}

/// The name in the first certificate, that of who signed.
fn leaf(told: &CFDictionary) -> Option<String> {
    // SAFETY: a name of the system's own, never written to.
    let list = value(told, unsafe { kSecCodeInfoCertificates })?.downcast_ref::<CFArray>()?;
    if list.count() == 0 {
        return None;
    }
    // SAFETY: there is a first one; it lives as long as the list, and its type is checked.
    let first = unsafe { list.value_at_index(0).cast::<CFType>().as_ref() }?;
    let certificate = first.downcast_ref::<SecCertificate>()?;
    // SAFETY: it is a certificate.
    Some(unsafe { certificate.subject_summary() }?.to_string())
}
