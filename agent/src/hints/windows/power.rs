//! The lid that opens or closes, and the laptop that is plugged in or out.
#![expect(unsafe_code, reason = "calls that no safe crate offers")]

use super::checked;
use super::is_closed;
use crate::hints::Hint;
use std::ffi::c_void;
use std::io;
use std::ptr::null_mut;
use tokio::sync::mpsc::Sender;
use tokio::sync::mpsc::WeakSender;
use windows_sys::Win32::System::Power::DEVICE_NOTIFY_SUBSCRIBE_PARAMETERS;
use windows_sys::Win32::System::Power::HPOWERNOTIFY;
use windows_sys::Win32::System::Power::PowerSettingRegisterNotification;
use windows_sys::Win32::System::Power::PowerSettingUnregisterNotification;
use windows_sys::Win32::System::SystemServices::GUID_ACDC_POWER_SOURCE;
use windows_sys::Win32::System::SystemServices::GUID_LIDSWITCH_STATE_CHANGE;
use windows_sys::Win32::UI::WindowsAndMessaging::DEVICE_NOTIFY_CALLBACK;
use windows_sys::core::GUID;

/// Listening goes on while these are kept.
pub struct Ears(#[expect(dead_code, reason = "they hear until they are dropped")] [Ear; 2]);

struct Ear(HPOWERNOTIFY);

/// Listens to both.
pub fn listen(to: &Sender<Hint>) -> io::Result<Ears> {
    // It is never given back: whether somebody still calls us when a registration has been
    // undone is not said anywhere. It keeps no channel open.
    let to: &'static WeakSender<Hint> = Box::leak(Box::new(to.downgrade()));
    Ok(Ears([register(&GUID_LIDSWITCH_STATE_CHANGE, to)?, register(&GUID_ACDC_POWER_SOURCE, to)?]))
}

fn register(setting: &GUID, to: &'static WeakSender<Hint>) -> io::Result<Ear> {
    let whom = DEVICE_NOTIFY_SUBSCRIBE_PARAMETERS {
        Callback: Some(hear),
        Context: (&raw const *to).cast_mut().cast(),
    };
    let mut registration = null_mut();
    // SAFETY: the setting and whom to tell outlive the call, which copies them; what is
    // called is a function of ours, and its context never goes away.
    checked(unsafe {
        PowerSettingRegisterNotification(
            setting,
            DEVICE_NOTIFY_CALLBACK,
            (&raw const whom).cast_mut().cast(),
            &raw mut registration,
        )
    })?;
    Ok(Ear(registration as HPOWERNOTIFY))
}

unsafe extern "system" fn hear(context: *const c_void, _: u32, _: *const c_void) -> u32 {
    // SAFETY: this is what we have registered with, which never goes away.
    if let Some(to) = unsafe { context.cast::<WeakSender<Hint>>().as_ref() }
        && let Some(to) = to.upgrade()
    {
        is_closed(&to, &["power"]);
    }
    0
}

impl Drop for Ear {
    fn drop(&mut self) {
        // SAFETY: it is registered, and undone once.
        let undone = checked(unsafe { PowerSettingUnregisterNotification(self.0) });
        if let Err(error) = undone {
            tracing::debug!(%error, "still told of the lid or the adapter");
        }
    }
}
