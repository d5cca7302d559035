//! Whether the lid is open, which Windows tells to those who have asked to hear of it:
//! first as it is, then as it changes.
#![expect(unsafe_code, reason = "one call that no safe crate offers")]

use crate::host::Node;
use crate::host::Property;
use std::ffi::c_void;
use std::ptr::null_mut;
use std::sync::Condvar;
use std::sync::Mutex;
use std::sync::OnceLock;
use std::sync::PoisonError;
use std::time::Duration;
use windows_sys::Win32::System::Power::DEVICE_NOTIFY_SUBSCRIBE_PARAMETERS;
use windows_sys::Win32::System::Power::POWERBROADCAST_SETTING;
use windows_sys::Win32::System::Power::PowerSettingRegisterNotification;
use windows_sys::Win32::System::SystemServices::GUID_LIDSWITCH_STATE_CHANGE;
use windows_sys::Win32::UI::WindowsAndMessaging::DEVICE_NOTIFY_CALLBACK;

/// A lid (ACPI 6.5 §9.4.1).
const LID: &str = "ACPI\\PNP0C0D\\";

/// How long the first look waits for what Windows says at once.
const PATIENCE: Duration = Duration::from_millis(250);

/// What was told last: true if it is open.
static TOLD: Mutex<Option<bool>> = Mutex::new(None);
static HEARD: Condvar = Condvar::new();

/// True if Windows has promised to tell.
static ASKED: OnceLock<bool> = OnceLock::new();

/// Adds `Open` to lids: true if it is.
pub fn describe(nodes: &mut [Node]) {
    let mut lids = nodes.iter_mut().filter(|node| node.id.starts_with(LID)).peekable();
    if lids.peek().is_none() || !*ASKED.get_or_init(ask) {
        return;
    }
    let told = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
    let told = HEARD.wait_timeout_while(told, PATIENCE, |told| told.is_none());
    let (told, _) = told.unwrap_or_else(PoisonError::into_inner);
    let Some(is_open) = *told else { return };
    for lid in lids {
        lid.properties.insert("Open".to_owned(), Property::Flag(is_open));
    }
}

/// Asks to be told for as long as we run.
fn ask() -> bool {
    let whom = DEVICE_NOTIFY_SUBSCRIBE_PARAMETERS { Callback: Some(hear), Context: null_mut() };
    let mut registration = null_mut();
    // SAFETY: the setting and whom to tell outlive the call, which copies them; what is
    // called is a function of ours without a context, which never goes away.
    let code = unsafe {
        PowerSettingRegisterNotification(
            &GUID_LIDSWITCH_STATE_CHANGE,
            DEVICE_NOTIFY_CALLBACK,
            (&raw const whom).cast_mut().cast(),
            &raw mut registration,
        )
    };
    code == 0
}

unsafe extern "system" fn hear(_: *const c_void, _: u32, setting: *const c_void) -> u32 {
    // SAFETY: the system gives a setting, or nothing.
    let setting = unsafe { setting.cast::<POWERBROADCAST_SETTING>().as_ref() };
    // A number of 32 bits, of which the lowest byte comes first: 0 closed, 1 open.
    let state = setting.filter(|setting| setting.DataLength > 0).map(|setting| setting.Data);
    if let Some([state]) = state {
        *TOLD.lock().unwrap_or_else(PoisonError::into_inner) = Some(state != 0);
        HEARD.notify_all();
    }
    0
}
