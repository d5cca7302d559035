//! What kind of device an interface is, as Linux says it.

use super::MOBILE;
use super::WIRED;
use super::WIRELESS;
use crate::host::Host;
use crate::host::Recording;

/// What the kernel calls the kind of device: `wlan` is said by
/// `net/wireless/core.c`, `wwan` by `drivers/net/wwan/wwan_core.c` and
/// `drivers/net/usb/usbnet.c`.
pub fn medium(host: &dyn Host, interface: &str) -> &'static str {
    let told = host.text(&uevent(interface)).unwrap_or_default();
    match told.lines().find_map(|line| line.strip_prefix("DEVTYPE=")) {
        Some("wlan") => WIRELESS,
        Some("wwan") => MOBILE,
        _ => WIRED,
    }
}

/// Takes what is said of an interface out of a recording; gives the same of one
/// that is called `shown`, as a path and a text.
pub fn taken(recording: &mut Recording, interface: &str, shown: &str) -> Option<(String, String)> {
    let told = recording.text.remove(&uevent(interface))?;
    let kind = told.lines().find(|line| line.starts_with("DEVTYPE="))?;
    Some((uevent(shown), format!("{kind}\n")))
}

/// Where the kernel says of an interface what it told when it appeared.
fn uevent(interface: &str) -> String {
    format!("/sys/class/net/{interface}/uevent")
}
