//! The three privileges that the service has on Windows.
//!
//! They are what the unit leaves the agent on Linux: `SeDebugPrivilege` as
//! `CAP_SYS_PTRACE`, `SeBackupPrivilege` as `CAP_DAC_READ_SEARCH`.
#![expect(unsafe_code, reason = "calls that no safe crate offers")]

use super::account;
use super::rights::identified;
use super::windows::code;
use super::windows::done;
use super::windows::wide;
use std::io;
use std::ptr::null;
use std::ptr::null_mut;
use windows_sys::Win32::Foundation::CloseHandle;
use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::Foundation::LUID;
use windows_sys::Win32::Security::AdjustTokenPrivileges;
use windows_sys::Win32::Security::Authentication::Identity::LSA_HANDLE;
use windows_sys::Win32::Security::Authentication::Identity::LSA_OBJECT_ATTRIBUTES;
use windows_sys::Win32::Security::Authentication::Identity::LSA_UNICODE_STRING;
use windows_sys::Win32::Security::Authentication::Identity::LsaAddAccountRights;
use windows_sys::Win32::Security::Authentication::Identity::LsaClose;
use windows_sys::Win32::Security::Authentication::Identity::LsaNtStatusToWinError;
use windows_sys::Win32::Security::Authentication::Identity::LsaOpenPolicy;
use windows_sys::Win32::Security::Authentication::Identity::LsaRemoveAccountRights;
use windows_sys::Win32::Security::Authentication::Identity::POLICY_CREATE_ACCOUNT;
use windows_sys::Win32::Security::Authentication::Identity::POLICY_LOOKUP_NAMES;
use windows_sys::Win32::Security::LUID_AND_ATTRIBUTES;
use windows_sys::Win32::Security::LookupPrivilegeValueW;
use windows_sys::Win32::Security::SE_PRIVILEGE_ENABLED;
use windows_sys::Win32::Security::TOKEN_ADJUST_PRIVILEGES;
use windows_sys::Win32::Security::TOKEN_PRIVILEGES;
use windows_sys::Win32::System::Threading::GetCurrentProcess;
use windows_sys::Win32::System::Threading::OpenProcessToken;

/// Everybody's: to pass folders that may not be listed on the way to a file.
pub const PASS: &str = "SeChangeNotifyPrivilege";

/// Those that the account must be given: to see where other users' programs are
/// installed, and what users have installed for themselves.
pub const GIVEN: [&str; 2] = ["SeDebugPrivilege", "SeBackupPrivilege"];

/// Gives the service's account its privileges.
pub fn give() -> io::Result<()> {
    let policy = Policy::open()?;
    let sid = identified(&account::sid(account::NAME))?;
    GIVEN.iter().try_for_each(|name| {
        let mut units = wide(name);
        let text = counted(&mut units)?;
        // SAFETY: the policy is open, the identifier was made by Windows, and there is
        // one text, which outlives the call.
        status(unsafe { LsaAddAccountRights(policy.0, sid.0, &raw const text, 1) })
    })
}

/// Takes all privileges from the service's account.
pub fn take() -> io::Result<()> {
    let policy = Policy::open()?;
    let sid = identified(&account::sid(account::NAME))?;
    // SAFETY: the policy is open, the identifier was made by Windows; all are meant.
    status(unsafe { LsaRemoveAccountRights(policy.0, sid.0, true, null(), 0) })
}

/// Uses what we were given: a privilege does nothing before. The error is of the
/// first that we have not.
pub fn use_given() -> io::Result<()> {
    let mut token: HANDLE = null_mut();
    // SAFETY: this process' handle is always good; the call gives a handle to close.
    done(unsafe {
        OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES, &raw mut token)
    })?;
    let used = GIVEN.iter().try_for_each(|name| enable(token, name));
    // SAFETY: the handle is open and not used again.
    unsafe { CloseHandle(token) };
    used
}

fn enable(token: HANDLE, name: &str) -> io::Result<()> {
    let name = wide(name);
    let mut luid = LUID::default();
    // SAFETY: the name ends with a zero and outlives the call.
    done(unsafe { LookupPrivilegeValueW(null(), name.as_ptr(), &raw mut luid) })?;
    let one = LUID_AND_ATTRIBUTES { Luid: luid, Attributes: SE_PRIVILEGE_ENABLED };
    let wanted = TOKEN_PRIVILEGES { PrivilegeCount: 1, Privileges: [one] };
    // SAFETY: the token is open for this, and one privilege is promised and given.
    done(unsafe { AdjustTokenPrivileges(token, 0, &raw const wanted, 0, null_mut(), null_mut()) })?;
    // It succeeds without a privilege that we have not, and says so here.
    match io::Error::last_os_error() {
        error if error.raw_os_error() == Some(0) => Ok(()),
        error => Err(error),
    }
}

/// The machine's policy, while it is open.
struct Policy(LSA_HANDLE);

impl Policy {
    fn open() -> io::Result<Self> {
        let nothing = LSA_OBJECT_ATTRIBUTES::default();
        let access =
            u32::try_from(POLICY_CREATE_ACCOUNT | POLICY_LOOKUP_NAMES).map_err(io::Error::other)?;
        let mut policy = LSA_HANDLE::default();
        // SAFETY: no server is this machine, and the attributes may say nothing.
        status(unsafe { LsaOpenPolicy(null(), &raw const nothing, access, &raw mut policy) })?;
        Ok(Self(policy))
    }
}

impl Drop for Policy {
    fn drop(&mut self) {
        // SAFETY: it is open and not used again.
        unsafe { LsaClose(self.0) };
    }
}

/// As the policy takes texts: with a length in bytes, without the zero.
fn counted(units: &mut [u16]) -> io::Result<LSA_UNICODE_STRING> {
    let whole = u16::try_from(units.len() * 2).map_err(io::Error::other)?;
    Ok(LSA_UNICODE_STRING { Length: whole - 2, MaximumLength: whole, Buffer: units.as_mut_ptr() })
}

fn status(status: i32) -> io::Result<()> {
    // SAFETY: it takes any number.
    if status >= 0 { Ok(()) } else { code(unsafe { LsaNtStatusToWinError(status) }) }
}
