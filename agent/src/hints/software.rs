//! Changes in folders where software is installed, through `notify`.
//!
//! Only folders that are there when the agent starts are watched, and not what
//! is in their folders: a scheduled look sees the rest.

use crate::host::Host;
use crate::host::Platform;
use crate::sensors::software::homes;
use notify::ErrorKind;
use notify::Event;
use notify::RecursiveMode;
use notify::Watcher;
use std::io;
use std::path::Path;
use std::path::PathBuf;

/// Where software is installed for all users.
const SYSTEM: [&str; 7] = [
    "/etc/systemd/system",
    "/etc/xdg/autostart",
    "/opt",
    "/usr/lib/systemd/system",
    "/var/lib/flatpak/app",
    "/var/lib/snapd/snaps",
    "/etc/opt/chrome/native-messaging-hosts",
];

/// Where a user installs it, below the home.
const USERS: [&str; 3] = [".config/autostart", ".config/systemd/user", ".local/share/flatpak/app"];

/// A folder in which software is installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its path.
    pub folder: PathBuf,
    /// The only files in it that count; all if there are none.
    pub files: &'static [&'static str],
}

/// Where rpm's database may be, and what it writes to there.
const RPM: [&str; 3] = ["/usr/lib/sysimage/rpm", "/usr/share/rpm", "/var/lib/rpm"];
const RPM_FILES: &[&str] = &["rpmdb.sqlite", "rpmdb.sqlite-wal"];

/// The same on Windows, where the registry has no such places: a program that is
/// installed has a folder.
const WINDOWS: [&str; 5] = [
    "C:/Program Files",
    "C:/Program Files (x86)",
    "C:/ProgramData",
    "C:/ProgramData/Microsoft/Windows/Start Menu/Programs/Startup",
    "C:/Windows/System32/Tasks",
];
const WINDOWS_USERS: [&str; 3] = [
    "AppData/Local",
    "AppData/Local/Programs",
    "AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Startup",
];

/// The same on macOS.
const MACOS: [&str; 7] = [
    "/Applications",
    "/Library/Application Support",
    "/Library/Google/Chrome/NativeMessagingHosts",
    "/Library/LaunchAgents",
    "/Library/LaunchDaemons",
    "/Library/PrivilegedHelperTools",
    "/private/var/db/receipts",
];
const MACOS_USERS: [&str; 2] = ["Applications", "Library/LaunchAgents"];

/// All that may be there. dpkg writes many files in its folder and then
/// renames a new `status` into place.
pub fn places(host: &dyn Host) -> Vec<Place> {
    let (system, users) = match host.platform() {
        Platform::Linux => (&SYSTEM[..], &USERS[..]),
        Platform::Windows => (&WINDOWS[..], &WINDOWS_USERS[..]),
        Platform::Macos => (&MACOS[..], &MACOS_USERS[..]),
    };
    let homes = homes(host);
    let users =
        users.iter().flat_map(|below| homes.iter().map(move |home| format!("{home}/{below}")));
    let folders = system.iter().map(|&folder| folder.to_owned()).chain(users);
    let place = |folder: &str, files| Place { folder: PathBuf::from(folder), files };
    if host.platform() != Platform::Linux {
        return folders.map(|folder| place(&folder, &[])).collect();
    }
    let rpm = RPM.map(|folder| place(folder, RPM_FILES));
    let dpkg = place("/var/lib/dpkg", &["status"]);
    folders.map(|folder| place(&folder, &[])).chain([dpkg]).chain(rpm).collect()
}

/// Watches the places that are there and may be read: what may not, no look
/// sees either, and the sensor tells it. Gives those that could not be watched.
pub fn watch(watcher: &mut impl Watcher, places: &[Place]) -> Vec<String> {
    let mut deaf = Vec::new();
    for Place { folder, .. } in places {
        if let Err(error) = watcher.watch(folder, RecursiveMode::NonRecursive)
            && !is_closed(&error.kind)
            // On Windows, `notify` has no kind of its own for what is not there.
            && folder.exists()
        {
            deaf.push(format!("cannot watch {}: {error}", folder.display()));
        }
    }
    deaf
}

fn is_closed(kind: &ErrorKind) -> bool {
    use io::ErrorKind::NotFound;
    use io::ErrorKind::PermissionDenied;
    match kind {
        ErrorKind::PathNotFound => true,
        ErrorKind::Io(error) => matches!(error.kind(), NotFound | PermissionDenied),
        _ => false,
    }
}

/// True if something was installed or removed, or could have been: an event
/// without a path says that events were lost.
pub fn is_changed(event: &notify::Result<Event>, places: &[Place]) -> bool {
    let Ok(event) = event else { return true };
    let is_lost = event.need_rescan() || event.paths.is_empty();
    let is_in_one = |path: &PathBuf| places.iter().any(|place| place.has(path));
    !event.kind.is_access() && (is_lost || event.paths.iter().any(is_in_one))
}

impl Place {
    fn has(&self, path: &Path) -> bool {
        let is_inside = path.parent() == Some(&self.folder);
        let is_one = |file: &&str| path.file_name().is_some_and(|name| name == *file);
        let counts = self.files.is_empty() || self.files.iter().any(is_one);
        path == self.folder || (is_inside && counts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::Recording;
    use notify::EventKind;
    use notify::event::AccessKind;
    use notify::event::AccessMode;
    use notify::event::CreateKind;
    use notify::event::Flag;
    use std::fs;
    use std::sync::mpsc::Receiver;
    use std::sync::mpsc::channel;
    use std::time::Duration;

    fn place(folder: &Path, files: &'static [&'static str]) -> Place {
        Place { folder: folder.to_owned(), files }
    }

    /// Waits for an event that is a change; other events may come before it.
    fn is_woken(events: &Receiver<notify::Result<Event>>, places: &[Place]) -> bool {
        let waits = || events.recv_timeout(Duration::from_secs(20)).ok();
        std::iter::from_fn(waits).any(|event| is_changed(&event, places))
    }

    #[expect(clippy::disallowed_methods, reason = "the test makes changes to be heard")]
    #[test]
    fn a_file_renamed_into_place_wakes() {
        let folder = tempfile::tempdir().unwrap();
        let gone = folder.path().join("gone");
        let places = [place(folder.path(), &["status"]), place(&gone, &[])];
        let (to, events) = channel();
        let mut watcher = notify::recommended_watcher(to).unwrap();
        assert_eq!(watch(&mut watcher, &places), Vec::<String>::new());
        let fresh = folder.path().join("status-new");
        fs::write(&fresh, "Package: x\n").unwrap();
        fs::read(&fresh).unwrap();
        fs::rename(&fresh, folder.path().join("status")).unwrap();
        assert!(is_woken(&events, &places));
    }

    #[test]
    fn a_folder_made_where_software_is_wakes() {
        let folder = tempfile::tempdir().unwrap();
        let places = [place(folder.path(), &[])];
        let (to, events) = channel();
        let mut watcher = notify::recommended_watcher(to).unwrap();
        assert_eq!(watch(&mut watcher, &places), Vec::<String>::new());
        fs::create_dir(folder.path().join("teamviewer")).unwrap();
        assert!(is_woken(&events, &places));
    }

    #[test]
    fn only_changes_of_what_counts_wake() {
        let places = [place(Path::new("/d"), &["status", "log"]), place(Path::new("/o"), &[])];
        let opened = EventKind::Access(AccessKind::Open(AccessMode::Any));
        let made = EventKind::Create(CreateKind::Any);
        for (kind, path, expected) in [
            (made, "/d/status", true),
            (made, "/d/log", true),
            (made, "/d/status-new", false),
            (opened, "/d/status", false),
            (made, "/o/app", true),
            (made, "/o/app/file", false),
            (made, "/o", true),
            (made, "/other", false),
        ] {
            let event = Ok(Event::new(kind).add_path(PathBuf::from(path)));
            assert_eq!(is_changed(&event, &places), expected, "{kind:?} {path}");
        }
        assert!(is_changed(&Ok(Event::new(EventKind::Other).set_flag(Flag::Rescan)), &places));
        assert!(is_changed(&Err(notify::Error::generic("lost")), &places));
    }

    #[test]
    fn each_user_has_places() {
        let host = Recording::from_toml("platform = \"linux\"\nempty = [\"/home/ada\"]").unwrap();
        let places = places(&host);
        for folder in ["/home/ada/.config/autostart", "/root/.config/systemd/user", "/opt"] {
            assert!(places.contains(&place(Path::new(folder), &[])), "{folder}");
        }
        assert!(places.contains(&place(Path::new("/var/lib/dpkg"), &["status"])));
        for folder in ["/usr/lib/sysimage/rpm", "/usr/share/rpm", "/var/lib/rpm"] {
            let rpm = place(Path::new(folder), &["rpmdb.sqlite", "rpmdb.sqlite-wal"]);
            assert!(places.contains(&rpm), "{folder}");
        }
    }

    #[test]
    fn each_platform_has_places_of_its_own() {
        for (host, folder) in [
            ("platform = \"windows\"\nempty = [\"C:/Users/ada\"]", "C:/Users/ada/AppData/Local"),
            ("platform = \"windows\"", "C:/Program Files"),
            ("platform = \"macos\"\nempty = [\"/Users/ada\"]", "/Users/ada/Library/LaunchAgents"),
            ("platform = \"macos\"", "/Library/LaunchDaemons"),
        ] {
            let places = places(&Recording::from_toml(host).unwrap());
            assert!(places.contains(&place(Path::new(folder), &[])), "{folder}");
        }
    }
}
