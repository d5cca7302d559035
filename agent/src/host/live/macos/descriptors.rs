//! macOS: the configuration descriptors of a USB device, as the kernel has read them,
//! and what the device calls its configurations.
#![expect(unsafe_code, reason = "no safe crate offers IOUSBLib")]

use crate::host::Bytes;
use crate::host::Property;
use objc2_core_foundation::CFUUID;
use objc2_core_foundation::CFUUIDBytes;
use objc2_io_kit::IOCFPlugInInterface;
use objc2_io_kit::IOCreatePlugInInterfaceForService;
use objc2_io_kit::IODestroyPlugInInterface;
use objc2_io_kit::IORegistryEntryGetRegistryEntryID;
use objc2_io_kit::IOUSBConfigurationDescriptor;
use objc2_io_kit::IOUSBDevRequestTO;
use objc2_io_kit::IOUSBDeviceInterface182;
use std::collections::BTreeMap;
use std::ffi::c_void;
use std::ptr::NonNull;
use std::ptr::null_mut;
use std::sync::Mutex;
use std::sync::PoisonError;

/// The most configurations that are read of a device, and the most bytes of all.
const MOST: u8 = 8;
const LONGEST: usize = 16 << 10;

/// `bLength` of a configuration descriptor alone, and where `iConfiguration` is in it.
const HEAD: usize = 9;
const NAME: usize = 6;

/// What is asked for a USB device: `kIOUSBDeviceUserClientTypeID`.
const CLIENT: CFUUIDBytes = id(0x9dc7_b780_9ec0_11d4_a54f_000a_2705_2861);
/// What any plug-in of I/O Kit answers to: `kIOCFPlugInInterfaceID`.
const PLUG_IN: CFUUIDBytes = id(0xc244_e858_109c_11d4_91d4_0050_e4c6_426f);
/// The oldest form of a device's interface that waits no longer than it is told:
/// `kIOUSBDeviceInterfaceID182`.
const DEVICE: CFUUIDBytes = id(0x152f_c496_4891_11d5_9d52_000a_2780_1e86);

/// A device is asked for a string so (USB 2.0 §9.4.3): what, in which language, how
/// many bytes at most, and for how many milliseconds.
const GET_DESCRIPTOR: (u8, u8) = (0x80, 6);
const STRING: u8 = 3;
const ENGLISH: u16 = 0x0409;
const STRING_LENGTH: u16 = 255;
const PATIENCE: u32 = 200;

/// What was told of a device, by its entry's number, which no other entry gets until
/// the system is started anew: nothing is asked twice. So many are kept.
static KEPT: Mutex<BTreeMap<u64, BTreeMap<String, Property>>> = Mutex::new(BTreeMap::new());
const MOST_KEPT: usize = 256;

/// Of an `IOUSBHostDevice` that the caller holds, as if they were properties:
/// `ConfigurationDescriptors`, each with what belongs to it, one after the other, and
/// `StringDescriptors`, those of the configurations' names by their numbers. Nothing
/// where they are not to be had.
///
/// The device is not opened, which would keep its driver from it.
pub fn told(service: u32) -> BTreeMap<String, Property> {
    let mut entry = 0;
    // SAFETY: the caller holds the service; the number outlives the call.
    let status = unsafe { IORegistryEntryGetRegistryEntryID(service, &raw mut entry) };
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if status == 0
        && let Some(told) = kept.get(&entry)
    {
        return told.clone();
    }
    let told = Device::of(service).and_then(|device| device.told()).unwrap_or_default();
    if status == 0 && !told.is_empty() {
        if kept.len() >= MOST_KEPT {
            kept.clear();
        }
        kept.insert(entry, told.clone());
    }
    told
}

/// The plug-in for a device, until it is dropped: a pointer to a table of functions,
/// each of which takes it.
struct PlugIn(NonNull<*mut IOCFPlugInInterface>);

impl Drop for PlugIn {
    fn drop(&mut self) {
        // SAFETY: it was made for us and is not used again.
        unsafe { IODestroyPlugInInterface(self.0.as_ptr()) };
    }
}

/// A device's interface, until it is dropped: a pointer to a table as well.
struct Device(NonNull<*mut IOUSBDeviceInterface182>);

impl Device {
    fn of(service: u32) -> Option<Self> {
        let client = CFUUID::from_uuid_bytes(None, CLIENT)?;
        let plug_in = CFUUID::from_uuid_bytes(None, PLUG_IN)?;
        let (mut made, mut score) = (null_mut(), 0);
        // SAFETY: the caller holds the service; both values outlive the call.
        let status = unsafe {
            IOCreatePlugInInterfaceForService(
                service,
                Some(&client),
                Some(&plug_in),
                &raw mut made,
                &raw mut score,
            )
        };
        let made = PlugIn(NonNull::new(made).filter(|_| status == 0)?);
        // SAFETY: the table lives as long as what was made.
        let query = unsafe { (**made.0.as_ptr()).QueryInterface }?;
        let mut device: *mut c_void = null_mut();
        // SAFETY: the function belongs to what it is given; the pointer outlives the call.
        let status = unsafe { query(made.0.as_ptr().cast(), DEVICE, &raw mut device) };
        NonNull::new(device.cast()).filter(|_| status == 0).map(Self)
    }

    /// `None` if it has no configuration that can be read.
    fn told(&self) -> Option<BTreeMap<String, Property>> {
        let (mut all, mut strings) = (Vec::new(), BTreeMap::new());
        for index in 0..self.count()?.min(MOST) {
            let Some(configuration) = self.configuration(index) else { continue };
            if all.len() + configuration.len() > LONGEST {
                break;
            }
            let name = configuration.get(NAME).copied().filter(|&number| number != 0);
            if let Some((name, string)) = name.and_then(|name| Some((name, self.string(name)?))) {
                strings.insert(name.to_string(), Property::Bytes(Bytes::of(&string)));
            }
            all.extend(configuration);
        }
        let told = BTreeMap::from([
            ("ConfigurationDescriptors".to_owned(), Property::Bytes(Bytes::of(&all))),
            ("StringDescriptors".to_owned(), Property::Tree(strings)),
        ]);
        (!all.is_empty()).then_some(told)
    }

    /// How many configurations it has.
    fn count(&self) -> Option<u8> {
        let ask = self.table().GetNumberOfConfigurations?;
        let mut count = 0;
        // SAFETY: the function belongs to what it is given; the number outlives the call.
        let status = unsafe { ask(self.0.as_ptr().cast(), &raw mut count) };
        (status == 0).then_some(count)
    }

    /// The configuration in that place, with all that belongs to it.
    fn configuration(&self, index: u8) -> Option<Vec<u8>> {
        let ask = self.table().GetConfigurationDescriptorPtr?;
        let mut found: *mut IOUSBConfigurationDescriptor = null_mut();
        // SAFETY: the function belongs to what it is given; the pointer outlives the call.
        let status = unsafe { ask(self.0.as_ptr().cast(), index, &raw mut found) };
        let found = NonNull::new(found).filter(|_| status == 0)?.cast::<u8>();
        // SAFETY: the library keeps a whole descriptor, and until the device is dropped.
        let head = unsafe { std::slice::from_raw_parts(found.as_ptr(), HEAD) };
        let length = usize::from(u16::from_le_bytes([*head.get(2)?, *head.get(3)?]));
        if length < HEAD {
            return None;
        }
        // SAFETY: it has made room for as many bytes as this length, which it read first.
        let whole = unsafe { std::slice::from_raw_parts(found.as_ptr(), length) };
        Some(whole.to_vec())
    }

    /// The string descriptor of that number, which the device itself is asked for.
    fn string(&self, number: u8) -> Option<Vec<u8>> {
        let ask = self.table().DeviceRequestTO?;
        let mut bytes = [0_u8; STRING_LENGTH as usize];
        let mut request = IOUSBDevRequestTO {
            bmRequestType: GET_DESCRIPTOR.0,
            bRequest: GET_DESCRIPTOR.1,
            wValue: u16::from_be_bytes([STRING, number]),
            wIndex: ENGLISH,
            wLength: STRING_LENGTH,
            pData: bytes.as_mut_ptr().cast(),
            wLenDone: 0,
            noDataTimeout: PATIENCE,
            completionTimeout: PATIENCE,
        };
        // SAFETY: the function belongs to what it is given; the request and the room it
        // names outlive the call, which waits until it is done.
        let status = unsafe { ask(self.0.as_ptr().cast(), &raw mut request) };
        let length = usize::try_from(request.wLenDone).ok().filter(|_| status == 0)?;
        bytes.get(..length).map(<[u8]>::to_vec)
    }

    fn table(&self) -> &IOUSBDeviceInterface182 {
        // SAFETY: the table lives as long as the device, which is dropped with us.
        unsafe { &**self.0.as_ptr() }
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        if let Some(release) = self.table().Release {
            // SAFETY: it was made for us and is not used again.
            unsafe { release(self.0.as_ptr().cast()) };
        }
    }
}

const fn id(number: u128) -> CFUUIDBytes {
    let bytes = number.to_be_bytes();
    CFUUIDBytes {
        byte0: bytes[0],
        byte1: bytes[1],
        byte2: bytes[2],
        byte3: bytes[3],
        byte4: bytes[4],
        byte5: bytes[5],
        byte6: bytes[6],
        byte7: bytes[7],
        byte8: bytes[8],
        byte9: bytes[9],
        byte10: bytes[10],
        byte11: bytes[11],
        byte12: bytes[12],
        byte13: bytes[13],
        byte14: bytes[14],
        byte15: bytes[15],
    }
}
