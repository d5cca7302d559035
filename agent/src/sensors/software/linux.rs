//! What a Linux machine says is installed, source by source.

use super::Installed;
use super::Names;
use super::browsers;
use super::browsers::LINUX;
use super::dpkg;
use super::places::MOST;
use super::places::Places;
use super::rpm;
use super::told;
use super::units;
use crate::host::Host;
use crate::sensors::Blind;
use model::Observation;

/// Where snapd puts what it installed: files, and what is in them.
const SNAPS: &str = "/var/lib/snapd/snaps";
const MOUNTED: [&str; 2] = ["/snap", "/var/lib/snapd/snap"];

/// Where programs put themselves and their settings.
const FOLDERS: [&str; 6] = ["/etc", "/opt", "/usr", "/usr/local", "/var/lib", "/var/log"];

/// Where a user's programs do, below the home.
const USERS: [&str; 2] = [".config", ".local/share"];

/// `Absent` if none of all the sources is there, as in a recording of other
/// sensors. Fails only if a list of packages is there and cannot be read; all
/// else that cannot be read is told as `unread`.
pub(super) fn installed(host: &dyn Host) -> Result<Vec<Observation>, Blind> {
    let mut places = Places::of(host);
    let (debs, rpms) = (debs(host, &mut places)?, rpms(host, &mut places)?);
    let sources = [
        ("dpkg", dpkg::STATUS, debs),
        ("rpm", rpm::SOURCE, rpms),
        ("flatpak", "/var/lib/flatpak/app and users' own", flatpak(&mut places)),
        ("snap", SNAPS, snap(&mut places)),
        ("systemd", "unit files of the system and of users", units::systemd(&mut places)),
        ("autostart", "/etc/xdg/autostart and users' own", units::autostart(&mut places)),
        ("native-messaging", "browsers' folders", browsers::native_hosts(&mut places, &LINUX)),
        ("extensions", "browsers' profiles", browsers::extensions(&mut places, &LINUX)),
        ("folders", "folders of the system and of users", folders(&mut places)),
    ];
    told(sources.into_iter(), places)
}

fn debs(host: &dyn Host, places: &mut Places) -> Result<Installed, Blind> {
    listed(dpkg::packages(host).map_err(Blind::at(dpkg::STATUS)), "dpkg", places)
}

/// A database that is there and of a kind that is not read is told: it is not
/// one without packages.
fn rpms(host: &dyn Host, places: &mut Places) -> Result<Installed, Blind> {
    let packages = rpm::packages(host).map_err(Blind::at(rpm::SOURCE));
    if packages == Err(Blind::Absent) && rpm::has_some(places) {
        places.unread.insert("rpm".to_owned());
    }
    listed(packages, "rpm", places)
}

fn listed(
    packages: Result<Names, Blind>,
    source: &str,
    places: &mut Places,
) -> Result<Installed, Blind> {
    let mut packages = match packages {
        Ok(packages) => packages,
        Err(Blind::Absent) => return Ok(Installed::default()),
        Err(failed) => return Err(failed),
    };
    places.is_there = true;
    if packages.len() >= MOST {
        places.unread.insert(source.to_owned());
        packages = packages.into_iter().take(MOST).collect();
    }
    Ok(Installed { packages, ..Installed::default() })
}

fn flatpak(places: &mut Places) -> Installed {
    let mut found = Installed::default();
    let users = places.of_users(".local/share/flatpak/app");
    for folder in ["/var/lib/flatpak/app".to_owned()].into_iter().chain(users) {
        for app in places.names(&folder) {
            places.add("flatpak", &mut found.apps, app);
        }
    }
    found
}

/// Snaps are `NAME_REVISION.snap`; where they are mounted there is a folder for
/// each, and a few that are none.
fn snap(places: &mut Places) -> Installed {
    let mut found = Installed::default();
    for file in places.names(SNAPS) {
        if let Some((name, _)) = file.strip_suffix(".snap").and_then(|file| file.split_once('_')) {
            places.add("snap", &mut found.apps, name.to_owned());
        }
    }
    for folder in MOUNTED {
        for name in places.names(folder) {
            if name != "bin" && name != "README" {
                places.add("snap", &mut found.apps, name);
            }
        }
    }
    found
}

fn folders(places: &mut Places) -> Installed {
    let mut found = Installed::default();
    for folder in FOLDERS {
        for name in places.names(folder).into_iter().filter(|name| !is_old_log(name)) {
            places.add("folders", &mut found.folders, format!("{folder}/{name}"));
        }
    }
    for home in places.homes() {
        for name in places.names(&home).into_iter().filter(|name| name.starts_with('.')) {
            places.add("folders", &mut found.folders, format!("~/{name}"));
        }
    }
    for folder in USERS {
        for users in places.of_users(folder) {
            for name in places.names(&users) {
                places.add("folders", &mut found.folders, format!("~/{folder}/{name}"));
            }
        }
    }
    found
}

/// Logs are renamed every day, which says nothing of what is installed.
fn is_old_log(name: &str) -> bool {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let is_number = !ending.is_empty() && ending.bytes().all(|byte| byte.is_ascii_digit());
    is_number || matches!(ending, "gz" | "xz" | "zst" | "old")
}
