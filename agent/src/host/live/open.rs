//! Which processes have a file open (`proc(5)`, `/proc/PID/fd`).
//!
//! All descriptors of all processes are read for it, a few microseconds each,
//! and nothing is remembered: a file is opened without anybody being told.

use std::fs;
use std::io;
use std::path::Path;

/// The processes that have it open, in order of their ids. An error if none
/// has and some could not be looked into.
pub fn holders(path: &str) -> io::Result<Vec<u32>> {
    let (mut holders, mut closed) = (Vec::new(), None);
    for id in fs::read_dir("/proc")?.flatten() {
        let Some(id) = id.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        match holds(id, Path::new(path)) {
            Ok(true) => holders.push(id),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => closed = Some(error),
            // It has ended.
            Ok(false) | Err(_) => {}
        }
    }
    holders.sort_unstable();
    closed.filter(|_| holders.is_empty()).map_or(Ok(holders), Err)
}

/// True if a process has the file open.
fn holds(id: u32, path: &Path) -> io::Result<bool> {
    for descriptor in fs::read_dir(format!("/proc/{id}/fd"))? {
        match fs::read_link(descriptor?.path()) {
            Ok(file) if file == path => return Ok(true),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => return Err(error),
            // Another file, or it was closed.
            Ok(_) | Err(_) => {}
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;

    #[test]
    fn a_file_is_held_by_this_process_while_it_has_it_open() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("device");
        let name = path.to_str().unwrap();
        // A child that another test starts has all of ours until it runs its program.
        let is_ours = |id: &u32| Path::new(&format!("/proc/self/task/{id}")).exists();
        let ours = || match holders(name) {
            Ok(holders) => holders.into_iter().filter(is_ours).collect(),
            // In a machine within another, its first process may be closed to us.
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Vec::new(),
            Err(error) => panic!("{error}"),
        };
        assert_eq!(ours(), [0; 0]);
        let open = File::create(&path).unwrap();
        assert_eq!(ours(), [std::process::id()]);
        drop(open);
        assert_eq!(ours(), [0; 0]);
    }

    #[test]
    fn a_process_that_has_ended_is_no_holder_and_no_mistake() {
        assert_eq!(
            holds(u32::MAX, Path::new("/dev/null")).unwrap_err().kind(),
            io::ErrorKind::NotFound
        );
    }
}
