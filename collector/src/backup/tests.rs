//! A backup is whole or none, and so is what is put back.
#![expect(clippy::disallowed_methods, reason = "the test looks at files and breaks them")]

use super::*;
use crate::private;
use crate::store;
use rusqlite::Connection;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

struct Place {
    folder: TempDir,
}

impl Place {
    /// A state folder with a database that is being written to, and files.
    fn new() -> (Self, Connection) {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        let connection = store::create(&place.state()).unwrap();
        connection
            .execute_batch(
                "insert into account (name, password) values ('ada', 'x');
                 insert into session values (x'00', 'ada', 'c', 'password', '', '', '2100-01-01T00:00:00Z');",
            )
            .unwrap();
        private::write(&place.state().join("authority.key"), b"secret").unwrap();
        private::write(&place.state().join(ADDRESSES), b"{}").unwrap();
        private::folder(&place.state().join("geo"), "x").unwrap();
        private::write(&place.state().join("geo/a.ranges"), b"here").unwrap();
        (place, connection)
    }

    fn state(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("backup.tar.zst")
    }

    fn make(&self, force: bool) -> Result<Made, Failed> {
        make(&self.state(), &self.file(), force, &|_| {}, now())
    }

    fn restore(&self, to: &str) -> Result<Contents, Failed> {
        restore(&self.folder.path().join(to), &self.file(), &|_| {})
    }
}

fn now() -> Timestamp {
    "2026-11-24T09:00:00Z".parse().unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let files = private::files(folder).unwrap();
    files.iter().map(|name| name.to_str().unwrap().to_owned()).collect()
}

/// Of a folder, every name and its bytes.
fn all(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let read = |name: String| (name.clone(), fs::read(folder.join(name)).unwrap());
    names(folder).into_iter().map(read).collect()
}

#[test]
fn what_is_put_back_is_what_was_there_without_what_passes() {
    let (place, connection) = Place::new();
    let made = place.make(false).unwrap();
    connection.execute("insert into account (name, password) values ('bob', 'x')", []).unwrap();
    assert_eq!(place.restore("other").unwrap(), made.contents);
    let other = place.folder.path().join("other");
    assert_eq!(names(&other), ["authority.key", "collector.db", "geo/a.ranges"]);
    assert_eq!(fs::read(other.join("geo/a.ranges")).unwrap(), b"here");
    let store = store::open(&other).unwrap();
    let text = "select group_concat(name), (select count(*) from session) from account";
    let found: (String, i64) =
        store.query_row(text, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    assert_eq!(found, ("ada".to_owned(), 0), "what came after the backup, or somebody signed in");
}

#[cfg(unix)]
#[test]
fn nobody_else_may_read_a_backup_or_what_is_put_back() {
    use std::os::unix::fs::PermissionsExt;

    let (place, _connection) = Place::new();
    place.make(false).unwrap();
    place.restore("other").unwrap();
    let mode = |name: &str| {
        let path = place.folder.path().join(name);
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    };
    assert_eq!((mode("backup.tar.zst"), mode("other")), (0o600, 0o700));
    assert_eq!((mode("other/authority.key"), mode("other/collector.db")), (0o600, 0o600));
    assert_eq!((mode("other/geo"), mode("other/geo/a.ranges")), (0o700, 0o600));
}

#[test]
fn a_backup_is_not_replaced_unless_that_is_wanted_and_nothing_is_left_beside_it() {
    let (place, _connection) = Place::new();
    place.make(false).unwrap();
    let before = fs::read(place.file()).unwrap();
    assert!(matches!(place.make(false), Err(Failed::There(_))));
    assert_eq!(fs::read(place.file()).unwrap(), before);
    place.make(true).unwrap();
    fs::remove_dir_all(place.state()).unwrap();
    assert!(matches!(place.make(true), Err(Failed::Store(_))));
    assert_eq!(names(place.folder.path()), ["backup.tar.zst"]);
}

#[test]
fn a_backup_within_the_state_folder_is_refused() {
    let (place, _connection) = Place::new();
    let inside = place.state().join("geo/backup");
    let told = make(&place.state(), &inside, false, &|_| {}, now()).unwrap_err().to_string();
    let expected =
        format!("{} is in the state folder itself: a backup belongs elsewhere", inside.display());
    assert_eq!(told, expected);
}

#[test]
fn of_a_backup_that_is_broken_nothing_is_put_there() {
    let (place, _connection) = Place::new();
    place.make(false).unwrap();
    let whole = fs::read(place.file()).unwrap();
    let other = place.folder.path().join("other");
    place.restore("other").unwrap();
    let good = all(&other);
    fs::remove_dir_all(&other).unwrap();
    let is_refused = |bytes: &[u8]| {
        fs::write(place.file(), bytes).unwrap();
        match place.restore("other") {
            Ok(_) => {
                // Some bits of zstd mean nothing.
                assert_eq!(all(&other), good);
                fs::remove_dir_all(&other).unwrap();
                false
            }
            Err(failed) => {
                assert!(matches!(failed, Failed::Broken(..)), "{failed}");
                assert!(!other.exists());
                true
            }
        }
    };
    assert!(is_refused(b"no backup at all"));
    for part in 0..16 {
        assert!(is_refused(&whole[..whole.len() * part / 16]), "{part}/16");
    }
    let places = (0..whole.len()).step_by(whole.len() / 200 + 1);
    let changed = places.clone().map(|at| {
        let mut changed = whole.clone();
        changed[at] ^= 0x10;
        changed
    });
    let refused = changed.filter(|bytes| is_refused(bytes)).count();
    assert!(refused > places.len() * 9 / 10, "{refused} of {}", places.len());
}

/// An archive of these entries, as somebody else might make one.
fn archive(entries: &[(&str, &[u8])], file: &Path) {
    let mut archive = tar::Builder::new(zstd::Encoder::new(Vec::new(), 1).unwrap());
    for (name, bytes) in entries {
        let mut header = tar::Header::new_gnu();
        header.as_gnu_mut().unwrap().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(bytes.len() as u64);
        header.set_mode(0o600);
        header.set_cksum();
        archive.append(&header, *bytes).unwrap();
    }
    fs::write(file, archive.into_inner().unwrap().finish().unwrap()).unwrap();
}

#[test]
fn a_file_that_would_lie_elsewhere_is_refused() {
    let (place, _connection) = Place::new();
    for name in ["../outside", "/tmp/outside", "geo/../../outside"] {
        archive(&[(name, b"x")], &place.file());
        let told = place.restore("other").unwrap_err().to_string();
        assert!(told.ends_with("it holds a file with a strange name"), "{name}: {told}");
        assert!(!place.folder.path().join("outside").exists());
    }
}

#[test]
fn a_damaged_database_and_one_of_a_newer_collector_are_not_put_back() {
    let (place, connection) = Place::new();
    let known = store::measure(&place.state()).unwrap().version;
    connection.pragma_update(None, "user_version", 1000).unwrap();
    drop(connection);
    assert!(matches!(place.make(false), Err(Failed::Store(StoreError::Newer(1000)))));
    let try_it = |bytes: &[u8]| {
        let mut packed = Hashed::new(bytes);
        io::copy(&mut packed, &mut io::sink()).unwrap();
        let files = BTreeMap::from([(store::FILE.to_owned(), packed.packed())]);
        let contents = Contents {
            format: FORMAT,
            made_at: now(),
            collector: "0".to_owned(),
            database: known,
            files,
        };
        let text = serde_json::to_vec(&contents).unwrap();
        archive(&[(store::FILE, bytes), (CONTENTS, &text)], &place.file());
        place.restore("other").unwrap_err()
    };
    let bytes = fs::read(place.state().join(store::FILE)).unwrap();
    assert!(matches!(try_it(&bytes), Failed::Store(StoreError::Newer(1000))));
    let mut wrong = bytes.clone();
    wrong[60..64].copy_from_slice(&1_u32.to_be_bytes());
    let end = wrong.len();
    wrong[4096..end].iter_mut().step_by(7).for_each(|byte| *byte ^= 0xff);
    assert!(matches!(try_it(&wrong), Failed::Store(_)));
    assert!(!place.folder.path().join("other").exists());
}

#[test]
fn a_folder_that_holds_something_or_is_claimed_is_left_alone() {
    let (place, _connection) = Place::new();
    place.make(false).unwrap();
    let before = all(&place.state());
    let told = place.restore("state").unwrap_err().to_string();
    assert!(told.ends_with("then restore into the empty folder"), "{told}");
    assert_eq!(all(&place.state()), before);
    let claim = private::claim(&place.state()).unwrap();
    assert!(matches!(place.restore("state"), Err(Failed::Runs(_))));
    drop(claim);
}

#[test]
fn a_restore_that_was_broken_off_is_begun_again() {
    let (place, _connection) = Place::new();
    place.make(false).unwrap();
    let half = place.folder.path().join("other").join(BROKEN_OFF);
    fs::create_dir_all(&half).unwrap();
    fs::write(half.join("authority.key"), b"half of").unwrap();
    place.restore("other").unwrap();
    assert!(!half.exists());
    assert_eq!(fs::read(place.folder.path().join("other/authority.key")).unwrap(), b"secret");
}
