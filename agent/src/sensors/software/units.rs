//! Units of systemd (systemd.unit(5)) and desktop entries that are started at
//! login (Desktop Application Autostart Specification 0.5).
//!
//! Of the units that come with packages only the names are read. What starts
//! is read of those that somebody put where an administrator's and users' own
//! units are, or enabled there: a few dozen files and not hundreds.

use super::Installed;
use super::places::Places;

/// Where packages put units.
const VENDOR: [&str; 3] =
    ["/usr/lib/systemd/system", "/lib/systemd/system", "/usr/lib/systemd/user"];

/// Where those who run this machine put and enable units.
const OWN: [&str; 5] = [
    "/etc/systemd/system",
    "/run/systemd/system",
    "/usr/local/lib/systemd/system",
    "/etc/systemd/user",
    "/usr/local/lib/systemd/user",
];

/// Where a user puts and enables units, below the home.
const USERS: [&str; 2] = [".config/systemd/user", ".local/share/systemd/user"];

/// The kinds of units that start a program, themselves or through another.
const KINDS: [&str; 4] = ["service", "socket", "timer", "path"];

pub(super) fn systemd(places: &mut Places) -> Installed {
    let mut found = Installed::default();
    for folder in VENDOR {
        for name in places.names(folder).into_iter().filter(|name| is_unit(name)) {
            places.add("systemd", &mut found.units, name);
        }
    }
    let users = USERS.iter().flat_map(|folder| places.of_users(folder));
    let own: Vec<String> = OWN.iter().map(|&folder| folder.to_owned()).chain(users).collect();
    for folder in own {
        for name in places.names(&folder) {
            take(places, &mut found, &folder, name);
        }
    }
    found
}

/// Takes in a unit, the units that are enabled for a target, or what overrides
/// a service.
fn take(places: &mut Places, found: &mut Installed, folder: &str, name: String) {
    let path = format!("{folder}/{name}");
    if is_unit(&name) {
        unit(places, found, &path, name);
    } else if matches!(ending(&name), "wants" | "requires") {
        for name in places.names(&path).into_iter().filter(|name| is_unit(name)) {
            unit(places, found, &format!("{path}/{name}"), name);
        }
    } else if name.ends_with(".service.d") {
        for part in places.names(&path).iter().filter(|part| ending(part) == "conf") {
            starts(places, found, "systemd", &format!("{path}/{part}"));
        }
    }
}

fn unit(places: &mut Places, found: &mut Installed, path: &str, name: String) {
    if ending(&name) == "service" {
        starts(places, found, "systemd", path);
    }
    places.add("systemd", &mut found.units, name);
}

fn starts(places: &mut Places, found: &mut Installed, source: &str, file: &str) {
    for program in places.commands(file) {
        places.add(source, &mut found.commands, program);
    }
}

fn is_unit(name: &str) -> bool {
    KINDS.contains(&ending(name))
}

/// What follows the last dot of a name. It says what kind of file it is; its
/// case matters.
fn ending(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, ending)| ending)
}

pub(super) fn autostart(places: &mut Places) -> Installed {
    let mut found = Installed::default();
    let users = places.of_users(".config/autostart");
    for folder in ["/etc/xdg/autostart".to_owned()].into_iter().chain(users) {
        let names = places.names(&folder);
        for name in names.into_iter().filter(|name| ending(name) == "desktop") {
            starts(places, &mut found, "autostart", &format!("{folder}/{name}"));
            places.add("autostart", &mut found.entries, name);
        }
    }
    found
}
