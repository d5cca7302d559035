//! What a Windows machine says is installed, source by source.

mod command;
mod registry;
mod tasks;
pub(super) mod kept;
#[cfg(test)]
mod tests;

use super::Installed;
use super::browsers;
use super::browsers::WINDOWS;
use super::places::Places;
use super::signers;
use super::told;
use crate::host::Host;
use crate::sensors::Blind;
use model::Observation;
use std::io;

pub(super) use registry::user;

/// Folders that programs make for themselves: the names in them and, where
/// makers have one for all they make, the names in those.
const FOLDERS: [&str; 2] = ["C:/ProgramData", "C:/Program Files (x86)/Splashtop/Splashtop Remote"];
const MAKERS: [&str; 2] = ["C:/Program Files", "C:/Program Files (x86)"];

/// Folders full of files of Windows' own; folders in them have no ending.
const WINDOWS_OWN: [&str; 2] = ["C:/Windows", "C:/Windows/SysWOW64"];

/// Where a user's programs put themselves, below the home.
const USERS: [&str; 3] = ["AppData/Local", "AppData/Local/Programs", "AppData/Roaming"];

/// Where links are that are followed when somebody logs in, below the folder of
/// all users or `AppData/Roaming` of one.
const STARTUP: &str = "Microsoft/Windows/Start Menu/Programs/Startup";

/// `Absent` if none of all the sources is there, as in a recording of other
/// sensors. Fails if the registry cannot be read; all else that cannot be read
/// is told as `unread`.
pub(super) fn installed(host: &dyn Host) -> Result<Vec<Observation>, Blind> {
    match host.registry(registry::SERVICES) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(Blind::at("registry")(error));
        }
        _ => {}
    }
    let mut places = Places::of(host);
    let users = registry::users(&mut places);
    let mut extensions = browsers::extensions(&mut places, &WINDOWS);
    registry::extensions(&mut places, &users, &mut extensions.extensions);
    let sources = [
        ("uninstall", "Uninstall keys", registry::uninstall(&mut places, &users)),
        ("services", registry::SERVICES, registry::services(&mut places)),
        ("autostart", "Run keys and Startup folders", autostart(&mut places, &users)),
        ("tasks", tasks::TASKS, tasks::tasks(&mut places)),
        ("store", "Appx keys", registry::store(&mut places, &users)),
        ("native-messaging", "browsers' keys", registry::native_hosts(&mut places, &users)),
        ("extensions", "browsers' profiles and keys", extensions),
        ("folders", "folders of the system and of users", folders(&mut places)),
    ];
    let signed = signers::of(host, &mut places);
    let sources = sources.into_iter().chain([("signers", "programs that are started", signed)]);
    told(sources, places)
}

/// What starts when somebody logs in.
fn autostart(places: &mut Places, users: &[String]) -> Installed {
    let mut found = registry::run(places, users);
    let own = places.of_users(&format!("AppData/Roaming/{STARTUP}"));
    for folder in [format!("C:/ProgramData/{STARTUP}")].into_iter().chain(own) {
        for name in places.names(&folder).into_iter().filter(|name| name != "desktop.ini") {
            places.add("autostart", &mut found.entries, name);
        }
    }
    found
}

fn folders(places: &mut Places) -> Installed {
    let mut found = Installed::default();
    let mut add = |places: &mut Places, path: &str| {
        let path = places.homely(path);
        places.add("folders", &mut found.folders, path);
    };
    for folder in FOLDERS
        .map(str::to_owned)
        .into_iter()
        .chain(USERS.iter().flat_map(|folder| places.of_users(folder)).collect::<Vec<_>>())
    {
        for name in places.names(&folder) {
            add(places, &format!("{folder}/{name}"));
        }
    }
    for folder in WINDOWS_OWN {
        for name in places.names(folder).into_iter().filter(|name| !name.contains('.')) {
            add(places, &format!("{folder}/{name}"));
        }
    }
    for folder in MAKERS {
        for name in places.names(folder) {
            let maker = format!("{folder}/{name}");
            for name in places.names(&maker) {
                add(places, &format!("{maker}/{name}"));
            }
            add(places, &maker);
        }
    }
    for home in places.homes() {
        for name in places.names(&home).into_iter().filter(|name| name.starts_with('.')) {
            add(places, &format!("{home}/{name}"));
        }
    }
    found
}
