//! Folders of this machine and of its users, read as far as they may be.

use super::Names;
use super::command::Commands;
use crate::host::Host;
use crate::host::Platform;
use crate::host::RegistryKey;
use std::io;

/// Names that are kept of one source. A full desktop has 5000 packages; who
/// makes more folders than this wants to be lost among them, and is told of.
pub(super) const MOST: usize = 10_000;

/// Where homes are, and root's own where that is elsewhere.
fn rooms(platform: Platform) -> (&'static str, Option<&'static str>) {
    match platform {
        Platform::Linux => ("/home", Some("/root")),
        Platform::Macos => ("/Users", Some("/var/root")),
        Platform::Windows => ("C:/Users", None),
    }
}

/// What is beside homes and is nobody's.
const NOBODYS: [&str; 8] = [
    "All Users",
    "Default",
    "Default User",
    "Guest",
    "Public",
    "Shared",
    "desktop.ini",
    "lost+found",
];

/// What is read of a host, and what of it could not be.
pub(super) struct Places<'a> {
    host: &'a dyn Host,
    homes: Vec<String>,
    /// What is there and could not be read.
    pub(super) unread: Names,
    /// True if anything of all this is there.
    pub(super) is_there: bool,
    /// Programs that others start, at their paths; who has signed them is asked.
    pub(super) programs: Names,
}

impl<'a> Places<'a> {
    /// The places of a host.
    pub(super) fn of(host: &'a dyn Host) -> Self {
        let (unread, programs) = (Names::new(), Names::new());
        let mut places = Self { host, homes: homes(host), unread, is_there: false, programs };
        let (folder, _) = rooms(host.platform());
        if let Err(error) = host.names(folder) {
            places.tell(folder, &error);
        }
        for home in places.homes.clone() {
            places.names(&home);
        }
        places
    }

    /// The same folder of each user.
    pub(super) fn of_users(&self, folder: &str) -> Vec<String> {
        self.homes.iter().map(|home| format!("{home}/{folder}")).collect()
    }

    /// The homes themselves.
    pub(super) fn homes(&self) -> Vec<String> {
        self.homes.clone()
    }

    /// The names in a folder; none if it is not there or may not be read.
    pub(super) fn names(&mut self, folder: &str) -> Vec<String> {
        match self.host.names(folder) {
            Ok(names) => {
                self.is_there = true;
                names
            }
            Err(error) => {
                self.tell(folder, &error);
                Vec::new()
            }
        }
    }

    /// The names in a folder; `None` if it is none, or may not be read.
    pub(super) fn folder(&mut self, path: &str) -> Option<Vec<String>> {
        let names = self.host.names(path);
        if let Err(error) = &names
            && error.kind() == io::ErrorKind::PermissionDenied
        {
            self.tell(path, error);
        }
        names.ok()
    }

    /// A key of the registry; an empty one if it is not there or may not be read.
    pub(super) fn key(&mut self, key: &str) -> RegistryKey {
        match self.host.registry(key) {
            Ok(found) => {
                self.is_there = true;
                found
            }
            Err(error) => {
                self.tell(key, &error);
                RegistryKey::default()
            }
        }
    }

    /// The bytes of a file of at most so many; none if it cannot be read.
    pub(super) fn file(&mut self, path: &str, most: usize) -> Vec<u8> {
        self.host.file(path, most).unwrap_or_else(|error| {
            self.tell(path, &error);
            Vec::new()
        })
    }

    /// A path as it is stated: with `~` for a home.
    pub(super) fn homely(&self, path: &str) -> String {
        homely(&self.homes, path)
    }

    /// Adds a program that something starts: who has signed it is asked later.
    pub(super) fn start(&mut self, source: &str, list: &mut Names, program: &str) {
        if self.programs.len() < MOST {
            self.programs.insert(program.to_owned());
        }
        self.add(source, list, homely(&self.homes, program));
    }

    /// The programs a unit or a desktop entry starts.
    pub(super) fn commands(&mut self, file: &str) -> Vec<String> {
        let (mut commands, mut found) = (Commands::of(file), Vec::new());
        let read = self.host.lines(file, &mut |line| found.extend(commands.take(line)));
        if let Err(error) = read {
            self.tell(file, &error);
        }
        found.iter().map(|program| homely(&self.homes, program)).collect()
    }

    /// Notes what could not be read. What is not there, and what is no file
    /// (systemd ignores a unit that is a link to `/dev/null`), need not be.
    pub(super) fn tell(&mut self, path: &str, error: &io::Error) {
        let nothing = matches!(
            error.kind(),
            io::ErrorKind::NotFound
                | io::ErrorKind::NotADirectory
                | io::ErrorKind::IsADirectory
                | io::ErrorKind::InvalidInput
        );
        if !nothing {
            self.is_there = true;
            self.unread.insert(homely(&self.homes, path));
        }
    }

    /// Adds to a list, as long as it is not too long.
    pub(super) fn add(&mut self, source: &str, list: &mut Names, name: String) {
        if list.len() < MOST {
            list.insert(name);
        } else {
            self.unread.insert(source.to_owned());
        }
    }
}

/// A path in which the home of whoever it belongs to is `~`, so that nobody's
/// name is in it. In units, `%h` is the home (systemd.unit(5)). Paths of Windows
/// get the separators that people know, and their case does not count.
pub(in crate::sensors) fn homely(homes: &[String], path: &str) -> String {
    if is_drive(path) {
        let path = path.replace('/', "\\");
        let mut homes = homes.iter().filter_map(|home| {
            let (head, rest) = path.split_at_checked(home.len())?;
            let is_home = head.eq_ignore_ascii_case(&home.replace('/', "\\"));
            (is_home && (rest.is_empty() || rest.starts_with('\\'))).then(|| format!("~{rest}"))
        });
        let found = homes.next();
        drop(homes);
        return found.unwrap_or(path);
    }
    let mut homes = homes.iter().map(String::as_str).chain(["%h"]);
    let below = homes.find_map(|home| below(home, path));
    below.map_or_else(|| path.to_owned(), |rest| format!("~{rest}"))
}

/// True for a path of Windows, `C:\…` or `C:/…`.
fn is_drive(path: &str) -> bool {
    matches!(path.as_bytes(), [letter, b':', b'\\' | b'/', ..] if letter.is_ascii_alphabetic())
}

/// What follows a folder in the path of something in it, or of itself.
pub(super) fn below<'a>(folder: &str, path: &'a str) -> Option<&'a str> {
    path.strip_prefix(folder).filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The users' homes that there are: `/root`, and what is in `/home`, `/Users`
/// or `C:/Users`.
pub fn homes(host: &dyn Host) -> Vec<String> {
    let (folder, root) = rooms(host.platform());
    let names = host.names(folder).unwrap_or_default();
    let users =
        names.iter().filter(|name| !name.starts_with('.') && !NOBODYS.contains(&name.as_str()));
    let users = users.map(|name| format!("{folder}/{name}"));
    users.chain(root.map(str::to_owned)).collect()
}

/// True of the home that is root's on every machine of its platform.
pub(super) fn is_roots(home: &str) -> bool {
    matches!(home, "/root" | "/var/root")
}
