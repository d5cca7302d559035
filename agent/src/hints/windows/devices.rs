//! Devices that come and go, as the device manager tells it.
#![expect(unsafe_code, reason = "two calls that no safe crate offers")]

use super::is_closed;
use super::number;
use super::wine::is_wine;
use crate::hints::Hint;
use crate::hints::classes;
use std::ffi::c_void;
use std::io;
use std::ptr::null_mut;
use tokio::sync::mpsc::Sender;
use windows_sys::Win32::Devices::DeviceAndDriverInstallation::CM_NOTIFY_ACTION;
use windows_sys::Win32::Devices::DeviceAndDriverInstallation::CM_NOTIFY_EVENT_DATA;
use windows_sys::Win32::Devices::DeviceAndDriverInstallation::CM_NOTIFY_FILTER;
use windows_sys::Win32::Devices::DeviceAndDriverInstallation::CM_NOTIFY_FILTER_FLAG_ALL_INTERFACE_CLASSES;
use windows_sys::Win32::Devices::DeviceAndDriverInstallation::CM_NOTIFY_FILTER_TYPE_DEVICEINTERFACE;
use windows_sys::Win32::Devices::DeviceAndDriverInstallation::CM_Register_Notification;
use windows_sys::Win32::Devices::DeviceAndDriverInstallation::CM_Unregister_Notification;
use windows_sys::Win32::Devices::DeviceAndDriverInstallation::CR_SUCCESS;
use windows_sys::Win32::Devices::DeviceAndDriverInstallation::HCMNOTIFICATION;
use windows_sys::core::GUID;

/// Listening goes on while this is kept.
pub struct Ear {
    handle: HCMNOTIFICATION,
    /// What the system gives back at each call.
    _to: Box<Sender<Hint>>,
}

/// Listens to interfaces of devices, of all classes. Wine ends a process that asks for it.
pub fn listen(to: &Sender<Hint>) -> io::Result<Ear> {
    if is_wine() {
        return Err(io::Error::new(io::ErrorKind::Unsupported, "Wine does not tell"));
    }
    let to = Box::new(to.clone());
    let filter = CM_NOTIFY_FILTER {
        cbSize: u32::try_from(size_of::<CM_NOTIFY_FILTER>()).map_err(io::Error::other)?,
        Flags: CM_NOTIFY_FILTER_FLAG_ALL_INTERFACE_CLASSES,
        FilterType: CM_NOTIFY_FILTER_TYPE_DEVICEINTERFACE,
        ..CM_NOTIFY_FILTER::default()
    };
    let context: *const c_void = (&raw const *to).cast();
    let mut handle = null_mut();
    // SAFETY: the filter is whole and outlives the call; the context lives until the
    // notification is taken back, after which it is not used.
    let result = unsafe {
        CM_Register_Notification(&raw const filter, context, Some(hear), &raw mut handle)
    };
    if result != CR_SUCCESS {
        return Err(io::Error::other(format!("the device manager refuses it ({result})")));
    }
    Ok(Ear { handle, _to: to })
}

unsafe extern "system" fn hear(
    _handle: HCMNOTIFICATION,
    context: *const c_void,
    _action: CM_NOTIFY_ACTION,
    data: *const CM_NOTIFY_EVENT_DATA,
    length: u32,
) -> u32 {
    let needed = std::mem::offset_of!(CM_NOTIFY_EVENT_DATA, u) + size_of::<GUID>();
    if data.is_null() || usize::try_from(length).is_ok_and(|length| length < needed) {
        return 0;
    }
    // SAFETY: it is the sender that was handed over, which still lives.
    let to = unsafe { &*context.cast::<Sender<Hint>>() };
    // SAFETY: the data is as long as its class is far in, and the filter lets only
    // interfaces through, which have one.
    let class = unsafe { (&raw const (*data).u.DeviceInterface.ClassGuid).read_unaligned() };
    is_closed(to, classes::sensors(number(class)));
    0
}

impl Drop for Ear {
    fn drop(&mut self) {
        // SAFETY: it was registered and is not used again. The call waits for those under way.
        unsafe { CM_Unregister_Notification(self.handle) };
    }
}
