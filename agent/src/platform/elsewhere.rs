//! What only Windows has, where it is not.

use super::Begun;
use super::Entry;
use super::Life;
use std::fs;
use std::io;
use std::path::Path;

/// Writes entries into Windows' event log, in order.
pub fn write_event_log(_entries: &[Entry]) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Runs `work`, as a service if the service control manager started us; gives
/// its exit code.
pub fn live(work: impl FnOnce(Life) -> u8 + Send + 'static) -> io::Result<u8> {
    Ok(work(Life::Program))
}

/// Tells the service control manager that we run.
pub fn tell_ready() {}

/// Makes a folder that only its owner may use, from the moment it is there.
pub fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Whose a file or folder is, if it is a stranger's: where only root may make what
/// we are given, it is nobody's.
pub fn stranger(_path: &Path) -> io::Result<Option<String>> {
    Ok(None)
}

/// True for what leads elsewhere; where only root may make what we are given, that
/// is how root wants it.
pub fn leads_elsewhere(_path: &Path) -> io::Result<bool> {
    Ok(false)
}

/// Makes a service of us that runs with these arguments and may use `state`; gives what
/// could not be set, each in a sentence.
pub fn install(_arguments: &[&str], _state: &Path, _again: bool) -> io::Result<Vec<String>> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Starts the service, and waits until it runs or has ended.
pub fn start() -> io::Result<Begun> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Stops the service and removes it, and what came with it.
pub fn remove() -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
