//! The strings of a USB device: which there are, and what one says. All of it
//! comes from the device.

use super::client;

/// The kind of descriptors of configurations, and of interfaces.
pub const CONFIGURATION: u8 = 2;
const INTERFACE: u8 = 4;

/// The numbers of the strings that a configuration and its interfaces name.
pub fn named(configuration: &[u8]) -> Vec<u8> {
    let (mut numbers, mut rest) = (Vec::new(), configuration);
    while let Some(&length) = rest.first().filter(|&&length| length >= 2) {
        let Some((one, after)) = rest.split_at_checked(length.into()) else { break };
        match *one {
            [_, CONFIGURATION, _, _, _, _, name, ..]
            | [_, INTERFACE, _, 0, _, _, _, _, name, ..] => numbers.push(name),
            _ => {}
        }
        rest = after;
    }
    numbers
}

/// The text of a string descriptor (USB 2.0 §9.6.7).
pub fn text(bytes: &[u8]) -> Option<String> {
    let length = usize::from(*bytes.first()?);
    client::text(bytes.get(2..length.min(bytes.len()))?)
}
