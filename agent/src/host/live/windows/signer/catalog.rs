//! Windows: signatures that stand in a catalog of Windows' and not in the file.
//!
//! A catalog is a signed list of hashes of files. Those by SHA-256 are asked for:
//! what is only in older ones, by SHA-1, is signed by nobody here.
#![expect(unsafe_code, reason = "catalogs are looked up by calls of Windows")]

use super::answer;
use super::size;
use crate::host::SignerRow;
use std::fs::File;
use std::io;
use std::os::windows::io::AsRawHandle as _;
use std::ptr::null;
use std::ptr::null_mut;
use windows_sys::Win32::Foundation::ERROR_CALL_NOT_IMPLEMENTED;
use windows_sys::Win32::Security::Cryptography::Catalog::CATALOG_INFO;
use windows_sys::Win32::Security::Cryptography::Catalog::CryptCATAdminAcquireContext2;
use windows_sys::Win32::Security::Cryptography::Catalog::CryptCATAdminCalcHashFromFileHandle2;
use windows_sys::Win32::Security::Cryptography::Catalog::CryptCATAdminEnumCatalogFromHash;
use windows_sys::Win32::Security::Cryptography::Catalog::CryptCATAdminReleaseCatalogContext;
use windows_sys::Win32::Security::Cryptography::Catalog::CryptCATAdminReleaseContext;
use windows_sys::Win32::Security::Cryptography::Catalog::CryptCATCatalogInfoFromContext;
use windows_sys::Win32::Security::WinTrust::WINTRUST_CATALOG_INFO;
use windows_sys::Win32::Security::WinTrust::WINTRUST_DATA_0;
use windows_sys::Win32::Security::WinTrust::WTD_CHOICE_CATALOG;

/// Bytes of a hash by SHA-256.
const HASH: usize = 32;

/// Who has signed the first catalog that a file is in; `NotFound` if it is in none.
pub fn signer(file: &File, path: &[u16]) -> io::Result<SignerRow> {
    let catalogs = Catalogs::open()?;
    let mut hash = catalogs.hash(file)?;
    let catalog = catalogs.with(&hash)?;
    let tag: Vec<u16> = hex::encode_upper(hash).encode_utf16().chain([0]).collect();
    let mut what = WINTRUST_CATALOG_INFO {
        cbStruct: size::<WINTRUST_CATALOG_INFO>(),
        pcwszCatalogFilePath: catalog.wszCatalogFile.as_ptr(),
        pcwszMemberTag: tag.as_ptr(),
        pcwszMemberFilePath: path.as_ptr(),
        hMemberFile: file.as_raw_handle(),
        pbCalculatedFileHash: hash.as_mut_ptr(),
        cbCalculatedFileHash: size::<[u8; HASH]>(),
        hCatAdmin: catalogs.0,
        ..WINTRUST_CATALOG_INFO::default()
    };
    answer(WTD_CHOICE_CATALOG, WINTRUST_DATA_0 { pCatalog: &raw mut what })
}

/// The catalogs of this machine, while they are open.
struct Catalogs(isize);

impl Catalogs {
    /// Where Windows knows no such catalogs, as Wine, no file is in one.
    fn open() -> io::Result<Self> {
        let (mut opened, algorithm) = (0, super::wide("SHA256"));
        // SAFETY: the name ends with a zero and outlives the call; the others may be null.
        let is_open = unsafe {
            CryptCATAdminAcquireContext2(&raw mut opened, null(), algorithm.as_ptr(), null(), 0)
        };
        if is_open != 0 {
            return Ok(Self(opened));
        }
        let error = io::Error::last_os_error();
        let is_unknown = error.raw_os_error() == Some(ERROR_CALL_NOT_IMPLEMENTED.cast_signed());
        Err(if is_unknown { io::ErrorKind::NotFound.into() } else { error })
    }

    /// Of a program the hash leaves out what a signature changes; of another file it
    /// is of all bytes.
    fn hash(&self, file: &File) -> io::Result<[u8; HASH]> {
        let (mut hash, mut length) = ([0; HASH], size::<[u8; HASH]>());
        // SAFETY: catalogs and file are open; so much room is there.
        let is_made = unsafe {
            CryptCATAdminCalcHashFromFileHandle2(
                self.0,
                file.as_raw_handle(),
                &raw mut length,
                hash.as_mut_ptr(),
                0,
            )
        };
        if is_made == 0 || length != size::<[u8; HASH]>() {
            return Err(io::Error::last_os_error());
        }
        Ok(hash)
    }

    /// The first catalog that has this hash.
    fn with(&self, hash: &[u8; HASH]) -> io::Result<CATALOG_INFO> {
        // SAFETY: the catalogs are open, so many bytes are there; null begins at the first.
        let found = unsafe {
            let length = size::<[u8; HASH]>();
            CryptCATAdminEnumCatalogFromHash(self.0, hash.as_ptr(), length, 0, null_mut())
        };
        if found == 0 {
            return Err(io::ErrorKind::NotFound.into());
        }
        let mut told = CATALOG_INFO { cbStruct: size::<CATALOG_INFO>(), ..CATALOG_INFO::default() };
        // SAFETY: it was just found; the structure says its own size.
        let is_told = unsafe { CryptCATCatalogInfoFromContext(found, &raw mut told, 0) };
        let error = io::Error::last_os_error();
        // SAFETY: it was found in these catalogs and is not used again.
        unsafe { CryptCATAdminReleaseCatalogContext(self.0, found, 0) };
        if is_told == 0 { Err(error) } else { Ok(told) }
    }
}

impl Drop for Catalogs {
    fn drop(&mut self) {
        // SAFETY: they are open and not used again.
        unsafe { CryptCATAdminReleaseContext(self.0, 0) };
    }
}
