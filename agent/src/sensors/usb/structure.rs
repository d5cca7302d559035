//! How a device is built as a whole: what no change of names reaches.

use super::Device;
use super::descriptors::Endpoint;
use super::descriptors::Interface;
use super::hid::Declared;
use std::collections::BTreeMap;

/// The class of HID interfaces.
pub const HID: u8 = 0x03;
const MASS_STORAGE: u8 = 0x08;
const INTERRUPT: u8 = 3;

/// What HID interfaces declare, by their number; those that could not be asked
/// are not there.
pub type Reports = BTreeMap<u8, Declared>;

/// States what the interfaces of a device are like together. What cannot be
/// told without a report descriptor is left out where there is none.
pub fn describe(device: &mut Device, interfaces: &[Interface], reports: &Reports) {
    let starting: Vec<&Interface> = interfaces.iter().filter(|one| one.alternate == 0).collect();
    let inputs: Vec<(&Interface, &Declared)> = starting
        .iter()
        .filter(|interface| interface.class[0] == HID)
        .filter_map(|&interface| Some((interface, reports.get(&interface.number)?)))
        .collect();
    device.hid_interval = one_interval(&starting);
    device.storage_intervals = starting.iter().filter_map(|&it| storage_intervals(it)).collect();
    if !reports.is_empty() {
        device.pointer_buttons = pointer_buttons(device, reports);
    }
    if inputs.is_empty() {
        return;
    }
    device.exact_packets =
        Some(inputs.iter().all(|(interface, report)| is_exact(interface, report)));
    device.pointer_output = Some(inputs.iter().any(|(interface, report)| {
        let points = report.roles.iter().any(|role| role.ends_with("pointer"));
        points
            && !report.roles.contains("keyboard")
            && interface.endpoints.iter().any(|it| !is_in(*it))
    }));
}

/// The buttons of all pointers. `None` if there is no pointer, or if there may
/// be buttons in what could not be read.
fn pointer_buttons(device: &Device, reports: &Reports) -> Option<i64> {
    let has_pointer = device.hid_roles.iter().any(|role| role.ends_with("pointer"));
    if !has_pointer || !device.unread_reports.is_empty() {
        return None;
    }
    let buttons = reports.values().map(|report| report.pointer_buttons);
    Some(buttons.fold(0, u32::saturating_add).into())
}

/// The `bInterval` that all interrupt endpoints of the HID interfaces share.
fn one_interval(interfaces: &[&Interface]) -> Option<i64> {
    let hid = interfaces.iter().filter(|interface| interface.class[0] == HID);
    let mut intervals = hid.flat_map(|interface| &interface.endpoints).map(|it| it.interval);
    let first = intervals.next()?;
    intervals.all(|interval| interval == first).then(|| first.into())
}

/// True if the interrupt packets towards the host are as long as the longest
/// report, to the byte.
fn is_exact(interface: &Interface, report: &Declared) -> bool {
    let mut inputs = interface.endpoints.iter().filter(|it| is_in(**it) && is_interrupt(**it));
    inputs.all(|endpoint| u32::from(endpoint.max_packet_size) == report.input_length)
}

/// The `bInterval` of a mass storage interface's bulk endpoints, in and out,
/// such as `0/1`. `None` for other interfaces.
fn storage_intervals(interface: &Interface) -> Option<String> {
    if interface.class[0] != MASS_STORAGE {
        return None;
    }
    let of = |wanted: bool| interface.endpoints.iter().find(|it| is_in(**it) == wanted);
    Some(format!("{}/{}", of(true)?.interval, of(false)?.interval))
}

fn is_in(endpoint: Endpoint) -> bool {
    endpoint.address & 0x80 != 0
}

fn is_interrupt(endpoint: Endpoint) -> bool {
    endpoint.attributes & 0x03 == INTERRUPT
}
