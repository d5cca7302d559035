//! Folders of this machine and of its users, read as far as they may be.

use super::Names;
use super::command::Commands;
use crate::host::Host;
use std::io;

/// Names that are kept of one source. A full desktop has 5000 packages; who
/// makes more folders than this wants to be lost among them, and is told of.
pub(super) const MOST: usize = 10_000;

/// Where homes are, besides `/root`.
const HOMES: &str = "/home";

/// What is read of a host, and what of it could not be.
pub(super) struct Places<'a> {
    host: &'a dyn Host,
    homes: Vec<String>,
    /// What is there and could not be read.
    pub(super) unread: Names,
    /// True if anything of all this is there.
    pub(super) is_there: bool,
}

impl<'a> Places<'a> {
    /// The places of a host.
    pub(super) fn of(host: &'a dyn Host) -> Self {
        let (unread, is_there) = (Names::new(), false);
        let mut places = Self { host, homes: homes(host), unread, is_there };
        if let Err(error) = host.names(HOMES) {
            places.tell(HOMES, &error);
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
/// name is in it. In units, `%h` is the home (systemd.unit(5)).
pub(in crate::sensors) fn homely(homes: &[String], path: &str) -> String {
    let mut homes = homes.iter().map(String::as_str).chain(["%h"]);
    let below = homes.find_map(|home| below(home, path));
    below.map_or_else(|| path.to_owned(), |rest| format!("~{rest}"))
}

/// What follows a folder in the path of something in it, or of itself.
pub(super) fn below<'a>(folder: &str, path: &'a str) -> Option<&'a str> {
    path.strip_prefix(folder).filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The users' homes that there are: `/root`, and what is in `/home`.
pub fn homes(host: &dyn Host) -> Vec<String> {
    let names = host.names(HOMES).unwrap_or_default();
    let users = names.iter().filter(|name| !name.starts_with('.') && *name != "lost+found");
    users.map(|name| format!("{HOMES}/{name}")).chain(["/root".to_owned()]).collect()
}
