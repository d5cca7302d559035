//! What a sensor says of an import is what it says of the machine itself.

mod lsusb;
mod edid;
mod lolrmm;
mod printed;

use super::Kind;
use super::Made;
use super::import;
use crate::host::Recording;
use crate::sensors;
use model::Observation;

/// A machine, and what of it could not be taken.
#[derive(Debug, PartialEq, Eq)]
struct Taken {
    recording: Recording,
    passed_over: Vec<String>,
}

fn taken(kind: Kind, content: &str) -> Taken {
    read(kind, content.as_bytes()).unwrap()
}

fn read(kind: Kind, content: &[u8]) -> Option<Taken> {
    let imported = import(kind, "dump.txt", content).ok()?;
    match imported.made {
        Made::Recording(recording) => {
            Some(Taken { recording: *recording, passed_over: imported.passed_over })
        }
        Made::Draft(_) => None,
    }
}

fn refused(kind: Kind, content: &[u8]) -> String {
    import(kind, "dump.txt", content).unwrap_err().to_string()
}

fn look(sensor: &str, recording: &Recording) -> Vec<Observation> {
    sensors::find(sensor).unwrap().look(recording).unwrap()
}
