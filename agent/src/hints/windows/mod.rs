//! Windows: the device manager, the network tables, the registry, sessions, and
//! for processes a trace session of our own, or else WMI.

mod devices;
mod networks;
mod power;
mod programs;
mod registry;
mod sessions;
mod wine;
mod wmi;

use super::Hint;
use super::pending::Audience;
use crate::host::Live;
use std::io;
use std::sync::Arc;
use tokio::sync::mpsc::Sender;
use tokio::sync::mpsc::error::TrySendError;
use windows_sys::core::GUID;

/// Listening goes on while this is kept.
#[derive(Default)]
pub struct Ears {
    _devices: Option<devices::Ear>,
    _networks: Option<networks::Ears>,
    _power: Option<power::Ears>,
    _programs: Option<Programs>,
    _registry: Option<registry::Ear>,
    _sessions: Option<sessions::Ear>,
}

/// Listens to all. Gives what could not be opened, each in a sentence.
pub fn listen(live: &Arc<Live>, to: &Sender<Hint>) -> (Ears, Vec<String>) {
    let mut deaf = Vec::new();
    let ears = Ears {
        _devices: kept(devices::listen(to), "devices come and go", &mut deaf),
        _networks: kept(networks::listen(to), "routes change", &mut deaf),
        _power: kept(power::listen(to), "the lid and the adapter", &mut deaf),
        _programs: hear_programs(live, to, &mut deaf),
        _registry: kept(registry::listen(to), "software being installed", &mut deaf),
        _sessions: kept(sessions::listen(to), "people log in and out", &mut deaf),
    };
    (ears, deaf)
}

/// By what we hear of processes.
enum Programs {
    Traced(#[expect(dead_code, reason = "it hears until it is dropped")] programs::Ear),
    Polled(#[expect(dead_code, reason = "it hears until it is dropped")] wmi::Ear),
}

/// WMI is asked where no trace session can be had.
fn hear_programs(live: &Arc<Live>, to: &Sender<Hint>, deaf: &mut Vec<String>) -> Option<Programs> {
    let audience = Audience::gather(live, to);
    let refused = match programs::listen(audience.clone()) {
        Ok(ear) => {
            tracing::info!("hears processes start by a trace session");
            return Some(Programs::Traced(ear));
        }
        Err(error) => error,
    };
    match wmi::listen(audience) {
        Ok(ear) => {
            tracing::info!("hears processes start by WMI");
            deaf.push(format!(
                "cannot hear those processes start that end within a second: {refused}, and WMI, which \
                 tells of the others, asks once a second"
            ));
            Some(Programs::Polled(ear))
        }
        Err(error) => {
            deaf.push(format!("cannot hear processes start: {refused}; nor by WMI: {error}"));
            None
        }
    }
}

fn kept<T>(ear: io::Result<T>, what: &str, deaf: &mut Vec<String>) -> Option<T> {
    ear.map_err(|error| deaf.push(format!("cannot hear {what}: {error}"))).ok()
}

/// Hints that these sensors should look; true if nobody listens any more. A full
/// channel already holds enough to make them look.
fn is_closed(to: &Sender<Hint>, sensors: &[&'static str]) -> bool {
    let is_gone = |sensor: &&'static str| {
        matches!(to.try_send(Hint::Look(sensor)), Err(TrySendError::Closed(_)))
    };
    sensors.iter().any(is_gone)
}

/// A number the system gives for how a call went; zero is well.
fn checked(code: u32) -> io::Result<()> {
    match code {
        0 => Ok(()),
        code => Err(io::Error::from_raw_os_error(code.cast_signed())),
    }
}

/// A name as Windows takes it: UTF-16 with a zero at its end.
fn wide(name: &str) -> Vec<u16> {
    name.encode_utf16().chain([0]).collect()
}

/// A GUID as it is written, `{A5DCBF10-…}`, as one number.
fn number(guid: GUID) -> u128 {
    let low = u64::from_be_bytes(guid.data4);
    u128::from(guid.data1) << 96
        | u128::from(guid.data2) << 80
        | u128::from(guid.data3) << 64
        | u128::from(low)
}

#[cfg(test)]
mod tests {
    //! On Windows itself, or on Wine, which tells what it cannot.

    use super::*;
    use crate::hints::trace;
    use tokio::sync::mpsc::channel;

    #[tokio::test]
    async fn what_wine_cannot_tell_is_said_and_the_rest_is_listened_to() {
        let (to, hints) = channel(64);
        let (ears, deaf) = listen(&Arc::new(Live::new()), &to);
        let of = |what: &str| deaf.iter().any(|sentence| sentence.contains(what));
        assert_eq!(of("devices come and go"), wine::is_wine(), "{deaf:?}");
        assert!(!of("software"), "{deaf:?}");
        assert!(!of("routes"), "{deaf:?}");
        assert!(!of("lid"), "{deaf:?}");
        // All threads end and are waited for.
        drop(hints);
        drop(ears);
    }

    #[test]
    fn a_guid_is_the_number_it_is_written_as() {
        let class = 0xa5dc_bf10_6530_11d2_901f_00c0_4fb9_51ed;
        assert_eq!(number(GUID::from_u128(class)), class);
    }

    #[test]
    fn a_drive_has_a_device() {
        let drives = programs::drives();
        let (letter, device) = drives.first().expect("there is a drive");
        assert_eq!(trace::path(&format!("{device}\\a.exe"), &drives), format!("{letter}:\\a.exe"));
    }
}
