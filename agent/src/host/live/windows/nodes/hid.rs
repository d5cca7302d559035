//! What HID collections declare, as Windows' own parser has it (`HidP_GetCaps`).
#![expect(unsafe_code, reason = "no safe crate offers what is declared")]

use super::set;
use crate::host::Node;
use crate::host::Property;
use std::collections::BTreeMap;
use std::fs::File;
use std::fs::OpenOptions;
use std::os::windows::fs::OpenOptionsExt as _;
use std::os::windows::io::AsRawHandle as _;
use windows_sys::Win32::Devices::HumanInterfaceDevice::GUID_DEVINTERFACE_HID;
use windows_sys::Win32::Devices::HumanInterfaceDevice::HIDP_BUTTON_CAPS;
use windows_sys::Win32::Devices::HumanInterfaceDevice::HIDP_CAPS;
use windows_sys::Win32::Devices::HumanInterfaceDevice::HIDP_STATUS_SUCCESS;
use windows_sys::Win32::Devices::HumanInterfaceDevice::HIDP_VALUE_CAPS;
use windows_sys::Win32::Devices::HumanInterfaceDevice::HidD_FreePreparsedData;
use windows_sys::Win32::Devices::HumanInterfaceDevice::HidD_GetPreparsedData;
use windows_sys::Win32::Devices::HumanInterfaceDevice::HidP_GetButtonCaps;
use windows_sys::Win32::Devices::HumanInterfaceDevice::HidP_GetCaps;
use windows_sys::Win32::Devices::HumanInterfaceDevice::HidP_GetValueCaps;
use windows_sys::Win32::Devices::HumanInterfaceDevice::HidP_Input;
use windows_sys::Win32::Devices::HumanInterfaceDevice::PHIDP_PREPARSED_DATA;
use windows_sys::Win32::Storage::FileSystem::FILE_SHARE_READ;
use windows_sys::Win32::Storage::FileSystem::FILE_SHARE_WRITE;

/// The most collections that are asked, and the most told of each.
const MOST: usize = 512;
const FIELDS: u16 = 128;

/// Adds `UsagePage`, `Usage`, `InputReportLength`, `OutputReportLength`,
/// `InputValues` and `InputButtons`. Nothing is read from the device.
pub fn describe(nodes: &mut [Node]) {
    let paths = set::paths(&GUID_DEVINTERFACE_HID, MOST);
    for node in nodes {
        let declared = paths.get(&node.id.to_uppercase()).and_then(|path| Declared::of(path));
        let Some(declared) = declared else { continue };
        node.properties.extend(declared.told());
    }
}

/// What a collection declares, while it is open.
struct Declared(PHIDP_PREPARSED_DATA);

impl Declared {
    /// Opened without any access: not even Windows' own use of a keyboard forbids that.
    fn of(path: &str) -> Option<Self> {
        let share = FILE_SHARE_READ | FILE_SHARE_WRITE;
        let file: File = OpenOptions::new().access_mode(0).share_mode(share).open(path).ok()?;
        let mut parsed = 0;
        // SAFETY: the file is open, and what is given is freed once, when this is dropped.
        let is_given = unsafe { HidD_GetPreparsedData(file.as_raw_handle(), &raw mut parsed) };
        is_given.then_some(Self(parsed))
    }

    fn told(&self) -> BTreeMap<String, Property> {
        let mut caps = HIDP_CAPS::default();
        // SAFETY: what was given is not freed yet; the structure outlives the call.
        if unsafe { HidP_GetCaps(self.0, &raw mut caps) } != HIDP_STATUS_SUCCESS {
            return BTreeMap::new();
        }
        let number = |value: u16| Property::Number(value.into());
        let told = [
            ("UsagePage", number(caps.UsagePage)),
            ("Usage", number(caps.Usage)),
            ("InputReportLength", number(caps.InputReportByteLength)),
            ("OutputReportLength", number(caps.OutputReportByteLength)),
            ("InputValues", Property::List(self.values(caps.NumberInputValueCaps))),
            ("InputButtons", Property::List(self.buttons(caps.NumberInputButtonCaps))),
        ];
        told.map(|(name, value)| (name.to_owned(), value)).into()
    }

    fn values(&self, count: u16) -> Vec<Property> {
        let mut count = count.min(FIELDS);
        let mut caps = vec![HIDP_VALUE_CAPS::default(); count.into()];
        // SAFETY: what was given is not freed yet; there is room for as many as is told.
        let status =
            unsafe { HidP_GetValueCaps(HidP_Input, caps.as_mut_ptr(), &raw mut count, self.0) };
        let told = caps.iter().take(count.into()).map(|one| {
            // SAFETY: both forms are two numbers at the same places; of one usage, the first.
            let (low, high) =
                unsafe { (one.Anonymous.Range.UsageMin, one.Anonymous.Range.UsageMax) };
            let mut told =
                field(one.UsagePage, (low, if one.IsRange { high } else { low }), one.ReportID);
            told.insert("IsAbsolute".to_owned(), Property::Flag(one.IsAbsolute));
            told.insert("LogicalMax".to_owned(), Property::Number(one.LogicalMax.into()));
            Property::Tree(told)
        });
        if status == HIDP_STATUS_SUCCESS { told.collect() } else { Vec::new() }
    }

    fn buttons(&self, count: u16) -> Vec<Property> {
        let mut count = count.min(FIELDS);
        let mut caps = vec![HIDP_BUTTON_CAPS::default(); count.into()];
        // SAFETY: what was given is not freed yet; there is room for as many as is told.
        let status =
            unsafe { HidP_GetButtonCaps(HidP_Input, caps.as_mut_ptr(), &raw mut count, self.0) };
        let told = caps.iter().take(count.into()).map(|one| {
            // SAFETY: both forms are two numbers at the same places; of one usage, the first.
            let (low, high) =
                unsafe { (one.Anonymous.Range.UsageMin, one.Anonymous.Range.UsageMax) };
            let usages = (low, if one.IsRange { high } else { low });
            Property::Tree(field(one.UsagePage, usages, one.ReportID))
        });
        if status == HIDP_STATUS_SUCCESS { told.collect() } else { Vec::new() }
    }
}

impl Drop for Declared {
    fn drop(&mut self) {
        // SAFETY: it was given by `HidD_GetPreparsedData` and is not used again.
        unsafe { HidD_FreePreparsedData(self.0) };
    }
}

fn field(page: u16, (low, high): (u16, u16), report: u8) -> BTreeMap<String, Property> {
    let told = [
        ("UsagePage", page.into()),
        ("UsageMin", low.into()),
        ("UsageMax", high.into()),
        ("ReportId", report.into()),
    ];
    told.map(|(name, value)| (name.to_owned(), Property::Number(value))).into()
}
