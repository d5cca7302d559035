//! macOS: the I/O Registry, the dynamic store, and Endpoint Security for processes.

mod programs;
mod system;

use super::Hint;
use crate::host::Live;
use std::sync::Arc;
use tokio::sync::mpsc::Sender;
use tokio::sync::mpsc::error::TrySendError;

/// Listening goes on while this is kept.
pub struct Ears {
    _programs: Option<programs::Ear>,
    _system: Option<system::Ear>,
}

/// Listens to all. Gives what could not be opened, each in a sentence.
///
/// Nothing else tells of all processes as they start: kqueue tells only of those
/// one already knows, and the audit trail has been switched off since macOS 14.
pub fn listen(live: &Arc<Live>, to: &Sender<Hint>, endpoint_security: bool) -> (Ears, Vec<String>) {
    let mut deaf = Vec::new();
    let programs = endpoint_security.then(|| programs::listen(live, to)).and_then(|ear| {
        ear.map_err(|reason| deaf.push(format!("cannot hear processes start: {reason}"))).ok()
    });
    if !endpoint_security {
        tracing::info!("`macos.endpoint_security` is off: scheduled looks see programs");
    }
    let system = system::listen(to)
        .map_err(|error| deaf.push(format!("cannot hear devices and networks change: {error}")));
    let system = system.ok().map(|(ear, told)| {
        deaf.extend(told);
        ear
    });
    (Ears { _programs: programs, _system: system }, deaf)
}

/// Hints that these sensors should look; true if nobody listens any more. A full
/// channel already holds enough to make them look.
fn is_closed(to: &Sender<Hint>, sensors: &[&'static str]) -> bool {
    let is_gone = |sensor: &&'static str| {
        matches!(to.try_send(Hint::Look(sensor)), Err(TrySendError::Closed(_)))
    };
    sensors.iter().any(is_gone)
}
