//! Input devices: what the kernel offers programs to read keys and pointers
//! from, by whatever bus it came. Never what is typed or pointed at.

mod linux;
mod windows;
mod macos;
mod capabilities;
mod interrupts;
mod makers;
#[cfg(test)]
mod tests;

use super::Blind;
use super::Sensor;
use super::observe;
use crate::host::Host;
use crate::host::Platform;
use crate::host::Recording;
pub use makers::keep;
use model::Observation;
use serde::Serialize;

/// Looks at the input devices.
pub struct Input;

/// What the kernel says of an input device (`struct input_dev`,
/// `include/linux/input.h`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
struct Device {
    /// What the device or its driver calls it.
    name: Option<String>,
    /// What it came by: `usb`, `bluetooth`, `i8042`, … (`BUS_*`,
    /// `include/uapi/linux/input.h`), or the number of one not listed there.
    bus: String,
    /// Of USB and Bluetooth devices the vendor's number, such as `046d`; of
    /// others what the driver chose.
    vendor_id: Option<String>,
    /// The vendor's number for the product, such as `b342`.
    product_id: Option<String>,
    /// What can be done with it: `keyboard` (one to type on, with every letter),
    /// `relative pointer`, `absolute pointer`, `touch`, or, if it has keys and
    /// is none of those, `buttons`.
    roles: Vec<String>,
    /// True if no hardware and no bus stands behind it: a program made it
    /// through uinput, or the kernel itself.
    ///
    /// What a program made through uhid, as Bluetooth's own service does with
    /// every keyboard, is not counted: it hangs on a bus of its own.
    is_virtual: bool,
    /// Of a virtual device: the programs that have uinput open now, sorted, each
    /// once. Its maker is among them if a program made it, for it goes when
    /// they close uinput; which of several it is, the kernel does not say.
    /// Empty if nobody has; nothing where that could not be looked into.
    makers: Option<Vec<String>>,
    /// Of a keyboard that is built in (behind an i8042 controller): true once it
    /// has been typed on since the machine started. See [`interrupts`].
    typed: Option<bool>,
}

/// A device and where it was found.
struct Found {
    subject: String,
    source: String,
    device: Device,
}

impl Found {
    fn observe(&self) -> Observation {
        observe("input", &self.subject, &self.source, &self.device)
    }
}

impl Sensor for Input {
    fn name(&self) -> &'static str {
        "input"
    }

    fn reads(&self) -> &'static str {
        "the keyboards, mice and other input devices: name, bus and kind, whether the built-in keyboard has been used at all since the start, and which programs may have made a device that is no hardware; never what is typed"
    }

    fn look(&self, host: &dyn Host) -> Result<Vec<Observation>, Blind> {
        let devices = match host.platform() {
            Platform::Linux => linux::devices(host)?,
            Platform::Windows => windows::devices(host)?,
            Platform::Macos => macos::devices(host)?,
        };
        Ok(devices.iter().map(Found::observe).collect())
    }

    fn blank(&self, recording: &mut Recording) {
        linux::blank(recording);
        windows::blank(recording);
        macos::blank(recording);
    }

    fn example(&self) -> Observation {
        let text = |text: &str| Some(text.to_owned());
        let device = Device {
            name: text("AT Translated Set 2 keyboard"),
            bus: "i8042".to_owned(),
            vendor_id: text("0001"),
            product_id: text("0001"),
            roles: vec!["keyboard".to_owned()],
            is_virtual: false,
            makers: Some(vec!["ydotool".to_owned()]),
            typed: Some(true),
        };
        observe("input", "input3", "/sys/class/input/input3", &device)
    }
}
