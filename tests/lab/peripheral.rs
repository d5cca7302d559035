//! A described device, answering as the real one would.

use super::description::Description;
use super::descriptors::Descriptors;
use super::hub::CHANGES;
use super::hub::Hub;
use super::storage::Storage;
use super::usbip::Setup;
use anyhow::Context;
use std::collections::BTreeMap;

/// What a device does when it is asked.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    /// It gives this, or takes what was given.
    Data(Vec<u8>),
    /// It does not know what is wanted.
    Stall,
    /// It has nothing to say yet: no key was pressed.
    Later,
}

/// A device on the end of a cable, and the hub in between if there is one.
pub struct Peripheral {
    descriptors: Descriptors,
    /// The drives by the number of their interface.
    drives: BTreeMap<u8, Storage>,
    hub: Option<(Hub, [Vec<u8>; 2])>,
    configured: u8,
}

impl Peripheral {
    /// A described device. If it is behind a hub it is on this port of it: the
    /// virtual host controller asks by the number of the last port.
    pub fn of(description: &Description, port: u16) -> anyhow::Result<Self> {
        let hub = description.behind.first().map(|identity| {
            let (vendor, product) = identity.split_once(':').context("`behind`")?;
            let number = |text| u16::from_str_radix(text, 16);
            let descriptors = Hub::descriptors(number(vendor)?, number(product)?);
            Ok::<_, anyhow::Error>((Hub::with(port, description.speed), descriptors))
        });
        let drives = (0..)
            .zip(&description.interfaces)
            .filter(|(_, interface)| interface.class.starts_with("08/"))
            .map(|(number, _)| (number, Storage::of(&description.inquiry)));
        Ok(Self {
            descriptors: Descriptors::of(description)?,
            drives: drives.collect(),
            hub: hub.transpose()?,
            configured: 0,
        })
    }

    /// Answers a request on the control endpoint.
    ///
    /// Hub and device share one cable, and nothing says which is meant: the
    /// hub class's requests are the hub's, and the rest are the hub's until it
    /// has reset the port the device is on.
    pub fn control(&mut self, setup: Setup) -> Answer {
        if let Some((hub, [device, configuration])) = &mut self.hub {
            if let Some(answer) = hub.answer(setup) {
                return answer;
            }
            if !hub.is_passed {
                return hub_itself(setup, device, configuration);
            }
        }
        let answer = match (setup.kind, setup.request) {
            (0x80, 6) => self.descriptor(setup.value),
            (0x81, 6) => self.class_descriptor(setup),
            (0x80..=0x82, 0) => Some(vec![0, 0]),
            (0x80, 8) => Some(vec![self.configured]),
            (0x00, 9) => {
                self.configured = setup.value.to_le_bytes()[0];
                Some(Vec::new())
            }
            // GET_REPORT: nothing pressed, nothing lit.
            (0xa1, 1) => Some(vec![0; setup.length.into()]),
            // GET_MAX_LUN: one drive.
            (0xa1, 0xfe) => Some(vec![0]),
            (0x21, 0xff) => {
                let [interface, _] = setup.index.to_le_bytes();
                self.drives.get_mut(&interface).map(Storage::reset).map(|()| Vec::new())
            }
            (kind, _) if kind & 0x80 == 0 => Some(Vec::new()),
            _ => None,
        };
        cut(answer, setup)
    }

    /// What an IN endpoint gives.
    pub fn give(&mut self, endpoint: u8) -> Answer {
        if endpoint == CHANGES && self.hub.is_some() {
            return Answer::Later;
        }
        let drive = self.drive(endpoint | 0x80);
        drive.and_then(Storage::give).map_or(Answer::Later, Answer::Data)
    }

    /// Takes what is sent to an OUT endpoint.
    pub fn take(&mut self, endpoint: u8, bytes: &[u8]) {
        if let Some(drive) = self.drive(endpoint) {
            drive.take(bytes);
        }
    }

    fn drive(&mut self, address: u8) -> Option<&mut Storage> {
        let interface = self.descriptors.owners.get(&address)?;
        self.drives.get_mut(interface)
    }

    fn descriptor(&self, value: u16) -> Option<Vec<u8>> {
        let [index, kind] = value.to_le_bytes();
        match kind {
            1 => Some(self.descriptors.device.clone()),
            2 => Some(self.descriptors.configuration.clone()),
            3 if index == 0 => Some(vec![4, 3, 9, 4]),
            3 => self.descriptors.strings.get(&index).map(|text| string(text)),
            6 => self.descriptors.qualifier.clone(),
            _ => None,
        }
    }

    fn class_descriptor(&self, setup: Setup) -> Option<Vec<u8>> {
        let [interface, _] = setup.index.to_le_bytes();
        match setup.value.to_le_bytes()[1] {
            0x21 => self.descriptors.hids.get(&interface).cloned(),
            0x22 => self.descriptors.reports.get(&interface).cloned(),
            _ => None,
        }
    }
}

fn hub_itself(setup: Setup, device: &[u8], configuration: &[u8]) -> Answer {
    let answer = match (setup.kind, setup.request, setup.value.to_le_bytes()[1]) {
        (0x80, 6, 1) => Some(device.to_vec()),
        (0x80, 6, 2) => Some(configuration.to_vec()),
        (0x80, 0, _) => Some(vec![1, 0]),
        (kind, ..) if kind & 0x80 == 0 => Some(Vec::new()),
        _ => None,
    };
    cut(answer, setup)
}

/// No more than was asked for.
fn cut(answer: Option<Vec<u8>>, setup: Setup) -> Answer {
    let Some(mut bytes) = answer else { return Answer::Stall };
    bytes.truncate(setup.length.into());
    Answer::Data(bytes)
}

/// A string descriptor.
fn string(text: &str) -> Vec<u8> {
    let units = text.encode_utf16().take(126).flat_map(u16::to_le_bytes);
    let mut bytes = vec![0, 3];
    bytes.extend(units);
    bytes[0] = u8::try_from(bytes.len()).unwrap_or(u8::MAX);
    bytes
}
