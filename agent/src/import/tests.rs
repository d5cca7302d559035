//! What a sensor says of an import is what it says of the machine itself.

mod lsusb;
mod edid;
mod printed;

use super::Imported;
use super::Kind;
use super::import;
use crate::host::Recording;
use crate::sensors;
use model::Observation;

fn taken(kind: Kind, content: &str) -> Imported {
    import(kind, "dump.txt", content.as_bytes()).unwrap()
}

fn refused(kind: Kind, content: &[u8]) -> String {
    import(kind, "dump.txt", content).unwrap_err().to_string()
}

fn look(sensor: &str, recording: &Recording) -> Vec<Observation> {
    sensors::find(sensor).unwrap().look(recording).unwrap()
}
