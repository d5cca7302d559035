//! What a Mac says is installed, source by source.
//!
//! Of configuration profiles it is what they have set and granted, not themselves:
//! only Apple's own programs may read where they are.

pub(super) mod lists;
pub(super) mod managed;
#[cfg(test)]
mod tests;

use super::Installed;
use super::browsers;
use super::browsers::MACOS;
use super::places::Places;
use super::signers;
use super::told;
use crate::host::Host;
use crate::sensors::Blind;
use model::Observation;

/// Where applications are for all users, and a user's own, below the home.
const APPLICATIONS: &str = "/Applications";

/// Where what launchd starts is, but for the system's own.
const LAUNCHD: [&str; 2] = ["/Library/LaunchDaemons", "/Library/LaunchAgents"];
const USERS_LAUNCHD: &str = "Library/LaunchAgents";

/// What installers have left of each package, a list and what was in it.
const RECEIPTS: &str = "/var/db/receipts";

/// Where programs put themselves and their settings.
const FOLDERS: [&str; 6] =
    [APPLICATIONS, "/Library/Application Support", HELPERS, "/etc", "/opt", "/usr/local"];

/// Where a user's programs do, below the home.
const USERS: [&str; 4] = [".config", ".local/share", "Applications", "Library/Application Support"];

/// Where programs are that run as root for those of users.
const HELPERS: &str = "/Library/PrivilegedHelperTools";

/// `Absent` if none of all the sources is there, as in a recording of other
/// sensors. What cannot be read is told as `unread`.
pub(super) fn installed(host: &dyn Host) -> Result<Vec<Observation>, Blind> {
    let mut places = Places::of(host);
    let sources = [
        ("applications", "/Applications and users' own", applications(&mut places)),
        ("launchd", "/Library and users' own", launchd(&mut places)),
        ("receipts", RECEIPTS, receipts(&mut places)),
        ("managed", "what profiles have set and granted", managed::managed(&mut places)),
        ("native-messaging", "browsers' folders", browsers::native_hosts(&mut places, &MACOS)),
        ("extensions", "browsers' profiles", browsers::extensions(&mut places, &MACOS)),
        ("folders", "folders of the system and of users", folders(&mut places)),
    ];
    let signed = signers::of(host, &mut places);
    let sources =
        sources.into_iter().chain([("signers", "applications and what launchd starts", signed)]);
    told(sources, places)
}

/// The bundle ids of applications, also of those in a folder of their maker.
fn applications(places: &mut Places) -> Installed {
    let mut found = Installed::default();
    let own = places.of_users("Applications");
    for folder in [APPLICATIONS.to_owned()].into_iter().chain(own) {
        for name in places.names(&folder) {
            let path = format!("{folder}/{name}");
            if is_application(&name) {
                application(places, &mut found, &path);
                continue;
            }
            for name in places.names(&path).into_iter().filter(|name| is_application(name)) {
                application(places, &mut found, &format!("{path}/{name}"));
            }
        }
    }
    found
}

fn is_application(name: &str) -> bool {
    name.strip_suffix(".app").is_some()
}

fn application(places: &mut Places, found: &mut Installed, path: &str) {
    let id = lists::bundle(places, path);
    // Apple's are signed by Apple.
    if id.as_deref().is_none_or(|id| !id.starts_with("com.apple.")) {
        places.programs.insert(path.to_owned());
    }
    if let Some(id) = id {
        places.add("applications", &mut found.bundles, id);
    }
}

/// The labels of what launchd starts, and what that is.
fn launchd(places: &mut Places) -> Installed {
    let mut found = Installed::default();
    let own = places.of_users(USERS_LAUNCHD);
    for folder in LAUNCHD.iter().map(|&folder| folder.to_owned()).chain(own) {
        for name in places.names(&folder) {
            let Some(stem) = name.strip_suffix(".plist") else { continue };
            let job = lists::job(places, &format!("{folder}/{name}"));
            let label = job.label.unwrap_or_else(|| stem.to_owned());
            places.add("launchd", &mut found.labels, label);
            if let Some(program) = job.program {
                places.start("launchd", &mut found.commands, &program);
            }
        }
    }
    for name in places.names(HELPERS) {
        places.programs.insert(format!("{HELPERS}/{name}"));
    }
    found
}

fn receipts(places: &mut Places) -> Installed {
    let mut found = Installed::default();
    for name in places.names(RECEIPTS) {
        if let Some(id) = name.strip_suffix(".plist") {
            places.add("receipts", &mut found.receipts, id.to_owned());
        }
    }
    found
}

fn folders(places: &mut Places) -> Installed {
    let mut found = Installed::default();
    let users = USERS.iter().flat_map(|folder| places.of_users(folder));
    let all: Vec<String> = FOLDERS.iter().map(|&one| one.to_owned()).chain(users).collect();
    for folder in all {
        for name in places.names(&folder) {
            let path = places.homely(&format!("{folder}/{name}"));
            places.add("folders", &mut found.folders, path);
        }
    }
    for home in places.homes() {
        for name in places.names(&home).into_iter().filter(|name| name.starts_with('.')) {
            places.add("folders", &mut found.folders, format!("~/{name}"));
        }
    }
    found
}
