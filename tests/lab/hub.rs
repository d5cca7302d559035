//! A high-speed hub with one device on it.

use super::description::Speed;
use super::peripheral::Answer;
use super::usbip::Setup;

const CONNECTED: u16 = 1;
const ENABLED: u16 = 2;
const POWERED: u16 = 0x100;
const RESET: u16 = 4;
const POWER: u16 = 8;
const RESET_HAS_ENDED: u16 = 0x10;

/// The endpoint that would tell of changes; the device's own are below it.
pub const CHANGES: u8 = 15;

/// A hub of seven ports.
pub struct Hub {
    /// The port, from 1, the device is on.
    port: u16,
    speed: Speed,
    status: u16,
    changes: u16,
    /// True once the host has asked for the device on it.
    pub is_passed: bool,
}

impl Hub {
    /// A hub with a device of this speed on this port.
    pub fn with(port: u16, speed: Speed) -> Self {
        Self { port, speed, status: CONNECTED, changes: CONNECTED, is_passed: false }
    }

    /// The device and the configuration descriptor of a hub with this identity.
    pub fn descriptors(vendor: u16, product: u16) -> [Vec<u8>; 2] {
        let mut device = vec![18, 1, 0, 2, 9, 0, 1, 64];
        device.extend(vendor.to_le_bytes());
        device.extend(product.to_le_bytes());
        device.extend([0, 1, 0, 0, 0, 1]);
        let configuration = [
            &[9, 2, 25, 0, 1, 1, 0, 0xe0, 50][..],
            &[9, 4, 0, 0, 1, 9, 0, 0, 0],
            &[7, 5, 0x80 | CHANGES, 3, 1, 0, 12],
        ];
        [device, configuration.concat()]
    }

    /// Answers a request of the hub class; `None` if it is another one.
    pub fn answer(&mut self, setup: Setup) -> Option<Answer> {
        let is_here = setup.index == self.port;
        Some(match (setup.kind, setup.request) {
            (0xa0, 6) => Answer::Data(vec![9, 0x29, 7, 0, 0, 1, 0, 0, 0xff]),
            (0xa0, 0) => Answer::Data(vec![0; 4]),
            (0xa3, 0) if is_here => Answer::Data(self.port_status()),
            (0xa3, 0) => Answer::Data([POWERED, 0].map(u16::to_le_bytes).concat()),
            (0x23, 3) if is_here => self.set(setup.value),
            (0x23, 1) if is_here => self.clear(setup.value),
            (0x20 | 0x23, _) => Answer::Data(Vec::new()),
            _ => return None,
        })
    }

    fn port_status(&self) -> Vec<u8> {
        let speed = match self.speed {
            Speed::Low => 0x200,
            Speed::Full => 0,
            Speed::High => 0x400,
        };
        [self.status | speed, self.changes].map(u16::to_le_bytes).concat()
    }

    fn set(&mut self, feature: u16) -> Answer {
        match feature {
            RESET => {
                self.status |= ENABLED;
                self.changes |= RESET_HAS_ENDED;
                self.is_passed = true;
            }
            POWER => self.status |= POWERED,
            _ => {}
        }
        Answer::Data(Vec::new())
    }

    /// The features from 16 on are the changes, in the order of their bits.
    fn clear(&mut self, feature: u16) -> Answer {
        if let Some(change) = feature.checked_sub(16).filter(|bit| *bit < 16) {
            self.changes &= !(1 << change);
        }
        Answer::Data(Vec::new())
    }
}
