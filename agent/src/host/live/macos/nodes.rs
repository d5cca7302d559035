//! macOS: the tree of devices, the I/O Registry.
#![expect(unsafe_code, reason = "no safe crate offers the I/O Registry")]

use super::descriptors::told;
use super::property::chosen;
use crate::host::Node;
use objc2_core_foundation::CFDictionary;
use objc2_core_foundation::CFMutableDictionary;
use objc2_core_foundation::CFRetained;
use objc2_io_kit::IOIteratorNext;
use objc2_io_kit::IOObjectRelease;
use objc2_io_kit::IORegistryEntryCopyPath;
use objc2_io_kit::IORegistryEntryCreateCFProperties;
use objc2_io_kit::IOServiceGetMatchingServices;
use objc2_io_kit::IOServiceMatching;
use objc2_io_kit::kIOMainPortDefault;
use std::ffi::CString;
use std::ffi::c_char;
use std::io;
use std::ptr::NonNull;
use std::ptr::null_mut;

/// The class whose entries tell more when they are asked.
const DEVICES: &str = "IOUSBHostDevice";

/// The most entries told of one class.
const MOST: usize = 1024;

/// What is told of entries. They have much more, of which sensors use nothing.
const TOLD: [&str; 52] = [
    // USB devices and their interfaces.
    "idVendor",
    "idProduct",
    "bcdDevice",
    "bcdUSB",
    "bDeviceClass",
    "bDeviceSubClass",
    "bDeviceProtocol",
    "bMaxPacketSize0",
    "kUSBVendorString",
    "kUSBProductString",
    "kUSBSerialNumberString",
    "kUSBString",
    "USB Vendor Name",
    "USB Product Name",
    "USB Serial Number",
    "USB Interface Name",
    "USBSpeed",
    "Device Speed",
    "UsbDeviceSignature",
    "kUSBCurrentConfiguration",
    "locationID",
    "bInterfaceNumber",
    "bInterfaceClass",
    "bInterfaceSubClass",
    "bInterfaceProtocol",
    // HID devices.
    "ReportDescriptor",
    "PrimaryUsage",
    "PrimaryUsagePage",
    "DeviceUsagePairs",
    "Transport",
    "VendorID",
    "ProductID",
    "Product",
    "Manufacturer",
    "SerialNumber",
    "LocationID",
    "Built-In",
    "HIDVirtualDevice",
    "MaxInputReportSize",
    "ReportInterval",
    // Displays.
    "DisplayAttributes",
    "EDID",
    "IODisplayEDID",
    "external",
    // The machine and its power.
    "model",
    "manufacturer",
    "IOPlatformSerialNumber",
    "BatteryInstalled",
    "ExternalConnected",
    "AppleClamshellState",
    "AppleClamshellCausesSleep",
    "IOClass",
];

/// The entries of a class, and of those made of it.
pub fn nodes(kind: &str) -> io::Result<Vec<Node>> {
    let name = CString::new(kind)?;
    // SAFETY: the name ends with a zero and outlives the call.
    let matching = unsafe { IOServiceMatching(name.as_ptr()) }.ok_or(io::ErrorKind::OutOfMemory)?;
    // SAFETY: a dictionary that can be changed is one.
    let matching = unsafe { CFRetained::cast_unchecked::<CFDictionary>(matching) };
    let mut iterator = 0;
    // SAFETY: the number outlives the call; the port is the default one.
    let status = unsafe {
        IOServiceGetMatchingServices(kIOMainPortDefault, Some(matching), &raw mut iterator)
    };
    if status != 0 {
        return Err(io::Error::other(format!("the I/O Registry says {status:#x}")));
    }
    let iterator = Entry(iterator);
    let entries = std::iter::from_fn(|| Some(Entry(IOIteratorNext(iterator.0))));
    let entries = entries.take_while(|entry| entry.0 != 0).take(MOST);
    let mut nodes: Vec<Node> = entries.filter_map(|entry| entry.node(kind)).collect();
    nodes.sort_by(|one, other| one.id.cmp(&other.id));
    if nodes.is_empty() { Err(io::ErrorKind::NotFound.into()) } else { Ok(nodes) }
}

/// Something of the registry, until it is dropped; 0 is nothing.
struct Entry(u32);

impl Entry {
    /// `None` for what goes away while we look.
    fn node(&self, kind: &str) -> Option<Node> {
        let id = self.path()?;
        let (parent, _) = id.rsplit_once('/')?;
        let parent = Some(parent.to_owned());
        let properties = self.properties()?;
        let mut properties = chosen(&properties, &TOLD);
        if kind == DEVICES {
            properties.extend(told(self.0));
        }
        Some(Node { id, parent, properties })
    }

    fn path(&self) -> Option<String> {
        let mut plane: [c_char; 128] = [0; 128];
        for (unit, byte) in plane.iter_mut().zip(b"IOService") {
            *unit = byte.cast_signed();
        }
        // SAFETY: the entry is held; the plane's name ends with a zero and outlives the call.
        let path = unsafe { IORegistryEntryCopyPath(self.0, &raw mut plane) };
        path.map(|path| path.to_string())
    }

    fn properties(&self) -> Option<CFRetained<CFDictionary>> {
        let mut properties: *mut CFMutableDictionary = null_mut();
        // SAFETY: the entry is held; the pointer outlives the call; no allocator is the default one.
        let status =
            unsafe { IORegistryEntryCreateCFProperties(self.0, &raw mut properties, None, 0) };
        let properties = NonNull::new(properties).filter(|_| status == 0)?;
        // SAFETY: what was created is ours; a dictionary that can be changed is one.
        Some(unsafe { CFRetained::cast_unchecked(CFRetained::from_raw(properties)) })
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        if self.0 != 0 {
            IOObjectRelease(self.0);
        }
    }
}
