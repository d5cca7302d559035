//! Interfaces and routes that change, as the network tables tell it.
#![expect(unsafe_code, reason = "three calls that no safe crate offers")]

use super::checked;
use super::is_closed;
use crate::hints::Hint;
use crate::sensors::network;
use crate::sensors::route;
use std::ffi::c_void;
use std::io;
use std::ptr::null_mut;
use tokio::sync::mpsc::Sender;
use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::NetworkManagement::IpHelper::CancelMibChangeNotify2;
use windows_sys::Win32::NetworkManagement::IpHelper::MIB_IPFORWARD_ROW2;
use windows_sys::Win32::NetworkManagement::IpHelper::MIB_IPINTERFACE_ROW;
use windows_sys::Win32::NetworkManagement::IpHelper::MIB_NOTIFICATION_TYPE;
use windows_sys::Win32::NetworkManagement::IpHelper::NotifyIpInterfaceChange;
use windows_sys::Win32::NetworkManagement::IpHelper::NotifyRouteChange2;
use windows_sys::Win32::Networking::WinSock::AF_UNSPEC;

/// Listening goes on while this is kept.
pub struct Ears {
    handles: Vec<HANDLE>,
    /// What the system gives back at each call.
    to: Box<Sender<Hint>>,
}

/// Listens to interfaces and routes, of IPv4 and IPv6.
pub fn listen(to: &Sender<Hint>) -> io::Result<Ears> {
    let mut ears = Ears { handles: Vec::new(), to: Box::new(to.clone()) };
    let context: *const c_void = (&raw const *ears.to).cast();
    let mut handle = null_mut();
    // SAFETY: the context lives until the handle is canceled, after which it is not used.
    checked(unsafe {
        NotifyIpInterfaceChange(AF_UNSPEC, Some(interface), context, false, &raw mut handle)
    })?;
    ears.handles.push(handle);
    let mut handle = null_mut();
    // SAFETY: as above.
    checked(unsafe {
        NotifyRouteChange2(AF_UNSPEC, Some(route), context, false, &raw mut handle)
    })?;
    ears.handles.push(handle);
    Ok(ears)
}

unsafe extern "system" fn interface(
    context: *const c_void,
    _row: *const MIB_IPINTERFACE_ROW,
    _kind: MIB_NOTIFICATION_TYPE,
) {
    hear(context);
}

unsafe extern "system" fn route(
    context: *const c_void,
    _row: *const MIB_IPFORWARD_ROW2,
    _kind: MIB_NOTIFICATION_TYPE,
) {
    hear(context);
}

/// What changed does not matter.
fn hear(context: *const c_void) {
    // SAFETY: it is the sender that was handed over, which still lives.
    let to = unsafe { &*context.cast::<Sender<Hint>>() };
    is_closed(to, &[network::NAME, route::NAME]);
}

impl Drop for Ears {
    fn drop(&mut self) {
        for &handle in &self.handles {
            // SAFETY: it was given by the system and is not used again. The call waits
            // for those under way.
            unsafe { CancelMibChangeNotify2(handle) };
        }
    }
}
