//! Windows: who has signed a program (Authenticode).
//!
//! Nothing is asked over the network: neither for lists of certificates that
//! were taken back nor for roots that are not there yet.
#![expect(unsafe_code, reason = "the signature is checked by calls of Windows")]

mod catalog;

use crate::host::SignerRow;
use std::fs::File;
use std::io;
use std::os::windows::io::AsRawHandle as _;
use std::ptr;
use windows_sys::Win32::Foundation::TRUST_E_NOSIGNATURE;
use windows_sys::Win32::Foundation::TRUST_E_PROVIDER_UNKNOWN;
use windows_sys::Win32::Foundation::TRUST_E_SUBJECT_FORM_UNKNOWN;
use windows_sys::Win32::Security::Cryptography::CERT_CONTEXT;
use windows_sys::Win32::Security::Cryptography::CERT_NAME_ATTR_TYPE;
use windows_sys::Win32::Security::Cryptography::CertGetNameStringW;
use windows_sys::Win32::Security::Cryptography::szOID_COMMON_NAME;
use windows_sys::Win32::Security::WinTrust::WINTRUST_ACTION_GENERIC_VERIFY_V2;
use windows_sys::Win32::Security::WinTrust::WINTRUST_DATA;
use windows_sys::Win32::Security::WinTrust::WINTRUST_DATA_0;
use windows_sys::Win32::Security::WinTrust::WINTRUST_DATA_UNION_CHOICE;
use windows_sys::Win32::Security::WinTrust::WINTRUST_FILE_INFO;
use windows_sys::Win32::Security::WinTrust::WTD_CACHE_ONLY_URL_RETRIEVAL;
use windows_sys::Win32::Security::WinTrust::WTD_CHOICE_FILE;
use windows_sys::Win32::Security::WinTrust::WTD_REVOKE_NONE;
use windows_sys::Win32::Security::WinTrust::WTD_STATEACTION_CLOSE;
use windows_sys::Win32::Security::WinTrust::WTD_STATEACTION_VERIFY;
use windows_sys::Win32::Security::WinTrust::WTD_UI_NONE;
use windows_sys::Win32::Security::WinTrust::WTHelperGetProvCertFromChain;
use windows_sys::Win32::Security::WinTrust::WTHelperGetProvSignerFromChain;
use windows_sys::Win32::Security::WinTrust::WTHelperProvDataFromStateData;
use windows_sys::Win32::Security::WinTrust::WinVerifyTrust;

/// Units of a name that are read.
const LONGEST: usize = 256;

/// No window of ours is asked anything.
const NOBODY: windows_sys::Win32::Foundation::HWND = ptr::without_provenance_mut(usize::MAX);

/// Who has signed a program: in its own file, or in a catalog beside it, as those
/// of Windows itself are.
pub fn signer(path: &str) -> io::Result<SignerRow> {
    let file = File::open(path)?;
    let wide = wide(&path.replace('/', "\\"));
    match embedded(&file, &wide) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => catalog::signer(&file, &wide),
        other => other,
    }
}

/// Who has signed a program in its own file; `NotFound` if nobody has.
fn embedded(file: &File, path: &[u16]) -> io::Result<SignerRow> {
    let mut what = WINTRUST_FILE_INFO {
        cbStruct: size::<WINTRUST_FILE_INFO>(),
        pcwszFilePath: path.as_ptr(),
        hFile: file.as_raw_handle(),
        pgKnownSubject: ptr::null_mut(),
    };
    answer(WTD_CHOICE_FILE, WINTRUST_DATA_0 { pFile: &raw mut what })
}

/// What the check says of what is asked for, which outlives the call.
fn answer(choice: WINTRUST_DATA_UNION_CHOICE, what: WINTRUST_DATA_0) -> io::Result<SignerRow> {
    let mut asked = WINTRUST_DATA {
        cbStruct: size::<WINTRUST_DATA>(),
        dwUIChoice: WTD_UI_NONE,
        fdwRevocationChecks: WTD_REVOKE_NONE,
        dwUnionChoice: choice,
        Anonymous: what,
        dwStateAction: WTD_STATEACTION_VERIFY,
        dwProvFlags: WTD_CACHE_ONLY_URL_RETRIEVAL,
        ..WINTRUST_DATA::default()
    };
    let status = verify(&mut asked);
    let name = name(&asked);
    asked.dwStateAction = WTD_STATEACTION_CLOSE;
    verify(&mut asked);
    match status {
        TRUST_E_NOSIGNATURE | TRUST_E_PROVIDER_UNKNOWN | TRUST_E_SUBJECT_FORM_UNKNOWN => {
            Err(io::ErrorKind::NotFound.into())
        }
        _ => Ok(SignerRow { trusted: status == 0, name, team: None, identifier: None }),
    }
}

/// A text as Windows takes it: UTF-16 with a zero at its end.
fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}

fn size<T>() -> u32 {
    u32::try_from(size_of::<T>()).unwrap_or_default()
}

fn verify(asked: &mut WINTRUST_DATA) -> i32 {
    let mut action = WINTRUST_ACTION_GENERIC_VERIFY_V2;
    // SAFETY: `asked` says its own size, and what it points to (the file, its
    // path, its catalog) is kept by the callers of `answer` until after the last call.
    unsafe { WinVerifyTrust(NOBODY, &raw mut action, ptr::from_mut(asked).cast()) }
}

/// The name in the certificate of the first signer.
fn name(asked: &WINTRUST_DATA) -> Option<String> {
    // SAFETY: the state is that of the check just done, which has not been
    // closed; each call takes null and gives null for what is not there, and
    // what it gives lives as long as the state.
    unsafe {
        let state = WTHelperProvDataFromStateData(asked.hWVTStateData);
        let signer = WTHelperGetProvSignerFromChain(state.as_mut()?, 0, 0, 0);
        let certificate = WTHelperGetProvCertFromChain(signer.as_mut()?, 0).as_ref()?;
        common_name(certificate.pCert.as_ref()?)
    }
}

fn common_name(certificate: &CERT_CONTEXT) -> Option<String> {
    let mut units = [0_u16; LONGEST];
    // SAFETY: as many units are written as `units` has, its final zero included.
    let written = unsafe {
        CertGetNameStringW(
            certificate,
            CERT_NAME_ATTR_TYPE,
            0,
            szOID_COMMON_NAME.cast(),
            units.as_mut_ptr(),
            u32::try_from(LONGEST).unwrap_or_default(),
        )
    };
    let length = usize::try_from(written).ok()?.checked_sub(1)?;
    let name = String::from_utf16_lossy(units.get(..length)?);
    (!name.is_empty()).then_some(name)
}
