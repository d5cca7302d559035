//! A set of devices, as `SetupAPI` gives it.
#![expect(unsafe_code, reason = "no safe crate offers the tree of devices")]

use super::narrow;
use super::wide;
use crate::host::Node;
use crate::host::Property;
use std::collections::BTreeMap;
use std::io;
use std::ptr::null;
use std::ptr::null_mut;
use windows_sys::Win32::Devices::DeviceAndDriverInstallation::DIGCF_ALLCLASSES;
use windows_sys::Win32::Devices::DeviceAndDriverInstallation::DIGCF_DEVICEINTERFACE;
use windows_sys::Win32::Devices::DeviceAndDriverInstallation::DIGCF_PRESENT;
use windows_sys::Win32::Devices::DeviceAndDriverInstallation::HDEVINFO;
use windows_sys::Win32::Devices::DeviceAndDriverInstallation::SETUP_DI_REGISTRY_PROPERTY;
use windows_sys::Win32::Devices::DeviceAndDriverInstallation::SP_DEVICE_INTERFACE_DATA;
use windows_sys::Win32::Devices::DeviceAndDriverInstallation::SP_DEVICE_INTERFACE_DETAIL_DATA_W;
use windows_sys::Win32::Devices::DeviceAndDriverInstallation::SP_DEVINFO_DATA;
use windows_sys::Win32::Devices::DeviceAndDriverInstallation::SPDRP_ADDRESS;
use windows_sys::Win32::Devices::DeviceAndDriverInstallation::SPDRP_CLASS;
use windows_sys::Win32::Devices::DeviceAndDriverInstallation::SPDRP_COMPATIBLEIDS;
use windows_sys::Win32::Devices::DeviceAndDriverInstallation::SPDRP_DEVICEDESC;
use windows_sys::Win32::Devices::DeviceAndDriverInstallation::SPDRP_FRIENDLYNAME;
use windows_sys::Win32::Devices::DeviceAndDriverInstallation::SPDRP_HARDWAREID;
use windows_sys::Win32::Devices::DeviceAndDriverInstallation::SPDRP_LOCATION_INFORMATION;
use windows_sys::Win32::Devices::DeviceAndDriverInstallation::SPDRP_LOCATION_PATHS;
use windows_sys::Win32::Devices::DeviceAndDriverInstallation::SPDRP_MFG;
use windows_sys::Win32::Devices::DeviceAndDriverInstallation::SPDRP_SERVICE;
use windows_sys::Win32::Devices::DeviceAndDriverInstallation::SetupDiDestroyDeviceInfoList;
use windows_sys::Win32::Devices::DeviceAndDriverInstallation::SetupDiEnumDeviceInfo;
use windows_sys::Win32::Devices::DeviceAndDriverInstallation::SetupDiEnumDeviceInterfaces;
use windows_sys::Win32::Devices::DeviceAndDriverInstallation::SetupDiGetClassDevsW;
use windows_sys::Win32::Devices::DeviceAndDriverInstallation::SetupDiGetDeviceInstanceIdW;
use windows_sys::Win32::Devices::DeviceAndDriverInstallation::SetupDiGetDeviceInterfaceDetailW;
use windows_sys::Win32::Devices::DeviceAndDriverInstallation::SetupDiGetDevicePropertyW;
use windows_sys::Win32::Devices::DeviceAndDriverInstallation::SetupDiGetDeviceRegistryPropertyW;
use windows_sys::Win32::Devices::Properties::DEVPKEY_Device_BusReportedDeviceDesc;
use windows_sys::Win32::Devices::Properties::DEVPKEY_Device_ContainerId;
use windows_sys::Win32::Devices::Properties::DEVPKEY_Device_LastArrivalDate;
use windows_sys::Win32::Devices::Properties::DEVPKEY_Device_Parent;
use windows_sys::Win32::Devices::Properties::DEVPROP_TYPE_FILETIME;
use windows_sys::Win32::Devices::Properties::DEVPROP_TYPE_GUID;
use windows_sys::Win32::Devices::Properties::DEVPROP_TYPE_STRING;
use windows_sys::Win32::Foundation::DEVPROPKEY;
use windows_sys::Win32::Foundation::ERROR_INVALID_DATA;
use windows_sys::Win32::System::Registry::REG_DWORD;
use windows_sys::Win32::System::Registry::REG_MULTI_SZ;
use windows_sys::Win32::System::Registry::REG_SZ;
use windows_sys::core::GUID;

/// The largest property that is told, in bytes.
const LARGEST: u32 = 8192;

/// What is told of each device, under our name for it.
const OLD: [(&str, SETUP_DI_REGISTRY_PROPERTY); 10] = [
    ("DeviceDesc", SPDRP_DEVICEDESC),
    ("HardwareIds", SPDRP_HARDWAREID),
    ("CompatibleIds", SPDRP_COMPATIBLEIDS),
    ("Service", SPDRP_SERVICE),
    ("Class", SPDRP_CLASS),
    ("Manufacturer", SPDRP_MFG),
    ("FriendlyName", SPDRP_FRIENDLYNAME),
    ("LocationInfo", SPDRP_LOCATION_INFORMATION),
    ("LocationPaths", SPDRP_LOCATION_PATHS),
    ("Address", SPDRP_ADDRESS),
];

/// The same, of what came later.
const NEW: [(&str, DEVPROPKEY); 3] = [
    ("BusReportedDeviceDesc", DEVPKEY_Device_BusReportedDeviceDesc),
    ("ContainerId", DEVPKEY_Device_ContainerId),
    ("LastArrivalDate", DEVPKEY_Device_LastArrivalDate),
];

/// Devices that were there when it was made.
pub struct Set(HDEVINFO);

impl Set {
    /// Those of an enumerator.
    pub fn of_enumerator(name: &str) -> io::Result<Self> {
        let name = wide(name);
        // SAFETY: the name ends with a zero and outlives the call; there is no class and no window.
        let set = unsafe {
            let flags = DIGCF_PRESENT | DIGCF_ALLCLASSES;
            SetupDiGetClassDevsW(null(), name.as_ptr(), null_mut(), flags)
        };
        Self::opened(set)
    }

    /// Those with an interface of a class.
    fn of_interface(class: &GUID) -> io::Result<Self> {
        // SAFETY: the class outlives the call; there is no enumerator and no window.
        let set = unsafe {
            let flags = DIGCF_PRESENT | DIGCF_DEVICEINTERFACE;
            SetupDiGetClassDevsW(class, null(), null_mut(), flags)
        };
        Self::opened(set)
    }

    fn opened(set: HDEVINFO) -> io::Result<Self> {
        if set != -1 {
            return Ok(Self(set));
        }
        let error = io::Error::last_os_error();
        // Windows has never heard of such an enumerator.
        let is_unknown = error.raw_os_error() == Some(ERROR_INVALID_DATA.cast_signed());
        Err(if is_unknown { io::ErrorKind::NotFound.into() } else { error })
    }

    /// The first `most` of them with what is told of each.
    pub fn nodes(&self, most: usize) -> Vec<Node> {
        let indices = (0..u32::MAX).take(most);
        let devices = indices.map_while(|index| self.device(index));
        devices.filter_map(|device| self.node(&device)).collect()
    }

    fn device(&self, index: u32) -> Option<SP_DEVINFO_DATA> {
        let mut device = blank();
        // SAFETY: the set is open; the structure tells its size and outlives the call.
        let is_there = unsafe { SetupDiEnumDeviceInfo(self.0, index, &raw mut device) };
        (is_there != 0).then_some(device)
    }

    fn node(&self, device: &SP_DEVINFO_DATA) -> Option<Node> {
        let old = OLD.iter().filter_map(|&(name, code)| Some((name, self.older(device, code)?)));
        let new = NEW.iter().filter_map(|(name, key)| Some((*name, self.newer(device, key)?)));
        let parent = self.newer(device, &DEVPKEY_Device_Parent);
        Some(Node {
            id: self.id(device)?,
            parent: parent.and_then(|parent| parent.text().map(str::to_owned)),
            properties: old.chain(new).map(|(name, value)| (name.to_owned(), value)).collect(),
        })
    }

    fn id(&self, device: &SP_DEVINFO_DATA) -> Option<String> {
        // An id has at most 200 characters (`MAX_DEVICE_ID_LEN`).
        let mut units = [0_u16; 256];
        // SAFETY: the device is of this open set; the buffer's length is told, in characters.
        let is_told = unsafe {
            SetupDiGetDeviceInstanceIdW(self.0, device, units.as_mut_ptr(), 256, null_mut())
        };
        (is_told != 0).then(|| narrow(&units))
    }

    fn older(&self, device: &SP_DEVINFO_DATA, code: u32) -> Option<Property> {
        let (mut kind, mut needed, mut bytes) = (0, 0, vec![0_u8; LARGEST as usize]);
        // SAFETY: the device is of this open set; the buffer's length is told, in bytes.
        let is_told = unsafe {
            SetupDiGetDeviceRegistryPropertyW(
                self.0,
                device,
                code,
                &raw mut kind,
                bytes.as_mut_ptr(),
                LARGEST,
                &raw mut needed,
            )
        };
        let bytes = bytes.get(..needed as usize).filter(|_| is_told != 0)?;
        match kind {
            REG_SZ => Some(Property::Text(narrow(&units(bytes)))),
            REG_MULTI_SZ => Some(texts(&units(bytes))),
            REG_DWORD => Some(Property::Number(u32::from_le_bytes(*bytes.first_chunk()?).into())),
            _ => None,
        }
    }

    fn newer(&self, device: &SP_DEVINFO_DATA, key: &DEVPROPKEY) -> Option<Property> {
        let (mut kind, mut needed, mut bytes) = (0, 0, vec![0_u8; LARGEST as usize]);
        // SAFETY: the device is of this open set; the buffer's length is told, in bytes.
        let is_told = unsafe {
            SetupDiGetDevicePropertyW(
                self.0,
                device,
                key,
                &raw mut kind,
                bytes.as_mut_ptr(),
                LARGEST,
                &raw mut needed,
                0,
            )
        };
        let bytes = bytes.get(..needed as usize).filter(|_| is_told != 0)?;
        match kind {
            DEVPROP_TYPE_STRING => Some(Property::Text(narrow(&units(bytes)))),
            DEVPROP_TYPE_GUID => Some(Property::Text(guid(bytes.first_chunk()?))),
            DEVPROP_TYPE_FILETIME => {
                Some(Property::Number(i64::from_le_bytes(*bytes.first_chunk()?)))
            }
            _ => None,
        }
    }

    /// The devices' interfaces: the paths under which they can be opened, by the device's id.
    fn paths(&self, class: &GUID, most: usize) -> BTreeMap<String, String> {
        let indices = (0..u32::MAX).take(most);
        let interfaces = indices.map_while(|index| self.interface(class, index));
        interfaces.filter_map(|interface| self.path(&interface)).collect()
    }

    /// `None` after the last.
    fn interface(&self, class: &GUID, index: u32) -> Option<SP_DEVICE_INTERFACE_DATA> {
        let mut interface = SP_DEVICE_INTERFACE_DATA {
            cbSize: size::<SP_DEVICE_INTERFACE_DATA>(),
            ..SP_DEVICE_INTERFACE_DATA::default()
        };
        // SAFETY: the set is open; the structure tells its size and outlives the call.
        let is_there = unsafe {
            SetupDiEnumDeviceInterfaces(self.0, null(), class, index, &raw mut interface)
        };
        (is_there != 0).then_some(interface)
    }

    fn path(&self, interface: &SP_DEVICE_INTERFACE_DATA) -> Option<(String, String)> {
        // The size of the fixed part, then the path.
        let mut detail = [0_u32; 1024];
        detail[0] = size::<SP_DEVICE_INTERFACE_DETAIL_DATA_W>();
        let mut device = blank();
        // SAFETY: the interface is of this open set; the buffer is aligned as the structure
        // is, begins with its size, and its length is told, in bytes.
        let is_told = unsafe {
            SetupDiGetDeviceInterfaceDetailW(
                self.0,
                interface,
                detail.as_mut_ptr().cast(),
                4096,
                null_mut(),
                &raw mut device,
            )
        };
        let path: Vec<u8> = detail.iter().skip(1).flat_map(|two| two.to_le_bytes()).collect();
        let path = narrow(&units(&path));
        let id = self.id(&device).filter(|_| is_told != 0)?;
        Some((id.to_uppercase(), path))
    }
}

impl Drop for Set {
    fn drop(&mut self) {
        // SAFETY: the set is open and not used again.
        unsafe { SetupDiDestroyDeviceInfoList(self.0) };
    }
}

/// The paths of all devices with an interface of a class, by their ids in upper case.
pub fn paths(class: &GUID, most: usize) -> BTreeMap<String, String> {
    Set::of_interface(class).map(|set| set.paths(class, most)).unwrap_or_default()
}

/// The size by which a structure tells what it is.
fn size<T>() -> u32 {
    u32::try_from(size_of::<T>()).unwrap_or_default()
}

fn blank() -> SP_DEVINFO_DATA {
    let size = size::<SP_DEVINFO_DATA>();
    SP_DEVINFO_DATA { cbSize: size, ..SP_DEVINFO_DATA::default() }
}

fn units(bytes: &[u8]) -> Vec<u16> {
    bytes.as_chunks::<2>().0.iter().map(|pair| u16::from_le_bytes(*pair)).collect()
}

fn texts(units: &[u16]) -> Property {
    let texts = units.split(|&unit| unit == 0).filter(|text| !text.is_empty());
    Property::List(texts.map(|text| Property::Text(narrow(text))).collect())
}

/// As Windows writes them: the first three parts are numbers, the rest are bytes.
fn guid(bytes: &[u8; 16]) -> String {
    let number = |range: std::ops::Range<usize>| {
        let digits = bytes.get(range).unwrap_or_default().iter().rev().copied();
        hex::encode(digits.collect::<Vec<u8>>())
    };
    let rest = hex::encode(&bytes[8..]);
    let (first, last) = rest.split_at(4);
    format!("{{{}-{}-{}-{first}-{last}}}", number(0..4), number(4..6), number(6..8))
}
