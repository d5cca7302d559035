//! Windows: who is logged in, as its session manager tells it (`wtsapi32.h`).
#![expect(unsafe_code, reason = "three calls that no safe crate offers")]

use crate::host::LoginRow;
use crate::host::live::tables::client;
use std::io;
use std::ptr::null_mut;
use std::slice;
use windows_sys::Win32::System::RemoteDesktop::WTS_CURRENT_SERVER_HANDLE;
use windows_sys::Win32::System::RemoteDesktop::WTS_INFO_CLASS;
use windows_sys::Win32::System::RemoteDesktop::WTS_SESSION_INFOW;
use windows_sys::Win32::System::RemoteDesktop::WTSClientAddress;
use windows_sys::Win32::System::RemoteDesktop::WTSClientProtocolType;
use windows_sys::Win32::System::RemoteDesktop::WTSEnumerateSessionsW;
use windows_sys::Win32::System::RemoteDesktop::WTSFreeMemory;
use windows_sys::Win32::System::RemoteDesktop::WTSQuerySessionInformationW;
use windows_sys::Win32::System::RemoteDesktop::WTSUserName;
use windows_sys::Win32::System::RemoteDesktop::WTSWinStationName;

/// The most sessions that are looked at.
const MOST: u32 = 1024;

/// The sessions, in order of their numbers: with people in them, without, and
/// those that only wait for somebody.
pub fn logins() -> io::Result<Vec<LoginRow>> {
    let mut rows: Vec<LoginRow> = sessions()?.into_iter().map(login).collect();
    // The services' own session is always there.
    if rows.is_empty() {
        return Err(io::ErrorKind::Unsupported.into());
    }
    rows.sort();
    Ok(rows)
}

fn login((id, state): (u32, i32)) -> LoginRow {
    let text = |what| query(id, what).as_deref().and_then(client::text);
    let protocol = query(id, WTSClientProtocolType).as_deref().and_then(client::protocol);
    let address = query(id, WTSClientAddress).as_deref().and_then(client::address);
    LoginRow {
        id,
        user: text(WTSUserName),
        state: client::state(state).to_owned(),
        station: text(WTSWinStationName).unwrap_or_default(),
        remote: protocol.is_some(),
        protocol: protocol.map(str::to_owned),
        address: address.filter(|_| protocol.is_some()).map(|address| address.to_string()),
    }
}

/// The sessions' numbers and states.
fn sessions() -> io::Result<Vec<(u32, i32)>> {
    let (mut first, mut count) = (null_mut::<WTS_SESSION_INFOW>(), 0);
    let (first_at, count_at) = (&raw mut first, &raw mut count);
    // SAFETY: Windows writes a pointer and a number there.
    let is_told =
        unsafe { WTSEnumerateSessionsW(WTS_CURRENT_SERVER_HANDLE, 0, 1, first_at, count_at) };
    if is_told == 0 {
        return Err(io::Error::last_os_error());
    }
    let told = Told(first);
    if told.0.is_null() {
        return Ok(Vec::new());
    }
    let count = usize::try_from(count.min(MOST)).unwrap_or_default();
    // SAFETY: so many are there.
    let sessions = unsafe { slice::from_raw_parts(told.0, count) };
    Ok(sessions.iter().map(|one| (one.SessionId, one.State)).collect())
}

/// What Windows knows of a session; `None` if it does not.
fn query(id: u32, what: WTS_INFO_CLASS) -> Option<Vec<u8>> {
    let (mut first, mut size) = (null_mut(), 0);
    let (first_at, size_at) = (&raw mut first, &raw mut size);
    // SAFETY: Windows writes a pointer and a number there.
    let is_told = unsafe {
        WTSQuerySessionInformationW(WTS_CURRENT_SERVER_HANDLE, id, what, first_at, size_at)
    };
    if is_told == 0 || first.is_null() {
        return None;
    }
    let told = Told(first.cast::<u8>());
    // SAFETY: so many bytes are there.
    Some(unsafe { slice::from_raw_parts(told.0, usize::try_from(size).ok()?) }.to_vec())
}

/// Gives back what Windows told when it has been read.
struct Told<T>(*mut T);

impl<T> Drop for Told<T> {
    fn drop(&mut self) {
        // SAFETY: Windows made it, and nobody uses it after this.
        unsafe { WTSFreeMemory(self.0.cast()) };
    }
}
