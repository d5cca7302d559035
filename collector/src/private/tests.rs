//! Folders and files are closed to others.
#![cfg(unix)]

use super::*;
use std::os::unix::fs::PermissionsExt;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_new_folder_and_its_files_are_closed_to_others() {
    let state = tempfile::tempdir().unwrap();
    let inner = state.path().join("one/two");
    folder(&inner, "mark").unwrap();
    write(&inner.join("key"), b"one").unwrap();
    write(&inner.join("key"), b"two").unwrap();
    touch(&inner.join("db")).unwrap();
    assert_eq!(
        (mode(&inner), mode(&inner.join("key")), mode(&inner.join("db"))),
        (0o700, 0o600, 0o600)
    );
    assert_eq!(read(&inner.join("key")).unwrap(), Some(b"two".to_vec()));
    assert_eq!(read(&inner.join("none")).unwrap(), None);
}

#[test]
fn an_open_folder_is_closed_if_it_is_ours_and_left_alone_otherwise() {
    let state = tempfile::tempdir().unwrap();
    fs::set_permissions(state.path(), fs::Permissions::from_mode(0o755)).unwrap();
    touch(&state.path().join("something")).unwrap();
    folder(state.path(), "mark").unwrap();
    assert_eq!(mode(state.path()), 0o755);
    touch(&state.path().join("mark")).unwrap();
    folder(state.path(), "mark").unwrap();
    assert_eq!(mode(state.path()), 0o700);
}
