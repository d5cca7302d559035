//! Software: what is installed, and where it has put itself.
//!
//! One observation for each source with lists of plain text, and not one for
//! each package: a laptop has thousands of them.

mod browsers;
mod command;
mod dpkg;
mod linux;
mod macos;
mod places;
mod recorded;
mod rpm;
mod signers;
mod units;
mod windows;
#[cfg(test)]
mod tests;

use super::Blind;
use super::Sensor;
use crate::host::Host;
use crate::host::Platform;
use crate::host::Recording;
use model::Observation;
use model::Value;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

use places::Places;
pub(super) use places::homely;
pub use places::homes;
pub use recorded::keep;
pub(super) use recorded::renamed;

/// Looks at what is installed.
pub struct Software;

/// What people are told where rpm's packages are not known, or not all.
const UNREAD_RPM: &str = "rpm's packages: a database of a kind that is not read, or with too many";

/// Sorted, each once.
type Names = BTreeSet<String>;

/// What one source says is installed. What a source does not say is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Installed {
    /// Packages of the system's package manager whose files are there.
    packages: Names,
    /// Applications of flatpak, snap or the Windows Store.
    apps: Names,
    /// Files of systemd units that start something.
    units: Names,
    /// The programs that units, services, tasks, launchd or autostart entries
    /// start, without arguments; a user's home is `~`.
    commands: Names,
    /// Desktop entries, links, or names in Run keys, that are started when
    /// somebody logs in.
    entries: Names,
    /// Programs that browser extensions may talk to, by their manifests' names.
    native_hosts: Names,
    /// Ids of browser extensions.
    extensions: Names,
    /// Paths at which programs put themselves or their settings; a user's home
    /// is `~`.
    folders: Names,
    /// Names of Windows services and drivers.
    services: Names,
    /// Paths of scheduled tasks of Windows, such as `\Vendor\Update`.
    tasks: Names,
    /// Names in the Windows list of programs that can be removed.
    uninstall: Names,
    /// Bundle ids of macOS applications.
    bundles: Names,
    /// Labels of launchd jobs.
    labels: Names,
    /// Team ids in macOS signatures.
    team_ids: Names,
    /// Who signed the Windows programs that services and the like start.
    signers: Names,
    /// Ids of macOS installer receipts.
    receipts: Names,
    /// Programs that configuration profiles let see or operate the screen of a Mac:
    /// bundle ids or paths.
    granted: Names,
    /// What is there and was not read: paths, or `rpm` for a database of a kind
    /// that is not read; and the sources of which not all was kept, for they
    /// have too many items.
    unread: Names,
}

impl Installed {
    /// Built by hand and not by `serde`: the thousands of names are moved and
    /// never copied.
    fn observe(self, subject: &str, source: &str) -> Observation {
        let fields = [
            ("packages", self.packages),
            ("apps", self.apps),
            ("units", self.units),
            ("commands", self.commands),
            ("entries", self.entries),
            ("native_hosts", self.native_hosts),
            ("extensions", self.extensions),
            ("folders", self.folders),
            ("services", self.services),
            ("tasks", self.tasks),
            ("uninstall", self.uninstall),
            ("bundles", self.bundles),
            ("labels", self.labels),
            ("team_ids", self.team_ids),
            ("signers", self.signers),
            ("receipts", self.receipts),
            ("granted", self.granted),
            ("unread", self.unread),
        ];
        let told = fields.into_iter().filter(|(_, names)| !names.is_empty());
        let fields: BTreeMap<String, Value> = told
            .map(|(field, names)| {
                let names = names.into_iter().map(Value::Text).collect();
                (field.to_owned(), Value::List(names))
            })
            .collect();
        Observation {
            sensor: "software".to_owned(),
            subject: subject.to_owned(),
            source: source.to_owned(),
            fields,
        }
    }
}

/// What each source has told, by its name and where it was read, with what was
/// not read; `Absent` if nothing of all this is there.
fn told<'a>(
    sources: impl Iterator<Item = (&'a str, &'a str, Installed)>,
    places: Places<'_>,
) -> Result<Vec<Observation>, Blind> {
    if !places.is_there {
        return Err(Blind::Absent);
    }
    let unread = Installed { unread: places.unread, ..Installed::default() };
    let sources = sources.chain([("unread", "all of these", unread)]);
    let told = sources.filter(|(.., installed)| *installed != Installed::default());
    Ok(told.map(|(name, source, installed)| installed.observe(name, source)).collect())
}

impl Sensor for Software {
    fn name(&self) -> &'static str {
        "software"
    }

    fn reads(&self) -> &'static str {
        "the names of installed packages, applications, services, scheduled tasks, autostart entries and browser \
         extensions, the programs that services, tasks and autostart entries start and who has signed them, which programs configuration profiles let operate the screen, and the names in folders where programs \
         put themselves and their settings; only names a signature asks for leave the laptop"
    }

    fn needs(&self, platform: Platform) -> Option<&'static str> {
        match platform {
            Platform::Linux => Some("CAP_DAC_READ_SEARCH"),
            Platform::Windows => Some("SeBackupPrivilege, for users' folders"),
            Platform::Macos => Some(
                "root, and SystemPolicyAllFiles (Full Disk Access) for users' folders and for what profiles grant",
            ),
        }
    }

    fn look(&self, host: &dyn Host) -> Result<Vec<Observation>, Blind> {
        match host.platform() {
            Platform::Linux => linux::installed(host),
            Platform::Windows => windows::installed(host),
            Platform::Macos => macos::installed(host),
        }
    }

    fn example(&self) -> Observation {
        let names = |name: &str| Names::from([name.to_owned()]);
        let every = Installed {
            packages: names("anydesk"),
            apps: names("com.rustdesk.RustDesk"),
            units: names("anydesk.service"),
            commands: names("/usr/bin/anydesk"),
            entries: names("anydesk_global_tray.desktop"),
            native_hosts: names("com.google.chrome.remote_assistance"),
            extensions: names("inomeogfingihgjfjlpeplalcfajhgai"),
            folders: names("~/.config/rustdesk"),
            services: names("AnyDesk"),
            tasks: names(r"\Vendor\Update"),
            uninstall: names("AnyDesk"),
            bundles: names("com.philandro.anydesk"),
            labels: names("com.philandro.anydesk.service"),
            team_ids: names("KHRWM533LU"),
            signers: names("AnyDesk Software GmbH"),
            receipts: names("com.google.pkg.ChromeRemoteDesktopHost"),
            granted: names("com.philandro.anydesk"),
            unread: names("~"),
        };
        every.observe("dpkg", dpkg::STATUS)
    }

    fn blank(&self, recording: &mut Recording) {
        recorded::blank(recording);
    }

    fn unseen(&self, seen: &[Observation]) -> Vec<String> {
        let lists = seen.iter().filter_map(|one| match one.fields.get("unread")? {
            Value::List(names) => Some(names),
            _ => None,
        });
        let names = lists.flatten().filter_map(|name| match name {
            Value::Text(name) => Some(name.as_str()),
            _ => None,
        });
        let names: BTreeSet<&str> = names.collect();
        let users: BTreeSet<&str> = names.iter().filter_map(|name| windows::user(name)).collect();
        let users = match users.len() {
            0 => None,
            1 => Some("one user's part of the registry, or some of it".to_owned()),
            count => Some(format!("{count} users' parts of the registry, or some of them")),
        };
        names.contains("rpm").then(|| UNREAD_RPM.to_owned()).into_iter().chain(users).collect()
    }

    fn guarded(&self) -> &'static [&'static str] {
        &[
            "packages",
            "apps",
            "units",
            "commands",
            "entries",
            "native_hosts",
            "extensions",
            "folders",
            "services",
            "tasks",
            "uninstall",
            "bundles",
            "labels",
            "team_ids",
            "signers",
            "receipts",
            "granted",
            "unread",
        ]
    }
}
