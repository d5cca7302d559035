//! What the tests, the demo and the benchmarks share: real programs, started,
//! asked and stopped.

pub mod program;
pub mod port;
pub mod packed;
pub mod site;
pub mod fleet;
pub mod recorded;
pub mod crowd;
pub mod network;
pub mod watched;
#[path = "lab/room.rs"]
pub mod lab;
#[path = "kits/room.rs"]
pub mod kits;
#[path = "rtt/room.rs"]
pub mod rtt;
#[path = "../event/src/sample.rs"]
pub mod sample;
#[path = "../event/src/valid.rs"]
pub mod valid;

// The sample names it so.
use event::Event;

use std::path::PathBuf;

/// The root of the repository.
pub fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}
